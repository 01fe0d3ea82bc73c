//! What the fuzz targets share: bytes to a reader, and on to a mine where they make a small one.

use haul_mine::ImportOptions;
use haul_mine::import::{Format, MaskPlace, ReadOptions, build_surveys, survey_of_bytes};

/// Surveys of more points than this are read and not built: fuzzing wants many small ones.
const MOST_POINTS: usize = 400;

/// Reads bytes as a format. Whatever they are, an answer or a fault comes back; where they are a survey, a mine or a fault.
pub fn read(format: Format, bytes: &[u8]) {
    let place = MaskPlace { scale: (1.0, 1.0), origin: (0.0, 0.0) };
    let options = ReadOptions { format: Some(format), mask: Some(place), ..ReadOptions::default() };
    let Ok(survey) = survey_of_bytes("fuzz", bytes, &options) else { return };
    if survey.1.points + survey.1.cells <= MOST_POINTS {
        let small = ImportOptions { terrain_nodes: 2_000, ..ImportOptions::default() };
        let _ = build_surveys("fuzz", vec![survey], &options, &small);
    }
}
