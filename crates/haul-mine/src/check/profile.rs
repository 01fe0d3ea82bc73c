//! The profile of a road for the check: station by station, with the truck's speed.

use super::rules::DesignRules;
use super::truck::DesignTruck;
use crate::map::MineMap;
use crate::roads::{Lanes, Road, RoadStation};
use haul_core::polygon::ring_contains;
use haul_core::{NodeId, Point3, RoadId, angle};

/// Length over which curvature is measured, m. Shorter bends are artefacts of the tracing.
const CURVE_LENGTH: f64 = 16.0;
/// Length over which a sustained grade is measured, m.
const SUSTAINED_LENGTH: f64 = 100.0;
/// Half the length over which a change of grade is measured, m.
pub(crate) const VERTICAL_REACH: f64 = 10.0;
/// Radius above which a road counts as straight, m.
const STRAIGHT_RADIUS: f64 = 150.0;
/// Distance from a node within which the road belongs to the junction, in road widths. In the junction, trucks turn
/// between roads, and the centreline does not give their radius.
const JUNCTION_WIDTHS: f64 = 1.0;

/// One station of a profile.
#[derive(Debug, Clone, Copy)]
pub(super) struct ProfileStation {
    pub(super) station: f64,
    pub(super) at: Point3,
    pub(super) known: RoadStation,
    /// True if the station is on a road and not in a dead end.
    pub(super) judged: bool,
    /// True if the station is away from junctions and open ground, so that its bends belong to the road.
    pub(super) bends: bool,
    /// Grade over 100 m, rise over run; `None` near an end of the road.
    pub(super) sustained: Option<f64>,
    /// Curvature over [`CURVE_LENGTH`], 1/m.
    pub(super) curvature: f64,
    /// Total turn of the bend around the station, rad.
    pub(super) turn: f64,
    /// Grades before and after the station, and the distance between their midpoints, m.
    pub(super) bend_in_grade: Option<(f64, f64, f64)>,
    /// Speeds along and against the road's direction, m/s.
    pub(super) speed: (f64, f64),
    /// Stopping distances along and against the road's direction, including the reaction time, m.
    pub(super) stopping: (f64, f64),
}

/// The profile of a road.
pub(super) struct RoadProfile {
    pub(super) road: RoadId,
    pub(super) one_way: bool,
    pub(super) stations: Vec<ProfileStation>,
}

impl RoadProfile {
    /// Creates the profile of a road.
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
        let mut stations: Vec<ProfileStation> = Vec::with_capacity(line.points().len());
        for (k, (&s, &at)) in line.stations().iter().zip(line.points()).enumerate() {
            let known = road.stations.get(k).copied().unwrap_or_default();
            let open = known.lanes == Lanes::Open;
            let at_dead_end = (first_dead && s < ends) || (last_dead && length - s < ends);
            let near_node = s.min(length - s) < JUNCTION_WIDTHS * known.width().min(2.0 * STRAIGHT_RADIUS);
            let whole = s >= SUSTAINED_LENGTH / 2.0 && length - s >= SUSTAINED_LENGTH / 2.0;
            let sustained = whole.then(|| grade_over(s - SUSTAINED_LENGTH / 2.0, s + SUSTAINED_LENGTH / 2.0));
            let inner = s >= VERTICAL_REACH && length - s >= VERTICAL_REACH;
            let bend_in_grade =
                inner.then(|| (grade_over(s - VERTICAL_REACH, s), grade_over(s, s + VERTICAL_REACH), VERTICAL_REACH));
            let limits = map.zones.iter().filter(|z| ring_contains(&z.ring, at.xy())).filter_map(|z| z.speed_limit);
            let limit = limits.chain(road.speed_limit).fold(f64::INFINITY, f64::min);
            let speed = |grade: f64| (truck.speed)(grade).min(limit);
            let both = (speed(known.grade), speed(-known.grade));
            let stop = |v: f64, grade: f64| v * reaction + (truck.stopping)(v, grade);
            stations.push(ProfileStation {
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

    /// Returns the length that a station represents, m.
    pub(super) fn length_of(&self, k: usize) -> f64 {
        let at = |k: usize| self.stations[k].station;
        (at((k + 1).min(self.stations.len() - 1)) - at(k.saturating_sub(1))) / 2.0
    }
}

/// Returns the change of heading per metre over [`CURVE_LENGTH`] around a station, 1/m.
fn curvature(road: &Road, s: f64) -> f64 {
    let length = road.line.length();
    let (a, b) = ((s - CURVE_LENGTH / 2.0).max(0.0), (s + CURVE_LENGTH / 2.0).min(length));
    match (road.line.heading(a), road.line.heading(b)) {
        (Some(h), Some(g)) if b - a > CURVE_LENGTH / 2.0 => angle::difference(g, h) / (b - a),
        _ => 0.0,
    }
}

/// Sets the total turn of every bend. A bend consists of stations that turn the same way with a radius of less than
/// [`STRAIGHT_RADIUS`].
fn mark_turns(stations: &mut [ProfileStation]) {
    let mut k = 0;
    while k < stations.len() {
        let bends = |s: &ProfileStation| s.curvature.abs() > 1.0 / STRAIGHT_RADIUS;
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
