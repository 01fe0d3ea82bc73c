//! The right of way: which truck may use which ground, and when.
//!
//! Every truck tells the path that it wants to drive, through its next spot and on to where it waits next. The ground is
//! a lattice of cells. A truck's *claim* is the cells that it covers from where it is to the end of its grant; no cell
//! belongs to two claims, so trucks that keep to their grants do not meet: on roads, on junctions, on the floor before a
//! face, in a bay. Roads, places and waiting poses need no rules of their own.
//!
//! A claim grows only if every truck that could finish its path before still can after ([`finish`]): by steps of one
//! truck at a time, each on ground that no other holds. So no truck is let into a place whose way out it would close, or
//! into a single lane that another must leave first. `docs/right-of-way.md` has the argument.

mod cells;
mod crossing;
mod finish;
mod rules;
mod swept;

pub use cells::{CELL, Cell};
pub use rules::Rules;
pub use swept::SweptPath;

use cells::CellMap;
use crossing::Crossings;
use finish::{Board, Schedule};
use haul_core::{Footprint, Pose2, TruckId};
use haul_messages::{PathPose, Uuid};
use std::collections::{BTreeMap, BTreeSet};

/// Ground behind the station that a truck reports is kept by it for this length, m: it may roll back as it starts.
const ROLL_BACK: f64 = 0.5;
/// Stations nearer than this are the same, m: they are sums of floating-point numbers.
const SAME_STATION: f64 = 0.01;
/// A truck without a path has moved when it reports a pose this far from the one before, m.
const MOVED: f64 = 0.3;
/// Ground by which a truck came is left for good when it is not met again for this many samples: two truck's lengths.
const LEFT_FOR_GOOD: u32 = 22;
/// The way into a place begins this many samples before its waiting pose: trucks wait there behind the first one.
const BEFORE_WAITING: u32 = 40;
/// The ground of a place reaches this far beyond its waiting pose, m, and is left within this many samples.
const AROUND_WAITING: f64 = 30.0;
const AROUND_PLACE: u32 = 500;
/// The way out of a place is at most this many samples long; a single-lane ramp to the face is part of it.
const FARTHEST_WAY_OUT: u32 = 3_000;
/// A step of the schedule is granted as a whole where it is at most this many samples long.
const FARTHEST_STEP: u32 = 150;
/// A block of ground in dispute goes on over gaps of this many samples.
const BLOCK_GAP: u32 = 10;

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

/// A truck on its path.
#[derive(Debug, Clone)]
struct Holder {
    /// `None` for a truck that stands and has not asked for a path yet.
    request_id: Option<Uuid>,
    swept: SweptPath,
    pose: Pose2,
    /// Samples at which the truck stops of itself: waiting poses, spots, and the end of the path.
    stops: Vec<u32>,
    /// Sample at which the truck is out of its spot and off the ground on which it came; else the end of the path.
    leaves: u32,
    /// Sample at which the truck has all that it needs: from `leaves` on, beyond all ground on which others come
    /// towards it or cross its way. Valid for the present paths.
    finish: u32,
    /// First sample of the claim.
    passed: u32,
    /// Last sample of the claim.
    claimed: u32,
    /// Station granted, and station wanted, m.
    granted: f64,
    wanted: f64,
    /// Order in which the truck came to wait for more than it has.
    ticket: Option<u64>,
    /// The oldest ticket of the trucks that wait for this one, or its own.
    turn: u64,
    /// The trucks that it waits for.
    behind: Vec<TruckId>,
    /// The grant that it was told last.
    told: Option<(f64, Option<TruckId>)>,
}

impl Holder {
    /// The last sample that the truck wants to claim now. A truck that goes no farther than a stop leaves what lies
    /// beyond it to others until it drives on.
    fn target(&self, rules: &Rules) -> u32 {
        let target = self.swept.sample_after(self.wanted + rules.gap);
        let stop = self.stops.iter().find(|stop| self.wanted <= self.swept.station(**stop) + SAME_STATION);
        stop.map_or(target, |stop| target.min(*stop))
    }

    /// Tells whether a claim up to this sample may be driven to its end: the truck stops there in any case.
    fn ends_at(&self, sample: u32) -> bool {
        self.stops.contains(&sample) && self.wanted <= self.swept.station(sample) + SAME_STATION
    }

    /// Tells whether a truck may be counted on to rest at a sample: at its stops, in the lane on which it comes, and in that on
    /// which it leaves. Not between its waiting pose and its spot: it leaves the one only for the other.
    fn may_rest_at(&self, sample: u32) -> bool {
        let count = self.stops.len();
        let lane_ends = if count == 2 { 0 } else { self.stops.first().copied().unwrap_or(0) };
        let spot = count.checked_sub(2).map_or(u32::MAX, |k| self.stops[k]);
        self.stops.contains(&sample) || sample < lane_ends || sample > spot
    }

    /// Station to which a claim up to a sample lets the truck drive, m.
    fn grant_at(&self, sample: u32, rules: &Rules) -> f64 {
        let end = self.swept.station(sample);
        let granted = if self.ends_at(sample) { end } else { end - rules.gap };
        granted.max(self.granted)
    }
}

/// The right of way on one mine.
#[derive(Debug, Clone)]
pub struct RightOfWay {
    rules: Rules,
    holders: BTreeMap<TruckId, Holder>,
    /// Common ground, by the truck that comes to it and the other one. Valid for the present paths of both.
    crossings: BTreeMap<(TruckId, TruckId), Crossings>,
    /// Steps by which the trucks can finish their paths; trucks that cannot are left out. Valid for the present claims;
    /// `None` after a path has changed.
    schedule: Option<Schedule>,
    tickets: u64,
}

impl RightOfWay {
    /// The right of way where no truck is known yet.
    pub fn new(rules: Rules) -> Self {
        let rules = Rules { gap: rules.gap.max(0.0), least_step: rules.least_step.max(CELL), ..rules };
        Self { rules, holders: BTreeMap::new(), crossings: BTreeMap::new(), schedule: None, tickets: 0 }
    }

    /// The lengths it works with.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Takes note of where a truck stands that has no path. It keeps that ground until it asks for one.
    pub fn stands(&mut self, truck: TruckId, pose: Pose2, footprint: &Footprint) {
        let known = self.holders.get(&truck);
        let same = known.is_some_and(|h| h.request_id.is_some() || h.pose.distance(pose) < MOVED);
        if same || !pose.is_on_a_map() {
            return;
        }
        let swept = SweptPath::standing(pose, footprint, &self.rules);
        self.enter(truck, None, swept, pose, vec![0]);
    }

    /// Takes a request: a new path of a truck that stands, or how far it has come on a known one. Ground that it has
    /// passed is free at once; call [`RightOfWay::settle`] for what others gain by it.
    ///
    /// # Errors
    /// What is wrong with the path or the numbers; nothing changes then.
    pub fn request(&mut self, truck: TruckId, footprint: &Footprint, request: &PathRequest<'_>) -> Result<(), String> {
        for (what, station) in [("reached", request.passed), ("wanted", request.wanted)] {
            if !station.is_finite() {
                return Err(format!("the station {what} is {station}; expected metres along the path"));
            }
        }
        if !self.knows(truck, request.request_id) {
            let swept = SweptPath::lay(request.path, footprint, &self.rules)?;
            let pose = request.path[0].pose;
            let mut stops: Vec<u32> = request.stops.iter().map(|station| swept.sample_near(*station)).collect();
            stops.push(swept.last());
            stops.sort_unstable();
            stops.dedup();
            self.enter(truck, Some(request.request_id), swept, pose, stops);
        }
        let rules = self.rules;
        let Some(holder) = self.holders.get_mut(&truck) else { return Ok(()) };
        if request.passed > holder.granted + rules.gap {
            tracing::warn!(%truck, passed = request.passed, granted = holder.granted, "a truck is beyond its grant");
        }
        // Never farther than granted: what lies beyond is not the truck's to give back.
        let passed = holder.swept.sample_before(request.passed.min(holder.granted) - ROLL_BACK);
        holder.passed = holder.passed.max(passed.min(holder.claimed));
        holder.wanted = request.wanted.max(holder.granted);
        Ok(())
    }

    /// Puts a truck on a path. It claims the ground on which it stands.
    fn enter(&mut self, truck: TruckId, request_id: Option<Uuid>, swept: SweptPath, pose: Pose2, stops: Vec<u32>) {
        let could_finish = self.schedule().finished.clone();
        let leaves = self.leaves_at(truck, &swept, &stops);
        self.forget(truck);
        let mut newest: CellMap<u32> = CellMap::default();
        let mut before: Vec<u32> = Vec::with_capacity(swept.visits().len());
        for (number, visit) in swept.visits().iter().enumerate() {
            before.push(newest.insert(visit.cell, number as u32).unwrap_or(u32::MAX));
        }
        for (other, holder) in &self.holders {
            // For each of the two: sample at which it comes to a common cell, and samples at which the other is there.
            let (mut theirs, mut ours) = (Vec::new(), Vec::new());
            for visit in holder.swept.visits() {
                let mut number = newest.get(&visit.cell).copied().unwrap_or(u32::MAX);
                while let Some(own) = swept.visits().get(number as usize) {
                    theirs.push((visit.first, own.first, own.last));
                    ours.push((own.first, visit.first, visit.last));
                    number = before[number as usize];
                }
            }
            if theirs.is_empty() {
                continue;
            }
            ours.sort_unstable();
            theirs.sort_unstable();
            self.crossings.insert((truck, *other), Crossings::gather(&swept, &holder.swept, &ours));
            self.crossings.insert((*other, truck), Crossings::gather(&holder.swept, &swept, &theirs));
        }
        let holder = Holder {
            request_id,
            pose,
            stops,
            leaves,
            finish: leaves,
            passed: 0,
            claimed: 0,
            granted: swept.station(0),
            wanted: swept.station(0),
            ticket: None,
            turn: u64::MAX,
            behind: Vec::new(),
            told: None,
            swept,
        };
        self.holders.insert(truck, holder);
        self.find_finishes();
        self.schedule = None;
        let lost: Vec<TruckId> = could_finish.into_iter().filter(|t| !self.schedule().finished.contains(t)).collect();
        if !lost.is_empty() {
            tracing::debug!(%truck, ?lost, "a new path leaves trucks without a way to finish:\n{}", self.explain());
        }
    }

    /// Finds where each truck has all that it needs, for the present paths. A truck that leaves its place by a single
    /// lane is through only at the far end of the lane, where others come towards it.
    fn find_finishes(&mut self) {
        let mut finishes = Vec::with_capacity(self.holders.len());
        for (truck, holder) in &self.holders {
            let mut finish = holder.leaves;
            for (other, theirs) in self.holders.iter().filter(|(other, _)| *other != truck) {
                let ahead = self.board().crossings(*truck, *other).after(holder.leaves);
                let last = ahead.iter().rfind(|c| !c.follows && c.last > theirs.passed);
                finish = finish.max(last.map_or(0, |c| c.at + LEFT_FOR_GOOD));
            }
            finishes.push(finish.min(holder.swept.last()));
        }
        for (holder, finish) in self.holders.values_mut().zip(finishes) {
            holder.finish = finish;
        }
    }

    /// Sample of a path at which the truck is out of the place that it goes through: it has left the ground on which
    /// it came to the spot, on this path or the one before.
    fn leaves_at(&self, truck: TruckId, swept: &SweptPath, stops: &[u32]) -> u32 {
        let Some(spot) = stops.len().checked_sub(2).map(|k| stops[k]) else { return swept.last() };
        // The way into the spot from before the waiting pose, and all the ground by which the truck came.
        let waited_at = stops.len().checked_sub(3).map_or(0, |k| stops[k]);
        let into = waited_at.saturating_sub(BEFORE_WAITING);
        let mut came_by: CellMap<bool> = CellMap::default();
        if let Some(before) = self.holders.get(&truck) {
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

    /// Takes a truck off the mine: its ground is free.
    pub fn forget(&mut self, truck: TruckId) {
        if self.holders.remove(&truck).is_some() {
            self.crossings.retain(|(a, b), _| *a != truck && *b != truck);
            self.schedule = None;
        }
    }

    /// Tells whether a truck's present path is this one.
    pub fn knows(&self, truck: TruckId, request_id: Uuid) -> bool {
        self.holders.get(&truck).is_some_and(|holder| holder.request_id == Some(request_id))
    }

    /// The right of way that a truck has; `None` where it has asked for none.
    pub fn grant(&self, truck: TruckId) -> Option<Grant> {
        let holder = self.holders.get(&truck)?;
        Some(Grant { request_id: holder.request_id?, up_to: holder.granted, behind: holder.behind.first().copied() })
    }

    /// The ground that each truck holds now.
    pub fn claims(&self) -> impl Iterator<Item = (TruckId, BTreeSet<Cell>)> {
        self.holders.iter().map(|(truck, h)| (*truck, h.swept.cells_between(h.passed, h.claimed).collect()))
    }

    /// The trucks that can finish their paths as things stand, in an order in which they can.
    pub fn finishing_order(&mut self) -> &[TruckId] {
        &self.schedule().finished
    }

    /// The trucks that wait for more than they have, first the one that has waited longest.
    pub fn waiting_order(&self) -> Vec<TruckId> {
        let mut waiting: Vec<_> = self.holders.iter().filter_map(|(truck, h)| Some((h.ticket?, *truck))).collect();
        waiting.sort_unstable();
        waiting.into_iter().map(|(_, truck)| truck).collect()
    }

    fn schedule(&mut self) -> &Schedule {
        if self.schedule.is_none() {
            self.schedule = Some(self.board().finish(None, None, &[]));
        }
        self.schedule.get_or_insert_default()
    }

    /// The state of each truck's claim in words, for logs.
    pub fn explain(&mut self) -> String {
        let finished = self.schedule().finished.clone();
        let mut text = String::new();
        for (truck, h) in &self.holders {
            let at = |sample: u32| h.swept.station(sample);
            let stops: Vec<String> = h.stops.iter().map(|stop| format!("{:.0}", at(*stop))).collect();
            text += &format!(
                "{truck}: passed {:.1}, granted {:.1}, claimed {:.1}, wanted {:.1}, finish {:.0} of {:.0} m, stops at {}; {}; behind {:?}\n",
                at(h.passed),
                h.granted,
                at(h.claimed),
                h.wanted,
                at(h.finish),
                at(h.swept.last()),
                stops.join(", "),
                if finished.contains(truck) { "can finish" } else { "cannot finish" },
                h.behind,
            );
            for other in self.holders.keys().filter(|other| *other != truck) {
                let needs = self.board().crossings(*truck, *other).between(h.claimed, h.finish);
                let theirs = &self.holders[other];
                if let Some(c) = needs.iter().find(|c| c.is_covered_between(theirs.passed, theirs.claimed)) {
                    text += &format!(
                        "   needs ground of {other} at {:.0} m{}\n",
                        at(c.at),
                        if c.follows { ", follows" } else { "" }
                    );
                }
            }
        }
        text
    }

    /// Gives ground that is free to trucks that want it; those that have waited longest first. Returns the trucks whose
    /// right of way has changed.
    pub fn settle(&mut self) -> Vec<TruckId> {
        self.inherit_turns();
        let mut waiting: Vec<(u64, TruckId)> = self
            .holders
            .iter()
            .filter(|(_, h)| h.target(&self.rules) > h.claimed)
            .map(|(truck, h)| (h.turn, *truck))
            .collect();
        waiting.sort_unstable();
        for (_, truck) in waiting {
            self.extend(truck);
        }
        let mut changed = Vec::new();
        for (truck, holder) in &mut self.holders {
            if holder.target(&self.rules) <= holder.claimed {
                holder.ticket = None;
                holder.behind.clear();
            }
            let now = (holder.granted, holder.behind.first().copied());
            if holder.request_id.is_some() && holder.told != Some(now) {
                holder.told = Some(now);
                changed.push(*truck);
            }
        }
        changed
    }

    /// Gives every truck its turn: the ticket of the truck that has waited longest for it, directly or through others, or
    /// its own where that is older. So a truck that the oldest waits for is not held up for one in between.
    fn inherit_turns(&mut self) {
        let mut turns: BTreeMap<TruckId, u64> =
            self.holders.iter().map(|(truck, h)| (*truck, h.ticket.unwrap_or(u64::MAX))).collect();
        for _ in 0..self.holders.len() {
            let mut changed = false;
            for (truck, holder) in &self.holders {
                let turn = turns.get(truck).copied().unwrap_or(u64::MAX);
                for before in &holder.behind {
                    if let Some(theirs) = turns.get_mut(before).filter(|theirs| **theirs > turn) {
                        (*theirs, changed) = (turn, true);
                    }
                }
            }
            if !changed {
                break;
            }
        }
        for (truck, holder) in &mut self.holders {
            holder.turn = turns.get(truck).copied().unwrap_or(u64::MAX);
        }
    }

    fn board(&self) -> Board<'_> {
        let (gap, roll_back) = (self.rules.gap, ROLL_BACK);
        Board { holders: &self.holders, crossings: &self.crossings, gap, roll_back }
    }

    /// Grows a truck's claim towards what it wants, as far as the claims of others, the turn of those that have waited
    /// longer, and the others' ways out allow.
    fn extend(&mut self, truck: TruckId) {
        let schedule = self.schedule().clone();
        let Some(holder) = self.holders.get(&truck) else { return };
        let (claimed, target) = (holder.claimed, holder.target(&self.rules));
        let mut behind = Vec::new();
        let mut end = self.before_claims(truck, target, &mut behind);
        end = self.before_older(truck, end, &schedule, &mut behind);
        let changed = self.before_ways_out(truck, &mut end, &schedule, &mut behind);

        let rules = self.rules;
        let (end, changed, is_step) = match self.step_of_schedule(truck, target, &schedule) {
            Some(step) if end <= claimed || !self.is_worth(truck, end, target) => (step, None, true),
            _ => (end, changed, false),
        };
        let is_worth = is_step || self.is_worth(truck, end, target);
        let ticket = self.tickets + 1;
        let Some(holder) = self.holders.get_mut(&truck) else { return };
        let grant = holder.grant_at(end, &rules);
        if end > claimed && is_worth {
            holder.claimed = end;
            holder.granted = grant;
            if let Some(schedule) = changed {
                self.schedule = Some(schedule);
            }
        }
        let Some(holder) = self.holders.get_mut(&truck) else { return };
        holder.behind = behind;
        if holder.claimed < target && holder.ticket.is_none() {
            self.tickets = ticket;
            holder.ticket = Some(ticket);
        }
    }

    /// Tells whether a longer claim gives a truck enough to drive on.
    fn is_worth(&self, truck: TruckId, end: u32, target: u32) -> bool {
        self.holders.get(&truck).is_some_and(|holder| {
            end == target
                || holder.ends_at(end)
                || holder.grant_at(end, &self.rules) >= holder.granted + self.rules.least_step
        })
    }

    /// The end of the truck's next step in the schedule, where the step is free and the trucks that drive before it need
    /// none of its ground. Such a step may go farther than the truck wants: no farther than its next stop.
    fn step_of_schedule(&self, truck: TruckId, target: u32, schedule: &Schedule) -> Option<u32> {
        let holder = self.holders.get(&truck)?;
        let (_, to) = schedule.steps.iter().find(|(other, _)| *other == truck)?;
        let stop = holder.stops.iter().copied().find(|stop| *stop >= target)?;
        let to = (*to).min(target.max(holder.claimed + FARTHEST_STEP)).min(stop);
        let free = to > holder.claimed && self.before_claims(truck, to, &mut Vec::new()) == to;
        (free && to >= holder.claimed + 2 && self.is_exact_step(schedule, truck, to)).then_some(to)
    }

    /// Tells whether a step is the one of the schedule, not a part of it.
    fn is_exact_step(&self, schedule: &Schedule, truck: TruckId, to: u32) -> bool {
        schedule.steps.iter().find(|(other, _)| *other == truck).is_some_and(|(_, end)| *end == to)
            && self.board().keeps(schedule, truck, to)
    }

    /// The last sample up to `end` that no other truck's claim touches.
    fn before_claims(&self, truck: TruckId, end: u32, behind: &mut Vec<TruckId>) -> u32 {
        let Some(holder) = self.holders.get(&truck) else { return 0 };
        let mut free = end;
        for (other, theirs) in self.holders.iter().filter(|(other, _)| **other != truck) {
            let crossings = self.board().crossings(truck, *other).between(holder.claimed, free);
            if let Some(first) = crossings.iter().find(|c| c.is_covered_between(theirs.passed, theirs.claimed)) {
                free = first.at - 1;
                behind.clear();
                behind.push(*other);
            }
        }
        free
    }

    /// The last sample up to `end` that leaves alone the ground that trucks which have waited longer need next. A truck
    /// that must move before they can is not held up.
    fn before_older(&self, truck: TruckId, end: u32, schedule: &Schedule, behind: &mut Vec<TruckId>) -> u32 {
        let Some(holder) = self.holders.get(&truck) else { return end };
        let own = holder.turn;
        let mut free = end;
        for (other, theirs) in &self.holders {
            let older = *other != truck && theirs.ticket.is_some() && theirs.turn < own;
            if !older || free <= holder.claimed {
                continue;
            }
            let Some(begins) = self.ground_needed_next(*other, truck, holder.claimed) else { continue };
            if begins > free || !schedule.finished.contains(other) {
                continue;
            }
            if self.board().finish(None, Some(truck), &schedule.finished).finished.contains(other) {
                free = begins.saturating_sub(1).max(holder.claimed);
                behind.clear();
                behind.push(*other);
            }
        }
        free
    }

    /// The first sample of `truck`, beyond its claim, on ground that `waiter` needs next: the ground of the step it
    /// waits for, and opposing or crossing ground that begins near, as far as it goes on.
    fn ground_needed_next(&self, waiter: TruckId, truck: TruckId, claimed: u32) -> Option<u32> {
        let holder = self.holders.get(&waiter)?;
        let target = holder.target(&self.rules);
        let near = holder.swept.sample_after(holder.swept.station(holder.claimed) + self.rules.look_ahead);
        let mut reach = near;
        let mut first: Option<u32> = None;
        for crossing in self.board().crossings(waiter, truck).after(holder.claimed) {
            let needed = if crossing.follows { crossing.at <= target } else { crossing.at <= reach };
            if crossing.at > reach.max(target) {
                break;
            }
            if needed && crossing.last > claimed {
                let at = crossing.first.max(claimed + 1);
                first = Some(first.map_or(at, |known| known.min(at)));
            }
            if needed && !crossing.follows {
                reach = reach.max(crossing.at + BLOCK_GAP);
            }
        }
        first
    }

    /// Draws `end` back until every truck that can finish its path still can with the truck's claim reaching there.
    /// Returns the schedule by which they can, where it is another one than before.
    fn before_ways_out(
        &self,
        truck: TruckId,
        end: &mut u32,
        schedule: &Schedule,
        behind: &mut Vec<TruckId>,
    ) -> Option<Schedule> {
        let holder = self.holders.get(&truck)?;
        let board = self.board();
        while *end > holder.claimed {
            if schedule.finished.contains(&truck) && board.keeps(schedule, truck, *end) {
                return None;
            }
            let after = board.finish(Some((truck, *end)), None, &schedule.finished);
            let mut lost: Vec<TruckId> =
                schedule.finished.iter().copied().filter(|known| !after.finished.contains(known)).collect();
            if lost.is_empty() {
                // A truck that cannot finish stays where it is while others can: it might close their way.
                if after.finished.contains(&truck) || after.finished.is_empty() {
                    return Some(after);
                }
                lost.extend(after.finished.first());
            }
            // Back before the first ground that one of them still needs.
            let firsts = lost.iter().filter(|other| **other != truck).filter_map(|other| {
                let theirs = self.holders.get(other)?;
                let crossings = board.crossings(truck, *other).between(holder.claimed, *end);
                crossings.iter().find(|c| c.last > theirs.claimed).map(|c| (c.at - 1, *other))
            });
            behind.clear();
            match firsts.min() {
                Some((before, other)) => {
                    behind.push(other);
                    *end = before;
                }
                None => {
                    behind.extend(lost.iter().filter(|other| **other != truck));
                    *end = holder.claimed;
                }
            }
        }
        None
    }
}
