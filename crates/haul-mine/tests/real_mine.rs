//! Tests with the survey of the mine Dapai: its import, and variants of the survey that are rotated, mirrored, cut or
//! contain errors. The tests need the survey, so they run only on request.

mod survey;

use haul_core::{Point2, Point3};
use haul_mine::change::compare;
use haul_mine::import::{MaskPlace, ReadOptions, import_survey};
use haul_mine::{ImportOptions, MineMap, RepairKind};
use std::path::{Path, PathBuf};
use survey::{Strings, built, cut_and_shuffled, numbers};

/// Returns the folder that holds the survey of the mine Dapai.
fn dapai() -> PathBuf {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("HAUL_REAL_MINES").map_or(beside, PathBuf::from).join("dapai");
    assert!(folder.is_dir(), "no survey in {}: set HAUL_REAL_MINES to the folder of real mines", folder.display());
    folder
}

fn imported(folder: &Path) -> MineMap {
    import_survey(&[folder.join("edges.csv")], &ReadOptions::default(), &ImportOptions::default()).unwrap().0
}

fn strings(folder: &Path) -> Strings {
    let text = std::fs::read_to_string(folder.join("edges.csv")).unwrap();
    let mut strings: Vec<(String, Vec<Point3>)> = Vec::new();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let number = |k: usize| cells[k].parse::<f64>().unwrap();
        let point = Point3::new(number(1), number(2), number(3));
        match strings.last_mut() {
            Some((name, points)) if name == cells[0] => points.push(point),
            _ => strings.push((cells[0].to_owned(), vec![point])),
        }
    }
    strings.into_iter().map(|(_, p)| p).collect()
}

fn area(map: &MineMap) -> f64 {
    map.drivable.polygon().area()
}

#[test]
#[ignore = "needs the survey of a real mine in the folder that HAUL_REAL_MINES names"]
fn surface_equals_the_mask_and_the_graph_is_connected() {
    let folder = dapai();
    let map = imported(&folder);
    let place = MaskPlace { scale: (0.1, 0.1), origin: (909.47, 1541.83) };
    let read = ReadOptions { mask: Some(place), ..ReadOptions::default() };
    let files = [folder.join("drivable.png"), folder.join("edges.csv")];
    let (by_mask, _) = import_survey(&files, &read, &ImportOptions::default()).unwrap();
    let d = compare(&map, &by_mask);
    let share = (d.surface_added_m2 + d.surface_removed_m2) / area(&map);
    assert!((area(&map) / area(&by_mask) - 1.0).abs() < 0.01, "{} against {}", area(&map), area(&by_mask));
    assert!(share < 0.01, "{share} of the surface differs");
    let s = map.summary();
    assert_eq!(s.components, 1);
    // Every wide area contains a road.
    for a in &map.areas {
        let near = map.roads.nearest(a.centre).unwrap();
        assert!(near.lateral.abs() < a.radius, "area {} of {:.0} m", a.id, a.radius);
    }
    // The road grades agree with the grades along the edges: median 4.6 %, 95th percentile 10.1 %.
    assert!((s.grade_median - 0.046).abs() < 0.01 && (s.grade_p95 - 0.101).abs() < 0.02, "{s:?}");
    let half = 6.1 / 2.0;
    let (mut short, mut all) = (0, 0);
    for road in &map.roads.roads {
        for (p, k) in road.line.points().iter().zip(&road.stations) {
            all += 1;
            let clear = map.drivable.clearance(p.xy());
            assert!(clear > 0.0, "off the surface at {p}");
            short += usize::from(clear < half && k.width() > 2.0 * half + 1.0);
        }
    }
    // The centreline of a dead end runs into a corner of the road, so it may end closer to the edge.
    assert!(short * 200 < all, "{short} of {all} points are too near to the edge");
}

#[test]
#[ignore = "needs the survey of a real mine in the folder that HAUL_REAL_MINES names"]
fn order_direction_and_cuts_of_strings_do_not_matter() {
    let folder = dapai();
    let (map, given) = (imported(&folder), strings(&folder));
    let mut shuffled = cut_and_shuffled(&given, &mut numbers());
    // The longest string occurs twice.
    shuffled.push(shuffled.iter().max_by_key(|s| s.len()).unwrap().clone());
    let variant = built(&shuffled);
    let d = compare(&map, &variant);
    assert!(d.surface_added_m2 + d.surface_removed_m2 < 50.0, "{d:?}");
    assert_eq!(variant.roads.components(), 1);
    assert!(variant.repairs.iter().any(|r| r.kind == RepairKind::DuplicateDropped));
}

#[test]
#[ignore = "needs the survey of a real mine in the folder that HAUL_REAL_MINES names"]
fn turned_and_mirrored_survey_gives_the_same_mine() {
    let folder = dapai();
    let (map, given) = (imported(&folder), strings(&folder));
    let s = map.summary();
    let turn = |p: Point3, a: f64| {
        let (sin, cos) = (libm::sin(a), libm::cos(a));
        Point3::new(p.x * cos - p.y * sin, p.x * sin + p.y * cos, p.z)
    };
    let turned: Strings = given.iter().map(|s| s.iter().map(|p| turn(*p, 0.7)).collect()).collect();
    let mirrored: Strings = given.iter().map(|s| s.iter().map(|p| Point3::new(-p.x, p.y, p.z)).collect()).collect();
    for (name, variant) in [("turned", turned), ("mirrored", mirrored)] {
        let v = built(&variant).summary();
        assert!((v.drivable_area_m2 / s.drivable_area_m2 - 1.0).abs() < 1e-3, "{name}: {v:?}");
        assert!(
            (v.road_length_m / s.road_length_m - 1.0).abs() < 0.03,
            "{name}: {} {}",
            v.road_length_m,
            s.road_length_m
        );
        assert!((v.grade_p95 - s.grade_p95).abs() < 0.006 && v.components == 1, "{name}: {v:?}");
    }
}

#[test]
#[ignore = "needs the survey of a real mine in the folder that HAUL_REAL_MINES names"]
fn noise_and_gaps_are_repaired_and_reported() {
    let folder = dapai();
    let (map, given) = (imported(&folder), strings(&folder));
    let mut draw = numbers();
    // The points have up to 1.5 cm of noise, and every third string lacks its first point.
    let spoilt: Strings = given
        .iter()
        .enumerate()
        .map(|(k, s)| {
            let mut noisy = |p: &Point3| {
                let mut off = || (draw() - 0.5) * 0.03;
                Point3::new(p.x + off(), p.y + off(), p.z + off())
            };
            let kept = if k % 3 == 0 && s.len() > 6 { &s[1..] } else { &s[..] };
            kept.iter().map(&mut noisy).collect()
        })
        .collect();
    let variant = built(&spoilt);
    let share = area(&variant) / area(&map) - 1.0;
    assert!(share.abs() < 0.002, "{share}");
    assert_eq!(variant.roads.components(), 1);
    assert!(variant.repairs.iter().filter(|r| r.kind == RepairKind::Joined).count() > 20);
    // Every repair lies within the mine.
    let (low, high) = variant.drivable.polygon().bounds().unwrap();
    let near = |p: Point2| p.x > low.x - 5.0 && p.y > low.y - 5.0 && p.x < high.x + 5.0 && p.y < high.y + 5.0;
    assert!(variant.repairs.iter().all(|r| near(r.at)));
}

/// Returns a second survey of the same strings: each point is moved by up to 5 cm along each axis.
fn resurveyed(given: &Strings) -> Strings {
    let mut draw = numbers();
    let mut off = || (draw() - 0.5) * 0.1;
    given.iter().map(|s| s.iter().map(|p| Point3::new(p.x + off(), p.y + off(), p.z + off())).collect()).collect()
}

#[test]
#[ignore = "needs the survey of a real mine in the folder that HAUL_REAL_MINES names"]
fn second_survey_changes_little() {
    let folder = dapai();
    let given = strings(&folder);
    let (first, second) = (built(&given), built(&resurveyed(&given)));
    let d = compare(&first, &second);
    let of_area = (d.cut_m3 + d.fill_m3) / area(&first);
    assert!(d.greatest_change_m.abs() < 0.4 && of_area < 0.03, "{of_area} m in the mean, {d:?}");
}
