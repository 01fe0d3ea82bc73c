//! `haul mine`: import, inspect, check, generate, propose, change, diff, pack, unpack.

mod change;
mod check;
mod diff;
mod import;
mod inspect;
mod pack;
mod propose;

use crate::cli::mine::{GenerateArgs, MineCommand};
use crate::commands::load_mine;
use crate::failure::Failure;
use crate::out;
use haul_core::Vector2;
use haul_mine::generate::{MOST_SWITCHBACKS, PitSpec, RampShape, generate_pit};
use haul_mine::{MineMap, Summary, TruckShape};
use haul_vehicle::TruckSpec;
use std::path::Path;

/// Performs a command of `haul mine`.
pub fn mine(command: &MineCommand) -> Result<(), Failure> {
    match command {
        MineCommand::Import(args) => import::import(args),
        MineCommand::Inspect(args) => inspect::inspect(args),
        MineCommand::Check(args) => check::check(args),
        MineCommand::Propose(args) => propose::propose(args),
        MineCommand::Change(args) => change::change(args),
        MineCommand::Diff(args) => diff::diff(args),
        MineCommand::Pack(args) => pack::pack(args),
        MineCommand::Unpack(args) => pack::unpack(args),
        MineCommand::Generate(args) => generate(args),
    }
}

/// Returns the outline and the turning radius of a truck.
fn shape_of(spec: &TruckSpec) -> TruckShape {
    TruckShape { footprint: spec.footprint(), turning_radius: spec.min_turning_radius() }
}

fn generate(args: &GenerateArgs) -> Result<(), Failure> {
    let mut map = generate_pit(&pit_spec(args))?;
    let carried = carry_on_ids(&mut map, args.ids_of.as_deref())?;
    map.save(&args.out)?;
    if args.json {
        out::json(&map.summary());
        return Ok(());
    }
    carried.iter().for_each(|note| out::line(format!("note: {note}")));
    out::line(format!("{} generated to {}", map.name, args.out.display()));
    print_summary(&map.summary());
    print_places(&map);
    Ok(())
}

/// Gives each road of a new map the id of the earlier road along which it runs, and reports the number.
fn carry_on_ids(map: &mut MineMap, earlier: Option<&Path>) -> Result<Option<String>, Failure> {
    let Some(earlier) = earlier.map(load_mine).transpose()? else { return Ok(None) };
    let (new, old) = (map.datum, earlier.datum);
    let shift = Vector2::new(new.easting - old.easting, new.northing - old.northing);
    let (took, all) = (map.roads.take_ids(&earlier.roads, shift), map.roads.roads.len());
    Ok(Some(if took == 0 {
        format!("no road runs along one of {}: the ids are new", earlier.name)
    } else {
        format!("{took} of {all} roads have their ids of {}, the others new ones", earlier.name)
    }))
}

/// Returns the drawn or usual figures of a pit, with the given ones instead. A given number of lanes also changes the
/// width; a given number of switchbacks also changes the shape and, if necessary, the depth.
fn pit_spec(args: &GenerateArgs) -> PitSpec {
    let mut spec =
        if args.usual { PitSpec { seed: args.seed, ..PitSpec::default() } } else { PitSpec::drawn(args.seed) };
    if let Some(lanes) = args.lanes.filter(|l| *l != spec.lanes) {
        spec.lanes = lanes;
        spec.ramp_width = spec.least_width().ceil() + 1.0;
    }
    spec.faces = args.faces.unwrap_or(spec.faces);
    spec.crushers = args.crushers.unwrap_or(spec.crushers);
    spec.dumps = args.dumps.unwrap_or(spec.dumps);
    spec.phases = args.phases.unwrap_or(spec.phases);
    spec.bench_height = args.bench_height.unwrap_or(spec.bench_height);
    spec.ramp_grade = args.ramp_grade.map_or(spec.ramp_grade, |percent| percent / 100.0);
    spec.ramp_width = args.ramp_width.unwrap_or(spec.ramp_width);
    if let Some(switchbacks) = args.switchbacks {
        spec.shape = RampShape::Switchback;
        spec.depth = spec.depth.max(spec.least_depth(switchbacks.min(MOST_SWITCHBACKS)));
        spec.switchbacks = Some(switchbacks);
    }
    spec.shape = args.shape.unwrap_or(spec.shape);
    spec.depth = args.depth.unwrap_or(spec.depth);
    spec
}

fn print_summary(s: &Summary) {
    let percent = |g: f64| format!("{:.1} %", 100.0 * g);
    out::line(out::pairs([
        ("mine", s.name.clone()),
        ("fingerprint", s.fingerprint.clone()),
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
