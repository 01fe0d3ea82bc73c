//! Trajectories among moving machines: a path with times along it, including waits.
//!
//! The path is planned first, then its times (K. Kant and S. W. Zucker, *Toward efficient trajectory planning: the
//! path-velocity decomposition*, International Journal of Robotics Research 5, 1986). At each sample of the path, the
//! truck may stand only in the intervals of time in which the sample is free (safe intervals: M. Phillips and M.
//! Likhachev, *SIPP: safe interval path planning for dynamic environments*, ICRA 2011). This gives the earliest arrival
//! that is possible on the path without going back. If there is none, or if the truck would wait long, the planner also
//! tries a path that avoids the whole area swept by the machines.

use super::free_space::{FreeSpace, Obstacle};
use super::{ManoeuvreError, ManoeuvreOptions, plan_manoeuvre};
use crate::TruckModel;
use crate::path::{Path, Travel};
use haul_core::{Footprint, Pose2, angle};

/// A machine with a predicted motion.
#[derive(Debug, Clone, PartialEq)]
pub struct MovingObstacle {
    /// The machine's footprint.
    pub footprint: Footprint,
    /// Pose at each time (s since the start of the manoeuvre), in ascending order. Between two entries the machine
    /// moves uniformly. Before the first entry and after the last it stands still.
    pub track: Vec<(f64, Pose2)>,
}

/// A path with times.
#[derive(Debug, Clone, PartialEq)]
pub struct Trajectory {
    /// The path.
    pub path: Path,
    /// Times and stations, both in ascending order. Between two points the truck moves uniformly or waits.
    pub points: Vec<TrajectoryPoint>,
}

/// A time on a trajectory, with the truck's station at that time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrajectoryPoint {
    /// Time since the start of the manoeuvre, s.
    pub time: f64,
    /// Station along the path, m.
    pub station: f64,
}

/// A stop during a trajectory.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrajectoryWait {
    /// Station of the stop along the path, m.
    pub station: f64,
    /// Duration of the stop, s.
    pub duration: f64,
}

/// Speeds forward and in reverse (m/s), and duration of a change of direction (s), during a manoeuvre.
const FORWARD_SPEED: f64 = 2.5;
const REVERSE_SPEED: f64 = 7.0 / 3.6;
const DIRECTION_CHANGE_TIME: f64 = 8.0;
/// Spacing of the samples along a path (m) and in time (s).
const SAMPLE_SPACING: f64 = 0.5;
const TICK: f64 = 0.25;
/// Longest wait that is accepted without trying another path, s.
const MAX_WAIT: f64 = 15.0;
/// Spacing of the outlines that cover the area swept by a machine, m.
const OUTLINE_SPACING: f64 = 2.0;
/// Maximum time in a track, s.
const MAX_TRACK_TIME: f64 = 3_600.0;

impl MovingObstacle {
    /// Returns the machine's pose at a time (s), or `None` without a track.
    pub fn at(&self, time: f64) -> Option<Pose2> {
        let upper = self.track.partition_point(|p| p.0 <= time);
        let (first, last) = (self.track.first()?, self.track.last()?);
        let (Some(a), Some(b)) = (upper.checked_sub(1).and_then(|k| self.track.get(k)), self.track.get(upper)) else {
            return Some(if upper == 0 { first.1 } else { last.1 });
        };
        let t = (time - a.0) / (b.0 - a.0);
        let turn = angle::difference(b.1.heading, a.1.heading);
        let lerp = |x: f64, y: f64| x + (y - x) * t;
        Some(Pose2::new(lerp(a.1.x, b.1.x), lerp(a.1.y, b.1.y), angle::wrap(a.1.heading + turn * t)))
    }

    fn is_sound(&self) -> bool {
        let f = &self.footprint;
        let rising = self.track.windows(2).all(|w| w[0].0 < w[1].0);
        let finite = self.track.iter().all(|p| p.0.is_finite() && p.0.abs() <= MAX_TRACK_TIME && p.1.is_finite());
        !self.track.is_empty() && rising && finite && [f.front, f.rear, f.half_width].iter().all(|x| x.is_finite())
    }

    fn obstacle(&self, pose: Pose2) -> Obstacle {
        Obstacle::Rect { footprint: self.footprint, pose }
    }

    /// Returns outlines that cover the area swept by the machine.
    fn swept(&self) -> impl Iterator<Item = Obstacle> + '_ {
        let (first, last) = (self.track.first().map_or(0.0, |p| p.0), self.track.last().map_or(0.0, |p| p.0));
        let mut before: Option<Pose2> = None;
        let count = ((last.max(0.0) - first.min(0.0)) / TICK).ceil() as usize;
        (0..=count).filter_map(move |k| {
            let pose = self.at(k as f64 * TICK)?;
            let turned = |b: Pose2| angle::difference(b.heading, pose.heading).abs() * self.footprint.reach();
            if k < count && before.is_some_and(|b| b.distance(pose) + turned(b) < OUTLINE_SPACING) {
                return None;
            }
            before = Some(pose);
            Some(self.obstacle(pose))
        })
    }
}

impl Trajectory {
    /// Returns the station at a time (s), m.
    pub fn station_at(&self, time: f64) -> f64 {
        let upper = self.points.partition_point(|p| p.time <= time);
        match (upper.checked_sub(1).and_then(|k| self.points.get(k)), self.points.get(upper)) {
            (Some(a), Some(b)) => a.station + (b.station - a.station) * (time - a.time) / (b.time - a.time),
            (Some(only), None) | (None, Some(only)) => only.station,
            (None, None) => 0.0,
        }
    }

    /// Returns the time of arrival at the goal, s.
    pub fn arrival(&self) -> f64 {
        self.points.last().map_or(0.0, |p| p.time)
    }

    /// Returns all stops, including changes of direction.
    pub fn waits(&self) -> impl Iterator<Item = TrajectoryWait> + '_ {
        let stops = self.points.windows(2).filter(|w| w[1].station == w[0].station && w[1].time > w[0].time);
        stops.map(|w| TrajectoryWait { station: w[0].station, duration: w[1].time - w[0].time })
    }
}

/// Plans a manoeuvre and its times among machines with a predicted motion. The truck keeps the margin from every
/// machine at all times, and stays clear of the poses where machines come to rest.
///
/// # Errors
///
/// As [`plan_manoeuvre`]. Also if the machines never leave room; the error then holds the station of the blocked truck.
pub fn plan_among_moving(
    start: Pose2,
    goal: Pose2,
    space: &FreeSpace,
    moving: &[MovingObstacle],
    truck: &TruckModel,
    options: &ManoeuvreOptions,
) -> Result<Trajectory, ManoeuvreError> {
    if !moving.iter().all(MovingObstacle::is_sound) {
        return Err(ManoeuvreError::NotFinite { what: "the track of a moving obstacle" });
    }
    let around = |more: Vec<Obstacle>| {
        let obstacles = space.obstacles.iter().cloned().chain(more).collect();
        let path = plan_manoeuvre(start, goal, &FreeSpace { drivable: space.drivable, obstacles }, truck, options)?;
        trajectory(path, moving, truck, options.margin)
    };
    let rests = moving.iter().filter_map(|m| Some(m.obstacle(m.track.last()?.1))).collect();
    let waiting = around(rests);
    let patient =
        |t: &Trajectory| t.waits().map(|w| w.duration).fold(0.0, f64::max) <= MAX_WAIT.max(DIRECTION_CHANGE_TIME);
    if moving.is_empty() || waiting.as_ref().is_ok_and(patient) {
        return waiting;
    }
    let round = around(moving.iter().flat_map(MovingObstacle::swept).collect());
    match (waiting, round) {
        (Ok(a), Ok(b)) => Ok(if b.arrival() < a.arrival() { b } else { a }),
        (Ok(only), Err(_)) | (Err(_), Ok(only)) => Ok(only),
        (Err(error), Err(_)) => Err(error),
    }
}

/// A sample of a path, with the intervals of time (s) in which it is free. The last interval may be endless.
struct PathSample {
    station: f64,
    /// Driving time from the previous sample, s.
    drive: f64,
    free: Vec<(f64, f64)>,
}

/// Returns the path with the earliest times along it, or the reason why there are none.
fn trajectory(
    path: Path,
    moving: &[MovingObstacle],
    truck: &TruckModel,
    margin: f64,
) -> Result<Trajectory, ManoeuvreError> {
    let samples = samples(&path, moving, truck, margin);
    // For each sample and interval: earliest time there, index of the previous sample's interval, time of departure
    // from it.
    let mut reached: Vec<Vec<Option<(f64, usize, f64)>>> = Vec::with_capacity(samples.len());
    for (i, sample) in samples.iter().enumerate() {
        let mut here = vec![None; sample.free.len()];
        for (k, &(from, until)) in sample.free.iter().enumerate() {
            if i == 0 {
                here[k] = (from <= 0.0 && until > 0.0).then_some((0.0, 0, 0.0));
                continue;
            }
            for (before, &(_, leave)) in samples[i - 1].free.iter().enumerate() {
                let Some((arrived, ..)) = reached[i - 1][before] else { continue };
                let off = arrived.max(from);
                let there = off + sample.drive;
                let earlier = here[k].is_none_or(|(t, ..): (f64, usize, f64)| there < t);
                if there <= leave.min(until) && earlier {
                    here[k] = Some((there, before, off));
                }
            }
        }
        if here.iter().all(Option::is_none) {
            let at = path.at(sample.station).pose;
            return Err(ManoeuvreError::NeverFree { station: sample.station, x: at.x, y: at.y });
        }
        reached.push(here);
    }
    // The truck stays at the goal, so the last interval must be endless.
    let last = samples.len() - 1;
    let endless = samples[last].free.iter().position(|f| f.1.is_infinite());
    let Some(mut k) = endless.filter(|&k| reached[last][k].is_some()) else {
        let at = path.at(samples[last].station).pose;
        return Err(ManoeuvreError::NeverFree { station: samples[last].station, x: at.x, y: at.y });
    };
    let mut points = Vec::with_capacity(2 * samples.len());
    for i in (0..samples.len()).rev() {
        let Some((there, before, off)) = reached[i][k] else { break };
        points.push(TrajectoryPoint { time: there, station: samples[i].station });
        if i > 0 {
            points.push(TrajectoryPoint { time: off, station: samples[i - 1].station });
        }
        k = before;
    }
    points.reverse();
    points.dedup();
    Ok(Trajectory { path, points })
}

fn samples(path: &Path, moving: &[MovingObstacle], truck: &TruckModel, margin: f64) -> Vec<PathSample> {
    let mut samples: Vec<PathSample> = Vec::new();
    // The truck moves up to half a spacing from each sample, and its corners move farther than its rear axle.
    let slack = 0.5 * SAMPLE_SPACING * (1.0 + truck.max_curvature() * truck.footprint.reach());
    for section in path.sections() {
        let points = &path.points[section];
        let (Some(first), Some(last)) = (points.first(), points.last()) else { continue };
        let pace = if first.travel == Travel::Reverse { REVERSE_SPEED } else { FORWARD_SPEED };
        let length = last.station - first.station;
        let count = (length / SAMPLE_SPACING).ceil().max(1.0) as usize;
        for k in 0..=count {
            let station = first.station + length * k as f64 / count as f64;
            let drive = match (k, samples.last()) {
                // The same pose as at the end of the previous section, after the change of direction.
                (0, Some(_)) => DIRECTION_CHANGE_TIME,
                (0, None) => 0.0,
                _ => length / count as f64 / pace,
            };
            let free = free_times(path.at(station).pose, moving, truck, margin + slack);
            samples.push(PathSample { station, drive, free });
        }
    }
    samples
}

/// Returns the intervals of time (s, from 0) in which a truck may stand at a pose.
fn free_times(pose: Pose2, moving: &[MovingObstacle], truck: &TruckModel, distance: f64) -> Vec<(f64, f64)> {
    let end = moving.iter().filter_map(|m| m.track.last()).map(|p| p.0).fold(0.0, f64::max);
    let ticks = (end / TICK).ceil() as usize;
    let clear = |k: usize| moving.iter().all(|m| is_clear(m, k as f64 * TICK, pose, truck, distance));
    let mut free: Vec<(f64, f64)> = Vec::new();
    let mut since: Option<f64> = None;
    for k in 0..=ticks {
        let now = k as f64 * TICK;
        match (clear(k), since) {
            (true, None) => since = Some(now),
            (false, Some(from)) => {
                free.push((from, now));
                since = None;
            }
            _ => {}
        }
    }
    free.extend(since.map(|from| (from, f64::INFINITY)));
    free
}

/// Returns true if a machine stays at least `distance` (m) from a truck at `pose` during a time step. Within the step,
/// no point of the machine moves farther than its corners do.
fn is_clear(machine: &MovingObstacle, time: f64, pose: Pose2, truck: &TruckModel, distance: f64) -> bool {
    let (Some(a), Some(b)) = (machine.at(time), machine.at(time + TICK)) else { return true };
    let far = machine.footprint.reach() + truck.footprint.reach() + distance;
    let (from, to) = (machine.footprint.corners(a), machine.footprint.corners(b));
    let moved = from.iter().zip(&to).map(|(p, q)| (q - p).norm()).fold(0.0, f64::max);
    if a.distance(pose) > far + moved {
        return true;
    }
    let apart = |at: Pose2| machine.obstacle(at).footprint_distance(&truck.footprint, pose);
    0.5 * (apart(a) + apart(b) - moved) >= distance
}
