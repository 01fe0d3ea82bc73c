//! Proposed places of a mine.

use super::place::PlaceKind;
use super::resolve::resolve_place;
use super::spec::{PlaceSpec, TruckShape};
use crate::map::MineMap;
use haul_core::Point2;

/// Minimum distance between two places, m.
const LEAST_DISTANCE: f64 = 60.0;
/// Fraction of the mine's height range above which wide areas are proposed for loading.
const LOADING_SHARE: f64 = 0.65;
/// Fraction of the mine's height range below which wide areas are proposed for dumping.
const DUMPING_SHARE: f64 = 0.35;
/// Maximum number of places of one kind.
const GREATEST_COUNT: usize = 3;

/// Proposes places for a mine.
///
/// Wide areas high in the mine are proposed for loading, low ones for dumping, and the widest of the remaining areas as
/// a park. Only places where a truck can stand on a spot are proposed. In a pit that is loaded at its bottom, loading
/// and dumping must be swapped: the result is only a proposal.
pub fn propose_places(map: &MineMap, shape: &TruckShape) -> Vec<PlaceSpec> {
    let heights = || map.areas.iter().map(|a| a.height);
    let (low, high) = heights().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), z| (l.min(z), h.max(z)));
    let share = |height: f64| if high > low { (height - low) / (high - low) } else { 0.5 };
    let mut areas: Vec<_> = map.areas.iter().collect();
    areas.sort_by(|a, b| b.radius.total_cmp(&a.radius));
    let mut proposed: Vec<PlaceSpec> = Vec::new();
    let mut counts = [0_usize; 3];
    let is_taken = |proposed: &[PlaceSpec], id: &str| {
        proposed.iter().any(|p| p.id == id) || map.places.iter().any(|p| p.id.as_str() == id)
    };
    for area in areas {
        let (kind, slot, name) = match share(area.height) {
            s if s >= LOADING_SHARE => (PlaceKind::Load, 0, "face"),
            s if s <= DUMPING_SHARE && counts[1] == 0 => (PlaceKind::Crusher, 1, "crusher"),
            s if s <= DUMPING_SHARE => (PlaceKind::Dump, 1, "dump"),
            _ => (PlaceKind::Park, 2, "park"),
        };
        let there = map.places.iter().filter_map(|p| p.spots.first()).map(|s| s.pose.position());
        let is_apart = proposed
            .iter()
            .map(|p| Point2::from(p.at))
            .chain(there)
            .all(|p| (p - area.centre).norm() >= LEAST_DISTANCE);
        if counts[slot] >= GREATEST_COUNT || !is_apart {
            continue;
        }
        let spec = PlaceSpec {
            id: (1..).map(|k| format!("{name}_{k}")).find(|id| !is_taken(&proposed, id)).unwrap_or_default(),
            kind,
            at: [area.centre.x, area.centre.y],
            heading_deg: None,
            spots: None,
            queue: None,
            material_density: None,
            paddock: None,
        };
        if resolve_place(map, &spec, shape).is_ok() {
            counts[slot] += 1;
            proposed.push(spec);
        }
    }
    proposed
}
