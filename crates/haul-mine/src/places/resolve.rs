//! From a place as written to a place where a truck fits.

use super::{Place, PlaceSpec, TruckShape};
use crate::map::MineMap;
use haul_core::Fault;

/// Finds the poses of a place: heading (tail to the nearest wall where none is written), the spot moved so that the
/// footprint is at least 0.5 m from the edge, the machine, the queue.
///
/// Errors: the place lies off the drivable surface (the nearest drivable point is named), or no truck fits there.
pub fn resolve_place(map: &MineMap, spec: &PlaceSpec, shape: &TruckShape) -> Result<Place, Fault> {
    let _ = (map, shape);
    Err(Fault::new(format!("place `{}` cannot be resolved yet", spec.id)))
}
