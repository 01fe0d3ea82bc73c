//! Tables of points as surveyors supply them: with various delimiters, quotes, comments, further columns or no header.

use haul_mine::import::{ReadOptions, import_survey};
use haul_mine::{ImportOptions, ImportReport, MineMap};
use std::path::PathBuf;

/// Drivable area of the road in most cases (m²).
const AREA: f64 = 39_224.0;
/// Tolerance (m²) of the drivable area: its last digit.
const AREA_TOLERANCE: f64 = 1.0;

fn case(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(name).join("edges.csv")
}

fn import(name: &str, read: &ReadOptions) -> Result<(MineMap, ImportReport), String> {
    import_survey(&[case(name)], read, &ImportOptions::default()).map_err(|e| e.to_string())
}

/// Imports a case that holds the road, and checks its area. Returns the findings on the file.
fn road(name: &str) -> Vec<String> {
    let (map, report) = import(name, &ReadOptions::default()).unwrap_or_else(|e| panic!("{name}: {e}"));
    let area = map.drivable.polygon().area();
    assert!((area - AREA).abs() < AREA_TOLERANCE, "{name}: {area}");
    report.sources[0].findings.lines().collect()
}

#[test]
fn delimiters_are_recognised() {
    assert_eq!(road("csv-semicolon"), ["note: the cells are separated by semicolons"]);
    assert_eq!(road("csv-tab"), ["note: the cells are separated by tabs"]);
    assert!(road("csv-trailing-comma").is_empty());
}

#[test]
fn quotes_hold_names_and_decimal_commas() {
    assert!(road("csv-quoted-name-with-comma").is_empty());
    assert_eq!(road("csv-quoted-decimal-comma"), ["note: commas in numbers are decimal commas"]);
}

#[test]
fn comments_and_further_columns_are_left_out_and_reported() {
    assert_eq!(road("csv-comments"), ["left out: 2 comment lines: they begin with `#`, `//`, `%` or `;`"]);
    assert_eq!(
        road("csv-extra-columns"),
        ["left out: 2 columns: `code`, `time`: they are neither the string nor coordinates"]
    );
}

#[test]
fn table_without_column_names_asks_for_them() {
    let error = import("csv-no-header", &ReadOptions::default()).unwrap_err();
    assert!(error.contains("edges.csv:1:1: expected column names in the first line, found numbers"), "{error}");
    assert!(error.contains("--columns string,x,y,z"), "{error}");
    let columns = ["string", "x", "y", "z"].map(str::to_owned).to_vec();
    let (map, _) = import("csv-no-header", &ReadOptions { columns, ..ReadOptions::default() }).unwrap();
    assert!((map.drivable.polygon().area() - AREA).abs() < AREA_TOLERANCE);
}
