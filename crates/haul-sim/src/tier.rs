//! The boundary between actors and the way in which bodies move.
//!
//! Actors ask a [`Tier`] for bodies, touches and lines of sight, and know nothing else of it. [`PhysicsTier`] moves
//! trucks by the forces of their wheels. A tier without contact physics would move them along their plans instead, and
//! drive the same actors.
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
    /// Its middle, m.
    pub at: Point2,
    /// Height of the ground there, m.
    pub ground: f64,
    /// Its radius, m.
    pub radius: f64,
    /// Its height, m.
    pub height: f64,
}

/// Lines of sight from a truck.
pub trait Rays {
    /// Returns the first thing on a ray within `reach` metres, leaving out the truck of index `looker`. `direction` is
    /// a unit vector.
    fn look(&self, from: &Point3, direction: &Vector3, reach: f64, looker: u32) -> Option<Sight>;
}

/// A way in which bodies move. Trucks and vehicles are named by their index, posts by their number.
pub trait Tier: Rays {
    /// Adds a truck at rest where its plant stands. Trucks are added in the order of their indices.
    fn add_truck(&mut self, index: u32, spec: &TruckSpec, plant: &Plant);

    /// Adds a vehicle that follows its own way. Vehicles are added in the order of their indices.
    fn add_vehicle(&mut self, index: u32, outline: &Footprint, height: f64, pose: Pose2, ground: f64);

    /// Adds a post.
    fn add_post(&mut self, number: u32, pillar: Pillar);

    /// Takes a post away.
    fn remove_post(&mut self, number: u32);

    /// Moves a vehicle to a pose in the next step.
    fn move_vehicle(&mut self, index: u32, pose: Pose2, ground: f64);

    /// Lets a truck's machine work for a step of `dt` seconds under its command.
    fn drive(&mut self, index: u32, plant: &mut Plant, ground: &MineGround, dt: f64);

    /// Moves all bodies on by one step. Returns the touches that began in it, in a fixed order.
    fn step(&mut self) -> Vec<Touch>;

    /// Gives a truck's plant the motion that it has after the step.
    fn settle(&mut self, index: u32, plant: &mut Plant);

    /// Takes a truck out of play: it stays where it is and nothing touches it.
    fn retire(&mut self, index: u32);

    /// Tells whether a truck takes part: not retired, and its state finite.
    fn is_active(&self, index: u32) -> bool;
}
