//! The followed machine.

use crate::session::Session;
use haul_core::Pose2;
use haul_record::{TruckFrame, VehicleFrame};

impl Session {
    /// Returns the number of machines that can be followed.
    pub fn machines(&self) -> usize {
        self.frame().trucks.len() + self.frame().vehicles.len()
    }

    /// Returns the followed truck and its index in the list; `None` while a vehicle is followed.
    pub fn followed_truck(&self) -> Option<(usize, &TruckFrame)> {
        Some((self.followed, self.frame().trucks.get(self.followed)?))
    }

    /// Returns the followed manned vehicle; `None` while a truck is followed.
    pub fn followed_vehicle(&self) -> Option<&VehicleFrame> {
        self.frame().vehicles.get(self.followed.checked_sub(self.frame().trucks.len())?)
    }

    /// Returns the pose of the followed machine, and the height of the ground under it, m.
    pub fn followed_pose(&self) -> Option<(Pose2, f64)> {
        if let Some(truck) = self.frame().trucks.get(self.followed) {
            return Some((Pose2::from_isometry(&truck.pose), truck.pose.translation.z));
        }
        let vehicle = self.followed_vehicle()?;
        Some((vehicle.pose, vehicle.ground))
    }
}
