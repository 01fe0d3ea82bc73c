//! Straight pieces that cross: an index of pieces, and the test itself.

use haul_core::Point2;
use haul_core::polygon::segment_distance;
use rstar::primitives::{GeomWithData, Line};
use rstar::{AABB, RTree};

/// Straight pieces in an R-tree.
pub(super) struct Pieces {
    pieces: Vec<(Point2, Point2)>,
    tree: RTree<GeomWithData<Line<[f64; 2]>, u32>>,
}

impl Pieces {
    pub(super) fn new(pieces: Vec<(Point2, Point2)>) -> Pieces {
        let lines = pieces
            .iter()
            .enumerate()
            .map(|(i, (a, b))| GeomWithData::new(Line::new([a.x, a.y], [b.x, b.y]), i as u32))
            .collect();
        Pieces { pieces, tree: RTree::bulk_load(lines) }
    }

    /// Indices of the pieces whose box touches that of a piece, rising.
    fn touching(&self, a: Point2, b: Point2) -> Vec<usize> {
        let (low, high) = (a.inf(&b), a.sup(&b));
        let window = AABB::from_corners([low.x, low.y], [high.x, high.y]);
        let mut found: Vec<usize> =
            self.tree.locate_in_envelope_intersecting(window).map(|g| g.data as usize).collect();
        found.sort_unstable();
        found
    }

    /// Whether a straight piece properly crosses any of these; touching at an end is no crossing.
    pub(super) fn crosses(&self, a: Point2, b: Point2) -> bool {
        self.touching(a, b).into_iter().any(|i| segments_cross(a, b, self.pieces[i].0, self.pieces[i].1))
    }

    /// The pairs that cross each other.
    pub(super) fn crossings(&self) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        for (i, &(a, b)) in self.pieces.iter().enumerate() {
            for j in self.touching(a, b) {
                if j > i && segments_cross(a, b, self.pieces[j].0, self.pieces[j].1) {
                    found.push((i, j));
                }
            }
        }
        found
    }

    /// Where the lines through two pieces meet; the middle between them where they are parallel.
    pub(super) fn meeting(&self, i: usize, j: usize) -> Point2 {
        let ((a, b), (c, d)) = (self.pieces[i], self.pieces[j]);
        let (u, v) = (b - a, d - c);
        let cross = u.x * v.y - u.y * v.x;
        if cross == 0.0 {
            return a + (c - a) * 0.5;
        }
        a + u * (((c.x - a.x) * v.y - (c.y - a.y) * v.x) / cross)
    }

    /// Distance to the nearest piece, m; infinite without any.
    pub(super) fn distance(&self, p: Point2) -> f64 {
        self.nearest(p).map_or(f64::INFINITY, |i| segment_distance(p, self.pieces[i].0, self.pieces[i].1))
    }

    /// The nearest piece.
    pub(super) fn nearest(&self, p: Point2) -> Option<usize> {
        self.tree.nearest_neighbor([p.x, p.y]).map(|g| g.data as usize)
    }
}

fn side(a: Point2, b: Point2, p: Point2) -> f64 {
    (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x)
}

/// Whether two straight pieces cross at a point inside both.
pub(super) fn segments_cross(a: Point2, b: Point2, c: Point2, d: Point2) -> bool {
    side(a, b, c) * side(a, b, d) < 0.0 && side(c, d, a) * side(c, d, b) < 0.0
}
