//! Road ids stay valid while other roads are added, removed and traced again.

use super::{Road, RoadGraph};
use crate::change::dig_face;
use crate::generate::{PitSpec, generate_pit};
use crate::map::MineMap;
use crate::places::{PlaceKind, TruckShape};
use haul_core::{Footprint, NodeId, Point2, Point3, Polyline, RoadId, Vector2};
use std::collections::BTreeMap;

fn pit() -> MineMap {
    generate_pit(&PitSpec::default()).unwrap()
}

/// Returns the midpoint of every road by its id.
fn middles(graph: &RoadGraph) -> BTreeMap<RoadId, Point2> {
    graph.roads.iter().map(|r| (r.id, r.line.at(r.line.length() / 2.0).unwrap().xy())).collect()
}

/// Returns the longest road of a graph.
fn longest(graph: &RoadGraph) -> RoadId {
    graph.roads.iter().max_by(|a, b| a.line.length().total_cmp(&b.line.length())).unwrap().id
}

#[test]
fn ids_of_other_roads_stay_when_a_road_is_removed_added_or_split() {
    let mut graph = pit().roads;
    let before = middles(&graph);
    let (first, longest) = (graph.roads[0].id, longest(&graph));
    assert_ne!(first, longest);
    let removed = graph.remove(first).unwrap();
    assert!(graph.road(first).is_none() && graph.remove(first).is_none());
    let length = graph.road(longest).unwrap().line.length();
    let part = graph.split(longest, 0.3 * length).unwrap();
    let added = graph.add(removed).unwrap();
    assert!(added != first && part != first, "an id is not given again");
    for (id, middle) in &before {
        if *id == first {
            continue;
        }
        let road = graph.road(*id).unwrap();
        if *id != longest {
            assert_eq!(road.line.at(road.line.length() / 2.0).unwrap().xy(), *middle, "road {id}");
        }
        // The spatial index returns the same id.
        assert_eq!(graph.nearest(road.line.at(road.line.length() / 2.0).unwrap().xy()).unwrap().road, *id);
    }
    let (kept, other) = (graph.road(longest).unwrap(), graph.road(part).unwrap());
    assert!((kept.line.length() - 0.7 * length).abs() < 1e-6, "the longer part keeps the id");
    assert!((other.line.length() - 0.3 * length).abs() < 1e-6);
    assert_eq!(other.to, kept.from);
    assert!(graph.roads.iter().all(|r| r.stations.len() == r.line.points().len()));
    assert_eq!(graph.components(), pit().roads.components());
    let met: Vec<RoadId> = graph.roads_at(kept.from).iter().map(|r| r.0).collect();
    assert!(met.contains(&longest) && met.contains(&part) && met.len() == 2);
}

#[test]
fn invalid_split_or_addition_changes_nothing() {
    let mut graph = pit().roads;
    let before = graph.clone();
    let id = graph.roads[0].id;
    let length = graph.roads[0].line.length();
    for station in [f64::NAN, -5.0, 0.0, 0.5, length - 0.5, length, f64::INFINITY] {
        assert_eq!(graph.split(id, station), None);
    }
    assert_eq!(graph.split(RoadId(9_999), 10.0), None);
    let lost = Road { from: NodeId(u32::MAX), ..graph.roads[0].clone() };
    assert_eq!(graph.add(lost), None);
    assert!(graph == before);
}

#[test]
fn roads_with_equal_ids_get_distinct_ids() {
    let graph = pit().roads;
    let same: Vec<Road> = graph.roads.iter().map(|r| Road { id: RoadId(3), ..r.clone() }).collect();
    let count = same.len();
    let made = RoadGraph::new(graph.nodes.clone(), same.clone());
    let ids: std::collections::BTreeSet<RoadId> = made.roads.iter().map(|r| r.id).collect();
    assert!(ids.len() == count && made.roads[0].id == RoadId(3));
    // The same holds at the highest number.
    let last: Vec<Road> = same.into_iter().map(|r| Road { id: RoadId(u32::MAX), ..r }).collect();
    let mut made = RoadGraph::new(graph.nodes.clone(), last);
    assert!(made.roads.iter().all(|r| made.road(r.id).unwrap().line == r.line));
    assert_eq!(made.roads.iter().map(|r| r.id).collect::<std::collections::BTreeSet<_>>().len(), count);
    assert!(made.add(made.roads[0].clone()).is_none() && made.split(RoadId(u32::MAX), 20.0).is_none());
}

#[test]
fn ids_and_the_next_free_id_come_back_from_a_directory() {
    let mut map = pit();
    let (gone, split) = (map.roads.roads[1].id, longest(&map.roads));
    map.roads.remove(gone);
    map.roads.split(split, 50.0).unwrap();
    let last = map.roads.roads.last().unwrap().id;
    map.roads.remove(last);
    let dir = std::env::temp_dir().join(format!("haul-mine-{}-ids", std::process::id()));
    map.save(&dir).unwrap();
    let mut back = MineMap::load(&dir).unwrap();
    std::fs::remove_dir_all(&dir).unwrap();
    assert!(back.roads == map.roads);
    let road = back.roads.roads[0].clone();
    assert!(back.roads.add(road).unwrap() > last, "the id of a removed road is not given again");
}

#[test]
fn advancing_face_leaves_the_ids_of_other_roads() {
    let mut map = pit();
    let before = map.roads.clone();
    let face = map.places.iter().find(|p| p.kind == PlaceKind::Load).unwrap().clone();
    let truck = TruckShape { footprint: Footprint { front: 6.6, rear: 3.2, half_width: 2.8 }, turning_radius: 10.0 };
    dig_face(&mut map, face.id.as_str(), 20_000.0, &truck).unwrap();
    let far = |p: Point2| (p - face.spots[0].pose.position()).norm() > 120.0;
    let mut held = 0;
    for (id, middle) in middles(&before).into_iter().filter(|(_, middle)| far(*middle)) {
        let road = map.roads.road(id).unwrap_or_else(|| panic!("road {id} is gone"));
        let off = road.line.project(middle).unwrap().lateral.abs();
        assert!(off < 2.0, "road {id} has moved by {off} m");
        held += 1;
    }
    assert!(held > 3, "{held}");
}

#[test]
fn mine_with_one_more_road_keeps_the_ids_of_the_others() {
    let earlier = generate_pit(&PitSpec { faces: 2, ..PitSpec::default() }).unwrap();
    let mut later = generate_pit(&PitSpec { faces: 3, ..PitSpec::default() }).unwrap();
    let fresh = later.roads.roads.len();
    let took = later.roads.take_ids(&earlier.roads, Vector2::zeros());
    assert!(took > 3 && took <= fresh, "{took} of {fresh}");
    for road in &later.roads.roads {
        let Some(old) = earlier.roads.road(road.id) else {
            assert!(road.id.0 >= earlier.roads.next_id());
            continue;
        };
        let shorter = if old.line.length() < road.line.length() { (old, road) } else { (road, old) };
        let middle = shorter.0.line.at(shorter.0.line.length() / 2.0).unwrap().xy();
        let on = shorter.1.line.project(middle).unwrap();
        let away = (shorter.1.line.at(on.station).unwrap().xy() - middle).norm();
        assert!(away < 10.0, "road {} lies {away} m from the road of the same id", road.id);
    }
    // The same mine again, with another datum and its roads in another order.
    let shift = Vector2::new(120.0, -45.0);
    let moved = |p: &Point3| Point3::new(p.x - shift.x, p.y - shift.y, p.z);
    let mut roads: Vec<Road> = earlier.roads.roads.clone();
    roads.reverse();
    for (k, road) in roads.iter_mut().enumerate() {
        road.id = RoadId(k as u32);
        road.line = Polyline::new(road.line.points().iter().map(moved));
    }
    let mut again = RoadGraph::new(earlier.roads.nodes.clone(), roads);
    assert_eq!(again.take_ids(&earlier.roads, shift), earlier.roads.roads.len());
    for road in &again.roads {
        assert!((road.line.length() - earlier.roads.road(road.id).unwrap().line.length()).abs() < 1e-6);
    }
}

#[test]
fn mine_elsewhere_takes_no_ids() {
    let earlier = pit().roads;
    let mut other = earlier.clone();
    assert_eq!(other.take_ids(&earlier, Vector2::new(50_000.0, 0.0)), 0);
    assert!(other == earlier);
}
