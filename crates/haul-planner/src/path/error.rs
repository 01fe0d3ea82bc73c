//! Errors of path planning.

use haul_core::{Point2, RoadId};

/// Reason why a route has no path for the truck.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PathError {
    /// The route has no length.
    #[error("the route has no length, so it has no path")]
    NoLength,
    /// The map does not have the road of a leg.
    #[error("the map has no road {road}, which is on the route")]
    UnknownRoad {
        /// The unknown road.
        road: RoadId,
    },
    /// A bend is too tight for the truck.
    #[error(
        "bend too tight near ({:.1}, {:.1}){}: the truck needs a radius of {needed_radius:.1} m, the road leaves {available_radius:.1} m",
        at.x, at.y, on(road)
    )]
    TooTight {
        /// Position of the tightest point.
        at: Point2,
        /// Station of the tightest point along the path, m.
        station: f64,
        /// Road at the tightest point.
        road: Option<RoadId>,
        /// Minimum radius of a planned path, m.
        needed_radius: f64,
        /// Maximum radius for which the path stays on the drivable surface there, m.
        available_radius: f64,
    },
    /// The truck does not fit between the edges.
    #[error(
        "too narrow near ({:.1}, {:.1}){}: the truck would reach {:.2} m over the edge",
        at.x, at.y, on(road), -clearance
    )]
    TooNarrow {
        /// Position of the truck at the narrowest point.
        at: Point2,
        /// Station of the narrowest point along the path, m.
        station: f64,
        /// Road at the narrowest point.
        road: Option<RoadId>,
        /// Best clearance found at that point, m; negative.
        clearance: f64,
    },
}

fn on(road: &Option<RoadId>) -> String {
    road.map_or(String::new(), |r| format!(" on road {r}"))
}
