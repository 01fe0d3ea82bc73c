//! The JSON messages of a recording and their schemas, in the units that people read.
//!
//! Foxglove wants one type for every key: a text without content is empty, a number that is not there is left out.

use crate::event::{Event, EventKind};
use crate::frame::{HeapFrame, PathFrame, ShovelFrame, TruckDetail, TruckFrame, VehicleFrame};
use haul_core::units::{from_celsius, from_kmh, from_tonnes, to_celsius, to_compass, to_kmh, to_tonnes};
use haul_core::{CycleState, Footprint, Point2, Pose2, Restriction, SimTime};
use serde::{Deserialize, Serialize};
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

/// An object that holds all of the keys.
fn object(properties: &[(&str, Value)]) -> Value {
    let names: Vec<&str> = properties.iter().map(|(name, _)| *name).collect();
    let fields: serde_json::Map<String, Value> =
        properties.iter().map(|(name, kind)| ((*name).to_owned(), kind.clone())).collect();
    json!({ "type": "object", "properties": fields, "required": names })
}

const TRUCK_NUMBERS: [&str; 18] = [
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
    let mut keys = vec![("vehicle", text())];
    keys.extend(numbers);
    object(&keys)
}

/// A message of `/truck/T1/state`.
#[derive(Debug, Serialize, Deserialize)]
pub struct TruckStateMessage {
    x: f64,
    y: f64,
    z: f64,
    bearing_deg: f64,
    speed_kmh: f64,
    target_speed_kmh: f64,
    state: CycleState,
    standing: String,
    restriction: String,
    station_m: f64,
    lateral_error_m: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    granted_m: Option<f64>,
    gear: i8,
    engine_rpm: f64,
    throttle: f64,
    retarder: f64,
    service_brake: f64,
    park_brake: bool,
    retarder_temp_c: f64,
    steering_deg: f64,
    body_deg: f64,
    payload_t: f64,
    fuel_used_kg: f64,
}

/// A number for JSON, which knows no infinity; rounded, so that a message is short.
fn rounded(value: f64, digits: i32) -> f64 {
    let scale = 10_f64.powi(digits);
    let value = (value * scale).round() / scale;
    if value.is_finite() { value } else { 0.0 }
}

impl TruckStateMessage {
    pub fn new(truck: &TruckFrame) -> Self {
        let (plan, state) = (Pose2::from_isometry(&truck.pose), &truck.detail);
        Self {
            x: rounded(plan.x, 3),
            y: rounded(plan.y, 3),
            z: rounded(truck.pose.translation.z, 3),
            bearing_deg: rounded(to_compass(plan.heading), 2),
            speed_kmh: rounded(to_kmh(truck.speed), 3),
            target_speed_kmh: rounded(to_kmh(state.target_speed), 2),
            state: state.cycle,
            standing: state.standing.clone().unwrap_or_default(),
            restriction: state.restriction.map(|r| r.to_string()).unwrap_or_default(),
            station_m: rounded(state.station, 2),
            lateral_error_m: rounded(state.lateral_error, 4),
            granted_m: state.granted.filter(|g| g.is_finite()).map(|g| rounded(g, 2)),
            gear: state.gear,
            engine_rpm: rounded(state.engine_speed * 60.0 / std::f64::consts::TAU, 1),
            throttle: rounded(state.throttle, 3),
            retarder: rounded(state.retarder, 3),
            service_brake: rounded(state.service_brake, 3),
            park_brake: state.park_brake,
            retarder_temp_c: rounded(to_celsius(state.retarder_temperature), 2),
            steering_deg: rounded(truck.steering.to_degrees(), 3),
            body_deg: rounded(truck.body_angle.to_degrees(), 3),
            payload_t: rounded(to_tonnes(truck.payload), 4),
            fuel_used_kg: rounded(state.fuel_used, 3),
        }
    }

    pub fn detail(&self) -> TruckDetail {
        let restrictions = [
            Restriction::Obstacle,
            Restriction::DrivableEdge,
            Restriction::NoGrant,
            Restriction::AllStop,
            Restriction::Fault,
        ];
        TruckDetail {
            cycle: self.state,
            standing: (!self.standing.is_empty()).then(|| self.standing.clone()),
            restriction: restrictions.into_iter().find(|r| r.to_string() == self.restriction),
            target_speed: from_kmh(self.target_speed_kmh),
            station: self.station_m,
            lateral_error: self.lateral_error_m,
            granted: self.granted_m,
            gear: self.gear,
            engine_speed: self.engine_rpm * std::f64::consts::TAU / 60.0,
            throttle: self.throttle,
            retarder: self.retarder,
            service_brake: self.service_brake,
            park_brake: self.park_brake,
            retarder_temperature: from_celsius(self.retarder_temp_c),
            fuel_used: self.fuel_used_kg,
        }
    }
}

#[derive(Serialize)]
struct Stamp {
    sec: u64,
    nsec: u64,
}

#[derive(Serialize)]
struct Vector {
    x: f64,
    y: f64,
    z: f64,
}

#[derive(Serialize)]
struct Rotation {
    x: f64,
    y: f64,
    z: f64,
    w: f64,
}

/// A message of `/tf`.
#[derive(Serialize)]
pub struct TransformMessage {
    timestamp: Stamp,
    parent_frame_id: &'static str,
    child_frame_id: String,
    translation: Vector,
    rotation: Rotation,
}

impl TransformMessage {
    pub fn new(truck: &TruckFrame, at: SimTime) -> Self {
        let (t, q) = (truck.pose.translation.vector, truck.pose.rotation);
        Self {
            timestamp: Stamp { sec: at.nanos() / 1_000_000_000, nsec: at.nanos() % 1_000_000_000 },
            parent_frame_id: "site",
            child_frame_id: truck.truck.to_string(),
            translation: Vector { x: rounded(t.x, 3), y: rounded(t.y, 3), z: rounded(t.z, 3) },
            rotation: Rotation { x: rounded(q.i, 6), y: rounded(q.j, 6), z: rounded(q.k, 6), w: rounded(q.w, 6) },
        }
    }
}

#[derive(Serialize, Deserialize)]
struct PlanPoint {
    x: f64,
    y: f64,
}

/// A message of `/truck/T1/path`.
#[derive(Serialize, Deserialize)]
pub struct PathMessage {
    points: Vec<PlanPoint>,
}

impl PathMessage {
    pub fn new(path: &PathFrame) -> Self {
        Self { points: path.points.iter().map(|p| PlanPoint { x: rounded(p.x, 2), y: rounded(p.y, 2) }).collect() }
    }

    pub fn path(&self) -> PathFrame {
        PathFrame { points: self.points.iter().map(|p| Point2::new(p.x, p.y)).collect() }
    }
}

#[derive(Serialize, Deserialize)]
struct ShovelMessage {
    place: String,
    x: f64,
    y: f64,
    z: f64,
    bearing_deg: f64,
    swing_deg: f64,
    boom_deg: f64,
    stick_deg: f64,
    bucket_deg: f64,
    bucket_t: f64,
}

/// A message of `/shovels`.
#[derive(Serialize, Deserialize)]
pub struct ShovelsMessage {
    shovels: Vec<ShovelMessage>,
}

impl ShovelsMessage {
    pub fn new(shovels: &[ShovelFrame]) -> Self {
        let one = |s: &ShovelFrame| ShovelMessage {
            place: s.place.to_string(),
            x: rounded(s.pose.x, 3),
            y: rounded(s.pose.y, 3),
            z: rounded(s.ground, 3),
            bearing_deg: rounded(to_compass(s.pose.heading), 3),
            swing_deg: rounded(s.swing.to_degrees(), 2),
            boom_deg: rounded(s.boom.to_degrees(), 2),
            stick_deg: rounded(s.stick.to_degrees(), 2),
            bucket_deg: rounded(s.bucket.to_degrees(), 2),
            bucket_t: rounded(to_tonnes(s.bucket_mass), 3),
        };
        Self { shovels: shovels.iter().map(one).collect() }
    }

    pub fn shovels(&self) -> Vec<ShovelFrame> {
        let one = |s: &ShovelMessage| ShovelFrame {
            place: s.place.as_str().into(),
            pose: Pose2::new(s.x, s.y, haul_core::units::from_compass(s.bearing_deg)),
            ground: s.z,
            swing: s.swing_deg.to_radians(),
            boom: s.boom_deg.to_radians(),
            stick: s.stick_deg.to_radians(),
            bucket: s.bucket_deg.to_radians(),
            bucket_mass: from_tonnes(s.bucket_t),
        };
        self.shovels.iter().map(one).collect()
    }
}

#[derive(Serialize, Deserialize)]
struct HeapMessage {
    place: String,
    x: f64,
    y: f64,
    radius_m: f64,
    height_m: f64,
}

/// A message of `/heaps`.
#[derive(Serialize, Deserialize)]
pub struct HeapsMessage {
    heaps: Vec<HeapMessage>,
}

impl HeapsMessage {
    pub fn new(heaps: &[HeapFrame]) -> Self {
        let one = |h: &HeapFrame| HeapMessage {
            place: h.place.to_string(),
            x: rounded(h.centre.x, 2),
            y: rounded(h.centre.y, 2),
            radius_m: rounded(h.radius, 2),
            height_m: rounded(h.height, 2),
        };
        Self { heaps: heaps.iter().map(one).collect() }
    }

    pub fn heaps(&self) -> Vec<HeapFrame> {
        let one = |h: &HeapMessage| HeapFrame {
            place: h.place.as_str().into(),
            centre: Point2::new(h.x, h.y),
            radius: h.radius_m,
            height: h.height_m,
        };
        self.heaps.iter().map(one).collect()
    }
}

#[derive(Serialize, Deserialize)]
struct VehicleMessage {
    vehicle: String,
    x: f64,
    y: f64,
    z: f64,
    bearing_deg: f64,
    speed_kmh: f64,
    front_m: f64,
    rear_m: f64,
    width_m: f64,
    height_m: f64,
}

/// A message of `/vehicles`.
#[derive(Serialize, Deserialize)]
pub struct VehiclesMessage {
    vehicles: Vec<VehicleMessage>,
}

impl VehiclesMessage {
    pub fn new(vehicles: &[VehicleFrame]) -> Self {
        let one = |v: &VehicleFrame| VehicleMessage {
            vehicle: v.vehicle.to_string(),
            x: rounded(v.pose.x, 3),
            y: rounded(v.pose.y, 3),
            z: rounded(v.ground, 3),
            bearing_deg: rounded(to_compass(v.pose.heading), 3),
            speed_kmh: rounded(to_kmh(v.speed), 2),
            front_m: rounded(v.footprint.front, 3),
            rear_m: rounded(v.footprint.rear, 3),
            width_m: rounded(2.0 * v.footprint.half_width, 3),
            height_m: rounded(v.height, 3),
        };
        Self { vehicles: vehicles.iter().map(one).collect() }
    }

    pub fn vehicles(&self) -> Vec<VehicleFrame> {
        let one = |v: &VehicleMessage| VehicleFrame {
            vehicle: v.vehicle.as_str().into(),
            pose: Pose2::new(v.x, v.y, haul_core::units::from_compass(v.bearing_deg)),
            ground: v.z,
            footprint: Footprint { front: v.front_m, rear: v.rear_m, half_width: v.width_m / 2.0 },
            height: v.height_m,
            speed: from_kmh(v.speed_kmh),
        };
        self.vehicles.iter().map(one).collect()
    }
}

/// A message of `/events`.
#[derive(Serialize, Deserialize)]
pub struct EventMessage {
    at_s: f64,
    what: String,
    /// The typed event.
    pub event: Event,
}

impl EventMessage {
    pub fn new(event: &Event) -> Self {
        Self { at_s: event.at.seconds(), what: event.what.to_string(), event: event.clone() }
    }
}

/// A message of `/inputs`.
#[derive(Serialize, Deserialize)]
pub struct InputMessage {
    /// Physics steps taken when it came.
    pub step: u64,
    what: String,
    /// The typed input, as an event: an object in every case.
    pub kind: EventKind,
}

impl InputMessage {
    pub fn new(input: &crate::LoggedInput) -> Self {
        Self { step: input.step, what: input.input.to_string(), kind: EventKind::Input(input.input.clone()) }
    }
}
