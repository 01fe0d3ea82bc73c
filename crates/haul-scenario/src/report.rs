//! Report of a run: figures, checks, cycles, for people and for machines.

use crate::file::Bound;
use haul_core::{StandKind, StandReason};
use haul_sim::{DriverKind, VehicleState, WorstError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Names of the figures in a report that `[expect]` can limit.
pub const FIGURES: &[&str] = &[
    "sim_seconds",
    "trucks",
    "cycles",
    "delivered_t",
    "delivered_tph",
    "fuel_l",
    "fuel_l_per_t",
    "distance_km",
    "cycle_mean_s",
    "lateral_error_max_m",
    "lateral_error_rms_m",
    "min_clearance_m",
    "off_surface_seconds",
    "collisions",
    "supervisor_stops",
    "stuck",
    "messages_sent",
    "messages_lost",
    "messages_repeated",
];

/// Reason why a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// Every truck has finished its cycles.
    CyclesDone,
    /// The time of the scenario is over.
    TimeOver,
    /// A person stopped the run.
    Interrupted,
}

/// One expectation and its result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// Name of the figure.
    pub figure: String,
    /// Value of the figure; absent if the run gave none.
    pub value: Option<f64>,
    /// Expected value, in words.
    pub expected: String,
    /// True if the expectation holds.
    pub passed: bool,
}

impl Check {
    /// Returns the value in words.
    pub fn found(&self) -> String {
        self.value.map_or("not measured".into(), |v| format!("{v:.3}"))
    }
}

/// One haul cycle: its stages and its load.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CycleReport {
    /// Number of the truck.
    pub truck: u32,
    /// Time at which the load was tipped, s of simulated time.
    pub tipped_at_s: f64,
    /// Tipped load, t.
    pub payload_t: f64,
    /// Duration of the cycle, s.
    pub cycle_s: f64,
    /// Duration of each stage, s.
    pub stages_s: BTreeMap<String, f64>,
}

/// Figures of one truck.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TruckReport {
    /// Number of the truck.
    pub truck: u32,
    /// Number of finished cycles.
    pub cycles: u32,
    /// Tipped load, t.
    pub delivered_t: f64,
    /// Fuel burnt, l.
    pub fuel_l: f64,
    /// Driven distance, km.
    pub distance_km: f64,
    /// Largest distance of the rear axle from the path, m; absent if it was not measured.
    #[serde(default)]
    pub lateral_error_max_m: Option<f64>,
    /// Time, position, speed and state at the largest distance from the path.
    #[serde(default)]
    pub lateral_error_at: Option<WorstError>,
    /// Time in each state, s.
    pub states_s: BTreeMap<String, f64>,
    /// State at the end.
    pub state: String,
    /// Time for which the truck stood, by reason, s.
    pub stood_s: BTreeMap<String, f64>,
    /// Longest time for which the truck waited for right of way without moving, s.
    #[serde(default)]
    pub longest_turn_s: f64,
    /// Reason why the truck stands at the end, and since when; absent if it moves.
    pub stands: Option<StandReport>,
    /// True if the truck has stood without progress for longer than the reason allows.
    pub stuck: bool,
    /// Messages between truck and site, in both directions.
    #[serde(default)]
    pub messages: MessageReport,
    /// Driver at the end: `stack`, `manual`, `full_throttle` or `full_brake`.
    #[serde(default)]
    pub driver: DriverKind,
    /// Names of the faults of the truck at the end.
    #[serde(default)]
    pub faults: Vec<String>,
}

/// Manned vehicle at the end of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MannedVehicleReport {
    /// Name of the vehicle.
    pub vehicle: String,
    /// State of the vehicle.
    pub state: VehicleState,
    /// Distance driven, km.
    pub distance_km: f64,
    /// Time for which the vehicle stood for trucks, s.
    pub gave_way_s: f64,
}

/// Messages between site and trucks, in both directions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MessageReport {
    /// Number of sent messages.
    pub sent: u64,
    /// Number of messages that never arrived.
    pub lost: u64,
    /// Number of messages that arrived twice.
    pub repeated: u64,
}

/// Standing truck.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StandReport {
    /// Reason with its parameters.
    pub reason: StandReason,
    /// Reason in words.
    pub text: String,
    /// Time at which the truck stopped, s of simulated time.
    pub since_s: f64,
}

/// Report of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// True if every expectation holds and the run was not interrupted.
    pub passed: bool,
    /// Name of the scenario.
    pub scenario: String,
    /// Name of the mine.
    pub mine: String,
    /// Seed of the run.
    pub seed: u64,
    /// Model of motion: `physics`.
    pub tier: String,
    /// Reason why the run ended.
    pub ended: Ending,
    /// Simulated time, s.
    pub sim_seconds: f64,
    /// Wall time, s.
    pub wall_seconds: f64,
    /// Simulated time divided by wall time.
    pub realtime_factor: f64,
    /// Number of trucks.
    pub trucks: u32,
    /// Number of finished cycles of all trucks.
    pub cycles: u32,
    /// Tipped load of all trucks, t.
    pub delivered_t: f64,
    /// Tipped load per hour of simulated time, t/h.
    pub delivered_tph: f64,
    /// Fuel burnt, l.
    pub fuel_l: f64,
    /// Fuel burnt per tipped tonne, l/t; absent if nothing was tipped.
    pub fuel_l_per_t: Option<f64>,
    /// Driven distance of all trucks, km.
    pub distance_km: f64,
    /// Mean duration of a cycle, s; absent if none was finished.
    pub cycle_mean_s: Option<f64>,
    /// Largest distance of a rear axle from its planned path, m; absent if no truck moved along a path.
    pub lateral_error_max_m: Option<f64>,
    /// Root mean square of the rear axles' distance from the planned path, m; absent if no truck moved along a path.
    pub lateral_error_rms_m: Option<f64>,
    /// Smallest distance (m) of a truck's outline from the edge of the drivable surface. It is negative outside the
    /// surface, and absent if it was never measured.
    pub min_clearance_m: Option<f64>,
    /// Time for which any part of a truck was off the drivable surface, s.
    pub off_surface_seconds: f64,
    /// Number of contacts of a truck's body with anything.
    pub collisions: u32,
    /// Number of stops by the safety supervisor.
    pub supervisor_stops: u32,
    /// Number of times that a truck stood without progress for longer than its reason allows.
    pub stuck: u32,
    /// Messages between site and trucks.
    #[serde(default)]
    pub messages: MessageReport,
    /// Manned vehicles.
    #[serde(default)]
    pub vehicles: Vec<MannedVehicleReport>,
    /// Hash of the world's state at the end; equal for equal runs.
    pub state_hash: String,
    /// Expectations with their results.
    pub checks: Vec<Check>,
    /// Figures of each truck.
    pub by_truck: Vec<TruckReport>,
    /// All finished cycles.
    pub by_cycle: Vec<CycleReport>,
    /// Remarks on the setup: starts that were moved, actions that do not happen.
    #[serde(default)]
    pub notes: Vec<String>,
    /// Events, in order.
    pub events: Vec<EventReport>,
}

/// Event of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EventReport {
    /// Time of the event, s of simulated time.
    pub at_s: f64,
    /// Description of the event.
    pub what: String,
}

impl Report {
    /// Returns a figure by its name in `[expect]`; `None` if the run gave no such figure.
    pub fn figure(&self, name: &str) -> Option<f64> {
        Some(match name {
            "sim_seconds" => self.sim_seconds,
            "trucks" => f64::from(self.trucks),
            "cycles" => f64::from(self.cycles),
            "delivered_t" => self.delivered_t,
            "delivered_tph" => self.delivered_tph,
            "fuel_l" => self.fuel_l,
            "fuel_l_per_t" => self.fuel_l_per_t?,
            "distance_km" => self.distance_km,
            "cycle_mean_s" => self.cycle_mean_s?,
            "lateral_error_max_m" => self.lateral_error_max_m?,
            "lateral_error_rms_m" => self.lateral_error_rms_m?,
            "min_clearance_m" => self.min_clearance_m?,
            "off_surface_seconds" => self.off_surface_seconds,
            "collisions" => f64::from(self.collisions),
            "supervisor_stops" => f64::from(self.supervisor_stops),
            "stuck" => f64::from(self.stuck),
            "messages_sent" => self.messages.sent as f64,
            "messages_lost" => self.messages.lost as f64,
            "messages_repeated" => self.messages.repeated as f64,
            _ => return None,
        })
    }

    /// Compares the figures with the expectations and sets `passed`.
    pub(crate) fn judge(&mut self, expect: &BTreeMap<String, Bound>) {
        self.checks = expect
            .iter()
            .map(|(name, bound)| {
                let value = self.figure(name);
                Check {
                    figure: name.clone(),
                    value,
                    expected: bound.words(),
                    passed: value.is_some_and(|v| bound.holds(v)),
                }
            })
            .collect();
        // A stuck truck fails a run that does not expect stuck trucks.
        if !expect.contains_key("stuck") && self.stuck > 0 {
            let value = Some(f64::from(self.stuck));
            self.checks.push(Check { figure: "stuck".into(), value, expected: "0".into(), passed: false });
        }
        self.passed = self.ended != Ending::Interrupted && self.checks.iter().all(|c| c.passed);
    }

    /// Returns the main figures with their units, for a table.
    pub fn rows(&self) -> Vec<(&'static str, String)> {
        let optional = |v: Option<f64>, digits: usize| v.map_or("-".into(), |v| format!("{v:.digits$}"));
        vec![
            ("simulated time", format!("{:.1} s", self.sim_seconds)),
            ("time on the wall", format!("{:.1} s ({:.0} × real time)", self.wall_seconds, self.realtime_factor)),
            ("trucks", self.trucks.to_string()),
            ("cycles", self.cycles.to_string()),
            ("mean cycle", format!("{} s", optional(self.cycle_mean_s, 1))),
            ("delivered", format!("{:.1} t ({:.0} t/h)", self.delivered_t, self.delivered_tph)),
            ("fuel", format!("{:.1} l ({} l/t)", self.fuel_l, optional(self.fuel_l_per_t, 3))),
            ("distance", format!("{:.2} km", self.distance_km)),
            (
                "distance from the path",
                match (self.lateral_error_max_m, self.lateral_error_rms_m) {
                    (Some(max), Some(rms)) => format!("{max:.3} m at most{}, {rms:.3} m rms", self.worst()),
                    _ => "not measured".into(),
                },
            ),
            (
                "least clearance to the edge",
                self.min_clearance_m.map_or("not measured".into(), |clearance| format!("{clearance:.2} m")),
            ),
            ("off the surface", format!("{:.2} s", self.off_surface_seconds)),
            ("collisions", self.collisions.to_string()),
            ("stops by the supervisor", self.supervisor_stops.to_string()),
            ("trucks stuck", self.stuck.to_string()),
            ("time standing", self.standing_row()),
            ("messages", self.messages_row()),
            ("state hash", self.state_hash.clone()),
        ]
    }

    /// Returns the numbers of sent, lost and repeated messages in words.
    fn messages_row(&self) -> String {
        let MessageReport { sent, lost, repeated } = self.messages;
        let share = |n: u64| 100.0 * n as f64 / (sent.max(1)) as f64;
        match (lost, repeated) {
            (0, 0) => format!("{sent} sent, none lost"),
            _ => format!(
                "{sent} sent, {lost} lost ({:.1} %), {repeated} repeated ({:.1} %)",
                share(lost),
                share(repeated)
            ),
        }
    }

    /// Returns the shares of time for which trucks stood, by reason, the largest share first.
    fn standing_row(&self) -> String {
        let mut by_reason: BTreeMap<&str, f64> = BTreeMap::new();
        for (reason, seconds) in self.by_truck.iter().flat_map(|truck| &truck.stood_s) {
            *by_reason.entry(reason).or_insert(0.0) += seconds;
        }
        let all = self.sim_seconds * self.by_truck.len() as f64;
        let mut rows: Vec<(&str, f64)> = by_reason.into_iter().map(|(r, s)| (r, 100.0 * s / all.max(1e-9))).collect();
        rows.sort_by(|a, b| b.1.total_cmp(&a.1));
        let shown = rows.iter().filter(|(_, share)| *share >= 0.05);
        let words: Vec<String> = shown.map(|(r, share)| format!("{} {share:.1} %", r.replace('_', " "))).collect();
        if words.is_empty() { "0 %".into() } else { words.join(", ") }
    }

    /// Returns notes that a reader must not overlook: stuck trucks, lasting faults, a run that delivered nothing.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        for truck in &self.by_truck {
            if let Some(stands) = truck.stands.as_ref().filter(|_| truck.stuck) {
                let (id, state) = (truck.truck, &truck.state);
                notes.push(format!("T{id} is stuck in {state} since {:.0} s: {}", stands.since_s, stands.text));
            }
        }
        notes.extend(self.long_turns());
        for truck in &self.by_truck {
            let id = truck.truck;
            if !truck.faults.is_empty() {
                notes.push(format!("T{id} has a fault at the end: {}", truck.faults.join(", ")));
            }
            match truck.driver {
                DriverKind::Stack => {}
                DriverKind::Manual => notes.push(format!("T{id} is driven by hand at the end")),
                DriverKind::FullThrottle | DriverKind::FullBrake => {
                    notes.push(format!("T{id} is driven by a test driver at the end"));
                }
            }
        }
        for vehicle in &self.vehicles {
            let (id, driven, gave_way) = (&vehicle.vehicle, vehicle.distance_km, vehicle.gave_way_s);
            let state = match vehicle.state {
                VehicleState::Waiting => "has not set out",
                VehicleState::Driving => "drives",
                VehicleState::AtStop => "stands at a stop",
                VehicleState::GivesWay(_) => "stands for a truck",
                VehicleState::Parked => "has parked",
            };
            notes.push(format!("vehicle {id} {state} after {driven:.2} km; it stood {gave_way:.0} s for trucks"));
        }
        if self.delivered_t <= 0.0 {
            notes.push(format!("nothing was delivered in {:.0} s", self.sim_seconds));
        }
        notes
    }

    /// Returns the truck that was furthest off its path, with the time, in brackets; empty if no distance was measured.
    fn worst(&self) -> String {
        let measured =
            self.by_truck.iter().filter_map(|t| Some((t.lateral_error_max_m?, t.truck, t.lateral_error_at?)));
        let worst = measured.max_by(|a, b| a.0.total_cmp(&b.0));
        worst.map_or_else(String::new, |(_, truck, at)| format!(" (T{truck} in {} at {:.0} s)", at.state, at.at_s))
    }

    /// Returns a note on trucks that waited unusually long for right of way while other trucks drove.
    fn long_turns(&self) -> Option<String> {
        let usual = haul_vehicle::patience().limit(StandKind::RightOfWay);
        let late: Vec<_> = self.by_truck.iter().filter(|truck| truck.longest_turn_s > usual).collect();
        let longest = late.iter().max_by(|a, b| a.longest_turn_s.total_cmp(&b.longest_turn_s))?;
        let of_all = self.by_truck.len();
        Some(format!(
            "{} of {of_all} trucks waited longer than {:.0} min for the right of way at a time, T{} for {:.0} min: give the \
             mine a second lane, passing bays or more waiting poses, or send fewer trucks",
            late.len(),
            usual / 60.0,
            longest.truck,
            longest.longest_turn_s / 60.0,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Report {
        Report {
            passed: false,
            scenario: "s".into(),
            mine: "m".into(),
            seed: 1,
            tier: "physics".into(),
            ended: Ending::CyclesDone,
            sim_seconds: 10.0,
            wall_seconds: 1.0,
            realtime_factor: 10.0,
            trucks: 1,
            cycles: 1,
            delivered_t: 91.0,
            delivered_tph: 100.0,
            fuel_l: 3.0,
            fuel_l_per_t: None,
            distance_km: 1.0,
            cycle_mean_s: None,
            lateral_error_max_m: Some(0.1),
            lateral_error_rms_m: Some(0.05),
            min_clearance_m: None,
            off_surface_seconds: 0.0,
            collisions: 0,
            supervisor_stops: 0,
            stuck: 0,
            messages: MessageReport::default(),
            vehicles: vec![],
            state_hash: String::new(),
            checks: vec![],
            by_truck: vec![],
            by_cycle: vec![],
            notes: vec![],
            events: vec![],
        }
    }

    #[test]
    fn every_named_figure_is_one_of_the_report() {
        let mut full = report();
        (full.fuel_l_per_t, full.cycle_mean_s, full.min_clearance_m) = (Some(1.0), Some(1.0), Some(1.0));
        for name in FIGURES {
            assert!(full.figure(name).is_some(), "{name}");
        }
    }

    #[test]
    fn a_figure_that_the_run_did_not_give_fails_its_check() {
        let mut r = report();
        r.judge(&BTreeMap::from([("cycle_mean_s".to_owned(), Bound::Exactly(3.0))]));
        assert!(!r.passed);
    }

    #[test]
    fn a_stuck_truck_fails_a_run_that_does_not_expect_it() {
        let mut r = report();
        r.stuck = 1;
        r.judge(&BTreeMap::new());
        assert!(!r.passed);
        r.judge(&BTreeMap::from([("stuck".to_owned(), Bound::Exactly(1.0))]));
        assert!(r.passed);
    }

    #[test]
    fn a_clearance_that_was_never_measured_fails_its_check() {
        let mut r = report();
        r.judge(&BTreeMap::from([(
            "min_clearance_m".to_owned(),
            Bound::Within(crate::file::Range { min: Some(0.0), max: None }),
        )]));
        assert!(!r.passed && r.checks[0].value.is_none());
        assert_eq!(r.checks[0].found(), "not measured");
    }

    #[test]
    fn an_interrupted_run_never_passes() {
        let mut r = report();
        r.ended = Ending::Interrupted;
        r.judge(&BTreeMap::new());
        assert!(!r.passed);
    }
}
