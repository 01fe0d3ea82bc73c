//! Sun, sky light and haze.

use bevy::light::CascadeShadowConfigBuilder;
use bevy::prelude::*;

/// Colour of the sky and of the haze.
pub const SKY: Color = Color::srgb(0.62, 0.73, 0.86);

/// Adds the lights. The sun stands in the south-west, as in the early afternoon, low enough for benches to cast
/// shadows.
pub fn spawn(commands: &mut Commands, shadows: bool) {
    commands.insert_resource(ClearColor(SKY));
    commands.insert_resource(GlobalAmbientLight {
        color: Color::srgb(0.78, 0.86, 1.0),
        brightness: 900.0,
        ..default()
    });
    commands.spawn((
        DirectionalLight {
            illuminance: 8_500.0,
            color: Color::srgb(1.0, 0.95, 0.86),
            shadow_maps_enabled: shadows,
            ..default()
        },
        CascadeShadowConfigBuilder {
            num_cascades: 3,
            minimum_distance: 1.0,
            maximum_distance: 500.0,
            first_cascade_far_bound: 40.0,
            ..default()
        }
        .build(),
        Transform::default().looking_to(Vec3::new(0.62, -0.70, -0.42), Vec3::Y),
    ));
    // Light reflected by sunlit ground and walls: weak and warm, from the opposite side and from below, without
    // shadows.
    commands.spawn((
        DirectionalLight {
            illuminance: 1_500.0,
            color: Color::srgb(1.0, 0.93, 0.82),
            shadow_maps_enabled: false,
            ..default()
        },
        Transform::default().looking_to(Vec3::new(-0.62, 0.18, 0.42), Vec3::Y),
    ));
}

/// Haze that fades distant benches.
pub fn haze(extent: f32) -> DistanceFog {
    DistanceFog {
        color: SKY,
        directional_light_color: Color::srgba(1.0, 0.95, 0.85, 0.3),
        directional_light_exponent: 30.0,
        falloff: FogFalloff::from_visibility_colors(
            extent * 7.0,
            Color::srgb(0.55, 0.58, 0.62),
            Color::srgb(0.7, 0.75, 0.8),
        ),
    }
}
