//! The sky, the sun and the haze, for the hour and the weather.

pub mod scattering;

use crate::scene::ground::Ground;
use crate::scene::ground::material::{SoilMaterial, Wetting};
use crate::scene::noise::{octaves, smooth_step};
use crate::scene::weather::ShownWeather;
use bevy::asset::RenderAssetUsages;
use bevy::camera::visibility::NoFrustumCulling;
use bevy::image::{Image, ImageAddressMode, ImageFilterMode, ImageSampler, ImageSamplerDescriptor};
use bevy::light::{CascadeShadowConfigBuilder, NotShadowCaster, NotShadowReceiver};
use bevy::math::DVec3;
use bevy::mesh::{Indices, PrimitiveTopology};
use bevy::prelude::*;
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat};
use haul_record::WeatherFrame;
use scattering::Air;

/// Radius of the dome, m. It lies beyond the hills.
const DOME_RADIUS: f32 = 32_000.0;
/// Distance up to which cameras draw, m.
pub const FAR: f32 = 40_000.0;
/// Picture of the dome: pixels around and from the lower rim to the zenith.
const PIXELS: (usize, usize) = (768, 192);
/// Elevation of the lower rim of the dome, rad.
const LOWEST: f32 = -0.12;
/// Visibility in clear air as drawn, m. Frames give no more than 20 km.
const CLEAR_AIR: f64 = 45_000.0;
/// Light of the sun above the air, in units of the picture.
const SUN: f32 = 24.0;
/// Factor of the colours in the dome's picture, so that bright clouds fit in eight bits.
const DOME_SCALE: f32 = 2.2;
/// Illuminance of a sun overhead, lx, at the exposure of the cameras.
const SUN_ILLUMINANCE: f32 = 11_000.0;
/// Brightness of the ambient light for a sky of brightness 1.
const AMBIENT: f32 = 1_500.0;
/// Share of the direct light that the ground reflects.
const BOUNCE_SHARE: f32 = 0.13;
/// Growth of the ambient light under clouds: eye and camera adapt to a sky without a sun.
const OVERCAST_GAIN: f32 = 0.7;
/// Brightness of the night sky without a moon in the picture, linear.
const NIGHT: Vec3 = Vec3::new(0.0035, 0.0055, 0.011);
/// Illuminance of the moon, lx, at the exposure of the cameras.
const MOON_ILLUMINANCE: f32 = 75.0;

/// Light of one instant.
#[derive(Debug, Clone, PartialEq)]
pub struct Light {
    /// Direction to the sun, or to the moon at night, in bevy's frame.
    pub to_sun: Vec3,
    /// Colour and illuminance (lx) of the direct light.
    pub sun: (Vec3, f32),
    /// Colour and brightness of the ambient light.
    pub ambient: (Vec3, f32),
    /// Colour of the haze at the horizon.
    pub haze: Vec3,
    /// Colour of the sky at the zenith.
    pub zenith: Vec3,
    /// Share of the sky that clouds cover.
    pub overcast: f32,
    /// Visibility, m.
    pub visibility: f32,
    air: Air,
    exposure: f32,
    sun_direction: DVec3,
}

/// Returns the direction to the sun in bevy's frame.
pub fn to_sun(weather: &WeatherFrame) -> DVec3 {
    let (sin, cos) = weather.sun_elevation.sin_cos();
    DVec3::new(cos * weather.sun_heading.cos(), sin, -cos * weather.sun_heading.sin())
}

impl Light {
    /// Returns the light of the weather.
    pub fn new(weather: &WeatherFrame) -> Self {
        let sun_direction = to_sun(weather);
        let (rain, snow) = (weather.rain * 3.6e6, weather.snow * 3.6e6);
        // Extinction: 0.25 R^0.63 per km in rain of R mm/h, and 2.5 R per km in snow. The visibility is 3.9 /
        // extinction (Koschmieder).
        let in_rain = 3_900.0 / (0.25 * rain.powf(0.63)).max(1e-3);
        let in_snow = 3_900.0 / (2.5 * snow).max(1e-3);
        let clear = if weather.visibility >= WeatherFrame::CLEAR { CLEAR_AIR } else { weather.visibility };
        let visibility = clear.min(in_rain).min(in_snow).max(15.0) as f32;
        let falling = smooth_step(0.0, 2.0, rain.max(3.0 * snow));
        let overcast = falling.max(smooth_step(4_000.0, 900.0, f64::from(visibility))) as f32;
        // Mie scattering grows as the visibility falls; fog near the ground does not colour the sky above.
        let air = Air { turbidity: (CLEAR_AIR / f64::from(visibility)).clamp(1.0, 7.0) };
        let elevation = weather.sun_elevation as f32;
        // The eye adapts: a part of the loss of brightness towards the night is compensated.
        let brightness = air.radiance(DVec3::new(-0.3, 0.7, 0.65).normalize(), sun_direction).element_sum() * SUN / 3.0;
        let exposure = (0.42 / brightness.max(0.02)).clamp(0.8, 3.2).powf(0.8);
        let mut light = Self {
            to_sun: sun_direction.as_vec3(),
            sun: (Vec3::ONE, 0.0),
            ambient: (Vec3::ONE, 0.0),
            haze: Vec3::ZERO,
            zenith: Vec3::ZERO,
            overcast,
            visibility,
            air,
            exposure,
            sun_direction,
        };
        let ring: Vec<Vec3> = (0..12)
            .map(|k| {
                let (sin, cos) = (std::f64::consts::TAU * f64::from(k) / 12.0).sin_cos();
                light.sky(DVec3::new(cos, 0.035, sin).normalize())
            })
            .collect();
        light.haze = ring.iter().sum::<Vec3>() / ring.len() as f32;
        light.zenith = light.sky(DVec3::Y);
        let mean = (light.haze * 0.35 + light.zenith * 0.65) * 0.9;
        let grey = mean.element_sum() / 3.0;
        light.ambient =
            (mean.lerp(Vec3::splat(grey), 0.35) / grey.max(1e-6), AMBIENT * grey * (1.0 + OVERCAST_GAIN * overcast));
        let direct = air.transmittance(300.0, sun_direction.y).as_vec3();
        let strength = direct.max_element();
        let through = (1.0 - overcast).powi(2);
        if elevation > -0.015 {
            let rise = smooth_step(-0.015, 0.03, f64::from(elevation)) as f32;
            light.sun = (direct / strength.max(1e-4), SUN_ILLUMINANCE * strength * through * rise * exposure.min(1.6));
        } else {
            // The moon stands opposite to the sun, at least 25° high.
            let turn = Vec3::new(-light.to_sun.x, 0.0, -light.to_sun.z).normalize_or(Vec3::X);
            light.to_sun = (turn + Vec3::Y * 0.75).normalize();
            let night = smooth_step(-0.05, -0.14, f64::from(elevation)) as f32;
            light.sun = (Vec3::new(0.72, 0.82, 1.0), MOON_ILLUMINANCE * night * (1.0 - 0.9 * overcast));
        }
        light
    }

    /// Returns the displayed colour of a white surface in the open.
    pub fn on_a_surface(&self) -> Vec3 {
        let sky = self.haze * 0.35 + self.zenith * 0.65;
        let (colour, lux) = self.sun;
        sky * 0.75 + colour * (0.42 * lux / SUN_ILLUMINANCE)
    }

    /// Returns true if machines need their lamps.
    pub fn is_dark(&self) -> bool {
        self.sun_direction.y < 0.06 || self.visibility < 700.0
    }

    /// Returns the colour of the cloudless or overcast sky in a direction in bevy's frame.
    pub fn sky(&self, direction: DVec3) -> Vec3 {
        let clear = self.air.radiance(direction, self.sun_direction) * SUN * self.exposure + NIGHT;
        if self.overcast <= 0.0 {
            return clear;
        }
        // CIE overcast sky (Moon and Spencer 1942), as bright as the light that the clouds let through.
        let up = direction.y.max(0.0) as f32;
        let day = smooth_step(-0.16, 0.5, self.sun_direction.y) as f32;
        let grey = Vec3::new(0.62, 0.64, 0.67) * day * (1.0 + 2.0 * up) / 2.2 + NIGHT * 0.8;
        // Low cloud and fog hide the gradient.
        let fog = smooth_step(2_000.0, 200.0, f64::from(self.visibility)) as f32;
        let flat = Vec3::new(0.56, 0.58, 0.60) * day + NIGHT * 0.8;
        clear.lerp(grey.lerp(flat, fog), self.overcast)
    }

    /// Returns the picture of the dome: red, green and blue of each pixel, from the lower rim up.
    fn picture(&self) -> Vec<u8> {
        let (width, height) = PIXELS;
        // The air changes slowly with the direction; clouds are drawn pixel by pixel.
        let coarse = (48, 24);
        let direction = |u: f64, v: f64| {
            let elevation = f64::from(LOWEST) + v * v * (std::f64::consts::FRAC_PI_2 - f64::from(LOWEST));
            let (sin, cos) = (u * std::f64::consts::TAU).sin_cos();
            let (up, level) = elevation.sin_cos();
            DVec3::new(level * cos, up, level * sin)
        };
        let nodes: Vec<Vec3> = (0..=coarse.1)
            .flat_map(|j| (0..coarse.0).map(move |i| direction(i as f64 / coarse.0 as f64, j as f64 / coarse.1 as f64)))
            .map(|d| self.sky(d))
            .collect();
        let sun = self.sun_direction;
        let mut bytes = Vec::with_capacity(4 * width * height);
        for y in 0..height {
            let v = (y as f64 + 0.5) / height as f64;
            for x in 0..width {
                let u = (x as f64 + 0.5) / width as f64;
                let (i, j) = (u * coarse.0 as f64, v * coarse.1 as f64);
                let (s, t) = (i.fract() as f32, j.fract() as f32);
                let at = |i: usize, j: usize| nodes[j.min(coarse.1) * coarse.0 + i % coarse.0];
                let (i, j) = (i as usize, j as usize);
                let low = at(i, j).lerp(at(i + 1, j), s);
                let mut colour = low.lerp(at(i, j + 1).lerp(at(i + 1, j + 1), s), t);
                let d = direction(u, v);
                colour = self.with_clouds(colour, d, sun);
                if sun.y < -0.05 {
                    colour += stars(d, &self.sun_direction) * (1.0 - self.overcast);
                }
                let shown = (colour / DOME_SCALE).clamp(Vec3::ZERO, Vec3::ONE);
                let [r, g, b] = shown.to_array().map(encoded);
                bytes.extend([r, g, b, u8::MAX]);
            }
        }
        bytes
    }

    /// Adds thin fair-weather clouds, or the structure of an overcast sky.
    fn with_clouds(&self, sky: Vec3, d: DVec3, sun: DVec3) -> Vec3 {
        if d.y < 0.015 {
            return sky;
        }
        let (x, y) = (d.x / (d.y + 0.12), d.z / (d.y + 0.12));
        let shape = octaves(x * 1.3 + 5.0, y * 1.3 - 2.0, 5);
        let fade = smooth_step(0.015, 0.16, d.y);
        let day = smooth_step(-0.10, 0.25, sun.y) as f32;
        if self.overcast > 0.5 {
            return sky * (1.0 + (0.30 * shape * fade) as f32 * self.overcast);
        }
        let cover = (smooth_step(0.08, 0.42, shape) * fade) as f32 * 0.75 * (1.0 - self.overcast);
        let towards = d.dot(sun).max(0.0) as f32;
        let glow = self.air.transmittance(3_000.0, sun.y + 0.03).as_vec3();
        let white = glow * (0.80 + 0.7 * towards.powi(8)) * day * self.exposure.min(1.3) + sky * 0.30;
        sky.lerp(white, cover)
    }
}

/// Returns the brightness of the stars in a direction.
fn stars(d: DVec3, sun: &DVec3) -> Vec3 {
    let (u, v) = ((d.x * 140.0 + d.y * 61.0).floor(), (d.z * 140.0 - d.y * 77.0).floor());
    let k = crate::scene::noise::noise(u * 7.31 + 0.5, v * 3.17 + 0.5);
    let night = smooth_step(-0.05, -0.2, sun.y);
    Vec3::splat((smooth_step(0.86, 1.0, k.abs()) * 0.35 * night * d.y.max(0.0)) as f32)
}

/// Returns the byte of the sRGB encoding (IEC 61966-2-1).
fn encoded(v: f32) -> u8 {
    let s = if v <= 0.003_130_8 { 12.92 * v } else { 1.055 * v.powf(1.0 / 2.4) - 0.055 };
    (s * 255.0).round() as u8
}

/// A light without a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Component)]
pub enum SkyLight {
    /// The sun or the moon.
    Sun,
    /// Light that the ground reflects.
    Bounce,
}

/// The dome.
#[derive(Debug, Component)]
pub struct Dome;

/// The light in the picture, and the weather for which it was computed.
#[derive(Debug, Resource)]
pub struct Shown {
    /// The light.
    pub light: Light,
    weather: WeatherFrame,
    picture: Handle<Image>,
}

/// Adds the lights and the dome.
pub fn spawn(
    commands: &mut Commands,
    meshes: &mut Assets<Mesh>,
    materials: &mut Assets<StandardMaterial>,
    images: &mut Assets<Image>,
    shadows: bool,
) {
    let weather = WeatherFrame::default();
    let light = Light::new(&weather);
    let extent = Extent3d { width: PIXELS.0 as u32, height: PIXELS.1 as u32, depth_or_array_layers: 1 };
    let mut picture =
        Image::new_uninit(extent, TextureDimension::D2, TextureFormat::Rgba8UnormSrgb, RenderAssetUsages::all());
    picture.data = Some(light.picture());
    let mut sampler = ImageSamplerDescriptor::linear();
    sampler.set_address_mode(ImageAddressMode::Repeat).set_filter(ImageFilterMode::Linear);
    sampler.address_mode_v = ImageAddressMode::ClampToEdge;
    picture.sampler = ImageSampler::Descriptor(sampler);
    let picture = images.add(picture);
    commands.spawn((
        Mesh3d(meshes.add(dome())),
        MeshMaterial3d(materials.add(StandardMaterial {
            base_color: Color::linear_rgb(DOME_SCALE, DOME_SCALE, DOME_SCALE),
            base_color_texture: Some(picture.clone()),
            unlit: true,
            fog_enabled: false,
            cull_mode: None,
            ..default()
        })),
        NotShadowCaster,
        NotShadowReceiver,
        NoFrustumCulling,
        Dome,
    ));
    commands.spawn((
        DirectionalLight { shadow_maps_enabled: shadows, ..default() },
        CascadeShadowConfigBuilder {
            num_cascades: 3,
            minimum_distance: 1.0,
            maximum_distance: 620.0,
            first_cascade_far_bound: 45.0,
            ..default()
        }
        .build(),
        SkyLight::Sun,
    ));
    // Sunlit ground and walls reflect light. It is weak and warm, comes from the opposite side and from below, and
    // casts no shadows.
    commands.spawn((DirectionalLight { shadow_maps_enabled: false, ..default() }, SkyLight::Bounce));
    commands.insert_resource(Shown { light, weather: WeatherFrame { sun_elevation: f64::NAN, ..weather }, picture });
}

fn dome() -> Mesh {
    let (around, up) = (64_u32, 24_u32);
    let (mut positions, mut normals, mut uvs, mut indices) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for j in 0..=up {
        let v = j as f32 / up as f32;
        let (sin, cos) = (LOWEST + v * v * (std::f32::consts::FRAC_PI_2 - LOWEST)).sin_cos();
        for i in 0..=around {
            let u = i as f32 / around as f32;
            let (z, x) = (u * std::f32::consts::TAU).sin_cos();
            positions.push([x * cos * DOME_RADIUS, sin * DOME_RADIUS, z * cos * DOME_RADIUS]);
            normals.push([-x * cos, -sin, -z * cos]);
            uvs.push([u, v]);
        }
    }
    for j in 0..up {
        for i in 0..around {
            let a = j * (around + 1) + i;
            let (b, c, d) = (a + 1, a + around + 2, a + around + 1);
            indices.extend([a, b, c, a, c, d]);
        }
    }
    Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::default())
        .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, positions)
        .with_inserted_attribute(Mesh::ATTRIBUTE_NORMAL, normals)
        .with_inserted_attribute(Mesh::ATTRIBUTE_UV_0, uvs)
        .with_inserted_indices(Indices::U32(indices))
}

/// Returns true if two states of the weather look the same.
fn is_alike(a: &WeatherFrame, b: &WeatherFrame) -> bool {
    let near = |x: f64, y: f64, step: f64| (x - y).abs() < step;
    near(a.sun_elevation, b.sun_elevation, 0.004)
        && near(a.sun_heading, b.sun_heading, 0.008)
        && near(a.rain * 3.6e6, b.rain * 3.6e6, 0.2)
        && near(a.snow * 3.6e6, b.snow * 3.6e6, 0.05)
        && near(a.visibility.max(1.0).ln(), b.visibility.max(1.0).ln(), 0.03)
}

/// Sets the lights, the dome and the haze for the weather.
pub fn follow_weather(
    weather: Res<ShownWeather>,
    mut shown: ResMut<Shown>,
    mut images: ResMut<Assets<Image>>,
    (mut ambient, mut clear): (ResMut<GlobalAmbientLight>, ResMut<ClearColor>),
    mut lamps: Query<(&mut DirectionalLight, &mut Transform, &SkyLight)>,
    mut fogs: Query<&mut DistanceFog>,
) {
    let is_new = !is_alike(&weather.frame, &shown.weather);
    if is_new {
        shown.weather = weather.frame;
        shown.light = Light::new(&weather.frame);
        let picture = shown.light.picture();
        if let Some(mut image) = images.get_mut(&shown.picture) {
            image.data = Some(picture);
        }
    }
    let light = &shown.light;
    let haze = Color::linear_rgb(light.haze.x, light.haze.y, light.haze.z);
    for mut fog in &mut fogs {
        let falloff = FogFalloff::from_visibility(light.visibility);
        if is_new || fog.color != haze {
            let (c, lux) = light.sun;
            let glow = (lux / SUN_ILLUMINANCE).min(1.0) * 0.35;
            fog.color = haze;
            fog.directional_light_color = Color::linear_rgba(c.x, c.y, c.z, glow * (1.0 - light.overcast));
            fog.directional_light_exponent = 14.0;
            fog.falloff = falloff;
        }
    }
    if !is_new {
        return;
    }
    clear.0 = haze;
    let (c, brightness) = light.ambient;
    ambient.color = Color::linear_rgb(c.x, c.y, c.z);
    ambient.brightness = brightness;
    let (c, lux) = light.sun;
    for (mut lamp, mut transform, kind) in &mut lamps {
        match kind {
            SkyLight::Sun => {
                lamp.color = Color::linear_rgb(c.x, c.y, c.z);
                lamp.illuminance = lux;
                *transform = Transform::default().looking_to(-light.to_sun, Vec3::Y);
            }
            SkyLight::Bounce => {
                lamp.color = Color::linear_rgb(c.x, c.y * 0.93, c.z * 0.82);
                lamp.illuminance = BOUNCE_SHARE * lux;
                let back = Vec3::new(light.to_sun.x, 0.25, light.to_sun.z);
                *transform = Transform::default().looking_to(back, Vec3::Y);
            }
        }
    }
}

/// Keeps the dome around the camera.
pub fn follow_camera(
    cameras: Query<&Transform, (With<Camera3d>, Without<Dome>)>,
    mut domes: Query<&mut Transform, With<Dome>>,
) {
    let Some(eye) = cameras.iter().next().map(|t| t.translation) else { return };
    for mut dome in &mut domes {
        dome.translation = Vec3::new(eye.x, eye.y * 0.5, eye.z);
    }
}

/// Shows wetness and snow on the ground.
pub fn wet_ground(
    weather: Res<ShownWeather>,
    shown: Res<Shown>,
    ground: Option<Res<Ground>>,
    mut materials: ResMut<Assets<SoilMaterial>>,
) {
    let Some(ground) = ground else { return };
    let wetting = Wetting {
        wetness: weather.frame.wetness as f32,
        snow: weather.frame.snow_depth as f32,
        sky: [shown.light.haze, shown.light.zenith],
    };
    let is_new = materials.get(&ground.material).is_some_and(|m| m.differs(&wetting));
    if let Some(mut material) = materials.get_mut(&ground.material).filter(|_| is_new) {
        material.set(&wetting);
    }
}

/// Returns the haze of a camera; [`follow_weather`] sets its colour.
pub fn haze() -> DistanceFog {
    DistanceFog { color: Color::NONE, ..default() }
}
