//! Tests of the DXF import with cases from the field. Each folder in `cases` holds the input files and, in
//! `expected.txt`, the source and the correct result.

use haul_core::{Point2, Point3};
use haul_mine::import::{ReadOptions, Survey, Unit, survey_of_file};
use haul_mine::{ImportOptions, ImportReport, MineMap, import_survey};
use std::path::PathBuf;

fn path(case: &str, file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(case).join(file)
}

fn import_with(case: &str, file: &str, read: &ReadOptions) -> (MineMap, ImportReport) {
    import_survey(&[path(case, file)], read, &ImportOptions::default()).unwrap_or_else(|e| panic!("{case}: {e}"))
}

fn import(case: &str, file: &str) -> (MineMap, ImportReport) {
    import_with(case, file, &ReadOptions::default())
}

fn survey(case: &str, file: &str) -> Survey {
    survey_of_file(&path(case, file), &ReadOptions::default()).unwrap_or_else(|e| panic!("{case}: {e}")).0
}

/// Returns the bounding box of the drivable surface (m), in the coordinates of the file.
fn bounds(map: &MineMap) -> (Point2, Point2) {
    let mut points = map.drivable.polygon().rings().flatten().copied();
    let first = points.next().unwrap();
    let (low, high) = points.fold((first, first), |(l, h), p| (l.inf(&p), h.sup(&p)));
    let datum = haul_core::Vector2::new(map.datum.easting, map.datum.northing);
    (low + datum, high + datum)
}

#[track_caller]
fn is_near(value: f64, expected: f64, tolerance: f64) {
    assert!((value - expected).abs() <= tolerance, "{value}, expected {expected} ± {tolerance}");
}

/// Checks the minimum and maximum height of a survey (m).
#[track_caller]
fn has_heights(survey: &Survey, lowest: f64, highest: f64) {
    let lines = survey.strings.iter().flat_map(|s| &s.string.points);
    let heights: Vec<f64> = lines.chain(&survey.mesh.vertices).map(|p| p.z).collect();
    is_near(heights.iter().copied().fold(f64::INFINITY, f64::min), lowest, 0.1);
    is_near(heights.iter().copied().fold(f64::NEG_INFINITY, f64::max), highest, 0.1);
}

#[track_caller]
fn has_area(map: &MineMap, expected: f64) {
    is_near(map.summary().drivable_area_m2, expected, 5e-4 * expected);
}

#[track_caller]
fn has_line(report: &ImportReport, words: &[&str]) {
    let lines: Vec<String> =
        report.sources.iter().flat_map(|s| s.findings.lines()).chain(report.findings.lines()).collect();
    assert!(lines.iter().any(|l| words.iter().all(|w| l.contains(w))), "{words:?} not in {lines:#?}");
}

#[test]
fn face_of_three_corners_is_a_triangle() {
    let (map, report) = import("dxf-3dface-three-corners", "topo.dxf");
    assert_eq!(report.sources[0].faces, 828);
    is_near(map.summary().drivable_area_m2, 41_400.0, 50.0);
    has_heights(&survey("dxf-3dface-three-corners", "topo.dxf"), 300.0, 337.1);
    let smallest = survey("dxf-3dface-three-corners", "smallest.dxf");
    assert_eq!(smallest.mesh.faces.len(), 2);
    assert!(smallest.mesh.vertices.iter().all(|p| p.z == 300.0), "{:?}", smallest.mesh);
    has_area(&import("dxf-3dface-three-corners", "smallest.dxf").0, 10_000.0);
}

#[test]
fn placed_block_is_expanded() {
    let (map, _) = import("dxf-block-insert", "plan.dxf");
    has_area(&map, 39_224.0);
    let (low, high) = bounds(&map);
    assert_eq!((low, high), (Point2::new(1_000.0, 2_000.0), Point2::new(1_520.0, 2_370.0)));
}

#[test]
fn chinese_layer_in_its_code_page_is_found() {
    let read = ReadOptions { edges: vec!["道路边线".to_owned()], ..ReadOptions::default() };
    has_area(&import_with("dxf-chinese-layer-gbk", "plan.dxf", &read).0, 39_224.0);
}

#[test]
fn layer_in_unicode_escapes_is_found() {
    let read = ReadOptions { edges: vec!["道路边线".to_owned()], ..ReadOptions::default() };
    has_area(&import_with("dxf-layer-unicode-escapes", "plan.dxf", &read).0, 39_224.0);
}

#[test]
fn end_of_file_byte_of_dos_ends_the_drawing() {
    let (map, report) = import("dxf-ctrl-z-and-crlf", "edges.dxf");
    has_area(&map, 39_224.0);
    assert_eq!((map.datum.easting, map.datum.northing), (477_000.0, 6_771_000.0));
    assert_eq!(report.sources[0].findings.left_out, []);
}

#[test]
fn drawing_in_inches_by_default_is_refused_with_the_question() {
    let path = path("dxf-inches-by-default", "edges.dxf");
    let error = import_survey(&[path], &ReadOptions::default(), &ImportOptions::default()).unwrap_err().to_string();
    let said = ["13.2 m across", "read in inches", "$INSUNITS 1", "give --unit m", "520 m across"];
    assert!(said.iter().all(|part| error.contains(part)), "{error}");
    let read = ReadOptions { unit: Some(Unit::Metre), ..ReadOptions::default() };
    let (map, report) = import_with("dxf-inches-by-default", "edges.dxf", &read);
    has_area(&map, 39_224.0);
    assert_eq!(report.sources[0].findings.strange, Vec::<String>::new());
}

#[test]
fn decimetres_and_yards_are_units() {
    for (case, unit) in [("dxf-insunits-decimetres", "dm"), ("dxf-insunits-yards", "yd")] {
        let (map, report) = import(case, "edges.dxf");
        has_area(&map, 39_224.0);
        assert_eq!(report.sources[0].unit, unit);
        assert!(report.sources[0].unit_from.contains("$INSUNITS"), "{}", report.sources[0].unit_from);
    }
}

#[test]
fn extrusion_downwards_is_no_mirror() {
    let (map, _) = import("dxf-mirrored-extrusion", "edges.dxf");
    let (low, high) = bounds(&map);
    assert_eq!((low.x, high.x), (0.0, 520.0));
    is_near(map.summary().z_min_m, 412.5, 0.01);
    let smallest = survey("dxf-mirrored-extrusion", "smallest.dxf");
    let points = &smallest.strings[0].string.points;
    let expected = [(0.0, 0.0), (100.0, 0.0), (100.0, 60.0), (0.0, 60.0)];
    assert_eq!(*points, expected.map(|(x, y)| Point3::new(x, y, 412.5)));
}

#[test]
fn old_flat_polyline_has_the_height_of_its_head() {
    let (map, report) = import("dxf-old-2d-polyline-elevation-absent", "edges.dxf");
    is_near(map.summary().z_min_m, 412.5, 0.01);
    is_near(map.summary().z_max_m, 412.5, 0.01);
    assert_eq!(report.findings.assumed, Vec::<String>::new());
    let smallest = survey("dxf-old-2d-polyline-elevation-absent", "smallest.dxf");
    assert!(smallest.strings[0].string.points.iter().all(|p| p.z == 412.5));
}

#[test]
fn bulge_of_an_old_polyline_is_an_arc() {
    has_area(&import("dxf-old-polyline-bulge", "edges.dxf").0, 20_827.0);
    has_area(&import("dxf-old-polyline-bulge", "smallest.dxf").0, 8_827.0);
}

#[test]
fn frame_of_a_sheet_of_paper_is_left_out() {
    let (map, report) = import("dxf-paper-space-frame", "plan.dxf");
    has_area(&map, 39_224.0);
    has_line(&report, &["left out: 1 entities on sheets of paper"]);
}

#[test]
fn splines_are_read_as_chords() {
    // The spline rounds the corners of the edges.
    let (map, _) = import("dxf-spline-edges", "edges.dxf");
    is_near(map.summary().drivable_area_m2, 39_224.0, 60.0);
    has_heights(&survey("dxf-spline-edges", "edges.dxf"), 300.0, 337.1);
}
