//! A regular grid in plan, fields on it, and cones spread over it from sources.

use haul_core::{Point2, Vector2};

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
    pub fn lowest_cones(&self, sources: &[Source], slope: f64) -> Vec<Option<u32>> {
        let mut best: Vec<Option<u32>> = vec![None; self.len()];
        let mut cost = vec![f64::INFINITY; self.len()];
        let mut offer = |best: &mut [Option<u32>], i: usize, j: usize, s: Option<u32>| {
            let Some(s) = s else { return };
            let source = &sources[s as usize];
            let c = source.height + slope * (self.node(i, j) - source.at).norm();
            let k = j * self.nx + i;
            if c < cost[k] {
                cost[k] = c;
                best[k] = Some(s);
            }
        };
        for (s, source) in sources.iter().enumerate() {
            let (i, j) = self.nearest(source.at);
            for (i, j) in neighbours(i, j, self.nx, self.ny) {
                offer(&mut best, i, j, Some(s as u32));
            }
        }
        for _ in 0..2 {
            for j in 0..self.ny {
                for i in 0..self.nx {
                    for (di, dj) in [(-1, 0), (0, -1), (-1, -1), (1, -1)] {
                        if let Some(k) = self.shifted(i, j, di, dj) {
                            let s = best[k];
                            offer(&mut best, i, j, s);
                        }
                    }
                }
                for i in (0..self.nx.saturating_sub(1)).rev() {
                    let s = best[j * self.nx + i + 1];
                    offer(&mut best, i, j, s);
                }
            }
            for j in (0..self.ny).rev() {
                for i in (0..self.nx).rev() {
                    for (di, dj) in [(1, 0), (0, 1), (1, 1), (-1, 1)] {
                        if let Some(k) = self.shifted(i, j, di, dj) {
                            let s = best[k];
                            offer(&mut best, i, j, s);
                        }
                    }
                }
                for i in 1..self.nx {
                    let s = best[j * self.nx + i - 1];
                    offer(&mut best, i, j, s);
                }
            }
        }
        best
    }

    /// Height of the lowest cone at every node; infinite without sources.
    pub fn cone_floor(&self, sources: &[Source], slope: f64) -> Field {
        self.cones(sources, &self.lowest_cones(sources, slope), slope)
    }

    /// Heights of the cones chosen by [`Lattice::lowest_cones`].
    pub fn cones(&self, sources: &[Source], chosen: &[Option<u32>], slope: f64) -> Field {
        let value = |(k, s): (usize, &Option<u32>)| match s {
            Some(s) => {
                let source = &sources[*s as usize];
                source.height + slope * (self.node(k % self.nx, k / self.nx) - source.at).norm()
            }
            None => f64::INFINITY,
        };
        Field { lattice: self.clone(), values: chosen.iter().enumerate().map(value).collect() }
    }

    /// Height of the highest cone (falling away from its source) at every node; minus infinity without sources.
    pub fn cone_roof(&self, sources: &[Source], slope: f64) -> Field {
        let mirrored: Vec<Source> = sources.iter().map(|s| Source { at: s.at, height: -s.height }).collect();
        let mut field = self.cone_floor(&mirrored, slope);
        field.values.iter_mut().for_each(|v| *v = -*v);
        field
    }

    /// Whether each node lies in any of the regions (even-odd over all rings of one region).
    pub fn inside(&self, rings: &[&[Point2]]) -> Vec<bool> {
        let mut inside = vec![false; self.len()];
        let mut crossings: Vec<f64> = Vec::new();
        for j in 0..self.ny {
            let y = self.origin.y + j as f64 * self.spacing;
            crossings.clear();
            for ring in rings {
                for (k, a) in ring.iter().enumerate() {
                    let b = ring[(k + 1) % ring.len()];
                    if (a.y > y) != (b.y > y) {
                        crossings.push(a.x + (b.x - a.x) * (y - a.y) / (b.y - a.y));
                    }
                }
            }
            crossings.sort_by(f64::total_cmp);
            for pair in crossings.chunks_exact(2) {
                let first = ((pair[0] - self.origin.x) / self.spacing).ceil().max(0.0) as usize;
                let last = ((pair[1] - self.origin.x) / self.spacing).floor();
                if last >= 0.0 {
                    for i in first..=(last as usize).min(self.nx - 1) {
                        inside[j * self.nx + i] = true;
                    }
                }
            }
        }
        inside
    }

    fn shifted(&self, i: usize, j: usize, di: isize, dj: isize) -> Option<usize> {
        let (i, j) = (i.checked_add_signed(di)?, j.checked_add_signed(dj)?);
        (i < self.nx && j < self.ny).then_some(j * self.nx + i)
    }
}

fn neighbours(i: usize, j: usize, nx: usize, ny: usize) -> impl Iterator<Item = (usize, usize)> {
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
        let l = &self.lattice;
        let cell = (p - l.origin) / l.spacing;
        let (u, v) = (cell.x.clamp(0.0, (l.nx - 1) as f64), cell.y.clamp(0.0, (l.ny - 1) as f64));
        let (i, j) = ((u as usize).min(l.nx.saturating_sub(2)), (v as usize).min(l.ny.saturating_sub(2)));
        let (fu, fv) = (u - i as f64, v - j as f64);
        let value = |i: usize, j: usize| self.values[j.min(l.ny - 1) * l.nx + i.min(l.nx - 1)];
        (value(i, j) * (1.0 - fu) + value(i + 1, j) * fu) * (1.0 - fv)
            + (value(i, j + 1) * (1.0 - fu) + value(i + 1, j + 1) * fu) * fv
    }
}
