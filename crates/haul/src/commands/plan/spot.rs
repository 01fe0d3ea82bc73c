//! `haul plan spot`.

use super::{Waypoint, draw_to, find, least_clearance, spot_pose};
use crate::cli::plan::{OriginName, PlanSpotArgs, WayName};
use crate::commands::{load_mine, truck_spec};
use crate::draw;
use crate::failure::Failure;
use crate::out;
use haul_core::units::from_compass;
use haul_core::{Fault, Pose2};
use haul_planner::journey::{Journey, JourneyOptions, plan_journey};
use haul_planner::manoeuvre::{
    FreeSpace, ManoeuvreOptions, ReferencePoint, SpotAccess, closed_zone_at, plan_manoeuvre,
};
use haul_planner::{Conditions, Path, TruckModel};
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
    changes_of_travel: usize,
    least_clearance_m: f64,
    path: Vec<Waypoint>,
}

impl From<&Path> for PathAnswer {
    fn from(path: &Path) -> Self {
        Self {
            length_m: path.length(),
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

/// Plans the way into a spot, and out of it if that is asked for, and prints both.
pub(super) fn spot(args: &PlanSpotArgs) -> Result<(), Failure> {
    let spec = truck_spec(args.truck.as_deref())?;
    let map = load_mine(&args.mine)?;
    let truck = TruckModel::new(spec);
    let place = find(&map, "--at", &args.at)?;
    let (way, origin) = (way(args.way), origin(args.align));
    let goal = origin.align(&truck, spot_pose(place, args.spot)?);
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
        let mut path = plan_manoeuvre(from, to, &space, &truck, &options)
            .or_else(|error| {
                // From some starts, such as a queue behind a berm, only roads lead to the goal.
                let by_road = JourneyOptions { arrive: options.last, ..JourneyOptions::default() };
                let journey = plan_journey(&map, &truck, &Conditions::of(&map), from, to, &by_road).ok();
                let leaves = |j: &Journey| j.path.points.first().map(|p| p.travel);
                let fits = |j: &Journey| options.first.is_none_or(|f| leaves(j) == Some(f));
                journey.filter(fits).map(|j| j.path).ok_or(error)
            })
            .map_err(|e| Failure::sentence(format!("{what} spot {} of {}: {e}", args.spot, args.at)))?;
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
    }
    Ok(())
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
