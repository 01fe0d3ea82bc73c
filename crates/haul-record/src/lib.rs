//! Events and inputs of a run as plain data, for reports, recordings, the window and the browser page.
//!
//! An [`Event`] is a change that the world saw. A [`SimInput`] is an act from outside. Both are serialisable.
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

pub mod event;
pub mod input;

pub use event::{Event, EventKind, Touched};
pub use input::{LoggedInput, SimInput};
