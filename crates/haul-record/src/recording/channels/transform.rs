//! Coordinate frames of machines for Foxglove.

use super::rounded;
use crate::frame::{TruckFrame, VehicleFrame};
use haul_core::{Isometry3, SimTime};
use nalgebra::{Translation3, UnitQuaternion};
use serde::Serialize;

#[derive(Serialize)]
struct Stamp {
    sec: u64,
    nsec: u64,
}

#[derive(Serialize)]
struct Vector {
    x: f64,
    y: f64,
    z: f64,
}

#[derive(Serialize)]
struct Rotation {
    x: f64,
    y: f64,
    z: f64,
    w: f64,
}

/// One message on `/tf`.
#[derive(Serialize)]
pub struct TransformMessage {
    timestamp: Stamp,
    parent_frame_id: &'static str,
    child_frame_id: String,
    translation: Vector,
    rotation: Rotation,
}

impl TransformMessage {
    /// Creates the transform of a truck.
    pub fn truck(truck: &TruckFrame, at: SimTime) -> Self {
        Self::new(truck.truck.to_string(), &truck.pose, at)
    }

    /// Creates the transform of a manned vehicle, which stands level.
    pub fn vehicle(vehicle: &VehicleFrame, at: SimTime) -> Self {
        let (plan, level) = (vehicle.pose, UnitQuaternion::from_euler_angles(0.0, 0.0, vehicle.pose.heading));
        let pose = Isometry3::from_parts(Translation3::new(plan.x, plan.y, vehicle.ground), level);
        Self::new(vehicle.vehicle.to_string(), &pose, at)
    }

    fn new(child_frame_id: String, pose: &Isometry3, at: SimTime) -> Self {
        let (t, q) = (pose.translation.vector, pose.rotation);
        Self {
            timestamp: Stamp { sec: at.nanos() / 1_000_000_000, nsec: at.nanos() % 1_000_000_000 },
            parent_frame_id: "site",
            child_frame_id,
            translation: Vector { x: rounded(t.x, 3), y: rounded(t.y, 3), z: rounded(t.z, 3) },
            rotation: Rotation { x: rounded(q.i, 6), y: rounded(q.j, 6), z: rounded(q.k, 6), w: rounded(q.w, 6) },
        }
    }
}
