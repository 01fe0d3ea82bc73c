//! Road ids as stable names: positions of roads by id, and the next id that is free.

use super::Road;
use haul_core::RoadId;
use std::collections::BTreeSet;

/// Positions of roads in a list by their ids.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RoadIndex {
    ids: Vec<RoadId>,
    /// Ids with their positions, by id.
    sorted: Vec<(RoadId, u32)>,
}

impl RoadIndex {
    /// Returns the index of a list of ids, no two of which are equal.
    pub(super) fn of(ids: impl Iterator<Item = RoadId>) -> Self {
        let ids: Vec<RoadId> = ids.collect();
        let mut sorted: Vec<(RoadId, u32)> = ids.iter().enumerate().map(|(i, id)| (*id, i as u32)).collect();
        sorted.sort_unstable();
        Self { ids, sorted }
    }

    /// Returns the position of a road in the list.
    pub fn position(&self, id: RoadId) -> Option<usize> {
        // On a mine that has never lost a road, ids are positions.
        if self.ids.get(id.index()) == Some(&id) {
            return Some(id.index());
        }
        let found = self.sorted.binary_search_by_key(&id, |entry| entry.0).ok()?;
        self.sorted.get(found).map(|entry| entry.1 as usize)
    }

    /// Returns the id of the road at a position of the list.
    pub fn id(&self, position: usize) -> Option<RoadId> {
        self.ids.get(position).copied()
    }

    /// Returns the number of roads.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Returns true where there is no road.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }
}

/// Gives roads that share an id with an earlier one of the list an id of their own. Returns the next free id: no lower
/// than `next`, and above all ids of the list.
pub(super) fn make_unique(roads: &mut [Road], next: u32) -> u32 {
    let mut seen = BTreeSet::new();
    let mut next = roads.iter().fold(next, |next, road| next.max(road.id.0.saturating_add(1)));
    let mut lowest = 0;
    for road in roads {
        if seen.insert(road.id) {
            continue;
        }
        // Ids end at the last number; below it there is always one that is free.
        if next == u32::MAX {
            while seen.contains(&RoadId(lowest)) {
                lowest += 1;
            }
            road.id = RoadId(lowest);
        } else {
            road.id = RoadId(next);
            next += 1;
        }
        seen.insert(road.id);
    }
    next
}
