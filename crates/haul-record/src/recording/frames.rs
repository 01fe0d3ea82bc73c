//! The binary messages on `/frames`: ROS 2 CDR, which Foxglove and the `mcap` tools read.

use crate::frame::Frame;
use haul_core::{Isometry3, SimTime, TruckId};
use nalgebra::{Quaternion, Translation3, UnitQuaternion};

/// Name of the schema of `/frames`.
pub const SCHEMA_NAME: &str = "haul_msgs/msg/Frame";
/// The schema of `/frames`, in the ROS 2 message language.
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

/// Number of steps per unit to which values are rounded. Powers of two make the lowest bytes zero, and coarse steps
/// make values repeat from frame to frame. Both help compression.
mod steps {
    /// Positions in plan, in steps of half a millimetre.
    pub const PLAN: f64 = 2048.0;
    /// Heights in steps of one millimetre, and speeds in steps of 1 mm/s.
    pub const MILLI: f64 = 1024.0;
    /// Quaternion components, in steps of about 0.001° of rotation.
    pub const ROTATION: f64 = 131_072.0;
    /// Angles (rad), in steps of about 0.003°.
    pub const ANGLE: f64 = 16_384.0;
    /// Masses, in steps of 1 kg.
    pub const MASS: f64 = 1.0;
}

fn rounded(value: f64, steps: f64) -> f64 {
    (value * steps).round() / steps
}

/// CDR encapsulation header: little-endian.
const HEAD: [u8; 4] = [0, 1, 0, 0];

/// Motion of a truck, as a message on `/frames` holds it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TruckMotion {
    /// Number of the truck.
    pub truck: TruckId,
    /// Pose of the body frame.
    pub pose: Isometry3,
    /// Speed along body x, m/s.
    pub speed: f64,
    /// Mean steering angle of the front wheels, rad.
    pub steering: f64,
    /// Angle of the dump body, rad; 0 is down.
    pub body_angle: f64,
    /// Payload, kg.
    pub payload: f64,
}

/// Appends a frame as CDR. A value is aligned to its own size, counted from the end of the encapsulation header.
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

/// Reads a frame from CDR; `None` if the bytes are not a frame.
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
