//! Trucks of a scenario, one by one: those of each `[[truck]]` and each `[[fleet]]`.

use crate::file::{DriverName, LateralControlName, ScenarioFile};
use std::path::PathBuf;

/// One truck of a scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct RosterEntry {
    /// Number of the truck.
    pub id: u32,
    /// Path of the key in the file that gives the number.
    pub id_path: String,
    /// Truck file; `None` for the TR100AT.
    pub model: Option<PathBuf>,
    /// Path of the key in the file that names the truck file.
    pub model_path: String,
    /// Start of the truck; `None` if the file gives none.
    pub start: Option<Start>,
    /// Path of the key in the file that gives the start.
    pub start_path: String,
    /// Payload at the start, t.
    pub payload_t: f64,
    /// Path of the key in the file that gives the payload.
    pub payload_path: String,
    /// Fuel at the start as a share of the tank, %.
    pub fuel_pct: f64,
    /// Place at which the truck is loaded.
    pub load: String,
    /// Path of the key in the file that names the loading place.
    pub load_path: String,
    /// Place at which the truck tips.
    pub dump: String,
    /// Path of the key in the file that names the dumping place.
    pub dump_path: String,
    /// Driver at the start.
    pub driver: DriverName,
    pub lateral_control: LateralControlName,
}

/// Start of a truck.
#[derive(Debug, Clone, PartialEq)]
pub enum Start {
    /// The first free spot of a place.
    Place(String),
    /// East (m), north (m), compass bearing (degrees).
    Pose([f64; 3]),
}

/// Returns the trucks of a scenario in the order of the file, single trucks first.
pub fn entries(file: &ScenarioFile) -> Vec<RosterEntry> {
    let mut entries = Vec::new();
    for (i, truck) in file.trucks.iter().enumerate() {
        let path = |key: &str| format!("truck.{i}.{key}");
        let (start, start_path) = match (&truck.start, truck.start_at) {
            (_, Some(pose)) => (Some(Start::Pose(pose)), path("start_at")),
            (place, None) => (place.clone().map(Start::Place), path("start")),
        };
        entries.push(RosterEntry {
            id: truck.id,
            id_path: path("id"),
            model: truck.model.clone(),
            model_path: path("model"),
            start,
            start_path,
            payload_t: truck.payload_t,
            payload_path: path("payload_t"),
            fuel_pct: truck.fuel_pct,
            load: truck.load.clone(),
            load_path: path("load"),
            dump: truck.dump.clone(),
            dump_path: path("dump"),
            driver: truck.driver,
            lateral_control: truck.lateral_control,
        });
    }
    for (i, fleet) in file.fleets.iter().enumerate() {
        let path = |key: &str| format!("fleet.{i}.{key}");
        let highest = entries.iter().map(|e| e.id).max().unwrap_or(0);
        let first = fleet.first_id.unwrap_or(highest.saturating_add(1));
        for k in 0..fleet.count {
            let deal = |list: &[String], key: &str| {
                let turn = k as usize % list.len().max(1);
                (list.get(turn).cloned().unwrap_or_default(), path(&format!("{key}.{turn}")))
            };
            let ((load, load_path), (dump, dump_path)) = (deal(&fleet.load, "load"), deal(&fleet.dump, "dump"));
            entries.push(RosterEntry {
                id: first.saturating_add(k),
                id_path: path(if fleet.first_id.is_some() { "first_id" } else { "count" }),
                model: fleet.model.clone(),
                model_path: path("model"),
                start: Some(Start::Place(fleet.start.clone())),
                start_path: path("start"),
                payload_t: fleet.payload_t,
                payload_path: path("payload_t"),
                fuel_pct: fleet.fuel_pct,
                load,
                load_path,
                dump,
                dump_path,
                driver: DriverName::Stack,
                lateral_control: LateralControlName::default(),
            });
        }
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dealt(text: &str) -> Vec<(u32, String, String)> {
        let file: ScenarioFile = toml::from_str(&format!("name = \"x\"\nduration_s = 1\n{text}")).unwrap();
        entries(&file).into_iter().map(|e| (e.id, e.load, e.dump)).collect()
    }

    #[test]
    fn a_fleet_is_dealt_over_faces_and_dumps_in_turn() {
        let fleet = "[[fleet]]\ncount = 4\nstart = \"park\"\nload = [\"a\", \"b\"]\ndump = [\"c\", \"d\", \"e\"]\n";
        let work = |id, load: &str, dump: &str| (id, load.to_owned(), dump.to_owned());
        assert_eq!(dealt(fleet), [work(1, "a", "c"), work(2, "b", "d"), work(3, "a", "e"), work(4, "b", "c")]);
    }

    #[test]
    fn numbers_of_a_fleet_follow_the_highest_before_or_its_own_first() {
        let truck = "[[truck]]\nid = 7\nstart = \"park\"\nload = \"a\"\ndump = \"c\"\n";
        let fleet =
            |first: &str| format!("[[fleet]]\ncount = 2\n{first}start = \"p\"\nload = [\"a\"]\ndump = [\"c\"]\n");
        let ids: Vec<u32> =
            dealt(&format!("{truck}{}{}", fleet("first_id = 20\n"), fleet(""))).iter().map(|e| e.0).collect();
        assert_eq!(ids, [7, 20, 21, 22, 23]);
    }
}
