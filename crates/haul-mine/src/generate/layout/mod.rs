//! The layout of the whole pit: each part adds its roads, pads, earthworks and places.
//!
//! Inside the pit these are the floor with its faces ([`floor`]), the working bench at the last switchback
//! ([`working_bench`]) and the islands inside switchbacks ([`island`]). Outside the pit they are the main road with the
//! crusher's pad ([`crusher`]), the park ([`park`]), the waste dump ([`dump`]) and a link road between them ([`link`]).

mod axes;
mod crusher;
mod dump;
mod floor;
mod island;
mod line_points;
mod link;
mod outside;
mod park;
mod pit_layout;
mod radii;
mod working_bench;

pub use pit_layout::{Earthworks, PitLayout, PlannedPlace};

use super::original_ground::{OriginalGround, direction};
use super::outline::Excavation;
use super::ramp::Ramp;
use super::spec::PitSpec;
use axes::LocalAxes;
use haul_core::random::Stream;
use island::Island;
use outside::Outside;
use std::f64::consts::FRAC_PI_2;

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
