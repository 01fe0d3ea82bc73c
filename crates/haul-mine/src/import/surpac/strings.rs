//! Surpac strings (`.str`).
//!
//! A strings file has a header line, a line with the axis, and then lines `string number, northing, easting, elevation,
//! descriptions…`. A null record (string number 0) ends a segment of a string. The last line contains `END`.

use super::super::findings::Findings;
use super::super::survey::{LayeredString, Survey};
use super::super::text::{more, nothing};
use super::super::units::Axes;
use super::records::{Record, Records};
use crate::build::{EdgeString, StringKind};
use haul_core::fault::SourceText;
use haul_core::{Fault, Faults, Point3};
use std::collections::BTreeMap;
use std::sync::Arc;

const FORM: &str = "a Surpac strings file: a header, the axis, then `string, northing, easting, elevation` lines";
/// String number that conventionally holds spot heights.
const SPOT_HEIGHTS: u32 = 32_000;
/// Index of the cell with the first description (D1).
const FIRST_DESCRIPTION: usize = 4;

/// A point with its string number, or `None` for a null record.
pub(super) type PointRecord = Option<(u32, Point3)>;

/// Points of a strings file with their string numbers, and `None` for each null record. The header and the axis record
/// are not included.
pub(super) struct StringRecords {
    /// Points and null records, in the order of the file.
    pub(super) list: Vec<PointRecord>,
    /// Findings on the file.
    pub(super) findings: Findings,
}

/// Reads a strings file.
///
/// # Errors
///
/// Returns all faults, each with its line and column.
pub(super) fn read(source: &Arc<SourceText>) -> Result<Survey, Faults> {
    let StringRecords { list, findings } = records(source)?;
    let mut survey = Survey { axes: Axes::NorthEast, findings, ..Survey::default() };
    let mut names: BTreeMap<u32, usize> = BTreeMap::new();
    let mut spots = 0_usize;
    // A null record or a change of the string number ends a segment of a string.
    let same = |a: &PointRecord, b: &PointRecord| a.map(|a| a.0) == b.map(|b| b.0);
    for part in list.chunk_by(same) {
        let Some((number, _)) = part[0] else { continue };
        let mut points: Vec<Point3> = part.iter().flatten().map(|(_, p)| *p).collect();
        if number == SPOT_HEIGHTS {
            spots += points.len();
            survey.points.extend(points);
            continue;
        }
        let closed = points.len() > 3 && points.first() == points.last();
        if closed {
            points.pop();
        }
        if points.len() == 1 {
            survey.points.extend(points);
            continue;
        }
        let count = names.entry(number).or_insert(0);
        *count += 1;
        let name = if *count == 1 { number.to_string() } else { format!("{number}#{count}") };
        let string = EdgeString { name, kind: StringKind::Drivable, closed, points };
        survey.strings.push(LayeredString { layer: number.to_string(), string, has_heights: true });
    }
    if survey.strings.is_empty() && survey.points.is_empty() {
        return Err(nothing(source, FORM).into());
    }
    if spots > 0 {
        survey.findings.notes.push(format!(
            "string {SPOT_HEIGHTS} holds spot heights by custom; its {spots} points were read as single points, not as a line"
        ));
    }
    Ok(survey)
}

/// Reads the records of a strings file.
///
/// # Errors
///
/// Returns all faults, each with its line and column.
pub(super) fn records(source: &Arc<SourceText>) -> Result<StringRecords, Faults> {
    let mut findings = Findings::default();
    let records = Records::new(source, &mut findings);
    let source = &records.source;
    let mut faults = Vec::new();
    let mut list = Vec::new();
    let mut ended = false;
    let mut is_first = true;
    let (mut described, mut fields) = (0_usize, 0_usize);
    let mut with_commas: Vec<Record> = Vec::new();
    let mut all = records.iter().peekable();
    if all.peek().is_some_and(|first| is_point(&records, first)) {
        findings.assumed.push("the file has no header line; its first line was read as a point".to_owned());
    } else {
        all.next();
    }
    for record in all.by_ref() {
        if more(&mut faults, source) {
            break;
        }
        let first = records.cell(&record, 0);
        let Ok(string_number) = first.parse::<u32>() else {
            let fault = Fault::new(format!("expected a string number, found `{first}`"));
            faults.push(fault.at(source, record.cells[0].clone()).help(FORM));
            continue;
        };
        if string_number == 0 {
            if record.cells.iter().any(|c| records.text(c).eq_ignore_ascii_case("END")) {
                ended = true;
                break;
            }
            // The first null record after the header is the axis record.
            if !std::mem::take(&mut is_first) {
                list.push(None);
            }
            continue;
        }
        is_first = false;
        if record.cells.len() < FIRST_DESCRIPTION {
            faults.push(
                Fault::new(format!("expected four cells or more, found {}", record.cells.len()))
                    .at(source, record.line.clone())
                    .help("give string, northing, easting and elevation, separated by commas"),
            );
            continue;
        }
        let figures: Vec<f64> = ["northing", "easting", "elevation"]
            .iter()
            .zip(&record.cells[1..FIRST_DESCRIPTION])
            .filter_map(|(what, cell)| records.number(cell, what).map_err(|fault| faults.push(fault)).ok())
            .collect();
        // Coordinates keep the order of the file, with north first. The caller swaps the axes.
        let [n, e, z] = figures[..] else { continue };
        list.push(Some((string_number, Point3::new(n, e, z))));
        let last = record.cells.iter().rposition(|c| !c.is_empty()).unwrap_or(0);
        if last >= FIRST_DESCRIPTION {
            described += 1;
            fields = fields.max(last + 1 - FIRST_DESCRIPTION);
        }
        if records.has_decimal_commas(&record) {
            with_commas.push(record);
        }
    }
    let points = list.iter().flatten().count();
    if let Some(record) = with_commas.first()
        && with_commas.len() == points
    {
        let line = source.text[record.line.clone()].trim();
        faults.push(
            Fault::new(format!("expected numbers with a decimal point, found decimal commas: `{line}`"))
                .at(source, record.line.clone())
                .help("export the file again with a decimal point, as Surpac writes it, or with semicolons between the cells"),
        );
    }
    if !ended && faults.is_empty() && !(list.is_empty() && is_first) {
        faults.push(
            Fault::new("expected an END record at the end, found none; the file was cut off")
                .in_file(&source.path)
                .help("export it again; the last line is `0, 0.000, 0.000, 0.000, END`"),
        );
    }
    Faults::check(faults)?;
    findings.leave_out(all.count(), "lines after the END record", "a strings file ends there");
    let what = if fields == 1 { "D1".to_owned() } else { format!("D1 to D{fields}") };
    let why = "the points are read without them; choose strings by their numbers (for example --edges 1)";
    findings.leave_out(described, format!("descriptions of points ({what})"), why);
    Ok(StringRecords { list, findings })
}

/// Returns true if a record is a point, and false if it is a header.
fn is_point(records: &Records, record: &Record) -> bool {
    let is_string = records.cell(record, 0).parse::<u32>().is_ok_and(|n| n > 0);
    is_string
        && record.cells.len() >= FIRST_DESCRIPTION
        && record.cells[1..4].iter().all(|c| records.number(c, "").is_ok())
}
