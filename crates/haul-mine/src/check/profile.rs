//! A road as the check looks at it: station by station, with the speed that the truck has there.

use super::rules::DesignRules;
use super::truck::DesignTruck;
use crate::map::MineMap;
use crate::roads::{Lanes, Road, RoadStation};
use haul_core::polygon::ring_contains;
use haul_core::{NodeId, Point3, RoadId, angle};

/// Length over which curvature is taken, m: shorter bends are those of the tracing.
const CURVE_LENGTH: f64 = 16.0;
/// Length over which a sustained grade is taken, m.
const SUSTAINED: f64 = 100.0;
/// Half the length over which a change of grade is looked for, m.
pub(crate) const VERTICAL_REACH: f64 = 10.0;
/// A bend ends where the radius exceeds this, m.
const STRAIGHT: f64 = 150.0;
/// So many widths of the road about a junction belong to the junction: there trucks turn from road to road, and no
/// centreline says on what radius.
const JUNCTION: f64 = 1.0;

/// One station.
#[derive(Debug, Clone, Copy)]
pub(super) struct Station {
    pub(super) station: f64,
    pub(super) at: Point3,
    pub(super) known: RoadStation,
    /// Whether it is road, and no dead end.
    pub(super) judged: bool,
    /// Whether it is apart from junctions and open ground, so that its bends are the road's own.
    pub(super) bends: bool,
    /// Grade over 100 m; nothing near ends that leave less.
    pub(super) sustained: Option<f64>,
    /// Curvature over some length, 1/m.
    pub(super) curvature: f64,
    /// By how much the bend that it is in turns, rad.
    pub(super) turn: f64,
    /// Grade behind and ahead, and the length between their middles, m.
    pub(super) bend_in_grade: Option<(f64, f64, f64)>,
    /// Speed from→to and to→from, m/s.
    pub(super) speed: (f64, f64),
    /// Stopping distance with the reaction time, m, likewise.
    pub(super) stopping: (f64, f64),
}

/// A road.
pub(super) struct RoadProfile {
    pub(super) road: RoadId,
    pub(super) one_way: bool,
    pub(super) stations: Vec<Station>,
}

impl RoadProfile {
    pub(super) fn of(map: &MineMap, road: &Road, rules: &DesignRules, truck: &DesignTruck) -> RoadProfile {
        let line = &road.line;
        let length = line.length();
        let dead_end = |node: NodeId| map.roads.roads_at(node).len() == 1;
        let (first_dead, last_dead) = (dead_end(road.from), dead_end(road.to));
        let ends = rules.with.dead_end.value;
        let grade_over = |a: f64, b: f64| match (line.at(a), line.at(b)) {
            (Some(p), Some(q)) if b > a => (q.z - p.z) / (b - a),
            _ => 0.0,
        };
        let reaction = rules.with.reaction_time.value;
        let mut stations: Vec<Station> = Vec::with_capacity(line.points().len());
        for (k, (&s, &at)) in line.stations().iter().zip(line.points()).enumerate() {
            let known = road.stations.get(k).copied().unwrap_or_default();
            let open = known.lanes == Lanes::Open;
            let at_dead_end = (first_dead && s < ends) || (last_dead && length - s < ends);
            let near_node = s.min(length - s) < JUNCTION * known.width().min(2.0 * STRAIGHT);
            let whole = s >= SUSTAINED / 2.0 && length - s >= SUSTAINED / 2.0;
            let sustained = whole.then(|| grade_over(s - SUSTAINED / 2.0, s + SUSTAINED / 2.0));
            let inner = s >= VERTICAL_REACH && length - s >= VERTICAL_REACH;
            let bend_in_grade =
                inner.then(|| (grade_over(s - VERTICAL_REACH, s), grade_over(s, s + VERTICAL_REACH), VERTICAL_REACH));
            let limits = map.zones.iter().filter(|z| ring_contains(&z.ring, at.xy())).filter_map(|z| z.speed_limit);
            let limit = limits.chain(road.speed_limit).fold(f64::INFINITY, f64::min);
            let speed = |grade: f64| (truck.speed)(grade).min(limit);
            let both = (speed(known.grade), speed(-known.grade));
            let stop = |v: f64, grade: f64| v * reaction + (truck.stopping)(v, grade);
            stations.push(Station {
                station: s,
                at,
                known,
                judged: !open && !at_dead_end,
                bends: !open && !at_dead_end && !near_node,
                sustained,
                curvature: curvature(road, s),
                turn: 0.0,
                bend_in_grade,
                speed: both,
                stopping: (stop(both.0, known.grade), stop(both.1, -known.grade)),
            });
        }
        mark_turns(&mut stations);
        RoadProfile { road: road.id, one_way: road.one_way, stations }
    }

    /// Length that a station stands for, m.
    pub(super) fn length_of(&self, k: usize) -> f64 {
        let at = |k: usize| self.stations[k].station;
        (at((k + 1).min(self.stations.len() - 1)) - at(k.saturating_sub(1))) / 2.0
    }
}

/// Change of heading over [`CURVE_LENGTH`] about a station, 1/m.
fn curvature(road: &Road, s: f64) -> f64 {
    let length = road.line.length();
    let (a, b) = ((s - CURVE_LENGTH / 2.0).max(0.0), (s + CURVE_LENGTH / 2.0).min(length));
    match (road.line.heading(a), road.line.heading(b)) {
        (Some(h), Some(g)) if b - a > CURVE_LENGTH / 2.0 => angle::difference(g, h) / (b - a),
        _ => 0.0,
    }
}

/// For every bend (stations that turn one way on less than [`STRAIGHT`]) by how much it turns in all.
fn mark_turns(stations: &mut [Station]) {
    let mut k = 0;
    while k < stations.len() {
        let bends = |s: &Station| s.curvature.abs() > 1.0 / STRAIGHT;
        if !bends(&stations[k]) {
            k += 1;
            continue;
        }
        let sign = stations[k].curvature.signum();
        let mut end = k + 1;
        let mut turn = 0.0;
        while end < stations.len() && bends(&stations[end]) && stations[end].curvature.signum() == sign {
            turn += stations[end].curvature.abs() * (stations[end].station - stations[end - 1].station);
            end += 1;
        }
        stations[k..end].iter_mut().for_each(|s| s.turn = turn);
        k = end;
    }
}
