//! Where a truck may stand and sweep: the drivable surface less obstacles.

use haul_core::{Footprint, Point2, Pose2, Vector2};
use haul_mine::Drivable;

/// Something that stands on the drivable surface.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Obstacle {
    /// A disc: the swing of a shovel, a rock.
    Circle {
        /// Middle.
        centre: Point2,
        /// Radius, m.
        radius: f64,
    },
    /// A rectangle: another machine.
    Rect {
        /// The ground it covers.
        footprint: Footprint,
        /// Where it stands.
        pose: Pose2,
    },
}

impl Obstacle {
    /// The same obstacle moved by an offset.
    pub fn moved(&self, by: Vector2) -> Obstacle {
        match *self {
            Obstacle::Circle { centre, radius } => Obstacle::Circle { centre: centre + by, radius },
            Obstacle::Rect { footprint, pose } => {
                Obstacle::Rect { footprint, pose: Pose2::new(pose.x + by.x, pose.y + by.y, pose.heading) }
            }
        }
    }

    /// Distance from a point, m; negative inside a circle, 0 inside a rectangle.
    fn distance(&self, point: Point2) -> f64 {
        match *self {
            Obstacle::Circle { centre, radius } => (point - centre).norm() - radius,
            Obstacle::Rect { footprint, pose } => footprint.distance(pose, point),
        }
    }

    /// Distance from a footprint, m; negative where they overlap.
    pub(super) fn footprint_distance(&self, body: &Footprint, at: Pose2) -> f64 {
        match *self {
            Obstacle::Circle { centre, radius } => body.distance(at, centre) - radius,
            Obstacle::Rect { footprint, pose } => rectangles_apart(body, at, &footprint, pose),
        }
    }
}

/// Distance between two rectangles, m; where they overlap, minus the least way out (separating axes).
fn rectangles_apart(a: &Footprint, at: Pose2, b: &Footprint, bt: Pose2) -> f64 {
    let gap = |f: &Footprint, pose: Pose2, corners: [Point2; 4]| {
        let local = corners.map(|c| pose.locate(c));
        let least = |value: fn(&nalgebra::Vector2<f64>) -> f64| local.iter().map(value).fold(f64::INFINITY, f64::min);
        let ahead = least(|p| p.x) - f.front;
        let behind = -f.rear + least(|p| -p.x);
        let left = least(|p| p.y) - f.half_width;
        let right = least(|p| -p.y) - f.half_width;
        ahead.max(behind).max(left).max(right)
    };
    let separation = gap(a, at, b.corners(bt)).max(gap(b, bt, a.corners(at)));
    if separation <= 0.0 {
        return separation;
    }
    let near = |f: &Footprint, pose: Pose2, corners: [Point2; 4]| {
        corners.iter().map(|&c| f.distance(pose, c)).fold(f64::INFINITY, f64::min)
    };
    near(a, at, b.corners(bt)).min(near(b, bt, a.corners(at)))
}

/// The surface a manoeuvre may use.
#[derive(Debug, Clone)]
pub struct FreeSpace<'a> {
    /// The drivable surface.
    pub drivable: &'a Drivable,
    /// What stands on it.
    pub obstacles: Vec<Obstacle>,
}

impl<'a> FreeSpace<'a> {
    /// The drivable surface with nothing on it.
    pub fn new(drivable: &'a Drivable) -> Self {
        Self { drivable, obstacles: Vec::new() }
    }

    /// Signed distance from a point to the edge or an obstacle, m, positive where free.
    pub fn clearance(&self, point: Point2) -> f64 {
        self.obstacles.iter().map(|o| o.distance(point)).fold(self.drivable.clearance(point), f64::min)
    }

    /// Least signed distance from a footprint to the edge or an obstacle, m, exact; negative where any part is outside
    /// or overlaps.
    pub fn footprint_clearance(&self, footprint: &Footprint, pose: Pose2) -> f64 {
        let edge = self.drivable.footprint_clearance(footprint, pose);
        self.obstacles.iter().map(|o| o.footprint_distance(footprint, pose)).fold(edge, f64::min)
    }

    /// A lower bound of [`FreeSpace::footprint_clearance`] that is exact wherever it is below `enough` (m): the circle
    /// about the footprint answers first.
    pub fn footprint_clearance_up_to(&self, footprint: &Footprint, pose: Pose2, enough: f64) -> f64 {
        let middle = pose.place((footprint.front - footprint.rear) / 2.0, 0.0);
        let radius = libm::hypot(footprint.length() / 2.0, footprint.half_width);
        let mut bound = self.drivable.clearance(middle) - radius;
        if bound < enough {
            bound = self.drivable.footprint_clearance(footprint, pose);
        }
        for o in &self.obstacles {
            let mut apart = o.distance(middle) - radius;
            if apart < bound && apart < enough {
                apart = o.footprint_distance(footprint, pose);
            }
            bound = bound.min(apart);
        }
        bound
    }
}
