//! Falling rain and snow around the camera. Drops and flakes have positions in the world, so they do not follow the
//! camera.

use super::particles::{Pieces, scattered};
use super::sky::Shown;
use super::weather::ShownWeather;
use bevy::asset::RenderAssetUsages;
use bevy::camera::visibility::NoFrustumCulling;
use bevy::image::Image;
use bevy::light::{NotShadowCaster, NotShadowReceiver};
use bevy::prelude::*;
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat};

/// Side of the box around the camera in which drops are drawn, m.
const BOX: f32 = 36.0;
/// Speed of a drop of 2 mm, m/s (Gunn and Kinzer 1949), and the exposure time of an eye or a shutter, s.
const DROP_SPEED: f32 = 6.5;
const SHUTTER: f32 = 0.045;
/// Half of the width of a drop's streak, m.
const DROP_HALF_WIDTH: f32 = 0.009;
/// Speed of a snowflake, m/s (Langleben 1954, about 1 m/s), and half of its size, m.
const FLAKE_SPEED: f32 = 1.1;
const FLAKE_HALF: f32 = 0.022;
/// Distance from the eye within which no flake is drawn, m: it would look like a disc.
const CLEAR_OF_EYE: f32 = 2.5;
/// Numbers of drops and of flakes: a base number in any rain or snow, an increase per mm/h, and the maximum.
const DROPS: (f32, f32, usize) = (250.0, 75.0, 2_200);
const FLAKES: (f32, f32, usize) = (900.0, 2_800.0, 4_500);

/// The mesh of rain and snow.
#[derive(Debug, Component)]
pub struct PrecipitationMesh;

/// Adds the mesh of rain and snow.
pub fn spawn(
    mut commands: Commands,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<StandardMaterial>>,
    mut images: ResMut<Assets<Image>>,
) {
    commands.spawn((
        Mesh3d(meshes.add(Pieces::mesh())),
        MeshMaterial3d(materials.add(StandardMaterial {
            base_color: Color::WHITE,
            base_color_texture: Some(images.add(dot())),
            unlit: true,
            cull_mode: None,
            fog_enabled: false,
            alpha_mode: AlphaMode::Blend,
            ..default()
        })),
        NotShadowCaster,
        NotShadowReceiver,
        NoFrustumCulling,
        PrecipitationMesh,
    ));
}

/// Returns an image of a soft round dot.
fn dot() -> Image {
    let side = 16_usize;
    let data = (0..side * side)
        .flat_map(|k| {
            let at = |i: usize| (i as f32 + 0.5) / side as f32 * 2.0 - 1.0;
            let away = at(k % side).hypot(at(k / side));
            [255, 255, 255, (255.0 * (1.6 * (1.0 - away)).clamp(0.0, 1.0)) as u8]
        })
        .collect();
    let extent = Extent3d { width: side as u32, height: side as u32, depth_or_array_layers: 1 };
    Image::new(extent, TextureDimension::D2, data, TextureFormat::Rgba8UnormSrgb, RenderAssetUsages::RENDER_WORLD)
}

/// Draws rain and snow.
pub fn follow(
    (weather, shown): (Res<ShownWeather>, Res<Shown>),
    mut meshes: ResMut<Assets<Mesh>>,
    mut is_drawn: Local<bool>,
    cameras: Query<&Transform, With<Camera3d>>,
    own: Query<&Mesh3d, With<PrecipitationMesh>>,
) {
    let (rain, snow) = (weather.frame.rain * 3.6e6, weather.frame.snow * 3.6e6);
    let falls = rain > 0.05 || snow > 0.02;
    if !falls && !*is_drawn {
        return;
    }
    *is_drawn = falls;
    let Some(camera) = cameras.iter().next() else { return };
    let (sin, cos) = weather.frame.wind_heading.sin_cos();
    let wind = Vec3::new(cos as f32, 0.0, -sin as f32) * weather.frame.wind as f32;
    let light = shown.light.on_a_surface();
    let mut pieces = Pieces::default();
    let count = |(base, each, most): (f32, f32, usize), amount: f64, least: f64| {
        if amount < least { 0 } else { ((base + each * amount as f32) as usize).min(most) }
    };
    let time = weather.time as f32;
    let drops = count(DROPS, rain, 0.05);
    let velocity = wind - Vec3::Y * DROP_SPEED;
    for k in 0..drops as u64 {
        let at = wrapped(k, velocity * (time % 3_600.0), camera.translation);
        let along = velocity * (0.5 * SHUTTER * (0.7 + 0.6 * scattered(4 * k + 3)));
        let side = along.cross(at - camera.translation).normalize_or(Vec3::X) * DROP_HALF_WIDTH;
        pieces.push(at, side, along, [light.x * 1.1, light.y * 1.1, light.z * 1.15, 0.30]);
    }
    for k in 0..count(FLAKES, snow, 0.02) as u64 {
        let k = k + 1_000_000;
        let phase = std::f32::consts::TAU * scattered(4 * k + 3);
        let sway = Vec3::new((time * 1.3 + phase).sin(), 0.0, (time * 1.1 + 2.0 * phase).cos()) * 0.4;
        let fall = (0.6 * wind - Vec3::Y * FLAKE_SPEED * (0.8 + 0.4 * scattered(4 * k + 2))) * (time % 3_600.0);
        let at = wrapped(k, fall + sway, camera.translation);
        if at.distance_squared(camera.translation) < CLEAR_OF_EYE * CLEAR_OF_EYE {
            continue;
        }
        let size = FLAKE_HALF * (0.6 + 0.8 * scattered(7 * k));
        pieces.push(
            at,
            camera.right() * size,
            camera.up() * size,
            [0.95 * light.x.max(0.2), 0.95 * light.y.max(0.2), light.z.max(0.22), 0.85],
        );
    }
    for handle in &own {
        if let Some(mut mesh) = meshes.get_mut(&handle.0) {
            pieces.write(&mut mesh);
            return;
        }
    }
}

/// Returns the position of a drop that moves through the world. The pattern of drops repeats with the side of the box
/// around the camera.
fn wrapped(k: u64, moved: Vec3, eye: Vec3) -> Vec3 {
    let seed = Vec3::new(scattered(4 * k), scattered(4 * k + 1), scattered(4 * k + 2)) * BOX;
    let p = seed + moved - eye;
    let inside = |v: f32| v.rem_euclid(BOX) - BOX / 2.0;
    eye + Vec3::new(inside(p.x), inside(p.y), inside(p.z))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drops_stay_in_place_when_the_camera_moves() {
        for k in 0..200 {
            let (a, b) = (wrapped(k, Vec3::ZERO, Vec3::ZERO), wrapped(k, Vec3::ZERO, Vec3::new(1.0, 0.0, 0.0)));
            let jump = (a - b).abs();
            assert!(jump.length() < 1e-3 || (jump.x - BOX).abs() < 1e-3, "{a} {b}");
            assert!((b - Vec3::X).abs().max_element() <= BOX / 2.0 + 1e-3);
        }
    }
}
