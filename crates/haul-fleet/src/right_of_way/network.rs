//! The roads as right of way sees them: how long, how joined, and where two trucks cannot pass.

use super::ground::TOUCH;
use haul_core::{NodeId, RoadId};
use std::collections::BTreeMap;

/// A stretch of stations, `.0 <= .1`, m.
pub type Range = (f64, f64);

/// One road.
#[derive(Debug, Clone, PartialEq)]
pub struct RoadShape {
    /// Where its line begins.
    pub from: NodeId,
    /// Where its line ends.
    pub to: NodeId,
    /// Plan length, m.
    pub length: f64,
    /// Whether it may be travelled from→to only.
    pub one_way: bool,
    /// Stations between which there is room for one lane only, in order and apart.
    pub narrow: Vec<Range>,
}

/// All roads of a mine.
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    roads: Vec<RoadShape>,
    degree: BTreeMap<NodeId, usize>,
}

impl Network {
    /// A network of roads; a [`RoadId`] is an index into them.
    pub fn new(roads: Vec<RoadShape>) -> Self {
        let mut degree = BTreeMap::new();
        for road in &roads {
            *degree.entry(road.from).or_insert(0) += 1;
            *degree.entry(road.to).or_insert(0) += 1;
        }
        Self { roads, degree }
    }

    /// The network of a map: a road is narrow where its drivable width is less than `two_lane_width`, m.
    pub fn of(map: &haul_mine::MineMap, two_lane_width: f64) -> Self {
        let shape = |road: &haul_mine::Road| {
            let widths = road.stations.iter().map(|s| s.width_left + s.width_right);
            let widths: Vec<f64> = widths.collect();
            RoadShape {
                from: road.from,
                to: road.to,
                length: road.line.length(),
                one_way: road.one_way,
                narrow: narrow_ranges(road.line.stations(), &widths, two_lane_width),
            }
        };
        Self::new(map.roads.roads.iter().map(shape).collect())
    }

    /// A road by its id.
    pub fn road(&self, id: RoadId) -> Option<&RoadShape> {
        self.roads.get(id.index())
    }

    /// Whether ways part or cross at a node, rather than merely go on.
    pub fn is_junction(&self, node: NodeId) -> bool {
        self.degree.get(&node).is_some_and(|&degree| degree > 2)
    }

    /// Whether the road has room for one lane only anywhere between two stations, m.
    pub fn is_narrow_between(&self, road: RoadId, lo: f64, hi: f64) -> bool {
        // An unknown road is held to be narrow: the careful answer.
        self.road(road).is_none_or(|shape| shape.narrow.iter().any(|&(a, b)| a + TOUCH < hi && lo + TOUCH < b))
    }
}

/// The ranges in which a road is narrower than `wanted`. A narrow station makes the road narrow as far as its
/// neighbours, since the width between two stations is not known.
fn narrow_ranges(stations: &[f64], widths: &[f64], wanted: f64) -> Vec<Range> {
    let mut ranges: Vec<Range> = Vec::new();
    let last = stations.len().saturating_sub(1);
    for (i, &station) in stations.iter().enumerate() {
        // A width that is missing or not a number counts as narrow.
        if widths.get(i).is_some_and(|&width| width >= wanted) {
            continue;
        }
        let lo = if i == 0 { station } else { stations[i - 1] };
        let hi = if i == last { station } else { stations[i + 1] };
        match ranges.last_mut() {
            Some(range) if lo <= range.1 => range.1 = hi,
            _ => ranges.push((lo, hi)),
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_narrow_station_reaches_to_its_neighbours() {
        let stations = [0.0, 10.0, 20.0, 30.0, 40.0, 50.0];
        let widths = [25.0, 25.0, 15.0, 25.0, f64::NAN, 25.0];
        assert_eq!(narrow_ranges(&stations, &widths, 21.35), [(10.0, 50.0)]);
        assert_eq!(narrow_ranges(&stations, &[25.0; 6], 21.35), []);
        assert_eq!(narrow_ranges(&stations, &[], 21.35), [(0.0, 50.0)]);
    }
}
