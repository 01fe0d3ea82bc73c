//! Envelope of a message: header and body.

use crate::{Body, MessageError, Timestamp, equipment_id, vehicle_equipment_id};
use haul_core::{TruckId, VehicleId};
use uuid::Uuid;

/// Value of `Protocol` in every message.
pub const PROTOCOL: &str = "Open-Autonomy";

/// Header of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Header {
    /// Version of the protocol.
    pub version: u32,
    /// Time at which the message was made, UTC.
    pub timestamp: Timestamp,
    /// Truck or vehicle that sent the message, or truck to which it is addressed. Some site-wide messages of other
    /// senders have none.
    pub equipment_id: Option<Uuid>,
}

/// One message. Snapshots use its serde form; the radio link uses the form of [`Envelope::to_json`].
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Envelope {
    /// The header.
    pub header: Header,
    /// The content.
    pub body: Body,
}

impl Envelope {
    /// Version of the protocol that this crate writes: 2, the version with the spot messages.
    pub const VERSION: u32 = 2;

    /// Creates a message from or to a truck, with a `timestamp` from [`crate::Epoch::at`].
    pub fn new(truck: TruckId, timestamp: Timestamp, body: Body) -> Self {
        let header = Header { version: Self::VERSION, timestamp, equipment_id: Some(equipment_id(truck)) };
        Self { header, body }
    }

    /// Creates a message from a manned vehicle.
    pub fn from_vehicle(vehicle: &VehicleId, timestamp: Timestamp, body: Body) -> Self {
        let header = Header { version: Self::VERSION, timestamp, equipment_id: Some(vehicle_equipment_id(vehicle)) };
        Self { header, body }
    }

    /// Returns the message as JSON, in the exact form of the protocol.
    ///
    /// # Errors
    /// A number that is not finite has no JSON form. The error gives the path of the number.
    pub fn to_json(&self) -> Result<String, MessageError> {
        crate::wire::write(self)
    }

    /// Reads a message, and accepts the usual faults of real senders.
    ///
    /// # Errors
    /// The first value that cannot be read, with its path, line and column.
    pub fn from_json(text: &str) -> Result<Self, MessageError> {
        crate::wire::read(text)
    }
}
