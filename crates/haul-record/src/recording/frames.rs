//! The binary messages of `/frames`: CDR of ROS 2, which Foxglove and the `mcap` tools read.

use crate::frame::Frame;
use haul_core::{Isometry3, SimTime, TruckId};
use nalgebra::{Quaternion, Translation3, UnitQuaternion};

/// Name of the schema.
pub const SCHEMA_NAME: &str = "haul_msgs/msg/Frame";
/// The schema, in the language of ROS 2 messages.
pub const SCHEMA: &str = "\
# One instant of a haul run. SI units and radians; site frame: x east, y north, z up.
uint64 time_ns
haul_msgs/TruckMotion[] trucks
================================================================================
MSG: haul_msgs/TruckMotion
# Number of the truck
uint32 truck
# Position of the ground point under the rear axle, m
float64 x
float64 y
float32 z
# Rotation of the body frame (x ahead, y left, z up)
float32 qx
float32 qy
float32 qz
float32 qw
# Speed along the body, m/s
float32 speed
# Mean steering angle of the front wheels, rad, positive to the left
float32 steering
# Angle of the raised body, rad
float32 body_angle
# Payload, kg
float32 payload
";

/// Steps a unit to which the numbers are rounded: powers of two, so that the lowest bytes become zero, and coarse enough
/// that a number repeats from frame to frame. Compression lives on both.
mod steps {
    /// Half a millimetre, in plan.
    pub const PLAN: f64 = 2048.0;
    /// A millimetre of height, and a millimetre a second of speed.
    pub const MILLI: f64 = 1024.0;
    /// Parts of a quaternion: 0.001°.
    pub const ROTATION: f64 = 131_072.0;
    /// Radians: 0.003°.
    pub const ANGLE: f64 = 16_384.0;
    /// Kilograms.
    pub const MASS: f64 = 1.0;
}

fn rounded(value: f64, steps: f64) -> f64 {
    (value * steps).round() / steps
}

/// Encapsulation: CDR, little-endian.
const HEAD: [u8; 4] = [0, 1, 0, 0];

/// Motion of a truck, as `/frames` holds it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TruckMotion {
    /// Number of the truck.
    pub truck: TruckId,
    /// Pose of the body frame.
    pub pose: Isometry3,
    /// Speed along the body, m/s.
    pub speed: f64,
    /// Mean steering angle of the front wheels, rad.
    pub steering: f64,
    /// Angle of the raised body, rad.
    pub body_angle: f64,
    /// Payload, kg.
    pub payload: f64,
}

/// Appends a frame. A value aligns to its own size, counted from behind the head.
pub fn write(out: &mut Vec<u8>, frame: &Frame) {
    out.extend(HEAD);
    let start = out.len();
    out.extend(frame.at.nanos().to_le_bytes());
    out.extend((frame.trucks.len() as u32).to_le_bytes());
    for truck in &frame.trucks {
        out.extend(truck.truck.0.to_le_bytes());
        while !(out.len() - start).is_multiple_of(8) {
            out.push(0);
        }
        let (t, q) = (truck.pose.translation.vector, truck.pose.rotation);
        out.extend(rounded(t.x, steps::PLAN).to_le_bytes());
        out.extend(rounded(t.y, steps::PLAN).to_le_bytes());
        let rotation = [q.i, q.j, q.k, q.w].map(|part| rounded(part, steps::ROTATION));
        let small = [
            rounded(t.z, steps::MILLI),
            rotation[0],
            rotation[1],
            rotation[2],
            rotation[3],
            rounded(truck.speed, steps::MILLI),
            rounded(truck.steering, steps::ANGLE),
            rounded(truck.body_angle, steps::ANGLE),
            rounded(truck.payload, steps::MASS),
        ];
        for value in small {
            out.extend((value as f32).to_le_bytes());
        }
    }
}

/// Reads a frame; `None` if the bytes are not one.
pub fn read(bytes: &[u8]) -> Option<(SimTime, Vec<TruckMotion>)> {
    let body = bytes.strip_prefix(&HEAD)?;
    let mut at = 0_usize;
    let mut take = |size: usize, align: usize| {
        let from = at.next_multiple_of(align);
        at = from + size;
        body.get(from..at)
    };
    let time = SimTime::from_nanos(u64::from_le_bytes(take(8, 8)?.try_into().ok()?));
    let count = u32::from_le_bytes(take(4, 4)?.try_into().ok()?);
    let mut trucks = Vec::new();
    for _ in 0..count {
        let truck = TruckId(u32::from_le_bytes(take(4, 4)?.try_into().ok()?));
        let mut real = || Some(f64::from_le_bytes(take(8, 8)?.try_into().ok()?));
        let (x, y) = (real()?, real()?);
        let mut small = || Some(f64::from(f32::from_le_bytes(take(4, 4)?.try_into().ok()?)));
        let (z, i, j, k, w) = (small()?, small()?, small()?, small()?, small()?);
        let pose = Isometry3::from_parts(
            Translation3::new(x, y, z),
            UnitQuaternion::from_quaternion(Quaternion::new(w, i, j, k)),
        );
        let (speed, steering, body_angle, payload) = (small()?, small()?, small()?, small()?);
        trucks.push(TruckMotion { truck, pose, speed, steering, body_angle, payload });
    }
    Some((time, trucks))
}
