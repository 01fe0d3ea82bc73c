//! Reads the laws of a road surface in the weather from `seeds/weather.toml`.

use crate::spec::quantity::Quantity::{Length, Ratio, Temperature};
use crate::spec::reader::{FigureRange, Reader};
use haul_core::Lookup;
use haul_core::fault::{Faults, SourceText};
use serde::Serialize;
use std::sync::{Arc, LazyLock};

/// Laws of a road surface in the weather, from `seeds/weather.toml`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SurfaceSpec {
    /// Maximum water in the wearing course, as a depth in m.
    pub film: f64,
    /// Saturation below which no water drains, ratio.
    pub field_capacity: f64,
    /// Time constant of drainage above the field capacity, s.
    pub drainage: f64,
    /// Saturation below which the road dries more slowly than open water, ratio.
    pub slow_drying: f64,
    /// Share of the water that the tyres of one truck throw off.
    pub spray: f64,
    /// Water that one pass of a water cart lays, as a depth in m.
    pub cart_water: f64,
    /// Share of the total fall from dry to washed wet friction, as a function of saturation.
    pub wetting: Lookup,
    /// Ratio of the friction of a wet road without loose fines to that of the dry road.
    pub washed_share: f64,
    /// Friction coefficient of slurry.
    pub slurry_friction: f64,
    /// Share of the slurry's full effect, as a function of saturation.
    pub slurry_wetting: Lookup,
    /// Depth of rain that washes off 63 % of the loose fines, m.
    pub washing: f64,
    /// Share of the fines that no rain washes out of the wearing course.
    pub lasting_fines: f64,
    /// Share of the missing fines that one truck restores by grinding a dry road.
    pub grinding: f64,
    /// Rolling resistance of a saturated road, ratio.
    pub soaked_rolling: f64,
    /// Share of the rise from dry to saturated rolling resistance, as a function of saturation.
    pub softening: Lookup,
    /// Saturation above which traffic makes mud, ratio.
    pub muddy: f64,
    /// Share of the remaining possible mud that one truck makes on a saturated road.
    pub churning: f64,
    /// Share of the mud that one truck rolls flat on a drying road.
    pub flattening: f64,
    /// Density of loose snow, as a ratio to the density of water.
    pub snow_density: f64,
    /// Share of the loose snow that one truck packs.
    pub packing: f64,
    /// Share of the loose snow that one truck throws off the road.
    pub throwing: f64,
    /// Share of the packed snow that one truck polishes to ice.
    pub polishing: f64,
    /// Share of the ice that one truck wears off.
    pub wearing: f64,
    /// Friction coefficient of loose snow.
    pub loose_friction: f64,
    /// Friction coefficient of packed snow.
    pub packed_friction: f64,
    /// Friction coefficient of ice, as a function of its temperature (K).
    pub ice_friction: Lookup,
    /// Depth of loose snow that covers 63 % of the ground, m of water equivalent.
    pub loose_cover: f64,
    /// Depth of packed snow that covers 63 % of the ground, m of water equivalent.
    pub packed_cover: f64,
    /// Depth of ice that covers 63 % of the ground, m of water equivalent.
    pub ice_cover: f64,
    /// Share of mud, snow and ice that remains after a grader pass.
    pub graded: f64,
}

static EMBEDDED: LazyLock<SurfaceSpec> = LazyLock::new(|| {
    let source = SourceText::new("seeds/weather.toml", include_str!("../../../../../seeds/weather.toml"));
    // The embedded file is fixed at build time, and a test reads it.
    SurfaceSpec::from_text(&source).expect("the embedded weather is valid")
});

/// Returns the built-in laws of a road surface.
pub fn road_surface() -> &'static SurfaceSpec {
    &EMBEDDED
}

impl SurfaceSpec {
    /// Reads the laws from a file's content.
    ///
    /// # Errors
    /// All faults of the file.
    pub fn from_text(source: &Arc<SourceText>) -> Result<Self, Faults> {
        use crate::spec::quantity::Quantity::Duration;
        let mut r = Reader::new(source)?;
        let (positive, share) = (FigureRange::Positive, FigureRange::Share);
        let spec = Self {
            film: r.figure("water.film", Length, positive),
            field_capacity: r.figure("water.field_capacity", Ratio, share),
            drainage: r.figure("water.drainage", Duration, positive),
            slow_drying: r.figure("water.slow_drying", Ratio, share),
            spray: r.figure("water.spray", Ratio, share),
            cart_water: r.figure("water.cart", Length, positive),
            wetting: r.curve("grip.wetting", Ratio, Ratio, FigureRange::NotNegative),
            washed_share: r.figure("grip.washed_share", Ratio, share),
            slurry_friction: r.figure("grip.slurry", Ratio, positive),
            slurry_wetting: r.curve("grip.slurry_wetting", Ratio, Ratio, FigureRange::NotNegative),
            washing: r.figure("fines.washing", Length, positive),
            lasting_fines: r.figure("fines.lasting", Ratio, share),
            grinding: r.figure("fines.grinding", Ratio, share),
            soaked_rolling: r.figure("rolling.soaked", Ratio, positive),
            softening: r.curve("rolling.softening", Ratio, Ratio, FigureRange::NotNegative),
            muddy: r.figure("mud.saturation", Ratio, share),
            churning: r.figure("mud.churning", Ratio, share),
            flattening: r.figure("mud.flattening", Ratio, share),
            snow_density: r.figure("snow.density", Ratio, share),
            packing: r.figure("snow.packing", Ratio, share),
            throwing: r.figure("snow.throwing", Ratio, share),
            polishing: r.figure("snow.polishing", Ratio, share),
            wearing: r.figure("snow.wearing", Ratio, share),
            loose_friction: r.figure("snow.loose_friction", Ratio, positive),
            packed_friction: r.figure("snow.packed_friction", Ratio, positive),
            ice_friction: r.curve("snow.ice_friction", Temperature, Ratio, positive),
            loose_cover: r.figure("snow.loose_cover", Length, positive),
            packed_cover: r.figure("snow.packed_cover", Length, positive),
            ice_cover: r.figure("snow.ice_cover", Length, positive),
            graded: r.figure("grader.leaves", Ratio, share),
        };
        r.refuse_unknown();
        Faults::check(r.faults)?;
        Ok(spec)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_of_the_figures_is_reported() {
        let text = include_str!("../../../../../seeds/weather.toml");
        let broken = text.replace("[grader]", "[roller]").replace("standing = \"S\"", "standing = \"Q\"");
        let faults = SurfaceSpec::from_text(&SourceText::new("weather", broken)).unwrap_err();
        let words: Vec<String> = faults.into_iter().map(|fault| fault.to_string()).collect();
        assert!(words.iter().any(|w| w.contains("grader.leaves")), "{words:?}");
        assert!(words.iter().any(|w| w.contains("roller")), "{words:?}");
        assert!(words.iter().any(|w| w.contains("\"Q\"")), "{words:?}");
    }

    #[test]
    fn curves_go_from_nothing_to_the_whole_effect() {
        let law = road_surface();
        for curve in [&law.wetting, &law.slurry_wetting, &law.softening] {
            assert_eq!((curve.at(0.0), curve.at(1.0)), (0.0, 1.0));
            assert!(curve.points().len() > 3, "a curve, not a straight line");
        }
    }
}
