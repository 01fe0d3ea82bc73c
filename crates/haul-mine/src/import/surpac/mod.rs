//! Surpac strings (`.str`) and surfaces (`.dtm`). Northing comes before easting. Both kinds of file have a text form
//! and a binary form.

mod binary;
mod records;
mod strings;
mod surface;
#[cfg(test)]
mod tests;

pub(super) use binary::{Kind, source};
pub(super) use surface::{read as read_dtm, read_with_strings};

use super::features::{self, Feature};
use super::input::Input;
use super::survey::Survey;
use haul_core::Faults;

/// Features of Surpac strings files.
pub(super) const STR_FEATURES: &[Feature] = &[
    features::read("strings by number, in text form and in binary form", "the layer is the string number"),
    features::read("string 32000", "as single points"),
    features::refused("values that are not numbers", ""),
];

/// Features of Surpac surface files.
pub(super) const DTM_FEATURES: &[Feature] = &[
    features::read("triangles over the strings file that line 1 names", "in any case of letters; null records count"),
    features::said("points that no triangle uses", "left out"),
    features::refused("closed solids", ""),
    features::refused("point numbers that are not in the strings file", ""),
];

/// Reads a strings file.
///
/// # Errors
///
/// Returns all faults, each with its line and column.
pub(super) fn read_str(input: &Input) -> Result<Survey, Faults> {
    strings::read(&source(input.name, &input.bytes()?, Kind::Strings)?)
}
