//! Faults in files that people write: position, fault and remedy. All faults of a file are reported at once.

use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode, SourceSpan};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// Text of a file, kept so that a fault can show the line where it is.
#[derive(Debug, Clone)]
pub struct SourceText {
    /// Path of the file, or a name if there is no file (`<embedded>`, `<command line>`).
    pub path: String,
    /// The whole text.
    pub text: String,
}

impl SourceText {
    /// Creates a source text with the path of its file.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        Arc::new(Self { path: path.into(), text: text.into() })
    }

    /// Returns the line and the column of a byte offset, both counted from 1. Columns count characters.
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let mut end = offset.min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &self.text[..end];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        (line, column)
    }
}

/// One fault. Prints as `path:line:column: what is wrong (help: what is accepted)`.
#[derive(Debug, Clone)]
pub struct Fault {
    /// The fault in one sentence, without a full stop.
    pub what: String,
    /// The accepted input or the remedy.
    pub help: Option<String>,
    /// Source text and byte range of the fault, if it is in a part of a file.
    pub at: Option<(Arc<SourceText>, Range<usize>)>,
    /// Path of the file, if the fault is about the whole file.
    pub path: Option<String>,
}

impl Fault {
    /// Creates a fault that is not in a file.
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), help: None, at: None, path: None }
    }

    /// Adds the accepted input or the remedy.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds the path of the file, if the fault is about the whole file.
    pub fn in_file(mut self, path: impl fmt::Display) -> Self {
        self.path = Some(path.to_string());
        self
    }

    /// Adds the source text and the byte range of the fault.
    pub fn at(mut self, source: &Arc<SourceText>, span: Range<usize>) -> Self {
        self.at = Some((Arc::clone(source), span));
        self
    }

    /// Creates a fault from an error of the TOML reader, with its position.
    pub fn from_toml(error: &toml::de::Error, source: &Arc<SourceText>) -> Self {
        let fault = Fault::new(error.message().replace('\n', " "));
        match error.span() {
            Some(span) => fault.at(source, span),
            None => fault.in_file(&source.path),
        }
    }

    /// Creates the fault of a file that cannot be read.
    pub fn unreadable(path: impl fmt::Display, error: &std::io::Error) -> Self {
        Fault::new(format!("cannot be read: {error}")).in_file(path)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((source, span)) = &self.at {
            let (line, column) = source.line_column(span.start);
            write!(f, "{}:{line}:{column}: ", source.path)?;
        } else if let Some(path) = &self.path {
            write!(f, "{path}: ")?;
        }
        f.write_str(&self.what)?;
        if let Some(help) = &self.help {
            write!(f, " (help: {help})")?;
        }
        Ok(())
    }
}

impl std::error::Error for Fault {}

/// Faults found in one reading, at least one.
#[derive(Debug, Clone)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Returns `Ok` if there are no faults, otherwise all faults.
    pub fn check(faults: Vec<Fault>) -> Result<(), Faults> {
        if faults.is_empty() { Ok(()) } else { Err(Faults(faults)) }
    }

    /// Returns the faults in the order in which they were found.
    pub fn iter(&self) -> impl Iterator<Item = &Fault> {
        self.0.iter()
    }

    /// Returns the first fault.
    pub fn first(&self) -> &Fault {
        &self.0[0]
    }
}

impl From<Fault> for Faults {
    fn from(fault: Fault) -> Self {
        Faults(vec![fault])
    }
}

impl IntoIterator for Faults {
    type Item = Fault;
    type IntoIter = std::vec::IntoIter<Fault>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, fault) in self.0.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            write!(f, "{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

/// A fault as a miette diagnostic, for a terminal that shows the line of the fault.
#[derive(Debug)]
pub struct Shown {
    headline: String,
    help: Option<String>,
    source: Option<NamedSource<String>>,
    span: Option<SourceSpan>,
}

impl From<&Fault> for Shown {
    fn from(fault: &Fault) -> Self {
        let (source, span) = match &fault.at {
            Some((source, span)) => (
                Some(NamedSource::new(&source.path, source.text.clone())),
                Some(SourceSpan::from((span.start, span.end.saturating_sub(span.start)))),
            ),
            None => (None, None),
        };
        let plain = Fault { help: None, ..fault.clone() };
        Self { headline: plain.to_string(), help: fault.help.clone(), source, span }
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.headline)
    }
}

impl std::error::Error for Shown {}

impl Diagnostic for Shown {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|h| Box::new(h) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|s| s as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = self.span?;
        Some(Box::new(std::iter::once(LabeledSpan::new_with_span(Some("here".into()), span))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_says_file_line_and_column() {
        let source = SourceText::new("a.toml", "x = 1\nyé = \"two\"\n");
        let start = source.text.find("\"two\"").unwrap();
        let fault = Fault::new("`yé` is not a number").at(&source, start..start + 5).help("write 2");
        assert_eq!(fault.to_string(), "a.toml:2:6: `yé` is not a number (help: write 2)");
    }

    #[test]
    fn an_offset_past_the_end_or_inside_a_character_is_no_panic() {
        let source = SourceText::new("a", "é");
        assert_eq!(source.line_column(1), (1, 1));
        assert_eq!(source.line_column(99), (1, 2));
    }
}
