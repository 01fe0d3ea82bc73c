//! Cones on edges in a band about them.

use super::edges::{NONE, Pieces};
use super::lattice::{Lattice, TILE};

/// The lowest cone at the nodes of a lattice near edges: in tiles, and no tile where none is near.
pub struct Band {
    pieces: Pieces,
    /// Tiles from west to east.
    across: usize,
    tiles: Vec<u32>,
    nodes: Vec<Node>,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    cost: f64,
    piece: u32,
}

/// The nodes of one tile, row by row from the south.
#[derive(Clone, Copy)]
pub struct Tile<'a>(Option<&'a [Node]>);

impl Tile<'_> {
    /// Whether no edge is near any of its nodes.
    pub fn is_bare(&self) -> bool {
        self.0.is_none()
    }

    /// Height of the cone at a node, m; infinite where none is near.
    pub fn height(&self, node: usize) -> f64 {
        self.0.map_or(f64::INFINITY, |nodes| nodes[node].cost)
    }

    /// The piece of the edge that it stands on.
    pub fn piece(&self, node: usize) -> Option<u32> {
        self.0.map(|nodes| nodes[node].piece).filter(|piece| *piece != NONE)
    }
}

/// Longest part of a piece that nodes are looked for about, m.
const PART: f64 = 30.0;

/// Tiles that room is kept for from the beginning, so that few are moved: what is not used of it costs nothing.
const MOST_AT_FIRST: usize = 2_048;

impl Band {
    /// Rising cones at all nodes not farther than a reach (m) from their pieces; farther out some are there and some are not.
    pub fn about(lattice: &Lattice, pieces: Pieces, reach: f64) -> Self {
        let across = lattice.nx.div_ceil(TILE);
        let tiles = vec![NONE; across * lattice.ny.div_ceil(TILE)];
        let nodes = Vec::with_capacity(tiles.len().min(MOST_AT_FIRST) * TILE * TILE);
        let mut band = Self { pieces, across, tiles, nodes };
        let parts = |piece: u32, pieces: &Pieces| {
            // A long one in parts, whose boxes hold little beside them.
            let (a, b) = pieces.ends(piece);
            let count = ((b - a).norm() / PART).ceil().max(1.0);
            let at = move |k: u32| a + (b - a) * (f64::from(k) / count);
            (0..count as u32).map(move |k| (piece, at(k), at(k + 1)))
        };
        let parts: Vec<_> = (0..band.pieces.len() as u32).flat_map(|piece| parts(piece, &band.pieces)).collect();
        for (piece, a, b) in parts {
            let cell = |along: f64, origin: f64| (along - origin) / lattice.spacing;
            let range = |a: f64, b: f64, origin: f64, count: usize| {
                let first = cell(a.min(b) - reach, origin).ceil().max(0.0) as usize;
                first..((cell(a.max(b) + reach, origin).floor() + 1.0).max(0.0) as usize).min(count)
            };
            let columns = range(a.x, b.x, lattice.origin.x, lattice.nx);
            let rows = range(a.y, b.y, lattice.origin.y, lattice.ny);
            for (i, j) in rows.flat_map(|j| columns.clone().map(move |i| (i, j))) {
                let cost = band.pieces.cost(piece, lattice.node(i, j));
                let slot = band.slot(i, j);
                let node = &mut band.nodes[slot];
                if cost < node.cost {
                    *node = Node { cost, piece };
                }
            }
        }
        band
    }

    /// Where a node lies; its tile is made where there is none.
    #[inline(always)]
    fn slot(&mut self, i: usize, j: usize) -> usize {
        let tile = &mut self.tiles[j / TILE * self.across + i / TILE];
        if *tile == NONE {
            *tile = (self.nodes.len() / (TILE * TILE)) as u32;
            let none = Node { cost: f64::INFINITY, piece: NONE };
            self.nodes.resize(self.nodes.len() + TILE * TILE, none);
        }
        *tile as usize * (TILE * TILE) + j % TILE * TILE + i % TILE
    }

    /// A tile by its column and row.
    pub fn tile(&self, column: usize, row: usize) -> Tile<'_> {
        let at = self.tiles[row * self.across + column];
        Tile((at != NONE).then(|| &self.nodes[at as usize * (TILE * TILE)..][..TILE * TILE]))
    }

    /// The pieces.
    pub fn pieces(&self) -> &Pieces {
        &self.pieces
    }

    /// The nodes near the edges, by column and row, with the height there.
    pub fn reached(&self) -> impl Iterator<Item = ((usize, usize), f64)> + '_ {
        let made = self.tiles.iter().enumerate().filter(|(_, tile)| **tile != NONE);
        made.flat_map(|(k, _)| {
            let (column, row) = (k % self.across, k / self.across);
            let tile = self.tile(column, row);
            (0..TILE * TILE)
                .filter(move |n| tile.piece(*n).is_some())
                .map(move |n| ((column * TILE + n % TILE, row * TILE + n / TILE), tile.height(n)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::edges::Edge;
    use super::*;
    use haul_core::Point2;

    #[test]
    fn within_reach_the_lowest_cone_is_found() {
        let ring: Vec<Point2> = [(-31.0, -20.0), (40.0, -22.0), (33.0, 28.0), (5.0, 8.0), (-30.0, 30.0)]
            .map(|(x, y)| Point2::new(x, y))
            .to_vec();
        let lattice = Lattice::covering(Point2::new(-60.0, -60.0), Point2::new(60.0, 60.0), 2.0);
        let pieces = Pieces::rising(1.5).with([&Edge::level(&ring, 4.0)]);
        let band = Band::about(&lattice, pieces.clone(), 7.0);
        let (mut near, mut far) = (0, 0);
        for (i, j) in (0..lattice.ny).flat_map(|j| (0..lattice.nx).map(move |i| (i, j))) {
            let p = lattice.node(i, j);
            let cost = (0..pieces.len() as u32).map(|k| pieces.cost(k, p)).fold(f64::INFINITY, f64::min);
            let (tile, n) = (band.tile(i / TILE, j / TILE), j % TILE * TILE + i % TILE);
            if cost <= 4.0 + 1.5 * 7.0 {
                near += 1;
                assert_eq!(tile.height(n), cost);
                assert_eq!(tile.piece(n).map(|k| pieces.cost(k, p)), Some(cost));
            } else {
                far += usize::from(!tile.height(n).is_finite());
            }
        }
        assert!(near > 800 && far > 900, "{near} {far}");
    }
}
