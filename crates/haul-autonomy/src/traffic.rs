//! Manned vehicles reported by the site. So the truck knows vehicles beyond the view of its own sensors, behind a crest
//! or a bend.

use crate::perceive::{Shape, TrackedObstacle};
use haul_core::{Pose2, SimTime, TruckId, Vector2, VehicleId};
use haul_messages::{Body, Envelope, Epoch, Timestamp, VehicleReport, equipment_id};
use std::collections::BTreeMap;

/// Age (s) from which a report no longer gives the vehicle's position.
const REPORT_TIMEOUT: f64 = 3.0;
/// First number for obstacles that only reports show. The tracker numbers its obstacles from 0.
const FIRST_NUMBER: u32 = 1 << 31;
/// Maximum distance (m) between an obstacle and a reported vehicle's outline for the two to be the same.
const MATCH_DISTANCE: f64 = 3.0;
/// Maximum difference in speed (m/s) between an obstacle and a reported vehicle for the two to be the same.
const MATCH_SPEED: f64 = 3.0;
/// Minimum size of an obstacle, as a share of the reported vehicle's size, for the two to be the same.
const MATCH_REACH: f64 = 0.5;

/// The last report of a vehicle.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
struct Known {
    number: u32,
    report: VehicleReport,
    reported_at: Timestamp,
}

/// Manned vehicles reported to a truck, and all obstacles that the truck knows.
#[derive(Debug, Clone)]
pub(crate) struct Traffic {
    truck: TruckId,
    epoch: Epoch,
    vehicles: BTreeMap<VehicleId, Known>,
    /// Number of vehicles reported so far, used to number their obstacles.
    count: u32,
    around: Vec<TrackedObstacle>,
}

haul_core::keep_state!(Traffic { truck: given, epoch: given, vehicles: value, count: value, around: value });

impl Traffic {
    /// Creates a record of the traffic without any known vehicle.
    pub fn new(truck: TruckId, epoch: Epoch) -> Self {
        Self { truck, epoch, vehicles: BTreeMap::new(), count: 0, around: Vec::new() }
    }

    pub fn set_epoch(&mut self, epoch: Epoch) {
        self.epoch = epoch;
    }

    /// Reads the reports in an inbox and drops old reports. Combines `seen`, the obstacles from the truck's sensors,
    /// with the reported vehicles that are not among them.
    pub fn update(&mut self, now: SimTime, inbox: &[Envelope], seen: &[TrackedObstacle]) {
        let here = self.epoch.at(now);
        for envelope in inbox {
            self.hear(here, envelope);
        }
        self.vehicles.retain(|vehicle, known| {
            let stays = age(known.reported_at, here) <= REPORT_TIMEOUT;
            if !stays {
                tracing::debug!(%vehicle, at = %now, "beacon lost: only the sensors can show the vehicle now");
            }
            stays
        });
        self.around.clear();
        self.around.extend_from_slice(seen);
        for known in self.vehicles.values() {
            let age = age(known.reported_at, here);
            if !seen.iter().any(|thing| is_it(known, age, thing)) {
                self.around.push(obstacle(known, age));
            }
        }
    }

    /// Returns all obstacles around the truck, from its sensors or from reports.
    pub fn around(&self) -> &[TrackedObstacle] {
        &self.around
    }

    /// Returns the name of the reported vehicle that has this obstacle number, if there is one.
    pub fn name_of(&self, number: u32) -> Option<&VehicleId> {
        self.vehicles.values().find(|known| known.number == number).map(|known| &known.report.vehicle)
    }

    fn hear(&mut self, here: Timestamp, envelope: &Envelope) {
        let Body::TrafficV1 { report, reported_at } = &envelope.body else { return };
        if envelope.header.equipment_id.is_some_and(|id| id != equipment_id(self.truck)) {
            return;
        }
        if let Some(what) = report.fault() {
            tracing::warn!(truck = %self.truck, vehicle = %report.vehicle, what, "a report of a vehicle is left out");
            return;
        }
        // A clock that runs ahead must not make later reports look old.
        let reported_at = (*reported_at).min(here);
        match self.vehicles.get_mut(&report.vehicle) {
            Some(known) if reported_at > known.reported_at => {
                (known.report, known.reported_at) = (report.clone(), reported_at);
            }
            Some(_) => {}
            None => {
                let number = FIRST_NUMBER | self.count;
                self.count = (self.count + 1) % FIRST_NUMBER;
                self.vehicles.insert(report.vehicle.clone(), Known { number, report: report.clone(), reported_at });
            }
        }
    }
}

/// Returns the time since a report was made, s.
fn age(reported_at: Timestamp, here: Timestamp) -> f64 {
    here.duration_since(reported_at).as_secs_f64().max(0.0)
}

/// Returns the area in which a vehicle may be: from its reported position to its present one if it has kept its speed.
fn obstacle(known: &Known, age: f64) -> TrackedObstacle {
    let VehicleReport { kind, pose, speed, .. } = known.report;
    let driven = speed * age;
    let mut outline = kind.footprint();
    outline.rear += driven.max(0.0);
    outline.front += (-driven).max(0.0);
    TrackedObstacle {
        id: known.number,
        pose: pose.advanced(driven),
        shape: Shape::Box(outline),
        velocity: velocity(known),
    }
}

fn velocity(known: &Known) -> Vector2 {
    known.report.pose.ahead() * known.report.speed
}

/// Returns true if an obstacle seen by the sensors is the vehicle of a report.
fn is_it(known: &Known, age: f64, thing: &TrackedObstacle) -> bool {
    let told = obstacle(known, age);
    let Shape::Box(outline) = told.shape else { return false };
    let at: Pose2 = thing.pose;
    outline.distance(told.pose, at.position()) <= MATCH_DISTANCE
        && (thing.velocity - told.velocity).norm() <= MATCH_SPEED
        && thing.shape.reach() >= MATCH_REACH * known.report.kind.footprint().reach()
}

#[cfg(test)]
mod tests {
    use super::*;
    use haul_core::VehicleKind;

    fn second(s: f64) -> SimTime {
        SimTime::from_seconds(s)
    }

    fn report(x: f64, speed: f64) -> VehicleReport {
        let (vehicle, kind) = (VehicleId::from("cart"), VehicleKind::WaterCart);
        VehicleReport { vehicle, kind, pose: Pose2::new(x, 0.0, 0.0), speed }
    }

    fn told(report: VehicleReport, at: f64) -> Envelope {
        let reported_at = Epoch::default().at(second(at));
        Envelope::new(TruckId(1), reported_at, Body::TrafficV1 { report, reported_at })
    }

    fn traffic() -> Traffic {
        Traffic::new(TruckId(1), Epoch::default())
    }

    #[test]
    fn a_vehicle_occupies_all_the_ground_that_it_may_have_reached() {
        let mut traffic = traffic();
        traffic.update(second(12.0), &[told(report(100.0, 5.0), 10.0)], &[]);
        let [cart] = traffic.around() else { panic!("{:?}", traffic.around()) };
        let outline = VehicleKind::WaterCart.footprint();
        let Shape::Box(ground) = cart.shape else { panic!("{cart:?}") };
        assert!((cart.pose.x + ground.front - (110.0 + outline.front)).abs() < 1e-9, "its front has moved on");
        assert!((cart.pose.x - ground.rear - (100.0 - outline.rear)).abs() < 1e-9, "its tail may still be there");
        assert!((cart.velocity.x - 5.0).abs() < 1e-12);
        assert_eq!(traffic.name_of(cart.id).map(VehicleId::as_str), Some("cart"));
    }

    #[test]
    fn a_vehicle_whose_reports_end_is_forgotten_after_three_seconds() {
        let mut traffic = traffic();
        traffic.update(second(10.0), &[told(report(100.0, 0.0), 10.0)], &[]);
        traffic.update(second(12.9), &[], &[]);
        assert_eq!(traffic.around().len(), 1);
        traffic.update(second(13.1), &[], &[]);
        assert!(traffic.around().is_empty());
        // A report that took longer than 3 s is too old.
        traffic.update(second(20.0), &[told(report(100.0, 0.0), 16.0)], &[]);
        assert!(traffic.around().is_empty());
    }

    #[test]
    fn a_vehicle_that_is_seen_as_well_is_one_obstacle_and_a_rock_beside_it_another() {
        let mut traffic = traffic();
        let outline = VehicleKind::WaterCart.footprint();
        let cart = TrackedObstacle {
            id: 4,
            pose: Pose2::new(110.2, 0.1, 0.02),
            shape: Shape::Box(outline),
            velocity: Vector2::new(5.1, 0.0),
        };
        traffic.update(second(12.0), &[told(report(100.0, 5.0), 10.0)], &[cart]);
        assert_eq!(traffic.around(), [cart]);
        let rock = TrackedObstacle { shape: Shape::Disc(0.7), velocity: Vector2::zeros(), ..cart };
        traffic.update(second(12.0), &[told(report(110.0, 0.0), 11.9)], &[rock]);
        assert_eq!(traffic.around().len(), 2);
    }

    #[test]
    fn late_broken_and_misaddressed_reports_change_nothing() {
        let mut traffic = traffic();
        let mut other = told(report(50.0, 0.0), 10.2);
        other.header.equipment_id = Some(equipment_id(TruckId(2)));
        let inbox = [
            told(report(100.0, 0.0), 10.0),
            told(report(80.0, 0.0), 9.0),
            told(report(f64::NAN, 0.0), 10.1),
            told(report(100.0, f64::NAN), 10.1),
            told(report(100.0, 1e9), 10.1),
            other,
        ];
        traffic.update(second(10.5), &inbox, &[]);
        assert_eq!(traffic.around().iter().map(|o| o.pose.x).collect::<Vec<_>>(), [100.0]);
    }

    #[test]
    fn a_report_from_the_future_does_not_block_later_ones() {
        let mut traffic = traffic();
        traffic.update(second(10.0), &[told(report(100.0, 0.0), 9_000.0)], &[]);
        traffic.update(second(11.0), &[told(report(90.0, 0.0), 11.0)], &[]);
        assert_eq!(traffic.around()[0].pose.x, 90.0);
        traffic.update(second(15.0), &[], &[]);
        assert!(traffic.around().is_empty(), "it does not stay for ever");
    }
}
