//! Order of the columns of a table without column names. The order is assumed only if the sizes of the numbers leave no
//! doubt.

use super::columns::{Columns, NOT_READ};
use haul_core::delimited::{NumberForms, Record, Table};
use haul_core::fault::SourceText;
use haul_core::{Fault, Faults};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Number of records from which the column order is recognised.
pub(super) const SAMPLE: usize = 2_000;
/// Range of eastings (m) in zones of 6° or 3° of longitude: six digits, about the false easting of 500 km.
const EASTINGS: [f64; 2] = [1e5, 1e6];
/// Range of eastings (m) with a prefixed zone number, as used in China (GB 22021: zones 13 to 45).
const ZONED_EASTINGS: [f64; 2] = [1.3e7, 4.6e7];
/// Range of northings (m): above all eastings, and at most 10,000 km from the equator.
const NORTHINGS: [f64; 2] = [1e6, 1e7];
/// Maximum height above or below sea level (m).
const GREATEST_HEIGHT: f64 = 9_000.0;

/// Properties of a column of numbers or names.
struct Column {
    /// Minimum and maximum, if all cells are numbers.
    range: Option<[f64; 2]>,
    /// True if no two cells are equal.
    is_unique: bool,
    /// True if all cells are whole numbers.
    is_whole: bool,
}

impl Column {
    /// Returns true if all cells are numbers within the range `limits`.
    fn lies_in(&self, limits: [f64; 2]) -> bool {
        self.range.is_some_and(|[low, high]| limits[0] <= low && high < limits[1])
    }
}

/// Recognises the columns of a table without column names.
///
/// # Errors
///
/// Returns a fault that asks for `--columns` if the order of the columns is not certain.
pub(super) fn recognised(source: &Arc<SourceText>, table: &Table, records: &[Record]) -> Result<Columns, Faults> {
    let Some(first) = records.first() else { return Ok(Columns::default()) };
    let count = first.cells.len();
    let ask_for = |example: &str, why: &str| {
        let help = format!(
            "{why}; give the meaning of each column with --columns, for example --columns {example} (x is east, y is north, \
             - is not read), or write the names in the first line"
        );
        let fault = Fault::new("expected column names in the first line, found numbers");
        Err(fault.at(source, first.line.clone()).help(help).into())
    };
    if count < 3 {
        return ask_for("string,x,y,z", "a point needs east, north and height");
    }
    if records.iter().any(|r| r.cells.len() != count) {
        return ask_for(&usual_example(count), "the lines have different numbers of cells");
    }
    let columns = columns(table, records, count);
    let with = |is: &dyn Fn(&Column) -> bool| -> Vec<usize> { (0..count).filter(|k| is(&columns[*k])).collect() };
    let east = with(&|c| c.lies_in(EASTINGS) || c.lies_in(ZONED_EASTINGS));
    let north = with(&|c| c.lies_in(NORTHINGS));
    let ([east], [north]) = (&east[..], &north[..]) else {
        return ask_for(&usual_example(count), "east and north cannot be told apart by their sizes");
    };
    let example = example_of(&columns, *east, *north);
    let ask = |why: &str| ask_for(&example, why);
    let up = with(&|c| c.lies_in([-GREATEST_HEIGHT, GREATEST_HEIGHT]));
    // The first of four columns names the point or the string.
    let label = (count == 4 && *east != 0 && *north != 0).then_some(0);
    let up: Vec<usize> = up.into_iter().filter(|k| label != Some(*k)).collect();
    let [up] = up[..] else { return ask("the column of heights cannot be told from the others") };
    if count > 4 || (count == 4 && label.is_none()) {
        return ask("one of the columns may be the string");
    }
    let mut found = Columns { axes: [*east, *north, up], count, least: count, ..Columns::default() };
    let mut words = vec!["", "", "", ""];
    (words[*east], words[*north], words[up]) = ("east", "north", "height");
    if let Some(label) = label {
        if columns[label].is_unique {
            if !columns[label].is_whole {
                return ask("the first column may be the string or the point");
            }
            words[label] = "point number";
            found.left_out.push((label, "point number".to_owned()));
        } else {
            words[label] = "string";
            found.string = Some(label);
        }
    }
    words.truncate(count);
    found.assumed = Some(format!(
        "the columns are {}, by the sizes of the numbers, because the first line has no names; if this is wrong, give --columns",
        words.join(", ")
    ));
    Ok(found)
}

/// Returns an example of `--columns` with the usual order for `count` columns.
fn usual_example(count: usize) -> String {
    let mut words = match count {
        0..=3 => vec!["x", "y", "z"],
        4 => vec!["string", "x", "y", "z"],
        // Point number, north, east, height and code.
        5 => vec!["-", "y", "x", "z", "string"],
        _ => vec!["string", "x", "y", "z"],
    };
    words.resize(count.max(words.len()), NOT_READ);
    words.join(",")
}

/// Returns an example of `--columns` for a table whose columns of east and north are known. The example puts the height
/// after both, and the string in the first column that repeats a word.
fn example_of(columns: &[Column], east: usize, north: usize) -> String {
    let mut words = vec![NOT_READ; columns.len()];
    (words[east], words[north]) = ("x", "y");
    if let Some(up) = words.get_mut(east.max(north) + 1) {
        *up = "z";
    }
    let is_name = |k: &usize| words[*k] == NOT_READ && columns[*k].range.is_none() && !columns[*k].is_unique;
    if let Some(k) = (0..columns.len()).find(is_name) {
        words[k] = "string";
    }
    words.join(",")
}

/// Returns the properties of each column.
fn columns(table: &Table, records: &[Record], count: usize) -> Vec<Column> {
    let mut forms = NumberForms::default();
    records.iter().flat_map(|r| &r.cells).for_each(|at| forms.add(&table.cell(at), at));
    let style = forms.style().ok();
    let of = |k: usize| {
        let cells = || records.iter().map(|r| table.cell(&r.cells[k]));
        let range = cells().try_fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], cell| {
            let value = style?.number(&cell).filter(|v| v.is_finite())?;
            Some([low.min(value), high.max(value)])
        });
        let different: BTreeSet<_> = cells().collect();
        let is_whole = cells().all(|c| !c.is_empty() && c.bytes().all(|b| b.is_ascii_digit()));
        Column { range, is_unique: different.len() == records.len(), is_whole }
    };
    (0..count).map(of).collect()
}
