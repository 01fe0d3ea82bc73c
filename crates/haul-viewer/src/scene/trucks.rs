//! Trucks: chassis, wheels, body, load and hoist follow the machine's state.

use crate::frames::{LocalOrigin, vector};
use crate::model::solid::Solid;
use crate::model::truck::{TruckDimensions, body, chassis, hoist_ends, load};
use crate::model::wheel::wheel;
use crate::model::{BRIGHT_STEEL, YELLOW};
use crate::scene::rig::{Pose, Rig, Rigger};
use crate::scene::{Materials, drawn};
use crate::session::Session;
use bevy::prelude::*;
use haul_record::{TruckFrame, WheelFrame};
use haul_vehicle::{TruckSpec, WHEELS};
use std::collections::BTreeMap;

/// A part of a truck that moves; the first number is the truck's index in the world's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Component)]
pub enum TruckPart {
    /// The whole truck.
    Root(usize),
    /// A wheel, by its number.
    Wheel(usize, usize),
    /// The dump body.
    Body(usize),
    /// The load in the body.
    Load(usize),
    /// Half of a hoist cylinder: its side (−1 right, 1 left), and true for the rod.
    Hoist(usize, i8, bool),
}

/// Dimensions from which a truck is drawn.
pub fn dimensions(spec: &TruckSpec) -> TruckDimensions {
    let (g, footprint) = (&spec.geometry, spec.footprint());
    TruckDimensions {
        front: footprint.front,
        rear: footprint.rear,
        width: g.width,
        height: g.height,
        wheelbase: g.wheelbase,
        track_front: g.track_front,
        track_rear: g.track_rear,
        tyre_radius: spec.tyre.radius,
        tyre_width: spec.tyre.width,
        hinge: [spec.hoist.hinge.x, spec.hoist.hinge.z],
    }
}

/// Marks the load of a truck that is drawn from a model.
#[derive(Debug, Clone, Copy, Component)]
pub struct ModelLoad;

/// Spawns every truck: from its model if there is one, otherwise as a plain shape from its dimensions.
pub fn spawn(commands: &mut Commands, rigger: &mut Rigger<'_>, materials: &Materials, session: &Session) {
    for (k, spec) in session.setup().trucks.iter().enumerate() {
        let root = commands.spawn((Transform::default(), Visibility::default(), TruckPart::Root(k))).id();
        let number = session.frame().trucks.get(k).map(|t| t.truck.to_string());
        let number: Option<String> = number.map(|n| n.chars().filter(char::is_ascii_digit).collect());
        let d = dimensions(spec);
        let rig = rigger
            .library
            .of_truck(d.wheelbase, d.track_front, d.tyre_radius)
            .and_then(|model| rigger.spawn(commands, root, model, number.as_deref().filter(|n| !n.is_empty())));
        match rig {
            Some(rig) => {
                if let Some(load) = rig.entity("load") {
                    commands.entity(load).insert((TruckPart::Load(k), ModelLoad, Visibility::Hidden));
                }
                commands.entity(root).insert(rig);
            }
            None => plain(commands, rigger.meshes, root, k, &d, materials),
        }
    }
}

/// Adds a truck as a plain shape.
fn plain(
    commands: &mut Commands,
    meshes: &mut Assets<Mesh>,
    root: Entity,
    k: usize,
    d: &TruckDimensions,
    materials: &Materials,
) {
    let m = &materials.machine;
    let tyre = meshes.add(wheel(d.tyre_radius, d.tyre_width).mesh());
    let (barrel, rod) = (cylinder(0.16, YELLOW), cylinder(0.10, BRIGHT_STEEL));
    commands.entity(root).with_children(|root| {
        root.spawn(drawn(chassis(d), meshes, m));
        root.spawn((drawn(body(d), meshes, m), TruckPart::Body(k))).with_children(|tray| {
            tray.spawn((Transform::default(), Visibility::Hidden, TruckPart::Load(k)));
        });
        for w in 0..WHEELS {
            root.spawn((Mesh3d(tyre.clone()), MeshMaterial3d(m.clone()), TruckPart::Wheel(k, w)));
        }
        for side in [-1_i8, 1] {
            root.spawn((drawn(barrel.clone(), meshes, m), TruckPart::Hoist(k, side, false)));
            root.spawn((drawn(rod.clone(), meshes, m), TruckPart::Hoist(k, side, true)));
        }
    });
}

/// Returns a bar of 1 m along +x.
fn cylinder(radius: f64, paint: crate::model::solid::Paint) -> Solid {
    let mut s = Solid::new();
    s.bar([0.0, 0.0, 0.0], [1.0, 0.0, 0.0], radius, 16, paint);
    s
}

/// Moves the parts.
pub fn follow(session: Res<Session>, origin: Res<LocalOrigin>, mut parts: Query<(&TruckPart, &mut Transform)>) {
    for (part, mut transform) in &mut parts {
        let (TruckPart::Root(k)
        | TruckPart::Wheel(k, _)
        | TruckPart::Body(k)
        | TruckPart::Load(k)
        | TruckPart::Hoist(k, ..)) = *part;
        let (Some(truck), Some(spec)) = (session.frame().trucks.get(k), session.spec(k)) else { continue };
        match *part {
            TruckPart::Root(_) => *transform = origin.transform(&truck.pose),
            TruckPart::Wheel(_, w) => {
                let Some(wheel) = truck.wheels.get(w) else { continue };
                let spin = Quat::from_axis_angle(Vec3::NEG_Z, wheel.spin as f32);
                transform.translation = vector(wheel.centre.coords);
                transform.rotation = Quat::from_rotation_y(wheel.steer as f32) * spin;
            }
            TruckPart::Body(_) => {
                let d = dimensions(spec);
                *transform = about_hinge(&d, truck.body_angle);
            }
            TruckPart::Load(_) => {}
            TruckPart::Hoist(_, side, is_rod) => {
                let d = dimensions(spec);
                let (frame, held) = hoist_ends(&d);
                let y = 0.42 * f64::from(side);
                let foot = Vec3::from(crate::model::solid::to_bevy([frame[0], y, frame[1]]));
                let head = Vec3::from(crate::model::solid::to_bevy([held[0], y, held[1]]));
                let head = about_hinge(&d, truck.body_angle).transform_point(head);
                let way = head - foot;
                transform.rotation = Quat::from_rotation_arc(Vec3::X, way.normalize_or(Vec3::X));
                transform.translation = foot;
                // The barrel is as long as the retracted cylinder; the rod reaches to the body.
                transform.scale.x = if is_rod { way.length() } else { way.length().min(1.15) };
            }
        }
    }
}

/// Poses the trucks that are drawn from models.
pub fn follow_rigs(
    session: Res<Session>,
    rigs: Query<(&TruckPart, &Rig)>,
    mut transforms: Query<&mut Transform, Without<Rig>>,
) {
    for (part, rig) in &rigs {
        let TruckPart::Root(k) = *part else { continue };
        let Some(truck) = session.frame().trucks.get(k) else { continue };
        rig.pose(&mut transforms, |pose| pose_truck(pose, truck));
    }
}

/// Moves body, wheels and axle of a truck. Frames from a recording have no wheels; their mean steering angle turns the
/// front wheels.
fn pose_truck(pose: &mut Pose<'_>, truck: &TruckFrame) {
    pose.turn("body", Quat::from_rotation_z(truck.body_angle as f32));
    if truck.wheels.len() < WHEELS {
        for side in ["left", "right"] {
            pose.turn(&format!("steer_front_{side}"), Quat::from_rotation_y(truck.steering as f32));
        }
        return;
    }
    let (front, rear) = truck.wheels.split_at(FRONT_WHEELS);
    for wheel in front {
        let side = side(wheel);
        if let Some(pivot) = pose.node(&format!("steer_front_{side}")) {
            pivot.translation = vector(wheel.centre.coords);
            pivot.rotation = Quat::from_rotation_y(wheel.steer as f32);
        }
        pose.turn(&format!("wheel_front_{side}"), rolled(wheel));
    }
    // The axle passes through the centres of the wheel pairs and tilts with them.
    let middle = |left: bool| {
        let pair: Vec<_> =
            rear.iter().filter(|w| (w.centre.y > 0.0) == left).map(|w| vector(w.centre.coords)).collect();
        pair.iter().copied().sum::<Vec3>() / pair.len().max(1) as f32
    };
    let (left, right) = (middle(true), middle(false));
    let across = left - right;
    let lean = Quat::from_rotation_x(across.y.atan2(-across.z));
    if let Some(axle) = pose.node("axle_rear") {
        axle.translation = 0.5 * (left + right);
        axle.rotation = lean;
    }
    for wheel in rear {
        let side = side(wheel);
        let place = if side == "left" { left } else { right };
        // A tandem has a second axle, which moves with the first.
        for name in [format!("wheel_rear_{side}"), format!("wheel_rear_2_{side}")] {
            if let Some(pair) = pose.node(&name) {
                pair.translation = Vec3::new(pair.translation.x, place.y, place.z);
                pair.rotation = lean * rolled(wheel);
            }
        }
    }
}

/// Number of front wheels, which come first.
const FRONT_WHEELS: usize = 2;

fn side(wheel: &WheelFrame) -> &'static str {
    if wheel.centre.y > 0.0 { "left" } else { "right" }
}

fn rolled(wheel: &WheelFrame) -> Quat {
    Quat::from_axis_angle(Vec3::NEG_Z, wheel.spin as f32)
}

fn about_hinge(d: &TruckDimensions, angle: f64) -> Transform {
    let hinge = Vec3::new(d.hinge[0] as f32, d.hinge[1] as f32, 0.0);
    let rotation = Quat::from_rotation_z(angle as f32);
    Transform::from_translation(hinge - rotation * hinge).with_rotation(rotation)
}

/// Redraws the load when it has changed visibly.
pub fn follow_load(
    mut commands: Commands,
    mut meshes: ResMut<Assets<Mesh>>,
    materials: Res<Materials>,
    session: Res<Session>,
    mut shown: Local<BTreeMap<usize, (i64, i64)>>,
    parts: Query<(Entity, &TruckPart, Has<ModelLoad>)>,
) {
    for (entity, part, of_model) in &parts {
        let TruckPart::Load(k) = *part else { continue };
        let (Some(truck), Some(spec)) = (session.frame().trucks.get(k), session.spec(k)) else { continue };
        let fill = truck.payload / spec.rated_payload().max(1.0);
        let key = ((fill * 100.0).round() as i64, (truck.body_angle * 40.0).round() as i64);
        if shown.insert(k, key) == Some(key) {
            continue;
        }
        let solid = if of_model {
            crate::model::load::load(&spec.body, truck.payload, truck.body_angle)
        } else {
            load(&dimensions(spec), fill, truck.body_angle)
        };
        match solid {
            Some(solid) => {
                commands.entity(entity).insert((drawn(solid, &mut meshes, &materials.ground), Visibility::Inherited));
            }
            None => {
                commands.entity(entity).insert(Visibility::Hidden);
            }
        }
    }
}
