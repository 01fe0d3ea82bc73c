//! Messages about shovels, heaps and manned vehicles.

use super::rounded;
use crate::frame::{HeapFrame, ShovelFrame, VehicleFrame};
use haul_core::units::{from_compass, from_kmh, from_tonnes, to_compass, to_kmh, to_tonnes};
use haul_core::{Footprint, Point2, Pose2, VehicleKind};
use serde::{Deserialize, Serialize};

/// Pose of a machine on the ground.
#[derive(Serialize, Deserialize)]
struct GroundPose {
    x: f64,
    y: f64,
    z: f64,
    bearing_deg: f64,
}

impl GroundPose {
    fn new(pose: Pose2, ground: f64) -> Self {
        let bearing_deg = rounded(to_compass(pose.heading), 3);
        Self { x: rounded(pose.x, 3), y: rounded(pose.y, 3), z: rounded(ground, 3), bearing_deg }
    }

    fn pose(&self) -> Pose2 {
        Pose2::new(self.x, self.y, from_compass(self.bearing_deg))
    }
}

#[derive(Serialize, Deserialize)]
struct ShovelMessage {
    place: String,
    #[serde(flatten)]
    at: GroundPose,
    swing_deg: f64,
    boom_deg: f64,
    stick_deg: f64,
    bucket_deg: f64,
    bucket_t: f64,
}

impl ShovelMessage {
    fn new(shovel: &ShovelFrame) -> Self {
        Self {
            place: shovel.place.to_string(),
            at: GroundPose::new(shovel.pose, shovel.ground),
            swing_deg: rounded(shovel.swing.to_degrees(), 2),
            boom_deg: rounded(shovel.boom.to_degrees(), 2),
            stick_deg: rounded(shovel.stick.to_degrees(), 2),
            bucket_deg: rounded(shovel.bucket.to_degrees(), 2),
            bucket_t: rounded(to_tonnes(shovel.bucket_mass), 3),
        }
    }

    fn frame(&self) -> ShovelFrame {
        ShovelFrame {
            place: self.place.as_str().into(),
            pose: self.at.pose(),
            ground: self.at.z,
            swing: self.swing_deg.to_radians(),
            boom: self.boom_deg.to_radians(),
            stick: self.stick_deg.to_radians(),
            bucket: self.bucket_deg.to_radians(),
            bucket_mass: from_tonnes(self.bucket_t),
        }
    }
}

/// One message on `/shovels`.
#[derive(Serialize, Deserialize)]
pub struct ShovelsMessage {
    shovels: Vec<ShovelMessage>,
}

impl ShovelsMessage {
    pub fn new(shovels: &[ShovelFrame]) -> Self {
        Self { shovels: shovels.iter().map(ShovelMessage::new).collect() }
    }

    pub fn shovels(&self) -> Vec<ShovelFrame> {
        self.shovels.iter().map(ShovelMessage::frame).collect()
    }
}

#[derive(Serialize, Deserialize)]
struct HeapMessage {
    place: String,
    x: f64,
    y: f64,
    radius_m: f64,
    height_m: f64,
}

/// One message on `/heaps`.
#[derive(Serialize, Deserialize)]
pub struct HeapsMessage {
    heaps: Vec<HeapMessage>,
}

impl HeapsMessage {
    pub fn new(heaps: &[HeapFrame]) -> Self {
        let one = |h: &HeapFrame| HeapMessage {
            place: h.place.to_string(),
            x: rounded(h.centre.x, 2),
            y: rounded(h.centre.y, 2),
            radius_m: rounded(h.radius, 2),
            height_m: rounded(h.height, 2),
        };
        Self { heaps: heaps.iter().map(one).collect() }
    }

    pub fn heaps(&self) -> Vec<HeapFrame> {
        let one = |h: &HeapMessage| HeapFrame {
            place: h.place.as_str().into(),
            centre: Point2::new(h.x, h.y),
            radius: h.radius_m,
            height: h.height_m,
        };
        self.heaps.iter().map(one).collect()
    }
}

#[derive(Serialize, Deserialize)]
struct VehicleMessage {
    vehicle: String,
    /// Older recordings have no vehicle kind.
    #[serde(default)]
    kind: VehicleKind,
    #[serde(flatten)]
    at: GroundPose,
    speed_kmh: f64,
    front_m: f64,
    rear_m: f64,
    width_m: f64,
    height_m: f64,
}

impl VehicleMessage {
    fn new(vehicle: &VehicleFrame) -> Self {
        Self {
            vehicle: vehicle.vehicle.to_string(),
            kind: vehicle.kind,
            at: GroundPose::new(vehicle.pose, vehicle.ground),
            speed_kmh: rounded(to_kmh(vehicle.speed), 2),
            front_m: rounded(vehicle.footprint.front, 3),
            rear_m: rounded(vehicle.footprint.rear, 3),
            width_m: rounded(2.0 * vehicle.footprint.half_width, 3),
            height_m: rounded(vehicle.height, 3),
        }
    }

    fn frame(&self) -> VehicleFrame {
        VehicleFrame {
            vehicle: self.vehicle.as_str().into(),
            kind: self.kind,
            pose: self.at.pose(),
            ground: self.at.z,
            footprint: Footprint { front: self.front_m, rear: self.rear_m, half_width: self.width_m / 2.0 },
            height: self.height_m,
            speed: from_kmh(self.speed_kmh),
            driven: 0.0,
            activity: String::new(),
        }
    }
}

/// One message on `/vehicles`.
#[derive(Serialize, Deserialize)]
pub struct VehiclesMessage {
    vehicles: Vec<VehicleMessage>,
}

impl VehiclesMessage {
    pub fn new(vehicles: &[VehicleFrame]) -> Self {
        Self { vehicles: vehicles.iter().map(VehicleMessage::new).collect() }
    }

    pub fn vehicles(&self) -> Vec<VehicleFrame> {
        self.vehicles.iter().map(VehicleMessage::frame).collect()
    }
}
