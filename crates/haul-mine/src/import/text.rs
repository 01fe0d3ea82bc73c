//! Reading of text formats: lines with their positions, and numbers with precise faults.

use haul_core::Fault;
use haul_core::fault::SourceText;
use std::ops::Range;
use std::sync::Arc;

/// Maximum number of faults that are listed.
pub(super) const MOST_FAULTS: usize = 100;
/// Largest accepted coordinate. No grid, in any supported unit, has larger coordinates.
pub(super) const GREATEST_COORDINATE: f64 = 4e10;

/// Returns the lines of a text, each with the byte offset of its start. Line ends and the byte order mark are removed.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let skip = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut start = skip;
    text[skip..].split('\n').map(move |line| {
        let at = start;
        start += line.len() + 1;
        (at, line.strip_suffix('\r').unwrap_or(line))
    })
}

/// Returns the byte range of each comma-separated cell of a line, without surrounding blanks and quotes.
pub(super) fn cells(start: usize, line: &str) -> Vec<Range<usize>> {
    let mut at = start;
    line.split(',')
        .map(|cell| {
            let begin = at;
            at += cell.len() + 1;
            let bare = cell.trim();
            let bare = bare.strip_prefix('"').and_then(|b| b.strip_suffix('"')).unwrap_or(bare);
            // `bare` is a slice of `cell`.
            let offset = bare.as_ptr() as usize - cell.as_ptr() as usize;
            begin + offset..begin + offset + bare.len()
        })
        .collect()
}

/// Parses the coordinate in a byte range of a text.
pub(super) fn number(source: &Arc<SourceText>, at: Range<usize>, what: &str) -> Result<f64, Fault> {
    let text = &source.text[at.clone()];
    let fault = |says: String| Fault::new(says).at(source, at.clone());
    match text.parse::<f64>() {
        Ok(value) if !value.is_finite() => Err(fault(format!("{what}: expected a finite number, found `{text}`"))
            .help("give metres, for example 1642.149")),
        Ok(value) if value.abs() > GREATEST_COORDINATE => {
            Err(fault(format!("{what}: expected a number within ±{GREATEST_COORDINATE:e}, found `{text}`"))
                .help("give metres of a national or site grid"))
        }
        Ok(value) => Ok(value),
        Err(_) => {
            Err(fault(format!("{what}: expected a number, found `{text}`")).help("give metres, for example 1642.149"))
        }
    }
}

/// Returns true if the list of faults is full. In that case, also adds a note that more faults follow.
pub(super) fn more(faults: &mut Vec<Fault>, source: &Arc<SourceText>) -> bool {
    let full = faults.len() >= MOST_FAULTS;
    if full {
        faults.push(Fault::new("more faults follow; only the first ones are listed").in_file(&source.path));
    }
    full
}

/// Returns the fault for a file that has nothing to import.
pub(super) fn nothing(source: &Arc<SourceText>, wanted: &str) -> Fault {
    let what = if source.text.trim().is_empty() { "the file is empty" } else { "the file has nothing to import" };
    Fault::new(what).in_file(&source.path).help(wanted)
}
