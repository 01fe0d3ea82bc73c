//! The profile that burns least and still arrives in time.
//!
//! Under the fastest profile the truck may hold back: at each stage it drives at a share of the fastest speed, and a
//! dynamic programme (Bellman 1957) finds the shares that burn least fuel plus a price for the time. The price is then
//! raised until the truck arrives in time.

use super::caps::Caps;
use super::nodes::{self, Node};
use super::{Binding, SpeedError, SpeedPoint, SpeedProfile, SpeedRequest, speed_profile};
use crate::{Conditions, Path, TruckModel};

/// Length of a stage, m.
const STAGE: f64 = 20.0;
/// Shares of the fastest speed: so many, down to the least.
const LEVELS: usize = 16;
const LEAST_SHARE: f64 = 0.4;
/// From stage to stage the share may change by so many levels.
const LEVELS_A_STAGE: usize = 2;
/// Prices of time that are tried, kg of fuel a second at the most, and halvings between the dearest and none.
const DEAREST: f64 = 1.0;
const HALVINGS: usize = 24;
/// Rounding of an acceleration, m/s².
const ROUNDING: f64 = 1e-3;
/// A time that is short of the fastest by less than this counts as the fastest, s.
const SAME_TIME: f64 = 1e-6;

/// The profile that burns least fuel of those that take no longer than `time` (s) and nowhere go faster than
/// [`speed_profile`] with the same request. Where even the fastest is too slow the error says by how much; where burning
/// least takes less than the time, it is less: waiting at the end burns no more than dawdling.
///
/// Errors: [`SpeedError`].
pub fn economical_profile(
    path: &Path,
    truck: &TruckModel,
    conditions: &Conditions,
    request: &SpeedRequest,
    time: f64,
) -> Result<SpeedProfile, SpeedError> {
    if !time.is_finite() {
        return Err(SpeedError::NotUsable { what: "the arrival time", wanted: "finite" });
    }
    let fastest = speed_profile(path, truck, conditions, request)?;
    if time < fastest.total_time() - SAME_TIME {
        return Err(SpeedError::NoTime { time, least: fastest.total_time() });
    }
    let nodes = nodes::along(path, request)?;
    let caps = Caps::new(truck, conditions, request);
    let stages = Stages::new(&nodes, &fastest, &caps, truck);
    let full = vec![1.0; nodes.len()];
    // A dear second is driven fast; the cheapest price that still arrives in time.
    let (mut dear, mut cheap) = (full, None);
    let (mut low, mut high) = (0.0, DEAREST);
    let least = stages.cheapest(0.0);
    if stages.profile(&least).total_time() <= time {
        return Ok(stages.profile(&least));
    }
    for _ in 0..HALVINGS {
        let price = 0.5 * (low + high);
        let shares = stages.cheapest(price);
        if stages.profile(&shares).total_time() <= time {
            (high, dear) = (price, shares);
        } else {
            (low, cheap) = (price, Some(shares));
        }
    }
    let cheap = cheap.unwrap_or(least);
    // Between the two neighbours lies the one that arrives on time.
    let blend = |t: f64| -> Vec<f64> { dear.iter().zip(&cheap).map(|(d, c)| d + (c - d) * t).collect() };
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..HALVINGS {
        let t = 0.5 * (low + high);
        if stages.profile(&blend(t)).total_time() <= time { low = t } else { high = t }
    }
    Ok(stages.profile(&blend(low)))
}

/// The stages of one path.
struct Stages<'a> {
    nodes: &'a [Node],
    fastest: &'a SpeedProfile,
    /// Index of the node each stage begins at, and of the last node.
    bounds: Vec<usize>,
    /// Fuel (kg) and time (s) of stage, level before, level after; infinite where it cannot be driven.
    tolls: Vec<(f64, f64)>,
}

fn share(level: usize) -> f64 {
    LEAST_SHARE + (1.0 - LEAST_SHARE) * level as f64 / (LEVELS - 1) as f64
}

impl<'a> Stages<'a> {
    fn new(nodes: &'a [Node], fastest: &'a SpeedProfile, caps: &Caps, truck: &TruckModel) -> Self {
        let mut bounds = vec![0];
        let last = nodes.len() - 1;
        for k in 1..last {
            let from = nodes[bounds[bounds.len() - 1]].station;
            if nodes[k].station - from >= STAGE && nodes[last].station - nodes[k].station >= STAGE / 2.0 {
                bounds.push(k);
            }
        }
        bounds.push(last);
        let mut stages = Stages { nodes, fastest, bounds, tolls: Vec::new() };
        for stage in 0..stages.bounds.len() - 1 {
            for a in 0..LEVELS {
                for b in 0..LEVELS {
                    stages.tolls.push(stages.toll(stage, a, b, caps, truck));
                }
            }
        }
        stages
    }

    fn toll(&self, stage: usize, a: usize, b: usize, caps: &Caps, truck: &TruckModel) -> (f64, f64) {
        if a.abs_diff(b) > LEVELS_A_STAGE {
            return (f64::INFINITY, f64::INFINITY);
        }
        let (from, to) = (self.bounds[stage], self.bounds[stage + 1]);
        let (mut fuel, mut time) = (0.0, 0.0);
        let (s0, s1) = (self.nodes[from].station, self.nodes[to].station);
        let speed = |k: usize| {
            let t = (self.nodes[k].station - s0) / (s1 - s0);
            self.fastest.points[k].speed * (share(a) + (share(b) - share(a)) * t)
        };
        let mut v = speed(from);
        for k in from..to {
            let (next, length) = (speed(k + 1), self.nodes[k + 1].station - self.nodes[k].station);
            let acceleration = (next * next - v * v) / (2.0 * length);
            let most = caps.acceleration(&self.nodes[k], v * v).0.max(self.fastest.points[k].acceleration);
            let least = (-caps.slowing(&self.nodes[k], v * v)).min(self.fastest.points[k].acceleration);
            if acceleration > most + ROUNDING || acceleration < least - ROUNDING {
                return (f64::INFINITY, f64::INFINITY);
            }
            let dt = 2.0 * length / (v + next);
            fuel += truck.limits.fuel_rate(caps.power(&self.nodes[k], 0.5 * (v + next), acceleration)) * dt;
            time += dt;
            v = next;
        }
        (fuel, time)
    }

    /// The shares at the nodes that cost least fuel plus `price` (kg/s) times time.
    fn cheapest(&self, price: f64) -> Vec<f64> {
        let count = self.bounds.len() - 1;
        // Full speed is driven at both ends: the start is given and the end asked for.
        let mut value = vec![f64::INFINITY; LEVELS];
        value[LEVELS - 1] = 0.0;
        let mut before = vec![0_usize; count * LEVELS];
        for stage in 0..count {
            let mut next = vec![f64::INFINITY; LEVELS];
            for (b, best) in next.iter_mut().enumerate() {
                for (a, so_far) in value.iter().enumerate() {
                    let (fuel, time) = self.tolls[(stage * LEVELS + a) * LEVELS + b];
                    let cost = so_far + fuel + price * time;
                    if cost < *best {
                        *best = cost;
                        before[stage * LEVELS + b] = a;
                    }
                }
            }
            value = next;
        }
        let mut level = LEVELS - 1;
        let mut levels = vec![level; count + 1];
        for stage in (0..count).rev() {
            level = before[stage * LEVELS + level];
            levels[stage] = level;
        }
        let mut shares = vec![1.0; self.nodes.len()];
        for stage in 0..count {
            let (from, to) = (self.bounds[stage], self.bounds[stage + 1]);
            let (s0, s1) = (self.nodes[from].station, self.nodes[to].station);
            for (kept, node) in shares[from..=to].iter_mut().zip(&self.nodes[from..=to]) {
                let t = (node.station - s0) / (s1 - s0);
                *kept = share(levels[stage]) + (share(levels[stage + 1]) - share(levels[stage])) * t;
            }
        }
        shares
    }

    fn profile(&self, shares: &[f64]) -> SpeedProfile {
        let points = &self.fastest.points;
        let speed = |k: usize| points[k].speed * shares[k];
        let of = |k: usize| {
            let p = points[k];
            let acceleration = match points.get(k + 1) {
                Some(next) => (speed(k + 1).powi(2) - speed(k).powi(2)) / (2.0 * (next.station - p.station)),
                None => 0.0,
            };
            let binding = if shares[k] < 1.0 - ROUNDING { Binding::Economy } else { p.binding };
            SpeedPoint { station: p.station, speed: speed(k), acceleration, binding }
        };
        // Slower, the drive stands otherwise than at full speed.
        SpeedProfile::new((0..points.len()).map(of).collect(), Vec::new())
    }
}

/// Fuel that driving a profile burns, kg: engine and idling, without the stand at changes of travel.
///
/// Errors: as [`speed_profile`] for the path and the request that the profile was planned with.
pub fn fuel(
    profile: &SpeedProfile,
    path: &Path,
    truck: &TruckModel,
    conditions: &Conditions,
    request: &SpeedRequest,
) -> Result<f64, SpeedError> {
    super::check_numbers(conditions, request)?;
    let caps = Caps::new(truck, conditions, request);
    nodes::along(path, request)?;
    let mut sum = 0.0;
    for w in profile.points.windows(2) {
        let speeds = w[0].speed + w[1].speed;
        if speeds > 0.0 {
            let node = Node::of(&path.at(w[0].station));
            let power = caps.power(&node, 0.5 * speeds, w[0].acceleration);
            sum += truck.limits.fuel_rate(power) * 2.0 * (w[1].station - w[0].station) / speeds;
        }
    }
    Ok(sum)
}
