//! The world: physics, ground contact, sensors, shovels and crushers; closes the loop.
//!
//! The truth of the world stays in this crate. A truck's stack gets a sensor frame and its inbox and gives an actuator
//! command and its outbox; the machine turns the command into wheel forces; the physics turns those into motion. The
//! site core and the shovels run beside the trucks on simulated time.
//!
//! [`World::step`] moves everything on by 5 ms. The same [`Setup`] and the same inputs at the same steps give the same
//! [`World::state_hash`], bit for bit, whether anybody watches or not.

pub mod convert;
pub mod error;
pub mod event;
pub mod ground;
pub mod input;
pub mod metrics;
pub mod physics;
pub mod sensors;
pub mod setup;
pub mod shovel;
pub mod tip;
pub mod truck;
pub mod world;

pub use error::SimError;
pub use event::{Happening, SimEvent};
pub use ground::{MineGround, SlipperyZone};
pub use input::{LoggedInput, SimInput};
pub use metrics::{CycleRecord, ErrorStatistic, Metrics, Totals, TruckMetrics};
pub use physics::Touched;
pub use sensors::SensorLevel;
pub use setup::{ScriptedInput, Setup, ShovelSetup, TruckSetup};
pub use shovel::{ShovelPhase, SimShovel};
pub use tip::{Heap, SimTip};
pub use truck::{SimTruck, TruckStatus};
pub use world::{CONTROL_EVERY, PHYSICS_RATE, SimPost, World};
