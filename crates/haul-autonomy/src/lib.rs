//! What runs on board: localisation, perception, the haul-cycle behaviour, tracking control and the safety supervisor.

pub mod localise;
pub mod perceive;
pub mod sensor;
pub mod track;

pub use localise::{Chassis, Estimate, Localiser};
pub use sensor::{DetectedObject, GnssFix, ImuSample, LidarScan, ObjectShape, SensorFrame};
pub use track::{CONTROL_RATE, Progress, TrackInput, TrackReport, Tracker};
