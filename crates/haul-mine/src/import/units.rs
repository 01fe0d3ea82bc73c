//! Units of length and orders of axes.

/// A unit of length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Unit {
    /// Metres.
    #[default]
    Metre,
    /// Micrometres.
    Micrometre,
    /// Millimetres.
    Millimetre,
    /// Centimetres.
    Centimetre,
    /// Decimetres.
    Decimetre,
    /// Decametres.
    Decametre,
    /// Hectometres.
    Hectometre,
    /// Kilometres.
    Kilometre,
    /// Inches of 25.4 mm.
    Inch,
    /// International feet of 0.3048 m.
    Foot,
    /// International yards of 0.9144 m.
    Yard,
    /// International miles of 1609.344 m.
    Mile,
    /// US survey inches of 100/3937 m.
    UsSurveyInch,
    /// US survey feet of 1200/3937 m.
    UsSurveyFoot,
    /// US survey yards of 3600/3937 m.
    UsSurveyYard,
    /// US survey miles of 6336000/3937 m.
    UsSurveyMile,
    /// Feet of Clarke, of 0.3047972654 m (EPSG 9005).
    ClarkeFoot,
    /// Yards of Clarke, of three Clarke feet (EPSG 9037).
    ClarkeYard,
    /// Links of Clarke, of 0.66 Clarke feet (EPSG 9039).
    ClarkeLink,
    /// Indian feet of 12/39.370142 m (EPSG 9080).
    IndianFoot,
    /// Indian yards of 36/39.370142 m (EPSG 9084).
    IndianYard,
    /// Gold Coast feet of 6378300/20926201 m (EPSG 9094).
    GoldCoastFoot,
    /// British feet of Sears (1922), of 12/39.370147 m (EPSG 9041).
    BritishFoot,
    /// British yards of Sears (1922), of 36/39.370147 m (EPSG 9040).
    BritishYard,
    /// British chains of Sears (1922), of 22 yards (EPSG 9042).
    BritishChain,
    /// British chains of Sears (1922), truncated to 20.116756 m (EPSG 9301).
    BritishChainTruncated,
    /// British chains of Benoit (1895), of 22 yards of 36/39.370113 m (EPSG 9062).
    BenoitChain,
    /// British feet of 1936, of 0.3048007491 m (EPSG 9095).
    BritishFoot1936,
    /// International links of 0.66 feet (EPSG 9098).
    Link,
    /// German legal metres of 1.0000135965 m (EPSG 9031).
    GermanMetre,
}

/// An entry of the table of units.
struct UnitEntry {
    unit: Unit,
    /// Name on the command line and in reports.
    name: &'static str,
    /// Length, m.
    metres: f64,
    /// Code in the EPSG registry.
    epsg: Option<u16>,
}

const fn entry(unit: Unit, name: &'static str, metres: f64, epsg: Option<u16>) -> UnitEntry {
    UnitEntry { unit, name, metres, epsg }
}

/// All units. The codes are those of the EPSG registry (IOGP 373-7-2).
const UNITS: [UnitEntry; 30] = [
    entry(Unit::Metre, "m", 1.0, Some(9001)),
    entry(Unit::Micrometre, "um", 1e-6, None),
    entry(Unit::Millimetre, "mm", 1e-3, Some(1025)),
    entry(Unit::Centimetre, "cm", 1e-2, Some(1033)),
    entry(Unit::Decimetre, "dm", 1e-1, None),
    entry(Unit::Decametre, "dam", 1e1, None),
    entry(Unit::Hectometre, "hm", 1e2, None),
    entry(Unit::Kilometre, "km", 1e3, Some(9036)),
    entry(Unit::Inch, "in", 0.0254, None),
    entry(Unit::Foot, "ft", 0.3048, Some(9002)),
    entry(Unit::Yard, "yd", 0.9144, Some(9096)),
    entry(Unit::Mile, "mi", 1_609.344, Some(9093)),
    entry(Unit::UsSurveyInch, "us-in", 100.0 / 3_937.0, None),
    entry(Unit::UsSurveyFoot, "us-ft", 1_200.0 / 3_937.0, Some(9003)),
    entry(Unit::UsSurveyYard, "us-yd", 3_600.0 / 3_937.0, None),
    entry(Unit::UsSurveyMile, "us-mi", 6_336_000.0 / 3_937.0, Some(9035)),
    entry(Unit::ClarkeFoot, "clarke-ft", 0.304_797_265_4, Some(9005)),
    entry(Unit::ClarkeYard, "clarke-yd", 3.0 * 0.304_797_265_4, Some(9037)),
    entry(Unit::ClarkeLink, "clarke-link", 0.66 * 0.304_797_265_4, Some(9039)),
    entry(Unit::IndianFoot, "indian-ft", 12.0 / 39.370_142, Some(9080)),
    entry(Unit::IndianYard, "indian-yd", 36.0 / 39.370_142, Some(9084)),
    entry(Unit::GoldCoastFoot, "gold-coast-ft", 6_378_300.0 / 20_926_201.0, Some(9094)),
    entry(Unit::BritishFoot, "british-ft", 12.0 / 39.370_147, Some(9041)),
    entry(Unit::BritishYard, "british-yd", 36.0 / 39.370_147, Some(9040)),
    entry(Unit::BritishChain, "british-ch", 792.0 / 39.370_147, Some(9042)),
    entry(Unit::BritishChainTruncated, "british-ch-trunc", 20.116_756, Some(9301)),
    entry(Unit::BenoitChain, "british-ch-benoit", 792.0 / 39.370_113, Some(9062)),
    entry(Unit::BritishFoot1936, "british-ft-1936", 0.304_800_749_1, Some(9095)),
    entry(Unit::Link, "link", 0.201_168, Some(9098)),
    entry(Unit::GermanMetre, "german-m", 1.000_013_596_5, Some(9031)),
];

impl Unit {
    /// Returns the unit's entry in the table.
    fn entry(self) -> &'static UnitEntry {
        static TABLE: [UnitEntry; UNITS.len()] = UNITS;
        &TABLE[TABLE.iter().position(|e| e.unit == self).unwrap_or_default()]
    }

    /// Returns the length of the unit in metres.
    pub fn metres(self) -> f64 {
        self.entry().metres
    }

    /// Returns the name of the unit on the command line and in reports.
    pub fn name(self) -> &'static str {
        self.entry().name
    }

    /// Returns the unit with a name.
    pub fn of_name(name: &str) -> Option<Unit> {
        UNITS.iter().find(|e| e.name == name).map(|e| e.unit)
    }

    /// Returns the unit with a code of the EPSG registry.
    pub(super) fn of_epsg(code: u16) -> Option<Unit> {
        UNITS.iter().find(|e| e.epsg == Some(code)).map(|e| e.unit)
    }

    /// Returns the names of all units, separated by commas, for messages.
    pub fn names() -> String {
        UNITS.map(|e| e.name).join(", ")
    }
}

/// The unit that a file states for its plan or for its heights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatedUnit {
    /// The unit, or its name in the file if it is not one that is read.
    pub unit: Result<Unit, String>,
    /// Place of the statement in the file, in the words of the format, for example `$INSUNITS 14`.
    pub source: String,
}

impl StatedUnit {
    /// Returns a unit that is stated at a place.
    pub fn known(unit: Unit, source: impl Into<String>) -> StatedUnit {
        StatedUnit { unit: Ok(unit), source: source.into() }
    }

    /// Returns a unit that is stated at a place, but is not one that is read.
    pub fn unknown(name: impl Into<String>, source: impl Into<String>) -> StatedUnit {
        StatedUnit { unit: Err(name.into()), source: source.into() }
    }
}

/// Order of the first two axes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Axes {
    /// East before north.
    #[default]
    EastNorth,
    /// North before east.
    NorthEast,
}

impl Axes {
    /// Returns the name of the order in reports.
    pub fn name(self) -> &'static str {
        match self {
            Axes::EastNorth => "east, north, up",
            Axes::NorthEast => "north, east, up",
        }
    }

    /// Returns the order with a name on the command line.
    pub fn of_name(name: &str) -> Option<Axes> {
        match name {
            "en" => Some(Axes::EastNorth),
            "ne" => Some(Axes::NorthEast),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_unit_has_one_entry() {
        for e in &UNITS {
            assert_eq!(e.unit.name(), e.name);
            assert_eq!(Unit::of_name(e.name), Some(e.unit));
            assert!(e.epsg.is_none_or(|code| Unit::of_epsg(code) == Some(e.unit)));
        }
    }
}
