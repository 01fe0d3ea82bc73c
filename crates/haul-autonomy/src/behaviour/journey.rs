//! The journey at hand: planned to a goal, granted piece by piece, its speeds planned again as the grant grows.

use super::Situation;
use super::ahead::Ahead;
use super::permission::Permission;
use crate::perceive::{Contact, Corridor, Obstacle, Shape, first_contact};
use haul_core::{PlaceId, Pose2, SimTime, TruckId};
use haul_messages::{Body, Uuid};
use haul_mine::{MineMap, PlaceKind};
use haul_planner::journey::{JourneyOptions, PlanError};
use haul_planner::manoeuvre::Obstacle as Planned;
use haul_planner::speed::{Retarding, SpeedError, SpeedProfile, SpeedRequest, speed_profile};
use haul_planner::{Atlas, Conditions, Path, Travel, TruckModel};
use std::sync::Arc;

/// The way that a truck asks for ahead of it: at a standstill (m), for its speed in this time (s), and to stop with this
/// deceleration (m/s²), which is gentler than any that the speeds are planned with.
pub(super) const HORIZON: f64 = 20.0;
pub(super) const HORIZON_TIME: f64 = 3.0;
pub(super) const HORIZON_DECELERATION: f64 = 0.5;
/// Speed that a truck may gain until the next grant comes, m/s.
const HORIZON_GAIN: f64 = 1.5;
/// A grant this near to the end of a leg is for all of it, m: stations are sums of floating-point numbers.
pub(super) const WHOLE_LEG: f64 = 0.05;
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
/// Deceleration expected of a vehicle ahead that drives the same way, m/s²: more than any loaded one reaches.
const LEADER_DECELERATION: f64 = 2.0;
/// Friction below which a road is slippery, ratio: there the grip bounds a stop, not the brakes.
const SLIPPERY: f64 = 0.4;
/// Distance within which the truck can stop on a slippery road, m, and the share of the grip for that stop: what a loaded
/// truck needs on a dry descent of 10 % at its greatest speed, with the supervisor's reserves.
const SLIPPERY_STOP: f64 = 60.0;
const SLIPPERY_GRIP: f64 = 0.7;
/// Relative change of the friction for which speeds are planned again.
const FRICTION_STEP: f64 = 0.07;
/// Slower than this it counts as standing, m/s.
const LEADER_SPEED: f64 = 0.5;

/// Inputs of planning.
#[derive(Debug, Clone)]
pub(super) struct Planner {
    pub truck: TruckId,
    pub map: Arc<MineMap>,
    /// Networks and paths that all trucks of the mine share. Its answers do not depend on who asked before.
    pub atlas: Arc<Atlas>,
    pub model: Arc<TruckModel>,
    /// Condition of the roads as the site tells it, by which paths are planned.
    pub conditions: Conditions,
    /// Friction of the roads that the truck believes in, by which speeds are planned, ratio.
    pub friction: f64,
    /// Temperature of the retarder's oil, K, where it is known.
    pub oil: Option<f64>,
    /// Journeys planned so far; part of each one's id.
    pub journeys: u64,
}

haul_core::keep_state!(Planner {
    truck: given,
    map: given,
    atlas: given,
    model: given,
    conditions: given,
    friction: value,
    oil: value,
    journeys: value,
});

/// A journey: one leg, or one into a spot and one out of it, under one request for the right of way.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(super) struct Journey {
    /// The leg being driven.
    #[serde(with = "haul_core::state::shared")]
    pub path: Arc<Path>,
    #[serde(with = "haul_core::state::shared")]
    pub profile: Arc<SpeedProfile>,
    /// The speeds as first planned, without regard to grants.
    #[serde(with = "haul_core::state::shared")]
    pub(super) planned: Arc<SpeedProfile>,
    pub(super) permission: Permission,
    pub payload_kg: f64,
    /// The way out of the spot at the end of the leg.
    pub(super) onward: Option<Onward>,
    /// The visit for which the leg leads to a waiting pose, where the site knows it from the request.
    pub(super) ahead: Option<Ahead>,
}

/// A visit to a place: into a spot and out of it.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(super) struct Visit {
    #[serde(with = "haul_core::state::shared")]
    pub into: Arc<Path>,
    /// To the waiting pose of the next place; `None` where that has none.
    #[serde(with = "haul_core::state::shared::option")]
    pub out: Option<Arc<Path>>,
}

/// The way out of a spot.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(super) struct Onward {
    #[serde(with = "haul_core::state::shared")]
    pub path: Arc<Path>,
    /// The place that it leads to.
    pub to: PlaceId,
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
    /// A path from a standstill to a goal, around what is known of the place and what stands `around`.
    pub fn path(
        &self,
        from: Pose2,
        goal: Pose2,
        arrive: Option<Travel>,
        payload_kg: f64,
        around: &[Obstacle],
    ) -> Result<Path, NoJourney> {
        let obstacles = around.iter().filter(|o| o.velocity.norm() < LEADER_SPEED).map(planned).collect();
        let options = JourneyOptions { payload_kg, obstacles, arrive, ..JourneyOptions::default() };
        Ok(self.atlas.plan_journey(&self.model, &self.conditions, from, goal, &options)?.path)
    }

    /// A journey along a path. `onward` is the way out of the spot at its end. The truck also asks for the legs of the
    /// visit `ahead`, so that the site knows what it needs next and lets no truck in where the two could not pass.
    pub fn journey(
        &mut self,
        now: SimTime,
        path: Arc<Path>,
        payload_kg: f64,
        onward: Option<(Arc<Path>, PlaceId)>,
        ahead: Option<Ahead>,
    ) -> Result<Journey, NoJourney> {
        let profile = Arc::new(self.profile(&path, payload_kg)?);
        self.journeys += 1;
        let out = onward.iter().map(|(path, _)| path.as_ref());
        let legs = std::iter::once(path.as_ref()).chain(out).chain(ahead.iter().flat_map(Ahead::legs));
        let permission = Permission::new(self.truck, now, self.journeys, legs);
        Ok(Journey {
            path,
            planned: Arc::clone(&profile),
            profile,
            permission,
            payload_kg,
            onward: onward.map(|(path, to)| Onward { path, to }),
            ahead,
        })
    }

    /// The path from the head of a place's queue into a spot, and out of it to the head of the queue of the place after
    /// it. The atlas gives the same paths each time: what the site has been told is what the truck drives.
    pub fn visit(&self, place: &PlaceId, spot: usize, next: &PlaceId) -> Result<Visit, String> {
        let Some(found) = self.map.place(place) else { return Err(format!("{place} is not on the map")) };
        let (Some(head), Some(pose)) = (found.queue.first(), found.spots.get(spot).map(|s| s.pose)) else {
            return Err(format!("{place} has no waiting pose before spot {}", spot + 1));
        };
        let loads = found.kind == PlaceKind::Load;
        let (before, after) =
            if loads { (0.0, self.model.spec.rated_payload()) } else { (self.model.spec.rated_payload(), 0.0) };
        let into = self.fixed_path(*head, pose, Some(Travel::Reverse), before);
        let into = into.map_err(|e| format!("into spot {}: {e}", spot + 1))?;
        Ok(Visit { into, out: self.way_out(pose, next, after)? })
    }

    /// The path out of a spot to a waiting pose of the next place; `None` where that has none.
    pub fn way_out(&self, spot: Pose2, next: &PlaceId, payload_kg: f64) -> Result<Option<Arc<Path>>, String> {
        let goals = self.map.place(next).map(|p| p.queue.as_slice()).unwrap_or_default();
        let mut failed = None;
        for goal in goals {
            match self.fixed_path(spot, *goal, None, payload_kg) {
                Ok(path) => return Ok(Some(path)),
                Err(error) => failed = failed.or(Some(format!("out of the spot to {next}: {error}"))),
            }
        }
        failed.map_or(Ok(None), Err)
    }

    /// A path between two poses of the map, around nothing but what the map shows; planned once for all trucks.
    fn fixed_path(
        &self,
        from: Pose2,
        goal: Pose2,
        arrive: Option<Travel>,
        payload_kg: f64,
    ) -> Result<Arc<Path>, PlanError> {
        let options = JourneyOptions { payload_kg, arrive, ..JourneyOptions::default() };
        self.atlas.path(&self.model, &self.conditions, from, goal, &options)
    }

    pub(super) fn profile(&self, path: &Path, payload_kg: f64) -> Result<SpeedProfile, NoJourney> {
        let request = SpeedRequest { payload_kg, ..self.speeds() };
        Ok(speed_profile(path, &self.model, &self.believed(), &request)?)
    }

    /// Condition of the roads with the friction that the truck believes in.
    fn believed(&self) -> Conditions {
        Conditions { friction: self.friction, ..self.conditions }
    }

    /// Request for speeds with what holds for all of them. On a slippery road the truck drives so that it can stop within
    /// the distance that it needs on a dry one.
    fn speeds(&self) -> SpeedRequest {
        let slippery = self.friction < SLIPPERY;
        SpeedRequest {
            retarding: self.retarding(),
            sight_distance: slippery.then_some(SLIPPERY_STOP),
            sight_grip: slippery.then_some(SLIPPERY_GRIP),
            ..SpeedRequest::default()
        }
    }

    /// Takes the friction that the truck believes in. Returns true if it differs enough for new speeds.
    pub fn take_friction(&mut self, friction: f64) -> bool {
        let differs = (friction - self.friction).abs() > FRICTION_STEP * self.friction;
        if differs {
            self.friction = friction;
        }
        differs
    }

    /// Down grades the retarder is used by what its oil bears now; by its continuous power where nothing tells how warm it is.
    fn retarding(&self) -> Retarding {
        self.oil.map_or(Retarding::Continuous, |temperature| Retarding::Heat { temperature })
    }

    /// Returns speeds from where the truck is up to the end of the grant.
    ///
    /// # Errors
    ///
    /// Returns an error if there are none: the way left is too short for a profile, or the truck cannot climb a grade.
    pub fn reprofile(&self, journey: &Journey, situation: &Situation) -> Result<Arc<SpeedProfile>, SpeedError> {
        let limit = journey.limit();
        let speed = situation.estimate.speed.abs();
        let drive = self.model.limits.drive_reported(speed, situation.gear, situation.engine_speed);
        let request = SpeedRequest {
            payload_kg: journey.payload_kg,
            start_speed: speed,
            start_station: Some(situation.report.station),
            drive: Some(drive),
            end_station: limit.is_finite().then_some(limit),
            ..self.speeds()
        };
        match speed_profile(&journey.path, &self.model, &self.believed(), &request) {
            Ok(profile) => Ok(Arc::new(profile)),
            Err(error) => {
                tracing::debug!(truck = %self.truck, %error, "keeps the speeds it has");
                Err(error)
            }
        }
    }
}

impl Journey {
    /// The way out of the spot at the end of the path, where it leads to this place.
    pub fn onward_to(&self, to: &PlaceId) -> Option<Arc<Path>> {
        self.onward.as_ref().filter(|onward| onward.to == *to).map(|onward| Arc::clone(&onward.path))
    }

    /// Takes a grant; true where the way has grown.
    pub fn granted(&mut self, now: SimTime, id: Uuid, up_to: f64, behind: Option<TruckId>) -> bool {
        self.permission.take(now, id, up_to, behind)
    }

    /// Station of the leg up to which it is granted, m; infinite where all of it is.
    pub fn limit(&self) -> f64 {
        let limit = self.permission.limit();
        if limit >= self.path.length() - WHOLE_LEG { f64::INFINITY } else { limit.max(0.0) }
    }

    /// The truck that the site says this one waits for.
    pub fn behind(&self) -> Option<TruckId> {
        self.permission.behind()
    }

    /// The request or progress that is due of a truck at a station of the leg, with its speed (m/s).
    pub fn due(&mut self, now: SimTime, station: f64, speed: f64) -> Option<Body> {
        let speed = speed.abs() + HORIZON_GAIN;
        let stopping = speed * speed / (2.0 * HORIZON_DECELERATION);
        let wanted = (station + HORIZON + HORIZON_TIME * speed + stopping).min(self.end_wanted());
        self.permission.due(now, station, wanted)
    }

    /// Returns the obstacle on the path, and the station at which the truck stops for it.
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
