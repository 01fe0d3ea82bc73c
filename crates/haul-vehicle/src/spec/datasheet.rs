//! The data sheet: every figure a truck was read from, with its source and standing.

use super::TruckSpec;
use haul_core::Standing;
use serde::Serialize;

/// One line of the data sheet.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DatasheetRow {
    /// The figure's path in its file, `geometry.wheelbase`.
    pub name: String,
    /// The value as written, in `unit`.
    pub value: String,
    /// The unit the value is written in.
    pub unit: String,
    /// Where the value comes from.
    pub source: String,
    /// How well it is known.
    pub standing: Standing,
}

impl DatasheetRow {
    pub(crate) fn new(name: &str, value: String, unit: String, source: String, standing: Standing) -> Self {
        Self { name: name.to_string(), value, unit, source, standing }
    }
}

/// Every figure the truck was read from: its own file's first, then the engine's, the transmission's and the tyre's.
pub fn datasheet(spec: &TruckSpec) -> Vec<DatasheetRow> {
    spec.figures.to_vec()
}
