//! Neighbours: trucks whose paths have cells in common.
//!
//! The lattice is divided into square tiles. Only trucks that share a tile are compared cell by cell, so the work for a
//! request grows with the trucks near its path and not with all trucks of the mine.

use super::cells::{Cell, CellMap};
use super::crossing::Crossings;
use super::swept::{CellVisit, SweptPath};
use super::{RightOfWay, work};
use haul_core::TruckId;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Side of a tile, in cells.
const TILE: i32 = 32;

/// A square of [`TILE`] × [`TILE`] cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub(super) struct Tile {
    column: i32,
    row: i32,
}

impl Tile {
    fn of(cell: Cell) -> Self {
        Self { column: cell.column.div_euclid(TILE), row: cell.row.div_euclid(TILE) }
    }
}

/// Returns the visits of a path by tile, in the order of the tiles. Each list is in the order in which the path reaches
/// the cells.
pub(super) fn visits_by_tile(visits: &[CellVisit]) -> BTreeMap<Tile, Vec<u32>> {
    let mut tiles: BTreeMap<Tile, Vec<u32>> = BTreeMap::new();
    for (number, visit) in visits.iter().enumerate() {
        tiles.entry(Tile::of(visit.cell)).or_default().push(number as u32);
    }
    tiles
}

/// The trucks whose paths cover each tile.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
pub(super) struct Tiles(BTreeMap<Tile, BTreeSet<TruckId>>);

impl Tiles {
    pub fn insert(&mut self, truck: TruckId, swept: &SweptPath) {
        for tile in swept.tiles() {
            self.0.entry(tile).or_default().insert(truck);
        }
    }

    pub fn remove(&mut self, truck: TruckId, swept: &SweptPath) {
        for tile in swept.tiles() {
            if let Some(trucks) = self.0.get_mut(&tile) {
                trucks.remove(&truck);
                if trucks.is_empty() {
                    self.0.remove(&tile);
                }
            }
        }
    }

    /// Returns the other trucks whose paths share tiles with a truck's path, each with the shared tiles.
    fn near(&self, truck: TruckId, swept: &SweptPath) -> BTreeMap<TruckId, Vec<Tile>> {
        let mut near: BTreeMap<TruckId, Vec<Tile>> = BTreeMap::new();
        for tile in swept.tiles() {
            for other in self.0.get(&tile).into_iter().flatten().filter(|other| **other != truck) {
                near.entry(*other).or_default().push(tile);
            }
        }
        near
    }
}

impl RightOfWay {
    /// Returns the trucks whose paths have cells in common with a truck's path, each with the crossings along that
    /// path.
    pub(super) fn neighbours(&self, truck: TruckId) -> impl Iterator<Item = (TruckId, &Crossings)> {
        let all = (truck, TruckId(0))..=(truck, TruckId(u32::MAX));
        self.crossings.range(all).map(|((_, other), crossings)| (*other, crossings))
    }

    /// Returns a truck with its neighbours, their neighbours, and so on. No truck outside this group affects a truck in
    /// it.
    pub(super) fn group(&self, truck: TruckId) -> BTreeSet<TruckId> {
        let mut group = BTreeSet::from([truck]);
        let mut open = vec![truck];
        while let Some(next) = open.pop() {
            open.extend(self.neighbours(next).map(|(other, _)| other).filter(|other| group.insert(*other)));
        }
        group
    }

    /// Finds the cells that a truck's path has in common with the paths of other trucks.
    pub(super) fn find_crossings(&mut self, truck: TruckId) {
        let Some(own) = self.holders.get(&truck).map(|holder| Arc::clone(&holder.swept)) else { return };
        // The newest visit of each cell, and for each visit the previous visit of the same cell.
        let mut newest: CellMap<u32> = CellMap::default();
        let mut before: Vec<u32> = Vec::with_capacity(own.visits().len());
        for (number, visit) in own.visits().iter().enumerate() {
            before.push(newest.insert(visit.cell, number as u32).unwrap_or(u32::MAX));
        }
        for (other, tiles) in self.tiles.near(truck, &own) {
            let Some(theirs) = self.holders.get(&other).map(|holder| Arc::clone(&holder.swept)) else { continue };
            // For each of the two trucks: the sample at which it reaches a common cell, and the samples at which the
            // other truck covers the cell.
            let (mut of_own, mut of_theirs) = (Vec::new(), Vec::new());
            for number in tiles.into_iter().flat_map(|tile| theirs.visits_on(tile)) {
                work::count(1);
                let visit = theirs.visits()[*number as usize];
                let mut number = newest.get(&visit.cell).copied().unwrap_or(u32::MAX);
                while let Some(ours) = own.visits().get(number as usize) {
                    of_own.push((ours.first, visit.first, visit.last));
                    of_theirs.push((visit.first, ours.first, ours.last));
                    number = before[number as usize];
                }
            }
            if of_own.is_empty() {
                continue;
            }
            of_own.sort_unstable();
            of_theirs.sort_unstable();
            self.crossings.insert((truck, other), Crossings::gather(&own, &theirs, &of_own));
            self.crossings.insert((other, truck), Crossings::gather(&theirs, &own, &of_theirs));
        }
    }
}
