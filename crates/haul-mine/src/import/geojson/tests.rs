use super::super::units::Unit;
use super::*;
use proptest::prelude::*;

fn with(text: &str, options: &ReadOptions) -> Result<Survey, String> {
    read(&SourceText::new("e.geojson", text), options).map_err(|e| e.to_string())
}

fn survey(text: &str) -> Survey {
    with(text, &ReadOptions::default()).unwrap_or_else(|e| panic!("{text}: {e}"))
}

fn fault(text: &str) -> String {
    with(text, &ReadOptions::default()).unwrap_err()
}

fn found(survey: &Survey) -> String {
    survey.findings.lines().collect::<Vec<_>>().join("\n")
}

fn line(coordinates: &str) -> String {
    format!("{{\"type\":\"LineString\",\"coordinates\":{coordinates}}}")
}

fn feature(properties: &str, geometry: &str) -> String {
    format!("{{\"type\":\"Feature\",\"properties\":{properties},\"geometry\":{geometry}}}")
}

fn collection(members: &str, features: &[String]) -> String {
    format!("{{\"type\":\"FeatureCollection\",{members}\"features\":[{}]}}", features.join(","))
}

const LONG: &str = "[[0,0,5],[900,0,6],[900,900,7]]";

#[test]
fn marks_sequences_and_lists_are_read() {
    let one = feature("{\"Layer\":\"edge\"}", &line(LONG));
    for text in [
        format!("\u{feff}{one}"),
        format!("{one}\n{one}\n"),
        format!("\u{1e}{one}\n\u{1e}{one}\n"),
        format!("{one}{one}"),
        format!("[{one},\n{one}]"),
    ] {
        let survey = survey(&text);
        assert!(survey.strings.iter().all(|s| s.layer == "edge" && s.string.points.len() == 3), "{text}");
    }
    assert_eq!(survey(&format!("{one}\n{one}\n")).strings.len(), 2);
    assert!(fault(&format!("{one}\n{{\"type\":}}\n")).starts_with("e.geojson:2:"));
    assert!(fault("{\"type\":\"LineString\",\"coordinates\":[[NaN,1]]}").contains("expected JSON: expected value"));
}

#[test]
fn unit_of_the_coordinate_system_is_stated() {
    let named = |name: &str, coordinates: &str| {
        collection(
            &format!("\"crs\":{{\"type\":\"name\",\"properties\":{{\"name\":\"{name}\"}}}},"),
            &[feature("null", &line(coordinates))],
        )
    };
    let unit = |name: &str| survey(&named(name, LONG)).plan_unit.unwrap().unit;
    assert_eq!(unit("urn:ogc:def:crs:EPSG::2227"), Ok(Unit::UsSurveyFoot));
    assert_eq!(unit("EPSG:25832"), Ok(Unit::Metre));
    assert!(unit("EPSG:99999").is_err());
    assert!(found(&survey(&named("Mine grid", LONG))).contains("coordinate system `Mine grid`, which states no unit"));
    assert!(fault(&named("EPSG:3857", LONG)).contains("found Web Mercator"));
    assert!(
        fault(&named("urn:ogc:def:crs:OGC:1.3:CRS84", LONG)).contains("expected degrees of longitude and latitude")
    );
    let degrees = "[[15.0,68.0],[15.01,68.0],[15.01,68.01]]";
    assert!(fault(&named("EPSG:25832", degrees)).contains("found numbers of degrees"));
    let read = survey(&named("EPSG:4326", degrees));
    assert!(read.plan_unit.unwrap().source.contains("EPSG:4326"));
    let metres = ReadOptions { unit: Some(Unit::Metre), ..ReadOptions::default() };
    assert!(with(&named("EPSG:3857", LONG), &metres).is_ok());
}

#[test]
fn degrees_are_told_from_lengths() {
    let site = line("[[15.0,68.0],[15.01,68.0],[15.01,68.01]]");
    let projected = survey(&site);
    // A hundredth of a degree of latitude is 1115.4 m at 68° north on GRS 80.
    let north = |s: &Survey| s.strings[0].string.points[2].y - s.strings[0].string.points[1].y;
    assert!((north(&projected) - 1_115.4).abs() < 0.5, "{}", north(&projected));
    assert!(found(&projected).contains("longitude 15.005000, latitude 68.005000"));
    let kilometres = with(&site, &ReadOptions { unit: Some(Unit::Kilometre), ..ReadOptions::default() }).unwrap();
    assert_eq!(kilometres.strings[0].string.points[0].x, 15.0);
    for (coordinates, expected) in [
        (
            "[[-60,-30],[-20,-30],[-20,30]]",
            "found numbers within degrees of longitude and latitude: -60.000 to -20.000 east",
        ),
        ("[[31.0,121.0],[31.01,121.0],[31.01,121.01]]", "expected longitude before latitude"),
        ("[[0,0],[80,0],[80,60]]", "give --unit m"),
    ] {
        assert!(fault(&line(coordinates)).contains(expected), "{expected}: {}", fault(&line(coordinates)));
    }
    let swapped = line("[[31.0,121.0],[31.01,121.0],[31.01,121.01]]");
    let north_first = ReadOptions { axes: Some(crate::import::Axes::NorthEast), ..ReadOptions::default() };
    let turned = with(&swapped, &north_first).unwrap();
    // The points are still in the order of the file, with north first. The caller swaps the axes later.
    let p = &turned.strings[0].string.points;
    assert!((p[1].x - p[0].x - 1_108.7).abs() < 1.0 && (p[1].y - p[0].y).abs() < 1.0, "{p:?}");
    let metres = ReadOptions { unit: Some(Unit::Metre), ..ReadOptions::default() };
    assert!(with(&line("[[0,0],[80,0],[80,60]]"), &metres).is_ok());
}

#[test]
fn heights_of_contours_are_their_property() {
    let contour =
        |layer: &str| feature(&format!("{{\"ID\":1,\"ELEV\":301.5{layer}}}"), &line("[[0,0],[900,0],[900,900]]"));
    let read = survey(&collection("\"name\":\"\",", &[contour(""), contour(",\"layer\":\"toe\"")]));
    assert_eq!(read.ground_strings[0].string.points[1].z, 301.5);
    assert!(read.strings[0].layer == "toe" && read.strings[0].has_heights);
    assert!(
        found(&read).contains("assumed: the heights of 2 lines and points without heights are their property `ELEV`")
    );
    assert_eq!(survey(&collection("\"name\":\"contours\",", &[contour("")])).ground_strings[0].layer, "contours");
}

#[test]
fn everything_that_is_not_read_is_reported() {
    let read = survey(&collection(
        "",
        &[
            feature("null", &line("[[0,0,1,9],[900,0,2,9],[0,900,2,9]]")),
            feature("null", "null"),
            feature("null", "{\"type\":\"Circle\",\"radius\":5}"),
            feature("null", "{\"type\":\"LineString\",\"coordinates\":[]}"),
            feature("null", "{\"type\":\"Point\",\"coordinates\":[1,2]}"),
            feature("null", &line("[[0,0,1],[900,0]]")),
            feature(
                "null",
                "{\"type\":\"GeometryCollection\",\"geometries\":[{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[900,0],[900,900]]]}]}",
            ),
        ],
    ));
    for expected in [
        "left out: 3 fourth numbers of positions",
        "left out: 1 features without a geometry",
        "left out: 1 geometries of the type `Circle`",
        "left out: 1 empty geometries",
        "left out: 1 points: they have no heights",
        "left out: 1 heights: other positions of the same line have none",
        "note: 1 rings do not end at their first position",
    ] {
        assert!(found(&read).contains(expected), "{expected}\nnot in\n{}", found(&read));
    }
    assert_eq!(read.strings.len(), 3);
}

#[test]
fn other_json_is_named() {
    for (text, expected) in [
        ("{\"type\":\"Topology\",\"objects\":{}}", "found TopoJSON"),
        (
            "{\"geometryType\":\"esriGeometryPolyline\",\"features\":[{\"geometry\":{\"paths\":[[[0,0]]]}}]}",
            "found Esri JSON",
        ),
        ("{\"features\":[{\"attributes\":{},\"geometry\":{\"x\":1,\"y\":2}}]}", "found Esri JSON"),
        ("{\"type\":\"CityJSON\"}", "found CityJSON"),
        ("{\"asset\":{\"version\":\"2.0\"}}", "found JSON without a type"),
        ("{\"type\":\"Thing\"}", "found JSON with the type `Thing`"),
        ("[1, 2]", "found another JSON value"),
        ("{\"type\":\"FeatureCollection\",\"features\":[]}", "nothing to import"),
        ("{\"type\":\"Feature\",\"properties\":null,\"geometry\":null}", "found only 1 features without a geometry"),
        ("{\"type\":\"LineString\"}", "feature 1: expected coordinates of a LineString, found none"),
        (
            "{\"type\":\"LineString\",\"coordinates\":[[0,0]]}",
            "expected 2 different positions or more in a line, found 1",
        ),
        (
            "{\"type\":\"LineString\",\"coordinates\":[[\"0\",\"0\"],[1,1]]}",
            "expected a position, found `[\"0\",\"0\"]`",
        ),
    ] {
        assert!(fault(text).contains(expected), "{expected}: {}", fault(text));
    }
}

proptest! {
    #[test]
    fn no_text_panics(text in "[\\[\\]{},:0-9. \"\u{1e}\n]{0,60}", kind in 0..9_usize) {
        let _ = with(&text, &ReadOptions::default());
        let kind = super::features::TYPES[kind];
        let _ = with(&format!("{{\"type\":\"{kind}\",\"coordinates\":{text}}}"), &ReadOptions::default());
    }
}
