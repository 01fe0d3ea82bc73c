//! From stage to stage of the haul cycle.

use super::tip::Tipping;
use super::{Behaviour, Leaving, Orders, Situation, Spot};
use crate::track::Progress;
use haul_core::{PlaceId, SimTime, StandReason};
use haul_messages::{Body, CycleState};

/// A truck with more than this share of its rated payload goes to the dump.
const LOADED_SHARE: f64 = 0.25;
/// Distance beyond its own length that a truck drives before it has left its spot, m.
const CLEAR_OF_SPOT: f64 = 2.0;

impl Behaviour {
    /// Moves from stage to stage.
    pub(super) fn go_on(&mut self, now: SimTime, situation: &Situation, orders: &mut Orders) {
        match self.stage {
            CycleState::Parked => {
                if self.assignment.is_some() {
                    let loaded = situation.payload_kg > LOADED_SHARE * self.planner.model.spec.rated_payload();
                    self.enter(if loaded { CycleState::TravelLoaded } else { CycleState::TravelEmpty });
                } else {
                    self.reason = StandReason::NoAssignment;
                }
            }
            CycleState::LeaveLoad | CycleState::LeaveDump => {
                self.set_out(now, situation);
                let clear = self.planner.model.footprint.length() + CLEAR_OF_SPOT;
                let left = self.leaving.as_ref().is_none_or(|l| l.pose.distance(situation.estimate.pose) > clear);
                if left || self.has_arrived(situation) {
                    self.state_left(now);
                    let loaded = self.stage == CycleState::LeaveLoad;
                    self.enter(if loaded { CycleState::TravelLoaded } else { CycleState::TravelEmpty });
                }
            }
            CycleState::TravelEmpty | CycleState::TravelLoaded => {
                if self.journey.is_none() && self.starts_in_a_spot(now, situation) {
                    return;
                }
                self.set_out(now, situation);
                if self.has_arrived(situation) {
                    let loaded = self.stage == CycleState::TravelLoaded;
                    self.enter(if loaded { CycleState::QueueAtDump } else { CycleState::QueueAtLoad });
                }
            }
            CycleState::QueueAtLoad | CycleState::QueueAtDump => {
                self.journey = None;
                let loading = self.stage == CycleState::QueueAtLoad;
                if self.spot.is_some() {
                    self.enter(if loading { CycleState::SpotAtLoad } else { CycleState::SpotAtDump });
                } else if self.is_away(situation) {
                    // Its work has changed while it waited.
                    self.enter(if loading { CycleState::TravelEmpty } else { CycleState::TravelLoaded });
                } else {
                    self.ask_for_spot(now);
                    self.wait_for_spot();
                }
            }
            CycleState::SpotAtLoad | CycleState::SpotAtDump => {
                if self.spot.is_none() {
                    // The spot was declined: another one is asked for where the truck stands.
                    let loading = self.stage == CycleState::SpotAtLoad;
                    self.journey = None;
                    self.enter(if loading { CycleState::QueueAtLoad } else { CycleState::QueueAtDump });
                    return;
                }
                self.set_out(now, situation);
                if self.has_arrived(situation) && situation.estimate.standing {
                    self.kicked_out = false;
                    self.post.answered();
                    let loading = self.stage == CycleState::SpotAtLoad;
                    self.enter(if loading { CycleState::Loading } else { CycleState::Dumping });
                }
            }
            CycleState::Loading => {
                if let Some(spot) = &self.spot {
                    self.reason = StandReason::Loading { place: spot.place.clone() };
                }
                self.tell_spotted(now);
                if self.kicked_out {
                    self.depart(now, situation, CycleState::LeaveLoad);
                }
            }
            CycleState::Dumping => self.tip(now, situation, orders),
            _ => {}
        }
    }

    /// Tells whether the truck stands at the end of the journey at hand. One planned in this very step is not yet the
    /// tracker's, whose report still speaks of the one before.
    pub(super) fn has_arrived(&self, situation: &Situation) -> bool {
        self.journey.is_some() && !self.fresh && situation.report.progress == Progress::Arrived
    }

    pub(super) fn enter(&mut self, stage: CycleState) {
        tracing::debug!(truck = %self.planner.truck, from = %self.stage, to = %stage, "stage");
        self.stage = stage;
        self.plan_at = SimTime::START;
        self.attempts = 0;
    }

    /// Leaves the spot it stands in: by the way out that it asked for before it came in, where it still leads to the
    /// next place of the truck's work.
    pub(super) fn depart(&mut self, now: SimTime, situation: &Situation, stage: CycleState) {
        self.enter(stage);
        self.leaving = self.spot.take().and_then(|spot| {
            let pose = self.planner.map.place(&spot.place)?.spots.get(spot.index)?.pose;
            Some(Leaving { place: spot.place, visit: spot.visit, pose })
        });
        self.post.answered();
        self.visit = None;
        let payload = situation.payload_kg.max(0.0);
        let next = self.destination().cloned();
        let out = match (&self.journey, &next) {
            (Some(journey), Some(next)) => journey.onward_to(next),
            _ => None,
        };
        self.journey = None;
        if let (Some(out), Some(next)) = (out, next)
            && let Err(error) = self.set_out_along(now, out, payload, &next)
        {
            tracing::warn!(truck = %self.planner.truck, %error, "the way out cannot be driven as it was planned");
        }
    }

    /// States that the truck has left the spot that it was leaving.
    pub(super) fn state_left(&mut self, now: SimTime) {
        if let Some(Leaving { place, visit, .. }) = self.leaving.take() {
            self.post.state(now, Body::LeftSpotV1 { visit_id: visit, place });
        }
    }

    /// Waits in the queue, by what the site last said of it.
    fn wait_for_spot(&mut self) {
        if let Some(place) = self.destination().cloned() {
            self.reason = StandReason::WaitingForSpot { place, ahead: self.queue_index.unwrap_or(0) };
        }
    }

    /// The place that the truck is on its way to, or at.
    pub(super) fn destination(&self) -> Option<&PlaceId> {
        let assignment = self.assignment.as_ref()?;
        match self.stage {
            CycleState::TravelEmpty
            | CycleState::QueueAtLoad
            | CycleState::SpotAtLoad
            | CycleState::Loading
            | CycleState::LeaveDump => Some(&assignment.load),
            CycleState::TravelLoaded
            | CycleState::QueueAtDump
            | CycleState::SpotAtDump
            | CycleState::Dumping
            | CycleState::LeaveLoad => Some(&assignment.dump),
            _ => assignment.park.as_ref(),
        }
    }

    /// Tells whether a spot at a place would serve now.
    pub(super) fn is_wanted(&self, place: &PlaceId) -> bool {
        let asks = matches!(
            self.stage,
            CycleState::TravelEmpty | CycleState::TravelLoaded | CycleState::QueueAtLoad | CycleState::QueueAtDump
        );
        asks && self.destination() == Some(place)
    }

    pub(super) fn skip_to_arrival(&mut self) {
        match self.stage {
            CycleState::TravelEmpty | CycleState::LeaveDump => self.enter(CycleState::QueueAtLoad),
            CycleState::TravelLoaded | CycleState::LeaveLoad => self.enter(CycleState::QueueAtDump),
            CycleState::SpotAtLoad => self.enter(CycleState::Loading),
            CycleState::SpotAtDump => self.enter(CycleState::Dumping),
            _ => {}
        }
    }

    pub(super) fn tell_spotted(&mut self, now: SimTime) {
        if let Some(Spot { place, index, visit }) = self.spot.clone() {
            self.post.ask(now, || Body::SpottedV1 { visit_id: visit, place, spot_index: index });
        }
    }

    /// The hoist's sequence at the dump.
    pub(super) fn tip(&mut self, now: SimTime, situation: &Situation, orders: &mut Orders) {
        self.tell_spotted(now);
        if let Some(spot) = &self.spot {
            self.reason = StandReason::Tipping { place: spot.place.clone() };
        }
        let model = &self.planner.model;
        if self.tipping.is_none() && !situation.estimate.standing {
            return;
        }
        let tipping = self.tipping.get_or_insert_with(|| {
            Tipping::begin(model.spec.hoist.dump_angle, model.spec.rated_payload(), situation.payload_kg)
        });
        orders.speed_limit = 0.0;
        orders.hoist = tipping.advance(now, situation.body_angle, situation.payload_kg);
        if !tipping.is_done() {
            return;
        }
        let payload_kg = (tipping.before - situation.payload_kg).max(0.0);
        self.tipping = None;
        if let Some(spot) = &self.spot {
            let (visit_id, place) = (spot.visit, spot.place.clone());
            self.post.state(now, Body::TippedV1 { visit_id, place, payload_kg });
        }
        self.depart(now, situation, CycleState::LeaveDump);
    }
}
