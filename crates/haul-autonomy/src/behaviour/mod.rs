//! The behaviour layer: observes events for the haul cycle, and carries out the cycle's actions.
//!
//! The cycle itself is [`HaulCycle`]. This module turns messages and observations into events of the cycle, plans and
//! follows paths, asks for right of way, and tips. Messages may be lost or arrive twice. So a request is repeated after
//! a while, a statement is repeated until the site acknowledges it, and an answer that changes nothing is ignored.

mod ahead;
mod drive;
mod journey;
mod permission;
mod plan;
mod post;
mod tip;

use crate::cycle::{Assignment, CycleAction, CycleEvent, GrantedSpot, HaulCycle, PlanRequest, SiteMessage};
use crate::estimate::Believed;
use crate::localise::Estimate;
use crate::perceive::TrackedObstacle;
use crate::track::{Progress, TrackReport};
use crate::traffic::Traffic;
use haul_core::{CycleState, Pose2, SimTime, StandReason, TruckId, angle};
use haul_messages::{Body, Envelope, Epoch, Timestamp, equipment_id};
use haul_mine::Place;
use haul_planner::speed::{SpeedError, SpeedProfile};
use haul_planner::{Atlas, Conditions, Path, TruckModel};
use haul_vehicle::Hoist;
use journey::{NoJourney, Planner, RequestedJourney};
use post::Post;
use std::sync::Arc;
use tip::TipSequence;

/// Time between two reports of the truck's state, s.
const REPORT_PERIOD: f64 = 1.0;
/// Share of the rated payload above which a truck drives to the dump first.
const LOADED_SHARE: f64 = 0.25;
/// Share of the rated payload below which a truck handed back by a person has nothing to tip.
const EMPTY_SHARE: f64 = 0.1;
/// Distance (m) from its spot within which a truck handed back by a person still stands in the spot.
const SPOT_TOLERANCE: f64 = 1.0;
/// Distance (m) beyond its own length that a truck drives to have left its spot.
const SPOT_EXIT_DISTANCE: f64 = 2.0;
/// Distance (m) within which a truck is at a goal.
const GOAL_DISTANCE: f64 = 0.5;
/// Heading error (rad) within which a truck is at a goal.
const GOAL_HEADING: f64 = 0.1;
/// Distance (m) from a place's spots and waiting poses within which the ground belongs to the place.
const PLACE_REACH: f64 = 70.0;

/// Inputs of the behaviour in one step.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Situation<'a> {
    pub estimate: &'a Estimate,
    /// Smoothed payload as weighed by the struts, kg.
    pub payload_kg: f64,
    pub body_angle: f64,
    /// Friction coefficient of the road as estimated by the truck.
    pub friction: f64,
    /// Rolling resistance of the road as estimated by the truck, as a fraction of the weight.
    pub rolling_resistance: Believed,
    /// Range of the surround sensors in this weather, m; `None` in clear air.
    pub sight: Option<f64>,
    /// Temperature of the retarder's oil, K.
    pub retarder_temp: f64,
    /// Gear: −1 for reverse.
    pub gear: i8,
    /// Speed of the engine, rad/s.
    pub engine_speed: f64,
    pub report: &'a TrackReport,
    /// All obstacles around the truck, from its sensors or from reports of the site.
    pub obstacles: &'a [TrackedObstacle],
    /// Vehicles that the site has reported.
    pub traffic: &'a Traffic,
}

/// Orders of the behaviour to the tracker in one step.
#[derive(Debug, Clone, Default)]
pub(crate) struct Orders {
    /// A new path to follow.
    pub follow: Option<(Arc<Path>, Arc<SpeedProfile>)>,
    /// The present path with a new end, ahead of the truck.
    pub amended: Option<(Arc<Path>, Arc<SpeedProfile>)>,
    /// New speeds for the present path.
    pub profile: Option<Arc<SpeedProfile>>,
    pub stop_at: f64,
    pub speed_limit: f64,
    pub hoist: Hoist,
    /// Station of an obstacle on the path, m.
    pub obstacle_at: Option<f64>,
}

/// The behaviour of one truck.
#[derive(Debug, Clone)]
pub(crate) struct Behaviour {
    cycle: HaulCycle,
    planner: Planner,
    post: Post,
    journey: Option<RequestedJourney>,
    /// Planning request that has no answer yet.
    request: Option<PlanRequest>,
    /// True in the step in which the journey is passed to the tracker.
    fresh: bool,
    /// True while the truck stops in order to drop its path.
    halting: bool,
    /// True while a person drives, until the cycle has been told that the truck is handed back.
    by_hand: bool,
    handed_back: bool,
    /// Time at which the site sent the newest assignment. An older assignment that arrives late is ignored.
    assigned: Option<Timestamp>,
    /// True if the cycle knows that the truck is located.
    located: bool,
    tipping: Option<TipSequence>,
    /// Reason why the grip is insufficient for the path ahead, if it is.
    too_steep: Option<String>,
    /// Reason why the truck stands, if it does.
    reason: StandReason,
    reported: Option<SimTime>,
}

haul_core::keep_state!(Behaviour {
    cycle: value,
    planner: part,
    post: value,
    journey: value,
    request: value,
    fresh: value,
    halting: value,
    by_hand: value,
    handed_back: value,
    assigned: value,
    located: value,
    tipping: value,
    too_steep: value,
    reason: value,
    reported: value,
});

impl Behaviour {
    pub fn new(truck: TruckId, atlas: Arc<Atlas>, model: Arc<TruckModel>, conditions: Conditions) -> Self {
        let map = Arc::clone(atlas.map());
        Self {
            cycle: HaulCycle::new(truck),
            planner: Planner {
                truck,
                map,
                atlas,
                model,
                conditions,
                friction: conditions.friction,
                rolling_resistance: conditions.rolling_resistance,
                sight: None,
                oil: None,
                journeys: 0,
            },
            post: Post::new(truck, Epoch::default()),
            journey: None,
            request: None,
            fresh: false,
            halting: false,
            by_hand: false,
            handed_back: true,
            assigned: None,
            located: false,
            tipping: None,
            too_steep: None,
            reason: StandReason::NoAssignment,
            reported: None,
        }
    }

    pub fn set_epoch(&mut self, epoch: Epoch) {
        self.post.set_epoch(epoch);
    }

    /// Returns the stage as reported to others.
    pub fn state(&self) -> CycleState {
        self.cycle.state()
    }

    pub fn is_all_stopped(&self) -> bool {
        self.cycle.is_all_stopped()
    }

    /// Returns the reason why the truck stands, if it does.
    pub fn reason(&self) -> &StandReason {
        &self.reason
    }

    /// Returns the rolling resistance used to plan speeds, as a fraction of the weight.
    pub fn rolling_resistance(&self) -> f64 {
        self.planner.rolling_resistance
    }

    /// Returns the station (m) up to which the path is granted.
    pub fn granted_to(&self) -> f64 {
        self.journey.as_ref().map_or(f64::INFINITY, RequestedJourney::limit)
    }

    /// Runs one control step: reads the inbox, advances the cycle, and returns the orders to the tracker.
    pub fn advance(&mut self, now: SimTime, situation: &Situation, inbox: &[Envelope]) -> Orders {
        // After its sensor has failed, an old temperature says nothing about the retarder.
        let oil = situation.retarder_temp;
        self.planner.oil = (oil.is_finite() && oil > 0.0).then_some(oil);
        let mut orders = Orders { stop_at: f64::INFINITY, speed_limit: f64::INFINITY, ..Orders::default() };
        self.fresh = false;
        self.take_road(situation, &mut orders);
        for envelope in inbox {
            self.read(now, situation, envelope, &mut orders);
        }
        let ready = situation.estimate.ready;
        if self.by_hand || self.cycle.is_all_stopped() || !ready {
            orders.speed_limit = 0.0;
        } else if self.halting {
            // The truck stops first: it requests a new path only at a standstill.
            orders.speed_limit = 0.0;
            if situation.report.standing {
                (self.halting, self.journey) = (false, None);
                self.tell_handed_back(now, situation);
            }
        } else {
            self.observe(now, situation);
            self.carry_out_request(now, situation);
            self.come_in(now, situation, &mut orders);
            self.tip(now, situation, &mut orders);
        }
        self.reason = match () {
            () if self.by_hand => StandReason::ByHand,
            () if ready || self.cycle.is_all_stopped() => self.cycle.reason(),
            () => StandReason::NoPosition,
        };
        if ready && !self.by_hand && !self.halting && !self.cycle.is_all_stopped() {
            self.drive(now, situation, &mut orders);
            if self.cycle.due().is_some_and(|at| at <= now) {
                self.tell_cycle(CycleEvent::Due, now);
            }
        }
        if let (Some(cause), Some(place)) = (&self.too_steep, self.cycle.destination()) {
            orders.speed_limit = 0.0;
            self.reason = StandReason::NoPlan { place: place.clone(), cause: format!("{cause} on this road") };
        }
        if self.journey.is_none() {
            // The tracker's path is no longer valid.
            orders.speed_limit = 0.0;
        }
        if self.fresh
            && let Some(journey) = &self.journey
        {
            orders.follow = Some((Arc::clone(&journey.path), Arc::clone(&journey.profile)));
        }
        orders
    }

    /// Plans the speeds again if the truck's estimates of the road or its visibility range have changed.
    fn take_road(&mut self, situation: &Situation, orders: &mut Orders) {
        let has_changed = self.planner.take_road(situation.friction, situation.rolling_resistance)
            | self.planner.take_sight(situation.sight);
        if self.journey.is_none() {
            self.too_steep = None;
        } else if has_changed {
            self.plan_speeds(situation, orders);
        }
    }

    /// Plans the speeds of the remaining path. A truck that cannot climb the path ahead halts and reports that.
    fn plan_speeds(&mut self, situation: &Situation, orders: &mut Orders) {
        let Some(journey) = &mut self.journey else { return };
        match self.planner.reprofile(journey, situation) {
            Ok(profile) => {
                journey.profile = Arc::clone(&profile);
                orders.profile = Some(profile);
                self.too_steep = None;
            }
            Err(error @ SpeedError::CannotClimb { .. }) => self.too_steep = Some(error.to_string()),
            Err(_) => {}
        }
    }

    /// Returns true if there is a path to follow.
    pub fn has_journey(&self) -> bool {
        self.journey.is_some()
    }

    /// Returns the messages that are due.
    pub fn outbox(&mut self, now: SimTime, situation: &Situation) -> Vec<Envelope> {
        if self.reported.is_none_or(|t| now.since(t) >= REPORT_PERIOD) && situation.estimate.ready {
            self.reported = Some(now);
            let body = Body::EquipmentStateV1 {
                assignment_id: self.cycle.work().map(|work| work.id),
                pose: situation.estimate.pose,
                speed: situation.estimate.speed,
                payload_kg: situation.payload_kg,
                state: self.state(),
            };
            self.post.say(body);
        }
        self.post.collect(now)
    }

    /// Sends a message with the next outbox.
    pub fn say(&mut self, body: Body) {
        self.post.say(body);
    }

    /// Passes an event to the cycle and carries out the resulting actions.
    fn tell_cycle(&mut self, event: CycleEvent, now: SimTime) {
        for action in self.cycle.handle(event, now) {
            match action {
                CycleAction::Plan(request) => self.request = Some(request),
                CycleAction::Halt => self.halting = self.journey.is_some(),
                CycleAction::DropPath => (self.journey, self.request) = (None, None),
                CycleAction::Say(body) => self.post.say(body),
                CycleAction::State(body) => self.post.state(now, body),
                CycleAction::Report => self.reported = None,
            }
        }
    }

    /// Reads a message from the site.
    fn read(&mut self, now: SimTime, situation: &Situation, envelope: &Envelope, orders: &mut Orders) {
        let own = equipment_id(self.planner.truck);
        if envelope.header.equipment_id.is_some_and(|id| id != own) {
            return;
        }
        let word = match &envelope.body {
            Body::PathGrantV1 { request_id, up_to_station, behind } => {
                let Some(journey) = &mut self.journey else { return };
                if journey.granted(now, *request_id, *up_to_station, *behind) {
                    self.plan_speeds(situation, orders);
                }
                return;
            }
            Body::ReceiptV1 { stated, stated_at } => return self.post.heard(*stated, *stated_at),
            Body::AssignmentV1 { assignment_id, load_place, dump_place, park } => {
                // A sender's clock that runs ahead must not make later assignments look old.
                let sent = envelope.header.timestamp.min(self.post.stamp(now));
                if self.assigned.is_some_and(|newest| sent < newest) {
                    return;
                }
                self.assigned = Some(sent);
                let (load, dump) = (load_place.clone(), dump_place.clone());
                SiteMessage::Assigned(Assignment { id: *assignment_id, load, dump, park: park.clone() })
            }
            Body::SpotGrantV1 { visit_id, place, spot_index } => {
                if self.planner.map.place(place).is_none_or(|p| *spot_index >= p.spots.len()) {
                    return;
                }
                SiteMessage::SpotGranted(GrantedSpot { place: place.clone(), index: *spot_index, visit: *visit_id })
            }
            Body::WaitV1 { visit_id, queue_index, .. } => SiteMessage::Queued { visit: *visit_id, ahead: *queue_index },
            Body::LeaveSpotV1 { visit_id, .. } => SiteMessage::KickedOut { visit: *visit_id },
            Body::AllStopV1 { stop_id } => SiteMessage::AllStop(*stop_id),
            Body::ResumeV1 { stop_id } => SiteMessage::Resume(*stop_id),
            _ => return,
        };
        self.tell_cycle(CycleEvent::Site(word), now);
    }

    /// Hands the truck to a person, or takes it back. A truck that is taken back halts and plans from its position.
    pub fn set_by_hand(&mut self, by_hand: bool) {
        if by_hand {
            (self.journey, self.request) = (None, None);
        }
        (self.by_hand, self.handed_back, self.halting) = (by_hand, false, !by_hand);
    }

    /// Tells the cycle that a person has handed the truck back, and the truck's state.
    fn tell_handed_back(&mut self, now: SimTime, situation: &Situation) {
        if std::mem::replace(&mut self.handed_back, true) {
            return;
        }
        let spot = self.cycle.spot().and_then(|spot| self.place(&spot.place)?.spots.get(spot.index));
        let in_spot = spot.is_some_and(|spot| spot.pose.distance(situation.estimate.pose) < SPOT_TOLERANCE);
        if !in_spot {
            self.tipping = None;
        }
        let empty = situation.payload_kg < EMPTY_SHARE * self.planner.model.spec.rated_payload();
        self.tell_cycle(CycleEvent::HandedBack { in_spot, empty }, now);
    }

    /// Tells the cycle what the truck observes.
    fn observe(&mut self, now: SimTime, situation: &Situation) {
        if !self.located {
            self.located = true;
            let loaded = situation.payload_kg > LOADED_SHARE * self.planner.model.spec.rated_payload();
            self.tell_cycle(CycleEvent::Located { loaded }, now);
        }
        let pose = situation.estimate.pose;
        let stage = self.cycle.stage();
        if let Some(spot) = self.cycle.leaving() {
            let clear = self.planner.model.footprint.length() + SPOT_EXIT_DISTANCE;
            let from = self.place(&spot.place).and_then(|place| place.spots.get(spot.index));
            if from.is_none_or(|from| from.pose.distance(pose) > clear) {
                self.tell_cycle(CycleEvent::Cleared, now);
            }
        } else if matches!(stage, CycleState::QueueAtLoad | CycleState::QueueAtDump) && self.is_away(pose) {
            self.tell_cycle(CycleEvent::Away, now);
        }
        let spotting = matches!(stage, CycleState::SpotAtLoad | CycleState::SpotAtDump);
        let drives = spotting
            || matches!(
                stage,
                CycleState::TravelEmpty | CycleState::TravelLoaded | CycleState::LeaveLoad | CycleState::LeaveDump
            );
        if drives && self.has_arrived(situation) && (situation.estimate.standing || !spotting) {
            self.tell_cycle(CycleEvent::Arrived, now);
        }
    }

    /// Returns true if the truck stands at the end of the present journey and has requested no other journey.
    fn has_arrived(&self, situation: &Situation) -> bool {
        self.journey.is_some() && self.request.is_none() && situation.report.progress == Progress::Arrived
    }

    /// Runs the tipping sequence at the dump.
    fn tip(&mut self, now: SimTime, situation: &Situation, orders: &mut Orders) {
        if self.cycle.stage() != CycleState::Dumping || self.tipping.is_none() && !situation.estimate.standing {
            return;
        }
        let spec = &self.planner.model.spec;
        let tipping = self.tipping.get_or_insert_with(|| {
            TipSequence::begin(spec.hoist.dump_angle, spec.rated_payload(), situation.payload_kg)
        });
        orders.speed_limit = 0.0;
        orders.hoist = tipping.advance(now, situation.body_angle, situation.payload_kg);
        if tipping.is_done() {
            let payload_kg = (tipping.before - situation.payload_kg).max(0.0);
            self.tipping = None;
            self.tell_cycle(CycleEvent::Tipped(payload_kg), now);
        }
    }

    /// Returns the place with this id, if the map has it.
    fn place(&self, id: &haul_core::PlaceId) -> Option<&Place> {
        self.planner.map.place(id)
    }

    fn is_at(from: Pose2, goal: Pose2) -> bool {
        from.distance(goal) < GOAL_DISTANCE && angle::difference(from.heading, goal.heading).abs() < GOAL_HEADING
    }

    /// Returns true if a pose is far from the destination.
    fn is_away(&self, pose: Pose2) -> bool {
        let Some(place) = self.cycle.destination().and_then(|id| self.place(id)) else { return false };
        !place.queue.is_empty() && !is_near(place, pose)
    }

    /// Returns true if a pose lies on the open ground of a place and not on a road.
    fn is_at_a_place(&self, pose: Pose2) -> bool {
        self.planner.map.places.iter().any(|place| is_near(place, pose))
    }
}

/// Returns true if a pose is near a spot or a waiting pose of a place.
fn is_near(place: &Place, pose: Pose2) -> bool {
    let near = |p: &Pose2| p.distance(pose) < PLACE_REACH;
    place.queue.iter().any(near) || place.spots.iter().any(|spot| near(&spot.pose))
}
