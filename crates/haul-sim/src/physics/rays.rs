//! Lines of sight: ray casts against the ground and the bodies.

use super::contact::Tag;
use super::{BodyId, Physics};
use crate::convert;
use haul_core::{Point3, Vector3};
use rapier3d::prelude as rapier;

/// Hit of a ray.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sight {
    /// Distance from the origin of the ray, m.
    pub distance: f64,
    /// True if the ray hit the ground.
    pub is_terrain: bool,
    /// Index of the truck that the ray hit, if any.
    pub truck: Option<u32>,
    /// Number of the fixed body that the ray hit, if any.
    pub fixed: Option<u32>,
    /// Index of the vehicle that the ray hit, if any.
    pub vehicle: Option<u32>,
}

impl Physics {
    /// Returns the first hit of a ray within `reach` metres, ignoring the body of the looking truck. The ground is the
    /// surface that the wheels feel. `direction` is a unit vector.
    pub fn look(&self, from: &Point3, direction: &Vector3, reach: f64, looker: BodyId) -> Option<Sight> {
        let ground = self.relief.as_ref().and_then(|relief| relief.meet(from, direction, reach));
        let ray = rapier::Ray::new(convert::point(from), convert::vector(direction));
        let is_thing = |_, collider: &rapier::Collider| Tag::unpack(collider.user_data) != Tag::Terrain;
        let filter = rapier::QueryFilter::default().exclude_rigid_body(looker.0).predicate(&is_thing);
        let thing = self.engine.cast_ray(&ray, ground.unwrap_or(reach), true, filter);
        let Some((collider, distance)) = thing else {
            return ground.map(|distance| Sight {
                distance,
                is_terrain: true,
                truck: None,
                fixed: None,
                vehicle: None,
            });
        };
        let tag = Tag::unpack(self.engine.colliders.get(collider)?.user_data);
        Some(Sight {
            distance,
            is_terrain: false,
            truck: if let Tag::Truck(n) = tag { Some(n) } else { None },
            fixed: if let Tag::Fixed(n) = tag { Some(n) } else { None },
            vehicle: if let Tag::Vehicle(n) = tag { Some(n) } else { None },
        })
    }
}
