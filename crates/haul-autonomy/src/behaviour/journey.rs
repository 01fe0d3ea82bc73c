//! The journey at hand: planned to a goal, permitted piece by piece, its speeds laid anew as the permission grows.

use super::Situation;
use super::permission::Permission;
use crate::perceive::{Contact, Corridor, Obstacle, Shape, first_contact};
use haul_core::{Pose2, SimTime, TruckId};
use haul_messages::{Body, Uuid};
use haul_mine::MineMap;
use haul_planner::journey::{JourneyOptions, PlanError, plan_journey};
use haul_planner::manoeuvre::Obstacle as Planned;
use haul_planner::speed::{Retarding, SpeedError, SpeedProfile, SpeedRequest, speed_profile};
use haul_planner::{Conditions, Path, Travel, TruckModel};
use std::sync::Arc;

/// Kept between the truck's nose and the first road until it is granted, m.
const NOSE_GAP: f64 = 3.0;
/// Kept free beside the truck on roads, and in a manoeuvre where the plan itself keeps half a metre, m.
const BESIDE_ON_ROAD: f64 = 0.5;
const BESIDE_AT_SPOT: f64 = 0.25;
/// Kept free before an obstacle on the way to a spot, m; and elsewhere: at a standstill, so much more for each m/s that is
/// planned there (s), at the most.
const BEFORE_AT_SPOT: f64 = 1.0;
const BEFORE_LEAST: f64 = 2.5;
const BEFORE_TIME: f64 = 0.8;
const BEFORE_MOST: f64 = 8.0;
/// Deceleration with which an obstacle far ahead is reckoned, m/s², and the least way looked ahead, m.
const LOOK_DECELERATION: f64 = 0.5;
const LOOK_LEAST: f64 = 30.0;
/// What goes the same way as the truck stops with this deceleration, m/s²: faster than anything loaded can.
const LEADER_DECELERATION: f64 = 2.0;
/// Slower than this it counts as standing, m/s.
const LEADER_SPEED: f64 = 0.5;

/// What planning needs to know.
#[derive(Debug, Clone)]
pub(super) struct Planner {
    pub truck: TruckId,
    pub map: Arc<MineMap>,
    pub model: TruckModel,
    pub conditions: Conditions,
    /// Temperature of the retarder's oil, K, where it is known.
    pub oil: Option<f64>,
    /// Journeys planned so far; part of each one's id.
    pub journeys: u64,
}

/// A journey.
#[derive(Debug, Clone)]
pub(super) struct Journey {
    pub path: Arc<Path>,
    pub profile: Arc<SpeedProfile>,
    /// The speeds as first planned, without regard to grants.
    planned: Arc<SpeedProfile>,
    pub permission: Permission,
    pub payload_kg: f64,
}

/// Why there is none.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub(super) enum NoJourney {
    #[error(transparent)]
    Plan(#[from] PlanError),
    #[error(transparent)]
    Speed(#[from] SpeedError),
}

impl Planner {
    /// A journey from a standstill to a goal, around what is known of the place and what stands `around`.
    pub fn plan(
        &mut self,
        from: Pose2,
        goal: Pose2,
        arrive: Option<Travel>,
        payload_kg: f64,
        around: &[Obstacle],
    ) -> Result<Journey, NoJourney> {
        let obstacles = around.iter().filter(|o| o.velocity.norm() < LEADER_SPEED).map(planned).collect();
        let options = JourneyOptions { payload_kg, obstacles, arrive, ..JourneyOptions::default() };
        let path = plan_journey(&self.map, &self.model, &self.conditions, from, goal, &options)?.path;
        self.journeys += 1;
        let nose = self.model.footprint.front + NOSE_GAP;
        let permission = Permission::ask(self.truck, self.journeys, &path, &self.map, nose);
        let request = SpeedRequest { payload_kg, retarding: self.retarding(), ..SpeedRequest::default() };
        let profile = speed_profile(&path, &self.model, &self.conditions, &request)?;
        let profile = Arc::new(profile);
        Ok(Journey { path: Arc::new(path), planned: Arc::clone(&profile), profile, permission, payload_kg })
    }

    /// Down grades the retarder is used by what its oil bears now; by its continuous power where nothing tells how warm it is.
    fn retarding(&self) -> Retarding {
        self.oil.map_or(Retarding::Continuous, |temperature| Retarding::Heat { temperature })
    }

    /// Speeds anew from where the truck is, up to the end of the grant. `None` where the profile at hand has to do:
    /// the way left is too short for one.
    pub fn reprofile(&self, journey: &Journey, situation: &Situation) -> Option<Arc<SpeedProfile>> {
        let limit = journey.permission.limit();
        let speed = situation.estimate.speed.abs();
        let drive = self.model.limits.drive_reported(speed, situation.gear, situation.engine_speed);
        let request = SpeedRequest {
            payload_kg: journey.payload_kg,
            start_speed: speed,
            start_station: Some(situation.report.station),
            drive: Some(drive),
            end_station: limit.is_finite().then_some(limit),
            retarding: self.retarding(),
            ..SpeedRequest::default()
        };
        match speed_profile(&journey.path, &self.model, &self.conditions, &request) {
            Ok(profile) => Some(Arc::new(profile)),
            Err(error) => {
                tracing::debug!(truck = %self.truck, %error, "keeps the speeds it has");
                None
            }
        }
    }
}

impl Journey {
    /// Takes a grant; true where the way has grown.
    pub fn granted(&mut self, id: Uuid, up_to: f64) -> bool {
        self.permission.take(id, up_to)
    }

    /// The request or progress that is due.
    pub fn due(&mut self, now: SimTime, station: f64) -> Option<Body> {
        self.permission.due(now, station)
    }

    /// What stands in the way, and the station at which the truck stops for it.
    pub fn obstacle(
        &self,
        model: &TruckModel,
        obstacles: &[Obstacle],
        station: f64,
        speed: f64,
        at_spot: bool,
    ) -> Option<(Contact, f64)> {
        if obstacles.is_empty() {
            return None;
        }
        let beside = if at_spot { BESIDE_AT_SPOT } else { BESIDE_ON_ROAD };
        let look = LOOK_LEAST + speed * speed / (2.0 * LOOK_DECELERATION);
        let end = self.path.points.last().map_or(station, |p| p.station);
        let corridor = Corridor {
            footprint: model.footprint,
            margin: beside,
            from: station,
            to: (station + look).min(end),
            speed: speed.abs(),
        };
        let contact = first_contact(&self.path, &corridor, obstacles)?;
        let before = if at_spot {
            BEFORE_AT_SPOT
        } else {
            // By the speed planned there, which does not fall as the truck comes near.
            (BEFORE_LEAST + BEFORE_TIME * self.planned.speed_at(contact.station)).min(BEFORE_MOST)
        };
        let leader = contact.speed_along;
        let run = if leader > LEADER_SPEED { leader * leader / (2.0 * LEADER_DECELERATION) } else { 0.0 };
        Some((contact, contact.station - before + run))
    }
}

/// An obstacle as the planner takes it.
fn planned(obstacle: &Obstacle) -> Planned {
    match obstacle.shape {
        Shape::Disc(radius) => Planned::Circle { centre: obstacle.pose.position(), radius },
        Shape::Box(footprint) => Planned::Rect { footprint, pose: obstacle.pose },
    }
}
