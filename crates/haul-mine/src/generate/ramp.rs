//! The haul ramp, laid out from the floor upwards.
//!
//! The centreline is drawn as a vehicle would drive it: it climbs along the wall, steering so that its inner edge
//! meets the wall that the pit below has at its own height, turns outward through a switchback where a leg ends, and
//! follows the wall back above the leg below. Its curvature is continuous, and the wall below makes room for it.

use super::edges::{Edge, Pieces};
use super::lattice::Lattice;
use super::outline::Excavation;
use super::relief::{Relief, direction};
use super::spec::{PitSpec, RampShape};
use super::spread::Spread;
use haul_core::polygon::ring_contains;
use haul_core::random::{Draw, Stream};
use haul_core::{Point2, Point3, Vector2, angle};
use std::f64::consts::{FRAC_PI_2, PI};

/// Distance between points of the centreline, m.
const STEP: f64 = 2.0;
/// How far ahead the steering looks, m.
const LOOK_AHEAD: f64 = 70.0;
/// The steering turns the chord ahead by no more than this, rad; it is found where the ramp's edge ahead misses the wanted
/// height by less than this, m, or after so many rounds, the first of them by halves.
const SHARPEST_TURN: f64 = 0.5;
const NO_MISS: f64 = 1e-4;
const ROUNDS: u32 = 24;
const HALVES: u32 = 4;
/// Sharpest bend outside of switchbacks, 1/m.
const BEND: f64 = 1.0 / 70.0;
/// Length over which the sharpest bend is taken up, m.
const BEND_TRANSITION: f64 = 40.0;
/// Length over which a switchback's curvature is taken up, m.
const SWITCHBACK_TRANSITION: f64 = 24.0;
/// Length of a vertical curve between two grades, m.
const VERTICAL_CURVE: f64 = 50.0;
/// Level length on the floor before the ramp climbs, m.
const LEAD_IN: f64 = 100.0;
/// Eased length above a switchback, where the working bench leaves, m.
const EASED_ABOVE: f64 = 50.0;
/// Rate at which a leg closes up to the wall below it after a switchback, m a metre.
const CLOSING: f64 = 0.16;
/// Least distance between the formations of two legs, m.
const LEAST_GAP: f64 = 7.0;
/// Spacing of the grid that holds what the wall stands on, m.
const WALL_GRID: f64 = 16.0;
/// How far the edges that it is dug along may lie off the ramp's, m.
const DUG: f64 = 0.1;
/// How often the wall is dug again for the ramp laid so far, m, and how much of the own tail it leaves out.
const REDIG: f64 = 120.0;
const OWN_TAIL: f64 = 220.0;
/// The wall is dug to this far above the highest ground, m: as far as the sharpest turn outward leads up.
const WALL_ABOVE: f64 = 50.0;
/// A pit shallower than this has room for one switchback, m.
const SHALLOW: f64 = 85.0;
/// Nothing longer is a ramp of a pit within the limits of [`PitSpec`], m.
const LONGEST: f64 = 9000.0;

/// A point of the ramp's centreline.
#[derive(Debug, Clone, Copy)]
pub struct RampPoint {
    /// Where, m.
    pub at: Point3,
    /// Heading upwards, rad.
    pub heading: f64,
    /// Grade upwards.
    pub grade: f64,
}

/// The ramp from the floor to the ground.
#[derive(Debug, Clone)]
pub struct Ramp {
    /// The centreline, every 2 m.
    pub points: Vec<RampPoint>,
    /// Index ranges of the switchbacks.
    pub switchbacks: Vec<std::ops::Range<usize>>,
    /// The last index of the level lead-in on the floor.
    pub lead_in: usize,
    /// +1 where the pit lies to the left of the uppermost leg seen upwards, -1 where to the right.
    pub pit_side: f64,
}

/// The wall as dug so far: cones from the floor, and from the legs below.
struct Wall {
    cones: Spread,
    /// They are followed up to this height, m.
    highest: f64,
    /// Points of the ramp that it was dug for.
    dug: usize,
}

struct Layout<'a> {
    spec: &'a PitSpec,
    /// That of the wall between ramps.
    wall_slope: f64,
    relief: &'a Relief,
    floor: &'a [Point2],
    floor_box: (Point2, Point2),
    floor_height: f64,
    wall: Wall,
    /// How much higher than wanted the wall stood at the ramp's edge when the leg began, m: the leg closes up to the
    /// wall below it little by little.
    excess: f64,
    points: Vec<RampPoint>,
    leg_start: usize,
    curvature: f64,
    outward: f64,
}

/// Lays out the ramp. `None` where no ramp fits: it runs in circles without reaching the ground.
pub fn lay_ramp(spec: &PitSpec, pit: &Excavation, relief: &Relief, reach: f64, rng: &mut Stream) -> Option<Ramp> {
    let lattice = Lattice::covering(Point2::new(-reach, -reach), Point2::new(reach, reach), WALL_GRID);
    // Clockwise ramps have the wall on their left.
    let outward = if rng.unit() < 0.5 { 1.0 } else { -1.0 };
    let bearing = rng.between(0.0, 2.0 * PI);
    let out = direction(bearing);
    let start_rim = pit
        .floor
        .iter()
        .copied()
        .max_by(|a, b| angle_to(*b, out).total_cmp(&angle_to(*a, out)))
        .unwrap_or_else(Point2::origin);
    let inward = -(start_rim.coords.normalize());
    let start = start_rim + inward * (spec.formation() * 0.5 + 6.0);
    let heading = bearing - outward * FRAC_PI_2;
    let wall_slope = spec.wall_slope();
    let highest = relief.most(reach) + spec.ramp_grade * LOOK_AHEAD + WALL_ABOVE;
    let edges = Pieces::rising(wall_slope).with(&pit.edges());
    let mut layout = Layout {
        spec,
        wall_slope,
        relief,
        wall: Wall { cones: Spread::new(lattice, edges, |_, height| height < highest), highest, dug: 0 },
        excess: 0.0,
        floor: &pit.floor,
        floor_box: pit.floor.iter().fold((start, start), |(low, high), p| (low.inf(p), high.sup(p))),
        floor_height: pit.floor_height,
        points: vec![RampPoint { at: Point3::new(start.x, start.y, pit.floor_height), heading, grade: 0.0 }],
        leg_start: 0,
        curvature: 0.0,
        outward,
    };
    layout.lay(rng)
}

/// Where a function of a turn passes from below zero to above it: by halves, then along the chord (the Illinois rule of
/// Dowell and Jarratt 1971), which a jump only makes slower.
fn crossing(miss: impl Fn(f64) -> f64) -> f64 {
    let (mut inner, mut outer) = ((-SHARPEST_TURN, f64::NAN), (SHARPEST_TURN, f64::NAN));
    let mut was_above = None;
    for round in 0..ROUNDS {
        let chord = inner.0 + (outer.0 - inner.0) * inner.1 / (inner.1 - outer.1);
        let turn = if round < HALVES || !chord.is_finite() { 0.5 * (inner.0 + outer.0) } else { chord };
        let height = miss(turn);
        if height.abs() < NO_MISS {
            return turn;
        }
        let is_above = height > 0.0;
        let (near, far) = if is_above { (&mut outer, &mut inner) } else { (&mut inner, &mut outer) };
        *near = (turn, height);
        if was_above.replace(is_above) == Some(is_above) {
            far.1 *= 0.5;
        }
    }
    0.5 * (inner.0 + outer.0)
}

fn angle_to(p: Point2, out: Vector2) -> f64 {
    angle::difference(libm::atan2(p.y, p.x), libm::atan2(out.y, out.x)).abs()
}

impl Layout<'_> {
    fn lay(&mut self, rng: &mut Stream) -> Option<Ramp> {
        let spec = self.spec;
        let drawn = if spec.depth > 170.0 && rng.unit() < 0.6 { 3 } else { 2 };
        let count = match spec.shape {
            RampShape::Spiral => 0,
            // A leg needs its vertical curves and room to close up to the wall again.
            RampShape::Switchback if spec.depth < SHALLOW => spec.switchbacks.unwrap_or(1),
            RampShape::Switchback => spec.switchbacks.unwrap_or(drawn),
        };
        self.run_level(LEAD_IN)?;
        let lead_in = self.points.len() - 1;
        let mut switchbacks = Vec::new();
        for k in 1..=count {
            // The first leg is the longest: low legs are short in plan for their height only where the pit is small.
            let share = (f64::from(k) + rng.between(0.25, 0.45)) / (f64::from(count) + 1.2);
            let level = (spec.depth * share / spec.bench_height).round() * spec.bench_height;
            self.climb_to_switchback(self.floor_height + level)?;
            switchbacks.push(self.turn_back()?);
        }
        self.climb_to_ground()?;
        let points = std::mem::take(&mut self.points);
        Some(Ramp { points, switchbacks, lead_in, pit_side: -self.outward })
    }

    fn last(&self) -> RampPoint {
        self.points[self.points.len() - 1]
    }

    /// How much higher the ground excavated below would stand at a point than it should at the ramp's inner edge, m, where the
    /// ramp has height `h`, `along` metres after the start. On the floor the ramp leads out of it; above, the first berm below
    /// the ramp is given up to it, but never the island between two legs.
    fn miss(&self, edge: Point2, h: f64, along: f64) -> f64 {
        let (wall, foot) = self.wall.cones.at(edge);
        let above_floor = wall - self.floor_height;
        let (low, high) = self.floor_box;
        let may_be_inside = edge.x >= low.x && edge.x <= high.x && edge.y >= low.y && edge.y <= high.y;
        // Inside of the floor it counts as below it.
        let is_inside = may_be_inside && ring_contains(self.floor, edge);
        let wall = self.floor_height + if is_inside { -above_floor } else { above_floor };

        let slope = self.wall_slope;
        let foot = foot.unwrap_or(self.floor_height).max(self.floor_height);
        let above = (h - foot).max(0.0);
        let island = if foot > self.floor_height + 1.0 { slope * LEAST_GAP } else { 0.0 };
        let lead = (1.0 - along / LEAD_IN).max(0.0);
        let leg = (self.points.len() - self.leg_start) as f64 * STEP + LOOK_AHEAD;
        let closing = (self.excess - CLOSING * slope * leg).max(0.0);
        let wanted = foot + (above - (slope * self.spec.berm_width).min(0.5 * above)).max(island) + closing
            - lead * slope * self.spec.formation();
        wall - wanted
    }

    /// The ramp's inner edge a look-ahead on, when the chord there turns by an angle.
    fn edge_ahead(&self, turn: f64) -> Point2 {
        let last = self.last();
        // The chord turns by `turn`, the path by twice that.
        let left = direction(last.heading + 2.0 * turn + FRAC_PI_2);
        let ahead = direction(last.heading + turn) * LOOK_AHEAD;
        last.at.xy() + ahead - left * (self.outward * self.spec.formation() / 2.0)
    }

    /// Steers along the wall and advances one step with a grade. `None` when the ramp has grown past all sense.
    fn advance(&mut self, grade: f64) -> Option<()> {
        let last = self.last();
        let along = self.points.len() as f64 * STEP + LOOK_AHEAD;
        let height = last.at.z + last.grade.max(grade) * LOOK_AHEAD;
        let miss = |turn: f64| self.miss(self.edge_ahead(turn), height, along);
        // Turning outward raises the wall's height at the edge ahead.
        let turn = self.outward * crossing(|turn| miss(self.outward * turn));
        let wish = (2.0 * libm::sin(turn) / LOOK_AHEAD).clamp(-BEND, BEND);
        let most = BEND * STEP / BEND_TRANSITION;
        self.curvature += (wish - self.curvature).clamp(-most, most);
        self.step(grade)
    }

    fn step(&mut self, grade: f64) -> Option<()> {
        let last = self.last();
        let heading = last.heading + self.curvature * STEP;
        let ahead = direction(last.heading + 0.5 * self.curvature * STEP) * STEP;
        let rise = 0.5 * (last.grade + grade) * STEP;
        let at = Point3::new(last.at.x + ahead.x, last.at.y + ahead.y, last.at.z + rise);
        self.points.push(RampPoint { at, heading: angle::wrap(heading), grade });
        let since = (self.points.len() - self.leg_start) as f64 * STEP;
        if since > OWN_TAIL && (since % REDIG) < STEP {
            let until = self.points.len() - (OWN_TAIL / STEP) as usize;
            self.dig(until);
        }
        (self.points.len() as f64 * STEP < LONGEST).then_some(())
    }

    /// Digs the wall for the ramp's points up to an index.
    fn dig(&mut self, until: usize) {
        let half = self.spec.formation() / 2.0;
        // From the last one that it was dug for on, so that no piece is missing.
        let points = self.points.get(self.wall.dug.saturating_sub(1)..until).unwrap_or_default();
        let edges = [1.0, -1.0].map(|side| {
            let beside = |p: &RampPoint| {
                let at = p.at.xy() + direction(p.heading + FRAC_PI_2) * (side * half);
                Point3::new(at.x, at.y, p.at.z)
            };
            Edge { points: points.iter().map(beside).collect(), is_closed: false }.thinned(DUG)
        });
        let highest = self.wall.highest;
        self.wall.cones.add(&edges, |_, height| height < highest);
        self.wall.dug = self.wall.dug.max(until);
    }

    fn run_level(&mut self, length: f64) -> Option<()> {
        for _ in 0..(length / STEP) as usize {
            self.advance(0.0)?;
        }
        Some(())
    }

    /// The grade one step on, on the way to `target` along a vertical curve.
    fn eased(&self, target: f64) -> f64 {
        let most = self.spec.ramp_grade / VERTICAL_CURVE * STEP;
        let now = self.last().grade;
        now + (target - now).clamp(-most, most)
    }

    /// Climbs until the switchback that follows will end at a height.
    fn climb_to_switchback(&mut self, end_height: f64) -> Option<()> {
        let spec = self.spec;
        let arc = spec.switchback_radius * PI + SWITCHBACK_TRANSITION;
        let easing = (spec.ramp_grade - spec.switchback_grade) / spec.ramp_grade * VERTICAL_CURVE;
        let rest = arc * spec.switchback_grade + easing * 0.5 * (spec.ramp_grade + spec.switchback_grade);
        while self.last().at.z < end_height - rest {
            let grade = self.eased(spec.ramp_grade);
            self.advance(grade)?;
        }
        while self.last().grade > spec.switchback_grade + 1e-9 {
            let grade = self.eased(spec.switchback_grade);
            self.advance(grade)?;
        }
        Some(())
    }

    /// Turns outward until the ramp runs back along the wall.
    fn turn_back(&mut self) -> Option<std::ops::Range<usize>> {
        let spec = self.spec;
        let start = self.points.len() - 1;
        let most = 1.0 / (spec.switchback_radius * SWITCHBACK_TRANSITION) * STEP;
        let peak = self.outward / spec.switchback_radius;
        // The wall rises away at its slope, so a leg climbs away from the contour by the grade over that slope; once
        // down the leg before, once up the leg after.
        let total = PI - 2.0 * libm::atan(spec.ramp_grade / self.wall_slope) - 0.02;
        let mut turned = 0.0;
        loop {
            let unwinding = 0.5 * self.curvature * self.curvature / (most / STEP);
            let target = if turned + unwinding < total { peak } else { 0.0 };
            self.curvature += (target - self.curvature).clamp(-most, most);
            turned += self.outward * self.curvature * STEP;
            let grade = self.eased(spec.switchback_grade);
            self.step(grade)?;
            if target == 0.0 && self.curvature.abs() < 1e-9 {
                break;
            }
        }
        let end = self.points.len();
        self.outward = -self.outward;
        self.leg_start = end;
        self.dig(start);
        self.excess = 0.0;
        let height = self.last().at.z + spec.switchback_grade * LOOK_AHEAD;
        let missed = self.miss(self.edge_ahead(0.0), height, f64::INFINITY);
        self.excess = missed + CLOSING * self.wall_slope * LOOK_AHEAD;
        for _ in 0..(EASED_ABOVE / STEP) as usize {
            self.advance(spec.switchback_grade)?;
        }
        Some(start..end)
    }

    /// Climbs until the ramp lies on the original ground, with its grade eased off.
    fn climb_to_ground(&mut self) -> Option<()> {
        let spec = self.spec;
        let crest = 0.5 * spec.ramp_grade * VERTICAL_CURVE;
        loop {
            let here = self.last();
            let ahead = here.at.xy() + direction(here.heading) * VERTICAL_CURVE;
            if here.at.z + crest >= self.relief.height(ahead) {
                break;
            }
            let grade = self.eased(spec.ramp_grade);
            self.advance(grade)?;
        }
        while self.last().grade > 1e-9 {
            let grade = self.eased(0.0);
            self.advance(grade)?;
        }
        Some(())
    }
}
