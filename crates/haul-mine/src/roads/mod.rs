//! The road graph: nodes and the centrelines between them.

mod edit;
mod ids;
mod lane;
mod succession;
#[cfg(test)]
mod tests;
pub(crate) mod trace;

pub use ids::RoadIndex;
pub use lane::Lane;
pub use trace::SIGHT_REACH;

use haul_core::{NodeId, Point2, Point3, Polyline, RoadId};
use rstar::primitives::{GeomWithData, Line};
use rstar::{PointDistance, RTree};
use serde::{Deserialize, Serialize};

/// A point where roads meet or end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RoadNode {
    /// Index into [`RoadGraph::nodes`].
    pub id: NodeId,
    /// Position on the ground.
    pub position: Point3,
}

/// Measured values at one point of a centreline.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct RoadStation {
    /// Grade from `from` to `to`, measured over 20 m, rise over run.
    pub grade: f64,
    /// Distance from the centreline to the drivable edge on the left, m.
    pub width_left: f64,
    /// Distance from the centreline to the drivable edge on the right, m.
    pub width_right: f64,
    /// Curvature, 1/m, positive to the left.
    pub curvature: f64,
    /// Slope across the road, rise over run; positive if the left side is higher.
    pub crossfall: f64,
    /// Sight distance towards `to`, m: how far ahead a truck sees an object on the road, at most [`SIGHT_REACH`].
    pub sight_ahead: f64,
    /// Sight distance towards `from`, m.
    pub sight_back: f64,
    /// Number of lanes.
    pub lanes: Lanes,
}

/// Room for traffic on a stretch of road.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lanes {
    /// Room for one truck; two trucks cannot pass each other.
    One,
    /// Room for two trucks to pass each other.
    #[default]
    Two,
    /// Open ground of a face, a dump or a yard. It is an area, not a road.
    Open,
}

impl RoadStation {
    /// Returns the width from edge to edge, m.
    pub fn width(&self) -> f64 {
        self.width_left + self.width_right
    }

    /// Returns the slope towards the inside of the bend, rise over run; negative if the road leans outwards. On a
    /// straight it is the size of the crossfall, negative.
    pub fn superelevation(&self) -> f64 {
        if self.curvature == 0.0 { -self.crossfall.abs() } else { -self.crossfall * self.curvature.signum() }
    }

    /// Returns the values between two stations, interpolated at a share of the distance from `self` to `next`.
    pub fn between(&self, next: &RoadStation, share: f64) -> RoadStation {
        let mix = |a: f64, b: f64| a + (b - a) * share;
        RoadStation {
            grade: mix(self.grade, next.grade),
            width_left: mix(self.width_left, next.width_left),
            width_right: mix(self.width_right, next.width_right),
            curvature: mix(self.curvature, next.curvature),
            crossfall: mix(self.crossfall, next.crossfall),
            sight_ahead: mix(self.sight_ahead, next.sight_ahead),
            sight_back: mix(self.sight_back, next.sight_back),
            lanes: if share < 0.5 { self.lanes } else { next.lanes },
        }
    }
}

/// A haul road between two nodes.
#[derive(Debug, Clone, PartialEq)]
pub struct Road {
    /// Id of the road, unique in the graph. It stays when other roads are added or removed, and is never used again.
    pub id: RoadId,
    /// Node at the start of the centreline.
    pub from: NodeId,
    /// Node at the end of the centreline.
    pub to: NodeId,
    /// Centreline from `from` to `to`, with points about 2 m apart.
    pub line: Polyline,
    /// Measured values, one entry per point of the line.
    pub stations: Vec<RoadStation>,
    /// Tells whether traffic may only drive from `from` to `to`.
    pub one_way: bool,
    /// Speed limit, m/s, at least [`LEAST_SPEED_LIMIT`].
    pub speed_limit: Option<f64>,
}

/// Least permitted speed limit, m/s. A slower truck counts as standing, and a road that may not be driven is closed
/// instead.
pub const LEAST_SPEED_LIMIT: f64 = 0.1;

/// Returns true if a number is a valid speed limit, m/s.
pub(crate) fn is_speed_limit(limit: f64) -> bool {
    limit.is_finite() && limit >= LEAST_SPEED_LIMIT
}

/// A position on a road.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RoadPosition {
    /// The road.
    pub road: RoadId,
    /// Distance along its centreline, m.
    pub station: f64,
    /// Distance to the left of its centreline, m.
    pub lateral: f64,
}

impl Road {
    /// Returns the measured values at a station (m), interpolated between the points of the line.
    pub fn at(&self, station: f64) -> RoadStation {
        let k = self.line.piece(station);
        let (Some(a), Some(b)) = (self.stations.get(k), self.stations.get(k + 1)) else {
            return self.stations.last().copied().unwrap_or_default();
        };
        let ends = self.line.stations();
        let share = ((station - ends[k]) / (ends[k + 1] - ends[k])).clamp(0.0, 1.0);
        a.between(b, share)
    }
}

/// A segment of a centreline in the spatial index, with the position of its road and its number on that road.
type Piece = GeomWithData<Line<[f64; 2]>, (u32, u32)>;

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
    next: u32,
    index: RoadIndex,
    at_node: Vec<Vec<(RoadId, bool)>>,
    pieces: RTree<Piece>,
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
        let mut graph = RoadGraph::without_pieces(nodes, roads, next);
        graph.pieces = graph.spatial_index();
        graph
    }

    /// Returns a graph with the same nodes and other roads.
    pub(crate) fn rebuilt(&self, roads: Vec<Road>) -> RoadGraph {
        Self::with_next(self.nodes.clone(), roads, self.next)
    }

    /// Creates a graph without the spatial index, so that no nearest road is found.
    fn without_pieces(nodes: Vec<RoadNode>, roads: Vec<Road>, next: u32) -> RoadGraph {
        let mut nodes = nodes;
        for (i, node) in nodes.iter_mut().enumerate() {
            node.id = NodeId(i as u32);
        }
        let mut roads = roads;
        roads.retain(|r| r.from.index() < nodes.len() && r.to.index() < nodes.len() && !r.line.is_degenerate());
        let next = ids::make_unique(&mut roads, next);
        let index = RoadIndex::of(roads.iter().map(|r| r.id));
        let mut at_node = vec![Vec::new(); nodes.len()];
        for road in &mut roads {
            road.stations.resize(road.line.points().len(), RoadStation::default());
            at_node[road.from.index()].push((road.id, true));
            at_node[road.to.index()].push((road.id, false));
        }
        RoadGraph { nodes, roads, next, index, at_node, pieces: RTree::new() }
    }

    /// Builds the spatial index of the nearest roads.
    fn spatial_index(&self) -> RTree<Piece> {
        let pieces = self.roads.iter().enumerate().flat_map(|(i, road)| {
            let piece = move |(k, w): (usize, &[Point3])| {
                Piece::new(Line::new([w[0].x, w[0].y], [w[1].x, w[1].y]), (i as u32, k as u32))
            };
            road.line.points().windows(2).enumerate().map(piece)
        });
        RTree::bulk_load(pieces.collect())
    }

    /// Returns a road by its id.
    pub fn road(&self, id: RoadId) -> Option<&Road> {
        self.roads.get(self.index.position(id)?)
    }

    /// Returns the positions of roads in [`RoadGraph::roads`] by their ids.
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

    /// Returns the roads that meet at a node. The flag is true if the road starts there. A loop is listed twice.
    pub fn roads_at(&self, node: NodeId) -> &[(RoadId, bool)] {
        self.at_node.get(node.index()).map_or(&[], Vec::as_slice)
    }

    /// Returns the road of an indexed segment, and the segment's number on that road.
    fn piece(&self, piece: &Piece) -> Option<(&Road, usize)> {
        Some((self.roads.get(piece.data.0 as usize)?, piece.data.1 as usize))
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
        for piece in self.pieces.nearest_neighbor_iter([point.x, point.y]) {
            let Some((road, k)) = self.piece(piece) else { continue };
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
        for piece in self.pieces.nearest_neighbor_iter(at) {
            if piece.distance_2(&at) > radius * radius {
                break;
            }
            let Some((road, k)) = self.piece(piece) else { continue };
            if found.iter().all(|f| f.road != road.id)
                && let Some(p) = road.line.project_within(point, k..k + 1)
            {
                found.push(RoadPosition { road: road.id, station: p.station, lateral: p.lateral });
            }
        }
        found
    }

    /// Returns the number of connected parts.
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
