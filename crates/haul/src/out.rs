//! Output: tables for people, JSON for machines. A reader that closes the pipe early is not an error.

use comfy_table::{ContentArrangement, Table, presets};
use indicatif::ProgressBar;
use serde::Serialize;
use std::io::Write;
use std::sync::{Mutex, PoisonError};

/// Prints a line.
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

/// Prints a line to stderr, apart from the answer, and above the progress bar if one is shown.
pub fn aside(text: impl std::fmt::Display) {
    let write = || drop(writeln!(std::io::stderr().lock(), "{text}"));
    match &*BAR.lock().unwrap_or_else(PoisonError::into_inner) {
        Some(bar) => bar.suspend(write),
        None => write(),
    }
}

/// The progress bar on stderr.
static BAR: Mutex<Option<ProgressBar>> = Mutex::new(None);

/// Names the progress bar that [`aside`] has to write around.
pub fn write_around(bar: ProgressBar) {
    *BAR.lock().unwrap_or_else(PoisonError::into_inner) = Some(bar);
}

/// Makes a table of two columns without lines.
pub fn pairs(rows: impl IntoIterator<Item = (impl ToString, impl ToString)>) -> Table {
    let mut table = plain();
    for (name, value) in rows {
        table.add_row([name.to_string(), value.to_string()]);
    }
    table
}

/// Makes a table with a header.
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
