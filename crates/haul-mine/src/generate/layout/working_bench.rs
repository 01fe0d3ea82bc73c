//! The working bench at the last switchback, with one loading face.

use super::super::original_ground::direction;
use super::super::ramp::Ramp;
use super::super::spec::{PitSpec, VERGE};
use super::axes::{LocalAxes, heading};
use super::floor::FACE_STANDOFF;
use super::line_points::index;
use super::pit_layout::{PitLayout, PlannedPlace};
use super::radii::SMALL_FILLET;
use crate::places::PlaceKind;
use haul_core::random::{Draw, Stream};
use haul_core::{Point2, Point3, Vector2};
use std::f64::consts::{FRAC_PI_2, TAU};

/// Distance from the end of the switchback to the working bench, m. It keeps the bench clear of the switchback's bend.
const BENCH_START: f64 = 42.0;
/// Length of the working bench, m.
const BENCH_LENGTH: f64 = 125.0;
/// Depth of the working bench into the wall, m.
const BENCH_DEPTH: f64 = 92.0;
/// Position of the face along the bench, as a share of its length.
const FACE_SHARE: f64 = 0.55;
/// Length over which the grade of the bench's road fades to level, m.
const EASING: f64 = 40.0;
/// Spacing of the points of the bench's road, m.
const ROAD_STEP: f64 = 2.0;
/// Number of steps of the bench's road.
const ROAD_STEPS: i32 = 45;
/// Length of the ramp above the switchback that the bench's joint includes, m.
const JOINT_LENGTH: f64 = 40.0;

/// Number of points of the bench's outline.
const OUTLINE_POINTS: u32 = 96;
/// Exponent of the superellipse that the outline is based on.
const OUTLINE_POWER: f64 = 0.55;
/// Relative amplitude of the waves of the outline.
const OUTLINE_WAVE: f64 = 0.025;

/// Lays out the working bench if the ramp has a switchback and the pit more than one face.
pub(super) fn lay_working_bench(
    spec: &PitSpec,
    ramp: &Ramp,
    ramp_road: usize,
    rng: &mut Stream,
    layout: &mut PitLayout,
) {
    let Some(turn) = ramp.switchbacks.last().filter(|_| spec.faces > 1) else { return };
    let top = ramp.points[turn.end.min(ramp.points.len() - 1)];
    // The bench lies straight ahead of a descending truck, where the ramp turns into the switchback.
    let along = -direction(top.heading);
    let out = direction(top.heading + FRAC_PI_2) * -ramp.pit_side;
    let axes = LocalAxes { origin: top.at.xy(), along, out };
    let level = top.at.z - 0.5 * spec.switchback_grade * EASING;
    let approach: Vec<Point3> = (0..=ROAD_STEPS)
        .map(|k| {
            let t = ROAD_STEP * f64::from(k);
            let eased = t.min(EASING);
            let p = axes.at(t, 0.0);
            Point3::new(p.x, p.y, top.at.z - spec.switchback_grade * (eased - eased * eased / (2.0 * EASING)))
        })
        .collect();
    let road = layout.surface.road(approach, spec.ramp_width / 2.0);
    let inner = -spec.ramp_width / 2.0;
    let middle = axes.at(BENCH_START + BENCH_LENGTH / 2.0, inner + BENCH_DEPTH / 2.0);
    let ring = bench_outline(middle, along, out, rng);
    let pad = layout.surface.pad(ring, level);
    let upper_half = (turn.start + turn.end) / 2..(turn.end + index(JOINT_LENGTH));
    layout.surface.join(vec![(pad, 0..0), (road, 0..usize::MAX), (ramp_road, upper_half)], SMALL_FILLET);
    let at = axes.at(BENCH_START + BENCH_LENGTH * FACE_SHARE, inner + BENCH_DEPTH - FACE_STANDOFF + VERGE);
    let place = PlannedPlace { kind: PlaceKind::Load, bays: 1, id: "face_2".to_owned(), at, heading: heading(-out) };
    layout.places.push(place);
}

/// Returns the rim of the bench around its middle: a superellipse with waves. A shovel that works in several directions
/// leaves such a rim.
fn bench_outline(middle: Point2, along: Vector2, out: Vector2, rng: &mut Stream) -> Vec<Point2> {
    let waves = [(3.0, rng.between(0.0, TAU)), (4.0, rng.between(0.0, TAU)), (5.0, rng.between(0.0, TAU))];
    (0..OUTLINE_POINTS)
        .map(|k| {
            let phi = TAU * f64::from(k) / f64::from(OUTLINE_POINTS);
            let (sin, cos) = (libm::sin(phi), libm::cos(phi));
            let power = |v: f64| v.signum() * libm::pow(v.abs(), OUTLINE_POWER);
            let wave: f64 = waves.iter().map(|(n, phase)| OUTLINE_WAVE * libm::cos(n * phi + phase)).sum();
            middle
                + along * (power(cos) * BENCH_LENGTH / 2.0 * (1.0 + wave))
                + out * (power(sin) * BENCH_DEPTH / 2.0 * (1.0 + wave))
        })
        .collect()
}
