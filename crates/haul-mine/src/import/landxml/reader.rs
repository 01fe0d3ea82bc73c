//! XML reader: collects the elements that hold surfaces, lines and points, each with its position.

use super::super::read::ReadOptions;
use super::super::survey::Survey;
use super::super::text::{GREATEST_COORDINATE, MOST_FAULTS, more};
use super::super::units::Axes;
use super::FORM;
use super::elements::{
    LEFT_OUT, OBSERVATIONS, Open, Region, Role, TextMeaning, WITHOUT_GEOMETRY, attribute, layer_of, number, shown,
};
use super::geometry::{Piece, Position, Shape, Spot};
use super::surface::{LineKind, SourceLine, Surface};
use super::units::units;
use haul_core::fault::SourceText;
use haul_core::{Fault, Point3};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// Kind of element to which a `CoordGeom` belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    PlanFeature,
    Alignment,
    Parcel,
}

/// The segments of one `CoordGeom`.
pub(super) struct Group {
    pub(super) owner: Owner,
    pub(super) layer: String,
    pub(super) pieces: Vec<Piece>,
}

/// The content of a file, built up while elements are read.
pub(super) struct Content<'a> {
    pub(super) source: &'a Arc<SourceText>,
    pub(super) options: &'a ReadOptions,
    pub(super) survey: Survey,
    pub(super) faults: Vec<Fault>,
    pub(super) surfaces: Vec<Surface>,
    /// Coordinate points by name.
    pub(super) cg_points: HashMap<String, Spot>,
    /// Additional notes for the report.
    pub(super) other: Vec<String>,
    /// Name of the root element.
    pub(super) root: String,
    pub(super) groups: Vec<Group>,
    owner: Owner,
    /// Number of groups when the current owner started.
    groups_before: usize,
    /// Layer of the current line.
    pub(super) layer: String,
    line_kind: LineKind,
    /// Height of the current contour, if the file gives one.
    elevation: Option<f64>,
    pieces: Vec<Piece>,
    /// Number of strings read so far.
    pub(super) strings: usize,
}

impl<'a> Content<'a> {
    /// Reads all elements of a file.
    pub(super) fn read(source: &'a Arc<SourceText>, options: &'a ReadOptions) -> Content<'a> {
        let mut content = Content {
            source,
            options,
            survey: Survey { axes: Axes::NorthEast, ..Survey::default() },
            faults: Vec::new(),
            surfaces: Vec::new(),
            cg_points: HashMap::new(),
            other: Vec::new(),
            root: String::new(),
            groups: Vec::new(),
            owner: Owner::PlanFeature,
            groups_before: 0,
            layer: String::new(),
            line_kind: LineKind::Breakline,
            elevation: None,
            pieces: Vec::new(),
            strings: 0,
        };
        content.read_elements();
        content
    }

    fn read_elements(&mut self) {
        let source = self.source;
        let mut reader = Reader::from_str(&source.text);
        let mut open: Vec<Open> = Vec::new();
        let mut meaning = TextMeaning::Nothing;
        let mut text = String::new();
        let mut start = 0;
        while !more(&mut self.faults, source) {
            let at = reader.buffer_position() as usize;
            match reader.read_event() {
                Ok(Event::Start(e)) => {
                    start = reader.buffer_position() as usize;
                    let parent = open.last().map_or(Region::Outside, |o| o.region);
                    let element;
                    (element, meaning) = self.begin(&e, parent, at..start);
                    open.push(element);
                    text.clear();
                }
                Ok(Event::Empty(e)) => {
                    let end = reader.buffer_position() as usize;
                    let parent = open.last().map_or(Region::Outside, |o| o.region);
                    let (element, meaning) = self.begin(&e, parent, at..end);
                    self.finish(meaning, parent, "", at..end);
                    self.close(&element);
                }
                Ok(Event::Text(t)) => text.push_str(&String::from_utf8_lossy(&t)),
                Ok(Event::CData(t)) => text.push_str(&String::from_utf8_lossy(&t)),
                Ok(Event::End(_)) => {
                    let parent = open.len().checked_sub(2).map_or(Region::Outside, |k| open[k].region);
                    let meaning = std::mem::replace(&mut meaning, TextMeaning::Nothing);
                    let end = (start + text.len()).min(source.text.len());
                    self.finish(meaning, parent, &text, start.min(end)..end);
                    text.clear();
                    if let Some(element) = open.pop() {
                        self.close(&element);
                    }
                }
                Ok(Event::Eof) => {
                    if !open.is_empty() {
                        let fault =
                            Fault::new("expected the end of an element, found the end of the file; it was cut off");
                        self.faults.push(fault.in_file(&source.path).help("export it again"));
                    }
                    break;
                }
                Ok(_) => {}
                Err(error) => {
                    self.faults.push(Fault::new(format!("expected XML: {error}")).at(source, at..at).help(FORM));
                    break;
                }
            }
        }
    }

    /// Handles the start of an element. Returns the open element with its region, and the meaning of its text.
    fn begin(&mut self, e: &BytesStart, parent: Region, at: Range<usize>) -> (Open, TextMeaning) {
        let name = String::from_utf8_lossy(e.local_name().as_ref()).into_owned();
        if self.root.is_empty() {
            self.root.clone_from(&name);
        }
        let inside = |region: Region| Open { region, is_first: false };
        let first = |region: Region| Open { region, is_first: true };
        if parent == Region::Ignored || WITHOUT_GEOMETRY.contains(&name.as_str()) {
            return (inside(Region::Ignored), TextMeaning::Nothing);
        }
        if let Some((_, kind, why)) = LEFT_OUT.iter().find(|(element, ..)| *element == name) {
            self.survey.findings.leave_out(1, *kind, *why);
            let region = if name == OBSERVATIONS { parent } else { Region::Ignored };
            return (inside(region), TextMeaning::Nothing);
        }
        let named = || attribute(e, "pntRef").filter(|n| !n.is_empty());
        let spot = |role| (inside(parent), TextMeaning::Spot { role, named: named() });
        match (parent, name.as_str()) {
            (Region::Outside, "Metric" | "Imperial") => {
                let (linear, elevation) = (attribute(e, "linearUnit"), attribute(e, "elevationUnit"));
                (self.survey.plan_unit, self.survey.height_unit) = units(linear, elevation, &mut self.survey.findings);
            }
            (Region::Outside, "Surface") => {
                let given = |key: &str| attribute(e, key).filter(|name| !name.trim().is_empty());
                let number = self.surfaces.len() + 1;
                let name = given("name").or_else(|| given("desc")).unwrap_or_else(|| format!("surface {number}"));
                self.surfaces.push(Surface::named(name));
                return (first(Region::Surface), TextMeaning::Nothing);
            }
            (Region::Outside, "CgPoint") => {
                let name = attribute(e, "name").or(attribute(e, "oID")).unwrap_or_default();
                return (inside(parent), TextMeaning::CgPoint { name, named: named() });
            }
            (Region::Outside, "PlanFeature" | "Alignment" | "Parcel") => {
                self.owner = match name.as_str() {
                    "PlanFeature" => Owner::PlanFeature,
                    "Alignment" => Owner::Alignment,
                    _ => Owner::Parcel,
                };
                self.layer = layer_of(e, &name);
                self.groups_before = self.groups.len();
                return (first(Region::Owner), TextMeaning::Nothing);
            }
            (Region::Surface, "Breakline" | "Boundary" | "Contour") => {
                self.begin_line(e, &name, at);
                return (first(Region::Line), TextMeaning::Nothing);
            }
            (Region::Surface, "Chain") => {
                let why = "they are names of points; export breaklines with coordinates";
                self.survey.findings.leave_out(1, "chains of a surface", why);
            }
            (Region::Surface, "DataPoints") => return (first(Region::DataPoints), TextMeaning::Nothing),
            (Region::Surface, "PointFile") => {
                if let Some(surface) = self.surfaces.last_mut() {
                    surface.point_files += 1;
                }
            }
            (Region::Surface | Region::DataPoints, "P") => {
                return (inside(parent), TextMeaning::Corner(attribute(e, "id")));
            }
            (Region::Surface, "F") => {
                let is_invisible = attribute(e, "i").is_some_and(|i| matches!(i.trim(), "1" | "true"));
                if !is_invisible {
                    return (inside(parent), TextMeaning::Face);
                }
                if let Some(surface) = self.surfaces.last_mut() {
                    surface.invisible += 1;
                }
            }
            (Region::Owner, "CoordGeom") => return (first(Region::CoordGeom), TextMeaning::Nothing),
            (Region::CoordGeom, "Line" | "Curve" | "Spiral" | "IrregularLine" | "Chain") => {
                return self.begin_piece(e, &name, at);
            }
            (Region::Piece, "Start") => return spot(Role::Start),
            (Region::Piece, "End") => return spot(Role::End),
            (Region::Piece, "Center") => return spot(Role::Centre),
            (Region::Piece, "PI") => return spot(Role::Other),
            (_, "PntList2D" | "PntList3D") => {
                let dimensions = if name == "PntList3D" { 3 } else { 2 };
                let is_read = !matches!(parent, Region::Outside | Region::Surface | Region::Ignored);
                if is_read {
                    return (inside(parent), TextMeaning::List { dimensions });
                }
                let why = "they stand outside of a surface's data, a plan feature and an alignment";
                self.survey.findings.leave_out(1, "point lists", why);
            }
            _ => {}
        }
        (inside(parent), TextMeaning::Nothing)
    }

    /// Handles the start of a breakline, boundary or contour.
    fn begin_line(&mut self, e: &BytesStart, name: &str, at: Range<usize>) {
        self.layer = layer_of(e, name);
        self.line_kind = match name {
            "Boundary" => LineKind::Boundary,
            "Contour" => LineKind::Contour,
            _ => LineKind::Breakline,
        };
        self.elevation = None;
        if self.line_kind == LineKind::Contour
            && let Some(text) = attribute(e, "elev")
        {
            self.elevation = text.trim().parse().ok().filter(|v: &f64| v.is_finite() && v.abs() <= GREATEST_COORDINATE);
            if self.elevation.is_none() {
                let fault = Fault::new(format!("expected a number in elev, found `{}`", shown(&text)));
                self.faults
                    .push(fault.at(self.source, at).help("give the height of the contour, for example elev=\"301.5\""));
            }
        }
    }

    /// Handles the start of a segment of a line.
    fn begin_piece(&mut self, e: &BytesStart, name: &str, at: Range<usize>) -> (Open, TextMeaning) {
        let clockwise = match attribute(e, "rot").map(|r| r.to_lowercase()).as_deref() {
            Some("cw") => Some(true),
            Some("ccw") => Some(false),
            _ => None,
        };
        let shape = match name {
            "Line" => Shape::Line,
            "Curve" => Shape::Curve { clockwise, radius: number(e, "radius") },
            "Spiral" => {
                let kind = attribute(e, "spiType").unwrap_or_default();
                if !kind.is_empty() && !kind.eq_ignore_ascii_case("clothoid") {
                    let text = format!("spirals of the type `{kind}` were drawn as clothoids between their ends");
                    if !self.other.contains(&text) {
                        self.other.push(text);
                    }
                }
                Shape::Spiral {
                    clockwise,
                    start_radius: number(e, "radiusStart"),
                    end_radius: number(e, "radiusEnd"),
                    length: number(e, "length"),
                }
            }
            "Chain" => Shape::Chain,
            _ => Shape::Irregular,
        };
        let meaning = if name == "Chain" { TextMeaning::Chain } else { TextMeaning::Nothing };
        self.pieces.push(Piece { shape, start: None, end: None, centre: None, list: Vec::new(), at });
        (Open { region: Region::Piece, is_first: true }, meaning)
    }

    /// Handles the end of an element: completes what started with the element.
    fn close(&mut self, element: &Open) {
        if !element.is_first {
            return;
        }
        match element.region {
            Region::Surface => {
                let Some(surface) = self.surfaces.last_mut() else { return };
                for at in surface.unknown_corners() {
                    if self.faults.len() >= MOST_FAULTS {
                        break;
                    }
                    let text = shown(self.source.text.get(at.clone()).unwrap_or_default());
                    let fault = Fault::new(format!("expected a face of three known points, found `{text}`"));
                    self.faults.push(fault.at(self.source, at).help(FORM));
                }
            }
            Region::CoordGeom | Region::Owner => {
                let pieces = std::mem::take(&mut self.pieces);
                if !pieces.is_empty() {
                    self.groups.push(Group { owner: self.owner, layer: self.layer.clone(), pieces });
                }
                if element.region == Region::Owner && self.groups.len() == self.groups_before {
                    let kind = match self.owner {
                        Owner::PlanFeature => "plan features",
                        Owner::Alignment => "alignments",
                        Owner::Parcel => "parcels",
                    };
                    self.survey.findings.leave_out(1, kind, "they have no lines (CoordGeom)");
                }
            }
            _ => {}
        }
    }

    /// Adds a fault at a byte range of the file.
    pub(super) fn fault(&mut self, what: String, at: Range<usize>) {
        self.faults.push(Fault::new(what).at(self.source, at).help(FORM));
    }

    /// Parses the coordinates in a text.
    fn numbers(&mut self, text: &str, at: &Range<usize>) -> Option<Vec<f64>> {
        let mut numbers = Vec::new();
        for word in text.split_whitespace() {
            match word.parse::<f64>().ok().filter(|v| v.is_finite() && v.abs() <= GREATEST_COORDINATE) {
                Some(value) => numbers.push(value),
                None => {
                    // `word` is a slice of `text`.
                    let start = at.start + (word.as_ptr() as usize - text.as_ptr() as usize);
                    let end = (start + word.len()).min(self.source.text.len());
                    let fault = Fault::new(format!("expected coordinates, found `{}`", shown(word)));
                    let fault = fault.at(self.source, start.min(end)..end);
                    self.faults.push(fault.help("give numbers with a decimal point, separated by blanks"));
                    return None;
                }
            }
        }
        Some(numbers)
    }

    /// Parses a point with two or three coordinates, or a reference to a named coordinate point.
    fn spot(&mut self, text: &str, named: Option<String>, at: &Range<usize>) -> Option<Spot> {
        let numbers = self.numbers(text, at)?;
        match (&numbers[..], named) {
            ([a, b], _) => Some(Spot::Given(Position { point: Point3::new(*a, *b, 0.0), has_height: false })),
            ([a, b, z, ..], _) if numbers.len() == 3 => {
                Some(Spot::Given(Position { point: Point3::new(*a, *b, *z), has_height: true }))
            }
            ([], Some(name)) => Some(Spot::Named { name, at: at.clone() }),
            _ => {
                let what = format!("expected 2 or 3 coordinates or a pntRef, found {} numbers", numbers.len());
                self.fault(what, at.clone());
                None
            }
        }
    }

    /// Handles the text of an element at the end of the element.
    fn finish(&mut self, meaning: TextMeaning, parent: Region, text: &str, at: Range<usize>) {
        match meaning {
            TextMeaning::Nothing => {}
            TextMeaning::Corner(id) => self.add_corner(id, parent, text, at),
            TextMeaning::Face => {
                let Some(surface) = self.surfaces.last_mut() else { return };
                if !surface.add_face(text.split_whitespace(), &at) {
                    let found = shown(text);
                    self.fault(format!("expected a face of three or four points, found `{found}`"), at);
                }
            }
            TextMeaning::CgPoint { name, named } => {
                if let Some(spot) = self.spot(text, named, &at) {
                    self.cg_points.insert(name, spot);
                }
            }
            TextMeaning::Spot { role, named } => {
                let Some(spot) = self.spot(text, named, &at) else { return };
                let Some(piece) = self.pieces.last_mut() else { return };
                match role {
                    Role::Start => piece.start = Some(spot),
                    Role::End => piece.end = Some(spot),
                    Role::Centre => piece.centre = Some(spot),
                    Role::Other => {}
                }
            }
            TextMeaning::Chain => {
                let Some(piece) = self.pieces.last_mut() else { return };
                let named = |name: &str| Spot::Named { name: name.to_owned(), at: at.clone() };
                piece.list = text.split_whitespace().map(named).collect();
            }
            TextMeaning::List { dimensions } => {
                let Some(numbers) = self.numbers(text, &at) else { return };
                if !numbers.len().is_multiple_of(dimensions) {
                    let what = format!("expected a multiple of {dimensions} numbers, found {}", numbers.len());
                    self.fault(what, at);
                    return;
                }
                let has_height = dimensions == 3;
                let of = |c: &[f64]| Position {
                    point: Point3::new(c[0], c[1], c.get(2).copied().unwrap_or_default()),
                    has_height,
                };
                let points: Vec<Position> = numbers.chunks(dimensions).map(of).collect();
                self.add_list(points, parent, at);
            }
        }
    }

    /// Adds a corner of a surface, or a data point.
    fn add_corner(&mut self, id: Option<String>, parent: Region, text: &str, at: Range<usize>) {
        let Some(numbers) = self.numbers(text, &at) else { return };
        let shown_id = id.clone().unwrap_or_default();
        let [n, e, z] = numbers[..] else {
            self.fault(format!("point {shown_id}: expected 3 coordinates, found {}", numbers.len()), at);
            return;
        };
        let Some(surface) = self.surfaces.last_mut() else { return };
        if parent == Region::DataPoints {
            surface.data_points.push(Point3::new(n, e, z));
        } else if !surface.add_point(id, Point3::new(n, e, z)) {
            let what = format!("point {shown_id} occurs twice in surface {}", surface.name);
            self.fault(what, at);
        }
    }

    /// Adds the points of a list to the data points, line or segment that encloses the list.
    fn add_list(&mut self, mut points: Vec<Position>, parent: Region, at: Range<usize>) {
        match parent {
            Region::DataPoints => {
                let with_heights = points.iter().filter(|p| p.has_height);
                if let Some(surface) = self.surfaces.last_mut() {
                    surface.data_points.extend(with_heights.map(|p| p.point));
                }
                let without = points.iter().filter(|p| !p.has_height).count();
                self.survey.findings.leave_out(without, "data points", "they have no heights");
            }
            Region::Line => {
                if let Some(height) = self.elevation {
                    points.iter_mut().filter(|p| !p.has_height).for_each(|p| {
                        p.point.z = height;
                        p.has_height = true;
                    });
                } else if self.line_kind == LineKind::Contour && points.iter().any(|p| !p.has_height) {
                    self.survey.findings.leave_out(1, "contours", "they have no height (elev)");
                    return;
                }
                let is_ring = self.line_kind == LineKind::Boundary;
                let Some(line) = self.string(points, is_ring) else { return };
                let kind = self.line_kind;
                if let Some(surface) = self.surfaces.last_mut() {
                    surface.lines.push(SourceLine { kind, line });
                }
            }
            Region::Piece => {
                if let Some(piece) = self.pieces.last_mut() {
                    piece.list.extend(points.into_iter().map(Spot::Given));
                }
            }
            _ => {
                let list = points.into_iter().map(Spot::Given).collect();
                self.pieces.push(Piece { shape: Shape::Irregular, start: None, end: None, centre: None, list, at });
            }
        }
    }
}
