//! A road: its centreline and the measured values along it.

use haul_core::{NodeId, Polyline, RoadId};
use serde::{Deserialize, Serialize};

/// Measured values at one point of a centreline.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct RoadStation {
    /// Grade from `from` to `to`, measured over 20 m, rise over run.
    pub grade: f64,
    /// Distance from the centreline to the drivable edge on the left, m.
    pub width_left: f64,
    /// Distance from the centreline to the drivable edge on the right, m.
    pub width_right: f64,
    /// Curvature, 1/m, positive to the left.
    pub curvature: f64,
    /// Slope across the road, rise over run; positive if the left side is higher.
    pub crossfall: f64,
    /// Sight distance towards `to`, m: the distance ahead at which a truck sees an object on the road, at most
    /// [`SIGHT_REACH`](super::SIGHT_REACH).
    pub sight_ahead: f64,
    /// Sight distance towards `from`, m.
    pub sight_back: f64,
    /// Number of lanes that the road has room for.
    pub lanes: Lanes,
}

/// Room for traffic on a stretch of road.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lanes {
    /// Room for one truck; two trucks cannot pass each other.
    One,
    /// Room for two trucks to pass each other.
    #[default]
    Two,
    /// Open ground of a face, a dump or a yard. It is an area, not a road.
    Open,
}

impl RoadStation {
    /// Returns the width from edge to edge, m.
    pub fn width(&self) -> f64 {
        self.width_left + self.width_right
    }

    /// Returns the slope towards the inside of the bend, rise over run; negative if the road leans outwards. On a
    /// straight it is minus the absolute crossfall.
    pub fn superelevation(&self) -> f64 {
        if self.curvature == 0.0 { -self.crossfall.abs() } else { -self.crossfall * self.curvature.signum() }
    }

    /// Returns the values at the fraction `share` of the distance from `self` to `next`, by interpolation.
    pub fn between(&self, next: &RoadStation, share: f64) -> RoadStation {
        let mix = |a: f64, b: f64| a + (b - a) * share;
        RoadStation {
            grade: mix(self.grade, next.grade),
            width_left: mix(self.width_left, next.width_left),
            width_right: mix(self.width_right, next.width_right),
            curvature: mix(self.curvature, next.curvature),
            crossfall: mix(self.crossfall, next.crossfall),
            sight_ahead: mix(self.sight_ahead, next.sight_ahead),
            sight_back: mix(self.sight_back, next.sight_back),
            lanes: if share < 0.5 { self.lanes } else { next.lanes },
        }
    }
}

/// A haul road between two nodes.
#[derive(Debug, Clone, PartialEq)]
pub struct Road {
    /// Id of the road, unique in the graph. It stays when other roads are added or removed, and is never used again.
    pub id: RoadId,
    /// Node at the start of the centreline.
    pub from: NodeId,
    /// Node at the end of the centreline.
    pub to: NodeId,
    /// Centreline from `from` to `to`, with points about 2 m apart.
    pub line: Polyline,
    /// Measured values, one entry per point of the line.
    pub stations: Vec<RoadStation>,
    /// True if traffic may only drive from `from` to `to`.
    pub one_way: bool,
    /// Speed limit, m/s, at least [`LEAST_SPEED_LIMIT`].
    pub speed_limit: Option<f64>,
}

/// Minimum permitted speed limit, m/s. A slower truck counts as standing, and a road that may not be driven is closed
/// instead.
pub const LEAST_SPEED_LIMIT: f64 = 0.1;

/// Returns true if a number is a valid speed limit, m/s.
pub(crate) fn is_speed_limit(limit: f64) -> bool {
    limit.is_finite() && limit >= LEAST_SPEED_LIMIT
}

impl Road {
    /// Returns the measured values at a station (m), interpolated between the points of the line.
    pub fn at(&self, station: f64) -> RoadStation {
        let k = self.line.piece(station);
        let (Some(a), Some(b)) = (self.stations.get(k), self.stations.get(k + 1)) else {
            return self.stations.last().copied().unwrap_or_default();
        };
        let ends = self.line.stations();
        let share = ((station - ends[k]) / (ends[k + 1] - ends[k])).clamp(0.0, 1.0);
        a.between(b, share)
    }
}
