//! A speed profile: speed, acceleration and the binding limit at each station.

use haul_vehicle::DriveState;
use serde::{Deserialize, Serialize};

/// Cause that keeps the truck from driving faster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Binding {
    /// The engine's power on an upgrade.
    PowerClimb,
    /// The retarder's power on a downgrade.
    Retarder,
    /// Risk of sliding or rolling over in a curve, or comfort in a curve.
    Curve,
    /// The cross slope: the road leans outwards in a curve, or its cross slope changes so quickly that the truck would
    /// sway.
    CrossSlope,
    /// The steering rate, where the curvature of the path changes.
    SteeringRate,
    /// The steering lock: the path is nearly as tight as the wheels can turn, and understeer grows with speed.
    SteeringLock,
    /// A speed limit of the site or of the request.
    Limit,
    /// The truck's top speed.
    TopSpeed,
    /// A stop or an end speed at the end of the path, or a change of direction.
    Stop,
    /// The end of the granted path.
    Grant,
    /// The tyres' grip.
    Grip,
    /// Comfort: the acceleration is limited to spare load and driveline.
    Comfort,
    /// The speed at the start, which may be too fast for the bounds ahead.
    Start,
    /// Driving in reverse.
    Reverse,
    /// The distance visible ahead.
    Sight,
    /// The limit on jerk.
    Jerk,
    /// Economy: there is time, and driving more slowly burns less fuel.
    Economy,
}

/// Speed and acceleration at one station of a profile.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SpeedPoint {
    /// Station along the path, m.
    pub station: f64,
    /// Speed in the direction of motion, m/s; never negative.
    pub speed: f64,
    /// Acceleration in the direction of motion until the next point, m/s².
    pub acceleration: f64,
    /// The limit that prevents a higher speed.
    pub binding: Binding,
}

/// Speeds along a path. Between two points the acceleration is constant.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SpeedProfile {
    /// Points of the profile, by ascending station.
    pub points: Vec<SpeedPoint>,
    /// Time from the first point to each point, s.
    times: Vec<f64>,
    /// Predicted state of the driveline at each point. Empty if it was not computed.
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

    /// Returns the index of the last point at or before a station, or of the first point if the station is before it.
    fn before(&self, station: f64) -> Option<usize> {
        (!self.points.is_empty()).then(|| self.points.partition_point(|p| p.station <= station).saturating_sub(1))
    }

    /// Returns the speed at a station, m/s. Beyond an end of the profile, returns the speed at that end; 0 if it is
    /// empty.
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

    /// Returns the acceleration at a station, m/s²; 0 beyond the ends of the profile.
    pub fn acceleration_at(&self, station: f64) -> f64 {
        match (self.before(station), self.points.last()) {
            (Some(i), Some(last)) if station < last.station && station >= self.points[0].station => {
                self.points[i].acceleration
            }
            _ => 0.0,
        }
    }

    /// Returns the predicted driveline state at the last point at or before a station; a new profile can start from it.
    /// `None` if no state was computed: in an economical profile, or in a profile read from a file.
    pub fn drive_at(&self, station: f64) -> Option<DriveState> {
        self.before(station).and_then(|i| self.drives.get(i).copied())
    }

    /// Returns the limit that binds at a station.
    pub fn binding_at(&self, station: f64) -> Option<Binding> {
        self.before(station).map(|i| self.points[i].binding)
    }

    /// Returns the driving time from the start of the profile to a station, s, without stops at changes of direction.
    pub fn time_at(&self, station: f64) -> f64 {
        let Some(i) = self.before(station) else { return 0.0 };
        let into = station - self.points[i].station;
        if into <= 0.0 || i + 1 == self.points.len() {
            return self.times[i];
        }
        self.times[i] + interval_time(&self.points[i], into, self.speed_after(i, station))
    }

    /// Returns the driving time of the whole profile, s, without stops at changes of direction.
    pub fn total_time(&self) -> f64 {
        self.times.last().copied().unwrap_or(0.0)
    }

    /// Returns the station where the profile ends, m.
    pub fn end_station(&self) -> f64 {
        self.points.last().map_or(0.0, |p| p.station)
    }
}

/// Returns the time over a distance (m) at constant acceleration between two speeds, s.
fn interval_time(from: &SpeedPoint, distance: f64, to_speed: f64) -> f64 {
    let sum = from.speed + to_speed;
    if distance > 0.0 && sum > 0.0 { 2.0 * distance / sum } else { 0.0 }
}
