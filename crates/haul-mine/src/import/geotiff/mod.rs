//! GeoTIFF elevation rasters, read strip by strip or tile by tile. Memory use is bounded.

mod keys;
mod metadata;
mod pages;
mod placement;

use super::findings::Findings;
use super::input::Input;
use super::raster::{Cells, MOST_SIDE, NoData, beside, beside_whole_name, degrees_fault, take_units};
use super::survey::Survey;
use super::units::{StatedUnit, Unit};
use haul_core::{Fault, Faults};
use keys::Keys;
use metadata::GdalFacts;
use placement::placed;
use std::io::{Read, Seek};
use tiff::decoder::{Decoder, DecodingResult, Limits};
use tiff::tags::Tag;

const FORM: &str = "a GeoTIFF with one band of elevations in metres or feet of a projected grid";
/// Greatest size of an unpacked strip or tile, bytes.
const GREATEST_CHUNK: usize = 256 << 20;
/// Tags of GDAL.
const GDAL_METADATA: Tag = Tag::Unknown(42112);
const GDAL_NODATA: Tag = Tag::Unknown(42113);
/// Radius of the sphere of web maps, m (EPSG 3857).
const WEB_SPHERE: f64 = 6_378_137.0;
/// Compressions that are read, by their codes: none, LZW, Deflate, Deflate (old code), PackBits.
const READ_COMPRESSIONS: [u32; 5] = [1, 5, 8, 32_946, 32_773];
/// Names of other compressions, by their codes.
const OTHER_COMPRESSIONS: [(u32, &str); 13] = [
    (2, "CCITT RLE"),
    (3, "CCITT FAX 3"),
    (4, "CCITT FAX 4"),
    (6, "JPEG (old)"),
    (7, "JPEG"),
    (34_712, "JPEG 2000"),
    (34_887, "LERC"),
    (34_925, "LZMA"),
    (50_000, "ZSTD"),
    (50_001, "WebP"),
    (50_002, "JPEG XL"),
    (52_546, "JPEG XL"),
    (32_809, "ThunderScan"),
];
/// Names of what the cells of a picture mean, by the codes of PhotometricInterpretation.
const PICTURES: [(u32, &str); 7] = [
    (2, "a picture in red, green and blue"),
    (3, "a picture with a palette"),
    (4, "a mask"),
    (5, "a picture in printing colours"),
    (6, "a picture in YCbCr"),
    (8, "a picture in CIE Lab"),
    (9, "a picture in ICC Lab"),
];

/// Reads an elevation raster.
///
/// # Errors
///
/// Returns a fault if the file is not a GeoTIFF of elevations, is in degrees, is turned, has a compression that is not
/// read, or has too large a strip.
pub(super) fn read(input: &Input) -> Result<Survey, Faults> {
    let path = input.name;
    let wrong = |what: String| Faults::from(Fault::new(what).in_file(path).help(FORM));
    let broken = |e: tiff::TiffError| Faults::from(fault_of(e, path));
    let mut limits = Limits::default();
    limits.decoding_buffer_size = GREATEST_CHUNK;
    limits.intermediate_buffer_size = GREATEST_CHUNK;
    let mut decoder = Decoder::new(input.open()?).map_err(broken)?.with_limits(limits);
    let (columns, rows) = decoder.dimensions().map_err(broken)?;
    let (columns, rows) = (u64::from(columns), u64::from(rows));
    if columns < 2 || rows < 2 || columns > MOST_SIDE || rows > MOST_SIDE {
        return Err(wrong(format!("expected 2 to {MOST_SIDE} cells per side, found {columns} × {rows}")));
    }
    let bands = Bands::of(&mut decoder, path)?;
    let mut survey = Survey::default();
    pages::tell(&mut decoder, &mut survey.findings).map_err(broken)?;
    let findings = &mut survey.findings;
    bands.tell(findings);
    let inside = match decoder.get_tag_ascii_string(GDAL_METADATA) {
        Ok(text) => facts_of(&text, "the tag GDAL_METADATA", findings),
        Err(_) => GdalFacts::default(),
    };
    let aux = beside_whole_name(input, ".aux.xml");
    let outside = aux.map(|file| facts_of(&file.text, &file.name, findings));
    let keys = Keys::read(&mut decoder);
    if keys.is_geocentric() {
        let fault = Fault::new("expected a projected grid, found distances from the centre of the earth").in_file(path);
        return Err(fault.help("project it: gdalwarp -t_srs EPSG:… IN OUT.tif (the site's UTM zone)").into());
    }
    let placed = placed(&mut decoder, keys.is_pixel_point(), outside.as_ref(), input)?;
    findings.notes.extend(placed.note);
    findings.strange.extend(placed.strange);
    let place = placed.place;
    if let Some(found) = keys.degrees() {
        return Err(degrees_fault(path, &found, place.first).into());
    }
    if let Some(code) = keys.web_mercator() {
        let stretch = libm::cosh(place.first.1 / WEB_SPHERE);
        findings.strange.push(format!(
            "EPSG {code} is a projection of web maps: its lengths are {stretch:.2} times the true ones here; project it to the \
             site's UTM zone: gdalwarp -t_srs EPSG:… IN OUT.tif"
        ));
    }
    let (plan_unit, other) = keys.plan_unit();
    if let (Some(plan), Some(other)) = (&plan_unit, other) {
        let name = |stated: &StatedUnit| stated.unit.as_ref().map_or_else(String::clone, |u| u.name().to_owned());
        findings.strange.push(format!(
            "the file states two units: {} ({}) and {} ({}); the first one was used; to choose, give --unit",
            name(plan),
            plan.source,
            name(&other),
            other.source
        ));
    }
    if let Some(code) = keys.depths() {
        findings.strange.push(format!(
            "EPSG {code} counts depths downwards (GeoKey 4096); the values were taken as heights; to turn their sign: gdal_calc.py \
             -A IN --calc=-A --outfile=OUT.tif"
        ));
    }
    let facts = GdalFacts {
        scale: outside.as_ref().and_then(|f| f.scale).or(inside.scale),
        offset: outside.as_ref().and_then(|f| f.offset).or(inside.offset),
        unit: outside.as_ref().and_then(|f| f.unit.clone()).or(inside.unit),
        no_data: outside.as_ref().and_then(|f| f.no_data.clone()),
        ..GdalFacts::default()
    };
    let named = facts.unit.as_ref().map(|name| {
        let source = format!("unit of the band, `{name}`");
        Unit::of_words(name).map_or_else(
            || StatedUnit::unknown(format!("`{name}`"), source.clone()),
            |u| StatedUnit::known(u, source.clone()),
        )
    });
    let by_keys = keys.height_unit();
    if let (Some(StatedUnit { unit: Ok(band), .. }), Some(StatedUnit { unit: Ok(key), source })) = (&named, &by_keys)
        && band != key
    {
        findings.strange.push(format!(
            "the file states two units of heights: {} (unit of the band) and {} ({source}); the first one was used; to choose, \
             give --height-unit",
            band.name(),
            key.name()
        ));
    }
    survey.plan_unit = plan_unit;
    survey.height_unit = named.or(by_keys);
    system_beside(input, outside.as_ref(), place.first, &mut survey)?;
    let no_data = no_data(&mut decoder, facts.no_data.as_deref(), &mut survey.findings);
    let (scale, offset) = (facts.scale.unwrap_or(1.0), facts.offset.unwrap_or(0.0));
    if !(scale.is_finite() && offset.is_finite() && scale != 0.0) {
        return Err(wrong(format!(
            "expected a factor other than 0 for heights, found scale {scale} and offset {offset}"
        )));
    }
    if (scale, offset) != (1.0, 0.0) {
        let note = format!("heights are {scale} × the cells of the file, plus {offset} (scale and offset of the band)");
        survey.findings.notes.push(note);
    }
    if decoder.get_tag_u32(Tag::Orientation).is_ok_and(|turn| turn != 1) {
        let note = "the tag Orientation says that the first row is not the northern one; it was not heeded, as GDAL does; check the \
                    map against the plan";
        survey.findings.strange.push(note.to_owned());
    }
    let mut cells = Cells::new(columns, rows);
    let absent = read_cells(
        &mut decoder,
        &bands,
        (columns, rows),
        place.is_south_up,
        broken,
        |value| value.filter(|v| v.is_finite() && !no_data.is_some_and(|n| n.matches(*v))).map(|v| v * scale + offset),
        &mut cells,
    )?;
    if absent > 0 {
        survey
            .findings
            .notes
            .push(format!("{absent} strips or tiles are empty (a sparse file): their cells hold no data"));
    }
    if place.is_south_up {
        survey.findings.notes.push("the rows of the file run from the south to the north".to_owned());
    }
    let south = if place.is_south_up { place.first.1 } else { place.first.1 - (rows - 1) as f64 * place.step.1 };
    cells.finish((place.first.0, south), place.step, &|h| (h - offset) / scale, &mut survey).map_err(wrong)?;
    Ok(survey)
}

/// Reads all strips or tiles into the cells. Returns the number of empty ones.
fn read_cells<R: Read + Seek>(
    decoder: &mut Decoder<R>,
    bands: &Bands,
    (columns, rows): (u64, u64),
    is_south_up: bool,
    broken: impl Fn(tiff::TiffError) -> Faults,
    height: impl Fn(Option<f64>) -> Option<f64>,
    cells: &mut Cells,
) -> Result<u64, Faults> {
    let (chunk_columns, chunk_rows) = decoder.chunk_dimensions();
    let across = columns.div_ceil(u64::from(chunk_columns.max(1)));
    let down = rows.div_ceil(u64::from(chunk_rows.max(1)));
    let sizes = decoder
        .get_tag_u64_vec(Tag::TileByteCounts)
        .or_else(|_| decoder.get_tag_u64_vec(Tag::StripByteCounts))
        .unwrap_or_default();
    let mut absent = 0;
    for chunk in 0..across * down {
        let Ok(index) = u32::try_from(chunk) else {
            return Err(broken(tiff::TiffError::LimitsExceeded));
        };
        let (width, height_of_chunk) = decoder.chunk_data_dimensions(index);
        let is_absent = sizes.get(chunk as usize) == Some(&0);
        absent += u64::from(is_absent);
        let data = if is_absent { None } else { Some(decoder.read_chunk(index).map_err(&broken)?) };
        let alpha = match (bands.alpha, bands.is_planar) {
            (Some(band), true) if !is_absent => {
                let plane = u32::try_from(chunk + u64::from(band) * across * down);
                let plane = plane.map_err(|_| broken(tiff::TiffError::LimitsExceeded))?;
                Some(decoder.read_chunk(plane).map_err(&broken)?)
            }
            _ => None,
        };
        let (x0, y0) = (chunk % across * u64::from(chunk_columns), chunk / across * u64::from(chunk_rows));
        let samples = if bands.is_planar { 1 } else { usize::from(bands.count) };
        for r in 0..u64::from(height_of_chunk) {
            for c in 0..u64::from(width) {
                let Some(row_from_south) = rows.checked_sub(1 + y0 + r) else { continue };
                let row = if is_south_up { y0 + r } else { row_from_south };
                let k = (r * u64::from(width) + c) as usize;
                let is_clear = match (bands.alpha, &alpha, &data) {
                    (Some(_), Some(plane), _) => sample(plane, k) == Some(0.0),
                    (Some(band), None, Some(data)) => sample(data, k * samples + usize::from(band)) == Some(0.0),
                    _ => false,
                };
                let value = data.as_ref().filter(|_| !is_clear).and_then(|data| sample(data, k * samples));
                cells.set(x0 + c, row, height(value));
            }
        }
    }
    Ok(absent)
}

/// Bands of a raster. The first one holds the elevations.
struct Bands {
    count: u16,
    /// Index of the band that tells by 0 which cells hold no data.
    alpha: Option<u16>,
    /// Tells whether each band has its own strips or tiles.
    is_planar: bool,
    bits: u32,
}

impl Bands {
    /// Reads the bands, their compression and their type.
    ///
    /// # Errors
    ///
    /// Returns a fault with the command that converts the file if the cells cannot be read.
    fn of<R: Read + Seek>(decoder: &mut Decoder<R>, path: &str) -> Result<Bands, Faults> {
        let fault = |what: String, help: &str| Faults::from(Fault::new(what).in_file(path).help(help.to_owned()));
        let compression = decoder.get_tag_u32(Tag::Compression).unwrap_or(1);
        if !READ_COMPRESSIONS.contains(&compression) {
            let name = OTHER_COMPRESSIONS.iter().find(|(code, _)| *code == compression).map(|(_, name)| *name);
            let name = name.map_or_else(|| format!("code {compression}"), str::to_owned);
            let what = format!("expected a compression of none, LZW, Deflate or PackBits, found {name}");
            return Err(fault(what, "write it again: gdal_translate -co COMPRESS=DEFLATE IN OUT.tif"));
        }
        let meaning = decoder.get_tag_u32(Tag::PhotometricInterpretation).unwrap_or(1);
        if meaning == 0 {
            let what = "expected cells of which 0 is black (MINISBLACK), found 0 as white (MINISWHITE)".to_owned();
            return Err(fault(what, "write it again: gdal_translate -co PHOTOMETRIC=MINISBLACK IN OUT.tif"));
        }
        if meaning != 1 {
            let name = PICTURES.iter().find(|(code, _)| *code == meaning).map_or("a picture", |(_, name)| *name);
            return Err(fault(
                format!("expected one band of elevations, found {name}"),
                "give the elevation raster; for the drivable surface, save a picture as PNG, white where trucks may drive",
            ));
        }
        let bits = decoder.get_tag_u32_vec(Tag::BitsPerSample).ok().and_then(|b| b.first().copied()).unwrap_or(1);
        if ![8, 16, 32, 64].contains(&bits) {
            let what = format!("expected cells of 8, 16, 32 or 64 bits, found {bits}");
            return Err(fault(what, "write it again: gdal_translate -ot Float32 IN OUT.tif"));
        }
        let format = decoder.get_tag_u32_vec(Tag::SampleFormat).ok().and_then(|f| f.first().copied()).unwrap_or(1);
        if ![1, 2, 3].contains(&format) {
            let what = "expected whole numbers or floating point, found complex or undefined numbers".to_owned();
            return Err(fault(what, "write it again: gdal_translate -ot Float32 IN OUT.tif"));
        }
        let count: u16 = decoder.find_tag_unsigned(Tag::SamplesPerPixel).ok().flatten().unwrap_or(1);
        let extra = decoder.get_tag_u32_vec(Tag::ExtraSamples).unwrap_or_default();
        let first = usize::from(count).saturating_sub(extra.len());
        let alpha = extra.iter().position(|kind| [1, 2].contains(kind)).map(|k| (first + k) as u16).filter(|k| *k > 0);
        let is_planar = count > 1 && decoder.get_tag_u32(Tag::PlanarConfiguration).is_ok_and(|p| p == 2);
        Ok(Bands { count, alpha, is_planar, bits })
    }

    /// Tells which bands are left out.
    fn tell(&self, findings: &mut Findings) {
        let others = usize::from(self.count) - 1 - usize::from(self.alpha.is_some());
        let why = "only the first band is read; to take the second one: gdal_translate -b 2 IN OUT.tif";
        findings.leave_out(others, "bands", why);
        if self.alpha.is_some() {
            findings.notes.push("cells whose alpha band is 0 hold no data".to_owned());
        }
        if self.bits == 8 {
            let note = "the cells have 8 bits, so at most 256 heights; this looks like a picture, such as a shaded relief; check \
                        that it holds elevations";
            findings.strange.push(note.to_owned());
        }
    }
}

/// Returns the declared no-data value, and reports one that cannot be read.
fn no_data<R: Read + Seek>(decoder: &mut Decoder<R>, beside: Option<&str>, findings: &mut Findings) -> Option<NoData> {
    let inside = decoder.get_tag_ascii_string(GDAL_NODATA).ok();
    let text = beside.or(inside.as_deref())?;
    let value = NoData::of_text(text);
    let shown = text.trim_matches(['\0', ' ']);
    if value.is_none() && !shown.is_empty() {
        findings.strange.push(format!("the no-data value `{shown}` (GDAL_NODATA) is not a number and was not used"));
    }
    value
}

/// Returns the facts in an XML text of GDAL, and reports one that cannot be read.
fn facts_of(text: &str, source: &str, findings: &mut Findings) -> GdalFacts {
    GdalFacts::of_xml(text).unwrap_or_else(|e| {
        let note = format!("{source} cannot be read ({e}); scale, offset and unit in it were not used");
        findings.strange.push(note);
        GdalFacts::default()
    })
}

/// Takes the units of a coordinate system beside the raster, if the raster itself states none.
fn system_beside(
    input: &Input,
    facts: Option<&GdalFacts>,
    place: (f64, f64),
    survey: &mut Survey,
) -> Result<(), Faults> {
    if survey.plan_unit.is_some() {
        return Ok(());
    }
    let in_facts = facts.and_then(|f| f.system.clone()).map(|text| (format!("{}.aux.xml", input.name), text));
    let in_file = || beside(input, &["prj"]).map(|file| (file.name, file.text));
    let Some((name, text)) = in_facts.or_else(in_file) else { return Ok(()) };
    take_units(&name, &text, input.name, place, survey).map_err(Faults::from)
}

/// Returns the fault of a file that the decoder cannot read.
fn fault_of(e: tiff::TiffError, path: &str) -> Fault {
    match e {
        tiff::TiffError::LimitsExceeded => {
            let limit = GREATEST_CHUNK >> 20;
            Fault::new(format!("expected strips of at most {limit} MiB when unpacked, found a larger one"))
                .in_file(path)
                .help("write it in tiles: gdal_translate -co TILED=YES")
        }
        e => Fault::new(format!("cannot read it as a GeoTIFF: {e}")).in_file(path).help(FORM),
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
