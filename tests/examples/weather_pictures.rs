//! Draws the pictures of `docs/weather.md`: the first descent of an empty truck in the shipped pit, on a dry road, on
//! wet clay and on ice.
//!
//! `cargo run --release -p haul-tests --example weather_pictures` writes `docs/pictures/weather/descent.svg`.

#![allow(clippy::print_stdout, reason = "it says which file it wrote")]

use haul_core::fault::SourceText;
use haul_scenario::{Overrides, Scenario};
use haul_tests::project;
use haul_vehicle::{Limits, TruckSpec};
use std::fmt::Write;

/// Time at which the friction falls, s.
const FALLS_AT: f64 = 30.0;
const DRY: f64 = 0.55;
/// Station at which the curves end, m: the foot of the descent.
const END: f64 = 1_500.0;
/// Roads: name, friction coefficient and colour (Okabe and Ito 2008, for colour-blind people).
const ROADS: [(&str, f64, &str); 3] =
    [("dry, 0.55", DRY, "#000000"), ("wet clay, 0.25", 0.25, "#0072b2"), ("ice, 0.15", 0.15, "#d55e00")];
/// Panels: title and maximum value.
const PANELS: [(&str, f64); 3] =
    [("speed, km/h", 50.0), ("grip believed (line) and true (dashes)", 0.6), ("distance to stop, m", 120.0)];
/// Size of a panel, px.
const SIZE: (f64, f64) = (720.0, 150.0);
const MARGIN: (f64, f64) = (56.0, 34.0);

/// One sample of a run: station (m), speed (m/s), estimated and true friction, distance to stop (m).
type Row = [f64; 5];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut runs = Vec::new();
    for (name, friction, colour) in ROADS {
        runs.push((name, colour, drive(friction)?));
    }
    let path = project().join("docs/pictures/weather/descent.svg");
    std::fs::write(&path, picture(&runs))?;
    println!("{}", path.display());
    Ok(())
}

/// Drives the descent and returns its samples.
fn drive(friction: f64) -> Result<Vec<Row>, Box<dyn std::error::Error>> {
    let text = format!(
        "name = \"descent\"\nmine = \"assets/mines/sample_pit\"\nduration_s = 600\n\
         [[event]]\nat_s = {FALLS_AT}\nwhat = \"friction\"\nfriction = {friction}\n\
         [[truck]]\nid = 1\nstart = \"park\"\nload = \"face_1\"\ndump = \"crusher\"\n"
    );
    let scenario = Scenario::from_source(&SourceText::new("descent", text), project().to_path_buf())?;
    let mut run = scenario.prepare(&Overrides::default())?;
    let limits = Limits::new(&TruckSpec::tr100at());
    let mut rows: Vec<Row> = Vec::new();
    while !run.is_finished() {
        for _ in 0..50 {
            run.step();
        }
        let truck = &run.world().trucks()[0];
        let telemetry = truck.onboard().telemetry();
        if telemetry.station > END || rows.last().is_some_and(|row| telemetry.station < row[0] - 100.0) {
            break;
        }
        let speed = truck.truck().state().speed;
        let truth = if run.world().now().seconds() < FALLS_AT { DRY } else { friction };
        let grade = telemetry.path.as_ref().map_or(0.0, |path| path.at(telemetry.station).grade);
        let stop = limits.stopping_distance(speed, limits.gross_mass(0.0), grade, 0.025, truth, 0.4);
        rows.push([telemetry.station, speed, truck.onboard().friction(), truth, stop]);
    }
    Ok(rows)
}

fn picture(runs: &[(&str, &str, Vec<Row>)]) -> String {
    let height = PANELS.len() as f64 * (SIZE.1 + MARGIN.1) + 60.0;
    let width = SIZE.0 + MARGIN.0 + 20.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" \
         font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
    );
    for (panel, (title, most)) in PANELS.iter().enumerate() {
        let top = MARGIN.1 + panel as f64 * (SIZE.1 + MARGIN.1);
        let x = |station: f64| MARGIN.0 + station / END * SIZE.0;
        let y = |value: f64| top + SIZE.1 * (1.0 - (value / most).clamp(0.0, 1.0));
        frame(&mut svg, title, *most, top);
        for (_, colour, rows) in runs {
            let values = |pick: &dyn Fn(&Row) -> f64| rows.iter().map(|r| (x(r[0]), y(pick(r)))).collect::<Vec<_>>();
            match panel {
                0 => line(&mut svg, &values(&|r| 3.6 * r[1]), colour, ""),
                1 => {
                    line(&mut svg, &values(&|r| r[3]), colour, " stroke-dasharray=\"5 4\"");
                    line(&mut svg, &values(&|r| r[2]), colour, "");
                }
                _ => line(&mut svg, &values(&|r| r[4]), colour, ""),
            }
        }
    }
    let foot = height - 14.0;
    for (k, (name, colour, _)) in runs.iter().enumerate() {
        let x = MARGIN.0 + 150.0 * k as f64;
        let _ = writeln!(svg, "<text x=\"{x}\" y=\"{foot}\" fill=\"{colour}\">{name}</text>");
    }
    let _ =
        writeln!(svg, "<text x=\"{}\" y=\"{foot}\" text-anchor=\"end\">station, m</text>\n</svg>", MARGIN.0 + SIZE.0);
    svg
}

/// Draws the frame of a panel with its title and its scales.
fn frame(svg: &mut String, title: &str, most: f64, top: f64) {
    let _ = writeln!(svg, "<text x=\"{}\" y=\"{}\">{title}</text>", MARGIN.0, top - 6.0);
    let _ = writeln!(
        svg,
        "<rect x=\"{}\" y=\"{top}\" width=\"{}\" height=\"{}\" fill=\"none\" stroke=\"#999999\"/>",
        MARGIN.0, SIZE.0, SIZE.1
    );
    for share in [0.0, 0.5, 1.0] {
        let y = top + SIZE.1 * (1.0 - share) + 4.0;
        let _ = writeln!(svg, "<text x=\"{}\" y=\"{y}\" text-anchor=\"end\">{}</text>", MARGIN.0 - 6.0, share * most);
    }
    for tick in (0..=3).map(|k| END * f64::from(k) / 3.0) {
        let x = MARGIN.0 + tick / END * SIZE.0;
        let y = top + SIZE.1 + 14.0;
        let _ = writeln!(svg, "<text x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">{tick:.0}</text>");
    }
}

fn line(svg: &mut String, points: &[(f64, f64)], colour: &str, style: &str) {
    let _ = write!(svg, "<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.6\"{style} points=\"");
    for (x, y) in points {
        let _ = write!(svg, "{x:.1},{y:.1} ");
    }
    svg.push_str("\"/>\n");
}
