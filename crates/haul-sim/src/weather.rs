//! Weather of a run: rain, and the water that it leaves in the roads.

use haul_vehicle::WetRoad;
use serde::{Deserialize, Serialize};

/// Rain now, and the water in the wearing course of the roads.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Weather {
    /// Rain, m/s.
    rain: f64,
    /// Water in the wearing course, m.
    water: f64,
}

impl Weather {
    /// Sets the rain, m/s. A number that is not finite or is negative changes nothing.
    pub(crate) fn set_rain(&mut self, rain: f64) {
        if rain.is_finite() && rain >= 0.0 {
            self.rain = rain;
        }
    }

    /// Rain now, m/s.
    pub fn rain(&self) -> f64 {
        self.rain
    }

    /// Lets rain fall and roads dry for `dt` seconds. Returns the wetness of the roads, from 0 (dry) to 1 (as wet as they
    /// get). A road that is full lets more rain run off.
    pub(crate) fn pass(&mut self, road: &WetRoad, dt: f64) -> f64 {
        let change = if self.rain > 0.0 { self.rain } else { -road.dries };
        self.water = (self.water + change * dt).clamp(0.0, road.film);
        self.water / road.film
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use haul_vehicle::wet_road;

    #[test]
    fn roads_get_wet_in_the_rain_and_dry_after_it() {
        let road = wet_road();
        let mut weather = Weather::default();
        assert_eq!(weather.pass(road, 1.0), 0.0);
        weather.set_rain(f64::NAN);
        weather.set_rain(0.02 / 3600.0);
        let after = |weather: &mut Weather, minutes: u32| (0..60 * minutes).map(|_| weather.pass(road, 1.0)).last();
        let half = after(&mut weather, 4).unwrap();
        assert!((half - 0.444).abs() < 0.01, "1.3 of 3 mm after four minutes of 20 mm/h: {half}");
        assert_eq!(after(&mut weather, 30), Some(1.0), "more rain runs off");
        weather.set_rain(0.0);
        let later = after(&mut weather, 90).unwrap();
        assert!((later - 0.5).abs() < 0.01, "half of it has dried in an hour and a half: {later}");
    }
}
