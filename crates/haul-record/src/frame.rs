//! Frames of a run: everything that a picture of one instant needs, as plain data.

use haul_core::{
    CycleState, Footprint, Isometry3, PlaceId, Point2, Point3, Pose2, Restriction, SimTime, TruckId, VehicleId,
    VehicleKind,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A run at one instant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    /// The instant.
    pub at: SimTime,
    /// The trucks, in the order of the scenario.
    pub trucks: Vec<TruckFrame>,
    /// The shovels, in the order of the scenario.
    pub shovels: Vec<ShovelFrame>,
    /// The heaps at dumps.
    pub heaps: Vec<HeapFrame>,
    /// The manned vehicles, in the order of the scenario.
    #[serde(default)]
    pub vehicles: Vec<VehicleFrame>,
    /// The weather.
    #[serde(default)]
    pub weather: WeatherFrame,
}

/// The weather at one instant, as far as a picture shows it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct WeatherFrame {
    /// Rain, m/s.
    pub rain: f64,
    /// Snowfall as water, m/s.
    pub snow: f64,
    /// Meteorological visibility, m.
    pub visibility: f64,
    /// Speed of the wind, m/s.
    pub wind: f64,
    /// Direction into which the wind blows, rad, anticlockwise from east.
    pub wind_heading: f64,
    /// Temperature of the air, K.
    pub air_temperature: f64,
    /// Direction of the sun in plan, rad, anticlockwise from east.
    pub sun_heading: f64,
    /// Height of the sun over the horizon, rad; negative at night.
    pub sun_elevation: f64,
    /// Mean wetness of the roads, from 0 (dry) to 1 (as wet as they get).
    pub wetness: f64,
    /// Depth of the snow on the ground, m.
    pub snow_depth: f64,
}

impl WeatherFrame {
    /// Visibility in clear air, m.
    pub const CLEAR: f64 = 20_000.0;
}

impl Default for WeatherFrame {
    /// A clear, dry morning.
    fn default() -> Self {
        Self {
            rain: 0.0,
            snow: 0.0,
            visibility: Self::CLEAR,
            wind: 0.0,
            wind_heading: 0.0,
            air_temperature: 293.15,
            sun_heading: -0.7,
            sun_elevation: 0.8,
            wetness: 0.0,
            snow_depth: 0.0,
        }
    }
}

/// A truck at one instant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TruckFrame {
    /// Number of the truck.
    pub truck: TruckId,
    /// Pose of the body frame in the site frame.
    pub pose: Isometry3,
    /// Speed along the body, m/s.
    pub speed: f64,
    /// Mean steering angle of the front wheels, rad, positive to the left.
    pub steering: f64,
    /// Angle of the raised body, rad.
    pub body_angle: f64,
    /// Payload, kg.
    pub payload: f64,
    /// Quantities apart from the motion.
    pub detail: TruckDetail,
    /// The planned path; `None` without a plan. Shared between frames.
    pub path: Option<Arc<PathFrame>>,
    /// The wheels, in the order of `haul_vehicle::WheelState`; empty in a frame from a recording.
    #[serde(default)]
    pub wheels: Vec<WheelFrame>,
}

/// A wheel at one instant.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct WheelFrame {
    /// Centre in the body frame, m.
    pub centre: Point3,
    /// Steering angle, rad, positive to the left.
    pub steer: f64,
    /// Angle turned about the axle, rad, from 0 to 2π, positive when rolling forward.
    pub spin: f64,
    /// Force between tyre and ground, N.
    pub load: f64,
}

/// Quantities of a truck apart from its motion.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct TruckDetail {
    /// State of the haul cycle.
    pub cycle: CycleState,
    /// Reason why the truck stands, in words; `None` while it moves.
    pub standing: Option<String>,
    /// Reason why the safety supervisor holds the truck back.
    pub restriction: Option<Restriction>,
    /// Planned speed, m/s, negative in reverse.
    pub target_speed: f64,
    /// Station reached on the planned path, m.
    pub station: f64,
    /// Distance from the planned path to the left, as the truck believes, m.
    pub lateral_error: f64,
    /// Station up to which the path is granted, m; `None` if no grant is needed.
    pub granted: Option<f64>,
    /// Gear, negative in reverse, 0 in neutral.
    pub gear: i8,
    /// Engine speed, rad/s.
    pub engine_speed: f64,
    /// Throttle, 0 to 1.
    pub throttle: f64,
    /// Retarder lever, 0 to 1.
    pub retarder: f64,
    /// Service brake, 0 to 1.
    pub service_brake: f64,
    /// Parking brake.
    pub park_brake: bool,
    /// Oil temperature of the retarder, K.
    pub retarder_temperature: f64,
    /// Fuel burnt since the start, kg.
    pub fuel_used: f64,
    /// Friction coefficient that the truck believes the road to have.
    #[serde(default)]
    pub believed_friction: f64,
    /// Friction coefficient of the road under the rear axle.
    #[serde(default)]
    pub friction: f64,
    /// True if the lock-up clutch of the converter is closed.
    #[serde(default)]
    pub locked_up: bool,
}

/// A planned path in plan.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct PathFrame {
    /// Points of the rear axle's path, m.
    pub points: Vec<Point2>,
    /// Heights of the ground at the points, m; empty in a frame from a recording.
    #[serde(default)]
    pub heights: Vec<f64>,
    /// Speeds planned at the points, m/s, negative in reverse; empty where none are known.
    #[serde(default)]
    pub speeds: Vec<f64>,
    /// Stations of the points, m; empty in a frame from a recording.
    #[serde(default)]
    pub stations: Vec<f64>,
}

/// A shovel at one instant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShovelFrame {
    /// The loading place.
    pub place: PlaceId,
    /// Pose of the swing axis in plan.
    pub pose: Pose2,
    /// Height of the ground there, m.
    pub ground: f64,
    /// Swing of the upper works from the pose's heading, rad.
    pub swing: f64,
    /// Angle of the boom, rad.
    pub boom: f64,
    /// Angle of the stick, rad.
    pub stick: f64,
    /// Angle of the bucket, rad.
    pub bucket: f64,
    /// Mass in the bucket, kg.
    pub bucket_mass: f64,
}

/// A heap of tipped material.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HeapFrame {
    /// The dump.
    pub place: PlaceId,
    /// Centre, m.
    pub centre: Point2,
    /// Radius of the foot, m.
    pub radius: f64,
    /// Height, m.
    pub height: f64,
}

/// A manned vehicle at one instant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VehicleFrame {
    /// Its name.
    pub vehicle: VehicleId,
    /// Its kind.
    #[serde(default)]
    pub kind: VehicleKind,
    /// Pose of its rear axle's middle in plan.
    pub pose: Pose2,
    /// Height of the ground there, m.
    pub ground: f64,
    /// The ground that it covers.
    pub footprint: Footprint,
    /// Height of its top over the ground, m.
    pub height: f64,
    /// Speed along its way, m/s.
    pub speed: f64,
    /// Distance driven along its way, m; 0 in a frame from a recording.
    #[serde(default)]
    pub driven: f64,
    /// Activity, in words.
    #[serde(default)]
    pub activity: String,
}
