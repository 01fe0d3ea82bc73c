//! GeoTIFF elevation rasters, read strip by strip or tile by tile. Memory use is bounded.

mod blocks;
mod compression;
mod keys;
mod metadata;
mod pages;
mod placement;
mod predictor;

use super::features::{self, Feature};
use super::findings::Findings;
use super::input::Input;
use super::raster::{Cells, MOST_SIDE, NoData, beside, beside_whole_name, degrees_fault, take_units};
use super::survey::Survey;
use super::units::{StatedUnit, Unit};
use blocks::{Blocks, Number};
use compression::Compression;
use haul_core::{Fault, Faults};
use keys::Keys;
use metadata::GdalFacts;
use placement::placed;
use std::io::{Read, Seek};
use tiff::decoder::Decoder;
use tiff::tags::Tag;

/// Features of the GeoTIFF format.
pub(super) const FEATURES: &[Feature] = &[
    features::read(
        "whole numbers of 8 to 64 bits, floating point of 16 to 64 bits",
        "8 bits with a doubt: they are often a picture",
    ),
    features::read("strips and tiles, BigTIFF, both byte orders, cloud-optimised layout", ""),
    features::read("LZW, Deflate, PackBits, ZSTD, predictors 2 and 3", ""),
    features::refused("LERC, LZMA, JPEG, JPEG 2000, JPEG XL, WebP", "`gdal_translate -co COMPRESS=DEFLATE`"),
    features::refused("pictures in colour or with a palette, MINISWHITE, complex numbers, 1 to 4 bits", ""),
    features::read("unit of the plan", "keys 3076 and 3077, EPSG code of 3072, citation, `.aux.xml`, `.prj`"),
    features::read("unit of heights", "unit of the band, keys 4099 and 4096, citation"),
    features::said("two units that differ, depths, web Mercator (EPSG 3857)", ""),
    features::refused(
        "degrees, geocentric systems, EPSG codes that are not in the registry",
        "`gdalwarp -t_srs`, or `--unit`",
    ),
    features::read("tie point and cell size, transformation, PixelIsPoint, cells that are not square", ""),
    features::read("rows from the south (positive step to the north)", ""),
    features::read("world file (`.tfw`, `.tifw`, `.wld`) and `.aux.xml`", "if the file itself has no place"),
    features::refused("turned rasters, control points, no place", "`gdalwarp`, or `gdal_translate -a_ullr`"),
    features::read(
        "scale and offset of the band",
        "GDAL_METADATA, `.aux.xml`, or the scale of heights in ModelPixelScaleTag",
    ),
    features::read("no-data value", "GDAL_NODATA, compared in the precision of the raster"),
    features::said("no-data values that are not declared", "left out if they lie far off all other heights"),
    features::read("empty strips and tiles (sparse files), alpha band", "cells without data"),
    features::said("further bands, overviews, masks, further pages", ""),
    features::said("more than 16 million cells", "every second, third… row and column is read"),
];

const FORM: &str = "a GeoTIFF with one band of elevations in metres or feet of a projected grid";
/// Tags that GDAL adds.
const GDAL_METADATA: Tag = Tag::Unknown(42112);
const GDAL_NODATA: Tag = Tag::Unknown(42113);
/// Radius of the Web Mercator sphere (m, EPSG 3857).
const WEB_SPHERE: f64 = 6_378_137.0;
/// Descriptions of pictures for messages, by their codes in the tag PhotometricInterpretation.
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
/// Returns a fault if the file is not a GeoTIFF of elevations, is in degrees or geocentric, is rotated, has an
/// unsupported compression, or has a strip that is too large.
pub(super) fn read(input: &Input) -> Result<Survey, Faults> {
    let path = input.name;
    let wrong = |what: String| Faults::from(Fault::new(what).in_file(path).help(FORM));
    let broken = |e: tiff::TiffError| Faults::from(fault_of(e, path));
    let mut decoder = Decoder::new(input.open()?).map_err(broken)?;
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
    let mut placed_heights = placed.heights.filter(|_| inside.scale.is_none() && inside.offset.is_none());
    if let Some((factor, plus)) = placed_heights
        && !keys.has_heights()
    {
        findings.strange.push(format!(
            "the place of the file has a factor {factor} and a summand {plus} for heights (ModelPixelScaleTag), but no system of \
             heights; they were not applied, as in GDAL"
        ));
        placed_heights = None;
    }
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
        scale: outside.as_ref().and_then(|f| f.scale).or(inside.scale).or(placed_heights.map(|h| h.0)),
        offset: outside.as_ref().and_then(|f| f.offset).or(inside.offset).or(placed_heights.map(|h| h.1)),
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
        let plus = if offset == 0.0 { String::new() } else { format!(" plus {offset}") };
        let note = format!("heights are {scale} × the numbers of the file{plus} (scale and offset of the band)");
        survey.findings.notes.push(note);
    }
    if decoder.get_tag_u32(Tag::Orientation).is_ok_and(|turn| turn != 1) {
        let note = "the tag Orientation says that the first row is not the northern one; it was not heeded, as GDAL does; check the \
                    map against the plan";
        survey.findings.strange.push(note.to_owned());
    }
    let mut cells = Cells::new(columns, rows);
    let height = |number: f64| {
        let is_known = number.is_finite() && !no_data.is_some_and(|n| n.matches(number));
        is_known.then_some(number * scale + offset)
    };
    let absent = read_cells(&mut decoder, &bands, (columns, rows), place.is_south_up, height, &mut cells)
        .map_err(|fault| fault.in_file(path))?;
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

/// Reads all strips or tiles into `cells`. Returns the number of empty strips or tiles.
fn read_cells<R: Read + Seek>(
    decoder: &mut Decoder<R>,
    bands: &Bands,
    (columns, rows): (u64, u64),
    is_south_up: bool,
    height: impl Fn(f64) -> Option<f64>,
    cells: &mut Cells,
) -> Result<u64, Fault> {
    let samples = if bands.is_planar { 1 } else { usize::from(bands.count) };
    let layout = (bands.compression, bands.number, bands.bits, samples);
    let blocks = Blocks::of(decoder, (columns, rows), layout).map_err(|e| Fault::new(e).help(FORM))?;
    let (across, down) = blocks.number;
    let mut absent = 0;
    for index in 0..across * down {
        let is_absent = blocks.is_absent(index);
        absent += u64::from(is_absent);
        let block = if is_absent { None } else { Some(blocks.read(decoder, index, 0)?) };
        let plane_of_alpha = match bands.alpha {
            Some(band) if bands.is_planar && !is_absent => Some(blocks.read(decoder, index, u64::from(band))?),
            _ => None,
        };
        let (x0, y0) = (index % across * blocks.size.0, index / across * blocks.size.1);
        for y in y0..(y0 + blocks.size.1).min(rows) {
            for x in x0..(x0 + blocks.size.0).min(columns) {
                let k = ((y - y0) * blocks.size.0 + (x - x0)) as usize;
                let alpha = match (bands.alpha, &plane_of_alpha) {
                    (Some(_), Some(plane)) => plane.number(k),
                    (Some(band), None) => block.as_ref().and_then(|b| b.number(k * samples + usize::from(band))),
                    (None, _) => None,
                };
                let number = block.as_ref().filter(|_| alpha != Some(0.0)).and_then(|b| b.number(k * samples));
                let row = if is_south_up { y } else { rows - 1 - y };
                cells.set(x, row, number.and_then(&height));
            }
        }
    }
    Ok(absent)
}

/// Bands of a raster. The first band holds the elevations.
struct Bands {
    count: u16,
    /// Index of the alpha band, in which 0 marks cells without data.
    alpha: Option<u16>,
    /// True if each band has its own strips or tiles.
    is_planar: bool,
    bits: u32,
    number: Number,
    compression: Compression,
}

impl Bands {
    /// Reads the number of bands, their compression and their number type.
    ///
    /// # Errors
    ///
    /// Returns a fault, with the command that converts the file, if the cells cannot be read.
    fn of<R: Read + Seek>(decoder: &mut Decoder<R>, path: &str) -> Result<Bands, Faults> {
        let fault = |what: String, help: &str| Faults::from(Fault::new(what).in_file(path).help(help.to_owned()));
        let compression = Compression::of_code(decoder.get_tag_u32(Tag::Compression).unwrap_or(1)).map_err(|name| {
            let what = format!("expected a compression of none, LZW, Deflate, PackBits or ZSTD, found {name}");
            fault(what, "write it again: gdal_translate -co COMPRESS=DEFLATE IN OUT.tif")
        })?;
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
        let number = match (format, bits) {
            (1, _) => Number::Unsigned,
            (2, _) => Number::Signed,
            (3, 16..) => Number::Floating,
            _ => {
                let what = "expected whole numbers or floating point, found complex or undefined numbers".to_owned();
                return Err(fault(what, "write it again: gdal_translate -ot Float32 IN OUT.tif"));
            }
        };
        let count: u16 = decoder.find_tag_unsigned(Tag::SamplesPerPixel).ok().flatten().unwrap_or(1);
        let extra = decoder.get_tag_u32_vec(Tag::ExtraSamples).unwrap_or_default();
        let first = usize::from(count).saturating_sub(extra.len());
        let alpha = extra.iter().position(|kind| [1, 2].contains(kind)).map(|k| (first + k) as u16).filter(|k| *k > 0);
        let is_planar = count > 1 && decoder.get_tag_u32(Tag::PlanarConfiguration).is_ok_and(|p| p == 2);
        Ok(Bands { count, alpha, is_planar, bits, number, compression })
    }

    /// Reports the bands that are left out.
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

/// Returns the declared no-data value. Reports a value that is not a number.
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

/// Returns the metadata in an XML text of GDAL. Reports a text that cannot be read.
fn facts_of(text: &str, source: &str, findings: &mut Findings) -> GdalFacts {
    GdalFacts::of_xml(text).unwrap_or_else(|e| {
        let note = format!("{source} cannot be read ({e}); scale, offset and unit in it were not used");
        findings.strange.push(note);
        GdalFacts::default()
    })
}

/// Reads the units from a coordinate system beside the raster, if the raster itself states no plan unit.
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

/// Returns the fault for a file whose tags cannot be read.
fn fault_of(e: tiff::TiffError, path: &str) -> Fault {
    match e {
        tiff::TiffError::LimitsExceeded => Fault::new("expected a directory of at most 1 MiB, found a larger one")
            .in_file(path)
            .help("write it in tiles: gdal_translate -co TILED=YES IN OUT.tif"),
        e => Fault::new(format!("cannot read it as a GeoTIFF: {e}")).in_file(path).help(FORM),
    }
}
