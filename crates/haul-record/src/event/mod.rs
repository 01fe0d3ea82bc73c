//! Events of a run, as the truth of the world has them.

mod text;

use crate::input::SimInput;
use haul_core::{CycleState, ObstacleId, PlaceId, Restriction, SimTime, StandReason, TruckId, VehicleId};
use serde::{Deserialize, Serialize};

/// An event of a run: an instant and a change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Instant of the event.
    pub at: SimTime,
    /// Kind of the event, with its parameters. Prints as one sentence without a full stop.
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
        /// Cycle state before.
        from: CycleState,
        /// Cycle state after.
        to: CycleState,
    },
    /// A shovel began to load a truck that stands at its spot.
    LoadingBegan {
        /// The truck.
        truck: TruckId,
        /// The loading place.
        place: PlaceId,
        /// Distance of the rear axle from the spot, m.
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
    /// A truck has emptied its body.
    Tipped {
        /// The truck.
        truck: TruckId,
        /// The place that received the load; `None` if the tail was at no dump or crusher and the load is lost.
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
        /// Greatest distance outside, m.
        by: f64,
    },
    /// The whole outline of a truck is on the drivable surface again.
    BackOnSurface {
        /// The truck.
        truck: TruckId,
    },
    /// The safety supervisor began to hold a truck back.
    Restricted {
        /// The truck.
        truck: TruckId,
        /// Reason of the supervisor.
        why: Restriction,
    },
    /// A truck came to lie on its side or its back.
    Overturned {
        /// The truck.
        truck: TruckId,
    },
    /// A truck left the map. It takes no further part.
    LeftMap {
        /// The truck.
        truck: TruckId,
    },
    /// A truck's motion became not a number. It takes no further part.
    Diverged {
        /// The truck.
        truck: TruckId,
    },
    /// The site added a line to its production record.
    Produced {
        /// The truck.
        truck: TruckId,
        /// Dump or crusher, as the site believes.
        place: PlaceId,
        /// Mass tipped, as the site believes, kg.
        payload: f64,
    },
    /// The site refused a message of a truck or a shovel.
    Refused {
        /// The truck concerned.
        truck: TruckId,
        /// Reason of the site.
        why: String,
    },
    /// A truck has stood for some seconds, and still does.
    Stands {
        /// The truck.
        truck: TruckId,
        /// Reason why it stands.
        reason: StandReason,
        /// Instant since when it stands for this reason.
        since: SimTime,
    },
    /// A truck that stood drives on, or stands for another reason.
    StoodFor {
        /// The truck.
        truck: TruckId,
        /// Reason why it stood.
        reason: StandReason,
        /// Time that it stood for this reason, s.
        seconds: f64,
    },
    /// A truck has stood without progress for longer than its reason allows.
    Stuck {
        /// The truck.
        truck: TruckId,
        /// Reason why it stands.
        reason: StandReason,
        /// Time that it has stood without progress, s.
        seconds: f64,
    },
    /// A truck found no path to a place of its work.
    NoPath {
        /// The truck.
        truck: TruckId,
        /// The place.
        place: PlaceId,
        /// The planner's reason.
        cause: String,
        /// Place that the site sends it to instead; `None` if there is none.
        instead: Option<PlaceId>,
    },
    /// The site has not heard the beacon of a manned vehicle for some seconds.
    BeaconLost {
        /// The vehicle.
        vehicle: VehicleId,
    },
    /// The site hears the beacon of a manned vehicle again.
    BeaconBack {
        /// The vehicle.
        vehicle: VehicleId,
    },
    /// The site refused a beacon of a manned vehicle.
    BeaconRefused {
        /// The vehicle.
        vehicle: VehicleId,
        /// Reason of the site.
        why: String,
    },
    /// An input from outside took effect.
    Input(SimInput),
}

/// The other party of a collision.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Touched {
    /// The ground, touched with the body instead of the wheels.
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
    /// The truck that the event is about; `None` for an input to the whole site.
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
