//! Stable road ids: positions of roads by id, and the next free id.

use super::road::Road;
use haul_core::RoadId;
use std::collections::BTreeSet;

/// Index from road ids to positions in a list of roads.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RoadIndex {
    ids: Vec<RoadId>,
    /// Ids with their positions, sorted by id.
    sorted: Vec<(RoadId, u32)>,
}

impl RoadIndex {
    /// Returns the index of a list of distinct ids.
    pub(super) fn of(ids: impl Iterator<Item = RoadId>) -> Self {
        let ids: Vec<RoadId> = ids.collect();
        let mut sorted: Vec<(RoadId, u32)> = ids.iter().enumerate().map(|(i, id)| (*id, i as u32)).collect();
        sorted.sort_unstable();
        Self { ids, sorted }
    }

    /// Returns the position of a road in the list.
    pub fn position(&self, id: RoadId) -> Option<usize> {
        // On a mine that has never lost a road, each id equals its position.
        if self.ids.get(id.index()) == Some(&id) {
            return Some(id.index());
        }
        let found = self.sorted.binary_search_by_key(&id, |entry| entry.0).ok()?;
        self.sorted.get(found).map(|entry| entry.1 as usize)
    }

    /// Returns the id of the road at a position in the list.
    pub fn id(&self, position: usize) -> Option<RoadId> {
        self.ids.get(position).copied()
    }

    /// Returns the number of roads.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Returns true if there is no road.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }
}

/// Gives a new id to each road that shares its id with an earlier road of the list. Returns the next free id, at least
/// `next` and above all ids of the list.
pub(super) fn make_unique(roads: &mut [Road], next: u32) -> u32 {
    let mut seen = BTreeSet::new();
    let mut next = roads.iter().fold(next, |next, road| next.max(road.id.0.saturating_add(1)));
    let mut lowest = 0;
    for road in roads {
        if seen.insert(road.id) {
            continue;
        }
        // If the highest number is used, a free one is left below it.
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
