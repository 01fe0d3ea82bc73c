//! Reads figures from a TOML file and reports all faults, each with its position.

use super::datasheet::DatasheetRow;
use super::quantity::Quantity;
use haul_core::fault::{Fault, Faults, SourceText};
use haul_core::toml_text::{TomlText, nearest_word};
use haul_core::{Lookup, Standing};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Accepted range of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FigureRange {
    /// Greater than 0.
    Positive,
    /// 0 or greater.
    NotNegative,
    /// Greater than 0, at most 1.
    Share,
    /// Any finite number.
    Any,
}

impl FigureRange {
    fn complaint(self, value: f64) -> Option<&'static str> {
        match self {
            FigureRange::Positive if value <= 0.0 => Some("must be greater than 0"),
            FigureRange::NotNegative if value < 0.0 => Some("must not be negative"),
            FigureRange::Share if value <= 0.0 || value > 1.0 => Some("must lie between 0 and 1 (100 %)"),
            _ => None,
        }
    }
}

/// The fields of a figure.
const FIELDS: [&str; 4] = ["value", "unit", "source", "standing"];

/// Reader of one file. A wrong figure is returned as NaN, so that comparisons with it raise no second fault.
pub(crate) struct Reader {
    text: TomlText,
    table: toml::Table,
    used: BTreeSet<String>,
    /// Faults found so far.
    pub(crate) faults: Vec<Fault>,
    /// Figures read so far.
    pub(crate) rows: Vec<DatasheetRow>,
}

impl Reader {
    /// Parses the file; returns its syntax faults as errors.
    pub(crate) fn new(source: &Arc<SourceText>) -> Result<Self, Faults> {
        let text = TomlText::parse(source)?;
        let table = source.text.parse::<toml::Table>().map_err(|e| Fault::from_toml(&e, source))?;
        Ok(Self { text, table, used: BTreeSet::new(), faults: Vec::new(), rows: Vec::new() })
    }

    /// Adds a fault at a path in the file.
    pub(crate) fn wrong(&mut self, path: &str, what: impl Into<String>, help: impl Into<String>) {
        self.faults.push(self.text.fault(path, what).help(help));
    }

    /// Resolves `path` against the directory of this file.
    pub(crate) fn beside(&self, path: &str) -> PathBuf {
        Path::new(&self.text.source().path).parent().unwrap_or(Path::new("")).join(path)
    }

    /// Returns true if the file has an entry at a path.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.find(path).is_some()
    }

    /// Returns the number of `[[name]]` tables in the file.
    pub(crate) fn count(&self, name: &str) -> usize {
        self.table.get(name).and_then(|v| v.as_array()).map_or(0, Vec::len)
    }

    fn find(&self, path: &str) -> Option<&toml::Value> {
        let mut parts = path.split('.');
        let mut value = self.table.get(parts.next()?)?;
        for part in parts {
            value = match value {
                toml::Value::Table(table) => table.get(part)?,
                toml::Value::Array(items) => items.get(part.parse::<usize>().ok()?)?,
                _ => return None,
            };
        }
        Some(value)
    }

    fn use_path(&mut self, path: &str) {
        let mut at = String::new();
        for part in path.split('.') {
            if !at.is_empty() {
                at.push('.');
            }
            at.push_str(part);
            self.used.insert(at.clone());
        }
    }

    /// Reads a plain string, such as a name.
    pub(crate) fn text(&mut self, path: &str) -> String {
        self.use_path(path);
        match self.find(path) {
            Some(toml::Value::String(s)) if !s.trim().is_empty() => s.clone(),
            Some(_) => {
                self.wrong(path, format!("`{path}` is not a text"), format!("{} = \"…\"", last(path)));
                String::new()
            }
            None => {
                self.wrong(path, format!("`{path}` is missing"), format!("add {} = \"…\"", last(path)));
                String::new()
            }
        }
    }

    /// Returns value and unit of a figure, with unit, source and standing checked.
    fn raw(&mut self, path: &str, unit_hint: &str) -> Option<(toml::Value, String)> {
        self.use_path(path);
        let example = format!(
            "{} = {{ value = …, unit = \"{unit_hint}\", source = \"…\", standing = \"S, L or E\" }}",
            last(path)
        );
        let Some(found) = self.find(path).cloned() else {
            self.wrong(path, format!("figure `{path}` is missing"), format!("add {example}"));
            return None;
        };
        let toml::Value::Table(figure) = found else {
            self.wrong(path, format!("`{path}` is not a figure with unit, source and standing"), example);
            return None;
        };
        for key in figure.keys() {
            if !FIELDS.contains(&key.as_str()) {
                let help =
                    nearest_word(key, FIELDS).map_or_else(|| example.clone(), |w| format!("did you mean `{w}`?"));
                self.faults.push(
                    self.text
                        .fault_at_key(&format!("{path}.{key}"), format!("`{key}` is not a field of a figure"))
                        .help(help),
                );
            }
        }
        let mut texts = [String::new(), String::new(), String::new()];
        for (slot, field) in texts.iter_mut().zip(&FIELDS[1..]) {
            match figure.get(*field).and_then(|v| v.as_str()) {
                Some(s) if !s.trim().is_empty() => *slot = s.to_string(),
                _ => self.wrong(&format!("{path}.{field}"), format!("`{path}` lacks its {field}"), example.clone()),
            }
        }
        let [unit, source, standing] = texts;
        let standing = match standing.as_str() {
            "S" => Some(Standing::Stated),
            "L" => Some(Standing::Literature),
            "E" => Some(Standing::Estimated),
            "" => None,
            other => {
                let what = format!("standing \"{other}\" is not known");
                self.wrong(&format!("{path}.standing"), what, "\"S\" stated, \"L\" literature or \"E\" estimated");
                None
            }
        };
        let Some(value) = figure.get("value").cloned() else {
            self.wrong(path, format!("`{path}` lacks its value"), example);
            return None;
        };
        if let Some(standing) = standing {
            self.rows.push(DatasheetRow::new(path, shown(&value), unit.clone(), source, standing));
        }
        Some((value, unit))
    }

    fn in_si(&mut self, path: &str, value: f64, unit: &str, quantity: Quantity) -> f64 {
        match quantity.to_si(value, unit) {
            Some(si) => si,
            None => {
                if !unit.is_empty() {
                    let what = format!("`{path}` cannot be written in \"{unit}\"");
                    self.wrong(&format!("{path}.unit"), what, format!("one of {}", quantity.allowed()));
                }
                f64::NAN
            }
        }
    }

    /// Reads a figure in SI; NaN if it is missing or wrong.
    pub(crate) fn figure(&mut self, path: &str, quantity: Quantity, bound: FigureRange) -> f64 {
        let Some((value, unit)) = self.raw(path, quantity.units()[0].0) else { return f64::NAN };
        let Some(number) = number(&value) else {
            self.wrong(
                &format!("{path}.value"),
                format!("the value of `{path}` is not a finite number"),
                "write a number",
            );
            return f64::NAN;
        };
        let si = self.in_si(path, number, &unit, quantity);
        self.bounded(&format!("{path}.value"), path, si, number, bound)
    }

    fn bounded(&mut self, at: &str, path: &str, si: f64, written: f64, bound: FigureRange) -> f64 {
        match bound.complaint(si) {
            Some(complaint) => {
                self.wrong(at, format!("`{path}` is {written}"), complaint);
                f64::NAN
            }
            None => si,
        }
    }

    /// Reads a list of figures that share one unit, in SI; empty if the list is missing or wrong.
    pub(crate) fn list(&mut self, path: &str, quantity: Quantity, bound: FigureRange) -> Vec<f64> {
        let Some((value, unit)) = self.raw(path, quantity.units()[0].0) else { return Vec::new() };
        let toml::Value::Array(items) = value else {
            self.wrong(
                &format!("{path}.value"),
                format!("the value of `{path}` is not a list"),
                "value = [4.24, 2.32, …]",
            );
            return Vec::new();
        };
        if items.is_empty() {
            self.wrong(&format!("{path}.value"), format!("`{path}` is empty"), "name at least one value");
        }
        let faults_before = self.faults.len();
        let mut read = Vec::with_capacity(items.len());
        for (i, item) in items.iter().enumerate() {
            let at = format!("{path}.value.{i}");
            match number(item) {
                Some(n) => {
                    let si = self.in_si(path, n, &unit, quantity);
                    read.push(self.bounded(&at, path, si, n, bound));
                }
                None => {
                    self.wrong(&at, format!("entry {} of `{path}` is not a finite number", i + 1), "write a number")
                }
            }
        }
        if self.faults.len() > faults_before { Vec::new() } else { read }
    }

    /// Reads a curve in SI, its unit written as `"x unit, y unit"`; a constant NaN if the curve is missing or wrong.
    pub(crate) fn curve(&mut self, path: &str, x: Quantity, y: Quantity, least_y: FigureRange) -> Lookup {
        self.try_curve(path, x, y, least_y).unwrap_or_else(nowhere)
    }

    fn try_curve(&mut self, path: &str, x: Quantity, y: Quantity, least_y: FigureRange) -> Option<Lookup> {
        let hint = format!("{}, {}", x.units()[0].0, y.units()[0].0);
        let (value, unit) = self.raw(path, &hint)?;
        let at = format!("{path}.value");
        let help = "value = [[x, y], [x, y], …] with rising x";
        let toml::Value::Array(items) = value else {
            self.wrong(&at, format!("the value of `{path}` is not a curve"), help);
            return None;
        };
        let Some((unit_x, unit_y)) = unit.split_once(", ") else {
            self.wrong(&format!("{path}.unit"), format!("`{path}` needs two units"), format!("unit = \"{hint}\""));
            return None;
        };
        let mut points = Vec::with_capacity(items.len());
        let faults_before = self.faults.len();
        for (i, item) in items.iter().enumerate() {
            let pair = item.as_array().filter(|p| p.len() == 2).and_then(|p| Some((number(&p[0])?, number(&p[1])?)));
            let Some((px, py)) = pair else {
                self.wrong(&format!("{at}.{i}"), format!("point {} of `{path}` is not a pair of numbers", i + 1), help);
                continue;
            };
            let (sx, sy) = (self.in_si(path, px, unit_x, x), self.in_si(path, py, unit_y, y));
            if self.faults.len() > faults_before {
                return None; // the unit is wrong for every point: once is enough
            }
            points.push([sx, self.bounded(&format!("{at}.{i}"), path, sy, py, least_y)]);
        }
        if self.faults.len() > faults_before {
            return None;
        }
        match Lookup::new(points) {
            Ok(curve) => Some(curve),
            Err(complaint) => {
                self.wrong(&at, format!("`{path}`: {complaint}"), help);
                None
            }
        }
    }

    /// Adds a fault for every key that was not read.
    pub(crate) fn refuse_unknown(&mut self) {
        let mut unknown = Vec::new();
        walk(&self.table, "", &self.used, &mut unknown);
        for path in unknown {
            let (parent, key) = path.rsplit_once('.').unwrap_or(("", &path));
            let siblings: Vec<&str> = self.used.iter().filter_map(|u| child(u, parent)).collect();
            let help = match nearest_word(key, siblings.iter().copied()) {
                Some(word) => format!("did you mean `{word}`?"),
                None => format!("known here: {}", siblings.join(", ")),
            };
            self.faults.push(self.text.fault_at_key(&path, format!("`{path}` is not known")).help(help));
        }
    }
}

/// Returns the last part of a path.
fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// Returns the last name of `path` if `path` lies directly under `parent`.
fn child<'a>(path: &'a str, parent: &str) -> Option<&'a str> {
    let rest = if parent.is_empty() { path } else { path.strip_prefix(parent)?.strip_prefix('.')? };
    (!rest.is_empty() && !rest.contains('.')).then_some(rest)
}

fn walk(table: &toml::Table, prefix: &str, used: &BTreeSet<String>, unknown: &mut Vec<String>) {
    for (key, value) in table {
        let path = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        if !used.contains(&path) {
            unknown.push(path);
            continue;
        }
        // A used path with no used path below it is a figure, whose fields were checked when it was read.
        let below = format!("{path}.");
        if !used.iter().any(|u| u.starts_with(&below)) {
            continue;
        }
        match value {
            toml::Value::Table(inner) => walk(inner, &path, used, unknown),
            toml::Value::Array(items) => {
                for (i, item) in items.iter().enumerate() {
                    if let toml::Value::Table(inner) = item {
                        walk(inner, &format!("{path}.{i}"), used, unknown);
                    }
                }
            }
            _ => {}
        }
    }
}

fn number(value: &toml::Value) -> Option<f64> {
    match value {
        toml::Value::Integer(i) => Some(*i as f64),
        toml::Value::Float(f) if f.is_finite() => Some(*f),
        _ => None,
    }
}

fn shown(value: &toml::Value) -> String {
    match value {
        toml::Value::String(s) => s.clone(),
        other => other.to_string(),
    }
}

/// Returns a placeholder curve after one that could not be read. No truck with a placeholder is ever returned.
fn nowhere() -> Lookup {
    let points = vec![[0.0, 0.0]];
    // A single finite point is a valid curve.
    Lookup::new(points).expect("one finite point")
}
