//! The haul cycle as a pure state machine: events and the time go in, actions come out.
//!
//! The machine knows stages, spots, visits and the truck's work. It knows no pose, path or speed: the driver of the
//! machine observes them and reports events, and plans and follows paths as the actions ask. So the same machine serves
//! a truck in full physics and one that is moved along its path. Its steps stand in one table ([`TABLE`]), which is
//! printed into `docs/haul-cycle.md`.
//!
//! ```
//! use haul_autonomy::cycle::{Action, Assignment, Event, HaulCycle, SiteWord};
//! use haul_core::{CycleState, PlaceId, SimTime, TruckId};
//! use haul_messages::Uuid;
//!
//! let mut cycle = HaulCycle::new(TruckId(1));
//! let (load, dump) = (PlaceId::from("face_1"), PlaceId::from("crusher"));
//! let work = Assignment { id: Uuid::from_u128(1), load, dump, park: None };
//! let now = SimTime::START;
//! assert!(cycle.handle(Event::Site(SiteWord::Assigned(work)), now).is_empty(), "it does not know where it stands");
//! let actions = cycle.handle(Event::Located { loaded: false }, now);
//! assert!(matches!(actions[..], [Action::Plan(_)]));
//! assert_eq!(cycle.stage(), CycleState::TravelEmpty);
//! ```

mod event;
mod table;

pub use event::{Action, Assignment, Event, Goal, Outcome, PlanRequest, SiteWord, Spot};
pub use table::{Duty, Row, TABLE, Trigger, markdown};

use haul_core::{CycleState, PlaceId, SimTime, StandReason, TruckId};
use haul_messages::{Body, Uuid, equipment_id};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use table::{
    ASK_AGAIN, ASKED_IN_VAIN, OTHER_PATH, OTHER_SPOT, PATIENCE, PATIENCE_STEP, PATIENCE_STEPS, PLAN_AGAIN,
    PLAN_AGAIN_LATER, SPOT_BACK,
};

/// All-stops that have been lifted and are still known, so that a late copy of one stops nothing.
const LIFTED_STOPS: usize = 8;

/// A visit to a place, from the first question for a spot to the truck's leaving.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Visit {
    place: PlaceId,
    id: Uuid,
    /// Spots that the truck has declined. A late copy of the grant of one changes nothing.
    declined: Vec<usize>,
    /// Questions for a spot since the site last answered.
    unanswered: u32,
}

/// Time at which the truck asks for a spot of the place that it drives to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
enum Asking {
    /// It has not come near yet.
    #[default]
    NotYet,
    /// It asks while it drives.
    OnTheWay,
    /// It stands in a spot already, or has given back the one that it had: it asks where it stands.
    AtThePlace,
}

/// Instants at which something is due.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Timers {
    /// A question is asked again.
    ask: Option<SimTime>,
    /// A path is planned again.
    plan: Option<SimTime>,
    /// A truck without the right of way does something about it.
    withheld: Option<SimTime>,
    /// A truck before an obstacle does something about it.
    blocked: Option<SimTime>,
    /// A truck that stands before its waiting pose gives its spot back.
    spot_back: Option<SimTime>,
}

/// The haul cycle of one truck. See the module's page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HaulCycle {
    truck: TruckId,
    stage: CycleState,
    work: Option<Assignment>,
    /// Known once the truck is located.
    loaded: Option<bool>,
    visit: Option<Visit>,
    visits: u64,
    asking: Asking,
    spot: Option<Spot>,
    /// The spot that is being left.
    leaving: Option<Spot>,
    /// Trucks before it in the queue, as the site last said.
    ahead: Option<usize>,
    /// The planning request that is not answered, or that the path at hand came from.
    request: u64,
    /// Plans that have failed in this stage.
    attempts: u32,
    /// Cause of the last failed plan of this stage.
    no_plan: Option<String>,
    timers: Timers,
    all_stop: Option<Uuid>,
    /// All-stops that are over, the newest last.
    lifted: Vec<Uuid>,
}

impl HaulCycle {
    /// The cycle of a truck that is parked and knows of no work.
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

    /// The stage, whether an all-stop holds the truck or not.
    pub fn stage(&self) -> CycleState {
        self.stage
    }

    /// The stage as others see it: `Stopped` during an all-stop.
    pub fn state(&self) -> CycleState {
        if self.all_stop.is_some() { CycleState::Stopped } else { self.stage }
    }

    /// Tells whether an all-stop holds the truck.
    pub fn is_all_stopped(&self) -> bool {
        self.all_stop.is_some()
    }

    /// The work given.
    pub fn work(&self) -> Option<&Assignment> {
        self.work.as_ref()
    }

    /// The spot that belongs to the truck.
    pub fn spot(&self) -> Option<&Spot> {
        self.spot.as_ref()
    }

    /// The spot that the truck is leaving.
    pub fn leaving(&self) -> Option<&Spot> {
        self.leaving.as_ref()
    }

    /// The place that the truck is on its way to, or at.
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

    /// The place of the work that comes after a place.
    pub fn place_after(&self, place: &PlaceId) -> Option<&PlaceId> {
        let work = self.work.as_ref()?;
        Some(if *place == work.load { &work.dump } else { &work.load })
    }

    /// The reason for which a truck stands that follows no path.
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
            // It stands in a spot and asks whether it is its own.
            (CycleState::TravelEmpty | CycleState::TravelLoaded, _) if self.timers.ask.is_some() => {
                StandReason::WaitingForSpot { place, ahead: self.ahead.unwrap_or(0) }
            }
            _ => StandReason::Starting,
        }
    }

    /// The next instant at which [`Event::Due`] is expected; `None` while nothing is timed.
    pub fn due(&self) -> Option<SimTime> {
        let Timers { ask, plan, withheld, blocked, spot_back } = self.timers;
        [ask, plan, withheld, blocked, spot_back].into_iter().flatten().min()
    }

    /// Takes an event and returns what the truck has to do, in this order. An event that makes no sense in the present
    /// stage changes nothing.
    pub fn handle(&mut self, event: Event, now: SimTime) -> Vec<Action> {
        let mut actions = Vec::new();
        match event {
            Event::Located { loaded } => {
                self.loaded = Some(loaded);
                self.begin(now, &mut actions);
            }
            Event::Site(word) => self.hear(word, now, &mut actions),
            Event::Planned { id, outcome } if id == self.request => self.planned(outcome, now, &mut actions),
            Event::Planned { .. } => {}
            Event::Near => {
                if self.asking == Asking::NotYet && self.spot.is_none() && self.is_on_its_way() {
                    self.asking = Asking::OnTheWay;
                    self.take(Trigger::Near, now, &mut actions);
                }
            }
            Event::Arrived => self.take(Trigger::Arrived, now, &mut actions),
            Event::Entered if self.spot.is_some() => self.take(Trigger::Entered, now, &mut actions),
            Event::Entered => {}
            Event::HeldUp => {
                if self.is_on_its_way() && self.spot.is_some() {
                    self.timers.spot_back.get_or_insert(after(now, SPOT_BACK));
                }
            }
            Event::Rolls => self.timers.spot_back = None,
            Event::Cleared => self.take(Trigger::Cleared, now, &mut actions),
            Event::Away => self.take(Trigger::Away, now, &mut actions),
            Event::Tipped(payload_kg) if self.stage == CycleState::Dumping => {
                if let Some(Spot { place, visit, .. }) = self.spot.clone() {
                    actions.push(Action::State(Body::TippedV1 { visit_id: visit, place, payload_kg }));
                }
                self.take(Trigger::Tipped, now, &mut actions);
            }
            Event::Tipped(_) => {}
            Event::HandedBack { in_spot, empty } => {
                let works = matches!(self.stage, CycleState::Loading | CycleState::Dumping);
                if !(works && in_spot) {
                    self.take(
                        if empty { Trigger::HandedBackEmpty } else { Trigger::HandedBackLoaded },
                        now,
                        &mut actions,
                    );
                }
            }
            Event::Blocked { at_a_place } => {
                self.timers.withheld = None;
                if at_a_place {
                    let patience = PATIENCE + PATIENCE_STEP * f64::from(self.truck.0 % PATIENCE_STEPS);
                    self.timers.blocked.get_or_insert(after(now, patience));
                }
            }
            Event::Withheld { other_spots } => {
                self.timers.blocked = None;
                let spotting = matches!(self.stage, CycleState::SpotAtLoad | CycleState::SpotAtDump);
                if !spotting || other_spots {
                    self.timers.withheld.get_or_insert(after(now, if spotting { OTHER_SPOT } else { OTHER_PATH }));
                }
            }
            Event::Free => (self.timers.withheld, self.timers.blocked) = (None, None),
            Event::Due => self.run_timers(now, &mut actions),
        }
        actions
    }

    /// Tells whether the truck drives to a place.
    fn is_on_its_way(&self) -> bool {
        matches!(self.stage, CycleState::TravelEmpty | CycleState::TravelLoaded)
    }

    /// Sets out once work and position are known.
    fn begin(&mut self, now: SimTime, actions: &mut Vec<Action>) {
        if let (Some(loaded), true) = (self.loaded, self.work.is_some()) {
            self.take(if loaded { Trigger::WorkLoaded } else { Trigger::WorkEmpty }, now, actions);
        }
    }

    fn hear(&mut self, word: SiteWord, now: SimTime, actions: &mut Vec<Action>) {
        match word {
            SiteWord::Assigned(work) => {
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
            SiteWord::SpotGranted(spot) => {
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
            SiteWord::Queued { visit, ahead } => {
                if let Some(own) = self.visit.as_mut().filter(|own| own.id == visit && self.spot.is_none()) {
                    own.unanswered = 0;
                    self.ahead = Some(ahead);
                }
            }
            SiteWord::KickedOut { visit } => {
                if self.spot.as_ref().is_some_and(|spot| spot.visit == visit) {
                    self.take(Trigger::KickedOut, now, actions);
                }
            }
            SiteWord::AllStop(stop_id) => {
                // A late copy of an order that has been lifted stops nothing.
                if !self.lifted.contains(&stop_id) {
                    self.all_stop = Some(stop_id);
                    actions.push(Action::Say(Body::AllStopAcknowledgedV1 { stop_id }));
                    actions.push(Action::Report);
                }
            }
            SiteWord::Resume(stop_id) => {
                if !self.lifted.contains(&stop_id) {
                    self.lifted.push(stop_id);
                    let surplus = self.lifted.len().saturating_sub(LIFTED_STOPS);
                    self.lifted.drain(..surplus);
                }
                if self.all_stop == Some(stop_id) {
                    self.all_stop = None;
                    actions.push(Action::Report);
                }
            }
        }
    }

    fn planned(&mut self, outcome: Outcome, now: SimTime, actions: &mut Vec<Action>) {
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
                self.timers.plan = Some(after(now, if all_tried { PLAN_AGAIN_LATER } else { PLAN_AGAIN }));
                if all_tried && self.attempts == alternatives {
                    self.take(Trigger::NoPath, now, actions);
                }
            }
        }
    }

    fn run_timers(&mut self, now: SimTime, actions: &mut Vec<Action>) {
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
                self.no_plan = Some(format!("no right of way for {OTHER_SPOT:.0} s"));
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

    /// Makes the step that the table has for a trigger in the present stage, if it has one.
    fn take(&mut self, on: Trigger, now: SimTime, actions: &mut Vec<Action>) {
        let Some(row) = table::find(self.stage, on) else { return };
        // The duty of a spot that is lost or left needs the stage before.
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
                actions.push(Action::Halt);
                self.plan(false, actions);
            }
            Duty::GiveUpSpotAndApproach => {
                self.tell_left(actions);
                self.give_spot_back(actions);
                (self.timers, self.asking) = (Timers::default(), Asking::NotYet);
                self.attempts = 0;
                actions.push(Action::Halt);
                self.plan(false, actions);
            }
            Duty::AskForSpot => self.ask_for_spot(now, actions),
            Duty::LeaveAndAskForSpot => {
                self.tell_left(actions);
                actions.push(Action::DropPath);
                self.no_plan = None;
                if self.spot.is_some() {
                    self.take(Trigger::SpotGranted, now, actions);
                } else {
                    self.ask_for_spot(now, actions);
                }
            }
            Duty::KeepSpot => self.timers.ask = None,
            Duty::GiveSpotBack => {
                tracing::debug!(truck = %self.truck, at = %now, "gives back a spot that it cannot come to");
                self.give_spot_back(actions);
                self.asking = Asking::AtThePlace;
            }
            Duty::GoOn => {}
            Duty::EnterSpot => self.plan(false, actions),
            Duty::TellNoPath => {
                // The site gives the spot to others.
                self.spot = None;
                if let Some(place) = self.destination().cloned() {
                    let visit_id = self.visit_id(now);
                    let cause = self.no_plan.clone().unwrap_or_default();
                    actions.push(Action::State(Body::NoPathV1 { visit_id, place, spot_index: None, cause }));
                }
            }
            Duty::TellSpotted => {
                if let Some(Spot { place, index, visit }) = self.spot.clone() {
                    actions.push(Action::Say(Body::SpottedV1 { visit_id: visit, place, spot_index: index }));
                }
                self.timers.ask = Some(after(now, ASK_AGAIN));
            }
            Duty::DeclineSpot => {
                if let Some(Spot { place, index, visit }) = declined {
                    if let Some(own) = &mut self.visit {
                        own.declined.push(index);
                    }
                    let cause = self.no_plan.take().unwrap_or_default();
                    let body = Body::NoPathV1 { visit_id: visit, place, spot_index: Some(index), cause };
                    actions.push(Action::State(body));
                }
                actions.push(Action::DropPath);
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

    /// States that the truck does not come to the spot that it was granted. Its visit is over.
    fn give_spot_back(&mut self, actions: &mut Vec<Action>) {
        if let Some(Spot { place, visit, .. }) = self.spot.take() {
            actions.push(Action::State(Body::LeftSpotV1 { visit_id: visit, place }));
        }
        (self.visit, self.ahead) = (None, None);
    }

    fn tell_left(&mut self, actions: &mut Vec<Action>) {
        if let Some(Spot { place, visit, .. }) = self.leaving.take() {
            actions.push(Action::State(Body::LeftSpotV1 { visit_id: visit, place }));
        }
    }

    /// Asks for the path that the stage needs.
    fn plan(&mut self, around: bool, actions: &mut Vec<Action>) {
        let Some(place) = self.destination().cloned() else { return };
        let spotting = matches!(self.stage, CycleState::SpotAtLoad | CycleState::SpotAtDump);
        let goal = match (&self.spot, self.place_after(&place)) {
            (Some(spot), Some(next)) if spotting => Goal::Spot { spot: spot.clone(), next: next.clone() },
            _ => Goal::WaitingPose { place },
        };
        self.request += 1;
        actions.push(Action::Plan(PlanRequest { id: self.request, goal, attempt: self.attempts, around }));
    }

    fn ask_for_spot(&mut self, now: SimTime, actions: &mut Vec<Action>) {
        let Some(place) = self.destination().cloned() else { return };
        // The site does not answer for a visit that it has ended.
        self.visit.take_if(|visit| visit.unanswered >= ASKED_IN_VAIN);
        let visit_id = self.visit_id(now);
        if let Some(visit) = &mut self.visit {
            visit.unanswered += 1;
        }
        actions.push(Action::Say(Body::SpotRequestV1 { visit_id, place }));
        self.timers.ask = Some(after(now, ASK_AGAIN));
    }

    /// The id of the visit to the destination; a new one where the destination is another than before.
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
