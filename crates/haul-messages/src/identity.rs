//! Ids in messages, computed from names, so that every run and every process has the same ids.

use crate::Header;
use haul_core::{PlaceId, TruckId, VehicleId};
use uuid::Uuid;

/// Returns the namespace of all ids of this module: a version 5 UUID of this project's own URN in the URL namespace.
fn namespace() -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_URL, b"urn:haul:equipment")
}

/// Returns the id of a truck in messages (UUID version 5, RFC 9562).
pub fn equipment_id(truck: TruckId) -> Uuid {
    Uuid::new_v5(&namespace(), format!("truck/{}", truck.0).as_bytes())
}

/// Returns the id of a manned vehicle in messages.
pub fn vehicle_equipment_id(vehicle: &VehicleId) -> Uuid {
    Uuid::new_v5(&namespace(), format!("vehicle/{vehicle}").as_bytes())
}

/// Returns the id of a place in messages.
pub fn place_id(place: &PlaceId) -> Uuid {
    Uuid::new_v5(&namespace(), format!("place/{place}").as_bytes())
}

/// Returns the id of one spot of a place in messages.
pub fn spot_id(place: &PlaceId, spot_index: usize) -> Uuid {
    Uuid::new_v5(&namespace(), format!("place/{place}/spot/{spot_index}").as_bytes())
}

/// Returns the id of one waiting pose of a place in messages.
pub fn queue_id(place: &PlaceId, queue_index: usize) -> Uuid {
    Uuid::new_v5(&namespace(), format!("place/{place}/queue/{queue_index}").as_bytes())
}

/// Returns the `LastMileId` of a truck's visit to a place, from its request for a spot until it has left.
pub(crate) fn last_mile_id(truck: Option<Uuid>, place: &PlaceId) -> Uuid {
    Uuid::new_v5(&place_id(place), truck.unwrap_or_default().as_bytes())
}

/// Returns the `RequestId` of one message of a visit.
pub(crate) fn request_id(header: &Header, place: &PlaceId) -> Uuid {
    let nanos = header.timestamp.as_nanosecond().to_be_bytes();
    Uuid::new_v5(&last_mile_id(header.equipment_id, place), &nanos)
}

/// Returns a place's number, for keys that are integers (`DestinationId`, `AreaId`). The number is the first 52 bits of
/// the place's id, which every JSON reader holds exactly.
pub fn place_number(place: &PlaceId) -> u64 {
    place_id(place).as_u64_pair().0 >> 12
}

/// Returns the known place that a message names. A name is tried first; for senders that know only ids, also the
/// place's id, its number, or the id of one of its first spots.
pub fn find_place<'a>(wanted: &PlaceId, known: impl IntoIterator<Item = &'a PlaceId>) -> Option<&'a PlaceId> {
    /// Number of spots whose ids are tried; no place has that many spots in practice.
    const SPOTS_TRIED: usize = 16;
    let as_id = Uuid::parse_str(wanted.as_str()).ok();
    let as_number = wanted.as_str().parse::<u64>().ok();
    let mut by_id = None;
    for place in known {
        if place == wanted {
            return Some(place);
        }
        let same_id =
            as_id.is_some_and(|id| place_id(place) == id || (0..SPOTS_TRIED).any(|spot| spot_id(place, spot) == id));
        if by_id.is_none() && (same_id || as_number == Some(place_number(place))) {
            by_id = Some(place);
        }
    }
    by_id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_never_change_between_versions() {
        assert_eq!(equipment_id(TruckId(0)), equipment_id(TruckId(0)));
        assert_ne!(equipment_id(TruckId(0)), equipment_id(TruckId(1)));
        assert!(place_number(&PlaceId::from("face-1")) < 1 << 53);
    }

    #[test]
    fn a_place_is_found_by_name_id_number_or_spot() {
        let known = [PlaceId::from("face-1"), PlaceId::from("crusher")];
        let by = |text: String| find_place(&PlaceId(text), &known).cloned();
        assert_eq!(by("crusher".into()), Some(known[1].clone()));
        assert_eq!(by(place_id(&known[1]).to_string()), Some(known[1].clone()));
        assert_eq!(by(spot_id(&known[0], 2).to_string()), Some(known[0].clone()));
        assert_eq!(by(place_number(&known[0]).to_string()), Some(known[0].clone()));
        assert_eq!(by("nowhere".into()), None);
    }
}
