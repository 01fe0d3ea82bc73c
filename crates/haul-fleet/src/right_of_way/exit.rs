//! Exits: the sample of a path at which a truck has left its place, and its finish, beyond which no other truck comes
//! towards it or crosses its path.

use super::RightOfWay;
use super::cells::CellMap;
use super::holder::Holder;
use super::swept::SweptPath;
use haul_core::TruckId;
use std::collections::BTreeSet;

/// Number of samples after which a truck counts as having finally left the cells by which it came: two truck lengths.
const CLEAR_LENGTH: u32 = 22;
/// Number of samples before the waiting pose at which the path into a place begins. Trucks queue on this part.
const APPROACH_LENGTH: u32 = 40;
/// Distance to which a place extends beyond its waiting pose, m.
const WAITING_REACH: f64 = 30.0;
/// Number of samples after the spot within which a path leaves the area of its place.
const PLACE_LENGTH: u32 = 500;
/// Maximum length of the exit path of a place, in samples. It includes a single-lane ramp to the face.
const EXIT_PATH_LENGTH: u32 = 3_000;

/// Returns the sample of a path at which a truck has left its place: there it is off the cells by which it came to the
/// spot, on this path or on its old path.
pub(super) fn leaves_at(before: Option<&Holder>, swept: &SweptPath, stops: &[u32]) -> u32 {
    let Some(spot) = stops.len().checked_sub(2).map(|k| stops[k]) else { return swept.last() };
    // The cells by which the truck came; `true` for cells of the path into the spot, from before the waiting pose.
    let waited_at = stops.len().checked_sub(3).map_or(0, |k| stops[k]);
    let into = waited_at.saturating_sub(APPROACH_LENGTH);
    let mut came_by: CellMap<bool> = CellMap::default();
    if let Some(before) = before {
        let spot = before.stops.len().checked_sub(2).map_or(before.swept.last(), |k| before.stops[k]);
        came_by.extend(before.swept.visits().iter().filter(|v| v.first < spot).map(|v| (v.cell, false)));
    }
    came_by.extend(swept.visits().iter().filter(|v| v.first < spot).map(|v| (v.cell, v.last >= into)));
    // Trucks wait within this distance of the spot.
    let distance = |sample: u32| (swept.position(sample) - swept.position(spot)).norm();
    let place = (into..spot).map(distance).fold(0.0, f64::max) + WAITING_REACH;
    let window = swept.last().min(spot + EXIT_PATH_LENGTH);
    let mut leaves = (spot..=window.min(spot + PLACE_LENGTH)).rev().find(|s| distance(*s) <= place).unwrap_or(spot);
    for visit in swept.visits_beginning(spot + 1, window) {
        if let Some(is_into) = came_by.get(&visit.cell)
            && (*is_into || visit.first <= leaves + CLEAR_LENGTH)
        {
            leaves = leaves.max(visit.first);
        }
    }
    (leaves + CLEAR_LENGTH).min(swept.last())
}

impl RightOfWay {
    /// Finds the finish of each truck of a group on the present paths. A truck that leaves its place by a single lane
    /// while others come towards it finishes only at the far end of the lane.
    pub(super) fn find_finishes(&mut self, group: &BTreeSet<TruckId>) {
        let mut finishes = Vec::with_capacity(group.len());
        for truck in group {
            let Some(holder) = self.holders.get(truck) else { continue };
            let mut finish = holder.horizon.leaves;
            for (other, crossings) in self.neighbours(*truck) {
                let Some(theirs) = self.holders.get(&other) else { continue };
                let ahead = crossings.between(holder.horizon.leaves, holder.horizon.end);
                let last = ahead.iter().rfind(|c| !c.follows && c.last > theirs.passed);
                finish = finish.max(last.map_or(0, |c| c.at + CLEAR_LENGTH));
            }
            finishes.push((*truck, finish.min(holder.horizon.end)));
        }
        for (truck, finish) in finishes {
            if let Some(holder) = self.holders.get_mut(&truck) {
                holder.finish = finish;
            }
        }
    }
}
