//! Economical profiles: minimum fuel for a given arrival time.
//!
//! The path is divided into stages. In each stage the truck drives at a share of the fastest profile's speed. Dynamic
//! programming (Bellman 1957) finds the shares for which fuel plus a price times the travel time is minimal. The price
//! is then raised until the truck arrives in time.

use super::caps::Caps;
use super::nodes::{self, SpeedNode};
use super::{Binding, SpeedError, SpeedPoint, SpeedProfile, SpeedRequest, speed_profile};
use crate::cost::Cost;
use crate::{Conditions, Path, TruckModel};

/// Minimum length of a stage, m. The last stage may be half as long.
const STAGE: f64 = 20.0;
/// Number of shares of the fastest speed, and the smallest share.
const LEVELS: usize = 16;
const LEAST_SHARE: f64 = 0.4;
/// Maximum change of the share from one stage to the next, in levels.
const LEVELS_PER_STAGE: usize = 2;
/// Maximum price of time, kg of fuel per second.
const MAX_PRICE: f64 = 1.0;
/// Number of bisections of the price of time.
const HALVINGS: usize = 24;
/// Tolerance of an acceleration for rounding errors, m/s².
const ROUNDING: f64 = 1e-3;
/// Difference from the fastest time that still counts as the fastest time, s.
const SAME_TIME: f64 = 1e-6;

/// Returns the profile with the least fuel that takes at most `time` (s) and is nowhere faster than [`speed_profile`]
/// for the same request.
///
/// If the profile with the least fuel takes less than `time`, it is returned as it is: waiting at the end burns no more
/// than driving slowly.
///
/// # Errors
///
/// A [`SpeedError`]. If even the fastest profile takes longer than `time`, the error contains the fastest time.
pub fn economical_profile(
    path: &Path,
    truck: &TruckModel,
    conditions: &Conditions,
    request: &SpeedRequest,
    time: f64,
) -> Result<SpeedProfile, SpeedError> {
    if !time.is_finite() {
        return Err(SpeedError::NotUsable { what: "the arrival time", expected: "a finite number" });
    }
    let fastest = speed_profile(path, truck, conditions, request)?;
    if time < fastest.total_time() - SAME_TIME {
        return Err(SpeedError::NoTime { time, least: fastest.total_time() });
    }
    let nodes = nodes::along(path, request)?;
    let caps = Caps::new(truck, conditions, request);
    let stages = Stages::new(&nodes, &fastest, &caps, truck);
    let full = vec![1.0; nodes.len()];
    // A high price gives a fast profile. Find the lowest price at which the truck still arrives in time.
    let (mut dear, mut cheap) = (full, None);
    let (mut low, mut high) = (0.0, MAX_PRICE);
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
    // Blend the two profiles of neighbouring prices into one that arrives on time.
    let blend = |t: f64| -> Vec<f64> { dear.iter().zip(&cheap).map(|(d, c)| d + (c - d) * t).collect() };
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..HALVINGS {
        let t = 0.5 * (low + high);
        if stages.profile(&blend(t)).total_time() <= time { low = t } else { high = t }
    }
    Ok(stages.profile(&blend(low)))
}

/// A path divided into stages, with the cost of each stage.
struct Stages<'a> {
    nodes: &'a [SpeedNode],
    fastest: &'a SpeedProfile,
    /// Index of the first node of each stage; one more entry for the last node.
    bounds: Vec<usize>,
    /// Cost by stage, level at its start and level at its end; infinite if the truck cannot change between these
    /// levels.
    costs: Vec<Cost>,
}

fn share(level: usize) -> f64 {
    LEAST_SHARE + (1.0 - LEAST_SHARE) * level as f64 / (LEVELS - 1) as f64
}

impl<'a> Stages<'a> {
    fn new(nodes: &'a [SpeedNode], fastest: &'a SpeedProfile, caps: &Caps, truck: &TruckModel) -> Self {
        let mut bounds = vec![0];
        let last = nodes.len() - 1;
        for k in 1..last {
            let from = nodes[bounds[bounds.len() - 1]].station;
            if nodes[k].station - from >= STAGE && nodes[last].station - nodes[k].station >= STAGE / 2.0 {
                bounds.push(k);
            }
        }
        bounds.push(last);
        let mut stages = Stages { nodes, fastest, bounds, costs: Vec::new() };
        for stage in 0..stages.bounds.len() - 1 {
            for a in 0..LEVELS {
                for b in 0..LEVELS {
                    stages.costs.push(stages.stage_cost(stage, a, b, caps, truck));
                }
            }
        }
        stages
    }

    /// Returns the cost of a stage from level `a` to level `b`.
    fn stage_cost(&self, stage: usize, a: usize, b: usize, caps: &Caps, truck: &TruckModel) -> Cost {
        const IMPOSSIBLE: Cost = Cost::new(f64::INFINITY, f64::INFINITY);
        if a.abs_diff(b) > LEVELS_PER_STAGE {
            return IMPOSSIBLE;
        }
        let (from, to) = (self.bounds[stage], self.bounds[stage + 1]);
        let mut cost = Cost::ZERO;
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
                return IMPOSSIBLE;
            }
            let dt = 2.0 * length / (v + next);
            cost.fuel += truck.limits.fuel_rate(caps.power(&self.nodes[k], 0.5 * (v + next), acceleration)) * dt;
            cost.time += dt;
            v = next;
        }
        cost
    }

    /// Returns the shares at the nodes for which fuel plus `price` (kg/s) times time is minimal.
    fn cheapest(&self, price: f64) -> Vec<f64> {
        let count = self.bounds.len() - 1;
        // Both ends are driven at the fastest profile's speed: the start speed is given and the end speed is requested.
        let mut value = vec![f64::INFINITY; LEVELS];
        value[LEVELS - 1] = 0.0;
        let mut before = vec![0_usize; count * LEVELS];
        for stage in 0..count {
            let mut next = vec![f64::INFINITY; LEVELS];
            for (b, best) in next.iter_mut().enumerate() {
                for (a, so_far) in value.iter().enumerate() {
                    let Cost { time, fuel } = self.costs[(stage * LEVELS + a) * LEVELS + b];
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
        // At lower speeds the driveline is in a different state, so the profile contains no driveline states.
        SpeedProfile::new((0..points.len()).map(of).collect(), Vec::new())
    }
}

/// Returns the fuel burnt along a profile by driving and idling, kg, without stops at changes of direction.
///
/// # Errors
///
/// As [`speed_profile`], for the path and the request.
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
            let node = SpeedNode::of(&path.at(w[0].station));
            let power = caps.power(&node, 0.5 * speeds, w[0].acceleration);
            sum += truck.limits.fuel_rate(power) * 2.0 * (w[1].station - w[0].station) / speeds;
        }
    }
    Ok(sum)
}
