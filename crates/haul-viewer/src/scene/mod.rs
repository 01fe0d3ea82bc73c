//! The objects of the picture, which follow the world.

pub mod gravel;
pub mod ground;
pub mod light;
pub mod places;
pub mod plan;
pub mod rocks;
pub mod shovels;
pub mod trucks;
pub mod vehicles;

use crate::model::solid::Solid;
use bevy::prelude::*;

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
                base_color_texture: Some(images.add(gravel::texture())),
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

/// A drawn solid.
pub fn drawn(
    solid: Solid,
    meshes: &mut Assets<Mesh>,
    material: &Handle<StandardMaterial>,
) -> (Mesh3d, MeshMaterial3d<StandardMaterial>) {
    (Mesh3d(meshes.add(solid.mesh())), MeshMaterial3d(material.clone()))
}
