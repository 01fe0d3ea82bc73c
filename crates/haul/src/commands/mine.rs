//! `haul mine`: import, inspect, generate.

use crate::cli::mine::{GenerateArgs, ImportArgs, InspectArgs, MineCommand};
use crate::commands::{load_mine, write_file};
use crate::failure::Failure;
use crate::out;
use haul_mine::generate::{PitSpec, generate_pit};
use haul_mine::{ImportOptions, MineMap, Summary, TruckShape, import_edges_csv, propose_places, resolve_place};
use haul_vehicle::TruckSpec;
use serde::Serialize;
use std::path::Path;

/// Does what was asked of a mine.
pub fn mine(command: &MineCommand) -> Result<(), Failure> {
    match command {
        MineCommand::Import(args) => import(args),
        MineCommand::Inspect(args) => inspect(args),
        MineCommand::Generate(args) => generate(args),
    }
}

#[derive(Serialize)]
struct Imported<'a> {
    out: String,
    summary: Summary,
    repairs: &'a [haul_mine::Repair],
    places: Vec<String>,
}

fn import(args: &ImportArgs) -> Result<(), Failure> {
    let mut options = ImportOptions::default();
    if let Some(tolerance) = args.tolerance {
        options.stitch_tolerance = tolerance;
    }
    let (mut map, _) = import_edges_csv(&args.file, &options)?;
    map.name = args.name.clone().unwrap_or_else(|| name_of(&args.file));
    let spec = TruckSpec::tr100at();
    let shape = TruckShape { footprint: spec.footprint(), turning_radius: spec.min_turning_radius() };
    let places = propose_places(&map, &shape).iter().filter_map(|p| resolve_place(&map, p, &shape).ok()).collect();
    map.set_places(places);
    map.save(&args.out)?;
    let places: Vec<String> = map.places.iter().map(|p| format!("{} ({:?})", p.id, p.kind)).collect();
    if args.json {
        let out = args.out.display().to_string();
        out::json(&Imported { out, summary: map.summary(), repairs: &map.repairs, places });
        return Ok(());
    }
    out::line(format!("{} imported to {}", args.file.display(), args.out.display()));
    print_summary(&map.summary());
    out::line(format!("places proposed: {}", places.join(", ")));
    for repair in &map.repairs {
        out::line(format!("repaired at ({:.1}, {:.1}): {}", repair.at.x, repair.at.y, repair.what));
    }
    Ok(())
}

/// The name of the survey's folder, else of its file.
fn name_of(file: &Path) -> String {
    let folder = file.parent().and_then(Path::file_name);
    folder.or(file.file_stem()).map_or_else(|| "mine".into(), |n| n.to_string_lossy().into_owned())
}

fn inspect(args: &InspectArgs) -> Result<(), Failure> {
    let map = load_mine(&args.mine)?;
    if let Some(path) = &args.svg {
        write_file(path, &map.plan_svg())?;
    }
    if args.json {
        out::json(&map.summary());
        return Ok(());
    }
    print_summary(&map.summary());
    print_places(&map);
    if let Some(path) = &args.svg {
        out::line(format!("plan drawn to {}", path.display()));
    }
    Ok(())
}

fn generate(args: &GenerateArgs) -> Result<(), Failure> {
    let mut spec = PitSpec { seed: args.seed, ..PitSpec::default() };
    spec.depth = args.depth.unwrap_or(spec.depth);
    spec.bench_height = args.bench_height.unwrap_or(spec.bench_height);
    spec.ramp_grade = args.ramp_grade.map_or(spec.ramp_grade, |percent| percent / 100.0);
    spec.ramp_width = args.ramp_width.unwrap_or(spec.ramp_width);
    let map = generate_pit(&spec)?;
    map.save(&args.out)?;
    if args.json {
        out::json(&map.summary());
        return Ok(());
    }
    out::line(format!("{} generated to {}", map.name, args.out.display()));
    print_summary(&map.summary());
    print_places(&map);
    Ok(())
}

fn print_summary(s: &Summary) {
    let percent = |g: f64| format!("{:.1} %", 100.0 * g);
    out::line(out::pairs([
        ("mine", s.name.clone()),
        ("drivable area", format!("{:.2} ha, {} islands", s.drivable_area_m2 / 1e4, s.islands)),
        (
            "roads",
            format!("{:.0} m: {} nodes, {} edges, {} component(s)", s.road_length_m, s.nodes, s.edges, s.components),
        ),
        ("wide areas", s.areas.to_string()),
        (
            "grade",
            format!(
                "median {}, 95th percentile {}, greatest {}",
                percent(s.grade_median),
                percent(s.grade_p95),
                percent(s.grade_max)
            ),
        ),
        ("width", format!("median {:.1} m, 5th percentile {:.1} m", s.width_median_m, s.width_p05_m)),
        ("height", format!("{:.1} to {:.1} m", s.z_min_m, s.z_max_m)),
        ("repairs", s.repairs.to_string()),
    ]));
}

fn print_places(map: &MineMap) {
    let rows = map.places.iter().map(|p| {
        let (at, height) = p.spots.first().map_or(("-".into(), "-".into()), |s| {
            let height = map.terrain.height(s.pose.x, s.pose.y);
            (format!("{:.0}, {:.0}", s.pose.x, s.pose.y), format!("{height:.0}"))
        });
        vec![p.id.to_string(), format!("{:?}", p.kind), p.spots.len().to_string(), at, height]
    });
    out::line(out::table(&["place", "kind", "spots", "east, north (m)", "height (m)"], rows));
}
