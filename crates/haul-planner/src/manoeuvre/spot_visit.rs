//! A visit to a spot: the manoeuvre in and the manoeuvre out.

use super::{FreeSpace, ManoeuvreError, ManoeuvreOptions, SpotAccess, plan_manoeuvre};
use crate::TruckModel;
use crate::path::Path;
use haul_core::Pose2;

/// The two manoeuvres of a visit to a spot.
#[derive(Debug, Clone, PartialEq)]
pub struct SpotVisit {
    /// Path into the spot.
    pub into: Path,
    /// Path out of the spot.
    pub out: Path,
}

/// Plans a visit to `spot`: from the pose `from` into the spot, then out to the pose `to`.
///
/// `options` apply to both manoeuvres, but `access` sets the directions of travel at the spot.
///
/// # Errors
///
/// The error of [`plan_manoeuvre`] for the first manoeuvre that fails.
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
