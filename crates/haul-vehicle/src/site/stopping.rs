//! Stopping rules, and the margins of the performance limits.

use crate::spec::quantity::Quantity::{Duration, Ratio};
use crate::spec::reader::{FigureRange, Reader};
use haul_core::fault::{Faults, SourceText};
use haul_core::units;
use serde::Serialize;
use std::sync::{Arc, LazyLock};

/// A permitted stopping distance as a function of speed and downgrade: `S = V² / (base − per_percent α)`, with S in m,
/// V in km/h, α in %.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct StoppingRule {
    /// Divisor `base` on level ground.
    pub base: f64,
    /// Decrease of the divisor per percent of downgrade.
    pub per_percent: f64,
}

impl StoppingRule {
    /// Returns the maximum permitted stopping distance (m) from a speed (m/s) on a downgrade (ratio, positive
    /// downhill); infinite beyond the range of the rule.
    pub fn distance(&self, speed: f64, downgrade: f64) -> f64 {
        let divisor = self.base - self.per_percent * downgrade * 100.0;
        let kmh = units::to_kmh(speed);
        if divisor > 0.0 { kmh * kmh / divisor } else { f64::INFINITY }
    }
}

/// Shares of the physical limits that a plan may use.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Margins {
    /// Share of the available friction that a plan may use in a curve.
    pub slide: f64,
    /// Share of the static rollover threshold that a plan may use in a curve.
    pub rollover: f64,
    /// Share of the continuous retarder force that a plan may use on a steady descent.
    pub retarder: f64,
}

/// Stopping rules and margins from `seeds/stopping.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct StoppingSpec {
    /// Rule for the service brake.
    pub service: StoppingRule,
    /// Rule for the secondary brake.
    pub secondary: StoppingRule,
    /// Time from detection to the brake command without a driver, s.
    pub delay_unmanned: f64,
    /// Time from detection to the brake command with a driver, s.
    pub delay_driver: f64,
    /// Margins of the performance limits.
    pub margins: Margins,
}

impl StoppingSpec {
    /// Reads the rules from a file's content. Errors: all faults of the file.
    pub fn from_toml(source: &Arc<SourceText>) -> Result<Self, Faults> {
        let mut r = Reader::new(source)?;
        let mut rule = |name: &str| StoppingRule {
            base: r.figure(&format!("{name}.base"), Ratio, FigureRange::Positive),
            per_percent: r.figure(&format!("{name}.per_percent"), Ratio, FigureRange::Positive),
        };
        let (service, secondary) = (rule("service"), rule("secondary"));
        let delay_unmanned = r.figure("delay.unmanned", Duration, FigureRange::NotNegative);
        let delay_driver = r.figure("delay.driver", Duration, FigureRange::NotNegative);
        let margins = Margins {
            slide: r.figure("margins.slide", Ratio, FigureRange::Share),
            rollover: r.figure("margins.rollover", Ratio, FigureRange::Share),
            retarder: r.figure("margins.retarder", Ratio, FigureRange::Share),
        };
        r.refuse_unknown();
        Faults::check(r.faults)?;
        Ok(Self { service, secondary, delay_unmanned, delay_driver, margins })
    }
}

static EMBEDDED: LazyLock<StoppingSpec> = LazyLock::new(|| {
    let source = SourceText::new("seeds/stopping.toml", include_str!("../../../../seeds/stopping.toml"));
    // The embedded file is fixed at build time, and a test reads it.
    StoppingSpec::from_toml(&source).expect("the embedded stopping rules are valid")
});

/// Returns the built-in stopping rules.
pub fn stopping() -> StoppingSpec {
    *EMBEDDED
}
