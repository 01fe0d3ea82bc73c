//! Horizons: the part of a path that its truck is sure to drive.
//!
//! A path leads through the next spot and on to the next waiting pose. The right of way searches for steps by which
//! every truck of the group reaches the end of its path. If there are none for a new path, the truck keeps the promise
//! that it has: to reach the end of its old path, or else its next waiting pose. That sample is its horizon. The truck
//! drives to its horizon, and waits there until a schedule beyond it is found.

use super::RightOfWay;
use super::exit::leaves_at;
use super::holder::{Holder, Holdup, WaitCause};
use super::replay::OldPath;
use super::schedule::Schedule;
use super::swept::SweptPath;
use haul_core::TruckId;
use std::collections::BTreeSet;

/// Distance from a stop within which a horizon ends at the stop, in samples.
const STOP_TOLERANCE: u32 = 4;

/// The part of a path that its truck is sure to drive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct Horizon {
    /// Sample at which the horizon ends.
    pub end: u32,
    /// Sample before the horizon's end at which the truck has left its place and the cells by which it came; `end` if
    /// there is no such sample.
    pub leaves: u32,
    /// True if the truck is expected to drive on from the horizon before the trucks that follow it. This is so at the
    /// end of the truck's path, and at its position when it requests its first path.
    pub goes_on: bool,
}

/// The horizons of a new path that are nearer than the end of the path.
pub(super) struct Nearer {
    /// Horizon of the truck on its old path.
    kept: Option<Horizon>,
    /// Horizon of the truck on its old path, with the value of `goes_on` on which other trucks rely.
    relied_on: Option<Horizon>,
    /// Horizon at the waiting pose before the next spot.
    waiting: Option<Horizon>,
}

impl Horizon {
    /// Returns the horizon at the end of a path. `before` is the state of the truck on its old path.
    pub fn whole(before: Option<&Holder>, swept: &SweptPath, stops: &[u32]) -> Self {
        Self { end: swept.last(), leaves: leaves_at(before, swept, stops), goes_on: true }
    }
}

impl Nearer {
    /// Returns the nearer horizons of a new path. `old` is the state of the truck on its old path.
    pub fn of(old: Option<(&OldPath, &Holder)>, swept: &SweptPath, stops: &[u32]) -> Self {
        let waiting = waiting_pose(stops);
        let at_stop = |end: u32| waiting.filter(|stop| stop.abs_diff(end) <= STOP_TOLERANCE).unwrap_or(end);
        let kept = match old.filter(|(_, before)| before.request_id.is_some()) {
            Some((path, before)) => path.sample(before.horizon.end, swept).map(|end| {
                let end = at_stop(end);
                let leaves = path.sample(before.horizon.leaves, swept).unwrap_or(0).min(end);
                Horizon { end, leaves, goes_on: false }
            }),
            // A truck without a path stays where it stands.
            None => Some(Horizon { end: 0, leaves: 0, goes_on: true }),
        };
        let kept = kept.filter(|kept| kept.end < swept.last());
        let waiting = waiting.filter(|end| kept.is_none_or(|kept| kept.end != *end));
        let leaves = |end: u32| kept.map(|kept| kept.leaves).filter(|leaves| *leaves <= end).unwrap_or(end);
        let goes_on = old.is_some_and(|(_, before)| before.horizon.goes_on);
        let relied_on = kept.filter(|kept| goes_on && !kept.goes_on).map(|kept| Horizon { goes_on, ..kept });
        Self { kept, relied_on, waiting: waiting.map(|end| Horizon { end, leaves: leaves(end), goes_on: false }) }
    }
}

/// Returns the stop at which a truck waits for its spot.
fn waiting_pose(stops: &[u32]) -> Option<u32> {
    stops.len().checked_sub(3).map(|k| stops[k])
}

impl Holder {
    /// Returns true if the truck is sure to reach the end of its path.
    pub fn sees_the_end(&self) -> bool {
        self.horizon == self.whole
    }

    /// Returns the sample at which the path leads through a spot.
    fn spot(&self) -> Option<u32> {
        self.stops.len().checked_sub(2).map(|k| self.stops[k])
    }

    /// Returns the range of samples whose cells the truck needs to drive on from its horizon to its next stop.
    pub fn way_beyond_horizon(&self) -> (u32, u32) {
        let from = self.horizon.end;
        let stop = self.stops.iter().copied().find(|stop| *stop > from);
        (from, stop.unwrap_or(self.whole.end))
    }
}

impl RightOfWay {
    /// Finds the horizon of a truck on a new path, and a schedule for its group. `known` is the schedule before the new
    /// path. The horizon is the furthest one with which all trucks of `known` still finish, or else the one with which
    /// the most of them finish. While another truck waits at its horizon, the promise of the old path is tried first.
    pub(super) fn find_horizon(&mut self, truck: TruckId, group: &BTreeSet<TruckId>, known: &Schedule, nearer: Nearer) {
        let Some(whole) = self.holders.get(&truck).map(|holder| holder.whole) else { return };
        // Each horizon has a flag: `true` if it is sure. The waiting pose may be on the path of a truck that has not
        // requested a path yet.
        let mut horizons = vec![(whole, true)];
        let kept = nearer.kept.map(|kept| (kept, true));
        let all_told = self.have_requested(group);
        // A truck that loses its promise counts as a lost truck: it may stand in a spot.
        let has_promise = nearer.kept.is_some_and(|kept| !kept.goes_on);
        let waits = group.iter().any(|other| *other != truck && self.waits_at_horizon(*other));
        horizons.splice(if waits { 0..0 } else { 1..1 }, kept);
        horizons.extend(nearer.relied_on.map(|kept| (kept, true)));
        horizons.extend(nearer.waiting.map(|waiting| (waiting, all_told)));
        let mut best: Option<((usize, bool), Horizon, Schedule, bool)> = None;
        for (horizon, is_sure) in horizons {
            self.set_horizon(truck, horizon);
            let (schedule, tries) = self.find_schedule(group, known);
            let others = known.lost_in(&schedule).iter().filter(|other| **other != truck).count();
            let is_lost = !(is_sure && schedule.finished.contains(&truck));
            let loss = (others + usize::from(is_lost && has_promise), is_lost);
            if best.as_ref().is_none_or(|(least, ..)| loss < *least) {
                best = Some((loss, horizon, schedule, tries));
            }
            if loss == (0, false) {
                break;
            }
        }
        if let Some((_, horizon, schedule, tries)) = best {
            self.set_horizon(truck, horizon);
            self.take_schedule(group, schedule, tries);
        }
    }

    /// Extends the horizon of a truck that wants to drive beyond it, if every other truck still finishes: to the end of
    /// the truck's path, or else to its spot. Returns true if anything has changed.
    pub(super) fn lengthen(&mut self, truck: TruckId, group: &BTreeSet<TruckId>) -> bool {
        let Some(holder) = self.holders.get(&truck) else { return false };
        let (before, whole) = (holder.horizon, holder.whole);
        let at_spot = holder.spot().map(|spot| Horizon { end: spot, leaves: spot, goes_on: false });
        let known = self.schedule.of(group);
        let mut behind = Vec::new();
        for farther in [Some(whole), at_spot.filter(|spot| spot.end > before.end)].into_iter().flatten() {
            let schedule = self.schedule_with_horizon(truck, group, farther, &known);
            let lost = known.lost_in(&schedule);
            if lost.is_empty() {
                self.schedule.replace(group, schedule);
                return true;
            }
            if behind.is_empty() {
                behind = lost;
            }
        }
        self.set_horizon(truck, before);
        let ahead = (before.end, whole.end);
        let need = self.need_between(truck, group, ahead).or_else(|| self.held_between(truck, ahead));
        let Some(holder) = self.holders.get_mut(&truck) else { return false };
        if holder.claimed < before.end {
            return false;
        }
        let holdup = |truck| Holdup { truck, cause: WaitCause::ExitPath, at: before.end };
        holder.behind = behind.into_iter().filter(|other| *other != truck).map(holdup).chain(need).collect();
        let is_new = holder.ticket.is_none();
        if is_new {
            self.tickets += 1;
            holder.ticket = Some(self.tickets);
        }
        is_new
    }

    /// Sets the horizon of a truck and finds a schedule for it. `known` is the schedule with the previous horizon.
    fn schedule_with_horizon(
        &mut self,
        truck: TruckId,
        group: &BTreeSet<TruckId>,
        horizon: Horizon,
        known: &Schedule,
    ) -> Schedule {
        self.set_horizon(truck, horizon);
        let board = self.board();
        let mut schedule = board.finish(group, None, &known.finished);
        if !known.lost_in(&schedule).is_empty() {
            schedule = board.finish_as_before(group, known, None);
        }
        if !known.lost_in(&schedule).is_empty() && self.is_next(truck, group) {
            schedule = board.finish_by_trials(group, None, &known.finished).0;
        }
        schedule
    }

    /// Returns true if all trucks of a group have requested a path.
    fn have_requested(&self, group: &BTreeSet<TruckId>) -> bool {
        group.iter().all(|truck| self.holders.get(truck).is_some_and(|holder| holder.request_id.is_some()))
    }

    /// Sets the horizon and the finish of a truck.
    fn set_horizon(&mut self, truck: TruckId, horizon: Horizon) {
        if let Some(holder) = self.holders.get_mut(&truck) {
            holder.horizon = horizon;
        }
        self.find_finishes(&BTreeSet::from([truck]));
    }

    /// Returns true if a truck has reached its horizon and wants to drive on.
    pub(super) fn waits_at_horizon(&self, truck: TruckId) -> bool {
        let waits = |h: &Holder| !h.sees_the_end() && h.claimed >= h.horizon.end && h.wants_beyond_horizon(&self.rules);
        self.holders.get(&truck).is_some_and(waits)
    }
}
