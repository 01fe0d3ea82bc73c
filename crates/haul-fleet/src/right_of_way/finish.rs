//! The search for a schedule: steps by which trucks can finish their paths.

use super::crossing::{Crossing, Crossings};
use super::holder::Holder;
use super::rest::Rest;
use super::schedule::{Draft, LEAST_STEP, Progress, Schedule, Seat, Stage, Step, free_way};
use super::work;
use haul_core::TruckId;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// Maximum number of steps of one truck in a schedule: more than its stops and some rests in a queue.
const STEPS_PER_TRUCK: usize = 12;
/// Maximum number of trial steps in which one truck blocks another.
const MOST_TRIALS: usize = 60;
/// Maximum number of consecutive trial steps in which one truck blocks another.
const TRIAL_DEPTH: usize = 3;

/// The trucks on their paths, and the cells that the paths have in common.
#[derive(Clone, Copy)]
pub(super) struct Board<'a> {
    pub holders: &'a BTreeMap<TruckId, Holder>,
    pub crossings: &'a BTreeMap<(TruckId, TruckId), Crossings>,
    /// Distance from the end of a grant to the end of the claim, m.
    pub gap: f64,
    /// Length behind a truck that stays claimed, m.
    pub roll_back: f64,
}

impl<'a> Board<'a> {
    /// Returns the crossings of the path of `truck` with the path of `other`.
    pub fn crossings(&self, truck: TruckId, other: TruckId) -> &'a Crossings {
        static NO_CROSSINGS: LazyLock<Crossings> = LazyLock::new(Crossings::default);
        work::count(1);
        self.crossings.get(&(truck, other)).unwrap_or(&NO_CROSSINGS)
    }

    /// Searches for a schedule by which the trucks of a group finish their paths.
    ///
    /// In each step one truck drives on cells that no other truck holds: to its finish, where it is out of the others'
    /// way, or to a rest on its path. At a rest it blocks only trucks that it blocks already, and no earlier on their
    /// paths. Trucks that no step helps are left out.
    ///
    /// `moved` sets the end of one truck's claim. The trucks in `first` are tried first.
    pub fn finish(&self, group: &BTreeSet<TruckId>, moved: Option<(TruckId, u32)>, first: &[TruckId]) -> Schedule {
        let seats = self.seats(group, first);
        let mut draft = Draft::begin(&seats, moved, None);
        self.go_on(&seats, &mut draft, true);
        draft.schedule
    }

    /// Searches for a schedule like [`Board::finish`], but in which no truck ends its path on the path of another.
    pub fn finish_without_blocking(&self, group: &BTreeSet<TruckId>) -> Schedule {
        let seats = self.seats(group, &[]);
        let mut draft = Draft::begin(&seats, None, None);
        self.go_on(&seats, &mut draft, false);
        draft.schedule
    }

    /// Returns the trucks that finish while `held` stays where it is. If `for_now` is true, `held` later drives on
    /// before the trucks that follow it.
    pub fn finish_without(
        &self,
        group: &BTreeSet<TruckId>,
        held: TruckId,
        for_now: bool,
        first: &[TruckId],
    ) -> Vec<TruckId> {
        let seats = self.seats(group, first);
        let stage = if for_now { Stage::Yields } else { Stage::Held };
        let mut draft = Draft::begin(&seats, None, Some((held, stage)));
        self.go_on(&seats, &mut draft, true);
        draft.schedule.finished
    }

    /// Searches for a schedule like [`Board::finish`], and returns true with it if trials were made. If the steps do
    /// not help all trucks, a few steps that block another truck are tried. These trials take many times as long.
    pub fn finish_by_trials(
        &self,
        group: &BTreeSet<TruckId>,
        moved: Option<(TruckId, u32)>,
        first: &[TruckId],
    ) -> (Schedule, bool) {
        let seats = self.seats(group, first);
        let mut draft = Draft::begin(&seats, moved, None);
        self.go_on(&seats, &mut draft, false);
        let tries = !draft.is_complete();
        if tries {
            let mut trials = MOST_TRIALS;
            draft = self.search(&seats, draft, TRIAL_DEPTH, &mut trials);
            self.go_on(&seats, &mut draft, true);
        }
        (draft.schedule, tries)
    }

    /// Returns the last sample, at most `end`, up to which a truck's claim can grow without harm: the truck blocks no
    /// truck that it does not block now, and none earlier on that truck's path. Returns the end of the present claim if
    /// there is no such sample.
    pub fn harmless_up_to(&self, group: &BTreeSet<TruckId>, truck: TruckId, end: u32) -> u32 {
        let seats = self.seats(group, &[truck]);
        let at = Draft::begin(&seats, None, None).at;
        let Some(claimed) = at.first().map(|own| own.to) else { return end };
        self.rest(&seats, &at, 0, (claimed + 1, end)).unwrap_or(claimed)
    }

    /// Adds steps to the draft until no further step helps. If `may_block` is true, a truck may end its path on the
    /// path of another when nothing else helps.
    pub(super) fn go_on(&self, seats: &[Seat<'_>], draft: &mut Draft, may_block: bool) {
        let mut blocks = false;
        loop {
            let before = draft.schedule.steps.len();
            for next in 0..seats.len() {
                if draft.at[next].stage.may_drive()
                    && let Some(step) = self.step(seats, &draft.at, next, blocks)
                {
                    blocks = false;
                    self.advance(seats, draft, next, step);
                }
            }
            let is_new = draft.schedule.steps.len() > before;
            if draft.is_complete() || !is_new && (blocks || !may_block) {
                return;
            }
            blocks = !is_new;
        }
    }

    /// Adds a step of a truck to the draft.
    pub(super) fn advance(&self, seats: &[Seat<'_>], draft: &mut Draft, next: usize, Step { to, in_lane }: Step) {
        let (truck, holder) = (seats[next].truck, seats[next].holder);
        let free = free_way(seats, &draft.at, next);
        let goes_on = in_lane && (to >= free || self.rest_in_lane(seats, &draft.at, next, (free, free)).is_some());
        let own = &mut draft.at[next];
        (own.from, own.to, own.steps) = (self.tail(holder, to).max(own.from), to, own.steps + 1);
        draft.schedule.steps.push((truck, to));
        let finishes = in_lane || to >= holder.finish;
        if finishes && !own.stage.is_in_lane() {
            draft.schedule.finished.push(truck);
        }
        if in_lane {
            own.stage = if goes_on { Stage::Waits } else { Stage::Rests };
        } else if finishes {
            // A truck without a path has not requested one yet; it will not stay.
            let stays = to >= holder.horizon.end && holder.request_id.is_some();
            own.stage = match (stays, holder.horizon.goes_on) {
                (true, true) => Stage::Stands,
                (true, false) => Stage::Held,
                (false, true) => Stage::Gone,
                // The truck drives on to its horizon and stays there.
                (false, false) => Stage::Rests,
            };
        }
    }

    /// Tries steps that block another truck: to a stop, or as far as the path is free. Returns the draft in which the
    /// most trucks finish.
    fn search(&self, seats: &[Seat<'_>], draft: Draft, depth: usize, trials: &mut usize) -> Draft {
        let mut best = draft.clone();
        for next in 0..seats.len() {
            let own = draft.at[next];
            if own.stage != Stage::Drives {
                continue;
            }
            let holder = seats[next].holder;
            let free = free_way(seats, &draft.at, next).min(holder.finish.saturating_sub(1));
            let rests = holder.stops.iter().rev().copied().filter(|stop| *stop < free).chain([free]);
            for rest in rests.filter(|rest| *rest >= own.to + LEAST_STEP && holder.may_rest_at(*rest)) {
                if *trials == 0 {
                    return best;
                }
                *trials -= 1;
                let mut trial = draft.clone();
                self.advance(seats, &mut trial, next, Step { to: rest, in_lane: false });
                self.go_on(seats, &mut trial, false);
                if depth > 1 && !trial.is_complete() {
                    trial = self.search(seats, trial, depth - 1, trials);
                }
                if trial.schedule.finished.len() > best.schedule.finished.len() {
                    best = trial;
                }
                if best.is_complete() {
                    return best;
                }
            }
        }
        best
    }

    /// Returns the trucks of a group, with those in `first` before the others.
    pub(super) fn seats(&self, group: &BTreeSet<TruckId>, first: &[TruckId]) -> Vec<Seat<'a>> {
        let order = first.iter().filter(|t| group.contains(t)).chain(group.iter().filter(|t| !first.contains(t)));
        let mut seats: Vec<Seat<'a>> = Vec::with_capacity(group.len());
        let mut numbers: BTreeMap<TruckId, usize> = BTreeMap::new();
        for truck in order {
            let Some(holder) = self.holders.get(truck) else { continue };
            numbers.insert(*truck, seats.len());
            seats.push(Seat { truck: *truck, holder, beside: Vec::new() });
        }
        for own in &mut seats {
            let all = (own.truck, TruckId(0))..=(own.truck, TruckId(u32::MAX));
            for ((_, other), ground) in self.crossings.range(all) {
                work::count(1);
                if let Some(number) = numbers.get(other) {
                    own.beside.push((*number, ground, self.crossings(*other, own.truck)));
                }
            }
        }
        seats
    }

    /// Returns the step that a truck can take; `None` if it cannot drive on. Unless `may_block` is true, the truck does
    /// not end its path where it would block another truck.
    pub(super) fn step(&self, seats: &[Seat<'_>], at: &[Progress], next: usize, may_block: bool) -> Option<Step> {
        let (own, holder) = (at[next], seats[next].holder);
        let free = free_way(seats, at, next);
        let ends = free >= holder.horizon.end;
        if own.stage.is_in_lane() && free < own.to + LEAST_STEP {
            return None;
        }
        let step = |to| Step { to, in_lane: false };
        if free >= holder.finish
            && (!ends
                || may_block
                || self.needed_by_others(seats, at, next, free, Rest::AtEnd).is_harmless(self.tail(holder, free), free))
        {
            return Some(step(free));
        }
        if own.steps >= STEPS_PER_TRUCK {
            return None;
        }
        if let Some(to) = self.rest_in_lane(seats, at, next, (0, free)) {
            return Some(Step { to, in_lane: true });
        }
        if own.stage.is_in_lane() {
            return None;
        }
        let least = own.to + LEAST_STEP;
        let found = (free >= least).then(|| self.rest(seats, at, next, (least, free))).flatten();
        // By driving to the end of its claim, the truck frees the cells behind it.
        found.or_else(|| (own.from < self.tail(holder, own.to)).then_some(own.to)).map(step)
    }

    /// Returns true if a schedule still holds when a truck's claim grows to `end`: the trucks that drive before this
    /// truck need none of the new cells, and no other truck needs the new cells to drive on from its horizon. This
    /// quick test is conservative: `false` may only mean that another schedule is needed.
    pub fn keeps(&self, schedule: &Schedule, truck: TruckId, end: u32) -> bool {
        let Some(holder) = self.holders.get(&truck) else { return true };
        for (other, to) in &schedule.steps {
            if *other == truck && *to > holder.claimed {
                return *to >= end;
            }
            let Some(theirs) = self.holders.get(other).filter(|_| *other != truck) else { continue };
            let new = self.crossings(truck, *other).between(holder.claimed, end);
            let (horizon, stop) = theirs.way_beyond_horizon();
            let beyond = |c: &Crossing| theirs.horizon.goes_on && c.last > horizon && c.first <= stop;
            if new.iter().any(|c| c.last > theirs.claimed && (c.first <= *to || beyond(c))) {
                return false;
            }
        }
        true
    }
}
