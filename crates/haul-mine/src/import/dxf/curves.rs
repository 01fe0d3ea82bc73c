//! Arcs, circles and ellipses as chords.

use super::drawing::Entity;
use super::reader::{Place, Reader};
use haul_core::Point3;
use nalgebra::Vector3;
use std::f64::consts::TAU;

/// Maximum number of chords of a curve.
const GREATEST_CHORDS: f64 = 4096.0;

/// Returns the number of chords with which the distance between an arc and its chords stays within the tolerance.
fn chords(radius: f64, angle: f64, tolerance: f64) -> usize {
    let step = 2.0 * libm::acos((1.0 - tolerance / radius).clamp(-1.0, 1.0));
    // A full circle has at least three chords.
    let least = (angle.abs() / (TAU / 3.0)).ceil().max(1.0);
    (angle.abs() / step.max(1e-9)).ceil().clamp(least, GREATEST_CHORDS) as usize
}

/// Returns the points between the ends `a` and `b` of an arc. The bulge is the tangent of a quarter of the arc's angle,
/// positive for an anticlockwise arc.
pub(super) fn bulge_points(a: Point3, b: Point3, bulge: f64, tolerance: f64) -> Vec<Point3> {
    let angle = 4.0 * libm::atan(bulge);
    let chord = libm::hypot(b.x - a.x, b.y - a.y);
    let radius = chord / (2.0 * libm::sin(angle / 2.0)).abs();
    if !(radius.is_finite() && chord > 0.0) {
        return Vec::new();
    }
    let pieces = chords(radius, angle, tolerance);
    // If the bulge is positive and the arc is less than a half circle, the centre is on the left of the chord.
    let along = ((b.x - a.x) / chord, (b.y - a.y) / chord);
    let off = chord / 2.0 / libm::tan(angle / 2.0);
    let centre = ((a.x + b.x) / 2.0 - along.1 * off, (a.y + b.y) / 2.0 + along.0 * off);
    let start = libm::atan2(a.y - centre.1, a.x - centre.0);
    (1..pieces)
        .map(|k| {
            let share = k as f64 / pieces as f64;
            let at = start + angle * share;
            let z = a.z + (b.z - a.z) * share;
            Point3::new(centre.0 + radius * libm::cos(at), centre.1 + radius * libm::sin(at), z)
        })
        .collect()
}

/// Returns the anticlockwise angle (rad) from `start` to `end`, above 0 and at most a full turn.
fn sweep(start: f64, end: f64) -> f64 {
    let angle = (end - start).rem_euclid(TAU);
    if angle < 1e-9 { TAU } else { angle }
}

/// A part of an ellipse: its centre, its two half axes, and its range of the parameter (rad).
struct Part {
    centre: Point3,
    first: Vector3<f64>,
    second: Vector3<f64>,
    start: f64,
    sweep: f64,
}

impl Part {
    fn is_whole(&self) -> bool {
        self.sweep > TAU - 1e-9
    }

    /// Returns points along the curve from start to end. For a full ellipse, the first point is not repeated.
    fn points(&self, tolerance: f64) -> Vec<Point3> {
        let pieces = chords(self.first.norm().max(self.second.norm()), self.sweep, tolerance);
        let last = if self.is_whole() { pieces - 1 } else { pieces };
        (0..=last)
            .map(|k| {
                let at = self.start + self.sweep * k as f64 / pieces as f64;
                self.centre + self.first * libm::cos(at) + self.second * libm::sin(at)
            })
            .collect()
    }
}

impl<'a> Reader<'a> {
    /// Reads an ARC or a CIRCLE.
    pub(super) fn arc(&mut self, entity: &Entity<'a>, layer: String, place: &Place<'a>) {
        let centre = self.point(entity, 10);
        let radius = self.number(entity, 40).max(0.0);
        let (start, sweep) = if entity.kind == "ARC" {
            let angles = [50, 51].map(|code| self.number(entity, code).to_radians());
            (angles[0], sweep(angles[0], angles[1]))
        } else {
            (0.0, TAU)
        };
        let part = Part { centre, first: Vector3::x() * radius, second: Vector3::y() * radius, start, sweep };
        let placement = place.placement.with_axes(&self.axes(entity));
        self.part(entity, layer, &part, &placement);
    }

    /// Reads an ELLIPSE, whose centre and major axis are in the coordinates of the drawing.
    pub(super) fn ellipse(&mut self, entity: &Entity<'a>, layer: String, place: &Place<'a>) {
        let centre = self.point(entity, 10);
        let first = self.point(entity, 11).coords;
        let ratio = self.number(entity, 40);
        let normal = self.axes(entity).column(2).into_owned();
        let second = normal.cross(&first) * ratio;
        let (start, end) = (self.number_or(entity, 41, 0.0), self.number_or(entity, 42, TAU));
        let part = Part { centre, first, second, start, sweep: sweep(start, end) };
        self.part(entity, layer, &part, &place.placement);
    }

    fn part(&mut self, entity: &Entity<'a>, layer: String, part: &Part, placement: &super::coordinates::Placement) {
        if !(part.first.norm() > 0.0 && part.second.norm() > 0.0) {
            return self.leave_out(&format!("{} entities of no size", entity.kind), "their radius is 0");
        }
        let points = part.points(self.tolerance / placement.scale());
        if self.may_make(entity, points.len()) {
            self.string(entity, layer, part.is_whole(), &points, placement);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_circle_keeps_its_radius_and_side() {
        let (a, b) = (Point3::new(0.0, 0.0, 10.0), Point3::new(0.0, 60.0, 12.0));
        for bulge in [1.0, -1.0] {
            let points = bulge_points(a, b, bulge, 0.02);
            assert!(points.iter().all(|p| (libm::hypot(p.x, p.y - 30.0) - 30.0).abs() < 1e-9));
            // An anticlockwise arc lies to the right of its chord.
            assert!(points.iter().all(|p| p.x * bulge > 0.0));
            let middle = points[points.len() / 2];
            assert!((middle.x.abs() - 30.0).abs() < 0.03 && (middle.z - 11.0).abs() < 0.1, "{middle}");
        }
    }

    #[test]
    fn large_arcs_keep_the_tolerance() {
        for radius in [1.0, 50.0, 2_000.0, 20_000.0] {
            let n = chords(radius, TAU, 0.02);
            let apart = radius * (1.0 - libm::cos(TAU / 2.0 / n as f64));
            assert!(apart <= 0.0201, "{radius}: {apart}");
        }
        assert_eq!(chords(0.001, TAU, 0.02), 3);
    }
}
