//! Stopping distance by brake system, grade, load, friction and delay.

use super::Limits;
use crate::brakes::BrakeSystem;
use serde::Serialize;

/// Inputs of a stop.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StopQuery {
    /// Brake system used.
    pub system: BrakeSystem,
    /// Initial speed, m/s.
    pub speed: f64,
    /// Gross mass, kg.
    pub mass: f64,
    /// Grade, rise over run; negative downhill.
    pub grade: f64,
    /// Rolling resistance, ratio.
    pub rolling: f64,
    /// Friction coefficient of the ground.
    pub friction: f64,
    /// Reaction time before the brakes are commanded, s: that of a driver, or of sensors and computers.
    pub delay: f64,
}

/// Result of a stop; distances are infinite if the brakes cannot stop the truck.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Stop {
    /// Distance driven after the brake command, m.
    pub braking: f64,
    /// Distance driven during the delay, m.
    pub delay: f64,
    /// Total stopping distance, m.
    pub distance: f64,
    /// Time from the brake command to standstill, s.
    pub time: f64,
    /// Deceleration with the brakes fully applied, m/s².
    pub deceleration: f64,
    /// True if the grip of the tyres is the limit, not the brakes.
    pub wheels_lock: bool,
    /// Heat that the front brakes absorb, J.
    pub front_heat: f64,
    /// Heat that the rear brakes absorb, J.
    pub rear_heat: f64,
}

/// Time step of the integration of a stop, s.
const STOP_STEP: f64 = 0.01;
/// Time after which a stop counts as impossible, s.
const MAX_STOP_TIME: f64 = 600.0;

impl Limits {
    /// Returns the stopping distance with the service brake alone, m, including a reaction time (s); infinite if the
    /// brake cannot stop the truck.
    pub fn stopping_distance(
        &self,
        speed: f64,
        mass: f64,
        grade: f64,
        rolling: f64,
        friction: f64,
        reaction_s: f64,
    ) -> f64 {
        let system = BrakeSystem::Service;
        self.stop(&StopQuery { system, speed, mass, grade, rolling, friction, delay: reaction_s }).distance
    }

    /// Simulates a stop from a speed with one brake system. The brakes build up linearly. Each axle is limited to its
    /// grip, including the weight that braking shifts to the front. During the delay the truck rolls freely.
    pub fn stop(&self, q: &StopQuery) -> Stop {
        let brakes = &self.spec.brakes;
        let [front_most, rear_most] = brakes.forces(q.system);
        let build_up = brakes.build_up_of(q.system);
        let [front, rear] = self.gripped_axles(front_most, rear_most, q.mass, q.grade, q.friction);
        let full = front + rear;
        let inert = self.wheeled_mass(q.mass);
        let delay = if q.delay.is_finite() { q.delay.max(0.0) } else { 0.0 };
        let (mut v, mut distance, mut time, mut heat) = (q.speed.abs(), 0.0, 0.0, 0.0);
        let mut in_delay = 0.0;
        while v > 0.0 {
            let applied = ((time - delay) / build_up).clamp(0.0, 1.0);
            let drag = full * applied + self.resistance(v, q.mass, q.grade, q.rolling);
            if (applied >= 1.0 && drag <= 0.0) || time > MAX_STOP_TIME {
                (distance, time) = (f64::INFINITY, f64::INFINITY);
                break;
            }
            let next = (v - drag / inert * STOP_STEP).max(0.0);
            let way = 0.5 * (v + next) * STOP_STEP;
            distance += way;
            heat += full * applied * way;
            v = next;
            time += STOP_STEP;
            if time <= delay {
                in_delay = distance;
            }
        }
        let share = if full > 0.0 { front / full } else { 0.0 };
        let slowing = (full + self.resistance(0.0, q.mass, q.grade, q.rolling)) / inert;
        Stop {
            braking: distance - in_delay,
            delay: in_delay,
            distance,
            time: (time - delay).max(0.0),
            deceleration: slowing.max(0.0),
            wheels_lock: front < front_most || rear < rear_most,
            front_heat: heat * share,
            rear_heat: heat * (1.0 - share),
        }
    }
}
