//! ESRI ASCII elevation rasters, read as a stream. Memory use is bounded for any file size.

use super::features::{self, Feature};
use super::input::Input;
use super::raster::{At, Cells, MOST_SIDE, NoData, Words, beside, number, take_units};
use super::survey::Survey;
use haul_core::{Fault, Faults};
use std::collections::BTreeMap;
use std::io::BufRead;

/// Features of the ESRI ASCII format.
pub(super) const FEATURES: &[Feature] = &[
    features::read("`xllcorner` or `xllcenter`, `cellsize` or `dx` and `dy`", "keys in any case"),
    features::read("NODATA_value", "compared in single precision; −9999 without it, with a word"),
    features::said("no-data values that are not declared", "left out if they lie far off all other heights"),
    features::read("decimal comma, NaN, `.prj` beside it", ""),
    features::refused("degrees", "known by the numbers or the `.prj`"),
    features::refused("more or fewer numbers than cells, columns and rows swapped", ""),
    features::said("unknown entries of the header", ""),
    features::refused("GRASS rasters in text form", "`gdal_translate`"),
];

const FORM: &str =
    "an ESRI ASCII raster: ncols, nrows, xllcorner, yllcorner, cellsize, NODATA_value, then rows from the north";
/// Default no-data value of the format, for files that do not state a value.
const NO_DATA: &str = "-9999";
/// Maximum number of entries in a header.
const MOST_ENTRIES: usize = 64;
/// Keywords of header entries.
const ENTRIES: [&str; 10] =
    ["ncols", "nrows", "xllcorner", "yllcorner", "xllcenter", "yllcenter", "cellsize", "dx", "dy", "nodata_value"];
/// Alternative spellings of keywords, each with the standard keyword.
const SPELLINGS: [(&str, &str); 9] = [
    ("nodata", "nodata_value"),
    ("no_data", "nodata_value"),
    ("no_data_value", "nodata_value"),
    ("nodatavalue", "nodata_value"),
    ("xllcentre", "xllcenter"),
    ("yllcentre", "yllcenter"),
    ("xdim", "dx"),
    ("ydim", "dy"),
    ("cell_size", "cellsize"),
];

/// Header of a raster.
struct Header {
    columns: u64,
    rows: u64,
    /// East and north of the centre of the south-western cell.
    origin: (f64, f64),
    step: (f64, f64),
    no_data: Option<NoData>,
}

/// Reads an elevation raster, and the units from a `.prj` file beside it.
///
/// # Errors
///
/// Returns a fault with line and column if the file is not an ESRI ASCII raster.
pub(super) fn read(input: &Input) -> Result<Survey, Faults> {
    let mut survey = Survey::default();
    let mut words = Words::new(input.open()?).map_err(|e| wrong(input.name, None, e))?;
    let mut comma = false;
    let (header, first, word) = header(input.name, &mut words, &mut comma, &mut survey)?;
    body(input.name, words, &header, (first, word), comma, &mut survey)?;
    if let Some(file) = beside(input, &["prj"]) {
        take_units(&file.name, &file.text, input.name, header.origin, &mut survey)?;
    }
    Ok(survey)
}

fn wrong(path: &str, at: Option<At>, what: String) -> Faults {
    let place = at.map_or(path.to_owned(), |(line, column)| format!("{path}:{line}:{column}"));
    Fault::new(what).in_file(place).help(FORM).into()
}

/// Reads the header. Also returns the first word after the header and its position.
fn header<R: BufRead>(
    path: &str,
    words: &mut Words<R>,
    comma: &mut bool,
    survey: &mut Survey,
) -> Result<(Header, Option<At>, String), Faults> {
    let wrong = |at: Option<At>, what: String| wrong(path, at, what);
    let unreadable = |e: String| wrong(None, format!("cannot be read: {e}"));
    let mut word = String::new();
    let mut entries: BTreeMap<String, f64> = BTreeMap::new();
    let mut no_data = None;
    let mut first = None;
    while let Some(at) = words.next(&mut word).map_err(unreadable)? {
        let is_number = number(&word, comma).is_some();
        if is_number || !word.starts_with(|c: char| c.is_ascii_alphabetic()) {
            first = Some(at);
            break;
        }
        let written = word.to_ascii_lowercase();
        let key = SPELLINGS.iter().find(|(other, _)| *other == written).map_or(&*written, |(_, key)| key).to_owned();
        let Some(at) = words.next(&mut word).map_err(unreadable)? else {
            return Err(wrong(None, format!("expected a value for `{key}`, found none; the file was cut off")));
        };
        let value = number(&word, comma);
        match value {
            Some(_) if key == "nodata_value" => no_data = NoData::of_text(&word),
            Some(v) if v.is_finite() => {
                if !ENTRIES.contains(&&*key) {
                    survey.findings.strange.push(format!("the header entry `{key}` is not known and was not used"));
                }
                entries.insert(key, v);
            }
            _ => return Err(wrong(Some(at), format!("expected a number for `{key}`, found `{word}`"))),
        }
        if entries.len() > MOST_ENTRIES {
            return Err(wrong(Some(at), format!("expected a header of at most {MOST_ENTRIES} entries")));
        }
    }
    if entries.is_empty() && first.is_none() {
        return Err(wrong(None, "the file is empty".into()));
    }
    if entries.is_empty() {
        let fault = Fault::new(format!("expected a header that begins with `ncols`, found `{word}`"));
        let (line, column) = first.unwrap_or((1, 1));
        return Err(fault
            .in_file(format!("{path}:{line}:{column}"))
            .help("for lines of x y z: gdal_translate IN.xyz OUT.tif if they are a regular grid, else give them as CSV")
            .into());
    }
    let needed = |key: &str| entries.get(key).copied().ok_or_else(|| wrong(None, format!("`{key}` is missing")));
    let count = |key: &str| {
        needed(key).and_then(|v| {
            if v.fract() == 0.0 && (2.0..=MOST_SIDE as f64).contains(&v) {
                Ok(v as u64)
            } else {
                Err(wrong(None, format!("expected a number of cells from 2 to {MOST_SIDE} for `{key}`, found {v}")))
            }
        })
    };
    let (columns, rows) = (count("ncols")?, count("nrows")?);
    let step = match entries.get("cellsize") {
        Some(&size) => (size, size),
        None => (needed("dx")?, needed("dy")?),
    };
    if !(step.0 > 0.0 && step.1 > 0.0) {
        return Err(wrong(None, format!("expected a positive cell size, found {} × {}", step.0, step.1)));
    }
    let corner = |centre: &str, corner: &str, step: f64| match entries.get(centre) {
        Some(&v) => Ok(v),
        None => needed(corner).map(|v| v + 0.5 * step),
    };
    let origin = (corner("xllcenter", "xllcorner", step.0)?, corner("yllcenter", "yllcorner", step.1)?);
    Ok((Header { columns, rows, origin, step, no_data }, first, word))
}

/// Reads the cells, row by row from the north.
fn body<R: BufRead>(
    path: &str,
    mut words: Words<R>,
    header: &Header,
    (mut at, mut word): (Option<At>, String),
    mut comma: bool,
    survey: &mut Survey,
) -> Result<(), Faults> {
    let wrong = |at: Option<At>, what: String| wrong(path, at, what);
    let unreadable = |e: String| wrong(None, format!("cannot be read: {e}"));
    let Header { columns, rows, origin, step, no_data } = *header;
    let default = NoData::of_text(NO_DATA);
    let (mut cells, mut by_default) = (Cells::new(columns, rows), 0_usize);
    let mut lines = Lines::default();
    for n in 0..columns * rows {
        let Some(place) = at else {
            let what = format!(
                "expected {} cells ({columns} columns × {rows} rows), found {n}; the file was cut off, or {}",
                columns * rows,
                lines.doubt()
            );
            return Err(wrong(None, what));
        };
        let Some(value) = number(&word, &mut comma) else {
            return Err(wrong(
                Some(place),
                format!("expected an elevation, found `{word}`; put blanks between numbers"),
            ));
        };
        lines.count(place.0);
        let is_default = no_data.is_none() && default.is_some_and(|d| d.matches(value));
        by_default += usize::from(is_default);
        let is_known = value.is_finite() && !is_default && !no_data.is_some_and(|d| d.matches(value));
        cells.set(n % columns, rows - 1 - n / columns, is_known.then_some(value));
        at = words.next(&mut word).map_err(unreadable)?;
    }
    let mut extra = 0_u64;
    let end = at;
    while let Some(place) = at {
        extra += 1;
        lines.count(place.0);
        at = words.next(&mut word).map_err(unreadable)?;
    }
    if extra > 0 {
        let what = format!(
            "expected {} cells ({columns} columns × {rows} rows), found {extra} more; {}",
            columns * rows,
            lines.doubt()
        );
        return Err(wrong(end, what));
    }
    if let Some(k) = lines.all_have()
        && k != columns
        && k == rows
        && lines.number == columns
    {
        let what = format!(
            "expected rows of {columns} cells, found {} lines of {k}; are ncols and nrows swapped?",
            lines.number
        );
        return Err(wrong(None, what));
    }
    if by_default > 0 {
        survey
            .findings
            .assumed
            .push(format!("the file states no NODATA_value; {by_default} cells at {NO_DATA} hold no data"));
    }
    if comma {
        survey.findings.notes.push("numbers have a comma before their decimals".to_owned());
    }
    cells.finish(origin, step, &|h| h, survey).map_err(|e| wrong(None, e))
}

/// Number of values per line of the body, to find the cause of a wrong number of cells.
#[derive(Default)]
struct Lines {
    line: usize,
    /// Number of values on the current line.
    here: u64,
    /// Number of lines that hold values.
    number: u64,
    /// Number of values on the previous line. Until `differs` is true, all previous lines have this number.
    each: Option<u64>,
    differs: bool,
}

impl Lines {
    fn count(&mut self, line: usize) {
        if line != self.line {
            if self.number > 0 {
                self.differs |= self.each.is_some_and(|each| each != self.here);
                self.each = Some(self.here);
            }
            (self.line, self.here) = (line, 0);
            self.number += 1;
        }
        self.here += 1;
    }

    /// Returns the number of values per line, if it is equal on all lines.
    fn all_have(&self) -> Option<u64> {
        self.each.filter(|each| !self.differs && *each == self.here)
    }

    /// Returns the likely cause of a wrong number of cells.
    fn doubt(&self) -> String {
        match self.all_have() {
            Some(each) => format!("ncols and nrows are wrong: the file has {} lines of {each} numbers", self.number),
            None => "ncols and nrows are wrong".to_owned(),
        }
    }
}
