//! Positions of the wheels on the chassis.

use crate::mass::Load;
use crate::mass_properties::{axle_loads, mass_properties};
use crate::spec::TruckSpec;
use crate::state::WHEELS;
use haul_core::Point3;

/// The corner (one strut) to which each wheel belongs.
pub(super) const CORNER_OF: [usize; WHEELS] = [0, 1, 2, 2, 3, 3];
/// Number of front wheels, each with its own strut.
pub(super) const FRONT: usize = 2;
/// Number of corners; each has one strut and one hub.
pub(super) const CORNERS: usize = 4;

/// Returns the wheel centres in the body frame with the struts extended, m.
///
/// The height is chosen so that the empty truck with a full tank stands level on level ground, with the body frame's
/// origin on the ground.
pub(super) fn mounts(spec: &TruckSpec) -> [Point3; WHEELS] {
    let g = &spec.geometry;
    let empty = mass_properties(spec, &Load::default(), spec.mass.fuel_capacity, 0.0);
    let loads = axle_loads(spec, &empty, 0.0, 0.0);
    let k = spec.tyre.vertical_stiffness;
    let rear_k = spec.rear_tyre().vertical_stiffness;
    // At rest, tyres and struts are compressed by the static load.
    let (front_strut, rear_strut) = (0.5 * loads.front, 0.5 * loads.rear);
    let front = spec.tyre.radius - front_strut / k - spec.suspension.front.compression(front_strut);
    let rear = spec.tyre.radius - 0.5 * rear_strut / rear_k - spec.suspension.rear.compression(rear_strut);
    let (half_front, half_rear, half_dual) = (0.5 * g.track_front, 0.5 * g.track_rear, 0.5 * g.dual_spacing);
    [
        Point3::new(g.wheelbase, half_front, front),
        Point3::new(g.wheelbase, -half_front, front),
        Point3::new(0.0, half_rear + half_dual, rear),
        Point3::new(0.0, half_rear - half_dual, rear),
        Point3::new(0.0, -half_rear + half_dual, rear),
        Point3::new(0.0, -half_rear - half_dual, rear),
    ]
}
