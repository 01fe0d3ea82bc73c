//! Tests that maps come back bit for bit, and that other bytes give an error and never a panic.

use super::*;
use crate::drivable::Drivable;
use crate::generate::{PitSpec, generate_pit};
use crate::map::{Area, Datum, Repair, RepairKind, Zone};
use crate::places::{Place, PlaceKind, Spot};
use crate::roads::{Lanes, Road, RoadGraph, RoadNode, RoadStation, Side};
use crate::terrain::{RoadCondition, Terrain};
use haul_core::{NodeId, Point2, Point3, Polygon, Polyline, Pose2, RoadId};
use proptest::prelude::*;
use std::sync::LazyLock;

/// Returns a map of a few hundred bytes with content in every layer.
fn small() -> MineMap {
    let at = |x: f64, y: f64| Point2::new(x, y);
    let outer = vec![at(0.0, 0.0), at(60.0, 0.0), at(60.0, 40.0), at(0.0, 40.0)];
    let drivable = Drivable::new(Polygon { outer, holes: vec![vec![at(30.0, 20.0), at(31.0, 22.0), at(32.0, 20.0)]] });
    let heights = (0..20).map(|k| 100.0 - 0.3 * (k as f32).sqrt()).collect();
    let terrain = Terrain::new(at(-5.0, -0.0), 16.0, 5, heights).unwrap();
    let line = Polyline::new((0..6).map(|k| Point3::new(5.0 + 10.0 * f64::from(k), 10.0, 99.0 + 0.1 * f64::from(k))));
    let station = RoadStation { grade: 0.01, width_left: 10.0, lanes: Lanes::One, ..RoadStation::default() };
    let node = |k: u32| RoadNode { id: NodeId(k), position: line.points()[5 * k as usize] };
    let road = Road {
        id: RoadId(7),
        from: NodeId(0),
        to: NodeId(1),
        line: line.clone(),
        stations: vec![station; 6],
        one_way: true,
        speed_limit: Some(8.3),
    };
    let mut roads = RoadGraph::new(vec![node(0), node(1)], vec![road]);
    let other = roads.split(RoadId(7), 21.0).unwrap();
    roads.remove(other);
    let mut map = MineMap::new("Grube Ü", terrain.surveyed(), drivable.unwrap(), roads);
    map.datum = Datum { easting: 5e5, northing: -1e6, elevation: 12.5 };
    map.traffic_side = Side::Left;
    map.areas = vec![Area { id: 3, centre: at(1.0, 2.0), radius: 9.0, height: -0.0 }];
    map.places = vec![Place {
        id: "face".into(),
        kind: PlaceKind::Load,
        spots: vec![Spot { name: "face/1".into(), pose: Pose2::new(9.0, 9.0, -4.0) }],
        queue: vec![Pose2::new(1.0, 1.0, 0.1)],
        machine: None,
        obstacle_radius: 4.8,
        material_density: 1_800.0,
    }];
    let ring = vec![at(0.0, 0.0), at(9.0, 0.0), at(0.0, 9.0)];
    map.zones = vec![Zone { name: "wet".into(), ring, low_traction: Some(0.3), ..Zone::default() }];
    map.repairs = vec![Repair { kind: RepairKind::HeightsAveraged, at: at(3.0, 4.0), what: "two heights".into() }];
    map.revision.number = 4;
    map.condition = RoadCondition::of(at(0.0, 0.0), 10.0, 3, vec![0.0, 0.1, 0.2, 0.0, 0.5, 0.0]).unwrap();
    map
}

static SMALL: LazyLock<MineMap> = LazyLock::new(small);

fn error(bytes: &[u8]) -> String {
    MineMap::from_bytes(bytes).unwrap_err().to_string()
}

#[test]
fn map_comes_back_bit_for_bit_with_equal_fingerprint() {
    let bytes = SMALL.to_bytes();
    let back = MineMap::from_bytes(&bytes).unwrap();
    assert!(back == *SMALL);
    assert!(back.terrain.bounds().0.y.is_sign_negative() && back.areas[0].height.is_sign_negative(), "minus zero");
    assert_eq!(back.places[0].spots[0].pose.heading, -4.0, "a heading is not wrapped");
    assert!(back.roads.next_id() == 9 && back.to_bytes() == bytes && back.fingerprint() == SMALL.fingerprint());
}

#[test]
fn generated_pits_come_back_smaller_than_their_directories() {
    for seed in [1, 2, 5] {
        let map = generate_pit(&PitSpec::drawn(seed)).unwrap();
        let bytes = map.to_bytes();
        let heights = 4 * map.terrain.heights().len();
        assert!(MineMap::from_bytes(&bytes).unwrap() == map, "seed {seed}");
        assert!(bytes.len() < heights, "{} bytes for a map with {heights} bytes of heights", bytes.len());
    }
}

#[test]
fn any_change_of_a_map_changes_its_fingerprint() {
    type MapChange = fn(&mut MineMap);
    let changes: [MapChange; 11] = [
        |m| m.name.push('x'),
        |m| m.datum.elevation = 12.6,
        |m| m.traffic_side = Side::Right,
        |m| m.road_class = "neglected".into(),
        |m| m.roads.roads[0].stations[2].sight_back = 1e-12,
        |m| drop(m.roads.remove(RoadId(7))),
        |m| m.places[0].queue.clear(),
        |m| m.zones[0].closed = true,
        |m| m.repairs.clear(),
        |m| m.revision.number = 5,
        |m| m.condition.add(Point2::new(5.0, 5.0), 1.0, 0.01),
    ];
    let mut seen = vec![SMALL.fingerprint()];
    for change in changes {
        let mut map = SMALL.clone();
        change(&mut map);
        assert!(!seen.contains(&map.fingerprint()));
        assert!(MineMap::from_bytes(&map.to_bytes()).unwrap() == map);
        seen.push(map.fingerprint());
    }
}

#[test]
fn every_cut_is_reported_with_its_remedy() {
    let bytes = SMALL.to_bytes();
    for length in 0..bytes.len() {
        let error = error(&bytes[..length]);
        let named = if length == 0 { "is not a packed mine" } else { "is cut short" };
        assert!(error.contains(named) && error.contains("haul mine pack"), "{length}: {error}");
    }
    let longer: Vec<u8> = bytes.iter().copied().chain([0; 3]).collect();
    assert!(error(&longer).contains("3 bytes too many"));
}

#[test]
fn every_flipped_bit_is_found() {
    let bytes = SMALL.to_bytes();
    for bit in 0..8 * bytes.len() {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let error = error(&flipped);
        assert!(error.contains("haul mine pack"), "bit {bit}: {error}");
    }
}

#[test]
fn other_version_and_other_file_are_reported() {
    let mut bytes = SMALL.to_bytes();
    bytes[8] = 9;
    let found = error(&bytes);
    assert!(found.contains("version 9") && found.contains("reads version 1"), "{found}");
    assert!(error(b"PK\x03\x04 and so on, a file that is longer than a head").contains("HAULMINE"));
}

/// Returns valid packing around any content, as a malicious program could write it.
fn forged(content: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::new(1));
    packed.write_all(content).unwrap();
    let packed = packed.finish().unwrap();
    let mut out = MAGIC.to_vec();
    VERSION.put(&mut out);
    for number in [xxh3_64(content), content.len() as u64, packed.len() as u64, xxh3_64(&packed)] {
        number.put(&mut out);
    }
    out.extend(packed);
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn changed_content_with_a_right_fingerprint_is_a_map_or_an_error(
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..6),
        cut in proptest::option::of(any::<proptest::sample::Index>()),
    ) {
        let mut content = SMALL.content();
        for (at, value) in changes {
            let at = at.index(content.len());
            content[at] = value;
        }
        if let Some(cut) = cut {
            content.truncate(cut.index(content.len()));
        }
        // A map that can be read can also be queried and written again.
        if let Ok(map) = MineMap::from_bytes(&forged(&content)) {
            let _ = (map.summary(), map.roads.nearest(Point2::new(10.0, 10.0)), map.terrain.height(3.0, 4.0));
            prop_assert!(MineMap::from_bytes(&map.to_bytes()).is_ok());
        }
    }

    #[test]
    fn any_bytes_are_a_map_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(MineMap::from_bytes(&bytes).is_err());
        prop_assert!(MineMap::from_bytes(&forged(&bytes)).is_err());
    }
}
