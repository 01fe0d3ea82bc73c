//! `haul truck datasheet`: masses, axle loads, dimensions, speeds by gear, with the source of every figure.

use super::Asked;
use crate::cli::truck::DatasheetArgs;
use crate::commands::payload_kg;
use crate::failure::Failure;
use crate::out;
use haul_core::units::{from_kmh, to_kmh, to_tonnes};
use haul_core::{GRAVITY, Standing};
use haul_vehicle::{DatasheetRow, Load, axle_loads, datasheet as figures, mass_properties, road_class};
use serde::Serialize;

#[derive(Serialize)]
struct Shown {
    name: String,
    engine: String,
    transmission: String,
    tyre: String,
    empty: Axles,
    loaded: Axles,
    payload_t: f64,
    gross_mass_t: f64,
    front_axle_t: f64,
    rear_axle_t: f64,
    centre_of_gravity_m: [f64; 3],
    dimensions_m: Dimensions,
    min_turning_radius_m: f64,
    outer_turning_radius_m: f64,
    top_speed_kmh: f64,
    gear_speeds_kmh: Vec<f64>,
    reverse_speed_kmh: f64,
    power_net_kw: f64,
    power_to_mass_kw_per_t: f64,
    road: &'static str,
    climb_10pct_kmh: f64,
    descend_10pct_kmh: f64,
    stop_from_40kmh_m: f64,
    side_slope_body_down_deg: f64,
    side_slope_body_up_deg: f64,
    standings: Standings,
    figures: Vec<DatasheetRow>,
}

#[derive(Serialize)]
struct Axles {
    mass_t: f64,
    front_t: f64,
    rear_t: f64,
    front_pct: f64,
}

#[derive(Serialize)]
struct Dimensions {
    length: f64,
    width: f64,
    height: f64,
    wheelbase: f64,
    track_front: f64,
    track_rear: f64,
    body_struck_m3: f64,
    body_heaped_m3: f64,
}

/// Number of figures of each standing.
#[derive(Serialize)]
struct Standings {
    stated: usize,
    literature: usize,
    estimated: usize,
}

/// Road class of the derived figures.
const USUAL_ROAD: &str = "maintained";

pub fn datasheet(asked: &Asked, args: &DatasheetArgs) -> Result<(), Failure> {
    let (spec, limits) = (&asked.spec, &asked.limits);
    let payload = match args.load {
        Some(tonnes) => payload_kg(tonnes, spec)?,
        None => spec.rated_payload(),
    };
    let properties = |payload: f64| {
        let load = Load { mass: payload, centre: spec.mass.heap_centre(payload) };
        mass_properties(spec, &load, spec.mass.fuel_capacity, 0.0)
    };
    let axles = |payload: f64| {
        let mass = properties(payload);
        let loads = axle_loads(spec, &mass, 0.0, 0.0);
        Axles {
            mass_t: to_tonnes(mass.mass),
            front_t: to_tonnes(loads.front / GRAVITY),
            rear_t: to_tonnes(loads.rear / GRAVITY),
            front_pct: 100.0 * loads.front / (loads.front + loads.rear),
        }
    };
    let road = road_class(USUAL_ROAD).ok_or_else(|| Failure::sentence("seeds/roads.toml has no `maintained` road"))?;
    let rolling = road.rolling_resistance;
    let (mass, loaded, g) = (properties(payload), axles(payload), &spec.geometry);
    let slope = |body: f64| limits.side_slope(payload, body, road.friction).safe.to_degrees();
    let rows = figures(spec);
    let count = |standing: Standing| rows.iter().filter(|r| r.standing == standing).count();
    let shown = Shown {
        name: spec.name.clone(),
        engine: spec.engine.name.clone(),
        transmission: spec.transmission.name.clone(),
        tyre: spec.tyre.name.clone(),
        empty: axles(0.0),
        payload_t: to_tonnes(payload),
        gross_mass_t: loaded.mass_t,
        front_axle_t: loaded.front_t,
        rear_axle_t: loaded.rear_t,
        loaded,
        centre_of_gravity_m: mass.centre.coords.into(),
        dimensions_m: Dimensions {
            length: g.length,
            width: g.width,
            height: g.height,
            wheelbase: g.wheelbase,
            track_front: g.track_front,
            track_rear: g.track_rear,
            body_struck_m3: g.body_volume_struck,
            body_heaped_m3: g.body_volume_heaped,
        },
        min_turning_radius_m: spec.min_turning_radius(),
        outer_turning_radius_m: (spec.min_turning_radius() + 0.5 * g.track_front).hypot(g.wheelbase),
        top_speed_kmh: to_kmh(limits.top_speed()),
        gear_speeds_kmh: (1..=spec.transmission.top_gear() as u8)
            .filter_map(|gear| limits.gear_speed(gear))
            .map(to_kmh)
            .collect(),
        reverse_speed_kmh: to_kmh(limits.reverse_speed()),
        power_net_kw: spec.engine.net_power / 1e3,
        power_to_mass_kw_per_t: spec.engine.net_power / mass.mass,
        road: USUAL_ROAD,
        climb_10pct_kmh: to_kmh(limits.climb_speed(mass.mass, 0.10 + rolling)),
        descend_10pct_kmh: to_kmh(limits.descent_speed(mass.mass, -0.10, rolling)),
        stop_from_40kmh_m: limits.stopping_distance(from_kmh(40.0), mass.mass, 0.0, rolling, road.friction, 0.0),
        side_slope_body_down_deg: slope(0.0),
        side_slope_body_up_deg: slope(spec.hoist.dump_angle),
        standings: Standings {
            stated: count(Standing::Stated),
            literature: count(Standing::Literature),
            estimated: count(Standing::Estimated),
        },
        figures: rows,
    };
    if asked.json {
        out::json(&shown);
    } else {
        print(&shown);
    }
    Ok(())
}

fn print(shown: &Shown) {
    let axle = |tonnes: f64| format!("{tonnes:.1} t ({:.0} %)", 100.0 * tonnes / shown.gross_mass_t);
    let [ahead, _, high] = shown.centre_of_gravity_m;
    let d = &shown.dimensions_m;
    let gears: Vec<String> = shown.gear_speeds_kmh.iter().map(|v| format!("{v:.1}")).collect();
    out::line(format!("{} with {:.1} t of payload", shown.name, shown.payload_t));
    out::line(out::pairs([
        (
            "engine",
            format!("{}, {:.0} kW net, {:.2} kW/t", shown.engine, shown.power_net_kw, shown.power_to_mass_kw_per_t),
        ),
        ("transmission", shown.transmission.clone()),
        ("tyres", shown.tyre.clone()),
        ("own mass", format!("{:.1} t, {:.0} % in front", shown.empty.mass_t, shown.empty.front_pct)),
        ("gross machine mass", format!("{:.1} t", shown.gross_mass_t)),
        ("front axle", axle(shown.front_axle_t)),
        ("rear axle", axle(shown.rear_axle_t)),
        ("centre of gravity", format!("{ahead:.2} m ahead of the rear axle, {high:.2} m high")),
        ("length, width, height", format!("{:.1} × {:.1} × {:.1} m", d.length, d.width, d.height)),
        (
            "wheelbase, tracks",
            format!("{:.2} m; {:.2} m front, {:.2} m rear", d.wheelbase, d.track_front, d.track_rear),
        ),
        ("body", format!("{:.1} m³ struck, {:.1} m³ heaped 2:1", d.body_struck_m3, d.body_heaped_m3)),
        (
            "least turning radius",
            format!(
                "{:.1} m, middle of the rear axle; {:.1} m, outer front wheel",
                shown.min_turning_radius_m, shown.outer_turning_radius_m
            ),
        ),
        ("speeds by gear", format!("{} km/h; reverse {:.1} km/h", gears.join(", "), shown.reverse_speed_kmh)),
        ("up 10 %", format!("{:.1} km/h on a road of class {}", shown.climb_10pct_kmh, shown.road)),
        ("down 10 %", format!("{:.1} km/h on the retarder", shown.descend_10pct_kmh)),
        ("stop from 40 km/h", format!("{:.1} m on the flat, without reaction", shown.stop_from_40kmh_m)),
        (
            "safe side slope",
            format!(
                "{:.0}° with the body down, {:.0}° with it up",
                shown.side_slope_body_down_deg, shown.side_slope_body_up_deg
            ),
        ),
        (
            "figures",
            format!(
                "{} stated, {} from the literature, {} estimated",
                shown.standings.stated, shown.standings.literature, shown.standings.estimated
            ),
        ),
    ]));
    let rows = shown.figures.iter().map(|f| {
        let standing = match f.standing {
            Standing::Stated => "stated",
            Standing::Literature => "literature",
            Standing::Estimated => "estimated",
        };
        vec![f.name.clone(), f.value.clone(), f.unit.clone(), standing.to_owned(), f.source.clone()]
    });
    out::line(format!("\n{}", out::table(&["figure", "value", "unit", "standing", "source"], rows)));
}
