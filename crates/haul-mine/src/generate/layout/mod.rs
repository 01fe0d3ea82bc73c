//! The layout of the whole pit: each part adds its roads, pads, earthworks and places.
//!
//! Inside the pit these are the floor with its faces ([`floor`]), the working bench at the last switchback
//! ([`working_bench`]) and the islands inside switchbacks ([`island`]). Outside the pit they are the main road with the
//! crusher's pad ([`crusher`]), the park ([`park`]), the waste dump ([`dump`]) and a link road between them ([`link`]).

mod crusher;
mod dump;
mod floor;
mod island;
mod link;
mod park;
mod working_bench;

pub use island::Island;

use super::original_ground::{OriginalGround, direction};
use super::outline::Excavation;
use super::ramp::Ramp;
use super::spec::PitSpec;
use super::surface_layout::SurfaceLayout;
use crate::places::PlaceKind;
use crate::region::Region;
use haul_core::random::Stream;
use haul_core::{Point2, Point3, Vector2};
use std::f64::consts::FRAC_PI_2;
use std::ops::Range;

/// Radius of the fillets where roads and pads meet, m.
const FILLET: f64 = 20.0;
/// Radius of the fillets of the working bench and of the park, m.
const SMALL_FILLET: f64 = 0.75 * FILLET;
/// Radius of the bends of the main road, m.
const BEND: f64 = 85.0;
/// Radius of the bends where room is short, on the floor and on the link road, m.
const TIGHT_BEND: f64 = 55.0;
/// Radius of the corners of rectangular pads, m.
const PAD_CORNER: f64 = 8.0;
/// Length of a road on either side of a branch that its joint includes, m.
const BRANCH_REACH: f64 = 60.0;
/// Number of points per metre of a road's line. Points are 2 m apart.
const POINTS_PER_METRE: f64 = 0.5;

/// Ground that is built or excavated but not driven on.
#[derive(Debug, Clone, Default)]
pub struct Earthworks {
    /// Fills: outlines with their heights, m. The ground around them falls at the angle of repose.
    pub fills: Vec<(Vec<Point2>, f64)>,
    /// Ground inside switchbacks.
    pub islands: Vec<Island>,
    /// Wells for the crushers' hoppers: outlines with their floor heights, m.
    pub wells: Vec<(Vec<Point2>, f64)>,
}

/// A place in the design, given by its first spot.
#[derive(Debug, Clone)]
pub struct PlannedPlace {
    /// Name of the place.
    pub id: String,
    /// Position of the truck, m.
    pub at: Point2,
    /// Heading of the truck, rad. Trucks back up to the edge behind them.
    pub heading: f64,
    /// Purpose of the place.
    pub kind: PlaceKind,
    /// Number of spots side by side.
    pub bays: u32,
}

/// The layout of a pit.
#[derive(Debug, Clone, Default)]
pub struct PitLayout {
    /// The drivable surface.
    pub surface: SurfaceLayout,
    /// The ground that is not driven on.
    pub earthworks: Earthworks,
    /// The places.
    pub places: Vec<PlannedPlace>,
}

/// Axes in plan for laying out a part of the mine.
#[derive(Debug, Clone, Copy)]
struct LocalAxes {
    origin: Point2,
    along: Vector2,
    out: Vector2,
}

impl LocalAxes {
    /// Returns the point with the given local coordinates, m.
    fn at(&self, along: f64, out: f64) -> Point2 {
        self.origin + self.along * along + self.out * out
    }

    /// Returns a rectangle between local coordinates, with corners rounded to a radius (m).
    fn rectangle(&self, along: (f64, f64), out: (f64, f64), corner: f64) -> Vec<Point2> {
        let ring = [self.at(along.0, out.0), self.at(along.1, out.0), self.at(along.1, out.1), self.at(along.0, out.1)];
        let region = Region::ring(&ring).rounded(corner);
        region.polygons(0.0).into_iter().next().map_or(ring.to_vec(), |p| p.outer)
    }
}

/// The main road, from the end of the ramp to the crusher's pad.
struct MainRoad {
    /// Index of its surface element.
    road: usize,
    /// Points of its centreline.
    line: Vec<Point3>,
}

/// Common input for laying out the parts outside the pit.
struct Outside<'a> {
    spec: &'a PitSpec,
    ground: &'a OriginalGround,
    /// Axes at the end of the ramp: along the ramp's last heading, and away from the pit.
    exit: LocalAxes,
    /// Half the drivable width of roads, m.
    half_width: f64,
}

/// Returns the direction of a vector, rad.
fn heading(v: Vector2) -> f64 {
    libm::atan2(v.y, v.x)
}

/// Returns the number of line points in a length.
fn index(metres: f64) -> usize {
    (metres * POINTS_PER_METRE) as usize
}

/// Returns the points of a road around a branch that the branch's joint includes.
fn around_branch(at: usize) -> Range<usize> {
    at.saturating_sub(index(BRANCH_REACH))..at + index(BRANCH_REACH)
}

/// Returns the last points of a road, over a length (m).
fn tail(points: usize, length: f64) -> Range<usize> {
    points.saturating_sub(index(length))..usize::MAX
}

/// Lays out the whole pit around a ramp.
pub fn lay_out(spec: &PitSpec, pit: &Excavation, ramp: &Ramp, ground: &OriginalGround, rng: &mut Stream) -> PitLayout {
    let mut layout = PitLayout::default();
    let line = ramp.points.iter().map(|p| p.at).collect();
    let ramp_road = layout.surface.road(line, spec.ramp_width / 2.0);
    floor::lay_floor(spec, pit, ramp, ramp_road, &mut layout);
    working_bench::lay_working_bench(spec, ramp, ramp_road, rng, &mut layout);
    for turn in &ramp.switchbacks {
        layout.earthworks.islands.push(Island::inside(spec, &ramp.points, turn));
    }
    lay_outside(spec, ramp, ramp_road, ground, rng, &mut layout);
    layout
}

/// Lays out everything outside the pit.
fn lay_outside(
    spec: &PitSpec,
    ramp: &Ramp,
    ramp_road: usize,
    ground: &OriginalGround,
    rng: &mut Stream,
    layout: &mut PitLayout,
) {
    let exit = ramp.points[ramp.points.len() - 1];
    let axes = LocalAxes {
        origin: exit.at.xy(),
        along: direction(exit.heading),
        out: direction(exit.heading + FRAC_PI_2) * -ramp.pit_side,
    };
    let outside = Outside { spec, ground, exit: axes, half_width: spec.ramp_width / 2.0 };
    let main = outside.lay_main_road(ramp, ramp_road, rng, layout);
    outside.lay_park(&main, layout);
    let dump_road = outside.lay_dump(&main, rng, layout);
    outside.lay_link(&main, &dump_road, rng, layout);
}
