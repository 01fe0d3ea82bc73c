//! Reading a scenario file: every fault that the file alone can show, at once.

use crate::file::{Bound, EventKind, Range, ScenarioFile};
use crate::report::FIGURES;
use crate::schema::unknown_keys;
use haul_core::fault::SourceText;
use haul_core::{Fault, Faults, TomlText, nearest_word};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A scenario that has been read and whose own numbers hold together. Whether its places exist is known only with
/// its mine: [`crate::Scenario::prepare`].
#[derive(Debug, Clone)]
pub struct Scenario {
    /// What the file says.
    pub file: ScenarioFile,
    /// The text with the place of every key, for faults found later.
    pub(crate) text: TomlText,
    /// The folder that relative paths in the file start from.
    pub(crate) folder: PathBuf,
}

impl Scenario {
    /// Reads and checks a file. Errors: unreadable, faults of syntax, unknown keys, wrong kinds of values, values out
    /// of range, ids used twice; each with file, line and column.
    pub fn load(path: &Path) -> Result<Self, Faults> {
        let text = std::fs::read_to_string(path).map_err(|e| {
            Fault::unreadable(path.display(), &e).help("name a scenario file, such as scenarios/01_first_haul.toml")
        })?;
        let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
        Self::from_source(&SourceText::new(path.display().to_string(), text), folder)
    }

    /// Reads and checks a text; relative paths in it start from `folder`. Errors as for [`Scenario::load`].
    pub fn from_source(source: &Arc<SourceText>, folder: PathBuf) -> Result<Self, Faults> {
        let text = TomlText::parse(source)?;
        let mut faults = unknown_keys(&text);
        let file: ScenarioFile = match toml::from_str(&source.text) {
            Ok(file) => file,
            Err(error) => {
                // The reader stops at its first fault, which may be one of the unknown keys found already.
                if faults.is_empty() || !error.message().starts_with("unknown field") {
                    faults.push(Fault::from_toml(&error, source));
                }
                return Err(Faults::check(faults).err().unwrap_or_else(|| Fault::new("cannot be read").into()));
            }
        };
        check(&file, &text, &mut faults);
        Faults::check(faults)?;
        Ok(Self { file, text, folder })
    }

    /// The file's text.
    pub fn source_text(&self) -> &str {
        &self.text.source().text
    }

    /// A path of the file, made relative to the file's folder.
    pub fn resolve(&self, path: &Path) -> PathBuf {
        if path.is_absolute() { path.to_path_buf() } else { self.folder.join(path) }
    }
}

/// One year: a longer run is a slip of the pen.
const LONGEST_RUN_S: f64 = 366.0 * 86_400.0;

fn check(file: &ScenarioFile, text: &TomlText, faults: &mut Vec<Fault>) {
    let mut range = |path: &str, value: f64, low: f64, high: f64, unit: &str| {
        if !(low..=high).contains(&value) {
            faults.push(text.fault(path, format!("{value} is out of range")).help(format!("{low} to {high} {unit}")));
        }
    };
    range("duration_s", file.duration_s, 0.1, LONGEST_RUN_S, "s");
    if let Some(f) = file.conditions.friction {
        range("conditions.friction", f, 0.05, 1.2, "(ice is near 0.1, dry rock near 0.8)");
    }
    if let Some(r) = file.conditions.rolling_resistance_pct {
        range("conditions.rolling_resistance_pct", r, 0.5, 25.0, "%");
    }
    if let Some(depth) = file.conditions.tyre_penetration_cm {
        range("conditions.tyre_penetration_cm", depth, 0.0, 40.0, "cm");
    }
    if let Some(v) = file.conditions.speed_limit_kmh {
        range("conditions.speed_limit_kmh", v, 1.0, 100.0, "km/h");
    }
    for (i, truck) in file.trucks.iter().enumerate() {
        range(&format!("truck.{i}.payload_t"), truck.payload_t, 0.0, 1_000.0, "t");
        range(&format!("truck.{i}.fuel_pct"), truck.fuel_pct, 1.0, 100.0, "%");
    }
    for (i, event) in file.events.iter().enumerate() {
        range(&format!("event.{i}.at_s"), event.at_s, 0.0, LONGEST_RUN_S, "s");
        if let Some(f) = event.friction {
            range(&format!("event.{i}.friction"), f, 0.05, 1.2, "");
        }
        if let Some(r) = event.radius_m {
            range(&format!("event.{i}.radius_m"), r, 0.1, 50.0, "m");
        }
    }

    if file.conditions.rolling_resistance_pct.is_some() && file.conditions.tyre_penetration_cm.is_some() {
        let fault = text.fault("conditions.tyre_penetration_cm", "both say how the roads roll");
        faults.push(fault.help("leave this or `rolling_resistance_pct` out"));
    }
    if file.trucks.is_empty() {
        faults.push(text.fault("truck", "no truck").help("add a [[truck]] with id, start, load and dump"));
    }
    let mut ids = BTreeSet::new();
    for (i, truck) in file.trucks.iter().enumerate() {
        if !ids.insert(truck.id) {
            faults.push(text.fault(&format!("truck.{i}.id"), format!("truck {} is there already", truck.id)));
        }
        if truck.start.is_some() == truck.start_at.is_some() {
            let what = "a truck starts at one place: either `start` or `start_at`";
            faults
                .push(text.fault(&format!("truck.{i}"), what).help("start = \"park\", or start_at = [x, y, bearing]"));
        }
    }
    let mut names = BTreeSet::new();
    for (i, place) in file.places.iter().enumerate() {
        if !names.insert(&place.id) {
            faults.push(text.fault(&format!("place.{i}.id"), format!("place `{}` is there already", place.id)));
        }
        if place.at.iter().any(|v| !v.is_finite()) {
            faults.push(text.fault(&format!("place.{i}.at"), "not a finite position"));
        }
    }
    for (i, event) in file.events.iter().enumerate() {
        let path = format!("event.{i}");
        let needs: &[(&str, bool)] = match event.what {
            EventKind::Obstacle => &[("at", event.at.is_some()), ("radius_m", event.radius_m.is_some())],
            EventKind::Friction => &[("friction", event.friction.is_some())],
            EventKind::AllStop | EventKind::Resume => &[],
        };
        for (key, _) in needs.iter().filter(|(_, there)| !there) {
            faults.push(text.fault(&path, format!("this event needs `{key}`")));
        }
    }
    for (name, bound) in &file.expect {
        let path = format!("expect.{name}");
        if !FIGURES.contains(&name.as_str()) {
            let fault = text.fault_at_key(&path, format!("the report has no figure `{name}`"));
            faults.push(match nearest_word(name, FIGURES.iter().copied()) {
                Some(near) => fault.help(format!("did you mean `{near}`?")),
                None => fault.help(format!("it has {}", FIGURES.join(", "))),
            });
        }
        if let Bound::Within(Range { min: Some(min), max: Some(max) }) = bound
            && min > max
        {
            faults.push(text.fault(&path, format!("the least, {min}, is above the greatest, {max}")));
        }
    }
}
