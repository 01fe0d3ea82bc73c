//! The models that the program knows, and faults of models that a user supplies.

use super::{Machine, ModelError};
use bevy::prelude::Resource;
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// Environment variable that names a folder of models to use instead of the built-in ones.
const FOLDER: &str = "HAUL_MODELS";

/// Maximum relative difference between the wheels of a truck and those of its model.
const FIT: f64 = 0.04;

/// A machine that is drawn from a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Model {
    /// The haul truck TR100AT.
    Tr100,
    /// A wide-body dump truck of 60 t.
    WideBody,
    /// A hydraulic shovel.
    HydraulicShovel,
    /// A rope shovel.
    RopeShovel,
    /// A wheel loader.
    WheelLoader,
    /// A pickup.
    LightVehicle,
    /// A water cart.
    WaterCart,
    /// A motor grader.
    Grader,
    /// A primary crusher with its conveyor.
    Crusher,
}

/// Level of detail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Near the camera.
    Near,
    /// Far from the camera.
    Far,
}

/// A file of a model, built into the program.
struct Stock {
    model: Model,
    file: &'static str,
    near: &'static [u8],
    far: &'static [u8],
    nodes: &'static [&'static str],
}

macro_rules! stock {
    ($model:ident, $name:literal, $nodes:expr) => {
        Stock {
            model: Model::$model,
            file: $name,
            near: include_bytes!(concat!("../../../../../assets/models/", $name, ".glb")),
            far: include_bytes!(concat!("../../../../../assets/models/", $name, "_lod1.glb")),
            nodes: $nodes,
        }
    };
}

/// Nodes of a shovel that the scene moves.
const SHOVEL: &[&str] = &["house", "boom", "stick", "bucket", "heap"];

/// Nodes of a truck that the scene moves.
const TRUCK: &[&str] = &[
    "body",
    "load",
    "axle_rear",
    "steer_front_left",
    "steer_front_right",
    "wheel_front_left",
    "wheel_front_right",
    "wheel_rear_left",
    "wheel_rear_right",
];

const STOCK: [Stock; 9] = [
    stock!(Tr100, "tr100", TRUCK),
    stock!(WideBody, "wide_body", TRUCK),
    stock!(HydraulicShovel, "hydraulic_shovel", SHOVEL),
    stock!(RopeShovel, "rope_shovel", SHOVEL),
    stock!(WheelLoader, "wheel_loader", &["boom", "bucket", "heap"]),
    stock!(LightVehicle, "light_vehicle", &["vehicle"]),
    stock!(WaterCart, "water_cart", &["vehicle"]),
    stock!(Grader, "grader", &["vehicle"]),
    stock!(Crusher, "crusher", &["station"]),
];

impl Model {
    /// The models of trucks.
    const TRUCKS: [Self; 2] = [Self::Tr100, Self::WideBody];

    /// Returns the model of a loading tool by its name in `seeds/shovels.toml`.
    pub fn of_shovel(name: &str) -> Self {
        match name {
            n if n.contains("loader") => Self::WheelLoader,
            n if n.contains("rope") => Self::RopeShovel,
            _ => Self::HydraulicShovel,
        }
    }

    fn stock(self) -> &'static Stock {
        STOCK.iter().find(|s| s.model == self).unwrap_or(&STOCK[0])
    }
}

/// A model that could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelFault {
    /// The file or folder.
    pub file: String,
    /// The fault.
    pub fault: String,
}

impl fmt::Display for ModelFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file, self.fault)
    }
}

/// Models read so far, and the faults found.
#[derive(Debug, Default, Resource)]
pub struct Library {
    folder: Option<PathBuf>,
    known: BTreeMap<(Model, Level), Option<Arc<Machine>>>,
    faults: Vec<ModelFault>,
}

impl Library {
    /// Creates a library that looks first in the folder that the environment variable `HAUL_MODELS` names.
    pub fn from_environment() -> Self {
        Self::new(std::env::var_os(FOLDER).filter(|f| !f.is_empty()).map(PathBuf::from))
    }

    /// Creates a library that looks first in a folder, if one is given.
    pub fn new(folder: Option<PathBuf>) -> Self {
        let mut library = Self::default();
        match folder {
            Some(folder) if !folder.is_dir() => library.fault(
                folder.display().to_string(),
                format!("expected a folder of models ({FOLDER}), found none; the models of the program are drawn"),
            ),
            folder => library.folder = folder,
        }
        library
    }

    /// Returns a model; `None` if its file is broken. The fault is kept for display and logged once.
    pub fn get(&mut self, model: Model, level: Level) -> Option<Arc<Machine>> {
        if let Some(known) = self.known.get(&(model, level)) {
            return known.clone();
        }
        let found = match self.read(model, level) {
            Ok(machine) => Some(Arc::new(machine)),
            Err(fault) => {
                self.fault(fault.file, format!("{}; a plain shape stands in", fault.fault));
                None
            }
        };
        self.known.insert((model, level), found.clone());
        found
    }

    /// Returns the model with the wheels of a truck, by its wheelbase, front track and tyre radius, m; `None` if no
    /// model fits, so that a truck with other dimensions is drawn from its dimensions.
    pub fn of_truck(&mut self, wheelbase: f64, track: f64, radius: f64) -> Option<Model> {
        Model::TRUCKS.into_iter().find(|model| {
            let machine = self.get(*model, Level::Near);
            let wheel = machine.and_then(|m| m.node("steer_front_left").map(|k| m.nodes[k].rest.translation));
            wheel.is_some_and(|w| {
                let pairs = [(w.x, wheelbase), (-2.0 * w.z, track), (w.y, radius)];
                pairs.iter().all(|(drawn, wanted)| (f64::from(*drawn) - wanted).abs() < FIT * wanted)
            })
        })
    }

    /// Returns the faults found so far.
    pub fn faults(&self) -> &[ModelFault] {
        &self.faults
    }

    fn fault(&mut self, file: String, fault: String) {
        let fault = ModelFault { file, fault };
        tracing::warn!(file = %fault.file, "{fault}");
        self.faults.push(fault);
    }

    fn read(&self, model: Model, level: Level) -> Result<Machine, ModelFault> {
        let stock = model.stock();
        let name = match level {
            Level::Near => format!("{}.glb", stock.file),
            Level::Far => format!("{}_lod1.glb", stock.file),
        };
        let own = |name: &str| self.folder.as_ref().map(|f| f.join(name)).filter(|p| p.exists());
        // A supplied model without a far level of its own is drawn unchanged at any distance.
        let own = own(&name).or_else(|| own(&format!("{}.glb", stock.file)));
        let parse = |bytes: &[u8], file: String| {
            Machine::read(bytes)
                .and_then(|m| m.require(stock.nodes))
                .map_err(|e: ModelError| ModelFault { file, fault: e.to_string() })
        };
        match own {
            Some(path) => {
                let file = path.display().to_string();
                match std::fs::read(&path) {
                    Ok(bytes) => parse(&bytes, file),
                    Err(e) => Err(ModelFault { file, fault: format!("cannot be read: {e}") }),
                }
            }
            None => parse(
                match level {
                    Level::Near => stock.near,
                    Level::Far => stock.far,
                },
                name,
            ),
        }
    }
}
