//! What a reader or writer of messages answers when it cannot.

use std::fmt;

/// A message that cannot be read or written: where, and what is wrong.
///
/// Prints as `line 3, column 14, PathRequestV1.passed: a number is wanted, here stands true`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct MessageError {
    /// The value's path from the top of the message, as `Name.key[2].key`; empty for the whole message.
    pub path: String,
    /// Line from 1 and column from 1 (in characters) in the text that was read; `None` where no text was read.
    pub line_column: Option<(usize, usize)>,
    /// What is wrong and what would be right.
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
