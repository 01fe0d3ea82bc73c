//! Records of a Surpac file: its lines, and their cells.

use super::super::findings::Findings;
use super::super::text::{cells, lines, number};
use haul_core::Fault;
use haul_core::fault::SourceText;
use std::ops::Range;
use std::sync::Arc;

/// End of a text file of MS-DOS and CP/M.
const CTRL_Z: char = '\u{1a}';
/// Number of lines by which the separator is recognised.
const HEAD_LINES: usize = 50;
/// Least number of separators of a record: a string number and three coordinates.
const LEAST_SEPARATORS: usize = 3;

/// Separator of the cells of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Separator {
    Comma,
    Semicolon,
    Tab,
}

impl Separator {
    /// Returns the character and its name in the plural.
    fn name(self) -> (char, &'static str) {
        match self {
            Separator::Comma => (',', "commas"),
            Separator::Semicolon => (';', "semicolons"),
            Separator::Tab => ('\t', "tabs"),
        }
    }
}

/// A record with the positions of its cells.
pub(super) struct Record {
    /// Position of the line.
    pub(super) line: Range<usize>,
    /// Positions of the cells, without blanks and quotes. There is at least one.
    pub(super) cells: Vec<Range<usize>>,
}

/// A Surpac file as records.
pub(super) struct Records {
    /// Text of the file.
    pub(super) source: Arc<SourceText>,
    separator: Separator,
}

impl Records {
    /// Recognises the separator of a file. Findings say if it is not the comma, as Surpac writes.
    pub(super) fn new(source: &Arc<SourceText>, findings: &mut Findings) -> Records {
        // Line ends of old Macintosh files.
        let source = if source.text.contains('\n') || !source.text.contains('\r') {
            Arc::clone(source)
        } else {
            SourceText::new(&source.path, source.text.replace('\r', "\n"))
        };
        // A record starts with a whole number: a string number or the number of a triangle.
        let fits = |line: &str, separator: Separator| {
            let mut cells = line.split(separator.name().0);
            cells.next().is_some_and(|c| c.trim().parse::<u32>().is_ok()) && cells.count() >= LEAST_SEPARATORS
        };
        let count = |separator: Separator| {
            lines(&source.text).skip(1).take(HEAD_LINES).filter(|(_, l)| fits(l, separator)).count()
        };
        let (commas, semicolons, tabs) = (count(Separator::Comma), count(Separator::Semicolon), count(Separator::Tab));
        let separator = if semicolons > commas {
            Separator::Semicolon
        } else if tabs > commas {
            Separator::Tab
        } else {
            Separator::Comma
        };
        if separator != Separator::Comma {
            findings.assumed.push(format!(
                "cells are separated by {}, not by commas as Surpac writes them; numbers may have a decimal comma",
                separator.name().1
            ));
        }
        Records { source, separator }
    }

    /// Returns the records that are not blank, up to the end-of-file byte.
    pub(super) fn iter(&self) -> impl Iterator<Item = Record> {
        let separator = self.separator;
        lines(&self.source.text).take_while(|(_, l)| !l.starts_with(CTRL_Z)).filter(|(_, l)| !l.trim().is_empty()).map(
            move |(start, line)| {
                let cells = match separator {
                    Separator::Comma => cells(start, line),
                    other => split(start, line, other.name().0),
                };
                Record { line: start..start + line.len(), cells }
            },
        )
    }

    /// Returns the text of a cell.
    pub(super) fn text(&self, cell: &Range<usize>) -> &str {
        &self.source.text[cell.clone()]
    }

    /// Returns the text of a record's cell by its index; empty if there is none.
    pub(super) fn cell(&self, record: &Record, k: usize) -> &str {
        record.cells.get(k).map_or("", |c| self.text(c))
    }

    /// Reads a coordinate.
    pub(super) fn number(&self, cell: &Range<usize>, what: &str) -> Result<f64, Fault> {
        let text = self.text(cell);
        if self.separator != Separator::Comma
            && text.matches(',').count() == 1
            && !text.contains('.')
            && let Ok(value) = text.replace(',', ".").parse::<f64>()
            && value.is_finite()
        {
            return Ok(value);
        }
        number(&self.source, cell.clone(), what)
    }

    /// Returns true if commas part the whole numbers and the decimals of a record, as in `1, 7000,500, 500,250, 100,000`.
    pub(super) fn has_decimal_commas(&self, record: &Record) -> bool {
        let is_digits = |k: usize| {
            let text = self.cell(record, k);
            !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
        };
        let is_whole = |k: usize| self.cell(record, k).parse::<i64>().is_ok();
        let decimals = self.cell(record, 2).len();
        self.separator == Separator::Comma
            && record.cells.len() >= 7
            && [1, 3, 5].into_iter().all(is_whole)
            && [2, 4, 6].into_iter().all(|k| is_digits(k) && self.cell(record, k).len() == decimals)
    }
}

/// Returns the byte range of each cell of a line, without blanks around it.
fn split(start: usize, line: &str, separator: char) -> Vec<Range<usize>> {
    let mut at = start;
    line.split(separator)
        .map(|cell| {
            let begin = at + cell.len() - cell.trim_start().len();
            at += cell.len() + separator.len_utf8();
            begin..begin + cell.trim().len()
        })
        .collect()
}
