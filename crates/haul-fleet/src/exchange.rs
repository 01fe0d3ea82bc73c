//! Inputs and outputs of the site.

use crate::{FixedAssignment, FleetError};
use haul_core::{PlaceId, SimTime, TruckId, VehicleId};
use haul_messages::{Envelope, WeatherReport};
use serde::{Deserialize, Serialize};

/// Input of the site: a message from a vehicle, a report of a shovel, an order, or a tick of time.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum SiteInput {
    /// A message from a truck; the truck is the one at the other end of the line, whatever the message says.
    FromTruck(TruckId, Envelope),
    /// The beacon of a manned vehicle; the vehicle is the one at the other end of the line.
    FromVehicle(VehicleId, Envelope),
    /// The shovel's kick-out: it has finished loading the truck.
    LoadingComplete {
        /// The place.
        place: PlaceId,
        /// The truck.
        truck: TruckId,
        /// Mass that it loaded, kg.
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
    /// A truck is no longer on the mine. Its ground, spot and queue position are free.
    Withdraw(TruckId),
    /// The site's weather station has measured a change.
    Weather(WeatherReport),
    /// An operator pressed all-stop.
    AllStop,
    /// The all-stop is lifted.
    Resume,
    /// Time has passed; sent about once a second. Messages without an answer are sent again.
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
    /// A truck finds no path to a place of its work.
    NoPath {
        /// The truck.
        truck: TruckId,
        /// The place.
        place: PlaceId,
        /// The planner's reason.
        cause: String,
        /// The place that it works at instead; `None` if no other place is suitable.
        instead: Option<PlaceId>,
    },
    /// A load was tipped. Sent once per load.
    Production(ProductionRecord),
    /// The beacon of a manned vehicle has not been heard for some seconds: trucks know of it only by their own sensors.
    BeaconLost(VehicleId),
    /// A beacon that was lost is heard again.
    BeaconBack(VehicleId),
    /// A beacon was refused; nothing has changed by it.
    BeaconRefused {
        /// The vehicle.
        vehicle: VehicleId,
        /// The reason.
        why: FleetError,
    },
    /// An input was refused; nothing has changed by it.
    Refused {
        /// The truck.
        truck: TruckId,
        /// Why.
        why: FleetError,
    },
}

/// One load, from face to dump.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProductionRecord {
    /// Truck that carried it.
    pub truck: TruckId,
    /// Place of loading: the assigned one if the truck came to the site loaded.
    pub load: PlaceId,
    /// Place of tipping.
    pub dump: PlaceId,
    /// Mass that was tipped, by the truck's own weighing, kg.
    pub payload_kg: f64,
    /// Time of tipping.
    pub at: SimTime,
    /// Time since the truck's last tip, or since the site's start for its first one, s.
    pub cycle_s: f64,
}
