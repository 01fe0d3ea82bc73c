//! Change of a road's surface at one point by weather, traffic and machines.

use crate::weather::Forcing;
use haul_vehicle::{DryRoad, RoadSurface, SurfaceSpec};

/// Saturation below which traffic rolls mud flat, as a share of the saturation at which mud forms.
const FIRM_AGAIN: f64 = 0.8;
/// Saturation up to which traffic grinds new fines.
const DUSTY: f64 = 0.25;

/// Changes a surface over a time (s) in which some trucks have passed. Weather changes depths at constant rates; each
/// truck changes them by a share.
pub fn advance(law: &SurfaceSpec, road: &DryRoad, at: &mut RoadSurface, weather: &Forcing, passes: f64, dt: f64) {
    fall(law, at, weather, dt);
    if passes > 0.0 {
        drive_over(law, road, at, passes);
    }
    thaw_or_freeze(law, at, weather.thaw * dt);
    dry(law, at, weather.evaporation, dt);
}

/// Applies rain and snow: rain washes fines off, and more of it runs off a road that is full of water.
fn fall(law: &SurfaceSpec, at: &mut RoadSurface, weather: &Forcing, dt: f64) {
    if weather.rain > 0.0 {
        at.water = (at.water + weather.rain * dt).min(law.film);
        if at.fines > law.lasting_fines && at.frozen() <= 0.0 {
            let kept = libm::exp(-weather.rain * dt / law.washing);
            at.fines = law.lasting_fines + (at.fines - law.lasting_fines) * kept;
        }
    }
    at.loose_snow += weather.snow * dt;
}

/// Applies traffic: trucks pack snow, polish it, throw water off, churn soaked ground and grind dry ground.
fn drive_over(law: &SurfaceSpec, road: &DryRoad, at: &mut RoadSurface, passes: f64) {
    let share = |of_one: f64| 1.0 - libm::pow(1.0 - of_one, passes);
    if at.frozen() > 0.0 {
        let leaves = at.loose_snow * share(law.packing + law.throwing);
        at.loose_snow -= leaves;
        at.packed_snow += leaves * law.packing / (law.packing + law.throwing);
        let polished = at.packed_snow * share(law.polishing);
        at.packed_snow -= polished;
        at.ice += polished;
        at.ice -= at.ice * share(law.wearing);
    }
    let saturation = law.saturation(at);
    if saturation > law.muddy {
        let plastic = (saturation - law.muddy) / (1.0 - law.muddy);
        at.mud += (road.mud - at.mud).max(0.0) * share(law.churning) * plastic;
    } else if saturation < FIRM_AGAIN * law.muddy {
        at.mud -= at.mud * share(law.flattening);
    }
    if saturation < DUSTY {
        at.fines += (1.0 - at.fines) * share(law.grinding);
    }
    at.water -= at.water * share(law.spray);
}

/// Melts snow and ice by heat, or freezes free water by cold. `depth` is the water that the heat can melt, m; negative
/// for cold.
fn thaw_or_freeze(law: &SurfaceSpec, at: &mut RoadSurface, depth: f64) {
    if depth > 0.0 {
        let mut left = depth;
        for layer in [&mut at.loose_snow, &mut at.packed_snow, &mut at.ice] {
            let melted = layer.min(left);
            *layer -= melted;
            left -= melted;
            at.water = (at.water + melted).min(law.film);
        }
    } else {
        // Water in the pores stays there: only free water makes ice on the surface.
        let free = (at.water - law.field_capacity * law.film).max(0.0);
        let frozen = free.min(-depth);
        at.water -= frozen;
        at.ice += frozen;
    }
}

/// Drains free water, and dries bare ground: first like open water, then more slowly.
fn dry(law: &SurfaceSpec, at: &mut RoadSurface, evaporation: f64, dt: f64) {
    let free = (at.water - law.field_capacity * law.film).max(0.0);
    at.water -= free * (1.0 - libm::exp(-dt / law.drainage));
    if at.frozen() <= 0.0 {
        let wet = (law.saturation(at) / law.slow_drying).min(1.0);
        at.water = (at.water - evaporation * wet * dt).max(0.0);
        // The last hundredth of a millimetre would take days to dry.
        if at.water < LAST_WATER {
            at.water = 0.0;
        }
    }
}

/// Water depth below which a road counts as dry, m.
const LAST_WATER: f64 = 1e-5;

/// Lays water as a water cart does, over a share of a pass.
pub fn spray(law: &SurfaceSpec, at: &mut RoadSurface, pass: f64) {
    at.water = (at.water + law.cart_water * pass).min(law.film);
}

/// Cuts mud, snow and ice as a grader does, over a share of a pass.
pub fn grade(law: &SurfaceSpec, at: &mut RoadSurface, pass: f64) {
    let left = libm::pow(law.graded, pass.clamp(0.0, 1.0));
    for layer in [&mut at.mud, &mut at.loose_snow, &mut at.packed_snow, &mut at.ice] {
        *layer *= left;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use haul_vehicle::road_surface;

    const ROAD: DryRoad = DryRoad { friction: 0.55, rolling_resistance: 0.025, slurry: 1.0, mud: 0.04 };
    const MM_H: f64 = 1e-3 / 3_600.0;
    const FAIR: Forcing = Forcing { rain: 0.0, snow: 0.0, evaporation: 0.8 * MM_H, air: 298.15, thaw: 1e-6 };
    const RAIN: Forcing = Forcing { rain: 20.0 * MM_H, evaporation: 0.1 * MM_H, ..FAIR };
    const FROST: Forcing = Forcing { evaporation: 0.0, air: 268.15, thaw: -1.1 * MM_H, ..FAIR };

    /// Returns the surface after some minutes of one weather with some trucks per minute.
    fn pass(at: RoadSurface, weather: &Forcing, minutes: u32, trucks: f64) -> RoadSurface {
        let mut at = at;
        for _ in 0..minutes {
            advance(road_surface(), &ROAD, &mut at, weather, trucks, 60.0);
        }
        at
    }

    fn saturation(at: &RoadSurface) -> f64 {
        road_surface().saturation(at)
    }

    #[test]
    fn roads_get_wet_in_minutes_and_dry_in_hours() {
        let soaked = pass(RoadSurface::default(), &RAIN, 20, 0.0);
        assert!(saturation(&soaked) > 0.9, "{soaked:?}");
        let hour = pass(soaked, &FAIR, 60, 0.0);
        assert!((0.2..0.6).contains(&saturation(&hour)), "{}", saturation(&hour));
        let dried = pass(hour, &FAIR, 240, 0.0);
        assert!(saturation(&dried) < 0.05, "{}", saturation(&dried));
    }

    #[test]
    fn traffic_dries_a_road_faster_and_brings_its_dust_back() {
        let soaked = pass(RoadSurface::default(), &RAIN, 60, 0.0);
        assert!(soaked.fines < 0.5, "rain of 20 mm washes the dust off: {}", soaked.fines);
        let (alone, busy) = (pass(soaked, &FAIR, 60, 0.0), pass(soaked, &FAIR, 60, 1.0));
        assert!(busy.water < alone.water);
        let (later, driven) = (pass(alone, &FAIR, 300, 0.0), pass(busy, &FAIR, 300, 1.0));
        assert!(driven.fines > 0.9 && later.fines < 0.5, "{} {}", driven.fines, later.fines);
    }

    #[test]
    fn mud_needs_rain_and_traffic_and_goes_by_drying_or_grading() {
        let law = road_surface();
        let still = pass(RoadSurface::default(), &RAIN, 120, 0.0);
        assert_eq!(still.mud, 0.0);
        let mut busy = pass(RoadSurface::default(), &RAIN, 120, 0.5);
        assert!((0.01..0.04).contains(&busy.mud), "half of 4 cm after 60 trucks: {}", busy.mud);
        let dried = pass(busy, &FAIR, 480, 0.5);
        assert!(dried.mud < 0.5 * busy.mud, "{}", dried.mud);
        let before = busy.mud;
        grade(law, &mut busy, 1.0);
        assert!((busy.mud / before - law.graded).abs() < 1e-12);
        let mut twice = RoadSurface { mud: before, ..busy };
        grade(law, &mut twice, 0.5);
        grade(law, &mut twice, 0.5);
        assert!((twice.mud - busy.mud).abs() < 1e-12, "two halves are one pass");
    }

    #[test]
    fn snow_is_packed_polished_and_melted_to_water() {
        let snow = Forcing { snow: 4.0 * MM_H, ..FROST };
        let quiet = pass(RoadSurface::default(), &snow, 60, 0.0);
        assert!((quiet.loose_snow - 0.004).abs() < 1e-9 && quiet.packed_snow == 0.0);
        let busy = pass(RoadSurface::default(), &snow, 60, 1.0);
        assert!(busy.packed_snow > busy.loose_snow && busy.ice > 0.0, "{busy:?}");
        let law = road_surface();
        let friction = |at: &RoadSurface| law.friction(&ROAD, at, 268.15);
        assert!(friction(&busy) < 0.3, "{}", friction(&busy));
        let thaw = Forcing { thaw: 5.0 * MM_H, air: 278.15, ..FAIR };
        let melted = pass(busy, &thaw, 120, 0.0);
        assert_eq!(melted.frozen(), 0.0);
        assert!(pass(busy, &thaw, 30, 0.0).water > 0.0);
    }

    #[test]
    fn a_soaked_road_freezes_to_black_ice_and_a_moist_one_does_not() {
        let soaked = pass(RoadSurface::default(), &RAIN, 30, 0.0);
        let frozen = pass(soaked, &FROST, 60, 0.0);
        assert!(frozen.ice > 0.3e-3, "{frozen:?}");
        assert!(road_surface().friction(&ROAD, &frozen, 268.15) < 0.25);
        let moist = RoadSurface { water: 0.4 * road_surface().film, ..RoadSurface::default() };
        assert_eq!(pass(moist, &FROST, 60, 0.0).ice, 0.0);
    }

    #[test]
    fn a_water_cart_wets_a_little_and_never_more_than_the_road_holds() {
        let law = road_surface();
        let mut at = RoadSurface::default();
        spray(law, &mut at, 1.0);
        assert!((at.water - law.cart_water).abs() < 1e-12);
        for _ in 0..100 {
            spray(law, &mut at, 1.0);
        }
        assert_eq!(at.water, law.film);
    }
}
