//! Haulage studies: travel time, fuel, temperatures, tyre duty and costs over a haul profile.
//!
//! ```
//! use haul_core::fault::SourceText;
//! use haul_vehicle::haulage::{CycleOptions, Profile, cycle};
//! use haul_vehicle::{Limits, TruckSpec};
//!
//! let text = "length_m,grade_pct,rolling_pct,limit_kmh\n300,0,3,\n1500,10,2.5,\n400,0,2.5,40\n";
//! let profile = Profile::from_csv(&SourceText::new("ramp.csv", text)).unwrap();
//! let limits = Limits::new(&TruckSpec::tr100at());
//! let study = cycle(&limits, &profile, &CycleOptions::rated(&limits));
//! assert!((600.0..900.0).contains(&(study.loaded.time + study.empty.time)));
//! ```

mod cost;
mod cycle;
mod profile;
mod travel;

pub use cost::{CostSpec, HaulageCost, costs};
pub use cycle::{Cycle, CycleOptions, TyreDuty, cycle};
pub use profile::{Profile, Section};
pub use travel::{HaulTravel, SectionReport, SpeedLimiter, TracePoint, travel};
