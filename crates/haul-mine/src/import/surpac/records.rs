//! Records (lines) of a Surpac file, and their cells.

use super::super::findings::Findings;
use super::super::text::{cells, lines, number};
use haul_core::Fault;
use haul_core::fault::SourceText;
use std::ops::Range;
use std::sync::Arc;

/// Character that ends a text file of MS-DOS or CP/M.
const CTRL_Z: char = '\u{1a}';
/// Number of lines from which the separator is recognised.
const HEAD_LINES: usize = 50;
/// Minimum number of separators in a record, between a string number and three coordinates.
const LEAST_SEPARATORS: usize = 3;

/// Character that separates the cells of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Separator {
    Comma,
    Semicolon,
    Tab,
}

impl Separator {
    /// Returns the separator character and its plural name for messages.
    fn name(self) -> (char, &'static str) {
        match self {
            Separator::Comma => (',', "commas"),
            Separator::Semicolon => (';', "semicolons"),
            Separator::Tab => ('\t', "tabs"),
        }
    }
}

/// A record, as byte ranges in the file.
pub(super) struct Record {
    /// Byte range of the line.
    pub(super) line: Range<usize>,
    /// Byte ranges of the cells, without blanks and quotes. Every record has at least one cell.
    pub(super) cells: Vec<Range<usize>>,
}

/// A Surpac file, split into records.
pub(super) struct Records {
    /// Content of the file.
    pub(super) source: Arc<SourceText>,
    separator: Separator,
}

impl Records {
    /// Recognises the separator of a file. Adds a finding if the separator is not the comma that Surpac writes.
    pub(super) fn new(source: &Arc<SourceText>, findings: &mut Findings) -> Records {
        // Files of old Macintosh programs end lines with a carriage return only.
        let source = if source.text.contains('\n') || !source.text.contains('\r') {
            Arc::clone(source)
        } else {
            SourceText::new(&source.path, source.text.replace('\r', "\n"))
        };
        // A record starts with a whole number: the number of a string or of a triangle.
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

    /// Returns the non-blank records, up to the end-of-file character.
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

    /// Returns the text of the cell at index `k` of a record, or an empty text if the record has fewer cells.
    pub(super) fn cell(&self, record: &Record, k: usize) -> &str {
        record.cells.get(k).map_or("", |c| self.text(c))
    }

    /// Parses a coordinate.
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

    /// Returns true if the commas separate whole numbers from decimals, as in `1, 7000,500, 500,250, 100,000`.
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

/// Returns the byte range of each cell of a line, without surrounding blanks.
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
