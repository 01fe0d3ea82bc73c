//! Explanations of the displayed frame: the reason why a truck stands, the obstacles, and the stopping distance of a
//! truck.

use crate::session::Session;
use haul_core::{ObstacleId, Point2, StandReason};
use haul_planner::Conditions;
use haul_record::{EventKind, SimInput, TruckFrame};
use haul_vehicle::stopping;

/// An obstacle that an input has placed.
#[derive(Debug, Clone, PartialEq)]
pub struct Obstacle {
    /// Its name.
    pub id: ObstacleId,
    /// Centre, m.
    pub at: Point2,
    /// Radius, m.
    pub radius: f64,
}

impl Session {
    /// Returns the reason why a truck of the frame stands, from the events; `None` while it moves, or before the event.
    pub fn reason(&self, truck: &TruckFrame) -> Option<&StandReason> {
        let standing = truck.detail.standing.as_ref()?;
        let until = self.events().partition_point(|event| event.at <= self.now());
        self.events()[..until]
            .iter()
            .rev()
            .find_map(|event| match &event.what {
                EventKind::Stands { truck: id, reason, .. } if *id == truck.truck => Some(reason),
                _ => None,
            })
            .filter(|reason| reason.to_string() == *standing)
    }

    /// Returns the obstacles in the mine at the displayed instant.
    pub fn obstacles(&self) -> Vec<Obstacle> {
        let mut obstacles: Vec<Obstacle> = Vec::new();
        for event in self.events().iter().take_while(|event| event.at <= self.now()) {
            match &event.what {
                EventKind::Input(SimInput::PlaceObstacle { id, at, radius }) => {
                    obstacles.retain(|obstacle| obstacle.id != *id);
                    obstacles.push(Obstacle { id: id.clone(), at: *at, radius: *radius });
                }
                EventKind::Input(SimInput::RemoveObstacle { id }) => obstacles.retain(|obstacle| obstacle.id != *id),
                _ => {}
            }
        }
        obstacles
    }

    /// Returns the stopping distances of the followed truck with the service brakes, m: with the grip that the truck
    /// estimates, and with the grip of the road. Infinite if the brakes cannot stop the truck; `None` if it stands, or
    /// if no truck is followed.
    pub fn stopping_distances(&self) -> Option<(f64, f64)> {
        let (index, truck) = self.followed_truck()?;
        let spec = self.setup().trucks.get(index)?;
        let speed = truck.speed.abs();
        if speed < 0.3 {
            return None;
        }
        let limits = self.setup().limits.get(index)?;
        let ahead = truck.pose.rotation * haul_core::Vector3::x() * truck.speed.signum();
        let grade = ahead.z / libm::hypot(ahead.x, ahead.y).max(1e-6);
        let rolling = Conditions::of(self.map()).rolling_resistance;
        let mass = spec.own_mass() + truck.payload;
        let within = |friction: f64| {
            limits.stopping_distance(speed, mass, grade, rolling, friction.max(0.02), stopping().delay_unmanned)
        };
        Some((within(truck.detail.believed_friction), within(truck.detail.friction)))
    }
}
