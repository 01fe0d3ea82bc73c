//! What the text formats share: lines with their places, numbers with their faults.

use haul_core::Fault;
use haul_core::fault::SourceText;
use std::ops::Range;
use std::sync::Arc;

/// Faults listed at the most.
pub(super) const MOST_FAULTS: usize = 100;
/// A coordinate beyond this is no length of any grid on earth in any unit that is read.
pub(super) const FARTHEST: f64 = 4e10;

/// Lines with the byte they begin at, without line ends and without a byte order mark.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let skip = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut start = skip;
    text[skip..].split('\n').map(move |line| {
        let at = start;
        start += line.len() + 1;
        (at, line.strip_suffix('\r').unwrap_or(line))
    })
}

/// Where each cell of a line stands, without the blanks and quotes about it.
pub(super) fn cells(start: usize, line: &str) -> Vec<Range<usize>> {
    let mut at = start;
    line.split(',')
        .map(|cell| {
            let begin = at;
            at += cell.len() + 1;
            let bare = cell.trim();
            let bare = bare.strip_prefix('"').and_then(|b| b.strip_suffix('"')).unwrap_or(bare);
            // `bare` is a part of `cell`.
            let offset = bare.as_ptr() as usize - cell.as_ptr() as usize;
            begin + offset..begin + offset + bare.len()
        })
        .collect()
}

/// A coordinate.
pub(super) fn number(source: &Arc<SourceText>, at: Range<usize>, what: &str) -> Result<f64, Fault> {
    let text = &source.text[at.clone()];
    let fault = |says: String| Fault::new(says).at(source, at.clone());
    match text.parse::<f64>() {
        Ok(value) if !value.is_finite() => {
            Err(fault(format!("`{text}` is no length ({what})")).help("a finite number of metres"))
        }
        Ok(value) if value.abs() > FARTHEST => {
            Err(fault(format!("`{text}` is too large ({what})")).help("metres of a national or a site grid"))
        }
        Ok(value) => Ok(value),
        Err(_) => Err(fault(format!("`{text}` is not a number ({what})")).help("metres, such as 1642.149")),
    }
}

/// Adds the word that the list is not whole, where it is not.
pub(super) fn more(faults: &mut Vec<Fault>, source: &Arc<SourceText>) -> bool {
    let full = faults.len() >= MOST_FAULTS;
    if full {
        faults.push(Fault::new("there are more faults; these are the first").in_file(&source.path));
    }
    full
}

/// A whole file that holds nothing that is looked for.
pub(super) fn nothing(source: &Arc<SourceText>, wanted: &str) -> Fault {
    let what = if source.text.trim().is_empty() { "the file is empty" } else { "there is nothing to import in it" };
    Fault::new(what).in_file(&source.path).help(wanted)
}
