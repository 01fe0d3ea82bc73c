//! The road graph with its tolls, prepared for many questions.

use super::cost::{Speeds, Toll};
use super::criterion::Criterion;
use super::error::RouteError;
use super::fast::FastWays;
use super::search::{self, Dear, Ends};
use super::turn::{self, Bearings, Turn};
use super::{Route, RouteLeg, RouteOptions};
use crate::{Conditions, TruckModel};
use haul_core::{NodeId, Point2, RoadId, polygon::ring_contains};
use haul_mine::{MineMap, Road, RoadIndex, RoadPosition};
use std::collections::{BTreeMap, BTreeSet};

/// The roads as a truck with some payload finds them under some conditions: what each takes, and which turns it can
/// make. Prepare it once, ask it often; tell it of roads that have changed ([`Network::update`]).
///
/// From [`FAST_FROM`] ways on questions without closures and bans of their own are answered by a customisable contraction
/// hierarchy (J. Dibbelt, B. Strasser and D. Wagner 2016), which costs a moment to prepare; the answers are those of the
/// plain search to the unit. Such a network reckons what a turn takes road by road rather than pair by pair: a road is
/// entered and left at the speed of the easiest of its turns.
#[derive(Debug, Clone)]
pub struct Network {
    /// Positions of the roads, from which ways are numbered.
    index: RoadIndex,
    /// By way: position of the road × 2, + 1 where it is driven backwards.
    pub(super) tolls: Vec<Toll>,
    /// What driving the whole of each way takes.
    wholes: Vec<Whole>,
    /// The same where it is passed from end to end.
    passed: Vec<Passed>,
    /// In which headings each way is entered and left.
    bearings: Vec<Bearings>,
    /// Where the turns out of each way begin in `turns`.
    pub(super) first: Vec<u32>,
    /// Turns, by the way they leave.
    pub(super) turns: Vec<Join>,
    /// Where each way ends, on the map.
    pub(super) ends: Vec<Point2>,
    /// Tells whether the losses of turns are counted road by road.
    by_road: bool,
    /// By road: a number that the roads joined to it share, whichever way they are driven.
    parts: Vec<u32>,
    /// Roads that run through a closed zone.
    closed: BTreeSet<RoadId>,
    /// What routes are to be least in.
    pub(super) criterion: Criterion,
    pub(super) speeds: Speeds,
    fast: Option<FastWays>,
}

/// From this many ways (two a road) on a contraction hierarchy is prepared.
pub const FAST_FROM: usize = 4_000;

/// A turn from one way into another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Join {
    /// The way that is entered.
    pub(super) into: u32,
    /// Time (s) and fuel (kg) lost by slowing for the turn and speeding up behind it.
    pub(super) lost: (f64, f64),
    /// Cost of the turn and of the whole way behind it, in [`UNIT`]s.
    pub(super) cost: u64,
}

/// What driving the whole of a way takes.
#[derive(Debug, Clone, Copy, Default)]
struct Whole {
    /// s and kg.
    time: f64,
    fuel: f64,
    /// Time (s) and fuel (kg) lost by entering and by leaving it, where turns are counted road by road.
    entering: (f64, f64),
    leaving: (f64, f64),
}

impl Whole {
    fn new(toll: &Toll) -> Self {
        let (time, fuel) = toll.total();
        Self { time, fuel, ..Self::default() }
    }
}

/// What passing a way takes, with what entering and leaving it loses where turns are counted road by road: m, s and kg.
#[derive(Debug, Clone, Copy, Default)]
struct Passed {
    takes: Sum,
    /// Tells whether it runs against a one-way road.
    is_barred: bool,
}

impl Passed {
    /// Of a way, without what it takes but its length.
    fn of(road: &Road, forward: bool) -> Self {
        let takes = Sum { length: road.line.length(), ..Sum::default() };
        Self { takes, is_barred: road.one_way && !forward }
    }
}

/// Ways driven one after the other.
pub(super) struct Driven {
    /// Each from end to end.
    pub(super) legs: Vec<RouteLeg>,
    /// What all but the first and the last take, and the turns where these are reckoned pair by pair.
    pub(super) between: Sum,
}

/// What driving takes: m, s and kg.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sum {
    length: f64,
    time: f64,
    fuel: f64,
}

impl Sum {
    /// A length (m) that takes a time (s) and fuel (kg).
    fn new(length: f64, (time, fuel): (f64, f64)) -> Self {
        Self { length, time, fuel }
    }

    pub(super) fn plus(self, more: Self) -> Self {
        Self { length: self.length + more.length, time: self.time + more.time, fuel: self.fuel + more.fuel }
    }
}

/// Costs are counted in whole units of this size, so that sums do not depend on their order.
const UNIT: f64 = 1e-8;

/// A cost in units.
pub(super) fn units(cost: f64) -> u64 {
    (cost.max(0.0) / UNIT).round() as u64
}

/// Tells whether the way of an index is driven along from→to.
fn is_forward(way: usize) -> bool {
    way.is_multiple_of(2)
}

impl Network {
    /// Index of a way: a road driven one way. `None` for a road that the network does not have.
    pub(super) fn way(&self, road: RoadId, forward: bool) -> Option<usize> {
        Some(self.index.position(road)? * 2 + usize::from(!forward))
    }

    /// The way of an index of this network.
    pub(super) fn unway(&self, way: usize) -> (RoadId, bool) {
        (self.index.id(way / 2).unwrap_or(RoadId(u32::MAX)), is_forward(way))
    }

    /// Works out the tolls of every road and the turns between them for a payload, kg; routes are the quickest.
    pub fn prepare(map: &MineMap, truck: &TruckModel, conditions: &Conditions, payload_kg: f64) -> Network {
        Self::prepare_for(map, truck, conditions, payload_kg, Criterion::TIME)
    }

    /// As [`Network::prepare`], with routes that are least in something else. A criterion that is not
    /// [sound](Criterion::is_sound) counts as time.
    pub fn prepare_for(
        map: &MineMap,
        truck: &TruckModel,
        conditions: &Conditions,
        payload_kg: f64,
        criterion: Criterion,
    ) -> Network {
        let criterion = if criterion.is_sound() { criterion } else { Criterion::TIME };
        let speeds = Speeds::new(truck, conditions, payload_kg);
        let roads = &map.roads.roads;
        let mut network = Network {
            index: map.roads.index().clone(),
            tolls: Vec::with_capacity(roads.len() * 2),
            wholes: Vec::with_capacity(roads.len() * 2),
            passed: Vec::with_capacity(roads.len() * 2),
            bearings: Vec::with_capacity(roads.len() * 2),
            first: Vec::new(),
            turns: Vec::new(),
            ends: Vec::with_capacity(roads.len() * 2),
            by_road: roads.len() * 2 >= FAST_FROM,
            parts: parts(map),
            closed: BTreeSet::new(),
            criterion,
            speeds,
            fast: None,
        };
        for road in roads {
            for forward in [true, false] {
                let toll = network.speeds.toll(map, road, forward);
                network.wholes.push(Whole::new(&toll));
                network.passed.push(Passed::of(road, forward));
                network.tolls.push(toll);
                network.bearings.push(Bearings::new(road, forward));
                let end = map.roads.node(if forward { road.to } else { road.from });
                network.ends.push(end.map_or(Point2::origin(), |n| n.position.xy()));
            }
            network.shut(map, road.id);
        }
        for from in 0..network.tolls.len() {
            network.first.push(network.turns.len() as u32);
            let turns = network.turns_out_of(map, truck, from);
            network.turns.extend(turns);
        }
        network.first.push(network.turns.len() as u32);
        for node in &map.roads.nodes {
            network.pass(map, node.id);
        }
        (0..network.wholes.len()).for_each(|way| network.sum_up(way));
        network.fast = if network.by_road { FastWays::new(&network, map) } else { None };
        network
    }

    /// Takes up what has changed on some roads: speed limits, one-way rules, grades, zones over them. Roads may not be
    /// added or removed: prepare anew for that. Roads the network does not have are passed over.
    pub fn update(&mut self, map: &MineMap, truck: &TruckModel, changed: &[RoadId]) {
        let changed: BTreeSet<RoadId> = changed.iter().copied().collect();
        let mut nodes = Vec::with_capacity(2 * changed.len());
        for &id in &changed {
            let Some(road) = map.roads.road(id) else { continue };
            let Some(ways) = self.way(id, true).zip(self.way(id, false)) else { continue };
            for (way, forward) in [(ways.0, true), (ways.1, false)] {
                let toll = self.speeds.toll(map, road, forward);
                self.wholes[way] = Whole::new(&toll);
                self.passed[way] = Passed::of(road, forward);
                self.tolls[way] = toll;
                self.bearings[way] = Bearings::new(road, forward);
            }
            self.shut(map, id);
            nodes.extend([road.from, road.to]);
        }
        nodes.sort_unstable();
        nodes.dedup();
        self.turn_anew(map, truck, &nodes);
        for &node in &nodes {
            self.pass(map, node);
            for &(id, along) in map.roads.roads_at(node) {
                for way in [self.way(id, along), self.way(id, !along)].into_iter().flatten() {
                    self.sum_up(way);
                }
            }
        }
        if let Some(mut fast) = self.fast.take() {
            let taken_up = fast.update(self, map, &nodes);
            self.fast = taken_up.map(|()| fast).or_else(|| FastWays::new(self, map));
        }
    }

    /// Notes whether a road runs through a closed zone.
    fn shut(&mut self, map: &MineMap, id: RoadId) {
        let Some(road) = map.roads.road(id) else { return };
        let is_in = |z: &haul_mine::Zone| road.line.points().iter().any(|p| ring_contains(&z.ring, p.xy()));
        if map.zones.iter().filter(|z| z.closed).any(is_in) {
            self.closed.insert(id);
        } else {
            self.closed.remove(&id);
        }
    }

    /// Works out the turns at some nodes anew.
    fn turn_anew(&mut self, map: &MineMap, truck: &TruckModel, nodes: &[NodeId]) {
        let at_nodes = nodes.iter().flat_map(|&n| map.roads.roads_at(n));
        let arriving = at_nodes.filter_map(|&(id, along)| self.way(id, !along));
        let mut fresh: BTreeMap<usize, Vec<Join>> =
            arriving.map(|from| (from, self.turns_out_of(map, truck, from))).collect();
        if fresh.iter().any(|(&from, turns)| turns.len() != self.turns_from(from).len()) {
            let (mut first, mut all) = (Vec::with_capacity(self.first.len()), Vec::with_capacity(self.turns.len()));
            for from in 0..self.tolls.len() {
                first.push(all.len() as u32);
                match fresh.remove(&from) {
                    Some(turns) => all.extend(turns),
                    None => all.extend_from_slice(self.turns_from(from)),
                }
            }
            first.push(all.len() as u32);
            (self.first, self.turns) = (first, all);
        }
        for (from, turns) in fresh {
            let begin = self.first[from] as usize;
            self.turns[begin..begin + turns.len()].copy_from_slice(&turns);
        }
    }

    /// The turns that a truck can make at the end of a way.
    fn turns_out_of(&self, map: &MineMap, truck: &TruckModel, from: usize) -> Vec<Join> {
        let (id, forward) = self.unway(from);
        let Some(road) = map.roads.road(id).filter(|r| forward || !r.one_way) else { return Vec::new() };
        let leaves = map.roads.roads_at(if forward { road.to } else { road.from });
        let turn = |&(into, along): &(RoadId, bool)| Turn { from: (id, forward), into: (into, along) };
        let against = |turn: &Turn| !turn.into.1 && map.roads.road(turn.into.0).is_some_and(|r| r.one_way);
        let possible = |turn: &Turn| -> Option<bool> {
            let sharp = self.sharpness(from, self.way(turn.into.0, turn.into.1)?);
            Some(turn::is_possible(map, truck, *turn, sharp?))
        };
        let turns = leaves.iter().map(turn).filter(|turn| !against(turn) && possible(turn) == Some(true));
        turns.filter_map(|turn| self.joined(turn)).collect()
    }

    /// Where turns are counted road by road: works out what leaving and entering the ways at a node loses, and with it
    /// the turns there.
    fn pass(&mut self, map: &MineMap, node: NodeId) {
        if !self.by_road {
            return;
        }
        let leaves = map.roads.roads_at(node);
        let arriving: Vec<usize> = leaves.iter().filter_map(|&(id, along)| self.way(id, !along)).collect();
        let leaving: Vec<usize> = leaves.iter().filter_map(|&(id, along)| self.way(id, along)).collect();
        let mut speeds: BTreeMap<usize, f64> = BTreeMap::new();
        for &from in &arriving {
            let mut fastest = 0.0_f64;
            for turn in self.turns_from(from) {
                let into = turn.into as usize;
                let speed = self.speed_through(from, into);
                fastest = fastest.max(speed);
                let known = speeds.entry(into).or_default();
                *known = known.max(speed);
            }
            self.wholes[from].leaving = self.tolls[from].late_out(fastest);
        }
        for into in leaving {
            self.wholes[into].entering = self.tolls[into].late_in(speeds.get(&into).copied().unwrap_or(0.0));
        }
        for from in arriving {
            for k in self.first[from] as usize..self.first[from + 1] as usize {
                let into = self.turns[k].into as usize;
                self.turns[k].lost = self.lost_between(from, into);
                self.turns[k].cost = self.leaving(from) + self.entering(into) + self.whole(into);
            }
        }
    }

    /// Sums up what passing a way takes.
    fn sum_up(&mut self, way: usize) {
        let Whole { time, fuel, entering, leaving } = self.wholes[way];
        self.passed[way].takes.time = entering.0 + time + leaving.0;
        self.passed[way].takes.fuel = entering.1 + fuel + leaving.1;
    }

    /// Time (s) and fuel (kg) lost by leaving one way and entering the next, where that is counted road by road.
    fn lost_between(&self, from: usize, into: usize) -> (f64, f64) {
        let (out, in_) = (self.wholes[from].leaving, self.wholes[into].entering);
        (out.0 + in_.0, out.1 + in_.1)
    }

    /// Angle of a turn, rad; `None` where a way is not known or has no line.
    fn sharpness(&self, from: usize, into: usize) -> Option<f64> {
        turn::sharpness(*self.bearings.get(from)?, *self.bearings.get(into)?)
    }

    fn speed_through(&self, from: usize, into: usize) -> f64 {
        let through = self.speeds.through(self.sharpness(from, into).unwrap_or(0.0));
        through.min(self.tolls[from].exit).min(self.tolls[into].entry)
    }

    /// Cost of leaving a way, of entering one, and of driving the whole of one, in units.
    pub(super) fn leaving(&self, way: usize) -> u64 {
        let lost = self.wholes[way].leaving;
        units(self.criterion.of(lost.0, lost.1))
    }

    pub(super) fn entering(&self, way: usize) -> u64 {
        let lost = self.wholes[way].entering;
        units(self.criterion.of(lost.0, lost.1))
    }

    pub(super) fn whole(&self, way: usize) -> u64 {
        // No way is for nothing: no best route goes in circles.
        units(self.criterion.of(self.wholes[way].time, self.wholes[way].fuel)).max(1)
    }

    /// Cost of a turn alone, in units.
    pub(super) fn turning(&self, from: usize, turn: &Join) -> u64 {
        if self.by_road {
            self.leaving(from) + self.entering(turn.into as usize)
        } else {
            units(self.criterion.of(turn.lost.0, turn.lost.1))
        }
    }

    /// A turn with what it costs, where that is not counted road by road.
    fn joined(&self, turn: Turn) -> Option<Join> {
        let (from, into) = (self.way(turn.from.0, turn.from.1)?, self.way(turn.into.0, turn.into.1)?);
        if self.by_road {
            return Some(Join { into: into as u32, lost: (0.0, 0.0), cost: 0 });
        }
        let (before, behind) = (&self.tolls[from], &self.tolls[into]);
        let speed = self.speed_through(from, into);
        let (out, in_) = (before.late_out(speed), behind.late_in(speed));
        let lost = (out.0 + in_.0, out.1 + in_.1);
        let cost = units(self.criterion.of(lost.0, lost.1)) + self.whole(into);
        Some(Join { into: into as u32, lost, cost })
    }

    /// Turns out of a way.
    pub(super) fn turns_from(&self, way: usize) -> &[Join] {
        match (self.first.get(way), self.first.get(way + 1)) {
            (Some(&a), Some(&b)) => &self.turns[a as usize..b as usize],
            _ => &[],
        }
    }

    /// The best route between two positions on roads. Errors: as [`plan_route`](super::plan_route).
    pub fn plan(
        &self,
        map: &MineMap,
        from: RoadPosition,
        to: RoadPosition,
        options: &RouteOptions,
    ) -> Result<Route, RouteError> {
        let free = options.closed.is_empty() && options.banned.is_empty();
        self.answer(map, from, to, options, self.fast.as_ref().filter(|_| free))
    }

    /// As [`Network::plan`], always by the plain search: what the contraction hierarchy is held against.
    ///
    /// Errors: as [`plan_route`](super::plan_route).
    pub fn plan_plainly(
        &self,
        map: &MineMap,
        from: RoadPosition,
        to: RoadPosition,
        options: &RouteOptions,
    ) -> Result<Route, RouteError> {
        self.answer(map, from, to, options, None)
    }

    /// By the hierarchy where one is given and can tell, else by the plain search.
    fn answer(
        &self,
        map: &MineMap,
        from: RoadPosition,
        to: RoadPosition,
        options: &RouteOptions,
        fast: Option<&FastWays>,
    ) -> Result<Route, RouteError> {
        self.check(map, from, to, options)?;
        let ends = Ends::new(self, map, from, to, options);
        let plainly = || search::best(self, map, &ends, options, &Dear::new()).map(|(_, ways)| self.driven(&ways));
        let found = fast.and_then(|f| f.best(self, &ends)).unwrap_or_else(plainly);
        Ok(self.route(found.ok_or_else(|| search::unreached(self, &ends))?, &ends))
    }

    pub(super) fn check(
        &self,
        map: &MineMap,
        from: RoadPosition,
        to: RoadPosition,
        options: &RouteOptions,
    ) -> Result<(), RouteError> {
        for position in [&from, &to] {
            if map.roads.road(position.road).is_none() || self.index.position(position.road).is_none() {
                return Err(RouteError::UnknownRoad { road: position.road, roads: map.roads.roads.len() });
            }
            if !position.station.is_finite() {
                return Err(RouteError::NotFinite { what: "the station on a road" });
            }
            if self.is_closed(position.road, options) {
                return Err(RouteError::Closed { road: position.road });
            }
        }
        if options.heading.is_some_and(|h| !h.is_finite()) {
            return Err(RouteError::NotFinite { what: "the heading at the start" });
        }
        if options.speed.is_some_and(|v| !v.is_finite()) {
            return Err(RouteError::NotFinite { what: "the speed at the start" });
        }
        Ok(())
    }

    /// Tells whether roads join the roads of two ways, however they are driven.
    pub(super) fn are_joined(&self, a: RoadId, b: RoadId) -> bool {
        let part = |road: RoadId| self.index.position(road).and_then(|k| self.parts.get(k));
        part(a) == part(b)
    }

    /// Tells whether a road may not be used.
    pub(super) fn is_closed(&self, road: RoadId, options: &RouteOptions) -> bool {
        self.closed.contains(&road) || options.closed.contains(&road)
    }

    /// Time (s) and fuel (kg) from where a way is entered to a station of its road, m.
    pub(super) fn toll_to(&self, way: usize, station: f64) -> (f64, f64) {
        let distance = if is_forward(way) { station } else { self.length(way) - station };
        self.tolls.get(way).map_or((0.0, 0.0), |t| t.to(distance))
    }

    /// The same from a station to where it ends.
    pub(super) fn toll_from(&self, way: usize, station: f64) -> (f64, f64) {
        let (all, before) = (&self.wholes[way], self.toll_to(way, station));
        (all.time - before.0, all.fuel - before.1)
    }

    /// The same between two stations.
    pub(super) fn toll_between(&self, way: usize, from: f64, to: f64) -> (f64, f64) {
        let (before, behind) = (self.toll_to(way, from), self.toll_to(way, to));
        (behind.0 - before.0, behind.1 - before.1)
    }

    /// Length of a way, m.
    pub(super) fn length(&self, way: usize) -> f64 {
        self.passed[way].takes.length
    }

    /// Tells whether a way runs against a one-way road.
    pub(super) fn is_barred(&self, way: usize) -> bool {
        self.passed[way].is_barred
    }

    /// The turn from one way into the next.
    pub(super) fn turn_into(&self, from: usize, into: usize) -> Option<&Join> {
        self.turns_from(from).iter().find(|j| j.into as usize == into)
    }

    /// What passing a way from end to end takes.
    pub(super) fn passing(&self, way: usize) -> Sum {
        self.passed[way].takes
    }

    /// The whole of a way.
    pub(super) fn leg(&self, way: usize) -> RouteLeg {
        leg_over(self.unway(way), self.passing(way))
    }

    /// The whole of each of some ways that are driven one after the other.
    pub(super) fn driven(&self, ways: &[usize]) -> Driven {
        let legs = ways.iter().map(|&way| self.leg(way)).collect();
        let inner = ways.get(1..ways.len().max(2) - 1).unwrap_or_default();
        let passed = inner.iter().map(|&way| self.passing(way));
        let turns = ways.windows(2).filter(|_| !self.by_road).filter_map(|pair| self.turn_into(pair[0], pair[1]));
        let all = passed.chain(turns.map(|turn| Sum::new(0.0, turn.lost)));
        Driven { legs, between: all.fold(Sum::default(), Sum::plus) }
    }

    /// A route over some ways between two ends.
    pub(super) fn route(&self, driven: Driven, ends: &Ends) -> Route {
        let Driven { mut legs, between } = driven;
        let on = |leg: &RouteLeg| self.way(leg.road, leg.forward);
        let (Some(first), Some(last)) = (legs.first().and_then(on), legs.last().and_then(on)) else {
            return Route::default();
        };
        let count = legs.len();
        let from = ends.from.station.clamp(0.0, self.length(first));
        let to = ends.to.station.clamp(0.0, self.length(last));
        (legs[0].from_station, legs[count - 1].to_station) = (from, to);
        let begun = between.plus(Sum::new(0.0, ends.lost(first)));
        let Sum { length, time, fuel: fuel_kg } = if count == 1 {
            begun.plus(Sum::new(legs[0].length(), self.toll_between(first, from, to)))
        } else {
            let (leaving, entering) = (self.wholes[first].leaving, self.wholes[last].entering);
            let left = Sum::new(legs[0].length(), self.toll_from(first, from)).plus(Sum::new(0.0, leaving));
            let come = Sum::new(legs[count - 1].length(), self.toll_to(last, to)).plus(Sum::new(0.0, entering));
            begun.plus(left).plus(come)
        };
        Route { legs, length, time, fuel_kg }
    }
}

/// The whole of a way that takes so much.
pub(super) fn leg_over((road, forward): (RoadId, bool), Sum { length, .. }: Sum) -> RouteLeg {
    // Without a branch, which would be wrong every second time, and wait for the memory to know that it is.
    let from_station = length * f64::from(u8::from(!forward));
    RouteLeg { road, forward, from_station, to_station: length - from_station }
}

/// By position of the road: a number that the roads joined to it share.
fn parts(map: &MineMap) -> Vec<u32> {
    const NONE: u32 = u32::MAX;
    let mut parts = vec![NONE; map.roads.roads.len()];
    for first in 0..parts.len() {
        let mut open = vec![first];
        while let Some(position) = open.pop() {
            let Some(road) = map.roads.roads.get(position).filter(|_| parts[position] == NONE) else { continue };
            parts[position] = first as u32;
            let joined = [road.from, road.to].into_iter().flat_map(|n| map.roads.roads_at(n));
            open.extend(joined.filter_map(|(id, _)| map.roads.index().position(*id)));
        }
    }
    parts
}
