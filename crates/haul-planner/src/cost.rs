//! Time and fuel of driving.

use std::ops::{Add, AddAssign, Sub};

/// Time and fuel, the two quantities that a route or a speed profile weighs.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Cost {
    /// Time, s.
    pub time: f64,
    /// Fuel, kg.
    pub fuel: f64,
}

impl Cost {
    /// The cost of no time and no fuel.
    pub const ZERO: Self = Self::new(0.0, 0.0);

    /// Creates a cost from a time (s) and a mass of fuel (kg).
    pub const fn new(time: f64, fuel: f64) -> Self {
        Self { time, fuel }
    }

    /// Interpolates linearly: returns `self` at share 0 and `other` at share 1.
    pub fn towards(self, other: Self, share: f64) -> Self {
        Self { time: self.time + (other.time - self.time) * share, fuel: self.fuel + (other.fuel - self.fuel) * share }
    }
}

impl Add for Cost {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { time: self.time + other.time, fuel: self.fuel + other.fuel }
    }
}

impl Sub for Cost {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self { time: self.time - other.time, fuel: self.fuel - other.fuel }
    }
}

impl AddAssign for Cost {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}
