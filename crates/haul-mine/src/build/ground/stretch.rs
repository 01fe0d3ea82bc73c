//! The drivable part of the ground, stretched between its edges.

use super::raster::Raster;
use crate::build::surface::EdgeRings;
use haul_core::{Point2, Point3};

/// Nodes outside the surface up to so many spacings from its edge carry the edge's height.
const BAND_OUTSIDE: f64 = 1.5;
/// Nodes on the surface this near to its edge carry the edge's height, in spacings: a wall thinner than a cell still
/// parts two roads.
const BAND_INSIDE: f64 = 0.4;
/// Cycles over the grids at the most.
const CYCLES: usize = 40;
/// Sweeps of the coarsest grid, and the fewest free nodes that a coarser one is made for.
const LAST_SWEEPS: usize = 60;
const FEWEST: usize = 100;
/// The surface is at rest where no node moves more in a sweep, m.
const AT_REST: f64 = 5e-6;

/// What a node of the grid is to the drivable surface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Node {
    /// Ground beside the roads.
    Outside,
    /// Carries the height of the edge.
    Edge,
    /// On the drivable surface.
    Surface,
}

/// The nodes by kind, and the heights of those at the edge.
pub(super) struct Mask {
    pub(super) nodes: Vec<Node>,
    edge: Vec<(u32, f64)>,
}

/// Marks the nodes on and at the edge of the surface.
pub(super) fn mark(raster: &Raster, edges: &EdgeRings) -> Mask {
    let mut nodes = fill(raster, edges);
    let mut nearest: Vec<(f64, f64)> = vec![(f64::INFINITY, 0.0); nodes.len()];
    let reach = BAND_OUTSIDE * raster.spacing;
    for ring in &edges.rings {
        for (i, a) in ring.iter().enumerate() {
            visit(raster, *a, ring[(i + 1) % ring.len()], reach, |k, d, z| {
                if d < nearest[k].0 {
                    nearest[k] = (d, z);
                }
            });
        }
    }
    let mut edge = Vec::new();
    for (k, (d, z)) in nearest.into_iter().enumerate() {
        let band = if nodes[k] == Node::Surface { BAND_INSIDE } else { BAND_OUTSIDE };
        if d <= band * raster.spacing {
            nodes[k] = Node::Edge;
            edge.push((k as u32, z));
        }
    }
    Mask { nodes, edge }
}

/// Nodes on the surface by the even-odd rule along each row.
fn fill(raster: &Raster, edges: &EdgeRings) -> Vec<Node> {
    let mut crossings: Vec<Vec<f64>> = vec![Vec::new(); raster.rows];
    for ring in &edges.rings {
        for (i, a) in ring.iter().enumerate() {
            let b = ring[(i + 1) % ring.len()];
            let (low, high) = (a.y.min(b.y), a.y.max(b.y));
            for j in raster.rows_between(low, high) {
                let y = raster.y(j);
                if (a.y > y) != (b.y > y) {
                    crossings[j].push((b.x - a.x) * (y - a.y) / (b.y - a.y) + a.x);
                }
            }
        }
    }
    let mut nodes = vec![Node::Outside; raster.columns * raster.rows];
    for (j, row) in crossings.iter_mut().enumerate() {
        row.sort_by(f64::total_cmp);
        for pair in row.chunks_exact(2) {
            for i in raster.columns_between(pair[0], pair[1]) {
                nodes[j * raster.columns + i] = Node::Surface;
            }
        }
    }
    nodes
}

/// Calls back for every node within `reach` of a piece of edge: index, distance, height of the edge there.
fn visit(raster: &Raster, a: Point3, b: Point3, reach: f64, mut found: impl FnMut(usize, f64, f64)) {
    let along = b.xy() - a.xy();
    let span = along.norm_squared();
    for j in raster.rows_between(a.y.min(b.y) - reach, a.y.max(b.y) + reach) {
        for i in raster.columns_between(a.x.min(b.x) - reach, a.x.max(b.x) + reach) {
            let p = Point2::new(raster.x(i), raster.y(j));
            let t = if span > 0.0 { ((p - a.xy()).dot(&along) / span).clamp(0.0, 1.0) } else { 0.0 };
            let d = (p - (a.xy() + along * t)).norm();
            if d <= reach {
                found(j * raster.columns + i, d, a.z + (b.z - a.z) * t);
            }
        }
    }
}

/// Solves Laplace's equation on the surface with the edge's heights held, from the heights that are there.
///
/// By multigrid (W. L. Briggs, V. E. Henson and S. F. McCormick, *A Multigrid Tutorial*, 2nd ed. 2000, ch. 3): sweeps take what
/// is off from node to node away, grids of twice, four times, ... the spacing what is off across an area, so that a yard of a
/// kilometre takes no more sweeps than a road.
pub(super) fn stretch(raster: &mut Raster, mask: &Mask) {
    for &(k, z) in &mask.edge {
        raster.heights[k as usize] = z;
    }
    let (w, rows) = (raster.columns, raster.rows);
    let is_free = |(k, n): (usize, &Node)| {
        let (i, j) = (k % w, k / w);
        *n == Node::Surface && i > 0 && j > 0 && i + 1 < w && j + 1 < rows
    };
    let free: Vec<bool> = mask.nodes.iter().enumerate().map(is_free).collect();
    let mut grids = vec![Grid::new(w, rows, free)];
    while let Some(coarser) = grids.last().and_then(Grid::coarser) {
        grids.push(coarser);
    }
    let [finest, coarser @ ..] = grids.as_mut_slice() else { return };
    for cycle in 0..CYCLES {
        if finest.cycle(&mut raster.heights, coarser) < AT_REST {
            tracing::debug!(cycle, "the drivable ground is at rest");
            return;
        }
    }
}

/// A grid of the equation: at each free node the sum of the four neighbours, less four times its own value, is to be
/// the negative of what is asked there; the other nodes are held.
struct Grid {
    columns: usize,
    rows: usize,
    free: Vec<bool>,
    /// The free nodes.
    inner: Vec<u32>,
    asked: Vec<f64>,
    /// The correction of the next finer grid.
    values: Vec<f64>,
}

impl Grid {
    fn new(columns: usize, rows: usize, free: Vec<bool>) -> Grid {
        let inner = (0..free.len()).filter(|&k| free[k]).map(|k| k as u32).collect();
        Grid { columns, rows, free, inner, asked: Vec::new(), values: Vec::new() }
    }

    /// Every other node of every other row, free where all about it is: a wall stays one. None where too few are free.
    fn coarser(&self) -> Option<Grid> {
        let (columns, rows) = (self.columns.div_ceil(2), self.rows.div_ceil(2));
        let w = self.columns;
        let all_free =
            |c: usize| [c - w, c, c + w].iter().all(|&r| self.free[r - 1] && self.free[r] && self.free[r + 1]);
        let mut free = vec![false; columns * rows];
        for j in 1..rows.saturating_sub(1) {
            for i in 1..columns.saturating_sub(1) {
                let is_inside = 2 * i + 1 < w && 2 * j + 1 < self.rows;
                free[j * columns + i] = is_inside && all_free(2 * j * w + 2 * i);
            }
        }
        let grid = Grid::new(columns, rows, free);
        let nodes = columns * rows;
        (grid.inner.len() >= FEWEST).then(|| Grid { asked: vec![0.0; nodes], values: vec![0.0; nodes], ..grid })
    }

    /// One cycle down the coarser grids and back; gives how far the last sweep moved a node at the most.
    fn cycle(&self, h: &mut [f64], coarser: &mut [Grid]) -> f64 {
        self.sweep(h);
        self.sweep(h);
        let Some((next, rest)) = coarser.split_first_mut() else {
            // So few nodes that sweeps alone will do.
            return (0..LAST_SWEEPS).map(|_| self.sweep(h)).last().unwrap_or(0.0);
        };
        self.ask(h, next);
        let mut values = std::mem::take(&mut next.values);
        values.fill(0.0);
        next.cycle(&mut values, rest);
        self.correct(h, next.columns, &values);
        next.values = values;
        self.sweep(h);
        self.sweep(h)
    }

    /// Sets each free node to what its neighbours ask; gives the greatest change.
    fn sweep(&self, h: &mut [f64]) -> f64 {
        let w = self.columns;
        let mut most = 0.0_f64;
        for &k in &self.inner {
            let k = k as usize;
            let asked = self.asked.get(k).copied().unwrap_or(0.0);
            let value = 0.25 * ((h[k - 1] + h[k + 1]) + (h[k - w] + h[k + w]) + asked);
            most = most.max((value - h[k]).abs());
            h[k] = value;
        }
        most
    }

    /// Asks the next coarser grid for what is off, in the mean about each of its nodes.
    fn ask(&self, h: &[f64], next: &mut Grid) {
        let w = self.columns;
        let off = |k: usize| {
            if !self.free[k] {
                return 0.0;
            }
            let asked = self.asked.get(k).copied().unwrap_or(0.0);
            asked + (h[k - 1] + h[k + 1]) + (h[k - w] + h[k + w]) - 4.0 * h[k]
        };
        for &k in &next.inner {
            let k = k as usize;
            let c = 2 * (k / next.columns) * w + 2 * (k % next.columns);
            let sides = off(c - 1) + off(c + 1) + off(c - w) + off(c + w);
            let corners = off(c - w - 1) + off(c - w + 1) + off(c + w - 1) + off(c + w + 1);
            // Full weighting, times four for the spacing's square.
            next.asked[k] = (4.0 * off(c) + 2.0 * sides + corners) / 4.0;
        }
    }

    /// Adds a coarser grid's correction, between its nodes by halves.
    fn correct(&self, h: &mut [f64], columns: usize, values: &[f64]) {
        for &k in &self.inner {
            let (i, j) = (k as usize % self.columns, k as usize / self.columns);
            let c = (j / 2) * columns + i / 2;
            // A free node has a neighbour on every side, and so has the coarser one before it.
            h[k as usize] += match (i % 2, j % 2) {
                (0, 0) => values[c],
                (1, 0) => 0.5 * (values[c] + values.get(c + 1).unwrap_or(&0.0)),
                (0, _) => 0.5 * (values[c] + values.get(c + columns).unwrap_or(&0.0)),
                _ => {
                    let at = |d: usize| values.get(c + d).copied().unwrap_or(0.0);
                    0.25 * ((values[c] + at(1)) + (at(columns) + at(columns + 1)))
                }
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A square yard with its four sides on a saddle: z = x² − y² is the ground that solves Laplace's equation there, on
    /// the grid as well.
    #[test]
    fn a_wide_yard_takes_the_saddle_of_its_edges() {
        const NODES: usize = 700;
        let at = |k: usize| (k % NODES, k / NODES);
        let saddle = |k: usize| {
            let (x, y) = at(k);
            1e-4 * ((x * x) as f64 - (y * y) as f64)
        };
        let is_edge = |k: usize| {
            let (x, y) = at(k);
            x < 3 || y < 3 || x + 3 >= NODES || y + 3 >= NODES
        };
        let all = 0..NODES * NODES;
        let nodes = all.clone().map(|k| if is_edge(k) { Node::Edge } else { Node::Surface }).collect();
        let edge = all.clone().filter(|&k| is_edge(k)).map(|k| (k as u32, saddle(k))).collect();
        let mask = Mask { nodes, edge };
        let mut raster = Raster {
            spacing: 1.0,
            columns: NODES,
            rows: NODES,
            heights: vec![0.0; NODES * NODES],
            origin: Point2::origin(),
        };
        stretch(&mut raster, &mask);
        let worst = all.map(|k| (raster.heights[k] - saddle(k)).abs()).fold(0.0, f64::max);
        assert!(worst < 0.002, "{worst} m off");
    }
}
