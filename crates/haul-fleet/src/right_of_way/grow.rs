//! Growth of a claim, limited by the claims, turns and exit paths of other trucks.

use super::holder::{Holdup, WaitCause};
use super::schedule::Schedule;
use super::{RightOfWay, work};
use haul_core::TruckId;
use std::cell::OnceCell;
use std::collections::BTreeSet;

/// Maximum length of a schedule step that is granted as a whole, in samples.
const WHOLE_STEP_LENGTH: u32 = 150;
/// Distance kept from a truck that has not requested a path yet, as a fraction of the look-ahead: two truck lengths.
const SILENT_DISTANCE_SHARE: f64 = 0.5;
/// Maximum gap within a block of disputed cells, in samples.
const BLOCK_GAP: u32 = 10;

/// A truck that asks for a longer claim, and its group.
struct Asker<'a> {
    truck: TruckId,
    group: &'a BTreeSet<TruckId>,
    /// Schedule of the group before the claim grows.
    schedule: Schedule,
    /// The trucks that finish while this truck stays where it is; empty if another truck could then no longer finish.
    /// Computed at first use.
    without: OnceCell<Vec<TruckId>>,
}

impl RightOfWay {
    /// Grows a truck's claim towards the station up to which it wants to drive. The claims of other trucks, the turns
    /// of trucks that have waited longer, and the exit paths of other trucks limit the growth. Returns true if anything
    /// has changed.
    pub(super) fn extend(&mut self, truck: TruckId, group: &BTreeSet<TruckId>) -> bool {
        let asker = Asker { truck, group, schedule: self.schedule.of(group), without: OnceCell::new() };
        let Some(holder) = self.holders.get(&truck) else { return false };
        let (claimed, target) = (holder.claimed, holder.target(&self.rules));
        let mut behind = Vec::new();
        let mut end = self.before_claims(truck, target, &mut behind);
        end = self.before_silent(truck, target, end);
        let rules = self.rules;
        // The other two limits can only shorten the growth.
        let mut changed = None;
        if end > claimed && holder.is_worth(end, target, &rules) {
            end = self.before_older(&asker, end, &mut behind);
        }
        if end > claimed && holder.is_worth(end, target, &rules) {
            changed = self.before_exit_paths(&asker, &mut end, &mut behind);
        }

        let (end, changed, is_step) = match self.step_of_schedule(truck, target, &asker.schedule) {
            Some(step) if end <= claimed || !holder.is_worth(end, target, &rules) => (step, None, true),
            _ => (end, changed, false),
        };
        let is_worth = is_step || holder.is_worth(end, target, &rules);
        let grant = holder.grant_at(end, &rules);
        let grows = end > claimed && is_worth;
        let first = self.first_to_drive(&asker.schedule);
        if let (true, Some(schedule)) = (grows, changed) {
            self.schedule.replace(group, schedule);
        }
        let Some(holder) = self.holders.get_mut(&truck) else { return false };
        if grows {
            (holder.claimed, holder.granted) = (end, grant);
        }
        if behind.is_empty() && !grows && holder.claimed < target {
            let at = holder.claimed + 1;
            behind.extend(first.filter(|first| *first != truck).map(|truck| Holdup {
                truck,
                cause: WaitCause::ExitPath,
                at,
            }));
        }
        let waits_for_others = holder.behind != behind;
        holder.behind = behind;
        let is_new = holder.claimed < target && holder.ticket.is_none();
        if is_new {
            self.tickets += 1;
            holder.ticket = Some(self.tickets);
        }
        grows || waits_for_others || is_new
    }

    /// Returns the end of the truck's next step in the schedule, if the step is free and the trucks that drive before
    /// this truck need none of the step's cells. Such a step may go further than the truck wants, up to its next stop.
    /// The first step of the schedule may be taken in parts.
    fn step_of_schedule(&self, truck: TruckId, target: u32, schedule: &Schedule) -> Option<u32> {
        let holder = self.holders.get(&truck)?;
        let to = schedule.next_step(truck, holder.claimed)?;
        if self.is_first(truck, schedule) {
            let part = self.before_claims(truck, to.min(target), &mut Vec::new());
            let part = self.before_silent(truck, target.max(part), part);
            return (part == to || holder.is_worth(part, target, &self.rules)).then_some(part);
        }
        let stop = holder.stops.iter().copied().find(|stop| *stop >= target)?;
        let to = to.min(target.max(holder.claimed + WHOLE_STEP_LENGTH)).min(stop);
        let free = to > holder.claimed && self.before_claims(truck, to, &mut Vec::new()) == to;
        let free = free && to <= self.before_silent(truck, target.max(to), to);
        (free && to >= holder.claimed + 2 && self.is_exact_step(schedule, truck, to)).then_some(to)
    }

    /// Returns true if a schedule begins with a truck, and no truck that has waited longer can drive before it. A
    /// longer-waiting truck cannot if it would close the exit path of another, or if it waits for trucks that wait
    /// themselves.
    fn is_first(&self, truck: TruckId, schedule: &Schedule) -> bool {
        let own = self.holders.get(&truck).map_or(u64::MAX, |holder| holder.turn);
        let refused = |other: TruckId| {
            let theirs = self.holders.get(&other)?;
            let waits = theirs.ticket.is_some() && theirs.turn < own;
            let cannot_go = |holdup: &Holdup| match holdup.cause {
                WaitCause::ExitPath => true,
                _ => self.holders.get(&holdup.truck).is_some_and(|before| !before.behind.is_empty()),
            };
            Some(!waits || theirs.behind.iter().all(cannot_go))
        };
        self.first_to_drive(schedule) == Some(truck)
            && self.neighbours(truck).all(|(other, _)| refused(other).unwrap_or(true))
    }

    /// Returns the truck that drives first in a schedule.
    fn first_to_drive(&self, schedule: &Schedule) -> Option<TruckId> {
        let drives = |(truck, to): &&(TruckId, u32)| self.holders.get(truck).is_some_and(|h| *to > h.claimed);
        schedule.steps.iter().find(drives).map(|(truck, _)| *truck)
    }

    /// Returns the truck that this truck waits for. If trucks wait for each other's exit paths, returns the first truck
    /// of the schedule that waits for no other.
    pub(super) fn behind(&self, truck: TruckId) -> Option<TruckId> {
        let next = |truck: TruckId| self.holders.get(&truck)?.behind.first().map(|holdup| holdup.truck);
        let first = next(truck)?;
        let mut chain = vec![truck];
        let mut at = first;
        while !chain.contains(&at) {
            chain.push(at);
            let Some(other) = next(at) else { return Some(first) };
            at = other;
        }
        let schedule = self.schedule.of(&self.group(truck));
        let drives = |other: &&(TruckId, u32)| {
            self.holders.get(&other.0).is_some_and(|theirs| theirs.behind.is_empty() && theirs.request_id.is_some())
        };
        Some(schedule.steps.iter().find(drives).map_or(first, |(other, _)| *other))
    }

    /// Returns true if a step is a whole step of the schedule, not a part of one.
    fn is_exact_step(&self, schedule: &Schedule, truck: TruckId, to: u32) -> bool {
        let claimed = self.holders.get(&truck).map_or(0, |holder| holder.claimed);
        schedule.next_step(truck, claimed) == Some(to) && self.board().keeps(schedule, truck, to)
    }

    /// Returns the last sample up to `end` before the claim of any other truck.
    fn before_claims(&self, truck: TruckId, end: u32, behind: &mut Vec<Holdup>) -> u32 {
        let Some(holder) = self.holders.get(&truck) else { return 0 };
        let mut free = end;
        for (other, crossings) in self.neighbours(truck) {
            work::count(1);
            let Some(theirs) = self.holders.get(&other) else { continue };
            let held = (theirs.passed, theirs.claimed);
            if let Some(at) = crossings.first_covered(holder.claimed, free, held, |_| true) {
                free = at - 1;
                *behind = vec![Holdup { truck: other, cause: WaitCause::Held, at }];
            }
        }
        free
    }

    /// Returns the last sample up to `end` that keeps a distance from trucks that stand on the path before `target` and
    /// have not requested a path yet: they may need the cells around them.
    fn before_silent(&self, truck: TruckId, target: u32, end: u32) -> u32 {
        let Some(holder) = self.holders.get(&truck) else { return end };
        let mut free = end;
        for (other, crossings) in self.neighbours(truck) {
            let Some(theirs) = self.holders.get(&other).filter(|theirs| theirs.request_id.is_none()) else { continue };
            let held = (theirs.passed, theirs.claimed);
            if let Some(at) = crossings.first_covered(holder.claimed, target, held, |_| true) {
                let away = holder.swept.station(at) - self.rules.look_ahead * SILENT_DISTANCE_SHARE;
                free = free.min(holder.swept.sample_before(away));
            }
        }
        free.max(holder.claimed)
    }

    /// Returns the last sample up to `end` at which the claim leaves free the cells that longer-waiting trucks need
    /// next. A truck that must move before the longer-waiting trucks can move is not held up.
    fn before_older(&self, asker: &Asker<'_>, end: u32, behind: &mut Vec<Holdup>) -> u32 {
        let Asker { truck, group, schedule, without } = asker;
        let Some(holder) = self.holders.get(truck) else { return end };
        // Empty if another truck can finish only after this truck has driven: then this truck must not wait for any
        // turn.
        let stays = || {
            let board = self.board();
            let others = board.finish_without(group, *truck, true, &schedule.finished);
            let all = schedule.finished.iter().all(|known| known == truck || others.contains(known));
            if all { board.finish_without(group, *truck, false, &schedule.finished) } else { Vec::new() }
        };
        let own = holder.turn;
        let mut free = end;
        for (other, crossings) in self.neighbours(*truck) {
            work::count(1);
            let older = self.holders.get(&other).is_some_and(|theirs| {
                theirs.ticket.is_some() && theirs.turn < own && theirs.target(&self.rules) > theirs.claimed
            });
            if !older || free <= holder.claimed || crossings.between(holder.claimed, free).is_empty() {
                continue;
            }
            let Some(begins) = self.ground_needed_next(other, *truck, holder.claimed) else { continue };
            if begins > free || !schedule.finished.contains(&other) {
                continue;
            }
            if without.get_or_init(stays).contains(&other) {
                free = begins.saturating_sub(1).max(holder.claimed);
                *behind = vec![Holdup { truck: other, cause: WaitCause::Turn, at: begins }];
            }
        }
        free
    }

    /// Returns the first sample of `truck`, beyond its claim, on cells that `waiter` needs next: the cells of the step
    /// that `waiter` waits for, and each block of opposing or crossing cells that begins within the look-ahead.
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

    /// Moves `end` back until every truck that can finish its path now can still finish when the claim reaches `end`.
    /// Returns the new schedule if it differs from the present one.
    fn before_exit_paths(&self, asker: &Asker<'_>, end: &mut u32, behind: &mut Vec<Holdup>) -> Option<Schedule> {
        let Asker { truck, group, schedule, .. } = asker;
        let truck = *truck;
        let holder = self.holders.get(&truck)?;
        let board = self.board();
        while *end > holder.claimed {
            if schedule.finished.contains(&truck) && board.keeps(schedule, truck, *end) {
                return None;
            }
            let moved = Some((truck, *end));
            let mut after = if self.may_try(truck, group) {
                board.finish_by_trials(group, moved, &schedule.finished).0
            } else {
                board.finish(group, moved, &schedule.finished)
            };
            let mut lost = schedule.lost_in(&after);
            if !lost.is_empty() {
                let replayed = board.finish_as_before(group, schedule, moved);
                let lost_then = schedule.lost_in(&replayed);
                if lost_then.len() < lost.len() {
                    (after, lost) = (replayed, lost_then);
                }
            }
            if lost.is_empty() {
                if after.finished.contains(&truck) {
                    return Some(after);
                }
                // No schedule lets the truck finish, so it drives only as far as it blocks no other truck.
                let harmless = board.harmless_up_to(group, truck, *end);
                if harmless == *end {
                    return Some(after);
                }
                if let Some(holdup) = self.need_between(truck, group, (harmless, *end)) {
                    *behind = vec![holdup];
                }
                *end = harmless;
                continue;
            }
            lost.retain(|other| *other != truck);
            // The claim ends before the first cells that one of the lost trucks still needs.
            let firsts = lost.iter().filter_map(|other| {
                let theirs = self.holders.get(other)?;
                let crossings = board.crossings(truck, *other).between(holder.claimed, *end);
                crossings.iter().find(|c| c.last > theirs.claimed).map(|c| (c.at, *other))
            });
            let holdup = |truck, at| Holdup { truck, cause: WaitCause::ExitPath, at };
            match firsts.min() {
                Some((at, other)) => {
                    *behind = vec![holdup(other, at)];
                    *end = at - 1;
                }
                None => {
                    *behind = lost.iter().map(|other| holdup(*other, holder.claimed + 1)).collect();
                    *end = holder.claimed;
                }
            }
        }
        None
    }

    /// Finds the first cells between two samples of a truck's path that another truck of its group still needs.
    pub(super) fn need_between(
        &self,
        truck: TruckId,
        group: &BTreeSet<TruckId>,
        (after, to): (u32, u32),
    ) -> Option<Holdup> {
        let needs = group.iter().filter_map(|other| {
            let theirs = self.holders.get(other)?;
            let crossings = self.board().crossings(truck, *other).between(after, to);
            crossings.iter().find(|c| c.last > theirs.claimed).map(|c| (c.at, *other))
        });
        needs.min().map(|(at, other)| Holdup { truck: other, cause: WaitCause::ExitPath, at })
    }

    /// Finds the first cells between two samples of a truck's path that another truck holds.
    pub(super) fn held_between(&self, truck: TruckId, (after, to): (u32, u32)) -> Option<Holdup> {
        let held = self.neighbours(truck).filter_map(|(other, crossings)| {
            let theirs = self.holders.get(&other)?;
            crossings.first_covered(after, to, (theirs.passed, theirs.claimed), |_| true).map(|at| (at, other))
        });
        held.min().map(|(at, truck)| Holdup { truck, cause: WaitCause::Held, at })
    }

    /// Returns true if trials are worthwhile for the growth of a truck's claim: greedy steps did not help its group,
    /// and no truck of the group has waited longer.
    fn may_try(&self, truck: TruckId, group: &BTreeSet<TruckId>) -> bool {
        self.tried.contains(&truck) && self.is_next(truck, group)
    }

    /// Returns true if no truck of a group has waited longer than this one.
    pub(super) fn is_next(&self, truck: TruckId, group: &BTreeSet<TruckId>) -> bool {
        let turn = |truck: &TruckId| self.holders.get(truck).map_or(u64::MAX, |holder| holder.turn);
        group.iter().all(|other| turn(other) >= turn(&truck))
    }
}
