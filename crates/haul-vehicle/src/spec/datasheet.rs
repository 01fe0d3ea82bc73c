//! The data sheet: every figure of a truck, with its source and standing.

use super::TruckSpec;
use haul_core::Standing;
use serde::Serialize;

/// One line of the data sheet.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DatasheetRow {
    /// Path of the figure in the truck's or part's file, such as `geometry.wheelbase`.
    pub name: String,
    /// Value as written, in `unit`.
    pub value: String,
    /// Unit of the value.
    pub unit: String,
    /// Source of the value.
    pub source: String,
    /// Standing of the value: stated, from the literature, or estimated.
    pub standing: Standing,
}

impl DatasheetRow {
    pub(crate) fn new(name: &str, value: String, unit: String, source: String, standing: Standing) -> Self {
        Self { name: name.to_string(), value, unit, source, standing }
    }
}

/// Returns every figure of the truck: those of its own file first, then those of engine, transmission and tyre.
pub fn datasheet(spec: &TruckSpec) -> Vec<DatasheetRow> {
    spec.figures.to_vec()
}
