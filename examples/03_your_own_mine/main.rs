//! Imports a survey, adds places by hand and saves the mine.
//!
//! `your_own_mine [FOLDER]` writes the mine to the folder; without one it goes to a folder for temporary files.
#![allow(clippy::print_stdout, reason = "an example prints its answer")]

use haul_mine::{ImportOptions, PlaceKind, PlaceSpec, ReadOptions, TruckShape, import_survey, resolve_place};
use haul_vehicle::TruckSpec;
use std::error::Error;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    // 1. The survey: one closed string around two pads and the ramp between them.
    let survey = Path::new(env!("CARGO_MANIFEST_DIR")).join("03_your_own_mine/edges.csv");
    let (mut map, report) = import_survey(&[survey], &ReadOptions::default(), &ImportOptions::default())?;
    map.name = "two_pads".into();
    for source in &report.sources {
        println!("{} strings, {} points, lengths in {}", source.strings, source.points, source.unit);
    }

    // 2. Places by hand. What is left out is found: the bearing of a parked truck, the waiting poses.
    let truck = TruckSpec::tr100at();
    let shape = TruckShape { footprint: truck.footprint(), turning_radius: truck.min_turning_radius() };
    let places = [
        place("face", PlaceKind::Load, [2515.0, 4495.0]),
        place("tip", PlaceKind::Dump, [1990.0, 5030.0]),
        PlaceSpec { spots: Some(2), ..place("park", PlaceKind::Park, [2014.0, 4985.0]) },
    ];
    let mut resolved = Vec::new();
    for spec in &places {
        resolved.push(resolve_place(&map, spec, &shape)?);
    }
    map.set_places(resolved);
    for moved in map.clear_exit_paths(&shape) {
        println!("note: {moved}");
    }

    // 3. The result.
    let summary = map.summary();
    println!("{:.1} ha drivable, {:.0} m of road", summary.drivable_area_m2 / 1e4, summary.road_length_m);
    for place in &map.places {
        println!("{}: {} spot(s), {} waiting pose(s)", place.id, place.spots.len(), place.queue.len());
    }
    let folder = std::env::args_os().nth(1).map_or_else(|| std::env::temp_dir().join("haul_two_pads"), PathBuf::from);
    map.save(&folder)?;
    println!("saved to {}", folder.display());
    Ok(())
}

/// A place with one spot near a point (east and north, m), all else to be found.
fn place(id: &str, kind: PlaceKind, at: [f64; 2]) -> PlaceSpec {
    PlaceSpec {
        id: id.into(),
        kind,
        at,
        heading_deg: None,
        spots: None,
        queue: None,
        paddock: None,
        material_density: None,
    }
}
