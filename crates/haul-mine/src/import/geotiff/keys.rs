//! GeoKeys of a GeoTIFF (OGC 19-008): model type, raster type, coordinate systems and units.

use crate::import::epsg::{CrsUnit, is_depth, is_web_mercator, unit_of_crs};
use crate::import::raster::{CrsUnits, units_of_crs_text};
use crate::import::units::{StatedUnit, Unit};
use std::io::{Read, Seek};
use tiff::decoder::Decoder;
use tiff::tags::Tag;

const MODEL_TYPE: u16 = 1024;
const RASTER_TYPE: u16 = 1025;
const CITATION: u16 = 1026;
const GEOGRAPHIC_SYSTEM: u16 = 2048;
const PROJECTED_SYSTEM: u16 = 3072;
const PROJECTED_CITATION: u16 = 3073;
const LINEAR_UNITS: u16 = 3076;
const LINEAR_UNIT_SIZE: u16 = 3077;
const VERTICAL_SYSTEM: u16 = 4096;
const VERTICAL_CITATION: u16 = 4097;
const VERTICAL_UNITS: u16 = 4099;
/// Code that stands for "defined by other keys".
const USER_DEFINED: u16 = 32_767;
/// Code that stands for "undefined".
const UNDEFINED: u16 = 0;
/// Codes of vertical systems in version 1.0 of the format. They name a reference surface of heights but not a unit.
const OLD_VERTICAL_SYSTEMS: std::ops::RangeInclusive<u16> = 5001..=5106;
/// Values of the key for the model type.
const PROJECTED_MODEL: u16 = 1;
const GEOGRAPHIC_MODEL: u16 = 2;
const GEOCENTRIC_MODEL: u16 = 3;
/// Value of the key for the raster type: tie points refer to cell centres.
const PIXEL_IS_POINT: u16 = 2;
/// Tag that stores the values of keys in double precision.
const DOUBLES: u16 = 34_736;
/// Tag that stores the values of text keys.
const TEXTS: u16 = 34_737;
/// Words that name a unit in a citation. The first match in this order counts.
const CITED_UNITS: [(&str, Unit); 11] = [
    ("ftus", Unit::UsSurveyFoot),
    ("us-ft", Unit::UsSurveyFoot),
    ("foot_us", Unit::UsSurveyFoot),
    ("us survey f", Unit::UsSurveyFoot),
    ("us_survey_f", Unit::UsSurveyFoot),
    ("u.s. survey f", Unit::UsSurveyFoot),
    ("_feet", Unit::UsSurveyFoot),
    ("(ft)", Unit::Foot),
    ("international feet", Unit::Foot),
    ("international foot", Unit::Foot),
    ("_ft_", Unit::Foot),
];

/// The GeoKeys of a raster.
pub(super) struct Keys {
    directory: Vec<u16>,
    doubles: Vec<f64>,
    texts: String,
}

impl Keys {
    /// Reads the keys. A file without GeoKeys gives an empty set.
    pub(super) fn read<R: Read + Seek>(decoder: &mut Decoder<R>) -> Keys {
        Keys {
            directory: decoder.get_tag_u16_vec(Tag::GeoKeyDirectoryTag).unwrap_or_default(),
            doubles: decoder.get_tag_f64_vec(Tag::Unknown(DOUBLES)).unwrap_or_default(),
            texts: decoder.get_tag_ascii_string(Tag::Unknown(TEXTS)).unwrap_or_default(),
        }
    }

    /// Returns the directory entry of a key: the tag that stores the value (0 for the entry itself), the count, and the
    /// value or its offset.
    fn entry(&self, key: u16) -> Option<(u16, usize, u16)> {
        // The directory is a header of four words, followed by entries of key, location, count and value.
        let entries = self.directory.get(4..)?.as_chunks::<4>().0;
        entries.iter().find(|k| k[0] == key).map(|k| (k[1], usize::from(k[2]), k[3]))
    }

    /// Returns the value of a code key, or `None` if the value is undefined.
    fn code(&self, key: u16) -> Option<u16> {
        self.entry(key).filter(|(location, _, value)| *location == 0 && *value != UNDEFINED).map(|(_, _, value)| value)
    }

    /// Returns the value of a key in double precision.
    fn number(&self, key: u16) -> Option<f64> {
        let (location, _, at) = self.entry(key)?;
        (location == DOUBLES).then(|| self.doubles.get(usize::from(at)).copied()).flatten()
    }

    /// Returns the value of a text key.
    fn text(&self, key: u16) -> Option<&str> {
        let (location, count, at) = self.entry(key)?;
        (location == TEXTS).then(|| self.texts.get(usize::from(at)..usize::from(at) + count)).flatten()
    }

    /// Returns a name of the coordinate system for messages, if the system is in degrees.
    pub(super) fn degrees(&self) -> Option<String> {
        let model = self.code(MODEL_TYPE);
        let projected = self.code(PROJECTED_SYSTEM);
        let geographic = self.code(GEOGRAPHIC_SYSTEM);
        let named = projected.filter(|code| unit_of_crs(u32::from(*code)) == Some(CrsUnit::Degrees));
        if let Some(code) = named {
            return Some(format!("EPSG {code}"));
        }
        let is_geographic = model == Some(GEOGRAPHIC_MODEL)
            || (model != Some(PROJECTED_MODEL) && projected.is_none() && geographic.is_some());
        is_geographic.then(|| match geographic {
            Some(code) if code != USER_DEFINED => format!("EPSG {code}"),
            _ => format!("GeoKey {MODEL_TYPE} = {GEOGRAPHIC_MODEL}"),
        })
    }

    /// Returns true if the coordinates are geocentric: distances from the centre of the earth.
    pub(super) fn is_geocentric(&self) -> bool {
        self.code(MODEL_TYPE) == Some(GEOCENTRIC_MODEL)
    }

    /// Returns true if tie points refer to cell centres.
    pub(super) fn is_pixel_point(&self) -> bool {
        self.code(RASTER_TYPE) == Some(PIXEL_IS_POINT)
    }

    /// Returns the code of the projected system if it is Web Mercator.
    pub(super) fn web_mercator(&self) -> Option<u16> {
        self.code(PROJECTED_SYSTEM).filter(|code| is_web_mercator(u32::from(*code)))
    }

    /// Returns true if the file states a vertical system or a unit of heights.
    pub(super) fn has_heights(&self) -> bool {
        self.code(VERTICAL_SYSTEM).or(self.code(VERTICAL_UNITS)).is_some()
    }

    /// Returns the code of the vertical system if the system measures depth (positive down).
    pub(super) fn depths(&self) -> Option<u16> {
        self.code(VERTICAL_SYSTEM).filter(|code| is_depth(u32::from(*code)))
    }

    /// Returns the plan unit: from the unit key or the key for the size of the unit, else from the coordinate system,
    /// else from a citation. The second value is the unit of the coordinate system, if it differs from the first.
    pub(super) fn plan_unit(&self) -> (Option<StatedUnit>, Option<StatedUnit>) {
        let by_key = match self.code(LINEAR_UNITS) {
            Some(USER_DEFINED) => self.number(LINEAR_UNIT_SIZE).map(|size| {
                let source = format!("GeoKey {LINEAR_UNIT_SIZE} = {size}");
                Unit::of_metres(size).map_or_else(
                    || StatedUnit::unknown(format!("a unit of {size} m"), source.clone()),
                    |unit| StatedUnit::known(unit, source.clone()),
                )
            }),
            Some(code) => Some(unit_of_key(LINEAR_UNITS, code)),
            None => None,
        };
        let system = self.code(PROJECTED_SYSTEM).filter(|code| *code != USER_DEFINED);
        let by_system = system.map(|code| {
            let source = format!("GeoKey {PROJECTED_SYSTEM} = EPSG {code}");
            match unit_of_crs(u32::from(code)) {
                Some(CrsUnit::Length(unit)) => StatedUnit::known(unit, source),
                Some(CrsUnit::Degrees) => StatedUnit::unknown("degrees", source),
                None => StatedUnit::unknown("a coordinate system that is not in the EPSG registry", source),
            }
        });
        let cited = || [PROJECTED_CITATION, CITATION].into_iter().find_map(|key| cited_plan_unit(key, self.text(key)?));
        match (by_key, by_system) {
            (Some(key), Some(system)) => {
                let differs = key.unit.is_ok() && system.unit.is_ok() && key.unit != system.unit;
                (Some(key), differs.then_some(system))
            }
            (key, system) => (key.or(system).or_else(cited), None),
        }
    }

    /// Returns the unit of heights: from the unit key, else from the vertical system, else from a citation.
    pub(super) fn height_unit(&self) -> Option<StatedUnit> {
        let by_key = self.code(VERTICAL_UNITS).filter(|code| *code != USER_DEFINED);
        let by_system = || {
            let code = self.code(VERTICAL_SYSTEM).filter(|code| !OLD_VERTICAL_SYSTEMS.contains(code))?;
            match unit_of_crs(u32::from(code)) {
                Some(CrsUnit::Length(unit)) => {
                    Some(StatedUnit::known(unit, format!("GeoKey {VERTICAL_SYSTEM} = EPSG {code}")))
                }
                _ => None,
            }
        };
        let cited = || {
            let text = self.text(VERTICAL_CITATION)?;
            cited_unit(text)
                .map(|unit| StatedUnit::known(unit, format!("GeoKey {VERTICAL_CITATION}, {}", quoted(text))))
        };
        let in_text = || {
            let text = [PROJECTED_CITATION, CITATION].into_iter().find_map(|key| self.text(key).and_then(wkt_of))?;
            text.height.map(|unit| StatedUnit { unit, source: "the coordinate system in the citation".to_owned() })
        };
        by_key.map(|code| unit_of_key(VERTICAL_UNITS, code)).or_else(by_system).or_else(cited).or_else(in_text)
    }
}

/// Returns the unit that a key states by its EPSG code.
fn unit_of_key(key: u16, code: u16) -> StatedUnit {
    let source = format!("GeoKey {key} = {code}");
    match Unit::of_epsg(code) {
        Some(unit) => StatedUnit::known(unit, source),
        None => StatedUnit::unknown(format!("EPSG unit {code}"), source),
    }
}

/// Returns the plan unit that a citation names.
fn cited_plan_unit(key: u16, text: &str) -> Option<StatedUnit> {
    if let Some(units) = wkt_of(text) {
        let source = format!("the coordinate system in GeoKey {key}");
        return match units.plan? {
            Ok(CrsUnit::Length(unit)) => Some(StatedUnit::known(unit, source)),
            Ok(CrsUnit::Degrees) => Some(StatedUnit::unknown("degrees", source)),
            Err(name) => Some(StatedUnit::unknown(name, source)),
        };
    }
    cited_unit(text).map(|unit| StatedUnit::known(unit, format!("GeoKey {key}, {}", quoted(text))))
}

/// Returns the units from WKT inside a citation, as written by ESRI. Returns `None` if the citation holds no WKT.
fn wkt_of(text: &str) -> Option<CrsUnits> {
    let start = ["PROJCS[", "COMPD_CS[", "PROJCRS["].into_iter().filter_map(|word| text.find(word)).min()?;
    Some(units_of_crs_text(&text[start..]))
}

/// Returns the unit that a citation names in words.
fn cited_unit(text: &str) -> Option<Unit> {
    let text = text.to_lowercase();
    let assigned = ["lunits =", "linear units =", "units=", "units ="].into_iter().find_map(|key| {
        let rest = &text[text.find(key)? + key.len()..];
        Unit::of_words(rest.split(['|', ';', ',', '\n']).next()?.trim())
    });
    assigned.or_else(|| CITED_UNITS.iter().find(|(word, _)| text.contains(word)).map(|(_, unit)| *unit))
}

/// Returns a citation in quotes, without its terminating characters.
fn quoted(text: &str) -> String {
    format!("`{}`", text.trim_matches(['|', '\0', ' ']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(entries: &[[u16; 4]], doubles: &[f64], texts: &str) -> Keys {
        let mut directory = vec![1, 1, 0, entries.len() as u16];
        directory.extend(entries.concat());
        Keys { directory, doubles: doubles.to_vec(), texts: texts.to_owned() }
    }

    fn unit(keys: &Keys) -> Option<Result<Unit, String>> {
        keys.plan_unit().0.map(|stated| stated.unit)
    }

    #[test]
    fn plan_unit_comes_from_key_size_system_or_citation() {
        assert_eq!(unit(&keys(&[[3076, 0, 1, 9002]], &[], "")), Some(Ok(Unit::Foot)));
        let own = keys(&[[3076, 0, 1, 32_767], [3077, 34_736, 1, 1]], &[1.0, 0.304_800_61], "");
        assert_eq!(unit(&own), Some(Ok(Unit::UsSurveyFoot)));
        let odd = keys(&[[3076, 0, 1, 32_767], [3077, 34_736, 1, 0]], &[5.0292], "");
        assert_eq!(unit(&odd), Some(Err("a unit of 5.0292 m".to_owned())));
        assert_eq!(unit(&keys(&[[3072, 0, 1, 2227]], &[], "")), Some(Ok(Unit::UsSurveyFoot)));
        assert!(unit(&keys(&[[3072, 0, 1, 12_345]], &[], "")).unwrap().is_err());
        for (text, expected) in [
            ("NAD83 / California zone 3 (ftUS)|", Some(Ok(Unit::UsSurveyFoot))),
            ("PCS Name = NAD_1983_StatePlane_California_III_FIPS_0403_Feet|", Some(Ok(Unit::UsSurveyFoot))),
            ("Site grid|Linear Units = METERS|", Some(Ok(Unit::Metre))),
            ("ESRI PE String = PROJCS[\"s\",UNIT[\"Foot\",0.3048]]|", Some(Ok(Unit::Foot))),
            ("Mine grid|", None),
        ] {
            let keys = keys(&[[3072, 0, 1, 32_767], [3073, 34_737, text.len() as u16, 0]], &[], text);
            assert_eq!(unit(&keys), expected, "{text}");
        }
        assert_eq!(unit(&keys(&[], &[], "")), None);
    }

    #[test]
    fn contradiction_of_key_and_system_is_seen() {
        let both = keys(&[[3072, 0, 1, 2227], [3076, 0, 1, 9001]], &[], "");
        let (unit, other) = both.plan_unit();
        assert_eq!((unit.unwrap().unit, other.unwrap().unit), (Ok(Unit::Metre), Ok(Unit::UsSurveyFoot)));
    }

    #[test]
    fn height_unit_has_its_own_keys() {
        let of = |entries: &[[u16; 4]]| keys(entries, &[], "NAVD88 height (ftUS)|").height_unit().map(|u| u.unit);
        assert_eq!(of(&[[3076, 0, 1, 9001], [4096, 0, 1, 6360], [4099, 0, 1, 9002]]), Some(Ok(Unit::Foot)));
        assert_eq!(of(&[[4096, 0, 1, 6360]]), Some(Ok(Unit::UsSurveyFoot)));
        assert_eq!(of(&[[4096, 0, 1, 5703]]), Some(Ok(Unit::Metre)));
        assert_eq!(of(&[[4097, 34_737, 21, 0]]), Some(Ok(Unit::UsSurveyFoot)));
        assert_eq!(of(&[[4096, 0, 1, 5103], [3076, 0, 1, 9002]]), None);
        assert_eq!(keys(&[[4096, 0, 1, 5706]], &[], "").depths(), Some(5706));
    }

    #[test]
    fn degrees_are_known_by_model_or_system() {
        assert!(keys(&[[1024, 0, 1, 2], [2048, 0, 1, 4326]], &[], "").degrees().is_some());
        assert!(keys(&[[2048, 0, 1, 4326]], &[], "").degrees().is_some());
        assert!(keys(&[[1024, 0, 1, 1], [3072, 0, 1, 4326]], &[], "").degrees().is_some());
        assert!(keys(&[[1024, 0, 1, 1], [2048, 0, 1, 4269], [3072, 0, 1, 26_912]], &[], "").degrees().is_none());
        assert!(keys(&[], &[], "").degrees().is_none());
    }
}
