//! The rear axle: a beam with a pair of tyres at each end, on two struts that are closer together than the wheels. It
//! moves up and down, and oscillates about the truck's long axis.

use super::corner::Pressed;
use super::spring::GasHeat;
use super::{FORCE_TOLERANCE, MAX_ITERATIONS, SETTLING_TIME, StrutSpec, tyre_force};

/// Number of tyres on the axle.
pub(crate) const TYRES: usize = 4;

/// The tyres of the axle.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AxleTyres<'a> {
    /// Vertical stiffness of one tyre, N/m.
    pub(crate) stiffness: f64,
    /// Vertical damping of one tyre, N·s/m.
    pub(crate) damping: f64,
    /// Compression of each tyre: left outer, left inner, right inner, right outer.
    pub(crate) pressed: &'a [Pressed; TYRES],
}

/// State of the rear axle.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Axle {
    /// Rise of the centres of the left and right tyre pair relative to the chassis, m.
    pub(crate) rise: [f64; 2],
    /// Rates of rise of the two tyre pairs in the last step, m/s.
    pub(crate) rates: [f64; 2],
    /// Gas temperature in the left and right strut, as a ratio to the charging temperature.
    pub(crate) warmth: [f64; 2],
    /// Power dissipated in struts and tyres in the last step, W.
    pub(crate) lost: f64,
    /// Weight of the left end's rise in the rise of each tyre.
    shares: [f64; TYRES],
    /// Weight of the left end's rise in the compression of the left strut.
    strut: f64,
}

impl Axle {
    /// Creates an axle with the given track, dual spacing and strut spacing (m), its struts extended.
    pub(crate) fn new(track: f64, dual_spacing: f64, strut_spacing: f64) -> Self {
        let share = |y: f64| 0.5 + y / track;
        let (outer, inner) = (0.5 * (track + dual_spacing), 0.5 * (track - dual_spacing));
        Self {
            rise: [0.0; 2],
            rates: [0.0; 2],
            warmth: [1.0; 2],
            lost: 0.0,
            shares: [share(outer), share(inner), share(-inner), share(-outer)],
            strut: share(0.5 * strut_spacing),
        }
    }

    /// Returns the rise of a tyre relative to the chassis, m.
    pub(crate) fn rise_of(&self, tyre: usize) -> f64 {
        mix(self.shares[tyre], self.rise)
    }

    /// Returns the compression of the left and right strut, m.
    pub(crate) fn compressions(&self) -> [f64; 2] {
        [mix(self.strut, self.rise), mix(1.0 - self.strut, self.rise)]
    }

    /// Moves the axle by `h` and returns the force of each tyre along the ground's normal, N. The axle has no mass in
    /// the model, like the front hubs.
    pub(crate) fn advance(&mut self, strut: &StrutSpec, tyres: &AxleTyres, walls: f64, h: f64) -> [f64; TYRES] {
        let inside = |x: f64| x.clamp(0.0, strut.stroke);
        let before = self.compressions();
        let heats = [0, 1].map(|i| GasHeat::from(self.warmth[i], inside(before[i])));
        self.solve(strut, tyres, &heats, h);
        let after = self.compressions();
        let strut_rates = [mix(self.strut, self.rates), mix(1.0 - self.strut, self.rates)];
        self.lost = 0.0;
        for i in 0..2 {
            let warmth = strut.spring.after(&heats[i], inside(after[i]), walls, h);
            if warmth.is_finite() {
                self.warmth[i] = warmth;
            }
            self.lost += strut.damping(strut_rates[i]) * strut_rates[i] * strut_rates[i];
        }
        let forces = self.forces(tyres, h);
        for (k, force) in forces.iter().enumerate() {
            let tyre = &tyres.pressed[k];
            let pressing = tyre.rate - mix(self.shares[k], self.rates) * tyre.cosine;
            self.lost += if *force > 0.0 { tyres.damping * pressing * pressing } else { 0.0 };
        }
        forces
    }

    fn forces(&self, tyres: &AxleTyres, h: f64) -> [f64; TYRES] {
        std::array::from_fn(|k| {
            let rate = mix(self.shares[k], self.rates);
            tyre_force(tyres.stiffness, tyres.damping, &tyres.pressed[k], self.rise_of(k), rate, h).0
        })
    }

    /// Solves by Newton's method for the rates of both ends at which struts and tyres balance at the end of the step.
    fn solve(&mut self, strut: &StrutSpec, tyres: &AxleTyres, heats: &[GasHeat; 2], h: f64) {
        let mut rates = self.rates;
        for _ in 0..MAX_ITERATIONS {
            let rise = [self.rise[0] + h * rates[0], self.rise[1] + h * rates[1]];
            let (mut left, mut right) = (0.0, 0.0);
            // Derivatives of the forces: left by left, left by right (equal to right by left), right by right.
            let (mut ll, mut lr, mut rr) = (0.0, 0.0, 0.0);
            let mut add = |share: f64, force: f64, slope: f64| {
                let other = 1.0 - share;
                left += share * force;
                right += other * force;
                ll += share * share * slope;
                lr += share * other * slope;
                rr += other * other * slope;
            };
            for (k, tyre) in tyres.pressed.iter().enumerate() {
                let share = self.shares[k];
                let (x, rate) = (mix(share, rise), mix(share, rates));
                let (force, change) = tyre_force(tyres.stiffness, tyres.damping, tyre, x, rate, h);
                add(share, force * tyre.cosine, change * tyre.cosine);
            }
            for (i, share) in [self.strut, 1.0 - self.strut].into_iter().enumerate() {
                let (x, rate) = (mix(share, rise), mix(share, rates));
                let (spring, slope) = strut.force(x, &heats[i]);
                let drag = strut.damping(rate);
                add(share, -spring - drag * rate, -slope * h - drag);
            }
            let determinant = ll * rr - lr * lr;
            rates[0] -= (left * rr - right * lr) / determinant;
            rates[1] -= (right * ll - left * lr) / determinant;
            if left.abs() + right.abs() < FORCE_TOLERANCE {
                break;
            }
        }
        if !(rates[0].is_finite() && rates[1].is_finite()) {
            rates = [0.0; 2];
        }
        self.rates = rates;
        self.rise[0] += h * rates[0];
        self.rise[1] += h * rates[1];
    }

    /// Returns the axle at rest on its tyres, and the force of each tyre. `walls` is the temperature of strut walls and
    /// gas as a ratio to the charging temperature.
    pub(crate) fn at_rest(&self, strut: &StrutSpec, tyres: &AxleTyres, walls: f64) -> (Axle, [f64; TYRES]) {
        let still = tyres.pressed.map(|t| Pressed { rate: 0.0, ..t });
        let tyres = AxleTyres { damping: 0.0, pressed: &still, ..*tyres };
        let heat = GasHeat::resting(walls);
        let mut axle = Axle { rise: [0.0; 2], rates: [0.0; 2], warmth: [walls; 2], lost: 0.0, ..*self };
        axle.solve(strut, &tyres, &[heat; 2], SETTLING_TIME);
        axle.rates = [0.0; 2];
        let forces = axle.forces(&tyres, SETTLING_TIME);
        (axle, forces)
    }
}

/// Interpolates between the values at the left and right end; `share` is the weight of the left.
fn mix(share: f64, ends: [f64; 2]) -> f64 {
    share * ends[0] + (1.0 - share) * ends[1]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::TruckSpec;

    fn axle(spec: &TruckSpec) -> Axle {
        Axle::new(spec.geometry.track_rear, spec.geometry.dual_spacing, spec.suspension.rear_spacing)
    }

    fn pressed(left: f64, right: f64) -> [Pressed; TYRES] {
        [left, left, right, right].map(|depth| Pressed { depth, rate: 0.0, cosine: 1.0 })
    }

    #[test]
    fn an_even_axle_is_two_corners() {
        let spec = TruckSpec::tr100at();
        let pressed = pressed(0.25, 0.25);
        let tyres = AxleTyres { stiffness: spec.tyre.vertical_stiffness, damping: 25e3, pressed: &pressed };
        let (rest, forces) = axle(&spec).at_rest(&spec.suspension.rear, &tyres, 1.0);
        let strut = spec.suspension.rear.force(rest.compressions()[0], &GasHeat::charged()).0;
        assert!((forces[0] + forces[1] - strut).abs() < 5.0);
        assert!((rest.rise[0] - rest.rise[1]).abs() < 1e-9);
    }

    #[test]
    fn one_raised_end_makes_it_oscillate_rather_than_lift() {
        let spec = TruckSpec::tr100at();
        let pressed = pressed(0.45, 0.25);
        let tyres = AxleTyres { stiffness: spec.tyre.vertical_stiffness, damping: 25e3, pressed: &pressed };
        let (rest, forces) = axle(&spec).at_rest(&spec.suspension.rear, &tyres, 1.0);
        assert!(rest.rise[0] > rest.rise[1] + 0.05, "{:?}", rest.rise);
        assert!(forces.iter().all(|f| *f > 0.0), "all four carry: {forces:?}");
        let angle = libm::atan((rest.rise[0] - rest.rise[1]) / spec.geometry.track_rear);
        assert!(angle < spec.suspension.oscillation(), "{angle}");
    }

    #[test]
    fn the_axle_oscillates_by_the_seven_degrees_of_its_class() {
        let spec = TruckSpec::tr100at();
        assert!((spec.suspension.oscillation().to_degrees() - 7.0).abs() < 0.3);
    }

    #[test]
    fn stepping_ends_where_rest_is() {
        let spec = TruckSpec::tr100at();
        let pressed = pressed(0.3, 0.22);
        let tyres = AxleTyres { stiffness: spec.tyre.vertical_stiffness, damping: 25e3, pressed: &pressed };
        let start = axle(&spec);
        let (rest, _) = start.at_rest(&spec.suspension.rear, &tyres, 1.0);
        let mut moving = start;
        for _ in 0..40_000 {
            moving.advance(&spec.suspension.rear, &tyres, 1.0, 0.005);
        }
        for i in 0..2 {
            assert!((moving.rise[i] - rest.rise[i]).abs() < 1e-5, "{:?} {:?}", moving.rise, rest.rise);
        }
    }
}
