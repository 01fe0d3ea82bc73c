//! Updates the visible state after a step, and the parts that change slowly: body, load, fuel.

use super::Truck;
use crate::command::{ActuatorCommand, Direction};
use crate::hoist::Free;
use crate::mass::{Load, Part};
use crate::powertrain::AxleDrive;
use std::sync::Arc;

/// Motion and forces of the truck in a step, for its visible state.
pub(super) struct StepOutcome {
    /// Speed along body x, m/s.
    pub(super) speed: f64,
    /// Force of the powertrain at the rear tyres, N.
    pub(super) drive_force: f64,
    /// Force of the retarder at the tyres, N, 0 or greater.
    pub(super) retarder_force: f64,
    /// Slope of body x: rise per metre.
    pub(super) pitch: f64,
    /// Slope of body y: rise per metre.
    pub(super) lean: f64,
}

impl Truck {
    /// Updates the visible state, and advances the parts that change slowly: body, load, fuel.
    pub(super) fn keep(&mut self, command: &ActuatorCommand, drive: &AxleDrive, outcome: &StepOutcome, h: f64) {
        let StepOutcome { speed, drive_force, retarder_force, pitch, lean } = *outcome;
        let spec = Arc::clone(&self.spec);
        let burnt = (self.powertrain.fuel_rate(&spec, drive.engine_torque) * h).min(self.state.fuel_kg);
        let gearbox = &self.powertrain.gearbox;
        let standing = speed.abs() < spec.hoist.standstill_speed
            && (gearbox.direction == Direction::Neutral || self.brakes.park >= PARK_SET);
        let works = !self.broken.hoist;
        let level = lean.abs() < libm::sin(spec.hoist.most_side_slope);
        let running = self.powertrain.engine.is_running() && !self.broken.engine;
        let free = Free { to_raise: standing && works && level && running, to_lower: standing && works };
        let s = &mut self.state;
        s.direction = gearbox.direction;
        s.gear = gearbox.gear;
        s.locked_up = gearbox.locked;
        s.shifts = gearbox.shifts;
        s.engine_speed = self.powertrain.engine.speed;
        s.engine_torque = drive.engine_torque;
        s.throttle = self.powertrain.engine.throttle;
        s.drive_force = drive_force;
        s.retarder_force = retarder_force;
        s.retarder_temp = self.powertrain.retarder.temperature;
        let [front, rear] = self.brakes.capacities(&spec.brakes, &self.broken);
        s.brake_force = front + rear;
        s.brake_temps = self.brakes.temperatures;
        s.boost = self.powertrain.engine.boost;
        s.steering_reserve = self.steering.left;
        s.hill_hold = self.brakes.held;
        s.service_brake = self.brakes.service;
        s.park_brake = self.brakes.park;
        s.speed = speed;
        s.odometer += speed.abs() * h;
        s.fuel_kg -= burnt;
        s.fuel_used_kg += burnt;
        let [rear_left, rear_right] = self.axle.compressions();
        s.struts = [self.corners[0].compression, self.corners[1].compression, rear_left, rear_right];
        let body_before = s.body_angle;
        s.body_angle = spec.hoist.advance(s.body_angle, command.hoist, free, h);
        self.raising = s.body_angle > body_before;
        let runs = s.body_angle > spec.hoist.body_up_angle || self.heap.is_sliding();
        if runs && s.load.mass > 0.0 {
            let tipped = s.body_angle + libm::asin(pitch.clamp(-1.0, 1.0));
            let left = self.heap.run_out(&spec.body, &self.material, tipped, h);
            self.discharged += left;
            if left > 0.0 {
                let weighed = self.heap.weighed(&spec.body, &self.material);
                self.heap_part = Part { mass: weighed.mass, centre: weighed.centre, inertia: weighed.inertia };
                s.load = Load { mass: weighed.mass, centre: weighed.centre };
            }
        }
        s.strut_forces = [
            s.wheels[0].load_n,
            s.wheels[1].load_n,
            s.wheels[2].load_n + s.wheels[3].load_n,
            s.wheels[4].load_n + s.wheels[5].load_n,
        ];
        self.weigh_if_changed();
    }
}

/// Share of the park brake's capacity from which the park brake counts as set.
const PARK_SET: f64 = 0.5;
