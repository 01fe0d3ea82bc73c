//! Drawing of a speed profile: the speed in the colour of its limit, gears and oil, and the ground below.

use crate::plot::{Axis, Line, Plot, stacked};
use haul_core::units::{to_celsius, to_kmh};
use haul_planner::speed::{Binding, SpeedPoint, SpeedProfile};
use haul_planner::{Path, Travel};

/// Temperature of the retarder's oil at each point of a profile, and its limit, K.
pub(super) struct Heat<'a> {
    pub(super) temperatures: &'a [f64],
    pub(super) limit: f64,
}

/// Heights of the plots, px.
const SPEED_HEIGHT: f64 = 520.0;
const GROUND_HEIGHT: f64 = 330.0;
const OIL_HEIGHT: f64 = 330.0;
const GEAR: &str = "#b8b8b8";
const GROUND: &str = "#6b4f2a";
const OIL: &str = "#b04010";

/// Returns the colour and the name of a limit.
fn looks(binding: Binding) -> (&'static str, &'static str) {
    match binding {
        Binding::PowerClimb => ("#1060a0", "engine power"),
        Binding::Retarder => ("#b04010", "retarder"),
        Binding::Curve => ("#3c7a1c", "curve"),
        Binding::CrossSlope => ("#8fb01c", "cross slope"),
        Binding::SteeringRate => ("#107a6a", "steering rate"),
        Binding::SteeringLock => ("#0a4a8a", "steering lock"),
        Binding::Limit => ("#c01048", "speed limit"),
        Binding::TopSpeed => ("#303030", "top speed"),
        Binding::Stop | Binding::Grant => ("#7a2c7a", "stop ahead"),
        Binding::Grip => ("#4ab0c8", "grip"),
        Binding::Comfort | Binding::Jerk => ("#c88a00", "driveline and load spared"),
        Binding::Reverse => ("#a020c0", "reverse"),
        Binding::Sight => ("#8a8a00", "sight"),
        Binding::Economy => ("#4a9a4a", "economy"),
        _ => ("#707070", "start"),
    }
}

/// Returns the profile as SVG.
pub(super) fn draw(title: &str, path: &Path, profile: &SpeedProfile, heat: Option<Heat>) -> String {
    let points = &profile.points;
    let last = points.last().map_or(1.0, |p| p.station);
    let distance = || Axis::linear("distance", "m", points.first().map_or(0.0, |p| p.station), last);
    let mut plots = vec![speeds(title, path, profile, distance()), ground(path, points, distance())];
    if let Some(heat) = heat {
        plots.push(oil(points, &heat, distance()));
    }
    stacked(&plots)
}

fn speeds(title: &str, path: &Path, profile: &SpeedProfile, distance: Axis) -> Plot {
    let points = &profile.points;
    let subtitle = format!(
        "{:.0} s, {:.1} km/h in the mean; colours say what keeps the truck from going faster, grey the gear times ten",
        profile.total_time(),
        to_kmh(path.length() / profile.total_time().max(f64::MIN_POSITIVE))
    );
    let greatest = points.iter().map(|p| to_kmh(p.speed)).fold(10.0, f64::max);
    let axis = Axis::covering("speed", "km/h", [greatest, 62.0].into_iter());
    let mut plot = Plot::new(title, &subtitle, distance, axis).height(SPEED_HEIGHT);
    let gears = points.iter().filter_map(|p| {
        let drive = profile.drive_at(p.station)?;
        let forward = path.at(p.station).travel == Travel::Forward;
        Some([p.station, if forward { 10.0 * f64::from(drive.gear()) } else { 0.0 }])
    });
    plot.line(Line::new(gears.collect(), GEAR).thin());
    let mut met = Vec::new();
    let mut k = 0;
    while k + 1 < points.len() {
        let (colour, name) = looks(points[k].binding);
        let run = points[k..].iter().take_while(|p| looks(p.binding).0 == colour).count();
        // A run continues to the start of the next one.
        let end = (k + run + 1).min(points.len());
        let line = points[k..end].iter().map(|p| [p.station, to_kmh(p.speed)]).collect();
        plot.line(Line::new(line, colour));
        if !met.contains(&colour) {
            met.push(colour);
            plot.key(colour, name);
        }
        k += run;
    }
    plot
}

fn ground(path: &Path, points: &[SpeedPoint], distance: Axis) -> Plot {
    let heights: Vec<[f64; 2]> = points.iter().map(|p| [p.station, path.at(p.station).z]).collect();
    let (low, high) = heights.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), p| (l.min(p[1]), h.max(p[1])));
    let rise = 5.0 * ((high - low) / 5.0).ceil().max(1.0);
    let axis = Axis::linear("height", "m", low.floor(), low.floor() + rise);
    let steepest = points
        .iter()
        .map(|p| 100.0 * path.at(p.station).grade)
        .fold((0.0f64, 0.0f64), |(l, h), g| (l.min(g), h.max(g)));
    let subtitle = format!("grades of {:+.1} to {:+.1} %", steepest.0, steepest.1);
    let mut plot = Plot::new("Ground", &subtitle, distance, axis).height(GROUND_HEIGHT);
    plot.line(Line::new(heights, GROUND));
    plot
}

fn oil(points: &[SpeedPoint], heat: &Heat, distance: Axis) -> Plot {
    let limit = to_celsius(heat.limit);
    let line: Vec<[f64; 2]> = points.iter().zip(heat.temperatures).map(|(p, t)| [p.station, to_celsius(*t)]).collect();
    let coolest = line.iter().map(|p| p[1]).fold(limit, f64::min);
    let hottest = line.iter().map(|p| p[1]).fold(f64::NEG_INFINITY, f64::max);
    let axis = Axis::linear("oil", "°C", (coolest / 10.0).floor() * 10.0, (limit / 10.0).ceil() * 10.0 + 10.0);
    let subtitle = format!("{hottest:.0} °C at most, {limit:.0} °C allowed");
    let ends = [points.first(), points.last()].into_iter().flatten();
    let allowed = ends.map(|p| [p.station, limit]).collect();
    let mut plot = Plot::new("Retarder oil", &subtitle, distance, axis).height(OIL_HEIGHT);
    plot.line(Line::new(line, OIL));
    plot.line(Line::new(allowed, OIL).thin().dashed());
    plot
}
