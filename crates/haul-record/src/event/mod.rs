//! Events of a run, as they truly happened in the simulated world.

mod text;

use crate::input::SimInput;
use haul_core::{CycleState, ObstacleId, PlaceId, Restriction, SimTime, StandReason, TruckId, VehicleId};
use serde::{Deserialize, Serialize};

/// An event of a run: a time and a change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Time of the event.
    pub at: SimTime,
    /// Kind of the event, with its parameters. It prints as one sentence without a full stop.
    pub what: EventKind,
}

/// Kind of an event, with its parameters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EventKind {
    /// The cycle state of a truck changed.
    State {
        /// The truck.
        truck: TruckId,
        /// Cycle state before the change.
        from: CycleState,
        /// Cycle state after the change.
        to: CycleState,
    },
    /// A shovel began to load a truck that stands in its spot.
    LoadingBegan {
        /// The truck.
        truck: TruckId,
        /// The loading place.
        place: PlaceId,
        /// Distance from the rear axle to the spot, m.
        off_spot: f64,
    },
    /// A bucket was emptied into a truck.
    Pass {
        /// The truck.
        truck: TruckId,
        /// The loading place.
        place: PlaceId,
        /// Mass in the bucket, kg.
        mass: f64,
    },
    /// A shovel declared a truck loaded.
    Loaded {
        /// The truck.
        truck: TruckId,
        /// The loading place.
        place: PlaceId,
        /// Payload, kg.
        payload: f64,
    },
    /// A truck emptied its body.
    Tipped {
        /// The truck.
        truck: TruckId,
        /// The place that received the load; `None` if the load was tipped at no dump or crusher and is lost.
        place: Option<PlaceId>,
        /// Mass tipped, kg.
        mass: f64,
    },
    /// A truck finished a haul cycle.
    Cycle {
        /// The truck.
        truck: TruckId,
        /// Cycle time, s.
        seconds: f64,
        /// Mass delivered, kg.
        payload: f64,
    },
    /// A truck's body touched something.
    Collision {
        /// The truck.
        truck: TruckId,
        /// The other party.
        with: Touched,
        /// Speed of the truck, m/s.
        speed: f64,
    },
    /// A part of a truck's outline left the drivable surface.
    OffSurface {
        /// The truck.
        truck: TruckId,
        /// Maximum distance of the outline outside the drivable surface, m.
        by: f64,
    },
    /// The whole outline of a truck is on the drivable surface again.
    BackOnSurface {
        /// The truck.
        truck: TruckId,
    },
    /// The safety supervisor began to restrict a truck.
    Restricted {
        /// The truck.
        truck: TruckId,
        /// The supervisor's reason.
        why: Restriction,
    },
    /// A truck came to rest on its side or its roof.
    Overturned {
        /// The truck.
        truck: TruckId,
    },
    /// A truck left the map. It takes no further part in the run.
    LeftMap {
        /// The truck.
        truck: TruckId,
    },
    /// A truck's motion is no longer a number. The truck takes no further part in the run.
    Diverged {
        /// The truck.
        truck: TruckId,
    },
    /// The site added a line to its production record.
    Produced {
        /// The truck.
        truck: TruckId,
        /// Dump or crusher, as known to the site.
        place: PlaceId,
        /// Mass tipped, as known to the site, kg.
        payload: f64,
    },
    /// The site refused a message of a truck or a shovel.
    Refused {
        /// The truck concerned.
        truck: TruckId,
        /// The site's reason.
        why: String,
    },
    /// A truck has stood for some seconds and still stands.
    Stands {
        /// The truck.
        truck: TruckId,
        /// Reason why the truck stands.
        reason: StandReason,
        /// Time since which the truck stands for this reason.
        since: SimTime,
    },
    /// A truck that stood drives on, or now stands for another reason.
    StoodFor {
        /// The truck.
        truck: TruckId,
        /// Reason why the truck stood.
        reason: StandReason,
        /// Time for which the truck stood for this reason, s.
        seconds: f64,
    },
    /// A truck has stood without progress for longer than the limit for its reason.
    Stuck {
        /// The truck.
        truck: TruckId,
        /// Reason why the truck stands.
        reason: StandReason,
        /// Time for which the truck has stood without progress, s.
        seconds: f64,
    },
    /// A truck found no path to a place of its assignment.
    NoPath {
        /// The truck.
        truck: TruckId,
        /// The place without a path.
        place: PlaceId,
        /// The planner's reason.
        cause: String,
        /// Place to which the site sends the truck instead; `None` if there is none.
        instead: Option<PlaceId>,
    },
    /// The site has not received the beacon of a manned vehicle for some seconds.
    BeaconLost {
        /// The vehicle.
        vehicle: VehicleId,
    },
    /// The site receives the beacon of a manned vehicle again.
    BeaconBack {
        /// The vehicle.
        vehicle: VehicleId,
    },
    /// The site refused a beacon of a manned vehicle.
    BeaconRefused {
        /// The vehicle.
        vehicle: VehicleId,
        /// The site's reason.
        why: String,
    },
    /// An external input took effect.
    Input(SimInput),
}

/// The other party of a collision.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Touched {
    /// The terrain, touched by the body instead of the wheels.
    Terrain,
    /// Another truck.
    Truck(TruckId),
    /// The shovel, crusher or hopper of a place.
    Machine(PlaceId),
    /// An obstacle that an input placed.
    Obstacle(ObstacleId),
    /// A manned vehicle.
    Vehicle(VehicleId),
}

impl EventKind {
    /// Returns the truck that the event is about; `None` for an input to the whole site.
    pub fn truck(&self) -> Option<TruckId> {
        match self {
            EventKind::State { truck, .. }
            | EventKind::LoadingBegan { truck, .. }
            | EventKind::Pass { truck, .. }
            | EventKind::Loaded { truck, .. }
            | EventKind::Tipped { truck, .. }
            | EventKind::Cycle { truck, .. }
            | EventKind::Collision { truck, .. }
            | EventKind::OffSurface { truck, .. }
            | EventKind::BackOnSurface { truck }
            | EventKind::Restricted { truck, .. }
            | EventKind::Overturned { truck }
            | EventKind::LeftMap { truck }
            | EventKind::Diverged { truck }
            | EventKind::Produced { truck, .. }
            | EventKind::Refused { truck, .. }
            | EventKind::Stands { truck, .. }
            | EventKind::StoodFor { truck, .. }
            | EventKind::Stuck { truck, .. }
            | EventKind::NoPath { truck, .. } => Some(*truck),
            EventKind::BeaconLost { .. } | EventKind::BeaconBack { .. } | EventKind::BeaconRefused { .. } => None,
            EventKind::Input(input) => input.truck(),
        }
    }
}
