//! Stopping rules, and the margins the book of limits keeps.

use crate::spec::quantity::Quantity::{Duration, Ratio};
use crate::spec::reader::{Bound, Reader};
use haul_core::fault::{Faults, SourceText};
use haul_core::units;
use serde::Serialize;
use std::sync::{Arc, LazyLock};

/// A stopping distance over speed and downgrade: `S = V² / (base − per_percent α)`, S in m, V in km/h, α in %.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct StoppingRule {
    /// The divisor on the level.
    pub base: f64,
    /// What it loses for each percent of downgrade.
    pub per_percent: f64,
}

impl StoppingRule {
    /// Greatest stopping distance allowed, m, from a speed (m/s) on a downgrade (ratio, positive downhill); infinite
    /// where the rule no longer holds.
    pub fn distance(&self, speed: f64, downgrade: f64) -> f64 {
        let divisor = self.base - self.per_percent * downgrade * 100.0;
        let kmh = units::to_kmh(speed);
        if divisor > 0.0 { kmh * kmh / divisor } else { f64::INFINITY }
    }
}

/// Shares of what is physically there that a plan may use.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Margins {
    /// Of the friction, in a curve.
    pub slide: f64,
    /// Of the static rollover threshold, in a curve.
    pub rollover: f64,
    /// Of the continuous retarder force, on a steady descent.
    pub retarder: f64,
}

/// `seeds/stopping.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct StoppingSpec {
    /// Service brake.
    pub service: StoppingRule,
    /// Secondary brake.
    pub secondary: StoppingRule,
    /// Time from seeing to the command of the brakes, unmanned, s.
    pub delay_unmanned: f64,
    /// The same of a driver, s.
    pub delay_driver: f64,
    /// Margins of the book of limits.
    pub margins: Margins,
}

impl StoppingSpec {
    /// Reads the rules from a text. Errors: every fault of the text.
    pub fn from_toml(source: &Arc<SourceText>) -> Result<Self, Faults> {
        let mut r = Reader::new(source)?;
        let mut rule = |name: &str| StoppingRule {
            base: r.figure(&format!("{name}.base"), Ratio, Bound::Positive),
            per_percent: r.figure(&format!("{name}.per_percent"), Ratio, Bound::Positive),
        };
        let (service, secondary) = (rule("service"), rule("secondary"));
        let delay_unmanned = r.figure("delay.unmanned", Duration, Bound::NotNegative);
        let delay_driver = r.figure("delay.driver", Duration, Bound::NotNegative);
        let margins = Margins {
            slide: r.figure("margins.slide", Ratio, Bound::Share),
            rollover: r.figure("margins.rollover", Ratio, Bound::Share),
            retarder: r.figure("margins.retarder", Ratio, Bound::Share),
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

/// The rules that come with the crate.
pub fn stopping() -> StoppingSpec {
    *EMBEDDED
}
