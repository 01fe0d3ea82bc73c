//! The pose of a truck at rest on the ground.

use super::Truck;
use super::layout::FRONT;
use crate::ground::Ground;
use crate::state::WHEELS;
use crate::suspension::{Axle, AxleTyres, FrontCorner, Pressed};
use haul_core::{GRAVITY, Isometry3, Point3, Pose2, Vector3};
use nalgebra::{Matrix3, Quaternion, Translation3, UnitQuaternion};

/// Maximum number of Newton iterations; a plane needs four or five.
const ROUNDS: usize = 40;
/// Maximum step of one iteration in height (m), pitch and roll (rad), so that the iteration is stable on rough ground.
const MAX_STEP: [f64; 3] = [0.2, 0.05, 0.05];
/// Displacement for the numerical derivatives of the residual, m and rad.
const PROBE: f64 = 1e-5;
/// Tolerance of the residual at rest: force relative to the weight, moment relative to the weight times 1 m.
const REST_TOLERANCE: f64 = 1e-9;

/// Height, pitch (positive nose down, as a rotation about y) and roll.
type Stance = [f64; 3];

/// A truck at rest in a pose.
pub(super) struct Resting {
    pub(super) corners: [FrontCorner; FRONT],
    pub(super) axle: Axle,
    /// Contact point of each wheel, and the ground's normal there.
    contacts: [(Point3, Vector3); WHEELS],
    /// Force of each wheel along the ground's normal, N.
    loads: [f64; WHEELS],
}

impl Truck {
    /// Returns the pose of the body frame in which the truck with its current load rests on the ground, at a pose in
    /// plan.
    ///
    /// The wheels carry vertical forces, as on a truck that is held by its brakes.
    pub fn settle_on(&self, pose: Pose2, ground: &impl Ground) -> Isometry3 {
        let mut stance = self.first_guess(pose, ground);
        let weight = self.mass.mass * GRAVITY;
        for _ in 0..ROUNDS {
            let residual = self.residual(pose, stance, ground);
            if residual.amax() < REST_TOLERANCE * weight {
                break;
            }
            let mut slopes = Matrix3::zeros();
            for i in 0..3 {
                let mut probed = stance;
                probed[i] += PROBE;
                slopes.set_column(i, &((self.residual(pose, probed, ground) - residual) / PROBE));
            }
            let Some(inverse) = slopes.try_inverse() else {
                // No wheel touches the ground: move down.
                stance[0] -= MAX_STEP[0];
                continue;
            };
            let step = inverse * residual;
            for i in 0..3 {
                stance[i] -= step[i].clamp(-MAX_STEP[i], MAX_STEP[i]);
            }
        }
        placed(pose, stance)
    }

    /// Returns the stance on the plane through the ground under the wheels.
    fn first_guess(&self, pose: Pose2, ground: &impl Ground) -> Stance {
        let height = |i: usize| {
            let p = pose.place(self.mounts[i].x, self.mounts[i].y);
            ground.under(p.x, p.y).height
        };
        let (front_left, front_right) = (height(0), height(1));
        let (rear_left, rear_right) = (height(2), height(5));
        let rear = 0.5 * (rear_left + rear_right);
        let rise = (0.5 * (front_left + front_right) - rear) / self.mounts[0].x;
        let lean = (rear_left - rear_right) / (self.mounts[2].y - self.mounts[5].y);
        [rear, -libm::atan(rise), libm::atan(lean)]
    }

    /// Returns the residual vertical force and moments about the horizontal axes through the centre of mass.
    fn residual(&self, pose: Pose2, stance: Stance, ground: &impl Ground) -> Vector3 {
        let isometry = placed(pose, stance);
        let Resting { contacts, loads, .. } = self.rest_corners(&isometry, ground);
        let centre = isometry * self.mass.centre;
        let mut sum = Vector3::new(-self.mass.mass * GRAVITY, 0.0, 0.0);
        for i in 0..WHEELS {
            let (point, normal) = contacts[i];
            let vertical = loads[i] / normal.z;
            let arm = point - centre;
            sum += Vector3::new(vertical, vertical * arm.x, vertical * arm.y);
        }
        sum
    }

    /// Returns corners, rear axle, contact points and wheel loads at rest for a pose of the body frame.
    pub(super) fn rest_corners(&self, isometry: &Isometry3, ground: &impl Ground) -> Resting {
        let tyre = &self.spec.tyre;
        let up = isometry.rotation * Vector3::z();
        let mut pressed = [Pressed { depth: 0.0, rate: 0.0, cosine: 1.0 }; WHEELS];
        let mut contacts = [(Point3::origin(), Vector3::z()); WHEELS];
        for i in 0..WHEELS {
            let hub = isometry * self.mounts[i];
            let g = ground.under(hub.x, hub.y);
            let distance = (hub.z - g.height) * g.normal.z;
            pressed[i] = Pressed { depth: tyre.radius - distance, rate: 0.0, cosine: up.dot(&g.normal) };
            contacts[i] = (hub - g.normal * distance, g.normal);
        }
        let suspension = &self.spec.suspension;
        let (k, row, walls) = (tyre.vertical_stiffness, self.spec.rear_tyre(), self.walls());
        let (left, a) = FrontCorner::at_rest(&suspension.front, k, &pressed[0], walls);
        let (right, b) = FrontCorner::at_rest(&suspension.front, k, &pressed[1], walls);
        let rear = [pressed[2], pressed[3], pressed[4], pressed[5]];
        let tyres = AxleTyres { stiffness: row.vertical_stiffness, damping: row.vertical_damping, pressed: &rear };
        let (axle, [c, d, e, f]) = self.axle.at_rest(&suspension.rear, &tyres, walls);
        Resting { corners: [left, right], axle, contacts, loads: [a, b, c, d, e, f] }
    }
}

/// Returns the 3D pose of a stance: yaw, then pitch, then roll.
fn placed(pose: Pose2, stance: Stance) -> Isometry3 {
    let half = |angle: f64| libm::sincos(0.5 * angle);
    let ((sy, cy), (sp, cp), (sr, cr)) = (half(pose.heading), half(stance[1]), half(stance[2]));
    let yaw = Quaternion::new(cy, 0.0, 0.0, sy);
    let pitch = Quaternion::new(cp, 0.0, sp, 0.0);
    let roll = Quaternion::new(cr, sr, 0.0, 0.0);
    let rotation = UnitQuaternion::new_normalize(yaw * pitch * roll);
    Isometry3::from_parts(Translation3::new(pose.x, pose.y, stance[0]), rotation)
}
