//! Repair of a file with faults against the schema, so that its other values can be checked at the same time.
//!
//! Unknown keys are removed. Missing values, and values that cannot be read, get a substitute. Values that depend on a
//! repaired path are not checked: see [`Doubts`].

use serde_json::Value;

/// Paths in a file at which the schema found faults.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Doubts(Vec<String>);

impl Doubts {
    /// Returns true if a fault at a path may follow from a reported one: one path contains the other.
    pub fn touch(&self, path: &str) -> bool {
        self.0.iter().any(|doubt| is_on_branch(doubt, path) || is_on_branch(path, doubt))
    }

    /// Returns true if the names defined by the entries of a list are in doubt: a whole entry, or one of the given keys
    /// of an entry.
    pub fn names_of(&self, list: &str, keys: &[&str]) -> bool {
        self.0.iter().any(|doubt| match doubt.strip_prefix(list).map(|rest| rest.trim_start_matches('.')) {
            Some(rest) if is_on_branch(list, doubt) => match rest.split_once('.') {
                Some((_, key)) => keys.contains(&key),
                None => true,
            },
            _ => false,
        })
    }
}

/// Returns true if `path` equals `over` or lies below it.
fn is_on_branch(over: &str, path: &str) -> bool {
    over.is_empty() || path.strip_prefix(over).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Table of a file during the search for faults, with the repairs so far.
#[derive(Debug)]
pub struct Mending {
    table: toml::Table,
    doubts: Doubts,
    /// False after a failed repair: then the rest cannot be checked.
    holds: bool,
    /// Number of substitutes given for numbers. Each substitute is used once, so that no two entries seem to share a
    /// number.
    numbers: i64,
}

impl Mending {
    /// Starts with the unchanged file.
    pub fn of(table: toml::Table) -> Self {
        Self { table, doubts: Doubts::default(), holds: true, numbers: 0 }
    }

    /// Removes an unknown key; `meant` is the path of the key that the writer may have meant, if any.
    pub fn take_out(&mut self, path: &str, meant: Option<String>) {
        let done = parent(&mut self.table, path).is_some_and(|(table, key)| table.remove(key).is_some());
        self.holds &= done;
        self.doubts.0.extend(meant);
    }

    /// Inserts a substitute for a value that is missing or cannot be read.
    pub fn stand_in(&mut self, path: &str, schema: &Value, root: &Value) {
        self.doubts.0.push(path.to_owned());
        let value = self.value(path, schema, root);
        self.holds &= value.is_some_and(|value| put(&mut self.table, path, value));
    }

    /// Adds the path of a value that can be read but is wrong.
    pub fn doubt(&mut self, path: &str) {
        self.doubts.0.push(path.to_owned());
    }

    /// Returns the repaired table with its doubts; `None` if a fault could not be repaired.
    pub fn finish(self) -> Option<(toml::Table, Doubts)> {
        self.holds.then_some((self.table, self.doubts))
    }

    /// Returns a value that a schema accepts. A string substitute is the path itself, so that no two are equal.
    fn value(&mut self, path: &str, schema: &Value, root: &Value) -> Option<toml::Value> {
        let node = super::schema::resolve(schema, root);
        if let Some(word) = node.get("const").or_else(|| node.get("enum")?.get(0)) {
            return Some(toml::Value::String(word.as_str()?.to_owned()));
        }
        if let Some(choices) = node.get("anyOf").or_else(|| node.get("oneOf")).and_then(Value::as_array) {
            let choice = choices.iter().find(|c| c.get("type") != Some(&"null".into()))?;
            return self.value(path, choice, root);
        }
        let kind = match node.get("type")? {
            Value::Array(kinds) => kinds.iter().find(|kind| *kind != "null")?.as_str()?,
            kind => kind.as_str()?,
        };
        Some(match kind {
            "string" => toml::Value::String(path.to_owned()),
            "number" => toml::Value::Float(1.0),
            "integer" => {
                /// First substitute for a number: greater than any number that a person gives, and within 32 bits.
                const UNUSED: i64 = 4_000_000_000;
                self.numbers += 1;
                toml::Value::Integer(UNUSED + self.numbers)
            }
            "boolean" => toml::Value::Boolean(false),
            "array" => {
                let count = node.get("minItems").and_then(Value::as_u64).unwrap_or(0);
                let items = (0..count).map(|_| self.value(path, node.get("items")?, root));
                toml::Value::Array(items.collect::<Option<_>>()?)
            }
            "object" => {
                let mut table = toml::Table::new();
                for key in node.get("required").and_then(Value::as_array).into_iter().flatten() {
                    let key = key.as_str()?;
                    table.insert(key.to_owned(), self.value(path, node.get("properties")?.get(key)?, root)?);
                }
                toml::Value::Table(table)
            }
            _ => return None,
        })
    }
}

/// Returns the table that holds the last key of a path, and that key.
fn parent<'a, 'p>(table: &'a mut toml::Table, path: &'p str) -> Option<(&'a mut toml::Table, &'p str)> {
    let Some((over, key)) = path.rsplit_once('.') else { return Some((table, path)) };
    Some((place(table, over)?.as_table_mut()?, key))
}

/// Returns the value at a path.
fn place<'a>(table: &'a mut toml::Table, path: &str) -> Option<&'a mut toml::Value> {
    let mut keys = path.split('.');
    let mut at = table.get_mut(keys.next()?)?;
    for key in keys {
        at = match at {
            toml::Value::Table(inner) => inner.get_mut(key)?,
            toml::Value::Array(items) => items.get_mut(key.parse::<usize>().ok()?)?,
            _ => return None,
        };
    }
    Some(at)
}

/// Puts a value at a path. Returns false if the path does not exist.
fn put(table: &mut toml::Table, path: &str, value: toml::Value) -> bool {
    if let Some(at) = place(table, path) {
        *at = value;
        return true;
    }
    parent(table, path).map(|(table, key)| table.insert(key.to_owned(), value)).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_doubt_covers_its_branch_and_no_other() {
        let doubts = Doubts(vec!["truck.1.start".into(), "event.3".into()]);
        for path in ["truck.1.start", "truck.1", "truck.1.start.0", "event.3.at_s", "event"] {
            assert!(doubts.touch(path), "{path}");
        }
        for path in ["truck.1.start_at", "truck.10", "truck.2.start", "event.30", "line.loss_pct"] {
            assert!(!doubts.touch(path), "{path}");
        }
    }

    #[test]
    fn names_are_in_doubt_where_their_key_or_their_whole_entry_is() {
        let of = |path: &str| Doubts(vec![path.into()]).names_of("truck", &["id"]);
        assert!(of("truck") && of("truck.1") && of("truck.1.id"));
        assert!(!of("truck.1.payload_t") && !of("trucks") && !of("truck_park.1") && !of("event.1.truck"));
    }
}
