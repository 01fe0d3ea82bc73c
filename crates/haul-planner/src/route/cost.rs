//! What driving a road takes: time and fuel, station by station.

use crate::{Conditions, TruckModel};
use haul_core::{GRAVITY, Point2, polygon::ring_contains};
use haul_mine::{MineMap, Road};

/// Time and fuel from the beginning of a road, driven one way, to each point of its line.
///
/// It is entered at the speed that the road allows where it begins, and left at the speed reached at its end. Who comes
/// in or leaves more slowly pays [`Toll::late_in`] and [`Toll::late_out`].
#[derive(Debug, Clone, Default)]
pub(super) struct Toll {
    /// What it has taken to come to each point.
    marks: Vec<Mark>,
    /// Grade in the sense driven.
    grades: Vec<f64>,
    /// Speed, m/s.
    speeds: Vec<f64>,
    /// Speed at which it is entered, m/s.
    pub(super) entry: f64,
    /// Speed at its end, m/s.
    pub(super) exit: f64,
    /// Time (s) and fuel (kg) lost by entering at each of [`SHARES`] of the entry speed.
    slow_in: [(f64, f64); SHARES.len()],
    /// The same for leaving at these shares of the exit speed.
    slow_out: [(f64, f64); SHARES.len()],
}

/// What driving has taken up to a point of a road.
#[derive(Debug, Clone, Copy, Default)]
struct Mark {
    /// m, rising.
    distance: f64,
    /// s.
    time: f64,
    /// kg.
    fuel: f64,
}

/// Shares of a speed for which the loss of being slower is worked out; between them it is interpolated.
const SHARES: [f64; 6] = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0];

fn interpolated(losses: &[(f64, f64); SHARES.len()], share: f64) -> (f64, f64) {
    let x = share.clamp(0.0, 1.0) * (SHARES.len() - 1) as f64;
    let i = (x as usize).min(SHARES.len() - 2);
    let (a, b, t) = (losses[i], losses[i + 1], x - i as f64);
    (a.0 + (b.0 - a.0) * t, a.1 + (b.1 - a.1) * t)
}

impl Toll {
    /// Time (s) and fuel (kg) from where the road is entered to a distance from there, m.
    pub(super) fn to(&self, distance: f64) -> (f64, f64) {
        let upper = self.marks.partition_point(|m| m.distance <= distance).clamp(1, self.marks.len().max(2) - 1);
        let (Some(a), Some(b)) = (self.marks.get(upper - 1), self.marks.get(upper)) else { return (0.0, 0.0) };
        let length = b.distance - a.distance;
        let t = if length > 0.0 { ((distance - a.distance) / length).clamp(0.0, 1.0) } else { 0.0 };
        (a.time + (b.time - a.time) * t, a.fuel + (b.fuel - a.fuel) * t)
    }

    /// Time (s) and fuel (kg) over the whole road.
    pub(super) fn total(&self) -> (f64, f64) {
        self.marks.last().map_or((0.0, 0.0), |end| (end.time, end.fuel))
    }

    /// Time (s) and fuel (kg) lost by entering at a speed (m/s) below the one the road allows there.
    pub(super) fn late_in(&self, speed: f64) -> (f64, f64) {
        interpolated(&self.slow_in, speed / self.entry.max(CRAWL))
    }

    /// Time (s) and fuel (kg) lost by slowing to a speed (m/s) at the end.
    pub(super) fn late_out(&self, speed: f64) -> (f64, f64) {
        interpolated(&self.slow_out, speed / self.exit.max(CRAWL))
    }
}

/// Steady speeds by grade, worked out once for a truck, its mass and the conditions.
#[derive(Debug, Clone)]
pub(super) struct Speeds {
    truck: TruckModel,
    conditions: Conditions,
    mass: f64,
    by_grade: Vec<f64>,
}

/// Grades are tabled from −`STEEPEST` to `STEEPEST` in steps, rise over run.
const STEEPEST: f64 = 0.4;
const GRADE_STEP: f64 = 0.005;
/// Nobody reckons with less than a crawl, m/s: a road that is too steep is slow, not endless.
const CRAWL: f64 = 0.3;
/// Lateral acceleration in turns from road to road, m/s²: a heaped load stays on the body.
const TURN_LATERAL: f64 = 1.2;
/// Deceleration before bends and limits that drivers and controllers use, m/s²; a comfort figure, far below what brakes
/// do.
const GENTLE: f64 = 0.6;

impl Speeds {
    pub(super) fn new(truck: &TruckModel, conditions: &Conditions, payload_kg: f64) -> Self {
        let mass = truck.limits.gross_mass(payload_kg.max(0.0));
        let rolling = conditions.rolling_resistance;
        let count = (2.0 * STEEPEST / GRADE_STEP).round() as usize;
        let by_grade = (0..=count)
            .map(|k| {
                let grade = -STEEPEST + k as f64 * GRADE_STEP;
                let limits = &truck.limits;
                let climb = limits.climb_speed(mass, grade + rolling);
                let descent = if grade < 0.0 { limits.descent_speed(mass, grade, rolling) } else { f64::INFINITY };
                climb.min(descent).min(limits.top_speed()).min(conditions.speed_cap).max(CRAWL)
            })
            .collect();
        Self { truck: truck.clone(), conditions: *conditions, mass, by_grade }
    }

    /// Steady speed on a grade, m/s.
    fn on_grade(&self, grade: f64) -> f64 {
        let x = ((grade + STEEPEST) / GRADE_STEP).clamp(0.0, self.by_grade.len() as f64 - 1.0);
        let i = (x as usize).min(self.by_grade.len().saturating_sub(2));
        let (a, b) = (self.by_grade[i], self.by_grade[i + 1]);
        a + (b - a) * (x - i as f64)
    }

    /// Greatest speed anywhere, m/s.
    pub(super) fn greatest(&self) -> f64 {
        self.by_grade.iter().copied().fold(CRAWL, f64::max)
    }

    /// The toll of a road driven one way: each point at the speed that grade, bend and limits allow, sped up no faster
    /// than the engine and slowed down no harder than gently.
    pub(super) fn toll(&self, map: &MineMap, road: &Road, forward: bool) -> Toll {
        let points = road.line.points();
        let n = points.len();
        let index = |k: usize| if forward { k } else { n - 1 - k };
        let sense = if forward { 1.0 } else { -1.0 };
        let limits = &self.truck.limits;
        let mut grades = Vec::with_capacity(n);
        let mut speeds = Vec::with_capacity(n);
        let mut marks = Vec::with_capacity(n);
        for k in 0..n {
            let i = index(k);
            let station = road.stations.get(i).copied().unwrap_or_default();
            let grade = sense * station.grade;
            // The lane rounds off what the centreline bends more sharply than the truck can.
            let radius = (1.0 / station.curvature.abs().max(1e-6)).max(1.0 / self.truck.max_curvature());
            let speed = self
                .on_grade(grade)
                .min(limits.curve_speed(radius, 0.0, self.conditions.friction))
                .min(road.speed_limit.unwrap_or(f64::INFINITY))
                .min(zone_limit(map, points[i].xy()));
            grades.push(grade);
            speeds.push(speed.max(CRAWL));
            let s = road.line.stations()[i];
            marks.push(Mark { distance: if forward { s } else { road.line.length() - s }, ..Mark::default() });
        }
        for k in (0..n.saturating_sub(1)).rev() {
            let ahead: f64 = speeds[k + 1];
            let ds = marks[k + 1].distance - marks[k].distance;
            speeds[k] = speeds[k].min((ahead * ahead + 2.0 * GENTLE * ds).sqrt());
        }
        for k in 1..n {
            let (v, before) = (speeds[k - 1], marks[k - 1]);
            let ds = marks[k].distance - before.distance;
            speeds[k] = speeds[k].min(self.pulled(v, grades[k - 1], ds));
            let (dt, burnt) = self.driven(v, speeds[k], grades[k - 1], ds);
            (marks[k].time, marks[k].fuel) = (before.time + dt, before.fuel + burnt);
        }
        let (entry, exit) = (speeds.first().copied().unwrap_or(CRAWL), speeds.last().copied().unwrap_or(CRAWL));
        let mut toll = Toll { marks, grades, speeds, entry, exit, ..Toll::default() };
        for (k, share) in SHARES.iter().enumerate() {
            toll.slow_in[k] = self.speeding_up(&toll, 0, share * entry);
            toll.slow_out[k] = self.slowing_down(&toll, share * exit);
        }
        toll
    }

    /// Time (s) and fuel (kg) lost by having a speed (m/s) below the road's after some distance on it.
    pub(super) fn late_from(&self, toll: &Toll, distance: f64, speed: f64) -> (f64, f64) {
        let first = toll.marks.partition_point(|m| m.distance < distance);
        self.speeding_up(toll, first.min(toll.speeds.len().saturating_sub(1)), speed)
    }

    /// Speed after a length at full pull, m/s.
    fn pulled(&self, speed: f64, grade: f64, length: f64) -> f64 {
        let rolling = self.conditions.rolling_resistance;
        let pull = self.truck.limits.acceleration(speed, self.mass, grade, rolling).max(0.0);
        (speed * speed + 2.0 * pull * length).sqrt().max(CRAWL)
    }

    /// Time (s) and fuel (kg) of a length between two speeds.
    fn driven(&self, from: f64, to: f64, grade: f64, length: f64) -> (f64, f64) {
        let mean = 0.5 * (from + to);
        let dt = length / mean;
        let gained = (to * to - from * from) / (2.0 * length);
        let force = self.mass * (GRAVITY * (grade + self.conditions.rolling_resistance) + gained);
        (dt, self.truck.limits.fuel_rate(force * mean) * dt)
    }

    /// What entering at a speed costs until the speeds of the road are reached.
    fn speeding_up(&self, toll: &Toll, first: usize, from: f64) -> (f64, f64) {
        let (speeds, grades) = (&toll.speeds, &toll.grades);
        let (mut v, mut lost) = (from.max(CRAWL), (0.0, 0.0));
        for k in first + 1..speeds.len() {
            if v >= speeds[k - 1] {
                break;
            }
            let (behind, ahead) = (toll.marks[k - 1], toll.marks[k]);
            let ds = ahead.distance - behind.distance;
            let next = self.pulled(v, grades[k - 1], ds).min(speeds[k]);
            let (dt, burnt) = self.driven(v, next, grades[k - 1], ds);
            lost.0 += dt - (ahead.time - behind.time);
            lost.1 += burnt - (ahead.fuel - behind.fuel);
            v = next;
        }
        lost
    }

    /// What slowing to a speed at the end costs.
    fn slowing_down(&self, toll: &Toll, to: f64) -> (f64, f64) {
        let (speeds, grades) = (&toll.speeds, &toll.grades);
        let (mut v, mut lost) = (to.max(CRAWL), (0.0, 0.0));
        for k in (1..speeds.len()).rev() {
            if v >= speeds[k] {
                break;
            }
            let (behind, ahead) = (toll.marks[k - 1], toll.marks[k]);
            let ds = ahead.distance - behind.distance;
            let before = (v * v + 2.0 * GENTLE * ds).sqrt().min(speeds[k - 1]);
            let (dt, burnt) = self.driven(before, v, grades[k - 1], ds);
            lost.0 += dt - (ahead.time - behind.time);
            lost.1 += burnt - (ahead.fuel - behind.fuel);
            v = before;
        }
        lost
    }

    /// Greatest speed through a turn of some angle (rad) from road to road, m/s: along an arc that the turn's angle
    /// takes over twice the length in which centrelines bend towards a node.
    pub(super) fn through(&self, angle: f64) -> f64 {
        let radius = (2.0 * super::turn::APPROACH / angle.abs().max(1e-6)).max(1.0 / self.truck.max_curvature());
        self.truck.limits.curve_speed(radius, 0.0, self.conditions.friction).min(libm::sqrt(TURN_LATERAL * radius))
    }
}

/// The least speed limit of the zones that hold a point, m/s; infinite without one.
fn zone_limit(map: &MineMap, p: Point2) -> f64 {
    let limits = map.zones.iter().filter_map(|z| z.speed_limit.filter(|_| ring_contains(&z.ring, p)));
    limits.fold(f64::INFINITY, f64::min)
}
