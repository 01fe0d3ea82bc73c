//! A run on its own thread. The thread takes orders between two steps and publishes frames. Nothing else has access to
//! the run.

use crate::buffer::FrameBuffer;
use haul_core::SimTime;
use haul_fleet::right_of_way::TruckRight;
use haul_record::{LoggedInput, SimInput};
use haul_scenario::report::Ending;
use haul_scenario::{FrameMaker, Report, Run, ScenarioError};
use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Physics steps between two frames: 20 frames per simulated second.
const FRAME_EVERY: u64 = haul_sim::PHYSICS_RATE as u64 / 20;
/// Maximum time of stepping between two checks for orders.
const STEPPING_BUDGET: Duration = Duration::from_millis(20);
/// Maximum sleep of a run that is ahead of its clock.
const LONGEST_REST: Duration = Duration::from_millis(5);
/// Time between two reports.
const REPORT_EVERY: Duration = Duration::from_secs(2);
/// Maximum wall time that the run may catch up, s. Time lost while the computer slept is not made up.
const MOST_OWED: f64 = 0.25;
/// Speed that means "as fast as possible", as a multiple of real time.
const FASTEST: f64 = 1e6;

/// Function that creates the run again, at its beginning.
pub type Remake = Arc<dyn Fn() -> Result<Run, ScenarioError> + Send + Sync>;

/// An order to the thread of a run.
#[derive(Debug, Clone)]
pub enum Order {
    /// Stops or starts the clock.
    Pause(bool),
    /// Sets the speed, as a multiple of real time; infinite for as fast as possible.
    Speed(f64),
    /// Takes a number of steps and stops the clock.
    Step(u64),
    /// Gives the run an external input.
    Input(SimInput),
    /// Runs again from the beginning to an instant, with the inputs until then, and continues from there.
    GoOnFrom(SimTime),
    /// Ends the run.
    Close,
}

/// Data of a run that other threads may read.
#[derive(Debug, Default)]
pub struct Published {
    /// Frames and events.
    pub buffer: FrameBuffer,
    /// Achieved speed, as a multiple of real time.
    pub reached: f64,
    /// Reason for the end; `None` while the run continues.
    pub ended: Option<Ending>,
    /// The latest report, without its events.
    pub report: Option<Report>,
    /// Right of way of every truck.
    pub rights: Vec<TruckRight>,
    /// External inputs so far.
    pub inputs: Vec<LoggedInput>,
    /// Work in progress, in words, and its finished share, 0 to 1.
    pub work: Option<(String, f64)>,
    /// Sentences for the user that were not shown yet.
    pub notices: Vec<String>,
}

/// Locks the published data of a run. The data of a thread that panicked is still readable.
pub fn locked(published: &Mutex<Published>) -> MutexGuard<'_, Published> {
    published.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Inputs to repeat, and the step to reach with them.
#[derive(Debug, Default)]
pub struct CatchUp {
    /// The inputs, in order.
    pub inputs: VecDeque<LoggedInput>,
    /// The step to reach.
    pub target: u64,
    /// Inputs that arrived meanwhile. They are applied at the reached step.
    pub later: Vec<SimInput>,
}

impl CatchUp {
    /// Creates a catch-up to an instant, with the inputs before that instant.
    pub fn to(at: SimTime, inputs: &[LoggedInput]) -> Self {
        let target = (at.seconds() * f64::from(haul_sim::PHYSICS_RATE)).round() as u64;
        Self { inputs: inputs.iter().filter(|input| input.step < target).cloned().collect(), target, later: Vec::new() }
    }
}

/// A run on its own thread.
pub struct LiveRun {
    orders: Sender<Order>,
    thread: Option<JoinHandle<Report>>,
}

impl LiveRun {
    /// Starts the thread, which publishes to `published`. If there is something to catch up with, it does that first.
    pub fn start(
        run: Run,
        remake: Remake,
        published: Arc<Mutex<Published>>,
        clock: (f64, bool),
        catch_up: Option<CatchUp>,
    ) -> Self {
        let (orders, taken) = channel();
        let (speed, is_paused) = clock;
        let worker = Worker {
            run,
            remake,
            published,
            frames: FrameMaker::default(),
            orders: taken,
            is_paused,
            speed,
            catch_up,
            spent: Duration::ZERO,
            reported: None,
        };
        Self { orders, thread: Some(std::thread::spawn(move || worker.work())) }
    }

    /// Gives an order. An order to a thread that has ended has no effect; the end of the thread is published.
    pub fn order(&self, order: Order) {
        let _ = self.orders.send(order);
    }

    /// Ends the run and returns its report; `None` if its thread panicked.
    pub fn close(&mut self) -> Option<Report> {
        self.order(Order::Close);
        self.thread.take()?.join().ok()
    }

    /// Returns true if the thread has ended without being asked to.
    pub fn is_broken(&self) -> bool {
        self.thread.as_ref().is_some_and(JoinHandle::is_finished)
    }
}

impl Drop for LiveRun {
    fn drop(&mut self) {
        self.close();
    }
}

struct Worker {
    run: Run,
    remake: Remake,
    published: Arc<Mutex<Published>>,
    frames: FrameMaker,
    orders: Receiver<Order>,
    is_paused: bool,
    speed: f64,
    catch_up: Option<CatchUp>,
    spent: Duration,
    reported: Option<Instant>,
}

impl Worker {
    fn work(mut self) -> Report {
        self.publish();
        let (mut owed, mut last) = (0.0, Instant::now());
        let (mut done_since, mut measured) = (self.run.world().now(), Instant::now());
        loop {
            let is_idle = self.catch_up.is_none() && (self.is_paused || self.run.is_finished());
            let wait = if is_idle { Duration::from_millis(50) } else { Duration::ZERO };
            match self.orders.recv_timeout(wait) {
                Ok(Order::Close) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(order) => {
                    self.obey(order);
                    continue;
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
            let began = Instant::now();
            if self.catch_up.is_some() {
                self.catch_up(began);
                (last, owed) = (Instant::now(), 0.0);
            } else if is_idle {
                (last, owed) = (began, 0.0);
            } else {
                owed += began.duration_since(last).as_secs_f64().min(MOST_OWED) * self.speed.min(FASTEST);
                last = began;
                let dt = self.run.step_length();
                while owed >= dt && !self.run.is_finished() && began.elapsed() < STEPPING_BUDGET {
                    self.step();
                    owed -= dt;
                }
                // If the requested speed is too high, the lost time is not made up later.
                owed = owed.min(self.speed.min(FASTEST) * MOST_OWED);
                self.spent += began.elapsed();
                if owed < dt {
                    std::thread::sleep(Duration::from_secs_f64((dt - owed) / self.speed).min(LONGEST_REST));
                }
            }
            if measured.elapsed() > Duration::from_millis(500) {
                let now = self.run.world().now();
                let reached = now.since(done_since).max(0.0) / measured.elapsed().as_secs_f64();
                (done_since, measured) = (now, Instant::now());
                locked(&self.published).reached = reached;
            }
            self.report_when_due();
        }
        self.run.interrupt();
        self.run.report(self.spent.as_secs_f64())
    }

    fn obey(&mut self, order: Order) {
        match order {
            Order::Pause(is_paused) => self.is_paused = is_paused,
            Order::Speed(speed) => self.speed = speed,
            Order::Step(steps) => {
                self.is_paused = true;
                // A run that is catching up has not yet reached the instant from which steps count.
                if self.catch_up.is_none() {
                    (0..steps).for_each(|_| self.step());
                    self.publish();
                }
            }
            Order::Input(input) => match &mut self.catch_up {
                Some(catch_up) => catch_up.later.push(input),
                None => self.run.inject(input),
            },
            Order::GoOnFrom(at) => {
                self.tell_work("runs again from the beginning", 0.0);
                let inputs = self.run.world().inputs().to_vec();
                locked(&self.published).buffer.cut(at, true);
                match (self.remake)() {
                    Ok(run) => {
                        self.run = run;
                        self.frames = FrameMaker::default();
                        self.catch_up = Some(CatchUp::to(at, &inputs));
                        locked(&self.published).ended = None;
                    }
                    Err(error) => {
                        let mut published = locked(&self.published);
                        published.notices.push(format!("the run cannot be made again: {error}"));
                        published.work = None;
                    }
                }
            }
            Order::Close => {}
        }
    }

    /// Steps towards the target of a catch-up, for a while.
    fn catch_up(&mut self, began: Instant) {
        let Some(mut catch_up) = self.catch_up.take() else { return };
        while self.run.world().steps() < catch_up.target && !self.run.is_finished() {
            let steps = self.run.world().steps();
            while catch_up.inputs.front().is_some_and(|input| input.step <= steps) {
                if let Some(input) = catch_up.inputs.pop_front() {
                    self.run.inject(input.input);
                }
            }
            self.run.step();
            if began.elapsed() > Duration::from_millis(100) {
                let share = self.run.world().steps() as f64 / catch_up.target.max(1) as f64;
                self.tell_work("runs again from the beginning", share);
                self.catch_up = Some(catch_up);
                return;
            }
        }
        // The events until here are known already.
        self.run.take_fresh_events();
        catch_up.later.drain(..).for_each(|input| self.run.inject(input));
        locked(&self.published).work = None;
        self.publish();
    }

    fn step(&mut self) {
        self.run.step();
        if self.run.world().steps().is_multiple_of(FRAME_EVERY) || self.run.is_finished() {
            self.publish();
        }
    }

    fn tell_work(&self, words: &str, share: f64) {
        locked(&self.published).work = Some((words.to_owned(), share));
    }

    /// Publishes the present instant.
    fn publish(&mut self) {
        let frame = Arc::new(self.frames.frame(self.run.world()));
        let events = self.run.take_fresh_events().to_vec();
        let mut published = locked(&self.published);
        published.buffer.push(frame);
        published.buffer.events.extend(events);
        published.ended = self.run.ending();
        if published.inputs.len() != self.run.world().inputs().len() {
            published.inputs = self.run.world().inputs().to_vec();
        }
    }

    fn report_when_due(&mut self) {
        let was_told = locked(&self.published).report.as_ref().map(|report| report.sim_seconds);
        let is_news = was_told != Some(self.run.world().now().seconds());
        if !is_news || self.reported.is_some_and(|at| at.elapsed() < REPORT_EVERY) {
            return;
        }
        self.reported = Some(Instant::now());
        let mut report = self.run.report(self.spent.as_secs_f64());
        report.events.clear();
        let rights = self.run.world().site().explain_right_of_way().trucks;
        let inputs = self.run.world().inputs().to_vec();
        let mut published = locked(&self.published);
        (published.report, published.rights, published.inputs) = (Some(report), rights, inputs);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use haul_core::Point2;
    use haul_core::fault::SourceText;
    use haul_scenario::{Overrides, Scenario};
    use std::path::PathBuf;

    fn prepared() -> Run {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../scenarios");
        let text = std::fs::read_to_string(folder.join("01_first_haul.toml")).unwrap();
        let scenario = Scenario::from_source(&SourceText::new("01_first_haul.toml", text), folder).unwrap();
        scenario.prepare(&Overrides { duration_s: Some(12.0), ..Overrides::default() }).unwrap()
    }

    fn rock() -> SimInput {
        SimInput::PlaceObstacle { id: "rock".into(), at: Point2::new(1.0, 2.0), radius: 1.0 }
    }

    /// Waits until a condition on the published data holds.
    fn wait(published: &Mutex<Published>, holds: impl Fn(&Published) -> bool) {
        let began = Instant::now();
        while !holds(&locked(published)) {
            assert!(began.elapsed() < Duration::from_secs(300), "the run does not get there");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    #[test]
    fn the_state_is_the_same_on_a_thread_at_every_speed_and_after_going_on_from_the_middle() {
        let mut plain = prepared();
        while !plain.is_finished() {
            if plain.world().steps() == 400 {
                plain.inject(rock());
            }
            plain.step();
        }
        let expected = plain.report(0.0).state_hash;
        for speed in [24.0, f64::INFINITY] {
            let published = Arc::<Mutex<Published>>::default();
            let mut live =
                LiveRun::start(prepared(), Arc::new(|| Ok(prepared())), Arc::clone(&published), (speed, true), None);
            live.order(Order::Step(400));
            live.order(Order::Input(rock()));
            live.order(Order::Step(200));
            live.order(Order::Pause(false));
            // The reader locks as often as a window would.
            wait(&published, |p| p.ended.is_some());
            live.order(Order::GoOnFrom(SimTime::from_seconds(6.0)));
            wait(&published, |p| p.ended.is_none());
            wait(&published, |p| p.ended.is_some());
            assert_eq!(locked(&published).buffer.span(), Some((0.0, 12.0)));
            let report = live.close().unwrap();
            assert_eq!(report.state_hash, expected, "at {speed} x");
            assert_eq!(report.ended, Ending::TimeOver);
        }
    }

    #[test]
    fn a_step_from_the_window_stops_the_clock() {
        let published = Arc::<Mutex<Published>>::default();
        let live = LiveRun::start(prepared(), Arc::new(|| Ok(prepared())), Arc::clone(&published), (64.0, true), None);
        live.order(Order::Step(20));
        wait(&published, |p| p.buffer.span() == Some((0.0, 0.1)));
        std::thread::sleep(Duration::from_millis(50));
        assert_eq!(locked(&published).buffer.span(), Some((0.0, 0.1)));
    }
}
