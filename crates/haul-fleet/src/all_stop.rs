//! All-stop orders. The site repeats an all-stop to every truck until the truck has answered. Only a resume with the
//! same id lifts the all-stop.

use haul_core::{SimTime, TruckId};
use haul_messages::{Body, Uuid};
use std::collections::BTreeMap;

/// Time after which an unanswered order is repeated, s: two periods of the trucks' own state reports.
const REPEAT_S: f64 = 2.0;

/// The all-stop in force, or the last one that was lifted.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub(crate) struct AllStop {
    id: Uuid,
    ordered: SimTime,
    lifted: bool,
    /// Trucks that have not answered, with the time at which the last message was sent to each truck.
    unanswered: BTreeMap<TruckId, SimTime>,
}

impl AllStop {
    /// Creates the `number`-th all-stop of a site, sent to all trucks at `now`.
    pub(crate) fn order(number: u64, trucks: impl Iterator<Item = TruckId>, now: SimTime) -> Self {
        let id = Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("urn:haul:all-stop/{number}/{}", now.nanos()).as_bytes());
        Self { id, ordered: now, lifted: false, unanswered: trucks.map(|truck| (truck, now)).collect() }
    }

    /// Lifts the all-stop. The resume is sent to all trucks at `now`.
    pub(crate) fn lift(&mut self, trucks: impl Iterator<Item = TruckId>, now: SimTime) {
        self.lifted = true;
        self.unanswered = trucks.map(|truck| (truck, now)).collect();
    }

    pub(crate) fn is_on(&self) -> bool {
        !self.lifted
    }

    /// Returns the message for the trucks: the all-stop, or the resume after it was lifted.
    pub(crate) fn message(&self) -> Body {
        if self.lifted { Body::ResumeV1 { stop_id: self.id } } else { Body::AllStopV1 { stop_id: self.id } }
    }

    /// Notes that a truck has acknowledged the all-stop with this id.
    pub(crate) fn acknowledged(&mut self, truck: TruckId, id: Uuid) {
        if id == self.id && !self.lifted {
            self.unanswered.remove(&truck);
        }
    }

    /// Handles a truck's report of whether it is held. After the resume, a truck that is not held has received the
    /// resume. Before the resume, a truck that is not held has lost the order, even if it acknowledged it. The site
    /// then repeats the order at once.
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

    /// Removes a truck that has been taken off the mine. The truck need not answer.
    pub(crate) fn forget(&mut self, truck: TruckId) {
        self.unanswered.remove(&truck);
    }

    /// Returns the trucks to which the message must be repeated.
    pub(crate) fn due(&mut self, now: SimTime) -> Vec<TruckId> {
        let due: Vec<_> =
            self.unanswered.iter().filter(|(_, told)| now.since(**told) >= REPEAT_S).map(|(truck, _)| *truck).collect();
        for truck in &due {
            self.unanswered.insert(*truck, now);
        }
        due
    }
}
