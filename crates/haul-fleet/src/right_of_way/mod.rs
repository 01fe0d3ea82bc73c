//! The right of way: which truck may use which ground, and when.
//!
//! Every truck sends the path that it wants to drive: through its next spot and on to its next waiting pose. The ground
//! is a lattice of cells. A truck's *claim* is the set of cells that it covers from its position to the end of its
//! grant. No cell belongs to two claims. So trucks that keep to their grants never touch: on roads, at junctions, on
//! the floor before a face, in a bay. Roads, places and waiting poses need no rules of their own.
//!
//! A claim grows only if every truck that could finish its path before the growth still can after it. The module
//! `finish` looks for steps that show it: one truck drives at a time, on ground that no other truck holds. So no truck
//! enters a place whose exit path it would close, or a single lane that another truck must leave first.
//! `docs/right-of-way.md` has the argument.

mod cells;
mod crossing;
mod exit;
mod explain;
mod finish;
mod grow;
mod holder;
mod horizon;
mod neighbours;
mod replay;
mod request;
mod rest;
mod rules;
mod schedule;
mod settle;
mod state;
mod swept;
mod work;

pub use cells::{CELL, Cell};
pub use explain::{Explanation, TruckRight, Wait};
pub use holder::WaitCause;
pub use rules::Rules;
pub use swept::SweptPath;

use crossing::Crossings;
use finish::Board;
use haul_core::TruckId;
use haul_messages::{PathPose, Uuid};
use holder::Holder;
use neighbours::Tiles;
use schedule::Schedule;
use std::collections::{BTreeMap, BTreeSet};

/// Length that a truck keeps claimed behind its reported station, m, because it may roll back as it starts.
const ROLL_BACK: f64 = 0.5;
/// Tolerance for equal stations, m. Stations are sums of floating-point numbers.
const STATION_TOLERANCE: f64 = 0.01;

/// A request for a path.
#[derive(Debug, Clone, PartialEq)]
pub struct PathRequest<'a> {
    /// Id of the requested path.
    pub request_id: Uuid,
    /// Poses of the path; empty if the site already knows the path.
    pub path: &'a [PathPose],
    /// Stations at which the truck stops on its own, m.
    pub stops: &'a [f64],
    /// Station that the truck has reached, m.
    pub passed: f64,
    /// Station up to which the truck wants to drive, m.
    pub wanted: f64,
}

/// The right of way granted to a truck.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grant {
    /// Id of the granted path.
    pub request_id: Uuid,
    /// Station up to which the rear-axle centre may drive, m.
    pub up_to: f64,
    /// The truck that the holder of this grant waits for.
    pub behind: Option<TruckId>,
}

/// The right of way on one mine.
#[derive(Debug, Clone)]
pub struct RightOfWay {
    rules: Rules,
    holders: BTreeMap<TruckId, Holder>,
    /// Trucks by the tiles that their paths cover. Valid for the present paths.
    tiles: Tiles,
    /// Common cells of two paths, by the truck that reaches the cells and the other truck. Valid for the present paths
    /// of both.
    crossings: BTreeMap<(TruckId, TruckId), Crossings>,
    /// Steps by which the trucks can finish their paths; trucks that cannot finish are left out. Valid for the present
    /// claims.
    schedule: Schedule,
    /// The trucks that have moved, requested a path or got a longer claim since free cells were last granted.
    fresh: BTreeSet<TruckId>,
    /// The trucks whose schedule was found by trials. The truck among them that has waited longest makes trials again
    /// whenever its claim grows.
    tried: BTreeSet<TruckId>,
    tickets: u64,
}

haul_core::keep_state!(RightOfWay {
    rules: given,
    holders: value,
    tiles: value,
    crossings: value,
    schedule: value,
    tried: value,
    fresh: value,
    tickets: value,
});

impl RightOfWay {
    /// Creates a right of way without trucks.
    pub fn new(rules: Rules) -> Self {
        let rules = Rules { gap: rules.gap.max(0.0), least_step: rules.least_step.max(CELL), ..rules };
        Self {
            rules,
            holders: BTreeMap::new(),
            tiles: Tiles::default(),
            crossings: BTreeMap::new(),
            schedule: Schedule::default(),
            fresh: BTreeSet::new(),
            tried: BTreeSet::new(),
            tickets: 0,
        }
    }

    /// Returns the lengths that the right of way uses.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Returns the grant of a truck; `None` if the truck has not requested a path.
    pub fn grant(&self, truck: TruckId) -> Option<Grant> {
        let holder = self.holders.get(&truck)?;
        Some(Grant { request_id: holder.request_id?, up_to: holder.granted, behind: self.behind(truck) })
    }

    /// Returns the cells that each truck holds now.
    pub fn claims(&self) -> impl Iterator<Item = (TruckId, BTreeSet<Cell>)> {
        self.holders.keys().map(|truck| (*truck, self.ground(*truck)))
    }

    /// Returns the cells that a truck holds now.
    pub fn ground(&self, truck: TruckId) -> BTreeSet<Cell> {
        self.holders.get(&truck).map(|h| h.swept.cells_between(h.passed, h.claimed).collect()).unwrap_or_default()
    }

    /// Returns the indices of the first and the last pose of a truck's path that its claim covers; `None` if the truck
    /// holds no cells.
    pub fn claimed(&self, truck: TruckId) -> Option<(u32, u32)> {
        self.holders.get(&truck).map(|h| (h.passed, h.claimed))
    }

    /// Returns the trucks that can finish their paths in the present state, in an order in which they can finish.
    pub fn finishing_order(&self) -> &[TruckId] {
        &self.schedule.finished
    }

    /// Returns the trucks that wait for a longer claim, longest-waiting first.
    pub fn waiting_order(&self) -> Vec<TruckId> {
        let mut waiting: Vec<_> = self.holders.iter().filter_map(|(truck, h)| Some((h.ticket?, *truck))).collect();
        waiting.sort_unstable();
        waiting.into_iter().map(|(_, truck)| truck).collect()
    }

    fn board(&self) -> Board<'_> {
        let (gap, roll_back) = (self.rules.gap, ROLL_BACK);
        Board { holders: &self.holders, crossings: &self.crossings, gap, roll_back }
    }
}
