//! The camera: behind a truck or vehicle, around it, or free over the mine.

use crate::frames::LocalOrigin;
use crate::session::Session;
use bevy::prelude::*;
use bevy_egui::input::EguiWantsInput;
use bevy_panorbit_camera::PanOrbitCamera;
use haul_core::{Point3, Pose2};

/// Mode of the camera.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Resource)]
pub enum CameraMode {
    /// Behind and above the truck, turning with it.
    Chase,
    /// Around the truck, turned by the mouse.
    Orbit,
    /// Anywhere, moved by the mouse.
    Free,
}

impl CameraMode {
    /// All modes with their names.
    pub const ALL: [(CameraMode, &'static str); 3] =
        [(CameraMode::Chase, "Chase"), (CameraMode::Orbit, "Orbit"), (CameraMode::Free, "Free")];

    fn next(self) -> Self {
        match self {
            CameraMode::Chase => CameraMode::Orbit,
            CameraMode::Orbit => CameraMode::Free,
            CameraMode::Free => CameraMode::Chase,
        }
    }
}

/// Distance of the chase camera behind the truck, m.
const CHASE_DISTANCE: f64 = 24.0;
/// Height of the chase camera above the truck, m.
const CHASE_HEIGHT: f64 = 11.0;
/// Rate at which the chase camera follows, 1/s.
const FOLLOW_RATE: f32 = 2.5;

/// Position and direction of the chase camera for a truck.
pub fn chase(pose: Pose2, height: f64, ground: impl Fn(f64, f64) -> f64, origin: &LocalOrigin) -> Transform {
    let at = pose.place(-CHASE_DISTANCE, 6.0);
    // Keep the camera above the ground, so that a bank behind the truck does not hide it.
    let up = (height + CHASE_HEIGHT).max(ground(at.x, at.y) + 4.0);
    let target = pose.place(6.0, 0.0);
    Transform::from_translation(origin.place(Point3::new(at.x, at.y, up)))
        .looking_at(origin.place(Point3::new(target.x, target.y, height + 2.0)), Vec3::Y)
}

/// Changes of mode by key: C for the next camera, Tab for the next truck or vehicle.
pub fn keys(
    keyboard: Res<ButtonInput<KeyCode>>,
    wants: Res<EguiWantsInput>,
    mut mode: ResMut<CameraMode>,
    mut session: ResMut<Session>,
) {
    if wants.wants_any_keyboard_input() {
        return;
    }
    if keyboard.just_pressed(KeyCode::KeyC) {
        *mode = mode.next();
    }
    if keyboard.just_pressed(KeyCode::Tab) {
        session.followed = (session.followed + 1) % session.machines().max(1);
    }
}

/// Moves the camera with the followed machine.
pub fn follow(
    time: Res<Time>,
    session: Res<Session>,
    origin: Res<LocalOrigin>,
    mode: Res<CameraMode>,
    wants: Res<EguiWantsInput>,
    mut cameras: Query<(&mut Transform, &mut PanOrbitCamera)>,
) {
    let Ok((mut transform, mut orbit)) = cameras.single_mut() else { return };
    let Some((pose, height)) = session.followed_pose() else { return };
    let centre = origin.place(Point3::new(pose.x, pose.y, height + 2.5));
    orbit.enabled = *mode != CameraMode::Chase && !wants.wants_any_pointer_input();
    match *mode {
        CameraMode::Chase => {
            let terrain = &session.map().terrain;
            let wanted = chase(pose, height, |x, y| terrain.height(x, y), &origin);
            let part = if mode.is_changed() && transform.translation.distance(wanted.translation) > 400.0 {
                1.0
            } else {
                1.0 - (-FOLLOW_RATE * time.delta_secs()).exp()
            };
            transform.translation = transform.translation.lerp(wanted.translation, part);
            transform.look_at(origin.place(front(pose, height)), Vec3::Y);
            hand_over(&transform, centre, &mut orbit);
        }
        CameraMode::Orbit => {
            orbit.target_focus = centre;
            orbit.force_update = true;
        }
        CameraMode::Free => {}
    }
}

fn front(pose: Pose2, height: f64) -> Point3 {
    let p = pose.place(4.0, 0.0);
    Point3::new(p.x, p.y, height + 2.5)
}

/// Sets the orbit camera to the position of the chase camera, so that the picture does not jump when the mode changes.
fn hand_over(transform: &Transform, centre: Vec3, orbit: &mut PanOrbitCamera) {
    let offset = transform.translation - centre;
    let radius = offset.length().max(1.0);
    orbit.target_focus = centre;
    orbit.focus = centre;
    orbit.target_radius = radius;
    orbit.radius = Some(radius);
    orbit.target_yaw = offset.x.atan2(offset.z);
    orbit.yaw = Some(orbit.target_yaw);
    orbit.target_pitch = (offset.y / radius).clamp(-1.0, 1.0).asin();
    orbit.pitch = Some(orbit.target_pitch);
}
