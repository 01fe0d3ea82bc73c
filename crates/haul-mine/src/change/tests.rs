//! Tests of changes: the map stays consistent, and the comparison reports what was done.

use super::{PlaceChange, compare, dig_face, grade_roads, tip_over, wear_roads};
use crate::build::{BuildInput, EdgeString, StringKind, build_map};
use crate::generate::{PitSpec, generate_pit};
use crate::map::MineMap;
use crate::places::TruckShape;
use crate::region::densified;
use haul_core::{Point2, Point3};

fn mine() -> (MineMap, TruckShape) {
    let spec = PitSpec::default();
    (generate_pit(&spec).unwrap(), spec.truck)
}

#[test]
fn face_gives_the_dug_volume_and_moves_its_shovel() {
    let (before, truck) = mine();
    let mut after = before.clone();
    let reach = dig_face(&mut after, "face_1", 20_000.0, &truck).unwrap();
    let d = compare(&before, &after);
    assert!((d.cut_m3 - 20_000.0).abs() < 1_000.0, "{d:?}");
    assert!(d.fill_m3 < 10.0 && d.surface_added_m2 > 100.0, "{d:?}");
    let moved = d.places.iter().find_map(|p| match p {
        PlaceChange::Moved { place, by_m } if place == "face_1" => Some(*by_m),
        _ => None,
    });
    assert!(moved.is_some_and(|m| (m - reach).abs() < 0.6 * reach + 8.0), "{reach} {:?}", d.places);
    assert_eq!((after.revision.number, after.roads.components()), (1, 1));
    assert!(after.place(&"face_1".into()).unwrap().machine.is_some());
}

#[test]
fn dump_takes_the_dumped_volume_and_its_tip_head_advances() {
    let (before, truck) = mine();
    let mut after = before.clone();
    let reach = tip_over(&mut after, "dump", 30_000.0, &truck).unwrap();
    let d = compare(&before, &after);
    assert!(reach > 2.0 && d.fill_m3 > 29_000.0 && d.fill_m3 < 50_000.0 && d.cut_m3 < 10.0, "{reach} {d:?}");
    let spot = after.place(&"dump".into()).unwrap().spots[0].pose;
    let old = before.place(&"dump".into()).unwrap().spots[0].pose;
    assert!((after.terrain.height(spot.x, spot.y) - before.terrain.height(old.x, old.y)).abs() < 0.5);
}

#[test]
fn impossible_volumes_and_places_are_reported() {
    let (mut map, truck) = mine();
    let says = |r: Result<f64, haul_core::Fault>| r.unwrap_err().to_string();
    assert!(says(dig_face(&mut map, "face_9", 1.0, &truck)).contains("face_1"));
    assert!(says(dig_face(&mut map, "dump", 1.0, &truck)).contains("kind Dump"));
    assert!(says(tip_over(&mut map, "dump", 1e12, &truck)).contains("expected at most"));
    assert!(says(tip_over(&mut map, "dump", f64::NAN, &truck)).contains("expected a positive number"));
    assert_eq!(map.revision.number, 0);
}

#[test]
fn traffic_wears_a_road_and_grading_restores_it() {
    let (before, _) = mine();
    let mut after = before.clone();
    let id = after.roads.roads[0].id;
    wear_roads(&mut after, &[(id, 500_000.0)]).unwrap();
    let middle = after.roads.roads[0].line.at(after.roads.roads[0].line.length() / 2.0).unwrap();
    let extra = after.condition.extra_resistance(middle.x, middle.y);
    assert!((extra - 0.018).abs() < 1e-4, "{extra}");
    assert!(compare(&before, &after).wear_m.1 > 0.02);
    grade_roads(&mut after, &[]).unwrap();
    assert_eq!(after.condition.extra_resistance(middle.x, middle.y), 0.0);
    assert!(wear_roads(&mut after, &[(haul_core::RoadId(9_999), 1.0)]).is_err());
}

#[test]
fn map_equals_itself() {
    let (map, _) = mine();
    let d = compare(&map, &map.clone());
    assert!(d.same && d.places.is_empty() && d.cut_m3 + d.fill_m3 + d.surface_added_m2 == 0.0);
}

/// Returns the mine as built from a survey of only its edges. Each coordinate of a point is off by up to `error` (m).
fn surveyed(map: &MineMap, error: f64) -> MineMap {
    let mut state = 7_u64;
    let mut off = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) as f64 / f64::from(1_u32 << 31) - 0.5) * 2.0 * error
    };
    let mut point = |p: Point2| Point3::new(p.x + off(), p.y + off(), map.terrain.height(p.x, p.y) + off());
    let string = |(k, ring): (usize, &[Point2])| EdgeString {
        name: k.to_string(),
        kind: StringKind::Drivable,
        closed: true,
        points: densified(ring, 3.0).into_iter().map(&mut point).collect(),
    };
    let strings = map.drivable.polygon().rings().enumerate().map(string).collect();
    let (mut built, _) = build_map(BuildInput { name: map.name.clone(), strings, ..BuildInput::default() }).unwrap();
    built.set_places(map.places.clone());
    built
}

#[test]
fn survey_noise_is_small_and_a_moved_face_stays_visible() {
    let (mine, truck) = mine();
    let (first, again) = (surveyed(&mine, 0.0), surveyed(&mine, 0.05));
    let noise = compare(&first, &again);
    let in_the_mean = (noise.cut_m3 + noise.fill_m3) / mine.drivable.polygon().area();
    assert!(noise.greatest_change_m.abs() < 0.4 && in_the_mean < 0.03, "{in_the_mean} m, {noise:?}");
    let mut dug = again.clone();
    dig_face(&mut dug, "face_1", 20_000.0, &truck).unwrap();
    let alone = compare(&again, &dug);
    assert!((alone.cut_m3 + alone.drawn_m3.0 - 20_000.0).abs() < 1_000.0, "{alone:?}");
    // The volume that was dug where trucks now drive exceeds the noise.
    let both = compare(&first, &dug);
    assert!(alone.cut_m3 > 5_000.0 && (both.cut_m3 - alone.cut_m3).abs() < 0.2 * alone.cut_m3, "{both:?}");
}
