//! `haul mine diff`: two maps of one mine.

use crate::cli::mine::DiffArgs;
use crate::commands::{load_mine, write_file};
use crate::failure::Failure;
use crate::out;
use haul_mine::change::{Difference, PlaceChange, compare};

/// Compares two maps. A difference gives exit status 1.
pub fn diff(args: &DiffArgs) -> Result<(), Failure> {
    let difference = compare(&load_mine(&args.before)?, &load_mine(&args.after)?);
    if let Some(path) = &args.geojson {
        write_file(path, &difference.geojson())?;
    }
    if args.json {
        out::json(&difference);
    } else {
        print(&difference);
    }
    if difference.same { Ok(()) } else { Err(Failure::CheckFailed) }
}

fn print(d: &Difference) {
    out::line(format!("{} revision {} against {} revision {}", d.from.0, d.from.1, d.to.0, d.to.1));
    if d.same {
        out::line("the maps are the same");
        return;
    }
    let [x, y] = d.greatest_change_at;
    out::line(out::pairs([
        ("surface", format!("{:.0} m² added, {:.0} m² taken away", d.surface_added_m2, d.surface_removed_m2)),
        ("earth", format!("{:.0} m³ cut, {:.0} m³ filled", d.cut_m3, d.fill_m3)),
        (
            "drawn between roads",
            format!("{:.0} m³ cut, {:.0} m³ filled, surveyed by neither", d.drawn_m3.0, d.drawn_m3.1),
        ),
        ("greatest change", format!("{:.2} m at ({x:.0}, {y:.0})", d.greatest_change_m)),
        (
            "roads",
            format!("{} of {:.0} m, then {} of {:.0} m", d.roads.0, d.road_length_m.0, d.roads.1, d.road_length_m.1),
        ),
        ("wear", format!("{:.1} cm, then {:.1} cm in the mean of worn ground", 100.0 * d.wear_m.0, 100.0 * d.wear_m.1)),
    ]));
    for change in &d.places {
        out::line(match change {
            PlaceChange::Added { place } => format!("place {place} is new"),
            PlaceChange::Removed { place } => format!("place {place} is gone"),
            PlaceChange::Moved { place, by_m } => format!("place {place} moved by {by_m:.1} m"),
            PlaceChange::Altered { place } => format!("place {place} has other spots, queue or machine"),
        });
    }
    d.zones.iter().for_each(|z| out::line(format!("zone {z} differs")));
    d.settings.iter().for_each(out::line);
}
