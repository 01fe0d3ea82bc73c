//! Speed profiles: the speed along a path, and what limits it at each station.
//!
//! [`speed_profile`] first caps the speed at each station. A backward pass then plans stops with the brakes and lower
//! caps with the retarder. A forward pass drives with the engine. These are the usual three passes; they are exact for
//! accelerations that are constant over each interval.

mod bound;
mod caps;
mod economy;
mod error;
mod jerk;
mod nodes;
mod passes;
mod profile;
mod retarding;
#[cfg(test)]
mod tests;

pub use economy::{economical_profile, fuel};
pub use error::SpeedError;
pub use profile::{Binding, SpeedPoint, SpeedProfile};
pub use retarding::Retarding;

use crate::{Conditions, Path, TruckModel};
use bound::SpeedBound;
use caps::Caps;
use haul_mine::LEAST_SPEED_LIMIT;
use haul_vehicle::DriveState;

/// Request for a speed profile.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct SpeedRequest {
    /// Payload, kg, 0 to 1,000,000.
    pub payload_kg: f64,
    /// Speed at the start of the profile in the direction of travel there, m/s, 0 to 100.
    pub start_speed: f64,
    /// State of the driveline at the start of the profile, from the truck's own report
    /// ([`haul_vehicle::Limits::drive_reported`]) or from the profile followed so far ([`SpeedProfile::drive_at`]).
    /// `None`: the state in which the automatic gearbox is at `start_speed`.
    pub drive: Option<DriveState>,
    /// Speed at the end of the path, m/s, 0 to 100. If the profile ends earlier, at `end_station`, the truck stops
    /// there.
    pub end_speed: f64,
    /// Maximum speed, m/s, at least 0.1. `None`: no limit by the request.
    pub limit: Option<f64>,
    /// Station at the end of the granted path, where the truck must stop, m. A station beyond the end of the path has
    /// no effect.
    pub end_station: Option<f64>,
    /// Station where the profile starts, m. `None`: the start of the path.
    pub start_station: Option<f64>,
    /// Distance visible ahead, m. The truck can stop within it with the service brakes alone, including a reaction time
    /// of one second. `None`: no limit by sight.
    pub sight_distance: Option<f64>,
    /// Share of the grip that a stop within the sight distance may use, 0.1 to 1. `None`: all of the grip.
    pub sight_grip: Option<f64>,
    /// Maximum jerk, m/s³. `None`: no limit other than the filling times of the actuators.
    pub jerk: Option<f64>,
    /// Use of the retarder on downgrades.
    pub retarding: Retarding,
}

/// Returns the fastest profile along a path that keeps every limit.
///
/// The limits come from the truck's power, the retarder's power on downgrades, curves (slide, roll-over, comfort,
/// steering rate), grip, the road and the request. The truck stops exactly at each change of direction, and at the end
/// unless the request has an end speed.
///
/// # Errors
///
/// A [`SpeedError`] with the reason why there is no profile.
pub fn speed_profile(
    path: &Path,
    truck: &TruckModel,
    conditions: &Conditions,
    request: &SpeedRequest,
) -> Result<SpeedProfile, SpeedError> {
    check_numbers(conditions, request)?;
    let nodes = nodes::along(path, request)?;
    let path_end = path.points.last().map_or(0.0, |p| p.station);
    let end = match nodes.last() {
        Some(last) if last.station < path_end - nodes::SAME_STATION => SpeedBound::new(0.0, Binding::Grant),
        _ => SpeedBound::new(request.end_speed * request.end_speed, Binding::Stop),
    };
    passes::run(&nodes, &mut Caps::new(truck, conditions, request), request, end)
}

/// Returns the temperature of the retarder's oil (K) at each point of a profile. `start` is the temperature (K) at the
/// first point. The retarder heats the oil when it holds or slows the truck.
///
/// # Errors
///
/// As [`speed_profile`], for numbers that are not usable.
pub fn retarder_temperatures(
    profile: &SpeedProfile,
    path: &Path,
    truck: &TruckModel,
    conditions: &Conditions,
    request: &SpeedRequest,
    start: f64,
) -> Result<Vec<f64>, SpeedError> {
    check_numbers(conditions, request)?;
    if !start.is_finite() {
        return Err(SpeedError::NotUsable { what: "the retarder's temperature", expected: "a finite number" });
    }
    let caps = Caps::new(truck, conditions, request);
    let mut temperatures = Vec::with_capacity(profile.points.len());
    let mut t = start;
    for (i, p) in profile.points.iter().enumerate() {
        if let Some(before) = i.checked_sub(1).map(|k| profile.points[k]) {
            let grade = path.at(before.station).grade;
            let squares = (before.speed * before.speed, p.speed * p.speed);
            t = caps.retarder().after(t, grade, p.station - before.station, squares.0, squares.1);
        }
        temperatures.push(t);
    }
    Ok(temperatures)
}

/// Maximum speed (m/s) and maximum payload (kg) of a request.
const MAX_SPEED: f64 = 100.0;
const MAX_PAYLOAD: f64 = 1e6;

fn check_numbers(conditions: &Conditions, request: &SpeedRequest) -> Result<(), SpeedError> {
    let positive = |x: f64| x.is_finite() && x > 0.0;
    let up_to = |most: f64, x: f64| (0.0..=most).contains(&x);
    let (speed, above) = ("from 0 to 100 m/s", "a finite number above 0");
    let checks = [
        ("payload_kg", up_to(MAX_PAYLOAD, request.payload_kg), "from 0 to 1,000,000 kg"),
        ("start_speed", up_to(MAX_SPEED, request.start_speed), speed),
        ("end_speed", up_to(MAX_SPEED, request.end_speed), speed),
        ("limit", request.limit.is_none_or(|l| l >= LEAST_SPEED_LIMIT), "0.1 m/s or more"),
        ("end_station", request.end_station.is_none_or(f64::is_finite), "a finite number"),
        ("start_station", request.start_station.is_none_or(f64::is_finite), "a finite number"),
        ("sight_distance", request.sight_distance.is_none_or(positive), above),
        ("sight_grip", request.sight_grip.is_none_or(|share| (0.1..=1.0).contains(&share)), "from 0.1 to 1"),
        ("jerk", request.jerk.is_none_or(positive), above),
        (
            "the retarder's temperature",
            !matches!(request.retarding, Retarding::Heat { temperature: t } if !positive(t)),
            above,
        ),
        ("friction", positive(conditions.friction), above),
        ("rolling_resistance", up_to(1.0, conditions.rolling_resistance), "from 0 to 1"),
        ("speed_cap", conditions.speed_cap >= LEAST_SPEED_LIMIT, "0.1 m/s or more"),
    ];
    match checks.iter().find(|(_, good, _)| !good) {
        Some((what, _, expected)) => Err(SpeedError::NotUsable { what, expected }),
        None => Ok(()),
    }
}
