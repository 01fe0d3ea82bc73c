//! A requested journey laid on the network.

use super::ground::{Ground, Movement, Stretch, TOUCH};
use super::network::{Network, Range};
use super::rules::Rules;
use haul_core::{NodeId, RoadId};
use haul_messages::RoadSpan;

/// How far a span may overshoot its road's ends before it is refused, m: planners round stations.
const STATION_SLACK: f64 = 1.0;
/// Journey stations beyond this are nonsense, m: a quarter of the way around the earth.
pub(super) const LONGEST: f64 = 1.0e7;

/// One span, its road stations a linear function of the journey's.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Piece {
    road: RoadId,
    forward: bool,
    /// Station on the road at `from`, m.
    entry: f64,
    /// Metres of road station gained a metre of journey; negative against the road's sense.
    rate: f64,
    /// Length of the road, m.
    length: f64,
    /// Journey stations, m.
    from: f64,
    to: f64,
}

impl Piece {
    fn station(&self, at: f64) -> f64 {
        (self.entry + (at - self.from) * self.rate).clamp(0.0, self.length)
    }

    /// Journey station at which the piece, prolonged, is at a station of the road.
    fn at(&self, station: f64) -> f64 {
        if self.rate.abs() > f64::EPSILON { self.from + (station - self.entry) / self.rate } else { self.from }
    }

    fn stretch(&self, a: f64, b: f64) -> Stretch {
        let (a, b) = (self.station(a), self.station(b));
        Stretch { road: self.road, forward: self.forward, lo: a.min(b), hi: a.max(b) }
    }
}

/// A junction on the way and the journey stations between which the truck is on it.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Crossing {
    range: Range,
    movement: Movement,
}

/// A journey: pieces of road in order, and where on it a truck must not be left standing.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Journey {
    pieces: Vec<Piece>,
    crossings: Vec<Crossing>,
    /// Single-lane stretches and junctions, in journey stations, in order and apart. A truck that enters one has its
    /// place beyond it.
    zones: Vec<Range>,
}

impl Journey {
    /// Lays the spans of a request on the network.
    ///
    /// # Errors
    /// What is wrong with the first span that is: a road that is not there, a station off its road, spans out of order,
    /// a one-way road the wrong way.
    pub(super) fn lay(spans: &[RoadSpan], network: &Network, rules: &Rules) -> Result<Self, String> {
        let mut pieces: Vec<Piece> = Vec::with_capacity(spans.len() + 2);
        for (i, span) in spans.iter().enumerate() {
            pieces.push(piece(i, span, network, pieces.last())?);
        }
        // The truck's tail stands behind the first station and its nose beyond the last.
        if let Some(first) = pieces.first().copied() {
            pieces.insert(0, before(&first, rules.rear));
        }
        if let Some(last) = pieces.last().copied() {
            pieces.push(beyond(&last, rules.ahead()));
        }
        let crossings = crossings(&pieces, network, rules);
        let zones = zones(&pieces, &crossings, network);
        Ok(Self { pieces, crossings, zones })
    }

    /// Station of the journey at which its last road ends, m; 0 where it has none.
    pub(super) fn end(&self) -> f64 {
        // The last piece is the room for the nose beyond.
        self.pieces.last().map_or(0.0, |piece| piece.from)
    }

    /// What lies between two journey stations.
    pub(super) fn ground(&self, from: f64, to: f64) -> Ground {
        let stretches = self
            .pieces
            .iter()
            .filter(|piece| piece.from < to && from < piece.to)
            .map(|piece| piece.stretch(from.max(piece.from), to.min(piece.to)))
            .filter(|stretch| stretch.lo < stretch.hi)
            .collect();
        let movements = self.crossings.iter().filter(|c| meet(c.range, (from, to))).map(|c| c.movement).collect();
        Ground { stretches, movements }
    }

    /// The lane and road station at a journey station; `None` off the roads.
    pub(super) fn lane_at(&self, at: f64) -> Option<((RoadId, bool), f64)> {
        let piece = self.pieces.iter().find(|piece| piece.from <= at && at <= piece.to)?;
        Some(((piece.road, piece.forward), piece.station(at)))
    }

    /// The first journey station from `from` to `to` that lies on a stretch or a junction of `other`.
    pub(super) fn first_conflict(&self, from: f64, to: f64, other: &Ground, network: &Network) -> Option<f64> {
        let mut first: Option<f64> = None;
        let mut note = |at: f64| first = Some(first.map_or(at, |known: f64| known.min(at)));
        for piece in self.pieces.iter().filter(|piece| piece.from < to && from < piece.to) {
            let (a, b) = (from.max(piece.from), to.min(piece.to));
            let mine = piece.stretch(a, b);
            for theirs in other.stretches.iter().filter(|s| s.road == mine.road) {
                let (lo, hi) = (mine.lo.max(theirs.lo), mine.hi.min(theirs.hi));
                if lo + TOUCH >= hi || (theirs.forward != mine.forward && !network.is_narrow_between(mine.road, lo, hi))
                {
                    continue;
                }
                let entry = if piece.rate >= 0.0 { lo } else { hi };
                note(piece.at(entry).clamp(a, b));
            }
        }
        for crossing in self.crossings.iter().filter(|c| meet(c.range, (from, to))) {
            let mine = Ground { stretches: vec![], movements: vec![crossing.movement] };
            if mine.crosses(other, false) {
                note(crossing.range.0.max(from));
            }
        }
        first
    }

    /// The next station after `from` at which a truck may be left standing: a step further on open road, right before a
    /// zone, or beyond it; at the last the end of the journey.
    pub(super) fn next_stop(&self, from: f64, rules: &Rules) -> f64 {
        let end = self.end();
        let mut stop = from + rules.step;
        while stop < end {
            let Some(zone) = self.zone_in(stop - rules.rear, stop + rules.ahead()) else { return stop };
            let before = zone.0 - rules.ahead();
            if before > from + rules.least_step() && self.zone_in(before - rules.rear, before + rules.ahead()).is_none()
            {
                return before;
            }
            stop = zone.1 + rules.rear;
        }
        end
    }

    fn zone_in(&self, from: f64, to: f64) -> Option<Range> {
        self.zones.iter().copied().find(|&zone| meet(zone, (from, to)))
    }
}

/// Whether two ranges share more than a touch.
fn meet(a: Range, b: Range) -> bool {
    a.0 + TOUCH < b.1 && b.0 + TOUCH < a.1
}

fn piece(i: usize, span: &RoadSpan, network: &Network, before: Option<&Piece>) -> Result<Piece, String> {
    let numbers = [span.from_station, span.to_station, span.journey_from, span.journey_to];
    if numbers.iter().any(|n| !n.is_finite() || n.abs() > LONGEST) {
        return Err(format!("span {i}: a station is no length on a mine"));
    }
    let Some(road) = network.road(span.road) else { return Err(format!("span {i}: there is no road {}", span.road)) };
    for station in [span.from_station, span.to_station] {
        if station < -STATION_SLACK || station > road.length + STATION_SLACK {
            return Err(format!("span {i}: station {station:.1} m is off {}, {:.1} m long", span.road, road.length));
        }
    }
    if span.journey_to < span.journey_from {
        return Err(format!("span {i}: ends at journey station {:.1} m before it begins", span.journey_to));
    }
    if before.is_some_and(|before| span.journey_from < before.to - STATION_SLACK) {
        return Err(format!("span {i}: begins at journey station {:.1} m, within the one before", span.journey_from));
    }
    if road.one_way && !span.forward {
        return Err(format!("span {i}: {} is one-way and is travelled against its sense", span.road));
    }
    // Some planners give the lower station first whatever the direction.
    let (lo, hi) = (span.from_station.min(span.to_station), span.from_station.max(span.to_station));
    let (entry, exit) = if span.forward { (lo, hi) } else { (hi, lo) };
    let journey = span.journey_to - span.journey_from;
    let sense = if span.forward { 1.0 } else { -1.0 };
    let rate = if journey > f64::EPSILON { (exit - entry) / journey } else { sense };
    Ok(Piece {
        road: span.road,
        forward: span.forward,
        entry,
        rate,
        length: road.length,
        from: span.journey_from.max(before.map_or(f64::NEG_INFINITY, |before| before.to)),
        to: span.journey_to,
    })
}

/// The ground behind the first piece.
fn before(first: &Piece, rear: f64) -> Piece {
    let rate = if first.forward { 1.0 } else { -1.0 };
    Piece { from: first.from - rear, to: first.from, entry: first.entry - rear * rate, rate, ..*first }
}

/// The ground beyond the last piece.
fn beyond(last: &Piece, ahead: f64) -> Piece {
    let rate = if last.forward { 1.0 } else { -1.0 };
    Piece { from: last.to, to: last.to + ahead, entry: last.entry + (last.to - last.from) * last.rate, rate, ..*last }
}

fn crossings(pieces: &[Piece], network: &Network, rules: &Rules) -> Vec<Crossing> {
    let mut crossings: Vec<Crossing> = Vec::new();
    let reach = rules.junction_radius;
    let mut add = |node: NodeId, at: f64, enters: Option<usize>, leaves: Option<usize>| {
        if !network.is_junction(node) {
            return;
        }
        let lane = |i: usize| (pieces[i].road, pieces[i].forward);
        let wide = |i: Option<usize>| {
            i.is_none_or(|i| {
                let length = pieces[i].length;
                let is_start = network.road(pieces[i].road).is_some_and(|road| road.from == node);
                let (lo, hi) = if is_start { (0.0, reach.min(length)) } else { ((length - reach).max(0.0), length) };
                !network.is_narrow_between(pieces[i].road, lo, hi)
            })
        };
        let two_lane = wide(enters) && wide(leaves);
        let movement = Movement { node, enters: enters.map(lane), leaves: leaves.map(lane), two_lane };
        crossings.push(Crossing { range: (at - reach, at + reach), movement });
    };
    for (i, piece) in pieces.iter().enumerate() {
        let Some(road) = network.road(piece.road) else { continue };
        let (behind, ahead) = if piece.forward { (road.from, road.to) } else { (road.to, road.from) };
        let (start, end) = if piece.forward { (0.0, piece.length) } else { (piece.length, 0.0) };
        let same_lane = |other: &Piece| (other.road, other.forward) == (piece.road, piece.forward);
        // Within reach of the piece's last station lies the node ahead: on to another road, or the end.
        let next = pieces.get(i + 1);
        let at = piece.at(end);
        if at <= piece.to + reach && !next.is_some_and(same_lane) {
            add(ahead, at, Some(i), next.is_some().then_some(i + 1));
        }
        // A node behind is the business of the piece before, unless there is none or it ends away from it.
        let previous = i.checked_sub(1).and_then(|i| pieces.get(i));
        let at = piece.at(start);
        let is_new = previous.is_none_or(|before| !same_lane(before) && before.to + reach < at);
        if at >= piece.from - reach && is_new {
            add(behind, at, None, Some(i));
        }
    }
    crossings
}

fn zones(pieces: &[Piece], crossings: &[Crossing], network: &Network) -> Vec<Range> {
    let mut ranges: Vec<Range> = crossings.iter().map(|c| c.range).collect();
    for piece in pieces {
        let Some(road) = network.road(piece.road) else { continue };
        for &(lo, hi) in &road.narrow {
            let (a, b) = (piece.at(lo).min(piece.at(hi)), piece.at(lo).max(piece.at(hi)));
            if a < piece.to && piece.from < b {
                ranges.push((a.max(piece.from), b.min(piece.to)));
            }
        }
    }
    ranges.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut merged: Vec<Range> = Vec::new();
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.0 <= last.1 => last.1 = last.1.max(range.1),
            _ => merged.push(range),
        }
    }
    merged
}
