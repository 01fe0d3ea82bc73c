//! Messages to the site, sent once or repeated until acknowledged.

use haul_core::{SimTime, TruckId};
use haul_messages::{Body, Envelope, Epoch, Stated, Timestamp};

/// Time (s) without an acknowledgement after which a statement is repeated.
const STATEMENT_PERIOD: f64 = 2.0;

/// A statement that is not yet acknowledged. Its repetitions carry the time of the first one, by which the site tells
/// it from a statement of a later visit.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
struct Statement {
    body: Body,
    made: Timestamp,
    said: Option<SimTime>,
}

/// The truck's outgoing messages.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(super) struct Post {
    truck: TruckId,
    epoch: Epoch,
    statements: Vec<Statement>,
    out: Vec<Body>,
}

impl Post {
    pub fn new(truck: TruckId, epoch: Epoch) -> Self {
        Self { truck, epoch, statements: Vec::new(), out: Vec::new() }
    }

    pub fn set_epoch(&mut self, epoch: Epoch) {
        self.epoch = epoch;
    }

    /// Returns the time stamp of an instant.
    pub fn stamp(&self, now: SimTime) -> Timestamp {
        self.epoch.at(now)
    }

    /// Sends a message once.
    pub fn say(&mut self, body: Body) {
        self.out.push(body);
    }

    /// Sends a statement until the site acknowledges it.
    pub fn state(&mut self, now: SimTime, body: Body) {
        self.statements.push(Statement { body, made: self.epoch.at(now), said: None });
    }

    /// Records that the site has acknowledged a statement.
    pub fn heard(&mut self, stated: Stated, at: Timestamp) {
        self.statements.retain(|s| !(s.body.stated() == Some(stated) && s.made == at));
    }

    /// Returns all messages that are due.
    pub fn collect(&mut self, now: SimTime) -> Vec<Envelope> {
        let (truck, stamp) = (self.truck, self.epoch.at(now));
        let due = |s: &&mut Statement| s.said.is_none_or(|at| now.since(at) >= STATEMENT_PERIOD);
        let stated = self.statements.iter_mut().filter(due).map(|s| {
            s.said = Some(now);
            Envelope::new(truck, s.made, s.body.clone())
        });
        stated.chain(self.out.drain(..).map(|body| Envelope::new(truck, stamp, body))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use haul_core::PlaceId;
    use haul_messages::Uuid;

    #[test]
    fn a_statement_is_repeated_until_its_own_receipt_and_keeps_its_time() {
        let mut post = Post::new(TruckId(1), Epoch::default());
        let second = |s: f64| SimTime::from_seconds(s);
        let made = Epoch::default().at(second(10.0));
        post.state(
            second(10.0),
            Body::TippedV1 { visit_id: Uuid::nil(), place: PlaceId::from("tip"), payload_kg: 90_000.0 },
        );
        let mut said = 0;
        for k in 0..400 {
            for envelope in post.collect(second(10.0 + 0.05 * f64::from(k))) {
                assert_eq!(envelope.header.timestamp, made);
                said += 1;
            }
        }
        assert_eq!(said, 10, "once every two seconds for twenty");
        post.heard(Stated::LeftSpot, made);
        post.heard(Stated::Tipped, Epoch::default().at(second(9.0)));
        assert_eq!(post.collect(second(40.0)).len(), 1, "neither receipt was this statement's");
        post.heard(Stated::Tipped, made);
        assert!(post.collect(second(60.0)).is_empty());
    }
}
