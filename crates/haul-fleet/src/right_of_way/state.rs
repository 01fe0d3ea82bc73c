//! Hash of the state: equal for two rights of way with the same future.

use super::RightOfWay;
use std::hash::{Hash, Hasher};

impl RightOfWay {
    /// Hashes everything on which the future depends. Only the order of the tickets counts.
    pub fn hash_state(&self, hasher: &mut impl Hasher) {
        for (truck, h) in &self.holders {
            (truck.0, h.request_id, h.passed, h.claimed, h.horizon.end, h.finish).hash(hasher);
            (h.granted.to_bits(), h.wanted.to_bits(), h.ticket.is_some()).hash(hasher);
            h.behind.iter().for_each(|holdup| holdup.truck.0.hash(hasher));
        }
        self.tried.iter().for_each(|truck| truck.0.hash(hasher));
        self.waiting_order().iter().for_each(|truck| truck.0.hash(hasher));
        self.schedule.steps.iter().for_each(|(truck, to)| (truck.0, to).hash(hasher));
        self.schedule.finished.iter().for_each(|truck| truck.0.hash(hasher));
    }
}
