//! A builder of faceted solids: each face has its own normal and colour.
//!
//! Shapes are given in the frames of the project (x forward, y left, z up, metres). They are converted to bevy's frame
//! (y up) when the mesh is made.

use bevy::asset::RenderAssetUsages;
use bevy::mesh::{Indices, Mesh, PrimitiveTopology};

/// A point: x forward, y left, z up, m.
pub type P = [f64; 3];
/// A colour, linear red, green, blue.
pub type Paint = [f32; 3];

/// Shift of a ground texture for each metre of height, m. It keeps the texture from being stretched on walls.
const TEXTURE_SHIFT: f64 = 0.6;

/// A solid: the faces added so far.
#[derive(Debug, Clone, Default)]
pub struct Solid {
    positions: Vec<[f32; 3]>,
    normals: Vec<[f32; 3]>,
    colours: Vec<[f32; 4]>,
    /// Plan positions for the ground texture, m, shifted with the height.
    places: Vec<[f32; 2]>,
    indices: Vec<u32>,
}

fn sub(a: P, b: P) -> P {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

fn cross(a: P, b: P) -> P {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

fn unit(a: P) -> P {
    let n = (a[0] * a[0] + a[1] * a[1] + a[2] * a[2]).sqrt();
    if n > 0.0 { [a[0] / n, a[1] / n, a[2] / n] } else { [0.0, 0.0, 1.0] }
}

/// Converts a point or direction to bevy's frame.
pub fn to_bevy(p: P) -> [f32; 3] {
    [p[0] as f32, p[2] as f32, -p[1] as f32]
}

impl Solid {
    /// Creates a solid without faces.
    pub fn new() -> Self {
        Self::default()
    }

    fn vertex(&mut self, p: P, normal: P, paint: Paint) -> u32 {
        let index = self.positions.len() as u32;
        self.positions.push(to_bevy(p));
        self.normals.push(to_bevy(normal));
        self.colours.push([paint[0], paint[1], paint[2], 1.0]);
        self.places.push([(p[0] + TEXTURE_SHIFT * p[2]) as f32, (p[1] + TEXTURE_SHIFT * p[2]) as f32]);
        index
    }

    /// Adds a flat convex face. Its points are anticlockwise as seen from outside.
    pub fn face(&mut self, points: &[P], paint: Paint) -> &mut Self {
        if points.len() < 3 {
            return self;
        }
        let normal = unit(cross(sub(points[1], points[0]), sub(points[2], points[0])));
        let first = self.vertex(points[0], normal, paint);
        for p in &points[1..] {
            self.vertex(*p, normal, paint);
        }
        for k in 1..points.len() as u32 - 1 {
            self.indices.extend([first, first + k, first + k + 1]);
        }
        self
    }

    /// Adds a face that is visible from both sides.
    pub fn sheet(&mut self, points: &[P], paint: Paint) -> &mut Self {
        let back: Vec<P> = points.iter().rev().copied().collect();
        self.face(points, paint).face(&back, paint)
    }

    /// Adds a body with eight corners: the lower four anticlockwise as seen from above, then the four above them.
    pub fn block(&mut self, lower: [P; 4], upper: [P; 4], paint: Paint) -> &mut Self {
        self.face(&[lower[3], lower[2], lower[1], lower[0]], paint).face(&upper, paint);
        for i in 0..4 {
            let j = (i + 1) % 4;
            self.face(&[lower[i], lower[j], upper[j], upper[i]], paint);
        }
        self
    }

    /// Adds a box between two opposite corners.
    pub fn cuboid(&mut self, a: P, b: P, paint: Paint) -> &mut Self {
        let (lo, hi) =
            ([a[0].min(b[0]), a[1].min(b[1]), a[2].min(b[2])], [a[0].max(b[0]), a[1].max(b[1]), a[2].max(b[2])]);
        let ring = |z: f64| [[lo[0], lo[1], z], [hi[0], lo[1], z], [hi[0], hi[1], z], [lo[0], hi[1], z]];
        self.block(ring(lo[2]), ring(hi[2]), paint)
    }

    /// Adds a plate: a convex outline in the x–z plane, anticlockwise as seen from the right (from −y), that reaches
    /// from `y0` to `y1` with `y0 < y1`.
    pub fn plate(&mut self, outline: &[[f64; 2]], y0: f64, y1: f64, paint: Paint) -> &mut Self {
        let at = |p: [f64; 2], y: f64| [p[0], y, p[1]];
        let right: Vec<P> = outline.iter().map(|p| at(*p, y0)).collect();
        let left: Vec<P> = outline.iter().rev().map(|p| at(*p, y1)).collect();
        self.face(&right, paint).face(&left, paint);
        for i in 0..outline.len() {
            let (p, q) = (outline[i], outline[(i + 1) % outline.len()]);
            self.face(&[at(q, y0), at(p, y0), at(p, y1), at(q, y1)], paint);
        }
        self
    }

    /// Adds a round bar from `a` to `b` with smooth sides and flat ends.
    pub fn bar(&mut self, a: P, b: P, radius: f64, sides: u32, paint: Paint) -> &mut Self {
        self.cone(a, b, radius, radius, sides, paint)
    }

    /// Adds a round bar whose radius changes from `ra` at `a` to `rb` at `b`.
    pub fn cone(&mut self, a: P, b: P, ra: f64, rb: f64, sides: u32, paint: Paint) -> &mut Self {
        let axis = unit(sub(b, a));
        let other = if axis[2].abs() < 0.9 { [0.0, 0.0, 1.0] } else { [1.0, 0.0, 0.0] };
        let u = unit(cross(axis, other));
        let v = cross(axis, u);
        let around = |centre: P, r: f64, k: u32| -> (P, P) {
            let t = std::f64::consts::TAU * f64::from(k) / f64::from(sides);
            let d: P = std::array::from_fn(|i| u[i] * t.cos() + v[i] * t.sin());
            (std::array::from_fn(|i| centre[i] + d[i] * r), d)
        };
        let base = self.positions.len() as u32;
        for k in 0..=sides {
            let ((p, n), (q, _)) = (around(a, ra, k), around(b, rb, k));
            self.vertex(p, n, paint);
            self.vertex(q, n, paint);
        }
        for k in 0..sides {
            let i = base + 2 * k;
            self.indices.extend([i, i + 2, i + 1, i + 1, i + 2, i + 3]);
        }
        let end_a: Vec<P> = (0..sides).rev().map(|k| around(a, ra, k).0).collect();
        let end_b: Vec<P> = (0..sides).map(|k| around(b, rb, k).0).collect();
        self.face(&end_a, paint).face(&end_b, paint)
    }

    /// Adds a body of revolution about the y axis: points (radius, y) with rising y, and the colour of each section.
    pub fn turned(&mut self, profile: &[([f64; 2], Paint)], sides: u32) -> &mut Self {
        for pair in profile.windows(2) {
            let ([r0, y0], paint) = pair[0];
            let [r1, y1] = pair[1].0;
            for k in 0..sides {
                let turn = |k: u32| std::f64::consts::TAU * f64::from(k) / f64::from(sides);
                let at = |r: f64, y: f64, t: f64| [r * t.cos(), y, r * t.sin()];
                let (s, t) = (turn(k), turn(k + 1));
                let corners = [at(r0, y0, s), at(r1, y1, s), at(r1, y1, t), at(r0, y0, t)];
                // A corner on the axis would make a face without area.
                let kept: Vec<P> = corners
                    .iter()
                    .enumerate()
                    .filter(|(i, _)| !(r0 < 1e-9 && *i == 3 || r1 < 1e-9 && *i == 2))
                    .map(|(_, p)| *p)
                    .collect();
                self.face(&kept, paint);
            }
        }
        self
    }

    /// Adds a smooth surface through a grid of points: `at(i, j)` gives a point, rows `i` run along x, columns `j`
    /// along y.
    pub fn grid(
        &mut self,
        rows: u32,
        columns: u32,
        at: impl Fn(u32, u32) -> P,
        paint: impl Fn(P) -> Paint,
    ) -> &mut Self {
        let normal = |i: u32, j: u32| {
            let along = sub(at((i + 1).min(rows - 1), j), at(i.saturating_sub(1), j));
            let aside = sub(at(i, (j + 1).min(columns - 1)), at(i, j.saturating_sub(1)));
            unit(cross(along, aside))
        };
        self.surface(rows, columns, &at, normal, paint)
    }

    /// Adds a surface through a grid of points with given normals.
    pub fn surface(
        &mut self,
        rows: u32,
        columns: u32,
        at: impl Fn(u32, u32) -> P,
        normal: impl Fn(u32, u32) -> P,
        paint: impl Fn(P) -> Paint,
    ) -> &mut Self {
        let base = self.positions.len() as u32;
        for i in 0..rows {
            for j in 0..columns {
                let p = at(i, j);
                self.vertex(p, normal(i, j), paint(p));
            }
        }
        for i in 0..rows - 1 {
            for j in 0..columns - 1 {
                let a = base + i * columns + j;
                let (b, c, d) = (a + columns, a + columns + 1, a + 1);
                self.indices.extend([a, b, c, a, c, d]);
            }
        }
        self
    }

    /// Returns true if the solid has no face.
    pub fn is_empty(&self) -> bool {
        self.indices.is_empty()
    }

    /// Returns the mesh with vertex colours. One unit of the texture coordinates is one repeat of the ground's texture.
    pub fn mesh(self) -> Mesh {
        let repeat = crate::scene::ground::gravel::REPEAT_LENGTH as f32;
        let uvs: Vec<[f32; 2]> = self.places.iter().map(|p| [p[0] / repeat, p[1] / repeat]).collect();
        Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::default())
            .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, self.positions)
            .with_inserted_attribute(Mesh::ATTRIBUTE_NORMAL, self.normals)
            .with_inserted_attribute(Mesh::ATTRIBUTE_COLOR, self.colours)
            .with_inserted_attribute(Mesh::ATTRIBUTE_UV_0, uvs)
            .with_inserted_indices(Indices::U32(self.indices))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_is_closed_and_faces_outwards() {
        let mut s = Solid::new();
        s.cuboid([0.0, 0.0, 0.0], [2.0, 1.0, 1.0], [1.0; 3]);
        let centre = to_bevy([1.0, 0.5, 0.5]);
        for (p, n) in s.positions.iter().zip(&s.normals) {
            let outward: f32 = (0..3).map(|i| (p[i] - centre[i]) * n[i]).sum();
            assert!(outward > 0.0, "{p:?} {n:?}");
        }
        // The volume by the divergence theorem also shows that faces wind outwards.
        let volume: f32 = s
            .indices
            .chunks(3)
            .map(|t| {
                let [a, b, c] = [0, 1, 2].map(|k| s.positions[t[k] as usize]);
                (a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0])
                    + a[2] * (b[0] * c[1] - b[1] * c[0]))
                    / 6.0
            })
            .sum();
        assert!((volume - 2.0).abs() < 1e-5, "{volume}");
    }

    #[test]
    fn bars_plates_and_turned_bodies_enclose_positive_volume() {
        let volume = |s: &Solid| -> f32 {
            s.indices
                .chunks(3)
                .map(|t| {
                    let [a, b, c] = [0, 1, 2].map(|k| s.positions[t[k] as usize]);
                    (a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0])
                        + a[2] * (b[0] * c[1] - b[1] * c[0]))
                        / 6.0
                })
                .sum()
        };
        let mut bar = Solid::new();
        bar.bar([0.0, 0.0, 0.0], [0.0, 3.0, 1.0], 0.5, 24, [1.0; 3]);
        assert!(volume(&bar) > 2.0, "{}", volume(&bar));
        let mut plate = Solid::new();
        plate.plate(&[[0.0, 0.0], [2.0, 0.0], [2.0, 1.0], [0.0, 1.0]], -1.0, 1.0, [1.0; 3]);
        assert!((volume(&plate) - 4.0).abs() < 1e-5, "{}", volume(&plate));
        let mut wheel = Solid::new();
        let grey = [0.1; 3];
        wheel.turned(&[([0.0, -0.3], grey), ([1.0, -0.3], grey), ([1.0, 0.3], grey), ([0.0, 0.3], grey)], 32);
        assert!((volume(&wheel) - 1.88).abs() < 0.05, "{}", volume(&wheel));
    }
}
