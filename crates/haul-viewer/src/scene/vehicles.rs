//! Manned vehicles on the ground, with rolling wheels.

use crate::frames::{LocalOrigin, vector};
use crate::model::machine::Model;
use crate::model::vehicle::{body, wheel, wheels};
use crate::scene::rig::{Rig, Rigger};
use crate::scene::{Materials, drawn};
use crate::session::Session;
use bevy::prelude::*;
use haul_core::{Footprint, Isometry3, Pose2, Vector3, VehicleKind};
use haul_mine::Terrain;
use nalgebra::{Translation3, UnitQuaternion};

/// A part of a vehicle that moves; the first number is the vehicle's index in the world's list.
#[derive(Debug, Clone, Copy, PartialEq, Component)]
pub enum VehiclePart {
    /// The whole vehicle.
    Root(usize),
    /// A wheel, with its radius, m.
    Wheel(usize, f64),
}

/// Spawns every vehicle: from its model, or as a plain shape if the model is broken.
pub fn spawn(commands: &mut Commands, rigger: &mut Rigger<'_>, materials: &Materials, session: &Session) {
    let m = &materials.machine;
    for (k, vehicle) in session.frame().vehicles.iter().enumerate() {
        let kind = vehicle.kind;
        let model = match kind {
            VehicleKind::LightVehicle => Model::LightVehicle,
            VehicleKind::WaterCart => Model::WaterCart,
            VehicleKind::Grader => Model::Grader,
        };
        let root = commands.spawn((Transform::default(), Visibility::default(), VehiclePart::Root(k))).id();
        if let Some(rig) = rigger.spawn(commands, root, model, None) {
            commands.entity(root).insert(rig);
            continue;
        }
        let meshes = &mut *rigger.meshes;
        commands.entity(root).with_children(|root| {
            root.spawn(drawn(body(kind), meshes, m));
            for w in wheels(kind) {
                let [x, y, z] = w.centre;
                let place = Transform::from_translation(vector(Vector3::new(x, y, z)));
                root.spawn((drawn(wheel(&w), meshes, m), VehiclePart::Wheel(k, w.radius), place));
            }
        });
    }
}

/// Rolls the wheels of the vehicles that are drawn from models.
pub fn follow_rigs(
    session: Res<Session>,
    rigs: Query<(&VehiclePart, &Rig)>,
    mut transforms: Query<&mut Transform, Without<Rig>>,
) {
    for (part, rig) in &rigs {
        let VehiclePart::Root(k) = *part else { continue };
        let Some(vehicle) = session.frame().vehicles.get(k) else { continue };
        rig.pose(&mut transforms, |pose| pose.roll(vehicle.driven));
    }
}

/// Moves the parts.
pub fn follow(session: Res<Session>, origin: Res<LocalOrigin>, mut parts: Query<(&VehiclePart, &mut Transform)>) {
    for (part, mut transform) in &mut parts {
        let (VehiclePart::Root(k) | VehiclePart::Wheel(k, _)) = *part;
        let Some(vehicle) = session.frame().vehicles.get(k) else { continue };
        match *part {
            VehiclePart::Root(_) => {
                let pose = on_slope(&session.map().terrain, vehicle.pose, &vehicle.footprint);
                *transform = origin.transform(&pose);
            }
            VehiclePart::Wheel(_, radius) => {
                let turned = (vehicle.driven / radius) % std::f64::consts::TAU;
                transform.rotation = Quat::from_axis_angle(Vec3::NEG_Z, turned as f32);
            }
        }
    }
}

/// Returns a pose on the ground, tilted like the ground under the outline.
pub fn on_slope(terrain: &Terrain, plan: Pose2, outline: &Footprint) -> Isometry3 {
    let height = |x: f64, y: f64| {
        let p = plan.place(x, y);
        terrain.height(p.x, p.y)
    };
    let (length, width) = (outline.front, outline.half_width);
    let pitch = libm::atan2(height(length, 0.0) - height(0.0, 0.0), length);
    let roll = libm::atan2(height(0.0, width) - height(0.0, -width), 2.0 * width);
    let lean = UnitQuaternion::from_euler_angles(roll, -pitch, plan.heading);
    Isometry3::from_parts(Translation3::new(plan.x, plan.y, height(0.0, 0.0)), lean)
}
