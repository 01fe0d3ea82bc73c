//! Accidents of a truck, and trucks that are lost.

use super::{SimTruck, TruckStatus};
use crate::effect::Effect;
use crate::metrics::TruckMetrics;
use crate::physics::Touch;
use crate::tier::Tier;
use haul_core::{SimTime, Vector3};
use haul_mine::Terrain;
use haul_record::{EventKind, Touched};

/// A truck whose up axis leans further than this lies on its side (60°, as a cosine).
const OVERTURNED: f64 = 0.5;
/// Depth under the ground at which a truck has fallen through the edge of the world, m.
const FALLEN: f64 = 20.0;

/// Touches of a body in the last seconds.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub(super) struct Touches(Vec<(Touch, SimTime)>);

/// Touches of the same thing no further apart than this are one accident, s: boxes rebound and scrape.
const SAME_ACCIDENT: f64 = 3.0;

impl Touches {
    /// Takes a touch. Tells whether it belongs to an accident that has been counted.
    fn is_same_accident(&mut self, touch: Touch, now: SimTime) -> bool {
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

impl SimTruck {
    /// Takes a touch of its body. Tells whether it begins an accident.
    pub(crate) fn feels(&mut self, touch: Touch, now: SimTime) -> bool {
        !self.touched.is_same_accident(touch, now)
    }

    /// Counts an accident with a thing; returns its event.
    pub(crate) fn collide(&self, with: Touched, now: SimTime, figures: &mut TruckMetrics) -> EventKind {
        let (truck, speed) = (self.id, self.velocity().norm());
        figures.collisions += 1;
        tracing::warn!(%truck, ?with, speed, at = %now, "collision");
        EventKind::Collision { truck, with, speed }
    }

    /// Finds out whether it lies on its side, has left the map, or moves as no machine can.
    pub(crate) fn find_loss(
        &mut self,
        terrain: &Terrain,
        tier: &impl Tier,
        now: SimTime,
        figures: &mut TruckMetrics,
    ) -> Vec<Effect> {
        let truck = self.id;
        let motion = &self.plant.motion;
        let at = motion.pose.translation.vector;
        let finite = at.iter().chain(motion.velocity.iter()).all(|v| v.is_finite());
        let (low, high) = terrain.bounds();
        let off = |at: Vector3| {
            at.x < low.x || at.y < low.y || at.x > high.x || at.y > high.y || at.z < terrain.height(at.x, at.y) - FALLEN
        };
        let (status, what) = if !finite || !tier.is_active(self.index) {
            (TruckStatus::Gone, EventKind::Diverged { truck })
        } else if off(at) {
            (TruckStatus::Gone, EventKind::LeftMap { truck })
        } else if self.status == TruckStatus::Running && (motion.pose.rotation * Vector3::z()).z < OVERTURNED {
            (TruckStatus::Overturned, EventKind::Overturned { truck })
        } else {
            return Vec::new();
        };
        tracing::warn!(%truck, ?what, at = %now, "truck lost");
        self.status = status;
        let mut effects = Vec::new();
        if status == TruckStatus::Gone {
            self.plant.freeze();
            figures.stuck += 1;
            effects.push(Effect::Withdraw { truck, index: self.index });
        }
        effects.push(Effect::Tell(what));
        effects
    }
}
