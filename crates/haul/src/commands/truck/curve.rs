//! `haul truck curve`.

use super::{Asked, surface};
use crate::cli::truck::CurveArgs;
use crate::failure::Failure;
use crate::out;
use haul_core::units::{to_kmh, to_tonnes};
use serde::Serialize;

#[derive(Serialize)]
struct Answer<'a> {
    truck: &'a str,
    payload_t: f64,
    radius_m: f64,
    superelevation_pct: f64,
    surface: String,
    friction: f64,
    /// Speed at which the truck slides outwards; `None` if it slides at no speed.
    slides_kmh: Option<f64>,
    /// Speed at which the truck rolls over; `None` if it rolls over at no speed.
    rolls_over_kmh: Option<f64>,
    slides_inwards_below_kmh: f64,
    safe_kmh: f64,
}

pub fn curve(asked: &Asked, args: &CurveArgs) -> Result<(), Failure> {
    let payload = asked.payload(&args.mass)?;
    let class = surface(&args.surface.surface)?;
    let curve = asked.limits.curve(payload, args.radius, args.superelevation / 100.0, class.friction);
    let finite = |v: f64| Some(to_kmh(v)).filter(|v| v.is_finite());
    let answer = Answer {
        truck: &asked.spec.name,
        payload_t: to_tonnes(payload),
        radius_m: args.radius,
        superelevation_pct: args.superelevation,
        surface: class.name,
        friction: class.friction,
        slides_kmh: finite(curve.slides),
        rolls_over_kmh: finite(curve.rolls_over),
        slides_inwards_below_kmh: to_kmh(curve.slides_inwards_below),
        safe_kmh: to_kmh(curve.safe),
    };
    if asked.json {
        out::json(&answer);
        return Ok(());
    }
    let said = |v: Option<f64>| v.map_or("at no speed".into(), |v| format!("{v:.1} km/h"));
    out::line(format!(
        "{} with {:.1} t on a radius of {:.0} m leaning {:+.1} %, {} (friction {:.2})",
        answer.truck, answer.payload_t, args.radius, args.superelevation, answer.surface, answer.friction
    ));
    out::line(out::pairs([
        ("slides outwards", said(answer.slides_kmh)),
        ("rolls over", said(answer.rolls_over_kmh)),
        ("safe", format!("{:.1} km/h, with the margins of seeds/stopping.toml", answer.safe_kmh)),
    ]));
    if answer.slides_inwards_below_kmh > 0.0 {
        out::line(format!("below {:.1} km/h it slides inwards", answer.slides_inwards_below_kmh));
    }
    if asked.spec.min_turning_radius() > args.radius {
        out::aside(format!("the truck cannot turn on less than {:.1} m", asked.spec.min_turning_radius()));
    }
    Ok(())
}
