//! A step of motion: machines work, bodies move, accidents are judged.

use super::World;
use crate::effect::Effect;
use crate::physics::Touch;
use crate::tier::Tier;
use haul_record::Touched;

impl World {
    /// Moves every body on by one step.
    pub(super) fn move_bodies(&mut self) {
        let dt = self.clock.dt();
        let mut effects = Vec::new();
        for (truck, figures) in self.trucks.iter_mut().zip(&mut self.metrics.trucks) {
            if truck.is_in_play() {
                let fall = truck.drive(dt, &self.ground, &mut self.tier);
                let place = if fall.mass > 0.0 { self.tips.receive(fall.at, fall.mass).cloned() } else { None };
                effects.extend(truck.count_fall(fall.mass, place, figures).map(Effect::Tell));
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

    /// Counts a touch that begins an accident.
    fn judge_touch(&mut self, touch: Touch) {
        let (index, now) = (touch.truck as usize, self.clock.now());
        let Some(truck) = self.trucks.get_mut(index) else { return };
        if !truck.feels(touch, now) {
            return;
        }
        // An obstacle may have been taken away in the same step.
        let Some(with) = self.touched(touch) else { return };
        if let (Some(truck), Some(figures)) = (self.trucks.get_mut(index), self.metrics.trucks.get_mut(index)) {
            let event = truck.collide(with, now, figures);
            self.tell(event);
        }
    }

    /// The thing that a truck touched; `None` where it is there no longer.
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

    /// Looks for trucks that are lost.
    fn judge_losses(&mut self) {
        let now = self.clock.now();
        let mut effects = Vec::new();
        for (truck, figures) in self.trucks.iter_mut().zip(&mut self.metrics.trucks) {
            if truck.is_in_play() {
                effects.extend(truck.find_loss(&self.map.terrain, &self.tier, now, figures));
            }
        }
        self.route(effects);
    }
}
