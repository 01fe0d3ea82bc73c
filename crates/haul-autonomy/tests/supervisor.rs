//! The supervisor only restricts commands, and stops the truck in every case that it must.

mod rig;

use haul_autonomy::perceive::{Shape, TrackedObstacle};
use haul_autonomy::supervise::View;
use haul_autonomy::{Distrust, Estimate, Restriction, Supervisor};
use haul_core::{Footprint, Point2, Polygon, Pose2, SimTime, Vector2};
use haul_mine::{Drivable, MineMap, Terrain};
use haul_planner::Travel;
use haul_vehicle::{ActuatorCommand, Direction, Hoist, TruckSpec};
use proptest::prelude::*;
use rig::mine::small_mine;
use std::sync::LazyLock;

static MINE: LazyLock<MineMap> = LazyLock::new(small_mine);
static SUPERVISOR: LazyLock<Supervisor> = LazyLock::new(|| Supervisor::new(&TruckSpec::tr100at()));

fn estimate(pose: Pose2, speed: f64, steering_angle: f64) -> Estimate {
    Estimate {
        pose,
        speed,
        steering_angle,
        position_sigma: 0.02,
        heading_sigma: 0.002,
        fix_age: 0.1,
        standing: speed == 0.0,
        ready: true,
        ..Estimate::default()
    }
}

fn view<'a>(estimate: &'a Estimate, obstacles: &'a [TrackedObstacle]) -> View<'a> {
    View {
        now: SimTime::from_seconds(10.0),
        frame_time: SimTime::from_seconds(10.0),
        estimate,
        obstacles,
        map: &MINE,
        payload_kg: 0.0,
        friction: 0.55,
        body_angle: 0.0,
        way_granted: f64::INFINITY,
        travel: Some(Travel::Forward),
        all_stop: false,
    }
}

fn go(steering_angle: f64) -> ActuatorCommand {
    ActuatorCommand {
        direction: Direction::Forward,
        throttle: 0.5,
        park_brake: false,
        steering_angle,
        ..ActuatorCommand::default()
    }
}

/// Returns the restriction by a supervisor that does not trust the stack.
fn fault(cause: Distrust) -> Option<Restriction> {
    Some(Restriction::Fault(cause))
}

fn verdict(view: &View, command: ActuatorCommand) -> Option<Restriction> {
    SUPERVISOR.restrict(view, command).1
}

fn any_command() -> impl Strategy<Value = ActuatorCommand> {
    let direction = prop_oneof![Just(Direction::Forward), Just(Direction::Neutral), Just(Direction::Reverse)];
    let hoist = prop_oneof![Just(Hoist::Hold), Just(Hoist::Raise), Just(Hoist::Lower)];
    (direction, 0.0..1.0, 0.0..1.0, 0.0..1.0, any::<bool>(), -0.7..0.7, hoist).prop_map(
        |(direction, throttle, retarder, service_brake, park_brake, steering_angle, hoist)| ActuatorCommand {
            direction,
            throttle,
            retarder,
            service_brake,
            park_brake,
            steering_angle,
            hoist,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn never_more_throttle_never_less_brake(
        command in any_command(),
        place in (-60.0..480.0, -60.0..110.0, -3.2..3.2),
        motion in (-3.0..14.0, -0.5..0.5),
        belief in (0.0..0.5, 0.0..0.05, any::<bool>(), 0.0..0.6),
        others in proptest::collection::vec((-50.0..470.0, -50.0..90.0, 0.1..4.0, any::<bool>()), 0..6),
        orders in (-5.0..60.0, any::<bool>(), 0.0..0.9, 0_u8..3),
    ) {
        let (position_sigma, heading_sigma, ready, age) = belief;
        let known = estimate(Pose2::new(place.0, place.1, place.2), motion.0, motion.1);
        let known = Estimate { position_sigma, heading_sigma, ready, ..known };
        let obstacles: Vec<TrackedObstacle> = others
            .iter()
            .enumerate()
            .map(|(id, &(x, y, size, round))| TrackedObstacle {
                id: id as u32,
                pose: Pose2::new(x, y, 0.3),
                shape: if round {
                    Shape::Disc(size)
                } else {
                    Shape::Box(Footprint { front: size, rear: size, half_width: size / 2.0 })
                },
                velocity: Vector2::zeros(),
            })
            .collect();
        let view = View {
            now: SimTime::from_seconds(10.0 + age),
            way_granted: orders.0,
            all_stop: orders.1,
            body_angle: orders.2,
            travel: [None, Some(Travel::Forward), Some(Travel::Reverse)][usize::from(orders.3)],
            ..view(&known, &obstacles)
        };
        let (out, restriction) = SUPERVISOR.restrict(&view, command);
        prop_assert!(out.throttle <= command.throttle);
        prop_assert!(out.retarder >= command.retarder);
        prop_assert!(out.service_brake >= command.service_brake && out.service_brake <= 1.0);
        prop_assert!(out.park_brake || !command.park_brake);
        prop_assert_eq!(out.steering_angle, command.steering_angle);
        prop_assert!(out.direction == command.direction || out.direction == Direction::Neutral);
        prop_assert!(out.hoist == command.hoist || out.hoist == Hoist::Hold);
        if restriction.is_some() {
            prop_assert!(out.throttle == 0.0 && out.service_brake > 0.0);
        }
    }
}

#[test]
fn an_open_road_is_left_alone() {
    // The truck is on the lower pad, heading for the road, at walking pace and at speed.
    for speed in [0.0, 1.5, 6.0] {
        let known = estimate(Pose2::new(0.0, 0.0, 0.0), speed, 0.0);
        assert_eq!(verdict(&view(&known, &[]), go(0.0)), None, "at {speed} m/s");
    }
}

#[test]
fn a_wall_ahead_stops_the_truck_in_time_and_not_before() {
    // The truck drives west over the lower pad, with its edge at x = −48 m: the front of the truck is 7 m ahead of the
    // axle.
    let held_at = |speed: f64| {
        (0..400)
            .map(|k| -0.1 * f64::from(k))
            .find(|&x| {
                let known = estimate(Pose2::new(x, 0.0, std::f64::consts::PI), speed, 0.0);
                verdict(&view(&known, &[]), go(0.0)) == Some(Restriction::DrivableEdge)
            })
            .expect("the wall is never seen")
    };
    let nose = TruckSpec::tr100at().footprint().front;
    for speed in [1.0, 4.0, 8.0] {
        let room = 48.0 + held_at(speed) - nose;
        let brakes = 0.75 * 500e3 / TruckSpec::tr100at().own_mass();
        let way = 0.4 * speed + speed * speed / (2.0 * brakes.min(0.7 * 0.55 * 9.81));
        // At low speed the truck may also steer away, and the wall of a round pad curves towards its corners.
        assert!(room > 0.3 * way, "at {speed} m/s only {room} m are left, {way} m are needed straight on");
        assert!(room < way + 6.0, "at {speed} m/s it stops {room} m before the wall already");
    }
}

#[test]
fn a_drop_beyond_the_edge_does_not_count_as_a_slope() {
    // A tip head: the ground falls by 12 m just beyond the upper pad's edge at x = 468 m.
    let mut mine = small_mine();
    let (low, high) = mine.terrain.bounds();
    let columns = (high.x - low.x) as usize + 1;
    let rows = (high.y - low.y) as usize + 1;
    let height = |k: usize| {
        let (x, y) = (low.x + (k % columns) as f64, low.y + (k / columns) as f64);
        let top = mine.terrain.height(x, y);
        if x > 468.0 { top - 12.0 } else { top }
    };
    mine.terrain = Terrain::new(low, 1.0, columns, (0..columns * rows).map(|k| height(k) as f32).collect()).unwrap();
    let rear = TruckSpec::tr100at().footprint().rear;
    let back = ActuatorCommand { direction: Direction::Reverse, ..go(0.0) };
    let at = |room: f64| {
        let known = estimate(Pose2::new(468.0 - rear - room, 0.0, std::f64::consts::PI), -1.3, 0.0);
        verdict(&View { map: &mine, payload_kg: 91_000.0, travel: Some(Travel::Reverse), ..view(&known, &[]) }, back)
    };
    assert_eq!(at(3.0), None, "3 m are plenty at 1.3 m/s");
    assert_eq!(at(0.6), Some(Restriction::DrivableEdge));
}

#[test]
fn a_bend_that_gentle_steering_follows_is_not_an_edge() {
    // On a ring road of 60 m radius, 16 m wide, a straight course leaves the road within 30 m, and full lock slides at
    // this speed.
    let (radius, half_width) = (60.0, 8.0);
    let ring = |r: f64| -> Vec<Point2> {
        let angle = |k: u32| f64::from(k) / 180.0 * std::f64::consts::PI;
        (0..360).map(|k| Point2::new(r * angle(k).cos(), r * angle(k).sin())).collect()
    };
    let mut inner = ring(radius - half_width);
    inner.reverse();
    let mut mine = small_mine();
    mine.drivable = Drivable::new(Polygon { outer: ring(radius + half_width), holes: vec![inner] }).unwrap();
    mine.terrain = Terrain::new(Point2::new(-80.0, -80.0), 40.0, 5, vec![0.0; 25]).unwrap();
    let known = |heading: f64| estimate(Pose2::new(radius, 0.0, heading), 9.0, 0.0);
    let judge = |known: &Estimate| verdict(&View { map: &mine, payload_kg: 91_000.0, ..view(known, &[]) }, go(0.0));
    let along = known(std::f64::consts::FRAC_PI_2);
    assert_eq!(judge(&along), None, "4.4° of steering hold the bend");
    let across = known(0.3);
    assert_eq!(judge(&across), Some(Restriction::DrivableEdge), "nothing holds it here");
}

#[test]
fn an_obstacle_beside_the_path_is_passed_and_one_on_it_is_not() {
    let half_width = TruckSpec::tr100at().footprint().half_width;
    let known = estimate(Pose2::new(-10.0, 0.0, 0.0), 5.0, 0.0);
    let post = |y: f64| {
        [TrackedObstacle { id: 1, pose: Pose2::new(2.0, y, 0.0), shape: Shape::Disc(0.3), velocity: Vector2::zeros() }]
    };
    assert_eq!(verdict(&view(&known, &post(0.0)), go(0.0)), Some(Restriction::Obstacle));
    assert_eq!(verdict(&view(&known, &post(half_width + 0.6)), go(0.0)), None);
    let behind = estimate(Pose2::new(-10.0, 0.0, std::f64::consts::PI), 5.0, 0.0);
    assert_eq!(verdict(&view(&behind, &post(0.0)), go(0.0)), None, "driving away from it");
}

#[test]
fn an_oncoming_truck_in_the_other_lane_is_passed_and_one_in_the_own_lane_is_not() {
    let road = &MINE.roads.roads[0].line;
    // Pose in the truck's lane at a station of the road, or oncoming in the other lane.
    let lane = |station: f64, left: f64| {
        let middle = road.pose(station).unwrap();
        let at = middle.place(0.0, left);
        Pose2::new(at.x, at.y, middle.heading)
    };
    let outline = Shape::Box(TruckSpec::tr100at().footprint());
    let judge = |steering: f64, station: f64, left: f64| {
        let (known, there) = (estimate(lane(station, -6.5), 13.0, steering), lane(station + 42.0, left));
        let velocity = there.ahead() * -5.0;
        let there = Pose2::new(there.x, there.y, there.heading + std::f64::consts::PI);
        let other = [TrackedObstacle { id: 1, pose: there, shape: outline, velocity }];
        verdict(&View { payload_kg: 91_000.0, ..view(&known, &other) }, go(steering))
    };
    // Use the steering angle of a left bend, just before the road becomes straight.
    let stations: Vec<f64> = (80..300).step_by(10).map(f64::from).collect();
    for station in &stations {
        assert_eq!(judge(0.05, *station, 6.5), None, "at {station} m the road leads past the other truck");
        assert_eq!(judge(0.0, *station, -6.5), Some(Restriction::Obstacle), "at {station} m it stands in the lane");
    }
    // A truck that does not point along the road keeps no lane.
    let off = |turn: f64| {
        let lane = lane(150.0, -6.5);
        let known = estimate(Pose2::new(lane.x, lane.y, lane.heading + turn), 10.0, 0.05);
        let at = known.pose.advanced(30.0);
        let other = [TrackedObstacle { id: 1, pose: at, shape: outline, velocity: Vector2::zeros() }];
        verdict(&View { payload_kg: 91_000.0, ..view(&known, &other) }, go(0.0))
    };
    assert_eq!(off(0.3), Some(Restriction::Obstacle));
}

#[test]
fn a_truck_that_touches_something_may_drive_away_from_it() {
    let nose = TruckSpec::tr100at().footprint().front;
    let known = estimate(Pose2::default(), 0.0, 0.0);
    let touching = [TrackedObstacle {
        id: 1,
        pose: Pose2::new(nose + 0.5, 0.0, 0.0),
        shape: Shape::Disc(0.5),
        velocity: Vector2::zeros(),
    }];
    assert_eq!(verdict(&view(&known, &touching), go(0.0)), Some(Restriction::Obstacle));
    let back = ActuatorCommand { direction: Direction::Reverse, ..go(0.0) };
    assert_eq!(verdict(&view(&known, &touching), back), None);
}

#[test]
fn orders_and_faults_hold_the_truck() {
    let known = estimate(Pose2::new(0.0, 0.0, 0.0), 3.0, 0.0);
    let base = view(&known, &[]);
    assert_eq!(verdict(&View { all_stop: true, ..base }, go(0.0)), Some(Restriction::AllStop));
    assert_eq!(verdict(&View { way_granted: 0.2, ..base }, go(0.0)), Some(Restriction::NoGrant));
    assert_eq!(verdict(&View { way_granted: 30.0, ..base }, go(0.0)), None);
    let stale = View { now: SimTime::from_seconds(10.4), ..base };
    assert_eq!(verdict(&stale, go(0.0)), fault(Distrust::StaleFrame));
    assert_eq!(verdict(&View { body_angle: 0.3, ..base }, go(0.0)), fault(Distrust::BodyUp));
    let lost = Estimate { position_sigma: 1.0, ..known };
    assert_eq!(verdict(&view(&lost, &[]), go(0.0)), fault(Distrust::Position));
    let blind = Estimate { position_sigma: f64::NAN, ..known };
    assert_eq!(verdict(&view(&blind, &[]), go(0.0)), fault(Distrust::Position), "not a number is not good enough");
}

#[test]
fn steering_that_does_not_follow_is_a_fault_after_a_while() {
    let mut supervisor = SUPERVISOR.clone();
    let known = estimate(Pose2::new(0.0, 0.0, 0.0), 3.0, 0.0);
    let mut first = None;
    for k in 0..100_u32 {
        let now = SimTime::from_seconds(10.0 + 0.05 * f64::from(k));
        supervisor.watch(now, 0.0, 0.3);
        let view = View { now, frame_time: now, ..view(&known, &[]) };
        if supervisor.restrict(&view, go(0.3)).1 == fault(Distrust::Steering) {
            first.get_or_insert(k);
        }
    }
    assert!((25..45).contains(&first.expect("never seen")), "{first:?}");
}

/// Returns the supervisor's answer for a truck on open ground that may drive, with one reading replaced.
fn spoiled(spoil: impl FnOnce(&mut Estimate, &mut View<'_>), speed: f64) -> (ActuatorCommand, Option<Restriction>) {
    let mut known = estimate(Pose2::new(0.0, 0.0, 0.0), speed, 0.0);
    let mut scratch = known;
    let base = estimate(Pose2::new(0.0, 0.0, 0.0), speed, 0.0);
    let mut changed = view(&base, &[]);
    spoil(&mut scratch, &mut changed);
    known = scratch;
    let changed = View { estimate: &known, ..changed };
    SUPERVISOR.restrict(&changed, ActuatorCommand { hoist: Hoist::Raise, ..go(0.0) })
}

#[test]
fn body_angle_that_is_not_a_number_does_not_open_the_hoist_interlock() {
    for angle in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.2, 0.3] {
        for speed in [0.0, 3.0] {
            let (out, why) = spoiled(|_, v| v.body_angle = angle, speed);
            assert_eq!(why, fault(Distrust::BodyUp), "{angle} at {speed} m/s");
            assert!(out.throttle == 0.0 && out.service_brake > 0.0 && out.hoist == Hoist::Hold);
        }
        // A truck that rolls without throttle counts as driving.
        let known = estimate(Pose2::new(0.0, 0.0, 0.0), 1.0, 0.0);
        let rolling = ActuatorCommand { throttle: 0.0, ..go(0.0) };
        assert_eq!(verdict(&View { body_angle: angle, ..view(&known, &[]) }, rolling), fault(Distrust::BodyUp));
    }
}

#[test]
fn readings_that_are_not_numbers_never_let_the_truck_drive() {
    let nan = f64::NAN;
    type Spoil = fn(&mut Estimate, &mut View<'_>, f64);
    let spoils: [(&str, Spoil); 9] = [
        ("pose x", |e, _, x| e.pose.x = x),
        ("pose y", |e, _, x| e.pose.y = x),
        ("heading", |e, _, x| e.pose.heading = x),
        ("speed", |e, _, x| e.speed = x),
        ("steering", |e, _, x| e.steering_angle = x),
        ("position sigma", |e, _, x| e.position_sigma = x),
        ("heading sigma", |e, _, x| e.heading_sigma = x),
        ("grant", |_, v, x| v.way_granted = x),
        ("body", |_, v, x| v.body_angle = x),
    ];
    for (name, spoil) in spoils {
        for speed in [0.0, 4.0] {
            let (out, why) = spoiled(|e, v| spoil(e, v, nan), speed);
            assert!(why.is_some() && out.throttle == 0.0 && out.service_brake > 0.0, "{name} at {speed} m/s: {why:?}");
            assert!(speed == 0.0 && name == "grant" || out.hoist == Hoist::Hold, "{name} at {speed} m/s");
        }
    }
    // An unknown load or friction counts as the worst possible value: the stopping distance gets longer, not shorter.
    let held_from = |change: fn(&mut View<'_>)| {
        (0..600)
            .map(|k| 0.1 * f64::from(k))
            .find(|&room| spoiled(|_, v| (v.way_granted = room, change(v)).1, 8.0).1 != Some(Restriction::NoGrant))
            .unwrap_or(f64::INFINITY)
    };
    let known = held_from(|v| v.payload_kg = 91_000.0);
    assert!(held_from(|v| v.payload_kg = f64::NAN) >= known);
    assert!(held_from(|v| v.friction = f64::NAN) >= known);
}

#[test]
fn an_obstacle_whose_position_is_not_a_number_is_met() {
    let known = estimate(Pose2::new(-10.0, 0.0, 0.0), 5.0, 0.0);
    for (x, size) in [(f64::NAN, 0.5), (2.0, f64::NAN)] {
        let odd = [TrackedObstacle {
            id: 1,
            pose: Pose2::new(x, 0.0, 0.0),
            shape: Shape::Disc(size),
            velocity: Vector2::zeros(),
        }];
        assert_eq!(verdict(&view(&known, &odd), go(0.0)), Some(Restriction::Obstacle), "{x}, {size}");
    }
}

#[test]
fn a_truck_that_rocks_on_its_brakes_as_it_tips_is_not_a_fault() {
    let verdict_at = |speed: f64, command: ActuatorCommand| {
        let known = estimate(Pose2::new(0.0, 0.0, 0.0), speed, 0.0);
        verdict(&View { body_angle: 0.6, ..view(&known, &[]) }, command)
    };
    let on_brakes = ActuatorCommand { throttle: 0.0, service_brake: 0.8, ..go(0.0) };
    let parked = ActuatorCommand { throttle: 0.0, park_brake: true, ..go(0.0) };
    for command in [on_brakes, parked] {
        assert_eq!(verdict_at(0.1, command), None);
        assert_eq!(verdict_at(0.3, command), fault(Distrust::BodyUp), "it rolls");
    }
    let rolls_free = ActuatorCommand { throttle: 0.0, ..go(0.0) };
    assert_eq!(verdict_at(0.1, rolls_free), fault(Distrust::BodyUp));
    let drives = ActuatorCommand { throttle: 0.2, service_brake: 0.8, ..go(0.0) };
    assert_eq!(verdict_at(0.1, drives), fault(Distrust::BodyUp));
}

#[test]
fn command_that_is_not_a_number_becomes_a_stop() {
    let known = estimate(Pose2::new(0.0, 0.0, 0.0), 5.0, 0.1);
    let base = go(0.1);
    for command in [
        ActuatorCommand { throttle: f64::NAN, ..base },
        ActuatorCommand { service_brake: f64::NAN, ..base },
        ActuatorCommand { retarder: f64::INFINITY, ..base },
        ActuatorCommand { steering_angle: f64::NAN, ..base },
    ] {
        let (out, why) = SUPERVISOR.restrict(&view(&known, &[]), command);
        assert_eq!(why, fault(Distrust::Command));
        assert!(out.throttle == 0.0 && out.service_brake >= 0.5 && out.retarder.is_finite());
        assert!((out.steering_angle - 0.1).abs() < 1e-9, "the steering stays where it is");
    }
}

#[test]
fn frames_stamped_ahead_of_now_are_stale() {
    let known = estimate(Pose2::new(0.0, 0.0, 0.0), 3.0, 0.0);
    let ahead = View { frame_time: SimTime::from_seconds(3_610.0), ..view(&known, &[]) };
    assert_eq!(verdict(&ahead, go(0.0)), fault(Distrust::StaleFrame));
}

#[test]
fn untrusted_wheels_hold_truck_and_hoist() {
    let known = Estimate { wheels_trusted: false, ..estimate(Pose2::default(), 0.0, 0.0) };
    let raise = ActuatorCommand { hoist: Hoist::Raise, throttle: 0.0, ..go(0.0) };
    let (out, why) = SUPERVISOR.restrict(&view(&known, &[]), raise);
    assert_eq!((out.hoist, why), (Hoist::Hold, fault(Distrust::WheelSpeeds)));
}

#[test]
fn steering_sensor_that_gives_no_number_is_a_fault_after_a_while() {
    let mut supervisor = SUPERVISOR.clone();
    let known = estimate(Pose2::new(0.0, 0.0, 0.0), 0.0, 0.0);
    let mut held = 0;
    for k in 0..100_u32 {
        let now = SimTime::from_seconds(10.0 + 0.05 * f64::from(k));
        supervisor.watch(now, f64::NAN, 0.0);
        let view = View { now, frame_time: now, ..view(&known, &[]) };
        held += u32::from(supervisor.restrict(&view, go(0.0)).1 == fault(Distrust::Steering));
    }
    assert!((60..75).contains(&held), "{held}");
}
