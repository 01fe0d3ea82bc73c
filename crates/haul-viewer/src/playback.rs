//! A recording that is read on its own thread into a buffer of frames.

use crate::buffer::FrameBuffer;
use crate::live::{Published, Remake, locked};
use haul_core::TruckId;
use haul_record::{Event, Frame, PathFrame, Recording, TruckFrame, WheelFrame};
use haul_scenario::{FrameMaker, Run, ScenarioError, prepare_recording};
use haul_vehicle::TruckSpec;
use std::collections::BTreeMap;
use std::f64::consts::TAU;
use std::path::Path;
use std::sync::{Arc, Mutex};

/// Maximum number of trucks in all frames of a recording together. The data of one truck takes about half a kilobyte.
const MAX_TRUCKS: u64 = 400_000;
/// Minimum number of recorded frames for each frame that is kept: 10 frames per second are kept.
const LEAST_STRIDE: u64 = 5;
/// Number of frames between two reports of the progress.
const TELL_EVERY: u64 = 500;

/// A recording, and the run from which it came, at its beginning.
pub struct Playback {
    /// The recording.
    pub recording: Arc<Recording>,
    /// The run at its beginning.
    pub run: Run,
    /// Creates the run again, at its beginning.
    pub remake: Remake,
}

/// Reason why a recording cannot be shown.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlaybackError {
    /// The file is not a recording.
    #[error(transparent)]
    Read(#[from] haul_record::ReadError),
    /// The recording's scenario or mine is missing or refused.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
}

impl Playback {
    /// Opens a recording and prepares its run.
    ///
    /// # Errors
    /// The file is not a recording, or this version refuses its scenario or mine.
    pub fn open(path: &Path) -> Result<Self, PlaybackError> {
        let recording = Arc::new(Recording::open(path)?);
        let run = prepare_recording(&recording)?;
        let again = Arc::clone(&recording);
        Ok(Self { recording, run, remake: Arc::new(move || prepare_recording(&again)) })
    }

    /// Returns sentences about the recording that the user should know.
    pub fn notices(&self) -> Vec<String> {
        let mut notices = Vec::new();
        if let Some(cut) = &self.recording.cut {
            notices.push(format!("the recording is cut: {cut}; it is shown up to {}", self.recording.last));
        } else if self.recording.end.is_none() {
            notices.push("the recording has no end: its run was killed".to_owned());
        }
        if self.recording.damaged_messages > 0 {
            notices.push(format!("{} damaged messages are left out", self.recording.damaged_messages));
        }
        if self.recording.frame_count == 0 {
            notices.push("the recording holds no frame; the start of its run is shown".to_owned());
        }
        notices
    }

    /// Starts a thread that publishes the frames and events of the recording.
    pub fn read(&self, published: &Arc<Mutex<Published>>, specs: Vec<Arc<TruckSpec>>) {
        let first = FrameMaker::default().frame(self.run.world());
        {
            let mut published = locked(published);
            published.buffer = FrameBuffer::unlimited();
            published.buffer.push(Arc::new(first.clone()));
            published.notices.extend(self.notices());
            published.inputs.clone_from(&self.recording.inputs);
            published.work = Some(("reads the recording".to_owned(), 0.0));
        }
        let (recording, published) = (Arc::clone(&self.recording), Arc::clone(published));
        std::thread::spawn(move || {
            let stride = stride(recording.frame_count, specs.len() as u64);
            let mut gaps = GapFiller::new(&first, specs);
            let mut count = 0;
            // The events come with the frames, so that the log never runs ahead of the pictures.
            let mut events: std::iter::Peekable<std::slice::Iter<'_, Event>> = recording.events.iter().peekable();
            recording.frames(|mut frame| {
                gaps.fill(&mut frame);
                let is_kept = count % stride == 0 || count + 1 == recording.frame_count;
                count += 1;
                if is_kept && is_finite(&frame) {
                    let mut published = locked(&published);
                    while let Some(event) = events.next_if(|event| event.at <= frame.at) {
                        published.buffer.events.push(event.clone());
                    }
                    published.buffer.push(Arc::new(frame));
                    if count % TELL_EVERY < stride {
                        let share = count as f64 / recording.frame_count.max(1) as f64;
                        published.work = Some(("reads the recording".to_owned(), share));
                    }
                }
            });
            let mut published = locked(&published);
            published.buffer.events.extend(events.cloned());
            published.work = None;
        });
    }
}

/// Returns the number of recorded frames for each frame that is kept.
fn stride(frames: u64, trucks: u64) -> u64 {
    (frames * trucks.max(1)).div_ceil(MAX_TRUCKS).max(LEAST_STRIDE)
}

/// Returns true if all poses are numbers within the reach of a map.
fn is_finite(frame: &Frame) -> bool {
    let is_near = |v: f64| v.is_finite() && v.abs() < 1e8;
    frame.trucks.iter().all(|truck| truck.pose.to_homogeneous().iter().all(|v| is_near(*v)))
        && frame.vehicles.iter().all(|vehicle| is_near(vehicle.pose.x) && is_near(vehicle.pose.y))
}

/// Fills in data that a recording does not hold: the rotation of the wheels, the distance driven by vehicles, and the
/// stations of paths.
struct GapFiller {
    wheels: Vec<Vec<WheelFrame>>,
    specs: Vec<Arc<TruckSpec>>,
    driven: BTreeMap<String, f64>,
    /// The last path of every truck, as recorded and as filled.
    paths: BTreeMap<TruckId, (Arc<PathFrame>, Arc<PathFrame>)>,
    last: f64,
}

impl GapFiller {
    fn new(first: &Frame, specs: Vec<Arc<TruckSpec>>) -> Self {
        Self {
            wheels: first.trucks.iter().map(|truck| truck.wheels.clone()).collect(),
            specs,
            driven: BTreeMap::new(),
            paths: BTreeMap::new(),
            last: first.at.seconds(),
        }
    }

    fn fill(&mut self, frame: &mut Frame) {
        let passed = (frame.at.seconds() - self.last).clamp(0.0, 1.0);
        self.last = frame.at.seconds();
        for ((truck, wheels), spec) in frame.trucks.iter_mut().zip(&mut self.wheels).zip(&self.specs) {
            if truck.wheels.is_empty() {
                roll(wheels, truck, spec, passed);
                truck.wheels.clone_from(wheels);
            }
            if let Some(path) = truck.path.as_mut().filter(|path| path.stations.is_empty()) {
                let is_known = self.paths.get(&truck.truck).is_some_and(|(known, _)| Arc::ptr_eq(known, path));
                if !is_known {
                    let filled = Arc::new(PathFrame { stations: stations(path), ..path.as_ref().clone() });
                    self.paths.insert(truck.truck, (Arc::clone(path), filled));
                }
                if let Some((_, filled)) = self.paths.get(&truck.truck) {
                    *path = Arc::clone(filled);
                }
            }
        }
        for vehicle in frame.vehicles.iter_mut().filter(|vehicle| vehicle.driven == 0.0) {
            let driven = self.driven.entry(vehicle.vehicle.to_string()).or_default();
            *driven += vehicle.speed * passed;
            vehicle.driven = *driven;
        }
    }
}

/// Returns the stations of the points of a path, m.
fn stations(path: &PathFrame) -> Vec<f64> {
    let mut station = 0.0;
    let mut last = path.points.first();
    let mut along = |p| {
        station += last.replace(p).map_or(0.0, |before| (p - before).norm());
        station
    };
    path.points.iter().map(&mut along).collect()
}

fn roll(wheels: &mut [WheelFrame], truck: &TruckFrame, spec: &TruckSpec, passed: f64) {
    for wheel in wheels {
        wheel.spin = (wheel.spin + truck.speed * passed / spec.tyre.radius).rem_euclid(TAU);
        // The front wheels steer; the reference point is under the rear axle.
        wheel.steer = if wheel.centre.x > spec.geometry.wheelbase / 2.0 { truck.steering } else { 0.0 };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_recording_of_many_trucks_is_thinned_to_fit() {
        assert_eq!(stride(50 * 60, 2), LEAST_STRIDE);
        let frames = 50 * 4 * 3_600;
        assert!(frames / stride(frames, 100) * 100 <= MAX_TRUCKS);
    }
}
