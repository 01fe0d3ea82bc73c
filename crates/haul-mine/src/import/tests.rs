//! Tests of the import: one small mine gives the same map in every format, and broken files are reported.

use super::*;
use crate::map::{MineMap, RepairKind};
use haul_core::{Point2, Point3};
use proptest::prelude::*;
use std::fmt::Write;

/// Returns the edge of an L-shaped mine: two roads, a yard at one end and a wide pad at the other. The shape has no
/// symmetry.
fn ring() -> Vec<Point3> {
    let corners: [(f64, f64); 12] = [
        (0.0, 0.0),
        (420.0, 0.0),
        (420.0, 260.0),
        (470.0, 260.0),
        (470.0, 350.0),
        (380.0, 350.0),
        (380.0, 260.0),
        (394.0, 260.0),
        (394.0, 26.0),
        (60.0, 26.0),
        (60.0, 70.0),
        (0.0, 70.0),
    ];
    let mut points = Vec::new();
    for (k, a) in corners.iter().enumerate() {
        let b = corners[(k + 1) % corners.len()];
        let pieces = ((b.0 - a.0).abs() + (b.1 - a.1).abs()) as usize / 2;
        for n in 0..pieces {
            let t = n as f64 / pieces as f64;
            let (x, y) = (a.0 + (b.0 - a.0) * t, a.1 + (b.1 - a.1) * t);
            points.push(Point3::new(rounded(x), rounded(y), rounded(height(x, y))));
        }
    }
    points
}

fn height(x: f64, y: f64) -> f64 {
    100.0 + 0.03 * x + 0.05 * y
}

fn rounded(v: f64) -> f64 {
    (v * 1e3).round() / 1e3
}

/// Returns the edge of the L-shaped mine, closed by repeating its first point.
fn closed_ring() -> Vec<Point3> {
    let mut points = ring();
    points.push(points[0]);
    points
}

fn csv(points: &[Point3]) -> String {
    let mut text = "string,x,y,z\n".to_owned();
    points.iter().for_each(|p| writeln!(text, "a,{:.3},{:.3},{:.3}", p.x, p.y, p.z).unwrap());
    text
}

fn surpac(points: &[Point3]) -> String {
    let mut text = "pit,24-Nov-26,,edges\n0, 0.000, 0.000, 0.000, 0.000, 0.000, 0.000\n".to_owned();
    points.iter().for_each(|p| writeln!(text, "1, {:.3}, {:.3}, {:.3}, edge", p.y, p.x, p.z).unwrap());
    text + "0, 0.000, 0.000, 0.000,\n0, 0.000, 0.000, 0.000, END\n"
}

fn dxf(points: &[Point3], unit: u8) -> String {
    let mut text = format!("0\nSECTION\n2\nHEADER\n9\n$INSUNITS\n70\n{unit}\n0\nENDSEC\n0\nSECTION\n2\nENTITIES\n");
    text += "0\nPOLYLINE\n8\nROAD_EDGE\n66\n1\n70\n9\n10\n0\n20\n0\n30\n0\n";
    for p in points {
        write!(text, "0\nVERTEX\n8\nROAD_EDGE\n10\n{:.3}\n20\n{:.3}\n30\n{:.3}\n70\n32\n", p.x, p.y, p.z).unwrap();
    }
    text + "0\nSEQEND\n0\nENDSEC\n0\nEOF\n"
}

fn geojson(points: &[Point3]) -> String {
    let list: Vec<String> = points.iter().map(|p| format!("[{:.3},{:.3},{:.3}]", p.x, p.y, p.z)).collect();
    format!(
        "{{\"type\":\"FeatureCollection\",\"features\":[{{\"type\":\"Feature\",\"properties\":{{\"layer\":\"edge\"}},\
         \"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[[{}]]}}}}]}}",
        list.join(",")
    )
}

fn landxml_list(points: &[Point3]) -> String {
    let list: Vec<String> = points.iter().map(|p| format!("{:.3} {:.3} {:.3}", p.y, p.x, p.z)).collect();
    format!(
        "<?xml version=\"1.0\"?>\n<LandXML xmlns=\"http://www.landxml.org/schema/LandXML-1.2\" version=\"1.2\"><Units>\
         <Metric linearUnit=\"meter\"/></Units><PlanFeatures><PlanFeature name=\"edge\"><CoordGeom><IrregularLine>\
         <PntList3D>{}</PntList3D></IrregularLine></CoordGeom></PlanFeature></PlanFeatures></LandXML>\n",
        list.join(" ")
    )
}

/// Returns the vertices of a 2 m grid, the faces on the drivable surface, and the surrounding faces (in LandXML, marked
/// as invisible).
fn faces() -> (Vec<Point3>, Vec<[usize; 3]>, Vec<[usize; 3]>) {
    let outline: Vec<Point2> = ring().iter().map(|p| p.xy()).collect();
    let (w, h) = (236, 176);
    let vertices =
        (0..w * h).map(|k| (2.0 * (k % w) as f64, 2.0 * (k / w) as f64)).map(|(x, y)| Point3::new(x, y, height(x, y)));
    let (mut seen, mut unseen) = (Vec::new(), Vec::new());
    for j in 0..h - 1 {
        for i in 0..w - 1 {
            let k = j * w + i;
            let middle = Point2::new(2.0 * i as f64 + 1.0, 2.0 * j as f64 + 1.0);
            let list = if haul_core::polygon::ring_contains(&outline, middle) { &mut seen } else { &mut unseen };
            list.extend([[k, k + 1, k + w + 1], [k, k + w + 1, k + w]]);
        }
    }
    (vertices.collect(), seen, unseen)
}

fn landxml_surface() -> String {
    let (vertices, seen, unseen) = faces();
    let mut text =
        "<LandXML><Units><Metric linearUnit=\"meter\"/></Units><Surfaces><Surface name=\"roads\"><Definition \
                    surfType=\"TIN\"><Pnts>\n"
            .to_owned();
    for (k, p) in vertices.iter().enumerate() {
        writeln!(text, "<P id=\"{}\">{:.3} {:.3} {:.3}</P>", k + 1, p.y, p.x, p.z).unwrap();
    }
    text += "</Pnts><Faces>\n";
    for (list, invisible) in [(&seen, ""), (&unseen, " i=\"1\"")] {
        for f in list {
            writeln!(text, "<F{invisible}>{} {} {}</F>", f[0] + 1, f[1] + 1, f[2] + 1).unwrap();
        }
    }
    text + "</Faces></Definition></Surface></Surfaces></LandXML>\n"
}

fn ascii_grid(no_data_from: usize) -> String {
    let (w, h) = (110, 90);
    let mut text = format!("ncols {w}\nnrows {h}\nxllcorner -40\nyllcorner -40\ncellsize 5\nNODATA_value -9999\n");
    for row in 0..h {
        for i in 0..w {
            let (x, y) = (-37.5 + 5.0 * i as f64, -37.5 + 5.0 * (h - 1 - row) as f64);
            if i >= no_data_from { text.push_str("-9999 ") } else { write!(text, "{:.3} ", height(x, y)).unwrap() }
        }
        text.push('\n');
    }
    text
}

fn import(name: &str, text: &str, read: &ReadOptions) -> (MineMap, ImportReport) {
    let survey = survey_of_bytes(name, text.as_bytes(), read).unwrap_or_else(|e| panic!("{name}: {e}"));
    build_surveys("small", vec![survey], read, &ImportOptions::default()).unwrap_or_else(|e| panic!("{name}: {e}"))
}

fn plain(name: &str, text: &str) -> MineMap {
    import(name, text, &ReadOptions::default()).0
}

/// Checks that the yard is in the north-east and the pad in the south-west, so that no axis is swapped or reversed.
fn lies_right(map: &MineMap) {
    for (x, y, inside) in
        [(430.0, 300.0, true), (30.0, 50.0, true), (300.0, 430.0, false), (200.0, 13.0, true), (13.0, 200.0, false)]
    {
        assert_eq!(map.drivable.contains(Point2::new(x, y)), inside, "({x}, {y})");
    }
    let z = map.terrain.height(400.0, 13.0);
    assert!((z - height(400.0, 13.0)).abs() < 0.3, "{z}");
}

#[test]
fn same_edges_in_five_formats_give_the_same_map() {
    let expected = plain("e.csv", &csv(&closed_ring()));
    lies_right(&expected);
    for (name, text) in [
        ("e.str", surpac(&closed_ring())),
        ("e.dxf", dxf(&ring(), 6)),
        ("e.geojson", geojson(&closed_ring())),
        ("e.xml", landxml_list(&closed_ring())),
    ] {
        let map = plain(name, &text);
        assert!(map.drivable == expected.drivable, "{name}: the surface differs");
        assert!(map.terrain == expected.terrain, "{name}: the ground differs");
        assert!(map.roads == expected.roads, "{name}: the roads differ");
    }
}

#[test]
fn surface_alone_is_bounded_by_its_visible_faces() {
    let expected = plain("e.csv", &csv(&closed_ring()));
    let (map, report) = import("s.xml", &landxml_surface(), &ReadOptions::default());
    lies_right(&map);
    let (a, b) = (map.drivable.polygon().area(), expected.drivable.polygon().area());
    assert!((a - b).abs() < 0.001 * b, "{a} against {b}");
    assert!(report.sources[0].findings.lines().any(|n| n.contains("invisible")), "{:?}", report.sources);
    assert!(report.findings.lines().any(|n| n.contains("border")), "{:?}", report.findings);
    let (vertices, seen, _) = faces();
    let mut strings = "s,1-Jan-26,,\n0,0,0,0,0,0,0\n".to_owned();
    vertices.iter().for_each(|p| writeln!(strings, "32000, {:.3}, {:.3}, {:.3},", p.y, p.x, p.z).unwrap());
    strings += "0, 0.0, 0.0, 0.0, END\n";
    let mut dtm = "s.str,\n0, 0.0, 0.0, 0.0, END\nOBJECT, 1,\nTRISOLATION, 1, neighbours=no,validated=true,closed=no\n"
        .to_owned();
    for (k, f) in seen.iter().enumerate() {
        writeln!(dtm, "{}, {}, {}, {}, 0, 0, 0,", k + 1, f[0] + 1, f[1] + 1, f[2] + 1).unwrap();
    }
    dtm += "END\n";
    let dir = std::env::temp_dir().join(format!("haul-dtm-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    std::fs::write(dir.join("s.dtm"), dtm).unwrap();
    std::fs::write(dir.join("s.str"), strings).unwrap();
    let (surpac, _) = import_survey(&[dir.join("s.dtm")], &ReadOptions::default(), &ImportOptions::default()).unwrap();
    std::fs::remove_dir_all(&dir).unwrap();
    assert!(surpac.drivable == map.drivable && surpac.terrain == map.terrain);
}

#[test]
fn feet_and_swapped_axes_are_converted() {
    let expected = plain("e.csv", &csv(&closed_ring()));
    let feet: Vec<Point3> = ring().iter().map(|p| p / 0.3048).collect();
    let of_feet = plain("e.dxf", &dxf(&feet, 2));
    let area = |m: &MineMap| m.drivable.polygon().area();
    assert!((area(&of_feet) - area(&expected)).abs() < 0.5);
    lies_right(&of_feet);
    let swapped: Vec<Point3> = closed_ring().iter().map(|p| Point3::new(p.y, p.x, p.z)).collect();
    let read = ReadOptions { axes: Some(Axes::NorthEast), ..ReadOptions::default() };
    let (turned, report) = import("e.csv", &csv(&swapped), &read);
    assert!(turned.drivable == expected.drivable);
    assert_eq!((report.sources[0].axes, report.sources[0].axes_from), ("north, east, up", "given"));
}

#[test]
fn raster_is_the_ground_except_in_cells_without_data() {
    let read = ReadOptions::default();
    let edges = survey_of_bytes("e.csv", csv(&closed_ring()).as_bytes(), &read).unwrap();
    let ground = survey_of_bytes("g.asc", ascii_grid(95).as_bytes(), &read).unwrap();
    assert_eq!(ground.1.findings.left_out[0].to_string(), "1350 cells: of 9900 cells, these hold no data");
    let (map, _) = build_surveys("two", vec![edges.clone(), ground.clone()], &read, &ImportOptions::default()).unwrap();
    lies_right(&map);
    assert!(map.terrain.is_surveyed());
    // Beside the road, the ground has the height of the raster, and no height is −9999.
    assert!((map.terrain.height(200.0, 60.0) - height(200.0, 60.0)).abs() < 0.05);
    assert!(map.terrain.heights().iter().all(|h| *h > 80.0));
    // The same edges, but without heights, take their heights from the raster.
    let mut flat = edges.clone();
    flat.0.strings[0].has_heights = false;
    flat.0.strings[0].string.points.iter_mut().for_each(|p| p.z = 0.0);
    let (draped, report) = build_surveys("laid", vec![flat, ground], &read, &ImportOptions::default()).unwrap();
    lies_right(&draped);
    assert!(report.findings.lines().any(|n| n.contains("laid on the ground")), "{:?}", report.findings);
}

#[test]
fn mask_gives_the_surface_that_it_shows() {
    let outline: Vec<Point2> = ring().iter().map(|p| p.xy()).collect();
    let (w, h) = (1_000_u32, 760_u32);
    let mut pixels = vec![0_u8; (w * h) as usize];
    for (k, pixel) in pixels.iter_mut().enumerate() {
        let p =
            Point2::new(-10.0 + (f64::from(k as u32 % w) + 0.5) * 0.5, 360.0 - (f64::from(k as u32 / w) + 0.5) * 0.5);
        *pixel = if haul_core::polygon::ring_contains(&outline, p) { 255 } else { 0 };
    }
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, w, h);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
    let place = MaskPlace { scale: (0.5, 0.5), origin: (-10.0, 360.0) };
    let read = ReadOptions { mask: Some(place), ..ReadOptions::default() };
    let mask = survey_of_bytes("m.png", &bytes, &read).unwrap();
    let ground = survey_of_bytes("g.asc", ascii_grid(usize::MAX).as_bytes(), &read).unwrap();
    let (map, _) = build_surveys("mask", vec![mask, ground], &read, &ImportOptions::default()).unwrap();
    lies_right(&map);
    let expected = haul_core::polygon::ring_area(&outline);
    let area = map.drivable.polygon().area();
    assert!((area - expected).abs() < 0.005 * expected, "{area} against {expected}");
    assert!(
        survey_of_bytes("m.png", &bytes, &ReadOptions::default()).unwrap_err().to_string().contains("expected a scale")
    );
}

#[test]
fn sources_without_overlap_are_reported_with_the_cause() {
    let read = ReadOptions::default();
    let source = |name: &str, points: &[Point3]| survey_of_bytes(name, csv(points).as_bytes(), &read).unwrap();
    let far: Vec<Point3> = closed_ring().iter().map(|p| Point3::new(p.x + 3_000.0, p.y + 9_000.0, p.z)).collect();
    let turned: Vec<Point3> = far.iter().map(|p| Point3::new(p.y, p.x, p.z)).collect();
    let surveys = vec![source("a.csv", &far), source("b.csv", &turned)];
    let error = build_surveys("x", surveys, &read, &ImportOptions::default()).unwrap_err().to_string();
    assert!(error.contains("b.csv: expected an overlap with a.csv") && error.contains("--axes"), "{error}");
}

#[test]
fn broken_files_are_reported_with_the_position() {
    let cases = [
        ("e.str", surpac(&closed_ring()).replacen("1, 0.000, 2.000", "1, 0.000, two", 1), "e.str:4:11"),
        ("e.str", surpac(&closed_ring())[..900].to_owned(), "e.str"),
        ("e.dxf", dxf(&ring(), 6)[..1200].to_owned(), "e.dxf"),
        (
            "e.dxf",
            dxf(&ring(), 6).replacen("10\n2.000", "10\nNaN", 1),
            "expected a coordinate in group 10, found `NaN`",
        ),
        ("e.xml", landxml_surface().replacen("<F>1 2 ", "<F>1 99999999 ", 1), "expected a face of three known points"),
        ("e.xml", landxml_list(&closed_ring())[..700].to_owned(), "e.xml"),
        ("e.geojson", geojson(&closed_ring())[..500].to_owned(), "e.geojson:1:"),
        ("g.asc", ascii_grid(99)[..2_000].to_owned(), "cut off"),
        ("g.asc", ascii_grid(99).replacen("ncols", "nclos", 1), "`ncols` is missing"),
        (
            "g.asc",
            "ncols 100000000\nnrows 2\nxllcorner 0\nyllcorner 0\ncellsize 1\n1 2".to_owned(),
            "expected a number of cells from 2",
        ),
        ("e.tif", "II*\0".to_owned(), "e.tif"),
        ("e.what", "hello".to_owned(), "the format is unknown"),
    ];
    for (name, text, expected) in cases {
        let error = survey_of_bytes(name, text.as_bytes(), &ReadOptions::default()).unwrap_err().to_string();
        assert!(error.contains(expected), "{name}: {error}");
    }
    for name in ["e.csv", "e.str", "e.dtm", "e.dxf", "e.xml", "e.tif", "e.asc", "e.png", "e.geojson"] {
        assert!(survey_of_bytes(name, b"", &ReadOptions::default()).is_err(), "{name}");
    }
}

#[test]
fn utf_16_text_is_read_and_binary_is_reported() {
    let text = csv(&closed_ring());
    let wide = |of: fn(u16) -> [u8; 2]| -> Vec<u8> {
        std::iter::once('\u{feff}').chain(text.chars()).flat_map(|c| of(c as u16)).collect()
    };
    let read = ReadOptions::default();
    let points = |bytes: &[u8]| {
        let (survey, _) = survey_of_bytes("e.csv", bytes, &read).unwrap();
        survey.strings[0].string.points.clone()
    };
    assert_eq!(points(&wide(u16::to_le_bytes)), points(text.as_bytes()));
    assert_eq!(points(&wide(u16::to_be_bytes)), points(text.as_bytes()));
    let error = survey_of_bytes("e.dxf", b"AutoCAD Binary DXF\r\n\x1a\0", &read).unwrap_err().to_string();
    assert!(error.contains("binary"), "{error}");
}

#[test]
fn missing_layer_is_reported_with_the_existing_ones() {
    let read = ReadOptions { edges: vec!["haul".to_owned()], ..ReadOptions::default() };
    let string = "3, 0, 0, 5, toe\n0, 0, 0, 0,\n";
    let file = format!("mine,1-Jan-26,,\n0, 0, 0, 0,\n{}{string}0, 0, 0, 0, END\n", "3, 10, 0, 5, toe\n");
    let survey = survey_of_bytes("e.str", file.as_bytes(), &read).unwrap();
    let error = build_surveys("x", vec![survey], &read, &ImportOptions::default()).unwrap_err().to_string();
    assert!(error.contains("haul") && error.contains("layers in the survey: 3"), "{error}");
}

/// Returns the error for edges that make no mine.
fn survey_error(text: &str) -> String {
    let read = ReadOptions::default();
    let survey = survey_of_bytes("e.csv", text.as_bytes(), &read).unwrap();
    build_surveys("x", vec![survey], &read, &ImportOptions::default()).unwrap_err().to_string()
}

#[test]
fn millimetres_read_as_metres_are_reported_with_the_unit_option() {
    let text = csv(&closed_ring().iter().map(|p| Point3::new(p.x * 1e3, p.y * 1e3, p.z * 1e3)).collect::<Vec<_>>());
    let error = survey_error(&text);
    assert!(error.contains("km when read as metres") && error.contains("state the unit"), "{error}");
    lies_right(&import("e.csv", &text, &ReadOptions { unit: Some(Unit::Millimetre), ..ReadOptions::default() }).0);
}

#[test]
fn mistyped_coordinate_is_reported_with_its_position() {
    let mut ring = closed_ring();
    ring[7].x = 9_999_999.0;
    let error = survey_error(&csv(&ring));
    assert!(
        (error.contains("points 7 and 8 of") || error.contains("points 8 and 9 of"))
            && error.contains("correct a point"),
        "{error}"
    );
}

#[test]
fn degrees_read_as_metres_are_reported() {
    let degrees = |p: &Point3| Point3::new(15.0 + p.x / 1e5, 68.0 + p.y / 1e5, p.z);
    let text: String = closed_ring()
        .iter()
        .map(degrees)
        .fold("string,x,y,z\n".to_owned(), |text, p| format!("{text}1,{:.7},{:.7},{:.2}\n", p.x, p.y, p.z));
    let error = survey_error(&text);
    assert!(error.contains("if the coordinates are degrees, project them to metres"), "{error}");
}

#[test]
fn map_of_utm_coordinates_keeps_its_datum() {
    let utm: Vec<Point3> = closed_ring().iter().map(|p| Point3::new(p.x + 512_000.0, p.y + 4_412_000.0, p.z)).collect();
    let map = plain("e.csv", &csv(&utm));
    assert_eq!((map.datum.easting, map.datum.northing), (512_000.0, 4_412_000.0));
    lies_right(&map);
}

#[test]
fn road_without_its_end_is_closed_and_reported() {
    // The edge, without the eastern side of the yard.
    let points: Vec<Point3> = ring().into_iter().filter(|p| !(p.x == 470.0 && p.y > 262.0 && p.y < 348.0)).collect();
    let gap = points.iter().position(|p| p.x == 470.0 && p.y > 300.0).unwrap();
    let string: Vec<Point3> = points[gap..].iter().chain(&points[..gap]).copied().collect();
    // A gap of 86 m is too wide to be closed by default.
    let read = ReadOptions::default();
    let survey = || survey_of_bytes("e.csv", csv(&string).as_bytes(), &read).unwrap();
    let error = build_surveys("x", vec![survey()], &read, &ImportOptions::default()).unwrap_err().to_string();
    assert!(error.contains("does not close"), "{error}");
    let wide = ImportOptions { close_across: 100.0, ..ImportOptions::default() };
    let (map, _) = build_surveys("x", vec![survey()], &read, &wide).unwrap();
    assert!(map.repairs.iter().any(|r| r.kind == RepairKind::ClosedAcross), "{:?}", map.repairs);
}

/// Returns a deflated GeoTIFF of float32 elevations in strips, with cells of 5 m. Columns from `no_data_from` onwards
/// hold no data.
fn geotiff(no_data_from: usize) -> Vec<u8> {
    use tiff::encoder::{Compression, DeflateLevel, TiffEncoder, colortype::Gray32Float};
    use tiff::tags::Tag;
    let (w, h) = (110_usize, 90_usize);
    let cells: Vec<f32> = (0..w * h)
        .map(|k| {
            let (x, y) = (-37.5 + 5.0 * (k % w) as f64, -37.5 + 5.0 * (h - 1 - k / w) as f64);
            if k % w >= no_data_from { -9999.0 } else { rounded(height(x, y)) as f32 }
        })
        .collect();
    let mut bytes = std::io::Cursor::new(Vec::new());
    let encoder = TiffEncoder::new(&mut bytes).unwrap();
    let mut encoder = encoder.with_compression(Compression::Deflate(DeflateLevel::Balanced));
    let mut image = encoder.new_image::<Gray32Float>(w as u32, h as u32).unwrap();
    image.rows_per_strip(16).unwrap();
    let tags = image.encoder();
    tags.write_tag(Tag::ModelPixelScaleTag, &[5.0, 5.0, 0.0][..]).unwrap();
    // The tie point is the north-western corner of the north-western cell.
    tags.write_tag(Tag::ModelTiepointTag, &[0.0, 0.0, 0.0, -40.0, 410.0, 0.0][..]).unwrap();
    tags.write_tag(Tag::GeoKeyDirectoryTag, &[1_u16, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 1, 3076, 0, 1, 9001][..])
        .unwrap();
    tags.write_tag(Tag::Unknown(42113), "-9999").unwrap();
    image.write_data(&cells).unwrap();
    bytes.into_inner()
}

#[test]
fn geotiff_and_ascii_raster_of_one_ground_give_the_same_map() {
    let read = ReadOptions::default();
    let edges = survey_of_bytes("e.csv", csv(&closed_ring()).as_bytes(), &read).unwrap();
    let tif = survey_of_bytes("g.tif", &geotiff(95), &read).unwrap();
    assert_eq!(tif.1.findings.left_out[0].to_string(), "1350 cells: of 9900 cells, these hold no data");
    let asc = survey_of_bytes("g.asc", ascii_grid(95).as_bytes(), &read).unwrap();
    let build = |ground| build_surveys("g", vec![edges.clone(), ground], &read, &ImportOptions::default()).unwrap().0;
    let (of_tif, of_asc) = (build(tif), build(asc));
    lies_right(&of_tif);
    assert!(of_tif.drivable == of_asc.drivable && of_tif.roads == of_asc.roads);
    assert_eq!(of_tif.terrain.heights().len(), of_asc.terrain.heights().len());
    // One file has heights in millimetres, the other in single precision.
    let apart = of_tif.terrain.heights().into_iter().zip(of_asc.terrain.heights()).map(|(a, b)| (a - b).abs());
    assert!(apart.fold(0.0, f32::max) < 0.002);
}

#[test]
fn raster_of_gigabytes_is_refused_by_its_header() {
    // The header describes 23,000 × 23,000 cells of float32 in one strip of 2.1 GB. The file holds none of the cells.
    let side = 23_000_u32;
    let mut bytes = b"II\x2a\0\x08\0\0\0".to_vec();
    let entries: [(u16, u16, u32, u32); 10] = [
        (256, 4, 1, side),
        (257, 4, 1, side),
        (258, 3, 1, 32),
        (259, 3, 1, 1),
        (262, 3, 1, 1),
        (273, 4, 1, 8),
        (277, 3, 1, 1),
        (278, 4, 1, side),
        (279, 4, 1, side * side * 4),
        (339, 3, 1, 3),
    ];
    bytes.extend((entries.len() as u16 + 2).to_le_bytes());
    for (tag, kind, count, value) in entries {
        bytes.extend([tag.to_le_bytes(), kind.to_le_bytes()].concat());
        bytes.extend([count.to_le_bytes(), value.to_le_bytes()].concat());
    }
    let data = bytes.len() as u32 + 24 + 4;
    for (tag, count, at) in [(33_550_u16, 3_u32, data), (33_922, 6, data + 24)] {
        bytes.extend([tag.to_le_bytes(), 12_u16.to_le_bytes()].concat());
        bytes.extend([count.to_le_bytes(), at.to_le_bytes()].concat());
    }
    bytes.extend(0_u32.to_le_bytes());
    for v in [1.0_f64, 1.0, 0.0, 0.0, 0.0, 0.0, 500_000.0, 4_400_000.0, 0.0] {
        bytes.extend(v.to_le_bytes());
    }
    let error = survey_of_bytes("big.tif", &bytes, &ReadOptions::default()).unwrap_err().to_string();
    assert!(error.contains("big.tif") && error.contains("TILED=YES"), "{error}");
}

/// In single precision, northings of a UTM grid are rounded to multiples of half a metre.
#[test]
fn utm_coordinates_in_single_precision_give_the_mine() {
    let points: Vec<Point3> = closed_ring()
        .iter()
        .map(|p| Point3::new(f64::from((p.x + 512_000.0) as f32), f64::from((p.y + 4_412_000.0) as f32), p.z))
        .collect();
    let map = plain("e.csv", &csv(&points));
    lies_right(&map);
    let expected = plain("e.csv", &csv(&closed_ring()));
    let area = |m: &MineMap| m.drivable.polygon().area();
    assert!((area(&map) - area(&expected)).abs() < 0.01 * area(&expected), "{}", area(&map));
    assert_eq!(map.roads.components(), 1);
}

/// File names, one for each reader.
const NAMES: [&str; 8] = ["e.csv", "e.str", "e.dxf", "e.xml", "e.tif", "e.asc", "e.png", "e.geojson"];

fn sound(name: &str) -> Vec<u8> {
    match name {
        "e.csv" => csv(&closed_ring()).into_bytes(),
        "e.str" => surpac(&closed_ring()).into_bytes(),
        "e.dxf" => dxf(&ring(), 6).into_bytes(),
        "e.xml" => landxml_list(&closed_ring()).into_bytes(),
        "e.asc" => ascii_grid(90).into_bytes(),
        "e.tif" => geotiff(90),
        "e.geojson" => geojson(&closed_ring()).into_bytes(),
        _ => Vec::new(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let place = MaskPlace { scale: (1.0, 1.0), origin: (0.0, 0.0) };
        let read = ReadOptions { mask: Some(place), ..ReadOptions::default() };
        for name in NAMES {
            let _ = survey_of_bytes(name, &bytes, &read);
        }
    }

    #[test]
    fn no_cut_or_changed_file_panics(cut in 0.0..1.0_f64, at in 0.0..1.0_f64, byte in any::<u8>()) {
        for name in NAMES {
            let mut bytes = sound(name);
            if bytes.is_empty() {
                continue;
            }
            let _ = survey_of_bytes(name, &bytes[..(cut * bytes.len() as f64) as usize], &ReadOptions::default());
            let k = (at * (bytes.len() - 1) as f64) as usize;
            bytes[k] = byte;
            if let Ok(survey) = survey_of_bytes(name, &bytes, &ReadOptions::default()) {
                prop_assert!(survey.0.strings.iter().all(|s| s.string.points.iter().all(|p| p.iter().all(|c| c.is_finite()))));
            }
        }
    }
}
