//! Tests of the Surpac import with cases from the field. Each folder in `cases` holds the input files and, in
//! `expected.txt`, the source and the correct result.

use haul_mine::import::ReadOptions;
use haul_mine::{ImportOptions, ImportReport, MineMap, import_survey};
use std::path::{Path, PathBuf};

fn path(case: &str, file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(case).join(file)
}

fn import_file(path: &Path) -> Result<(MineMap, ImportReport), String> {
    import_survey(&[path], &ReadOptions::default(), &ImportOptions::default()).map_err(|e| e.to_string())
}

#[track_caller]
fn import(path: &Path) -> (MineMap, ImportReport) {
    import_file(path).unwrap_or_else(|e| panic!("{e}"))
}

#[track_caller]
fn is_the_pit(map: &MineMap, report: &ImportReport) {
    assert_eq!((report.sources[0].faces, report.sources[0].points), (828, 513));
    let area = map.summary().drivable_area_m2;
    assert!((area - 41_400.0).abs() < 50.0, "{area}");
    // Each corner of the pit has a different height.
    for (x, y, z) in [(0.0, 0.0, 300.0), (10.0, 10.0, 300.8), (520.0, 370.0, 337.1)] {
        let height = map.terrain.height(x, y);
        assert!((height - z).abs() < 0.1, "({x}, {y}): {height}, expected {z}");
    }
}

#[track_caller]
fn has_line(report: &ImportReport, words: &[&str]) {
    let lines: Vec<String> =
        report.sources.iter().flat_map(|s| s.findings.lines()).chain(report.findings.lines()).collect();
    assert!(lines.iter().any(|l| words.iter().all(|w| l.contains(w))), "{words:?} not in {lines:#?}");
}

/// Temporary folder with renamed copies of files. It is removed when dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, copies: &[(&str, &str, &str)]) -> Folder {
        let folder = std::env::temp_dir().join(format!("haul-surpac-{name}-{}", std::process::id()));
        for (case, file, copy) in copies {
            let copy = folder.join(copy);
            std::fs::create_dir_all(copy.parent().unwrap()).unwrap();
            std::fs::copy(path(case, file), copy).unwrap();
        }
        Folder(folder)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Replaces the first line of a file.
    fn set_first_line(&self, name: &str, line: &str) {
        let text = std::fs::read_to_string(self.file(name)).unwrap();
        let rest = text.split_once('\n').unwrap().1;
        std::fs::write(self.file(name), format!("{line}\n{rest}")).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

const NAMED: &str = "surpac-dtm-names-its-strings";

#[test]
fn null_records_are_counted_in_point_numbers() {
    let (map, report) = import(&path("surpac-dtm-counts-null-records", "pit.dtm"));
    is_the_pit(&map, &report);
    let (map, report) = import(&path("surpac-dtm-null-records-smallest", "s.dtm"));
    let area = map.summary().drivable_area_m2;
    assert!((area - 12_000.0).abs() < 10.0, "{area}");
    assert_eq!(report.sources[0].faces, 6);
    has_line(&report, &["left out: 2 points of", "s.str", "no triangle uses them"]);
}

#[test]
fn strings_file_is_the_one_that_line_1_names() {
    let (map, report) = import(&path(NAMED, "pit_rev2.dtm"));
    is_the_pit(&map, &report);
    has_line(&report, &["note: the points come from", "pit_rev2_strings.str, which line 1 names"]);
}

#[test]
fn names_of_files_have_any_case_and_any_folder() {
    let copies =
        [(NAMED, "pit_rev2.dtm", "top/PIT.DTM"), (NAMED, "pit_rev2_strings.str", "Strings/Pit_Rev2_Strings.STR")];
    let folder = Folder::new("case", &copies);
    folder.set_first_line("top/PIT.DTM", "..\\strings\\PIT_REV2_strings.str,");
    let (map, report) = import(&folder.file("top/PIT.DTM"));
    is_the_pit(&map, &report);
    // The path is from the computer that wrote the file. The import looks for its file name beside the surface.
    let copies = [(NAMED, "pit_rev2.dtm", "pit.dtm"), (NAMED, "pit_rev2_strings.str", "Pit_Rev2_Strings.Str")];
    let folder = Folder::new("path", &copies);
    folder.set_first_line("pit.dtm", "C:\\surpac\\work\\pit_rev2_strings.str, ;algorithm=standard;fields=x,y");
    is_the_pit(&import(&folder.file("pit.dtm")).0, &import(&folder.file("pit.dtm")).1);
}

#[test]
fn renamed_pair_is_read_and_told() {
    let copies = [(NAMED, "pit_rev2.dtm", "new.dtm"), (NAMED, "pit_rev2_strings.str", "new.STR")];
    let folder = Folder::new("renamed", &copies);
    let (map, report) = import(&folder.file("new.dtm"));
    is_the_pit(&map, &report);
    has_line(
        &report,
        &["assumed: line 1 names the strings file `pit_rev2_strings.str`, which is not there", "new.STR"],
    );
}

#[test]
fn other_strings_file_of_the_same_name_is_told() {
    let box_of = ("surpac-dtm-box", "box.str", "pit.str");
    let copies = [(NAMED, "pit_rev2.dtm", "pit.dtm"), (NAMED, "pit_rev2_strings.str", "pit_rev2_strings.str"), box_of];
    let folder = Folder::new("both", &copies);
    let (map, report) = import(&folder.file("pit.dtm"));
    is_the_pit(&map, &report);
    has_line(&report, &["strange: there is also", "pit.str, which was not read"]);
}

#[test]
fn missing_strings_file_is_named() {
    let folder = Folder::new("missing", &[(NAMED, "pit_rev2.dtm", "pit.dtm")]);
    let error = import_file(&folder.file("pit.dtm")).unwrap_err();
    assert!(
        error.contains("pit.dtm:1:1: expected the strings file `pit_rev2_strings.str`, which line 1 names"),
        "{error}"
    );
}

#[test]
fn closed_solid_is_no_ground() {
    let error = import_file(&path("surpac-dtm-box", "box.dtm")).unwrap_err();
    assert!(error.contains("found 1 closed solid of 12 faces") && error.contains("export the surface"), "{error}");
}

#[test]
fn spot_heights_are_points_beside_the_edges() {
    let (map, report) = import(&path("surpac-dtm-points-as-road-strings", "pit.str"));
    assert_eq!(report.sources[0].strings, 1);
    let area = map.summary().drivable_area_m2;
    assert!((area - 39_224.0).abs() < 2_500.0, "{area}");
    has_line(&report, &["string 32000 holds spot heights by custom", "single points"]);
}
