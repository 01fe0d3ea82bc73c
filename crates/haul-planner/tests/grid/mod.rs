//! Large random road networks on an open, undulating plain. No two roads are alike.

#![allow(dead_code)]

use haul_core::random::{Draw, Stream};
use haul_core::{NodeId, Point2, Point3, Polygon, Polyline, RoadId};
use haul_mine::{Drivable, MineMap, Road, RoadGraph, RoadNode, RoadPosition, RoadStation, Side, Terrain};

/// Distance between neighbouring nodes of the lattice, and maximum offset of a node from the lattice, m.
const PITCH: f64 = 200.0;
const JITTER: f64 = 60.0;
/// Share of the lattice's roads that exist; shares of these that are one-way or have a speed limit.
const EXIST: f64 = 0.8;
const ONE_WAY: f64 = 0.05;
const LIMITED: f64 = 0.2;
/// Number of straight segments of a road.
const PIECES: usize = 5;

/// Generates a lattice of `side` × `side` nodes. Some roads are left out, some are one-way, some slow; grades reach 8
/// %.
pub fn grid_mine(side: usize, seed: u64) -> MineMap {
    let mut stream = haul_core::stream(seed, "grid", "roads");
    let height = |x: f64, y: f64| 40.0 * libm::sin(x / 600.0) * libm::cos(y / 800.0);
    let place: Vec<Point3> = (0..side * side)
        .map(|k| {
            let x = (k % side) as f64 * PITCH + stream.between(-JITTER, JITTER);
            let y = (k / side) as f64 * PITCH + stream.between(-JITTER, JITTER);
            Point3::new(x, y, height(x, y))
        })
        .collect();
    let nodes = place.iter().enumerate().map(|(i, p)| RoadNode { id: NodeId(i as u32), position: *p }).collect();
    let mut roads = Vec::new();
    for k in 0..side * side {
        for (next, fits) in [(k + 1, (k + 1) % side != 0), (k + side, k + side < side * side)] {
            if !fits || stream.unit() > EXIST {
                continue;
            }
            let (a, b) = (place[k], place[next]);
            let line = Polyline::new((0..=PIECES).map(|i| {
                let p = a + (b - a) * (i as f64 / PIECES as f64);
                Point3::new(p.x, p.y, height(p.x, p.y))
            }));
            let points = line.points().to_vec();
            let grade = |i: usize| {
                let (p, q) = (points[i.min(PIECES - 1)], points[(i + 1).min(PIECES)]);
                (q.z - p.z) / (q.xy() - p.xy()).norm()
            };
            let station = |i: usize| RoadStation {
                grade: grade(i),
                width_left: 12.0,
                width_right: 12.0,
                curvature: stream.between(0.0, 0.01),
                ..RoadStation::default()
            };
            let stations = (0..=PIECES).map(station).collect();
            roads.push(Road {
                id: RoadId(roads.len() as u32),
                from: NodeId(k as u32),
                to: NodeId(next as u32),
                line,
                stations,
                one_way: stream.unit() < ONE_WAY,
                speed_limit: (stream.unit() < LIMITED).then(|| stream.between(4.0, 12.0)),
            });
        }
    }
    let far = side as f64 * PITCH + 500.0;
    let corner = |x: f64, y: f64| Point2::new(x, y);
    let outer = vec![corner(-500.0, -500.0), corner(far, -500.0), corner(far, far), corner(-500.0, far)];
    let low = Point2::new(-500.0, -500.0);
    let terrain = Terrain::new(low, far + 500.0, 2, vec![0.0; 4]).expect("four heights");
    let drivable = Drivable::new(Polygon { outer, holes: Vec::new() }).expect("a square");
    let map = MineMap::new("grid", terrain, drivable, RoadGraph::new(nodes, roads));
    MineMap { traffic_side: Side::Right, ..map }
}

/// Draws a position somewhere on some road.
pub fn random_position(stream: &mut Stream, map: &MineMap) -> RoadPosition {
    let road = (stream.unit() * map.roads.roads.len() as f64) as usize;
    let station = stream.unit() * map.roads.roads[road].line.length();
    RoadPosition { road: RoadId(road as u32), station, lateral: 0.0 }
}
