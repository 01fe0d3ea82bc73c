//! `haul plan`: routes, manoeuvres, speeds.

mod drive;
mod route;
mod speed;
mod speed_chart;
mod spot;

use crate::cli::plan::PlanCommand;
use crate::commands::write_file;
use crate::failure::Failure;
use haul_core::units::to_compass;
use haul_core::{Fault, PlaceId, Pose2};
use haul_mine::{MineMap, Place};
use haul_planner::{Path, PathPoint, Travel};
use serde::Serialize;
use std::path::Path as FilePath;

/// Performs a command of `haul plan`.
pub fn plan(command: &PlanCommand) -> Result<(), Failure> {
    match command {
        PlanCommand::Route(args) => route::route(args),
        PlanCommand::Spot(args) => spot::spot(args),
        PlanCommand::Speed(args) => speed::speed(args),
    }
}

/// Point of a path, for printing.
#[derive(Serialize)]
struct Waypoint {
    x: f64,
    y: f64,
    z: f64,
    bearing_deg: f64,
    station_m: f64,
    curvature_per_m: f64,
    grade: f64,
    clearance_m: f64,
    reverse: bool,
}

impl From<&PathPoint> for Waypoint {
    fn from(p: &PathPoint) -> Self {
        Self {
            x: p.pose.x,
            y: p.pose.y,
            z: p.z,
            bearing_deg: to_compass(p.pose.heading),
            station_m: p.station,
            curvature_per_m: p.curvature,
            grade: p.grade,
            clearance_m: p.clearance,
            reverse: p.travel == Travel::Reverse,
        }
    }
}

fn find<'a>(map: &'a MineMap, option: &str, name: &str) -> Result<&'a Place, Failure> {
    map.place(&PlaceId::from(name)).ok_or_else(|| {
        let known: Vec<&str> = map.places.iter().map(|p| p.id.as_str()).collect();
        let help = if known.is_empty() { "it has none".into() } else { format!("it has {}", known.join(", ")) };
        Fault::new(format!("{option} {name}: the mine `{}` has no such place", map.name)).help(help).into()
    })
}

fn spot_pose(place: &Place, number: usize) -> Result<Pose2, Failure> {
    let spot = number.checked_sub(1).and_then(|index| place.spots.get(index));
    spot.map(|s| s.pose).ok_or_else(|| {
        let what = format!("`{}` has no spot {number}", place.id);
        Fault::new(what).help(format!("it has {} spot(s)", place.spots.len())).into()
    })
}

fn draw_to(file: Option<&FilePath>, svg: impl FnOnce() -> String) -> Result<(), Failure> {
    file.map_or(Ok(()), |path| write_file(path, &svg()))
}

fn least_clearance(path: &Path) -> f64 {
    path.points.iter().map(|p| p.clearance).fold(f64::INFINITY, f64::min)
}
