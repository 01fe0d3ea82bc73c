//! Changes of a mine: faces advance, dumps grow, roads wear and are graded.
//!
//! Each change keeps the map consistent: ground, drivable surface, roads, places and areas fit each other. It also
//! increases the [`Revision`](crate::Revision) number and adds a note. [`compare`] compares two maps.

mod compare;
mod earth;
mod remap;
mod wear;

pub use compare::{Difference, PlaceChange, compare};
pub use earth::{dig_face, tip_over};
pub use wear::{grade_roads, wear_roads};

#[cfg(test)]
mod tests;
