//! The surface at one point of a road over the time of a plan, by the same laws as in a run, without trucks and
//! physics.

use super::cells::SURFACE_LAG;
use super::change;
use crate::weather::{Weather, WeatherPlan};
use haul_vehicle::{DryRoad, RoadSurface, road_surface};

/// Road surface at one point and instant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RoadInstant {
    /// Time from the start, s.
    pub at: f64,
    /// State of the surface.
    pub surface: RoadSurface,
    /// Wetness, from 0 (dry) to 1 (as wet as it gets).
    pub wetness: f64,
    /// Friction coefficient.
    pub friction: f64,
    /// Rolling resistance, as a fraction of the weight.
    pub rolling_resistance: f64,
}

/// Returns the history of a point of a road over `duration` seconds, at intervals of `step` seconds, with some trucks
/// per hour.
pub fn road_history(
    plan: &WeatherPlan,
    road: &DryRoad,
    trucks_per_hour: f64,
    duration: f64,
    step: f64,
) -> Vec<RoadInstant> {
    let (law, mut weather) = (road_surface(), Weather::new(plan.clone()));
    let (mut surface, mut temperature) = (plan.surface, plan.sky(0.0).air);
    let count = (duration / step).max(0.0) as usize;
    let mut instants = Vec::with_capacity(count + 1);
    for k in 0..=count {
        let at = step * k as f64;
        instants.push(RoadInstant {
            at,
            surface,
            wetness: law.saturation(&surface),
            friction: law.friction(road, &surface, temperature),
            rolling_resistance: law.rolling_resistance(road, &surface, temperature),
        });
        weather.advance(at);
        let forcing = weather.forcing();
        temperature += (forcing.air - temperature) * (1.0 - libm::exp(-step / SURFACE_LAG));
        change::advance(law, road, &mut surface, &forcing, trucks_per_hour * step / 3_600.0, step);
    }
    instants
}

#[cfg(test)]
mod tests {
    use super::*;
    use haul_core::Lookup;

    const ROAD: DryRoad = DryRoad { friction: 0.55, rolling_resistance: 0.025, slurry: 1.0, mud: 0.04 };
    const HOUR: f64 = 3_600.0;

    /// Returns a plan with two hours of rain of 10 mm/h on a dry day.
    fn shower() -> WeatherPlan {
        let rain =
            Lookup::new(vec![[HOUR, 0.0], [1.1 * HOUR, 0.01 / HOUR], [3.0 * HOUR, 0.01 / HOUR], [3.1 * HOUR, 0.0]]);
        WeatherPlan { rain: rain.unwrap(), ..WeatherPlan::default() }
    }

    #[test]
    fn friction_falls_at_the_first_rain_recovers_a_little_in_it_and_wholly_after_it() {
        let day = road_history(&shower(), &ROAD, 20.0, 12.0 * HOUR, 20.0);
        let at = |hour: f64| day[(hour * HOUR / 20.0) as usize].friction;
        let lowest = day.iter().filter(|i| i.at < 2.0 * HOUR).map(|i| i.friction).fold(1.0, f64::min);
        assert_eq!(at(0.9), 0.55);
        assert!(lowest < 0.32 && at(2.9) > lowest + 0.05, "{lowest} {}", at(2.9));
        assert!(at(11.9) > 0.5, "{}", at(11.9));
    }

    #[test]
    fn rolling_resistance_rises_with_the_traffic_and_lags_behind_the_rain() {
        let of = |trucks: f64| road_history(&shower(), &ROAD, trucks, 12.0 * HOUR, 20.0);
        let most = |day: &[RoadInstant]| day.iter().map(|i| i.rolling_resistance).fold(0.0, f64::max);
        assert!(most(&of(40.0)) > most(&of(0.0)) + 0.005, "mud");
        let busy = of(40.0);
        assert!(busy.last().unwrap().rolling_resistance < 0.035);
    }
}
