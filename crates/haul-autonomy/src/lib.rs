//! What runs on board of a truck: localisation, perception, the haul-cycle behaviour, tracking control and the safety
//! supervisor.
//!
//! The stack is a plain state machine. [`OnBoard::step`] takes a [`SensorFrame`], the messages that have come in, and
//! the time; it returns what the actuators are to do and the messages that go out. It never sees the truth of the
//! world, holds no clock and draws no random number, so that the same frames give the same commands, bit for bit.
//!
//! ```text
//! frame ─▶ localise ─▶ perceive ─▶ behaviour ─▶ track ─▶ supervise ─▶ command
//!                                  ▲      │
//!                              inbox      └▶ outbox
//! ```

mod behaviour;
pub mod localise;
mod onboard;
pub mod perceive;
pub mod sensor;
pub mod supervise;
mod telemetry;
pub mod track;

pub use localise::{Chassis, Estimate, Localiser};
pub use onboard::{OnBoard, OnBoardConfig, OnBoardOutput};
pub use sensor::{DetectedObject, GnssFix, ImuSample, LidarScan, ObjectShape, SensorFrame};
pub use supervise::Supervisor;
pub use telemetry::{PoseEstimate, Restriction, Telemetry};
pub use track::{CONTROL_RATE, Progress, TrackInput, TrackReport, Tracker};
