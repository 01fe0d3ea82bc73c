//! All-stop: repeated to every truck until it has answered, and lifted only by its own id.

use haul_core::{SimTime, TruckId};
use haul_messages::{Body, Uuid};
use std::collections::BTreeMap;

/// Time after which an unanswered order is repeated, s: two periods of the trucks' own reports.
const REPEAT_S: f64 = 2.0;

/// The present or the last all-stop.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub(crate) struct AllStop {
    id: Uuid,
    ordered: SimTime,
    lifted: bool,
    /// Trucks that have not answered, and the time at which each was last told.
    unanswered: BTreeMap<TruckId, SimTime>,
}

impl AllStop {
    /// The `number`-th all-stop of a site, told to all trucks now.
    pub(crate) fn order(number: u64, trucks: impl Iterator<Item = TruckId>, now: SimTime) -> Self {
        let id = Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("urn:haul:all-stop/{number}/{}", now.nanos()).as_bytes());
        Self { id, ordered: now, lifted: false, unanswered: trucks.map(|truck| (truck, now)).collect() }
    }

    /// Lifts it; all trucks are told now.
    pub(crate) fn lift(&mut self, trucks: impl Iterator<Item = TruckId>, now: SimTime) {
        self.lifted = true;
        self.unanswered = trucks.map(|truck| (truck, now)).collect();
    }

    pub(crate) fn is_on(&self) -> bool {
        !self.lifted
    }

    /// The message to the trucks.
    pub(crate) fn message(&self) -> Body {
        if self.lifted { Body::ResumeV1 { stop_id: self.id } } else { Body::AllStopV1 { stop_id: self.id } }
    }

    /// Notes that a truck has acknowledged the stop of this id.
    pub(crate) fn acknowledged(&mut self, truck: TruckId, id: Uuid) {
        if id == self.id && !self.lifted {
            self.unanswered.remove(&truck);
        }
    }

    /// Takes a truck's report whether it is held. After the resume, a truck that is not held has heard it. Before the
    /// resume, such a truck has lost the order, even if it acknowledged it, and is told again at once.
    pub(crate) fn reported(&mut self, truck: TruckId, held: bool, now: SimTime) {
        if held {
            return;
        }
        if self.lifted {
            self.unanswered.remove(&truck);
        } else if now.since(self.ordered) >= REPEAT_S {
            self.unanswered.entry(truck).or_insert(SimTime::START);
        }
    }

    /// Removes a truck that is off the mine: it need not answer.
    pub(crate) fn forget(&mut self, truck: TruckId) {
        self.unanswered.remove(&truck);
    }

    /// The trucks to tell again.
    pub(crate) fn due(&mut self, now: SimTime) -> Vec<TruckId> {
        let due: Vec<_> =
            self.unanswered.iter().filter(|(_, told)| now.since(**told) >= REPEAT_S).map(|(truck, _)| *truck).collect();
        for truck in &due {
            self.unanswered.insert(*truck, now);
        }
        due
    }
}
