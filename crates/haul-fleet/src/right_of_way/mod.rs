//! The right of way: which truck may use which ground, and when.
//!
//! Every truck tells the path that it wants to drive, through its next spot and on to where it waits next. The ground is
//! a lattice of cells. A truck's *claim* is the cells that it covers from where it is to the end of its grant; no cell
//! belongs to two claims, so trucks that keep to their grants do not meet: on roads, on junctions, on the floor before a
//! face, in a bay. Roads, places and waiting poses need no rules of their own.
//!
//! A claim grows only if every truck that could finish its path before still can after (`finish`): by steps of one
//! truck at a time, each on ground that no other holds. So no truck is let into a place whose way out it would close, or
//! into a single lane that another must leave first. `docs/right-of-way.md` has the argument.

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

/// Ground behind the station that a truck reports is kept by it for this length, m: it may roll back as it starts.
const ROLL_BACK: f64 = 0.5;
/// Stations nearer than this are the same, m: they are sums of floating-point numbers.
const SAME_STATION: f64 = 0.01;

/// A path as it is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct PathRequest<'a> {
    /// Names the path.
    pub request_id: Uuid,
    /// Its poses; empty where the path is known.
    pub path: &'a [PathPose],
    /// Stations at which the truck stops of itself, m.
    pub stops: &'a [f64],
    /// Station reached, m.
    pub passed: f64,
    /// Station wanted, m.
    pub wanted: f64,
}

/// The right of way that a truck has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grant {
    /// The path.
    pub request_id: Uuid,
    /// Station up to which the middle of the rear axle may go, m.
    pub up_to: f64,
    /// The truck that keeps this one from what it wants.
    pub behind: Option<TruckId>,
}

/// The right of way on one mine.
#[derive(Debug, Clone)]
pub struct RightOfWay {
    rules: Rules,
    holders: BTreeMap<TruckId, Holder>,
    /// The trucks by the tiles that their paths cover. Valid for the present paths.
    tiles: Tiles,
    /// Common ground, by the truck that comes to it and the other one. Valid for the present paths of both.
    crossings: BTreeMap<(TruckId, TruckId), Crossings>,
    /// Steps by which the trucks can finish their paths; trucks that cannot are left out. Valid for the present claims.
    schedule: Schedule,
    /// The trucks that have moved, asked or got ground since ground was given out last.
    fresh: BTreeSet<TruckId>,
    /// The trucks whose schedule was found by trials: that of the longest waiting one is tried again at each growth.
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
    /// The right of way where no truck is known yet.
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

    /// The lengths it works with.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The right of way that a truck has; `None` where it has asked for none.
    pub fn grant(&self, truck: TruckId) -> Option<Grant> {
        let holder = self.holders.get(&truck)?;
        Some(Grant { request_id: holder.request_id?, up_to: holder.granted, behind: self.behind(truck) })
    }

    /// The ground that each truck holds now.
    pub fn claims(&self) -> impl Iterator<Item = (TruckId, BTreeSet<Cell>)> {
        self.holders.keys().map(|truck| (*truck, self.ground(*truck)))
    }

    /// The ground that a truck holds now.
    pub fn ground(&self, truck: TruckId) -> BTreeSet<Cell> {
        self.holders.get(&truck).map(|h| h.swept.cells_between(h.passed, h.claimed).collect()).unwrap_or_default()
    }

    /// First and last pose of a truck's path that its claim covers, by their numbers; `None` where it holds no ground.
    pub fn claimed(&self, truck: TruckId) -> Option<(u32, u32)> {
        self.holders.get(&truck).map(|h| (h.passed, h.claimed))
    }

    /// The trucks that can finish their paths as things stand, in an order in which they can.
    pub fn finishing_order(&self) -> &[TruckId] {
        &self.schedule.finished
    }

    /// The trucks that wait for more than they have, first the one that has waited longest.
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
