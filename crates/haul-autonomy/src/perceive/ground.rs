//! Removal of the ground from a scan.
//!
//! The map gives the ground, and the estimate gives the truck's pose in plan. The scan itself is the best source for
//! the tilt of the body: 91 t on the struts, braking or a bend tilts it by a degree or two, which is a metre of height
//! at 40 m. So the returns from even ground are first fitted to the map by height, pitch and roll.

use crate::localise::Estimate;
use crate::sensor::LidarScan;
use haul_core::{Footprint, Point2, Point3};
use haul_mine::MineMap;
use nalgebra::{Matrix3, Rotation3, Vector3};

/// Minimum height (m) of an obstacle's return above the mapped ground, constant part. It allows for ruts, spillage and
/// errors of the map.
const HEIGHT_FLOOR: f64 = 0.40;
/// Minimum height of an obstacle's return, as a share of its distance. It allows for the remaining error of pitch and
/// roll (0.3°).
const HEIGHT_SHARE: f64 = 0.005;
/// Height above the ground (m) beyond which nothing is an obstacle for a truck 5.2 m tall.
const GREATEST_HEIGHT: f64 = 6.0;
/// Maximum distance (m) of used returns: beyond it they are too few for a cluster and too uncertain in height.
const RANGE: f64 = 90.0;
/// Distance (m) from the edge of the drivable surface within which returns are ignored: berms and the feet of walls
/// stand there.
const EDGE_MARGIN: f64 = 0.3;
/// Distance (m) from the truck's own outline within which returns belong to the truck.
const OWN_MARGIN: f64 = 0.4;
/// Horizontal error of a return: constant part, m. A return is compared with the highest ground within its error.
const ERROR_FLOOR: f64 = 0.15;
/// Horizontal error of a return, as a share of its distance: the error of the heading.
const ERROR_SHARE: f64 = 0.004;
/// Horizontal error of a return, in standard deviations of the truck's position.
const ERROR_SIGMAS: f64 = 2.0;

/// Slope below which ground counts as even, rise over run.
const EVEN_SLOPE: f64 = 0.25;
/// Successive fits. Each starts from the previous one; the first starts from the map's slope under the truck, which is
/// wrong by some degrees in a hairpin. Returns beyond `range` (m) are not fitted. Returns that are off the ground by
/// more than `off` (m) plus `share` of their distance are not ground.
const FITS: [Fit; 5] = [
    Fit { range: 25.0, off: 0.8, share: 0.10 },
    Fit { range: 30.0, off: 0.5, share: 0.05 },
    Fit { range: 40.0, off: 0.4, share: 0.02 },
    Fit { range: 50.0, off: 0.3, share: 0.01 },
    Fit { range: 50.0, off: 0.25, share: 0.005 },
];
/// Position of the front axle, as a share of the distance from the rear axle to the front of the truck.
const FRONT_AXLE_SHARE: f64 = 0.6;
/// Only one of this many returns is fitted, because a scan has thousands.
const FIT_INTERVAL: usize = 4;
/// Minimum number of returns for a fit.
const LEAST_FIT_RETURNS: usize = 30;
/// Maximum height correction of a valid fit, m: no truck sinks further.
const FIT_HEIGHT: f64 = 0.8;
/// Maximum tilt of a valid fit, rad: no truck tilts further.
const FIT_TILT: f64 = 0.15;

/// One fit of the ground.
struct Fit {
    range: f64,
    off: f64,
    share: f64,
}

/// Finds the returns above the ground. Buffers are kept between scans.
#[derive(Debug, Clone, Default)]
pub(super) struct GroundFilter {
    returns: Vec<Return>,
    above: Vec<Point3>,
}

/// One lidar return.
#[derive(Debug, Clone, Copy)]
struct Return {
    /// Position in the body frame, m.
    body: Point3,
    /// Position in the site frame, with the body tilted by the map's slope, m.
    site: Point3,
    /// Height above the mapped ground, m.
    above: f64,
    /// Distance from the truck in plan, m.
    distance: f64,
}

impl GroundFilter {
    /// Returns the points of a scan above the ground of the drivable surface, in the site frame.
    pub fn above_ground(&mut self, scan: &LidarScan, estimate: &Estimate, map: &MineMap, own: &Footprint) -> &[Point3] {
        self.place(scan, estimate, map, own);
        let levelling = self.level(map);
        let blur = ERROR_SIGMAS * if estimate.position_sigma.is_finite() { estimate.position_sigma } else { 0.0 };
        self.above.clear();
        for r in &self.returns {
            let raised = levelling.dot(&Vector3::new(1.0, r.body.x, r.body.y));
            let least = HEIGHT_FLOOR + HEIGHT_SHARE * r.distance;
            if r.above + raised < least || r.above + raised > GREATEST_HEIGHT {
                continue;
            }
            let site = Point3::new(r.site.x, r.site.y, r.site.z + raised);
            let beside = ERROR_FLOOR + ERROR_SHARE * r.distance + blur;
            if site.z - highest_within(map, site.xy(), beside) < least {
                continue;
            }
            if map.drivable.clearance(site.xy()) > EDGE_MARGIN + beside - ERROR_FLOOR {
                self.above.push(site);
            }
        }
        &self.above
    }

    /// Places the returns on the map, according to the estimate and the map's slope.
    fn place(&mut self, scan: &LidarScan, estimate: &Estimate, map: &MineMap, own: &Footprint) {
        let pose = estimate.pose;
        let origin = Vector3::new(pose.x, pose.y, map.terrain.height(pose.x, pose.y));
        let axes = body_axes(map, estimate, own);
        self.returns.clear();
        for &body in &scan.points {
            let distance = libm::hypot(body.x, body.y);
            if !(distance < RANGE && body.z.is_finite()) || own.distance(Default::default(), body.xy()) < OWN_MARGIN {
                continue;
            }
            let site = Point3::from(origin + axes * body.coords);
            let above = site.z - map.terrain.height(site.x, site.y);
            self.returns.push(Return { body, site, above, distance });
        }
    }

    /// Computes the correction that raises a return to its true height: a constant height, and shares of the return's
    /// distances ahead and to the left.
    fn level(&self, map: &MineMap) -> Vector3<f64> {
        let mut best = Vector3::zeros();
        for Fit { range, off: floor, share } in FITS {
            let (mut normal, mut right, mut count) = (Matrix3::zeros(), Vector3::zeros(), 0);
            for r in self.returns.iter().step_by(FIT_INTERVAL) {
                let row = Vector3::new(1.0, r.body.x, r.body.y);
                let off = r.above + best.dot(&row);
                let is_near = r.distance <= range && off.abs() < floor + share * r.distance;
                if !(is_near && is_even(map, r.site.xy())) {
                    continue;
                }
                normal += row * row.transpose();
                right -= row * r.above;
                count += 1;
            }
            let fit = normal.cholesky().filter(|_| count >= LEAST_FIT_RETURNS).map(|c| c.solve(&right));
            match fit.filter(|f| f[0].abs() < FIT_HEIGHT && f[1].abs() < FIT_TILT && f[2].abs() < FIT_TILT) {
                Some(fit) => best = fit,
                None => return best,
            }
        }
        best
    }
}

/// Returns true if the ground around a point is even.
fn is_even(map: &MineMap, at: Point2) -> bool {
    let height = |x: f64, y: f64| map.terrain.height(at.x + x, at.y + y);
    let (east, north) = (height(1.0, 0.0) - height(-1.0, 0.0), height(0.0, 1.0) - height(0.0, -1.0));
    libm::hypot(east, north) < 2.0 * EVEN_SLOPE
}

/// Returns the maximum ground height within a distance of a point, m.
fn highest_within(map: &MineMap, at: Point2, distance: f64) -> f64 {
    let offsets = [(0.0, 0.0), (1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)];
    let height = |(x, y): (f64, f64)| map.terrain.height(at.x + x * distance, at.y + y * distance);
    offsets.into_iter().map(height).fold(f64::NEG_INFINITY, f64::max)
}

/// Returns the body's axes on the mapped ground: heading from the estimate, pitch and roll from the heights under the
/// wheels.
fn body_axes(map: &MineMap, estimate: &Estimate, own: &Footprint) -> Rotation3<f64> {
    let pose = estimate.pose;
    let height = |ahead: f64, left: f64| {
        let p = pose.place(ahead, left);
        Vector3::new(p.x, p.y, map.terrain.height(p.x, p.y))
    };
    let half = own.half_width;
    // Take the height at the front axle: the front of the truck may reach over ground on which no wheel stands.
    let along = height(FRONT_AXLE_SHARE * own.front, 0.0) - height(0.0, 0.0);
    let across = height(0.0, half) - height(0.0, -half);
    let x = along.try_normalize(1e-9).unwrap_or_else(Vector3::x);
    let z = x.cross(&across).try_normalize(1e-9).unwrap_or_else(Vector3::z);
    Rotation3::from_basis_unchecked(&[x, z.cross(&x), z])
}
