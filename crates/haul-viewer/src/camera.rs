//! The camera of the window: behind a truck, in its cab, around it, at a shovel, over the mine, or where things happen.

use crate::frames::LocalOrigin;
use crate::scene::ground::Ground;
use crate::session::Session;
use crate::view::{Scenery, View, Viewpoint, behind, subject};
use bevy::prelude::*;
use bevy_egui::input::EguiWantsInput;
use bevy_panorbit_camera::{PanOrbitCamera, PanOrbitCameraSystemSet};
use haul_core::{Point3, Pose2};

/// Mode of the camera.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Resource)]
pub enum CameraMode {
    /// Behind and above the truck, turning with it.
    Chase,
    /// Around the truck, turned by the mouse.
    Orbit,
    /// In the truck's nose.
    Cab,
    /// In the shovel's cab.
    Shovel,
    /// Anywhere, moved by the mouse, the arrow keys and Page Up and Page Down.
    Free,
    /// Straight down on the mine.
    Map,
    /// Cuts to trucks that tip or are loaded.
    Director,
}

impl CameraMode {
    /// All modes with their names, in the order of the key.
    pub const ALL: [(CameraMode, &'static str); 7] = [
        (CameraMode::Chase, "Chase"),
        (CameraMode::Orbit, "Orbit"),
        (CameraMode::Cab, "Cab"),
        (CameraMode::Shovel, "Shovel"),
        (CameraMode::Free, "Free"),
        (CameraMode::Map, "Map"),
        (CameraMode::Director, "Director"),
    ];

    fn next(self) -> Self {
        let here = Self::ALL.iter().position(|(mode, _)| *mode == self).unwrap_or(0);
        Self::ALL[(here + 1) % Self::ALL.len()].0
    }

    /// Returns true if the mouse moves the camera.
    fn is_by_mouse(self) -> bool {
        matches!(self, CameraMode::Orbit | CameraMode::Free)
    }
}

/// Rate at which the chase camera follows, 1/s.
const FOLLOW_RATE: f32 = 2.5;
/// Distance beyond which the camera jumps instead of flying, m.
const JUMP_DISTANCE: f32 = 300.0;
/// Minimum time between two cuts of the director, s.
const LEAST_TAKE: f32 = 9.0;
/// Speed of free flight per metre of distance between the camera and its target, 1/s, and the minimum speed, m/s.
const FLIGHT: (f32, f32) = (0.9, 12.0);

/// Adds the systems of the camera that do not depend on the window's order.
pub fn register(app: &mut App) {
    app.add_systems(Update, fly)
        .add_systems(PostUpdate, keep_clear.after(PanOrbitCameraSystemSet).before(TransformSystems::Propagate));
}

/// Returns the position and direction of the chase camera before the ground is drawn.
pub fn chase(pose: Pose2, height: f64, ground: impl Fn(f64, f64) -> f64, origin: &LocalOrigin) -> Transform {
    let mut at = behind(pose, height);
    at.eye.z = at.eye.z.max(ground(at.eye.x, at.eye.y) + 4.0);
    transform(&at, origin)
}

fn transform(at: &Viewpoint, origin: &LocalOrigin) -> Transform {
    let (eye, target) = (origin.place(at.eye), origin.place(at.target));
    let up = if (target - eye).normalize_or_zero().y < -0.99 { Vec3::NEG_Z } else { Vec3::Y };
    Transform::from_translation(eye).looking_at(target, up)
}

/// Handles the keys that switch the view: C for the next camera, Tab for the next truck or vehicle.
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

/// The director's current shot: the truck, and the time since the last cut, s.
#[derive(Debug, Default)]
pub struct Take {
    truck: usize,
    age: f32,
}

/// Moves the camera with the followed machine.
pub fn follow(
    time: Res<Time>,
    (session, ground): (Res<Session>, Option<Res<Ground>>),
    origin: Res<LocalOrigin>,
    mode: Res<CameraMode>,
    wants: Res<EguiWantsInput>,
    mut take: Local<Take>,
    mut cameras: Query<(&mut Transform, &mut PanOrbitCamera)>,
) {
    let Ok((mut camera, mut orbit)) = cameras.single_mut() else { return };
    orbit.enabled = mode.is_by_mouse() && !wants.wants_any_pointer_input();
    let (Some(ground), Some((pose, height))) = (ground, session.followed_pose()) else { return };
    let (frame, centre) = (session.frame(), origin.place(Point3::new(pose.x, pose.y, height + 2.5)));
    let scenery = Scenery::new(&ground.relief, session.setup(), frame);
    take.age += time.delta_secs();
    let (at, is_smooth) = match *mode {
        CameraMode::Orbit => {
            orbit.target_focus = centre;
            orbit.force_update = true;
            return;
        }
        CameraMode::Free => return,
        CameraMode::Chase => (scenery.behind_machine(pose, height), true),
        CameraMode::Cab if session.followed_vehicle().is_none() => {
            (scenery.viewpoint(View::Cab, frame, session.followed), false)
        }
        // Vehicles have no view from a cab.
        CameraMode::Cab => (scenery.behind_machine(pose, height), true),
        CameraMode::Shovel => (scenery.viewpoint(View::Shovel, frame, session.followed), false),
        CameraMode::Map => (scenery.viewpoint(View::Map, frame, session.followed), false),
        CameraMode::Director => {
            let best = subject(frame).map_or(0, |(truck, _)| truck);
            if best != take.truck && take.age > LEAST_TAKE {
                *take = Take { truck: best, age: 0.0 };
            }
            (scenery.directed(frame, take.truck), true)
        }
    };
    let wanted = transform(&at, &origin);
    let far = camera.translation.distance(wanted.translation);
    let part = if !is_smooth || far > JUMP_DISTANCE { 1.0 } else { 1.0 - (-FOLLOW_RATE * time.delta_secs()).exp() };
    camera.translation = camera.translation.lerp(wanted.translation, part);
    if is_smooth {
        // On its way between two clear positions the camera may come near a machine.
        let eye = scenery.lifted(origin.site(camera.translation));
        camera.translation = origin.place(eye);
        camera.look_at(origin.place(at.target), Vec3::Y);
        hand_over(&camera, origin.place(at.target), &mut orbit);
    } else {
        *camera = wanted;
    }
}

/// Moves the free camera by key.
fn fly(
    (time, keyboard, mode): (Res<Time>, Res<ButtonInput<KeyCode>>, Option<Res<CameraMode>>),
    wants: Res<EguiWantsInput>,
    mut cameras: Query<(&Transform, &mut PanOrbitCamera)>,
) {
    if mode.is_none_or(|m| *m != CameraMode::Free) || wants.wants_any_keyboard_input() {
        return;
    }
    let Ok((camera, mut orbit)) = cameras.single_mut() else { return };
    let level = |v: Vec3| Vec3::new(v.x, 0.0, v.z).normalize_or_zero();
    let (ahead, right) = (level(*camera.forward()), level(*camera.right()));
    let keys = [
        (KeyCode::ArrowUp, ahead),
        (KeyCode::ArrowDown, -ahead),
        (KeyCode::ArrowRight, right),
        (KeyCode::ArrowLeft, -right),
        (KeyCode::PageUp, Vec3::Y),
        (KeyCode::PageDown, Vec3::NEG_Y),
    ];
    let way: Vec3 = keys.iter().filter(|(key, _)| keyboard.pressed(*key)).map(|(_, way)| *way).sum();
    if way != Vec3::ZERO {
        let speed = (FLIGHT.0 * orbit.radius.unwrap_or(30.0)).max(FLIGHT.1);
        orbit.target_focus += way * speed * time.delta_secs();
        orbit.force_update = true;
    }
}

/// Lifts a camera that the mouse has moved out of the ground and off machines.
fn keep_clear(
    (session, ground, mode): (Res<Session>, Option<Res<Ground>>, Option<Res<CameraMode>>),
    origin: Res<LocalOrigin>,
    mut cameras: Query<&mut Transform, With<PanOrbitCamera>>,
) {
    let (Some(ground), Some(mode)) = (ground, mode) else { return };
    if !mode.is_by_mouse() {
        return;
    }
    let scenery = Scenery::new(&ground.relief, session.setup(), session.frame());
    for mut camera in &mut cameras {
        let eye = origin.place(scenery.lifted(origin.site(camera.translation)));
        if eye.distance_squared(camera.translation) > 1e-6 {
            camera.translation = eye;
        }
    }
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
