//! The lidar on a mast: rays cast into the world.

use crate::tier::Rays;
use haul_autonomy::LidarScan;
use haul_core::random::{Draw, Stream};
use haul_core::{Isometry3, Vector3, stream};

/// Height (m) of the lidar above the truck's top, chosen so that the truck itself hides little of the ground.
pub(super) const MAST_HEIGHT: f64 = 0.5;
/// Number of layers that hit level ground.
const LAYERS_DOWN: usize = 15;
/// Number of layers above the horizon.
const LAYERS_UP: usize = 1;
/// Number of rays in a layer over the full circle.
const COLUMNS: usize = 360;
/// Distances (m) at which the steepest and the flattest layer hit level ground. From layer to layer, this distance
/// grows by a constant ratio. Vehicle lidars are built like this, with most layers near the horizon.
const GROUND_REACH: (f64, f64) = (13.0, 95.0);
/// Elevation of the layer above the horizon, rad.
const LAYER_UP_ELEVATION: f64 = 2.0 * std::f64::consts::PI / 180.0;
/// Maximum range of a return in clear air, m.
pub(super) const RANGE: f64 = 100.0;
/// Standard deviation of a range, m.
const RANGE_NOISE: f64 = 0.02;

/// Directions of one scan, in the sensor's frame, and the noise of the ranges.
pub struct LidarFan {
    directions: Vec<Vector3>,
    noise: Stream,
}

haul_core::keep_state!(LidarFan { directions: given, noise: value });

impl LidarFan {
    /// Creates the fan of one truck, with its lidar `height` metres above the ground.
    pub fn new(seed: u64, truck: &str, height: f64) -> Self {
        let mut directions = Vec::with_capacity((LAYERS_DOWN + LAYERS_UP) * COLUMNS);
        for layer in 0..LAYERS_DOWN + LAYERS_UP {
            let share = layer as f64 / (LAYERS_DOWN - 1) as f64;
            let ground = GROUND_REACH.0 * libm::pow(GROUND_REACH.1 / GROUND_REACH.0, share);
            let up = if layer < LAYERS_DOWN { -libm::atan(height / ground) } else { LAYER_UP_ELEVATION };
            for column in 0..COLUMNS {
                let around = std::f64::consts::TAU * column as f64 / COLUMNS as f64;
                let flat = libm::cos(up);
                directions.push(Vector3::new(flat * libm::cos(around), flat * libm::sin(around), libm::sin(up)));
            }
        }
        Self { directions, noise: stream(seed, truck, "lidar") }
    }
}

/// Takes one scan for the truck with index `looker`, whose body frame is at `body` and whose sensor is at `mount` in
/// this frame. `range` is the maximum range (m) in the present air.
pub fn scan(
    fan: &mut LidarFan,
    body: &Isometry3,
    mount: &Isometry3,
    rays: &impl Rays,
    looker: u32,
    range: f64,
) -> LidarScan {
    let eye = body * mount;
    let from = eye.translation.vector.into();
    let mut points = Vec::with_capacity(fan.directions.len());
    for direction in &fan.directions {
        if let Some(sight) = rays.look(&from, &(eye.rotation * direction), range, looker) {
            let measured = (sight.distance + RANGE_NOISE * fan.noise.normal()).max(0.0);
            points.push(mount * nalgebra::Point3::from(direction * measured));
        }
    }
    LidarScan { origin: *mount, points }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::physics::{ChassisShape, Motion, Physics, PhysicsTier};
    use crate::tier::{Pillar, Tier};
    use crate::truck::Plant;
    use haul_core::{Point2, Point3};
    use haul_vehicle::{ActuatorCommand, Truck, TruckSpec};
    use std::sync::Arc;

    const MOUNT_HEIGHT: f64 = 5.7;
    /// A post ahead of the truck: distance of its centre and its radius, m.
    const POST: (f64, f64) = (30.0, 1.5);
    /// Distance (m) of the reference point of another truck, to the left.
    const OTHER_DISTANCE: f64 = 25.0;

    /// Returns the faults of a scan by a truck on a plane at height 0, with the post ahead and the other truck beside
    /// it.
    fn faults(scan: &LidarScan, own: &ChassisShape) -> Vec<String> {
        let mut faults = Vec::new();
        let points = || scan.points.iter();
        let count = |holds: &dyn Fn(&&Point3) -> bool| points().filter(|p| holds(p)).count();
        let ground = count(&|p| p.z.abs() < 0.15);
        // Fifteen layers of 360 rays hit the ground, except where the other truck and the post hide it.
        if ground < 4_000 {
            faults.push(format!("{ground} returns of the ground"));
        }
        for quarter in 0..4 {
            let from = f64::from(quarter) * std::f64::consts::FRAC_PI_2 - std::f64::consts::PI;
            let within = |p: &&Point3| (from..from + std::f64::consts::FRAC_PI_2).contains(&libm::atan2(p.y, p.x));
            let n = count(&|p| p.z.abs() < 0.15 && within(p));
            if n < 900 {
                faults.push(format!("{n} returns of the ground in quarter {quarter}"));
            }
        }
        let post = count(&|p| {
            let beside = (libm::hypot(p.x - POST.0, p.y) - POST.1).abs();
            beside < 0.15 && p.z > 0.3 && p.z < 3.2
        });
        if post < 12 {
            faults.push(format!("{post} returns of the post"));
        }
        let side = OTHER_DISTANCE - own.half_width;
        let other = count(&|p| (p.y - side).abs() < 0.15 && p.z > 1.0 && p.z < own.top + 0.2);
        if other < 60 {
            faults.push(format!("{other} returns of the other truck"));
        }
        let own_returns =
            count(&|p| p.x > -own.rear - 0.2 && p.x < own.front + 0.2 && p.y.abs() < own.half_width + 0.2 && p.z > 0.3);
        if own_returns > 0 {
            faults.push(format!("{own_returns} returns of its own body"));
        }
        let beneath = count(&|p| p.z < -0.15);
        if beneath > 0 {
            faults.push(format!("{beneath} returns beneath the ground"));
        }
        faults
    }

    #[test]
    fn lidar_sees_ground_post_and_truck_but_not_itself_and_a_blind_lidar_fails() {
        let mut physics = Physics::new(0.005);
        assert!(physics.add_terrain((-150.0, -150.0), 3.0, (101, 101), |_, _| 0.0));
        let spec = Arc::new(TruckSpec::tr100at());
        let shape = ChassisShape::of(&spec);
        let mut tier = PhysicsTier::new(physics);
        for (index, left) in [(0, 0.0), (1, OTHER_DISTANCE)] {
            let machine = Truck::new(Arc::clone(&spec));
            let motion = Motion {
                pose: Isometry3::translation(0.0, left, 0.0),
                velocity: Vector3::zeros(),
                angular_velocity: Vector3::zeros(),
            };
            let mass = machine.mass_properties();
            tier.add_truck(index, &spec, &Plant { machine, motion, mass, command: ActuatorCommand::default() });
        }
        tier.add_post(7, Pillar { at: Point2::new(POST.0, 0.0), ground: 0.0, radius: POST.1, height: 3.0 });
        tier.step();
        let mount = Isometry3::translation(2.0, 0.0, MOUNT_HEIGHT);
        let mut fan = LidarFan::new(1, "T1", MOUNT_HEIGHT);
        let seen = scan(&mut fan, &Isometry3::identity(), &mount, &tier, 0, RANGE);
        assert_eq!(faults(&seen, &shape), Vec::<String>::new());
        let blind = LidarScan { points: Vec::new(), ..seen.clone() };
        assert!(!faults(&blind, &shape).is_empty(), "a blind lidar passes");
        let mut ahead_only = seen;
        ahead_only.points.retain(|p| p.x > 0.0);
        assert!(!faults(&ahead_only, &shape).is_empty(), "half of a lidar passes");
        let in_fog = scan(&mut fan, &Isometry3::identity(), &mount, &tier, 0, 25.0);
        assert!(
            !in_fog.points.is_empty() && in_fog.points.iter().all(|p| (p - mount * Point3::origin()).norm() < 25.2)
        );
    }
}
