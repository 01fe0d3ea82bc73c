//! GeoTIFF rasters of elevations, read strip by strip or tile by tile: what is kept in memory is bounded.

use super::raster::{MOST_SIDE, stride, thinned_note};
use super::survey::Survey;
use super::text::FARTHEST;
use super::units::Unit;
use crate::build::ElevationGrid;
use haul_core::{Fault, Faults, Point2};
use std::io::{Read, Seek};
use tiff::decoder::{Decoder, DecodingResult, Limits};
use tiff::tags::Tag;

const FORM: &str = "a GeoTIFF with one band of elevations in metres or feet of a projected grid";
/// One strip or tile may take so many bytes unpacked.
const MOST_CHUNK: usize = 256 << 20;
/// GeoKeys (OGC 19-008): model type, raster type, linear units.
const MODEL_TYPE: u16 = 1024;
const RASTER_TYPE: u16 = 1025;
const LINEAR_UNITS: u16 = 3076;
/// Values of these keys.
const GEOGRAPHIC: u16 = 2;
const PIXEL_IS_POINT: u16 = 2;
/// The tag in which GDAL writes its no-data value.
const GDAL_NODATA: Tag = Tag::Unknown(42113);

/// Reads a raster.
///
/// Errors: what is no such raster, or lies in degrees, or turned, or in one huge strip.
pub(super) fn read(path: &str, input: impl Read + Seek) -> Result<Survey, Faults> {
    let wrong = |what: String| Faults::from(Fault::new(what).in_file(path).help(FORM));
    let broken = |e: tiff::TiffError| match e {
        tiff::TiffError::LimitsExceeded => Faults::from(
            Fault::new(format!("a strip of it unpacks to more than {} MiB", MOST_CHUNK >> 20))
                .in_file(path)
                .help("write it in tiles: gdal_translate -co TILED=YES"),
        ),
        e => wrong(format!("no GeoTIFF that can be read: {e}")),
    };
    let mut limits = Limits::default();
    limits.decoding_buffer_size = MOST_CHUNK;
    limits.intermediate_buffer_size = MOST_CHUNK;
    let mut decoder = Decoder::new(input).map_err(broken)?.with_limits(limits);
    let (columns, rows) = decoder.dimensions().map_err(broken)?;
    let (columns, rows) = (u64::from(columns), u64::from(rows));
    if columns < 2 || rows < 2 || columns > MOST_SIDE || rows > MOST_SIDE {
        return Err(wrong(format!("{columns} × {rows} cells are no raster of elevations")));
    }
    let bands = match decoder.colortype().map_err(broken)? {
        tiff::ColorType::Gray(_) => 1,
        other => return Err(wrong(format!("it is a picture ({other:?}), not one band of elevations"))),
    };
    let keys = Keys::read(&mut decoder);
    if keys.value(MODEL_TYPE) == Some(GEOGRAPHIC) {
        let fault = Fault::new("the raster lies in degrees").in_file(path);
        return Err(fault.help("project it: gdalwarp -t_srs EPSG:… (the site's UTM zone)").into());
    }
    let stated_unit = match keys.value(LINEAR_UNITS) {
        Some(9001) => Some(Unit::Metre),
        Some(9002) => Some(Unit::Foot),
        Some(9003) => Some(Unit::UsSurveyFoot),
        _ => None,
    };
    let (corner, step) = placement(&mut decoder).map_err(wrong)?;
    // A tie point names the corner of its pixel, or its middle where pixels are points.
    let half = if keys.value(RASTER_TYPE) == Some(PIXEL_IS_POINT) { 0.0 } else { 0.5 };
    let north_west = (corner.0 + half * step.0, corner.1 - half * step.1);
    let no_data =
        decoder.get_tag_ascii_string(GDAL_NODATA).ok().and_then(|t| t.trim_matches(['\0', ' ']).parse::<f64>().ok());
    let stride = stride(columns, rows);
    let (kept_columns, kept_rows) = (columns.div_ceil(stride) as usize, rows.div_ceil(stride) as usize);
    let mut heights = vec![f32::NAN; kept_columns * kept_rows];
    let (chunk_columns, chunk_rows) = decoder.chunk_dimensions();
    if chunk_columns == 0 || chunk_rows == 0 {
        return Err(wrong("its strips have no size".into()));
    }
    let across = columns.div_ceil(u64::from(chunk_columns));
    let down = rows.div_ceil(u64::from(chunk_rows));
    let mut unknown = 0_u64;
    for chunk in 0..across * down {
        let index = u32::try_from(chunk).map_err(|_| wrong("it has too many strips".into()))?;
        let (width, height) = decoder.chunk_data_dimensions(index);
        let data = decoder.read_chunk(index).map_err(broken)?;
        let (x0, y0) = (chunk % across * u64::from(chunk_columns), chunk / across * u64::from(chunk_rows));
        for r in 0..u64::from(height) {
            for c in 0..u64::from(width) {
                let (column, row) = (x0 + c, rows.checked_sub(1 + y0 + r));
                let Some(row) = row else { continue };
                let k = ((r * u64::from(width) + c) * bands) as usize;
                let value = sample(&data, k);
                let is_known = value.is_some_and(|v| v.is_finite() && Some(v) != no_data && v.abs() < FARTHEST);
                unknown += u64::from(!is_known);
                if let (true, Some(v)) = (is_known && column % stride == 0 && row % stride == 0, value)
                    && let Some(cell) =
                        heights.get_mut((row / stride) as usize * kept_columns + (column / stride) as usize)
                {
                    *cell = v as f32;
                }
            }
        }
    }
    let mut survey = Survey { stated_unit, ..Survey::default() };
    if unknown > 0 {
        survey.notes.push(format!("{unknown} of {} cells hold no data and were kept out", columns * rows));
    }
    if stride > 1 {
        survey.notes.push(thinned_note(columns, rows, stride));
    }
    let origin = Point2::new(north_west.0, north_west.1 - (rows - 1) as f64 * step.1);
    let step = (step.0 * stride as f64, step.1 * stride as f64);
    survey.grid = ElevationGrid::new(origin, step, kept_columns, heights);
    if survey.grid.as_ref().is_none_or(|g| g.known() == 0) {
        return Err(wrong("no cell of the raster holds an elevation".into()));
    }
    Ok(survey)
}

fn sample(data: &DecodingResult, k: usize) -> Option<f64> {
    Some(match data {
        DecodingResult::U8(v) => f64::from(*v.get(k)?),
        DecodingResult::U16(v) => f64::from(*v.get(k)?),
        DecodingResult::U32(v) => f64::from(*v.get(k)?),
        DecodingResult::U64(v) => *v.get(k)? as f64,
        DecodingResult::I8(v) => f64::from(*v.get(k)?),
        DecodingResult::I16(v) => f64::from(*v.get(k)?),
        DecodingResult::I32(v) => f64::from(*v.get(k)?),
        DecodingResult::I64(v) => *v.get(k)? as f64,
        DecodingResult::F32(v) => f64::from(*v.get(k)?),
        DecodingResult::F64(v) => *v.get(k)?,
        DecodingResult::F16(v) => f64::from(v.get(k)?.to_f32()),
    })
}

/// The GeoKeys that stand in the directory itself.
struct Keys(Vec<u16>);

impl Keys {
    fn read<R: Read + Seek>(decoder: &mut Decoder<R>) -> Keys {
        Keys(decoder.get_tag_u16_vec(Tag::GeoKeyDirectoryTag).unwrap_or_default())
    }

    fn value(&self, key: u16) -> Option<u16> {
        // Four words of head, then key, location, count, value.
        self.0.get(4..)?.as_chunks::<4>().0.iter().find(|k| k[0] == key && k[1] == 0).map(|k| k[3])
    }
}

/// East and north, or along east and along north.
type Pair = (f64, f64);

/// Place of the north-west corner and size of a cell.
fn placement<R: Read + Seek>(decoder: &mut Decoder<R>) -> Result<(Pair, Pair), String> {
    let scale = decoder.get_tag_f64_vec(Tag::ModelPixelScaleTag).unwrap_or_default();
    let tie = decoder.get_tag_f64_vec(Tag::ModelTiepointTag).unwrap_or_default();
    let (corner, step) = if let (&[sx, sy, ..], &[i, j, _, x, y, ..]) = (&scale[..], &tie[..]) {
        ((x - i * sx, y + j * sy), (sx, sy))
    } else if let Ok(m) = decoder.get_tag_f64_vec(Tag::ModelTransformationTag)
        && m.len() >= 8
    {
        if m[1] != 0.0 || m[4] != 0.0 {
            return Err("the raster is turned against the grid; warp it north up (gdalwarp)".into());
        }
        ((m[3], m[7]), (m[0], -m[5]))
    } else {
        return Err("it has no place on the ground (no tie point and scale)".into());
    };
    let finite = [corner.0, corner.1, step.0, step.1].iter().all(|v| v.is_finite() && v.abs() < FARTHEST);
    if finite && step.0 > 0.0 && step.1 > 0.0 { Ok((corner, step)) } else { Err("its scale is not positive".into()) }
}
