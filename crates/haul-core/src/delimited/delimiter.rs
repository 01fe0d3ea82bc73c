//! The character between the cells of a table, and how it is recognised.

use super::lines::{Line, Table};
use crate::fault::SourceText;
use std::sync::Arc;

/// Separator between the cells of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delimiter {
    /// A tab.
    Tab,
    /// A semicolon.
    Semicolon,
    /// A vertical bar.
    Pipe,
    /// A comma.
    Comma,
    /// One or more spaces or tabs.
    Blanks,
}

/// Number of lines from which a delimiter is recognised.
const SAMPLE: usize = 40;

impl Delimiter {
    /// All delimiters. If two fit equally well, the earlier one is taken, because a comma may be a decimal comma and a
    /// blank may be part of a name.
    const ALL: [Delimiter; 5] =
        [Delimiter::Tab, Delimiter::Semicolon, Delimiter::Pipe, Delimiter::Comma, Delimiter::Blanks];

    /// Returns the plural name of the delimiter, for messages.
    pub fn name(self) -> &'static str {
        match self {
            Delimiter::Tab => "tabs",
            Delimiter::Semicolon => "semicolons",
            Delimiter::Pipe => "vertical bars",
            Delimiter::Comma => "commas",
            Delimiter::Blanks => "blanks",
        }
    }

    /// Returns the delimiter as one byte.
    pub(super) fn byte(self) -> u8 {
        match self {
            Delimiter::Tab => b'\t',
            Delimiter::Semicolon => b';',
            Delimiter::Pipe => b'|',
            Delimiter::Comma => b',',
            Delimiter::Blanks => b' ',
        }
    }

    /// Returns the delimiter that an Excel line such as `sep=;` states.
    pub(super) fn stated(line: &str) -> Option<Delimiter> {
        let line = line.trim_end_matches(['\r', '\n']);
        let value = line.get(..4).filter(|key| key.eq_ignore_ascii_case("sep="))?;
        let byte = line[value.len()..].bytes().next()?;
        Delimiter::ALL.into_iter().find(|d| d.byte() == byte && line.len() == value.len() + 1)
    }

    /// Returns the delimiter that splits the first lines of a text into the most numbers or, without numbers, into the
    /// most cells.
    pub(super) fn recognised(source: &Arc<SourceText>, start: usize) -> Delimiter {
        let score = |delimiter: Delimiter| {
            let table = Table::with_delimiter(source, start, delimiter);
            let (mut numbers, mut cells) = (0_usize, 0_usize);
            let records = table.lines().filter_map(|line| match line {
                Line::Record(record) => Some(record),
                _ => None,
            });
            for record in records.take(SAMPLE) {
                let found = record.cells.iter().filter(|c| looks_like_number(&table.cell(c))).count();
                numbers += if found > 1 { found } else { 0 };
                cells = cells.max(record.cells.len());
            }
            (numbers, if numbers > 0 { 0 } else { cells })
        };
        // Reversed, because `max_by_key` takes the last of equal scores.
        Delimiter::ALL.into_iter().rev().max_by_key(|d| score(*d)).unwrap_or(Delimiter::Comma)
    }
}

/// Returns true if a cell may be a number in any style: digits with signs and separators, without blanks.
fn looks_like_number(cell: &str) -> bool {
    let allowed = |c: char| c.is_ascii_digit() || "+-.,'’eE\u{2212}\u{a0}\u{202f}".contains(c);
    cell.chars().all(allowed)
        && cell.ends_with(|c: char| c.is_ascii_digit() || c == '.')
        && cell.starts_with(|c: char| c.is_ascii_digit() || "+-.,\u{2212}".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiter_is_recognised_beside_decimal_commas_and_blanks_in_names() {
        for (text, expected) in [
            ("string,x,y,z\na,1,2,3\n", Delimiter::Comma),
            ("string, x, y, z\na, 1, 2, 3\n", Delimiter::Comma),
            ("string;x;y;z\na;1,0;2,0;3,0\n", Delimiter::Semicolon),
            ("a;0,000;1,000;2,000\n", Delimiter::Semicolon),
            ("string\tx\ty\tz\nroad one\t1\t2\t3\n", Delimiter::Tab),
            ("string|x|y|z\na|1|2|3\n", Delimiter::Pipe),
            ("string x y z\na 1,0 2,0 3,0\n", Delimiter::Blanks),
            ("  a   1.0\t2.0   3.0\n", Delimiter::Blanks),
            ("\"road, north\" 1.0 2.0 3.0\n", Delimiter::Blanks),
            ("length_m;grade_pct\n", Delimiter::Semicolon),
            ("sep=|\nlength_m|grade_pct;x;y\n", Delimiter::Pipe),
            ("x\n1\n", Delimiter::Tab),
        ] {
            assert_eq!(Table::new(&SourceText::new("t.csv", text)).delimiter(), expected, "{text}");
        }
    }
}
