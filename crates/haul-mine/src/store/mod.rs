//! A mine as a directory of files that other tools can open.
//!
//! | file | content |
//! | --- | --- |
//! | `mine.toml` | name, datum, traffic side, road class, grid, wide areas, zones; handwritten `[[place]]` entries |
//! | `terrain.flt`, `terrain.hdr` | heights as an ESRI float grid (GDAL's EHdr), 32-bit floats, northern row first |
//! | `drivable.geojson` | the drivable surface, one polygon with islands |
//! | `roads.geojson` | nodes and centrelines with grade, widths and curvature |
//! | `lanes.geojson` | one line per lane in the direction of traffic, only for display; it is not read back |
//! | `condition.flt`, `condition.hdr` | road wear (m of tyre penetration) as an ESRI float grid; absent without wear |
//! | `places.geojson` | resolved places: spots, queue, machine |
//! | `repairs.json` | repairs of the survey |
//!
//! Coordinates are metres of the site frame. QGIS shows all layers on top of each other in a project without a CRS.
//! Reading gives back exactly the map that was written.

mod features;
mod grid;
mod settings;

use crate::drivable::Drivable;
use crate::error::MineError;
use crate::map::MineMap;
use crate::places::{TruckShape, resolve_place};
use crate::terrain::RoadCondition;
use haul_core::fault::SourceText;
use haul_core::{Fault, TomlText};
use settings::Settings;
use std::path::Path;
use std::sync::Arc;

const SETTINGS: &str = "mine.toml";
const TERRAIN: &str = "terrain.flt";
const HEADER: &str = "terrain.hdr";
const DRIVABLE: &str = "drivable.geojson";
const LANES: &str = "lanes.geojson";
const ROADS: &str = "roads.geojson";
const PLACES: &str = "places.geojson";
const CONDITION: &str = "condition.flt";
const CONDITION_HEADER: &str = "condition.hdr";
const REPAIRS: &str = "repairs.json";

impl MineMap {
    /// Writes the files of the mine to a directory, and creates the directory if it does not exist. Places are written
    /// in resolved form.
    ///
    /// # Errors
    ///
    /// Returns an error if a file cannot be written.
    pub fn save(&self, dir: &Path) -> Result<(), MineError> {
        let failed =
            |path: &Path, source: std::io::Error| MineError::Write { path: path.display().to_string(), source };
        std::fs::create_dir_all(dir).map_err(|e| failed(dir, e))?;
        let write = |name: &str, bytes: &[u8]| {
            let path = dir.join(name);
            std::fs::write(&path, bytes).map_err(|e| failed(&path, e))
        };
        write(SETTINGS, Settings::of(self).to_toml().as_bytes())?;
        write(TERRAIN, &grid::bytes(&self.terrain))?;
        write(HEADER, grid::header(&self.terrain).as_bytes())?;
        write(DRIVABLE, features::drivable(self.drivable.polygon()).as_bytes())?;
        write(ROADS, features::roads(&self.roads).as_bytes())?;
        write(PLACES, features::places(&self.places).as_bytes())?;
        if !self.condition.is_empty() {
            write(CONDITION, &grid::condition_bytes(&self.condition))?;
            write(CONDITION_HEADER, grid::condition_header(&self.condition).as_bytes())?;
        }
        write(LANES, features::lanes(&self.roads.lanes(self.traffic_side)).as_bytes())?;
        write(REPAIRS, features::repairs(&self.repairs).as_bytes())
    }

    /// Reads a mine from its directory, or from a file that holds the bytes of [`MineMap::to_bytes`].
    ///
    /// `[[place]]` entries in `mine.toml` are resolved again on each reading, for the truck in `[truck]`. They replace
    /// places with the same name.
    ///
    /// # Errors
    ///
    /// Returns faults for a missing, unreadable or broken file, for unknown keys, and for a place that does not fit.
    /// Each fault names its file.
    pub fn load(dir: &Path) -> Result<MineMap, MineError> {
        if dir.is_file() {
            return Ok(crate::bytes::read_file(dir)?);
        }
        if !dir.is_dir() {
            return Err(Fault::new("expected a mine directory or a packed mine, found nothing")
                .in_file(dir.display())
                .help("make one with `haul mine import` or `haul mine generate`")
                .into());
        }
        let source = read(&dir.join(SETTINGS))?;
        let text = TomlText::parse(&source)?;
        let settings: Settings = toml::from_str(&source.text).map_err(|e| Fault::from_toml(&e, &source))?;
        let path = dir.join(TERRAIN);
        let heights = std::fs::read(&path).map_err(|e| Fault::unreadable(path.display(), &e))?;
        let terrain = grid::terrain(&heights, &settings.terrain)
            .ok_or_else(|| not_described(&path, "grid", heights.len(), &settings.terrain))?;
        let drivable_source = read(&dir.join(DRIVABLE))?;
        let drivable = Drivable::new(features::read_drivable(&drivable_source)?).ok_or_else(|| {
            Fault::new("expected rings of three finite points or more").in_file(&drivable_source.path)
        })?;
        let mut map = MineMap {
            name: settings.name,
            datum: settings.datum,
            traffic_side: settings.traffic_side,
            road_class: settings.road_class,
            terrain,
            drivable,
            roads: features::read_roads(&read(&dir.join(ROADS))?)?,
            areas: settings.areas,
            places: features::read_places(&read(&dir.join(PLACES))?)?,
            zones: settings.zones,
            repairs: features::read_repairs(&read(&dir.join(REPAIRS))?)?,
            revision: settings.revision,
            condition: match &settings.condition {
                Some(cells) => read_condition(&dir.join(CONDITION), cells)?,
                None => RoadCondition::default(),
            },
        };
        sound_zones(&map, &text)?;
        map.enforce_zones();
        lay_out(&mut map, &settings.places, settings.truck.map(TruckShape::from), &text)?;
        Ok(map)
    }
}

/// Returns the fault for a grid file that does not fit the settings in `mine.toml`.
fn not_described(path: &Path, what: &str, bytes: usize, grid: &settings::GridSettings) -> Fault {
    Fault::new(format!("does not hold the {what} that mine.toml describes")).in_file(path.display()).help(format!(
        "{} columns × {} rows of 4 bytes each, finite numbers {} m apart; the file has {bytes} bytes",
        grid.columns, grid.rows, grid.spacing_m
    ))
}

fn read_condition(path: &Path, cells: &settings::GridSettings) -> Result<RoadCondition, Fault> {
    let bytes = std::fs::read(path).map_err(|e| Fault::unreadable(path.display(), &e))?;
    let broken = || not_described(path, "grid of wear", bytes.len(), cells);
    grid::condition(&bytes, cells).ok_or_else(broken)
}

/// Checks the zones of a map. Returns all faults, not only the first.
fn sound_zones(map: &MineMap, text: &TomlText) -> Result<(), MineError> {
    let mut faults = Vec::new();
    for (i, zone) in map.zones.iter().enumerate() {
        for (key, what) in zone.faults() {
            faults.push(text.fault(&format!("zone.{i}.{key}"), format!("zone `{}`: {what}", zone.name)));
        }
        if map.zones[..i].iter().any(|z| z.name == zone.name) {
            faults.push(text.fault(&format!("zone.{i}.name"), format!("zone `{}` occurs twice", zone.name)));
        }
    }
    haul_core::Faults::check(faults)?;
    Ok(())
}

/// Resolves the places that were written by hand.
fn lay_out(
    map: &mut MineMap,
    specs: &[crate::places::PlaceSpec],
    shape: Option<TruckShape>,
    text: &TomlText,
) -> Result<(), MineError> {
    let mut faults = Vec::new();
    for (i, spec) in specs.iter().enumerate() {
        let path = format!("place.{i}");
        if specs[..i].iter().any(|s| s.id == spec.id) {
            faults.push(text.fault(&format!("{path}.id"), format!("place `{}` occurs twice", spec.id)));
            continue;
        }
        let Some(shape) = &shape else {
            let fault = text.fault(&path, "expected a [truck] that places are resolved for, found none");
            faults.push(fault.help("add [truck] with front_m, rear_m, half_width_m and turning_radius_m"));
            break;
        };
        map.places.retain(|p| p.id.as_str() != spec.id);
        match resolve_place(map, spec, shape) {
            Ok(place) => map.places.push(place),
            Err(fault) => {
                let mut placed = text.fault(&format!("{path}.at"), fault.what);
                placed.help = fault.help;
                faults.push(placed);
            }
        }
    }
    haul_core::Faults::check(faults)?;
    Ok(())
}

/// Reads a text file.
fn read(path: &Path) -> Result<Arc<SourceText>, Fault> {
    let text = std::fs::read_to_string(path).map_err(|e| {
        Fault::unreadable(path.display(), &e).help("`haul mine import` and `haul mine generate` write a mine directory")
    })?;
    Ok(SourceText::new(path.display().to_string(), text))
}

#[cfg(test)]
mod tests;
