//! The visit ahead of a truck that drives to a waiting pose: its spot is asked for on the way, and where it is granted in
//! time the truck goes on into it without a stop.
//!
//! The path that the site knows leads through the waiting pose into the expected spot and out of it. So nothing new is
//! asked for: the leg at hand grows by the way in, and its stations stay those of the request.

use super::journey::{HORIZON, HORIZON_DECELERATION, HORIZON_TIME, Journey, Onward, Planner, Visit, WHOLE_LEG};
use super::{Behaviour, Orders, Situation};
use crate::cycle::{Event, Spot};
use crate::track::Progress;
use haul_core::{CycleState, PlaceId, SimTime, angle};
use haul_planner::Path;
use std::sync::Arc;

/// Time before the truck would ask for the ground beyond its waiting pose, at which it asks for the spot, s: two messages
/// on a slow line.
const ASK_TIME: f64 = 4.0;
/// Distance along the path within which a truck is at its waiting pose, m: it does not start again for the last metre and a
/// half of its grant.
const AT_WAITING_POSE: f64 = 2.0;
/// Legs whose ends differ by less than this are one way, m and rad.
const SAME: f64 = 0.05;
const SAME_HEADING: f64 = 0.01;
/// The greatest step of curvature that a truck drives over without a stop, 1/m. Creeping from a straight way to the share of
/// the lock that paths use, a step of 0.11 1/m, it keeps within 0.3 m of its path; from one side to the other, 0.23 1/m, it
/// went 0.67 m off.
const MOST_STEP: f64 = 0.15;

/// A visit that the truck expects at the end of its leg.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(super) struct Ahead {
    place: PlaceId,
    /// The spot that the way leads into.
    spot: usize,
    visit: Visit,
    /// The place that the way out leads to.
    next: PlaceId,
    /// The leg to the waiting pose.
    #[serde(with = "haul_core::state::shared")]
    approach: Arc<Path>,
    /// Tells whether the leg being driven goes on into the spot.
    goes_in: bool,
}

impl Ahead {
    pub fn new(place: PlaceId, spot: usize, visit: Visit, next: PlaceId, approach: Arc<Path>) -> Self {
        Self { place, spot, visit, next, approach, goes_in: false }
    }

    /// Tells whether the way into the spot goes on where the leg to the waiting pose ends, with hardly another curvature.
    fn goes_on_smoothly(&self) -> bool {
        let (Some(end), Some(start)) = (self.approach.points.last(), self.visit.into.points.first()) else {
            return false;
        };
        let turn = angle::difference(end.pose.heading, start.pose.heading).abs();
        // Where the truck changes direction it stops and turns its wheels in any case.
        let step = if end.travel == start.travel { (end.curvature - start.curvature).abs() } else { 0.0 };
        end.pose.distance(start.pose) <= SAME && turn <= SAME_HEADING && step <= MOST_STEP
    }

    /// The legs through the spot.
    pub fn legs(&self) -> impl Iterator<Item = &Path> {
        std::iter::once(self.visit.into.as_ref()).chain(self.visit.out.as_deref())
    }
}

impl Journey {
    /// Station of the waiting pose, where the leg goes on from there into the spot.
    fn waiting_pose(&self) -> Option<f64> {
        self.ahead.as_ref().filter(|ahead| ahead.goes_in).map(|ahead| ahead.approach.length())
    }

    /// Tells whether the leg goes on beyond a waiting pose that the truck has not reached.
    pub fn is_before_waiting_pose(&self, station: f64) -> bool {
        self.waiting_pose().is_some_and(|waiting| station < waiting - AT_WAITING_POSE)
    }

    /// Tells whether the leg goes on beyond the waiting pose at which the truck is.
    pub fn is_at_waiting_pose(&self, station: f64) -> bool {
        self.waiting_pose().is_some_and(|waiting| (station - waiting).abs() < AT_WAITING_POSE)
    }

    /// Station beyond which the truck asks for no ground yet: the end of the leg, or the waiting pose until the way to
    /// there is granted. So it waits there, and not before, where it does not get in.
    pub fn end_wanted(&self) -> f64 {
        self.waiting_pose()
            .filter(|waiting| self.permission.limit() < waiting - WHOLE_LEG)
            .unwrap_or_else(|| self.path.length())
    }

    /// Tells whether the truck is so near to its waiting pose, at a speed (m/s), that it asks for a spot. It asks at the
    /// waiting pose only where it has to stop there.
    fn is_near(&self, station: f64, speed: f64) -> bool {
        let speed = speed.abs();
        let stopping = speed * speed / (2.0 * HORIZON_DECELERATION);
        let drives_through = self.ahead.as_ref().is_some_and(Ahead::goes_on_smoothly);
        drives_through && self.path.length() - station < HORIZON + (HORIZON_TIME + ASK_TIME) * speed + stopping
    }

    /// Tells whether the truck has ground beyond its waiting pose.
    fn has_way_in(&self) -> bool {
        self.waiting_pose().is_some_and(|waiting| self.permission.limit() > waiting + WHOLE_LEG)
    }

    /// Tells whether the way that the site knows leads into a spot and out to a place.
    fn leads_into(&self, spot: &Spot, next: Option<&PlaceId>) -> bool {
        self.ahead.as_ref().is_some_and(|a| a.place == spot.place && a.spot == spot.index && Some(&a.next) == next)
    }
}

impl Planner {
    /// The journey with its leg lengthened by the way into the spot. `None` where the two do not fit together, the wheels
    /// have to turn too far between them, or the way granted is too short for speeds.
    fn going_in(&self, journey: &Journey, situation: &Situation) -> Option<Journey> {
        let ahead = journey.ahead.as_ref()?;
        if !ahead.goes_on_smoothly() {
            return None;
        }
        let mut path = ahead.approach.as_ref().clone();
        path.append(&ahead.visit.into);
        let onward = ahead.visit.out.clone().map(|path| Onward { path, to: ahead.next.clone() });
        let ahead = Some(Ahead { goes_in: true, ..ahead.clone() });
        let mut longer = Journey { path: Arc::new(path), onward, ahead, ..journey.clone() };
        longer.profile = self.reprofile(&longer, situation).ok()?;
        longer.planned = Arc::new(self.profile(&longer.path, longer.payload_kg).ok()?);
        Some(longer)
    }

    /// The journey with its leg ending at the waiting pose.
    fn holding_back(&self, journey: &Journey, situation: &Situation) -> Option<Journey> {
        let ahead = journey.ahead.as_ref()?;
        let path = Arc::clone(&ahead.approach);
        let planned = Arc::new(self.profile(&path, journey.payload_kg).ok()?);
        let ahead = Some(Ahead { goes_in: false, ..ahead.clone() });
        let mut shorter = Journey { path, planned, onward: None, ahead, ..journey.clone() };
        shorter.profile = self.reprofile(&shorter, situation).unwrap_or_else(|_| Arc::clone(&shorter.planned));
        Some(shorter)
    }
}

impl Behaviour {
    /// Asks for a spot when the truck comes near its waiting pose, and drives on into the spot where it is granted.
    pub(super) fn come_in(&mut self, now: SimTime, situation: &Situation, orders: &mut Orders) {
        let on_its_way = matches!(self.cycle.stage(), CycleState::TravelEmpty | CycleState::TravelLoaded);
        let following = situation.report.progress == Progress::Following;
        let Some(journey) = self.journey.as_ref().filter(|_| on_its_way && following && !self.fresh) else { return };
        if self.request.is_some() {
            return;
        }
        let station = situation.report.station;
        let event = match self.cycle.spot() {
            None => journey.is_near(station, situation.estimate.speed).then_some(Event::Near),
            Some(_) if journey.is_before_waiting_pose(station) || journey.waiting_pose().is_none() => {
                let held_up = situation.report.standing && !journey.has_way_in();
                Some(if held_up { Event::HeldUp } else { Event::Rolls })
            }
            Some(_) => Some(Event::Entered),
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
