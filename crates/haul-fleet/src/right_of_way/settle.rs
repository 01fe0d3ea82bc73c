//! Rounds that grant free cells, with the longest-waiting trucks first.

use super::RightOfWay;
use super::holder::WaitCause;
use haul_core::TruckId;
use std::collections::{BTreeMap, BTreeSet};

impl RightOfWay {
    /// Grants free cells to the trucks that want them, with the longest-waiting trucks first. Returns the trucks whose
    /// right of way has changed. Trucks without a change since the last call are skipped. A truck that waits for its
    /// turn or for another truck's exit path is tried only when it reports again, because each attempt costs a search.
    pub fn settle(&mut self) -> Vec<TruckId> {
        let mut fresh = std::mem::take(&mut self.fresh);
        let mut changed = Vec::new();
        while let Some(truck) = fresh.pop_first() {
            let group = self.group(truck);
            let mut reported: BTreeSet<TruckId> = fresh.intersection(&group).copied().collect();
            reported.insert(truck);
            fresh.retain(|other| !group.contains(other));
            changed.extend(self.settle_group(&group, &reported));
        }
        changed.sort_unstable();
        changed
    }

    fn settle_group(&mut self, group: &BTreeSet<TruckId>, reported: &BTreeSet<TruckId>) -> Vec<TruckId> {
        self.inherit_turns(group);
        let mut at_horizon: Vec<(u64, TruckId)> = Vec::new();
        for truck in group {
            let Some(holder) = self.holders.get(truck) else { continue };
            let wants = !holder.sees_the_end() && holder.wants_beyond_horizon(&self.rules);
            if wants && (holder.behind.is_empty() || reported.contains(truck)) {
                at_horizon.push((holder.turn, *truck));
            }
        }
        at_horizon.sort_unstable();
        for (_, truck) in at_horizon {
            if self.lengthen(truck, group) {
                self.fresh.insert(truck);
            }
        }
        let mut waiting: Vec<(u64, TruckId)> = Vec::new();
        for truck in group {
            let Some(holder) = self.holders.get(truck) else { continue };
            let is_refused = holder.behind.iter().any(|holdup| holdup.cause != WaitCause::Held);
            if holder.target(&self.rules) > holder.claimed && (!is_refused || reported.contains(truck)) {
                waiting.push((holder.turn, *truck));
            }
        }
        waiting.sort_unstable();
        for (_, truck) in waiting {
            // The change may free cells for others in the next round.
            if self.extend(truck, group) {
                self.fresh.insert(truck);
            }
        }
        let at_its_horizon: BTreeSet<TruckId> = group.iter().copied().filter(|t| self.waits_at_horizon(*t)).collect();
        let mut changed = Vec::new();
        for truck in group {
            let behind = self.behind(*truck);
            let Some(holder) = self.holders.get_mut(truck) else { continue };
            let waits = holder.target(&self.rules) > holder.claimed || at_its_horizon.contains(truck);
            if !waits && holder.ticket.take().is_some() {
                self.fresh.insert(*truck);
            }
            if holder.ticket.is_none() {
                holder.behind.clear();
            }
            let now = (holder.granted, behind.filter(|_| holder.ticket.is_some()));
            if holder.request_id.is_some() && holder.told != Some(now) {
                holder.told = Some(now);
                changed.push(*truck);
            }
        }
        changed
    }

    /// Sets the turn of every truck: the ticket of the truck that has waited longest for it, directly or through
    /// others, or its own ticket if that is older. So a younger truck never holds up the truck that the oldest one
    /// waits for.
    fn inherit_turns(&mut self, group: &BTreeSet<TruckId>) {
        let mut turns: BTreeMap<TruckId, u64> = BTreeMap::new();
        let mut pairs: Vec<(TruckId, TruckId)> = Vec::new();
        for truck in group {
            let Some(holder) = self.holders.get(truck) else { continue };
            turns.insert(*truck, holder.ticket.unwrap_or(u64::MAX));
            pairs.extend(holder.behind.iter().map(|holdup| (*truck, holdup.truck)));
        }
        for _ in 0..group.len() {
            let mut changed = false;
            for (truck, before) in &pairs {
                let turn = turns.get(truck).copied().unwrap_or(u64::MAX);
                if let Some(theirs) = turns.get_mut(before).filter(|theirs| **theirs > turn) {
                    (*theirs, changed) = (turn, true);
                }
            }
            if !changed {
                break;
            }
        }
        for (truck, turn) in turns {
            if let Some(holder) = self.holders.get_mut(&truck) {
                holder.turn = turn;
            }
        }
    }
}
