//! The whole stack through haul cycles on the bench mine: stages, messages over a bad line, all-stop, obstacles.

#![allow(clippy::print_stdout, reason = "the figures reached are worth reading")]

mod bench;

use bench::mine::{small_mine, with_second_face};
use bench::sensors::Sensors;
use bench::site::BenchSite;
use bench::truck::BenchTruck;
use haul_autonomy::{DetectedObject, Distrust, ObjectShape, OnBoard, OnBoardConfig, Restriction, SensorFrame};
use haul_core::{Footprint, PlaceId, Pose2, SimTime, StandReason, TruckId, Vector2, VehicleId, VehicleKind};
use haul_messages::{Body, CycleState, Envelope, Epoch, Uuid, VehicleReport};
use haul_mine::MineMap;
use haul_planner::{Atlas, Conditions};
use haul_vehicle::TruckSpec;
use std::sync::Arc;

struct Loop {
    map: Arc<MineMap>,
    footprint: Footprint,
    truck: BenchTruck,
    sensors: Sensors,
    site: BenchSite,
    onboard: OnBoard,
    inbox: Vec<Envelope>,
    step: u64,
    stages: Vec<CycleState>,
    objects: Vec<DetectedObject>,
    /// Changes each frame on its way to the stack.
    spoil: fn(&mut SensorFrame),
    least_clearance: f64,
    lateral_max: f64,
    /// Greatest distance from a spot when the truck says that it stands there, m.
    spot_error: f64,
    restrictions: Vec<(f64, Restriction)>,
    slowest: std::time::Duration,
    log: String,
    /// The paths asked for, the newest last.
    paths: Vec<Uuid>,
    /// Visits that spots were asked for, the newest last.
    asked: Vec<Uuid>,
    /// Station up to which the newest path has been granted to the truck, m; `None` before its first grant.
    granted: Option<f64>,
    /// Pose at which it asked for the newest path.
    asked_at: Pose2,
    /// Steps for which the truck has stood without a break.
    stood: u32,
}

impl Loop {
    fn new(seed: u64, start: Pose2, lost: f64, twice: f64) -> Self {
        Self::on(small_mine(), seed, start, lost, twice)
    }

    fn on(map: MineMap, seed: u64, start: Pose2, lost: f64, twice: f64) -> Self {
        let map = Arc::new(map);
        let spec = Arc::new(TruckSpec::tr100at());
        let onboard = OnBoard::new(OnBoardConfig {
            truck: TruckId(1),
            spec: Arc::clone(&spec),
            atlas: Arc::new(Atlas::new(Arc::clone(&map))),
            conditions: Conditions::of(&map),
        });
        let mut truck = BenchTruck::new(start, 0.0, 0.0);
        truck.ground = Some(Arc::clone(&map));
        Self {
            footprint: spec.footprint(),
            map,
            truck,
            sensors: Sensors::new(seed),
            site: BenchSite::new(seed, lost, twice),
            onboard,
            inbox: Vec::new(),
            step: 0,
            stages: Vec::new(),
            objects: Vec::new(),
            spoil: |_| {},
            least_clearance: f64::INFINITY,
            lateral_max: 0.0,
            spot_error: 0.0,
            restrictions: Vec::new(),
            slowest: std::time::Duration::ZERO,
            log: String::new(),
            paths: Vec::new(),
            asked: Vec::new(),
            granted: None,
            asked_at: start,
            stood: 0,
        }
    }

    /// Notes the grants that the truck has got, and the paths and visits that it asks for.
    fn note(&mut self, got: &[Envelope], sent: &[Envelope]) {
        for envelope in got {
            if let Body::PathGrantV1 { request_id, up_to_station, .. } = &envelope.body
                && self.paths.last() == Some(request_id)
            {
                self.granted = Some(self.granted.unwrap_or(0.0).max(*up_to_station));
            }
        }
        for envelope in sent {
            match &envelope.body {
                Body::PathRequestV1 { request_id, .. } if self.paths.last() != Some(request_id) => {
                    assert!(!self.paths.contains(request_id), "an id of an earlier path");
                    assert!(self.truck.speed.abs() < 0.05, "it asks for a new path at {} m/s", self.truck.speed);
                    self.paths.push(*request_id);
                    self.granted = None;
                    self.asked_at = self.truck.pose;
                }
                Body::SpotRequestV1 { visit_id, .. } if self.asked.last() != Some(visit_id) => {
                    self.asked.push(*visit_id);
                }
                _ => {}
            }
        }
    }

    /// The truck stays within its grant, and says why it stands wherever it stands.
    fn check_grant_and_reason(&mut self) {
        let t = self.onboard.telemetry();
        match (self.granted, &t.path) {
            (None, _) => {
                let moved = self.truck.pose.distance(self.asked_at);
                assert!(moved < BEFORE_GRANT, "it moved by {moved} m before the first grant");
            }
            (Some(granted), Some(path)) => {
                let station = path.project(self.truck.pose, t.station, 5.0).map_or(t.station, |p| p.station);
                assert!(station < granted + BEYOND_GRANT, "at {station} m, granted {granted} m: {:?}", t.stands);
            }
            _ => {}
        }
        self.stood = if self.truck.speed.abs() < 0.01 { self.stood + 1 } else { 0 };
        // The localiser needs a moment to see that the truck stands.
        assert!(self.stood < 20 || t.stands.is_some(), "it stands without a reason in {}", t.state);
    }

    /// Hands the truck a message that comes late.
    fn deliver(&mut self, body: Body) {
        self.inbox.push(Envelope::new(TruckId(1), Epoch::default().at(self.now()), body));
    }

    fn stage(&self) -> Option<CycleState> {
        self.stages.last().copied()
    }

    fn now(&self) -> SimTime {
        SimTime::from_nanos(self.step * 50_000_000)
    }

    fn tick(&mut self) {
        let now = self.now();
        let mut frame = self.sensors.frame(now, &self.truck);
        frame.objects.clone_from(&self.objects);
        (self.spoil)(&mut frame);
        let began = std::time::Instant::now();
        let output = self.onboard.step(now, &frame, &self.inbox);
        self.slowest = self.slowest.max(began.elapsed());
        let got = std::mem::take(&mut self.inbox);
        self.note(&got, &output.outbox);
        self.inbox = self.site.exchange(now, output.outbox);
        if let Some(at) = self.site.spotted.filter(|_| !self.site.loaded) {
            let passes = (now.since(at) / 8.0).floor().min(4.0);
            self.truck.payload = 91_000.0 * passes / 4.0;
            self.site.loaded = passes >= 4.0;
        }
        let c = &output.command;
        let numbers = [c.throttle, c.retarder, c.service_brake, c.steering_angle];
        assert!(numbers.iter().all(|v| v.is_finite()), "{c:?}");
        for _ in 0..10 {
            self.truck.step(0.005, &output.command);
        }
        self.check_grant_and_reason();
        let t = self.onboard.telemetry();
        if self.stages.last() != Some(&t.state) {
            self.stages.push(t.state);
            let place = match t.state {
                CycleState::Loading => Some(0),
                CycleState::Dumping => Some(1),
                _ => None,
            };
            if let Some(spot) = place.map(|k: usize| self.map.places[k].spots[0].pose) {
                self.spot_error = self.spot_error.max(self.truck.pose.distance(spot));
            }
        }
        if let Some(r) = t.restriction {
            self.restrictions.push((now.seconds(), r));
        }
        if let Some(path) = &t.path
            && self.truck.speed.abs() > 0.1
        {
            let p = path.project(self.truck.pose, t.station, 5.0).unwrap();
            self.lateral_max = self.lateral_max.max(p.lateral.abs());
        }
        assert!(self.truck.body_angle < 0.05 || self.truck.speed.abs() < 0.05, "drives with the body up");
        let clearance = self.map.drivable.footprint_clearance(&self.footprint, self.truck.pose);
        self.least_clearance = self.least_clearance.min(clearance);
        if self.step.is_multiple_of(10) {
            self.log += &format!(
                "{:.1},{:.2},{:.2},{:.3},{:.2},{:.2},{:.1},{:?},{:?},{}\n",
                now.seconds(),
                self.truck.pose.x,
                self.truck.pose.y,
                self.truck.pose.heading,
                self.truck.speed,
                t.target_speed,
                t.station,
                t.state,
                t.restriction,
                t.stands.as_ref().map_or_else(|| "moves".to_string(), |reason| reason.to_string())
            );
        }
        self.step += 1;
    }

    /// Steps until something holds; panics with the log's end after so many seconds.
    fn until(&mut self, seconds: f64, what: &str, holds: impl Fn(&Loop) -> bool) {
        let from = self.now();
        while !holds(self) {
            if self.now().since(from) >= seconds {
                self.write_log();
                let tail: Vec<&str> = self.log.lines().rev().take(12).collect();
                panic!("no {what} within {seconds} s; last:\n{}", tail.join("\n"));
            }
            self.tick();
        }
    }

    fn write_log(&self) {
        if let Ok(folder) = std::env::var("HAUL_BENCH_LOG") {
            let _ = std::fs::write(std::path::Path::new(&folder).join("cycle.csv"), &self.log);
        }
    }

    fn hash(&self) -> u64 {
        haul_core::state::hash_part(&self.onboard).unwrap()
    }
}

/// Way that a truck may go beyond its grant, m: the error of its position, and of its stop.
const BEYOND_GRANT: f64 = 0.5;
/// Movement of a truck that stands until the first grant, m.
const BEFORE_GRANT: f64 = 0.1;

const START: Pose2 = Pose2::new(20.0, 20.0, 2.5);

#[test]
fn two_cycles_in_order_with_the_load_on_the_tip() {
    let mut l = Loop::new(3, START, 0.0, 0.0);
    l.until(1_500.0, "second tip", |l| l.site.tipped.len() == 2);
    l.write_log();
    use CycleState::*;
    // The spots are free: it does not stop at the waiting poses.
    let cycle = [TravelEmpty, SpotAtLoad, Loading, LeaveLoad, TravelLoaded, SpotAtDump, Dumping, LeaveDump];
    let expected: Vec<CycleState> = [Parked].into_iter().chain(cycle).chain(cycle).collect();
    assert_eq!(l.stages, expected);
    assert!(l.site.tipped.iter().all(|kg| (kg - 91_000.0).abs() < 2_000.0), "{:?}", l.site.tipped);
    println!(
        "two cycles in {:.0} s: least clearance {:.2} m, lateral {:.3} m, slowest step {:?}, {} path requests",
        l.now().seconds(),
        l.least_clearance,
        l.lateral_max,
        l.slowest,
        l.site.requests
    );
    assert!(l.least_clearance > 0.2, "clearance {}", l.least_clearance);
    assert!(l.lateral_max < 0.3, "lateral {}", l.lateral_max);
    assert!(
        l.restrictions.is_empty(),
        "the supervisor had to step in: {:?}",
        &l.restrictions[..l.restrictions.len().min(5)]
    );
}

/// Drives to the waiting pose of the face, and returns the loop there with the least speed of the last 20 m before it.
fn at_the_waiting_pose(mut l: Loop) -> (Loop, f64) {
    let head = l.map.places[0].queue[0];
    l.until(200.0, "way to the waiting pose", |l| l.truck.pose.distance(head) < 20.0);
    let mut least = f64::INFINITY;
    while l.stage() == Some(CycleState::TravelEmpty) {
        l.tick();
        least = least.min(l.truck.speed);
        assert!(l.now().seconds() < 300.0, "it does not reach its waiting pose");
    }
    (l, least)
}

#[test]
fn a_truck_whose_spot_is_free_drives_through_its_waiting_pose_on_one_path() {
    let (mut l, least) = at_the_waiting_pose(Loop::new(6, START, 0.0, 0.0));
    assert_eq!(l.stage(), Some(CycleState::SpotAtLoad));
    assert!(least > 0.3, "it slows to {least} m/s");
    let paths = l.paths.len();
    l.until(120.0, "loading", |l| l.stage() == Some(CycleState::Loading));
    assert_eq!((l.paths.len(), l.asked.len()), (paths, 1), "one path, one question");
    assert!(l.lateral_max < 0.3, "off its path by {} m", l.lateral_max);
}

#[test]
fn a_truck_whose_way_in_is_withheld_stops_at_its_waiting_pose_and_goes_on_from_there() {
    let mut l = Loop::new(6, START, 0.0, 0.0);
    l.site.hold_at_stops = true;
    let head = l.map.places[0].queue[0];
    l.until(200.0, "stop", |l| l.stage() == Some(CycleState::SpotAtLoad) && l.truck.speed == 0.0);
    assert!(l.truck.pose.distance(head) < 2.0, "{} m from its waiting pose", l.truck.pose.distance(head));
    let from = l.now();
    l.until(31.0, "time", |l| l.now().since(from) >= 30.0);
    assert_eq!(l.onboard.telemetry().stands, Some(StandReason::RightOfWay { behind: None }));
    assert!(l.truck.pose.distance(head) < 2.0);
    l.site.hold_at_stops = false;
    l.until(120.0, "loading", |l| l.stage() == Some(CycleState::Loading));
    assert_eq!(l.asked.len(), 1, "it keeps its spot");
}

#[test]
fn a_truck_held_up_before_its_waiting_pose_gives_its_spot_to_others_and_asks_again_there() {
    let mut l = Loop::new(6, START, 0.0, 0.0);
    l.until(200.0, "spot", |l| !l.site.visits.is_empty());
    assert_eq!(l.stage(), Some(CycleState::TravelEmpty));
    let (_, visit) = l.site.visits[0].clone();
    l.site.ahead = 0.0;
    l.until(60.0, "standstill", |l| l.truck.speed == 0.0);
    let from = l.now();
    l.until(25.0, "spot given back", |l| l.site.left_visits.contains(&visit));
    assert!(l.now().since(from) > 10.0, "after {} s", l.now().since(from));
    let from = l.now();
    l.until(31.0, "time", |l| l.now().since(from) >= 30.0);
    assert_eq!(l.asked.len(), 1, "it asks again before it is there");
    l.site.ahead = 90.0;
    l.until(200.0, "loading", |l| l.stage() == Some(CycleState::Loading));
    assert!(l.asked.len() == 2 && l.stages.contains(&CycleState::QueueAtLoad), "{:?}", l.stages);
}

#[test]
fn a_line_that_loses_and_doubles_messages_only_delays() {
    let mut l = Loop::new(3, START, 0.35, 0.2);
    l.until(1_200.0, "tip over a bad line", |l| l.site.tipped.len() == 1);
    assert!((l.site.tipped[0] - 91_000.0).abs() < 2_000.0, "{:?}", l.site.tipped);
    assert!(l.site.left.iter().any(|p| p == "face"), "the face was never said to be left");
}

#[test]
fn a_truck_waits_in_the_queue_until_the_spot_is_free() {
    let mut l = Loop::new(6, START, 0.0, 0.0);
    l.site.face_free_at = SimTime::from_seconds(150.0);
    l.until(140.0, "queue", |l| l.stages.last() == Some(&CycleState::QueueAtLoad) && l.truck.speed == 0.0);
    let head = l.map.places[0].queue[0];
    assert!(l.truck.pose.distance(head) < 0.2, "{} m from the head of the queue", l.truck.pose.distance(head));
    l.until(120.0, "way into the spot", |l| l.stages.last() == Some(&CycleState::SpotAtLoad));
    assert!(l.now() >= l.site.face_free_at);
    l.until(120.0, "spot", |l| l.stages.last() == Some(&CycleState::Loading));
    let spot = l.map.places[0].spots[0].pose;
    assert!(l.truck.pose.distance(spot) < 0.15, "{} m from its spot", l.truck.pose.distance(spot));
}

#[test]
fn an_all_stop_holds_until_its_own_resume() {
    let mut l = Loop::new(8, START, 0.1, 0.1);
    l.until(500.0, "loaded travel", |l| l.stages.last() == Some(&CycleState::TravelLoaded) && l.truck.speed > 4.0);
    let id = Uuid::from_u128(77);
    l.site.stop = Some((id, true));
    l.until(15.0, "standstill", |l| l.truck.speed == 0.0);
    assert_eq!(l.onboard.telemetry().state, CycleState::Stopped);
    let at = l.truck.pose;
    l.site.stop = Some((Uuid::from_u128(78), false));
    let from = l.now();
    l.until(21.0, "time", |l| l.now().since(from) >= 20.0);
    assert!(at.distance(l.truck.pose) < 0.02, "moved by {} m", at.distance(l.truck.pose));
    assert!(l.site.acknowledged);
    l.site.stop = Some((id, false));
    l.until(400.0, "tip", |l| l.site.tipped.len() == 1);
    assert!(l.stages.contains(&CycleState::Stopped));
}

/// A car across the road in front of a truck, seen from some metres away, by the truck's speed.
fn obstacle_stop(seen_from: impl FnOnce(f64) -> f64) -> (f64, Vec<(f64, Restriction)>, Loop) {
    let mut l = Loop::new(9, START, 0.0, 0.0);
    l.until(500.0, "loaded travel", |l| l.stages.last() == Some(&CycleState::TravelLoaded) && l.truck.pose.x > 150.0);
    let t = l.onboard.telemetry();
    let path = t.path.clone().unwrap();
    let at = path.at(t.station + seen_from(l.truck.speed) + l.footprint.front).pose;
    let car = Footprint { front: 2.5, rear: 2.5, half_width: 1.0 };
    let across = Pose2::new(at.x, at.y, at.heading + 1.5);
    l.objects = vec![DetectedObject { pose: across, shape: ObjectShape::Box(car), velocity: Vector2::zeros() }];
    l.restrictions.clear();
    l.until(30.0, "standstill", |l| l.truck.speed == 0.0);
    let nose = l.footprint.corners(l.truck.pose);
    let gap = nose.iter().map(|c| car.distance(across, *c)).fold(f64::INFINITY, f64::min);
    let gap = car.corners(across).iter().map(|c| l.footprint.distance(l.truck.pose, *c)).fold(gap, f64::min);
    (gap, l.restrictions.clone(), l)
}

#[test]
fn a_car_seen_early_is_met_with_a_comfortable_stop() {
    let (gap, restrictions, mut l) = obstacle_stop(|_| 60.0);
    assert!((5.0..12.0).contains(&gap), "stops {gap} m before it");
    assert!(restrictions.is_empty(), "{restrictions:?}");
    l.objects.clear();
    l.until(20.0, "moving on", |l| l.truck.speed > 1.0);
}

#[test]
fn a_car_that_appears_late_is_not_hit() {
    // Half a second and the brakes at 4.5 m/s² take the truck to within half a metre of the car, which is 2 m wide.
    let (gap, restrictions, _) = obstacle_stop(|v| 0.5 * v + v * v / 9.0 + 1.5);
    assert!(gap > 0.3, "gap {gap}");
    println!("stopped {gap:.2} m before it, {} restricted steps", restrictions.len());
    assert!(restrictions.iter().any(|(_, r)| *r == Restriction::Obstacle), "the supervisor did not help");
}

#[test]
fn the_same_frames_give_the_same_state() {
    let run = || {
        let mut l = Loop::new(11, START, 0.2, 0.2);
        for _ in 0..3_000 {
            l.tick();
        }
        l.hash()
    };
    assert_eq!(run(), run());
}

#[test]
fn some_seconds_without_fixes_are_bridged_and_many_stop_the_truck() {
    let mut l = Loop::new(12, START, 0.0, 0.0);
    l.until(500.0, "loaded travel", |l| l.stages.last() == Some(&CycleState::TravelLoaded) && l.truck.pose.x > 100.0);
    let now = l.now().seconds();
    l.sensors.silence = Some((now, now + 4.0));
    l.restrictions.clear();
    let from = l.now();
    l.until(5.0, "bridge", |l| l.now().since(from) > 4.0);
    assert!(l.restrictions.is_empty(), "4 s are bridged: {:?}", l.restrictions.first());
    let now = l.now().seconds();
    l.sensors.silence = Some((now, now + 90.0));
    l.until(60.0, "stop without a position", |l| l.truck.speed == 0.0);
    assert_eq!(l.onboard.telemetry().restriction, Some(Restriction::Fault(Distrust::Position)));
    assert!(l.lateral_max < 0.6, "off the path by {} m before it gave up", l.lateral_max);
    l.until(120.0, "going on", |l| l.truck.speed > 1.0);
}

/// A loaded truck on its way up the road.
fn on_the_road(seed: u64) -> Loop {
    let mut l = Loop::new(seed, START, 0.0, 0.0);
    l.until(500.0, "loaded travel", |l| l.stages.last() == Some(&CycleState::TravelLoaded) && l.truck.pose.x > 100.0);
    l.restrictions.clear();
    l
}

/// Steps for some seconds; twice a second the site tells of a light vehicle, at a pose and a speed by the time (s).
fn told_of_a_vehicle(l: &mut Loop, seconds: f64, vehicle: impl Fn(f64) -> (Pose2, f64)) {
    let from = l.now();
    while l.now().since(from) < seconds {
        if l.step.is_multiple_of(10) {
            let (pose, speed) = vehicle(l.now().since(from));
            let (vehicle, kind) = (VehicleId::from("lv"), VehicleKind::LightVehicle);
            let report = VehicleReport { vehicle, kind, pose, speed };
            let reported_at = Epoch::default().at(l.now());
            l.deliver(Body::TrafficV1 { report, reported_at });
        }
        l.tick();
    }
}

/// Distance from the truck's outline to a light vehicle's, m.
fn gap_to(l: &Loop, pose: Pose2) -> f64 {
    let outline = VehicleKind::LightVehicle.footprint();
    let theirs = outline.outline(pose, 0.5).map(|p| l.footprint.distance(l.truck.pose, p));
    let own = l.footprint.outline(l.truck.pose, 0.5).map(|p| outline.distance(pose, p));
    theirs.chain(own).fold(f64::INFINITY, f64::min)
}

#[test]
fn a_vehicle_that_no_sensor_sees_is_not_hit_and_is_named_as_long_as_its_beacon_is_heard() {
    let mut l = on_the_road(25);
    let t = l.onboard.telemetry();
    let at = t.path.clone().unwrap().at(t.station + 70.0).pose;
    let across = Pose2::new(at.x, at.y, at.heading + 1.5);
    told_of_a_vehicle(&mut l, 40.0, |_| (across, 0.0));
    assert_eq!(l.truck.speed, 0.0);
    let gap = gap_to(&l, across);
    assert!((2.0..15.0).contains(&gap), "stops {gap} m before it");
    assert!(l.restrictions.is_empty(), "{:?}", l.restrictions);
    let stands = l.onboard.telemetry().stands.clone();
    assert!(matches!(&stands, Some(StandReason::Vehicle { vehicle, .. }) if vehicle.as_str() == "lv"), "{stands:?}");
    // The beacon is lost: what the truck's own sensors see counts, and here they see nothing.
    let from = l.now();
    l.until(20.0, "driving on", |l| l.truck.speed > 1.0);
    assert!(l.now().since(from) > 2.5, "it trusts a silence of {} s", l.now().since(from));
}

#[test]
fn a_vehicle_whose_beacon_is_lost_stays_an_obstacle_where_the_sensors_see_it() {
    let mut l = on_the_road(25);
    let t = l.onboard.telemetry();
    let at = t.path.clone().unwrap().at(t.station + 70.0).pose;
    told_of_a_vehicle(&mut l, 40.0, |_| (at, 0.0));
    assert_eq!(l.truck.speed, 0.0);
    let shape = ObjectShape::Box(VehicleKind::LightVehicle.footprint());
    l.objects = vec![DetectedObject { pose: at, shape, velocity: Vector2::zeros() }];
    let from = l.now();
    l.until(31.0, "time", |l| l.now().since(from) >= 30.0);
    assert_eq!(l.truck.speed, 0.0);
    assert!(gap_to(&l, at) > 2.0);
}

#[test]
fn a_truck_follows_a_vehicle_that_no_sensor_sees_at_its_speed() {
    let mut l = on_the_road(26);
    let t = l.onboard.telemetry();
    let (path, from) = (t.path.clone().unwrap(), t.station + 60.0);
    let pose = |s: f64| path.at(from + 2.5 * s).pose;
    told_of_a_vehicle(&mut l, 40.0, |s| (pose(s), 2.5));
    assert!((l.truck.speed - 2.5).abs() < 0.6, "{} m/s behind one of 2.5 m/s", l.truck.speed);
    assert!(gap_to(&l, pose(40.0)) > 4.0, "{} m", gap_to(&l, pose(40.0)));
}

#[test]
fn lasting_satellite_jump_stops_the_truck_on_its_path_and_the_return_lets_it_go() {
    let mut l = on_the_road(13);
    l.spoil = |f| {
        if let Some(fix) = &mut f.gnss {
            fix.position.x += 3.0;
            fix.position.y += 4.0;
        }
    };
    l.until(60.0, "stop", |l| l.truck.speed == 0.0);
    assert_eq!(l.onboard.telemetry().restriction, Some(Restriction::Fault(Distrust::Position)));
    let at = l.truck.pose;
    let from = l.now();
    l.until(301.0, "time", |l| l.now().since(from) >= 300.0);
    assert!(at.distance(l.truck.pose) < 0.05, "it moved by {} m", at.distance(l.truck.pose));
    assert!(l.lateral_max < 0.6, "off its path by {} m", l.lateral_max);
    l.spoil = |_| {};
    l.until(60.0, "going on", |l| l.truck.speed > 1.0);
}

#[test]
fn readings_that_are_not_numbers_stop_the_truck_and_it_goes_on_when_they_are_back() {
    type Spoil = fn(&mut SensorFrame);
    let spoils: [(&str, Spoil, Distrust); 4] = [
        ("wheels", |f| f.wheel_speeds = [f64::NAN; 6], Distrust::WheelSpeeds),
        ("steering", |f| f.steering_angle = f64::NAN, Distrust::Steering),
        ("body angle", |f| f.body_angle = f64::NAN, Distrust::BodyUp),
        ("clock", |f| f.time = SimTime::from_nanos(f.time.nanos() + 3_600_000_000_000), Distrust::StaleFrame),
    ];
    for (name, spoil, cause) in spoils {
        let mut l = on_the_road(14);
        l.spoil = spoil;
        l.until(40.0, name, |l| l.truck.speed == 0.0);
        assert_eq!(l.onboard.telemetry().restriction, Some(Restriction::Fault(cause)), "{name}");
        l.spoil = |_| {};
        l.until(60.0, name, |l| l.truck.speed > 1.0);
    }
    // These leave what is needed to drive.
    let bearable: [(&str, Spoil); 4] = [
        ("engine", |f| f.engine_speed = f64::NAN),
        ("retarder", |f| f.retarder_temp = f64::NAN),
        ("payload", |f| f.payload_kg = f64::NAN),
        ("gear", |f| f.gear = i8::MAX),
    ];
    for (name, spoil) in bearable {
        let mut l = on_the_road(14);
        l.spoil = spoil;
        let from = l.now();
        l.until(31.0, name, |l| l.now().since(from) >= 30.0);
        assert!(l.lateral_max < 0.4, "{name}: {}", l.lateral_max);
    }
}

#[test]
fn wheel_sensors_stuck_at_zero_stop_the_truck() {
    let mut l = on_the_road(15);
    l.spoil = |f| f.wheel_speeds = [0.0; 6];
    l.until(20.0, "stop", |l| l.truck.speed == 0.0);
    assert_eq!(l.onboard.telemetry().restriction, Some(Restriction::Fault(Distrust::WheelSpeeds)));
    assert!(l.lateral_max < 0.5, "off its path by {} m", l.lateral_max);
}

#[test]
fn one_frame_again_and_again_stops_the_truck() {
    let mut l = on_the_road(16);
    let frozen = l.now();
    l.spoil = |f| f.time = SimTime::from_seconds(1.0);
    l.until(20.0, "stop", |l| l.truck.speed == 0.0);
    assert_eq!(l.onboard.telemetry().restriction, Some(Restriction::Fault(Distrust::StaleFrame)));
    assert!(l.now().since(frozen) < 15.0);
}

#[test]
fn late_grant_of_an_earlier_visit_is_ignored() {
    let mut l = Loop::new(17, START, 0.0, 0.0);
    l.until(1_500.0, "first tip", |l| l.site.tipped.len() == 1);
    let (face, first) = l.site.visits[0].clone();
    assert_eq!(face, PlaceId::from("face"));
    l.site.face_free_at = SimTime::from_seconds(1e6);
    l.until(400.0, "queue", |l| l.stage() == Some(CycleState::QueueAtLoad) && l.truck.speed == 0.0);
    let late = Body::SpotGrantV1 { visit_id: first, place: face.clone(), spot_index: 0 };
    let from = l.now();
    while l.now().since(from) < 20.0 {
        l.deliver(late.clone());
        l.tick();
        assert_eq!(l.stage(), Some(CycleState::QueueAtLoad), "the grant of the first visit is over");
    }
    assert!(matches!(l.onboard.telemetry().stands, Some(StandReason::WaitingForSpot { .. })));
    l.site.face_free_at = SimTime::START;
    l.until(120.0, "loading", |l| l.stage() == Some(CycleState::Loading));
    let second = l.site.visits.last().unwrap().1;
    assert_ne!(first, second, "each visit has an id of its own");
    // Under the shovel, and the kick-out of the first visit comes once more.
    let late = Body::LeaveSpotV1 { visit_id: first, place: face, payload_kg: Some(91_000.0) };
    while !l.site.loaded {
        l.deliver(late.clone());
        l.tick();
        assert_eq!(l.stage(), Some(CycleState::Loading), "it leaves with {} kg", l.truck.payload);
    }
    l.until(20.0, "kick-out", |l| l.stage() == Some(CycleState::LeaveLoad));
}

#[test]
fn late_copy_of_a_lifted_all_stop_stops_nothing() {
    let mut l = on_the_road(18);
    let id = Uuid::from_u128(77);
    l.site.stop = Some((id, true));
    l.until(20.0, "standstill", |l| l.truck.speed == 0.0);
    l.until(1.0, "reason", |l| l.onboard.telemetry().stands == Some(StandReason::AllStop));
    l.site.stop = Some((id, false));
    l.until(30.0, "moving on", |l| l.truck.speed > 2.0);
    l.site.stop = None;
    l.deliver(Body::AllStopV1 { stop_id: id });
    let from = l.now();
    while l.now().since(from) < 10.0 {
        l.tick();
        assert_ne!(l.onboard.telemetry().state, CycleState::Stopped);
        assert!(l.truck.speed > 1.0, "it brakes");
    }
    // Another order stops it.
    l.deliver(Body::AllStopV1 { stop_id: Uuid::from_u128(78) });
    l.until(20.0, "standstill", |l| l.truck.speed == 0.0);
}

#[test]
fn path_and_visit_ids_differ_after_a_restart() {
    let mut l = Loop::new(19, START, 0.0, 0.0);
    l.until(200.0, "way into the spot", |l| l.stage() == Some(CycleState::SpotAtLoad) && l.truck.speed < -0.5);
    let old = l.paths.clone();
    assert!(!old.is_empty() && !l.asked.is_empty());
    let asked = l.asked.clone();
    l.site.ahead = 0.0;
    l.onboard = OnBoard::new(l.onboard.config().clone());
    let restarted = old.len();
    // `Loop::note` asserts that no id comes twice.
    l.until(60.0, "new path", |l| l.paths.len() > restarted && l.truck.speed == 0.0);
    let at = l.truck.pose;
    let from = l.now();
    while l.now().since(from) < 10.0 {
        for id in &old {
            l.deliver(Body::PathGrantV1 { request_id: *id, up_to_station: 1e3, behind: None });
        }
        l.tick();
    }
    assert!(at.distance(l.truck.pose) < BEFORE_GRANT, "it drove by a grant from before the restart");
    assert_eq!(l.onboard.telemetry().stands, Some(StandReason::RightOfWay { behind: None }));
    l.site.ahead = 90.0;
    l.until(200.0, "new visit", |l| l.asked.len() > asked.len());
    assert!(l.asked.iter().skip(asked.len()).all(|id| !asked.contains(id)), "a visit id comes again");
}

#[test]
fn new_assignment_after_a_spot_grant_gives_the_spot_back() {
    let mut l = Loop::on(with_second_face(small_mine()), 20, START, 0.0, 0.0);
    l.until(200.0, "way into the spot", |l| l.stage() == Some(CycleState::SpotAtLoad) && l.truck.speed < -0.5);
    let (place, visit) = l.site.visits.last().unwrap().clone();
    assert_eq!(place, PlaceId::from("face"));
    l.site.assignment = 2;
    l.site.load = PlaceId::from("face_2");
    l.until(10.0, "spot given back", |l| l.site.left_visits.contains(&visit));
    l.until(300.0, "loading", |l| l.stage() == Some(CycleState::Loading));
    let place = l.site.visits.last().unwrap().0.clone();
    assert_eq!(place, PlaceId::from("face_2"));
    let spot = l.map.place(&place).unwrap().spots[0].pose;
    assert!(l.truck.pose.distance(spot) < 0.3, "{} m from its new spot", l.truck.pose.distance(spot));
    assert!(l.site.no_path.is_empty(), "{:?}", l.site.no_path);
    l.until(600.0, "tip", |l| l.site.tipped.len() == 1);
}

#[test]
fn new_assignment_in_the_queue_leads_to_the_new_place() {
    let mut l = Loop::on(with_second_face(small_mine()), 21, START, 0.0, 0.0);
    l.site.face_free_at = SimTime::from_seconds(1e6);
    l.until(140.0, "queue", |l| l.stage() == Some(CycleState::QueueAtLoad) && l.truck.speed == 0.0);
    l.site.assignment = 2;
    l.site.load = PlaceId::from("face_2");
    l.site.face_free_at = SimTime::START;
    l.until(300.0, "loading", |l| l.stage() == Some(CycleState::Loading));
    let spot = l.map.place(&PlaceId::from("face_2")).unwrap().spots[0].pose;
    assert!(l.truck.pose.distance(spot) < 0.3, "{} m from its new spot", l.truck.pose.distance(spot));
}

#[test]
fn new_assignment_on_the_way_out_of_a_spot_leads_to_the_new_place() {
    let mut l = Loop::on(with_second_face(small_mine()), 23, START, 0.0, 0.0);
    l.until(1_500.0, "way out", |l| l.stage() == Some(CycleState::LeaveDump) && l.truck.speed > 0.5);
    l.site.assignment = 2;
    l.site.load = PlaceId::from("face_2");
    l.until(400.0, "loading", |l| l.stage() == Some(CycleState::Loading));
    let spot = l.map.place(&PlaceId::from("face_2")).unwrap().spots[0].pose;
    assert!(l.truck.pose.distance(spot) < 0.3, "{} m from its new spot", l.truck.pose.distance(spot));
    assert!(l.site.left.iter().any(|place| place == "tip"), "the tip was never said to be left");
}

#[test]
fn a_short_grant_holds_the_truck_and_names_the_reason() {
    let mut l = on_the_road(22);
    l.site.ahead = 0.0;
    l.until(60.0, "standstill", |l| l.truck.speed == 0.0);
    let from = l.now();
    l.until(31.0, "time", |l| l.now().since(from) >= 30.0);
    assert_eq!(l.truck.speed, 0.0);
    assert_eq!(l.onboard.telemetry().stands, Some(StandReason::RightOfWay { behind: None }));
    l.site.ahead = 90.0;
    l.until(30.0, "driving on", |l| l.truck.speed > 2.0);
}

#[test]
fn late_assignment_from_before_the_newest_is_ignored() {
    let mut l = Loop::on(with_second_face(small_mine()), 24, START, 0.0, 0.0);
    l.until(1_500.0, "way out of the tip", |l| l.stage() == Some(CycleState::LeaveDump) && l.truck.speed > 0.5);
    l.site.assignment = 2;
    l.site.load = PlaceId::from("face_2");
    l.until(60.0, "halt", |l| l.truck.speed == 0.0);
    l.until(60.0, "way to the new face", |l| l.truck.speed > 3.0);
    let body = Body::AssignmentV1 {
        assignment_id: Uuid::from_u128(1),
        load_place: PlaceId::from("face"),
        dump_place: PlaceId::from("tip"),
        park: None,
    };
    let old = Envelope::new(TruckId(1), Epoch::default().at(SimTime::from_seconds(1.0)), body);
    let from = l.now();
    while l.now().since(from) < 6.0 {
        l.inbox.push(old.clone());
        l.tick();
        assert!(l.truck.speed > 1.0, "it halts for the work of before");
    }
}
