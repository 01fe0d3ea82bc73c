//! Dust behind trucks and where rock falls.
//!
//! The emission of unpaved roads grows with the square root of the speed and falls with the moisture (US EPA 2006,
//! AP-42 section 13.2.2, equation 1b). The dust is only drawn; it does not affect the run.

use super::particles::{Pieces, scattered};
use super::sky::Shown;
use super::weather::ShownWeather;
use crate::frames::LocalOrigin;
use crate::session::Session;
use bevy::asset::RenderAssetUsages;
use bevy::camera::visibility::NoFrustumCulling;
use bevy::image::Image;
use bevy::light::{NotShadowCaster, NotShadowReceiver};
use bevy::prelude::*;
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat};
use haul_core::{CycleState, Point3};
use haul_record::{Frame, WeatherFrame};
use std::collections::VecDeque;

/// Simulated time between two puffs from a machine, s.
const EVERY: f64 = 0.3;
/// Time after which a puff has settled, s.
const LIFE: f64 = 11.0;
/// Speed of the emission factor's unit, m/s: 30 mph.
const FULL_SPEED: f64 = 13.4;
/// Speed below which wheels raise no visible dust, m/s.
const LEAST_SPEED: f64 = 1.5;
/// Maximum number of puffs.
const GREATEST_COUNT: usize = 900;
/// Radius of a new puff (m) and its growth (m/s).
const RADIUS: (f32, f32) = (1.5, 1.15);
/// Opacity of a new puff.
const OPACITY: f32 = 0.55;
/// Share of the wind's speed that is left near the ground between banks.
const WIND_SHARE: f32 = 0.3;
/// Reflectance of dry dust, linear.
const COLOUR: Vec3 = Vec3::new(0.74, 0.63, 0.50);

#[derive(Debug, Clone, Copy, PartialEq)]
struct Puff {
    born: f64,
    place: Point3,
    strength: f32,
    size: f32,
    number: u64,
}

/// Dust in the air.
#[derive(Debug, Default, Resource)]
pub struct Plumes {
    puffs: VecDeque<Puff>,
    last: Vec<f64>,
    now: f64,
    count: u64,
}

/// Returns the amount of dust at a speed (m/s), from 0 to about 1.
fn emission(speed: f64, wetness: f64, snow_depth: f64) -> f64 {
    let dry = (1.0 - 2.5 * wetness).max(0.0) * (1.0 - 40.0 * snow_depth).max(0.0);
    if speed.abs() < LEAST_SPEED { 0.0 } else { dry * (speed.abs() / FULL_SPEED).sqrt() }
}

impl Plumes {
    /// Adds the dust of a frame. Frames must be in the order of time; after a jump in time, all dust is removed.
    pub fn record(&mut self, frame: &Frame, weather: &WeatherFrame) {
        let now = frame.at.seconds();
        if now < self.now || now > self.now + 5.0 {
            self.puffs.clear();
            self.last.clear();
        }
        self.now = now;
        self.last.resize(2 * frame.trucks.len(), f64::NEG_INFINITY);
        for (k, truck) in frame.trucks.iter().enumerate() {
            let strength = emission(truck.speed, weather.wetness, weather.snow_depth) as f32;
            if strength > 0.02 && now - self.last[2 * k] >= EVERY {
                self.last[2 * k] = now;
                for side in [-2.0, 2.0] {
                    self.add(truck.pose * Point3::new(-1.2, side, 0.4), strength, 1.0);
                }
            }
            // Rock that slides off the body raises dust in any but the wettest weather.
            let tips = truck.detail.cycle == CycleState::Dumping && truck.body_angle > 0.3 && truck.payload > 2_000.0;
            if tips && now - self.last[2 * k + 1] >= EVERY {
                self.last[2 * k + 1] = now;
                self.add(truck.pose * Point3::new(-5.0, 0.0, 1.0), 0.9 * (1.0 - 0.7 * weather.wetness as f32), 1.5);
            }
        }
        while self.puffs.front().is_some_and(|p| now - p.born > LIFE) || self.puffs.len() > GREATEST_COUNT {
            self.puffs.pop_front();
        }
    }

    fn add(&mut self, place: Point3, strength: f32, size: f32) {
        self.count += 1;
        self.puffs.push_back(Puff { born: self.now, place, strength, size, number: self.count });
    }

    /// Returns the pieces to draw, the farthest first.
    fn pieces(&self, origin: &LocalOrigin, eye: Vec3, weather: &WeatherFrame, colour: Vec3) -> Pieces {
        let (sin, cos) = weather.wind_heading.sin_cos();
        let wind = Vec3::new(cos as f32, 0.0, -sin as f32) * (WIND_SHARE * weather.wind as f32);
        let mut all: Vec<(f32, Vec3, &Puff)> = self
            .puffs
            .iter()
            .map(|puff| {
                let age = (self.now - puff.born) as f32;
                let rise = Vec3::Y * (0.5 * age.sqrt() + 0.3 * RADIUS.1 * age * puff.size);
                let middle = origin.place(puff.place) + wind * age + rise;
                (middle.distance_squared(eye), middle, puff)
            })
            .collect();
        all.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.2.number.cmp(&b.2.number)));
        let mut pieces = Pieces::default();
        for (_, middle, puff) in all {
            let age = (self.now - puff.born) as f32;
            let towards = (eye - middle).normalize_or(Vec3::Z);
            let side = Vec3::Y.cross(towards).normalize_or(Vec3::X);
            let up = towards.cross(side);
            let (spin_sin, spin_cos) = (std::f32::consts::TAU * scattered(puff.number)).sin_cos();
            let radius = puff.size * (RADIUS.0 + RADIUS.1 * age);
            let (right, up) = ((side * spin_cos + up * spin_sin) * radius, (up * spin_cos - side * spin_sin) * radius);
            let fade = (age / 0.4).min(1.0) * (1.0 - age / LIFE as f32).max(0.0).powf(1.6);
            // Spreading thins the dust. Near the eye it would fill the picture.
            let thin = (RADIUS.0 / (RADIUS.0 + RADIUS.1 * age)).powf(0.35);
            let near = ((eye.distance(middle) - 0.7 * radius) / 6.0).clamp(0.0, 1.0);
            let alpha = OPACITY * puff.strength.min(1.4) * fade * thin * near;
            if alpha > 0.004 {
                pieces.push(middle, right, up, [colour.x, colour.y, colour.z, alpha]);
            }
        }
        pieces
    }
}

/// The mesh of the dust.
#[derive(Debug, Component)]
pub struct DustMesh;

/// Adds the mesh of the dust.
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
            base_color_texture: Some(images.add(puff())),
            unlit: true,
            cull_mode: None,
            alpha_mode: AlphaMode::Blend,
            ..default()
        })),
        NotShadowCaster,
        NotShadowReceiver,
        NoFrustumCulling,
        DustMesh,
    ));
}

/// Returns an image of a soft, uneven disc.
fn puff() -> Image {
    let side = 64_usize;
    let data = (0..side * side)
        .flat_map(|k| {
            let at = |i: usize| (i as f64 + 0.5) / side as f64 * 2.0 - 1.0;
            let (x, y) = (at(k % side), at(k / side));
            let uneven = 0.30 * super::noise::octaves(x * 2.2 + 3.0, y * 2.2, 3);
            let away = (x * x + y * y).sqrt();
            let alpha = (1.0 - away + uneven * (1.0 - away)).clamp(0.0, 1.0).powf(1.3);
            [255, 255, 255, (255.0 * alpha) as u8]
        })
        .collect();
    let extent = Extent3d { width: side as u32, height: side as u32, depth_or_array_layers: 1 };
    Image::new(extent, TextureDimension::D2, data, TextureFormat::Rgba8UnormSrgb, RenderAssetUsages::RENDER_WORLD)
}

/// Records and draws the dust.
pub fn follow(
    (session, weather, shown): (Res<Session>, Res<ShownWeather>, Res<Shown>),
    origin: Res<LocalOrigin>,
    mut plumes: ResMut<Plumes>,
    mut meshes: ResMut<Assets<Mesh>>,
    cameras: Query<&Transform, With<Camera3d>>,
    dust: Query<&Mesh3d, With<DustMesh>>,
) {
    plumes.record(session.frame(), &weather.frame);
    let Some(eye) = cameras.iter().next().map(|t| t.translation) else { return };
    let colour = COLOUR * shown.light.on_a_surface();
    let pieces = plumes.pieces(&origin, eye, &weather.frame, colour);
    for handle in &dust {
        if let Some(mut mesh) = meshes.get_mut(&handle.0) {
            pieces.write(&mut mesh);
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dust_grows_with_the_speed_and_wet_or_snowy_roads_hold_it() {
        assert_eq!(emission(1.0, 0.0, 0.0), 0.0);
        assert!(emission(11.0, 0.0, 0.0) > 1.3 * emission(5.0, 0.0, 0.0));
        assert!(emission(11.0, 0.2, 0.0) < 0.6 * emission(11.0, 0.0, 0.0));
        assert_eq!(emission(11.0, 0.8, 0.0) + emission(11.0, 0.0, 0.05), 0.0);
    }
}
