//! Reading of scenario files. All faults that are visible in the file alone are reported at once.

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

/// A scenario that has been read and has consistent numbers. The places in it are checked with its mine, in
/// [`crate::Scenario::prepare`].
#[derive(Debug, Clone)]
pub struct Scenario {
    /// Content of the file.
    pub file: ScenarioFile,
    /// Content of the file with the position of every key, for faults found later.
    pub(crate) text: TomlText,
    /// Folder against which relative paths in the file are resolved.
    pub(crate) folder: PathBuf,
    /// Files to read instead of those named in the scenario, by the path in the scenario.
    files: BTreeMap<PathBuf, PathBuf>,
}

impl Scenario {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read or has faults: syntax, unknown and missing keys, values of a wrong
    /// type or out of range, ids used twice. Each fault has file, line and column.
    pub fn load(path: &Path) -> Result<Self, Faults> {
        let text = std::fs::read_to_string(path).map_err(|e| {
            Fault::unreadable(path.display(), &e).help("name a scenario file, such as scenarios/01_first_haul.toml")
        })?;
        let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
        Self::from_source(&SourceText::new(path.display().to_string(), text), folder)
    }

    /// Reads and checks the content of a scenario file. Relative paths in it are resolved against `folder`.
    ///
    /// # Errors
    /// Returns errors as [`Scenario::load`] does.
    pub fn from_source(source: &Arc<SourceText>, folder: PathBuf) -> Result<Self, Faults> {
        let text = TomlText::parse(source)?;
        // The schema finds all faults with their positions; the reader stops at its first fault.
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

    /// Returns the content of the file.
    pub fn source_text(&self) -> &str {
        &self.text.source().text
    }

    /// Returns the path of the scenario file, or the words used instead of a path.
    pub fn path(&self) -> &str {
        &self.text.source().path
    }

    /// Returns the scenario with other files instead of those that it names. `files` is indexed by the path in the
    /// scenario.
    pub fn with_files(self, files: BTreeMap<PathBuf, PathBuf>) -> Self {
        Self { files, ..self }
    }

    /// Returns the paths of the truck files as written in the scenario. Trucks that come with Haul have no file.
    pub fn named_files(&self) -> BTreeSet<&Path> {
        let trucks = self.file.trucks.iter().filter_map(|t| t.model.as_deref());
        let fleets = self.file.fleets.iter().filter_map(|f| f.model.as_deref());
        trucks.chain(fleets).filter(|model| !TruckSpec::is_seed(model)).collect()
    }

    /// Reads a truck by its name in the scenario: a truck that comes with Haul, or a file.
    pub(crate) fn truck_spec(&self, model: &Path) -> Result<TruckSpec, Faults> {
        let is_name = model.extension().is_none() && !self.files.contains_key(model);
        TruckSpec::load(&if is_name { model.to_path_buf() } else { self.resolve(model) })
    }

    /// Resolves a path in the scenario: to the file that was given instead of it, or relative to the scenario's folder.
    pub fn resolve(&self, path: &Path) -> PathBuf {
        match self.files.get(path) {
            Some(file) => file.clone(),
            None if path.is_absolute() => path.to_path_buf(),
            None => self.folder.join(path),
        }
    }
}
