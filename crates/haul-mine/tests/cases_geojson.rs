//! GeoJSON files as GIS programs write them: with byte order marks, one feature per line, coordinate systems or
//! degrees.

use haul_mine::import::{ReadOptions, Unit, import_survey};
use haul_mine::{ImportOptions, ImportReport, MineMap};
use std::path::PathBuf;

/// Drivable area of the road in most cases (m²).
const AREA: f64 = 39_224.0;

fn import(case: &str, file: &str, read: &ReadOptions) -> Result<(MineMap, ImportReport), String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(case).join(file);
    import_survey(&[path], read, &ImportOptions::default()).map_err(|e| e.to_string())
}

/// Imports a case that holds the road, and checks its area.
fn road(case: &str) -> ImportReport {
    let (map, report) = import(case, "road.geojson", &ReadOptions::default()).unwrap_or_else(|e| panic!("{case}: {e}"));
    let area = map.drivable.polygon().area();
    assert!((area - AREA).abs() < 1.0, "{case}: {area}");
    report
}

#[test]
fn byte_order_mark_and_lines_of_features_are_read() {
    road("geojson-bom");
    road("geojson-one-feature-a-line");
}

#[test]
fn coordinate_system_in_feet_states_the_unit() {
    let report = road("geojson-crs-in-feet");
    let source = &report.sources[0];
    assert_eq!((source.unit, source.height_unit), ("us-ft", "us-ft"));
    assert!(source.unit_from.contains("EPSG::2227"), "{}", source.unit_from);
}

#[test]
fn numbers_of_a_country_in_degrees_are_asked_for() {
    let error = import("geojson-world-in-degrees", "lands.geojson", &ReadOptions::default()).unwrap_err();
    assert!(error.contains("found numbers within degrees of longitude and latitude"), "{error}");
    assert!(error.contains("GeoJSON is in degrees unless it says otherwise"), "{error}");
    let metres = ReadOptions { unit: Some(Unit::Metre), ..ReadOptions::default() };
    let asked = import("geojson-world-in-degrees", "lands.geojson", &metres);
    assert!(asked.is_ok_and(|(_, report)| report.sources[0].unit_from == "given"));
}
