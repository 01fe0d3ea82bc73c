//! Surfer grids in text form (DSAA), read as a stream. Binary Surfer grids are recognised and refused.

use super::features::{self, Feature};
use super::input::Input;
use super::raster::{At, Cells, MOST_SIDE, Words, beside, number, take_units};
use super::survey::Survey;
use haul_core::{Fault, Faults};
use std::io::Read;

/// Features of the Surfer grid format.
pub(super) const FEATURES: &[Feature] = &[
    features::read("DSAA (text)", "rows from the south, blanks of 1.70141e38, `.prj` beside it"),
    features::refused("DSBB and DSRB (binary)", "`gdal_translate`"),
    features::said("heights outside of the stated range", ""),
];

const FORM: &str =
    "a Surfer grid in text form: DSAA, columns and rows, lowest and highest x, y and z, then rows from the south";
/// First bytes of a grid in text form.
const TEXT: &[u8] = b"DSAA";
/// Values equal to or above this one mark blank cells (Surfer, Golden Software).
const BLANK: f64 = 1.701_41e38;
/// Tolerance for heights outside the range that the header states, as a share of this range.
const RANGE_TOLERANCE: f64 = 1e-3;

/// Reads an elevation raster, and the units from a `.prj` file beside it.
///
/// # Errors
///
/// Returns a fault with line and column if the file is not a Surfer grid in text form.
pub(super) fn read(input: &Input) -> Result<Survey, Faults> {
    let wrong = |at: Option<At>, what: String| {
        let place = at.map_or(input.name.to_owned(), |(line, column)| format!("{}:{line}:{column}", input.name));
        Faults::from(Fault::new(what).in_file(place).help(FORM))
    };
    let unreadable = |e: String| wrong(None, format!("cannot be read: {e}"));
    let mut stream = input.open()?;
    let mut start = [0_u8; 4];
    stream.read_exact(&mut start).map_err(|e| unreadable(e.to_string()))?;
    if start != TEXT {
        let name = String::from_utf8_lossy(&start).into_owned();
        let fault = Fault::new(format!("expected a Surfer grid in text form (DSAA), found a binary one ({name})"));
        let help = "save it in Surfer as \"GS ASCII\" or \"ESRI ASCII\", or convert it: gdal_translate IN OUT.tif";
        return Err(fault.in_file(input.name).help(help).into());
    }
    let mut words = Words::new(stream).map_err(|e| wrong(None, e))?;
    let mut word = String::new();
    let mut comma = false;
    let mut header = [0.0; 8];
    let names = [
        "a number of columns",
        "a number of rows",
        "the lowest x",
        "the highest x",
        "the lowest y",
        "the highest y",
        "the lowest z",
        "the highest z",
    ];
    for (value, name) in header.iter_mut().zip(names) {
        let Some(at) = words.next(&mut word).map_err(unreadable)? else {
            return Err(wrong(None, format!("expected {name}, found the end of the file; the file was cut off")));
        };
        *value = number(&word, &mut comma)
            .filter(|v| v.is_finite())
            .ok_or_else(|| wrong(Some(at), format!("expected {name}, found `{word}`")))?;
    }
    let [columns, rows, west, east, south, north, low, high] = header;
    if !([columns, rows].iter().all(|n| n.fract() == 0.0 && (2.0..=MOST_SIDE as f64).contains(n))) {
        return Err(wrong(None, format!("expected 2 to {MOST_SIDE} cells per side, found {columns} × {rows}")));
    }
    if !(east > west && north > south) {
        return Err(wrong(
            None,
            format!("expected the lowest x and y before the highest, found {west} to {east} and {south} to {north}"),
        ));
    }
    let step = ((east - west) / (columns - 1.0), (north - south) / (rows - 1.0));
    let (columns, rows) = (columns as u64, rows as u64);
    let mut cells = Cells::new(columns, rows);
    let mut outside = 0_usize;
    for n in 0..columns * rows {
        let Some(at) = words.next(&mut word).map_err(unreadable)? else {
            return Err(wrong(
                None,
                format!(
                    "expected {} cells ({columns} columns × {rows} rows), found {n}; the file was cut off",
                    columns * rows
                ),
            ));
        };
        let value = number(&word, &mut comma)
            .ok_or_else(|| wrong(Some(at), format!("expected an elevation, found `{word}`")))?;
        let slack = RANGE_TOLERANCE * (high - low).abs().max(1.0);
        let is_known = value.is_finite() && value < BLANK;
        outside += usize::from(is_known && (value < low - slack || value > high + slack));
        cells.set(n % columns, n / columns, is_known.then_some(value));
    }
    if let Some(at) = words.next(&mut word).map_err(unreadable)? {
        return Err(wrong(
            Some(at),
            format!("expected {} cells ({columns} columns × {rows} rows), found more", columns * rows),
        ));
    }
    let mut survey = Survey::default();
    if outside > 0 {
        survey
            .findings
            .strange
            .push(format!("{outside} cells lie outside of the heights that the file states, {low} to {high}"));
    }
    if comma {
        survey.findings.notes.push("numbers have a comma before their decimals".to_owned());
    }
    cells.finish((west, south), step, &|h| h, &mut survey).map_err(|e| wrong(None, e))?;
    if let Some(file) = beside(input, &["prj"]) {
        take_units(&file.name, &file.text, input.name, (west, south), &mut survey)?;
    }
    Ok(survey)
}
