//! A scenario made ready and run.

use crate::file::{EventKind, Sensors};
use crate::read::Scenario;
use crate::report::{CycleReport, Ending, EventReport, Report, TruckReport};
use haul_core::units::{from_kmh, from_tonnes, to_tonnes};
use haul_core::{Fault, Faults, PlaceId, Point2, Pose2, SimTime, TruckId, units};
use haul_messages::Epoch;
use haul_mine::{MineError, MineMap, Place, PlaceKind, TruckShape, resolve_place};
use haul_planner::Conditions;
use haul_record::{Event, SimInput};
use haul_sim::{ScriptedInput, SensorLevel, Setup, ShovelSetup, TruckSetup, World};
use haul_vehicle::{ShovelSpec, TruckSpec, penetration_rule, road_class, road_classes, shovel, shovels};
use std::path::PathBuf;
use std::sync::Arc;

/// What a command line changes in a scenario.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Overrides {
    /// Mine directory in place of the scenario's own, relative to the working directory.
    pub mine: Option<PathBuf>,
    /// Seed in place of the scenario's own.
    pub seed: Option<u64>,
    /// Longest simulated time in place of the scenario's own, s.
    pub duration_s: Option<f64>,
}

/// Why a scenario cannot run. Every kind is bad input.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScenarioError {
    /// Faults in the scenario or the mine, each with its place.
    #[error("{0}")]
    Faults(Faults),
    /// The mine cannot be used.
    #[error(transparent)]
    Mine(#[from] MineError),
    /// The world refused the setup.
    #[error(transparent)]
    World(#[from] haul_sim::SimError),
}

impl From<Faults> for ScenarioError {
    fn from(faults: Faults) -> Self {
        ScenarioError::Faults(faults)
    }
}

impl From<Fault> for ScenarioError {
    fn from(fault: Fault) -> Self {
        ScenarioError::Faults(fault.into())
    }
}

impl ScenarioError {
    /// The faults that the error is made of, for printing one by one.
    pub fn into_faults(self) -> Vec<Fault> {
        match self {
            ScenarioError::Faults(faults) | ScenarioError::Mine(MineError::Faults(faults)) => {
                faults.into_iter().collect()
            }
            other => vec![Fault::new(other.to_string())],
        }
    }
}

/// A world with what it is run for.
pub struct Run {
    name: String,
    seed: u64,
    world: World,
    scenario: Scenario,
    duration: SimTime,
    until_cycles: Option<u32>,
    fuel_density: Vec<f64>,
    events: Vec<Event>,
    fresh_events: usize,
    ending: Option<Ending>,
}

impl Scenario {
    /// Loads the mine, resolves places, trucks and shovels, and builds the world.
    ///
    /// Errors: no mine named; a mine that cannot be read; places, truck files, road classes or shovels that do not
    /// exist; a place where no truck fits. All that can be found are given at once.
    pub fn prepare(&self, overrides: &Overrides) -> Result<Run, ScenarioError> {
        let file = &self.file;
        let mine = match (&overrides.mine, &file.mine) {
            (Some(path), _) => path.clone(),
            (None, Some(path)) => self.resolve(path),
            (None, None) => {
                return Err(Fault::new("the scenario names no mine")
                    .in_file(&self.text.source().path)
                    .help("add `mine = \"DIR\"` to the file, or give --mine DIR")
                    .into());
            }
        };
        let duration_s = overrides.duration_s.unwrap_or(file.duration_s);
        if !(duration_s.is_finite() && duration_s > 0.0) {
            return Err(Fault::new(format!("--duration {duration_s} is not a time above 0 s")).into());
        }
        let mut map = MineMap::load(&mine)?;
        let mut faults = Vec::new();
        let specs = self.truck_specs(&mut faults);
        let shape = specs
            .first()
            .map(|spec| TruckShape { footprint: spec.footprint(), turning_radius: spec.min_turning_radius() });
        if let Some(shape) = &shape {
            self.add_places(&mut map, shape, &mut faults);
        }
        let conditions = self.conditions(&map, &mut faults);
        let mut taken = Vec::new();
        let mut trucks = Vec::new();
        for (i, truck) in file.trucks.iter().enumerate() {
            let load = self.place(&map, &format!("truck.{i}.load"), &truck.load, &[PlaceKind::Load], &mut faults);
            let tips = [PlaceKind::Dump, PlaceKind::Crusher];
            let dump = self.place(&map, &format!("truck.{i}.dump"), &truck.dump, &tips, &mut faults);
            let start = self.start(&map, i, &mut taken, &mut faults);
            if let (Some(load), Some(dump), Some((start, park)), Some(spec)) = (load, dump, start, specs.get(i)) {
                trucks.push(TruckSetup {
                    id: TruckId(truck.id),
                    spec: Arc::clone(spec),
                    start,
                    payload_kg: from_tonnes(truck.payload_t),
                    fuel_kg: Some(spec.mass.fuel_capacity * truck.fuel_pct / 100.0),
                    load,
                    dump,
                    park,
                });
            }
        }
        let shovels = self.shovels(&map, &trucks, &mut faults);
        Faults::check(faults)?;
        let fuel_density = specs.iter().map(|s| s.fuel_density).collect();
        let world = World::new(Setup {
            map: Arc::new(map),
            trucks,
            shovels,
            seed: overrides.seed.unwrap_or(file.seed),
            conditions,
            sensors: match file.conditions.sensors {
                Sensors::Objects => SensorLevel::Objects,
                Sensors::Scan => SensorLevel::Scan,
            },
            slippery: Vec::new(),
            script: self.script(),
            epoch: Epoch::default(),
        })?;
        Ok(Run {
            name: file.name.clone(),
            seed: overrides.seed.unwrap_or(file.seed),
            world,
            scenario: self.clone(),
            duration: SimTime::from_seconds(duration_s),
            until_cycles: file.until_cycles,
            fuel_density,
            events: Vec::new(),
            fresh_events: 0,
            ending: None,
        })
    }

    fn truck_specs(&self, faults: &mut Vec<Fault>) -> Vec<Arc<TruckSpec>> {
        let own = Arc::new(TruckSpec::tr100at());
        let read = |model: &Option<PathBuf>| match model {
            None => Ok(Arc::clone(&own)),
            Some(path) => TruckSpec::load(&self.resolve(path)).map(Arc::new),
        };
        let mut specs = Vec::new();
        for truck in &self.file.trucks {
            match read(&truck.model) {
                Ok(spec) => specs.push(spec),
                Err(found) => faults.extend(found),
            }
        }
        specs
    }

    fn add_places(&self, map: &mut MineMap, shape: &TruckShape, faults: &mut Vec<Fault>) {
        for (i, spec) in self.file.places.iter().enumerate() {
            match resolve_place(map, spec, shape) {
                Ok(place) => {
                    map.places.retain(|p| p.id != place.id);
                    map.places.push(place);
                }
                Err(fault) => {
                    let mut placed = self.text.fault(&format!("place.{i}.at"), fault.what);
                    placed.help = fault.help;
                    faults.push(placed);
                }
            }
        }
    }

    fn conditions(&self, map: &MineMap, faults: &mut Vec<Fault>) -> Conditions {
        let file = &self.file.conditions;
        let mut conditions = Conditions::of(map);
        if let Some(name) = &file.road {
            match road_class(name) {
                Some(class) => {
                    conditions.friction = class.friction;
                    conditions.rolling_resistance = class.rolling_resistance;
                }
                None => {
                    let known: Vec<&str> = road_classes().iter().map(|c| c.name.as_str()).collect();
                    let fault = self.text.fault("conditions.road", format!("there is no road class `{name}`"));
                    faults.push(fault.help(format!("there are {}", known.join(", "))));
                }
            }
        }
        if let Some(friction) = file.friction {
            conditions.friction = friction;
        }
        if let Some(percent) = file.rolling_resistance_pct {
            conditions.rolling_resistance = percent / 100.0;
        }
        if let Some(depth) = file.tyre_penetration_cm {
            conditions.rolling_resistance = penetration_rule().rolling(depth / 100.0);
        }
        if let Some(limit) = file.speed_limit_kmh {
            conditions.speed_cap = from_kmh(limit);
        }
        conditions
    }

    /// A place by name and kind; a fault at `path` where there is none.
    fn place(
        &self,
        map: &MineMap,
        path: &str,
        name: &str,
        kinds: &[PlaceKind],
        faults: &mut Vec<Fault>,
    ) -> Option<PlaceId> {
        let id = PlaceId::from(name);
        let suiting = || {
            let names: Vec<&str> =
                map.places.iter().filter(|p| kinds.contains(&p.kind)).map(|p| p.id.as_str()).collect();
            if names.is_empty() {
                format!("the mine `{}` has none; add a [[place]] to the scenario", map.name)
            } else {
                format!("the mine `{}` has {}", map.name, names.join(", "))
            }
        };
        match map.place(&id) {
            Some(place) if kinds.contains(&place.kind) => Some(id),
            Some(place) => {
                let fault = self.text.fault(path, format!("`{name}` is a {}", kind_name(place.kind)));
                faults.push(fault.help(suiting()));
                None
            }
            None => {
                faults.push(self.text.fault(path, format!("there is no place `{name}`")).help(suiting()));
                None
            }
        }
    }

    /// Where truck `i` starts, and where it parks. Each spot is given once.
    fn start(
        &self,
        map: &MineMap,
        i: usize,
        taken: &mut Vec<(PlaceId, usize)>,
        faults: &mut Vec<Fault>,
    ) -> Option<(Pose2, Option<PlaceId>)> {
        let truck = &self.file.trucks[i];
        if let Some([x, y, bearing]) = truck.start_at {
            let path = format!("truck.{i}.start_at");
            if ![x, y, bearing].iter().all(|v| v.is_finite()) {
                faults.push(self.text.fault(&path, "not a finite pose"));
                return None;
            }
            if !map.drivable.contains(Point2::new(x, y)) {
                let mut fault = self.text.fault(&path, format!("({x}, {y}) is not on the drivable surface"));
                if let Some(near) = map.drivable.nearest_edge(Point2::new(x, y)) {
                    fault = fault.help(format!("its nearest edge is at ({:.1}, {:.1})", near.x, near.y));
                }
                faults.push(fault);
                return None;
            }
            return Some((Pose2::new(x, y, units::from_compass(bearing)), None));
        }
        let name = truck.start.as_deref()?;
        let path = format!("truck.{i}.start");
        let kinds = [PlaceKind::Park, PlaceKind::Load, PlaceKind::Dump, PlaceKind::Crusher];
        let id = self.place(map, &path, name, &kinds, faults)?;
        let place: &Place = map.place(&id)?;
        let index = (0..place.spots.len()).find(|k| !taken.contains(&(id.clone(), *k)));
        match index.and_then(|k| place.spots.get(k).map(|spot| (k, spot.pose))) {
            Some((k, pose)) => {
                taken.push((id.clone(), k));
                Some((pose, (place.kind == PlaceKind::Park).then_some(id)))
            }
            None => {
                let what = format!("all {} spots of `{name}` are taken by other trucks", place.spots.len());
                faults.push(self.text.fault(&path, what).help("start it elsewhere, or give the place more `spots`"));
                None
            }
        }
    }

    fn shovels(&self, map: &MineMap, trucks: &[TruckSetup], faults: &mut Vec<Fault>) -> Vec<ShovelSetup> {
        let mut setups: Vec<ShovelSetup> = Vec::new();
        for (i, file) in self.file.shovels.iter().enumerate() {
            let place = self.place(map, &format!("shovel.{i}.place"), &file.place, &[PlaceKind::Load], faults);
            match (place, shovel(&file.model)) {
                (Some(place), Some(spec)) => setups.push(ShovelSetup { place, spec }),
                (_, None) => {
                    let known: Vec<&str> = shovels().iter().map(|s| s.name.as_str()).collect();
                    let path = format!("shovel.{i}.model");
                    let fault = self.text.fault(&path, format!("there is no shovel `{}`", file.model));
                    faults.push(fault.help(format!("there are {}", known.join(", "))));
                }
                (None, _) => {}
            }
        }
        let usual: Option<&ShovelSpec> = shovels().first();
        for truck in trucks {
            if let (false, Some(spec)) = (setups.iter().any(|s| s.place == truck.load), usual) {
                setups.push(ShovelSetup { place: truck.load.clone(), spec: spec.clone() });
            }
        }
        setups
    }

    fn script(&self) -> Vec<ScriptedInput> {
        let mut script = Vec::new();
        for event in &self.file.events {
            let at = SimTime::from_seconds(event.at_s);
            let mut add = |at, input| script.push(ScriptedInput { at, input });
            match (event.what, event.at, event.radius_m, event.friction) {
                (EventKind::AllStop, ..) => add(at, SimInput::AllStop),
                (EventKind::Resume, ..) => add(at, SimInput::Resume),
                (EventKind::Obstacle, Some([x, y]), Some(radius), _) => {
                    let place = Point2::new(x, y);
                    add(at, SimInput::PlaceObstacle { at: place, radius });
                    if let Some(stays) = event.for_s {
                        let gone = SimTime::from_seconds(event.at_s + stays);
                        add(gone, SimInput::RemoveObstacle { at: place });
                    }
                }
                (EventKind::Friction, _, _, Some(friction)) => add(at, SimInput::SetFriction(friction)),
                // An event that lacks what it needs was refused when the file was read.
                (EventKind::Obstacle | EventKind::Friction, ..) => {}
            }
        }
        script
    }
}

fn kind_name(kind: PlaceKind) -> &'static str {
    match kind {
        PlaceKind::Load => "load place",
        PlaceKind::Crusher => "crusher",
        PlaceKind::Dump => "dump",
        PlaceKind::Park => "park",
        PlaceKind::Fuel => "fuel point",
    }
}

impl Run {
    /// The scenario's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The world, to be looked at.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The seed of its random streams.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The scenario that is run.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// Length of a step, s.
    pub fn step_length(&self) -> f64 {
        1.0 / f64::from(haul_sim::PHYSICS_RATE)
    }

    /// Does something to the world from outside, as an operator would.
    pub fn inject(&mut self, input: SimInput) {
        self.world.inject(input);
    }

    /// Takes one step, unless the run is over.
    pub fn step(&mut self) {
        if self.ending.is_some() {
            return;
        }
        self.world.step();
        self.events.extend(self.world.take_events());
        let cycles = || self.world.metrics().trucks.iter().map(|t| t.cycles.len()).min().unwrap_or(0);
        if self.until_cycles.is_some_and(|wanted| cycles() >= wanted as usize) {
            self.ending = Some(Ending::CyclesDone);
        } else if self.world.now() >= self.duration {
            self.ending = Some(Ending::TimeOver);
        }
    }

    /// Whether the run is over.
    pub fn is_finished(&self) -> bool {
        self.ending.is_some()
    }

    /// Ends the run here, as a person does who has seen enough.
    pub fn interrupt(&mut self) {
        self.ending.get_or_insert(Ending::Interrupted);
    }

    /// Share of the longest time that is over, 0 to 1.
    pub fn progress(&self) -> f64 {
        (self.world.now().seconds() / self.duration.seconds()).clamp(0.0, 1.0)
    }

    /// Cycles finished and tonnes delivered so far.
    pub fn figures(&self) -> (usize, f64) {
        let total = self.world.metrics().total();
        (total.cycles, to_tonnes(total.delivered_kg))
    }

    /// The events since this was last asked.
    pub fn take_fresh_events(&mut self) -> &[Event] {
        let from = std::mem::replace(&mut self.fresh_events, self.events.len());
        &self.events[from..]
    }

    /// What has come out so far; `wall_seconds` is the time that it took.
    pub fn report(&self, wall_seconds: f64) -> Report {
        let metrics = self.world.metrics();
        let total = metrics.total();
        let sim_seconds = self.world.now().seconds();
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
                states_s: stages(&t.states),
                state: format!("{:?}", sim.onboard().telemetry().state),
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
        let mut report = Report {
            passed: false,
            scenario: self.name.clone(),
            mine: self.world.map().name.clone(),
            seed: self.seed,
            tier: "physics".into(),
            ended: self.ending.unwrap_or(Ending::Interrupted),
            sim_seconds,
            wall_seconds,
            realtime_factor: if wall_seconds > 0.0 { sim_seconds / wall_seconds } else { 0.0 },
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
            // Infinite before the first look at the surface, which JSON cannot say.
            min_clearance_m: if total.min_clearance_m.is_finite() { total.min_clearance_m } else { f64::MAX },
            off_surface_seconds: total.off_surface_seconds,
            collisions: total.collisions,
            supervisor_stops: total.supervisor_stops,
            state_hash: format!("{:016x}", self.world.state_hash()),
            checks: Vec::new(),
            by_truck,
            by_cycle,
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
