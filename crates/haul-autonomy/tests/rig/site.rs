//! A site for one truck, over a line that loses and duplicates messages.

use haul_core::random::{Draw, Stream, stream};
use haul_core::{PlaceId, SimTime, TruckId};
use haul_messages::{Body, Envelope, Epoch, PathPose, Uuid};

pub struct RigSite {
    truck: TruckId,
    line: Stream,
    /// Share of lost messages.
    pub lost: f64,
    /// Share of duplicated messages.
    pub twice: f64,
    /// Maximum distance granted ahead of the truck, m.
    pub ahead: f64,
    /// True if grants end at the next stop.
    pub hold_at_stops: bool,
    /// Id and length (m) of the path whose poses the site knows.
    path: Option<(Uuid, f64)>,
    /// Station up to which the known path is granted, m.
    granted: f64,
    /// Number of the truck's assignment.
    pub assignment: u128,
    /// Loading place of the assignment.
    pub load: PlaceId,
    /// Visits of the last spots granted, with their places; the newest last.
    pub visits: Vec<(PlaceId, Uuid)>,
    /// Time at which the truck was first spotted at the face in this visit.
    pub spotted: Option<SimTime>,
    pub loaded: bool,
    pub tipped: Vec<f64>,
    pub left: Vec<String>,
    pub left_visits: Vec<Uuid>,
    /// Places to which the truck found no path, with the reason.
    pub no_path: Vec<String>,
    said_tipped: bool,
    pub stop: Option<(Uuid, bool)>,
    pub acknowledged: bool,
    pub requests: u32,
    /// Time before which the face grants no spot.
    pub face_free_at: SimTime,
}

impl RigSite {
    pub fn new(seed: u64, lost: f64, twice: f64) -> Self {
        Self {
            truck: TruckId(1),
            line: stream(seed, "bench", "line"),
            lost,
            twice,
            ahead: 90.0,
            hold_at_stops: false,
            path: None,
            granted: 0.0,
            assignment: 1,
            load: PlaceId::from("face"),
            visits: Vec::new(),
            spotted: None,
            loaded: false,
            tipped: Vec::new(),
            left: Vec::new(),
            left_visits: Vec::new(),
            no_path: Vec::new(),
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

    /// Receives the messages of the truck, and returns the messages that reach the truck.
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
                let given = Uuid::from_u128(self.assignment);
                if *assignment_id != Some(given) {
                    answers.push(Body::AssignmentV1 {
                        assignment_id: given,
                        load_place: self.load.clone(),
                        dump_place: PlaceId::from("tip"),
                        park: None,
                    });
                }
                if let Some((stop_id, on)) = self.stop {
                    answers.push(if on { Body::AllStopV1 { stop_id } } else { Body::ResumeV1 { stop_id } });
                }
            }
            Body::PathRequestV1 { request_id, path, stops, passed, wanted } => {
                self.requests += 1;
                if let Some(last) = path.last() {
                    check_path(path, stops);
                    if self.path.is_none_or(|(known, _)| known != *request_id) {
                        self.granted = 0.0;
                    }
                    self.path = Some((*request_id, last.station));
                }
                // Without its poses a path is not known: the truck sends them again.
                let Some((known, length)) = self.path else { return };
                if known != *request_id {
                    return;
                }
                assert!(*passed <= wanted + 1e-9, "it wants to go back from {passed} m to {wanted} m");
                // The truck may ask beyond a stop only when that stop is granted, and not beyond the next stop.
                let next = stops.iter().position(|stop| self.granted < stop - 0.1).unwrap_or(stops.len() - 1);
                assert!(
                    *wanted <= stops[next] + 1e-6 && stops[next] <= length + 1e-6,
                    "{wanted} m is beyond {stops:?}"
                );
                let held = if self.hold_at_stops { stops[0] } else { f64::INFINITY };
                let up_to_station = wanted.min(passed + self.ahead).min(held);
                self.granted = self.granted.max(up_to_station);
                answers.push(Body::PathGrantV1 { request_id: *request_id, up_to_station, behind: None });
            }
            Body::SpotRequestV1 { visit_id, place } => {
                let free = place.as_str() == "tip" || now >= self.face_free_at;
                let (visit_id, place) = (*visit_id, place.clone());
                answers.push(if free {
                    if self.visits.last().is_none_or(|(_, last)| *last != visit_id) {
                        self.visits.push((place.clone(), visit_id));
                    }
                    Body::SpotGrantV1 { visit_id, place, spot_index: 0 }
                } else {
                    Body::WaitV1 { visit_id, place, queue_index: 0 }
                });
            }
            Body::SpottedV1 { visit_id, place, .. } if place.as_str() != "tip" => {
                self.spotted.get_or_insert(now);
                self.said_tipped = false;
                if self.loaded {
                    let (visit_id, place) = (*visit_id, place.clone());
                    answers.push(Body::LeaveSpotV1 { visit_id, place, payload_kg: Some(91_000.0) });
                }
            }
            Body::LeftSpotV1 { visit_id, place } => {
                self.left.push(place.to_string());
                self.left_visits.push(*visit_id);
            }
            Body::NoPathV1 { place, cause, .. } => self.no_path.push(format!("{place}: {cause}")),
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

/// Maximum distance between two poses of a path, m.
const SPACING: f64 = 3.0;

/// Checks a path like a site that computes the truck's swept area from it.
fn check_path(path: &[PathPose], stops: &[f64]) {
    for pair in path.windows(2) {
        let step = pair[1].station - pair[0].station;
        assert!((0.0..=SPACING).contains(&step), "stations {} and {} m", pair[0].station, pair[1].station);
        let apart = pair[0].pose.distance(pair[1].pose);
        assert!(apart <= SPACING, "poses {apart} m apart at {} m", pair[0].station);
    }
    assert!(path[0].station.abs() < 1e-9, "the path starts at {} m", path[0].station);
    assert!(!stops.is_empty() && stops.is_sorted(), "{stops:?}");
    let end = path[path.len() - 1].station;
    assert!((stops[stops.len() - 1] - end).abs() < 1e-6, "stops {stops:?} of a path of {end} m");
}
