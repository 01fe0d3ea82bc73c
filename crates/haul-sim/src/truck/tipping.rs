//! Machine step of a truck, and the load that the truck tips.

use super::SimTruck;
use crate::agenda::PHYSICS_RATE;
use crate::ground::MineGround;
use crate::metrics::TruckMetrics;
use crate::tier::Tier;
use crate::tip::fall_point;
use haul_core::{PlaceId, Point2};
use haul_record::EventKind;

/// Number of physics steps without falling material after which a tip counts as over: 2 s.
const QUIET_STEPS: u32 = 2 * PHYSICS_RATE;

/// Material that has left the body in the present tip.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub(super) struct Tipping {
    /// Mass that fell, kg.
    mass: f64,
    /// Part of `mass` that a place received, kg.
    received: f64,
    /// Place that received material.
    place: Option<PlaceId>,
    /// Steps since material last fell.
    quiet: u32,
}

/// Material that fell from a truck's body in a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Fall {
    /// Point at which the material fell.
    pub at: Point2,
    /// Mass of the material, kg; 0 if nothing fell.
    pub mass: f64,
}

impl SimTruck {
    /// Runs the machine for a step of `dt` seconds. Returns the material that falls from the body.
    pub(crate) fn drive(&mut self, dt: f64, ground: &MineGround, tier: &mut impl Tier) -> Fall {
        tier.drive(self.index, &mut self.plant, ground, dt);
        let mass = self.plant.machine.discharged_in_last_step();
        Fall { at: fall_point(&self.footprint, self.plan_pose()), mass }
    }

    /// Counts the material that fell in a step, and the place that received it. Returns the event when a tip is over.
    pub(crate) fn count_fall(
        &mut self,
        mass: f64,
        place: Option<PlaceId>,
        metrics: &mut TruckMetrics,
    ) -> Option<EventKind> {
        let tipping = &mut self.tipping;
        if mass > 0.0 {
            tipping.mass += mass;
            tipping.quiet = 0;
            self.cycle.tipped_at(place.as_ref(), mass);
            if place.is_some() {
                tipping.received += mass;
                metrics.delivered_kg += mass;
                tipping.place = place;
            } else {
                metrics.spilled_kg += mass;
            }
            return None;
        }
        if tipping.mass <= 0.0 {
            return None;
        }
        tipping.quiet += 1;
        if tipping.quiet < QUIET_STEPS {
            return None;
        }
        let done = std::mem::take(tipping);
        let place = if done.received * 2.0 >= done.mass { done.place } else { None };
        Some(EventKind::Tipped { truck: self.id, place, mass: done.mass })
    }

    /// Copies the truck's motion after a step from the tier.
    pub(crate) fn settle(&mut self, tier: &mut impl Tier) {
        tier.settle(self.index, &mut self.plant);
    }

    /// Changes a latch that no other state reveals, to test the state hash.
    #[cfg(test)]
    pub(crate) fn disturb_tipping(&mut self) {
        self.tipping.quiet += 1;
    }
}
