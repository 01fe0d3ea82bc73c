//! `haul truck cycle`: a haulage study over a profile.

use super::{Asked, surface};
use crate::cli::truck::CycleArgs;
use crate::commands::{payload_kg, write_file};
use crate::failure::Failure;
use crate::out;
use crate::plot::{Axis, Line, Plot};
use haul_core::encoding::decode;
use haul_core::fault::{Fault, SourceText};
use haul_core::units::{to_celsius, to_kmh, to_tonnes};
use haul_vehicle::haulage::{Cycle, CycleOptions, HaulTravel, Profile, SpeedLimiter, costs, cycle as study};
use serde::Serialize;

#[derive(Serialize)]
struct Answer<'a> {
    truck: &'a str,
    payload_t: f64,
    distance_m: f64,
    rise_m: f64,
    cycle_min: f64,
    loaded_min: f64,
    empty_min: f64,
    payload_t_per_h: f64,
    fuel_l: f64,
    fuel_l_per_h: f64,
    /// None if nothing is hauled.
    fuel_l_per_t: Option<f64>,
    retarder_peak_c: f64,
    retarder_limit_c: f64,
    tyres: Vec<TyreAnswer>,
    cost: CostAnswer<'a>,
    cycles_on_a_tank: f64,
    hours_on_a_tank: f64,
    range_km: f64,
    loaded: Vec<Row>,
    empty: Vec<Row>,
    /// Notes on how the profile was read.
    notes: Vec<String>,
}

#[derive(Serialize)]
struct TyreAnswer {
    axle: &'static str,
    load_loaded_t: f64,
    load_empty_t: f64,
    tkph: f64,
    tkph_rated: f64,
    within_rating: bool,
}

#[derive(Serialize)]
struct CostAnswer<'a> {
    currency: &'a str,
    fuel_per_cycle: f64,
    tyres_per_cycle: f64,
    service_per_cycle: f64,
    per_cycle: f64,
    per_hour: f64,
    /// None if nothing is hauled.
    per_tonne: Option<f64>,
}

#[derive(Serialize)]
struct Row {
    length_m: f64,
    grade_pct: f64,
    rolling_pct: f64,
    time_s: f64,
    mean_speed_kmh: f64,
    greatest_speed_kmh: f64,
    limit: SpeedLimiter,
    fuel_l: f64,
    retarder_c: f64,
}

/// One cubic metre in litres.
const LITRES: f64 = 1000.0;

pub fn cycle(asked: &Asked, args: &CycleArgs) -> Result<(), Failure> {
    let (spec, limits) = (&asked.spec, &asked.limits);
    let bytes = std::fs::read(&args.profile).map_err(|e| Fault::unreadable(args.profile.display(), &e))?;
    let decoded = decode(&bytes);
    let mut notes: Vec<String> = decoded.note().into_iter().collect();
    let (profile, found) =
        Profile::from_csv_with_notes(&SourceText::new(args.profile.display().to_string(), decoded.text))?;
    notes.extend(found);
    let payload = match args.load {
        Some(tonnes) => payload_kg(tonnes, spec)?,
        None => spec.rated_payload(),
    };
    let usual = CycleOptions::rated(limits);
    let options = CycleOptions {
        payload,
        friction: surface(&args.surface.surface)?.friction,
        loading: args.loading.unwrap_or(usual.loading),
        dumping: args.dumping.unwrap_or(usual.dumping),
        waiting: args.waiting,
    };
    let cycle = study(limits, &profile, &options);
    for (way, name) in [(&cycle.loaded, "loaded"), (&cycle.empty, "empty")] {
        if let Some(station) = way.stuck_at {
            let fault =
                Fault::new(format!("the truck comes to a stand {name} after {station:.0} m: too steep or too soft"));
            return Err(fault.in_file(args.profile.display()).help("a lesser grade or load, or a better road").into());
        }
    }
    if let Some(path) = &args.svg {
        write_file(path, &draw(&spec.name, &cycle))?;
    }
    let litres = |kg: f64| kg / spec.fuel_density * LITRES;
    let per_tonne = |figure: f64| (payload > 0.0 && figure.is_finite()).then_some(figure);
    let prices = costs();
    let answer = Answer {
        truck: &spec.name,
        payload_t: to_tonnes(payload),
        distance_m: profile.length(),
        rise_m: profile.rise(),
        cycle_min: cycle.time / 60.0,
        loaded_min: cycle.loaded.time / 60.0,
        empty_min: cycle.empty.time / 60.0,
        payload_t_per_h: to_tonnes(cycle.output) * 3600.0,
        fuel_l: litres(cycle.fuel),
        fuel_l_per_h: litres(cycle.fuel) / cycle.time * 3600.0,
        fuel_l_per_t: per_tonne(litres(cycle.fuel_per_mass) * LITRES),
        retarder_peak_c: cycle.retarder_peak_celsius(),
        retarder_limit_c: to_celsius(spec.transmission.retarder.limit_temperature),
        tyres: cycle
            .tyres
            .iter()
            .zip(["front", "rear"])
            .map(|(duty, axle)| TyreAnswer {
                axle,
                load_loaded_t: to_tonnes(duty.loaded / haul_core::GRAVITY),
                load_empty_t: to_tonnes(duty.empty / haul_core::GRAVITY),
                tkph: duty.tkph,
                tkph_rated: duty.tkph_rated,
                within_rating: duty.tkph <= duty.tkph_rated,
            })
            .collect(),
        cost: CostAnswer {
            currency: &prices.currency,
            fuel_per_cycle: cycle.cost.fuel,
            tyres_per_cycle: cycle.cost.tyres,
            service_per_cycle: cycle.cost.service,
            per_cycle: cycle.cost.cycle,
            per_hour: cycle.cost.hour,
            per_tonne: per_tonne(cycle.cost.tonne),
        },
        cycles_on_a_tank: cycle.cycles_on_a_tank,
        hours_on_a_tank: cycle.hours_on_a_tank,
        range_km: cycle.range / 1000.0,
        loaded: rows(&cycle.loaded, litres),
        empty: rows(&cycle.empty, litres),
        notes,
    };
    if asked.json {
        out::json(&answer)
    } else {
        print(&answer)
    }
    Ok(())
}

fn rows(way: &HaulTravel, litres: impl Fn(f64) -> f64) -> Vec<Row> {
    way.sections
        .iter()
        .map(|s| Row {
            length_m: s.length,
            grade_pct: 100.0 * s.grade,
            rolling_pct: 100.0 * s.rolling,
            time_s: s.time,
            mean_speed_kmh: to_kmh(s.length / s.time),
            greatest_speed_kmh: to_kmh(s.fastest),
            limit: s.limit,
            fuel_l: litres(s.fuel),
            retarder_c: to_celsius(s.retarder_temperature),
        })
        .collect()
}

fn print(a: &Answer) {
    a.notes.iter().for_each(|note| out::line(format!("note: {note}")));
    let per_tonne = |digits: usize, figure: Option<f64>, unit: &str| {
        figure.map_or_else(String::new, |v| format!(", {v:.digits$} {unit}"))
    };
    out::line(format!("{} with {:.1} t over {:.0} m, rising {:+.0} m", a.truck, a.payload_t, a.distance_m, a.rise_m));
    out::line(out::pairs([
        (
            "cycle",
            format!(
                "{:.1} min: {:.1} loaded, {:.1} empty, the rest at both ends",
                a.cycle_min, a.loaded_min, a.empty_min
            ),
        ),
        ("output", format!("{:.0} t/h", a.payload_t_per_h)),
        (
            "fuel",
            format!("{:.1} L a cycle, {:.0} L/h{}", a.fuel_l, a.fuel_l_per_h, per_tonne(3, a.fuel_l_per_t, "L/t")),
        ),
        ("retarder oil", format!("{:.0} °C at most, limit {:.0} °C", a.retarder_peak_c, a.retarder_limit_c)),
    ]));
    if a.fuel_l_per_t.is_none() {
        out::line(" the truck hauls nothing: fuel and cost a tonne have no value");
    }
    for tyre in &a.tyres {
        let verdict = if tyre.within_rating { "within" } else { "ABOVE" };
        out::line(format!(
            "{} tyres   {:.1} t loaded, {:.1} t empty: {:.0} TKPH, {verdict} the {:.0} rated",
            tyre.axle, tyre.load_loaded_t, tyre.load_empty_t, tyre.tkph, tyre.tkph_rated
        ));
    }
    let c = &a.cost;
    out::line(out::pairs([
        (
            "cost",
            format!(
                "{:.0} {} a cycle (fuel {:.0}, tyres {:.0}, service {:.0}), {:.0} an hour{}",
                c.per_cycle,
                c.currency,
                c.fuel_per_cycle,
                c.tyres_per_cycle,
                c.service_per_cycle,
                c.per_hour,
                per_tonne(2, c.per_tonne, "a tonne")
            ),
        ),
        ("on a tank", format!("{:.0} cycles, {:.1} h, {:.0} km", a.cycles_on_a_tank, a.hours_on_a_tank, a.range_km)),
    ]));
    for (name, rows) in [("loaded", &a.loaded), ("empty", &a.empty)] {
        let rows = rows.iter().map(|r| {
            vec![
                format!("{:.0}", r.length_m),
                format!("{:+.1}", r.grade_pct),
                format!("{:.1}", r.rolling_pct),
                format!("{:.0}", r.time_s),
                format!("{:.1}", r.mean_speed_kmh),
                format!("{:.1}", r.greatest_speed_kmh),
                word(r.limit).to_owned(),
                format!("{:.1}", r.fuel_l),
                format!("{:.0}", r.retarder_c),
            ]
        });
        let head = [
            "length (m)",
            "grade (%)",
            "rolling (%)",
            "time (s)",
            "mean (km/h)",
            "most (km/h)",
            "bound by",
            "fuel (L)",
            "oil (°C)",
        ];
        out::line(format!("\n{name}\n{}", out::table(&head, rows)));
    }
}

fn word(limit: SpeedLimiter) -> &'static str {
    match limit {
        SpeedLimiter::Power => "power",
        SpeedLimiter::Retarder => "retarder",
        SpeedLimiter::Sign => "speed limit",
        SpeedLimiter::Curve => "curve",
        SpeedLimiter::TopSpeed => "top speed",
        SpeedLimiter::Slowing => "slowing",
        _ => "other",
    }
}

/// Returns the plot of speed and oil temperature over the road, in both directions.
fn draw(name: &str, cycle: &Cycle) -> String {
    let mut plot = Plot::new(
        &format!("{name}: haul cycle"),
        "speed (full) and retarder oil (dashed) over the distance from the start of each way",
        Axis::linear("distance", "m", 0.0, cycle.loaded.length.max(cycle.empty.length)),
        Axis::linear("speed, oil", "km/h, °C", 0.0, 130.0),
    );
    for (way, colour, label) in [(&cycle.loaded, "#b04010", "loaded"), (&cycle.empty, "#1060a0", "empty")] {
        let speeds = way.trace.iter().map(|p| [p.station, to_kmh(p.speed)]).collect();
        plot.line(Line::new(speeds, colour).label(label));
        let oil = way.trace.iter().map(|p| [p.station, to_celsius(p.retarder_temperature)]).collect();
        plot.line(Line::new(oil, colour).dashed().label(&format!("oil, {label}")));
    }
    plot.svg()
}
