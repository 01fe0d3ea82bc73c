//! A random day of a climate, made from a seed.

use super::plan::{WeatherPlan, constant};
use super::sun::{DAY, SiteClock};
use haul_core::random::{Draw, Stream};
use haul_core::{Lookup, stream, units::CELSIUS};
use haul_vehicle::{Climate, extinction};
use std::f64::consts::TAU;

/// Time step of the curves, s.
const STEP: f64 = 300.0;
/// Time of day at which the air is warmest, s: about two hours after noon (Oke 1987, figure 1.10).
const WARMEST: f64 = 14.0 * 3_600.0;
/// Time of day at which morning fog is densest, and the fog's duration, s.
const FOG: (f64, f64) = (6.5 * 3_600.0, 3.0 * 3_600.0);
/// Time of day at which a dust storm is densest, and the storm's duration, s.
const DUST: (f64, f64) = (15.5 * 3_600.0, 1.5 * 3_600.0);
/// Air temperature below which a shower falls as snow, K: the mean of the northern hemisphere (Jennings et al. 2018,
/// Nature Communications 9, 1148).
const SNOW: f64 = CELSIUS + 1.0;
/// Ratio of the afternoon wind to the mean wind.
const AFTERNOON_WIND: f64 = 1.4;

/// A shower: a pulse of constant rate.
struct Shower {
    from: f64,
    to: f64,
    rate: f64,
}

/// Returns the weather of a climate for a run of `duration` seconds, from a seed. Every day has its own draws, which do
/// not depend on the duration: a longer run begins like a shorter one.
///
/// Showers are independent pulses with exponential lengths and rates (Rodriguez-Iturbe, Cox and Isham 1987, Proc. R.
/// Soc. A 410). Their number is Poisson distributed. The air temperature follows a sine wave over the day.
pub fn random_day(climate: &Climate, seed: u64, clock: SiteClock, altitude: f64, duration: f64) -> WeatherPlan {
    let days = libm::ceil((clock.start + duration) / DAY).max(1.0) as usize;
    let days: Vec<Day> = (0..days).map(|day| Day::drawn(climate, seed, day)).collect();
    let points = (duration / STEP).ceil() as usize + 1;
    let mut plan = WeatherPlan { is_given: true, clock: Some(clock), altitude, ..WeatherPlan::default() };
    let time_of = |k: usize| STEP * k as f64;
    let air = |seconds: f64| {
        let time = clock.time(seconds);
        let day = ((time / DAY) as usize).min(days.len() - 1);
        climate.air + days[day].warmer + climate.swing * libm::cos(TAU * (time - WARMEST) / DAY)
    };
    let curve = |value: &dyn Fn(f64) -> f64| {
        let points = (0..points).map(|k| [time_of(k), value(time_of(k))]).collect();
        Lookup::new(points).unwrap_or_else(|_| constant(value(0.0)))
    };
    let falls = |seconds: f64| {
        let time = clock.time(seconds);
        days.iter().flat_map(|day| &day.showers).filter(|s| s.from <= time && time < s.to).map(|s| s.rate).sum::<f64>()
    };
    let haze = |seconds: f64| {
        let time = clock.time(seconds);
        days.iter().map(|day| day.haze(climate, time)).fold(0.0, f64::max)
    };
    plan.air = curve(&air);
    plan.rain = curve(&|s| if air(s) >= SNOW { falls(s) } else { 0.0 });
    plan.snow = curve(&|s| if air(s) < SNOW { falls(s) } else { 0.0 });
    plan.haze = curve(&haze);
    // The air is moister in the cold of the night.
    plan.humidity = curve(&|s| (climate.humidity + 0.02 * (climate.air - air(s))).clamp(0.1, 1.0));
    plan.cloud = curve(&|s| if falls(s) > 0.0 { 1.0 } else { climate.cloud });
    plan.wind = curve(&|s| {
        let afternoon = 0.5 + 0.5 * libm::cos(TAU * (clock.time(s) - WARMEST) / DAY);
        climate.wind * (1.0 + (AFTERNOON_WIND - 1.0) * afternoon)
    });
    plan
}

/// Random draws of one day.
struct Day {
    warmer: f64,
    showers: Vec<Shower>,
    /// Times at which the fog and the dust are densest, s after midnight of the first day.
    fog: Option<f64>,
    dust: Option<f64>,
}

impl Day {
    fn drawn(climate: &Climate, seed: u64, day: usize) -> Self {
        let mut draws = stream(seed, &format!("{} {day}", climate.name), "weather");
        let start = DAY * day as f64;
        let warmer = climate.spread * draws.normal().clamp(-2.5, 2.5);
        let count = poisson(&mut draws, climate.showers);
        let showers = (0..count).map(|_| {
            let middle = start + climate.shower_hour + climate.shower_spread * draws.normal();
            let length = -climate.shower_length * libm::log(1.0 - draws.unit());
            let rate = -climate.shower_rate * libm::log(1.0 - draws.unit());
            Shower { from: middle - 0.5 * length, to: middle + 0.5 * length, rate }
        });
        let showers = showers.collect();
        let mut happens = |chance: f64, middle: f64| (draws.unit() < chance).then_some(start + middle);
        Self { warmer, showers, fog: happens(climate.fog, FOG.0), dust: happens(climate.dust, DUST.0) }
    }

    /// Returns the extinction by fog and dust at a time, 1/m.
    fn haze(&self, climate: &Climate, time: f64) -> f64 {
        let bump = |middle: Option<f64>, length: f64, distance: f64| {
            let away = middle.map_or(1.0, |middle| ((time - middle) / (0.5 * length)).abs().min(1.0));
            extinction(distance) * (0.5 + 0.5 * libm::cos(std::f64::consts::PI * away))
        };
        bump(self.fog, FOG.1, climate.fog_visibility) + bump(self.dust, DUST.1, climate.dust_visibility)
    }
}

/// Draws a Poisson-distributed number with a given mean (Knuth 1969, section 3.4.1).
fn poisson(draws: &mut Stream, mean: f64) -> u32 {
    let floor = libm::exp(-mean);
    let mut product = draws.unit();
    let mut count = 0;
    while product > floor && count < 100 {
        product *= draws.unit();
        count += 1;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use haul_vehicle::climate;

    const CLOCK: SiteClock = SiteClock { day: 200, start: 6.0 * 3_600.0, latitude: 0.4 };

    fn day(name: &str, seed: u64) -> WeatherPlan {
        random_day(climate(name).unwrap(), seed, CLOCK, 0.0, DAY)
    }

    /// Returns the water that falls in a day, mm.
    fn fallen(curve: &Lookup) -> f64 {
        curve.points().iter().map(|p| p[1] * STEP * 1e3).sum()
    }

    #[test]
    fn the_same_seed_makes_the_same_day_and_another_seed_another_one() {
        assert_eq!(day("monsoon", 3), day("monsoon", 3));
        assert_ne!(day("monsoon", 3), day("monsoon", 4));
    }

    #[test]
    fn a_longer_run_begins_like_a_shorter_one() {
        let (short, long) = (random_day(climate("monsoon").unwrap(), 5, CLOCK, 0.0, 3_600.0), day("monsoon", 5));
        for seconds in [0.0, 900.0, 3_500.0] {
            assert_eq!(short.sky(seconds), long.sky(seconds));
        }
    }

    #[test]
    fn the_mean_of_many_days_is_that_of_the_climate() {
        let mean = |name: &str| (0..100).map(|seed| fallen(&day(name, seed).rain)).sum::<f64>() / 100.0;
        let monsoon = mean("monsoon");
        // Four showers of 35 minutes and 14 mm/h: 33 mm.
        assert!((23.0..43.0).contains(&monsoon), "{monsoon} mm a day");
        assert!(mean("arid") < 0.3 * monsoon);
    }

    #[test]
    fn winter_has_snow_and_hardly_any_rain_and_the_monsoon_has_rain_and_no_snow() {
        let sum = |name: &str, pick: &dyn Fn(&WeatherPlan) -> f64| (0..20).map(|s| pick(&day(name, s))).sum::<f64>();
        let (rain, snow) = (|p: &WeatherPlan| fallen(&p.rain), |p: &WeatherPlan| fallen(&p.snow));
        assert!(sum("winter", &snow) > 40.0 && sum("winter", &rain) < 0.2 * sum("winter", &snow));
        assert!(sum("monsoon", &rain) > 100.0 && sum("monsoon", &snow) == 0.0);
    }

    #[test]
    fn every_value_of_a_random_day_is_possible() {
        for name in ["monsoon", "arid", "alpine", "winter"] {
            for seed in 0..10 {
                let plan = day(name, seed);
                for k in 0..288 {
                    let sky = plan.sky(STEP * f64::from(k));
                    assert!(sky.rain < 200e-3 / 3_600.0 && sky.haze < 0.1 && sky.wind < 30.0, "{name} {seed}: {sky:?}");
                    assert!((213.15..333.15).contains(&sky.air), "{name} {seed}: {sky:?}");
                }
            }
        }
    }
}
