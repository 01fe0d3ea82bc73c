//! Tests of Surpac files, in the variants that different programs write.

use super::super::{Format, ReadOptions, Survey, surpac_surface_of_bytes, survey_of_bytes};
use haul_core::Point3;

const HEAD: &str = "pit,24-Nov-26,,edges\n0, 0.000, 0.000, 0.000, 0.000, 0.000, 0.000\n";
const TAIL: &str = "0, 0.000, 0.000, 0.000,\n0, 0.000, 0.000, 0.000, END\n";

/// Reads a strings file from text.
fn read(text: &str) -> Result<Survey, String> {
    let options = ReadOptions { format: Some(Format::SurpacStr), ..ReadOptions::default() };
    survey_of_bytes("e.str", text.as_bytes(), &options).map(|(survey, _)| survey).map_err(|e| e.to_string())
}

/// Reads a surface with these triangles on these strings.
fn surface(triangles: &str, strings: &str) -> Result<Survey, String> {
    let dtm = format!(
        "e.str,\n0, 0.000, 0.000, 0.000, END\nOBJECT, 1,\nTRISOLATION, 1, neighbours=no,validated=true,closed=no\n{triangles}END\n"
    );
    surface_of(&dtm, strings)
}

fn surface_of(dtm: &str, strings: &str) -> Result<Survey, String> {
    let survey = surpac_surface_of_bytes("e.dtm", dtm.as_bytes(), "e.str", strings.as_bytes());
    survey.map(|(survey, _)| survey).map_err(|e| e.to_string())
}

/// Returns the points of the only string, as (east, north, height).
#[track_caller]
fn points(survey: &Survey) -> Vec<(f64, f64, f64)> {
    assert_eq!(survey.strings.len(), 1, "{:?}", survey.strings);
    survey.strings[0].string.points.iter().map(|p| (p.x, p.y, p.z)).collect()
}

#[track_caller]
fn finds(survey: &Survey, words: &str) {
    let lines: Vec<String> = survey.findings.lines().collect();
    assert!(lines.iter().any(|l| l.contains(words)), "`{words}` not in {lines:#?}");
}

/// Returns a square of 10 m (points 1 to 4), a null record, and the centre of the square as a spot height (point 6).
fn square() -> String {
    let square = "1, 0.0, 0.0, 5.0,\n1, 0.0, 10.0, 5.0,\n1, 10.0, 10.0, 5.0,\n1, 10.0, 0.0, 5.0,\n0, 0, 0, 0,\n";
    format!("{HEAD}{square}32000, 5.0, 5.0, 6.0,\n{TAIL}")
}

#[test]
fn header_and_axis_may_be_missing() {
    let records = "1, 20.5, 10.25, 5.0,\n1, 21.5, 11.25, 5.0,\n";
    let expected = [(10.25, 20.5, 5.0), (11.25, 21.5, 5.0)];
    let plain = read(&format!("{HEAD}{records}{TAIL}")).unwrap();
    assert_eq!(points(&plain), expected);
    assert_eq!(plain.findings.lines().count(), 0, "{:?}", plain.findings);
    assert_eq!(points(&read(&format!("pit,24-Nov-26,,\n{records}{TAIL}")).unwrap()), expected);
    let bare = read(&format!("{records}{TAIL}")).unwrap();
    assert_eq!(points(&bare), expected);
    finds(&bare, "assumed: the file has no header line");
}

#[test]
fn axis_is_not_counted_in_point_numbers() {
    let triangle = "1, 1, 2, 3, 0, 0, 0,\n2, 1, 3, 6, 0, 0, 0,\n";
    let with_axis = surface(triangle, &square()).unwrap();
    let without = surface(triangle, &square().replacen(HEAD, "pit,24-Nov-26,,\n", 1)).unwrap();
    assert_eq!(with_axis.mesh, without.mesh);
    assert_eq!(with_axis.mesh.vertices[3], Point3::new(5.0, 5.0, 6.0));
}

#[test]
fn null_record_as_corner_is_a_fault() {
    let error = surface("1, 1, 2, 5, 0, 0, 0,\n", &square()).unwrap_err();
    assert!(error.contains("e.dtm:5:10: expected the number of a point of e.str, found `5`, a null record"), "{error}");
    let error = surface("1, 1, 2, 9, 0, 0, 0,\n", &square()).unwrap_err();
    assert!(error.contains("expected a point number from 1 to 7 (e.str), found `9`"), "{error}");
}

#[test]
fn other_separators_and_decimal_commas_are_read_and_told() {
    let expected = [(10.25, 20.5, 5.0), (11.25, 21.5, 5.125)];
    let semicolons =
        "pit;24.11.26;;\n0;0,000;0,000;0,000\n1;20,500;10,250;5,000\n1;21,500;11,250;5,125\n0;0;0;0\n0;0;0;0;END\n";
    let survey = read(semicolons).unwrap();
    assert_eq!(points(&survey), expected);
    finds(&survey, "assumed: cells are separated by semicolons");
    let tabs = "pit\t24-Nov-26\n0\t0\t0\t0\n1\t20.5\t10.25\t5\n1\t21.5\t11.25\t5.125\n0\t0\t0\t0\n0\t0\t0\t0\tEND\n";
    let survey = read(tabs).unwrap();
    assert_eq!(points(&survey), expected);
    finds(&survey, "assumed: cells are separated by tabs");
    let commas = format!("{HEAD}1, 20,500, 10,250, 5,000,\n1, 21,500, 11,250, 5,125,\n{TAIL}");
    let error = read(&commas).unwrap_err();
    assert!(error.contains("e.str:3:1: expected numbers with a decimal point, found decimal commas"), "{error}");
    // Whole numbers, followed by numeric descriptions.
    let whole = read(&format!("{HEAD}1, 200, 100, 5, 12, 7, 3,\n1, 201, 101, 5, 12, 7, 3,\n{TAIL}")).unwrap();
    assert_eq!(points(&whole), [(100.0, 200.0, 5.0), (101.0, 201.0, 5.0)]);
    finds(&whole, "left out: 2 descriptions of points (D1 to D3)");
}

#[test]
fn line_ends_of_all_systems_and_the_end_of_file_byte_are_read() {
    let text = square();
    let expected = read(&text).unwrap();
    for other in
        [text.replace('\n', "\r\n"), text.replace('\n', "\r"), format!("{text}\u{1a}"), format!("\u{feff}{text}")]
    {
        assert_eq!(read(&other).unwrap(), expected);
    }
    let more = read(&format!("{text}9, 1.0, 1.0, 1.0,\n")).unwrap();
    finds(&more, "left out: 1 lines after the END record");
    let cut = read(&text.replace("0, 0.000, 0.000, 0.000, END", "\u{1a}")).unwrap_err();
    assert!(cut.contains("expected an END record"), "{cut}");
}

#[test]
fn parts_over_each_other_are_told_and_solids_beside_ground_left_out() {
    let strings = format!(
        "{HEAD}1, 0.0, 0.0, 5.0,\n1, 0.0, 90.0, 5.0,\n1, 90.0, 0.0, 5.0,\n1, 0.0, 0.0, 9.0,\n1, 0.0, 90.0, 9.0,\n1, 90.0, 0.0, \
         9.0,\n1, 20.0, 20.0, 60.0,\n{TAIL}"
    );
    let head =
        "e.str,\n0, 0.000, 0.000, 0.000, END\nOBJECT, 1,\nTRISOLATION, 1, neighbours=no,validated=true,closed=no\n";
    let two =
        format!("{head}1, 1, 2, 3, 0, 0, 0,\nOBJECT, 2,\nTRISOLATION, 1, neighbours=no\n1, 4, 5, 6, 0, 0, 0,\nEND\n");
    let survey = surface_of(&two, &strings).unwrap();
    assert_eq!(survey.mesh.faces.len(), 2);
    finds(
        &survey,
        "strange: the parts object 1, trisolation 1 and object 2, trisolation 1 lie over each other, 4.0 apart",
    );
    finds(&survey, "note: the surface has 2 parts");
    let solid = "1, 4, 5, 6, 0, 0, 0,\n2, 4, 5, 7, 0, 0, 0,\n3, 5, 6, 7, 0, 0, 0,\n4, 6, 4, 7, 0, 0, 0,\n";
    let both = format!("{head}1, 1, 2, 3, 0, 0, 0,\nTRISOLATION, 2, closed=yes\n{solid}END\n");
    let survey = surface_of(&both, &strings).unwrap();
    assert_eq!(survey.mesh.faces.len(), 1);
    finds(&survey, "left out: 4 faces of closed solids");
    let stated =
        surface_of(&format!("{}1, 1, 2, 3, 0, 0, 0,\nEND\n", head.replace("closed=no", "closed=yes")), &strings);
    finds(&stated.unwrap(), "strange: the file states a solid (closed=yes or direction=solid)");
}
