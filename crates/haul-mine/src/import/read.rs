//! One file: what format it is, and what it holds, turned to east, north, up in metres.

use super::doubts::doubts;
use super::mask::MaskPlace;
use super::survey::{Format, LayeredString, SourceReport, Survey};
use super::units::{Axes, Unit};
use super::{dxf, edges_csv, esri_ascii, geojson, geotiff, landxml, mask, surpac};
use haul_core::fault::SourceText;
use haul_core::{Fault, Faults, Point3};
use std::fs::File;
use std::io::{BufReader, Cursor, Read};
use std::path::Path;
use std::sync::Arc;

/// Text files larger than this are not read, bytes.
const MOST_TEXT: u64 = 1 << 30;
/// So many bytes tell a format.
const HEAD: usize = 1024;

/// How files are read where they do not say it themselves.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReadOptions {
    /// The format; found from the content and the name where absent.
    pub format: Option<Format>,
    /// The unit of lengths, in place of what a file states.
    pub unit: Option<Unit>,
    /// The order of the axes, in place of what the format prescribes.
    pub axes: Option<Axes>,
    /// Where a mask lies on the ground, in place of its world file.
    pub mask: Option<MaskPlace>,
    /// Layers (string numbers, feature kinds) that are edges of the drivable surface; all other strings are lines of the
    /// ground. Where it is empty, layers are recognised by their names, and without such names all strings are edges.
    pub edges: Vec<String>,
}

/// What a file holds, from its bytes alone.
///
/// Errors: every fault of the file with its place.
pub fn survey_of_bytes(name: &str, bytes: &[u8], options: &ReadOptions) -> Result<(Survey, SourceReport), Faults> {
    let format = format_of(Path::new(name), &bytes[..bytes.len().min(HEAD)], options)?;
    let survey = match format {
        Format::GeoTiff => geotiff::read(name, Cursor::new(bytes)),
        Format::EsriAscii => esri_ascii::read(name, bytes),
        Format::MaskPng => mask::read(name, Cursor::new(bytes), options.mask),
        _ => of_text(format, &text(name, bytes), None),
    }?;
    finish(name, format, survey, options)
}

/// A Surpac surface with its strings, from the bytes of both.
///
/// Errors: every fault of either file with its place.
pub fn surpac_surface_of_bytes(
    name: &str,
    surface: &[u8],
    strings_name: &str,
    strings: &[u8],
) -> Result<(Survey, SourceReport), Faults> {
    let survey = surpac::read_dtm(&text(name, surface), &text(strings_name, strings))?;
    finish(name, Format::SurpacDtm, survey, &ReadOptions::default())
}

/// What a file holds. A Surpac surface reads its strings file beside it, a mask its world file.
///
/// Errors: every fault of the file with its place.
pub fn survey_of_file(path: &Path, options: &ReadOptions) -> Result<(Survey, SourceReport), Faults> {
    let name = path.display().to_string();
    let unreadable = |e: std::io::Error| Fault::unreadable(&name, &e).help(KINDS);
    let mut file = File::open(path).map_err(unreadable)?;
    if file.metadata().map_err(unreadable)?.is_dir() {
        return Err(Fault::new("is a folder, not a survey file").in_file(&name).help(KINDS).into());
    }
    let mut head = Vec::new();
    file.by_ref().take(HEAD as u64).read_to_end(&mut head).map_err(unreadable)?;
    let format = format_of(path, &head, options)?;
    drop(file);
    let open = || File::open(path).map(BufReader::new).map_err(unreadable);
    let survey = match format {
        Format::GeoTiff => geotiff::read(&name, open()?),
        Format::EsriAscii => esri_ascii::read(&name, open()?),
        Format::MaskPng => {
            let beside = ["pgw", "pngw", "wld"]
                .iter()
                .find_map(|e| mask::world_file(&std::fs::read_to_string(path.with_extension(e)).ok()?));
            mask::read(&name, open()?, options.mask.or(beside))
        }
        Format::SurpacDtm => {
            let strings = path.with_extension("str");
            of_text(format, &text_of_file(path)?, Some(&text_of_file(&strings)?))
        }
        _ => of_text(format, &text_of_file(path)?, None),
    }?;
    finish(&name, format, survey, options)
}

const KINDS: &str =
    "survey files: CSV (string,x,y,z), Surpac .str and .dtm, DXF, LandXML, GeoTIFF, ESRI ASCII, mask PNG, GeoJSON";

fn text_of_file(path: &Path) -> Result<Arc<SourceText>, Fault> {
    let name = path.display().to_string();
    let unreadable = |e: std::io::Error| Fault::unreadable(&name, &e).help(KINDS);
    let size = std::fs::metadata(path).map_err(unreadable)?.len();
    if size > MOST_TEXT {
        let fault = Fault::new(format!("is {} MiB, more than the {} MiB that are read", size >> 20, MOST_TEXT >> 20));
        return Err(fault.in_file(&name).help("thin the survey, or give the ground as a raster"));
    }
    Ok(text(&name, &std::fs::read(path).map_err(unreadable)?))
}

/// UTF-16 is told by its byte order mark. What is no UTF-8 shows as a replacement character, and then as a fault with its
/// line.
fn text(name: &str, bytes: &[u8]) -> Arc<SourceText> {
    let wide = |of: fn([u8; 2]) -> u16| {
        let words: Vec<u16> = bytes[2..].as_chunks::<2>().0.iter().map(|pair| of(*pair)).collect();
        String::from_utf16_lossy(&words)
    };
    let text = match bytes {
        [0xff, 0xfe, ..] => wide(u16::from_le_bytes),
        [0xfe, 0xff, ..] => wide(u16::from_be_bytes),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    };
    SourceText::new(name, text)
}

fn of_text(format: Format, source: &Arc<SourceText>, beside: Option<&Arc<SourceText>>) -> Result<Survey, Faults> {
    if source.text.contains('\0') {
        let fault = Fault::new(format!("is read as {}, a text, but is binary", format.name())).in_file(&source.path);
        return Err(fault.help("save it as text, or give --format").into());
    }
    match format {
        Format::EdgesCsv => edges_csv::read(source).map(|strings| Survey {
            strings: strings
                .into_iter()
                .map(|string| LayeredString { layer: String::new(), string, has_heights: true })
                .collect(),
            ..Survey::default()
        }),
        Format::SurpacStr => surpac::read_str(source),
        Format::SurpacDtm => match beside {
            Some(strings) => surpac::read_dtm(source, strings),
            None => Err(Fault::new("a Surpac surface needs its strings file").in_file(&source.path).into()),
        },
        Format::Dxf => dxf::read(source).map(|mut survey| {
            survey.mesh = dxf::welded(&survey.mesh);
            survey
        }),
        Format::LandXml => landxml::read(source),
        Format::GeoJson => geojson::read(source),
        Format::GeoTiff | Format::EsriAscii | Format::MaskPng => {
            Err(Fault::new("is no text").in_file(&source.path).into())
        }
    }
}

/// The format by what the file begins with, else by its name.
fn format_of(path: &Path, head: &[u8], options: &ReadOptions) -> Result<Format, Faults> {
    if let Some(format) = options.format {
        return Ok(format);
    }
    if head.starts_with(b"\x89PNG") {
        return Ok(Format::MaskPng);
    }
    if [&b"II*\0"[..], b"MM\0*", b"II+\0", b"MM\0+"].iter().any(|m| head.starts_with(m)) {
        return Ok(Format::GeoTiff);
    }
    let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
    let by_name = match extension.as_str() {
        "csv" => Some(Format::EdgesCsv),
        "str" => Some(Format::SurpacStr),
        "dtm" => Some(Format::SurpacDtm),
        "dxf" => Some(Format::Dxf),
        "xml" | "landxml" => Some(Format::LandXml),
        "tif" | "tiff" => Some(Format::GeoTiff),
        "asc" | "grd" => Some(Format::EsriAscii),
        "png" => Some(Format::MaskPng),
        "json" | "geojson" => Some(Format::GeoJson),
        _ => None,
    };
    if let Some(format) = by_name {
        return Ok(format);
    }
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let first = text.lines().next().unwrap_or("").to_lowercase();
    if text.starts_with('<') {
        Ok(Format::LandXml)
    } else if text.starts_with('{') {
        Ok(Format::GeoJson)
    } else if first.starts_with("ncols") {
        Ok(Format::EsriAscii)
    } else if first.contains("string") && first.contains(',') {
        Ok(Format::EdgesCsv)
    } else if first.trim() == "0" && text.contains("SECTION") {
        Ok(Format::Dxf)
    } else {
        let what = if head.is_empty() { "the file is empty" } else { "the format is not known" };
        let names: Vec<&str> = Format::ALL.iter().map(|f| f.name()).collect();
        let help = format!("{KINDS}; or give --format {}", names.join(", "));
        Err(Fault::new(what).in_file(path.display()).help(help).into())
    }
}

/// Turns what was read to east, north, up in metres, and says how.
fn finish(
    name: &str,
    format: Format,
    mut survey: Survey,
    options: &ReadOptions,
) -> Result<(Survey, SourceReport), Faults> {
    let (unit, unit_from) = match (options.unit, survey.stated_unit) {
        (Some(given), Some(stated)) if given != stated => {
            survey.notes.push(format!("the file states {}, {} was given and taken", stated.name(), given.name()));
            (given, "given")
        }
        (Some(given), _) => (given, "given"),
        (None, Some(stated)) => (stated, "stated by the file"),
        (None, None) => (Unit::Metre, "taken, as nothing is stated"),
    };
    let (axes, axes_from) = match options.axes {
        Some(axes) => (axes, "given"),
        None => (survey.axes, "by the format"),
    };
    let turn = |p: &mut Point3| {
        if axes == Axes::NorthEast {
            *p = Point3::new(p.y, p.x, p.z);
        }
    };
    let points = |survey: &mut Survey, change: &dyn Fn(&mut Point3)| {
        survey.strings.iter_mut().flat_map(|s| &mut s.string.points).for_each(change);
        survey.points.iter_mut().for_each(change);
        survey.mesh.vertices.iter_mut().for_each(change);
    };
    points(&mut survey, &turn);
    let all: Vec<Point3> = survey
        .strings
        .iter()
        .flat_map(|s| s.string.points.iter().copied())
        .chain(survey.points.iter().copied())
        .chain(survey.mesh.vertices.iter().copied())
        .collect();
    survey.notes.extend(doubts(&all));
    let metres = unit.metres();
    if metres != 1.0 {
        points(&mut survey, &|p| *p *= metres);
        survey.mask.iter_mut().flatten().for_each(|p| *p *= metres);
        survey.grid = survey.grid.map(|g| g.rebased(metres, Point3::origin()));
    }
    let is_rastered = survey.grid.is_some() || !survey.mask.is_empty();
    if is_rastered && options.axes == Some(Axes::NorthEast) {
        let fault = Fault::new("the axes of a raster or a picture cannot be given").in_file(name);
        return Err(fault
            .help("their rows run from north to south by definition; leave --axes to the other files")
            .into());
    }
    let report = SourceReport {
        file: name.to_owned(),
        format,
        unit: unit.name(),
        unit_from,
        axes: axes.name(),
        axes_from,
        strings: survey.strings.len() + survey.mask.len(),
        points: all.len(),
        faces: survey.mesh.faces.len(),
        cells: survey.grid.as_ref().map_or(0, |g| g.size().0 * g.size().1),
        notes: survey.notes.clone(),
    };
    Ok((survey, report))
}
