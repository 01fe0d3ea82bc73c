//! Schedules, and the progress of trucks while a schedule is built.

use super::crossing::{Crossings, Stretch};
use super::holder::Holder;
use super::work;
use haul_core::TruckId;
use std::cell::OnceCell;
use std::collections::BTreeSet;

/// Shortest step worth taking, in samples.
pub(super) const LEAST_STEP: u32 = 2;

/// Steps by which trucks can finish their paths, one truck at a time.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub(super) struct Schedule {
    /// Steps in order: a truck, and the sample of its path up to which it drives.
    pub steps: Vec<(TruckId, u32)>,
    /// The trucks that finish by these steps, in the order in which they finish.
    pub finished: Vec<TruckId>,
}

impl Schedule {
    /// Returns the part of the schedule that concerns a group of trucks.
    pub fn of(&self, group: &BTreeSet<TruckId>) -> Self {
        Self {
            steps: self.steps.iter().copied().filter(|(truck, _)| group.contains(truck)).collect(),
            finished: self.finished.iter().copied().filter(|truck| group.contains(truck)).collect(),
        }
    }

    /// Returns the end of a truck's next step beyond its claim. A step within the claim only frees cells.
    pub fn next_step(&self, truck: TruckId, claimed: u32) -> Option<u32> {
        self.steps.iter().find(|(other, to)| *other == truck && *to > claimed).map(|(_, to)| *to)
    }

    /// Returns the trucks that finish by this schedule and not by `other`.
    pub fn lost_in(&self, other: &Self) -> Vec<TruckId> {
        self.finished.iter().copied().filter(|truck| !other.finished.contains(truck)).collect()
    }

    /// Replaces the part of the schedule that concerns a group of trucks by another schedule.
    pub fn replace(&mut self, group: &BTreeSet<TruckId>, other: Self) {
        self.steps.retain(|(truck, _)| !group.contains(truck));
        self.finished.retain(|truck| !group.contains(truck));
        self.steps.extend(other.steps);
        self.finished.extend(other.finished);
    }
}

/// A truck in a schedule under construction.
pub(super) struct Seat<'a> {
    pub(super) truck: TruckId,
    pub(super) holder: &'a Holder,
    /// Trucks that share cells with this truck: the index of each, the crossings along this truck's path, and the
    /// crossings along the other truck's path.
    pub(super) beside: Vec<(usize, &'a Crossings, &'a Crossings)>,
}

/// Progress of a truck in a schedule.
#[derive(Debug, Clone, Copy)]
pub(super) struct Progress {
    /// First and last sample of the cells that the truck holds.
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) steps: usize,
    pub(super) stage: Stage,
}

/// Stage of a truck's progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// The truck still has steps to drive.
    Drives,
    /// The truck must stay where it is.
    Held,
    /// The truck must stay for now, and drives on before the trucks that follow it.
    Yields,
    /// The truck has finished before the end of its path and drives on, or it has no path yet.
    Gone,
    /// The truck has finished at the end of its path, and stands there.
    Stands,
    /// The truck has left its place and finished in a lane. It blocks only the trucks behind it, which must stay there.
    /// It may drive on.
    Rests,
    /// Like [`Stage::Rests`], but only a truck ahead that drives in the same direction stops the truck. It therefore
    /// drives on before the trucks that follow it.
    Waits,
}

impl Stage {
    /// Returns true if the truck may take more steps.
    pub(super) fn may_drive(self) -> bool {
        self == Self::Drives || self.is_in_lane()
    }

    /// Returns true if the truck has finished in a lane.
    pub(super) fn is_in_lane(self) -> bool {
        matches!(self, Self::Rests | Self::Waits)
    }
}

/// A step of a truck.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    pub(super) to: u32,
    /// True if the truck rests in a lane at the end of the step, and has finished.
    pub(super) in_lane: bool,
}

impl Progress {
    /// Returns true if the truck keeps another truck from cells that it covers. A truck that has finished at the end of
    /// its path, or that waits in a lane, drives on before the trucks that follow it. So it blocks only the others.
    pub(super) fn blocks(&self, ground: &Stretch) -> bool {
        match self.stage {
            Stage::Drives | Stage::Held | Stage::Rests => true,
            Stage::Gone => false,
            Stage::Stands | Stage::Waits | Stage::Yields => !ground.follows,
        }
    }
}

/// A schedule under construction, and the progress of the trucks by its steps.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) at: Vec<Progress>,
    pub(super) schedule: Schedule,
}

impl Draft {
    /// Creates a draft without steps. See [`Board::finish`] for the arguments.
    pub(super) fn begin(seats: &[Seat<'_>], moved: Option<(TruckId, u32)>, held: Option<(TruckId, Stage)>) -> Self {
        let at = seats.iter().map(|seat| {
            let to = moved.filter(|(id, _)| *id == seat.truck).map_or(seat.holder.claimed, |(_, end)| end);
            let stage = held.filter(|(id, _)| *id == seat.truck).map_or(Stage::Drives, |(_, stage)| stage);
            Progress { from: seat.holder.passed, to, steps: 0, stage }
        });
        Self { at: at.collect(), schedule: Schedule::default() }
    }

    pub(super) fn is_complete(&self) -> bool {
        self.at.iter().all(|own| own.stage != Stage::Drives)
    }
}

/// Returns the last sample up to which no other truck holds cells on a truck's path; at most the truck's finish.
pub(super) fn free_way(seats: &[Seat<'_>], at: &[Progress], next: usize) -> u32 {
    let own = at[next];
    let mut free = seats[next].holder.finish.max(own.to);
    for (other, ground, _) in &seats[next].beside {
        work::count(1);
        let theirs = at[*other];
        let held = (theirs.from, theirs.to);
        let stays = OnceCell::new();
        let blocks =
            |ground: &Stretch| theirs.blocks(ground) || *stays.get_or_init(|| stays_for_now(seats, at, *other));
        if let Some(at) = ground.first_covered(own.to, free, held, blocks) {
            free = at - 1;
        }
    }
    free
}

/// Returns true if a truck that stands at a horizon before the end of its path cannot drive on yet, because another
/// truck holds cells up to its next stop. Then the trucks that follow it must wait as well.
fn stays_for_now(seats: &[Seat<'_>], at: &[Progress], truck: usize) -> bool {
    let holder = seats[truck].holder;
    if !matches!(at[truck].stage, Stage::Stands | Stage::Waits | Stage::Gone) || holder.sees_the_end() {
        return false;
    }
    let (from, to) = holder.way_beyond_horizon();
    seats[truck].beside.iter().any(|(other, ground, _)| {
        work::count(1);
        let theirs = at[*other];
        ground.first_covered(from, to, (theirs.from, theirs.to), |ground| theirs.blocks(ground)).is_some()
    })
}
