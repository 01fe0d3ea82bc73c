//! Checks of the model files: they are what the script makes, and they fit the seeds and the poses of the simulator.

use super::{Level, Library, Machine, Model, ModelError};
use bevy::mesh::{Indices, Mesh, VertexAttributeValues};
use bevy::prelude::*;
use haul_core::VehicleKind;
use haul_vehicle::TruckSpec;
use proptest::prelude::*;
use serde_json::Value;
use std::path::PathBuf;

/// Maximum relative difference of a dimension from the seeds.
const TOLERANCE: f64 = 0.02;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../assets/models")
}

fn file(name: &str) -> Vec<u8> {
    let path = folder().join(name);
    std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn machine(name: &str) -> Machine {
    Machine::read(&file(&format!("{name}.glb"))).unwrap_or_else(|e| panic!("{name}: {e}"))
}

fn manifest() -> Value {
    serde_json::from_slice(&file("manifest.json")).expect("the manifest is JSON")
}

fn points(mesh: &Mesh, what: bevy::mesh::MeshVertexAttribute) -> &[[f32; 3]] {
    match mesh.attribute(what) {
        Some(VertexAttributeValues::Float32x3(points)) => points,
        _ => panic!("no points"),
    }
}

/// Returns the minimum and the maximum corner of the nodes that a filter selects, in a pose.
fn bounds(machine: &Machine, local: &[Transform], take: impl Fn(&str) -> bool) -> (Vec3, Vec3) {
    let places = machine.places(local);
    let (mut low, mut high) = (Vec3::splat(f32::MAX), Vec3::splat(f32::MIN));
    for (node, place) in machine.nodes.iter().zip(&places).filter(|(n, _)| take(&n.name)) {
        for p in node.mesh.iter().flat_map(|m| points(&machine.meshes[*m], Mesh::ATTRIBUTE_POSITION)) {
            let p = place.transform_point(Vec3::from(*p));
            (low, high) = (low.min(p), high.max(p));
        }
    }
    (low, high)
}

fn near(found: f32, expected: f64, what: &str) {
    let off = (f64::from(found) / expected - 1.0).abs();
    assert!(off < TOLERANCE, "{what}: the model has {found} m, the seeds have {expected} m");
}

#[test]
fn every_file_is_what_the_script_made() {
    let manifest = manifest();
    let mut scripts: Vec<_> = std::fs::read_dir(folder().join("shapes"))
        .expect("the scripts")
        .filter_map(|e| Some(e.ok()?.path()))
        .filter(|p| p.extension().is_some_and(|e| e == "py"))
        .collect();
    scripts.sort();
    scripts.insert(0, folder().join("make.py"));
    let mut sum = crc32fast::Hasher::new();
    for script in &scripts {
        let text = std::fs::read_to_string(script).expect("a script").replace("\r\n", "\n");
        sum.update(text.as_bytes());
    }
    let source = u64::from(sum.finalize());
    assert_eq!(manifest["source"].as_u64(), Some(source), "run assets/models/make.py: a script has changed");
    let files = manifest["files"].as_object().expect("files");
    assert_eq!(files.len(), 22, "eleven machines in two levels");
    for (name, line) in files {
        let bytes = file(name);
        let sum = u64::from(crc32fast::hash(&bytes));
        assert_eq!(line["crc32"].as_u64(), Some(sum), "{name}: run assets/models/make.py");
    }
}

#[test]
fn every_model_has_unit_normals_sound_triangles_and_keeps_its_budget() {
    for (name, line) in manifest()["files"].as_object().expect("files") {
        let machine = Machine::read(&file(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
        let budget = match name.as_str() {
            n if n.contains("_lod1") => 10_000,
            "tr100.glb" | "wide_body.glb" => 40_000,
            "crusher.glb" => 40_000,
            _ => 35_000,
        };
        let mut drawn = 0;
        for node in &machine.nodes {
            let Some(mesh) = node.mesh.map(|m| &machine.meshes[m]) else { continue };
            let Some(Indices::U32(indices)) = mesh.indices() else { panic!("{name}: no indices") };
            drawn += indices.len() / 3;
            for n in points(mesh, Mesh::ATTRIBUTE_NORMAL) {
                assert!((Vec3::from(*n).length() - 1.0).abs() < 2e-3, "{name}: {n:?}");
            }
        }
        assert!(drawn <= budget, "{name}: {drawn} triangles");
        assert!(drawn as u64 <= line["triangles"].as_u64().unwrap_or(0), "{name}");
        let named: Vec<_> = machine.nodes.iter().map(|n| n.name.as_str()).collect();
        let listed: Vec<_> = line["nodes"].as_array().expect("nodes").iter().filter_map(Value::as_str).collect();
        assert_eq!(named, listed, "{name}");
    }
}

#[test]
fn triangles_face_the_way_of_their_normals() {
    for (name, _) in manifest()["files"].as_object().expect("files") {
        let machine = Machine::read(&file(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
        let (mut wrong, mut all) = (0, 0);
        for mesh in &machine.meshes {
            let (p, n) = (points(mesh, Mesh::ATTRIBUTE_POSITION), points(mesh, Mesh::ATTRIBUTE_NORMAL));
            let Some(Indices::U32(indices)) = mesh.indices() else { panic!("{name}: no indices") };
            for t in indices.chunks_exact(3) {
                let [a, b, c] = [0, 1, 2].map(|k| Vec3::from(p[t[k] as usize]));
                let face = (b - a).cross(c - a);
                let normal: Vec3 = t.iter().map(|i| Vec3::from(n[*i as usize])).sum();
                all += 1;
                wrong += usize::from(face.dot(normal) < 0.0);
            }
        }
        assert!(wrong * 1_000 < all, "{name}: {wrong} of {all} triangles face away from their normals");
    }
}

#[test]
fn the_far_level_has_the_nodes_and_the_size_of_the_near_one() {
    for (name, _) in manifest()["files"].as_object().expect("files") {
        let Some(stem) = name.strip_suffix("_lod1.glb") else { continue };
        let (far, near) = (machine(&format!("{stem}_lod1")), machine(stem));
        let names = |m: &Machine| m.nodes.iter().map(|n| n.name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&far), names(&near), "{stem}");
        let (a, b) = (bounds(&far, &far.rest(), |_| true), bounds(&near, &near.rest(), |_| true));
        let near = 0.35_f32.max(0.01 * (b.1 - b.0).length());
        assert!((a.0 - b.0).length() < near && (a.1 - b.1).length() < near, "{stem}: {a:?} {b:?}");
    }
}

fn wide_body() -> TruckSpec {
    TruckSpec::load(std::path::Path::new("wide_body_60t")).expect("a truck of the seeds")
}

#[test]
fn trucks_have_the_dimensions_of_their_seeds() {
    sized_as(&machine("tr100"), &TruckSpec::tr100at());
    sized_as(&machine("wide_body"), &wide_body());
}

fn sized_as(truck: &Machine, spec: &TruckSpec) {
    let g = &spec.geometry;
    let rest = truck.rest();
    let (low, high) = bounds(truck, &rest, |_| true);
    near(high.x - low.x, g.length, "length");
    near(high.z - low.z, g.width, "width");
    near(high.y, g.height, "height");
    assert!(low.y.abs() < 0.02, "the tyres stand on the ground: {}", low.y);
    let footprint = spec.footprint();
    near(high.x, footprint.front, "front");
    near(-low.x, footprint.rear, "rear");
    let at = |name: &str| truck.places(&rest)[truck.node(name).expect(name)].translation;
    near(at("wheel_front_left").x, g.wheelbase, "wheelbase");
    near(-2.0 * at("wheel_front_left").z, g.track_front, "front track");
    near(2.0 * at("wheel_rear_right").z, g.track_rear, "rear track");
    near(-at("body").x, -spec.hoist.hinge.x, "hinge behind the axle");
    near(at("body").y, spec.hoist.hinge.z, "hinge height");
    let wheel = bounds(truck, &rest, |n| n == "wheel_front_left");
    near((wheel.1.y - wheel.0.y) / 2.0, spec.tyre.radius, "tyre radius");
    near(wheel.1.z - wheel.0.z, spec.tyre.width, "tyre width");
    let body = bounds(truck, &rest, |n| n == "body");
    near(body.1.z - body.0.z, g.body_width, "body width");
}

#[test]
fn vehicles_fill_the_outline_of_their_kind() {
    for (name, kind) in [("light_vehicle", VehicleKind::LightVehicle), ("water_cart", VehicleKind::WaterCart)] {
        let (vehicle, f) = (machine(name), kind.footprint());
        let (low, high) = bounds(&vehicle, &vehicle.rest(), |_| true);
        near(high.x - low.x, f.front + f.rear, "length");
        near(high.x, f.front, "front");
        let wheels = bounds(&vehicle, &vehicle.rest(), |n| n.starts_with("wheel"));
        assert!(f64::from(wheels.1.z) <= f.half_width * (1.0 + TOLERANCE), "{name}: {wheels:?}");
        assert!(low.y.abs() < 0.02, "{name}: stands on the ground");
        for node in vehicle.nodes.iter().filter(|n| n.name.starts_with("wheel")) {
            let radius = node.radius.expect("a wheel states its radius");
            assert!((node.rest.translation.y - radius).abs() < 1e-3, "{name}: {}", node.name);
        }
    }
}

#[test]
fn rods_stay_in_their_barrels_in_every_pose() {
    let reach = |machine: &Machine, k: usize| -> f32 {
        let mesh = machine.nodes[k].mesh.map(|m| points(&machine.meshes[m], Mesh::ATTRIBUTE_POSITION));
        mesh.into_iter().flatten().map(|p| p[0]).fold(0.0, f32::max)
    };
    let check = |machine: &Machine, local: &[Transform], pose: &str| {
        let places = machine.places(local);
        for (k, node) in machine.nodes.iter().enumerate() {
            let Some(rod) = node.points_at.as_deref().and_then(|n| machine.node(n)) else { continue };
            if node.slides.is_some() || node.length.is_some() {
                continue;
            }
            // The middle tube of a two-stage cylinder lies between barrel and rod.
            let stem = node.name.trim_end_matches("_rod");
            let middle = machine.node(&format!("{stem}_stage")).map_or(0.0, |stage| 2.0 * reach(machine, stage));
            let span = places[k].translation.distance(places[rod].translation);
            let (a, b) = (reach(machine, k), reach(machine, rod));
            assert!(
                span < a + b + middle,
                "{} comes apart, {pose}: {span} m between the ends, parts of {a} and {b} m",
                node.name
            );
            assert!(span > a.max(b) * 0.93, "{} sticks out, {pose}: {span} m, parts of {a} and {b} m", node.name);
        }
    };
    for (name, spec) in [("tr100", TruckSpec::tr100at()), ("wide_body", wide_body())] {
        let truck = machine(name);
        for k in 0..=12 {
            let mut local = truck.rest();
            let angle = spec.hoist.dump_angle as f32 * k as f32 / 12.0;
            local[truck.node("body").expect("body")].rotation = Quat::from_rotation_z(angle);
            check(&truck, &local, &format!("{name}, body at {angle} rad"));
        }
    }
    let loader = machine("wheel_loader");
    for arms in [-0.66, 0.0, 0.62] {
        let mut local = loader.rest();
        local[loader.node("boom").expect("boom")].rotation = Quat::from_rotation_z(arms);
        check(&loader, &local, &format!("arms at {arms} rad"));
    }
    let shovel = machine("hydraulic_shovel");
    for (boom, stick) in [(0.35, 0.9), (0.35, 1.9), (0.6, 1.4), (0.85, 0.9), (0.85, 1.9)] {
        let mut local = shovel.rest();
        local[shovel.node("boom").expect("boom")].rotation = Quat::from_rotation_z(boom);
        local[shovel.node("stick").expect("stick")].rotation = Quat::from_rotation_z(stick - std::f32::consts::PI);
        check(&shovel, &local, &format!("boom {boom}, stick {stick}"));
    }
}

#[test]
fn a_raised_body_clears_the_ground_and_the_wheels() {
    let truck = machine("tr100");
    let mut local = truck.rest();
    let most = TruckSpec::tr100at().hoist.dump_angle as f32;
    local[truck.node("body").expect("body")].rotation = Quat::from_rotation_z(most);
    let (low, high) = bounds(&truck, &local, |n| n == "body");
    assert!(low.y > 0.4, "the tail is {} m over the ground", low.y);
    assert!(high.y > 9.0, "the canopy rises to {} m", high.y);
}

#[test]
fn cylinders_point_at_their_other_ends() {
    let truck = machine("tr100");
    let mut local = truck.rest();
    local[truck.node("body").expect("body")].rotation = Quat::from_rotation_z(0.6);
    truck.aim(&mut local);
    let places = truck.places(&local);
    for (k, node) in truck.nodes.iter().enumerate() {
        let Some(target) = node.points_at.as_deref().and_then(|n| truck.node(n)) else { continue };
        let way = (places[target].translation - places[k].translation).normalize();
        assert!((places[k].rotation * Vec3::X).dot(way) > 0.999, "{}", node.name);
    }
}

#[test]
fn every_model_of_the_program_is_found() {
    let mut library = Library::new(None);
    for model in [
        Model::Tr100,
        Model::WideBody,
        Model::HydraulicShovel,
        Model::RopeShovel,
        Model::WheelLoader,
        Model::LightVehicle,
        Model::WaterCart,
        Model::Crusher,
    ] {
        assert!(library.get(model, Level::Near).is_some() && library.get(model, Level::Far).is_some(), "{model:?}");
    }
    assert!(library.faults().is_empty(), "{:?}", library.faults());
}

#[test]
fn a_truck_gets_the_model_with_its_wheels() {
    let mut library = Library::new(None);
    for (spec, model) in [(TruckSpec::tr100at(), Some(Model::Tr100)), (wide_body(), Some(Model::WideBody))] {
        let found = library.of_truck(spec.geometry.wheelbase, spec.geometry.track_front, spec.tyre.radius);
        assert_eq!(found, model, "{}", spec.name);
    }
    assert_eq!(library.of_truck(6.3, 5.0, 1.9), None, "a truck of 220 t");
}

#[test]
fn a_broken_file_of_the_user_is_named_and_refused() {
    let folder = std::env::temp_dir().join(format!("haul-models-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let whole = file("tr100.glb");
    std::fs::write(folder.join("tr100.glb"), &whole[..whole.len() / 2]).expect("a file");
    std::fs::write(folder.join("water_cart.glb"), file("person.glb")).expect("a file");
    let mut library = Library::new(Some(folder.clone()));
    assert!(library.get(Model::Tr100, Level::Near).is_none());
    assert!(library.get(Model::WaterCart, Level::Near).is_none());
    assert!(library.get(Model::LightVehicle, Level::Near).is_some(), "other models are those of the program");
    let faults: Vec<_> = library.faults().iter().map(ToString::to_string).collect();
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(faults[0].contains("tr100.glb: expected a binary glTF 2.0 file (.glb), found"), "{faults:?}");
    assert!(faults[1].contains("expected a node `vehicle`, found none of that name"), "{faults:?}");
    // A second query neither reads the file nor reports the fault again.
    assert!(library.get(Model::Tr100, Level::Near).is_none());
    assert_eq!(library.faults().len(), 2);
    std::fs::remove_dir_all(&folder).expect("cleared");
}

#[test]
fn a_missing_folder_of_the_user_is_named() {
    let mut library = Library::new(Some(PathBuf::from("/nonexistent/models")));
    assert_eq!(
        library.faults()[0].to_string(),
        "/nonexistent/models: expected a folder of models (HAUL_MODELS), found none; the models of the program are drawn"
    );
    assert!(library.get(Model::Tr100, Level::Near).is_some());
}

#[test]
fn text_and_empty_files_are_no_models() {
    for bytes in [&b""[..], b"glTF", b"hello", b"{}"] {
        assert!(matches!(Machine::read(bytes), Err(ModelError::NotGltf(_) | ModelError::Empty)), "{bytes:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn damaged_files_give_an_error_or_a_sound_model(
        changes in proptest::collection::vec((0.0..1.0_f64, any::<u8>()), 1..12),
        head in any::<bool>(),
    ) {
        let mut bytes = file("person_lod1.glb");
        // Half of the cases change the description only, where most of the damage is done.
        let span = if head { bytes.len().min(6_000) } else { bytes.len() };
        for (share, value) in changes {
            let at = (share * span as f64) as usize;
            bytes[at] = value;
        }
        if let Ok(machine) = Machine::read(&bytes) {
            for mesh in &machine.meshes {
                let n = points(mesh, Mesh::ATTRIBUTE_POSITION).len();
                let Some(Indices::U32(indices)) = mesh.indices() else { panic!("no indices") };
                prop_assert!(indices.iter().all(|i| (*i as usize) < n));
            }
            let _ = machine.places(&machine.rest());
        }
    }
}
