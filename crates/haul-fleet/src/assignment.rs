//! Fixed assignments: each truck between one face and one dump.

use crate::FleetError;
use haul_core::{PlaceId, TruckId};
use haul_messages::{Body, Uuid, equipment_id};
use haul_mine::{MineMap, PlaceKind};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The work of a truck: its places of loading, tipping and parking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FixedAssignment {
    /// The assigned truck.
    pub truck: TruckId,
    /// Place of loading.
    pub load: PlaceId,
    /// Place of tipping: a dump or a crusher.
    pub dump: PlaceId,
    /// Park for times without work.
    pub park: Option<PlaceId>,
}

impl FixedAssignment {
    /// Returns the id of the assignment: the same in every run and after every restart.
    pub fn id(&self) -> Uuid {
        let park = self.park.as_ref().map_or("", PlaceId::as_str);
        // In a mine file that a person writes, the name of a place never contains a unit separator.
        let work = format!("{}\u{1f}{}\u{1f}{park}", self.load, self.dump);
        Uuid::new_v5(&equipment_id(self.truck), work.as_bytes())
    }

    /// Returns true if a place is part of the assignment.
    pub fn includes(&self, place: &PlaceId) -> bool {
        *place == self.load || *place == self.dump || self.park.as_ref() == Some(place)
    }

    pub(crate) fn message(&self) -> Body {
        Body::AssignmentV1 {
            assignment_id: self.id(),
            load_place: self.load.clone(),
            dump_place: self.dump.clone(),
            park: self.park.clone(),
        }
    }
}

/// Checks a site's assignments. Every place must exist, be of the right kind and have a spot, and no truck may be named
/// twice.
pub(crate) fn check(map: &MineMap, assignments: &[FixedAssignment]) -> Result<(), FleetError> {
    let mut faults = Vec::new();
    let mut seen = BTreeSet::new();
    for assignment in assignments {
        let truck = assignment.truck;
        if !seen.insert(truck) {
            faults.push(FleetError::AssignedTwice(truck));
        }
        let mut work = |task, place: &PlaceId, kinds: &[PlaceKind]| match map.place(place) {
            None => faults.push(FleetError::UnknownPlace(place.to_string())),
            Some(found) if !kinds.contains(&found.kind) => {
                faults.push(FleetError::WrongKind { truck, task, place: place.clone(), kind: found.kind });
            }
            Some(found) if found.spots.is_empty() => faults.push(FleetError::NoSpot(place.clone())),
            Some(_) => {}
        };
        work("load", &assignment.load, &[PlaceKind::Load]);
        work("tip", &assignment.dump, &[PlaceKind::Dump, PlaceKind::Crusher]);
        if let Some(park) = &assignment.park {
            work("park", park, &[PlaceKind::Park]);
        }
    }
    match faults.len() {
        0 => Ok(()),
        1 => Err(faults.remove(0)),
        _ => Err(FleetError::Several(faults)),
    }
}
