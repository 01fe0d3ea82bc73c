//! Taking the ground out of a scan.

use crate::localise::Estimate;
use crate::sensor::LidarScan;
use haul_core::{Footprint, Point2, Point3};
use haul_mine::MineMap;
use nalgebra::{Rotation3, Vector3};

/// A return must stand so far above the mapped ground to be a thing, m: a floor for ruts, spillage and the map's own
/// error, and a share of the distance for the pitch and roll that the map's slope does not tell (0.7°).
const ABOVE: f64 = 0.40;
const ABOVE_SHARE: f64 = 0.012;
/// Higher than this above the ground nothing is hit by a truck 5.2 m tall, m.
const TOP: f64 = 6.0;
/// Returns further away are too few to make a cluster and too uncertain in height, m.
const RANGE: f64 = 90.0;
/// Within this distance of the drivable surface's edge lie berms and the feet of walls, m.
const EDGE: f64 = 0.3;
/// Returns within so much of the truck's own outline are its own, m.
const OWN: f64 = 0.4;

/// The returns of a scan that stand above the ground on the drivable surface, in the site frame.
pub(super) fn above_ground(
    scan: &LidarScan,
    estimate: &Estimate,
    map: &MineMap,
    own: &Footprint,
    out: &mut Vec<Point3>,
) {
    out.clear();
    let pose = estimate.pose;
    let origin = Vector3::new(pose.x, pose.y, map.terrain.height(pose.x, pose.y));
    let tilt = body_axes(map, estimate, own);
    for p in &scan.points {
        let distance = libm::hypot(p.x, p.y);
        if !(distance < RANGE && p.z.is_finite()) {
            continue;
        }
        if own.distance(Default::default(), Point2::new(p.x, p.y)) < OWN {
            continue;
        }
        let site = Point3::from(origin + tilt * p.coords);
        let above = site.z - map.terrain.height(site.x, site.y);
        if above < ABOVE + ABOVE_SHARE * distance || above > TOP {
            continue;
        }
        if map.drivable.clearance(Point2::new(site.x, site.y)) > EDGE {
            out.push(site);
        }
    }
}

/// The body's axes on the mapped ground: heading by the estimate, pitch and roll by the heights under the wheels.
fn body_axes(map: &MineMap, estimate: &Estimate, own: &Footprint) -> Rotation3<f64> {
    let pose = estimate.pose;
    let height = |ahead: f64, left: f64| {
        let p = pose.place(ahead, left);
        Vector3::new(p.x, p.y, map.terrain.height(p.x, p.y))
    };
    let half = own.half_width;
    let along = height(own.front, 0.0) - height(0.0, 0.0);
    let across = height(0.0, half) - height(0.0, -half);
    let x = along.try_normalize(1e-9).unwrap_or_else(Vector3::x);
    let z = x.cross(&across).try_normalize(1e-9).unwrap_or_else(Vector3::z);
    Rotation3::from_basis_unchecked(&[x, z.cross(&x), z])
}
