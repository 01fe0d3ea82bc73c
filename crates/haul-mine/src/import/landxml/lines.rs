//! Lines of plan features, alignments and parcels: the segments of a line become strings.

use super::super::survey::LayeredString;
use super::super::units::Axes;
use super::geometry::{Drawing, Position, Resolved, Spot, draw, is_same};
use super::reader::{Content, Group, Owner};
use crate::build::{EdgeString, StringKind};
use haul_core::{Fault, Point3};
use std::collections::BTreeMap;

/// Maximum length of a chain of coordinate points that refer to each other.
const GREATEST_REFERENCES: usize = 8;
/// Maximum number of names that a finding lists.
const MOST_NAMES: usize = 6;

impl Content<'_> {
    /// Builds a string of the current layer. If there are fewer than two points, reports this and returns `None`.
    pub(super) fn string(&mut self, points: Vec<Position>, is_ring: bool) -> Option<LayeredString> {
        let layer = self.layer.clone();
        if points.len() < 2 {
            self.survey.findings.leave_out(1, "lines", "they have fewer than two points");
            return None;
        }
        let has_heights = points.iter().all(|p| p.has_height);
        if !has_heights && points.iter().any(|p| p.has_height) {
            let why = "other points of the same line have none; the line is laid on the ground";
            self.survey.findings.leave_out(points.iter().filter(|p| p.has_height).count(), "heights", why);
        }
        let mut points: Vec<Point3> = points.into_iter().map(|p| p.point).collect();
        if !has_heights {
            points.iter_mut().for_each(|p| p.z = 0.0);
        }
        let repeats = points.len() > 3 && points.first() == points.last();
        if repeats {
            points.pop();
        }
        self.strings += 1;
        let name = format!("{layer}#{}", self.strings);
        let string = EdgeString { name, kind: StringKind::Drivable, closed: repeats || is_ring, points };
        Some(LayeredString { layer, string, has_heights })
    }

    /// Draws all plan features, and the alignments and parcels that the user names.
    pub(super) fn resolve_lines(&mut self) {
        let mut not_asked: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for group in std::mem::take(&mut self.groups) {
            let is_asked = self.options.edges.iter().any(|e| e.eq_ignore_ascii_case(&group.layer));
            let kind = match group.owner {
                Owner::Alignment => "alignments",
                Owner::Parcel => "parcels",
                Owner::PlanFeature => "",
            };
            if !kind.is_empty() && !is_asked {
                not_asked.entry(kind).or_default().push(group.layer);
                continue;
            }
            self.draw_group(group);
        }
        for (kind, names) in not_asked {
            let what = if kind == "alignments" { "axes of roads" } else { "borders of land" };
            let more = if names.len() > MOST_NAMES { ", …" } else { "" };
            let listed = names.iter().take(MOST_NAMES).map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ");
            let why = format!("{listed}{more}: they are {what}; to use one as an edge, give --edges with its name");
            self.survey.findings.leave_out(names.len(), kind, why);
        }
    }

    /// Draws the segments of a line. Segments that meet form one string.
    fn draw_group(&mut self, group: Group) {
        let axes = self.options.axes.unwrap_or(self.survey.axes);
        let stated = self.survey.plan_unit.as_ref().and_then(|u| u.unit.clone().ok());
        let unit = self.options.unit.or(stated).unwrap_or_default().metres();
        let drawing = Drawing { unit, north_first: axes == Axes::NorthEast };
        self.layer = group.layer;
        let mut line: Vec<Position> = Vec::new();
        for piece in group.pieces {
            let resolved = Resolved {
                start: piece.start.as_ref().and_then(|s| self.resolved(s)),
                end: piece.end.as_ref().and_then(|s| self.resolved(s)),
                centre: piece.centre.as_ref().and_then(|s| self.resolved(s)),
                list: piece.list.iter().filter_map(|s| self.resolved(s)).collect(),
            };
            let drawn = match draw(&piece.shape, &resolved, drawing) {
                Ok(drawn) => drawn,
                Err(what) => {
                    self.fault(what, piece.at);
                    continue;
                }
            };
            if let Some(remark) = drawn.remark
                && !self.survey.findings.strange.contains(&remark)
            {
                self.survey.findings.strange.push(remark);
            }
            let meets = |a: Option<&Position>, b: Option<&Position>| matches!((a, b), (Some(a), Some(b)) if is_same(a.point, b.point));
            if meets(line.last(), drawn.points.first()) {
                line.extend(drawn.points.into_iter().skip(1));
            } else {
                self.add_string(std::mem::replace(&mut line, drawn.points));
            }
        }
        self.add_string(line);
    }

    /// Adds a string to the current layer.
    fn add_string(&mut self, points: Vec<Position>) {
        if !points.is_empty() {
            let string = self.string(points, false);
            self.survey.strings.extend(string);
        }
    }

    /// Returns the coordinates of a point. Reports a fault if the point refers to a name that does not exist.
    fn resolved(&mut self, spot: &Spot) -> Option<Position> {
        let mut spot = spot;
        for _ in 0..GREATEST_REFERENCES {
            match spot {
                Spot::Given(position) => return Some(*position),
                Spot::Named { name, at } => match self.cg_points.get(name) {
                    Some(next) => spot = next,
                    None => {
                        let what = format!("expected a coordinate point (CgPoint) named `{name}`, found none");
                        let fault = Fault::new(what).at(self.source, at.clone());
                        self.faults.push(fault.help("export the points with the lines"));
                        return None;
                    }
                },
            }
        }
        let fault = Fault::new("expected a coordinate point with coordinates, found points that refer to each other");
        self.faults.push(fault.in_file(&self.source.path).help("export the points with coordinates"));
        None
    }
}
