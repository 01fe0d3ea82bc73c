//! `haul truck descend`.

use super::road::Road;
use super::{Asked, mass_words};
use crate::cli::truck::{DescendArgs, MassArgs};
use crate::failure::Failure;
use crate::out;
use haul_core::Fault;
use haul_core::units::{from_celsius, to_celsius, to_kmh, to_tonnes};
use haul_vehicle::DescentBinding;
use serde::Serialize;

#[derive(Serialize)]
struct Answer<'a> {
    truck: &'a str,
    gross_mass_t: f64,
    grade_pct: f64,
    rolling_resistance_pct: f64,
    length_m: Option<f64>,
    speed_kmh: f64,
    gear: u8,
    retardation_kn: f64,
    retarder_power_kw: f64,
    oil_at_the_end_c: f64,
    oil_limit_c: f64,
    binding: DescentBinding,
    endless_speed_kmh: f64,
}

pub fn descend(asked: &Asked, args: &DescendArgs) -> Result<(), Failure> {
    let mass = asked.gross(&args.mass)?;
    let (grade, rolling) = (args.grade / 100.0, super::rolling(args.rolling, args.penetration));
    let road = Road { grade, rolling };
    if road.resistance() >= 0.0 {
        return Err(needs_power(asked, &args.mass, mass, road).into());
    }
    let start = args.oil.map(from_celsius);
    let descent = asked.limits.descent(mass, grade, rolling, args.length, start);
    let answer = Answer {
        truck: &asked.spec.name,
        gross_mass_t: to_tonnes(mass),
        grade_pct: args.grade,
        rolling_resistance_pct: 100.0 * rolling,
        length_m: args.length,
        speed_kmh: to_kmh(descent.speed),
        gear: descent.gear,
        retardation_kn: descent.retardation / 1e3,
        retarder_power_kw: descent.power / 1e3,
        oil_at_the_end_c: to_celsius(descent.temperature),
        oil_limit_c: to_celsius(asked.spec.transmission.retarder.limit_temperature),
        binding: descent.binding,
        endless_speed_kmh: to_kmh(asked.limits.descent_speed(mass, grade, rolling)),
    };
    if asked.json {
        out::json(&answer);
        return Ok(());
    }
    let road = format!(
        "{:.1} t on {:+.1} % with {:.1} % rolling resistance",
        answer.gross_mass_t, args.grade, answer.rolling_resistance_pct
    );
    if descent.binding == DescentBinding::RunsAway {
        out::line(format!("{}, {road}: the retarder holds no speed, the truck runs away", answer.truck));
        return Ok(());
    }
    out::line(format!("{}, {road}", answer.truck));
    let way = answer.length_m.map_or("as long as wanted".into(), |l| format!("over {l:.0} m"));
    let held_by = match descent.binding {
        DescentBinding::TopSpeed => "top speed",
        _ => "the retarder",
    };
    out::line(out::pairs([
        ("speed", format!("{:.1} km/h {way}, bound by {held_by}", answer.speed_kmh)),
        ("gear", answer.gear.to_string()),
        ("retardation", format!("{:.0} kN, {:.0} kW", answer.retardation_kn, answer.retarder_power_kw)),
        ("oil at the end", format!("{:.0} °C, limit {:.0} °C", answer.oil_at_the_end_c, answer.oil_limit_c)),
        ("without end", format!("{:.1} km/h", answer.endless_speed_kmh)),
    ]));
    Ok(())
}

/// Returns the fault for a descent on which gravity does not move the truck, with the speed that the engine gives.
fn needs_power(asked: &Asked, given: &MassArgs, mass: f64, road: Road) -> Fault {
    let (grade, rolling) = (100.0 * road.grade, 100.0 * road.rolling);
    let because = if road.grade > 0.0 {
        "this is uphill (downhill grades are negative)"
    } else {
        "the road does not fall more than the rolling resistance"
    };
    let what = format!(
        "expected a grade below {:.1} %, found {grade:+.1} % with {rolling:.1} % rolling resistance: {because}, and the \
         retarder has nothing to hold",
        // No negative zero on a road without rolling resistance.
        0.0 - rolling
    );
    let speed = asked.limits.climb_speed(mass, road.resistance());
    let climbs = if speed > 0.0 {
        format!("it gives {:.1} km/h", to_kmh(speed))
    } else {
        "there the truck does not start".into()
    };
    Fault::new(what).help(format!("ask for the climb: haul truck climb{}{}; {climbs}", mass_words(given), road.words()))
}
