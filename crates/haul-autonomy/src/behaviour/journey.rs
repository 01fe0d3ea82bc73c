//! The present journey: planned to a goal and granted in parts. Its speeds are planned again as the grant grows.

use super::Situation;
use super::ahead::VisitAhead;
use super::permission::Permission;
use crate::estimate::Believed;
use crate::perceive::{Contact, Corridor, Shape, TrackedObstacle, first_contact};
use haul_core::{PlaceId, Pose2, SimTime, TruckId};
use haul_messages::{Body, Uuid};
use haul_mine::{MineMap, PlaceKind};
use haul_planner::journey::{JourneyOptions, PlanError};
use haul_planner::manoeuvre::Obstacle as Planned;
use haul_planner::speed::{Retarding, SpeedError, SpeedProfile, SpeedRequest, speed_profile};
use haul_planner::{Atlas, Conditions, Path, Travel, TruckModel};
use std::sync::Arc;

/// Length of path ahead (m) for which a standing truck requests right of way.
pub(super) const HORIZON: f64 = 20.0;
/// A moving truck also requests the distance that it covers in this time, s.
pub(super) const HORIZON_TIME: f64 = 3.0;
/// A moving truck also requests its stopping distance at this deceleration, m/s². It is gentler than in any speed
/// profile.
pub(super) const HORIZON_DECELERATION: f64 = 0.5;
/// Speed that a truck may gain until the next grant comes, m/s.
const HORIZON_GAIN: f64 = 1.5;
/// Distance (m) from the end of a leg within which a grant covers the whole leg, because stations are sums of
/// floating-point numbers.
pub(super) const LEG_TOLERANCE: f64 = 0.05;
/// Clearance (m) at the sides of the truck on roads.
const ROAD_CLEARANCE: f64 = 0.5;
/// Clearance (m) at the sides of the truck in a manoeuvre: the plan itself keeps 0.5 m.
const SPOT_CLEARANCE: f64 = 0.25;
/// Gap to an obstacle on the path into a spot, m.
const SPOT_GAP: f64 = 1.0;
/// Gap (m) to an obstacle outside spots where the planned speed is 0.
const LEAST_GAP: f64 = 2.5;
/// Increase of the gap to an obstacle per unit of the speed planned there, s.
const GAP_TIME: f64 = 0.8;
/// Maximum gap to an obstacle, m.
const GREATEST_GAP: f64 = 8.0;
/// Deceleration (m/s²) of the stopping distance that is searched for obstacles.
const LOOK_DECELERATION: f64 = 0.5;
/// Distance (m) searched for obstacles beyond the stopping distance.
const LOOK_DISTANCE: f64 = 30.0;
/// Deceleration (m/s²) assumed of a vehicle ahead that drives in the same direction: more than any loaded vehicle
/// reaches.
const LEADER_DECELERATION: f64 = 2.0;
/// Friction coefficient below which a road is slippery: there, grip limits the braking, not the brakes.
const SLIPPERY_FRICTION: f64 = 0.4;
/// Distance (m) within which the truck can stop on a slippery road, and the share of the grip used for that stop. Both
/// are the values for a loaded truck on a dry descent of 10 % at its maximum speed, with the supervisor's reserves.
const SLIPPERY_STOP_DISTANCE: f64 = 60.0;
const SLIPPERY_GRIP_SHARE: f64 = 0.7;
/// Distance (m) within which the truck can always stop: at a crawl, even in the densest fog.
const LEAST_SIGHT: f64 = 3.0;
/// Relative change of the visibility range after which speeds are planned again.
const SIGHT_STEP: f64 = 0.1;
/// Relative change of the friction after which speeds are planned again.
const FRICTION_STEP: f64 = 0.07;
/// Minimum change of the rolling resistance after which speeds are planned again: as a ratio, and in standard
/// deviations.
const ROLLING_STEP: f64 = 0.007;
const ROLLING_DEVIATIONS: f64 = 2.5;
/// Speed below which a vehicle ahead counts as standing, m/s.
const LEADER_SPEED: f64 = 0.5;

/// Inputs of planning.
#[derive(Debug, Clone)]
pub(super) struct Planner {
    pub truck: TruckId,
    pub map: Arc<MineMap>,
    /// Networks and paths that all trucks of the mine share. The answers of the atlas do not depend on earlier
    /// requests.
    pub atlas: Arc<Atlas>,
    pub model: Arc<TruckModel>,
    /// Road conditions as reported by the site, used to plan paths.
    pub conditions: Conditions,
    /// Friction coefficient of the roads as estimated by the truck, used to plan speeds.
    pub friction: f64,
    /// Rolling resistance of the roads, used to plan speeds, as a fraction of the weight.
    pub rolling_resistance: f64,
    /// Range of the surround sensors in this weather, m; `None` in clear air.
    pub sight: Option<f64>,
    /// Temperature of the retarder's oil, K, if known.
    pub oil: Option<f64>,
    /// Number of journeys planned so far; part of each journey's id.
    pub journeys: u64,
}

haul_core::keep_state!(Planner {
    truck: given,
    map: given,
    atlas: given,
    model: given,
    conditions: given,
    friction: value,
    rolling_resistance: value,
    sight: value,
    oil: value,
    journeys: value,
});

/// A journey under one request for right of way: one leg, or one leg into a spot and one out of it.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(super) struct RequestedJourney {
    /// The present leg.
    #[serde(with = "haul_core::state::shared")]
    pub path: Arc<Path>,
    #[serde(with = "haul_core::state::shared")]
    pub profile: Arc<SpeedProfile>,
    /// Speeds as first planned, not limited by grants.
    #[serde(with = "haul_core::state::shared")]
    pub(super) planned: Arc<SpeedProfile>,
    pub(super) permission: Permission,
    pub payload_kg: f64,
    /// Exit path of the spot at the end of the leg.
    pub(super) onward: Option<Onward>,
    /// Visit at the end of a leg to a waiting pose, if the site knows the visit from the request.
    pub(super) ahead: Option<VisitAhead>,
}

/// Paths of a visit to a place: into a spot and out of it.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(super) struct VisitPaths {
    #[serde(with = "haul_core::state::shared")]
    pub into: Arc<Path>,
    /// Path from the spot to the waiting pose of the next place; `None` if that place has no waiting pose.
    #[serde(with = "haul_core::state::shared::option")]
    pub out: Option<Arc<Path>>,
}

/// The exit path of a spot.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(super) struct Onward {
    #[serde(with = "haul_core::state::shared")]
    pub path: Arc<Path>,
    /// Place to which the exit path leads.
    pub to: PlaceId,
}

/// Reason why there is no journey.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub(super) enum NoJourney {
    #[error(transparent)]
    Plan(#[from] PlanError),
    #[error(transparent)]
    Speed(#[from] SpeedError),
}

impl Planner {
    /// Plans a path from a standstill to a goal, around the known obstacles of the place and the obstacles `around`.
    pub fn path(
        &self,
        from: Pose2,
        goal: Pose2,
        arrive: Option<Travel>,
        payload_kg: f64,
        around: &[TrackedObstacle],
    ) -> Result<Path, NoJourney> {
        let obstacles = around.iter().filter(|o| o.velocity.norm() < LEADER_SPEED).map(planned).collect();
        let options = JourneyOptions { payload_kg, obstacles, arrive, ..JourneyOptions::default() };
        Ok(self.atlas.plan_journey(&self.model, &self.conditions, from, goal, &options)?.path)
    }

    /// Begins a journey along a path. `onward` is the exit path of the spot at the end of the path. The truck also
    /// requests the legs of the visit `ahead`, so that the site knows what right of way the truck needs next, and
    /// admits no other truck that could not pass it.
    pub fn journey(
        &mut self,
        now: SimTime,
        path: Arc<Path>,
        payload_kg: f64,
        onward: Option<(Arc<Path>, PlaceId)>,
        ahead: Option<VisitAhead>,
    ) -> Result<RequestedJourney, NoJourney> {
        let profile = Arc::new(self.profile(&path, payload_kg)?);
        self.journeys += 1;
        let out = onward.iter().map(|(path, _)| path.as_ref());
        let legs = std::iter::once(path.as_ref()).chain(out).chain(ahead.iter().flat_map(VisitAhead::legs));
        let permission = Permission::new(self.truck, now, self.journeys, legs);
        Ok(RequestedJourney {
            path,
            planned: Arc::clone(&profile),
            profile,
            permission,
            payload_kg,
            onward: onward.map(|(path, to)| Onward { path, to }),
            ahead,
        })
    }

    /// Returns the paths from the head of a place's queue into a spot, and from the spot to the head of the next
    /// place's queue. The atlas returns the same paths each time, so the truck drives exactly the paths that the site
    /// knows.
    pub fn visit(&self, place: &PlaceId, spot: usize, next: &PlaceId) -> Result<VisitPaths, String> {
        let Some(found) = self.map.place(place) else { return Err(format!("{place} is not on the map")) };
        let (Some(head), Some(pose)) = (found.queue.first(), found.spots.get(spot).map(|s| s.pose)) else {
            return Err(format!("{place} has no waiting pose before spot {}", spot + 1));
        };
        let loads = found.kind == PlaceKind::Load;
        let (before, after) =
            if loads { (0.0, self.model.spec.rated_payload()) } else { (self.model.spec.rated_payload(), 0.0) };
        let into = self.fixed_path(*head, pose, Some(Travel::Reverse), before);
        let into = into.map_err(|e| format!("into spot {}: {e}", spot + 1))?;
        Ok(VisitPaths { into, out: self.exit_path(pose, next, after)? })
    }

    /// Returns the path from a spot to a waiting pose of the next place; `None` if that place has no waiting pose.
    pub fn exit_path(&self, spot: Pose2, next: &PlaceId, payload_kg: f64) -> Result<Option<Arc<Path>>, String> {
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

    /// Returns a path between two poses of the map, around the obstacles of the map only. It is planned once for all
    /// trucks.
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

    /// Returns the road conditions with the truck's own estimates of friction and rolling resistance.
    fn believed(&self) -> Conditions {
        Conditions { friction: self.friction, rolling_resistance: self.rolling_resistance, ..self.conditions }
    }

    /// Returns a speed request with the settings that all requests share. On a slippery road the truck keeps its
    /// stopping distance as short as on a dry one; in fog, snow and dust it can stop within its visibility range.
    fn speeds(&self) -> SpeedRequest {
        let slippery = (self.friction < SLIPPERY_FRICTION).then_some(SLIPPERY_STOP_DISTANCE);
        // The sensors look from the middle of the truck, and the truck stops short of the obstacle.
        let hidden = 0.5 * self.model.footprint.length() + LEAST_GAP;
        let seen = self.sight.map(|sight| (sight - hidden).max(LEAST_SIGHT));
        let within = seen.into_iter().chain(slippery).reduce(f64::min);
        SpeedRequest {
            retarding: self.retarding(),
            sight_distance: within,
            sight_grip: within.and(Some(SLIPPERY_GRIP_SHARE)),
            ..SpeedRequest::default()
        }
    }

    /// Updates the truck's estimates of friction and rolling resistance. Returns true if one of them has changed enough
    /// to plan the speeds again.
    pub fn take_road(&mut self, friction: f64, rolling: Believed) -> bool {
        let other_friction = (friction - self.friction).abs() > FRICTION_STEP * self.friction;
        if other_friction {
            self.friction = friction;
        }
        let least = ROLLING_STEP.max(ROLLING_DEVIATIONS * rolling.deviation);
        let other_rolling = (rolling.value - self.rolling_resistance).abs() > least;
        if other_rolling {
            self.rolling_resistance = rolling.value;
        }
        other_friction || other_rolling
    }

    /// Updates the range of the surround sensors, m. Returns true if it has changed enough to plan the speeds again.
    pub fn take_sight(&mut self, sight: Option<f64>) -> bool {
        let differs = match (sight, self.sight) {
            (Some(now), Some(before)) => (now - before).abs() > SIGHT_STEP * before,
            (now, before) => now.is_some() != before.is_some(),
        };
        if differs {
            self.sight = sight;
        }
        differs
    }

    /// Returns the use of the retarder downhill: limited by the heat that its oil can still absorb, or by its
    /// continuous power if the oil temperature is not known.
    fn retarding(&self) -> Retarding {
        self.oil.map_or(Retarding::Continuous, |temperature| Retarding::Heat { temperature })
    }

    /// Plans the speeds from the truck's position to the end of the grant.
    ///
    /// # Errors
    ///
    /// Returns an error if the remaining path is too short for a profile, or if the truck cannot climb a grade.
    pub fn reprofile(
        &self,
        journey: &RequestedJourney,
        situation: &Situation,
    ) -> Result<Arc<SpeedProfile>, SpeedError> {
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

impl RequestedJourney {
    /// Returns the exit path of the spot at the end of the path, if it leads to the place `to`.
    pub fn onward_to(&self, to: &PlaceId) -> Option<Arc<Path>> {
        self.onward.as_ref().filter(|onward| onward.to == *to).map(|onward| Arc::clone(&onward.path))
    }

    /// Handles a grant. Returns true if the granted path has grown.
    pub fn granted(&mut self, now: SimTime, id: Uuid, up_to: f64, behind: Option<TruckId>) -> bool {
        self.permission.take(now, id, up_to, behind)
    }

    /// Returns the station (m) up to which the leg is granted; infinite if the whole leg is granted.
    pub fn limit(&self) -> f64 {
        let limit = self.permission.limit();
        if limit >= self.path.length() - LEG_TOLERANCE { f64::INFINITY } else { limit.max(0.0) }
    }

    /// Returns the truck for which this truck waits, by the site's last answer.
    pub fn behind(&self) -> Option<TruckId> {
        self.permission.behind()
    }

    /// Returns the request or progress message that is due for a truck at `station` of the leg with `speed` (m/s).
    pub fn due(&mut self, now: SimTime, station: f64, speed: f64) -> Option<Body> {
        let speed = speed.abs() + HORIZON_GAIN;
        let stopping = speed * speed / (2.0 * HORIZON_DECELERATION);
        let wanted = (station + HORIZON + HORIZON_TIME * speed + stopping).min(self.end_wanted());
        self.permission.due(now, station, wanted)
    }

    /// Returns the nearest obstacle on the path, and the station at which the truck stops for it.
    pub fn obstacle(
        &self,
        model: &TruckModel,
        obstacles: &[TrackedObstacle],
        station: f64,
        speed: f64,
        at_spot: bool,
    ) -> Option<(Contact, f64)> {
        if obstacles.is_empty() {
            return None;
        }
        let beside = if at_spot { SPOT_CLEARANCE } else { ROAD_CLEARANCE };
        let look = LOOK_DISTANCE + speed * speed / (2.0 * LOOK_DECELERATION);
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
            SPOT_GAP
        } else {
            // The gap follows the planned speed, which does not fall as the truck approaches.
            (LEAST_GAP + GAP_TIME * self.planned.speed_at(contact.station)).min(GREATEST_GAP)
        };
        let leader = contact.speed_along;
        let run = if leader > LEADER_SPEED { leader * leader / (2.0 * LEADER_DECELERATION) } else { 0.0 };
        Some((contact, contact.station - before + run))
    }
}

/// Converts a tracked obstacle to the planner's type.
fn planned(obstacle: &TrackedObstacle) -> Planned {
    match obstacle.shape {
        Shape::Disc(radius) => Planned::Circle { centre: obstacle.pose.position(), radius },
        Shape::Box(footprint) => Planned::Rect { footprint, pose: obstacle.pose },
    }
}
