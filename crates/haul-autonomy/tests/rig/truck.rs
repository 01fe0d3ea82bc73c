//! A single-track truck: kinematics of the rear axle with sideslip and understeer, actuators with lag, and a force
//! balance along the body with static friction. The truck drives on a plane that rises to the east.

use haul_core::{GRAVITY, Pose2, angle};
use haul_mine::MineMap;
use haul_vehicle::{ActuatorCommand, Direction, Hoist, Limits, TruckSpec};
use std::sync::Arc;

pub struct RigTruck {
    pub spec: TruckSpec,
    limits: Limits,
    pub pose: Pose2,
    /// Speed along the body, m/s.
    pub speed: f64,
    pub yaw_rate: f64,
    pub slip: f64,
    pub steering: f64,
    pub gear: i8,
    gear_time: f64,
    pub throttle: f64,
    pub retarder: f64,
    pub service: f64,
    pub park: f64,
    pub payload: f64,
    pub body_angle: f64,
    /// Slope of the ground, rising to the east, rise over run.
    pub slope_east: f64,
    pub rolling: f64,
    pub seconds: f64,
    /// Map whose ground replaces the plane, if set.
    pub ground: Option<Arc<MineMap>>,
    /// Share of the nominal force that a faded brake still has.
    pub brake_share: f64,
}

const GEAR_TIME: f64 = 0.7;
const ENGINE_LAG: f64 = 0.5;
const RETARDER_LAG: f64 = 0.4;
/// Sideslip per m/s² of lateral acceleration at the rear axle, rad: a cornering stiffness of seven times the load.
const SLIP: f64 = 1.0 / (7.0 * GRAVITY);
const SLIP_LAG: f64 = 0.15;
/// Understeer, s²/m²: 10 % less curvature at 13 m/s.
const UNDERSTEER: f64 = 0.0006;
/// Turbine speed above which the converter is locked, rad/s.
const LOCKED: f64 = 157.0;
/// Number of bisections that narrow the engine's speed range to less than 0.1 rad/s.
const HALVINGS: usize = 12;

impl RigTruck {
    pub fn new(pose: Pose2, payload: f64, slope_east: f64) -> Self {
        let spec = TruckSpec::tr100at();
        let limits = Limits::new(&spec);
        Self {
            spec,
            limits,
            pose,
            speed: 0.0,
            yaw_rate: 0.0,
            slip: 0.0,
            steering: 0.0,
            gear: 0,
            gear_time: 0.0,
            throttle: 0.0,
            retarder: 0.0,
            service: 0.0,
            park: 1.0,
            payload,
            body_angle: 0.0,
            slope_east,
            rolling: 0.022,
            seconds: 0.0,
            ground: None,
            brake_share: 1.0,
        }
    }

    pub fn mass(&self) -> f64 {
        self.limits.gross_mass(self.payload)
    }

    pub fn step(&mut self, dt: f64, command: &ActuatorCommand) {
        self.seconds += dt;
        self.gearbox(dt, command.direction);
        let follow = |value: &mut f64, to: f64, lag: f64| *value += (to.clamp(0.0, 1.0) - *value) * dt / (lag + dt);
        follow(&mut self.throttle, command.throttle, ENGINE_LAG);
        follow(&mut self.retarder, command.retarder, RETARDER_LAG);
        let build_up = dt / self.spec.brakes.build_up;
        self.service += (command.service_brake.clamp(0.0, 1.0) - self.service).clamp(-build_up, build_up);
        let park = if command.park_brake { 1.0 } else { 0.0 };
        self.park += (park - self.park).clamp(-dt / 0.4, dt / 0.4);
        self.hoist(dt, command.hoist);

        let target = command.steering_angle.clamp(-self.spec.steering.max_angle, self.spec.steering.max_angle);
        let share = dt / (self.spec.steering.lag + dt);
        let most = self.spec.steering.rate * dt;
        self.steering += ((target - self.steering) * share).clamp(-most, most);

        self.longitudinal(dt);
        let curvature = self.steering.tan() / self.spec.geometry.wheelbase;
        self.yaw_rate = self.speed * curvature / (1.0 + UNDERSTEER * self.speed * self.speed);
        let slip = -SLIP * self.speed * self.yaw_rate * self.speed.signum();
        self.slip += (slip - self.slip) * dt / (SLIP_LAG + dt);
        let course = self.pose.heading + self.slip + self.yaw_rate * dt / 2.0;
        self.pose = Pose2::new(
            self.pose.x + self.speed * course.cos() * dt,
            self.pose.y + self.speed * course.sin() * dt,
            angle::wrap(self.pose.heading + self.yaw_rate * dt),
        );
    }

    /// Returns the gear as reported by the gearbox.
    pub fn shown_gear(&self) -> i8 {
        if self.gear > 0 { self.limits.gear_at(self.speed) as i8 } else { self.gear }
    }

    /// Returns the engine speed, rad/s.
    pub fn engine_speed(&self) -> f64 {
        self.drive().0
    }

    /// Returns the engine speed (rad/s) and the force at the driven wheels (N, along the gear). The converter is locked
    /// at high turbine speed. Otherwise the engine turns at the speed at which its torque and the pump's torque balance.
    fn drive(&self) -> (f64, f64) {
        let (engine, transmission) = (&self.spec.engine, &self.spec.transmission);
        let gear = self.shown_gear();
        let radius = self.spec.tyre.rolling_radius;
        let ahead = (self.speed * f64::from(gear.signum())).max(0.0);
        let turbine = transmission.ratio(gear).abs() * self.spec.final_drive.ratio * ahead / radius;
        let at_wheels =
            |torque: f64| self.spec.axle_torque(gear, torque.min(transmission.turbine_torque_limit), turbine) / radius;
        if turbine > LOCKED {
            return (turbine, at_wheels(engine.torque(turbine, self.throttle)));
        }
        let (mut low, mut high) = (engine.idle * 0.5, engine.high_idle.max(turbine));
        for _ in 0..HALVINGS {
            let middle = (low + high) / 2.0;
            let (pump, _) = if gear == 0 { (0.0, 0.0) } else { transmission.converter.torques(middle, turbine) };
            if engine.torque(middle, self.throttle) > pump { low = middle } else { high = middle }
        }
        let speed = (low + high) / 2.0;
        let force = if gear == 0 { 0.0 } else { at_wheels(transmission.converter.torques(speed, turbine).1) };
        (speed, force)
    }

    fn gearbox(&mut self, dt: f64, wanted: Direction) {
        let wanted = match wanted {
            Direction::Forward => 1,
            Direction::Neutral => 0,
            Direction::Reverse => -1,
        };
        let may = self.speed.abs() < 0.3 || wanted == 0;
        if self.gear.signum() == wanted || !may {
            self.gear_time = 0.0;
            return;
        }
        self.gear_time += dt;
        if self.gear_time >= GEAR_TIME {
            self.gear = wanted;
        }
    }

    fn hoist(&mut self, dt: f64, hoist: Hoist) {
        let top = self.spec.hoist.dump_angle;
        match hoist {
            Hoist::Raise => self.body_angle = (self.body_angle + top * dt / self.spec.hoist.raise_time).min(top),
            Hoist::Lower => self.body_angle = (self.body_angle - top * dt / self.spec.hoist.lower_time).max(0.0),
            Hoist::Hold => {}
        }
        if self.body_angle > 0.5 {
            self.payload = (self.payload - 9_000.0 * dt).max(0.0);
        }
    }

    fn longitudinal(&mut self, dt: f64) {
        let mass = self.mass();
        let grade = match &self.ground {
            None => self.slope_east * self.pose.heading.cos(),
            Some(map) => {
                let (a, b) = (self.pose.place(5.0, 0.0), self.pose.place(0.0, 0.0));
                (map.terrain.height(a.x, a.y) - map.terrain.height(b.x, b.y)) / 5.0
            }
        };
        let weight = mass * GRAVITY;
        let drive = f64::from(self.gear.signum()) * self.drive().1;
        let pull = drive - weight * grade / (1.0 + grade * grade).sqrt();
        let brakes =
            self.brake_share * self.service * self.limits.service_brake_force(mass) + self.park * self.spec.brakes.park;
        let resist = brakes
            + self.rolling * weight
            + self.retarder * self.limits.retarder_force(self.speed.abs()) * (self.speed.abs() / 2.0).min(1.0);
        if self.speed == 0.0 && pull.abs() <= resist {
            return;
        }
        let sense = if self.speed != 0.0 { self.speed.signum() } else { pull.signum() };
        let next = self.speed + (pull - sense * resist) / mass * dt;
        // Resistance can stop the truck, but cannot push it backwards.
        self.speed = if next * sense < 0.0 && pull.abs() <= resist { 0.0 } else { next };
    }
}
