//! The guide of a lane: the centrelines of a route, and the offset of the lane from them.

use haul_core::{Point2, RoadId, Vector2};

/// A point of the guide.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GuidePoint {
    /// Position on the road's centreline.
    pub(crate) point: Point2,
    /// Offset of the middle of the lane to the left of the centreline in the direction of travel, m.
    pub(crate) offset: f64,
    /// Weight of the deviation from the lane: 1 on a plain road, less where roads meet.
    pub(crate) weight: f64,
    /// Road to which the point belongs.
    pub(crate) road: Option<RoadId>,
}

/// The centrelines of a route, joined in the direction of travel.
#[derive(Debug, Clone, Default)]
pub(crate) struct Guide {
    pub(crate) points: Vec<GuidePoint>,
}

/// Position of a point relative to the guide.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OnGuide {
    /// Index of the nearest guide segment, plus the share of that segment passed.
    pub(crate) cursor: f64,
    /// Distance to the left of the middle of the lane, m.
    pub(crate) deviation: f64,
    /// Unit vector in the direction of increasing deviation.
    pub(crate) left: Vector2,
    /// Weight of the deviation in the cost of a row of points.
    pub(crate) weight: f64,
}

/// Maximum number of segments from the last known segment to the nearest one: a truck's length at 1 m a segment.
const WINDOW: usize = 12;

impl Guide {
    /// Locates a point near `cursor` only, so that the other leg of a switchback is not mistaken for this one.
    pub(crate) fn locate(&self, p: Point2, cursor: f64) -> Option<OnGuide> {
        let last = self.points.len().checked_sub(2)?;
        let middle = (cursor.max(0.0) as usize).min(last);
        let mut i = middle;
        let (mut d, mut t) = self.along_piece(p, i);
        // Walk from segment to segment while the distance falls: the cursor is always close to the nearest segment.
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
        // On the outside of a kink, the deviation grows away from the corner and not along the normal of a segment.
        let left = if distance.abs() > 1e-3 && (t <= 0.0 || t >= 1.0) { away / distance } else { normal };
        Some(OnGuide {
            cursor: i as f64 + share,
            deviation: distance - (a.offset + (b.offset - a.offset) * share),
            left,
            weight: a.weight.min(b.weight),
        })
    }

    /// Returns the squared distance (m²) of a point from segment `i`, and the share of the segment passed at the
    /// nearest point. The first and the last segment extend beyond the ends of the guide.
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

    /// Returns the road at a cursor.
    pub(crate) fn road(&self, cursor: f64) -> Option<RoadId> {
        self.points.get((cursor.max(0.0) as usize).min(self.points.len().saturating_sub(1)))?.road
    }
}
