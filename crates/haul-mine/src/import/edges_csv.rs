//! Edges as `string,x,y,z`: one point per line, with the points of a string in order.

use super::features::{self, Feature};
use super::text::{MOST_FAULTS, cells, lines, number};
use crate::build::{EdgeString, StringKind};
use haul_core::fault::SourceText;
use haul_core::{Fault, Faults, Point3, nearest_word};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// Features of the format.
pub(super) const FEATURES: &[Feature] = &[
    features::read("columns `string,x,y,z` in any order, or `easting`, `northing`, `rl`…", "a header is needed"),
    features::refused("cells that are not numbers, unknown columns", "every fault with line and column"),
];

/// Column names, in the usual order.
const COLUMNS: [&str; 4] = ["string", "x", "y", "z"];
/// Synonyms of column names.
const SYNONYMS: [(&str, &str); 12] = [
    ("line", "string"),
    ("id", "string"),
    ("name", "string"),
    ("east", "x"),
    ("easting", "x"),
    ("north", "y"),
    ("northing", "y"),
    ("elevation", "z"),
    ("height", "z"),
    ("rl", "z"),
    ("e", "x"),
    ("n", "y"),
];

/// Reads edges from a text.
///
/// # Errors
///
/// Returns all faults, each with its line and column.
pub(super) fn read(source: &Arc<SourceText>) -> Result<Vec<EdgeString>, Faults> {
    let mut lines = lines(&source.text).filter(|(_, line)| !line.trim().is_empty());
    let Some((start, header)) = lines.next() else {
        return Err(Fault::new("the file is empty")
            .in_file(&source.path)
            .help("give a header `string,x,y,z` and one point per line, in metres east, north, up")
            .into());
    };
    let order = columns(source, start, header)?;
    let mut faults = Vec::new();
    let mut strings: Vec<(EdgeString, Range<usize>)> = Vec::new();
    let mut by_name: BTreeMap<&str, usize> = BTreeMap::new();
    for (start, line) in lines {
        if faults.len() >= MOST_FAULTS {
            faults.push(Fault::new("more faults follow; only the first ones are listed").in_file(&source.path));
            break;
        }
        let cells: Vec<Range<usize>> = cells(start, line);
        if cells.len() != COLUMNS.len() {
            faults.push(
                Fault::new(format!("expected {} cells, found {}", COLUMNS.len(), cells.len()))
                    .at(source, start..start + line.len())
                    .help(format!("give the cells {}", COLUMNS.join(","))),
            );
            continue;
        }
        let name_at = cells[order[0]].clone();
        let name = &source.text[name_at.clone()];
        if name.is_empty() {
            faults.push(
                Fault::new("expected a string name, found none").at(source, name_at).help("give a number or a word"),
            );
            continue;
        }
        let numbers: Vec<f64> = (1..COLUMNS.len())
            .filter_map(|c| match number(source, cells[order[c]].clone(), COLUMNS[c]) {
                Ok(value) => Some(value),
                Err(fault) => {
                    faults.push(fault);
                    None
                }
            })
            .collect();
        let index = *by_name.entry(name).or_insert_with(|| {
            let string =
                EdgeString { name: name.to_owned(), kind: StringKind::Drivable, closed: false, points: Vec::new() };
            strings.push((string, name_at));
            strings.len() - 1
        });
        // A faulty point still counts, so that its string is not also reported as too short.
        let point = if let [x, y, z] = numbers[..] { Point3::new(x, y, z) } else { Point3::origin() };
        strings[index].0.points.push(point);
    }
    for (string, at) in &strings {
        if string.points.len() < 2 && faults.len() < MOST_FAULTS {
            faults.push(
                Fault::new(format!("string {}: expected two points or more, found one", string.name))
                    .at(source, at.clone())
                    .help("an edge needs at least two points"),
            );
        }
    }
    if strings.is_empty() && faults.is_empty() {
        faults.push(Fault::new("expected points after the header, found none").in_file(&source.path));
    }
    Faults::check(faults)?;
    Ok(strings.into_iter().map(|(s, _)| s).collect())
}

/// Returns the cell index of each column.
fn columns(source: &Arc<SourceText>, start: usize, header: &str) -> Result<[usize; 4], Faults> {
    let cells = cells(start, header);
    let name = |c: &Range<usize>| {
        let written = source.text[c.clone()].to_lowercase();
        SYNONYMS.iter().find(|(word, _)| *word == written).map_or(written, |(_, column)| (*column).to_owned())
    };
    let names: Vec<String> = cells.iter().map(name).collect();
    let mut faults = Vec::new();
    let wanted = || format!("use the header `{}`", COLUMNS.join(","));
    if names.iter().all(|n| n.parse::<f64>().is_ok()) {
        let fault = Fault::new("expected column names in the first line, found numbers");
        return Err(fault.at(source, start..start + header.len()).help(wanted()).into());
    }
    for (name, at) in names.iter().zip(&cells) {
        if !COLUMNS.contains(&name.as_str()) {
            // A single letter is as near to `x` as to any other.
            let near = nearest_word(name, COLUMNS).filter(|_| name.chars().count() > 1);
            let help = near.map_or_else(wanted, |w| format!("did you mean `{w}`?"));
            faults.push(Fault::new(format!("unknown column `{name}`")).at(source, at.clone()).help(help));
        }
    }
    let mut order = [0; 4];
    for (column, place) in COLUMNS.iter().zip(&mut order) {
        let mut found = names.iter().enumerate().filter(|(_, n)| n == column).map(|(i, _)| i);
        match (found.next(), found.next()) {
            (Some(i), None) => *place = i,
            (Some(_), Some(second)) => {
                let fault = Fault::new(format!("column `{column}` occurs twice"));
                faults.push(fault.at(source, cells[second].clone()).help(wanted()));
            }
            (None, _) => {
                let fault = Fault::new(format!("column `{column}` is missing"));
                faults.push(fault.at(source, start..start + header.len()).help(wanted()));
            }
        }
    }
    Faults::check(faults)?;
    Ok(order)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn faults(text: &str) -> String {
        read(&SourceText::new("e.csv", text)).unwrap_err().to_string()
    }

    #[test]
    fn columns_may_be_in_any_order() {
        let strings = read(&SourceText::new("e.csv", "\u{feff}z,string,y,x\r\n5,a,2,1\r\n6, \"a\" ,4,3\r\n")).unwrap();
        assert_eq!(strings.len(), 1);
        assert_eq!(strings[0].points, [Point3::new(1.0, 2.0, 5.0), Point3::new(3.0, 4.0, 6.0)]);
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
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let _ = read(&SourceText::new("e.csv", text.clone()));
            let _ = read(&SourceText::new("e.csv", format!("string,x,y,z\n{text}")));
        }
    }
}
