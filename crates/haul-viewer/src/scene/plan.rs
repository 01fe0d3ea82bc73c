//! The planned path on the ground, coloured by the speed planned on it.

use crate::frames::LocalOrigin;
use crate::model::solid::Solid;
use crate::scene::Materials;
use crate::session::Session;
use bevy::prelude::*;
use haul_core::units::to_kmh;
use haul_core::{Point3, TruckId, Vector3};
use haul_mine::MineMap;
use haul_record::PathFrame;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The ribbon of one truck's plan.
#[derive(Debug, Component)]
pub struct PlanRibbon {
    truck: TruckId,
}

/// True if plans are shown.
#[derive(Debug, Clone, Copy, Resource)]
pub struct ShowPlans(pub bool);

/// Redraws the plan of the followed truck when it has changed. Plans of several trucks would hide each other.
pub fn follow(
    mut commands: Commands,
    (mut meshes, materials): (ResMut<Assets<Mesh>>, Res<Materials>),
    (session, origin, show): (Res<Session>, Res<LocalOrigin>, Res<ShowPlans>),
    mut drawn: Local<BTreeMap<TruckId, usize>>,
    ribbons: Query<(Entity, &PlanRibbon)>,
) {
    for (k, truck) in session.frame().trucks.iter().enumerate() {
        let path = truck.path.as_ref().filter(|_| show.0 && k == session.followed);
        let key = path.map_or(0, |path| Arc::as_ptr(path) as usize);
        if drawn.insert(truck.truck, key) == Some(key) {
            continue;
        }
        for (entity, ribbon) in &ribbons {
            if ribbon.truck == truck.truck {
                commands.entity(entity).despawn();
            }
        }
        if let Some(path) = path {
            let solid = ribbon(path, session.map(), &origin, RIBBON_HEIGHT + RIBBON_STEP * (k % RIBBON_LEVELS) as f64);
            if !solid.is_empty() {
                commands.spawn((
                    Mesh3d(meshes.add(solid.mesh())),
                    MeshMaterial3d(materials.line.clone()),
                    bevy::light::NotShadowCaster,
                    PlanRibbon { truck: truck.truck },
                ));
            }
        }
    }
}

/// Half of the ribbon's width, m.
const HALF_WIDTH: f64 = 0.45;
/// Height over the ground, m: above the ground's small bumps.
const RIBBON_HEIGHT: f64 = 0.35;
/// Difference in height between the ribbons of two trucks, m, and the number of heights. Ribbons at the same height
/// would flicker where they cross.
const RIBBON_STEP: f64 = 0.04;
const RIBBON_LEVELS: usize = 8;
/// Colour of a path without planned speeds.
const UNKNOWN_SPEED: [f32; 3] = [0.55, 0.60, 0.65];

/// Returns the ribbon of a path. Where the path has no heights, the heights of the ground are used.
fn ribbon(path: &PathFrame, map: &MineMap, origin: &LocalOrigin, height: f64) -> Solid {
    let mut solid = Solid::new();
    let at = |i: usize| {
        let p = path.points[i];
        Point3::new(p.x, p.y, path.heights.get(i).copied().unwrap_or_else(|| map.terrain.height(p.x, p.y)))
    };
    let speed = |i: usize| path.speeds.get(i).copied();
    for i in 1..path.points.len() {
        let (a, b) = (at(i - 1), at(i));
        let along = (b - a).xy();
        if along.norm() < 1e-6 {
            continue;
        }
        let along = along.normalize();
        let side = Vector3::new(-along.y, along.x, 0.0) * HALF_WIDTH;
        let edge = |p: Point3, side: Vector3| {
            let q = p + side - origin.0;
            [q.x, q.y, q.z + height]
        };
        let is_reverse = [speed(i - 1), speed(i)].iter().flatten().any(|v| *v < 0.0);
        let colour = match speed(i - 1) {
            _ if is_reverse => [0.75, 0.10, 0.80],
            Some(speed) => speed_colour(to_kmh(speed)),
            None => UNKNOWN_SPEED,
        };
        solid.face(&[edge(a, -side), edge(b, -side), edge(b, side), edge(a, side)], colour);
    }
    solid
}

/// Returns the colour of a speed: red at rest, yellow at 20 km/h, green at 40 km/h and more.
pub fn speed_colour(kmh: f64) -> [f32; 3] {
    let t = (kmh / 40.0).clamp(0.0, 1.0) as f32;
    if t < 0.5 { [0.85, 0.08 + 1.3 * t, 0.03] } else { [0.85 - 1.6 * (t - 0.5), 0.73, 0.03 + 0.2 * (t - 0.5)] }
}
