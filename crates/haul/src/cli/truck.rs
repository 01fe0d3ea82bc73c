//! What may be typed after `haul truck`.

use clap::Args;
use std::path::PathBuf;

/// The truck.
#[derive(Debug, Args)]
pub struct TruckArgs {
    /// Truck file, in place of the TR100AT
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Payload in tonnes for the masses and axle loads; the rated payload if left out
    #[arg(long, value_name = "TONNES")]
    pub load: Option<f64>,
    /// Print the answer as JSON
    #[arg(long)]
    pub json: bool,
}
