//! Replaces the parts of a lane that the truck cannot drive by manoeuvres.

use super::PlanError;
use super::attach::{Joined, Local};
use crate::manoeuvre::{ManoeuvreError, ManoeuvreOptions, plan_manoeuvre};
use crate::path::{LaneDraft, Path, REQUIRED_CLEARANCE, Travel};
use std::ops::Range;

/// Distances before and after a bad part at which the manoeuvre begins and ends, m, in the order of trying.
const REACHES: [f64; 3] = [25.0, 40.0, 60.0];

/// A part of the lane that must be avoided.
struct Bad {
    stations: Range<f64>,
    error: Box<dyn Fn(ManoeuvreError) -> PlanError>,
}

/// Returns the whole path: the first manoeuvre, the lane with its bad parts replaced, and the last manoeuvre. An error
/// comes with the station of the bad part on the lane.
pub(super) fn whole(local: &Local<'_>, lane: LaneDraft, joined: Joined) -> Result<Path, (PlanError, Option<f64>)> {
    let mut bad: Vec<Bad> = lane
        .faults
        .iter()
        .map(|f| {
            let error = f.error.clone();
            Bad { stations: f.stations.clone(), error: Box::new(move |_| error.clone().into()) }
        })
        .collect();
    bad.extend(blocked(local, &lane.path, &joined.lane));
    bad.sort_by(|a, b| a.stations.start.total_cmp(&b.stations.start));
    let mut path = joined.leave;
    let mut at = joined.lane.start;
    for stretch in bad {
        if stretch.stations.end <= at {
            continue;
        }
        let (from, to, round) =
            around(local, &lane.path, &stretch, at, joined.lane.end).map_err(|e| (e, Some(stretch.stations.start)))?;
        path.append(&lane.path.cut(at, from));
        path.append(&round);
        at = to;
    }
    path.append(&lane.path.cut(at, joined.lane.end));
    path.append(&joined.arrive);
    Ok(path)
}

/// Finds the parts of the lane that obstacles block.
fn blocked(local: &Local<'_>, lane: &Path, driven: &Range<f64>) -> Vec<Bad> {
    let mut bad: Vec<Bad> = Vec::new();
    if local.space.obstacles.is_empty() {
        return bad;
    }
    for p in lane.points.iter().filter(|p| driven.contains(&p.station)) {
        // The lane may have less clearance from the edges; only obstacles count here.
        let clearance = local.space.footprint_clearance(&local.truck.footprint, p.pose);
        if clearance >= REQUIRED_CLEARANCE.min(p.clearance) {
            continue;
        }
        match bad.last_mut() {
            Some(last) if p.station - last.stations.end < local.truck.footprint.length() => {
                last.stations.end = p.station;
            }
            _ => {
                let (x, y, station) = (p.pose.x, p.pose.y, p.station);
                bad.push(Bad {
                    stations: p.station..p.station,
                    error: Box::new(move |because| PlanError::Blocked { x, y, station, because }),
                });
            }
        }
    }
    bad
}

/// Plans a manoeuvre around a bad part. Returns the stations where it leaves and rejoins the lane, and its path.
fn around(
    local: &Local<'_>,
    lane: &Path,
    bad: &Bad,
    earliest: f64,
    latest: f64,
) -> Result<(f64, f64, Path), PlanError> {
    let mut failed = None;
    for reach in REACHES {
        let from = (bad.stations.start - reach).max(earliest);
        let to = (bad.stations.end + reach).min(latest);
        let (a, b) = (lane.at(from), lane.at(to));
        let options = ManoeuvreOptions {
            margin: REQUIRED_CLEARANCE.min(b.clearance),
            last: Some(Travel::Forward),
            start_curvature: Some(a.curvature),
            goal_curvature: Some(b.curvature),
            ..ManoeuvreOptions::default()
        };
        match plan_manoeuvre(a.pose, b.pose, local.space, local.truck, &options) {
            Ok(path) => return Ok((from, to, path)),
            Err(error) => failed = Some(error),
        }
    }
    Err((bad.error)(failed.unwrap_or(ManoeuvreError::NoWay { explored: 0, nearest: f64::INFINITY })))
}
