//! A run, and the clock that drives it from frames.

use bevy::prelude::Resource;
use haul_core::Pose2;
use haul_scenario::{Report, Run};
use haul_sim::SimVehicle;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Greatest speed of the clock, multiples of real time.
pub const MAX_CLOCK_SPEED: f64 = 64.0;
/// Longest time that a frame may spend on stepping, so that the window stays responsive when the requested speed is too
/// high.
const STEPPING_BUDGET: Duration = Duration::from_millis(40);

/// A run under observation.
#[derive(Resource)]
pub struct Session {
    /// The run.
    pub run: Run,
    /// Tells whether the clock is stopped.
    pub is_paused: bool,
    /// Requested speed, as a multiple of real time.
    pub speed: f64,
    /// Achieved speed, as a multiple of real time, smoothed.
    pub reached: f64,
    /// Number of the machine that the camera and the panel follow. Trucks come first, then manned vehicles, in the
    /// world's order.
    pub followed: usize,
    owed: f64,
    spent: Duration,
    report: Arc<Mutex<Option<Report>>>,
}

impl Session {
    /// A session that leaves its report in `report` when the window closes.
    pub fn new(run: Run, speed: f64, report: Arc<Mutex<Option<Report>>>) -> Self {
        Self { run, is_paused: false, speed, reached: 0.0, followed: 0, owed: 0.0, spent: Duration::ZERO, report }
    }

    /// Number of machines that can be followed.
    pub fn machines(&self) -> usize {
        self.run.world().trucks().len() + self.run.world().vehicles().len()
    }

    /// The followed manned vehicle; `None` while a truck is followed.
    pub fn followed_vehicle(&self) -> Option<&SimVehicle> {
        let world = self.run.world();
        world.vehicles().get(self.followed.checked_sub(world.trucks().len())?)
    }

    /// Pose of the followed machine, and the height of the ground under it, m.
    pub fn followed_pose(&self) -> Option<(Pose2, f64)> {
        let world = self.run.world();
        if let Some(truck) = world.trucks().get(self.followed) {
            return Some((truck.plan_pose(), truck.pose().translation.z));
        }
        let pose = self.followed_vehicle()?.pose();
        Some((pose, world.map().terrain.height(pose.x, pose.y)))
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
