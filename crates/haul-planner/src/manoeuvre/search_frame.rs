//! The coordinate frame of a search, and free space in that frame.
//!
//! The origin is near the start, so that large site coordinates cost no precision. Lengths are scaled so that every
//! vehicle has about the turning radius of a haul truck, for which steps, cells and costs of the search are tuned.

use super::ManoeuvreError;
use super::free_space::{FreeSpace, Obstacle};
use crate::path::PathPoint;
use haul_core::{Footprint, Point2, Polygon, Pose2, Vector2};
use haul_mine::Drivable;

/// Distance of the start from the datum beyond which the drivable surface is moved to the origin too, m. A double
/// resolves 1e-10 m at 1,000 km, but only 1e-7 m at a billion metres.
const MAX_EXACT_DISTANCE: f64 = 1e6;
/// Minimum planned turning radius for which the lengths of the search are tuned, m.
const REFERENCE_RADIUS: f64 = 8.8;
/// Maximum absolute exponent of the scale, which is a power of two.
const MAX_DOUBLINGS: f64 = 6.0;

/// Free space in the coordinates of a search frame.
pub(crate) struct SearchSpace<'a> {
    space: &'a FreeSpace<'a>,
    origin: Vector2,
    scale: f64,
}

/// Origin and scale of a search. Holds a copy of the surface, moved to the origin, if the start is far from the datum.
pub(crate) struct SearchFrame {
    origin: Vector2,
    /// Search length divided by site length.
    scale: f64,
    near: Option<(Drivable, Vec<Obstacle>)>,
}

impl SearchFrame {
    /// Creates the frame for a start and a vehicle's turning radius (m). An origin in whole metres and a power of two
    /// as the scale make the conversion exact in both directions.
    pub fn about(start: Pose2, space: &FreeSpace, radius: f64) -> SearchFrame {
        let doublings = libm::round(libm::log2(REFERENCE_RADIUS / radius)).clamp(-MAX_DOUBLINGS, MAX_DOUBLINGS);
        let scale = libm::exp2(doublings);
        let origin = Vector2::new(start.x.floor(), start.y.floor());
        let near = (origin.amax() > MAX_EXACT_DISTANCE).then(|| {
            let moved = |ring: &[Point2]| ring.iter().map(|p| p - origin).collect::<Vec<Point2>>();
            let polygon = space.drivable.polygon();
            let holes = polygon.holes.iter().map(|h| moved(h)).collect();
            let drivable = Drivable::new(Polygon { outer: moved(&polygon.outer), holes })?;
            Some((drivable, space.obstacles.iter().map(|o| o.moved(-origin)).collect()))
        });
        SearchFrame { origin, scale, near: near.flatten() }
    }

    /// Returns the moved surface, if the start is far from the datum.
    pub fn near(&self) -> Option<FreeSpace<'_>> {
        let (drivable, obstacles) = self.near.as_ref()?;
        Some(FreeSpace { drivable, obstacles: obstacles.clone() })
    }

    /// Returns the free space in this frame, from the moved surface `near` if there is one, otherwise from the site's
    /// `space`.
    pub fn ground<'a>(&self, near: Option<&'a FreeSpace<'a>>, space: &'a FreeSpace<'a>) -> SearchSpace<'a> {
        match near {
            Some(near) => SearchSpace { space: near, origin: Vector2::zeros(), scale: self.scale },
            None => SearchSpace { space, origin: self.origin, scale: self.scale },
        }
    }

    /// Converts a pose from the site to this frame, with the heading wrapped to ±π.
    pub fn inwards(&self, pose: Pose2) -> Pose2 {
        let position = (pose.position() - self.origin) * self.scale;
        let (sine, cosine) = libm::sincos(pose.heading);
        let within = pose.heading.abs() <= std::f64::consts::PI;
        Pose2::new(position.x, position.y, if within { pose.heading } else { libm::atan2(sine, cosine) })
    }

    /// Converts a pose from this frame to the site.
    pub fn outwards(&self, pose: Pose2) -> Pose2 {
        let position = pose.position() / self.scale + self.origin;
        Pose2::new(position.x, position.y, pose.heading)
    }

    /// Converts a length (m) from the site to this frame.
    pub fn length(&self, metres: f64) -> f64 {
        self.scale * metres
    }

    /// Converts a curvature (1/m) from the site to this frame.
    pub fn curvature(&self, curvature: f64) -> f64 {
        curvature / self.scale
    }

    /// Converts a footprint from the site to this frame.
    pub fn footprint(&self, footprint: &Footprint) -> Footprint {
        scaled(footprint, self.scale)
    }

    /// Converts a path point from this frame to the site.
    pub fn path_point(&self, point: PathPoint) -> PathPoint {
        PathPoint {
            pose: self.outwards(point.pose),
            station: point.station / self.scale,
            curvature: point.curvature * self.scale,
            clearance: point.clearance / self.scale,
            ..point
        }
    }

    /// Converts the lengths in an error from this frame to the site.
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

impl SearchSpace<'_> {
    fn on_site(&self, pose: Pose2) -> Pose2 {
        let position = pose.position() / self.scale + self.origin;
        Pose2::new(position.x, position.y, pose.heading)
    }

    /// Returns [`FreeSpace::clearance`] in this frame.
    pub fn clearance(&self, point: Point2) -> f64 {
        self.scale * self.space.clearance(point / self.scale + self.origin)
    }

    /// Returns [`FreeSpace::footprint_clearance`] in this frame.
    pub fn footprint_clearance(&self, footprint: &Footprint, pose: Pose2) -> f64 {
        let footprint = scaled(footprint, self.scale.recip());
        self.scale * self.space.footprint_clearance(&footprint, self.on_site(pose))
    }

    /// Returns [`FreeSpace::footprint_clearance_up_to`] in this frame.
    pub fn footprint_clearance_up_to(&self, footprint: &Footprint, pose: Pose2, enough: f64) -> f64 {
        let footprint = scaled(footprint, self.scale.recip());
        self.scale * self.space.footprint_clearance_up_to(&footprint, self.on_site(pose), enough / self.scale)
    }
}
