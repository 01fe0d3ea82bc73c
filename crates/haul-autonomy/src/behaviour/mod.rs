//! The driver of the haul cycle: observes for it, and carries out what it asks.
//!
//! The cycle itself is [`HaulCycle`]. This module turns messages and observations into its events, plans and follows
//! paths, asks for the right of way and tips. Messages may be lost or come twice: what is asked is asked again after a
//! while, what is stated is stated again until the site has heard it, and an answer that changes nothing is ignored.

mod ahead;
mod drive;
mod journey;
mod permission;
mod plan;
mod post;
mod tip;

use crate::cycle::{Action, Assignment, Event, HaulCycle, PlanRequest, SiteWord, Spot};
use crate::localise::Estimate;
use crate::perceive::Obstacle;
use crate::track::{Progress, TrackReport};
use crate::traffic::Traffic;
use haul_core::{CycleState, Pose2, SimTime, StandReason, TruckId, angle};
use haul_messages::{Body, Envelope, Epoch, Timestamp, equipment_id};
use haul_mine::Place;
use haul_planner::speed::{SpeedError, SpeedProfile};
use haul_planner::{Atlas, Conditions, Path, TruckModel};
use haul_vehicle::Hoist;
use journey::{Journey, NoJourney, Planner};
use post::Post;
use std::sync::Arc;
use tip::Tipping;

/// Time between two reports of the truck's state, s.
const REPORT: f64 = 1.0;
/// Share of the rated payload above which a truck goes to the dump first.
const LOADED_SHARE: f64 = 0.25;
/// Share of the rated payload below which a truck that is handed back has nothing to tip.
const EMPTY_SHARE: f64 = 0.1;
/// Distance within which a truck that is handed back still stands in its spot, m.
const IN_SPOT: f64 = 1.0;
/// Distance beyond its own length that a truck drives before it has left its spot, m.
const CLEAR_OF_SPOT: f64 = 2.0;
/// Distance and angle within which a truck is at a goal, m and rad.
const THERE: f64 = 0.5;
const THERE_HEADING: f64 = 0.1;
/// Distance to which the ground of a place reaches from its spots and waiting poses, m.
const PLACE_REACH: f64 = 70.0;

/// The behaviour's knowledge in one step.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Situation<'a> {
    pub estimate: &'a Estimate,
    /// Payload by the struts, smoothed, kg.
    pub payload_kg: f64,
    pub body_angle: f64,
    /// Friction of the road that the truck believes in, ratio.
    pub friction: f64,
    /// Temperature of the retarder's oil, K.
    pub retarder_temp: f64,
    /// Gear, −1 reverse, and speed of the engine, rad/s.
    pub gear: i8,
    pub engine_speed: f64,
    pub report: &'a TrackReport,
    /// Everything around the truck, by its sensors or by reports of the site.
    pub obstacles: &'a [Obstacle],
    /// The vehicles that the site tells of.
    pub traffic: &'a Traffic,
}

/// The behaviour's orders to the tracker in one step.
#[derive(Debug, Clone, Default)]
pub(crate) struct Orders {
    /// A new path to follow.
    pub follow: Option<(Arc<Path>, Arc<SpeedProfile>)>,
    /// The path at hand, longer or shorter ahead of the truck.
    pub amended: Option<(Arc<Path>, Arc<SpeedProfile>)>,
    /// New speeds for the path at hand.
    pub profile: Option<Arc<SpeedProfile>>,
    pub stop_at: f64,
    pub speed_limit: f64,
    pub hoist: Hoist,
    /// Station of something in the way.
    pub obstacle_at: Option<f64>,
}

/// The behaviour of one truck.
#[derive(Debug, Clone)]
pub(crate) struct Behaviour {
    cycle: HaulCycle,
    planner: Planner,
    post: Post,
    journey: Option<Journey>,
    /// The planning request that waits for its answer.
    request: Option<PlanRequest>,
    /// True in the step in which the journey is handed to the tracker.
    fresh: bool,
    /// The truck comes to a stop and drops its path.
    halting: bool,
    /// A person drives, and whether the cycle knows that the truck has been handed back.
    by_hand: bool,
    handed_back: bool,
    /// Time at which the site sent the newest assignment. An older one that comes late is no work any more.
    assigned: Option<Timestamp>,
    /// Tells whether the cycle knows that the truck is located.
    located: bool,
    tipping: Option<Tipping>,
    /// Reason for which the grip is not enough for the path ahead, if it is not.
    too_steep: Option<String>,
    /// Reason for which the truck stands, if it does.
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

    /// The stage as others are to see it.
    pub fn state(&self) -> CycleState {
        self.cycle.state()
    }

    pub fn is_all_stopped(&self) -> bool {
        self.cycle.is_all_stopped()
    }

    /// The reason for which the truck stands, if it does.
    pub fn reason(&self) -> &StandReason {
        &self.reason
    }

    /// Station up to which the way is granted, m.
    pub fn granted_to(&self) -> f64 {
        self.journey.as_ref().map_or(f64::INFINITY, Journey::limit)
    }

    /// One step: reads the inbox, moves the cycle on, and returns what the tracker has to do.
    pub fn advance(&mut self, now: SimTime, situation: &Situation, inbox: &[Envelope]) -> Orders {
        // A temperature from before says nothing of a retarder whose sensor has failed.
        let oil = situation.retarder_temp;
        self.planner.oil = (oil.is_finite() && oil > 0.0).then_some(oil);
        let mut orders = Orders { stop_at: f64::INFINITY, speed_limit: f64::INFINITY, ..Orders::default() };
        self.fresh = false;
        self.take_friction(situation, &mut orders);
        for envelope in inbox {
            self.read(now, situation, envelope, &mut orders);
        }
        let ready = situation.estimate.ready;
        if self.by_hand || self.cycle.is_all_stopped() || !ready {
            orders.speed_limit = 0.0;
        } else if self.halting {
            // It stops first: a new path is asked for from a standstill.
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
                self.tell_cycle(Event::Due, now);
            }
        }
        if let (Some(cause), Some(place)) = (&self.too_steep, self.cycle.destination()) {
            orders.speed_limit = 0.0;
            self.reason = StandReason::NoPlan { place: place.clone(), cause: format!("{cause} on this road") };
        }
        if self.journey.is_none() {
            // The path that the tracker has is not valid any more.
            orders.speed_limit = 0.0;
        }
        if self.fresh
            && let Some(journey) = &self.journey
        {
            orders.follow = Some((Arc::clone(&journey.path), Arc::clone(&journey.profile)));
        }
        orders
    }

    /// Plans the speeds again where the friction believed in has changed.
    fn take_friction(&mut self, situation: &Situation, orders: &mut Orders) {
        let has_changed = self.planner.take_friction(situation.friction);
        if self.journey.is_none() {
            self.too_steep = None;
        } else if has_changed {
            self.plan_speeds(situation, orders);
        }
    }

    /// Plans the speeds of the way that is left. A truck that cannot climb what lies ahead halts and says so.
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

    /// Tells whether there is a path to follow.
    pub fn has_journey(&self) -> bool {
        self.journey.is_some()
    }

    /// The messages that are due.
    pub fn outbox(&mut self, now: SimTime, situation: &Situation) -> Vec<Envelope> {
        if self.reported.is_none_or(|t| now.since(t) >= REPORT) && situation.estimate.ready {
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

    /// Gives the cycle an event and does what it answers.
    fn tell_cycle(&mut self, event: Event, now: SimTime) {
        for action in self.cycle.handle(event, now) {
            match action {
                Action::Plan(request) => self.request = Some(request),
                Action::Halt => self.halting = self.journey.is_some(),
                Action::DropPath => (self.journey, self.request) = (None, None),
                Action::Say(body) => self.post.say(body),
                Action::State(body) => self.post.state(now, body),
                Action::Report => self.reported = None,
            }
        }
    }

    /// Reads a message of the site.
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
                // A clock that runs ahead must not make later assignments look old.
                let sent = envelope.header.timestamp.min(self.post.stamp(now));
                if self.assigned.is_some_and(|newest| sent < newest) {
                    return;
                }
                self.assigned = Some(sent);
                let (load, dump) = (load_place.clone(), dump_place.clone());
                SiteWord::Assigned(Assignment { id: *assignment_id, load, dump, park: park.clone() })
            }
            Body::SpotGrantV1 { visit_id, place, spot_index } => {
                if self.planner.map.place(place).is_none_or(|p| *spot_index >= p.spots.len()) {
                    return;
                }
                SiteWord::SpotGranted(Spot { place: place.clone(), index: *spot_index, visit: *visit_id })
            }
            Body::WaitV1 { visit_id, queue_index, .. } => SiteWord::Queued { visit: *visit_id, ahead: *queue_index },
            Body::LeaveSpotV1 { visit_id, .. } => SiteWord::KickedOut { visit: *visit_id },
            Body::AllStopV1 { stop_id } => SiteWord::AllStop(*stop_id),
            Body::ResumeV1 { stop_id } => SiteWord::Resume(*stop_id),
            _ => return,
        };
        self.tell_cycle(Event::Site(word), now);
    }

    /// Lets a person drive, or takes the truck back. Taken back, the truck halts and plans from where it stands.
    pub fn set_by_hand(&mut self, by_hand: bool) {
        if by_hand {
            (self.journey, self.request) = (None, None);
        }
        (self.by_hand, self.handed_back, self.halting) = (by_hand, false, !by_hand);
    }

    /// Tells the cycle that a person has handed the truck back, and in which condition.
    fn tell_handed_back(&mut self, now: SimTime, situation: &Situation) {
        if std::mem::replace(&mut self.handed_back, true) {
            return;
        }
        let spot = self.cycle.spot().and_then(|spot| self.place(&spot.place)?.spots.get(spot.index));
        let in_spot = spot.is_some_and(|spot| spot.pose.distance(situation.estimate.pose) < IN_SPOT);
        if !in_spot {
            self.tipping = None;
        }
        let empty = situation.payload_kg < EMPTY_SHARE * self.planner.model.spec.rated_payload();
        self.tell_cycle(Event::HandedBack { in_spot, empty }, now);
    }

    /// Tells the cycle what the truck observes.
    fn observe(&mut self, now: SimTime, situation: &Situation) {
        if !self.located {
            self.located = true;
            let loaded = situation.payload_kg > LOADED_SHARE * self.planner.model.spec.rated_payload();
            self.tell_cycle(Event::Located { loaded }, now);
        }
        let pose = situation.estimate.pose;
        let stage = self.cycle.stage();
        if let Some(spot) = self.cycle.leaving() {
            let clear = self.planner.model.footprint.length() + CLEAR_OF_SPOT;
            let from = self.place(&spot.place).and_then(|place| place.spots.get(spot.index));
            if from.is_none_or(|from| from.pose.distance(pose) > clear) {
                self.tell_cycle(Event::Cleared, now);
            }
        } else if matches!(stage, CycleState::QueueAtLoad | CycleState::QueueAtDump) && self.is_away(pose) {
            self.tell_cycle(Event::Away, now);
        }
        let spotting = matches!(stage, CycleState::SpotAtLoad | CycleState::SpotAtDump);
        let drives = spotting
            || matches!(
                stage,
                CycleState::TravelEmpty | CycleState::TravelLoaded | CycleState::LeaveLoad | CycleState::LeaveDump
            );
        if drives && self.has_arrived(situation) && (situation.estimate.standing || !spotting) {
            self.tell_cycle(Event::Arrived, now);
        }
    }

    /// Tells whether the truck stands at the end of the journey at hand, and no other one is asked for.
    fn has_arrived(&self, situation: &Situation) -> bool {
        self.journey.is_some() && self.request.is_none() && situation.report.progress == Progress::Arrived
    }

    /// The hoist's sequence at the dump.
    fn tip(&mut self, now: SimTime, situation: &Situation, orders: &mut Orders) {
        if self.cycle.stage() != CycleState::Dumping || self.tipping.is_none() && !situation.estimate.standing {
            return;
        }
        let spec = &self.planner.model.spec;
        let tipping = self
            .tipping
            .get_or_insert_with(|| Tipping::begin(spec.hoist.dump_angle, spec.rated_payload(), situation.payload_kg));
        orders.speed_limit = 0.0;
        orders.hoist = tipping.advance(now, situation.body_angle, situation.payload_kg);
        if tipping.is_done() {
            let payload_kg = (tipping.before - situation.payload_kg).max(0.0);
            self.tipping = None;
            self.tell_cycle(Event::Tipped(payload_kg), now);
        }
    }

    /// A place of the map.
    fn place(&self, id: &haul_core::PlaceId) -> Option<&Place> {
        self.planner.map.place(id)
    }

    fn is_at(from: Pose2, goal: Pose2) -> bool {
        from.distance(goal) < THERE && angle::difference(from.heading, goal.heading).abs() < THERE_HEADING
    }

    /// Tells whether a pose is nowhere near the destination.
    fn is_away(&self, pose: Pose2) -> bool {
        let Some(place) = self.cycle.destination().and_then(|id| self.place(id)) else { return false };
        !place.queue.is_empty() && !is_near(place, pose)
    }

    /// Tells whether a pose lies on the open ground of a place rather than out on a road.
    fn is_at_a_place(&self, pose: Pose2) -> bool {
        self.planner.map.places.iter().any(|place| is_near(place, pose))
    }
}

/// Tells whether a pose is near to a spot or a waiting pose of a place.
fn is_near(place: &Place, pose: Pose2) -> bool {
    let near = |p: &Pose2| p.distance(pose) < PLACE_REACH;
    place.queue.iter().any(near) || place.spots.iter().any(|spot| near(&spot.pose))
}
