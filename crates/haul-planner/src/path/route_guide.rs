//! The guide along a route: centrelines in the direction of travel, and the offset of the lane.

use super::error::PathError;
use super::guide::{Guide, GuidePoint};
use super::lane::lane_offset;
use crate::TruckModel;
use crate::route::Route;
use haul_mine::{MineMap, Road, RoadStation, Side};

/// Spacing of the guide's points, m.
const SPACING: f64 = 1.0;
/// Distance ahead and behind within which the minimum width sets the lane, m, so that the lane does not swing into
/// every bay.
const WIDTH_WINDOW: f64 = 15.0;
/// Length over which the lane changes its offset, m.
const SHIFT_WINDOW: f64 = 20.0;
/// Distance from a junction within which kinked centrelines have less weight, m.
const JUNCTION: f64 = 15.0;
const JUNCTION_WEIGHT: f64 = 0.15;
/// Maximum distance of the middle between the edges from the centreline, m. Extra width beyond that counts as a bay.
const MAX_OFF_MIDDLE: f64 = 4.0;

/// Returns the guide of a route, or an error for an unknown road or a route without length.
pub(super) fn route_guide(map: &MineMap, truck: &TruckModel, route: &Route) -> Result<Guide, PathError> {
    let mut guide = Guide::default();
    let mut widths: Vec<(f64, f64)> = Vec::new();
    let mut joints = Vec::new();
    let mut one_way = Vec::new();
    for leg in &route.legs {
        let road = map.roads.road(leg.road).ok_or(PathError::UnknownRoad { road: leg.road })?;
        let pieces = (leg.length() / SPACING).ceil().clamp(1.0, 1e6) as usize;
        let first = usize::from(!guide.points.is_empty());
        if first == 1 {
            joints.push(guide.points.len() - 1);
        }
        for k in first..=pieces {
            let s = leg.from_station + (leg.to_station - leg.from_station) * k as f64 / pieces as f64;
            let Some(at) = road.line.at(s) else { continue };
            if guide.points.last().is_some_and(|last| (last.point - at.xy()).norm() < 1e-3) {
                continue;
            }
            let (left, right) = road_widths(road, s);
            widths.push(if leg.forward { (left, right) } else { (right, left) });
            one_way.push(road.one_way);
            guide.points.push(GuidePoint { point: at.xy(), offset: 0.0, weight: 1.0, road: Some(leg.road) });
        }
    }
    let n = guide.points.len();
    if n < 4 {
        return Err(PathError::NoLength);
    }
    let side = if map.traffic_side == Side::Left { 1.0 } else { -1.0 };
    let window = (WIDTH_WINDOW / SPACING) as usize;
    let raw: Vec<f64> = (0..n)
        .map(|i| {
            let near = i.saturating_sub(window)..(i + window + 1).min(n);
            let width = widths[near].iter().map(|(l, r)| l + r).fold(f64::INFINITY, f64::min);
            let (left, right) = widths[i];
            let middle = ((left - right) / 2.0).clamp(-MAX_OFF_MIDDLE, MAX_OFF_MIDDLE);
            middle + if one_way[i] { 0.0 } else { side * lane_offset(truck, width) }
        })
        .collect();
    let half = (SHIFT_WINDOW / SPACING / 2.0) as usize;
    for i in 0..n {
        let near = &raw[i.saturating_sub(half)..(i + half + 1).min(n)];
        guide.points[i].offset = near.iter().sum::<f64>() / near.len() as f64;
    }
    for joint in joints {
        let reach = (JUNCTION / SPACING) as usize;
        for i in joint.saturating_sub(reach)..(joint + reach + 1).min(n) {
            let share = i.abs_diff(joint) as f64 / reach as f64;
            let weight = JUNCTION_WEIGHT + (1.0 - JUNCTION_WEIGHT) * share;
            guide.points[i].weight = guide.points[i].weight.min(weight);
        }
    }
    Ok(guide)
}

/// Returns the widths to the left and to the right of a centreline at a station, m.
fn road_widths(road: &Road, station: f64) -> (f64, f64) {
    let i = road.line.piece(station);
    let of = |k: usize| road.stations.get(k).copied().unwrap_or_default();
    let (a, b): (RoadStation, RoadStation) = (of(i), of(i + 1));
    let stations = road.line.stations();
    let span = stations.get(i + 1).copied().unwrap_or(1.0) - stations.get(i).copied().unwrap_or(0.0);
    let t = ((station - stations.get(i).copied().unwrap_or(0.0)) / span.max(1e-9)).clamp(0.0, 1.0);
    (a.width_left + (b.width_left - a.width_left) * t, a.width_right + (b.width_right - a.width_right) * t)
}
