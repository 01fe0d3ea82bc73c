//! `haul truck stop`.

use super::{Asked, surface};
use crate::cli::truck::StopArgs;
use crate::failure::Failure;
use crate::out;
use haul_core::units::{from_kmh, to_tonnes};
use haul_vehicle::{BrakeSystem, StopQuery, stopping};
use serde::Serialize;

#[derive(Serialize)]
struct Answer<'a> {
    truck: &'a str,
    gross_mass_t: f64,
    speed_kmh: f64,
    grade_pct: f64,
    surface: String,
    friction: f64,
    system: BrakeSystem,
    stops: bool,
    delay_s: f64,
    braking_distance_m: f64,
    distance_with_delay_m: f64,
    distance_with_driver_m: f64,
    braking_time_s: f64,
    deceleration_mps2: f64,
    wheels_lock: bool,
    front_heat_mj: f64,
    rear_heat_mj: f64,
    /// Distance allowed by the rule of ISO 3450, as cited in the literature; `None` for the parking brake.
    rule_distance_m: Option<f64>,
}

pub fn stop(asked: &Asked, args: &StopArgs) -> Result<(), Failure> {
    let mass = asked.gross(&args.mass)?;
    let class = surface(&args.surface.surface)?;
    let rules = stopping();
    let delay = args.delay.unwrap_or(rules.delay_unmanned);
    let question = StopQuery {
        system: args.system.into(),
        speed: from_kmh(args.speed),
        mass,
        grade: args.grade / 100.0,
        rolling: class.rolling_resistance,
        friction: class.friction,
        delay,
    };
    let stop = asked.limits.stop(&question);
    let driver = asked.limits.stop(&StopQuery { delay: rules.delay_driver, ..question });
    let rule = match question.system {
        BrakeSystem::Service => Some(rules.service),
        BrakeSystem::Secondary => Some(rules.secondary),
        BrakeSystem::Parking => None,
    };
    let answer = Answer {
        truck: &asked.spec.name,
        gross_mass_t: to_tonnes(mass),
        speed_kmh: args.speed,
        grade_pct: args.grade,
        surface: class.name,
        friction: class.friction,
        system: question.system,
        stops: stop.distance.is_finite(),
        delay_s: delay,
        braking_distance_m: stop.braking,
        distance_with_delay_m: stop.distance,
        distance_with_driver_m: driver.distance,
        braking_time_s: stop.time,
        deceleration_mps2: stop.deceleration,
        wheels_lock: stop.wheels_lock,
        front_heat_mj: stop.front_heat / 1e6,
        rear_heat_mj: stop.rear_heat / 1e6,
        rule_distance_m: rule.map(|r| r.distance(question.speed, -question.grade)).filter(|d| d.is_finite()),
    };
    if asked.json {
        out::json(&answer);
        return Ok(());
    }
    out::line(format!(
        "{}, {:.1} t from {:.1} km/h on {:+.1} %, {} (friction {:.2})",
        answer.truck, answer.gross_mass_t, args.speed, args.grade, answer.surface, answer.friction
    ));
    if !answer.stops {
        out::line("these brakes do not stop it: it runs away");
        return Ok(());
    }
    let what_holds = if answer.wheels_lock { "wheels at their grip" } else { "brakes at their most" };
    let rule = answer.rule_distance_m.map_or("none for this system".into(), |d| format!("{d:.1} m"));
    out::line(out::pairs([
        ("braking distance", format!("{:.1} m in {:.1} s", answer.braking_distance_m, answer.braking_time_s)),
        ("unmanned", format!("{:.1} m with a delay of {delay:.1} s", answer.distance_with_delay_m)),
        ("with a driver", format!("{:.1} m with {:.1} s", answer.distance_with_driver_m, rules.delay_driver)),
        ("deceleration", format!("{:.2} m/s², {what_holds}", answer.deceleration_mps2)),
        ("heat", format!("{:.1} MJ front, {:.1} MJ rear", answer.front_heat_mj, answer.rear_heat_mj)),
        ("ISO 3450 rule", format!("{rule}, as the literature gives it")),
    ]));
    Ok(())
}
