//! The world: an agenda, actors, and a tier that moves bodies.
//!
//! The agenda names the task that is due. A task calls an actor, and the actor returns effects, which the world routes
//! to the other actors. No actor accesses another directly.

mod inputs;
mod motion;
mod new;
mod route;
mod state;

pub use crate::agenda::{CONTROL_STEPS, PHYSICS_RATE};
pub use crate::posts::SimPost;

use crate::agenda::{Agenda, Moment, SITE_STEPS, SURFACE_STEPS, Task};
use crate::effect::Effect;
use crate::ground::MineGround;
use crate::line::Line;
use crate::metrics::Metrics;
use crate::physics::PhysicsTier;
use crate::posts::Posts;
use crate::sensors::Target;
use crate::setup_marks::SetupMarks;
use crate::shovel::SimShovel;
use crate::site::Site;
use crate::tip::{SimTip, Tips};
use crate::truck::{ControlStep, SimTruck};
use crate::vehicle::{SeenTruck, SimVehicle};
use crate::weather::Weather;
use haul_core::state::SharedDigests;
use haul_core::{SimTime, Step, TruckId};
use haul_fleet::{SiteCore, SiteInput};
use haul_mine::MineMap;
use haul_record::{Event, EventKind, LoggedInput};
use std::sync::{Arc, Mutex};

/// World of one run: the mine, its trucks with their stacks, its shovels, its site.
pub struct World {
    map: Arc<MineMap>,
    marks: SetupMarks,
    clock: Step,
    agenda: Agenda,
    tier: PhysicsTier,
    ground: MineGround,
    weather: Weather,
    trucks: Vec<SimTruck>,
    shovels: Vec<SimShovel>,
    tips: Tips,
    site: Site,
    line: Line,
    posts: Posts,
    vehicles: Vec<SimVehicle>,
    targets: Vec<Target>,
    metrics: Metrics,
    events: Vec<Event>,
    log: Vec<LoggedInput>,
    /// Hashes of the shared paths, kept from one state hash to the next.
    digests: Mutex<SharedDigests>,
}

impl World {
    /// Advances the world by one physics step of 5 ms.
    pub fn step(&mut self) {
        self.run_tasks(Moment::Leaving);
        self.move_bodies();
        self.clock.advance();
        self.run_tasks(Moment::Reached);
    }

    /// Runs the tasks that are due at this moment of the step.
    fn run_tasks(&mut self, moment: Moment) {
        let control = self.clock.dt() * CONTROL_STEPS as f64;
        let mut log = None;
        while let Some(task) = self.agenda.take(self.clock.taken(), moment) {
            // One span for all tasks of the step adds the simulated time to their log lines.
            log.get_or_insert_with(|| tracing::warn_span!("step", at = %self.clock.now()).entered());
            match task {
                Task::Surface => self.look_at_surface(),
                Task::Scripted(input) => self.take_scripted(input),
                Task::Injected(input) => self.take_injected(input),
                Task::Vehicles => self.run_vehicles(control),
                Task::Targets => self.find_targets(),
                Task::Trucks => self.run_trucks(control),
                Task::Messages => self.deliver_to_site(),
                Task::Site => self.ask_site(SiteInput::Tick),
                Task::Shovels => self.run_shovels(control),
                Task::Weather => self.pass_weather(),
            }
        }
    }

    /// Sets the speed of every vehicle, and sends the beacons that are due.
    fn run_vehicles(&mut self, dt: f64) {
        if self.vehicles.is_empty() {
            return;
        }
        let now = self.clock.now();
        let trucks: Vec<SeenTruck> = self.trucks.iter().filter(|t| t.is_in_play()).map(SimTruck::seen).collect();
        for vehicle in &mut self.vehicles {
            vehicle.decide(now, dt, &trucks);
            if let Some(work) = vehicle.work().filter(|_| vehicle.speed() > 0.0) {
                self.ground.work(work, vehicle.pose().position(), vehicle.speed() * dt);
            }
            if let Some(beacon) = vehicle.beacon(now) {
                self.line.send_beacon(vehicle.id(), vehicle.pose().position(), now, beacon);
            }
        }
    }

    /// Lists the objects that detectors may see: every truck, every post and every vehicle.
    fn find_targets(&mut self) {
        let terrain = &self.map.terrain;
        self.targets.clear();
        self.targets.extend(self.trucks.iter().map(SimTruck::target));
        self.targets.extend(self.posts.all().iter().map(SimPost::target));
        self.targets.extend(self.vehicles.iter().zip(0..).map(|(vehicle, index)| vehicle.target(index, terrain)));
    }

    /// Runs the control step of every truck.
    fn run_trucks(&mut self, dt: f64) {
        let now = self.clock.now();
        let mut effects = Vec::new();
        let progress = self.trucks.iter().map(|truck| (truck.id(), truck.progress())).collect();
        let (targets, vehicles) = (&self.targets, &self.vehicles);
        let step = ControlStep { now, dt, tier: &self.tier, targets, vehicles, progress: &progress };
        for (truck, metrics) in self.trucks.iter_mut().zip(&mut self.metrics.trucks) {
            if truck.is_in_play() {
                let _log = tracing::warn_span!("truck", truck = %truck.id()).entered();
                let inbox = self.line.arrived_at_truck(truck.id(), truck.plan_pose().position(), now);
                effects.extend(truck.control(&step, &inbox, metrics));
            }
        }
        self.route(effects);
    }

    /// Delivers arrived messages of trucks and vehicles to the site.
    fn deliver_to_site(&mut self) {
        let now = self.clock.now();
        for index in 0..self.trucks.len() {
            let truck = self.trucks[index].id();
            for message in self.line.arrived_at_site(truck, now) {
                self.ask_site(SiteInput::FromTruck(truck, message));
            }
        }
        for (vehicle, message) in self.line.arrived_beacons(now) {
            self.ask_site(SiteInput::FromVehicle(vehicle, message));
        }
    }

    /// Applies the weather of the past second to roads, trucks and sensors, and reports a change to the site.
    fn pass_weather(&mut self) {
        let (now, dt) = (self.clock.now(), self.clock.dt() * SITE_STEPS as f64);
        self.weather.advance(now.seconds());
        self.ground.advance(&self.weather.forcing(), now, dt);
        let (visibility, air) = (self.weather.visibility(), self.weather.environment());
        for truck in &mut self.trucks {
            truck.feel_weather(visibility, air);
        }
        if let Some(report) = self.weather.news() {
            let (rain_mm_h, snow_mm_h) = (report.rain_mm_h, report.snow_mm_h);
            tracing::info!(at = %now, rain_mm_h, snow_mm_h, visibility_m = report.visibility_m, air_c = report.air_c, "weather");
            self.ask_site(SiteInput::Weather(report));
        }
    }

    /// Checks that every truck is on the drivable surface.
    fn look_at_surface(&mut self) {
        let dt = self.clock.dt() * SURFACE_STEPS as f64;
        let mut effects = Vec::new();
        for (truck, metrics) in self.trucks.iter_mut().zip(&mut self.metrics.trucks) {
            if truck.is_in_play() {
                effects.extend(truck.look_at_surface(&self.map.drivable, dt, metrics).map(Effect::Tell));
                let metres = truck.truck().state().speed.abs() * dt;
                for wheel in truck.tracks().into_iter().filter(|_| metres > 0.0) {
                    self.ground.count_traffic(wheel, metres);
                }
            }
        }
        self.route(effects);
    }

    fn tell(&mut self, what: EventKind) {
        self.events.push(Event { at: self.clock.now(), what });
    }

    /// Returns the present simulated time.
    pub fn now(&self) -> SimTime {
        self.clock.now()
    }

    /// Returns the number of physics steps so far.
    pub fn steps(&self) -> u64 {
        self.clock.taken()
    }

    /// Returns the mine.
    pub fn map(&self) -> &Arc<MineMap> {
        &self.map
    }

    /// Returns the ground under the wheels.
    pub fn ground(&self) -> &MineGround {
        &self.ground
    }

    /// Returns the weather.
    pub fn weather(&self) -> &Weather {
        &self.weather
    }

    /// Returns the trucks, in the order of the setup.
    pub fn trucks(&self) -> &[SimTruck] {
        &self.trucks
    }

    /// Returns the shovels, in the order of the setup.
    pub fn shovels(&self) -> &[SimShovel] {
        &self.shovels
    }

    /// Returns the dumps and crushers, in the order of the map.
    pub fn tips(&self) -> &[SimTip] {
        self.tips.all()
    }

    /// Returns the posts: obstacles, and the outlines of shovels and crushers.
    pub fn posts(&self) -> &[SimPost] {
        self.posts.all()
    }

    /// Returns the manned vehicles, in the order of the setup.
    pub fn vehicles(&self) -> &[SimVehicle] {
        &self.vehicles
    }

    /// Returns the site.
    pub fn site(&self) -> &SiteCore {
        self.site.core()
    }

    /// Returns the radio line between site and trucks.
    pub fn line(&self) -> &Line {
        &self.line
    }

    /// Returns the metrics so far.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Returns the events since the last call.
    pub fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// Returns all inputs so far, each with the step before which it took effect. To replay the run, inject each input
    /// when [`World::steps`] has that number.
    pub fn inputs(&self) -> &[LoggedInput] {
        &self.log
    }

    /// Returns the index of a truck.
    fn index_of(&self, id: TruckId) -> Option<usize> {
        self.trucks.iter().position(|t| t.id() == id)
    }
}
