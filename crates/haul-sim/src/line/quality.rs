//! Quality of the line: loss, delay, duplicates, order and coverage.

use haul_core::Point2;
use serde::{Deserialize, Serialize};

/// Quality of the radio line between the site and every truck. The default line is perfect: a message arrives in the
/// next control step, once, and in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LineQuality {
    /// Share of messages that are lost, 0 to 1.
    pub loss: f64,
    /// Minimum and maximum delay, s. Each message draws its own delay, uniformly distributed between the two.
    pub delay: (f64, f64),
    /// Share of messages that arrive twice, 0 to 1. The copy draws its own delay.
    pub duplicates: f64,
    /// True if a message with a shorter delay can overtake an earlier one.
    pub reorders: bool,
    /// Areas in which a truck neither sends nor receives.
    pub holes: Vec<CoverageHole>,
}

impl Default for LineQuality {
    fn default() -> Self {
        Self { loss: 0.0, delay: (0.0, 0.0), duplicates: 0.0, reorders: true, holes: Vec::new() }
    }
}

impl LineQuality {
    /// Returns true if the line draws no random numbers: no loss, no random delay, no duplicates.
    pub(super) fn is_certain(&self) -> bool {
        self.loss <= 0.0 && self.duplicates <= 0.0 && self.delay.1 <= 0.0
    }

    /// Returns true if a point lies in an area without coverage.
    pub(super) fn is_hole(&self, at: Point2) -> bool {
        self.holes.iter().any(|hole| (at - hole.centre).norm() <= hole.radius)
    }
}

/// Disc without radio coverage.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CoverageHole {
    /// Centre, m.
    pub centre: Point2,
    /// Radius, m.
    pub radius: f64,
}
