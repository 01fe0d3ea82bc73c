//! Tests of the words against numerical integration, the optimality condition and Dubins' forward paths.

use super::*;
use haul_core::random::{Draw, Stream};
use proptest::prelude::*;
use std::collections::BTreeSet;

const RADIUS: f64 = 6.0;

fn close(a: Pose2, b: Pose2, tolerance: f64) -> bool {
    a.distance(b) < tolerance && angle::difference(a.heading, b.heading).abs() < tolerance
}

/// Integrates the bicycle model by the Runge-Kutta method, without formulas for arcs.
fn integrated(path: &RsPath) -> Pose2 {
    let mut q = path.start();
    for s in path.segments() {
        let steps = 4000;
        let h = s.length / f64::from(steps);
        let k = s.turn.sign() / path.radius();
        for _ in 0..steps {
            // The heading is linear in the distance, so Simpson's rule is the Runge-Kutta step.
            let at = |f: f64| libm::sincos(q.heading + k * h * f);
            let ((s0, c0), (s1, c1), (s2, c2)) = (at(0.0), at(0.5), at(1.0));
            q = Pose2::new(
                q.x + h * (c0 + 4.0 * c1 + c2) / 6.0,
                q.y + h * (s0 + 4.0 * s1 + s2) / 6.0,
                q.heading + k * h,
            );
        }
    }
    q
}

fn random_pose(stream: &mut Stream, spread: f64) -> Pose2 {
    Pose2::new(stream.between(-spread, spread), stream.between(-spread, spread), stream.between(-PI, PI))
}

#[test]
fn every_one_of_48_words_occurs_and_drives_to_the_goal() {
    let mut stream = haul_core::stream(1, "test", "reeds-shepp");
    let mut names = BTreeSet::new();
    for _ in 0..3000 {
        let (a, b) = (random_pose(&mut stream, 15.0), random_pose(&mut stream, 15.0));
        for path in all_words(a, b, RADIUS) {
            assert!(close(path.end(), b, 1e-7), "{path} ends {:?}, not {b:?}", path.end());
            if names.insert(path.to_string()) {
                let slow = integrated(&path);
                assert!(close(slow, b, 1e-6), "{path} integrates to {slow:?}, not {b:?}");
            }
        }
    }
    assert_eq!(names.len(), 48, "{names:?}");
}

/// Proves each sampled length without using words. Let V(q) be the length of a path from q. It is at least the optimum,
/// because the path reaches the goal. If V(q) <= step + V(q after step) for all steps, it is also at most the optimum.
#[test]
fn no_first_step_whatever_leads_to_less() {
    let mut stream = haul_core::stream(2, "test", "reeds-shepp");
    for _ in 0..20_000 {
        let spread = if stream.unit() < 0.5 { 8.0 } else { 40.0 };
        let (a, b) = (random_pose(&mut stream, spread), random_pose(&mut stream, spread));
        let v = shortest_length(a, b, RADIUS);
        let step = stream.between(0.01, 4.0);
        for k in [-1.0, -0.5, 0.0, 0.5, 1.0] {
            for direction in [-1.0, 1.0] {
                let after = driven(a, k / RADIUS, step * direction);
                let w = shortest_length(after, b, RADIUS);
                assert!(v <= step + w + 1e-6, "{v} > {step} + {w} from {a:?} to {b:?}");
            }
        }
    }
}

#[test]
fn no_random_drive_is_shorter() {
    let mut stream = haul_core::stream(3, "test", "reeds-shepp");
    for _ in 0..50_000 {
        let a = random_pose(&mut stream, 30.0);
        let (mut b, mut driven_length) = (a, 0.0);
        for _ in 0..(1 + (stream.unit() * 6.0) as usize) {
            let k = [-1.0, 0.0, 1.0][(stream.unit() * 3.0) as usize] / RADIUS;
            let length = stream.between(-12.0, 12.0);
            b = driven(b, k, length);
            driven_length += length.abs();
        }
        assert!(shortest_length(a, b, RADIUS) <= driven_length + 1e-6, "{a:?} {b:?}");
    }
}

#[test]
fn straight_and_empty_paths_have_no_cusps_of_rounding() {
    let a = Pose2::new(3.0, 4.0, 1.1);
    assert_eq!(shortest(a, a, RADIUS).length(), 0.0);
    let ahead = shortest(a, a.advanced(20.0), RADIUS);
    assert!((ahead.length() - 20.0).abs() < 1e-9);
    assert_eq!((ahead.cusps(), ahead.to_string()), (0, "S+".into()));
    assert_eq!(shortest(a, a.advanced(-20.0), RADIUS).ends_in_reverse(), Some(true));
}

#[test]
fn what_is_not_a_number_gives_no_path() {
    let a = Pose2::new(0.0, 0.0, 0.0);
    for (start, goal, radius) in [
        (Pose2::new(f64::NAN, 0.0, 0.0), a, 6.0),
        (a, Pose2::new(0.0, f64::INFINITY, 0.0), 6.0),
        (a, a.advanced(5.0), 0.0),
        (a, a.advanced(5.0), -1.0),
    ] {
        assert!(shortest(start, goal, radius).length().is_infinite());
        assert!(all_words(start, goal, radius).is_empty());
    }
}

/// Returns the length of the shortest forward path (L. E. Dubins, 1957), by trying the tangents of each pair of turning
/// circles, and the triangle of centres for C C C.
fn dubins(a: Pose2, b: Pose2, r: f64) -> f64 {
    let centre = |p: Pose2, s: f64| p.place(0.0, s * r);
    let positive = |x: f64| x.rem_euclid(TAU);
    let mut best = f64::INFINITY;
    for (s1, s2) in [(1.0, 1.0), (-1.0, -1.0), (1.0, -1.0), (-1.0, 1.0)] {
        let d = centre(b, s2) - centre(a, s1);
        let apart = d.norm();
        let bearing = libm::atan2(d.y, d.x);
        let across = r * (s1 - s2);
        if apart >= across.abs() {
            let tangent = bearing + libm::asin((across / apart.max(1e-12)).clamp(-1.0, 1.0));
            let straight = (apart * apart - across * across).max(0.0).sqrt();
            let (t, v) = (positive(s1 * (tangent - a.heading)), positive(s2 * (b.heading - tangent)));
            best = best.min(straight + r * (t + v));
        }
        if s1 == s2 && apart < 4.0 * r {
            let inner = libm::acos(apart / (4.0 * r));
            for side in [-1.0, 1.0] {
                // Direction of the radius from the first circle to the middle one, then the heading where they meet.
                let joint1 = bearing + side * inner + s1 * FRAC_PI_2;
                let joint2 = bearing + PI - side * inner + s1 * FRAC_PI_2;
                let t = positive(s1 * (joint1 - a.heading));
                let u = positive(-s1 * (joint2 + PI - joint1 + PI));
                let v = positive(s1 * (b.heading - joint2));
                best = best.min(r * (t + u + v));
            }
        }
    }
    best
}

proptest! {
    #[test]
    fn never_longer_than_a_path_that_only_goes_forwards(x in -60.0..60.0, y in -60.0..60.0, h in -3.1..3.1) {
        let (a, b) = (Pose2::default(), Pose2::new(x, y, h));
        prop_assert!(shortest_length(a, b, RADIUS) <= dubins(a, b, RADIUS) + 1e-9);
    }

    #[test]
    fn the_way_back_the_mirror_and_the_driver_in_reverse_are_as_long(x in -60.0..60.0, y in -60.0..60.0, h in -3.1..3.1) {
        let (a, b) = (Pose2::default(), Pose2::new(x, y, h));
        let v = shortest_length(a, b, RADIUS);
        prop_assert!((shortest_length(b, a, RADIUS) - v).abs() < 1e-7);
        prop_assert!((shortest_length(a, Pose2::new(x, -y, -h), RADIUS) - v).abs() < 1e-9);
        prop_assert!((shortest_length(a, Pose2::new(-x, y, -h), RADIUS) - v).abs() < 1e-9);
    }

    #[test]
    fn lengths_grow_with_the_scale(x in -60.0..60.0, y in -60.0..60.0, h in -3.1..3.1, k in 0.1..9.0_f64) {
        let (a, b) = (Pose2::default(), Pose2::new(x, y, h));
        let (v, w) = (shortest_length(a, b, RADIUS), shortest_length(a, Pose2::new(k * x, k * y, h), k * RADIUS));
        prop_assert!((w - k * v).abs() < 1e-7 * k.max(1.0));
    }

    #[test]
    fn far_away_coordinates_change_nothing(x in -60i32..60, y in -60i32..60, h in -3.1..3.1, k in -3.1..3.1) {
        let (x, y) = (f64::from(x), f64::from(y));
        let near = shortest(Pose2::new(0.0, 0.0, k), Pose2::new(x, y, h), RADIUS);
        let far = shortest(Pose2::new(1e9, -1e9, k), Pose2::new(x + 1e9, y - 1e9, h), RADIUS);
        prop_assert_eq!(near.segments(), far.segments());
    }

    #[test]
    fn a_point_of_the_path_splits_it(x in -60.0..60.0, y in -60.0..60.0, h in -3.1..3.1, f in 0.0..1.0) {
        let (a, b) = (Pose2::default(), Pose2::new(x, y, h));
        let path = shortest(a, b, RADIUS);
        let m = path.at(path.length() * f);
        let sum = shortest_length(a, m, RADIUS) + shortest_length(m, b, RADIUS);
        prop_assert!((sum - path.length()).abs() < 1e-5, "{} {}", sum, path.length());
    }
}
