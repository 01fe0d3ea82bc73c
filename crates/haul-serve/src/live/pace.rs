//! Pace of a live run: steps by the wall clock, orders between steps, snapshots for readers.
//!
//! The wall clock decides only when a step is taken, never what it does: orders enter the world as inputs at a step.

use super::{Clock, MAX_SPEED, MIN_SPEED, Order, Snapshot};
use haul_record::Event;
use haul_scenario::{FrameMaker, Report, Run};
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// Wall time from one snapshot to the next.
const SNAPSHOT_EVERY: Duration = Duration::from_millis(33);
/// Maximum wall time of stepping between two checks for orders.
const STEPPING_BUDGET: Duration = Duration::from_millis(25);
/// Maximum simulated time of one step order, s.
const LONGEST_STEP: f64 = 600.0;

/// A run with its clock.
pub(super) struct Pace {
    run: Run,
    frames: FrameMaker,
    clock: Clock,
    orders: Receiver<Order>,
    snapshots: watch::Sender<Snapshot>,
    events: Arc<Mutex<Vec<Arc<Event>>>>,
    number: u64,
    /// Simulated time that is due but not yet simulated, s.
    owed: f64,
    stepping: Duration,
    is_ended: bool,
}

impl Pace {
    pub fn new(
        run: Run,
        speed: f64,
        orders: Receiver<Order>,
        events: Arc<Mutex<Vec<Arc<Event>>>>,
    ) -> (Self, watch::Receiver<Snapshot>) {
        let mut frames = FrameMaker::default();
        let clock = Clock { paused: false, speed: speed.clamp(MIN_SPEED, MAX_SPEED), reached: 0.0, finished: false };
        let first = Snapshot {
            number: 0,
            frame: Arc::new(frames.frame(run.world())),
            clock,
            events: 0,
            figures: run.figures(),
        };
        let (snapshots, receiver) = watch::channel(first);
        let (owed, stepping) = (0.0, Duration::ZERO);
        let pace = Self { run, frames, clock, orders, snapshots, events, number: 0, owed, stepping, is_ended: false };
        (pace, receiver)
    }

    /// Drives the run until it is ended by an order. A run that is over waits, so that it can still be viewed.
    pub fn drive(&mut self) -> Report {
        let mut last = Instant::now();
        while !self.is_ended {
            self.wait_for_orders(last + SNAPSHOT_EVERY);
            let now = Instant::now();
            let passed = now.duration_since(last).as_secs_f64();
            last = now;
            self.advance(passed);
            self.publish();
        }
        if !self.run.is_finished() {
            self.run.interrupt();
        }
        self.run.report(self.stepping.as_secs_f64())
    }

    /// Obeys the orders that arrive before an instant, and those that are already waiting.
    fn wait_for_orders(&mut self, until: Instant) {
        loop {
            let order = match until.checked_duration_since(Instant::now()) {
                Some(rest) if !rest.is_zero() => match self.orders.recv_timeout(rest) {
                    Ok(order) => order,
                    Err(RecvTimeoutError::Timeout) => return,
                    Err(RecvTimeoutError::Disconnected) => return self.is_ended = true,
                },
                _ => match self.orders.try_recv() {
                    Ok(order) => order,
                    Err(TryRecvError::Empty) => return,
                    Err(TryRecvError::Disconnected) => return self.is_ended = true,
                },
            };
            self.obey(order);
            if self.is_ended {
                return;
            }
        }
    }

    fn obey(&mut self, order: Order) {
        match order {
            Order::Pause => self.clock.paused = true,
            Order::Go => self.clock.paused = false,
            Order::Speed(speed) if speed.is_finite() => self.clock.speed = speed.clamp(MIN_SPEED, MAX_SPEED),
            Order::Speed(_) => {}
            Order::Step(seconds) if seconds.is_finite() && seconds > 0.0 => {
                self.clock.paused = true;
                let steps = (seconds.min(LONGEST_STEP) / self.run.step_length()).round().max(1.0) as u64;
                let began = Instant::now();
                for _ in 0..steps {
                    self.run.step();
                }
                self.stepping += began.elapsed();
            }
            Order::Step(_) => {}
            Order::Input(input) => self.run.inject(input),
            Order::End => self.is_ended = true,
        }
    }

    /// Simulates the time that corresponds to `passed` seconds of wall time, as far as the budget allows.
    fn advance(&mut self, passed: f64) {
        if self.clock.paused || self.run.is_finished() || self.is_ended {
            (self.owed, self.clock.reached) = (0.0, 0.0);
            return;
        }
        let (began, before) = (Instant::now(), self.run.world().now());
        self.owed += passed.min(0.25) * self.clock.speed;
        let step = self.run.step_length();
        while self.owed >= step && !self.run.is_finished() {
            self.run.step();
            self.owed -= step;
            if began.elapsed() > STEPPING_BUDGET {
                self.owed = 0.0;
            }
        }
        self.stepping += began.elapsed();
        let done = self.run.world().now().since(before);
        self.clock.reached += 0.1 * (done / passed.max(1e-3) - self.clock.reached);
    }

    /// Sends the present instant to the readers.
    fn publish(&mut self) {
        self.clock.finished = self.run.is_finished();
        let count = {
            let mut shared = self.events.lock().unwrap_or_else(PoisonError::into_inner);
            let known = shared.len();
            shared.extend(self.run.events().iter().skip(known).cloned().map(Arc::new));
            shared.len()
        };
        self.number += 1;
        self.snapshots.send_replace(Snapshot {
            number: self.number,
            frame: Arc::new(self.frames.frame(self.run.world())),
            clock: self.clock,
            events: count,
            figures: self.run.figures(),
        });
    }
}
