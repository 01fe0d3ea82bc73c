//! The haul cycle: what the truck does next, what it asks the site, and what it waits for.
//!
//! ```text
//! Parked ─▶ TravelEmpty ─▶ QueueAtLoad ─▶ SpotAtLoad ─▶ Loading ─▶ LeaveLoad ─▶ TravelLoaded ─▶
//!        ─▶ QueueAtDump ─▶ SpotAtDump ─▶ Dumping ─▶ LeaveDump ─▶ TravelEmpty ─▶ …
//! ```
//!
//! An all-stop shows as `Stopped` over whatever stage it interrupts, and the stage goes on when it is lifted. Messages
//! may be lost or come twice: what is asked is asked again after a while, what is stated is stated again until the site
//! has heard it, and an answer that changes nothing is ignored.

mod cycle;
mod journey;
mod permission;
mod post;
mod tip;
mod way;

use crate::localise::Estimate;
use crate::perceive::Obstacle;
use crate::track::TrackReport;
use haul_core::{PlaceId, Pose2, SimTime, StandReason, StateHasher, TruckId};
use haul_messages::{Body, CycleState, Envelope, Epoch, Uuid, equipment_id};
use haul_mine::MineMap;
use haul_planner::speed::SpeedProfile;
use haul_planner::{Conditions, Path, TruckModel};
use haul_vehicle::Hoist;
use journey::{Journey, NoJourney, Planner};
use post::Post;
use std::collections::BTreeMap;
use std::sync::Arc;
use tip::Tipping;

/// The truck tells where it is once in so many seconds.
const REPORT: f64 = 1.0;

/// All-stops that have been lifted and are still known, so that a late copy of one stops nothing.
const LIFTED_STOPS: usize = 8;

/// A spot that is this truck's.
#[derive(Debug, Clone, PartialEq)]
struct Spot {
    place: PlaceId,
    index: usize,
    /// The visit, as the truck named it in its request.
    visit: Uuid,
}

/// A spot that is being left.
#[derive(Debug, Clone, PartialEq)]
struct Leaving {
    place: PlaceId,
    visit: Uuid,
    pose: Pose2,
}

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
    /// Temperature of the retarder's oil, K.
    pub retarder_temp: f64,
    /// Gear, −1 reverse, and speed of the engine, rad/s.
    pub gear: i8,
    pub engine_speed: f64,
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
    spot: Option<Spot>,
    leaving: Option<Leaving>,
    /// The visit that a spot is asked for, and how many there were.
    visit: Option<(PlaceId, Uuid)>,
    visits: u64,
    journey: Option<Journey>,
    /// Handed to the tracker in this step.
    fresh: bool,
    tipping: Option<Tipping>,
    all_stop: Option<Uuid>,
    /// All-stops that are over, the newest last.
    lifted: Vec<Uuid>,
    kicked_out: bool,
    /// Trucks before it in the queue, as the site last said.
    queue_index: Option<usize>,
    /// Time since when an obstacle has stood in the way of a truck that stands.
    blocked: Option<SimTime>,
    /// Time since when the right of way into the spot has been withheld.
    withheld: Option<SimTime>,
    plan_at: SimTime,
    /// Plans that have failed in this stage.
    attempts: u32,
    /// The journey at hand leads to where the truck no longer has to go: it halts and plans again.
    replan: bool,
    /// Reason for which the truck stands, if it does.
    reason: StandReason,
    reported: Option<SimTime>,
}

impl Behaviour {
    pub fn new(truck: TruckId, map: Arc<MineMap>, model: TruckModel, conditions: Conditions) -> Self {
        Self {
            planner: Planner { truck, map, model, conditions, oil: None, journeys: 0, visits: BTreeMap::new() },
            post: Post::new(truck, Epoch::default()),
            stage: CycleState::Parked,
            assignment: None,
            spot: None,
            leaving: None,
            visit: None,
            visits: 0,
            journey: None,
            fresh: false,
            tipping: None,
            all_stop: None,
            lifted: Vec::new(),
            kicked_out: false,
            queue_index: None,
            blocked: None,
            withheld: None,
            plan_at: SimTime::START,
            attempts: 0,
            replan: false,
            reason: StandReason::NoAssignment,
            reported: None,
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

    /// The reason for which the truck stands, if it does.
    pub fn reason(&self) -> &StandReason {
        &self.reason
    }

    /// Station up to which the way is granted, m.
    pub fn granted_to(&self) -> f64 {
        self.journey.as_ref().map_or(f64::INFINITY, Journey::limit)
    }

    /// One step: reads the inbox, moves the stage on, and says what the tracker is to do.
    pub fn advance(&mut self, now: SimTime, situation: &Situation, inbox: &[Envelope]) -> Orders {
        // A temperature from before says nothing of a retarder whose sensor has failed.
        let oil = situation.retarder_temp;
        self.planner.oil = (oil.is_finite() && oil > 0.0).then_some(oil);
        let mut orders = Orders { stop_at: f64::INFINITY, speed_limit: f64::INFINITY, ..Orders::default() };
        self.fresh = false;
        for envelope in inbox {
            self.read(now, situation, envelope, &mut orders);
        }
        if self.all_stop.is_some() {
            orders.speed_limit = 0.0;
            self.reason = StandReason::AllStop;
        } else if self.replan && situation.estimate.ready {
            // It halts first: a new path is asked for from a standstill.
            orders.speed_limit = 0.0;
            self.reason = StandReason::Starting;
            if situation.report.standing {
                self.replan = false;
                self.journey = None;
            }
        } else if situation.estimate.ready {
            self.go_on(now, situation, &mut orders);
            self.drive(now, situation, &mut orders);
        } else {
            orders.speed_limit = 0.0;
            self.reason = StandReason::NoPosition;
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
                if self.assignment.as_ref().is_none_or(|known| known.id != id) {
                    let before = self.destination().cloned();
                    self.assignment = Some(Assignment { id, load, dump, park: park.clone() });
                    if self.destination() != before.as_ref() {
                        self.destination_changed(now);
                    }
                }
            }
            Body::PathGrantV1 { request_id, up_to_station, behind } => {
                let Some(journey) = &mut self.journey else { return };
                if !journey.granted(now, *request_id, *up_to_station, *behind) {
                    return;
                }
                if let Some(profile) = self.planner.reprofile(journey, situation) {
                    journey.profile = Arc::clone(&profile);
                    orders.profile = Some(profile);
                }
            }
            Body::SpotGrantV1 { visit_id, place, spot_index } => {
                let asked = self.visit.as_ref().is_some_and(|(to, id)| to == place && id == visit_id);
                let is_there = self.planner.map.place(place).is_some_and(|p| *spot_index < p.spots.len());
                if asked && is_there && self.is_wanted(place) && self.spot.is_none() {
                    self.queue_index = None;
                    self.spot = Some(Spot { place: place.clone(), index: *spot_index, visit: *visit_id });
                    self.post.answered();
                }
            }
            Body::LeaveSpotV1 { visit_id, .. } => {
                let stands_there = self.spot.as_ref().is_some_and(|spot| spot.visit == *visit_id);
                if self.stage == CycleState::Loading && stands_there {
                    self.kicked_out = true;
                }
            }
            Body::ReceiptV1 { stated, stated_at } => self.post.heard(*stated, *stated_at),
            Body::AllStopV1 { stop_id } => {
                // A late copy of an order that has been lifted stops nothing.
                if self.lifted.contains(stop_id) {
                    return;
                }
                self.all_stop = Some(*stop_id);
                self.post.say(Body::AllStopAcknowledgedV1 { stop_id: *stop_id });
                self.reported = None;
            }
            Body::ResumeV1 { stop_id } => {
                if !self.lifted.contains(stop_id) {
                    self.lifted.push(*stop_id);
                    let surplus = self.lifted.len().saturating_sub(LIFTED_STOPS);
                    self.lifted.drain(..surplus);
                }
                if self.all_stop == Some(*stop_id) {
                    self.all_stop = None;
                    self.reported = None;
                    tracing::info!(truck = %self.planner.truck, at = %now, "all-stop lifted");
                }
            }
            Body::WaitV1 { visit_id, place, queue_index } => {
                let asked = self.visit.as_ref().is_some_and(|(to, id)| to == place && id == visit_id);
                if asked && self.spot.is_none() {
                    self.queue_index = Some(*queue_index);
                }
            }
            _ => {}
        }
    }

    /// The site has given work at another place. A spot that the truck has not reached is given back, and the truck
    /// sets out again from where it stands.
    fn destination_changed(&mut self, now: SimTime) {
        let going = matches!(
            self.stage,
            CycleState::TravelEmpty
                | CycleState::TravelLoaded
                | CycleState::QueueAtLoad
                | CycleState::QueueAtDump
                | CycleState::SpotAtLoad
                | CycleState::SpotAtDump
        );
        let leaves = matches!(self.stage, CycleState::LeaveLoad | CycleState::LeaveDump);
        if going || leaves {
            self.replan = self.journey.is_some();
        }
        if !going {
            return;
        }
        if let Some(Spot { place, visit, .. }) = self.spot.take() {
            self.post.state(now, Body::LeftSpotV1 { visit_id: visit, place });
        }
        self.visit = None;
        self.queue_index = None;
        self.post.answered();
        if let Some(stage) = match self.stage {
            CycleState::QueueAtLoad | CycleState::SpotAtLoad => Some(CycleState::TravelEmpty),
            CycleState::QueueAtDump | CycleState::SpotAtDump => Some(CycleState::TravelLoaded),
            _ => None,
        } {
            self.enter(stage);
        }
    }

    /// The id of the visit to the destination; a new one where the destination is another than before.
    fn visit_id(&mut self, now: SimTime) -> Uuid {
        let Some(to) = self.destination().cloned() else { return Uuid::nil() };
        match &self.visit {
            Some((place, id)) if *place == to => *id,
            _ => {
                self.visits += 1;
                let name = format!("visit/{}/{}", now.nanos(), self.visits);
                let id = Uuid::new_v5(&equipment_id(self.planner.truck), name.as_bytes());
                self.visit = Some((to, id));
                id
            }
        }
    }

    pub fn hash(&self, hasher: &mut StateHasher) {
        hasher.whole(self.stage as u64).whole(u64::from(self.all_stop.is_some())).whole(self.planner.journeys);
        hasher.real(self.planner.oil.unwrap_or(0.0));
        hasher.real(self.granted_to()).whole(self.spot.as_ref().map_or(u64::MAX, |spot| spot.index as u64));
        hasher.whole(self.visits).whole(u64::from(self.attempts)).whole(self.plan_at.nanos());
        if let Some(journey) = &self.journey {
            journey.hash(hasher);
        }
    }
}
