//! Where a manoeuvre meets the lane.

use super::PlanError;
use crate::TruckModel;
use crate::manoeuvre::{Budget, FreeSpace, ManoeuvreError, ManoeuvreOptions, plan_manoeuvre, plan_within};
use crate::path::{NEEDED_CLEARANCE, Path, Travel};
use crate::steering_reserve::Lock;
use haul_core::Pose2;
use std::ops::Range;

/// Where the lane is joined beyond the nearest point to the start, and left before the nearest point to the goal, m;
/// tried in this order.
const LEADS: [f64; 7] = [30.0, 45.0, 22.0, 65.0, 14.0, 90.0, 120.0];
/// What a change of travel is worth, in metres driven: to stop, shift and start again takes about 8 s.
const CUSP: f64 = 40.0;
/// The lane is joined and left within so much of its ends, m: what its bends may shift it against the road.
const ABOUT_END: f64 = 60.0;
/// A start or goal this near to the lane and this well aligned with it needs no manoeuvre: what tracking control takes
/// out within a truck's length, m and rad.
const ON_LANE: f64 = 0.05;
const ALIGNED: f64 = 0.01;
/// A goal that leaves this much around the truck is reached with as little, m: places are laid out for one truck, and a
/// wider one may come to them too. Half of what the supervisor stops for at a spot lies between.
const TIGHT_GOAL: f64 = 0.3;
/// Poses tried for one lead, fewer than for a manoeuvre alone: another lead may be easier.
const LEAD_BUDGET: Budget = Budget { expansions: 2_500, poses: 30_000 };

/// Manoeuvres in the free space of a mine.
pub(super) struct Local<'a> {
    pub(super) space: &'a FreeSpace<'a>,
    pub(super) truck: &'a TruckModel,
}

/// A lane joined at both ends.
pub(super) struct Joined {
    /// From the start to the lane; empty where the start is on it.
    pub(super) leave: Path,
    /// The stretch of the lane that is driven, m.
    pub(super) lane: Range<f64>,
    /// From the lane to the goal; empty where the goal is on it.
    pub(super) arrive: Path,
}

impl Local<'_> {
    /// Clearance to keep on the way to a goal, m: what is needed, or what the goal leaves where that is little less.
    fn margin(&self, goal: Pose2) -> f64 {
        let left = self.space.footprint_clearance(&self.truck.footprint, goal);
        if left >= TIGHT_GOAL { NEEDED_CLEARANCE.min(left) } else { NEEDED_CLEARANCE }
    }

    /// A manoeuvre from pose to pose.
    pub(super) fn alone(&self, start: Pose2, goal: Pose2, last: Option<Travel>) -> Result<Path, ManoeuvreError> {
        let options = ManoeuvreOptions { margin: self.margin(goal), last, ..ManoeuvreOptions::default() };
        plan_manoeuvre(start, goal, self.space, self.truck, &options)
    }

    /// Joins start and goal to a lane.
    pub(super) fn join(
        &self,
        lane: &Path,
        start: Pose2,
        goal: Pose2,
        arrive: Option<Travel>,
    ) -> Result<Joined, PlanError> {
        let length = lane.length();
        // The route ends beside start and goal. Elsewhere the lane may pass nearer still, on the far side of a wall.
        let (from, to) = (nearest(lane, start, 0.0), nearest(lane, goal, length));
        // The goal lies behind the start on a lane that is hardly longer than the truck: nothing to drive on.
        let (from, to) = if from < to { (from, to) } else { (0.0, length) };
        let leave = self.leave(lane, start, from, to)?;
        let arrive = self.arrive(lane, goal, leave.0, to, arrive)?;
        Ok(Joined { leave: leave.1, lane: leave.0..arrive.0, arrive: arrive.1 })
    }

    /// From the start into the lane: where it is joined and how.
    fn leave(&self, lane: &Path, start: Pose2, from: f64, to: f64) -> Result<(f64, Path), PlanError> {
        let on = lane.at(from);
        if is_on(on.pose, start) {
            return Ok((from, Path::default()));
        }
        let leave = |lock| self.leave_with(lock, lane, start, from, to);
        leave(Lock::Reserve).or_else(|error| leave(Lock::Tight).map_err(|_| error)).map_err(PlanError::Leave)
    }

    fn leave_with(
        &self,
        lock: Lock,
        lane: &Path,
        start: Pose2,
        from: f64,
        to: f64,
    ) -> Result<(f64, Path), ManoeuvreError> {
        let mut best = Choice::default();
        for lead in LEADS {
            let station = from + lead;
            // Half of a short lane is left to the arrival.
            if station > from + 0.7 * (to - from) {
                continue;
            }
            let at = lane.at(station);
            let options = ManoeuvreOptions {
                margin: NEEDED_CLEARANCE.min(at.clearance),
                budget: LEAD_BUDGET,
                last: Some(Travel::Forward),
                first: None,
                start_curvature: None,
                goal_curvature: Some(at.curvature),
            };
            let found = plan_within(lock, start, at.pose, self.space, self.truck, &options);
            if best.offer(station, -lead, found, 0) {
                break;
            }
        }
        best.taken()
    }

    /// From the lane to the goal: where it is left and how.
    fn arrive(
        &self,
        lane: &Path,
        goal: Pose2,
        from: f64,
        to: f64,
        last: Option<Travel>,
    ) -> Result<(f64, Path), PlanError> {
        let on = lane.at(to);
        if last != Some(Travel::Reverse) && is_on(on.pose, goal) {
            return Ok((to, Path::default()));
        }
        let arrive = |lock| self.arrive_with(lock, lane, goal, from, to, last);
        arrive(Lock::Reserve).or_else(|error| arrive(Lock::Tight).map_err(|_| error)).map_err(PlanError::Arrive)
    }

    fn arrive_with(
        &self,
        lock: Lock,
        lane: &Path,
        goal: Pose2,
        from: f64,
        to: f64,
        last: Option<Travel>,
    ) -> Result<(f64, Path), ManoeuvreError> {
        let fewest = usize::from(last == Some(Travel::Reverse));
        let mut best = Choice::default();
        for lead in LEADS {
            let station = to - lead;
            if station < from {
                continue;
            }
            let at = lane.at(station);
            let options = ManoeuvreOptions {
                margin: self.margin(goal),
                budget: LEAD_BUDGET,
                last,
                first: None,
                start_curvature: Some(at.curvature),
                goal_curvature: None,
            };
            let found = plan_within(lock, at.pose, goal, self.space, self.truck, &options);
            if best.offer(station, -lead, found, fewest) {
                break;
            }
        }
        best.taken()
    }
}

/// The best of several ways to join.
#[derive(Default)]
struct Choice {
    best: Option<(f64, f64, Path)>,
    failed: Option<ManoeuvreError>,
}

impl Choice {
    /// Weighs a way that meets the lane at `station` and makes `credit` metres of lane superfluous. True where no better
    /// one need be looked for: it has no more cusps than it must.
    fn offer(&mut self, station: f64, credit: f64, found: Result<Path, ManoeuvreError>, fewest: usize) -> bool {
        match found {
            Ok(path) => {
                let cusps = path.sections().len().saturating_sub(1);
                let cost = path.length() + credit + CUSP * cusps as f64;
                let enough = cusps <= fewest;
                if self.best.as_ref().is_none_or(|b| cost < b.0) {
                    self.best = Some((cost, station, path));
                }
                enough
            }
            Err(error) => {
                self.failed.get_or_insert(error);
                false
            }
        }
    }

    fn taken(self) -> Result<(f64, Path), ManoeuvreError> {
        match (self.best, self.failed) {
            (Some((_, station, path)), _) => Ok((station, path)),
            (None, Some(error)) => Err(error),
            // No lead fits a lane that short.
            (None, None) => Err(ManoeuvreError::NoWay { explored: 0, nearest: f64::INFINITY }),
        }
    }
}

/// Station of the lane's point nearest to a pose about one of the lane's ends, m.
fn nearest(lane: &Path, pose: Pose2, end: f64) -> f64 {
    lane.project(pose, end, ABOUT_END).map_or(end, |p| p.station)
}

fn is_on(on: Pose2, pose: Pose2) -> bool {
    on.distance(pose) < ON_LANE && haul_core::angle::difference(on.heading, pose.heading).abs() < ALIGNED
}
