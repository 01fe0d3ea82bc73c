//! `haul plan route`.

use super::drive::Drive;
use super::{Waypoint, draw_to, least_clearance};
use crate::cli::plan::PlanRouteArgs;
use crate::draw;
use crate::failure::Failure;
use crate::out;
use haul_planner::route::{Route, RouteLeg, TravelTime};
use serde::Serialize;

#[derive(Serialize)]
struct RouteAnswer<'a> {
    from: &'a str,
    to: &'a str,
    payload_t: f64,
    length_m: f64,
    /// Driving time without stops, s.
    time_s: f64,
    /// Time with the stops of a working mine, s.
    travel_time: Spread,
    fuel_kg: f64,
    climb_m: f64,
    least_clearance_m: f64,
    legs: &'a [RouteLeg],
    alternatives: &'a [Route],
    path: Vec<Waypoint>,
}

#[derive(Serialize)]
struct Spread {
    mean_s: f64,
    p10_s: f64,
    p50_s: f64,
    p90_s: f64,
    p99_s: f64,
}

impl Spread {
    fn of(time: TravelTime) -> Self {
        let at = |share| time.quantile(share);
        Self { mean_s: time.mean, p10_s: at(0.1), p50_s: at(0.5), p90_s: at(0.9), p99_s: at(0.99) }
    }
}

/// Plans a route and prints it.
pub(super) fn route(args: &PlanRouteArgs) -> Result<(), Failure> {
    let Drive { map, truck, journey, profile, alternatives, .. } = Drive::plan(args)?;
    let points = &journey.path.points;
    let climb: f64 = points.windows(2).map(|w| (w[1].z - w[0].z).max(0.0)).sum();
    draw_to(args.svg.as_deref(), || draw::plan(&map, &truck, &[&journey.path], Some(&profile)))?;
    let answer = RouteAnswer {
        from: &args.from,
        to: &args.to,
        payload_t: args.load,
        length_m: journey.path.length(),
        time_s: profile.total_time(),
        travel_time: Spread::of(TravelTime::of(profile.total_time())),
        fuel_kg: journey.route.fuel_kg,
        climb_m: climb,
        least_clearance_m: least_clearance(&journey.path),
        legs: &journey.route.legs,
        alternatives: &alternatives,
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
        ("kept in 9 of 10", format!("{:.0} s", answer.travel_time.p90_s)),
        ("fuel on the roads", format!("{:.1} kg", answer.fuel_kg)),
        ("climb", format!("{climb:.0} m")),
        ("least clearance", format!("{:.2} m", answer.least_clearance_m)),
    ]));
    let rows = journey.route.legs.iter().map(|leg| {
        let sense = if leg.forward { "forward" } else { "backward" };
        vec![leg.road.to_string(), sense.into(), format!("{:.0}", leg.length())]
    });
    out::line(out::table(&["road", "driven", "length (m)"], rows));
    if args.alternatives > 0 && alternatives.is_empty() {
        out::line("no other route differs enough and costs less than twice as much");
    } else if args.alternatives > 0 {
        let rows = alternatives.iter().map(|r| {
            let roads: Vec<String> = r.legs.iter().map(|l| l.road.to_string()).collect();
            vec![roads.join(" "), format!("{:.0}", r.length), format!("{:.0}", r.time), format!("{:.1}", r.fuel_kg)]
        });
        out::line(out::table(&["another route, by road", "length (m)", "time (s)", "fuel (kg)"], rows));
    }
    Ok(())
}
