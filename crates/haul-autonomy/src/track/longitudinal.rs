//! Holding a speed: throttle, retarder, service brake; starting on a grade; standing.

use haul_core::{GRAVITY, StateHasher};
use haul_planner::Travel;
use haul_vehicle::{Direction, Limits};

/// Speed error to acceleration, 1/s: with the engine's and retarder's lag of half a second or more, a loop of 1.3 s
/// keeps a phase margin of some 60°.
const PROPORTIONAL: f64 = 0.75;
/// Speed error to rate of acceleration, 1/s².
const INTEGRAL: f64 = 0.16;
/// How much faster the integral falls than it rises.
const UNWIND: f64 = 6.0;
/// The most that the integral may add, m/s²: an unforeseen grade or rolling resistance of 8 %.
const INTEGRAL_MOST: f64 = 0.8;
/// Greatest deceleration asked of the brakes in normal driving, m/s².
const BRAKE_MOST: f64 = 2.5;
/// Below this speed the retarder, whose torque falls with the square of the speed, is left to the service brake, m/s;
/// up to twice that speed it is blended in.
const RETARDER_FADE: f64 = 1.5;
/// Share of the retarder's capacity used before the service brake helps: the rest keeps control over the speed.
const RETARDER_SHARE: f64 = 0.9;
/// Force below which neither drive nor brake is worth a change, as an acceleration, m/s².
const DEAD_BAND: f64 = 0.012;
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
/// Rise of the throttle in normal driving, 1/s: a full sweep in about a second, gentle on driveline and load.
const THROTTLE_RATE: f64 = 0.9;
/// Acceleration that a start gives before the speed loop takes over, m/s².
const START_ACCELERATION: f64 = 0.25;
/// Share of the service brake that holds the truck at a halt until the park brake has set; about twice what 10 % needs.
const HALT_BRAKE: f64 = 0.5;
/// Standing so long with nothing to do sets the park brake, s.
const PARK_AFTER: f64 = 1.0;
/// Deceleration of a halt, m/s²: in the last centimetres without a nod, at speed firmly.
const HALT_GENTLE: f64 = 0.5;
const HALT_FIRM: f64 = 1.5;
/// From this speed on a halt is a firm one, m/s.
const FIRM_FROM: f64 = 1.0;

/// What the truck does about its speed.
#[derive(Debug, Clone, Copy, PartialEq)]
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

/// What the speed loop is told in one step. Speeds and grade are in the sense of travel.
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
    /// Whether all wheels have stood for a while.
    pub standing: bool,
}

/// What it asks of the drive and the brakes.
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
}

impl Longitudinal {
    /// A controller called every `dt` seconds, standing.
    pub fn new(dt: f64) -> Self {
        Self { dt, phase: Phase::Standing(PARK_AFTER), integral: 0.0, throttle: 0.0 }
    }

    /// Whether it stands on its brakes.
    pub fn is_standing(&self) -> bool {
        matches!(self.phase, Phase::Standing(_))
    }

    /// One step.
    pub fn step(&mut self, limits: &Limits, wish: &Wish) -> Effort {
        let go = wish.target > 0.0;
        match self.phase {
            Phase::Standing(_) if !go => {}
            Phase::Standing(_) => self.phase = Phase::Engaging,
            Phase::Engaging | Phase::Starting(_) if !go => self.stand(),
            Phase::Engaging if in_gear(wish) => self.phase = Phase::Starting(0.0),
            Phase::Driving if !go && (wish.standing || wish.speed.abs() < STOPPED) => self.stand(),
            _ => {}
        }
        match self.phase {
            Phase::Standing(time) => {
                self.phase = Phase::Standing(time + self.dt);
                self.throttle = 0.0;
                let parked = time >= PARK_AFTER;
                Effort {
                    direction: if parked { Direction::Neutral } else { direction(wish.travel) },
                    throttle: 0.0,
                    retarder: 0.0,
                    service_brake: HALT_BRAKE,
                    park_brake: parked,
                }
            }
            Phase::Engaging => self.effort(wish, 0.0, 0.0, HALT_BRAKE),
            Phase::Starting(time) => self.start(limits, wish, time),
            Phase::Driving => self.drive(limits, wish),
        }
    }

    /// A halt with the service brake at once, whatever the speed: for the last centimetres and for emergencies.
    pub fn halt(&mut self, limits: &Limits, wish: &Wish) -> Effort {
        self.throttle = 0.0;
        self.integral = 0.0;
        if wish.standing || wish.speed.abs() < STOPPED {
            if !self.is_standing() {
                self.stand();
            }
        } else {
            self.phase = Phase::Driving;
        }
        if let Phase::Standing(time) = self.phase {
            self.phase = Phase::Standing(time + self.dt);
            let parked = time >= PARK_AFTER;
            let direction = if parked { Direction::Neutral } else { direction(wish.travel) };
            return Effort { direction, throttle: 0.0, retarder: 0.0, service_brake: HALT_BRAKE, park_brake: parked };
        }
        let wanted = HALT_GENTLE + (HALT_FIRM - HALT_GENTLE) * (wish.speed.abs() / FIRM_FROM).min(1.0);
        // Down a grade the brake carries the truck as well; what helps uphill is left as it comes.
        let downhill = (-sine(wish.grade) * wish.speed.signum()).max(0.0);
        let force = wish.mass * (wanted + GRAVITY * downhill) + idle_force(limits, wish);
        let service_brake = (force / limits.service_brake_force(wish.mass).max(1.0)).min(1.0);
        // Over the last of it out of gear: an engine that still turns fast would push against the brake.
        let direction = if wish.speed.abs() < FIRM_FROM { Direction::Neutral } else { direction(wish.travel) };
        Effort { direction, ..self.effort(wish, 0.0, 0.0, service_brake) }
    }

    fn stand(&mut self) {
        self.phase = Phase::Standing(0.0);
        self.integral = 0.0;
    }

    /// Drive against the brake until it carries the grade, then the brake off.
    fn start(&mut self, limits: &Limits, wish: &Wish, time: f64) -> Effort {
        let weight = wish.mass * GRAVITY;
        let slope = sine(wish.grade);
        let wind_up = BUILD_UP + BUILD_UP_GRADE * slope.max(0.0);
        let rolled_back = wish.speed < -ROLLED_BACK;
        // A start that rolls back begins again with more drive: what it lacked goes into the integral.
        if rolled_back {
            self.integral = (self.integral + 0.3 * self.dt).min(INTEGRAL_MOST);
            self.phase = Phase::Starting((time - self.dt).clamp(0.0, wind_up));
        } else {
            self.phase = Phase::Starting(time + self.dt);
        }
        let force = weight * (slope + wish.rolling_resistance) + wish.mass * (START_ACCELERATION + self.integral);
        let idle = idle_force(limits, wish);
        let wanted = ((force - idle) / (limits.rimpull(0.0) - idle).max(1.0)).max(0.0);
        let hold = ((slope.abs() + HOLD_RESERVE) * weight / limits.service_brake_force(wish.mass).max(1.0)).min(1.0);
        let let_go = ((time - wind_up) / RELEASE).clamp(0.0, 1.0);
        let brake = if rolled_back { hold.max(HALT_BRAKE) } else { hold * (1.0 - let_go) };
        if let_go >= 1.0 || wish.speed > wish.target.max(START_SPEED) {
            self.phase = Phase::Driving;
        }
        let throttle = self.ramp(wanted.min(1.0));
        self.effort(wish, throttle, 0.0, brake)
    }

    /// The speed loop: force by the model of resistance plus a proportional and an integral part.
    fn drive(&mut self, limits: &Limits, wish: &Wish) -> Effort {
        let error = wish.target.max(0.0) - wish.speed;
        let resistance = GRAVITY * (sine(wish.grade) + wish.rolling_resistance);
        let asked = wish.acceleration + PROPORTIONAL * error + self.integral + resistance;
        let speed = wish.speed.max(0.0);
        let most = limits.rimpull(speed) / wish.mass;
        let saturated = asked > most || asked < -BRAKE_MOST;
        // Conditional integration: none further into a limit.
        if !saturated || (asked > most) != (error > 0.0) {
            // What was gathered against the slow converter is given back at once when the speed is reached.
            let gain = if error * self.integral < 0.0 { UNWIND * INTEGRAL } else { INTEGRAL };
            self.integral = (self.integral + gain * error * self.dt).clamp(-INTEGRAL_MOST, INTEGRAL_MOST);
        }
        let asked = asked.clamp(-BRAKE_MOST, most.max(0.0));
        // Throttle and brake only make up what the idling engine does not do by itself.
        let idle = idle_force(limits, wish) / wish.mass;
        let lacks = asked - idle;
        if lacks >= -DEAD_BAND {
            let throttle = self.ramp((lacks.max(0.0) / (most - idle).max(1e-6)).min(1.0));
            return self.effort(wish, throttle, 0.0, 0.0);
        }
        self.throttle = 0.0;
        let force = -lacks * wish.mass;
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

    pub fn hash(&self, hasher: &mut StateHasher) {
        let (kind, time) = match self.phase {
            Phase::Standing(t) => (0, t),
            Phase::Engaging => (1, 0.0),
            Phase::Starting(t) => (2, t),
            Phase::Driving => (3, 0.0),
        };
        hasher.whole(kind).real(time).real(self.integral).real(self.throttle);
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

/// Force of the idling engine through the open converter, N, in the sense of travel: it makes a truck in gear creep,
/// with more than the resistance of a level road.
fn idle_force(limits: &Limits, wish: &Wish) -> f64 {
    if !in_gear(wish) {
        return 0.0;
    }
    let spec = limits.spec();
    let (ratio, radius) = (spec.transmission.ratio(wish.gear).abs() * spec.final_drive.ratio, spec.tyre.rolling_radius);
    let turbine = wish.speed.max(0.0) / radius * ratio;
    if turbine >= spec.engine.idle {
        return 0.0;
    }
    let (_, torque) = spec.transmission.converter.torques(spec.engine.idle, turbine);
    torque.max(0.0) * ratio * spec.final_drive.efficiency / radius
}

/// Sine of the slope angle of a grade.
fn sine(grade: f64) -> f64 {
    grade / libm::hypot(1.0, grade)
}
