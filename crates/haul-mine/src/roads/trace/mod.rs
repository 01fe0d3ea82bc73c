//! Tracing of centrelines from the drivable surface.
//!
//! 1. The medial axis comes from the Voronoi diagram of points along the edge ([`medial_axis`]). Parts caused
//!    by a short length of edge are left out (Ogniewicz and Kübler 1995, with boundary length as the measure).
//! 2. Spurs that hardly extend beyond the largest inscribed circle at their root are removed ([`prune`]). Junctions
//!    that are closer together than the road is wide are merged ([`network`]).
//! 3. The lines are smoothed through junctions and kept half a truck width from the edge ([`smooth`]).
//! 4. Heights, grades, widths and sight distances are measured ([`measure`], [`sight`]).

mod branch;
mod measure;
mod medial_axis;
mod network;
mod options;
mod prune;
mod sight;
mod smooth;

use super::{Road, RoadGraph, RoadNode};
use crate::drivable::Drivable;
use crate::map::Area;
use crate::terrain::Terrain;
use crate::threads::joined;
use haul_core::{NodeId, Point2, RoadId};
use medial_axis::MedialAxis;
use network::BranchNetwork;
pub(crate) use options::TraceOptions;
use rstar::RTree;
pub use sight::SIGHT_REACH;

/// Maximum length of edge for which the part of the axis that it causes is left out, m. Such a part is noise of the
/// edge or the corner at the end of a road.
const LEAST_EDGE_LENGTH: f64 = 30.0;
/// Upper limit of [`LEAST_EDGE_LENGTH`], as a multiple of the minimum area radius. The axis at the middle of an area
/// comes from edge points at least √3 radii apart, and must stay.
const AREA_SHARE: f64 = 1.6;
/// Fraction of an area's radius within which its centre must be the point of greatest clearance.
const LOCAL_SHARE: f64 = 0.75;
/// Spacing of a centreline's points, m.
const SPACING: f64 = 2.0;
/// Distance that a centreline keeps from the edge in addition to half the truck width, where the road is wide enough,
/// m.
const SPARE_DISTANCE: f64 = 0.5;

/// Centrelines in plan, and the wide areas as circles.
pub(crate) struct TracedAxes {
    lines: smooth::Centrelines,
    areas: Vec<(Point2, f64)>,
}

/// Traces the centrelines of a surface and finds its wide areas.
pub(crate) fn axes(drivable: &Drivable, options: &TraceOptions) -> TracedAxes {
    let least = LEAST_EDGE_LENGTH.min(AREA_SHARE * options.area_radius);
    let axis = MedialAxis::of(drivable, least, options.edge_step);
    let (areas, centres) = find_areas(&axis, drivable, options.area_radius);
    let mut network = BranchNetwork::of(&axis);
    network.prune_spurs(&axis, &centres);
    network.merge_junctions(&axis, &centres);
    network.split_loops(&axis);
    let keep = options.truck_width / 2.0 + SPARE_DISTANCE;
    TracedAxes { lines: smooth::smooth(&network, &axis, drivable, SPACING, keep), areas }
}

/// Measures the centrelines and returns them as roads, with the areas.
pub(crate) fn trace(
    axes: TracedAxes,
    drivable: &Drivable,
    terrain: &Terrain,
    options: &TraceOptions,
) -> (RoadGraph, Vec<Area>) {
    let TracedAxes { lines, areas } = axes;
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
    let mut graph = RoadGraph::without_index(nodes, roads, 0);
    let (segments, seen) = std::thread::scope(|scope| {
        let segments = scope.spawn(|| graph.spatial_index());
        let seen = sight::look(&graph, terrain);
        (joined(segments), seen)
    });
    graph.segments = segments;
    sight::fill(&mut graph, &seen);
    (graph, areas)
}

/// Finds the wide areas, largest first. The centre of an area is a point of the axis that has the greatest clearance
/// within its own circle and is well clear of larger areas.
///
/// Returns the circles, and the axis points at their centres.
fn find_areas(axis: &MedialAxis, drivable: &Drivable, least: f64) -> (Vec<(Point2, f64)>, Vec<usize>) {
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
        let is_local = wider.locate_within_distance(at, LOCAL_SHARE * radius * LOCAL_SHARE * radius).next().is_none();
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
