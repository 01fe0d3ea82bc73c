//! State of the stack for displays, reports and recordings.

use haul_core::{Pose2, SimTime, StandReason};
use haul_messages::CycleState;
use haul_planner::Path;
use haul_planner::speed::SpeedProfile;
use std::sync::Arc;

pub use haul_core::{Distrust, Restriction};

/// Estimated pose of the truck, for display.
#[derive(Debug, Clone, Copy, PartialEq, Default, serde::Serialize, serde::Deserialize)]
pub struct PoseEstimate {
    /// Pose of the rear-axle centre.
    pub pose: Pose2,
    /// Speed along the body, m/s.
    pub speed: f64,
    /// Standard deviation of the position, m; infinite before the first fix.
    pub sigma: f64,
}

/// State of the stack after a step.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
pub struct Telemetry {
    /// Time of the step.
    pub time: SimTime,
    /// Stage of the haul cycle.
    pub state: CycleState,
    /// Estimated pose of the truck.
    pub estimate: PoseEstimate,
    /// The present path.
    #[serde(with = "haul_core::state::shared::option")]
    pub path: Option<Arc<Path>>,
    /// Speeds planned along the path.
    #[serde(with = "haul_core::state::shared::option")]
    pub profile: Option<Arc<SpeedProfile>>,
    /// Station reached on the path, m.
    pub station: f64,
    /// Estimated offset from the path, m, positive to the left of the body.
    pub lateral_error: f64,
    /// Heading of the truck minus that of the path, rad.
    pub heading_error: f64,
    /// Target speed, m/s, negative in reverse.
    pub target_speed: f64,
    /// Station up to which the path is granted, m; infinite if no grant is needed.
    pub granted_to: f64,
    /// Station of an obstacle on the path, if there is one, m.
    pub obstacle_at: Option<f64>,
    /// Reason why the supervisor restricts the truck, if it does.
    pub restriction: Option<Restriction>,
    /// Reason why the truck stands; `None` while it moves.
    pub stands: Option<StandReason>,
}
