//! Refusals of the site, with their reasons.

use haul_core::{PlaceId, TruckId, VehicleId};
use haul_mine::PlaceKind;

/// Why the site does not do as it is asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FleetError {
    /// No assignment names this truck.
    #[error("{0} is not a truck of this site")]
    UnknownTruck(TruckId),
    /// A report of a slippery road that makes no sense.
    #[error("{0} told of a slippery road with a pose or a friction that is not a positive number")]
    BadRoadReport(TruckId),
    /// The message bears another truck's id.
    #[error("a message from {0} bears the equipment id of another machine")]
    WrongSender(TruckId),
    /// The map has no such place.
    #[error("the mine has no place {0:?}")]
    UnknownPlace(String),
    /// A place of another kind stands where loading, tipping or parking is to be done.
    #[error("{truck} is to {task} at {place}, which is a {kind:?} place")]
    WrongKind {
        /// The truck.
        truck: TruckId,
        /// `load`, `tip` or `park`.
        task: &'static str,
        /// The place.
        place: PlaceId,
        /// Kind of the place.
        kind: PlaceKind,
    },
    /// A place without a spot cannot be worked at.
    #[error("{0} has no spot for a truck")]
    NoSpot(PlaceId),
    /// A truck has two assignments.
    #[error("{0} has more than one assignment")]
    AssignedTwice(TruckId),
    /// The truck asks for a place that is none of its assignment's.
    #[error("{truck} is not assigned to {place}")]
    NotAssigned {
        /// The truck.
        truck: TruckId,
        /// The place it asks for.
        place: PlaceId,
    },
    /// The spot is another truck's.
    #[error("spot {spot_index} of {place} is {holder}'s, not {truck}'s")]
    SpotTaken {
        /// The truck that says it stands there.
        truck: TruckId,
        /// The place.
        place: PlaceId,
        /// The spot.
        spot_index: usize,
        /// Whose it is.
        holder: TruckId,
    },
    /// The place has fewer spots.
    #[error("{place} has no spot {spot_index}")]
    NoSuchSpot {
        /// The place.
        place: PlaceId,
        /// The spot.
        spot_index: usize,
    },
    /// The truck holds no spot there.
    #[error("{truck} holds no spot of {place}")]
    NotAtSpot {
        /// The truck.
        truck: TruckId,
        /// The place.
        place: PlaceId,
    },
    /// A payload is no mass.
    #[error("{truck} is said to carry {payload}, which is no mass")]
    NoMass {
        /// The truck.
        truck: TruckId,
        /// The statement, as text.
        payload: String,
    },
    /// A requested path makes no sense.
    #[error("the path of {truck} cannot be used: {what}")]
    BadPath {
        /// The truck.
        truck: TruckId,
        /// Description of the fault.
        what: String,
    },
    /// Progress on a path that the site does not know, without its poses: they have to be sent again.
    #[error("{0} reports progress on a path that the site does not know")]
    UnknownPath(TruckId),
    /// A message that only the site sends.
    #[error("{0} sent a message that is the site's to send")]
    NotForSite(TruckId),
    /// The message bears another machine's id.
    #[error("a beacon of the vehicle `{0}` bears the id or the name of another machine")]
    WrongVehicle(VehicleId),
    /// A beacon that cannot be believed.
    #[error("a beacon of the vehicle `{vehicle}` cannot be used: {what}")]
    BadBeacon {
        /// The vehicle.
        vehicle: VehicleId,
        /// Description of the fault.
        what: String,
    },
    /// A manned vehicle sends nothing but its beacon.
    #[error("the vehicle `{0}` sent a message that is no beacon")]
    NotABeacon(VehicleId),
    /// More vehicles than a site can have.
    #[error("the vehicle `{0}` is one too many; at most {1} with beacons are accepted")]
    TooManyVehicles(VehicleId, usize),
    /// Several faults at once, when a site is set up.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Several(Vec<FleetError>),
}
