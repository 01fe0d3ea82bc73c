//! Speed profiles on made paths.

use super::*;
use crate::path::{PathPoint, Travel};
use haul_core::Pose2;
use haul_vehicle::TruckSpec;
use std::sync::{Arc, LazyLock};

static TRUCK: LazyLock<TruckModel> = LazyLock::new(|| TruckModel::new(Arc::new(TruckSpec::tr100at())));

const DRY: Conditions = Conditions { friction: 0.55, rolling_resistance: 0.025, speed_cap: 13.0 };
const LOADED: SpeedRequest = SpeedRequest {
    payload_kg: 91_000.0,
    start_speed: 0.0,
    end_speed: 0.0,
    limit: None,
    end_station: None,
    start_station: None,
};

/// A path of pieces (length, grade, curvature, travel), points every `spacing` metres. Speed profiles look at neither
/// positions nor headings, so they are left at the origin.
fn path_of(pieces: &[(f64, f64, f64, Travel)], spacing: f64) -> Path {
    let mut points: Vec<PathPoint> = Vec::new();
    let mut station = 0.0;
    for &(length, grade, curvature, travel) in pieces {
        let count = (length / spacing).round().max(1.0) as usize;
        let first = usize::from(points.last().is_some_and(|p| p.travel == travel));
        for k in first..=count {
            let at = station + length * k as f64 / count as f64;
            points.push(PathPoint { grade, ..PathPoint::at_pose(Pose2::default(), curvature, at, travel) });
        }
        station += length;
    }
    Path::new(points)
}

fn straight(length: f64, grade: f64) -> Path {
    path_of(&[(length, grade, 0.0, Travel::Forward)], 1.0)
}

fn profile(path: &Path, request: &SpeedRequest) -> SpeedProfile {
    speed_profile(path, &TRUCK, &DRY, request).unwrap()
}

/// The motion of the points is one of constant accelerations, and time goes on.
fn assert_consistent(profile: &SpeedProfile) {
    for (i, w) in profile.points.windows(2).enumerate() {
        let ds = w[1].station - w[0].station;
        let square = w[0].speed.powi(2) + 2.0 * w[0].acceleration * ds;
        assert!((square - w[1].speed.powi(2)).abs() < 1e-6, "{i}: {w:?}");
        assert!(w[0].speed + w[1].speed > 0.0, "{i}: the truck stands between {w:?}");
    }
}

#[test]
fn a_truck_stops_at_each_change_of_travel_and_at_the_end() {
    let path = path_of(&[(60.0, 0.0, 0.0, Travel::Forward), (30.0, 0.0, -0.1, Travel::Reverse)], 0.5);
    let p = profile(&path, &LOADED);
    assert_consistent(&p);
    assert_eq!((p.speed_at(0.0), p.speed_at(60.0), p.speed_at(90.0)), (0.0, 0.0, 0.0));
    assert!(p.speed_at(30.0) > 4.0 && p.speed_at(75.0) > 1.5);
    assert_eq!(p.binding_at(60.0), Some(Binding::Stop));
    assert_eq!(p.binding_at(75.0), Some(Binding::Reverse));
}

#[test]
fn a_granted_road_ends_in_a_stop_there() {
    let p = profile(&straight(500.0, 0.0), &SpeedRequest { end_station: Some(321.3), end_speed: 5.0, ..LOADED });
    assert_consistent(&p);
    assert_eq!(p.end_station(), 321.3);
    assert_eq!(p.speed_at(321.3), 0.0);
    assert_eq!(p.binding_at(320.0), Some(Binding::Grant));
}

#[test]
fn long_grades_are_driven_at_the_book_s_speeds() {
    let limits = &TRUCK.limits;
    let mass = limits.gross_mass(91_000.0);
    let up = profile(&straight(1500.0, 0.1), &LOADED);
    let climb = limits.climb_speed(mass, 0.1 * (1.0_f64 / 1.01).sqrt() + 0.025);
    assert!((up.speed_at(1200.0) - climb).abs() < 0.05, "{} {climb}", up.speed_at(1200.0));
    assert_eq!(up.binding_at(1200.0), Some(Binding::PowerClimb));
    let down = profile(&straight(1500.0, -0.1), &LOADED);
    let descent = limits.descent_speed(mass, -0.1, 0.025);
    assert!((down.speed_at(800.0) - descent).abs() < 0.05, "{} {descent}", down.speed_at(800.0));
    assert_eq!(down.binding_at(800.0), Some(Binding::Retarder));
}

#[test]
fn a_start_too_fast_is_braked_and_one_far_too_fast_refused() {
    let path = straight(60.0, 0.0);
    let harder = profile(&path, &SpeedRequest { start_speed: 11.0, ..LOADED });
    assert_consistent(&harder);
    assert!(harder.points[0].acceleration < -0.75 && harder.speed_at(60.0) == 0.0);
    let request = SpeedRequest { start_speed: 12.0, end_station: Some(10.0), ..LOADED };
    assert!(matches!(speed_profile(&path, &TRUCK, &DRY, &request), Err(SpeedError::TooFastToStop { .. })));
}
