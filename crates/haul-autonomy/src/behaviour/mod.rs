//! The haul cycle: what the truck does next, what it asks the site, and what it waits for.
//!
//! ```text
//! Parked ─▶ TravelEmpty ─▶ QueueAtLoad ─▶ SpotAtLoad ─▶ Loading ─▶ LeaveLoad ─▶ TravelLoaded ─▶
//!        ─▶ QueueAtDump ─▶ SpotAtDump ─▶ Dumping ─▶ LeaveDump ─▶ TravelEmpty ─▶ …
//! ```
//!
//! An all-stop shows as `Stopped` over whatever stage it interrupts, and the stage goes on when it is lifted. Messages
//! may be lost or come twice: what is asked is asked again after a while, an answer that changes nothing is ignored,
//! and what has no answer is said three times.

mod journey;
mod permission;
mod post;
mod tip;

use crate::localise::Estimate;
use crate::perceive::Obstacle;
use crate::track::{Progress, TrackReport};
use haul_core::{PlaceId, Pose2, SimTime, StateHasher, TruckId, angle};
use haul_messages::{Body, CycleState, Envelope, Epoch, Uuid, equipment_id};
use haul_mine::{MineMap, Place};
use haul_planner::speed::SpeedProfile;
use haul_planner::{Conditions, Path, Travel, TruckModel};
use haul_vehicle::Hoist;
use journey::{Journey, Planner};
use post::Post;
use std::sync::Arc;
use std::time::Duration;
use tip::Tipping;

/// The truck tells where it is once in so many seconds.
const REPORT: f64 = 1.0;
/// A plan that failed is tried again after so long, s.
const PLAN_AGAIN: f64 = 5.0;
/// A spot is asked for when no more than this is left to the queue, m: some twenty seconds ahead.
const ASK_FOR_SPOT: f64 = 150.0;
/// A truck with more than this share of its rated payload goes to the dump.
const LOADED_SHARE: f64 = 0.25;
/// Beyond its own length the truck goes so far before its spot counts as left, m.
const CLEAR_OF_SPOT: f64 = 2.0;
/// A truck this near to a goal is there, m and rad.
const THERE: f64 = 0.5;
const THERE_HEADING: f64 = 0.1;
/// A truck waits so long before it looks for a way around, s; so much longer by its number, in so many steps.
const PATIENCE: f64 = 8.0;
const PATIENCE_STEP: f64 = 6.0;
const PATIENCE_STEPS: u32 = 6;
/// Within so much of a spot or a waiting pose the ground is that of a place, m.
const PLACE_REACH: f64 = 70.0;
/// A truck in a queue on the way takes so much of it, m: its length and the gap to the next.
const QUEUE_ROOM: f64 = 20.0;
/// Slower than this the truck stands, m/s.
const STANDS: f64 = 0.05;

/// The work given by the site.
#[derive(Debug, Clone, PartialEq)]
struct Assignment {
    id: Uuid,
    load: PlaceId,
    dump: PlaceId,
    park: Option<PlaceId>,
}

/// What the behaviour knows in one step.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Situation<'a> {
    pub estimate: &'a Estimate,
    /// Payload by the struts, smoothed, kg.
    pub payload_kg: f64,
    pub body_angle: f64,
    pub report: &'a TrackReport,
    pub obstacles: &'a [Obstacle],
}

/// What the behaviour wants of the tracker in one step.
#[derive(Debug, Clone, Default)]
pub(crate) struct Orders {
    /// A new path to follow.
    pub follow: Option<(Arc<Path>, Arc<SpeedProfile>)>,
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
    planner: Planner,
    post: Post,
    stage: CycleState,
    assignment: Option<Assignment>,
    /// The spot that is this truck's: at which place, which one.
    spot: Option<(PlaceId, usize)>,
    /// The spot being left.
    leaving: Option<(PlaceId, Pose2)>,
    journey: Option<Journey>,
    /// Handed to the tracker in this step.
    fresh: bool,
    tipping: Option<Tipping>,
    all_stop: Option<Uuid>,
    kicked_out: bool,
    /// Place in the queue, as the site last said.
    queue_index: Option<usize>,
    /// Waiting pose that the truck goes to or stands at.
    queue_pose: usize,
    /// Since when something has stood in the way of a truck that stands.
    blocked: Option<SimTime>,
    plan_at: SimTime,
    reported: Option<SimTime>,
    message: String,
}

impl Behaviour {
    pub fn new(truck: TruckId, map: Arc<MineMap>, model: TruckModel, conditions: Conditions) -> Self {
        Self {
            planner: Planner { truck, map, model, conditions, journeys: 0 },
            post: Post::new(truck, Epoch::default()),
            stage: CycleState::Parked,
            assignment: None,
            spot: None,
            leaving: None,
            journey: None,
            fresh: false,
            tipping: None,
            all_stop: None,
            kicked_out: false,
            queue_index: None,
            queue_pose: 0,
            blocked: None,
            plan_at: SimTime::START,
            reported: None,
            message: String::new(),
        }
    }

    pub fn set_epoch(&mut self, epoch: Epoch) {
        self.post.set_epoch(epoch);
    }

    /// The stage as others are to see it.
    pub fn state(&self) -> CycleState {
        if self.all_stop.is_some() { CycleState::Stopped } else { self.stage }
    }

    pub fn is_all_stopped(&self) -> bool {
        self.all_stop.is_some()
    }

    pub fn message(&self) -> &str {
        &self.message
    }

    /// Station up to which the way is granted, m.
    pub fn granted_to(&self) -> f64 {
        self.journey.as_ref().map_or(f64::INFINITY, |j| j.permission.limit())
    }

    /// One step: reads the inbox, moves the stage on, and says what the tracker is to do.
    pub fn advance(&mut self, now: SimTime, situation: &Situation, inbox: &[Envelope]) -> Orders {
        let mut orders = Orders { stop_at: f64::INFINITY, speed_limit: f64::INFINITY, ..Orders::default() };
        self.fresh = false;
        for envelope in inbox {
            self.read(now, situation, envelope, &mut orders);
        }
        if self.all_stop.is_some() {
            orders.speed_limit = 0.0;
            self.say("held by an all-stop");
        } else if situation.estimate.ready {
            self.go_on(now, situation, &mut orders);
            self.drive(now, situation, &mut orders);
        } else {
            orders.speed_limit = 0.0;
            self.say("waiting for a position");
        }
        if self.fresh
            && let Some(journey) = &self.journey
        {
            orders.follow = Some((Arc::clone(&journey.path), Arc::clone(&journey.profile)));
        }
        orders
    }

    /// The messages that are due.
    pub fn outbox(&mut self, now: SimTime, situation: &Situation) -> Vec<Envelope> {
        if self.reported.is_none_or(|t| now.since(t) >= REPORT) && situation.estimate.ready {
            self.reported = Some(now);
            let body = Body::EquipmentStateV1 {
                assignment_id: self.assignment.as_ref().map(|a| a.id),
                pose: situation.estimate.pose,
                speed: situation.estimate.speed,
                payload_kg: situation.payload_kg,
                state: self.state(),
            };
            self.post.say(body);
        }
        self.post.collect(now)
    }

    fn read(&mut self, now: SimTime, situation: &Situation, envelope: &Envelope, orders: &mut Orders) {
        let own = equipment_id(self.planner.truck);
        if envelope.header.equipment_id.is_some_and(|id| id != own) {
            return;
        }
        match &envelope.body {
            Body::AssignmentV1 { assignment_id, load_place, dump_place, park } => {
                let (id, load, dump) = (*assignment_id, load_place.clone(), dump_place.clone());
                self.assignment = Some(Assignment { id, load, dump, park: park.clone() });
            }
            Body::RoadGrantV1 { request_id, up_to_station } => {
                let Some(journey) = &mut self.journey else { return };
                if !journey.granted(*request_id, *up_to_station) {
                    return;
                }
                let (station, speed) = (situation.report.station, situation.estimate.speed.abs());
                if let Some(profile) = self.planner.reprofile(journey, station, speed) {
                    journey.profile = Arc::clone(&profile);
                    orders.profile = Some(profile);
                }
            }
            Body::SpotGrantV1 { place, spot_index } => {
                let wanted = self.is_wanted(place) && self.spot.is_none();
                let is_there = self.planner.map.place(place).is_some_and(|p| *spot_index < p.spots.len());
                if wanted && is_there {
                    self.queue_index = None;
                    self.spot = Some((place.clone(), *spot_index));
                    self.post.answered();
                }
            }
            Body::LeaveSpotV1 { place, .. } => {
                let stands_there = self.spot.as_ref().is_some_and(|(at, _)| at == place);
                if self.stage == CycleState::Loading && stands_there {
                    self.kicked_out = true;
                }
            }
            Body::AllStopV1 { stop_id } => {
                self.all_stop = Some(*stop_id);
                self.post.say(Body::AllStopAcknowledgedV1 { stop_id: *stop_id });
                self.reported = None;
            }
            Body::ResumeV1 { stop_id } if self.all_stop == Some(*stop_id) => {
                self.all_stop = None;
                self.reported = None;
                tracing::info!(truck = %self.planner.truck, at = %now, "all-stop lifted");
            }
            Body::WaitV1 { place, queue_index } if self.is_wanted(place) && self.spot.is_none() => {
                self.queue_index = Some(*queue_index);
            }
            _ => {}
        }
    }

    /// Moves from stage to stage.
    fn go_on(&mut self, now: SimTime, situation: &Situation, orders: &mut Orders) {
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
                        self.post.insist(now, Body::LeftSpotV1 { place });
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
    fn has_arrived(&self, situation: &Situation) -> bool {
        self.journey.is_some() && !self.fresh && situation.report.progress == Progress::Arrived
    }

    fn enter(&mut self, stage: CycleState) {
        tracing::debug!(truck = %self.planner.truck, from = %self.stage, to = %stage, "stage");
        self.stage = stage;
        self.plan_at = SimTime::START;
    }

    /// Leaves the spot it stands in.
    fn depart(&mut self, stage: CycleState) {
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
    fn destination(&self) -> Option<&PlaceId> {
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
    fn is_wanted(&self, place: &PlaceId) -> bool {
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

    /// Where this stage leads, and the travel in which it is to be reached.
    fn goal(&self) -> Result<(Pose2, Option<Travel>), &'static str> {
        let spot = || {
            let (place, index) = self.spot.as_ref()?;
            Some((self.planner.map.place(place)?.spots.get(*index)?.pose, Some(Travel::Reverse)))
        };
        if matches!(self.stage, CycleState::SpotAtLoad | CycleState::SpotAtDump) {
            return spot().ok_or("the spot is not on the map");
        }
        let Some(place) = self.destination().and_then(|id| self.planner.map.place(id)) else {
            return Err("the place to go to is not on the map");
        };
        match place.queue.get(self.queue_pose).or(place.queue.last()) {
            Some(pose) => Ok((*pose, None)),
            None => spot().ok_or("waiting for a spot before it sets out"),
        }
    }

    /// Plans the way that the stage at hand needs, if it is not yet planned: to the destination's queue, to its spot
    /// where there is no queue, or from the queue into the spot.
    fn set_out(&mut self, now: SimTime, situation: &Situation) {
        if self.journey.is_some() || now < self.plan_at {
            return;
        }
        if !situation.report.standing && situation.estimate.speed.abs() > STANDS {
            return;
        }
        let places = self.destination().and_then(|id| self.planner.map.place(id)).map_or(0, |p| p.queue.len());
        self.queue_pose = self.queue_index.unwrap_or(0).min(places.saturating_sub(1));
        let (goal, arrive) = match self.goal() {
            Ok(goal) => goal,
            Err(why) => return self.say(why),
        };
        let from = situation.estimate.pose;
        if from.distance(goal) < THERE && angle::difference(from.heading, goal.heading).abs() < THERE_HEADING {
            // Nothing to drive: the stage moves on as if the truck had just come.
            return self.skip_to_arrival(situation);
        }
        match self.planner.plan(from, goal, arrive, situation.payload_kg.max(0.0), &[]) {
            Ok(journey) => {
                self.journey = Some(journey);
                self.fresh = true;
                self.say("on its way");
            }
            Err(error) => {
                tracing::warn!(truck = %self.planner.truck, %error, "no plan");
                self.plan_at = now + Duration::from_secs_f64(PLAN_AGAIN);
                let text = format!("no plan: {error}");
                self.say(&text);
            }
        }
    }

    /// A truck that has stood before something for long on the open ground of a place looks for a way around it. Each
    /// truck waits for another time, so that two that stand in each other's way do not both give way.
    fn go_around(&mut self, now: SimTime, situation: &Situation, blocked: bool) {
        if !blocked {
            self.blocked = None;
            return;
        }
        let since = *self.blocked.get_or_insert(now);
        let patience = PATIENCE + PATIENCE_STEP * f64::from(self.planner.truck.0 % PATIENCE_STEPS);
        if now.since(since) < patience || !self.is_at_a_place(situation.estimate.pose) {
            return;
        }
        self.blocked = Some(now);
        let Ok((goal, arrive)) = self.goal() else { return };
        let (from, payload) = (situation.estimate.pose, situation.payload_kg.max(0.0));
        match self.planner.plan(from, goal, arrive, payload, situation.obstacles) {
            Ok(journey) => {
                tracing::info!(truck = %self.planner.truck, "goes around what stands in the way");
                self.journey = Some(journey);
                self.fresh = true;
            }
            Err(error) => tracing::debug!(truck = %self.planner.truck, %error, "no way around"),
        }
    }

    /// Whether a pose lies on the open ground of a place rather than out on a road.
    fn is_at_a_place(&self, pose: Pose2) -> bool {
        let near = |p: &Pose2| p.distance(pose) < PLACE_REACH;
        self.planner
            .map
            .places
            .iter()
            .any(|place| place.spots.iter().any(|s| near(&s.pose)) || place.queue.iter().any(near))
    }

    fn skip_to_arrival(&mut self, situation: &Situation) {
        match self.stage {
            CycleState::TravelEmpty | CycleState::LeaveDump => self.enter(CycleState::QueueAtLoad),
            CycleState::TravelLoaded | CycleState::LeaveLoad => self.enter(CycleState::QueueAtDump),
            CycleState::SpotAtLoad if situation.estimate.standing => self.enter(CycleState::Loading),
            CycleState::SpotAtDump if situation.estimate.standing => self.enter(CycleState::Dumping),
            _ => {}
        }
    }

    /// Asks for a spot when it is near enough, until one is given.
    fn ask_for_spot(&mut self, now: SimTime, situation: &Situation) {
        if self.spot.is_some() {
            return;
        }
        let Some(place) = self.destination().and_then(|id| self.planner.map.place(id)) else { return };
        let left = match (&self.journey, place.queue.first()) {
            (Some(journey), _) => journey.path.length() - situation.report.station,
            (None, Some(head)) if self.travels() => head.distance(situation.estimate.pose),
            (None, _) => 0.0,
        };
        if left > ASK_FOR_SPOT {
            return;
        }
        let id = place.id.clone();
        self.post.ask(now, || Body::SpotRequestV1 { place: id });
    }

    /// A truck that has yet to set out and is at its destination already, as trucks are when a shift begins, goes by the
    /// site's answer: into its spot, to its waiting pose, or not at all. True while it is not to set out for the queue.
    fn starts_at_the_place(&mut self, situation: &Situation) -> bool {
        let Some(place) = self.destination().and_then(|id| self.planner.map.place(id)) else { return false };
        let Some(head) = place.queue.first() else { return false };
        if head.distance(situation.estimate.pose) > PLACE_REACH {
            return false;
        }
        match (&self.spot, self.queue_index) {
            (Some(_), _) => {
                let loading = self.stage == CycleState::TravelEmpty;
                self.enter(if loading { CycleState::SpotAtLoad } else { CycleState::SpotAtDump });
                true
            }
            (None, Some(index)) if index < place.queue.len() => false,
            (None, _) => {
                self.say("waiting for its turn at the place");
                true
            }
        }
    }

    fn travels(&self) -> bool {
        matches!(self.stage, CycleState::TravelEmpty | CycleState::TravelLoaded)
    }

    fn tell_spotted(&mut self, now: SimTime) {
        if let Some((place, spot_index)) = self.spot.clone() {
            self.post.ask(now, || Body::SpottedV1 { place, spot_index });
        }
    }

    /// The hoist's sequence at the dump.
    fn tip(&mut self, now: SimTime, situation: &Situation, orders: &mut Orders) {
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
            self.post.insist(now, Body::TippedV1 { place, payload_kg });
        }
        self.depart(CycleState::LeaveDump);
    }

    /// The limits of this step: the grant's end, and what stands in the way.
    fn drive(&mut self, now: SimTime, situation: &Situation, orders: &mut Orders) {
        let station = if self.fresh { 0.0 } else { situation.report.station };
        let Some(journey) = &mut self.journey else { return };
        let length = journey.path.length();
        if let Some(body) = journey.due(now, station) {
            self.post.say(body);
        }
        orders.stop_at = journey.permission.limit();
        let at_spot = matches!(self.stage, CycleState::SpotAtLoad | CycleState::SpotAtDump);
        let speed = situation.estimate.speed;
        let found = journey.obstacle(&self.planner.model, situation.obstacles, station, speed, at_spot);
        let answered = journey.permission.is_answered();
        if let Some((contact, stop)) = found {
            orders.obstacle_at = Some(contact.station);
            orders.stop_at = orders.stop_at.min(stop);
        }
        let mut queues = false;
        // Further back in the queue than it has waiting poses: wait on the way, a truck's room for each before.
        if let Some(index) = self.queue_index.filter(|_| self.spot.is_none()) {
            let poses = self.destination().and_then(|id| self.planner.map.place(id)).map_or(0, |p| p.queue.len());
            let behind = (index + 1).saturating_sub(poses.max(1)) as f64;
            if behind > 0.0 {
                orders.stop_at = orders.stop_at.min(length - behind * QUEUE_ROOM);
                queues = true;
            }
        }
        let waits = situation.report.standing && orders.stop_at - station < 1.5;
        self.go_around(now, situation, waits && found.is_some() && !queues);
        match found {
            Some(_) if waits => self.say("something stands in the way"),
            _ if waits && !answered => self.say("waiting for the right of way"),
            _ if waits => self.say("waiting for more of the road"),
            _ => self.say("on its way"),
        }
    }

    /// Sets the message without allocating when it stays the same.
    fn say(&mut self, text: &str) {
        if self.message != text {
            self.message.clear();
            self.message.push_str(text);
        }
    }

    pub fn hash(&self, hasher: &mut StateHasher) {
        hasher.whole(self.stage as u64).whole(u64::from(self.all_stop.is_some())).whole(self.planner.journeys);
        hasher.real(self.granted_to()).whole(self.spot.as_ref().map_or(u64::MAX, |(_, index)| *index as u64));
    }
}
