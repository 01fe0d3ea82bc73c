//! Numbers on machines, as flat strokes on a plate.

use super::machine::Plate;
use bevy::asset::RenderAssetUsages;
use bevy::mesh::{Indices, PrimitiveTopology};
use bevy::prelude::*;

/// Width of a digit as a share of its height.
const WIDTH: f32 = 0.56;
/// Width of a stroke as a share of the digit's height.
const STROKE: f32 = 0.15;
/// Gap between digits as a share of their height.
const GAP: f32 = 0.20;
/// Distance of the strokes from the plate, m.
const LIFT: f32 = 0.012;

/// Returns the bars of a digit on a grid of two by three points. Each bar is given by its start (column, row) and end
/// (column, row). Row 0 is at the bottom.
fn bars(digit: char) -> &'static [[u8; 4]] {
    match digit {
        '0' => &[[0, 0, 1, 0], [1, 0, 1, 2], [1, 2, 0, 2], [0, 2, 0, 0]],
        '1' => &[[1, 0, 1, 2]],
        '2' => &[[0, 2, 1, 2], [1, 2, 1, 1], [1, 1, 0, 1], [0, 1, 0, 0], [0, 0, 1, 0]],
        '3' => &[[0, 2, 1, 2], [1, 0, 1, 2], [0, 1, 1, 1], [0, 0, 1, 0]],
        '4' => &[[0, 2, 0, 1], [0, 1, 1, 1], [1, 0, 1, 2]],
        '5' => &[[1, 2, 0, 2], [0, 2, 0, 1], [0, 1, 1, 1], [1, 1, 1, 0], [1, 0, 0, 0]],
        '6' => &[[1, 2, 0, 2], [0, 2, 0, 0], [0, 0, 1, 0], [1, 0, 1, 1], [1, 1, 0, 1]],
        '7' => &[[0, 2, 1, 2], [1, 2, 1, 0]],
        '8' => &[[0, 0, 1, 0], [1, 0, 1, 2], [1, 2, 0, 2], [0, 2, 0, 0], [0, 1, 1, 1]],
        '9' => &[[1, 1, 0, 1], [0, 1, 0, 2], [0, 2, 1, 2], [1, 2, 1, 0], [1, 0, 0, 0]],
        _ => &[[0, 1, 1, 1]],
    }
}

/// Returns the digits of a text as a mesh in the middle of a plate; other characters become dashes.
pub fn digits(text: &str, plate: Plate) -> Mesh {
    let [wide, high] = plate.size;
    let count = text.chars().count().max(1) as f32;
    // The line fills the plate's height, or its width if it is long.
    let size = high.min(wide / (count * WIDTH + (count - 1.0) * GAP + STROKE));
    let (digit, gap, stroke) = (WIDTH * size, GAP * size, STROKE * size);
    let line = count * digit + (count - 1.0) * gap;
    // The plate's axes in the project's frame: one to the reader's right, one up.
    let facing = Vec3::new(plate.facing[0], plate.facing[2], -plate.facing[1]).normalize_or(Vec3::X);
    let right = Vec3::Y.cross(facing).normalize_or(Vec3::X);
    let (mut points, mut indices): (Vec<[f32; 3]>, Vec<u32>) = (Vec::new(), Vec::new());
    for (k, c) in text.chars().enumerate() {
        let left = k as f32 * (digit + gap) - 0.5 * line;
        for [c0, r0, c1, r1] in bars(c) {
            let corner = |column: u8, row: u8| {
                let x = left + 0.5 * stroke + f32::from(column) * (digit - stroke);
                (x, -0.5 * size + 0.5 * stroke + f32::from(row) * 0.5 * (size - stroke))
            };
            let ((xa, ya), (xb, yb)) = (corner(*c0, *r0), corner(*c1, *r1));
            let half = 0.5 * stroke;
            let (x0, x1, y0, y1) = (xa.min(xb) - half, xa.max(xb) + half, ya.min(yb) - half, ya.max(yb) + half);
            let base = points.len() as u32;
            for (x, y) in [(x0, y0), (x1, y0), (x1, y1), (x0, y1)] {
                points.push((right * x + Vec3::Y * y + facing * LIFT).into());
            }
            indices.extend([base, base + 1, base + 2, base, base + 2, base + 3]);
        }
    }
    let normals = vec![<[f32; 3]>::from(facing); points.len()];
    let cells = vec![[0.0_f32, 0.0]; points.len()];
    Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::default())
        .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, points)
        .with_inserted_attribute(Mesh::ATTRIBUTE_NORMAL, normals)
        .with_inserted_attribute(Mesh::ATTRIBUTE_UV_0, cells)
        .with_inserted_indices(Indices::U32(indices))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bevy::mesh::VertexAttributeValues;

    #[test]
    fn digits_stay_on_their_plate_and_face_the_reader() {
        let plate = Plate { facing: [0.0, 1.0, 0.0], size: [1.1, 0.4], dark: false };
        for text in ["1", "42", "1234567"] {
            let mesh = digits(text, plate);
            let Some(VertexAttributeValues::Float32x3(points)) = mesh.attribute(Mesh::ATTRIBUTE_POSITION) else {
                panic!("no points")
            };
            // The plate faces left: bevy's −z. The reader's right is the truck's rear.
            assert!(points.iter().all(|p| p[0].abs() <= 0.5501 && p[1].abs() <= 0.2001), "{text}");
            assert!(points.iter().all(|p| (p[2] + LIFT).abs() < 1e-6), "{text}");
        }
    }

    #[test]
    fn a_seven_has_its_bar_at_the_top_and_its_stem_at_the_right_of_the_reader() {
        let plate = Plate { facing: [1.0, 0.0, 0.0], size: [1.0, 1.0], dark: true };
        let mesh = digits("7", plate);
        let Some(VertexAttributeValues::Float32x3(points)) = mesh.attribute(Mesh::ATTRIBUTE_POSITION) else {
            panic!("no points")
        };
        // A reader in front of the truck has its left side, bevy's −z, at the right.
        let foot: Vec<_> = points.iter().filter(|p| p[1] < 0.0).collect();
        assert!(!foot.is_empty() && foot.iter().all(|p| p[2] < 0.0), "{foot:?}");
    }
}
