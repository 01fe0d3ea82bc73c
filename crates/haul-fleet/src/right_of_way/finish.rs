//! Schedules: the steps by which trucks can finish their paths.

use super::Holder;
use super::crossing::Crossings;
use haul_core::TruckId;
use std::collections::BTreeMap;

/// Steps that one truck may take in a schedule; more than its stops and some rests in a queue.
const STEPS_PER_TRUCK: usize = 12;
/// A rest on the way is looked for at this many places, each this many samples before the one tried last: the first half
/// near to where the way is no longer free, the other half farther back.
const RESTS_TRIED: u32 = 20;
const REST_STEPS: [u32; 2] = [2, 8];
/// A step shorter than this is not worth taking, in samples.
const LEAST_STEP: u32 = 2;

/// The trucks on their paths, and where these cross.
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
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Schedule {
    /// Each step: a truck, and the sample of its path that it drives to.
    pub steps: Vec<(TruckId, u32)>,
    /// The trucks that finish by them, in the order in which they do.
    pub finished: Vec<TruckId>,
}

/// A truck in a schedule as it is worked out.
struct Open<'a> {
    truck: TruckId,
    holder: &'a Holder,
    /// First and last sample of the ground that it holds.
    from: u32,
    to: u32,
    steps: usize,
}

static NO_CROSSINGS: Crossings = Crossings::none();

impl<'a> Board<'a> {
    /// Ground to which `truck` comes that `other` covers as well.
    pub fn crossings(&self, truck: TruckId, other: TruckId) -> &'a Crossings {
        self.crossings.get(&(truck, other)).unwrap_or(&NO_CROSSINGS)
    }

    /// A schedule by which trucks finish their paths. In each step one truck drives, on ground that no other holds, to
    /// the end of what it needs, where it is out of the others' way; or to a rest on its path where it is in the way of no
    /// truck that it does not block already, nor nearer to it. Trucks that no step helps are left out.
    ///
    /// `moved` sets the end of one truck's claim, `held` keeps one truck where it is, `first` are tried first.
    pub fn finish(&self, moved: Option<(TruckId, u32)>, held: Option<TruckId>, first: &[TruckId]) -> Schedule {
        let mut open: Vec<Open<'_>> = Vec::with_capacity(self.holders.len());
        let mut add = |truck: TruckId, holder: &'a Holder| {
            let to = moved.filter(|(id, _)| *id == truck).map_or(holder.claimed, |(_, end)| end);
            open.push(Open { truck, holder, from: holder.passed, to, steps: 0 });
        };
        first.iter().filter_map(|t| Some((*t, self.holders.get(t)?))).for_each(|(t, h)| add(t, h));
        self.holders.iter().filter(|(t, _)| !first.contains(t)).for_each(|(t, h)| add(*t, h));

        let mut schedule = Schedule::default();
        loop {
            let before = schedule.steps.len();
            let mut next = 0;
            while next < open.len() {
                let truck = open[next].truck;
                if held != Some(truck)
                    && let Some(to) = self.step(&open, next)
                {
                    schedule.steps.push((truck, to));
                    if to >= open[next].holder.finish {
                        schedule.finished.push(truck);
                        open.remove(next);
                        continue;
                    }
                    let from = self.tail(open[next].holder, to).max(open[next].from);
                    let moving = &mut open[next];
                    (moving.from, moving.to, moving.steps) = (from, to, moving.steps + 1);
                }
                next += 1;
            }
            if schedule.steps.len() == before || open.is_empty() {
                return schedule;
            }
        }
    }

    /// The first sample of the ground that a truck holds when it rests with its claim ending at a sample.
    fn tail(&self, holder: &Holder, rest: u32) -> u32 {
        let gap = if holder.stops.contains(&rest) { 0.0 } else { self.gap };
        holder.swept.sample_before(holder.swept.station(rest) - gap - self.roll_back)
    }

    /// The sample that a truck can drive to in one step; `None` where it cannot get on.
    fn step(&self, open: &[Open<'_>], index: usize) -> Option<u32> {
        let own = &open[index];
        let finish = own.holder.finish;
        let mut free = finish.max(own.to);
        for other in open.iter().filter(|other| other.truck != own.truck) {
            let crossings = self.crossings(own.truck, other.truck).between(own.to, free);
            if let Some(first) = crossings.iter().find(|c| c.is_covered_between(other.from, other.to)) {
                free = first.at - 1;
            }
        }
        if free >= finish {
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
        open.iter().filter(|other| other.truck != own.truck).all(|other| {
            let needs = self.crossings(other.truck, own.truck).between(other.to, other.holder.finish);
            let blocked = |from, to| needs.iter().find(|c| c.is_covered_between(from, to)).map_or(u32::MAX, |c| c.at);
            blocked(self.tail(own.holder, rest), rest) >= blocked(own.from, own.to)
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
