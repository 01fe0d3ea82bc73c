//! The next visit of a truck that drives to a waiting pose. The truck asks for the spot on the way, and drives into the
//! spot without a stop if it is granted in time.
//!
//! The path that the site knows leads through the waiting pose into the expected spot and out of it. So no new request
//! is needed: the present leg is extended by the path into the spot, and stations along it stay those of the request.

use super::journey::{
    HORIZON, HORIZON_DECELERATION, HORIZON_TIME, LEG_TOLERANCE, Onward, Planner, RequestedJourney, VisitPaths,
};
use super::{Behaviour, Orders, Situation};
use crate::cycle::{CycleEvent, GrantedSpot};
use crate::track::Progress;
use haul_core::{CycleState, PlaceId, SimTime, angle};
use haul_planner::Path;
use std::sync::Arc;

/// Time (s) by which the request for a spot precedes the request for right of way beyond the waiting pose: enough for
/// two messages on a slow line.
const REQUEST_LEAD_TIME: f64 = 4.0;
/// Distance along the path (m) within which a truck counts as at its waiting pose: it does not start again for the last
/// 1.5 m of its grant.
const WAITING_POSE_TOLERANCE: f64 = 2.0;
/// Maximum distance (m) between the end of one leg and the start of the next for the two to count as one path.
const LEG_GAP: f64 = 0.05;
/// Maximum difference (rad) in heading between the end of one leg and the start of the next.
const LEG_TURN: f64 = 0.01;
/// Maximum step of curvature (1/m) that a truck drives over without a stop. At creep speed, a step of 0.11 1/m, from
/// straight to the maximum curvature of paths, keeps the truck within 0.3 m of its path. A step of 0.23 1/m, from one
/// side to the other, took it 0.67 m off.
const CURVATURE_STEP: f64 = 0.15;

/// A visit that the truck expects at the end of its leg.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(super) struct VisitAhead {
    place: PlaceId,
    /// Index of the spot into which the path leads.
    spot: usize,
    visit: VisitPaths,
    /// Place to which the exit path leads.
    next: PlaceId,
    /// Leg to the waiting pose.
    #[serde(with = "haul_core::state::shared")]
    approach: Arc<Path>,
    /// True if the present leg continues into the spot.
    goes_in: bool,
}

impl VisitAhead {
    pub fn new(place: PlaceId, spot: usize, visit: VisitPaths, next: PlaceId, approach: Arc<Path>) -> Self {
        Self { place, spot, visit, next, approach, goes_in: false }
    }

    /// Returns true if the path into the spot continues the leg to the waiting pose smoothly, with at most a small step
    /// of curvature.
    fn goes_on_smoothly(&self) -> bool {
        let (Some(end), Some(start)) = (self.approach.points.last(), self.visit.into.points.first()) else {
            return false;
        };
        let turn = angle::difference(end.pose.heading, start.pose.heading).abs();
        // At a change of direction the truck stops and turns its wheels anyway.
        let step = if end.travel == start.travel { (end.curvature - start.curvature).abs() } else { 0.0 };
        end.pose.distance(start.pose) <= LEG_GAP && turn <= LEG_TURN && step <= CURVATURE_STEP
    }

    /// Returns the legs through the spot.
    pub fn legs(&self) -> impl Iterator<Item = &Path> {
        std::iter::once(self.visit.into.as_ref()).chain(self.visit.out.as_deref())
    }
}

impl RequestedJourney {
    /// Returns the station of the waiting pose, if the leg continues from there into the spot.
    fn waiting_pose(&self) -> Option<f64> {
        self.ahead.as_ref().filter(|ahead| ahead.goes_in).map(|ahead| ahead.approach.length())
    }

    /// Returns true if the leg continues beyond a waiting pose that the truck has not reached.
    pub fn is_before_waiting_pose(&self, station: f64) -> bool {
        self.waiting_pose().is_some_and(|waiting| station < waiting - WAITING_POSE_TOLERANCE)
    }

    /// Returns true if the leg continues beyond the waiting pose at which the truck is.
    pub fn is_at_waiting_pose(&self, station: f64) -> bool {
        self.waiting_pose().is_some_and(|waiting| (station - waiting).abs() < WAITING_POSE_TOLERANCE)
    }

    /// Returns the station up to which the truck asks for right of way: the end of the leg, or the waiting pose until
    /// the path up to that pose is granted. So a truck without a grant beyond its waiting pose waits at that pose, not
    /// short of it.
    pub fn end_wanted(&self) -> f64 {
        self.waiting_pose()
            .filter(|waiting| self.permission.limit() < waiting - LEG_TOLERANCE)
            .unwrap_or_else(|| self.path.length())
    }

    /// Returns true if the truck, at `speed` (m/s), is near enough to its waiting pose to ask for a spot. A truck that
    /// must stop at the waiting pose asks only there.
    fn is_near(&self, station: f64, speed: f64) -> bool {
        let speed = speed.abs();
        let stopping = speed * speed / (2.0 * HORIZON_DECELERATION);
        let drives_through = self.ahead.as_ref().is_some_and(VisitAhead::goes_on_smoothly);
        drives_through && self.path.length() - station < HORIZON + (HORIZON_TIME + REQUEST_LEAD_TIME) * speed + stopping
    }

    /// Returns true if the truck has been granted right of way beyond its waiting pose.
    fn has_way_in(&self) -> bool {
        self.waiting_pose().is_some_and(|waiting| self.permission.limit() > waiting + LEG_TOLERANCE)
    }

    /// Returns true if the path that the site knows leads into `spot` and out to `next`.
    fn leads_into(&self, spot: &GrantedSpot, next: Option<&PlaceId>) -> bool {
        self.ahead.as_ref().is_some_and(|a| a.place == spot.place && a.spot == spot.index && Some(&a.next) == next)
    }
}

impl Planner {
    /// Returns the journey with its leg extended by the path into the spot. Returns `None` if the two do not join, if
    /// the step of curvature between them is too large, or if the granted path is too short for a speed profile.
    fn going_in(&self, journey: &RequestedJourney, situation: &Situation) -> Option<RequestedJourney> {
        let ahead = journey.ahead.as_ref()?;
        if !ahead.goes_on_smoothly() {
            return None;
        }
        let mut path = ahead.approach.as_ref().clone();
        path.append(&ahead.visit.into);
        let onward = ahead.visit.out.clone().map(|path| Onward { path, to: ahead.next.clone() });
        let ahead = Some(VisitAhead { goes_in: true, ..ahead.clone() });
        let mut longer = RequestedJourney { path: Arc::new(path), onward, ahead, ..journey.clone() };
        longer.profile = self.reprofile(&longer, situation).ok()?;
        longer.planned = Arc::new(self.profile(&longer.path, longer.payload_kg).ok()?);
        Some(longer)
    }

    /// Returns the journey with its leg shortened to the waiting pose.
    fn holding_back(&self, journey: &RequestedJourney, situation: &Situation) -> Option<RequestedJourney> {
        let ahead = journey.ahead.as_ref()?;
        let path = Arc::clone(&ahead.approach);
        let planned = Arc::new(self.profile(&path, journey.payload_kg).ok()?);
        let ahead = Some(VisitAhead { goes_in: false, ..ahead.clone() });
        let mut shorter = RequestedJourney { path, planned, onward: None, ahead, ..journey.clone() };
        shorter.profile = self.reprofile(&shorter, situation).unwrap_or_else(|_| Arc::clone(&shorter.planned));
        Some(shorter)
    }
}

impl Behaviour {
    /// Asks for a spot when the truck comes near its waiting pose, and drives on into the spot if it is granted.
    pub(super) fn come_in(&mut self, now: SimTime, situation: &Situation, orders: &mut Orders) {
        let on_its_way = matches!(self.cycle.stage(), CycleState::TravelEmpty | CycleState::TravelLoaded);
        let following = situation.report.progress == Progress::Following;
        let Some(journey) = self.journey.as_ref().filter(|_| on_its_way && following && !self.fresh) else { return };
        if self.request.is_some() {
            return;
        }
        let station = situation.report.station;
        let event = match self.cycle.spot() {
            None => journey.is_near(station, situation.estimate.speed).then_some(CycleEvent::Near),
            Some(_) if journey.is_before_waiting_pose(station) || journey.waiting_pose().is_none() => {
                let held_up = situation.report.standing && !journey.has_way_in();
                Some(if held_up { CycleEvent::HeldUp } else { CycleEvent::Rolls })
            }
            Some(_) => Some(CycleEvent::Entered),
        };
        if let Some(event) = event {
            self.tell_cycle(event, now);
        }
        let Some(journey) = &self.journey else { return };
        let goes_in = journey.waiting_pose().is_some();
        let amended = match self.cycle.spot() {
            Some(spot) if !goes_in && journey.leads_into(spot, self.cycle.place_after(&spot.place)) => {
                self.planner.going_in(journey, situation)
            }
            None if goes_in => self.planner.holding_back(journey, situation),
            _ => None,
        };
        if let Some(journey) = amended {
            tracing::debug!(truck = %self.planner.truck, at = %now, goes_in = !goes_in, "the leg to the waiting pose changes");
            orders.amended = Some((Arc::clone(&journey.path), Arc::clone(&journey.profile)));
            orders.profile = None;
            self.journey = Some(journey);
        }
    }
}
