//! A visit to a spot: the manoeuvre into it and the one out of it.

use super::{FreeSpace, ManoeuvreError, ManoeuvreOptions, SpotAccess, plan_manoeuvre};
use crate::TruckModel;
use crate::path::Path;
use haul_core::Pose2;

/// The manoeuvres of a visit to a spot.
#[derive(Debug, Clone, PartialEq)]
pub struct SpotVisit {
    /// Path into the spot.
    pub into: Path,
    /// Path out of the spot.
    pub out: Path,
}

/// Plans a visit: from `from` into `spot` and on to `to`.
///
/// `options` apply to both manoeuvres, except for the directions of travel at the spot, which `access` gives.
///
/// # Errors
///
/// As [`plan_manoeuvre`], for the first manoeuvre that fails.
pub fn plan_visit(
    from: Pose2,
    spot: Pose2,
    to: Pose2,
    access: SpotAccess,
    space: &FreeSpace,
    truck: &TruckModel,
    options: &ManoeuvreOptions,
) -> Result<SpotVisit, ManoeuvreError> {
    let inwards = ManoeuvreOptions { last: Some(access.arrives()), goal_curvature: None, ..*options };
    let outwards = ManoeuvreOptions { first: Some(access.leaves()), start_curvature: None, ..*options };
    Ok(SpotVisit {
        into: plan_manoeuvre(from, spot, space, truck, &inwards)?,
        out: plan_manoeuvre(spot, to, space, truck, &outwards)?,
    })
}
