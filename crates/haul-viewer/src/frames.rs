//! Conversion from the site frame (east, north, up, f64) to bevy's frame (x east, y up, z south, f32 about a local
//! origin).

use bevy::prelude::{Quat, Resource, Transform, Vec3};
use haul_core::{Isometry3, Point3, Vector3};

/// The site point at bevy's origin: offsets from it are small enough for f32.
#[derive(Debug, Clone, Copy, Resource)]
pub struct LocalOrigin(pub Point3);

impl LocalOrigin {
    /// Returns a point of the site in bevy's frame.
    pub fn place(&self, p: Point3) -> Vec3 {
        vector(p - self.0)
    }

    /// Returns a point of bevy's frame in the frame of the site.
    pub fn site(&self, p: Vec3) -> Point3 {
        self.0 + Vector3::new(f64::from(p.x), -f64::from(p.z), f64::from(p.y))
    }

    /// Converts a pose in the site frame to a transform.
    pub fn transform(&self, pose: &Isometry3) -> Transform {
        Transform::from_translation(self.place(pose.translation.vector.into())).with_rotation(rotation(&pose.rotation))
    }
}

/// Converts a vector in the site or body frame to bevy's frame.
pub fn vector(v: Vector3) -> Vec3 {
    Vec3::new(v.x as f32, v.z as f32, -v.y as f32)
}

/// Converts a rotation in the project's frames to a rotation in bevy's frames.
pub fn rotation(q: &nalgebra::UnitQuaternion<f64>) -> Quat {
    Quat::from_xyzw(q.i as f32, q.k as f32, -q.j as f32, q.w as f32).normalize()
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::UnitQuaternion;

    #[test]
    fn turning_then_converting_is_converting_then_turning() {
        let q = UnitQuaternion::from_euler_angles(0.3, -0.2, 1.1);
        let v = Vector3::new(1.0, 2.0, 3.0);
        assert!((vector(q * v) - rotation(&q) * vector(v)).length() < 1e-5);
    }

    #[test]
    fn a_point_comes_back_from_the_frame_of_the_picture() {
        let origin = LocalOrigin(Point3::new(10.0, 20.0, 30.0));
        let p = Point3::new(11.5, 17.0, 33.25);
        assert!((origin.site(origin.place(p)) - p).norm() < 1e-5);
    }

    #[test]
    fn a_millimetre_is_resolved_far_from_the_datum() {
        let origin = LocalOrigin(Point3::new(4.0e6, 5.0e6, 1_000.0));
        let a = origin.place(Point3::new(4.0e6 + 300.001, 5.0e6, 1_000.0));
        assert!((a.x - 300.001).abs() < 1e-4);
    }
}
