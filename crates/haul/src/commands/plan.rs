//! `haul plan`: routes, manoeuvres, speeds.

use crate::cli::plan::{PlanCommand, PlanRouteArgs, PlanSpotArgs};
use crate::commands::{load_mine, payload_kg, truck_spec, write_file};
use crate::draw;
use crate::failure::Failure;
use crate::out;
use haul_core::units::{from_compass, to_compass, to_kmh};
use haul_core::{Fault, PlaceId, Pose2};
use haul_mine::{MineMap, Place};
use haul_planner::journey::{Journey, JourneyOptions, plan_journey};
use haul_planner::manoeuvre::{FreeSpace, ManoeuvreOptions, Obstacle, plan_manoeuvre};
use haul_planner::speed::{SpeedProfile, SpeedRequest, speed_profile};
use haul_planner::{Conditions, Path, PathPoint, Travel, TruckModel};
use serde::Serialize;
use std::path::Path as FilePath;

/// Plans what was asked.
pub fn plan(command: &PlanCommand) -> Result<(), Failure> {
    match command {
        PlanCommand::Route(args) => route(args),
        PlanCommand::Spot(args) => spot(args),
        PlanCommand::Speed(args) => speed(args),
    }
}

/// A drive from place to place with its speeds.
struct Drive {
    map: MineMap,
    truck: TruckModel,
    journey: Journey,
    profile: SpeedProfile,
}

#[derive(Serialize)]
struct RouteAnswer<'a> {
    from: &'a str,
    to: &'a str,
    payload_t: f64,
    length_m: f64,
    time_s: f64,
    fuel_kg: f64,
    climb_m: f64,
    least_clearance_m: f64,
    legs: &'a [haul_planner::route::RouteLeg],
    path: Vec<Waypoint>,
}

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

/// Machines of the mine, which every plan keeps clear of.
fn machines(map: &MineMap) -> Vec<Obstacle> {
    map.places
        .iter()
        .filter(|p| p.obstacle_radius > 0.0)
        .filter_map(|p| Some(Obstacle::Circle { centre: p.machine?.position(), radius: p.obstacle_radius }))
        .collect()
}

fn drive(args: &PlanRouteArgs) -> Result<Drive, Failure> {
    let spec = truck_spec(args.truck.as_deref())?;
    let payload = payload_kg(args.load, &spec)?;
    let map = load_mine(&args.mine)?;
    let truck = TruckModel::new(spec);
    let conditions = Conditions::of(&map);
    let start = spot_pose(find(&map, "--from", &args.from)?, 1)?;
    let goal = spot_pose(find(&map, "--to", &args.to)?, 1)?;
    let options = JourneyOptions { payload_kg: payload, obstacles: machines(&map), arrive: Some(Travel::Reverse) };
    let journey = plan_journey(&map, &truck, &conditions, start, goal, &options).map_err(Failure::sentence)?;
    let request = SpeedRequest { payload_kg: payload, ..SpeedRequest::default() };
    let profile = speed_profile(&journey.path, &truck, &conditions, &request).map_err(Failure::sentence)?;
    Ok(Drive { map, truck, journey, profile })
}

fn draw_to(file: Option<&FilePath>, svg: impl FnOnce() -> String) -> Result<(), Failure> {
    file.map_or(Ok(()), |path| write_file(path, &svg()))
}

fn least_clearance(path: &Path) -> f64 {
    path.points.iter().map(|p| p.clearance).fold(f64::INFINITY, f64::min)
}

fn route(args: &PlanRouteArgs) -> Result<(), Failure> {
    let Drive { map, truck, journey, profile } = drive(args)?;
    let points = &journey.path.points;
    let climb: f64 = points.windows(2).map(|w| (w[1].z - w[0].z).max(0.0)).sum();
    draw_to(args.svg.as_deref(), || draw::plan(&map, &truck, &journey.path, Some(&profile)))?;
    let answer = RouteAnswer {
        from: &args.from,
        to: &args.to,
        payload_t: args.load,
        length_m: journey.path.length(),
        time_s: profile.total_time(),
        fuel_kg: journey.route.fuel_kg,
        climb_m: climb,
        least_clearance_m: least_clearance(&journey.path),
        legs: &journey.route.legs,
        path: points.iter().map(Waypoint::from).collect(),
    };
    if args.json {
        out::json(&answer);
        return Ok(());
    }
    out::line(format!("{} to {} with {:.1} t", args.from, args.to, args.load));
    out::line(out::pairs([
        ("length", format!("{:.0} m", answer.length_m)),
        ("time", format!("{:.0} s", answer.time_s)),
        ("fuel on the roads", format!("{:.1} kg", answer.fuel_kg)),
        ("climb", format!("{climb:.0} m")),
        ("least clearance", format!("{:.2} m", answer.least_clearance_m)),
    ]));
    let rows = journey.route.legs.iter().map(|leg| {
        let sense = if leg.forward { "forward" } else { "backward" };
        vec![leg.road.to_string(), sense.into(), format!("{:.0}", leg.length())]
    });
    out::line(out::table(&["road", "driven", "length (m)"], rows));
    Ok(())
}

#[derive(Serialize)]
struct SpeedAnswer<'a> {
    from: &'a str,
    to: &'a str,
    payload_t: f64,
    length_m: f64,
    time_s: f64,
    points: Vec<SpeedRow>,
}

#[derive(Serialize)]
struct SpeedRow {
    station_m: f64,
    speed_kmh: f64,
    acceleration_mps2: f64,
    grade: f64,
    binding: String,
}

fn speed(args: &PlanRouteArgs) -> Result<(), Failure> {
    let Drive { map, truck, journey, profile } = drive(args)?;
    draw_to(args.svg.as_deref(), || draw::plan(&map, &truck, &journey.path, Some(&profile)))?;
    let rows: Vec<SpeedRow> = profile
        .points
        .iter()
        .map(|p| SpeedRow {
            station_m: p.station,
            speed_kmh: to_kmh(p.speed),
            acceleration_mps2: p.acceleration,
            grade: journey.path.at(p.station).grade,
            binding: format!("{:?}", p.binding),
        })
        .collect();
    let (length_m, time_s) = (journey.path.length(), profile.total_time());
    if args.json {
        out::json(&SpeedAnswer {
            from: &args.from,
            to: &args.to,
            payload_t: args.load,
            length_m,
            time_s,
            points: rows,
        });
        return Ok(());
    }
    out::line(format!("{} to {} with {:.1} t: {length_m:.0} m in {time_s:.0} s", args.from, args.to, args.load));
    // Stretches over which the same limit binds, rather than thousands of points.
    let mut stretches: Vec<Vec<String>> = Vec::new();
    let mut k = 0;
    while k < rows.len() {
        let end = rows[k..].iter().position(|r| r.binding != rows[k].binding).map_or(rows.len(), |n| k + n);
        let part = &rows[k..end];
        let least = part.iter().map(|r| r.speed_kmh).fold(f64::INFINITY, f64::min);
        let greatest = part.iter().map(|r| r.speed_kmh).fold(0.0, f64::max);
        let last = part.last().map_or(0.0, |r| r.station_m);
        if last - part[0].station_m >= 5.0 {
            stretches.push(vec![
                format!("{:.0} to {last:.0}", part[0].station_m),
                format!("{least:.1} to {greatest:.1}"),
                format!("{:+.1}", 100.0 * part[part.len() / 2].grade),
                part[0].binding.clone(),
            ]);
        }
        k = end;
    }
    out::line(out::table(&["station (m)", "speed (km/h)", "grade (%)", "what binds"], stretches));
    Ok(())
}

#[derive(Serialize)]
struct SpotAnswer<'a> {
    at: &'a str,
    length_m: f64,
    changes_of_travel: usize,
    least_clearance_m: f64,
    path: Vec<Waypoint>,
}

fn spot(args: &PlanSpotArgs) -> Result<(), Failure> {
    let spec = truck_spec(args.truck.as_deref())?;
    let map = load_mine(&args.mine)?;
    let truck = TruckModel::new(spec);
    let place = find(&map, "--at", &args.at)?;
    let goal = spot_pose(place, args.spot)?;
    let start = match (args.from, place.queue.first()) {
        (Some([x, y, bearing]), _) => Pose2::new(x, y, from_compass(bearing)),
        (None, Some(head)) => *head,
        (None, None) => {
            let fault = Fault::new(format!("`{}` has no queue to start from", args.at));
            return Err(fault.help("say where the truck stands: --from X,Y,BEARING").into());
        }
    };
    let space = FreeSpace { drivable: &map.drivable, obstacles: machines(&map) };
    let options = ManoeuvreOptions { last: Some(Travel::Reverse), ..ManoeuvreOptions::default() };
    let mut path = plan_manoeuvre(start, goal, &space, &truck, &options).map_err(Failure::sentence)?;
    path.lay_on(|x, y| map.terrain.height(x, y), truck.spec.geometry.wheelbase);
    draw_to(args.svg.as_deref(), || draw::plan(&map, &truck, &path, None))?;
    let answer = SpotAnswer {
        at: &args.at,
        length_m: path.length(),
        changes_of_travel: path.sections().len().saturating_sub(1),
        least_clearance_m: least_clearance(&path),
        path: path.points.iter().map(Waypoint::from).collect(),
    };
    if args.json {
        out::json(&answer);
        return Ok(());
    }
    out::line(format!("into spot {} of {}", args.spot, args.at));
    let rows = path.sections().into_iter().map(|section| {
        let part = &path.points[section];
        let length = part.last().map_or(0.0, |p| p.station) - part.first().map_or(0.0, |p| p.station);
        let clearance = part.iter().map(|p| p.clearance).fold(f64::INFINITY, f64::min);
        let travel = part.first().map_or("-".into(), |p| format!("{:?}", p.travel));
        vec![travel, format!("{length:.1}"), format!("{clearance:.2}")]
    });
    out::line(out::table(&["travel", "length (m)", "least clearance (m)"], rows));
    Ok(())
}
