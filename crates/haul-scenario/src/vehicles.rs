//! Manned vehicles of a scenario, with their routes over the roads of the mine.

use crate::file::{VehicleFile, VehicleName};
use crate::read::Scenario;
use haul_core::units::{from_compass, from_kmh};
use haul_core::{Fault, Footprint, PlaceId, Pose2, SimTime, VehicleId};
use haul_mine::MineMap;
use haul_planner::journey::{JourneyOptions, plan_journey};
use haul_planner::{Conditions, TruckModel};
use haul_sim::{TruckSetup, VehicleKind, VehicleSetup, VehicleWay, WayPose, WayStop};
use std::sync::Arc;

/// Distance (m) below which two points of a route count as one.
const SAME_POINT: f64 = 1.0;

/// Returns the vehicles of a scenario with their routes. A route is planned as for the first truck of the run: a
/// vehicle can pass wherever the truck can. Adds a fault for every point that cannot be reached, and for a vehicle
/// whose start overlaps a truck.
pub fn vehicles(
    scenario: &Scenario,
    map: &MineMap,
    trucks: &[TruckSetup],
    conditions: &Conditions,
    faults: &mut Vec<Fault>,
) -> Vec<VehicleSetup> {
    let files = &scenario.file.vehicles;
    let Some(first) = trucks.first().filter(|_| !files.is_empty()) else { return Vec::new() };
    let model = TruckModel::new(Arc::clone(&first.spec));
    let mut setups = Vec::new();
    for (i, file) in files.iter().enumerate() {
        let path = |k: usize| format!("vehicle.{i}.way.{k}");
        let way = match poses(map, file) {
            Ok(points) => match way(map, &model, conditions, file, &points) {
                Ok(way) => way,
                Err((k, cause)) => {
                    let what = format!("`{}` does not get there: {cause}", file.id);
                    let help = "give points on roads or pads that a truck can drive to, with a bearing along the lane";
                    faults.push(scenario.text.fault(&path(k), what).help(help));
                    continue;
                }
            },
            Err((k, what)) => {
                let names: Vec<&str> = map.places.iter().map(|p| p.id.as_str()).collect();
                let help = format!("the mine `{}` has {}", map.name, names.join(", "));
                faults.push(scenario.text.fault(&path(k), what).help(help));
                continue;
            }
        };
        let kind = match file.kind {
            VehicleName::LightVehicle => VehicleKind::LightVehicle,
            VehicleName::WaterCart => VehicleKind::WaterCart,
            VehicleName::Grader => VehicleKind::Grader,
        };
        let start = way.pose(0.0);
        if let Some(truck) = trucks.iter().find(|t| meets(&kind.footprint(), start, t)) {
            let what = format!("`{}` starts in {}", file.id, truck.id);
            faults.push(scenario.text.fault(&path(0), what).help("give a first point that is free"));
            continue;
        }
        setups.push(VehicleSetup {
            id: VehicleId(file.id.clone()),
            kind,
            way,
            speed: from_kmh(file.speed_kmh),
            start: SimTime::from_seconds(file.start_s),
            has_beacon: file.beacon,
            works: file.works,
        });
    }
    setups
}

/// Returns the pose of every point of a route; otherwise the number of the first point without a pose, and the cause.
fn poses(map: &MineMap, file: &VehicleFile) -> Result<Vec<Pose2>, (usize, String)> {
    let pose = |(k, point): (usize, &crate::file::WayPointFile)| match (&point.place, point.at) {
        (_, Some([x, y, bearing])) => Ok(Pose2::new(x, y, from_compass(bearing))),
        (Some(name), None) => {
            let place = map.place(&PlaceId::from(name.as_str()));
            let place = place.ok_or_else(|| (k, format!("there is no place `{name}`")))?;
            let spot = || place.spots.first().map(|spot| spot.pose);
            place.queue.first().copied().or_else(spot).ok_or_else(|| (k, format!("`{name}` has no spot")))
        }
        (None, None) => Err((k, "the point names no place and no pose".to_owned())),
    };
    file.way.iter().enumerate().map(pose).collect()
}

/// Returns the route through the points; otherwise the number of the first point that cannot be reached, and the cause.
fn way(
    map: &MineMap,
    model: &TruckModel,
    conditions: &Conditions,
    file: &VehicleFile,
    points: &[Pose2],
) -> Result<VehicleWay, (usize, String)> {
    let mut poses = Vec::new();
    let mut stops = Vec::new();
    let mut station = 0.0;
    for (k, point) in points.iter().enumerate() {
        if let Some(before) = k.checked_sub(1).map(|b| points[b]).filter(|b| b.distance(*point) > SAME_POINT) {
            let journey = plan_journey(map, model, conditions, before, *point, &JourneyOptions::default());
            let path = journey.map_err(|error| (k, error.to_string()))?.path;
            poses.extend(path.points.iter().map(|p| WayPose { station: station + p.station, pose: p.pose }));
            station += path.length();
        } else if poses.is_empty() {
            poses.push(WayPose { station, pose: *point });
        }
        if file.way[k].stop_s > 0.0 {
            stops.push(WayStop { station, seconds: file.way[k].stop_s });
        }
    }
    VehicleWay::new(poses, stops).ok_or_else(|| (0, "its way has no length".to_owned()))
}

/// Returns true if the outline of a vehicle at a pose overlaps a truck at its start.
fn meets(outline: &Footprint, pose: Pose2, truck: &TruckSetup) -> bool {
    let other = truck.spec.footprint();
    outline.outline(pose, 0.5).any(|p| other.distance(truck.start, p) <= 0.0)
        || other.outline(truck.start, 0.5).any(|p| outline.distance(pose, p) <= 0.0)
}
