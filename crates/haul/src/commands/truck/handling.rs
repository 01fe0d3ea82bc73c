//! `haul truck handling`: the handling tests of the proving ground, each drawn.

use super::Asked;
use crate::cli::truck::ChartArgs;
use crate::commands::write_file;
use crate::failure::Failure;
use crate::out;
use crate::plot::{Axis, Line, Plot};
use haul_core::units::{from_kmh, to_celsius, to_kmh, to_tonnes};
use haul_vehicle::proving::{
    Sample, Trace, climb_from_standstill, descent, double_lane_change, emergency_stop, over_a_rock, turn_to_the_limit,
};
use serde::Serialize;

#[derive(Serialize)]
struct Answer {
    test: &'static str,
    shows: String,
    drawing: String,
}

/// Grades of the starts.
const GRADES: [f64; 2] = [0.10, 0.20];
/// Friction of dry, wet and snowy roads.
const ROADS: [(&str, f64); 3] = [("dry", 0.55), ("wet", 0.45), ("snow", 0.20)];
const COLOURS: [&str; 6] = ["#8a1c1c", "#1060a0", "#3c7a1c", "#a07a00", "#7a2c7a", "#107a6a"];
/// Length (m) and grade of the descent.
const DESCENT: [f64; 2] = [3000.0, -0.10];
/// Radius of the turn on snow and on a dry road, m.
const RADII: [f64; 2] = [40.0, 20.0];
/// Speed of the lane change and over the rock, km/h.
const SPEEDS: [f64; 2] = [30.0, 10.0];
/// Height of the rock, m.
const ROCK: f64 = 0.3;

type Drawn = (&'static str, &'static str, String, String);

pub fn handling(asked: &Asked, args: &ChartArgs) -> Result<(), Failure> {
    let mut answers = Vec::new();
    for (file, test, shows, svg) in
        [climbs(asked), descends(asked), stops(asked), turns(asked), lanes(asked), rock(asked)]
    {
        let path = args.out.join(file);
        write_file(&path, &svg)?;
        answers.push(Answer { test, shows, drawing: path.display().to_string() });
    }
    if asked.json {
        out::json(&answers);
        return Ok(());
    }
    let rows = answers.into_iter().map(|a| vec![a.test.to_owned(), a.shows, a.drawing]);
    out::line(out::table(&["test", "shows", "drawing"], rows));
    Ok(())
}

fn series(trace: &Trace, x: impl Fn(&Sample) -> f64, y: impl Fn(&Sample) -> f64) -> Vec<[f64; 2]> {
    trace.samples.iter().map(|s| [x(s), y(s)]).collect()
}

fn loaded(asked: &Asked) -> (f64, String) {
    let payload = asked.spec.rated_payload();
    (payload, format!("{} with {:.0} t", asked.spec.name, to_tonnes(payload)))
}

fn climbs(asked: &Asked) -> Drawn {
    let (payload, truck) = loaded(asked);
    let mut shows = Vec::new();
    let mut plot = Plot::new(
        &format!("{truck}: climb from standstill"),
        "on its parking brake for 5 s, then full throttle at once; dashed: the book's steady speed; 2 % rolling resistance",
        Axis::linear("time", "s", 0.0, 40.0),
        Axis::linear("speed", "km/h", 0.0, 16.0),
    );
    for (grade, colour) in GRADES.into_iter().zip(COLOURS) {
        let trace = climb_from_standstill(&asked.spec, payload, grade, 35.0);
        let total = (grade + 0.02) / grade.hypot(1.0);
        let book = to_kmh(asked.limits.climb_speed(asked.limits.gross_mass(payload), total));
        plot.line(
            Line::new(series(&trace, |s| s.time, |s| to_kmh(s.speed)), colour)
                .label(&format!("{:.0} %", grade * 100.0)),
        );
        plot.line(Line::new(vec![[0.0, book], [40.0, book]], colour).thin().dashed());
        shows.push(format!("{:.1} km/h on {:.0} %", to_kmh(trace.end().speed), grade * 100.0));
    }
    ("climb.svg", "climb from standstill", shows.join(", "), plot.svg())
}

fn descends(asked: &Asked) -> Drawn {
    let (payload, truck) = loaded(asked);
    let [length, grade] = DESCENT;
    let trace = descent(&asked.spec, payload, grade, length);
    let limit = to_celsius(asked.spec.transmission.retarder.limit_temperature);
    let mut plot = Plot::new(
        &format!("{truck}: {:.0} km down {:.0} %", length / 1000.0, -grade * 100.0),
        "on the retarder alone at the speed that the book gives for as long as wanted; dashed: the oil's limit",
        Axis::linear("distance", "m", 0.0, length),
        Axis::linear("speed, oil", "km/h, °C", 0.0, 140.0),
    );
    plot.line(Line::new(series(&trace, |s| s.x, |s| to_kmh(s.speed)), COLOURS[1]).label("speed"));
    plot.line(Line::new(series(&trace, |s| s.x, |s| to_celsius(s.retarder_temperature)), COLOURS[0]).label("oil"));
    plot.line(Line::new(vec![[0.0, limit], [length, limit]], COLOURS[0]).thin().dashed());
    let hottest = to_celsius(trace.most(|s| s.retarder_temperature));
    let shows = format!("{:.1} km/h, oil {hottest:.0} °C of {limit:.0}", to_kmh(trace.end().speed));
    ("descent.svg", "descent on the retarder", shows, plot.svg())
}

fn stops(asked: &Asked) -> Drawn {
    let (payload, truck) = loaded(asked);
    let top = asked.limits.top_speed();
    let mut shows = Vec::new();
    let traces = ROADS.map(|(name, friction)| (name, emergency_stop(&asked.spec, payload, top, friction, 0.0)));
    let longest = traces.iter().map(|(_, t)| t.end().x).fold(0.0, f64::max);
    let mut plot = Plot::new(
        &format!("{truck}: emergency stop from {:.0} km/h", to_kmh(top)),
        "service brake and retarder full on, on the level",
        Axis::covering("distance", "m", [longest].into_iter()),
        Axis::linear("speed", "km/h", 0.0, 50.0),
    );
    for ((name, trace), colour) in traces.iter().zip(COLOURS) {
        plot.line(Line::new(series(trace, |s| s.x, |s| to_kmh(s.speed)), colour).label(name));
        shows.push(format!("{name} {:.0} m", trace.end().x));
    }
    ("stop.svg", "emergency stop", shows.join(", "), plot.svg())
}

fn turns(asked: &Asked) -> Drawn {
    let (payload, truck) = loaded(asked);
    let mut shows = Vec::new();
    let mut plot = Plot::new(
        &format!("{truck}: a turn to the limit"),
        "slowly faster on one radius; steering and the loads of the inner front and rear wheels over the lateral \
         acceleration at the middle of the circle; on the dry road what the turned wheels resist takes the engine's power",
        Axis::linear("lateral acceleration", "m/s²", 0.0, 4.0),
        Axis::covering("steering, load", "degrees, 10 kN", [50.0].into_iter()),
    );
    for ((name, friction, radius), colours) in
        [("snow", ROADS[2].1, RADII[0]), ("dry", ROADS[0].1, RADII[1])].into_iter().zip([[1, 5], [0, 3]])
    {
        let trace = turn_to_the_limit(&asked.spec, payload, radius, friction, 240.0);
        let lateral = |s: &Sample| s.speed * s.speed / radius;
        let line = |y: fn(&Sample) -> f64, colour: usize| Line::new(series(&trace, lateral, y), COLOURS[colour]);
        plot.line(line(|s| s.steering.to_degrees(), colours[0]).label(&format!("steer, {name}")));
        plot.line(line(|s| s.wheel_loads[0] / 1e4, colours[1]).dashed().label(&format!("front, {name}")));
        shows.push(format!("{:.0} km/h on {radius:.0} m, {name}", to_kmh(trace.most(|s| s.speed))));
    }
    ("turn.svg", "turn to the limit", shows.join(", "), plot.svg())
}

fn lanes(asked: &Asked) -> Drawn {
    let (payload, truck) = loaded(asked);
    let mut shows = Vec::new();
    let mut plot = Plot::new(
        &format!("{truck} and empty: double lane change at {:.0} km/h", SPEEDS[0]),
        "after ISO 3888-1, lengths and lanes for the truck's size; dashed: the wished path of the rear axle's middle",
        Axis::linear("along", "m", 0.0, 260.0),
        Axis::linear("across", "m", -2.0, 8.0),
    );
    for ((load, name), colour) in [(payload, "loaded"), (0.0, "empty")].into_iter().zip(COLOURS) {
        let drive = double_lane_change(&asked.spec, load, from_kmh(SPEEDS[0]), ROADS[0].1);
        if load > 0.0 {
            plot.line(Line::new(drive.path.clone(), "#555").thin().dashed());
        }
        plot.line(Line::new(series(&drive.trace, |s| s.x, |s| s.y), colour).label(name));
        shows.push(format!("{name} {:.2} m off of {:.2} m of room", drive.off, drive.room));
    }
    ("lanes.svg", "double lane change", shows.join(", "), plot.svg())
}

fn rock(asked: &Asked) -> Drawn {
    let (payload, truck) = loaded(asked);
    let trace = over_a_rock(&asked.spec, payload, ROCK, from_kmh(SPEEDS[1]));
    let mut plot = Plot::new(
        &format!("{truck}: left wheels over a rock of {ROCK} m at {:.0} km/h", SPEEDS[1]),
        "loads of the left front wheel and of the left rear pair, and the lean",
        Axis::linear("distance", "m", 15.0, 45.0),
        Axis::covering("load, lean", "10 kN, 0.1°", [-20.0, 160.0].into_iter()),
    );
    plot.line(Line::new(series(&trace, |s| s.x, |s| s.wheel_loads[0] / 1e4), COLOURS[1]).label("front"));
    let pair = |s: &Sample| (s.wheel_loads[2] + s.wheel_loads[3]) / 1e4;
    plot.line(Line::new(series(&trace, |s| s.x, pair), COLOURS[0]).label("rear pair"));
    plot.line(Line::new(series(&trace, |s| s.x, |s| 10.0 * s.roll.to_degrees()), COLOURS[2]).label("lean"));
    let lean = trace.most(|s| s.roll.abs()).to_degrees();
    let shows = format!("leans by {lean:.1}°, {:.1} m/s² at the centre", trace.most(|s| s.vertical.abs()));
    ("rock.svg", "one side over a rock", shows, plot.svg())
}
