//! The point of a truck that must stand at a spot.

use crate::TruckModel;
use haul_core::Pose2;
use serde::{Deserialize, Serialize};

/// The point of a truck that must stand at a spot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReferencePoint {
    /// Foremost point.
    Front,
    /// Centre of the rated load as it is heaped in the body: the point under a shovel's bucket.
    Load,
    /// Centre of the rear axle, to which all poses refer.
    #[default]
    Axle,
    /// Rearmost point: the tail of the body.
    Rear,
    /// Point where the load falls when the body is raised.
    Pile,
}

/// Distance behind the tail at which the load falls, m. It slides off the lip of the body. Estimated.
const THROW: f64 = 0.8;

impl ReferencePoint {
    /// Returns the distance of the point ahead of the rear axle, m.
    pub fn ahead(self, truck: &TruckModel) -> f64 {
        match self {
            ReferencePoint::Front => truck.footprint.front,
            ReferencePoint::Load => truck.spec.mass.heap_centre(truck.spec.rated_payload()).x,
            ReferencePoint::Axle => 0.0,
            ReferencePoint::Rear => -truck.footprint.rear,
            ReferencePoint::Pile => -truck.footprint.rear - THROW,
        }
    }

    /// Returns the rear-axle pose of a truck whose reference point is at `spot`, with the heading of `spot`.
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
    fn the_chosen_point_is_brought_to_the_spot() {
        let truck = TruckModel::new(Arc::new(TruckSpec::tr100at()));
        let spot = Pose2::new(10.0, -4.0, 2.1);
        let f = truck.footprint;
        let at = |point: ReferencePoint| point.align(&truck, spot);
        assert!((at(ReferencePoint::Front).place(f.front, 0.0) - spot.position()).norm() < 1e-12);
        assert!((at(ReferencePoint::Rear).place(-f.rear, 0.0) - spot.position()).norm() < 1e-12);
        assert_eq!(at(ReferencePoint::Axle), spot);
        // From tail to nose: pile, rear, axle, load, front; the load lies a little ahead of the rear axle.
        use ReferencePoint::*;
        let order = [Pile, Rear, Axle, Load, Front].map(|point| point.ahead(&truck));
        assert!(order.windows(2).all(|w| w[0] < w[1]), "{order:?}");
        assert!(order[3] < truck.spec.geometry.wheelbase / 2.0, "{order:?}");
    }
}
