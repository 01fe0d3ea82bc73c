//! Smoothing by optimisation: bends a path so that it steers evenly and passes obstacles at a distance.
//!
//! Between two changes of direction the steering is free; the number of changes stays as the search found it. The cost
//! of a path is its time, as in the search, plus the square of the steering rate. Each round approximates the cost to
//! second order, and poses and clearances to first order. It then solves the resulting quadratic program (clarabel: P.
//! J. Goulart and Y. Chen, *Clarabel: an interior-point solver for conic programs with quadratic objectives*, 2024). Of
//! the step, the round takes the largest tried share at which the exact path costs less. Only a path that is clear is
//! returned.

mod program;
mod steered;

use super::clothoids::Clothoids;
use super::cost::per_metre;
use super::segment_path::SegmentPath;
use super::sweep::Sweep;
use super::tuning::TUNING;
use haul_core::{Footprint, Pose2, Vector2};
use steered::Steered;

/// Spacing of the knots at which the steering is given, m.
const KNOT_SPACING: f64 = 1.0;
/// Maximum number of rounds.
const ROUNDS: usize = 4;
/// Shares of a round's step that are tried, in order.
const SHARES: [f64; 4] = [1.0, 0.5, 0.25, 0.1];
/// Minimum reduction of the cost that leads to another round, in metres of free forward driving.
const MIN_IMPROVEMENT: f64 = 0.1;
/// Cost of turning the steering from straight to full lock within [`STEERING_LENGTH`] (m), in metres of free forward
/// driving. Over a longer distance it costs less in proportion.
const STEERING_COST: f64 = 2.0;
const STEERING_LENGTH: f64 = 8.0;
/// Extra steering cost where the truck rolls into the path or on after it at the speed of a lane, as a multiple of the
/// normal cost. It falls to zero over [`ROLLING_LENGTH`] (m).
const ROLLING_FACTOR: f64 = 12.0;
const ROLLING_LENGTH: f64 = 30.0;
/// Factor on the search's cost of a short final straight, because the square of a mild curvature counts for less.
const STRAIGHT_FACTOR: f64 = 2.0;
/// Cost of each metre by which the clearance is less than required.
const BLOCKED_COST: f64 = 200.0;
/// Distance beyond the comfort clearance within which a round includes obstacles, m.
const OBSTACLE_REACH: f64 = 0.5;
/// Displacement for the numerical derivatives of clearances (m or rad).
const DISPLACEMENT: f64 = 1e-3;

/// Inputs of the smoothing.
pub(crate) struct Smoothing<'a> {
    /// Clearance check with the desired margin.
    pub sweep: &'a Sweep<'a>,
    /// Clearance check that every result passes.
    pub kept: &'a Sweep<'a>,
    pub margin: f64,
    pub goal: Pose2,
    pub clothoids: &'a Clothoids,
    /// True if the goal has a requested direction of travel.
    pub runs_in: bool,
    /// Minimum distance from the start before the first change of direction, m, if the start has a requested direction.
    pub min_exit: f64,
}

/// An obstacle near a pose: the clearance from it (m), and the derivative of the clearance by x, y and heading.
struct NearObstacle {
    clearance: f64,
    gradient: [f64; 3],
}

/// A path with all the data that a round needs.
struct Evaluated {
    steered: Steered,
    poses: Vec<Pose2>,
    /// Obstacles near each pose.
    walls: Vec<Vec<NearObstacle>>,
    /// Required clearance at each pose, m.
    required: Vec<f64>,
    /// Length of path that each pose represents, m.
    spacings: Vec<f64>,
    /// Weight of the square of each knot's curvature, the curvature taken as a share of the maximum.
    curve_weights: Vec<f64>,
    /// Weight of the square of each segment's change of curvature, the change taken as a share of the maximum
    /// curvature.
    steering_weights: Vec<f64>,
    cost: f64,
}

impl Smoothing<'_> {
    /// Returns the weight of the square of a segment's change of curvature, the change taken as a share of the maximum
    /// curvature. `from_start` and `to_end` are the distances from the start and to the end of the path, m.
    fn steering_weight(&self, step: f64, from_start: f64, to_end: f64) -> f64 {
        let near = |rolls: bool, distance: f64| if rolls { (1.0 - distance / ROLLING_LENGTH).max(0.0) } else { 0.0 };
        let rolling =
            near(self.clothoids.before.is_some(), from_start).max(near(self.clothoids.after.is_some(), to_end));
        STEERING_COST * STEERING_LENGTH / step * (1.0 + ROLLING_FACTOR * rolling)
    }

    /// Returns the length by which a run between changes of direction may become shorter, m.
    fn shorter(&self, run: usize, length: f64) -> f64 {
        let least = if run == 0 { self.min_exit } else { 0.0 };
        (length - least).clamp(0.0, length / 2.0)
    }

    /// Returns a clear path with the same changes of direction that costs less, or `None` if none is found.
    pub fn smoothed(&self, path: &SegmentPath) -> Option<SegmentPath> {
        if path.segments.is_empty() {
            return None;
        }
        let first = Steered::of(path, KNOT_SPACING);
        let scales = self.scales(&first);
        let greatest = self.clothoids.greatest_curvature;
        let mut rounds = vec![self.evaluated(first.brought_to(self.goal, greatest, &scales)?)];
        for _ in 0..ROUNDS {
            let now = rounds.last()?;
            let Some(change) = program::best_change(now, self) else { break };
            let better = SHARES.iter().find_map(|share| {
                let tried = now.steered.changed(change.iter().map(|c| share * c));
                let tried = self.evaluated(tried.brought_to(self.goal, greatest, &scales)?);
                (tried.cost < now.cost).then_some(tried)
            });
            let Some(better) = better else { break };
            let is_last = better.cost > now.cost - MIN_IMPROVEMENT;
            rounds.push(better);
            if is_last {
                break;
            }
        }
        // Return the latest path that is also clear between the knots.
        rounds.iter().skip(1).rev().map(|r| r.steered.path()).find(|d| self.kept.path(d).is_some())
    }

    /// Returns the scale of each variable in the correction at the goal. A scale of 0 fixes the curvature at which the
    /// truck rolls in or out.
    fn scales(&self, path: &Steered) -> Vec<f64> {
        let lengths = path.runs.len();
        let mut scales = vec![0.1 * self.clothoids.greatest_curvature; path.variables()];
        let knots = scales.len() - lengths;
        scales[knots..].fill(1.0);
        if self.clothoids.before.is_some() {
            scales[0] = 0.0;
        }
        if self.clothoids.after.is_some() {
            scales[knots - 1] = 0.0;
        }
        scales
    }

    fn evaluated(&self, steered: Steered) -> Evaluated {
        let poses = steered.poses();
        let walls: Vec<Vec<NearObstacle>> = poses.iter().map(|p| self.walls(*p)).collect();
        let required: Vec<f64> = poses.iter().map(|p| self.sweep.required(*p)).collect();
        let mut spacings = vec![0.0; poses.len()];
        let mut curve_weights = vec![0.0; steered.variables()];
        let (mut cost, mut knot, mut node) = (0.0, 0, 0);
        let length: f64 = steered.runs.iter().map(|r| r.length).sum();
        let mut left = length;
        let mut steering_weights = Vec::with_capacity(poses.len());
        let greatest = self.clothoids.greatest_curvature;
        for run in &steered.runs {
            cost += per_metre(run.travel) * run.length;
            let step = run.step();
            for (k, pair) in run.curvatures.windows(2).enumerate() {
                let rise = (pair[1] - pair[0]) / greatest;
                let weight = self.steering_weight(step, length - left, left - step);
                cost += weight * rise * rise;
                steering_weights.push(weight);
                left -= step;
                let missing = (TUNING.desired_straight - left).max(0.0);
                let bent =
                    if self.runs_in { 2.0 * STRAIGHT_FACTOR * TUNING.missing_straight_cost * missing } else { 0.0 };
                let weight = TUNING.curvature_cost + bent;
                for end in [0, 1] {
                    curve_weights[knot + k + end] += weight * step / 2.0;
                    spacings[node + k + end] += step / 2.0;
                }
            }
            for (k, curvature) in run.curvatures.iter().enumerate() {
                cost += curve_weights[knot + k] * (curvature / greatest).powi(2);
            }
            knot += run.curvatures.len();
            node += run.segments();
        }
        let mut lacking = 0.0_f64;
        for (n, walls) in walls.iter().enumerate() {
            let clearance = walls.iter().map(|w| w.clearance).fold(f64::INFINITY, f64::min);
            let excess = clearance - self.margin;
            cost += TUNING.proximity_cost * spacings[n] * (1.0 - excess / TUNING.comfort_clearance).max(0.0);
            lacking = lacking.max(required[n] - clearance);
        }
        cost += BLOCKED_COST * lacking;
        Evaluated { steered, poses, walls, required, spacings, curve_weights, steering_weights, cost }
    }

    /// Returns the obstacles near a pose: the nearest one, and those near the corners and the middles of the sides.
    fn walls(&self, pose: Pose2) -> Vec<NearObstacle> {
        let (search_space, footprint) = (self.sweep.space, &self.sweep.footprint);
        let enough = self.margin + TUNING.comfort_clearance + OBSTACLE_REACH;
        let clearance = |pose| search_space.footprint_clearance_up_to(footprint, pose, enough + 2.0 * DISPLACEMENT);
        let nearest = clearance(pose);
        if nearest >= enough {
            return Vec::new();
        }
        let slope = |moved: Pose2| (clearance(moved) - nearest) / DISPLACEMENT;
        let gradient = [
            slope(Pose2 { x: pose.x + DISPLACEMENT, ..pose }),
            slope(Pose2 { y: pose.y + DISPLACEMENT, ..pose }),
            slope(Pose2 { heading: pose.heading + DISPLACEMENT, ..pose }),
        ];
        let mut walls = vec![NearObstacle { clearance: nearest, gradient }];
        for (ahead, left) in outline(footprint) {
            let point = pose.place(ahead, left);
            let clearance = search_space.clearance(point);
            if clearance >= enough {
                continue;
            }
            let slope = |by: Vector2| (search_space.clearance(point + by) - clearance) / DISPLACEMENT;
            let (x, y) = (slope(Vector2::new(DISPLACEMENT, 0.0)), slope(Vector2::new(0.0, DISPLACEMENT)));
            let arm = point - pose.position();
            walls.push(NearObstacle { clearance, gradient: [x, y, y * arm.x - x * arm.y] });
        }
        walls
    }
}

/// Returns points of a footprint, ahead and to the left of the rear axle, m: the corners and the middles of the sides.
fn outline(footprint: &Footprint) -> [(f64, f64); 6] {
    let (front, rear, side) = (footprint.front, -footprint.rear, footprint.half_width);
    let middle = (front + rear) / 2.0;
    [(front, side), (front, -side), (middle, side), (middle, -side), (rear, side), (rear, -side)]
}

#[cfg(test)]
mod tests {
    use super::super::free_space::FreeSpace;
    use super::super::search_frame::SearchFrame;
    use super::super::segment_path::Segment;
    use super::super::{Obstacle, clothoids};
    use super::*;
    use crate::TruckModel;
    use crate::path::Travel;
    use Travel::{Forward, Reverse};
    use haul_core::{Point2, Polygon};
    use haul_mine::Drivable;
    use haul_vehicle::TruckSpec;
    use std::sync::Arc;

    const MARGIN: f64 = 0.5;

    /// Smooths constant-curvature segments (direction, share of maximum curvature, length) among obstacles on a wide
    /// field.
    fn rough_and_smooth(
        segments: &[(Travel, f64, f64)],
        obstacles: Vec<Obstacle>,
    ) -> (SegmentPath, Option<SegmentPath>, f64) {
        let truck = TruckModel::new(Arc::new(TruckSpec::tr100at()));
        let ring = [(-90.0, -90.0), (90.0, -90.0), (90.0, 90.0), (-90.0, 90.0)].map(|(x, y)| Point2::new(x, y));
        let drivable = Drivable::new(Polygon { outer: ring.to_vec(), holes: Vec::new() }).unwrap();
        let space = FreeSpace { drivable: &drivable, obstacles };
        let start = Pose2::new(0.0, 0.0, 0.4);
        let (frame, greatest) =
            (SearchFrame::about(start, &space, truck.spec.min_turning_radius()), truck.max_curvature());
        let ground = frame.ground(None, &space);
        let sweep = |margin| Sweep::new(&ground, truck.footprint, margin, TUNING.comfort_clearance, start);
        let mut steady = SegmentPath::new(start);
        segments
            .iter()
            .for_each(|&(travel, share, length)| steady.push(Segment::steady(travel, share * greatest, length)));
        let goal = steady.end();
        let curves = Clothoids { per_curvature: 35.0, greatest_curvature: greatest, before: None, after: None };
        let rough = clothoids::with_clothoids(&steady, goal, &curves).unwrap();
        let (sweep, kept) = (sweep(MARGIN), sweep(MARGIN - 0.02));
        assert!(kept.path(&rough).is_some(), "the path to smooth is clear");
        let smoothing = Smoothing {
            sweep: &sweep,
            kept: &kept,
            margin: MARGIN,
            goal,
            clothoids: &curves,
            runs_in: false,
            min_exit: 0.0,
        };
        let smooth = smoothing.smoothed(&rough);
        if let Some(smooth) = &smooth {
            assert!(smooth.end().distance(goal) < 1e-6);
            assert!(kept.path(smooth).is_some());
            assert!(smooth.segments.iter().all(|p| p.from.abs().max(p.to.abs()) <= greatest + 1e-9));
            let travels = |d: &SegmentPath| {
                d.segments.chunk_by(|a, b| a.travel == b.travel).map(|c| c[0].travel).collect::<Vec<_>>()
            };
            assert_eq!(travels(smooth), travels(&rough));
        }
        let nearest = |d: &SegmentPath| {
            let poses = (0..=400).map(|k| {
                let (mut left, mut pose) = (d.length() * f64::from(k) / 400.0, d.start);
                for segment in &d.segments {
                    let into = left.min(segment.length);
                    pose = segment.driven(pose, into);
                    left -= into;
                }
                pose
            });
            poses.map(|p| space.footprint_clearance(&truck.footprint, p)).fold(f64::INFINITY, f64::min)
        };
        let wider = smooth.as_ref().map_or(0.0, |s| nearest(s) - nearest(&rough));
        (rough, smooth, wider)
    }

    /// Returns the maximum rate of change of curvature along a path, 1/m².
    fn hardest(path: &SegmentPath) -> f64 {
        path.segments.iter().map(|p| (p.to - p.from).abs() / p.length).fold(0.0, f64::max)
    }

    #[test]
    fn the_steering_turns_evenly_instead_of_in_ramps() {
        let segments =
            [(Forward, 0.9, 8.0), (Forward, -0.9, 6.0), (Forward, 0.0, 5.0), (Reverse, 0.7, 12.0), (Reverse, 0.0, 6.0)];
        let (rough, smooth, _) = rough_and_smooth(&segments, Vec::new());
        let smooth = smooth.unwrap();
        assert!(hardest(&smooth) < 0.7 * hardest(&rough), "{} {}", hardest(&smooth), hardest(&rough));
        assert!(smooth.length() < 1.1 * rough.length());
    }

    #[test]
    fn a_rock_beside_the_path_is_passed_at_a_distance() {
        let segments = [(Forward, 0.0, 30.0), (Forward, 0.5, 4.0), (Forward, 0.0, 20.0)];
        // An obstacle beside a truck that drives along the first straight, just outside the margin.
        let (ahead, left) = (18.0, -4.6);
        let at = Pose2::new(0.0, 0.0, 0.4).place(ahead, left);
        let (_, smooth, wider) = rough_and_smooth(&segments, vec![Obstacle::Circle { centre: at, radius: 0.3 }]);
        assert!(smooth.is_some() && wider > 0.3, "{wider} m wider");
    }

    #[test]
    fn a_path_between_walls_that_leave_only_the_margin_stays_clear() {
        let side = TruckModel::new(Arc::new(TruckSpec::tr100at())).footprint.half_width + MARGIN;
        let start = Pose2::new(0.0, 0.0, 0.4);
        let wall = |left: f64| {
            let ends = [start.place(-15.0, left), start.place(45.0, left)];
            Obstacle::Outline { ring: ends.to_vec().into() }
        };
        let segments = [(Forward, 0.0, 30.0), (Reverse, 0.0, 10.0)];
        let (_, _, wider) = rough_and_smooth(&segments, vec![wall(side), wall(-side)]);
        assert!(wider > -0.02, "{wider}");
    }
}
