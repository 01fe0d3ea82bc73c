//! Checks of a scenario's own numbers and names. Its mine is not known yet.

use crate::file::{Action, Bound, ConditionsFile, Range, ScenarioFile};
use crate::report::FIGURES;
use crate::roster;
use haul_core::{Fault, TomlText, nearest_word};
use std::collections::BTreeMap;

/// Longest run, s: one year.
const LONGEST_RUN_S: f64 = 366.0 * 86_400.0;
/// Most trucks of a fleet.
const MOST_TRUCKS: u32 = 500;

/// Returns every fault of the values of a file.
pub fn check(file: &ScenarioFile, text: &TomlText) -> Vec<Fault> {
    let mut check = Checker { text, faults: Vec::new() };
    check.range("duration_s", file.duration_s, 0.1, LONGEST_RUN_S, "s");
    if file.until_cycles == Some(0) {
        check.fault("until_cycles", "0 cycles end the run before it begins", "give 1 or more, or leave it out");
    }
    check.conditions(&file.conditions);
    check.trucks(file);
    check.places(file);
    check.actions(file);
    check.expectations(file);
    let mut faults = check.faults;
    faults.sort_by_key(|f| f.at.as_ref().map(|(_, span)| span.start));
    faults
}

struct Checker<'a> {
    text: &'a TomlText,
    faults: Vec<Fault>,
}

impl Checker<'_> {
    fn fault(&mut self, path: &str, what: impl Into<String>, help: impl Into<String>) {
        self.faults.push(self.text.fault(path, what).help(help));
    }

    fn range(&mut self, path: &str, value: f64, low: f64, high: f64, unit: &str) {
        if !(low..=high).contains(&value) {
            self.fault(path, format!("{value} is out of range"), format!("{low} to {high} {unit}").trim().to_owned());
        }
    }

    fn conditions(&mut self, file: &ConditionsFile) {
        if let Some(f) = file.friction {
            self.range("conditions.friction", f, 0.05, 1.2, "(ice is near 0.1, dry rock near 0.8)");
        }
        if let Some(r) = file.rolling_resistance_pct {
            self.range("conditions.rolling_resistance_pct", r, 0.5, 25.0, "%");
        }
        if let Some(depth) = file.tyre_penetration_cm {
            self.range("conditions.tyre_penetration_cm", depth, 0.0, 40.0, "cm");
        }
        if let Some(v) = file.speed_limit_kmh {
            self.range("conditions.speed_limit_kmh", v, 1.0, 100.0, "km/h");
        }
        if file.rolling_resistance_pct.is_some() && file.tyre_penetration_cm.is_some() {
            let help = "leave this or `rolling_resistance_pct` out";
            self.fault("conditions.tyre_penetration_cm", "both keys set the rolling resistance", help);
        }
    }

    fn trucks(&mut self, file: &ScenarioFile) {
        if file.trucks.is_empty() && file.fleets.is_empty() {
            let help = "add a [[truck]] with id, start, load and dump, or a [[fleet]] with count, start, load and dump";
            self.fault("truck", "the scenario has no truck", help);
        }
        for (i, truck) in file.trucks.iter().enumerate() {
            self.range(&format!("truck.{i}.payload_t"), truck.payload_t, 0.0, 1_000.0, "t");
            self.range(&format!("truck.{i}.fuel_pct"), truck.fuel_pct, 1.0, 100.0, "%");
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
            self.range(&path("payload_t"), fleet.payload_t, 0.0, 1_000.0, "t");
            self.range(&path("fuel_pct"), fleet.fuel_pct, 1.0, 100.0, "%");
            for (key, list) in [("load", &fleet.load), ("dump", &fleet.dump)] {
                if list.is_empty() {
                    self.fault(&path(key), format!("`{key}` names no place"), format!("{key} = [\"NAME\", ...]"));
                }
            }
        }
        // An absurd count has been told; listing its trucks would only take time.
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
        for (i, action) in file.actions.iter().enumerate() {
            let path = |key: &str| format!("event.{i}.{key}");
            self.range(&path("at_s"), action.at_s(), 0.0, LONGEST_RUN_S, "s");
            match action {
                Action::Friction { friction, .. } => {
                    self.range(&path("friction"), *friction, 0.05, 1.2, "(ice is near 0.1, dry rock near 0.8)");
                }
                Action::Obstacle { radius_m, for_s, .. } => {
                    self.range(&path("radius_m"), *radius_m, 0.1, 50.0, "m");
                    if let Some(stays) = for_s {
                        self.range(&path("for_s"), *stays, 0.1, LONGEST_RUN_S, "s; leave it out where it stays");
                    }
                }
                Action::RemoveObstacle { id, .. } if !obstacles.contains_key(id) => {
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
                Action::RemoveObstacle { .. } | Action::AllStop { .. } | Action::Resume { .. } => {}
            }
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
                        "12 for just this, or { min = 1, max = 2 } with one or both",
                    );
                }
                _ => {}
            }
        }
    }
}

/// The line of a value, as ` (line 12)`; empty where it has no place.
pub fn line_of(text: &TomlText, path: &str) -> String {
    match text.fault(path, "").at {
        Some((source, span)) => format!(" (line {})", source.line_column(span.start).0),
        None => String::new(),
    }
}
