//! Error in reading or writing a message.

use std::fmt;

/// Error for a message that cannot be read or written, with its position and cause.
///
/// It prints as `line 3, column 14, PathRequestV1.passed: expected a number, found true`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct MessageError {
    /// Path of the value from the top of the message, such as `Name.key[2].key`; empty for the whole message.
    pub path: String,
    /// Line and column (in characters) in the text, both from 1; `None` for an error in writing.
    pub line_column: Option<(usize, usize)>,
    /// The value expected and the value found.
    pub what: String,
}

impl fmt::Display for MessageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((line, column)) = self.line_column {
            write!(f, "line {line}, column {column}")?;
            f.write_str(if self.path.is_empty() { ": " } else { ", " })?;
        }
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.what)
    }
}
