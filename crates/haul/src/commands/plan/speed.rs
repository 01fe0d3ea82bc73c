//! `haul plan speed`.

use super::draw_to;
use super::drive::Drive;
use crate::cli::plan::PlanRouteArgs;
use crate::draw;
use crate::failure::Failure;
use crate::out;
use haul_core::units::to_kmh;
use serde::Serialize;

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
    binding: String,
}

/// Plans speeds and prints them.
pub(super) fn speed(args: &PlanRouteArgs) -> Result<(), Failure> {
    let Drive { map, truck, journey, profile, .. } = Drive::plan(args)?;
    draw_to(args.svg.as_deref(), || draw::plan(&map, &truck, &[&journey.path], Some(&profile)))?;
    let rows: Vec<SpeedRow> = profile
        .points
        .iter()
        .map(|p| SpeedRow {
            station_m: p.station,
            speed_kmh: to_kmh(p.speed),
            acceleration_mps2: p.acceleration,
            grade: journey.path.at(p.station).grade,
            binding: format!("{:?}", p.binding),
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
    // Stretches over which the same limit binds, rather than thousands of points.
    let mut stretches: Vec<Vec<String>> = Vec::new();
    let mut k = 0;
    while k < rows.len() {
        let end = rows[k..].iter().position(|r| r.binding != rows[k].binding).map_or(rows.len(), |n| k + n);
        let part = &rows[k..end];
        let least = part.iter().map(|r| r.speed_kmh).fold(f64::INFINITY, f64::min);
        let greatest = part.iter().map(|r| r.speed_kmh).fold(0.0, f64::max);
        let last = part.last().map_or(0.0, |r| r.station_m);
        if last - part[0].station_m >= 5.0 {
            stretches.push(vec![
                format!("{:.0} to {last:.0}", part[0].station_m),
                format!("{least:.1} to {greatest:.1}"),
                format!("{:+.1}", 100.0 * part[part.len() / 2].grade),
                part[0].binding.clone(),
            ]);
        }
        k = end;
    }
    out::line(out::table(&["station (m)", "speed (km/h)", "grade (%)", "what binds"], stretches));
    Ok(())
}
