//! The ways in and out of a spot, and the points of a truck that may be brought to it.

use crate::TruckModel;
use crate::path::Travel;
use haul_core::Pose2;
use serde::{Deserialize, Serialize};

/// How a truck comes into a spot and leaves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// In forward, out forward: a spot that is open at both ends.
    PullThrough,
    /// In backwards, out forward: the tail to the shovel, the berm or the hopper.
    #[default]
    BackIn,
    /// In forward, out backwards: a dead end.
    BackOut,
    /// In backwards, out backwards: open at both ends, the tail ahead.
    BackThrough,
}

impl Way {
    /// All four.
    pub const ALL: [Way; 4] = [Way::PullThrough, Way::BackIn, Way::BackOut, Way::BackThrough];

    /// The travel in which the spot is reached.
    pub fn arrives(self) -> Travel {
        match self {
            Way::PullThrough | Way::BackOut => Travel::Forward,
            Way::BackIn | Way::BackThrough => Travel::Reverse,
        }
    }

    /// The travel in which it is left.
    pub fn leaves(self) -> Travel {
        match self {
            Way::PullThrough | Way::BackIn => Travel::Forward,
            Way::BackOut | Way::BackThrough => Travel::Reverse,
        }
    }
}

/// The point of a truck that is brought to a spot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// The foremost point.
    Front,
    /// Middle of the rated load as it is heaped in the body: what comes under a shovel's bucket.
    Load,
    /// Middle of the rear axle, about which all poses are given.
    #[default]
    Axle,
    /// The rearmost point, the tail of the body.
    Rear,
    /// Where the load falls when the body is raised.
    Pile,
}

/// How far behind the tail a load falls, m: it slides off the body's lip. Estimated.
const THROW: f64 = 0.8;

impl Origin {
    /// How far ahead of the rear axle it lies, m.
    pub fn ahead(self, truck: &TruckModel) -> f64 {
        match self {
            Origin::Front => truck.footprint.front,
            Origin::Load => truck.spec.mass.heap_centre(truck.spec.rated_payload()).x,
            Origin::Axle => 0.0,
            Origin::Rear => -truck.footprint.rear,
            Origin::Pile => -truck.footprint.rear - THROW,
        }
    }

    /// The rear-axle pose of a truck that has this point at `spot`, headed as it.
    pub fn align(self, truck: &TruckModel, spot: Pose2) -> Pose2 {
        spot.advanced(-self.ahead(truck))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use haul_vehicle::TruckSpec;
    use std::sync::Arc;

    #[test]
    fn the_point_asked_for_comes_to_the_spot() {
        let truck = TruckModel::new(Arc::new(TruckSpec::tr100at()));
        let spot = Pose2::new(10.0, -4.0, 2.1);
        let f = truck.footprint;
        let at = |origin: Origin| origin.align(&truck, spot);
        assert!((at(Origin::Front).place(f.front, 0.0) - spot.position()).norm() < 1e-12);
        assert!((at(Origin::Rear).place(-f.rear, 0.0) - spot.position()).norm() < 1e-12);
        assert_eq!(at(Origin::Axle), spot);
        // From tail to nose: pile, rear, axle, load, front; the load lies over the wheels, a little before the rear axle.
        let order = [Origin::Pile, Origin::Rear, Origin::Axle, Origin::Load, Origin::Front].map(|o| o.ahead(&truck));
        assert!(order.windows(2).all(|w| w[0] < w[1]), "{order:?}");
        assert!(order[3] < truck.spec.geometry.wheelbase / 2.0, "{order:?}");
    }

    #[test]
    fn the_four_ways_are_the_four_pairs_of_travel() {
        let mut pairs: Vec<(Travel, Travel)> = Way::ALL.iter().map(|w| (w.arrives(), w.leaves())).collect();
        pairs.dedup();
        assert_eq!(pairs.len(), 4);
        assert_eq!((Way::BackIn.arrives(), Way::BackIn.leaves()), (Travel::Reverse, Travel::Forward));
        assert_eq!((Way::BackOut.arrives(), Way::BackOut.leaves()), (Travel::Forward, Travel::Reverse));
    }
}
