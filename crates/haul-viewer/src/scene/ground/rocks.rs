//! Rocks that have fallen from faces and lie along berms.

use super::relief::Relief;
use crate::frames::LocalOrigin;
use crate::model::solid::{Paint, Solid};
use crate::scene::Materials;
use crate::scene::drawn;
use crate::scene::noise::noise;
use bevy::prelude::*;
use haul_core::random::{Draw, Stream, stream};
use haul_core::{Point2, Vector2};
use haul_mine::PlaceKind;
use std::collections::BTreeMap;

/// Side of a group of rocks that is one mesh, m.
const GROUP_SIDE: f64 = 80.0;
/// Distance from the camera beyond which a group of rocks is not drawn, m.
const GREATEST_DISTANCE: f32 = 420.0;
/// Mean distance between rocks along the edge of the drivable surface, m.
const ROCK_SPACING: f64 = 3.2;
/// Maximum number of rocks in a mine.
const GREATEST_COUNT: usize = 9_000;
/// Smallest and greatest radius of a rock, m.
const RADII: (f64, f64) = (0.12, 0.95);
/// Distances of rocks from the edge, m.
const FROM_EDGE: (f64, f64) = (1.2, 9.0);
/// Number of rocks at the foot of a face with a shovel, and their maximum distance from the shovel, m.
const AT_SHOVEL: (usize, f64) = (70, 30.0);

/// A group of rocks, with its middle in bevy's frame.
#[derive(Debug, Component)]
pub struct RockGroup(Vec3);

/// Spawns the rocks of a mine.
pub fn spawn(
    commands: &mut Commands,
    meshes: &mut Assets<Mesh>,
    materials: &Materials,
    relief: &Relief,
    origin: &LocalOrigin,
) {
    for (middle, solid) in groups(relief, origin) {
        commands.spawn((drawn(solid, meshes, &materials.ground), RockGroup(middle)));
    }
}

/// Hides rocks that are too far away to be seen.
pub fn follow_camera(cameras: Query<&Transform, With<Camera3d>>, mut groups: Query<(&RockGroup, &mut Visibility)>) {
    let Some(eye) = cameras.iter().next().map(|t| t.translation) else { return };
    for (group, mut visibility) in &mut groups {
        let wanted = if group.0.distance(eye) < GREATEST_DISTANCE { Visibility::Inherited } else { Visibility::Hidden };
        visibility.set_if_neq(wanted);
    }
}

fn groups(relief: &Relief, origin: &LocalOrigin) -> Vec<(Vec3, Solid)> {
    let mut draws = stream(0, "ground", "rocks");
    let mut groups: BTreeMap<(i64, i64), (Vec3, Solid)> = BTreeMap::new();
    let mut place = |p: Point2, radius: f64, draws: &mut Stream| {
        // No rock lies where trucks drive.
        if relief.map().drivable.clearance(p) > -radius - 0.3 {
            return;
        }
        let at = [p.x - origin.0.x, p.y - origin.0.y, relief.height(p.x, p.y) - origin.0.z];
        let key = ((p.x / GROUP_SIDE).floor() as i64, (p.y / GROUP_SIDE).floor() as i64);
        let middle = Vec3::from(crate::model::solid::to_bevy(at));
        let group = groups.entry(key).or_insert_with(|| (middle, Solid::new()));
        add_rock(&mut group.1, at, radius, draws);
    };
    let polygon = relief.map().drivable.polygon().clone().oriented();
    let length: f64 =
        polygon.rings().flat_map(|r| r.iter().zip(r.iter().cycle().skip(1))).map(|(a, b)| (b - a).norm()).sum();
    let spacing = ROCK_SPACING.max(length / GREATEST_COUNT as f64);
    for ring in polygon.rings() {
        let mut left = 0.0;
        for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
            let piece = (b - a).norm();
            let Some(along) = (b - a).try_normalize(1e-9) else { continue };
            // The surface lies to the left of its oriented rings.
            let outward = Vector2::new(along.y, -along.x);
            let mut station = left;
            while station < piece {
                let away = FROM_EDGE.0 + (FROM_EDGE.1 - FROM_EDGE.0) * draws.unit().powi(2);
                let radius = RADII.0 + (RADII.1 - RADII.0) * draws.unit().powi(5);
                let p = a + along * station + outward * away;
                // Rocks lie in clusters, where a face crumbles.
                if noise(p.x * 0.03, p.y * 0.03) + 0.6 * draws.unit() > 0.15 {
                    place(p, radius, &mut draws);
                }
                station += 2.0 * spacing * draws.unit().max(0.05);
            }
            left = station - piece;
        }
    }
    for machine in relief.map().places.iter().filter(|p| p.kind == PlaceKind::Load).filter_map(|p| p.machine) {
        for _ in 0..AT_SHOVEL.0 {
            let (turn, far) = (std::f64::consts::TAU * draws.unit(), AT_SHOVEL.1 * draws.unit().sqrt());
            let p = machine.position() + Vector2::new(far * turn.cos(), far * turn.sin());
            let radius = RADII.0 + 1.4 * (RADII.1 - RADII.0) * draws.unit().powi(3);
            place(p, radius, &mut draws);
        }
    }
    groups.into_values().collect()
}

/// Adds an angular block: an octahedron with corners cut at random lengths.
fn add_rock(solid: &mut Solid, at: [f64; 3], radius: f64, draws: &mut Stream) {
    let turn = std::f64::consts::TAU * draws.unit();
    let (sin, cos) = turn.sin_cos();
    let mut reach = || radius * (0.65 + 0.5 * draws.unit());
    let corner =
        |x: f64, y: f64, z: f64| [at[0] + cos * x - sin * y, at[1] + sin * x + cos * y, at[2] + z + 0.15 * radius];
    let (e, n, w, s) = (reach(), reach(), reach(), reach());
    let lean = 0.35 * radius;
    let around = [
        corner(e, lean, 0.1 * e),
        corner(0.2 * n, n, -0.1 * n),
        corner(-w, -lean, 0.15 * w),
        corner(-0.1 * s, -s, 0.0),
    ];
    let (up, down) = (reach(), reach());
    let top = [corner(0.25 * up, 0.15 * up, 0.75 * up), corner(-0.3 * up, -0.05 * up, 0.62 * up)];
    let foot = corner(0.0, 0.0, -down);
    let shade = 0.8 + 0.45 * draws.unit();
    let paint: Paint = [0.33, 0.285, 0.235].map(|c| (c * shade) as f32);
    let [a, b, c, d] = around;
    solid.face(&[a, b, top[0]], paint).face(&[b, top[1], top[0]], paint).face(&[b, c, top[1]], paint);
    solid.face(&[c, d, top[1]], paint).face(&[d, top[0], top[1]], paint).face(&[d, a, top[0]], paint);
    for (p, q) in [(a, b), (b, c), (c, d), (d, a)] {
        solid.face(&[q, p, foot], paint);
    }
}

#[cfg(test)]
mod tests {
    use super::super::relief::tests::crest;
    use super::*;
    use haul_core::Point3;

    #[test]
    fn rocks_lie_beside_the_road_and_never_on_it() {
        let relief = crest();
        let origin = LocalOrigin(Point3::origin());
        let all = groups(&relief, &origin);
        assert!(!all.is_empty());
        for (_, solid) in all {
            let mesh = solid.mesh();
            let Some(positions) = mesh.attribute(Mesh::ATTRIBUTE_POSITION).and_then(|a| a.as_float3()) else {
                panic!()
            };
            for p in positions {
                let clearance = relief.map().drivable.clearance(Point2::new(f64::from(p[0]), -f64::from(p[2])));
                assert!(clearance < 0.3, "a rock reaches {clearance} m onto the road");
            }
        }
    }
}
