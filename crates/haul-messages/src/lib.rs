//! The messages between the site and its trucks, shaped on the Open-Autonomy message family (ISO 23725): strict to
//! write, lenient to read.
//!
//! An [`Envelope`] is a [`Header`] (`Protocol`, `Version`, `Timestamp`, `EquipmentId`) and one [`Body`]. In memory, a
//! body is in SI units and radians; its JSON form is described in [`wire`].
//!
//! ```
//! use haul_core::{PlaceId, SimTime, TruckId};
//! use haul_messages::{Body, Envelope, Epoch, Uuid};
//!
//! let epoch = Epoch::default();
//! let now = epoch.at(SimTime::from_seconds(90.0));
//! let visit_id = Uuid::from_u128(9);
//! let sent = Envelope::new(TruckId(3), now, Body::SpotRequestV1 { visit_id, place: PlaceId::from("face-1") });
//! let text = sent.to_json()?;
//! assert!(text.contains("\"ApproachingLastMileV2\""));
//! assert_eq!(Envelope::from_json(&text)?, sent);
//! # Ok::<(), haul_messages::MessageError>(())
//! ```

pub mod body;
pub mod envelope;
pub mod epoch;
pub mod error;
pub mod identity;
pub mod wire;

pub use body::{Body, CycleState, PathPose, Stated, VehicleReport, WeatherReport};
pub use envelope::{Envelope, Header, PROTOCOL};
pub use epoch::{Epoch, Timestamp};
pub use error::MessageError;
pub use identity::{equipment_id, find_place, place_id, place_number, queue_id, spot_id, vehicle_equipment_id};
pub use uuid::Uuid;
