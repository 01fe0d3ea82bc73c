//! Shortest paths of a car that drives in both directions, without obstacles.
//!
//! A word is a sequence of turns (left, straight, right), each with a direction of travel. This module solves the 48
//! words of J. A. Reeds and L. A. Shepp, *Optimal paths for a car that goes both forwards and backwards*, Pacific
//! Journal of Mathematics 145 (1990), section 8, with the two misprints of equations 8.4 and 8.11 corrected. Everything
//! is computed in the frame of the start pose, so that large site coordinates cost no precision.

#[cfg(test)]
mod tests;

use haul_core::{Pose2, angle};
use std::f64::consts::{FRAC_PI_2, PI, TAU};
use std::fmt;

/// Position of the steering along a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RsTurn {
    /// Left turn at minimum radius.
    Left,
    /// Wheels straight.
    Straight,
    /// Right turn at minimum radius.
    Right,
}

impl RsTurn {
    fn mirrored(self) -> RsTurn {
        match self {
            RsTurn::Left => RsTurn::Right,
            RsTurn::Straight => RsTurn::Straight,
            RsTurn::Right => RsTurn::Left,
        }
    }

    /// Returns the curvature as a multiple of the maximum: +1 to the left, −1 to the right.
    pub fn sign(self) -> f64 {
        match self {
            RsTurn::Left => 1.0,
            RsTurn::Straight => 0.0,
            RsTurn::Right => -1.0,
        }
    }
}

/// A segment with constant steering.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RsSegment {
    /// Position of the steering along the segment.
    pub turn: RsTurn,
    /// Distance driven, m; negative in reverse.
    pub length: f64,
}

const MOST_SEGMENTS: usize = 5;
/// Tolerance of angles (rad) and of lengths (in radii) for rounding errors.
const ROUNDING: f64 = 1e-10;

/// A Reeds-Shepp path of at most five segments from one pose to another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RsPath {
    start: Pose2,
    radius: f64,
    pieces: [RsSegment; MOST_SEGMENTS],
    count: usize,
    length: f64,
}

impl RsPath {
    fn new(start: Pose2, radius: f64, turns: &[RsTurn], lengths: &[f64]) -> Self {
        let mut path = RsPath {
            start,
            radius,
            pieces: [RsSegment { turn: RsTurn::Straight, length: 0.0 }; MOST_SEGMENTS],
            count: 0,
            length: 0.0,
        };
        for (&turn, &length) in turns.iter().zip(lengths) {
            // A segment that only comes from rounding would count as two cusps.
            if length.abs() > ROUNDING {
                path.pieces[path.count] = RsSegment { turn, length: length * radius };
                path.count += 1;
                path.length += length.abs() * radius;
            }
        }
        path
    }

    /// Returns the segments in order.
    pub fn segments(&self) -> &[RsSegment] {
        &self.pieces[..self.count]
    }

    /// Returns the pose at the start of the path.
    pub fn start(&self) -> Pose2 {
        self.start
    }

    /// Returns the radius of the turns, m.
    pub fn radius(&self) -> f64 {
        self.radius
    }

    /// Returns the distance driven, m; infinite if [`shortest`] found no path.
    pub fn length(&self) -> f64 {
        self.length
    }

    /// Returns the number of changes of direction.
    pub fn cusps(&self) -> usize {
        self.segments().windows(2).filter(|w| (w[0].length < 0.0) != (w[1].length < 0.0)).count()
    }

    /// Returns true if the last segment is driven in reverse; `None` for a path without segments.
    pub fn ends_in_reverse(&self) -> Option<bool> {
        self.segments().last().map(|s| s.length < 0.0)
    }

    /// Returns the pose after `distance` (m) driven, clamped to the path.
    pub fn at(&self, distance: f64) -> Pose2 {
        let mut left = distance.max(0.0);
        let mut pose = self.start;
        for s in self.segments() {
            let part = s.length.abs().min(left);
            pose = driven(pose, s.turn.sign() / self.radius, part.copysign(s.length));
            left -= part;
        }
        pose
    }

    /// Returns the pose at the end of the path.
    pub fn end(&self) -> Pose2 {
        self.segments().iter().fold(self.start, |pose, s| driven(pose, s.turn.sign() / self.radius, s.length))
    }
}

impl fmt::Display for RsPath {
    /// Writes the word, for example `L+R-S-L-`: left forward, then right, straight and left in reverse.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for s in self.segments() {
            let turn = match s.turn {
                RsTurn::Left => 'L',
                RsTurn::Straight => 'S',
                RsTurn::Right => 'R',
            };
            write!(f, "{turn}{}", if s.length < 0.0 { '-' } else { '+' })?;
        }
        Ok(())
    }
}

/// Returns the pose after driving `length` (m, negative in reverse) with `curvature` (1/m, + = left).
pub fn driven(pose: Pose2, curvature: f64, length: f64) -> Pose2 {
    let turn = curvature * length;
    // The chord of the arc. For small x, sin(x)/x is computed by its series.
    let half = turn / 2.0;
    let ratio = if half.abs() < 1e-4 { 1.0 - half * half / 6.0 } else { libm::sin(half) / half };
    let chord = length * ratio;
    let (sine, cosine) = libm::sincos(pose.heading + half);
    Pose2::new(pose.x + chord * cosine, pose.y + chord * sine, angle::wrap(pose.heading + turn))
}

/// Returns the shortest path from `start` to `goal` with turns of `radius` (m).
///
/// If a pose is not finite, or the radius is not positive and finite, the path has no segments and an infinite length.
pub fn shortest(start: Pose2, goal: Pose2, radius: f64) -> RsPath {
    let mut best = RsPath { length: f64::INFINITY, ..RsPath::new(start, radius, &[], &[]) };
    visit(start, goal, radius, |turns, lengths| {
        let length = lengths.iter().map(|l| l.abs()).sum::<f64>() * radius;
        if length < best.length {
            best = RsPath::new(start, radius, turns, lengths);
        }
    });
    best
}

/// Returns the length of the shortest path, m. See [`shortest`].
pub fn shortest_length(start: Pose2, goal: Pose2, radius: f64) -> f64 {
    let mut best = f64::INFINITY;
    visit(start, goal, radius, |_, lengths| best = best.min(lengths.iter().map(|l| l.abs()).sum::<f64>()));
    best * radius
}

/// Returns the paths of all words that join the two poses, at most one path per word, in no particular order.
pub fn all_words(start: Pose2, goal: Pose2, radius: f64) -> Vec<RsPath> {
    let mut paths = Vec::with_capacity(48);
    visit(start, goal, radius, |turns, lengths| paths.push(RsPath::new(start, radius, turns, lengths)));
    paths
}

/// Calls `found` with each forward path of at most an arc, a straight and an arc (the C S C words of Dubins).
pub fn forward_words(start: Pose2, goal: Pose2, radius: f64, mut found: impl FnMut(RsPath)) {
    let Some(ahead) = RsGoal::new(start, goal, radius) else { return };
    for mirror in [false, true] {
        let problem = ahead.mirrored(mirror).problem();
        for family in [left_straight_left, left_straight_right] {
            if let Some((lengths, mut turns, count)) = family(&problem) {
                if mirror {
                    turns.iter_mut().for_each(|t| *t = t.mirrored());
                }
                found(RsPath::new(start, radius, &turns[..count], &lengths[..count]));
            }
        }
    }
}

/// Calls `found` with the turns and lengths of each word that has a solution. Lengths are in radii, negative in
/// reverse.
fn visit(start: Pose2, goal: Pose2, radius: f64, mut found: impl FnMut(&[RsTurn], &[f64])) {
    let Some(ahead) = RsGoal::new(start, goal, radius) else { return };
    // A solution of `back`, driven in reverse order, also joins start and goal.
    let back = ahead.as_the_goal_sees_it();
    for mirror in [false, true] {
        let problems = [ahead, back].map(|p| p.mirrored(mirror).problem());
        for time in [false, true] {
            let problems = if time { problems.map(|p| p.back_in_time()) } else { problems };
            for (family, both_ways) in FAMILIES {
                for (problem, reverse_order) in problems.iter().zip([false, true]).take(1 + usize::from(*both_ways)) {
                    let Some((mut lengths, mut turns, count)) = family(problem) else { continue };
                    let (lengths, turns) = (&mut lengths[..count], &mut turns[..count]);
                    if time {
                        lengths.iter_mut().for_each(|l| *l = -*l);
                    }
                    if mirror {
                        turns.iter_mut().for_each(|t| *t = t.mirrored());
                    }
                    if reverse_order {
                        lengths.reverse();
                        turns.reverse();
                    }
                    found(turns, lengths);
                }
            }
        }
    }
}

/// The goal in the frame of the start, with lengths in radii.
#[derive(Clone, Copy)]
struct RsGoal {
    x: f64,
    y: f64,
    turn: f64,
    sine: f64,
    cosine: f64,
}

impl RsGoal {
    /// Returns `None` if a number is not finite or the radius is not positive.
    fn new(start: Pose2, goal: Pose2, radius: f64) -> Option<RsGoal> {
        if !(start.is_finite() && goal.is_finite() && radius.is_finite() && radius > 0.0) {
            return None;
        }
        // `Pose2::relative` is not used, because the plain difference keeps distant coordinates exact.
        let (sine, cosine) = libm::sincos(start.heading);
        let (dx, dy) = ((goal.x - start.x) / radius, (goal.y - start.y) / radius);
        let (x, y) = (dx * cosine + dy * sine, dy * cosine - dx * sine);
        let turn = angle::difference(goal.heading, start.heading);
        let (sine, cosine) = libm::sincos(turn);
        Some(RsGoal { x, y, turn, sine, cosine })
    }

    /// Returns the start as seen from the goal, for a path driven in the other direction.
    fn as_the_goal_sees_it(&self) -> RsGoal {
        let (x, y) = (self.x * self.cosine + self.y * self.sine, self.x * self.sine - self.y * self.cosine);
        RsGoal { x, y, ..*self }
    }

    /// Returns the goal with left and right exchanged if `mirror` is true.
    fn mirrored(&self, mirror: bool) -> RsGoal {
        if !mirror {
            return *self;
        }
        RsGoal { y: -self.y, turn: -self.turn, sine: -self.sine, ..*self }
    }

    fn problem(&self) -> RsProblem {
        let (y, cosine) = (self.y - 1.0, self.cosine);
        RsProblem {
            turn: self.turn,
            same: Centre::new(self.x - self.sine, y + cosine),
            other: Centre::new(self.x + self.sine, y - cosine),
        }
    }
}

/// Inputs of the word solvers: centres of the goal's turning circles, relative to the centre of the start's left
/// circle.
#[derive(Clone, Copy)]
struct RsProblem {
    turn: f64,
    /// Centre of the goal's left circle.
    same: Centre,
    /// Centre of the goal's right circle.
    other: Centre,
}

impl RsProblem {
    /// Returns the same problem with forward and reverse exchanged.
    fn back_in_time(&self) -> RsProblem {
        RsProblem { turn: -self.turn, same: self.same.back_in_time(), other: self.other.back_in_time() }
    }
}

/// Centre of one of the goal's turning circles, relative to the centre of the start's left circle, in radii.
#[derive(Clone, Copy)]
struct Centre {
    xi: f64,
    eta: f64,
    /// Distance between the two centres, in radii.
    apart: f64,
    /// Direction from the start's left circle to this centre, rad.
    bearing: f64,
    /// Length of the inner tangent between the two circles (in radii), and its angle to the line through the centres
    /// (rad). `None` if the circles overlap.
    tangent: Option<(f64, f64)>,
}

impl Centre {
    fn new(xi: f64, eta: f64) -> Centre {
        let squared = xi * xi + eta * eta;
        let tangent = (squared >= 4.0).then(|| {
            let length = (squared - 4.0).sqrt();
            (length, libm::atan2(2.0, length))
        });
        Centre { xi, eta, apart: squared.sqrt(), bearing: libm::atan2(eta, xi), tangent }
    }

    fn back_in_time(&self) -> Centre {
        Centre { xi: -self.xi, bearing: PI.copysign(self.bearing) - self.bearing, ..*self }
    }
}

type Solved = Option<([f64; MOST_SEGMENTS], [RsTurn; MOST_SEGMENTS], usize)>;
/// A solver of a word that starts with L+, and true if the word in reverse order is a different word.
type Family = (fn(&RsProblem) -> Solved, bool);

/// All 48 words, 4 + 4 + (8 + 4) + 4 + 4 + 8 + 8 + 4: each solver gives four words by exchanging left and right, and
/// forward and reverse; some solvers give four more in reverse order. `three_arcs` solves both L+R-L+ and L+R-L-;
/// L+R-L+ in reverse order is the same word, and is left out.
const FAMILIES: &[Family] = &[
    (left_straight_left, false),
    (left_straight_right, false),
    (left_right_left, false),
    (left_right_left_cusp_last, true),
    (left_right_left_right_cusp_inside, false),
    (left_right_left_right_cusps_outside, false),
    (left_right_straight_left, true),
    (left_right_straight_right, true),
    (left_right_straight_left_right, false),
];

use RsTurn::{Left, Right, Straight};

fn wrap(a: f64) -> f64 {
    if (-PI..=PI).contains(&a) { a } else { a - TAU * libm::floor((a + PI) / TAU) }
}

fn word<const N: usize>(turns: [RsTurn; N], lengths: [f64; N]) -> Solved {
    let (mut l, mut t) = ([0.0; MOST_SEGMENTS], [Straight; MOST_SEGMENTS]);
    l[..N].copy_from_slice(&lengths);
    t[..N].copy_from_slice(&turns);
    Some((l, t, N))
}

/// Solves L+S+L+ (equation 8.1).
fn left_straight_left(p: &RsProblem) -> Solved {
    let (u, t) = (p.same.apart, p.same.bearing);
    let v = wrap(p.turn - t);
    if t < -ROUNDING || v < -ROUNDING {
        return None;
    }
    word([Left, Straight, Left], [t, u, v])
}

/// Solves L+S+R+ (equation 8.2).
fn left_straight_right(p: &RsProblem) -> Solved {
    let (u, lean) = p.other.tangent?;
    let t = wrap(p.other.bearing + lean);
    let v = wrap(t - p.turn);
    if t < -ROUNDING || v < -ROUNDING {
        return None;
    }
    word([Left, Straight, Right], [t, u, v])
}

/// Returns the lengths of the three arcs of L+R-L±; the sign of the third gives its direction of travel.
fn three_arcs(p: &RsProblem) -> Option<[f64; 3]> {
    if p.same.apart > 4.0 {
        return None;
    }
    let u = -2.0 * libm::asin(p.same.apart / 4.0);
    let t = wrap(p.same.bearing + u / 2.0 + PI);
    let v = wrap(p.turn - t + u);
    (t >= -ROUNDING && u <= ROUNDING).then_some([t, u, v])
}

/// Solves L+R-L+ (equation 8.3).
fn left_right_left(p: &RsProblem) -> Solved {
    let [t, u, v] = three_arcs(p)?;
    if v < -ROUNDING {
        return None;
    }
    word([Left, Right, Left], [t, u, v])
}

/// Solves L+R-L- (equation 8.4).
fn left_right_left_cusp_last(p: &RsProblem) -> Solved {
    let [t, u, v] = three_arcs(p)?;
    if v > ROUNDING {
        return None;
    }
    word([Left, Right, Left], [t, u, v])
}

/// Returns the first and the last arc of L R L R with inner arcs `u` and `v` (equations 8.5 and 8.6).
fn outer_arcs(u: f64, v: f64, centre: &Centre, turn: f64) -> (f64, f64) {
    let (xi, eta) = (centre.xi, centre.eta);
    let delta = wrap(u - v);
    let (sine_u, cosine_u) = libm::sincos(u);
    let (sine_d, cosine_d) = libm::sincos(delta);
    let (a, b) = (sine_u - sine_d, cosine_u - cosine_d - 1.0);
    let t1 = libm::atan2(eta * a - xi * b, xi * a + eta * b);
    let t2 = 2.0 * (cosine_d - libm::cos(v) - cosine_u) + 3.0;
    let tau = if t2 < 0.0 { wrap(t1 + PI) } else { wrap(t1) };
    (tau, wrap(tau - u + v - turn))
}

/// Solves L+R+L-R- with equal inner arcs (equation 8.7).
fn left_right_left_right_cusp_inside(p: &RsProblem) -> Solved {
    let rho = (2.0 + p.other.apart) / 4.0;
    if rho > 1.0 {
        return None;
    }
    let u = libm::acos(rho);
    let (t, v) = outer_arcs(u, -u, &p.other, p.turn);
    if t < -ROUNDING || v > ROUNDING {
        return None;
    }
    word([Left, Right, Left, Right], [t, u, -u, v])
}

/// Solves L+R-L-R+ with equal inner arcs (equation 8.8).
fn left_right_left_right_cusps_outside(p: &RsProblem) -> Solved {
    let rho = (20.0 - p.other.apart * p.other.apart) / 16.0;
    if !(0.0..=1.0).contains(&rho) {
        return None;
    }
    let u = -libm::acos(rho);
    let (t, v) = outer_arcs(u, u, &p.other, p.turn);
    if t < -ROUNDING || v < -ROUNDING {
        return None;
    }
    word([Left, Right, Left, Right], [t, u, u, v])
}

/// Solves L+R-S-L- where R is a quarter turn (equation 8.9).
fn left_right_straight_left(p: &RsProblem) -> Solved {
    let (r, lean) = p.same.tangent?;
    let u = 2.0 - r;
    let t = wrap(p.same.bearing + FRAC_PI_2 + lean);
    let v = wrap(p.turn - FRAC_PI_2 - t);
    if t < -ROUNDING || u > ROUNDING || v > ROUNDING {
        return None;
    }
    word([Left, Right, Straight, Left], [t, -FRAC_PI_2, u, v])
}

/// Solves L+R-S-R- where the first R is a quarter turn (equation 8.10).
fn left_right_straight_right(p: &RsProblem) -> Solved {
    let u = 2.0 - p.other.apart;
    let t = wrap(p.other.bearing + FRAC_PI_2);
    let v = wrap(t + FRAC_PI_2 - p.turn);
    if t < -ROUNDING || u > ROUNDING || v > ROUNDING {
        return None;
    }
    word([Left, Right, Straight, Right], [t, -FRAC_PI_2, u, v])
}

/// Solves L+R-S-L-R+ where the first R and the second L are quarter turns (equation 8.11).
fn left_right_straight_left_right(p: &RsProblem) -> Solved {
    let (r, lean) = p.other.tangent?;
    let u = 4.0 - r;
    if u > ROUNDING {
        return None;
    }
    let t = wrap(p.other.bearing + FRAC_PI_2 + lean);
    let v = wrap(t - p.turn);
    if t < -ROUNDING || v < -ROUNDING {
        return None;
    }
    word([Left, Right, Straight, Left, Right], [t, -FRAC_PI_2, u, -FRAC_PI_2, v])
}
