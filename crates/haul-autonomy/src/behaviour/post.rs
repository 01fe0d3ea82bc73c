//! What goes out to the site: once, again and again until it is answered, or a few times because no answer exists.

use haul_core::{SimTime, TruckId};
use haul_messages::{Body, Envelope, Epoch};

/// What has no answer is said so many times, s apart: a line that loses one message in ten loses all in a thousand.
const TIMES: u32 = 3;
const APART: f64 = 2.0;
/// A question is asked again after so long without an answer, s.
const ASK_AGAIN: f64 = 3.0;

/// A statement that is said a few times.
#[derive(Debug, Clone)]
struct Statement {
    body: Body,
    left: u32,
    said: SimTime,
}

/// The truck's outgoing messages.
#[derive(Debug, Clone)]
pub(super) struct Post {
    truck: TruckId,
    epoch: Epoch,
    statements: Vec<Statement>,
    asked: Option<SimTime>,
    out: Vec<Body>,
}

impl Post {
    pub fn new(truck: TruckId, epoch: Epoch) -> Self {
        Self { truck, epoch, statements: Vec::new(), asked: None, out: Vec::new() }
    }

    pub fn set_epoch(&mut self, epoch: Epoch) {
        self.epoch = epoch;
    }

    /// Says something once.
    pub fn say(&mut self, body: Body) {
        self.out.push(body);
    }

    /// Says something now and twice more, since nobody will answer it.
    pub fn insist(&mut self, now: SimTime, body: Body) {
        self.out.push(body.clone());
        self.statements.push(Statement { body, left: TIMES - 1, said: now });
    }

    /// Asks a question; the same one again only after a while. [`Post::answered`] makes way for the next.
    pub fn ask(&mut self, now: SimTime, body: impl FnOnce() -> Body) {
        if self.asked.is_none_or(|at| now.since(at) >= ASK_AGAIN) {
            self.asked = Some(now);
            self.out.push(body());
        }
    }

    /// The question at hand has its answer, or no longer matters.
    pub fn answered(&mut self) {
        self.asked = None;
    }

    /// Everything that is due.
    pub fn collect(&mut self, now: SimTime) -> Vec<Envelope> {
        for s in &mut self.statements {
            if s.left > 0 && now.since(s.said) >= APART {
                s.left -= 1;
                s.said = now;
                self.out.push(s.body.clone());
            }
        }
        self.statements.retain(|s| s.left > 0);
        let stamp = self.epoch.at(now);
        self.out.drain(..).map(|body| Envelope::new(self.truck, stamp, body)).collect()
    }
}
