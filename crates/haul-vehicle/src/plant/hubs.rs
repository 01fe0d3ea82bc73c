//! Speeds of the wheel hubs under drive, brakes and tyres. The integration is stable with stiff tyres and dry friction,
//! and a braked wheel stands exactly still.

use super::layout::CORNERS;
use crate::powertrain::AxleDrive;

/// Torques on one hub in a step.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct HubLoad {
    /// Speed of the hub at the start of the step, rad/s.
    pub(super) spin: f64,
    /// Moment of inertia of the hub with its wheels, kg·m².
    pub(super) inertia: f64,
    /// Torque of the ground on the hub at the speed `spin`, N·m.
    pub(super) ground: f64,
    /// Decrease of the ground's torque per rad/s of hub speed, N·m·s/rad.
    pub(super) slope: f64,
    /// Maximum torque of dry friction (brakes, rolling resistance), N·m.
    pub(super) friction: f64,
}

/// Motion of a hub in a step.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct HubMotion {
    /// Speed of the hub at the end of the step, rad/s; exactly 0 if friction holds the hub.
    pub(super) spin: f64,
    /// Torque of dry friction, N·m, with the sign of the motion that it opposes.
    pub(super) taken: f64,
}

/// The hubs of all corners in one step, with the torques that act on them.
#[derive(Debug, Clone, Copy)]
pub(super) struct HubStep {
    /// Effect of the powertrain on the rear axle.
    pub(super) drive: AxleDrive,
    pub(super) loads: [HubLoad; CORNERS],
    pub(super) motions: [HubMotion; CORNERS],
    /// Torque of the rolling resistance at each corner, N·m.
    pub(super) rolling: [f64; CORNERS],
    /// Torque of the brake on one hub of the front and of the rear axle, N·m.
    pub(super) brake: [f64; 2],
}

impl HubStep {
    /// Returns the mean speed of the rear hubs at the start of the step, rad/s.
    pub(super) fn rear_speed_before(&self) -> f64 {
        0.5 * (self.loads[2].spin + self.loads[3].spin)
    }

    /// Returns the mean speed of the rear hubs at the end of the step, rad/s.
    pub(super) fn rear_speed_after(&self) -> f64 {
        0.5 * (self.motions[2].spin + self.motions[3].spin)
    }
}

/// Returns the motion of a hub that turns independently of the others.
pub(super) fn free(hub: &HubLoad, h: f64) -> HubMotion {
    let inert = hub.inertia + h * hub.slope;
    let momentum = inert * hub.spin + h * hub.ground;
    hold_or_turn(momentum, inert, h * hub.friction, h)
}

/// Applies dry friction to a hub's momentum: enough friction stops the hub, less acts in full.
fn hold_or_turn(momentum: f64, inert: f64, friction: f64, h: f64) -> HubMotion {
    if momentum.abs() <= friction {
        return HubMotion { spin: 0.0, taken: momentum / h };
    }
    let taken = friction.copysign(momentum);
    HubMotion { spin: (momentum - taken) / inert, taken: taken / h }
}

/// Number of iterations for the friction of the two hubs; each iteration at least halves the error.
const ROUNDS: usize = 12;

/// Returns the motion of the two hubs of an axle that a differential drives with equal torques. The inertia and slope
/// of the drive act on the mean speed, which couples the hubs. A projected Gauss–Seidel iteration finds the friction of
/// both hubs (Jourdan, Alart & Jean 1998).
pub(super) fn driven(hubs: &[HubLoad; 2], drive: &AxleDrive, h: f64) -> [HubMotion; 2] {
    let coupling = 0.25 * (drive.inertia + h * drive.slope);
    let own = [hubs[0].inertia + h * hubs[0].slope, hubs[1].inertia + h * hubs[1].slope];
    let shared = coupling * (hubs[0].spin + hubs[1].spin) + 0.5 * h * drive.torque;
    let momentum = [0, 1].map(|i| own[i] * hubs[i].spin + h * hubs[i].ground + shared);
    let diagonal = [own[0] + coupling, own[1] + coupling];
    let friction = [h * hubs[0].friction, h * hubs[1].friction];
    let mut out = [HubMotion { spin: hubs[0].spin, taken: 0.0 }, HubMotion { spin: hubs[1].spin, taken: 0.0 }];
    // Without friction, the two coupled equations have a direct solution.
    if friction[0] == 0.0 && friction[1] == 0.0 {
        let determinant = diagonal[0] * diagonal[1] - coupling * coupling;
        out[0].spin = (diagonal[1] * momentum[0] - coupling * momentum[1]) / determinant;
        out[1].spin = (diagonal[0] * momentum[1] - coupling * momentum[0]) / determinant;
        return out;
    }
    // With the friction impulses b, the hub speeds are A⁻¹ (momentum − b).
    let determinant = diagonal[0] * diagonal[1] - coupling * coupling;
    let inverse = [diagonal[1] / determinant, diagonal[0] / determinant];
    let cross = -coupling / determinant;
    let mut b = [0.0f64; 2];
    for _ in 0..ROUNDS {
        for i in 0..2 {
            let other = 1 - i;
            let speed = inverse[i] * (momentum[i] - b[i]) + cross * (momentum[other] - b[other]);
            b[i] = (b[i] + speed / inverse[i]).clamp(-friction[i], friction[i]);
        }
    }
    let held = [b[0].abs() < friction[0], b[1].abs() < friction[1]];
    for i in 0..2 {
        let other = 1 - i;
        out[i].spin = match (held[i], held[other]) {
            (true, _) => 0.0,
            (false, true) => (momentum[i] - b[i]) / diagonal[i],
            (false, false) => inverse[i] * (momentum[i] - b[i]) + cross * (momentum[other] - b[other]),
        };
        out[i].taken = b[i] / h;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const H: f64 = 0.005;

    fn hub(spin: f64, ground: f64, friction: f64) -> HubLoad {
        HubLoad { spin, inertia: 3000.0, ground, slope: 0.0, friction }
    }

    #[test]
    fn friction_stops_a_hub_exactly_and_never_turns_it_back() {
        let m = free(&hub(0.01, 0.0, 50e3), H);
        assert_eq!(m.spin, 0.0);
        assert!((m.taken - 0.01 * 3000.0 / H).abs() < 1e-9);
        let turning = free(&hub(5.0, 0.0, 50e3), H);
        assert!(turning.spin > 0.0 && turning.taken == 50e3);
        assert!(free(&hub(-5.0, 0.0, 50e3), H).taken == -50e3);
    }

    #[test]
    fn a_driven_axle_held_by_its_brakes_stands() {
        let drive = AxleDrive { torque: 80e3, inertia: 30_000.0, slope: 1e5, ..AxleDrive::default() };
        for m in driven(&[hub(0.0, 1e3, 60e3), hub(0.0, -1e3, 60e3)], &drive, H) {
            assert_eq!(m.spin, 0.0);
        }
    }

    #[test]
    fn with_one_hub_held_the_other_gets_its_half_of_the_torque() {
        let drive = AxleDrive { torque: 40e3, inertia: 0.0, ..AxleDrive::default() };
        let [left, right] = driven(&[hub(0.0, 0.0, 1e6), hub(0.0, 0.0, 0.0)], &drive, H);
        assert_eq!(left.spin, 0.0);
        assert!((right.spin - 20e3 * H / 3000.0).abs() < 1e-12);
        assert!((left.taken - 20e3).abs() < 1e-6);
    }

    #[test]
    fn without_friction_momentum_is_kept() {
        let drive = AxleDrive { torque: 40e3, inertia: 200e3, ..AxleDrive::default() };
        let [l, r] = driven(&[hub(1.0, 0.0, 0.0), hub(1.2, 0.0, 0.0)], &drive, H);
        let before = 3000.0 * 2.2 + 200e3 * 1.1;
        let after = 3000.0 * (l.spin + r.spin) + 200e3 * 0.5 * (l.spin + r.spin);
        assert!((after - before - 40e3 * H).abs() < 1e-6);
        assert!((r.spin - l.spin - 0.2).abs() < 1e-12, "the difference is free");
    }
}
