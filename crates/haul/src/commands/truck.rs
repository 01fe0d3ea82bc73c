//! `haul truck`: what the truck is, with the source of every figure.

use crate::cli::truck::TruckArgs;
use crate::commands::{payload_kg, truck_spec};
use crate::failure::Failure;
use crate::out;
use haul_core::units::{from_kmh, to_kmh, to_tonnes};
use haul_core::{GRAVITY, Standing};
use haul_planner::TruckModel;
use haul_vehicle::{Load, axle_loads, datasheet, mass_properties, road_classes};
use serde::Serialize;

#[derive(Serialize)]
struct Shown {
    name: String,
    payload_t: f64,
    gross_mass_t: f64,
    front_axle_t: f64,
    rear_axle_t: f64,
    centre_of_gravity_m: [f64; 3],
    min_turning_radius_m: f64,
    top_speed_kmh: f64,
    road: String,
    climb_10pct_kmh: f64,
    descend_10pct_kmh: f64,
    stop_from_40kmh_m: f64,
    figures: Vec<Figure>,
}

#[derive(Serialize)]
struct Figure {
    name: String,
    value: String,
    unit: String,
    source: String,
    standing: Standing,
}

/// The road that derived figures are given for.
const USUAL_ROAD: &str = "maintained";

/// Prints a truck.
pub fn truck(args: &TruckArgs) -> Result<(), Failure> {
    let spec = truck_spec(args.file.as_deref())?;
    let payload = match args.load {
        Some(tonnes) => payload_kg(tonnes, &spec)?,
        None => spec.rated_payload(),
    };
    let load = Load { mass: payload, centre: spec.mass.heap_centre(payload) };
    let mass = mass_properties(&spec, &load, spec.mass.fuel_capacity, 0.0);
    let axles = axle_loads(&spec, &mass, 0.0, 0.0);
    let limits = TruckModel::new(spec.clone()).limits;
    let classes = road_classes();
    let road = classes
        .iter()
        .find(|c| c.name.contains(USUAL_ROAD))
        .or(classes.first())
        .ok_or_else(|| Failure::sentence("seeds/roads.toml has no road class"))?;
    let rolling = road.rolling_resistance;
    let shown = Shown {
        name: spec.name.clone(),
        payload_t: to_tonnes(payload),
        gross_mass_t: to_tonnes(mass.mass),
        front_axle_t: to_tonnes(axles.front / GRAVITY),
        rear_axle_t: to_tonnes(axles.rear / GRAVITY),
        centre_of_gravity_m: mass.centre.coords.into(),
        min_turning_radius_m: spec.min_turning_radius(),
        top_speed_kmh: to_kmh(limits.top_speed()),
        road: road.name.clone(),
        climb_10pct_kmh: to_kmh(limits.climb_speed(mass.mass, 0.10 + rolling)),
        descend_10pct_kmh: to_kmh(limits.descent_speed(mass.mass, -0.10, rolling)),
        stop_from_40kmh_m: limits.stopping_distance(from_kmh(40.0), mass.mass, 0.0, rolling, road.friction, 0.0),
        figures: datasheet(&spec)
            .into_iter()
            .map(|r| Figure { name: r.name, value: r.value, unit: r.unit, source: r.source, standing: r.standing })
            .collect(),
    };
    if args.json {
        out::json(&shown);
    } else {
        print(&shown);
    }
    Ok(())
}

fn print(shown: &Shown) {
    let axle = |tonnes: f64| format!("{tonnes:.1} t ({:.0} %)", 100.0 * tonnes / shown.gross_mass_t);
    let [ahead, _, high] = shown.centre_of_gravity_m;
    out::line(format!("{} with {:.1} t of payload", shown.name, shown.payload_t));
    out::line(out::pairs([
        ("gross machine mass", format!("{:.1} t", shown.gross_mass_t)),
        ("front axle", axle(shown.front_axle_t)),
        ("rear axle", axle(shown.rear_axle_t)),
        ("centre of gravity", format!("{ahead:.2} m ahead of the rear axle, {high:.2} m high")),
        ("least turning radius", format!("{:.1} m, middle of the rear axle", shown.min_turning_radius_m)),
        ("top speed", format!("{:.1} km/h", shown.top_speed_kmh)),
        ("up 10 %", format!("{:.1} km/h on a road of class {}", shown.climb_10pct_kmh, shown.road)),
        ("down 10 %", format!("{:.1} km/h on the retarder", shown.descend_10pct_kmh)),
        ("stop from 40 km/h", format!("{:.1} m on the flat, without reaction", shown.stop_from_40kmh_m)),
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
