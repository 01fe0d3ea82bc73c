//! Units of coordinate systems by their codes in the EPSG registry.

use super::units::Unit;

/// The unit of the axes of a coordinate system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CrsUnit {
    /// A unit of length.
    Length(Unit),
    /// Degrees.
    Degrees,
}

/// Ranges of codes with the same unit (EPSG registry, IOGP 373-7-2).
const RANGES: [(u32, u32, CrsUnit); 12] = [
    (2_154, 2_154, CrsUnit::Length(Unit::Metre)),        // RGF93, Lambert-93
    (2_225, 2_230, CrsUnit::Length(Unit::UsSurveyFoot)), // NAD83, California
    (4_269, 4_269, CrsUnit::Degrees),                    // NAD83
    (4_326, 4_326, CrsUnit::Degrees),                    // WGS 84
    (4_491, 4_554, CrsUnit::Length(Unit::Metre)),        // CGCS2000, Gauss-Krüger
    (4_979, 4_979, CrsUnit::Degrees),                    // WGS 84 with heights
    (25_828, 25_838, CrsUnit::Length(Unit::Metre)),      // ETRS89, UTM
    (27_700, 27_700, CrsUnit::Length(Unit::Metre)),      // British National Grid
    (28_348, 28_358, CrsUnit::Length(Unit::Metre)),      // GDA94, MGA
    (31_466, 31_469, CrsUnit::Length(Unit::Metre)),      // DHDN, Gauss-Krüger
    (32_601, 32_660, CrsUnit::Length(Unit::Metre)),      // WGS 84, UTM north
    (32_701, 32_760, CrsUnit::Length(Unit::Metre)),      // WGS 84, UTM south
];

/// Returns the unit of a coordinate system, or `None` for a code that is not in the table.
pub(super) fn unit_of_crs(code: u32) -> Option<CrsUnit> {
    RANGES.iter().find(|(first, last, _)| (*first..=*last).contains(&code)).map(|(.., unit)| *unit)
}
