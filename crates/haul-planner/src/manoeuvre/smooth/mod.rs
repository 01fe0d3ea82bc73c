//! Smoothing by optimisation: a drive that a search found, bent until its steering turns evenly, wide of what stands near.
//!
//! Between two changes of travel the steering is free; where and how often the travel changes stays as it was found. Each
//! round takes the drive's cost (time at a manoeuvre's pace, as the search counts it, and the square of the rate at which
//! the steering turns) to the second order and poses and clearances to the first, and solves the quadratic program that gives
//! (clarabel: P. J. Goulart and Y. Chen, *Clarabel: an interior-point solver for conic programs with quadratic objectives*,
//! 2024). The real drive is then looked at along the change, and no further than where it is clear: a drive never leaves
//! the free space for being smooth.

mod program;
mod steered;

use super::analytic::{CROOKED, WANTED};
use super::cost::{COMFORT, CURVE, NEARNESS, per_metre};
use super::drive::Drive;
use super::steering::Ramps;
use super::sweep::Sweep;
use haul_core::{Footprint, Pose2, Vector2};
use steered::Steered;

/// Spacing of the knots of the steering, m.
const KNOTS: f64 = 1.0;
/// Most rounds.
const ROUNDS: usize = 4;
/// Shares of a round's change that are tried.
const SHARES: [f64; 4] = [1.0, 0.5, 0.25, 0.1];
/// A round that betters the cost by less than this is the last, in metres of free driving.
const WORTH: f64 = 0.1;
/// Cost of turning the steering over its whole range on one side within this length (m), in metres of free driving; turned
/// over a longer way it costs less in proportion.
const STEERING: f64 = 2.0;
const STEERING_LENGTH: f64 = 8.0;
/// How much more it costs where the truck rolls into the drive or on behind it, which it does at a lane's pace, and within
/// which length (m) that comes down to nothing.
const ROLLING: f64 = 12.0;
const ROLLING_LENGTH: f64 = 30.0;
/// How much of the search's own cost of a run into the goal that is not straight: the square of a mild curve counts for less.
const STRAIGHT: f64 = 2.0;
/// Cost of a metre that is lacking of the clearance asked for.
const BLOCKED: f64 = 200.0;
/// Beyond the comfortable clearance by this much, m, what stands there is out of a round's reach.
const REACH: f64 = 0.5;
/// Displacements by which clearances are differentiated, m and rad.
const NUDGE: f64 = 1e-3;

/// What a drive is smoothed for.
pub(crate) struct Smoothing<'a> {
    /// The clearance asked for.
    pub sweep: &'a Sweep<'a>,
    /// The clearance that is kept without fail.
    pub kept: &'a Sweep<'a>,
    pub margin: f64,
    pub goal: Pose2,
    pub ramps: &'a Ramps,
    /// Whether the goal is run into in a travel that was asked for.
    pub runs_in: bool,
    /// Length by which the start is left at least where it has to be left in one travel, m.
    pub leaves_by: f64,
}

/// Something near a pose: the clearance from it, m, and how that changes with the pose (x, y, heading).
struct Wall {
    clearance: f64,
    gradient: [f64; 3],
}

/// A drive with all that a round needs to know about it.
struct Evaluated {
    steered: Steered,
    poses: Vec<Pose2>,
    /// What stands near each pose.
    walls: Vec<Vec<Wall>>,
    /// Clearance asked for at each pose, m.
    required: Vec<f64>,
    /// Length that each pose stands for, m.
    spacings: Vec<f64>,
    /// Cost of the square of each knot's curvature in the greatest.
    curve_weights: Vec<f64>,
    /// Cost of the square of each piece's change of that.
    steering_weights: Vec<f64>,
    cost: f64,
}

impl Smoothing<'_> {
    /// Cost of the square of a piece's change of curvature in the greatest; the piece lies so far behind the start and before
    /// the end, m.
    fn steering_weight(&self, step: f64, behind: f64, before: f64) -> f64 {
        let near = |rolls: bool, distance: f64| if rolls { (1.0 - distance / ROLLING_LENGTH).max(0.0) } else { 0.0 };
        let rolling = near(self.ramps.before.is_some(), behind).max(near(self.ramps.after.is_some(), before));
        STEERING * STEERING_LENGTH / step * (1.0 + ROLLING * rolling)
    }

    /// By how much a run may become shorter, m.
    fn shorter(&self, run: usize, length: f64) -> f64 {
        let least = if run == 0 { self.leaves_by } else { 0.0 };
        (length - least).clamp(0.0, length / 2.0)
    }

    /// A drive that costs less over the same changes of travel, clear everywhere; `None` where none is found.
    pub fn smoothed(&self, drive: &Drive) -> Option<Drive> {
        if drive.pieces.is_empty() {
            return None;
        }
        let first = Steered::of(drive, KNOTS);
        let scales = self.scales(&first);
        let greatest = self.ramps.greatest_curvature;
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
            let is_last = better.cost > now.cost - WORTH;
            rounds.push(better);
            if is_last {
                break;
            }
        }
        // The latest that is clear between the knots as well.
        rounds.iter().skip(1).rev().map(|r| r.steered.drive()).find(|d| self.kept.drive(d).is_some())
    }

    /// How willing each variable is to change for the goal's sake; 0 for a steering that the truck rolls in or out with.
    fn scales(&self, drive: &Steered) -> Vec<f64> {
        let lengths = drive.runs.len();
        let mut scales = vec![0.1 * self.ramps.greatest_curvature; drive.variables()];
        let knots = scales.len() - lengths;
        scales[knots..].fill(1.0);
        if self.ramps.before.is_some() {
            scales[0] = 0.0;
        }
        if self.ramps.after.is_some() {
            scales[knots - 1] = 0.0;
        }
        scales
    }

    fn evaluated(&self, steered: Steered) -> Evaluated {
        let poses = steered.poses();
        let walls: Vec<Vec<Wall>> = poses.iter().map(|p| self.walls(*p)).collect();
        let required: Vec<f64> = poses.iter().map(|p| self.sweep.required(*p)).collect();
        let mut spacings = vec![0.0; poses.len()];
        let mut curve_weights = vec![0.0; steered.variables()];
        let (mut cost, mut knot, mut node) = (0.0, 0, 0);
        let length: f64 = steered.runs.iter().map(|r| r.length).sum();
        let mut left = length;
        let mut steering_weights = Vec::with_capacity(poses.len());
        let greatest = self.ramps.greatest_curvature;
        for run in &steered.runs {
            cost += per_metre(run.travel) * run.length;
            let step = run.step();
            for (k, pair) in run.curvatures.windows(2).enumerate() {
                let rise = (pair[1] - pair[0]) / greatest;
                let weight = self.steering_weight(step, length - left, left - step);
                cost += weight * rise * rise;
                steering_weights.push(weight);
                left -= step;
                let crooked = if self.runs_in { 2.0 * STRAIGHT * CROOKED * (WANTED - left).max(0.0) } else { 0.0 };
                let weight = CURVE + crooked;
                for end in [0, 1] {
                    curve_weights[knot + k + end] += weight * step / 2.0;
                    spacings[node + k + end] += step / 2.0;
                }
            }
            for (k, curvature) in run.curvatures.iter().enumerate() {
                cost += curve_weights[knot + k] * (curvature / greatest).powi(2);
            }
            knot += run.curvatures.len();
            node += run.pieces();
        }
        let mut lacking = 0.0_f64;
        for (n, walls) in walls.iter().enumerate() {
            let clearance = walls.iter().map(|w| w.clearance).fold(f64::INFINITY, f64::min);
            cost += NEARNESS * spacings[n] * (1.0 - (clearance - self.margin) / COMFORT).max(0.0);
            lacking = lacking.max(required[n] - clearance);
        }
        cost += BLOCKED * lacking;
        Evaluated { steered, poses, walls, required, spacings, curve_weights, steering_weights, cost }
    }

    /// What stands near a pose: the nearest of all, and what is near the corners and the middles of the sides.
    fn walls(&self, pose: Pose2) -> Vec<Wall> {
        let (ground, footprint) = (self.sweep.space, &self.sweep.footprint);
        let enough = self.margin + COMFORT + REACH;
        let clearance = |pose| ground.footprint_clearance_up_to(footprint, pose, enough + 2.0 * NUDGE);
        let nearest = clearance(pose);
        if nearest >= enough {
            return Vec::new();
        }
        let slope = |moved: Pose2| (clearance(moved) - nearest) / NUDGE;
        let gradient = [
            slope(Pose2 { x: pose.x + NUDGE, ..pose }),
            slope(Pose2 { y: pose.y + NUDGE, ..pose }),
            slope(Pose2 { heading: pose.heading + NUDGE, ..pose }),
        ];
        let mut walls = vec![Wall { clearance: nearest, gradient }];
        for (ahead, left) in outline(footprint) {
            let point = pose.place(ahead, left);
            let clearance = ground.clearance(point);
            if clearance >= enough {
                continue;
            }
            let slope = |by: Vector2| (ground.clearance(point + by) - clearance) / NUDGE;
            let (x, y) = (slope(Vector2::new(NUDGE, 0.0)), slope(Vector2::new(0.0, NUDGE)));
            let arm = point - pose.position();
            walls.push(Wall { clearance, gradient: [x, y, y * arm.x - x * arm.y] });
        }
        walls
    }
}

/// Points of a footprint, ahead and to the left of the rear axle, m: corners, and middles of the sides.
fn outline(footprint: &Footprint) -> [(f64, f64); 6] {
    let (front, rear, side) = (footprint.front, -footprint.rear, footprint.half_width);
    let middle = (front + rear) / 2.0;
    [(front, side), (front, -side), (middle, side), (middle, -side), (rear, side), (rear, -side)]
}

#[cfg(test)]
mod tests {
    use super::super::drive::Piece;
    use super::super::free_space::FreeSpace;
    use super::super::ground::Frame;
    use super::super::{Obstacle, steering};
    use super::*;
    use crate::TruckModel;
    use crate::path::Travel;
    use Travel::{Forward, Reverse};
    use haul_core::{Point2, Polygon};
    use haul_mine::Drivable;
    use haul_vehicle::TruckSpec;
    use std::sync::Arc;

    const MARGIN: f64 = 0.5;

    /// Steady pieces (travel, share of the greatest curvature, length), ramped, and smoothed among obstacles on a wide field.
    fn rough_and_smooth(pieces: &[(Travel, f64, f64)], obstacles: Vec<Obstacle>) -> (Drive, Option<Drive>, f64) {
        let truck = TruckModel::new(Arc::new(TruckSpec::tr100at()));
        let ring = [(-90.0, -90.0), (90.0, -90.0), (90.0, 90.0), (-90.0, 90.0)].map(|(x, y)| Point2::new(x, y));
        let drivable = Drivable::new(Polygon { outer: ring.to_vec(), holes: Vec::new() }).unwrap();
        let space = FreeSpace { drivable: &drivable, obstacles };
        let start = Pose2::new(0.0, 0.0, 0.4);
        let (frame, greatest) = (Frame::about(start, &space, truck.spec.min_turning_radius()), truck.max_curvature());
        let ground = frame.ground(None, &space);
        let sweep = |margin| Sweep::new(&ground, truck.footprint, margin, COMFORT, start);
        let mut steady = Drive::new(start);
        pieces.iter().for_each(|&(travel, share, length)| steady.push(Piece::steady(travel, share * greatest, length)));
        let goal = steady.end();
        let ramps = Ramps { per_curvature: 35.0, greatest_curvature: greatest, before: None, after: None };
        let rough = steering::ramped(&steady, goal, &ramps).unwrap();
        let (sweep, kept) = (sweep(MARGIN), sweep(MARGIN - 0.02));
        assert!(kept.drive(&rough).is_some(), "the drive to smooth is clear");
        let smoothing = Smoothing {
            sweep: &sweep,
            kept: &kept,
            margin: MARGIN,
            goal,
            ramps: &ramps,
            runs_in: false,
            leaves_by: 0.0,
        };
        let smooth = smoothing.smoothed(&rough);
        if let Some(smooth) = &smooth {
            assert!(smooth.end().distance(goal) < 1e-6);
            assert!(kept.drive(smooth).is_some());
            assert!(smooth.pieces.iter().all(|p| p.from.abs().max(p.to.abs()) <= greatest + 1e-9));
            let travels =
                |d: &Drive| d.pieces.chunk_by(|a, b| a.travel == b.travel).map(|c| c[0].travel).collect::<Vec<_>>();
            assert_eq!(travels(smooth), travels(&rough));
        }
        let nearest = |d: &Drive| {
            let poses = (0..=400).map(|k| {
                let (mut left, mut pose) = (d.length() * f64::from(k) / 400.0, d.start);
                for piece in &d.pieces {
                    let into = left.min(piece.length);
                    pose = piece.driven(pose, into);
                    left -= into;
                }
                pose
            });
            poses.map(|p| space.footprint_clearance(&truck.footprint, p)).fold(f64::INFINITY, f64::min)
        };
        let wider = smooth.as_ref().map_or(0.0, |s| nearest(s) - nearest(&rough));
        (rough, smooth, wider)
    }

    /// The greatest change of curvature along a way, 1/m².
    fn hardest(drive: &Drive) -> f64 {
        drive.pieces.iter().map(|p| (p.to - p.from).abs() / p.length).fold(0.0, f64::max)
    }

    #[test]
    fn the_steering_turns_evenly_instead_of_in_ramps() {
        let pieces =
            [(Forward, 0.9, 8.0), (Forward, -0.9, 6.0), (Forward, 0.0, 5.0), (Reverse, 0.7, 12.0), (Reverse, 0.0, 6.0)];
        let (rough, smooth, _) = rough_and_smooth(&pieces, Vec::new());
        let smooth = smooth.unwrap();
        assert!(hardest(&smooth) < 0.7 * hardest(&rough), "{} {}", hardest(&smooth), hardest(&rough));
        assert!(smooth.length() < 1.1 * rough.length());
    }

    #[test]
    fn a_rock_beside_the_way_is_passed_wide_of() {
        let pieces = [(Forward, 0.0, 30.0), (Forward, 0.5, 4.0), (Forward, 0.0, 20.0)];
        // Off the flank of a truck that drives along the first straight: just outside the margin.
        let (ahead, left) = (18.0, -4.6);
        let at = Pose2::new(0.0, 0.0, 0.4).place(ahead, left);
        let (_, smooth, wider) = rough_and_smooth(&pieces, vec![Obstacle::Circle { centre: at, radius: 0.3 }]);
        assert!(smooth.is_some() && wider > 0.3, "{wider} m wider");
    }

    #[test]
    fn between_walls_that_leave_the_margin_only_it_stays_clear() {
        let side = TruckModel::new(Arc::new(TruckSpec::tr100at())).footprint.half_width + MARGIN;
        let start = Pose2::new(0.0, 0.0, 0.4);
        let wall = |left: f64| {
            let ends = [start.place(-15.0, left), start.place(45.0, left)];
            Obstacle::Outline { ring: ends.to_vec().into() }
        };
        let pieces = [(Forward, 0.0, 30.0), (Reverse, 0.0, 10.0)];
        let (_, _, wider) = rough_and_smooth(&pieces, vec![wall(side), wall(-side)]);
        assert!(wider > -0.02, "{wider}");
    }
}
