//! Features of the survey formats: read, left out with a finding in the report, or refused.

use super::format::Format;
use std::fmt::Write;

/// The way in which the import treats a feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Support {
    /// The feature is read.
    Read,
    /// The feature is left out or doubted, and the report says so.
    Said,
    /// A file with this feature is refused, with the reason and a remedy.
    Refused,
}

impl Support {
    /// Returns the name of this kind of support in the table of `docs/mines.md`.
    fn name(self) -> &'static str {
        match self {
            Support::Read => "read",
            Support::Said => "said",
            Support::Refused => "refused",
        }
    }
}

/// A feature of a file format.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Feature {
    /// Name of the feature, in the terms of the format.
    pub(super) name: &'static str,
    /// The way in which the import treats the feature.
    pub(super) support: Support,
    /// A short note; may be empty.
    pub(super) note: &'static str,
}

/// Returns a feature that is read.
pub(super) const fn read(name: &'static str, note: &'static str) -> Feature {
    Feature { name, support: Support::Read, note }
}

/// Returns a feature that is left out or doubted with a finding in the report.
pub(super) const fn said(name: &'static str, note: &'static str) -> Feature {
    Feature { name, support: Support::Said, note }
}

/// Returns a feature for which a file is refused.
pub(super) const fn refused(name: &'static str, note: &'static str) -> Feature {
    Feature { name, support: Support::Refused, note }
}

/// Returns the table of formats and features in Markdown, as it is in `docs/mines.md`.
#[cfg_attr(not(test), allow(dead_code))]
fn markdown() -> String {
    let mut text = "| format | feature | support | note |\n| --- | --- | --- | --- |\n".to_owned();
    for format in Format::ALL {
        for (k, feature) in format.features().iter().enumerate() {
            let label = if k == 0 { format.label() } else { "" };
            let _ = writeln!(text, "| {label} | {} | {} | {} |", feature.name, feature.support.name(), feature.note);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn docs_show_the_table_of_the_code() {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/mines.md");
        let text = std::fs::read_to_string(page).unwrap();
        let (before, rest) = text.split_once("<!-- table of formats -->\n").unwrap();
        let (table, after) = rest.split_once("<!-- end of table -->").unwrap();
        if std::env::var_os("HAUL_WRITE_DOCS").is_some() {
            let new = format!("{before}<!-- table of formats -->\n{}<!-- end of table -->{after}", markdown());
            std::fs::write(page, new).unwrap();
        } else {
            assert_eq!(table, markdown(), "run this test with HAUL_WRITE_DOCS=1 to write the page again");
        }
    }

    #[test]
    fn each_feature_of_a_format_has_one_entry() {
        for format in Format::ALL {
            let features = format.features();
            assert!(!features.is_empty(), "{}", format.name());
            for (k, feature) in features.iter().enumerate() {
                assert!(features[..k].iter().all(|f| f.name != feature.name), "{}: {}", format.name(), feature.name);
                assert!(!feature.name.contains('|') && !feature.note.contains('|'), "{}", feature.name);
            }
        }
    }
}
