//! Directed edges: each road gives two edges, one for each direction of travel.

use crate::cost::Cost;
use haul_core::{NodeId, RoadId};
use haul_mine::Road;
use serde::{Deserialize, Serialize};

/// A road in one direction of travel: a directed edge of the road graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DirectedRoad {
    /// The road.
    pub road: RoadId,
    /// True in the direction of the road's line, from→to.
    pub forward: bool,
}

impl DirectedRoad {
    /// Creates the directed edge of a road, in the direction of the road's line if `forward` is true, otherwise against
    /// it.
    pub fn new(road: RoadId, forward: bool) -> Self {
        Self { road, forward }
    }

    /// Returns the same road in the other direction.
    pub fn opposite(self) -> Self {
        Self { forward: !self.forward, ..self }
    }

    /// Returns the node where travel on the road begins.
    pub(super) fn start(self, road: &Road) -> NodeId {
        if self.forward { road.from } else { road.to }
    }

    /// Returns the node where travel on the road ends.
    pub(super) fn end(self, road: &Road) -> NodeId {
        self.opposite().start(road)
    }

    /// Returns true if the road is one-way and this direction is against its line.
    pub(super) fn is_barred(self, road: &Road) -> bool {
        road.one_way && !self.forward
    }
}

/// Index of a directed edge in a graph: 2 × position of the road, + 1 if the edge is against the road's line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct EdgeId(u32);

impl EdgeId {
    /// Creates the edge with this index.
    pub(super) fn from_index(index: usize) -> Self {
        Self(index as u32)
    }

    /// Creates the edge over the road at a position in the graph's road list.
    pub(super) fn of_road(position: usize, forward: bool) -> Self {
        Self::from_index(position * 2 + usize::from(!forward))
    }

    /// Returns the index into lists with one entry per edge.
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }

    /// Returns the position of the road in the graph's road list.
    pub(super) fn road_position(self) -> usize {
        self.index() / 2
    }

    /// Returns true if the edge is in the direction of the road's line.
    pub(super) fn is_forward(self) -> bool {
        self.0.is_multiple_of(2)
    }
}

/// Length and cost of driving along one or more edges.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Traversal {
    /// Length along the centreline, m.
    pub(super) length: f64,
    pub(super) cost: Cost,
}

impl Traversal {
    pub(super) fn new(length: f64, cost: Cost) -> Self {
        Self { length, cost }
    }

    /// Creates a cost without a length.
    pub(super) fn loss(cost: Cost) -> Self {
        Self::new(0.0, cost)
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self { length: self.length + other.length, cost: self.cost + other.cost }
    }
}
