//! A truck in the world: its machine, its body, its sensors and its on-board stack.

use crate::driver::{DriverKind, Seat};
use crate::fault::TruckFaults;
use crate::metrics::{CycleWatch, SurfaceWatch};
use crate::physics::{BodyId, Motion, Touch};
use crate::sensors::SensorSet;
use crate::stand::StandWatch;
use haul_autonomy::OnBoard;
use haul_core::{Footprint, Isometry3, Point3, Pose2, SimTime, StandReason, TruckId, Vector3};
use haul_vehicle::{ActuatorCommand, MassProperties, Truck};

/// Tells whether a truck takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub enum TruckStatus {
    /// On its wheels.
    Running,
    /// On its side or back; it stays in the world.
    Overturned,
    /// Off the map, or its motion was no number any more; it stands still where it was last.
    Gone,
}

/// A truck in the world.
pub struct SimTruck {
    pub(crate) id: TruckId,
    pub(crate) machine: Truck,
    pub(crate) onboard: OnBoard,
    /// The driver at the wheel.
    pub(crate) seat: Seat,
    pub(crate) faults: TruckFaults,
    pub(crate) body: BodyId,
    pub(crate) motion: Motion,
    pub(crate) mass: MassProperties,
    pub(crate) command: ActuatorCommand,
    pub(crate) sensors: SensorSet,
    pub(crate) status: TruckStatus,
    pub(crate) cycle: CycleWatch,
    pub(crate) surface: SurfaceWatch,
    pub(crate) tipping: Tipping,
    /// When the supervisor held it last.
    pub(crate) restricted_at: Option<SimTime>,
    pub(crate) stand: StandWatch,
    pub(crate) touched: Touches,
    pub(crate) footprint: Footprint,
    pub(crate) bed: Point3,
}

/// What has left the body since it was last at rest.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Tipping {
    /// What fell, kg.
    pub mass: f64,
    /// What of it fell at a place, kg.
    pub received: f64,
    /// The place.
    pub place: Option<haul_core::PlaceId>,
    /// Steps since the last of it fell.
    pub quiet: u32,
}

/// What a body has touched lately.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Touches(Vec<(Touch, SimTime)>);

/// Touches of the same thing no further apart than this are one accident, s: boxes rebound and scrape.
const SAME_ACCIDENT: f64 = 3.0;

impl Touches {
    /// Takes a touch; whether it belongs to an accident that has been counted.
    pub fn is_same_accident(&mut self, touch: Touch, now: SimTime) -> bool {
        self.0.retain(|(_, at)| now.since(*at) <= SAME_ACCIDENT);
        match self.0.iter_mut().find(|(other, _)| *other == touch) {
            Some((_, at)) => {
                *at = now;
                true
            }
            None => {
                self.0.push((touch, now));
                false
            }
        }
    }
}

haul_core::keep_state!(SimTruck {
    id: given,
    machine: part,
    onboard: part,
    seat: value,
    faults: value,
    body: value,
    motion: value,
    mass: value,
    command: value,
    sensors: part,
    status: value,
    cycle: value,
    surface: value,
    tipping: value,
    restricted_at: value,
    stand: value,
    touched: value,
    footprint: given,
    bed: given,
});

impl SimTruck {
    /// Its number.
    pub fn id(&self) -> TruckId {
        self.id
    }

    /// Pose of the body frame: origin on the ground under the middle of the rear axle.
    pub fn pose(&self) -> Isometry3 {
        self.motion.pose
    }

    /// The pose in plan.
    pub fn plan_pose(&self) -> Pose2 {
        Pose2::from_isometry(&self.motion.pose)
    }

    /// Velocity of the body frame's origin, site frame, m/s.
    pub fn velocity(&self) -> Vector3 {
        let arm = self.motion.pose.rotation * self.mass.centre.coords;
        self.motion.velocity - self.motion.angular_velocity.cross(&arm)
    }

    /// Turn rate, site frame, rad/s.
    pub fn angular_velocity(&self) -> Vector3 {
        self.motion.angular_velocity
    }

    /// The machine, with its state.
    pub fn truck(&self) -> &Truck {
        &self.machine
    }

    /// The on-board stack, with its telemetry.
    pub fn onboard(&self) -> &OnBoard {
        &self.onboard
    }

    /// The kind of the driver at the wheel.
    pub fn driver(&self) -> DriverKind {
        self.seat.kind()
    }

    /// The faults that it has now.
    pub fn faults(&self) -> &TruckFaults {
        &self.faults
    }

    /// The command that reached the actuators last.
    pub fn command(&self) -> &ActuatorCommand {
        &self.command
    }

    /// Tells whether it takes part.
    pub fn status(&self) -> TruckStatus {
        self.status
    }

    /// The reason for which it stands, and since when; `None` while it moves.
    pub fn stands(&self) -> Option<(&StandReason, SimTime)> {
        self.stand.reason()
    }

    /// Tells whether it has stood without progress for longer than its reason allows, and still does.
    pub fn is_stuck(&self) -> bool {
        self.stand.is_stuck()
    }

    /// The ground it covers.
    pub fn footprint(&self) -> Footprint {
        self.footprint
    }
}
