//! Reading of scenario files: every fault that the file alone can show, at once.

use crate::check::check;
use crate::file::ScenarioFile;
use crate::mend::Doubts;
use crate::schema;
use haul_core::fault::SourceText;
use haul_core::{Fault, Faults, TomlText};
use haul_vehicle::TruckSpec;
use std::collections::{BTreeMap, BTreeSet};
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
    /// Files to read instead of those that the scenario names.
    files: BTreeMap<PathBuf, PathBuf>,
}

impl Scenario {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// An unreadable file, faults of syntax, unknown and missing keys, values of a wrong kind or out of range, ids used
    /// twice; each with file, line and column.
    pub fn load(path: &Path) -> Result<Self, Faults> {
        let text = std::fs::read_to_string(path).map_err(|e| {
            Fault::unreadable(path.display(), &e).help("name a scenario file, such as scenarios/01_first_haul.toml")
        })?;
        let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
        Self::from_source(&SourceText::new(path.display().to_string(), text), folder)
    }

    /// Reads and checks a text; relative paths in it start from `folder`.
    ///
    /// # Errors
    /// As for [`Scenario::load`].
    pub fn from_source(source: &Arc<SourceText>, folder: PathBuf) -> Result<Self, Faults> {
        let text = TomlText::parse(source)?;
        // The schema finds all faults with their places; the reader stops at its first.
        let mut found = schema::faults(&text);
        if let Some((file, doubts)) = &found.mended {
            found.faults.extend(check(file, &text, doubts));
        }
        found.faults.sort_by_key(|fault| fault.at.as_ref().map(|(_, span)| span.start));
        Faults::check(found.faults)?;
        let file: ScenarioFile = toml::from_str(&source.text).map_err(|error| Fault::from_toml(&error, source))?;
        if found.mended.is_none() {
            Faults::check(check(&file, &text, &Doubts::default()))?;
        }
        Ok(Self { file, text, folder, files: BTreeMap::new() })
    }

    /// The file's text.
    pub fn source_text(&self) -> &str {
        &self.text.source().text
    }

    /// Path of the scenario file, or the words that stand for it.
    pub fn path(&self) -> &str {
        &self.text.source().path
    }

    /// Returns the same scenario with other files instead of those that it names, by their path in it.
    pub fn with_files(self, files: BTreeMap<PathBuf, PathBuf>) -> Self {
        Self { files, ..self }
    }

    /// Paths of the truck files that the scenario names, as it names them. Trucks that come with Haul have no file.
    pub fn named_files(&self) -> BTreeSet<&Path> {
        let trucks = self.file.trucks.iter().filter_map(|t| t.model.as_deref());
        let fleets = self.file.fleets.iter().filter_map(|f| f.model.as_deref());
        trucks.chain(fleets).filter(|model| !TruckSpec::is_seed(model)).collect()
    }

    /// Reads the truck that the scenario names: one that comes with Haul, or a file.
    pub(crate) fn truck_spec(&self, model: &Path) -> Result<TruckSpec, Faults> {
        let is_name = model.extension().is_none() && !self.files.contains_key(model);
        TruckSpec::load(&if is_name { model.to_path_buf() } else { self.resolve(model) })
    }

    /// Returns the place of a path that the scenario names: relative to its folder, or the file given instead.
    pub fn resolve(&self, path: &Path) -> PathBuf {
        match self.files.get(path) {
            Some(file) => file.clone(),
            None if path.is_absolute() => path.to_path_buf(),
            None => self.folder.join(path),
        }
    }
}
