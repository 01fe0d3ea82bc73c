//! Checks of a generated mine against its design figures.

use super::pit_design::PitDesign;
use super::plan_grid::PlanGrid;
use super::spec::PitSpec;
use crate::check::VERTICAL_REACH;
use crate::map::MineMap;
use crate::places::{FARTHEST_FROM_ROAD, Place};
use crate::roads::{Lanes, RoadStation, SIGHT_REACH};
use haul_core::{Fault, Point2, Polyline};
use std::ops::Range;

/// Maximum deviation of a straight ramp's grade from the design figure, rise over run.
const GRADE_TOLERANCE: f64 = 0.005;
/// Length over which grades are measured, m.
const GRADE_LENGTH: f64 = 20.0;
/// Steepest permitted grade of any road, rise over run.
const STEEPEST_GRADE: f64 = 0.105;
/// Maximum shortfall of a road's width from the design figure, m. The width is measured across a line that is not quite
/// straight.
const WIDTH_TOLERANCE: f64 = 0.4;
/// Minimum sight distance of a truck that does not climb, m. It is the stopping distance of a loaded TR100AT plus one
/// step of the sight measurement.
const LEAST_SIGHT: f64 = 55.0;
/// Grade from which a truck counts as climbing. A climbing truck stops in a shorter distance.
const CLIMB_GRADE: f64 = 0.005;
/// Minimum length of a crest curve for each per cent of grade change, m. A loaded TR100AT then sees as far as it needs
/// to stop on the steepest ramps, with a small margin.
const LEAST_CREST_LENGTH: f64 = 2.5;
/// Spacing of the points checked along a straight path, m.
const PATH_STEP: f64 = 2.0;
/// Step, in points of the centreline, between the road points from which a straight path is tried.
const ROAD_STEP: usize = 4;
/// Steepest permitted slope of the drivable ground in any direction, rise over run.
const STEEPEST_GROUND_SLOPE: f64 = 0.16;
/// Width of the strip along the drivable edge where the slope is not checked, m. Grid cells there reach past the edge.
const RIM_WIDTH: f64 = 2.0;
/// Minimum height range of the roads, as a fraction of the pit's depth.
const LEAST_CLIMB_SHARE: f64 = 0.9;
/// Length at each end of a centreline that is not checked, m. Ends can run into the corner of a pad.
const END_LENGTH: f64 = 25.0;

/// Returns the faults of the roads and of the ground; empty if there are none.
pub fn check(spec: &PitSpec, design: &PitDesign, map: &MineMap) -> Vec<Fault> {
    let mut faults = Vec::new();
    let components = map.roads.components();
    if components != 1 {
        faults.push(Fault::new(format!("expected one connected road graph, found {components} separate parts")));
    }
    ramp_grades(spec, design, map, &mut faults);
    roads(spec, map, &mut faults);
    let heights = map.roads.roads.iter().flat_map(|road| road.line.points()).map(|p| p.z);
    let (low, high) = heights.fold((f64::MAX, f64::MIN), |(low, high), z| (low.min(z), high.max(z)));
    let drop = high - low;
    if drop < LEAST_CLIMB_SHARE * spec.depth {
        faults.push(Fault::new(format!(
            "expected roads that climb at least {:.0} m in a pit {} m deep, found {drop:.0} m",
            LEAST_CLIMB_SHARE * spec.depth,
            spec.depth
        )));
    }
    faults.extend(steep_ground(spec, design, map));
    faults
}

/// Returns a fault for each spot of a place that no straight path from a road reaches.
pub fn ways(spec: &PitSpec, map: &MineMap, place: &Place) -> Vec<Fault> {
    let cut_off = place.spots.iter().filter(|spot| !in_reach(spec, map, spot.pose.position()));
    cut_off.map(|spot| Fault::new(format!("spot {} has no straight free path to a road", spot.name))).collect()
}

/// Checks the ground's grade along the ramp's centreline.
fn ramp_grades(spec: &PitSpec, design: &PitDesign, map: &MineMap, faults: &mut Vec<Fault>) {
    let line = &design.ramp.points;
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
                "expected a ramp grade of {:.1} %, found {:.1} % at {}",
                100.0 * spec.ramp_grade,
                100.0 * grade,
                place(a.xy()),
            )));
            return;
        }
    }
}

/// Checks grade, width, crests and sight distance of every road.
fn roads(spec: &PitSpec, map: &MineMap, faults: &mut Vec<Fault>) {
    for road in &map.roads.roads {
        let length = road.line.length();
        for ((p, station), s) in road.line.points().iter().zip(&road.stations).zip(road.line.stations()) {
            if let Some(sight) = short_sight(station) {
                faults.push(Fault::new(format!(
                    "expected a sight distance of {LEAST_SIGHT} m or more, found {sight:.0} m at {}",
                    place(p.xy())
                )));
                break;
            }
            if s.min(length - s) < END_LENGTH.min(length / 2.0) {
                continue;
            }
            if let Some(crest) = sharp_crest(&road.line, *s).filter(|_| station.lanes != Lanes::Open) {
                faults.push(Fault::new(format!(
                    "expected a crest of {LEAST_CREST_LENGTH} m or more per per cent, found {crest:.1} m at {}",
                    place(p.xy())
                )));
                break;
            }
            let width = station.width_left + station.width_right;
            if station.grade.abs() > STEEPEST_GRADE {
                faults.push(Fault::new(format!(
                    "expected a road grade of {:.1} % or less, found {:.1} % at {}",
                    100.0 * STEEPEST_GRADE,
                    100.0 * station.grade,
                    place(p.xy())
                )));
                break;
            }
            if width < spec.least_width() - WIDTH_TOLERANCE {
                faults.push(Fault::new(format!(
                    "expected a road {:.1} m wide or more, found {width:.1} m at {}",
                    spec.least_width(),
                    place(p.xy())
                )));
                break;
            }
        }
    }
}

/// Returns the sight distance of a truck that does not climb (m) if it is too short.
fn short_sight(station: &RoadStation) -> Option<f64> {
    let sight = |grade: f64, sight: f64| if grade < CLIMB_GRADE { sight } else { SIGHT_REACH };
    let least = sight(station.grade, station.sight_ahead).min(sight(-station.grade, station.sight_back));
    (least < LEAST_SIGHT && station.lanes != Lanes::Open).then_some(least)
}

/// Returns the length of the crest curve at a station for each per cent of grade change (m) if it is too short.
fn sharp_crest(line: &Polyline, s: f64) -> Option<f64> {
    if s < VERTICAL_REACH || line.length() - s < VERTICAL_REACH {
        return None;
    }
    let height = |s: f64| line.at(s).map(|p| p.z);
    let change = (2.0 * height(s)? - height(s - VERTICAL_REACH)? - height(s + VERTICAL_REACH)?) / VERTICAL_REACH;
    let crest = VERTICAL_REACH / (100.0 * change.max(f64::MIN_POSITIVE));
    (crest < LEAST_CREST_LENGTH).then_some(crest)
}

/// Returns true if a truck can drive straight from a road to a point.
fn in_reach(spec: &PitSpec, map: &MineMap, p: Point2) -> bool {
    let free = |q: Point2| {
        let way = p - q;
        let steps = (way.norm() / PATH_STEP).ceil().max(1.0);
        let clear = |k: f64| map.drivable.clearance(q + way * (k / steps)) > spec.truck.footprint.half_width;
        way.norm() <= FARTHEST_FROM_ROAD && (0..=steps as u32).all(|k| clear(f64::from(k)))
    };
    map.roads.within(p, FARTHEST_FROM_ROAD).into_iter().filter_map(|r| map.roads.road(r.road)).any(|road| {
        let points = road.line.points();
        points.iter().step_by(ROAD_STEP).chain(points.last()).any(|q| free(q.xy()))
    })
}

/// Returns a fault for the steepest drivable ground if it is too steep. It finds steps and cliffs where parts of the
/// design lie too close together at different heights.
fn steep_ground(spec: &PitSpec, design: &PitDesign, map: &MineMap) -> Option<Fault> {
    let grid = &design.grid;
    let rings: Vec<&[Point2]> = design.surface.rings().collect();
    let (mut steepest, mut at): (f64, _) = (0.0, Point2::origin());
    for (i, j) in grid.runs(&rings).into_iter().flat_map(|run| nodes(grid, run)) {
        let (east, north) = map.terrain.node_slope(i, j);
        // A cheap test first, so that the square root is computed for few nodes.
        if east * east + north * north < 0.99 * steepest * steepest {
            continue;
        }
        let (slope, p) = (libm::hypot(east, north), grid.node(i, j));
        if slope > steepest && map.drivable.clearance(p) > RIM_WIDTH + spec.grid_spacing {
            (steepest, at) = (slope, p);
        }
    }
    let what = || {
        format!(
            "expected drivable ground of {:.0} % slope or less, found {:.0} % at {}",
            100.0 * STEEPEST_GROUND_SLOPE,
            100.0 * steepest,
            place(at)
        )
    };
    (steepest > STEEPEST_GROUND_SLOPE).then(|| Fault::new(what()))
}

/// Returns the nodes of a run along a row, by column and row.
fn nodes(grid: &PlanGrid, run: Range<usize>) -> impl Iterator<Item = (usize, usize)> {
    let (first, row) = (run.start % grid.nx, run.start / grid.nx);
    (first..first + run.len()).map(move |i| (i, row))
}

fn place(p: Point2) -> String {
    format!("({:.0}, {:.0})", p.x, p.y)
}
