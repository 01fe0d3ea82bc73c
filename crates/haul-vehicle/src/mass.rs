//! Mass data of the truck and its parts.

use crate::load::{BodySpec, HeapTable, materials};
use crate::spec::quantity::Quantity::{Length, Mass, OfWheelbase, Ratio};
use crate::spec::reader::{FigureRange, Reader};
use haul_core::{Point3, Vector3};
use nalgebra::Matrix3;
use serde::{Deserialize, Serialize};

/// A rigid part of the truck.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// Mass, kg.
    pub mass: f64,
    /// Centre of mass in the body frame, m, with the body down.
    pub centre: Point3,
    /// Inertia about the part's own centre, body axes, kg·m².
    pub inertia: Matrix3<f64>,
}

/// Distribution of the truck's mass.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MassSpec {
    /// Mass of the empty truck with a full tank, kg.
    pub own: f64,
    /// Rated payload, kg.
    pub rated_payload: f64,
    /// Chassis: frame, cab, powertrain, axles and wheels, without body and fuel.
    pub chassis: Part,
    /// The dump body.
    pub body: Part,
    /// Fuel of a full tank, kg.
    pub fuel_capacity: f64,
    /// Centre of the fuel, body frame, m.
    pub fuel_centre: Point3,
    /// Centre of the rated payload when heaped evenly, body frame, body down, m.
    pub payload_centre: Point3,
    /// Precomputed evenly heaped loads.
    #[serde(skip)]
    pub(crate) heaps: HeapTable,
}

/// The load in the body.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Load {
    /// Mass of the load, kg.
    pub mass: f64,
    /// Centre of the load in the body frame, m, with the body down.
    pub centre: Point3,
}

impl Default for Load {
    fn default() -> Self {
        Self { mass: 0.0, centre: Point3::origin() }
    }
}

/// Returns the inertia of a solid box of uniform density (Steiner's tables), kg·m².
fn box_inertia(mass: f64, size: Vector3) -> Matrix3<f64> {
    let (x, y, z) = (size.x * size.x, size.y * size.y, size.z * size.z);
    Matrix3::from_diagonal(&Vector3::new(y + z, x + z, x + y)) * (mass / 12.0)
}

/// Returns the inertia of a point mass at `offset` from the axis (Huygens–Steiner), kg·m².
pub(crate) fn parallel_axis(mass: f64, offset: Vector3) -> Matrix3<f64> {
    (Matrix3::identity() * offset.norm_squared() - offset * offset.transpose()) * mass
}

/// Ratio of the inertia of a thin-walled box to that of a solid box of the same mass and size: between 1 (solid) and
/// 5/3 (cubic shell).
const OPEN_BODY: f64 = 1.3;

impl MassSpec {
    /// Reads `[mass]`; the chassis is the whole truck minus body and fuel.
    pub(crate) fn read(
        r: &mut Reader,
        wheelbase: f64,
        body_size: Vector3,
        inside: &BodySpec,
        fuel_capacity: f64,
    ) -> Self {
        let own = r.figure("mass.own", Mass, FigureRange::Positive);
        let rated_payload = r.figure("mass.rated_payload", Mass, FigureRange::Positive);
        let body_mass = r.figure("mass.body", Mass, FigureRange::Positive);
        let front_empty = r.figure("mass.front_share_empty", Ratio, FigureRange::Share);
        let front_loaded = r.figure("mass.front_share_loaded", Ratio, FigureRange::Share);
        let height = r.figure("mass.centre_height_empty", Length, FigureRange::Positive);
        let pitch_yaw = r.figure("mass.gyration_pitch_yaw", Length, FigureRange::Positive);
        let roll = r.figure("mass.gyration_roll", Length, FigureRange::Positive);
        let body_centre = Point3::new(
            r.figure("mass.body_centre_ahead", Length, FigureRange::Any),
            0.0,
            r.figure("mass.body_centre_height", Length, FigureRange::Positive),
        );
        let stated_centre = Point3::new(
            wheelbase * r.figure("mass.payload_centre_ahead", OfWheelbase, FigureRange::Any),
            0.0,
            r.figure("mass.payload_centre_height", Length, FigureRange::Positive),
        );
        let heaps = HeapTable::new(inside, &materials()[0], rated_payload);
        let payload_centre = heaps.as_ref().map_or(stated_centre, |h| h.centre(rated_payload));
        let off = payload_centre - stated_centre;
        if off.x.abs() > CENTRE_TOLERANCE {
            let what = format!(
                "the rated payload heaped in the body is {:.2} m ahead of the rear axle, `mass.payload_centre_ahead` \
                 is {:.2} m",
                payload_centre.x, stated_centre.x
            );
            r.wrong("mass.payload_centre_ahead.value", what, "correct it or the figures under [body]");
        }
        if off.z.abs() > CENTRE_TOLERANCE {
            let what = format!(
                "the rated payload heaped in the body is {:.2} m high, `mass.payload_centre_height` is {:.2} m",
                payload_centre.z, stated_centre.z
            );
            r.wrong("mass.payload_centre_height.value", what, "correct it or the figures under [body]");
        }
        let fuel_centre = Point3::new(
            r.figure("mass.fuel_centre_ahead", Length, FigureRange::Any),
            0.0,
            r.figure("mass.fuel_centre_height", Length, FigureRange::Positive),
        );

        let whole_centre = Vector3::new(front_empty * wheelbase, 0.0, height);
        let chassis_mass = own - body_mass - fuel_capacity;
        if chassis_mass <= 0.0 {
            let what = format!("body and fuel weigh {} t, the whole truck {} t", (own - chassis_mass) / 1e3, own / 1e3);
            r.wrong("mass.body.value", what, "the body must weigh less than `mass.own`");
        }
        let moment = whole_centre * own - body_centre.coords * body_mass - fuel_centre.coords * fuel_capacity;
        let chassis_centre = Point3::from(moment / chassis_mass);
        let body_inertia = box_inertia(body_mass, body_size) * OPEN_BODY;
        let whole =
            Matrix3::from_diagonal(&Vector3::new(roll * roll, pitch_yaw * pitch_yaw, pitch_yaw * pitch_yaw)) * own;
        let chassis_inertia = whole
            - body_inertia
            - parallel_axis(body_mass, body_centre.coords - whole_centre)
            - parallel_axis(fuel_capacity, fuel_centre.coords - whole_centre)
            - parallel_axis(chassis_mass, chassis_centre.coords - whole_centre);
        if chassis_mass > 0.0 && chassis_inertia.symmetric_eigenvalues().iter().any(|e| *e <= 0.0) {
            let what = "the radii of gyration leave nothing for the chassis once body and fuel are taken off";
            r.wrong("mass.gyration_roll.value", what, "greater radii, or a lighter or smaller body");
        }
        let loaded = (front_empty * own + payload_centre.x / wheelbase * rated_payload) / (own + rated_payload);
        if (loaded - front_loaded).abs() > SPLIT_TOLERANCE {
            let what = format!(
                "`mass.front_share_loaded` is {:.1} %, but axle split empty and payload centre give {:.1} %",
                front_loaded * 100.0,
                loaded * 100.0
            );
            r.wrong("mass.front_share_loaded.value", what, "correct the split or `mass.payload_centre_ahead`");
        }
        Self {
            own,
            rated_payload,
            chassis: Part { mass: chassis_mass, centre: chassis_centre, inertia: chassis_inertia },
            body: Part { mass: body_mass, centre: body_centre, inertia: body_inertia },
            fuel_capacity,
            fuel_centre,
            payload_centre,
            heaps: heaps.unwrap_or_default(),
        }
    }

    /// Returns the centre of an evenly heaped load of this mass (kg), body frame, body down, m.
    pub fn heap_centre(&self, mass: f64) -> Point3 {
        self.heaps.centre(mass)
    }
}

/// Tolerance of the payload centre's position, m.
const CENTRE_TOLERANCE: f64 = 0.15;
/// Tolerance of published axle load splits, ratio.
const SPLIT_TOLERANCE: f64 = 0.02;
