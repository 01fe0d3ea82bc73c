//! Effect of rain on an unpaved road.

use crate::spec::quantity::Quantity::{Length, Ratio, Speed};
use crate::spec::reader::{FigureRange, Reader};
use haul_core::fault::{Faults, SourceText};
use serde::Serialize;
use std::sync::{Arc, LazyLock};

/// `seeds/weather.toml`: a road in the rain.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct WetRoad {
    /// Water in the wearing course of a road that is as wet as it gets, m.
    pub film: f64,
    /// Rate at which it dries, m/s.
    pub dries: f64,
    /// Friction of the wettest road, ratio.
    pub friction: f64,
    /// Rolling resistance of the wettest road, ratio.
    pub rolling_resistance: f64,
}

static EMBEDDED: LazyLock<WetRoad> = LazyLock::new(|| {
    let source = SourceText::new("seeds/weather.toml", include_str!("../../../../seeds/weather.toml"));
    // The embedded file is fixed at build time, and a test reads it.
    WetRoad::from_text(&source).expect("the embedded weather is valid")
});

/// The wet road of the crate.
pub fn wet_road() -> &'static WetRoad {
    &EMBEDDED
}

impl WetRoad {
    /// Reads it from a text.
    ///
    /// # Errors
    /// Every fault of the text.
    pub fn from_text(source: &Arc<SourceText>) -> Result<Self, Faults> {
        let mut reader = Reader::new(source)?;
        let mut positive = |key: &str, quantity| reader.figure(key, quantity, FigureRange::Positive);
        let road = Self {
            film: positive("wet_road.film", Length),
            dries: positive("wet_road.dries", Speed),
            friction: positive("wet_road.friction", Ratio),
            rolling_resistance: positive("wet_road.rolling_resistance", Ratio),
        };
        reader.refuse_unknown();
        Faults::check(reader.faults)?;
        Ok(road)
    }

    /// Friction of a road with a dry friction at a wetness, from 0 (dry) to 1 (as wet as it gets).
    pub fn friction_at(&self, dry: f64, wetness: f64) -> f64 {
        dry + (self.friction - dry).min(0.0) * wetness.clamp(0.0, 1.0)
    }

    /// Rolling resistance of a road with a dry one at a wetness, from 0 to 1.
    pub fn rolling_at(&self, dry: f64, wetness: f64) -> f64 {
        dry + (self.rolling_resistance - dry).max(0.0) * wetness.clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wet_road_has_less_grip_and_more_resistance_and_never_the_other_way_round() {
        let road = wet_road();
        assert!((road.friction_at(0.55, 1.0) - road.friction).abs() < 1e-12);
        assert_eq!(road.friction_at(0.55, 0.0), 0.55);
        assert_eq!(road.friction_at(0.12, 1.0), 0.12, "ice does not get better");
        assert_eq!(road.rolling_at(0.09, 1.0), 0.09, "deep sand does not get firmer");
        assert!(road.rolling_at(0.025, 0.5) > 0.025);
    }
}
