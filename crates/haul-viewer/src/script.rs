//! Scenario files that hold the inputs of the user.

use crate::session::Session;
use haul_scenario::with_inputs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

impl Session {
    /// Writes a scenario that contains the external inputs, in the folder of the scenario of the run. Reports the file
    /// name.
    pub fn write_scenario(&mut self) {
        let sentence = self.try_write_scenario().unwrap_or_else(|why| why);
        self.notices().push(sentence);
    }

    fn try_write_scenario(&self) -> Result<String, String> {
        let inputs = self.inputs();
        if inputs.is_empty() {
            return Err("nothing was done by hand, so that there is no scenario to write".to_owned());
        }
        let scenario = &self.setup().scenario;
        let text =
            with_inputs(scenario, &inputs).map_err(|error| format!("the scenario cannot be written: {error}"))?;
        // The new file is in the folder of the old one, because relative paths in it start there.
        for number in 1..1_000 {
            let path = beside(Path::new(scenario.path()), number);
            match std::fs::File::create_new(&path) {
                Ok(mut file) => {
                    let written = file.write_all(text.as_bytes());
                    return match written {
                        Ok(()) => Ok(format!("{}: {} acts; run it with `haul run`", path.display(), inputs.len())),
                        Err(error) => Err(format!("{}: cannot be written: {error}", path.display())),
                    };
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(format!("{}: cannot be written: {error}", path.display())),
            }
        }
        Err("there are a thousand such scenarios already; remove some".to_owned())
    }
}

fn beside(scenario: &Path, number: u32) -> PathBuf {
    let stem = scenario.file_stem().map_or_else(|| "scenario".into(), |stem| stem.to_string_lossy());
    let number = if number == 1 { String::new() } else { format!("_{number}") };
    scenario.with_file_name(format!("{stem}_by_hand{number}.toml"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_stands_beside_the_scenario() {
        assert_eq!(beside(Path::new("scenarios/01.toml"), 1), PathBuf::from("scenarios/01_by_hand.toml"));
        assert_eq!(beside(Path::new("01.toml"), 2), PathBuf::from("01_by_hand_2.toml"));
    }
}
