//! Predicts the driveline for a planner: the plant's own engine and automatic gearbox, the truck as a point mass, and
//! steps as long as shifts and lock-up allow. The prediction includes effects that steady limits leave out: a shift
//! takes time, a gear is kept until its shift speed, and lock-up and turbochargers respond late.

use super::Limits;
use crate::command::{ActuatorCommand, Direction};
use crate::powertrain::{AxleDrive, EngineTorques, Powertrain};
use haul_core::GRAVITY;

/// Step while a shift or the lock-up is in progress or the governor acts, s: the engine speed then changes freely.
const FINE_STEP: f64 = 0.02;
/// Step with the converter unlocked or the clutch slipping, s; engine and coupling need at least as long to settle.
const OPEN_STEP: f64 = 0.1;
/// Minimum step with the converter unlocked or the clutch slipping, s.
const STIFF_STEP: f64 = 0.01;
/// Step with the lock-up closed, s.
const LOCKED_STEP: f64 = 0.25;
/// Factor by which the last step may exceed the normal one, to save another step.
const LAST_STEP_STRETCH: f64 = 1.25;
/// Minimum step, s.
const MIN_STEP: f64 = 1e-4;
/// Ratio of demanded pull to the pull of the performance limits at which the throttle is full; the rest is lost in
/// shifts.
const THROTTLE_SHARE: f64 = 0.9;
/// Time over which the throttle opens fully if the acceleration is too low, s.
const OPENING_TIME: f64 = 0.6;
/// Time after which a truck that has not moved counts as unable to start, s.
const MAX_START_TIME: f64 = 8.0;
/// Mean speed below which the truck counts as stopped, m/s.
const CRAWL: f64 = 0.02;
/// Maximum length of a drive, m; longer drives are cut to it.
const MAX_LENGTH: f64 = 1e5;

/// Predicted driveline of a moving truck, forward only.
#[derive(Debug, Clone)]
pub struct DriveAhead<'a> {
    limits: &'a Limits,
    /// Gross mass, kg.
    mass: f64,
    /// Slip stiffness of the loaded rear axle, N per unit of slip.
    slip_stiffness: f64,
    state: DriveState,
}

/// State of a driveline in forward drive: gear and lock-up, engine, and the gearbox's memory.
///
/// The state comes from a truck's speed alone ([`Limits::drive_at`]), from a truck's report
/// ([`Limits::drive_reported`]), or from a prediction ([`DriveAhead::state`]).
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct DriveState {
    powertrain: Powertrain,
    /// Throttle beyond that of the performance limits; it opens while the acceleration is too low, as a driver would
    /// do.
    more: f64,
    /// Drive force in the last step, N; it determines the slip of the tyre tread.
    force: f64,
    /// True until the gearbox knows the road resistance.
    fresh: bool,
}

impl DriveState {
    /// Returns the gear, from 1.
    pub fn gear(&self) -> u8 {
        self.powertrain.gearbox.gear.max(1) as u8
    }

    /// Returns true if the lock-up is closed.
    pub fn is_locked_up(&self) -> bool {
        self.powertrain.gearbox.locked
    }

    /// Returns true if a shift is in progress or the lock-up clutch is closing.
    pub fn is_changing(&self) -> bool {
        !(self.powertrain.gearbox.locked || self.powertrain.gearbox.is_at_rest())
    }

    /// Returns the engine speed, rad/s.
    pub fn engine_speed(&self) -> f64 {
        self.powertrain.engine.speed
    }
}

impl Limits {
    /// Returns the state of a driveline known only by its forward speed (m/s). At rest, it is in first gear with the
    /// engine idling; otherwise it is at full throttle in the gear that the automatic holds at this speed.
    pub fn drive_at(&self, speed: f64) -> DriveState {
        let mut powertrain = Powertrain::new(&self.spec);
        powertrain.breathe(&self.spec, &self.environment);
        powertrain.roll(&self.spec, speed.max(0.0) / self.spec.tyre.rolling_radius);
        DriveState { powertrain, more: 0.0, force: 0.0, fresh: speed > 0.0 }
    }

    /// Returns the state of a driveline at a forward speed (m/s), from the reported gear (from 1) and engine speed
    /// (rad/s). It is locked up if engine and turbine have the same speed. An unknown gear, or an engine speed that is
    /// not a number, is ignored.
    pub fn drive_reported(&self, speed: f64, gear: i8, engine_speed: f64) -> DriveState {
        let mut state = self.drive_at(speed);
        if (1..=self.spec.transmission.top_gear()).contains(&gear) && engine_speed.is_finite() && engine_speed > 0.0 {
            let output = speed.max(0.0) / self.spec.tyre.rolling_radius * self.spec.final_drive.ratio;
            state.powertrain.engine.speed = engine_speed;
            state.powertrain.gearbox.report(&self.spec.transmission, gear, output, engine_speed);
        }
        state
    }

    /// Returns the driveline of a truck of a gross mass (kg), starting from a state.
    pub fn drive_ahead(&self, mass: f64, state: DriveState) -> DriveAhead<'_> {
        // The stiffness of a contact is proportional to its length, and so to the square root of the load.
        let full = self.axle_loads(self.gross_mass(self.spec.mass.rated_payload), 0.0, 0.0).rear;
        let slip_stiffness = self.slip_stiffness * libm::sqrt((self.axle_loads(mass, 0.0, 0.0).rear / full).max(0.0));
        DriveAhead { limits: self, mass, slip_stiffness, state }
    }
}

impl DriveAhead<'_> {
    /// Returns the current state of the driveline.
    pub fn state(&self) -> DriveState {
        self.state
    }

    /// Drives over a length (m) at a grade (rise over run) and rolling resistance (ratio), from a speed (m/s), with a
    /// desired acceleration (m/s²) or as much of it as the driveline gives. Returns the speed at the end, m/s; 0 if the
    /// truck stops. Lengths are cut to 100 km.
    pub fn over(&mut self, speed: f64, length: f64, grade: f64, rolling: f64, wanted: f64) -> f64 {
        let length = if length > MAX_LENGTH { MAX_LENGTH } else { length };
        let (mut v, mut left, mut stood, mut time) = (speed, length, 0.0, 0.0);
        let pressed = self.mass * GRAVITY / libm::sqrt(1.0 + grade * grade);
        let (up, across) = (pressed * grade, pressed * rolling);
        while left > 0.0 {
            let rest = self.resistance(v, up, across);
            let (h, last) = self.step(v, rest, wanted, left);
            let a = self.push(v, rest, wanted, h);
            let gone = v * h + 0.5 * a * h * h;
            let end = v * v + 2.0 * a * left;
            if gone >= left || last && end > 0.0 {
                return libm::sqrt(end.max(0.0));
            }
            let next = v + a * h;
            stood = if next <= 0.0 { stood + h } else { 0.0 };
            time += h;
            if stood > MAX_START_TIME || time > MAX_START_TIME + length / CRAWL {
                return 0.0;
            }
            v = next.max(0.0);
            left -= gone.max(0.0);
        }
        v
    }

    /// Simulates rolling over a length (m) from one speed (m/s) to another, with closed throttle and the retarder
    /// applied.
    pub fn braked(&mut self, from: f64, to: f64, length: f64) {
        let command = ActuatorCommand { service_brake: 1.0, ..forward(0.0) };
        let whole = 2.0 * length / (from + to).max(f64::MIN_POSITIVE);
        let slowing = (self.mass + self.wheels()) * (from - to) / whole;
        let mut time = 0.0;
        self.state.force = 0.0;
        while time < whole.min(MAX_START_TIME) {
            let v = from + (to - from) * time / whole;
            let h = self.longest_step(v).min(whole - time).max(MIN_STEP);
            let turning = self.state.powertrain.turning(&self.limits.spec);
            self.turn(&turning, v, &command, h);
            self.after(v, 0.0, -slowing, h);
            time += h;
        }
    }

    /// Returns the length of the next step (s), for a resistance (N), a desired acceleration (m/s²) and the remaining
    /// length (m). Also returns true if the step covers all the remaining length.
    fn step(&self, speed: f64, resistance: f64, wanted: f64, left: f64) -> (f64, bool) {
        if speed <= 0.0 {
            return (FINE_STEP, false);
        }
        let most = self.longest_step(speed);
        let acceleration = ((self.state.force - resistance) / (self.mass + self.wheels())).min(wanted);
        let root = libm::sqrt((speed * speed + 2.0 * acceleration * left).max(0.0));
        let whole = 2.0 * left / (speed + root);
        if whole <= most * LAST_STEP_STRETCH { (whole.max(MIN_STEP), true) } else { (most, false) }
    }

    /// Returns the longest step (s) at a speed (m/s) that resolves shifts, lock-up and governor.
    fn longest_step(&self, speed: f64) -> f64 {
        let (gearbox, engine) = (&self.state.powertrain.gearbox, &self.state.powertrain.engine);
        if gearbox.locked && !gearbox.is_shifting() {
            LOCKED_STEP
        } else if gearbox.is_at_rest() && engine.speed < self.limits.spec.engine.rated {
            let hub = speed / self.limits.spec.tyre.rolling_radius;
            OPEN_STEP.min(self.state.powertrain.settling_time(&self.limits.spec, hub)).max(STIFF_STEP)
        } else {
            FINE_STEP
        }
    }

    /// Returns the resistance at a speed (m/s), N; the rolling resistance of tyres grows with speed. `up` is the
    /// resistance of the slope, and `across` the rolling resistance at low speed, N.
    fn resistance(&self, speed: f64, up: f64, across: f64) -> f64 {
        let air = self.limits.environment.air_temperature;
        up + across * self.limits.spec.tyre.rolling_factor(speed, air) + self.limits.air_drag(speed)
    }

    /// Returns the equivalent mass of the turning wheels, kg.
    fn wheels(&self) -> f64 {
        let radius = self.limits.spec.tyre.rolling_radius;
        self.limits.spec.wheels_inertia() / (radius * radius)
    }

    fn turn(&mut self, turning: &EngineTorques, speed: f64, command: &ActuatorCommand, h: f64) -> AxleDrive {
        let spec = &self.limits.spec;
        let hub = speed * (1.0 + self.state.force / self.slip_stiffness) / spec.tyre.rolling_radius;
        self.state.powertrain.select(spec, command, speed, hub, false, h);
        self.state.powertrain.drive(spec, turning, command, hub, Some(0.0), h)
    }

    fn after(&mut self, speed: f64, force: f64, inertial: f64, h: f64) {
        let spec = &self.limits.spec;
        let hub = speed * (1.0 + force / self.slip_stiffness) / spec.tyre.rolling_radius;
        self.state.powertrain.after(spec, hub, force, inertial, 0.0, h);
    }

    /// Makes one step against a resistance (N) and returns the acceleration (m/s²).
    fn push(&mut self, speed: f64, resistance: f64, wanted: f64, h: f64) -> f64 {
        if self.state.fresh {
            self.state.powertrain.resist(resistance);
            self.state.fresh = false;
        }
        let radius = self.limits.spec.tyre.rolling_radius;
        let needed = self.limits.inert_mass(speed, self.mass) * wanted + resistance;
        let share = needed / (THROTTLE_SHARE * self.limits.rimpull(speed)).max(self.mass * GRAVITY * 1e-3);
        // The first part of the throttle overcomes the engine's own friction.
        let engine = self.state.powertrain.turning(&self.limits.spec);
        let idle = engine.motoring / (engine.full + engine.motoring);
        let share = share.max(self.state.powertrain.coupled_share(
            &self.limits.spec,
            &engine,
            needed * radius,
            wanted / radius,
        ));
        let throttle = if needed > 0.0 { idle + (1.0 - idle) * share + self.state.more } else { 0.0 };
        let drive = self.turn(&engine, speed, &forward(throttle.clamp(0.0, 1.0)), h);
        let moved = self.mass + self.wheels();
        let able = (drive.torque / radius - resistance) / (moved + drive.inertia / (radius * radius));
        // Where no pull is needed, a little throttle or brake adjusts the engine's drag to the desired acceleration, at
        // most what the slope gives alone.
        let coasting = -resistance / moved;
        let a = if needed > 0.0 { if coasting > 0.0 { able.max(coasting) } else { able }.min(wanted) } else { wanted };
        self.state.more =
            (self.state.more + if able < wanted { h / OPENING_TIME } else { -h / OPENING_TIME }).clamp(0.0, 1.0);
        self.state.force = moved * a + resistance;
        self.after(speed + a * h, self.state.force, moved * a, h);
        a
    }
}

fn forward(throttle: f64) -> ActuatorCommand {
    ActuatorCommand { direction: Direction::Forward, throttle, park_brake: false, ..ActuatorCommand::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::{Ground, GroundContact};
    use crate::proving::Rig;
    use crate::spec::TruckSpec;
    use haul_core::{Pose2, Vector3};
    use std::sync::Arc;

    /// A road to the east with one grade up to a point, and another grade after it.
    struct Bend {
        place: f64,
        grades: [f64; 2],
    }

    impl Bend {
        fn grade(&self, x: f64) -> f64 {
            self.grades[usize::from(x > self.place)]
        }
    }

    impl Ground for Bend {
        fn under(&self, x: f64, _: f64) -> GroundContact {
            let height = self.grades[0] * x.min(self.place) + self.grades[1] * (x - self.place).max(0.0);
            let normal = Vector3::new(-self.grade(x), 0.0, 1.0).normalize();
            GroundContact { height, normal, friction: 0.55, rolling_resistance: 0.025 }
        }
    }

    /// Returns the time from rest over a length at full throttle, s: as predicted, and in the plant.
    fn times(payload: f64, road: Bend, length: f64) -> [f64; 2] {
        let spec = Arc::new(TruckSpec::tr100at());
        let limits = Limits::new(&spec);
        let mut drive = limits.drive_ahead(limits.gross_mass(payload), limits.drive_at(0.0));
        let (mut v, mut foreseen) = (0.0, 0.0);
        for station in 0..length as usize {
            let next = drive.over(v, 1.0, road.grade(station as f64), 0.025, 10.0);
            foreseen += 2.0 / (v + next);
            v = next;
        }
        let mut rig = Rig::new(&spec, payload, Pose2::default(), road);
        while rig.motion.pose.translation.vector.x < length && rig.time < 600.0 {
            rig.step(&forward(1.0));
        }
        [foreseen, rig.time]
    }

    fn agrees(what: &str, [foreseen, driven]: [f64; 2]) {
        assert!((foreseen / driven - 1.0).abs() < 0.02, "{what}: {foreseen:.1} s foreseen, {driven:.1} s driven");
    }

    #[test]
    fn starts_take_as_long_as_the_plants() {
        for (payload, grade, length) in [(91e3, 0.0, 300.0), (91e3, 0.08, 200.0), (0.0, 0.08, 400.0), (0.0, 0.0, 500.0)]
        {
            let road = Bend { place: 0.0, grades: [grade; 2] };
            agrees(&format!("{payload} kg on {grade}"), times(payload, road, length));
        }
    }

    #[test]
    fn so_does_a_ramp_that_is_met_at_speed_and_shifted_down_on() {
        // A sharper bend would itself take energy from the simulated truck.
        for (payload, grades) in [(91e3, [0.0, 0.10]), (91e3, [0.01, 0.07]), (45e3, [0.02, 0.12]), (0.0, [0.0, 0.10])] {
            let road = Bend { place: 300.0, grades };
            agrees(&format!("{payload} kg on {grades:?}"), times(payload, road, 500.0));
        }
    }

    #[test]
    fn a_truck_that_cannot_start_stands() {
        let limits = Limits::new(&TruckSpec::tr100at());
        let mut drive = limits.drive_ahead(160e3, limits.drive_at(0.0));
        assert_eq!(drive.over(0.0, 1.0, 0.60, 0.02, 1.0), 0.0);
    }

    #[test]
    fn a_length_without_end_is_driven_at_the_steady_speed() {
        let limits = Limits::new(&TruckSpec::tr100at());
        for length in [1e300, f64::INFINITY] {
            let mut drive = limits.drive_ahead(160e3, limits.drive_at(4.0));
            let reached = drive.over(4.0, length, 0.05, 0.02, 1.0);
            let steady = limits.climb_speed(160e3, 0.07);
            assert!((reached / steady - 1.0).abs() < 0.02, "{reached} m/s, {steady} m/s by the limits");
        }
    }

    #[test]
    fn no_more_is_given_than_is_wanted() {
        let limits = Limits::new(&TruckSpec::tr100at());
        let mut drive = limits.drive_ahead(69e3, limits.drive_at(4.0));
        let reached = drive.over(4.0, 2.0, 0.0, 0.02, 0.1);
        assert!(reached * reached > 16.0 && reached * reached < 16.4 + 1e-9, "{reached}");
    }

    #[test]
    fn a_drive_taken_up_from_what_the_truck_reports_goes_on_as_it_did() {
        let limits = Limits::new(&TruckSpec::tr100at());
        for (payload, grade) in [(91e3, 0.07), (91e3, 0.02), (0.0, 0.10)] {
            let mass = limits.gross_mass(payload);
            let mut drive = limits.drive_ahead(mass, limits.drive_at(0.0));
            let mut taken: Vec<(DriveAhead, f64)> = Vec::new();
            let (mut v, mut worst) = (0.0, 0.0_f64);
            for station in 0..400 {
                if station % 20 == 19 {
                    let now = drive.state();
                    let reported = limits.drive_reported(v, now.gear() as i8, now.engine_speed());
                    taken.push((limits.drive_ahead(mass, reported), v));
                }
                let next = drive.over(v, 1.0, grade, 0.025, 10.0);
                for (drive, v) in &mut taken {
                    let own = drive.over(*v, 1.0, grade, 0.025, 10.0);
                    *v = own;
                    worst = worst.max((own - next).abs());
                }
                v = next;
            }
            assert!(worst < 0.3, "{payload} kg on {grade}: {worst} m/s apart");
        }
    }

    #[test]
    fn a_report_of_no_gear_counts_as_not_known() {
        let limits = Limits::new(&TruckSpec::tr100at());
        for (gear, engine) in [(0, 150.0), (-1, 150.0), (9, 150.0), (3, f64::NAN), (3, -1.0)] {
            assert_eq!(limits.drive_reported(4.0, gear, engine), limits.drive_at(4.0));
        }
    }

    #[test]
    fn a_truck_with_a_clutch_gathers_speed_from_rest_without_hunting_at_its_idling_speed() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../seeds/trucks/wide_body_60t.toml");
        let limits = Limits::new(&TruckSpec::load(std::path::Path::new(file)).unwrap());
        for (payload, wanted) in [(0.0, 0.15), (0.0, 0.3), (0.0, 0.8), (60e3, 0.15), (60e3, 0.5)] {
            let mut drive = limits.drive_ahead(limits.gross_mass(payload), limits.drive_at(0.0));
            let (mut v, length) = (0.0, 10.0);
            for _ in 0..(2.0 * length) as usize {
                v = drive.over(v, 0.5, 0.0, 0.025, wanted);
            }
            // Allows for at most three shifts, each without pull for part of its duration.
            let smooth = libm::sqrt(2.0 * wanted * length);
            assert!(
                v > 0.75 * smooth,
                "{payload} kg, {wanted} m/s²: {v} m/s after {length} m, {smooth} without shifts"
            );
        }
    }
}
