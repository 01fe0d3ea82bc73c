//! Tracing roads: from the drivable surface to centrelines.
//!
//! The medial axis is taken from the Voronoi diagram of points along the edge; parts that a small stretch of edge
//! causes are left out (Ogniewicz and Kübler 1995, by boundary length), as are spurs that hardly leave the widest
//! circle at their root; junctions nearer to each other than the road is wide become one. The lines are then
//! smoothed through junctions, kept half a truck from the edge, and measured.

mod measure;
mod network;
mod prune;
mod sight;
mod skeleton;
mod smooth;

use super::{Road, RoadGraph, RoadNode};
use crate::build::BuildOptions;
use crate::drivable::Drivable;
use crate::map::Area;
use crate::terrain::Terrain;
use crate::threads::joined;
use haul_core::{NodeId, Point2, RoadId};
use network::Network;
use rstar::RTree;
pub use sight::SIGHT_REACH;
use skeleton::Skeleton;

/// An axis that less edge than this causes is noise of the edge or the corner of a road's end, m.
const LEAST_EDGE: f64 = 30.0;
/// Share of the smallest area's radius that `LEAST_EDGE` may reach: the axis at the middle of an area comes from
/// points at least √3 radii apart, and must stay.
const AREA_SHARE: f64 = 1.6;
/// An area is the widest place within this share of its own radius.
const LOCAL: f64 = 0.75;
/// Spacing of the points of a centreline, m.
const SPACING: f64 = 2.0;
/// Distance to the edge that a centreline keeps beyond half a truck where the road allows, m.
const SPARE: f64 = 0.5;

/// Centrelines in plan, and the wide areas by their circles.
pub(crate) struct Axes {
    lines: smooth::Lines,
    areas: Vec<(Point2, f64)>,
}

/// Traces the centrelines of a surface and finds its wide areas.
pub(crate) fn axes(drivable: &Drivable, options: &BuildOptions) -> Axes {
    let least = LEAST_EDGE.min(AREA_SHARE * options.area_radius);
    let axis = Skeleton::of(drivable, least, options.edge_step);
    let (areas, centres) = find_areas(&axis, drivable, options.area_radius);
    let mut network = Network::of(&axis);
    network.prune_spurs(&axis, &centres);
    network.merge_junctions(&axis, &centres);
    network.split_loops(&axis);
    let keep = options.truck_width / 2.0 + SPARE;
    Axes { lines: smooth::smooth(&network, &axis, drivable, SPACING, keep), areas }
}

/// Roads along the centrelines and areas, with what the ground is like there.
pub(crate) fn trace(
    axes: Axes,
    drivable: &Drivable,
    terrain: &Terrain,
    options: &BuildOptions,
) -> (RoadGraph, Vec<Area>) {
    let Axes { lines, areas } = axes;
    let area = |(id, (centre, radius)): (usize, (Point2, f64))| Area {
        id: id as u32,
        centre,
        radius,
        height: terrain.height(centre.x, centre.y),
    };
    let areas = areas.into_iter().enumerate().map(area).collect();
    let nodes: Vec<RoadNode> = lines
        .nodes
        .iter()
        .enumerate()
        .map(|(i, p)| {
            let z = terrain.height(p.x, p.y);
            RoadNode { id: NodeId(i as u32), position: haul_core::Point3::new(p.x, p.y, z) }
        })
        .collect();
    let measured = measure::measure(&lines.roads, drivable, terrain, options);
    let roads = lines
        .roads
        .iter()
        .zip(measured)
        .enumerate()
        .map(|(i, (line, (line_3d, stations)))| Road {
            id: RoadId(i as u32),
            from: NodeId(line.from as u32),
            to: NodeId(line.to as u32),
            line: line_3d,
            stations,
            one_way: false,
            speed_limit: None,
        })
        .collect();
    let mut graph = RoadGraph::without_pieces(nodes, roads, 0);
    let (pieces, seen) = std::thread::scope(|scope| {
        let pieces = scope.spawn(|| graph.spatial_index());
        let seen = sight::look(&graph, terrain);
        (joined(pieces), seen)
    });
    graph.pieces = pieces;
    sight::fill(&mut graph, &seen);
    (graph, areas)
}

/// Local maxima of the clearance on the axis: the widest within their own circle, and well clear of wider ones.
/// Largest first. Returns the circles and the axis points at their centres.
fn find_areas(axis: &Skeleton, drivable: &Drivable, least: f64) -> (Vec<(Point2, f64)>, Vec<usize>) {
    let mut order: Vec<usize> =
        (0..axis.points.len()).filter(|&v| axis.radius[v] >= least && !axis.neighbours[v].is_empty()).collect();
    order.sort_by(|&a, &b| axis.radius[b].total_cmp(&axis.radius[a]).then(a.cmp(&b)));
    let mut areas: Vec<(Point2, f64)> = Vec::new();
    let mut centres = Vec::new();
    let mut wider: RTree<[f64; 2]> = RTree::new();
    for &v in &order {
        let p: Point2 = axis.points[v];
        let radius = axis.radius[v];
        let at = [p.x, p.y];
        let is_local = wider.locate_within_distance(at, LOCAL * radius * LOCAL * radius).next().is_none();
        wider.insert(at);
        let apart = areas.iter().all(|(centre, r)| (centre - p).norm() > r + 0.5 * radius);
        if !apart || !is_local {
            continue;
        }
        let radius = drivable.clearance(p);
        if radius >= least {
            areas.push((p, radius));
            centres.push(v);
        }
    }
    (areas, centres)
}
