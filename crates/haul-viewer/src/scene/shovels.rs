//! Shovels that dig, swing and load.

use crate::frames::LocalOrigin;
use crate::model::machine::Model;
use crate::model::shovel::{BOOM_FOOT, BOOM_LENGTH, STICK_LENGTH, boom, bucket, stick, undercarriage, upper};
use crate::scene::rig::{Pose, Rig, Rigger};
use crate::scene::{Materials, drawn};
use crate::session::Session;
use bevy::prelude::*;
use haul_core::units::from_tonnes;
use haul_core::{Point3, Pose2};
use haul_record::ShovelFrame;

/// A part of a shovel that moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Component)]
pub enum ShovelPart {
    /// House and cab.
    Upper(usize),
    /// Boom.
    Boom(usize),
    /// Stick.
    Stick(usize),
    /// Bucket, empty.
    Bucket(usize),
    /// Ore in the bucket.
    Ore(usize),
}

fn standing(pose: Pose2, ground: f64, origin: &LocalOrigin) -> Transform {
    Transform::from_translation(origin.place(Point3::new(pose.x, pose.y, ground)))
        .with_rotation(Quat::from_rotation_y(pose.heading as f32))
}

/// A shovel that is drawn from a model, by its index in the frame's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Component)]
pub struct ModelShovel(usize, Model);

/// Spawns every shovel: from its model, or as a plain shape if the model is broken.
pub fn spawn(
    commands: &mut Commands,
    rigger: &mut Rigger<'_>,
    materials: &Materials,
    session: &Session,
    origin: &LocalOrigin,
) {
    for (k, shovel) in session.frame().shovels.iter().enumerate() {
        let model = Model::of_shovel(session.setup().shovels.get(k).map_or("", |spec| spec.name.as_str()));
        let base = commands.spawn((standing(shovel.pose, shovel.ground, origin), Visibility::default())).id();
        match rigger.spawn(commands, base, model, None) {
            Some(rig) => {
                commands.entity(base).insert((rig, ModelShovel(k, model)));
            }
            None => plain(commands, rigger.meshes, base, k, materials),
        }
    }
}

/// Adds a shovel as a plain shape.
fn plain(commands: &mut Commands, meshes: &mut Assets<Mesh>, base: Entity, k: usize, materials: &Materials) {
    let m = &materials.machine;
    commands.entity(base).with_children(|base| {
        base.spawn(drawn(undercarriage(), meshes, m));
        base.spawn((drawn(upper(), meshes, m), ShovelPart::Upper(k))).with_children(|house| {
            let foot = Transform::from_xyz(BOOM_FOOT[0] as f32, BOOM_FOOT[1] as f32, 0.0);
            house.spawn((drawn(boom(), meshes, m), ShovelPart::Boom(k), foot)).with_children(|arm| {
                let end = Transform::from_xyz(BOOM_LENGTH as f32, 0.0, 0.0);
                arm.spawn((drawn(stick(), meshes, m), ShovelPart::Stick(k), end)).with_children(|hand| {
                    let tip = Transform::from_xyz(STICK_LENGTH as f32, 0.0, 0.0);
                    hand.spawn((drawn(bucket(), meshes, m), ShovelPart::Bucket(k), tip)).with_children(|scoop| {
                        scoop
                            .spawn((drawn(crate::model::shovel::ore(), meshes, &materials.ground), ShovelPart::Ore(k)));
                    });
                });
            });
        });
    });
}

/// Poses the shovels that are drawn from models.
pub fn follow_rigs(
    session: Res<Session>,
    rigs: Query<(&ModelShovel, &Rig)>,
    mut transforms: Query<&mut Transform, Without<Rig>>,
) {
    for (ModelShovel(k, model), rig) in &rigs {
        let Some(shovel) = session.frame().shovels.get(*k) else { continue };
        let full = session.setup().shovels.get(*k).map_or(1.0, |spec| from_tonnes(spec.bucket_t));
        let fill = (shovel.bucket_mass / full.max(1.0)).clamp(0.0, 1.1) as f32;
        rig.pose(&mut transforms, |pose| {
            match model {
                Model::WheelLoader => pose_loader(pose, shovel, fill),
                Model::RopeShovel => pose_rope_shovel(pose, shovel),
                _ => pose_shovel(pose, shovel),
            }
            if let Some(heap) = pose.node("heap") {
                heap.scale = if fill > 0.03 { Vec3::new(1.0, fill, 1.0) } else { Vec3::splat(1e-3) };
            }
        });
    }
}

/// Boom angles in the simulator with the bucket at the foot of the face and above the truck, rad.
const BOOM_ANGLES: [f64; 2] = [0.35, 0.85];

/// Returns the height of the bucket as a share of the way from the foot of the face to the truck's body.
fn lift(shovel: &ShovelFrame) -> f64 {
    ((shovel.boom - BOOM_ANGLES[0]) / (BOOM_ANGLES[1] - BOOM_ANGLES[0])).clamp(0.0, 1.0)
}

fn pose_shovel(pose: &mut Pose<'_>, shovel: &ShovelFrame) {
    // The angles add up along the arm. The bucket stays level while it carries rock.
    let stick = shovel.stick - std::f64::consts::PI;
    pose.turn("house", Quat::from_rotation_y(shovel.swing as f32));
    pose.turn("boom", Quat::from_rotation_z(shovel.boom as f32));
    pose.turn("stick", Quat::from_rotation_z(stick as f32));
    pose.turn("bucket", Quat::from_rotation_z((-(shovel.boom + stick) - shovel.bucket) as f32));
}

/// Poses a loader. It turns as a whole, lifts its arms, and rolls its bucket back when loaded.
fn pose_loader(pose: &mut Pose<'_>, shovel: &ShovelFrame, fill: f32) {
    const LOWERED: f64 = -0.66;
    const RAISED: f64 = 0.62;
    const ROLLED_BACK: f32 = 0.60;
    let arms = LOWERED + (RAISED - LOWERED) * lift(shovel);
    pose.turn("wheel_loader", Quat::from_rotation_y(shovel.swing as f32));
    pose.turn("boom", Quat::from_rotation_z(arms as f32));
    pose.turn("bucket", Quat::from_rotation_z(-(arms as f32) + ROLLED_BACK * fill.min(1.0) - shovel.bucket as f32));
}

/// Poses a rope shovel. Its boom does not move; ropes lift the dipper, and the handle turns about the saddle.
fn pose_rope_shovel(pose: &mut Pose<'_>, shovel: &ShovelFrame) {
    const LOWERED: f64 = -1.10;
    const RAISED: f64 = 0.15;
    pose.turn("house", Quat::from_rotation_y(shovel.swing as f32));
    pose.turn("stick", Quat::from_rotation_z((LOWERED + (RAISED - LOWERED) * lift(shovel)) as f32));
    pose.turn("door", Quat::from_rotation_z(-(shovel.bucket as f32)));
}

/// Moves the parts.
pub fn follow(session: Res<Session>, mut parts: Query<(&ShovelPart, &mut Transform, &mut Visibility)>) {
    let shovels = &session.frame().shovels;
    for (part, mut transform, mut visibility) in &mut parts {
        let (ShovelPart::Upper(k)
        | ShovelPart::Boom(k)
        | ShovelPart::Stick(k)
        | ShovelPart::Bucket(k)
        | ShovelPart::Ore(k)) = *part;
        let Some(shovel) = shovels.get(k) else { continue };
        // The angles add up along the arm. The bucket's mouth stays level while it carries rock.
        let (boom, stick) = (shovel.boom, shovel.stick);
        let stick_turn = stick - std::f64::consts::PI;
        let carried = -(boom + stick_turn);
        match part {
            ShovelPart::Upper(_) => transform.rotation = Quat::from_rotation_y(shovel.swing as f32),
            ShovelPart::Boom(_) => transform.rotation = Quat::from_rotation_z(boom as f32),
            ShovelPart::Stick(_) => transform.rotation = Quat::from_rotation_z(stick_turn as f32),
            ShovelPart::Bucket(_) => {
                transform.rotation = Quat::from_rotation_z((carried - shovel.bucket) as f32);
            }
            ShovelPart::Ore(_) => {
                let full = session.setup().shovels.get(k).map_or(1.0, |spec| from_tonnes(spec.bucket_t));
                let fill = (shovel.bucket_mass / full.max(1.0)) as f32;
                transform.scale = Vec3::new(1.0, fill.max(0.02), 1.0);
                *visibility = if fill > 0.03 { Visibility::Inherited } else { Visibility::Hidden };
            }
        }
    }
}
