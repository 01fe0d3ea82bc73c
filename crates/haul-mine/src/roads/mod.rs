//! The road graph: centrelines between nodes.

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

/// Where roads meet or end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RoadNode {
    /// Index into [`RoadGraph::nodes`].
    pub id: NodeId,
    /// Position on the ground.
    pub position: Point3,
}

/// What is known at one point of a centreline.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct RoadStation {
    /// Rise/run in the from→to sense, over 20 m.
    pub grade: f64,
    /// From the centreline to the drivable edge on the left, m.
    pub width_left: f64,
    /// From the centreline to the drivable edge on the right, m.
    pub width_right: f64,
    /// Curvature, 1/m, positive to the left.
    pub curvature: f64,
    /// Rise/run across the road, positive where its left side is the higher one.
    pub crossfall: f64,
    /// How far ahead, from→to, an object on the road is seen from the truck, m; at most [`SIGHT_REACH`].
    pub sight_ahead: f64,
    /// The same to→from, m.
    pub sight_back: f64,
    /// What traffic finds room for.
    pub lanes: Lanes,
}

/// How much traffic a stretch of road has room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lanes {
    /// Two trucks may not meet.
    One,
    /// Two trucks may meet.
    #[default]
    Two,
    /// Open ground of a face, a dump or a yard: an area, not a road.
    Open,
}

impl RoadStation {
    /// Width from edge to edge, m.
    pub fn width(&self) -> f64 {
        self.width_left + self.width_right
    }

    /// How much the road leans into its bend, rise/run; negative where it leans outwards. On a straight the size of
    /// its cross-fall, negative.
    pub fn superelevation(&self) -> f64 {
        if self.curvature == 0.0 { -self.crossfall.abs() } else { -self.crossfall * self.curvature.signum() }
    }

    /// What is between two stations, at a share of the way from `self` to `next`.
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

/// The piece of haul road between two nodes.
#[derive(Debug, Clone, PartialEq)]
pub struct Road {
    /// Name of the road, unique in the graph. It stays when other roads come and go, and is not given again.
    pub id: RoadId,
    /// Where it begins.
    pub from: NodeId,
    /// Where it ends.
    pub to: NodeId,
    /// The centreline from `from` to `to`, points about 2 m apart.
    pub line: Polyline,
    /// One for each point of the line.
    pub stations: Vec<RoadStation>,
    /// Tells whether traffic may only go from `from` to `to`.
    pub one_way: bool,
    /// Greatest speed, m/s, no less than [`LEAST_SPEED_LIMIT`].
    pub speed_limit: Option<f64>,
}

/// The least that a speed limit can be, m/s: slower than that a truck stands, and a road where none may drive is closed.
pub const LEAST_SPEED_LIMIT: f64 = 0.1;

/// Tells whether a number can be a speed limit, m/s.
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
    /// What is known at a station (m), between the points of the line where it lies there.
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

type Piece = GeomWithData<Line<[f64; 2]>, (u32, u32)>;

/// Roads and the nodes they join.
///
/// A road's id is a name, not a position: it survives [`RoadGraph::add`], [`RoadGraph::remove`] and
/// [`RoadGraph::split`] of other roads, saving and loading, and with [`RoadGraph::take_ids`] a new survey.
#[derive(Debug, Clone, Default)]
pub struct RoadGraph {
    /// Nodes; a node's id is its index.
    pub nodes: Vec<RoadNode>,
    /// Roads, in any order; [`RoadGraph::road`] finds one by its id. Change their rules here, but add, remove and split
    /// roads by the methods: they keep the indices.
    pub roads: Vec<Road>,
    /// Lowest id that no road has had.
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
    /// Returns a graph of nodes and roads. Nodes get their indices as ids. Roads keep their ids; one that shares its id
    /// with an earlier road of the list gets another. Roads that name a node that is not there or have no length are
    /// left out.
    pub fn new(nodes: Vec<RoadNode>, roads: Vec<Road>) -> RoadGraph {
        Self::with_next(nodes, roads, 0)
    }

    /// Returns a graph whose new roads get ids from `next` up.
    pub(crate) fn with_next(nodes: Vec<RoadNode>, roads: Vec<Road>, next: u32) -> RoadGraph {
        let mut graph = RoadGraph::without_pieces(nodes, roads, next);
        graph.pieces = graph.spatial_index();
        graph
    }

    /// Returns the graph of the same nodes with other roads.
    pub(crate) fn rebuilt(&self, roads: Vec<Road>) -> RoadGraph {
        Self::with_next(self.nodes.clone(), roads, self.next)
    }

    /// The same, but for the index of nearest roads: none is found.
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

    /// The index of nearest roads.
    fn spatial_index(&self) -> RTree<Piece> {
        let pieces = self.roads.iter().enumerate().flat_map(|(i, road)| {
            let piece = move |(k, w): (usize, &[Point3])| {
                Piece::new(Line::new([w[0].x, w[0].y], [w[1].x, w[1].y]), (i as u32, k as u32))
            };
            road.line.points().windows(2).enumerate().map(piece)
        });
        RTree::bulk_load(pieces.collect())
    }

    /// A road by its id.
    pub fn road(&self, id: RoadId) -> Option<&Road> {
        self.roads.get(self.index.position(id)?)
    }

    /// Returns the positions of roads in [`RoadGraph::roads`] by their ids.
    pub fn index(&self) -> &RoadIndex {
        &self.index
    }

    /// Returns the lowest number that no road of this graph has had as its id.
    pub fn next_id(&self) -> u32 {
        self.next
    }

    /// A node by its id.
    pub fn node(&self, id: NodeId) -> Option<&RoadNode> {
        self.nodes.get(id.index())
    }

    /// The roads that meet at a node, each with whether it leaves along from→to. A loop is there twice.
    pub fn roads_at(&self, node: NodeId) -> &[(RoadId, bool)] {
        self.at_node.get(node.index()).map_or(&[], Vec::as_slice)
    }

    /// The road that a piece of the index belongs to, and the number of the piece on it.
    fn piece(&self, piece: &Piece) -> Option<(&Road, usize)> {
        Some((self.roads.get(piece.data.0 as usize)?, piece.data.1 as usize))
    }

    /// The nearest position on any road; `None` without roads or for a point that is not finite.
    pub fn nearest(&self, point: Point2) -> Option<RoadPosition> {
        self.k_nearest(point, 1).into_iter().next()
    }

    /// The nearest position on each of the `k` nearest roads, nearest first.
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

    /// The positions on every road that passes within `radius` (m) of a point, nearest first.
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

    /// Connected parts.
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
