//! The whole stack in a closed loop: a truck, its sensors and a site, stepped together and checked in every step.

use super::rig::mine::small_mine;
use super::rig::sensors::Sensors;
use super::rig::site::RigSite;
use super::rig::truck::RigTruck;
use haul_autonomy::{DetectedObject, LateralControl, OnBoard, OnBoardConfig, Restriction, SensorFrame};
use haul_core::{Footprint, Pose2, SimTime, TruckId};
use haul_messages::{Body, CycleState, Envelope, Epoch, Uuid};
use haul_mine::MineMap;
use haul_planner::{Atlas, Conditions};
use haul_vehicle::TruckSpec;
use std::sync::Arc;

/// Distance (m) that a truck may drive beyond its grant: the error of its position and of its stop.
pub const BEYOND_GRANT: f64 = 0.5;
/// Movement (m) allowed before the first grant.
pub const BEFORE_GRANT: f64 = 0.1;

/// Start pose, on the lower pad.
pub const START: Pose2 = Pose2::new(20.0, 20.0, 2.5);

/// The stack in a closed loop with the truck, the sensors and the site of the rig.
pub struct Loop {
    pub map: Arc<MineMap>,
    pub footprint: Footprint,
    pub truck: RigTruck,
    pub sensors: Sensors,
    pub site: RigSite,
    pub onboard: OnBoard,
    pub inbox: Vec<Envelope>,
    pub step: u64,
    pub stages: Vec<CycleState>,
    pub objects: Vec<DetectedObject>,
    /// Change of each frame before it reaches the stack.
    pub spoil: fn(&mut SensorFrame),
    pub least_clearance: f64,
    pub lateral_max: f64,
    /// Maximum distance (m) from the spot when the truck reports that it stands there.
    pub spot_error: f64,
    pub restrictions: Vec<(f64, Restriction)>,
    pub slowest: std::time::Duration,
    pub log: String,
    /// Ids of the requested paths, the newest last.
    pub paths: Vec<Uuid>,
    /// Visits of the requested spots, the newest last.
    pub asked: Vec<Uuid>,
    /// Station (m) up to which the newest path has been granted to the truck; `None` before the first grant.
    pub granted: Option<f64>,
    /// Pose at which the truck requested the newest path.
    pub asked_at: Pose2,
    /// Number of consecutive steps for which the truck has stood.
    pub stood: u32,
}

impl Loop {
    pub fn new(seed: u64, start: Pose2, lost: f64, twice: f64) -> Self {
        Self::on(small_mine(), seed, start, lost, twice)
    }

    pub fn on(map: MineMap, seed: u64, start: Pose2, lost: f64, twice: f64) -> Self {
        let map = Arc::new(map);
        let spec = Arc::new(TruckSpec::tr100at());
        let onboard = OnBoard::new(OnBoardConfig {
            truck: TruckId(1),
            spec: Arc::clone(&spec),
            atlas: Arc::new(Atlas::new(Arc::clone(&map))),
            conditions: Conditions::of(&map),
            environment: haul_vehicle::Environment::default(),
            lateral_control: LateralControl::default(),
        });
        let mut truck = RigTruck::new(start, 0.0, 0.0);
        truck.ground = Some(Arc::clone(&map));
        Self {
            footprint: spec.footprint(),
            map,
            truck,
            sensors: Sensors::new(seed),
            site: RigSite::new(seed, lost, twice),
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

    /// Records the grants that the truck has received, and the paths and visits that it requests.
    pub fn note(&mut self, got: &[Envelope], sent: &[Envelope]) {
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

    /// Checks that the truck stays within its grant, and that it gives a reason whenever it stands.
    pub fn check_grant_and_reason(&mut self) {
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
        // The localiser needs a moment to detect the standstill.
        assert!(self.stood < 20 || t.stands.is_some(), "it stands without a reason in {}", t.state);
    }

    /// Delivers a message to the truck.
    pub fn deliver(&mut self, body: Body) {
        self.inbox.push(Envelope::new(TruckId(1), Epoch::default().at(self.now()), body));
    }

    pub fn stage(&self) -> Option<CycleState> {
        self.stages.last().copied()
    }

    pub fn now(&self) -> SimTime {
        SimTime::from_nanos(self.step * 50_000_000)
    }

    pub fn tick(&mut self) {
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

    /// Steps until `holds` returns true. Panics with the end of the log after `seconds`.
    pub fn until(&mut self, seconds: f64, what: &str, holds: impl Fn(&Loop) -> bool) {
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

    pub fn write_log(&self) {
        if let Ok(folder) = std::env::var("HAUL_BENCH_LOG") {
            let _ = std::fs::write(std::path::Path::new(&folder).join("cycle.csv"), &self.log);
        }
    }

    pub fn hash(&self) -> u64 {
        haul_core::state::hash_part(&self.onboard).unwrap()
    }
}

/// Returns a loop with a loaded truck that drives up the road.
pub fn on_the_road(seed: u64) -> Loop {
    let mut l = Loop::new(seed, START, 0.0, 0.0);
    l.until(500.0, "loaded travel", |l| l.stages.last() == Some(&CycleState::TravelLoaded) && l.truck.pose.x > 100.0);
    l.restrictions.clear();
    l
}
