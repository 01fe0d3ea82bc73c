//! Surpac strings (`.str`) and surfaces (`.dtm`). Northing comes before easting. Both have a text
//! form and a binary form.

mod binary;
mod records;
mod strings;
mod surface;
#[cfg(test)]
mod tests;

pub(super) use binary::{Kind, source};
pub(super) use surface::{read as read_dtm, read_with_strings};

use super::input::Input;
use super::survey::Survey;
use haul_core::Faults;

/// Reads a strings file.
///
/// # Errors
///
/// Returns all faults, each with its line and column.
pub(super) fn read_str(input: &Input) -> Result<Survey, Faults> {
    strings::read(&source(input.name, &input.bytes()?, Kind::Strings)?)
}
