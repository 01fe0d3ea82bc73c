//! LandXML files as survey programs write them: several surfaces, profiles, contours, feature lines, units of heights.

use haul_mine::import::{ReadOptions, import_survey};
use haul_mine::{ImportOptions, ImportReport, MineMap};
use std::path::PathBuf;

/// Drivable area of the road that the edges enclose (m²).
const ROAD_AREA: f64 = 39_224.0;
/// Drivable area of the pit surface (m²).
const SURFACE_AREA: f64 = 41_400.0;

fn import(case: &str, file: &str, read: &ReadOptions) -> Result<(MineMap, ImportReport), String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(case).join(file);
    import_survey(&[path], read, &ImportOptions::default()).map_err(|e| e.to_string())
}

fn imported(case: &str, file: &str) -> (MineMap, ImportReport) {
    import(case, file, &ReadOptions::default()).unwrap_or_else(|e| panic!("{case}: {e}"))
}

fn findings(report: &ImportReport) -> String {
    report.sources[0].findings.lines().collect::<Vec<_>>().join("\n")
}

/// Checks the drivable area (m²) to within 0.1 %.
fn has_area(map: &MineMap, expected: f64) {
    let area = map.drivable.polygon().area();
    assert!((area - expected).abs() < 0.001 * expected, "{area} against {expected}");
}

#[test]
fn coordinate_points_alone_are_named() {
    let error = import("landxml-cogo-points", "points.xml", &ReadOptions::default()).unwrap_err();
    assert!(error.contains("expected a surface or lines, found only"), "{error}");
    assert!(error.contains("coordinate points (CgPoints)"), "{error}");
}

#[test]
fn contours_have_the_height_of_their_attribute() {
    let (map, report) = imported("landxml-contours-with-elev", "road.xml");
    let height = map.terrain.height(40.0, 30.0);
    assert!((height - 302.9).abs() < 0.05, "{height}");
    assert!(!report.findings.lines().any(|l| l.contains("set to 0 m")), "{:?}", report.findings);
    // The contours cover only a part of the road.
    assert!(report.findings.lines().any(|l| l.contains("the height of the nearest point")), "{:?}", report.findings);
}

#[test]
fn data_points_are_single_points() {
    let (map, report) = imported("landxml-data-points", "road.xml");
    has_area(&map, ROAD_AREA);
    assert_eq!(report.sources[0].strings, 1);
}

#[test]
fn heights_have_a_unit_of_their_own() {
    let (map, report) = imported("landxml-elevation-unit", "topo.xml");
    let heights = map.terrain.heights();
    let (low, high) = heights.iter().fold((f32::MAX, f32::MIN), |(l, h), z| (l.min(*z), h.max(*z)));
    assert!((low - 300.0).abs() < 0.5 && (high - 337.0).abs() < 0.5, "{low} to {high}");
    let source = &report.sources[0];
    assert_eq!((source.unit, source.height_unit), ("m", "ft"));
    assert_eq!(source.height_unit_from, "stated by the file: elevationUnit=\"feet\"");
    assert!(findings(&report).contains("--height-unit m"), "{}", findings(&report));
}

#[test]
fn feature_lines_are_edges() {
    has_area(&imported("landxml-feature-lines", "road.xml").0, ROAD_AREA);
}

#[test]
fn profiles_are_no_lines_in_plan() {
    for case in ["landxml-profile-in-plan", "landxml-profile-in-plan-no-road-in-name"] {
        let (map, report) = imported(case, "both.xml");
        has_area(&map, SURFACE_AREA);
        assert_eq!(report.sources[0].strings, 0, "{case}");
        let found = findings(&report);
        assert!(found.contains("left out: 1 profiles:") && found.contains("left out: 1 alignments:"), "{found}");
    }
}

#[test]
fn surfaces_over_each_other_are_asked_for() {
    let (case, file) = ("landxml-two-surfaces", "both.xml");
    let error = import(case, file, &ReadOptions::default()).unwrap_err();
    for expected in ["`EG` and `FG design` lie over each other", "differ by 4.0", "--surface \"FG design\""] {
        assert!(error.contains(expected), "{expected}: {error}");
    }
    let heights = ["EG", "FG design"].map(|name| {
        let read = ReadOptions { surface: Some(name.to_owned()), ..ReadOptions::default() };
        let (map, _) = import(case, file, &read).unwrap();
        has_area(&map, SURFACE_AREA);
        map.terrain.height(200.0, 20.0)
    });
    assert!((heights[1] - heights[0] - 4.0).abs() < 0.01, "{heights:?}");
}

/// Contours without edges form the ground, whose flat part is drivable.
#[test]
fn contours_without_edges_are_ground() {
    let file = |name: &str| {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases/landxml-contours-with-elev").join(name)
    };
    let text = std::fs::read_to_string(file("road.xml")).unwrap();
    let (start, end) = (text.find("<Boundaries>").unwrap(), text.find("</Boundaries>").unwrap());
    let contours = format!("{}{}", &text[..start], &text[end + "</Boundaries>".len()..]);
    let read = ReadOptions::default();
    let survey = haul_mine::import::survey_of_bytes("contours.xml", contours.as_bytes(), &read).unwrap();
    let (map, report) =
        haul_mine::import::build_surveys("contours", vec![survey], &read, &ImportOptions::default()).unwrap();
    assert!((map.terrain.height(40.0, 30.0) - 302.9).abs() < 0.05);
    assert!(report.findings.lines().any(|l| l.contains("the surface between")), "{:?}", report.findings);
}
