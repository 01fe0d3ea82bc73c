//! Units of plan coordinates and of heights in a LandXML file.

use super::super::findings::Findings;
use super::super::units::{StatedUnit, Unit};

/// Returns the unit that an attribute of `Units` states. Accepts the names of LandXML 1.2 and of common exports.
fn stated_unit(attribute: &str, name: &str) -> StatedUnit {
    let source = format!("{attribute}=\"{name}\"");
    let plain: String = name.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    let unit = match plain.as_str() {
        "meter" | "metre" | "meters" | "metres" | "m" => Unit::Metre,
        "millimeter" | "millimetre" | "mm" => Unit::Millimetre,
        "centimeter" | "centimetre" | "cm" => Unit::Centimetre,
        "kilometer" | "kilometre" | "kilometers" | "km" => Unit::Kilometre,
        "foot" | "feet" | "ft" | "internationalfoot" => Unit::Foot,
        "ussurveyfoot" | "ussurveyfeet" | "usft" | "surveyfoot" => Unit::UsSurveyFoot,
        "inch" | "inches" => Unit::Inch,
        "mile" | "miles" => Unit::Mile,
        _ => return StatedUnit::unknown(format!("`{name}`"), source),
    };
    StatedUnit::known(unit, source)
}

/// Returns the units of plan and heights from the attributes of `Metric` or `Imperial`.
pub(super) fn units(
    linear: Option<String>,
    elevation: Option<String>,
    findings: &mut Findings,
) -> (Option<StatedUnit>, Option<StatedUnit>) {
    let plan = linear.map(|unit| stated_unit("linearUnit", &unit));
    let mut height = elevation.map(|unit| stated_unit("elevationUnit", &unit));
    if let (Some(plan), Some(height)) = (&plan, &mut height) {
        // LandXML has no US survey foot for heights. If the plan is in US survey feet, "feet" of heights are US survey
        // feet too.
        if plan.unit == Ok(Unit::UsSurveyFoot) && height.unit == Ok(Unit::Foot) {
            height.unit = Ok(Unit::UsSurveyFoot);
        }
        if let (Ok(plan), Ok(height)) = (&plan.unit, &height.unit)
            && plan != height
        {
            let (plan, height) = (plan.name(), height.name());
            findings.strange.push(format!(
                "the file states lengths in {plan} and heights in {height}; if heights are in {plan} too, give --height-unit {plan}"
            ));
        }
    }
    (plan, height)
}
