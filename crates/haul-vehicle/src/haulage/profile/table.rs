//! Reads a haul profile from a delimited table.

use super::{Profile, Section};
use crate::site::penetration_rule;
use haul_core::delimited::{Delimiter, Line, NumberForms, NumberStyle, Record, Table};
use haul_core::fault::{Fault, Faults, SourceText};
use haul_core::units::from_kmh;
use std::sync::Arc;

/// Names of the columns. The first two are required, then one or both of the next two; the last two are optional.
const COLUMNS: [&str; 6] = ["length_m", "grade_pct", "rolling_pct", "penetration_cm", "limit_kmh", "radius_m"];
/// Number of columns that are always required.
const REQUIRED_COLUMNS: usize = 2;
/// Index of the grade column.
const GRADE: usize = 1;
/// Indices of the rolling-resistance and penetration columns; each section fills one of the two.
const ROLLING: usize = 2;
const PENETRATION: usize = 3;
/// Minimum and maximum value of each column. No haul road is steeper than 40 % or has a higher rolling resistance than
/// that, and no truck drives where its tyres sink deeper than 60 cm.
pub(super) const RANGES: [[f64; 2]; 6] =
    [[0.1, 100_000.0], [-40.0, 40.0], [0.0, 40.0], [0.0, 60.0], [1.0, 120.0], [5.0, 1e6]];
/// Largest grade or rolling resistance that looks like a ratio rather than a percentage. The best roads have a rolling
/// resistance of 1 %.
const GREATEST_RATIO: f64 = 0.4;

/// Returns the profile from a table, and notes on how the table was read.
pub(super) fn read(source: &Arc<SourceText>) -> Result<(Profile, Vec<String>), Faults> {
    let table = Table::new(source);
    let mut reader = SectionReader { source, table: &table, columns: Vec::new(), style: NumberStyle::POINT };
    let mut faults = Vec::new();
    let mut records = Vec::new();
    for line in table.lines() {
        match line {
            Line::Record(record) if record.cells.iter().any(|c| !c.is_empty()) => records.push(record),
            Line::Record(_) | Line::Comment(_) => {}
            Line::OpenQuote(at) => faults.push(
                Fault::new("expected the end of the quote in the same cell, found none")
                    .at(source, at)
                    .help("close the quote, or remove it"),
            ),
        }
    }
    let mut sections = Vec::new();
    if let Some((head, rows)) = records.split_first() {
        reader.read_head(head, rows, &mut faults);
        if let Some(style) = reader.style_of(rows, &mut faults) {
            reader.style = style;
            sections.extend(rows.iter().filter_map(|row| reader.section(row, &mut faults)));
        }
    }
    if sections.is_empty() && faults.is_empty() {
        let help = "a first line `length_m,grade_pct,rolling_pct,limit_kmh`, then a line for each section";
        faults.push(Fault::new("the profile has no section").in_file(&source.path).help(help));
    }
    Faults::check(faults)?;
    let mut notes: Vec<String> = reader.style.note().map(str::to_owned).into_iter().collect();
    let look_like_ratios = |value: fn(&Section) -> f64| {
        let greatest = sections.iter().map(|s| (100.0 * value(s)).abs()).fold(0.0, f64::max);
        (greatest > 0.0 && greatest <= GREATEST_RATIO).then_some(greatest)
    };
    let has = |column: usize| reader.columns.contains(&Some(column));
    for (column, value) in [(GRADE, (|s| s.grade) as fn(&Section) -> f64), (ROLLING, |s| s.rolling)] {
        if has(column)
            && let Some(greatest) = look_like_ratios(value)
        {
            notes.push(format!(
                "the values of `{}` are at most {greatest:.2} %; if they are ratios, multiply them by 100",
                COLUMNS[column]
            ));
        }
    }
    Ok((Profile { sections }, notes))
}

/// Returns the column with a name. Case, blanks, and brackets around the unit do not matter: `Length (m)` is
/// `length_m`.
fn column_of(name: &str) -> Option<usize> {
    let plain = name.to_lowercase().replace("km/h", "kmh").replace('%', "pct");
    let words: Vec<&str> = plain.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let plain = words.join("_");
    COLUMNS.iter().position(|c| *c == plain)
}

/// Reads the sections from the records of a table.
struct SectionReader<'a> {
    source: &'a Arc<SourceText>,
    table: &'a Table,
    /// Column of each cell; `None` for a cell without a column name.
    columns: Vec<Option<usize>>,
    style: NumberStyle,
}

impl SectionReader<'_> {
    /// Reads the column names from the first line.
    fn read_head(&mut self, head: &Record, rows: &[Record], faults: &mut Vec<Fault>) {
        let Self { source, table, columns: found, .. } = self;
        if head.cells.len() > 1 && head.cells.iter().all(|c| table.cell(c).starts_with(|c: char| c.is_ascii_digit())) {
            let fault = Fault::new("expected column names in the first line, found numbers");
            faults.push(fault.at(source, head.line.clone()).help(format!("known: {}", COLUMNS.join(", "))));
            *found = vec![None; head.cells.len()];
            return;
        }
        for (k, at) in head.cells.iter().enumerate() {
            let name = table.cell(at);
            let column = column_of(&name);
            // A spreadsheet writes delimiters at the end of lines for empty columns.
            let is_empty = name.is_empty() && rows.iter().all(|r| r.cells.get(k).is_none_or(std::ops::Range::is_empty));
            if name.is_empty() && !is_empty {
                let fault = Fault::new("expected a column name, found none").at(source, at.clone());
                faults.push(fault.help("name the column, or remove its cells"));
            } else if column.is_none() && !is_empty {
                let known = COLUMNS.join(", ");
                let fault = Fault::new(format!("no column is named `{name}`")).at(source, at.clone());
                faults.push(fault.help(format!("known: {known}")));
            } else if column.is_some() && found.contains(&column) {
                faults.push(Fault::new(format!("column `{name}` appears twice")).at(source, at.clone()));
            }
            found.push(column);
        }
        for (i, name) in COLUMNS.iter().enumerate().take(REQUIRED_COLUMNS) {
            if !found.contains(&Some(i)) {
                let what = format!("column `{name}` is missing");
                faults.push(Fault::new(what).at(source, head.line.clone()).help("name it in the first line"));
            }
        }
        if !found.contains(&Some(ROLLING)) && !found.contains(&Some(PENETRATION)) {
            let fault = Fault::new("column `rolling_pct` is missing").at(source, head.line.clone());
            faults.push(fault.help("name it in the first line, or `penetration_cm` instead"));
        }
    }

    /// Returns the number style of all cells, or `None` after a fault.
    fn style_of(&self, rows: &[Record], faults: &mut Vec<Fault>) -> Option<NumberStyle> {
        let mut forms = NumberForms::default();
        for at in rows.iter().filter(|r| r.cells.len() >= self.columns.len()).flat_map(|r| &r.cells) {
            forms.add(&self.table.cell(at), at);
        }
        match forms.style() {
            Ok(style) => Some(style),
            Err(fault) => {
                let help = if fault.is_ambiguous {
                    "write the number without a separator of thousands, and with all or no decimals"
                } else {
                    "use a decimal point in all numbers, or a decimal comma in all"
                };
                faults.push(Fault::new(fault.what).at(self.source, fault.at).help(help));
                None
            }
        }
    }

    fn section(&self, row: &Record, faults: &mut Vec<Fault>) -> Option<Section> {
        let Self { source, table, columns, style } = self;
        let before = faults.len();
        let extra = row.cells.iter().skip(columns.len());
        if row.cells.len() < columns.len() || extra.clone().any(|c| !c.is_empty()) {
            let (expected, found) = (columns.len(), row.cells.len());
            let what = format!("expected {expected} cells as in the first line, found {found}");
            let help = if found > expected && table.delimiter() == Delimiter::Comma {
                "as many cells as the first line has; if numbers have decimal commas, separate the cells by semicolons"
            } else {
                "as many cells as the first line has"
            };
            faults.push(Fault::new(what).at(source, row.line.clone()).help(help));
            return None;
        }
        let mut values = [f64::INFINITY; COLUMNS.len()];
        // Last cell that gives the section's rolling resistance, and the number of such cells.
        let (mut rolls, mut said) = (None, 0_usize);
        for (cell, column) in row.cells.iter().zip(columns) {
            let Some(column) = *column else { continue };
            let text = table.cell(cell);
            if column == ROLLING || column == PENETRATION {
                rolls = Some(cell.clone());
                said += usize::from(!text.is_empty());
            }
            if text.is_empty() && column >= REQUIRED_COLUMNS {
                continue;
            }
            let [least, most] = RANGES[column];
            match style.number(&text) {
                Some(value) if (least..=most).contains(&value) => values[column] = value,
                _ => {
                    let what = format!("`{}` is {}", COLUMNS[column], if text.is_empty() { "empty" } else { &text });
                    let fault = Fault::new(what).at(source, cell.clone());
                    faults.push(fault.help(format!("a number from {least} to {most}")));
                }
            }
        }
        let [length, grade, rolling, penetration, limit, radius] = values;
        if let Some(cell) = rolls.filter(|_| said != 1) {
            let (what, help) = if said > 1 {
                ("`rolling_pct` and `penetration_cm` both give the rolling resistance", "leave one of them empty")
            } else {
                ("the section has no rolling resistance", "fill `rolling_pct` or `penetration_cm`")
            };
            faults.push(Fault::new(what).at(source, cell).help(help));
        }
        let rolling =
            if rolling.is_finite() { rolling / 100.0 } else { penetration_rule().rolling(penetration / 100.0) };
        (faults.len() == before).then_some(Section {
            length,
            grade: grade / 100.0,
            rolling,
            limit: if limit.is_finite() { from_kmh(limit) } else { f64::INFINITY },
            radius,
        })
    }
}
