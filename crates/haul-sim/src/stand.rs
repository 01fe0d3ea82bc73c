//! Trucks that stand: for which reason, since when, and whether they still get on.

use haul_core::{Pose2, SimTime, StandKind, StandReason};
use haul_record::EventKind;
use haul_vehicle::patience;
use std::collections::BTreeMap;

/// Standing for less than this is part of driving and is not told, s.
const WORTH_TELLING: f64 = 5.0;
/// A truck that has moved this far has got on, m.
const PROGRESS_WAY: f64 = 3.0;
/// A load that has changed by this is progress, kg.
const PROGRESS_LOAD: f64 = 500.0;

/// Watches one truck stand.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub(crate) struct StandWatch {
    reason: Option<StandReason>,
    since: SimTime,
    told: bool,
    /// Pose and payload (kg) when the truck last got on.
    pose: Option<Pose2>,
    payload: f64,
    /// Trucks before it in the queue when it last got on.
    ahead: usize,
    /// Time since then, by reason, s.
    idle: BTreeMap<StandKind, f64>,
    stuck: bool,
}

/// State of a truck in one control step, as far as standing goes.
pub(crate) struct Look<'a> {
    pub truck: haul_core::TruckId,
    pub now: SimTime,
    pub dt: f64,
    /// Reason for which it stands; `None` while it moves.
    pub reason: Option<&'a StandReason>,
    pub pose: Pose2,
    pub payload: f64,
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
            stuck: false,
        }
    }

    /// The reason for which the truck stands, and since when.
    pub fn reason(&self) -> Option<(&StandReason, SimTime)> {
        self.reason.as_ref().map(|reason| (reason, self.since))
    }

    /// Tells whether the truck is stuck now.
    pub fn is_stuck(&self) -> bool {
        self.stuck
    }

    /// Takes one control step; returns what is to be told.
    pub fn look(&mut self, look: &Look<'_>) -> Vec<EventKind> {
        let mut told = Vec::new();
        if self.got_on(look) {
            self.idle.clear();
            self.stuck = false;
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
        if !self.told && look.now.since(self.since) >= WORTH_TELLING {
            self.told = true;
            told.push(EventKind::Stands { truck: look.truck, reason: reason.clone(), since: self.since });
        }
        if kind == StandKind::NoAssignment {
            return told;
        }
        let own = self.idle.entry(kind).or_insert(0.0);
        *own += look.dt;
        let (own, all) = (*own, self.idle.values().sum::<f64>());
        let patience = patience();
        if !self.stuck && (own > patience.limit(kind) || all > patience.longest()) {
            self.stuck = true;
            told.push(EventKind::Stuck { truck: look.truck, reason: reason.clone(), seconds: all });
        }
        told
    }

    /// Tells whether the truck has got on since it last did: by way, by load, or in the queue.
    fn got_on(&mut self, look: &Look<'_>) -> bool {
        let moved = self.pose.is_none_or(|pose| pose.distance(look.pose) > PROGRESS_WAY);
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

#[cfg(test)]
mod tests {
    use super::*;
    use haul_core::{PlaceId, TruckId};

    /// Lets a truck stand for some seconds; returns the names of what was told.
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
            }));
        }
        told
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
    fn a_truck_whose_reason_changes_all_the_time_is_stuck_too() {
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
