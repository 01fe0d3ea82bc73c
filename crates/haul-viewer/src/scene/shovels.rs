//! Shovels that dig, swing and load.

use crate::frames::LocalOrigin;
use crate::model::shovel::{BOOM_FOOT, BOOM_LENGTH, STICK_LENGTH, boom, bucket, stick, undercarriage, upper};
use crate::scene::{Materials, drawn};
use crate::session::Session;
use bevy::prelude::*;
use haul_core::units::from_tonnes;
use haul_core::{Point3, Pose2};

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

/// Spawns every shovel.
pub fn spawn(
    commands: &mut Commands,
    meshes: &mut Assets<Mesh>,
    materials: &Materials,
    session: &Session,
    origin: &LocalOrigin,
) {
    for (k, shovel) in session.frame().shovels.iter().enumerate() {
        let m = &materials.machine;
        commands.spawn((standing(shovel.pose, shovel.ground, origin), Visibility::default())).with_children(|base| {
            base.spawn(drawn(undercarriage(), meshes, m));
            base.spawn((drawn(upper(), meshes, m), ShovelPart::Upper(k))).with_children(|house| {
                let foot = Transform::from_xyz(BOOM_FOOT[0] as f32, BOOM_FOOT[1] as f32, 0.0);
                house.spawn((drawn(boom(), meshes, m), ShovelPart::Boom(k), foot)).with_children(|arm| {
                    let end = Transform::from_xyz(BOOM_LENGTH as f32, 0.0, 0.0);
                    arm.spawn((drawn(stick(), meshes, m), ShovelPart::Stick(k), end)).with_children(|hand| {
                        let tip = Transform::from_xyz(STICK_LENGTH as f32, 0.0, 0.0);
                        hand.spawn((drawn(bucket(), meshes, m), ShovelPart::Bucket(k), tip)).with_children(|scoop| {
                            scoop.spawn((
                                drawn(crate::model::shovel::ore(), meshes, &materials.ground),
                                ShovelPart::Ore(k),
                            ));
                        });
                    });
                });
            });
        });
    }
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
