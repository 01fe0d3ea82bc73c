//! Synthetic mines for tests.

use crate::TruckModel;
use haul_core::{NodeId, Point2, Point3, Polygon, Polyline, Pose2, RoadId};
use haul_mine::{Drivable, MineMap, Road, RoadGraph, RoadNode, RoadStation, Side, Terrain};
use haul_vehicle::TruckSpec;
use std::sync::Arc;

/// Returns the TR100AT truck from the seeds.
pub(crate) fn truck() -> TruckModel {
    TruckModel::new(Arc::new(TruckSpec::tr100at()))
}

/// Returns poses 1 m apart along straights and arcs (length, curvature).
pub(crate) fn alignment(start: Pose2, pieces: &[(f64, f64)]) -> Vec<Pose2> {
    let mut pose = start;
    let mut poses = vec![pose];
    for &(length, bend) in pieces {
        for _ in 0..length.round() as usize {
            let h = pose.heading + bend / 2.0;
            pose = Pose2::new(pose.x + libm::cos(h), pose.y + libm::sin(h), pose.heading + bend);
            poses.push(pose);
        }
    }
    poses
}

/// Builds a road of width 2 × `half_width` along an alignment, with 25 m of run-out at both ends, on a plane that rises
/// by `grade` to the east.
pub(crate) fn one_road(poses: &[Pose2], half_width: f64, side: Side, grade: f64) -> MineMap {
    let (first, last) = (poses[0].advanced(-25.0), poses[poses.len() - 1].advanced(25.0));
    let all: Vec<Pose2> = [first].into_iter().chain(poses.iter().copied()).chain([last]).collect();
    let right = all.iter().map(|p| p.place(0.0, -half_width));
    let left = all.iter().rev().map(|p| p.place(0.0, half_width));
    let polygon = Polygon { outer: right.chain(left).collect(), holes: vec![] };
    let lines = vec![(0, 1, poses.iter().step_by(2).map(|p| p.position()).collect())];
    mine(polygon, &lines, half_width, side, grade)
}

/// Builds a mine from a surface and from centrelines between nodes, each (from, to, points).
pub(crate) fn mine(
    polygon: Polygon,
    lines: &[(u32, u32, Vec<Point2>)],
    half_width: f64,
    side: Side,
    grade: f64,
) -> MineMap {
    let mut nodes: Vec<Option<Point2>> = Vec::new();
    let mut roads = Vec::new();
    for (i, (from, to, points)) in lines.iter().enumerate() {
        for (node, at) in [(*from, points[0]), (*to, points[points.len() - 1])] {
            if nodes.len() <= node as usize {
                nodes.resize(node as usize + 1, None);
            }
            nodes[node as usize] = Some(at);
        }
        let line = Polyline::new(points.iter().map(|p| Point3::new(p.x, p.y, grade * p.x)));
        let stations = (0..line.points().len())
            .map(|k| {
                let h = line.heading(line.stations()[k]).unwrap();
                let grade = grade * libm::cos(h);
                RoadStation { grade, width_left: half_width, width_right: half_width, ..RoadStation::default() }
            })
            .collect();
        roads.push(Road {
            id: RoadId(i as u32),
            from: NodeId(*from),
            to: NodeId(*to),
            line,
            stations,
            one_way: false,
            speed_limit: None,
        });
    }
    let node = |(i, p): (usize, &Option<Point2>)| {
        let p = p.unwrap_or_default();
        RoadNode { id: NodeId(i as u32), position: Point3::new(p.x, p.y, grade * p.x) }
    };
    let nodes = nodes.iter().enumerate().map(node).collect();
    let (lo, hi) = polygon.bounds().unwrap();
    let spacing = 10.0;
    let (columns, rows) = (((hi.x - lo.x) / spacing) as usize + 2, ((hi.y - lo.y) / spacing) as usize + 2);
    let heights = (0..rows * columns).map(|k| (grade * (lo.x + (k % columns) as f64 * spacing)) as f32).collect();
    let terrain = Terrain::new(lo, spacing, columns, heights).unwrap();
    let map = MineMap::new("synthetic", terrain, Drivable::new(polygon).unwrap(), RoadGraph::new(nodes, roads));
    MineMap { traffic_side: side, ..map }
}
