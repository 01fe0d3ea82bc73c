//! Faces of several layers as one surface with shared corners.

use super::doubled::{Overlap, overlap};
use super::findings::Findings;
use super::survey::Mesh;
use haul_core::Point3;
use std::collections::HashMap;

/// Maximum number of layers whose faces are compared with each other.
const GREATEST_COMPARED: usize = 8;

/// Faces with their layers. Faces that meet share the corners at which they meet.
#[derive(Default)]
pub(super) struct LayeredFaces {
    /// The faces of all layers.
    mesh: Mesh,
    /// Layer of each face, as an index into `layers`.
    layer_of_face: Vec<u32>,
    /// Names of the layers.
    layers: Vec<String>,
    /// Index of each corner, by the bits of its coordinates. The map is never iterated, so its order does not affect
    /// the result.
    corners: HashMap<[u64; 3], u32>,
    ids: HashMap<String, u32>,
}

impl LayeredFaces {
    /// Returns the number of faces.
    pub(super) fn faces(&self) -> usize {
        self.mesh.faces.len()
    }

    /// Adds a flat face with three or more corners. Returns false if coinciding corners leave the face without area.
    pub(super) fn add(&mut self, layer: &str, corners: &[Point3]) -> bool {
        let layer = match self.ids.get(layer) {
            Some(id) => *id,
            None => {
                let id = self.layers.len() as u32;
                self.layers.push(layer.to_owned());
                self.ids.insert(layer.to_owned(), id);
                id
            }
        };
        let ids: Vec<u32> = corners.iter().map(|p| self.corner(p)).collect();
        let before = self.faces();
        for k in 2..ids.len() {
            let [a, b, c] = [ids[0], ids[k - 1], ids[k]];
            if a != b && b != c && c != a {
                self.mesh.faces.push([a, b, c]);
                self.layer_of_face.push(layer);
            }
        }
        self.faces() > before
    }

    fn corner(&mut self, p: &Point3) -> u32 {
        // Adding 0 turns −0 into 0, so that both have the same key.
        let key = [p.x + 0.0, p.y + 0.0, p.z + 0.0].map(f64::to_bits);
        *self.corners.entry(key).or_insert_with(|| {
            self.mesh.vertices.push(*p);
            (self.mesh.vertices.len() - 1) as u32
        })
    }

    /// Returns the number of layers.
    pub(super) fn layers(&self) -> usize {
        self.layers.len()
    }

    /// Returns the faces of all layers as one surface.
    pub(super) fn into_mesh(self) -> Mesh {
        self.mesh
    }

    /// Adds a finding for each pair of layers that overlap in plan with a height difference above `least`. `word` is
    /// the format's term for layers, in the plural.
    pub(super) fn tell_overlaps(&self, word: &str, least: f64, findings: &mut Findings) {
        if self.layers.len() < 2 {
            return;
        }
        let mut layers: Vec<(&str, Vec<[u32; 3]>)> = self.layers.iter().map(|l| (l.as_str(), Vec::new())).collect();
        for (face, layer) in self.mesh.faces.iter().zip(&self.layer_of_face) {
            layers[*layer as usize].1.push(*face);
        }
        layers.sort_by_key(|(_, faces)| std::cmp::Reverse(faces.len()));
        layers.truncate(GREATEST_COMPARED);
        for (k, (large, faces)) in layers.iter().enumerate() {
            for (small, others) in &layers[k + 1..] {
                if let Some(Overlap { at, apart }) = overlap(&self.mesh.vertices, others, faces, least) {
                    findings.strange.push(format!(
                        "the {word} {large} and {small} lie over each other, {apart:.1} apart in height near ({:.1}, \
                         {:.1}), in units of the file; the higher one is the ground there; if that is not meant, export one \
                         of them alone",
                        at.x, at.y
                    ));
                }
            }
        }
    }
}
