//! Free space as a search sees it: about the start, so that where the mine lies on Earth takes nothing off a pose's digits.

use super::free_space::{FreeSpace, Obstacle};
use haul_core::{Footprint, Point2, Polygon, Pose2, Vector2};
use haul_mine::Drivable;

/// Further from the datum than this the surface's own figures are taken about the start as well, m: at 1,000 km a
/// double still tells a ten-millionth of a millimetre, at a billion metres no more than a tenth of one.
const FAR: f64 = 1e6;

/// Free space with the start's metre as origin.
pub(crate) struct Ground<'a> {
    space: &'a FreeSpace<'a>,
    origin: Vector2,
}

/// Where the frame of a search lies, and the surface taken into it where that is far.
pub(crate) struct Frame {
    origin: Vector2,
    near: Option<(Drivable, Vec<Obstacle>)>,
}

impl Frame {
    /// The frame about a start: whole metres, so that going into it and back is exact.
    pub fn about(start: Pose2, space: &FreeSpace) -> Frame {
        let origin = Vector2::new(start.x.floor(), start.y.floor());
        let near = (origin.amax() > FAR).then(|| {
            let moved = |ring: &[Point2]| ring.iter().map(|p| p - origin).collect::<Vec<Point2>>();
            let polygon = space.drivable.polygon();
            let holes = polygon.holes.iter().map(|h| moved(h)).collect();
            let drivable = Drivable::new(Polygon { outer: moved(&polygon.outer), holes })?;
            Some((drivable, space.obstacles.iter().map(|o| o.moved(-origin)).collect()))
        });
        Frame { origin, near: near.flatten() }
    }

    /// The surface where it had to be taken into the frame.
    pub fn near(&self) -> Option<FreeSpace<'_>> {
        let (drivable, obstacles) = self.near.as_ref()?;
        Some(FreeSpace { drivable, obstacles: obstacles.clone() })
    }

    /// The ground in this frame: of the surface taken into it, else of the mine's own.
    pub fn ground<'a>(&self, near: Option<&'a FreeSpace<'a>>, space: &'a FreeSpace<'a>) -> Ground<'a> {
        match near {
            Some(near) => Ground { space: near, origin: Vector2::zeros() },
            None => Ground { space, origin: self.origin },
        }
    }

    /// A pose of the site in this frame.
    pub fn inwards(&self, pose: Pose2) -> Pose2 {
        Pose2::new(pose.x - self.origin.x, pose.y - self.origin.y, pose.heading)
    }

    /// A pose of this frame on the site.
    pub fn outwards(&self, pose: Pose2) -> Pose2 {
        Pose2::new(pose.x + self.origin.x, pose.y + self.origin.y, pose.heading)
    }
}

impl Ground<'_> {
    fn on_site(&self, pose: Pose2) -> Pose2 {
        Pose2::new(pose.x + self.origin.x, pose.y + self.origin.y, pose.heading)
    }

    /// As [`FreeSpace::clearance`].
    pub fn clearance(&self, point: Point2) -> f64 {
        self.space.clearance(point + self.origin)
    }

    /// As [`FreeSpace::footprint_clearance`].
    pub fn footprint_clearance(&self, footprint: &Footprint, pose: Pose2) -> f64 {
        self.space.footprint_clearance(footprint, self.on_site(pose))
    }

    /// As [`FreeSpace::footprint_clearance_up_to`].
    pub fn footprint_clearance_up_to(&self, footprint: &Footprint, pose: Pose2, enough: f64) -> f64 {
        self.space.footprint_clearance_up_to(footprint, self.on_site(pose), enough)
    }
}
