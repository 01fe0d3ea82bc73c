//! Straight pieces that cross: an index of pieces, the pairs of many that do, and the test itself.

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

/// A longer piece is met by no more than this many columns or rows of squares.
const MOST_ACROSS: f64 = 64.0;

/// Squares over all pieces, about as many as there are pieces and none smaller than most of them.
struct Squares {
    origin: Point2,
    side: f64,
    columns: usize,
    rows: usize,
}

impl Squares {
    fn over(boxes: &[(Point2, Point2)]) -> Option<Squares> {
        let first = *boxes.first()?;
        let (low, high) = boxes.iter().fold(first, |(low, high), b| (low.inf(&b.0), high.sup(&b.1)));
        let (size, count) = (high - low, boxes.len() as f64);
        let extents = || boxes.iter().map(|(low, high)| (high - low).max());
        let (mean, most) = (extents().sum::<f64>() / count, extents().fold(0.0, f64::max));
        let side = [(size.x * size.y / count).sqrt(), size.sum() / count, mean, most / MOST_ACROSS];
        let side = side.into_iter().fold(f64::MIN_POSITIVE, f64::max);
        let across = |length: f64| (length / side) as usize + 1;
        Some(Squares { origin: low, side, columns: across(size.x), rows: across(size.y) })
    }

    fn of(&self, p: Point2) -> (usize, usize) {
        let at = (p - self.origin) / self.side;
        ((at.x as usize).min(self.columns - 1), (at.y as usize).min(self.rows - 1))
    }

    /// Those that a box touches.
    fn touched(&self, (low, high): (Point2, Point2)) -> impl Iterator<Item = usize> + '_ {
        let ((west, south), (east, north)) = (self.of(low), self.of(high));
        (south..=north).flat_map(move |j| (west..=east).map(move |i| j * self.columns + i))
    }
}

/// The pairs of pieces that properly cross each other, the lower number first, in rising order.
pub(super) fn crossings(pieces: &[(Point2, Point2)]) -> Vec<(usize, usize)> {
    let boxes: Vec<(Point2, Point2)> = pieces.iter().map(|(a, b)| (a.inf(b), a.sup(b))).collect();
    let Some(squares) = Squares::over(&boxes) else { return Vec::new() };
    // The pieces of a square lie from its start to that of the next.
    let mut starts = vec![0; squares.columns * squares.rows + 1];
    for square in boxes.iter().flat_map(|b| squares.touched(*b)) {
        starts[square + 1] += 1;
    }
    for k in 1..starts.len() {
        starts[k] += starts[k - 1];
    }
    let (mut filled, mut members) = (starts.clone(), vec![0_u32; starts[starts.len() - 1]]);
    // From west to east, so that a square into which one point far off has brought most pieces is not gone through in pairs.
    let mut eastwards: Vec<u32> = (0..pieces.len() as u32).collect();
    eastwards.sort_by(|a, b| boxes[*a as usize].0.x.total_cmp(&boxes[*b as usize].0.x));
    for k in eastwards {
        for square in squares.touched(boxes[k as usize]) {
            members[filled[square]] = k;
            filled[square] += 1;
        }
    }
    let mut found = Vec::new();
    for square in starts.windows(2) {
        let members = &members[square[0]..square[1]];
        for (at, &i) in members.iter().enumerate() {
            let (a, b) = pieces[i as usize];
            let (low, high) = boxes[i as usize];
            for &j in &members[at + 1..] {
                let (other_low, other_high) = boxes[j as usize];
                if other_low.x > high.x {
                    break;
                }
                let is_apart = other_low.y > high.y || other_high.y < low.y;
                if !is_apart && segments_cross(a, b, pieces[j as usize].0, pieces[j as usize].1) {
                    found.push((i.min(j) as usize, i.max(j) as usize));
                }
            }
        }
    }
    // Two pieces meet in each of the squares that both touch.
    found.sort_unstable();
    found.dedup();
    found
}

fn side(a: Point2, b: Point2, p: Point2) -> f64 {
    (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x)
}

/// Whether two straight pieces cross at a point inside both.
pub(super) fn segments_cross(a: Point2, b: Point2, c: Point2, d: Point2) -> bool {
    side(a, b, c) * side(a, b, d) < 0.0 && side(c, d, a) * side(c, d, b) < 0.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use haul_core::random::{Draw, stream};

    #[test]
    fn the_pairs_that_cross_are_those_found_by_trying_all() {
        let mut rng = stream(7, "crossing", "test");
        for longest in [3.0, 40.0, 900.0] {
            let mut pieces: Vec<(Point2, Point2)> = (0..600)
                .map(|_| {
                    let a = Point2::new(rng.between(0.0, 500.0), rng.between(-20.0, 60.0));
                    (a, a + haul_core::Vector2::new(rng.between(-longest, longest), rng.between(-longest, longest)))
                })
                .collect();
            // Some without length, and some along an axis.
            for (k, (a, b)) in pieces.iter_mut().enumerate().filter(|(k, _)| k % 7 == 0) {
                *b = if k % 2 == 0 { *a } else { Point2::new(a.x, b.y) };
            }
            // One point far off brings all others into one square.
            pieces.push((Point2::new(5e6, -7e5), Point2::new(5e6, -7e5 + longest)));
            let all = (0..pieces.len()).flat_map(|i| (i + 1..pieces.len()).map(move |j| (i, j)));
            let crossing = all.filter(|&(i, j)| segments_cross(pieces[i].0, pieces[i].1, pieces[j].0, pieces[j].1));
            let expected: Vec<(usize, usize)> = crossing.collect();
            assert!(!expected.is_empty());
            assert_eq!(crossings(&pieces), expected);
        }
        assert!(crossings(&[]).is_empty());
    }

    #[test]
    fn pieces_all_in_one_place_need_no_squares() {
        let p = Point2::new(4.0, 4.0);
        assert!(crossings(&[(p, p), (p, p)]).is_empty());
    }
}
