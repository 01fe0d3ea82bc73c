//! Rolling resistance of a road in the weather.

use super::grip::thawed;
use super::{DryRoad, RoadSurface, SurfaceSpec};
use crate::site::penetration_rule;

impl SurfaceSpec {
    /// Returns the rolling resistance of a road (ratio) at a surface temperature (K). Water softens the wearing course;
    /// mud and loose snow count by the depth to which tyres sink in (Caterpillar rule). Frozen ground is firm.
    pub fn rolling_resistance(&self, road: &DryRoad, surface: &RoadSurface, temperature: f64) -> f64 {
        let thawed = thawed(temperature);
        let soft = (self.soaked_rolling - road.rolling_resistance).max(0.0) * thawed;
        let softened = soft * self.softening.at(self.saturation(surface));
        let sunk = thawed * surface.mud + self.snow_depth(surface);
        road.rolling_resistance + softened + penetration_rule().added(sunk)
    }

    /// Returns the depth of the loose snow, m.
    pub fn snow_depth(&self, surface: &RoadSurface) -> f64 {
        surface.loose_snow / self.snow_density
    }
}

#[cfg(test)]
mod tests {
    use super::super::{DryRoad, RoadSurface, road_surface};

    const ROAD: DryRoad = DryRoad { friction: 0.55, rolling_resistance: 0.025, slurry: 1.0, mud: 0.04 };

    #[test]
    fn a_soaked_road_rolls_like_a_pit_floor_and_mud_adds_by_its_depth() {
        let law = road_surface();
        let at = |surface: RoadSurface| law.rolling_resistance(&ROAD, &surface, 293.15);
        assert_eq!(at(RoadSurface::default()), 0.025);
        let soaked = RoadSurface { water: law.film, ..RoadSurface::default() };
        assert!((at(soaked) - 0.045).abs() < 1e-9, "4.5 %: {}", at(soaked));
        let muddy = RoadSurface { mud: 0.05, ..soaked };
        assert!((at(muddy) - at(soaked) - 0.03).abs() < 1e-9, "0.6 % for each centimetre");
        assert_eq!(law.rolling_resistance(&ROAD, &muddy, 263.15), 0.025, "frozen mud is firm");
    }

    #[test]
    fn ten_centimetres_of_loose_snow_cost_six_percent_and_packed_snow_costs_nothing() {
        let law = road_surface();
        let loose = RoadSurface { loose_snow: 0.1 * law.snow_density, ..RoadSurface::default() };
        assert!((law.rolling_resistance(&ROAD, &loose, 268.15) - 0.085).abs() < 1e-9);
        let packed = RoadSurface { packed_snow: 0.05, ..RoadSurface::default() };
        assert_eq!(law.rolling_resistance(&ROAD, &packed, 268.15), 0.025);
    }

    #[test]
    fn deep_sand_does_not_get_firmer() {
        let sand = DryRoad { rolling_resistance: 0.12, ..ROAD };
        let soaked = RoadSurface { water: 1.0, ..RoadSurface::default() };
        assert_eq!(road_surface().rolling_resistance(&sand, &soaked, 293.15), 0.12);
    }
}
