//! The spring of a strut: nitrogen by the gas law, or a measured curve (leaf springs, rubber).
//!
//! Nitrogen at a pressure p in a column of area A gives the force p A. If it is charged to the force `F₀` at the
//! temperature T₀ with the strut extended, where the column has the length `l₀`, the force at a compression x is `F₀
//! (T/T₀) l₀ / (l₀ − x)`. A stroke that is fast compared with the heat exchange between gas and walls is polytropic: `T
//! l^(n−1)` stays constant. The gas then returns to the walls' temperature with a time constant. A strut is therefore
//! stiff on bumps, softer under a slow load, and loses a little energy in each stroke (Els & Grobbelaar, *Vehicle
//! System Dynamics* 22, 1993, on the thermal time constant).
//!
//! If the load of a strut triples from the empty to the loaded truck within a short stroke, the strut also has gas in
//! the rebound chamber behind its piston. That gas pulls back when the strut is extended, and its force falls as the
//! strut is compressed.

use crate::spec::quantity::Quantity::{Duration, Force, Length, Ratio};
use crate::spec::reader::{FigureRange, Reader};
use haul_core::Lookup;
use serde::Serialize;

/// Spring of a strut.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub enum Spring {
    /// Nitrogen spring.
    Gas(GasSpring),
    /// Measured curve: force (N) as a function of compression (m) from the extended strut.
    Curve(Lookup),
}

/// A column of nitrogen.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct GasSpring {
    /// Force of the extended strut at the charging temperature, N.
    pub force: f64,
    /// Length of the gas column with the strut extended (volume over piston area), m.
    pub column: f64,
    /// Polytropic exponent of fast strokes.
    pub exponent: f64,
    /// Time constant of the heat exchange with the walls, s.
    pub heat_time: f64,
    /// Force of the gas in the rebound chamber with the strut extended, N; 0 without a rebound chamber.
    pub counter_force: f64,
    /// Length of the gas column in the rebound chamber with the strut extended, m.
    pub counter_column: f64,
}

/// Temperature of a strut's gas, and the compression at which it holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct GasHeat {
    /// Gas temperature as a ratio to the charging temperature.
    pub(crate) warmth: f64,
    /// Compression at which the temperature holds, m; not a number if the gas keeps its temperature at any compression
    /// (at rest).
    at: f64,
}

/// Relative change of the gas column below which its power is computed as a series, with an error below 10⁻⁵.
const SERIES: f64 = 0.08;
/// Minimum gas column, as a share of the extended column; 2 cm for a column of a metre and more.
const LEAST_COLUMN: f64 = 0.02;

impl GasHeat {
    /// Returns gas at rest at its charging temperature.
    pub(crate) fn charged() -> Self {
        Self::resting(1.0)
    }

    /// Returns gas at rest at a temperature ratio `warmth`, the same at any compression.
    pub(crate) fn resting(warmth: f64) -> Self {
        Self { warmth, at: f64::NAN }
    }

    /// Returns the gas state at the start of a stroke, from the temperature ratio `warmth` and the initial compression
    /// `at` (m).
    pub(crate) fn from(warmth: f64, at: f64) -> Self {
        Self { warmth, at }
    }
}

impl Spring {
    pub(crate) fn read(r: &mut Reader, end: &str, stroke: f64) -> Self {
        let key = |k: &str| format!("suspension.{end}_{k}");
        if r.has(&key("curve")) {
            let curve = r.curve(&key("curve"), Length, Force, FigureRange::Positive);
            let path = format!("{}.value", key("curve"));
            if curve.points().windows(2).any(|w| w[1][1] <= w[0][1]) {
                r.wrong(&path, format!("the {end} strut softens"), "its force must rise with the compression");
            }
            if curve.points()[0][0] != 0.0 {
                r.wrong(&path, "the curve does not begin at the extended strut", "first point at compression 0");
            }
            return Spring::Curve(curve);
        }
        let gas = GasSpring {
            force: r.figure(&key("gas_force"), Force, FigureRange::Positive),
            column: r.figure(&key("gas_column"), Length, FigureRange::Positive),
            exponent: r.figure(&key("gas_exponent"), Ratio, FigureRange::Positive),
            heat_time: r.figure(&key("gas_heat_time"), Duration, FigureRange::Positive),
            counter_force: r.figure(&key("counter_force"), Force, FigureRange::NotNegative),
            counter_column: r.figure(&key("counter_column"), Length, FigureRange::Positive),
        };
        if gas.column <= stroke {
            let what = format!("the gas column of {:.0} mm is gone before the stroke ends", gas.column * 1e3);
            r.wrong(&format!("{}.value", key("gas_column")), what, format!("more than `{}`", key("stroke")));
        }
        if !(1.0..=2.0).contains(&gas.exponent) && gas.exponent.is_finite() {
            let what = format!("an exponent of {} is out of range for nitrogen", gas.exponent);
            r.wrong(&format!("{}.value", key("gas_exponent")), what, "1 (slow) to 1.4 (fast), above at high pressure");
        }
        Spring::Gas(gas)
    }

    /// Returns the force (N) and its derivative (N/m) at a compression `x` (m) inside the stroke.
    pub(crate) fn force(&self, x: f64, heat: &GasHeat) -> (f64, f64) {
        match self {
            Spring::Gas(gas) => gas.force(x, heat),
            Spring::Curve(curve) => follow(curve, x),
        }
    }

    /// Returns the temperature ratio of the gas after a stroke to a compression `x` (m), followed by `h` (s) of heat
    /// exchange with the walls.
    pub(crate) fn after(&self, heat: &GasHeat, x: f64, walls: f64, h: f64) -> f64 {
        match self {
            Spring::Gas(gas) => {
                let stroked =
                    if heat.at.is_nan() { walls } else { heat.warmth * gas.ratio(heat.at, x, gas.exponent - 1.0) };
                stroked + (walls - stroked) * h / (gas.heat_time + h)
            }
            Spring::Curve(_) => 1.0,
        }
    }

    /// Returns the work stored between the extended strut and a compression `x` (m) at the temperature ratio `warmth`,
    /// J. For gas, it is the work that a fast extension would release.
    pub(crate) fn stored(&self, x: f64, warmth: f64) -> f64 {
        match self {
            Spring::Gas(gas) => {
                // ∫ F dx of a polytrope: F l / (n − 1), minus the part that is left at full extension.
                let left = gas.left(x);
                let force = gas.force * warmth * gas.column / left;
                let back = libm::pow(left / gas.column, gas.exponent - 1.0);
                let rebound = gas.counter_force * gas.counter_column * libm::log(1.0 + x / gas.counter_column);
                force * left / (gas.exponent - 1.0).max(LEAST_POLYTROPIC) * (1.0 - back) - rebound
            }
            Spring::Curve(curve) => {
                let (mut work, mut last) = (0.0, [0.0, curve.at(0.0)]);
                for point in curve.points().iter().filter(|p| p[0] > 0.0) {
                    let to = if point[0] < x { *point } else { [x, curve.at(x)] };
                    work += 0.5 * (last[1] + to[1]) * (to[0] - last[0]);
                    last = to;
                    if point[0] >= x {
                        return work;
                    }
                }
                work + last[1] * (x - last[0])
            }
        }
    }
}

/// Minimum difference of the exponent from 1, where the work would become a logarithm.
const LEAST_POLYTROPIC: f64 = 1e-3;

impl GasSpring {
    /// Returns the length of the gas column at a compression `x`, m.
    fn left(&self, x: f64) -> f64 {
        (self.column - x).max(LEAST_COLUMN * self.column.min(1.0))
    }

    /// Returns (column at `before` / column at `now`)^`power`.
    fn ratio(&self, before: f64, now: f64, power: f64) -> f64 {
        let ratio = self.left(before) / self.left(now);
        let e = ratio - 1.0;
        if e.abs() < SERIES {
            return 1.0 + power * e * (1.0 + 0.5 * (power - 1.0) * e * (1.0 + (power - 2.0) / 3.0 * e));
        }
        libm::pow(ratio, power)
    }

    fn force(&self, x: f64, heat: &GasHeat) -> (f64, f64) {
        let left = self.left(x);
        let (force, slope) = if heat.at.is_nan() {
            let force = self.force * heat.warmth * self.column / left;
            (force, force / left)
        } else {
            let before = self.force * heat.warmth * self.column / self.left(heat.at);
            let force = before * self.ratio(heat.at, x, self.exponent);
            (force, self.exponent * force / left)
        };
        // The small column of the rebound chamber is isothermal, because it lies along the whole cylinder wall.
        let behind = self.counter_column + x;
        let back = self.counter_force * self.counter_column / behind;
        (force - back, slope + back / behind)
    }
}

fn follow(curve: &Lookup, x: f64) -> (f64, f64) {
    let points = curve.points();
    let last = points[points.len() - 1];
    let before = points[points.len().saturating_sub(2)];
    let mut slope = if points.len() > 1 { (last[1] - before[1]) / (last[0] - before[0]) } else { 0.0 };
    let mut force = last[1] + slope * (x - last[0]);
    for w in points.windows(2) {
        if x < w[1][0] {
            slope = (w[1][1] - w[0][1]) / (w[1][0] - w[0][0]);
            force = w[0][1] + slope * (x - w[0][0]);
            break;
        }
    }
    (force, slope)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GAS: GasSpring = GasSpring {
        force: 140e3,
        column: 0.33,
        exponent: 1.3,
        heat_time: 6.0,
        counter_force: 0.0,
        counter_column: 0.01,
    };
    const DOUBLE: GasSpring = GasSpring { force: 321e3, column: 0.279, counter_force: 500e3, ..GAS };

    #[test]
    fn a_slow_stroke_is_isothermal_and_a_fast_one_polytropic() {
        let spring = Spring::Gas(GAS);
        let slow = spring.force(0.15, &GasHeat::charged()).0;
        assert!((slow - 140e3 * 0.33 / 0.18).abs() < 1.0);
        let fast = spring.force(0.15, &GasHeat::from(1.0, 0.0)).0;
        assert!((fast - 140e3 * (0.33f64 / 0.18).powf(1.3)).abs() < 1.0);
        // After a rest, the force of the fast stroke returns to that of the slow one.
        let mut heat = GasHeat::from(spring.after(&GasHeat::from(1.0, 0.0), 0.15, 1.0, 1e-9), 0.15);
        for _ in 0..10_000 {
            heat = GasHeat::from(spring.after(&heat, 0.15, 1.0, 0.01), 0.15);
        }
        assert!((spring.force(0.15, &heat).0 / slow - 1.0).abs() < 1e-6);
    }

    #[test]
    fn many_small_strokes_are_one_large_one() {
        let spring = Spring::Gas(GAS);
        let (mut warmth, mut x) = (1.0, 0.0);
        for _ in 0..1000 {
            warmth = spring.after(&GasHeat::from(warmth, x), x + 2e-4, 1.0, 0.0);
            x += 2e-4;
        }
        let once = spring.after(&GasHeat::from(1.0, 0.0), 0.2, 1.0, 0.0);
        assert!((warmth / once - 1.0).abs() < 1e-6, "{warmth} {once}");
    }

    #[test]
    fn the_stored_work_is_the_integral_of_the_force() {
        for spring in [
            Spring::Gas(GAS),
            Spring::Gas(DOUBLE),
            Spring::Curve(Lookup::new(vec![[0.0, 60e3], [0.1, 159e3], [0.2, 400e3]]).unwrap()),
        ] {
            let (mut work, mut warmth) = (0.0, 1.0);
            for i in 0..2000 {
                let (a, b) = (i as f64 * 1e-4 * 0.75, (i + 1) as f64 * 1e-4 * 0.75);
                let heat = GasHeat::from(warmth, a);
                work += 0.5 * (spring.force(a, &heat).0 + spring.force(b, &heat).0) * (b - a);
                warmth = spring.after(&heat, b, 1.0, 0.0);
            }
            let stored = spring.stored(0.15, warmth);
            assert!((stored / work - 1.0).abs() < 1e-4, "{spring:?}: {stored} {work}");
        }
    }

    #[test]
    fn cold_gas_carries_less() {
        let spring = Spring::Gas(GAS);
        let cold = GasHeat::resting(233.0 / 298.0);
        assert!(spring.force(0.1, &cold).0 < 0.8 * spring.force(0.1, &GasHeat::charged()).0);
    }
}
