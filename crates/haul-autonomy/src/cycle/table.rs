//! The table of the haul cycle: for each stage and trigger, the next stage and the duty.

use haul_core::CycleState;
use std::fmt::Write as _;

/// Time (s) after which a truck repeats its request for a spot, or its report that it is spotted.
pub const REQUEST_PERIOD: f64 = 3.0;
/// Time (s) after which a truck that stands short of its waiting pose gives its spot back: a truck ahead may wait for
/// the same spot.
pub const SPOT_HOLD_TIME: f64 = 15.0;
/// Number of unanswered requests for a spot after which the truck begins a new visit: 30 s in total, longer than a bad
/// line is silent.
pub const REQUEST_LIMIT: u32 = 10;
/// Time after a failed plan until the next alternative is tried, s.
pub const PLAN_PERIOD: f64 = 2.0;
/// Time until planning is tried again after every alternative has failed, s.
pub const PLAN_PAUSE: f64 = 15.0;
/// Time (s) after which a truck without right of way into its spot asks for another spot: longer than another truck
/// needs to leave a spot.
pub const SPOT_WAIT: f64 = 90.0;
/// Time (s) after which a truck without right of way at its start plans another path.
pub const PATH_WAIT: f64 = 40.0;
/// Time (s) that a truck waits before it searches a path around an obstacle. Depending on its number, a truck waits
/// some steps longer, so that only one of two trucks that block each other gives way.
pub const OBSTACLE_WAIT: f64 = 8.0;
/// Additional waiting time per step, s. See [`OBSTACLE_WAIT`].
pub const OBSTACLE_WAIT_STEP: f64 = 6.0;
/// Number of steps of additional waiting time. See [`OBSTACLE_WAIT`].
pub const OBSTACLE_WAIT_STEPS: u32 = 6;

/// Cause of a step from stage to stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each has a text")]
pub enum Trigger {
    WorkEmpty,
    WorkLoaded,
    OtherWork,
    Near,
    Arrived,
    Entered,
    Cleared,
    InSpot,
    SpotGranted,
    SpotGrantedAhead,
    HeldUpFor15s,
    Away,
    NoPath,
    KickedOut,
    Tipped,
    HandedBackEmpty,
    HandedBackLoaded,
    PlanDue,
    AskDue,
    WithheldFor40s,
    WithheldFor90s,
    BlockedForLong,
}

impl Trigger {
    /// Returns the trigger in words.
    pub const fn text(self) -> &'static str {
        match self {
            Trigger::WorkEmpty => "work is given, position known, body empty",
            Trigger::WorkLoaded => "work is given, position known, body loaded",
            Trigger::OtherWork => "work at another place is given",
            Trigger::Near => "comes near the waiting pose",
            Trigger::Arrived => "arrived",
            Trigger::Entered => "at the waiting pose, spot granted",
            Trigger::Cleared => "clear of the spot by the truck's length",
            Trigger::InSpot => "stands in a spot of the place already",
            Trigger::SpotGranted => "spot granted",
            Trigger::SpotGrantedAhead => "spot granted on the way",
            Trigger::HeldUpFor15s => "spot granted, and 15 s at a standstill before the waiting pose",
            Trigger::Away => "not at the place",
            Trigger::NoPath => "no path, and every alternative has been tried",
            Trigger::KickedOut => "kicked out by the shovel",
            Trigger::Tipped => "tipped, body down",
            Trigger::HandedBackEmpty => "handed back by a person, off its spot, empty",
            Trigger::HandedBackLoaded => "handed back by a person, off its spot, loaded",
            Trigger::PlanDue => "2 s after a path was not found, 15 s after every alternative was tried",
            Trigger::AskDue => "3 s without an answer",
            Trigger::WithheldFor40s => "40 s without the right of way",
            Trigger::WithheldFor90s => "90 s without the right of way, and the place has other spots",
            Trigger::BlockedForLong => "8 s or longer before an obstacle, on the open ground of a place",
        }
    }
}

/// Duty that comes with a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each has a text")]
pub enum Duty {
    Approach,
    ApproachAgain,
    HaltAndApproach,
    GiveUpSpotAndApproach,
    AskForSpot,
    LeaveAndAskForSpot,
    KeepSpot,
    GiveSpotBack,
    EnterSpot,
    GoOn,
    TellSpotted,
    DeclineSpot,
    Depart,
    TellTippedAndDepart,
    TellLeft,
    TellNoPath,
    GoAround,
}

impl Duty {
    /// Returns the duty in words.
    pub const fn text(self) -> &'static str {
        match self {
            Duty::Approach => "plans a path to a waiting pose of the next place",
            Duty::ApproachAgain => "plans the path again",
            Duty::HaltAndApproach => "halts, plans a path to the new place",
            Duty::GiveUpSpotAndApproach => "gives the spot back, halts, plans a path to the new place",
            Duty::AskForSpot => "asks for a spot",
            Duty::LeaveAndAskForSpot => "states that it has left the last spot, asks for a spot",
            Duty::KeepSpot => {
                "drives on into the spot without a stop if its path leads there; otherwise to the waiting pose"
            }
            Duty::GiveSpotBack => "gives the spot back, asks again at the waiting pose",
            Duty::GoOn => "drives on into the spot",
            Duty::EnterSpot => "plans the path into the spot and out of it",
            Duty::TellSpotted => "states that it stands in its spot",
            Duty::DeclineSpot => "states that no path leads into the spot, asks for another one",
            Duty::Depart => "drives out of the spot to a waiting pose of the next place",
            Duty::TellTippedAndDepart => "states the tipped payload, drives out of the spot to the next place",
            Duty::TellLeft => "states that it has left the spot",
            Duty::TellNoPath => "states that no path leads to the place",
            Duty::GoAround => "plans a path around the obstacle",
        }
    }
}

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Stage in which the row applies.
    pub from: CycleState,
    /// Cause of the step.
    pub on: Trigger,
    /// Stage after the step.
    pub to: CycleState,
    /// Duty that comes with the step.
    pub duty: Duty,
}

const fn row(from: CycleState, on: Trigger, to: CycleState, duty: Duty) -> Row {
    Row { from, on, to, duty }
}

/// The transition table. It contains every step of the machine; all-stop and localisation act on top of it.
#[rustfmt::skip]
pub const TABLE: &[Row] = {
    use CycleState::*;
    use Duty::*;
    use Trigger::*;
    &[
        row(Parked, WorkEmpty, TravelEmpty, Approach),
        row(Parked, WorkLoaded, TravelLoaded, Approach),
        row(TravelEmpty, Arrived, QueueAtLoad, LeaveAndAskForSpot),
        row(TravelEmpty, Near, TravelEmpty, AskForSpot),
        row(TravelEmpty, SpotGrantedAhead, TravelEmpty, KeepSpot),
        row(TravelEmpty, Entered, SpotAtLoad, GoOn),
        row(TravelEmpty, HeldUpFor15s, TravelEmpty, GiveSpotBack),
        row(TravelEmpty, InSpot, TravelEmpty, AskForSpot),
        row(TravelEmpty, AskDue, TravelEmpty, AskForSpot),
        row(TravelEmpty, SpotGranted, SpotAtLoad, EnterSpot),
        row(TravelEmpty, OtherWork, TravelEmpty, GiveUpSpotAndApproach),
        row(TravelEmpty, NoPath, TravelEmpty, TellNoPath),
        row(TravelEmpty, PlanDue, TravelEmpty, ApproachAgain),
        row(TravelEmpty, WithheldFor40s, TravelEmpty, ApproachAgain),
        row(TravelEmpty, BlockedForLong, TravelEmpty, GoAround),
        row(TravelEmpty, HandedBackEmpty, TravelEmpty, ApproachAgain),
        row(TravelEmpty, HandedBackLoaded, TravelEmpty, ApproachAgain),
        row(QueueAtLoad, AskDue, QueueAtLoad, AskForSpot),
        row(QueueAtLoad, SpotGranted, SpotAtLoad, EnterSpot),
        row(QueueAtLoad, OtherWork, TravelEmpty, GiveUpSpotAndApproach),
        row(QueueAtLoad, Away, TravelEmpty, Approach),
        row(SpotAtLoad, Arrived, Loading, TellSpotted),
        row(SpotAtLoad, OtherWork, TravelEmpty, GiveUpSpotAndApproach),
        row(SpotAtLoad, NoPath, QueueAtLoad, DeclineSpot),
        row(SpotAtLoad, WithheldFor90s, QueueAtLoad, DeclineSpot),
        row(SpotAtLoad, BlockedForLong, SpotAtLoad, GoAround),
        row(SpotAtLoad, HandedBackEmpty, SpotAtLoad, EnterSpot),
        row(SpotAtLoad, HandedBackLoaded, SpotAtLoad, EnterSpot),
        row(Loading, AskDue, Loading, TellSpotted),
        row(Loading, KickedOut, LeaveLoad, Depart),
        row(Loading, HandedBackEmpty, SpotAtLoad, EnterSpot),
        row(Loading, HandedBackLoaded, LeaveLoad, Depart),
        row(LeaveLoad, Cleared, TravelLoaded, TellLeft),
        row(LeaveLoad, Arrived, QueueAtDump, LeaveAndAskForSpot),
        row(LeaveLoad, OtherWork, LeaveLoad, HaltAndApproach),
        row(LeaveLoad, NoPath, LeaveLoad, TellNoPath),
        row(LeaveLoad, PlanDue, LeaveLoad, ApproachAgain),
        row(LeaveLoad, WithheldFor40s, LeaveLoad, ApproachAgain),
        row(LeaveLoad, BlockedForLong, LeaveLoad, GoAround),
        row(LeaveLoad, HandedBackEmpty, TravelEmpty, GiveUpSpotAndApproach),
        row(LeaveLoad, HandedBackLoaded, LeaveLoad, ApproachAgain),
        row(TravelLoaded, Arrived, QueueAtDump, LeaveAndAskForSpot),
        row(TravelLoaded, Near, TravelLoaded, AskForSpot),
        row(TravelLoaded, SpotGrantedAhead, TravelLoaded, KeepSpot),
        row(TravelLoaded, Entered, SpotAtDump, GoOn),
        row(TravelLoaded, HeldUpFor15s, TravelLoaded, GiveSpotBack),
        row(TravelLoaded, InSpot, TravelLoaded, AskForSpot),
        row(TravelLoaded, AskDue, TravelLoaded, AskForSpot),
        row(TravelLoaded, SpotGranted, SpotAtDump, EnterSpot),
        row(TravelLoaded, OtherWork, TravelLoaded, GiveUpSpotAndApproach),
        row(TravelLoaded, NoPath, TravelLoaded, TellNoPath),
        row(TravelLoaded, PlanDue, TravelLoaded, ApproachAgain),
        row(TravelLoaded, WithheldFor40s, TravelLoaded, ApproachAgain),
        row(TravelLoaded, BlockedForLong, TravelLoaded, GoAround),
        row(TravelLoaded, HandedBackEmpty, TravelEmpty, GiveUpSpotAndApproach),
        row(TravelLoaded, HandedBackLoaded, TravelLoaded, ApproachAgain),
        row(QueueAtDump, AskDue, QueueAtDump, AskForSpot),
        row(QueueAtDump, SpotGranted, SpotAtDump, EnterSpot),
        row(QueueAtDump, OtherWork, TravelLoaded, GiveUpSpotAndApproach),
        row(QueueAtDump, Away, TravelLoaded, Approach),
        row(QueueAtDump, HandedBackEmpty, TravelEmpty, GiveUpSpotAndApproach),
        row(SpotAtDump, Arrived, Dumping, TellSpotted),
        row(SpotAtDump, OtherWork, TravelLoaded, GiveUpSpotAndApproach),
        row(SpotAtDump, NoPath, QueueAtDump, DeclineSpot),
        row(SpotAtDump, WithheldFor90s, QueueAtDump, DeclineSpot),
        row(SpotAtDump, BlockedForLong, SpotAtDump, GoAround),
        row(SpotAtDump, HandedBackEmpty, TravelEmpty, GiveUpSpotAndApproach),
        row(SpotAtDump, HandedBackLoaded, SpotAtDump, EnterSpot),
        row(Dumping, AskDue, Dumping, TellSpotted),
        row(Dumping, Tipped, LeaveDump, TellTippedAndDepart),
        row(Dumping, HandedBackEmpty, TravelEmpty, GiveUpSpotAndApproach),
        row(Dumping, HandedBackLoaded, SpotAtDump, EnterSpot),
        row(LeaveDump, Cleared, TravelEmpty, TellLeft),
        row(LeaveDump, Arrived, QueueAtLoad, LeaveAndAskForSpot),
        row(LeaveDump, OtherWork, LeaveDump, HaltAndApproach),
        row(LeaveDump, NoPath, LeaveDump, TellNoPath),
        row(LeaveDump, PlanDue, LeaveDump, ApproachAgain),
        row(LeaveDump, WithheldFor40s, LeaveDump, ApproachAgain),
        row(LeaveDump, BlockedForLong, LeaveDump, GoAround),
        row(LeaveDump, HandedBackEmpty, LeaveDump, ApproachAgain),
        row(LeaveDump, HandedBackLoaded, LeaveDump, ApproachAgain),
    ]
};

/// Returns the row for a trigger in a stage.
pub fn find(from: CycleState, on: Trigger) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.from == from && row.on == on)
}

/// Returns the table as Markdown, for `docs/haul-cycle.md`.
pub fn markdown() -> String {
    let mut text = String::from("| stage | when | next stage | the truck |\n| --- | --- | --- | --- |\n");
    for row in TABLE {
        // Writing to a string does not fail.
        let _ = writeln!(text, "| {} | {} | {} | {} |", row.from, row.on.text(), row.to, row.duty.text());
    }
    text
}
