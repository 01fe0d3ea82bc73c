//! The road graph: nodes, roads, and the queries on them.

use super::ids::{RoadIndex, make_unique};
use super::road::{Road, RoadStation};
use haul_core::{NodeId, Point2, Point3, RoadId};
use rstar::primitives::{GeomWithData, Line};
use rstar::{PointDistance, RTree};

/// A point where roads meet or end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RoadNode {
    /// Id of the node: its index in [`RoadGraph::nodes`].
    pub id: NodeId,
    /// Position of the node on the ground.
    pub position: Point3,
}

/// A position on a road.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RoadPosition {
    /// The road.
    pub road: RoadId,
    /// Distance along the road's centreline, m.
    pub station: f64,
    /// Distance to the left of the road's centreline, m.
    pub lateral: f64,
}

/// A segment of a centreline in the spatial index, with the position of its road and its number on that road.
type IndexedSegment = GeomWithData<Line<[f64; 2]>, (u32, u32)>;

/// Roads and the nodes that they join.
///
/// A road's id is a name, not a position. It stays valid when other roads are changed by [`RoadGraph::add`],
/// [`RoadGraph::remove`] and [`RoadGraph::split`], and after saving and loading. With [`RoadGraph::take_ids`] it also
/// survives a new survey.
#[derive(Debug, Clone, Default)]
pub struct RoadGraph {
    /// Nodes, each at the index that is its id.
    pub nodes: Vec<RoadNode>,
    /// Roads in any order; [`RoadGraph::road`] finds one by its id. Speed limits and directions can be changed here.
    /// Use the methods to add, remove and split roads, because they update the indices.
    pub roads: Vec<Road>,
    /// Lowest id that has never been used.
    pub(super) next: u32,
    pub(super) index: RoadIndex,
    at_node: Vec<Vec<(RoadId, bool)>>,
    pub(super) segments: RTree<IndexedSegment>,
}

impl PartialEq for RoadGraph {
    fn eq(&self, other: &Self) -> bool {
        self.nodes == other.nodes && self.roads == other.roads && self.next == other.next
    }
}

impl RoadGraph {
    /// Creates a graph. Nodes get their indices as ids. Roads keep their ids, but a road that shares its id with an
    /// earlier one gets a new id. Roads that name a missing node or have no length are left out.
    pub fn new(nodes: Vec<RoadNode>, roads: Vec<Road>) -> RoadGraph {
        Self::with_next(nodes, roads, 0)
    }

    /// Creates a graph in which new roads get ids from `next` up.
    pub(crate) fn with_next(nodes: Vec<RoadNode>, roads: Vec<Road>, next: u32) -> RoadGraph {
        let mut graph = RoadGraph::without_index(nodes, roads, next);
        graph.segments = graph.spatial_index();
        graph
    }

    /// Returns a graph with the same nodes and the given roads.
    pub(crate) fn rebuilt(&self, roads: Vec<Road>) -> RoadGraph {
        Self::with_next(self.nodes.clone(), roads, self.next)
    }

    /// Creates a graph without the spatial index, so that no nearest road is found.
    pub(super) fn without_index(nodes: Vec<RoadNode>, roads: Vec<Road>, next: u32) -> RoadGraph {
        let mut nodes = nodes;
        for (i, node) in nodes.iter_mut().enumerate() {
            node.id = NodeId(i as u32);
        }
        let mut roads = roads;
        roads.retain(|r| r.from.index() < nodes.len() && r.to.index() < nodes.len() && !r.line.is_degenerate());
        let next = make_unique(&mut roads, next);
        let index = RoadIndex::of(roads.iter().map(|r| r.id));
        let mut at_node = vec![Vec::new(); nodes.len()];
        for road in &mut roads {
            road.stations.resize(road.line.points().len(), RoadStation::default());
            at_node[road.from.index()].push((road.id, true));
            at_node[road.to.index()].push((road.id, false));
        }
        RoadGraph { nodes, roads, next, index, at_node, segments: RTree::new() }
    }

    /// Builds the spatial index of all centreline segments.
    pub(super) fn spatial_index(&self) -> RTree<IndexedSegment> {
        let segments = self.roads.iter().enumerate().flat_map(|(i, road)| {
            let segment = move |(k, w): (usize, &[Point3])| {
                IndexedSegment::new(Line::new([w[0].x, w[0].y], [w[1].x, w[1].y]), (i as u32, k as u32))
            };
            road.line.points().windows(2).enumerate().map(segment)
        });
        RTree::bulk_load(segments.collect())
    }

    /// Returns a road by its id.
    pub fn road(&self, id: RoadId) -> Option<&Road> {
        self.roads.get(self.index.position(id)?)
    }

    /// Returns the index from road ids to positions in [`RoadGraph::roads`].
    pub fn index(&self) -> &RoadIndex {
        &self.index
    }

    /// Returns the lowest number that has never been a road id in this graph.
    pub fn next_id(&self) -> u32 {
        self.next
    }

    /// Returns a node by its id.
    pub fn node(&self, id: NodeId) -> Option<&RoadNode> {
        self.nodes.get(id.index())
    }

    /// Returns the roads that meet at a node. The flag is true if the road starts at the node. A loop is listed twice.
    pub fn roads_at(&self, node: NodeId) -> &[(RoadId, bool)] {
        self.at_node.get(node.index()).map_or(&[], Vec::as_slice)
    }

    /// Returns the road of an indexed segment, and the segment's number on that road.
    fn segment(&self, segment: &IndexedSegment) -> Option<(&Road, usize)> {
        Some((self.roads.get(segment.data.0 as usize)?, segment.data.1 as usize))
    }

    /// Returns the nearest position on any road. Returns `None` without roads or for a point that is not finite.
    pub fn nearest(&self, point: Point2) -> Option<RoadPosition> {
        self.k_nearest(point, 1).into_iter().next()
    }

    /// Returns the nearest position on each of the `k` nearest roads, nearest first.
    pub fn k_nearest(&self, point: Point2, k: usize) -> Vec<RoadPosition> {
        let mut found: Vec<RoadPosition> = Vec::new();
        if !(point.x.is_finite() && point.y.is_finite()) || k == 0 {
            return found;
        }
        for segment in self.segments.nearest_neighbor_iter([point.x, point.y]) {
            let Some((road, k)) = self.segment(segment) else { continue };
            if found.iter().any(|f| f.road == road.id) {
                continue;
            }
            let Some(at) = road.line.project_within(point, k..k + 1) else { continue };
            found.push(RoadPosition { road: road.id, station: at.station, lateral: at.lateral });
            if found.len() == k {
                break;
            }
        }
        found
    }

    /// Returns the nearest position on every road within `radius` (m) of a point, nearest first.
    pub fn within(&self, point: Point2, radius: f64) -> Vec<RoadPosition> {
        let mut found: Vec<RoadPosition> = Vec::new();
        if !(point.x.is_finite() && point.y.is_finite()) {
            return found;
        }
        let at = [point.x, point.y];
        for segment in self.segments.nearest_neighbor_iter(at) {
            if segment.distance_2(&at) > radius * radius {
                break;
            }
            let Some((road, k)) = self.segment(segment) else { continue };
            if found.iter().all(|f| f.road != road.id)
                && let Some(p) = road.line.project_within(point, k..k + 1)
            {
                found.push(RoadPosition { road: road.id, station: p.station, lateral: p.lateral });
            }
        }
        found
    }

    /// Returns the number of connected components of the graph.
    pub fn components(&self) -> usize {
        let mut seen = vec![false; self.nodes.len()];
        let mut parts = 0;
        for start in 0..self.nodes.len() {
            if std::mem::replace(&mut seen[start], true) {
                continue;
            }
            parts += 1;
            let mut open = vec![start];
            while let Some(n) = open.pop() {
                for road in self.at_node[n].iter().filter_map(|(id, _)| self.road(*id)) {
                    for next in [road.from.index(), road.to.index()] {
                        if !std::mem::replace(&mut seen[next], true) {
                            open.push(next);
                        }
                    }
                }
            }
        }
        parts
    }
}
