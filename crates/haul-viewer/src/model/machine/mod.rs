//! Machines as glTF models: a tree of named nodes, each with a pivot and a mesh.
//!
//! The files in `assets/models/` are made by the script beside them and are built into the program. The axes are those of
//! bevy: x forward, y up, z to the right, so that a node's rotation about y turns left and about z lifts the front.

mod library;
mod read;
#[cfg(test)]
mod tests;

pub use library::{Level, Library, Model};
pub use read::ModelError;

use bevy::prelude::*;

/// A machine: its nodes, parents before children, and its meshes.
#[derive(Debug, Clone)]
pub struct Machine {
    /// The nodes; the first is the root.
    pub nodes: Vec<MachineNode>,
    /// The meshes; several nodes may share one.
    pub meshes: Vec<Mesh>,
    /// The surface of all meshes.
    pub surface: Surface,
}

/// A node of a machine.
#[derive(Debug, Clone, PartialEq)]
pub struct MachineNode {
    /// Name, by which the scene moves the node.
    pub name: String,
    /// Number of the parent; `None` at the root.
    pub parent: Option<usize>,
    /// Transform relative to the parent, at rest.
    pub rest: Transform,
    /// Number of the mesh.
    pub mesh: Option<usize>,
    /// Name of the node at which the x axis of this node points. For example, barrel and rod of a cylinder point at
    /// each other.
    pub points_at: Option<String>,
    /// Position of this node on the way to that node, as a share of the way. Used for the middle tube of a two-stage
    /// cylinder.
    pub slides: Option<f32>,
    /// Length of a rope that is stretched to that node, m.
    pub length: Option<f32>,
    /// Radius of a wheel that rolls, m.
    pub radius: Option<f32>,
    /// The number plate whose centre is at this node.
    pub plate: Option<Plate>,
}

/// A number plate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plate {
    /// Direction that the plate faces, in the project's axes (x forward, y left, z up).
    pub facing: [f32; 3],
    /// Width and height, m.
    pub size: [f32; 2],
    /// True if the plate is dark, so that the digits are light.
    pub dark: bool,
}

/// The surface of a machine: one material. Its textures have one cell for each kind of surface.
#[derive(Debug, Clone, Default)]
pub struct Surface {
    /// Roughness (green) and metal (blue).
    pub roughness: Option<Image>,
    /// Light given off.
    pub emission: Option<Image>,
}

impl Machine {
    /// Returns the index of the node with a name.
    pub fn node(&self, name: &str) -> Option<usize> {
        self.nodes.iter().position(|n| n.name == name)
    }

    /// Returns the transforms of all nodes in the machine's frame, from their transforms relative to their parents.
    pub fn places(&self, local: &[Transform]) -> Vec<Transform> {
        let mut out: Vec<Transform> = Vec::with_capacity(self.nodes.len());
        for (node, own) in self.nodes.iter().zip(local) {
            out.push(node.parent.and_then(|p| out.get(p)).map_or(*own, |parent| parent.mul_transform(*own)));
        }
        out
    }

    /// Turns every node that points at another node towards it. Slides a node that lies between two ends, and stretches
    /// a rope.
    pub fn aim(&self, local: &mut [Transform]) {
        let places = self.places(local);
        for (k, node) in self.nodes.iter().enumerate() {
            let Some(target) = node.points_at.as_deref().and_then(|name| self.node(name)) else { continue };
            let Some(way) = (places[target].translation - places[k].translation).try_normalize() else { continue };
            let parent = node.parent.map_or(Transform::IDENTITY, |p| places[p]);
            local[k].rotation = Quat::from_rotation_arc(Vec3::X, parent.rotation.inverse() * way);
            if let Some(length) = node.length {
                local[k].scale.x = places[k].translation.distance(places[target].translation) / length;
            }
            if let Some(share) = node.slides {
                let place = places[k].translation.lerp(places[target].translation, share);
                local[k].translation = parent.rotation.inverse() * (place - parent.translation);
            }
        }
    }

    /// Returns the transforms of all nodes relative to their parents, at rest.
    pub fn rest(&self) -> Vec<Transform> {
        self.nodes.iter().map(|n| n.rest).collect()
    }
}
