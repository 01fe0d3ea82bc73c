//! What runs on board: localisation, perception, the haul-cycle behaviour, tracking control and the safety supervisor.

pub mod sensor;

pub use sensor::{DetectedObject, GnssFix, ImuSample, LidarScan, ObjectShape, SensorFrame};
