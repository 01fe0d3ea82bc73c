//! Tests of lane paths on synthetic roads.

use super::{PathError, lane_path, two_way_width};
use crate::route::{Route, RouteLeg};
use crate::synthetic::{alignment, one_road, truck};
use haul_core::{Pose2, RoadId};
use haul_mine::{MineMap, Side};
use std::f64::consts::PI;

fn whole(map: &MineMap, forward: bool) -> Route {
    let length = map.roads.roads[0].line.length();
    let (from_station, to_station) = if forward { (0.0, length) } else { (length, 0.0) };
    Route {
        legs: vec![RouteLeg { road: RoadId(0), forward, from_station, to_station }],
        length,
        time: 0.0,
        fuel_kg: 0.0,
    }
}

/// Checks independently every property of a path that is documented.
fn check(map: &MineMap, path: &super::Path) {
    let truck = truck();
    let most = 0.95 / truck.spec.min_turning_radius();
    for w in path.points.windows(2) {
        let (a, b) = (w[0], w[1]);
        let ds = b.station - a.station;
        assert!(ds > 0.3 && ds < 0.7, "spacing {ds} at {}", a.station);
        assert!(b.curvature.abs() <= most, "curvature {} at {}", b.curvature, b.station);
        let turn = haul_core::angle::difference(b.pose.heading, a.pose.heading);
        assert!((turn - (a.curvature + b.curvature) / 2.0 * ds).abs() < 2e-3, "heading and curvature at {}", a.station);
        assert!((b.curvature - a.curvature).abs() < 0.02 * ds + 1e-4, "jump of curvature at {}", a.station);
        let (mid, z) = (a.pose.advanced(ds / 2.0), map.terrain.height(a.pose.x, a.pose.y));
        assert!(map.drivable.footprint_clearance(&truck.footprint, mid) > 0.4, "clearance at {}", a.station);
        assert!((a.z - z).abs() < 1e-6);
    }
}

#[test]
fn a_wide_road_is_driven_on_the_traffic_side_both_ways() {
    let poses = alignment(Pose2::default(), &[(150.0, 0.0), (100.0, 0.01), (150.0, 0.0)]);
    for side in [Side::Left, Side::Right] {
        let map = one_road(&poses, 12.0, side, 0.05);
        for forward in [true, false] {
            let path = lane_path(&map, &truck(), &whole(&map, forward)).unwrap();
            check(&map, &path);
            let half = if side == Side::Left { 1.0 } else { -1.0 };
            for p in &path.points {
                let on = map.roads.roads[0].line.project(p.pose.position()).unwrap();
                let left = if forward { on.lateral } else { -on.lateral };
                assert!(left * half > 3.5 && left * half < 7.5, "{left} left at {}", p.station);
            }
            let middle = path.at(60.0);
            assert!(
                (middle.grade - if forward { 0.05 } else { -0.05 * libm::cos(1.0) }).abs() < 4e-3,
                "{}",
                middle.grade
            );
        }
    }
}

#[test]
fn a_single_lane_is_driven_in_the_middle() {
    let map =
        one_road(&alignment(Pose2::default(), &[(150.0, 0.0), (60.0, 0.02), (80.0, -0.015)]), 6.0, Side::Left, 0.0);
    assert!(12.0 < two_way_width(&truck()));
    let path = lane_path(&map, &truck(), &whole(&map, true)).unwrap();
    check(&map, &path);
    let off = path.points.iter().map(|p| map.roads.roads[0].line.project(p.pose.position()).unwrap().lateral.abs());
    assert!(off.fold(0.0, f64::max) < 1.5);
}

#[test]
fn switchbacks_are_driven_within_the_edges() {
    for (radius, half_width) in [(14.0, 10.0), (11.5, 8.0), (11.0, 6.5)] {
        let pieces = [(60.0, 0.0), (PI * radius, 1.0 / radius), (80.0, 0.0), (PI * radius, -1.0 / radius), (60.0, 0.0)];
        let map = one_road(&alignment(Pose2::default(), &pieces), half_width, Side::Left, 0.08);
        for forward in [true, false] {
            let path = lane_path(&map, &truck(), &whole(&map, forward)).unwrap();
            check(&map, &path);
        }
    }
}

#[test]
fn a_bend_too_tight_is_named_with_its_radius() {
    let radius = 5.5;
    let pieces = [(60.0, 0.0), (PI * radius, 1.0 / radius), (60.0, 0.0)];
    let map = one_road(&alignment(Pose2::default(), &pieces), 5.0, Side::Left, 0.0);
    match lane_path(&map, &truck(), &whole(&map, true)) {
        Err(PathError::TooTight { at, needed_radius, available_radius, road, .. }) => {
            assert!(available_radius < needed_radius && needed_radius > 7.0);
            assert!((at.x - 60.0).abs() < 15.0 && road == Some(RoadId(0)));
        }
        Err(PathError::TooNarrow { at, .. }) => assert!((at.x - 60.0).abs() < 15.0),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_road_narrower_than_the_truck_is_refused() {
    let map = one_road(&alignment(Pose2::default(), &[(100.0, 0.0)]), 2.5, Side::Left, 0.0);
    let refused = lane_path(&map, &truck(), &whole(&map, true)).unwrap_err();
    assert!(matches!(refused, PathError::TooNarrow { clearance, .. } if clearance < 0.0), "{refused}");
}
