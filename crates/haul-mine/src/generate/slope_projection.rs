//! Slope projection from edges onto a grid, computed only as far as it is needed.
//!
//! The nodes of a coarse grid store which edge segment their slope is projected from. Between the nodes, the height is
//! the lowest of the slopes from the segments of the four surrounding nodes. Neighbouring segments on the same edge are
//! tried too. The result is exact except in slivers of ground narrower than a cell, where another edge or another turn
//! of the same edge is nearest.

use super::plan_grid::{PlanGrid, neighbours};
use super::slope_edges::{EdgeSegments, NO_SEGMENT, SlopeEdge};
use haul_core::Point2;
use std::ops::Range;

/// The lowest rising slope at each point, or the highest falling one.
#[derive(Debug, Clone)]
pub struct SlopeProjection {
    grid: PlanGrid,
    segments: EdgeSegments,
    nodes: Vec<ProjectedNode>,
}

#[derive(Debug, Clone, Copy)]
struct ProjectedNode {
    /// Signed height projected to the node, m.
    signed_height: f64,
    segment: u32,
    /// True if the node waits to be propagated.
    is_open: bool,
}

/// The segments from which the slopes at the corners of one cell are projected, each once.
#[derive(Debug, Clone)]
pub struct ProjectionCell {
    segments: [u32; 4],
    count: usize,
    /// Bound of the heights in the cell, m: a lower bound for rising slopes, an upper bound for falling ones. It is
    /// valid if the corners hold the lowest slopes.
    pub bound: f64,
}

/// Number of queue layers in the height that the slope gains over one node spacing.
const LAYERS_PER_STEP: f64 = 2.0;

/// Queue of open nodes by height layers, lowest first (Dial 1969). Nodes of one layer come in order of arrival.
struct DialQueue {
    lowest: f64,
    /// Number of layers per metre.
    layers_per_metre: f64,
    layers: Vec<Vec<u32>>,
    /// Index of the current layer.
    at: usize,
    /// Number of nodes of the current layer that are done.
    done: usize,
}

impl DialQueue {
    fn new(lowest: f64, step: f64) -> Self {
        Self { lowest, layers_per_metre: LAYERS_PER_STEP / step, layers: Vec::new(), at: 0, done: 0 }
    }

    /// Returns the layer of a signed height. Heights below the current layer are put into the current layer.
    fn layer(&self, signed_height: f64) -> usize {
        (((signed_height - self.lowest) * self.layers_per_metre) as usize).max(self.at)
    }

    fn push(&mut self, signed_height: f64, node: u32) {
        let layer = self.layer(signed_height);
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

impl SlopeProjection {
    /// Projects the slopes from all segments.
    ///
    /// `is_needed` gets a node and its height, and returns true if the slope continues to the node's neighbours. Beyond
    /// a node for which it returns false, there is no slope.
    pub fn new(grid: PlanGrid, segments: EdgeSegments, is_needed: impl Fn(usize, f64) -> bool) -> Self {
        let nodes =
            vec![ProjectedNode { signed_height: f64::INFINITY, segment: NO_SEGMENT, is_open: false }; grid.len()];
        let mut projection = Self { grid, segments, nodes };
        projection.propagate(0, is_needed);
        projection
    }

    /// Adds edges. Only nodes whose height they lower are computed again, as far as `is_needed` continues the slope.
    pub fn add<'a>(&mut self, edges: impl IntoIterator<Item = &'a SlopeEdge>, is_needed: impl Fn(usize, f64) -> bool) {
        let first = self.segments.len();
        edges.into_iter().for_each(|edge| self.segments.add(edge));
        self.propagate(first, is_needed);
    }

    /// Projects the segments from index `first` on to the nodes around them, and from node to node while heights
    /// decrease. The lowest nodes come first, so that few nodes are visited twice.
    fn propagate(&mut self, first: usize, is_needed: impl Fn(usize, f64) -> bool) {
        let (nx, ny, spacing) = (self.grid.nx, self.grid.ny, self.grid.spacing);
        let mut open = DialQueue::new(self.segments.least(), self.segments.slope() * spacing);
        for segment in first as u32..self.segments.len() as u32 {
            let (a, b) = self.segments.ends(segment);
            let steps = ((b - a).norm() / spacing).ceil().max(1.0);
            for step in 0..=steps as u32 {
                let (i, j) = self.grid.nearest(a + (b - a) * (f64::from(step) / steps));
                neighbours(i, j, nx, ny).for_each(|at| self.offer(&mut open, at, segment));
            }
        }
        while let Some(k) = open.pop() {
            let node = &mut self.nodes[k as usize];
            if !std::mem::replace(&mut node.is_open, false) {
                continue;
            }
            let ProjectedNode { signed_height, segment, .. } = *node;
            if is_needed(k as usize, self.segments.signed(signed_height)) {
                let (i, j) = (k as usize % nx, k as usize / nx);
                neighbours(i, j, nx, ny).for_each(|at| self.offer(&mut open, at, segment));
            }
        }
    }

    /// Offers a segment to a node. The node takes it, or a neighbouring segment on its edge with a lower slope, if
    /// that lowers its height.
    #[inline(always)]
    fn offer(&mut self, open: &mut DialQueue, (i, j): (usize, usize), segment: u32) {
        let k = j * self.grid.nx + i;
        let node = &mut self.nodes[k];
        let p = self.grid.node(i, j);
        if node.segment == segment || self.segments.signed_height(segment, p) >= node.signed_height {
            return;
        }
        let (signed_height, segment) = self.segments.lowest_about(segment, p);
        let is_waiting = node.is_open && open.layer(signed_height) == open.layer(node.signed_height);
        *node = ProjectedNode { signed_height, segment, is_open: true };
        if !is_waiting {
            open.push(signed_height, k as u32);
        }
    }

    /// Returns the projected height at a node, m. Without a slope it is infinite, with the sign of the projection.
    pub fn node(&self, node: usize) -> f64 {
        self.segments.signed(self.nodes[node].signed_height)
    }

    /// Returns true if any node in a range of columns and rows has a slope. Indices beyond the grid count as its
    /// last ones.
    pub fn reaches(&self, columns: Range<usize>, rows: Range<usize>) -> bool {
        let PlanGrid { nx, ny, .. } = self.grid;
        let columns = columns.start.min(nx - 1)..columns.end.min(nx);
        (rows.start.min(ny - 1)..rows.end.min(ny))
            .any(|j| self.nodes[j * nx..][columns.clone()].iter().any(|node| node.segment != NO_SEGMENT))
    }

    /// Returns the four corners of the cell whose south-western node has the given column and row.
    fn corners(&self, i: usize, j: usize) -> [&ProjectedNode; 4] {
        let PlanGrid { nx, ny, .. } = self.grid;
        let (east, north) = ((i + 1).min(nx - 1), (j + 1).min(ny - 1));
        [(i, j), (east, j), (i, north), (east, north)].map(|(i, j)| &self.nodes[j * nx + i])
    }

    /// Returns the cell whose south-western node has the given column and row, or `None` if no corner has a slope.
    pub fn cell(&self, i: usize, j: usize) -> Option<ProjectionCell> {
        let nodes = self.corners(i, j);
        if nodes.iter().all(|node| node.segment == NO_SEGMENT) {
            return None;
        }
        let mut cell = ProjectionCell { segments: [NO_SEGMENT; 4], count: 0, bound: f64::INFINITY };
        let mut least = f64::INFINITY;
        for node in nodes.into_iter().filter(|node| node.segment != NO_SEGMENT) {
            least = least.min(node.signed_height);
            if !cell.segments[..cell.count].contains(&node.segment) {
                cell.segments[cell.count] = node.segment;
                cell.count += 1;
            }
        }
        // Every point of a cell is within half its diagonal of the nearest corner.
        let within = self.segments.slope() * self.grid.spacing * std::f64::consts::FRAC_1_SQRT_2;
        cell.bound = self.segments.signed(least - within);
        Some(cell)
    }

    /// Returns the heights at points of a cell, m.
    #[inline(always)]
    pub fn heights<const N: usize>(&self, cell: &ProjectionCell, points: &[Point2; N]) -> [f64; N] {
        let mut lowest = [(f64::INFINITY, NO_SEGMENT); N];
        for segment in &cell.segments[..cell.count] {
            let signed_heights = self.segments.signed_heights(*segment, points);
            for (lowest, signed_height) in lowest.iter_mut().zip(signed_heights) {
                *lowest = if signed_height < lowest.0 { (signed_height, *segment) } else { *lowest };
            }
        }
        // Continue from the corners' segments along the edge to the segments between them.
        let mut heights = [self.segments.signed(f64::INFINITY); N];
        for ((height, (_, segment)), p) in heights.iter_mut().zip(lowest).zip(points) {
            if segment != NO_SEGMENT {
                *height = self.segments.signed(self.segments.lowest_about(segment, *p).0);
            }
        }
        heights
    }

    /// Returns the height at any point (m), and the height of the edge that this slope is projected from.
    pub fn at(&self, p: Point2) -> (f64, Option<f64>) {
        let (i, j) = self.grid.cell(p);
        let mut lowest = (f64::INFINITY, NO_SEGMENT);
        let mut before = NO_SEGMENT;
        for node in self.corners(i, j).into_iter().filter(|node| node.segment != NO_SEGMENT) {
            if std::mem::replace(&mut before, node.segment) != node.segment {
                let signed_height = self.segments.signed_height(node.segment, p);
                lowest = if signed_height < lowest.0 { (signed_height, node.segment) } else { lowest };
            }
        }
        if lowest.1 == NO_SEGMENT {
            return (self.segments.signed(lowest.0), None);
        }
        let (signed_height, segment) = self.segments.lowest_about(lowest.1, p);
        (self.segments.signed(signed_height), Some(self.segments.foot(segment, p).z))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use haul_core::Point3;
    /// Returns a floor outline and the two edges of a winding ramp.
    fn edges() -> Vec<SlopeEdge> {
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
            SlopeEdge { points: points.collect(), is_closed: false }
        };
        vec![SlopeEdge::level(&floor, 0.0), side(150.0), side(180.0)]
    }

    #[test]
    fn heights_between_nodes_equal_the_lowest_projection() {
        let edges = edges();
        let cells = [(0.8, true, 8.0), (2.3, true, 8.0), (0.75, false, 8.0), (0.8, true, 20.0), (0.75, false, 4.0)];
        for (slope, is_rising, side) in cells {
            let none = if is_rising { EdgeSegments::rising(slope) } else { EdgeSegments::falling(slope) };
            let segments = none.with(&edges);
            let grid = PlanGrid::covering(Point2::new(-400.0, -400.0), Point2::new(400.0, 400.0), side);
            let projection = SlopeProjection::new(grid, segments.clone(), |_, _| true);
            let (mut worst, mut off): (f64, usize) = (0.0, 0);
            for k in 0..10_000 {
                let p = Point2::new(f64::from(k % 100) * 7.93 - 392.0, f64::from(k / 100) * 7.91 - 391.0);
                let exact =
                    (0..segments.len() as u32).map(|n| segments.signed_height(n, p)).fold(f64::INFINITY, f64::min);
                let (i, j) = projection.grid.cell(p);
                let cell = projection.cell(i, j).unwrap();
                let [height] = projection.heights(&cell, &[p]);
                assert_eq!(height, projection.at(p).0);
                assert!(segments.signed(height) >= segments.signed(cell.bound) - 1e-9);
                let miss = segments.signed(height) - exact;
                assert!(miss > -1e-9, "{p:?}: {miss}");
                worst = worst.max(miss);
                off += usize::from(miss > 1e-9);
            }
            // Errors occur only where two turns of the ramp meet.
            let most = (25.0 * side) as usize;
            assert!(worst < 0.1 * slope * side && off < most, "cells of {side} m: {off} of 10,000 off, by {worst} m");
        }
    }

    /// The rim has segments much shorter than a cell.
    #[test]
    fn edge_with_short_segments_is_projected_exactly() {
        let rim: Vec<Point2> = (0..240)
            .map(|k| {
                let a = std::f64::consts::TAU * f64::from(k) / 240.0;
                Point2::new(160.0 * libm::cos(a), 90.0 * libm::sin(a))
            })
            .collect();
        let segments = EdgeSegments::falling(0.75).with([&SlopeEdge::level(&rim, 30.0)]);
        let grid = PlanGrid::covering(Point2::new(-250.0, -250.0), Point2::new(250.0, 250.0), 20.0);
        let projection = SlopeProjection::new(grid, segments.clone(), |_, _| true);
        for k in 0..4_000 {
            let a = std::f64::consts::TAU * f64::from(k) / 4_000.0;
            let p = Point2::new(162.0 * libm::cos(a), 92.0 * libm::sin(a));
            let exact = (0..segments.len() as u32).map(|n| segments.signed_height(n, p)).fold(f64::INFINITY, f64::min);
            assert!((segments.signed(projection.at(p).0) - exact).abs() < 1e-9, "{p:?}");
        }
    }

    #[test]
    fn edges_added_later_give_the_same_heights() {
        let edges = edges();
        let grid = PlanGrid::covering(Point2::new(-400.0, -400.0), Point2::new(400.0, 400.0), 8.0);
        let is_needed = |_: usize, height: f64| height < 90.0;
        let whole = SlopeProjection::new(grid.clone(), EdgeSegments::rising(0.8).with(&edges), is_needed);
        let mut grown = SlopeProjection::new(grid.clone(), EdgeSegments::rising(0.8).with(&edges[..1]), is_needed);
        grown.add(&edges[1..2], is_needed);
        grown.add(&edges[2..], is_needed);
        for node in (0..grid.len()).filter(|node| whole.node(*node) < 90.0) {
            assert!((whole.node(node) - grown.node(node)).abs() < 0.1, "{} {}", whole.node(node), grown.node(node));
        }
    }

    #[test]
    fn projection_ends_where_it_is_not_needed() {
        let grid = PlanGrid::covering(Point2::new(-400.0, -400.0), Point2::new(400.0, 400.0), 8.0);
        let projection =
            SlopeProjection::new(grid, EdgeSegments::rising(1.0).with(&edges()[..1]), |_, height| height < 30.0);
        assert!(projection.at(Point2::new(160.0, 0.0)).0.is_finite());
        assert_eq!(projection.at(Point2::new(390.0, 390.0)), (f64::INFINITY, None));
    }
}
