//! Oil of gearbox, axle and wheel ends: cold oil drags more, and warms up as the truck works.

use crate::spec::quantity::Quantity::{Duration, Ratio, Viscosity};
use crate::spec::reader::{FigureRange, Reader};
use haul_core::fault::{Faults, SourceText};
use haul_core::units::CELSIUS;
use std::sync::{Arc, LazyLock};

/// Temperatures at which the viscosity is stated, K.
const STATED: [f64; 2] = [CELSIUS + 40.0, CELSIUS + 100.0];
/// Difference from the working temperature within which oil counts as warm, K.
const WARM: f64 = 2.0;

/// Oil data from `seeds/oil.toml`.
#[derive(Debug, Clone, Copy, PartialEq)]
struct OilSpec {
    /// Kinematic viscosity at 40 and 100 °C, mm²/s.
    viscosities: [f64; 2],
    /// Exponent of viscosity in the churning torque.
    churning: f64,
    /// Time constant of warming up, s.
    warm_up: f64,
}

static EMBEDDED: LazyLock<OilSpec> = LazyLock::new(|| {
    let source = SourceText::new("seeds/oil.toml", include_str!("../../../../seeds/oil.toml"));
    // The embedded file is fixed at build time, and a test reads it.
    OilSpec::from_text(&source).expect("the embedded oil is valid")
});

impl OilSpec {
    fn from_text(source: &Arc<SourceText>) -> Result<Self, Faults> {
        const MM2: f64 = 1e-6;
        let mut r = Reader::new(source)?;
        let positive = FigureRange::Positive;
        let spec = Self {
            viscosities: ["oil.viscosity_40", "oil.viscosity_100"].map(|key| r.figure(key, Viscosity, positive) / MM2),
            churning: r.figure("oil.churning", Ratio, positive),
            warm_up: r.figure("oil.warm_up", Duration, positive),
        };
        r.refuse_unknown();
        Faults::check(r.faults)?;
        Ok(spec)
    }

    /// Returns the kinematic viscosity (mm²/s) at a temperature (K): log log (ν + 0.7) falls linearly with log T
    /// (Walther 1931; ASTM D341).
    fn viscosity(&self, temperature: f64) -> f64 {
        let height = |viscosity: f64| libm::log10(libm::log10(viscosity + 0.7));
        let [warm, hot] = self.viscosities.map(height);
        let [low, high] = STATED.map(libm::log10);
        let at = warm + (hot - warm) * (libm::log10(temperature) - low) / (high - low);
        libm::pow(10.0, libm::pow(10.0, at)) - 0.7
    }
}

/// State of the oil.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Oil {
    /// Temperature of the oil, K.
    pub(crate) temperature: f64,
    /// Ratio of the drag of gears and bearings to that with warm oil.
    pub(crate) drag: f64,
}

impl Oil {
    /// Returns oil at a working temperature, K.
    pub(crate) fn warm(working: f64) -> Self {
        Self { temperature: working, drag: 1.0 }
    }

    /// Returns oil as cold as the air (K), in a truck whose oil works at a temperature `working` (K).
    pub(crate) fn cold(air: f64, working: f64) -> Self {
        let mut oil = Self { temperature: air.min(working), drag: 1.0 };
        oil.take_drag(working);
        oil
    }

    /// Warms up towards the working temperature (K) while the truck's engine runs.
    pub(crate) fn warm_up(&mut self, working: f64, dt: f64) {
        if working - self.temperature < WARM {
            self.drag = 1.0;
            return;
        }
        self.temperature += (working - self.temperature) * dt / (EMBEDDED.warm_up + dt);
        self.take_drag(working);
    }

    fn take_drag(&mut self, working: f64) {
        let thicker = EMBEDDED.viscosity(self.temperature) / EMBEDDED.viscosity(working);
        self.drag = libm::pow(thicker, EMBEDDED.churning).max(1.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use haul_core::units::from_celsius;

    #[test]
    fn viscosity_goes_through_the_stated_points_and_is_thousands_in_hard_frost() {
        let at = |celsius: f64| EMBEDDED.viscosity(from_celsius(celsius));
        assert!((at(40.0) - 95.0).abs() < 1e-6 && (at(100.0) - 11.0).abs() < 1e-6);
        // By hand, the straight line through both points in the chart of ASTM D341 reads 15,500 mm²/s at −20 °C.
        assert!((at(-20.0) / 15_500.0 - 1.0).abs() < 0.01, "{}", at(-20.0));
    }

    #[test]
    fn cold_oil_drags_several_times_as_much_and_is_warm_after_two_hours() {
        let working = from_celsius(85.0);
        let mut oil = Oil::cold(from_celsius(-40.0), working);
        // By hand: 397,700 mm²/s at −40 °C and 16.45 at 85 °C; the power of 0.21 of their ratio is 8.33.
        assert!((oil.drag - 8.33).abs() < 0.05, "{}", oil.drag);
        let half_hour = |oil: &mut Oil| (0..1_800).for_each(|_| oil.warm_up(working, 1.0));
        half_hour(&mut oil);
        assert!((1.1..2.0).contains(&oil.drag), "{}", oil.drag);
        (0..5).for_each(|_| half_hour(&mut oil));
        assert_eq!(oil.drag, 1.0);
        assert_eq!(Oil::warm(working).drag, 1.0);
    }
}
