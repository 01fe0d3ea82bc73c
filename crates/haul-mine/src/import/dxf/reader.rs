//! Reader of entities: turns them into strings, points and faces by layer.

use super::super::layered_faces::LayeredFaces;
use super::super::survey::{LayeredString, Survey};
use super::super::text::{GREATEST_COORDINATE, MOST_FAULTS};
use super::coordinates::{Placement, object_axes};
use super::drawing::{Drawing, Entity, own_groups};
use super::encoding::unescaped;
use super::groups::Group;
use super::unread;
use crate::build::{EdgeString, StringKind};
use haul_core::{Fault, Point3};
use nalgebra::{Matrix3, Vector3};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Maximum number of points from curves and blocks. It limits the memory for a small file with a large block array.
const MOST_MADE_POINTS: usize = 20_000_000;
/// Maximum number of placed blocks. It limits the time for a small file with many nested blocks.
const MOST_PLACED_BLOCKS: usize = 500_000;

/// Kind of remark on an entity that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Remark {
    Assumed,
    Strange,
    Note,
}

/// Context of an entity: the model, or a block that is placed in the model.
#[derive(Default)]
pub(super) struct Place<'a> {
    /// Placement of the block in the model.
    pub(super) placement: Placement,
    /// Layer of the block reference, which replaces layer 0 for entities of the block.
    pub(super) layer: Option<String>,
    /// Names of the blocks that contain the entity, outermost first.
    pub(super) blocks: Vec<&'a str>,
}

/// Reader of the entities in a drawing.
pub(super) struct Reader<'a> {
    /// The drawing that is read.
    pub(super) drawing: &'a Drawing,
    /// Strings, points and findings read so far.
    pub(super) survey: Survey,
    /// Faces read so far.
    pub(super) faces: LayeredFaces,
    /// Maximum distance between a curve and its chords, in units of the drawing.
    pub(super) tolerance: f64,
    /// Layers that are read even if they are off or frozen.
    pub(super) wanted: &'a [String],
    /// Names of the blocks placed so far.
    pub(super) placed_blocks: BTreeSet<&'a str>,
    /// Number of points in all strings read so far.
    pub(super) points_of_strings: usize,
    /// Faults found so far.
    pub(super) faults: Vec<Fault>,
    /// Byte offsets of the faults, so that a block that is placed twice reports each fault once.
    faulty: BTreeSet<usize>,
    /// Number of strings on each layer.
    names: BTreeMap<String, usize>,
    /// Number of values with a decimal comma, and the byte offset of the first one.
    commas: Option<(usize, usize)>,
    /// Number of entities for each remark.
    notes: BTreeMap<(Remark, &'static str), usize>,
    /// Number of points created by curves and blocks.
    made: usize,
    /// Number of block references placed so far.
    placed: usize,
}

impl<'a> Reader<'a> {
    /// Creates a reader for a drawing.
    pub(super) fn new(drawing: &'a Drawing, tolerance: f64, wanted: &'a [String]) -> Reader<'a> {
        Reader {
            drawing,
            survey: Survey::default(),
            faces: LayeredFaces::default(),
            tolerance,
            wanted,
            placed_blocks: BTreeSet::new(),
            points_of_strings: 0,
            faults: Vec::new(),
            faulty: BTreeSet::new(),
            names: BTreeMap::new(),
            commas: None,
            notes: BTreeMap::new(),
            made: 0,
            placed: 0,
        }
    }

    /// Reads the entities in a range of groups.
    pub(super) fn walk(&mut self, range: Range<usize>, place: &Place<'a>) {
        let drawing = self.drawing;
        let mut entities = drawing.entities_in(range).peekable();
        let mut vertices = Vec::new();
        while let Some(entity) = entities.next() {
            if self.faults.len() >= MOST_FAULTS {
                return;
            }
            vertices.clear();
            if entity.kind == "POLYLINE" {
                vertices.extend(std::iter::from_fn(|| entities.next_if(|e| e.kind == "VERTEX")));
            }
            self.entity(&entity, &vertices, place);
        }
    }

    fn entity(&mut self, entity: &Entity<'a>, vertices: &[Entity<'a>], place: &Place<'a>) {
        if entity.kind == "SEQEND" {
            return;
        }
        if self.drawing.whole(entity, 67) == Some(1) {
            return self.leave_out_paper(entity);
        }
        if self.drawing.whole(entity, 60) == Some(1) {
            return self.leave_out("invisible entities (group 60)", "make them visible in the drawing to import them");
        }
        let layer = self.layer(entity, place);
        if self.is_hidden(&layer, entity.kind) {
            return;
        }
        if self.drawing.value(entity, 39).is_some() && self.number_or(entity, 39, 0.0) != 0.0 {
            self.note("entities have a thickness (group 39), which is not read");
        }
        match entity.kind {
            "POLYLINE" => self.polyline(entity, vertices, layer, place),
            "LWPOLYLINE" => self.light_polyline(entity, layer, place),
            "LINE" | "3DLINE" => {
                let points = vec![self.point(entity, 10), self.point(entity, 11)];
                self.string(entity, layer, false, &points, &place.placement);
            }
            "POINT" => {
                let p = self.point(entity, 10);
                if let Some(p) = self.placed_point(entity, &p, &place.placement) {
                    self.survey.points.push(p);
                }
            }
            "ARC" | "CIRCLE" => self.arc(entity, layer, place),
            "ELLIPSE" => self.ellipse(entity, layer, place),
            "SPLINE" => self.spline(entity, layer, place),
            "3DFACE" => self.face(entity, &layer, place),
            "SOLID" | "TRACE" => self.solid(entity, &layer, place),
            "MESH" => self.mesh(entity, &layer, place),
            "INSERT" => self.insert(entity, &layer, place),
            kind => self.leave_out(&format!("{kind} entities"), unread::reason(kind)),
        }
    }

    /// Returns the layer of an entity. Inside a block, layer 0 stands for the layer of the block reference.
    fn layer(&self, entity: &Entity, place: &Place) -> String {
        let layer = self.drawing.value(entity, 8).map_or("0".into(), unescaped);
        match &place.layer {
            Some(outer) if layer == "0" => outer.clone(),
            _ => layer.into_owned(),
        }
    }

    /// Returns true if the entity's layer is off or frozen, and counts the entity as left out. A placed block is hidden
    /// only if its layer is frozen.
    fn is_hidden(&mut self, layer: &str, kind: &str) -> bool {
        let is_hidden = if kind == "INSERT" { self.drawing.is_frozen(layer) } else { self.drawing.is_hidden(layer) };
        if !is_hidden || self.wanted.iter().any(|w| w.eq_ignore_ascii_case(layer)) {
            return false;
        }
        self.leave_out(
            &format!("entities on layer {layer}"),
            "the layer is off or frozen; turn it on and thaw it, or name it with --edges",
        );
        true
    }

    /// Counts an entity on a sheet of paper as left out. Viewports and parts of other entities are not counted.
    pub(super) fn leave_out_paper(&mut self, entity: &Entity) {
        if !matches!(entity.kind, "VIEWPORT" | "VERTEX" | "SEQEND" | "ATTRIB") {
            self.leave_out("entities on sheets of paper (paper space)", "only the model is read");
        }
    }

    /// Counts an entity that is left out.
    pub(super) fn leave_out(&mut self, what: &str, why: &str) {
        self.survey.findings.leave_out(1, what, why);
    }

    /// Counts an entity that is read, but without one of its properties.
    pub(super) fn note(&mut self, what: &'static str) {
        *self.notes.entry((Remark::Note, what)).or_insert(0) += 1;
    }

    /// Counts an entity that is read with an assumption.
    pub(super) fn assume(&mut self, what: &'static str) {
        *self.notes.entry((Remark::Assumed, what)).or_insert(0) += 1;
    }

    /// Counts an entity that is valid but looks wrong.
    pub(super) fn doubt(&mut self, what: &'static str) {
        *self.notes.entry((Remark::Strange, what)).or_insert(0) += 1;
    }

    /// Adds a fault at a group, unless the group already has one.
    pub(super) fn fault_at(&mut self, group: &Group, what: String, help: &str) {
        self.add_fault(group, Fault::new(what).at(&self.drawing.groups.source, group.at()).help(help));
    }

    fn add_fault(&mut self, group: &Group, fault: Fault) {
        if self.faulty.insert(group.at().start) {
            self.faults.push(fault);
        }
    }

    /// Returns the value of a group as a number. If the value is not a number, adds a fault and returns 0.
    pub(super) fn value(&mut self, group: &Group) -> f64 {
        match self.drawing.groups.number(group) {
            Ok((value, has_comma)) => {
                if has_comma {
                    self.commas.get_or_insert((0, group.at().start)).0 += 1;
                }
                value
            }
            Err(fault) => {
                self.add_fault(group, fault);
                0.0
            }
        }
    }

    /// Returns the number in an entity's group with this code, or a default if the entity has no such group.
    pub(super) fn number_or(&mut self, entity: &Entity<'a>, code: i32, default: f64) -> f64 {
        self.given(entity, code).unwrap_or(default)
    }

    /// Returns the number in an entity's group with this code, or `None` if the entity has no such group.
    pub(super) fn given(&mut self, entity: &Entity<'a>, code: i32) -> Option<f64> {
        let group = self.groups(entity).find(|g| g.code == code)?;
        Some(self.value(group))
    }

    /// Returns the number in an entity's group with this code. If the entity has no such group, adds a fault and
    /// returns 0.
    pub(super) fn number(&mut self, entity: &Entity<'a>, code: i32) -> f64 {
        if let Some(value) = self.given(entity, code) {
            return value;
        }
        let what = format!("{}: expected group {code}, found none", entity.kind);
        self.fault_at(entity.head, what, "save the drawing again; an entity needs all its coordinates");
        0.0
    }

    /// Returns a point, given the group code of its x coordinate. A missing z coordinate counts as 0.
    pub(super) fn point(&mut self, entity: &Entity<'a>, first: i32) -> Point3 {
        let (x, y) = (self.number(entity, first), self.number(entity, first + 10));
        Point3::new(x, y, self.number_or(entity, first + 20, 0.0))
    }

    /// Returns a vector, given the group code of its x component, or `None` if all three components are missing.
    pub(super) fn vector(&mut self, entity: &Entity<'a>, first: i32) -> Option<Vector3<f64>> {
        let parts = [0, 10, 20].map(|k| self.given(entity, first + k));
        parts.iter().any(Option::is_some).then(|| Vector3::from(parts.map(|p| p.unwrap_or(0.0))))
    }

    /// Returns the axes of an entity's object coordinate system (groups 210 to 230).
    pub(super) fn axes(&mut self, entity: &Entity<'a>) -> Matrix3<f64> {
        let Some(extrusion) = self.vector(entity, 210) else { return Matrix3::identity() };
        object_axes(extrusion).unwrap_or_else(|| {
            self.doubt("entities have an extrusion of no length (groups 210 to 230); they were read without one");
            Matrix3::identity()
        })
    }

    /// Returns the groups of an entity, without groups that other programs have added.
    pub(super) fn groups(&self, entity: &Entity<'a>) -> impl Iterator<Item = &'a Group> + use<'a> {
        own_groups(entity.groups, &self.drawing.groups)
    }

    /// Returns the flags of an entity (group 70).
    pub(super) fn flags(&self, entity: &Entity<'a>) -> i64 {
        self.drawing.whole(entity, 70).unwrap_or(0)
    }

    /// Counts points that curves and blocks create. If there are too many, adds a fault and returns false.
    pub(super) fn may_make(&mut self, entity: &Entity<'a>, count: usize) -> bool {
        self.made = self.made.saturating_add(count);
        let may = self.made <= MOST_MADE_POINTS;
        if !may {
            let what = format!("expected at most {MOST_MADE_POINTS} points from curves and blocks, found more");
            self.fault_at(entity.head, what, "thin the drawing, or explode only the blocks that are needed");
        }
        may
    }

    /// Counts a block reference. If there are too many, adds a fault and returns false.
    pub(super) fn may_place(&mut self, entity: &Entity<'a>) -> bool {
        self.placed += 1;
        let may = self.placed <= MOST_PLACED_BLOCKS;
        if !may {
            let what = format!("expected at most {MOST_PLACED_BLOCKS} placed blocks, found more");
            self.fault_at(entity.head, what, "explode only the blocks that are needed");
        }
        may
    }

    /// Returns the position of a point in the drawing. Adds a fault if the position exceeds the range of coordinates.
    pub(super) fn placed_point(&mut self, entity: &Entity<'a>, p: &Point3, placement: &Placement) -> Option<Point3> {
        let p = placement.apply(p);
        if p.iter().all(|c| c.is_finite() && c.abs() <= GREATEST_COORDINATE) {
            return Some(p);
        }
        let what = format!("{}: expected coordinates within ±{GREATEST_COORDINATE:e}, found larger ones", entity.kind);
        self.fault_at(entity.head, what, "correct the scale of its block, or its centre and radius");
        None
    }

    /// Adds a string, unless it has no length.
    pub(super) fn string(
        &mut self,
        entity: &Entity<'a>,
        layer: String,
        closed: bool,
        points: &[Point3],
        placement: &Placement,
    ) {
        let mut placed = Vec::with_capacity(points.len());
        for p in points {
            let Some(p) = self.placed_point(entity, p, placement) else { return };
            placed.push(p);
        }
        let mut closed = closed;
        if placed.len() > 3 && placed.first() == placed.last() {
            placed.pop();
            closed = true;
        }
        if placed.iter().all(|p| Some(p) == placed.first()) {
            let what = format!("{} entities of fewer than two points", entity.kind);
            return self.leave_out(&what, "they have no length");
        }
        let count = self.names.entry(layer.clone()).or_insert(0);
        *count += 1;
        let name = format!("{layer}#{count}");
        let has_heights = placed.iter().any(|p| p.z != 0.0);
        self.points_of_strings += placed.len();
        let string = EdgeString { name, kind: StringKind::Drivable, closed, points: placed };
        self.survey.strings.push(LayeredString { layer, string, has_heights });
    }

    /// Moves the counted remarks to the findings.
    pub(super) fn report_counts(&mut self) {
        let findings = &mut self.survey.findings;
        for ((remark, what), count) in std::mem::take(&mut self.notes) {
            let list = match remark {
                Remark::Assumed => &mut findings.assumed,
                Remark::Strange => &mut findings.strange,
                Remark::Note => &mut findings.notes,
            };
            list.push(format!("{count} {what}"));
        }
        if let Some((count, first)) = self.commas {
            let (line, _) = self.drawing.groups.source.line_column(first);
            self.survey.findings.assumed.push(format!(
                "{count} numbers have a decimal comma, the first on line {line}; it was read as a decimal point"
            ));
        }
    }
}
