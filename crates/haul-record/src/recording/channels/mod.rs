//! The JSON messages of a recording and their schemas, in everyday units.
//!
//! Foxglove requires one type for every key: a missing text is written as an empty text, and a missing number is left
//! out.

mod log;
mod machines;
mod transform;
mod trucks;
mod weather;

pub use log::{EventMessage, InputMessage};
pub use machines::{HeapsMessage, ShovelsMessage, VehiclesMessage};
pub use transform::TransformMessage;
pub use trucks::{PathMessage, TruckStateMessage};
pub use weather::WeatherMessage;

use serde_json::{Value, json};

/// Returns the JSON schemas of a recording by name.
pub fn json_schemas() -> Vec<(&'static str, Value)> {
    vec![
        ("haul.TruckState", truck_state_schema()),
        ("haul.Path", object(&[("points", list(object(&[("x", number()), ("y", number())])))])),
        ("foxglove.FrameTransform", transform_schema()),
        ("haul.Shovels", object(&[("shovels", list(shovel_schema()))])),
        ("haul.Heaps", object(&[("heaps", list(heap_schema()))])),
        ("haul.Vehicles", object(&[("vehicles", list(vehicle_schema()))])),
        ("haul.Weather", object(&weather::NUMBERS.map(|name| (name, number())))),
        ("haul.Event", object(&[("at_s", number()), ("what", text()), ("event", object(&[]))])),
        ("haul.Input", object(&[("step", whole()), ("what", text()), ("kind", object(&[]))])),
        ("haul.Checkpoint", object(&[("step", whole()), ("state_hash", text())])),
    ]
}

fn number() -> Value {
    json!({ "type": "number" })
}

fn whole() -> Value {
    json!({ "type": "integer" })
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn list(of: Value) -> Value {
    json!({ "type": "array", "items": of })
}

/// Returns the schema of an object that must have all of the given keys.
fn object(properties: &[(&str, Value)]) -> Value {
    let names: Vec<&str> = properties.iter().map(|(name, _)| *name).collect();
    let fields: serde_json::Map<String, Value> =
        properties.iter().map(|(name, kind)| ((*name).to_owned(), kind.clone())).collect();
    json!({ "type": "object", "properties": fields, "required": names })
}

const TRUCK_NUMBERS: [&str; 20] = [
    "x",
    "y",
    "z",
    "bearing_deg",
    "speed_kmh",
    "target_speed_kmh",
    "station_m",
    "lateral_error_m",
    "gear",
    "engine_rpm",
    "throttle",
    "retarder",
    "service_brake",
    "retarder_temp_c",
    "steering_deg",
    "body_deg",
    "payload_t",
    "fuel_used_kg",
    "believed_friction",
    "friction",
];

fn truck_state_schema() -> Value {
    let mut keys: Vec<(&str, Value)> = TRUCK_NUMBERS.iter().map(|n| (*n, number())).collect();
    keys.extend([("state", text()), ("standing", text()), ("restriction", text())]);
    keys.push(("park_brake", json!({ "type": "boolean" })));
    let mut schema = object(&keys);
    schema["properties"]["granted_m"] = number();
    schema
}

fn transform_schema() -> Value {
    let vector = object(&[("x", number()), ("y", number()), ("z", number())]);
    let rotation = object(&[("x", number()), ("y", number()), ("z", number()), ("w", number())]);
    object(&[
        ("timestamp", object(&[("sec", whole()), ("nsec", whole())])),
        ("parent_frame_id", text()),
        ("child_frame_id", text()),
        ("translation", vector),
        ("rotation", rotation),
    ])
}

fn shovel_schema() -> Value {
    let numbers = ["x", "y", "z", "bearing_deg", "swing_deg", "boom_deg", "stick_deg", "bucket_deg", "bucket_t"]
        .map(|n| (n, number()));
    let mut keys = vec![("place", text())];
    keys.extend(numbers);
    object(&keys)
}

fn heap_schema() -> Value {
    object(&[("place", text()), ("x", number()), ("y", number()), ("radius_m", number()), ("height_m", number())])
}

fn vehicle_schema() -> Value {
    let numbers =
        ["x", "y", "z", "bearing_deg", "speed_kmh", "front_m", "rear_m", "width_m", "height_m"].map(|n| (n, number()));
    let mut keys = vec![("vehicle", text()), ("kind", text())];
    keys.extend(numbers);
    object(&keys)
}

/// Returns a number as JSON, rounded so that messages are short. JSON has no infinity.
fn rounded(value: f64, digits: i32) -> f64 {
    let scale = 10_f64.powi(digits);
    let value = (value * scale).round() / scale;
    if value.is_finite() { value } else { 0.0 }
}
