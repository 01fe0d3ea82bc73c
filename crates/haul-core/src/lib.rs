//! Simulated time, ids, frames and poses, curves and polygons, seeded random streams, faults in files.
//!
//! All quantities are `f64` in SI units and radians. The *site frame* is east, north, up in metres, relative to the
//! mine's datum. The *body frame* of a truck is x forward, y left, z up, with its origin on the ground under the
//! rear-axle centre. Angles are anticlockwise from east. Degrees, km/h and tonnes occur only in files, in messages and
//! on screens ([`units`]).
//!
//! ```
//! use haul_core::{Pose2, angle};
//! let truck = Pose2::new(100.0, 50.0, std::f64::consts::FRAC_PI_2);
//! let nose = truck.place(7.0, 0.0); // 7 m ahead of the rear axle
//! assert!((nose.y - 57.0).abs() < 1e-12);
//! assert!((angle::difference(0.1, -0.1) - 0.2).abs() < 1e-12);
//! ```

pub mod angle;
pub mod cycle_state;
pub mod delimited;
pub mod encoding;
pub mod fault;
pub mod figure;
pub mod footprint;
pub mod id;
pub mod lookup;
pub mod machine_part;
pub mod polygon;
pub mod polyline;
pub mod pose;
pub mod random;
pub mod rectangle;
pub mod restriction;
pub mod stand_reason;
pub mod state;
pub mod time;
pub mod toml_text;
pub mod units;
pub mod vehicle_kind;

pub use cycle_state::CycleState;
pub use fault::{Fault, Faults};
pub use figure::{Figure, Standing};
pub use footprint::Footprint;
pub use id::{NodeId, ObstacleId, PlaceId, RoadId, ShovelId, TruckId, VehicleId};
pub use lookup::Lookup;
pub use machine_part::MachinePart;
pub use polygon::Polygon;
pub use polyline::{Polyline, Projection};
pub use pose::Pose2;
pub use random::stream;
pub use rectangle::Rectangle;
pub use restriction::{Distrust, Restriction};
pub use stand_reason::{StandKind, StandReason};
pub use state::KeepState;
pub use time::{SimTime, Step};
pub use toml_text::{TomlText, nearest_word};
pub use vehicle_kind::VehicleKind;

/// Point in plan in the site frame, m.
pub type Point2 = nalgebra::Point2<f64>;
/// Point in space in the site frame, m.
pub type Point3 = nalgebra::Point3<f64>;
/// Vector in plan.
pub type Vector2 = nalgebra::Vector2<f64>;
/// Vector in space.
pub type Vector3 = nalgebra::Vector3<f64>;
/// Pose in space: rotation and translation from a body frame to the site frame.
pub type Isometry3 = nalgebra::Isometry3<f64>;

/// Standard acceleration of free fall, m/s² (3rd CGPM, 1901).
pub const GRAVITY: f64 = 9.80665;
