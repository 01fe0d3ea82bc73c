//! `haul truck climb`.

use super::road::Road;
use super::{Asked, mass_words};
use crate::cli::truck::{ClimbArgs, MassArgs};
use crate::failure::Failure;
use crate::out;
use haul_core::Fault;
use haul_core::units::{to_kmh, to_tonnes};
use serde::Serialize;

#[derive(Serialize)]
struct Answer<'a> {
    truck: &'a str,
    gross_mass_t: f64,
    total_resistance_pct: f64,
    starts: bool,
    speed_kmh: f64,
    gear: u8,
    locked_up: bool,
    pull_kn: f64,
    pull_at_start_kn: f64,
    engine_rpm: f64,
    engine_share: f64,
    wheel_power_kw: f64,
    fuel_l_per_h: f64,
}

/// One rpm in rad/s.
const RPM: f64 = std::f64::consts::PI / 30.0;

pub fn climb(asked: &Asked, args: &ClimbArgs) -> Result<(), Failure> {
    let mass = asked.gross(&args.mass)?;
    let road = Road {
        grade: args.grade.unwrap_or(0.0) / 100.0,
        rolling: super::rolling(args.rolling.unwrap_or(USUAL_ROLLING), args.penetration),
    };
    let resistance = args.resistance.map_or(road.resistance(), |percent| percent / 100.0);
    if resistance < 0.0 {
        let road = args.resistance.map_or(road, |_| Road::rolling_down(resistance, USUAL_ROLLING / 100.0));
        return Err(rolls_by_itself(asked, &args.mass, mass, resistance, road).into());
    }
    let climb = asked.limits.climb(mass, resistance);
    let answer = Answer {
        truck: &asked.spec.name,
        gross_mass_t: to_tonnes(mass),
        total_resistance_pct: 100.0 * resistance,
        starts: climb.speed > 0.0,
        speed_kmh: to_kmh(climb.speed),
        gear: climb.gear,
        locked_up: climb.locked_up,
        pull_kn: climb.pull / 1e3,
        pull_at_start_kn: climb.pull_at_start / 1e3,
        engine_rpm: climb.engine_speed / RPM,
        engine_share: asked.limits.engine_share(),
        wheel_power_kw: climb.power / 1e3,
        fuel_l_per_h: climb.fuel_rate / asked.spec.fuel_density * 3.6e6,
    };
    if asked.json {
        out::json(&answer);
        return Ok(());
    }
    let against = format!("{:.1} t against {:.1} %", answer.gross_mass_t, answer.total_resistance_pct);
    if !answer.starts {
        out::line(format!(
            "{} with {against} does not start: it pulls {:.0} kN",
            answer.truck, answer.pull_at_start_kn
        ));
        return Ok(());
    }
    let converter = if answer.locked_up { "locked up" } else { "on the converter" };
    out::line(format!("{}, {against}", answer.truck));
    out::line(out::pairs([
        ("speed", format!("{:.1} km/h", answer.speed_kmh)),
        ("gear", format!("{}, {converter}, engine at {:.0} rpm", answer.gear, answer.engine_rpm)),
        ("pull", format!("{:.0} kN, {:.0} kN from standstill", answer.pull_kn, answer.pull_at_start_kn)),
        ("power at the wheels", format!("{:.0} kW", answer.wheel_power_kw)),
        ("fuel", format!("{:.0} L/h", answer.fuel_l_per_h)),
        ("engine in this air", format!("{:.0} % of its torque", 100.0 * answer.engine_share)),
    ]));
    Ok(())
}

/// Returns the fault for a climb that is in fact a descent, with the speed that the retarder holds.
fn rolls_by_itself(asked: &Asked, given: &MassArgs, mass: f64, resistance: f64, road: Road) -> Fault {
    let what = format!(
        "expected a total resistance of 0 % or more, found {:.1} %: the truck rolls by itself, and the retarder, not the \
         engine, sets its speed",
        100.0 * resistance
    );
    let speed = asked.limits.descent_speed(mass, road.grade, road.rolling);
    let held = if speed > 0.0 {
        format!("it gives {:.1} km/h", to_kmh(speed))
    } else {
        "there the truck runs away at any speed".to_owned()
    };
    Fault::new(what).help(format!(
        "ask for the descent: haul truck descend{}{}; {held}",
        mass_words(given),
        road.words()
    ))
}

/// Rolling resistance if only the grade is given: a maintained road, percent.
const USUAL_ROLLING: f64 = 2.0;
