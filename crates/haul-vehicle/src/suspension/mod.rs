//! Struts, and how struts and tyres in series carry the truck: two front corners, and a rear axle that oscillates.

mod axle;
mod corner;
mod spring;

pub(crate) use axle::{Axle, AxleTyres};
pub(crate) use corner::{FrontCorner, Pressed};
pub(crate) use spring::GasHeat;
pub use spring::{GasSpring, Spring};

use crate::spec::quantity::Quantity::{Damping, Length, Stiffness};
use crate::spec::reader::{FigureRange, Reader};
use serde::Serialize;

/// One strut: spring, oil damping, stops.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StrutSpec {
    /// The spring.
    pub spring: Spring,
    /// Stroke of the strut, m.
    pub stroke: f64,
    /// Stiffness of the bump stop and of the rebound stop, N/m.
    pub stop_stiffness: f64,
    /// Damping in compression, N·s/m.
    pub damping_bump: f64,
    /// Damping in extension, N·s/m.
    pub damping_rebound: f64,
}

/// Data of the suspension.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SuspensionSpec {
    /// Front strut, one over each wheel.
    pub front: StrutSpec,
    /// Rear strut, one of two.
    pub rear: StrutSpec,
    /// Distance between the two rear struts, m.
    pub rear_spacing: f64,
}

impl SuspensionSpec {
    pub(crate) fn read(r: &mut Reader, track_rear: f64) -> Self {
        let stop_stiffness = r.figure("suspension.stop_stiffness", Stiffness, FigureRange::Positive);
        let mut strut = |end: &str| {
            let stroke = r.figure(&format!("suspension.{end}_stroke"), Length, FigureRange::Positive);
            StrutSpec {
                spring: Spring::read(r, end, stroke),
                stroke,
                stop_stiffness,
                damping_bump: r.figure(&format!("suspension.{end}_damping_bump"), Damping, FigureRange::Positive),
                damping_rebound: r.figure(&format!("suspension.{end}_damping_rebound"), Damping, FigureRange::Positive),
            }
        };
        let (front, rear) = (strut("front"), strut("rear"));
        let rear_spacing = r.figure("suspension.rear_spacing", Length, FigureRange::Positive);
        if rear_spacing > track_rear {
            let what = "the rear struts are wider apart than the wheels";
            r.wrong("suspension.rear_spacing.value", what, "at most `geometry.track_rear`");
        }
        Self { front, rear, rear_spacing }
    }

    /// Returns the angle by which the rear axle can oscillate to either side with the struts at mid-stroke, rad.
    pub fn oscillation(&self) -> f64 {
        libm::atan(self.rear.stroke / self.rear_spacing)
    }
}

impl StrutSpec {
    /// Returns the spring force (N) and its derivative (N/m) at a compression `x` (m). The bump stop adds force beyond
    /// the stroke, and the rebound stop pulls when the strut is longer than its extended length.
    pub(crate) fn force(&self, x: f64, heat: &GasHeat) -> (f64, f64) {
        let stop = self.stop_stiffness;
        if x < 0.0 {
            let (force, _) = self.spring.force(0.0, heat);
            return (force + stop * x, stop);
        }
        let (force, slope) = self.spring.force(x.min(self.stroke), heat);
        if x > self.stroke {
            let over = x - self.stroke;
            // Beyond the stroke the spring continues linearly.
            return (force + (slope + stop) * over, slope + stop);
        }
        (force, slope)
    }

    /// Returns the stiffness in fast motion about the rest position under a force (N), N/m.
    pub fn stiffness(&self, force: f64) -> f64 {
        let x = self.compression(force);
        self.force(x, &GasHeat::from(1.0, x.clamp(0.0, self.stroke))).1
    }

    /// Returns the compression at rest under a force (N), with the gas at its charging temperature, m.
    pub fn compression(&self, force: f64) -> f64 {
        let mut x = 0.5 * self.stroke;
        let heat = GasHeat::charged();
        for _ in 0..MAX_ITERATIONS {
            let (spring, slope) = self.force(x, &heat);
            x -= (spring - force) / slope;
        }
        x
    }

    pub(crate) fn damping(&self, rate: f64) -> f64 {
        if rate > 0.0 { self.damping_bump } else { self.damping_rebound }
    }
}

/// Maximum number of Newton iterations. A rising function needs one for each kink and a few for its curvature; more
/// means that the inputs are not numbers.
const MAX_ITERATIONS: usize = 24;
/// Tolerance of the force balance, N; 10⁻⁶ of a wheel load.
const FORCE_TOLERANCE: f64 = 0.1;
/// A time much longer than every time constant of a strut (damping divided by stiffness, about 0.1 s), s.
const SETTLING_TIME: f64 = 1e6;

/// Returns the force of one tyre along the ground's normal, and its derivative with respect to the hub's rate of rise.
/// `x` is the rise of the hub relative to the chassis at the end of the step.
fn tyre_force(stiffness: f64, damping: f64, tyre: &Pressed, x: f64, rate: f64, h: f64) -> (f64, f64) {
    let depth = tyre.depth - x * tyre.cosine;
    if depth <= 0.0 {
        return (0.0, 0.0);
    }
    let force = stiffness * depth + damping * (tyre.rate - rate * tyre.cosine);
    if force <= 0.0 { (0.0, 0.0) } else { (force, -(stiffness * h + damping) * tyre.cosine) }
}
