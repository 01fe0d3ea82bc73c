//! A haul cycle: loaded out, empty back, with what happens at both ends; tyre duty and output.

use super::{Cost, Profile, Travel, costs, travel};
use crate::Limits;
use crate::mass::{Load, axle_loads, mass_properties};
use haul_core::GRAVITY;
use haul_core::units::{to_celsius, to_kmh, to_tonnes};
use serde::Serialize;

/// What a cycle is reckoned with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CycleOptions {
    /// Payload, kg.
    pub payload: f64,
    /// Friction of the road, ratio; only curves ask.
    pub friction: f64,
    /// Spotting at the shovel and loading, s.
    pub loading: f64,
    /// Backing up to the dump and tipping, s.
    pub dumping: f64,
    /// Waiting in a cycle, s.
    pub waiting: f64,
}

/// Time from the arrival at the shovel to the departure, s: the median of 18 observed trucks (150 to 280 s).
const LOADING: f64 = 200.0;
/// Time at the dump, s: body lift 35 s by the median of those trucks, and as long again to back up.
const DUMPING: f64 = 70.0;
/// Friction of a maintained haul road where the seeds name none.
const DRY: f64 = 0.55;

impl CycleOptions {
    /// The rated payload on a dry road, with the usual times at both ends.
    pub fn rated(limits: &Limits) -> Self {
        let friction = crate::road_class("maintained").map_or(DRY, |c| c.friction);
        let payload = limits.spec().rated_payload();
        Self { payload, friction, loading: LOADING, dumping: DUMPING, waiting: 0.0 }
    }
}

/// What the tyres of an axle do in a shift of such cycles (Caterpillar handbook: mean load × mean speed).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TyreDuty {
    /// Load of one tyre, loaded, N.
    pub loaded: f64,
    /// Load of one tyre, empty, N.
    pub empty: f64,
    /// Mean of both over the mean speed of the shift, t·km/h.
    pub tkph: f64,
    /// What the tyre bears at this air temperature, t·km/h.
    pub tkph_rated: f64,
}

/// A haul cycle.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cycle {
    /// The way out, loaded.
    pub loaded: Travel,
    /// The way back, empty.
    pub empty: Travel,
    /// Time of the whole cycle, s.
    pub time: f64,
    /// Fuel of the whole cycle, kg.
    pub fuel: f64,
    /// Payload over the cycle's time, kg/s.
    pub output: f64,
    /// Fuel for each kilogram moved, kg/kg.
    pub fuel_per_mass: f64,
    /// Front and rear tyres.
    pub tyres: [TyreDuty; 2],
    /// What it costs.
    pub cost: Cost,
    /// Cycles on a tank, with the reserve of the seeds.
    pub cycles_on_a_tank: f64,
    /// Hours on a tank, with the reserve of the seeds.
    pub hours_on_a_tank: f64,
    /// Distance on a tank, with the reserve of the seeds, m.
    pub range: f64,
}

/// Reckons a cycle over a profile, which is given from the shovel to the dump.
pub fn cycle(limits: &Limits, profile: &Profile, options: &CycleOptions) -> Cycle {
    let spec = limits.spec();
    let rest = limits.retarder_rest();
    let loaded = travel(limits, profile, options.payload, options.friction, rest);
    let empty = travel(limits, &profile.reversed(), 0.0, options.friction, rest);
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

/// One t·km/h in SI, kg·m/s.
const TKPH: f64 = 1000.0 / 3.6;

impl Cycle {
    /// Greatest oil temperature of the retarder on both ways, °C.
    pub fn retarder_peak_celsius(&self) -> f64 {
        to_celsius(self.loaded.retarder_peak.max(self.empty.retarder_peak))
    }
}
