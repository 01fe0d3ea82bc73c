//! The coordinate reference system (CRS) that a GeoJSON file names: `crs` of the 2008 draft, or `coordRefSys` of
//! JSON-FG.

use super::super::epsg::{CrsUnit, unit_of_crs};
use super::super::units::{StatedUnit, Unit};
use serde_json::Value;

/// Codes of Web Mercator in the EPSG and Esri registries.
const WEB_MERCATOR: [u32; 5] = [3857, 3785, 900_913, 102_100, 102_113];
/// Minimum number of digits of a code. A number with fewer digits is a version number.
const LEAST_DIGITS: usize = 4;

/// A coordinate system, reduced to its unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Crs {
    /// Degrees of longitude and latitude.
    Degrees { name: String },
    /// A projected system with a unit of length.
    Length(StatedUnit),
    /// Web Mercator, which stretches lengths away from the equator.
    WebMercator { name: String },
    /// A system whose name states no unit.
    Named { name: String },
}

impl Crs {
    /// Returns the coordinate system that a GeoJSON object names.
    pub(super) fn of(document: &Value) -> Option<Crs> {
        let value = document.get("crs").or_else(|| document.get("coordRefSys")).filter(|v| !v.is_null())?;
        // A compound system lists the plan system first.
        let value = value.get(0).unwrap_or(value);
        let properties = value.get("properties").unwrap_or(value);
        let name = match properties {
            Value::String(name) => name.clone(),
            _ => match (properties.get("name"), properties.get("code"), properties.get("href")) {
                (Some(Value::String(name)), ..) => name.clone(),
                (_, Some(code), _) => format!("EPSG:{}", code.to_string().trim_matches('"')),
                (.., Some(Value::String(href))) => href.clone(),
                _ => return Some(Crs::Named { name: value.to_string().chars().take(60).collect() }),
            },
        };
        Some(Crs::named(&name))
    }

    /// Returns the coordinate system that has this name, for example `urn:ogc:def:crs:EPSG::2227`.
    fn named(name: &str) -> Crs {
        let source = format!("crs `{name}`");
        let lower = name.to_lowercase();
        if ["crs84", "crs83", "crs27"].iter().any(|key| lower.contains(key)) {
            return Crs::Degrees { name: source };
        }
        if let Some(code) = code_in(&lower) {
            if WEB_MERCATOR.contains(&code) {
                return Crs::WebMercator { name: source };
            }
            let is_epsg = lower.contains("epsg");
            return match unit_of_crs(code).filter(|_| is_epsg) {
                Some(CrsUnit::Degrees) => Crs::Degrees { name: source },
                Some(CrsUnit::Length(unit)) => Crs::Length(StatedUnit::known(unit, source)),
                None => {
                    let register = if is_epsg { "EPSG" } else { "ESRI" };
                    Crs::Length(StatedUnit::unknown(format!("the unknown unit of {register} {code}"), source))
                }
            };
        }
        let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).collect();
        let has = |word: &str| words.contains(&word);
        let unit = if has("ftus") || has("usft") || lower.contains("us survey f") || lower.contains("us-ft") {
            Some(Unit::UsSurveyFoot)
        } else if has("ft") || has("feet") || has("foot") {
            Some(Unit::Foot)
        } else if has("utm") || has("m") || has("metre") || has("meter") || has("metres") || has("meters") {
            Some(Unit::Metre)
        } else {
            None
        };
        match unit {
            Some(unit) => Crs::Length(StatedUnit::known(unit, source)),
            None if matches!(lower.trim(), "wgs84" | "wgs 84" | "wgs_84" | "longlat" | "latlong") => {
                Crs::Degrees { name: source }
            }
            None => Crs::Named { name: name.to_owned() },
        }
    }
}

/// Returns the code that follows the name of a registry. For a compound system, returns the first code.
fn code_in(lower: &str) -> Option<u32> {
    let start = ["epsg", "esri"].iter().filter_map(|key| lower.find(key)).min()?;
    let runs = lower[start..].split(|c: char| !c.is_ascii_digit());
    runs.filter(|run| run.len() >= LEAST_DIGITS).find_map(|run| run.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn codes_and_names_of_systems_give_their_unit() {
        let unit = |name: &str| match Crs::named(name) {
            Crs::Length(StatedUnit { unit, .. }) => unit.map(Unit::name),
            Crs::Degrees { .. } => Ok("degrees"),
            Crs::WebMercator { .. } => Ok("web"),
            Crs::Named { .. } => Ok("named"),
        };
        for (name, expected) in [
            ("urn:ogc:def:crs:EPSG::2227", "us-ft"),
            ("urn:ogc:def:crs:EPSG:8.9:32650", "m"),
            ("EPSG:2227", "us-ft"),
            ("http://www.opengis.net/def/crs/EPSG/0/25832", "m"),
            ("http://spatialreference.org/ref/epsg/4326/proj4/", "degrees"),
            ("urn:ogc:def:crs,crs:EPSG::27700,crs:EPSG::5701", "m"),
            ("urn:ogc:def:crs:OGC:1.3:CRS84", "degrees"),
            ("EPSG:3857", "web"),
            ("NAD83 / California zone 3 (ftUS)", "us-ft"),
            ("WGS 84 / UTM zone 50N", "m"),
            ("Mine grid 2019", "named"),
        ] {
            assert_eq!(unit(name), Ok(expected), "{name}");
        }
        assert_eq!(unit("EPSG:99999"), Err("the unknown unit of EPSG 99999".to_owned()));
        assert_eq!(unit("ESRI:102645"), Err("the unknown unit of ESRI 102645".to_owned()));
    }

    #[test]
    fn members_of_old_and_new_drafts_are_read() {
        for document in [
            json!({"crs": {"type": "name", "properties": {"name": "EPSG:2227"}}}),
            json!({"crs": {"type": "EPSG", "properties": {"code": 2227}}}),
            json!({"crs": {"type": "link", "properties": {"href": "http://spatialreference.org/ref/epsg/2227/proj4/"}}}),
            json!({"coordRefSys": "http://www.opengis.net/def/crs/EPSG/0/2227"}),
            json!({"coordRefSys": ["[EPSG:2227]", "[EPSG:6360]"]}),
        ] {
            let Some(Crs::Length(StatedUnit { unit, .. })) = Crs::of(&document) else { panic!("{document}") };
            assert_eq!(unit, Ok(Unit::UsSurveyFoot), "{document}");
        }
        assert_eq!(Crs::of(&json!({"crs": null})), None);
        assert!(matches!(Crs::of(&json!({"crs": {"type": "name"}})), Some(Crs::Named { .. })));
    }
}
