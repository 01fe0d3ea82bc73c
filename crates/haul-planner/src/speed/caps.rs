//! Limits of the truck at a station: speed, acceleration and deceleration.

use super::nodes::{CREEP_SPEED, SpeedNode};
use super::retarding::{RetarderPlan, Retarding};
use super::{Binding, SpeedRequest};
use crate::path::Travel;
use crate::steering_reserve::PROFILE_RATE;
use crate::{Conditions, TruckModel};
use haul_core::GRAVITY;
use haul_vehicle::{DriveAhead, DriveState, Limits, Load, WHEELS, axle_loads, mass_properties};

/// Maximum lateral acceleration at which a load heaped above the sides of the body stays in it, m/s².
const HEAP_LATERAL: f64 = 1.2;
/// Lower bound on the lateral acceleration allowed in a bend that leans outwards, m/s². The truck creeps there.
const LEAST_LATERAL: f64 = 0.3;
/// Maximum rate of change of the side force per unit of mass due to a changing cross slope, m/s³. It is the upper end
/// of the design range of transition curves, 0.3 to 0.9 m/s³ (Shortt 1909; AASHTO, *A Policy on Geometric Design of
/// Highways and Streets*, 2011, eq. 3-25). At a higher rate, a loaded truck sways on its struts.
const SWAY_RATE: f64 = 0.9;
/// Maximum acceleration, m/s². It spares the driveline: an empty truck could accelerate harder in first gear.
const MAX_ACCELERATION: f64 = 0.8;
/// Lower bound on the acceleration allowed in the tightest bend, m/s².
const LEAST_PULL: f64 = 0.15;
/// Mean share of the full acceleration that remains when the gearbox shifts, used where shifts are not simulated.
/// Measured on the full truck model; without this share, a start would take 2 to 3 % longer than planned.
const SHIFTING_SHARE: f64 = 0.85;
/// Deceleration for a stop with retarder and service brakes together, m/s². It is about a sixth of what the loaded
/// truck's brakes can do, which leaves a reserve for a late grant or a wet road.
const STOP_DECELERATION: f64 = 0.7;
/// Maximum deceleration with the retarder for a lower cap ahead, m/s².
const SLOWING_DECELERATION: f64 = 0.5;
/// Share of the retarder's deceleration that a profile uses to slow down.
const RETARDER_SHARE: f64 = 0.8;
/// Deceleration that is always available for a lower cap, m/s². At walking pace the retarder has no torque, and the
/// service brakes help.
const MIN_DECELERATION: f64 = 0.12;
/// Share of the grip that a profile uses to brake, within the friction ellipse.
const GRIP_SHARE: f64 = 0.5;
/// Share of the grip that a profile uses to drive. It is larger than for braking, because wheelspin costs time but not
/// safety.
const DRIVE_GRIP_SHARE: f64 = 0.8;
/// Speed in reverse, m/s (7 km/h): the pace of backing into a spot.
const REVERSE_SPEED: f64 = 7.0 / 3.6;
/// Delay before a stop within sight begins, s: the time to detect, decide and build up brake pressure.
const REACTION_TIME: f64 = 1.0;
/// Number of bisections that find the speed for a sight distance to a millimetre per second.
const SIGHT_HALVINGS: usize = 14;
/// Step of grades in the tables, rise over run. Grades are rounded to the steeper side.
const GRADE_STEP: f64 = 0.002;
/// Number of grade steps on either side of level: up to 60 %. Steeper grades use the last step.
const GRADE_STEPS: usize = 300;

/// Limits of one truck with one load on one surface.
pub(crate) struct Caps<'a> {
    truck: &'a TruckModel,
    limits: &'a Limits,
    wheelbase: f64,
    steering_rate: f64,
    mass: f64,
    /// Mass including the rotating parts, kg.
    inert_mass: f64,
    friction: f64,
    rolling: f64,
    flat: [(f64, Binding); 3],
    /// Square of the curve speed at a radius of 1 m, m²/s². The square grows in proportion to the radius.
    curve_unit: f64,
    /// Share of the truck's weight on the driven axle, on level ground.
    driven_share: f64,
    descent: Vec<Option<f64>>,
    retarding: Retarding,
    retarder: RetarderPlan<'a>,
    /// Maximum jerk, m/s³.
    pub jerk: Option<f64>,
    sight: Option<f64>,
    sight_grip: f64,
    in_sight: Vec<Option<f64>>,
}

impl<'a> Caps<'a> {
    pub fn new(truck: &'a TruckModel, conditions: &Conditions, request: &SpeedRequest) -> Self {
        let limits = &truck.limits;
        let spec = &truck.spec;
        let load = Load { mass: request.payload_kg, centre: spec.mass.heap_centre(request.payload_kg) };
        let loads = axle_loads(spec, &mass_properties(spec, &load, spec.mass.fuel_capacity, 0.0), 0.0, 0.0);
        let unit = limits.curve_speed(1.0, 0.0, conditions.friction);
        let mass = limits.gross_mass(request.payload_kg);
        let rolling = conditions.rolling_resistance;
        let inert_mass = mass + WHEELS as f64 * spec.tyre.inertia / spec.tyre.rolling_radius.powi(2);
        Self {
            truck,
            limits,
            wheelbase: spec.geometry.wheelbase,
            steering_rate: spec.steering.rate,
            mass,
            inert_mass,
            friction: conditions.friction,
            rolling,
            flat: [
                (limits.top_speed(), Binding::TopSpeed),
                (conditions.speed_cap, Binding::Limit),
                (request.limit.unwrap_or(f64::INFINITY), Binding::Limit),
            ],
            curve_unit: (unit * unit).min(HEAP_LATERAL),
            driven_share: loads.rear / (loads.front + loads.rear),
            descent: vec![None; GRADE_STEPS + 1],
            retarding: request.retarding,
            retarder: RetarderPlan::new(truck, mass, inert_mass, rolling),
            jerk: request.jerk,
            sight: request.sight_distance,
            sight_grip: request.sight_grip.unwrap_or(1.0),
            in_sight: vec![None; 2 * GRADE_STEPS + 1],
        }
    }

    /// Returns the speed cap (m/s) at a node, which does not depend on neighbouring nodes, and its cause.
    pub fn speed(&mut self, node: &SpeedNode) -> (f64, Binding) {
        let least = |a: (f64, Binding), b: (f64, Binding)| if b.0 < a.0 { b } else { a };
        let mut cap = self.flat.into_iter().fold((f64::INFINITY, Binding::TopSpeed), least);
        if node.curvature != 0.0 {
            // Where the road leans outwards, gravity uses part of the side force that the load and the tyres allow.
            let outwards = (node.cross_slope * node.curvature.signum()).max(0.0) * GRAVITY;
            let lateral = (self.curve_unit - outwards).max(LEAST_LATERAL.min(self.curve_unit));
            let binding = if outwards > 0.0 { Binding::CrossSlope } else { Binding::Curve };
            cap = least(cap, (libm::sqrt(lateral / node.curvature.abs()), binding));
            let lock =
                libm::sqrt(self.truck.lateral_within_lock(node.curvature) / node.curvature.abs()).max(CREEP_SPEED);
            cap = least(cap, (lock, Binding::SteeringLock));
        }
        let sway = SWAY_RATE / (GRAVITY * node.lean_rate.abs()).max(f64::MIN_POSITIVE);
        cap = least(cap, (sway.max(CREEP_SPEED), Binding::CrossSlope));
        if node.travel == Travel::Reverse {
            cap = least(cap, (REVERSE_SPEED.min(self.limits.reverse_speed()), Binding::Reverse));
        }
        if let Some(limit) = node.limit {
            cap = least(cap, (limit, Binding::Limit));
        }
        if let Some(sight) = self.sight {
            cap = least(cap, (self.sight_speed(node.grade, sight), Binding::Sight));
        }
        cap
    }

    /// Returns the speed cap (m/s) on a downgrade, unless it depends on the retarder's temperature.
    pub fn descent(&mut self, node: &SpeedNode) -> Option<(f64, Binding)> {
        let speed = match self.retarding {
            _ if node.grade >= 0.0 => return None,
            Retarding::Heat { .. } => return None,
            Retarding::Continuous => self.descent_speed(node.grade),
            Retarding::Peak => self.retarder.descent_speed(node.grade, self.retarder.peak_power()).max(CREEP_SPEED),
        };
        Some((speed, Binding::Retarder))
    }

    /// Returns the retarder temperature (K) at the start, if the temperature is computed along the profile.
    pub fn heat(&self) -> Option<f64> {
        match self.retarding {
            Retarding::Heat { temperature } => Some(temperature),
            _ => None,
        }
    }

    /// Returns the plan of the retarder.
    pub fn retarder(&self) -> &RetarderPlan<'a> {
        &self.retarder
    }

    /// Returns the square of the speed cap (m²/s²) on a downgrade at a retarder temperature (K).
    pub fn descent_at(&self, node: &SpeedNode, temperature: f64) -> f64 {
        if node.grade >= 0.0 {
            return f64::INFINITY;
        }
        let speed = self.retarder.descent_speed(node.grade, self.retarder.power(temperature));
        speed.max(CREEP_SPEED).powi(2)
    }

    /// Returns the maximum speed from which the service brakes stop the truck within the visible distance, m/s.
    fn sight_speed(&mut self, grade: f64, sight: f64) -> f64 {
        // Round towards the steeper downgrade.
        let step = (libm::floor(grade / GRADE_STEP) as isize).clamp(-(GRADE_STEPS as isize), GRADE_STEPS as isize);
        let index = (step + GRADE_STEPS as isize) as usize;
        if let Some(speed) = self.in_sight[index] {
            return speed;
        }
        let grade = step as f64 * GRADE_STEP;
        let friction = self.sight_grip * self.friction;
        let distance =
            |v: f64| self.limits.stopping_distance(v, self.mass, grade, self.rolling, friction, REACTION_TIME);
        let (mut low, mut high) = (0.0, self.limits.top_speed());
        if distance(high) <= sight {
            low = high;
        } else {
            for _ in 0..SIGHT_HALVINGS {
                let middle = 0.5 * (low + high);
                if distance(middle) <= sight { low = middle } else { high = middle }
            }
        }
        let speed = low.max(CREEP_SPEED);
        self.in_sight[index] = Some(speed);
        speed
    }

    fn descent_speed(&mut self, grade: f64) -> f64 {
        let step = ((-grade / GRADE_STEP).ceil() as usize).min(GRADE_STEPS);
        if let Some(speed) = self.descent[step] {
            return speed;
        }
        let grade = grade.min(-(step as f64) * GRADE_STEP);
        // If the retarder cannot hold the truck at all, the service brakes must hold it, at creep speed.
        let speed = self.limits.descent_speed(self.mass, grade, self.rolling).max(CREEP_SPEED);
        self.descent[step] = Some(speed);
        speed
    }

    /// Returns the square of the speed cap (m²/s²) that the steering rate sets between two nodes.
    pub fn steering(&self, from: &SpeedNode, to: &SpeedNode) -> f64 {
        let change = (to.curvature - from.curvature).abs();
        if change == 0.0 {
            return f64::INFINITY;
        }
        // The steering angle is atan(wheelbase × curvature). Its derivative at the smaller curvature bounds the change.
        let least =
            if from.curvature * to.curvature <= 0.0 { 0.0 } else { from.curvature.abs().min(to.curvature.abs()) };
        let slope = self.wheelbase / (1.0 + (self.wheelbase * least).powi(2));
        let per_metre = slope * change / (to.station - from.station);
        (PROFILE_RATE * self.steering_rate / per_metre).max(CREEP_SPEED).powi(2)
    }

    /// Returns the longitudinal acceleration (m/s²) that a curve leaves of a share of the grip (friction ellipse).
    fn grip_along(&self, share: f64, speed_squared: f64, curvature: f64) -> f64 {
        let whole = share * self.friction * GRAVITY;
        let across = speed_squared * curvature;
        libm::sqrt((whole * whole - across * across).max(0.0))
    }

    /// Returns gravity along the road plus rolling resistance, m/s², positive against the motion.
    fn resistance(&self, grade: f64) -> f64 {
        let cosine = 1.0 / libm::sqrt(1.0 + grade * grade);
        GRAVITY * (grade + self.rolling) * cosine
    }

    /// Returns the rolling resistance, as a share of the weight.
    pub fn rolling(&self) -> f64 {
        self.rolling
    }

    /// Returns the power at the wheels for an acceleration (m/s²) at a speed (m/s), W.
    pub fn power(&self, node: &SpeedNode, speed: f64, acceleration: f64) -> f64 {
        (self.inert_mass * acceleration + self.mass * self.resistance(node.grade)) * speed
    }

    /// Returns the predicted driveline, starting from `state`. If that is `None`, it starts in the state in which the
    /// automatic gearbox is at `speed` (m/s).
    pub fn drive_ahead(&self, speed: f64, state: Option<DriveState>) -> DriveAhead<'a> {
        self.limits.drive_ahead(self.mass, state.unwrap_or_else(|| self.limits.drive_at(speed)))
    }

    /// Returns true if the truck needs brakes for an acceleration (m/s²) at a node.
    pub fn needs_brakes(&self, node: &SpeedNode, acceleration: f64) -> bool {
        self.inert_mass * acceleration + self.mass * self.resistance(node.grade) < 0.0
    }

    /// Returns the maximum acceleration (m/s²) that grip, steering lock and comfort allow at a speed, and the binding
    /// limit.
    pub fn allowed(&self, node: &SpeedNode, speed_squared: f64) -> (f64, Binding) {
        let grip = self.grip_along(DRIVE_GRIP_SHARE, speed_squared, node.curvature) * self.driven_share
            - self.resistance(node.grade);
        let lock = self.truck.acceleration_within_lock(node.curvature).max(LEAST_PULL);
        let most =
            if lock < MAX_ACCELERATION { (lock, Binding::SteeringLock) } else { (MAX_ACCELERATION, Binding::Comfort) };
        if grip > most.0 { most } else { (grip, Binding::Grip) }
    }

    /// Returns the maximum acceleration (m/s²) at a speed, and the binding limit. It is negative if the truck slows
    /// down.
    pub fn acceleration(&self, node: &SpeedNode, speed_squared: f64) -> (f64, Binding) {
        let full = self.limits.acceleration(libm::sqrt(speed_squared), self.mass, node.grade, self.rolling);
        let power = if full > 0.0 { SHIFTING_SHARE * full } else { full };
        let allowed = self.allowed(node, speed_squared);
        if power <= allowed.0 { (power, Binding::PowerClimb) } else { allowed }
    }

    /// Returns the planned deceleration for a stop, m/s². It is lower where grip or a steep downgrade require it.
    pub fn stopping(&self, node: &SpeedNode, speed_squared: f64) -> f64 {
        let grip = self.grip_along(GRIP_SHARE, speed_squared, node.curvature) + self.resistance(node.grade);
        STOP_DECELERATION.min(grip).max(MIN_DECELERATION)
    }

    /// Returns the planned deceleration for a lower cap ahead, m/s².
    pub fn slowing(&self, node: &SpeedNode, speed_squared: f64) -> f64 {
        let speed = libm::sqrt(speed_squared);
        let retarder = self.limits.retarder_deceleration(speed, self.mass, node.grade, self.rolling);
        let grip = self.grip_along(GRIP_SHARE, speed_squared, node.curvature) + self.resistance(node.grade);
        (RETARDER_SHARE * retarder).min(SLOWING_DECELERATION).min(grip).max(MIN_DECELERATION)
    }

    /// Returns the deceleration with all brakes, m/s², for a start that is too fast.
    pub fn emergency(&self, node: &SpeedNode, speed_squared: f64) -> f64 {
        let speed = libm::sqrt(speed_squared);
        self.limits.deceleration(speed, self.mass, node.grade, self.rolling, self.friction)
    }
}
