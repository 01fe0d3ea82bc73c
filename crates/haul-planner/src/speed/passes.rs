//! The passes of a speed profile: backwards from stops and caps ahead, then forwards with the engine's power.

use super::bound::SpeedBound;
use super::caps::Caps;
use super::jerk;
use super::nodes::SpeedNode;
use super::{Binding, SpeedError, SpeedPoint, SpeedProfile, SpeedRequest};
use crate::path::Travel;
use haul_vehicle::{DriveAhead, DriveState};

/// Tolerance of the square of a speed for rounding errors, m²/s².
const ROUNDING: f64 = 1e-9;
/// Square of the speed below which a truck on a grade too steep for it has stopped, m²/s².
const STALLED_SQUARED: f64 = 1e-4;
/// Square of the speed below which the truck creeps on its torque converter or slipping clutch, m²/s². There the pull
/// comes from the performance limits, because the throttle of the predicted driveline would hunt.
const CREEP_SQUARED: f64 = 1.0;
/// Multiples of the planned deceleration for a start that is too fast. The first that suffices is used.
const BRAKING_MULTIPLES: [f64; 6] = [1.0, 1.25, 1.5, 2.0, 3.0, f64::INFINITY];
/// Maximum number of rounds that match slowing before a steeper grade to the retarder's temperature on that grade.
const HEAT_ROUNDS: usize = 5;
/// Difference of squared descent caps below which two rounds count as equal, m²/s².
const SAME_CAP: f64 = 0.05;
/// Relative difference below which the square of a speed counts as the requested one.
const SAME_SQUARE_SHARE: f64 = 1e-6;

/// Computes the profile over the nodes, for the start of the request. `end` is the bound at the last node.
pub(crate) fn run(
    nodes: &[SpeedNode],
    caps: &mut Caps,
    request: &SpeedRequest,
    end: SpeedBound,
) -> Result<SpeedProfile, SpeedError> {
    let mut own = own_caps(nodes, caps);
    let Some(temperature) = caps.heat() else {
        for (cap, node) in own.iter_mut().zip(nodes) {
            if let Some((speed, binding)) = caps.descent(node) {
                *cap = cap.least(SpeedBound::new(speed * speed, binding));
            }
        }
        let mut driven = both_passes(nodes, caps, &own, request, end, None)?;
        soften(nodes, caps, &mut driven.speeds);
        return Ok(profile(nodes, driven));
    };
    // The temperature depends on the speeds before a node, and slowing down depends on the speeds ahead, so iterate.
    let mut descent: Vec<f64> = nodes.iter().map(|n| caps.descent_at(n, temperature)).collect();
    for round in 0.. {
        let retarded = |d: &f64| SpeedBound::new(*d, Binding::Retarder);
        let with: Vec<SpeedBound> = own.iter().zip(&descent).map(|(o, d)| o.least(retarded(d))).collect();
        let mut driven = both_passes(nodes, caps, &with, request, end, Some(temperature))?;
        let apart = |(a, b): (&f64, &f64)| (a.min(1e3) - b.min(1e3)).abs();
        let apart = driven.descent.iter().zip(&descent).map(apart).fold(0.0, f64::max);
        if apart < SAME_CAP || round == HEAT_ROUNDS {
            soften(nodes, caps, &mut driven.speeds);
            return Ok(profile(nodes, driven));
        }
        descent = driven.descent;
    }
    Ok(SpeedProfile::default())
}

/// Rounds the corners of a profile if the request limits the jerk.
fn soften(nodes: &[SpeedNode], caps: &Caps, speeds: &mut [SpeedBound]) {
    if let Some(jerk) = caps.jerk {
        jerk::round_off(nodes, speeds, jerk);
    }
}

/// Returns the cap of each node that depends neither on neighbouring speeds nor on the retarder's temperature.
fn own_caps(nodes: &[SpeedNode], caps: &mut Caps) -> Vec<SpeedBound> {
    let mut own = Vec::with_capacity(nodes.len());
    for (i, node) in nodes.iter().enumerate() {
        let (speed, binding) = caps.speed(node);
        let mut bound = SpeedBound::new(speed * speed, binding);
        // At a change of direction the wheels turn on the spot, so the steering rate sets no cap.
        if let Some(next) = nodes.get(i + 1).filter(|n| !n.changes_direction) {
            bound = bound.least(SpeedBound::new(caps.steering(node, next), Binding::SteeringRate));
        }
        if let Some(before) = i.checked_sub(1).map(|k| &nodes[k]).filter(|_| !node.changes_direction) {
            bound = bound.least(SpeedBound::new(caps.steering(before, node), Binding::SteeringRate));
        }
        own.push(bound);
    }
    own
}

/// Result of a backward and a forward pass, by node.
struct PassResult {
    speeds: Vec<SpeedBound>,
    /// State of the driveline at each node.
    states: Vec<DriveState>,
    /// Squares of the descent caps at the retarder's temperature, m²/s². Empty if the temperature is not computed.
    descent: Vec<f64>,
}

/// Runs a backward and a forward pass under the nodes' own caps. If `temperature` (K) is given, it is the retarder's
/// temperature at the start, and its temperature along the path is computed.
fn both_passes(
    nodes: &[SpeedNode],
    caps: &Caps,
    own: &[SpeedBound],
    request: &SpeedRequest,
    end: SpeedBound,
    temperature: Option<f64>,
) -> Result<PassResult, SpeedError> {
    let ahead = backwards(nodes, caps, own, end);
    let mut speeds = Vec::with_capacity(nodes.len());
    let start = request.start_speed * request.start_speed;
    match ahead.first() {
        Some(first) if start > first.squared + ROUNDING => slow_down(nodes, caps, start, end, &ahead, &mut speeds)?,
        Some(first) if start < first.squared - ROUNDING => speeds.push(SpeedBound::new(start, Binding::Start)),
        Some(first) => speeds.push(SpeedBound::new(start, first.binding)),
        None => {}
    }
    let mut propulsion = Propulsion::new(caps, request, nodes.len());
    for (pair, w) in speeds.windows(2).zip(nodes.windows(2)) {
        propulsion.brake(&w[0], &w[1], pair[0].squared, pair[1].squared);
    }
    let descent = forwards(nodes, caps, &ahead, &mut speeds, &mut propulsion, temperature)?;
    Ok(PassResult { speeds, states: propulsion.states, descent })
}

/// Returns, for each node, the maximum speed from which the truck can keep all bounds ahead: stops with the brakes,
/// other caps with the retarder.
fn backwards(nodes: &[SpeedNode], caps: &Caps, own: &[SpeedBound], end: SpeedBound) -> Vec<SpeedBound> {
    let mut ahead = vec![end; nodes.len()];
    let mut stop = end;
    let mut cap = SpeedBound::new(f64::INFINITY, Binding::TopSpeed);
    for (i, node) in nodes.iter().enumerate().rev() {
        if let Some(next) = nodes.get(i + 1) {
            let length = next.station - node.station;
            let now = ahead[i + 1].squared;
            stop.squared += 2.0 * caps.stopping(node, now) * length;
            cap.squared += 2.0 * caps.slowing(node, now) * length;
        }
        if node.changes_direction {
            stop = SpeedBound::new(0.0, Binding::Stop);
            cap.squared = f64::INFINITY;
        }
        cap = cap.least(own[i]);
        ahead[i] = cap.least(stop);
    }
    ahead
}

/// Brakes a truck that starts too fast until it meets the bounds ahead, as gently as the stops allow.
fn slow_down(
    nodes: &[SpeedNode],
    caps: &Caps,
    start: f64,
    end: SpeedBound,
    ahead: &[SpeedBound],
    speeds: &mut Vec<SpeedBound>,
) -> Result<(), SpeedError> {
    let last = nodes.len() - 1;
    let mut distance = 0.0;
    for multiple in BRAKING_MULTIPLES {
        speeds.clear();
        speeds.push(SpeedBound::new(start, Binding::Start));
        let mut now = start;
        for i in 0..last {
            let length = nodes[i + 1].station - nodes[i].station;
            let braking = (multiple * caps.stopping(&nodes[i], now)).min(caps.emergency(&nodes[i], now));
            now = (now - 2.0 * braking * length).max(0.0);
            if now <= ahead[i + 1].squared {
                // The interval ends on the bound ahead, so the truck may need to brake less.
                let reached = ahead[i + 1];
                speeds.push(reached);
                return Ok(());
            }
            distance = nodes[i + 1].station - nodes[0].station;
            let must = if i + 1 == last { Some(end.squared) } else { nodes[i + 1].changes_direction.then_some(0.0) };
            if must.is_some_and(|most| now > most + ROUNDING) {
                break;
            }
            speeds.push(SpeedBound::new(now, Binding::Start));
        }
    }
    Err(SpeedError::TooFastToStop { speed: libm::sqrt(start), distance })
}

/// Drives from the last of `speeds` to the end. If `temperature` (K) is given, computes the retarder's temperature,
/// uses it to cap the speed on downgrades, and returns the squares of these caps (m²/s²).
fn forwards(
    nodes: &[SpeedNode],
    caps: &Caps,
    ahead: &[SpeedBound],
    speeds: &mut Vec<SpeedBound>,
    propulsion: &mut Propulsion,
    temperature: Option<f64>,
) -> Result<Vec<f64>, SpeedError> {
    let mut descent = Vec::new();
    let mut warm = temperature;
    let heated = |t: f64, i: usize, speeds: &[SpeedBound]| {
        let (a, b) = (&nodes[i], &nodes[i + 1]);
        caps.retarder().after(t, a.grade, b.station - a.station, speeds[i].squared, speeds[i + 1].squared)
    };
    if let Some(t) = warm.as_mut() {
        descent.reserve(nodes.len());
        descent.push(caps.descent_at(&nodes[0], *t));
        for i in 0..speeds.len().saturating_sub(1) {
            *t = heated(*t, i, speeds);
            descent.push(caps.descent_at(&nodes[i + 1], *t));
        }
    }
    while let Some(now) = speeds.last().map(|bound| bound.squared) {
        let i = speeds.len() - 1;
        let Some(next) = nodes.get(i + 1) else { break };
        let mut most = ahead[i + 1];
        if let Some(t) = warm {
            let held = caps.descent_at(next, t);
            most = most.least(SpeedBound::new(held, Binding::Retarder));
            descent.push(held);
        }
        speeds.push(propulsion.drive(&nodes[i], next, now, most)?);
        if let Some(t) = warm.as_mut() {
            *t = heated(*t, i, speeds);
        }
    }
    Ok(descent)
}

/// Propulsion in the forward pass: from the predicted driveline if the truck drives forward, from the performance
/// limits in reverse.
struct Propulsion<'a, 'b> {
    caps: &'b Caps<'a>,
    drive: DriveAhead<'a>,
    /// State of the driveline at each node so far.
    states: Vec<DriveState>,
}

impl<'a, 'b> Propulsion<'a, 'b> {
    /// Creates the state at the first of `count` nodes.
    fn new(caps: &'b Caps<'a>, request: &SpeedRequest, count: usize) -> Self {
        let drive = caps.drive_ahead(request.start_speed, request.drive);
        let mut states = Vec::with_capacity(count);
        states.push(drive.state());
        Self { caps, states, drive }
    }

    /// Drives to the next node with the brakes applied, between two squares of speeds (m²/s²).
    fn brake(&mut self, node: &SpeedNode, next: &SpeedNode, from: f64, to: f64) {
        if node.travel == Travel::Forward {
            self.drive.braked(libm::sqrt(from), libm::sqrt(to), next.station - node.station);
        }
        self.arrive(next);
    }

    fn arrive(&mut self, next: &SpeedNode) {
        if next.changes_direction {
            // The truck stops here and starts again from rest.
            self.drive = self.caps.drive_ahead(0.0, None);
        }
        self.states.push(self.drive.state());
    }

    /// Returns the bound at the next node, given the square of the speed at `node` (m²/s²): `most` if the truck reaches
    /// it.
    fn drive(
        &mut self,
        node: &SpeedNode,
        next: &SpeedNode,
        now: f64,
        most: SpeedBound,
    ) -> Result<SpeedBound, SpeedError> {
        let length = next.station - node.station;
        let by_limits = || {
            let (acceleration, binding) = self.caps.acceleration(node, now);
            SpeedBound::new(now + 2.0 * acceleration * length, binding)
        };
        let mut reached = if node.travel == Travel::Reverse {
            by_limits()
        } else {
            let speed = libm::sqrt(now);
            let needed = (most.squared - now) / (2.0 * length);
            let (allowed, by) = self.caps.allowed(node, now);
            let requested = needed.min(allowed);
            if self.caps.needs_brakes(node, requested) {
                // On a steep downgrade, the brakes also limit the acceleration to what steering and grip allow.
                let reached = if needed > allowed { SpeedBound::new(now + 2.0 * requested * length, by) } else { most };
                self.drive.braked(speed, libm::sqrt(reached.squared), length);
                reached
            } else if now > STALLED_SQUARED && now.max(most.squared) <= CREEP_SQUARED {
                let reached = by_limits().least(most);
                self.drive = self.caps.drive_ahead(libm::sqrt(reached.squared.max(0.0)), None);
                reached
            } else {
                let reached = self.drive.over(speed, length, node.grade, self.caps.rolling(), requested);
                let bound = now + 2.0 * requested * length;
                let is_short = reached * reached < bound - ROUNDING.max(SAME_SQUARE_SHARE * bound);
                let binding = if is_short || allowed > needed { Binding::PowerClimb } else { by };
                SpeedBound::new(reached * reached, binding)
            }
        };
        if reached.squared <= STALLED_SQUARED && reached.squared < most.squared {
            // The predicted driveline may hunt below idling speed and stop for a moment. The truck has stalled only if
            // the performance limits give no pull from rest either.
            let (pull, binding) = self.caps.acceleration(node, 0.0);
            if pull <= 0.0 {
                return Err(SpeedError::CannotClimb { station: node.station, grade: node.grade });
            }
            reached = SpeedBound::new(2.0 * pull * length, binding).least(most);
            if node.travel == Travel::Forward {
                self.drive = self.caps.drive_ahead(libm::sqrt(reached.squared), None);
            }
        }
        self.arrive(next);
        Ok(if reached.squared >= most.squared - ROUNDING { most } else { reached })
    }
}

fn profile(nodes: &[SpeedNode], PassResult { speeds, states, .. }: PassResult) -> SpeedProfile {
    let points = nodes.iter().zip(&speeds).enumerate().map(|(i, (node, &SpeedBound { squared, binding }))| {
        let acceleration = match (nodes.get(i + 1), speeds.get(i + 1)) {
            (Some(n), Some(s)) => (s.squared - squared) / (2.0 * (n.station - node.station)),
            _ => 0.0,
        };
        SpeedPoint { station: node.station, speed: libm::sqrt(squared), acceleration, binding }
    });
    SpeedProfile::new(points.collect(), states)
}
