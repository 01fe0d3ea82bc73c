//! Stretches of road and junctions, and when two trucks cannot have them together.

use super::network::Network;
use haul_core::{NodeId, RoadId};

/// Overlaps up to this are two things that touch, m: stations are sums of floating-point numbers.
pub(super) const TOUCH: f64 = 1e-6;

/// A road in a direction of travel: `true` is the from→to sense.
pub(super) type Lane = (RoadId, bool);

/// A stretch of one lane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stretch {
    /// The road.
    pub road: RoadId,
    /// Whether it is travelled in its from→to sense.
    pub forward: bool,
    /// The lower station, m.
    pub lo: f64,
    /// The higher station, m.
    pub hi: f64,
}

impl Stretch {
    fn overlaps(&self, other: &Stretch) -> bool {
        self.road == other.road && self.lo + TOUCH < other.hi && other.lo + TOUCH < self.hi
    }
}

/// A way through a junction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Movement {
    /// The junction.
    pub node: NodeId,
    /// The lane by which it is entered; `None` where the journey begins there.
    pub enters: Option<(RoadId, bool)>,
    /// The lane by which it is left; `None` where the journey ends there.
    pub leaves: Option<(RoadId, bool)>,
    /// Whether both lanes have an oncoming lane beside them at the junction.
    pub two_lane: bool,
}

impl Movement {
    /// Whether two trucks may not be on the junction together. `in_line`: a truck that enters by the same lane comes
    /// after the other in any case, so that it need not wait for it to be clear before it may plan to pass.
    fn conflicts(&self, other: &Movement, in_line: bool) -> bool {
        if self.node != other.node {
            return false;
        }
        let same_entry = self.enters.is_some() && self.enters == other.enters;
        let same_exit = self.leaves.is_some() && self.leaves == other.leaves;
        let opposite = self.two_lane
            && other.two_lane
            && self.enters.is_some()
            && self.leaves.is_some()
            && self.enters == other.leaves.map(turned)
            && self.leaves == other.enters.map(turned);
        !(opposite || (same_entry && (same_exit || in_line)))
    }
}

fn turned((road, forward): Lane) -> Lane {
    (road, !forward)
}

/// What a truck has or wants of the roads.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ground {
    /// Stretches of road.
    pub stretches: Vec<Stretch>,
    /// Junctions.
    pub movements: Vec<Movement>,
}

impl Ground {
    /// Whether it is nothing at all.
    pub fn is_empty(&self) -> bool {
        self.stretches.is_empty() && self.movements.is_empty()
    }

    /// Whether the two share ground in opposite directions where there is room for one lane only.
    pub(super) fn meets_head_on(&self, other: &Ground, network: &Network) -> bool {
        self.pairs(other).any(|(a, b)| {
            a.forward != b.forward && a.overlaps(b) && network.is_narrow_between(a.road, a.lo.max(b.lo), a.hi.min(b.hi))
        })
    }

    /// Whether the two share ground in the same direction.
    pub(super) fn shares_lane(&self, other: &Ground) -> bool {
        self.pairs(other).any(|(a, b)| a.forward == b.forward && a.overlaps(b))
    }

    /// Whether their ways through a junction conflict; see [`Movement::conflicts`].
    pub(super) fn crosses(&self, other: &Ground, in_line: bool) -> bool {
        self.movements.iter().any(|a| other.movements.iter().any(|b| a.conflicts(b, in_line)))
    }

    /// Whether two trucks cannot hold these together: the conflict that right of way exists to keep away.
    pub fn conflicts(&self, other: &Ground, network: &Network) -> bool {
        self.shares_lane(other) || self.crosses(other, false) || self.meets_head_on(other, network)
    }

    /// Whether it has this point of a lane.
    pub(super) fn holds(&self, lane: Lane, station: f64) -> bool {
        self.stretches.iter().any(|s| (s.road, s.forward) == lane && s.lo <= station && station <= s.hi)
    }

    fn pairs<'a>(&'a self, other: &'a Ground) -> impl Iterator<Item = (&'a Stretch, &'a Stretch)> {
        self.stretches.iter().flat_map(|a| other.stretches.iter().map(move |b| (a, b)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::right_of_way::network::RoadShape;

    fn network() -> Network {
        let road = |from, to| RoadShape {
            from: NodeId(from),
            to: NodeId(to),
            length: 100.0,
            one_way: false,
            narrow: vec![(40.0, 60.0)],
        };
        Network::new(vec![road(0, 1), road(1, 2), road(1, 3)])
    }

    fn on(road: u32, forward: bool, lo: f64, hi: f64) -> Ground {
        Ground { stretches: vec![Stretch { road: RoadId(road), forward, lo, hi }], movements: vec![] }
    }

    #[test]
    fn oncoming_trucks_pass_only_where_there_are_two_lanes() {
        let net = network();
        assert!(!on(0, true, 0.0, 40.0).conflicts(&on(0, false, 0.0, 40.0), &net));
        assert!(on(0, true, 0.0, 41.0).conflicts(&on(0, false, 39.0, 80.0), &net));
        // Both touch the narrow part, but what they share is wide.
        assert!(!on(0, true, 0.0, 41.0).conflicts(&on(0, false, 0.0, 39.0), &net));
        assert!(on(0, true, 0.0, 40.0).conflicts(&on(0, true, 39.0, 50.0), &net), "one lane is one truck's");
        assert!(!on(0, true, 0.0, 99.0).conflicts(&on(1, true, 0.0, 99.0), &net));
    }

    #[test]
    fn ways_through_a_junction_conflict_unless_they_are_one_way_or_its_reverse() {
        let way = |enters: (u32, bool), leaves: (u32, bool), two_lane| Movement {
            node: NodeId(1),
            enters: Some((RoadId(enters.0), enters.1)),
            leaves: Some((RoadId(leaves.0), leaves.1)),
            two_lane,
        };
        let up = way((0, true), (1, true), true);
        assert!(!up.conflicts(&up, false));
        assert!(!up.conflicts(&way((1, false), (0, false), true), false), "oncoming, each in its lane");
        assert!(up.conflicts(&way((1, false), (0, false), false), false), "oncoming on a single lane");
        assert!(up.conflicts(&way((2, false), (1, true), true), false), "merging");
        assert!(up.conflicts(&way((0, true), (2, true), true), false), "tail and nose at the fork");
        assert!(!up.conflicts(&way((0, true), (2, true), true), true), "but one comes after the other");
    }
}
