//! Standing trucks: the reason, the time since when, and whether they still make progress.
//!
//! A truck that waits for another truck makes progress when the other one does. So a queue at a long single lane is not
//! stuck while its first truck, or the oncoming truck, drives on. Two trucks that wait for each other are stuck.

use haul_core::{Pose2, SimTime, StandKind, StandReason, TruckId};
use haul_record::EventKind;
use haul_vehicle::patience;
use std::collections::BTreeMap;

/// Time (s) for which a truck must stand before it is reported: shorter stops are part of driving.
const REPORT_DELAY: f64 = 5.0;
/// Minimum movement that counts as progress, m.
const PROGRESS_DISTANCE: f64 = 3.0;
/// Minimum change of the load that counts as progress, kg.
const PROGRESS_LOAD: f64 = 500.0;

/// Watches one truck for standstill.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub(crate) struct StandWatch {
    reason: Option<StandReason>,
    since: SimTime,
    told: bool,
    /// Pose and payload (kg) when the truck itself last made progress.
    pose: Option<Pose2>,
    payload: f64,
    /// Number of trucks ahead in the queue when the truck itself last made progress.
    ahead: usize,
    /// Time without progress of the truck or of the truck for which it waits, by reason, s.
    idle: BTreeMap<StandKind, f64>,
    /// Time since the truck itself last made progress, s.
    waited: f64,
    /// Time of the last progress of the truck or of a truck for which it waits.
    progress: SimTime,
    stuck: bool,
}

/// State of a truck in one control step, as far as it concerns standing.
pub(crate) struct Look<'a> {
    pub truck: TruckId,
    pub now: SimTime,
    pub dt: f64,
    /// Reason why the truck stands; `None` while it moves.
    pub reason: Option<&'a StandReason>,
    pub pose: Pose2,
    pub payload: f64,
    /// Progress of every truck, see [`StandWatch::progress`].
    pub progress: &'a BTreeMap<TruckId, SimTime>,
}

impl StandWatch {
    pub fn new() -> Self {
        Self {
            reason: None,
            since: SimTime::START,
            told: false,
            pose: None,
            payload: 0.0,
            ahead: 0,
            idle: BTreeMap::new(),
            waited: 0.0,
            progress: SimTime::START,
            stuck: false,
        }
    }

    /// Returns the time of the last progress of the truck or of a truck for which it waits.
    pub fn progress(&self) -> SimTime {
        self.progress
    }

    /// Returns the time since the truck itself last made progress, s.
    pub fn waited(&self) -> f64 {
        self.waited
    }

    /// Returns the reason why the truck stands, and since when.
    pub fn reason(&self) -> Option<(&StandReason, SimTime)> {
        self.reason.as_ref().map(|reason| (reason, self.since))
    }

    /// Returns true if the truck is stuck now.
    pub fn is_stuck(&self) -> bool {
        self.stuck
    }

    /// Updates the watch after a control step. Returns the events to report.
    pub fn look(&mut self, look: &Look<'_>) -> Vec<EventKind> {
        let mut told = Vec::new();
        let patience = patience();
        let progress = if self.got_on(look) {
            self.waited = 0.0;
            look.now
        } else {
            progress_of_others(look)
        };
        if progress > self.progress {
            self.progress = progress;
            self.idle.clear();
            self.stuck &= self.waited > patience.in_turn();
        }
        let kind = look.reason.map(StandReason::kind);
        if kind != self.reason.as_ref().map(StandReason::kind) {
            if let Some(reason) = self.reason.take().filter(|_| self.told) {
                told.push(EventKind::StoodFor { truck: look.truck, reason, seconds: look.now.since(self.since) });
            }
            self.since = look.now;
            self.told = false;
        }
        if self.reason.as_ref() != look.reason {
            self.reason = look.reason.cloned();
        }
        let (Some(reason), Some(kind)) = (&self.reason, kind) else { return told };
        if !self.told && look.now.since(self.since) >= REPORT_DELAY {
            self.told = true;
            told.push(EventKind::Stands { truck: look.truck, reason: reason.clone(), since: self.since });
        }
        if kind == StandKind::NoAssignment {
            return told;
        }
        let own = self.idle.entry(kind).or_insert(0.0);
        *own += look.dt;
        self.waited += look.dt;
        let (own, all) = (*own, self.idle.values().sum::<f64>());
        let is_late = self.waited > patience.in_turn();
        if !self.stuck && (own > patience.limit(kind) || all > patience.longest() || is_late) {
            self.stuck = true;
            told.push(EventKind::Stuck { truck: look.truck, reason: reason.clone(), seconds: self.waited });
        }
        told
    }

    /// Returns true if the truck itself has made progress since the last call: by distance, by load, or in the queue.
    fn got_on(&mut self, look: &Look<'_>) -> bool {
        let moved = self.pose.is_none_or(|pose| pose.distance(look.pose) > PROGRESS_DISTANCE);
        let loaded = (look.payload - self.payload).abs() > PROGRESS_LOAD;
        let ahead = match look.reason {
            Some(StandReason::WaitingForSpot { ahead, .. }) => *ahead,
            _ => self.ahead,
        };
        let moved_up = ahead != self.ahead;
        if moved || loaded || moved_up {
            self.pose = Some(look.pose);
            self.payload = look.payload;
            self.ahead = ahead;
        }
        moved || loaded || moved_up
    }
}

/// Returns the time of the last progress of the truck for which this truck waits. If that truck waits in turn, progress
/// of the truck for which it waits also counts, and so on.
fn progress_of_others(look: &Look<'_>) -> SimTime {
    match look.reason {
        Some(StandReason::RightOfWay { behind: Some(other) }) => {
            look.progress.get(other).copied().unwrap_or(SimTime::START)
        }
        _ => SimTime::START,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use haul_core::PlaceId;

    /// Lets a truck stand for some seconds. Returns the reported events.
    fn stand(watch: &mut StandWatch, from: f64, seconds: f64, reason: &StandReason, payload: f64) -> Vec<EventKind> {
        let mut told = Vec::new();
        for k in 0..(seconds * 10.0) as u32 {
            told.extend(watch.look(&Look {
                truck: TruckId(1),
                now: SimTime::from_seconds(from + f64::from(k) * 0.1),
                dt: 0.1,
                reason: Some(reason),
                pose: Pose2::default(),
                payload,
                progress: &BTreeMap::new(),
            }));
        }
        told
    }

    /// Lets trucks stand in line for some seconds; `behind` gives the number of the truck for which each waits. The
    /// last truck drives or stands. Returns the time at which each truck was first stuck, s.
    fn queue(behind: &[u32], drives: impl Fn(f64) -> bool, seconds: f64) -> Vec<Option<f64>> {
        let mut watches: Vec<StandWatch> = behind.iter().map(|_| StandWatch::new()).collect();
        let mut stuck = vec![None; behind.len()];
        let (mut x, mut time) = (0.0, 0.0);
        while time < seconds {
            let progress = watches.iter().zip(0..).map(|(watch, id)| (TruckId(id), watch.progress())).collect();
            x += if drives(time) { 5.0 } else { 0.0 };
            for (id, first) in behind.iter().enumerate() {
                let is_last = id + 1 == behind.len();
                let reason = StandReason::RightOfWay { behind: Some(TruckId(*first)) };
                let told = watches[id].look(&Look {
                    truck: TruckId(id as u32),
                    now: SimTime::from_seconds(time),
                    dt: 1.0,
                    reason: Some(&reason).filter(|_| !is_last || !drives(time)),
                    pose: Pose2::new(if is_last { x } else { 0.0 }, 0.0, 0.0),
                    payload: 0.0,
                    progress: &progress,
                });
                if told.iter().any(|e| matches!(e, EventKind::Stuck { .. })) {
                    stuck[id].get_or_insert(time);
                }
            }
            time += 1.0;
        }
        stuck
    }

    #[test]
    fn a_truck_that_waits_for_a_driving_one_is_not_stuck_until_its_turn_is_overdue() {
        let limit = patience().limit(StandKind::RightOfWay);
        let stuck = queue(&[1, 2, 0], |_| true, patience().in_turn() - 10.0);
        assert_eq!(stuck, [None, None, None], "both wait in line for a truck that drives");
        let stuck = queue(&[1, 2, 0], |_| true, patience().in_turn() + 10.0);
        assert!(stuck[0].is_some() && stuck[1].is_some(), "endless waiting is reported: {stuck:?}");
        // The truck for which the others wait stops at 600 s, and waits for its follower.
        let stuck = queue(&[1, 2, 0], |time| time < 600.0, 600.0 + limit + 10.0);
        assert!(stuck.iter().all(|at| at.is_some_and(|at| at > 600.0 + limit - 10.0)), "{stuck:?}");
    }

    #[test]
    fn trucks_that_wait_for_each_other_are_stuck() {
        let limit = patience().limit(StandKind::RightOfWay);
        let stuck = queue(&[1, 0, 0], |_| true, limit + 10.0);
        assert!(stuck[0].is_some() && stuck[1].is_some(), "{stuck:?}");
    }

    #[test]
    fn a_truck_that_stands_longer_than_its_reason_allows_is_stuck_once() {
        let mut watch = StandWatch::new();
        let reason = StandReason::NoPlan { place: PlaceId::from("face"), cause: "a wall".into() };
        let told = stand(&mut watch, 0.0, 300.0, &reason, 0.0);
        let stuck: Vec<_> = told.iter().filter(|e| matches!(e, EventKind::Stuck { .. })).collect();
        assert_eq!(stuck.len(), 1, "{told:?}");
        assert!(watch.is_stuck());
        assert!(matches!(told[0], EventKind::Stands { .. }));
    }

    #[test]
    fn a_truck_whose_reason_keeps_changing_is_stuck_too() {
        let mut watch = StandWatch::new();
        let (a, b) = (StandReason::Starting, StandReason::RightOfWay { behind: None });
        let mut told = Vec::new();
        for k in 0..200 {
            told.extend(stand(&mut watch, f64::from(k) * 20.0, 10.0, &a, 0.0));
            told.extend(stand(&mut watch, f64::from(k) * 20.0 + 10.0, 10.0, &b, 0.0));
        }
        assert!(told.iter().any(|e| matches!(e, EventKind::Stuck { .. })));
    }

    #[test]
    fn a_truck_that_is_loaded_bucket_by_bucket_is_not_stuck() {
        let mut watch = StandWatch::new();
        let reason = StandReason::Loading { place: PlaceId::from("face") };
        let mut told = Vec::new();
        for bucket in 0..20 {
            told.extend(stand(&mut watch, f64::from(bucket) * 200.0, 200.0, &reason, f64::from(bucket) * 4e3));
        }
        assert!(!told.iter().any(|e| matches!(e, EventKind::Stuck { .. })), "{told:?}");
        let told = stand(&mut watch, 4000.0, 600.0, &reason, 80e3);
        assert!(told.iter().any(|e| matches!(e, EventKind::Stuck { .. })), "the shovel has stopped");
    }
}
