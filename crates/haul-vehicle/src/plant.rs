//! The truck as a plant.

use crate::command::ActuatorCommand;
use crate::ground::{ChassisMotion, Ground, Wrench};
use crate::mass::{Load, MassProperties, mass_properties};
use crate::spec::TruckSpec;
use crate::state::{TruckState, WheelState};
use haul_core::{Isometry3, Point3, Pose2, StateHasher};
use std::sync::Arc;

/// Density of air, kg/m³ (ICAO standard atmosphere, 15 °C, sea level).
pub(crate) const AIR_DENSITY: f64 = 1.225;

/// A truck.
#[derive(Debug, Clone)]
pub struct Truck {
    spec: Arc<TruckSpec>,
    state: TruckState,
    discharged: f64,
}

impl Truck {
    /// A truck that stands, empty, with a full tank.
    pub fn new(spec: Arc<TruckSpec>) -> Truck {
        let state = TruckState {
            direction: Default::default(),
            gear: 0,
            locked_up: false,
            engine_speed: spec.engine.idle,
            engine_torque: 0.0,
            drive_force: 0.0,
            retarder_force: 0.0,
            brake_force: 0.0,
            speed: 0.0,
            steering_angle: 0.0,
            body_angle: 0.0,
            load: Load::default(),
            fuel_kg: spec.mass.fuel_capacity,
            fuel_used_kg: 0.0,
            retarder_temp: spec.transmission.retarder.coolant,
            throttle: 0.0,
            service_brake: 0.0,
            park_brake: 1.0,
            shifts: 0,
            struts: [0.0; 4],
            strut_forces: [0.0; 4],
            wheels: [WheelState::default(); 6],
            odometer: 0.0,
        };
        Truck { spec, state, discharged: 0.0 }
    }
    /// The truck's figures.
    pub fn spec(&self) -> &Arc<TruckSpec> {
        &self.spec
    }
    /// One step.
    pub fn step(
        &mut self,
        _dt: f64,
        _command: &ActuatorCommand,
        _motion: &ChassisMotion,
        _ground: &impl Ground,
    ) -> Wrench {
        Wrench::default()
    }
    /// State after the last step.
    pub fn state(&self) -> &TruckState {
        &self.state
    }
    /// Mass, centre and inertia now.
    pub fn mass_properties(&self) -> MassProperties {
        mass_properties(&self.spec, &self.state.load, self.state.fuel_kg, self.state.body_angle)
    }
    /// One shovel pass.
    pub fn receive(&mut self, _mass_kg: f64, _at: Point3) {}
    /// Sets the payload, kg.
    pub fn set_payload(&mut self, kg: f64) {
        self.state.load = Load { mass: kg, centre: self.spec.mass.heap_centre(kg) };
    }
    /// Sets the fuel, kg.
    pub fn set_fuel(&mut self, kg: f64) {
        self.state.fuel_kg = kg.clamp(0.0, self.spec.mass.fuel_capacity);
    }
    /// Mass that left the body in the last step, kg.
    pub fn discharged_in_last_step(&self) -> f64 {
        self.discharged
    }
    /// Pose of the body frame at rest on the ground.
    pub fn settle_on(&self, pose: Pose2, ground: &impl Ground) -> Isometry3 {
        let height = ground.under(pose.x, pose.y).height;
        Isometry3::new(haul_core::Vector3::new(pose.x, pose.y, height), haul_core::Vector3::z() * pose.heading)
    }
    /// Takes the whole state into a hash.
    pub fn hash(&self, hasher: &mut StateHasher) {
        self.state.hash(hasher);
    }
}
