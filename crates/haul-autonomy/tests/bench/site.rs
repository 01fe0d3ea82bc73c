//! A site for one truck, over a line that loses messages and brings some twice.

use haul_core::random::{Draw, Stream, stream};
use haul_core::{PlaceId, SimTime, TruckId};
use haul_messages::{Body, Envelope, Epoch, Uuid, WHOLE_JOURNEY};

pub struct BenchSite {
    truck: TruckId,
    line: Stream,
    /// Share of messages lost, and brought twice.
    pub lost: f64,
    pub twice: f64,
    /// Way granted ahead of the truck, m.
    pub ahead: f64,
    journey: Option<(Uuid, f64)>,
    passed: f64,
    /// When the truck was first spotted at the face in this visit.
    pub spotted: Option<SimTime>,
    pub loaded: bool,
    pub tipped: Vec<f64>,
    pub left: Vec<String>,
    said_tipped: bool,
    pub stop: Option<(Uuid, bool)>,
    pub acknowledged: bool,
    pub requests: u32,
    /// The face lets no truck spot before this.
    pub face_free_at: SimTime,
}

impl BenchSite {
    pub fn new(seed: u64, lost: f64, twice: f64) -> Self {
        Self {
            truck: TruckId(1),
            line: stream(seed, "bench", "line"),
            lost,
            twice,
            ahead: 90.0,
            journey: None,
            passed: 0.0,
            spotted: None,
            loaded: false,
            tipped: Vec::new(),
            left: Vec::new(),
            said_tipped: false,
            stop: None,
            acknowledged: false,
            requests: 0,
            face_free_at: SimTime::START,
        }
    }

    fn over_the_line(&mut self, messages: Vec<Envelope>) -> Vec<Envelope> {
        let mut out = Vec::new();
        for m in messages {
            if self.line.unit() < self.lost {
                continue;
            }
            if self.line.unit() < self.twice {
                out.push(m.clone());
            }
            out.push(m);
        }
        out
    }

    /// Takes what the truck sent and returns what reaches it.
    pub fn exchange(&mut self, now: SimTime, sent: Vec<Envelope>) -> Vec<Envelope> {
        let mut answers = Vec::new();
        for envelope in self.over_the_line(sent) {
            self.hear(now, &envelope.body, &mut answers);
            if let Some(stated) = envelope.body.stated() {
                answers.push(Body::ReceiptV1 { stated, stated_at: envelope.header.timestamp });
            }
        }
        let stamp = Epoch::default().at(now);
        let answers = answers.into_iter().map(|b| Envelope::new(self.truck, stamp, b)).collect();
        self.over_the_line(answers)
    }

    fn hear(&mut self, now: SimTime, body: &Body, answers: &mut Vec<Body>) {
        match body {
            Body::EquipmentStateV1 { assignment_id, .. } => {
                if assignment_id.is_none() {
                    answers.push(Body::AssignmentV1 {
                        assignment_id: Uuid::from_u128(1),
                        load_place: PlaceId::from("face"),
                        dump_place: PlaceId::from("tip"),
                        park: None,
                    });
                }
                if let Some((stop_id, on)) = self.stop {
                    answers.push(if on { Body::AllStopV1 { stop_id } } else { Body::ResumeV1 { stop_id } });
                }
            }
            Body::RoadRequestV1 { request_id, journey, passed } => {
                self.requests += 1;
                let end = journey.last().map_or(0.0, |s| s.journey_to);
                assert!(journey.windows(2).all(|w| w[0].journey_to <= w[1].journey_from + 1e-9), "spans out of order");
                for s in journey {
                    let gone = s.to_station - s.from_station;
                    assert!((gone >= 0.0) == s.forward, "a span against its own sense: {s:?}");
                }
                self.journey = Some((*request_id, end));
                self.passed = *passed;
                let up_to = if passed + self.ahead >= end { WHOLE_JOURNEY } else { passed + self.ahead };
                answers.push(Body::RoadGrantV1 { request_id: *request_id, up_to_station: up_to });
            }
            Body::SpotRequestV1 { place } => {
                let free = place.as_str() != "face" || now >= self.face_free_at;
                answers.push(if free {
                    Body::SpotGrantV1 { place: place.clone(), spot_index: 0 }
                } else {
                    Body::WaitV1 { place: place.clone(), queue_index: 0 }
                });
            }
            Body::SpottedV1 { place, .. } if place.as_str() == "face" => {
                self.spotted.get_or_insert(now);
                self.said_tipped = false;
                if self.loaded {
                    answers.push(Body::LeaveSpotV1 { place: place.clone(), payload_kg: Some(91_000.0) });
                }
            }
            Body::LeftSpotV1 { place } => self.left.push(place.to_string()),
            Body::TippedV1 { payload_kg, .. } if !self.said_tipped => {
                self.tipped.push(*payload_kg);
                self.said_tipped = true;
                self.loaded = false;
                self.spotted = None;
            }
            Body::AllStopAcknowledgedV1 { .. } => self.acknowledged = true,
            _ => {}
        }
    }
}
