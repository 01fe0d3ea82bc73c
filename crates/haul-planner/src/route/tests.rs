//! Routes against a slow exact oracle, and the effect of each kind of restriction.

use super::edge::{DirectedRoad, EdgeId};
use super::{Network, NoConnection, RouteError, RouteOptions, Turn, plan_route};
use crate::Conditions;
use crate::synthetic::{mine, truck};
use haul_core::{Point2, Polygon, RoadId};
use haul_mine::{MineMap, RoadPosition, Side, Zone};
use proptest::prelude::*;

fn square(side: f64) -> Polygon {
    let at = |x: f64, y: f64| Point2::new(x * side, y * side);
    Polygon { outer: vec![at(0.0, 0.0), at(1.0, 0.0), at(1.0, 1.0), at(0.0, 1.0)], holes: vec![] }
}

/// Builds a map of straight roads between nodes on an open square, on a plane that rises to the east.
fn net(nodes: &[(f64, f64)], roads: &[(u32, u32)], grade: f64) -> MineMap {
    let at = |i: u32| Point2::new(nodes[i as usize].0, nodes[i as usize].1);
    let lines: Vec<(u32, u32, Vec<Point2>)> = roads
        .iter()
        .map(|&(a, b)| {
            let (p, q) = (at(a), at(b));
            let pieces = ((q - p).norm() / 2.0).ceil().max(1.0) as usize;
            (a, b, (0..=pieces).map(|k| p + (q - p) * (k as f64 / pieces as f64)).collect())
        })
        .collect();
    mine(square(1_000.0), &lines, 15.0, Side::Left, grade)
}

/// Returns the index of a directed edge on a mine whose road ids count from 0.
fn edge(road: RoadId, forward: bool) -> usize {
    road.index() * 2 + usize::from(!forward)
}

fn directed(edge: usize) -> DirectedRoad {
    DirectedRoad::new(RoadId((edge / 2) as u32), edge.is_multiple_of(2))
}

fn on(road: u32, station: f64) -> RoadPosition {
    RoadPosition { road: RoadId(road), station, lateral: 0.0 }
}

/// Returns the minimum time, by relaxing every turn of every edge until nothing changes (Bellman and Ford), without
/// heuristic or order.
fn oracle(
    map: &MineMap,
    network: &Network,
    from: RoadPosition,
    to: RoadPosition,
    options: &RouteOptions,
) -> Option<f64> {
    let graph = &network.graph;
    let of = |e: usize| map.roads.road(directed(e).road).unwrap();
    let length = |e: usize| of(e).line.length();
    let entry = |e: usize| if directed(e).forward { 0.0 } else { length(e) };
    let exit = |e: usize| length(e) - entry(e);
    let is_barred = |e: usize| directed(e).is_barred(of(e));
    let time = |e: usize, from: f64, to: f64| graph.cost_between(EdgeId::from_index(e), from, to).time;
    let count = map.roads.roads.len() * 2;
    let mut at_end = vec![f64::INFINITY; count];
    let mut best = f64::INFINITY;
    for forward in [true, false] {
        let e = edge(from.road, forward);
        if is_barred(e) {
            continue;
        }
        at_end[e] = time(e, from.station, exit(e));
        if from.road == to.road && (to.station - from.station) * (exit(e) - entry(e)) >= 0.0 {
            best = best.min(time(e, from.station, to.station));
        }
    }
    for _ in 0..count {
        for a in 0..count {
            for b in 0..count {
                let (arriving, leaving) = (directed(a), directed(b));
                let meets = arriving.end(of(a)) == leaving.start(of(b));
                let is_u_turn = leaving == arriving.opposite();
                let is_banned = options.banned.contains(&Turn { from: arriving, into: leaving });
                let is_closed = options.closed.contains(&leaving.road);
                if !meets || is_u_turn || is_banned || is_barred(b) || is_closed || at_end[a].is_infinite() {
                    continue;
                }
                // Every turn is possible on this map. Take the network's own figure for its cost.
                let turn = graph.turn_into(EdgeId::from_index(a), EdgeId::from_index(b));
                let turn = turn.expect("the surface leaves room for every turn").lost.time;
                at_end[b] = at_end[b].min(at_end[a] + turn + time(b, entry(b), exit(b)));
                if leaving.road == to.road {
                    best = best.min(at_end[a] + turn + time(b, entry(b), to.station));
                }
            }
        }
    }
    best.is_finite().then_some(best)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
    #[test]
    fn routes_are_as_quick_as_the_oracle_and_none_is_missed(
        nodes in prop::collection::vec((100.0..900.0_f64, 100.0..900.0_f64), 3..8),
        roads in prop::collection::vec((0..8_u32, 0..8_u32, 0..4_u8), 2..12),
        ends in (0..12_u32, 0.0..1.0_f64, 0..12_u32, 0.0..1.0_f64),
        bans in prop::collection::vec((0..24_usize, 0..24_usize), 0..4),
        shut in 0..24_u32,
        grade in -0.08..0.08_f64,
    ) {
        let n = nodes.len() as u32;
        let pairs: Vec<(u32, u32)> = roads.iter().map(|r| (r.0 % n, r.1 % n)).filter(|(a, b)| a != b).collect();
        prop_assume!(pairs.len() > 1);
        let mut map = net(&nodes, &pairs, grade);
        for (road, spec) in map.roads.roads.iter_mut().zip(&roads) {
            road.one_way = spec.2 == 0;
        }
        let count = map.roads.roads.len();
        let end = |road: u32, share: f64| {
            let road = road % count as u32;
            on(road, share * map.roads.roads[road as usize].line.length())
        };
        let (from, to) = (end(ends.0, ends.1), end(ends.2, ends.3));
        let mut options = RouteOptions::default();
        for (a, b) in bans {
            options.banned.push(Turn { from: directed(a % (2 * count)), into: directed(b % (2 * count)) });
        }
        if shut as usize >= count || RoadId(shut) == from.road || RoadId(shut) == to.road {
            options.closed.clear();
        } else {
            options.closed.insert(RoadId(shut));
        }
        let network = Network::prepare(&map, &truck(), &Conditions::of(&map), 91_000.0);
        let least = oracle(&map, &network, from, to, &options);
        match network.plan(&map, from, to, &options) {
            Ok(route) => {
                let least = least.expect("the oracle finds a route too");
                prop_assert!((route.time - least).abs() < 1e-6, "{} against {least}", route.time);
                let (first, last) = (route.legs[0], route.legs[route.legs.len() - 1]);
                prop_assert!((first.road, first.from_station) == (from.road, from.station));
                prop_assert!((last.road, last.to_station) == (to.road, to.station));
                for w in route.legs.windows(2) {
                    let (a, b) = (&map.roads.roads[w[0].road.index()], &map.roads.roads[w[1].road.index()]);
                    let meets = if w[0].forward { a.to } else { a.from };
                    prop_assert_eq!(meets, if w[1].forward { b.from } else { b.to });
                    prop_assert!(w[1].forward || !b.one_way);
                    prop_assert!(!options.closed.contains(&b.id));
                }
                prop_assert!((route.legs.iter().map(|l| l.length()).sum::<f64>() - route.length).abs() < 1e-9);
            }
            Err(RouteError::NoConnection { .. }) => prop_assert!(least.is_none(), "missed a route of {least:?} s"),
            Err(other) => prop_assert!(false, "{other}"),
        }
    }
}

/// Builds a map with one straight road that rises to the east.
fn ramp(grade: f64) -> MineMap {
    net(&[(100.0, 500.0), (900.0, 500.0)], &[(0, 1)], grade)
}

#[test]
fn a_loaded_truck_takes_longer_and_burns_more_uphill_and_least_fuel_downhill() {
    let map = ramp(0.08);
    let conditions = Conditions::of(&map);
    let drive = |a: f64, b: f64, payload: f64| {
        plan_route(&map, &truck(), &conditions, on(0, a), None, on(0, b), payload).unwrap()
    };
    let (up, up_empty) = (drive(0.0, 800.0, 91_000.0), drive(0.0, 800.0, 0.0));
    let (down, down_empty) = (drive(800.0, 0.0, 91_000.0), drive(800.0, 0.0, 0.0));
    assert!(up.time > 1.5 * up_empty.time && up.fuel_kg > 1.7 * up_empty.fuel_kg);
    // On the retarder, a loaded truck descends more slowly than an empty one, and burns idling fuel only.
    assert!(down.time > down_empty.time && down.fuel_kg < 0.3 * up.fuel_kg);
    // Compare with the work against the grade: m g h divided by the efficiency of engine and driveline, about a third.
    let work = 160_000.0 * haul_core::GRAVITY * 64.0;
    let share = work / (up.fuel_kg * 42.7e6);
    assert!((0.2..0.4).contains(&share), "efficiency {share}");
    assert!(!down.legs[0].forward && up.legs[0].forward);
}

#[test]
fn speed_limits_and_speed_zones_add_time() {
    let mut map = ramp(0.0);
    let conditions = Conditions::of(&map);
    let drive =
        |map: &MineMap| plan_route(map, &truck(), &conditions, on(0, 0.0), None, on(0, 800.0), 0.0).unwrap().time;
    let free = drive(&map);
    map.zones.push(Zone {
        name: "workshop".into(),
        ring: [(300.0, 400.0), (700.0, 400.0), (700.0, 600.0), (300.0, 600.0)].map(|(x, y)| Point2::new(x, y)).into(),
        speed_limit: Some(4.0),
        ..Zone::default()
    });
    let zone = drive(&map);
    assert!(zone > free + 50.0 && zone < free + 100.0, "{free} {zone}");
    map.roads.roads[0].speed_limit = Some(4.0);
    assert!((drive(&map) - 200.0).abs() < 2.0);
}

#[test]
fn closures_divert_the_truck_and_then_leave_no_route() {
    let nodes = [(100.0, 500.0), (500.0, 500.0), (900.0, 500.0), (500.0, 800.0)];
    let mut map = net(&nodes, &[(0, 1), (1, 2), (0, 3), (3, 2)], 0.0);
    let conditions = Conditions::of(&map);
    let plan = |map: &MineMap| plan_route(map, &truck(), &conditions, on(0, 5.0), None, on(3, 100.0), 0.0);
    let direct = plan(&map).unwrap();
    map.zones.push(Zone {
        name: "blast".into(),
        ring: [(600.0, 400.0), (700.0, 400.0), (700.0, 550.0), (600.0, 550.0)].map(|(x, y)| Point2::new(x, y)).into(),
        closed: true,
        ..Zone::default()
    });
    let round = plan(&map).unwrap();
    assert!(round.legs.iter().all(|l| l.road != RoadId(1)) && round.length >= direct.length - 1e-9);
    map.roads.roads[2].one_way = true;
    let network = Network::prepare(&map, &truck(), &conditions, 0.0);
    let options = RouteOptions { closed: [RoadId(2)].into(), ..RouteOptions::default() };
    let refused = network.plan(&map, on(0, 5.0), on(3, 100.0), &options).unwrap_err();
    assert!(matches!(refused, RouteError::NoConnection { because: NoConnection::Barred, .. }), "{refused}");
}

#[test]
fn road_ids_in_options_stay_valid_after_a_map_change() {
    // A ladder: two ways from west to east, and a separate road that comes first in the list.
    let nodes = [(100.0, 100.0), (300.0, 100.0), (100.0, 500.0), (500.0, 500.0), (900.0, 500.0), (500.0, 800.0)];
    let mut map = net(&nodes, &[(0, 1), (2, 3), (3, 4), (2, 5), (5, 4)], 0.0);
    let conditions = Conditions::of(&map);
    let plan = |map: &MineMap, options: &RouteOptions| {
        Network::prepare(map, &truck(), &conditions, 0.0).plan(map, on(1, 5.0), on(2, 395.0), options)
    };
    let roads = |map: &MineMap, options: &RouteOptions| -> Vec<u32> {
        plan(map, options).unwrap().legs.iter().map(|leg| leg.road.0).collect()
    };
    let free = RouteOptions::default();
    let closed = RouteOptions { closed: [RoadId(4)].into(), ..RouteOptions::default() };
    let before = plan(&map, &free).unwrap();
    assert_eq!(roads(&map, &free), [1, 2]);
    // Remove another road: positions shift, ids do not.
    map.roads.remove(RoadId(0)).unwrap();
    assert_eq!(plan(&map, &free).unwrap(), before);
    // A quicker road on the route would change the result; a quicker road elsewhere does not.
    let apart = map.roads.roads[2].clone();
    let added = map.roads.add(apart).unwrap();
    assert!(added == RoadId(5) && plan(&map, &free).unwrap() == before);
    // Split a road on the route: the longer part keeps the id, and roads closed by id stay closed.
    let part = map.roads.split(RoadId(1), 120.0).unwrap();
    let from = RoadPosition { road: part, station: 5.0, lateral: 0.0 };
    let route = Network::prepare(&map, &truck(), &conditions, 0.0).plan(&map, from, on(2, 395.0), &closed).unwrap();
    assert_eq!(route.legs.iter().map(|leg| leg.road).collect::<Vec<_>>(), [part, RoadId(1), RoadId(2)]);
    assert!((route.length - before.length).abs() < 1e-6 && (route.time - before.time).abs() < 0.5);
    assert!(matches!(
        Network::prepare(&map, &truck(), &conditions, 0.0).plan(&map, on(0, 5.0), on(2, 5.0), &free),
        Err(RouteError::UnknownRoad { road: RoadId(0), .. })
    ));
}

#[test]
fn impossible_queries_name_their_reason() {
    let map = net(&[(100.0, 100.0), (300.0, 100.0), (600.0, 100.0), (900.0, 100.0)], &[(0, 1), (2, 3)], 0.0);
    let conditions = Conditions::of(&map);
    let plan = |from, to| plan_route(&map, &truck(), &conditions, from, None, to, 0.0).unwrap_err();
    assert_eq!(plan(on(0, 0.0), on(7, 0.0)), RouteError::UnknownRoad { road: RoadId(7), roads: 2 });
    let apart = plan(on(0, 0.0), on(1, 0.0));
    assert_eq!(apart.to_string(), "no route from r0 to r1: they are in separate parts of the road network");
    assert!(matches!(plan(on(0, f64::NAN), on(1, 0.0)), RouteError::NotFinite { .. }));
}

#[test]
fn a_truck_sets_off_in_the_direction_it_faces() {
    // A triangle: two ways lead to the far corner, and the southern way is a little shorter.
    let nodes = [(200.0, 500.0), (800.0, 500.0), (500.0, 800.0), (500.0, 190.0)];
    let map = net(&nodes, &[(0, 2), (2, 1), (0, 3), (3, 1)], 0.0);
    let conditions = Conditions::of(&map);
    let plan = |heading| plan_route(&map, &truck(), &conditions, on(0, 20.0), heading, on(1, 400.0), 0.0).unwrap();
    let along = map.roads.roads[0].line.heading(20.0).unwrap();
    assert!(plan(Some(along)).legs[0].forward);
    assert!(plan(None).legs[0].forward);
}

#[test]
fn a_hairpin_turn_at_a_junction_needs_room() {
    // Two roads that leave a node nearly side by side, once near the edge of the surface and once in the open.
    for (y, possible) in [(5.0, false), (500.0, true)] {
        let nodes = [(100.0, y), (600.0, y), (100.0, y + 60.0)];
        let map = net(&nodes, &[(0, 1), (1, 2)], 0.0);
        let conditions = Conditions::of(&map);
        let route = plan_route(&map, &truck(), &conditions, on(0, 50.0), Some(0.0), on(1, 300.0), 0.0);
        assert_eq!(route.is_ok(), possible, "{route:?}");
    }
}
