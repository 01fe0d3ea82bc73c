//! Shared code of the fuzz targets: bytes to a reader, and on to a mine or a message where they make one.

use haul_messages::Envelope;
use haul_mine::ImportOptions;
use haul_mine::import::{Format, MaskPlace, ReadOptions, build_surveys, survey_of_bytes};

/// Greatest number of points of a survey that is built: fuzzing needs many small surveys.
const MOST_POINTS: usize = 400;
/// Greatest extent of a survey that is built, m: a larger one is larger than any mine.
const LARGEST: f64 = 20_000.0;
/// Interval of the surveys that are built: building takes a thousand times as long as reading.
const BUILT: u64 = 64;

/// Reads bytes as a format. Whatever they are, an answer or a fault comes back; where they are a survey, a mine or a fault.
pub fn read(format: Format, bytes: &[u8]) {
    let place = MaskPlace { scale: (1.0, 1.0), origin: (0.0, 0.0) };
    let options = ReadOptions { format: Some(format), mask: Some(place), ..ReadOptions::default() };
    let Ok(survey) = survey_of_bytes("fuzz", bytes, &options) else { return };
    let read = &survey.0;
    let points = || read.strings.iter().flat_map(|s| &s.string.points).chain(&read.points).chain(&read.mesh.vertices);
    let raster = || read.grid.iter().map(haul_mine::build::ElevationGrid::bounds).flat_map(|(low, high)| [low, high]);
    let places = || points().map(|p| p.xy()).chain(raster()).chain(read.mask.iter().flatten().copied());
    let reach = |axis: usize| {
        let (low, high) = places().fold((f64::MAX, f64::MIN), |(l, h), p| (l.min(p[axis]), h.max(p[axis])));
        high - low
    };
    if reach(0).max(reach(1)) > LARGEST {
        return;
    }
    if survey.1.points + survey.1.cells <= MOST_POINTS && hash(bytes).is_multiple_of(BUILT) {
        let small = ImportOptions { terrain_nodes: 2_000, ..ImportOptions::default() };
        let _ = build_surveys("fuzz", vec![survey], &options, &small);
    }
}

/// Reads bytes as a message. Whatever they are, a message or an error comes back; a message that is written reads back as
/// the same message, and an error has a place.
pub fn read_message(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    match Envelope::from_json(&text) {
        Ok(read) => {
            let written = read.to_json().expect("every number that is read is finite");
            assert_eq!(Envelope::from_json(&written).as_ref(), Ok(&read), "{written}");
        }
        Err(error) => {
            let (line, column) = error.line_column.expect("an error of reading has a place");
            assert!(line >= 1 && column >= 1 && !error.what.is_empty(), "{error}");
        }
    }
}

/// FNV-1a: the same input is always built or never.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3))
}
