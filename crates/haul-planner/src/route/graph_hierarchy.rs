//! A contraction hierarchy over a graph whose turn losses are counted per road.
//!
//! A node of the mine becomes one vertex of the hierarchy if every turn there is possible, except U-turns. Otherwise
//! each edge that ends at the node gets its own vertex. No best route makes a U-turn after its first road, because such
//! a route would pass the previous node twice. If the cheapest path makes a U-turn on its first road, the plain search
//! answers the query.

use super::RouteOptions;
use super::assembly::{EdgeSequence, leg, leg_over};
use super::edge::{DirectedRoad, EdgeId, Traversal};
use super::ends::Ends;
use super::graph::{EdgeGraph, roads_leaving};
use super::hierarchy::{Hierarchy, WeightedEdge};
use haul_core::{NodeId, Point2, RoadId};
use haul_mine::MineMap;

/// A hierarchy, with the meaning of its vertices and links.
#[derive(Debug, Clone)]
pub(super) struct GraphHierarchy {
    hierarchy: Hierarchy,
    vertices: Vertices,
    entries: Entries,
    /// By link of the hierarchy: the edge along the link.
    passages: Vec<LinkPassage>,
}

/// Result of a query to the hierarchy.
pub(super) enum HierarchyResult {
    /// The cheapest route.
    Found(EdgeSequence),
    /// There is no route.
    NoRoute,
    /// The hierarchy cannot answer; the plain search must.
    NeedsSearch,
}

/// Data of an edge from which routes are assembled. Stored by link, so that the edges of nearby vertices lie together
/// in memory; by edge index they would be scattered.
#[derive(Debug, Clone, Copy)]
#[repr(align(32))]
struct LinkPassage {
    traversal: Traversal,
    road: DirectedRoad,
}

/// Vertices of the hierarchy.
#[derive(Debug, Clone)]
struct Vertices {
    /// By node: true if the node is one vertex.
    is_single: Vec<bool>,
    /// By edge: the vertex at the end of the edge.
    ends: Vec<u32>,
    /// By vertex: position of the vertex.
    positions: Vec<Point2>,
}

/// The vertices from which each edge may be entered.
#[derive(Debug, Clone)]
struct Entries {
    /// By edge: index of the edge's first entry in `vertices`; one more entry marks the end.
    first: Vec<u32>,
    vertices: Vec<u32>,
}

impl GraphHierarchy {
    /// Builds the hierarchy of a graph, or returns `None` if the graph does not allow one.
    pub(super) fn new(graph: &EdgeGraph, map: &MineMap) -> Option<Self> {
        let vertices = Vertices::new(graph, map);
        let entries = Entries::new(graph, &vertices);
        let edges = weighted_edges(graph, &vertices, &entries);
        let mut neighbours = vec![Vec::new(); vertices.positions.len()];
        let mut link = |a: u32, b: u32| {
            if a != b {
                neighbours[a as usize].push(b);
                neighbours[b as usize].push(a);
            }
        };
        edges.iter().for_each(|edge| link(edge.from, edge.to));
        // Link one-way and closed roads too, since an update may open them.
        for road in &map.roads.roads {
            if vertices.is_single[road.from.index()]
                && vertices.is_single[road.to.index()]
                && let [Some(out), Some(back)] = [true, false].map(|f| graph.edge(DirectedRoad::new(road.id, f)))
            {
                link(vertices.ends[out.index()], vertices.ends[back.index()]);
            }
        }
        let hierarchy = Hierarchy::new(&vertices.positions, &neighbours, &edges)?;
        let passages = passages(graph, &hierarchy);
        Some(Self { hierarchy, vertices, entries, passages })
    }

    /// Applies changes at the given nodes and on their roads. Returns `None` if a new hierarchy is needed.
    pub(super) fn update(&mut self, graph: &EdgeGraph, map: &MineMap, nodes: &[NodeId]) -> Option<()> {
        if nodes.iter().any(|&node| allows_all_turns(graph, map, node) != self.vertices.is_single[node.index()]) {
            return None;
        }
        self.entries = Entries::new(graph, &self.vertices);
        self.hierarchy.update(&weighted_edges(graph, &self.vertices, &self.entries))?;
        self.passages = passages(graph, &self.hierarchy);
        Some(())
    }

    /// Returns the cheapest sequence of edges between two ends.
    pub(super) fn cheapest(&self, graph: &EdgeGraph, ends: &Ends) -> HierarchyResult {
        let end_vertex = |edge: EdgeId| self.vertices.ends[edge.index()];
        let sources = ends.starts().map(|s| (end_vertex(s.edge), s.cost + graph.leaving(s.edge), s.edge.index()));
        let targets = ends.goals().flat_map(|goal| {
            let cost = graph.entering(goal.edge) + goal.cost;
            self.entries.of(goal.edge).iter().map(move |&vertex| (vertex, cost, goal.edge.index()))
        });
        let direct = |edge: EdgeId| HierarchyResult::Found(EdgeSequence::new(graph, &[edge]));
        let Some(best) = self.hierarchy.query(sources, targets) else {
            return ends.direct().map_or(HierarchyResult::NoRoute, |(_, edge)| direct(edge));
        };
        if let Some((_, edge)) = ends.direct().filter(|d| d.0 <= best.cost) {
            return direct(edge);
        }
        let Some(links) = self.hierarchy.follow(&best) else { return HierarchyResult::NeedsSearch };
        let mut legs = Vec::with_capacity(links.len() + 2);
        let mut between = Traversal::default();
        legs.push(leg(graph, EdgeId::from_index(best.from)));
        legs.extend(links.iter().map(|&link| {
            let LinkPassage { traversal, road } = self.passages[link as usize];
            between = between.plus(traversal);
            leg_over(road, traversal)
        }));
        legs.push(leg(graph, EdgeId::from_index(best.to)));
        // A truck cannot make a U-turn on the start's road. The hierarchy makes no other turn that is impossible.
        let is_u_turn = legs[0].road == legs[1].road && legs[0].forward != legs[1].forward;
        if is_u_turn { HierarchyResult::NeedsSearch } else { HierarchyResult::Found(EdgeSequence { legs, between }) }
    }
}

impl Vertices {
    fn new(graph: &EdgeGraph, map: &MineMap) -> Self {
        let is_single: Vec<bool> = map.roads.nodes.iter().map(|n| allows_all_turns(graph, map, n.id)).collect();
        let mut of_node = vec![None; is_single.len()];
        let (mut ends, mut positions) = (Vec::with_capacity(graph.edge_count()), Vec::new());
        for (edge, &end) in graph.edges().zip(&graph.ends) {
            let directed = graph.directed_road(edge);
            let node = map.roads.road(directed.road).map(|road| directed.end(road).index());
            let mut fresh = || {
                positions.push(end);
                positions.len() as u32 - 1
            };
            ends.push(match node.filter(|&n| is_single[n]) {
                Some(node) => *of_node[node].get_or_insert_with(fresh),
                None => fresh(),
            });
        }
        Self { is_single, ends, positions }
    }
}

impl Entries {
    fn new(graph: &EdgeGraph, vertices: &Vertices) -> Self {
        let count = graph.edge_count();
        let mut first = vec![0; count + 1];
        let turns =
            || graph.edges().flat_map(|from| graph.turns_from(from).iter().map(move |t| (from, t.into.index())));
        turns().for_each(|(_, into)| first[into + 1] += 1);
        for k in 1..first.len() {
            first[k] += first[k - 1];
        }
        let (mut all, mut next) = (vec![0; first[count] as usize], first.clone());
        for (from, into) in turns() {
            let (begin, end) = (first[into] as usize, &mut next[into]);
            let vertex = vertices.ends[from.index()];
            if !all[begin..*end as usize].contains(&vertex) {
                all[*end as usize] = vertex;
                *end += 1;
            }
        }
        // Remove the room that was reserved for duplicates.
        let mut kept = Vec::with_capacity(count);
        for edge in 0..count {
            let begin = std::mem::replace(&mut first[edge], kept.len() as u32);
            kept.extend_from_slice(&all[begin as usize..next[edge] as usize]);
        }
        first[count] = kept.len() as u32;
        Self { first, vertices: kept }
    }

    /// Returns the vertices from which an edge may be entered.
    fn of(&self, edge: EdgeId) -> &[u32] {
        &self.vertices[self.first[edge.index()] as usize..self.first[edge.index() + 1] as usize]
    }
}

/// Returns the edges along the links of a hierarchy.
fn passages(graph: &EdgeGraph, hierarchy: &Hierarchy) -> Vec<LinkPassage> {
    let of = |index: usize| {
        let edge = EdgeId::from_index(index);
        LinkPassage { traversal: graph.passage(edge), road: graph.directed_road(edge) }
    };
    let none = LinkPassage { traversal: Traversal::default(), road: DirectedRoad::new(RoadId(u32::MAX), true) };
    (0..hierarchy.link_count()).map(|link| hierarchy.edge(link).map_or(none, of)).collect()
}

/// Returns the open edges, one entry for each vertex from which the edge may be entered.
fn weighted_edges(graph: &EdgeGraph, vertices: &Vertices, entries: &Entries) -> Vec<WeightedEdge> {
    let none = RouteOptions::default();
    let mut edges = Vec::with_capacity(entries.vertices.len());
    for edge in graph.edges().filter(|&e| !graph.is_closed(graph.directed_road(e).road, &none)) {
        let cost = graph.entering(edge) + graph.whole(edge) + graph.leaving(edge);
        let (to, id) = (vertices.ends[edge.index()], edge.index() as u32);
        let from = entries.of(edge).iter().filter(|&&from| from != to);
        edges.extend(from.map(|&from| WeightedEdge { from, to, id, cost }));
    }
    edges
}

/// Returns true if every turn at a node is possible, except U-turns.
fn allows_all_turns(graph: &EdgeGraph, map: &MineMap, node: NodeId) -> bool {
    let is_one_way = |road| map.roads.road(road).is_some_and(|r| r.one_way);
    roads_leaving(map, node).all(|out| {
        // No truck arrives against the direction of a one-way road.
        if out.forward && is_one_way(out.road) {
            return true;
        }
        let Some(from) = graph.edge(out.opposite()) else { return true };
        let can_turn = |into: DirectedRoad| graph.edge(into).is_some_and(|edge| graph.turn_into(from, edge).is_some());
        roads_leaving(map, node)
            .all(|into| into.road == out.road || (!into.forward && is_one_way(into.road)) || can_turn(into))
    })
}
