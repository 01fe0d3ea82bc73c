//! A run or a recording under observation: its setup, the displayed frame, and the clock that drives it.

use crate::blend::blended;
use crate::live::{CatchUp, LiveRun, Order, Published, Remake, locked};
use crate::playback::Playback;
use crate::setup::SessionSetup;
use bevy::prelude::Resource;
use haul_core::SimTime;
use haul_fleet::right_of_way::TruckRight;
use haul_mine::MineMap;
use haul_record::{Event, Frame, LoggedInput, SimInput, TruckFrame};
use haul_scenario::report::Ending;
use haul_scenario::{FrameMaker, Report, Run};
use haul_vehicle::TruckSpec;
use std::sync::{Arc, Mutex};

/// Minimum and maximum speed of the clock, as multiples of real time. The next step above the maximum is "as fast as
/// possible".
pub const CLOCK_SPEEDS: (f64, f64) = (0.25, 64.0);
/// Simulated time by which the picture lags the run at real time, s.
const LAG: f64 = 0.12;

/// Origin of the frames.
pub enum Source {
    /// A run on its own thread.
    Live(LiveRun),
    /// A recording.
    Recorded(Box<Playback>),
    /// A run that advances only on request, for pictures.
    Held(Box<Run>, FrameMaker),
    /// Only the displayed instant.
    Still,
}

/// A run or a recording under observation. Everything that draws reads [`Session::frame`] and [`Session::setup`], never the
/// world.
#[derive(Resource)]
pub struct Session {
    setup: SessionSetup,
    source: Source,
    published: Arc<Mutex<Published>>,
    frame: Frame,
    shown: f64,
    span: (f64, f64),
    is_at_end: bool,
    is_paused: bool,
    speed: f64,
    known: Known,
    /// Number of the machine that the camera and the panel follow. Trucks come first, then manned vehicles, in the
    /// order of the frames.
    pub followed: usize,
}

/// Copies of the data that the run has published.
#[derive(Default)]
struct Known {
    reached: f64,
    ended: Option<Ending>,
    report: Option<Report>,
    rights: Vec<TruckRight>,
    work: Option<(String, f64)>,
    events: Vec<Event>,
    notices: Vec<String>,
}

impl Session {
    /// Creates a session of a run on its own thread.
    pub fn live(run: Run, speed: f64) -> Self {
        let (scenario, overrides) = (run.scenario().clone(), run.overrides().clone());
        let remake: Remake = Arc::new(move || scenario.prepare(&overrides));
        let mut session = Self::still(&run);
        session.speed = speed;
        session.is_at_end = true;
        session.known.notices.extend(run.notes().iter().cloned());
        let published = Arc::clone(&session.published);
        session.source = Source::Live(LiveRun::start(run, remake, published, (speed, false), None));
        session
    }

    /// Creates a session of a recording.
    pub fn recorded(playback: Playback, speed: f64) -> Self {
        let mut session = Self::still(&playback.run);
        session.speed = speed;
        playback.read(&session.published, session.setup.trucks.clone());
        session.source = Source::Recorded(Box::new(playback));
        session
    }

    /// Creates a session of a run that advances only by [`Session::take`], for pictures.
    pub fn held(run: Run) -> Self {
        let mut session = Self::still(&run);
        session.source = Source::Held(Box::new(run), FrameMaker::default());
        session
    }

    /// Steps a held run by `seconds` of simulated time at once.
    pub fn take(&mut self, seconds: f64) {
        if let Source::Held(run, frames) = &mut self.source {
            let steps = (seconds / run.step_length()).round().max(1.0) as u64;
            for _ in 0..steps {
                if run.is_finished() {
                    break;
                }
                run.step();
            }
            self.known.events.extend_from_slice(run.take_fresh_events());
            self.frame = frames.frame(run.world());
            self.shown = self.frame.at.seconds();
            self.span.1 = self.shown;
        }
    }

    /// Returns true if a held run has come to its end.
    pub fn is_finished(&self) -> bool {
        matches!(&self.source, Source::Held(run, _) if run.is_finished())
    }

    fn still(run: &Run) -> Self {
        let frame = FrameMaker::default().frame(run.world());
        let shown = frame.at.seconds();
        Self {
            setup: SessionSetup::of(run),
            source: Source::Still,
            published: Arc::default(),
            frame,
            shown,
            span: (shown, shown),
            is_at_end: false,
            is_paused: false,
            speed: 1.0,
            known: Known::default(),
            followed: 0,
        }
    }

    /// Returns the data of the run that does not change.
    pub fn setup(&self) -> &SessionSetup {
        &self.setup
    }

    /// Returns the mine.
    pub fn map(&self) -> &MineMap {
        &self.setup.map
    }

    /// Returns the displayed frame.
    pub fn frame(&self) -> &Frame {
        &self.frame
    }

    /// Returns the simulated time of the displayed frame.
    pub fn now(&self) -> SimTime {
        self.frame.at
    }

    /// Returns the specification of the truck at an index of the frame's list.
    pub fn spec(&self, truck: usize) -> Option<&TruckSpec> {
        self.setup.trucks.get(truck).map(AsRef::as_ref)
    }

    /// Returns the reason for the run's end; `None` while the run continues.
    pub fn ended(&self) -> Option<Ending> {
        self.known.ended
    }

    /// Returns true if everything has been shown: the run is over, or the recording is at its end.
    pub fn is_over(&self) -> bool {
        match self.source {
            Source::Live(_) => self.is_at_end && self.known.ended.is_some(),
            Source::Recorded(_) => self.known.work.is_none() && self.shown >= self.span.1,
            Source::Held(..) | Source::Still => true,
        }
    }

    /// Returns true if the frames come from a recording.
    pub fn is_recorded(&self) -> bool {
        matches!(self.source, Source::Recorded(_))
    }

    /// Returns true if the clock is stopped.
    pub fn is_paused(&self) -> bool {
        self.is_paused
    }

    /// Returns true if the latest instant of the run is displayed.
    pub fn is_at_end(&self) -> bool {
        self.is_at_end
    }

    /// Returns the requested speed, as a multiple of real time; infinite for as fast as possible.
    pub fn speed(&self) -> f64 {
        self.speed
    }

    /// Returns the achieved speed, as a multiple of real time.
    pub fn reached(&self) -> f64 {
        self.known.reached
    }

    /// Returns the first and the last instant that can be displayed, s.
    pub fn span(&self) -> (f64, f64) {
        self.span
    }

    /// Returns the latest report, without its events.
    pub fn report(&self) -> Option<&Report> {
        self.known.report.as_ref()
    }

    /// Returns the right of way of every truck at the latest instant.
    pub fn rights(&self) -> &[TruckRight] {
        if self.is_at_end { &self.known.rights } else { &[] }
    }

    /// Returns the events up to the latest instant, in order.
    pub fn events(&self) -> &[Event] {
        &self.known.events
    }

    /// Returns the work in progress in words, and its finished share from 0 to 1.
    pub fn work(&self) -> Option<&(String, f64)> {
        self.known.work.as_ref()
    }

    /// Returns the sentences for the user, the latest last.
    pub fn notices(&mut self) -> &mut Vec<String> {
        &mut self.known.notices
    }

    /// Returns the external inputs so far.
    pub fn inputs(&self) -> Vec<LoggedInput> {
        locked(&self.published).inputs.clone()
    }

    /// Returns pairs of time (s) and `value` of the truck at index `truck`, over the last `seconds` before the
    /// displayed frame.
    pub fn history(&self, truck: usize, seconds: f64, value: impl Fn(&TruckFrame) -> f64) -> Vec<[f64; 2]> {
        let published = locked(&self.published);
        let frames = published.buffer.between(self.shown - seconds, self.shown, 240);
        frames.filter_map(|frame| Some([frame.at.seconds(), value(frame.trucks.get(truck)?)])).collect()
    }

    /// Stops or starts the clock.
    pub fn pause(&mut self, is_paused: bool) {
        self.is_paused = is_paused;
        // A recording that has played to its end starts again.
        if !is_paused && self.is_recorded() && self.shown >= self.span.1 && self.span.1 > self.span.0 {
            self.shown = self.span.0;
        }
        self.order(Order::Pause(is_paused));
    }

    /// Sets the speed, as a multiple of real time; infinite for as fast as possible.
    pub fn set_speed(&mut self, speed: f64) {
        self.speed = speed;
        self.order(Order::Speed(speed));
    }

    /// Doubles the speed, or halves it.
    pub fn change_speed(&mut self, is_faster: bool) {
        let (least, most) = CLOCK_SPEEDS;
        self.set_speed(match (is_faster, self.speed) {
            (true, speed) if speed >= most => f64::INFINITY,
            (true, speed) => (speed * 2.0).min(most),
            (false, speed) if speed.is_infinite() => most,
            (false, speed) => (speed / 2.0).max(least),
        });
    }

    /// Advances by `seconds` and stops the clock.
    pub fn step(&mut self, seconds: f64) {
        self.is_paused = true;
        match &self.source {
            Source::Live(live) if self.is_at_end => {
                live.order(Order::Step((seconds * f64::from(haul_sim::PHYSICS_RATE)).round() as u64));
            }
            _ => {
                self.order(Order::Pause(true));
                self.seek(self.shown + seconds);
            }
        }
    }

    /// Displays another instant, s.
    pub fn seek(&mut self, at: f64) {
        self.shown = at.clamp(self.span.0, self.span.1);
        self.is_at_end = matches!(self.source, Source::Live(_)) && at >= self.span.1;
    }

    /// Displays the latest instant of the run again.
    pub fn show_end(&mut self) {
        self.seek(self.span.1);
    }

    /// Runs again to the displayed instant and continues from there with new inputs.
    pub fn go_on_from_here(&mut self) {
        let at = SimTime::from_seconds(self.shown);
        match std::mem::replace(&mut self.source, Source::Still) {
            Source::Live(live) => {
                locked(&self.published).buffer.cut(at, true);
                live.order(Order::GoOnFrom(at));
                self.source = Source::Live(live);
            }
            Source::Recorded(playback) => {
                let Playback { recording, run, remake } = *playback;
                let catch_up = CatchUp::to(at, &recording.inputs);
                // A thread that still reads the recording keeps the old data, which is dropped when the thread ends.
                let before = std::mem::take(&mut *locked(&self.published));
                self.published = Arc::new(Mutex::new(before));
                locked(&self.published).buffer.cut_for_live(at);
                let published = Arc::clone(&self.published);
                let clock = (self.speed, self.is_paused);
                self.source = Source::Live(LiveRun::start(run, remake, published, clock, Some(catch_up)));
            }
            held @ (Source::Held(..) | Source::Still) => {
                self.source = held;
                return;
            }
        }
        self.span.1 = at.seconds();
        self.is_at_end = true;
    }

    /// Gives the run an external input. A recording accepts no input and reports that.
    pub fn inject(&mut self, input: SimInput) {
        match &mut self.source {
            Source::Live(live) => live.order(Order::Input(input)),
            Source::Held(run, _) => run.inject(input),
            Source::Recorded(_) | Source::Still => self
                .known
                .notices
                .push("a recording takes no input; choose \"Go on from here\" to run it on".to_owned()),
        }
    }

    fn order(&self, order: Order) {
        if let Source::Live(live) = &self.source {
            live.order(order);
        }
    }

    /// Advances the picture after `passed` seconds of wall time.
    pub fn advance(&mut self, passed: f64) {
        if matches!(self.source, Source::Held(..) | Source::Still) {
            return;
        }
        let published = Arc::clone(&self.published);
        let mut published = locked(&published);
        self.known.take(&mut published);
        if let Some(span) = published.buffer.span() {
            self.span = span;
        }
        if let Source::Live(live) = &self.source
            && live.is_broken()
            && self.known.ended.is_none()
        {
            published.ended = Some(Ending::Interrupted);
            let sentence = "the run has stopped by an error of the simulator; what it did until then can be seen";
            self.known.notices.push(sentence.to_owned());
        }
        let rate = if self.speed.is_finite() { self.speed } else { self.known.reached.max(CLOCK_SPEEDS.1) };
        let next = if self.is_paused { self.shown } else { self.shown + passed.min(0.25) * rate };
        self.shown = match self.is_at_end {
            // A stopped run shows its latest step; a moving one is smoothed over the time between two frames.
            true if self.is_paused || self.known.ended.is_some() => self.span.1,
            true => next.clamp((self.span.1 - LAG * rate.max(1.0)).max(self.span.0), self.span.1),
            false => next.clamp(self.span.0, self.span.1),
        };
        if matches!(self.source, Source::Live(_)) && !self.is_paused && self.shown >= self.span.1 {
            self.is_at_end = true;
        }
        if let Some((from, to, share)) = published.buffer.around(self.shown) {
            drop(published);
            self.frame = blended(&from, &to, share);
        }
    }

    /// Ends the run and returns its report; `None` for a recording.
    pub fn close(&mut self) -> Option<Report> {
        match &mut self.source {
            Source::Live(live) => live.close(),
            _ => None,
        }
    }
}

impl Known {
    /// Copies the new data.
    fn take(&mut self, published: &mut Published) {
        self.reached = published.reached;
        self.ended = published.ended;
        if published.report.as_ref().map(|r| r.sim_seconds) != self.report.as_ref().map(|r| r.sim_seconds) {
            self.report.clone_from(&published.report);
            self.rights.clone_from(&published.rights);
        }
        self.work.clone_from(&published.work);
        let events = &published.buffer.events;
        if events.len() < self.events.len()
            || self.events.last() != self.events.len().checked_sub(1).map(|i| &events[i])
        {
            self.events.clear();
        }
        self.events.extend_from_slice(&events[self.events.len()..]);
        self.notices.append(&mut published.notices);
    }
}
