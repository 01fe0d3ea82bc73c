//! Free space for a manoeuvre: the drivable surface minus the obstacles.

use haul_core::polygon::{ring_contains, segment_distance};
use haul_core::{Footprint, Point2, Pose2, Rectangle, Vector2};
use haul_mine::{Drivable, MineMap, Zone};
use std::sync::Arc;

/// An obstacle on the drivable surface.
#[derive(Debug, Clone, PartialEq)]
pub enum Obstacle {
    /// A disc: the swing of a shovel, or a rock.
    Circle {
        /// Centre of the disc.
        centre: Point2,
        /// Radius of the disc, m.
        radius: f64,
    },
    /// A rectangle: another machine.
    Rect {
        /// The machine's footprint.
        footprint: Footprint,
        /// The machine's pose.
        pose: Pose2,
    },
    /// A closed outline of any shape: spillage, a berm, a wall. Its corners may run in either sense, but its edges may
    /// not cross each other.
    Outline {
        /// Corners; the last is joined to the first. An outline with fewer than two corners does not count as an
        /// obstacle.
        ring: Arc<[Point2]>,
    },
}

impl Obstacle {
    /// Returns this obstacle, moved by an offset.
    pub fn moved(&self, by: Vector2) -> Obstacle {
        match self {
            Obstacle::Circle { centre, radius } => Obstacle::Circle { centre: centre + by, radius: *radius },
            Obstacle::Rect { footprint, pose } => {
                Obstacle::Rect { footprint: *footprint, pose: Pose2::new(pose.x + by.x, pose.y + by.y, pose.heading) }
            }
            Obstacle::Outline { ring } => Obstacle::Outline { ring: ring.iter().map(|p| p + by).collect() },
        }
    }

    /// Returns the distance from a point, m; negative inside a circle or an outline, 0 inside a rectangle.
    fn distance(&self, point: Point2) -> f64 {
        match self {
            Obstacle::Circle { centre, radius } => (point - centre).norm() - radius,
            Obstacle::Rect { footprint, pose } => footprint.distance(*pose, point),
            Obstacle::Outline { ring } => {
                let edge = edges(ring).map(|(a, b)| segment_distance(point, a, b)).fold(f64::INFINITY, f64::min);
                if ring_contains(ring, point) { -edge } else { edge }
            }
        }
    }

    /// Returns the distance from a footprint, m; negative where the footprint overlaps the obstacle.
    pub(super) fn footprint_distance(&self, body: &Footprint, at: Pose2) -> f64 {
        match self {
            Obstacle::Circle { centre, radius } => body.distance(at, *centre) - radius,
            Obstacle::Rect { footprint, pose } => rectangles_apart(body, at, footprint, *pose),
            Obstacle::Outline { ring } => {
                // An edge that cuts the rectangle gives a negative distance: the depth of the cut.
                let rectangle = Rectangle::new(body, at);
                let edge = edges(ring).fold(f64::INFINITY, |least, e| rectangle.signed_distance(e, least));
                // The edges do not touch the rectangle, so it is outside the outline or wholly inside.
                if edge > 0.0 && ring_contains(ring, at.position()) { -edge } else { edge }
            }
        }
    }
}

/// Returns the edges of a closed outline.
fn edges(ring: &[Point2]) -> impl Iterator<Item = (Point2, Point2)> + '_ {
    ring.iter().enumerate().filter(|_| ring.len() > 1).map(|(i, &a)| (a, ring[(i + 1) % ring.len()]))
}

/// Returns the distance between two rectangles, m. Where they overlap, it is negative: the minimum distance that would
/// separate them (separating axes).
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

/// Returns the closed zone that a truck driven from `from` to `to` would stand in, unless it stands in that zone
/// already.
pub fn closed_zone_at<'a>(map: &'a MineMap, truck: &'a Footprint, from: Pose2, to: Pose2) -> Option<&'a Zone> {
    closed_zones(map, truck, from).find(|(_, outline)| outline.footprint_distance(truck, to) <= 0.0).map(|z| z.0)
}

/// Returns the closed zones that a truck at a pose does not stand in, with their outlines.
fn closed_zones<'a>(map: &'a MineMap, truck: &'a Footprint, at: Pose2) -> impl Iterator<Item = (&'a Zone, Obstacle)> {
    let closed = map.zones.iter().filter(|z| z.closed && z.ring.len() > 2);
    let outlines = closed.map(|z| (z, Obstacle::Outline { ring: z.ring.as_slice().into() }));
    outlines.filter(move |(_, outline)| outline.footprint_distance(truck, at) > 0.0)
}

/// Drivable surface and obstacles for a manoeuvre.
#[derive(Debug, Clone)]
pub struct FreeSpace<'a> {
    /// The drivable surface.
    pub drivable: &'a Drivable,
    /// Obstacles on the drivable surface.
    pub obstacles: Vec<Obstacle>,
}

impl<'a> FreeSpace<'a> {
    /// Returns the surface of a mine with the obstacles on its map: the swing of shovels, the hoppers of crushers, and
    /// closed zones. A zone in which the truck already stands is left out, because the truck has to leave that zone.
    pub fn of(map: &'a MineMap, truck: &Footprint, at: Pose2) -> Self {
        let machine = |place: &haul_mine::Place| {
            let centre = place.machine.filter(|_| place.obstacle_radius > 0.0)?.position();
            Some(Obstacle::Circle { centre, radius: place.obstacle_radius })
        };
        let closed = closed_zones(map, truck, at).map(|z| z.1);
        Self { drivable: &map.drivable, obstacles: map.places.iter().filter_map(machine).chain(closed).collect() }
    }

    /// Returns the drivable surface without obstacles.
    pub fn new(drivable: &'a Drivable) -> Self {
        Self { drivable, obstacles: Vec::new() }
    }

    /// Returns the signed distance from a point to the nearest edge or obstacle, m, positive where free.
    pub fn clearance(&self, point: Point2) -> f64 {
        self.obstacles.iter().map(|o| o.distance(point)).fold(self.drivable.clearance(point), f64::min)
    }

    /// Returns the exact minimum signed distance from a footprint to the edge or an obstacle, m; negative where any
    /// part of the footprint is outside or overlaps.
    pub fn footprint_clearance(&self, footprint: &Footprint, pose: Pose2) -> f64 {
        let edge = self.drivable.footprint_clearance(footprint, pose);
        self.obstacles.iter().map(|o| o.footprint_distance(footprint, pose)).fold(edge, f64::min)
    }

    /// Returns a lower bound of [`FreeSpace::footprint_clearance`], which is exact below `enough` (m). A circle around
    /// the footprint is checked first, to save time.
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

#[cfg(test)]
mod tests {
    use super::*;
    use haul_core::Polygon;
    use proptest::prelude::*;

    const BODY: Footprint = Footprint { front: 7.0, rear: 3.0, half_width: 3.0 };

    fn outline(points: &[(f64, f64)]) -> Obstacle {
        Obstacle::Outline { ring: points.iter().map(|&(x, y)| Point2::new(x, y)).collect() }
    }

    #[test]
    fn the_inside_of_an_outline_is_not_free() {
        let spillage = outline(&[(0.0, 0.0), (40.0, 0.0), (40.0, 40.0), (20.0, 10.0), (0.0, 40.0)]);
        assert!((spillage.distance(Point2::new(20.0, 20.0)) - 20.0 / libm::sqrt(13.0)).abs() < 1e-9, "in the notch");
        assert_eq!(spillage.distance(Point2::new(5.0, -3.0)), 3.0);
        assert_eq!(spillage.distance(Point2::new(2.0, 5.0)), -2.0);
        // A pose inside the outline, one across its edge, and one beside it.
        assert!(spillage.footprint_distance(&BODY, Pose2::new(16.0, 4.5, 0.0)) < 0.0);
        assert!(spillage.footprint_distance(&BODY, Pose2::new(16.0, 1.0, 0.0)) <= -2.0);
        assert_eq!(spillage.footprint_distance(&BODY, Pose2::new(-9.0, 20.0, 0.0)), 2.0);
        // A berm is a line. A single point or an empty outline does not count as an obstacle.
        let windrow = outline(&[(0.0, 0.0), (0.0, 50.0)]);
        assert_eq!(windrow.footprint_distance(&BODY, Pose2::new(5.0, 20.0, 0.0)), 2.0);
        assert!(windrow.footprint_distance(&BODY, Pose2::new(0.0, 20.0, 0.0)) < 0.0);
        assert_eq!(outline(&[]).footprint_distance(&BODY, Pose2::default()), f64::INFINITY);
    }

    proptest! {
        #[test]
        fn an_outline_has_the_distance_of_the_machine_it_traces(x in -30.0..30.0, y in -30.0..30.0, heading in -4.0..4.0, turned in -4.0..4.0) {
            let (pose, at) = (Pose2::new(x, y, heading), Pose2::new(1.0, -2.0, turned));
            let machine = Obstacle::Rect { footprint: BODY, pose };
            let ring = Obstacle::Outline { ring: BODY.corners(pose).to_vec().into() };
            let (a, b) = (machine.footprint_distance(&BODY, at), ring.footprint_distance(&BODY, at));
            prop_assert!((a.max(0.0) - b.max(0.0)).abs() < 1e-9, "{a} {b}");
            // The outline reports at least the overlap of the rectangles, so that no overlap is taken for free space.
            prop_assert!((a < -1e-9) == (b < -1e-9), "{a} {b}");
        }
    }

    #[test]
    fn an_outline_leaves_the_same_surface_as_a_hole() {
        let outer =
            [(-50.0, -50.0), (50.0, -50.0), (50.0, 50.0), (-50.0, 50.0)].map(|(x, y)| Point2::new(x, y)).to_vec();
        let hole = [(0.0, 0.0), (12.0, 0.0), (6.0, 9.0)].map(|(x, y)| Point2::new(x, y)).to_vec();
        let whole = Drivable::new(Polygon { outer: outer.clone(), holes: Vec::new() }).unwrap();
        let holed = Drivable::new(Polygon { outer, holes: vec![hole.clone()] }).unwrap();
        let space = FreeSpace { drivable: &whole, obstacles: vec![Obstacle::Outline { ring: hole.into() }] };
        for k in 0..200 {
            let pose =
                Pose2::new(-15.0 + f64::from(k % 20) * 2.0, -12.0 + f64::from(k / 20) * 3.0, f64::from(k) * 0.37);
            let (a, b) = (space.footprint_clearance(&BODY, pose), holed.footprint_clearance(&BODY, pose));
            assert!((a.max(0.0) - b.max(0.0)).abs() < 1e-9 && (a < 0.0) == (b < 0.0), "{pose:?}: {a} {b}");
        }
    }
}
