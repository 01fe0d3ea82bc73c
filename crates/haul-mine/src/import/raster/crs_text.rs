//! Units of a coordinate system in text form: WKT 1 of OGC and ESRI, WKT 2, and the `.prj` files of ArcInfo.

use super::degrees_fault;
use crate::import::epsg::CrsUnit;
use crate::import::survey::Survey;
use crate::import::units::{StatedUnit, Unit};
use haul_core::Fault;

/// Maximum nesting depth of brackets.
const GREATEST_DEPTH: usize = 64;
const PROJECTED: [&str; 7] = ["PROJCS", "PROJCRS", "PROJECTEDCRS", "LOCAL_CS", "ENGCRS", "ENGINEERINGCRS", "GEOCCS"];
const GEOGRAPHIC: [&str; 5] = ["GEOGCS", "GEOGCRS", "GEOGRAPHICCRS", "GEODCRS", "GEODETICCRS"];
const VERTICAL: [&str; 5] = ["VERT_CS", "VERTCS", "VERTCRS", "VERTICALCRS", "BASEVERTCRS"];

/// The units of a coordinate system. An unsupported unit is an error that holds the name of the unit.
#[derive(Debug, Clone, PartialEq, Default)]
pub(in crate::import) struct CrsUnits {
    /// Plan unit, if the text states one.
    pub(in crate::import) plan: Option<Result<CrsUnit, String>>,
    /// Unit of heights, if the text states one.
    pub(in crate::import) height: Option<Result<Unit, String>>,
}

/// A bracketed element of WKT that is being read.
struct Part {
    keyword: String,
    /// Texts and numbers of the element.
    values: Vec<String>,
}

/// Returns the units of a coordinate system. Text in an unknown form gives no units.
pub(in crate::import) fn units_of_crs_text(text: &str) -> CrsUnits {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.contains(['[', '(']) { units_of_wkt(text) } else { units_of_arc_info(text) }
}

fn units_of_wkt(text: &str) -> CrsUnits {
    let mut units = CrsUnits::default();
    let mut parts: Vec<Part> = Vec::new();
    let mut word = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => word = chars.by_ref().take_while(|c| *c != '"').collect(),
            '[' | '(' => {
                let keyword = std::mem::take(&mut word).trim().to_uppercase();
                if parts.len() >= GREATEST_DEPTH {
                    return units;
                }
                let is_inner =
                    parts.iter().any(|p| PROJECTED.contains(&&*p.keyword) || VERTICAL.contains(&&*p.keyword));
                if GEOGRAPHIC.contains(&&*keyword) && !is_inner {
                    units.plan.get_or_insert(Ok(CrsUnit::Degrees));
                }
                parts.push(Part { keyword, values: Vec::new() });
            }
            ',' | ']' | ')' => {
                if let Some(part) = parts.last_mut()
                    && !word.trim().is_empty()
                {
                    part.values.push(word.trim().to_owned());
                }
                word.clear();
                if c != ',' {
                    let Some(part) = parts.pop() else { return units };
                    close(&part, &parts, &mut units);
                }
            }
            c => word.push(c),
        }
    }
    units
}

/// Stores the unit of a completed element, if the element states a unit of length.
fn close(part: &Part, above: &[Part], units: &mut CrsUnits) {
    if !matches!(&*part.keyword, "UNIT" | "LENGTHUNIT") {
        return;
    }
    // An axis may state the unit of the system to which the axis belongs.
    let Some(owner) = above.iter().rev().find(|p| p.keyword != "AXIS") else { return };
    let name = part.values.first().cloned().unwrap_or_default();
    let metres = part.values.get(1).and_then(|v| v.parse().ok());
    let unit = metres.map_or_else(|| Unit::of_words(&name), Unit::of_metres).ok_or(name);
    if above.iter().any(|p| VERTICAL.contains(&&*p.keyword)) {
        units.height.get_or_insert(unit);
    } else if PROJECTED.contains(&&*owner.keyword) {
        units.plan.get_or_insert(unit.map(CrsUnit::Length));
    }
}

/// Returns the units in the lines `Projection …`, `Units …` and `Zunits …` of ArcInfo.
fn units_of_arc_info(text: &str) -> CrsUnits {
    let mut units = CrsUnits::default();
    for line in text.lines() {
        let mut words = line.split_whitespace();
        let (key, value) = (words.next().unwrap_or("").to_lowercase(), words.next().unwrap_or("").to_lowercase());
        match (&*key, &*value) {
            ("projection", "geographic" | "geodetic") | ("units", "dd" | "ds" | "dms" | "degrees") => {
                units.plan.get_or_insert(Ok(CrsUnit::Degrees));
            }
            ("units", name) if !name.is_empty() => {
                units.plan.get_or_insert(Unit::of_words(name).map(CrsUnit::Length).ok_or(name.to_owned()));
            }
            ("zunits", name) if !name.is_empty() && name != "no" => {
                units.height.get_or_insert(Unit::of_words(name).ok_or(name.to_owned()));
            }
            _ => {}
        }
    }
    units
}

/// Sets the units of a survey from a coordinate system in text form beside the raster.
///
/// # Errors
///
/// Returns a fault if the system is in degrees.
pub(in crate::import) fn take_units(
    source: &str,
    text: &str,
    raster: &str,
    place: (f64, f64),
    survey: &mut Survey,
) -> Result<(), Fault> {
    let units = units_of_crs_text(text);
    match units.plan {
        Some(Ok(CrsUnit::Degrees)) => return Err(degrees_fault(raster, source, place)),
        Some(Ok(CrsUnit::Length(unit))) => survey.plan_unit = Some(StatedUnit::known(unit, source)),
        Some(Err(name)) => survey.plan_unit = Some(StatedUnit::unknown(format!("`{name}`"), source)),
        None => survey.findings.strange.push(format!("{source} states no unit that is known; it was not used")),
    }
    if survey.height_unit.is_none() {
        survey.height_unit = units.height.map(|unit| StatedUnit { unit, source: source.to_owned() });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const GEOGCS: &str = r#"GEOGCS["GCS_North_American_1983",DATUM["D_North_American_1983",SPHEROID["GRS_1980",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#;

    fn plan(text: &str) -> Option<Result<CrsUnit, String>> {
        units_of_crs_text(text).plan
    }

    #[test]
    fn projected_system_has_its_own_unit_and_not_that_of_its_base() {
        let feet =
            format!(r#"PROJCS["x",{GEOGCS},PROJECTION["y"],PARAMETER["z",1.0],UNIT["Foot_US",0.3048006096012192]]"#);
        assert_eq!(plan(&feet), Some(Ok(CrsUnit::Length(Unit::UsSurveyFoot))));
        let both = format!(r#"COMPD_CS["a",{feet},VERT_CS["h",VERT_DATUM["d",2005],UNIT["metre",1],AXIS["Up",UP]]]"#);
        let units = units_of_crs_text(&both);
        assert_eq!(units.plan, Some(Ok(CrsUnit::Length(Unit::UsSurveyFoot))));
        assert_eq!(units.height, Some(Ok(Unit::Metre)));
        assert_eq!(plan(GEOGCS), Some(Ok(CrsUnit::Degrees)));
        assert_eq!(plan(r#"PROJCS["x",UNIT["rod",5.0292]]"#), Some(Err("rod".to_owned())));
    }

    #[test]
    fn wkt_2_has_its_units_in_the_system_or_in_its_axes() {
        let base = r#"BASEGEOGCRS["w",DATUM["d",ELLIPSOID["e",6378137,298.2,LENGTHUNIT["metre",1]]],PRIMEM["G",0,ANGLEUNIT["degree",0.0174]]]"#;
        let axes = r#"CS[Cartesian,2],AXIS["x",east,ORDER[1],LENGTHUNIT["foot",0.3048]],AXIS["y",north,LENGTHUNIT["foot",0.3048]]"#;
        assert_eq!(plan(&format!(r#"PROJCRS["p",{base},{axes}]"#)), Some(Ok(CrsUnit::Length(Unit::Foot))));
        let geographic =
            r#"GEOGCRS["w",DATUM["d",ELLIPSOID["e",6378137,298.2,LENGTHUNIT["metre",1]]],CS[ellipsoidal,2]]"#;
        assert_eq!(plan(geographic), Some(Ok(CrsUnit::Degrees)));
    }

    #[test]
    fn lines_of_arc_info_are_read() {
        assert_eq!(
            plan("Projection    UTM\nZone 12\nUnits         METERS\nZunits NO\n"),
            Some(Ok(CrsUnit::Length(Unit::Metre)))
        );
        assert_eq!(plan("Projection GEOGRAPHIC\nUnits DD\n"), Some(Ok(CrsUnit::Degrees)));
        assert_eq!(plan(""), None);
        assert_eq!(plan("[[[]]"), None);
    }
}
