//! What driving a road takes: time and fuel, station by station.

use crate::{Conditions, TruckModel};
use haul_core::{GRAVITY, Point2, polygon::ring_contains};
use haul_mine::{MineMap, Road};

/// Time and fuel from the beginning of a road, driven one way, to each point of its line.
#[derive(Debug, Clone, Default)]
pub(super) struct Toll {
    /// Distance driven, m, rising.
    distance: Vec<f64>,
    /// Time, s.
    time: Vec<f64>,
    /// Fuel, kg.
    fuel: Vec<f64>,
}

impl Toll {
    /// Time and fuel between two distances from where the road is entered.
    pub(super) fn between(&self, from: f64, to: f64) -> (f64, f64) {
        let at = |s: f64| {
            let upper = self.distance.partition_point(|&d| d <= s).clamp(1, self.distance.len().max(2) - 1);
            let (Some(&a), Some(&b)) = (self.distance.get(upper - 1), self.distance.get(upper)) else {
                return (0.0, 0.0);
            };
            let t = if b > a { ((s - a) / (b - a)).clamp(0.0, 1.0) } else { 0.0 };
            let lerp = |y: &[f64]| y[upper - 1] + (y[upper] - y[upper - 1]) * t;
            (lerp(&self.time), lerp(&self.fuel))
        };
        let ((t0, f0), (t1, f1)) = (at(from), at(to));
        (t1 - t0, f1 - f0)
    }

    /// Time over the whole road, s.
    pub(super) fn total(&self) -> f64 {
        self.time.last().copied().unwrap_or(0.0)
    }
}

/// Steady speeds by grade, worked out once for a truck, its mass and the conditions.
pub(super) struct Speeds<'a> {
    truck: &'a TruckModel,
    conditions: &'a Conditions,
    mass: f64,
    by_grade: Vec<f64>,
}

/// Grades are tabled from −`STEEPEST` to `STEEPEST` in steps, rise over run.
const STEEPEST: f64 = 0.4;
const GRADE_STEP: f64 = 0.005;
/// Nobody reckons with less than a crawl, m/s: a road that is too steep is slow, not endless.
const CRAWL: f64 = 0.3;
/// Deceleration before bends and limits that drivers and controllers use, m/s²; a comfort figure, far below what brakes
/// do.
const GENTLE: f64 = 0.6;

impl<'a> Speeds<'a> {
    pub(super) fn new(truck: &'a TruckModel, conditions: &'a Conditions, payload_kg: f64) -> Self {
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
        Self { truck, conditions, mass, by_grade }
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
        let mut distance = Vec::with_capacity(n);
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
            distance.push(if forward { s } else { road.line.length() - s });
        }
        for k in (0..n.saturating_sub(1)).rev() {
            let ahead: f64 = speeds[k + 1];
            speeds[k] = speeds[k].min((ahead * ahead + 2.0 * GENTLE * (distance[k + 1] - distance[k])).sqrt());
        }
        let rolling = self.conditions.rolling_resistance;
        let (mut time, mut fuel) = (vec![0.0; n], vec![0.0; n]);
        for k in 1..n {
            let (v, ds) = (speeds[k - 1], distance[k] - distance[k - 1]);
            let pull = limits.acceleration(v, self.mass, grades[k - 1], rolling).max(0.0);
            speeds[k] = speeds[k].min((v * v + 2.0 * pull * ds).sqrt().max(CRAWL));
            let dt = 2.0 * ds / (v + speeds[k]);
            let gained = (speeds[k] * speeds[k] - v * v) / (2.0 * ds);
            let force = self.mass * (GRAVITY * (grades[k - 1] + rolling) + gained);
            time[k] = time[k - 1] + dt;
            fuel[k] = fuel[k - 1] + limits.fuel_rate(force * 0.5 * (v + speeds[k])) * dt;
        }
        Toll { distance, time, fuel }
    }
}

/// The least speed limit of the zones that hold a point, m/s; infinite without one.
fn zone_limit(map: &MineMap, p: Point2) -> f64 {
    let limits = map.zones.iter().filter_map(|z| z.speed_limit.filter(|_| ring_contains(&z.ring, p)));
    limits.fold(f64::INFINITY, f64::min)
}
