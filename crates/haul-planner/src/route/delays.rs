//! Travel time and its spread: the time without stops, plus the stops of a working mine.
//!
//! Stops occur at random over the driving time, as a Poisson process for each kind of stop. Their durations are
//! log-normal, with the observed median and 90th percentile. The figures are aggregates of the stops of a real
//! autonomous fleet of 57 trucks in one week, as published.

use serde::Serialize;

/// A kind of stop: rate per 100 truck-hours, median and 90th percentile of the duration (s).
struct StopKind {
    per_100_h: f64,
    median: f64,
    p90: f64,
}

/// Kinds of stop during travel. Loading, tipping and their queues are not included.
const STOPS: [StopKind; 6] = [
    // An obstacle was detected.
    StopKind { per_100_h: 11.5, median: 42.0, p90: 258.0 },
    // Positioning, communications or control were unavailable.
    StopKind { per_100_h: 10.8, median: 44.0, p90: 243.0 },
    // Waiting behind a delayed machine.
    StopKind { per_100_h: 5.6, median: 95.0, p90: 627.0 },
    // Waiting for access.
    StopKind { per_100_h: 1.6, median: 216.0, p90: 840.0 },
    // Waiting for permission.
    StopKind { per_100_h: 0.6, median: 48.0, p90: 598.0 },
    // All-stop.
    StopKind { per_100_h: 0.3, median: 66.0, p90: 659.0 },
];
/// 90th percentile of the standard normal distribution.
const Z90: f64 = 1.281_551_565_544_6;
/// Standard deviation of the driving time without stops (surface, wind, small differences of load), as a share of that
/// time. Estimated: the rolling resistance of a road differs by about 0.01 from day to day, which changes the time of a
/// climb by 5 to 10 %.
const DRIVING_SPREAD: f64 = 0.03;
const HOURS_100: f64 = 360_000.0;
/// Number of bisections that find a quantile to a hundredth of a second.
const HALVINGS: usize = 40;

impl StopKind {
    fn deviation(&self) -> f64 {
        libm::log(self.p90 / self.median) / Z90
    }

    fn mean(&self) -> f64 {
        self.median * libm::exp(self.deviation().powi(2) / 2.0)
    }

    fn mean_square(&self) -> f64 {
        self.median.powi(2) * libm::exp(2.0 * self.deviation().powi(2))
    }
}

/// A travel time and its spread.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct TravelTime {
    /// Time without any stop, s.
    pub unhindered: f64,
    /// Mean time including the stops of a working mine, s.
    pub mean: f64,
    /// Standard deviation of the time including stops, s.
    pub deviation: f64,
}

impl TravelTime {
    /// Returns the travel time of a drive that takes `unhindered` seconds without stops.
    pub fn of(unhindered: f64) -> TravelTime {
        let often = |s: &StopKind| s.per_100_h * unhindered / HOURS_100;
        let delay: f64 = STOPS.iter().map(|s| often(s) * s.mean()).sum();
        let square: f64 = STOPS.iter().map(|s| often(s) * s.mean_square()).sum();
        let driving = DRIVING_SPREAD * unhindered;
        TravelTime { unhindered, mean: unhindered + delay, deviation: libm::sqrt(square + driving * driving) }
    }

    /// Returns the probability of no stop at all.
    pub fn without_stop(&self) -> f64 {
        libm::exp(-STOPS.iter().map(|s| s.per_100_h).sum::<f64>() * self.unhindered / HOURS_100)
    }

    /// Returns the probability that the travel takes at most `time` (s).
    ///
    /// Two stops during one travel are counted as one. The longest hauls take about an hour; the probability of two
    /// stops is then below 5 %.
    pub fn within(&self, time: f64) -> f64 {
        let free = self.without_stop();
        let late = time - self.unhindered;
        let driving = (DRIVING_SPREAD * self.unhindered).max(1e-9);
        let all: f64 = STOPS.iter().map(|s| s.per_100_h).sum();
        let of_stop = |s: &StopKind| if late > 0.0 { normal(libm::log(late / s.median) / s.deviation()) } else { 0.0 };
        let stopped: f64 = STOPS.iter().map(|s| s.per_100_h / all * of_stop(s)).sum();
        free * normal(late / driving) + (1.0 - free) * stopped
    }

    /// Returns the time (s) within which a given share (0 to 1) of all travels arrive. A share of 0.9 gives the 90th
    /// percentile.
    pub fn quantile(&self, share: f64) -> f64 {
        let share = if share.is_finite() { share.clamp(1e-6, 1.0 - 1e-6) } else { 0.5 };
        let (mut low, mut high) = (0.0, self.unhindered + 1.0);
        while self.within(high) < share {
            high *= 2.0;
        }
        for _ in 0..HALVINGS {
            let middle = 0.5 * (low + high);
            if self.within(middle) < share { low = middle } else { high = middle }
        }
        high
    }
}

/// Returns the cumulative distribution function of the standard normal distribution.
fn normal(z: f64) -> f64 {
    0.5 * libm::erfc(-z * std::f64::consts::FRAC_1_SQRT_2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use haul_core::random::Draw;

    #[test]
    fn stops_take_about_a_hundredth_of_the_time_as_the_fleet_reports() {
        let hour = TravelTime::of(3600.0);
        let share = hour.mean / 3600.0 - 1.0;
        assert!((0.008..0.016).contains(&share), "{share}");
    }

    #[test]
    fn mean_spread_and_percentiles_are_those_of_drawn_travels() {
        let travel = TravelTime::of(900.0);
        let mut stream = haul_core::stream(5, "test", "delays");
        let mut times: Vec<f64> = (0..200_000)
            .map(|_| {
                let mut time = 900.0 * (1.0 + DRIVING_SPREAD * stream.normal());
                for stop in &STOPS {
                    // Knuth's method to draw the number of stops from a Poisson distribution.
                    let (least, mut product) = (libm::exp(-stop.per_100_h * 900.0 / HOURS_100), stream.unit());
                    while product > least {
                        time += stop.median * libm::exp(stop.deviation() * stream.normal());
                        product *= stream.unit();
                    }
                }
                time
            })
            .collect();
        times.sort_by(f64::total_cmp);
        let mean = times.iter().sum::<f64>() / times.len() as f64;
        assert!((mean - travel.mean).abs() < 1.0, "{mean} {travel:?}");
        for share in [0.1, 0.5, 0.9, 0.97] {
            let drawn = times[(share * times.len() as f64) as usize];
            let told = travel.quantile(share);
            assert!((drawn - told).abs() < 0.02 * drawn, "{share}: {drawn} {told}");
        }
    }
}
