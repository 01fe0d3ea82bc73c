//! A speed profile: speed, acceleration and what binds at each station.

use haul_vehicle::DriveState;
use serde::{Deserialize, Serialize};

/// What keeps the truck from going faster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Binding {
    /// The engine's power on the grade.
    PowerClimb,
    /// The retarder's continuous power down the grade.
    Retarder,
    /// Slide, roll-over or comfort in a curve.
    Curve,
    /// The slope across the road: it leans outwards in a curve, or changes so quickly that the truck sways.
    CrossSlope,
    /// The rate of the steering along the path's change of curvature.
    SteeringRate,
    /// The lock of the steering: understeer grows with speed, and the path is nearly as tight as the wheels turn.
    SteeringLock,
    /// A speed limit of the site, or of the request.
    Limit,
    /// The truck's top speed.
    TopSpeed,
    /// A stop or end speed at the path's end, or a change of travel.
    Stop,
    /// The end of the granted road.
    Grant,
    /// The tyres' grip.
    Grip,
    /// Acceleration that load and driveline are spared.
    Comfort,
    /// The start: its speed, or a start too fast for what follows.
    Start,
    /// Driving in reverse.
    Reverse,
    /// The distance that can be seen ahead.
    Sight,
    /// The rate at which the acceleration may change.
    Jerk,
    /// There is time: slower burns less.
    Economy,
}

/// One station of a profile.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SpeedPoint {
    /// Station on the path, m.
    pub station: f64,
    /// Speed in the direction of motion, m/s, not negative.
    pub speed: f64,
    /// Acceleration in the direction of motion up to the next point, m/s².
    pub acceleration: f64,
    /// What keeps the speed here from being higher.
    pub binding: Binding,
}

/// Speeds along a path; between points the acceleration is constant.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SpeedProfile {
    /// The points, by rising station.
    pub points: Vec<SpeedPoint>,
    /// Time at each point since the first, s.
    times: Vec<f64>,
    /// How the drive is foreseen to stand at each point; empty where it was not followed.
    #[serde(default)]
    drives: Vec<DriveState>,
}

impl SpeedProfile {
    /// From points whose speeds are joined by their accelerations.
    pub(crate) fn new(points: Vec<SpeedPoint>, drives: Vec<DriveState>) -> Self {
        let mut times = Vec::with_capacity(points.len());
        let mut time = 0.0;
        for (i, p) in points.iter().enumerate() {
            if let Some(before) = i.checked_sub(1).and_then(|k| points.get(k)) {
                time += interval_time(before, p.station - before.station, p.speed);
            }
            times.push(time);
        }
        Self { points, times, drives }
    }

    /// The last point at or before a station, or the first point.
    fn before(&self, station: f64) -> Option<usize> {
        (!self.points.is_empty()).then(|| self.points.partition_point(|p| p.station <= station).saturating_sub(1))
    }

    /// Speed at a station, m/s; beyond the ends that of the end. An empty profile stands still.
    pub fn speed_at(&self, station: f64) -> f64 {
        self.before(station).map_or(0.0, |i| self.speed_after(i, station))
    }

    fn speed_after(&self, i: usize, station: f64) -> f64 {
        let p = &self.points[i];
        if i + 1 == self.points.len() || station <= p.station {
            return p.speed;
        }
        libm::sqrt((p.speed * p.speed + 2.0 * p.acceleration * (station - p.station)).max(0.0))
    }

    /// Acceleration at a station, m/s²; 0 beyond the ends.
    pub fn acceleration_at(&self, station: f64) -> f64 {
        match (self.before(station), self.points.last()) {
            (Some(i), Some(last)) if station < last.station && station >= self.points[0].station => {
                self.points[i].acceleration
            }
            _ => 0.0,
        }
    }

    /// How the drive is foreseen to stand at the last point at or before a station: what a profile that is taken up there
    /// starts with. `None` where it was not followed: in an economical profile, or in one that was read from a file.
    pub fn drive_at(&self, station: f64) -> Option<DriveState> {
        self.before(station).and_then(|i| self.drives.get(i).copied())
    }

    /// What binds at a station.
    pub fn binding_at(&self, station: f64) -> Option<Binding> {
        self.before(station).map(|i| self.points[i].binding)
    }

    /// Driving time from the profile's start to a station, s, without the stand at changes of travel.
    pub fn time_at(&self, station: f64) -> f64 {
        let Some(i) = self.before(station) else { return 0.0 };
        let into = station - self.points[i].station;
        if into <= 0.0 || i + 1 == self.points.len() {
            return self.times[i];
        }
        self.times[i] + interval_time(&self.points[i], into, self.speed_after(i, station))
    }

    /// Driving time of the whole profile, s, without the stand at changes of travel.
    pub fn total_time(&self) -> f64 {
        self.times.last().copied().unwrap_or(0.0)
    }

    /// Station where the profile ends, m.
    pub fn end_station(&self) -> f64 {
        self.points.last().map_or(0.0, |p| p.station)
    }
}

/// Time over a distance at constant acceleration between two speeds, s.
fn interval_time(from: &SpeedPoint, distance: f64, to_speed: f64) -> f64 {
    let sum = from.speed + to_speed;
    if distance > 0.0 && sum > 0.0 { 2.0 * distance / sum } else { 0.0 }
}
