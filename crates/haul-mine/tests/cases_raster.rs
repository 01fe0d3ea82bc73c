//! Tests with rasters and other files from the field. Each folder under `tests/cases` is a file that a user had trouble
//! with, and each test checks the figures that are right for it.

use haul_core::Point2;
use haul_mine::MineMap;
use haul_mine::import::{ImportReport, ReadOptions, Survey, Unit, import_survey, survey_of_file};
use haul_mine::{ImportOptions, MineError};
use std::path::PathBuf;

fn file(case: &str, name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(case).join(name)
}

/// Reads a file of a case. Returns its content and its findings, one a line.
fn read(case: &str, name: &str) -> (Survey, String) {
    let (survey, report) = survey_of_file(&file(case, name), &ReadOptions::default()).unwrap();
    let lines: Vec<String> = report.findings.lines().collect();
    (survey, lines.join("\n"))
}

fn fault(case: &str, name: &str) -> String {
    survey_of_file(&file(case, name), &ReadOptions::default()).unwrap_err().to_string()
}

fn import(case: &str, names: &[&str], read: &ReadOptions) -> Result<(MineMap, ImportReport), MineError> {
    let files: Vec<PathBuf> = names.iter().map(|name| file(case, name)).collect();
    import_survey(&files, read, &ImportOptions::default())
}

/// Returns the lowest and the highest cell and the number of cells with data.
fn heights(survey: &Survey) -> (f64, f64, usize) {
    let grid = survey.grid.as_ref().unwrap();
    let (w, h) = grid.size();
    let cells: Vec<f64> = (0..w * h).filter_map(|k| grid.cell(k % w, k / w)).collect();
    let low = cells.iter().copied().fold(f64::INFINITY, f64::min);
    (low, cells.iter().copied().fold(f64::NEG_INFINITY, f64::max), cells.len())
}

/// Checks that a raster is that of the cases: 60 × 50 cells of 10 m, from (1000, 2000) to (1600, 2500).
fn lies_right(survey: &Survey) {
    let grid = survey.grid.as_ref().unwrap();
    assert_eq!(grid.size(), (60, 50));
    let (low, high) = grid.bounds();
    let near = |p: Point2, x: f64, y: f64| (p - Point2::new(x, y)).norm() < 1e-6;
    assert!(near(low, 1_005.0, 2_005.0) && near(high, 1_595.0, 2_495.0), "{low} {high}");
}

fn is_near(value: f64, expected: f64, tolerance: f64) -> bool {
    (value - expected).abs() <= tolerance
}

#[test]
fn epsg_code_alone_gives_feet() {
    let (survey, found) = read("geotiff-feet-by-epsg-code-alone", "dem.tif");
    let grid = survey.grid.as_ref().unwrap();
    let (low, high) = grid.bounds();
    let size = high - low + nalgebra::Vector2::new(grid.step().0, grid.step().1);
    assert!(is_near(size.x, 600.0, 0.01) && is_near(size.y, 500.0, 0.01), "{size}");
    assert!(found.contains("heights are in us-ft"), "{found}");
    let (_, report) =
        survey_of_file(&file("geotiff-feet-by-epsg-code-alone", "dem.tif"), &ReadOptions::default()).unwrap();
    assert_eq!((report.unit, &*report.unit_from), ("us-ft", "stated by the file: GeoKey 3072 = EPSG 2227"));
}

/// Checks the mine of the cases that give edges and a raster.
fn is_the_road(map: &MineMap) {
    let summary = map.summary();
    assert!(is_near(summary.drivable_area_m2, 39_224.0, 400.0), "{summary:?}");
    // The edges run from 302 to 340 m, and the centreline ends half a road's width before them.
    assert!((302.0..308.0).contains(&summary.z_min_m) && (333.0..340.0).contains(&summary.z_max_m), "{summary:?}");
    assert!(is_near(summary.grade_median, 0.04, 0.01), "{summary:?}");
}

#[test]
fn heights_in_feet_under_edges_are_converted() {
    let (map, report) =
        import("geotiff-heights-in-feet-under-edges", &["edges.geojson", "dem.tif"], &ReadOptions::default()).unwrap();
    is_the_road(&map);
    let tif = &report.sources[1];
    assert_eq!(
        (tif.unit, tif.height_unit, &*tif.height_unit_from),
        ("m", "ft", "stated by the file: GeoKey 4099 = 9002")
    );
}

#[test]
fn cells_without_data_under_edges_are_no_ground() {
    let (map, report) =
        import("geotiff-nodata-under-edges", &["edges.geojson", "dem.tif"], &ReadOptions::default()).unwrap();
    is_the_road(&map);
    assert!(map.terrain.heights().iter().all(|h| *h > 250.0));
    assert_eq!(report.sources[1].findings.left_out[0].count, 300);
}

#[test]
fn undeclared_no_data_is_left_out_and_told() {
    let (survey, found) = read("geotiff-nodata-not-declared", "dem.tif");
    lies_right(&survey);
    assert_eq!(heights(&survey).2, 2_700);
    assert!(found.contains("left out: 300 cells at -32767"), "{found}");
}

#[test]
fn no_data_is_compared_in_single_precision() {
    let (survey, found) = read("geotiff-nodata-small-number", "dem.tif");
    assert_eq!(heights(&survey).2, 2_700);
    assert!(found.contains("left out: 300 cells: of 3000 cells, these hold no data"), "{found}");
    assert_eq!(heights(&read("geotiff-nodata-small-number", "smallest.tif").0).2, 899);
}

#[test]
fn scale_and_offset_of_the_band_are_applied() {
    for case in ["geotiff-scale-in-metadata", "geotiff-offset-in-metadata"] {
        let (survey, found) = read(case, "dem.tif");
        lies_right(&survey);
        let (low, high, _) = heights(&survey);
        assert!(is_near(low, 300.4, 0.1) && is_near(high, 344.6, 0.1), "{case}: {low} to {high}");
        assert!(found.contains("scale and offset of the band"), "{found}");
    }
}

#[test]
fn raster_from_the_south_is_not_upside_down() {
    let (survey, found) = read("geotiff-south-up", "dem.tif");
    lies_right(&survey);
    assert!(found.contains("from the south to the north"), "{found}");
    let (north_up, _) = read("geotiff-world-file-beside", "dem.tif");
    let cell = |s: &Survey, i, j| s.grid.as_ref().unwrap().cell(i, j).unwrap();
    for (i, j) in [(0, 0), (59, 0), (0, 49), (31, 17)] {
        assert!(is_near(cell(&survey, i, j), cell(&north_up, i, j), 0.01), "({i}, {j})");
    }
}

#[test]
fn world_file_gives_the_place() {
    let (survey, found) = read("geotiff-world-file-beside", "dem.tif");
    lies_right(&survey);
    assert!(found.contains("dem.tfw"), "{found}");
}

#[test]
fn degrees_in_an_ascii_raster_are_refused() {
    let error = fault("asc-degrees", "dem.asc");
    assert!(error.contains("expected metres or feet, found degrees"), "{error}");
    // An operator who knows better is heard.
    let metres = ReadOptions { unit: Some(Unit::Metre), ..ReadOptions::default() };
    assert!(survey_of_file(&file("asc-degrees", "dem.asc"), &metres).is_ok());
}

#[test]
fn surfer_grid_is_read() {
    let (survey, _) = read("asc-surfer-grd", "dem.grd");
    lies_right(&survey);
    let (low, high, cells) = heights(&survey);
    assert!(is_near(low, 300.4, 1e-3) && is_near(high, 344.6, 1e-3) && cells == 3_000, "{low} to {high}, {cells}");
}

#[test]
fn drawing_in_inches_by_default_asks_for_its_unit() {
    let asks = |text: &str| text.contains("inches") && text.contains("$INSUNITS") && text.contains("--unit m");
    match import("dxf-inches-by-default", &["edges.dxf"], &ReadOptions::default()) {
        Ok((_, report)) => assert!(report.findings.strange.iter().any(|s| asks(s)), "{:?}", report.findings),
        Err(error) => assert!(asks(&error.to_string()), "{error}"),
    }
    let metres = ReadOptions { unit: Some(Unit::Metre), ..ReadOptions::default() };
    let (map, _) = import("dxf-inches-by-default", &["edges.dxf"], &metres).unwrap();
    assert!(is_near(map.summary().drivable_area_m2, 39_224.0, 400.0));
}
