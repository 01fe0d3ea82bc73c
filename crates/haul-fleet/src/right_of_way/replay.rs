//! Replay of the known schedule after a truck has sent a new path.
//!
//! A known schedule still holds as long as the new path covers the same cells as the old one. This is so when a truck
//! replans the rest of its path at its waiting pose, and when it adds its next visit. A search that begins without the
//! known steps does not always find such a schedule.

use super::finish::Board;
use super::holder::Holder;
use super::schedule::{Draft, Schedule, Step, free_way};
use super::swept::SweptPath;
use haul_core::TruckId;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Maximum distance between points of the old and the new path that count as the same position, m.
const PLACE_TOLERANCE: f64 = 2.0;

/// The path that a truck had before it sent a new one.
pub(super) struct OldPath {
    swept: Arc<SweptPath>,
    /// Station at which the new path begins, m.
    begins: f64,
}

impl OldPath {
    /// Creates the record of a truck's old path. The new path begins on the cells that the truck holds.
    pub fn of(known: &Holder, new: &SweptPath) -> Self {
        let start = new.position(0);
        let distance = |sample: &u32| (known.swept.position(*sample) - start).norm();
        let at = (known.passed..=known.claimed).min_by(|a, b| distance(a).total_cmp(&distance(b)));
        let begins = known.swept.station(at.unwrap_or(known.claimed));
        Self { swept: Arc::clone(&known.swept), begins }
    }

    /// Returns the sample of the new path at the position of a sample of the old path; `None` if the new path does not
    /// lead there.
    pub fn sample(&self, old: u32, new: &SweptPath) -> Option<u32> {
        let expected = new.sample_near(self.swept.station(old) - self.begins);
        let is_there = |sample: &u32| (new.position(*sample) - self.swept.position(old)).norm() < PLACE_TOLERANCE;
        let all = (0..=new.last()).filter(is_there);
        Some(expected).filter(is_there).or_else(|| all.min_by_key(|sample| sample.abs_diff(expected)))
    }

    /// Replaces the samples of the old path in the truck's steps by samples of the new path. Steps to positions off the
    /// new path are left out.
    pub fn translate(&self, schedule: &mut Schedule, truck: TruckId, new: &SweptPath) {
        schedule.steps.retain_mut(|(other, to)| {
            if *other != truck {
                return true;
            }
            let sample = self.sample(*to, new);
            *to = sample.unwrap_or(*to);
            sample.is_some()
        });
    }
}

/// Returns the schedule by which more trucks finish, or `first` on a tie.
pub(super) fn better(first: Schedule, second: Schedule) -> Schedule {
    if second.finished.len() > first.finished.len() { second } else { first }
}

impl Board<'_> {
    /// Builds a schedule that begins with those steps of a known schedule that can still be taken. More steps follow.
    /// `moved` sets the end of one truck's claim.
    pub fn finish_as_before(
        &self,
        group: &BTreeSet<TruckId>,
        before: &Schedule,
        moved: Option<(TruckId, u32)>,
    ) -> Schedule {
        let seats = self.seats(group, &before.finished);
        let mut draft = Draft::begin(&seats, moved, None);
        for (number, (truck, to)) in before.steps.iter().enumerate() {
            let Some(next) = seats.iter().position(|seat| seat.truck == *truck) else { continue };
            if !draft.at[next].stage.may_drive() {
                continue;
            }
            let finishes = |step: &Step| step.in_lane || step.to >= seats[next].holder.finish;
            let is_last = before.steps[number + 1..].iter().all(|(other, _)| other != truck);
            let rest = self.rest_in_lane(&seats, &draft.at, next, (*to, *to)).map(|to| Step { to, in_lane: true });
            let step = rest.or_else(|| {
                if is_last && before.finished.contains(truck) {
                    let own = self.step(&seats, &draft.at, next, false).filter(finishes);
                    return own.or_else(|| self.step(&seats, &draft.at, next, true));
                }
                // A step to cells that the truck has claimed by now frees the cells behind the truck.
                let to = (*to).max(draft.at[next].to);
                (to <= free_way(&seats, &draft.at, next)).then_some(Step { to, in_lane: false })
            });
            if let Some(step) = step {
                self.advance(&seats, &mut draft, next, step);
            }
        }
        self.go_on(&seats, &mut draft, true);
        draft.schedule
    }
}
