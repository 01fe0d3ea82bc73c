//! The quantity that a route minimises.

use haul_vehicle::TruckSpec;
use haul_vehicle::haulage::CostSpec;
use serde::{Deserialize, Serialize};

/// A price for each second and each kilogram of fuel. A route minimises the sum.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Criterion {
    /// Cost of a second.
    pub per_second: f64,
    /// Cost of a kilogram of fuel.
    pub per_kg: f64,
}

impl Criterion {
    /// Minimises time.
    pub const TIME: Criterion = Criterion { per_second: 1.0, per_kg: 0.0 };
    /// Minimises fuel. Of two routes that burn the same, takes the quicker one.
    pub const FUEL: Criterion = Criterion { per_second: 1e-6, per_kg: 1.0 };

    /// Minimises money. `per_hour` is the truck's cost per hour without fuel (driver or autonomy, tyres, service,
    /// capital); `per_kg` is the cost of fuel per kilogram, in the same currency.
    pub fn money(per_hour: f64, per_kg: f64) -> Criterion {
        const SECONDS: f64 = 3600.0;
        Criterion { per_second: per_hour / SECONDS, per_kg }
    }

    /// Minimises money at the given prices for a truck: service and tyre wear per hour (with tyres that stay cool), and
    /// fuel.
    pub fn of_costs(costs: &CostSpec, truck: &TruckSpec) -> Criterion {
        const SECONDS: f64 = 3600.0;
        const LITRES: f64 = 1000.0;
        let tyres: f64 = truck.tyre_counts().iter().sum();
        let per_second = costs.service_hour / SECONDS + tyres * costs.tyre / costs.tyre_life;
        Criterion { per_second, per_kg: costs.fuel_litre * LITRES / truck.fuel_density }
    }

    /// Returns the cost of a time (s) and a mass of fuel (kg).
    pub fn of(&self, time: f64, fuel_kg: f64) -> f64 {
        self.per_second * time + self.per_kg * fuel_kg
    }

    /// Returns true if a search can use this criterion: no price is negative, and time is not free.
    pub fn is_sound(&self) -> bool {
        self.per_second > 0.0 && self.per_kg >= 0.0 && self.per_second.is_finite() && self.per_kg.is_finite()
    }
}

impl Default for Criterion {
    fn default() -> Self {
        Criterion::TIME
    }
}
