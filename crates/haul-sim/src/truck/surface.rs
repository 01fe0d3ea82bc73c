//! Position of a truck on the drivable surface.

use super::SimTruck;
use crate::metrics::{Change, TruckMetrics};
use haul_mine::Drivable;
use haul_record::EventKind;

impl SimTruck {
    /// Checks the truck's position on the drivable surface, `dt` seconds after the last check. Returns the event if the
    /// truck went off the surface or came back.
    pub(crate) fn look_at_surface(
        &mut self,
        drivable: &Drivable,
        dt: f64,
        metrics: &mut TruckMetrics,
    ) -> Option<EventKind> {
        let pose = self.plan_pose();
        let wheels = &self.plant.machine.state().wheels;
        let (look, change) = self.surface.look(drivable, pose, wheels, metrics.min_clearance_m);
        metrics.min_clearance_m = metrics.min_clearance_m.min(look.clearance);
        if look.is_off {
            metrics.off_surface_seconds += dt;
        }
        match change {
            Change::WentOff => Some(EventKind::OffSurface { truck: self.id, by: -look.clearance }),
            Change::CameBack => Some(EventKind::BackOnSurface { truck: self.id }),
            Change::None => None,
        }
    }
}
