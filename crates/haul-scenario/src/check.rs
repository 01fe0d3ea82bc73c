//! Checks of the numbers and names in a scenario that need no mine.

mod weather;

use crate::file::{Action, Bound, ConditionsFile, FaultName, LineFile, Range, ScenarioFile};
use crate::mend::Doubts;
use crate::report::FIGURES;
use crate::roster;
use haul_core::{Fault, TomlText, nearest_word};
use std::collections::{BTreeMap, BTreeSet};

/// Maximum number of trucks in a fleet.
const MOST_TRUCKS: u32 = 500;

/// Returns every fault in the values of a file. `doubts` are the paths with faults against the schema; values that
/// depend on them are not checked.
pub fn check(file: &ScenarioFile, text: &TomlText, doubts: &Doubts) -> Vec<Fault> {
    let mut check = Checker { text, doubts, faults: Vec::new() };
    if file.until_cycles == Some(0) {
        check.fault("until_cycles", "0 cycles end the run before it begins", "give 1 or more, or leave it out");
    }
    check.conditions(&file.conditions);
    if let Some(weather) = &file.weather {
        check.weather(weather);
    }
    check.slippery(&file.slippery);
    check.line(&file.line);
    check.trucks(file);
    check.places(file);
    check.vehicles(file);
    check.actions(file);
    check.expectations(file);
    check.faults
}

struct Checker<'a> {
    text: &'a TomlText,
    doubts: &'a Doubts,
    faults: Vec<Fault>,
}

impl Checker<'_> {
    fn fault(&mut self, path: &str, what: impl Into<String>, help: impl Into<String>) {
        if !self.doubts.touch(path) {
            self.faults.push(self.text.fault(path, what).help(help));
        }
    }

    /// Checks a compass bearing. Up to one full turn to either side is accepted, as 350 and -10 are the same.
    fn bearing(&mut self, path: &str, bearing: f64) {
        if !(-360.0..=360.0).contains(&bearing) {
            self.fault(
                path,
                format!("the bearing {bearing} is out of range"),
                "0 to 360 degrees, clockwise from north",
            );
        }
    }

    fn conditions(&mut self, file: &ConditionsFile) {
        if file.rolling_resistance_pct.is_some() && file.tyre_penetration_cm.is_some() {
            let help = "leave this or `rolling_resistance_pct` out";
            self.fault("conditions.tyre_penetration_cm", "both keys set the rolling resistance", help);
        }
    }

    fn line(&mut self, file: &LineFile) {
        let [least, greatest] = file.delay_s;
        if least > greatest {
            let what = format!("the shortest delay {least} s is above the longest {greatest} s");
            self.fault("line.delay_s", what, format!("delay_s = [{greatest}, {least}]"));
        }
    }

    fn trucks(&mut self, file: &ScenarioFile) {
        if file.trucks.is_empty() && file.fleets.is_empty() {
            let help = "add a [[truck]] with id, start, load and dump, or a [[fleet]] with count, start, load and dump";
            self.fault("truck", "the scenario has no truck", help);
        }
        for (i, truck) in file.trucks.iter().enumerate() {
            if let Some([.., bearing]) = truck.start_at {
                self.bearing(&format!("truck.{i}.start_at.2"), bearing);
            }
            let what = match (&truck.start, &truck.start_at) {
                (None, None) => "the truck has no start",
                (Some(_), Some(_)) => "the truck has two starts, `start` and `start_at`",
                _ => continue,
            };
            self.fault(&format!("truck.{i}"), what, "give one: start = \"park\", or start_at = [x, y, bearing]");
        }
        for (i, fleet) in file.fleets.iter().enumerate() {
            let path = |key: &str| format!("fleet.{i}.{key}");
            if !(1..=MOST_TRUCKS).contains(&fleet.count) {
                self.fault(
                    &path("count"),
                    format!("{} is out of range", fleet.count),
                    format!("1 to {MOST_TRUCKS} trucks"),
                );
            }
            for (key, list) in [("load", &fleet.load), ("dump", &fleet.dump)] {
                if list.is_empty() {
                    self.fault(&path(key), format!("`{key}` names no place"), format!("{key} = [\"NAME\", ...]"));
                }
            }
        }
        // An absurd count is already reported; listing its trucks would only take time.
        if file.fleets.iter().any(|f| f.count > MOST_TRUCKS) {
            return;
        }
        let mut seen: BTreeMap<u32, String> = BTreeMap::new();
        for entry in roster::entries(file) {
            if let Some(other) = seen.get(&entry.id) {
                let line = line_of(self.text, other);
                let what = format!("the number {} is taken by another truck{line}", entry.id);
                self.fault(&entry.id_path, what, "give every truck a number of its own");
            } else {
                seen.insert(entry.id, entry.id_path);
            }
        }
    }

    fn places(&mut self, file: &ScenarioFile) {
        let mut seen: BTreeMap<&str, String> = BTreeMap::new();
        for (i, place) in file.places.iter().enumerate() {
            let path = format!("place.{i}.id");
            match seen.get(place.id.as_str()) {
                Some(other) => {
                    let line = line_of(self.text, other);
                    let what = format!("the name `{}` is taken by another place{line}", place.id);
                    self.fault(&path, what, "give every place a name of its own");
                }
                None => drop(seen.insert(&place.id, path)),
            }
        }
        let mut served: BTreeMap<&str, String> = BTreeMap::new();
        for (i, shovel) in file.shovels.iter().enumerate() {
            let path = format!("shovel.{i}.place");
            match served.get(shovel.place.as_str()) {
                Some(other) => {
                    let line = line_of(self.text, other);
                    self.fault(&path, format!("`{}` has a shovel{line}", shovel.place), "give every place one shovel");
                }
                None => drop(served.insert(&shovel.place, path)),
            }
        }
    }

    fn vehicles(&mut self, file: &ScenarioFile) {
        let mut seen: BTreeMap<&str, String> = BTreeMap::new();
        for (i, vehicle) in file.vehicles.iter().enumerate() {
            let path = |key: &str| format!("vehicle.{i}.{key}");
            match seen.get(vehicle.id.as_str()) {
                Some(other) => {
                    let line = line_of(self.text, other);
                    let what = format!("the name `{}` is taken by another vehicle{line}", vehicle.id);
                    self.fault(&path("id"), what, "give every vehicle a name of its own");
                }
                None => drop(seen.insert(&vehicle.id, path("id"))),
            }
            if vehicle.way.len() < 2 {
                let help = "way = [{ place = \"park\" }, { place = \"face_1\", stop_s = 60 }]";
                self.fault(&path("way"), "a way needs two points or more", help);
            }
            for (k, point) in vehicle.way.iter().enumerate() {
                if let Some([.., bearing]) = point.at {
                    self.bearing(&path(&format!("way.{k}.at.2")), bearing);
                }
                let what = match (&point.place, &point.at) {
                    (None, None) => "the point names no place and no pose",
                    (Some(_), Some(_)) => "the point has both, `place` and `at`",
                    _ => continue,
                };
                let help = "give one: place = \"face_1\", or at = [x, y, bearing]";
                self.fault(&path(&format!("way.{k}")), what, help);
            }
        }
    }

    fn actions(&mut self, file: &ScenarioFile) {
        let mut obstacles: BTreeMap<String, String> = BTreeMap::new();
        for (i, action) in file.actions.iter().enumerate() {
            if let Some(name) = action.places_obstacle(i) {
                let path = format!("event.{i}.id");
                match obstacles.get(&name) {
                    Some(other) => {
                        let line = line_of(self.text, other);
                        let what = format!("the name `{name}` is taken by another obstacle{line}");
                        self.fault(&path, what, "give every obstacle a name of its own");
                    }
                    None => drop(obstacles.insert(name, path)),
                }
            }
        }
        // An absurd count is already reported; listing its trucks would only take time.
        let listed = file.fleets.iter().all(|f| f.count <= MOST_TRUCKS)
            && !self.doubts.names_of("truck", &["id"])
            && !self.doubts.names_of("fleet", &["first_id", "count"]);
        let obstacles_known = !self.doubts.names_of("event", &["id"]);
        let trucks: BTreeSet<u32> =
            if listed { roster::entries(file).into_iter().map(|e| e.id).collect() } else { BTreeSet::new() };
        for (i, action) in file.actions.iter().enumerate() {
            let path = |key: &str| format!("event.{i}.{key}");
            if let Some(truck) = action.truck().filter(|truck| listed && !trucks.contains(truck)) {
                let all: Vec<String> = trucks.iter().take(20).map(u32::to_string).collect();
                self.fault(
                    &path("truck"),
                    format!("there is no truck {truck}"),
                    format!("there are {}", all.join(", ")),
                );
            }
            if let Some((Some(_), None) | (None, Some(_))) = action.area() {
                let help = "give both, `at` and `radius_m`, or none of them for all roads";
                self.fault(&format!("event.{i}"), "the area is incomplete", help);
            }
            match action {
                Action::RemoveObstacle { id, .. } if obstacles_known && !obstacles.contains_key(id) => {
                    let help = match nearest_word(id, obstacles.keys().map(String::as_str)) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None if obstacles.is_empty() => "add an `obstacle` event with this id".to_owned(),
                        None => {
                            let all: Vec<String> = obstacles.keys().map(|name| format!("`{name}`")).collect();
                            format!("there are {}", all.join(", "))
                        }
                    };
                    self.fault(&path("id"), format!("there is no obstacle `{id}`"), help);
                }
                Action::Fault { fault, offset_m, rate_pct, .. } => {
                    self.fault_parameters(i, *fault, *offset_m, *rate_pct);
                }
                Action::Obstacle { .. }
                | Action::RemoveObstacle { .. }
                | Action::Friction { .. }
                | Action::Rain { .. }
                | Action::Snow { .. }
                | Action::Fog { .. }
                | Action::Ice { .. }
                | Action::WaterCart { .. }
                | Action::Grader { .. }
                | Action::Drive { .. }
                | Action::AllStop { .. }
                | Action::Resume { .. }
                | Action::HandBack { .. } => {}
            }
        }
    }

    /// Checks the keys that only one kind of fault has.
    fn fault_parameters(&mut self, i: usize, fault: FaultName, offset: Option<[f64; 2]>, rate_pct: Option<f64>) {
        let path = |key: &str| format!("event.{i}.{key}");
        match (fault == FaultName::SatelliteOffset, offset) {
            (true, None) => {
                let help = "offset_m = [east, north], e.g. [5, 0]";
                self.fault(&format!("event.{i}"), "`satellite_offset` needs `offset_m`", help);
            }
            (false, Some(_)) => {
                self.fault(&path("offset_m"), "only `satellite_offset` takes `offset_m`", "leave it out")
            }
            (true, Some(_)) | (false, None) => {}
        }
        match (fault == FaultName::SteeringSlow, rate_pct) {
            (true, None) => {
                let help = "rate_pct = share of the steering's rate that is left, e.g. 30";
                self.fault(&format!("event.{i}"), "`steering_slow` needs `rate_pct`", help);
            }
            (false, Some(_)) => self.fault(&path("rate_pct"), "only `steering_slow` takes `rate_pct`", "leave it out"),
            (true, Some(_)) | (false, None) => {}
        }
    }

    fn expectations(&mut self, file: &ScenarioFile) {
        for (name, bound) in &file.expect {
            let path = format!("expect.{name}");
            if !FIGURES.contains(&name.as_str()) {
                let fault = self.text.fault_at_key(&path, format!("the report has no figure `{name}`"));
                self.faults.push(match nearest_word(name, FIGURES.iter().copied()) {
                    Some(near) => fault.help(format!("did you mean `{near}`?")),
                    None => fault.help(format!("it has {}", FIGURES.join(", "))),
                });
            }
            match bound {
                Bound::Within(Range { min: Some(min), max: Some(max) }) if min > max => {
                    let what = format!("the minimum {min} is above the maximum {max}");
                    self.fault(&path, what, "swap them, or leave one out");
                }
                Bound::Within(Range { min: None, max: None }) => {
                    self.fault(
                        &path,
                        "the bound is empty",
                        "12 for exactly this value, or { min = 1, max = 2 } with one or both",
                    );
                }
                _ => {}
            }
        }
    }
}

/// Returns the line of a value as ` (line 12)`; empty if the value's position is not known.
pub fn line_of(text: &TomlText, path: &str) -> String {
    match text.fault(path, "").at {
        Some((source, span)) => format!(" (line {})", source.line_column(span.start).0),
        None => String::new(),
    }
}
