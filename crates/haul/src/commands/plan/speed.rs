//! `haul plan speed`.

use super::drive::Drive;
use super::{draw_to, speed_chart};
use crate::cli::plan::PlanRouteArgs;
use crate::failure::Failure;
use crate::out;
use haul_core::units::{to_celsius, to_kmh};
use haul_planner::speed::SpeedProfile;
use haul_planner::{Path, Travel};
use serde::Serialize;
use std::ops::Range;

#[derive(Serialize)]
struct SpeedAnswer<'a> {
    from: &'a str,
    to: &'a str,
    payload_t: f64,
    length_m: f64,
    time_s: f64,
    points: Vec<SpeedRow>,
}

#[derive(Serialize)]
struct SpeedRow {
    station_m: f64,
    speed_kmh: f64,
    acceleration_mps2: f64,
    grade: f64,
    /// Gear, −1 for reverse; `None` in an economical profile, which does not simulate the gearbox.
    #[serde(skip_serializing_if = "Option::is_none")]
    gear: Option<i8>,
    binding: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    retarder_oil_c: Option<f64>,
}

/// Returns the planned gear at a station.
fn gear(profile: &SpeedProfile, path: &Path, station: f64) -> Option<i8> {
    let drive = profile.drive_at(station)?;
    Some(if path.at(station).travel == Travel::Reverse { -1 } else { drive.gear() as i8 })
}

/// Returns the gears of a stretch in words.
fn gears(part: &[SpeedRow]) -> String {
    let of = |g: i8| if g < 0 { "R".to_string() } else { g.to_string() };
    match (part.iter().filter_map(|r| r.gear).min(), part.iter().filter_map(|r| r.gear).max()) {
        (Some(low), Some(high)) if low < high => format!("{} to {}", of(low), of(high)),
        (Some(only), _) => of(only),
        _ => "-".to_string(),
    }
}

/// Plans a speed profile and prints it.
pub(super) fn speed(args: &PlanRouteArgs) -> Result<(), Failure> {
    let Drive { truck, journey, profile, oil, .. } = Drive::plan(args)?;
    let title = || format!("{}: {} to {} with {:.1} t", truck.spec.name, args.from, args.to, args.load);
    let limit = truck.spec.transmission.retarder.limit_temperature;
    let heat = oil.as_deref().map(|temperatures| speed_chart::Heat { temperatures, limit });
    draw_to(args.svg.as_deref(), || speed_chart::draw(&title(), &journey.path, &profile, heat))?;
    let rows: Vec<SpeedRow> = profile
        .points
        .iter()
        .enumerate()
        .map(|(k, p)| SpeedRow {
            station_m: p.station,
            speed_kmh: to_kmh(p.speed),
            acceleration_mps2: p.acceleration,
            grade: journey.path.at(p.station).grade,
            gear: gear(&profile, &journey.path, p.station),
            binding: format!("{:?}", p.binding),
            retarder_oil_c: oil.as_ref().and_then(|o| o.get(k)).map(|t| to_celsius(*t)),
        })
        .collect();
    let (length_m, time_s) = (journey.path.length(), profile.total_time());
    if args.json {
        out::json(&SpeedAnswer {
            from: &args.from,
            to: &args.to,
            payload_t: args.load,
            length_m,
            time_s,
            points: rows,
        });
        return Ok(());
    }
    out::line(format!("{} to {} with {:.1} t: {length_m:.0} m in {time_s:.0} s", args.from, args.to, args.load));
    let stretches = stretches(&rows).into_iter().map(|part| {
        let part = &rows[part];
        let least = part.iter().map(|r| r.speed_kmh).fold(f64::INFINITY, f64::min);
        let greatest = part.iter().map(|r| r.speed_kmh).fold(0.0, f64::max);
        let last = part.last().map_or(0.0, |r| r.station_m);
        vec![
            format!("{:.0} to {last:.0}", part[0].station_m),
            format!("{least:.1} to {greatest:.1}"),
            format!("{:+.1}", 100.0 * part[part.len() / 2].grade),
            gears(part),
            part[0].binding.clone(),
        ]
    });
    out::line(out::table(&["station (m)", "speed (km/h)", "grade (%)", "gear", "what binds"], stretches));
    Ok(())
}

/// Returns stretches with the same binding limit, instead of thousands of points. A stretch that is too short for its
/// own line is added to the previous one.
fn stretches(rows: &[SpeedRow]) -> Vec<Range<usize>> {
    const SHORT: f64 = 5.0;
    let mut all: Vec<Range<usize>> = Vec::new();
    let mut k = 0;
    while k < rows.len() {
        let end = rows[k..].iter().position(|r| r.binding != rows[k].binding).map_or(rows.len(), |n| k + n);
        let length = rows[end.min(rows.len() - 1)].station_m - rows[k].station_m;
        match all.last_mut() {
            Some(before) if length < SHORT || rows[before.start].binding == rows[k].binding => before.end = end,
            _ => all.push(k..end),
        }
        k = end;
    }
    all
}
