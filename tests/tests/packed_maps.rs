//! Packed bytes of real and generated mines, and their road ids across changes of the map.

use haul_core::{Footprint, Point2, RoadId, Vector2};
use haul_mine::change::dig_face;
use haul_mine::generate::{PitSpec, generate_pit};
use haul_mine::{MineMap, PlaceKind, TruckShape};
use haul_tests::{dapai, project};

fn comes_back(map: &MineMap) {
    let bytes = map.to_bytes();
    let back = MineMap::from_bytes(&bytes).unwrap();
    assert!(back == *map && back.to_bytes() == bytes && back.fingerprint() == map.fingerprint(), "{}", map.name);
}

#[test]
fn sample_pit_and_generated_pits_come_back_bit_for_bit() {
    let sample = MineMap::load(&project().join("assets/mines/sample_pit")).unwrap();
    comes_back(&sample);
    assert!(sample.to_bytes().len() < 800_000, "{} bytes", sample.to_bytes().len());
    for seed in [3, 508] {
        comes_back(&generate_pit(&PitSpec::drawn(seed)).unwrap());
    }
}

#[test]
#[ignore = "needs the survey of a real mine in the folder that HAUL_REAL_MINES names"]
fn dapai_comes_back_bit_for_bit() {
    let folder = dapai("packed");
    let map = MineMap::load(&folder).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    comes_back(&map);
}

#[test]
fn a_cut_or_changed_file_is_named_with_the_remedy() {
    let map = MineMap::load(&project().join("assets/mines/sample_pit")).unwrap();
    let bytes = map.to_bytes();
    let file = std::env::temp_dir().join(format!("haul-cut-{}.mine", std::process::id()));
    for length in [1, 20, 40, bytes.len() / 2, bytes.len() - 1] {
        std::fs::write(&file, &bytes[..length]).unwrap();
        let error = MineMap::load(&file).unwrap_err().to_string();
        assert!(
            error.contains("haul-cut") && error.contains("cut short") && error.contains("haul mine pack"),
            "{error}"
        );
    }
    for at in (8..bytes.len()).step_by(bytes.len() / 40) {
        let mut changed = bytes.clone();
        changed[at] ^= 0x10;
        assert!(MineMap::from_bytes(&changed).unwrap_err().to_string().contains("haul mine pack"), "byte {at}");
    }
    std::fs::remove_file(&file).unwrap();
}

#[test]
fn an_advancing_face_leaves_the_ids_of_roads_far_from_it() {
    let mut map = generate_pit(&PitSpec::default()).unwrap();
    let before = map.roads.clone();
    let face = map.places.iter().find(|p| p.kind == PlaceKind::Load).unwrap().clone();
    let footprint = Footprint { front: 6.6, rear: 3.2, half_width: 2.8 };
    dig_face(&mut map, face.id.as_str(), 20_000.0, &TruckShape { footprint, turning_radius: 10.0 }).unwrap();
    let far = |p: Point2| (p - face.spots[0].pose.position()).norm() > 120.0;
    let mut held = 0;
    for road in &before.roads {
        let middle = road.line.at(road.line.length() / 2.0).unwrap().xy();
        if far(middle) {
            let now = map.roads.road(road.id).unwrap_or_else(|| panic!("road {} is gone", road.id));
            assert!(now.line.project(middle).unwrap().lateral.abs() < 2.0, "road {} has moved", road.id);
            held += 1;
        }
    }
    assert!(held > 3, "{held}");
}

#[test]
fn a_pit_with_a_face_more_keeps_the_ids_of_the_roads_that_stay() {
    let earlier = generate_pit(&PitSpec { faces: 2, ..PitSpec::default() }).unwrap();
    let mut later = generate_pit(&PitSpec { faces: 3, ..PitSpec::default() }).unwrap();
    let took = later.roads.take_ids(&earlier.roads, Vector2::zeros());
    assert!(took > 3, "{took} of {}", later.roads.roads.len());
    for road in &later.roads.roads {
        let Some(old) = earlier.roads.road(road.id) else {
            assert!(road.id.0 >= earlier.roads.next_id());
            continue;
        };
        let (short, long) = if old.line.length() < road.line.length() { (old, road) } else { (road, old) };
        let near = (0..20).filter(|k| {
            let p = short.line.at(short.line.length() * (f64::from(*k) + 0.5) / 20.0).unwrap().xy();
            let on = long.line.project(p).unwrap();
            (long.line.at(on.station).unwrap().xy() - p).norm() < 12.0
        });
        let near = near.count();
        assert!(near >= 8, "road {}: {near} of 20 points lie on the road of the same id", road.id);
    }
}

#[test]
fn road_ids_hold_through_edits_and_files() {
    let mut map = MineMap::load(&project().join("assets/mines/sample_pit")).unwrap();
    let before = map.roads.clone();
    let long = |r: &&haul_mine::Road| r.line.length() > 60.0;
    let split = before.roads.iter().rev().find(long).unwrap().id;
    let gone = before.roads.iter().find(|r| r.id != split).unwrap().id;
    map.roads.remove(gone).unwrap();
    let part = map.roads.split(split, 20.0).unwrap();
    let dir = std::env::temp_dir().join(format!("haul-ids-{}", std::process::id()));
    map.save(&dir).unwrap();
    let mut back = MineMap::load(&dir).unwrap();
    std::fs::remove_dir_all(&dir).unwrap();
    assert!(back.roads == map.roads && MineMap::from_bytes(&map.to_bytes()).unwrap().roads == map.roads);
    for old in before.roads.iter().filter(|r| r.id != gone && r.id != split) {
        assert!(back.roads.road(old.id).unwrap().line == old.line, "road {}", old.id);
        let middle = old.line.at(old.line.length() / 2.0).unwrap().xy();
        assert_eq!(back.roads.nearest(middle).unwrap().road, old.id);
    }
    let added = back.roads.add(before.road(gone).unwrap().clone()).unwrap();
    assert!(added > part && part > RoadId(before.roads.len() as u32 - 1), "ids are not given again");
}
