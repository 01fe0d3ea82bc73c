use super::super::survey::LayeredString;
use super::super::units::{StatedUnit, Unit};
use super::*;
use haul_core::Point3;
use proptest::prelude::*;

fn survey(text: &str) -> Survey {
    read(&SourceText::new("e.csv", text), &ReadOptions::default()).unwrap_or_else(|e| panic!("{text}: {e}"))
}

fn faults(text: &str) -> String {
    read(&SourceText::new("e.csv", text), &ReadOptions::default()).unwrap_err().to_string()
}

fn with_columns(text: &str, columns: &str) -> Result<Survey, Faults> {
    let columns = columns.split(',').map(str::to_owned).collect();
    read(&SourceText::new("e.csv", text), &ReadOptions { columns, ..ReadOptions::default() })
}

/// Returns each string as its name and its points.
fn strings(survey: &Survey) -> Vec<(&str, Vec<[f64; 3]>)> {
    let of = |s: &LayeredString| s.string.points.iter().map(|p| [p.x, p.y, p.z]).collect();
    survey.strings.iter().map(|s| (s.string.name.as_str(), of(s))).collect()
}

fn found(survey: &Survey) -> String {
    survey.findings.lines().collect::<Vec<_>>().join("\n")
}

#[test]
fn columns_may_be_in_any_order() {
    let survey = survey("\u{feff}z,string,y,x\r\n5,a,2,1\r\n6, \"a\" ,4,3\r\n");
    assert_eq!(strings(&survey), [("a", vec![[1.0, 2.0, 5.0], [3.0, 4.0, 6.0]])]);
    assert_eq!(found(&survey), "");
}

#[test]
fn every_fault_is_reported_with_line_and_column() {
    let all = faults("string,x,y,z\na,1,2,3\na,1,zwei,NaN\nb,1,2,3\nc,1\n");
    for expected in [
        "e.csv:3:5: y: expected a number, found `zwei`",
        "e.csv:3:10: z: expected a finite number, found `NaN`",
        "e.csv:5:1: expected 4 cells, found 2",
        "e.csv:4:1: string b: expected two points or more, found one",
    ] {
        assert!(all.contains(expected), "{expected}\nnot in\n{all}");
    }
    assert_eq!(all.lines().count(), 4, "{all}");
}

#[test]
fn wrong_header_is_answered_by_the_right_one() {
    assert!(faults("").contains("empty"));
    assert!(faults("string,x,y,hight\n").contains("e.csv:1:12: unknown column `hight`"));
    assert!(faults("a,b\n").contains("`string,x,y,z`"));
    assert!(faults("strings,x,y,z\n").contains("(help: did you mean `string`?)"));
    assert!(faults("0,1.0,2.0,3.0\n").contains("expected column names"));
    assert!(faults("string,x,y,z\n").contains("expected points after the header"));
    assert!(faults("lat,lon,z\n1,2,3\n").contains("found degrees in the column `lat`"));
    assert!(faults("string,x,y,z,elevation\na,1,2,3,4\n").contains("--columns string,x,y,z,-"));
    assert!(faults("string,x (m),y (ft),z\n").contains("expected one unit in plan, found m and ft"));
}

#[test]
fn tables_of_spreadsheets_give_the_same_points() {
    let expected = [("a b", vec![[0.0, 10.5, 300.5], [20.0, 1234.5, 301.0]])];
    for text in [
        "string;x;y;z\na b;0,000;10,500;300,500\na b;20,000;1.234,500;301,000\n",
        "sep=;\nstring;x;y;z;\na b;0;10,5;300,5;\na b;20;1234,5;301;\n;;;;\n",
        "string\tx\ty\tz\na b\t0\t10.5\t300.5\na b\t20\t1,234.5\t301\n",
        "\"string\",\"x\",\"y\",\"z\"\n\"a b\",\"0,000\",\"10,500\",\"300,500\"\n\"a b\",\"20,000\",\"1234,500\",\"301,000\"\n",
        "Name|Rechtswert [m]|Hochwert [m]|Höhe [m]\na b|0|10.5|300.5\na b|20|1234.5|301\n",
        "名称,东坐标,北坐标,高程\na b,0,10.5,300.5\na b,20,1234.5,301\n",
        "nombre,este,norte,cota\na b,0,10.5,300.5\na b,20,1234.5,301\n",
        "# string x y z\n\"a b\" 0 10.5 300.5\n\"a b\"   20\t1234.5 3.01e2\n",
        "Pit 3 north;;;\nsurveyed by crew B;;;\nstring;x;y;z\nm;m;m;m\na b;0;10,5;300,5\na b;20;1234,5;301\n",
        "Pit 3\nstring,x,y,z\na b,0,10.5,300.5\na b,20,1'234.5,301\n",
        "string,x,y,z\nm,m,m,m\na b,0,10.5,300.5\n%old\n\na b,20,1234.5,301\n",
    ] {
        assert_eq!(strings(&survey(text)), expected, "{text}");
    }
}

#[test]
fn everything_that_is_not_read_is_reported() {
    let survey = survey(
        "# crew B\nPit 3\nstring,x,y,z,code,\na,0,0,1,TOE,\n//\na,5,0,1,TOE,9\nb,1,1,1,,\nb,2,2,2,,\na,7,7,7,,\n",
    );
    let found = found(&survey);
    for expected in [
        "left out: 1 lines: they stand before the column names",
        "left out: 2 comment lines:",
        "left out: 2 columns: `code`, column 6: they are neither the string nor coordinates",
        "strange: a string goes on after other strings or an empty line, 1 times, the first time in line 9;",
    ] {
        assert!(found.contains(expected), "{expected}\nnot in\n{found}");
    }
}

#[test]
fn units_of_columns_are_stated() {
    let survey = survey("string,x (ft),y (ft),z [m]\na,1,2,3\na,2,3,4\n");
    assert_eq!(survey.plan_unit, Some(StatedUnit::known(Unit::Foot, "column `x (ft)`")));
    assert_eq!(survey.height_unit, Some(StatedUnit::known(Unit::Metre, "column `z [m]`")));
}

#[test]
fn points_without_strings_are_single_points() {
    for text in
        ["x,y,z\n1,2,3\n4,5,6\n7,8,9\n", "id,x,y,z\n1,1,2,3\n2,4,5,6\n3,7,8,9\n", "x y z\n1 2 3\n\n4 5 6\n\n7 8 9\n"]
    {
        let survey = survey(text);
        assert_eq!((survey.points.len(), survey.strings.len()), (3, 0), "{text}");
        assert!(found(&survey).contains("assumed: the 3 points are single points of the ground"), "{}", found(&survey));
    }
    let survey = survey("x,y,z\n1,2,3\n4,5,6\n\n7,8,9\n1,1,1\n");
    assert_eq!(survey.strings.len(), 2);
    assert!(found(&survey).contains("assumed: empty lines part 2 strings"));
}

#[test]
fn order_without_names_is_assumed_only_if_it_is_certain() {
    let points = survey("4412345.1;512345.2;300\n4412346.1;512346.2;301\n");
    assert_eq!(points.points[0], Point3::new(512_345.2, 4_412_345.1, 300.0));
    assert!(found(&points).contains("assumed: the columns are north, east, height, by the sizes of the numbers"));
    let named = survey("road,39512345.1,4412345.2,300\nroad,39512346.1,4412346.2,301\n");
    assert_eq!(strings(&named)[0].1[0], [39_512_345.1, 4_412_345.2, 300.0]);
    let numbered = survey("1,512345.1,4412345.2,300\n2,512346.1,4412346.2,301\n");
    assert!(found(&numbered).contains("point number, east, north, height"), "{}", found(&numbered));
    for text in ["E1,0,0,300\nE1,10,0,301\n", "1,512345,4412345,300,TOE\n2,512346,4412346,300,TOE\n", "1 2 3\n4 5 6\n"]
    {
        assert!(
            faults(text).contains("e.csv:1:1: expected column names in the first line, found numbers (help: "),
            "{text}"
        );
    }
    let drawing = faults("CREST,poly,1,475628.2,6778925.0,300,1,BLUE\nCREST,poly,2,475529.2,6779304.2,300,1,BLUE\n");
    assert!(drawing.contains("--columns string,-,-,x,y,z,-,-"), "{drawing}");
    let given = with_columns("1,10,20,300,TOE\n2,11,21,301,TOE\n", "-,y,x,z,string").unwrap();
    assert_eq!(strings(&given), [("TOE", vec![[20.0, 10.0, 300.0], [21.0, 11.0, 301.0]])]);
    let short = with_columns("a,10,20,300,#ff\na,11,21,301\n", "string,x,y,z,-").unwrap();
    assert!(found(&short).contains("1 lines have fewer cells than --columns names"), "{}", found(&short));
    let with_header = with_columns("P;N;E;H;C\n1;10;20;300;TOE\n2;11;21;301;TOE\n", "-,y,x,z (ft),string").unwrap();
    assert_eq!(strings(&with_header), strings(&given));
    assert!(with_header.height_unit.is_some());
}

#[test]
fn doubtful_cells_are_refused_with_their_place() {
    for (text, expected) in [
        ("string\tx\ty\tz\na\t1,200\t300,500\t12\n", "e.csv:2:3: expected a number of one meaning, found `1,200`"),
        ("string;x;y;z\na;1,5;2.5;3\n", "e.csv:2:7: expected numbers of one form, found `1,5` and `2.5`"),
        (
            "string,x,y,z\na,0,000,1,000,300,000\n",
            "e.csv:2:1: expected 4 cells, found 7 (help: a comma within a number",
        ),
        (
            "string,x,y,z\na,0,0,1,0,2,0\na,0,0,1,0,2,0\na,0,0,1,0,2,0\na,0,0,1,0,2,0\na,0,0,1,0,2,0\n",
            "e.csv: 2 more lines have another number of cells than columns",
        ),
        ("string,x,y,z\na,1,,3\na,1,2,#REF!\n", "e.csv:2:5: y: expected a number, found an empty cell"),
        ("string,x,y,z\n\"a,1,2,3\na,1,2,3\na,2,2,3\n", "e.csv:2:1: expected the end of the quote"),
        ("string,x,y,z\na,1,2,3,extra\na,1,2,3\n", "e.csv:2:1: expected 4 cells, found 5"),
        ("string,x,y,z\na,12 m,2,3\na,1,2,3\n", "x: expected a number, found `12 m`"),
    ] {
        let all = faults(text);
        assert!(all.contains(expected), "{expected}\nnot in\n{all}");
    }
}

#[test]
fn commas_beside_semicolons_are_decimal_commas() {
    let survey = survey("string;x;y;z\na;100,000;200,500;300,125\na;110,000;200,500;300,125\n");
    assert_eq!(strings(&survey)[0].1[0], [100.0, 200.5, 300.125]);
    assert!(found(&survey).contains("assumed: numbers such as `100,000` have decimal commas"), "{}", found(&survey));
}

#[test]
fn tables_are_recognised_by_their_content() {
    for start in ["string;x;y;z\n", "x y z\n1 2 3\n", "E1\t1.0\t2.0\t3.0\n", "Punkt;Rechtswert;Hochwert\n"] {
        assert!(recognises(start), "{start}");
    }
    for start in ["hello\n", "hello, world\n", "0\nSECTION\n", "a,b,c\n"] {
        assert!(!recognises(start), "{start}");
    }
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        for text in [text.clone(), format!("string,x,y,z\n{text}"), format!("string;x;y;z\n{text}")] {
            let _ = read(&SourceText::new("e.csv", text), &ReadOptions::default());
        }
    }

    #[test]
    fn no_table_of_odd_cells_panics(text in "[ax1,;.\"'\t \n#-]{0,80}") {
        let _ = read(&SourceText::new("e.csv", text.clone()), &ReadOptions::default());
        let _ = with_columns(&text, "string,x,y,z");
    }
}
