//! `haul plan spot`.

use super::{Waypoint, draw_to, find, least_clearance, spot_pose};
use crate::cli::plan::{OriginName, PlanSpotArgs, WayName};
use crate::commands::{load_mine, truck_spec};
use crate::draw;
use crate::failure::Failure;
use crate::out;
use haul_core::units::from_compass;
use haul_core::{Fault, Pose2};
use haul_planner::journey::{JourneyOptions, plan_journey};
use haul_planner::manoeuvre::{
    FreeSpace, MAX_REVERSE, ManoeuvreOptions, ReferencePoint, SpotAccess, closed_zone_at, plan_manoeuvre,
    plan_short_reverse,
};
use haul_planner::{Conditions, Path, PlanError, Travel, TruckModel};
use serde::Serialize;

#[derive(Serialize)]
struct SpotAnswer<'a> {
    at: &'a str,
    way: SpotAccess,
    align: ReferencePoint,
    #[serde(flatten)]
    into: PathAnswer,
    #[serde(skip_serializing_if = "Option::is_none")]
    out: Option<PathAnswer>,
}

#[derive(Serialize)]
struct PathAnswer {
    length_m: f64,
    reversed_m: f64,
    changes_of_travel: usize,
    least_clearance_m: f64,
    path: Vec<Waypoint>,
}

impl From<&Path> for PathAnswer {
    fn from(path: &Path) -> Self {
        Self {
            length_m: path.length(),
            reversed_m: reversed(path),
            changes_of_travel: path.sections().len().saturating_sub(1),
            least_clearance_m: least_clearance(path),
            path: path.points.iter().map(Waypoint::from).collect(),
        }
    }
}

fn way(name: WayName) -> SpotAccess {
    match name {
        WayName::PullThrough => SpotAccess::PullThrough,
        WayName::BackIn => SpotAccess::BackIn,
        WayName::BackOut => SpotAccess::BackOut,
        WayName::BackThrough => SpotAccess::BackThrough,
    }
}

fn origin(name: OriginName) -> ReferencePoint {
    match name {
        OriginName::Front => ReferencePoint::Front,
        OriginName::Load => ReferencePoint::Load,
        OriginName::Axle => ReferencePoint::Axle,
        OriginName::Rear => ReferencePoint::Rear,
        OriginName::Pile => ReferencePoint::Pile,
    }
}

/// Plans the way into a spot, and out of it if requested, and prints both.
pub(super) fn spot(args: &PlanSpotArgs) -> Result<(), Failure> {
    let spec = truck_spec(args.truck.as_deref())?;
    let map = load_mine(&args.mine)?;
    let truck = TruckModel::new(spec);
    let place = find(&map, "--at", &args.at)?;
    let (way, origin) = (way(args.way), origin(args.align));
    let goal = origin.align(&truck, spot_pose(place, args.spot as usize)?);
    let pose = |[x, y, bearing]: [f64; 3]| Pose2::new(x, y, from_compass(bearing));
    let start = match (args.from, place.queue.first()) {
        (Some(text), _) => pose(text),
        (None, Some(head)) => *head,
        (None, None) => {
            let fault = Fault::new(format!("`{}` has no queue to start from", args.at));
            return Err(fault.help("say where the truck stands: --from X,Y,BEARING").into());
        }
    };
    let planned = |from: Pose2, to: Pose2, options: ManoeuvreOptions, what: &str| {
        if let Some(zone) = closed_zone_at(&map, &truck.footprint, from, to) {
            let spot = format!("{what} spot {} of {}", args.spot, args.at);
            return Err(Failure::sentence(format!("{spot}: that ends in the closed zone `{}`", zone.name)));
        }
        let space = FreeSpace::of(&map, &truck.footprint, from);
        let by_road = || {
            let by_road = JourneyOptions { arrive: options.last, ..JourneyOptions::default() };
            let journey = plan_journey(&map, &truck, &Conditions::of(&map), from, to, &by_road)?;
            let leaves = journey.path.points.first().map(|p| p.travel);
            Ok::<_, PlanError>((options.first.is_none() || leaves == options.first).then_some(journey.path))
        };
        let alone = || plan_short_reverse(from, to, &space, &truck, &options);
        // The way in is planned as a journey, as the truck drives it: forward in its lane, and in reverse only near the
        // spot. The way out begins in a given direction of travel, so a manoeuvre alone is tried first.
        let short = match options.first {
            None => by_road().map(|path| path.map_or_else(|| alone().ok(), Some)),
            Some(_) => alone().map(Some).or_else(|_| by_road()),
        };
        let path = match short {
            Ok(Some(path)) => Ok(path),
            Err(error @ PlanError::SamePlace { .. }) => Err(error.to_string()),
            // A long way in reverse is the last resort.
            _ => plan_manoeuvre(from, to, &space, &truck, &options).map_err(|error| error.to_string()),
        };
        let mut path = path.map_err(|e| Failure::sentence(format!("{what} spot {} of {}: {e}", args.spot, args.at)))?;
        path.lay_on(|x, y| map.terrain.height(x, y), truck.spec.geometry.wheelbase);
        Ok::<Path, Failure>(path)
    };
    let inwards = ManoeuvreOptions { last: Some(way.arrives()), ..ManoeuvreOptions::default() };
    let into = planned(start, goal, inwards, "into")?;
    let outwards = ManoeuvreOptions { first: Some(way.leaves()), ..ManoeuvreOptions::default() };
    let out = args.to.map(|to| planned(goal, pose(to), outwards, "out of")).transpose()?;
    let paths: Vec<&Path> = [&into].into_iter().chain(&out).collect();
    draw_to(args.svg.as_deref(), || draw::plan(&map, &truck, &paths, None))?;
    if args.json {
        let out = out.as_ref().map(PathAnswer::from);
        out::json(&SpotAnswer { at: &args.at, way, align: origin, into: (&into).into(), out });
        return Ok(());
    }
    for (what, path) in [("into", Some(&into)), ("out of", out.as_ref())] {
        let Some(path) = path else { continue };
        out::line(format!("{what} spot {} of {}", args.spot, args.at));
        out::line(out::table(&["travel", "length (m)", "least clearance (m)"], sections(path)));
        let length = reversed(path);
        // Smoothing may add a little to the limit of the planner.
        if length > 1.1 * MAX_REVERSE {
            out::aside(format!("the truck reverses {length:.0} m: the planner found no place to turn on its way"));
        }
    }
    Ok(())
}

/// Returns the length of a path in reverse, m.
fn reversed(path: &Path) -> f64 {
    let pairs = path.points.windows(2).filter(|pair| pair[1].travel == Travel::Reverse);
    pairs.map(|pair| pair[1].station - pair[0].station).sum()
}

/// Returns a row for each stretch between two direction changes.
fn sections(path: &Path) -> impl Iterator<Item = Vec<String>> {
    path.sections().into_iter().map(|section| {
        let part = &path.points[section];
        let length = part.last().map_or(0.0, |p| p.station) - part.first().map_or(0.0, |p| p.station);
        let clearance = part.iter().map(|p| p.clearance).fold(f64::INFINITY, f64::min);
        let travel = part.first().map_or("-".into(), |p| format!("{:?}", p.travel));
        vec![travel, format!("{length:.1}"), format!("{clearance:.2}")]
    })
}
