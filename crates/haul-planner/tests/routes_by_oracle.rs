//! Routes on large random networks: the contraction hierarchy, the plain search and Dijkstra's algorithm must agree,
//! also after updates of some roads.

mod dijkstra;
mod grid;

use grid::{grid_mine, random_position};
use haul_core::RoadId;
use haul_core::random::Draw;
use haul_mine::{MineMap, Road, RoadGraph, RoadPosition};
use haul_planner::route::{Criterion, MIN_HIERARCHY_EDGES, Network, RouteLeg, RouteOptions};
use haul_planner::{Conditions, TruckModel};
use haul_vehicle::TruckSpec;
use std::sync::Arc;

fn truck() -> TruckModel {
    TruckModel::new(Arc::new(TruckSpec::tr100at()))
}

#[test]
fn hierarchy_and_plain_search_give_the_same_cost() {
    let (map, truck) = (grid_mine(40, 11), truck());
    assert!(map.roads.roads.len() * 2 > MIN_HIERARCHY_EDGES, "the grid is too small for a hierarchy");
    let conditions = Conditions::of(&map);
    for criterion in [Criterion::TIME, Criterion::FUEL] {
        let network = Network::prepare_for(&map, &truck, &conditions, 91_000.0, criterion);
        let mut stream = haul_core::stream(3, "test", "routes");
        let cost = |r: &haul_planner::route::Route| criterion.of(r.time, r.fuel_kg);
        for k in 0..150 {
            let (from, to) = (random_position(&mut stream, &map), random_position(&mut stream, &map));
            let options = RouteOptions { speed: (stream.unit() < 0.5).then_some(0.0), ..RouteOptions::default() };
            let fast = network.plan(&map, from, to, &options);
            let plain = network.plan_by_search(&map, from, to, &options);
            match (fast, plain) {
                (Ok(a), Ok(b)) => {
                    assert!((cost(&a) - cost(&b)).abs() < 1e-5, "{k}: {} {}", cost(&a), cost(&b));
                    assert!((a.legs.iter().map(RouteLeg::length).sum::<f64>() - a.length).abs() < 1e-6, "{k}");
                    for w in a.legs.windows(2) {
                        let [before, behind] = [0, 1].map(|i| &map.roads.roads[w[i].road.index()]);
                        let meets = if w[0].forward { before.to } else { before.from };
                        assert_eq!(meets, if w[1].forward { behind.from } else { behind.to }, "{k}");
                    }
                }
                (a, b) => assert_eq!(a.is_ok(), b.is_ok(), "{k}: {from:?} {to:?}"),
            }
        }
    }
}

#[test]
fn an_updated_network_equals_a_new_one() {
    let (mut map, truck) = (grid_mine(36, 5), truck());
    let conditions = Conditions::of(&map);
    let mut network = Network::prepare(&map, &truck, &conditions, 0.0);
    let mut stream = haul_core::stream(4, "test", "changes");
    let mut changed = Vec::new();
    for _ in 0..40 {
        let id = (stream.unit() * map.roads.roads.len() as f64) as usize;
        map.roads.roads[id].speed_limit = Some(stream.between(1.0, 4.0));
        map.roads.roads[id].one_way = stream.unit() < 0.3;
        changed.push(RoadId(id as u32));
    }
    network.update(&map, &truck, &changed);
    let anew = Network::prepare(&map, &truck, &conditions, 0.0);
    for _ in 0..100 {
        let (from, to) = (random_position(&mut stream, &map), random_position(&mut stream, &map));
        let of = |n: &Network| n.plan(&map, from, to, &RouteOptions::default()).map(|r| r.time).ok();
        match (of(&network), of(&anew)) {
            (Some(a), Some(b)) => assert!((a - b).abs() < 1e-5, "{a} {b}"),
            (a, b) => assert_eq!(a, b),
        }
    }
}

#[test]
fn ids_without_order_give_the_same_routes_over_the_same_roads() {
    let (map, truck) = (grid_mine(40, 11), truck());
    let count = map.roads.roads.len();
    // Ids as they are after many changes: with gaps and in no order.
    let name = |k: usize| RoadId(((k * 7_919) % count * 3 + 5) as u32);
    let mut renamed = map.clone();
    let roads = map.roads.roads.iter().enumerate().map(|(k, road)| Road { id: name(k), ..road.clone() }).collect();
    renamed.roads = RoadGraph::new(map.roads.nodes.clone(), roads);
    let position = |id: RoadId| renamed.roads.index().position(id).unwrap();
    let conditions = Conditions::of(&map);
    let plain = Network::prepare(&map, &truck, &conditions, 91_000.0);
    let mut named = Network::prepare(&renamed, &truck, &conditions, 91_000.0);
    let mut stream = haul_core::stream(5, "test", "ids");
    let mut compare = |plain: &Network, named: &Network, map: &MineMap, renamed: &MineMap| {
        let mut found = 0;
        for k in 0..60 {
            let (from, to) = (random_position(&mut stream, map), random_position(&mut stream, map));
            let rename = |p: RoadPosition| RoadPosition { road: name(p.road.index()), ..p };
            let mut options = RouteOptions::default();
            if k % 3 == 0 {
                options.closed.insert(RoadId((k * 31 % count) as u32));
            }
            let closed = options.closed.iter().map(|id| name(id.index())).collect();
            let by_name = RouteOptions { closed, ..options.clone() };
            let a = plain.plan(map, from, to, &options);
            let b = named.plan(renamed, rename(from), rename(to), &by_name);
            match (a, b) {
                (Ok(a), Ok(mut b)) => {
                    b.legs.iter_mut().for_each(|leg| leg.road = RoadId(position(leg.road) as u32));
                    assert_eq!(a, b, "{k}");
                    found += 1;
                }
                (a, b) => assert_eq!(a.is_ok(), b.is_ok(), "{k}: {a:?} {b:?}"),
            }
        }
        assert!(found > 40, "{found}");
    };
    compare(&plain, &named, &map, &renamed);
    // Updates are applied by id.
    let mut slower = (map.clone(), renamed.clone());
    for k in [3, 500, 1_100] {
        slower.0.roads.roads[k].speed_limit = Some(1.5);
        slower.1.roads.roads[k].speed_limit = Some(1.5);
    }
    let mut changed = plain.clone();
    changed.update(&slower.0, &truck, &[3, 500, 1_100].map(RoadId));
    named.update(&slower.1, &truck, &[3, 500, 1_100].map(name));
    compare(&changed, &named, &slower.0, &slower.1);
}

#[test]
fn alternatives_differ_and_come_in_order() {
    let (map, truck) = (grid_mine(12, 8), truck());
    let network = Network::prepare(&map, &truck, &Conditions::of(&map), 91_000.0);
    let mut stream = haul_core::stream(9, "test", "alternatives");
    let mut several = 0;
    for _ in 0..20 {
        let (from, to) = (random_position(&mut stream, &map), random_position(&mut stream, &map));
        let Ok(routes) = network.alternatives(&map, from, to, &RouteOptions::default(), 3) else { continue };
        several += usize::from(routes.len() == 3);
        assert!(routes.windows(2).all(|w| w[0].time <= w[1].time + 1e-9));
        for (i, a) in routes.iter().enumerate() {
            for b in &routes[i + 1..] {
                let same: f64 =
                    a.legs.iter().filter(|l| b.legs.iter().any(|m| m.road == l.road)).map(|l| l.length()).sum();
                // `same` counts whole roads, so it is a little larger than the planner's measure.
                let shorter = a.length.min(b.length);
                assert!(same <= 0.7 * shorter + 250.0, "{same} m of {shorter} m in common");
            }
        }
    }
    assert!(several >= 12, "three routes for {several} of 20 questions");
}

#[test]
fn routes_agree_with_dijkstra_on_independent_costs() {
    let (map, truck) = (grid_mine(40, 21), truck());
    let conditions = Conditions::of(&map);
    let network = Network::prepare(&map, &truck, &conditions, 91_000.0);
    let oracle = dijkstra::Oracle::new(&map, &truck, &conditions, 91_000.0);
    let mut stream = haul_core::stream(17, "test", "dijkstra");
    let mut found = 0;
    for k in 0..40 {
        let from = random_position(&mut stream, &map);
        let known = oracle.from(from);
        for _ in 0..20 {
            let to = random_position(&mut stream, &map);
            let best = oracle.time(&known, from, to);
            match network.plan(&map, from, to, &RouteOptions::default()) {
                Ok(route) => {
                    found += 1;
                    assert!((route.time - best).abs() < 1e-5, "{k}: {from:?} to {to:?}: {} {best}", route.time);
                }
                Err(error) => assert!(best.is_infinite(), "{k}: {from:?} to {to:?}: {error}, Dijkstra {best} s"),
            }
        }
    }
    assert!(found > 700, "{found} of 800");
}
