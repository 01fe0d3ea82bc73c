//! A run under observation: its setup, the frame on show, and the clock that drives it.

use bevy::prelude::Resource;
use haul_core::{Pose2, SimTime};
use haul_mine::MineMap;
use haul_record::{Frame, SimInput, VehicleFrame};
use haul_scenario::{FrameMaker, Report, Run};
use haul_vehicle::{ShovelSpec, TruckSpec};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Greatest speed of the clock, multiples of real time.
pub const MAX_CLOCK_SPEED: f64 = 64.0;
/// Longest time that a frame may spend on stepping, so that the window stays responsive when the requested speed is too
/// high.
const STEPPING_BUDGET: Duration = Duration::from_millis(40);

/// Facts of a run that do not change: the mine and its machines.
#[derive(Debug, Clone)]
pub struct SessionSetup {
    /// Name of the scenario.
    pub name: String,
    /// The mine.
    pub map: Arc<MineMap>,
    /// Specifications of the trucks, in the order of the frames.
    pub trucks: Vec<Arc<TruckSpec>>,
    /// Specifications of the shovels, in the order of the frames.
    pub shovels: Vec<ShovelSpec>,
}

impl SessionSetup {
    /// Returns the setup of a run.
    pub fn of(run: &Run) -> Self {
        let world = run.world();
        Self {
            name: run.name().to_owned(),
            map: Arc::clone(world.map()),
            trucks: world.trucks().iter().map(|truck| Arc::clone(truck.truck().spec())).collect(),
            shovels: world.shovels().iter().map(|shovel| shovel.spec().clone()).collect(),
        }
    }
}

/// A run under observation. Everything that draws reads [`Session::frame`] and [`Session::setup`], never the world.
#[derive(Resource)]
pub struct Session {
    setup: SessionSetup,
    frame: Arc<Frame>,
    run: Run,
    frames: FrameMaker,
    /// Tells whether the clock is stopped.
    pub is_paused: bool,
    /// Requested speed, as a multiple of real time.
    pub speed: f64,
    /// Achieved speed, as a multiple of real time, smoothed.
    pub reached: f64,
    /// Number of the machine that the camera and the panel follow. Trucks come first, then manned vehicles, in the
    /// order of the frames.
    pub followed: usize,
    owed: f64,
    spent: Duration,
    report: Arc<Mutex<Option<Report>>>,
}

impl Session {
    /// A session that leaves its report in `report` when the window closes.
    pub fn new(run: Run, speed: f64, report: Arc<Mutex<Option<Report>>>) -> Self {
        let mut frames = FrameMaker::default();
        Self {
            setup: SessionSetup::of(&run),
            frame: Arc::new(frames.frame(run.world())),
            run,
            frames,
            is_paused: false,
            speed,
            reached: 0.0,
            followed: 0,
            owed: 0.0,
            spent: Duration::ZERO,
            report,
        }
    }

    /// The facts of the run that do not change.
    pub fn setup(&self) -> &SessionSetup {
        &self.setup
    }

    /// The mine.
    pub fn map(&self) -> &MineMap {
        &self.setup.map
    }

    /// The frame on show.
    pub fn frame(&self) -> &Frame {
        &self.frame
    }

    /// Simulated time of the frame on show.
    pub fn now(&self) -> SimTime {
        self.frame.at
    }

    /// Specification of the truck at a place in the frame's list.
    pub fn spec(&self, truck: usize) -> Option<&TruckSpec> {
        self.setup.trucks.get(truck).map(AsRef::as_ref)
    }

    /// Tells whether the run is over.
    pub fn is_finished(&self) -> bool {
        self.run.is_finished()
    }

    /// Finished cycles and delivered tonnes until now.
    pub fn figures(&self) -> (usize, f64) {
        self.run.figures()
    }

    /// Gives the run an input from outside.
    pub fn inject(&mut self, input: SimInput) {
        self.run.inject(input);
    }

    /// Number of machines that can be followed.
    pub fn machines(&self) -> usize {
        self.frame.trucks.len() + self.frame.vehicles.len()
    }

    /// The followed manned vehicle; `None` while a truck is followed.
    pub fn followed_vehicle(&self) -> Option<&VehicleFrame> {
        self.frame.vehicles.get(self.followed.checked_sub(self.frame.trucks.len())?)
    }

    /// Pose of the followed machine, and the height of the ground under it, m.
    pub fn followed_pose(&self) -> Option<(Pose2, f64)> {
        if let Some(truck) = self.frame.trucks.get(self.followed) {
            return Some((Pose2::from_isometry(&truck.pose), truck.pose.translation.z));
        }
        let vehicle = self.followed_vehicle()?;
        Some((vehicle.pose, vehicle.ground))
    }

    /// Steps the run for a frame that lasted `frame` seconds.
    pub fn advance(&mut self, frame: f64) {
        if self.is_paused || self.run.is_finished() {
            self.reached = 0.0;
            return;
        }
        let began = Instant::now();
        let before = self.run.world().now();
        // Time lost in a very long frame, such as a dragged window, is not made up.
        self.owed += frame.min(0.25) * self.speed;
        let dt = self.run.step_length();
        while self.owed >= dt && !self.run.is_finished() {
            self.run.step();
            self.owed -= dt;
            if began.elapsed() > STEPPING_BUDGET {
                self.owed = 0.0;
            }
        }
        self.spent += began.elapsed();
        let done = self.run.world().now().since(before);
        self.reached += 0.1 * (done / frame.max(1e-3) - self.reached);
        self.frame = Arc::new(self.frames.frame(self.run.world()));
    }

    /// Steps `seconds` of simulated time at once, as the step button does.
    pub fn take(&mut self, seconds: f64) {
        let began = Instant::now();
        let steps = (seconds / self.run.step_length()).round().max(1.0) as u64;
        for _ in 0..steps {
            if self.run.is_finished() {
                break;
            }
            self.run.step();
        }
        self.spent += began.elapsed();
        self.frame = Arc::new(self.frames.frame(self.run.world()));
    }

    /// Stores the report for the caller of the window.
    pub fn leave_report(&mut self) {
        if !self.run.is_finished() {
            self.run.interrupt();
        }
        let report = self.run.report(self.spent.as_secs_f64());
        if let Ok(mut place) = self.report.lock() {
            *place = Some(report);
        }
    }
}
