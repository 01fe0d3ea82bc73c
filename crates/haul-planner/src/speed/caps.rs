//! What may be asked of the truck at a station: speed, acceleration, deceleration.

use super::nodes::Node;
use super::{Binding, SpeedRequest};
use crate::path::Travel;
use crate::{Conditions, TruckModel};
use haul_core::GRAVITY;
use haul_vehicle::{Limits, Load, axle_loads, mass_properties};

/// Lateral acceleration that a load heaped over the body's sides bears, m/s².
const LATERAL: f64 = 1.2;
/// Acceleration that is asked of the driveline at most, m/s²: an empty truck could do more in first gear.
const ACCELERATION: f64 = 0.8;
/// Deceleration for a stop, retarder and service brake together, m/s²: about a sixth of what the brakes can do loaded,
/// so that a grant that comes late, or wet ground, finds something left.
const STOPPING: f64 = 0.7;
/// Deceleration for a lower cap ahead, by the retarder, m/s².
const SLOWING: f64 = 0.5;
/// Share of the retarder's deceleration that a profile uses to slow down.
const RETARDER_SHARE: f64 = 0.8;
/// Deceleration that is always there for a cap, m/s²: at walking pace the retarder's oil does not grip and the service
/// brake helps.
const LEAST_SLOWING: f64 = 0.12;
/// Share of the grip that a profile uses along the road; together with the curve's share inside the ellipse.
const GRIP_SHARE: f64 = 0.5;
/// Speed in reverse, m/s: 7 km/h, the pace of backing into a spot.
const REVERSE: f64 = 7.0 / 3.6;
/// Share of the steering's rate that a profile asks for.
const STEERING_SHARE: f64 = 0.7;
/// Speed that a jump of the steering is crossed at, m/s: the controller steers while the truck creeps.
const CREEP: f64 = 0.4;
/// Grades are looked up in the book of limits in steps of this, rounded to the steeper side.
const GRADE_STEP: f64 = 0.002;
/// Steps of the tables on either side of level: to 60 %, beyond which the last one holds.
const GRADE_STEPS: usize = 300;

/// Limits of one truck, load and surface.
pub(crate) struct Caps<'a> {
    limits: &'a Limits,
    wheelbase: f64,
    steering_rate: f64,
    mass: f64,
    friction: f64,
    rolling: f64,
    flat: [(f64, Binding); 3],
    /// Square of the curve speed at a radius of 1 m; it grows with the radius.
    curve_unit: f64,
    /// Share of the weight on the driven axle, on the level.
    driven_share: f64,
    descent: Vec<Option<f64>>,
}

impl<'a> Caps<'a> {
    pub fn new(truck: &'a TruckModel, conditions: &Conditions, request: &SpeedRequest) -> Self {
        let limits = &truck.limits;
        let spec = &truck.spec;
        let load = Load { mass: request.payload_kg, centre: spec.mass.heap_centre(request.payload_kg) };
        let loads = axle_loads(spec, &mass_properties(spec, &load, spec.mass.fuel_capacity, 0.0), 0.0, 0.0);
        let unit = limits.curve_speed(1.0, 0.0, conditions.friction);
        Self {
            limits,
            wheelbase: spec.geometry.wheelbase,
            steering_rate: spec.steering.rate,
            mass: limits.gross_mass(request.payload_kg),
            friction: conditions.friction,
            rolling: conditions.rolling_resistance,
            flat: [
                (limits.top_speed(), Binding::TopSpeed),
                (conditions.speed_cap, Binding::Limit),
                (request.limit.unwrap_or(f64::INFINITY), Binding::Limit),
            ],
            curve_unit: (unit * unit).min(LATERAL),
            driven_share: loads.rear / (loads.front + loads.rear),
            descent: vec![None; GRADE_STEPS + 1],
        }
    }

    /// The cap at a node without regard to its neighbours.
    pub fn speed(&mut self, node: &Node) -> (f64, Binding) {
        let least = |a: (f64, Binding), b: (f64, Binding)| if b.0 < a.0 { b } else { a };
        let mut cap = self.flat.into_iter().fold((f64::INFINITY, Binding::TopSpeed), least);
        if node.curvature != 0.0 {
            cap = least(cap, (libm::sqrt(self.curve_unit / node.curvature.abs()), Binding::Curve));
        }
        if node.travel == Travel::Reverse {
            cap = least(cap, (REVERSE.min(self.limits.reverse_speed()), Binding::Reverse));
        }
        if node.grade < 0.0 {
            cap = least(cap, (self.descent_speed(node.grade), Binding::Retarder));
        }
        cap
    }

    fn descent_speed(&mut self, grade: f64) -> f64 {
        let step = ((-grade / GRADE_STEP).ceil() as usize).min(GRADE_STEPS);
        if let Some(speed) = self.descent[step] {
            return speed;
        }
        let grade = grade.min(-(step as f64) * GRADE_STEP);
        // Where the retarder cannot hold the truck at all the service brake must, at a creep.
        let speed = self.limits.descent_speed(self.mass, grade, self.rolling).max(CREEP);
        self.descent[step] = Some(speed);
        speed
    }

    /// The cap between two nodes by the rate of the steering, as a speed squared, m²/s².
    pub fn steering(&self, from: &Node, to: &Node) -> f64 {
        let change = (to.curvature - from.curvature).abs();
        if change == 0.0 {
            return f64::INFINITY;
        }
        // The angle is atan(wheelbase × curvature); its slope at the lesser curvature bounds the change.
        let least =
            if from.curvature * to.curvature <= 0.0 { 0.0 } else { from.curvature.abs().min(to.curvature.abs()) };
        let slope = self.wheelbase / (1.0 + (self.wheelbase * least).powi(2));
        let per_metre = slope * change / (to.station - from.station);
        (STEERING_SHARE * self.steering_rate / per_metre).max(CREEP).powi(2)
    }

    /// What the curve leaves of the grip along the road, m/s² (the friction ellipse).
    fn grip_along(&self, speed_squared: f64, curvature: f64) -> f64 {
        let whole = GRIP_SHARE * self.friction * GRAVITY;
        let across = speed_squared * curvature;
        libm::sqrt((whole * whole - across * across).max(0.0))
    }

    /// Part of gravity along the road and rolling resistance, m/s², positive against the motion.
    fn resistance(&self, grade: f64) -> f64 {
        let cosine = 1.0 / libm::sqrt(1.0 + grade * grade);
        GRAVITY * (grade + self.rolling) * cosine
    }

    /// Greatest acceleration at a speed, m/s², and what binds it. Negative where the truck slows down.
    pub fn acceleration(&self, node: &Node, speed_squared: f64) -> (f64, Binding) {
        let power = self.limits.acceleration(libm::sqrt(speed_squared), self.mass, node.grade, self.rolling);
        let grip = self.grip_along(speed_squared, node.curvature) * self.driven_share - self.resistance(node.grade);
        let least = if power <= grip { (power, Binding::PowerClimb) } else { (grip, Binding::Grip) };
        if least.0 > ACCELERATION { (ACCELERATION, Binding::Comfort) } else { least }
    }

    /// Deceleration planned for a stop, m/s²: less where grip or a steep downgrade do not leave it.
    pub fn stopping(&self, node: &Node, speed_squared: f64) -> f64 {
        let grip = self.grip_along(speed_squared, node.curvature) + self.resistance(node.grade);
        STOPPING.min(grip).max(LEAST_SLOWING)
    }

    /// Deceleration planned for a lower cap ahead, m/s².
    pub fn slowing(&self, node: &Node, speed_squared: f64) -> f64 {
        let speed = libm::sqrt(speed_squared);
        let retarder = self.limits.retarder_deceleration(speed, self.mass, node.grade, self.rolling);
        let grip = self.grip_along(speed_squared, node.curvature) + self.resistance(node.grade);
        (RETARDER_SHARE * retarder).min(SLOWING).min(grip).max(LEAST_SLOWING)
    }

    /// Deceleration with everything, m/s²: for a start that is too fast.
    pub fn emergency(&self, node: &Node, speed_squared: f64) -> f64 {
        let speed = libm::sqrt(speed_squared);
        self.limits.deceleration(speed, self.mass, node.grade, self.rolling, self.friction)
    }
}
