//! A speed profile: speed, acceleration and the binding limit at each station.

use haul_vehicle::DriveState;
use serde::{Deserialize, Serialize};

/// The limit that keeps the truck from driving faster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Binding {
    /// The engine's power on the grade.
    PowerClimb,
    /// The retarder's continuous power down the grade.
    Retarder,
    /// Slide, roll-over or comfort in a curve.
    Curve,
    /// The cross slope: the road leans outwards in a curve, or its slope changes so quickly that the truck sways.
    CrossSlope,
    /// The rate of the steering along the path's change of curvature.
    SteeringRate,
    /// The lock of the steering: understeer grows with speed, and the path is nearly as tight as the wheels can turn.
    SteeringLock,
    /// A speed limit of the site or of the request.
    Limit,
    /// The truck's top speed.
    TopSpeed,
    /// A stop or end speed at the path's end, or a change of direction.
    Stop,
    /// The end of the granted road.
    Grant,
    /// The tyres' grip.
    Grip,
    /// Comfort: an acceleration that spares load and driveline.
    Comfort,
    /// The start: its speed, or a start that is too fast for the bounds ahead.
    Start,
    /// Driving in reverse.
    Reverse,
    /// The distance visible ahead.
    Sight,
    /// The rate at which the acceleration may change.
    Jerk,
    /// Economy: there is time, and driving slower burns less fuel.
    Economy,
}

/// One station of a profile.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SpeedPoint {
    /// Station on the path, m.
    pub station: f64,
    /// Speed in the direction of motion, m/s, not negative.
    pub speed: f64,
    /// Acceleration in the direction of motion until the next point, m/s².
    pub acceleration: f64,
    /// The limit that keeps the speed from being higher.
    pub binding: Binding,
}

/// Speeds along a path; between points the acceleration is constant.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SpeedProfile {
    /// The points, by ascending station.
    pub points: Vec<SpeedPoint>,
    /// Time at each point since the first, s.
    times: Vec<f64>,
    /// Predicted state of the driveline at each point; empty if it was not computed.
    #[serde(default)]
    drives: Vec<DriveState>,
}

impl SpeedProfile {
    /// Builds a profile from points whose speeds and accelerations are consistent.
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

    /// Index of the last point at or before a station, or of the first point.
    fn before(&self, station: f64) -> Option<usize> {
        (!self.points.is_empty()).then(|| self.points.partition_point(|p| p.station <= station).saturating_sub(1))
    }

    /// Speed at a station, m/s; beyond the ends, the speed at the end. 0 for an empty profile.
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

    /// Predicted state of the driveline at the last point at or before a station, from which a new profile can start
    /// there. `None` if it was not computed: in an economical profile, or in one read from a file.
    pub fn drive_at(&self, station: f64) -> Option<DriveState> {
        self.before(station).and_then(|i| self.drives.get(i).copied())
    }

    /// The limit that binds at a station.
    pub fn binding_at(&self, station: f64) -> Option<Binding> {
        self.before(station).map(|i| self.points[i].binding)
    }

    /// Driving time from the profile's start to a station, s, without stops at changes of direction.
    pub fn time_at(&self, station: f64) -> f64 {
        let Some(i) = self.before(station) else { return 0.0 };
        let into = station - self.points[i].station;
        if into <= 0.0 || i + 1 == self.points.len() {
            return self.times[i];
        }
        self.times[i] + interval_time(&self.points[i], into, self.speed_after(i, station))
    }

    /// Driving time of the whole profile, s, without stops at changes of direction.
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
