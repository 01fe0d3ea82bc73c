//! Crossings of straight segments: a spatial index, all crossing pairs in a list, and the test for one pair.

use haul_core::Point2;
use haul_core::polygon::segment_distance;
use rstar::primitives::{GeomWithData, Line};
use rstar::{AABB, RTree};

/// Spatial index of straight segments, in an R-tree.
pub(super) struct SegmentIndex {
    segments: Vec<(Point2, Point2)>,
    tree: RTree<GeomWithData<Line<[f64; 2]>, u32>>,
}

impl SegmentIndex {
    pub(super) fn new(segments: Vec<(Point2, Point2)>) -> SegmentIndex {
        let lines = segments
            .iter()
            .enumerate()
            .map(|(i, (a, b))| GeomWithData::new(Line::new([a.x, a.y], [b.x, b.y]), i as u32))
            .collect();
        SegmentIndex { segments, tree: RTree::bulk_load(lines) }
    }

    /// Returns the indices of the segments whose bounding box touches that of the segment `a`–`b`, in increasing order.
    fn touching(&self, a: Point2, b: Point2) -> Vec<usize> {
        let (low, high) = (a.inf(&b), a.sup(&b));
        let window = AABB::from_corners([low.x, low.y], [high.x, high.y]);
        let mut found: Vec<usize> =
            self.tree.locate_in_envelope_intersecting(window).map(|g| g.data as usize).collect();
        found.sort_unstable();
        found
    }

    /// Returns true if the segment `a`–`b` properly crosses a segment of this index. A common end point is not a
    /// crossing.
    pub(super) fn crosses(&self, a: Point2, b: Point2) -> bool {
        self.touching(a, b).into_iter().any(|i| segments_cross(a, b, self.segments[i].0, self.segments[i].1))
    }

    /// Returns the intersection of the lines through segments `i` and `j`. For parallel segments, returns the midpoint
    /// between their first points.
    pub(super) fn meeting(&self, i: usize, j: usize) -> Point2 {
        let ((a, b), (c, d)) = (self.segments[i], self.segments[j]);
        let (u, v) = (b - a, d - c);
        let cross = u.x * v.y - u.y * v.x;
        if cross == 0.0 {
            return a + (c - a) * 0.5;
        }
        a + u * (((c.x - a.x) * v.y - (c.y - a.y) * v.x) / cross)
    }

    /// Returns the distance (m) to the nearest segment, or infinity if the index is empty.
    pub(super) fn distance(&self, p: Point2) -> f64 {
        self.nearest(p).map_or(f64::INFINITY, |i| segment_distance(p, self.segments[i].0, self.segments[i].1))
    }

    /// Returns the index of the nearest segment.
    pub(super) fn nearest(&self, p: Point2) -> Option<usize> {
        self.tree.nearest_neighbor([p.x, p.y]).map(|g| g.data as usize)
    }
}

/// Maximum number of columns or rows of squares that the longest segment spans.
const GREATEST_SPAN: f64 = 64.0;

/// A grid of squares over all segments, with about as many squares as segments. Most segments are shorter than a
/// square.
struct SegmentSquares {
    origin: Point2,
    side: f64,
    columns: usize,
    rows: usize,
}

impl SegmentSquares {
    /// Creates the grid from the bounding boxes of the segments.
    fn over(boxes: &[(Point2, Point2)]) -> Option<SegmentSquares> {
        let first = *boxes.first()?;
        let (low, high) = boxes.iter().fold(first, |(low, high), b| (low.inf(&b.0), high.sup(&b.1)));
        let (size, count) = (high - low, boxes.len() as f64);
        let extents = || boxes.iter().map(|(low, high)| (high - low).max());
        let (mean, most) = (extents().sum::<f64>() / count, extents().fold(0.0, f64::max));
        let side = [(size.x * size.y / count).sqrt(), size.sum() / count, mean, most / GREATEST_SPAN];
        let side = side.into_iter().fold(f64::MIN_POSITIVE, f64::max);
        let across = |length: f64| (length / side) as usize + 1;
        Some(SegmentSquares { origin: low, side, columns: across(size.x), rows: across(size.y) })
    }

    /// Returns the column and row of the square that contains a point.
    fn of(&self, p: Point2) -> (usize, usize) {
        let at = (p - self.origin) / self.side;
        ((at.x as usize).min(self.columns - 1), (at.y as usize).min(self.rows - 1))
    }

    /// Returns the indices of the squares that a box touches.
    fn touched(&self, (low, high): (Point2, Point2)) -> impl Iterator<Item = usize> + '_ {
        let ((west, south), (east, north)) = (self.of(low), self.of(high));
        (south..=north).flat_map(move |j| (west..=east).map(move |i| j * self.columns + i))
    }
}

/// Returns all pairs of segments that properly cross, in increasing order. In each pair, the lower index comes first.
pub(super) fn crossings(segments: &[(Point2, Point2)]) -> Vec<(usize, usize)> {
    let boxes: Vec<(Point2, Point2)> = segments.iter().map(|(a, b)| (a.inf(b), a.sup(b))).collect();
    let Some(squares) = SegmentSquares::over(&boxes) else { return Vec::new() };
    // The members of square `k` are stored at the positions from `starts[k]` to `starts[k + 1]`.
    let mut starts = vec![0; squares.columns * squares.rows + 1];
    for square in boxes.iter().flat_map(|b| squares.touched(*b)) {
        starts[square + 1] += 1;
    }
    for k in 1..starts.len() {
        starts[k] += starts[k - 1];
    }
    let (mut filled, mut members) = (starts.clone(), vec![0_u32; starts[starts.len() - 1]]);
    // Members are sorted from west to east. So even if a distant point puts most segments into one square, only pairs
    // that overlap in x are tested.
    let mut eastwards: Vec<u32> = (0..segments.len() as u32).collect();
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
            let (a, b) = segments[i as usize];
            let (low, high) = boxes[i as usize];
            for &j in &members[at + 1..] {
                let (other_low, other_high) = boxes[j as usize];
                if other_low.x > high.x {
                    break;
                }
                let is_apart = other_low.y > high.y || other_high.y < low.y;
                if !is_apart && segments_cross(a, b, segments[j as usize].0, segments[j as usize].1) {
                    found.push((i.min(j) as usize, i.max(j) as usize));
                }
            }
        }
    }
    // Two segments are compared once in each square that both touch, so pairs may occur twice.
    found.sort_unstable();
    found.dedup();
    found
}

/// Returns a positive value if `p` is on the left of the line from `a` to `b`, and a negative value if it is on the
/// right.
fn side(a: Point2, b: Point2, p: Point2) -> f64 {
    (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x)
}

/// Returns true if the segments `a`–`b` and `c`–`d` cross at an interior point of both.
pub(super) fn segments_cross(a: Point2, b: Point2, c: Point2, d: Point2) -> bool {
    side(a, b, c) * side(a, b, d) < 0.0 && side(c, d, a) * side(c, d, b) < 0.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use haul_core::random::{Draw, stream};

    #[test]
    fn crossing_pairs_equal_those_of_an_exhaustive_search() {
        let mut rng = stream(7, "crossing", "test");
        for longest in [3.0, 40.0, 900.0] {
            let mut segments: Vec<(Point2, Point2)> = (0..600)
                .map(|_| {
                    let a = Point2::new(rng.between(0.0, 500.0), rng.between(-20.0, 60.0));
                    (a, a + haul_core::Vector2::new(rng.between(-longest, longest), rng.between(-longest, longest)))
                })
                .collect();
            // Some segments have no length, and some are parallel to an axis.
            for (k, (a, b)) in segments.iter_mut().enumerate().filter(|(k, _)| k % 7 == 0) {
                *b = if k % 2 == 0 { *a } else { Point2::new(a.x, b.y) };
            }
            // One distant segment makes the squares so large that all others share one square.
            segments.push((Point2::new(5e6, -7e5), Point2::new(5e6, -7e5 + longest)));
            let all = (0..segments.len()).flat_map(|i| (i + 1..segments.len()).map(move |j| (i, j)));
            let crossing =
                all.filter(|&(i, j)| segments_cross(segments[i].0, segments[i].1, segments[j].0, segments[j].1));
            let expected: Vec<(usize, usize)> = crossing.collect();
            assert!(!expected.is_empty());
            assert_eq!(crossings(&segments), expected);
        }
        assert!(crossings(&[]).is_empty());
    }

    #[test]
    fn segments_without_length_do_not_cross() {
        let p = Point2::new(4.0, 4.0);
        assert!(crossings(&[(p, p), (p, p)]).is_empty());
    }
}
