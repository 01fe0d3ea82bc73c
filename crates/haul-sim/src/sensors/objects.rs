//! The detector of the sensor level "objects": what of the surroundings can be seen, by a few lines of sight each.

use crate::tier::Rays;
use haul_autonomy::{DetectedObject, ObjectShape};
use haul_core::random::{Draw, Stream};
use haul_core::{Isometry3, Point2, Point3, Pose2, Vector2, Vector3, angle, stream};

/// Beyond this the detector sees nothing, m.
const REACH: f64 = 100.0;
/// Deviation of a detected position along each axis, m.
const POSITION_NOISE: f64 = 0.08;
/// Deviation of a detected heading, rad (1°).
const HEADING_NOISE: f64 = std::f64::consts::PI / 180.0;
/// Deviation of a detected velocity along each axis, m/s.
const VELOCITY_NOISE: f64 = 0.1;
/// Height over a thing's foot to which the lines of sight go, m: about a cab's window and a rock's top.
const AIM: [f64; 2] = [0.8, 2.5];

/// A thing that may be seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Target {
    /// Its pose.
    pub pose: Pose2,
    /// Height of the ground there, m.
    pub ground: f64,
    /// Its outline.
    pub shape: ObjectShape,
    /// Its velocity in plan, m/s.
    pub velocity: Vector2,
    /// Index of the truck it is, where it is one.
    pub truck: Option<u32>,
    /// Number of the fixed body it is, where it is one.
    pub fixed: Option<u32>,
    /// Index of the vehicle it is, where it is one.
    pub vehicle: Option<u32>,
}

impl Target {
    /// The middle of the outline and half of its greatest breadth, m.
    fn disc(&self) -> (Point2, f64) {
        match self.shape {
            ObjectShape::Disc(radius) => (self.pose.position(), radius),
            ObjectShape::Box(f) => (self.pose.place((f.front - f.rear) / 2.0, 0.0), f.half_width.min(f.length() / 2.0)),
        }
    }
}

/// The detector of one truck.
pub struct Detector {
    noise: Stream,
    seen: Vec<DetectedObject>,
}

haul_core::keep_state!(Detector { noise: value, seen: value });

impl Detector {
    /// A detector that has seen nothing yet.
    pub fn new(seed: u64, truck: &str) -> Self {
        Self { noise: stream(seed, truck, "objects"), seen: Vec::new() }
    }

    /// Returns the objects of the last look.
    pub fn seen(&self) -> &[DetectedObject] {
        &self.seen
    }

    /// Looks around from `eye`, which belongs to the truck of index `own`.
    pub fn look(&mut self, eye: &Isometry3, rays: &impl Rays, own: u32, targets: &[Target]) {
        self.seen.clear();
        let from = Point3::from(eye.translation.vector);
        for target in targets {
            if target.truck != Some(own) && is_visible(&from, rays, own, target) {
                let mut error = |sigma: f64| sigma * self.noise.normal();
                let pose = Pose2::new(
                    target.pose.x + error(POSITION_NOISE),
                    target.pose.y + error(POSITION_NOISE),
                    angle::wrap(target.pose.heading + error(HEADING_NOISE)),
                );
                let velocity = target.velocity + Vector2::new(error(VELOCITY_NOISE), error(VELOCITY_NOISE));
                self.seen.push(DetectedObject { pose, shape: target.shape, velocity });
            }
        }
    }
}

/// Tells whether any of the lines of sight to a thing meets nothing before it.
fn is_visible(from: &Point3, rays: &impl Rays, looker: u32, target: &Target) -> bool {
    let (middle, half) = target.disc();
    let away = middle - from.xy();
    let distance = away.norm();
    if distance > REACH + half {
        return false;
    }
    if distance <= half {
        return true;
    }
    let aside = Vector2::new(-away.y, away.x) / distance * (half * 0.9);
    [0.0, 1.0, -1.0].iter().any(|&side| {
        let to = middle + aside * side;
        AIM.iter().any(|&height| {
            let line = Point3::new(to.x, to.y, target.ground + height) - from;
            let length = line.norm();
            if length < 1e-6 {
                return true;
            }
            let direction: Vector3 = line / length;
            match rays.look(from, &direction, length, looker) {
                None => true,
                Some(sight) => {
                    (sight.truck.is_some() && sight.truck == target.truck)
                        || (sight.fixed.is_some() && sight.fixed == target.fixed)
                        || (sight.vehicle.is_some() && sight.vehicle == target.vehicle)
                }
            }
        })
    })
}
