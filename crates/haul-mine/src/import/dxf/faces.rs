//! Faces and meshes: 3DFACE, SOLID, TRACE, MESH, and the polygon and polyface meshes of POLYLINE.

use super::coordinates::Placement;
use super::drawing::Entity;
use super::polylines::{IS_CLOSED, IS_FRAME, IS_SPLINE_FIT};
use super::reader::{Place, Reader};
use haul_core::Point3;

/// Bit of a polygon mesh's flags: the mesh is closed in direction N.
const IS_CLOSED_IN_N: i64 = 32;
/// Bit of a VERTEX's flags: the entity is a vertex of a mesh.
const IS_MESH_VERTEX: i64 = 64;
/// Bit of a VERTEX's flags: the entity belongs to a polyface mesh. Without [`IS_MESH_VERTEX`], it is a face of the
/// mesh.
const IS_POLYFACE_RECORD: i64 = 128;

/// Ratio of the distance of the third corner from the origin to the longest side of the face. Above this ratio, a
/// fourth corner at the origin looks like an error.
const FAR_CORNER: f64 = 10.0;

impl<'a> Reader<'a> {
    /// Reads a 3DFACE. A face without a fourth corner is a triangle.
    pub(super) fn face(&mut self, entity: &Entity<'a>, layer: &str, place: &Place<'a>) {
        let corners = self.corners(entity);
        self.add_face(entity, layer, &corners, &place.placement);
    }

    /// Reads a SOLID or a TRACE, whose third corner is opposite the second.
    pub(super) fn solid(&mut self, entity: &Entity<'a>, layer: &str, place: &Place<'a>) {
        let mut corners = self.corners(entity);
        if corners.len() == 4 {
            corners.swap(2, 3);
        }
        let placement = place.placement.with_axes(&self.axes(entity));
        if corners.iter().all(|p| placement.apply(p).z == 0.0) {
            let what = format!("{} entities at height 0", entity.kind);
            return self.leave_out(&what, "they are filled areas of a plan, not ground");
        }
        self.add_face(entity, layer, &corners, &placement);
    }

    /// Returns the three or four corners of a face.
    fn corners(&mut self, entity: &Entity<'a>) -> Vec<Point3> {
        let mut corners: Vec<Point3> = (10..13).map(|code| self.point(entity, code)).collect();
        if self.groups(entity).any(|g| matches!(g.code, 13 | 23 | 33)) {
            let last = self.point(entity, 13);
            let has_heights = self.groups(entity).any(|g| matches!(g.code, 30..=32));
            if has_heights && self.given(entity, 33).is_none() {
                let what = format!("{}: expected group 33 (height of the fourth corner), found none", entity.kind);
                self.fault_at(entity.head, what, "save the drawing again; an entity needs all its coordinates");
            }
            let [a, b, c] = [corners[0], corners[1], corners[2]];
            let side = (b - a).norm().max((c - b).norm()).max((a - c).norm());
            if last == Point3::origin() && side > 0.0 && c.coords.norm() > FAR_CORNER * side {
                self.doubt("faces have their fourth corner at (0, 0, 0), far from the others; if it stands for no corner, export triangles");
            }
            corners.push(last);
        }
        corners
    }

    fn add_face(&mut self, entity: &Entity<'a>, layer: &str, corners: &[Point3], placement: &Placement) {
        let mut placed = Vec::with_capacity(corners.len());
        for p in corners {
            let Some(p) = self.placed_point(entity, p, placement) else { return };
            placed.push(p);
        }
        if !self.faces.add(layer, &placed) {
            let what = format!("faces of no area ({})", entity.kind);
            self.leave_out(&what, "they have fewer than three different corners");
        }
    }

    /// Reads a polyface mesh: vertices, followed by faces that refer to vertices by number.
    pub(super) fn polyface_mesh(
        &mut self,
        entity: &Entity<'a>,
        vertices: &[Entity<'a>],
        layer: &str,
        place: &Place<'a>,
    ) {
        let is_face = |flags: i64| flags & IS_POLYFACE_RECORD != 0 && flags & IS_MESH_VERTEX == 0;
        let (faces, vertices): (Vec<&Entity>, Vec<&Entity>) = vertices.iter().partition(|v| is_face(self.flags(v)));
        let points: Vec<Point3> = vertices.into_iter().map(|v| self.point(v, 10)).collect();
        for record in faces {
            let mut corners = Vec::with_capacity(4);
            for group in self.groups(record).filter(|g| (71..=74).contains(&g.code)) {
                // The sign only says whether the edge that starts at the vertex is visible. 0 stands for no vertex.
                let number = self.drawing.groups.whole(group).and_then(|n| usize::try_from(n.unsigned_abs()).ok());
                match number {
                    Some(0) => {}
                    Some(n) if n <= points.len() => corners.push(points[n - 1]),
                    _ => {
                        let found = self.drawing.groups.text(group).to_owned();
                        let what = format!("expected a vertex number from 1 to {}, found `{found}`", points.len());
                        self.fault_at(group, what, "save the drawing again; the polyface mesh is damaged");
                    }
                }
            }
            self.add_face(entity, layer, &corners, &place.placement);
        }
    }

    /// Reads a polygon mesh: a grid of M × N vertices.
    pub(super) fn polygon_mesh(
        &mut self,
        entity: &Entity<'a>,
        vertices: &[Entity<'a>],
        layer: &str,
        place: &Place<'a>,
    ) {
        let flags = self.flags(entity);
        let on_surface: Vec<&Entity> = vertices.iter().filter(|v| self.flags(v) & IS_FRAME == 0).collect();
        let is_smooth = flags & IS_SPLINE_FIT != 0 && !on_surface.is_empty() && on_surface.len() < vertices.len();
        let codes = if is_smooth { (73, 74) } else { (71, 72) };
        let chosen = if is_smooth { on_surface } else { vertices.iter().collect() };
        let size = |code| self.drawing.whole(entity, code).and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
        let (m, n) = (size(codes.0), size(codes.1));
        if m < 2 || n < 2 || m.checked_mul(n) != Some(chosen.len()) {
            let what = format!(
                "expected a polygon mesh with M times N vertices (groups {} and {}), found {m} times {n} and {} vertices",
                codes.0,
                codes.1,
                chosen.len()
            );
            return self.fault_at(entity.head, what, "save the drawing again, or explode the mesh to 3D faces");
        }
        let points: Vec<Point3> = chosen.into_iter().map(|v| self.point(v, 10)).collect();
        let rows = if flags & IS_CLOSED != 0 { m } else { m - 1 };
        let columns = if flags & IS_CLOSED_IN_N != 0 { n } else { n - 1 };
        for i in 0..rows {
            for j in 0..columns {
                let at = |i: usize, j: usize| points[(i % m) * n + j % n];
                let corners = [at(i, j), at(i, j + 1), at(i + 1, j + 1), at(i + 1, j)];
                self.add_face(entity, layer, &corners, &place.placement);
            }
        }
    }

    /// Reads a MESH: vertices, followed by faces. Each face is its number of corners and then that many vertex indices,
    /// from 0.
    pub(super) fn mesh(&mut self, entity: &Entity<'a>, layer: &str, place: &Place<'a>) {
        let mut points: Vec<Point3> = Vec::new();
        let mut list = Vec::new();
        let mut in_faces = false;
        for group in self.groups(entity) {
            match group.code {
                93 => in_faces = true,
                94 => in_faces = false,
                90 if in_faces => list.push(group),
                10 => points.push(Point3::new(self.value(group), 0.0, 0.0)),
                20 | 30 => {
                    let value = self.value(group);
                    if let Some(last) = points.last_mut() {
                        last[group.code as usize / 10 - 1] = value;
                    }
                }
                _ => {}
            }
        }
        if self.drawing.whole(entity, 91).is_some_and(|level| level > 0) {
            self.note("MESH entities are smoothed in the drawing; their faces were read without smoothing");
        }
        let mut rest = list.as_slice();
        while let Some((head, after)) = rest.split_first() {
            let length = self.drawing.groups.whole(head).and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
            let Some(face) = after.get(..length).filter(|f| f.len() >= 3) else {
                let what = format!(
                    "MESH: expected the number of corners of a face, found `{}`",
                    self.drawing.groups.text(head)
                );
                return self.fault_at(head, what, "save the drawing again, or explode the mesh to 3D faces");
            };
            let mut corners = Vec::with_capacity(length);
            for group in face {
                let number = self.drawing.groups.whole(group).and_then(|n| usize::try_from(n).ok());
                let Some(p) = number.and_then(|n| points.get(n)) else {
                    let found = self.drawing.groups.text(group);
                    let what = format!("MESH: expected a vertex number below {}, found `{found}`", points.len());
                    return self.fault_at(group, what, "save the drawing again, or explode the mesh to 3D faces");
                };
                corners.push(*p);
            }
            self.add_face(entity, layer, &corners, &place.placement);
            rest = &after[length..];
        }
    }
}
