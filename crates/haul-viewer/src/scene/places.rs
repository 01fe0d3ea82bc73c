//! Crushers, and the heaps that grow where trucks tip.

use crate::frames::LocalOrigin;
use crate::model::ROCK;
use crate::model::crusher::crusher;
use crate::model::machine::Model;
use crate::model::solid::Solid;
use crate::scene::rig::Rigger;
use crate::scene::{Materials, drawn};
use crate::session::Session;
use crate::view::SolidBox;
use bevy::prelude::*;
use haul_core::{Footprint, Point3, Pose2};
use haul_mine::{MineMap, PlaceKind};
use std::collections::BTreeMap;

/// A heap at a dump: its number in the frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Component)]
pub struct HeapMark(usize);

/// Spawns the objects that do not move.
pub fn spawn(
    commands: &mut Commands,
    rigger: &mut Rigger<'_>,
    materials: &Materials,
    session: &Session,
    origin: &LocalOrigin,
) {
    let map = session.map();
    for place in map.places.iter().filter(|p| p.kind == PlaceKind::Crusher) {
        let (Some(machine), Some(spot)) = (place.machine, place.spots.first()) else { continue };
        // The hopper's lip lies behind the tail of the spotted truck, its open side to the truck.
        let (at, heading) = (hopper_lip(machine, spot.pose), spot.pose.heading);
        let ground = map.terrain.height(spot.pose.x, spot.pose.y);
        let place = Transform::from_translation(origin.place(Point3::new(at.x, at.y, ground)))
            .with_rotation(Quat::from_rotation_y(heading as f32));
        let station = commands.spawn((place, Visibility::default())).id();
        if rigger.spawn(commands, station, Model::Crusher, None).is_none() {
            commands.entity(station).insert(drawn(crusher(), rigger.meshes, &materials.machine));
        }
    }
}

/// Returns the hopper, building and conveyor of every crusher of a mine, as boxes.
pub fn crusher_solids(map: &MineMap) -> Vec<SolidBox> {
    // Lengths from the hopper's lip, of the model in `model/crusher.rs`, m.
    let parts = [
        (Footprint { front: 0.7, rear: 7.8, half_width: 6.3 }, 3.4),
        (Footprint { front: -4.0, rear: 14.5, half_width: 7.2 }, 10.6),
        (Footprint { front: -13.0, rear: 32.5, half_width: 2.0 }, 13.8),
    ];
    let crushers = map.places.iter().filter(|p| p.kind == PlaceKind::Crusher);
    let lips = crushers.filter_map(|place| Some((place.machine?, place.spots.first()?.pose)));
    lips.flat_map(|(machine, spot)| {
        let (pose, ground) = (hopper_lip(machine, spot), map.terrain.height(spot.x, spot.y));
        parts.map(|(outline, top)| SolidBox { pose, outline, heights: (ground - 3.0, ground + top) })
    })
    .collect()
}

/// Returns the pose of the hopper's lip: half the hopper's depth from the machine's centre, towards the truck.
fn hopper_lip(machine: Pose2, spot: Pose2) -> Pose2 {
    let towards = spot.position() - machine.position();
    let distance = towards.norm().max(1e-6);
    let lip = machine.position() + towards * (3.0_f64.min(distance) / distance);
    Pose2::new(lip.x, lip.y, spot.heading)
}

/// Minimum visible change of a heap's height, m.
const VISIBLE_GROWTH: f64 = 0.02;

/// Draws heaps that are new or whose height has changed.
pub fn follow(
    mut commands: Commands,
    mut meshes: ResMut<Assets<Mesh>>,
    materials: Res<Materials>,
    session: Res<Session>,
    origin: Res<LocalOrigin>,
    mut drawn_height: Local<BTreeMap<HeapMark, f64>>,
    heaps: Query<(Entity, &HeapMark)>,
) {
    for (k, heap) in session.frame().heaps.iter().enumerate() {
        let mark = HeapMark(k);
        let before = drawn_height.get(&mark).copied().unwrap_or(0.0);
        if (heap.height - before).abs() < VISIBLE_GROWTH {
            continue;
        }
        drawn_height.insert(mark, heap.height);
        for (entity, _) in heaps.iter().filter(|(_, m)| **m == mark) {
            commands.entity(entity).despawn();
        }
        if heap.height < VISIBLE_GROWTH {
            continue;
        }
        let ground = session.map().terrain.height(heap.centre.x, heap.centre.y);
        let at = Point3::new(heap.centre.x, heap.centre.y, ground);
        commands.spawn((
            drawn(heap_solid(heap.radius, heap.height), &mut meshes, &materials.ground),
            Transform::from_translation(origin.place(at)),
            mark,
        ));
    }
}

fn heap_solid(radius: f64, height: f64) -> Solid {
    let mut solid = Solid::new();
    let side = 19;
    solid.grid(
        side,
        side,
        |i, j| {
            let along = |k: u32| (f64::from(k) / f64::from(side - 1) * 2.0 - 1.0) * radius * 1.05;
            let (x, y) = (along(i), along(j));
            let lump = 0.06 * ((3.1 * x).sin() * (2.7 * y).cos());
            let z = height * (1.0 - (x * x + y * y).sqrt() / radius) * (1.0 + lump);
            [x, y, z.max(-0.4)]
        },
        |_| ROCK,
    );
    solid
}
