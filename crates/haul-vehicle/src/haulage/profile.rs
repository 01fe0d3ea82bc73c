//! A haul profile: the road from the shovel to the dump as sections, read from a table.

use crate::site::penetration_rule;
use haul_core::fault::{Fault, Faults, SourceText};
use haul_core::units::from_kmh;
use serde::Serialize;
use std::sync::Arc;

/// A section of a haul road, in the direction of the loaded truck.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Section {
    /// Length along the road, m.
    pub length: f64,
    /// Grade, rise over run; positive uphill for the loaded truck.
    pub grade: f64,
    /// Rolling resistance, ratio.
    pub rolling: f64,
    /// Speed limit, m/s; infinite without one.
    pub limit: f64,
    /// Radius of the curve, m; infinite on a straight.
    pub radius: f64,
}

/// Sections from the shovel to the dump, at least one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Profile {
    sections: Vec<Section>,
}

/// The columns. The first two are required, and one or both of the next two; the last two are optional.
const COLUMNS: [&str; 6] = ["length_m", "grade_pct", "rolling_pct", "penetration_cm", "limit_kmh", "radius_m"];
/// Number of required columns.
const REQUIRED_COLUMNS: usize = 2;
/// Index of the two columns of which each section fills one.
const ROLLING: usize = 2;
const PENETRATION: usize = 3;
/// Least and greatest value of each column. No haul road is steeper than 40 % or has a higher rolling resistance, and
/// no truck drives where its tyres sink in deeper.
const RANGES: [[f64; 2]; 6] = [[0.1, 100_000.0], [-40.0, 40.0], [0.0, 40.0], [0.0, 60.0], [1.0, 120.0], [5.0, 1e6]];

impl Profile {
    /// A profile of sections; `None` if there are none or one is out of range.
    pub fn new(sections: Vec<Section>) -> Option<Self> {
        let inside = |s: &Section| {
            let values = [s.length, s.grade * 100.0, s.rolling * 100.0];
            values.iter().zip(&RANGES).all(|(v, r)| (r[0]..=r[1]).contains(v)) && s.limit > 0.0 && s.radius > 0.0
        };
        (!sections.is_empty() && sections.iter().all(inside)).then_some(Self { sections })
    }

    /// Reads a comma-separated table. The first line names the columns (`length_m`, `grade_pct`, `rolling_pct` or
    /// `penetration_cm`, and optionally `limit_kmh`, `radius_m`; in any order); then follows a line for each section.
    ///
    /// Each section gives the rolling resistance, or the tyres' penetration from which it follows
    /// ([`penetration_rule`]). An empty cell in the last two columns means no limit. Lines that begin with `#` are
    /// skipped.
    ///
    /// # Errors
    ///
    /// All faults of the table, each with its line and column.
    pub fn from_csv(source: &Arc<SourceText>) -> Result<Self, Faults> {
        let mut faults = Vec::new();
        let mut head: Option<Vec<Option<usize>>> = None;
        let mut sections = Vec::new();
        for line in lines(&source.text) {
            let cells = cells(&source.text, line.clone());
            match &head {
                None => head = Some(read_head(source, &cells, line, &mut faults)),
                Some(columns) => {
                    if let Some(section) = read_section(source, columns, &cells, line, &mut faults) {
                        sections.push(section);
                    }
                }
            }
        }
        if sections.is_empty() && faults.is_empty() {
            let help = "a first line `length_m,grade_pct,rolling_pct,limit_kmh`, then a line for each section";
            faults.push(Fault::new("the profile has no section").in_file(&source.path).help(help));
        }
        Faults::check(faults)?;
        Ok(Self { sections })
    }

    /// The sections, from the shovel to the dump.
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// Length of the whole, m.
    pub fn length(&self) -> f64 {
        self.sections.iter().map(|s| s.length).sum()
    }

    /// Rise of the whole from the shovel to the dump, m.
    pub fn rise(&self) -> f64 {
        self.sections.iter().map(|s| s.length * libm::sin(libm::atan(s.grade))).sum()
    }

    /// The same road in the other direction.
    pub fn reversed(&self) -> Self {
        let back = self.sections.iter().rev().map(|s| Section { grade: -s.grade, ..*s });
        Self { sections: back.collect() }
    }
}

type Span = std::ops::Range<usize>;

/// Spans of the lines to read.
fn lines(text: &str) -> impl Iterator<Item = Span> {
    let mut at = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        let start = at;
        at += line.len();
        let kept = line.trim_end();
        (!kept.trim().is_empty() && !kept.trim_start().starts_with('#')).then_some(start..start + kept.len())
    })
}

/// Spans of the cells of a line, without surrounding blanks.
fn cells(text: &str, line: Span) -> Vec<Span> {
    let mut at = line.start;
    text[line]
        .split(',')
        .map(|cell| {
            let start = at + (cell.len() - cell.trim_start().len());
            at += cell.len() + 1;
            start..start + cell.trim().len()
        })
        .collect()
}

/// Returns the column that each cell of the first line names.
fn read_head(source: &Arc<SourceText>, cells: &[Span], line: Span, faults: &mut Vec<Fault>) -> Vec<Option<usize>> {
    let mut found = Vec::with_capacity(cells.len());
    for cell in cells {
        let name = source.text[cell.clone()].trim_start_matches('\u{feff}');
        let column = COLUMNS.iter().position(|c| *c == name);
        if column.is_none() {
            let known = COLUMNS.join(", ");
            faults.push(
                Fault::new(format!("no column is named `{name}`"))
                    .at(source, cell.clone())
                    .help(format!("known: {known}")),
            );
        } else if found.contains(&column) {
            faults.push(Fault::new(format!("column `{name}` appears twice")).at(source, cell.clone()));
        }
        found.push(column);
    }
    for (i, name) in COLUMNS.iter().enumerate().take(REQUIRED_COLUMNS) {
        if !found.contains(&Some(i)) {
            let what = format!("column `{name}` is missing");
            faults.push(Fault::new(what).at(source, line.clone()).help("name it in the first line"));
        }
    }
    if !found.contains(&Some(ROLLING)) && !found.contains(&Some(PENETRATION)) {
        let what = "column `rolling_pct` is missing";
        faults.push(Fault::new(what).at(source, line).help("name it in the first line, or `penetration_cm` instead"));
    }
    found
}

fn read_section(
    source: &Arc<SourceText>,
    columns: &[Option<usize>],
    cells: &[Span],
    line: Span,
    faults: &mut Vec<Fault>,
) -> Option<Section> {
    let before = faults.len();
    if cells.len() != columns.len() {
        let what = format!("found {} cells, expected {} as in the first line", cells.len(), columns.len());
        faults.push(Fault::new(what).at(source, line).help("as many cells as the first line has"));
        return None;
    }
    let mut values = [f64::INFINITY; COLUMNS.len()];
    // The last cell that gives the rolling resistance of the section, and the number of such cells.
    let (mut rolls, mut said): (Option<Span>, usize) = (None, 0);
    for (cell, column) in cells.iter().zip(columns) {
        let Some(column) = *column else { continue };
        let text = &source.text[cell.clone()];
        if column == ROLLING || column == PENETRATION {
            rolls = Some(cell.clone());
            said += usize::from(!text.is_empty());
        }
        if text.is_empty() && column >= REQUIRED_COLUMNS {
            continue;
        }
        let [least, most] = RANGES[column];
        match text.parse::<f64>() {
            Ok(value) if (least..=most).contains(&value) => values[column] = value,
            _ => {
                let what = format!("`{}` is {}", COLUMNS[column], if text.is_empty() { "empty" } else { text });
                faults.push(Fault::new(what).at(source, cell.clone()).help(format!("a number from {least} to {most}")));
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
    (faults.len() == before).then_some(Section {
        length,
        grade: grade / 100.0,
        rolling: if rolling.is_finite() { rolling / 100.0 } else { penetration_rule().rolling(penetration / 100.0) },
        limit: if limit.is_finite() { from_kmh(limit) } else { f64::INFINITY },
        radius,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Profile, Faults> {
        Profile::from_csv(&SourceText::new("haul.csv", text))
    }

    #[test]
    fn a_table_is_read_in_any_order_with_gaps() {
        let text = "# from the pit floor\nlimit_kmh, length_m,grade_pct,rolling_pct\n\n,250,0,4\n30, 1000 ,10,2.5\n";
        let profile = read(text).unwrap();
        assert_eq!(profile.sections().len(), 2);
        assert_eq!(profile.sections()[0].limit, f64::INFINITY);
        assert!((profile.sections()[1].limit - 30.0 / 3.6).abs() < 1e-12);
        assert!((profile.length() - 1250.0).abs() < 1e-9);
        assert!((profile.rise() - 1000.0 * 0.0995).abs() < 0.01);
        assert!(profile.reversed().sections()[0].grade < 0.0);
    }

    #[test]
    fn a_section_may_give_the_tyres_penetration_instead_of_its_resistance() {
        let text = "length_m,grade_pct,rolling_pct,penetration_cm\n100,0,2.5,\n100,0,,5\n100,0,,0\n";
        let rolling: Vec<f64> = read(text).unwrap().sections().iter().map(|s| s.rolling).collect();
        // 2 % plus 0.6 % per centimetre.
        for (found, expected) in rolling.iter().zip([0.025, 0.05, 0.02]) {
            assert!((found - expected).abs() < 1e-12, "{rolling:?}");
        }
        assert_eq!(read("length_m,grade_pct,penetration_cm\n100,0,5\n").unwrap().sections()[0].rolling, rolling[1]);
        let both = read("length_m,grade_pct,rolling_pct,penetration_cm\n100,0,2.5,5\n").unwrap_err();
        assert!(both.iter().next().unwrap().to_string().starts_with("haul.csv:2:11: `rolling_pct` and"), "{both:?}");
        assert!(read("length_m,grade_pct\n100,0\n").is_err());
    }

    #[test]
    fn all_faults_come_at_once_with_their_places() {
        let text = "length_m,grade_pct,rolling_pct,limt\n250,0\n-3,ten,2,\n100,90,,5\n";
        let found: Vec<String> = read(text).unwrap_err().iter().map(|f| f.to_string()).collect();
        for words in [
            "haul.csv:1:32: no column is named `limt`",
            "haul.csv:2:1: found 2 cells, expected 4 as in the first line",
            "haul.csv:3:1: `length_m` is -3",
            "haul.csv:3:4: `grade_pct` is ten",
            "haul.csv:4:5: `grade_pct` is 90",
            "haul.csv:4:8: the section has no rolling resistance",
        ] {
            assert!(found.iter().any(|f| f.starts_with(words)), "{words}: {found:#?}");
        }
        assert!(read("").is_err() && read("length_m,grade_pct,rolling_pct\n").is_err());
    }
}
