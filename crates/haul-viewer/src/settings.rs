//! Settings of the window, remembered between runs in a file of the user.

use crate::panel::{Overlays, Panels};
use crate::text::Language;
use std::path::{Path, PathBuf};

/// Settings that are remembered.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Settings {
    /// The language.
    pub language: Language,
    /// The overlays.
    pub overlays: Overlays,
    /// True if the map is hidden.
    pub hides_map: bool,
}

impl Settings {
    /// Returns the settings of panels.
    pub fn of(panels: &Panels) -> Self {
        Self { language: panels.language, overlays: panels.overlays, hides_map: !panels.shows_map }
    }

    /// Applies these settings to panels.
    pub fn apply(self, panels: &mut Panels) {
        panels.language = self.language;
        panels.overlays = self.overlays;
        panels.shows_map = !self.hides_map;
    }

    /// Reads settings from a file. If the file is missing or a key cannot be used, the default applies. Returns one
    /// sentence for each setting that was left out.
    pub fn read(path: &Path) -> (Self, Vec<String>) {
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&text, &path.display().to_string()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => (Self::default(), Vec::new()),
            Err(error) => (Self::default(), vec![format!("{}: the settings cannot be read: {error}", path.display())]),
        }
    }

    fn parse(text: &str, path: &str) -> (Self, Vec<String>) {
        let mut settings = Self::default();
        let table: toml::Table = match text.parse() {
            Ok(table) => table,
            Err(error) => {
                let first = error.message().lines().next().unwrap_or_default().to_owned();
                return (
                    settings,
                    vec![format!("{path}: the settings cannot be read: {first}; the defaults are used")],
                );
            }
        };
        let mut left_out = Vec::new();
        for (key, value) in &table {
            let switch = settings.overlays_by_name().into_iter().find(|(name, _)| name == key).map(|(_, on)| on);
            let is_read = match (key.as_str(), value) {
                ("language", toml::Value::String(code)) => {
                    Language::of_code(code).map(|language| settings.language = language).is_some()
                }
                ("map", toml::Value::Boolean(shows)) => {
                    settings.hides_map = !shows;
                    true
                }
                (_, toml::Value::Boolean(shows)) => switch.map(|on| *on = *shows).is_some(),
                _ => false,
            };
            if !is_read {
                left_out.push(format!("{path}: the setting `{key} = {value}` is not used"));
            }
        }
        (settings, left_out)
    }

    fn overlays_by_name(&mut self) -> [(&'static str, &mut bool); 6] {
        let o = &mut self.overlays;
        [
            ("path", &mut o.path),
            ("granted_road", &mut o.grant),
            ("waits", &mut o.waits),
            ("stopping_envelope", &mut o.stop),
            ("grip", &mut o.grip),
            ("names", &mut o.names),
        ]
    }

    /// Writes the settings to a file. Creates the folder if necessary.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(mut self, path: &Path) -> std::io::Result<()> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mut text = format!("language = \"{}\"\nmap = {}\n", self.language.code(), !self.hides_map);
        for (name, on) in self.overlays_by_name() {
            text += &format!("{name} = {on}\n");
        }
        std::fs::write(path, text)
    }
}

/// Returns the file of the settings in the user's folder for configuration; `None` if there is no such folder.
pub fn file() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let folder = if cfg!(windows) {
        set("APPDATA")?
    } else if let Some(folder) = set("XDG_CONFIG_HOME") {
        folder
    } else if cfg!(target_os = "macos") {
        set("HOME")?.join("Library/Application Support")
    } else {
        set("HOME")?.join(".config")
    };
    Some(folder.join("haul/window.toml"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_come_back_from_their_file() {
        let folder = std::env::temp_dir().join(format!("haul-settings-{}", std::process::id()));
        let path = folder.join("deeper/window.toml");
        let overlays = Overlays { path: false, stop: true, ..Overlays::default() };
        let settings = Settings { language: Language::Chinese, overlays, hides_map: true };
        settings.write(&path).unwrap();
        assert_eq!(Settings::read(&path), (settings, Vec::new()));
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn what_cannot_be_used_is_left_out_and_told() {
        let (settings, told) = Settings::parse("language = \"zh\"\npath = 3\nfuture = true\nmap = false\n", "x.toml");
        assert_eq!((settings.language, settings.hides_map), (Language::Chinese, true));
        assert_eq!(settings.overlays, Overlays::default());
        assert_eq!(told.len(), 2, "{told:?}");
        let (settings, told) = Settings::parse("not toml", "x.toml");
        assert_eq!(settings, Settings::default());
        assert!(told[0].contains("x.toml") && told[0].contains("defaults"), "{told:?}");
        assert_eq!(Settings::read(Path::new("/nonexistent/window.toml")), (Settings::default(), Vec::new()));
    }
}
