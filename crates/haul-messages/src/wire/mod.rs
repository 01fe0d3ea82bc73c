//! The JSON form of a message.
//!
//! A message is one object: `Protocol`, `Version`, `Timestamp`, `EquipmentId`, and one key, the message's name. Where
//! the Open-Autonomy family has the message, its name and keys are used; what it has no key for stands in an object
//! `Haul` inside the message, which other systems pass over. What the family has no message for has a name that begins
//! with `Haul.`.
//!
//! | body | message | specification |
//! | --- | --- | --- |
//! | `AssignmentV1` | `HaulTruckAssignmentRequestV2`: tasks `Load`, `Offload`, `Park` | dispatch |
//! | `SpotGrantV1` | `OccupyPlaceRequestV1` with a `Spot` | spot V2 |
//! | `WaitV1` | `OccupyPlaceRequestV1` with one of `Queues`, `Spot` null | spot V2 |
//! | `LeaveSpotV1` | `LeavePlaceRequestV1`, the kick-out | spot V2 |
//! | `AllStopV1`, `ResumeV1` | `MachineAllStopRequestV1`: `Apply`, `Remove` | dispatch |
//! | `AllStopAcknowledgedV1` | `MachineAllStopResponseV1` | dispatch |
//! | `EquipmentStateV1` | `HaulTruckProductionStateV2` | dispatch |
//! | `SpotRequestV1` | `ApproachingLastMileV2` to a `Place` | spot V2 |
//! | `SpottedV1` | `OccupyingPlaceV2` | spot V2 |
//! | `LeftSpotV1` | `LeftPlaceV2` | spot V2 |
//! | `TippedV1` | `TaskCompleteV1` | spot V2 |
//! | `ReceiptV1` | `Haul.ReceiptV1` | the family has no answer to statements |
//! | `PathRequestV1`, `PathGrantV1` | `Haul.PathRequestV1`, `Haul.PathGrantV1` | the family's traffic permissions are for whole zones |
//! | `NoPathV1` | `Haul.NoPathV1` | the family has no message for a place that cannot be reached |
//! | `VehicleStateV1`, `TrafficV1` | `Haul.VehicleStateV1`, `Haul.TrafficV1` | the family has no beacon of manned vehicles |
//!
//! The family's `LastMileId` names the visit to a place: `visit_id`.
//!
//! Writing is strict: every key in its place and type, numbers that read back to the same bits. Inside `Haul` values
//! are SI and radians, heading anticlockwise from east, so that nothing is rounded. Positions are `East` and `North`
//! of the site frame; the family's latitude and longitude (always named keys there, and latitude first in its GeoJSON
//! examples, against RFC 7946) need a geodetic datum that a mine map may not have, and are not written.
//!
//! Reading is lenient, in the ways in which published examples and real senders err: numbers as text, text with spaces
//! about it, keys in another case, optional keys missing or null, unknown keys beside the known, curly and single
//! quotes, commas missing or one too many, a time without its zone (taken as UTC). It never guesses: a key that stands
//! twice, two messages in one envelope, or a value that could mean two things is an error.

mod parse;
mod read;
mod write;

pub(crate) use read::read;
pub(crate) use write::write;
