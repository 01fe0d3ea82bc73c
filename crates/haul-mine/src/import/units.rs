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
    /// Plural name for messages.
    plural: &'static str,
    /// Length of the unit (m).
    metres: f64,
    /// Code in the EPSG registry.
    epsg: Option<u16>,
}

/// Names of units in files of GDAL, ESRI, PROJ and survey programs, in lower case without blanks and punctuation.
const WORDS: [(Unit, &[&str]); 13] = [
    (Unit::Metre, &["m", "metre", "metres", "meter", "meters", "mtr"]),
    (Unit::Millimetre, &["mm", "millimetre", "millimetres", "millimeter", "millimeters"]),
    (Unit::Centimetre, &["cm", "centimetre", "centimetres", "centimeter", "centimeters"]),
    (Unit::Decimetre, &["dm", "decimetre", "decimetres", "decimeter", "decimeters"]),
    (Unit::Kilometre, &["km", "kilometre", "kilometres", "kilometer", "kilometers"]),
    (Unit::Inch, &["in", "inch", "inches"]),
    (
        Unit::Foot,
        &["ft", "foot", "feet", "internationalfoot", "internationalfeet", "footinternational", "intlft", "footintl"],
    ),
    (
        Unit::UsSurveyFoot,
        &[
            "usft",
            "ftus",
            "footus",
            "feetus",
            "ussurveyfoot",
            "ussurveyfeet",
            "surveyfoot",
            "surveyfeet",
            "footussurvey",
            "usfoot",
            "usfeet",
        ],
    ),
    (Unit::Yard, &["yd", "yard", "yards"]),
    (Unit::Mile, &["mi", "mile", "miles"]),
    (Unit::ClarkeFoot, &["clarkesfoot", "clarkefoot", "footclarke"]),
    (Unit::IndianFoot, &["indianfoot", "footindian"]),
    (Unit::GoldCoastFoot, &["goldcoastfoot", "footgoldcoast"]),
];

/// Relative tolerance for recognising a unit by its length.
const LENGTH_TOLERANCE: f64 = 1e-7;

const fn entry(unit: Unit, name: &'static str, plural: &'static str, metres: f64, epsg: Option<u16>) -> UnitEntry {
    UnitEntry { unit, name, plural, metres, epsg }
}

/// All units. The codes are those of the EPSG registry (IOGP 373-7-2).
const UNITS: [UnitEntry; 30] = [
    entry(Unit::Metre, "m", "metres", 1.0, Some(9001)),
    entry(Unit::Micrometre, "um", "micrometres", 1e-6, None),
    entry(Unit::Millimetre, "mm", "millimetres", 1e-3, Some(1025)),
    entry(Unit::Centimetre, "cm", "centimetres", 1e-2, Some(1033)),
    entry(Unit::Decimetre, "dm", "decimetres", 1e-1, None),
    entry(Unit::Decametre, "dam", "decametres", 1e1, None),
    entry(Unit::Hectometre, "hm", "hectometres", 1e2, None),
    entry(Unit::Kilometre, "km", "kilometres", 1e3, Some(9036)),
    entry(Unit::Inch, "in", "inches", 0.0254, None),
    entry(Unit::Foot, "ft", "feet", 0.3048, Some(9002)),
    entry(Unit::Yard, "yd", "yards", 0.9144, Some(9096)),
    entry(Unit::Mile, "mi", "miles", 1_609.344, Some(9093)),
    entry(Unit::UsSurveyInch, "us-in", "US survey inches", 100.0 / 3_937.0, None),
    entry(Unit::UsSurveyFoot, "us-ft", "US survey feet", 1_200.0 / 3_937.0, Some(9003)),
    entry(Unit::UsSurveyYard, "us-yd", "US survey yards", 3_600.0 / 3_937.0, None),
    entry(Unit::UsSurveyMile, "us-mi", "US survey miles", 6_336_000.0 / 3_937.0, Some(9035)),
    entry(Unit::ClarkeFoot, "clarke-ft", "Clarke feet", 0.304_797_265_4, Some(9005)),
    entry(Unit::ClarkeYard, "clarke-yd", "Clarke yards", 3.0 * 0.304_797_265_4, Some(9037)),
    entry(Unit::ClarkeLink, "clarke-link", "Clarke links", 0.66 * 0.304_797_265_4, Some(9039)),
    entry(Unit::IndianFoot, "indian-ft", "Indian feet", 12.0 / 39.370_142, Some(9080)),
    entry(Unit::IndianYard, "indian-yd", "Indian yards", 36.0 / 39.370_142, Some(9084)),
    entry(Unit::GoldCoastFoot, "gold-coast-ft", "Gold Coast feet", 6_378_300.0 / 20_926_201.0, Some(9094)),
    entry(Unit::BritishFoot, "british-ft", "British feet", 12.0 / 39.370_147, Some(9041)),
    entry(Unit::BritishYard, "british-yd", "British yards", 36.0 / 39.370_147, Some(9040)),
    entry(Unit::BritishChain, "british-ch", "British chains", 792.0 / 39.370_147, Some(9042)),
    entry(Unit::BritishChainTruncated, "british-ch-trunc", "British chains", 20.116_756, Some(9301)),
    entry(Unit::BenoitChain, "british-ch-benoit", "British chains", 792.0 / 39.370_113, Some(9062)),
    entry(Unit::BritishFoot1936, "british-ft-1936", "British feet of 1936", 0.304_800_749_1, Some(9095)),
    entry(Unit::Link, "link", "links", 0.201_168, Some(9098)),
    entry(Unit::GermanMetre, "german-m", "German legal metres", 1.000_013_596_5, Some(9031)),
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

    /// Returns the plural name of the unit, for messages.
    pub(super) fn plural(self) -> &'static str {
        self.entry().plural
    }

    /// Returns the unit that has this name on the command line.
    pub fn of_name(name: &str) -> Option<Unit> {
        UNITS.iter().find(|e| e.name == name).map(|e| e.unit)
    }

    /// Returns the unit that has this code in the EPSG registry.
    pub(super) fn of_epsg(code: u16) -> Option<Unit> {
        UNITS.iter().find(|e| e.epsg == Some(code)).map(|e| e.unit)
    }

    /// Returns the unit that has this length in metres. The length must be correct to seven digits, because the
    /// different feet differ in the sixth digit.
    pub(super) fn of_metres(metres: f64) -> Option<Unit> {
        let off = |e: &UnitEntry| (metres / e.metres - 1.0).abs();
        UNITS.iter().filter(|e| off(e) < LENGTH_TOLERANCE).min_by(|a, b| off(a).total_cmp(&off(b))).map(|e| e.unit)
    }

    /// Returns the unit that programs and standards call by these words, for example `US survey foot` or `Foot_US`.
    pub(super) fn of_words(words: &str) -> Option<Unit> {
        let plain: String = words.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
        let by_word = WORDS.iter().find(|(_, names)| names.contains(&&*plain)).map(|(unit, _)| *unit);
        by_word.or_else(|| Unit::of_name(&words.trim().to_lowercase()))
    }

    /// Returns the names of all units, separated by commas, for messages.
    pub fn names() -> String {
        UNITS.map(|e| e.name).join(", ")
    }
}

/// The unit that a file states for its plan coordinates or for its heights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatedUnit {
    /// The unit, or its name in the file if the import does not know the unit.
    pub unit: Result<Unit, String>,
    /// Location of the statement in the file, in the terms of the format, for example `$INSUNITS 14`.
    pub source: String,
}

impl StatedUnit {
    /// Returns a known unit, with the location in the file that states it.
    pub fn known(unit: Unit, source: impl Into<String>) -> StatedUnit {
        StatedUnit { unit: Ok(unit), source: source.into() }
    }

    /// Returns a unit that the import does not know, with the location in the file that states it.
    pub fn unknown(name: impl Into<String>, source: impl Into<String>) -> StatedUnit {
        StatedUnit { unit: Err(name.into()), source: source.into() }
    }
}

/// Order of the first two coordinates of a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Axes {
    /// East before north.
    #[default]
    EastNorth,
    /// North before east.
    NorthEast,
}

impl Axes {
    /// Returns the name of the axis order, as used in reports.
    pub fn name(self) -> &'static str {
        match self {
            Axes::EastNorth => "east, north, up",
            Axes::NorthEast => "north, east, up",
        }
    }

    /// Returns the axis order that has this name on the command line.
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
    fn rounded_length_gives_the_right_foot() {
        assert_eq!(Unit::of_metres(0.304_800_61), Some(Unit::UsSurveyFoot));
        assert_eq!(Unit::of_metres(0.304_8), Some(Unit::Foot));
        assert_eq!(Unit::of_metres(0.305), None);
    }

    #[test]
    fn names_of_programs_are_known() {
        for (words, unit) in [
            ("US survey foot", Unit::UsSurveyFoot),
            ("Foot_US", Unit::UsSurveyFoot),
            ("foot (US survey)", Unit::UsSurveyFoot),
            ("METERS", Unit::Metre),
            ("ft", Unit::Foot),
            ("us-ft", Unit::UsSurveyFoot),
            ("clarke-ft", Unit::ClarkeFoot),
        ] {
            assert_eq!(Unit::of_words(words), Some(unit), "{words}");
        }
        assert_eq!(Unit::of_words("cubit"), None);
    }

    #[test]
    fn each_unit_has_one_entry() {
        for e in &UNITS {
            assert_eq!(e.unit.name(), e.name);
            assert_eq!(Unit::of_name(e.name), Some(e.unit));
            assert!(e.epsg.is_none_or(|code| Unit::of_epsg(code) == Some(e.unit)));
            assert_eq!(Unit::of_metres(e.metres), Some(e.unit));
        }
    }
}
