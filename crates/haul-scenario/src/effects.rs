//! Notes about parts of a scenario that have no effect: such a run may pass for another reason than its writer thinks.

use crate::check::line_of;
use crate::file::{Action, ScenarioFile};
use haul_core::{Point2, TomlText};
use haul_mine::MineMap;
use std::collections::BTreeMap;

/// Returns a note for each part of a scenario that has no effect in a run of `duration_s` (s).
pub(crate) fn without_effect(file: &ScenarioFile, text: &TomlText, map: &MineMap, duration_s: f64) -> Vec<String> {
    let mut notes = after_the_end(file, text, duration_s);
    notes.extend(off_the_surface(file, text, map));
    notes.extend(removed_too_early(file, text));
    notes
}

/// Returns notes about events and vehicles whose time is after the end of the run.
fn after_the_end(file: &ScenarioFile, text: &TomlText, duration_s: f64) -> Vec<String> {
    let actions =
        file.actions.iter().enumerate().filter(|(_, action)| action.at_s() >= duration_s).map(|(i, action)| {
            let (name, at, line) = (action.name(), action.at_s(), line_of(text, &format!("event.{i}.at_s")));
            format!("`{name}` at {at} s{line} does not happen: the run ends at {duration_s} s")
        });
    let vehicles = file.vehicles.iter().enumerate().filter(|(_, vehicle)| vehicle.start_s >= duration_s);
    let vehicles = vehicles.map(|(i, vehicle)| {
        let line = line_of(text, &format!("vehicle.{i}.start_s"));
        format!(
            "`{}` does not drive: it starts at {} s{line}, and the run ends at {duration_s} s",
            vehicle.id, vehicle.start_s
        )
    });
    actions.chain(vehicles).collect()
}

/// Returns notes about obstacles that no truck can meet.
fn off_the_surface(file: &ScenarioFile, text: &TomlText, map: &MineMap) -> Vec<String> {
    let mut notes = Vec::new();
    for (i, action) in file.actions.iter().enumerate() {
        let Action::Obstacle { at: [x, y], radius_m, .. } = action else { continue };
        let at = Point2::new(*x, *y);
        if map.drivable.contains(at) {
            continue;
        }
        let away = map.drivable.nearest_edge(at).map_or(f64::INFINITY, |edge| (edge - at).norm()) - radius_m;
        if away > 0.0 {
            let (name, line) = (action.places_obstacle(i).unwrap_or_default(), line_of(text, &format!("event.{i}.at")));
            notes.push(format!(
                "`{name}` at ({x}, {y}){line} lies {away:.1} m off the drivable surface: no truck meets it"
            ));
        }
    }
    notes
}

/// Returns notes about obstacles that are removed before they are placed.
fn removed_too_early(file: &ScenarioFile, text: &TomlText) -> Vec<String> {
    let placed: BTreeMap<String, f64> =
        file.actions.iter().enumerate().filter_map(|(i, a)| Some((a.places_obstacle(i)?, a.at_s()))).collect();
    let mut notes = Vec::new();
    for (i, action) in file.actions.iter().enumerate() {
        let Action::RemoveObstacle { at_s, id } = action else { continue };
        if let Some(placed) = placed.get(id).filter(|placed| *placed > at_s) {
            let line = line_of(text, &format!("event.{i}.at_s"));
            notes.push(format!("`remove_obstacle` at {at_s} s{line} has no effect: `{id}` is placed at {placed} s"));
        }
    }
    notes
}
