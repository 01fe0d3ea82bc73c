//! Paths for a truck to follow, and the path along a route on the correct side of its roads.

mod banded;
mod edges;
mod elastic;
#[cfg(test)]
mod elastic_tests;
mod error;
mod fit;
mod guide;
mod lane;
mod lane_path;
#[cfg(test)]
mod lane_tests;
mod limits;
mod point;
mod route_guide;
mod spline;
mod steering;
mod track;

pub use error::PathError;
pub use lane::{DESIRED_CLEARANCE, REQUIRED_CLEARANCE, lane_offset, two_way_width};
pub use lane_path::lane_path;
pub(crate) use lane_path::{GRADE_BASE, LaneDraft, draft};
pub use point::{PathPoint, Travel};
pub use track::{Path, PathProjection};
