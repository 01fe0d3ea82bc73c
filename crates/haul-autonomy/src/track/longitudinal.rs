//! Speed control: throttle, retarder and service brake, starts on a grade, and standstill.

use super::drive_map::{Drive, DriveMap};
use haul_core::GRAVITY;
use haul_planner::Travel;
use haul_vehicle::{Direction, Limits, TruckSpec};

/// Proportional gain from speed error to acceleration, 1/s. With an engine and retarder lag of half a second or more, a
/// loop of 1.3 s keeps a phase margin of some 60°.
const PROPORTIONAL: f64 = 0.75;
/// Proportional gain while the truck is too fast, 1/s: brakes act within a quarter of a second.
const PROPORTIONAL_FAST: f64 = 1.3;
/// Integral gain from speed error to rate of change of acceleration, 1/s².
const INTEGRAL: f64 = 0.25;
/// Limit of the integral, m/s². It covers an unexpected grade or rolling resistance of 5 %.
const INTEGRAL_LIMIT: f64 = 0.5;
/// Speed below which the integral has a larger limit, m/s.
const CRAWL_SPEED: f64 = 0.4;
/// Limit of the integral at a crawl, m/s². The push of an idling converter is known only to within a few tens of
/// kilonewtons, and a crawling truck must not be stopped by its own brakes.
const CRAWL_INTEGRAL_LIMIT: f64 = 1.5;
/// Factor on the integral gain while the integral pushes in the wrong direction: its cause (a lock-up, a shift) is
/// over. The factor also applies when a truck that should crawl is held by its own brakes.
const UNWIND_FACTOR: f64 = 6.0;
/// Maximum deceleration by the brakes in normal driving, m/s².
const BRAKE_LIMIT: f64 = 2.5;
/// Speed (m/s) below which the service brake replaces the retarder, whose torque falls with the square of the speed.
/// Between this speed and twice this speed, the two are blended.
const RETARDER_FADE_SPEED: f64 = 1.5;
/// Share of the retarder's capacity that is used before the service brake helps: the rest is reserved for speed
/// control.
const RETARDER_SHARE: f64 = 0.9;
/// Force below which drive and brake are not changed, as an acceleration, m/s².
const DEAD_BAND: f64 = 0.012;
/// Dead band at speed, as an acceleration, m/s²: the truck coasts instead of switching between drive and brakes with
/// the noise of the speed.
const COASTING_BAND: f64 = 0.05;
/// Speed at which the dead band reaches [`COASTING_BAND`], m/s.
const COASTING_SPEED: f64 = 4.0;
/// Speed error (m/s) below which the throttle is closed.
const OVERSPEED_ERROR: f64 = -0.2;
/// Speed error (m/s) below which a climb is driven like any other road.
const CLIMB_OVERSPEED_ERROR: f64 = -0.6;
/// Minimum resistance of a climb, as an acceleration, m/s²: a grade of 2 % on a soft road.
const CLIMB_RESISTANCE: f64 = 0.4;
/// Margin of the resistance over the force of a closed throttle from which a road counts as a climb, as an
/// acceleration, m/s².
const CLIMB_DRIVE: f64 = 0.25;
/// Maximum deceleration (m/s²) by which the feedback eases a truck that is too fast on a climb. When the drive force is
/// cut, the grade alone brakes the truck at once, and after a shift the drive force returns slowly. With the gains of
/// the brakes, the truck would fall back into the lower gear and alternate between the two gears.
const CLIMB_EASE: f64 = 0.3;
/// Time (s) after a shift in which the speed error tells nothing about the grade.
const SHIFT_TIME: f64 = 1.0;
/// Missing throttle, while it rises at its limited rate, beyond which the speed error tells nothing about the grade
/// either.
const MISSING_THROTTLE: f64 = 0.05;
/// Force that the brake holds beyond the grade while the drive builds up, as a share of the weight (6 % of grade).
const HOLD_RESERVE: f64 = 0.06;
/// Time (s) in which the drive builds up against the brake on level ground.
const BUILD_UP_TIME: f64 = 0.4;
/// Growth of the build-up time with the grade of a climb, s per unit of grade: the converter must build up torque.
const BUILD_UP_GRADE: f64 = 14.0;
/// Time (s) over which the brake is released once the drive holds the truck.
const RELEASE_TIME: f64 = 0.6;
/// Roll-back speed (m/s) during a start at which the brake is applied again: three times the noise of the speed.
const ROLLBACK_SPEED: f64 = 0.04;
/// Roll-back speed (m/s) while driving at which the truck starts again from its brakes. A truck below this speed out of
/// gear also starts again.
const DRIVING_ROLLBACK_SPEED: f64 = 0.1;
/// Maximum rise of the throttle in normal driving, 1/s: a full sweep in about a second, gentle on driveline and load.
const THROTTLE_RATE: f64 = 0.9;
/// Acceleration (m/s²) of a start before the speed loop takes over.
const START_ACCELERATION: f64 = 0.25;
/// Service-brake command that holds the truck at a halt until the park brake has set: loaded on a grade of 15 %, with
/// the converter pushing downhill.
const STAND_BRAKE: f64 = 0.8;
/// Growth of the drive while the truck rolls back during a start, m/s² per second.
const ROLLBACK_RISE: f64 = 0.3;
/// Growth of the deceleration in a long halt, m/s² per second.
const HALT_RISE: f64 = 0.3;
/// Time (s) at a standstill after which the park brake is set.
const PARK_TIME: f64 = 1.0;
/// Deceleration (m/s²) of a halt at a crawl without a stopping point: low, so that the truck does not pitch.
const GENTLE_HALT: f64 = 0.5;
/// Deceleration (m/s²) of a halt at speed without a stopping point.
const FIRM_HALT: f64 = 1.5;
/// Number of steps with equal engine and turbine speed after which the converter counts as locked: half a second.
const LOCK_STEPS: u32 = 10;
/// Minimum deceleration of a halt at a stopping point, m/s².
const LEAST_HALT: f64 = 0.2;
/// Final distance (m) to a stopping point, over which the truck rolls out of gear.
const FINAL_DISTANCE: f64 = 0.12;
/// Minimum distance (m) for which a halt is computed.
const LEAST_ROOM: f64 = 0.05;
/// Speed (m/s) above which a halt is firm.
const FIRM_HALT_SPEED: f64 = 1.0;

/// Phase of the speed control.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
enum Phase {
    /// Stands on the brake, for this time so far, s.
    Standing(f64),
    /// Engages the gear, with the brake on.
    Engaging,
    /// Builds up drive against the brake, for this time so far, s.
    Starting(f64),
    /// Drives with the speed loop closed.
    Driving,
}

/// Inputs of the speed loop in one step. Speeds and grade are in the direction of travel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Wish {
    pub travel: Travel,
    /// Present speed, m/s, negative when the truck rolls against the direction of travel.
    pub speed: f64,
    /// Target speed, m/s. A value of 0 or less means: halt and stay.
    pub target: f64,
    /// Acceleration planned with the target speed, m/s².
    pub acceleration: f64,
    /// Grade ahead, rise over run.
    pub grade: f64,
    /// Gross mass, kg.
    pub mass: f64,
    pub rolling_resistance: f64,
    /// Gear engaged.
    pub gear: i8,
    /// Engine speed, rad/s.
    pub engine_speed: f64,
    /// True if all wheels have stood for a while.
    pub standing: bool,
}

/// Demands on the drive and the brakes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Effort {
    pub direction: Direction,
    pub throttle: f64,
    pub retarder: f64,
    pub service_brake: f64,
    pub park_brake: bool,
}

/// Longitudinal controller.
#[derive(Debug, Clone)]
pub(super) struct Longitudinal {
    dt: f64,
    phase: Phase,
    integral: f64,
    throttle: f64,
    /// Time since the halt began, s.
    halting: f64,
    map: DriveMap,
    /// Number of steps for which engine and turbine have turned at the same speed.
    alike: u32,
    /// Gear in the last step.
    gear: i8,
    in_gear: f64,
}

haul_core::keep_state!(Longitudinal {
    dt: given,
    phase: value,
    integral: value,
    throttle: value,
    halting: value,
    map: given,
    alike: value,
    gear: value,
    in_gear: value,
});

impl Longitudinal {
    /// Creates a controller for a standing truck, called every `dt` seconds.
    pub fn new(spec: &TruckSpec, dt: f64) -> Self {
        let map = DriveMap::new(spec);
        let phase = Phase::Standing(PARK_TIME);
        Self { map, alike: 0, gear: 0, in_gear: 0.0, halting: 0.0, dt, phase, integral: 0.0, throttle: 0.0 }
    }

    /// Returns true if the truck stands on its brakes.
    pub fn is_standing(&self) -> bool {
        matches!(self.phase, Phase::Standing(_))
    }

    /// Records gear and engine speed. Call it before each step.
    pub fn watch(&mut self, wish: &Wish) {
        let alike = wish.gear != 0 && self.map.turn_alike(wish.gear, wish.speed, wish.engine_speed);
        self.alike = if alike { self.alike.saturating_add(1) } else { 0 };
        self.in_gear = if wish.gear == self.gear { self.in_gear + self.dt } else { 0.0 };
        self.gear = wish.gear;
    }

    /// Runs one control step.
    pub fn step(&mut self, limits: &Limits, wish: &Wish) -> Effort {
        match self.phase {
            Phase::Standing(_) => self.phase = Phase::Engaging,
            Phase::Engaging if in_gear(wish) => self.phase = Phase::Starting(0.0),
            // If a halt is cancelled just as the truck stops, the truck is out of gear and would roll back on a climb.
            Phase::Driving
                if wish.speed < -DRIVING_ROLLBACK_SPEED || wish.gear == 0 && wish.speed < DRIVING_ROLLBACK_SPEED =>
            {
                self.phase = Phase::Engaging;
            }
            _ => {}
        }
        self.halting = 0.0;
        match self.phase {
            Phase::Engaging | Phase::Standing(_) => self.effort(wish, 0.0, 0.0, STAND_BRAKE),
            Phase::Starting(time) => self.start(limits, wish, time),
            Phase::Driving => self.drive(limits, wish),
        }
    }

    /// Halts with the service brake at once, whatever the speed: within `room` metres if given, and gently if that is
    /// far enough. A truck that has stopped stays on its brakes.
    pub fn halt(&mut self, limits: &Limits, wish: &Wish, room: Option<f64>) -> Effort {
        self.throttle = 0.0;
        self.integral = 0.0;
        let stopped = wish.standing || wish.speed.abs() < STOPPED_SPEED;
        if !self.is_standing() {
            self.phase = if stopped { Phase::Standing(0.0) } else { Phase::Driving };
        }
        if let Phase::Standing(time) = self.phase {
            self.phase = Phase::Standing(time + self.dt);
            self.halting = 0.0;
            let parked = time >= PARK_TIME;
            let direction = if parked { Direction::Neutral } else { direction(wish.travel) };
            return Effort { direction, throttle: 0.0, retarder: 0.0, service_brake: STAND_BRAKE, park_brake: parked };
        }
        self.halting += self.dt;
        let speed = wish.speed.abs();
        let final_way = room.is_none_or(|room| room < FINAL_DISTANCE);
        let wanted = match room {
            Some(room) => (speed * speed / (2.0 * room.max(LEAST_ROOM))).clamp(LEAST_HALT, BRAKE_LIMIT),
            None => GENTLE_HALT + (FIRM_HALT - GENTLE_HALT) * (speed / FIRM_HALT_SPEED).min(1.0),
        };
        let rise = if final_way { HALT_RISE * self.halting } else { 0.0 };
        // Downhill the brake must also carry the grade. Uphill, the braking effect of the grade is ignored.
        let downhill = (-sine(wish.grade) * wish.speed.signum()).max(0.0);
        let push = if wish.gear == 0 { 0.0 } else { self.now(wish).closed().max(0.0) };
        let force = wish.mass * (wanted + rise + GRAVITY * downhill) + push;
        let brake = (force / limits.service_brake_force(wish.mass).max(1.0)).min(1.0);
        // The truck rolls the last part out of gear, because an engine that still turns fast pushes against the brake.
        let direction = if final_way && speed < FIRM_HALT_SPEED { Direction::Neutral } else { direction(wish.travel) };
        Effort { direction, ..self.effort(wish, 0.0, 0.0, brake) }
    }

    /// Returns the drive in the present gear at the present speed.
    fn now(&self, wish: &Wish) -> Drive {
        self.at(wish, wish.speed)
    }

    /// Returns the drive in the present gear at a speed (m/s).
    fn at(&self, wish: &Wish, speed: f64) -> Drive {
        self.map.at(wish.gear, wish.travel == Travel::Reverse, speed, self.alike >= LOCK_STEPS)
    }

    /// Builds up drive against the brake until it carries the grade, then releases the brake.
    fn start(&mut self, limits: &Limits, wish: &Wish, time: f64) -> Effort {
        let weight = wish.mass * GRAVITY;
        let slope = sine(wish.grade);
        let wind_up = BUILD_UP_TIME + BUILD_UP_GRADE * slope.max(0.0);
        let rolled_back = wish.speed < -ROLLBACK_SPEED;
        // After rolling back, the start begins again with more drive, by the integral.
        if rolled_back {
            self.integral = (self.integral + ROLLBACK_RISE * self.dt).min(INTEGRAL_LIMIT);
            self.phase = Phase::Starting((time - self.dt).clamp(0.0, wind_up));
        } else {
            self.phase = Phase::Starting(time + self.dt);
        }
        let force = weight * (slope + wish.rolling_resistance) + wish.mass * (START_ACCELERATION + self.integral);
        let drive = self.now(wish);
        let throttle = self.ramp(drive.throttle(force));
        let capacity = limits.service_brake_force(wish.mass).max(1.0);
        let hold = ((slope.abs() + HOLD_RESERVE) * weight + drive.closed().max(0.0)) / capacity;
        let needed = (drive.closed() - force).max(0.0) / capacity;
        let let_go = ((time - wind_up) / RELEASE_TIME).clamp(0.0, 1.0);
        let brake = if rolled_back { hold.max(STAND_BRAKE) } else { hold + (needed - hold) * let_go };
        if let_go >= 1.0 || wish.speed > wish.target.min(START_SPEED) {
            self.phase = Phase::Driving;
        }
        self.effort(wish, throttle, 0.0, brake.min(1.0))
    }

    /// Closes the speed loop: force by the resistance model plus a proportional and an integral part.
    fn drive(&mut self, limits: &Limits, wish: &Wish) -> Effort {
        let error = wish.target.max(0.0) - wish.speed;
        let resistance = GRAVITY * (sine(wish.grade) + wish.rolling_resistance);
        let drive = self.now(wish);
        let (closed, most) = (drive.closed() / wish.mass, drive.full() / wish.mass);
        // In a low gear, a closed throttle brakes: that alone does not make the road a climb.
        let climbs = resistance > CLIMB_RESISTANCE.max(closed + CLIMB_DRIVE) && error > CLIMB_OVERSPEED_ERROR;
        let gain = if error < 0.0 && !climbs { PROPORTIONAL_FAST } else { PROPORTIONAL };
        let correction = (gain * error).max(if climbs { -CLIMB_EASE } else { f64::NEG_INFINITY });
        let asked = wish.acceleration + correction + self.integral + resistance;
        // Conditional integration: hold the integral at a limit, during a shift, and while the throttle rises.
        let rises = drive.throttle(asked * wish.mass) > self.throttle + MISSING_THROTTLE;
        let stuck = (asked > most || rises) && error > 0.0
            || asked < closed - BRAKE_LIMIT && error < 0.0
            || wish.speed > CRAWL_SPEED && self.in_gear < SHIFT_TIME;
        if !stuck {
            let stuck_on_brakes = error > 0.0 && wish.speed.abs() < STOPPED_SPEED;
            let unwind = if error * self.integral < 0.0 || stuck_on_brakes { UNWIND_FACTOR } else { 1.0 };
            let most = if wish.speed.abs() < CRAWL_SPEED { CRAWL_INTEGRAL_LIMIT } else { INTEGRAL_LIMIT };
            self.integral = (self.integral + unwind * INTEGRAL * error * self.dt).clamp(-most, most);
        }
        let band = DEAD_BAND + (COASTING_BAND - DEAD_BAND) * (wish.speed / COASTING_SPEED).clamp(0.0, 1.0);
        if asked >= closed - band {
            // A truck that is too fast certainly needs no drive, while the engine's force at a closed throttle is
            // uncertain. So its throttle is computed for the target speed. At the present speed the engine may be cut
            // by its governor, and no throttle would seem enough.
            let holds = if error < 0.0 { self.at(wish, wish.target) } else { drive };
            let wanted = if error < OVERSPEED_ERROR && !climbs { 0.0 } else { holds.throttle(asked * wish.mass) };
            let throttle = self.ramp(wanted);
            return self.effort(wish, throttle, 0.0, 0.0);
        }
        self.throttle = 0.0;
        let force = (closed - asked - band + DEAD_BAND).min(BRAKE_LIMIT + closed.max(0.0)) * wish.mass;
        let speed = wish.speed.max(0.0);
        let fade = ((speed - RETARDER_FADE_SPEED) / RETARDER_FADE_SPEED).clamp(0.0, 1.0);
        let retarder_most = limits.retarder_force(speed).max(0.0);
        let by_retarder = (force * fade).min(RETARDER_SHARE * retarder_most * fade);
        let retarder = if retarder_most > 1.0 { by_retarder / retarder_most } else { 0.0 };
        let service = (force - by_retarder).max(0.0) / limits.service_brake_force(wish.mass).max(1.0);
        self.effort(wish, 0.0, retarder.min(1.0), service.min(1.0))
    }

    /// Moves the throttle towards a value: upwards at a limited rate, downwards at once.
    fn ramp(&mut self, wanted: f64) -> f64 {
        self.throttle = wanted.min(self.throttle + THROTTLE_RATE * self.dt).clamp(0.0, 1.0);
        self.throttle
    }

    fn effort(&self, wish: &Wish, throttle: f64, retarder: f64, service_brake: f64) -> Effort {
        Effort { direction: direction(wish.travel), throttle, retarder, service_brake, park_brake: false }
    }
}

/// Speed below which the truck counts as stopped, m/s.
const STOPPED_SPEED: f64 = 0.02;
/// Speed (m/s) at which a start is over.
const START_SPEED: f64 = 0.3;

fn direction(travel: Travel) -> Direction {
    match travel {
        Travel::Forward => Direction::Forward,
        Travel::Reverse => Direction::Reverse,
    }
}

fn in_gear(wish: &Wish) -> bool {
    match wish.travel {
        Travel::Forward => wish.gear > 0,
        Travel::Reverse => wish.gear < 0,
    }
}

/// Returns the sine of the slope angle of a grade.
fn sine(grade: f64) -> f64 {
    grade / libm::hypot(1.0, grade)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_truck_that_rolls_back_or_is_out_of_gear_at_a_crawl_is_held_by_its_brakes() {
        // A halt on a climb of 9.7 % was once cancelled at 0.15 m/s. The truck was out of gear, rolled back and reached
        // 4 m/s.
        let spec = TruckSpec::tr100at();
        let limits = Limits::new(&spec);
        let wish = |speed: f64, gear: i8| Wish {
            travel: Travel::Forward,
            speed,
            target: 3.0,
            acceleration: 0.0,
            grade: 0.097,
            mass: 160_000.0,
            rolling_resistance: 0.02,
            gear,
            engine_speed: 80.0,
            standing: false,
        };
        for (speed, gear) in [(0.05, 0), (-0.3, 0), (-0.3, 1), (-2.0, 1)] {
            let mut drive = Longitudinal::new(&spec, 0.05);
            drive.phase = Phase::Driving;
            let effort = drive.step(&limits, &wish(speed, gear));
            assert!(effort.service_brake >= STAND_BRAKE, "{speed} m/s in gear {gear}: {effort:?}");
            assert_eq!(effort.direction, Direction::Forward);
        }
        // A gear change at speed is not a reason to brake.
        let mut drive = Longitudinal::new(&spec, 0.05);
        drive.phase = Phase::Driving;
        assert_eq!(drive.step(&limits, &wish(2.0, 0)).service_brake, 0.0);
    }
}
