//! The detector of the sensor level "objects": a few lines of sight decide whether an object is visible.

use crate::tier::Rays;
use haul_autonomy::{DetectedObject, ObjectShape};
use haul_core::random::{Draw, Stream};
use haul_core::{Isometry3, Point2, Point3, Pose2, Vector2, Vector3, angle, stream};

/// Range of the detector in clear air, m.
pub(super) const RANGE: f64 = 100.0;
/// Standard deviation of a detected position along each axis, m.
const POSITION_NOISE: f64 = 0.08;
/// Standard deviation of a detected heading, rad (1°).
const HEADING_NOISE: f64 = std::f64::consts::PI / 180.0;
/// Standard deviation of a detected velocity along each axis, m/s.
const VELOCITY_NOISE: f64 = 0.1;
/// Heights (m) above an object's foot at which the lines of sight end: about the top of a rock and the window of a cab.
const AIM_HEIGHTS: [f64; 2] = [0.8, 2.5];

/// An object that a detector may see.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Target {
    /// Pose of the object.
    pub pose: Pose2,
    /// Height of the ground at the object, m.
    pub ground: f64,
    /// Outline of the object.
    pub shape: ObjectShape,
    /// Velocity of the object in plan, m/s.
    pub velocity: Vector2,
    /// Index of the truck, if the object is a truck.
    pub truck: Option<u32>,
    /// Number of the fixed body, if the object is one.
    pub fixed: Option<u32>,
    /// Index of the vehicle, if the object is a vehicle.
    pub vehicle: Option<u32>,
}

impl Target {
    /// Returns the centre of the outline and half its maximum width, m.
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
    /// Creates a detector that has seen nothing yet.
    pub fn new(seed: u64, truck: &str) -> Self {
        Self { noise: stream(seed, truck, "objects"), seen: Vec::new() }
    }

    /// Returns the objects of the last scan.
    pub fn seen(&self) -> &[DetectedObject] {
        &self.seen
    }

    /// Scans the surroundings from `eye` on the truck with index `own`, up to `range` (m) in the present air.
    pub fn look(&mut self, eye: &Isometry3, rays: &impl Rays, own: u32, targets: &[Target], range: f64) {
        self.seen.clear();
        let from = Point3::from(eye.translation.vector);
        for target in targets {
            if target.truck != Some(own) && is_visible(&from, rays, own, target, range) {
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

/// Returns true if at least one line of sight reaches an object without hitting anything before it.
fn is_visible(from: &Point3, rays: &impl Rays, looker: u32, target: &Target, range: f64) -> bool {
    let (middle, half) = target.disc();
    let away = middle - from.xy();
    let distance = away.norm();
    if distance > range + half {
        return false;
    }
    if distance <= half {
        return true;
    }
    let aside = Vector2::new(-away.y, away.x) / distance * (half * 0.9);
    [0.0, 1.0, -1.0].iter().any(|&side| {
        let to = middle + aside * side;
        AIM_HEIGHTS.iter().any(|&height| {
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
