//! Rests in a schedule: the samples at which a truck may stay, and the trucks that it blocks there.

use super::crossing::Stretch;
use super::finish::Board;
use super::holder::Holder;
use super::schedule::{LEAST_STEP, Progress, Seat, Stage, free_way};
use super::work;

/// Distance before the end of its grant at which a truck may stop, m. A truck does not start again for a shorter
/// distance.
const STOP_MARGIN: f64 = 1.5;

/// Kind of a truck's stay at a rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rest {
    /// The truck stays until its next step: it may block trucks that it blocks already.
    ForNow,
    /// The truck stays at the end of its path. It drives on before the trucks that follow it.
    AtEnd,
    /// The truck stays in a lane: it may block only the trucks behind it.
    InLane,
}

impl Board<'_> {
    /// Returns the first sample of the cells that a truck holds when it rests with a claim that ends at sample `rest`.
    pub(super) fn tail(&self, holder: &Holder, rest: u32) -> u32 {
        let gap = if holder.stops.contains(&rest) { 0.0 } else { self.gap + STOP_MARGIN };
        holder.swept.sample_before(holder.swept.station(rest) - gap - self.roll_back)
    }

    /// Returns the last sample between two at which a truck that has left its place may rest in a lane. There it blocks
    /// only trucks that are behind it already.
    pub(super) fn rest_in_lane(
        &self,
        seats: &[Seat<'_>],
        at: &[Progress],
        next: usize,
        (from, to): (u32, u32),
    ) -> Option<u32> {
        let (own, holder) = (at[next], seats[next].holder);
        let free = free_way(seats, at, next).min(to);
        let goes_on = if own.stage.is_in_lane() { LEAST_STEP } else { 0 };
        let least = from.max(holder.horizon.leaves).max(own.to + goes_on);
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
        let needed = self.needed_by_others(seats, at, next, free, Rest::InLane);
        let is_harmless = |rest: u32| needed.is_harmless(self.tail(holder, rest).max(own.from), rest);
        needed.last_harmless((least, free), |_| true, is_harmless)
    }

    /// Returns the sample between two at which a truck may rest: it blocks no truck that it does not block now, and
    /// none earlier on that truck's path. The sample is a stop, or else the last possible one in a lane.
    pub(super) fn rest(
        &self,
        seats: &[Seat<'_>],
        at: &[Progress],
        next: usize,
        (least, free): (u32, u32),
    ) -> Option<u32> {
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
        needed.last_harmless((least, free), |rest| holder.may_rest_at(rest), is_harmless)
    }

    /// Returns the cells of a truck up to sample `free` that other trucks need before they reach the cells where the
    /// truck blocks them already. A truck that rests in a lane may not block any truck that comes towards it or crosses
    /// its path.
    pub(super) fn needed_by_others(
        &self,
        seats: &[Seat<'_>],
        at: &[Progress],
        next: usize,
        free: u32,
        rest: Rest,
    ) -> Needed {
        let (own, holder) = (at[next], seats[next].holder);
        // At a rest beyond its claim, the truck holds no cells before this sample.
        let tail = holder.swept.sample_before(holder.swept.station(own.to) - self.gap - STOP_MARGIN - self.roll_back);
        let near = (own.from.min(tail), free);
        let mut needed: Vec<(u32, u32)> = Vec::new();
        for (other, _, needs) in &seats[next].beside {
            work::count(1);
            let (theirs, their_seat) = (at[*other], seats[*other].holder);
            // A truck that rests in a lane does not need cells of the trucks ahead of it.
            let rests = theirs.stage.is_in_lane();
            let mut add = |(begin, end): (u32, u32), counts: &dyn Fn(&Stretch) -> bool| {
                let blocked = needs.first_covered(begin, end, (own.from, own.to), counts);
                let nearer = blocked.map_or(end, |at| at - 1);
                let in_way = |ground: &Stretch| {
                    counts(ground) && (ground.at <= nearer || rest == Rest::InLane && !ground.follows)
                };
                let end = if rest == Rest::InLane { end } else { nearer };
                needed.extend(needs.covered(begin, end, near).filter(in_way).map(|ground| (ground.first, ground.last)));
            };
            if !matches!(theirs.stage, Stage::Gone | Stage::Stands) {
                let counts = |ground: &Stretch| !ground.follows || rest != Rest::AtEnd && !rests;
                add((theirs.to, their_seat.finish), &counts);
            }
            // A truck that waits at its horizon must still get through its next place.
            let begin = theirs.to.max(their_seat.finish);
            if begin < their_seat.whole.leaves && !their_seat.sees_the_end() {
                add((begin, their_seat.whole.leaves), &|ground: &Stretch| !ground.follows);
            }
        }
        Needed::new(needed)
    }
}

/// Stretches of a truck's path that other trucks need, without overlap and in the order of the path.
pub(super) struct Needed(Vec<(u32, u32)>);

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

    /// Returns the last needed stretch that begins at or before a sample.
    fn last_from(&self, sample: u32) -> Option<(u32, u32)> {
        self.0.partition_point(|(from, _)| *from <= sample).checked_sub(1).map(|k| self.0[k])
    }

    /// Returns true if no other truck needs cells between two samples.
    pub(super) fn is_harmless(&self, tail: u32, rest: u32) -> bool {
        self.last_from(rest).is_none_or(|(_, to)| to < tail)
    }

    /// Returns the last sample between two at which a truck may rest without blocking another. If the truck would block
    /// another at a sample, the search continues before the needed stretch.
    fn last_harmless(
        &self,
        (least, most): (u32, u32),
        may_rest: impl Fn(u32) -> bool,
        is_harmless: impl Fn(u32) -> bool,
    ) -> Option<u32> {
        let mut rest = most;
        while rest >= least {
            let allowed = may_rest(rest);
            if allowed && is_harmless(rest) {
                return Some(rest);
            }
            let before = if allowed { self.last_from(rest).map(|(from, _)| from.saturating_sub(1)) } else { None };
            rest = before.unwrap_or(rest).min(rest.checked_sub(1)?);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::Needed;

    #[test]
    fn search_for_a_rest_ends_at_the_start_of_the_path() {
        // Sample 0 is needed too: an earlier version never ended here.
        let needed = Needed::new(vec![(0, 4), (3, 9)]);
        let harmless = |rest: u32| needed.is_harmless(rest, rest);
        assert_eq!(needed.last_harmless((0, 8), |_| true, harmless), None);
        assert_eq!(needed.last_harmless((0, 12), |_| true, harmless), Some(12));
        assert_eq!(needed.last_harmless((0, 12), |rest| rest < 11, harmless), Some(10));
    }
}
