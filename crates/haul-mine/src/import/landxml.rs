//! LandXML surfaces and strings. Northing comes before easting.
//!
//! Faces with `i="1"` are invisible. They close the outside of a surface and its holes, and are left out.

use super::features::{self, Feature};
use super::survey::{LayeredString, Survey};
use super::text::{GREATEST_COORDINATE, more, nothing};
use super::units::{Axes, StatedUnit, Unit};
use crate::build::{EdgeString, StringKind};
use haul_core::fault::SourceText;
use haul_core::{Fault, Faults, Point3};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Features of the format.
pub(super) const FEATURES: &[Feature] = &[
    features::read("surfaces, without invisible faces", ""),
    features::read("`PntList3D` and `PntList2D` strings", ""),
    features::read("unit of lengths (`linearUnit`)", ""),
    features::refused("faces of unknown points, files that were cut off", ""),
];

const FORM: &str = "LandXML with a Surface (Pnts and Faces) or strings (PntList3D)";

/// Meaning of the text in the current element.
enum TextMeaning {
    Nothing,
    Point(String),
    Face,
    List { dimensions: usize, layer: String, name: String },
}

/// Reads a LandXML file.
///
/// # Errors
///
/// Returns faults with line and column for invalid XML, points and faces.
pub(super) fn read(source: &Arc<SourceText>) -> Result<Survey, Faults> {
    let mut reader = Reader::from_str(&source.text);
    let mut state = LandXmlReader {
        source,
        survey: Survey { axes: Axes::NorthEast, ..Survey::default() },
        faults: Vec::new(),
        ids: BTreeMap::new(),
        invisible: 0,
        surface: String::new(),
        layer: String::new(),
        lists: 0,
    };
    let mut meaning = TextMeaning::Nothing;
    let mut text = String::new();
    let mut start = 0;
    let mut depth = 0_usize;
    loop {
        if more(&mut state.faults, source) {
            break;
        }
        let at = reader.buffer_position() as usize;
        match reader.read_event() {
            Ok(Event::Start(e)) => {
                depth += 1;
                meaning = state.begin(&e);
                text.clear();
                start = reader.buffer_position() as usize;
            }
            Ok(Event::Empty(e)) => {
                state.begin(&e);
            }
            Ok(Event::Text(t)) => text.push_str(&String::from_utf8_lossy(&t)),
            Ok(Event::End(_)) => {
                depth = depth.saturating_sub(1);
                state.finish(std::mem::replace(&mut meaning, TextMeaning::Nothing), &text, start);
                text.clear();
            }
            Ok(Event::Eof) => {
                if depth > 0 {
                    let fault = Fault::new("expected the end of an element, found the end of the file; it was cut off")
                        .in_file(&source.path);
                    state.faults.push(fault.help("export it again"));
                }
                break;
            }
            Ok(_) => {}
            Err(error) => {
                state.faults.push(Fault::new(format!("expected XML: {error}")).at(source, at..at).help(FORM));
                break;
            }
        }
    }
    let LandXmlReader { mut survey, mut faults, invisible, .. } = state;
    if faults.is_empty() && survey.mesh.faces.is_empty() && survey.strings.is_empty() {
        faults.push(nothing(source, FORM));
    }
    Faults::check(faults)?;
    survey.findings.leave_out(invisible, "faces", "these are marked as invisible");
    Ok(survey)
}

/// The survey while elements are read.
struct LandXmlReader<'a> {
    source: &'a Arc<SourceText>,
    survey: Survey,
    faults: Vec<Fault>,
    /// Corners of the current surface by their id.
    ids: BTreeMap<String, u32>,
    invisible: usize,
    surface: String,
    layer: String,
    lists: usize,
}

/// Returns the unit that an attribute of `Units` states, by its name in LandXML 1.2.
fn stated_unit(attribute: &str, name: &str) -> StatedUnit {
    let source = format!("{attribute}=\"{name}\"");
    let unit = match name {
        "meter" => Unit::Metre,
        "millimeter" => Unit::Millimetre,
        "centimeter" => Unit::Centimetre,
        "kilometer" => Unit::Kilometre,
        "foot" => Unit::Foot,
        "USSurveyFoot" => Unit::UsSurveyFoot,
        "inch" => Unit::Inch,
        "mile" => Unit::Mile,
        other => return StatedUnit::unknown(format!("`{other}`"), source),
    };
    StatedUnit::known(unit, source)
}

/// Returns the value of an attribute.
fn attribute(e: &BytesStart, name: &str) -> Option<String> {
    e.attributes()
        .with_checks(false)
        .flatten()
        .find(|a| a.key.local_name().as_ref() == name.as_bytes())
        .map(|a| String::from_utf8_lossy(&a.value).into_owned())
}

impl LandXmlReader<'_> {
    /// Handles the start of an element. Returns the meaning of its text.
    fn begin(&mut self, e: &BytesStart) -> TextMeaning {
        let name = String::from_utf8_lossy(e.local_name().as_ref()).into_owned();
        match name.as_str() {
            "Metric" | "Imperial" => {
                self.survey.plan_unit = attribute(e, "linearUnit").map(|unit| stated_unit("linearUnit", &unit));
                TextMeaning::Nothing
            }
            "Surface" => {
                self.ids.clear();
                self.surface = attribute(e, "name").unwrap_or_default();
                TextMeaning::Nothing
            }
            "Breakline" | "Boundary" | "Contour" | "PlanFeature" | "Alignment" | "Parcel" => {
                self.layer = attribute(e, "name").or(attribute(e, "desc")).unwrap_or_else(|| name.to_lowercase());
                TextMeaning::Nothing
            }
            "P" => TextMeaning::Point(attribute(e, "id").unwrap_or_default()),
            "F" if attribute(e, "i").as_deref() == Some("1") => {
                self.invisible += 1;
                TextMeaning::Nothing
            }
            "F" => TextMeaning::Face,
            "PntList3D" | "PntList2D" => {
                self.lists += 1;
                let dimensions = if name == "PntList3D" { 3 } else { 2 };
                TextMeaning::List {
                    dimensions,
                    layer: self.layer.clone(),
                    name: format!("{}#{}", self.layer, self.lists),
                }
            }
            _ => TextMeaning::Nothing,
        }
    }

    /// Reports a fault of a text that begins at a byte offset.
    fn fault(&mut self, what: String, start: usize, text: &str) {
        let end = (start + text.len()).min(self.source.text.len());
        self.faults.push(Fault::new(what).at(self.source, start.min(end)..end).help(FORM));
    }

    /// Reads coordinates.
    fn numbers(&mut self, text: &str, start: usize) -> Option<Vec<f64>> {
        let numbers: Option<Vec<f64>> = text
            .split_whitespace()
            .map(|t| t.parse::<f64>().ok().filter(|v| v.is_finite() && v.abs() <= GREATEST_COORDINATE))
            .collect();
        if numbers.is_none() {
            let shown: String = text.trim().chars().take(40).collect();
            self.fault(format!("expected coordinates, found `{shown}`"), start, text);
        }
        numbers
    }

    /// Handles the end of an element with its text.
    fn finish(&mut self, meaning: TextMeaning, text: &str, start: usize) {
        match meaning {
            TextMeaning::Nothing => {}
            TextMeaning::Point(id) => {
                let Some(numbers) = self.numbers(text, start) else { return };
                let [n, e, z] = numbers[..] else {
                    self.fault(format!("point {id}: expected 3 coordinates, found {}", numbers.len()), start, text);
                    return;
                };
                let index = self.survey.mesh.vertices.len() as u32;
                self.survey.mesh.vertices.push(Point3::new(n, e, z));
                if self.ids.insert(id.clone(), index).is_some() {
                    self.fault(format!("point {id} occurs twice in surface {}", self.surface), start, text);
                }
            }
            TextMeaning::Face => {
                let corners: Vec<Option<u32>> = text.split_whitespace().map(|t| self.ids.get(t).copied()).collect();
                match corners[..] {
                    [Some(a), Some(b), Some(c)] => self.survey.mesh.faces.push([a, b, c]),
                    _ => {
                        let shown: String = text.trim().chars().take(40).collect();
                        self.fault(format!("expected a face of three known points, found `{shown}`"), start, text);
                    }
                }
            }
            TextMeaning::List { dimensions, layer, name } => {
                let Some(numbers) = self.numbers(text, start) else { return };
                if !numbers.len().is_multiple_of(dimensions) {
                    let what = format!("expected a multiple of {dimensions} numbers, found {}", numbers.len());
                    self.fault(what, start, text);
                    return;
                }
                let of = |c: &[f64]| Point3::new(c[0], c[1], c.get(2).copied().unwrap_or(0.0));
                let mut points: Vec<Point3> = numbers.chunks(dimensions).map(of).collect();
                let closed = points.len() > 3 && points.first() == points.last();
                if closed {
                    points.pop();
                }
                let string = EdgeString { name, kind: StringKind::Drivable, closed, points };
                self.survey.strings.push(LayeredString { layer, string, has_heights: dimensions == 3 });
            }
        }
    }
}
