//! Polylines: the older POLYLINE with its VERTEX entities, and the newer LWPOLYLINE.

use super::curves::bulge_points;
use super::drawing::Entity;
use super::reader::{Place, Reader};
use haul_core::Point3;

/// Bit of a POLYLINE's flags: the polyline is closed, or the polygon mesh is closed in direction M.
pub(super) const IS_CLOSED: i64 = 1;
/// Bit of a POLYLINE's flags: a spline was fitted. The vertices then include those of the spline and of its frame.
pub(super) const IS_SPLINE_FIT: i64 = 4;
/// Bit of a POLYLINE's flags: the entity is a 3D polyline.
const IS_3D: i64 = 8;
/// Bit of a POLYLINE's flags: the entity is a polygon mesh of rows and columns.
const IS_POLYGON_MESH: i64 = 16;
/// Bit of a POLYLINE's flags: the entity is a polyface mesh.
const IS_POLYFACE_MESH: i64 = 64;
/// Bit of a VERTEX's flags: the vertex is a control point in the frame of a spline.
pub(super) const IS_FRAME: i64 = 16;

impl<'a> Reader<'a> {
    /// Reads a POLYLINE with its vertices.
    pub(super) fn polyline(&mut self, entity: &Entity<'a>, vertices: &[Entity<'a>], layer: String, place: &Place<'a>) {
        let flags = self.flags(entity);
        if flags & IS_POLYFACE_MESH != 0 {
            return self.polyface_mesh(entity, vertices, &layer, place);
        }
        if flags & IS_POLYGON_MESH != 0 {
            return self.polygon_mesh(entity, vertices, &layer, place);
        }
        let on_curve: Vec<&Entity<'a>> = vertices.iter().filter(|v| self.flags(v) & IS_FRAME == 0).collect();
        let is_frame_only = on_curve.is_empty() && !vertices.is_empty();
        if is_frame_only {
            self.assume("POLYLINE entities hold only the frame of a spline; the frame was read");
        }
        let chosen: Vec<&Entity<'a>> = if is_frame_only { vertices.iter().collect() } else { on_curve };
        let closed = flags & IS_CLOSED != 0;
        if flags & IS_3D != 0 {
            let points: Vec<Point3> = chosen.iter().map(|v| self.point(v, 10)).collect();
            return self.string(entity, layer, closed, &points, &place.placement);
        }
        // A flat polyline has a single height, given in the POLYLINE. Some programs write heights to the vertices
        // instead.
        let elevation = self.number_or(entity, 30, 0.0);
        let mut has_own_heights = false;
        let mut corners = Vec::with_capacity(chosen.len());
        for vertex in chosen {
            let (x, y) = (self.number(vertex, 10), self.number(vertex, 20));
            let own = self.number_or(vertex, 30, 0.0);
            has_own_heights |= own != 0.0 && own != elevation;
            corners.push((Point3::new(x, y, own), self.number_or(vertex, 42, 0.0)));
        }
        if has_own_heights {
            self.assume(
                "POLYLINE entities are flat by their flags (group 70 without 8), but their vertices have heights; those \
                 heights were used",
            );
        } else {
            corners.iter_mut().for_each(|(p, _)| p.z = elevation);
        }
        self.bulged(entity, layer, closed, &corners, place);
    }

    /// Reads an LWPOLYLINE.
    pub(super) fn light_polyline(&mut self, entity: &Entity<'a>, layer: String, place: &Place<'a>) {
        let z = self.number_or(entity, 38, 0.0);
        let closed = self.flags(entity) & IS_CLOSED != 0;
        let mut corners: Vec<(Point3, f64)> = Vec::new();
        let mut open = None;
        for group in self.groups(entity) {
            match group.code {
                10 => {
                    if let Some(group) = open {
                        self.missing_y(group);
                    }
                    open = Some(group);
                    corners.push((Point3::new(self.value(group), 0.0, z), 0.0));
                }
                20 => {
                    let y = self.value(group);
                    match (open.take(), corners.last_mut()) {
                        (Some(_), Some(last)) => last.0.y = y,
                        _ => self.fault_at(
                            group,
                            "LWPOLYLINE: expected x (group 10) before y (group 20), found none".into(),
                            "save the drawing again",
                        ),
                    }
                }
                42 => {
                    let bulge = self.value(group);
                    if let Some(last) = corners.last_mut() {
                        last.1 = bulge;
                    }
                }
                _ => {}
            }
        }
        if let Some(group) = open {
            self.missing_y(group);
        }
        if self.drawing.whole(entity, 90).is_some_and(|stated| stated != corners.len() as i64) {
            self.doubt(
                "LWPOLYLINE entities hold another number of corners than they state (group 90); all corners were read",
            );
        }
        self.bulged(entity, layer, closed, &corners, place);
    }

    fn missing_y(&mut self, group: &super::groups::Group) {
        self.fault_at(
            group,
            "LWPOLYLINE: expected y (group 20) after x (group 10), found none".into(),
            "save the drawing again",
        );
    }

    /// Adds a flat polyline. Each corner is given with the bulge of the arc from this corner to the next.
    fn bulged(
        &mut self,
        entity: &Entity<'a>,
        layer: String,
        closed: bool,
        corners: &[(Point3, f64)],
        place: &Place<'a>,
    ) {
        let placement = place.placement.with_axes(&self.axes(entity));
        let tolerance = self.tolerance / placement.scale();
        let mut points = Vec::with_capacity(corners.len());
        for (k, (p, bulge)) in corners.iter().enumerate() {
            points.push(*p);
            if *bulge != 0.0 && (closed || k + 1 < corners.len()) {
                let next = corners[(k + 1) % corners.len()].0;
                points.extend(bulge_points(*p, next, *bulge, tolerance));
            }
            if points.len() > corners.len() && !self.may_make(entity, 1) {
                return;
            }
        }
        self.string(entity, layer, closed, &points, &placement);
    }
}
