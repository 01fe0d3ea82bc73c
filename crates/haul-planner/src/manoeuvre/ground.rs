//! Free space as a search sees it: about the start, so that where the mine lies on Earth takes nothing off a pose's digits,
//! and in a measure in which every vehicle turns about as a haul truck does, for which steps, cells and costs are made.

use super::ManoeuvreError;
use super::free_space::{FreeSpace, Obstacle};
use crate::path::PathPoint;
use haul_core::{Footprint, Point2, Polygon, Pose2, Vector2};
use haul_mine::Drivable;

/// Further from the datum than this the surface's own figures are taken about the start as well, m: at 1,000 km a
/// double still tells a ten-millionth of a millimetre, at a billion metres no more than a tenth of one.
const FAR: f64 = 1e6;
/// The least planned radius of the truck that the searches' lengths are made for, m.
const RADIUS: f64 = 8.8;
/// Largest power of two by which a frame's measure differs from the site's.
const MOST_DOUBLINGS: f64 = 6.0;

/// Free space with the start's metre as origin, in the frame's measure.
pub(crate) struct Ground<'a> {
    space: &'a FreeSpace<'a>,
    origin: Vector2,
    scale: f64,
}

/// Where the frame of a search lies, how it measures, and the surface taken to its origin where that is far.
pub(crate) struct Frame {
    origin: Vector2,
    /// Lengths of the frame per metre of the site.
    scale: f64,
    near: Option<(Drivable, Vec<Obstacle>)>,
}

impl Frame {
    /// The frame about a start for a vehicle that turns on a radius (m): whole metres and a power of two, so that going into it
    /// and back is exact.
    pub fn about(start: Pose2, space: &FreeSpace, radius: f64) -> Frame {
        let doublings = libm::round(libm::log2(RADIUS / radius)).clamp(-MOST_DOUBLINGS, MOST_DOUBLINGS);
        let scale = libm::exp2(doublings);
        let origin = Vector2::new(start.x.floor(), start.y.floor());
        let near = (origin.amax() > FAR).then(|| {
            let moved = |ring: &[Point2]| ring.iter().map(|p| p - origin).collect::<Vec<Point2>>();
            let polygon = space.drivable.polygon();
            let holes = polygon.holes.iter().map(|h| moved(h)).collect();
            let drivable = Drivable::new(Polygon { outer: moved(&polygon.outer), holes })?;
            Some((drivable, space.obstacles.iter().map(|o| o.moved(-origin)).collect()))
        });
        Frame { origin, scale, near: near.flatten() }
    }

    /// The surface where it had to be taken into the frame.
    pub fn near(&self) -> Option<FreeSpace<'_>> {
        let (drivable, obstacles) = self.near.as_ref()?;
        Some(FreeSpace { drivable, obstacles: obstacles.clone() })
    }

    /// The ground in this frame: of the surface taken into it, else of the mine's own.
    pub fn ground<'a>(&self, near: Option<&'a FreeSpace<'a>>, space: &'a FreeSpace<'a>) -> Ground<'a> {
        match near {
            Some(near) => Ground { space: near, origin: Vector2::zeros(), scale: self.scale },
            None => Ground { space, origin: self.origin, scale: self.scale },
        }
    }

    /// A pose of the site in this frame. A heading of many turns is taken within one, where a turn more is not lost to it.
    pub fn inwards(&self, pose: Pose2) -> Pose2 {
        let position = (pose.position() - self.origin) * self.scale;
        let (sine, cosine) = libm::sincos(pose.heading);
        let within = pose.heading.abs() <= std::f64::consts::PI;
        Pose2::new(position.x, position.y, if within { pose.heading } else { libm::atan2(sine, cosine) })
    }

    /// A pose of this frame on the site.
    pub fn outwards(&self, pose: Pose2) -> Pose2 {
        let position = pose.position() / self.scale + self.origin;
        Pose2::new(position.x, position.y, pose.heading)
    }

    /// A length (m) in the frame's measure.
    pub fn length(&self, metres: f64) -> f64 {
        self.scale * metres
    }

    /// A curvature (1/m) in the frame's measure.
    pub fn curvature(&self, curvature: f64) -> f64 {
        curvature / self.scale
    }

    /// A footprint in the frame's measure.
    pub fn footprint(&self, footprint: &Footprint) -> Footprint {
        scaled(footprint, self.scale)
    }

    /// A point of a path in this frame as it is on the site.
    pub fn path_point(&self, point: PathPoint) -> PathPoint {
        PathPoint {
            pose: self.outwards(point.pose),
            station: point.station / self.scale,
            curvature: point.curvature * self.scale,
            clearance: point.clearance / self.scale,
            ..point
        }
    }

    /// An error told in this frame's measure as it is on the site.
    pub fn error(&self, error: ManoeuvreError) -> ManoeuvreError {
        let metres = |length: f64| length / self.scale;
        match error {
            ManoeuvreError::StartBlocked { clearance } => ManoeuvreError::StartBlocked { clearance: metres(clearance) },
            ManoeuvreError::GoalBlocked { clearance, margin } => {
                ManoeuvreError::GoalBlocked { clearance: metres(clearance), margin: metres(margin) }
            }
            ManoeuvreError::CutOff { nearest } => ManoeuvreError::CutOff { nearest: metres(nearest) },
            ManoeuvreError::NoWay { explored, nearest } => ManoeuvreError::NoWay { explored, nearest: metres(nearest) },
            ManoeuvreError::BudgetSpent { explored, nearest } => {
                ManoeuvreError::BudgetSpent { explored, nearest: metres(nearest) }
            }
            other => other,
        }
    }
}

fn scaled(footprint: &Footprint, by: f64) -> Footprint {
    Footprint { front: by * footprint.front, rear: by * footprint.rear, half_width: by * footprint.half_width }
}

impl Ground<'_> {
    fn on_site(&self, pose: Pose2) -> Pose2 {
        let position = pose.position() / self.scale + self.origin;
        Pose2::new(position.x, position.y, pose.heading)
    }

    /// As [`FreeSpace::clearance`].
    pub fn clearance(&self, point: Point2) -> f64 {
        self.scale * self.space.clearance(point / self.scale + self.origin)
    }

    /// As [`FreeSpace::footprint_clearance`].
    pub fn footprint_clearance(&self, footprint: &Footprint, pose: Pose2) -> f64 {
        let footprint = scaled(footprint, self.scale.recip());
        self.scale * self.space.footprint_clearance(&footprint, self.on_site(pose))
    }

    /// As [`FreeSpace::footprint_clearance_up_to`].
    pub fn footprint_clearance_up_to(&self, footprint: &Footprint, pose: Pose2, enough: f64) -> f64 {
        let footprint = scaled(footprint, self.scale.recip());
        self.scale * self.space.footprint_clearance_up_to(&footprint, self.on_site(pose), enough / self.scale)
    }
}
