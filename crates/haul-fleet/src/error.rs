//! Refusals of the site, with their reasons.

use haul_core::{PlaceId, TruckId, VehicleId};
use haul_mine::PlaceKind;

/// Reason why the site refuses an input.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FleetError {
    /// No assignment names this truck.
    #[error("{0} is not a truck of this site")]
    UnknownTruck(TruckId),
    /// A report of a slippery road has implausible values.
    #[error("{0} reported a slippery road with a pose that is not finite or a friction that is not above 0")]
    BadRoadReport(TruckId),
    /// The message carries the id of another truck.
    #[error("a message from {0} carries the equipment id of another machine")]
    WrongSender(TruckId),
    /// The map has no such place.
    #[error("the mine has no place {0:?}")]
    UnknownPlace(String),
    /// The place for loading, tipping or parking is of another kind.
    #[error("{truck} cannot {task} at {place}, which is a {kind:?} place")]
    WrongKind {
        /// The truck.
        truck: TruckId,
        /// Task of the truck at the place: `load`, `tip` or `park`.
        task: &'static str,
        /// The place.
        place: PlaceId,
        /// Kind of the place.
        kind: PlaceKind,
    },
    /// The place has no spot, so no truck can work there.
    #[error("{0} has no spot for a truck")]
    NoSpot(PlaceId),
    /// A truck has two assignments.
    #[error("{0} has more than one assignment")]
    AssignedTwice(TruckId),
    /// The truck asks for a place that is not part of its assignment.
    #[error("{truck} is not assigned to {place}")]
    NotAssigned {
        /// The truck.
        truck: TruckId,
        /// The place that the truck asks for.
        place: PlaceId,
    },
    /// Another truck holds the spot.
    #[error("spot {spot_index} of {place} is held by {holder}, not by {truck}")]
    SpotTaken {
        /// The truck that reports that it stands there.
        truck: TruckId,
        /// The place.
        place: PlaceId,
        /// Index of the spot.
        spot_index: usize,
        /// The truck that holds the spot.
        holder: TruckId,
    },
    /// The place has no spot of this number.
    #[error("{place} has no spot {spot_index}")]
    NoSuchSpot {
        /// The place.
        place: PlaceId,
        /// Index of the spot that does not exist.
        spot_index: usize,
    },
    /// The truck holds no spot at the place.
    #[error("{truck} holds no spot of {place}")]
    NotAtSpot {
        /// The truck.
        truck: TruckId,
        /// The place.
        place: PlaceId,
    },
    /// The payload is not a valid mass.
    #[error("the payload of {truck} is given as {payload}; expected a finite mass of 0 kg or more")]
    NoMass {
        /// The truck.
        truck: TruckId,
        /// The reported payload, as text.
        payload: String,
    },
    /// A requested path is not valid.
    #[error("the path of {truck} cannot be used: {what}")]
    BadPath {
        /// The truck.
        truck: TruckId,
        /// Description of the fault.
        what: String,
    },
    /// A truck reports progress, without poses, on a path that the site does not know. The truck must send the poses
    /// again.
    #[error("{0} reports progress on a path that the site does not know")]
    UnknownPath(TruckId),
    /// The truck sent a message that only the site sends.
    #[error("{0} sent a message that only the site may send")]
    NotForSite(TruckId),
    /// The message carries the id of another vehicle.
    #[error("a beacon of the vehicle `{0}` carries the id or the name of another machine")]
    WrongVehicle(VehicleId),
    /// The beacon has implausible values.
    #[error("a beacon of the vehicle `{vehicle}` cannot be used: {what}")]
    BadBeacon {
        /// The vehicle.
        vehicle: VehicleId,
        /// Description of the fault.
        what: String,
    },
    /// The message of a manned vehicle is not a beacon.
    #[error("the vehicle `{0}` sent a message that is not a beacon")]
    NotABeacon(VehicleId),
    /// There are more vehicles than a site can have.
    #[error("the vehicle `{0}` is refused: the site already knows {1} vehicles with beacons, and accepts no more")]
    TooManyVehicles(VehicleId, usize),
    /// Several faults at once, when a site is set up.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Several(Vec<FleetError>),
}
