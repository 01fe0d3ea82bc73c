//! Why there is no route.

use haul_core::RoadId;
use std::fmt;

/// Why two positions are not connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoConnection {
    /// No roads join them, whichever way they are driven.
    Apart,
    /// Roads join them, but one-way roads, closures or turns too tight for the truck are in the way.
    Barred,
}

impl fmt::Display for NoConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NoConnection::Apart => "they lie in parts of the road network that do not meet",
            NoConnection::Barred => "one-way roads, closures or turns too tight for the truck are in the way",
        })
    }
}

/// Why there is no route.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RouteError {
    /// A road that the map does not have.
    #[error("the map has no road {road}; it has {roads} roads")]
    UnknownRoad {
        /// The road asked for.
        road: RoadId,
        /// How many roads there are.
        roads: usize,
    },
    /// A road at one end is closed.
    #[error("road {road} is closed")]
    Closed {
        /// The road.
        road: RoadId,
    },
    /// A station or heading that is not finite.
    #[error("{what} is not a finite number")]
    NotFinite {
        /// What is not.
        what: &'static str,
    },
    /// The two are not connected.
    #[error("no route from {from} to {to}: {because}")]
    NoConnection {
        /// Road at the start.
        from: RoadId,
        /// Road at the goal.
        to: RoadId,
        /// Why not.
        because: NoConnection,
    },
}
