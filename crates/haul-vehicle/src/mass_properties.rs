//! Mass, centre and inertia of the whole truck, and its axle loads.

use crate::mass::{Load, Part, parallel_axis};
use crate::spec::TruckSpec;
use haul_core::{GRAVITY, Point3, Vector3};
use nalgebra::Matrix3;
use serde::{Deserialize, Serialize};

/// Mass, centre and inertia of the whole truck.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct MassProperties {
    /// Mass, kg.
    pub mass: f64,
    /// Centre of mass, body frame, m.
    pub centre: Point3,
    /// Inertia about the centre of mass, body axes, kg·m².
    pub inertia: Matrix3<f64>,
}

/// Axle loads: forces along the ground's normal, N.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct AxleLoads {
    /// Front axle, N.
    pub front: f64,
    /// Rear axle, N.
    pub rear: f64,
}

/// Returns mass, centre and inertia of a truck with an evenly heaped load, fuel (kg) and a body angle (rad, 0 is down).
pub fn mass_properties(spec: &TruckSpec, load: &Load, fuel_kg: f64, body_angle: f64) -> MassProperties {
    let heap = Part { mass: load.mass, centre: load.centre, inertia: spec.mass.heaps.inertia(load.mass) };
    with_heap(spec, &heap, fuel_kg, body_angle)
}

/// Returns mass, centre and inertia of a truck whose load is given as a part (body frame, body down).
pub(crate) fn with_heap(spec: &TruckSpec, heap: &Part, fuel_kg: f64, body_angle: f64) -> MassProperties {
    let m = &spec.mass;
    let (sin, cos) = libm::sincos(body_angle);
    // A raised body turns about −y: the front of the body goes up.
    let r = Matrix3::new(cos, 0.0, -sin, 0.0, 1.0, 0.0, sin, 0.0, cos);
    let hinge = spec.hoist.hinge;
    let swung = |p: Point3| hinge + r * (p - hinge);
    let parts = [
        m.chassis,
        Part { mass: m.body.mass, centre: swung(m.body.centre), inertia: r * m.body.inertia * r.transpose() },
        Part { mass: fuel_kg, centre: m.fuel_centre, inertia: Matrix3::zeros() },
        Part { mass: heap.mass, centre: swung(heap.centre), inertia: r * heap.inertia * r.transpose() },
    ];
    let mass: f64 = parts.iter().map(|p| p.mass).sum();
    let centre = parts.iter().map(|p| p.centre.coords * p.mass).sum::<Vector3>() / mass;
    let inertia = parts.iter().map(|p| p.inertia + parallel_axis(p.mass, p.centre.coords - centre)).sum();
    MassProperties { mass, centre: Point3::from(centre), inertia }
}

/// Returns the axle loads on a slope under an acceleration along body x (m/s²), from the moments about the rear
/// contact.
///
/// `slope` is the angle of the ground along body x, rad, positive uphill. The load of an axle that would lift is
/// negative.
pub fn axle_loads(spec: &TruckSpec, mass: &MassProperties, slope: f64, acceleration: f64) -> AxleLoads {
    let normal = mass.mass * GRAVITY * libm::cos(slope);
    let along = mass.mass * (GRAVITY * libm::sin(slope) + acceleration);
    let front = (normal * mass.centre.x - along * mass.centre.z) / spec.geometry.wheelbase;
    AxleLoads { front, rear: normal - front }
}
