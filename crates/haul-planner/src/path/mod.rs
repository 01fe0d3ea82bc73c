//! Paths: what a truck follows, and the path along a route on the proper side of its roads.

mod banded;
mod edges;
mod elastic;
#[cfg(test)]
mod elastic_tests;
mod fit;
mod guide;
mod point;
mod spline;
mod steering;
mod track;

pub use point::{PathPoint, Travel};
pub use track::{Path, PathProjection};
