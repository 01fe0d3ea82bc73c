//! The control step of a truck: its sensors read, its driver decides, and its faults change readings and commands.

use super::SimTruck;
use crate::driver::DriverStep;
use crate::effect::Effect;
use crate::fault::SteeringNow;
use crate::metrics::TruckMetrics;
use crate::sensors::{Target, Truth};
use crate::tier::Tier;
use crate::vehicle::SimVehicle;
use haul_core::{SimTime, TruckId};
use haul_messages::Envelope;
use std::collections::BTreeMap;

/// Inputs of the trucks in one control step.
pub(crate) struct ControlStep<'a, T> {
    pub now: SimTime,
    /// Length of the control step, s.
    pub dt: f64,
    pub tier: &'a T,
    /// Objects that detectors may see.
    pub targets: &'a [Target],
    /// Manned vehicles, so that a truck can name the vehicle for which it stands.
    pub vehicles: &'a [SimVehicle],
    /// Time of the last progress of every truck. A truck that waits for another truck makes progress when the other one
    /// does.
    pub progress: &'a BTreeMap<TruckId, SimTime>,
}

impl SimTruck {
    /// Reads the sensors and runs the driver. Returns the messages to the site, then the events.
    pub(crate) fn control<T: Tier>(
        &mut self,
        step: &ControlStep<'_, T>,
        inbox: &[Envelope],
        metrics: &mut TruckMetrics,
    ) -> Vec<Effect> {
        let plant = &self.plant;
        let truth =
            Truth { now: step.now, motion: &plant.motion, centre: plant.mass.centre, state: plant.machine.state() };
        let mut frame = self.sensors.sample(step.dt, &truth, step.tier, self.index, step.targets);
        self.faults.spoil(&mut frame);
        let output = self.seat.drive(&mut self.onboard, &DriverStep { now: step.now, frame: &frame, inbox });
        let machine = &self.plant.machine;
        let steering = SteeringNow { rate: machine.spec().steering.rate, angle: machine.state().steering_angle };
        self.plant.command = self.faults.pass(step.dt, steering, output.command);
        let (truck, at) = (self.id, self.plan_pose().position());
        let mut effects: Vec<Effect> =
            output.outbox.into_iter().map(|message| Effect::SendToSite { truck, at, message }).collect();
        effects.extend(self.count_step(step, metrics).into_iter().map(Effect::Tell));
        effects
    }
}
