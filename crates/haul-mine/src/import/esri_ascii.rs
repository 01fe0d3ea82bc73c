//! ESRI ASCII elevation rasters, read as a stream. Memory use is bounded for any file size.

use super::raster::{MOST_SIDE, no_data_reason, stride, thinned_note};
use super::survey::Survey;
use super::text::GREATEST_COORDINATE;
use crate::build::ElevationGrid;
use haul_core::{Fault, Faults, Point2};
use std::collections::BTreeMap;
use std::io::BufRead;

const FORM: &str =
    "an ESRI ASCII raster: ncols, nrows, xllcorner, yllcorner, cellsize, NODATA_value, then rows from the north";
/// No-data value of the format, for files that do not state one.
const NO_DATA: f64 = -9999.0;
/// Greatest length of a word in the file.
const GREATEST_WORD_LENGTH: usize = 64;

/// Words of a stream with their positions.
struct Words<R> {
    input: R,
    line: usize,
    column: usize,
}

impl<R: BufRead> Words<R> {
    /// Reads the next word and returns its line and column, or `None` at the end. Errors: a read error, or a word that
    /// is too long.
    fn next(&mut self, word: &mut String) -> Result<Option<(usize, usize)>, String> {
        word.clear();
        let mut start = None;
        loop {
            let bytes = self.input.fill_buf().map_err(|e| e.to_string())?;
            if bytes.is_empty() {
                return Ok(start);
            }
            let mut used = 0;
            let mut done = false;
            for &b in bytes {
                if b.is_ascii_whitespace() || b == 0 {
                    if start.is_some() {
                        done = true;
                        break;
                    }
                } else {
                    start.get_or_insert((self.line, self.column));
                    if word.len() >= GREATEST_WORD_LENGTH {
                        return Err(format!(
                            "{}:{}: expected a word of at most {GREATEST_WORD_LENGTH} characters",
                            self.line, self.column
                        ));
                    }
                    word.push(if b.is_ascii() { char::from(b) } else { char::REPLACEMENT_CHARACTER });
                }
                used += 1;
                if b == b'\n' {
                    self.line += 1;
                    self.column = 1;
                } else {
                    self.column += 1;
                }
            }
            self.input.consume(used);
            if done {
                return Ok(start);
            }
        }
    }
}

/// Reads an elevation raster.
///
/// # Errors
///
/// Returns a fault with line and column if the file is not an ESRI ASCII raster.
pub(super) fn read(path: &str, input: impl BufRead) -> Result<Survey, Faults> {
    let mut words = Words { input, line: 1, column: 1 };
    let mut word = String::new();
    let wrong = |at: Option<(usize, usize)>, what: String| {
        let place = at.map_or(path.to_owned(), |(l, c)| format!("{path}:{l}:{c}"));
        Faults::from(Fault::new(what).in_file(place).help(FORM))
    };
    let unreadable = |e: String| wrong(None, format!("cannot be read: {e}"));
    let mut header: BTreeMap<String, f64> = BTreeMap::new();
    let mut first = None;
    while let Some(at) = words.next(&mut word).map_err(unreadable)? {
        if !word.starts_with(|c: char| c.is_ascii_alphabetic()) || is_no_number(&word) {
            first = Some(at);
            break;
        }
        let key = word.to_ascii_lowercase();
        let Some(at) = words.next(&mut word).map_err(unreadable)? else {
            return Err(wrong(None, format!("expected a value for `{key}`, found none; the file was cut off")));
        };
        match word.parse::<f64>() {
            Ok(v) if v.is_finite() || key == "nodata_value" => header.insert(key, v),
            _ if key == "nodata_value" && is_no_number(&word) => header.insert(key, f64::NAN),
            _ => return Err(wrong(Some(at), format!("expected a number for `{key}`, found `{word}`"))),
        };
        if header.len() > GREATEST_WORD_LENGTH {
            return Err(wrong(Some(at), format!("expected a header of at most {GREATEST_WORD_LENGTH} entries")));
        }
    }
    if header.is_empty() && first.is_none() {
        return Err(wrong(None, "the file is empty".into()));
    }
    let needed = |key: &str| header.get(key).copied().ok_or_else(|| wrong(None, format!("`{key}` is missing")));
    let count = |key: &str| {
        needed(key).and_then(|v| {
            let sound = v.fract() == 0.0 && (2.0..=MOST_SIDE as f64).contains(&v);
            if sound {
                Ok(v as u64)
            } else {
                Err(wrong(None, format!("expected a number of cells from 2 to {MOST_SIDE} for `{key}`, found {v}")))
            }
        })
    };
    let (columns, rows) = (count("ncols")?, count("nrows")?);
    let step = match header.get("cellsize") {
        Some(&size) => (size, size),
        None => (needed("dx")?, needed("dy")?),
    };
    if !(step.0 > 0.0 && step.1 > 0.0) {
        return Err(wrong(None, format!("expected a positive cell size, found {} × {}", step.0, step.1)));
    }
    let corner = |centre: &str, corner: &str, step: f64| match header.get(centre) {
        Some(&v) => Ok(v),
        None => needed(corner).map(|v| v + 0.5 * step),
    };
    let (x, y) = (corner("xllcenter", "xllcorner", step.0)?, corner("yllcenter", "yllcorner", step.1)?);
    let no_data = header.get("nodata_value").copied().unwrap_or(NO_DATA);
    let stride = stride(columns, rows);
    let (kept_columns, kept_rows) = (columns.div_ceil(stride) as usize, rows.div_ceil(stride) as usize);
    // Kept rows are counted from the south, so that the south-western cell is one of them.
    let mut heights = vec![f32::NAN; kept_columns * kept_rows];
    let mut unknown = 0_u64;
    let mut at = first;
    for n in 0..columns * rows {
        let Some(place) = at else {
            let what = format!("expected {} cells, found {n}; the file was cut off", columns * rows);
            return Err(wrong(None, what));
        };
        let value = if is_no_number(&word) {
            f64::NAN
        } else {
            match word.parse::<f64>() {
                Ok(v) => v,
                Err(_) => return Err(wrong(Some(place), format!("expected an elevation, found `{word}`"))),
            }
        };
        let (column, row) = (n % columns, rows - 1 - n / columns);
        let is_known = value.is_finite() && value != no_data && value.abs() < GREATEST_COORDINATE;
        unknown += u64::from(!is_known);
        if is_known && column % stride == 0 && row % stride == 0 {
            heights[(row / stride) as usize * kept_columns + (column / stride) as usize] = value as f32;
        }
        at = words.next(&mut word).map_err(unreadable)?;
    }
    let mut survey = Survey::default();
    if at.is_some() {
        survey.findings.strange.push("the file has more numbers than cells; the rest was left out".into());
    }
    survey.findings.leave_out(unknown as usize, "cells", no_data_reason(columns * rows));
    if stride > 1 {
        survey.findings.notes.push(thinned_note(columns, rows, stride));
    }
    let step = (step.0 * stride as f64, step.1 * stride as f64);
    survey.grid = ElevationGrid::new(Point2::new(x, y), step, kept_columns, heights);
    if survey.grid.as_ref().is_none_or(|g| g.known() == 0) {
        return Err(wrong(None, "expected an elevation in at least one cell, found none".into()));
    }
    Ok(survey)
}

/// Returns true for words such as NaN and infinity, which Rust would read as numbers.
fn is_no_number(word: &str) -> bool {
    let word = word.trim_start_matches(['-', '+']).to_ascii_lowercase();
    word == "nan" || word == "inf" || word == "infinity" || word.starts_with("1.#")
}
