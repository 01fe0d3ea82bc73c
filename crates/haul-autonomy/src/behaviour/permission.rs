//! The right of way along a journey: asked for ahead of the truck, asked again when no answer comes.

use haul_core::{Point2, RoadId, SimTime, TruckId};
use haul_messages::{Body, RoadSpan, Uuid, WHOLE_JOURNEY, equipment_id};
use haul_mine::MineMap;
use haul_planner::Path;

/// Without an answer the request is sent again after so long, s.
const ASK_AGAIN: f64 = 2.0;
/// Progress is told every so many metres, and at the latest after so many seconds: trucks behind wait for it.
const TELL_WAY: f64 = 5.0;
const TELL_TIME: f64 = 4.0;
/// A road's station that goes back by more than this along the path begins a new span, m: in a manoeuvre.
const TURNS_BACK: f64 = 2.0;
/// Spans shorter than this are the corner of a manoeuvre, m.
const LEAST_SPAN: f64 = 0.5;
/// Pieces of a road's line looked at on both sides of where the truck was last.
const NEAR_PIECES: usize = 8;

/// The right of way of one journey.
#[derive(Debug, Clone)]
pub(super) struct Permission {
    id: Uuid,
    spans: Vec<RoadSpan>,
    granted: f64,
    answered: bool,
    told: Option<(SimTime, f64)>,
    /// Room that the truck's nose needs before its first road, m.
    nose: f64,
}

impl Permission {
    /// For a path, whose points know their roads. `number` counts the truck's journeys.
    pub fn ask(truck: TruckId, number: u64, path: &Path, map: &MineMap, nose: f64) -> Self {
        let id = Uuid::new_v5(&equipment_id(truck), format!("journey/{number}").as_bytes());
        Self { id, spans: spans(path, map), granted: 0.0, answered: false, told: None, nose }
    }

    /// Station up to which the rear axle may go, m; infinite for a way that needs no grant or has all of it.
    pub fn limit(&self) -> f64 {
        let Some(first) = self.spans.first() else { return f64::INFINITY };
        if self.granted >= WHOLE_JOURNEY {
            return f64::INFINITY;
        }
        // Off the roads the truck may come as near to its first road as its nose allows.
        self.granted.max(first.journey_from - self.nose).max(0.0)
    }

    /// Whether a first answer has come, or none is needed.
    pub fn is_answered(&self) -> bool {
        self.answered || self.spans.is_empty()
    }

    /// Takes a grant; true where it is for this journey and gives more than before.
    pub fn take(&mut self, id: Uuid, up_to: f64) -> bool {
        if id != self.id || !up_to.is_finite() {
            return false;
        }
        self.answered = true;
        let more = up_to > self.granted;
        self.granted = self.granted.max(up_to);
        more
    }

    /// The message that is due, if one is: the request, or how far the truck has come.
    pub fn due(&mut self, now: SimTime, station: f64) -> Option<Body> {
        if self.spans.is_empty() {
            return None;
        }
        let due = match self.told {
            None => true,
            Some((at, _)) if !self.answered => now.since(at) >= ASK_AGAIN,
            Some((at, passed)) => station - passed >= TELL_WAY || now.since(at) >= TELL_TIME,
        };
        if !due {
            return None;
        }
        self.told = Some((now, station));
        Some(Body::RoadRequestV1 { request_id: self.id, journey: self.spans.clone(), passed: station })
    }
}

/// A span being laid, with the station furthest along it and the piece of the road's line last met.
struct Open {
    span: RoadSpan,
    furthest: f64,
    piece: usize,
}

/// The roads that a path uses, in order.
fn spans(path: &Path, map: &MineMap) -> Vec<RoadSpan> {
    let mut spans: Vec<RoadSpan> = Vec::new();
    let mut open: Option<Open> = None;
    for point in &path.points {
        let hint = open.as_ref().filter(|o| Some(o.span.road) == point.road).map(|o| o.piece);
        let on = point.road.and_then(|road| Some((road, on_road(map, road, point.pose.position(), hint)?)));
        let Some((road, (station, piece))) = on else {
            close(&mut spans, open.take());
            continue;
        };
        if let Some(o) = open.as_mut().filter(|o| o.span.road == road)
            && o.goes_on(station, piece, point.station)
        {
            continue;
        }
        close(&mut spans, open.take());
        let at = point.station;
        let span = RoadSpan {
            road,
            forward: true,
            from_station: station,
            to_station: station,
            journey_from: at,
            journey_to: at,
        };
        open = Some(Open { span, furthest: station, piece });
    }
    close(&mut spans, open.take());
    spans
}

impl Open {
    /// Takes a further point; false where the path turns back on the road and another span begins.
    fn goes_on(&mut self, station: f64, piece: usize, journey: f64) -> bool {
        let undecided = (self.span.to_station - self.span.from_station).abs() < TURNS_BACK;
        let forward = if undecided { station >= self.span.from_station } else { self.span.forward };
        let back = if forward { self.furthest - station } else { station - self.furthest };
        if !undecided && back >= TURNS_BACK {
            return false;
        }
        self.furthest = match (undecided, forward) {
            (true, _) => station,
            (false, true) => self.furthest.max(station),
            (false, false) => self.furthest.min(station),
        };
        self.span = RoadSpan { forward, to_station: self.furthest, journey_to: journey, ..self.span };
        self.piece = piece;
        true
    }
}

fn close(spans: &mut Vec<RoadSpan>, open: Option<Open>) {
    if let Some(Open { span, .. }) = open
        && span.journey_to - span.journey_from >= LEAST_SPAN
    {
        spans.push(span);
    }
}

/// Station on a road beside a point, and the piece of its line; looked for near a piece where one is known.
fn on_road(map: &MineMap, road: RoadId, at: Point2, near: Option<usize>) -> Option<(f64, usize)> {
    let line = &map.roads.road(road)?.line;
    let found = match near {
        Some(piece) => line.project_within(at, piece.saturating_sub(NEAR_PIECES)..piece + NEAR_PIECES + 1),
        None => line.project(at),
    }?;
    Some((found.station, found.piece))
}
