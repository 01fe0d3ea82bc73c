//! Metrics and events of a truck's control step.

use super::{ControlStep, SimTruck, TruckStatus};
use crate::metrics::{Meters, TruckMetrics, WorstError, measure};
use crate::stand::Look;
use crate::vehicle::SimVehicle;
use haul_autonomy::Restriction;
use haul_core::{Point2, StandReason};
use haul_record::EventKind;

/// Distance (m) between a detected obstacle and a vehicle within which the two count as the same.
const VEHICLE_RADIUS: f64 = 2.0;
/// Maximum time (s) between two holds by the supervisor for them to count as one. Near its threshold, a hold comes and
/// goes.
const HOLD_GAP: f64 = 5.0;

impl SimTruck {
    /// Updates the metrics after a control step. Returns the events, in order.
    pub(super) fn count_step<T>(&mut self, step: &ControlStep<'_, T>, metrics: &mut TruckMetrics) -> Vec<EventKind> {
        let (now, dt, truck) = (step.now, step.dt, self.id);
        let pose = self.plan_pose();
        let (state, telemetry) = (self.plant.machine.state(), self.onboard.telemetry());
        metrics.fuel_kg = state.fuel_used_kg;
        metrics.distance_m = state.odometer;
        *metrics.states.entry(telemetry.state).or_insert(0.0) += dt;
        if measure(&mut metrics.lateral, telemetry.path.as_deref(), telemetry.station, pose, state.speed) {
            let (at_s, speed, state) = (now.seconds(), state.speed, telemetry.state);
            metrics.worst = Some(WorstError { at_s, x: pose.x, y: pose.y, speed, state });
        }

        let lost = StandReason::Lost;
        let stands = telemetry.stands.as_ref().map(|reason| named_vehicle(reason, step.vehicles));
        let reason = if self.status == TruckStatus::Running { stands.as_ref() } else { Some(&lost) };
        if let Some(reason) = reason {
            *metrics.stood.entry(reason.kind()).or_insert(0.0) += dt;
        }
        let (payload, progress) = (state.load.mass, step.progress);
        let mut events = self.stand.look(&Look { truck, now, dt, reason, pose, payload, progress });
        if matches!(reason, Some(StandReason::RightOfWay { .. })) {
            metrics.longest_turn_s = metrics.longest_turn_s.max(self.stand.waited());
        }
        metrics.stuck += events.iter().filter(|e| matches!(e, EventKind::Stuck { .. })).count() as u32;
        log_stands(&events, now);

        let (from, to) = (self.cycle.state(), telemetry.state);
        let meters = Meters { now, fuel_kg: state.fuel_used_kg, odometer: state.odometer };
        let ended = self.cycle.go(to, dt, meters);
        if from != to {
            events.push(EventKind::State { truck, from, to });
        }

        // Waiting for right of way and an all-stop are orders of the site, not decisions of the supervisor.
        let why = telemetry.restriction.filter(|r| !matches!(r, Restriction::NoGrant | Restriction::AllStop));
        if let Some(why) = why {
            if self.restricted_at.is_none_or(|last| now.since(last) > HOLD_GAP) {
                metrics.supervisor_stops += 1;
                events.push(EventKind::Restricted { truck, why });
            }
            self.restricted_at = Some(now);
        }
        if let Some(record) = ended {
            events.push(EventKind::Cycle { truck, seconds: record.seconds(), payload: record.payload_kg });
            metrics.cycles.push(record);
        }
        events
    }

    /// Changes the latch of the supervisor's hold, to test the state hash.
    #[cfg(test)]
    pub(crate) fn disturb_hold(&mut self, at: haul_core::SimTime) {
        self.restricted_at = Some(at);
    }
}

fn log_stands(events: &[EventKind], at: haul_core::SimTime) {
    for event in events {
        match event {
            EventKind::Stuck { truck, reason, seconds } => {
                tracing::warn!(%truck, %at, %reason, seconds, "stuck");
            }
            EventKind::Stands { truck, reason, .. } => tracing::info!(%truck, %at, %reason, "stands"),
            EventKind::StoodFor { truck, reason, seconds } => {
                tracing::info!(%truck, %at, %reason, seconds, "stood");
            }
            _ => {}
        }
    }
}

/// Returns the reason, with the name of the vehicle if the truck stands for a vehicle.
fn named_vehicle(reason: &StandReason, vehicles: &[SimVehicle]) -> StandReason {
    let StandReason::Obstacle { x, y } = *reason else { return reason.clone() };
    let is_it = |v: &&SimVehicle| v.kind().footprint().distance(v.pose(), Point2::new(x, y)) < VEHICLE_RADIUS;
    match vehicles.iter().find(is_it) {
        Some(vehicle) => StandReason::Vehicle { vehicle: vehicle.id().clone(), x, y },
        None => reason.clone(),
    }
}
