//! Tests of the import with mines that it was not designed for: generated pits, surveyed as strings of their edges.

mod survey;

use haul_core::{Point3, Vector3};
use haul_mine::MineMap;
use haul_mine::generate::{PitSpec, generate_pit};
use survey::{Strings, built, cut_and_shuffled, numbers};

/// Offset of the survey (m), which moves it to typical UTM coordinates.
const FAR: Vector3 = Vector3::new(512_000.0, 7_431_000.0, 300.0);

/// Returns the edges of a mine as closed strings, with the heights of the ground.
fn surveyed(map: &MineMap) -> Strings {
    let at = |p: &haul_core::Point2| Point3::new(p.x, p.y, map.terrain.height(p.x, p.y)) + FAR;
    map.drivable.polygon().rings().map(|ring| ring.iter().chain(ring.first()).map(at).collect()).collect()
}

#[test]
fn cut_and_shuffled_surveys_of_pits_give_the_pits() {
    let mut draw = numbers();
    for seed in [2, 3, 7, 12, 18, 19] {
        let pit = generate_pit(&PitSpec::drawn(seed)).unwrap();
        let map = built(&cut_and_shuffled(&surveyed(&pit), &mut draw));
        let (of_pit, of_map) = (pit.summary(), map.summary());
        let is_near = |a: f64, b: f64, share: f64| (a / b - 1.0).abs() < share;
        assert!(is_near(of_map.drivable_area_m2, of_pit.drivable_area_m2, 1e-4), "seed {seed}: {of_map:?}");
        assert!(is_near(of_map.road_length_m, of_pit.road_length_m, 3e-3), "seed {seed}: {of_map:?}, not {of_pit:?}");
        assert_eq!((of_map.nodes, of_map.edges, of_map.components), (of_pit.nodes, of_pit.edges, 1), "seed {seed}");
        assert!(of_map.areas.abs_diff(of_pit.areas) <= 1, "seed {seed}: {} areas, not {}", of_map.areas, of_pit.areas);
        assert!((of_map.width_p05_m - of_pit.width_p05_m).abs() < 0.01, "seed {seed}: {of_map:?}");
        // The survey knows the ground only along the edges, so grades may differ slightly.
        assert!((of_map.grade_p95 - of_pit.grade_p95).abs() < 0.01, "seed {seed}: {of_map:?}, not {of_pit:?}");
    }
}
