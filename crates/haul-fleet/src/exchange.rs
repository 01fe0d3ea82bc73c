//! Inputs and outputs of the site.

use crate::{FixedAssignment, FleetError};
use haul_core::{PlaceId, SimTime, TruckId, VehicleId};
use haul_messages::{Envelope, WeatherReport};
use serde::{Deserialize, Serialize};

/// Input of the site: a message from a vehicle, a report of a shovel, an order, or a tick of time.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum SiteInput {
    /// A message from a truck. The id is that of the truck at the other end of the connection, whatever the message
    /// says.
    FromTruck(TruckId, Envelope),
    /// The beacon of a manned vehicle. The id is that of the vehicle at the other end of the connection.
    FromVehicle(VehicleId, Envelope),
    /// Kick-out of a shovel: the shovel has finished loading the truck.
    LoadingComplete {
        /// The place.
        place: PlaceId,
        /// The truck.
        truck: TruckId,
        /// Mass that the shovel loaded, kg.
        payload_kg: f64,
    },
    /// A shovel has given up a truck that has not stood in its loading spot for some time.
    LoadingAbandoned {
        /// The place.
        place: PlaceId,
        /// The truck.
        truck: TruckId,
    },
    /// A truck gets a new assignment.
    Assign(FixedAssignment),
    /// A truck is no longer on the mine. Its claim, spot and queue position become free.
    Withdraw(TruckId),
    /// The site's weather station has measured a change.
    Weather(WeatherReport),
    /// An operator pressed all-stop.
    AllStop,
    /// The all-stop is lifted.
    Resume,
    /// Time has passed; sent about once a second. The site repeats messages without an answer.
    Tick,
}

/// Output of the site: a message to a truck, an order to a shovel, or news of the work of a truck.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum SiteOutput {
    /// A message to a truck.
    ToTruck(TruckId, Envelope),
    /// Tells a place's shovel that a truck stands ready in a spot. Sent once per visit.
    LoadTruck {
        /// The place.
        place: PlaceId,
        /// The truck.
        truck: TruckId,
        /// Index of the spot.
        spot_index: usize,
    },
    /// Tells a place's shovel that a truck has left, or has been taken off the mine.
    EndLoading {
        /// The place.
        place: PlaceId,
        /// The truck.
        truck: TruckId,
    },
    /// A truck finds no path to a place of its assignment.
    NoPath {
        /// The truck.
        truck: TruckId,
        /// The place.
        place: PlaceId,
        /// Reason given by the planner.
        cause: String,
        /// The place at which the truck works instead; `None` if no other place is suitable.
        instead: Option<PlaceId>,
    },
    /// A load was tipped. Sent once per load.
    Production(ProductionRecord),
    /// No beacon of a manned vehicle has been received for some seconds. Trucks detect the vehicle only by their own
    /// sensors.
    BeaconLost(VehicleId),
    /// A lost beacon is received again.
    BeaconBack(VehicleId),
    /// A beacon was refused and has changed nothing.
    BeaconRefused {
        /// The vehicle.
        vehicle: VehicleId,
        /// Reason for the refusal.
        why: FleetError,
    },
    /// An input was refused and has changed nothing.
    Refused {
        /// The truck.
        truck: TruckId,
        /// Reason for the refusal.
        why: FleetError,
    },
}

/// One load, from face to dump.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProductionRecord {
    /// Truck that carried the load.
    pub truck: TruckId,
    /// Place of loading: the assigned one if the truck came to the site loaded.
    pub load: PlaceId,
    /// Place of tipping.
    pub dump: PlaceId,
    /// Tipped mass, as weighed by the truck, kg.
    pub payload_kg: f64,
    /// Time of tipping.
    pub at: SimTime,
    /// Time since the truck's previous tip, or since the start of the site for the truck's first tip, s.
    pub cycle_s: f64,
}
