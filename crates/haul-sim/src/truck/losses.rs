//! Accidents and losses of trucks.

use super::{SimTruck, TruckStatus};
use crate::effect::Effect;
use crate::metrics::TruckMetrics;
use crate::physics::Touch;
use crate::tier::Tier;
use haul_core::{SimTime, Vector3};
use haul_mine::Terrain;
use haul_record::{EventKind, Touched};

/// Cosine of the tilt from which a truck counts as lying on its side (60°).
const OVERTURNED_COSINE: f64 = 0.5;
/// Depth (m) below the ground from which a truck counts as fallen off the edge of the map.
const FALL_DEPTH: f64 = 20.0;

/// Recent touches of a body.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub(super) struct Touches(Vec<(Touch, SimTime)>);

/// Maximum time (s) between two touches of the same object that are one accident: boxes rebound and scrape.
const ACCIDENT_GAP: f64 = 3.0;

impl Touches {
    /// Records a touch. Returns true if it belongs to an accident that has been counted.
    fn is_same_accident(&mut self, touch: Touch, now: SimTime) -> bool {
        self.0.retain(|(_, at)| now.since(*at) <= ACCIDENT_GAP);
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
    /// Records a touch of the truck's body. Returns true if it begins an accident.
    pub(crate) fn feels(&mut self, touch: Touch, now: SimTime) -> bool {
        !self.touched.is_same_accident(touch, now)
    }

    /// Counts an accident. Returns the event of the accident.
    pub(crate) fn collide(&self, with: Touched, now: SimTime, metrics: &mut TruckMetrics) -> EventKind {
        let (truck, speed) = (self.id, self.velocity().norm());
        metrics.collisions += 1;
        tracing::warn!(%truck, ?with, speed, at = %now, "collision");
        EventKind::Collision { truck, with, speed }
    }

    /// Checks if the truck lies on its side, has left the map, or has an impossible motion.
    pub(crate) fn find_loss(
        &mut self,
        terrain: &Terrain,
        tier: &impl Tier,
        now: SimTime,
        metrics: &mut TruckMetrics,
    ) -> Vec<Effect> {
        let truck = self.id;
        let motion = &self.plant.motion;
        let at = motion.pose.translation.vector;
        let finite = at.iter().chain(motion.velocity.iter()).all(|v| v.is_finite());
        let (low, high) = terrain.bounds();
        let off = |at: Vector3| {
            at.x < low.x
                || at.y < low.y
                || at.x > high.x
                || at.y > high.y
                || at.z < terrain.height(at.x, at.y) - FALL_DEPTH
        };
        let (status, what) = if !finite || !tier.is_active(self.index) {
            (TruckStatus::Gone, EventKind::Diverged { truck })
        } else if off(at) {
            (TruckStatus::Gone, EventKind::LeftMap { truck })
        } else if self.status == TruckStatus::Running && (motion.pose.rotation * Vector3::z()).z < OVERTURNED_COSINE {
            (TruckStatus::Overturned, EventKind::Overturned { truck })
        } else {
            return Vec::new();
        };
        tracing::warn!(%truck, ?what, at = %now, "truck lost");
        self.status = status;
        let mut effects = Vec::new();
        if status == TruckStatus::Gone {
            self.plant.freeze();
            metrics.stuck += 1;
            effects.push(Effect::Withdraw { truck, index: self.index });
        }
        effects.push(Effect::Tell(what));
        effects
    }
}
