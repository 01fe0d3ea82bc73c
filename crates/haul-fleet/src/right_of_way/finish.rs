//! Schedules: the steps by which trucks can finish their paths.

use super::crossing::{Crossing, Crossings};
use super::holder::Holder;
use super::work;
use haul_core::TruckId;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Steps that one truck may take in a schedule; more than its stops and some rests in a queue.
const STEPS_PER_TRUCK: usize = 12;
/// A rest on the way is looked for at this many places, each this many samples before the one tried last: the first half
/// near to where the way is no longer free, the other half farther back.
const RESTS_TRIED: u32 = 20;
const REST_STEPS: [u32; 2] = [2, 8];
/// A step shorter than this is not worth taking, in samples.
const LEAST_STEP: u32 = 2;

/// The trucks on their paths, and the ground that these have in common.
#[derive(Clone, Copy)]
pub(super) struct Board<'a> {
    pub holders: &'a BTreeMap<TruckId, Holder>,
    pub crossings: &'a BTreeMap<(TruckId, TruckId), Arc<Crossings>>,
    /// Lengths along the path, m: from a truck that stands at the end of its grant to the end of its claim, and of the
    /// ground that it keeps behind it.
    pub gap: f64,
    pub roll_back: f64,
}

/// Steps by which trucks can finish their paths, one truck at a time.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Schedule {
    /// Each step: a truck, and the sample of its path that it drives to.
    pub steps: Vec<(TruckId, u32)>,
    /// The trucks that finish by them, in the order in which they do.
    pub finished: Vec<TruckId>,
}

impl Schedule {
    /// The part of the schedule that concerns a group of trucks.
    pub fn of(&self, group: &BTreeSet<TruckId>) -> Self {
        Self {
            steps: self.steps.iter().copied().filter(|(truck, _)| group.contains(truck)).collect(),
            finished: self.finished.iter().copied().filter(|truck| group.contains(truck)).collect(),
        }
    }

    /// Puts another schedule in the place of the part that concerns a group of trucks.
    pub fn replace(&mut self, group: &BTreeSet<TruckId>, other: Self) {
        self.steps.retain(|(truck, _)| !group.contains(truck));
        self.finished.retain(|truck| !group.contains(truck));
        self.steps.extend(other.steps);
        self.finished.extend(other.finished);
    }
}

/// A truck in a schedule as it is worked out.
struct Open<'a> {
    truck: TruckId,
    holder: &'a Holder,
    /// First and last sample of the ground that it holds.
    from: u32,
    to: u32,
    steps: usize,
    stage: Stage,
    /// The trucks that it shares ground with, by their number: the ground to which it comes, and that to which they come.
    beside: Vec<(usize, &'a Crossings, &'a Crossings)>,
}

/// Progress of a truck in a schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// It has steps to make.
    Drives,
    /// It has finished before the end of its path, and goes on.
    Gone,
    /// It has finished at the end of its path, and stands there.
    Stands,
}

impl Open<'_> {
    /// Tells whether the truck holds any of some ground to which another one comes. A truck that stands at the end of its
    /// path goes on before those that follow it, so that it is in the way of the others only.
    fn holds(&self, ground: &Crossing) -> bool {
        let counts = match self.stage {
            Stage::Drives => true,
            Stage::Gone => false,
            Stage::Stands => !ground.follows,
        };
        counts && ground.is_covered_between(self.from, self.to)
    }
}

impl<'a> Board<'a> {
    /// Ground to which `truck` comes that `other` covers as well.
    pub fn crossings(&self, truck: TruckId, other: TruckId) -> &'a Crossings {
        static NO_CROSSINGS: Crossings = Crossings::none();
        work::count(1);
        self.crossings.get(&(truck, other)).map_or(&NO_CROSSINGS, AsRef::as_ref)
    }

    /// A schedule by which the trucks of a group finish their paths. In each step one truck drives, on ground that no
    /// other holds, to the end of what it needs, where it is out of the others' way; or to a rest on its path where it is
    /// in the way of no truck that it does not block already, nor nearer to it. Trucks that no step helps are left out.
    ///
    /// `moved` sets the end of one truck's claim, `held` keeps one truck where it is, `first` are tried first.
    pub fn finish(
        &self,
        group: &BTreeSet<TruckId>,
        moved: Option<(TruckId, u32)>,
        held: Option<TruckId>,
        first: &[TruckId],
    ) -> Schedule {
        let mut open = self.open(group, moved, first);
        let mut schedule = Schedule::default();
        // A truck ends its path on another one's way only when nothing else helps.
        let mut may_block = false;
        loop {
            let before = schedule.steps.len();
            for next in 0..open.len() {
                let own = &open[next];
                if own.stage != Stage::Drives || held == Some(own.truck) {
                    continue;
                }
                let Some(to) = self.step(&open, next, may_block) else { continue };
                may_block = false;
                let (truck, holder) = (own.truck, own.holder);
                let from = self.tail(holder, to).max(own.from);
                schedule.steps.push((truck, to));
                let moving = &mut open[next];
                (moving.from, moving.to, moving.steps) = (from, to, moving.steps + 1);
                if to >= holder.finish {
                    schedule.finished.push(truck);
                    moving.stage = if to >= holder.swept.last() { Stage::Stands } else { Stage::Gone };
                }
            }
            let is_over = open.iter().all(|own| own.stage != Stage::Drives);
            if is_over || may_block {
                return schedule;
            }
            may_block = schedule.steps.len() == before;
        }
    }

    /// The trucks of a group as they are now, those in `first` before the others.
    fn open(&self, group: &BTreeSet<TruckId>, moved: Option<(TruckId, u32)>, first: &[TruckId]) -> Vec<Open<'a>> {
        let order = first.iter().filter(|t| group.contains(t)).chain(group.iter().filter(|t| !first.contains(t)));
        let mut open: Vec<Open<'a>> = Vec::with_capacity(group.len());
        let mut numbers: BTreeMap<TruckId, usize> = BTreeMap::new();
        for truck in order {
            let Some(holder) = self.holders.get(truck) else { continue };
            let to = moved.filter(|(id, _)| id == truck).map_or(holder.claimed, |(_, end)| end);
            numbers.insert(*truck, open.len());
            let (from, steps, stage, beside) = (holder.passed, 0, Stage::Drives, Vec::new());
            open.push(Open { truck: *truck, holder, from, to, steps, stage, beside });
        }
        for own in &mut open {
            let all = (own.truck, TruckId(0))..=(own.truck, TruckId(u32::MAX));
            for ((_, other), ground) in self.crossings.range(all) {
                work::count(1);
                if let Some(number) = numbers.get(other) {
                    own.beside.push((*number, ground, self.crossings(*other, own.truck)));
                }
            }
        }
        open
    }

    /// The first sample of the ground that a truck holds when it rests with its claim ending at a sample.
    fn tail(&self, holder: &Holder, rest: u32) -> u32 {
        let gap = if holder.stops.contains(&rest) { 0.0 } else { self.gap };
        holder.swept.sample_before(holder.swept.station(rest) - gap - self.roll_back)
    }

    /// The sample that a truck can drive to in one step; `None` where it cannot get on. Unless it `may_block`, it does not
    /// end its path where it would stand in another truck's way.
    fn step(&self, open: &[Open<'_>], index: usize, may_block: bool) -> Option<u32> {
        let own = &open[index];
        let finish = own.holder.finish;
        let mut free = finish.max(own.to);
        for (other, ground, _) in &own.beside {
            work::count(1);
            let other = &open[*other];
            if let Some(first) = ground.between(own.to, free).iter().find(|c| other.holds(c)) {
                free = first.at - 1;
            }
        }
        let ends = free >= own.holder.swept.last();
        if free >= finish && (!ends || may_block || self.is_harmless(open, own, free)) {
            return Some(free);
        }
        if own.steps >= STEPS_PER_TRUCK {
            return None;
        }
        let stops = own.holder.stops.iter().copied().filter(|stop| *stop <= free).rev();
        let near = RESTS_TRIED / 2;
        let back = |k: u32| k.min(near) * REST_STEPS[0] + k.saturating_sub(near) * REST_STEPS[1];
        let on_the_way = (0..RESTS_TRIED).filter_map(|k| free.checked_sub(back(k)));
        let mut rests = stops.chain(on_the_way).filter(|rest| *rest >= own.to + LEAST_STEP);
        let found = rests.find(|rest| own.holder.may_rest_at(*rest) && self.is_harmless(open, own, *rest));
        // To drive to the end of its claim gives back the ground behind it.
        found.or_else(|| (own.from < self.tail(own.holder, own.to)).then_some(own.to))
    }

    /// Tells whether a truck that rests at a sample gets in no other truck's way that it is not in now, nor nearer to any.
    fn is_harmless(&self, open: &[Open<'_>], own: &Open<'_>, rest: u32) -> bool {
        let tail = self.tail(own.holder, rest);
        own.beside.iter().filter(|(other, ..)| open[*other].stage == Stage::Drives).all(|(other, _, needs)| {
            work::count(1);
            let other = &open[*other];
            let needs = needs.between(other.to, other.holder.finish);
            // At the end of its path it goes on before those that follow it.
            let counts = |c: &&Crossing| rest < own.holder.swept.last() || !c.follows;
            let blocks = |c: &&Crossing, from, to| counts(c) && c.is_covered_between(from, to);
            let blocked = |from, to| needs.iter().find(|c| blocks(c, from, to)).map_or(u32::MAX, |c| c.at);
            blocked(tail, rest) >= blocked(own.from, own.to)
        })
    }

    /// Tells whether a schedule still holds when a truck's claim grows to `end`: the trucks that drive before it need none of
    /// the new ground. A quick answer; `false` may only mean that another schedule is needed.
    pub fn keeps(&self, schedule: &Schedule, truck: TruckId, end: u32) -> bool {
        let Some(holder) = self.holders.get(&truck) else { return true };
        for (other, to) in &schedule.steps {
            if *other == truck {
                return *to >= end;
            }
            let Some(theirs) = self.holders.get(other) else { continue };
            let new = self.crossings(truck, *other).between(holder.claimed, end);
            if new.iter().any(|c| c.last > theirs.claimed && c.first <= *to) {
                return false;
            }
        }
        true
    }
}
