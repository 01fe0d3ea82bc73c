//! The poses that a truck sweeps while it keeps its place on the road of the map.

use super::arc::STEPS;
use haul_core::{Pose2, RoadId, angle};
use haul_mine::{MineMap, Road};

/// Greatest angle between a truck that keeps to its lane and the road, rad (7°).
const ALONG: f64 = 0.12;
/// Greatest angle between two roads that are one road across their node, rad (29°).
const GOES_ON: f64 = 0.5;
/// Farther than this from the point beside which it was found, a truck stands before or beyond the road, m.
const BESIDE_ROAD: f64 = 1.0;

/// A direction along a road.
#[derive(Debug, Clone, Copy)]
struct Along<'a> {
    road: &'a Road,
    /// True from→to.
    is_forward: bool,
}

impl<'a> Along<'a> {
    fn of(map: &'a MineMap, id: RoadId, is_forward: bool) -> Option<Self> {
        Some(Self { road: map.roads.road(id)?, is_forward })
    }

    /// The heading of a truck that drives along the road at a station, rad.
    fn heading(&self, station: f64) -> Option<f64> {
        let heading = self.road.line.heading(station)?;
        Some(if self.is_forward { heading } else { angle::wrap(heading + std::f64::consts::PI) })
    }

    /// The pose at a station, this far to the left of the centreline (m), that points along the road.
    fn beside(&self, station: f64, left: f64) -> Option<Pose2> {
        let (middle, heading) = (self.road.line.at(station)?, self.heading(station)?);
        let at = Pose2::new(middle.x, middle.y, heading).place(0.0, left);
        Some(Pose2::new(at.x, at.y, heading))
    }

    /// Distance to the end of the road, m.
    fn left(&self, station: f64) -> f64 {
        if self.is_forward { self.road.line.length() - station } else { station }
    }

    /// The station at this distance before the end of the road, m.
    fn station_before_end(&self, left: f64) -> f64 {
        if self.is_forward { self.road.line.length() - left } else { left }
    }

    /// The only road that goes on beyond the end of this one; `None` at a dead end and where the road forks.
    fn next(&self, map: &'a MineMap) -> Option<Self> {
        let node = if self.is_forward { self.road.to } else { self.road.from };
        let here = self.heading(self.station_before_end(0.0))?;
        let mut on = map.roads.roads_at(node).iter().filter_map(|(id, is_forward)| {
            let next = Self::of(map, *id, *is_forward)?;
            let goes_on = angle::difference(next.heading(next.station_before_end(next.road.line.length()))?, here);
            (*id != self.road.id && goes_on.abs() < GOES_ON).then_some(next)
        });
        let only = on.next()?;
        on.next().is_none().then_some(only)
    }
}

/// Poses over `way` metres of a truck that drives forward along its road and keeps its distance from the centreline.
/// `None` where it is on no road or does not point along one, and where the road forks or ends on the way.
pub(super) fn along_road(map: &MineMap, from: Pose2, way: f64) -> Option<[Pose2; STEPS]> {
    let at = map.roads.nearest(from.position())?;
    let edges = map.roads.road(at.road)?.at(at.station);
    if at.lateral > edges.width_left || -at.lateral > edges.width_right {
        return None;
    }
    let mut along = [true, false].into_iter().filter_map(|f| Along::of(map, at.road, f)).find(|along| {
        along.heading(at.station).is_some_and(|heading| angle::difference(heading, from.heading).abs() < ALONG)
    })?;
    let lateral = if along.is_forward { at.lateral } else { -at.lateral };
    if along.beside(at.station, lateral)?.distance(from) > BESIDE_ROAD {
        return None;
    }
    let mut left = along.left(at.station);
    let step = way / STEPS as f64;
    let mut poses = [from; STEPS];
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
