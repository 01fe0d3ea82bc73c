//! Heights in square blocks of a page each: neighbours in any direction are near in memory, and a point asked for at random
//! costs one page and few cache lines.

/// Nodes along a side of a block, and of the squares in it that fill a cache line each.
const SIDE: usize = 32;
const LINE: usize = 4;

/// The nodes of a block, square by square.
#[derive(Debug, Clone, Copy, PartialEq)]
#[repr(align(4096))]
struct Block([f32; SIDE * SIDE]);

/// Heights of a grid of nodes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Blocks {
    columns: usize,
    rows: usize,
    /// Blocks from west to east.
    across: usize,
    blocks: Vec<Block>,
}

/// Where a column or a row lies: its blocks' number in that direction, and its share of a node's place in the block.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place(usize, usize);

impl Blocks {
    /// The heights of a grid, row by row.
    pub(super) fn of(columns: usize, heights: &[f32]) -> Blocks {
        let rows = heights.len() / columns;
        let across = columns.div_ceil(SIDE);
        let blocks = vec![Block([0.0; SIDE * SIDE]); across * rows.div_ceil(SIDE)];
        let mut grid = Blocks { columns, rows, across, blocks };
        for (j, row) in heights.chunks_exact(columns).enumerate() {
            for (i, height) in row.iter().enumerate() {
                *grid.at_mut(i, j) = *height;
            }
        }
        grid
    }

    pub(super) fn columns(&self) -> usize {
        self.columns
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// The heights row by row.
    pub(super) fn by_row(&self) -> impl Iterator<Item = f32> + '_ {
        (0..self.rows).flat_map(move |j| {
            let row = self.row(j);
            (0..self.columns).map(move |i| self.at(self.column(i), row))
        })
    }

    pub(super) fn column(&self, i: usize) -> Place {
        Place(i / SIDE, i % SIDE / LINE * (LINE * LINE) + i % LINE)
    }

    pub(super) fn row(&self, j: usize) -> Place {
        Place(j / SIDE * self.across, j % SIDE / LINE * (LINE * SIDE) + j % LINE * LINE)
    }

    /// Height at a column and a row of the grid.
    pub(super) fn at(&self, column: Place, row: Place) -> f32 {
        self.blocks[row.0 + column.0].0[row.1 | column.1]
    }

    pub(super) fn at_mut(&mut self, i: usize, j: usize) -> &mut f32 {
        let (column, row) = (self.column(i), self.row(j));
        &mut self.blocks[row.0 + column.0].0[row.1 | column.1]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_node_keeps_its_height_at_any_size_of_grid() {
        for (columns, rows) in [(2, 2), (31, 33), (64, 3), (97, 70)] {
            let heights: Vec<f32> = (0..columns * rows).map(|k| k as f32).collect();
            let grid = Blocks::of(columns, &heights);
            assert_eq!(grid.by_row().collect::<Vec<_>>(), heights);
            assert_eq!(grid.at(grid.column(columns - 1), grid.row(rows - 1)), (columns * rows - 1) as f32);
        }
    }
}
