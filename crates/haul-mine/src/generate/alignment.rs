//! Alignment of the roads outside the pit: a smooth line through waypoints and a smooth profile over the ground.

use haul_core::{Point2, Point3, Polyline};

/// Distance between points of a road's line, m.
pub const STEP: f64 = 2.0;
/// Length over which the curvature of a bend builds up, m. The box filters over the line produce this transition.
const TRANSITION_LENGTH: f64 = 24.0;
/// Wavelength below which a road's profile cuts or fills the ground instead of following it, m.
const SMOOTHING_LENGTH: f64 = 70.0;
/// Weight of a fixed height relative to the ground's heights. It holds the fixed height to within a millimetre.
const FIXED_WEIGHT: f64 = 1e7;

/// Returns a smooth line through waypoints, with points about 2 m apart.
///
/// Bends have the given radius (m). A bend gets a smaller radius where its neighbours leave too little room for its
/// tangents. The ends keep their position and direction.
pub fn align(waypoints: &[Point2], radius: f64) -> Vec<Point2> {
    let mut corners: Vec<Point2> = vec![];
    for (k, &p) in waypoints.iter().enumerate() {
        if k == 0 || k + 1 == waypoints.len() {
            corners.push(p);
            continue;
        }
        let (a, b) = (waypoints[k - 1] - p, waypoints[k + 1] - p);
        let (na, nb) = (a.norm().max(1e-9), b.norm().max(1e-9));
        let (a, b) = (a / na, b / nb);
        let interior = libm::acos(a.dot(&b).clamp(-1.0, 1.0));
        let half = libm::tan(interior / 2.0).max(1e-3);
        let tangent = (radius / half).min(0.48 * na).min(0.48 * nb);
        let r = tangent * half;
        let deflection = std::f64::consts::PI - interior;
        if deflection < 1e-3 {
            corners.push(p);
            continue;
        }
        let to_centre = (a + b).normalize();
        let centre = p + to_centre * libm::hypot(tangent, r);
        let from = p + a * tangent - centre;
        let turn = if a.x * b.y - a.y * b.x > 0.0 { -1.0 } else { 1.0 };
        let pieces = (r * deflection / STEP).ceil().max(2.0) as usize;
        for n in 0..=pieces {
            let angle = turn * deflection * n as f64 / pieces as f64;
            let (sin, cos) = (libm::sin(angle), libm::cos(angle));
            corners.push(centre + haul_core::Vector2::new(from.x * cos - from.y * sin, from.x * sin + from.y * cos));
        }
    }
    let even = Polyline::new(corners.iter().map(|p| Point3::new(p.x, p.y, 0.0))).resampled(STEP);
    let mut line: Vec<Point2> = even.points().iter().map(|p| p.xy()).collect();
    // Three box filters approximate a bell curve, so that curvature and its rate of change are continuous.
    for _ in 0..3 {
        line = boxed(&line, (TRANSITION_LENGTH / STEP / 2.0 / 1.7) as usize);
    }
    line
}

/// Returns the running mean of a line over `reach` points on either side. The line is mirrored about its ends, so the
/// ends stay in place.
fn boxed(line: &[Point2], reach: usize) -> Vec<Point2> {
    let n = line.len();
    if n < 2 {
        return line.to_vec();
    }
    let at = |k: isize| {
        let last = n as isize - 1;
        if k < 0 {
            line[0] + (line[0] - line[(-k).min(last) as usize])
        } else if k > last {
            line[n - 1] + (line[n - 1] - line[(2 * last - k).max(0) as usize])
        } else {
            line[k as usize]
        }
    };
    let reach = reach as isize;
    (0..n as isize)
        .map(|k| {
            let sum = (k - reach..=k + reach).fold(haul_core::Vector2::zeros(), |s, m| s + at(m).coords);
            Point2::from(sum / (2 * reach + 1) as f64)
        })
        .collect()
}

/// Required height and slope of a profile at one end of the line.
#[derive(Debug, Clone, Copy)]
pub struct ProfileEnd {
    /// Height of the profile at this end, m.
    pub height: f64,
    /// Slope of the profile at this end in the direction of the line, rise over run.
    pub slope: f64,
}

/// Returns the heights of a road along a line: smooth, close to the ground, and fixed at the ends.
///
/// Minimises the squared distances to the ground and the squared second differences (Whittaker 1923). The normal
/// equations are a banded system.
pub fn profile(
    line: &[Point2],
    ground: &dyn Fn(Point2) -> f64,
    start: ProfileEnd,
    end: Option<ProfileEnd>,
) -> Vec<Point3> {
    let n = line.len();
    if n < 4 {
        return line.iter().map(|p| Point3::new(p.x, p.y, start.height)).collect();
    }
    let spacing = (line[1] - line[0]).norm().max(1e-3);
    let stiffness = (SMOOTHING_LENGTH / (2.0 * spacing)).powi(4);
    let mut weight = vec![1.0; n];
    let mut target: Vec<f64> = line.iter().map(|&p| ground(p)).collect();
    let mut fix = |k: usize, z: f64| {
        weight[k] = FIXED_WEIGHT * stiffness;
        target[k] = z;
    };
    fix(0, start.height);
    fix(1, start.height + start.slope * spacing);
    if let Some(end) = end {
        fix(n - 1, end.height);
        fix(n - 2, end.height - end.slope * spacing);
    }
    // Symmetric band matrix: the diagonal and the two diagonals above it.
    let mut band = vec![[0.0_f64; 3]; n];
    for (row, w) in band.iter_mut().zip(&weight) {
        row[0] = *w;
    }
    for k in 1..n - 1 {
        let d = [1.0, -2.0, 1.0];
        for a in 0..3 {
            for b in a..3 {
                band[k - 1 + a][b - a] += stiffness * d[a] * d[b];
            }
        }
    }
    let right: Vec<f64> = weight.iter().zip(&target).map(|(w, t)| w * t).collect();
    let z = solve_band(band, right);
    line.iter().zip(z).map(|(p, z)| Point3::new(p.x, p.y, z)).collect()
}

/// Solves a symmetric positive definite system of half bandwidth 2 by LDLᵀ factorisation.
fn solve_band(mut band: Vec<[f64; 3]>, mut x: Vec<f64>) -> Vec<f64> {
    let n = x.len();
    for k in 0..n {
        let [d, e, f] = band[k];
        if k + 1 < n {
            let l = e / d;
            band[k + 1][0] -= l * e;
            band[k + 1][1] -= l * f;
            x[k + 1] -= l * x[k];
        }
        if k + 2 < n {
            let l = f / d;
            band[k + 2][0] -= l * f;
            x[k + 2] -= l * x[k];
        }
    }
    for k in (0..n).rev() {
        let mut v = x[k];
        if k + 1 < n {
            v -= band[k][1] * x[k + 1];
        }
        if k + 2 < n {
            v -= band[k][2] * x[k + 2];
        }
        x[k] = v / band[k][0];
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bend_keeps_its_radius_and_the_line_its_ends() {
        let line = align(&[Point2::new(0.0, 0.0), Point2::new(200.0, 0.0), Point2::new(200.0, 200.0)], 80.0);
        assert!((line[0] - Point2::new(0.0, 0.0)).norm() < 1e-9);
        assert!((line[line.len() - 1] - Point2::new(200.0, 200.0)).norm() < 1e-9);
        for w in line.windows(3) {
            let (a, b) = (w[1] - w[0], w[2] - w[1]);
            let turn = libm::atan2(a.x * b.y - a.y * b.x, a.dot(&b)).abs() / a.norm();
            assert!(turn < 1.0 / 75.0, "radius {}", 1.0 / turn);
        }
    }

    #[test]
    fn profile_meets_its_ends_and_smooths_a_step() {
        let line: Vec<Point2> = (0..200).map(|k| Point2::new(2.0 * f64::from(k), 0.0)).collect();
        let ground = |p: Point2| if p.x > 200.0 { 4.0 } else { 0.0 };
        let end = ProfileEnd { height: 5.0, slope: 0.0 };
        let road = profile(&line, &ground, ProfileEnd { height: 1.0, slope: 0.02 }, Some(end));
        assert!((road[0].z - 1.0).abs() < 1e-4 && (road[199].z - 5.0).abs() < 1e-4);
        assert!(((road[1].z - road[0].z) / 2.0 - 0.02).abs() < 1e-4);
        for w in road.windows(3) {
            assert!((w[0].z - 2.0 * w[1].z + w[2].z).abs() < 0.012, "a kink at {}", w[1].x);
        }
    }
}
