//! GeoTIFF elevation rasters, read strip by strip or tile by tile. Memory use is bounded.

use super::epsg::{CrsUnit, unit_of_crs};
use super::raster::{MOST_SIDE, no_data_reason, stride, thinned_note};
use super::survey::Survey;
use super::text::GREATEST_COORDINATE;
use super::units::{StatedUnit, Unit};
use crate::build::ElevationGrid;
use haul_core::{Fault, Faults, Point2};
use std::io::{Read, Seek};
use tiff::decoder::{Decoder, DecodingResult, Limits};
use tiff::tags::Tag;

const FORM: &str = "a GeoTIFF with one band of elevations in metres or feet of a projected grid";
/// Greatest size of an unpacked strip or tile, bytes.
const GREATEST_CHUNK: usize = 256 << 20;
/// GeoKey of the model type (OGC 19-008).
const MODEL_TYPE: u16 = 1024;
/// GeoKey of the raster type.
const RASTER_TYPE: u16 = 1025;
/// GeoKey of the projected coordinate system.
const PROJECTED_SYSTEM: u16 = 3072;
/// Code of a coordinate system that is defined by the user.
const USER_DEFINED: u32 = 32_767;
/// GeoKey of the linear units.
const LINEAR_UNITS: u16 = 3076;
/// Model type of a raster in degrees.
const GEOGRAPHIC: u16 = 2;
/// Raster type whose tie points refer to pixel centres.
const PIXEL_IS_POINT: u16 = 2;
/// Tag in which GDAL stores the no-data value.
const GDAL_NODATA: Tag = Tag::Unknown(42113);

/// Reads an elevation raster.
///
/// # Errors
///
/// Returns a fault if the file is not a GeoTIFF of elevations, is in degrees, is rotated, or has too large a strip.
pub(super) fn read(path: &str, input: impl Read + Seek) -> Result<Survey, Faults> {
    let wrong = |what: String| Faults::from(Fault::new(what).in_file(path).help(FORM));
    let broken = |e: tiff::TiffError| match e {
        tiff::TiffError::LimitsExceeded => Faults::from(
            Fault::new(format!(
                "expected strips of at most {} MiB when unpacked, found a larger one",
                GREATEST_CHUNK >> 20
            ))
            .in_file(path)
            .help("write it in tiles: gdal_translate -co TILED=YES"),
        ),
        e => wrong(format!("cannot read it as a GeoTIFF: {e}")),
    };
    let mut limits = Limits::default();
    limits.decoding_buffer_size = GREATEST_CHUNK;
    limits.intermediate_buffer_size = GREATEST_CHUNK;
    let mut decoder = Decoder::new(input).map_err(broken)?.with_limits(limits);
    let (columns, rows) = decoder.dimensions().map_err(broken)?;
    let (columns, rows) = (u64::from(columns), u64::from(rows));
    if columns < 2 || rows < 2 || columns > MOST_SIDE || rows > MOST_SIDE {
        return Err(wrong(format!("expected 2 to {MOST_SIDE} cells per side, found {columns} × {rows}")));
    }
    let bands = match decoder.colortype().map_err(broken)? {
        tiff::ColorType::Gray(_) => 1,
        other => return Err(wrong(format!("expected one band of elevations, found {other:?}"))),
    };
    let keys = Keys::read(&mut decoder);
    if keys.value(MODEL_TYPE) == Some(GEOGRAPHIC) {
        let fault = Fault::new("expected metres or feet, found degrees").in_file(path);
        return Err(fault.help("project it: gdalwarp -t_srs EPSG:… (the site's UTM zone)").into());
    }
    let plan_unit = match keys.value(LINEAR_UNITS) {
        Some(code) => {
            let source = format!("GeoKey {LINEAR_UNITS} = {code}");
            Some(Unit::of_epsg(code).map_or_else(
                || StatedUnit::unknown(format!("EPSG unit {code}"), source.clone()),
                |unit| StatedUnit::known(unit, source.clone()),
            ))
        }
        None => keys.value(PROJECTED_SYSTEM).and_then(|code| plan_unit_of(u32::from(code))),
    };
    let (corner, step) = placement(&mut decoder).map_err(wrong)?;
    // A tie point refers to the corner of its pixel, or to its centre if pixels are points.
    let half = if keys.value(RASTER_TYPE) == Some(PIXEL_IS_POINT) { 0.0 } else { 0.5 };
    let north_west = (corner.0 + half * step.0, corner.1 - half * step.1);
    let no_data =
        decoder.get_tag_ascii_string(GDAL_NODATA).ok().and_then(|t| t.trim_matches(['\0', ' ']).parse::<f64>().ok());
    let stride = stride(columns, rows);
    let (kept_columns, kept_rows) = (columns.div_ceil(stride) as usize, rows.div_ceil(stride) as usize);
    let mut heights = vec![f32::NAN; kept_columns * kept_rows];
    let (chunk_columns, chunk_rows) = decoder.chunk_dimensions();
    if chunk_columns == 0 || chunk_rows == 0 {
        return Err(wrong("expected strips with a size, found size 0".into()));
    }
    let across = columns.div_ceil(u64::from(chunk_columns));
    let down = rows.div_ceil(u64::from(chunk_rows));
    let mut unknown = 0_u64;
    for chunk in 0..across * down {
        let index = u32::try_from(chunk).map_err(|_| wrong("expected fewer than 4,294,967,296 strips".into()))?;
        let (width, height) = decoder.chunk_data_dimensions(index);
        let data = decoder.read_chunk(index).map_err(broken)?;
        let (x0, y0) = (chunk % across * u64::from(chunk_columns), chunk / across * u64::from(chunk_rows));
        for r in 0..u64::from(height) {
            for c in 0..u64::from(width) {
                let (column, row) = (x0 + c, rows.checked_sub(1 + y0 + r));
                let Some(row) = row else { continue };
                let k = ((r * u64::from(width) + c) * bands) as usize;
                let value = sample(&data, k);
                let is_known =
                    value.is_some_and(|v| v.is_finite() && Some(v) != no_data && v.abs() < GREATEST_COORDINATE);
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
    let mut survey = Survey { plan_unit, ..Survey::default() };
    survey.findings.leave_out(unknown as usize, "cells", no_data_reason(columns * rows));
    if stride > 1 {
        survey.findings.notes.push(thinned_note(columns, rows, stride));
    }
    let origin = Point2::new(north_west.0, north_west.1 - (rows - 1) as f64 * step.1);
    let step = (step.0 * stride as f64, step.1 * stride as f64);
    survey.grid = ElevationGrid::new(origin, step, kept_columns, heights);
    if survey.grid.as_ref().is_none_or(|g| g.known() == 0) {
        return Err(wrong("expected an elevation in at least one cell, found none".into()));
    }
    Ok(survey)
}

/// Returns the unit of a projected system by its code.
fn plan_unit_of(code: u32) -> Option<StatedUnit> {
    let source = format!("GeoKey {PROJECTED_SYSTEM} = EPSG {code}");
    match unit_of_crs(code) {
        Some(CrsUnit::Length(unit)) => Some(StatedUnit::known(unit, source)),
        Some(CrsUnit::Degrees) => Some(StatedUnit::unknown("degrees", source)),
        None if code == USER_DEFINED => None,
        None => Some(StatedUnit::unknown(format!("EPSG {code}, which is not in the registry"), source)),
    }
}

/// Returns a sample of a strip.
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

/// The GeoKeys with short values, which are stored in the directory itself.
struct Keys(Vec<u16>);

impl Keys {
    fn read<R: Read + Seek>(decoder: &mut Decoder<R>) -> Keys {
        Keys(decoder.get_tag_u16_vec(Tag::GeoKeyDirectoryTag).unwrap_or_default())
    }

    /// Returns the value of a key.
    fn value(&self, key: u16) -> Option<u16> {
        // A header of four words, then entries of key, location, count and value.
        self.0.get(4..)?.as_chunks::<4>().0.iter().find(|k| k[0] == key && k[1] == 0).map(|k| k[3])
    }
}

/// East and north components.
type EastNorth = (f64, f64);

/// Returns the north-western corner and the cell size.
fn placement<R: Read + Seek>(decoder: &mut Decoder<R>) -> Result<(EastNorth, EastNorth), String> {
    let scale = decoder.get_tag_f64_vec(Tag::ModelPixelScaleTag).unwrap_or_default();
    let tie = decoder.get_tag_f64_vec(Tag::ModelTiepointTag).unwrap_or_default();
    let (corner, step) = if let (&[sx, sy, ..], &[i, j, _, x, y, ..]) = (&scale[..], &tie[..]) {
        ((x - i * sx, y + j * sy), (sx, sy))
    } else if let Ok(m) = decoder.get_tag_f64_vec(Tag::ModelTransformationTag)
        && m.len() >= 8
    {
        if m[1] != 0.0 || m[4] != 0.0 {
            return Err("expected a north-up raster, found a rotated one; warp it north up (gdalwarp)".into());
        }
        ((m[3], m[7]), (m[0], -m[5]))
    } else {
        return Err("expected a tie point and a scale, found none; the position on the ground is unknown".into());
    };
    let finite = [corner.0, corner.1, step.0, step.1].iter().all(|v| v.is_finite() && v.abs() < GREATEST_COORDINATE);
    if finite && step.0 > 0.0 && step.1 > 0.0 {
        Ok((corner, step))
    } else {
        Err(format!("expected a positive cell size and finite coordinates, found {step:?} at {corner:?}"))
    }
}
