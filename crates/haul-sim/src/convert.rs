//! Conversion between the linear algebra of the project (nalgebra) and that of the physics engine (glam). No other file
//! uses both.

use haul_core::{Isometry3, Point3, Vector3};
use nalgebra::{Matrix3, Quaternion, Translation3, UnitQuaternion};
use rapier3d::math::{Matrix, Pose, Rotation, Vector};

/// Converts a vector to the engine's type.
pub fn vector(v: &Vector3) -> Vector {
    Vector::new(v.x, v.y, v.z)
}

/// Converts a point to the engine's type; the engine has only vectors.
pub fn point(p: &Point3) -> Vector {
    Vector::new(p.x, p.y, p.z)
}

/// Converts a vector from the engine's type.
pub fn from_vector(v: Vector) -> Vector3 {
    Vector3::new(v.x, v.y, v.z)
}

/// Converts a pose to the engine's type.
pub fn pose(p: &Isometry3) -> Pose {
    let q = p.rotation.coords;
    Pose::from_parts(vector(&p.translation.vector), Rotation::from_xyzw(q.x, q.y, q.z, q.w))
}

/// Converts a pose from the engine's type. The rotation is copied without change: the engine keeps it at unit length,
/// and normalising it again would change its last bits.
pub fn from_pose(p: &Pose) -> Isometry3 {
    let q = p.rotation;
    Isometry3::from_parts(
        Translation3::from(from_vector(p.translation)),
        UnitQuaternion::new_unchecked(Quaternion::new(q.w, q.x, q.y, q.z)),
    )
}

/// Converts a symmetric matrix to the engine's type.
pub fn matrix(m: &Matrix3<f64>) -> Matrix {
    Matrix::from_cols(
        Vector::new(m[(0, 0)], m[(1, 0)], m[(2, 0)]),
        Vector::new(m[(0, 1)], m[(1, 1)], m[(2, 1)]),
        Vector::new(m[(0, 2)], m[(1, 2)], m[(2, 2)]),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pose_turns_points_the_same_way_on_both_sides() {
        let here = Isometry3::new(Vector3::new(1.0, -2.0, 3.0), Vector3::new(0.3, -0.2, 1.1));
        let p = Point3::new(4.0, 5.0, -6.0);
        let there = pose(&here) * point(&p);
        assert!((from_vector(there) - (here * p).coords).norm() < 1e-12);
        assert!((from_pose(&pose(&here)).to_homogeneous() - here.to_homogeneous()).norm() < 1e-15);
    }

    #[test]
    fn a_matrix_keeps_rows_and_columns() {
        let m = Matrix3::new(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0);
        let v = Vector3::new(-1.0, 0.5, 2.0);
        assert_eq!(from_vector(matrix(&m) * vector(&v)), m * v);
    }
}
