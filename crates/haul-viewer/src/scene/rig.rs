//! A machine in the scene: entities for the nodes of its model, and their pose.

use crate::model::machine::{Level, Library, Machine, Model};
use crate::model::number::digits;
use crate::scene::{shovels, trucks, vehicles};
use bevy::camera::visibility::VisibilityRange;
use bevy::prelude::*;
use bevy_egui::{EguiContexts, egui};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Distance from which the far level of a machine is drawn, m.
const FAR: f32 = 110.0;
/// Distance from which the far level of a building is drawn, m.
const FAR_BUILDING: f32 = 400.0;
/// Luminance of a lamp's face per unit of emission in the file, cd/m². The face looks bright even in sunlight.
const LAMP_LUMINANCE: f32 = 2_600.0;

/// The entities of a machine's nodes, in the order of the model.
#[derive(Debug, Clone, Component)]
pub struct Rig {
    machine: Arc<Machine>,
    entities: Vec<Entity>,
}

impl Rig {
    /// Returns the entity of a node.
    pub fn entity(&self, name: &str) -> Option<Entity> {
        self.machine.node(name).and_then(|k| self.entities.get(k).copied())
    }

    /// Poses the nodes. `pose` changes the transforms at rest; cylinders then follow their ends.
    pub fn pose(&self, transforms: &mut Query<&mut Transform, Without<Rig>>, pose: impl FnOnce(&mut Pose<'_>)) {
        let mut local = self.machine.rest();
        pose(&mut Pose { machine: &self.machine, local: &mut local });
        self.machine.aim(&mut local);
        for (entity, place) in self.entities.iter().zip(local) {
            if let Ok(mut transform) = transforms.get_mut(*entity)
                && *transform != place
            {
                *transform = place;
            }
        }
    }
}

/// The transforms of a machine's nodes while it is posed.
pub struct Pose<'a> {
    machine: &'a Machine,
    local: &'a mut [Transform],
}

impl Pose<'_> {
    /// Returns the transform of a node relative to its parent; `None` if the model has no such node.
    pub fn node(&mut self, name: &str) -> Option<&mut Transform> {
        self.machine.node(name).and_then(|k| self.local.get_mut(k))
    }

    /// Turns a node about its pivot.
    pub fn turn(&mut self, name: &str, rotation: Quat) {
        if let Some(node) = self.node(name) {
            node.rotation = rotation;
        }
    }

    /// Rolls every wheel that has a radius by a distance, m.
    pub fn roll(&mut self, distance: f64) {
        for (node, place) in self.machine.nodes.iter().zip(self.local.iter_mut()) {
            if let Some(radius) = node.radius {
                let turned = (distance / f64::from(radius)) % std::f64::consts::TAU;
                place.rotation = Quat::from_axis_angle(Vec3::NEG_Z, turned as f32);
            }
        }
    }
}

/// Meshes and material of a model in the renderer.
#[derive(Debug, Clone)]
struct Drawn {
    machine: Arc<Machine>,
    meshes: Vec<Handle<Mesh>>,
    material: Handle<StandardMaterial>,
}

/// Makes the entities of machines. Each model is uploaded to the renderer once.
pub struct Rigger<'a> {
    /// The models.
    pub library: &'a mut Library,
    /// The meshes.
    pub meshes: &'a mut Assets<Mesh>,
    /// The materials.
    pub materials: &'a mut Assets<StandardMaterial>,
    /// The textures.
    pub images: &'a mut Assets<Image>,
    known: BTreeMap<(Model, Level), Option<Drawn>>,
}

impl<'a> Rigger<'a> {
    /// Creates a rigger without models.
    pub fn new(
        library: &'a mut Library,
        meshes: &'a mut Assets<Mesh>,
        materials: &'a mut Assets<StandardMaterial>,
        images: &'a mut Assets<Image>,
    ) -> Self {
        Self { library, meshes, materials, images, known: BTreeMap::new() }
    }

    fn drawn(&mut self, model: Model, level: Level) -> Option<Drawn> {
        if let Some(known) = self.known.get(&(model, level)) {
            return known.clone();
        }
        let drawn = self.library.get(model, level).map(|machine| {
            let mut texture = |image: &Option<Image>| image.clone().map(|i| self.images.add(i));
            let (roughness, emission) = (texture(&machine.surface.roughness), texture(&machine.surface.emission));
            let textured = roughness.is_some();
            let material = self.materials.add(StandardMaterial {
                base_color: Color::WHITE,
                metallic_roughness_texture: roughness,
                perceptual_roughness: if textured { 1.0 } else { 0.6 },
                metallic: if textured { 1.0 } else { 0.0 },
                emissive: if emission.is_some() { LinearRgba::WHITE * LAMP_LUMINANCE } else { LinearRgba::BLACK },
                emissive_texture: emission,
                reflectance: 0.35,
                ..default()
            });
            let meshes = machine.meshes.iter().map(|m| self.meshes.add(m.clone())).collect();
            Drawn { machine, meshes, material }
        });
        self.known.insert((model, level), drawn.clone());
        drawn
    }

    /// Adds a machine under an entity. Returns its rig; `None` if its model is broken.
    pub fn spawn(&mut self, commands: &mut Commands, root: Entity, model: Model, number: Option<&str>) -> Option<Rig> {
        let near = self.drawn(model, Level::Near)?;
        let far = self.drawn(model, Level::Far);
        let distance = if model == Model::Crusher { FAR_BUILDING } else { FAR };
        let mut entities: Vec<Entity> = Vec::with_capacity(near.machine.nodes.len());
        for node in &near.machine.nodes {
            let parent = node.parent.and_then(|p| entities.get(p).copied()).unwrap_or(root);
            let entity = commands.spawn((node.rest, Visibility::Inherited, ChildOf(parent))).id();
            entities.push(entity);
            // Cylinders are too thin to be seen from afar.
            let distant = far.as_ref().filter(|_| node.points_at.is_none()).and_then(|f| {
                let k = f.machine.node(&node.name)?;
                Some((f.meshes.get(f.machine.nodes[k].mesh?)?.clone(), f.material.clone()))
            });
            if let Some(mesh) = node.mesh.and_then(|m| near.meshes.get(m)) {
                let end = if far.is_some() { distance } else { f32::MAX };
                commands.spawn((
                    Mesh3d(mesh.clone()),
                    MeshMaterial3d(near.material.clone()),
                    VisibilityRange::abrupt(0.0, end),
                    ChildOf(entity),
                ));
            }
            if let Some((mesh, material)) = distant {
                commands.spawn((
                    Mesh3d(mesh),
                    MeshMaterial3d(material),
                    VisibilityRange::abrupt(distance, f32::MAX),
                    ChildOf(entity),
                ));
            }
            if let (Some(plate), Some(text)) = (node.plate, number) {
                let mesh = self.meshes.add(digits(text, plate));
                let material = self.materials.add(StandardMaterial {
                    base_color: if plate.dark { Color::srgb(0.95, 0.95, 0.92) } else { Color::srgb(0.02, 0.02, 0.02) },
                    perceptual_roughness: 0.6,
                    ..default()
                });
                commands.spawn((Mesh3d(mesh), MeshMaterial3d(material), ChildOf(entity)));
            }
        }
        Some(Rig { machine: near.machine, entities })
    }
}

/// Adds the models to an app. Machines take their poses in a set of systems that runs after the world has moved.
pub fn install(app: &mut App, after_world: impl SystemSet) {
    app.insert_resource(Library::from_environment())
        .add_systems(Update, (trucks::follow_rigs, shovels::follow_rigs, vehicles::follow_rigs).in_set(after_world));
}

/// Shows the faults of models in a corner of the window.
pub fn show_faults(mut contexts: EguiContexts, library: Res<Library>) {
    let Ok(context) = contexts.ctx_mut() else { return };
    if library.faults().is_empty() {
        return;
    }
    egui::Area::new("model faults".into()).anchor(egui::Align2::RIGHT_BOTTOM, [-12.0, -12.0]).show(context, |ui| {
        egui::Frame::popup(ui.style()).show(ui, |ui| {
            ui.set_max_width(420.0);
            for fault in library.faults() {
                ui.label(fault.to_string());
            }
        });
    });
}
