//! Accidents and figures: what the truth says of the trucks.

use super::{Fixture, SURFACE_EVERY, World};
use crate::metrics::Change;
use crate::physics::Touch;
use crate::truck::TruckStatus;
use haul_core::Vector3;
use haul_fleet::SiteInput;
use haul_record::{EventKind, Touched};

/// A truck whose up axis leans further than this lies on its side (60°, as a cosine).
const OVERTURNED: f64 = 0.5;
/// A truck so far below the ground has fallen through the edge of the world, m.
const FALLEN: f64 = 20.0;

impl World {
    /// A truck's body began to touch something.
    pub(super) fn judge_touch(&mut self, touch: Touch) {
        let index = touch.truck as usize;
        let now = self.clock.now();
        let Some(truck) = self.trucks.get_mut(index) else { return };
        if truck.touched.is_same_accident(touch, now) {
            return;
        }
        let Some(truck) = self.trucks.get(index) else { return };
        let number = touch.other_fixed();
        let with = if let Some(other) = touch.other_truck() {
            self.trucks.get(other as usize).map(|other| Touched::Truck(other.id))
        } else if let Some(other) = touch.other_vehicle() {
            self.vehicles.get(other as usize).map(|vehicle| Touched::Vehicle(vehicle.id().clone()))
        } else if number.is_some() {
            self.posts.iter().find(|p| Some(p.number) == number).map(|post| match &post.what {
                Fixture::Machine(place) => Touched::Machine(place.clone()),
                Fixture::Obstacle(id) => Touched::Obstacle(id.clone()),
            })
        } else {
            Some(Touched::Terrain)
        };
        // An obstacle may have been taken away in the same step.
        let Some(with) = with else { return };
        let (id, speed) = (truck.id, truck.velocity().norm());
        if let Some(figures) = self.metrics.trucks.get_mut(index) {
            figures.collisions += 1;
        }
        tracing::warn!(truck = %id, ?with, speed, at = %self.clock.now(), "collision");
        self.tell(EventKind::Collision { truck: id, with, speed });
    }

    /// Trucks that lie on their side, left the map, or move as no machine can.
    pub(super) fn judge_trucks(&mut self) {
        let (low, high) = self.map.terrain.bounds();
        for index in 0..self.trucks.len() {
            let truck = &mut self.trucks[index];
            if truck.status == TruckStatus::Gone {
                continue;
            }
            let at = truck.motion.pose.translation.vector;
            let finite = at.iter().chain(truck.motion.velocity.iter()).all(|v| v.is_finite());
            let id = truck.id;
            let news = if !finite || !self.physics.is_active(truck.body) {
                Some((TruckStatus::Gone, EventKind::Diverged { truck: id }))
            } else if at.x < low.x
                || at.y < low.y
                || at.x > high.x
                || at.y > high.y
                || at.z < self.map.terrain.height(at.x, at.y) - FALLEN
            {
                Some((TruckStatus::Gone, EventKind::LeftMap { truck: id }))
            } else if truck.status == TruckStatus::Running && (truck.motion.pose.rotation * Vector3::z()).z < OVERTURNED
            {
                Some((TruckStatus::Overturned, EventKind::Overturned { truck: id }))
            } else {
                None
            };
            if let Some((status, what)) = news {
                truck.status = status;
                if status == TruckStatus::Gone {
                    truck.motion.velocity = Vector3::zeros();
                    truck.motion.angular_velocity = Vector3::zeros();
                    self.physics.retire(truck.body);
                    self.line.clear(id);
                    if let Some(figures) = self.metrics.trucks.get_mut(index) {
                        figures.stuck += 1;
                    }
                    self.ask_site(SiteInput::Withdraw(id));
                }
                tracing::warn!(truck = %id, ?what, at = %self.clock.now(), "truck lost");
                self.tell(what);
            }
        }
    }

    /// Looks at every truck's place on the drivable surface.
    pub(super) fn judge_surface(&mut self) {
        let dt = self.clock.dt() * SURFACE_EVERY as f64;
        for index in 0..self.trucks.len() {
            let truck = &mut self.trucks[index];
            if truck.status == TruckStatus::Gone {
                continue;
            }
            let pose = truck.plan_pose();
            let least = self.metrics.trucks.get(index).map_or(f64::INFINITY, |figures| figures.min_clearance_m);
            let (look, change) = truck.surface.look(&self.map.drivable, pose, &truck.machine.state().wheels, least);
            let id = truck.id;
            if let Some(figures) = self.metrics.trucks.get_mut(index) {
                figures.min_clearance_m = figures.min_clearance_m.min(look.clearance);
                if look.is_off {
                    figures.off_surface_seconds += dt;
                }
            }
            match change {
                Change::WentOff => self.tell(EventKind::OffSurface { truck: id, by: -look.clearance }),
                Change::CameBack => self.tell(EventKind::BackOnSurface { truck: id }),
                Change::None => {}
            }
        }
    }
}
