//! Cones spread over a lattice from edges, only as far as they are wanted.
//!
//! Which piece of an edge a cone stands on is known at the nodes of a coarse lattice. Between them the height is that of the
//! lowest of the cones at the four nodes about a point, or of one that is found from there along its edge: exact but for slivers
//! of ground narrower than a cell that another edge, or another turn of the same one, is nearest to.

use super::edges::{Edge, NONE, Pieces};
use super::lattice::{Lattice, neighbours};
use haul_core::Point2;
use std::ops::Range;

/// The lowest cone at each place, or the highest one, falling away.
#[derive(Debug, Clone)]
pub struct Spread {
    lattice: Lattice,
    pieces: Pieces,
    nodes: Vec<Node>,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    /// Height by the sign.
    cost: f64,
    piece: u32,
    is_open: bool,
}

/// The pieces whose cones are the lowest at the corners of a cell of the lattice, each once.
#[derive(Debug, Clone)]
pub struct Cell {
    pieces: [u32; 4],
    count: usize,
    /// No cone in the cell is lower than this where cones rise, and none higher where they fall away, m: as far as its corners
    /// know the lowest ones.
    pub bound: f64,
}

/// Layers to a step between nodes.
const LAYERS: f64 = 2.0;

/// Nodes that wait, the lowest first by layers of height (Dial 1969), within a layer in the order they came.
struct Rising {
    lowest: f64,
    /// Layers to a metre.
    layers_per_metre: f64,
    layers: Vec<Vec<u32>>,
    /// The layer at hand, and how many of its nodes are done.
    at: usize,
    done: usize,
}

impl Rising {
    fn new(lowest: f64, step: f64) -> Self {
        Self { lowest, layers_per_metre: LAYERS / step, layers: Vec::new(), at: 0, done: 0 }
    }

    /// The layer of a cost; what falls below the one at hand joins it.
    fn layer(&self, cost: f64) -> usize {
        (((cost - self.lowest) * self.layers_per_metre) as usize).max(self.at)
    }

    fn push(&mut self, cost: f64, node: u32) {
        let layer = self.layer(cost);
        if layer >= self.layers.len() {
            self.layers.resize_with(layer + 1, Vec::new);
        }
        self.layers[layer].push(node);
    }

    fn pop(&mut self) -> Option<u32> {
        while let Some(layer) = self.layers.get_mut(self.at) {
            if let Some(node) = layer.get(self.done) {
                self.done += 1;
                return Some(*node);
            }
            *layer = Vec::new();
            (self.at, self.done) = (self.at + 1, 0);
        }
        None
    }
}

impl Spread {
    /// Cones on pieces over a lattice as far as they are wanted, which is asked of a node and the height of the cone there:
    /// what is not wanted is not handed on, and farther out there is none.
    pub fn new(lattice: Lattice, pieces: Pieces, wanted: impl Fn(usize, f64) -> bool) -> Self {
        let nodes = vec![Node { cost: f64::INFINITY, piece: NONE, is_open: false }; lattice.len()];
        let mut spread = Self { lattice, pieces, nodes };
        spread.hand_on(0, wanted);
        spread
    }

    /// Adds edges: what their cones lower is handed on as far as it is wanted, and nothing else is looked at.
    pub fn add<'a>(&mut self, edges: impl IntoIterator<Item = &'a Edge>, wanted: impl Fn(usize, f64) -> bool) {
        let first = self.pieces.len();
        edges.into_iter().for_each(|edge| self.pieces.add(edge));
        self.hand_on(first, wanted);
    }

    /// Pieces from a number on are offered to the nodes about them, and handed on from node to node while that lowers anything.
    /// The lowest nodes hand on first, so that few are looked at twice.
    fn hand_on(&mut self, first: usize, wanted: impl Fn(usize, f64) -> bool) {
        let (nx, ny, spacing) = (self.lattice.nx, self.lattice.ny, self.lattice.spacing);
        let mut open = Rising::new(self.pieces.least(), self.pieces.slope() * spacing);
        for piece in first as u32..self.pieces.len() as u32 {
            let (a, b) = self.pieces.ends(piece);
            let steps = ((b - a).norm() / spacing).ceil().max(1.0);
            for step in 0..=steps as u32 {
                let (i, j) = self.lattice.nearest(a + (b - a) * (f64::from(step) / steps));
                neighbours(i, j, nx, ny).for_each(|at| self.offer(&mut open, at, piece));
            }
        }
        while let Some(k) = open.pop() {
            let node = &mut self.nodes[k as usize];
            if !std::mem::replace(&mut node.is_open, false) {
                continue;
            }
            let Node { cost, piece, .. } = *node;
            if wanted(k as usize, self.pieces.signed(cost)) {
                let (i, j) = (k as usize % nx, k as usize / nx);
                neighbours(i, j, nx, ny).for_each(|at| self.offer(&mut open, at, piece));
            }
        }
    }

    /// Offers a node the cone of a piece, which it takes where that is the lower one; or that of a piece further along the edge
    /// that is lower still.
    #[inline(always)]
    fn offer(&mut self, open: &mut Rising, (i, j): (usize, usize), piece: u32) {
        let k = j * self.lattice.nx + i;
        let node = &mut self.nodes[k];
        let p = self.lattice.node(i, j);
        if node.piece == piece || self.pieces.cost(piece, p) >= node.cost {
            return;
        }
        let (cost, piece) = self.pieces.lowest_about(piece, p);
        let is_waiting = node.is_open && open.layer(cost) == open.layer(node.cost);
        *node = Node { cost, piece, is_open: true };
        if !is_waiting {
            open.push(cost, k as u32);
        }
    }

    /// Height of the cone at a node, m; where none came infinite, or minus that where cones fall away.
    pub fn node(&self, node: usize) -> f64 {
        self.pieces.signed(self.nodes[node].cost)
    }

    /// Whether a cone came to any of the nodes in some columns and rows; those beyond the rim count as the last.
    pub fn reaches(&self, columns: Range<usize>, rows: Range<usize>) -> bool {
        let Lattice { nx, ny, .. } = self.lattice;
        let columns = columns.start.min(nx - 1)..columns.end.min(nx);
        (rows.start.min(ny - 1)..rows.end.min(ny))
            .any(|j| self.nodes[j * nx..][columns.clone()].iter().any(|node| node.piece != NONE))
    }

    /// Nodes at the corners of the cell whose south-western node is in a column and a row.
    fn corners(&self, i: usize, j: usize) -> [&Node; 4] {
        let Lattice { nx, ny, .. } = self.lattice;
        let (east, north) = ((i + 1).min(nx - 1), (j + 1).min(ny - 1));
        [(i, j), (east, j), (i, north), (east, north)].map(|(i, j)| &self.nodes[j * nx + i])
    }

    /// The cell whose south-western node is in a column and a row. `None` where no cone came to any of its corners.
    pub fn cell(&self, i: usize, j: usize) -> Option<Cell> {
        let nodes = self.corners(i, j);
        if nodes.iter().all(|node| node.piece == NONE) {
            return None;
        }
        let mut cell = Cell { pieces: [NONE; 4], count: 0, bound: f64::INFINITY };
        let mut least = f64::INFINITY;
        for node in nodes.into_iter().filter(|node| node.piece != NONE) {
            least = least.min(node.cost);
            if !cell.pieces[..cell.count].contains(&node.piece) {
                cell.pieces[cell.count] = node.piece;
                cell.count += 1;
            }
        }
        // No place is farther from the nearest corner than half the diagonal.
        let within = self.pieces.slope() * self.lattice.spacing * std::f64::consts::FRAC_1_SQRT_2;
        cell.bound = self.pieces.signed(least - within);
        Some(cell)
    }

    /// Heights at points of a cell, m.
    #[inline(always)]
    pub fn heights<const N: usize>(&self, cell: &Cell, points: &[Point2; N]) -> [f64; N] {
        let mut lowest = [(f64::INFINITY, NONE); N];
        for piece in &cell.pieces[..cell.count] {
            let costs = self.pieces.costs(*piece, points);
            for (lowest, cost) in lowest.iter_mut().zip(costs) {
                *lowest = if cost < lowest.0 { (cost, *piece) } else { *lowest };
            }
        }
        // Along the edge from the corners' pieces to those between them.
        let mut heights = [self.pieces.signed(f64::INFINITY); N];
        for ((height, (_, piece)), p) in heights.iter_mut().zip(lowest).zip(points) {
            if piece != NONE {
                *height = self.pieces.signed(self.pieces.lowest_about(piece, *p).0);
            }
        }
        heights
    }

    /// Height at a point anywhere, by the corners of the nearest cell, m; and the height of what the cone stands on there.
    pub fn at(&self, p: Point2) -> (f64, Option<f64>) {
        let (i, j) = self.lattice.cell(p);
        let mut lowest = (f64::INFINITY, NONE);
        let mut before = NONE;
        for node in self.corners(i, j).into_iter().filter(|node| node.piece != NONE) {
            if std::mem::replace(&mut before, node.piece) != node.piece {
                let cost = self.pieces.cost(node.piece, p);
                lowest = if cost < lowest.0 { (cost, node.piece) } else { lowest };
            }
        }
        if lowest.1 == NONE {
            return (self.pieces.signed(lowest.0), None);
        }
        let (cost, piece) = self.pieces.lowest_about(lowest.1, p);
        (self.pieces.signed(cost), Some(self.pieces.foot(piece, p).z))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use haul_core::Point3;

    /// A winding ramp with both its edges, and a floor.
    fn edges() -> Vec<Edge> {
        let floor: Vec<Point2> = (0..120)
            .map(|k| {
                let a = std::f64::consts::TAU * f64::from(k) / 120.0;
                let r = 120.0 + 14.0 * libm::cos(3.0 * a);
                Point2::new(r * libm::cos(a), 0.8 * r * libm::sin(a))
            })
            .collect();
        let side = |r: f64| {
            let points = (0..300).map(|k| {
                let a = 0.02 * f64::from(k);
                let r = r + 22.0 * a;
                Point3::new(r * libm::cos(a), r * libm::sin(a), 12.0 * a)
            });
            Edge { points: points.collect(), is_closed: false }
        };
        vec![Edge::level(&floor, 0.0), side(150.0), side(180.0)]
    }

    #[test]
    fn heights_between_the_nodes_are_those_of_the_lowest_cone() {
        let edges = edges();
        let cells = [(0.8, true, 8.0), (2.3, true, 8.0), (0.75, false, 8.0), (0.8, true, 20.0), (0.75, false, 4.0)];
        for (slope, is_rising, side) in cells {
            let none = if is_rising { Pieces::rising(slope) } else { Pieces::falling(slope) };
            let pieces = none.with(&edges);
            let lattice = Lattice::covering(Point2::new(-400.0, -400.0), Point2::new(400.0, 400.0), side);
            let spread = Spread::new(lattice, pieces.clone(), |_, _| true);
            let (mut worst, mut off): (f64, usize) = (0.0, 0);
            for k in 0..10_000 {
                let p = Point2::new(f64::from(k % 100) * 7.93 - 392.0, f64::from(k / 100) * 7.91 - 391.0);
                let true_cost = (0..pieces.len() as u32).map(|n| pieces.cost(n, p)).fold(f64::INFINITY, f64::min);
                let (i, j) = spread.lattice.cell(p);
                let cell = spread.cell(i, j).unwrap();
                let [height] = spread.heights(&cell, &[p]);
                assert_eq!(height, spread.at(p).0);
                assert!(pieces.signed(height) >= pieces.signed(cell.bound) - 1e-9);
                let miss = pieces.signed(height) - true_cost;
                assert!(miss > -1e-9, "{p:?}: {miss}");
                worst = worst.max(miss);
                off += usize::from(miss > 1e-9);
            }
            // Where two turns of the ramp meet.
            let most = (25.0 * side) as usize;
            assert!(worst < 0.1 * slope * side && off < most, "cells of {side} m: {off} of 10,000 off, by {worst} m");
        }
    }

    /// A rim of short pieces in wide cells: those between the corners' are found along it.
    #[test]
    fn an_edge_of_pieces_shorter_than_a_cell_is_straight_beside_it() {
        let rim: Vec<Point2> = (0..240)
            .map(|k| {
                let a = std::f64::consts::TAU * f64::from(k) / 240.0;
                Point2::new(160.0 * libm::cos(a), 90.0 * libm::sin(a))
            })
            .collect();
        let pieces = Pieces::falling(0.75).with([&Edge::level(&rim, 30.0)]);
        let lattice = Lattice::covering(Point2::new(-250.0, -250.0), Point2::new(250.0, 250.0), 20.0);
        let spread = Spread::new(lattice, pieces.clone(), |_, _| true);
        for k in 0..4_000 {
            let a = std::f64::consts::TAU * f64::from(k) / 4_000.0;
            let p = Point2::new(162.0 * libm::cos(a), 92.0 * libm::sin(a));
            let true_cost = (0..pieces.len() as u32).map(|n| pieces.cost(n, p)).fold(f64::INFINITY, f64::min);
            assert!((pieces.signed(spread.at(p).0) - true_cost).abs() < 1e-9, "{p:?}");
        }
    }

    #[test]
    fn what_is_added_later_lowers_the_same_ground() {
        let edges = edges();
        let lattice = Lattice::covering(Point2::new(-400.0, -400.0), Point2::new(400.0, 400.0), 8.0);
        let wanted = |_: usize, height: f64| height < 90.0;
        let whole = Spread::new(lattice.clone(), Pieces::rising(0.8).with(&edges), wanted);
        let mut grown = Spread::new(lattice.clone(), Pieces::rising(0.8).with(&edges[..1]), wanted);
        grown.add(&edges[1..2], wanted);
        grown.add(&edges[2..], wanted);
        for node in (0..lattice.len()).filter(|node| whole.node(*node) < 90.0) {
            assert!((whole.node(node) - grown.node(node)).abs() < 0.1, "{} {}", whole.node(node), grown.node(node));
        }
    }

    #[test]
    fn nothing_is_beyond_what_is_wanted() {
        let lattice = Lattice::covering(Point2::new(-400.0, -400.0), Point2::new(400.0, 400.0), 8.0);
        let spread = Spread::new(lattice, Pieces::rising(1.0).with(&edges()[..1]), |_, height| height < 30.0);
        assert!(spread.at(Point2::new(160.0, 0.0)).0.is_finite());
        assert_eq!(spread.at(Point2::new(390.0, 390.0)), (f64::INFINITY, None));
    }
}
