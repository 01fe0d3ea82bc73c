//! The passes: backwards for what lies ahead, forwards for what the engine can do.

use super::caps::Caps;
use super::jerk;
use super::nodes::Node;
use super::{Binding, SpeedError, SpeedPoint, SpeedProfile, SpeedRequest};
use crate::path::Travel;
use haul_vehicle::{DriveAhead, DriveState};

/// Rounding of a speed squared, m²/s².
const ROUNDING: f64 = 1e-9;
/// A truck slower than this on a grade it cannot climb has come to a stand, m²/s².
const STALLED: f64 = 1e-4;
/// A truck that stays below this creeps on its converter or slipping clutch, m²/s². The book's pull holds there: the
/// throttle of the foreseen drive would hunt about it.
const CREEPING: f64 = 1.0;
/// A start that is too fast is braked by the first of these multiples of the planned deceleration that suffices.
const HARDER: [f64; 6] = [1.0, 1.25, 1.5, 2.0, 3.0, f64::INFINITY];

/// A square of a speed (m²/s²) and what binds it.
pub(crate) type Bound = (f64, Binding);

fn least(a: Bound, b: Bound) -> Bound {
    if b.0 < a.0 { b } else { a }
}

/// Rounds in which the slowing before a steeper grade and the retarder's temperature there are brought together.
const HEAT_ROUNDS: usize = 5;
/// Caps of the descent that differ by less between two rounds are the same, m²/s².
const SAME_CAP: f64 = 0.05;

/// The profile over the nodes from the request's start; `end` binds at the last node.
pub(crate) fn run(
    nodes: &[Node],
    caps: &mut Caps,
    request: &SpeedRequest,
    end: Bound,
) -> Result<SpeedProfile, SpeedError> {
    let mut own = own_caps(nodes, caps);
    let Some(temperature) = caps.heat() else {
        for (cap, node) in own.iter_mut().zip(nodes) {
            if let Some((speed, binding)) = caps.descent(node) {
                *cap = least(*cap, (speed * speed, binding));
            }
        }
        let mut driven = drive(nodes, caps, &own, request, end, None)?;
        soften(nodes, caps, &mut driven.speeds);
        return Ok(profile(nodes, driven));
    };
    // The temperature follows from the speeds before, the slowing down from the speeds ahead: round and round.
    let mut descent: Vec<f64> = nodes.iter().map(|n| caps.descent_at(n, temperature)).collect();
    for round in 0.. {
        let with: Vec<Bound> = own.iter().zip(&descent).map(|(o, d)| least(*o, (*d, Binding::Retarder))).collect();
        let mut driven = drive(nodes, caps, &with, request, end, Some(temperature))?;
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

/// Rounds the corners off where a greatest jerk is asked for.
fn soften(nodes: &[Node], caps: &Caps, speeds: &mut [Bound]) {
    if let Some(jerk) = caps.jerk {
        jerk::round_off(nodes, speeds, jerk);
    }
}

/// The caps of each node that neither its neighbours' speeds nor the retarder's temperature change.
fn own_caps(nodes: &[Node], caps: &mut Caps) -> Vec<Bound> {
    let mut own = Vec::with_capacity(nodes.len());
    for (i, node) in nodes.iter().enumerate() {
        let (speed, binding) = caps.speed(node);
        let mut bound = (speed * speed, binding);
        // At a change of travel the wheels turn on the spot.
        if let Some(next) = nodes.get(i + 1).filter(|n| !n.cusp) {
            bound = least(bound, (caps.steering(node, next), Binding::SteeringRate));
        }
        if let Some(before) = i.checked_sub(1).map(|k| &nodes[k]).filter(|_| !node.cusp) {
            bound = least(bound, (caps.steering(before, node), Binding::SteeringRate));
        }
        own.push(bound);
    }
    own
}

/// What a backward and a forward pass come to, node by node.
struct Drive {
    /// Squares of the speeds.
    speeds: Vec<Bound>,
    /// How the drive stands.
    states: Vec<DriveState>,
    /// Caps of the descent that the retarder's heat leaves, as squares of speeds, m²/s²; empty where it is not followed.
    descent: Vec<f64>,
}

/// One backward and one forward pass under the nodes' own caps, the retarder's heat followed from a temperature (K) where one
/// is given.
fn drive(
    nodes: &[Node],
    caps: &Caps,
    own: &[Bound],
    request: &SpeedRequest,
    end: Bound,
    temperature: Option<f64>,
) -> Result<Drive, SpeedError> {
    let ahead = backwards(nodes, caps, own, end);
    let mut speeds = Vec::with_capacity(nodes.len());
    let start = request.start_speed * request.start_speed;
    match ahead.first() {
        Some(first) if start > first.0 + ROUNDING => slow_down(nodes, caps, start, end, &ahead, &mut speeds)?,
        Some(first) if start < first.0 - ROUNDING => speeds.push((start, Binding::Start)),
        Some(first) => speeds.push((start, first.1)),
        None => {}
    }
    let mut pull = Pull::new(caps, request, nodes.len());
    for (pair, w) in speeds.windows(2).zip(nodes.windows(2)) {
        pull.braked(&w[0], &w[1], pair[0].0, pair[1].0);
    }
    let descent = forwards(nodes, caps, &ahead, &mut speeds, &mut pull, temperature)?;
    Ok(Drive { speeds, states: pull.states, descent })
}

/// The greatest square of the speed at each node from which everything ahead can be kept: stops with the brakes, other
/// caps with the retarder.
fn backwards(nodes: &[Node], caps: &Caps, own: &[Bound], end: Bound) -> Vec<Bound> {
    let mut ahead = vec![end; nodes.len()];
    let mut stop = end;
    let mut cap = (f64::INFINITY, Binding::TopSpeed);
    for (i, node) in nodes.iter().enumerate().rev() {
        if let Some(next) = nodes.get(i + 1) {
            let length = next.station - node.station;
            let now = ahead[i + 1].0;
            stop.0 += 2.0 * caps.stopping(node, now) * length;
            cap.0 += 2.0 * caps.slowing(node, now) * length;
        }
        if node.cusp {
            stop = (0.0, Binding::Stop);
            cap.0 = f64::INFINITY;
        }
        cap = least(cap, own[i]);
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

/// Drives on from the last of `speeds` to the end. Where the retarder's heat is followed from a temperature (K) no
/// downgrade is taken faster than what it takes then; the caps that gives come back.
fn forwards(
    nodes: &[Node],
    caps: &Caps,
    ahead: &[Bound],
    speeds: &mut Vec<Bound>,
    pull: &mut Pull,
    temperature: Option<f64>,
) -> Result<Vec<f64>, SpeedError> {
    let mut descent = Vec::new();
    let mut warm = temperature;
    let heated = |t: f64, i: usize, speeds: &[Bound]| {
        let (a, b) = (&nodes[i], &nodes[i + 1]);
        caps.retarder().after(t, a.grade, b.station - a.station, speeds[i].0, speeds[i + 1].0)
    };
    if let Some(t) = warm.as_mut() {
        descent.reserve(nodes.len());
        descent.push(caps.descent_at(&nodes[0], *t));
        for i in 0..speeds.len().saturating_sub(1) {
            *t = heated(*t, i, speeds);
            descent.push(caps.descent_at(&nodes[i + 1], *t));
        }
    }
    while let Some(&(now, _)) = speeds.last() {
        let i = speeds.len() - 1;
        let Some(next) = nodes.get(i + 1) else { break };
        let mut most = ahead[i + 1];
        if let Some(t) = warm {
            let held = caps.descent_at(next, t);
            most = least(most, (held, Binding::Retarder));
            descent.push(held);
        }
        speeds.push(pull.over(&nodes[i], next, now, most)?);
        if let Some(t) = warm.as_mut() {
            *t = heated(*t, i, speeds);
        }
    }
    Ok(descent)
}

/// The engine's part of the forward pass: gears and all on the way forward, the book's pull in reverse.
struct Pull<'a, 'b> {
    caps: &'b Caps<'a>,
    drive: DriveAhead<'a>,
    /// How it stands at each node so far.
    states: Vec<DriveState>,
}

impl<'a, 'b> Pull<'a, 'b> {
    /// At the first of a count of nodes.
    fn new(caps: &'b Caps<'a>, request: &SpeedRequest, count: usize) -> Self {
        let drive = caps.drive_ahead(request.start_speed, request.drive);
        let mut states = Vec::with_capacity(count);
        states.push(drive.state());
        Self { caps, states, drive }
    }

    /// Goes on to the next node with the brakes on, between two squares of speeds.
    fn braked(&mut self, node: &Node, next: &Node, from: f64, to: f64) {
        if node.travel == Travel::Forward {
            self.drive.braked(libm::sqrt(from), libm::sqrt(to), next.station - node.station);
        }
        self.arrive(next);
    }

    fn arrive(&mut self, next: &Node) {
        if next.cusp {
            // It stands, and goes on from rest.
            self.drive = self.caps.drive_ahead(0.0, None);
        }
        self.states.push(self.drive.state());
    }

    /// The square of the speed at the next node from that at a node, `most` where the drive comes to it.
    fn over(&mut self, node: &Node, next: &Node, now: f64, most: Bound) -> Result<Bound, SpeedError> {
        let length = next.station - node.station;
        let book = || {
            let (acceleration, binding) = self.caps.acceleration(node, now);
            (now + 2.0 * acceleration * length, binding)
        };
        let mut reached = if node.travel == Travel::Reverse {
            book()
        } else {
            let speed = libm::sqrt(now);
            let needed = (most.0 - now) / (2.0 * length);
            let (allowed, by) = self.caps.allowed(node, now);
            let wanted = needed.min(allowed);
            if self.caps.needs_brakes(node, wanted) {
                // Down a steep grade the brakes also hold the truck at an acceleration that steering and grip bear.
                let reached = if needed > allowed { (now + 2.0 * wanted * length, by) } else { most };
                self.drive.braked(speed, libm::sqrt(reached.0), length);
                reached
            } else if now > STALLED && now.max(most.0) <= CREEPING {
                let reached = least(book(), most);
                self.drive = self.caps.drive_ahead(libm::sqrt(reached.0.max(0.0)), None);
                reached
            } else {
                let reached = self.drive.over(speed, length, node.grade, self.caps.rolling(), wanted);
                let bound = now + 2.0 * wanted * length;
                let short = reached * reached < bound - ROUNDING.max(SHORT * bound);
                (reached * reached, if short || allowed > needed { Binding::PowerClimb } else { by })
            }
        };
        if reached.0 <= STALLED && reached.0 < most.0 {
            // The foreseen drive may hunt below its idling speed and stand for a moment. The truck has come to a stand for
            // good only where the book of limits gives no pull from rest either.
            let (pull, binding) = self.caps.acceleration(node, 0.0);
            if pull <= 0.0 {
                return Err(SpeedError::CannotClimb { station: node.station, grade: node.grade });
            }
            reached = least((2.0 * pull * length, binding), most);
            if node.travel == Travel::Forward {
                self.drive = self.caps.drive_ahead(libm::sqrt(reached.0), None);
            }
        }
        self.arrive(next);
        Ok(if reached.0 >= most.0 - ROUNDING { most } else { reached })
    }
}

/// Share by which a square of a speed may miss what was wanted and still be called it.
const SHORT: f64 = 1e-6;

fn profile(nodes: &[Node], Drive { speeds, states, .. }: Drive) -> SpeedProfile {
    let points = nodes.iter().zip(&speeds).enumerate().map(|(i, (node, &(square, binding)))| {
        let acceleration = match (nodes.get(i + 1), speeds.get(i + 1)) {
            (Some(n), Some(s)) => (s.0 - square) / (2.0 * (n.station - node.station)),
            _ => 0.0,
        };
        SpeedPoint { station: node.station, speed: libm::sqrt(square), acceleration, binding }
    });
    SpeedProfile::new(points.collect(), states)
}
