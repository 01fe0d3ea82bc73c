//! Manned vehicles: their beacons, and the reports to nearby trucks.

use super::{Answers, SiteCore};
use crate::FleetError;
use crate::exchange::SiteOutput;
use haul_core::{SimTime, VehicleId};
use haul_messages::{Body, Envelope, Timestamp, VehicleReport, vehicle_equipment_id};

/// Time without a beacon after which the vehicle's beacon counts as lost, s: six beacon periods.
const BEACON_TIMEOUT_S: f64 = 3.0;
/// Distance from a vehicle within which trucks get reports of it, m. A loaded truck on a wet ramp and a vehicle that
/// comes towards it each stop within half of it.
const TRAFFIC_RADIUS: f64 = 400.0;
/// Maximum number of vehicles with a beacon on one site. A broken sender must not fill the memory with names.
const MOST_VEHICLES: usize = 1_000;

/// The last beacon of a manned vehicle.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Beacon {
    /// Content of the beacon.
    pub report: VehicleReport,
    /// Time of sending by the vehicle's clock, at most the time of receipt.
    pub sent: Timestamp,
    /// True if no beacon of the vehicle has been received for some seconds.
    pub is_lost: bool,
}

impl SiteCore {
    /// Handles a beacon, and passes it on to the trucks near the vehicle.
    pub(super) fn beacon(
        &mut self,
        vehicle: &VehicleId,
        envelope: Envelope,
        now: SimTime,
        answers: &mut Answers,
    ) -> Result<(), FleetError> {
        let Body::VehicleStateV1 { report } = envelope.body else {
            return Err(FleetError::NotABeacon(vehicle.clone()));
        };
        let own = vehicle_equipment_id(vehicle);
        if report.vehicle != *vehicle || envelope.header.equipment_id.is_some_and(|id| id != own) {
            return Err(FleetError::WrongVehicle(vehicle.clone()));
        }
        let bad = |what| FleetError::BadBeacon { vehicle: vehicle.clone(), what };
        if let Some(what) = report.fault() {
            return Err(bad(what));
        }
        // A clock that runs ahead must not make later beacons look old.
        let here = self.epoch.at(now);
        let sent = envelope.header.timestamp.min(here);
        let age = seconds_between(sent, here);
        if age > BEACON_TIMEOUT_S {
            return Err(bad(format!("it is {age:.1} s old; at most {BEACON_TIMEOUT_S} s is accepted")));
        }
        let known = self.vehicles.get(vehicle);
        if known.is_some_and(|known| sent <= known.sent) {
            return Ok(());
        }
        if known.is_none() && self.vehicles.len() >= MOST_VEHICLES {
            return Err(FleetError::TooManyVehicles(vehicle.clone(), MOST_VEHICLES));
        }
        if known.is_some_and(|known| known.is_lost) {
            answers.outputs.push(SiteOutput::BeaconBack(vehicle.clone()));
        }
        for (truck, book) in &self.trucks {
            let is_near = book.pose.is_none_or(|pose| pose.distance(report.pose) < TRAFFIC_RADIUS);
            if is_near && !book.withdrawn {
                answers.tell(*truck, Body::TrafficV1 { report: report.clone(), reported_at: sent });
            }
        }
        self.vehicles.insert(vehicle.clone(), Beacon { report, sent, is_lost: false });
        Ok(())
    }

    /// Reports the vehicles whose beacons have not been received for too long.
    pub(super) fn miss_beacons(&mut self, now: SimTime, answers: &mut Answers) {
        let here = self.epoch.at(now);
        for (vehicle, beacon) in &mut self.vehicles {
            if !beacon.is_lost && seconds_between(beacon.sent, here) > BEACON_TIMEOUT_S {
                beacon.is_lost = true;
                tracing::warn!(%vehicle, at = %now, "beacon lost");
                answers.outputs.push(SiteOutput::BeaconLost(vehicle.clone()));
            }
        }
    }
}

/// Returns the time from one stamp to a later one, s.
fn seconds_between(from: Timestamp, to: Timestamp) -> f64 {
    to.duration_since(from).as_secs_f64()
}
