//! Haul cycles and their stages.

use haul_core::{PlaceId, SimTime};
use haul_messages::CycleState;
use std::collections::BTreeMap;

/// One finished haul cycle: from the end of the previous tip (or the start of the run) to the end of this one.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct CycleRecord {
    /// Time at which the cycle began.
    pub began: SimTime,
    /// Time at which the truck had tipped and its body was down.
    pub ended: SimTime,
    /// Loading place; `None` if the truck began the run loaded.
    pub load: Option<PlaceId>,
    /// Dumping place.
    pub dump: Option<PlaceId>,
    /// Mass delivered in the cycle, kg.
    pub payload_kg: f64,
    /// Fuel burnt, kg.
    pub fuel_kg: f64,
    /// Distance driven, m.
    pub distance_m: f64,
    /// Time in each stage, s.
    pub stages: BTreeMap<CycleState, f64>,
}

impl CycleRecord {
    /// Returns the duration of the cycle, s.
    pub fn seconds(&self) -> f64 {
        self.ended.since(self.began)
    }
}

/// Watches one truck from stage to stage.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub(crate) struct CycleWatch {
    state: CycleState,
    began: SimTime,
    stages: BTreeMap<CycleState, f64>,
    load: Option<PlaceId>,
    dump: Option<PlaceId>,
    delivered: f64,
    fuel_at_start: f64,
    odometer_at_start: f64,
}

/// Readings of a truck's meters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Meters {
    pub now: SimTime,
    pub fuel_kg: f64,
    pub odometer: f64,
}

impl CycleWatch {
    pub fn new(state: CycleState) -> Self {
        Self {
            state,
            began: SimTime::START,
            stages: BTreeMap::new(),
            load: None,
            dump: None,
            delivered: 0.0,
            fuel_at_start: 0.0,
            odometer_at_start: 0.0,
        }
    }

    /// Returns the stage at the last control step.
    pub fn state(&self) -> CycleState {
        self.state
    }

    /// Records that the truck was loaded at a place.
    pub fn loaded_at(&mut self, place: &PlaceId) {
        self.load = Some(place.clone());
    }

    /// Records that the truck tipped `mass` kg at a place.
    pub fn tipped_at(&mut self, place: Option<&PlaceId>, mass: f64) {
        if place.is_some() {
            self.dump = place.cloned();
            self.delivered += mass;
        }
    }

    /// Records that the truck was in `state` for the last `dt` seconds. Returns the cycle that ends now: a cycle ends
    /// when the truck leaves the dumping stage and has delivered material.
    pub fn go(&mut self, state: CycleState, dt: f64, meters: Meters) -> Option<CycleRecord> {
        *self.stages.entry(state).or_insert(0.0) += dt;
        let before = std::mem::replace(&mut self.state, state);
        if before != CycleState::Dumping || state == CycleState::Dumping || self.delivered <= 0.0 {
            return None;
        }
        // An all-stop in the middle of a tip does not end the cycle.
        if state == CycleState::Stopped {
            return None;
        }
        let record = CycleRecord {
            began: self.began,
            ended: meters.now,
            load: self.load.take(),
            dump: self.dump.take(),
            payload_kg: std::mem::take(&mut self.delivered),
            fuel_kg: meters.fuel_kg - self.fuel_at_start,
            distance_m: meters.odometer - self.odometer_at_start,
            stages: std::mem::take(&mut self.stages),
        };
        self.began = meters.now;
        self.fuel_at_start = meters.fuel_kg;
        self.odometer_at_start = meters.odometer;
        Some(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cycle_ends_with_the_tip_and_its_stages_add_up_to_it() {
        let mut watch = CycleWatch::new(CycleState::Parked);
        let plan = [
            (CycleState::TravelEmpty, 60),
            (CycleState::SpotAtLoad, 20),
            (CycleState::Loading, 120),
            (CycleState::TravelLoaded, 200),
            (CycleState::Dumping, 40),
            (CycleState::LeaveDump, 5),
        ];
        let mut records = Vec::new();
        let mut now = 0;
        for (state, seconds) in plan {
            for _ in 0..seconds {
                if state == CycleState::Dumping {
                    watch.tipped_at(Some(&PlaceId::from("dump")), 91e3 / 40.0);
                }
                now += 1;
                let meters =
                    Meters { now: SimTime::from_seconds(f64::from(now)), fuel_kg: 0.1 * f64::from(now), odometer: 5.0 };
                records.extend(watch.go(state, 1.0, meters));
            }
        }
        assert_eq!(records.len(), 1);
        let cycle = &records[0];
        assert!((cycle.payload_kg - 91e3).abs() < 1e-6);
        assert_eq!(cycle.stages[&CycleState::TravelLoaded], 200.0);
        assert!((cycle.stages.values().sum::<f64>() - cycle.seconds()).abs() < 1e-9);
        assert_eq!(cycle.dump, Some(PlaceId::from("dump")));
    }

    #[test]
    fn a_body_that_was_raised_empty_makes_no_cycle() {
        let mut watch = CycleWatch::new(CycleState::Dumping);
        let meters = Meters { now: SimTime::from_seconds(1.0), fuel_kg: 0.0, odometer: 0.0 };
        assert_eq!(watch.go(CycleState::LeaveDump, 1.0, meters), None);
    }
}
