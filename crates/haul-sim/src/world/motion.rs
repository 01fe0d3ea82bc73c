//! One step of motion: machines work, bodies move, and accidents are counted.

use super::World;
use crate::effect::Effect;
use crate::physics::Touch;
use crate::tier::Tier;
use haul_record::Touched;

impl World {
    /// Moves every body by one step.
    pub(super) fn move_bodies(&mut self) {
        let dt = self.clock.dt();
        let mut effects = Vec::new();
        for (truck, metrics) in self.trucks.iter_mut().zip(&mut self.metrics.trucks) {
            if truck.is_in_play() {
                let fall = truck.drive(dt, &self.ground, &mut self.tier);
                let place = if fall.mass > 0.0 { self.tips.receive(fall.at, fall.mass).cloned() } else { None };
                effects.extend(truck.count_fall(fall.mass, place, metrics).map(Effect::Tell));
            }
        }
        for (vehicle, index) in self.vehicles.iter_mut().zip(0..) {
            vehicle.advance(dt);
            let pose = vehicle.pose();
            self.tier.move_vehicle(index, pose, self.map.terrain.height(pose.x, pose.y));
        }
        let touches = self.tier.step();
        for truck in self.trucks.iter_mut().filter(|t| t.is_in_play()) {
            truck.settle(&mut self.tier);
        }
        self.route(effects);
        for touch in touches {
            self.judge_touch(touch);
        }
        self.judge_losses();
    }

    /// Counts a touch if it begins an accident.
    fn judge_touch(&mut self, touch: Touch) {
        let (index, now) = (touch.truck as usize, self.clock.now());
        let Some(truck) = self.trucks.get_mut(index) else { return };
        if !truck.feels(touch, now) {
            return;
        }
        // An obstacle may have been removed in the same step.
        let Some(with) = self.touched(touch) else { return };
        if let (Some(truck), Some(metrics)) = (self.trucks.get_mut(index), self.metrics.trucks.get_mut(index)) {
            let event = truck.collide(with, now, metrics);
            self.tell(event);
        }
    }

    /// Returns the object that a truck touched; `None` if it no longer exists.
    fn touched(&self, touch: Touch) -> Option<Touched> {
        if let Some(other) = touch.other_truck() {
            return self.trucks.get(other as usize).map(|other| Touched::Truck(other.id()));
        }
        if let Some(other) = touch.other_vehicle() {
            return self.vehicles.get(other as usize).map(|vehicle| Touched::Vehicle(vehicle.id().clone()));
        }
        match touch.other_fixed() {
            Some(number) => self.posts.get(number).map(|post| post.touched()),
            None => Some(Touched::Terrain),
        }
    }

    /// Checks all trucks for losses.
    fn judge_losses(&mut self) {
        let now = self.clock.now();
        let mut effects = Vec::new();
        for (truck, metrics) in self.trucks.iter_mut().zip(&mut self.metrics.trucks) {
            if truck.is_in_play() {
                effects.extend(truck.find_loss(&self.map.terrain, &self.tier, now, metrics));
            }
        }
        self.route(effects);
    }
}
