//! Readings of the truck's sensors at one time: the stack's only knowledge of the world apart from messages.
//!
//! The body frame has its origin on the ground under the rear-axle centre, x forward, y left, z up.

use haul_core::{Footprint, Isometry3, Point3, Pose2, SimTime, Vector2, Vector3};
use serde::{Deserialize, Serialize};

/// Sensor readings of one control step.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SensorFrame {
    /// Time of the readings.
    pub time: SimTime,
    /// A fix of the satellite receiver, in steps in which a fix arrives.
    pub gnss: Option<GnssFix>,
    /// Sample of the inertial unit.
    pub imu: ImuSample,
    /// Wheel speeds, rad/s, positive when rolling forward, in the order of `haul_vehicle`: front left, front right,
    /// rear left outer, rear left inner, rear right inner, rear right outer.
    pub wheel_speeds: [f64; 6],
    /// Present steering angle at the virtual front wheel, rad, positive to the left.
    pub steering_angle: f64,
    /// Gear: −1 reverse, 0 neutral, 1 to 6 forward.
    pub gear: i8,
    /// Engine speed, rad/s.
    pub engine_speed: f64,
    /// Body angle, rad; 0 when the body is down on the chassis.
    pub body_angle: f64,
    /// Payload from the strut pressures, kg.
    pub payload_kg: f64,
    /// Retarder oil temperature, K.
    pub retarder_temp: f64,
    /// A lidar scan, in steps in which a scan is complete.
    pub lidar: Option<LidarScan>,
    /// Objects seen by the detector of the sensor level "objects", with or without a scan.
    pub objects: Vec<DetectedObject>,
    /// True while the surround sensors give no reading at all. Then an empty list does not mean free ground.
    pub is_blind: bool,
}

/// Maximum time (s) by which a frame may be stamped ahead of the present before this counts as a clock error: one
/// control period.
const CLOCK_SLACK: f64 = 0.05;

impl SensorFrame {
    /// Returns true if the frame is newer than the last used one and not stamped ahead of `now`.
    pub fn is_new(&self, last: Option<SimTime>, now: SimTime) -> bool {
        last.is_none_or(|last| self.time > last) && self.time.since(now) <= CLOCK_SLACK
    }
}

/// A fix of a dual-antenna receiver with corrections.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct GnssFix {
    /// Origin of the body frame in the site frame, m (the receiver subtracts the antenna's lever arm).
    pub position: Point3,
    /// Heading from the two antennas, rad, anticlockwise from east.
    pub heading: f64,
    /// Standard deviation of each horizontal coordinate, m.
    pub sigma: f64,
    /// Standard deviation of the heading, rad.
    pub heading_sigma: f64,
}

/// A sample of the inertial unit, in body axes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ImuSample {
    /// Specific force, m/s²: a truck at rest on level ground reads +g on z.
    pub acceleration: Vector3,
    /// Turn rate, rad/s.
    pub angular_velocity: Vector3,
}

impl Default for ImuSample {
    /// Returns the reading of a truck at rest on level ground.
    fn default() -> Self {
        Self { acceleration: Vector3::new(0.0, 0.0, haul_core::GRAVITY), angular_velocity: Vector3::zeros() }
    }
}

/// One scan of a lidar.
#[derive(Debug, Clone, PartialEq)]
pub struct LidarScan {
    /// Pose of the sensor in the body frame.
    pub origin: Isometry3,
    /// Returns in the body frame, m.
    pub points: Vec<Point3>,
}

/// An object seen by the object-level detector, in the site frame.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DetectedObject {
    /// Pose of the object: the reference point of its shape, and its heading.
    pub pose: Pose2,
    /// Shape of the object, relative to its pose.
    pub shape: ObjectShape,
    /// Velocity in plan, in the site frame, m/s.
    pub velocity: Vector2,
}

/// Plan outline of a detected object, relative to its pose.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum ObjectShape {
    /// A disc about the pose with this radius (m): a rock, a person, a post.
    Disc(f64),
    /// A rectangle about the pose: a vehicle.
    Box(Footprint),
}
