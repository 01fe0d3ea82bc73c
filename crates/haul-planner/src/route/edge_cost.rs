//! Cost of driving an edge: time and fuel, point by point.

use super::turn::APPROACH;
use crate::cost::Cost;
use crate::{Conditions, TruckModel};
use haul_core::{GRAVITY, Point2, polygon::ring_contains};
use haul_mine::{MineMap, Road};

/// Time and fuel from the start of an edge to each point of its line.
///
/// The truck is assumed to enter the edge at the speed that the road allows at its start, and to leave at the speed
/// reached at its end. A slower entry adds [`EdgeCost::entry_loss`], a slower exit [`EdgeCost::exit_loss`].
#[derive(Debug, Clone, Default)]
pub(super) struct EdgeCost {
    /// Distance from the start and cumulative cost at each point.
    marks: Vec<Mark>,
    /// Grade at each point, in the direction of travel.
    grades: Vec<f64>,
    /// Speed at each point, m/s.
    speeds: Vec<f64>,
    /// Speed at the start of the edge, m/s.
    pub(super) entry: f64,
    /// Speed at the end of the edge, m/s.
    pub(super) exit: f64,
    /// Extra cost of entering at each of the [`SPEED_SHARES`] of the entry speed.
    entry_losses: [Cost; SPEED_SHARES.len()],
    /// Extra cost of leaving at each of the [`SPEED_SHARES`] of the exit speed.
    exit_losses: [Cost; SPEED_SHARES.len()],
}

/// Distance and cost from the start of an edge to one of its points.
#[derive(Debug, Clone, Copy, Default)]
struct Mark {
    /// Distance from the start of the edge, m; ascending from mark to mark.
    distance: f64,
    cost: Cost,
}

/// Shares of the entry or exit speed at which losses are computed. Between two shares, the loss is interpolated.
const SPEED_SHARES: [f64; 6] = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0];

/// Interpolates losses at a share of the entry or exit speed.
fn interpolated(losses: &[Cost; SPEED_SHARES.len()], share: f64) -> Cost {
    let x = share.clamp(0.0, 1.0) * (SPEED_SHARES.len() - 1) as f64;
    let i = (x as usize).min(SPEED_SHARES.len() - 2);
    losses[i].towards(losses[i + 1], x - i as f64)
}

impl EdgeCost {
    /// Returns the cost from the start of the edge to `distance` (m) along it.
    pub(super) fn to(&self, distance: f64) -> Cost {
        let upper = self.marks.partition_point(|m| m.distance <= distance).clamp(1, self.marks.len().max(2) - 1);
        let (Some(a), Some(b)) = (self.marks.get(upper - 1), self.marks.get(upper)) else { return Cost::ZERO };
        let length = b.distance - a.distance;
        let t = if length > 0.0 { ((distance - a.distance) / length).clamp(0.0, 1.0) } else { 0.0 };
        a.cost.towards(b.cost, t)
    }

    /// Returns the cost of the whole edge.
    pub(super) fn total(&self) -> Cost {
        self.marks.last().map_or(Cost::ZERO, |end| end.cost)
    }

    /// Returns the extra cost of entering at a speed (m/s) below the entry speed.
    pub(super) fn entry_loss(&self, speed: f64) -> Cost {
        interpolated(&self.entry_losses, speed / self.entry.max(MIN_SPEED))
    }

    /// Returns the extra cost of leaving at a speed (m/s) below the exit speed.
    pub(super) fn exit_loss(&self, speed: f64) -> Cost {
        interpolated(&self.exit_losses, speed / self.exit.max(MIN_SPEED))
    }
}

/// Steady speeds by grade, tabulated for a truck of a given mass and the road conditions.
#[derive(Debug, Clone)]
pub(super) struct SteadySpeeds {
    truck: TruckModel,
    conditions: Conditions,
    mass: f64,
    by_grade: Vec<f64>,
}

/// Steepest grade in the table, uphill and downhill, rise over run.
const MAX_GRADE: f64 = 0.4;
/// Step between grades in the table, rise over run.
const GRADE_STEP: f64 = 0.005;
/// Lower bound on speed, m/s, so that a too steep road has a large but finite cost.
const MIN_SPEED: f64 = 0.3;
/// Maximum lateral acceleration in turns from road to road, m/s². At this value a heaped load stays in the body.
const TURN_LATERAL: f64 = 1.2;
/// Comfortable deceleration before bends and limits, m/s². The brakes can do far more.
const COMFORT_DECELERATION: f64 = 0.6;

impl SteadySpeeds {
    pub(super) fn new(truck: &TruckModel, conditions: &Conditions, payload_kg: f64) -> Self {
        let mass = truck.limits.gross_mass(payload_kg.max(0.0));
        let rolling = conditions.rolling_resistance;
        let count = (2.0 * MAX_GRADE / GRADE_STEP).round() as usize;
        let by_grade = (0..=count)
            .map(|k| {
                let grade = -MAX_GRADE + k as f64 * GRADE_STEP;
                let limits = &truck.limits;
                let climb = limits.climb_speed(mass, grade + rolling);
                let descent = if grade < 0.0 { limits.descent_speed(mass, grade, rolling) } else { f64::INFINITY };
                climb.min(descent).min(limits.top_speed()).min(conditions.speed_cap).max(MIN_SPEED)
            })
            .collect();
        Self { truck: truck.clone(), conditions: *conditions, mass, by_grade }
    }

    /// Returns the steady speed on a grade, m/s.
    fn on_grade(&self, grade: f64) -> f64 {
        let x = ((grade + MAX_GRADE) / GRADE_STEP).clamp(0.0, self.by_grade.len() as f64 - 1.0);
        let i = (x as usize).min(self.by_grade.len().saturating_sub(2));
        let (a, b) = (self.by_grade[i], self.by_grade[i + 1]);
        a + (b - a) * (x - i as f64)
    }

    /// Returns the maximum steady speed on any grade, m/s.
    pub(super) fn greatest(&self) -> f64 {
        self.by_grade.iter().copied().fold(MIN_SPEED, f64::max)
    }

    /// Computes the cost of an edge. At each point the truck has the speed that grade, bend and limits allow. It
    /// accelerates no harder than its engine permits, and decelerates by at most [`COMFORT_DECELERATION`].
    pub(super) fn edge_cost(&self, map: &MineMap, road: &Road, forward: bool) -> EdgeCost {
        let points = road.line.points();
        let n = points.len();
        let index = |k: usize| if forward { k } else { n - 1 - k };
        let sign = if forward { 1.0 } else { -1.0 };
        let limits = &self.truck.limits;
        let mut grades = Vec::with_capacity(n);
        let mut speeds = Vec::with_capacity(n);
        let mut marks = Vec::with_capacity(n);
        for k in 0..n {
            let i = index(k);
            let station = road.stations.get(i).copied().unwrap_or_default();
            let grade = sign * station.grade;
            // Where the centreline bends more sharply than the truck can turn, the lane rounds off the bend.
            let radius = (1.0 / station.curvature.abs().max(1e-6)).max(1.0 / self.truck.max_curvature());
            let speed = self
                .on_grade(grade)
                .min(limits.curve_speed(radius, 0.0, self.conditions.friction))
                .min(road.speed_limit.unwrap_or(f64::INFINITY))
                .min(zone_limit(map, points[i].xy()));
            grades.push(grade);
            speeds.push(speed.max(MIN_SPEED));
            let s = road.line.stations()[i];
            marks.push(Mark { distance: if forward { s } else { road.line.length() - s }, ..Mark::default() });
        }
        for k in (0..n.saturating_sub(1)).rev() {
            let ahead: f64 = speeds[k + 1];
            let ds = marks[k + 1].distance - marks[k].distance;
            speeds[k] = speeds[k].min((ahead * ahead + 2.0 * COMFORT_DECELERATION * ds).sqrt());
        }
        for k in 1..n {
            let (v, before) = (speeds[k - 1], marks[k - 1]);
            let ds = marks[k].distance - before.distance;
            speeds[k] = speeds[k].min(self.speed_at_full_power(v, grades[k - 1], ds));
            marks[k].cost = before.cost + self.step_cost(v, speeds[k], grades[k - 1], ds);
        }
        let (entry, exit) = (speeds.first().copied().unwrap_or(MIN_SPEED), speeds.last().copied().unwrap_or(MIN_SPEED));
        let mut cost = EdgeCost { marks, grades, speeds, entry, exit, ..EdgeCost::default() };
        for (k, share) in SPEED_SHARES.iter().enumerate() {
            cost.entry_losses[k] = self.acceleration_loss(&cost, 0, share * entry);
            cost.exit_losses[k] = self.deceleration_loss(&cost, share * exit);
        }
        cost
    }

    /// Returns the extra cost if the truck has only `speed` (m/s) at a distance (m) from the start of the edge.
    pub(super) fn loss_from_speed(&self, edge: &EdgeCost, distance: f64, speed: f64) -> Cost {
        let first = edge.marks.partition_point(|m| m.distance < distance);
        self.acceleration_loss(edge, first.min(edge.speeds.len().saturating_sub(1)), speed)
    }

    /// Returns the speed after a length (m) at full power, m/s.
    fn speed_at_full_power(&self, speed: f64, grade: f64, length: f64) -> f64 {
        let rolling = self.conditions.rolling_resistance;
        let pull = self.truck.limits.acceleration(speed, self.mass, grade, rolling).max(0.0);
        (speed * speed + 2.0 * pull * length).sqrt().max(MIN_SPEED)
    }

    /// Returns the cost of a length (m) over which the speed changes from `from` to `to` (m/s).
    fn step_cost(&self, from: f64, to: f64, grade: f64, length: f64) -> Cost {
        let mean = 0.5 * (from + to);
        let dt = length / mean;
        let gained = (to * to - from * from) / (2.0 * length);
        let force = self.mass * (GRAVITY * (grade + self.conditions.rolling_resistance) + gained);
        Cost::new(dt, self.truck.limits.fuel_rate(force * mean) * dt)
    }

    /// Returns the extra cost of accelerating from a speed (m/s) at a point until the truck has the speeds of the edge.
    fn acceleration_loss(&self, edge: &EdgeCost, first: usize, from: f64) -> Cost {
        let (speeds, grades) = (&edge.speeds, &edge.grades);
        let (mut v, mut lost) = (from.max(MIN_SPEED), Cost::ZERO);
        for k in first + 1..speeds.len() {
            if v >= speeds[k - 1] {
                break;
            }
            let (behind, ahead) = (edge.marks[k - 1], edge.marks[k]);
            let ds = ahead.distance - behind.distance;
            let next = self.speed_at_full_power(v, grades[k - 1], ds).min(speeds[k]);
            lost += self.step_cost(v, next, grades[k - 1], ds) - (ahead.cost - behind.cost);
            v = next;
        }
        lost
    }

    /// Returns the extra cost of slowing to a speed (m/s) at the end of an edge.
    fn deceleration_loss(&self, edge: &EdgeCost, to: f64) -> Cost {
        let (speeds, grades) = (&edge.speeds, &edge.grades);
        let (mut v, mut lost) = (to.max(MIN_SPEED), Cost::ZERO);
        for k in (1..speeds.len()).rev() {
            if v >= speeds[k] {
                break;
            }
            let (behind, ahead) = (edge.marks[k - 1], edge.marks[k]);
            let ds = ahead.distance - behind.distance;
            let before = (v * v + 2.0 * COMFORT_DECELERATION * ds).sqrt().min(speeds[k - 1]);
            lost += self.step_cost(before, v, grades[k - 1], ds) - (ahead.cost - behind.cost);
            v = before;
        }
        lost
    }

    /// Returns the maximum speed (m/s) through a turn of `angle` (rad) from one road to another.
    ///
    /// The truck turns along an arc of twice [`APPROACH`], the length over which centrelines bend towards a node.
    pub(super) fn turn_speed(&self, angle: f64) -> f64 {
        let radius = (2.0 * APPROACH / angle.abs().max(1e-6)).max(1.0 / self.truck.max_curvature());
        self.truck.limits.curve_speed(radius, 0.0, self.conditions.friction).min(libm::sqrt(TURN_LATERAL * radius))
    }
}

/// Returns the lowest speed limit of the zones that contain a point, m/s; infinite if there is none.
fn zone_limit(map: &MineMap, p: Point2) -> f64 {
    let limits = map.zones.iter().filter_map(|z| z.speed_limit.filter(|_| ring_contains(&z.ring, p)));
    limits.fold(f64::INFINITY, f64::min)
}
