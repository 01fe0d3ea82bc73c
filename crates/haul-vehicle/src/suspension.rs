//! Struts, and how strut and tyres in series carry a corner of the truck.

use crate::spec::quantity::Quantity::{Damping, Force, Length, Stiffness};
use crate::spec::reader::{Bound, Reader};
use haul_core::Lookup;
use serde::Serialize;

/// One strut: a nitrogen spring, oil damping, stops.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StrutSpec {
    /// Force over compression, m and N, from the extended strut.
    pub curve: Lookup,
    /// Stroke, m.
    pub stroke: f64,
    /// Stiffness of bump and rebound stop, N/m.
    pub stop_stiffness: f64,
    /// Damping in compression, N·s/m.
    pub damping_bump: f64,
    /// Damping in extension, N·s/m.
    pub damping_rebound: f64,
}

/// The suspension's figures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SuspensionSpec {
    /// Each front strut.
    pub front: StrutSpec,
    /// Each rear strut.
    pub rear: StrutSpec,
}

impl SuspensionSpec {
    pub(crate) fn read(r: &mut Reader) -> Self {
        let stop_stiffness = r.figure("suspension.stop_stiffness", Stiffness, Bound::Positive);
        let mut strut = |end: &str| {
            let spec = StrutSpec {
                curve: r.curve(&format!("suspension.{end}_curve"), Length, Force, Bound::Positive),
                stroke: r.figure(&format!("suspension.{end}_stroke"), Length, Bound::Positive),
                stop_stiffness,
                damping_bump: r.figure(&format!("suspension.{end}_damping_bump"), Damping, Bound::Positive),
                damping_rebound: r.figure(&format!("suspension.{end}_damping_rebound"), Damping, Bound::Positive),
            };
            let path = format!("suspension.{end}_curve.value");
            if spec.curve.points().windows(2).any(|w| w[1][1] <= w[0][1]) {
                r.wrong(&path, format!("the {end} strut softens"), "its force must rise with the compression");
            }
            if spec.curve.points()[0][0] != 0.0 {
                r.wrong(&path, "the curve does not begin at the extended strut", "first point at compression 0");
            }
            spec
        };
        Self { front: strut("front"), rear: strut("rear") }
    }
}

impl StrutSpec {
    /// Spring force and its slope at a compression `x` (m): N, N/m. Past the stroke the bump stop adds to it, and
    /// before the extended length the rebound stop draws on it.
    fn spring(&self, x: f64) -> (f64, f64) {
        let points = self.curve.points();
        let (first, last) = (points[0], points[points.len() - 1]);
        let stop = self.stop_stiffness;
        if x < first[0] {
            return (first[1] + stop * (x - first[0]), stop);
        }
        // Past the last point the spring goes on as it went.
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
        if x > self.stroke {
            force += stop * (x - self.stroke);
            slope += stop;
        }
        (force, slope)
    }

    /// Compression under a force at rest, m.
    pub fn compression(&self, force: f64) -> f64 {
        let mut x = 0.5 * self.stroke;
        for _ in 0..MOST_ITERATIONS {
            let (spring, slope) = self.spring(x);
            x -= (spring - force) / slope;
        }
        x
    }

    fn damping(&self, rate: f64) -> f64 {
        if rate > 0.0 { self.damping_bump } else { self.damping_rebound }
    }
}

/// One tyre as a corner sees it: how far it is pressed at zero strut compression, and how fast that changes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Pressed {
    /// Deflection the tyre would have with the strut extended, along the ground's normal, m.
    pub(crate) depth: f64,
    /// Rate of that deflection from the chassis' motion, m/s.
    pub(crate) rate: f64,
    /// Cosine between the strut's axis and the ground's normal.
    pub(crate) cosine: f64,
}

/// A corner: one strut on `N` tyres that share a hub.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Corner {
    /// Strut compression, m.
    pub(crate) compression: f64,
    /// Rate of the compression in the last step, m/s.
    pub(crate) rate: f64,
}

/// Newton on a rising piecewise linear function needs as many steps as it meets kinks; more means the inputs are
/// not numbers.
const MOST_ITERATIONS: usize = 12;
/// Forces that agree to this are equal, N: a 10⁻⁶ of a wheel's load.
const FORCE_TOLERANCE: f64 = 0.1;

/// Force of one tyre along the ground's normal, and its slope with the strut's rate.
fn tyre_force(stiffness: f64, damping: f64, tyre: &Pressed, x: f64, rate: f64, h: f64) -> (f64, f64) {
    let depth = tyre.depth - x * tyre.cosine;
    if depth <= 0.0 {
        return (0.0, 0.0);
    }
    let force = stiffness * depth + damping * (tyre.rate - rate * tyre.cosine);
    if force <= 0.0 { (0.0, 0.0) } else { (force, -(stiffness * h + damping) * tyre.cosine) }
}

impl Corner {
    /// Moves the strut by `h` and gives the force of each tyre along the ground's normal, N.
    ///
    /// The hub is taken as massless: the strut's rate is the one at which strut and tyres carry the same force at the
    /// end of the step (implicit Euler), so that the stiff pair is stable at any step and rests exactly.
    pub(crate) fn advance<const N: usize>(
        &mut self,
        strut: &StrutSpec,
        tyre_stiffness: f64,
        tyre_damping: f64,
        tyres: &[Pressed; N],
        h: f64,
    ) -> [f64; N] {
        let mut rate = self.rate;
        for _ in 0..MOST_ITERATIONS {
            let x = self.compression + h * rate;
            let (spring, stiffness) = strut.spring(x);
            let damping = strut.damping(rate);
            let mut balance = -spring - damping * rate;
            let mut slope = -stiffness * h - damping;
            for tyre in tyres {
                let (force, change) = tyre_force(tyre_stiffness, tyre_damping, tyre, x, rate, h);
                balance += force * tyre.cosine;
                slope += change * tyre.cosine;
            }
            rate -= balance / slope;
            if balance.abs() < FORCE_TOLERANCE {
                break;
            }
        }
        if !rate.is_finite() {
            rate = 0.0;
        }
        self.rate = rate;
        self.compression += h * rate;
        let x = self.compression;
        tyres.map(|tyre| tyre_force(tyre_stiffness, tyre_damping, &tyre, x, rate, h).0)
    }

    /// The corner at rest under these tyres, and the force of each.
    pub(crate) fn at_rest<const N: usize>(
        strut: &StrutSpec,
        tyre_stiffness: f64,
        tyres: &[Pressed; N],
    ) -> (Corner, [f64; N]) {
        // A step so long that damping no longer matters.
        let mut corner = Corner::default();
        let still = tyres.map(|t| Pressed { rate: 0.0, ..t });
        let forces = corner.advance(strut, tyre_stiffness, 0.0, &still, SETTLING_TIME);
        corner.rate = 0.0;
        (corner, forces)
    }
}

/// Long against every time constant of a strut (damping over stiffness, about 0.1 s), s.
const SETTLING_TIME: f64 = 1e6;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::TruckSpec;

    fn pressed(depth: f64) -> Pressed {
        Pressed { depth, rate: 0.0, cosine: 1.0 }
    }

    #[test]
    fn strut_and_tyre_carry_the_same_force_at_rest() {
        let spec = TruckSpec::tr100at();
        let k = spec.tyre.vertical_stiffness;
        for depth in [0.05, 0.15, 0.25, 0.4, 0.6] {
            let (corner, [force]) = Corner::at_rest(&spec.suspension.front, k, &[pressed(depth)]);
            let strut = spec.suspension.front.spring(corner.compression).0;
            assert!((force - strut).abs() < 5.0, "{depth}: tyre {force}, strut {strut}");
            assert!((force - k * (depth - corner.compression)).abs() < 5.0);
        }
    }

    #[test]
    fn stepping_ends_where_rest_is() {
        let spec = TruckSpec::tr100at();
        let k = spec.tyre.vertical_stiffness;
        let tyres = [pressed(0.3), pressed(0.28)];
        let (rest, _) = Corner::at_rest(&spec.suspension.rear, k, &tyres);
        let mut corner = Corner::default();
        for _ in 0..2000 {
            corner.advance(&spec.suspension.rear, k, 25e3, &tyres, 0.005);
        }
        assert!((corner.compression - rest.compression).abs() < 1e-5);
        assert!(corner.rate.abs() < 1e-9);
    }

    #[test]
    fn a_hanging_wheel_extends_to_the_rebound_stop() {
        let spec = TruckSpec::tr100at();
        let mut corner = Corner { compression: 0.1, rate: 0.0 };
        let mut force = 1.0;
        for _ in 0..2000 {
            [force] =
                corner.advance(&spec.suspension.front, spec.tyre.vertical_stiffness, 25e3, &[pressed(-0.5)], 0.005);
        }
        assert_eq!(force, 0.0);
        assert!(corner.compression <= 0.0 && corner.compression > -0.01, "{}", corner.compression);
    }

    #[test]
    fn rebound_is_damped_more_than_bump() {
        let strut = TruckSpec::tr100at().suspension.rear;
        let ratio = strut.damping(-1.0) / strut.damping(1.0);
        assert!((2.0..=3.0).contains(&ratio), "{ratio}");
    }
}
