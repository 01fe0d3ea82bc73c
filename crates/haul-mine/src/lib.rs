//! The mine as a map: terrain, drivable surface, road graph, places, survey import and pit generator.
//!
//! A [`MineMap`] comes from a survey ([`import`]), from the pit generator ([`generate`]) or from a mine directory
//! ([`MineMap::load`]). It can also be packed into one file ([`MineMap::to_bytes`]).
//!
//! Surveys and designs go through the same pipeline ([`build::build_map`]):
//!
//! 1. Edges of the drivable surface are stitched to one polygon with islands.
//! 2. The ground is triangulated with the edges as constraints.
//! 3. Centrelines are traced along the medial axis.
//! 4. Wide areas are found.
//!
//! All coordinates are in the site frame, in metres from the mine's datum.

pub mod build;
mod bytes;
pub mod change;
pub mod check;
pub mod drivable;
pub mod error;
pub mod generate;
pub mod import;
pub mod map;
pub mod places;
mod plan;
mod region;
pub mod roads;
mod spatial_order;
mod store;
pub mod terrain;
mod threads;
mod zones;

pub use build::{BuildInput, BuildOptions, EdgeString, StringKind, build_map};
pub use check::{DesignReport, DesignRules, DesignTruck, check_design};
pub use drivable::Drivable;
pub use error::MineError;
pub use generate::{PitSpec, generate_pit};
pub use import::{ImportOptions, ImportReport, ReadOptions, import_edges_csv, import_survey};
pub use map::{Area, Datum, MineMap, Repair, RepairKind, Revision, Summary, Zone};
pub use places::{
    ExitPath, Place, PlaceKind, PlaceSpec, QueueConflict, QueueMove, Spot, TruckShape, propose_places, resolve_place,
};
pub use roads::{
    LEAST_SPEED_LIMIT, Lane, Lanes, Road, RoadGraph, RoadIndex, RoadNode, RoadPosition, RoadStation, SIGHT_REACH, Side,
};
pub use terrain::{Footing, RoadCondition, Terrain};
