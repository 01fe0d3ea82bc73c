//! Service, secondary and parking brakes: capacity, build-up, heat and fade.

use crate::breakdown::Breakdown;
use crate::environment::Environment;
use crate::spec::quantity::Quantity::{
    Conductance, Duration, Force, HeatCapacity, Ratio, Speed, Temperature, TemperatureDifference,
};
use crate::spec::reader::{FigureRange, Reader};
use haul_core::Lookup;
use serde::{Deserialize, Serialize};

/// Brake systems (ISO 3450).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BrakeSystem {
    /// Service brake: front discs and rear oil-cooled discs together.
    Service,
    /// The brake that stops the truck after a single failure in the service system.
    Secondary,
    /// The spring-applied brake that holds the truck at rest.
    Parking,
}

/// Data of the brakes. Forces act at the tyres and are totals of both wheels of an axle.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BrakeSpec {
    /// Service-brake force on the front axle, N.
    pub service_front: f64,
    /// Service-brake force on the rear axle, N.
    pub service_rear: f64,
    /// Time from the command to the full service-brake force, s.
    pub build_up: f64,
    /// Time from the full service-brake force to zero, s.
    pub release: f64,
    /// Secondary-brake force on the front axle, N: what remains after one circuit of the service brake is lost.
    pub secondary_front: f64,
    /// Secondary-brake force on the rear axle, N.
    pub secondary_rear: f64,
    /// Time from the command to the full secondary-brake force, s.
    pub secondary_build_up: f64,
    /// Park-brake force on the rear axle, N.
    pub park: f64,
    /// Time from the command to the full park-brake force, s.
    pub park_build_up: f64,
    /// Thermal data of the dry front discs, both wheels together.
    pub front_heat: DiscHeatSpec,
    /// Thermal data of the oil-cooled rear discs, all wheels together.
    pub rear_heat: DiscHeatSpec,
}

/// Thermal data of the discs of an axle.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DiscHeatSpec {
    /// Heat capacity, J/K.
    pub heat_capacity: f64,
    /// Heat transfer at a standstill, W/K.
    pub cooling: f64,
    /// Speed at which wind or pump doubles the heat transfer at a standstill, m/s.
    pub cooling_speed: f64,
    /// Temperature of the coolant above that of the air, K; the discs cool down to the coolant's temperature.
    pub rest_rise: f64,
    /// Maximum continuous temperature, K.
    pub limit_temperature: f64,
    /// Remaining share of the brake force, by disc temperature (K).
    pub fade: Lookup,
}

impl DiscHeatSpec {
    fn read(r: &mut Reader, end: &str) -> Self {
        let key = |k: &str| format!("brakes.{end}_{k}");
        let spec = Self {
            heat_capacity: r.figure(&key("heat_capacity"), HeatCapacity, FigureRange::Positive),
            cooling: r.figure(&key("cooling"), Conductance, FigureRange::Positive),
            cooling_speed: r.figure(&key("cooling_speed"), Speed, FigureRange::Positive),
            rest_rise: r.figure(&key("rest_rise"), TemperatureDifference, FigureRange::NotNegative),
            limit_temperature: r.figure(&key("limit_temperature"), Temperature, FigureRange::Positive),
            fade: r.curve(&key("fade"), Temperature, Ratio, FigureRange::NotNegative),
        };
        if spec.fade.points().windows(2).any(|w| w[1][1] > w[0][1]) || spec.fade.peak()[1] > 1.0 {
            let what = format!("the {end} brakes gain force by heat");
            r.wrong(&format!("{}.value", key("fade")), what, "from 1 when cool, falling");
        }
        spec
    }

    /// Returns the temperature of discs that have not worked, K.
    pub fn rest(&self, air: &Environment) -> f64 {
        air.air_temperature + self.rest_rise
    }

    /// Returns the heat transfer of the discs at a speed (m/s), W/K.
    pub fn cooling_at(&self, speed: f64) -> f64 {
        self.cooling * (1.0 + speed.abs() / self.cooling_speed)
    }

    /// Returns the continuous power at a speed (m/s) in this air, W: the power that just brings the discs to their
    /// limit.
    pub fn continuous_power(&self, speed: f64, air: &Environment) -> f64 {
        (self.cooling_at(speed) * (self.limit_temperature - self.rest(air))).max(0.0)
    }

    /// Returns the short-time limit, J: the heat that brings cool discs to their limit at once.
    pub fn short_time_heat(&self, air: &Environment) -> f64 {
        (self.heat_capacity * (self.limit_temperature - self.rest(air))).max(0.0)
    }
}

impl BrakeSpec {
    pub(crate) fn read(r: &mut Reader, gross_weight: f64) -> Self {
        let spec = Self {
            service_front: r.figure("brakes.service_front", Force, FigureRange::Positive),
            service_rear: r.figure("brakes.service_rear", Force, FigureRange::Positive),
            build_up: r.figure("brakes.build_up", Duration, FigureRange::Positive),
            release: r.figure("brakes.release", Duration, FigureRange::Positive),
            secondary_front: r.figure("brakes.secondary_front", Force, FigureRange::NotNegative),
            secondary_rear: r.figure("brakes.secondary_rear", Force, FigureRange::Positive),
            secondary_build_up: r.figure("brakes.secondary_build_up", Duration, FigureRange::Positive),
            park: r.figure("brakes.park", Force, FigureRange::Positive),
            park_build_up: r.figure("brakes.park_build_up", Duration, FigureRange::Positive),
            front_heat: DiscHeatSpec::read(r, "front"),
            rear_heat: DiscHeatSpec::read(r, "rear"),
        };
        let least = PARK_GRADE_SINE * gross_weight;
        if spec.park < least {
            let what = format!(
                "the park brake holds {:.0} kN, the loaded truck on 15 % needs {:.0}",
                spec.park / 1e3,
                least / 1e3
            );
            r.wrong("brakes.park.value", what, format!("at least {:.0} kN", (least / 1e3).ceil()));
        }
        let least = SERVICE_SHARE * gross_weight;
        if spec.service_front + spec.service_rear < least {
            let what = format!(
                "the service brakes give {:.0} kN, too little for the loaded truck",
                (spec.service_front + spec.service_rear) / 1e3
            );
            r.wrong(
                "brakes.service_rear.value",
                what,
                format!("front and rear together at least {:.0} kN", least / 1e3),
            );
        }
        if spec.secondary_front + spec.secondary_rear > spec.service() {
            let what = "the secondary brake is stronger than the whole service brake";
            r.wrong("brakes.secondary_rear.value", what, "front and rear together at most the service brake");
        }
        spec
    }

    /// Returns the forces of a brake system on the front and rear axle, N at the tyres, fully applied and cool.
    pub fn forces(&self, system: BrakeSystem) -> [f64; 2] {
        match system {
            BrakeSystem::Service => [self.service_front, self.service_rear],
            BrakeSystem::Secondary => [self.secondary_front, self.secondary_rear],
            BrakeSystem::Parking => [0.0, self.park],
        }
    }

    /// Returns the time from the command to the full brake force, s.
    pub fn build_up_of(&self, system: BrakeSystem) -> f64 {
        match system {
            BrakeSystem::Service => self.build_up,
            BrakeSystem::Secondary => self.secondary_build_up,
            BrakeSystem::Parking => self.park_build_up,
        }
    }

    /// Returns the total service-brake force of both axles, N.
    pub fn service(&self) -> f64 {
        self.service_front + self.service_rear
    }
}

/// Sine of the 15 % slope on which a park brake must hold the loaded truck (ISO 3450, as cited in the literature).
const PARK_GRADE_SINE: f64 = 0.14834;
/// Minimum plausible service-brake force, as a fraction of weight. The stopping distance V²/48 of ISO 3450 on level
/// ground (`seeds/stopping.toml`) is a mean deceleration of 0.19 g, of which the rolling resistance gives about 0.02 g.
const SERVICE_SHARE: f64 = 0.17;

/// State of the brakes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Brakes {
    /// Share of the service brake applied.
    pub(crate) service: f64,
    /// Share of the parking brake applied.
    pub(crate) park: f64,
    /// Share of the service brake that the hill holder applies.
    pub(crate) held: f64,
    /// Temperatures of front and rear discs, K.
    pub(crate) temperatures: [f64; 2],
}

impl Brakes {
    /// Returns the brakes of a parked truck.
    pub(crate) fn parked(spec: &BrakeSpec, air: &Environment) -> Self {
        let temperatures = [spec.front_heat.rest(air), spec.rear_heat.rest(air)];
        Self { service: 0.0, park: 1.0, held: 0.0, temperatures }
    }

    /// Follows the demands, with the build-up and release times.
    pub(crate) fn advance(&mut self, spec: &BrakeSpec, service: f64, park: bool, dt: f64) {
        self.service += (service - self.service).clamp(-dt / spec.release, dt / spec.build_up);
        let park = if park { 1.0 } else { 0.0 };
        self.park += (park - self.park).clamp(-dt / spec.park_build_up, dt / spec.park_build_up);
    }

    /// Keeps just enough of the present brake pressure that a standing truck does not roll back. `needed` is a share of
    /// the service brake; 0 releases it.
    pub(crate) fn hold(&mut self, needed: f64) {
        let there = if self.park > 0.0 { 1.0 } else { self.held.max(self.service) };
        self.held = needed.clamp(0.0, there);
    }

    /// Returns the brake capacities of the front and rear axle, N at the tyres, with fade. Service and park brake press
    /// the same rear discs, and a valve keeps their forces from adding up.
    pub(crate) fn capacities(&self, spec: &BrakeSpec, broken: &Breakdown) -> [f64; 2] {
        let service = self.service.max(self.held);
        let front = if broken.front_brakes { 0.0 } else { service * spec.service_front };
        let rear = if broken.rear_brakes { 0.0 } else { service * spec.service_rear };
        let [front_hot, rear_hot] = self.temperatures;
        [front * spec.front_heat.fade.at(front_hot), rear.max(self.park * spec.park) * spec.rear_heat.fade.at(rear_hot)]
    }

    /// Heats the front and rear discs by their brake powers (W), and cools them at the truck's speed (m/s).
    pub(crate) fn heat(&mut self, spec: &BrakeSpec, powers: [f64; 2], speed: f64, air: &Environment, dt: f64) {
        for (i, discs) in [&spec.front_heat, &spec.rear_heat].into_iter().enumerate() {
            let flow = powers[i] - discs.cooling_at(speed) * (self.temperatures[i] - discs.rest(air));
            self.temperatures[i] += flow * dt / discs.heat_capacity;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::TruckSpec;

    #[test]
    fn hot_brakes_fade_and_cool_again() {
        let (spec, air) = (TruckSpec::tr100at().brakes, Environment::default());
        let mut brakes = Brakes::parked(&spec, &air);
        brakes.service = 1.0;
        let cool = brakes.capacities(&spec, &Breakdown::default());
        for _ in 0..1000 {
            brakes.heat(&spec, [900e3, 0.0], 8.0, &air, 0.1);
        }
        let hot = brakes.capacities(&spec, &Breakdown::default());
        assert!(hot[0] < 0.8 * cool[0] && hot[1] == cool[1], "{cool:?} then {hot:?}");
        for _ in 0..200_000 {
            brakes.heat(&spec, [0.0, 0.0], 8.0, &air, 0.1);
        }
        assert!((brakes.temperatures[0] - spec.front_heat.rest(&air)).abs() < 1.0);
    }

    #[test]
    fn continuous_power_settles_at_the_limit() {
        let (spec, air) = (TruckSpec::tr100at().brakes, Environment::default());
        let mut brakes = Brakes::parked(&spec, &air);
        let power = spec.rear_heat.continuous_power(5.0, &air);
        for _ in 0..400_000 {
            brakes.heat(&spec, [0.0, power], 5.0, &air, 0.1);
        }
        assert!((brakes.temperatures[1] - spec.rear_heat.limit_temperature).abs() < 0.5);
    }

    #[test]
    fn the_park_brake_stands_in_for_a_lost_rear_circuit() {
        let spec = TruckSpec::tr100at().brakes;
        let mut brakes = Brakes::parked(&spec, &Environment::default());
        brakes.service = 1.0;
        let lost = Breakdown { rear_brakes: true, front_brakes: true, ..Breakdown::default() };
        assert_eq!(brakes.capacities(&spec, &lost)[0], 0.0);
        assert!(brakes.capacities(&spec, &lost)[1] > 0.99 * spec.park);
        brakes.park = 0.0;
        assert_eq!(brakes.capacities(&spec, &lost)[1], 0.0);
    }
}
