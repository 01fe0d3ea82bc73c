//! `haul truck climb`.

use super::Asked;
use crate::cli::truck::ClimbArgs;
use crate::failure::Failure;
use crate::out;
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
    let resistance = match (args.resistance, args.grade) {
        (Some(percent), _) => percent / 100.0,
        (None, grade) => {
            let slope = (grade.unwrap_or(0.0) / 100.0).atan();
            let rolling = super::rolling(args.rolling.unwrap_or(USUAL_ROLLING), args.penetration);
            slope.sin() + rolling * slope.cos()
        }
    };
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

/// Rolling resistance if only the grade is given: a maintained road, percent.
const USUAL_ROLLING: f64 = 2.0;
