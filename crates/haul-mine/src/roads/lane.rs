//! Lanes: where traffic drives on a road, on the side that the site keeps to.

use super::{Lanes, RoadGraph};
use crate::map::Side;
use haul_core::{Point3, Polyline, RoadId};

/// Share of a two-way road's half width at which the middle of its lane lies.
const MIDDLE: f64 = 0.5;
/// A lane changes its distance from the centreline by no more than this over a metre of road.
const SHIFT: f64 = 0.1;

/// One lane of a road, in the sense of its traffic.
#[derive(Debug, Clone, PartialEq)]
pub struct Lane {
    /// The road.
    pub road: RoadId,
    /// Whether its traffic goes from→to.
    pub forward: bool,
    /// The lane's middle; it runs as the traffic does. On single-lane stretches it is the middle of the road.
    pub line: Polyline,
}

impl RoadGraph {
    /// The lanes of all roads: one each way, one alone where the road is one-way. On single-lane stretches and on one-way
    /// roads they lie in the middle of the road, elsewhere on the side that traffic keeps to.
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
                        let aside = if road.one_way || s.lanes == Lanes::One { 0.0 } else { MIDDLE * s.width() / 2.0 };
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

/// Offsets that change slowly along the road and are nowhere farther from the middle than wanted.
fn eased(wanted: &[f64], stations: &[f64]) -> Vec<f64> {
    let mut out = wanted.to_vec();
    let step = |from: f64, to: f64, run: f64| to.clamp(from - SHIFT * run, from + SHIFT * run);
    let nearer = |a: f64, b: f64| if a.abs() <= b.abs() { a } else { b };
    for k in 1..out.len() {
        out[k] = nearer(out[k], step(out[k - 1], out[k], stations[k] - stations[k - 1]));
    }
    for k in (0..out.len().saturating_sub(1)).rev() {
        out[k] = nearer(out[k], step(out[k + 1], out[k], stations[k + 1] - stations[k]));
    }
    out
}
