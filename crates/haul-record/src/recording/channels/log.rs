//! Messages about events and inputs.

use crate::event::{Event, EventKind};
use serde::{Deserialize, Serialize};

/// One message on `/events`.
#[derive(Serialize, Deserialize)]
pub struct EventMessage {
    at_s: f64,
    what: String,
    /// The typed event.
    pub event: Event,
}

impl EventMessage {
    pub fn new(event: &Event) -> Self {
        Self { at_s: event.at.seconds(), what: event.what.to_string(), event: event.clone() }
    }
}

/// One message on `/inputs`.
#[derive(Serialize, Deserialize)]
pub struct InputMessage {
    /// Number of physics steps taken before the input.
    pub step: u64,
    what: String,
    /// The typed input, wrapped as an event, so that it is always a JSON object.
    pub kind: EventKind,
}

impl InputMessage {
    pub fn new(input: &crate::LoggedInput) -> Self {
        Self { step: input.step, what: input.input.to_string(), kind: EventKind::Input(input.input.clone()) }
    }
}
