//! Manoeuvres among machines that move: where to drive, and when to wait.
//!
//! The way and the time along it are chosen one after the other (K. Kant and S. W. Zucker, *Toward efficient trajectory
//! planning: the path-velocity decomposition*, International Journal of Robotics Research 5, 1986). Along a way the
//! truck waits in the intervals of time in which each piece of it is free (safe intervals: M. Phillips and M. Likhachev,
//! *SIPP: safe interval path planning for dynamic environments*, ICRA 2011), which gives the earliest arrival that the
//! way allows without going back. Where a way allows none, or makes the truck wait long, one that keeps out of all that
//! the machines sweep is tried as well.

use super::free_space::{FreeSpace, Obstacle};
use super::{ManoeuvreError, ManoeuvreOptions, plan_manoeuvre};
use crate::TruckModel;
use crate::path::{Path, Travel};
use haul_core::{Footprint, Pose2, angle};

/// A machine whose motion is foreseen.
#[derive(Debug, Clone, PartialEq)]
pub struct Moving {
    /// The ground it covers.
    pub footprint: Footprint,
    /// Where it is at which time (s since the manoeuvre's start), by rising time. Between two of these it moves evenly,
    /// before the first it stands there, and after the last it stays.
    pub track: Vec<(f64, Pose2)>,
}

/// A manoeuvre with its times.
#[derive(Debug, Clone, PartialEq)]
pub struct Timed {
    /// The way.
    pub path: Path,
    /// Time (s) and station (m), both rising; between two of these the truck drives evenly or waits.
    pub times: Vec<(f64, f64)>,
}

/// Pace of a manoeuvre forward and in reverse, m/s, and what a change of travel takes, s.
const FORWARD: f64 = 2.5;
const REVERSE: f64 = 7.0 / 3.6;
const CHANGE: f64 = 8.0;
/// Length of the pieces of a way, m, and of time, s, that are free or not.
const PIECE: f64 = 0.5;
const TICK: f64 = 0.25;
/// Waiting longer than this, another way is looked for, s.
const PATIENCE: f64 = 15.0;
/// Spacing of the outlines that stand for what a machine sweeps, m.
const SWEPT_EVERY: f64 = 2.0;
/// Longest track that is followed, s.
const LONGEST: f64 = 3_600.0;

impl Moving {
    /// Where it is at a time, s.
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
        let finite = self.track.iter().all(|p| p.0.is_finite() && p.0.abs() <= LONGEST && p.1.is_finite());
        !self.track.is_empty() && rising && finite && [f.front, f.rear, f.half_width].iter().all(|x| x.is_finite())
    }

    fn obstacle(&self, pose: Pose2) -> Obstacle {
        Obstacle::Rect { footprint: self.footprint, pose }
    }

    /// What it covers on its way, as outlines.
    fn swept(&self) -> impl Iterator<Item = Obstacle> + '_ {
        let (first, last) = (self.track.first().map_or(0.0, |p| p.0), self.track.last().map_or(0.0, |p| p.0));
        let mut before: Option<Pose2> = None;
        let count = ((last.max(0.0) - first.min(0.0)) / TICK).ceil() as usize;
        (0..=count).filter_map(move |k| {
            let pose = self.at(k as f64 * TICK)?;
            let turned = |b: Pose2| angle::difference(b.heading, pose.heading).abs() * self.footprint.reach();
            if k < count && before.is_some_and(|b| b.distance(pose) + turned(b) < SWEPT_EVERY) {
                return None;
            }
            before = Some(pose);
            Some(self.obstacle(pose))
        })
    }
}

impl Timed {
    /// Station at a time, m.
    pub fn station_at(&self, time: f64) -> f64 {
        let upper = self.times.partition_point(|p| p.0 <= time);
        match (upper.checked_sub(1).and_then(|k| self.times.get(k)), self.times.get(upper)) {
            (Some(a), Some(b)) => a.1 + (b.1 - a.1) * (time - a.0) / (b.0 - a.0),
            (Some(only), None) | (None, Some(only)) => only.1,
            (None, None) => 0.0,
        }
    }

    /// When the truck arrives, s.
    pub fn arrival(&self) -> f64 {
        self.times.last().map_or(0.0, |p| p.0)
    }

    /// Where it stands still and for how long: station (m), time (s). Changes of travel are among them.
    pub fn waits(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        self.times.windows(2).filter(|w| w[1].1 == w[0].1 && w[1].0 > w[0].0).map(|w| (w[0].1, w[1].0 - w[0].0))
    }
}

/// As [`plan_manoeuvre`], among machines that move as foreseen: the truck keeps the margin from each of them at all
/// times, and stays clear of where they come to rest.
///
/// Errors: as [`plan_manoeuvre`]; and where the machines never leave room, with the place where the truck waits in vain.
pub fn plan_among_moving(
    start: Pose2,
    goal: Pose2,
    space: &FreeSpace,
    moving: &[Moving],
    truck: &TruckModel,
    options: &ManoeuvreOptions,
) -> Result<Timed, ManoeuvreError> {
    if !moving.iter().all(Moving::is_sound) {
        return Err(ManoeuvreError::NotFinite { what: "the track of a moving obstacle" });
    }
    let around = |more: Vec<Obstacle>| {
        let obstacles = space.obstacles.iter().cloned().chain(more).collect();
        let path = plan_manoeuvre(start, goal, &FreeSpace { drivable: space.drivable, obstacles }, truck, options)?;
        timed(path, moving, truck, options.margin)
    };
    let rests = moving.iter().filter_map(|m| Some(m.obstacle(m.track.last()?.1))).collect();
    let waiting = around(rests);
    let patient = |t: &Timed| t.waits().map(|w| w.1).fold(0.0, f64::max) <= PATIENCE.max(CHANGE);
    if moving.is_empty() || waiting.as_ref().is_ok_and(patient) {
        return waiting;
    }
    let round = around(moving.iter().flat_map(Moving::swept).collect());
    match (waiting, round) {
        (Ok(a), Ok(b)) => Ok(if b.arrival() < a.arrival() { b } else { a }),
        (Ok(only), Err(_)) | (Err(_), Ok(only)) => Ok(only),
        (Err(error), Err(_)) => Err(error),
    }
}

/// A piece of a way, and when it is free: intervals of ticks, the last of which may be endless.
struct Piece {
    station: f64,
    /// What driving from the piece before takes, s.
    drive: f64,
    free: Vec<(f64, f64)>,
}

/// The earliest times along a way, or why there are none.
fn timed(path: Path, moving: &[Moving], truck: &TruckModel, margin: f64) -> Result<Timed, ManoeuvreError> {
    let pieces = pieces(&path, moving, truck, margin);
    // By piece and interval: earliest time there, and the interval before with the time of setting off.
    let mut reached: Vec<Vec<Option<(f64, usize, f64)>>> = Vec::with_capacity(pieces.len());
    for (i, piece) in pieces.iter().enumerate() {
        let mut here = vec![None; piece.free.len()];
        for (k, &(from, until)) in piece.free.iter().enumerate() {
            if i == 0 {
                here[k] = (from <= 0.0 && until > 0.0).then_some((0.0, 0, 0.0));
                continue;
            }
            for (before, &(_, leave)) in pieces[i - 1].free.iter().enumerate() {
                let Some((arrived, ..)) = reached[i - 1][before] else { continue };
                let off = arrived.max(from);
                let there = off + piece.drive;
                let earlier = here[k].is_none_or(|(t, ..): (f64, usize, f64)| there < t);
                if there <= leave.min(until) && earlier {
                    here[k] = Some((there, before, off));
                }
            }
        }
        if here.iter().all(Option::is_none) {
            let at = path.at(piece.station).pose;
            return Err(ManoeuvreError::NeverFree { station: piece.station, x: at.x, y: at.y });
        }
        reached.push(here);
    }
    // At the goal the truck stays.
    let last = pieces.len() - 1;
    let endless = pieces[last].free.iter().position(|f| f.1.is_infinite());
    let Some(mut k) = endless.filter(|&k| reached[last][k].is_some()) else {
        let at = path.at(pieces[last].station).pose;
        return Err(ManoeuvreError::NeverFree { station: pieces[last].station, x: at.x, y: at.y });
    };
    let mut times = Vec::with_capacity(2 * pieces.len());
    for i in (0..pieces.len()).rev() {
        let Some((there, before, off)) = reached[i][k] else { break };
        times.push((there, pieces[i].station));
        if i > 0 {
            times.push((off, pieces[i - 1].station));
        }
        k = before;
    }
    times.reverse();
    times.dedup();
    Ok(Timed { path, times })
}

fn pieces(path: &Path, moving: &[Moving], truck: &TruckModel, margin: f64) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    // Half a piece to either side of its middle, the body's corners further than the axle.
    let slack = 0.5 * PIECE * (1.0 + truck.max_curvature() * truck.footprint.reach());
    for section in path.sections() {
        let points = &path.points[section];
        let (Some(first), Some(last)) = (points.first(), points.last()) else { continue };
        let pace = if first.travel == Travel::Reverse { REVERSE } else { FORWARD };
        let length = last.station - first.station;
        let count = (length / PIECE).ceil().max(1.0) as usize;
        for k in 0..=count {
            let station = first.station + length * k as f64 / count as f64;
            let drive = match (k, pieces.last()) {
                // The same place as the end of the section before, after the change.
                (0, Some(_)) => CHANGE,
                (0, None) => 0.0,
                _ => length / count as f64 / pace,
            };
            let free = free_times(path.at(station).pose, moving, truck, margin + slack);
            pieces.push(Piece { station, drive, free });
        }
    }
    pieces
}

/// When a truck may stand at a pose, from 0 s on.
fn free_times(pose: Pose2, moving: &[Moving], truck: &TruckModel, wanted: f64) -> Vec<(f64, f64)> {
    let end = moving.iter().filter_map(|m| m.track.last()).map(|p| p.0).fold(0.0, f64::max);
    let ticks = (end / TICK).ceil() as usize;
    let clear = |k: usize| moving.iter().all(|m| is_clear(m, k as f64 * TICK, pose, truck, wanted));
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

/// Whether a machine keeps a distance from a truck at a pose over a tick. No part of it moves further in that time than
/// its corners do.
fn is_clear(machine: &Moving, time: f64, pose: Pose2, truck: &TruckModel, wanted: f64) -> bool {
    let (Some(a), Some(b)) = (machine.at(time), machine.at(time + TICK)) else { return true };
    let far = machine.footprint.reach() + truck.footprint.reach() + wanted;
    let (from, to) = (machine.footprint.corners(a), machine.footprint.corners(b));
    let moved = from.iter().zip(&to).map(|(p, q)| (q - p).norm()).fold(0.0, f64::max);
    if a.distance(pose) > far + moved {
        return true;
    }
    let apart = |at: Pose2| machine.obstacle(at).footprint_distance(&truck.footprint, pose);
    0.5 * (apart(a) + apart(b) - moved) >= wanted
}
