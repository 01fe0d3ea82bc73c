//! The material of the ground.

use super::cover::cover;
use super::gravel;
use super::relief::Relief;
use crate::frames::LocalOrigin;
use bevy::asset::uuid_handle;
use bevy::prelude::*;
use bevy::render::render_resource::{AsBindGroup, ShaderType};
use bevy::shader::{Shader, ShaderRef};

const SHADER: Handle<Shader> = uuid_handle!("0d0f4f3e-5f0b-4c53-9e0c-2b1a52f1b7a4");

/// Adds the material to an app.
pub fn register(app: &mut App) {
    app.add_plugins(MaterialPlugin::<SoilMaterial>::default());
    let mut shaders = app.world_mut().resource_mut::<Assets<Shader>>();
    // The id is a constant, so the insertion cannot fail.
    let _ = shaders.insert(SHADER.id(), Shader::from_wgsl(include_str!("soil.wgsl"), "scene/ground/soil.wgsl"));
}

/// Values of the shader. Their meaning is explained in `soil.wgsl`.
#[derive(Debug, Clone, Copy, PartialEq, Default, ShaderType)]
pub struct Soil {
    maps: Vec4,
    state: Vec4,
    horizon: Vec4,
    zenith: Vec4,
}

/// The ground of the mine.
#[derive(Debug, Clone, Asset, TypePath, AsBindGroup)]
pub struct SoilMaterial {
    #[uniform(0)]
    soil: Soil,
    #[texture(1)]
    #[sampler(2)]
    uses: Handle<Image>,
    #[texture(3)]
    slopes: Handle<Image>,
    #[texture(5)]
    #[sampler(6)]
    grain: Handle<Image>,
}

impl Material for SoilMaterial {
    fn fragment_shader() -> ShaderRef {
        SHADER.into()
    }
}

/// Weather that the ground shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wetting {
    /// Wetness of the roads, 0 to 1.
    pub wetness: f32,
    /// Depth of snow, m.
    pub snow: f32,
    /// Colours of the sky at the horizon and at the zenith.
    pub sky: [Vec3; 2],
}

impl SoilMaterial {
    /// Makes the material of a mine. If `full` is true, it has all its detail.
    pub fn new(relief: &Relief, origin: &LocalOrigin, images: &mut Assets<Image>, full: bool) -> Self {
        let (low, high) = relief.bounds();
        let cover = cover(relief);
        let corner = low - origin.0.xy();
        let size = high - low;
        let soil = Soil {
            maps: Vec4::new(corner.x as f32, corner.y as f32, size.x as f32, size.y as f32),
            state: Vec4::new(0.0, 0.0, origin.0.z as f32, if full { 1.0 } else { 0.0 }),
            ..Soil::default()
        };
        Self {
            soil,
            uses: images.add(cover.uses),
            slopes: images.add(cover.slopes),
            grain: images.add(gravel::detail()),
        }
    }

    /// Returns true if the weather differs visibly from the shown one.
    pub fn differs(&self, weather: &Wetting) -> bool {
        let shown = self.soil.horizon.truncate();
        (self.soil.state.x - weather.wetness).abs() > 0.01
            || (self.soil.state.y - weather.snow).abs() > 0.001
            || shown.distance(weather.sky[0]) > 0.01
    }

    /// Shows the weather.
    pub fn set(&mut self, weather: &Wetting) {
        self.soil.state.x = weather.wetness;
        self.soil.state.y = weather.snow;
        self.soil.horizon = weather.sky[0].extend(1.0);
        self.soil.zenith = weather.sky[1].extend(1.0);
    }
}
