//! Tier of full physics: rigid bodies driven by the forces of the wheels.

use super::{BodyId, ChassisShape, FixedId, Physics, Sight, Touch};
use crate::ground::MineGround;
use crate::tier::{Pillar, Rays, Tier};
use crate::truck::Plant;
use haul_core::{Footprint, Point3, Pose2, Vector3};
use haul_vehicle::{ChassisMotion, TruckSpec};
use std::collections::BTreeMap;

/// Minimum change of a truck's mass that is passed to the engine, kg: about a litre of fuel.
const MASS_STEP: f64 = 1.0;
/// Minimum shift of a truck's centre of mass that is passed to the engine, m.
const CENTRE_STEP: f64 = 1e-3;

/// Tier of full physics.
pub struct PhysicsTier {
    physics: Physics,
    trucks: Vec<BodyId>,
    vehicles: Vec<BodyId>,
    posts: BTreeMap<u32, FixedId>,
}

haul_core::keep_state!(PhysicsTier { physics: part, trucks: value, vehicles: value, posts: value });

impl PhysicsTier {
    /// Creates a tier over a physical world that contains only the terrain.
    pub fn new(physics: Physics) -> Self {
        Self { physics, trucks: Vec::new(), vehicles: Vec::new(), posts: BTreeMap::new() }
    }
}

impl Rays for PhysicsTier {
    fn look(&self, from: &Point3, direction: &Vector3, reach: f64, looker: u32) -> Option<Sight> {
        self.physics.look(from, direction, reach, *self.trucks.get(looker as usize)?)
    }
}

impl Tier for PhysicsTier {
    fn add_truck(&mut self, index: u32, spec: &TruckSpec, plant: &Plant) {
        let body = self.physics.add_truck(index, &ChassisShape::of(spec), &plant.motion.pose, &plant.mass);
        self.trucks.push(body);
    }

    fn add_vehicle(&mut self, index: u32, outline: &Footprint, height: f64, pose: Pose2, ground: f64) {
        let body = self.physics.add_vehicle(index, outline, height, pose, ground);
        self.vehicles.push(body);
    }

    fn add_post(&mut self, number: u32, pillar: Pillar) {
        let body = self.physics.add_post(number, pillar.at, pillar.ground, pillar.radius, pillar.height);
        self.posts.insert(number, body);
    }

    fn remove_post(&mut self, number: u32) {
        if let Some(body) = self.posts.remove(&number) {
            self.physics.remove_post(body);
        }
    }

    fn move_vehicle(&mut self, index: u32, pose: Pose2, ground: f64) {
        if let Some(body) = self.vehicles.get(index as usize) {
            self.physics.move_vehicle(*body, pose, ground);
        }
    }

    fn drive(&mut self, index: u32, plant: &mut Plant, ground: &MineGround, dt: f64) {
        let Some(body) = self.trucks.get(index as usize) else { return };
        let motion = ChassisMotion {
            pose: plant.motion.pose,
            velocity: plant.motion.velocity,
            angular_velocity: plant.motion.angular_velocity,
        };
        let wrench = plant.machine.step(dt, &plant.command, &motion, ground);
        self.physics.set_wrench(*body, &wrench);
    }

    fn step(&mut self) -> Vec<Touch> {
        self.physics.step()
    }

    fn settle(&mut self, index: u32, plant: &mut Plant) {
        let Some(body) = self.trucks.get(index as usize) else { return };
        let mass = plant.machine.mass_properties();
        let heavier = (mass.mass - plant.mass.mass).abs() > MASS_STEP;
        if heavier || (mass.centre - plant.mass.centre).norm() > CENTRE_STEP {
            self.physics.set_mass(*body, &mass);
            plant.mass = mass;
        }
        plant.motion = self.physics.motion(*body);
    }

    fn retire(&mut self, index: u32) {
        if let Some(body) = self.trucks.get(index as usize) {
            self.physics.retire(*body);
        }
    }

    fn is_active(&self, index: u32) -> bool {
        self.trucks.get(index as usize).is_some_and(|body| self.physics.is_active(*body))
    }
}
