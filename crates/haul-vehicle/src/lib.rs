//! The TR100AT as a machine: mass and load, powertrain, brakes, tyres, steering, hoist, fuel.
//!
//! The same data has two uses: [`Truck`] is the plant that a physics engine integrates, and [`Limits`] are the
//! performance limits for a planner. The data comes from `seeds/`, each figure with unit, source and standing
//! ([`datasheet`]). A file can replace the built-in data ([`TruckSpec::load`]).
//!
//! ```
//! use haul_vehicle::{Limits, TruckSpec};
//! use haul_core::units::to_kmh;
//!
//! let truck = TruckSpec::tr100at();
//! let limits = Limits::new(&truck);
//! let loaded = limits.gross_mass(truck.rated_payload());
//! let up = limits.climb_speed(loaded, 0.10 + 0.02); // a 10 % ramp with 2 % rolling resistance
//! let down = limits.descent_speed(loaded, -0.10, 0.02);
//! assert!((11.0..13.0).contains(&to_kmh(up)));
//! assert!((16.0..22.0).contains(&to_kmh(down)));
//! ```

pub mod brakes;
pub mod breakdown;
pub mod command;
pub mod environment;
pub mod ground;
pub mod haulage;
pub mod hoist;
pub mod limits;
pub mod load;
pub mod mass;
pub mod mass_properties;
pub mod plant;
pub mod powertrain;
pub mod proving;
pub mod site;
pub mod spec;
pub mod state;
pub mod steering;
pub mod suspension;
pub mod tyre;

pub use brakes::{BrakeSpec, BrakeSystem};
pub use breakdown::Breakdown;
pub use command::{ActuatorCommand, Direction, Hoist};
pub use environment::Environment;
pub use ground::{ChassisMotion, Ground, GroundContact, Plane, Wrench};
pub use hoist::HoistSpec;
pub use limits::{
    AxleGrip, Climb, Curve, Descent, DescentBinding, DriveAhead, DriveState, Limits, SideSlope, Stop, StopQuery,
};
pub use load::{BodySpec, Heap, MaterialSpec, material, materials};
pub use mass::{Load, MassSpec, Part};
pub use mass_properties::{AxleLoads, MassProperties, axle_loads, mass_properties};
pub use plant::{Energy, Truck};
pub use powertrain::converter::ConverterSpec;
pub use powertrain::engine::EngineSpec;
pub use powertrain::losses::FinalDriveSpec;
pub use powertrain::retarder::RetarderSpec;
pub use powertrain::retarder_thermal::{Relaxation, RetarderThermal};
pub use powertrain::transmission::{LockUpSpec, ShiftSpec, TransmissionSpec};
pub use site::{
    Climate, DryRoad, Margins, Patience, PenetrationRule, RoadClass, RoadSurface, ShovelSpec, StoppingRule,
    StoppingSpec, SurfaceSpec, WetAir, climate, climates, evaporation, extinction, patience, penetration_rule,
    rain_extinction, road_class, road_classes, road_surface, saturation_pressure, sensor_range, shovel, shovels,
    snow_extinction, stopping, visibility,
};
pub use spec::{DatasheetRow, Geometry, TruckSpec, datasheet};
pub use state::{TruckState, WHEELS, WheelState};
pub use steering::{SteeringSpec, ackermann};
pub use suspension::{GasSpring, Spring, StrutSpec, SuspensionSpec};
pub use tyre::TyreSpec;
