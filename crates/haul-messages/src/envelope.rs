//! Header and body together.

use crate::{Body, MessageError, Timestamp, equipment_id, vehicle_equipment_id};
use haul_core::{TruckId, VehicleId};
use uuid::Uuid;

/// What `Protocol` says in every message.
pub const PROTOCOL: &str = "Open-Autonomy";

/// What stands above the body of every message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Header {
    /// Version of the protocol as the header gives it.
    pub version: u32,
    /// When the message was made, UTC.
    pub timestamp: Timestamp,
    /// The truck or vehicle it is from, or the truck it is for; some site-wide messages of other senders have none.
    pub equipment_id: Option<Uuid>,
}

/// One message. Its serde form is that of snapshots; on the line it has the form of [`Envelope::to_json`].
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Envelope {
    /// What stands above the body.
    pub header: Header,
    /// What it says.
    pub body: Body,
}

impl Envelope {
    /// The version of the protocol that this crate writes: the second, that of the spot messages.
    pub const VERSION: u32 = 2;

    /// A message from or for a truck, made at `timestamp` (see [`crate::Epoch::at`]).
    pub fn new(truck: TruckId, timestamp: Timestamp, body: Body) -> Self {
        let header = Header { version: Self::VERSION, timestamp, equipment_id: Some(equipment_id(truck)) };
        Self { header, body }
    }

    /// A message from a manned vehicle, made at `timestamp`.
    pub fn from_vehicle(vehicle: &VehicleId, timestamp: Timestamp, body: Body) -> Self {
        let header = Header { version: Self::VERSION, timestamp, equipment_id: Some(vehicle_equipment_id(vehicle)) };
        Self { header, body }
    }

    /// The message as JSON, exactly as the protocol writes it.
    ///
    /// # Errors
    /// A number that is not finite has no JSON form; the error's path names it.
    pub fn to_json(&self) -> Result<String, MessageError> {
        crate::wire::write(self)
    }

    /// Reads a message, forgiving what real senders get wrong.
    ///
    /// # Errors
    /// The first thing that cannot be understood, with its path, line and column.
    pub fn from_json(text: &str) -> Result<Self, MessageError> {
        crate::wire::read(text)
    }
}
