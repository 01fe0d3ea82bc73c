//! Why there is no path.

use haul_core::{Point2, RoadId};

/// Why a route has no path for the truck.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PathError {
    /// The route has no length.
    #[error("the route has no length to make a path of")]
    NoLength,
    /// A leg is on a road that the map does not have.
    #[error("the map has no road {road} that the route leads over")]
    UnknownRoad {
        /// The road.
        road: RoadId,
    },
    /// A bend that the truck cannot drive in one go.
    #[error(
        "bend too tight near ({:.1}, {:.1}){}: the truck needs a radius of {needed_radius:.1} m, the road leaves {available_radius:.1} m",
        at.x, at.y, on(road)
    )]
    TooTight {
        /// Where: the tightest point.
        at: Point2,
        /// How far along the path, m.
        station: f64,
        /// The road.
        road: Option<RoadId>,
        /// Least radius of a planned path, m.
        needed_radius: f64,
        /// Greatest radius that stays on the surface there, m.
        available_radius: f64,
    },
    /// A place where the truck does not fit between the edges.
    #[error(
        "too narrow near ({:.1}, {:.1}){}: the truck would reach {:.2} m over the edge",
        at.x, at.y, on(road), -clearance
    )]
    TooNarrow {
        /// Where: the pose of the truck there.
        at: Point2,
        /// How far along the path, m.
        station: f64,
        /// The road.
        road: Option<RoadId>,
        /// Greatest clearance found, m; negative.
        clearance: f64,
    },
}

fn on(road: &Option<RoadId>) -> String {
    road.map_or(String::new(), |r| format!(" on road {r}"))
}
