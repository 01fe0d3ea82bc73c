//! Messages about events and inputs.

use crate::event::{Event, EventKind};
use serde::{Deserialize, Serialize};

/// A message of `/events`.
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

/// A message of `/inputs`.
#[derive(Serialize, Deserialize)]
pub struct InputMessage {
    /// Physics steps taken when it came.
    pub step: u64,
    what: String,
    /// The typed input, as an event: an object in every case.
    pub kind: EventKind,
}

impl InputMessage {
    pub fn new(input: &crate::LoggedInput) -> Self {
        Self { step: input.step, what: input.input.to_string(), kind: EventKind::Input(input.input.clone()) }
    }
}
