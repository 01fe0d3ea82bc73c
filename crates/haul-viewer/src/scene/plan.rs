//! The planned path on the ground, coloured by the speed planned on it.

use crate::frames::LocalOrigin;
use crate::model::solid::Solid;
use crate::scene::Materials;
use crate::session::Session;
use bevy::prelude::*;
use haul_core::TruckId;
use haul_core::units::to_kmh;
use haul_planner::path::{Path, Travel};
use haul_planner::speed::SpeedProfile;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The ribbon of one truck's plan.
#[derive(Debug, Component)]
pub struct PlanRibbon {
    truck: TruckId,
}

/// Switch that shows plans.
#[derive(Debug, Clone, Copy, Resource)]
pub struct ShowPlans(pub bool);

/// Redraws a truck's plan when it has changed.
pub fn follow(
    mut commands: Commands,
    (mut meshes, materials): (ResMut<Assets<Mesh>>, Res<Materials>),
    (session, origin, show): (Res<Session>, Res<LocalOrigin>, Res<ShowPlans>),
    mut drawn: Local<BTreeMap<TruckId, (usize, usize)>>,
    ribbons: Query<(Entity, &PlanRibbon)>,
) {
    for truck in session.run.world().trucks() {
        let telemetry = truck.onboard().telemetry();
        let key = match (&telemetry.path, show.0) {
            (Some(path), true) => {
                (Arc::as_ptr(path) as usize, telemetry.profile.as_ref().map_or(0, |p| Arc::as_ptr(p) as usize))
            }
            _ => (0, 0),
        };
        if drawn.insert(truck.id(), key) == Some(key) {
            continue;
        }
        for (entity, ribbon) in &ribbons {
            if ribbon.truck == truck.id() {
                commands.entity(entity).despawn();
            }
        }
        if let (Some(path), true) = (&telemetry.path, show.0) {
            let solid = ribbon(path, telemetry.profile.as_deref(), &origin);
            if !solid.is_empty() {
                commands.spawn((
                    Mesh3d(meshes.add(solid.mesh())),
                    MeshMaterial3d(materials.line.clone()),
                    bevy::light::NotShadowCaster,
                    PlanRibbon { truck: truck.id() },
                ));
            }
        }
    }
}

/// Half of the ribbon's width, m.
const HALF_WIDTH: f64 = 0.45;
/// Height over the ground, m: above the ground's small bumps.
const RIBBON_HEIGHT: f64 = 0.35;

fn ribbon(path: &Path, profile: Option<&SpeedProfile>, origin: &LocalOrigin) -> Solid {
    let mut solid = Solid::new();
    let points: Vec<_> = path.points.iter().step_by(2).chain(path.points.last()).collect();
    for pair in points.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        if a.travel != b.travel || b.station - a.station < 1e-6 {
            continue;
        }
        let edge = |p: &haul_planner::path::PathPoint, side: f64| {
            let q = p.pose.place(0.0, side * HALF_WIDTH);
            [q.x - origin.0.x, q.y - origin.0.y, p.z - origin.0.z + RIBBON_HEIGHT]
        };
        let speed = profile.map_or(0.0, |s| to_kmh(s.speed_at(a.station)));
        let colour = if a.travel == Travel::Reverse { [0.75, 0.10, 0.80] } else { speed_colour(speed) };
        solid.face(&[edge(a, -1.0), edge(b, -1.0), edge(b, 1.0), edge(a, 1.0)], colour);
    }
    solid
}

/// Red at rest, yellow at 20 km/h, green at 40 km/h and more.
pub fn speed_colour(kmh: f64) -> [f32; 3] {
    let t = (kmh / 40.0).clamp(0.0, 1.0) as f32;
    if t < 0.5 { [0.85, 0.08 + 1.3 * t, 0.03] } else { [0.85 - 1.6 * (t - 0.5), 0.73, 0.03 + 0.2 * (t - 0.5)] }
}
