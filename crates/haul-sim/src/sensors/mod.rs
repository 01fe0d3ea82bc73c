//! The truck's sensors: each reads a part of the true state, with its own errors.
//!
//! Every sensor has its own random stream, so that an extra draw by one sensor never changes another sensor.

mod inertial;
mod lidar;
mod objects;
mod onboard;
mod satellite;

pub use lidar::{LidarFan, scan};
pub use objects::{Detector, Target};

use crate::physics::Motion;
use crate::tier::Rays;
use haul_autonomy::SensorFrame;
use haul_core::{Isometry3, Point3, SimTime, Vector3};
use haul_vehicle::{TruckState, sensor_range};

/// Level of detail of the surround sensors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SensorLevel {
    /// Each visible object with the errors of a detector, found by a few lines of sight: for fleets.
    #[default]
    Objects,
    /// The objects and the returns of a lidar: for work on perception.
    Scan,
}

/// The true state of one truck, which its sensors measure.
pub struct Truth<'a> {
    /// Present time.
    pub now: SimTime,
    /// Motion of the truck; the velocity is that of the centre of mass.
    pub motion: &'a Motion,
    /// Centre of mass in the body frame, m.
    pub centre: Point3,
    /// State of the machine.
    pub state: &'a TruckState,
}

impl Truth<'_> {
    /// Returns the velocity of the body frame's origin in the site frame, m/s.
    pub fn origin_velocity(&self) -> Vector3 {
        let arm = self.motion.pose.rotation * self.centre.coords;
        self.motion.velocity - self.motion.angular_velocity.cross(&arm)
    }
}

/// Sensors of one truck.
pub struct SensorSet {
    satellite: satellite::Satellite,
    inertial: inertial::Inertial,
    machine: onboard::MachineSensors,
    detector: Detector,
    fan: Option<LidarFan>,
    mount: Isometry3,
    samples: u64,
    /// Ranges of the detector and the lidar in the present air, m.
    ranges: [f64; 2],
}

haul_core::keep_state!(SensorSet {
    satellite: part,
    inertial: part,
    machine: part,
    detector: part,
    fan: part,
    mount: given,
    samples: value,
    ranges: value,
});

impl SensorSet {
    /// Creates the sensors of `truck` under the seed of a run. `roof` is the height of the truck's top, and `middle`
    /// the distance (m) of its middle from the rear axle, where the lidar's mast stands.
    pub fn new(seed: u64, truck: &str, level: SensorLevel, (middle, roof): (f64, f64)) -> Self {
        let mount = Isometry3::translation(middle, 0.0, roof + lidar::MAST_HEIGHT);
        Self {
            satellite: satellite::Satellite::new(seed, truck),
            inertial: inertial::Inertial::new(seed, truck),
            machine: onboard::MachineSensors::new(seed, truck),
            detector: Detector::new(seed, truck),
            fan: (level == SensorLevel::Scan).then(|| LidarFan::new(seed, truck, roof + lidar::MAST_HEIGHT)),
            mount,
            samples: 0,
            ranges: [objects::RANGE, lidar::RANGE],
        }
    }

    /// Sets the meteorological visibility, m. Fog, snow and dust reduce the range of the surround sensors.
    pub fn set_visibility(&mut self, visibility: f64) {
        self.ranges = [objects::RANGE, lidar::RANGE].map(|clear| sensor_range(clear, visibility));
    }

    /// Returns the readings of one control step of `dt` seconds. `targets` are the objects that a detector may see; the
    /// truck's own target (index `own`) is skipped.
    pub fn sample(&mut self, dt: f64, truth: &Truth, rays: &impl Rays, own: u32, targets: &[Target]) -> SensorFrame {
        // The slow sensors read in every second control step: 10 Hz.
        let slow = self.samples.is_multiple_of(2);
        self.samples += 1;
        let eye = truth.motion.pose * self.mount;
        if slow {
            self.detector.look(&eye, rays, own, targets, self.ranges[0]);
        }
        let machine = self.machine.sample(truth);
        SensorFrame {
            time: truth.now,
            gnss: slow.then(|| self.satellite.fix(&truth.motion.pose)),
            imu: self.inertial.sample(dt, truth),
            wheel_speeds: machine.wheel_speeds,
            steering_angle: machine.steering_angle,
            gear: truth.state.gear,
            engine_speed: truth.state.engine_speed,
            body_angle: machine.body_angle,
            payload_kg: machine.payload_kg,
            retarder_temp: truth.state.retarder_temp,
            lidar: match &mut self.fan {
                Some(fan) if slow => Some(scan(fan, &truth.motion.pose, &self.mount, rays, own, self.ranges[1])),
                _ => None,
            },
            objects: self.detector.seen().to_vec(),
            is_blind: false,
        }
    }
}
