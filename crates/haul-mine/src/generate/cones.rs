//! The wall of a pit that is dug little by little: cones that rise from sources, on a coarse lattice.

use super::lattice::{Lattice, Source, neighbours};
use std::collections::VecDeque;
use std::ops::Range;

/// Stands for no source.
const NONE: u32 = u32::MAX;

/// For every node of a lattice the cone that is the lowest there, up to a height: beyond the first nodes above it nothing is
/// looked at.
pub struct Cones {
    lattice: Lattice,
    slope: f64,
    /// Cones are followed up to this height, m.
    highest: f64,
    sources: Vec<Source>,
    nodes: Vec<Node>,
    /// Nodes that wait to hand their source on.
    open: VecDeque<(u32, u32)>,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    height: f64,
    source: u32,
    is_open: bool,
}

impl Cones {
    /// The lowest cones of sources: the least of height + slope × distance.
    ///
    /// Vectors to sources are handed from node to node in raster sweeps (Danielsson 1980), two rounds; a source is
    /// missed only where its region is thinner than a cell, and then by less than a cell's worth of height.
    pub fn new(lattice: &Lattice, sources: Vec<Source>, slope: f64, highest: f64) -> Self {
        let none = Node { height: f64::INFINITY, source: NONE, is_open: false };
        let nodes = vec![none; lattice.len()];
        let mut cones = Self { lattice: lattice.clone(), slope, highest, sources, nodes, open: VecDeque::new() };
        for s in 0..cones.sources.len() {
            cones.plant(s, |_, _| ());
        }
        let (columns, rows) = cones.reach();
        for round in 0..2 {
            if !cones.sweep_north(columns.clone(), rows.clone()) && round > 0 {
                break;
            }
            cones.sweep_south(columns.clone(), rows.clone());
        }
        cones
    }

    /// The columns and rows that a cone can reach below the greatest height.
    fn reach(&self) -> (Range<usize>, Range<usize>) {
        let (mut columns, mut rows) = ((self.lattice.nx, 0), (self.lattice.ny, 0));
        for source in &self.sources {
            let (i, j) = self.lattice.nearest(source.at);
            let run = ((self.highest - source.height).max(0.0) / self.slope / self.lattice.spacing) as usize + 2;
            columns = (columns.0.min(i.saturating_sub(run)), columns.1.max(i + run + 1));
            rows = (rows.0.min(j.saturating_sub(run)), rows.1.max(j + run + 1));
        }
        (columns.0..columns.1.min(self.lattice.nx), rows.0..rows.1.min(self.lattice.ny))
    }

    /// From the south-west; whether anything was lowered.
    fn sweep_north(&mut self, columns: Range<usize>, rows: Range<usize>) -> bool {
        let nx = self.lattice.nx;
        let mut changed = false;
        for j in rows.clone() {
            for i in columns.clone() {
                let k = j * nx + i;
                if i > columns.start {
                    changed |= self.hand((i, j), k - 1);
                }
                if j > rows.start {
                    changed |= self.hand((i, j), k - nx);
                    if i > columns.start {
                        changed |= self.hand((i, j), k - nx - 1);
                    }
                    if i + 1 < columns.end {
                        changed |= self.hand((i, j), k - nx + 1);
                    }
                }
            }
            for i in (columns.start..columns.end.saturating_sub(1)).rev() {
                changed |= self.hand((i, j), j * nx + i + 1);
            }
        }
        changed
    }

    /// From the north-east.
    fn sweep_south(&mut self, columns: Range<usize>, rows: Range<usize>) {
        let nx = self.lattice.nx;
        for j in rows.clone().rev() {
            for i in columns.clone().rev() {
                let k = j * nx + i;
                if i + 1 < columns.end {
                    self.hand((i, j), k + 1);
                }
                if j + 1 < rows.end {
                    self.hand((i, j), k + nx);
                    if i + 1 < columns.end {
                        self.hand((i, j), k + nx + 1);
                    }
                    if i > columns.start {
                        self.hand((i, j), k + nx - 1);
                    }
                }
            }
            for i in columns.start + 1..columns.end {
                self.hand((i, j), j * nx + i - 1);
            }
        }
    }

    /// Adds sources: what they lower is handed on from node to node, and nothing else is looked at.
    pub fn add(&mut self, sources: impl IntoIterator<Item = Source>) {
        let first = self.sources.len();
        self.sources.extend(sources);
        let mut open = std::mem::take(&mut self.open);
        for s in first..self.sources.len() {
            self.plant(s, |node, at| wait(node, at, &mut open));
        }
        let (nx, ny) = (self.lattice.nx, self.lattice.ny);
        while let Some((i, j)) = open.pop_front() {
            let (i, j) = (i as usize, j as usize);
            let node = &mut self.nodes[j * nx + i];
            node.is_open = false;
            if node.height > self.highest {
                continue;
            }
            let s = node.source;
            let source = &self.sources[s as usize];
            let square = |d: f64| d * d;
            let (first, last) = (i.saturating_sub(1), (i + 1).min(nx - 1));
            let east = [0, 1, 2].map(|k| square(self.lattice.node(first + k, j).x - source.at.x));
            for nj in j.saturating_sub(1)..=(j + 1).min(ny - 1) {
                let north = square(self.lattice.node(i, nj).y - source.at.y);
                let nodes = &mut self.nodes[nj * nx + first..=nj * nx + last];
                for (ni, (node, east)) in (first..).zip(nodes.iter_mut().zip(east)) {
                    if lowered(node, (s, source.height), self.slope, east + north) {
                        wait(node, (ni, nj), &mut open);
                    }
                }
            }
        }
        self.open = open;
    }

    /// Height of the lowest cone at a node, m; infinite where none came.
    pub fn height(&self, node: usize) -> f64 {
        self.nodes[node].height
    }

    /// Where that cone comes from.
    pub fn source(&self, node: usize) -> Option<&Source> {
        self.sources.get(self.nodes[node].source as usize)
    }

    /// Offers a source to the nodes about it.
    fn plant(&mut self, s: usize, mut then: impl FnMut(&mut Node, (usize, usize))) {
        let source = self.sources[s];
        let (i, j) = self.lattice.nearest(source.at);
        for (i, j) in neighbours(i, j, self.lattice.nx, self.lattice.ny) {
            let away = (self.lattice.node(i, j) - source.at).norm_squared();
            let node = &mut self.nodes[j * self.lattice.nx + i];
            if lowered(node, (s as u32, source.height), self.slope, away) {
                then(node, (i, j));
            }
        }
    }

    /// Offers a node the source of a neighbour.
    fn hand(&mut self, (i, j): (usize, usize), neighbour: usize) -> bool {
        let s = self.nodes[neighbour].source;
        let Some(source) = self.sources.get(s as usize) else { return false };
        let node = &mut self.nodes[j * self.lattice.nx + i];
        if s == node.source {
            return false;
        }
        let away = (self.lattice.node(i, j) - source.at).norm_squared();
        lowered(node, (s, source.height), self.slope, away)
    }
}

/// Lets a node wait, once.
fn wait(node: &mut Node, (i, j): (usize, usize), open: &mut VecDeque<(u32, u32)>) {
    if !std::mem::replace(&mut node.is_open, true) {
        open.push_back((i as u32, j as u32));
    }
}

/// Takes a source of a number and a height at a node, as far away as the root of `away`, where its cone is the lower one.
/// Returns whether it is.
#[inline(always)]
fn lowered(node: &mut Node, (s, height): (u32, f64), slope: f64, away: f64) -> bool {
    if s == node.source {
        return false;
    }
    // The root is drawn only where the cone is the lower one.
    let gap = node.height - height;
    if gap <= 0.0 || slope * slope * away > gap * gap {
        return false;
    }
    let cost = height + slope * away.sqrt();
    let is_lower = cost < node.height;
    if is_lower {
        (node.height, node.source) = (cost, s);
    }
    is_lower
}
