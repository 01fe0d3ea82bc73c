//! Touches between bodies.

use rapier3d::prelude as rapier;
use std::sync::Mutex;

/// Meaning of a collider, packed into the engine's user data: a kind and a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub(super) enum Tag {
    Terrain,
    Truck(u32),
    Fixed(u32),
    Vehicle(u32),
}

impl Tag {
    pub(super) fn pack(self) -> u128 {
        let (kind, number) = match self {
            Tag::Terrain => (0_u128, 0),
            Tag::Truck(n) => (1, n),
            Tag::Fixed(n) => (2, n),
            Tag::Vehicle(n) => (3, n),
        };
        kind << 32 | u128::from(number)
    }

    pub(super) fn unpack(data: u128) -> Self {
        let number = data as u32;
        match data >> 32 {
            0 => Tag::Terrain,
            1 => Tag::Truck(number),
            2 => Tag::Fixed(number),
            _ => Tag::Vehicle(number),
        }
    }
}

/// Beginning of a touch: the index of the truck whose body touches, and the tag of the other body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Touch {
    /// Index of the truck.
    pub truck: u32,
    pub(super) other: Tag,
}

impl Touch {
    /// Returns the other truck's index, if the truck touched another truck.
    pub fn other_truck(&self) -> Option<u32> {
        match self.other {
            Tag::Truck(n) => Some(n),
            _ => None,
        }
    }

    /// Returns the vehicle's index, if the truck touched a vehicle.
    pub fn other_vehicle(&self) -> Option<u32> {
        match self.other {
            Tag::Vehicle(n) => Some(n),
            _ => None,
        }
    }

    /// Returns the fixed body's number, if the truck touched one.
    pub fn other_fixed(&self) -> Option<u32> {
        match self.other {
            Tag::Fixed(n) => Some(n),
            _ => None,
        }
    }
}

/// Collects the touches of one step.
#[derive(Default)]
pub(super) struct TouchLog(Mutex<Vec<Touch>>);

impl TouchLog {
    /// Takes the touches since the last call, sorted and without duplicates: several colliders of a truck may touch the
    /// same body in one step.
    pub(super) fn take(&mut self) -> Vec<Touch> {
        let mut touches = match self.0.get_mut() {
            Ok(touches) => std::mem::take(touches),
            Err(poisoned) => std::mem::take(poisoned.into_inner()),
        };
        touches.sort_unstable();
        touches.dedup();
        touches
    }

    fn push(&self, touch: Touch) {
        match self.0.lock() {
            Ok(mut touches) => touches.push(touch),
            Err(poisoned) => poisoned.into_inner().push(touch),
        }
    }
}

impl rapier::EventHandler for TouchLog {
    fn handle_collision_event(
        &self,
        _bodies: &rapier::RigidBodySet,
        colliders: &rapier::ColliderSet,
        event: rapier::CollisionEvent,
        _pair: Option<&rapier::ContactPair>,
    ) {
        let rapier::CollisionEvent::Started(first, second, _) = event else { return };
        let tag = |handle| colliders.get(handle).map(|c| Tag::unpack(c.user_data));
        let (Some(first), Some(second)) = (tag(first), tag(second)) else { return };
        match (first, second) {
            (Tag::Truck(a), Tag::Truck(b)) => {
                self.push(Touch { truck: a, other: Tag::Truck(b) });
                self.push(Touch { truck: b, other: Tag::Truck(a) });
            }
            (Tag::Truck(truck), other) | (other, Tag::Truck(truck)) => self.push(Touch { truck, other }),
            _ => {}
        }
    }

    fn handle_contact_force_event(
        &self,
        _dt: f64,
        _bodies: &rapier::RigidBodySet,
        _colliders: &rapier::ColliderSet,
        _pair: &rapier::ContactPair,
        _force: f64,
    ) {
    }

    fn handle_soft_body_tear_event(
        &self,
        _soft_bodies: &rapier::SoftBodySet,
        _event: &rapier3d::dynamics::SoftBodyTearEvent,
    ) {
    }
}
