//! The passes: backwards for what lies ahead, forwards for what the engine can do.

use super::caps::Caps;
use super::nodes::Node;
use super::{Binding, SpeedError, SpeedPoint, SpeedProfile};

/// Rounding of a speed squared, m²/s².
const ROUNDING: f64 = 1e-9;
/// A truck slower than this on a grade it cannot climb has come to a stand, m²/s².
const STALLED: f64 = 1e-4;
/// A start that is too fast is braked by the first of these multiples of the planned deceleration that suffices.
const HARDER: [f64; 6] = [1.0, 1.25, 1.5, 2.0, 3.0, f64::INFINITY];

/// A square of a speed (m²/s²) and what binds it.
pub(crate) type Bound = (f64, Binding);

fn least(a: Bound, b: Bound) -> Bound {
    if b.0 < a.0 { b } else { a }
}

/// The profile over the nodes from a start speed (m/s); `end` binds at the last node.
pub(crate) fn run(nodes: &[Node], caps: &mut Caps, start: f64, end: Bound) -> Result<SpeedProfile, SpeedError> {
    let ahead = backwards(nodes, caps, end);
    let mut speeds = Vec::with_capacity(nodes.len());
    let start = start * start;
    match ahead.first() {
        Some(first) if start > first.0 + ROUNDING => slow_down(nodes, caps, start, end, &ahead, &mut speeds)?,
        Some(first) if start < first.0 - ROUNDING => speeds.push((start, Binding::Start)),
        Some(first) => speeds.push((start, first.1)),
        None => {}
    }
    forwards(nodes, caps, &ahead, &mut speeds)?;
    Ok(profile(nodes, &speeds))
}

/// The greatest square of the speed at each node from which everything ahead can be kept: stops with the brakes, other
/// caps with the retarder.
fn backwards(nodes: &[Node], caps: &mut Caps, end: Bound) -> Vec<Bound> {
    let mut ahead = vec![end; nodes.len()];
    let mut stop = end;
    let mut cap = (f64::INFINITY, Binding::TopSpeed);
    for (i, node) in nodes.iter().enumerate().rev() {
        let (speed, binding) = caps.speed(node);
        let mut own = (speed * speed, binding);
        if let Some(next) = nodes.get(i + 1) {
            let length = next.station - node.station;
            let now = ahead[i + 1].0;
            stop.0 += 2.0 * caps.stopping(node, now) * length;
            cap.0 += 2.0 * caps.slowing(node, now) * length;
            // At a change of travel the wheels turn on the spot.
            if !next.cusp {
                own = least(own, (caps.steering(node, next), Binding::Steering));
            }
        }
        if let Some(before) = i.checked_sub(1).map(|k| &nodes[k]).filter(|_| !node.cusp) {
            own = least(own, (caps.steering(before, node), Binding::Steering));
        }
        if node.cusp {
            stop = (0.0, Binding::Stop);
            cap.0 = f64::INFINITY;
        }
        cap = least(cap, own);
        ahead[i] = least(cap, stop);
    }
    ahead
}

/// Brakes a start that is faster than what lies ahead allows, until that is kept: as gently as the stops allow.
fn slow_down(
    nodes: &[Node],
    caps: &Caps,
    start: f64,
    end: Bound,
    ahead: &[Bound],
    speeds: &mut Vec<Bound>,
) -> Result<(), SpeedError> {
    let last = nodes.len() - 1;
    let mut distance = 0.0;
    for harder in HARDER {
        speeds.clear();
        speeds.push((start, Binding::Start));
        let mut now = start;
        for i in 0..last {
            let length = nodes[i + 1].station - nodes[i].station;
            let braking = (harder * caps.stopping(&nodes[i], now)).min(caps.emergency(&nodes[i], now));
            now = (now - 2.0 * braking * length).max(0.0);
            if now <= ahead[i + 1].0 {
                // The braking of the interval may well be less: it ends on what is kept ahead.
                let reached = ahead[i + 1];
                speeds.push(reached);
                return Ok(());
            }
            distance = nodes[i + 1].station - nodes[0].station;
            let must = if i + 1 == last { Some(end.0) } else { nodes[i + 1].cusp.then_some(0.0) };
            if must.is_some_and(|most| now > most + ROUNDING) {
                break;
            }
            speeds.push((now, Binding::Start));
        }
    }
    Err(SpeedError::TooFastToStop { speed: libm::sqrt(start), distance })
}

/// Drives on from the last of `speeds` to the end.
fn forwards(nodes: &[Node], caps: &Caps, ahead: &[Bound], speeds: &mut Vec<Bound>) -> Result<(), SpeedError> {
    while let Some(&(now, _)) = speeds.last() {
        let i = speeds.len() - 1;
        let Some(next) = nodes.get(i + 1) else { break };
        let node = &nodes[i];
        let (acceleration, binding) = caps.acceleration(node, now);
        let reached = now + 2.0 * acceleration * (next.station - node.station);
        if reached <= STALLED && reached < ahead[i + 1].0 {
            return Err(SpeedError::CannotClimb { station: node.station, grade: node.grade });
        }
        speeds.push(least(ahead[i + 1], (reached, binding)));
    }
    Ok(())
}

fn profile(nodes: &[Node], speeds: &[Bound]) -> SpeedProfile {
    let points = nodes.iter().zip(speeds).enumerate().map(|(i, (node, &(square, binding)))| {
        let acceleration = match (nodes.get(i + 1), speeds.get(i + 1)) {
            (Some(n), Some(s)) => (s.0 - square) / (2.0 * (n.station - node.station)),
            _ => 0.0,
        };
        SpeedPoint { station: node.station, speed: libm::sqrt(square), acceleration, binding }
    });
    SpeedProfile::new(points.collect())
}
