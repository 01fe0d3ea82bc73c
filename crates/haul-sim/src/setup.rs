//! What a world is made from.

use crate::driver::DriverKind;
use crate::ground::SlipperyZone;
use crate::line::LineQuality;
use crate::sensors::SensorLevel;
use crate::vehicle::VehicleSetup;
use haul_core::{PlaceId, Pose2, SimTime, TruckId};
use haul_messages::Epoch;
use haul_mine::MineMap;
use haul_planner::Conditions;
use haul_record::SimInput;
use haul_vehicle::{ShovelSpec, TruckSpec};
use std::sync::Arc;

/// One truck of a run.
#[derive(Debug, Clone)]
pub struct TruckSetup {
    /// Its number, unique in the run.
    pub id: TruckId,
    /// What it is.
    pub spec: Arc<TruckSpec>,
    /// Where its rear axle stands at the start.
    pub start: Pose2,
    /// What it carries at the start, kg.
    pub payload_kg: f64,
    /// Fuel at the start, kg; a full tank where not given.
    pub fuel_kg: Option<f64>,
    /// Where it is loaded.
    pub load: PlaceId,
    /// Where it tips.
    pub dump: PlaceId,
    /// Where it stands without work.
    pub park: Option<PlaceId>,
    /// The driver that it starts with.
    pub driver: DriverKind,
}

/// A shovel of a run.
#[derive(Debug, Clone)]
pub struct ShovelSetup {
    /// The loading place it works at.
    pub place: PlaceId,
    /// What it is.
    pub spec: ShovelSpec,
}

/// An input that comes at an instant known beforehand.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct ScriptedInput {
    /// When.
    pub at: SimTime,
    /// What.
    pub input: SimInput,
}

/// Everything a run starts from. The same setup gives the same run, bit for bit.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The mine, its places resolved.
    pub map: Arc<MineMap>,
    /// The trucks.
    pub trucks: Vec<TruckSetup>,
    /// The shovels, one for each loading place that a truck works at.
    pub shovels: Vec<ShovelSetup>,
    /// Manned vehicles.
    pub vehicles: Vec<VehicleSetup>,
    /// The seed of every random stream.
    pub seed: u64,
    /// What the trucks are told of the roads' friction and rolling resistance, and what they really have.
    pub conditions: Conditions,
    /// How much the sensors give.
    pub sensors: SensorLevel,
    /// Parts of the mine that are more slippery than the trucks are told.
    pub slippery: Vec<SlipperyZone>,
    /// Inputs that come at known instants, in any order.
    pub script: Vec<ScriptedInput>,
    /// Quality of the radio line between site and trucks.
    pub line: LineQuality,
    /// The UTC instant at which the run begins; it stands in messages and decides nothing.
    pub epoch: Epoch,
}
