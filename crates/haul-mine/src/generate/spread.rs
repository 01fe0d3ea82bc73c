//! Cones spread over a lattice from sources, only as far as they are wanted.

use super::lattice::{Lattice, Source, neighbours};
use std::collections::VecDeque;

/// Nodes along a side of a tile.
pub const TILE: usize = 16;

/// Stands for no source, and for no tile.
const NONE: u32 = u32::MAX;

/// The height of the lowest cone at each node, or of the highest one, falling away: in tiles, and no tile where no cone
/// came.
pub struct Spread {
    /// Tiles from west to east.
    across: usize,
    tiles: Vec<u32>,
    nodes: Vec<Node>,
    /// 1, or −1 where the cones fall away.
    sign: f64,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    /// Height by the sign.
    cost: f64,
    source: u32,
    is_open: bool,
}

/// The nodes of one tile, row by row from the south.
#[derive(Clone, Copy)]
pub struct Tile<'a> {
    nodes: Option<&'a [Node]>,
    sign: f64,
}

impl Tile<'_> {
    /// Height at a node; where no cone came infinite, or minus that where cones fall away.
    pub fn height(&self, node: usize) -> f64 {
        self.sign * self.nodes.map_or(f64::INFINITY, |nodes| nodes[node].cost)
    }

    /// The source of the cone at a node.
    pub fn source(&self, node: usize) -> Option<u32> {
        self.nodes.map(|nodes| nodes[node].source).filter(|s| *s != NONE)
    }
}

impl Spread {
    /// The lowest cones as far as they are wanted, which is asked of a node, the height of the cone there and the distance
    /// from its source. What is not wanted is not handed on, and farther out there is none.
    pub fn cones(
        lattice: &Lattice,
        sources: &[Source],
        slope: f64,
        wanted: impl Fn((usize, usize), f64, f64) -> bool,
    ) -> Self {
        Self::from_sources(lattice, sources, slope, 1.0, |at, cost, height| wanted(at, cost, (cost - height) / slope))
    }

    /// The highest cones, falling away from their sources, as far as they are wanted: asked of a node and the height there.
    pub fn roof(
        lattice: &Lattice,
        sources: &[Source],
        slope: f64,
        wanted: impl Fn((usize, usize), f64) -> bool,
    ) -> Self {
        let mirrored: Vec<Source> = sources.iter().map(|s| Source { at: s.at, height: -s.height }).collect();
        Self::from_sources(lattice, &mirrored, slope, -1.0, |at, cost, _| wanted(at, -cost))
    }

    /// Sources are handed from node to node while that lowers anything and it is wanted: asked of a node, its cost and the
    /// height of the source.
    fn from_sources(
        lattice: &Lattice,
        sources: &[Source],
        slope: f64,
        sign: f64,
        wanted: impl Fn((usize, usize), f64, f64) -> bool,
    ) -> Self {
        let across = lattice.nx.div_ceil(TILE);
        let tiles = vec![NONE; across * lattice.ny.div_ceil(TILE)];
        let mut spread = Self { across, tiles, nodes: Vec::new(), sign };
        let mut open = VecDeque::new();
        let steepness = slope * slope;
        let offer =
            |spread: &mut Self, open: &mut VecDeque<(u32, u32)>, slot: usize, (i, j): (usize, usize), s: u32| {
                let node = &mut spread.nodes[slot];
                if node.source == s {
                    return;
                }
                let source = &sources[s as usize];
                // The root is drawn only where the cone is the lower one.
                let (gap, away) = (node.cost - source.height, (lattice.node(i, j) - source.at).norm_squared());
                if gap <= 0.0 || steepness * away > gap * gap {
                    return;
                }
                let cost = source.height + slope * away.sqrt();
                if cost < node.cost {
                    (node.cost, node.source) = (cost, s);
                    if !std::mem::replace(&mut node.is_open, true) {
                        open.push_back((i as u32, j as u32));
                    }
                }
            };
        for (s, source) in sources.iter().enumerate() {
            let (i, j) = lattice.nearest(source.at);
            for (i, j) in neighbours(i, j, lattice.nx, lattice.ny) {
                let slot = spread.slot(i, j);
                offer(&mut spread, &mut open, slot, (i, j), s as u32);
            }
        }
        while let Some((i, j)) = open.pop_front() {
            let (i, j) = (i as usize, j as usize);
            let slot = spread.slot(i, j);
            let node = &mut spread.nodes[slot];
            node.is_open = false;
            let (cost, s) = (node.cost, node.source);
            if !wanted((i, j), cost, sources[s as usize].height) {
                continue;
            }
            let is_within = |at: usize, count: usize| (1..TILE - 1).contains(&(at % TILE)) && at + 1 < count;
            if is_within(i, lattice.nx) && is_within(j, lattice.ny) {
                // All of the neighbours are in the same tile.
                for (nj, row) in [(j - 1, slot - TILE), (j, slot), (j + 1, slot + TILE)] {
                    for (ni, slot) in [(i - 1, row - 1), (i, row), (i + 1, row + 1)] {
                        offer(&mut spread, &mut open, slot, (ni, nj), s);
                    }
                }
            } else {
                for (i, j) in neighbours(i, j, lattice.nx, lattice.ny) {
                    let slot = spread.slot(i, j);
                    offer(&mut spread, &mut open, slot, (i, j), s);
                }
            }
        }
        spread
    }

    /// Where a node lies; its tile is made where there is none.
    fn slot(&mut self, i: usize, j: usize) -> usize {
        let tile = &mut self.tiles[j / TILE * self.across + i / TILE];
        if *tile == NONE {
            *tile = (self.nodes.len() / (TILE * TILE)) as u32;
            let none = Node { cost: f64::INFINITY, source: NONE, is_open: false };
            self.nodes.resize(self.nodes.len() + TILE * TILE, none);
        }
        *tile as usize * (TILE * TILE) + j % TILE * TILE + i % TILE
    }

    /// A tile by its column and row.
    pub fn tile(&self, column: usize, row: usize) -> Tile<'_> {
        let at = self.tiles[row * self.across + column];
        let nodes = (at != NONE).then(|| &self.nodes[at as usize * (TILE * TILE)..][..TILE * TILE]);
        Tile { nodes, sign: self.sign }
    }

    /// Height at a node, as [`Tile::height`].
    pub fn height(&self, (i, j): (usize, usize)) -> f64 {
        self.tile(i / TILE, j / TILE).height(j % TILE * TILE + i % TILE)
    }

    /// The nodes that a cone came to, by column and row, with the height there.
    pub fn reached(&self) -> impl Iterator<Item = ((usize, usize), f64)> + '_ {
        let made = self.tiles.iter().enumerate().filter(|(_, tile)| **tile != NONE);
        made.flat_map(|(k, _)| {
            let (column, row) = (k % self.across, k / self.across);
            let tile = self.tile(column, row);
            (0..TILE * TILE)
                .filter(move |n| tile.source(*n).is_some())
                .map(move |n| ((column * TILE + n % TILE, row * TILE + n / TILE), tile.height(n)))
        })
    }
}
