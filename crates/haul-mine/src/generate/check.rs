//! Whether a generated mine is what was asked for.

use super::Plan;
use super::lattice::Lattice;
use super::spec::PitSpec;
use crate::check::VERTICAL_REACH;
use crate::map::MineMap;
use crate::places::{FARTHEST_FROM_ROAD, Place};
use crate::roads::{Lanes, RoadStation, SIGHT_REACH};
use haul_core::{Fault, Point2, Polyline};
use std::ops::Range;

/// How far the grade of a straight ramp may be off what was asked.
const GRADE_TOLERANCE: f64 = 0.005;
/// Grades are measured over this length, m.
const GRADE_LENGTH: f64 = 20.0;
/// Steepest grade anywhere on a road.
const STEEPEST: f64 = 0.105;
/// How far a width may be off what was asked, m: it is measured across a line that wavers.
const WIDTH_TOLERANCE: f64 = 0.4;
/// Least sight of a truck that does not climb, m: what a loaded TR100AT stops in, and a step of what sight is measured to.
const LEAST_SIGHT: f64 = 55.0;
/// From this grade on a truck climbs, and stops in less.
const CLIMB: f64 = 0.005;
/// Least length of a crest for each per cent of change, m: what a loaded TR100AT sees over as far as it needs to stop on the
/// steepest ramps, and a little.
const LEAST_CREST: f64 = 2.5;
/// Steps along a straight way, m, and every so many points of a road from which one is tried.
const WAY_STEP: f64 = 2.0;
const ROAD_STEP: usize = 4;
/// Steepest slope of the ground anywhere a truck may drive, in any direction.
const STEEPEST_GROUND: f64 = 0.16;
/// The outermost strip of the surface is left out of it, m: there the grid's cells reach over the edge.
const RIM: f64 = 2.0;
/// Share of the depth that a truck must be able to climb from the lowest to the highest point of the roads.
const CLIMBED: f64 = 0.9;
/// Ends of centrelines that run into a pad's corner are not judged, m.
const END: f64 = 25.0;

/// What is wrong with the roads and the ground; empty where nothing is.
pub fn check(spec: &PitSpec, plan: &Plan, map: &MineMap) -> Vec<Fault> {
    let mut faults = Vec::new();
    let components = map.roads.components();
    if components != 1 {
        faults.push(Fault::new(format!("the road graph falls into {components} parts")));
    }
    ramp_grades(spec, plan, map, &mut faults);
    roads(spec, map, &mut faults);
    let heights = map.roads.roads.iter().flat_map(|road| road.line.points()).map(|p| p.z);
    let (low, high) = heights.fold((f64::MAX, f64::MIN), |(low, high), z| (low.min(z), high.max(z)));
    let drop = high - low;
    if drop < CLIMBED * spec.depth {
        faults.push(Fault::new(format!("the roads climb {drop:.0} m in a pit of {} m", spec.depth)));
    }
    faults.extend(steep_ground(spec, plan, map));
    faults
}

/// What is wrong with the ways to a place.
pub fn ways(spec: &PitSpec, map: &MineMap, place: &Place) -> Vec<Fault> {
    let cut_off = place.spots.iter().filter(|spot| !in_reach(spec, map, spot.pose.position()));
    cut_off.map(|spot| Fault::new(format!("{} has no open way to a road", spot.name))).collect()
}

/// The ground along the ramp's centreline against the grade asked for.
fn ramp_grades(spec: &PitSpec, plan: &Plan, map: &MineMap, faults: &mut Vec<Fault>) {
    let line = &plan.ramp.points;
    let step = (GRADE_LENGTH / 2.0) as usize;
    for k in 0..line.len().saturating_sub(step) {
        let piece = &line[k..=k + step];
        if piece.iter().any(|p| (p.grade - spec.ramp_grade).abs() > 1e-9) {
            continue;
        }
        let (a, b) = (piece[0].at, piece[step].at);
        let length: f64 = piece.windows(2).map(|w| (w[1].at.xy() - w[0].at.xy()).norm()).sum();
        let grade = (map.terrain.height(b.x, b.y) - map.terrain.height(a.x, a.y)) / length;
        if (grade - spec.ramp_grade).abs() > GRADE_TOLERANCE {
            faults.push(Fault::new(format!(
                "the ramp has {:.1} % at {}, asked for were {:.1} %",
                100.0 * grade,
                place(a.xy()),
                100.0 * spec.ramp_grade
            )));
            return;
        }
    }
}

/// Steepness, width and sight of every road.
fn roads(spec: &PitSpec, map: &MineMap, faults: &mut Vec<Fault>) {
    for road in &map.roads.roads {
        let length = road.line.length();
        for ((p, station), s) in road.line.points().iter().zip(&road.stations).zip(road.line.stations()) {
            if let Some(sight) = short_sight(station) {
                faults.push(Fault::new(format!("a truck sees {sight:.0} m ahead at {}", place(p.xy()))));
                break;
            }
            if s.min(length - s) < END.min(length / 2.0) {
                continue;
            }
            if let Some(crest) = sharp_crest(&road.line, *s).filter(|_| station.lanes != Lanes::Open) {
                faults.push(Fault::new(format!("a crest of {crest:.1} m for each per cent at {}", place(p.xy()))));
                break;
            }
            let width = station.width_left + station.width_right;
            if station.grade.abs() > STEEPEST {
                faults.push(Fault::new(format!("a road has {:.1} % at {}", 100.0 * station.grade, place(p.xy()))));
                break;
            }
            if width < spec.least_width() - WIDTH_TOLERANCE {
                faults.push(Fault::new(format!("a road is {width:.1} m wide at {}", place(p.xy()))));
                break;
            }
        }
    }
}

/// The sight of a truck that does not climb, where it is too little.
fn short_sight(station: &RoadStation) -> Option<f64> {
    let sight = |grade: f64, sight: f64| if grade < CLIMB { sight } else { SIGHT_REACH };
    let least = sight(station.grade, station.sight_ahead).min(sight(-station.grade, station.sight_back));
    (least < LEAST_SIGHT && station.lanes != Lanes::Open).then_some(least)
}

/// Length for each per cent by which a road falls off at a station, m, where it is too little.
fn sharp_crest(line: &Polyline, s: f64) -> Option<f64> {
    if s < VERTICAL_REACH || line.length() - s < VERTICAL_REACH {
        return None;
    }
    let height = |s: f64| line.at(s).map(|p| p.z);
    let change = (2.0 * height(s)? - height(s - VERTICAL_REACH)? - height(s + VERTICAL_REACH)?) / VERTICAL_REACH;
    let crest = VERTICAL_REACH / (100.0 * change.max(f64::MIN_POSITIVE));
    (crest < LEAST_CREST).then_some(crest)
}

/// Whether a truck can drive straight from a road to a point.
fn in_reach(spec: &PitSpec, map: &MineMap, p: Point2) -> bool {
    let free = |q: Point2| {
        let way = p - q;
        let steps = (way.norm() / WAY_STEP).ceil().max(1.0);
        let clear = |k: f64| map.drivable.clearance(q + way * (k / steps)) > spec.truck.footprint.half_width;
        way.norm() <= FARTHEST_FROM_ROAD && (0..=steps as u32).all(|k| clear(f64::from(k)))
    };
    map.roads.within(p, FARTHEST_FROM_ROAD).into_iter().filter_map(|r| map.roads.road(r.road)).any(|road| {
        let points = road.line.points();
        points.iter().step_by(ROAD_STEP).chain(points.last()).any(|q| free(q.xy()))
    })
}

/// A step or a cliff in the drivable surface: where parts of the design lie too close at different heights.
fn steep_ground(spec: &PitSpec, plan: &Plan, map: &MineMap) -> Option<Fault> {
    let lattice = &plan.lattice;
    let rings: Vec<&[Point2]> = plan.surface.rings().collect();
    let (mut steepest, mut at): (f64, _) = (0.0, Point2::origin());
    for (i, j) in lattice.runs(&rings).into_iter().flat_map(|run| nodes(lattice, run)) {
        let (east, north) = map.terrain.node_slope(i, j);
        // No root is drawn where it is far from the steepest.
        if east * east + north * north < 0.99 * steepest * steepest {
            continue;
        }
        let (slope, p) = (libm::hypot(east, north), lattice.node(i, j));
        if slope > steepest && map.drivable.clearance(p) > RIM + spec.grid_spacing {
            (steepest, at) = (slope, p);
        }
    }
    let what = || format!("the drivable ground has {:.0} % at {}", 100.0 * steepest, place(at));
    (steepest > STEEPEST_GROUND).then(|| Fault::new(what()))
}

/// The nodes of a run along a row.
fn nodes(lattice: &Lattice, run: Range<usize>) -> impl Iterator<Item = (usize, usize)> {
    let (first, row) = (run.start % lattice.nx, run.start / lattice.nx);
    (first..first + run.len()).map(move |i| (i, row))
}

fn place(p: Point2) -> String {
    format!("({:.0}, {:.0})", p.x, p.y)
}
