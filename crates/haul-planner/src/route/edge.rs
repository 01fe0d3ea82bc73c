//! Directed edges: each road gives two, one for each direction of travel.

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
    /// A road in the direction of its line (`forward`) or against it.
    pub fn new(road: RoadId, forward: bool) -> Self {
        Self { road, forward }
    }

    /// The same road in the other direction.
    pub fn opposite(self) -> Self {
        Self { forward: !self.forward, ..self }
    }

    /// Node where travel on the road begins.
    pub(super) fn start(self, road: &Road) -> NodeId {
        if self.forward { road.from } else { road.to }
    }

    /// Node where travel on the road ends.
    pub(super) fn end(self, road: &Road) -> NodeId {
        self.opposite().start(road)
    }

    /// Returns true if travel in this direction is against a one-way road.
    pub(super) fn is_barred(self, road: &Road) -> bool {
        road.one_way && !self.forward
    }
}

/// Index of a directed edge in a graph: position of the road × 2, + 1 against the road's line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct EdgeId(u32);

impl EdgeId {
    /// The edge with this index.
    pub(super) fn from_index(index: usize) -> Self {
        Self(index as u32)
    }

    /// The edge over the road at a position of the graph's road list.
    pub(super) fn of_road(position: usize, forward: bool) -> Self {
        Self::from_index(position * 2 + usize::from(!forward))
    }

    /// Index into lists with one entry per edge.
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }

    /// Position of the road in the graph's road list.
    pub(super) fn road_position(self) -> usize {
        self.index() / 2
    }

    /// True in the direction of the road's line.
    pub(super) fn is_forward(self) -> bool {
        self.0.is_multiple_of(2)
    }
}

/// Length and cost of driving one edge or several.
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

    /// A cost without a length.
    pub(super) fn loss(cost: Cost) -> Self {
        Self::new(0.0, cost)
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self { length: self.length + other.length, cost: self.cost + other.cost }
    }
}
