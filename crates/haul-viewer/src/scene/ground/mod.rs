//! The ground: a relief that continues to the horizon, drawn in squares of several levels of detail.

pub mod cover;
pub mod gravel;
pub mod material;
pub mod quadtree;
pub mod relief;
pub mod rocks;
pub mod texture;

use crate::frames::LocalOrigin;
use bevy::asset::RenderAssetUsages;
use bevy::math::DVec3;
use bevy::mesh::{Indices, PrimitiveTopology};
use bevy::prelude::*;
use haul_mine::MineMap;
use material::SoilMaterial;
use quadtree::{CELLS, Square, squares};
use relief::Relief;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Depth of a square's rim below the ground as a share of its side. It hides gaps between levels of detail.
const SKIRT_SHARE: f32 = 0.05;
/// Ratio of the distance to the side at which a square is divided, with full and with light detail.
pub const DETAIL: (f64, f64) = (1.8, 1.0);
/// Movement of the camera after which the squares are chosen again, m.
const CAMERA_STEP: f64 = 4.0;
/// Maximum number of meshes that are made per frame, except in the first frame.
const MESHES_PER_FRAME: usize = 6;
/// Maximum number of meshes that are kept although they are not drawn.
const KEPT_MESHES: usize = 600;

/// The drawn ground.
#[derive(Resource)]
pub struct Ground {
    /// The heights.
    pub relief: Arc<Relief>,
    /// The material.
    pub material: Handle<SoilMaterial>,
    detail: f64,
    meshes: BTreeMap<Square, Handle<Mesh>>,
    shown: BTreeMap<Square, Entity>,
    chosen_at: Option<DVec3>,
    is_first: bool,
}

impl Ground {
    /// Makes the ground of a mine. If `full` is true, it has all its detail.
    pub fn new(
        materials: &mut Assets<SoilMaterial>,
        images: &mut Assets<Image>,
        map: &Arc<MineMap>,
        origin: &LocalOrigin,
        full: bool,
    ) -> Self {
        let relief = Arc::new(Relief::new(Arc::clone(map)));
        Self {
            material: materials.add(SoilMaterial::new(&relief, origin, images, full)),
            relief,
            detail: if full { DETAIL.0 } else { DETAIL.1 },
            meshes: BTreeMap::new(),
            shown: BTreeMap::new(),
            chosen_at: None,
            is_first: true,
        }
    }

    /// Forgets the choice of squares, so that the next frame is complete at once. This is for pictures from another
    /// camera.
    pub fn complete_next(&mut self) {
        self.is_first = true;
        self.chosen_at = None;
    }
}

/// Chooses the squares for the camera, makes their meshes and shows them.
pub fn follow_camera(
    mut commands: Commands,
    ground: Option<ResMut<Ground>>,
    mut meshes: ResMut<Assets<Mesh>>,
    origin: Res<LocalOrigin>,
    cameras: Query<&Transform, With<Camera3d>>,
) {
    let Some(mut ground) = ground else { return };
    let Some(eye) = cameras.iter().next().map(|t| t.translation) else { return };
    let eye = DVec3::new(f64::from(eye.x), -f64::from(eye.z), f64::from(eye.y));
    if ground.chosen_at.is_some_and(|last| last.distance(eye) < CAMERA_STEP) {
        return;
    }
    let relief = Arc::clone(&ground.relief);
    let height = |x: f64, y: f64| relief.height(origin.0.x + x, origin.0.y + y) - origin.0.z;
    let wanted: BTreeSet<Square> = squares(eye, ground.detail, height).into_iter().collect();
    let mut missing: Vec<Square> = wanted.iter().filter(|s| !ground.meshes.contains_key(s)).copied().collect();
    // A picture must be complete at once. In a running window, the change is shown only when its meshes are made.
    if !ground.is_first && missing.len() > MESHES_PER_FRAME {
        missing.truncate(MESHES_PER_FRAME);
    }
    let made = made(&missing, &relief, &origin);
    for (square, mesh) in missing.iter().zip(made) {
        ground.meshes.insert(*square, meshes.add(mesh));
    }
    if wanted.iter().any(|s| !ground.meshes.contains_key(s)) {
        return;
    }
    ground.is_first = false;
    ground.chosen_at = Some(eye);
    let gone: Vec<Square> = ground.shown.keys().filter(|s| !wanted.contains(s)).copied().collect();
    for square in gone {
        if let Some(entity) = ground.shown.remove(&square) {
            commands.entity(entity).despawn();
        }
    }
    for square in &wanted {
        if !ground.shown.contains_key(square) {
            let Some(mesh) = ground.meshes.get(square).cloned() else { continue };
            let entity = commands.spawn((Mesh3d(mesh), MeshMaterial3d(ground.material.clone()))).id();
            ground.shown.insert(*square, entity);
        }
    }
    if ground.meshes.len() > KEPT_MESHES {
        let shown: BTreeSet<Square> = ground.shown.keys().copied().collect();
        ground.meshes.retain(|square, _| shown.contains(square));
    }
}

/// Makes meshes on all cores.
fn made(squares: &[Square], relief: &Relief, origin: &LocalOrigin) -> Vec<Mesh> {
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get()).clamp(1, 8);
    if squares.len() < 2 * threads {
        return squares.iter().map(|s| mesh(s, relief, origin)).collect();
    }
    let part = squares.len().div_ceil(threads);
    std::thread::scope(|scope| {
        let parts: Vec<_> = squares
            .chunks(part)
            .map(|squares| scope.spawn(move || squares.iter().map(|s| mesh(s, relief, origin)).collect::<Vec<_>>()))
            .collect();
        parts.into_iter().flat_map(|part| part.join().unwrap_or_default()).collect()
    })
}

/// Makes the mesh of a square in bevy's frame.
fn mesh(square: &Square, relief: &Relief, origin: &LocalOrigin) -> Mesh {
    let points = CELLS + 1;
    let spacing = square.side() / f64::from(CELLS);
    let (x0, y0) = square.corner();
    let height = |i: i64, j: i64| {
        let (x, y) = (x0 + i as f64 * spacing + origin.0.x, y0 + j as f64 * spacing + origin.0.y);
        relief.height(x, y) - origin.0.z
    };
    // One more point on each side, for the slopes at the rim.
    let stride = points as usize + 2;
    let heights: Vec<f64> =
        (0..stride * stride).map(|k| height((k % stride) as i64 - 1, (k / stride) as i64 - 1)).collect();
    let at = |i: u32, j: u32| heights[(j as usize + 1) * stride + i as usize + 1];
    let slope = |i: u32, j: u32| {
        let k = (j as usize + 1) * stride + i as usize + 1;
        let east = (heights[k + 1] - heights[k - 1]) / (2.0 * spacing);
        let north = (heights[k + stride] - heights[k - stride]) / (2.0 * spacing);
        Vec3::new(-east as f32, 1.0, north as f32).normalize()
    };
    let mut positions: Vec<[f32; 3]> = Vec::new();
    let mut normals: Vec<[f32; 3]> = Vec::new();
    let mut push = |i: u32, j: u32, drop: f32| {
        let (x, y) = (x0 + f64::from(i) * spacing, y0 + f64::from(j) * spacing);
        positions.push([x as f32, at(i, j) as f32 - drop, -y as f32]);
        normals.push(slope(i, j).to_array());
        positions.len() as u32 - 1
    };
    let mut indices: Vec<u32> = Vec::new();
    for j in 0..points {
        for i in 0..points {
            push(i, j, 0.0);
        }
    }
    for j in 0..CELLS {
        for i in 0..CELLS {
            let a = j * points + i;
            let (b, c, d) = (a + 1, a + points + 1, a + points);
            // The diagonal follows the flatter direction, so that crests and toes stay sharp.
            if (at(i, j) - at(i + 1, j + 1)).abs() < (at(i + 1, j) - at(i, j + 1)).abs() {
                indices.extend([a, b, c, a, c, d]);
            } else {
                indices.extend([a, b, d, b, c, d]);
            }
        }
    }
    let drop = (SKIRT_SHARE * square.side() as f32).max(1.5);
    let last = CELLS;
    let rims: [Vec<(u32, u32)>; 4] = [
        (0..points).map(|k| (k, 0)).collect(),
        (0..points).map(|k| (last, k)).collect(),
        (0..points).rev().map(|k| (k, last)).collect(),
        (0..points).rev().map(|k| (0, k)).collect(),
    ];
    for rim in rims {
        let lower: Vec<u32> = rim.iter().map(|(i, j)| push(*i, *j, drop)).collect();
        for k in 0..CELLS as usize {
            let (a, b) = (rim[k].1 * points + rim[k].0, rim[k + 1].1 * points + rim[k + 1].0);
            indices.extend([a, lower[k], b, b, lower[k], lower[k + 1]]);
        }
    }
    Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::default())
        .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, positions)
        .with_inserted_attribute(Mesh::ATTRIBUTE_NORMAL, normals)
        .with_inserted_indices(Indices::U32(indices))
}
