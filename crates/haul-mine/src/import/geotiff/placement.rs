//! Position of a GeoTIFF on the ground: tie point and scale, transformation, or a file beside it (`.aux.xml`, world
//! file).

use super::metadata::GdalFacts;
use crate::import::input::Input;
use crate::import::raster::{WorldFile, beside};
use crate::import::text::GREATEST_COORDINATE;
use haul_core::Fault;
use std::io::{Read, Seek};
use tiff::decoder::Decoder;
use tiff::tags::Tag;

/// File name extensions of world files for a TIFF.
const WORLD_FILES: [&str; 5] = ["tfw", "tifw", "tiffw", "tfwx", "wld"];
const TURN: &str = "turn it north up: gdalwarp IN OUT.tif";

/// Position of a raster on the ground.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    /// East and north of the centre of the first cell in the file.
    pub(super) first: (f64, f64),
    /// Size of a cell to the east and to the north. Both values are positive.
    pub(super) step: (f64, f64),
    /// True if the rows run from south to north.
    pub(super) is_south_up: bool,
}

/// The position of a raster, with findings for the report.
pub(super) struct Placed {
    pub(super) place: Place,
    /// Note on the source of the position, if it is not the raster file itself.
    pub(super) note: Option<String>,
    /// Scale and offset of heights, if the tie point and the scale state them.
    pub(super) heights: Option<(f64, f64)>,
    /// Note on a position that looks wrong.
    pub(super) strange: Option<String>,
}

/// Determines the position of a raster. `is_point` is true if tie points refer to cell centres.
///
/// # Errors
///
/// Returns a fault if the file states no position, or if the raster is rotated or mirrored.
pub(super) fn placed<R: Read + Seek>(
    decoder: &mut Decoder<R>,
    is_point: bool,
    beside_it: Option<&GdalFacts>,
    input: &Input,
) -> Result<Placed, Fault> {
    let scale = decoder.get_tag_f64_vec(Tag::ModelPixelScaleTag).unwrap_or_default();
    let tie = decoder.get_tag_f64_vec(Tag::ModelTiepointTag).unwrap_or_default();
    let transformation = decoder.get_tag_f64_vec(Tag::ModelTransformationTag).unwrap_or_default();
    let wrong = |what: String| Fault::new(what).in_file(input.name);
    // A tie point refers to the corner of a cell, or to the centre if `is_point` is true.
    let half = if is_point { 0.0 } else { 0.5 };
    let mut strange = None;
    if let (&[sx, sy, ..], &[i, j, k, x, y, z, ..]) = (&scale[..], &tie[..]) {
        // A height scale of 0 means that the tags give a position in plan only.
        let sz = scale.get(2).copied().unwrap_or(0.0);
        let heights = Some((sz, z - k * sz)).filter(|h| h.0 != 0.0 && h.0.is_finite() && *h != (1.0, 0.0));
        // GDAL and most writers treat a negative cell size to the south like a positive one.
        let place =
            Place { first: (x - (i - half) * sx, y + (j - half) * sy.abs()), step: (sx, sy.abs()), is_south_up: false };
        if sy < 0.0 {
            strange = Some(
                "the cell size to the south is negative (ModelPixelScaleTag); rows were taken from the north, as GDAL does"
                    .to_owned(),
            );
        }
        return Ok(Placed { place: sound(place).map_err(wrong)?, note: None, heights, strange });
    }
    if let &[a, b, _, c, d, e, _, f, ..] = &transformation[..] {
        if b != 0.0 || d != 0.0 {
            let what = format!("expected rows from west to east, found a turned raster (rotations {b} and {d})");
            return Err(wrong(what).help(TURN));
        }
        let place = Place { first: (c + half * a, f + half * e), step: (a, e.abs()), is_south_up: e > 0.0 };
        return Ok(Placed { place: sound(place).map_err(wrong)?, note: None, heights: None, strange });
    }
    if let Some(Some(&[x, a, b, y, d, e])) = beside_it.map(|facts| facts.place.as_deref()) {
        if b != 0.0 || d != 0.0 {
            let what =
                format!("expected rows from west to east, found a turned raster (rotations {b} and {d}, .aux.xml)");
            return Err(wrong(what).help(TURN));
        }
        let place = Place { first: (x + 0.5 * a, y + 0.5 * e), step: (a, e.abs()), is_south_up: e > 0.0 };
        let note = Some("the place on the ground is that of the file .aux.xml beside the raster".to_owned());
        return Ok(Placed { place: sound(place).map_err(wrong)?, note, heights: None, strange });
    }
    if let Some(file) = beside(input, &WORLD_FILES) {
        let WorldFile { step, centre } = WorldFile::of_text(&file.name, &file.text)?;
        let place = Place { first: centre, step: (step.0, step.1.abs()), is_south_up: step.1 > 0.0 };
        let note = Some(format!("the place on the ground is that of the world file {}", file.name));
        return Ok(Placed { place: sound(place).map_err(wrong)?, note, heights: None, strange });
    }
    let points = tie.len() / 6;
    if points > 1 {
        let what = format!("expected a tie point and a cell size, found {points} tie points without a cell size");
        return Err(wrong(what).help(TURN));
    }
    Err(wrong("expected a place on the ground, found neither a tie point with a cell size nor a world file (.tfw) beside the file".to_owned())
        .help("give it its place: gdal_translate -a_ullr WEST NORTH EAST SOUTH IN OUT.tif"))
}

/// Checks that a position is finite and has positive cell sizes.
fn sound(place: Place) -> Result<Place, String> {
    let Place { first, step, .. } = place;
    let finite = [first.0, first.1, step.0, step.1].iter().all(|v| v.is_finite() && v.abs() < GREATEST_COORDINATE);
    if finite && step.0 > 0.0 && step.1 > 0.0 {
        Ok(place)
    } else {
        Err(format!("expected a positive cell size and finite coordinates, found {step:?} at {first:?}"))
    }
}
