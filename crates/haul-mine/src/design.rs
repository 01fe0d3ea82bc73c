//! Proposals for a mine's design.

use crate::map::MineMap;
use crate::places::{PlaceSpec, TruckShape};

/// Places a mine might have: wide areas high up to load, low ones to tip, and a park. Only a proposal.
pub fn propose_places(map: &MineMap, shape: &TruckShape) -> Vec<PlaceSpec> {
    let _ = (map, shape);
    Vec::new()
}
