//! The haul cycle as a pure state machine: takes events and the time, returns actions.
//!
//! The machine knows stages, spots, visits and the truck's assignment. It knows no pose, path or speed: its driver
//! observes them and reports events, and plans and follows paths as the actions ask. So the same machine serves a truck
//! in full physics and one that is moved along its path. The steps of the machine are in one table ([`TABLE`]), which
//! is printed into `docs/haul-cycle.md`.
//!
//! ```
//! use haul_autonomy::cycle::{CycleAction, Assignment, CycleEvent, HaulCycle, SiteMessage};
//! use haul_core::{CycleState, PlaceId, SimTime, TruckId};
//! use haul_messages::Uuid;
//!
//! let mut cycle = HaulCycle::new(TruckId(1));
//! let (load, dump) = (PlaceId::from("face_1"), PlaceId::from("crusher"));
//! let work = Assignment { id: Uuid::from_u128(1), load, dump, park: None };
//! let now = SimTime::START;
//! assert!(cycle.handle(CycleEvent::Site(SiteMessage::Assigned(work)), now).is_empty(), "it does not know where it stands");
//! let actions = cycle.handle(CycleEvent::Located { loaded: false }, now);
//! assert!(matches!(actions[..], [CycleAction::Plan(_)]));
//! assert_eq!(cycle.stage(), CycleState::TravelEmpty);
//! ```

mod event;
mod table;

pub use event::{Assignment, CycleAction, CycleEvent, Goal, GrantedSpot, Outcome, PlanRequest, SiteMessage};
pub use table::{Duty, Row, TABLE, Trigger, markdown};

use haul_core::{CycleState, PlaceId, SimTime, StandReason, TruckId};
use haul_messages::{Body, Uuid, equipment_id};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use table::{
    OBSTACLE_WAIT, OBSTACLE_WAIT_STEP, OBSTACLE_WAIT_STEPS, PATH_WAIT, PLAN_PAUSE, PLAN_PERIOD, REQUEST_LIMIT,
    REQUEST_PERIOD, SPOT_HOLD_TIME, SPOT_WAIT,
};

/// Number of lifted all-stops whose ids are kept, so that a late copy of a lifted all-stop is ignored.
const LIFTED_STOPS: usize = 8;

/// A visit to a place, from the first request for a spot until the truck leaves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Visit {
    place: PlaceId,
    id: Uuid,
    /// Spots that the truck has declined. A late copy of a declined spot's grant is ignored.
    declined: Vec<usize>,
    /// Requests for a spot since the site's last answer.
    unanswered: u32,
}

/// State of the truck's request for a spot at its destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
enum Asking {
    /// The truck is not yet near the place.
    #[default]
    NotYet,
    /// The truck asks while it drives.
    OnTheWay,
    /// The truck stands in a spot already, or has given its spot back: it asks at a standstill.
    AtThePlace,
}

/// Times at which actions are due.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Timers {
    /// Time at which a request for a spot is repeated.
    ask: Option<SimTime>,
    /// Time at which a path is planned again.
    plan: Option<SimTime>,
    /// Time at which a truck without right of way acts.
    withheld: Option<SimTime>,
    /// Time at which a truck in front of an obstacle acts.
    blocked: Option<SimTime>,
    /// Time at which a truck short of its waiting pose gives its spot back.
    spot_back: Option<SimTime>,
}

/// The haul cycle of one truck as a pure state machine: takes events and the time, returns actions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HaulCycle {
    truck: TruckId,
    stage: CycleState,
    work: Option<Assignment>,
    /// True if the truck carries a load; `None` until the truck is located.
    loaded: Option<bool>,
    visit: Option<Visit>,
    visits: u64,
    asking: Asking,
    spot: Option<GrantedSpot>,
    /// Spot that the truck is leaving.
    leaving: Option<GrantedSpot>,
    /// Number of trucks ahead in the queue, by the site's last answer.
    ahead: Option<usize>,
    /// Id of the open planning request, or of the request that gave the present path.
    request: u64,
    /// Number of failed plans in this stage.
    attempts: u32,
    /// Cause of the last failed plan in this stage.
    no_plan: Option<String>,
    timers: Timers,
    all_stop: Option<Uuid>,
    /// Ids of lifted all-stops, the newest last.
    lifted: Vec<Uuid>,
}

impl HaulCycle {
    /// Creates the cycle of a parked truck without an assignment.
    pub fn new(truck: TruckId) -> Self {
        Self {
            truck,
            stage: CycleState::Parked,
            work: None,
            loaded: None,
            visit: None,
            visits: 0,
            asking: Asking::NotYet,
            spot: None,
            leaving: None,
            ahead: None,
            request: 0,
            attempts: 0,
            no_plan: None,
            timers: Timers::default(),
            all_stop: None,
            lifted: Vec::new(),
        }
    }

    /// Returns the stage, disregarding any all-stop.
    pub fn stage(&self) -> CycleState {
        self.stage
    }

    /// Returns the stage as reported to others: `Stopped` during an all-stop.
    pub fn state(&self) -> CycleState {
        if self.all_stop.is_some() { CycleState::Stopped } else { self.stage }
    }

    /// Returns true if an all-stop holds the truck.
    pub fn is_all_stopped(&self) -> bool {
        self.all_stop.is_some()
    }

    /// Returns the present assignment.
    pub fn work(&self) -> Option<&Assignment> {
        self.work.as_ref()
    }

    /// Returns the spot that the truck holds.
    pub fn spot(&self) -> Option<&GrantedSpot> {
        self.spot.as_ref()
    }

    /// Returns the spot that the truck is leaving.
    pub fn leaving(&self) -> Option<&GrantedSpot> {
        self.leaving.as_ref()
    }

    /// Returns the place to which the truck drives, or at which it is.
    pub fn destination(&self) -> Option<&PlaceId> {
        let work = self.work.as_ref()?;
        match self.stage {
            CycleState::TravelEmpty
            | CycleState::QueueAtLoad
            | CycleState::SpotAtLoad
            | CycleState::Loading
            | CycleState::LeaveDump => Some(&work.load),
            CycleState::TravelLoaded
            | CycleState::QueueAtDump
            | CycleState::SpotAtDump
            | CycleState::Dumping
            | CycleState::LeaveLoad => Some(&work.dump),
            _ => work.park.as_ref(),
        }
    }

    /// Returns the place of the assignment that comes after a place.
    pub fn place_after(&self, place: &PlaceId) -> Option<&PlaceId> {
        let work = self.work.as_ref()?;
        Some(if *place == work.load { &work.dump } else { &work.load })
    }

    /// Returns the reason why a truck without a path stands.
    pub fn reason(&self) -> StandReason {
        let Some(place) = self.destination().cloned() else { return StandReason::NoAssignment };
        match (self.stage, &self.no_plan) {
            _ if self.all_stop.is_some() => StandReason::AllStop,
            (CycleState::Parked, _) => StandReason::NoAssignment,
            (CycleState::Loading, _) => StandReason::Loading { place },
            (CycleState::Dumping, _) => StandReason::Tipping { place },
            (CycleState::QueueAtLoad | CycleState::QueueAtDump, _) => {
                StandReason::WaitingForSpot { place, ahead: self.ahead.unwrap_or(0) }
            }
            (_, Some(cause)) => StandReason::NoPlan { place, cause: cause.clone() },
            // The truck stands in a spot and asks whether that spot is granted to it.
            (CycleState::TravelEmpty | CycleState::TravelLoaded, _) if self.timers.ask.is_some() => {
                StandReason::WaitingForSpot { place, ahead: self.ahead.unwrap_or(0) }
            }
            _ => StandReason::Starting,
        }
    }

    /// Returns the next time at which [`CycleEvent::Due`] is expected; `None` while no timer runs.
    pub fn due(&self) -> Option<SimTime> {
        let Timers { ask, plan, withheld, blocked, spot_back } = self.timers;
        [ask, plan, withheld, blocked, spot_back].into_iter().flatten().min()
    }

    /// Handles an event and returns the actions for the truck, in order. An event that does not fit the present stage
    /// changes nothing.
    pub fn handle(&mut self, event: CycleEvent, now: SimTime) -> Vec<CycleAction> {
        let mut actions = Vec::new();
        match event {
            CycleEvent::Located { loaded } => {
                self.loaded = Some(loaded);
                self.begin(now, &mut actions);
            }
            CycleEvent::Site(word) => self.hear(word, now, &mut actions),
            CycleEvent::Planned { id, outcome } if id == self.request => self.planned(outcome, now, &mut actions),
            CycleEvent::Planned { .. } => {}
            CycleEvent::Near => {
                if self.asking == Asking::NotYet && self.spot.is_none() && self.is_on_its_way() {
                    self.asking = Asking::OnTheWay;
                    self.take(Trigger::Near, now, &mut actions);
                }
            }
            CycleEvent::Arrived => self.take(Trigger::Arrived, now, &mut actions),
            CycleEvent::Entered if self.spot.is_some() => self.take(Trigger::Entered, now, &mut actions),
            CycleEvent::Entered => {}
            CycleEvent::HeldUp => {
                if self.is_on_its_way() && self.spot.is_some() {
                    self.timers.spot_back.get_or_insert(after(now, SPOT_HOLD_TIME));
                }
            }
            CycleEvent::Rolls => self.timers.spot_back = None,
            CycleEvent::Cleared => self.take(Trigger::Cleared, now, &mut actions),
            CycleEvent::Away => self.take(Trigger::Away, now, &mut actions),
            CycleEvent::Tipped(payload_kg) if self.stage == CycleState::Dumping => {
                if let Some(GrantedSpot { place, visit, .. }) = self.spot.clone() {
                    actions.push(CycleAction::State(Body::TippedV1 { visit_id: visit, place, payload_kg }));
                }
                self.take(Trigger::Tipped, now, &mut actions);
            }
            CycleEvent::Tipped(_) => {}
            CycleEvent::HandedBack { in_spot, empty } => {
                let works = matches!(self.stage, CycleState::Loading | CycleState::Dumping);
                if !(works && in_spot) {
                    self.take(
                        if empty { Trigger::HandedBackEmpty } else { Trigger::HandedBackLoaded },
                        now,
                        &mut actions,
                    );
                }
            }
            CycleEvent::Blocked { at_a_place } => {
                self.timers.withheld = None;
                if at_a_place {
                    let patience = OBSTACLE_WAIT + OBSTACLE_WAIT_STEP * f64::from(self.truck.0 % OBSTACLE_WAIT_STEPS);
                    self.timers.blocked.get_or_insert(after(now, patience));
                }
            }
            CycleEvent::Withheld { other_spots } => {
                self.timers.blocked = None;
                let spotting = matches!(self.stage, CycleState::SpotAtLoad | CycleState::SpotAtDump);
                if !spotting || other_spots {
                    self.timers.withheld.get_or_insert(after(now, if spotting { SPOT_WAIT } else { PATH_WAIT }));
                }
            }
            CycleEvent::Free => (self.timers.withheld, self.timers.blocked) = (None, None),
            CycleEvent::Due => self.run_timers(now, &mut actions),
        }
        actions
    }

    /// Returns true if the truck drives to a place.
    fn is_on_its_way(&self) -> bool {
        matches!(self.stage, CycleState::TravelEmpty | CycleState::TravelLoaded)
    }

    /// Starts work once both assignment and position are known.
    fn begin(&mut self, now: SimTime, actions: &mut Vec<CycleAction>) {
        if let (Some(loaded), true) = (self.loaded, self.work.is_some()) {
            self.take(if loaded { Trigger::WorkLoaded } else { Trigger::WorkEmpty }, now, actions);
        }
    }

    fn hear(&mut self, word: SiteMessage, now: SimTime, actions: &mut Vec<CycleAction>) {
        match word {
            SiteMessage::Assigned(work) => {
                if self.work.as_ref().is_some_and(|known| known.id == work.id) {
                    return;
                }
                let before = self.destination().cloned();
                self.work = Some(work);
                if self.stage == CycleState::Parked {
                    self.begin(now, actions);
                } else if self.destination() != before.as_ref() {
                    self.take(Trigger::OtherWork, now, actions);
                }
            }
            SiteMessage::SpotGranted(spot) => {
                let asked = self.visit.as_mut().is_some_and(|visit| {
                    let own = visit.place == spot.place && visit.id == spot.visit;
                    visit.unanswered = if own { 0 } else { visit.unanswered };
                    own && !visit.declined.contains(&spot.index)
                });
                let asks = matches!(
                    self.stage,
                    CycleState::TravelEmpty
                        | CycleState::TravelLoaded
                        | CycleState::QueueAtLoad
                        | CycleState::QueueAtDump
                );
                if asked && asks && self.spot.is_none() && self.destination() == Some(&spot.place) {
                    (self.spot, self.ahead) = (Some(spot), None);
                    let ahead = self.is_on_its_way() && self.asking == Asking::OnTheWay;
                    self.take(if ahead { Trigger::SpotGrantedAhead } else { Trigger::SpotGranted }, now, actions);
                }
            }
            SiteMessage::Queued { visit, ahead } => {
                if let Some(own) = self.visit.as_mut().filter(|own| own.id == visit && self.spot.is_none()) {
                    own.unanswered = 0;
                    self.ahead = Some(ahead);
                }
            }
            SiteMessage::KickedOut { visit } => {
                if self.spot.as_ref().is_some_and(|spot| spot.visit == visit) {
                    self.take(Trigger::KickedOut, now, actions);
                }
            }
            SiteMessage::AllStop(stop_id) => {
                // A late copy of a lifted all-stop is ignored.
                if !self.lifted.contains(&stop_id) {
                    self.all_stop = Some(stop_id);
                    actions.push(CycleAction::Say(Body::AllStopAcknowledgedV1 { stop_id }));
                    actions.push(CycleAction::Report);
                }
            }
            SiteMessage::Resume(stop_id) => {
                if !self.lifted.contains(&stop_id) {
                    self.lifted.push(stop_id);
                    let surplus = self.lifted.len().saturating_sub(LIFTED_STOPS);
                    self.lifted.drain(..surplus);
                }
                if self.all_stop == Some(stop_id) {
                    self.all_stop = None;
                    actions.push(CycleAction::Report);
                }
            }
        }
    }

    fn planned(&mut self, outcome: Outcome, now: SimTime, actions: &mut Vec<CycleAction>) {
        match outcome {
            Outcome::KeepsPath => {}
            Outcome::Follows => (self.attempts, self.no_plan) = (0, None),
            Outcome::There | Outcome::NoWaitingPose => self.take(Trigger::Arrived, now, actions),
            Outcome::InSpot => {
                self.asking = Asking::AtThePlace;
                let on = if self.spot.is_some() { Trigger::SpotGranted } else { Trigger::InSpot };
                self.take(on, now, actions);
            }
            Outcome::NoPath { cause, alternatives } => {
                self.attempts += 1;
                if self.attempts == 1 {
                    let place = self.destination().map_or("", PlaceId::as_str);
                    tracing::warn!(truck = %self.truck, at = %now, place, %cause, "no path");
                }
                self.no_plan = Some(cause);
                let alternatives = alternatives.max(1);
                let all_tried = self.attempts.is_multiple_of(alternatives);
                self.timers.plan = Some(after(now, if all_tried { PLAN_PAUSE } else { PLAN_PERIOD }));
                if all_tried && self.attempts == alternatives {
                    self.take(Trigger::NoPath, now, actions);
                }
            }
        }
    }

    fn run_timers(&mut self, now: SimTime, actions: &mut Vec<CycleAction>) {
        let is_due = |timer: &mut Option<SimTime>| timer.take_if(|at| *at <= now).is_some();
        if is_due(&mut self.timers.ask) {
            self.take(Trigger::AskDue, now, actions);
        }
        if is_due(&mut self.timers.plan) {
            self.take(Trigger::PlanDue, now, actions);
        }
        if is_due(&mut self.timers.withheld) {
            let spotting = matches!(self.stage, CycleState::SpotAtLoad | CycleState::SpotAtDump);
            if spotting {
                self.no_plan = Some(format!("no right of way for {SPOT_WAIT:.0} s"));
            }
            self.take(if spotting { Trigger::WithheldFor90s } else { Trigger::WithheldFor40s }, now, actions);
        }
        if is_due(&mut self.timers.spot_back) {
            self.take(Trigger::HeldUpFor15s, now, actions);
        }
        if is_due(&mut self.timers.blocked) {
            self.take(Trigger::BlockedForLong, now, actions);
        }
    }

    /// Makes the table's step for a trigger in the present stage, if there is one.
    fn take(&mut self, on: Trigger, now: SimTime, actions: &mut Vec<CycleAction>) {
        let Some(row) = table::find(self.stage, on) else { return };
        // Declining a spot needs the stage before the step.
        let declined = (row.duty == Duty::DeclineSpot).then(|| self.spot.take()).flatten();
        if row.to != self.stage {
            tracing::debug!(truck = %self.truck, at = %now, from = %self.stage, to = %row.to, "stage");
            self.stage = row.to;
            self.asking = Asking::NotYet;
            self.attempts = 0;
            self.timers = Timers::default();
        }
        match row.duty {
            Duty::Approach | Duty::ApproachAgain => self.plan(false, actions),
            Duty::HaltAndApproach => {
                actions.push(CycleAction::Halt);
                self.plan(false, actions);
            }
            Duty::GiveUpSpotAndApproach => {
                self.tell_left(actions);
                self.give_spot_back(actions);
                (self.timers, self.asking) = (Timers::default(), Asking::NotYet);
                self.attempts = 0;
                actions.push(CycleAction::Halt);
                self.plan(false, actions);
            }
            Duty::AskForSpot => self.ask_for_spot(now, actions),
            Duty::LeaveAndAskForSpot => {
                self.tell_left(actions);
                actions.push(CycleAction::DropPath);
                self.no_plan = None;
                if self.spot.is_some() {
                    self.take(Trigger::SpotGranted, now, actions);
                } else {
                    self.ask_for_spot(now, actions);
                }
            }
            Duty::KeepSpot => self.timers.ask = None,
            Duty::GiveSpotBack => {
                tracing::debug!(truck = %self.truck, at = %now, "gives back a spot that it cannot reach");
                self.give_spot_back(actions);
                self.asking = Asking::AtThePlace;
            }
            Duty::GoOn => {}
            Duty::EnterSpot => self.plan(false, actions),
            Duty::TellNoPath => {
                // The site gives the spot to another truck.
                self.spot = None;
                if let Some(place) = self.destination().cloned() {
                    let visit_id = self.visit_id(now);
                    let cause = self.no_plan.clone().unwrap_or_default();
                    actions.push(CycleAction::State(Body::NoPathV1 { visit_id, place, spot_index: None, cause }));
                }
            }
            Duty::TellSpotted => {
                if let Some(GrantedSpot { place, index, visit }) = self.spot.clone() {
                    actions.push(CycleAction::Say(Body::SpottedV1 { visit_id: visit, place, spot_index: index }));
                }
                self.timers.ask = Some(after(now, REQUEST_PERIOD));
            }
            Duty::DeclineSpot => {
                if let Some(GrantedSpot { place, index, visit }) = declined {
                    if let Some(own) = &mut self.visit {
                        own.declined.push(index);
                    }
                    let cause = self.no_plan.take().unwrap_or_default();
                    let body = Body::NoPathV1 { visit_id: visit, place, spot_index: Some(index), cause };
                    actions.push(CycleAction::State(body));
                }
                actions.push(CycleAction::DropPath);
                self.ask_for_spot(now, actions);
            }
            Duty::Depart | Duty::TellTippedAndDepart => {
                self.leaving = self.spot.take();
                self.visit = None;
                self.plan(false, actions);
            }
            Duty::TellLeft => self.tell_left(actions),
            Duty::GoAround => self.plan(true, actions),
        }
    }

    /// Tells the site that the truck will not come to its granted spot. The visit is over.
    fn give_spot_back(&mut self, actions: &mut Vec<CycleAction>) {
        if let Some(GrantedSpot { place, visit, .. }) = self.spot.take() {
            actions.push(CycleAction::State(Body::LeftSpotV1 { visit_id: visit, place }));
        }
        (self.visit, self.ahead) = (None, None);
    }

    fn tell_left(&mut self, actions: &mut Vec<CycleAction>) {
        if let Some(GrantedSpot { place, visit, .. }) = self.leaving.take() {
            actions.push(CycleAction::State(Body::LeftSpotV1 { visit_id: visit, place }));
        }
    }

    /// Requests the path that the stage needs.
    fn plan(&mut self, around: bool, actions: &mut Vec<CycleAction>) {
        let Some(place) = self.destination().cloned() else { return };
        let spotting = matches!(self.stage, CycleState::SpotAtLoad | CycleState::SpotAtDump);
        let goal = match (&self.spot, self.place_after(&place)) {
            (Some(spot), Some(next)) if spotting => Goal::Spot { spot: spot.clone(), next: next.clone() },
            _ => Goal::WaitingPose { place },
        };
        self.request += 1;
        actions.push(CycleAction::Plan(PlanRequest { id: self.request, goal, attempt: self.attempts, around }));
    }

    fn ask_for_spot(&mut self, now: SimTime, actions: &mut Vec<CycleAction>) {
        let Some(place) = self.destination().cloned() else { return };
        // The site does not answer for a visit that has ended.
        self.visit.take_if(|visit| visit.unanswered >= REQUEST_LIMIT);
        let visit_id = self.visit_id(now);
        if let Some(visit) = &mut self.visit {
            visit.unanswered += 1;
        }
        actions.push(CycleAction::Say(Body::SpotRequestV1 { visit_id, place }));
        self.timers.ask = Some(after(now, REQUEST_PERIOD));
    }

    /// Returns the id of the visit to the destination: a new id if the destination has changed.
    fn visit_id(&mut self, now: SimTime) -> Uuid {
        let Some(to) = self.destination().cloned() else { return Uuid::nil() };
        match &self.visit {
            Some(visit) if visit.place == to => visit.id,
            _ => {
                self.visits += 1;
                let name = format!("visit/{}/{}", now.nanos(), self.visits);
                let id = Uuid::new_v5(&equipment_id(self.truck), name.as_bytes());
                self.visit = Some(Visit { place: to, id, declined: Vec::new(), unanswered: 0 });
                id
            }
        }
    }
}

fn after(now: SimTime, seconds: f64) -> SimTime {
    now + Duration::from_secs_f64(seconds)
}
