//! The lidar on a mast: rays cast into the world.

use crate::physics::{BodyId, Physics};
use haul_autonomy::LidarScan;
use haul_core::random::{Draw, Stream};
use haul_core::{Isometry3, Vector3, stream};

/// Height of the lidar over the truck's top, m: so that the truck itself hides little of the ground.
pub(super) const MAST: f64 = 0.5;
/// Layers of the fan.
const LAYERS: usize = 16;
/// Rays of a layer over the whole circle.
const COLUMNS: usize = 180;
/// Lowest and highest layer, rad above the horizon.
const ELEVATION: (f64, f64) = (-22.0 * std::f64::consts::PI / 180.0, 2.0 * std::f64::consts::PI / 180.0);
/// Beyond this nothing returns, m.
const REACH: f64 = 100.0;
/// Deviation of a range, m.
const RANGE_NOISE: f64 = 0.02;

/// The directions of one scan, in the sensor's frame, and its noise.
pub struct LidarFan {
    directions: Vec<Vector3>,
    noise: Stream,
}

impl LidarFan {
    /// The fan of one truck.
    pub fn new(seed: u64, truck: &str) -> Self {
        let mut directions = Vec::with_capacity(LAYERS * COLUMNS);
        for layer in 0..LAYERS {
            let up = ELEVATION.0 + (ELEVATION.1 - ELEVATION.0) * layer as f64 / (LAYERS - 1) as f64;
            for column in 0..COLUMNS {
                let around = std::f64::consts::TAU * column as f64 / COLUMNS as f64;
                let flat = libm::cos(up);
                directions.push(Vector3::new(flat * libm::cos(around), flat * libm::sin(around), libm::sin(up)));
            }
        }
        Self { directions, noise: stream(seed, truck, "lidar") }
    }
}

/// One scan of a truck whose body frame is at `body`, from a sensor mounted at `mount` in it.
pub fn scan(fan: &mut LidarFan, body: &Isometry3, mount: &Isometry3, physics: &Physics, looker: BodyId) -> LidarScan {
    let eye = body * mount;
    let from = eye.translation.vector.into();
    let mut points = Vec::with_capacity(fan.directions.len());
    for direction in &fan.directions {
        if let Some(sight) = physics.look(&from, &(eye.rotation * direction), REACH, looker) {
            let range = (sight.distance + RANGE_NOISE * fan.noise.normal()).max(0.0);
            points.push(mount * nalgebra::Point3::from(direction * range));
        }
    }
    LidarScan { origin: *mount, points }
}
