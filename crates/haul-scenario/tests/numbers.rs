//! Every number in a scenario has a range, and a number outside that range is refused with its line and column.

use haul_core::fault::SourceText;
use haul_scenario::{Scenario, json_schema};
use serde_json::Value;
use toml::Value as Toml;

/// A scenario that gives every number that a scenario can have.
const WHOLE: &str = r#"
name = "whole"
seed = 3
duration_s = 60.0
until_cycles = 2

[conditions]
friction = 0.5
rolling_resistance_pct = 2.0
speed_limit_kmh = 40.0

[weather]
latitude_deg = 20.0
altitude_m = 500.0
rain_mm_h = 2.0
snow_mm_h = 0.0
visibility_m = 900.0
wind_m_s = 3.0
wind_from_deg = 90.0
air_c = 3.0
humidity_pct = 80.0
cloud_pct = 60.0
wetness_pct = 10.0
packed_snow_mm = 1.0
ice_mm = 0.5

[[slippery]]
at = [1.0, 2.0]
radius_m = 20.0
friction = 0.2
from_s = 5.0

[line]
loss_pct = 1.0
delay_s = [0.1, 0.2]
duplicates_pct = 1.0
hole = [{ at = [1.0, 2.0], radius_m = 5.0 }]

[[place]]
id = "extra"
kind = "dump"
at = [1.0, 2.0]
heading_deg = 90.0
spots = 2
queue = [[1.0, 2.0, 3.0]]
material_density = 1800.0

[[truck]]
id = 1
start_at = [1.0, 2.0, 90.0]
payload_t = 5.0
fuel_pct = 50.0
load = "face_1"
dump = "crusher"

[[fleet]]
count = 2
first_id = 10
start = "park"
payload_t = 5.0
fuel_pct = 50.0
load = ["face_1"]
dump = ["crusher"]

[[vehicle]]
id = "lv"
speed_kmh = 30.0
start_s = 1.0
way = [{ at = [1.0, 2.0, 90.0], stop_s = 1.0 }, { place = "park", stop_s = 1.0 }]

[[event]]
what = "all_stop"
at_s = 1.0

[[event]]
what = "resume"
at_s = 2.0

[[event]]
what = "obstacle"
at_s = 3.0
at = [1.0, 2.0]
radius_m = 1.0
for_s = 5.0

[[event]]
what = "remove_obstacle"
at_s = 4.0
id = "obstacle_3"

[[event]]
what = "friction"
at_s = 5.0
friction = 0.4

[[event]]
what = "drive"
at_s = 6.0
truck = 1
throttle_pct = 10.0
retarder_pct = 10.0
brake_pct = 10.0
steering_deg = 5.0

[[event]]
what = "hand_back"
at_s = 7.0
truck = 1

[[event]]
what = "fault"
at_s = 8.0
truck = 1
fault = "satellite_offset"
for_s = 5.0
offset_m = [1.0, 2.0]

[[event]]
what = "fault"
at_s = 9.0
truck = 1
fault = "steering_slow"
rate_pct = 50.0

[[event]]
what = "rain"
at_s = 10.0
mm_h = 20.0

[[event]]
what = "snow"
at_s = 10.0
mm_h = 1.0

[[event]]
what = "fog"
at_s = 10.0
visibility_m = 100.0

[[event]]
what = "ice"
at_s = 10.0
depth_mm = 2.0
at = [1.0, 2.0]
radius_m = 30.0

[[event]]
what = "water_cart"
at_s = 10.0
at = [1.0, 2.0]
radius_m = 30.0

[[event]]
what = "grader"
at_s = 10.0
at = [1.0, 2.0]
radius_m = 30.0

[expect]
cycles = 1.0
delivered_t = { min = 1.0, max = 2.0 }
"#;

/// Numbers that cannot be in the same scenario as those of [`WHOLE`]: a second key for the rolling resistance, weather
/// rows besides a constant, and a ring besides a disc.
const ELSEWHERE: &str = "name = \"x\"\nduration_s = 60.0\n[conditions]\ntyre_penetration_cm = 3.0\n\
                         [[truck]]\nid = 1\nstart = \"park\"\nload = \"face_1\"\ndump = \"crusher\"\n\
                         [[weather.at]]\nat_s = 5.0\nrain_mm_h = 1.0\nsnow_mm_h = 0.0\nvisibility_m = 500.0\n\
                         wind_m_s = 2.0\nair_c = 2.0\nhumidity_pct = 50.0\ncloud_pct = 50.0\n\
                         [[slippery]]\nring = [[0.0, 0.0], [9.0, 0.0], [0.0, 9.0]]\nfriction = 0.2\n";

fn faults(text: &str) -> Vec<String> {
    match Scenario::from_source(&SourceText::new("s.toml", text), ".".into()) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.iter().map(ToString::to_string).collect(),
    }
}

/// Collects the paths of all numbers in a table, as keys and indices.
fn numbers(value: &Toml, path: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    let inner: Vec<(String, &Toml)> = match value {
        Toml::Integer(_) | Toml::Float(_) => return found.push(path.clone()),
        Toml::Table(table) => table.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Toml::Array(items) => items.iter().enumerate().map(|(i, value)| (i.to_string(), value)).collect(),
        _ => return,
    };
    for (key, value) in inner {
        path.push(key);
        numbers(value, path, found);
        path.pop();
    }
}

fn at<'a>(value: &'a mut Toml, path: &[String]) -> &'a mut Toml {
    path.iter().fold(value, |value, key| match value {
        Toml::Array(items) => &mut items[key.parse::<usize>().unwrap()],
        table => &mut table[key.as_str()],
    })
}

fn numbers_of(text: &str) -> (Toml, Vec<Vec<String>>) {
    let whole = Toml::Table(toml::from_str(text).unwrap());
    let mut found = Vec::new();
    numbers(&whole, &mut Vec::new(), &mut found);
    (whole, found)
}

/// Replaces each number with wrong numbers, and checks that each is refused with its position.
fn refuses_wrong_numbers(text: &str) {
    assert_eq!(faults(text), Vec::<String>::new(), "the scenario itself");
    let (whole, paths) = numbers_of(text);
    for path in paths {
        let mut changed = whole.clone();
        let is_bound = path[0] == "expect";
        let wrong: Vec<Toml> = match at(&mut changed, &path) {
            // A seed may be any whole number that is not negative.
            Toml::Integer(_) if path == ["seed"] => vec![Toml::Integer(-1), Toml::Float(1.5)],
            Toml::Integer(_) => vec![Toml::Integer(-1), Toml::Integer(1 << 40), Toml::Float(f64::NAN)],
            // The limit of a figure may be any finite number.
            _ if is_bound => [f64::NAN, f64::INFINITY, f64::NEG_INFINITY].map(Toml::Float).to_vec(),
            _ => [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300, -1e300, 1e12].map(Toml::Float).to_vec(),
        };
        for number in wrong {
            *at(&mut changed, &path) = number.clone();
            let text = toml::to_string(&changed).unwrap();
            let told = faults(&text);
            assert!(!told.is_empty(), "{path:?} = {number} is accepted");
            for fault in &told {
                let place: Vec<&str> = fault.splitn(4, ':').collect();
                assert!(place[1].parse::<usize>().is_ok() && place[2].parse::<usize>().is_ok(), "no place: {fault}");
            }
        }
    }
}

#[test]
fn every_wrong_number_is_refused_with_its_line_and_column() {
    refuses_wrong_numbers(WHOLE);
    refuses_wrong_numbers(ELSEWHERE);
}

/// Visits the number schemas under a node, with the key that leads to each.
fn visit(node: &Value, key: &str, seen: &mut impl FnMut(&str, &Value)) {
    let is_number = |kind: &Value| kind == "number" || kind == "integer";
    let kinds = node.get("type");
    if kinds.is_some_and(|k| is_number(k) || k.as_array().is_some_and(|all| all.iter().any(is_number))) {
        seen(key, node);
    }
    for (name, inner) in node.get("properties").and_then(Value::as_object).into_iter().flatten() {
        visit(inner, name, seen);
    }
    if let Some(items) = node.get("items") {
        visit(items, key, seen);
    }
    for name in ["oneOf", "anyOf"] {
        for inner in node.get(name).and_then(Value::as_array).into_iter().flatten() {
            visit(inner, key, seen);
        }
    }
}

#[test]
fn every_number_of_the_schema_has_a_range_and_is_tried_here() {
    let schema = json_schema();
    let tried: Vec<String> = [WHOLE, ELSEWHERE]
        .into_iter()
        .flat_map(|text| numbers_of(text).1)
        .filter_map(|path| path.into_iter().rev().find(|key| key.parse::<usize>().is_err()))
        .collect();
    let mut check = |key: &str, node: &Value| {
        assert!(key.is_empty() || tried.iter().any(|t| t == key), "`{key}` is not tried by this test");
        let has = |bound: &str| node.get(bound).is_some();
        // Whole numbers are limited by their type. The limit of a figure may be any number.
        let is_whole = node["format"] == "uint32" || node["format"] == "uint64";
        let is_bound = ["", "min", "max"].contains(&key);
        assert!(is_whole || is_bound || (has("minimum") && has("maximum")), "`{key}` has no range: {node}");
    };
    visit(&schema, "", &mut check);
    for definition in schema["$defs"].as_object().unwrap().values() {
        visit(definition, "", &mut check);
    }
}
