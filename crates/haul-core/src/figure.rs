//! Figures in `seeds/`: a value with its unit, source and standing.

use serde::{Deserialize, Serialize};

/// Reliability of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// Stated by the named source.
    #[serde(rename = "S")]
    Stated,
    /// Common in the engineering literature, but not confirmed for this machine.
    #[serde(rename = "L")]
    Literature,
    /// Estimated; `source` names the basis.
    #[serde(rename = "E")]
    Estimated,
}

/// One figure, for example `{ value = 4.6, unit = "m", source = "…", standing = "L" }`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figure<T = f64> {
    /// Value, in `unit`.
    pub value: T,
    /// Unit of the value; `"1"` for a ratio.
    pub unit: String,
    /// Source of the value; for an estimate, its basis.
    pub source: String,
    /// Reliability of the value.
    pub standing: Standing,
}
