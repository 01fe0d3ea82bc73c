//! The visible state of the truck.

use crate::command::Direction;
use crate::environment::Environment;
use crate::mass::Load;
use haul_core::Point3;
use serde::{Deserialize, Serialize};

/// Number of wheels: two in front, two pairs at the rear.
pub const WHEELS: usize = 6;

/// State of one wheel. The order is front left, front right, rear left outer, rear left inner, rear right inner, rear
/// right outer.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct WheelState {
    /// Centre of the wheel in the body frame, m; it moves with the strut.
    pub centre: Point3,
    /// Steering angle of this wheel, rad, positive to the left.
    pub steer: f64,
    /// Rotation angle of the wheel about its axle, rad, in [0, 2π), positive when rolling forward.
    pub spin_angle: f64,
    /// Angular speed of the wheel, rad/s, positive when rolling forward.
    pub spin_rate: f64,
    /// Force between tyre and ground along the ground's normal, N.
    pub load_n: f64,
    /// Share of the available friction in use, 0 to 1.
    pub friction_used: f64,
    /// True if the tyre touches the ground.
    pub in_contact: bool,
    /// Temperature of the tyre, K.
    pub temperature: f64,
    /// Share of the tread that is worn off; 1 is the whole tread.
    pub worn: f64,
}

impl Default for WheelState {
    fn default() -> Self {
        Self {
            centre: Point3::origin(),
            steer: 0.0,
            spin_angle: 0.0,
            spin_rate: 0.0,
            load_n: 0.0,
            friction_used: 0.0,
            in_contact: false,
            temperature: Environment::default().air_temperature,
            worn: 0.0,
        }
    }
}

/// State of the truck after the last step, as its instruments show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TruckState {
    /// Engaged direction of drive; it follows the command near standstill.
    pub direction: Direction,
    /// Gear: −1 reverse, 0 neutral, 1 and up forward.
    pub gear: i8,
    /// True if the lock-up clutch is closed.
    pub locked_up: bool,
    /// Engine speed, rad/s.
    pub engine_speed: f64,
    /// Net torque of the engine at the flywheel, N·m; negative on overrun.
    pub engine_torque: f64,
    /// Force of the powertrain at the rear tyres, N, positive along body x.
    pub drive_force: f64,
    /// Force of the retarder, N, 0 or greater.
    pub retarder_force: f64,
    /// Current total capacity of service and park brake, N, 0 or greater.
    pub brake_force: f64,
    /// Speed along body x at the body frame's origin, m/s.
    pub speed: f64,
    /// Actual angle of the virtual front wheel at the centre of the front axle, rad, positive to the left.
    pub steering_angle: f64,
    /// Angle of the body about its hinge, rad; 0 is down.
    pub body_angle: f64,
    /// The load in the body.
    pub load: Load,
    /// Fuel in the tank, kg.
    pub fuel_kg: f64,
    /// Fuel burnt since the start, kg.
    pub fuel_used_kg: f64,
    /// Oil temperature of the retarder, K.
    pub retarder_temp: f64,
    /// Throttle after the engine's lag, 0 to 1.
    pub throttle: f64,
    /// Share of the service brake's capacity applied, 0 to 1.
    pub service_brake: f64,
    /// Share of the park brake's capacity applied, 0 to 1.
    pub park_brake: f64,
    /// Number of gear shifts since the start.
    pub shifts: u32,
    /// Compression of each strut, m: front left, front right, rear left, rear right.
    pub struts: [f64; 4],
    /// Force of each strut, N, ordered as in `struts`; a payload meter reads these forces.
    pub strut_forces: [f64; 4],
    /// Temperatures of the front and rear brake discs, K.
    pub brake_temps: [f64; 2],
    /// Turbocharger boost pressure as a share of full boost, 0 to 1.
    pub boost: f64,
    /// Steering angle that the accumulator can still provide, rad.
    pub steering_reserve: f64,
    /// Share of the service brake that the hill holder applies, 0 to 1.
    pub hill_hold: f64,
    /// The wheels.
    pub wheels: [WheelState; WHEELS],
    /// Total distance driven, forward and reverse, m.
    pub odometer: f64,
}
