//! `haul truck chart`: the charts of a maker's handbook.
//!
//! A rimpull chart is read like those of the manufacturers: from the gross mass on the upper axis down to the line of
//! the total resistance, then across to the curve of the highest gear, then down to the speed.

use super::Asked;
use crate::cli::truck::ChartArgs;
use crate::commands::write_file;
use crate::failure::Failure;
use crate::out;
use crate::plot::{Axis, Line, Plot};
use haul_core::GRAVITY;
use haul_core::units::{from_kmh, from_tonnes, to_celsius, to_kmh, to_tonnes};
use haul_vehicle::Limits;
use serde::Serialize;

#[derive(Serialize)]
struct Answer {
    charts: Vec<String>,
}

/// Total resistances for which a line is drawn, percent.
const RESISTANCES: [u32; 10] = [2, 4, 6, 8, 10, 12, 15, 20, 25, 30];
/// Effective downgrades for which a line is drawn, percent.
const DOWNGRADES: [u32; 7] = [4, 6, 8, 10, 12, 15, 20];
/// Lengths of descent for which a curve is drawn, m.
const LENGTHS: [f64; 4] = [500.0, 1000.0, 2000.0, 4000.0];
/// Spacing of a curve's points, km/h.
const STEP: f64 = 0.1;
/// Colours of gears and other families of curves.
const COLOURS: [&str; 8] = ["#8a1c1c", "#b04010", "#a07a00", "#3c7a1c", "#107a6a", "#1060a0", "#4a3ca0", "#7a2c7a"];
const GREY: &str = "#9a9a9a";
const DARK: &str = "#303030";

pub fn chart(asked: &Asked, args: &ChartArgs) -> Result<(), Failure> {
    let limits = &asked.limits;
    let mut written = Vec::new();
    for (name, svg) in [
        ("rimpull.svg", rimpull(limits)),
        ("gradeability.svg", gradeability(limits)),
        ("retardation.svg", retardation(limits)),
    ] {
        let path = args.out.join(name);
        write_file(&path, &svg)?;
        written.push(path.display().to_string());
    }
    if asked.json {
        out::json(&Answer { charts: written });
    } else {
        written.iter().for_each(out::line);
    }
    Ok(())
}

/// Returns the speeds of a curve, from standstill to slightly above the top speed, km/h.
fn speeds(limits: &Limits) -> impl Iterator<Item = f64> {
    let count = (to_kmh(limits.top_speed()) * 1.04 / STEP) as usize;
    (0..=count).map(|i| i as f64 * STEP)
}

fn speed_axis(limits: &Limits) -> Axis {
    Axis::linear("speed", "km/h", 0.0, (to_kmh(limits.top_speed()) / 5.0).ceil() * 5.0)
}

/// Adds the mass axis on top, with marks for the empty and the loaded truck.
fn masses(limits: &Limits) -> (Axis, [(f64, &'static str); 2]) {
    let spec = limits.spec();
    let (own, gross) = (to_tonnes(spec.own_mass()), to_tonnes(limits.gross_mass(spec.rated_payload())));
    let axis = Axis::log("gross machine mass", "t", 0.6 * own, 1.25 * gross);
    (axis, [(own, "empty"), (gross, "loaded")])
}

/// Returns the ends of the force axis for a family of resistance lines, kN.
fn forces(limits: &Limits) -> Axis {
    let most = limits.rimpull(0.0) / 1e3;
    Axis::log("rimpull", "kN", 10.0, (most * 1.15 / 50.0).ceil() * 50.0)
}

fn resistance_lines(plot: &mut Plot, mass: &Axis, percents: &[u32]) {
    let (low, high) = mass.range();
    for percent in percents {
        let force = |tonnes: f64| from_tonnes(tonnes) * GRAVITY * f64::from(*percent) / 100.0 / 1e3;
        let line = Line::new(vec![[low, force(low)], [high, force(high)]], GREY).thin().on_top();
        plot.line(line.label(&format!("{percent} %")));
    }
}

fn rimpull(limits: &Limits) -> String {
    let spec = limits.spec();
    let (mass_axis, marks) = masses(limits);
    let mut plot = Plot::new(
        &format!("{}: rimpull, speed, gradeability", spec.name),
        &format!(
            "from the gross mass down to the total resistance (grade plus rolling), across to the curve, down to the speed; \
             {}, {}, engine at {:.0} % in this air",
            spec.engine.name,
            spec.transmission.name,
            100.0 * limits.engine_share()
        ),
        speed_axis(limits),
        forces(limits),
    );
    resistance_lines(&mut plot, &mass_axis, &RESISTANCES);
    plot.top(mass_axis);
    for (mass, label) in marks {
        plot.top_mark(mass, label);
    }
    for gear in 1..=spec.transmission.top_gear() as u8 {
        let points: Vec<[f64; 2]> =
            speeds(limits).map(|v| [v, limits.rimpull_in(gear, from_kmh(v)) / 1e3]).filter(|p| p[1] > 1.0).collect();
        // A gear is drawn where it is the best one, and slightly beyond.
        let best: Vec<[f64; 2]> =
            points.into_iter().filter(|p| p[1] * 1e3 >= 0.93 * limits.rimpull(from_kmh(p[0]))).collect();
        let colour = COLOURS[usize::from(gear - 1) % COLOURS.len()];
        plot.line(Line::new(best, colour).label(&format!("gear {gear}")));
    }
    plot.svg()
}

fn gradeability(limits: &Limits) -> String {
    let spec = limits.spec();
    let rolling = 0.02;
    let mut plot = Plot::new(
        &format!("{}: gradeability", spec.name),
        "steepest grade that a speed can be kept on, over a rolling resistance of 2 %",
        speed_axis(limits),
        Axis::linear("grade", "%", 0.0, 40.0),
    );
    let payloads = [(1.0, DARK), (0.75, COLOURS[1]), (0.5, COLOURS[3]), (0.25, COLOURS[5]), (0.0, COLOURS[7])];
    for (share, colour) in payloads {
        let mass = limits.gross_mass(share * spec.rated_payload());
        let points: Vec<[f64; 2]> = speeds(limits)
            .map(|v| [v, 100.0 * limits.gradeability(mass, from_kmh(v), rolling)])
            .filter(|p| p[1].is_finite() && p[1] >= 0.0)
            .collect();
        plot.line(Line::new(points, colour).label(&format!("{:.0} t", to_tonnes(mass))));
    }
    plot.svg()
}

fn retardation(limits: &Limits) -> String {
    let spec = limits.spec();
    let (mass_axis, marks) = masses(limits);
    let retarder = &spec.transmission.retarder;
    let mut plot = Plot::new(
        &format!("{}: retardation", spec.name),
        &format!(
            "from the gross mass down to the effective grade (downgrade less rolling resistance), across to the length of \
             descent, down to the speed; oil from {:.0} to {:.0} °C",
            to_celsius(limits.retarder_coolant()),
            to_celsius(retarder.limit_temperature)
        ),
        speed_axis(limits),
        Axis::log("retardation", "kN", 10.0, 500.0),
    );
    resistance_lines(&mut plot, &mass_axis, &DOWNGRADES);
    plot.top(mass_axis);
    for (mass, label) in marks {
        plot.top_mark(mass, label);
    }
    let force = |v: f64| limits.retarder_force(from_kmh(v)) / 1e3;
    let continuous: Vec<[f64; 2]> = speeds(limits).map(|v| [v, force(v)]).filter(|p| p[1] > 1.0).collect();
    plot.line(Line::new(continuous, DARK).label("continuous"));
    for (length, colour) in LENGTHS.iter().zip(COLOURS.iter().rev()) {
        let points: Vec<[f64; 2]> = speeds(limits)
            .filter_map(|v| limits.retardation_over(from_kmh(v), *length).map(|f| [v, f / 1e3]))
            .filter(|p| p[1] > 1.0)
            .collect();
        plot.line(Line::new(points, colour).label(&format!("{length:.0} m")));
    }
    plot.svg()
}
