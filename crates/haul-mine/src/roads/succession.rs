//! Road ids carried over from an earlier map to a map that was traced again.

use super::graph::RoadGraph;
use haul_core::{Point2, RoadId, Vector2};
use std::collections::{BTreeMap, BTreeSet};

/// Spacing of the points at which two roads are compared, m.
const STEP: f64 = 5.0;
/// Maximum distance from an old centreline at which a new road counts as running along it, m. It is less than the
/// distance between two roads and more than the shift of a centreline in a new survey.
const GREATEST_DISTANCE: f64 = 10.0;
/// Fraction of the shorter road that must run along the other road for both to count as the same road.
const LEAST_SHARED_PART: f64 = 0.5;

impl RoadGraph {
    /// Gives each road the id of the earlier road that it runs along. Returns the number of roads that took an id.
    ///
    /// All other roads get ids that the earlier map never used. If a road was split, the longer part takes the id.
    /// `shift` (m) converts coordinates of this map to those of the earlier one.
    ///
    /// If no road runs along an earlier one, all ids stay.
    pub fn take_ids(&mut self, earlier: &RoadGraph, shift: Vector2) -> usize {
        let mut pairs: Vec<(f64, RoadId, usize)> = Vec::new();
        for (position, road) in self.roads.iter().enumerate() {
            let length = road.line.length();
            let count = (length / STEP).ceil().max(1.0);
            let step = length / count;
            let mut shared: BTreeMap<RoadId, f64> = BTreeMap::new();
            for k in 0..count as usize {
                let Some(at) = road.line.at((k as f64 + 0.5) * step) else { continue };
                if let Some(old) = road_at(earlier, at.xy() + shift) {
                    *shared.entry(old).or_default() += step;
                }
            }
            for (old, along) in shared {
                let shorter = earlier.road(old).map_or(length, |o| o.line.length().min(length));
                if along >= LEAST_SHARED_PART * shorter {
                    pairs.push((along, old, position));
                }
            }
        }
        // The pair with the longest shared length comes first. Equal pairs are ordered by id.
        pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        let mut ids: Vec<Option<RoadId>> = vec![None; self.roads.len()];
        let mut taken = BTreeSet::new();
        for (_, old, position) in pairs {
            if ids[position].is_none() && taken.insert(old) {
                ids[position] = Some(old);
            }
        }
        if taken.is_empty() {
            return 0;
        }
        let mut next = earlier.next;
        let mut roads = std::mem::take(&mut self.roads);
        for (road, id) in roads.iter_mut().zip(ids) {
            road.id = id.unwrap_or_else(|| {
                next = next.saturating_add(1);
                RoadId(next - 1)
            });
        }
        self.next = next;
        *self = self.rebuilt(roads);
        taken.len()
    }
}

/// Returns the road of a map whose centreline is near a point.
fn road_at(graph: &RoadGraph, point: Point2) -> Option<RoadId> {
    let near = graph.nearest(point)?;
    let on = graph.road(near.road)?.line.at(near.station)?;
    ((on.xy() - point).norm() < GREATEST_DISTANCE).then_some(near.road)
}
