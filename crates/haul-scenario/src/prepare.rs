//! Preparation of a scenario: the mine, its places, the trucks and their starts, and the script.

use crate::access;
use crate::act;
use crate::effects;
use crate::file::{Action, HoleFile, LONGEST_RUN_S, Sensors};
use crate::read::Scenario;
use crate::roster::{self, RosterEntry, Start};
use crate::run::Run;
use crate::slippery;
use crate::starts::Starts;
use crate::vehicles;
use crate::weather;
use haul_core::units::{from_kmh, from_tonnes, to_tonnes};
use haul_core::{Fault, Faults, ObstacleId, PlaceId, Point2, SimTime, TruckId};
use haul_messages::Epoch;
use haul_mine::{MineError, MineMap, PlaceKind, TruckShape, resolve_place};
use haul_planner::Conditions;
use haul_record::SimInput;
use haul_sim::{CoverageHole, LineQuality, ScriptedInput, SensorLevel, Setup, ShovelSetup, TruckSetup, Weather, World};
use haul_vehicle::{ShovelSpec, TruckSpec, penetration_rule, road_class, road_classes, shovel, shovels};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Maximum ratio of payload to rated payload (10/10/20 payload policy of the makers of mining trucks).
const MOST_OVERLOAD: f64 = 1.2;

/// Changes to a scenario from the command line.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Overrides {
    /// Mine directory or packed mine instead of the scenario's own, relative to the working directory.
    pub mine: Option<PathBuf>,
    /// Seed instead of the scenario's own.
    pub seed: Option<u64>,
    /// Maximum simulated time instead of the scenario's own, s.
    pub duration_s: Option<f64>,
}

/// Error in preparing a scenario. Every kind is bad input.
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
    /// Returns the faults of the error, for printing one by one.
    pub fn into_faults(self) -> Vec<Fault> {
        match self {
            ScenarioError::Faults(faults) | ScenarioError::Mine(MineError::Faults(faults)) => {
                faults.into_iter().collect()
            }
            other => vec![Fault::new(other.to_string())],
        }
    }
}

impl Scenario {
    /// Loads the mine, resolves places, trucks and shovels, and builds the world.
    ///
    /// # Errors
    /// - No mine is named, or the mine cannot be read.
    /// - A place, truck file, road class or shovel does not exist.
    /// - No truck fits at a place.
    /// - A truck starts off the drivable surface, in a machine or in another truck.
    ///
    /// All faults that can be found are returned at once.
    pub fn prepare(&self, overrides: &Overrides) -> Result<Run, ScenarioError> {
        self.prepare_with(overrides, World::new)
    }

    /// Prepares a run. `build` makes its world from the setup.
    pub(crate) fn prepare_with(
        &self,
        overrides: &Overrides,
        build: impl FnOnce(Setup) -> Result<World, haul_sim::SimError>,
    ) -> Result<Run, ScenarioError> {
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
        if !(0.1..=LONGEST_RUN_S).contains(&duration_s) {
            let fault = Fault::new(format!("--duration {duration_s} is out of range"));
            return Err(fault.help(format!("0.1 to {LONGEST_RUN_S} s, e.g. 600")).into());
        }
        let mut map = MineMap::load(&mine)?;
        let mut faults = Vec::new();
        let roster = roster::entries(file);
        let specs = self.truck_specs(&roster, &mut faults);
        let shape = roster
            .first()
            .and_then(|first| specs.get(&first.model))
            .map(|spec| TruckShape { footprint: spec.footprint(), turning_radius: spec.min_turning_radius() });
        if let Some(shape) = &shape {
            self.add_places(&mut map, shape, &mut faults);
        }
        let moved = shape.map(|shape| map.clear_exit_paths(&shape)).unwrap_or_default();
        let conditions = self.conditions(&map, &mut faults);
        let (trucks, mut notes) = self.trucks(&map, &roster, &specs, &mut faults);
        let shovels = self.shovels(&map, &trucks, &mut faults);
        let vehicles = vehicles::vehicles(self, &map, &trucks, &conditions, &mut faults);
        let slippery = slippery::zones(self, &trucks, &mut faults);
        let seed = overrides.seed.unwrap_or(file.seed);
        let weather = weather::plan(self, &map, seed, duration_s);
        // The trucks of a fleet share their keys, and so their faults: each fault is reported once.
        let mut told = std::collections::BTreeSet::new();
        faults.retain(|fault| told.insert(fault.to_string()));
        Faults::check(faults)?;
        let work = access::work_of(&trucks);
        let air = Weather::new(weather.clone()).environment();
        let (atlas, driven) = access::clear_driven_paths(map, shape, (&conditions, air), &work);
        let map = Arc::clone(atlas.map());
        notes.extend(moved.iter().chain(&driven).map(ToString::to_string));
        notes.extend(effects::without_effect(file, &self.text, &map, duration_s));
        notes.extend(slippery::without_effect(file, &self.text, &map, duration_s));
        notes.extend(weather::without_effect(file, &self.text, duration_s));
        let fuel_density = trucks.iter().map(|t| t.spec.fuel_density).collect();
        let world = build(Setup {
            map,
            atlas: Some(atlas),
            trucks,
            shovels,
            vehicles,
            seed,
            conditions,
            sensors: match file.conditions.sensors {
                Sensors::Objects => SensorLevel::Objects,
                Sensors::Scan => SensorLevel::Scan,
            },
            slippery,
            weather,
            script: self.script(),
            line: self.line_quality(),
            epoch: Epoch::default(),
        })?;
        if let Some(truck) = world.trucks().first() {
            let onboard = truck.onboard().config();
            notes.extend(access::notes(&onboard.atlas, &conditions, onboard.environment, &work));
        }
        Ok(Run {
            name: file.name.clone(),
            seed,
            world,
            scenario: self.clone(),
            mine,
            overrides: overrides.clone(),
            notes,
            duration: SimTime::from_seconds(duration_s),
            until_cycles: file.until_cycles,
            fuel_density,
            events: Vec::new(),
            fresh_events: 0,
            ending: None,
            resumed_at: None,
        })
    }

    /// Reads the truck models, each of them once.
    fn truck_specs(
        &self,
        roster: &[RosterEntry],
        faults: &mut Vec<Fault>,
    ) -> BTreeMap<Option<PathBuf>, Arc<TruckSpec>> {
        let mut specs = BTreeMap::new();
        for entry in roster {
            if specs.contains_key(&entry.model) {
                continue;
            }
            match &entry.model {
                None => drop(specs.insert(None, Arc::new(TruckSpec::tr100at()))),
                Some(model) => match self.truck_spec(model) {
                    Ok(spec) => drop(specs.insert(entry.model.clone(), Arc::new(spec))),
                    Err(found) => faults.extend(found.into_iter().map(|f| self.fault_of_model(f, &entry.model_path))),
                },
            }
        }
        specs
    }

    /// Returns a fault of a truck file at its position in that file. A fault of the whole file is placed at the file's
    /// name in the scenario.
    fn fault_of_model(&self, fault: Fault, path: &str) -> Fault {
        if fault.at.is_some() {
            return fault;
        }
        let what = fault.path.map_or_else(String::new, |file| format!("`{file}` ")) + &fault.what;
        let help = "the path of a truck file starts from the scenario's folder; or leave `model` out for a TR100AT";
        self.text.fault(path, what).help(fault.help.unwrap_or_else(|| help.to_owned()))
    }

    /// Returns the trucks with their work and their starts, and notes about starts. Trucks with a given pose are placed
    /// first, so that no other truck takes their position.
    fn trucks(
        &self,
        map: &MineMap,
        roster: &[RosterEntry],
        specs: &BTreeMap<Option<PathBuf>, Arc<TruckSpec>>,
        faults: &mut Vec<Fault>,
    ) -> (Vec<TruckSetup>, Vec<String>) {
        let mut starts = Starts::new(map, &self.text);
        let mut poses = BTreeMap::new();
        let is_pose = |entry: &RosterEntry| matches!(entry.start, Some(Start::Pose(_)));
        let order = (0..roster.len()).filter(|i| is_pose(&roster[*i]));
        for i in order.chain((0..roster.len()).filter(|i| !is_pose(&roster[*i]))) {
            let entry = &roster[i];
            let Some(spec) = specs.get(&entry.model) else { continue };
            let found = match &entry.start {
                Some(Start::Pose(pose)) => starts.at_pose(entry, spec, *pose).map(|pose| (pose, None)),
                Some(Start::Place(name)) => {
                    let kinds = [PlaceKind::Park, PlaceKind::Load, PlaceKind::Dump, PlaceKind::Crusher];
                    let Some(place) = self.place(map, &entry.start_path, name, &kinds, faults) else { continue };
                    starts.at_place(entry, spec, &place)
                }
                None => continue,
            };
            match found {
                Ok(start) => drop(poses.insert(i, start)),
                Err(fault) => faults.push(*fault),
            }
        }
        let notes = starts.notes();
        let mut trucks = Vec::new();
        for (i, entry) in roster.iter().enumerate() {
            let load = self.place(map, &entry.load_path, &entry.load, &[PlaceKind::Load], faults);
            let tips = [PlaceKind::Dump, PlaceKind::Crusher];
            let dump = self.place(map, &entry.dump_path, &entry.dump, &tips, faults);
            let Some(spec) = specs.get(&entry.model) else { continue };
            let most = MOST_OVERLOAD * to_tonnes(spec.rated_payload());
            if entry.payload_t > most {
                let what = format!("{} t is too much for the {}", entry.payload_t, spec.name);
                faults.push(self.text.fault(&entry.payload_path, what).help(format!("0 to {most:.1} t")));
            }
            if let (Some(load), Some(dump), Some((start, park))) = (load, dump, poses.remove(&i)) {
                trucks.push(TruckSetup {
                    id: TruckId(entry.id),
                    spec: Arc::clone(spec),
                    start,
                    payload_kg: from_tonnes(entry.payload_t),
                    fuel_kg: Some(spec.mass.fuel_capacity * entry.fuel_pct / 100.0),
                    load,
                    dump,
                    park,
                    driver: act::driver(entry.driver),
                    lateral_control: act::lateral_control(entry.lateral_control),
                });
            }
        }
        (trucks, notes)
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

    /// Finds a place by name and kind, or adds a fault at `path`.
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

    fn line_quality(&self) -> LineQuality {
        let file = &self.file.line;
        let hole =
            |hole: &HoleFile| CoverageHole { centre: Point2::new(hole.at[0], hole.at[1]), radius: hole.radius_m };
        LineQuality {
            loss: file.loss_pct / 100.0,
            delay: (file.delay_s[0], file.delay_s[1]),
            duplicates: file.duplicates_pct / 100.0,
            reorders: file.reorder,
            holes: file.holes.iter().map(hole).collect(),
        }
    }

    fn script(&self) -> Vec<ScriptedInput> {
        let mut script = Vec::new();
        for (i, action) in self.file.actions.iter().enumerate() {
            let mut add = |at_s, input| script.push(ScriptedInput { at: SimTime::from_seconds(at_s), input });
            match action {
                Action::AllStop { at_s } => add(*at_s, SimInput::AllStop),
                Action::Resume { at_s } => add(*at_s, SimInput::Resume),
                Action::Obstacle { at_s, at: [x, y], radius_m, for_s, .. } => {
                    let id = ObstacleId(action.places_obstacle(i).unwrap_or_default());
                    let at = Point2::new(*x, *y);
                    add(*at_s, SimInput::PlaceObstacle { id: id.clone(), at, radius: *radius_m });
                    if let Some(stays) = for_s {
                        add(at_s + stays, SimInput::RemoveObstacle { id });
                    }
                }
                Action::RemoveObstacle { at_s, id } => {
                    add(*at_s, SimInput::RemoveObstacle { id: ObstacleId(id.clone()) });
                }
                Action::Friction { at_s, friction } => add(*at_s, SimInput::SetFriction(*friction)),
                Action::Rain { at_s, mm_h } => add(*at_s, SimInput::SetRain(mm_h / 3.6e6)),
                Action::Snow { at_s, mm_h } => add(*at_s, SimInput::SetSnow(mm_h / 3.6e6)),
                Action::Fog { at_s, visibility_m } => add(*at_s, SimInput::SetVisibility(*visibility_m)),
                Action::Ice { at_s, depth_mm, at, radius_m } => {
                    add(*at_s, SimInput::LayIce { depth: 1e-3 * depth_mm, within: area(*at, *radius_m) });
                }
                Action::WaterCart { at_s, at, radius_m } => {
                    add(*at_s, SimInput::WaterRoads { within: area(*at, *radius_m) });
                }
                Action::Grader { at_s, at, radius_m } => {
                    add(*at_s, SimInput::GradeRoads { within: area(*at, *radius_m) });
                }
                Action::Drive { at_s, truck, .. } => {
                    let controls = act::controls(action).unwrap_or_default();
                    add(*at_s, SimInput::Drive { truck: TruckId(*truck), controls });
                }
                Action::HandBack { at_s, truck } => add(*at_s, SimInput::HandBack { truck: TruckId(*truck) }),
                Action::Fault { at_s, truck, fault, for_s, offset_m, rate_pct } => {
                    let (truck, fault) = (TruckId(*truck), act::truck_fault(*fault, *offset_m, *rate_pct));
                    add(*at_s, SimInput::Fail { truck, fault });
                    if let Some(lasts) = for_s {
                        add(at_s + lasts, SimInput::Repair { truck, fault });
                    }
                }
            }
        }
        script
    }
}

/// Returns the centre and radius of an area; `None` for all roads.
fn area(at: Option<[f64; 2]>, radius_m: Option<f64>) -> Option<(Point2, f64)> {
    let ([x, y], radius) = (at?, radius_m?);
    Some((Point2::new(x, y), radius))
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
