//! The side of the road that traffic keeps to.

use serde::{Deserialize, Serialize};

/// The side of the road that traffic keeps to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Keep left. Usual in mines where the operator sits on the left and watches the safety berm.
    Left,
    /// Keep right.
    #[default]
    Right,
}
