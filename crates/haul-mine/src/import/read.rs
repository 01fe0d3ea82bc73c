//! Reads one survey file: recognises its format, reads its content, and converts it to metres east, north and up.

use super::doubts::doubts;
use super::findings::Findings;
use super::format::{Format, accepted};
use super::input::{Content, Input};
use super::mask::MaskPlace;
use super::raster;
use super::report::SourceReport;
use super::surpac;
use super::survey::Survey;
use super::units::{Axes, StatedUnit, Unit};
use haul_core::{Fault, Faults, Point3};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Number of bytes at the start of a file by which the format is recognised.
const HEAD_LENGTH: usize = 1024;

/// Settings for reading survey files. They supply facts that a file does not state, or override those that it states.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReadOptions {
    /// Format. By default, it is recognised from the content and the file name.
    pub format: Option<Format>,
    /// Unit of plan lengths, and of heights if neither `height_unit` nor the file gives a unit for heights. It
    /// overrides the plan unit that the file states.
    pub unit: Option<Unit>,
    /// Unit of heights. It overrides the height unit that the file states.
    pub height_unit: Option<Unit>,
    /// Order of the axes. It overrides the order that the format prescribes.
    pub axes: Option<Axes>,
    /// Position of a mask on the ground. It overrides the mask's world file.
    pub mask: Option<MaskPlace>,
    /// Layers (string numbers, feature kinds) that hold the edges of the drivable surface. All other strings only shape
    /// the ground.
    ///
    /// By default, edge layers are recognised by their names. If no layer has such a name, all strings are edges.
    pub edges: Vec<String>,
    /// Meaning of each column of a table, from left to right: `string`, `x`, `y`, `z`, or `-` for a column that is not
    /// read. These meanings override the column names in the file.
    pub columns: Vec<String>,
    /// Name of the surface to read from a file that holds several.
    pub surface: Option<String>,
}

/// Reads a survey from the bytes of one file.
///
/// # Errors
///
/// Returns every fault of the file with its position.
pub fn survey_of_bytes(name: &str, bytes: &[u8], options: &ReadOptions) -> Result<(Survey, SourceReport), Faults> {
    let head = &bytes[..bytes.len().min(HEAD_LENGTH)];
    let format = options.format.map_or_else(|| Format::recognised(Path::new(name), head), Ok)?;
    let input = Input {
        name,
        format: format.name(),
        content: Content::Memory(bytes),
        accepted: &accepted(),
        mask: options.mask,
        options,
    };
    finish(name, format, format.read(&input)?, options)
}

/// Reads a Surpac surface from the bytes of its surface file and its strings file.
///
/// # Errors
///
/// Returns every fault of either file with its position.
pub fn surpac_surface_of_bytes(
    name: &str,
    surface: &[u8],
    strings_name: &str,
    strings: &[u8],
) -> Result<(Survey, SourceReport), Faults> {
    let surface = surpac::source(name, surface, surpac::Kind::Surface)?;
    let strings = surpac::source(strings_name, strings, surpac::Kind::Strings)?;
    let survey = surpac::read_dtm(&surface, &strings)?;
    finish(name, Format::SurpacDtm, survey, &ReadOptions::default())
}

/// Reads a survey file. Also reads the strings file beside a Surpac surface, and the world file beside a mask.
///
/// # Errors
///
/// Returns every fault of the file with its position.
pub fn survey_of_file(path: &Path, options: &ReadOptions) -> Result<(Survey, SourceReport), Faults> {
    let name = path.display().to_string();
    let accepted = accepted();
    let unreadable = |e: std::io::Error| Fault::unreadable(&name, &e).help(&*accepted);
    let file = File::open(path).map_err(unreadable)?;
    if file.metadata().map_err(unreadable)?.is_dir() {
        return Err(Fault::new("expected a survey file, found a folder").in_file(&name).help(&*accepted).into());
    }
    let mut head = Vec::new();
    file.take(HEAD_LENGTH as u64).read_to_end(&mut head).map_err(unreadable)?;
    let format = options.format.map_or_else(|| Format::recognised(path, &head), Ok)?;
    let input = Input {
        name: &name,
        format: format.name(),
        content: Content::Disk(path),
        accepted: &accepted,
        mask: options.mask,
        options,
    };
    finish(&name, format, format.read(&input)?, options)
}

/// Converts a survey to metres east, north and up, and reports the units and axes that were used.
fn finish(
    name: &str,
    format: Format,
    mut survey: Survey,
    options: &ReadOptions,
) -> Result<(Survey, SourceReport), Faults> {
    if options.surface.is_some() && format != Format::LandXml {
        survey.findings.notes.push("--surface has no effect here; it is for LandXML files".to_owned());
    }
    if !options.columns.is_empty() && format != Format::EdgesCsv {
        survey.findings.notes.push("--columns has no effect here; it is for CSV files".to_owned());
    }
    let none = || "assumed, because the file states none".to_owned();
    let (unit, unit_from) =
        decided("unit", options.unit, survey.plan_unit.take(), || (Unit::Metre, none()), &mut survey.findings)
            .map_err(|fault| fault.in_file(name))?;
    // The plan unit is also the height unit, unless the file or the user gives a separate unit for heights.
    let as_plan = || (unit, format!("as in plan: {unit_from}"));
    let stated = survey.height_unit.take();
    let states_height_unit = stated.is_some();
    let (height_unit, height_unit_from) =
        decided("height-unit", options.height_unit, stated, as_plan, &mut survey.findings)
            .map_err(|fault| fault.in_file(name))?;
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
        let strings = survey.strings.iter_mut().chain(&mut survey.ground_strings);
        strings.flat_map(|s| &mut s.string.points).for_each(change);
        survey.points.iter_mut().for_each(change);
        survey.mesh.vertices.iter_mut().for_each(change);
    };
    points(&mut survey, &turn);
    let all: Vec<Point3> = survey
        .strings
        .iter()
        .chain(&survey.ground_strings)
        .flat_map(|s| s.string.points.iter().copied())
        .chain(survey.points.iter().copied())
        .chain(survey.mesh.vertices.iter().copied())
        .collect();
    survey.findings.strange.extend(doubts(&all));
    let (plan, up) = (unit.metres(), height_unit.metres());
    if let Some(grid) = &survey.grid
        && options.unit.is_none()
        && let Some(centre) = raster::centre_in_degrees(grid)
    {
        let (step, (low, _)) = (grid.step(), grid.bounds());
        let found = format!("cells of {:.7} × {:.7} from ({:.4}, {:.4})", step.0, step.1, low.x, low.y);
        return Err(raster::degrees_fault(name, &found, centre).into());
    }
    if survey.grid.is_some() && unit != Unit::Metre && options.height_unit.is_none() && !states_height_unit {
        survey.findings.assumed.push(format!(
            "the heights are in {}, as the plan is; the file does not state it; if they are metres, give --height-unit m",
            height_unit.name()
        ));
    }
    if (plan, up) != (1.0, 1.0) {
        points(&mut survey, &|p| *p = Point3::new(p.x * plan, p.y * plan, p.z * up));
        survey.mask.iter_mut().flatten().for_each(|p| *p *= plan);
        survey.grid = survey.grid.map(|g| g.scaled(plan, up));
    }
    let is_rastered = survey.grid.is_some() || !survey.mask.is_empty();
    if is_rastered && options.axes == Some(Axes::NorthEast) {
        let fault = Fault::new("expected no --axes for a raster or a picture, found ne").in_file(name);
        return Err(fault
            .help("their rows run from north to south by definition; give --axes only for other files")
            .into());
    }
    survey.findings.notes.extend(survey.grid.as_ref().map(raster::place_note));
    let report = SourceReport {
        file: name.to_owned(),
        format,
        unit: unit.name(),
        unit_from,
        height_unit: height_unit.name(),
        height_unit_from,
        axes: axes.name(),
        axes_from,
        strings: survey.strings.len() + survey.ground_strings.len() + survey.mask.len(),
        points: all.len(),
        faces: survey.mesh.faces.len(),
        cells: survey.grid.as_ref().map_or(0, |g| g.size().0 * g.size().1),
        findings: survey.findings.clone(),
    };
    Ok((survey, report))
}

/// Returns the unit of plan lengths or of heights, with its origin: given by the user, else stated by the file, else
/// the default. `option` is the name of the command-line option.
///
/// # Errors
///
/// Returns a fault if the file states a unit that is not supported, and the user gives none.
fn decided(
    option: &str,
    given: Option<Unit>,
    stated: Option<StatedUnit>,
    default: impl FnOnce() -> (Unit, String),
    findings: &mut Findings,
) -> Result<(Unit, String), Fault> {
    match (given, stated) {
        (Some(given), stated) => {
            if let Some(StatedUnit { unit, source }) = stated
                && unit != Ok(given)
            {
                let name = unit.map_or_else(|name| name, |u| u.name().to_owned());
                findings.notes.push(format!(
                    "the file states {name} ({source}), but --{option} {} was given and used",
                    given.name()
                ));
            }
            Ok((given, "given".to_owned()))
        }
        (None, Some(StatedUnit { unit: Ok(unit), source })) => Ok((unit, format!("stated by the file: {source}"))),
        (None, Some(StatedUnit { unit: Err(stated), source })) => {
            let fault = Fault::new(format!("expected a known unit of length, found {stated} ({source})"));
            Err(fault.help(format!("give --{option} with one of {}", Unit::names())))
        }
        (None, None) => Ok(default()),
    }
}
