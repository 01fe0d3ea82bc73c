//! Tests of drawings in the variants that different programs write, one feature of the format per test.

use super::super::{ReadOptions, Survey, Unit, survey_of_bytes};
use haul_core::Point3;
use proptest::prelude::*;

/// Returns a drawing with these sections. Each section is a name and its groups, one `code value` line per group.
fn drawing(sections: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for (name, groups) in sections {
        text += &format!("0\nSECTION\n2\n{name}\n");
        for line in groups.lines().map(str::trim).filter(|l| !l.is_empty()) {
            let (code, value) = line.split_once(' ').unwrap_or((line, ""));
            text += &format!("{code}\n{value}\n");
        }
        text += "0\nENDSEC\n";
    }
    text + "0\nEOF\n"
}

/// Returns a drawing with these entities. Each entity is a line of `code=value` groups.
fn entities(list: &[&str]) -> String {
    drawing(&[("ENTITIES", &groups(list))])
}

/// Converts `code=value` words to `code value` lines, one per group.
fn groups(list: &[&str]) -> String {
    list.iter().flat_map(|e| e.split_whitespace()).map(|g| g.replacen('=', " ", 1) + "\n").collect()
}

fn with(bytes: &[u8], read: &ReadOptions) -> Result<Survey, String> {
    survey_of_bytes("e.dxf", bytes, read).map(|(survey, _)| survey).map_err(|e| e.to_string())
}

#[track_caller]
fn read(text: &str) -> Survey {
    with(text.as_bytes(), &ReadOptions::default()).unwrap_or_else(|e| panic!("{e}"))
}

fn error(text: &str) -> String {
    with(text.as_bytes(), &ReadOptions::default()).unwrap_err()
}

#[track_caller]
fn finds(survey: &Survey, words: &str) {
    let lines: Vec<String> = survey.findings.lines().collect();
    assert!(lines.iter().any(|l| l.contains(words)), "`{words}` not in {lines:#?}");
}

/// Returns the points of the only string, rounded to millimetres.
#[track_caller]
fn points(survey: &Survey) -> Vec<[f64; 3]> {
    assert_eq!(survey.strings.len(), 1, "{:?}", survey.strings);
    survey.strings[0].string.points.iter().map(millimetres).collect()
}

fn millimetres(p: &Point3) -> [f64; 3] {
    [p.x, p.y, p.z].map(|v| (v * 1e3).round() / 1e3 + 0.0)
}

const ROAD: &str = "0=LINE 8=ROAD 10=0 20=0 30=300 11=100 21=0 31=300";

#[test]
fn every_flat_entity_obeys_its_extrusion() {
    let mirrored = "210=0 220=0 230=-1";
    let old = format!(
        "0=POLYLINE 8=A 66=1 10=0 20=0 30=-300 {mirrored} 0=VERTEX 10=-10 20=5 0=VERTEX 10=-20 20=5 42=0.5 0=VERTEX \
         10=-20 20=9 0=SEQEND"
    );
    let survey = read(&entities(&[&old]));
    let old = points(&survey);
    assert_eq!((old[0], old[1], old[old.len() - 1]), ([10.0, 5.0, 300.0], [20.0, 5.0, 300.0], [20.0, 9.0, 300.0]));
    // Mirrored, the arc bulges to the opposite side: towards smaller eastings.
    assert!(old.len() > 3 && old[2..old.len() - 1].iter().all(|p| p[0] < 20.0), "{old:?}");
    let arc = read(&entities(&[&format!("0=ARC 8=A 10=-100 20=0 30=-300 40=10 50=0 51=90 {mirrored}")]));
    let arc = points(&arc);
    assert_eq!((arc[0], arc[arc.len() - 1]), ([90.0, 0.0, 300.0], [100.0, 10.0, 300.0]));
    let circle = read(&entities(&[&format!("0=CIRCLE 8=A 10=-100 20=0 30=-300 40=10 {mirrored}")]));
    assert!(circle.strings[0].string.closed);
    assert!(points(&circle).iter().all(|p| p[2] == 300.0 && p[0] >= 90.0 && p[0] <= 110.0));
    let solid = format!("0=SOLID 8=A 10=0 20=0 30=-5 11=-9 21=0 31=-5 12=0 22=9 32=-5 13=-9 23=9 33=-5 {mirrored}");
    let solid = read(&entities(&[&solid]));
    assert_eq!(solid.mesh.faces.len(), 2);
    assert!(solid.mesh.vertices.iter().all(|p| p.x >= 0.0 && p.z == 5.0), "{:?}", solid.mesh);
    let placed = drawing(&[
        ("BLOCKS", &groups(&["0=BLOCK 2=B 10=0 20=0 30=0", "0=LINE 8=A 10=0 20=0 30=0 11=10 21=0 31=0", "0=ENDBLK"])),
        ("ENTITIES", &groups(&[&format!("0=INSERT 8=A 2=B 10=-100 20=7 30=-300 {mirrored}")])),
    ]);
    assert_eq!(points(&read(&placed)), [[100.0, 7.0, 300.0], [90.0, 7.0, 300.0]]);
    // LINE and 3D POLYLINE entities are always in the coordinates of the drawing.
    let line = read(&entities(&[&format!("0=LINE 8=A 10=-5 20=0 30=3 11=-9 21=0 31=3 {mirrored}")]));
    assert_eq!(points(&line), [[-5.0, 0.0, 3.0], [-9.0, 0.0, 3.0]]);
}

#[test]
fn vertices_of_fitted_polylines_are_read_without_the_frame() {
    let spline = "0=POLYLINE 8=A 66=1 70=12 0=VERTEX 10=0 20=0 30=1 70=48 0=VERTEX 10=1 20=1 30=1 70=40 0=VERTEX 10=2 \
                  20=1 30=1 70=40 0=VERTEX 10=9 20=9 30=1 70=48 0=SEQEND";
    assert_eq!(points(&read(&entities(&[spline]))), [[1.0, 1.0, 1.0], [2.0, 1.0, 1.0]]);
    let frame_only = spline.replace("70=40", "70=48");
    let survey = read(&entities(&[&frame_only]));
    assert_eq!(points(&survey).len(), 4);
    finds(&survey, "hold only the frame of a spline");
    let own = "0=POLYLINE 8=A 66=1 70=0 30=0 0=VERTEX 10=0 20=0 30=310 0=VERTEX 10=9 20=0 30=311 0=SEQEND";
    let survey = read(&entities(&[own]));
    assert_eq!(points(&survey), [[0.0, 0.0, 310.0], [9.0, 0.0, 311.0]]);
    finds(&survey, "their vertices have heights");
}

#[test]
fn placed_blocks_are_scaled_turned_repeated_and_nested() {
    let blocks = groups(&[
        "0=BLOCK 2=Inner 10=5 20=0 30=0",
        "0=LINE 8=0 10=5 20=0 30=1 11=15 21=0 31=1",
        "0=ENDBLK",
        "0=BLOCK 2=OUTER 10=0 20=0 30=0",
        "0=INSERT 8=0 2=INNER 10=100 20=0 30=0 41=2 42=2 43=2 50=90",
        "0=ENDBLK",
    ]);
    let of = |insert: &str| drawing(&[("BLOCKS", &blocks), ("ENTITIES", &groups(&[insert]))]);
    let survey = read(&of("0=INSERT 8=ROAD 2=outer 10=1000 20=2000 30=300"));
    assert_eq!(points(&survey), [[1100.0, 2000.0, 302.0], [1100.0, 2020.0, 302.0]]);
    assert_eq!(survey.strings[0].layer, "ROAD");
    let array = read(&of("0=INSERT 8=A 2=INNER 10=0 20=0 30=0 50=90 70=3 71=2 44=20 45=50"));
    let starts: Vec<[f64; 3]> = array.strings.iter().map(|s| millimetres(&s.string.points[0])).collect();
    let expected = [[0.0, 0.0], [0.0, 20.0], [0.0, 40.0], [-50.0, 0.0], [-50.0, 20.0], [-50.0, 40.0]];
    assert_eq!(starts, expected.map(|[x, y]| [x, y, 1.0]));
    let mirrored = read(&of("0=INSERT 8=A 2=INNER 10=0 20=0 30=0 41=-1"));
    assert_eq!(points(&mirrored), [[0.0, 0.0, 1.0], [-10.0, 0.0, 1.0]]);
    let none = read(&of("0=INSERT 8=A 2=INNER 10=0 20=0 30=0 41=0"));
    finds(&none, "have the scale 0");
}

#[test]
fn blocks_that_cannot_be_placed_are_named() {
    let cycle = drawing(&[
        (
            "BLOCKS",
            &groups(&[
                "0=BLOCK 2=A 10=0 20=0",
                "0=INSERT 8=0 2=B 10=0 20=0",
                "0=ENDBLK",
                "0=BLOCK 2=B 10=0 20=0",
                "0=INSERT 8=0 2=A 10=0 20=0",
                "0=ENDBLK",
            ]),
        ),
        ("ENTITIES", &groups(&["0=INSERT 8=0 2=A 10=0 20=0"])),
    ]);
    assert!(error(&cycle).contains("blocks that do not hold themselves, found A > B > A"), "{}", error(&cycle));
    let external = drawing(&[
        ("BLOCKS", &groups(&["0=BLOCK 2=PIT 70=4 1=C:\\mine\\pit.dwg 10=0 20=0", "0=ENDBLK"])),
        ("ENTITIES", &groups(&["0=INSERT 8=0 2=PIT 10=0 20=0", "0=INSERT 8=0 2=GONE 10=0 20=0"])),
    ]);
    let error = error(&external);
    for words in ["references to another drawing (C:\\mine\\pit.dwg)", "bind it", "references to the block GONE"] {
        assert!(error.contains(words), "{error}");
    }
    let unplaced = drawing(&[
        ("BLOCKS", &groups(&["0=BLOCK 2=SPARE 10=0 20=0", ROAD, ROAD, "0=ENDBLK"])),
        ("ENTITIES", &groups(&[ROAD])),
    ]);
    finds(&read(&unplaced), "left out: 2 entities in blocks that are not placed (SPARE)");
}

/// The file is small, but its blocks are nested in 12 levels, each with ten references to the level below.
#[test]
fn exploding_blocks_are_refused() {
    let mut blocks = vec!["0=BLOCK 2=B0 10=0 20=0".to_owned(), ROAD.to_owned(), "0=ENDBLK".to_owned()];
    for level in 1..=12 {
        blocks.push(format!("0=BLOCK 2=B{level} 10=0 20=0"));
        blocks.extend((0..10).map(|_| format!("0=INSERT 8=0 2=B{} 10=0 20=0 70=100 71=100", level - 1)));
        blocks.push("0=ENDBLK".to_owned());
    }
    let blocks: Vec<&str> = blocks.iter().map(String::as_str).collect();
    let text = drawing(&[("BLOCKS", &groups(&blocks)), ("ENTITIES", &groups(&["0=INSERT 8=0 2=B12 10=0 20=0"]))]);
    let error = error(&text);
    assert!(error.contains("found more") && error.contains("blocks"), "{error}");
}

#[test]
fn layers_that_are_off_or_frozen_are_left_out_unless_they_are_named() {
    let tables = groups(&[
        "0=TABLE 2=LAYER",
        "0=LAYER 2=OLD 70=1 62=7",
        "0=LAYER 2=DRAFT 70=0 62=-7",
        "0=LAYER 2=ROAD 70=4 62=7",
        "0=ENDTAB",
    ]);
    let on = |layer: &str| ROAD.replace("ROAD", layer);
    let text = drawing(&[("TABLES", &tables), ("ENTITIES", &groups(&[ROAD, &on("Old"), &on("Draft")]))]);
    let survey = read(&text);
    assert_eq!(survey.strings.len(), 1);
    finds(&survey, "left out: 1 entities on layer Old: the layer is off or frozen");
    finds(&survey, "left out: 1 entities on layer Draft: the layer is off or frozen");
    let named = ReadOptions { edges: vec!["old".to_owned()], ..ReadOptions::default() };
    assert_eq!(with(text.as_bytes(), &named).unwrap().strings.len(), 2);
}

#[test]
fn meshes_are_surfaces() {
    let net = "0=POLYLINE 8=T 66=1 70=16 71=2 72=3 0=VERTEX 70=64 10=0 20=0 30=5 0=VERTEX 70=64 10=9 20=0 30=5 0=VERTEX \
               70=64 10=18 20=0 30=5 0=VERTEX 70=64 10=0 20=9 30=6 0=VERTEX 70=64 10=9 20=9 30=6 0=VERTEX 70=64 10=18 \
               20=9 30=6 0=SEQEND";
    assert_eq!(read(&entities(&[net])).mesh.faces.len(), 4);
    let wrong = error(&entities(&[&net.replace("72=3", "72=4")]));
    assert!(wrong.contains("found 2 times 4 and 6 vertices"), "{wrong}");
    let polyface = "0=POLYLINE 8=T 66=1 70=64 0=VERTEX 70=192 10=0 20=0 30=5 0=VERTEX 70=192 10=9 20=0 30=5 0=VERTEX \
                    70=192 10=9 20=9 30=5 0=VERTEX 70=192 10=0 20=9 30=5 0=VERTEX 70=128 10=0 20=0 30=0 71=1 72=-2 73=3 \
                    74=4 0=SEQEND";
    assert_eq!(read(&entities(&[polyface])).mesh.faces.len(), 2);
    let wrong = error(&entities(&[&polyface.replace("74=4", "74=5")]));
    assert!(wrong.contains("expected a vertex number from 1 to 4, found `5`"), "{wrong}");
    let mesh = "0=MESH 8=T 100=AcDbSubDMesh 71=2 72=1 91=0 92=4 10=0 20=0 30=5 10=9 20=0 30=5 10=9 20=9 30=5 10=0 20=9 30=5 \
                93=5 90=4 90=0 90=1 90=2 90=3 94=1 90=0 90=1 95=0 90=0";
    assert_eq!(read(&entities(&[mesh])).mesh.faces.len(), 2);
    let wrong = error(&entities(&[&mesh.replace("90=3 94", "90=9 94")]));
    assert!(wrong.contains("expected a vertex number below 4, found `9`"), "{wrong}");
}

#[test]
fn fourth_corner_at_the_origin_is_doubted() {
    let face = |last: &str| format!("0=3DFACE 8=T 10=5000 20=0 30=300 11=5010 21=0 31=300 12=5010 22=10 32=300 {last}");
    let survey = read(&entities(&[&face("13=0 23=0 33=0")]));
    finds(&survey, "strange: 1 faces have their fourth corner at (0, 0, 0)");
    assert_eq!(read(&entities(&[&face("13=5000 23=10 33=300")])).findings.lines().count(), 0);
    assert_eq!(read(&entities(&[&face("")])).mesh.faces.len(), 1);
}

#[test]
fn circles_of_no_size_are_left_out() {
    let survey = read(&entities(&[ROAD, "0=CIRCLE 8=A 10=0 20=0 30=1 40=0", "0=CIRCLE 8=A 10=0 20=0 30=1 40=-5"]));
    finds(&survey, "left out: 2 CIRCLE entities of no size");
}

#[test]
fn solids_and_layers_over_each_other_are_told() {
    let face = |layer: &str, corners: [[i32; 3]; 3]| {
        let groups: Vec<String> =
            (0..3).map(|k| format!("1{k}={} 2{k}={} 3{k}={}", corners[k][0], corners[k][1], corners[k][2])).collect();
        format!("0=3DFACE 8={layer} {}", groups.join(" "))
    };
    let [a, b, c, d] = [[0, 0, 1], [9, 0, 1], [0, 9, 1], [3, 3, 9]];
    let solid: Vec<String> = [[a, b, c], [a, b, d], [b, c, d], [c, a, d]].map(|f| face("ORE", f)).to_vec();
    let solid: Vec<&str> = solid.iter().map(String::as_str).collect();
    let wrong = error(&entities(&solid));
    assert!(wrong.contains("it holds 1 closed solids of faces"), "{wrong}");
    let [low, high] = [("EG", 100), ("FG", 104)].map(|(l, z)| face(l, [[0, 0, z], [90, 0, z], [0, 90, z]]));
    let survey = read(&entities(&[&low, &high]));
    finds(&survey, "strange: the layers EG and FG lie over each other, 4.0 apart");
}

#[test]
fn content_that_is_not_read_is_named_with_the_way_to_convert_it() {
    let error = error(&entities(&[
        "0=TEXT 8=A 1=x",
        "0=TEXT 8=A 1=y",
        "0=HATCH 8=A",
        "0=3DSOLID 8=A",
        "0=AECC_TIN_SURFACE 8=A",
    ]));
    for words in [
        "it holds 2 TEXT entities, 1 HATCH entities",
        "HATCHGENERATEBOUNDARY",
        "CONVTOMESH",
        "AECC_TIN_SURFACE",
        "LandXML",
    ] {
        assert!(error.contains(words), "{words}: {error}");
    }
    let empty = self::error(&entities(&[]));
    assert!(empty.contains("its section ENTITIES is empty"), "{empty}");
    let without = self::error(&drawing(&[("HEADER", ""), ("BLOCKS", "")]));
    assert!(without.contains("expected a section ENTITIES, found these sections: HEADER, BLOCKS"), "{without}");
}

#[test]
fn points_at_height_0_are_no_spot_heights_where_there_are_heights() {
    let survey = read(&entities(&[ROAD, "0=POINT 8=P 10=1 20=1 30=0", "0=POINT 8=P 10=1 20=2 30=301"]));
    assert_eq!(survey.points, [Point3::new(1.0, 2.0, 301.0)]);
    finds(&survey, "left out: 1 POINT entities at height 0");
    let flat = read(&entities(&["0=POINT 8=P 10=1 20=1 30=0"]));
    assert_eq!(flat.points.len(), 1);
}

#[test]
fn corner_that_has_lost_its_height_is_told() {
    let line = |z: f64| format!("0=LINE 8=ROAD 10=0 20=0 30={z} 11=9 21=0 31=0");
    let survey = read(&entities(&[&line(300.0), ROAD]));
    finds(&survey, "strange: 1 corners lie at height 0, far from the other corners of their lines (ROAD#1)");
    // A road at the shore may come close to height 0.
    assert_eq!(read(&entities(&[&line(0.4)])).findings.strange, Vec::<String>::new());
}

#[test]
fn missing_coordinates_are_faults_with_the_line() {
    let missing = error(&entities(&["0=LINE 8=A 10=0 20=0 30=0 11=9"]));
    assert!(missing.contains("e.dxf:6:1: LINE: expected group 21, found none"), "{missing}");
    let torn = error(&entities(&["0=LWPOLYLINE 8=A 90=2 10=0 20=0 10=5 10=6 20=5"]));
    assert!(torn.contains("e.dxf:16:1: LWPOLYLINE: expected y (group 20) after x (group 10), found none"), "{torn}");
    finds(&read(&entities(&["0=LWPOLYLINE 8=A 90=3 10=0 20=0 10=5 20=5"])), "another number of corners");
    let knots = error(&entities(&["0=SPLINE 8=A 71=3 40=0 40=1 10=0 20=0 10=1 20=0 10=2 20=0 10=3 20=0"]));
    assert!(knots.contains("expected 8 knots (group 40) for 4 control points, found 2"), "{knots}");
}

#[test]
fn decimal_commas_and_fortran_exponents_are_numbers() {
    let survey = read(&entities(&["0=LINE 8=A 10=0,5 20=0 30=300,25 11=1.5D+02 21=0 31=300"]));
    assert_eq!(points(&survey), [[0.5, 0.0, 300.25], [150.0, 0.0, 300.0]]);
    finds(&survey, "assumed: 2 numbers have a decimal comma, the first on line 10");
    let wrong = error(&entities(&["0=LINE 8=A 10=1,234.5 20=0 11=1 21=0"]));
    assert!(wrong.contains("expected a coordinate in group 10, found `1,234.5`"), "{wrong}");
}

#[test]
fn groups_of_other_programs_are_not_taken_for_coordinates() {
    let text =
        "0=LINE 5=2A 102={ACAD_REACTORS 330=1F 10=77 102=} 8=A 10=0 20=0 30=1 11=9 21=0 31=1 1001=CIVIL 1010=5 1020=6";
    assert_eq!(points(&read(&entities(&[text]))), [[0.0, 0.0, 1.0], [9.0, 0.0, 1.0]]);
}

#[test]
fn chords_have_the_same_accuracy_in_every_unit() {
    let circle = |unit: &str, radius: f64| {
        let header = format!("9 $INSUNITS\n70 {unit}");
        let circle = format!("0=CIRCLE 8=A 10=0 20=0 30=1 40={radius}");
        let text = drawing(&[("HEADER", &header), ("ENTITIES", &groups(&[&circle]))]);
        read(&text).strings[0].string.points.len()
    };
    let metres = circle("6", 100.0);
    assert!((150..170).contains(&metres), "{metres}");
    assert_eq!([circle("4", 100_000.0), circle("7", 0.1), circle("14", 1_000.0)], [metres; 3]);
    let given = ReadOptions { unit: Some(Unit::Millimetre), ..ReadOptions::default() };
    let text = entities(&["0=CIRCLE 8=A 10=0 20=0 30=1 40=100000"]);
    assert_eq!(with(text.as_bytes(), &given).unwrap().strings[0].string.points.len(), metres);
}

#[test]
fn unit_is_doubted_if_the_header_suggests_another_one() {
    let of = |header: &str, size: u32| {
        let line = format!("0=LINE 8=A 10=0 20=0 30=1 11={size} 21=50 31=1");
        read(&drawing(&[("HEADER", header), ("ENTITIES", &groups(&[&line]))])).findings.strange.join("\n")
    };
    assert!(of("9 $INSUNITS\n70 4", 520).contains("the unit millimetre ($INSUNITS 4), so it is 0.5 m x 0.1 m"));
    assert!(of("9 $MEASUREMENT\n70 0", 520).contains("$MEASUREMENT 0"));
    assert!(of("9 $INSUNITS\n70 0\n9 $LUNITS\n70 4", 520).contains("$LUNITS 4"));
    for sound in
        ["9 $INSUNITS\n70 6\n9 $MEASUREMENT\n70 0", "9 $INSUNITS\n70 2\n9 $MEASUREMENT\n70 0", "9 $MEASUREMENT\n70 1"]
    {
        assert_eq!(of(sound, 520), "");
    }
    // A drawing in millimetres whose extent is that of a mine.
    assert_eq!(of("9 $INSUNITS\n70 4", 520_000), "");
}

/// Converts a drawing in text form to binary form, with group codes of one byte (release 12) or two bytes.
fn binary(text: &str, long_codes: bool) -> Vec<u8> {
    let mut out = b"AutoCAD Binary DXF\r\n\x1a\0".to_vec();
    let lines: Vec<&str> = text.lines().collect();
    for pair in lines.chunks(2) {
        let code: i16 = pair[0].trim().parse().unwrap();
        match u8::try_from(code) {
            Ok(short) if !long_codes && short < 255 => out.push(short),
            _ if long_codes => out.extend(code.to_le_bytes()),
            _ => out.extend([&[255], &code.to_le_bytes()[..]].concat()),
        }
        match code {
            10..=59 | 210..=239 | 1010..=1059 => out.extend(pair[1].parse::<f64>().unwrap().to_le_bytes()),
            60..=79 | 1070 => out.extend(pair[1].parse::<i16>().unwrap().to_le_bytes()),
            90..=99 => out.extend(pair[1].parse::<i32>().unwrap().to_le_bytes()),
            _ => out.extend([pair[1].as_bytes(), &[0]].concat()),
        }
    }
    out
}

#[test]
fn binary_form_gives_the_same_as_text_form() {
    let lines = [ROAD, "0=LWPOLYLINE 8=B 90=2 70=0 38=300.5 10=0.125 20=7 42=0.5 10=9 20=7 1001=APP 1070=5 1040=2.5"];
    let text = drawing(&[("HEADER", "9 $INSUNITS\n70 6"), ("ENTITIES", &groups(&lines))]);
    let expected = read(&text);
    for long_codes in [false, true] {
        let bytes = binary(&text, long_codes);
        let survey = with(&bytes, &ReadOptions::default()).unwrap();
        assert_eq!((&survey.strings, &survey.points), (&expected.strings, &expected.points));
        finds(&survey, "the drawing is a binary DXF");
        let cut = with(&bytes[..bytes.len() - 9], &ReadOptions::default()).unwrap_err();
        assert!(cut.contains("end of the file") || cut.contains("cut off"), "{cut}");
    }
    let changed = b"AutoCAD Binary DXF\n\x1a\0\0SECTION\0";
    let wrong = with(changed, &ReadOptions::default()).unwrap_err();
    assert!(wrong.contains("a transfer as text has changed"), "{wrong}");
}

#[test]
fn line_ends_of_all_systems_and_text_after_the_end_are_read() {
    let text = entities(&[ROAD]);
    let expected = points(&read(&text));
    for other in
        [text.replace('\n', "\r\n"), text.replace('\n', "\r"), text.replace('\n', "\r\r\n"), format!("\u{feff}{text}")]
    {
        assert_eq!(points(&read(&other)), expected);
    }
    let survey = read(&format!("{text}\u{1a}\n\n0\nLINE\n"));
    finds(&survey, "left out: 2 lines after the end of the drawing (EOF)");
    let cut = error(&text.replace("0\nEOF\n", "\u{1a}"));
    assert!(cut.contains("expected EOF") && cut.contains("cut off"), "{cut}");
    let dwg = error("AC1027\0\0\0\u{1}");
    assert!(dwg.contains("DWG") && dwg.contains("save it as DXF"), "{dwg}");
}

#[test]
fn ellipses_and_splines_are_chords() {
    let ellipse = read(&entities(&["0=ELLIPSE 8=A 10=10 20=0 30=5 11=0 21=50 31=0 40=0.5 41=0 42=3.14159265358979"]));
    let points = points(&ellipse);
    assert_eq!((points[0], points[points.len() - 1]), ([10.0, 50.0, 5.0], [10.0, -50.0, 5.0]));
    // The curve runs anticlockwise from the major axis, which points north, so it lies in the west.
    assert!(points.iter().all(|p| p[0] <= 10.0 && p[0] >= -15.0), "{points:?}");
    let fit = "0=SPLINE 8=A 70=8 71=3 74=3 11=0 21=0 31=1 11=50 21=20 31=2 11=100 21=0 31=3";
    let spline = read(&entities(&[fit]));
    finds(&spline, "hold only fit points");
    assert!(spline.strings[0].string.points.len() > 5);
    let lines = read(&entities(&[
        "0=SPLINE 8=A 70=8 71=1 40=0 40=0 40=1 40=2 40=2 10=0 20=0 30=1 10=9 20=0 30=1 10=9 20=9 30=1",
    ]));
    assert_eq!(self::points(&lines), [[0.0, 0.0, 1.0], [9.0, 0.0, 1.0], [9.0, 9.0, 1.0]]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_change_of_a_drawing_panics(at in 0.0..1.0_f64, value in any::<i32>(), bytes in any::<[u8; 3]>()) {
        let blocks = groups(&["0=BLOCK 2=B 10=0 20=0", ROAD, "0=ENDBLK"]);
        let list = groups(&[
            "0=INSERT 8=A 2=B 10=0 20=0 70=2 71=2 44=5 45=5",
            "0=SPLINE 8=A 70=8 71=2 40=0 40=0 40=0 40=1 40=1 40=1 10=0 20=0 10=1 20=9 10=2 20=0 41=1 41=1 41=1",
            "0=ELLIPSE 8=A 10=10 20=0 30=5 11=0 21=50 31=0 40=0.5 41=0 42=3",
            "0=POLYLINE 8=T 66=1 70=16 71=2 72=2 0=VERTEX 10=0 20=0 0=VERTEX 10=9 20=0 0=VERTEX 10=0 20=9 0=VERTEX 10=9 20=9",
            "0=MESH 8=T 92=3 10=0 20=0 30=5 10=9 20=0 30=5 10=9 20=9 30=5 93=4 90=3 90=0 90=1 90=2 94=0",
        ]);
        let text = drawing(&[("BLOCKS", &blocks), ("ENTITIES", &list)]);
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let k = (at * (lines.len() - 1) as f64) as usize;
        lines[k] = value.to_string();
        let _ = with(lines.join("\n").as_bytes(), &ReadOptions::default());
        for long_codes in [false, true] {
            let mut form = binary(&text, long_codes);
            let k = (at * (form.len() - 4) as f64) as usize;
            form[k..k + 3].copy_from_slice(&bytes);
            let _ = with(&form, &ReadOptions::default());
        }
    }
}
