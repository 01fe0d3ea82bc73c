//! Detection of chassis clear of the ground, for which the engine need not search contacts with the ground.
//!
//! The wheels carry a chassis, and the distance between chassis and ground shrinks by no more than the chassis moves.
//! So the distance is measured once, and again only after the chassis has moved that far.

use super::bodies::{BodyId, ChassisShape};
use super::contact::Tag;
use super::relief::Relief;
use crate::convert;
use haul_core::{Isometry3, Point3, Vector3};
use rapier3d::prelude as rapier;

/// Distance (m) around a chassis within which the ground is searched; the measured distance never exceeds it.
const SEARCH_DISTANCE: f64 = 1.0;
/// Distance (m) up to which the engine searches contacts: far more than its prediction distance.
const CONTACT_DISTANCE: f64 = 0.1;

/// A truck's chassis over the ground.
pub(super) struct ChassisWatch {
    body: BodyId,
    /// Half extents and centre of each box.
    boxes: [(Vector3, Vector3); 3],
    /// Radius (m) of the smallest sphere about the body frame's origin that contains all boxes.
    reach: f64,
    /// Pose and distance from the ground (m) at the last measurement, kept only to save measurements: any earlier pair
    /// is correct too.
    known: Option<(Isometry3, f64)>,
    is_clear: bool,
}

impl ChassisWatch {
    pub fn new(body: BodyId, shape: &ChassisShape) -> Self {
        let boxes = shape.boxes();
        let reach = boxes.iter().map(|(half, centre)| half.norm() + centre.norm()).fold(0.0, f64::max);
        Self { body, boxes, reach, known: None, is_clear: false }
    }

    /// Decides whether the chassis is clear of the ground in the next step.
    pub fn look(&mut self, bodies: &rapier::RigidBodySet, relief: Option<&Relief>) {
        self.is_clear = false;
        let (Some(body), Some(relief)) = (bodies.get(self.body.0), relief) else { return };
        let pose = convert::from_pose(body.position());
        if let Some((at, distance)) = &self.known
            && distance - self.moved(at, &pose) > CONTACT_DISTANCE
        {
            self.is_clear = true;
            return;
        }
        let distance = self.boxes.iter().map(|shape| over_ground(shape, &pose, relief)).fold(SEARCH_DISTANCE, f64::min);
        self.known = Some((pose, distance));
        self.is_clear = distance > CONTACT_DISTANCE;
    }

    /// Returns an upper bound of the distance that a point of the chassis has moved between two poses, m.
    fn moved(&self, from: &Isometry3, to: &Isometry3) -> f64 {
        let turn = from.rotation.inverse() * to.rotation;
        // The chord of a turn by θ is 2 sin(θ/2) times the radius, and the quaternion's vector part is sin(θ/2) long.
        (to.translation.vector - from.translation.vector).norm() + 2.0 * self.reach * turn.imag().norm()
    }
}

/// Returns a lower bound of the distance between a box and the ground, m, searched within [`SEARCH_DISTANCE`]; negative
/// if the ground may cut the box or the pose is not a number.
fn over_ground((half, centre): &(Vector3, Vector3), pose: &Isometry3, relief: &Relief) -> f64 {
    let up = pose.rotation * Vector3::z();
    let bottom = pose * Point3::from(centre - Vector3::z() * half.z);
    let middle = pose * Point3::from(*centre);
    let side = |axis: Vector3| (pose.rotation * axis).abs();
    let extent = side(Vector3::x() * half.x) + side(Vector3::y() * half.y) + side(Vector3::z() * half.z);
    let around = Vector3::new(SEARCH_DISTANCE, SEARCH_DISTANCE, 0.0) + extent;
    // The ground lies between the heights of its nodes. So if all nodes are below the plane of the box's bottom, the
    // ground is too.
    let nodes = relief.nodes_about((middle - around).xy(), (middle + around).xy());
    let gaps = nodes.map(|node| (bottom - node).dot(&up));
    gaps.fold(f64::INFINITY, |least, gap| if gap.is_nan() { f64::NEG_INFINITY } else { least.min(gap) })
}

/// Filter that stops the engine from searching contacts between the ground and chassis that are clear of it.
pub(super) struct OnlyCloseToGround<'a>(pub &'a [ChassisWatch]);

impl rapier::PhysicsHooks for OnlyCloseToGround<'_> {
    fn filter_contact_pair(&self, pair: &rapier::PairFilterContext) -> Option<rapier::SolverFlags> {
        let tag = |handle| pair.colliders.get(handle).map(|c| Tag::unpack(c.user_data));
        let bodies = [pair.rigid_body1, pair.rigid_body2];
        let is_clear = match (tag(pair.collider1), tag(pair.collider2)) {
            (Some(Tag::Truck(n)), Some(Tag::Terrain)) | (Some(Tag::Terrain), Some(Tag::Truck(n))) => {
                let known = self.0.get(n as usize).filter(|chassis| bodies.contains(&Some(chassis.body.0)));
                known.is_some_and(|chassis| chassis.is_clear)
            }
            _ => false,
        };
        (!is_clear).then(rapier::SolverFlags::default)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use haul_core::random::Draw;
    use haul_core::stream;

    #[test]
    fn distance_from_the_ground_is_never_overestimated() {
        let mut random = stream(5, "test", "chassis");
        let (columns, rows, spacing) = (20, 20, 2.0);
        let heights: Vec<f64> = (0..columns * rows).map(|_| random.between(-0.6, 0.6)).collect();
        let node = |i: usize, j: usize| f64::from(heights[j * columns + i] as f32);
        let relief = Relief::new((0.0, 0.0), spacing, (columns, rows), node);
        // The lowest surface that any interpolation between the four nodes can give.
        let ground = |p: &Point3| {
            let (i, j) = ((p.x / spacing) as usize, (p.y / spacing) as usize);
            node(i, j).min(node(i + 1, j)).min(node(i, j + 1)).min(node(i + 1, j + 1))
        };
        let mut clear = 0;
        for _ in 0..2_000 {
            let half = Vector3::new(random.between(1.0, 5.0), random.between(0.5, 3.0), random.between(0.3, 2.0));
            let centre = Vector3::new(random.between(-2.0, 2.0), 0.0, random.between(1.0, 4.0));
            let at = Vector3::new(random.between(10.0, 28.0), random.between(10.0, 28.0), random.between(-1.0, 2.0));
            let turn = Vector3::new(random.between(-0.2, 0.2), random.between(-0.2, 0.2), random.between(-3.0, 3.0));
            let pose = Isometry3::new(at, turn);
            let distance = over_ground(&(half, centre), &pose, &relief);
            clear += u32::from(distance > CONTACT_DISTANCE);
            for _ in 0..40 {
                let mut share = || random.between(-1.0, 1.0);
                let p = pose * Point3::from(centre + half.component_mul(&Vector3::new(share(), share(), -1.0)));
                let gap = p.z - ground(&p);
                assert!(distance <= gap + 1e-9, "{distance} m computed, {gap} m true at {p}");
            }
        }
        assert!((200..1_900).contains(&clear), "{clear}");
    }

    #[test]
    fn chassis_at_a_pose_that_is_not_a_number_is_not_clear() {
        let relief = Relief::new((0.0, 0.0), 2.0, (5, 5), |_, _| 0.0);
        let shape = (Vector3::new(1.0, 1.0, 1.0), Vector3::new(0.0, 0.0, 2.0));
        let pose = Isometry3::translation(4.0, f64::NAN, 50.0);
        assert_eq!(over_ground(&shape, &pose, &relief), f64::NEG_INFINITY);
    }
}
