//! Friction of a road in the weather.

use super::{DryRoad, RoadSurface, SurfaceSpec};
use haul_core::units::CELSIUS;

impl SurfaceSpec {
    /// Returns the saturation: the share of the water that the wearing course can hold, from 0 (dry) to 1 (saturated).
    pub fn saturation(&self, surface: &RoadSurface) -> f64 {
        (surface.water / self.film).clamp(0.0, 1.0)
    }

    /// Returns the friction coefficient of a road at a surface temperature (K).
    ///
    /// Water lowers the friction along a curve of the saturation. Loose fines with a little water make slurry, which
    /// lowers it further: this is why the first rain after a dry time is the most slippery. Snow and ice cover a share
    /// of the ground that grows with their depth. No layer increases the friction. Frozen moist ground is as firm as
    /// dry ground.
    pub fn friction(&self, road: &DryRoad, surface: &RoadSurface, temperature: f64) -> f64 {
        let mut friction = road.friction;
        let saturation = self.saturation(surface);
        let thawed = thawed(temperature);
        if saturation > 0.0 && thawed > 0.0 {
            let washed = self.washed_share * road.friction;
            let slurry = self.slurry_friction.min(washed);
            friction -= thawed * (road.friction - washed) * self.wetting.at(saturation);
            let film = road.slurry * surface.fines * self.slurry_wetting.at(saturation);
            friction -= thawed * (washed - slurry) * film;
        }
        if surface.frozen() > 0.0 {
            let layers = [
                (surface.packed_snow, self.packed_cover, self.packed_friction),
                (surface.ice, self.ice_cover, self.ice_friction.at(temperature)),
                (surface.loose_snow, self.loose_cover, self.loose_friction),
            ];
            for (depth, scale, of_layer) in layers {
                friction += (of_layer - friction).min(0.0) * covered(depth, scale);
            }
        }
        friction
    }

    /// Returns the minimum friction coefficient of a road in rain.
    pub fn worst_wet(&self) -> f64 {
        self.slurry_friction
    }

    /// Returns the minimum friction coefficient of a road under snow that tyres pack.
    pub fn worst_snow(&self) -> f64 {
        self.packed_friction
    }

    /// Returns the minimum friction coefficient of a road under ice at a temperature (K).
    pub fn worst_ice(&self, temperature: f64) -> f64 {
        self.ice_friction.at(temperature)
    }
}

/// Temperature range below 0 °C over which moist ground freezes, K.
const FREEZING_RANGE: f64 = 1.0;

/// Returns the share of moist ground that is not frozen at a temperature (K).
pub(super) fn thawed(temperature: f64) -> f64 {
    ((temperature - CELSIUS) / FREEZING_RANGE + 1.0).clamp(0.0, 1.0)
}

/// Returns the share of the ground that a layer covers. Thin layers lie in patches.
fn covered(depth: f64, scale: f64) -> f64 {
    if depth <= 0.0 { 0.0 } else { 1.0 - libm::exp(-depth / scale) }
}

#[cfg(test)]
mod tests {
    use super::super::{DryRoad, RoadSurface, road_surface};
    use haul_core::units::from_celsius;

    const ROAD: DryRoad = DryRoad { friction: 0.55, rolling_resistance: 0.025, slurry: 1.0, mud: 0.04 };

    fn wet(saturation: f64, fines: f64) -> RoadSurface {
        RoadSurface { water: saturation * road_surface().film, fines, ..RoadSurface::default() }
    }

    #[test]
    fn friction_of_wet_earth_lies_in_the_range_of_the_tables() {
        let law = road_surface();
        let at = |surface: &RoadSurface| law.friction(&ROAD, surface, 293.15);
        assert_eq!(at(&RoadSurface::default()), 0.55, "dry");
        // Wet earth: 0.45 in most published tables, 0.15 to 0.25 in one.
        assert!((at(&wet(1.0, 0.0)) - 0.45).abs() < 0.01, "washed: {}", at(&wet(1.0, 0.0)));
        assert!((at(&wet(1.0, 1.0)) - 0.25).abs() < 0.01, "slurry: {}", at(&wet(1.0, 1.0)));
    }

    #[test]
    fn friction_dips_at_the_first_rain_and_recovers_when_the_fines_are_washed_off() {
        let at = |surface: &RoadSurface| road_surface().friction(&ROAD, surface, 293.15);
        let (dry, first, later) = (at(&wet(0.0, 1.0)), at(&wet(0.4, 1.0)), at(&wet(1.0, 0.3)));
        assert!(first < later && later < dry, "{first} {later} {dry}");
    }

    #[test]
    fn snow_and_ice_lower_the_friction_and_ice_near_thawing_is_the_worst() {
        let law = road_surface();
        let at = |surface: RoadSurface, celsius: f64| law.friction(&ROAD, &surface, from_celsius(celsius));
        let packed = RoadSurface { packed_snow: 0.03, ..RoadSurface::default() };
        let ice = RoadSurface { ice: 0.005, ..RoadSurface::default() };
        // Published friction of off-road tyres: packed snow 0.20, ice 0.12.
        assert!((at(packed, -5.0) - 0.20).abs() < 0.01, "{}", at(packed, -5.0));
        assert!((at(ice, -5.0) - 0.12).abs() < 0.01, "{}", at(ice, -5.0));
        assert!(at(ice, 0.0) < at(ice, -5.0) && at(ice, -5.0) < at(ice, -25.0));
        let patches = RoadSurface { ice: 0.0001, ..RoadSurface::default() };
        assert!(at(patches, -5.0) > 0.3, "a tenth of a millimetre is in patches");
    }

    #[test]
    fn no_layer_makes_a_slippery_road_better() {
        let icy = DryRoad { friction: 0.12, slurry: 0.0, ..ROAD };
        let snow = RoadSurface { packed_snow: 0.05, loose_snow: 0.05, ..RoadSurface::default() };
        assert!(road_surface().friction(&icy, &snow, 263.15) <= 0.12);
        let sand = DryRoad { friction: 0.30, slurry: 0.0, ..ROAD };
        let wet_sand = road_surface().friction(&sand, &wet(1.0, 1.0), 293.15);
        assert!((0.2..0.3).contains(&wet_sand), "clean sand makes no slurry: {wet_sand}");
    }
}
