//! A regular grid in plan, fields on it, and cones spread over it from sources.

use haul_core::{Point2, Vector2};
use std::ops::Range;

/// A regular grid of nodes.
#[derive(Debug, Clone, PartialEq)]
pub struct Lattice {
    /// The node of least east and north, m.
    pub origin: Point2,
    /// Distance between nodes, m.
    pub spacing: f64,
    /// Nodes eastward.
    pub nx: usize,
    /// Nodes northward.
    pub ny: usize,
}

/// A point with a height that cones start from.
#[derive(Debug, Clone, Copy)]
pub struct Source {
    /// Where.
    pub at: Point2,
    /// Height, m.
    pub height: f64,
}

/// Stands for no source.
const NO_SOURCE: u32 = u32::MAX;

/// For every node the cone that is the lowest there.
#[derive(Debug, Clone)]
pub struct Cones {
    chosen: Vec<u32>,
    /// Its height; infinite without a source.
    pub cost: Vec<f64>,
}

impl Cones {
    fn none(nodes: usize) -> Self {
        Self { chosen: vec![NO_SOURCE; nodes], cost: vec![f64::INFINITY; nodes] }
    }

    /// The source of the cone at a node.
    pub fn source(&self, node: usize) -> Option<u32> {
        Some(self.chosen[node]).filter(|s| *s != NO_SOURCE)
    }
}

impl Lattice {
    /// The grid of a spacing that covers a box.
    pub fn covering(low: Point2, high: Point2, spacing: f64) -> Self {
        let count = |span: f64| (span / spacing).ceil().max(1.0) as usize + 1;
        Self { origin: low, spacing, nx: count(high.x - low.x), ny: count(high.y - low.y) }
    }

    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.nx * self.ny
    }

    /// Place of a node.
    pub fn node(&self, i: usize, j: usize) -> Point2 {
        self.origin + Vector2::new(i as f64, j as f64) * self.spacing
    }

    /// The value of a field at a point, bilinear, clamped to the rim.
    pub fn value(&self, values: &[f64], p: Point2) -> f64 {
        let cell = (p - self.origin) / self.spacing;
        let (u, v) = (cell.x.clamp(0.0, (self.nx - 1) as f64), cell.y.clamp(0.0, (self.ny - 1) as f64));
        let (i, j) = ((u as usize).min(self.nx.saturating_sub(2)), (v as usize).min(self.ny.saturating_sub(2)));
        let (fu, fv) = (u - i as f64, v - j as f64);
        let value = |i: usize, j: usize| values[j.min(self.ny - 1) * self.nx + i.min(self.nx - 1)];
        (value(i, j) * (1.0 - fu) + value(i + 1, j) * fu) * (1.0 - fv)
            + (value(i, j + 1) * (1.0 - fu) + value(i + 1, j + 1) * fu) * fv
    }

    /// The node nearest to a point, clamped to the grid.
    pub fn nearest(&self, p: Point2) -> (usize, usize) {
        let cell = (p - self.origin) / self.spacing;
        let clamp = |v: f64, n: usize| (v.round().max(0.0) as usize).min(n - 1);
        (clamp(cell.x, self.nx), clamp(cell.y, self.ny))
    }

    /// For every node the source that the lowest cone comes from: the least of height + slope × distance. Empty where
    /// there is no source.
    ///
    /// Vectors to sources are handed from node to node in raster sweeps (Danielsson 1980), two rounds; a source is
    /// missed only where its region is thinner than a cell, and then by less than a cell's worth of height.
    pub fn lowest_cones(&self, sources: &[Source], slope: f64) -> Cones {
        let mut cones = Cones::none(self.len());
        for s in 0..sources.len() {
            self.plant(&mut cones, sources, s, slope, |_| ());
        }
        let (nx, ny) = (self.nx, self.ny);
        for round in 0..2 {
            let mut changed = false;
            for j in 0..ny {
                for i in 0..nx {
                    let k = j * nx + i;
                    if i > 0 {
                        changed |= self.hand(&mut cones, sources, slope, (i, j), k - 1);
                    }
                    if j > 0 {
                        changed |= self.hand(&mut cones, sources, slope, (i, j), k - nx);
                        if i > 0 {
                            changed |= self.hand(&mut cones, sources, slope, (i, j), k - nx - 1);
                        }
                        if i + 1 < nx {
                            changed |= self.hand(&mut cones, sources, slope, (i, j), k - nx + 1);
                        }
                    }
                }
                for i in (0..nx.saturating_sub(1)).rev() {
                    changed |= self.hand(&mut cones, sources, slope, (i, j), j * nx + i + 1);
                }
            }
            if round > 0 && !changed {
                break;
            }
            for j in (0..ny).rev() {
                for i in (0..nx).rev() {
                    let k = j * nx + i;
                    if i + 1 < nx {
                        self.hand(&mut cones, sources, slope, (i, j), k + 1);
                    }
                    if j + 1 < ny {
                        self.hand(&mut cones, sources, slope, (i, j), k + nx);
                        if i + 1 < nx {
                            self.hand(&mut cones, sources, slope, (i, j), k + nx + 1);
                        }
                        if i > 0 {
                            self.hand(&mut cones, sources, slope, (i, j), k + nx - 1);
                        }
                    }
                }
                for i in 1..nx {
                    self.hand(&mut cones, sources, slope, (i, j), j * nx + i - 1);
                }
            }
        }
        cones
    }

    /// Adds sources from the index `first` on to cones that are there: what they lower is handed on from node to node,
    /// and nothing else is looked at.
    pub fn add_cones(&self, cones: &mut Cones, sources: &[Source], first: usize, slope: f64) {
        let mut open = std::collections::VecDeque::new();
        let mut is_open = vec![false; self.len()];
        for s in first..sources.len() {
            self.plant(cones, sources, s, slope, |k| {
                if !std::mem::replace(&mut is_open[k], true) {
                    open.push_back(k);
                }
            });
        }
        while let Some(k) = open.pop_front() {
            is_open[k] = false;
            let (i, j) = (k % self.nx, k / self.nx);
            let s = cones.chosen[k];
            for (ni, nj) in neighbours(i, j, self.nx, self.ny) {
                let n = nj * self.nx + ni;
                if self.offer(cones, sources, slope, (ni, nj), s) && !std::mem::replace(&mut is_open[n], true) {
                    open.push_back(n);
                }
            }
        }
    }

    /// Offers a source to the nodes about it.
    fn plant(&self, cones: &mut Cones, sources: &[Source], s: usize, slope: f64, mut lowered: impl FnMut(usize)) {
        let (i, j) = self.nearest(sources[s].at);
        for (i, j) in neighbours(i, j, self.nx, self.ny) {
            if self.offer(cones, sources, slope, (i, j), s as u32) {
                lowered(j * self.nx + i);
            }
        }
    }

    /// Offers a node the source of a neighbour.
    fn hand(&self, cones: &mut Cones, sources: &[Source], slope: f64, at: (usize, usize), neighbour: usize) -> bool {
        let s = cones.chosen[neighbour];
        self.offer(cones, sources, slope, at, s)
    }

    /// Takes a source at a node where its cone is the lower one. Returns whether it is.
    fn offer(&self, cones: &mut Cones, sources: &[Source], slope: f64, (i, j): (usize, usize), s: u32) -> bool {
        let k = j * self.nx + i;
        if s == NO_SOURCE || s == cones.chosen[k] {
            return false;
        }
        let source = &sources[s as usize];
        // The root is drawn only where the cone is the lower one.
        let (gap, away) = (cones.cost[k] - source.height, (self.node(i, j) - source.at).norm_squared());
        if gap <= 0.0 || slope * slope * away > gap * gap {
            return false;
        }
        let cost = source.height + slope * away.sqrt();
        let lower = cost < cones.cost[k];
        if lower {
            cones.cost[k] = cost;
            cones.chosen[k] = s;
        }
        lower
    }

    /// The runs of nodes along the rows that lie in a region (even-odd over all its rings), as ranges of their numbers.
    pub fn runs(&self, rings: &[&[Point2]]) -> Vec<Range<usize>> {
        let mut runs = Vec::new();
        let mut rows: Vec<Vec<f64>> = vec![Vec::new(); self.ny];
        let row = |y: f64| ((y - self.origin.y) / self.spacing).clamp(0.0, self.ny as f64);
        for ring in rings {
            for (k, a) in ring.iter().enumerate() {
                let b = ring[(k + 1) % ring.len()];
                // One row more on either side, so that rounding leaves out none.
                let first = (row(a.y.min(b.y)) as usize).saturating_sub(1);
                for (j, crossings) in rows.iter_mut().enumerate().take(row(a.y.max(b.y)) as usize + 2).skip(first) {
                    let y = self.origin.y + j as f64 * self.spacing;
                    if (a.y > y) != (b.y > y) {
                        crossings.push(a.x + (b.x - a.x) * (y - a.y) / (b.y - a.y));
                    }
                }
            }
        }
        for (j, crossings) in rows.iter_mut().enumerate() {
            crossings.sort_by(f64::total_cmp);
            for pair in crossings.chunks_exact(2) {
                let first = ((pair[0] - self.origin.x) / self.spacing).ceil().max(0.0) as usize;
                let last = ((pair[1] - self.origin.x) / self.spacing).floor();
                if last >= 0.0 {
                    let end = (last as usize).min(self.nx - 1) + 1;
                    if first < end {
                        runs.push(j * self.nx + first..j * self.nx + end);
                    }
                }
            }
        }
        runs
    }
}

/// The nodes about a node and itself.
pub(super) fn neighbours(i: usize, j: usize, nx: usize, ny: usize) -> impl Iterator<Item = (usize, usize)> {
    (j.saturating_sub(1)..=(j + 1).min(ny - 1))
        .flat_map(move |j| (i.saturating_sub(1)..=(i + 1).min(nx - 1)).map(move |i| (i, j)))
}

/// A height at every node of a lattice.
#[derive(Debug, Clone)]
pub struct Field {
    /// The grid.
    pub lattice: Lattice,
    /// Values, row by row from the south.
    pub values: Vec<f64>,
}

impl Field {
    /// The value at a point, bilinear, clamped to the rim.
    pub fn at(&self, p: Point2) -> f64 {
        self.lattice.value(&self.values, p)
    }
}
