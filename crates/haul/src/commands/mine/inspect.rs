//! `haul mine inspect`: totals, plans, and the roads metre by metre.

use super::{print_places, print_summary, shape_of};
use crate::cli::mine::InspectArgs;
use crate::commands::{load_mine, write_bytes, write_file};
use crate::failure::Failure;
use crate::out;
use haul_core::Fault;
use haul_mine::{Lanes, MineMap};
use haul_vehicle::TruckSpec;
use std::fmt::Write;

/// Prints the totals of a mine map and draws its plan.
pub fn inspect(args: &InspectArgs) -> Result<(), Failure> {
    let map = load_mine(&args.mine)?;
    if let Some(path) = &args.svg {
        write_file(path, &map.plan_svg())?;
    }
    if let Some(path) = &args.png {
        let too_thin = || Failure::from(Fault::new("the mine cannot be drawn").in_file(args.mine.display()));
        write_bytes(path, &map.plan_png().ok_or_else(too_thin)?)?;
    }
    if let Some(path) = &args.stations {
        write_file(path, &stations(&map))?;
    }
    if args.json {
        out::json(&map.summary());
        return Ok(());
    }
    print_summary(&map.summary());
    print_places(&map);
    for conflict in map.queue_conflicts(&shape_of(&TruckSpec::tr100at())) {
        out::line(format!("note: {conflict}; a run moves it"));
    }
    for path in [&args.svg, &args.png].into_iter().flatten() {
        out::line(format!("plan drawn to {}", path.display()));
    }
    if let Some(path) = &args.stations {
        out::line(format!("roads written metre by metre to {}", path.display()));
    }
    Ok(())
}

/// Returns every metre of every road as CSV.
fn stations(map: &MineMap) -> String {
    let mut csv = "road,station_m,x_m,y_m,z_m,grade,crossfall,curvature_1pm,width_left_m,width_right_m,\
                   sight_ahead_m,sight_back_m,lanes\n"
        .to_owned();
    for road in &map.roads.roads {
        let length = road.line.length();
        let metres = (0..=length as u32).map(f64::from).chain((length.fract() > 0.0).then_some(length));
        for s in metres {
            let Some(p) = road.line.at(s) else { continue };
            let k = road.at(s);
            let lanes = match k.lanes {
                Lanes::Open => "open",
                Lanes::One => "one",
                Lanes::Two => "two",
            };
            let _ = writeln!(
                csv,
                "{},{s:.2},{:.2},{:.2},{:.2},{:.4},{:.4},{:.5},{:.2},{:.2},{:.0},{:.0},{lanes}",
                road.id.0,
                p.x,
                p.y,
                p.z,
                k.grade,
                k.crossfall,
                k.curvature,
                k.width_left,
                k.width_right,
                k.sight_ahead,
                k.sight_back
            );
        }
    }
    csv
}
