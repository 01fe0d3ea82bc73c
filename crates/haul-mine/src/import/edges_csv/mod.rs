//! Edges as `string,x,y,z`: one point per line, with the points of a string in order.
//!
//! Tables of spreadsheets and data loggers are read as they are: any delimiter, decimal commas, columns in any order and
//! in many languages, further columns, comments. Without a column of strings, empty lines part strings, and otherwise the
//! points are single points of the ground.

mod columns;
mod order;

use super::findings::Findings;
use super::read::ReadOptions;
use super::survey::{LayeredString, Survey};
use super::text::{GREATEST_COORDINATE, MOST_FAULTS};
use crate::build::{EdgeString, StringKind};
use columns::{Columns, Heading, unit_of};
use haul_core::delimited::{Delimiter, Line, NumberForms, NumberStyle, Record, Table};
use haul_core::fault::SourceText;
use haul_core::{Fault, Faults, Point3};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// Number of records in which column names are looked for. Exports may have a title before them.
const MOST_TITLES: usize = 20;
/// Least number of points that are read as single points because each has a name of its own.
const LEAST_NAMED_POINTS: usize = 3;
/// Least number of coordinates in a line that is a record and no title.
const LEAST_NUMBERS: usize = 2;
/// Greatest number of names that a finding lists.
const MOST_NAMES: usize = 8;

/// Returns true if the start of a text is a table of points.
pub(super) fn recognises(start: &str) -> bool {
    let source = SourceText::new("", start);
    let table = Table::new(&source);
    let records = table.lines().filter_map(record).take(MOST_TITLES).collect::<Vec<_>>();
    let is_point = |r: &Record| numbers_in(&table, r) > LEAST_NUMBERS;
    records.iter().any(|r| names_in(&table, r) > 1 && r.cells.len() > 2) || records.iter().take(2).any(is_point)
}

/// Reads edges from a text.
///
/// # Errors
///
/// Returns all faults, each with its line and column.
pub(super) fn read(source: &Arc<SourceText>, options: &ReadOptions) -> Result<Survey, Faults> {
    let table = Table::new(source);
    let mut findings = Findings::default();
    let head = Head::find(source, &table, options, &mut findings)?;
    let style = style_of(source, &table, &head)?;
    let mut points = Points::new(source, &table, &head.columns, style);
    let mut comments = 0;
    for line in table.lines() {
        if points.faults.len() >= MOST_FAULTS {
            points.faults.push(Fault::new("more faults follow; only the first ones are listed").in_file(&source.path));
            break;
        }
        match line {
            Line::Comment(at) => comments += usize::from(head.comment.as_ref() != Some(&at)),
            Line::OpenQuote(at) => points.faults.push(
                Fault::new("expected the end of the quote in the same cell, found none")
                    .at(source, at)
                    .help("close the quote, or remove it"),
            ),
            Line::Record(record) if record.line.start >= head.first => points.add(&record),
            Line::Record(_) => {}
        }
    }
    findings.leave_out(comments, "comment lines", "they begin with `#`, `//`, `%` or `;`");
    if table.delimiter() != Delimiter::Comma {
        findings.notes.push(format!("the cells are separated by {}", table.delimiter().name()));
    }
    findings.notes.extend(style.note().map(str::to_owned));
    points.finish(&head, findings)
}

/// Returns the record of a line with cells that are not all empty.
fn record(line: Line) -> Option<Record> {
    match line {
        Line::Record(record) if record.cells.iter().any(|c| !c.is_empty()) => Some(record),
        _ => None,
    }
}

/// Returns the number of cells that are a number in some form.
fn numbers_in(table: &Table, record: &Record) -> usize {
    let styles = [true, false].map(|comma| NumberStyle { has_decimal_comma: comma, separates_thousands: true });
    let is_number = |at: &Range<usize>| styles.iter().any(|s| s.number(&table.cell(at)).is_some());
    record.cells.iter().filter(|at| is_number(at)).count()
}

/// Returns the number of cells that name a coordinate.
fn names_in(table: &Table, record: &Record) -> usize {
    record.cells.iter().filter(|at| Heading::of(&table.cell(at)).is_coordinate()).count()
}

/// The lines before the points: the columns, and the place of the first record.
struct Head {
    columns: Columns,
    /// Byte offset of the first record that is a point.
    first: usize,
    /// The comment that holds the column names.
    comment: Option<Range<usize>>,
}

impl Head {
    /// Finds the column names, or the order of columns without names.
    fn find(
        source: &Arc<SourceText>,
        table: &Table,
        options: &ReadOptions,
        findings: &mut Findings,
    ) -> Result<Head, Faults> {
        let records: Vec<Record> = table.lines().filter_map(record).take(order::SAMPLE).collect();
        let Some(first) = records.first() else {
            return Err(Fault::new("the file is empty")
                .in_file(&source.path)
                .help("give a header `string,x,y,z` and one point per line, in metres east, north, up")
                .into());
        };
        let is_point = |r: &Record| numbers_in(table, r) >= LEAST_NUMBERS;
        let titles = |findings: &mut Findings, count: usize| {
            findings.leave_out(count, "lines", "they stand before the column names or the first point");
        };
        if !options.columns.is_empty() {
            let columns = Columns::given(&options.columns)?;
            let skipped = records.iter().take_while(|r| !is_point(r)).count();
            titles(findings, skipped);
            let start = records.get(skipped).map_or(source.text.len(), |r| r.line.start);
            return Ok(Head { columns, first: start, comment: None });
        }
        let named = records.iter().take(MOST_TITLES).take_while(|r| !is_point(r)).position(|r| names_in(table, r) > 1);
        if named.is_none() && is_point(first) {
            if let Some((comment, cells)) = names_in_comment(table, first) {
                let columns = Columns::named(source, table, &cells, comment.clone())?;
                findings.notes.push("the column names were read from a comment".to_owned());
                return Ok(Head { columns, first: first.line.start, comment: Some(comment) });
            }
            let columns = order::recognised(source, table, &records)?;
            return Ok(Head { columns, first: first.line.start, comment: None });
        }
        // A first line without any known name is reported as the line of names.
        let at = named.unwrap_or(0);
        let mut columns = Columns::named(source, table, &records[at].cells, records[at].line.clone())?;
        titles(findings, at);
        let mut next = at + 1;
        if let Some(units) = records.get(next)
            && add_units(&mut columns, table, units)
        {
            next += 1;
        }
        let start = records.get(next).map_or(source.text.len(), |r| r.line.start);
        Ok(Head { columns, first: start, comment: None })
    }
}

/// Returns the last comment before the first record, if it holds as many column names as the record has cells.
fn names_in_comment(table: &Table, first: &Record) -> Option<(Range<usize>, Vec<Range<usize>>)> {
    let before = table.lines().take_while(|line| !matches!(line, Line::Record(r) if r.line == first.line));
    let comment = before.filter_map(|line| if let Line::Comment(at) = line { Some(at) } else { None }).last()?;
    let cells = table.cells_of_comment(&comment);
    let names = cells.iter().filter(|at| Heading::of(&table.cell(at)).is_coordinate()).count();
    (names > 1 && cells.len() == first.cells.len()).then_some((comment, cells))
}

/// Reads a second line that holds the units of the columns. Returns false if the line is none.
fn add_units(columns: &mut Columns, table: &Table, record: &Record) -> bool {
    let unit = |k: usize| record.cells.get(k).and_then(|at| unit_of(&table.cell(at).to_lowercase()));
    let [Some(east), Some(north), Some(up)] = columns.axes.map(unit) else { return false };
    if east != north {
        return false;
    }
    let stated = |unit| super::units::StatedUnit::known(unit, "second line");
    columns.plan_unit = Some(stated(east));
    columns.height_unit = Some(stated(up));
    true
}

/// Returns the form of the coordinates.
fn style_of(source: &Arc<SourceText>, table: &Table, head: &Head) -> Result<NumberStyle, Faults> {
    let mut forms = NumberForms::default();
    for record in table.lines().filter_map(record).filter(|r| r.line.start >= head.first) {
        // A line with too many cells is reported later.
        if record.cells.len() < head.columns.count || record.cells[head.columns.count..].iter().any(|c| !c.is_empty()) {
            continue;
        }
        for at in head.columns.axes.iter().filter_map(|k| record.cells.get(*k)) {
            forms.add(&table.cell(at), at);
        }
    }
    forms.style().map_err(|fault| {
        let help = if fault.is_ambiguous {
            "export the coordinates without separators of thousands and with a decimal point"
        } else {
            "use a decimal point in all numbers, or a decimal comma in all"
        };
        Fault::new(fault.what).at(source, fault.at).help(help).into()
    })
}

/// A string while its points are read.
struct Strand {
    name: String,
    /// Place of the name, or of the first point.
    at: Range<usize>,
    points: Vec<Point3>,
}

/// The points while lines are read.
struct Points<'a> {
    source: &'a Arc<SourceText>,
    table: &'a Table,
    columns: &'a Columns,
    style: NumberStyle,
    faults: Vec<Fault>,
    strands: Vec<Strand>,
    by_name: BTreeMap<String, usize>,
    /// Index of the string of the last point.
    last: usize,
    /// Lines at which a string goes on after other strings or after an empty line.
    resumed: Vec<usize>,
    /// Indices of the columns that are left out and hold something.
    filled: Vec<bool>,
}

impl<'a> Points<'a> {
    fn new(source: &'a Arc<SourceText>, table: &'a Table, columns: &'a Columns, style: NumberStyle) -> Points<'a> {
        let filled = vec![false; columns.left_out.len()];
        let (faults, strands, by_name) = (Vec::new(), Vec::new(), BTreeMap::new());
        Points { source, table, columns, style, faults, strands, by_name, last: 0, resumed: Vec::new(), filled }
    }

    /// Adds the point of a line.
    fn add(&mut self, record: &Record) {
        let Self { source, table, columns, .. } = *self;
        if record.cells.iter().all(Range::is_empty) {
            return;
        }
        let (expected, found) = (columns.count, record.cells.len());
        if found < expected || record.cells[expected..].iter().any(|c| !c.is_empty()) {
            let fault = Fault::new(format!("expected {expected} cells, found {found}"));
            let help = if found > expected && table.delimiter() == Delimiter::Comma {
                "a comma within a number or a name splits its cell; save the table with semicolons, or put the cell in quotes"
            } else {
                "give each point a cell for each column"
            };
            self.faults.push(fault.at(source, record.line.clone()).help(help));
            return;
        }
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
        // A faulty point still counts, so that its string is not also reported as too short.
        let point = if let [x, y, z] = numbers[..] { Point3::new(x, y, z) } else { Point3::origin() };
        self.strands[index].points.push(point);
    }

    /// Returns the string with a name.
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

    /// Returns the string of a line in a table without names of strings: empty lines part them.
    fn strand_of_block(&mut self, record: &Record) -> usize {
        if self.strands.is_empty() || record.follows_empty_line {
            let name = (self.strands.len() + 1).to_string();
            self.strands.push(Strand { name, at: record.line.clone(), points: Vec::new() });
        }
        self.strands.len() - 1
    }

    /// Reads a coordinate.
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

    /// Returns the survey of all points.
    fn finish(mut self, head: &Head, mut findings: Findings) -> Result<Survey, Faults> {
        let count: usize = self.strands.iter().map(|s| s.points.len()).sum();
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
        self.report(head, &mut findings);
        let mut survey = Survey {
            plan_unit: head.columns.plan_unit.clone(),
            height_unit: head.columns.height_unit.clone(),
            ..Survey::default()
        };
        if are_points {
            let why = if is_named { "each point has a name of its own" } else { "no column names their strings" };
            findings.assumed.push(format!(
                "the {count} points are single points of the ground and no edges, because {why}; if they are edges, name the \
                 string of each point in a column `string`"
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

    /// Adds the findings on columns and strings.
    fn report(&self, head: &Head, findings: &mut Findings) {
        let left_out = head.columns.left_out.iter().zip(&self.filled).filter(|(_, filled)| **filled);
        let names: Vec<String> = left_out
            .map(|((k, name), _)| if name.is_empty() { format!("column {}", k + 1) } else { format!("`{name}`") })
            .collect();
        let more = if names.len() > MOST_NAMES { ", …" } else { "" };
        let listed = names.iter().take(MOST_NAMES).map(String::as_str).collect::<Vec<_>>().join(", ");
        findings.leave_out(names.len(), "columns", format!("{listed}{more}: not the string and no coordinates"));
        findings.assumed.extend(head.columns.assumed.clone());
        findings.notes.extend(head.columns.notes.iter().cloned());
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

#[cfg(test)]
mod tests;
