//! Speed profiles on synthetic paths.

use super::*;
use crate::path::{PathPoint, Travel};
use haul_core::Pose2;
use haul_vehicle::TruckSpec;
use proptest::prelude::*;
use std::sync::{Arc, LazyLock};

static TRUCK: LazyLock<TruckModel> = LazyLock::new(|| TruckModel::new(Arc::new(TruckSpec::tr100at())));

const DRY: Conditions = Conditions { friction: 0.55, rolling_resistance: 0.025, speed_cap: 13.0 };
const LOADED: SpeedRequest = SpeedRequest {
    payload_kg: 91_000.0,
    start_speed: 0.0,
    drive: None,
    end_speed: 0.0,
    limit: None,
    end_station: None,
    start_station: None,
    sight_distance: None,
    sight_grip: None,
    jerk: None,
    retarding: Retarding::Continuous,
};

/// Returns a path of segments (length, grade, curvature, direction), with points every `spacing` metres. All points
/// have the pose at the origin, because speed profiles use neither positions nor headings.
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

/// Checks that accelerations match speeds and that time increases.
fn assert_consistent(profile: &SpeedProfile) {
    for (i, w) in profile.points.windows(2).enumerate() {
        let ds = w[1].station - w[0].station;
        let square = w[0].speed.powi(2) + 2.0 * w[0].acceleration * ds;
        assert!((square - w[1].speed.powi(2)).abs() < 1e-6, "{i}: {w:?}");
        assert!(w[0].speed + w[1].speed > 0.0, "{i}: the truck stands between {w:?}");
    }
}

#[test]
fn a_truck_stops_at_each_change_of_direction_and_at_the_end() {
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
fn long_grades_are_driven_at_the_speeds_of_the_limits() {
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

/// Returns true if the torque converter is locked up over an interval, in the gear that the gearbox holds at its
/// speeds.
fn is_settled(profile: &SpeedProfile, w: &[SpeedPoint]) -> bool {
    w.iter().all(|p| {
        let held = TRUCK.limits.drive_at(p.speed).gear();
        profile.drive_at(p.station).is_some_and(|d| d.is_locked_up() && d.gear() == held)
    })
}

/// Returns the energy that the engine's rotation releases over an interval, J.
fn rotor(profile: &SpeedProfile, w: &[SpeedPoint]) -> f64 {
    let [a, b] = [w[0], w[1]].map(|p| profile.drive_at(p.station).unwrap().engine_speed());
    0.5 * TRUCK.spec.engine.inertia * (a * a - b * b)
}

/// Checks the limits that a faulty pass would break, computed independently from the performance limits.
fn assert_within_limits(profile: &SpeedProfile, path: &Path, request: &SpeedRequest, conditions: &Conditions) {
    let limits = &TRUCK.limits;
    let mass = limits.gross_mass(request.payload_kg);
    let end = profile.end_station();
    for p in &path.points {
        if p.station > end + 1e-9 {
            continue;
        }
        let v = profile.speed_at(p.station);
        let at = format!("{v} m/s at {} m", p.station);
        assert!(v <= conditions.speed_cap.min(request.limit.unwrap_or(f64::INFINITY)) + 1e-6, "{at}");
        if p.curvature != 0.0 {
            assert!(v <= limits.curve_speed(1.0 / p.curvature, 0.0, conditions.friction) + 1e-6, "curve: {at}");
        }
        if p.travel == Travel::Reverse {
            assert!(v <= limits.reverse_speed() && v < 8.0 / 3.6, "reverse: {at}");
        }
        let descent = limits.descent_speed(mass, p.grade, conditions.rolling_resistance);
        assert!(v <= descent.max(0.4) + 1e-6, "descent {descent}: {at}");
    }
    for w in profile.points.windows(2) {
        // The engine's power and the energy of its rotation must allow the acceleration, and the planned brakes must
        // suffice.
        let p = path.at(w[0].station);
        let pull = |v: f64| limits.acceleration(v, mass, p.grade, conditions.rolling_resistance);
        let most = pull(w[0].speed);
        let turning = rotor(profile, w) / (mass * (w[1].station - w[0].station));
        // The gearbox may keep a lower gear slightly longer than to the shift point.
        let able = if is_settled(profile, w) {
            most + 0.1
        } else {
            most.max(pull(0.92 * w[0].speed)) + 0.1 + turning.max(0.0)
        };
        assert!(w[0].acceleration <= able.max(0.0), "{w:?} {most}");
        // A truck that loses speed on a climb while its engine speeds up is not braking.
        let slope = p.grade / p.grade.hypot(1.0);
        let coasting = -9.81 * (slope + 1.1 * conditions.rolling_resistance);
        let dragged = 0.2 - turning.min(0.0);
        assert!(w[0].acceleration > most.min(coasting - dragged).min(-0.75) - 1e-6, "{w:?} {most}");
    }
    for section in path.sections() {
        let cusp = path.points[section.end - 1].station;
        assert!(cusp > end || section.end == path.points.len() || profile.speed_at(cusp) == 0.0, "rolls over {cusp}");
    }
}

fn pieces() -> impl Strategy<Value = Vec<(f64, f64, f64, Travel)>> {
    let travel = prop_oneof![4 => Just(Travel::Forward), 1 => Just(Travel::Reverse)];
    let curvature = prop_oneof![Just(0.0), -0.16..0.16];
    prop::collection::vec((2.0..300.0, -0.12..0.10, curvature, travel), 1..8)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_limit_is_ever_exceeded(pieces in pieces(), payload_kg in 0.0..95_000.0, friction in 0.25..0.7) {
        let path = path_of(&pieces, 0.5);
        let request = SpeedRequest { payload_kg, ..LOADED };
        let conditions = Conditions { friction, ..DRY };
        if let Ok(p) = speed_profile(&path, &TRUCK, &conditions, &request) {
            assert_consistent(&p);
            assert_within_limits(&p, &path, &request, &conditions);
            prop_assert_eq!(p.speed_at(path.length()), 0.0);
            prop_assert!(p.total_time() >= path.length() / 13.0);
        }
    }

    #[test]
    fn a_higher_limit_is_nowhere_slower(pieces in pieces(), limit in 1.0..10.0, more in 0.0..4.0) {
        let path = path_of(&pieces, 1.0);
        let of = |limit| speed_profile(&path, &TRUCK, &DRY, &SpeedRequest { limit: Some(limit), ..LOADED });
        if let (Ok(low), Ok(high)) = (of(limit), of(limit + more)) {
            // A shift elsewhere, or a torque converter that unlocks, may make the faster truck slower for a while: a
            // truck that reaches a ramp in a higher gear shifts down on it. Without extra shifts, it is late by at most
            // the duration of one lock-up; each extra shift may cost it `SHIFT`.
            const SHIFT: f64 = 0.25;
            let mut otherwise = false;
            let (mut gears, mut shifts) = ([None; 2], [0_usize; 2]);
            for (a, b) in low.points.iter().zip(&high.points) {
                let (x, y) = (low.drive_at(a.station).unwrap(), high.drive_at(b.station).unwrap());
                for (k, drive) in [&x, &y].into_iter().enumerate() {
                    shifts[k] += usize::from(gears[k].is_some_and(|g| g != drive.gear()));
                    gears[k] = Some(drive.gear());
                }
                let same = (x.gear(), x.is_locked_up(), x.is_changing()) == (y.gear(), y.is_locked_up(), y.is_changing())
                    && (x.engine_speed() / y.engine_speed() - 1.0).abs() < 0.02;
                otherwise = !same || (otherwise && a.speed > b.speed + 0.1);
                prop_assert!(otherwise || a.speed <= b.speed + 0.1, "{a:?} {b:?}");
                let late = high.time_at(b.station) - low.time_at(a.station);
                let more = shifts[1].saturating_sub(shifts[0]) as f64;
                prop_assert!(late <= 0.25 + SHIFT * more, "{late} s late, {more} shifts more: {a:?} {b:?}");
            }
        }
    }

    #[test]
    fn a_profile_taken_up_half_way_goes_on_as_it_was(pieces in pieces(), share in 0.05..0.95) {
        let path = path_of(&pieces, 0.5);
        if let Ok(whole) = speed_profile(&path, &TRUCK, &DRY, &LOADED) {
            let station = whole.points[(share * (whole.points.len() - 1) as f64) as usize].station;
            let start_speed = whole.speed_at(station);
            let drive = whole.drive_at(station);
            let request = SpeedRequest { start_station: Some(station), start_speed, drive, ..LOADED };
            let rest = speed_profile(&path, &TRUCK, &DRY, &request).unwrap();
            for p in &rest.points {
                prop_assert!((p.speed - whole.speed_at(p.station)).abs() < 0.05, "{p:?}");
            }
        }
    }

    #[test]
    fn time_and_speed_agree_between_points(share in 0.0..1.0) {
        let path = path_of(&[(80.0, 0.04, 0.0, Travel::Forward), (60.0, -0.08, 0.03, Travel::Forward)], 0.5);
        let p = profile(&path, &LOADED);
        let s = share * (path.length() - 0.2) + 0.1;
        let (a, b) = (s - 0.01, s + 0.01);
        let mean = 0.02 / (p.time_at(b) - p.time_at(a));
        prop_assert!((mean - p.speed_at(s)).abs() < 0.02 * (1.0 + p.speed_at(s)), "{mean} {}", p.speed_at(s));
    }
}

#[test]
fn a_heavy_truck_goes_slower_up_and_down_and_takes_longer() {
    let hill = path_of(&[(400.0, 0.08, 0.0, Travel::Forward), (400.0, -0.1, 0.0, Travel::Forward)], 1.0);
    let (loaded, empty) = (profile(&hill, &LOADED), profile(&hill, &SpeedRequest { payload_kg: 0.0, ..LOADED }));
    assert!(loaded.speed_at(350.0) < 0.7 * empty.speed_at(350.0));
    assert!(loaded.speed_at(600.0) < empty.speed_at(600.0));
    assert!(loaded.total_time() > 1.2 * empty.total_time());
}

#[test]
fn a_steep_downgrade_is_prepared_before_it_begins() {
    let path = path_of(&[(400.0, 0.0, 0.0, Travel::Forward), (300.0, -0.12, 0.0, Travel::Forward)], 1.0);
    let p = profile(&path, &LOADED);
    let descent = TRUCK.limits.descent_speed(TRUCK.limits.gross_mass(91_000.0), -0.12, 0.025);
    assert!(p.speed_at(401.0) <= descent + 1e-6 && p.speed_at(300.0) > descent + 1.0);
    assert_eq!(p.binding_at(390.0), Some(Binding::Retarder));
}

#[test]
fn the_brakes_hold_the_acceleration_in_a_tight_bend_down_a_steep_grade() {
    let bend = path_of(&[(40.0, -0.107, 0.1156, Travel::Forward)], 1.0);
    for limit in [1.0, 2.5] {
        let p = profile(&bend, &SpeedRequest { limit: Some(limit), ..LOADED });
        let most = p.points.iter().map(|p| p.acceleration).fold(0.0, f64::max);
        assert!(most > 0.1 && most < 0.2, "{most} m/s² with a limit of {limit} m/s");
    }
}

#[test]
fn ice_lengthens_every_stop() {
    let path = straight(300.0, -0.02);
    let dry = profile(&path, &LOADED);
    let icy = speed_profile(&path, &TRUCK, &Conditions { friction: 0.09, ..DRY }, &LOADED).unwrap();
    assert!(icy.speed_at(280.0) < 0.9 * dry.speed_at(280.0), "{} {}", icy.speed_at(280.0), dry.speed_at(280.0));
    assert!(icy.points.iter().any(|p| p.binding == Binding::Grip));
}

#[test]
fn a_jump_of_the_steering_is_crossed_at_creep_speed() {
    let jump = path_of(&[(40.0, 0.0, 0.1, Travel::Forward), (40.0, 0.0, -0.1, Travel::Forward)], 0.5);
    let p = profile(&jump, &LOADED);
    assert!(p.speed_at(40.0) < 0.5 && p.speed_at(30.0) > 2.0, "{}", p.speed_at(40.0));
    assert_eq!(p.binding_at(40.0), Some(Binding::SteeringRate));
}

/// Returns 100 m of straight, 60 m of left bend with a radius of 20 m, and 100 m of straight. From 40 m before the bend
/// to 40 m after it, the road has a cross slope (positive = up to the left), with transitions of the given length (m).
fn leaning_bend(slope: f64, transition: f64) -> Path {
    let mut path = path_of(
        &[(100.0, 0.0, 0.0, Travel::Forward), (60.0, 0.0, 0.05, Travel::Forward), (100.0, 0.0, 0.0, Travel::Forward)],
        0.5,
    );
    for p in &mut path.points {
        let inside = (p.station - 60.0).min(200.0 - p.station);
        p.cross_slope = slope * (inside / transition + 0.5).clamp(0.0, 1.0);
    }
    path
}

#[test]
fn a_bend_on_a_road_that_leans_outwards_is_driven_slower() {
    let speed = |slope: f64| profile(&leaning_bend(slope, 40.0), &LOADED).speed_at(130.0);
    // In a left bend, the road leans outwards where it rises to the left.
    let (level, inwards, outwards) = (speed(0.0), speed(-0.05), speed(0.05));
    assert!((level - (1.2_f64 * 20.0).sqrt()).abs() < 0.1, "{level}");
    assert!((inwards - level).abs() < 1e-6, "{inwards}");
    // Side force of curve and cross slope together, per unit of mass, m/s².
    let side = outwards * outwards / 20.0 + 0.05 * 9.81;
    assert!((side - 1.2).abs() < 0.02, "{side}");
    let steep = profile(&leaning_bend(0.2, 40.0), &LOADED);
    assert!(steep.speed_at(130.0) > 1.0, "it creeps where nothing is left");
    assert_eq!(steep.binding_at(130.0), Some(Binding::CrossSlope));
}

#[test]
fn a_cross_slope_that_changes_quickly_is_crossed_slowly() {
    let at = |transition: f64| {
        let mut path = straight(600.0, 0.0);
        for p in &mut path.points {
            p.cross_slope = 0.1 * ((p.station - 300.0) / transition + 0.5).clamp(0.0, 1.0);
        }
        profile(&path, &LOADED).speed_at(300.0)
    };
    for transition in [8.0, 12.0] {
        let change = 9.81 * 0.1 / transition * at(transition);
        assert!((change - 0.9).abs() < 0.02, "{transition} m: {change} m/s³");
    }
    // A step in the survey is not a cliff, because the chassis spans it.
    let step = at(0.01);
    assert!((3.0..6.0).contains(&step), "{step}");
}

#[test]
fn the_tightest_path_is_driven_slower_than_its_lateral_acceleration_allows() {
    let profile_of = |share: f64| {
        let curvature = share / TRUCK.spec.min_turning_radius();
        profile(&path_of(&[(60.0, 0.0, curvature, Travel::Forward)], 0.5), &LOADED)
    };
    let (tightest, tight, mild) = (profile_of(0.95), profile_of(0.88), profile_of(0.7));
    assert!(tightest.speed_at(30.0) < 0.5, "{}", tightest.speed_at(30.0));
    assert_eq!(tight.binding_at(30.0), Some(Binding::SteeringLock));
    assert!(tight.speed_at(30.0) > 2.0 && tight.speed_at(30.0) < 0.9 * mild.speed_at(30.0));
    assert_eq!(mild.binding_at(30.0), Some(Binding::Curve));
}

#[test]
fn impossible_profiles_name_their_reason() {
    let of = |path: &Path, request: &SpeedRequest| speed_profile(path, &TRUCK, &DRY, request);
    let path = straight(100.0, 0.0);
    assert!(matches!(of(&Path::default(), &LOADED), Err(SpeedError::NoLength { .. })));
    let before = SpeedRequest { end_station: Some(-5.0), ..LOADED };
    assert!(matches!(of(&path, &before), Err(SpeedError::NoLength { .. })));
    for request in [
        SpeedRequest { payload_kg: f64::NAN, ..LOADED },
        SpeedRequest { start_speed: -1.0, ..LOADED },
        SpeedRequest { start_speed: 1e300, ..LOADED },
        SpeedRequest { payload_kg: 1e300, ..LOADED },
        SpeedRequest { limit: Some(0.0), ..LOADED },
        SpeedRequest { end_station: Some(f64::NAN), ..LOADED },
    ] {
        assert!(matches!(of(&path, &request), Err(SpeedError::NotUsable { .. })), "{request:?}");
    }
    let mut broken = path.clone();
    broken.points[7].grade = f64::NAN;
    assert!(matches!(of(&broken, &LOADED), Err(SpeedError::BadPath { index: 7, .. })));
    broken = path.clone();
    broken.points[9].station = 3.0;
    assert!(matches!(of(&broken, &LOADED), Err(SpeedError::BadPath { index: 9, .. })));
    broken = path.clone();
    broken.points[8].grade = 1e300;
    assert!(matches!(of(&broken, &LOADED), Err(SpeedError::BadPath { index: 8, .. })));
    // Without a limit on length, this would never finish.
    broken = path.clone();
    broken.points[60..].iter_mut().for_each(|p| p.station = 1e300);
    assert!(matches!(of(&broken, &LOADED), Err(SpeedError::BadPath { index: 60, .. })));
    let wall = path_of(&[(50.0, 0.0, 0.0, Travel::Forward), (200.0, 0.6, 0.0, Travel::Forward)], 1.0);
    assert!(matches!(of(&wall, &LOADED), Err(SpeedError::CannotClimb { station, .. }) if station >= 50.0));
}

#[test]
fn short_shunts_have_a_finite_time() {
    use Travel::{Forward, Reverse};
    let path = path_of(&[(0.3, 0.0, 0.1, Forward), (0.4, 0.0, -0.1, Reverse), (0.5, 0.0, 0.0, Forward)], 0.5);
    let p = profile(&path, &LOADED);
    assert_consistent(&p);
    assert!(p.total_time() > 1.5 && p.total_time() < 20.0, "{}", p.total_time());
}

#[test]
fn a_greatest_jerk_is_kept_away_from_standstill() {
    let path = path_of(&[(300.0, 0.0, 0.0, Travel::Forward), (60.0, 0.0, 0.05, Travel::Forward)], 0.5);
    let jumps = |p: &SpeedProfile| {
        let rate = |w: &[SpeedPoint]| {
            let dt = 2.0 * (w[1].station - w[0].station) / (w[0].speed + w[1].speed);
            (w[1].acceleration - w[0].acceleration).abs() / dt
        };
        p.points.windows(2).filter(|w| w[0].speed > 1.0 && w[1].speed > 1.0).map(rate).fold(0.0, f64::max)
    };
    let (hard, soft) = (profile(&path, &LOADED), profile(&path, &SpeedRequest { jerk: Some(0.6), ..LOADED }));
    assert_consistent(&soft);
    assert!(jumps(&hard) > 2.0 && jumps(&soft) < 0.9, "{} {}", jumps(&hard), jumps(&soft));
    for (a, b) in soft.points.iter().zip(&hard.points) {
        assert!(a.speed <= b.speed + 1e-9, "{a:?} {b:?}");
    }
    assert!(soft.total_time() < 1.1 * hard.total_time());
}

#[test]
fn the_truck_can_stop_within_its_sight_distance() {
    let path = straight(600.0, -0.04);
    let p = profile(&path, &SpeedRequest { sight_distance: Some(30.0), ..LOADED });
    let mass = TRUCK.limits.gross_mass(91_000.0);
    let fastest = p.points.iter().map(|q| q.speed).fold(0.0, f64::max);
    let stop = |v| TRUCK.limits.stopping_distance(v, mass, -0.04, 0.025, 0.55, 1.0);
    assert!(stop(fastest) <= 30.0 && stop(fastest + 0.2) > 30.0, "{fastest} m/s: {} m", stop(fastest));
    assert_eq!(p.binding_at(300.0), Some(Binding::Sight));
}

#[test]
fn a_zone_on_the_path_is_kept() {
    let mut path = straight(600.0, 0.0);
    for p in path.points.iter_mut().filter(|p| (200.0..300.0).contains(&p.station)) {
        p.speed_limit = Some(4.0);
    }
    let p = profile(&path, &LOADED);
    assert!(p.points.iter().filter(|q| (200.0..300.0).contains(&q.station)).all(|q| q.speed <= 4.0));
    assert!(p.speed_at(150.0) > 6.0);
    path.points[5].speed_limit = Some(f64::NAN);
    let refused = speed_profile(&path, &TRUCK, &DRY, &LOADED);
    assert!(matches!(refused, Err(SpeedError::BadPath { index: 5, .. })));
}

#[test]
fn more_time_burns_less_fuel_and_arrival_is_on_time() {
    let path = path_of(&[(500.0, 0.01, 0.0, Travel::Forward), (500.0, -0.02, 0.0, Travel::Forward)], 1.0);
    let fast = profile(&path, &LOADED);
    let burnt = |p: &SpeedProfile| fuel(p, &path, &TRUCK, &DRY, &LOADED).unwrap();
    let time = 1.12 * fast.total_time();
    let slow = economical_profile(&path, &TRUCK, &DRY, &LOADED, time).unwrap();
    assert_consistent(&slow);
    assert!(slow.total_time() <= time + 1e-6, "{} {time}", slow.total_time());
    assert!(burnt(&slow) < 0.97 * burnt(&fast), "{} {}", burnt(&slow), burnt(&fast));
    assert!(slow.points.iter().zip(&fast.points).all(|(a, b)| a.speed <= b.speed + 1e-9));
    let hurried = economical_profile(&path, &TRUCK, &DRY, &LOADED, 0.9 * fast.total_time());
    assert!(matches!(hurried, Err(SpeedError::NoTime { .. })), "{hurried:?}");
}

#[test]
fn a_truck_with_a_clutch_crawls_through_a_tight_bend_without_stopping() {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../seeds/trucks/wide_body_60t.toml");
    let truck = TruckModel::new(Arc::new(TruckSpec::load(&file).unwrap_or_else(|faults| panic!("{faults}"))));
    for payload_kg in [0.0, 60_000.0] {
        for share in [0.97, 0.9, 0.85] {
            let curvature = share / truck.spec.min_turning_radius();
            let bend = path_of(&[(150.0, 0.0, curvature, Travel::Forward)], 1.0);
            let request = SpeedRequest { payload_kg, ..LOADED };
            // Regression: the empty truck "could not climb 0.0 %" at a share of 0.85.
            let p =
                speed_profile(&bend, &truck, &DRY, &request).unwrap_or_else(|e| panic!("{payload_kg} {share}: {e}"));
            assert_consistent(&p);
            let steady = |q: &&SpeedPoint| (20.0..130.0).contains(&q.station);
            let speeds: Vec<f64> = p.points.iter().filter(steady).map(|q| q.speed).collect();
            let [least, most] = [f64::min, f64::max].map(|of| speeds.iter().copied().reduce(of).unwrap());
            assert!(most > 1.0 || most - least < 0.01, "it hunts between {least} and {most} m/s");
        }
    }
    // The truck must still be unable to climb a wall.
    let wall = path_of(&[(50.0, 0.0, 0.0, Travel::Forward), (100.0, 0.6, 0.0, Travel::Forward)], 1.0);
    let refused = speed_profile(&wall, &truck, &DRY, &SpeedRequest { payload_kg: 0.0, ..LOADED });
    assert!(matches!(refused, Err(SpeedError::CannotClimb { .. })), "{refused:?}");
}

#[test]
fn two_creeps_through_the_same_bend_take_the_same_time() {
    use Travel::Forward;
    let pieces = [(247.536, 0.017388, -0.022837, Forward), (237.145, 0.033961, 0.142781, Forward)];
    let path = path_of(&pieces, 1.0);
    let of = |limit| profile(&path, &SpeedRequest { limit: Some(limit), ..LOADED });
    let (low, high) = (of(7.00786), of(7.00786 + 3.80375));
    // Regression: the throttle hunted through the bend, depending on the approach, and a higher limit could arrive
    // later.
    let in_bend = |p: &SpeedProfile| p.time_at(480.0) - p.time_at(250.0);
    assert!((in_bend(&low) - in_bend(&high)).abs() < 0.01, "{} s, {} s", in_bend(&low), in_bend(&high));
    assert!(low.points.iter().filter(|q| (250.0..480.0).contains(&q.station)).all(|q| (q.speed - 0.4).abs() < 0.01));
}
