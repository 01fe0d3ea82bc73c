//! Data of a run that does not change.

use haul_mine::MineMap;
use haul_scenario::{Run, Scenario};
use haul_vehicle::{Limits, ShovelSpec, TruckSpec};
use std::sync::Arc;

/// Data of a run that does not change: the mine and its machines.
#[derive(Debug, Clone)]
pub struct SessionSetup {
    /// Name of the scenario.
    pub name: String,
    /// The mine.
    pub map: Arc<MineMap>,
    /// Specifications of the trucks, in the order of the frames.
    pub trucks: Vec<Arc<TruckSpec>>,
    /// Performance limits of the trucks; trucks of one model share them.
    pub limits: Vec<Arc<Limits>>,
    /// Specifications of the shovels, in the order of the frames.
    pub shovels: Vec<ShovelSpec>,
    /// The scenario.
    pub scenario: Scenario,
}

impl SessionSetup {
    /// Returns the setup of a run.
    pub fn of(run: &Run) -> Self {
        let world = run.world();
        let trucks: Vec<_> = world.trucks().iter().map(|truck| Arc::clone(truck.truck().spec())).collect();
        let mut limits: Vec<Arc<Limits>> = Vec::new();
        for (k, spec) in trucks.iter().enumerate() {
            let same = trucks[..k].iter().position(|other| Arc::ptr_eq(other, spec));
            limits.push(same.map_or_else(|| Arc::new(Limits::new(spec)), |same| Arc::clone(&limits[same])));
        }
        Self {
            name: run.name().to_owned(),
            map: Arc::clone(world.map()),
            trucks,
            limits,
            shovels: world.shovels().iter().map(|shovel| shovel.spec().clone()).collect(),
            scenario: run.scenario().clone(),
        }
    }
}
