//! The edges of the drivable surface, as seen from a moving footprint.

use haul_core::{Footprint, Point2, Vector2};

/// Maximum distance between the points that represent an edge, m. A corner of the footprint 0.5 m from a straight edge
/// then appears to be at most 0.56 m from it. The exact distance is checked at the end.
const POINT_SPACING: f64 = 0.5;

/// An edge near a footprint, with the derivatives of the distance by a sideways motion and by a turn of the pose.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct EdgeContact {
    /// Distance from the footprint to the edge, m. If the edge reaches into the footprint, it is minus the depth.
    pub(crate) distance: f64,
    /// Change of the distance per metre of motion to the left.
    pub(crate) per_left: f64,
    /// Change of the distance per radian of anticlockwise turn, m.
    pub(crate) per_turn: f64,
}

/// Points along the edges near a part of a path.
#[derive(Debug, Clone, Default)]
pub(crate) struct EdgePoints {
    points: Vec<Point2>,
}

impl EdgePoints {
    /// Collects the points on the edges within a box.
    pub(crate) fn of(pieces: impl Iterator<Item = (Point2, Point2)>, lo: Point2, hi: Point2) -> Self {
        let mut points = Vec::new();
        for (a, b) in pieces {
            let count = ((b - a).norm() / POINT_SPACING).ceil().clamp(1.0, 1e5) as usize;
            for k in 0..count {
                let p = a + (b - a) * (k as f64 / count as f64);
                if p.x >= lo.x && p.x <= hi.x && p.y >= lo.y && p.y <= hi.y {
                    points.push(p);
                }
            }
        }
        Self { points }
    }

    /// Returns the nearest edges to the left and to the right of a footprint, at most `within` metres away. `at` is the
    /// position of the footprint, `ahead` the unit vector of its heading.
    pub(crate) fn contacts(
        &self,
        footprint: &Footprint,
        at: Point2,
        ahead: Vector2,
        within: f64,
    ) -> [Option<EdgeContact>; 2] {
        let half_length = footprint.length() / 2.0;
        let middle = footprint.front - half_length;
        let (far, aside) = (half_length + within, footprint.half_width + within);
        let mut nearest = [(within, 0.0, 0.0), (within, 0.0, 0.0)];
        let mut found = [false; 2];
        for p in &self.points {
            let off = p - at;
            let bx = ahead.dot(&off);
            let by = ahead.x * off.y - ahead.y * off.x;
            if (bx - middle).abs() >= far || by.abs() >= aside {
                continue;
            }
            let over = (bx - middle).abs() - half_length;
            let out = by.abs() - footprint.half_width;
            // Skip an edge straight ahead or behind: turning here does not help, and the poses nearer to it see it
            // sideways.
            if over > 0.0 && out <= 0.0 {
                continue;
            }
            // Beside the body and inside it, measure the distance sideways.
            let d = if over > 0.0 { (over * over + out * out).sqrt() } else { out };
            let side = usize::from(by < 0.0);
            if d < nearest[side].0 {
                nearest[side] = (d, bx, by);
                found[side] = true;
            }
        }
        let contact = |side: usize| {
            let (distance, bx, by) = nearest[side];
            if !found[side] {
                return None;
            }
            let cx = bx.clamp(-footprint.rear, footprint.front);
            let cy = footprint.half_width * by.signum();
            let (nx, ny) = if distance > 1e-6 && bx != cx {
                ((cx - bx) / distance, (cy - by) / distance)
            } else {
                (0.0, -by.signum())
            };
            Some(EdgeContact { distance, per_left: ny, per_turn: ny * cx - nx * cy })
        };
        [contact(0), contact(1)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use haul_core::Pose2;

    const TRUCK: Footprint = Footprint { front: 7.0, rear: 3.0, half_width: 3.0 };

    fn wall() -> EdgePoints {
        let (a, b) = (Point2::new(-40.0, 6.0), Point2::new(40.0, 10.0));
        EdgePoints::of(std::iter::once((a, b)), Point2::new(-30.0, 0.0), Point2::new(30.0, 20.0))
    }

    #[test]
    fn slopes_agree_with_small_moves() {
        let edges = wall();
        let pose = Pose2::new(1.0, 0.5, 0.3);
        let [left, right] = edges.contacts(&TRUCK, pose.position(), pose.ahead(), 4.0);
        let (c, h) = (left.unwrap(), 1e-5);
        assert!(right.is_none());
        let at = |p: Pose2| edges.contacts(&TRUCK, p.position(), p.ahead(), 4.0)[0].unwrap().distance;
        let moved = (at(pose.compose(Pose2::new(0.0, h, 0.0))) - c.distance) / h;
        let turned = (at(pose.compose(Pose2::new(0.0, 0.0, h))) - c.distance) / h;
        assert!((moved - c.per_left).abs() < 1e-3, "{moved} {c:?}");
        assert!((turned - c.per_turn).abs() < 1e-2, "{turned} {c:?}");
    }

    #[test]
    fn an_edge_that_reaches_in_pushes_out_sideways() {
        let c = wall().contacts(&TRUCK, Point2::new(0.0, 6.0), Vector2::x(), 4.0)[0].unwrap();
        assert!(c.distance < -0.5 && c.per_left == -1.0, "{c:?}");
    }
}
