//! Inputs of a run from outside. A recording holds them, so that a replay can give them again.

use crate::controls::Controls;
use crate::truck_fault::TruckFault;
use haul_core::{ObstacleId, Point2, TruckId};
use serde::{Deserialize, Serialize};

/// An act on the world from outside.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SimInput {
    /// Stops every truck of the site at once.
    AllStop,
    /// Ends the all-stop.
    Resume,
    /// Puts an obstacle in the way: a post, a rock or a vehicle that does not move. Moves the one of the same name
    /// where there is one.
    PlaceObstacle {
        /// Name of the obstacle.
        id: ObstacleId,
        /// Centre, m.
        at: Point2,
        /// Radius, m.
        radius: f64,
    },
    /// Takes the obstacle of a name away. No effect where there is none.
    RemoveObstacle {
        /// Name of the obstacle.
        id: ObstacleId,
    },
    /// Makes the whole mine slippery: the greatest friction coefficient that a tyre finds anywhere. Rain is about
    /// 0.35, ice 0.12; 1 gives the roads their own friction back.
    SetFriction(f64),
    /// Sets the rain, m/s; 0 ends it. Roads get wet over minutes and dry over hours.
    SetRain(f64),
    /// Sets the snowfall, m/s of water; 0 ends it.
    SetSnow(f64),
    /// Sets the visibility by fog and dust, m; 20 km or more is clear air.
    SetVisibility(f64),
    /// Lays ice on the roads.
    LayIce {
        /// Depth, m of water.
        depth: f64,
        /// Middle and radius (m) of the roads with ice; `None` for all roads.
        within: Option<(Point2, f64)>,
    },
    /// Wets roads as one pass of a water cart does.
    WaterRoads {
        /// Middle and radius (m) of the roads; `None` for all roads.
        within: Option<(Point2, f64)>,
    },
    /// Cuts mud, snow and ice off roads as one pass of a grader does.
    GradeRoads {
        /// Middle and radius (m) of the roads; `None` for all roads.
        within: Option<(Point2, f64)>,
    },
    /// Drives a truck by hand with these set points, which hold until the next input. Takes the truck over from its
    /// on-board stack where that drives.
    Drive {
        /// The truck.
        truck: TruckId,
        /// The set points.
        controls: Controls,
    },
    /// Hands a truck back to its on-board stack.
    HandBack {
        /// The truck.
        truck: TruckId,
    },
    /// Injects a fault into a truck. A fault of the same name is replaced.
    Fail {
        /// The truck.
        truck: TruckId,
        /// The fault.
        fault: TruckFault,
    },
    /// Ends a fault of a truck. No effect where there is none of the name.
    Repair {
        /// The truck.
        truck: TruckId,
        /// The fault; only its name counts.
        fault: TruckFault,
    },
}

impl SimInput {
    /// The truck that the input is for; `None` for an input to the whole site.
    pub fn truck(&self) -> Option<TruckId> {
        match self {
            SimInput::Drive { truck, .. }
            | SimInput::HandBack { truck }
            | SimInput::Fail { truck, .. }
            | SimInput::Repair { truck, .. } => Some(*truck),
            _ => None,
        }
    }
}

/// An input and the step before which it came.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LoggedInput {
    /// Physics steps taken when it came.
    pub step: u64,
    /// The input.
    pub input: SimInput,
}
