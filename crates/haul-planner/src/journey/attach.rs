//! Manoeuvres that join the ends of a journey to the lane.

use super::PlanError;
use crate::TruckModel;
use crate::manoeuvre::{
    Budget, FreeSpace, MAX_REVERSE, ManoeuvreError, ManoeuvreOptions, plan_short_reverse, plan_within,
};
use crate::path::{Path, REQUIRED_CLEARANCE, Travel};
use crate::steering_reserve::Lock;
use haul_core::Pose2;
use std::ops::Range;

/// Distances along the lane between the point nearest to the start (or goal) and the point where the truck joins (or
/// leaves) the lane, m, in the order of trying.
const LEADS: [f64; 7] = [30.0, 45.0, 22.0, 65.0, 14.0, 90.0, 120.0];
/// Cost of a change of direction, in metres driven. To stop, shift and start again takes about 8 s.
const DIRECTION_CHANGE_COST: f64 = 40.0;
/// Maximum distance along the lane from its end to the point nearest to the start or goal, m. Bends may shift that
/// point this far.
const END_REACH: f64 = 60.0;
/// Distance (m) and heading difference (rad) from the lane below which a start or goal needs no manoeuvre. The tracking
/// controller corrects such errors within a truck's length.
const ON_LANE_DISTANCE: f64 = 0.05;
const ON_LANE_HEADING: f64 = 0.01;
/// Minimum clearance at a goal that is accepted as the margin of the whole manoeuvre, m. Places are laid out for one
/// truck, and a wider truck may visit them too. It is 1.5 times the clearance at which the supervisor stops a truck.
const TIGHT_GOAL_CLEARANCE: f64 = 0.3;
/// Budget of the search for each distance tried. It is smaller than for a manoeuvre alone, as another distance may be
/// easier.
const LEAD_BUDGET: Budget = Budget { expansions: 2_500, poses: 30_000 };

/// Maximum length in reverse on the way into a lane, m: three times the truck's length, enough to turn round on a road
/// with two lanes.
const MAX_LEAVE_REVERSE: f64 = 33.0;
/// Minimum length in reverse that remains for the goal after a turn at the start, m.
const MIN_ARRIVE_REVERSE: f64 = 30.0;

/// Planner of manoeuvres in the free space of a mine.
#[derive(Clone, Copy)]
pub(super) struct Local<'a> {
    pub(super) space: &'a FreeSpace<'a>,
    pub(super) truck: &'a TruckModel,
    /// True if the truck may reverse any length: the last resort, where nothing else leads to the goal.
    pub(super) reverses_far: bool,
}

/// A lane with the manoeuvres at both ends.
pub(super) struct Joined {
    /// Path from the start to the lane; empty if the start is on the lane.
    pub(super) leave: Path,
    /// Stations between which the lane is driven, m.
    pub(super) lane: Range<f64>,
    /// Path from the lane to the goal; empty if the goal is on the lane.
    pub(super) arrive: Path,
}

impl Local<'_> {
    /// Returns the margin on the way to a goal, m: the required clearance, or the goal's if that is only a little less.
    fn margin(&self, goal: Pose2) -> f64 {
        let left = self.space.footprint_clearance(&self.truck.footprint, goal);
        if left >= TIGHT_GOAL_CLEARANCE { REQUIRED_CLEARANCE.min(left) } else { REQUIRED_CLEARANCE }
    }

    /// Plans a manoeuvre from `start` to `goal` without a lane.
    pub(super) fn alone(&self, start: Pose2, goal: Pose2, last: Option<Travel>) -> Result<Path, ManoeuvreError> {
        let max_reverse = self.reverse(MAX_REVERSE);
        let options = ManoeuvreOptions { margin: self.margin(goal), last, max_reverse, ..ManoeuvreOptions::default() };
        plan_short_reverse(start, goal, self.space, self.truck, &options)
    }

    /// Returns `limit` as the limit of the length in reverse, m, or infinity in the last resort.
    fn reverse(&self, limit: f64) -> f64 {
        if self.reverses_far { f64::INFINITY } else { limit }
    }

    /// Plans the manoeuvres that join start and goal to a lane.
    pub(super) fn join(
        &self,
        lane: &Path,
        start: Pose2,
        goal: Pose2,
        arrive: Option<Travel>,
    ) -> Result<Joined, PlanError> {
        let length = lane.length();
        // The route ends beside start and goal. Elsewhere, the lane may pass nearer but on the far side of a wall.
        let (from, to) = (nearest(lane, start, 0.0), nearest(lane, goal, length));
        // On a lane hardly longer than the truck, the goal may lie behind the start.
        let (from, to) = if from < to { (from, to) } else { (0.0, length) };
        let leave = self.leave(lane, start, from, to)?;
        let left = (MAX_REVERSE - reversed(&leave.1)).max(MIN_ARRIVE_REVERSE);
        let arrive = self.arrive(lane, goal, leave.0..to, left, arrive)?;
        Ok(Joined { leave: leave.1, lane: leave.0..arrive.0, arrive: arrive.1 })
    }

    /// Plans the manoeuvre from the start to the lane. Returns the station where it joins the lane, and its path.
    pub(super) fn leave(&self, lane: &Path, start: Pose2, from: f64, to: f64) -> Result<(f64, Path), PlanError> {
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
            // At least 30 % of the lane is left for the arrival.
            if station > from + 0.7 * (to - from) {
                continue;
            }
            let at = lane.at(station);
            let options = ManoeuvreOptions {
                margin: REQUIRED_CLEARANCE.min(at.clearance),
                budget: LEAD_BUDGET,
                max_reverse: self.reverse(MAX_LEAVE_REVERSE),
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

    /// Plans the manoeuvre from the lane to the goal, with at most `reverse` metres in reverse. Returns the station
    /// where it leaves the lane, and its path.
    pub(super) fn arrive(
        &self,
        lane: &Path,
        goal: Pose2,
        stations: Range<f64>,
        reverse: f64,
        last: Option<Travel>,
    ) -> Result<(f64, Path), PlanError> {
        let Range { start: from, end: to } = stations;
        let on = lane.at(to);
        if last != Some(Travel::Reverse) && is_on(on.pose, goal) {
            return Ok((to, Path::default()));
        }
        let usual = ManoeuvreOptions {
            margin: self.margin(goal),
            budget: LEAD_BUDGET,
            max_reverse: self.reverse(reverse),
            last,
            ..ManoeuvreOptions::default()
        };
        let arrive = |lock| self.arrive_with(lock, lane, goal, from..to, &usual);
        arrive(Lock::Reserve).or_else(|error| arrive(Lock::Tight).map_err(|_| error)).map_err(PlanError::Arrive)
    }

    fn arrive_with(
        &self,
        lock: Lock,
        lane: &Path,
        goal: Pose2,
        stations: Range<f64>,
        usual: &ManoeuvreOptions,
    ) -> Result<(f64, Path), ManoeuvreError> {
        let fewest = usize::from(usual.last == Some(Travel::Reverse));
        let mut best = Choice::default();
        for lead in LEADS {
            let station = stations.end - lead;
            if station < stations.start {
                continue;
            }
            let at = lane.at(station);
            let options = ManoeuvreOptions { start_curvature: Some(at.curvature), ..*usual };
            let found = plan_within(lock, at.pose, goal, self.space, self.truck, &options);
            if best.offer(station, -lead, found, fewest) {
                break;
            }
        }
        best.taken()
    }
}

/// The best of several manoeuvres, with the first error.
#[derive(Default)]
struct Choice {
    best: Option<(f64, f64, Path)>,
    failed: Option<ManoeuvreError>,
}

impl Choice {
    /// Offers a manoeuvre that meets the lane at `station`. `credit` (m, negative) is added to its cost for the lane
    /// that it replaces. Returns true if it has at most `fewest` changes of direction, so that no better one need be
    /// tried.
    fn offer(&mut self, station: f64, credit: f64, found: Result<Path, ManoeuvreError>, fewest: usize) -> bool {
        match found {
            Ok(path) => {
                let cusps = path.sections().len().saturating_sub(1);
                let cost = path.length() + credit + DIRECTION_CHANGE_COST * cusps as f64;
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
            // The lane is too short for any of the distances.
            (None, None) => Err(ManoeuvreError::NoWay { explored: 0, nearest: f64::INFINITY }),
        }
    }
}

/// Returns the length that a path is driven in reverse, m.
pub(super) fn reversed(path: &Path) -> f64 {
    let reverse = path.points.windows(2).filter(|pair| pair[1].travel == Travel::Reverse);
    reverse.map(|pair| pair[1].station - pair[0].station).sum()
}

/// Returns the station of the lane's point nearest to a pose, m, within [`END_REACH`] of the end of the lane at `end`.
pub(super) fn nearest(lane: &Path, pose: Pose2, end: f64) -> f64 {
    lane.project(pose, end, END_REACH).map_or(end, |p| p.station)
}

fn is_on(on: Pose2, pose: Pose2) -> bool {
    on.distance(pose) < ON_LANE_DISTANCE
        && haul_core::angle::difference(on.heading, pose.heading).abs() < ON_LANE_HEADING
}
