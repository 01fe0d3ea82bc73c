//! Sets and reads the truck's load and fuel, and updates its mass.

use super::Truck;
use crate::load::{Heap, MaterialSpec};
use crate::mass::{Load, Part};
use crate::mass_properties::with_heap;
use haul_core::Point3;

impl Truck {
    /// Sets the hauled material; a load already in the body then consists of the new material.
    pub fn set_material(&mut self, material: MaterialSpec) {
        self.material = material;
        self.weigh_heap();
    }

    /// Returns the hauled material.
    pub fn material(&self) -> &MaterialSpec {
        &self.material
    }

    /// Returns the shape of the load.
    pub fn heap(&self) -> &Heap {
        &self.heap
    }

    /// Receives one shovel pass: a mass (kg) dropped at a point (body frame, m, body down; the point's height has no
    /// effect). The heap settles at its angle of repose. Returns the mass that fell over the sides, kg. A mass that is
    /// not positive and finite is ignored.
    pub fn receive(&mut self, mass_kg: f64, at: Point3) -> f64 {
        if !(mass_kg.is_finite() && mass_kg > 0.0 && at.coords.iter().all(|c| c.is_finite())) {
            return 0.0;
        }
        let fallen = self.heap.receive(&self.spec.body, &self.material, mass_kg, at);
        self.weigh_heap();
        fallen
    }

    /// Sets the payload (kg), heaped evenly; mass beyond the body's capacity is left out. A number that is not finite
    /// becomes 0.
    pub fn set_payload(&mut self, kg: f64) {
        let mass = if kg.is_finite() { kg.max(0.0) } else { 0.0 };
        self.heap = if mass > 0.0 { Heap::even(&self.spec.body, &self.material, mass) } else { Heap::empty() };
        self.weigh_heap();
    }

    pub(super) fn weigh_heap(&mut self) {
        let weighed = self.heap.weighed(&self.spec.body, &self.material);
        self.heap_part = Part { mass: weighed.mass, centre: weighed.centre, inertia: weighed.inertia };
        self.state.load = Load { mass: weighed.mass, centre: weighed.centre };
        self.weigh();
    }

    /// Sets the fuel in the tank (kg), at most a full tank. A number that is not finite becomes 0.
    pub fn set_fuel(&mut self, kg: f64) {
        let kg = if kg.is_finite() { kg } else { 0.0 };
        self.state.fuel_kg = kg.clamp(0.0, self.spec.mass.fuel_capacity);
        self.weigh();
    }

    /// Returns the mass that left the body in the last step, kg.
    pub fn discharged_in_last_step(&self) -> f64 {
        self.discharged
    }

    pub(super) fn weigh(&mut self) {
        let s = &self.state;
        self.mass = with_heap(&self.spec, &self.heap_part, s.fuel_kg, s.body_angle);
        self.weighed = (s.fuel_kg, s.load, s.body_angle);
    }

    /// Recomputes the mass properties if load, body angle or fuel has changed enough to matter.
    pub(super) fn weigh_if_changed(&mut self) {
        let (fuel, load, angle) = self.weighed;
        let s = &self.state;
        if load != s.load || angle != s.body_angle || (fuel - s.fuel_kg).abs() > FUEL_GRAIN {
            self.weigh();
        }
    }
}

/// Fuel burnt between two updates of the mass properties, kg: about a hundred-thousandth of the truck's mass.
const FUEL_GRAIN: f64 = 0.5;
