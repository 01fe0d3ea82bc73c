//! Routes, paths, manoeuvres and speed profiles for a haul truck.
//!
//! A drive is planned from the coarse to the fine: [`route`] chooses the roads, [`path`] lays the lane along them,
//! [`manoeuvre`] gets the truck out of a spot and into one, [`journey`] joins all three, and [`speed`] says how fast the
//! result may be driven. Every path is checked exactly: the whole footprint on the drivable surface, no bend tighter than
//! the steering.
//!
//! ```
//! use haul_mine::generate::{PitSpec, generate_pit};
//! use haul_planner::journey::{JourneyOptions, plan_journey};
//! use haul_planner::{Conditions, Travel, TruckModel};
//! use haul_vehicle::TruckSpec;
//! use std::sync::Arc;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let map = generate_pit(&PitSpec::default())?;
//! let truck = TruckModel::new(Arc::new(TruckSpec::tr100at()));
//! let (face, crusher) = (&map.places[0].spots[0], map.places.iter().rev().find_map(|p| p.spots.first()).unwrap());
//! // Loaded, out of the face, up the ramp, and backwards into the last place's spot.
//! let options = JourneyOptions { payload_kg: 91_000.0, arrive: Some(Travel::Reverse), ..JourneyOptions::default() };
//! let journey = plan_journey(&map, &truck, &Conditions::of(&map), face.pose, crusher.pose, &options)?;
//! assert!(journey.path.length() > 500.0);
//! assert!(journey.path.points.iter().all(|p| p.clearance > 0.0));
//! # Ok(())
//! # }
//! ```

pub mod journey;
pub mod manoeuvre;
pub mod path;
pub mod route;
pub mod speed;
#[cfg(test)]
mod synthetic;
mod truck_model;

pub use journey::PlanError;
pub use path::{Path, PathPoint, PathProjection, Travel};
pub use truck_model::{Conditions, TruckModel, Weather};
