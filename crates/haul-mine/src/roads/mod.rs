//! The road graph: nodes and the centrelines between them.

mod edit;
mod graph;
mod ids;
mod lane;
mod road;
mod side;
mod succession;
#[cfg(test)]
mod tests;
pub(crate) mod trace;

pub use graph::{RoadGraph, RoadNode, RoadPosition};
pub use ids::RoadIndex;
pub use lane::Lane;
pub(crate) use road::is_speed_limit;
pub use road::{LEAST_SPEED_LIMIT, Lanes, Road, RoadStation};
pub use side::Side;
pub use trace::SIGHT_REACH;
