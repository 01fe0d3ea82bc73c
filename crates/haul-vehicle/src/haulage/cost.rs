//! Costs of a haul: fuel, tyres, service.

use super::TyreDuty;
use crate::Limits;
use crate::spec::quantity::Quantity::{Duration, Money, Ratio};
use crate::spec::reader::{FigureRange, Reader};
use haul_core::fault::{Faults, SourceText};
use serde::Serialize;
use std::sync::{Arc, LazyLock};

/// Prices and service lives from `seeds/costs.toml`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CostSpec {
    /// Currency of the prices.
    pub currency: String,
    /// Price of one litre of fuel.
    pub fuel_litre: f64,
    /// Price of one tyre.
    pub tyre: f64,
    /// Life of a tyre that works within its TKPH, s.
    pub tyre_life: f64,
    /// Remaining share of the life of a tyre that works at twice its TKPH.
    pub tyre_life_overheated: f64,
    /// Cost of parts, lubricants and labour per hour.
    pub service_hour: f64,
    /// Share of the tank kept as a reserve.
    pub tank_reserve: f64,
}

/// Costs of a cycle, in the currency of `seeds/costs.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct HaulageCost {
    /// Cost of fuel per cycle.
    pub fuel: f64,
    /// Cost of tyres per cycle.
    pub tyres: f64,
    /// Cost of service per cycle.
    pub service: f64,
    /// Total cost per cycle.
    pub cycle: f64,
    /// Total cost per hour.
    pub hour: f64,
    /// Total cost per tonne moved.
    pub tonne: f64,
}

impl CostSpec {
    /// Reads prices from a file's content. Errors: all faults of the file.
    pub fn from_toml(source: &Arc<SourceText>) -> Result<Self, Faults> {
        let mut r = Reader::new(source)?;
        let p = FigureRange::Positive;
        let spec = Self {
            currency: r.text("currency"),
            fuel_litre: r.figure("fuel.litre", Money, p),
            tyre: r.figure("tyre.price", Money, p),
            tyre_life: r.figure("tyre.life", Duration, p),
            tyre_life_overheated: r.figure("tyre.life_at_twice_tkph", Ratio, FigureRange::Share),
            service_hour: r.figure("service.hour", Money, p),
            tank_reserve: r.figure("fuel.reserve", Ratio, FigureRange::Share),
        };
        r.refuse_unknown();
        Faults::check(r.faults)?;
        Ok(spec)
    }

    /// Returns the costs of a cycle from its time (s), fuel (kg), payload (kg) and tyre duty. Above its TKPH, a tyre
    /// loses life in proportion to the excess; at twice its TKPH or more, only the share `tyre_life_overheated`
    /// remains.
    pub fn of_cycle(&self, limits: &Limits, time: f64, fuel: f64, payload: f64, tyres: &[TyreDuty; 2]) -> HaulageCost {
        let spec = limits.spec();
        let litres = fuel / spec.fuel_density * LITRES;
        let wear = |duty: &TyreDuty| {
            let over = (duty.tkph / duty.tkph_rated - 1.0).clamp(0.0, 1.0);
            time / (self.tyre_life * (1.0 - (1.0 - self.tyre_life_overheated) * over))
        };
        let [front, rear] = spec.tyre_counts();
        let fuel = litres * self.fuel_litre;
        let tyres = self.tyre * (front * wear(&tyres[0]) + rear * wear(&tyres[1]));
        let service = self.service_hour * time / HOUR;
        let cycle = fuel + tyres + service;
        let tonnes = haul_core::units::to_tonnes(payload);
        let tonne = if tonnes > 0.0 { cycle / tonnes } else { f64::INFINITY };
        HaulageCost { fuel, tyres, service, cycle, hour: cycle * HOUR / time, tonne }
    }
}

/// Seconds in an hour.
const HOUR: f64 = 3600.0;
/// Litres in a cubic metre.
const LITRES: f64 = 1000.0;

static EMBEDDED: LazyLock<CostSpec> = LazyLock::new(|| {
    let source = SourceText::new("seeds/costs.toml", include_str!("../../../../seeds/costs.toml"));
    // The embedded file is fixed at build time, and a test reads it.
    CostSpec::from_toml(&source).expect("the embedded prices are valid")
});

/// Returns the built-in prices.
pub fn costs() -> &'static CostSpec {
    &EMBEDDED
}
