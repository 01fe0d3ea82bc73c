//! A figure of `seeds/`: a value with its unit, its source and its standing.

use serde::{Deserialize, Serialize};

/// How well a figure is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// Stated by the source named.
    #[serde(rename = "S")]
    Stated,
    /// Common in the engineering literature, not confirmed for this machine.
    #[serde(rename = "L")]
    Literature,
    /// Estimated; the source says from what.
    #[serde(rename = "E")]
    Estimated,
}

/// One figure: `{ value = 4.6, unit = "m", source = "…", standing = "L" }`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figure<T = f64> {
    /// The value, in `unit`.
    pub value: T,
    /// The unit the value is written in; `"1"` for a ratio.
    pub unit: String,
    /// Where the value comes from; for an estimate, what it was estimated from.
    pub source: String,
    /// How well it is known.
    pub standing: Standing,
}
