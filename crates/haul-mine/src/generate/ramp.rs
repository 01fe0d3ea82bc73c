//! The haul ramp, laid out from the floor upwards.
//!
//! The centreline is drawn as a vehicle would drive it. It climbs along the wall and steers so that its inner edge
//! stays at the height of the wall excavated below. At the end of a leg it turns outward through a switchback. Then it
//! follows the wall back above the leg below. Its curvature is continuous, and the wall below leaves room for it.

use super::original_ground::{OriginalGround, direction};
use super::outline::Excavation;
use super::plan_grid::PlanGrid;
use super::slope_edges::{EdgeSegments, SlopeEdge};
use super::slope_projection::SlopeProjection;
use super::spec::{PitSpec, RampShape};
use haul_core::polygon::ring_contains;
use haul_core::random::{Draw, Stream};
use haul_core::{Point2, Point3, Vector2, angle};
use std::f64::consts::{FRAC_PI_2, PI};

/// Distance between points of the centreline, m.
const STEP: f64 = 2.0;
/// Distance ahead at which the steering compares the ramp's edge with the wall, m.
const LOOK_AHEAD: f64 = 70.0;
/// Maximum turn of the chord ahead in one step of the steering, rad.
const SHARPEST_TURN: f64 = 0.5;
/// Height error at the ramp's edge ahead below which a turn is accepted, m.
const HEIGHT_TOLERANCE: f64 = 1e-4;
/// Maximum number of iterations of the search for the turn.
const SEARCH_ROUNDS: u32 = 24;
/// Number of bisections at the start of the search for the turn.
const BISECTION_ROUNDS: u32 = 4;
/// Maximum curvature outside switchbacks, 1/m.
const GREATEST_CURVATURE: f64 = 1.0 / 70.0;
/// Length over which the maximum curvature builds up, m.
const BEND_TRANSITION: f64 = 40.0;
/// Length over which a switchback's curvature builds up, m.
const SWITCHBACK_TRANSITION: f64 = 24.0;
/// Length of a vertical curve from level to the ramp's full grade, m.
const VERTICAL_CURVE: f64 = 50.0;
/// Length of the level lead-in on the floor before the ramp climbs, m.
const LEAD_IN: f64 = 100.0;
/// Length of reduced grade above a switchback, where the working bench branches off, m.
const EASED_LENGTH: f64 = 50.0;
/// Rate at which a leg closes up to the wall below after a switchback, metres sideways per metre of length.
const CLOSING_RATE: f64 = 0.16;
/// Minimum distance between the formations of two legs, m.
const LEAST_GAP: f64 = 7.0;
/// Spacing of the grid that the wall is projected on, m.
const WALL_GRID_SPACING: f64 = 16.0;
/// Maximum distance between the ramp's true edges and the thinned edges from which the wall is projected, m.
const WALL_EDGE_TOLERANCE: f64 = 0.1;
/// Length of ramp after which the wall is projected again, m.
const DIG_INTERVAL: f64 = 120.0;
/// Length at the end of the ramp that is left out when the wall is projected, m.
const UNDUG_TAIL: f64 = 220.0;
/// Height above the highest ground up to which the wall is projected, m. The sharpest outward turn can lead the ramp
/// this far up.
const WALL_MARGIN: f64 = 50.0;
/// Depth below which a pit has room for only one switchback, m.
const ONE_SWITCHBACK_DEPTH: f64 = 85.0;
/// Maximum length of a ramp, m. No pit within the limits of [`PitSpec`] has a longer one.
const GREATEST_LENGTH: f64 = 9000.0;

/// A point of the ramp's centreline.
#[derive(Debug, Clone, Copy)]
pub struct RampPoint {
    /// Position of the point, m.
    pub at: Point3,
    /// Heading in the uphill direction, rad.
    pub heading: f64,
    /// Grade in the uphill direction, rise over run.
    pub grade: f64,
}

/// The ramp from the floor to the original ground.
#[derive(Debug, Clone)]
pub struct Ramp {
    /// Points of the centreline, 2 m apart.
    pub points: Vec<RampPoint>,
    /// Index ranges of the switchbacks.
    pub switchbacks: Vec<std::ops::Range<usize>>,
    /// Index of the last point of the level lead-in on the floor.
    pub lead_in: usize,
    /// Side of the pit beside the uppermost leg, seen uphill: +1 for left, -1 for right.
    pub pit_side: f64,
}

/// The wall as dug so far, projected from the floor and from the legs below.
struct DugWall {
    projection: SlopeProjection,
    /// Height up to which the projection is computed, m.
    highest: f64,
    /// Number of ramp points that the wall was dug for.
    dug: usize,
}

/// The state of the ramp while it is laid out.
struct RampBuilder<'a> {
    spec: &'a PitSpec,
    /// Slope of the wall between ramps, rise over run.
    wall_slope: f64,
    original: &'a OriginalGround,
    floor: &'a [Point2],
    /// Bounding box of the floor.
    floor_box: (Point2, Point2),
    floor_height: f64,
    wall: DugWall,
    /// Height of the wall above its target at the ramp's edge when the leg began, m. The leg closes this gap
    /// gradually.
    excess: f64,
    points: Vec<RampPoint>,
    /// Index of the first point of the current leg.
    leg_start: usize,
    /// Curvature at the last point, 1/m.
    curvature: f64,
    /// Direction away from the pit: 1.0 if it is to the left of the uphill direction, -1.0 if to the right.
    outward: f64,
}

/// Lays out the ramp. `reach` is half the side of the square that must hold the ramp, m. Returns `None` if no ramp
/// fits, because it circles without reaching the original ground.
pub fn lay_ramp(
    spec: &PitSpec,
    pit: &Excavation,
    original: &OriginalGround,
    reach: f64,
    rng: &mut Stream,
) -> Option<Ramp> {
    let grid = PlanGrid::covering(Point2::new(-reach, -reach), Point2::new(reach, reach), WALL_GRID_SPACING);
    // A clockwise ramp has the wall on its left.
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
    let highest = original.upper_bound(reach) + spec.ramp_grade * LOOK_AHEAD + WALL_MARGIN;
    let edges = EdgeSegments::rising(wall_slope).with(&pit.edges());
    let mut layout = RampBuilder {
        spec,
        wall_slope,
        original,
        wall: DugWall { projection: SlopeProjection::new(grid, edges, |_, height| height < highest), highest, dug: 0 },
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

/// Finds the turn at which `miss` changes from negative to positive.
///
/// The search bisects first and then uses the Illinois method (Dowell and Jarratt 1971). A jump of the function only
/// slows the search down.
fn crossing(miss: impl Fn(f64) -> f64) -> f64 {
    let (mut inner, mut outer) = ((-SHARPEST_TURN, f64::NAN), (SHARPEST_TURN, f64::NAN));
    let mut was_above = None;
    for round in 0..SEARCH_ROUNDS {
        let chord = inner.0 + (outer.0 - inner.0) * inner.1 / (inner.1 - outer.1);
        let turn = if round < BISECTION_ROUNDS || !chord.is_finite() { 0.5 * (inner.0 + outer.0) } else { chord };
        let height = miss(turn);
        if height.abs() < HEIGHT_TOLERANCE {
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

/// Returns the angle between the direction of a point from the origin and `out`, rad.
fn angle_to(p: Point2, out: Vector2) -> f64 {
    angle::difference(libm::atan2(p.y, p.x), libm::atan2(out.y, out.x)).abs()
}

impl RampBuilder<'_> {
    /// Lays out the whole ramp.
    fn lay(&mut self, rng: &mut Stream) -> Option<Ramp> {
        let spec = self.spec;
        let drawn = if spec.depth > 170.0 && rng.unit() < 0.6 { 3 } else { 2 };
        let count = match spec.shape {
            RampShape::Spiral => 0,
            // Each leg needs its vertical curves and room to close up to the wall again.
            RampShape::Switchback if spec.depth < ONE_SWITCHBACK_DEPTH => spec.switchbacks.unwrap_or(1),
            RampShape::Switchback => spec.switchbacks.unwrap_or(drawn),
        };
        self.run_level(LEAD_IN)?;
        let lead_in = self.points.len() - 1;
        let mut switchbacks = Vec::new();
        for k in 1..=count {
            // Levels are spread so that the first leg is the longest. A low leg runs around a smaller pit.
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

    /// Returns the height of the excavated wall above its target height at the ramp's inner edge, m.
    ///
    /// `h` is the ramp's height at the edge, and `along` the distance from the start of the ramp. On the floor, the
    /// target leads the ramp away from the wall. Further up, the target lets the ramp use the first catch berm below
    /// it, but never the island between two legs.
    fn miss(&self, edge: Point2, h: f64, along: f64) -> f64 {
        let (wall, foot) = self.wall.projection.at(edge);
        let above_floor = wall - self.floor_height;
        let (low, high) = self.floor_box;
        let may_be_inside = edge.x >= low.x && edge.x <= high.x && edge.y >= low.y && edge.y <= high.y;
        // Inside the floor outline, the projected height counts as below the floor.
        let is_inside = may_be_inside && ring_contains(self.floor, edge);
        let wall = self.floor_height + if is_inside { -above_floor } else { above_floor };

        let slope = self.wall_slope;
        let foot = foot.unwrap_or(self.floor_height).max(self.floor_height);
        let above = (h - foot).max(0.0);
        let island = if foot > self.floor_height + 1.0 { slope * LEAST_GAP } else { 0.0 };
        let lead = (1.0 - along / LEAD_IN).max(0.0);
        let leg = (self.points.len() - self.leg_start) as f64 * STEP + LOOK_AHEAD;
        let closing = (self.excess - CLOSING_RATE * slope * leg).max(0.0);
        let wanted = foot + (above - (slope * self.spec.berm_width).min(0.5 * above)).max(island) + closing
            - lead * slope * self.spec.formation();
        wall - wanted
    }

    /// Returns the ramp's inner edge one look-ahead distance further on, if the chord to that point turns by `turn`
    /// (rad).
    fn edge_ahead(&self, turn: f64) -> Point2 {
        let last = self.last();
        // The chord turns by `turn`, the path by twice that angle.
        let left = direction(last.heading + 2.0 * turn + FRAC_PI_2);
        let ahead = direction(last.heading + turn) * LOOK_AHEAD;
        last.at.xy() + ahead - left * (self.outward * self.spec.formation() / 2.0)
    }

    /// Steers along the wall and advances by one step at a grade. Returns `None` if the ramp has become too long.
    fn advance(&mut self, grade: f64) -> Option<()> {
        let last = self.last();
        let along = self.points.len() as f64 * STEP + LOOK_AHEAD;
        let height = last.at.z + last.grade.max(grade) * LOOK_AHEAD;
        let miss = |turn: f64| self.miss(self.edge_ahead(turn), height, along);
        // A turn outward raises the wall's height at the edge ahead.
        let turn = self.outward * crossing(|turn| miss(self.outward * turn));
        let wish = (2.0 * libm::sin(turn) / LOOK_AHEAD).clamp(-GREATEST_CURVATURE, GREATEST_CURVATURE);
        let most = GREATEST_CURVATURE * STEP / BEND_TRANSITION;
        self.curvature += (wish - self.curvature).clamp(-most, most);
        self.step(grade)
    }

    /// Advances by one step with the current curvature. Returns `None` if the ramp has become too long.
    fn step(&mut self, grade: f64) -> Option<()> {
        let last = self.last();
        let heading = last.heading + self.curvature * STEP;
        let ahead = direction(last.heading + 0.5 * self.curvature * STEP) * STEP;
        let rise = 0.5 * (last.grade + grade) * STEP;
        let at = Point3::new(last.at.x + ahead.x, last.at.y + ahead.y, last.at.z + rise);
        self.points.push(RampPoint { at, heading: angle::wrap(heading), grade });
        let since = (self.points.len() - self.leg_start) as f64 * STEP;
        if since > UNDUG_TAIL && (since % DIG_INTERVAL) < STEP {
            let until = self.points.len() - (UNDUG_TAIL / STEP) as usize;
            self.dig(until);
        }
        (self.points.len() as f64 * STEP < GREATEST_LENGTH).then_some(())
    }

    /// Digs the wall for the ramp's points up to an index.
    fn dig(&mut self, until: usize) {
        let half = self.spec.formation() / 2.0;
        // Starts at the last point that was dug before, so that no segment is missing.
        let points = self.points.get(self.wall.dug.saturating_sub(1)..until).unwrap_or_default();
        let edges = [1.0, -1.0].map(|side| {
            let beside = |p: &RampPoint| {
                let at = p.at.xy() + direction(p.heading + FRAC_PI_2) * (side * half);
                Point3::new(at.x, at.y, p.at.z)
            };
            SlopeEdge { points: points.iter().map(beside).collect(), is_closed: false }.thinned(WALL_EDGE_TOLERANCE)
        });
        let highest = self.wall.highest;
        self.wall.projection.add(&edges, |_, height| height < highest);
        self.wall.dug = self.wall.dug.max(until);
    }

    fn run_level(&mut self, length: f64) -> Option<()> {
        for _ in 0..(length / STEP) as usize {
            self.advance(0.0)?;
        }
        Some(())
    }

    /// Returns the grade after one step along a vertical curve towards the grade `target`.
    fn eased(&self, target: f64) -> f64 {
        let most = self.spec.ramp_grade / VERTICAL_CURVE * STEP;
        let now = self.last().grade;
        now + (target - now).clamp(-most, most)
    }

    /// Climbs to the point where the switchback must start in order to end at a given height (m).
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

    /// Turns outward through a switchback, until the ramp runs back along the wall. Returns the index range of its
    /// points.
    fn turn_back(&mut self) -> Option<std::ops::Range<usize>> {
        let spec = self.spec;
        let start = self.points.len() - 1;
        let most = 1.0 / (spec.switchback_radius * SWITCHBACK_TRANSITION) * STEP;
        let peak = self.outward / spec.switchback_radius;
        // The wall rises at its own slope, so a climbing leg deviates from the contour by the ratio of the two slopes.
        // The total turn is smaller by twice this angle: once for the leg below and once for the leg above.
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
        self.excess = missed + CLOSING_RATE * self.wall_slope * LOOK_AHEAD;
        for _ in 0..(EASED_LENGTH / STEP) as usize {
            self.advance(spec.switchback_grade)?;
        }
        Some(start..end)
    }

    /// Climbs until the ramp reaches the original ground, with the grade reduced to zero.
    fn climb_to_ground(&mut self) -> Option<()> {
        let spec = self.spec;
        let crest = 0.5 * spec.ramp_grade * VERTICAL_CURVE;
        loop {
            let here = self.last();
            let ahead = here.at.xy() + direction(here.heading) * VERTICAL_CURVE;
            if here.at.z + crest >= self.original.height(ahead) {
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
