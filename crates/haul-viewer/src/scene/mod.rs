//! The objects of the picture, which follow the world.

pub mod dust;
pub mod ground;
pub mod lamps;
pub mod noise;
pub mod particles;
pub mod places;
pub mod plan;
pub mod precipitation;
pub mod rig;
pub mod rocks;
pub mod shovels;
pub mod sky;
pub mod trucks;
pub mod vehicles;
pub mod weather;

use crate::frames::LocalOrigin;
use crate::model::solid::Solid;
use crate::session::Session;
use bevy::prelude::*;
use ground::Ground;
use ground::material::SoilMaterial;

/// Quality of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Resource)]
pub enum Quality {
    /// No shadows, one texture for the ground: for software renderers.
    Light,
    /// Everything.
    Full,
}

/// Adds ground, sky and weather to an app.
pub fn register(app: &mut App, quality: Quality) {
    ground::material::register(app);
    app.insert_resource(quality)
        .init_resource::<weather::ChosenWeather>()
        .init_resource::<weather::ShownWeather>()
        .init_resource::<dust::Plumes>()
        .add_systems(Startup, (spawn_country, spawn_sky, dust::spawn, precipitation::spawn))
        .add_systems(Update, (weather::follow, sky::follow_weather, sky::wet_ground).chain())
        .add_systems(
            PostUpdate,
            (
                ground::follow_camera,
                ground::rocks::follow_camera,
                sky::follow_camera,
                dust::follow,
                precipitation::follow,
                lamps::follow,
            )
                .before(TransformSystems::Propagate),
        );
}

fn spawn_country(
    mut commands: Commands,
    mut meshes: ResMut<Assets<Mesh>>,
    (mut soils, mut images): (ResMut<Assets<SoilMaterial>>, ResMut<Assets<Image>>),
    (mut standard, quality): (ResMut<Assets<StandardMaterial>>, Res<Quality>),
    (session, origin): (Res<Session>, Res<LocalOrigin>),
) {
    let is_full = *quality == Quality::Full;
    let ground = Ground::new(&mut soils, &mut images, &session.setup().map, &origin, is_full);
    let shared = Materials::new(&mut standard, &mut images);
    ground::rocks::spawn(&mut commands, &mut meshes, &shared, &ground.relief, &origin);
    lamps::spawn(&mut commands, &mut meshes, &shared, &session, (&ground.relief, &origin));
    commands.insert_resource(ground);
}

fn spawn_sky(
    mut commands: Commands,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<StandardMaterial>>,
    mut images: ResMut<Assets<Image>>,
    quality: Res<Quality>,
) {
    sky::spawn(&mut commands, &mut meshes, &mut materials, &mut images, *quality == Quality::Full);
}

/// The materials shared by all objects; colours come from the vertices.
#[derive(Debug, Clone, Resource)]
pub struct Materials {
    /// Ground and rock.
    pub ground: Handle<StandardMaterial>,
    /// Painted steel.
    pub machine: Handle<StandardMaterial>,
    /// Lines on the ground, not shaded.
    pub line: Handle<StandardMaterial>,
}

impl Materials {
    /// Makes the materials.
    pub fn new(materials: &mut Assets<StandardMaterial>, images: &mut Assets<Image>) -> Self {
        Self {
            ground: materials.add(StandardMaterial {
                base_color: Color::WHITE,
                base_color_texture: Some(images.add(ground::gravel::texture())),
                perceptual_roughness: 1.0,
                reflectance: 0.05,
                ..default()
            }),
            machine: materials.add(StandardMaterial {
                base_color: Color::WHITE,
                perceptual_roughness: 0.6,
                reflectance: 0.3,
                ..default()
            }),
            line: materials.add(StandardMaterial {
                base_color: Color::WHITE,
                unlit: true,
                cull_mode: None,
                fog_enabled: false,
                ..default()
            }),
        }
    }
}

/// Returns the components of a drawn solid.
pub fn drawn(
    solid: Solid,
    meshes: &mut Assets<Mesh>,
    material: &Handle<StandardMaterial>,
) -> (Mesh3d, MeshMaterial3d<StandardMaterial>) {
    (Mesh3d(meshes.add(solid.mesh())), MeshMaterial3d(material.clone()))
}
