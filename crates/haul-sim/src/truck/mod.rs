//! A truck in the world: its machine, its sensors, its on-board stack, its driver and its faults.
//!
//! The world asks a truck to act, and the truck answers with effects. A truck knows no other actor.

mod control;
mod losses;
mod metrics;
mod plant;
mod surface;
mod tipping;

pub use plant::Plant;

pub(crate) use control::ControlStep;

use crate::driver::{DriverKind, Seat};
use crate::fault::TruckFaults;
use crate::ground::MineGround;
use crate::metrics::{CycleWatch, SurfaceWatch};
use crate::sensors::{SensorLevel, SensorSet, Target};
use crate::setup::TruckSetup;
use crate::shovel::SpottedTruck;
use crate::stand::StandWatch;
use crate::tier::Tier;
use crate::vehicle::SeenTruck;
use haul_autonomy::{ObjectShape, OnBoard, OnBoardConfig};
use haul_core::{
    Footprint, Isometry3, PlaceId, Point2, Point3, Pose2, SimTime, StandReason, TruckId, Vector2, Vector3, angle,
};
use haul_messages::Epoch;
use haul_planner::{Atlas, Conditions};
use haul_record::TruckFault;
use haul_vehicle::{ActuatorCommand, Environment, Truck};
use losses::Touches;
use std::sync::Arc;
use tipping::Tipping;

/// Maximum distance (m) between the rear axle of a truck and its spot: the shovel's reach allows no more.
const SPOT_DISTANCE: f64 = 3.0;
/// Maximum heading error of a truck at its spot, rad (15°).
const SPOT_HEADING: f64 = 15.0 * std::f64::consts::PI / 180.0;
/// Maximum speed of a truck at its spot, m/s.
const STANDING_SPEED: f64 = 0.1;

/// Status of a truck in the simulation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub enum TruckStatus {
    /// The truck is on its wheels.
    Running,
    /// The truck is on its side or back; it stays in the world.
    Overturned,
    /// The truck is off the map, or its motion was no longer a number. It stays at its last pose.
    Gone,
}

/// A truck in the world.
pub struct SimTruck {
    id: TruckId,
    /// Index of the truck, by which the tier names it.
    index: u32,
    plant: Plant,
    onboard: OnBoard,
    /// Driver at the wheel.
    seat: Seat,
    faults: TruckFaults,
    sensors: SensorSet,
    status: TruckStatus,
    cycle: CycleWatch,
    surface: SurfaceWatch,
    tipping: Tipping,
    /// Time at which the supervisor last held the truck.
    restricted_at: Option<SimTime>,
    stand: StandWatch,
    touched: Touches,
    footprint: Footprint,
    bed: Point3,
}

haul_core::keep_state!(SimTruck {
    id: given,
    index: given,
    plant: part,
    onboard: part,
    seat: value,
    faults: value,
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

/// Equipment shared by all trucks of a run.
pub(crate) struct Outfit {
    pub seed: u64,
    pub sensors: SensorLevel,
    pub conditions: Conditions,
    pub epoch: Epoch,
    /// Ambient air at the start, for which the trucks plan.
    pub environment: Environment,
    /// Atlas shared by all trucks: the plans of one truck serve the others.
    pub atlas: Arc<Atlas>,
}

impl SimTruck {
    /// Creates a truck at rest on the ground and adds it to the tier.
    pub(crate) fn new(
        index: u32,
        setup: &TruckSetup,
        outfit: &Outfit,
        ground: &MineGround,
        tier: &mut impl Tier,
    ) -> Self {
        let spec = &setup.spec;
        let mut machine = Truck::new(Arc::clone(spec));
        if setup.payload_kg > 0.0 {
            machine.set_payload(setup.payload_kg);
        }
        if let Some(fuel) = setup.fuel_kg {
            machine.set_fuel(fuel);
        }
        machine.set_environment(outfit.environment);
        let plant = Plant::at_rest(machine, setup.start, ground);
        tier.add_truck(index, spec, &plant);
        let footprint = spec.footprint();
        let onboard = OnBoard::new(OnBoardConfig {
            truck: setup.id,
            spec: Arc::clone(spec),
            atlas: Arc::clone(&outfit.atlas),
            conditions: outfit.conditions,
            environment: outfit.environment,
            lateral_control: setup.lateral_control,
        })
        .with_epoch(outfit.epoch);
        let middle = (footprint.front - footprint.rear) / 2.0;
        let mast = (middle, spec.geometry.height);
        let mut truck = Self {
            id: setup.id,
            index,
            plant,
            sensors: SensorSet::new(outfit.seed, &setup.id.to_string(), outfit.sensors, mast),
            status: TruckStatus::Running,
            cycle: CycleWatch::new(onboard.telemetry().state),
            onboard,
            seat: Seat::of(setup.driver),
            faults: TruckFaults::default(),
            surface: SurfaceWatch::new(footprint),
            tipping: Tipping::default(),
            restricted_at: None,
            stand: StandWatch::new(),
            touched: Touches::default(),
            footprint,
            bed: spec.mass.payload_centre,
        };
        tier.settle(index, &mut truck.plant);
        truck
    }

    /// Returns true if the truck takes part in the simulation.
    pub(crate) fn is_in_play(&self) -> bool {
        self.status != TruckStatus::Gone
    }

    /// Puts a driver at the wheel.
    pub(crate) fn take_seat(&mut self, seat: Seat) {
        self.seat = seat;
    }

    /// Injects a fault, or ends it.
    pub(crate) fn set_fault(&mut self, fault: TruckFault, fails: bool) {
        if fails {
            self.faults.fail(fault);
        } else {
            self.faults.repair(fault);
        }
        self.plant.machine.set_breakdown(self.faults.breakdown());
        self.onboard.set_slip_control(!self.faults.has(TruckFault::SlipControl));
    }

    /// Updates the visibility (m) and the air around the truck.
    pub(crate) fn feel_weather(&mut self, visibility: f64, air: Environment) {
        self.sensors.set_visibility(visibility);
        if *self.plant.machine.environment() != air {
            self.plant.machine.set_environment(air);
        }
    }

    /// Cools the truck to the air temperature, as after a night.
    pub(crate) fn cool_down(&mut self) {
        self.plant.machine.cool_down();
    }

    /// Returns the points in plan over which the rear wheels roll, m.
    pub(crate) fn tracks(&self) -> [Point2; 2] {
        let (pose, half) = (self.plan_pose(), 0.5 * self.plant.machine.spec().geometry.track_rear);
        [pose.place(0.0, half), pose.place(0.0, -half)]
    }

    /// Returns the truck as seen by a detector.
    pub(crate) fn target(&self) -> Target {
        let velocity = self.velocity();
        Target {
            pose: self.plan_pose(),
            ground: self.plant.motion.pose.translation.z,
            shape: ObjectShape::Box(self.footprint),
            velocity: Vector2::new(velocity.x, velocity.y),
            truck: Some(self.index),
            fixed: None,
            vehicle: None,
        }
    }

    /// Returns the truck as seen by the driver of a vehicle.
    pub(crate) fn seen(&self) -> SeenTruck {
        SeenTruck { id: self.id, pose: self.plan_pose(), footprint: self.footprint }
    }

    /// Returns the truck under a shovel, with the middle of its bed in plan; `None` if it does not stand at this spot.
    pub(crate) fn standing_at(&self, spot: Pose2) -> Option<(SpottedTruck, Point2)> {
        let pose = self.plan_pose();
        let stands = self.status == TruckStatus::Running
            && self.velocity().norm() < STANDING_SPEED
            && pose.distance(spot) < SPOT_DISTANCE
            && angle::difference(pose.heading, spot.heading).abs() < SPOT_HEADING;
        stands.then(|| (self.standing(), pose.place(self.bed.x, self.bed.y)))
    }

    /// Receives a bucket of `mass` kg that falls at a point of the body frame. Returns the truck's state after that.
    pub(crate) fn take_bucket(&mut self, mass: f64, at: Point3) -> SpottedTruck {
        self.plant.machine.receive(mass, at);
        self.standing()
    }

    /// Records that the shovel of a place has loaded the truck.
    pub(crate) fn loaded_at(&mut self, place: &PlaceId) {
        self.cycle.loaded_at(place);
    }

    fn standing(&self) -> SpottedTruck {
        SpottedTruck {
            payload: self.plant.machine.state().load.mass,
            rated: self.plant.machine.spec().rated_payload(),
            bed: self.bed,
        }
    }

    /// Returns the truck's number.
    pub fn id(&self) -> TruckId {
        self.id
    }

    /// Returns the pose of the body frame, whose origin is on the ground under the rear-axle centre.
    pub fn pose(&self) -> Isometry3 {
        self.plant.motion.pose
    }

    /// Returns the pose in plan.
    pub fn plan_pose(&self) -> Pose2 {
        Pose2::from_isometry(&self.plant.motion.pose)
    }

    /// Returns the velocity of the body frame's origin in the site frame, m/s.
    pub fn velocity(&self) -> Vector3 {
        let arm = self.plant.motion.pose.rotation * self.plant.mass.centre.coords;
        self.plant.motion.velocity - self.plant.motion.angular_velocity.cross(&arm)
    }

    /// Returns the turn rate in the site frame, rad/s.
    pub fn angular_velocity(&self) -> Vector3 {
        self.plant.motion.angular_velocity
    }

    /// Returns the machine, with its state.
    pub fn truck(&self) -> &Truck {
        &self.plant.machine
    }

    /// Returns the on-board stack, with its telemetry.
    pub fn onboard(&self) -> &OnBoard {
        &self.onboard
    }

    /// Returns the kind of the driver at the wheel.
    pub fn driver(&self) -> DriverKind {
        self.seat.kind()
    }

    /// Returns the present faults of the truck.
    pub fn faults(&self) -> &TruckFaults {
        &self.faults
    }

    /// Returns the last command that reached the actuators.
    pub fn command(&self) -> &ActuatorCommand {
        &self.plant.command
    }

    /// Returns the truck's status in the simulation.
    pub fn status(&self) -> TruckStatus {
        self.status
    }

    /// Returns the time of the last progress of the truck or of a truck for which it waits.
    pub(crate) fn progress(&self) -> SimTime {
        self.stand.progress()
    }

    /// Returns the reason why the truck stands, and since when; `None` while it moves.
    pub fn stands(&self) -> Option<(&StandReason, SimTime)> {
        self.stand.reason()
    }

    /// Returns true if the truck has stood without progress for longer than its reason allows, and still does.
    pub fn is_stuck(&self) -> bool {
        self.stand.is_stuck()
    }

    /// Returns the truck's footprint.
    pub fn footprint(&self) -> Footprint {
        self.footprint
    }
}
