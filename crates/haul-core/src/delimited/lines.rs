//! Lines of a table: records with the positions of their cells, comments, and lines with an unclosed quote.

use super::Delimiter;
use crate::fault::SourceText;
use csv_core::{ReadFieldResult, Reader, ReaderBuilder};
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// Marks at the start of a comment line. A semicolon is also a mark, unless it separates cells.
const COMMENT_MARKS: [&str; 3] = ["#", "//", "%"];
/// Maximum length of a quoted cell, bytes. A longer cell has lost its closing quote.
const GREATEST_QUOTED: usize = 2_000;
/// Size of the buffer for a part of a cell, bytes. The text of a cell is taken from the source instead.
const SCRATCH: usize = 256;

/// A delimited text, with its delimiter.
#[derive(Debug, Clone)]
pub struct Table {
    source: Arc<SourceText>,
    delimiter: Delimiter,
    /// Byte offset of the first line.
    start: usize,
}

/// A line of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A line with cells. Empty lines are skipped.
    Record(Record),
    /// A comment, including its mark.
    Comment(Range<usize>),
    /// A line with a quote that is not closed before the next delimiter or the end of the file.
    OpenQuote(Range<usize>),
}

/// The cells of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Byte range of the line, without the line end.
    pub line: Range<usize>,
    /// Byte range of each cell, without surrounding blanks but with its quotes.
    pub cells: Vec<Range<usize>>,
    /// True if an empty line comes before this line.
    pub follows_empty_line: bool,
}

impl Table {
    /// Creates a table from a text. A first line such as `sep=;`, as Excel writes it, states the delimiter; otherwise
    /// it is recognised.
    pub fn new(source: &Arc<SourceText>) -> Table {
        let text = &source.text;
        let mut start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let end = text[start..].find('\n').map_or(text.len(), |n| start + n + 1);
        let stated = Delimiter::stated(&text[start..end]);
        if stated.is_some() {
            start = end;
        }
        let delimiter = stated.unwrap_or_else(|| Delimiter::recognised(source, start));
        Table::with_delimiter(source, start, delimiter)
    }

    /// Creates a table that starts at a byte offset.
    pub(super) fn with_delimiter(source: &Arc<SourceText>, start: usize, delimiter: Delimiter) -> Table {
        Table { source: Arc::clone(source), delimiter, start }
    }

    /// Returns the delimiter.
    pub fn delimiter(&self) -> Delimiter {
        self.delimiter
    }

    /// Returns the text of the cell at a byte range, without its quotes.
    pub fn cell(&self, at: &Range<usize>) -> Cow<'_, str> {
        let raw = &self.source.text[at.clone()];
        match raw.strip_prefix('"').and_then(|r| r.strip_suffix('"')) {
            Some(bare) if bare.contains("\"\"") => Cow::Owned(bare.replace("\"\"", "\"").trim().to_owned()),
            Some(bare) => Cow::Borrowed(bare.trim()),
            None => Cow::Borrowed(raw),
        }
    }

    /// Returns the lines in order.
    pub fn lines(&self) -> Lines<'_> {
        Lines { table: self, reader: self.reader(), at: self.start, follows_empty_line: false }
    }

    /// Returns the cells of a comment, without its mark. Some exports have the column names in a comment.
    pub fn cells_of_comment(&self, comment: &Range<usize>) -> Vec<Range<usize>> {
        let text = &self.source.text[comment.clone()];
        let bare = text.trim_start_matches(['#', '/', '%', ';', ' ', '\t']);
        let start = comment.end - bare.len();
        let mut lines = Lines { table: self, reader: self.reader(), at: start, follows_empty_line: false };
        lines.record(start, comment.end, false).map_or_else(Vec::new, |record| record.cells)
    }

    fn reader(&self) -> Box<Reader> {
        Box::new(ReaderBuilder::new().delimiter(self.delimiter.byte()).build())
    }

    /// Returns true if a line is a comment.
    fn is_comment(&self, line: &str) -> bool {
        let bare = line.trim_start();
        COMMENT_MARKS.iter().any(|mark| bare.starts_with(mark))
            || (self.delimiter != Delimiter::Semicolon && bare.starts_with(';'))
    }
}

/// Iterator over the lines of a table.
pub struct Lines<'a> {
    table: &'a Table,
    reader: Box<Reader>,
    at: usize,
    follows_empty_line: bool,
}

impl Iterator for Lines<'_> {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        let text = self.table.source.text.as_str();
        loop {
            if self.at >= text.len() {
                return None;
            }
            let start = self.at;
            let next = text[start..].find('\n').map_or(text.len(), |n| start + n + 1);
            let line = text[start..next].trim_end_matches(['\r', '\n']);
            let end = start + line.len();
            if line.trim().is_empty() {
                self.follows_empty_line = true;
                self.at = next;
                continue;
            }
            if self.table.is_comment(line) {
                self.at = next;
                return Some(Line::Comment(start..end));
            }
            let follows_empty_line = std::mem::take(&mut self.follows_empty_line);
            return Some(match self.record(start, text.len(), follows_empty_line) {
                Some(record) => Line::Record(record),
                None => {
                    self.at = next;
                    Line::OpenQuote(start..end)
                }
            });
        }
    }
}

impl Lines<'_> {
    /// Reads the record that starts at a byte offset. Returns `None` if one of its quotes is not closed.
    fn record(&mut self, start: usize, limit: usize, follows_empty_line: bool) -> Option<Record> {
        let text = &self.table.source.text[..limit];
        let blanks_separate = self.table.delimiter == Delimiter::Blanks;
        self.reader.reset();
        let mut cells = Vec::new();
        let (mut at, mut line_end) = (start, start);
        let mut is_last = false;
        while !is_last {
            let bare = text[at..].trim_start_matches(if blanks_separate { &[' ', '\t'][..] } else { &[' '][..] });
            if blanks_separate || bare.starts_with('"') {
                at = limit - bare.len();
            }
            let field;
            (field, at, is_last) = if blanks_separate { field_before_blank(text, at) } else { self.field(text, at)? };
            line_end = field.end;
            let raw = &text[field.clone()];
            let cell = raw.trim();
            let is_open = cell.starts_with('"') && (cell.len() == 1 || !cell.ends_with('"'));
            if is_open && (is_last || raw.contains('\n')) {
                return None;
            }
            let begin = field.start + (raw.len() - raw.trim_start().len());
            cells.push(begin..begin + cell.len());
        }
        let after = text[line_end..].trim_start_matches([' ', '\t']);
        let after = after.strip_prefix('\r').unwrap_or(after);
        self.at = limit - after.strip_prefix('\n').unwrap_or(after).len();
        Some(Record { line: start..line_end, cells, follows_empty_line })
    }

    /// Reads the field that starts at a byte offset. Returns its byte range, the offset after its delimiter, and true
    /// if it is the last field of its record. Returns `None` for a quoted field that is too long.
    fn field(&mut self, text: &str, start: usize) -> Option<(Range<usize>, usize, bool)> {
        let mut scratch = [0; SCRATCH];
        let mut at = start;
        let is_quoted = text[start..].starts_with('"');
        loop {
            if is_quoted && at - start > GREATEST_QUOTED {
                return None;
            }
            let (result, read, _) = self.reader.read_field(&text.as_bytes()[at..], &mut scratch);
            at += read;
            match result {
                // The end of the text closes a field without consuming a byte.
                ReadFieldResult::Field { record_end } => {
                    return Some((start..at - usize::from(read > 0), at, record_end));
                }
                ReadFieldResult::End => return Some((start..at, at, true)),
                ReadFieldResult::InputEmpty | ReadFieldResult::OutputFull => {}
            }
        }
    }
}

/// Reads the field that starts at a byte offset and ends before a blank, like [`Lines::field`].
fn field_before_blank(text: &str, start: usize) -> (Range<usize>, usize, bool) {
    let rest = &text[start..];
    let line = rest.split(['\r', '\n']).next().unwrap_or("");
    let quoted = line.strip_prefix('"').map(|inner| inner.find('"').map_or(line.len(), |n| n + 2));
    let length = quoted.unwrap_or_else(|| line.find([' ', '\t']).unwrap_or(line.len()));
    let is_last = line[length..].trim_matches([' ', '\t']).is_empty();
    (start..start + length, start + length, is_last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Returns the delimiter, and the cells of each record. Other lines are returned in angle brackets.
    fn read(text: &str) -> (Delimiter, Vec<Vec<String>>) {
        let source = SourceText::new("t.csv", text);
        let table = Table::new(&source);
        let of = |at: &Range<usize>| table.cell(at).into_owned();
        let rows = table.lines().map(|line| match line {
            Line::Record(record) => record.cells.iter().map(of).collect(),
            Line::Comment(at) => vec![format!("<{}>", &source.text[at])],
            Line::OpenQuote(at) => vec![format!("<open {}>", &source.text[at])],
        });
        (table.delimiter(), rows.collect())
    }

    #[test]
    fn quotes_hold_delimiters_and_doubled_quotes() {
        let (_, rows) = read("name,x,y\r\n\"Ramp 3, \"\"north\"\"\", 1 , \"2,5\" \r\nb,,\n");
        assert_eq!(rows[1], ["Ramp 3, \"north\"", "1", "2,5"]);
        assert_eq!(rows[2], ["b", "", ""]);
    }

    #[test]
    fn quote_without_an_end_costs_one_line() {
        let (_, rows) = read("a,1,2\n\"b,3,4\nc,5,6\n\"d,7,8\ne,9,10\n");
        let expected = ["a", "<open \"b,3,4>", "c", "<open \"d,7,8>", "e"];
        assert_eq!(rows.iter().map(|r| r[0].as_str()).collect::<Vec<_>>(), expected);
        assert_eq!(read("12\",1,2\n5' 3\",1,2\n").1[0][0], "12\"");
    }

    /// Each line opens a quote that no other line closes. The time must not grow with the square of the length.
    #[test]
    fn many_quotes_without_an_end_are_read_in_time() {
        let text = format!("a,b,c\n{}", "\"\"\"x\n".repeat(100_000));
        let source = SourceText::new("t.csv", text);
        let table = Table::with_delimiter(&source, 0, Delimiter::Comma);
        assert!(table.lines().filter(|l| matches!(l, Line::OpenQuote(_))).count() > 10_000);
    }

    #[test]
    fn blanks_of_any_number_separate_cells() {
        let (_, rows) = read("  name   x  y \n\"road 1\"\t1.5   2.5  \n\n b 3 4");
        assert_eq!(rows, [["name", "x", "y"], ["road 1", "1.5", "2.5"], ["b", "3", "4"]]);
    }

    #[test]
    fn comments_and_empty_lines_are_told_apart_from_records() {
        let source = SourceText::new("t.csv", "# x,y\nx,y\n1,2\n\n ; old\n3,4\n");
        let table = Table::new(&source);
        let lines: Vec<Line> = table.lines().collect();
        let Line::Comment(comment) = &lines[0] else { panic!("{lines:?}") };
        assert_eq!(table.cells_of_comment(comment).iter().map(|c| table.cell(c)).collect::<Vec<_>>(), ["x", "y"]);
        assert!(matches!(lines[3], Line::Comment(_)));
        let follows = |k: usize| matches!(&lines[k], Line::Record(r) if r.follows_empty_line);
        assert!(!follows(2) && follows(4) && lines.len() == 5);
    }

    proptest! {
        #[test]
        fn no_text_panics_and_places_lie_in_order(text in "[a\"',;|\t 1.\r\n#é-]{0,60}") {
            let source = SourceText::new("t.csv", text);
            for delimiter in [Delimiter::Tab, Delimiter::Semicolon, Delimiter::Comma, Delimiter::Blanks] {
                let table = Table::with_delimiter(&source, 0, delimiter);
                let mut last = 0;
                for line in table.lines() {
                    let (start, end) = match line {
                        Line::Record(record) => {
                            record.cells.iter().for_each(|cell| { table.cell(cell); });
                            (record.line.start, record.line.end)
                        }
                        Line::Comment(at) | Line::OpenQuote(at) => (at.start, at.end),
                    };
                    prop_assert!(last <= start && start <= end);
                    last = end;
                }
            }
        }
    }
}
