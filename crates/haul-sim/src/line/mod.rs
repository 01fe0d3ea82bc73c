//! The radio line between trucks and site. It carries every message in both directions, and the beacons of manned
//! vehicles.
//!
//! A line can delay, lose, repeat and reorder messages, and a truck can be out of coverage or silent. Coverage is that
//! of the truck's radio. A message to the site is lost if the truck is out of coverage when it sends; a message to the
//! truck is lost if the truck is out of coverage when the message arrives.

mod channel;
mod quality;

pub use channel::MessageCounts;
pub use quality::{CoverageHole, LineQuality};

use channel::Channel;
use haul_core::{Point2, SimTime, TruckId, VehicleId};
use haul_messages::Envelope;
use std::collections::BTreeMap;

/// Radio line of one truck.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
struct Link {
    to_site: Channel,
    to_truck: Channel,
    /// True if the truck's radio is off.
    is_silent: bool,
}

/// Radio lines of all trucks and manned vehicles of a site.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    quality: LineQuality,
    links: BTreeMap<TruckId, Link>,
    beacons: BTreeMap<VehicleId, Channel>,
}

haul_core::keep_state!(Line { quality: given, links: value, beacons: value });

impl Line {
    /// Creates the lines of the given trucks under the seed of a run.
    pub fn new(seed: u64, quality: LineQuality, trucks: impl IntoIterator<Item = TruckId>) -> Self {
        let link = |truck: TruckId| {
            let name = truck.to_string();
            let to_site = Channel::new(seed, &name, "line to site");
            let to_truck = Channel::new(seed, &name, "line to truck");
            (truck, Link { to_site, to_truck, is_silent: false })
        };
        Self { quality, links: trucks.into_iter().map(link).collect(), beacons: BTreeMap::new() }
    }

    /// Adds the lines of the beacons of some vehicles.
    pub fn with_beacons(mut self, seed: u64, vehicles: impl IntoIterator<Item = VehicleId>) -> Self {
        let channel = |vehicle: VehicleId| {
            let channel = Channel::new(seed, &format!("vehicle {vehicle}"), "beacon");
            (vehicle, channel)
        };
        self.beacons = vehicles.into_iter().map(channel).collect();
        self
    }

    /// Returns the quality of the line.
    pub fn quality(&self) -> &LineQuality {
        &self.quality
    }

    /// Sends a message of a truck at `at`. A truck that the line does not know sends nothing.
    pub fn send_to_site(&mut self, truck: TruckId, at: Point2, now: SimTime, message: Envelope) {
        if let Some(link) = self.links.get_mut(&truck) {
            let is_covered = !link.is_silent && !self.quality.is_hole(at);
            link.to_site.send(now, &self.quality, is_covered, message);
        }
    }

    /// Sends a message of the site to a truck.
    pub fn send_to_truck(&mut self, truck: TruckId, now: SimTime, message: Envelope) {
        if let Some(link) = self.links.get_mut(&truck) {
            link.to_truck.send(now, &self.quality, true, message);
        }
    }

    /// Sends the beacon of a vehicle at `at`. A vehicle that the line does not know sends nothing.
    pub fn send_beacon(&mut self, vehicle: &VehicleId, at: Point2, now: SimTime, message: Envelope) {
        if let Some(channel) = self.beacons.get_mut(vehicle) {
            let is_covered = !self.quality.is_hole(at);
            channel.send(now, &self.quality, is_covered, message);
        }
    }

    /// Takes the beacons that have arrived at the site.
    pub fn arrived_beacons(&mut self, now: SimTime) -> Vec<(VehicleId, Envelope)> {
        let mut arrived = Vec::new();
        for (vehicle, channel) in &mut self.beacons {
            arrived.extend(channel.receive(now, true).into_iter().map(|message| (vehicle.clone(), message)));
        }
        arrived
    }

    /// Takes the messages of a truck that have arrived at the site.
    pub fn arrived_at_site(&mut self, truck: TruckId, now: SimTime) -> Vec<Envelope> {
        self.links.get_mut(&truck).map(|link| link.to_site.receive(now, true)).unwrap_or_default()
    }

    /// Takes the messages that have arrived at a truck at `at`.
    pub fn arrived_at_truck(&mut self, truck: TruckId, at: Point2, now: SimTime) -> Vec<Envelope> {
        let Some(link) = self.links.get_mut(&truck) else { return Vec::new() };
        let is_covered = !link.is_silent && !self.quality.is_hole(at);
        link.to_truck.receive(now, is_covered)
    }

    /// Turns the radio of a truck off or on.
    pub fn silence(&mut self, truck: TruckId, is_silent: bool) {
        if let Some(link) = self.links.get_mut(&truck) {
            link.is_silent = is_silent;
        }
    }

    /// Returns true if the radio of a truck is off.
    pub fn is_silent(&self, truck: TruckId) -> bool {
        self.links.get(&truck).is_some_and(|link| link.is_silent)
    }

    /// Drops all messages in transit from and to a truck.
    pub fn clear(&mut self, truck: TruckId) {
        if let Some(link) = self.links.get_mut(&truck) {
            link.to_site.clear();
            link.to_truck.clear();
        }
    }

    /// Returns the message counts of a truck, both directions combined.
    pub fn counts(&self, truck: TruckId) -> MessageCounts {
        let sum = |link: &Link| link.to_site.counts().plus(link.to_truck.counts());
        self.links.get(&truck).map(sum).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use haul_messages::{Body, Epoch, Uuid};

    const TRUCK: TruckId = TruckId(1);

    /// Sends numbered messages to a truck every 0.1 s. Returns the numbers with their arrival times, and the counts.
    fn arrivals(quality: LineQuality, seed: u64, count: u32) -> (Vec<(u32, f64)>, MessageCounts) {
        let mut line = Line::new(seed, quality, [TRUCK]);
        let mut arrived = Vec::new();
        for k in 0..count + 100 {
            let now = SimTime::from_seconds(f64::from(k) * 0.1);
            if k < count {
                let body = Body::AllStopV1 { stop_id: Uuid::from_u128(u128::from(k)) };
                line.send_to_truck(TRUCK, now, Envelope::new(TRUCK, Epoch::default().at(now), body));
            }
            for message in line.arrived_at_truck(TRUCK, Point2::origin(), now) {
                let Body::AllStopV1 { stop_id } = message.body else { panic!("another message") };
                arrived.push((stop_id.as_u128() as u32, now.seconds()));
            }
        }
        (arrived, line.counts(TRUCK))
    }

    fn lossy() -> LineQuality {
        LineQuality { loss: 0.1, delay: (0.0, 2.0), duplicates: 0.2, ..LineQuality::default() }
    }

    #[test]
    fn a_perfect_line_delivers_every_message_at_once_and_in_order() {
        let (arrived, counts) = arrivals(LineQuality::default(), 1, 50);
        let expected: Vec<(u32, f64)> =
            (0..50).map(|k| (k, SimTime::from_seconds(f64::from(k) * 0.1).seconds())).collect();
        assert_eq!(arrived, expected);
        assert_eq!(counts, MessageCounts { sent: 50, lost: 0, repeated: 0 });
    }

    #[test]
    fn loss_delay_and_duplicates_match_the_settings_and_repeat_by_seed() {
        let (arrived, counts) = arrivals(lossy(), 1, 2_000);
        let share = |n: u64| n as f64 / counts.sent as f64;
        assert!((share(counts.lost) - 0.1).abs() < 0.03, "{counts:?}");
        assert!((share(counts.repeated) - 0.18).abs() < 0.03, "of those that arrive: {counts:?}");
        assert_eq!(arrived.len() as u64, counts.sent - counts.lost + counts.repeated);
        let delays: Vec<f64> = arrived.iter().map(|(k, at)| at - f64::from(*k) * 0.1).collect();
        assert!(delays.iter().all(|d| (-1e-6..2.1 + 1e-6).contains(d)));
        let mean = delays.iter().sum::<f64>() / delays.len() as f64;
        assert!((mean - 1.05).abs() < 0.05, "half a step more than the mean of the bounds: {mean}");
        assert_eq!(arrivals(lossy(), 1, 2_000).0, arrived);
        assert_ne!(arrivals(lossy(), 2, 2_000).0, arrived);
    }

    #[test]
    fn messages_overtake_each_other_only_where_the_line_reorders() {
        let inversions = |quality: LineQuality| {
            let (arrived, _) = arrivals(quality, 3, 500);
            arrived.windows(2).filter(|w| w[0].0 > w[1].0).count()
        };
        assert!(inversions(lossy()) > 50);
        assert_eq!(inversions(LineQuality { reorders: false, duplicates: 0.0, ..lossy() }), 0);
    }

    #[test]
    fn a_truck_without_coverage_or_silent_neither_sends_nor_receives() {
        let hole = CoverageHole { centre: Point2::new(100.0, 0.0), radius: 20.0 };
        let mut line = Line::new(1, LineQuality { holes: vec![hole], ..LineQuality::default() }, [TRUCK]);
        let (inside, outside) = (Point2::new(90.0, 10.0), Point2::new(70.0, 0.0));
        let now = SimTime::START;
        let message = || Envelope::new(TRUCK, Epoch::default().at(now), Body::AllStopV1 { stop_id: Uuid::nil() });
        line.send_to_site(TRUCK, inside, now, message());
        line.send_to_truck(TRUCK, now, message());
        assert!(line.arrived_at_site(TRUCK, now).is_empty());
        assert!(line.arrived_at_truck(TRUCK, inside, now).is_empty());
        line.send_to_site(TRUCK, outside, now, message());
        assert_eq!(line.arrived_at_site(TRUCK, now).len(), 1);
        line.silence(TRUCK, true);
        line.send_to_site(TRUCK, outside, now, message());
        line.send_to_truck(TRUCK, now, message());
        assert!(line.arrived_at_site(TRUCK, now).is_empty() && line.arrived_at_truck(TRUCK, outside, now).is_empty());
        assert_eq!(line.counts(TRUCK), MessageCounts { sent: 5, lost: 4, repeated: 0 });
    }
}
