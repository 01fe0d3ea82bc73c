//! Tests with rasters and other files from the field. Each folder in `tests/cases` holds a file that caused a user
//! trouble. Each test checks the correct values for such a file.

use haul_core::Point2;
use haul_mine::MineMap;
use haul_mine::import::{ImportReport, ReadOptions, Survey, Unit, import_survey, survey_of_file};
use haul_mine::{ImportOptions, MineError};
use std::path::PathBuf;

fn file(case: &str, name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(case).join(name)
}

/// Reads a file of a case. Returns its content and its findings, one finding per line.
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

/// Returns the minimum and maximum cell height, and the number of cells with data.
fn heights(survey: &Survey) -> (f64, f64, usize) {
    let grid = survey.grid.as_ref().unwrap();
    let (w, h) = grid.size();
    let cells: Vec<f64> = (0..w * h).filter_map(|k| grid.cell(k % w, k / w)).collect();
    let low = cells.iter().copied().fold(f64::INFINITY, f64::min);
    (low, cells.iter().copied().fold(f64::NEG_INFINITY, f64::max), cells.len())
}

/// Checks the position of the raster that most cases share: 60 × 50 cells of 10 m, from (1000, 2000) to (1600, 2500).
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

/// Checks the mine that is built in cases with edges and a raster.
fn is_the_road(map: &MineMap) {
    let summary = map.summary();
    assert!(is_near(summary.drivable_area_m2, 39_224.0, 400.0), "{summary:?}");
    // The edges run from 302 m to 340 m in height. The centreline ends half a road width before the ends of the road.
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
    assert_eq!(report.sources[1].findings.left_out[0].count, 100);
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
    // The unit that the operator gives overrides the check for degrees.
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

#[test]
fn wrong_units_of_edges_and_ground_are_asked_for() {
    let files = ["edges.geojson", "dem.tif"];
    let strange = |read: &ReadOptions| {
        let (_, report) = import("geotiff-heights-in-feet-under-edges", &files, read).unwrap();
        report.findings.strange.join("\n")
    };
    assert_eq!(strange(&ReadOptions::default()), "");
    // All roads are 260 m wide, and none is narrow. Widths are measured up to 160 m.
    let wide = strange(&ReadOptions { unit: Some(Unit::Decametre), ..ReadOptions::default() });
    assert!(wide.contains("median width of the roads is at least 160 m") && wide.contains("--unit m"), "{wide}");
    let steep = strange(&ReadOptions { height_unit: Some(Unit::Hectometre), ..ReadOptions::default() });
    assert!(steep.contains("median grade of the roads is") && steep.contains("--height-unit"), "{steep}");
}

/// Variants of the cases: files with the same kind of fault, generated by the tests.
mod siblings {
    use super::{heights, is_near};
    use haul_mine::ImportOptions;
    use haul_mine::import::{ReadOptions, SourceReport, Survey, build_surveys, survey_of_bytes, survey_of_file};
    use std::fmt::Write;

    fn read(name: &str, bytes: &[u8]) -> Result<(Survey, SourceReport), String> {
        survey_of_bytes(name, bytes, &ReadOptions::default()).map_err(|e| e.to_string())
    }

    fn found(report: &SourceReport) -> String {
        report.findings.lines().collect::<Vec<_>>().join("\n")
    }

    /// Returns the height of a cell, which differs between rows and between columns.
    fn height(column: usize, row_from_north: usize) -> f64 {
        300.0 + 0.25 * column as f64 + 0.5 * row_from_north as f64
    }

    const COLUMNS: usize = 12;
    const ROWS: usize = 9;

    fn ascii(header: &str, number: impl Fn(f64) -> String) -> Vec<u8> {
        let mut text = header.to_owned();
        for row in 0..ROWS {
            let cells: Vec<String> = (0..COLUMNS).map(|column| number(height(column, row))).collect();
            writeln!(text, "{}", cells.join(" ")).unwrap();
        }
        text.into_bytes()
    }

    const HEADER: &str = "ncols 12\nnrows 9\nxllcorner 1000\nyllcorner 2000\ncellsize 10\n";

    #[test]
    fn header_of_an_ascii_raster_may_have_other_words() {
        let plain = |v: f64| format!("{v:.2}");
        let (expected, _) = read("a.asc", &ascii(HEADER, plain)).unwrap();
        for header in [
            "NCOLS 12\r\nNROWS 9\r\nXLLCENTER 1005\r\nYLLCENTER 2005\r\nCELLSIZE 10\r\nnodata_value -9999\r\n",
            "ncols 12\nnrows 9\nxllcorner 1000\nyllcorner 2000\ndx 10\ndy 10\nNODATA_value nan\n",
            "ncols 12\nnrows 9\nxllcorner 1000,0\nyllcorner 2000,0\ncellsize 10,0\n",
        ] {
            assert_eq!(read("a.asc", &ascii(header, plain)).unwrap().0.grid, expected.grid, "{header}");
        }
        let (comma, report) = read("a.asc", &ascii(HEADER, |v| format!("{v:.2}").replace('.', ","))).unwrap();
        assert_eq!(comma.grid, expected.grid);
        assert!(found(&report).contains("comma before their decimals"), "{report:?}");
    }

    #[test]
    fn ascii_raster_with_a_wrong_size_is_refused() {
        let plain = |v: f64| format!("{v:.2}");
        for (header, expected) in [
            ("ncols 9\nnrows 12\n", "are ncols and nrows swapped?"),
            ("ncols 12\nnrows 8\n", "the file has 9 lines of 12 numbers"),
            ("ncols 12\nnrows 10\n", "the file was cut off"),
        ] {
            let header = format!("{header}xllcorner 0\nyllcorner 0\ncellsize 10\n");
            let error = read("a.asc", &ascii(&header, plain)).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
        let error = read("a.asc", &ascii(HEADER, |v| format!("{v:.2},"))).unwrap_err();
        assert!(error.contains("put blanks between numbers"), "{error}");
    }

    #[test]
    fn ascii_raster_in_another_coding_or_form_is_read_or_named() {
        let plain = ascii(HEADER, |v| format!("{v:.2}"));
        let marked = [b"\xef\xbb\xbf", &plain[..]].concat();
        assert_eq!(read("a.asc", &marked).unwrap().0.grid, read("a.asc", &plain).unwrap().0.grid);
        let wide: Vec<u8> = "\u{feff}ncols 12".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(read("a.asc", &wide).unwrap_err().contains("UTF-16"));
        let error = read("a.asc", b"1000.0 2000.0 300.5\n1010.0 2000.0 300.6\n").unwrap_err();
        assert!(
            error.contains("a.asc:1:1") && error.contains("begins with `ncols`") && error.contains("x y z"),
            "{error}"
        );
    }

    #[test]
    fn fill_values_of_an_ascii_raster_are_no_ground() {
        for fill in ["-9999", "-99999", "0", "-3.4028234663852886e+38", "1.70141e38", "-32768", "NaN", "-9999.9"] {
            let bytes = ascii(HEADER, |v| if v < 301.0 { fill.to_owned() } else { format!("{v:.2}") });
            let (survey, report) = read("a.asc", &bytes).unwrap();
            let (low, _, cells) = heights(&survey);
            assert!(low >= 301.0 && cells == 102, "{fill}: {low}, {cells}\n{}", found(&report));
            assert!(found(&report).contains("6 "), "{fill}: {report:?}");
        }
    }

    #[test]
    fn units_of_a_file_beside_the_raster_are_read() {
        let dir = std::env::temp_dir().join(format!("haul-raster-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        let at = |name: &str| dir.join(name);
        std::fs::write(at("d.asc"), ascii(HEADER, |v| format!("{v:.2}"))).unwrap();
        let read = || survey_of_file(&at("d.asc"), &ReadOptions::default());
        std::fs::write(
            at("d.prj"),
            "PROJCS[\"s\",GEOGCS[\"g\",UNIT[\"Degree\",0.0174]],UNIT[\"Foot_US\",0.3048006096012192]]",
        )
        .unwrap();
        let (survey, report) = read().unwrap();
        assert_eq!(report.unit, "us-ft");
        assert!(is_near(survey.grid.unwrap().step().0, 3.048_006, 1e-5));
        std::fs::write(at("d.prj"), "GEOGCS[\"WGS 84\",UNIT[\"degree\",0.0174532925199433]]").unwrap();
        let error = read().unwrap_err().to_string();
        assert!(error.contains("found degrees") && error.contains("d.prj"), "{error}");
        std::fs::remove_dir_all(&dir).unwrap();
    }

    #[test]
    fn surfer_grid_has_blanks_and_binary_forms() {
        let mut text = "DSAA\r\n3 2\r\n0 20\r\n0 5\r\n300 304\r\n300 301 302\r\n303 304 1.70141e+038\r\n".to_owned();
        let (survey, _) = read("g.grd", text.as_bytes()).unwrap();
        let grid = survey.grid.as_ref().unwrap();
        assert_eq!(
            (grid.step(), grid.cell(0, 0), grid.cell(1, 1), grid.cell(2, 1)),
            ((10.0, 5.0), Some(300.0), Some(304.0), None)
        );
        text += "305\r\n";
        assert!(read("g.grd", text.as_bytes()).unwrap_err().contains("found more"));
        assert!(read("g.grd", &text.as_bytes()[..40]).unwrap_err().contains("cut off"));
        for magic in ["DSBB", "DSRB"] {
            let error = read("g.grd", format!("{magic}\0\0\0\0\0").as_bytes()).unwrap_err();
            assert!(error.contains(magic) && error.contains("gdal_translate"), "{error}");
        }
    }

    #[test]
    fn other_formats_are_refused_by_name() {
        for (name, bytes, expected) in [
            ("a.grd", &b"CDF\x01\0\0"[..], "NetCDF"),
            ("a.hdr", b"ENVI\ndescription", "ENVI"),
            ("a.ers", b"DatasetHeader Begin", "ER Mapper"),
            ("a.las", b"LASF\0\0", "LAS point cloud"),
            ("a.asc", b"north: 4000\nsouth: 0", "GRASS"),
            ("a.dxf", b"AC1032\0\0", "DWG"),
            ("a.hgt", b"\x01\x02\x03", "SRTM"),
            ("a.shp", b"\0\0\x27\x0a", "shapefile"),
        ] {
            let error = read(name, bytes).unwrap_err();
            assert!(error.contains(expected) && error.contains("expected a survey file"), "{name}: {error}");
        }
    }

    /// Value of a TIFF tag.
    enum Value<'a> {
        Short(&'a [u16]),
        Double(&'a [f64]),
        Text(&'a str),
    }

    /// Returns a TIFF with one strip. Its cells have the given number of bits and sample format. `tags` are additional
    /// tags.
    fn tiff((bits, format): (u16, u16), cells: &[u8], tags: &[(u16, Value)]) -> Vec<u8> {
        let (columns, rows) = (COLUMNS as u16, ROWS as u16);
        let size = [cells.len() as u16];
        let offset = [8_u16];
        let mut all: Vec<(u16, Value)> = vec![
            (256, Value::Short(std::slice::from_ref(&columns))),
            (257, Value::Short(std::slice::from_ref(&rows))),
            (258, Value::Short(std::slice::from_ref(&bits))),
            (262, Value::Short(&[1])),
            (273, Value::Short(&offset)),
            (278, Value::Short(std::slice::from_ref(&rows))),
            (279, Value::Short(&size)),
            (339, Value::Short(std::slice::from_ref(&format))),
        ];
        for (tag, value) in tags {
            all.retain(|(other, _)| other != tag);
            all.push((
                *tag,
                match value {
                    Value::Short(v) => Value::Short(v),
                    Value::Double(v) => Value::Double(v),
                    Value::Text(v) => Value::Text(v),
                },
            ));
        }
        all.sort_by_key(|(tag, _)| *tag);
        let directory = 8 + cells.len() as u32;
        let mut bytes = b"II\x2a\0".to_vec();
        bytes.extend(directory.to_le_bytes());
        bytes.extend(cells);
        bytes.extend((all.len() as u16).to_le_bytes());
        let mut beyond = Vec::new();
        let start = directory + 2 + 12 * all.len() as u32 + 4;
        for (tag, value) in &all {
            let (kind, count, data): (u16, usize, Vec<u8>) = match value {
                Value::Short(v) => (3, v.len(), v.iter().flat_map(|x| x.to_le_bytes()).collect()),
                Value::Double(v) => (12, v.len(), v.iter().flat_map(|x| x.to_le_bytes()).collect()),
                Value::Text(v) => (2, v.len() + 1, [v.as_bytes(), b"\0"].concat()),
            };
            bytes.extend([tag.to_le_bytes(), kind.to_le_bytes()].concat());
            bytes.extend((count as u32).to_le_bytes());
            if data.len() <= 4 {
                let mut inside = data;
                inside.resize(4, 0);
                bytes.extend(inside);
            } else {
                bytes.extend((start + beyond.len() as u32).to_le_bytes());
                beyond.extend(data);
            }
        }
        bytes.extend([0; 4]);
        bytes.extend(beyond);
        bytes
    }

    const SCALE: (u16, Value) = (33_550, Value::Double(&[10.0, 10.0, 0.0]));
    const TIE: (u16, Value) = (33_922, Value::Double(&[0.0, 0.0, 0.0, 1_000.0, 2_090.0, 0.0]));

    fn floats(of: impl Fn(f64) -> f32) -> Vec<u8> {
        let cells = (0..COLUMNS * ROWS).map(|k| height(k % COLUMNS, k / COLUMNS));
        cells.flat_map(|v| of(v).to_le_bytes()).collect()
    }

    #[test]
    fn no_data_of_a_geotiff_is_told_in_any_spelling() {
        for (fill, text) in [
            (f32::MIN, "-3.4028234663852886e+38"),
            (-9_999.9, "-9999.9"),
            (-9_999.0, "-9999,0"),
            (f32::NAN, "nan"),
            (0.0, "0"),
            (250.0, "250"),
        ] {
            let cells = floats(|v| if v < 301.0 { fill } else { v as f32 });
            let bytes = tiff((32, 3), &cells, &[SCALE, TIE, (42_113, Value::Text(text))]);
            let (survey, report) = read("d.tif", &bytes).unwrap();
            assert_eq!(heights(&survey).2, 102, "{text}: {}", found(&report));
            assert!(found(&report).contains("6 cells: of 108 cells"), "{text}: {}", found(&report));
        }
        let bytes = tiff((32, 3), &floats(|v| v as f32), &[SCALE, TIE, (42_113, Value::Text("none at all"))]);
        assert!(found(&read("d.tif", &bytes).unwrap().1).contains("is not a number"));
    }

    #[test]
    fn scaled_whole_numbers_keep_their_no_data() {
        let cells: Vec<u8> = (0..COLUMNS * ROWS)
            .map(|k| height(k % COLUMNS, k / COLUMNS))
            .flat_map(|v| (if v < 301.0 { -32_768 } else { ((v - 250.0) / 0.01) as i16 }).to_le_bytes())
            .collect();
        let metadata = "<GDALMetadata><Item name=\"SCALE\" sample=\"0\" role=\"scale\">0.01</Item><Item name=\"OFFSET\" \
                        sample=\"0\" role=\"offset\">250</Item><Item name=\"UNITTYPE\" sample=\"0\" role=\"unittype\">ft</Item></GDALMetadata>";
        for declared in [Some("-32768"), None] {
            let mut tags = vec![SCALE, TIE, (42_112, Value::Text(metadata))];
            tags.extend(declared.map(|text| (42_113, Value::Text(text))));
            let (survey, report) = read("d.tif", &tiff((16, 2), &cells, &tags)).unwrap();
            let (low, high, count) = heights(&survey);
            assert_eq!((count, report.height_unit), (102, "ft"), "{}", found(&report));
            assert!(is_near(low, 301.0 * 0.3048, 0.01) && is_near(high, 306.75 * 0.3048, 0.01), "{low} to {high}");
        }
    }

    #[test]
    fn heights_in_centimetres_without_a_word_ask_for_their_unit() {
        let read = ReadOptions::default();
        let bytes = tiff((32, 3), &floats(|v| 100.0 * v as f32), &[SCALE, TIE]);
        let survey = survey_of_bytes("d.tif", &bytes, &read).unwrap();
        let error = build_surveys("d", vec![survey], &read, &ImportOptions::default()).unwrap_err().to_string();
        assert!(error.contains("the median slope is 559 %") && error.contains("--height-unit cm"), "{error}");
    }

    #[test]
    fn geotiff_of_a_kind_that_is_not_read_is_refused_by_name() {
        let cells = floats(|v| v as f32);
        let of = |tags: &[(u16, Value)]| read("d.tif", &tiff((32, 3), &cells, tags)).unwrap_err();
        for (tag, value, expected) in [
            (259, 34_887, "found LERC"),
            (259, 50_001, "found WebP"),
            (259, 7, "found JPEG"),
            (262, 2, "a picture in red, green and blue"),
            (262, 0, "MINISWHITE"),
            (258, 12, "found 12"),
            (339, 6, "complex"),
        ] {
            let value = [value];
            let error = of(&[SCALE, TIE, (tag, Value::Short(&value))]);
            assert!(error.contains(expected), "{expected}: {error}");
        }
        let turned = [10.0, 0.5, 0.0, 1_000.0, 0.5, -10.0, 0.0, 2_000.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0];
        assert!(of(&[(34_264, Value::Double(&turned))]).contains("turned"));
        let points = [0.0, 0.0, 0.0, 1.0, 2.0, 0.0, 5.0, 0.0, 0.0, 9.0, 2.0, 0.0];
        assert!(of(&[(33_922, Value::Double(&points))]).contains("2 tie points without a cell size"));
        assert!(of(&[]).contains("world file"));
        let keys = [1_u16, 1, 0, 1, 3072, 0, 1, 12_345];
        assert!(of(&[SCALE, TIE, (34_735, Value::Short(&keys))]).contains("EPSG"));
        let keys = [1_u16, 1, 0, 2, 1024, 0, 1, 2, 2048, 0, 1, 4326];
        assert!(of(&[SCALE, TIE, (34_735, Value::Short(&keys))]).contains("found degrees"));
    }
}
