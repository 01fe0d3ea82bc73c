//! JSON schema of a scenario, and the check of a file against it. All faults are found at once, each with its position.

mod range;

use crate::file::ScenarioFile;
use crate::mend::{Doubts, Mending};
use haul_core::{Fault, TomlText, nearest_word};
use serde_json::{Map, Value};

/// Returns the JSON schema (draft 2020-12) of a scenario file, for editors that complete and check TOML.
pub fn json_schema() -> Value {
    schemars::schema_for!(ScenarioFile).to_value()
}

/// Faults of a file against the schema, and the repaired file.
pub struct SchemaFaults {
    /// Faults: unknown and missing keys, values of a wrong type, numbers that are not finite.
    pub faults: Vec<Fault>,
    /// Repaired file, for the check of its other values; `None` if it cannot be repaired.
    pub mended: Option<(ScenarioFile, Doubts)>,
}

/// Finds every fault of a file against the schema.
pub fn faults(text: &TomlText) -> SchemaFaults {
    let root = json_schema();
    // A text that parsed once parses again; its syntax errors are reported elsewhere.
    let table = toml::from_str::<toml::Table>(&text.source().text).unwrap_or_default();
    let mut walk = Walk { text, root: &root, faults: Vec::new(), mending: Mending::of(table.clone()) };
    walk.value("", &toml::Value::Table(table), &root, None);
    let mended = walk.mending.finish().and_then(|(table, doubts)| Some((table.try_into().ok()?, doubts)));
    SchemaFaults { faults: walk.faults, mended }
}

struct Walk<'a> {
    text: &'a TomlText,
    root: &'a Value,
    faults: Vec<Fault>,
    mending: Mending,
}

impl<'a> Walk<'a> {
    /// Checks a value. `about` is the description of the list that holds the value.
    fn value(&mut self, path: &str, value: &toml::Value, schema: &'a Value, about: Option<&'a str>) {
        let node = resolve(schema, self.root);
        if let Some(choices) = node.get("anyOf").or_else(|| node.get("oneOf")).and_then(Value::as_array) {
            return self.choice(path, value, choices, schema);
        }
        let about = description(schema, node).or(about);
        if !accepts(node, value) {
            let fault = self.text.fault(path, format!("expected {}, found {}", kinds(node), shown(value)));
            self.faults.push(with_help(fault, about));
            self.mending.stand_in(path, schema, self.root);
            return;
        }
        if let Some(help) = range::broken(path, value, node, about) {
            self.faults.push(self.text.fault(path, format!("{} is out of range", shown(value))).help(help));
            self.mending.stand_in(path, schema, self.root);
            return;
        }
        match value {
            toml::Value::Float(number) if !number.is_finite() => {
                let fault = self.text.fault(path, format!("expected a finite number, found {number}"));
                self.faults.push(with_help(fault, about));
                self.mending.doubt(path);
            }
            toml::Value::Array(items) => {
                let (least, most) = (size(node, "minItems"), size(node, "maxItems"));
                let count = items.len() as u64;
                if least.is_some_and(|l| count < l) || most.is_some_and(|m| count > m) {
                    let wanted = least.or(most).unwrap_or(0);
                    let fault = self.text.fault(path, format!("expected {wanted} values, found {count}"));
                    self.faults.push(with_help(fault, about));
                    self.mending.stand_in(path, schema, self.root);
                    return;
                }
                if let Some(inner) = node.get("items") {
                    for (i, item) in items.iter().enumerate() {
                        self.value(&child(path, &i.to_string()), item, inner, about);
                    }
                }
            }
            toml::Value::Table(table) => self.table(path, table, node, None),
            _ => {}
        }
    }

    /// Checks a value for which the schema has several choices: a tagged table, an optional value, an untagged value.
    fn choice(&mut self, path: &str, value: &toml::Value, choices: &'a [Value], schema: &'a Value) {
        let choices: Vec<&Value> = choices.iter().map(|c| resolve(c, self.root)).collect();
        if let Some((tag, names)) = tag_of(&choices) {
            let Some(table) = value.as_table() else {
                self.faults.push(self.text.fault(path, format!("expected a table, found {}", shown(value))));
                self.mending.stand_in(path, schema, self.root);
                return;
            };
            let all = || names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ");
            let found = table.get(tag).map(|v| (v, v.as_str()));
            if !found.is_some_and(|(_, name)| name.is_some_and(|name| names.contains(&name))) {
                self.mending.stand_in(path, schema, self.root);
            }
            match found {
                None => {
                    let fault = self.text.fault(path, format!("the key `{tag}` is missing"));
                    self.faults.push(fault.help(format!("{tag} is one of {}", all())));
                }
                Some((_, Some(name))) if names.contains(&name) => {
                    let index = names.iter().position(|n| *n == name).unwrap_or(0);
                    self.table(path, table, choices[index], Some(name));
                }
                Some((found, _)) => {
                    let what = format!("expected one of {}, found {}", all(), shown(found));
                    let fault = self.text.fault(&child(path, tag), what);
                    let near = found.as_str().and_then(|word| nearest_word(word, names.iter().copied()));
                    self.faults.push(match near {
                        Some(near) => fault.help(format!("did you mean `{near}`?")),
                        None => fault,
                    });
                }
            }
            return;
        }
        let constants: Vec<&str> = choices.iter().filter_map(|c| c.get("const")?.as_str()).collect();
        if constants.len() == choices.len() {
            if !value.as_str().is_some_and(|word| constants.contains(&word)) {
                let all = constants.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ");
                self.faults.push(self.text.fault(path, format!("expected one of {all}, found {}", shown(value))));
                self.mending.stand_in(path, schema, self.root);
            }
            return;
        }
        match choices.iter().find(|c| accepts(c, value)) {
            Some(choice) => self.value(path, value, choice, description(schema, schema)),
            None => {
                let all: Vec<String> =
                    choices.iter().filter(|c| c.get("type") != Some(&"null".into())).map(|c| kinds(c)).collect();
                let what = format!("expected {}, found {}", all.join(" or "), shown(value));
                self.faults.push(with_help(self.text.fault(path, what), description(schema, schema)));
                self.mending.stand_in(path, schema, self.root);
            }
        }
    }

    fn table(&mut self, path: &str, table: &toml::Table, node: &'a Value, tagged: Option<&str>) {
        let Some(known) = node.get("properties").and_then(Value::as_object) else {
            if let Some(inner) = node.get("additionalProperties").filter(|v| v.is_object()) {
                for (key, value) in table {
                    self.value(&child(path, key), value, inner, None);
                }
            }
            return;
        };
        for (key, value) in table {
            match known.get(key) {
                Some(inner) => self.value(&child(path, key), value, inner, None),
                None => {
                    let fault = self.unknown_key(&child(path, key), key, known, tagged);
                    self.faults.push(fault);
                    let meant = nearest_word(key, known.keys().map(String::as_str));
                    self.mending.take_out(&child(path, key), meant.map(|meant| child(path, meant)));
                }
            }
        }
        for key in node.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
            if !table.contains_key(key) {
                let fault = self.text.fault(path, format!("the key `{key}` is missing"));
                let about = known.get(key).and_then(|inner| description(inner, resolve(inner, self.root)));
                let example = about.map(|about| format!("{key}: {about}"));
                self.faults.push(with_help(fault, example.as_deref()));
                if let Some(inner) = known.get(key) {
                    self.mending.stand_in(&child(path, key), inner, self.root);
                }
            }
        }
    }

    fn unknown_key(&self, path: &str, key: &str, known: &Map<String, Value>, tagged: Option<&str>) -> Fault {
        let all = || known.keys().map(|k| format!("`{k}`")).collect::<Vec<_>>().join(", ");
        let near = nearest_word(key, known.keys().map(String::as_str));
        match (near, tagged) {
            (Some(near), _) => {
                self.text.fault_at_key(path, format!("unknown key `{key}`")).help(format!("did you mean `{near}`?"))
            }
            (None, Some(tag)) => {
                self.text.fault_at_key(path, format!("`{tag}` takes no `{key}`")).help(format!("it takes {}", all()))
            }
            (None, None) => {
                self.text.fault_at_key(path, format!("unknown key `{key}`")).help(format!("known here are {}", all()))
            }
        }
    }
}

fn child(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn size(node: &Value, key: &str) -> Option<u64> {
    node.get(key).and_then(Value::as_u64)
}

/// Returns the first line of a description, without a full stop.
fn description<'a>(outer: &'a Value, inner: &'a Value) -> Option<&'a str> {
    let text = outer.get("description").or_else(|| inner.get("description"))?.as_str()?;
    Some(text.lines().next()?.trim_end_matches('.'))
}

fn with_help(fault: Fault, help: Option<&str>) -> Fault {
    match help {
        Some(help) => fault.help(help),
        None => fault,
    }
}

/// Returns the key that distinguishes the choices, and its value in each choice, if every choice is a table with such a
/// key.
fn tag_of<'a>(choices: &[&'a Value]) -> Option<(&'a str, Vec<&'a str>)> {
    let constant = |choice: &'a Value, key: &str| choice.get("properties")?.get(key)?.get("const")?.as_str();
    let keys = choices.first()?.get("properties")?.as_object()?;
    let tag = keys.keys().find(|key| choices.iter().all(|c| constant(c, key).is_some()))?;
    Some((tag, choices.iter().filter_map(|c| constant(c, tag)).collect()))
}

/// Returns true if the type of a value fits a schema without choices.
fn accepts(node: &Value, value: &toml::Value) -> bool {
    if let Some(words) = node.get("enum").and_then(Value::as_array) {
        return value.as_str().is_some_and(|word| words.iter().any(|w| w == word));
    }
    if let Some(word) = node.get("const") {
        return value.as_str().is_some_and(|v| word == v);
    }
    let suits = |kind: &str| match value {
        toml::Value::String(_) => kind == "string",
        toml::Value::Integer(whole) => {
            kind == "number" || (kind == "integer" && (*whole >= 0 || !range::is_natural(node)))
        }
        toml::Value::Float(_) => kind == "number",
        toml::Value::Boolean(_) => kind == "boolean",
        toml::Value::Array(_) => kind == "array",
        toml::Value::Table(_) => kind == "object",
        toml::Value::Datetime(_) => false,
    };
    match node.get("type") {
        Some(Value::String(kind)) => suits(kind),
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).any(suits),
        _ => true,
    }
}

/// Returns the types that a schema without choices accepts, in words.
fn kinds(node: &Value) -> String {
    let words = |key| node.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let constants: Vec<String> = words("enum").map(|w| format!("`{w}`")).collect();
    if !constants.is_empty() {
        return format!("one of {}", constants.join(", "));
    }
    let name = |kind: &str| match kind {
        "string" => "a text in quotes".to_owned(),
        "number" => "a number".to_owned(),
        "integer" if range::is_natural(node) => "a whole number of 0 or more".to_owned(),
        "integer" => "a whole number".to_owned(),
        "boolean" => "true or false".to_owned(),
        "array" => match (size(node, "minItems"), size(node, "maxItems")) {
            (Some(least), Some(most)) if least == most => format!("a list of {least} values"),
            _ => "a list in brackets".to_owned(),
        },
        "object" => "a table".to_owned(),
        other => other.to_owned(),
    };
    match node.get("type") {
        Some(Value::String(kind)) => name(kind),
        _ => words("type").filter(|k| *k != "null").map(name).collect::<Vec<_>>().join(" or "),
    }
}

/// Returns a value as written in the file, shortened.
fn shown(value: &toml::Value) -> String {
    match value {
        toml::Value::Table(_) => "a table".into(),
        toml::Value::Array(_) => "a list".into(),
        // With all its digits, such a number would fill the line.
        toml::Value::Float(number) if number.is_finite() && number.abs() >= 1e15 => format!("{number:e}"),
        other => {
            let text = other.to_string();
            if text.chars().count() > 40 { format!("{}…", text.chars().take(40).collect::<String>()) } else { text }
        }
    }
}

pub(crate) fn resolve<'a>(node: &'a Value, root: &'a Value) -> &'a Value {
    let mut node = node;
    // The references of a schema form no cycle here; the limit keeps a faulty cyclic schema from hanging.
    for _ in 0..16 {
        match node.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix('#')) {
            Some(pointer) => match root.pointer(pointer) {
                Some(target) => node = target,
                None => return node,
            },
            None => return node,
        }
    }
    node
}
