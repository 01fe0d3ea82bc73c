//! Into a spot and out of it again.

use super::{FreeSpace, ManoeuvreError, ManoeuvreOptions, Way, plan_manoeuvre};
use crate::TruckModel;
use crate::path::Path;
use haul_core::Pose2;

/// A spot visited.
#[derive(Debug, Clone, PartialEq)]
pub struct Visit {
    /// Into the spot.
    pub into: Path,
    /// Out of it.
    pub out: Path,
}

/// From `from` into `spot` and on to `to`, by one of the four [ways](Way); `options` holds for both manoeuvres but for
/// the travel at the spot, which the way says.
///
/// Errors: as [`plan_manoeuvre`], of the first of the two that has none.
pub fn plan_visit(
    from: Pose2,
    spot: Pose2,
    to: Pose2,
    way: Way,
    space: &FreeSpace,
    truck: &TruckModel,
    options: &ManoeuvreOptions,
) -> Result<Visit, ManoeuvreError> {
    let inwards = ManoeuvreOptions { last: Some(way.arrives()), goal_curvature: None, ..*options };
    let outwards = ManoeuvreOptions { first: Some(way.leaves()), start_curvature: None, ..*options };
    Ok(Visit {
        into: plan_manoeuvre(from, spot, space, truck, &inwards)?,
        out: plan_manoeuvre(spot, to, space, truck, &outwards)?,
    })
}
