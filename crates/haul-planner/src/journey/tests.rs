//! Journeys on synthetic roads.

use super::{Journey, JourneyOptions, PlanError, plan_journey};
use crate::manoeuvre::{FreeSpace, Obstacle};
use crate::path::Travel;
use crate::synthetic::{alignment, mine, one_road, truck};
use crate::{Conditions, TruckModel};
use haul_core::{Point2, Polygon, Pose2, angle};
use haul_mine::{MineMap, Side, Zone};
use std::f64::consts::PI;

fn hill() -> MineMap {
    let pieces = [(120.0, 0.0), (PI * 16.0, 1.0 / 16.0), (200.0, 0.0), (60.0, -0.02), (80.0, 0.0)];
    one_road(&alignment(Pose2::default(), &pieces), 14.0, Side::Left, 0.06)
}

/// Checks every documented property of a journey independently.
fn check(map: &MineMap, truck: &TruckModel, journey: &Journey, start: Pose2, goal: Pose2, obstacles: &[Obstacle]) {
    let space = FreeSpace { drivable: &map.drivable, obstacles: obstacles.to_vec() };
    let points = &journey.path.points;
    let (first, last) = (points[0].pose, points[points.len() - 1].pose);
    assert!(first.distance(start) < 0.06 && angle::difference(first.heading, start.heading).abs() < 0.011);
    assert!(last.distance(goal) < 0.06 && angle::difference(last.heading, goal.heading).abs() < 0.011);
    let most = 0.9501 / truck.spec.min_turning_radius();
    for w in points.windows(2) {
        let (a, b) = (w[0], w[1]);
        let ds = b.station - a.station;
        assert!((-1e-9..0.8).contains(&ds), "spacing {ds} at {}", a.station);
        assert!((a.pose.distance(b.pose) - ds).abs() < 0.01, "stations and poses differ at {}", a.station);
        let turn = angle::difference(b.pose.heading, a.pose.heading);
        assert!(turn.abs() <= most * ds + 5e-3, "turn {turn} over {ds} at {}", a.station);
        if a.travel != b.travel {
            assert!(ds.abs() < 1e-9 && a.pose.distance(b.pose) < 1e-6, "a cusp is one place");
        } else if ds > 0.1 {
            let along = angle::difference(
                (b.pose.position() - a.pose.position()).y.atan2((b.pose.position() - a.pose.position()).x),
                a.pose.heading + turn / 2.0,
            );
            let expected = if a.travel == Travel::Forward { 0.0 } else { PI };
            assert!((along.abs() - expected).abs() < 0.03, "sideways motion at {}", a.station);
        }
        assert!(b.curvature.abs() <= most, "curvature {} at {}", b.curvature, b.station);
        let clear = space.footprint_clearance(&truck.footprint, b.pose);
        assert!(clear > 0.3, "clearance {clear} at {}", b.station);
        assert!((b.z - map.terrain.height(b.pose.x, b.pose.y)).abs() < 1e-6);
    }
}

fn plan(map: &MineMap, start: Pose2, goal: Pose2, options: &JourneyOptions) -> Result<Journey, PlanError> {
    plan_journey(map, &truck(), &Conditions::of(map), start, goal, options)
}

#[test]
fn a_journey_starts_across_the_road_and_backs_into_its_goal() {
    let map = hill();
    // At both ends, the nose points to the middle of the road and the tail to its edge.
    let start = Pose2::new(10.0, -9.0, PI / 2.0);
    let road = &map.roads.roads[0].line;
    let end = road.pose(road.length() - 30.0).unwrap();
    let goal = end.compose(Pose2::new(0.0, 9.0, -PI / 2.0));
    let options = JourneyOptions { arrive: Some(Travel::Reverse), ..JourneyOptions::default() };
    let journey = plan(&map, start, goal, &options).unwrap();
    check(&map, &truck(), &journey, start, goal, &[]);
    assert_eq!(journey.path.points.last().unwrap().travel, Travel::Reverse);
    assert!((journey.path.length() - road.length()).abs() < 120.0);
    assert_eq!(journey.route.legs.len(), 1);
}

/// A pad 101 m beyond the end of its road. Another part of the road is only 45 m away, but on the far side of a wall.
#[test]
fn a_goal_is_not_approached_from_a_lane_behind_a_wall() {
    let p = Point2::new;
    let ring = |r: f64, from: f64, to: f64| {
        (0..=24).map(move |k| {
            let a = from + (to - from) * f64::from(k) / 24.0;
            Point2::new(300.0 + r * libm::cos(a), 30.0 + r * libm::sin(a))
        })
    };
    let half = PI / 2.0;
    let mut outer = vec![p(0.0, -12.0), p(300.0, -12.0)];
    outer.extend(ring(42.0, -half, half));
    outer.extend([p(200.0, 72.0), p(200.0, 110.0), p(60.0, 110.0), p(60.0, 30.0), p(200.0, 30.0), p(200.0, 48.0)]);
    outer.extend(ring(18.0, half, -half));
    outer.push(p(0.0, 12.0));
    let bend = ring(30.0, -half, half).collect::<Vec<_>>();
    let out = (0..=145).map(|k| p(10.0 + 2.0 * f64::from(k), 0.0)).chain(bend[1..=12].iter().copied()).collect();
    let back = bend[12..].iter().copied().chain((1..=55).map(|k| p(300.0 - 2.0 * f64::from(k), 60.0))).collect();
    let map = mine(Polygon { outer, holes: vec![] }, &[(0, 1, out), (1, 2, back)], 12.0, Side::Left, 0.0);
    let (start, goal) = (Pose2::new(30.0, 4.0, 0.0), Pose2::new(90.0, 45.0, 0.3));
    let options = JourneyOptions { arrive: Some(Travel::Reverse), ..JourneyOptions::default() };
    let journey = plan(&map, start, goal, &options).unwrap();
    check(&map, &truck(), &journey, start, goal, &[]);
    assert_eq!(journey.route.legs.len(), 2);
}

#[test]
fn near_poses_are_joined_by_a_manoeuvre_alone() {
    let map = hill();
    let (start, goal) = (Pose2::new(30.0, -3.0, 0.0), Pose2::new(45.0, 4.0, 0.4));
    let journey = plan(&map, start, goal, &JourneyOptions::default()).unwrap();
    check(&map, &truck(), &journey, start, goal, &[]);
    assert!(journey.route.legs.is_empty() && journey.path.length() < 90.0);
}

#[test]
fn an_obstacle_in_the_lane_is_avoided() {
    let map = hill();
    let lane = map.roads.roads[0].line.pose(260.0).unwrap().compose(Pose2::new(0.0, 6.0, 0.0));
    let options = JourneyOptions {
        obstacles: vec![Obstacle::Circle { centre: lane.position(), radius: 3.0 }],
        ..JourneyOptions::default()
    };
    let start = Pose2::new(20.0, 3.0, 0.0);
    let end = map.roads.roads[0].line.pose(400.0).unwrap();
    let journey = plan(&map, start, end, &options).unwrap();
    check(&map, &truck(), &journey, start, end, &options.obstacles);
}

#[test]
fn closed_zones_are_avoided_and_can_be_left() {
    let mut map = hill();
    let line = &map.roads.roads[0].line;
    let at = line.pose(60.0).unwrap();
    // A zone over 20 m of the outer part of the left lane.
    let ring = [(-10.0, 1.5), (10.0, 1.5), (10.0, 8.0), (-10.0, 8.0)].map(|(x, y)| at.place(x, y)).to_vec();
    let (start, goal) = (line.pose(8.0).unwrap(), line.pose(line.length() - 30.0).unwrap());
    let free = plan(&map, start, goal, &JourneyOptions::default()).unwrap();
    let inside =
        |j: &Journey| j.path.points.iter().any(|p| haul_core::polygon::ring_contains(&ring, p.pose.place(3.0, 0.0)));
    assert!(inside(&free), "the zone would not have been in the way");
    map.zones.push(Zone { name: "spillage".into(), ring: ring.clone(), closed: true, ..Zone::default() });
    let kept = plan(&map, start, goal, &JourneyOptions::default()).unwrap();
    assert!(!inside(&kept));
    let spillage = Obstacle::Outline { ring: ring.clone().into() };
    check(&map, &truck(), &kept, start, goal, &[spillage]);
    let standing = at.compose(Pose2::new(0.0, 3.5, 0.0));
    let left = plan(&map, standing, goal, &JourneyOptions::default()).unwrap();
    check(&map, &truck(), &left, standing, goal, &[]);
    let refused = plan(&map, goal, standing, &JourneyOptions::default()).unwrap_err();
    assert!(matches!(&refused, PlanError::GoalClosed { zone, .. } if zone == "spillage"), "{refused}");
}

#[test]
fn a_fully_blocked_road_is_reported() {
    let map = hill();
    let middle = map.roads.roads[0].line.pose(260.0).unwrap();
    let options = JourneyOptions {
        obstacles: vec![Obstacle::Circle { centre: middle.position(), radius: 12.0 }],
        ..JourneyOptions::default()
    };
    let end = map.roads.roads[0].line.pose(400.0).unwrap();
    let refused = plan(&map, Pose2::new(20.0, 3.0, 0.0), end, &options).unwrap_err();
    assert!(matches!(refused, PlanError::Blocked { .. }), "{refused}");
}

#[test]
fn numbers_that_are_not_finite_are_refused() {
    let map = hill();
    for odd in [f64::NAN, 1e300] {
        let refused = plan(&map, Pose2::new(odd, 0.0, 0.0), Pose2::default(), &JourneyOptions::default());
        assert!(matches!(refused, Err(PlanError::NotFinite { what: "the start" })), "{odd}");
    }
}

#[test]
fn a_journey_to_its_own_start_is_refused() {
    let map = hill();
    let here = Pose2::new(30.0, -3.0, 0.1);
    let refused = plan(&map, here, here, &JourneyOptions::default()).unwrap_err();
    assert!(matches!(refused, PlanError::SamePlace { .. }), "{refused}");
    assert!(refused.to_string().contains("same place"), "{refused}");
}

/// A spot laid out for a narrower truck, where this truck has less than half a metre of clearance.
#[test]
fn a_goal_that_leaves_less_than_the_usual_clearance_is_reached_with_what_it_leaves() {
    let map = hill();
    let truck = truck();
    let line = &map.roads.roads[0].line;
    let end = line.pose(line.length() - 30.0).unwrap();
    let clearance = |pose: Pose2| map.drivable.footprint_clearance(&truck.footprint, pose);
    // Back towards the edge until 0.4 m are left behind the tail.
    let mut aside = 0.0;
    let goal = |aside: f64| end.compose(Pose2::new(0.0, aside, -PI / 2.0));
    while clearance(goal(aside)) > 0.4 {
        aside += 0.01;
    }
    let options = JourneyOptions { arrive: Some(Travel::Reverse), ..JourneyOptions::default() };
    let start = Pose2::new(20.0, 3.0, 0.0);
    let journey = plan(&map, start, goal(aside), &options).unwrap();
    check(&map, &truck, &journey, start, goal(aside), &[]);
    // A clearance of less than 0.3 m is refused.
    while clearance(goal(aside)) > 0.2 {
        aside += 0.01;
    }
    let refused = plan(&map, start, goal(aside), &options).unwrap_err();
    assert!(refused.to_string().contains("the goal leaves"), "{refused}");
}

/// Builds a road from west to east, 11 m wide and too narrow to turn on, with or without a pad at its eastern end.
fn narrow_road(has_pad: bool) -> MineMap {
    let p = Point2::new;
    let end = if has_pad {
        vec![p(400.0, -5.5), p(400.0, -32.0), p(470.0, -32.0), p(470.0, 32.0), p(400.0, 32.0), p(400.0, 5.5)]
    } else {
        vec![p(470.0, -5.5), p(470.0, 5.5)]
    };
    let outer = [vec![p(-25.0, -5.5)], end, vec![p(-25.0, 5.5)]].concat();
    let line = (0..=215).map(|k| p(2.0 * f64::from(k), 0.0)).collect();
    mine(Polygon { outer, holes: vec![] }, &[(0, 1, line)], 5.5, Side::Left, 0.0)
}

fn reversed(journey: &Journey) -> f64 {
    super::attach::reversed(&journey.path)
}

#[test]
fn a_truck_that_faces_away_turns_on_the_pad_ahead() {
    let map = narrow_road(true);
    let (start, goal) = (Pose2::new(200.0, 0.0, 0.0), Pose2::new(40.0, 0.0, PI));
    let journey = plan(&map, start, goal, &JourneyOptions::default()).unwrap();
    check(&map, &truck(), &journey, start, goal, &[]);
    assert!(reversed(&journey) < 35.0, "{} m in reverse", reversed(&journey));
    let farthest = journey.path.points.iter().map(|p| p.pose.x).fold(0.0, f64::max);
    assert!(farthest > 395.0, "turns at {farthest}");
    assert_eq!(journey.route.legs.iter().map(|leg| leg.forward).collect::<Vec<_>>(), [true, false]);
    assert!((journey.route.length - (230.0 + 390.0)).abs() < 1.0, "{} m", journey.route.length);
}

#[test]
fn a_road_without_room_to_turn_is_driven_in_reverse_as_the_last_resort() {
    let map = narrow_road(false);
    let start = Pose2::new(200.0, 0.0, 0.0);
    let goal = Pose2::new(40.0, 0.0, 0.0);
    let journey = plan(&map, start, goal, &JourneyOptions::default()).unwrap();
    check(&map, &truck(), &journey, start, goal, &[]);
    assert!((reversed(&journey) - 160.0).abs() < 10.0, "{} m in reverse", reversed(&journey));
    let turned = plan(&map, start, Pose2::new(40.0, 0.0, PI), &JourneyOptions::default());
    assert!(turned.is_err(), "{turned:?}");
}
