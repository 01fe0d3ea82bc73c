//! State of a truck on its path: the cells that it holds and wants, and the trucks that it waits for.

use super::horizon::Horizon;
use super::rules::Rules;
use super::swept::SweptPath;
use super::{PathRequest, STATION_TOLERANCE};
use haul_core::{Pose2, TruckId};
use haul_messages::Uuid;
use std::sync::Arc;

/// Tolerance for equal poses, m. Poses may have been written as text and read back.
const POSE_TOLERANCE: f64 = 0.001;

/// A truck on its path.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(super) struct Holder {
    /// Id of the requested path; `None` for a truck that stands and has not requested a path yet.
    pub request_id: Option<Uuid>,
    #[serde(with = "haul_core::state::shared")]
    pub swept: Arc<SweptPath>,
    pub pose: Pose2,
    /// Samples at which the truck stops on its own: waiting poses, spots, and the end of the path.
    pub stops: Vec<u32>,
    /// Horizon at the end of the path.
    pub whole: Horizon,
    /// Horizon that applies now.
    pub horizon: Horizon,
    /// Sample of the finish: there the truck has left its place, and beyond it no other truck comes towards this truck
    /// or crosses its path. At most the end of the horizon. Valid for the present paths.
    pub finish: u32,
    /// First sample of the claim.
    pub passed: u32,
    /// Last sample of the claim.
    pub claimed: u32,
    /// Station up to which the path is granted, m.
    pub granted: f64,
    /// Station up to which the truck wants to drive, m.
    pub wanted: f64,
    /// Ticket number that the truck drew when it began to wait for a longer claim; `None` if it does not wait.
    pub ticket: Option<u64>,
    /// Oldest of the truck's own ticket and the tickets of the trucks that wait for it.
    pub turn: u64,
    /// The trucks that this truck waits for, with the causes.
    pub behind: Vec<Holdup>,
    /// The last grant that was sent to the truck: the station (m), and the truck that it waits for.
    pub told: Option<(f64, Option<TruckId>)>,
}

/// A truck that keeps another truck from cells, and the cause.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub(super) struct Holdup {
    pub truck: TruckId,
    pub cause: WaitCause,
    /// Sample of the waiting truck's path at which the disputed cells begin.
    pub at: u32,
}

/// Reason why a truck does not get the cells that it wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub enum WaitCause {
    /// The other truck holds the cells.
    Held,
    /// The other truck has waited longer for the cells.
    Turn,
    /// The other truck could no longer leave its place or lane.
    ExitPath,
}

impl Holder {
    /// Creates a truck at the start of its path, which claims only the cells that it covers.
    pub fn at_start(
        request_id: Option<Uuid>,
        swept: Arc<SweptPath>,
        pose: Pose2,
        stops: Vec<u32>,
        whole: Horizon,
    ) -> Self {
        let station = swept.station(0);
        Self {
            request_id,
            swept,
            pose,
            stops,
            whole,
            horizon: whole,
            finish: whole.leaves,
            passed: 0,
            claimed: 0,
            granted: station,
            wanted: station,
            ticket: None,
            turn: u64::MAX,
            behind: Vec::new(),
            told: None,
        }
    }

    /// Returns true if a request is for the truck's present path. A request without poses is matched by its id alone.
    pub fn is_on(&self, request: &PathRequest<'_>) -> bool {
        self.request_id == Some(request.request_id)
            && (request.path.is_empty() || self.swept.is_of(request.path, POSE_TOLERANCE))
    }

    /// Returns the last sample that the truck wants to claim now. A truck that goes no further than a stop leaves the
    /// cells beyond the stop to others until it drives on.
    pub fn target(&self, rules: &Rules) -> u32 {
        let target = self.swept.sample_after(self.wanted + rules.gap);
        let stop = self.stops.iter().find(|stop| self.wanted <= self.swept.station(**stop) + STATION_TOLERANCE);
        stop.map_or(target, |stop| target.min(*stop)).min(self.horizon.end)
    }

    /// Returns true if the truck wants to drive beyond its horizon, or soon will.
    pub fn wants_beyond_horizon(&self, rules: &Rules) -> bool {
        self.wanted + rules.gap > self.swept.station(self.horizon.end) + STATION_TOLERANCE
    }

    /// Returns true if the truck may drive to the very end of a claim that ends at `sample`, because it stops there in
    /// any case.
    pub fn ends_at(&self, sample: u32) -> bool {
        self.stops.contains(&sample) && self.wanted <= self.swept.station(sample) + STATION_TOLERANCE
    }

    /// Returns true if a schedule may let the truck rest at a sample: at its stops, in the lane by which it comes, and
    /// in the lane by which it leaves. It may not rest between its waiting pose and its spot, because it leaves the
    /// waiting pose only to drive into the spot.
    pub fn may_rest_at(&self, sample: u32) -> bool {
        let count = self.stops.len();
        let lane_ends = if count == 2 { 0 } else { self.stops.first().copied().unwrap_or(0) };
        let spot = count.checked_sub(2).map_or(u32::MAX, |k| self.stops[k]);
        self.stops.contains(&sample) || sample < lane_ends || sample > spot
    }

    /// Returns the station up to which a claim that ends at `sample` lets the truck drive, m.
    pub fn grant_at(&self, sample: u32, rules: &Rules) -> f64 {
        let end = self.swept.station(sample);
        let granted = if self.ends_at(sample) { end } else { end - rules.gap };
        granted.max(self.granted)
    }

    /// Returns true if a claim up to `end` is worth granting: it reaches the target or a stop, or adds at least one
    /// step.
    pub fn is_worth(&self, end: u32, target: u32, rules: &Rules) -> bool {
        end == target || self.ends_at(end) || self.grant_at(end, rules) >= self.granted + rules.least_step
    }
}
