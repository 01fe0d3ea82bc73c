//! Reading a machine from a binary glTF file.

use super::{Machine, MachineNode, Plate, Surface};
use bevy::asset::RenderAssetUsages;
use bevy::image::{ImageFilterMode, ImageSampler, ImageSamplerDescriptor};
use bevy::mesh::{Indices, PrimitiveTopology};
use bevy::prelude::*;
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat};
use gltf::Gltf;
use serde_json::Value;

/// Maximum number of vertices of a model.
const MAX_VERTICES: usize = 2_000_000;
/// Maximum number of nodes of a model.
const MAX_NODES: usize = 4_096;

/// Reason why a file is not a model of a machine.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// The file is not glTF, or is damaged.
    #[error("expected a binary glTF 2.0 file (.glb), found {0}")]
    NotGltf(String),
    /// The file holds no mesh.
    #[error("expected at least one mesh, found none")]
    Empty,
    /// A node that the scene moves is missing.
    #[error("expected a node `{0}`, found none of that name; name the part so in the model")]
    MissingNode(String),
    /// Vertices of a mesh are missing, or are not numbers.
    #[error("mesh {mesh}: expected {expected}, found {found}")]
    Mesh {
        /// Number of the mesh.
        mesh: usize,
        /// The expected content.
        expected: &'static str,
        /// The content found.
        found: String,
    },
    /// The model is too large to draw.
    #[error("expected at most {limit} {of}, found {found}")]
    TooLarge {
        /// The maximum number.
        limit: usize,
        /// The things that were counted.
        of: &'static str,
        /// The number found.
        found: usize,
    },
    /// A picture in the file cannot be read.
    #[error("expected a PNG texture inside the file, found {0}")]
    Texture(String),
}

impl Machine {
    /// Reads a machine.
    ///
    /// # Errors
    /// See [`ModelError`].
    pub fn read(bytes: &[u8]) -> Result<Self, ModelError> {
        let file = Gltf::from_slice(bytes).map_err(|e| ModelError::NotGltf(format!("a fault: {e}")))?;
        let Some(blob) = file.blob.as_deref() else {
            return Err(ModelError::NotGltf("no binary part; export the model as one .glb file".into()));
        };
        let nodes = nodes(&file)?;
        let vertices: usize = file
            .meshes()
            .flat_map(|m| m.primitives().collect::<Vec<_>>())
            .filter_map(|p| p.get(&gltf::Semantic::Positions).map(|a| a.count()))
            .sum();
        if vertices > MAX_VERTICES {
            return Err(ModelError::TooLarge { limit: MAX_VERTICES, of: "vertices", found: vertices });
        }
        let meshes = file.meshes().map(|m| mesh(&m, blob)).collect::<Result<Vec<_>, _>>()?;
        if meshes.is_empty() {
            return Err(ModelError::Empty);
        }
        Ok(Self { nodes, meshes, surface: surface(&file, blob)? })
    }

    /// Checks that nodes with these names exist.
    ///
    /// # Errors
    /// A node is missing.
    pub fn require(self, names: &[&str]) -> Result<Self, ModelError> {
        match names.iter().find(|name| self.node(name).is_none()) {
            Some(name) => Err(ModelError::MissingNode((*name).to_owned())),
            None => Ok(self),
        }
    }
}

fn extras(raw: &gltf::json::Extras) -> Option<Value> {
    raw.as_ref().and_then(|text| serde_json::from_str(text.get()).ok())
}

/// Returns the nodes of the scene, parents before children.
fn nodes(file: &Gltf) -> Result<Vec<MachineNode>, ModelError> {
    let Some(scene) = file.default_scene().or_else(|| file.scenes().next()) else { return Err(ModelError::Empty) };
    let mut out: Vec<MachineNode> = Vec::new();
    let mut open: Vec<(gltf::Node<'_>, Option<usize>)> = scene.nodes().map(|n| (n, None)).collect();
    open.reverse();
    while let Some((node, parent)) = open.pop() {
        // A node that is its own ancestor would never end the loop.
        if out.len() >= MAX_NODES {
            return Err(ModelError::TooLarge { limit: MAX_NODES, of: "nodes", found: out.len() + 1 });
        }
        let (t, r, s) = node.transform().decomposed();
        let about = extras(node.extras());
        let number = |key: &str| about.as_ref().and_then(|e| e.get(key)).and_then(Value::as_f64).map(|v| v as f32);
        out.push(MachineNode {
            name: node.name().unwrap_or_default().to_owned(),
            parent,
            rest: Transform {
                translation: Vec3::from(t),
                rotation: Quat::from_array(r).normalize(),
                scale: Vec3::from(s),
            },
            mesh: node.mesh().map(|m| m.index()),
            points_at: about.as_ref().and_then(|e| e.get("points_at")).and_then(Value::as_str).map(str::to_owned),
            slides: number("slides").filter(|s| (0.0..=1.0).contains(s)),
            length: number("length").filter(|l| *l > 0.0),
            radius: number("radius").filter(|r| *r > 0.0),
            plate: about.as_ref().and_then(plate),
        });
        let me = out.len() - 1;
        let children: Vec<_> = node.children().map(|child| (child, Some(me))).collect();
        open.extend(children.into_iter().rev());
    }
    Ok(out)
}

fn plate(about: &Value) -> Option<Plate> {
    let numbers = |key: &str| -> Option<Vec<f32>> {
        about.get(key)?.as_array()?.iter().map(|v| v.as_f64().map(|v| v as f32)).collect()
    };
    let (facing, size) = (numbers("facing")?, numbers("size")?);
    let dark = about.get("dark").and_then(Value::as_bool).unwrap_or(false);
    Some(Plate { facing: facing.try_into().ok()?, size: size.try_into().ok()?, dark })
}

/// Joins the primitives of a mesh, which share one material.
fn mesh(mesh: &gltf::Mesh<'_>, blob: &[u8]) -> Result<Mesh, ModelError> {
    let fault = |expected: &'static str, found: String| ModelError::Mesh { mesh: mesh.index(), expected, found };
    let mut points: Vec<[f32; 3]> = Vec::new();
    let (mut normals, mut colours, mut cells) = (Vec::new(), Vec::new(), Vec::new());
    let mut indices: Vec<u32> = Vec::new();
    for part in mesh.primitives() {
        let reader = part.reader(|buffer| (buffer.index() == 0).then_some(blob));
        let base = points.len();
        let places = reader.read_positions().ok_or_else(|| fault("positions", "none".into()))?;
        points.extend(places);
        let count = points.len() - base;
        match reader.read_normals() {
            Some(all) => normals.extend(all),
            None => return Err(fault("normals", "none".into())),
        }
        match reader.read_colors(0) {
            Some(all) => colours.extend(all.into_rgba_f32()),
            None => {
                colours.extend(std::iter::repeat_n(part.material().pbr_metallic_roughness().base_color_factor(), count))
            }
        }
        match reader.read_tex_coords(0) {
            Some(all) => cells.extend(all.into_f32()),
            None => cells.extend(std::iter::repeat_n([0.5 / 16.0, 0.5], count)),
        }
        match reader.read_indices() {
            Some(all) => indices.extend(all.into_u32().map(|i| i.saturating_add(base as u32))),
            None => indices.extend(base as u32..points.len() as u32),
        }
    }
    let n = points.len();
    if normals.len() != n || colours.len() != n || cells.len() != n {
        return Err(fault("as many normals, colours and texture coordinates as positions", format!("{n} positions")));
    }
    if let Some(bad) = points.iter().chain(&normals).position(|v: &[f32; 3]| !v.iter().all(|c| c.is_finite())) {
        return Err(fault("finite numbers", format!("a vertex ({}) that is not a number", bad % n.max(1))));
    }
    if let Some(bad) = indices.iter().find(|i| **i as usize >= n) {
        return Err(fault("indices below the number of vertices", format!("index {bad} of {n} vertices")));
    }
    Ok(Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::default())
        .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, points)
        .with_inserted_attribute(Mesh::ATTRIBUTE_NORMAL, normals)
        .with_inserted_attribute(Mesh::ATTRIBUTE_COLOR, colours)
        .with_inserted_attribute(Mesh::ATTRIBUTE_UV_0, cells)
        .with_inserted_indices(Indices::U32(indices)))
}

fn surface(file: &Gltf, blob: &[u8]) -> Result<Surface, ModelError> {
    let Some(material) = file.materials().next() else { return Ok(Surface::default()) };
    let roughness = material.pbr_metallic_roughness().metallic_roughness_texture();
    Ok(Surface {
        roughness: roughness.map(|t| texture(&t.texture(), blob, TextureFormat::Rgba8Unorm)).transpose()?,
        emission: material
            .emissive_texture()
            .map(|t| texture(&t.texture(), blob, TextureFormat::Rgba8UnormSrgb))
            .transpose()?,
    })
}

fn texture(texture: &gltf::Texture<'_>, blob: &[u8], format: TextureFormat) -> Result<Image, ModelError> {
    let gltf::image::Source::View { view, .. } = texture.source().source() else {
        return Err(ModelError::Texture("a picture in another file; export the model as one .glb file".into()));
    };
    let bytes = blob.get(view.offset()..view.offset().saturating_add(view.length()));
    let bytes = bytes.ok_or_else(|| ModelError::Texture("a picture beyond the end of the file".into()))?;
    let picture = image::load_from_memory_with_format(bytes, image::ImageFormat::Png)
        .map_err(|e| ModelError::Texture(e.to_string()))?
        .to_rgba8();
    let size = Extent3d { width: picture.width(), height: picture.height(), depth_or_array_layers: 1 };
    let mut image = Image::new(size, TextureDimension::D2, picture.into_raw(), format, RenderAssetUsages::RENDER_WORLD);
    image.sampler = ImageSampler::Descriptor(ImageSamplerDescriptor {
        mag_filter: ImageFilterMode::Nearest,
        min_filter: ImageFilterMode::Nearest,
        ..default()
    });
    Ok(image)
}
