//! Groups of a drawing: pairs of a code and a value. Drawings in binary form are converted to text form first.

use super::super::findings::Findings;
use super::super::text::GREATEST_COORDINATE;
use super::{FORM, encoding};
use haul_core::fault::SourceText;
use haul_core::{Fault, Faults};
use std::ops::Range;
use std::sync::Arc;

/// Character that ends a text file of MS-DOS or CP/M.
const CTRL_Z: char = '\u{1a}';

/// A group: its code, and the byte range of its value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Group {
    /// Group code.
    pub(super) code: i32,
    /// Byte offset at which the value starts. 32 bits are enough for 4 GiB of text.
    start: u32,
    /// Byte offset at which the value ends.
    end: u32,
}

impl Group {
    /// Returns the byte range of the value.
    pub(super) fn at(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// The groups of a drawing.
pub(super) struct Groups {
    /// Drawing in text form.
    pub(super) source: Arc<SourceText>,
    /// All groups, up to the end of the drawing (EOF).
    pub(super) list: Vec<Group>,
}

impl Groups {
    /// Returns the value of a group as text.
    pub(super) fn text(&self, group: &Group) -> &str {
        &self.source.text[group.at()]
    }

    /// Returns the value of a group as a whole number, or `None` if it is not a whole number.
    pub(super) fn whole(&self, group: &Group) -> Option<i64> {
        let text = self.text(group);
        text.parse().ok().or_else(|| text.parse::<f64>().ok().filter(|v| v.fract() == 0.0).map(|v| v as i64))
    }

    /// Returns the value of a group as a number, and true if the number has a decimal comma.
    ///
    /// # Errors
    ///
    /// Returns a fault if the value is not a number, or exceeds the range of coordinates.
    pub(super) fn number(&self, group: &Group) -> Result<(f64, bool), Fault> {
        let text = self.text(group);
        let (value, has_comma) = match text.parse::<f64>() {
            Ok(value) => (Some(value), false),
            Err(_) => match (text.matches(',').count(), text.contains('.')) {
                (1, false) => (text.replace(',', ".").parse().ok(), true),
                _ => (text.replace(['D', 'd'], "e").parse().ok(), false),
            },
        };
        match value {
            Some(v) if v.is_finite() && v.abs() <= GREATEST_COORDINATE => Ok((v, has_comma)),
            _ => {
                let kind = if matches!(group.code, 10..=38 | 210..=239) { "coordinate" } else { "number" };
                let what = format!("expected a {kind} in group {}, found `{}`", group.code, shortened(text));
                let help = format!("give a finite number within ±{GREATEST_COORDINATE:e}, for example 1642.149");
                Err(Fault::new(what).at(&self.source, group.at()).help(help))
            }
        }
    }
}

/// Reads the groups of a drawing in text form or in binary form.
///
/// # Errors
///
/// Returns a fault for a file that is not a drawing or that was cut off.
pub(super) fn groups(name: &str, bytes: Vec<u8>, findings: &mut Findings) -> Result<Groups, Faults> {
    let is_binary = super::binary::is_binary(&bytes);
    let (name, bytes) = if is_binary {
        findings.notes.push("the drawing is a binary DXF; lines in messages are those of its text form".to_owned());
        (format!("{name} (binary, as text)"), super::binary::as_text(name, &bytes)?)
    } else {
        (name.to_owned(), bytes)
    };
    let text = encoding::text(bytes, findings);
    // Files of old Macintosh programs end lines with a carriage return only.
    let text = if text.contains('\n') { text } else { text.replace('\r', "\n") };
    let source = SourceText::new(name, text);
    if source.text.contains('\0') {
        let fault = Fault::new("expected a DXF, found binary data");
        return Err(fault.in_file(&source.path).help("a DWG must be saved as DXF; save the file again").into());
    }
    let list = split(&source, findings)?;
    Ok(Groups { source, list })
}

/// Splits the text of a drawing into groups, up to the end of the drawing.
fn split(source: &Arc<SourceText>, findings: &mut Findings) -> Result<Vec<Group>, Faults> {
    let mut list = Vec::new();
    let mut ended = false;
    let mut lines = lines(&source.text);
    while let Some((start, line)) = lines.next() {
        let code = line.trim();
        if code.starts_with(CTRL_Z) {
            break;
        }
        let Ok(code) = code.parse::<i32>() else {
            if code.is_empty() && (list.is_empty() || lines.clone().all(|(_, l)| l.trim().is_empty())) {
                continue;
            }
            let what = format!("expected a group code (a whole number), found `{}`", shortened(code));
            let help =
                if list.is_empty() { FORM } else { "a line is missing or too many above; save the drawing again" };
            return Err(Fault::new(what).at(source, start..start + line.len()).help(help).into());
        };
        let Some((start, value)) = lines.next() else {
            return Err(cut_off(source, "expected a value for the last group, found none"));
        };
        let lead = value.len() - value.trim_start().len();
        let start = start + lead;
        let end = start + value.trim().len();
        let is_end = code == 0 && &source.text[start..end] == "EOF";
        let (Ok(start), Ok(end)) = (u32::try_from(start), u32::try_from(end)) else {
            let fault = Fault::new("expected at most 4 GiB of text, found more").in_file(&source.path);
            return Err(fault.help("thin the drawing, or export the ground as a raster").into());
        };
        list.push(Group { code, start, end });
        if is_end {
            ended = true;
            let after = lines.filter(|(_, l)| !l.trim().trim_matches(CTRL_Z).is_empty()).count();
            findings.leave_out(after, "lines after the end of the drawing (EOF)", "a drawing ends at EOF");
            break;
        }
    }
    if !ended && !source.text.trim().is_empty() {
        return Err(cut_off(source, "expected EOF at the end of the drawing, found none"));
    }
    Ok(list)
}

/// Returns the fault for a drawing whose end is missing.
fn cut_off(source: &Arc<SourceText>, what: &str) -> Faults {
    Fault::new(format!("{what}; the file was cut off")).in_file(&source.path).help("save it again").into()
}

/// Returns the lines of a text, each with the byte offset of its start. Line feeds and the byte order mark are removed.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> + Clone {
    let skip = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut start = skip;
    text[skip..].strip_suffix('\n').unwrap_or(&text[skip..]).split('\n').map(move |line| {
        let at = start;
        start += line.len() + 1;
        (at, line)
    })
}

/// Returns the first characters of a text, for messages.
pub(super) fn shortened(text: &str) -> String {
    text.chars().take(24).collect()
}
