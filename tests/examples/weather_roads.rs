//! Draws the road pictures of `docs/weather.md`: wetness, friction and rolling resistance of a road over a day of rain
//! and drying, and over two days of snow, frost and thaw.
//!
//! `cargo run --release -p haul-tests --example weather_roads` writes `docs/pictures/weather/rain_day.svg` and
//! `snow_days.svg`.

#![allow(clippy::print_stdout, reason = "it says which files it wrote")]

use haul_core::Lookup;
use haul_core::units::from_celsius;
use haul_sim::ground::{RoadInstant, road_history};
use haul_sim::weather::{SiteClock, WeatherPlan, constant};
use haul_tests::project;
use haul_vehicle::road_class;
use std::fmt::Write;

const HOUR: f64 = 3_600.0;
/// Rain rate of 1 mm/h, in m/s.
const MM_H: f64 = 1e-3 / HOUR;
/// Time step of a curve, s.
const STEP: f64 = 60.0;
/// Traffic of each curve (trucks per hour), with label and colour (Okabe and Ito 2008).
const TRAFFIC: [(f64, &str, &str); 3] =
    [(0.0, "no traffic", "#000000"), (10.0, "10 trucks an hour", "#0072b2"), (40.0, "40 trucks an hour", "#d55e00")];
/// Size of a panel, px.
const SIZE: (f64, f64) = (720.0, 120.0);
const MARGIN: (f64, f64) = (56.0, 34.0);

/// A panel: title, maximum value, and the function that gives the value at one time.
type Panel = (&'static str, f64, fn(&RoadInstant) -> f64);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = project().join("docs/pictures/weather");
    let wetness: Panel = ("wetness", 1.0, |i| i.wetness);
    let friction: Panel = ("friction", 0.6, |i| i.friction);
    let rolling: Panel = ("rolling resistance, %", 8.0, |i| 100.0 * i.rolling_resistance);
    let snow: Panel = ("loose, packed snow and ice, mm of water", 12.0, |i| 1e3 * i.surface.frozen());
    for (name, plan, hours, panels) in [
        ("rain_day.svg", rain_day()?, 24.0, [wetness, friction, rolling]),
        ("snow_days.svg", snow_days()?, 48.0, [snow, friction, rolling]),
    ] {
        let path = folder.join(name);
        std::fs::write(&path, picture(&plan, hours, &panels)?)?;
        println!("{}", path.display());
    }
    Ok(())
}

/// Returns a curve over the hours of the day.
fn hours(points: &[[f64; 2]]) -> Result<Lookup, String> {
    Lookup::new(points.iter().map(|[hour, value]| [hour * HOUR, *value]).collect())
}

/// Returns the plan of one day from midnight: drizzle at six, a cloudburst at nine, sun from eleven.
fn rain_day() -> Result<WeatherPlan, String> {
    let r = |hour: f64, mm_h: f64| [hour, mm_h * MM_H];
    Ok(WeatherPlan {
        is_given: true,
        clock: Some(SiteClock { day: 200, start: 0.0, latitude: 0.4 }),
        rain: hours(&[r(5.9, 0.0), r(6.0, 1.5), r(8.0, 1.5), r(8.9, 1.5), r(9.0, 30.0), r(10.0, 30.0), r(10.1, 0.0)])?,
        cloud: hours(&[[0.0, 0.3], [5.0, 1.0], [10.5, 1.0], [11.5, 0.2]])?,
        air: hours(&[
            [0.0, from_celsius(20.0)],
            [6.0, from_celsius(18.0)],
            [14.0, from_celsius(28.0)],
            [24.0, from_celsius(20.0)],
        ])?,
        humidity: hours(&[[0.0, 0.7], [9.0, 0.9], [14.0, 0.45], [24.0, 0.7]])?,
        ..WeatherPlan::default()
    })
}

/// Returns the plan of two days from midnight: rain that freezes, snow in the frost, then thaw with sun on the second
/// day.
fn snow_days() -> Result<WeatherPlan, String> {
    let at = |hour: f64, mm_h: f64| [hour, mm_h * MM_H];
    let c = |hour: f64, celsius: f64| [hour, from_celsius(celsius)];
    Ok(WeatherPlan {
        is_given: true,
        clock: Some(SiteClock { day: 20, start: 0.0, latitude: 0.8 }),
        rain: hours(&[at(2.0, 0.0), at(2.1, 3.0), at(4.0, 3.0), at(4.1, 0.0)])?,
        snow: hours(&[at(9.0, 0.0), at(9.1, 1.5), at(14.0, 1.5), at(14.1, 0.0)])?,
        air: hours(&[
            c(0.0, 3.0),
            c(4.0, 1.0),
            c(6.0, -4.0),
            c(24.0, -8.0),
            c(30.0, -6.0),
            c(36.0, 5.0),
            c(48.0, 3.0),
        ])?,
        cloud: hours(&[[0.0, 1.0], [15.0, 1.0], [18.0, 0.2], [48.0, 0.2]])?,
        humidity: constant(0.8),
        ..WeatherPlan::default()
    })
}

fn picture(plan: &WeatherPlan, span: f64, panels: &[Panel]) -> Result<String, Box<dyn std::error::Error>> {
    let class = road_class("maintained").ok_or("seeds/roads.toml has no `maintained` road")?;
    let road = class.dry_road(class.friction, class.rolling_resistance);
    let height = (panels.len() as f64 + 1.0) * (SIZE.1 + MARGIN.1) + 60.0;
    let width = SIZE.0 + MARGIN.0 + 20.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" \
         font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
    );
    let x = |hour: f64| MARGIN.0 + hour / span * SIZE.0;
    let y =
        |row: usize, share: f64| MARGIN.1 + row as f64 * (SIZE.1 + MARGIN.1) + SIZE.1 * (1.0 - share.clamp(0.0, 1.0));
    let steps = (span * HOUR / STEP) as usize;
    let sky = |k: usize| plan.sky(STEP * k as f64);
    let greatest = (0..=steps).map(|k| sky(k).rain.max(sky(k).snow) / MM_H).fold(1.0, f64::max);
    frame(&mut svg, "rain (blue) and snow (grey), mm/h; air, °C (red)", [0.0, greatest], 0, span);
    for (colour, value) in [
        ("#56b4e9", &(|k| sky(k).rain / MM_H / greatest) as &dyn Fn(usize) -> f64),
        ("#888888", &|k| sky(k).snow / MM_H / greatest),
        ("#cc3311", &|k| (haul_core::units::to_celsius(sky(k).air) + 10.0) / 40.0),
    ] {
        line(&mut svg, &(0..=steps).map(|k| (x(STEP * k as f64 / HOUR), y(0, value(k)))).collect::<Vec<_>>(), colour);
    }
    for (celsius, share) in [(-10, 0.0), (10, 0.5), (30, 1.0)] {
        let (x, y) = (MARGIN.0 + SIZE.0 + 2.0, y(0, share) + 4.0);
        let _ = writeln!(svg, "<text x=\"{x}\" y=\"{y}\" font-size=\"9\" fill=\"#cc3311\">{celsius}</text>");
    }
    for (row, (title, most, value)) in panels.iter().enumerate() {
        frame(&mut svg, title, [0.0, *most], row + 1, span);
        for (trucks, _, colour) in TRAFFIC {
            let day = road_history(plan, &road, trucks, span * HOUR, STEP);
            let points: Vec<_> = day.iter().map(|i| (x(i.at / HOUR), y(row + 1, value(i) / most))).collect();
            line(&mut svg, &points, colour);
        }
    }
    let foot = height - 14.0;
    for (k, (_, name, colour)) in TRAFFIC.iter().enumerate() {
        let _ =
            writeln!(svg, "<text x=\"{}\" y=\"{foot}\" fill=\"{colour}\">{name}</text>", MARGIN.0 + 150.0 * k as f64);
    }
    let _ = writeln!(svg, "<text x=\"{}\" y=\"{foot}\" text-anchor=\"end\">hour</text>\n</svg>", MARGIN.0 + SIZE.0);
    Ok(svg)
}

/// Draws the frame of a panel with its title and its scales.
fn frame(svg: &mut String, title: &str, range: [f64; 2], row: usize, span: f64) {
    let top = MARGIN.1 + row as f64 * (SIZE.1 + MARGIN.1);
    let _ = writeln!(svg, "<text x=\"{}\" y=\"{}\">{title}</text>", MARGIN.0, top - 6.0);
    let _ = writeln!(
        svg,
        "<rect x=\"{}\" y=\"{top}\" width=\"{}\" height=\"{}\" fill=\"none\" stroke=\"#999999\"/>",
        MARGIN.0, SIZE.0, SIZE.1
    );
    for share in [0.0, 0.5, 1.0] {
        let y = top + SIZE.1 * (1.0 - share) + 4.0;
        let value = (1e3 * (range[0] + share * (range[1] - range[0]))).round() / 1e3;
        let _ = writeln!(svg, "<text x=\"{}\" y=\"{y}\" text-anchor=\"end\">{value}</text>", MARGIN.0 - 6.0);
    }
    for tick in (0..=4).map(|k| span * f64::from(k) / 4.0) {
        let x = MARGIN.0 + tick / span * SIZE.0;
        let y = top + SIZE.1 + 14.0;
        let _ = writeln!(svg, "<text x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">{tick:.0}</text>");
    }
}

fn line(svg: &mut String, points: &[(f64, f64)], colour: &str) {
    let _ = write!(svg, "<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.6\" points=\"");
    for (x, y) in points {
        let _ = write!(svg, "{x:.1},{y:.1} ");
    }
    svg.push_str("\"/>\n");
}
