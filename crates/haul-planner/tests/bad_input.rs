//! Bad input: the planner returns a valid plan, or an error that names the cause. It never panics.

mod grid;

use grid::grid_mine;
use haul_core::{Point2, Polygon, Pose2, RoadId};
use haul_mine::{Drivable, RoadPosition};
use haul_planner::journey::{JourneyOptions, plan_journey};
use haul_planner::manoeuvre::{FreeSpace, ManoeuvreError, ManoeuvreOptions, Obstacle, plan_manoeuvre};
use haul_planner::route::{Network, RouteError, RouteOptions};
use haul_planner::speed::{Retarding, SpeedRequest, economical_profile, fuel, retarder_temperatures, speed_profile};
use haul_planner::{Conditions, Path, PathPoint, Travel, TruckModel};
use haul_vehicle::TruckSpec;
use proptest::prelude::*;
use std::sync::{Arc, LazyLock};

static TRUCK: LazyLock<TruckModel> = LazyLock::new(|| TruckModel::new(Arc::new(TruckSpec::tr100at())));
const DRY: Conditions = Conditions { friction: 0.55, rolling_resistance: 0.025, speed_cap: 13.0 };

/// Generates numbers of all kinds: of the size of a mine, huge, tiny, and not finite.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        8 => -80.0..80.0_f64,
        1 => prop_oneof![Just(f64::NAN), Just(f64::INFINITY), Just(f64::NEG_INFINITY), Just(1e300), Just(-0.0)],
        1 => -1e-300..1e-300_f64,
    ]
}

/// Generates mostly plausible values of a length, a speed or a mass, up to `usual`.
fn size(usual: f64) -> impl Strategy<Value = f64> {
    prop_oneof![15 => 0.0..usual, 1 => number()]
}

fn pose() -> impl Strategy<Value = Pose2> {
    (number(), number(), number()).prop_map(|(x, y, heading)| Pose2::new(x, y, heading))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_manoeuvre_is_clear_or_the_error_names_the_reason(
        start in pose(),
        goal in pose(),
        rock in (number(), number(), number()),
        margin in prop_oneof![4 => Just(0.5), 1 => number()],
    ) {
        let outer = [(-70.0, -40.0), (70.0, -40.0), (70.0, 40.0), (-70.0, 40.0)];
        let outer = outer.iter().map(|&(x, y)| Point2::new(x, y)).collect();
        let drivable = Drivable::new(Polygon { outer, holes: Vec::new() }).unwrap();
        let rock = Obstacle::Circle { centre: Point2::new(rock.0, rock.1), radius: rock.2.abs().min(8.0) };
        let space = FreeSpace { drivable: &drivable, obstacles: vec![rock] };
        let options = ManoeuvreOptions { margin, ..ManoeuvreOptions::default() };
        match plan_manoeuvre(start, goal, &space, &TRUCK, &options) {
            Ok(path) => {
                let stands = space.footprint_clearance(&TRUCK.footprint, start);
                let least = path.points.iter().map(|p| space.footprint_clearance(&TRUCK.footprint, p.pose));
                let least = least.fold(f64::INFINITY, f64::min);
                prop_assert!(least > (0.3 * stands).min(margin).min(stands) - 0.05, "{least} m, {stands} m at the start");
            }
            Err(error) => prop_assert!(error.to_string().len() > 20, "{error}"),
        }
    }

    #[test]
    fn any_journey_query_returns_a_result(start in pose(), goal in pose()) {
        static GRID: LazyLock<haul_mine::MineMap> = LazyLock::new(|| grid_mine(2, 3));
        let options = JourneyOptions::default();
        match plan_journey(&GRID, &TRUCK, &DRY, start, goal, &options) {
            Ok(journey) => prop_assert!(journey.path.points.iter().all(|p| p.pose.is_finite() && p.clearance > 0.0)),
            Err(error) => prop_assert!(error.to_string().len() > 15, "{error}"),
        }
    }
}

// Each case takes microseconds.
proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_profile_is_finite_or_the_error_names_the_reason(
        steps in proptest::collection::vec((size(80.0), size(12.0), size(50.0), any::<bool>(), any::<bool>()), 0..12),
        speeds in (size(5.0), size(5.0), proptest::option::of(size(15.0)), size(15.0)),
        payload in size(91e3),
        stations in (proptest::option::of(size(50.0)), proptest::option::of(size(500.0))),
        within in (proptest::option::of(size(80.0)), proptest::option::of(size(3.0)), proptest::option::of(size(400.0)), any::<bool>()),
        ground in (size(1.0), size(0.1)),
        time in size(500.0),
    ) {
        let mut station = 0.0;
        let points = steps.iter().map(|&(ds, grade, curvature, reverse, down)| {
            station += ds;
            let (grade, curvature) = if down { (-grade, -curvature) } else { (grade, curvature) };
            let travel = if reverse { Travel::Reverse } else { Travel::Forward };
            PathPoint { grade: grade / 100.0, ..PathPoint::at_pose(Pose2::default(), curvature / 1000.0, station, travel) }
        });
        let path = Path::new(points.collect());
        let (start_speed, end_speed, limit, speed_cap) = speeds;
        let (sight_distance, jerk, temperature, at_its_peak) = within;
        let retarding = temperature.map_or(if at_its_peak { Retarding::Peak } else { Retarding::Continuous }, |temperature| {
            Retarding::Heat { temperature }
        });
        let request = SpeedRequest {
            start_speed,
            end_speed,
            payload_kg: payload,
            limit,
            start_station: stations.0,
            end_station: stations.1,
            sight_distance,
            jerk,
            retarding,
            ..SpeedRequest::default()
        };
        let conditions = Conditions { friction: ground.0, rolling_resistance: ground.1, speed_cap };
        for profile in [
            speed_profile(&path, &TRUCK, &conditions, &request),
            economical_profile(&path, &TRUCK, &conditions, &request, time),
        ] {
            match profile {
                Ok(profile) => {
                    prop_assert!(profile.points.iter().all(|p| p.speed.is_finite() && p.speed >= 0.0));
                    let start = temperature.unwrap_or(350.0);
                    match retarder_temperatures(&profile, &path, &TRUCK, &conditions, &request, start) {
                        Ok(all) => prop_assert!(all.iter().all(|t| t.is_finite()), "{all:?}"),
                        Err(error) => prop_assert!(error.to_string().len() > 10, "{error}"),
                    }
                    let burnt = fuel(&profile, &path, &TRUCK, &conditions, &request);
                    prop_assert!(burnt.as_ref().is_ok_and(|kg| kg.is_finite()), "{burnt:?}");
                }
                Err(error) => prop_assert!(error.to_string().len() > 10, "{error}"),
            }
        }
    }

    #[test]
    fn a_route_is_complete_or_the_error_names_the_reason(
        a in (0..120_u32, number()),
        b in (0..120_u32, number()),
        heading in proptest::option::of(number()),
        closed in proptest::collection::btree_set((0..100_u32).prop_map(RoadId), 0..40),
    ) {
        static GRID: LazyLock<(haul_mine::MineMap, Network)> = LazyLock::new(|| {
            let map = grid_mine(7, 2);
            let network = Network::prepare(&map, &TRUCK, &DRY, 91_000.0);
            (map, network)
        });
        let at = |(road, station): (u32, f64)| RoadPosition { road: RoadId(road), station, lateral: 0.0 };
        let options = RouteOptions { heading, closed, ..RouteOptions::default() };
        match GRID.1.plan(&GRID.0, at(a), at(b), &options) {
            Ok(route) => {
                prop_assert!(route.time.is_finite() && route.length.is_finite() && route.time >= 0.0);
                prop_assert!(route.legs.iter().all(|l| !options.closed.contains(&l.road)));
            }
            Err(error) => prop_assert!(error.to_string().len() > 15, "{error}"),
        }
    }
}

#[test]
fn a_vehicle_too_wide_for_the_road_is_refused_with_the_place() {
    let outer = [(-60.0, -20.0), (-10.0, -20.0), (-10.0, -3.2), (10.0, -3.2), (10.0, -20.0), (60.0, -20.0)];
    let ring = outer.iter().map(|&(x, y)| Point2::new(x, y));
    let back = outer.iter().rev().map(|&(x, y)| Point2::new(x, -y));
    let drivable = Drivable::new(Polygon { outer: ring.chain(back).collect(), holes: Vec::new() }).unwrap();
    let space = FreeSpace::new(&drivable);
    let (from, to) = (Pose2::new(-35.0, 0.0, 0.0), Pose2::new(35.0, 0.0, 0.0));
    let mut spec = TruckSpec::tr100at();
    spec.geometry.width = 8.0;
    let wide = TruckModel::new(Arc::new(spec));
    let error = plan_manoeuvre(from, to, &space, &wide, &ManoeuvreOptions::default()).unwrap_err();
    let ManoeuvreError::CutOff { nearest } = error else { panic!("{error}") };
    assert!((20.0..60.0).contains(&nearest), "{error}");
}

#[test]
fn a_closed_road_is_avoided_or_named() {
    let mut map = grid_mine(6, 4);
    let mut network = Network::prepare(&map, &TRUCK, &DRY, 0.0);
    let at = |road: u32| RoadPosition { road: RoadId(road), station: 50.0, lateral: 0.0 };
    let before = network.plan(&map, at(0), at(30), &RouteOptions::default()).unwrap();
    let shut = before.legs[before.legs.len() / 2].road;
    let place = map.roads.road(shut).unwrap().line.at(40.0).unwrap();
    let corner = |dx: f64, dy: f64| Point2::new(place.x + dx, place.y + dy);
    let ring = vec![corner(-45.0, -45.0), corner(45.0, -45.0), corner(45.0, 45.0), corner(-45.0, 45.0)];
    map.zones.push(haul_mine::Zone { name: "blast".into(), ring, closed: true, ..Default::default() });
    network.update(&map, &TRUCK, &[shut]);
    let round = network.plan(&map, at(0), at(30), &RouteOptions::default()).unwrap();
    assert!(round.legs.iter().all(|l| l.road != shut) && round.time > before.time);
    let on_it = RoadPosition { road: shut, station: 10.0, lateral: 0.0 };
    let error = network.plan(&map, at(0), on_it, &RouteOptions::default()).unwrap_err();
    assert_eq!(error, RouteError::Closed { road: shut });
    assert!(error.to_string().contains(&shut.to_string()));
}

#[test]
fn paths_without_length_do_not_panic() {
    let standing = Path::new(vec![PathPoint::at_pose(Pose2::default(), 0.0, 0.0, Travel::Forward)]);
    for path in [Path::default(), standing] {
        match speed_profile(&path, &TRUCK, &DRY, &SpeedRequest::default()) {
            Ok(profile) => assert!(profile.total_time() == 0.0),
            Err(error) => assert!(error.to_string().contains("path"), "{error}"),
        }
    }
}
