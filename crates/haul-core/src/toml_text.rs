//! Positions of the keys in a TOML file, so that a fault found after parsing can still give line and column.

use crate::fault::{Fault, Faults, SourceText};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use toml::de::{DeTable, DeValue};

/// Maximum number of syntax faults listed. A file that is not TOML has a fault in each line.
const MOST_FAULTS: usize = 100;

/// Parsed TOML text, with the position of every key and value. Paths are written like `truck.0.load`.
#[derive(Debug, Clone)]
pub struct TomlText {
    source: Arc<SourceText>,
    places: BTreeMap<String, Place>,
}

#[derive(Debug, Clone)]
struct Place {
    key: Range<usize>,
    value: Range<usize>,
}

impl TomlText {
    /// Parses a TOML text.
    ///
    /// # Errors
    /// Returns up to a hundred syntax faults, each with its position.
    pub fn parse(source: &Arc<SourceText>) -> Result<Self, Faults> {
        let (table, errors) = DeTable::parse_recoverable(&source.text);
        let mut faults: Vec<Fault> = errors.iter().take(MOST_FAULTS).map(|e| Fault::from_toml(e, source)).collect();
        if errors.len() > MOST_FAULTS {
            faults.push(Fault::new("there are more faults; these are the first").in_file(&source.path));
        }
        Faults::check(faults)?;
        let mut places = BTreeMap::new();
        collect(table.get_ref(), "", &mut places);
        Ok(Self { source: Arc::clone(source), places })
    }

    /// Returns the source text.
    pub fn source(&self) -> &Arc<SourceText> {
        &self.source
    }

    /// Creates a fault at the value of a path. If the path does not exist, the fault is at its nearest existing parent.
    /// If there is none, it is about the whole file.
    pub fn fault(&self, path: &str, what: impl Into<String>) -> Fault {
        self.placed(path, Fault::new(what), |p| p.value.clone())
    }

    /// Creates a fault at the key of a path instead of at its value.
    pub fn fault_at_key(&self, path: &str, what: impl Into<String>) -> Fault {
        self.placed(path, Fault::new(what), |p| p.key.clone())
    }

    fn placed(&self, path: &str, fault: Fault, part: impl Fn(&Place) -> Range<usize>) -> Fault {
        let mut path = path;
        loop {
            if let Some(place) = self.places.get(path) {
                return fault.at(&self.source, part(place));
            }
            match path.rfind('.') {
                Some(dot) => path = &path[..dot],
                None => return fault.in_file(&self.source.path),
            }
        }
    }

    /// Returns the keys directly under a path (`""` for the top level), in order.
    pub fn keys_under<'a>(&'a self, path: &'a str) -> impl Iterator<Item = &'a str> + 'a {
        self.places.keys().filter_map(move |k| {
            let rest = if path.is_empty() { k.as_str() } else { k.strip_prefix(path)?.strip_prefix('.')? };
            (!rest.contains('.')).then_some(rest)
        })
    }
}

fn collect(table: &DeTable<'_>, prefix: &str, places: &mut BTreeMap<String, Place>) {
    for (key, value) in table.iter() {
        let path = if prefix.is_empty() { key.get_ref().to_string() } else { format!("{prefix}.{}", key.get_ref()) };
        places.insert(path.clone(), Place { key: key.span(), value: value.span() });
        descend(value.get_ref(), &path, places);
    }
}

fn descend(value: &DeValue<'_>, path: &str, places: &mut BTreeMap<String, Place>) {
    match value {
        DeValue::Table(inner) => collect(inner, path, places),
        DeValue::Array(items) => {
            for (i, item) in items.iter().enumerate() {
                let path = format!("{path}.{i}");
                places.insert(path.clone(), Place { key: item.span(), value: item.span() });
                descend(item.get_ref(), &path, places);
            }
        }
        _ => {}
    }
}

/// Returns the known word closest to a misspelt one, if any is close enough: its Damerau-Levenshtein distance may be at
/// most max(1, length of the longer word / 3).
pub fn nearest_word<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|k| (strsim::damerau_levenshtein(word, k), k))
        .filter(|(d, k)| *d <= (k.chars().count().max(word.chars().count()) / 3).max(1))
        .min_by_key(|(d, _)| *d)
        .map(|(_, k)| k)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_found_late_still_knows_its_line() {
        let source = SourceText::new("s.toml", "a = 1\n[[truck]]\nload = \"x\"\n[[truck]]\nload = \"face\"\n");
        let text = TomlText::parse(&source).unwrap();
        assert_eq!(text.fault("truck.1.load", "no such place").to_string(), "s.toml:5:8: no such place");
        assert!(text.fault("truck.1.dump", "missing").to_string().starts_with("s.toml:4:"));
        assert_eq!(text.keys_under("truck.0").collect::<Vec<_>>(), ["load"]);
    }

    #[test]
    fn every_fault_of_syntax_is_named() {
        let source = SourceText::new("s.toml", "a = \nb = 2\nc = = 3\n");
        assert!(TomlText::parse(&source).unwrap_err().iter().count() >= 2);
    }

    #[test]
    fn a_long_file_that_is_no_toml_is_answered_by_its_first_faults() {
        let source = SourceText::new("s.toml", "1,2,3\n".repeat(5_000));
        let faults = TomlText::parse(&source).unwrap_err();
        assert_eq!(faults.iter().count(), MOST_FAULTS + 1);
        assert!(faults.to_string().contains("more faults"));
    }

    #[test]
    fn a_misspelt_word_finds_its_neighbour() {
        assert_eq!(nearest_word("durtion_s", ["seed", "duration_s"]), Some("duration_s"));
        assert_eq!(nearest_word("zebra", ["seed", "duration_s"]), None);
    }
}
