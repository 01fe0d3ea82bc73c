//! Small flat pieces that face the camera: dust, rain and snow. All pieces of a kind are one mesh.

use bevy::asset::RenderAssetUsages;
use bevy::mesh::{Indices, PrimitiveTopology};
use bevy::prelude::*;

/// Pieces that are drawn together.
#[derive(Debug, Default)]
pub struct Pieces {
    positions: Vec<[f32; 3]>,
    colours: Vec<[f32; 4]>,
    uvs: Vec<[f32; 2]>,
}

impl Pieces {
    /// Adds a piece, given its centre, the half axes of its width and height, and its colour with alpha.
    pub fn push(&mut self, middle: Vec3, right: Vec3, up: Vec3, colour: [f32; 4]) {
        for (x, y) in [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)] {
            self.positions.push((middle + right * x + up * y).to_array());
            self.colours.push(colour);
            self.uvs.push([0.5 + 0.5 * x, 0.5 - 0.5 * y]);
        }
    }

    /// Returns the number of pieces.
    pub fn len(&self) -> usize {
        self.positions.len() / 4
    }

    /// Writes the pieces to a mesh. If there are no pieces, the mesh gets one piece without area.
    pub fn write(mut self, mesh: &mut Mesh) {
        if self.len() == 0 {
            self.push(Vec3::ZERO, Vec3::ZERO, Vec3::ZERO, [0.0; 4]);
        }
        let count = self.len() as u32;
        let indices = (0..count).flat_map(|k| [0, 1, 2, 0, 2, 3].map(|i| 4 * k + i)).collect();
        let normals = vec![[0.0, 1.0, 0.0]; self.positions.len()];
        mesh.insert_attribute(Mesh::ATTRIBUTE_POSITION, self.positions);
        mesh.insert_attribute(Mesh::ATTRIBUTE_NORMAL, normals);
        mesh.insert_attribute(Mesh::ATTRIBUTE_COLOR, self.colours);
        mesh.insert_attribute(Mesh::ATTRIBUTE_UV_0, self.uvs);
        mesh.insert_indices(Indices::U32(indices));
    }

    /// Creates a mesh without pieces.
    pub fn mesh() -> Mesh {
        let mut mesh = Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::default());
        Pieces::default().write(&mut mesh);
        mesh
    }
}

/// Returns a pseudo-random number from 0 to 1, the same for each `k`.
pub fn scattered(k: u64) -> f32 {
    let mut h = k.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    h = (h ^ (h >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    h = (h ^ (h >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((h >> 40) as f64 / (1_u64 << 24) as f64) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_become_two_triangles_each() {
        let mut pieces = Pieces::default();
        pieces.push(Vec3::ZERO, Vec3::X, Vec3::Y, [1.0; 4]);
        pieces.push(Vec3::Z, Vec3::X, Vec3::Y, [1.0; 4]);
        let mut mesh = Pieces::mesh();
        pieces.write(&mut mesh);
        assert_eq!((mesh.count_vertices(), mesh.indices().map(Indices::len)), (8, Some(12)));
    }

    #[test]
    fn scattered_numbers_fill_the_range() {
        let all: Vec<f32> = (0..1_000).map(scattered).collect();
        let mean = all.iter().sum::<f32>() / 1_000.0;
        assert!(all.iter().all(|v| (0.0..1.0).contains(v)) && (mean - 0.5).abs() < 0.03, "{mean}");
    }
}
