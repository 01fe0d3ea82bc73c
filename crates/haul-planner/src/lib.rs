//! Routes, paths, manoeuvres and speed profiles for a haul truck.
//!
//! A journey is planned from coarse to fine: [`route`] chooses the roads, [`path`] lays the lane along them,
//! [`manoeuvre`] leads out of a spot and into another, [`journey`] joins these parts, and [`speed`] plans the speed
//! along the result. Every path is checked exactly: the whole footprint stays on the drivable surface, and no bend is
//! tighter than the steering allows.
//!
//! # A route
//!
//! Plan a loaded haul out of a generated pit in rain, with its time, fuel and spread of time:
//!
//! ```
//! # use haul_mine::generate::{PitSpec, generate_pit};
//! # use haul_planner::{Conditions, TruckModel, Weather, route::{Network, RouteOptions}};
//! # use haul_vehicle::TruckSpec;
//! # use std::sync::Arc;
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let map = generate_pit(&PitSpec::default())?;
//! let truck = TruckModel::new(Arc::new(TruckSpec::tr100at()));
//! let network = Network::prepare(&map, &truck, &Conditions::under(&map, Weather::Rain), 91_000.0);
//! let spot = |id: &str| map.place(&id.into()).and_then(|p| map.roads.nearest(p.spots[0].pose.position()));
//! let (from, to) = (spot("face_1").ok_or("no face")?, spot("crusher").ok_or("no crusher")?);
//! let route = network.plan(&map, from, to, &RouteOptions::default())?;
//! assert!(route.length > 500.0 && route.fuel_kg > 1.0);
//! assert!(route.travel_time().quantile(0.9) > route.time, "one haul in ten is delayed");
//! # Ok(())
//! # }
//! ```
//!
//! # A manoeuvre
//!
//! Drive from a road past a shovel, and back into a spot on a bench of 70 m by 50 m:
//!
//! ```
//! # use haul_core::{Point2, Polygon, Pose2};
//! # use haul_mine::Drivable;
//! # use haul_planner::manoeuvre::{FreeSpace, ManoeuvreOptions, Obstacle, SpotAccess, plan_manoeuvre};
//! # use haul_planner::TruckModel;
//! # use haul_vehicle::TruckSpec;
//! # use std::sync::Arc;
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let edge = [(-60.0, -10.0), (0.0, -10.0), (0.0, -25.0), (70.0, -25.0), (70.0, 25.0), (0.0, 25.0), (0.0, 10.0), (-60.0, 10.0)];
//! let outer = edge.iter().map(|&(x, y)| Point2::new(x, y)).collect();
//! let bench = Drivable::new(Polygon { outer, holes: vec![] }).ok_or("not a polygon")?;
//! let shovel = Obstacle::Circle { centre: Point2::new(62.0, -10.0), radius: 7.0 };
//! let space = FreeSpace { drivable: &bench, obstacles: vec![shovel] };
//! let truck = TruckModel::new(Arc::new(TruckSpec::tr100at()));
//! let options = ManoeuvreOptions { last: Some(SpotAccess::BackIn.arrives()), ..ManoeuvreOptions::default() };
//! let path = plan_manoeuvre(Pose2::new(-40.0, -4.0, 0.0), Pose2::new(60.0, 4.0, 3.14), &space, &truck, &options)?;
//! assert!(path.points.iter().all(|p| p.clearance > 0.4), "half a metre all around, except for rounding");
//! assert_eq!(path.sections().len(), 2, "forward, then in reverse");
//! # Ok(())
//! # }
//! ```
//!
//! # Speeds
//!
//! Drive loaded down a ramp of 1 km at 10 %, stop at its foot, and name the limit that binds halfway:
//!
//! ```
//! # use haul_core::Pose2;
//! # use haul_planner::speed::{Binding, SpeedRequest, speed_profile};
//! # use haul_planner::{Conditions, Path, PathPoint, Travel, TruckModel};
//! # use haul_vehicle::TruckSpec;
//! # use std::sync::Arc;
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let at = |s: f64| PathPoint { grade: -0.1, ..PathPoint::at_pose(Pose2::new(s, 0.0, 0.0), 0.0, s, Travel::Forward) };
//! let ramp = Path::new((0..=1000).map(|k| at(f64::from(k))).collect());
//! let truck = TruckModel::new(Arc::new(TruckSpec::tr100at()));
//! let dry = Conditions { friction: 0.55, rolling_resistance: 0.025, speed_cap: 13.9 };
//! let request = SpeedRequest { payload_kg: 91_000.0, ..SpeedRequest::default() };
//! let profile = speed_profile(&ramp, &truck, &dry, &request)?;
//! assert_eq!(profile.points[500].binding, Binding::Retarder);
//! assert!((3.0..8.0).contains(&profile.speed_at(500.0)) && profile.speed_at(1000.0) == 0.0);
//! # Ok(())
//! # }
//! ```
//!
//! [`journey::plan_journey`] plans roads, lane and manoeuvres from pose to pose in one call.

mod atlas;
mod cost;
pub mod journey;
pub mod manoeuvre;
pub mod path;
pub mod route;
pub mod speed;
mod steering_reserve;
#[cfg(test)]
mod synthetic;
mod truck_model;

pub use atlas::Atlas;
pub use journey::PlanError;
pub use path::{Path, PathPoint, PathProjection, Travel};
pub use truck_model::{Conditions, TruckModel, Weather};
