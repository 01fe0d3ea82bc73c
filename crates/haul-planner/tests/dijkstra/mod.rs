//! Routes by Dijkstra's algorithm, with costs computed independently from the truck's performance limits. It does not
//! use the edge costs, turns or search of the planner's network.
//!
//! For mines without zones where every turn has room, such as the lattices of `grid`.

#![allow(dead_code)]

use haul_core::{RoadId, angle};
use haul_mine::{MineMap, Road, RoadPosition};
use haul_planner::{Conditions, TruckModel};
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// Documented constants of the network: a speed (m/s), a deceleration and a lateral acceleration (m/s²), a length (m).
const CRAWL: f64 = 0.3;
const GENTLE: f64 = 0.6;
const TURN_LATERAL: f64 = 1.2;
const APPROACH: f64 = 15.0;

/// A directed edge: times from its start, and the times lost by being slow at its ends, s.
struct EdgeTimes {
    into: u32,
    to_node: usize,
    from_node: usize,
    length: f64,
    distance: Vec<f64>,
    speed: Vec<f64>,
    grade: Vec<f64>,
    time: Vec<f64>,
    entering: f64,
    leaving: f64,
    /// Headings at the start and the end of the edge, rad.
    headings: (f64, f64),
}

pub struct Oracle {
    /// Edges by 2 × road position, + 1 if against the road's line; `None` against a one-way road.
    edges: Vec<Option<EdgeTimes>>,
    /// By node: indices of the edges that leave the node.
    leaves: Vec<Vec<usize>>,
}

struct CostModel<'a> {
    truck: &'a TruckModel,
    conditions: &'a Conditions,
    mass: f64,
}

impl CostModel<'_> {
    /// Returns the steady speed on a grade (m/s), interpolated between multiples of half a per cent.
    fn steady(&self, grade: f64) -> f64 {
        let (limits, rolling) = (&self.truck.limits, self.conditions.rolling_resistance);
        let at = |k: f64| {
            let g = k * 0.005;
            let descent = if g < 0.0 { limits.descent_speed(self.mass, g, rolling) } else { f64::INFINITY };
            let climb = limits.climb_speed(self.mass, g + rolling);
            climb.min(descent).min(limits.top_speed()).min(self.conditions.speed_cap).max(CRAWL)
        };
        let (low, t) = ((grade / 0.005).floor(), grade / 0.005 - (grade / 0.005).floor());
        at(low) * (1.0 - t) + at(low + 1.0) * t
    }

    fn pulled(&self, v: f64, grade: f64, length: f64) -> f64 {
        let a = self.truck.limits.acceleration(v, self.mass, grade, self.conditions.rolling_resistance);
        (v * v + 2.0 * a.max(0.0) * length).sqrt().max(CRAWL)
    }

    fn bend(&self, radius: f64) -> f64 {
        self.truck.limits.curve_speed(radius, 0.0, self.conditions.friction)
    }

    fn edge(&self, road: &Road, forward: bool) -> EdgeTimes {
        let points = road.line.points();
        let order: Vec<usize> = if forward { (0..points.len()).collect() } else { (0..points.len()).rev().collect() };
        let length = road.line.length();
        let distance: Vec<f64> =
            order.iter().map(|&i| road.line.stations()[i]).map(|s| if forward { s } else { length - s }).collect();
        let sign = if forward { 1.0 } else { -1.0 };
        let grade: Vec<f64> = order.iter().map(|&i| sign * road.stations[i].grade).collect();
        let tightest = 1.0 / self.truck.max_curvature();
        let allowed: Vec<f64> = order
            .iter()
            .zip(&grade)
            .map(|(&i, &g)| {
                let radius = (1.0 / road.stations[i].curvature.abs().max(1e-6)).max(tightest);
                self.steady(g).min(self.bend(radius)).min(road.speed_limit.unwrap_or(f64::INFINITY)).max(CRAWL)
            })
            .collect();
        // Limit the speed first by comfortable slowing for everything ahead, then by the pull.
        let n = order.len();
        let mut speed: Vec<f64> = (0..n)
            .map(|k| {
                (k..n)
                    .map(|j| (allowed[j].powi(2) + 2.0 * GENTLE * (distance[j] - distance[k])).sqrt())
                    .fold(f64::INFINITY, f64::min)
            })
            .collect();
        let mut time = vec![0.0; n];
        for k in 1..n {
            let ds = distance[k] - distance[k - 1];
            speed[k] = speed[k].min(self.pulled(speed[k - 1], grade[k - 1], ds));
            time[k] = time[k - 1] + 2.0 * ds / (speed[k - 1] + speed[k]);
        }
        // Headings, measured over the approach length.
        let reach = APPROACH.min(length);
        let heading = |a: f64, b: f64| {
            let (p, q) = (road.line.at(a).unwrap(), road.line.at(b).unwrap());
            libm::atan2(q.y - p.y, q.x - p.x)
        };
        let headings = if forward {
            (heading(0.0, reach), heading(length - reach, length))
        } else {
            (heading(length, length - reach), heading(reach, 0.0))
        };
        let (from_node, to_node) =
            if forward { (road.from.index(), road.to.index()) } else { (road.to.index(), road.from.index()) };
        let into = road.id.0;
        let (entering, leaving) = (0.0, 0.0);
        EdgeTimes { into, to_node, from_node, length, distance, speed, grade, time, entering, leaving, headings }
    }

    /// Returns the time lost by starting the edge below its own speed, s.
    fn late_in(&self, d: &EdgeTimes, speed: f64) -> f64 {
        let (mut v, mut lost) = (speed.max(CRAWL), 0.0);
        for k in 1..d.speed.len() {
            if v >= d.speed[k - 1] {
                break;
            }
            let ds = d.distance[k] - d.distance[k - 1];
            let next = self.pulled(v, d.grade[k - 1], ds).min(d.speed[k]);
            lost += 2.0 * ds / (v + next) - (d.time[k] - d.time[k - 1]);
            v = next;
        }
        lost
    }

    /// Returns the time lost by ending the edge below its own speed, s.
    fn late_out(&self, d: &EdgeTimes, speed: f64) -> f64 {
        let (mut v, mut lost) = (speed.max(CRAWL), 0.0);
        for k in (1..d.speed.len()).rev() {
            if v >= d.speed[k] {
                break;
            }
            let ds = d.distance[k] - d.distance[k - 1];
            let before = (v * v + 2.0 * GENTLE * ds).sqrt().min(d.speed[k - 1]);
            lost += 2.0 * ds / (v + before) - (d.time[k] - d.time[k - 1]);
            v = before;
        }
        lost
    }

    /// Interpolates a loss between fifths of the maximum speed, as the network does.
    fn by_fifths(&self, speed: f64, greatest: f64, loss: impl Fn(f64) -> f64) -> f64 {
        let x = (5.0 * speed / greatest.max(CRAWL)).clamp(0.0, 5.0);
        let low = x.floor().min(4.0);
        let at = |k: f64| loss(k / 5.0 * greatest);
        at(low) + (at(low + 1.0) - at(low)) * (x - low)
    }

    fn turn(&self, off: f64) -> f64 {
        let radius = (2.0 * APPROACH / off.abs().max(1e-6)).max(1.0 / self.truck.max_curvature());
        self.bend(radius).min((TURN_LATERAL * radius).sqrt())
    }
}

impl Oracle {
    /// Computes the costs of a mine. The truck enters and leaves every edge at the speed of the easiest turn.
    pub fn new(map: &MineMap, truck: &TruckModel, conditions: &Conditions, payload_kg: f64) -> Self {
        let model = CostModel { truck, conditions, mass: truck.limits.gross_mass(payload_kg) };
        let mut edges: Vec<Option<EdgeTimes>> = Vec::new();
        let mut leaves = vec![Vec::new(); map.roads.nodes.len()];
        for road in &map.roads.roads {
            for forward in [true, false] {
                if forward || !road.one_way {
                    let drive = model.edge(road, forward);
                    leaves[drive.from_node].push(edges.len());
                    edges.push(Some(drive));
                } else {
                    edges.push(None);
                }
            }
        }
        let (mut fastest_in, mut fastest_out) = (vec![0.0_f64; edges.len()], vec![0.0_f64; edges.len()]);
        for (a, from) in edges.iter().enumerate() {
            let Some(from) = from else { continue };
            for &b in leaves[from.to_node].iter().filter(|b| **b / 2 != a / 2) {
                let Some(into) = &edges[b] else { continue };
                let end = from.speed[from.speed.len() - 1];
                let off = angle::difference(into.headings.0, from.headings.1);
                let speed = model.turn(off).min(end).min(into.speed[0]);
                fastest_out[a] = fastest_out[a].max(speed);
                fastest_in[b] = fastest_in[b].max(speed);
            }
        }
        for (k, drive) in edges.iter_mut().enumerate() {
            let Some(d) = drive else { continue };
            let (first, last) = (d.speed[0], d.speed[d.speed.len() - 1]);
            let entering = model.by_fifths(fastest_in[k], first, |v| model.late_in(d, v));
            let leaving = model.by_fifths(fastest_out[k], last, |v| model.late_out(d, v));
            (d.entering, d.leaving) = (entering, leaving);
        }
        Self { edges, leaves }
    }

    /// Returns the minimum times from a position to the end of every edge, s.
    pub fn from(&self, from: RoadPosition) -> Vec<f64> {
        let mut known = vec![f64::INFINITY; self.edges.len()];
        let mut open = BinaryHeap::new();
        for way in self.ways_of(from.road) {
            let Some(d) = &self.edges[way] else { continue };
            known[way] = d.between(d.along(way, from.station), d.length);
            open.push(OpenEdge(known[way], way));
        }
        while let Some(OpenEdge(time, way)) = open.pop() {
            let Some(d) = self.edges[way].as_ref().filter(|_| time <= known[way]) else { continue };
            for &next in self.leaves[d.to_node].iter().filter(|n| **n / 2 != way / 2) {
                let Some(into) = &self.edges[next] else { continue };
                let there = time + d.leaving + into.entering + into.time[into.time.len() - 1];
                if there < known[next] {
                    known[next] = there;
                    open.push(OpenEdge(there, next));
                }
            }
        }
        known
    }

    /// Returns the minimum time between two positions, s. `known` is the result of [`Oracle::from`] for `from`.
    pub fn time(&self, known: &[f64], from: RoadPosition, to: RoadPosition) -> f64 {
        let mut least = f64::INFINITY;
        for way in self.ways_of(to.road) {
            let Some(d) = &self.edges[way] else { continue };
            let at = d.along(way, to.station);
            if from.road == to.road && d.along(way, from.station) <= at {
                least = least.min(d.between(d.along(way, from.station), at));
            }
            for (before, drive) in self.edges.iter().enumerate() {
                let Some(b) = drive.as_ref().filter(|b| b.to_node == d.from_node && before / 2 != way / 2) else {
                    continue;
                };
                least = least.min(known[before] + b.leaving + d.entering + d.between(0.0, at));
            }
        }
        least
    }

    fn ways_of(&self, road: RoadId) -> [usize; 2] {
        [road.index() * 2, road.index() * 2 + 1]
    }
}

impl EdgeTimes {
    fn along(&self, way: usize, station: f64) -> f64 {
        let s = station.clamp(0.0, self.length);
        if way.is_multiple_of(2) { s } else { self.length - s }
    }

    fn between(&self, from: f64, to: f64) -> f64 {
        let at = |s: f64| {
            let k = self.distance.windows(2).position(|w| s <= w[1]).unwrap_or(self.distance.len() - 2);
            let (a, b) = (self.distance[k], self.distance[k + 1]);
            self.time[k] + (self.time[k + 1] - self.time[k]) * ((s - a) / (b - a)).clamp(0.0, 1.0)
        };
        at(to) - at(from)
    }
}

#[derive(PartialEq)]
struct OpenEdge(f64, usize);

impl Eq for OpenEdge {}

impl PartialOrd for OpenEdge {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for OpenEdge {
    fn cmp(&self, other: &Self) -> Ordering {
        // The smallest time comes first.
        other.0.total_cmp(&self.0).then(other.1.cmp(&self.1))
    }
}
