//! The on-board stack of a truck: localisation, perception, haul-cycle behaviour, tracking control and safety
//! supervisor.
//!
//! The stack is a plain state machine. [`OnBoard::step`] takes a [`SensorFrame`], the incoming messages and the time.
//! It returns the command to the actuators and the outgoing messages. It never sees the true state of the world, reads
//! no clock and draws no random number. So the same frames give the same commands, bit for bit.
//!
//! ```text
//! frame ─▶ localise ─▶ perceive ─▶ behaviour ─▶ track ─▶ supervise ─▶ command
//!                                  ▲      │
//!                              inbox      └▶ outbox
//! ```
//!
//! The parts can also be used alone. For example, the localiser takes frames and returns the truck's pose with its
//! uncertainty:
//!
//! ```
//! use haul_autonomy::{Chassis, GnssFix, Localiser, SensorFrame};
//! use haul_core::{Point3, SimTime};
//! use haul_vehicle::TruckSpec;
//!
//! let mut localiser = Localiser::new(Chassis::of(&TruckSpec::tr100at()));
//! let fix = GnssFix { position: Point3::new(120.0, 40.0, 6.0), heading: 0.5, sigma: 0.02, heading_sigma: 0.003 };
//! let first = localiser.update(&SensorFrame { gnss: Some(fix), ..SensorFrame::default() });
//! let later = localiser.update(&SensorFrame { time: SimTime::from_seconds(1.0), ..SensorFrame::default() });
//! assert!(first.ready && (later.pose.x - 120.0).abs() < 0.1);
//! assert!(later.position_sigma > first.position_sigma, "no fix: it knows less");
//! ```

mod behaviour;
mod brake_test;
pub mod cycle;
mod estimate;
pub mod localise;
mod machine_watch;
mod onboard;
pub mod perceive;
pub mod sensor;
mod slip_control;
mod steering_watch;
pub mod supervise;
mod telemetry;
pub mod track;
mod traffic;
mod weather_report;

pub use estimate::Believed;
pub use localise::{Chassis, Estimate, Localiser};
pub use onboard::{OnBoard, OnBoardConfig, OnBoardOutput};
pub use sensor::{DetectedObject, GnssFix, ImuSample, LidarScan, ObjectShape, SensorFrame};
pub use supervise::Supervisor;
pub use telemetry::{Distrust, PoseEstimate, Restriction, Telemetry};
pub use track::{CONTROL_RATE, LateralControl, Progress, TrackInput, TrackReport, Tracker};
