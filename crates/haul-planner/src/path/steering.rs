//! How tight and how quickly a path may bend for the steering of a truck.

/// What the steering allows a path.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct SteeringBounds {
    /// Greatest curvature, 1/m.
    pub(crate) curvature: f64,
    /// Change of curvature per second that the steering manages with something in hand, 1/(m s).
    pub(crate) per_second: f64,
    /// Lateral acceleration at which bends are reckoned to be driven, m/s².
    pub(crate) lateral_acceleration: f64,
    /// Least and greatest speed to reckon with, m/s.
    pub(crate) speeds: [f64; 2],
}

impl SteeringBounds {
    /// Speed to reckon with in a bend, m/s.
    pub(crate) fn speed(&self, curvature: f64) -> f64 {
        (self.lateral_acceleration / curvature.abs().max(1e-9)).sqrt().clamp(self.speeds[0], self.speeds[1])
    }

    /// Greatest change of curvature per metre in and near a bend of some curvature, 1/m²: the slower it must be driven,
    /// the sharper the wheels may turn in.
    pub(crate) fn rate(&self, curvature: f64) -> f64 {
        self.per_second / self.speed(curvature)
    }
}
