//! Points of a table, and the strings that they form.

use super::super::findings::Findings;
use super::super::survey::{LayeredString, Survey};
use super::super::text::{GREATEST_COORDINATE, MOST_FAULTS};
use super::columns::Columns;
use crate::build::{EdgeString, StringKind};
use haul_core::delimited::{Delimiter, NumberStyle, Record, Table};
use haul_core::fault::SourceText;
use haul_core::{Fault, Faults, Point3};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// Minimum number of uniquely named points in a file that are read as single points.
const LEAST_NAMED_POINTS: usize = 3;
/// Maximum number of names that a finding lists.
const MOST_NAMES: usize = 8;

/// Maximum number of lines with a wrong cell count that are listed, as long as no line has the right count.
const MOST_UNLIKE: usize = 3;

/// A string whose points are being read.
struct Strand {
    name: String,
    /// Position in the file of the string's name, or of its first point.
    at: Range<usize>,
    points: Vec<Point3>,
}

/// The points read so far.
pub(super) struct Points<'a> {
    source: &'a Arc<SourceText>,
    table: &'a Table,
    columns: &'a Columns,
    style: NumberStyle,
    pub(super) faults: Vec<Fault>,
    strands: Vec<Strand>,
    by_name: BTreeMap<String, usize>,
    /// Index of the string to which the last point belongs.
    last: usize,
    /// Byte offsets of the lines at which a string continues after other strings or after an empty line.
    resumed: Vec<usize>,
    /// Number of lines with a wrong cell count that are listed (`unlike`) and not listed (`unlisted`).
    unlike: usize,
    unlisted: usize,
    /// Number of lines that lack some of the last columns, which are not read.
    short: usize,
    /// For each column that is left out: true if any of its cells has content.
    filled: Vec<bool>,
}

impl<'a> Points<'a> {
    pub(super) fn new(
        source: &'a Arc<SourceText>,
        table: &'a Table,
        columns: &'a Columns,
        style: NumberStyle,
    ) -> Points<'a> {
        let filled = vec![false; columns.left_out.len()];
        let (faults, strands, by_name) = (Vec::new(), Vec::new(), BTreeMap::new());
        Points {
            source,
            table,
            columns,
            style,
            faults,
            strands,
            by_name,
            last: 0,
            resumed: Vec::new(),
            unlike: 0,
            unlisted: 0,
            short: 0,
            filled,
        }
    }

    /// Adds the point of one record.
    pub(super) fn add(&mut self, record: &Record) {
        let Self { source, table, columns, .. } = *self;
        if record.cells.iter().all(Range::is_empty) {
            return;
        }
        let (expected, found) = (columns.count, record.cells.len());
        if found < columns.least || record.cells.iter().skip(expected).any(|c| !c.is_empty()) {
            // As long as no line has the right cell count, listing the first few faults is enough.
            if self.unlike >= MOST_UNLIKE && self.strands.is_empty() {
                self.unlisted += 1;
                return;
            }
            self.unlike += 1;
            let fault = Fault::new(format!("expected {expected} cells, found {found}"));
            let help = if found > expected && table.delimiter() == Delimiter::Comma {
                "a comma within a number or a name splits its cell; save the table with semicolons, or put the cell in quotes"
            } else {
                "give each point a cell for each column"
            };
            self.faults.push(fault.at(source, record.line.clone()).help(help));
            return;
        }
        self.short += usize::from(found < expected);
        for (filled, (k, _)) in self.filled.iter_mut().zip(&columns.left_out) {
            *filled |= record.cells.get(*k).is_some_and(|c| !c.is_empty());
        }
        let index = match columns.string {
            Some(k) => {
                let name = table.cell(&record.cells[k]);
                if name.is_empty() {
                    let fault = Fault::new("expected a string name, found none").at(source, record.cells[k].clone());
                    self.faults.push(fault.help("give a number or a word"));
                    return;
                }
                self.strand_named(&name, record, record.cells[k].clone())
            }
            None => self.strand_of_block(record),
        };
        let numbers: Vec<f64> = (columns.axes.iter().zip(["x", "y", "z"]))
            .filter_map(|(k, name)| match self.coordinate(&record.cells[*k], name) {
                Ok(value) => Some(value),
                Err(fault) => {
                    self.faults.push(fault);
                    None
                }
            })
            .collect();
        // After a faulty coordinate, the string still gets a point, so that it is not also reported as too short.
        let point = if let [x, y, z] = numbers[..] { Point3::new(x, y, z) } else { Point3::origin() };
        self.strands[index].points.push(point);
    }

    /// Returns the index of the string with this name, and creates the string if it is new.
    fn strand_named(&mut self, name: &str, record: &Record, at: Range<usize>) -> usize {
        let is_last = self.strands.get(self.last).is_some_and(|s| s.name == name);
        let known = if is_last { Some(self.last) } else { self.by_name.get(name).copied() };
        if let Some(index) = known {
            if !is_last || record.follows_empty_line {
                self.resumed.push(record.line.start);
            }
            self.last = index;
            return index;
        }
        self.last = self.strands.len();
        self.by_name.insert(name.to_owned(), self.last);
        self.strands.push(Strand { name: name.to_owned(), at, points: Vec::new() });
        self.last
    }

    /// Returns the index of the record's string in a table without string names, where empty lines separate strings.
    fn strand_of_block(&mut self, record: &Record) -> usize {
        if self.strands.is_empty() || record.follows_empty_line {
            let name = (self.strands.len() + 1).to_string();
            self.strands.push(Strand { name, at: record.line.clone(), points: Vec::new() });
        }
        self.strands.len() - 1
    }

    /// Parses a coordinate.
    fn coordinate(&self, at: &Range<usize>, name: &str) -> Result<f64, Fault> {
        let text = self.table.cell(at);
        let fault = |what: String| Fault::new(what).at(self.source, at.clone());
        let example = if self.style.has_decimal_comma { "1642,149" } else { "1642.149" };
        match self.style.number(&text) {
            Some(value) if !value.is_finite() => {
                let fault = fault(format!("{name}: expected a finite number, found `{text}`"));
                Err(fault.help(format!("give metres, for example {example}, or remove the line")))
            }
            Some(value) if value.abs() > GREATEST_COORDINATE => {
                let fault = fault(format!("{name}: expected a number within ±{GREATEST_COORDINATE:e}, found `{text}`"));
                Err(fault.help("give metres of a national or site grid"))
            }
            Some(value) => Ok(value),
            None if text.is_empty() => {
                let fault = fault(format!("{name}: expected a number, found an empty cell"));
                Err(fault.help("give the coordinate, or remove the line"))
            }
            None => {
                let fault = fault(format!("{name}: expected a number, found `{text}`"));
                Err(fault.help(format!("give metres, for example {example}")))
            }
        }
    }

    /// Builds the survey from all points.
    pub(super) fn finish(mut self, mut findings: Findings) -> Result<Survey, Faults> {
        let count: usize = self.strands.iter().map(|s| s.points.len()).sum();
        if self.unlisted > 0 {
            let what = format!("{} more lines have another number of cells than columns", self.unlisted);
            self.faults.push(Fault::new(what).in_file(&self.source.path).help("correct all of them in the same way"));
        }
        let each_alone = self.strands.iter().all(|s| s.points.len() < 2);
        let is_named = self.columns.string.is_some();
        let are_points =
            if is_named { each_alone && count >= LEAST_NAMED_POINTS } else { each_alone || self.strands.len() < 2 };
        for Strand { name, at, points } in self.strands.iter().filter(|s| !are_points && s.points.len() < 2) {
            if points.len() < 2 && self.faults.len() < MOST_FAULTS {
                let fault = Fault::new(format!("string {name}: expected two points or more, found one"));
                self.faults.push(fault.at(self.source, at.clone()).help("an edge needs at least two points"));
            }
        }
        if count == 0 && self.faults.is_empty() {
            let fault = Fault::new("expected points after the header, found none");
            self.faults.push(fault.in_file(&self.source.path).help("give one point per line"));
        }
        Faults::check(std::mem::take(&mut self.faults))?;
        self.report(&mut findings);
        let mut survey = Survey {
            plan_unit: self.columns.plan_unit.clone(),
            height_unit: self.columns.height_unit.clone(),
            ..Survey::default()
        };
        if are_points {
            let why = if is_named { "each point has a name of its own" } else { "no column names their strings" };
            findings.assumed.push(format!(
                "the {count} points are single points of the ground and no edges, because {why}; if they are edges, name the \
                 string of each point in a column `string`, or say with --columns which column is the string (for example \
                 --columns -,x,y,z,string)"
            ));
            survey.points = self.strands.into_iter().flat_map(|s| s.points).collect();
        } else {
            if !is_named {
                let strings = self.strands.len();
                findings.assumed.push(format!("empty lines part {strings} strings, because no column names them"));
            }
            let layered = |strand: Strand| {
                let Strand { name, points, .. } = strand;
                let string = EdgeString { name, kind: StringKind::Drivable, closed: false, points };
                LayeredString { layer: String::new(), string, has_heights: true }
            };
            survey.strings = self.strands.into_iter().map(layered).collect();
        }
        survey.findings = findings;
        Ok(survey)
    }

    /// Adds the findings on the columns and strings of the table.
    fn report(&self, findings: &mut Findings) {
        let left_out = self.columns.left_out.iter().zip(&self.filled).filter(|(_, filled)| **filled);
        let names: Vec<String> = left_out
            .map(|((k, name), _)| if name.is_empty() { format!("column {}", k + 1) } else { format!("`{name}`") })
            .collect();
        let more = if names.len() > MOST_NAMES { ", …" } else { "" };
        let listed = names.iter().take(MOST_NAMES).map(String::as_str).collect::<Vec<_>>().join(", ");
        findings.leave_out(
            names.len(),
            "columns",
            format!("{listed}{more}: they are neither the string nor coordinates"),
        );
        if self.short > 0 {
            findings.notes.push(format!("{} lines have fewer cells than --columns names", self.short));
        }
        findings.assumed.extend(self.columns.assumed.clone());
        findings.notes.extend(self.columns.notes.iter().cloned());
        if let Some(first) = self.resumed.first() {
            let (line, _) = self.source.line_column(*first);
            findings.strange.push(format!(
                "a string goes on after other strings or an empty line, {} times, the first time in line {line}; its points were \
                 joined in the order of the lines; give separate lines separate names",
                self.resumed.len()
            ));
        }
    }
}
