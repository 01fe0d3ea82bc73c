//! An upper bound on the speed, with its cause.

use super::Binding;

/// An upper bound on the square of the speed, with its cause.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct SpeedBound {
    /// Square of the speed, m²/s².
    pub squared: f64,
    /// Cause of the bound.
    pub binding: Binding,
}

impl SpeedBound {
    /// Creates a bound from the square of the speed, m²/s².
    pub fn new(squared: f64, binding: Binding) -> Self {
        Self { squared, binding }
    }

    /// Returns the lower of two bounds; `self` if they are equal.
    pub fn least(self, other: Self) -> Self {
        if other.squared < self.squared { other } else { self }
    }
}
