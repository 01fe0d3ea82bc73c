//! Estimates of gross mass and rolling resistance, from the truck's response to its drive.
//!
//! Over a stretch of road of length `s`, the work of the drive less that of the air is `F s = m (Δv²/2 + g Δh) + R s`,
//! with the gross mass `m`, the speed `v`, the height `h` from the map, and the rolling resistance `R`. With the torque
//! converter unlocked, the force `F` follows from the speeds of engine and driven wheels through the converter's
//! curves; with the converter locked, from the throttle. Each second without brakes, shifts, slides or steering gives
//! one measurement to a Kalman filter of two states: A. Gelb (ed.), *Applied Optimal Estimation*, 1974, table 4.2-1.
//! The accelerometer is unsuitable: it pitches with the chassis, and one degree is 0.17 m/s².
//!
//! The struts weigh the payload. They give the initial mass after each loading or tipping; from then on the motion
//! refines it.

use super::slip::WheelState;
use crate::localise::Estimate;
use crate::sensor::SensorFrame;
use crate::track::CONTROL_RATE;
use haul_core::{GRAVITY, Pose2};
use haul_mine::MineMap;
use haul_vehicle::{ActuatorCommand, Direction, Limits};

/// Number of steps in one measurement: one second, long enough that noise of the speed counts little.
const BLOCK_STEPS: u32 = 20;
/// Minimum distance of one measurement, m: long enough that a bump counts little.
const BLOCK_DISTANCE: f64 = 10.0;
/// Number of steps without brakes, shifts and slides before a measurement begins, so that brakes and driveline have
/// settled.
const SETTLING_STEPS: u32 = 12;
/// Relative standard deviation of the mass as weighed by the struts.
const STRUT_DEVIATION: f64 = 0.02;
/// Standard deviation of the rolling resistance reported by the site, as a fraction of the weight.
const TOLD_DEVIATION: f64 = 0.01;
/// Growth of the variance of the rolling resistance per metre driven, ratio²/m: 1 % in 500 m.
const ROLLING_WALK: f64 = 0.01 * 0.01 / 500.0;
/// Standard deviation of a drive force from the curves of converter and engine: a share of the force, and a minimum
/// (N).
const FORCE_SHARE: f64 = 0.03;
const FORCE_FLOOR: f64 = 4_000.0;
/// Standard deviation of the mean acceleration of a measurement, m/s².
const MOTION_DEVIATION: f64 = 0.04;
/// Standard deviation of a height difference from the map, m.
const HEIGHT_DEVIATION: f64 = 0.05;
/// Innovation (standard deviations) beyond which a measurement is not used.
const GATE: f64 = 4.0;
/// Maximum difference between the mass estimated from the motion and the mass weighed by the struts, as a share of the
/// mass.
const STRUT_AGREEMENT: f64 = 0.06;
/// Change of the payload weighed by the struts that shows that the truck has been loaded or has tipped, kg.
const LOAD_CHANGE: f64 = 5_000.0;
/// As `LOAD_CHANGE`, but for a truck that stands, so that its struts do not move, or that has just started, kg.
const STANDING_LOAD_CHANGE: f64 = 1_000.0;
/// Distance from a standstill (m) within which the struts' payload still counts: their reading is smoothed.
const WEIGHING_DISTANCE: f64 = 25.0;
/// Maximum steering angle (rad): beyond it, the front wheels turn part of the force sideways.
const STRAIGHT_ANGLE: f64 = 0.08;
/// Minimum speed (m/s): below it the wheel-speed reading is coarse.
const LEAST_SPEED: f64 = 0.8;
/// Speed difference between engine and turbine (rad/s) within which the converter counts as locked.
const LOCK_TOLERANCE: f64 = 2.5;
/// Maximum difference between the throttle and its value with turbocharger lag, with the converter locked.
const STEADY_THROTTLE: f64 = 0.08;
/// Bounds of the rolling resistance as a fraction of the weight: ice on concrete, and deep sand.
const ROLLING_RANGE: [f64; 2] = [0.005, 0.30];

/// Estimated quantity with its standard deviation.
#[derive(Debug, Clone, Copy, PartialEq, Default, serde::Serialize, serde::Deserialize)]
pub struct Believed {
    /// Mean value of the estimate.
    pub value: f64,
    /// Standard deviation of the estimate.
    pub deviation: f64,
}

/// Sums over the steps of one measurement.
#[derive(Debug, Clone, Copy, PartialEq, Default, serde::Serialize, serde::Deserialize)]
struct Block {
    steps: u32,
    force: f64,
    distance: f64,
    first_speed: f64,
    first_height: f64,
}

/// The truck's estimates of its gross mass and of the rolling resistance of the road.
#[derive(Debug, Clone)]
pub(crate) struct Resistance {
    limits: Limits,
    told: f64,
    /// Gross mass (kg) and rolling resistance (N).
    state: [f64; 2],
    /// Variances of the mass (kg²) and the rolling resistance (N²); `mixed` is their covariance.
    variance: [f64; 2],
    mixed: f64,
    /// Payload weighed by the struts at the last loading or tipping, kg.
    strut_payload: f64,
    /// Distance since the last standstill, m.
    driven: f64,
    settled: u32,
    /// Throttle with turbocharger lag, 0 to 1.
    throttle: f64,
    block: Block,
}

haul_core::keep_state!(Resistance {
    limits: given,
    told: given,
    state: value,
    variance: value,
    mixed: value,
    strut_payload: value,
    driven: value,
    settled: value,
    throttle: value,
    block: value,
});

impl Resistance {
    /// Creates an estimate that starts with the rated load and the rolling resistance `told` by the site, a fraction of
    /// the weight.
    pub fn new(limits: Limits, told: f64) -> Self {
        let payload = limits.spec().rated_payload();
        let mut resistance = Self {
            limits,
            told,
            state: [0.0; 2],
            variance: [0.0; 2],
            mixed: 0.0,
            strut_payload: payload,
            driven: 0.0,
            settled: 0,
            throttle: 0.0,
            block: Block::default(),
        };
        resistance.weigh_again(payload, told);
        resistance
    }

    /// Returns the gross mass, kg.
    pub fn mass(&self) -> Believed {
        Believed { value: self.state[0], deviation: libm::sqrt(self.variance[0]) }
    }

    /// Returns the rolling resistance, as a fraction of the weight.
    pub fn rolling(&self) -> Believed {
        let weight = self.state[0] * GRAVITY;
        let value = (self.state[1] / weight).clamp(ROLLING_RANGE[0], ROLLING_RANGE[1]);
        Believed { value, deviation: libm::sqrt(self.variance[1]) / weight }
    }

    /// Resets the mass to that weighed by the struts. The rolling resistance is kept as a fraction of the weight.
    fn weigh_again(&mut self, payload: f64, rolling: f64) {
        let mass = self.limits.gross_mass(payload);
        let before = self.state[0] * GRAVITY;
        let deviation = if before > 0.0 { libm::sqrt(self.variance[1]) / before } else { TOLD_DEVIATION };
        self.strut_payload = payload;
        self.state = [mass, rolling * mass * GRAVITY];
        let spread = [STRUT_DEVIATION * mass, deviation.min(TOLD_DEVIATION) * mass * GRAVITY];
        self.variance = spread.map(|s| s * s);
        self.mixed = 0.0;
    }

    /// Processes the frame of a step and the command that was in force before the frame. `payload` is the reading of
    /// the struts, kg.
    pub fn take(
        &mut self,
        frame: &SensorFrame,
        estimate: &Estimate,
        payload: f64,
        map: &MineMap,
        states: [WheelState; 2],
        before: &ActuatorCommand,
    ) {
        self.driven = if estimate.standing { 0.0 } else { self.driven + estimate.speed.abs() / CONTROL_RATE };
        let most = if self.driven < WEIGHING_DISTANCE { STANDING_LOAD_CHANGE } else { LOAD_CHANGE };
        if payload.is_finite() && (payload - self.strut_payload).abs() > most {
            let rolling = self.rolling().value;
            self.weigh_again(payload.max(0.0), rolling);
        }
        let sense = if frame.gear < 0 { -1.0 } else { 1.0 };
        let speed = sense * estimate.speed;
        let free = before.service_brake <= 0.0 && before.retarder <= 0.0 && !before.park_brake;
        let in_gear = match before.direction {
            Direction::Forward => frame.gear > 0,
            Direction::Reverse => frame.gear < 0,
            Direction::Neutral => false,
        };
        let rolls = states == [WheelState::Rolls; 2] && estimate.ready && estimate.wheels_trusted;
        let straight = estimate.steering_angle.abs() < STRAIGHT_ANGLE;
        let read = speed.is_finite() && frame.engine_speed.is_finite();
        let engine = &self.limits.spec().engine;
        let (dt, lag) = (1.0 / CONTROL_RATE, engine.turbo_lag * engine.rated / frame.engine_speed.max(engine.idle));
        self.throttle += (before.throttle - self.throttle) * dt / (lag + dt);
        let force = self.drive_force(frame, before.throttle);
        let (true, Some(force)) = (free && in_gear && rolls && straight && read && speed > LEAST_SPEED, force) else {
            (self.settled, self.block) = (0, Block::default());
            return;
        };
        self.settled = self.settled.saturating_add(1);
        if self.settled < SETTLING_STEPS {
            return;
        }
        let height = self.height(estimate.pose, map);
        if self.block.steps == 0 {
            self.block = Block { first_speed: speed, first_height: height, ..Block::default() };
        }
        self.block.steps += 1;
        self.block.force += force - self.limits.air_drag(speed);
        self.block.distance += speed * dt;
        if self.block.steps > BLOCK_STEPS && self.block.distance > BLOCK_DISTANCE {
            let block = std::mem::take(&mut self.block);
            let steps = f64::from(block.steps);
            let distance = block.distance * (steps - 1.0) / steps;
            let kinetic = (speed * speed - block.first_speed * block.first_speed) / (2.0 * distance);
            let per_mass = kinetic + GRAVITY * (height - block.first_height) / distance;
            let turning = self.rotating_mass(frame) * kinetic;
            let air = self.limits.environment().air_temperature;
            let factor = self.limits.spec().tyre.rolling_factor(speed, air);
            self.measure(block.force / steps - turning, [per_mass, factor], block.distance);
        }
    }

    /// Returns the mean height of the ground under both axles, m.
    fn height(&self, rear: Pose2, map: &MineMap) -> f64 {
        let front = rear.advanced(self.limits.spec().geometry.wheelbase);
        0.5 * (map.terrain.height(rear.x, rear.y) + map.terrain.height(front.x, front.y))
    }

    /// Returns the drive force on the road along the gear's direction, N. Returns `None` where the gear has changed, or
    /// where the throttle moves with the converter locked: the engine then lags.
    fn drive_force(&self, frame: &SensorFrame, throttle: f64) -> Option<f64> {
        let spec = self.limits.spec();
        if frame.gear == 0 {
            return None;
        }
        let turbine = self.turbine_speed(frame);
        let torque = if self.is_locked(frame) {
            if (throttle - self.throttle).abs() > STEADY_THROTTLE {
                return None;
            }
            spec.engine.torque(turbine, throttle)
        } else {
            spec.transmission.converter.torques(frame.engine_speed, turbine).1
        };
        let torque = torque.min(spec.transmission.turbine_torque_limit);
        Some(spec.axle_torque(frame.gear, torque, turbine) / spec.tyre.rolling_radius)
    }

    /// Returns the turbine speed (rad/s, along the gear's direction) from the driven wheels, which slip a little.
    fn turbine_speed(&self, frame: &SensorFrame) -> f64 {
        let spec = self.limits.spec();
        let sense = if frame.gear < 0 { -1.0 } else { 1.0 };
        let wheels = sense * frame.wheel_speeds[2..].iter().sum::<f64>() / 4.0;
        spec.transmission.ratio(frame.gear).abs() * spec.final_drive.ratio * wheels.max(0.0)
    }

    fn is_locked(&self, frame: &SensorFrame) -> bool {
        (frame.engine_speed - self.turbine_speed(frame)).abs() < LOCK_TOLERANCE
    }

    /// Returns the mass (kg) equivalent to the inertia of wheels, gearbox and, with the converter locked, engine.
    fn rotating_mass(&self, frame: &SensorFrame) -> f64 {
        let spec = self.limits.spec();
        let total = spec.transmission.ratio(frame.gear).abs() * spec.final_drive.ratio;
        let engine = if self.is_locked(frame) { spec.engine.inertia } else { 0.0 };
        let inertia = spec.wheels_inertia() + (spec.transmission.inertia + engine) * total * total;
        inertia / (spec.tyre.rolling_radius * spec.tyre.rolling_radius)
    }

    /// Adds a measurement over `distance` (m): the force left for mass and rolling resistance (N); the specific force
    /// needed for acceleration and grade (m/s²); and the factor of the tyres on the rolling resistance.
    fn measure(&mut self, force: f64, [per_mass, factor]: [f64; 2], distance: f64) {
        let weight = self.state[0] * GRAVITY;
        self.variance[1] += ROLLING_WALK * weight * weight * distance;
        let most = TOLD_DEVIATION * weight;
        self.variance[1] = self.variance[1].min(most * most);
        let own = FORCE_FLOOR + FORCE_SHARE * force.abs();
        let read = self.state[0] * libm::hypot(MOTION_DEVIATION, GRAVITY * HEIGHT_DEVIATION / distance);
        let noise = own * own + read * read;
        let [m, r] = self.variance;
        let spread = [m * per_mass + self.mixed * factor, self.mixed * per_mass + r * factor];
        let total = per_mass * spread[0] + factor * spread[1] + noise;
        let surprise = force - self.state[0] * per_mass - self.state[1] * factor;
        if surprise * surprise > GATE * GATE * total {
            tracing::debug!(surprise, "the motion does not fit the drive: not measured");
            return;
        }
        let gain = spread.map(|s| s / total);
        self.state = [self.state[0] + gain[0] * surprise, self.state[1] + gain[1] * surprise];
        self.variance = [m - gain[0] * spread[0], r - gain[1] * spread[1]];
        self.mixed -= gain[0] * spread[1];
        let spec = self.limits.spec();
        // If struts and motion differ too much, one of them is wrong. The struts are more reliable.
        let weighed = self.limits.gross_mass(self.strut_payload);
        let most = STRUT_AGREEMENT * weighed;
        self.state[0] = self.state[0].clamp(weighed - most, weighed + most).max(0.9 * spec.own_mass());
        let weight = self.state[0] * GRAVITY;
        self.state[1] = self.state[1].clamp(ROLLING_RANGE[0] * weight, ROLLING_RANGE[1] * weight);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use haul_vehicle::TruckSpec;

    /// Returns an estimate that starts with a payload weighed by the struts (kg) and the reported rolling resistance
    /// (fraction of the weight).
    fn resistance(payload: f64, told: f64) -> Resistance {
        let mut resistance = Resistance::new(Limits::new(&TruckSpec::tr100at()), told);
        resistance.weigh_again(payload, told);
        resistance
    }

    /// Drives stretches of 10 m on each grade in turn, with a true mass (kg) and rolling resistance (fraction of the
    /// weight).
    fn drive(resistance: &mut Resistance, mass: f64, rolling: f64, grades: &[f64], stretches: usize) {
        for grade in grades.iter().cycle().take(stretches) {
            let per_mass = GRAVITY * grade;
            resistance.measure(mass * (per_mass + rolling * GRAVITY), [per_mass, 1.0], 10.0);
        }
    }

    #[test]
    fn a_softer_road_is_felt_within_half_a_kilometre() {
        let mut belief = resistance(91_000.0, 0.025);
        let mass = belief.mass().value;
        drive(&mut belief, mass, 0.045, &[0.09], 50);
        let (rolling, found) = (belief.rolling(), belief.mass());
        assert!((rolling.value - 0.045).abs() < 0.005, "{rolling:?}");
        assert!((found.value / mass - 1.0).abs() < 0.03, "{found:?}");
        assert!((rolling.value - 0.045).abs() < 2.0 * rolling.deviation, "honest: {rolling:?}");
    }

    #[test]
    fn motion_corrects_struts_that_weigh_too_little() {
        let mut belief = resistance(85_000.0, 0.025);
        let mass = belief.mass().value + 6_000.0;
        drive(&mut belief, mass, 0.025, &[0.1, 0.0], 60);
        let found = belief.mass();
        assert!((found.value / mass - 1.0).abs() < 0.025, "{found:?} of {mass}");
        assert!((found.value - mass).abs() < 2.0 * found.deviation, "honest: {found:?} of {mass}");
    }

    #[test]
    fn no_measurement_takes_the_belief_out_of_bounds() {
        let mut belief = resistance(0.0, 0.025);
        for force in [-1e9, 1e9] {
            belief.measure(force, [1.0, 1.0], 10.0);
            assert!(belief.mass().value > 60_000.0 && belief.mass().value < 250_000.0, "{:?}", belief.mass());
            let rolling = belief.rolling().value;
            assert!((ROLLING_RANGE[0]..=ROLLING_RANGE[1]).contains(&rolling), "{rolling}");
        }
    }
}
