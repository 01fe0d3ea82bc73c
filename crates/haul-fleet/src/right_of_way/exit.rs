//! Exits: the sample of a path at which a truck is out of its place, and that at which it has all that it needs.

use super::RightOfWay;
use super::cells::CellMap;
use super::holder::Holder;
use super::swept::SweptPath;
use haul_core::TruckId;
use std::collections::BTreeSet;

/// Ground by which a truck came is left for good when it is not met again for this many samples: two truck's lengths.
const LEFT_FOR_GOOD: u32 = 22;
/// The way into a place begins this many samples before its waiting pose: trucks wait there behind the first one.
const BEFORE_WAITING: u32 = 40;
/// The ground of a place reaches this far beyond its waiting pose, m, and is left within this many samples.
const AROUND_WAITING: f64 = 30.0;
const AROUND_PLACE: u32 = 500;
/// The way out of a place is at most this many samples long; a single-lane ramp to the face is part of it.
const FARTHEST_WAY_OUT: u32 = 3_000;

/// Sample of a path at which a truck is out of the place that it goes through: it has left the ground on which it came
/// to the spot, on this path or on the one before it.
pub(super) fn leaves_at(before: Option<&Holder>, swept: &SweptPath, stops: &[u32]) -> u32 {
    let Some(spot) = stops.len().checked_sub(2).map(|k| stops[k]) else { return swept.last() };
    // The way into the spot from before the waiting pose, and all the ground by which the truck came.
    let waited_at = stops.len().checked_sub(3).map_or(0, |k| stops[k]);
    let into = waited_at.saturating_sub(BEFORE_WAITING);
    let mut came_by: CellMap<bool> = CellMap::default();
    if let Some(before) = before {
        let spot = before.stops.len().checked_sub(2).map_or(before.swept.last(), |k| before.stops[k]);
        came_by.extend(before.swept.visits().iter().filter(|v| v.first < spot).map(|v| (v.cell, false)));
    }
    came_by.extend(swept.visits().iter().filter(|v| v.first < spot).map(|v| (v.cell, v.last >= into)));
    // Within this distance of the spot trucks wait for it.
    let distance = |sample: u32| (swept.position(sample) - swept.position(spot)).norm();
    let place = (into..spot).map(distance).fold(0.0, f64::max) + AROUND_WAITING;
    let window = swept.last().min(spot + FARTHEST_WAY_OUT);
    let mut leaves = (spot..=window.min(spot + AROUND_PLACE)).rev().find(|s| distance(*s) <= place).unwrap_or(spot);
    for visit in swept.visits_beginning(spot + 1, window) {
        if let Some(is_into) = came_by.get(&visit.cell)
            && (*is_into || visit.first <= leaves + LEFT_FOR_GOOD)
        {
            leaves = leaves.max(visit.first);
        }
    }
    (leaves + LEFT_FOR_GOOD).min(swept.last())
}

impl RightOfWay {
    /// Finds where each truck of a group has all that it needs, for the present paths. A truck that leaves its place by a
    /// single lane is through only at the far end of the lane, where others come towards it.
    pub(super) fn find_finishes(&mut self, group: &BTreeSet<TruckId>) {
        let mut finishes = Vec::with_capacity(group.len());
        for truck in group {
            let Some(holder) = self.holders.get(truck) else { continue };
            let mut finish = holder.horizon.leaves;
            for (other, crossings) in self.neighbours(*truck) {
                let Some(theirs) = self.holders.get(&other) else { continue };
                let ahead = crossings.between(holder.horizon.leaves, holder.horizon.end);
                let last = ahead.iter().rfind(|c| !c.follows && c.last > theirs.passed);
                finish = finish.max(last.map_or(0, |c| c.at + LEFT_FOR_GOOD));
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
