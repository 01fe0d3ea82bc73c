//! Unit that a drawing states, and doubts about this unit.

use super::super::units::{StatedUnit, Unit};
use super::drawing::Drawing;
use haul_core::Point2;

/// Plausible range for the extent of a mine (m).
const PLAUSIBLE_EXTENT: (f64, f64) = (60.0, 60_000.0);

/// Returns the unit for a value of `$INSUNITS` (Autodesk, DXF reference, header variables). Value 0 states no unit.
pub(super) fn stated_unit(code: &str) -> Option<StatedUnit> {
    let source = format!("$INSUNITS {code}");
    let unknown = |name: &str| StatedUnit::unknown(name, source.clone());
    let unit = match code {
        "0" | "" => return None,
        "1" => Unit::Inch,
        "2" => Unit::Foot,
        "3" => Unit::Mile,
        "4" => Unit::Millimetre,
        "5" => Unit::Centimetre,
        "6" => Unit::Metre,
        "7" => Unit::Kilometre,
        "8" => return Some(unknown("microinches")),
        "9" => return Some(unknown("mils")),
        "10" => Unit::Yard,
        "11" => return Some(unknown("angstroms")),
        "12" => return Some(unknown("nanometres")),
        "13" => Unit::Micrometre,
        "14" => Unit::Decimetre,
        "15" => Unit::Decametre,
        "16" => Unit::Hectometre,
        "17" => return Some(unknown("gigametres")),
        "18" => return Some(unknown("astronomical units")),
        "19" => return Some(unknown("light years")),
        "20" => return Some(unknown("parsecs")),
        "21" => Unit::UsSurveyFoot,
        "22" => Unit::UsSurveyInch,
        "23" => Unit::UsSurveyYard,
        "24" => Unit::UsSurveyMile,
        _ => return Some(unknown("an unknown code")),
    };
    Some(StatedUnit::known(unit, source))
}

/// Returns a doubt if a drawing states no unit, but other header variables suggest English units.
pub(super) fn doubt_without_unit(drawing: &Drawing) -> Option<String> {
    // Engineering (3) and architectural (4) lengths are written in feet and inches.
    let lengths = drawing.variable("$LUNITS").filter(|v| matches!(*v, "3" | "4"));
    let system = drawing.variable("$MEASUREMENT").filter(|v| *v == "0");
    let source = match (lengths, system) {
        (Some(format), _) => {
            format!("it writes lengths in feet and inches ($LUNITS {format}); a drawing unit is then an inch")
        }
        (None, Some(_)) => "its system of units is English ($MEASUREMENT 0)".to_owned(),
        (None, None) => return None,
    };
    Some(format!(
        "the drawing states no unit ($INSUNITS), but {source}; if its lengths are not metres, give --unit ft, us-ft or in"
    ))
}

/// Returns a doubt if the drawing has a plausible extent in metres, but not in the stated unit. Inches and millimetres
/// are often only defaults of drawing programs. A drawing in inches is therefore doubted even if both extents are
/// plausible.
pub(super) fn doubt_of_extent(stated: &StatedUnit, low: Point2, high: Point2) -> Option<String> {
    let Ok(unit) = stated.unit else { return None };
    let (width, height) = (high.x - low.x, high.y - low.y);
    let across = width.max(height);
    let is_plausible = |across: f64| (PLAUSIBLE_EXTENT.0..=PLAUSIBLE_EXTENT.1).contains(&across);
    let metres = unit.metres();
    let is_default = matches!(unit, Unit::Inch | Unit::UsSurveyInch) && is_plausible(across);
    if unit == Unit::Metre || !is_plausible(across) || (is_plausible(across * metres) && !is_default) {
        return None;
    }
    Some(format!(
        "the drawing states {} ({}), so it is {:.1} m x {:.1} m; this unit is often only the default of the drawing \
         program; if the drawing is in metres, it is {width:.1} m x {height:.1} m: give --unit m",
        long_name(unit),
        stated.source,
        width * metres,
        height * metres,
    ))
}

/// Returns the name of a unit for use in a sentence.
fn long_name(unit: Unit) -> String {
    match unit {
        Unit::Inch => "the unit inch".to_owned(),
        Unit::UsSurveyInch => "the unit US survey inch".to_owned(),
        Unit::Millimetre => "the unit millimetre".to_owned(),
        Unit::Centimetre => "the unit centimetre".to_owned(),
        other => format!("the unit {}", other.name()),
    }
}
