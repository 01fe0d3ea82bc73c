//! `haul mine import`.

use super::{carry_on_ids, print_summary, shape_of};
use crate::cli::mine::ImportArgs;
use crate::failure::Failure;
use crate::out;
use haul_mine::import::{Findings, MaskPlace, ReadOptions, SourceReport, import_survey};
use haul_mine::{ImportOptions, ImportReport, Summary, propose_places, resolve_place};
use haul_vehicle::TruckSpec;
use serde::Serialize;

#[derive(Serialize)]
struct Imported<'a> {
    out: String,
    sources: &'a [SourceReport],
    #[serde(flatten)]
    findings: &'a Findings,
    datum: haul_mine::Datum,
    summary: Summary,
    repairs: &'a [haul_mine::Repair],
    places: Vec<String>,
    /// Moved queues, which were on an exit path.
    moved: Vec<String>,
}

/// Turns survey files into a mine directory.
pub fn import(args: &ImportArgs) -> Result<(), Failure> {
    let mut options = ImportOptions::default();
    options.stitch_tolerance = args.tolerance.unwrap_or(options.stitch_tolerance);
    options.close_across = args.close_across.unwrap_or(options.close_across);
    options.traffic_side = args.traffic_side.unwrap_or(options.traffic_side);
    let read = ReadOptions {
        format: args.format,
        unit: args.unit,
        height_unit: args.height_unit,
        axes: args.axes,
        mask: args.scale.zip(args.origin).map(|(scale, origin)| MaskPlace { scale: (scale, scale), origin }),
        edges: args.edges.clone(),
        columns: args.columns.clone(),
        surface: args.surface.clone(),
    };
    let (mut map, mut report) = import_survey(&args.files, &read, &options)?;
    if let Some(name) = &args.name {
        map.name.clone_from(name);
    }
    let shape = shape_of(&TruckSpec::tr100at());
    let places = propose_places(&map, &shape).iter().filter_map(|p| resolve_place(&map, p, &shape).ok()).collect();
    map.set_places(places);
    let moved: Vec<String> = map.clear_exit_paths(&shape).iter().map(ToString::to_string).collect();
    report.findings.notes.extend(carry_on_ids(&mut map, args.ids_of.as_deref())?);
    map.save(&args.out)?;
    let places: Vec<String> = map.places.iter().map(|p| format!("{} ({:?})", p.id, p.kind)).collect();
    if args.json {
        let ImportReport { sources, findings, .. } = &report;
        let out = args.out.display().to_string();
        let summary = map.summary();
        out::json(&Imported {
            out,
            sources,
            findings,
            datum: map.datum,
            summary,
            repairs: &map.repairs,
            places,
            moved,
        });
        return Ok(());
    }
    for source in &report.sources {
        print_source(source);
    }
    report.findings.lines().for_each(out::line);
    if map.datum != haul_mine::Datum::default() {
        let d = map.datum;
        out::line(format!(
            "datum: {} m east and {} m north were subtracted; mine.toml remembers it",
            d.easting, d.northing
        ));
    }
    out::line(format!("imported to {}", args.out.display()));
    print_summary(&map.summary());
    if places.is_empty() {
        out::line(
            "places proposed: none, as no part of the surface is wide enough for a spot; write [[place]] into mine.toml by hand",
        );
    } else {
        out::line(format!("places proposed: {}", places.join(", ")));
    }
    moved.iter().for_each(|moved| out::line(format!("note: {moved}")));
    for repair in &map.repairs {
        out::line(format!("repaired at ({:.1}, {:.1}): {}", repair.at.x, repair.at.y, repair.what));
    }
    Ok(())
}

fn print_source(s: &SourceReport) {
    let counts = [(s.strings, "strings"), (s.points, "points"), (s.faces, "faces"), (s.cells, "cells")];
    let held: Vec<String> = counts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    out::line(format!(
        "{}: {}; lengths in {} ({}); heights in {} ({}); axes {} ({}); {}",
        s.file,
        s.format.name(),
        s.unit,
        s.unit_from,
        s.height_unit,
        s.height_unit_from,
        s.axes,
        s.axes_from,
        held.join(", ")
    ));
    s.findings.lines().for_each(|line| out::line(format!("  {line}")));
}
