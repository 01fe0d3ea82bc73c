//! A front corner: one strut over one wheel.

use super::spring::GasHeat;
use super::{FORCE_TOLERANCE, MAX_ITERATIONS, SETTLING_TIME, StrutSpec, tyre_force};

/// Compression of one tyre at zero strut compression, and the rate of that compression.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Pressed {
    /// Deflection that the tyre would have with the strut extended, along the ground's normal, m.
    pub(crate) depth: f64,
    /// Rate of this deflection due to the motion of the chassis, m/s.
    pub(crate) rate: f64,
    /// Cosine between the strut's axis and the ground's normal.
    pub(crate) cosine: f64,
}

/// State of a front corner.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub(crate) struct FrontCorner {
    /// Strut compression, m.
    pub(crate) compression: f64,
    /// Rate of strut compression in the last step, m/s.
    pub(crate) rate: f64,
    /// Gas temperature as a ratio to the charging temperature.
    pub(crate) warmth: f64,
    /// Power dissipated in strut and tyre in the last step, W.
    pub(crate) lost: f64,
}

impl Default for FrontCorner {
    fn default() -> Self {
        Self { compression: 0.0, rate: 0.0, warmth: 1.0, lost: 0.0 }
    }
}

impl FrontCorner {
    /// Moves the strut by `h` (s) and returns the tyre's force along the ground's normal, N. `walls` is the temperature
    /// of the strut walls as a ratio to the charging temperature.
    ///
    /// The hub has no mass in the model: the strut moves at the rate at which strut and tyre have the same force at the
    /// end of the step (implicit Euler). The stiff pair is then stable at any step and comes exactly to rest.
    pub(crate) fn advance(
        &mut self,
        strut: &StrutSpec,
        stiffness: f64,
        damping: f64,
        tyre: &Pressed,
        walls: f64,
        h: f64,
    ) -> f64 {
        let heat = GasHeat::from(self.warmth, self.compression.clamp(0.0, strut.stroke));
        self.solve(strut, stiffness, damping, tyre, &heat, h);
        let end = self.compression.clamp(0.0, strut.stroke);
        let before = self.warmth;
        self.warmth = strut.spring.after(&heat, end, walls, h);
        let x = self.compression;
        let (force, _) = tyre_force(stiffness, damping, tyre, x, self.rate, h);
        let pressing = tyre.rate - self.rate * tyre.cosine;
        self.lost = strut.damping(self.rate) * self.rate * self.rate
            + if force > 0.0 { damping * pressing * pressing } else { 0.0 };
        if !self.warmth.is_finite() {
            self.warmth = before;
        }
        force
    }

    fn solve(&mut self, strut: &StrutSpec, stiffness: f64, damping: f64, tyre: &Pressed, heat: &GasHeat, h: f64) {
        let mut rate = self.rate;
        for _ in 0..MAX_ITERATIONS {
            let x = self.compression + h * rate;
            let (spring, spring_slope) = strut.force(x, heat);
            let drag = strut.damping(rate);
            let (force, change) = tyre_force(stiffness, damping, tyre, x, rate, h);
            let balance = force * tyre.cosine - spring - drag * rate;
            rate -= balance / (change * tyre.cosine - spring_slope * h - drag);
            if balance.abs() < FORCE_TOLERANCE {
                break;
            }
        }
        self.rate = if rate.is_finite() { rate } else { 0.0 };
        self.compression += h * self.rate;
    }

    /// Returns the corner at rest on a tyre, and the tyre's force. `walls` is the temperature of strut walls and gas as
    /// a ratio to the charging temperature.
    pub(crate) fn at_rest(strut: &StrutSpec, stiffness: f64, tyre: &Pressed, walls: f64) -> (FrontCorner, f64) {
        // The step is so long that damping no longer matters.
        let mut corner = FrontCorner { warmth: walls, ..FrontCorner::default() };
        let still = Pressed { rate: 0.0, ..*tyre };
        let heat = GasHeat::resting(walls);
        corner.solve(strut, stiffness, 0.0, &still, &heat, SETTLING_TIME);
        let (force, _) = tyre_force(stiffness, 0.0, &still, corner.compression, 0.0, SETTLING_TIME);
        corner.rate = 0.0;
        (corner, force)
    }
}

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
            let (corner, force) = FrontCorner::at_rest(&spec.suspension.front, k, &pressed(depth), 1.0);
            let strut = spec.suspension.front.force(corner.compression, &GasHeat::charged()).0;
            assert!((force - strut).abs() < 5.0, "{depth}: tyre {force}, strut {strut}");
            assert!((force - k * (depth - corner.compression)).abs() < 5.0);
        }
    }

    #[test]
    fn stepping_ends_where_rest_is() {
        let spec = TruckSpec::tr100at();
        let k = spec.tyre.vertical_stiffness;
        let (rest, _) = FrontCorner::at_rest(&spec.suspension.front, k, &pressed(0.3), 1.0);
        let mut corner = FrontCorner::default();
        for _ in 0..20_000 {
            corner.advance(&spec.suspension.front, k, 25e3, &pressed(0.3), 1.0, 0.005);
        }
        assert!((corner.compression - rest.compression).abs() < 1e-5);
        assert!(corner.rate.abs() < 1e-7);
    }

    #[test]
    fn a_hanging_wheel_extends_to_the_rebound_stop() {
        let spec = TruckSpec::tr100at();
        let mut corner = FrontCorner { compression: 0.1, ..FrontCorner::default() };
        let mut force = 1.0;
        for _ in 0..2000 {
            let k = spec.tyre.vertical_stiffness;
            force = corner.advance(&spec.suspension.front, k, 25e3, &pressed(-0.5), 1.0, 0.005);
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
