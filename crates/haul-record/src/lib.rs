//! Frames, events and inputs of a run as plain data, and recordings of them in MCAP files.
//!
//! A [`Frame`] contains the data for a picture at one time. An [`Event`] is a change in the world. A [`SimInput`] is an
//! external input. Reports, recordings, the window and the browser page read this data, never the world itself. A
//! [`RecordingWriter`] writes it to a file. A [`Recording`] reads it back, even from a truncated file.
//!
//! ```
//! use haul_core::{SimTime, TruckId};
//! use haul_record::{Event, EventKind};
//! let event = Event { at: SimTime::from_seconds(2.0), what: EventKind::Overturned { truck: TruckId(3) } };
//! assert_eq!(event.what.to_string(), "T3: overturned");
//! let text = serde_json::to_string(&event)?;
//! assert_eq!(serde_json::from_str::<Event>(&text)?, event);
//! # Ok::<(), serde_json::Error>(())
//! ```

mod container;
pub mod controls;
pub mod event;
pub mod frame;
pub mod input;
pub mod map_layer;
pub mod recording;
pub mod truck_fault;

pub use controls::{Controls, Gear, HoistLever};
pub use event::{Event, EventKind, Touched};
pub use frame::{
    Frame, HeapFrame, PathFrame, ShovelFrame, TruckDetail, TruckFrame, VehicleFrame, WeatherFrame, WheelFrame,
};
pub use input::{LoggedInput, SimInput};
pub use map_layer::map_layer;
pub use recording::{Attachment, Checkpoint, ReadError, Recording, RecordingWriter, RunEnd, RunInfo};
pub use truck_fault::TruckFault;
