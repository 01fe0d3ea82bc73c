//! The scenario's JSON schema, and the check of a file's keys against it: all misspelt keys at once.

use crate::file::ScenarioFile;
use haul_core::{Fault, TomlText, nearest_word};
use serde_json::Value;

/// The JSON schema (draft 2020-12) of a scenario file, for editors that complete and check TOML.
pub fn json_schema() -> Value {
    schemars::schema_for!(ScenarioFile).to_value()
}

/// Every key that the schema does not know, each with its place and the nearest one that it does.
pub fn unknown_keys(text: &TomlText) -> Vec<Fault> {
    let schema = json_schema();
    let mut faults = Vec::new();
    walk(text, "", &schema, &schema, &mut faults);
    faults.sort_by_key(|f| f.at.as_ref().map(|(_, span)| span.start));
    faults
}

fn walk(text: &TomlText, path: &str, node: &Value, root: &Value, faults: &mut Vec<Fault>) {
    let node = resolve(node, root);
    if let Some(choices) = node.get("anyOf").or_else(|| node.get("oneOf")).and_then(Value::as_array) {
        // An optional or untagged value: the one branch that is a table or a list is the one to descend into.
        for choice in choices {
            let choice = resolve(choice, root);
            if choice.get("properties").is_some() || choice.get("items").is_some() {
                walk(text, path, choice, root, faults);
            }
        }
        return;
    }
    let child = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    if let Some(items) = node.get("items") {
        for index in text.keys_under(path).collect::<Vec<_>>() {
            walk(text, &child(index), items, root, faults);
        }
        return;
    }
    if let Some(known) = node.get("properties").and_then(Value::as_object) {
        for key in text.keys_under(path).collect::<Vec<_>>() {
            match known.get(key) {
                Some(inner) => walk(text, &child(key), inner, root, faults),
                None => {
                    let fault = text.fault_at_key(&child(key), format!("unknown key `{key}`"));
                    let all = || known.keys().map(|k| format!("`{k}`")).collect::<Vec<_>>().join(", ");
                    faults.push(match nearest_word(key, known.keys().map(String::as_str)) {
                        Some(near) => fault.help(format!("did you mean `{near}`?")),
                        None => fault.help(format!("known here are {}", all())),
                    });
                }
            }
        }
    } else if let Some(inner) = node.get("additionalProperties").filter(|v| v.is_object()) {
        for key in text.keys_under(path).collect::<Vec<_>>() {
            walk(text, &child(key), inner, root, faults);
        }
    }
}

fn resolve<'a>(node: &'a Value, root: &'a Value) -> &'a Value {
    let mut node = node;
    // A schema's references form no cycle here; the bound keeps a broken one from hanging.
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

#[cfg(test)]
mod tests {
    use super::*;
    use haul_core::fault::SourceText;

    #[test]
    fn every_misspelt_key_is_named_with_its_place_and_its_neighbour() {
        let source = SourceText::new(
            "s.toml",
            "name = \"x\"\ndurtion_s = 5\n[[truck]]\nid = 1\nlaod = \"a\"\n[expect]\ncycles = { mni = 1 }\n",
        );
        let faults: Vec<String> =
            unknown_keys(&TomlText::parse(&source).unwrap()).iter().map(ToString::to_string).collect();
        assert_eq!(
            faults,
            [
                "s.toml:2:1: unknown key `durtion_s` (help: did you mean `duration_s`?)",
                "s.toml:5:1: unknown key `laod` (help: did you mean `load`?)",
                "s.toml:7:12: unknown key `mni` (help: did you mean `min`?)",
            ]
        );
    }
}
