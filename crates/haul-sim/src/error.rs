//! Errors in building a world.

use haul_core::{PlaceId, TruckId, VehicleId};
use thiserror::Error;

/// Reason why a world cannot be built from its setup.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SimError {
    /// There is no truck.
    #[error("a run needs at least one truck")]
    NoTruck,
    /// Two trucks have the same number.
    #[error("there are two trucks {0}")]
    TwiceTheTruck(TruckId),
    /// Two vehicles have the same name.
    #[error("there are two vehicles `{0}`")]
    TwiceTheVehicle(VehicleId),
    /// A vehicle's speed is not above 0.
    #[error("the vehicle `{vehicle}` drives at {speed} m/s; expected a speed above 0")]
    VehicleSpeed {
        /// The vehicle.
        vehicle: VehicleId,
        /// Speed of the vehicle, m/s.
        speed: f64,
    },
    /// A truck's start is not a valid pose, or lies off the map.
    #[error("truck {truck} starts at ({x:.1}, {y:.1}), which is off the map")]
    StartOffTheMap {
        /// The truck.
        truck: TruckId,
        /// East, m.
        x: f64,
        /// North, m.
        y: f64,
    },
    /// The outlines of two trucks overlap at the start.
    #[error("trucks {0} and {1} start in the same place")]
    StartsOverlap(TruckId, TruckId),
    /// The map does not have the place.
    #[error("truck {truck} is assigned to `{place}`, which the mine `{mine}` does not have")]
    NoSuchPlace {
        /// The truck.
        truck: TruckId,
        /// The place.
        place: PlaceId,
        /// Name of the mine.
        mine: String,
    },
    /// The place is of the wrong kind for the work.
    #[error("truck {truck} cannot {wanted} at `{place}`, which is a {found}")]
    WrongKindOfPlace {
        /// The truck.
        truck: TruckId,
        /// The place.
        place: PlaceId,
        /// Work that the truck is to do at the place.
        wanted: &'static str,
        /// Kind of the place.
        found: &'static str,
    },
    /// A loading place without a shovel.
    #[error("`{0}` has no shovel")]
    NoShovel(PlaceId),
    /// The terrain has no surface that the physics can use.
    #[error("the terrain of the mine `{0}` is not a grid of finite heights")]
    NoTerrain(String),
    /// The site refused the assignments.
    #[error("the site refuses the assignments: {0}")]
    Fleet(#[from] haul_fleet::FleetError),
    /// A snapshot cannot be taken or resumed.
    #[error(transparent)]
    Snapshot(#[from] crate::snapshot::SnapshotError),
}
