//! A haul profile: the road from the shovel to the dump as sections, read from a table.

mod table;

use haul_core::fault::{Faults, SourceText};
use serde::Serialize;
use std::sync::Arc;

/// A section of a haul road, described in the loaded truck's direction of travel.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Section {
    /// Length of the section along the road, m.
    pub length: f64,
    /// Grade, rise over run; positive uphill for the loaded truck.
    pub grade: f64,
    /// Rolling resistance, ratio.
    pub rolling: f64,
    /// Speed limit, m/s; infinite if there is none.
    pub limit: f64,
    /// Radius of the section's curve, m; infinite for a straight section.
    pub radius: f64,
}

/// The road's sections from the shovel to the dump, at least one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Profile {
    sections: Vec<Section>,
}

impl Profile {
    /// Creates a profile from sections; `None` if there are no sections or one is out of range.
    pub fn new(sections: Vec<Section>) -> Option<Self> {
        let inside = |s: &Section| {
            let values = [s.length, s.grade * 100.0, s.rolling * 100.0];
            values.iter().zip(&table::RANGES).all(|(v, r)| (r[0]..=r[1]).contains(v)) && s.limit > 0.0 && s.radius > 0.0
        };
        (!sections.is_empty() && sections.iter().all(inside)).then_some(Self { sections })
    }

    /// Reads a table. The first line names the columns (`length_m`, `grade_pct`, `rolling_pct` or `penetration_cm`, and
    /// optionally `limit_kmh`, `radius_m`; in any order); then follows one line per section.
    ///
    /// Each section gives either its rolling resistance or the tyres' penetration, from which the rolling resistance
    /// follows ([`penetration_rule`](crate::site::penetration_rule)). An empty cell in the last two columns means no
    /// limit. Lines that begin with `#` are skipped. Cells are separated by commas, semicolons, tabs, vertical bars or
    /// blanks, and numbers may have a decimal comma: see [`haul_core::delimited`].
    ///
    /// # Errors
    ///
    /// All faults of the table, each with its line and column.
    pub fn from_csv(source: &Arc<SourceText>) -> Result<Self, Faults> {
        table::read(source).map(|(profile, _)| profile)
    }

    /// Reads a table like [`from_csv`](Self::from_csv), and also returns notes: how numbers and cells were read, and
    /// values that are valid but look wrong.
    ///
    /// # Errors
    ///
    /// See [`from_csv`](Self::from_csv).
    pub fn from_csv_with_notes(source: &Arc<SourceText>) -> Result<(Self, Vec<String>), Faults> {
        table::read(source)
    }

    /// Returns the sections, from the shovel to the dump.
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// Returns the total length, m.
    pub fn length(&self) -> f64 {
        self.sections.iter().map(|s| s.length).sum()
    }

    /// Returns the total rise from the shovel to the dump, m.
    pub fn rise(&self) -> f64 {
        self.sections.iter().map(|s| s.length * libm::sin(libm::atan(s.grade))).sum()
    }

    /// Returns the same road in the opposite direction.
    pub fn reversed(&self) -> Self {
        let back = self.sections.iter().rev().map(|s| Section { grade: -s.grade, ..*s });
        Self { sections: back.collect() }
    }
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
        // By the penetration rule: 2 % plus 0.6 % per centimetre.
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
            "haul.csv:2:1: expected 4 cells as in the first line, found 2",
            "haul.csv:3:1: `length_m` is -3",
            "haul.csv:3:4: `grade_pct` is ten",
            "haul.csv:4:5: `grade_pct` is 90",
            "haul.csv:4:8: the section has no rolling resistance",
        ] {
            assert!(found.iter().any(|f| f.starts_with(words)), "{words}: {found:#?}");
        }
        assert!(read("").is_err() && read("length_m,grade_pct,rolling_pct\n").is_err());
    }

    #[test]
    fn tables_of_spreadsheets_are_read() {
        let expected = read("length_m,grade_pct,rolling_pct,limit_kmh\n1220.5,6,2.5,\n300,0,3,40\n").unwrap();
        for text in [
            "length_m;grade_pct;rolling_pct;limit_kmh\n1220,5;6;2,5;\n300;0;3;40\n",
            "sep=;\r\nlength_m;grade_pct;rolling_pct;limit_kmh\r\n1220,5;6;2,5;\r\n300;0;3;40\r\n",
            "\u{feff}length_m\tgrade_pct\trolling_pct\tlimit_kmh\n1220.5\t6\t2.5\t\n300\t0\t3\t40\n",
            "Length (m),Grade (%),Rolling [%],Limit (km/h)\n\"1,220.5\",6,2.5,\n300,0,3,40\n",
            "length_m,grade_pct,rolling_pct,limit_kmh,,\n1220.5,6,2.5,,,\n300,0,3,40,,\n,,,,,\n",
            "\"length_m\",\"grade_pct\",\"rolling_pct\",\"limit_kmh\"\n\"1220,5\",\"6\",\"2,5\",\"\"\n300,0,3,40\n",
        ] {
            assert_eq!(read(text).unwrap_or_else(|e| panic!("{text}: {e}")), expected, "{text}");
        }
    }

    #[test]
    fn doubtful_tables_are_refused_with_the_reason() {
        for (text, words) in [
            ("1220;6;5\n300;0;3\n", "expected column names in the first line, found numbers"),
            (
                "length_m;grade_pct;rolling_pct\n1,220;6;5\n",
                "haul.csv:2:1: expected a number of one meaning, found `1,220`",
            ),
            ("length_m,grade_pct,rolling_pct\n1220,5,6,2,5\n", "separate the cells by semicolons"),
            ("length_m,grade_pct,rolling_pct\n\"1220,6,5\n", "haul.csv:2:1: expected the end of the quote"),
            ("length_m;grade_pct;rolling_pct\n1220,5;6.5;5\n", "expected numbers of one form"),
            ("length_m,grade_pct,rolling_pct,\n1220,6,5,9\n", "haul.csv:1:32: expected a column name, found none"),
        ] {
            let found = read(text).unwrap_err().to_string();
            assert!(found.contains(words), "{words}: {found}");
        }
    }

    #[test]
    fn ratios_instead_of_percent_are_noted() {
        let source = SourceText::new("haul.csv", "length_m,grade_pct,rolling_pct\n1000,0.08,0.03\n200,0,0.02\n");
        let (_, notes) = Profile::from_csv_with_notes(&source).unwrap();
        assert!(notes.iter().any(|n| n.contains("grade_pct") && n.contains("multiply")), "{notes:?}");
        assert!(notes.iter().any(|n| n.contains("rolling_pct")), "{notes:?}");
        let source = SourceText::new("haul.csv", "length_m,grade_pct,rolling_pct\n1000,8,3\n200,0.2,2\n");
        assert!(Profile::from_csv_with_notes(&source).unwrap().1.is_empty());
    }
}
