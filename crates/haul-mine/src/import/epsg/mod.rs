//! Units of coordinate systems, by their codes in the EPSG registry.

use super::units::Unit;
use std::sync::LazyLock;

/// The unit of the axes of a coordinate system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CrsUnit {
    /// A unit of length: the system is projected or vertical.
    Length(Unit),
    /// Degrees, grads or another angle: the system is geographic.
    Degrees,
}

/// A range of codes whose systems have the same unit.
struct Range {
    first: u32,
    last: u32,
    unit: CrsUnit,
    /// True if the vertical axis points down, as in a system of depths.
    is_depth: bool,
}

/// Codes of Web Mercator projections, which stretch lengths by 1/cos(latitude).
const WEB_MERCATOR: [u32; 2] = [3857, 3785];

/// The table of code ranges, in ascending order of codes.
static RANGES: LazyLock<Vec<Range>> = LazyLock::new(|| include_str!("units.txt").lines().filter_map(range).collect());

/// Parses a line of the table. Returns `None` for a comment.
fn range(line: &str) -> Option<Range> {
    let mut words = line.split_ascii_whitespace();
    let codes = words.next().filter(|word| *word != "#")?;
    let (first, last) = codes.split_once('-').unwrap_or((codes, codes));
    let unit = match words.next()? {
        "deg" => CrsUnit::Degrees,
        name => CrsUnit::Length(Unit::of_name(name)?),
    };
    Some(Range { first: first.parse().ok()?, last: last.parse().ok()?, unit, is_depth: words.next() == Some("down") })
}

/// Returns the table entry that contains a code.
fn entry(code: u32) -> Option<&'static Range> {
    let k = RANGES.partition_point(|range| range.last < code);
    RANGES.get(k).filter(|range| range.first <= code)
}

/// Returns the unit of a projected, geographic, compound or vertical system. Returns `None` if the table does not
/// contain the code.
pub(super) fn unit_of_crs(code: u32) -> Option<CrsUnit> {
    entry(code).map(|range| range.unit)
}

/// Returns true if a vertical system measures depth (positive down).
pub(super) fn is_depth(code: u32) -> bool {
    entry(code).is_some_and(|range| range.is_depth)
}

/// Returns true if a system is a Web Mercator projection, which is not true to scale.
pub(super) fn is_web_mercator(code: u32) -> bool {
    WEB_MERCATOR.contains(&code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read() {
        let lines = include_str!("units.txt").lines().filter(|line| !line.starts_with('#'));
        assert_eq!(RANGES.len(), lines.count());
        assert!(RANGES.iter().all(|r| r.first <= r.last));
        assert!(RANGES.windows(2).all(|pair| pair[0].last < pair[1].first));
    }

    #[test]
    fn codes_of_the_field_have_their_units() {
        use CrsUnit::{Degrees, Length};
        let expected = [
            (32_650, Length(Unit::Metre)),        // WGS 84, UTM zone 50 north
            (28_350, Length(Unit::Metre)),        // GDA94, MGA zone 50
            (31_467, Length(Unit::Metre)),        // DHDN, Gauss-Krüger zone 3
            (4_547, Length(Unit::Metre)),         // CGCS2000, Gauss-Krüger, central meridian 114° east
            (2_227, Length(Unit::UsSurveyFoot)),  // NAD83, California zone 3
            (2_230, Length(Unit::UsSurveyFoot)),  // NAD83, California zone 6
            (2_222, Length(Unit::Foot)),          // NAD83, Arizona east
            (26_741, Length(Unit::UsSurveyFoot)), // NAD27, California zone I
            (2_314, Length(Unit::ClarkeFoot)),    // Trinidad 1903
            (2_136, Length(Unit::GoldCoastFoot)), // Accra, Ghana National Grid
            (24_370, Length(Unit::IndianYard)),   // Kalianpur 1880, India zone 0
            (27_120, Length(Unit::Metre)),        // Naparima 1955
            (4_326, Degrees),                     // WGS 84
            (4_807, Degrees),                     // NTF (Paris), in grads
            (4_979, Degrees),                     // WGS 84 with ellipsoidal heights
            (5_703, Length(Unit::Metre)),         // NAVD88 height
            (6_360, Length(Unit::UsSurveyFoot)),  // NAVD88 height in US survey feet
            (8_228, Length(Unit::Foot)),          // NAVD88 height in feet
            (7_405, Length(Unit::Metre)),         // British National Grid with Newlyn heights
            (6_349, Degrees),                     // NAD83(2011) with NAVD88 heights
        ];
        for (code, unit) in expected {
            assert_eq!(unit_of_crs(code), Some(unit), "EPSG {code}");
        }
        assert!(is_depth(5_706) && !is_depth(5_703) && is_web_mercator(3_857));
        for code in [0, 1, 12_345, 4_978, 32_767, 102_100] {
            assert_eq!(unit_of_crs(code), None, "EPSG {code}");
        }
    }
}
