//! Edges as `string,x,y,z`: one point per line, with the points of each string in order.
//!
//! Tables from spreadsheets and data loggers are read as they are: with any delimiter, decimal commas, comments,
//! further columns, and columns in any order and many languages. Without a column of string names, empty lines separate
//! the strings. Without empty lines too, the points are single points of the ground.

mod columns;
mod order;
mod points;

use super::features::{self, Feature};
use super::findings::Findings;
use super::read::ReadOptions;
use super::survey::Survey;
use super::text::MOST_FAULTS;
use columns::{Columns, Heading, unit_of};
use haul_core::delimited::{Delimiter, Line, NumberForms, NumberStyle, Record, Table};
use haul_core::fault::SourceText;
use haul_core::{Fault, Faults};
use points::Points;
use std::ops::Range;
use std::sync::Arc;

/// Number of records in which column names are searched, because exports may start with a title.
const MOST_TITLES: usize = 20;
/// Features of the table format.
pub(super) const FEATURES: &[Feature] = &[
    features::read("columns `string,x,y,z` in any order and many languages", "`--columns` where there is no header"),
    features::read("comma, semicolon, tab, pipe or blanks; quotes; decimal commas; comments", "told"),
    features::read("UTF-8, UTF-16, Windows and Chinese code pages; any line ends", "a guessed code page is told"),
    features::read("units in headers, for example `x (ft)`", ""),
    features::said("further columns, titles, empty lines", "left out"),
    features::refused("a header that is missing", "the question says which `--columns` to give"),
    features::refused("cells that are not numbers, columns twice", "every fault with line and column"),
];

/// Minimum number of numeric cells in a line that counts as a point. Lines with fewer are titles.
const LEAST_NUMBERS: usize = 2;

/// Returns true if a text starts like a table of points.
pub(super) fn recognises(start: &str) -> bool {
    let source = SourceText::new("", start);
    let table = Table::new(&source);
    let records = table.lines().filter_map(record).take(MOST_TITLES).collect::<Vec<_>>();
    let is_point = |r: &Record| numbers_in(&table, r) > LEAST_NUMBERS;
    records.iter().any(|r| names_in(&table, r) > 1 && r.cells.len() > 2) || records.iter().take(2).any(is_point)
}

/// Reads edges from the text of a table.
///
/// # Errors
///
/// Returns all faults, each with its line and column.
pub(super) fn read(source: &Arc<SourceText>, options: &ReadOptions) -> Result<Survey, Faults> {
    let table = Table::new(source);
    let mut findings = Findings::default();
    let head = Head::find(source, &table, options, &mut findings)?;
    let style = style_of(source, &table, &head, &mut findings)?;
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
    points.finish(findings)
}

/// Returns the record of a line, or `None` if the line is a comment or all its cells are empty.
fn record(line: Line) -> Option<Record> {
    match line {
        Line::Record(record) if record.cells.iter().any(|c| !c.is_empty()) => Some(record),
        _ => None,
    }
}

/// Returns the number of cells that hold a number, with a decimal point or a decimal comma.
fn numbers_in(table: &Table, record: &Record) -> usize {
    let styles = [true, false].map(|comma| NumberStyle { has_decimal_comma: comma, separates_thousands: true });
    let is_number = |at: &Range<usize>| styles.iter().any(|s| s.number(&table.cell(at)).is_some());
    record.cells.iter().filter(|at| is_number(at)).count()
}

/// Returns the number of cells that hold the name of a coordinate.
fn names_in(table: &Table, record: &Record) -> usize {
    record.cells.iter().filter(|at| Heading::of(&table.cell(at)).is_coordinate()).count()
}

/// The columns of a table, and the position at which the points start.
struct Head {
    columns: Columns,
    /// Byte offset of the first record that is a point.
    first: usize,
    /// The comment that holds the column names.
    comment: Option<Range<usize>>,
}

impl Head {
    /// Finds the column names or, without names, the order of the columns.
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
        // If no line has a known name, the first line is treated as the header, so that its names are reported.
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

/// Reads the units of the columns from a line of units below the header. Returns false if the line holds no units.
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

/// Returns the number format of the coordinates. Where the decimal separator is a comma, spreadsheets separate cells by
/// semicolons. So in a table with semicolons, an ambiguous comma is a decimal comma.
fn style_of(
    source: &Arc<SourceText>,
    table: &Table,
    head: &Head,
    findings: &mut Findings,
) -> Result<NumberStyle, Faults> {
    let mut forms = NumberForms::default();
    for record in table.lines().filter_map(record).filter(|r| r.line.start >= head.first) {
        // A line with a wrong number of cells is reported later.
        let Columns { least, count, .. } = head.columns;
        if record.cells.len() < least || record.cells.iter().skip(count).any(|c| !c.is_empty()) {
            continue;
        }
        for at in head.columns.axes.iter().filter_map(|k| record.cells.get(*k)) {
            forms.add(&table.cell(at), at);
        }
    }
    let is_sheet = table.delimiter() == Delimiter::Semicolon;
    forms.style().or_else(|fault| {
        if fault.is_ambiguous && is_sheet {
            let text = "numbers such as `{}` have decimal commas, because semicolons separate the cells";
            findings.assumed.push(text.replace("{}", &table.cell(&fault.at)));
            return Ok(NumberStyle::COMMA);
        }
        let help = if fault.is_ambiguous {
            "export the coordinates without separators of thousands and with a decimal point"
        } else {
            "use a decimal point in all numbers, or a decimal comma in all"
        };
        Err(Fault::new(fault.what).at(source, fault.at).help(help).into())
    })
}

#[cfg(test)]
mod tests;
