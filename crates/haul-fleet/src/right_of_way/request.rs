//! Requests of trucks: their paths and their progress.

use super::holder::Holder;
use super::horizon::{Horizon, Nearer};
use super::replay::{OldPath, better};
use super::swept::SweptPath;
use super::{PathRequest, ROLL_BACK, RightOfWay, Schedule};
use haul_core::{Footprint, Pose2, TruckId};
use haul_messages::Uuid;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Minimum distance between two reported poses for a truck without a path to count as moved, m.
const LEAST_MOVE: f64 = 0.3;

impl RightOfWay {
    /// Notes the pose of a truck without a path. The truck keeps the cells that it covers until it requests a path.
    pub fn stands(&mut self, truck: TruckId, pose: Pose2, footprint: &Footprint) {
        let known = self.holders.get(&truck);
        let same = known.is_some_and(|h| h.request_id.is_some() || h.pose.distance(pose) < LEAST_MOVE);
        if same || !pose.is_on_a_map() {
            return;
        }
        let swept = SweptPath::standing(pose, footprint, &self.rules);
        self.enter(truck, None, swept, pose, vec![0]);
    }

    /// Handles a request: a new path of a truck that stands, or a truck's progress on a known path. A path with a known
    /// id and other poses is a new path. Cells that the truck has passed become free at once; call
    /// [`RightOfWay::settle`] to grant them to others.
    ///
    /// # Errors
    /// Returns a description of the fault in the path or the numbers. A faulty request changes nothing.
    pub fn request(&mut self, truck: TruckId, footprint: &Footprint, request: &PathRequest<'_>) -> Result<(), String> {
        for (what, station) in [("reached", request.passed), ("wanted", request.wanted)] {
            if !station.is_finite() {
                return Err(format!("the station {what} is {station}; expected metres along the path"));
            }
        }
        if !self.is_on(truck, request) {
            let swept = SweptPath::lay(request.path, footprint, &self.rules)?;
            if self.knows(truck, request.request_id) {
                tracing::warn!(%truck, path = %request.request_id, "a known path id comes with other poses: it counts as a new path");
            }
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
        // At most the grant: the truck cannot give back cells beyond it.
        let passed = holder.swept.sample_before(request.passed.min(holder.granted) - ROLL_BACK);
        let passed = holder.passed.max(passed.min(holder.claimed));
        let wanted = request.wanted.max(holder.granted);
        // A repeated report of a truck that waits for no other changes nothing.
        if (holder.passed, holder.wanted) != (passed, wanted) || !holder.behind.is_empty() {
            (holder.passed, holder.wanted) = (passed, wanted);
            self.fresh.insert(truck);
        }
        Ok(())
    }

    /// Puts a truck on a path. The truck claims the cells that it covers. The known schedule is kept as far as
    /// possible: a truck that drives on as announced changes nothing for the others.
    fn enter(&mut self, truck: TruckId, request_id: Option<Uuid>, swept: SweptPath, pose: Pose2, stops: Vec<u32>) {
        let before = self.holders.get(&truck);
        let whole = Horizon::whole(before, &swept, &stops);
        let mut known = self.schedule.clone();
        let old = before.map(|before| (OldPath::of(before, &swept), before));
        if let Some((old, _)) = &old {
            old.translate(&mut known, truck, &swept);
        }
        let nearer = Nearer::of(old.as_ref().map(|(old, before)| (old, *before)), &swept, &stops);
        let mut group = self.remove(truck);
        self.tiles.insert(truck, &swept);
        self.holders.insert(truck, Holder::at_start(request_id, Arc::new(swept), pose, stops, whole));
        self.find_crossings(truck);
        group.extend(self.group(truck));
        self.find_finishes(&group);
        let known = known.of(&group);
        self.find_horizon(truck, &group, &known, nearer);
        let lost = known.lost_in(&self.schedule);
        if !lost.is_empty() {
            tracing::debug!(%truck, ?lost, "a new path leaves trucks that can no longer finish:\n{}", self.explain());
        }
    }

    /// Takes a truck off the mine, which frees its cells.
    pub fn forget(&mut self, truck: TruckId) {
        if self.holders.contains_key(&truck) {
            let group = self.remove(truck);
            let known = self.schedule.of(&group);
            let (schedule, tries) = self.find_schedule(&group, &known);
            self.take_schedule(&group, schedule, tries);
        }
    }

    /// Removes a truck and its claim. Returns the other trucks of its group.
    fn remove(&mut self, truck: TruckId) -> BTreeSet<TruckId> {
        let mut group = self.group(truck);
        let neighbours: Vec<TruckId> = self.neighbours(truck).map(|(other, _)| other).collect();
        for other in neighbours {
            self.crossings.remove(&(truck, other));
            self.crossings.remove(&(other, truck));
        }
        if let Some(holder) = self.holders.remove(&truck) {
            self.tiles.remove(truck, &holder.swept);
        }
        self.fresh.remove(&truck);
        self.schedule.replace(&BTreeSet::from([truck]), Schedule::default());
        group.remove(&truck);
        group
    }

    /// Finds the schedule of a group of trucks after a change of paths, and returns true with it if trials were made.
    /// `known` is the schedule before the change.
    pub(super) fn find_schedule(&self, group: &BTreeSet<TruckId>, known: &Schedule) -> (Schedule, bool) {
        let is_complete = |schedule: &Schedule| schedule.finished.len() >= group.len();
        let mut best = self.board().finish_without_blocking(group);
        if !is_complete(&best) {
            best = better(best, self.board().finish_as_before(group, known, None));
        }
        let mut tries = false;
        if !is_complete(&best) {
            let trial;
            (trial, tries) = self.board().finish_by_trials(group, None, &[]);
            best = better(best, trial);
        }
        (best, tries)
    }

    /// Sets the schedule of a group of trucks. If it needed trials, the truck that has waited longest makes trials
    /// again.
    pub(super) fn take_schedule(&mut self, group: &BTreeSet<TruckId>, schedule: Schedule, tries: bool) {
        self.tried.retain(|truck| !group.contains(truck));
        if tries {
            self.tried.extend(group);
        }
        self.schedule.replace(group, schedule);
        self.fresh.extend(group.iter().filter(|truck| self.holders.contains_key(truck)));
    }

    /// Returns true if a truck's present path has this id.
    pub fn knows(&self, truck: TruckId, request_id: Uuid) -> bool {
        self.holders.get(&truck).is_some_and(|holder| holder.request_id == Some(request_id))
    }

    /// Returns true if a request is for a truck's present path: the same id and, where it has poses, the same poses.
    pub fn is_on(&self, truck: TruckId, request: &PathRequest<'_>) -> bool {
        self.holders.get(&truck).is_some_and(|holder| holder.is_on(request))
    }
}
