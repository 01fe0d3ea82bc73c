//! Ranges of the numbers in a scenario, as the schema gives them.

use serde_json::Value;

/// Returns the accepted range in words if a number is outside the range. Numbers that are not finite are checked
/// elsewhere.
pub(super) fn broken(path: &str, value: &toml::Value, node: &Value, about: Option<&str>) -> Option<String> {
    let number = match value {
        toml::Value::Integer(whole) => *whole as f64,
        toml::Value::Float(number) if number.is_finite() => *number,
        _ => return None,
    };
    let bound = |key: &str| node.get(key).and_then(Value::as_f64);
    let (least, most) = (bound("minimum"), bound("maximum").or_else(|| greatest(node)));
    if least.is_none_or(|least| number >= least) && most.is_none_or(|most| number <= most) {
        return None;
    }
    let range = match (least, most) {
        (Some(least), Some(most)) => format!("{least} to {most}"),
        (Some(least), None) => format!("{least} or more"),
        (None, Some(most)) => format!("{most} or less"),
        (None, None) => return None,
    };
    let range = format!("{range} {}", unit(path)).trim().to_owned();
    Some(match about {
        Some(about) => format!("{range}; {about}"),
        None => range,
    })
}

/// Returns true if a schema accepts no negative number.
pub(super) fn is_natural(node: &Value) -> bool {
    node.get("minimum").and_then(Value::as_f64).is_some_and(|least| least >= 0.0)
}

/// Returns the maximum value of a schema's integer type.
fn greatest(node: &Value) -> Option<f64> {
    match node.get("format").and_then(Value::as_str) {
        Some("uint32") => Some(f64::from(u32::MAX)),
        _ => None,
    }
}

/// Returns the unit of a quantity, taken from the end of its key.
fn unit(path: &str) -> &'static str {
    let key = path.rsplit('.').find(|key| key.parse::<usize>().is_err()).unwrap_or_default();
    let ends = |end: &str| key == end || key.ends_with(&format!("_{end}"));
    match key.rsplit_once('_').map(|(_, unit)| unit) {
        _ if ends("mm_h") => "mm/h",
        _ if ends("m_s") => "m/s",
        Some("mm") => "mm",
        Some("c") => "°C",
        Some("s") => "s",
        Some("m") => "m",
        Some("cm") => "cm",
        Some("t") => "t",
        Some("kmh") => "km/h",
        Some("pct") => "%",
        Some("deg") => "degrees",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_number_outside_its_range_is_answered_with_the_range_and_its_unit() {
        let node = json!({ "type": "number", "minimum": 0, "maximum": 100 });
        let found = |number: f64| broken("event.3.throttle_pct", &toml::Value::Float(number), &node, Some("Throttle"));
        assert_eq!(found(130.0).as_deref(), Some("0 to 100 %; Throttle"));
        assert_eq!((found(100.0), found(0.0), found(f64::NAN)), (None, None, None));
    }

    #[test]
    fn a_whole_number_keeps_within_its_type() {
        let node = json!({ "type": "integer", "format": "uint32", "minimum": 0 });
        let found = |number: i64| broken("truck.0.id", &toml::Value::Integer(number), &node, None);
        assert_eq!((found(5_000_000_000), found(7)), (Some("0 to 4294967295".to_owned()), None));
    }

    #[test]
    fn the_unit_of_a_list_is_that_of_its_key() {
        assert_eq!([unit("line.delay_s.1"), unit("event.0.at.1"), unit("conditions.friction")], ["s", "", ""]);
        let compound =
            [unit("event.0.mm_h"), unit("weather.rain_mm_h"), unit("weather.wind_m_s"), unit("weather.air_c")];
        assert_eq!(compound, ["mm/h", "mm/h", "m/s", "°C"]);
    }
}
