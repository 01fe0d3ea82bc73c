//! Holding a speed: throttle, retarder, service brake; starting on a grade; standing.

use super::drive_map::{Drive, DriveMap};
use haul_core::GRAVITY;
use haul_planner::Travel;
use haul_vehicle::{Direction, Limits, TruckSpec};

/// Speed error to acceleration, 1/s: with the engine's and retarder's lag of half a second or more, a loop of 1.3 s
/// keeps a phase margin of some 60°.
const PROPORTIONAL: f64 = 0.75;
/// The same while the truck is too fast, 1/s: brakes act within a quarter of a second.
const PROPORTIONAL_FAST: f64 = 1.3;
/// Speed error to rate of acceleration, 1/s².
const INTEGRAL: f64 = 0.25;
/// The most that the integral may add, m/s²: an unforeseen grade or rolling resistance of 5 %.
const INTEGRAL_MOST: f64 = 0.5;
/// Slower than this, m/s, it may add so much more, m/s²: what an idling converter pushes is known to a few tens of
/// kilonewtons only, and a truck that crawls must not stick on its own brakes.
const CRAWL: f64 = 0.4;
const CRAWL_INTEGRAL_MOST: f64 = 1.5;
/// So many times faster it is taken back when it pushes the wrong way: what made it up (a lock-up, a shift) is over; and
/// where a truck that is to crawl stands on its own brakes.
const UNWIND: f64 = 6.0;
/// Greatest deceleration asked of the brakes in normal driving, m/s².
const BRAKE_MOST: f64 = 2.5;
/// Below this speed the retarder, whose torque falls with the square of the speed, is left to the service brake, m/s;
/// up to twice that speed it is blended in.
const RETARDER_FADE: f64 = 1.5;
/// Share of the retarder's capacity used before the service brake helps: the rest keeps control over the speed.
const RETARDER_SHARE: f64 = 0.9;
/// Force below which neither drive nor brake is worth a change, as an acceleration, m/s².
const DEAD_BAND: f64 = 0.012;
/// Faster than wanted by this much there is no throttle, m/s.
const TOO_FAST: f64 = -0.2;
/// Share of the weight that the brake holds beyond the grade while the drive builds up (0.06: six per cent of grade).
const HOLD_RESERVE: f64 = 0.06;
/// Time for the drive to build up against the brake on the level, s; and more for each unit of grade climbed: the
/// converter must wind up.
const BUILD_UP: f64 = 0.4;
const BUILD_UP_GRADE: f64 = 14.0;
/// Over which the brake is let go once the drive holds, s.
const RELEASE: f64 = 0.6;
/// Rolling back faster than this during a start puts the brake back on, m/s: three times the noise of the speed.
const ROLLED_BACK: f64 = 0.04;
/// A truck that is to drive and rolls back faster than this, or is slower and out of gear, starts again from its brakes,
/// m/s.
const ROLLS_BACK: f64 = 0.1;
/// Rise of the throttle in normal driving, 1/s: a full sweep in about a second, gentle on driveline and load.
const THROTTLE_RATE: f64 = 0.9;
/// Acceleration that a start gives before the speed loop takes over, m/s².
const START_ACCELERATION: f64 = 0.25;
/// Share of the service brake that holds the truck at a halt until the park brake has set: loaded on 15 %, with the
/// converter pushing downhill.
const STAND_BRAKE: f64 = 0.8;
/// Growth of the drive while the truck rolls back during a start, m/s² each second.
const ROLLED_BACK_RISE: f64 = 0.3;
/// A halt that takes long is braked harder, m/s² each second.
const HALT_RISE: f64 = 0.3;
/// Standing so long with nothing to do sets the park brake, s.
const PARK_AFTER: f64 = 1.0;
/// Deceleration of a halt wherever it comes to, m/s²: at a crawl without a nod, at speed firmly.
const HALT_GENTLE: f64 = 0.5;
const HALT_FIRM: f64 = 1.5;
/// After so many steps in which engine and turbine turn alike the converter is locked: half a second.
const LOCKED_AFTER: u32 = 10;
/// Least deceleration of a stop on a mark, m/s², and the last way to it, m, that is rolled out of gear.
const HALT_LEAST: f64 = 0.2;
const FINAL_WAY: f64 = 0.12;
/// A stop is reckoned over no less way than this, m.
const LEAST_ROOM: f64 = 0.05;
/// From this speed on a halt is a firm one, m/s.
const FIRM_FROM: f64 = 1.0;

/// Phase of the speed control.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
enum Phase {
    /// Stands on the brake; for so long, s.
    Standing(f64),
    /// The gear is being engaged, brake on.
    Engaging,
    /// The drive builds up against the brake; for so long, s.
    Starting(f64),
    /// The speed loop is closed.
    Driving,
}

/// Input of the speed loop in one step. Speeds and grade are in the sense of travel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Wish {
    pub travel: Travel,
    /// Speed now, m/s, negative when rolling the other way.
    pub speed: f64,
    /// Speed wanted, m/s; 0 or less: halt and stay.
    pub target: f64,
    /// Acceleration that goes with the target, m/s².
    pub acceleration: f64,
    /// Rise over run ahead.
    pub grade: f64,
    /// Gross mass, kg.
    pub mass: f64,
    pub rolling_resistance: f64,
    /// Gear engaged.
    pub gear: i8,
    /// Engine speed, rad/s.
    pub engine_speed: f64,
    /// Tells whether all wheels have stood for a while.
    pub standing: bool,
}

/// Demand on the drive and the brakes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Effort {
    pub direction: Direction,
    pub throttle: f64,
    pub retarder: f64,
    pub service_brake: f64,
    pub park_brake: bool,
}

/// The longitudinal controller.
#[derive(Debug, Clone)]
pub(super) struct Longitudinal {
    dt: f64,
    phase: Phase,
    integral: f64,
    throttle: f64,
    /// Time since the halt began, s.
    halting: f64,
    map: DriveMap,
    /// Steps for which engine and turbine have turned alike.
    alike: u32,
}

haul_core::keep_state!(Longitudinal {
    dt: given,
    phase: value,
    integral: value,
    throttle: value,
    halting: value,
    map: given,
    alike: value,
});

impl Longitudinal {
    /// A controller called every `dt` seconds, standing.
    pub fn new(spec: &TruckSpec, dt: f64) -> Self {
        let map = DriveMap::new(spec);
        Self { map, alike: 0, halting: 0.0, dt, phase: Phase::Standing(PARK_AFTER), integral: 0.0, throttle: 0.0 }
    }

    /// Tells whether it stands on its brakes.
    pub fn is_standing(&self) -> bool {
        matches!(self.phase, Phase::Standing(_))
    }

    /// Takes note of gear and engine; to be called before each step.
    pub fn watch(&mut self, wish: &Wish) {
        let alike = wish.gear != 0 && self.map.turn_alike(wish.gear, wish.speed, wish.engine_speed);
        self.alike = if alike { self.alike.saturating_add(1) } else { 0 };
    }

    /// One step.
    pub fn step(&mut self, limits: &Limits, wish: &Wish) -> Effort {
        match self.phase {
            Phase::Standing(_) => self.phase = Phase::Engaging,
            Phase::Engaging if in_gear(wish) => self.phase = Phase::Starting(0.0),
            // A halt that is lifted as the truck comes to a stand leaves it out of gear: on a climb it would roll back.
            Phase::Driving if wish.speed < -ROLLS_BACK || wish.gear == 0 && wish.speed < ROLLS_BACK => {
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

    /// A halt with the service brake at once, whatever the speed: within `room` metres where that is known, gently where
    /// there is enough of it. Once it stands it stays on its brakes.
    pub fn halt(&mut self, limits: &Limits, wish: &Wish, room: Option<f64>) -> Effort {
        self.throttle = 0.0;
        self.integral = 0.0;
        let stopped = wish.standing || wish.speed.abs() < STOPPED;
        if !self.is_standing() {
            self.phase = if stopped { Phase::Standing(0.0) } else { Phase::Driving };
        }
        if let Phase::Standing(time) = self.phase {
            self.phase = Phase::Standing(time + self.dt);
            self.halting = 0.0;
            let parked = time >= PARK_AFTER;
            let direction = if parked { Direction::Neutral } else { direction(wish.travel) };
            return Effort { direction, throttle: 0.0, retarder: 0.0, service_brake: STAND_BRAKE, park_brake: parked };
        }
        self.halting += self.dt;
        let speed = wish.speed.abs();
        let final_way = room.is_none_or(|room| room < FINAL_WAY);
        let wanted = match room {
            Some(room) => (speed * speed / (2.0 * room.max(LEAST_ROOM))).clamp(HALT_LEAST, BRAKE_MOST),
            None => HALT_GENTLE + (HALT_FIRM - HALT_GENTLE) * (speed / FIRM_FROM).min(1.0),
        };
        let rise = if final_way { HALT_RISE * self.halting } else { 0.0 };
        // Down a grade the brake carries the truck as well; what helps uphill is left as it comes.
        let downhill = (-sine(wish.grade) * wish.speed.signum()).max(0.0);
        let push = if wish.gear == 0 { 0.0 } else { self.now(wish).closed().max(0.0) };
        let force = wish.mass * (wanted + rise + GRAVITY * downhill) + push;
        let brake = (force / limits.service_brake_force(wish.mass).max(1.0)).min(1.0);
        // Over the last of it out of gear: an engine that still turns fast pushes against the brake.
        let direction = if final_way && speed < FIRM_FROM { Direction::Neutral } else { direction(wish.travel) };
        Effort { direction, ..self.effort(wish, 0.0, 0.0, brake) }
    }

    /// The drive as it is now.
    fn now(&self, wish: &Wish) -> Drive {
        self.map.at(wish.gear, wish.travel == Travel::Reverse, wish.speed, self.alike >= LOCKED_AFTER)
    }

    /// Drive against the brake until it carries the grade, then the brake off.
    fn start(&mut self, limits: &Limits, wish: &Wish, time: f64) -> Effort {
        let weight = wish.mass * GRAVITY;
        let slope = sine(wish.grade);
        let wind_up = BUILD_UP + BUILD_UP_GRADE * slope.max(0.0);
        let rolled_back = wish.speed < -ROLLED_BACK;
        // A start that rolls back begins again with more drive: what it lacked goes into the integral.
        if rolled_back {
            self.integral = (self.integral + ROLLED_BACK_RISE * self.dt).min(INTEGRAL_MOST);
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
        let let_go = ((time - wind_up) / RELEASE).clamp(0.0, 1.0);
        let brake = if rolled_back { hold.max(STAND_BRAKE) } else { hold + (needed - hold) * let_go };
        if let_go >= 1.0 || wish.speed > wish.target.min(START_SPEED) {
            self.phase = Phase::Driving;
        }
        self.effort(wish, throttle, 0.0, brake.min(1.0))
    }

    /// The speed loop: force by the model of resistance plus a proportional and an integral part.
    fn drive(&mut self, limits: &Limits, wish: &Wish) -> Effort {
        let error = wish.target.max(0.0) - wish.speed;
        let resistance = GRAVITY * (sine(wish.grade) + wish.rolling_resistance);
        let drive = self.now(wish);
        let (closed, most) = (drive.closed() / wish.mass, drive.full() / wish.mass);
        let gain = if error < 0.0 { PROPORTIONAL_FAST } else { PROPORTIONAL };
        let asked = wish.acceleration + gain * error + self.integral + resistance;
        // Conditional integration: none further into a limit.
        let stuck = asked > most && error > 0.0 || asked < closed - BRAKE_MOST && error < 0.0;
        if !stuck {
            let stuck_on_brakes = error > 0.0 && wish.speed.abs() < STOPPED;
            let unwind = if error * self.integral < 0.0 || stuck_on_brakes { UNWIND } else { 1.0 };
            let most = if wish.speed.abs() < CRAWL { CRAWL_INTEGRAL_MOST } else { INTEGRAL_MOST };
            self.integral = (self.integral + unwind * INTEGRAL * error * self.dt).clamp(-most, most);
        }
        if asked >= closed - DEAD_BAND {
            // What the engine takes at a closed throttle is less certain than that a truck too fast needs no drive.
            let wanted = if error < TOO_FAST { 0.0 } else { drive.throttle(asked * wish.mass) };
            let throttle = self.ramp(wanted);
            return self.effort(wish, throttle, 0.0, 0.0);
        }
        self.throttle = 0.0;
        let force = (closed - asked).min(BRAKE_MOST + closed.max(0.0)) * wish.mass;
        let speed = wish.speed.max(0.0);
        let fade = ((speed - RETARDER_FADE) / RETARDER_FADE).clamp(0.0, 1.0);
        let retarder_most = limits.retarder_force(speed).max(0.0);
        let by_retarder = (force * fade).min(RETARDER_SHARE * retarder_most * fade);
        let retarder = if retarder_most > 1.0 { by_retarder / retarder_most } else { 0.0 };
        let service = (force - by_retarder).max(0.0) / limits.service_brake_force(wish.mass).max(1.0);
        self.effort(wish, 0.0, retarder.min(1.0), service.min(1.0))
    }

    /// The throttle towards a value: up no faster than is gentle, down at once.
    fn ramp(&mut self, wanted: f64) -> f64 {
        self.throttle = wanted.min(self.throttle + THROTTLE_RATE * self.dt).clamp(0.0, 1.0);
        self.throttle
    }

    fn effort(&self, wish: &Wish, throttle: f64, retarder: f64, service_brake: f64) -> Effort {
        Effort { direction: direction(wish.travel), throttle, retarder, service_brake, park_brake: false }
    }
}

/// Slower than this the truck has stopped, m/s.
const STOPPED: f64 = 0.02;
/// A start that has reached this speed is over, m/s.
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

/// Sine of the slope angle of a grade.
fn sine(grade: f64) -> f64 {
    grade / libm::hypot(1.0, grade)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_truck_that_rolls_back_or_is_out_of_gear_at_a_crawl_is_held_by_its_brakes() {
        // On a climb of 9.7 % a halt was lifted at 0.15 m/s. The truck was out of gear, rolled back and reached 4 m/s.
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
        // A gear that is changed at speed is no reason to brake.
        let mut drive = Longitudinal::new(&spec, 0.05);
        drive.phase = Phase::Driving;
        assert_eq!(drive.step(&limits, &wish(2.0, 0)).service_brake, 0.0);
    }
}
