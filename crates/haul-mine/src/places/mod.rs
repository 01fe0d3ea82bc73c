//! Places where trucks load, dump and park.

mod exit_path;
mod place;
mod proposal;
mod queue;
mod resolve;
mod spec;

pub use exit_path::{ExitPath, QueueConflict, QueueMove};
pub use place::{Place, PlaceKind, Spot};
pub use proposal::propose_places;
pub(crate) use queue::FARTHEST_FROM_ROAD;
pub use resolve::resolve_place;
pub use spec::{PlaceSpec, TruckShape};
