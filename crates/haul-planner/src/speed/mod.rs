//! Speed profiles: how fast a path may be driven, and what binds at each station.
//!
//! [`speed_profile`] caps the speed at each station, takes the stops backwards with the brakes and the caps with the
//! retarder, and then drives forwards with the engine: the classic three passes, exact for accelerations that hold
//! over an interval.

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
use caps::Caps;
use haul_mine::LEAST_SPEED_LIMIT;
use haul_vehicle::DriveState;

/// What a profile is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct SpeedRequest {
    /// Payload, kg, up to 1,000,000.
    pub payload_kg: f64,
    /// Speed where the profile starts, m/s, from 0 to 100: the truck moves the way the path does there.
    pub start_speed: f64,
    /// How the drive stands where the profile starts; `None`: as the automatic would have it at that speed. From the truck's
    /// own report ([`haul_vehicle::Limits::drive_reported`]) or from the profile followed so far ([`SpeedProfile::drive_at`]).
    pub drive: Option<DriveState>,
    /// Speed at the path's end, m/s, from 0 to 100. Where the profile ends at `end_station` short of it, the truck stops instead.
    pub end_speed: f64,
    /// Speed never to exceed, m/s, 0.1 or more.
    pub limit: Option<f64>,
    /// Granted road: stop here, m. A station beyond the path's end changes nothing.
    pub end_station: Option<f64>,
    /// Where the profile starts, m; the path's start if `None`.
    pub start_station: Option<f64>,
    /// Distance that can be seen ahead, m: the service brakes alone stop the truck within it, a second of reaction
    /// included. `None`: everything is seen.
    pub sight_distance: Option<f64>,
    /// Greatest change of acceleration, m/s³; `None`: the actuators' own filling times are soft enough.
    pub jerk: Option<f64>,
    /// How the retarder may be used down grades.
    pub retarding: Retarding,
}

/// The fastest profile along a path that keeps every limit: the truck's power on the grade, the retarder's continuous
/// power down it, curves (slide, roll-over, comfort, steering rate), grip, and the limits of road and request. It
/// stops exactly at each change of travel, and at the end unless an end speed is asked.
///
/// Errors: [`SpeedError`].
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
        Some(last) if last.station < path_end - nodes::SAME_STATION => (0.0, Binding::Grant),
        _ => (request.end_speed * request.end_speed, Binding::Stop),
    };
    passes::run(&nodes, &mut Caps::new(truck, conditions, request), request, end)
}

/// Temperature of the retarder's oil (K) at each point of a profile, from what it is at the first: what a plan makes of
/// it where the retarder holds the truck down the grades and slows it.
///
/// Errors: as [`speed_profile`] for numbers that are not usable.
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
        return Err(SpeedError::NotUsable { what: "the retarder's temperature", wanted: "finite" });
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

/// Faster than this nobody comes or goes, m/s, and no truck carries more, kg.
const FASTEST: f64 = 100.0;
const HEAVIEST: f64 = 1e6;

fn check_numbers(conditions: &Conditions, request: &SpeedRequest) -> Result<(), SpeedError> {
    let positive = |x: f64| x.is_finite() && x > 0.0;
    let up_to = |most: f64, x: f64| (0.0..=most).contains(&x);
    let (speed, above) = ("from 0 to 100 m/s", "finite and above 0");
    let checks = [
        ("payload_kg", up_to(HEAVIEST, request.payload_kg), "from 0 to 1,000,000 kg"),
        ("start_speed", up_to(FASTEST, request.start_speed), speed),
        ("end_speed", up_to(FASTEST, request.end_speed), speed),
        ("limit", request.limit.is_none_or(|l| l >= LEAST_SPEED_LIMIT), "0.1 m/s or more"),
        ("end_station", request.end_station.is_none_or(f64::is_finite), "finite"),
        ("start_station", request.start_station.is_none_or(f64::is_finite), "finite"),
        ("sight_distance", request.sight_distance.is_none_or(positive), above),
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
        Some((what, _, wanted)) => Err(SpeedError::NotUsable { what, wanted }),
        None => Ok(()),
    }
}
