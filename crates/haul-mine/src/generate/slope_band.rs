//! Slope projection within a fixed distance of the edges.

use super::plan_grid::{PlanGrid, TILE};
use super::slope_edges::{EdgeSegments, NO_SEGMENT};

/// The lowest projected slope at the grid nodes near edges. The nodes are stored in tiles; tiles without a near edge
/// are absent.
pub struct SlopeBand {
    segments: EdgeSegments,
    /// Number of tiles from west to east.
    across: usize,
    tiles: Vec<u32>,
    nodes: Vec<BandNode>,
}

#[derive(Debug, Clone, Copy)]
struct BandNode {
    signed_height: f64,
    segment: u32,
}

/// The nodes of one tile, row by row from the south.
#[derive(Clone, Copy)]
pub struct BandTile<'a>(Option<&'a [BandNode]>);

impl BandTile<'_> {
    /// Returns true if no edge is near any node of the tile.
    pub fn is_bare(&self) -> bool {
        self.0.is_none()
    }

    /// Returns the height of the projected slope at a node, m; infinite if no edge is near.
    pub fn height(&self, node: usize) -> f64 {
        self.0.map_or(f64::INFINITY, |nodes| nodes[node].signed_height)
    }

    /// Returns the edge segment that the slope at a node is projected from.
    pub fn segment(&self, node: usize) -> Option<u32> {
        self.0.map(|nodes| nodes[node].segment).filter(|segment| *segment != NO_SEGMENT)
    }
}

/// Maximum length of the part of a segment whose bounding box is searched for nodes, m.
const LONGEST_PART: f64 = 30.0;

/// Number of tiles for which memory is reserved at first, so that few tiles are moved later. Unused memory costs
/// nothing.
const INITIAL_TILES: usize = 2_048;

impl SlopeBand {
    /// Projects rising slopes to all nodes within `reach` (m) of their segments. Further out, only some nodes have
    /// a slope.
    pub fn about(grid: &PlanGrid, segments: EdgeSegments, reach: f64) -> Self {
        let across = grid.nx.div_ceil(TILE);
        let tiles = vec![NO_SEGMENT; across * grid.ny.div_ceil(TILE)];
        let nodes = Vec::with_capacity(tiles.len().min(INITIAL_TILES) * TILE * TILE);
        let mut band = Self { segments, across, tiles, nodes };
        let parts = |segment: u32, segments: &EdgeSegments| {
            // A long segment is split, so that the boxes of its parts hold few other nodes.
            let (a, b) = segments.ends(segment);
            let count = ((b - a).norm() / LONGEST_PART).ceil().max(1.0);
            let at = move |k: u32| a + (b - a) * (f64::from(k) / count);
            (0..count as u32).map(move |k| (segment, at(k), at(k + 1)))
        };
        let parts: Vec<_> =
            (0..band.segments.len() as u32).flat_map(|segment| parts(segment, &band.segments)).collect();
        for (segment, a, b) in parts {
            let cell = |along: f64, origin: f64| (along - origin) / grid.spacing;
            let range = |a: f64, b: f64, origin: f64, count: usize| {
                let first = cell(a.min(b) - reach, origin).ceil().max(0.0) as usize;
                first..((cell(a.max(b) + reach, origin).floor() + 1.0).max(0.0) as usize).min(count)
            };
            let columns = range(a.x, b.x, grid.origin.x, grid.nx);
            let rows = range(a.y, b.y, grid.origin.y, grid.ny);
            for (i, j) in rows.flat_map(|j| columns.clone().map(move |i| (i, j))) {
                let signed_height = band.segments.signed_height(segment, grid.node(i, j));
                let slot = band.slot(i, j);
                let node = &mut band.nodes[slot];
                if signed_height < node.signed_height {
                    *node = BandNode { signed_height, segment };
                }
            }
        }
        band
    }

    /// Returns the index of a node in storage, and creates its tile if absent.
    #[inline(always)]
    fn slot(&mut self, i: usize, j: usize) -> usize {
        let tile = &mut self.tiles[j / TILE * self.across + i / TILE];
        if *tile == NO_SEGMENT {
            *tile = (self.nodes.len() / (TILE * TILE)) as u32;
            let none = BandNode { signed_height: f64::INFINITY, segment: NO_SEGMENT };
            self.nodes.resize(self.nodes.len() + TILE * TILE, none);
        }
        *tile as usize * (TILE * TILE) + j % TILE * TILE + i % TILE
    }

    /// Returns a tile by its column and row.
    pub fn tile(&self, column: usize, row: usize) -> BandTile<'_> {
        let at = self.tiles[row * self.across + column];
        BandTile((at != NO_SEGMENT).then(|| &self.nodes[at as usize * (TILE * TILE)..][..TILE * TILE]))
    }

    /// Returns the edge segments.
    pub fn segments(&self) -> &EdgeSegments {
        &self.segments
    }

    /// Returns the nodes near the edges as column and row, each with its height.
    pub fn reached(&self) -> impl Iterator<Item = ((usize, usize), f64)> + '_ {
        let made = self.tiles.iter().enumerate().filter(|(_, tile)| **tile != NO_SEGMENT);
        made.flat_map(|(k, _)| {
            let (column, row) = (k % self.across, k / self.across);
            let tile = self.tile(column, row);
            (0..TILE * TILE)
                .filter(move |n| tile.segment(*n).is_some())
                .map(move |n| ((column * TILE + n % TILE, row * TILE + n / TILE), tile.height(n)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::slope_edges::SlopeEdge;
    use super::*;
    use haul_core::Point2;

    #[test]
    fn lowest_projection_is_found_within_reach() {
        let ring: Vec<Point2> = [(-31.0, -20.0), (40.0, -22.0), (33.0, 28.0), (5.0, 8.0), (-30.0, 30.0)]
            .map(|(x, y)| Point2::new(x, y))
            .to_vec();
        let grid = PlanGrid::covering(Point2::new(-60.0, -60.0), Point2::new(60.0, 60.0), 2.0);
        let segments = EdgeSegments::rising(1.5).with([&SlopeEdge::level(&ring, 4.0)]);
        let band = SlopeBand::about(&grid, segments.clone(), 7.0);
        let (mut near, mut far) = (0, 0);
        for (i, j) in (0..grid.ny).flat_map(|j| (0..grid.nx).map(move |i| (i, j))) {
            let p = grid.node(i, j);
            let signed_height =
                (0..segments.len() as u32).map(|k| segments.signed_height(k, p)).fold(f64::INFINITY, f64::min);
            let (tile, n) = (band.tile(i / TILE, j / TILE), j % TILE * TILE + i % TILE);
            if signed_height <= 4.0 + 1.5 * 7.0 {
                near += 1;
                assert_eq!(tile.height(n), signed_height);
                assert_eq!(tile.segment(n).map(|k| segments.signed_height(k, p)), Some(signed_height));
            } else {
                far += usize::from(!tile.height(n).is_finite());
            }
        }
        assert!(near > 800 && far > 900, "{near} {far}");
    }
}
