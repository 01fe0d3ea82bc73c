//! Options for the air, which several commands have.

use super::number::within;
use clap::Args;
use haul_vehicle::Environment;

/// Altitude and air temperature.
#[derive(Debug, Clone, Copy, Args)]
pub struct AirArgs {
    /// Height above sea level, m: -430 (shore of the Dead Sea) to 6000 (above the highest mines of the Andes)
    #[arg(long, value_name = "METRES", default_value = "0", global = true, allow_hyphen_values = true,
        value_parser = within::<-430, 6000>)]
    pub altitude: f64,
    /// Air temperature, °C: -60 to 60, the weather of working mines
    #[arg(long = "air", value_name = "CELSIUS", default_value = "25", global = true, allow_hyphen_values = true,
        value_parser = within::<-60, 60>)]
    pub celsius: f64,
}

impl AirArgs {
    /// Returns the environment of the truck.
    pub fn environment(self) -> Environment {
        Environment::new(self.altitude, self.celsius)
    }
}
