//! A live run: stepped on its own thread, watched by any number of readers.

mod pace;
mod socket;

pub(crate) use socket::follow;

use haul_record::{Event, Frame, SimInput};
use haul_scenario::{Report, Run};
use serde::Serialize;
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use tokio::sync::watch;

/// Minimum speed of the clock, as multiples of real time.
pub const MIN_SPEED: f64 = 0.25;
/// Maximum speed of the clock, as multiples of real time.
pub const MAX_SPEED: f64 = 64.0;
/// Maximum number of orders that wait for the run. A reader that sends more gets the answer that the run is busy.
const MOST_ORDERS: usize = 64;

/// State of the clock of a live run.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Clock {
    /// True if the run is paused.
    pub paused: bool,
    /// Requested speed, multiples of real time.
    pub speed: f64,
    /// Achieved speed, multiples of real time, smoothed.
    pub reached: f64,
    /// True if the run is over.
    pub finished: bool,
}

/// A run at one instant, as readers get it.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// Number of the snapshot, from 0. A gap in the numbers means that the reader was too slow for the snapshots
    /// between.
    pub number: u64,
    /// The frame.
    pub frame: Arc<Frame>,
    /// The clock.
    pub clock: Clock,
    /// Number of events so far.
    pub events: usize,
    /// Finished cycles and delivered tonnes.
    pub figures: (usize, f64),
}

/// An order of a reader to the run.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Order {
    /// Pauses the clock.
    Pause,
    /// Resumes the clock.
    Go,
    /// Advances by this simulated time at once, s.
    Step(f64),
    /// Sets the speed of the clock, multiples of real time, within [`MIN_SPEED`] and [`MAX_SPEED`].
    Speed(f64),
    /// Gives the world an input.
    Input(SimInput),
    /// Ends the run.
    End,
}

/// Identity of a live run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LiveInfo {
    /// Name of the scenario.
    pub scenario: String,
    /// Name of the mine.
    pub mine: String,
    /// Seed of the random streams.
    pub seed: u64,
    /// Longest simulated time, s.
    pub duration_s: f64,
    /// Notes on the setup.
    pub notes: Vec<String>,
}

/// A run on its own thread.
#[derive(Debug)]
pub struct LiveRun {
    info: LiveInfo,
    map_layer: Vec<u8>,
    orders: SyncSender<Order>,
    snapshots: watch::Receiver<Snapshot>,
    events: Arc<Mutex<Vec<Arc<Event>>>>,
    thread: Mutex<Option<JoinHandle<Report>>>,
}

impl LiveRun {
    /// Starts the run on its own thread. `speed` is the speed of the clock, as a multiple of real time.
    ///
    /// # Errors
    /// The map layer cannot be written, or the operating system cannot start a thread.
    pub fn start(run: Run, speed: f64) -> Result<Self, crate::ServeError> {
        let info = LiveInfo {
            scenario: run.name().into(),
            mine: run.world().map().name.clone(),
            seed: run.seed(),
            duration_s: run.duration().seconds(),
            notes: run.notes().to_vec(),
        };
        let map_layer = haul_record::map_layer(run.world().map())?;
        let (orders, inbox) = sync_channel(MOST_ORDERS);
        let events = Arc::new(Mutex::new(Vec::new()));
        let (mut pace, snapshots) = pace::Pace::new(run, speed, inbox, Arc::clone(&events));
        let thread = std::thread::Builder::new().name("haul live run".into()).spawn(move || pace.drive())?;
        Ok(Self { info, map_layer, orders, snapshots, events, thread: Mutex::new(Some(thread)) })
    }

    /// Returns the identity of the run.
    pub fn info(&self) -> &LiveInfo {
        &self.info
    }

    /// Returns the map layer of the mine.
    pub fn map_layer(&self) -> &[u8] {
        &self.map_layer
    }

    /// Returns the snapshots; a slow reader misses some of them.
    pub fn snapshots(&self) -> watch::Receiver<Snapshot> {
        self.snapshots.clone()
    }

    /// Returns the events from number `from` onwards.
    pub fn events_from(&self, from: usize) -> Vec<Arc<Event>> {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events.get(from..).unwrap_or_default().to_vec()
    }

    /// Gives the run an order. Returns false if too many orders wait, or the run has ended.
    pub fn order(&self, order: Order) -> bool {
        match self.orders.try_send(order) {
            Ok(()) => true,
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => false,
        }
    }

    /// Ends the run and returns its report; `None` if the report was already returned, or if the thread of the run has
    /// panicked.
    pub fn end(&self) -> Option<Report> {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        // A full inbox is emptied within one step; a run that has ended reads no orders.
        let _ = self.orders.send(Order::End);
        thread.join().ok()
    }
}
