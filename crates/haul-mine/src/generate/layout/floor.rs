//! The pit floor with its loading faces and the road to the first of them.

use super::super::alignment::align;
use super::super::original_ground::direction;
use super::super::outline::Excavation;
use super::super::ramp::Ramp;
use super::super::spec::{PitSpec, VERGE};
use super::super::surface_layout::CHORD_TOLERANCE;
use super::axes::heading;
use super::pit_layout::{PitLayout, PlannedPlace};
use super::radii::{FILLET, TIGHT_BEND};
use crate::places::PlaceKind;
use crate::region::{Region, thinned_line};
use haul_core::{Point2, Point3};

/// Distance from the toe of a face to the rear axle of a truck, with the shovel between them, m.
pub(super) const FACE_STANDOFF: f64 = 32.0;
/// Minimum distance between two faces of the floor, and from a face to the ramp's foot, m.
const FACES_APART: f64 = 120.0;
/// Number of ramp points after the lead-in that still count as floor.
const FOOT_POINTS: usize = 5;
/// Length of the face road straight on from the ramp's foot, m.
const FACE_ROAD_LEAD: f64 = 40.0;
/// Distance by which the face road, after this lead, moves towards the middle of the floor, m.
const FACE_ROAD_SHIFT: f64 = 30.0;
/// Distance from the truck at the face at which the face road ends, m.
const FACE_ROAD_END: f64 = 25.0;

/// Lays out the floor, its faces and the road over it.
pub(super) fn lay_floor(spec: &PitSpec, pit: &Excavation, ramp: &Ramp, ramp_road: usize, layout: &mut PitLayout) {
    let last = ramp.points.len() - 1;
    let climb: Vec<Point2> = ramp.points[(ramp.lead_in + FOOT_POINTS).min(last)..].iter().map(|p| p.at.xy()).collect();
    // After its last point near the floor, the ramp occupies no part of the floor.
    let half = spec.formation() / 2.0 + VERGE;
    let start = (pit.floor[0], pit.floor[0]);
    let (low, high) = pit.floor.iter().fold(start, |(low, high), p| (low.inf(p), high.sup(p)));
    let is_near = |p: &Point2| (low - p).sup(&(p - high)).max() <= half;
    let climb = &climb[..climb.iter().rposition(is_near).map_or(0, |last| (last + 2).min(climb.len()))];
    let beside = Region::strip(&thinned_line(climb, CHORD_TOLERANCE / 2.0), half);
    let floor = Region::ring(&pit.floor).offset(-VERGE).minus(&beside);
    let Some(ring) = floor.polygons(0.0).into_iter().next().map(|p| p.outer) else { return };
    let pad = layout.surface.pad(ring, pit.floor_height);
    layout.surface.join(vec![(pad, 0..0), (ramp_road, 0..ramp.lead_in + 1)], FILLET);
    lay_faces(spec, pit, ramp, layout);
}

/// Lays out the faces of the floor, as far as possible from the ramp's foot and well apart.
fn lay_faces(spec: &PitSpec, pit: &Excavation, ramp: &Ramp, layout: &mut PitLayout) {
    let foot = ramp.points[ramp.lead_in].at.xy();
    let at_bench = u32::from(!ramp.switchbacks.is_empty() && spec.faces > 1);
    let mut ends = pit.floor.clone();
    ends.sort_by(|a, b| (b - foot).norm().total_cmp(&(a - foot).norm()));
    let mut chosen: Vec<Point2> = Vec::new();
    for end in ends {
        let clear = chosen.iter().all(|c| (c - end).norm() >= FACES_APART) && (end - foot).norm() >= FACES_APART;
        if chosen.len() < (spec.faces - at_bench) as usize && (clear || chosen.is_empty()) {
            chosen.push(end);
        }
    }
    for (k, toe) in chosen.into_iter().enumerate() {
        let inward = -toe.coords.normalize();
        let id = if k == 0 { "face_1".to_owned() } else { format!("face_{}", k + 1 + at_bench as usize) };
        if k == 0 {
            lay_face_road(spec, ramp, toe + inward * (FACE_STANDOFF + FACE_ROAD_END), pit.floor_height, layout);
        }
        layout.places.push(PlannedPlace {
            kind: PlaceKind::Load,
            bays: 1,
            id,
            at: toe + inward * FACE_STANDOFF,
            heading: heading(inward),
        });
    }
}

/// Lays out the road over the floor from the ramp's foot to a face.
fn lay_face_road(spec: &PitSpec, ramp: &Ramp, end: Point2, floor_height: f64, layout: &mut PitLayout) {
    let first = ramp.points[0];
    let to_middle = -first.at.coords.xy().normalize();
    let start = first.at.xy();
    let bend = start - direction(first.heading) * FACE_ROAD_LEAD + to_middle * FACE_ROAD_SHIFT;
    let line = align(&[start, bend, end], TIGHT_BEND);
    let line = line.iter().map(|p| Point3::new(p.x, p.y, floor_height)).collect();
    layout.surface.road(line, 0.5 * spec.ramp_width);
}
