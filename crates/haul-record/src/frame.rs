//! Frames of a run: all data for a picture at one time.

use haul_core::{
    CycleState, Footprint, Isometry3, PlaceId, Point2, Point3, Pose2, Restriction, SimTime, TruckId, VehicleId,
    VehicleKind,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Snapshot of a run at one time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    /// Simulated time of the frame.
    pub at: SimTime,
    /// The trucks, in the order of the scenario file.
    pub trucks: Vec<TruckFrame>,
    /// The shovels, in the order of the scenario file.
    pub shovels: Vec<ShovelFrame>,
    /// The heaps at dumps.
    pub heaps: Vec<HeapFrame>,
    /// The manned vehicles, in the order of the scenario file.
    #[serde(default)]
    pub vehicles: Vec<VehicleFrame>,
    /// The weather.
    #[serde(default)]
    pub weather: WeatherFrame,
}

/// The weather at one time, as far as a picture shows it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct WeatherFrame {
    /// Rate of rain, m/s.
    pub rain: f64,
    /// Rate of snowfall, m/s of water equivalent.
    pub snow: f64,
    /// Meteorological visibility, m.
    pub visibility: f64,
    /// Wind speed, m/s.
    pub wind: f64,
    /// Direction towards which the wind blows, rad, anticlockwise from east.
    pub wind_heading: f64,
    /// Temperature of the air, K.
    pub air_temperature: f64,
    /// Direction towards the sun in plan, rad, anticlockwise from east.
    pub sun_heading: f64,
    /// Elevation of the sun above the horizon, rad; negative at night.
    pub sun_elevation: f64,
    /// Mean saturation of the roads in use, from 0 (dry) to 1 (saturated).
    pub wetness: f64,
    /// Depth of the snow on the ground, m.
    pub snow_depth: f64,
}

impl WeatherFrame {
    /// Visibility from which the air counts as clear, m.
    pub const CLEAR: f64 = 20_000.0;
}

impl Default for WeatherFrame {
    /// Returns the weather of a clear, dry morning.
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

/// State of a truck at one time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TruckFrame {
    /// Number of the truck.
    pub truck: TruckId,
    /// Pose of the body frame in the site frame.
    pub pose: Isometry3,
    /// Speed along body x, m/s.
    pub speed: f64,
    /// Mean steering angle of the front wheels, rad, positive to the left.
    pub steering: f64,
    /// Angle of the dump body, rad; 0 is down.
    pub body_angle: f64,
    /// Payload, kg.
    pub payload: f64,
    /// Data of the truck other than its motion.
    pub detail: TruckDetail,
    /// Planned path, shared between frames; `None` if the truck has no plan.
    pub path: Option<Arc<PathFrame>>,
    /// The wheels, in the order of `haul_vehicle::WheelState`; empty in a frame from a recording.
    #[serde(default)]
    pub wheels: Vec<WheelFrame>,
}

/// State of a wheel at one time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct WheelFrame {
    /// Centre of the wheel in the body frame, m.
    pub centre: Point3,
    /// Steering angle of the wheel, rad, positive to the left.
    pub steer: f64,
    /// Rotation angle about the axle, rad, from 0 to 2π, positive when rolling forward.
    pub spin: f64,
    /// Force between tyre and ground, N.
    pub load: f64,
}

/// Data of a truck other than its motion.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct TruckDetail {
    /// State of the haul cycle.
    pub cycle: CycleState,
    /// Reason why the truck stands, in words; `None` while it moves.
    pub standing: Option<String>,
    /// Reason why the safety supervisor restricts the truck.
    pub restriction: Option<Restriction>,
    /// Planned speed, m/s, negative in reverse.
    pub target_speed: f64,
    /// Station reached on the planned path, m.
    pub station: f64,
    /// Lateral error: distance to the left of the planned path, as the truck estimates it, m.
    pub lateral_error: f64,
    /// Station up to which the path is granted, m; `None` if no grant is needed.
    pub granted: Option<f64>,
    /// Gear, negative in reverse, 0 in neutral.
    pub gear: i8,
    /// Engine speed, rad/s.
    pub engine_speed: f64,
    /// Commanded throttle, 0 to 1.
    pub throttle: f64,
    /// Commanded retarder demand, 0 to 1.
    pub retarder: f64,
    /// Commanded service brake demand, 0 to 1.
    pub service_brake: f64,
    /// True if the park brake is commanded on.
    pub park_brake: bool,
    /// Oil temperature of the retarder, K.
    pub retarder_temperature: f64,
    /// Fuel burnt since the start, kg.
    pub fuel_used: f64,
    /// Friction coefficient of the road, as the truck estimates it.
    #[serde(default)]
    pub believed_friction: f64,
    /// Friction coefficient of the road under the rear axle.
    #[serde(default)]
    pub friction: f64,
    /// True if the lock-up clutch of the torque converter is closed.
    #[serde(default)]
    pub locked_up: bool,
}

/// A planned path in plan.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct PathFrame {
    /// Points of the rear-axle centre's path, m.
    pub points: Vec<Point2>,
    /// Heights of the ground at the points, m; empty in a frame from a recording.
    #[serde(default)]
    pub heights: Vec<f64>,
    /// Planned speeds at the points, m/s, negative in reverse; empty if they are unknown.
    #[serde(default)]
    pub speeds: Vec<f64>,
    /// Stations of the points, m; empty in a frame from a recording.
    #[serde(default)]
    pub stations: Vec<f64>,
}

/// State of a shovel at one time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShovelFrame {
    /// The loading place.
    pub place: PlaceId,
    /// Pose of the swing axis in plan.
    pub pose: Pose2,
    /// Height of the ground at the swing axis, m.
    pub ground: f64,
    /// Swing angle of the upper works relative to the pose's heading, rad.
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

/// A heap of tipped material at a dump.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HeapFrame {
    /// The dump.
    pub place: PlaceId,
    /// Centre of the heap, m.
    pub centre: Point2,
    /// Radius of the heap's foot, m.
    pub radius: f64,
    /// Height of the heap, m.
    pub height: f64,
}

/// State of a manned vehicle at one time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VehicleFrame {
    /// Name of the vehicle.
    pub vehicle: VehicleId,
    /// Kind of the vehicle.
    #[serde(default)]
    pub kind: VehicleKind,
    /// Pose of the vehicle's rear-axle centre in plan.
    pub pose: Pose2,
    /// Height of the ground at the pose, m.
    pub ground: f64,
    /// Outline of the vehicle in plan.
    pub footprint: Footprint,
    /// Height of the vehicle's top above the ground, m.
    pub height: f64,
    /// Speed along the vehicle's route, m/s.
    pub speed: f64,
    /// Distance driven along the vehicle's route, m; 0 in a frame from a recording.
    #[serde(default)]
    pub driven: f64,
    /// Current activity of the vehicle, in words.
    #[serde(default)]
    pub activity: String,
}
