//! The line a lane keeps its distance from, and that distance.

use haul_core::{Point2, RoadId, Vector2};

/// A point of the guide.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GuidePoint {
    /// On the road's centreline.
    pub(crate) point: Point2,
    /// Where the lane's middle should lie, to the left of the centreline in the sense of travel, m.
    pub(crate) offset: f64,
    /// How much that counts, 1 on a plain road; less where roads meet.
    pub(crate) weight: f64,
    /// The road.
    pub(crate) road: Option<RoadId>,
}

/// The centrelines of a route, one behind the other in the sense of travel.
#[derive(Debug, Clone, Default)]
pub(crate) struct Guide {
    pub(crate) points: Vec<GuidePoint>,
}

/// A point as seen from the guide.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OnGuide {
    /// Piece of the guide plus the share of it passed.
    pub(crate) cursor: f64,
    /// How far left of the lane's middle, m.
    pub(crate) deviation: f64,
    /// Unit vector in which the deviation grows.
    pub(crate) left: Vector2,
    /// What the deviation counts.
    pub(crate) weight: f64,
}

/// The nearest piece is sought no further than this many pieces from the last known one: a truck's length at 1 m a
/// piece.
const WINDOW: usize = 12;

impl Guide {
    /// Where a point lies, looking only near `cursor`, so that the other leg of a switchback is not taken for this one.
    pub(crate) fn locate(&self, p: Point2, cursor: f64) -> Option<OnGuide> {
        let last = self.points.len().checked_sub(2)?;
        let middle = (cursor.max(0.0) as usize).min(last);
        let mut i = middle;
        let (mut d, mut t) = self.along_piece(p, i);
        // Downhill from piece to piece: the cursor is never far off.
        for step in [1_isize, -1] {
            while i.abs_diff(middle) < WINDOW {
                let next = i.wrapping_add_signed(step);
                if next > last {
                    break;
                }
                let (nd, nt) = self.along_piece(p, next);
                if nd >= d {
                    break;
                }
                (i, d, t) = (next, nd, nt);
            }
        }
        let (a, b) = (&self.points[i], &self.points[i + 1]);
        let along = (b.point - a.point).normalize();
        let normal = Vector2::new(-along.y, along.x);
        let away = p - (a.point + (b.point - a.point) * t);
        let side = away.dot(&normal);
        let distance = d.sqrt().copysign(side);
        let share = t.clamp(0.0, 1.0);
        // Round the outside of a kink the deviation grows away from the corner, not along a piece's normal.
        let left = if distance.abs() > 1e-3 && (t <= 0.0 || t >= 1.0) { away / distance } else { normal };
        Some(OnGuide {
            cursor: i as f64 + share,
            deviation: distance - (a.offset + (b.offset - a.offset) * share),
            left,
            weight: a.weight.min(b.weight),
        })
    }

    /// Squared distance from a piece, and the share of it passed at the nearest point; beyond the ends the guide goes on
    /// straight.
    fn along_piece(&self, p: Point2, i: usize) -> (f64, f64) {
        let (a, b) = (self.points[i].point, self.points[i + 1].point);
        let along = b - a;
        let mut t = (p - a).dot(&along) / along.norm_squared().max(1e-12);
        if i > 0 {
            t = t.max(0.0);
        }
        if i + 2 < self.points.len() {
            t = t.min(1.0);
        }
        ((p - (a + along * t)).norm_squared(), t)
    }

    /// The road at a cursor.
    pub(crate) fn road(&self, cursor: f64) -> Option<RoadId> {
        self.points.get((cursor.max(0.0) as usize).min(self.points.len().saturating_sub(1)))?.road
    }
}
