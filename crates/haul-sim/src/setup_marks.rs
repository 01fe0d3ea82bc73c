//! Fingerprints of a setup: a snapshot can be resumed only under the setup of its run.

use crate::setup::Setup;
use haul_core::state::{StateError, StateWriter, encode, hash_bytes};
use haul_mine::MineMap;
use std::fmt::{Debug, Write};

/// Fingerprints of all parts of a setup except the map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SetupMarks(Vec<(String, u64)>);

impl SetupMarks {
    pub fn of(setup: &Setup) -> Self {
        // Every part is named, so that a new part cannot be forgotten.
        let Setup {
            map: _,
            atlas: _,
            trucks,
            shovels,
            vehicles,
            seed,
            conditions,
            sensors,
            slippery,
            weather,
            script,
            line,
            epoch,
        } = setup;
        Self(
            [
                ("the trucks", mark(trucks)),
                ("the shovels", mark(shovels)),
                ("the manned vehicles", mark(vehicles)),
                ("the seed", mark(seed)),
                ("the condition of the roads", mark(conditions)),
                ("the sensors", mark(sensors)),
                ("the slippery zones", mark(slippery)),
                ("the weather", mark(weather)),
                ("the scripted inputs", mark(script)),
                ("the radio line", mark(line)),
                ("the epoch", mark(epoch)),
            ]
            .map(|(name, mark)| (name.to_owned(), mark))
            .to_vec(),
        )
    }

    /// Adds the fingerprint of the map. The map is large, so only taking or resuming a snapshot needs it.
    pub fn with_map(&self, map: &MineMap) -> Vec<(String, u64)> {
        let mut marks = self.0.clone();
        marks.push(("the mine".to_owned(), map_mark(map).unwrap_or_default()));
        marks
    }
}

/// Returns the fingerprint of a value by its debug text, which contains every field, even one added later.
fn mark(value: &impl Debug) -> u64 {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = write!(text, "{value:?}");
    hash_bytes(text.as_bytes())
}

/// Returns the fingerprint of everything in a map that a run reads.
fn map_mark(map: &MineMap) -> Result<u64, StateError> {
    let mut out = StateWriter::to_hash();
    let (columns, rows) = map.terrain.size();
    let (low, _) = map.terrain.bounds();
    out.value(&(&map.name, &map.road_class, low, map.terrain.spacing(), columns, rows))?;
    out.value(&map.terrain.heights())?;
    out.value(map.drivable.polygon())?;
    out.bytes(&encode(&(&map.places, &map.areas, &map.zones))?)?;
    for road in &map.roads.roads {
        out.value(&mark(road))?;
    }
    out.value(&(mark(&map.traffic_side), mark(&map.condition)))?;
    Ok(out.hash())
}
