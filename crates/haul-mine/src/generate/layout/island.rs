//! The island between the legs of a switchback.

use super::super::ramp::RampPoint;
use super::super::spec::PitSpec;
use super::super::surface_layout::RoadStrip;
use super::line_points::index;
use haul_core::{Point2, Polyline};
use std::ops::Range;

/// Length of the island beyond the switchback, m. Further on, the wall between the legs has benches.
const ISLAND_LENGTH: f64 = 110.0;
/// Length over which the island passes into the benched wall at its far end, m.
const ISLAND_END: f64 = 60.0;
/// Slopes between the legs, rise over run. Up to the first slope, the island is a plain slope; from the second slope
/// on, it keeps its benches.
const ISLAND_SLOPES: (f64, f64) = (0.4, 0.65);
/// Number of ramp points beyond each end of the switchback at which the search for the island's end starts.
const FIRST_POINTS: usize = 10;
/// Height per unit of excess slope by which the excavation fades out, m.
const SLOPE_FADE: f64 = 4.0;
/// Height per metre by which the excavation fades out towards the island's end, m.
const END_FADE: f64 = 0.5;

/// The ground between the legs of a switchback. The legs are as wide as their formation.
#[derive(Debug, Clone)]
pub struct Island {
    lower: RoadStrip,
    upper: RoadStrip,
}

impl Island {
    /// Returns the island inside a switchback, given as the index range of its ramp points.
    ///
    /// It reaches as far as the slope between the legs is gentler than the wall. There the ground slopes plainly from
    /// leg to leg.
    pub(super) fn inside(spec: &PitSpec, points: &[RampPoint], turn: &Range<usize>) -> Self {
        let middle = (turn.start + turn.end) / 2;
        let mut reach = (turn.end - turn.start) / 2 + FIRST_POINTS;
        let longest = reach + index(ISLAND_LENGTH);
        while let (Some(a), Some(b)) = (middle.checked_sub(reach), points.get(middle + reach)) {
            let a = points[a];
            let gap = (b.at.xy() - a.at.xy()).norm() - spec.formation();
            if reach > longest || (b.at.z - a.at.z).abs() > gap * spec.wall_slope() {
                break;
            }
            reach += 1;
        }
        let leg = |range: Range<usize>| {
            RoadStrip::new(Polyline::new(points[range].iter().map(|p| p.at)), spec.formation() / 2.0)
        };
        Self {
            lower: leg(middle.saturating_sub(reach)..middle + 1),
            upper: leg(middle..(middle + reach).min(points.len())),
        }
    }

    /// Returns the island's outline along the legs' centrelines.
    pub fn ring(&self) -> Vec<Point2> {
        self.lower.line.points().iter().chain(self.upper.line.points()).map(|p| p.xy()).collect()
    }

    /// Returns the height (m) that the ground is excavated to at a point between the legs; infinite where nothing is
    /// excavated.
    ///
    /// `near` may hold the segments of the legs found for a nearby point. They speed up the search, and `near` receives
    /// the segments found here.
    pub fn height(&self, p: Point2, near: &mut [Option<usize>; 2]) -> f64 {
        let to = |leg: &RoadStrip, near: &mut Option<usize>| {
            let (distance, station, height) = leg.nearest(p, near)?;
            Some((height, (distance - leg.half_width).max(0.0), station))
        };
        let [lower, upper] = near;
        let (Some((low, from_low, along)), Some((high, from_high, _))) =
            (to(&self.lower, lower), to(&self.upper, upper))
        else {
            return f64::INFINITY;
        };
        let gap = (from_low + from_high).max(1e-3);
        let slope = (high - low) / gap;
        let (plain, left) = ISLAND_SLOPES;
        if slope >= left {
            return f64::INFINITY;
        }
        // The excavation fades out between the two slopes, and towards the island's end.
        let fade = SLOPE_FADE * ((slope - plain) / (left - slope)).max(0.0) + END_FADE * (ISLAND_END - along).max(0.0);
        low + (high - low) * from_low / gap + fade
    }
}
