//! Taking the ground out of a scan.
//!
//! The map says where the ground is, and the estimate where the truck is in plan. How the body stands on the ground the
//! scan itself says best: 91 t on the struts, a brake or a bend tilt it by a degree or two, which is a metre of height at
//! 40 m. So the returns of even ground are fitted to the map first, by height, pitch and roll.

use crate::localise::Estimate;
use crate::sensor::LidarScan;
use haul_core::{Footprint, Point2, Point3};
use haul_mine::MineMap;
use nalgebra::{Matrix3, Rotation3, Vector3};

/// A return must stand above the mapped ground by this to be a thing, m: a floor for ruts, spillage and the map's own
/// error, and a share of the distance for what is left of pitch and roll (0.3°).
const ABOVE: f64 = 0.40;
const ABOVE_SHARE: f64 = 0.005;
/// Higher than this above the ground nothing is hit by a truck 5.2 m tall, m.
const TOP: f64 = 6.0;
/// Returns further away are too few to make a cluster and too uncertain in height, m.
const RANGE: f64 = 90.0;
/// Within this distance of the drivable surface's edge lie berms and the feet of walls, m.
const EDGE: f64 = 0.3;
/// Returns within this distance of the truck's own outline are its own, m.
const OWN: f64 = 0.4;
/// A return may lie beside its true place by this, m: a floor, a share of the distance for the heading, and standard
/// deviations of the position. It stands on the highest ground within that.
const BESIDE: f64 = 0.15;
const BESIDE_SHARE: f64 = 0.004;
const BESIDE_SIGMAS: f64 = 2.0;

/// Ground is even where it rises by less than this over one metre.
const FIT_SLOPE: f64 = 0.25;
/// The fits, each from the one before it, the first from the map's slope under the truck, which in a hairpin is off by some
/// degrees. Returns further away than `range` are not fitted, m, and those that lie off the ground by more than `off`
/// and `share` of their distance are none of it, m.
const FITS: [Fit; 5] = [
    Fit { range: 25.0, off: 0.8, share: 0.10 },
    Fit { range: 30.0, off: 0.5, share: 0.05 },
    Fit { range: 40.0, off: 0.4, share: 0.02 },
    Fit { range: 50.0, off: 0.3, share: 0.01 },
    Fit { range: 50.0, off: 0.25, share: 0.005 },
];
/// Share of the way from the rear axle to the nose at which the front axle stands.
const AXLE_SHARE: f64 = 0.6;
/// One return of this number is fitted: there are thousands.
const FIT_EVERY: usize = 4;
/// Fewer returns than this make no fit.
const FIT_LEAST: usize = 30;
/// No truck sinks or tilts by more, m and rad; a fit that says so is none.
const FIT_HEIGHT: f64 = 0.8;
const FIT_TILT: f64 = 0.15;

/// One fit of the ground.
struct Fit {
    range: f64,
    off: f64,
    share: f64,
}

/// Finds what stands on the ground; keeps its buffers between scans.
#[derive(Debug, Clone, Default)]
pub(super) struct GroundFilter {
    returns: Vec<Return>,
    above: Vec<Point3>,
}

/// One return.
#[derive(Debug, Clone, Copy)]
struct Return {
    /// In the body frame, m.
    body: Point3,
    /// In the site frame, by the map's axes, m.
    site: Point3,
    /// Height over the mapped ground, m.
    above: f64,
    /// Distance in plan, m.
    distance: f64,
}

impl GroundFilter {
    /// The returns of a scan that stand above the ground on the drivable surface, in the site frame.
    pub fn above_ground(&mut self, scan: &LidarScan, estimate: &Estimate, map: &MineMap, own: &Footprint) -> &[Point3] {
        self.place(scan, estimate, map, own);
        let levelling = self.level(map);
        let blur = BESIDE_SIGMAS * if estimate.position_sigma.is_finite() { estimate.position_sigma } else { 0.0 };
        self.above.clear();
        for r in &self.returns {
            let raised = levelling.dot(&Vector3::new(1.0, r.body.x, r.body.y));
            let least = ABOVE + ABOVE_SHARE * r.distance;
            if r.above + raised < least || r.above + raised > TOP {
                continue;
            }
            let site = Point3::new(r.site.x, r.site.y, r.site.z + raised);
            let beside = BESIDE + BESIDE_SHARE * r.distance + blur;
            if site.z - highest_within(map, site.xy(), beside) < least {
                continue;
            }
            if map.drivable.clearance(site.xy()) > EDGE + beside - BESIDE {
                self.above.push(site);
            }
        }
        &self.above
    }

    /// Puts the returns on the map by the estimate and the map's own slope.
    fn place(&mut self, scan: &LidarScan, estimate: &Estimate, map: &MineMap, own: &Footprint) {
        let pose = estimate.pose;
        let origin = Vector3::new(pose.x, pose.y, map.terrain.height(pose.x, pose.y));
        let axes = body_axes(map, estimate, own);
        self.returns.clear();
        for &body in &scan.points {
            let distance = libm::hypot(body.x, body.y);
            if !(distance < RANGE && body.z.is_finite()) || own.distance(Default::default(), body.xy()) < OWN {
                continue;
            }
            let site = Point3::from(origin + axes * body.coords);
            let above = site.z - map.terrain.height(site.x, site.y);
            self.returns.push(Return { body, site, above, distance });
        }
    }

    /// Returns the correction that raises a return to its true height: a height, and shares of its distances ahead and
    /// left.
    fn level(&self, map: &MineMap) -> Vector3<f64> {
        let mut best = Vector3::zeros();
        for Fit { range, off: floor, share } in FITS {
            let (mut normal, mut right, mut count) = (Matrix3::zeros(), Vector3::zeros(), 0);
            for r in self.returns.iter().step_by(FIT_EVERY) {
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
            let fit = normal.cholesky().filter(|_| count >= FIT_LEAST).map(|c| c.solve(&right));
            match fit.filter(|f| f[0].abs() < FIT_HEIGHT && f[1].abs() < FIT_TILT && f[2].abs() < FIT_TILT) {
                Some(fit) => best = fit,
                None => return best,
            }
        }
        best
    }
}

/// Tells whether the ground is even about a point.
fn is_even(map: &MineMap, at: Point2) -> bool {
    let height = |x: f64, y: f64| map.terrain.height(at.x + x, at.y + y);
    let (east, north) = (height(1.0, 0.0) - height(-1.0, 0.0), height(0.0, 1.0) - height(0.0, -1.0));
    libm::hypot(east, north) < 2.0 * FIT_SLOPE
}

/// Height of the highest ground within a distance of a point, m.
fn highest_within(map: &MineMap, at: Point2, distance: f64) -> f64 {
    let offsets = [(0.0, 0.0), (1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)];
    let height = |(x, y): (f64, f64)| map.terrain.height(at.x + x * distance, at.y + y * distance);
    offsets.into_iter().map(height).fold(f64::NEG_INFINITY, f64::max)
}

/// The body's axes on the mapped ground: heading by the estimate, pitch and roll by the heights under the wheels.
fn body_axes(map: &MineMap, estimate: &Estimate, own: &Footprint) -> Rotation3<f64> {
    let pose = estimate.pose;
    let height = |ahead: f64, left: f64| {
        let p = pose.place(ahead, left);
        Vector3::new(p.x, p.y, map.terrain.height(p.x, p.y))
    };
    let half = own.half_width;
    // The front axle: the nose may reach over what no wheel stands on.
    let along = height(AXLE_SHARE * own.front, 0.0) - height(0.0, 0.0);
    let across = height(0.0, half) - height(0.0, -half);
    let x = along.try_normalize(1e-9).unwrap_or_else(Vector3::x);
    let z = x.cross(&across).try_normalize(1e-9).unwrap_or_else(Vector3::z);
    Rotation3::from_basis_unchecked(&[x, z.cross(&x), z])
}
