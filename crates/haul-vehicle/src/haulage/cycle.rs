//! A haul cycle: loaded to the dump, empty back, including the times at shovel and dump; tyre duty and output.

use super::{HaulTravel, HaulageCost, Profile, costs, travel};
use crate::Limits;
use crate::mass::Load;
use crate::mass_properties::{axle_loads, mass_properties};
use haul_core::GRAVITY;
use haul_core::units::{to_celsius, to_kmh, to_tonnes};
use serde::Serialize;

/// Inputs of a cycle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CycleOptions {
    /// Payload, kg.
    pub payload: f64,
    /// Friction coefficient of the road; it only affects curves.
    pub friction: f64,
    /// Time for spotting at the shovel and loading, s.
    pub loading: f64,
    /// Time for backing up to the dump and tipping, s.
    pub dumping: f64,
    /// Waiting time per cycle, s.
    pub waiting: f64,
}

/// Time from arrival at the shovel to departure, s: the median of 18 observed trucks, with a range of 150 to 280 s.
const LOADING: f64 = 200.0;
/// Time at the dump, s: 35 s for the body lift (median of the same 18 trucks), and another 35 s to back up.
const DUMPING: f64 = 70.0;
/// Friction of a maintained haul road, for the case that the built-in road classes have none.
const DRY: f64 = 0.55;

impl CycleOptions {
    /// Returns the options for the rated payload on a dry road, with the usual times at shovel and dump.
    pub fn rated(limits: &Limits) -> Self {
        let friction = crate::road_class("maintained").map_or(DRY, |c| c.friction);
        let payload = limits.spec().rated_payload();
        Self { payload, friction, loading: LOADING, dumping: DUMPING, waiting: 0.0 }
    }
}

/// Duty of one axle's tyres over a shift of identical cycles (Caterpillar handbook: mean load × mean speed).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TyreDuty {
    /// Load of one tyre of the loaded truck, N.
    pub loaded: f64,
    /// Load of one tyre of the empty truck, N.
    pub empty: f64,
    /// Mean of the loaded and empty tyre load, times the mean speed of the shift, t·km/h.
    pub tkph: f64,
    /// Permitted duty at the current air temperature, t·km/h.
    pub tkph_rated: f64,
}

/// A haul cycle.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cycle {
    /// Travel of the loaded truck from the shovel to the dump.
    pub loaded: HaulTravel,
    /// Travel of the empty truck from the dump to the shovel.
    pub empty: HaulTravel,
    /// Time of the whole cycle, s.
    pub time: f64,
    /// Fuel of the whole cycle, kg.
    pub fuel: f64,
    /// Output: payload divided by cycle time, kg/s.
    pub output: f64,
    /// Fuel burnt per mass moved, kg/kg.
    pub fuel_per_mass: f64,
    /// Duty of the front and the rear tyres.
    pub tyres: [TyreDuty; 2],
    /// Costs of the cycle.
    pub cost: HaulageCost,
    /// Number of cycles on one tank, less the reserve.
    pub cycles_on_a_tank: f64,
    /// Working hours on one tank, less the reserve.
    pub hours_on_a_tank: f64,
    /// Distance driven on one tank, less the reserve, m.
    pub range: f64,
}

/// Computes a cycle over a profile that runs from the shovel to the dump.
pub fn cycle(limits: &Limits, profile: &Profile, options: &CycleOptions) -> Cycle {
    let spec = limits.spec();
    let coolant = limits.retarder_coolant();
    let loaded = travel(limits, profile, options.payload, options.friction, coolant);
    let empty = travel(limits, &profile.reversed(), 0.0, options.friction, coolant);
    let standing = options.loading + options.dumping + options.waiting;
    let time = loaded.time + empty.time + standing;
    let fuel = loaded.fuel + empty.fuel + spec.engine.idle_rate * standing;
    let mean_speed = (loaded.length + empty.length) / time;
    let tyres = [0, 1].map(|axle| duty(limits, axle, options.payload, mean_speed));
    let prices = costs();
    let cost = prices.of_cycle(limits, time, fuel, options.payload, &tyres);
    let usable = spec.mass.fuel_capacity * (1.0 - prices.tank_reserve);
    let cycles_on_a_tank = usable / fuel;
    Cycle {
        time,
        fuel,
        output: options.payload / time,
        fuel_per_mass: if options.payload > 0.0 { fuel / options.payload } else { f64::INFINITY },
        tyres,
        cost,
        cycles_on_a_tank,
        hours_on_a_tank: cycles_on_a_tank * time / 3600.0,
        range: cycles_on_a_tank * (loaded.length + empty.length),
        loaded,
        empty,
    }
}

fn duty(limits: &Limits, axle: usize, payload: f64, mean_speed: f64) -> TyreDuty {
    let spec = limits.spec();
    let of = |payload: f64| {
        let load = Load { mass: payload, centre: spec.mass.heap_centre(payload) };
        let loads = axle_loads(spec, &mass_properties(spec, &load, spec.mass.fuel_capacity, 0.0), 0.0, 0.0);
        if axle == 0 { spec.front_tyre_load(loads.front) } else { spec.rear_tyre_load(loads.rear) }
    };
    let (loaded, empty) = (of(payload), of(0.0));
    let mean_load = to_tonnes(0.5 * (loaded + empty) / GRAVITY);
    TyreDuty {
        loaded,
        empty,
        tkph: mean_load * to_kmh(mean_speed),
        tkph_rated: spec.tyre.tkph_at(limits.environment().air_temperature) / TKPH,
    }
}

/// One t·km/h in SI units, kg·m/s.
const TKPH: f64 = 1000.0 / 3.6;

impl Cycle {
    /// Returns the maximum oil temperature of the retarder over both directions, °C.
    pub fn retarder_peak_celsius(&self) -> f64 {
        to_celsius(self.loaded.retarder_peak.max(self.empty.retarder_peak))
    }
}
