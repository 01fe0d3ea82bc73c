//! Updates the truck's energy ledger step by step.

use super::Truck;
use super::hubs::HubStep;
use super::layout::CORNER_OF;
use super::ledger::Energy;
use crate::spec::TruckSpec;
use crate::state::WHEELS;

impl Truck {
    /// Returns the energies since the truck was created.
    pub fn energy(&self) -> &Energy {
        &self.energy
    }

    /// Returns the kinetic and elastic energy of engine, turbine, wheels, struts and tyres, J. The motion and height of
    /// the chassis belong to the physics engine.
    pub fn stored_energy(&self) -> f64 {
        let spec = &self.spec;
        let engine = spec.engine.inertia * self.powertrain.engine.speed * self.powertrain.engine.speed;
        let hub = 0.5 * (self.spins[2] + self.spins[3]);
        let turbine = hub * spec.transmission.ratio(self.powertrain.gearbox.gear) * spec.final_drive.ratio;
        let turbine = spec.transmission.inertia * turbine * turbine;
        let wheels: f64 =
            (0..WHEELS).map(|i| spec.tyre_in(i).inertia * self.spins[CORNER_OF[i]] * self.spins[CORNER_OF[i]]).sum();
        let pressed: f64 = (0..WHEELS)
            .map(|i| self.state.wheels[i].load_n * self.state.wheels[i].load_n / spec.tyre_in(i).vertical_stiffness)
            .sum();
        let mut struts = 0.0;
        for corner in &self.corners {
            struts += spec.suspension.front.spring.stored(corner.compression, corner.warmth);
        }
        for (x, warmth) in self.axle.compressions().iter().zip(self.axle.warmth) {
            struts += spec.suspension.rear.spring.stored(*x, warmth);
        }
        0.5 * (engine + turbine + wheels + pressed) + struts
    }

    /// Adds the work of all forces in the step.
    pub(super) fn settle_accounts(&mut self, spec: &TruckSpec, step: &HubStep, engine_before: f64, speed: f64, h: f64) {
        let HubStep { drive, loads, motions, rolling, brake } = step;
        let (before, after) = (step.rear_speed_before(), step.rear_speed_after());
        let mut braked = [0.0; 2];
        for (i, (load, hub)) in loads.iter().zip(motions).enumerate() {
            if load.friction <= 0.0 {
                continue;
            }
            let power = hub.taken * 0.5 * (load.spin + hub.spin);
            let of = |part: f64| power * part / load.friction;
            braked[i / 2] += of(brake[i / 2]);
            self.energy.rolling += of(rolling[i]) * h;
            if i >= 2 {
                self.energy.retarder += of(0.5 * drive.retarder) * h;
            }
        }
        self.brakes.heat(&spec.brakes, braked, speed, &self.environment, h);
        let middle = 0.5 * (before + after);
        let turbine = middle * drive.total;
        let mut turbine_torque = drive.turbine_torque;
        let mut at_hubs = drive.torque - drive.slope * (after - before);
        if drive.total != 0.0 {
            turbine_torque -= drive.slope * (after - before) / drive.total;
        } else {
            at_hubs = 0.0;
        }
        let e = &mut self.energy;
        e.brakes[0] += braked[0] * h;
        e.brakes[1] += braked[1] * h;
        e.converter += drive.converter_loss * h;
        e.clutches += drive.clutch_loss * h;
        e.gears += (turbine_torque * turbine - at_hubs * middle) * h;
        if self.powertrain.gearbox.locked {
            // The engine turns with the hubs; a clutch that has just closed accounts for the remaining difference.
            e.engine += drive.engine_torque * turbine * h;
            let slipped = before * drive.total;
            e.clutches += 0.5 * spec.engine.inertia * (engine_before * engine_before - slipped * slipped);
        } else {
            e.engine += drive.engine_work;
        }
    }
}
