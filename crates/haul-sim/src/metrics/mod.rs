//! Metrics of a run, measured on the true state of the world.

mod cycles;
mod surface;
mod tracking;

pub use cycles::CycleRecord;
pub use surface::SurfaceWatch;
pub use tracking::{ErrorStatistic, WorstError};

pub(crate) use cycles::{CycleWatch, Meters};
pub(crate) use surface::Change;
pub(crate) use tracking::measure;

use haul_core::{StandKind, TruckId};
use haul_messages::CycleState;
use std::collections::BTreeMap;

/// Metrics of one truck.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct TruckMetrics {
    /// Id of the truck.
    pub truck: TruckId,
    /// Finished cycles, in order.
    pub cycles: Vec<CycleRecord>,
    /// Mass tipped at dumps and crushers, kg.
    pub delivered_kg: f64,
    /// Mass lost elsewhere, kg.
    pub spilled_kg: f64,
    /// Fuel burnt, kg.
    pub fuel_kg: f64,
    /// Distance driven, m.
    pub distance_m: f64,
    /// Distance of the rear axle from the planned path while the truck moves along one, m.
    pub lateral: ErrorStatistic,
    /// Circumstances of the maximum distance from the planned path; `None` before the first sample.
    pub worst: Option<WorstError>,
    /// Minimum distance (m) of the outline from the edge of the drivable surface, negative where a part was outside;
    /// infinite before the first sample.
    pub min_clearance_m: f64,
    /// Time for which any part of the outline or any wheel was outside the drivable surface, s.
    pub off_surface_seconds: f64,
    /// Number of collisions of the truck's body.
    pub collisions: u32,
    /// Number of times that the safety supervisor began to hold the truck.
    pub supervisor_stops: u32,
    /// Time in each stage, s.
    pub states: BTreeMap<CycleState, f64>,
    /// Time for which the truck stood, by reason, s.
    pub stood: BTreeMap<StandKind, f64>,
    /// Number of times that the truck stood without progress for longer than its reason allows.
    pub stuck: u32,
    /// Longest wait without moving for right of way, s.
    pub longest_turn_s: f64,
}

impl TruckMetrics {
    /// Creates metrics before the first measurement.
    pub fn new(truck: TruckId) -> Self {
        Self {
            truck,
            cycles: Vec::new(),
            delivered_kg: 0.0,
            spilled_kg: 0.0,
            fuel_kg: 0.0,
            distance_m: 0.0,
            lateral: ErrorStatistic::default(),
            worst: None,
            min_clearance_m: f64::INFINITY,
            off_surface_seconds: 0.0,
            collisions: 0,
            supervisor_stops: 0,
            states: BTreeMap::new(),
            stood: BTreeMap::new(),
            stuck: 0,
            longest_turn_s: 0.0,
        }
    }
}

/// Metrics of all trucks together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Totals {
    /// Number of finished cycles.
    pub cycles: usize,
    /// Mass tipped at dumps and crushers, kg.
    pub delivered_kg: f64,
    /// Mass lost elsewhere, kg.
    pub spilled_kg: f64,
    /// Fuel burnt, kg.
    pub fuel_kg: f64,
    /// Distance driven, m.
    pub distance_m: f64,
    /// Maximum distance (m) of a rear axle from its planned path; `None` if no truck moved along a path.
    pub lateral_error_max_m: Option<f64>,
    /// Root mean square of the rear axles' distance from the planned path, m; `None` if no truck moved along a path.
    pub lateral_error_rms_m: Option<f64>,
    /// Minimum distance (m) of an outline from the edge of the drivable surface; `None` before the first sample.
    pub min_clearance_m: Option<f64>,
    /// Time off the drivable surface, s.
    pub off_surface_seconds: f64,
    /// Number of collisions; a collision between two trucks counts twice.
    pub collisions: u32,
    /// Number of times that a safety supervisor began to hold a truck.
    pub supervisor_stops: u32,
    /// Number of times that a truck stood without progress for longer than its reason allows.
    pub stuck: u32,
    /// Mean duration of a cycle, s; `None` if no cycle is finished.
    pub cycle_mean_s: Option<f64>,
}

/// Metrics of a run.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
pub struct Metrics {
    /// Metrics of each truck, in the order of the setup.
    pub trucks: Vec<TruckMetrics>,
}

impl Metrics {
    /// Returns the metrics of all trucks together.
    pub fn total(&self) -> Totals {
        let mut lateral = ErrorStatistic::default();
        let mut total = Totals {
            cycles: 0,
            delivered_kg: 0.0,
            spilled_kg: 0.0,
            fuel_kg: 0.0,
            distance_m: 0.0,
            lateral_error_max_m: None,
            lateral_error_rms_m: None,
            min_clearance_m: None,
            off_surface_seconds: 0.0,
            collisions: 0,
            supervisor_stops: 0,
            stuck: 0,
            cycle_mean_s: None,
        };
        let (mut cycle_seconds, mut min_clearance) = (0.0, f64::INFINITY);
        for truck in &self.trucks {
            total.cycles += truck.cycles.len();
            cycle_seconds += truck.cycles.iter().map(CycleRecord::seconds).sum::<f64>();
            total.delivered_kg += truck.delivered_kg;
            total.spilled_kg += truck.spilled_kg;
            total.fuel_kg += truck.fuel_kg;
            total.distance_m += truck.distance_m;
            lateral.merge(&truck.lateral);
            min_clearance = min_clearance.min(truck.min_clearance_m);
            total.off_surface_seconds += truck.off_surface_seconds;
            total.collisions += truck.collisions;
            total.supervisor_stops += truck.supervisor_stops;
            total.stuck += truck.stuck;
        }
        let is_measured = lateral.samples() > 0;
        total.lateral_error_max_m = is_measured.then(|| lateral.max());
        total.lateral_error_rms_m = is_measured.then(|| lateral.rms());
        total.min_clearance_m = min_clearance.is_finite().then_some(min_clearance);
        total.cycle_mean_s = (total.cycles > 0).then(|| cycle_seconds / total.cycles as f64);
        total
    }
}
