//! The world and its step.

mod control;
mod inputs;
mod judge;
mod new;
mod state;

use crate::ground::MineGround;
use crate::line::Line;
use crate::metrics::Metrics;
use crate::physics::{FixedId, Load, Physics};
use crate::sensors::Target;
use crate::setup::ScriptedInput;
use crate::setup_marks::SetupMarks;
use crate::shovel::SimShovel;
use crate::tip::{SimTip, Tips, fall_point};
use crate::truck::{SimTruck, TruckStatus};
use crate::vehicle::SimVehicle;
use haul_core::state::SharedDigests;
use haul_core::{ObstacleId, PlaceId, Point2, SimTime, Step, TruckId};
use haul_fleet::SiteCore;
use haul_mine::MineMap;
use haul_record::{Event, EventKind, LoggedInput, SimInput};
use haul_vehicle::ChassisMotion;
use std::sync::{Arc, Mutex};

/// Physics steps a second.
pub const PHYSICS_RATE: u32 = 200;
/// Physics steps between two control steps: the stack runs at 20 Hz.
pub const CONTROL_EVERY: u64 = 10;
/// Physics steps between two looks at the drivable surface: 10 Hz.
const SURFACE_EVERY: u64 = 20;

/// What stands fixed in the world and can be run into.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub(crate) enum Fixture {
    /// The shovel or crusher of a place.
    Machine(PlaceId),
    /// An obstacle that an input placed.
    Obstacle(ObstacleId),
}

/// A fixed post: a machine's outline or an obstacle.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct SimPost {
    /// The number under which it was placed; numbers are never given twice.
    pub number: u32,
    /// Its middle, m.
    pub at: Point2,
    /// Height of the ground there, m.
    pub ground: f64,
    /// Its radius, m.
    pub radius: f64,
    /// How far it stands up, m.
    pub height: f64,
    pub(crate) what: Fixture,
    pub(crate) body: FixedId,
}

impl SimPost {
    /// Name of the obstacle that an input placed; `None` for a machine of the mine.
    pub fn obstacle(&self) -> Option<&ObstacleId> {
        match &self.what {
            Fixture::Obstacle(id) => Some(id),
            Fixture::Machine(_) => None,
        }
    }
}

/// The world of one run: the mine, its trucks with their stacks, its shovels, its site.
pub struct World {
    map: Arc<MineMap>,
    marks: SetupMarks,
    clock: Step,
    physics: Physics,
    ground: MineGround,
    trucks: Vec<SimTruck>,
    shovels: Vec<SimShovel>,
    tips: Tips,
    site: SiteCore,
    line: Line,
    posts: Vec<SimPost>,
    vehicles: Vec<SimVehicle>,
    next_post: u32,
    targets: Vec<Target>,
    metrics: Metrics,
    events: Vec<Event>,
    script: Vec<ScriptedInput>,
    pending: Vec<SimInput>,
    log: Vec<LoggedInput>,
    /// Digests of the paths at hand, kept from one state hash to the next.
    digests: Mutex<SharedDigests>,
}

impl World {
    /// Moves the world on by one physics step of 5 ms.
    pub fn step(&mut self) {
        self.take_inputs();
        if self.clock.is_due(CONTROL_EVERY) {
            self.control();
        }
        self.move_trucks();
        self.clock.advance();
        if self.clock.is_due(SURFACE_EVERY) {
            self.judge_surface();
        }
    }

    /// Machine, forces, bodies.
    fn move_trucks(&mut self) {
        let dt = self.clock.dt();
        for index in 0..self.trucks.len() {
            let truck = &mut self.trucks[index];
            if truck.status == TruckStatus::Gone {
                continue;
            }
            let motion = ChassisMotion {
                pose: truck.motion.pose,
                velocity: truck.motion.velocity,
                angular_velocity: truck.motion.angular_velocity,
            };
            let wrench = truck.machine.step(dt, &truck.command, &motion, &self.ground);
            self.physics.set_load(truck.body, &Load { force: wrench.force, torque: wrench.torque });
            let fell = truck.machine.discharged_in_last_step();
            let at = fall_point(&truck.footprint, truck.plan_pose());
            self.tip(index, at, fell);
        }
        for vehicle in &mut self.vehicles {
            vehicle.advance(dt);
            let pose = vehicle.pose();
            self.physics.move_vehicle(vehicle.body, pose, self.map.terrain.height(pose.x, pose.y));
        }
        let touches = self.physics.step();
        for truck in self.trucks.iter_mut().filter(|t| t.status != TruckStatus::Gone) {
            let mass = truck.machine.mass_properties();
            // The engine takes a new mass only where it differs by something: a litre of fuel, a millimetre.
            let heavier = (mass.mass - truck.mass.mass).abs() > 1.0;
            if heavier || (mass.centre - truck.mass.centre).norm() > 1e-3 {
                self.physics.set_mass(truck.body, &mass);
                truck.mass = mass;
            }
            truck.motion = self.physics.motion(truck.body);
        }
        for touch in touches {
            self.judge_touch(touch);
        }
        self.judge_trucks();
    }

    /// `mass` kg of a truck's load fall at a point.
    fn tip(&mut self, index: usize, at: Point2, mass: f64) {
        /// Physics steps without anything falling after which a tip counts as over: 2 s.
        const OVER: u32 = 2 * PHYSICS_RATE;
        let truck = &mut self.trucks[index];
        let tipping = &mut truck.tipping;
        if mass > 0.0 {
            let place = self.tips.receive(at, mass).cloned();
            tipping.mass += mass;
            tipping.quiet = 0;
            let figures = &mut self.metrics.trucks[index];
            if place.is_some() {
                tipping.received += mass;
                figures.delivered_kg += mass;
            } else {
                figures.spilled_kg += mass;
            }
            truck.cycle.tipped_at(place.as_ref(), mass);
            if place.is_some() {
                tipping.place = place;
            }
        } else if tipping.mass > 0.0 {
            tipping.quiet += 1;
            if tipping.quiet >= OVER {
                let done = std::mem::take(tipping);
                let place = if done.received * 2.0 >= done.mass { done.place } else { None };
                let truck = truck.id;
                self.tell(EventKind::Tipped { truck, place, mass: done.mass });
            }
        }
    }

    fn tell(&mut self, what: EventKind) {
        self.events.push(Event { at: self.clock.now(), what });
    }

    /// The instant reached.
    pub fn now(&self) -> SimTime {
        self.clock.now()
    }

    /// Physics steps taken.
    pub fn steps(&self) -> u64 {
        self.clock.taken()
    }

    /// The mine.
    pub fn map(&self) -> &Arc<MineMap> {
        &self.map
    }

    /// The ground under the wheels.
    pub fn ground(&self) -> &MineGround {
        &self.ground
    }

    /// The trucks, in the order of the setup.
    pub fn trucks(&self) -> &[SimTruck] {
        &self.trucks
    }

    /// The shovels, in the order of the setup.
    pub fn shovels(&self) -> &[SimShovel] {
        &self.shovels
    }

    /// The dumps and crushers, in the order of the map.
    pub fn tips(&self) -> &[SimTip] {
        self.tips.all()
    }

    /// Obstacles, and the outlines of shovels and crushers.
    pub fn posts(&self) -> &[SimPost] {
        &self.posts
    }

    /// The manned vehicles, in the order of the setup.
    pub fn vehicles(&self) -> &[SimVehicle] {
        &self.vehicles
    }

    /// What runs at the site.
    pub fn site(&self) -> &SiteCore {
        &self.site
    }

    /// The radio line between site and trucks.
    pub fn line(&self) -> &Line {
        &self.line
    }

    /// The figures so far.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// What happened since the last call.
    pub fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// All inputs so far, each with the step before which it took effect: to replay the run, inject each again when
    /// [`World::steps`] has its number.
    pub fn inputs(&self) -> &[LoggedInput] {
        &self.log
    }

    /// The index of a truck.
    fn index_of(&self, id: TruckId) -> Option<usize> {
        self.trucks.iter().position(|t| t.id == id)
    }
}
