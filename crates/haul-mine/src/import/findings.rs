//! Findings of an import: content that was left out, assumptions, and values that look wrong.

use serde::Serialize;
use std::fmt;

/// Content of a survey file that the import leaves out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// Number of items.
    pub count: usize,
    /// Kind of the items, in the plural and in the terms of the format, for example `SPLINE entities`.
    pub what: String,
    /// Reason for leaving the items out, and a way to convert them if there is one.
    pub why: String,
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.count, self.what, self.why)
    }
}

/// Findings of an import. Everything that is left out, assumed or doubted has an entry here.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Findings {
    /// Content that was left out.
    pub left_out: Vec<LeftOut>,
    /// Assumptions about facts that the file does not state.
    pub assumed: Vec<String>,
    /// Values that are valid but look wrong, each with a way to check or correct it.
    pub strange: Vec<String>,
    /// Corrections and other facts.
    pub notes: Vec<String>,
}

impl Findings {
    /// Adds items that were left out. Items of the same kind and reason are counted together; zero items add nothing.
    pub fn leave_out(&mut self, count: usize, what: impl Into<String>, why: impl Into<String>) {
        let (what, why) = (what.into(), why.into());
        if count == 0 {
            return;
        }
        match self.left_out.iter_mut().find(|l| l.what == what && l.why == why) {
            Some(same) => same.count += count,
            None => self.left_out.push(LeftOut { count, what, why }),
        }
    }

    /// Adds the findings of another part of the same file.
    pub fn append(&mut self, other: Findings) {
        for LeftOut { count, what, why } in other.left_out {
            self.leave_out(count, what, why);
        }
        self.assumed.extend(other.assumed);
        self.strange.extend(other.strange);
        self.notes.extend(other.notes);
    }

    /// Returns one line per finding, prefixed with its kind, in the order left out, assumed, strange, note.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        let left_out = self.left_out.iter().map(|l| format!("left out: {l}"));
        let assumed = self.assumed.iter().map(|a| format!("assumed: {a}"));
        let strange = self.strange.iter().map(|s| format!("strange: {s}"));
        left_out.chain(assumed).chain(strange).chain(self.notes.iter().map(|n| format!("note: {n}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_of_one_kind_are_counted_together() {
        let mut found = Findings::default();
        found.leave_out(2, "TEXT entities", "they are not lines");
        found.leave_out(0, "SPLINE entities", "not read");
        found.leave_out(3, "TEXT entities", "they are not lines");
        assert_eq!(found.lines().collect::<Vec<_>>(), ["left out: 5 TEXT entities: they are not lines"]);
    }
}
