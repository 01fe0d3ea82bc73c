//! Poses that a truck sweeps while it keeps its lane on a road of the map.

use super::arc::POSES;
use haul_core::{Pose2, RoadId, angle};
use haul_mine::{MineMap, Road};

/// Maximum angle (rad) between the road and a truck that keeps its lane (7°).
const LANE_ANGLE: f64 = 0.12;
/// Maximum angle (rad) between two roads that continue each other across their node (29°).
const CONTINUATION_ANGLE: f64 = 0.5;
/// Maximum distance (m) along the road between a truck and its nearest point of the road: beyond it, the truck is past
/// one end of the road.
const ROAD_END_MARGIN: f64 = 1.0;

/// A direction along a road.
#[derive(Debug, Clone, Copy)]
struct Along<'a> {
    road: &'a Road,
    /// True for the direction from the road's `from` node to its `to` node.
    is_forward: bool,
}

impl<'a> Along<'a> {
    fn of(map: &'a MineMap, id: RoadId, is_forward: bool) -> Option<Self> {
        Some(Self { road: map.roads.road(id)?, is_forward })
    }

    /// Returns the heading (rad) of a truck that drives along the road at a station.
    fn heading(&self, station: f64) -> Option<f64> {
        let heading = self.road.line.heading(station)?;
        Some(if self.is_forward { heading } else { angle::wrap(heading + std::f64::consts::PI) })
    }

    /// Returns the pose along the road at a station, `left` metres to the left of the centreline.
    fn beside(&self, station: f64, left: f64) -> Option<Pose2> {
        let (middle, heading) = (self.road.line.at(station)?, self.heading(station)?);
        let at = Pose2::new(middle.x, middle.y, heading).place(0.0, left);
        Some(Pose2::new(at.x, at.y, heading))
    }

    /// Returns the distance from a station to the end of the road, m.
    fn left(&self, station: f64) -> f64 {
        if self.is_forward { self.road.line.length() - station } else { station }
    }

    /// Returns the station (m) that lies `left` metres before the end of the road.
    fn station_before_end(&self, left: f64) -> f64 {
        if self.is_forward { self.road.line.length() - left } else { left }
    }

    /// Returns the only road that continues this one; `None` at a dead end and at a fork.
    fn next(&self, map: &'a MineMap) -> Option<Self> {
        let node = if self.is_forward { self.road.to } else { self.road.from };
        let here = self.heading(self.station_before_end(0.0))?;
        let mut on = map.roads.roads_at(node).iter().filter_map(|(id, is_forward)| {
            let next = Self::of(map, *id, *is_forward)?;
            let goes_on = angle::difference(next.heading(next.station_before_end(next.road.line.length()))?, here);
            (*id != self.road.id && goes_on.abs() < CONTINUATION_ANGLE).then_some(next)
        });
        let only = on.next()?;
        on.next().is_none().then_some(only)
    }
}

/// Returns the poses over `way` metres of a truck that drives forward along its road at a constant distance from the
/// centreline. Returns `None` if the truck is on no road, does not point along one, or if the road forks or ends within
/// this distance.
pub(super) fn along_road(map: &MineMap, from: Pose2, way: f64) -> Option<[Pose2; POSES]> {
    let at = map.roads.nearest(from.position())?;
    let edges = map.roads.road(at.road)?.at(at.station);
    if at.lateral > edges.width_left || -at.lateral > edges.width_right {
        return None;
    }
    let mut along = [true, false].into_iter().filter_map(|f| Along::of(map, at.road, f)).find(|along| {
        along.heading(at.station).is_some_and(|heading| angle::difference(heading, from.heading).abs() < LANE_ANGLE)
    })?;
    let lateral = if along.is_forward { at.lateral } else { -at.lateral };
    if along.beside(at.station, lateral)?.distance(from) > ROAD_END_MARGIN {
        return None;
    }
    let mut left = along.left(at.station);
    let step = way / POSES as f64;
    let mut poses = [from; POSES];
    for pose in &mut poses {
        left -= step;
        while left < 0.0 {
            along = along.next(map)?;
            left += along.road.line.length();
        }
        *pose = along.beside(along.station_before_end(left), lateral)?;
    }
    Some(poses)
}
