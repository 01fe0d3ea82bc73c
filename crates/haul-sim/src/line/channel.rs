//! One direction of one truck's line.

use super::quality::LineQuality;
use haul_core::random::{Draw, Stream};
use haul_core::{SimTime, stream};
use haul_messages::Envelope;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Message counts of one direction of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MessageCounts {
    /// Messages sent.
    pub sent: u64,
    /// Messages that never arrived.
    pub lost: u64,
    /// Messages that arrived twice.
    pub repeated: u64,
}

impl MessageCounts {
    /// Returns the sum of two counts.
    pub fn plus(self, other: Self) -> Self {
        Self { sent: self.sent + other.sent, lost: self.lost + other.lost, repeated: self.repeated + other.repeated }
    }
}

/// A message in transit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Transit {
    arrives: SimTime,
    message: Envelope,
}

/// One direction of one truck's line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Channel {
    noise: Stream,
    /// Messages in transit, in the order of their arrival.
    transits: Vec<Transit>,
    counts: MessageCounts,
}

impl Channel {
    /// Creates a channel with its own random stream, named by the truck and the direction.
    pub fn new(seed: u64, truck: &str, direction: &str) -> Self {
        Self { noise: stream(seed, truck, direction), transits: Vec::new(), counts: MessageCounts::default() }
    }

    pub fn counts(&self) -> MessageCounts {
        self.counts
    }

    /// Sends a message. `is_covered` is false if the sender has no coverage.
    pub fn send(&mut self, now: SimTime, quality: &LineQuality, is_covered: bool, message: Envelope) {
        self.counts.sent += 1;
        if quality.is_certain() {
            if is_covered {
                self.put(now, message);
            } else {
                self.counts.lost += 1;
            }
            return;
        }
        // Every message makes all its draws, so that a lost message does not change the draws of the next.
        let (lost, twice) = (self.noise.unit() < quality.loss, self.noise.unit() < quality.duplicates);
        let delays = [self.delay(quality), self.delay(quality)];
        if lost || !is_covered {
            self.counts.lost += 1;
            return;
        }
        if twice {
            self.counts.repeated += 1;
            self.put(self.arrival(now, delays[1], quality), message.clone());
        }
        self.put(self.arrival(now, delays[0], quality), message);
    }

    /// Takes the messages that have arrived. Without coverage at the receiver, arriving messages are lost.
    pub fn receive(&mut self, now: SimTime, is_covered: bool) -> Vec<Envelope> {
        let count = self.transits.partition_point(|transit| transit.arrives <= now);
        let arrived = self.transits.drain(..count);
        if is_covered {
            return arrived.map(|transit| transit.message).collect();
        }
        self.counts.lost += arrived.count() as u64;
        Vec::new()
    }

    /// Drops all messages in transit.
    pub fn clear(&mut self) {
        self.transits.clear();
    }

    fn delay(&mut self, quality: &LineQuality) -> f64 {
        self.noise.between(quality.delay.0, quality.delay.1)
    }

    fn arrival(&self, now: SimTime, delay: f64, quality: &LineQuality) -> SimTime {
        let arrives = now + Duration::try_from_secs_f64(delay).unwrap_or(Duration::ZERO);
        match self.transits.last() {
            Some(last) if !quality.reorders => arrives.max(last.arrives),
            _ => arrives,
        }
    }

    fn put(&mut self, arrives: SimTime, message: Envelope) {
        let index = self.transits.partition_point(|transit| transit.arrives <= arrives);
        self.transits.insert(index, Transit { arrives, message });
    }
}
