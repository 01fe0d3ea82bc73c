//! Errors of route planning.

use haul_core::RoadId;
use std::fmt;

/// Reason why two positions are not connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoConnection {
    /// No roads connect the two positions in any direction of travel.
    Apart,
    /// Roads connect the two positions, but one-way roads, closures or turns too tight for the truck block the way.
    Barred,
}

impl fmt::Display for NoConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NoConnection::Apart => "they are in separate parts of the road network",
            NoConnection::Barred => "one-way roads, closures or turns too tight for the truck block the way",
        })
    }
}

/// Reason why there is no route.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RouteError {
    /// The map does not have the road.
    #[error("the map has no road {road}; it has {roads} roads")]
    UnknownRoad {
        /// The requested road.
        road: RoadId,
        /// Number of roads on the map.
        roads: usize,
    },
    /// A road at one end of the route is closed.
    #[error("road {road} is closed")]
    Closed {
        /// The closed road.
        road: RoadId,
    },
    /// A station, heading or speed is not finite.
    #[error("{what} is not a finite number")]
    NotFinite {
        /// Name of the quantity.
        what: &'static str,
    },
    /// No route connects the two positions.
    #[error("no route from {from} to {to}: {because}")]
    NoConnection {
        /// Road at the start.
        from: RoadId,
        /// Road at the goal.
        to: RoadId,
        /// Reason why the two positions are not connected.
        because: NoConnection,
    },
}
