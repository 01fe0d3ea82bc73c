//! Adding, removing and splitting single roads. The ids of all other roads stay.

use super::graph::{RoadGraph, RoadNode};
use super::road::{Road, RoadStation};
use haul_core::{NodeId, Point3, Polyline, RoadId};

/// Shortest part that a road is split into, m.
const LEAST_PART_LENGTH: f64 = 1.0;

impl RoadGraph {
    /// Adds a road and returns its new id, which no road of this graph has ever had. The id in `road` is ignored.
    /// Returns `None` if the road names a missing node or has no length.
    pub fn add(&mut self, road: Road) -> Option<RoadId> {
        let joins = road.from.index() < self.nodes.len() && road.to.index() < self.nodes.len();
        if !joins || road.line.is_degenerate() || self.next == u32::MAX {
            return None;
        }
        let id = RoadId(self.next);
        let mut roads = std::mem::take(&mut self.roads);
        roads.push(Road { id, ..road });
        *self = self.rebuilt(roads);
        Some(id)
    }

    /// Removes a road and returns it. Its id is never used again. Nodes stay, so that their ids remain valid.
    pub fn remove(&mut self, id: RoadId) -> Option<Road> {
        let position = self.index.position(id)?;
        let mut roads = std::mem::take(&mut self.roads);
        let removed = roads.remove(position);
        *self = self.rebuilt(roads);
        Some(removed)
    }

    /// Splits a road at a station (m), with a new node there, and returns the id of the new road. The longer part keeps
    /// the id; if both parts are equally long, the part at `from` keeps it. Returns `None` if the road does not exist
    /// or a part would be shorter than 1 m.
    pub fn split(&mut self, id: RoadId, station: f64) -> Option<RoadId> {
        let position = self.index.position(id)?;
        let road = &self.roads[position];
        let length = road.line.length();
        // Written so that a station that is not a number fails the test.
        if !(station >= LEAST_PART_LENGTH && length - station >= LEAST_PART_LENGTH) || self.next == u32::MAX {
            return None;
        }
        let (middle, at) = (road.line.at(station)?, road.at(station));
        let node = NodeId(self.nodes.len() as u32);
        let first = part(road, |s| s < station, None, Some((middle, at)));
        let second = part(road, |s| s > station, Some((middle, at)), None);
        let (first, second) = (Road { to: node, ..first }, Road { from: node, ..second });
        let other = RoadId(self.next);
        let (first, second) = if 2.0 * station >= length {
            (first, Road { id: other, ..second })
        } else {
            (Road { id: other, ..first }, second)
        };
        let mut roads = std::mem::take(&mut self.roads);
        roads[position] = first;
        roads.push(second);
        self.nodes.push(RoadNode { id: node, position: middle });
        *self = self.rebuilt(roads);
        Some(other)
    }
}

/// Returns the part of a road whose stations satisfy `keeps`, with an optional point before and after it.
fn part(
    road: &Road,
    keeps: impl Fn(f64) -> bool,
    before: Option<(Point3, RoadStation)>,
    after: Option<(Point3, RoadStation)>,
) -> Road {
    let own = road.line.stations().iter().zip(road.line.points().iter().zip(&road.stations));
    let own = own.filter(|(s, _)| keeps(**s)).map(|(_, (p, station))| (*p, *station));
    let mut points: Vec<(Point3, RoadStation)> = before.into_iter().chain(own).chain(after).collect();
    // A polyline drops points that coincide in plan, so their stations are dropped too.
    points.dedup_by(|b, a| libm::hypot(b.0.x - a.0.x, b.0.y - a.0.y) < 1e-9);
    let (line, stations): (Vec<Point3>, Vec<RoadStation>) = points.into_iter().unzip();
    Road { line: Polyline::new(line), stations, ..road.clone() }
}
