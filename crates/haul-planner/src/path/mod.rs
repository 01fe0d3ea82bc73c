//! Paths: what a truck follows, and the path along a route on the proper side of its roads.

mod point;
mod track;

pub use point::{PathPoint, Travel};
pub use track::{Path, PathProjection};
