//! The complete on-board stack: frames and messages in, commands and messages out.

use crate::behaviour::{Behaviour, Situation};
use crate::brake_test::BrakeTest;
use crate::estimate::{Believed, Grip, Resistance};
use crate::localise::{Chassis, Estimate, Localiser};
use crate::machine_watch::MachineWatch;
use crate::perceive::{Perception, TrackedObstacle};
use crate::sensor::SensorFrame;
use crate::slip_control::SlipControl;
use crate::steering_watch::SteeringWatch;
use crate::supervise::{Supervisor, View};
use crate::telemetry::{PoseEstimate, Restriction, Telemetry};
use crate::track::{CONTROL_RATE, LateralControl, TrackInput, Tracker};
use crate::traffic::Traffic;
use crate::weather_report::SiteWeather;
use haul_core::{MachinePart, SimTime, StandReason, TruckId};
use haul_messages::{Body, Envelope, Epoch, equipment_id};
use haul_planner::{Atlas, Conditions};
use haul_vehicle::{ActuatorCommand, Environment, TruckSpec};
use std::sync::Arc;

/// Time constant (s) that smooths the payload: struts oscillate at more than 1 Hz.
const PAYLOAD_SMOOTHING_TIME: f64 = 1.5;
/// Time (s) that the truck waits after a stop by the supervisor before it tries again.
const RESTART_WAIT: f64 = 3.0;
/// Speed below which the truck counts as standing, m/s.
const STANDING_SPEED: f64 = 0.05;

/// Configuration of the stack.
#[derive(Debug, Clone)]
pub struct OnBoardConfig {
    /// The truck's id.
    pub truck: TruckId,
    /// The truck's specification.
    pub spec: Arc<TruckSpec>,
    /// The mine with its networks and paths. All trucks of one mine share one atlas.
    pub atlas: Arc<Atlas>,
    /// Road conditions.
    pub conditions: Conditions,
    /// Ambient air at the site, for which the truck plans.
    pub environment: Environment,
    /// Steering method.
    pub lateral_control: LateralControl,
}

/// Output of one step.
#[derive(Debug, Clone, Default)]
pub struct OnBoardOutput {
    /// Command to the actuators until the next step.
    pub command: ActuatorCommand,
    /// Messages to the site.
    pub outbox: Vec<Envelope>,
}

/// The on-board stack of one truck.
#[derive(Debug, Clone)]
pub struct OnBoard {
    config: OnBoardConfig,
    localiser: Localiser,
    perception: Perception,
    traffic: Traffic,
    weather: SiteWeather,
    behaviour: Behaviour,
    tracker: Tracker,
    supervisor: Supervisor,
    grip: Grip,
    resistance: Resistance,
    slip_control: SlipControl,
    brake_test: BrakeTest,
    /// True if the slip control has failed.
    slip_control_off: bool,
    machine: MachineWatch,
    steering: SteeringWatch,
    /// The broken part of the machine, if any.
    broken: Option<MachinePart>,
    /// True while a person drives: the stack runs, but its command is not used.
    by_hand: bool,
    payload_kg: Option<f64>,
    /// Time stamp of the last used frame.
    frame_time: Option<SimTime>,
    held_until: SimTime,
    command: ActuatorCommand,
    telemetry: Telemetry,
}

haul_core::keep_state!(OnBoard {
    config: given,
    localiser: part,
    perception: part,
    traffic: part,
    weather: value,
    behaviour: part,
    tracker: part,
    supervisor: part,
    grip: part,
    resistance: part,
    slip_control: part,
    brake_test: value,
    slip_control_off: value,
    machine: value,
    steering: value,
    broken: value,
    by_hand: value,
    payload_kg: value,
    frame_time: value,
    held_until: value,
    command: value,
    telemetry: value,
});

impl OnBoard {
    /// Creates a stack before its first frame. The truck stands until it knows its position.
    pub fn new(config: OnBoardConfig) -> Self {
        let model = config.atlas.truck_model(&config.spec, config.environment);
        let model_limits = model.limits.clone();
        let tracker = Tracker::new(&config.spec, model_limits.clone()).with_lateral_control(config.lateral_control);
        Self {
            localiser: Localiser::new(Chassis::of(&config.spec)),
            perception: Perception::new(model.footprint),
            traffic: Traffic::new(config.truck, Epoch::default()),
            weather: SiteWeather::default(),
            behaviour: Behaviour::new(config.truck, Arc::clone(&config.atlas), model, config.conditions),
            tracker,
            supervisor: Supervisor::new(&config.spec),
            grip: Grip::new(
                &config.spec,
                model_limits.clone(),
                config.conditions.friction,
                config.conditions.rolling_resistance,
            ),
            resistance: Resistance::new(model_limits.clone(), config.conditions.rolling_resistance),
            slip_control: SlipControl::new(&config.spec, model_limits),
            brake_test: BrakeTest::default(),
            slip_control_off: false,
            machine: MachineWatch::default(),
            steering: SteeringWatch::default(),
            broken: None,
            by_hand: false,
            payload_kg: None,
            frame_time: None,
            held_until: SimTime::START,
            command: ActuatorCommand::default(),
            telemetry: Telemetry { granted_to: f64::INFINITY, ..Telemetry::default() },
            config,
        }
    }

    /// Sets the UTC time of simulated time zero, for the time stamps of messages.
    pub fn with_epoch(mut self, epoch: Epoch) -> Self {
        self.behaviour.set_epoch(epoch);
        self.traffic.set_epoch(epoch);
        self
    }

    /// Returns the configuration of the stack.
    pub fn config(&self) -> &OnBoardConfig {
        &self.config
    }

    /// Hands the truck to a person, or takes it back. While a person drives, the stack still locates the truck and
    /// reports to the site, but requests nothing. When the truck is taken back, the stack halts it and plans from its
    /// position.
    pub fn set_by_hand(&mut self, by_hand: bool) {
        if self.by_hand != by_hand {
            self.by_hand = by_hand;
            self.behaviour.set_by_hand(by_hand);
        }
    }

    /// Switches the slip control on or off. While it is off, the truck uses the friction that the site reports.
    pub fn set_slip_control(&mut self, is_on: bool) {
        self.slip_control_off = !is_on;
    }

    /// Returns true if a person drives.
    pub fn is_by_hand(&self) -> bool {
        self.by_hand
    }

    /// Runs one control step; call it [`CONTROL_RATE`] times per second. Its inputs are the present time, the newest
    /// frame, and the messages since the last step. The present time shows whether a frame is too old. A frame that is
    /// not newer than the last one, or is stamped ahead of the present time, does not count as a new reading.
    pub fn step(&mut self, now: SimTime, frame: &SensorFrame, inbox: &[Envelope]) -> OnBoardOutput {
        let is_new = frame.is_new(self.frame_time, now);
        if is_new {
            self.frame_time = Some(frame.time);
            let estimate = self.localiser.update(frame);
            self.perception.update(frame, &estimate, self.config.atlas.map());
            self.weigh(frame);
            let mass = self.gross_mass();
            if self.slip_control_off {
                self.grip.suppose(self.grip.told());
            } else {
                self.grip.take(frame, &estimate, mass, &self.command, 1.0 / CONTROL_RATE);
            }
            let payload = self.payload_kg.unwrap_or_else(|| self.config.spec.rated_payload());
            let map = self.config.atlas.map();
            self.resistance.take(frame, &estimate, payload, map, self.grip.states(), &self.command);
        }
        self.hear_of_roads(now, inbox);
        self.traffic.update(now, inbox, self.perception.obstacles());
        let estimate = *self.localiser.estimate();
        let payload_kg = self.payload_kg.unwrap_or_else(|| self.config.spec.rated_payload());
        let report = *self.tracker.report();
        let situation = Situation {
            estimate: &estimate,
            payload_kg,
            friction: self.grip.believed(),
            rolling_resistance: self.resistance.rolling(),
            sight: self.weather.sight(),
            retarder_temp: frame.retarder_temp,
            gear: frame.gear,
            engine_speed: frame.engine_speed,
            body_angle: frame.body_angle,
            report: &report,
            obstacles: self.traffic.around(),
            traffic: &self.traffic,
        };
        self.broken = if self.by_hand {
            // While a person drives, the machine does not get the stack's command.
            self.machine = MachineWatch::default();
            self.steering = SteeringWatch::default();
            None
        } else {
            if is_new {
                let steering = &self.config.spec.steering;
                let (asked, dt) = (self.command.steering_angle, 1.0 / CONTROL_RATE);
                self.steering.look(frame.steering_angle, asked, dt, steering.rate, steering.lag);
            }
            let slow = self.steering.has_failed().then_some(MachinePart::Steering);
            self.machine.look(now, frame, &self.command, self.config.spec.hoist.dump_angle).or(slow)
        };
        self.tracker.set_steering_share(self.steering.share());
        // Without engine, steering or surround sensors the truck halts.
        let unfit = self.broken.is_some_and(|part| part != MachinePart::Hoist);
        let orders = self.behaviour.advance(now, &situation, inbox);
        if let Some((path, profile)) = orders.follow {
            self.tracker.follow(path, profile);
        } else if let Some((path, profile)) = orders.amended {
            self.tracker.amend(path, profile);
        } else if let Some(profile) = orders.profile {
            self.tracker.set_profile(profile);
        }
        let input = TrackInput {
            estimate: &estimate,
            gear: frame.gear,
            engine_speed: frame.engine_speed,
            mass: self.gross_mass(),
            rolling_resistance: self.behaviour.rolling_resistance(),
            friction: self.grip.believed(),
            speed_limit: if unfit || now < self.held_until { 0.0 } else { orders.speed_limit },
            stop_at: orders.stop_at,
        };
        let command = ActuatorCommand { hoist: orders.hoist, ..self.tracker.step(&input) };
        let outbox = self.behaviour.outbox(now, &situation);
        let (command, restriction) = self.supervise(now, frame, &estimate, payload_kg, command);
        self.command = if self.slip_control_off {
            command
        } else {
            self.keep_from_sliding(frame, &estimate, restriction.is_some(), command)
        };
        let command = self.command;
        self.tell(now, &estimate, orders.obstacle_at, restriction);
        OnBoardOutput { command, outbox }
    }

    /// Handles weather reports and the warnings of other trucks, and warns other trucks of slippery roads.
    fn hear_of_roads(&mut self, now: SimTime, inbox: &[Envelope]) {
        let supposed = self.weather.hear(now, self.config.truck, inbox);
        if self.slip_control_off {
            return;
        }
        if let Some(friction) = supposed {
            self.grip.warn(friction);
        }
        self.grip.weather(self.weather.lowest_friction(now), 1.0 / CONTROL_RATE);
        let own = equipment_id(self.config.truck);
        for envelope in inbox.iter().filter(|e| e.header.equipment_id.is_none_or(|id| id == own)) {
            if let Body::SlipperyRoadV1 { friction, .. } = envelope.body {
                self.grip.warn(friction);
            }
        }
        if let Some(friction) = self.grip.news() {
            self.behaviour.say(Body::SlipperyRoadV1 { pose: self.localiser.estimate().pose, friction });
        }
    }

    /// Keeps a command within the grip of the tyres, and tests the grip where the road may have dried.
    fn keep_from_sliding(
        &mut self,
        frame: &SensorFrame,
        estimate: &Estimate,
        is_restricted: bool,
        command: ActuatorCommand,
    ) -> ActuatorCommand {
        let (mass, dt) = (self.gross_mass(), 1.0 / CONTROL_RATE);
        let command = self.slip_control.limit(frame, estimate, &self.grip, mass, command, dt);
        if is_restricted || self.by_hand {
            return command;
        }
        let limits = self.slip_control.limits();
        self.brake_test.step(limits, estimate, &mut self.grip, mass, command, dt)
    }

    /// Smooths the payload from the struts, kg. If the struts give no valid number for a while, the truck brakes and
    /// plans for its maximum load.
    fn weigh(&mut self, frame: &SensorFrame) {
        let read = frame.payload_kg.is_finite();
        let reading = if read { frame.payload_kg.max(0.0) } else { self.config.spec.rated_payload() };
        let before = self.payload_kg.unwrap_or(reading);
        self.payload_kg = Some(before + (reading - before) / (PAYLOAD_SMOOTHING_TIME * CONTROL_RATE));
    }

    /// Returns the gross mass estimated by the truck, kg.
    fn gross_mass(&self) -> f64 {
        self.resistance.mass().value
    }

    fn supervise(
        &mut self,
        now: SimTime,
        frame: &SensorFrame,
        estimate: &Estimate,
        payload_kg: f64,
        command: ActuatorCommand,
    ) -> (ActuatorCommand, Option<Restriction>) {
        self.supervisor.watch(now, frame.steering_angle, command.steering_angle);
        let report = self.tracker.report();
        let view = View {
            now,
            frame_time: self.frame_time.unwrap_or(SimTime::START),
            estimate,
            // The supervisor does not use reports of the site.
            obstacles: self.perception.obstacles(),
            map: self.config.atlas.map(),
            payload_kg,
            friction: self.grip.believed(),
            body_angle: frame.body_angle,
            way_granted: self.behaviour.granted_to() - report.station,
            // The tracker keeps its last path; a truck without a journey does not drive along it.
            travel: self.tracker.travel().filter(|_| self.behaviour.has_journey()),
            all_stop: self.behaviour.is_all_stopped(),
        };
        let (command, restriction) = self.supervisor.restrict(&view, command);
        // After a stop the truck waits for a while. Otherwise it could start and stop in every step.
        let waits =
            matches!(restriction, Some(Restriction::Obstacle | Restriction::DrivableEdge | Restriction::Fault(_)));
        if waits && now >= self.held_until && estimate.speed.abs() < STANDING_SPEED {
            self.held_until = now + std::time::Duration::from_secs_f64(RESTART_WAIT);
        }
        (command, restriction)
    }

    fn tell(&mut self, now: SimTime, estimate: &Estimate, obstacle_at: Option<f64>, restriction: Option<Restriction>) {
        let report = self.tracker.report();
        let t = &mut self.telemetry;
        t.time = now;
        t.state = self.behaviour.state();
        t.estimate = PoseEstimate { pose: estimate.pose, speed: estimate.speed, sigma: estimate.position_sigma };
        t.path = self.tracker.path().cloned();
        t.profile = self.tracker.profile().cloned();
        t.station = report.station;
        t.lateral_error = report.lateral_error;
        t.heading_error = report.heading_error;
        t.target_speed = report.target_speed;
        t.granted_to = self.behaviour.granted_to();
        t.obstacle_at = obstacle_at;
        t.restriction = restriction;
        // After a fault the estimate may still show the speed of the last good frame.
        let faulty = matches!(restriction, Some(Restriction::Fault(_)));
        let moves = estimate.ready && !faulty && estimate.speed.abs() > STANDING_SPEED;
        // For an all-stop and the end of a grant, the behaviour gives the best reason.
        let held = restriction.filter(|r| !matches!(r, Restriction::NoGrant | Restriction::AllStop));
        let stands = match held {
            _ if self.by_hand => StandReason::ByHand,
            Some(cause) => StandReason::Supervisor { cause },
            None => self.behaviour.reason().clone(),
        };
        let stands = match self.broken {
            Some(part) if !self.by_hand && stands != StandReason::AllStop => StandReason::Breakdown { part },
            _ => stands,
        };
        t.stands = (!moves).then_some(stands);
    }

    /// Returns the obstacles around the truck, from its sensors or from reports of the site.
    pub fn obstacles(&self) -> &[TrackedObstacle] {
        self.traffic.around()
    }

    /// Returns the friction coefficient of the road estimated by the truck.
    pub fn friction(&self) -> f64 {
        self.grip.believed()
    }

    /// Returns the gross mass estimated by the truck, kg.
    pub fn mass(&self) -> Believed {
        self.resistance.mass()
    }

    /// Returns the rolling resistance estimated by the truck, as a fraction of the weight.
    pub fn rolling_resistance(&self) -> Believed {
        self.resistance.rolling()
    }

    /// Returns the telemetry after the last step.
    pub fn telemetry(&self) -> &Telemetry {
        &self.telemetry
    }
}
