//! What is printed: tables for people, JSON for machines. A reader that closes the pipe early is no error.

use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;
use std::io::Write;

/// Prints text and a line end.
pub fn line(text: impl std::fmt::Display) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

/// Prints a value as indented JSON.
pub fn json(value: &impl Serialize) {
    match serde_json::to_string_pretty(value) {
        Ok(text) => line(text),
        Err(error) => tracing::error!(%error, "the answer cannot be written as JSON"),
    }
}

/// Says something on stderr, beside the answer.
pub fn aside(text: impl std::fmt::Display) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// A table of two columns without lines.
pub fn pairs(rows: impl IntoIterator<Item = (impl ToString, impl ToString)>) -> Table {
    let mut table = plain();
    for (name, value) in rows {
        table.add_row([name.to_string(), value.to_string()]);
    }
    table
}

/// A table with a head.
pub fn table(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Table {
    let mut table = plain();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    table.set_header(head.iter().copied());
    for row in rows {
        table.add_row(row);
    }
    table
}

fn plain() -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table
}
