//! Bodies of the physics: trucks as moving boxes, machines and obstacles as fixed posts.

use super::airborne::ChassisWatch;
use super::contact::Tag;
use super::{Motion, Physics};
use crate::convert;
use haul_core::{Footprint, Isometry3, Point2, Pose2, Vector3};
use haul_vehicle::{MassProperties, TruckSpec};
use rapier3d::prelude as rapier;
use std::f64::consts::FRAC_PI_2;

/// Friction coefficient of steel that scrapes on rock or steel: it only matters in accidents.
pub(super) const SCRAPE_FRICTION: f64 = 0.4;

/// Handle of a truck's or vehicle's body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct BodyId(pub(super) rapier::RigidBodyHandle);

/// Handle of a fixed body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FixedId(pub(super) rapier::ColliderHandle);

/// Depth of the plates and ribs under a body's floor, m: an estimate from pictures of such bodies.
const FLOOR_DEPTH: f64 = 0.25;

/// Outline of a truck without its wheels, in the body frame, m.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChassisShape {
    /// Distance from the rear axle to the foremost point.
    pub front: f64,
    /// Distance from the rear axle to the tail.
    pub rear: f64,
    /// Half of the maximum width.
    pub half_width: f64,
    /// Height of the top.
    pub top: f64,
    /// Height of the underside of deck and body, above the wheels' axles.
    pub deck: f64,
    /// Distance from the rear axle to the end of the rear wheels; behind them there is only the tail of the body.
    pub wheels_behind: f64,
    /// Height of the underside of the body's tail.
    pub tail: f64,
    /// Height of the lowest part of the frame.
    pub belly: f64,
    /// Half of the frame's width, between the wheels.
    pub belly_half_width: f64,
    /// Distances from the rear axle to the rear and the front end of the frame.
    pub belly_span: (f64, f64),
}

impl ChassisShape {
    /// Creates the outline of a truck. Deck and body are above the axles. The tail of the body is at the height of its
    /// floor, so that it passes over the berm of a tip or crusher. The frame between the wheels reaches down to the
    /// ground clearance.
    pub fn of(spec: &TruckSpec) -> Self {
        let (g, footprint) = (&spec.geometry, spec.footprint());
        let deck = spec.tyre.loaded_radius.max(g.ground_clearance + 0.1);
        // The wheels of several rear axles are at least a diameter apart.
        let wheels_behind = (spec.tyre.loaded_radius * g.rear_axles).min(footprint.rear / 2.0);
        let floor = spec.body.floor((spec.body.tail_behind - wheels_behind).max(0.0));
        Self {
            front: footprint.front,
            rear: footprint.rear,
            half_width: footprint.half_width,
            top: g.height,
            deck,
            wheels_behind,
            tail: (floor - FLOOR_DEPTH).clamp(deck, g.height.max(deck)),
            belly: g.ground_clearance,
            belly_half_width: (g.track_front / 2.0 - spec.tyre.width).max(0.3),
            belly_span: (0.0, g.wheelbase + g.front_overhang / 2.0),
        }
    }

    /// Returns three boxes: deck and body above the axles, the body's tail behind the wheels, and the frame between the
    /// wheels. Each box is given by its half extents and its centre.
    pub(super) fn boxes(&self) -> [(Vector3, Vector3); 3] {
        let between = |low: Vector3, high: Vector3| ((high - low) / 2.0, (high + low) / 2.0);
        [
            between(
                Vector3::new(-self.wheels_behind, -self.half_width, self.deck),
                Vector3::new(self.front, self.half_width, self.top),
            ),
            between(
                Vector3::new(-self.rear, -self.half_width, self.tail),
                Vector3::new(-self.wheels_behind, self.half_width, self.top),
            ),
            between(
                Vector3::new(-self.belly_span.0, -self.belly_half_width, self.belly),
                Vector3::new(self.belly_span.1, self.belly_half_width, self.deck),
            ),
        ]
    }
}

fn engine_mass(mass: &MassProperties) -> rapier::MassProperties {
    rapier::MassProperties::with_inertia_matrix(convert::point(&mass.centre), mass.mass, convert::matrix(&mass.inertia))
}

/// Returns a level pose on the ground.
fn on_ground(pose: Pose2, ground: f64) -> rapier::Pose {
    rapier::Pose::new(rapier::Vector::new(pose.x, pose.y, ground), rapier::Vector::new(0.0, 0.0, pose.heading))
}

impl Physics {
    /// Adds a truck at rest. Touches name the truck by `index`.
    pub fn add_truck(&mut self, index: u32, shape: &ChassisShape, pose: &Isometry3, mass: &MassProperties) -> BodyId {
        // Trucks never sleep: a suspension at rest is held by forces that a sleeping body would not feel.
        let body = rapier::RigidBodyBuilder::dynamic()
            .pose(convert::pose(pose))
            .can_sleep(false)
            .additional_mass_properties(engine_mass(mass));
        let body = self.engine.bodies.insert(body);
        for (half, centre) in shape.boxes() {
            let collider = rapier::ColliderBuilder::cuboid(half.x, half.y, half.z)
                .translation(convert::vector(&centre))
                .density(0.0)
                .friction(SCRAPE_FRICTION)
                .active_events(rapier::ActiveEvents::COLLISION_EVENTS)
                .user_data(Tag::Truck(index).pack());
            self.engine.colliders.insert_with_parent(collider, body, &mut self.engine.bodies);
        }
        if let Some(body) = self.engine.bodies.get_mut(body) {
            // The first step needs the mass.
            body.recompute_mass_properties_from_colliders(&self.engine.colliders);
        }
        let body = BodyId(body);
        // A truck's chassis is stored at its index. The engine always checks a truck that is added out of order.
        if index as usize == self.chassis.len() {
            self.chassis.push(ChassisWatch::new(body, shape));
        }
        body
    }

    /// Gives a body another mass. The body keeps its motion: the new centre of mass gets the velocity that this point
    /// of the body had before.
    pub fn set_mass(&mut self, body: BodyId, mass: &MassProperties) {
        let Some(body) = self.engine.bodies.get_mut(body.0) else { return };
        let velocity = body.velocity_at_point(*body.position() * convert::point(&mass.centre));
        body.set_additional_mass_properties(engine_mass(mass), true);
        body.recompute_mass_properties_from_colliders(&self.engine.colliders);
        body.set_linvel(velocity, true);
    }

    /// Sets the pose and the motion of a body.
    pub fn set_motion(&mut self, body: BodyId, motion: &Motion) {
        if let Some(body) = self.engine.bodies.get_mut(body.0) {
            body.set_position(convert::pose(&motion.pose), true);
            body.set_linvel(convert::vector(&motion.velocity), true);
            body.set_angvel(convert::vector(&motion.angular_velocity), true);
        }
    }

    /// Takes a body out of the simulation: the body stays where it is and nothing touches it.
    pub fn retire(&mut self, body: BodyId) {
        if let Some(body) = self.engine.bodies.get_mut(body.0) {
            body.set_enabled(false);
        }
    }

    /// Returns true if a body takes part in the simulation: it is not retired, and the engine has not disabled it for a
    /// state that is not finite.
    pub fn is_active(&self, body: BodyId) -> bool {
        self.engine.bodies.get(body.0).is_some_and(rapier::RigidBody::is_enabled)
    }

    /// Adds an upright post: `foot` on the ground at height `ground`, with a radius and height, m. Touches name the
    /// post by `number`.
    pub fn add_post(&mut self, number: u32, foot: Point2, ground: f64, radius: f64, height: f64) -> FixedId {
        // The engine's cylinder stands along y. It reaches as far into the ground as above it, so that no truck passes
        // under it on a slope.
        let post = rapier::ColliderBuilder::cylinder(height.max(0.1), radius.max(0.05))
            .position(rapier::Pose::new(
                rapier::Vector::new(foot.x, foot.y, ground),
                rapier::Vector::new(FRAC_PI_2, 0.0, 0.0),
            ))
            .friction(SCRAPE_FRICTION)
            .user_data(Tag::Fixed(number).pack());
        FixedId(self.engine.colliders.insert(post))
    }

    /// Adds a vehicle that is moved along its path and never pushed, with its outline, its height (m), its pose and the
    /// height of the ground there. Touches name the vehicle by `index`.
    pub fn add_vehicle(&mut self, index: u32, outline: &Footprint, height: f64, pose: Pose2, ground: f64) -> BodyId {
        let body = rapier::RigidBodyBuilder::kinematic_position_based().pose(on_ground(pose, ground));
        let body = self.engine.bodies.insert(body);
        let middle = rapier::Vector::new((outline.front - outline.rear) / 2.0, 0.0, height / 2.0);
        let collider = rapier::ColliderBuilder::cuboid(outline.length() / 2.0, outline.half_width, height / 2.0)
            .translation(middle)
            .friction(SCRAPE_FRICTION)
            .active_events(rapier::ActiveEvents::COLLISION_EVENTS)
            .user_data(Tag::Vehicle(index).pack());
        self.engine.colliders.insert_with_parent(collider, body, &mut self.engine.bodies);
        BodyId(body)
    }

    /// Moves a vehicle to a pose in the next step.
    pub fn move_vehicle(&mut self, body: BodyId, pose: Pose2, ground: f64) {
        if let Some(body) = self.engine.bodies.get_mut(body.0) {
            body.set_next_kinematic_position(on_ground(pose, ground));
        }
    }

    /// Removes a fixed body.
    pub fn remove_post(&mut self, post: FixedId) {
        self.engine.remove_collider(post.0);
    }
}
