//! The setup of a world.

use crate::driver::DriverKind;
use crate::ground::SlipperyZone;
use crate::line::LineQuality;
use crate::sensors::SensorLevel;
use crate::vehicle::VehicleSetup;
use crate::weather::WeatherPlan;
use haul_autonomy::LateralControl;
use haul_core::{PlaceId, Pose2, SimTime, TruckId};
use haul_messages::Epoch;
use haul_mine::MineMap;
use haul_planner::{Atlas, Conditions};
use haul_record::SimInput;
use haul_vehicle::{ShovelSpec, TruckSpec};
use std::sync::Arc;

/// One truck of a run.
#[derive(Debug, Clone)]
pub struct TruckSetup {
    /// Number of the truck, unique in the run.
    pub id: TruckId,
    /// Specification of the truck.
    pub spec: Arc<TruckSpec>,
    /// Pose of the rear axle at the start.
    pub start: Pose2,
    /// Payload at the start, kg.
    pub payload_kg: f64,
    /// Fuel at the start, kg; a full tank if not given.
    pub fuel_kg: Option<f64>,
    /// Loading place.
    pub load: PlaceId,
    /// Dumping place.
    pub dump: PlaceId,
    /// Park for times without work.
    pub park: Option<PlaceId>,
    /// Driver at the start.
    pub driver: DriverKind,
    /// Steering method of the stack.
    pub lateral_control: LateralControl,
}

/// A shovel of a run.
#[derive(Debug, Clone)]
pub struct ShovelSetup {
    /// Loading place at which the shovel works.
    pub place: PlaceId,
    /// Specification of the shovel.
    pub spec: ShovelSpec,
}

/// An input at a time known in advance.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct ScriptedInput {
    /// Time of the input.
    pub at: SimTime,
    /// The input.
    pub input: SimInput,
}

/// The complete start of a run. The same setup gives the same run, bit for bit.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The mine, with its places resolved.
    pub map: Arc<MineMap>,
    /// Networks and paths of the map as far as they are planned already; made from the map if not given.
    pub atlas: Option<Arc<Atlas>>,
    /// The trucks.
    pub trucks: Vec<TruckSetup>,
    /// The shovels, one for each loading place at which a truck works.
    pub shovels: Vec<ShovelSetup>,
    /// Manned vehicles.
    pub vehicles: Vec<VehicleSetup>,
    /// Seed of every random stream.
    pub seed: u64,
    /// Friction and rolling resistance of the roads, both as reported to the trucks and as they are.
    pub conditions: Conditions,
    /// Level of detail of the sensors.
    pub sensors: SensorLevel,
    /// Parts of the mine that are more slippery than reported to the trucks.
    pub slippery: Vec<SlipperyZone>,
    /// The weather, and the surface of the roads at the start.
    pub weather: WeatherPlan,
    /// Inputs at known times, in any order.
    pub script: Vec<ScriptedInput>,
    /// Quality of the radio line between site and trucks.
    pub line: LineQuality,
    /// UTC time at which the run begins. It appears in messages and has no other effect.
    pub epoch: Epoch,
}
