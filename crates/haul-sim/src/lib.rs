//! The simulated world, which closes the control loop: physics, ground contact, sensors, shovels and crushers.
//!
//! The true state of the world stays in this crate. A truck's stack gets a sensor frame and its inbox, and returns an
//! actuator command and its outbox. The machine turns the command into wheel forces, and the physics turns these into
//! motion. The site core and the shovels run beside the trucks on simulated time.
//!
//! [`World::step`] advances the world by 5 ms. The same [`Setup`] and the same inputs at the same steps give the same
//! [`World::state_hash`], bit for bit, with and without observers. [`World::snapshot`] saves the state at any step.
//! [`World::resume`] continues from it exactly like the uninterrupted run.
//!
//! ```
//! use haul_core::{SimTime, TruckId};
//! use haul_mine::{PitSpec, PlaceKind, generate_pit};
//! use haul_planner::Conditions;
//! use haul_sim::{SensorLevel, Setup, ShovelSetup, TruckSetup, World};
//! use haul_vehicle::{TruckSpec, shovel};
//! use std::sync::Arc;
//!
//! let map = Arc::new(generate_pit(&PitSpec::default())?);
//! let place = |kind| map.places.iter().find(|p| p.kind == kind).ok_or("the pit lacks a place");
//! let (face, dump, park) = (place(PlaceKind::Load)?, place(PlaceKind::Dump)?, place(PlaceKind::Park)?);
//! let truck = TruckSetup {
//!     id: TruckId(1),
//!     spec: Arc::new(TruckSpec::tr100at()),
//!     start: park.spots[0].pose,
//!     payload_kg: 0.0,
//!     fuel_kg: None,
//!     load: face.id.clone(),
//!     dump: dump.id.clone(),
//!     park: Some(park.id.clone()),
//!     driver: Default::default(),
//!     lateral_control: Default::default(),
//! };
//! let spec = shovel("hydraulic_15m3").ok_or("no such shovel")?;
//! let mut world = World::new(Setup {
//!     trucks: vec![truck],
//!     shovels: vec![ShovelSetup { place: face.id.clone(), spec }],
//!     seed: 1,
//!     conditions: Conditions::of(&map),
//!     sensors: SensorLevel::Objects,
//!     slippery: Vec::new(),
//!     weather: Default::default(),
//!     script: Vec::new(),
//!     line: Default::default(),
//!     vehicles: Vec::new(),
//!     epoch: Default::default(),
//!     map: Arc::clone(&map),
//!     atlas: None,
//! })?;
//! while world.now() < SimTime::from_seconds(20.0) {
//!     world.step();
//! }
//! assert!(world.metrics().total().distance_m > 5.0, "it is on its way to the face");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod agenda;
pub mod convert;
pub mod driver;
mod effect;
pub mod error;
pub mod fault;
pub mod ground;
pub mod line;
pub mod metrics;
pub mod physics;
mod posts;
pub mod sensors;
pub mod setup;
mod setup_marks;
pub mod shovel;
mod site;
pub mod snapshot;
mod stand;
pub mod tier;
pub mod tip;
pub mod truck;
pub mod vehicle;
pub mod weather;
pub mod world;

pub use driver::{Driver, DriverKind, DriverOutput, DriverStep};
pub use error::SimError;
pub use fault::TruckFaults;
pub use ground::{MineGround, RoadWork, SlipperyZone};
pub use haul_autonomy::LateralControl;
pub use haul_record::{Controls, Event, EventKind, LoggedInput, SimInput, Touched, TruckFault};
pub use line::{CoverageHole, Line, LineQuality, MessageCounts};
pub use metrics::{CycleRecord, ErrorStatistic, Metrics, Totals, TruckMetrics, WorstError};
pub use sensors::SensorLevel;
pub use setup::{ScriptedInput, Setup, ShovelSetup, TruckSetup};
pub use shovel::{ShovelPhase, SimShovel};
pub use snapshot::{Snapshot, SnapshotError};
pub use tier::{Pillar, Rays, Tier};
pub use tip::{SimTip, TippedHeap};
pub use truck::{SimTruck, TruckStatus};
pub use vehicle::{SimVehicle, VehicleKind, VehicleSetup, VehicleState, VehicleWay, WayPose, WayStop};
pub use weather::{SiteClock, Sky, Sun, Weather, WeatherPlan};
pub use world::{CONTROL_STEPS, PHYSICS_RATE, SimPost, World};
