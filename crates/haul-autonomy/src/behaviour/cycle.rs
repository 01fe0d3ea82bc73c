//! From stage to stage of the haul cycle.

use super::tip::Tipping;
use super::{Behaviour, Orders, Situation};
use crate::track::Progress;
use haul_core::{PlaceId, SimTime};
use haul_messages::{Body, CycleState};

/// A truck with more than this share of its rated payload goes to the dump.
const LOADED_SHARE: f64 = 0.25;
/// Beyond its own length the truck goes so far before its spot counts as left, m.
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
                    self.say("waiting for an assignment");
                }
            }
            CycleState::LeaveLoad | CycleState::LeaveDump => {
                self.set_out(now, situation);
                let clear = self.planner.model.footprint.length() + CLEAR_OF_SPOT;
                let left = self.leaving.as_ref().is_none_or(|(_, at)| at.distance(situation.estimate.pose) > clear);
                // The pad belongs to one truck at a time: the next one needs its whole width to back in.
                let tail = situation.report.station - self.planner.model.footprint.rear;
                let on_road = self.journey.as_ref().is_some_and(|j| j.path.at(tail).road.is_some());
                if (left && on_road) || self.has_arrived(situation) {
                    if let Some((place, _)) = self.leaving.take() {
                        self.post.state(now, Body::LeftSpotV1 { place });
                    }
                    let loaded = self.stage == CycleState::LeaveLoad;
                    self.enter(if loaded { CycleState::TravelLoaded } else { CycleState::TravelEmpty });
                }
            }
            CycleState::TravelEmpty | CycleState::TravelLoaded => {
                self.ask_for_spot(now, situation);
                if self.journey.is_none() && self.starts_at_the_place(situation) {
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
                self.ask_for_spot(now, situation);
                let loading = self.stage == CycleState::QueueAtLoad;
                if self.spot.is_none() && self.queue_index.is_some_and(|index| index < self.queue_pose) {
                    self.enter(if loading { CycleState::TravelEmpty } else { CycleState::TravelLoaded });
                } else if self.spot.is_some() {
                    self.enter(if loading { CycleState::SpotAtLoad } else { CycleState::SpotAtDump });
                } else {
                    self.say("waiting for a spot");
                }
            }
            CycleState::SpotAtLoad | CycleState::SpotAtDump => {
                self.set_out(now, situation);
                if self.has_arrived(situation) && situation.estimate.standing {
                    self.journey = None;
                    self.kicked_out = false;
                    self.post.answered();
                    let loading = self.stage == CycleState::SpotAtLoad;
                    self.enter(if loading { CycleState::Loading } else { CycleState::Dumping });
                }
            }
            CycleState::Loading => {
                self.say("under the shovel");
                self.tell_spotted(now);
                if self.kicked_out {
                    self.depart(CycleState::LeaveLoad);
                }
            }
            CycleState::Dumping => self.tip(now, situation, orders),
            _ => {}
        }
    }

    /// Whether the truck stands at the end of the journey at hand. One planned in this very step is not yet the
    /// tracker's, whose report still speaks of the one before.
    pub(super) fn has_arrived(&self, situation: &Situation) -> bool {
        self.journey.is_some() && !self.fresh && situation.report.progress == Progress::Arrived
    }

    pub(super) fn enter(&mut self, stage: CycleState) {
        tracing::debug!(truck = %self.planner.truck, from = %self.stage, to = %stage, "stage");
        self.stage = stage;
        self.plan_at = SimTime::START;
    }

    /// Leaves the spot it stands in.
    pub(super) fn depart(&mut self, stage: CycleState) {
        let spot = self.spot.take();
        self.leaving = spot.and_then(|(place, index)| {
            let pose = self.planner.map.place(&place)?.spots.get(index)?.pose;
            Some((place, pose))
        });
        self.journey = None;
        self.queue_index = None;
        self.post.answered();
        self.enter(stage);
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

    /// Whether a spot at a place would serve now.
    pub(super) fn is_wanted(&self, place: &PlaceId) -> bool {
        let on_the_way = matches!(
            self.stage,
            CycleState::TravelEmpty
                | CycleState::TravelLoaded
                | CycleState::QueueAtLoad
                | CycleState::QueueAtDump
                | CycleState::LeaveLoad
                | CycleState::LeaveDump
        );
        on_the_way && self.destination() == Some(place)
    }

    pub(super) fn skip_to_arrival(&mut self, situation: &Situation) {
        match self.stage {
            CycleState::TravelEmpty | CycleState::LeaveDump => self.enter(CycleState::QueueAtLoad),
            CycleState::TravelLoaded | CycleState::LeaveLoad => self.enter(CycleState::QueueAtDump),
            CycleState::SpotAtLoad if situation.estimate.standing => self.enter(CycleState::Loading),
            CycleState::SpotAtDump if situation.estimate.standing => self.enter(CycleState::Dumping),
            _ => {}
        }
    }

    pub(super) fn tell_spotted(&mut self, now: SimTime) {
        if let Some((place, spot_index)) = self.spot.clone() {
            self.post.ask(now, || Body::SpottedV1 { place, spot_index });
        }
    }

    /// The hoist's sequence at the dump.
    pub(super) fn tip(&mut self, now: SimTime, situation: &Situation, orders: &mut Orders) {
        self.tell_spotted(now);
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
            self.say("tipping");
            return;
        }
        let payload_kg = (tipping.before - situation.payload_kg).max(0.0);
        self.tipping = None;
        if let Some((place, _)) = &self.spot {
            let place = place.clone();
            self.post.state(now, Body::TippedV1 { place, payload_kg });
        }
        self.depart(CycleState::LeaveDump);
    }
}
