//! Lanes: the line that traffic follows on a road, on the site's traffic side.

use super::graph::RoadGraph;
use super::road::Lanes;
use super::side::Side;
use haul_core::{Point3, Polyline, RoadId};

/// Distance from the middle of a two-way road to the middle of a lane, as a share of the half width.
const LANE_MIDDLE_SHARE: f64 = 0.5;
/// Maximum change of a lane's distance from the centreline per metre of road.
const GREATEST_SHIFT: f64 = 0.1;

/// One lane of a road in its direction of travel.
#[derive(Debug, Clone, PartialEq)]
pub struct Lane {
    /// The road that the lane belongs to.
    pub road: RoadId,
    /// True if traffic drives from `from` to `to`.
    pub forward: bool,
    /// Middle line of the lane, in the direction of travel. On single-lane stretches it is the middle of the road.
    pub line: Polyline,
}

impl RoadGraph {
    /// Returns the lanes of all roads: one in each direction, or only one on a one-way road.
    ///
    /// On single-lane stretches and one-way roads the lane lies in the middle of the road, elsewhere on the traffic
    /// side.
    pub fn lanes(&self, side: Side) -> Vec<Lane> {
        let mut lanes = Vec::new();
        for road in &self.roads {
            for forward in [true, false] {
                if road.one_way && !forward {
                    continue;
                }
                let hand = match side {
                    Side::Left => 1.0,
                    Side::Right => -1.0,
                };
                let wanted: Vec<f64> = road
                    .stations
                    .iter()
                    .map(|s| {
                        let middle = (s.width_left - s.width_right) / 2.0;
                        let aside = if road.one_way || s.lanes == Lanes::One {
                            0.0
                        } else {
                            LANE_MIDDLE_SHARE * s.width() / 2.0
                        };
                        middle + if forward { hand * aside } else { -hand * aside }
                    })
                    .collect();
                let offsets = eased(&wanted, road.line.stations());
                let mut points: Vec<Point3> = Vec::with_capacity(offsets.len());
                for (k, offset) in offsets.iter().enumerate() {
                    let p = road.line.points()[k];
                    let Some(pose) = road.line.pose(road.line.stations()[k]) else { continue };
                    let aside = pose.place(0.0, *offset);
                    points.push(Point3::new(aside.x, aside.y, p.z));
                }
                if !forward {
                    points.reverse();
                }
                lanes.push(Lane { road: road.id, forward, line: Polyline::new(points) });
            }
        }
        lanes
    }
}

/// Returns the offsets with a limited rate of change along the road. No offset is moved away from the middle.
fn eased(wanted: &[f64], stations: &[f64]) -> Vec<f64> {
    let mut out = wanted.to_vec();
    let step = |from: f64, to: f64, run: f64| to.clamp(from - GREATEST_SHIFT * run, from + GREATEST_SHIFT * run);
    let nearer = |a: f64, b: f64| if a.abs() <= b.abs() { a } else { b };
    for k in 1..out.len() {
        out[k] = nearer(out[k], step(out[k - 1], out[k], stations[k] - stations[k - 1]));
    }
    for k in (0..out.len().saturating_sub(1)).rev() {
        out[k] = nearer(out[k], step(out[k + 1], out[k], stations[k + 1] - stations[k]));
    }
    out
}
