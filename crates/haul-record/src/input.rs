//! External inputs of a run. A recording holds them, so that a replay can apply them again.

use crate::controls::Controls;
use crate::truck_fault::TruckFault;
use haul_core::{ObstacleId, Point2, TruckId};
use serde::{Deserialize, Serialize};

/// An external input to the simulated world.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SimInput {
    /// Stops every truck of the site at once.
    AllStop,
    /// Ends the all-stop.
    Resume,
    /// Places an obstacle: a post, a rock or a vehicle that does not move. If the name is already in use, moves that
    /// obstacle.
    PlaceObstacle {
        /// Name of the obstacle.
        id: ObstacleId,
        /// Centre of the obstacle, m.
        at: Point2,
        /// Radius of the obstacle, m.
        radius: f64,
    },
    /// Removes the obstacle with this name. Has no effect if there is none.
    RemoveObstacle {
        /// Name of the obstacle.
        id: ObstacleId,
    },
    /// Limits the friction coefficient of the whole mine to this value. Rain is about 0.35, ice 0.12; 1 restores the
    /// roads' own friction.
    SetFriction(f64),
    /// Sets the rate of rain, m/s; 0 ends the rain. Roads get wet over minutes and dry over hours.
    SetRain(f64),
    /// Sets the rate of snowfall, m/s of water equivalent; 0 ends the snowfall.
    SetSnow(f64),
    /// Sets the visibility in fog and dust, m; 20 km or more is clear air.
    SetVisibility(f64),
    /// Lays ice on the roads.
    LayIce {
        /// Depth of the ice, m of water equivalent.
        depth: f64,
        /// Centre and radius (m) of the area whose roads get ice; `None` for all roads.
        within: Option<(Point2, f64)>,
    },
    /// Wets roads as one pass of a water cart does.
    WaterRoads {
        /// Centre and radius (m) of the area whose roads get wet; `None` for all roads.
        within: Option<(Point2, f64)>,
    },
    /// Cuts mud, snow and ice off roads as one pass of a grader does.
    GradeRoads {
        /// Centre and radius (m) of the area whose roads are graded; `None` for all roads.
        within: Option<(Point2, f64)>,
    },
    /// Drives a truck by hand with these set points, which hold until the next input. If the truck's on-board stack is
    /// driving, the input takes over from it.
    Drive {
        /// The truck.
        truck: TruckId,
        /// Set points of the controls.
        controls: Controls,
    },
    /// Returns control of a truck to its on-board stack.
    HandBack {
        /// The truck.
        truck: TruckId,
    },
    /// Injects a fault into a truck. It replaces a fault with the same name.
    Fail {
        /// The truck.
        truck: TruckId,
        /// The fault.
        fault: TruckFault,
    },
    /// Ends a fault of a truck. Has no effect if the truck has no fault with this name.
    Repair {
        /// The truck.
        truck: TruckId,
        /// The fault; only its name counts.
        fault: TruckFault,
    },
}

impl SimInput {
    /// Returns the truck that the input is for; `None` for an input to the whole site.
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

/// An input, and the physics step before which it was applied.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LoggedInput {
    /// Number of physics steps taken before the input.
    pub step: u64,
    /// The input.
    pub input: SimInput,
}
