//! Run of a prepared scenario.

use crate::prepare::Overrides;
use crate::read::Scenario;
use crate::report::{
    CycleReport, Ending, EventReport, MannedVehicleReport, MessageReport, Report, StandReport, TruckReport,
};
use haul_core::SimTime;
use haul_core::units::to_tonnes;
use haul_record::{Event, SimInput};
use haul_sim::{MessageCounts, SimVehicle, World};
use std::path::{Path, PathBuf};

/// A prepared scenario: world, stop conditions and events so far.
pub struct Run {
    pub(crate) name: String,
    pub(crate) seed: u64,
    pub(crate) world: World,
    pub(crate) scenario: Scenario,
    pub(crate) mine: PathBuf,
    pub(crate) overrides: Overrides,
    pub(crate) notes: Vec<String>,
    pub(crate) duration: SimTime,
    pub(crate) until_cycles: Option<u32>,
    pub(crate) fuel_density: Vec<f64>,
    pub(crate) events: Vec<Event>,
    pub(crate) fresh_events: usize,
    pub(crate) ending: Option<Ending>,
    /// Time of the snapshot from which the run was resumed.
    pub(crate) resumed_at: Option<SimTime>,
}

impl Run {
    /// Returns the name of the scenario.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the world, for reading.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Returns the seed of the random streams.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Returns the scenario.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// Returns the folder of the mine, or its packed file.
    pub fn mine(&self) -> &Path {
        &self.mine
    }

    /// Returns the changes to the scenario from the command line.
    pub fn overrides(&self) -> &Overrides {
        &self.overrides
    }

    /// Returns the maximum simulated time.
    pub fn duration(&self) -> SimTime {
        self.duration
    }

    /// Returns the reason why the run ended; `None` while the run continues.
    pub fn ending(&self) -> Option<Ending> {
        self.ending
    }

    /// Returns notes on the setup for the user: moved starts, actions that do not happen.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Returns the length of a step, s.
    pub fn step_length(&self) -> f64 {
        1.0 / f64::from(haul_sim::PHYSICS_RATE)
    }

    /// Gives the world an external input, as an operator would.
    pub fn inject(&mut self, input: SimInput) {
        self.world.inject(input);
    }

    /// Makes one step, unless the run is over.
    pub fn step(&mut self) {
        if self.ending.is_some() {
            return;
        }
        self.world.step();
        self.events.extend(self.world.take_events());
        self.judge_end();
    }

    /// Ends the run if a stop condition is met.
    pub(crate) fn judge_end(&mut self) {
        let cycles = || self.world.metrics().trucks.iter().map(|t| t.cycles.len()).min().unwrap_or(0);
        if self.until_cycles.is_some_and(|wanted| cycles() >= wanted as usize) {
            self.ending = Some(Ending::CyclesDone);
        } else if self.world.now() >= self.duration {
            self.ending = Some(Ending::TimeOver);
        }
    }

    /// Returns true if the run is over.
    pub fn is_finished(&self) -> bool {
        self.ending.is_some()
    }

    /// Ends the run at this step, on request of a person.
    pub fn interrupt(&mut self) {
        self.ending.get_or_insert(Ending::Interrupted);
    }

    /// Returns the elapsed share of the maximum simulated time, 0 to 1.
    pub fn progress(&self) -> f64 {
        (self.world.now().seconds() / self.duration.seconds()).clamp(0.0, 1.0)
    }

    /// Returns the number of finished cycles and the delivered load (t) so far.
    pub fn figures(&self) -> (usize, f64) {
        let total = self.world.metrics().total();
        (total.cycles, to_tonnes(total.delivered_kg))
    }

    /// Returns all events so far.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// Returns the events since the last call.
    pub fn take_fresh_events(&mut self) -> &[Event] {
        let from = std::mem::replace(&mut self.fresh_events, self.events.len());
        &self.events[from..]
    }

    /// Returns the report so far; `wall_seconds` is the wall time of the run.
    pub fn report(&self, wall_seconds: f64) -> Report {
        let metrics = self.world.metrics();
        let total = metrics.total();
        let sim_seconds = self.world.now().seconds();
        let run_seconds = sim_seconds - self.resumed_at.map_or(0.0, SimTime::seconds);
        let delivered_t = to_tonnes(total.delivered_kg);
        // Densities are in kg/m³, and a cubic metre is 1,000 l.
        let litres = |index: usize, kg: f64| 1_000.0 * kg / self.fuel_density.get(index).copied().unwrap_or(f64::NAN);
        let fuel_l: f64 = metrics.trucks.iter().enumerate().map(|(i, t)| litres(i, t.fuel_kg)).sum();
        let stages = |times: &std::collections::BTreeMap<haul_messages::CycleState, f64>| {
            times.iter().map(|(state, s)| (format!("{state:?}"), *s)).collect()
        };
        let by_truck = metrics
            .trucks
            .iter()
            .zip(self.world.trucks())
            .enumerate()
            .map(|(i, (t, sim))| TruckReport {
                truck: t.truck.0,
                cycles: t.cycles.len() as u32,
                delivered_t: to_tonnes(t.delivered_kg),
                fuel_l: litres(i, t.fuel_kg),
                distance_km: t.distance_m / 1_000.0,
                lateral_error_max_m: t.worst.map(|_| t.lateral.max()),
                lateral_error_at: t.worst,
                states_s: stages(&t.states),
                state: format!("{:?}", sim.onboard().telemetry().state),
                stood_s: t.stood.iter().map(|(kind, seconds)| (kind.name().to_owned(), *seconds)).collect(),
                longest_turn_s: t.longest_turn_s,
                stands: sim.stands().map(|(reason, since)| StandReport {
                    reason: reason.clone(),
                    text: reason.to_string(),
                    since_s: since.seconds(),
                }),
                stuck: sim.is_stuck(),
                messages: messages(self.world.line().counts(t.truck)),
                driver: sim.driver(),
                faults: sim.faults().active().iter().map(|fault| fault.name().to_owned()).collect(),
            })
            .collect();
        let mut by_cycle: Vec<CycleReport> = metrics
            .trucks
            .iter()
            .flat_map(|t| {
                t.cycles.iter().map(|c| CycleReport {
                    truck: t.truck.0,
                    tipped_at_s: c.ended.seconds(),
                    payload_t: to_tonnes(c.payload_kg),
                    cycle_s: c.seconds(),
                    stages_s: stages(&c.stages),
                })
            })
            .collect();
        by_cycle.sort_by(|a, b| a.tipped_at_s.total_cmp(&b.tipped_at_s));
        let counts = self.world.trucks().iter().map(|t| self.world.line().counts(t.id()));
        let counts = counts.fold(MessageCounts::default(), MessageCounts::plus);
        let mut report = Report {
            passed: false,
            scenario: self.name.clone(),
            mine: self.world.map().name.clone(),
            seed: self.seed,
            tier: "physics".into(),
            ended: self.ending.unwrap_or(Ending::Interrupted),
            sim_seconds,
            wall_seconds,
            realtime_factor: if wall_seconds > 0.0 { run_seconds / wall_seconds } else { 0.0 },
            trucks: metrics.trucks.len() as u32,
            cycles: total.cycles as u32,
            delivered_t,
            delivered_tph: if sim_seconds > 0.0 { delivered_t * 3_600.0 / sim_seconds } else { 0.0 },
            fuel_l,
            fuel_l_per_t: (delivered_t > 0.0).then(|| fuel_l / delivered_t),
            distance_km: total.distance_m / 1_000.0,
            cycle_mean_s: total.cycle_mean_s,
            lateral_error_max_m: total.lateral_error_max_m,
            lateral_error_rms_m: total.lateral_error_rms_m,
            min_clearance_m: total.min_clearance_m,
            off_surface_seconds: total.off_surface_seconds,
            collisions: total.collisions,
            supervisor_stops: total.supervisor_stops,
            stuck: total.stuck,
            messages: messages(counts),
            vehicles: self.world.vehicles().iter().map(vehicle).collect(),
            state_hash: format!("{:016x}", self.world.state_hash()),
            checks: Vec::new(),
            by_truck,
            by_cycle,
            notes: self.notes.clone(),
            events: self
                .events
                .iter()
                .map(|e| EventReport { at_s: e.at.seconds(), what: e.what.to_string() })
                .collect(),
        };
        report.judge(&self.scenario.file.expect);
        report
    }
}

fn messages(counts: MessageCounts) -> MessageReport {
    MessageReport { sent: counts.sent, lost: counts.lost, repeated: counts.repeated }
}

fn vehicle(vehicle: &SimVehicle) -> MannedVehicleReport {
    MannedVehicleReport {
        vehicle: vehicle.id().to_string(),
        state: vehicle.state(),
        distance_km: vehicle.station() / 1_000.0,
        gave_way_s: vehicle.gave_way_seconds(),
    }
}
