//! The JSON form of a message.
//!
//! A message is one object with `Protocol`, `Version`, `Timestamp`, `EquipmentId`, and one key with the message's name.
//! If the Open-Autonomy family has the message, its name and keys are used. Data for which the family has no key is in
//! an object `Haul` inside the message, which other systems ignore. The name of a message that the family does not have
//! begins with `Haul.`.
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
//! | `ReceiptV1` | `Haul.ReceiptV1` | none: the family has no answer to statements |
//! | `PathRequestV1`, `PathGrantV1` | `Haul.PathRequestV1`, `Haul.PathGrantV1` | none: the family's traffic permissions are for whole zones |
//! | `NoPathV1` | `Haul.NoPathV1` | none: the family has no message for a place that cannot be reached |
//! | `VehicleStateV1`, `TrafficV1` | `Haul.VehicleStateV1`, `Haul.TrafficV1` | none: the family has no beacon of manned vehicles |
//! | `SlipperyRoadV1` | `Haul.SlipperyRoadV1` | none: the family has no report of road conditions |
//! | `WeatherReportV1` | `Haul.WeatherReportV1` | none: the family has no weather |
//!
//! The family's `LastMileId` names the visit to a place: `visit_id`.
//!
//! Writing is strict: every key has its place and type, and a number has the same bits when it is read back. Values
//! inside `Haul` are in SI units and radians, with headings anticlockwise from east, so that nothing is rounded.
//! Positions are `East` and `North` in the site frame. The family's latitude and longitude are not written, because
//! they need a geodetic datum, which a mine map may not have. (In the family's messages, latitude and longitude are
//! named keys; its GeoJSON examples put latitude first, against RFC 7946.)
//!
//! Reading accepts the faults of published examples and real senders: numbers as text, spaces around text, keys in
//! another case, optional keys missing or null, unknown keys, curly and single quotes, missing or extra commas, a time
//! without its zone (taken as UTC). The reader never guesses. A key that occurs twice, two messages in one envelope, or
//! a value with two possible meanings is an error.

mod name;
mod parse;
mod read;
mod write;

pub(crate) use name::MessageName;
pub(crate) use read::read;
pub(crate) use write::write;
