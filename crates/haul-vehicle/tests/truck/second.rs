//! A second truck, defined by data alone.

use haul_core::units::{from_kmh, to_kmh};
use haul_vehicle::proving::{climb_from_standstill, descent, emergency_stop};
use haul_vehicle::{Limits, TruckSpec, axle_loads, datasheet, mass_properties, stopping};
use std::path::Path;
use std::sync::Arc;

fn wide_body() -> Arc<TruckSpec> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../seeds/trucks/wide_body_60t.toml");
    Arc::new(TruckSpec::load(&path).unwrap_or_else(|faults| panic!("{faults}")))
}

#[test]
fn the_wide_body_truck_is_read_from_its_files() {
    let spec = wide_body();
    assert_eq!((spec.own_mass(), spec.rated_payload()), (30e3, 60e3));
    assert_eq!(spec.tyre_counts(), [2.0, 8.0]);
    assert_eq!(spec.transmission.top_gear(), 8);
    assert!(datasheet(&spec).len() > 140);
    let load = haul_vehicle::Load { mass: 60e3, centre: spec.mass.heap_centre(60e3) };
    let loads = axle_loads(&spec, &mass_properties(&spec, &load, spec.mass.fuel_capacity, 0.0), 0.0, 0.0);
    assert!((loads.front / (loads.front + loads.rear) - 0.23).abs() < 0.02);
}

#[test]
fn its_limits_are_those_of_its_class() {
    let limits = Limits::new(&wide_body());
    assert!((38.0..46.0).contains(&to_kmh(limits.top_speed())), "{}", to_kmh(limits.top_speed()));
    let up = to_kmh(limits.climb_speed(90e3, 0.10));
    assert!((9.0..14.0).contains(&up), "{up} km/h against 10 %");
    let down = to_kmh(limits.descent_speed(90e3, -0.08, 0.02));
    assert!((10.0..25.0).contains(&down), "{down} km/h down 8 %");
}

#[test]
fn it_starts_on_ten_percent_comes_down_it_and_stops() {
    let spec = wide_body();
    let limits = Limits::new(&spec);
    let climb = climb_from_standstill(&spec, 60e3, 0.10, 60.0);
    let stated = limits.climb_speed(90e3, 0.12 * 0.995);
    assert!((climb.end().speed / stated - 1.0).abs() < 0.06, "{} and {stated}", climb.end().speed);
    let down = descent(&spec, 60e3, -0.08, 1500.0);
    assert!(down.end().x > 1499.0);
    assert!(down.most(|s| s.retarder_temperature) < spec.transmission.retarder.limit_temperature);
    let stop = emergency_stop(&spec, 60e3, from_kmh(35.0), 0.55, 0.0);
    assert!(stop.end().x < stopping().service.distance(from_kmh(35.0), 0.0), "{}", stop.end().x);
}
