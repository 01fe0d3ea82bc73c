//! Surfaces that cover the same area twice: closed solids, and surfaces above each other.

use super::survey::Mesh;
use haul_core::{Point2, Point3};
use std::collections::{BTreeMap, BTreeSet};

/// Maximum number of faces of a surface that are compared with another surface.
const MOST_SAMPLES: usize = 200;
/// Minimum share of the compared faces that must lie above or below the other surface.
const LEAST_SHARE: f64 = 0.05;

/// The point at which two overlapping surfaces are farthest apart in height.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Overlap {
    /// The point in plan.
    pub(super) at: Point2,
    /// Vertical distance between the two surfaces at this point, in the unit of the coordinates.
    pub(super) apart: f64,
}

/// Removes the closed solids from a surface. Returns the rest and the number of solids. A solid is a connected part
/// without a border. Neighbouring faces must share their corners.
pub(super) fn without_solids(mesh: Mesh) -> (Mesh, usize) {
    let parts = parts(&mesh.faces);
    let closed: BTreeSet<usize> = closed_parts(&mesh.faces, &parts);
    if closed.is_empty() {
        return (mesh, 0);
    }
    let kept = mesh.faces.iter().zip(&parts).filter(|(_, part)| !closed.contains(part)).map(|(f, _)| *f).collect();
    (compact(&Mesh { vertices: mesh.vertices, faces: kept }), closed.len())
}

/// Returns a copy of a surface without the corners that no face uses.
pub(super) fn compact(mesh: &Mesh) -> Mesh {
    let mut ids = vec![u32::MAX; mesh.vertices.len()];
    let mut out = Mesh::default();
    for face in &mesh.faces {
        let face = face.map(|v| {
            let id = &mut ids[v as usize];
            if *id == u32::MAX {
                *id = out.vertices.len() as u32;
                out.vertices.push(mesh.vertices[v as usize]);
            }
            *id
        });
        out.faces.push(face);
    }
    out
}

/// Returns the three sides of a face as pairs of corner indices, the lower index first.
fn sides([a, b, c]: &[u32; 3]) -> [(u32, u32); 3] {
    [(a, b), (b, c), (c, a)].map(|(a, b)| (*a.min(b), *a.max(b)))
}

/// Returns, for each face, the number of the connected part to which the face belongs. Faces are connected if they
/// share a side.
fn parts(faces: &[[u32; 3]]) -> Vec<usize> {
    let mut part: Vec<usize> = (0..faces.len()).collect();
    fn root(part: &mut [usize], mut k: usize) -> usize {
        while part[k] != k {
            part[k] = part[part[k]];
            k = part[k];
        }
        k
    }
    let mut first: BTreeMap<(u32, u32), usize> = BTreeMap::new();
    for (k, face) in faces.iter().enumerate() {
        for side in sides(face) {
            let other = *first.entry(side).or_insert(k);
            let (a, b) = (root(&mut part, k), root(&mut part, other));
            part[a.max(b)] = a.min(b);
        }
    }
    (0..faces.len()).map(|k| root(&mut part, k)).collect()
}

/// Returns the numbers of the closed parts, in which every side belongs to at least two faces. Duplicate faces count
/// once.
fn closed_parts(faces: &[[u32; 3]], parts: &[usize]) -> BTreeSet<usize> {
    let mut seen = BTreeSet::new();
    let mut count: BTreeMap<(u32, u32), (u32, usize)> = BTreeMap::new();
    for (face, part) in faces.iter().zip(parts) {
        let mut key = *face;
        key.sort_unstable();
        if seen.insert(key) {
            sides(face).into_iter().for_each(|side| count.entry(side).or_insert((0, *part)).0 += 1);
        }
    }
    let open: BTreeSet<usize> = count.into_values().filter(|(n, _)| *n < 2).map(|(_, part)| part).collect();
    parts.iter().copied().filter(|part| !open.contains(part)).collect()
}

/// Returns the point at which two surfaces are farthest apart in height, if they overlap in plan with a height
/// difference above `least`. Compares only a sample of the first surface's faces.
pub(super) fn overlap(vertices: &[Point3], first: &[[u32; 3]], second: &[[u32; 3]], least: f64) -> Option<Overlap> {
    let corners = |face: &[u32; 3]| face.map(|v| vertices[v as usize]);
    let step = first.len().div_ceil(MOST_SAMPLES).max(1);
    let samples: Vec<Point3> = first
        .iter()
        .step_by(step)
        .map(|face| {
            let [a, b, c] = corners(face);
            Point3::from((a.coords + b.coords + c.coords) / 3.0)
        })
        .collect();
    let mut found: Vec<Option<Overlap>> = vec![None; samples.len()];
    for face in second {
        let [a, b, c] = corners(face);
        let (low, high) = (a.inf(&b).inf(&c), a.sup(&b).sup(&c));
        for (p, found) in samples.iter().zip(&mut found) {
            if p.x < low.x || p.x > high.x || p.y < low.y || p.y > high.y {
                continue;
            }
            let Some(z) = height_on([a, b, c], p.xy()) else { continue };
            let apart = (z - p.z).abs();
            if apart > least && found.is_none_or(|o| o.apart < apart) {
                *found = Some(Overlap { at: p.xy(), apart });
            }
        }
    }
    let over: Vec<Overlap> = found.into_iter().flatten().collect();
    if over.is_empty() || (over.len() as f64) < LEAST_SHARE * samples.len() as f64 {
        return None;
    }
    over.into_iter().reduce(|a, b| if b.apart > a.apart { b } else { a })
}

/// Returns the height of a triangle at a point in plan, or `None` if the point lies outside the triangle.
fn height_on([a, b, c]: [Point3; 3], p: Point2) -> Option<f64> {
    let area = (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y);
    if area == 0.0 {
        return None;
    }
    let of = |p: Point2, q: Point2, r: Point2| ((q.x - p.x) * (r.y - p.y) - (r.x - p.x) * (q.y - p.y)) / area;
    let (u, v, w) = (of(p, b.xy(), c.xy()), of(a.xy(), p, c.xy()), of(a.xy(), b.xy(), p));
    (u >= 0.0 && v >= 0.0 && w >= 0.0).then(|| u * a.z + v * b.z + w * c.z)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns a closed tetrahedron and, beside it, an open strip of two faces.
    fn tetrahedron_and_strip() -> Mesh {
        let points = [(0.0, 0.0, 0.0), (9.0, 0.0, 0.0), (0.0, 9.0, 0.0), (3.0, 3.0, 5.0)];
        let strip = [(20.0, 0.0, 1.0), (30.0, 0.0, 1.0), (20.0, 10.0, 1.0), (30.0, 10.0, 1.0)];
        let vertices = points.into_iter().chain(strip).map(|(x, y, z)| Point3::new(x, y, z)).collect();
        let faces = vec![[0, 1, 2], [0, 1, 3], [1, 2, 3], [2, 0, 3], [4, 5, 6], [5, 7, 6]];
        Mesh { vertices, faces }
    }

    #[test]
    fn solids_are_left_out_and_open_surfaces_stay() {
        let (open, solids) = without_solids(tetrahedron_and_strip());
        assert_eq!((solids, open.faces.len(), open.vertices.len()), (1, 2, 4));
        // Duplicate faces do not make a solid.
        let mut twice = Mesh { faces: open.faces.clone(), ..open };
        twice.faces.extend(twice.faces.clone().iter().map(|[a, b, c]| [*b, *a, *c]));
        assert_eq!(without_solids(twice.clone()), (twice, 0));
    }

    #[test]
    fn surfaces_over_each_other_are_found_but_not_beside_each_other() {
        let mut mesh = tetrahedron_and_strip();
        assert_eq!(overlap(&mesh.vertices, &mesh.faces[..4], &mesh.faces[4..], 0.05), None);
        mesh.vertices.iter_mut().skip(4).for_each(|p| p.x -= 20.0);
        let found = overlap(&mesh.vertices, &mesh.faces[..1], &mesh.faces[4..], 0.05).unwrap();
        assert_eq!((found.at, found.apart), (Point2::new(3.0, 3.0), 1.0));
        assert_eq!(overlap(&mesh.vertices, &mesh.faces[..1], &mesh.faces[4..], 1.05), None);
    }
}
