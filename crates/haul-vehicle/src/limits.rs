//! The book of limits: what a planner may ask of the truck.
//!
//! It is worked out from the same figures as the plant and says the same: a truck at full throttle on a grade comes to
//! [`Limits::climb_speed`], and one that brakes stops within [`Limits::stopping_distance`].

use crate::mass::{AxleLoads, Load, axle_loads, mass_properties};
use crate::plant::AIR_DENSITY;
use crate::powertrain::full_axle_torque;
use crate::site::{Margins, stopping};
use crate::spec::TruckSpec;
use haul_core::GRAVITY;
use std::sync::Arc;

/// Limits of one truck, worked out once; asking is cheap.
#[derive(Debug, Clone)]
pub struct Limits {
    spec: Arc<TruckSpec>,
    margins: Margins,
    /// Best drive force and gear at multiples of [`SPEED_STEP`].
    drive: Vec<Best>,
    top_speed: f64,
    fuel_at_idle: f64,
}

#[derive(Debug, Clone, Copy)]
struct Best {
    force: f64,
    gear: u8,
}

/// Spacing of the table of drive forces, m/s.
const SPEED_STEP: f64 = 0.02;
/// Rounds in which the speed of the tyre's tread and the slip that its force costs are brought together.
const SLIP_ROUNDS: usize = 4;
/// Step of the integration of a stop, s.
const STOP_STEP: f64 = 0.01;
/// A stop that takes longer than this is none, s.
const LONGEST_STOP: f64 = 600.0;
/// Halvings that bring a speed of 15 m/s to 10⁻⁵ m/s.
const HALVINGS: usize = 21;

impl Limits {
    /// Works out the limits of a truck, with the margins of the seeds.
    pub fn new(spec: &TruckSpec) -> Limits {
        let spec = Arc::new(spec.clone());
        let top_ratio = spec.transmission.ratio(spec.transmission.top_gear()) * spec.final_drive.ratio;
        let top_speed = spec.engine.rated / top_ratio * spec.tyre.rolling_radius;
        let fastest = spec.engine.high_idle / top_ratio * spec.tyre.rolling_radius;
        let count = (fastest / SPEED_STEP) as usize + 2;
        let slip_stiffness = rear_slip_stiffness(&spec);
        let drive = (0..count).map(|i| best_drive(&spec, i as f64 * SPEED_STEP, slip_stiffness)).collect();
        let fuel_at_idle = spec.engine.idle_rate;
        Limits { spec, margins: stopping().margins, drive, top_speed, fuel_at_idle }
    }

    /// The truck these limits are of.
    pub fn spec(&self) -> &Arc<TruckSpec> {
        &self.spec
    }

    /// Greatest drive force at the wheels in the best gear, N, at a speed (m/s, its size counts).
    pub fn rimpull(&self, speed: f64) -> f64 {
        let at = speed.abs() / SPEED_STEP;
        let i = at as usize;
        match (self.drive.get(i), self.drive.get(i + 1)) {
            (Some(a), Some(b)) => a.force + (b.force - a.force) * (at - i as f64),
            _ => 0.0,
        }
    }

    /// The gear that gives it.
    pub fn gear_at(&self, speed: f64) -> u8 {
        let i = (speed.abs() / SPEED_STEP) as usize;
        self.drive.get(i).or(self.drive.last()).map_or(1, |b| b.gear)
    }

    /// Retarder force for as long as wanted, N, at a speed (m/s).
    pub fn retarder_force(&self, speed: f64) -> f64 {
        let retarder = &self.spec.transmission.retarder;
        let (ratio, radius) = (self.spec.final_drive.ratio, self.spec.tyre.rolling_radius);
        let output = speed.abs() / radius * ratio;
        retarder.torque(output, retarder.continuous_power) * ratio / radius
    }

    /// Service brake force, foundation brakes, before grip, N. The mass (kg) changes nothing on this truck: its brakes
    /// have no load-sensing valve.
    pub fn service_brake_force(&self, _mass: f64) -> f64 {
        self.spec.brakes.service()
    }

    /// Speed at the engine's rated speed in the top gear, m/s.
    pub fn top_speed(&self) -> f64 {
        self.top_speed
    }

    /// Speed at the engine's rated speed in a forward gear (from 1), m/s; `None` where there is no such gear.
    pub fn gear_speed(&self, gear: u8) -> Option<f64> {
        let ratio = *self.spec.transmission.forward.get(usize::from(gear).checked_sub(1)?)?;
        Some(self.spec.engine.rated / (ratio * self.spec.final_drive.ratio) * self.spec.tyre.rolling_radius)
    }

    /// Speed at the engine's rated speed in reverse, m/s.
    pub fn reverse_speed(&self) -> f64 {
        let ratio = self.spec.transmission.reverse * self.spec.final_drive.ratio;
        self.spec.engine.rated / ratio * self.spec.tyre.rolling_radius
    }

    /// Forces against forward motion, N: grade (rise over run), rolling resistance (ratio), air.
    fn resistance(&self, speed: f64, mass: f64, grade: f64, rolling: f64) -> f64 {
        let slope = libm::atan(grade);
        let air = 0.5 * AIR_DENSITY * self.spec.drag_area * speed * speed.abs();
        mass * GRAVITY * (libm::sin(slope) + rolling * libm::cos(slope)) + air
    }

    /// Mass that the truck has to the one who speeds it up: its own, its wheels' and, through the gears, the engine's,
    /// kg.
    fn inert_mass(&self, speed: f64, mass: f64) -> f64 {
        let gear = self.gear_at(speed) as i8;
        let total = self.spec.transmission.ratio(gear) * self.spec.final_drive.ratio;
        let radius = self.spec.tyre.rolling_radius;
        let turbine = speed / radius * total;
        let locked = turbine >= self.spec.transmission.lock_up.release;
        let shaft = self.spec.transmission.inertia + if locked { self.spec.engine.inertia } else { 0.0 };
        let turning = shaft * total * total + crate::state::WHEELS as f64 * self.spec.tyre.inertia;
        mass + turning / (radius * radius)
    }

    /// Greatest forward acceleration at full throttle, m/s², for a speed (m/s), gross mass (kg), grade (rise over run)
    /// and rolling resistance (ratio). Negative where the truck slows down.
    pub fn acceleration(&self, speed: f64, mass: f64, grade: f64, rolling_resistance: f64) -> f64 {
        let force = self.rimpull(speed) - self.resistance(speed, mass, grade, rolling_resistance);
        force / self.inert_mass(speed, mass)
    }

    /// Greatest deceleration with retarder and service brake together, m/s² (a positive number slows down), as far as
    /// the tyres' grip carries it; the caller limits it for comfort.
    pub fn deceleration(&self, speed: f64, mass: f64, grade: f64, rolling: f64, friction: f64) -> f64 {
        let brakes = &self.spec.brakes;
        let front = brakes.service_front;
        let rear = brakes.service_rear + self.retarder_force(speed);
        let brake = self.gripped(front, rear, mass, grade, friction);
        (brake + self.resistance(speed, mass, grade, rolling)) / self.wheeled_mass(mass)
    }

    /// Deceleration with the retarder alone, m/s²; negative: it runs away.
    pub fn retarder_deceleration(&self, speed: f64, mass: f64, grade: f64, rolling: f64) -> f64 {
        (self.retarder_force(speed) + self.resistance(speed, mass, grade, rolling)) / self.wheeled_mass(mass)
    }

    /// Mass with the wheels' rotation, kg.
    fn wheeled_mass(&self, mass: f64) -> f64 {
        let radius = self.spec.tyre.rolling_radius;
        mass + crate::state::WHEELS as f64 * self.spec.tyre.inertia / (radius * radius)
    }

    /// The part of the brake forces of both axles (N) that the tyres carry, N: each axle up to its grip, with the
    /// weight that braking shifts to the front.
    fn gripped(&self, front: f64, rear: f64, mass: f64, grade: f64, friction: f64) -> f64 {
        let mut carried = front + rear;
        // The load shift depends on the force and the force on the load shift: twice round is within a percent.
        for _ in 0..3 {
            let loads = self.axle_loads(mass, grade, -carried / mass);
            let of = |load: f64, tyres: f64| self.spec.tyre.friction(friction, load / tyres) * load.max(0.0);
            carried = front.min(of(loads.front, 2.0)) + rear.min(of(loads.rear, 4.0));
        }
        carried
    }

    fn axle_loads(&self, mass: f64, grade: f64, acceleration: f64) -> AxleLoads {
        let spec = &self.spec;
        let payload = (mass - spec.mass.own).max(0.0);
        let load = Load { mass: payload, centre: spec.mass.heap_centre(payload) };
        let mut properties = mass_properties(spec, &load, spec.mass.fuel_capacity, 0.0);
        properties.mass = mass;
        // The acceleration is the brakes' own: gravity along the slope is in `axle_loads` already, and in free motion
        // it loads no axle. What the axles feel along the ground is the braking force alone.
        let slope = libm::atan(grade);
        axle_loads(spec, &properties, slope, acceleration - GRAVITY * libm::sin(slope))
    }

    /// Steady speed at full throttle against a total resistance (ratio of the weight, grade plus rolling), m/s; 0
    /// where the truck cannot start.
    pub fn climb_speed(&self, mass: f64, total_resistance: f64) -> f64 {
        let surplus = |v: f64| {
            let air = 0.5 * AIR_DENSITY * self.spec.drag_area * v * v;
            self.rimpull(v) - mass * GRAVITY * total_resistance - air
        };
        if surplus(0.0) <= 0.0 {
            return 0.0;
        }
        // The truck starts from rest and comes to the first speed at which nothing is left.
        let mut i = 1;
        while i + 1 < self.drive.len() && surplus(i as f64 * SPEED_STEP) > 0.0 {
            i += 1;
        }
        let (mut low, mut high) = ((i - 1) as f64 * SPEED_STEP, i as f64 * SPEED_STEP);
        for _ in 0..HALVINGS {
            let middle = 0.5 * (low + high);
            if surplus(middle) > 0.0 {
                low = middle;
            } else {
                high = middle;
            }
        }
        low
    }

    /// Greatest steady speed down a grade (negative) on the retarder alone, with the margin of the seeds, m/s; at most
    /// the top speed. 0 where the retarder cannot hold the truck at any speed.
    pub fn descent_speed(&self, mass: f64, grade: f64, rolling: f64) -> f64 {
        let held =
            |v: f64| self.margins.retarder * self.retarder_force(v) + self.resistance(v, mass, grade, rolling) >= 0.0;
        // Holding is lost at high speed, where power limits, and near standstill, where oil does not grip.
        let mut i = (self.top_speed / SPEED_STEP) as usize;
        if held(self.top_speed) {
            return self.top_speed;
        }
        while i > 0 && !held(i as f64 * SPEED_STEP) {
            i -= 1;
        }
        i as f64 * SPEED_STEP
    }

    /// Distance to stop on the service brakes alone, m, after `reaction_s` seconds in which nothing is done; infinite
    /// where they cannot stop the truck.
    pub fn stopping_distance(
        &self,
        speed: f64,
        mass: f64,
        grade: f64,
        rolling: f64,
        friction: f64,
        reaction_s: f64,
    ) -> f64 {
        let brakes = &self.spec.brakes;
        let full = self.gripped(brakes.service_front, brakes.service_rear, mass, grade, friction);
        let inert = self.wheeled_mass(mass);
        let (mut v, mut distance, mut time) = (speed.abs(), 0.0, 0.0);
        while v > 0.0 {
            let applied = ((time - reaction_s.max(0.0)) / brakes.build_up).clamp(0.0, 1.0);
            let drag = full * applied + self.resistance(v, mass, grade, rolling);
            if (applied >= 1.0 && drag <= 0.0) || time > LONGEST_STOP {
                return f64::INFINITY;
            }
            let next = (v - drag / inert * STOP_STEP).max(0.0);
            distance += 0.5 * (v + next) * STOP_STEP;
            v = next;
            time += STOP_STEP;
        }
        distance
    }

    /// Greatest speed in a curve, m/s: the lesser of sliding and rolling over, each with the margin of the seeds, and
    /// of the top speed. Radius in m; superelevation as a ratio, positive where the curve leans inwards; friction as a
    /// ratio.
    pub fn curve_speed(&self, radius: f64, superelevation: f64, friction: f64) -> f64 {
        let spec = &self.spec;
        let full = Load { mass: spec.mass.rated_payload, centre: spec.mass.payload_centre };
        let height = mass_properties(spec, &full, spec.mass.fuel_capacity, 0.0).centre.z;
        let g = &spec.geometry;
        let half_track = 0.5 * g.track_front.min(g.track_rear + g.dual_spacing);
        let lateral = (self.margins.slide * friction).min(self.margins.rollover * half_track / height);
        let slope = libm::atan(superelevation);
        let lean = libm::atan(lateral);
        let share = libm::tan((lean + slope).min(std::f64::consts::FRAC_PI_4));
        let squared = GRAVITY * radius.abs() * share.max(0.0);
        libm::sqrt(squared).min(self.top_speed)
    }

    /// Fuel rate for a power at the wheels (W), kg/s, with the engine near the speed it gives that power best.
    pub fn fuel_rate(&self, wheel_power_w: f64) -> f64 {
        if wheel_power_w <= 0.0 {
            return self.fuel_at_idle;
        }
        let engine = &self.spec.engine;
        // The automatic keeps the engine in the upper part of its range.
        let speed = 0.5 * (self.spec.transmission.lock_up.engage + engine.rated);
        let power = wheel_power_w / self.spec.final_drive.efficiency + engine.accessory_torque(speed) * speed;
        engine.fuel_rate((power / speed).min(engine.full_load_torque.at(speed)), speed).max(self.fuel_at_idle)
    }

    /// Own mass and payload, kg.
    pub fn gross_mass(&self, payload: f64) -> f64 {
        self.spec.mass.own + payload
    }
}

/// Slip stiffness of the rear axle, N a unit of slip, loaded to its rated payload.
fn rear_slip_stiffness(spec: &TruckSpec) -> f64 {
    let load = Load { mass: spec.mass.rated_payload, centre: spec.mass.payload_centre };
    let mass = mass_properties(spec, &load, spec.mass.fuel_capacity, 0.0);
    let rear = axle_loads(spec, &mass, 0.0, 0.0).rear;
    4.0 * spec.tyre.slip_stiffness(0.25 * rear)
}

/// The best gear at a speed, and its force: the tread turns faster than the truck goes by the slip the force costs.
fn best_drive(spec: &TruckSpec, speed: f64, slip_stiffness: f64) -> Best {
    let radius = spec.tyre.rolling_radius;
    let mut best = Best { force: f64::NEG_INFINITY, gear: 1 };
    for gear in 1..=spec.transmission.top_gear() {
        let mut force = 0.0;
        for _ in 0..SLIP_ROUNDS {
            let tread = speed * (1.0 + force / slip_stiffness);
            force = full_axle_torque(spec, gear, tread / radius) / radius;
        }
        if force > best.force {
            best = Best { force, gear: gear as u8 };
        }
    }
    best
}
