//! Schedules: the steps by which trucks can finish their paths.

use super::crossing::{Crossings, Stretch};
use super::holder::Holder;
use super::work;
use haul_core::TruckId;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// Steps that one truck may take in a schedule; more than its stops and some rests in a queue.
const STEPS_PER_TRUCK: usize = 12;
/// Steps into another truck's way that are tried in all, and one after the other.
const TRIALS: usize = 60;
const DEEPEST_TRIAL: usize = 3;
/// A truck may stop this far before the end of its grant, m: a shorter way left is not driven.
const STOPS_SHORT: f64 = 1.5;
/// A step shorter than this is not worth taking, in samples.
const LEAST_STEP: u32 = 2;

/// The trucks on their paths, and the ground that these have in common.
#[derive(Clone, Copy)]
pub(super) struct Board<'a> {
    pub holders: &'a BTreeMap<TruckId, Holder>,
    pub crossings: &'a BTreeMap<(TruckId, TruckId), Crossings>,
    /// Lengths along the path, m: from a truck that stands at the end of its grant to the end of its claim, and of the
    /// ground that it keeps behind it.
    pub gap: f64,
    pub roll_back: f64,
}

/// Steps by which trucks can finish their paths, one truck at a time.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
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

    /// The end of a truck's next step beyond its claim. The first step of a truck may only give ground back.
    pub fn next_step(&self, truck: TruckId, claimed: u32) -> Option<u32> {
        self.steps.iter().find(|(other, to)| *other == truck && *to > claimed).map(|(_, to)| *to)
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
pub(super) struct Seat<'a> {
    pub(super) truck: TruckId,
    pub(super) holder: &'a Holder,
    /// The trucks that it shares ground with, by their number: the ground to which it comes, and that to which they come.
    beside: Vec<(usize, &'a Crossings, &'a Crossings)>,
}

/// Progress of a truck in a schedule.
#[derive(Debug, Clone, Copy)]
pub(super) struct Progress {
    /// First and last sample of the ground that it holds.
    from: u32,
    pub(super) to: u32,
    steps: usize,
    pub(super) stage: Stage,
}

/// Stage of a truck's progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// It has steps to make.
    Drives,
    /// It is to stay where it is.
    Held,
    /// It has to stay where it is. It goes on before those that follow it.
    Yields,
    /// It has finished before the end of its path, and goes on; or it has no path yet.
    Gone,
    /// It has finished at the end of its path, and stands there.
    Stands,
    /// It has finished out of its place, behind trucks that drive the same way, and goes on when they do.
    Waits,
}

/// A step of a truck.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    pub(super) to: u32,
    /// Tells whether the truck waits in line there, and has finished.
    pub(super) in_line: bool,
}

/// Way in which a truck is taken to stay where it rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rest {
    /// Until its next step: it may be in the way where it is in the way already.
    ForNow,
    /// At the end of its path. It goes on before those that follow it.
    AtEnd,
    /// In line behind others. It goes on before those that follow it, and may be in nobody else's way.
    InLine,
}

impl Progress {
    /// Tells whether the truck keeps another one from ground that it covers. A truck that has finished at the end of its
    /// path or in line goes on before those that follow it, so that it is in the way of the others only.
    fn blocks(&self, ground: &Stretch) -> bool {
        match self.stage {
            Stage::Drives | Stage::Held => true,
            Stage::Gone => false,
            Stage::Stands | Stage::Waits | Stage::Yields => !ground.follows,
        }
    }
}

/// A schedule as it is worked out, and where its steps have brought the trucks.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) at: Vec<Progress>,
    pub(super) schedule: Schedule,
}

impl Draft {
    /// No step yet. See [`Board::finish`] for the arguments.
    pub(super) fn begin(seats: &[Seat<'_>], moved: Option<(TruckId, u32)>, held: Option<(TruckId, Stage)>) -> Self {
        let at = seats.iter().map(|seat| {
            let to = moved.filter(|(id, _)| *id == seat.truck).map_or(seat.holder.claimed, |(_, end)| end);
            let stage = held.filter(|(id, _)| *id == seat.truck).map_or(Stage::Drives, |(_, stage)| stage);
            Progress { from: seat.holder.passed, to, steps: 0, stage }
        });
        Self { at: at.collect(), schedule: Schedule::default() }
    }

    fn is_complete(&self) -> bool {
        self.at.iter().all(|own| own.stage != Stage::Drives)
    }
}

impl<'a> Board<'a> {
    /// Ground to which `truck` comes that `other` covers as well.
    pub fn crossings(&self, truck: TruckId, other: TruckId) -> &'a Crossings {
        static NO_CROSSINGS: LazyLock<Crossings> = LazyLock::new(Crossings::default);
        work::count(1);
        self.crossings.get(&(truck, other)).unwrap_or(&NO_CROSSINGS)
    }

    /// A schedule by which the trucks of a group finish their paths. In each step one truck drives, on ground that no
    /// other holds, to the end of what it needs, where it is out of the others' way; or to a rest on its path where it is
    /// in the way of no truck that it does not block already, nor nearer to it. Trucks that no step helps are left out.
    ///
    /// `moved` sets the end of one truck's claim, `first` are tried first.
    pub fn finish(&self, group: &BTreeSet<TruckId>, moved: Option<(TruckId, u32)>, first: &[TruckId]) -> Schedule {
        let seats = self.seats(group, first);
        let mut draft = Draft::begin(&seats, moved, None);
        self.go_on(&seats, &mut draft, true);
        draft.schedule
    }

    /// A schedule as by [`Board::finish`], in which no truck ends its path on another one's way.
    pub fn finish_without_blocking(&self, group: &BTreeSet<TruckId>) -> Schedule {
        let seats = self.seats(group, &[]);
        let mut draft = Draft::begin(&seats, None, None);
        self.go_on(&seats, &mut draft, false);
        draft.schedule
    }

    /// The trucks that finish while one of them stays where it is. Where it stays only `for_now`, it goes on before those
    /// that follow it.
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

    /// A schedule as by [`Board::finish`], and whether trials were made for it. Where the steps do not help all trucks, a
    /// few steps that get in another one's way are tried. This costs many times as much.
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
            let mut trials = TRIALS;
            draft = self.search(&seats, draft, DEEPEST_TRIAL, &mut trials);
            self.go_on(&seats, &mut draft, true);
        }
        (draft.schedule, tries)
    }

    /// The last sample, at most `end`, up to which a truck's claim can grow so that it gets in no other truck's way that it
    /// is not in now, nor nearer to any; the end of its claim where there is none.
    pub fn harmless_up_to(&self, group: &BTreeSet<TruckId>, truck: TruckId, end: u32) -> u32 {
        let seats = self.seats(group, &[truck]);
        let at = Draft::begin(&seats, None, None).at;
        let Some(claimed) = at.first().map(|own| own.to) else { return end };
        self.rest(&seats, &at, 0, (claimed + 1, end)).unwrap_or(claimed)
    }

    /// Adds steps until none helps. A truck that `may_block` ends its path on another one's way when nothing else helps.
    pub(super) fn go_on(&self, seats: &[Seat<'_>], draft: &mut Draft, may_block: bool) {
        let mut blocks = false;
        loop {
            let before = draft.schedule.steps.len();
            for next in 0..seats.len() {
                if draft.at[next].stage == Stage::Drives
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

    /// Adds a step of a truck.
    pub(super) fn advance(&self, seats: &[Seat<'_>], draft: &mut Draft, next: usize, Step { to, in_line }: Step) {
        let (truck, holder) = (seats[next].truck, seats[next].holder);
        let own = &mut draft.at[next];
        (own.from, own.to, own.steps) = (self.tail(holder, to).max(own.from), to, own.steps + 1);
        draft.schedule.steps.push((truck, to));
        if in_line {
            draft.schedule.finished.push(truck);
            own.stage = Stage::Waits;
        } else if to >= holder.finish {
            draft.schedule.finished.push(truck);
            // A truck without a path has not told its way yet: it does not stay.
            let stays = to >= holder.horizon.end && holder.request_id.is_some();
            own.stage = if stays { Stage::Stands } else { Stage::Gone };
        }
    }

    /// Tries steps to a stop, or as far as the way is free, that get in another truck's way. Returns the draft by which
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
                self.advance(seats, &mut trial, next, Step { to: rest, in_line: false });
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

    /// The trucks of a group, those in `first` before the others.
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

    /// The first sample of the ground that a truck holds when it rests with its claim ending at a sample.
    fn tail(&self, holder: &Holder, rest: u32) -> u32 {
        let gap = if holder.stops.contains(&rest) { 0.0 } else { self.gap + STOPS_SHORT };
        holder.swept.sample_before(holder.swept.station(rest) - gap - self.roll_back)
    }

    /// The step that a truck can take; `None` where it cannot get on. Unless it `may_block`, it does not end its path where
    /// it would stand in another truck's way.
    pub(super) fn step(&self, seats: &[Seat<'_>], at: &[Progress], next: usize, may_block: bool) -> Option<Step> {
        let (own, holder) = (at[next], seats[next].holder);
        let free = free_way(seats, at, next);
        let ends = free >= holder.horizon.end;
        let step = |to| Step { to, in_line: false };
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
        if let Some(to) = self.place_in_line(seats, at, next, free) {
            return Some(Step { to, in_line: true });
        }
        let least = own.to + LEAST_STEP;
        let found = (free >= least).then(|| self.rest(seats, at, next, (least, free))).flatten();
        // To drive to the end of its claim gives back the ground behind it.
        found.or_else(|| (own.from < self.tail(holder, own.to)).then_some(own.to)).map(step)
    }

    /// The sample at which a truck that is out of its place waits in line: behind trucks that drive the same way, and in
    /// no one's way but of those that follow it.
    fn place_in_line(&self, seats: &[Seat<'_>], at: &[Progress], next: usize, free: u32) -> Option<u32> {
        let (own, holder) = (at[next], seats[next].holder);
        let least = holder.horizon.leaves.max(own.to);
        if free < least || free >= holder.finish || holder.request_id.is_none() {
            return None;
        }
        let is_crossed = seats[next].beside.iter().any(|(other, ground, _)| {
            let theirs = at[*other];
            let mut held = ground.covered(free, free + 1, (theirs.from, theirs.to));
            held.any(|stretch| !stretch.follows && theirs.blocks(&stretch))
        });
        if is_crossed {
            return None;
        }
        let needed = self.needed_by_others(seats, at, next, free, Rest::InLine);
        let mut rest = free;
        while rest >= least {
            if needed.is_harmless(self.tail(holder, rest).max(own.from), rest) {
                return Some(rest);
            }
            rest = needed.before(rest).min(rest - 1);
        }
        None
    }

    /// The rest of a truck between two samples at which it gets in no other truck's way that it is not in now, nor nearer
    /// to any: a stop, or else the farthest place in a lane.
    fn rest(&self, seats: &[Seat<'_>], at: &[Progress], next: usize, (least, free): (u32, u32)) -> Option<u32> {
        let holder = seats[next].holder;
        let needed = self.needed_by_others(seats, at, next, free, Rest::ForNow);
        let end = (free >= holder.horizon.end).then(|| self.needed_by_others(seats, at, next, free, Rest::AtEnd));
        let is_harmless = |rest: u32| match &end {
            Some(end) if rest >= holder.horizon.end => end.is_harmless(self.tail(holder, rest), rest),
            _ => needed.is_harmless(self.tail(holder, rest), rest),
        };
        let mut stops = holder.stops.iter().rev().copied().filter(|stop| (least..=free).contains(stop));
        if let Some(stop) = stops.find(|stop| is_harmless(*stop)) {
            return Some(stop);
        }
        let mut rest = free;
        while rest >= least {
            if !holder.may_rest_at(rest) {
                rest -= 1;
            } else if is_harmless(rest) {
                return Some(rest);
            } else {
                rest = needed.before(rest).min(rest - 1);
            }
        }
        None
    }

    /// Ground of a truck up to sample `free` that others need before they come to where it blocks them already. A truck
    /// that waits in line may not block them at all.
    fn needed_by_others(&self, seats: &[Seat<'_>], at: &[Progress], next: usize, free: u32, rest: Rest) -> Needed {
        let (own, holder) = (at[next], seats[next].holder);
        let counts = |ground: &Stretch| rest == Rest::ForNow || !ground.follows;
        let drives =
            |other: usize| matches!(at[other].stage, Stage::Drives | Stage::Held | Stage::Yields | Stage::Waits);
        // No rest beyond its claim holds ground before this sample.
        let tail = holder.swept.sample_before(holder.swept.station(own.to) - self.gap - STOPS_SHORT - self.roll_back);
        let near = (own.from.min(tail), free);
        let mut needed: Vec<(u32, u32)> = Vec::new();
        for (other, _, needs) in seats[next].beside.iter().filter(|(other, ..)| drives(*other)) {
            work::count(1);
            let (begin, end) = (at[*other].to, seats[*other].holder.finish);
            // A truck in line does not need ground of those that are ahead of it.
            let counts = |ground: &Stretch| counts(ground) && (at[*other].stage != Stage::Waits || !ground.follows);
            let held = (own.from, own.to);
            let blocked = if rest == Rest::InLine { None } else { needs.first_covered(begin, end, held, counts) };
            let end = blocked.map_or(end, |at| at - 1);
            needed.extend(needs.covered(begin, end, near).filter(counts).map(|ground| (ground.first, ground.last)));
        }
        Needed::new(needed)
    }

    /// Tells whether a schedule still holds when a truck's claim grows to `end`: the trucks that drive before it need none of
    /// the new ground. A quick answer; `false` may only mean that another schedule is needed.
    pub fn keeps(&self, schedule: &Schedule, truck: TruckId, end: u32) -> bool {
        let Some(holder) = self.holders.get(&truck) else { return true };
        for (other, to) in &schedule.steps {
            if *other == truck && *to > holder.claimed {
                return *to >= end;
            }
            let Some(theirs) = self.holders.get(other).filter(|_| *other != truck) else { continue };
            let new = self.crossings(truck, *other).between(holder.claimed, end);
            if new.iter().any(|c| c.last > theirs.claimed && c.first <= *to) {
                return false;
            }
        }
        true
    }
}

/// The last sample up to which no other truck holds ground on a truck's way; at most where it finishes.
pub(super) fn free_way(seats: &[Seat<'_>], at: &[Progress], next: usize) -> u32 {
    let own = at[next];
    let mut free = seats[next].holder.finish.max(own.to);
    for (other, ground, _) in &seats[next].beside {
        work::count(1);
        let theirs = at[*other];
        if let Some(at) = ground.first_covered(own.to, free, (theirs.from, theirs.to), |ground| theirs.blocks(ground)) {
            free = at - 1;
        }
    }
    free
}

/// Stretches of a truck's path that other trucks need, apart from each other and in the order of the path.
struct Needed(Vec<(u32, u32)>);

impl Needed {
    fn new(mut stretches: Vec<(u32, u32)>) -> Self {
        stretches.sort_unstable();
        stretches.dedup_by(|next, known| {
            let joins = next.0 <= known.1;
            known.1 = if joins { known.1.max(next.1) } else { known.1 };
            joins
        });
        Self(stretches)
    }

    /// The last stretch that begins at or before a sample.
    fn last_from(&self, sample: u32) -> Option<(u32, u32)> {
        self.0.partition_point(|(from, _)| *from <= sample).checked_sub(1).map(|k| self.0[k])
    }

    /// Tells whether a truck that holds the ground between two samples holds nothing that is needed.
    fn is_harmless(&self, tail: u32, rest: u32) -> bool {
        self.last_from(rest).is_none_or(|(_, to)| to < tail)
    }

    /// The last sample before the stretch that keeps a truck from resting at a sample.
    fn before(&self, rest: u32) -> u32 {
        self.last_from(rest).map_or(rest, |(from, _)| from.saturating_sub(1))
    }
}
