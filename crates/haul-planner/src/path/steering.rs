//! Bounds on curvature and its rate of change from the truck's steering.

/// Bounds that the steering sets on the shape of a path.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct SteeringBounds {
    /// Maximum curvature, 1/m.
    pub(crate) curvature: f64,
    /// Rate of change of curvature that the steering can follow with a reserve, 1/(m s).
    pub(crate) per_second: f64,
    /// Lateral acceleration assumed in bends, m/s².
    pub(crate) lateral_acceleration: f64,
    /// Minimum and maximum speed assumed, m/s.
    pub(crate) speeds: [f64; 2],
}

impl SteeringBounds {
    /// Returns the speed assumed in a bend of a curvature (1/m), m/s.
    pub(crate) fn speed(&self, curvature: f64) -> f64 {
        (self.lateral_acceleration / curvature.abs().max(1e-9)).sqrt().clamp(self.speeds[0], self.speeds[1])
    }

    /// Returns the maximum change of curvature per metre in and near a bend, 1/m². It is larger in tighter bends,
    /// because the truck drives them more slowly.
    pub(crate) fn rate(&self, curvature: f64) -> f64 {
        self.per_second / self.speed(curvature)
    }
}
