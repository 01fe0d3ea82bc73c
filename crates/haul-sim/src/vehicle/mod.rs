//! Manned vehicles: light vehicles, water carts and graders on a given route among the trucks.
//!
//! A vehicle is moved along its route, not by forces. Its driver brakes for trucks within the stopping distance ahead,
//! stands at given stops, and parks at the end of the route. Trucks see a vehicle by their detectors, and hear of it
//! from the site, which receives its beacon.

mod way;

pub use haul_core::VehicleKind;
pub use way::{VehicleWay, WayPose, WayStop};

use crate::ground::RoadWork;
use crate::sensors::Target;
use crate::tier::Tier;
use haul_autonomy::ObjectShape;
use haul_core::{Footprint, Pose2, SimTime, TruckId, Vector2, VehicleId};
use haul_messages::{Body, Envelope, Epoch, VehicleReport};
use haul_mine::Terrain;

/// Distance (m) that a vehicle keeps to trucks ahead, and to trucks at its sides.
const AHEAD: f64 = 10.0;
const BESIDE: f64 = 1.0;
/// Reaction time of a vehicle's driver, s.
const REACTION: f64 = 1.0;
/// Distance (m) between two checks along the route.
const LOOK_STEP: f64 = 2.0;
/// Number of bisections that narrow the distance between two checks to 3 cm.
const HALVINGS: u32 = 6;
/// Distance to a stop (m) within which a vehicle is at the stop.
const THERE: f64 = 0.05;
/// Time between two beacons, s.
const BEACON_EVERY: f64 = 0.5;
/// Speed (m/s) below which a vehicle stands.
const STANDS: f64 = 0.05;

/// A manned vehicle of a run.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct VehicleSetup {
    /// Name of the vehicle, unique in the run.
    pub id: VehicleId,
    /// Kind of vehicle.
    pub kind: VehicleKind,
    /// Route of the vehicle.
    pub way: VehicleWay,
    /// Speed at which the vehicle drives, m/s.
    pub speed: f64,
    /// Time at which the vehicle starts.
    pub start: SimTime,
    /// True if the vehicle has a beacon that reports its position to the site.
    pub has_beacon: bool,
    /// True if the vehicle works on the road that it passes: a water cart wets it, a grader cuts mud, snow and ice off.
    pub works: bool,
}

/// State of a vehicle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VehicleState {
    /// The vehicle has not started yet.
    Waiting,
    /// The vehicle drives.
    Driving,
    /// The vehicle stands at a stop of its route.
    AtStop,
    /// The vehicle stands for a truck.
    GivesWay(TruckId),
    /// The vehicle has parked at the end of its route.
    Parked,
}

/// A truck as the driver of a vehicle sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct SeenTruck {
    pub id: TruckId,
    pub pose: Pose2,
    pub footprint: Footprint,
}

/// A manned vehicle in the world.
#[derive(Debug, Clone)]
pub struct SimVehicle {
    setup: VehicleSetup,
    epoch: Epoch,
    station: f64,
    speed: f64,
    /// Number of stops that the vehicle has left behind.
    stops_done: usize,
    stop_left: Option<f64>,
    state: VehicleState,
    gave_way: f64,
    /// Time of the last beacon.
    beacon_sent: Option<SimTime>,
}

haul_core::keep_state!(SimVehicle {
    setup: given,
    epoch: given,
    station: value,
    speed: value,
    stops_done: value,
    stop_left: value,
    state: value,
    gave_way: value,
    beacon_sent: value,
});

impl SimVehicle {
    /// Creates a vehicle that stands at the start of its route, and adds it to the tier.
    pub(crate) fn new(index: u32, setup: VehicleSetup, epoch: Epoch, terrain: &Terrain, tier: &mut impl Tier) -> Self {
        let vehicle = Self { epoch, ..Self::parked(setup) };
        let (pose, kind) = (vehicle.pose(), vehicle.kind());
        tier.add_vehicle(index, &kind.footprint(), kind.height(), pose, terrain.height(pose.x, pose.y));
        vehicle
    }

    fn parked(setup: VehicleSetup) -> Self {
        let state = VehicleState::Waiting;
        Self {
            setup,
            epoch: Epoch::default(),
            station: 0.0,
            speed: 0.0,
            stops_done: 0,
            stop_left: None,
            state,
            gave_way: 0.0,
            beacon_sent: None,
        }
    }

    /// Returns the vehicle as a detector may see it.
    pub(crate) fn target(&self, index: u32, terrain: &Terrain) -> Target {
        let pose = self.pose();
        Target {
            pose,
            ground: terrain.height(pose.x, pose.y),
            shape: ObjectShape::Box(self.kind().footprint()),
            velocity: self.velocity(),
            truck: None,
            fixed: None,
            vehicle: Some(index),
        }
    }

    /// Returns the vehicle's name.
    pub fn id(&self) -> &VehicleId {
        &self.setup.id
    }

    /// Returns the kind of vehicle.
    pub fn kind(&self) -> VehicleKind {
        self.setup.kind
    }

    /// Returns the vehicle's work on the road that it passes, if it does any.
    pub(crate) fn work(&self) -> Option<RoadWork> {
        match self.setup.kind {
            _ if !self.setup.works => None,
            VehicleKind::LightVehicle => None,
            VehicleKind::WaterCart => Some(RoadWork::Water),
            VehicleKind::Grader => Some(RoadWork::Grade),
        }
    }

    /// Returns the pose of the rear-axle centre.
    pub fn pose(&self) -> Pose2 {
        self.setup.way.pose(self.station)
    }

    /// Returns the distance driven along the route, m.
    pub fn station(&self) -> f64 {
        self.station
    }

    /// Returns the speed along the route, m/s.
    pub fn speed(&self) -> f64 {
        self.speed
    }

    /// Returns the velocity in plan, m/s.
    pub fn velocity(&self) -> Vector2 {
        let step = self.setup.way.pose(self.station + 0.5).position() - self.pose().position();
        step.try_normalize(1e-6).unwrap_or_default() * self.speed
    }

    /// Returns the vehicle's state.
    pub fn state(&self) -> VehicleState {
        self.state
    }

    /// Returns the time for which the vehicle has stood for trucks, s.
    pub fn gave_way_seconds(&self) -> f64 {
        self.gave_way
    }

    /// Decides the speed for the next `dt` seconds, given the trucks' present positions.
    pub(crate) fn decide(&mut self, now: SimTime, dt: f64, trucks: &[SeenTruck]) {
        if now < self.setup.start {
            return;
        }
        if let Some(left) = &mut self.stop_left {
            *left -= dt;
            if *left > 0.0 {
                return;
            }
            self.stop_left = None;
            self.stops_done += 1;
        }
        let stop = self.setup.way.stops().get(self.stops_done);
        let end = stop.map_or(self.setup.way.length(), |stop| stop.station.min(self.setup.way.length()));
        if end - self.station < THERE {
            self.speed = 0.0;
            (self.state, self.stop_left) = match stop {
                Some(stop) => (VehicleState::AtStop, Some(stop.seconds)),
                None => (VehicleState::Parked, None),
            };
            return;
        }
        let ahead = self.truck_ahead(trucks);
        let clear = ahead.map_or(f64::INFINITY, |(_, way)| way - AHEAD);
        let way = (end - self.station).min(clear);
        let kind = self.setup.kind;
        // The maximum speed from which the vehicle still stops within the free distance, after a step at that speed.
        let (braking, time) = (kind.deceleration(), dt);
        let stopping = libm::sqrt((braking * time).powi(2) + 2.0 * braking * way.max(0.0)) - braking * time;
        let faster = self.speed + kind.acceleration() * dt;
        self.speed = stopping.min(faster).min(self.setup.speed).max(0.0);
        if end - self.station <= self.speed * dt || (way == end - self.station && self.speed < STANDS) {
            // Drive the last centimetres in one step.
            self.speed = ((end - self.station) / dt).min(self.setup.speed);
        }
        self.state = match ahead {
            Some((truck, _)) if self.speed < STANDS => {
                self.gave_way += dt;
                VehicleState::GivesWay(truck)
            }
            _ => VehicleState::Driving,
        };
    }

    /// Returns the beacon, if one is due.
    pub(crate) fn beacon(&mut self, now: SimTime) -> Option<Envelope> {
        if !self.setup.has_beacon || self.beacon_sent.is_some_and(|sent| now.since(sent) < BEACON_EVERY) {
            return None;
        }
        self.beacon_sent = Some(now);
        let (vehicle, kind) = (self.setup.id.clone(), self.setup.kind);
        let report = VehicleReport { vehicle, kind, pose: self.pose(), speed: self.speed };
        Some(Envelope::from_vehicle(&self.setup.id, self.epoch.at(now), Body::VehicleStateV1 { report }))
    }

    /// Advances by one physics step.
    pub(crate) fn advance(&mut self, dt: f64) {
        self.station = (self.station + self.speed * dt).min(self.setup.way.length());
    }

    /// Returns the first truck that the vehicle's outline would meet within the stopping distance, and the distance to
    /// it, m.
    fn truck_ahead(&self, trucks: &[SeenTruck]) -> Option<(TruckId, f64)> {
        let kind = self.setup.kind;
        let speed = self.speed.max(self.setup.kind.acceleration());
        let look = AHEAD + speed * REACTION + speed * speed / (2.0 * kind.deceleration()) + LOOK_STEP;
        let outline = kind.footprint().grown(BESIDE);
        let here = self.pose();
        let near: Vec<&SeenTruck> =
            trucks.iter().filter(|t| t.pose.distance(here) < look + t.footprint.reach() + outline.reach()).collect();
        if near.is_empty() {
            return None;
        }
        let met = |way: f64| {
            let pose = self.setup.way.pose(self.station + way);
            near.iter().find(|t| meets(&outline, pose, &t.footprint, t.pose)).map(|t| t.id)
        };
        let steps = (look / LOOK_STEP).ceil() as u32;
        let (mut truck, mut far) =
            (0..=steps).map(|k| LOOK_STEP * f64::from(k)).find_map(|way| Some((met(way)?, way)))?;
        // Narrow the distance down by bisection; otherwise the vehicle would brake in steps.
        let mut free = (far - LOOK_STEP).max(0.0);
        for _ in 0..HALVINGS {
            let middle = (free + far) / 2.0;
            match met(middle) {
                Some(other) => (truck, far) = (other, middle),
                None => free = middle,
            }
        }
        Some((truck, far))
    }
}

/// Returns true if two outlines overlap: a corner or an edge point of one lies in the other.
fn meets(a: &Footprint, at_a: Pose2, b: &Footprint, at_b: Pose2) -> bool {
    if at_a.distance(at_b) > a.reach() + b.reach() {
        return false;
    }
    a.outline(at_a, 1.0).any(|p| b.distance(at_b, p) <= 0.0) || b.outline(at_b, 1.0).any(|p| a.distance(at_a, p) <= 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRUCK: Footprint = Footprint { front: 7.0, rear: 3.0, half_width: 3.0 };

    /// Returns a light vehicle on a straight route of 200 m to the east, with a stop of 5 s at 100 m.
    fn vehicle() -> SimVehicle {
        let pose = |x: f64| WayPose { station: x, pose: Pose2::new(x, 0.0, 0.0) };
        let stop = WayStop { station: 100.0, seconds: 5.0 };
        let way = VehicleWay::new((0..=20).map(|k| pose(10.0 * f64::from(k))).collect(), vec![stop]).unwrap();
        let setup = VehicleSetup {
            id: "lv".into(),
            kind: VehicleKind::LightVehicle,
            way,
            speed: 10.0,
            start: SimTime::from_seconds(2.0),
            has_beacon: true,
            works: true,
        };
        SimVehicle::parked(setup)
    }

    /// Drives for some seconds. Returns the states passed through.
    fn drive(vehicle: &mut SimVehicle, from: f64, seconds: f64, trucks: &[SeenTruck]) -> Vec<VehicleState> {
        let mut states = Vec::new();
        for k in 0..(seconds / 0.05) as u32 {
            vehicle.decide(SimTime::from_seconds(from + 0.05 * f64::from(k)), 0.05, trucks);
            for _ in 0..10 {
                vehicle.advance(0.005);
            }
            if states.last() != Some(&vehicle.state()) {
                states.push(vehicle.state());
            }
        }
        states
    }

    #[test]
    fn it_sets_out_in_time_stands_at_its_stop_and_parks_at_the_end() {
        use VehicleState::{AtStop, Driving, Parked, Waiting};
        let mut v = vehicle();
        assert_eq!(drive(&mut v, 0.0, 60.0, &[]), [Waiting, Driving, AtStop, Driving, Parked]);
        assert!((v.pose().x - 200.0).abs() < 0.1, "{:?}", v.pose());
        assert!(v.speed() <= 0.0);
    }

    #[test]
    fn it_stops_before_a_truck_in_its_way_and_goes_on_when_that_has_gone() {
        let mut v = vehicle();
        let truck = SeenTruck { id: TruckId(3), pose: Pose2::new(60.0, 2.0, 3.1), footprint: TRUCK };
        drive(&mut v, 0.0, 40.0, &[truck]);
        assert_eq!(v.state(), VehicleState::GivesWay(TruckId(3)));
        let gap = 60.0 - TRUCK.front - (v.pose().x + v.kind().footprint().front);
        assert!((3.0..20.0).contains(&gap), "{gap}");
        let beside = SeenTruck { pose: Pose2::new(60.0, 8.0, 0.0), ..truck };
        drive(&mut v, 40.0, 60.0, &[beside]);
        assert_eq!(v.state(), VehicleState::Parked, "a truck in the other lane is no reason to stop");
    }

    #[test]
    fn it_brakes_no_harder_than_its_kind_allows() {
        let mut v = vehicle();
        let truck = SeenTruck { id: TruckId(3), pose: Pose2::new(90.0, 0.0, 0.0), footprint: TRUCK };
        let mut before = 0.0;
        for k in 0..1_000 {
            v.decide(SimTime::from_seconds(2.0 + 0.05 * f64::from(k)), 0.05, &[truck]);
            // At walking pace, the 3 cm to which the vehicle knows its free distance become noticeable.
            assert!(before - v.speed() < 2.0 * 3.0 * 0.05 || before < 0.5, "{before} to {}", v.speed());
            before = v.speed();
            v.advance(0.05);
        }
        assert!(v.station() > 60.0, "{}", v.station());
    }
}
