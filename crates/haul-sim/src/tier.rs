//! Tiers: the interface between the actors and the physics that moves their bodies.
//!
//! Actors ask a [`Tier`] for bodies, touches and lines of sight, and know nothing else about it. [`PhysicsTier`] moves
//! trucks by the forces of their wheels. A tier without contact physics could move them along their plans and still
//! serve the same actors.
//!
//! [`PhysicsTier`]: crate::physics::PhysicsTier

use crate::ground::MineGround;
use crate::physics::{Sight, Touch};
use crate::truck::Plant;
use haul_core::{Footprint, Point2, Point3, Pose2, Vector3};
use haul_vehicle::TruckSpec;

/// An upright post on the ground.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pillar {
    /// Centre of the post, m.
    pub at: Point2,
    /// Height of the ground at the post, m.
    pub ground: f64,
    /// Radius of the post, m.
    pub radius: f64,
    /// Height of the post, m.
    pub height: f64,
}

/// Lines of sight from a truck.
pub trait Rays {
    /// Returns the first hit of a ray within `reach` metres, ignoring the truck with index `looker`. `direction` is a
    /// unit vector.
    fn look(&self, from: &Point3, direction: &Vector3, reach: f64, looker: u32) -> Option<Sight>;
}

/// A model of the motion of bodies. Trucks and vehicles are named by their index, posts by their number.
pub trait Tier: Rays {
    /// Adds a truck at rest at the pose of its plant. Trucks are added in the order of their indices.
    fn add_truck(&mut self, index: u32, spec: &TruckSpec, plant: &Plant);

    /// Adds a vehicle that follows its own path. Vehicles are added in the order of their indices.
    fn add_vehicle(&mut self, index: u32, outline: &Footprint, height: f64, pose: Pose2, ground: f64);

    /// Adds a post.
    fn add_post(&mut self, number: u32, pillar: Pillar);

    /// Removes a post.
    fn remove_post(&mut self, number: u32);

    /// Moves a vehicle to a pose in the next step.
    fn move_vehicle(&mut self, index: u32, pose: Pose2, ground: f64);

    /// Runs a truck's machine for a step of `dt` seconds under its last command.
    fn drive(&mut self, index: u32, plant: &mut Plant, ground: &MineGround, dt: f64);

    /// Advances all bodies by one step. Returns the touches that began in this step, in a fixed order.
    fn step(&mut self) -> Vec<Touch>;

    /// Copies the motion after the step to a truck's plant.
    fn settle(&mut self, index: u32, plant: &mut Plant);

    /// Takes a truck out of the simulation: the truck stays where it is and nothing touches it.
    fn retire(&mut self, index: u32);

    /// Returns true if a truck takes part in the simulation: it is not retired, and its state is finite.
    fn is_active(&self, index: u32) -> bool;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::driver::DriverKind;
    use crate::metrics::TruckMetrics;
    use crate::posts::Posts;
    use crate::sensors::SensorLevel;
    use crate::setup::TruckSetup;
    use crate::truck::{ControlStep, Outfit, SimTruck};
    use haul_core::{SimTime, TruckId, Vector3};
    use haul_messages::Epoch;
    use haul_mine::{PitSpec, PlaceKind, generate_pit};
    use haul_planner::{Atlas, Conditions};
    use std::sync::Arc;

    /// A tier without forces and bodies: every truck glides ahead at one speed, and every line of sight is free.
    struct Gliding {
        /// Speed of every truck, m/s.
        speed: f64,
    }

    impl Rays for Gliding {
        fn look(&self, _: &Point3, _: &Vector3, _: f64, _: u32) -> Option<Sight> {
            None
        }
    }

    impl Tier for Gliding {
        fn add_truck(&mut self, _: u32, _: &TruckSpec, _: &Plant) {}
        fn add_vehicle(&mut self, _: u32, _: &Footprint, _: f64, _: Pose2, _: f64) {}
        fn add_post(&mut self, _: u32, _: Pillar) {}
        fn remove_post(&mut self, _: u32) {}
        fn move_vehicle(&mut self, _: u32, _: Pose2, _: f64) {}

        fn drive(&mut self, _: u32, plant: &mut Plant, _: &MineGround, dt: f64) {
            plant.motion.velocity = plant.motion.pose.rotation * Vector3::x() * self.speed;
            plant.motion.pose.translation.vector += plant.motion.velocity * dt;
        }

        fn step(&mut self) -> Vec<Touch> {
            Vec::new()
        }

        fn settle(&mut self, _: u32, _: &mut Plant) {}
        fn retire(&mut self, _: u32) {}

        fn is_active(&self, _: u32) -> bool {
            true
        }
    }

    #[test]
    fn a_truck_and_posts_work_on_a_tier_without_physics() {
        const DT: f64 = 0.005;
        let map = Arc::new(generate_pit(&PitSpec::default()).unwrap());
        let place = |kind| map.places.iter().find(|p| p.kind == kind).unwrap();
        let start = place(PlaceKind::Park).spots[0].pose;
        let setup = TruckSetup {
            id: TruckId(1),
            spec: Arc::new(TruckSpec::tr100at()),
            start,
            payload_kg: 0.0,
            fuel_kg: None,
            load: place(PlaceKind::Load).id.clone(),
            dump: place(PlaceKind::Dump).id.clone(),
            park: None,
            driver: DriverKind::Manual,
            lateral_control: Default::default(),
        };
        let conditions = Conditions::of(&map);
        let outfit = Outfit {
            seed: 1,
            sensors: SensorLevel::Objects,
            conditions,
            epoch: Epoch::default(),
            atlas: Arc::new(Atlas::new(Arc::clone(&map))),
            environment: haul_vehicle::Environment::default(),
        };
        let ground = MineGround::new(
            Arc::clone(&map),
            conditions.friction,
            conditions.rolling_resistance,
            Vec::new(),
            &Default::default(),
        );
        let mut tier = Gliding { speed: 2.0 };
        let mut truck = SimTruck::new(0, &setup, &outfit, &ground, &mut tier);
        let mut posts = Posts::of_machines(&map, |_| false, &mut tier);
        let rock = start.advanced(40.0).position();
        posts.place(&"rock".into(), rock, 1.0, &map, &mut tier);
        let targets: Vec<_> = posts.all().iter().map(crate::posts::SimPost::target).collect();
        let mut metrics = TruckMetrics::new(truck.id());
        for step in 0..800_u32 {
            if step.is_multiple_of(10) {
                let now = SimTime::from_seconds(f64::from(step) * DT);
                let (targets, progress) = (&targets, std::collections::BTreeMap::new());
                let control =
                    ControlStep { now, dt: 10.0 * DT, tier: &tier, targets, vehicles: &[], progress: &progress };
                truck.control(&control, &[], &mut metrics);
            }
            let fall = truck.drive(DT, &ground, &mut tier);
            assert_eq!(fall.mass, 0.0);
            assert!(tier.step().is_empty());
            truck.settle(&mut tier);
            assert!(truck.find_loss(&map.terrain, &tier, SimTime::START, &mut metrics).is_empty());
        }
        assert!((truck.plan_pose().distance(start) - 8.0).abs() < 0.05, "{:?}", truck.plan_pose());
        let seen = truck.onboard().obstacles();
        assert!(seen.iter().any(|o| (o.pose.position() - rock).norm() < 0.5), "its detector sees the rock: {seen:?}");
    }
}
