//! Cones spread over a lattice from sources, only as far as they are wanted.

use super::lattice::{Lattice, Source, neighbours};

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
    /// Whether no cone came near any of its nodes.
    pub fn is_bare(&self) -> bool {
        self.nodes.is_none()
    }

    /// Height at a node; where no cone came infinite, or minus that where cones fall away.
    pub fn height(&self, node: usize) -> f64 {
        self.sign * self.nodes.map_or(f64::INFINITY, |nodes| nodes[node].cost)
    }

    /// The source of the cone at a node.
    pub fn source(&self, node: usize) -> Option<u32> {
        self.nodes.map(|nodes| nodes[node].source).filter(|s| *s != NONE)
    }
}

/// Tiles that room is kept for from the beginning, so that few are moved: what is not used of it costs nothing.
const MOST_AT_FIRST: usize = 2_048;
/// Layers to a step between nodes.
const LAYERS: f64 = 2.0;

/// Nodes that wait, the lowest first by layers of height (Dial 1969), within a layer in the order they came.
struct Rising {
    lowest: f64,
    /// Layers to a metre.
    layers_per_metre: f64,
    layers: Vec<Vec<(u32, u32)>>,
    /// The layer at hand, and how many of its nodes are done.
    at: usize,
    done: usize,
    /// Layers that are done, for those to come.
    spare: Vec<Vec<(u32, u32)>>,
}

impl Rising {
    fn new(lowest: f64, step: f64) -> Self {
        Self { lowest, layers_per_metre: LAYERS / step, layers: Vec::new(), at: 0, done: 0, spare: Vec::new() }
    }

    /// The layer of a cost; what falls below the one at hand joins it.
    fn layer(&self, cost: f64) -> usize {
        (((cost - self.lowest) * self.layers_per_metre) as usize).max(self.at)
    }

    fn push(&mut self, cost: f64, node: (u32, u32)) {
        let layer = self.layer(cost);
        if layer >= self.layers.len() {
            self.layers.resize_with(layer + 1, Vec::new);
        }
        let layer = &mut self.layers[layer];
        if layer.capacity() == 0 {
            *layer = self.spare.pop().unwrap_or_default();
        }
        layer.push(node);
    }

    fn pop(&mut self) -> Option<(u32, u32)> {
        while let Some(layer) = self.layers.get_mut(self.at) {
            if let Some(node) = layer.get(self.done) {
                self.done += 1;
                return Some(*node);
            }
            layer.clear();
            self.spare.push(std::mem::take(layer));
            (self.at, self.done) = (self.at + 1, 0);
        }
        None
    }
}

/// Where cones spread to at present.
struct Front {
    slope: f64,
    open: Rising,
}

impl Front {
    /// Whether a cone may be the lower one at a node, but for what rounding makes of it: no root is drawn for it.
    #[inline(always)]
    fn may_take(&self, node: &Node, (s, height): (u32, f64), away: f64) -> bool {
        let gap = node.cost - height;
        (node.source != s) & (gap > 0.0) & (self.slope * self.slope * away <= gap * gap)
    }

    /// Offers a node the source of a number and a height, as far away as the root of `away`, which it takes where that cone
    /// is the lower one.
    #[inline(always)]
    fn offer(&mut self, node: &mut Node, (i, j): (usize, usize), (s, height): (u32, f64), away: f64) {
        if !self.may_take(node, (s, height), away) {
            return;
        }
        let cost = height + self.slope * away.sqrt();
        if cost < node.cost {
            let is_waiting = node.is_open && self.open.layer(cost) == self.open.layer(node.cost);
            (node.cost, node.source, node.is_open) = (cost, s, true);
            if !is_waiting {
                self.open.push(cost, (i as u32, j as u32));
            }
        }
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
    /// height of the source. The lowest nodes hand on first, so that few are looked at twice.
    fn from_sources(
        lattice: &Lattice,
        sources: &[Source],
        slope: f64,
        sign: f64,
        wanted: impl Fn((usize, usize), f64, f64) -> bool,
    ) -> Self {
        let across = lattice.nx.div_ceil(TILE);
        let tiles = vec![NONE; across * lattice.ny.div_ceil(TILE)];
        let nodes = Vec::with_capacity(tiles.len().min(MOST_AT_FIRST) * TILE * TILE);
        let mut spread = Self { across, tiles, nodes, sign };
        let lowest = sources.iter().map(|s| s.height).fold(f64::INFINITY, f64::min);
        let mut front = Front { slope, open: Rising::new(lowest, slope * lattice.spacing) };
        for (s, source) in sources.iter().enumerate() {
            let (i, j) = lattice.nearest(source.at);
            for (i, j) in neighbours(i, j, lattice.nx, lattice.ny) {
                let slot = spread.slot(i, j);
                let away = (lattice.node(i, j) - source.at).norm_squared();
                front.offer(&mut spread.nodes[slot], (i, j), (s as u32, source.height), away);
            }
        }
        while let Some((i, j)) = front.open.pop() {
            let (i, j) = (i as usize, j as usize);
            let slot = spread.slot(i, j);
            let node = &mut spread.nodes[slot];
            if !std::mem::replace(&mut node.is_open, false) {
                continue;
            }
            let (cost, s) = (node.cost, node.source);
            let source = &sources[s as usize];
            if !wanted((i, j), cost, source.height) {
                continue;
            }
            let offered = (s, source.height);
            let is_within = |at: usize, count: usize| (1..TILE - 1).contains(&(at % TILE)) && at + 1 < count;
            if is_within(i, lattice.nx) && is_within(j, lattice.ny) {
                // All of the neighbours are in the same tile. They are looked at together first, so that memory is waited
                // for once; few of them take the source.
                let square = |d: f64| d * d;
                let east = [i - 1, i, i + 1].map(|i| square(lattice.node(i, j).x - source.at.x));
                let north = [j - 1, j, j + 1].map(|j| square(lattice.node(i, j).y - source.at.y));
                let tile = &mut spread.nodes[slot - TILE - 1..slot + TILE + 2];
                let mut may_take = 0_u32;
                for (row, north) in north.into_iter().enumerate() {
                    for (column, east) in east.into_iter().enumerate() {
                        let takes = front.may_take(&tile[row * TILE + column], offered, east + north);
                        may_take |= u32::from(takes) << (3 * row + column);
                    }
                }
                while may_take != 0 {
                    let (row, column) =
                        (may_take.trailing_zeros() as usize / 3, may_take.trailing_zeros() as usize % 3);
                    let at = (i + column - 1, j + row - 1);
                    front.offer(&mut tile[row * TILE + column], at, offered, east[column] + north[row]);
                    may_take &= may_take - 1;
                }
            } else {
                for (i, j) in neighbours(i, j, lattice.nx, lattice.ny) {
                    let slot = spread.slot(i, j);
                    let away = (lattice.node(i, j) - source.at).norm_squared();
                    front.offer(&mut spread.nodes[slot], (i, j), offered, away);
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
