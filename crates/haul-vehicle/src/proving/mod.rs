//! The proving ground: standard handling tests with a single truck on simple ground.
//!
//! The tests show the behaviour of the plant without a mine, a planner or a driver. The chassis is integrated as in a
//! rigid-body engine.
//!
//! ```
//! use haul_vehicle::TruckSpec;
//! use haul_vehicle::proving::emergency_stop;
//! use std::sync::Arc;
//!
//! let stop = emergency_stop(&Arc::new(TruckSpec::tr100at()), 91e3, 8.0, 0.55, 0.0);
//! assert!((8.0..20.0).contains(&stop.end().x));
//! ```

mod climb;
mod descent;
mod lanes;
mod rig;
mod rock;
mod stop;
mod turn;

pub use climb::climb_from_standstill;
pub use descent::descent;
pub use lanes::{LaneChange, double_lane_change};
pub use rig::{Rig, Sample, Trace};
pub use rock::{RockRoad, over_a_rock};
pub use stop::emergency_stop;
pub use turn::turn_to_the_limit;
