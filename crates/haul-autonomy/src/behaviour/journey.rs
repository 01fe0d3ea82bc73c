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

/// Distance ahead of a truck that it asks for at a standstill, m.
pub(super) const HORIZON: f64 = 20.0;
/// Time for which it also asks for the distance at its speed, s.
pub(super) const HORIZON_TIME: f64 = 3.0;
/// Deceleration of the stopping distance for which it also asks, m/s²: gentler than any in a speed profile.
pub(super) const HORIZON_DECELERATION: f64 = 0.5;
/// Speed that a truck may gain until the next grant comes, m/s.
const HORIZON_GAIN: f64 = 1.5;
/// Distance from the end of a leg within which a grant covers the whole leg, m: stations are sums of floating-point
/// numbers.
pub(super) const LEG_TOLERANCE: f64 = 0.05;
/// Clearance beside the truck on roads, m.
const ROAD_CLEARANCE: f64 = 0.5;
/// Clearance beside the truck in a manoeuvre, m: the plan itself keeps half a metre.
const SPOT_CLEARANCE: f64 = 0.25;
/// Gap to an obstacle on the path into a spot, m.
const SPOT_GAP: f64 = 1.0;
/// Gap to an obstacle elsewhere, for a planned speed of 0, m.
const LEAST_GAP: f64 = 2.5;
/// Growth of this gap with the speed planned there, s.
const GAP_TIME: f64 = 0.8;
/// Greatest gap to an obstacle, m.
const GREATEST_GAP: f64 = 8.0;
/// Deceleration of the stopping distance that is searched for obstacles, m/s².
const LOOK_DECELERATION: f64 = 0.5;
/// Distance searched for obstacles in addition, m.
const LOOK_DISTANCE: f64 = 30.0;
/// Deceleration expected of a vehicle ahead in the same direction, m/s²: more than any loaded one reaches.
const LEADER_DECELERATION: f64 = 2.0;
/// Friction below which a road is slippery, ratio: there the grip bounds a stop, not the brakes.
const SLIPPERY_FRICTION: f64 = 0.4;
/// Distance within which the truck can stop on a slippery road, m, and the share of the grip for that stop: what a loaded
/// truck needs on a dry descent of 10 % at its greatest speed, with the supervisor's reserves.
const SLIPPERY_STOP_DISTANCE: f64 = 60.0;
const SLIPPERY_GRIP_SHARE: f64 = 0.7;
/// Distance within which the truck can always stop, m: at a crawl, however dense the fog is.
const LEAST_SIGHT: f64 = 3.0;
/// Relative change of the sight for which speeds are planned again.
const SIGHT_STEP: f64 = 0.1;
/// Relative change of the friction for which speeds are planned again.
const FRICTION_STEP: f64 = 0.07;
/// Least change of the rolling resistance for which speeds are planned again: in ratio, and in standard deviations.
const ROLLING_STEP: f64 = 0.007;
const ROLLING_DEVIATIONS: f64 = 2.5;
/// Speed below which such a vehicle counts as standing, m/s.
const LEADER_SPEED: f64 = 0.5;

/// Inputs of planning.
#[derive(Debug, Clone)]
pub(super) struct Planner {
    pub truck: TruckId,
    pub map: Arc<MineMap>,
    /// Networks and paths that all trucks of the mine share. Its answers do not depend on earlier requests.
    pub atlas: Arc<Atlas>,
    pub model: Arc<TruckModel>,
    /// Condition of the roads as the site tells it, by which paths are planned.
    pub conditions: Conditions,
    /// Friction of the roads that the truck believes in, by which speeds are planned, ratio.
    pub friction: f64,
    /// Rolling resistance of the roads by which speeds are planned, ratio of the weight.
    pub rolling_resistance: f64,
    /// Range of the surround sensors in this weather, m; `None` in clear air.
    pub sight: Option<f64>,
    /// Temperature of the retarder's oil, K, if it is known.
    pub oil: Option<f64>,
    /// Number of journeys planned so far; part of the id of each.
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

/// A journey under one request for the right of way: one leg, or one into a spot and one out of it.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(super) struct RequestedJourney {
    /// The present leg.
    #[serde(with = "haul_core::state::shared")]
    pub path: Arc<Path>,
    #[serde(with = "haul_core::state::shared")]
    pub profile: Arc<SpeedProfile>,
    /// The speeds as first planned, without limits by grants.
    #[serde(with = "haul_core::state::shared")]
    pub(super) planned: Arc<SpeedProfile>,
    pub(super) permission: Permission,
    pub payload_kg: f64,
    /// The exit path of the spot at the end of the leg.
    pub(super) onward: Option<Onward>,
    /// The visit at the end of a leg to a waiting pose, if the site knows it from the request.
    pub(super) ahead: Option<VisitAhead>,
}

/// Paths of a visit to a place: into a spot and out of it.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(super) struct VisitPaths {
    #[serde(with = "haul_core::state::shared")]
    pub into: Arc<Path>,
    /// Path to the waiting pose of the next place; `None` if that place has none.
    #[serde(with = "haul_core::state::shared::option")]
    pub out: Option<Arc<Path>>,
}

/// The exit path of a spot.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(super) struct Onward {
    #[serde(with = "haul_core::state::shared")]
    pub path: Arc<Path>,
    /// The place to which it leads.
    pub to: PlaceId,
}

/// Reason for which there is no journey.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub(super) enum NoJourney {
    #[error(transparent)]
    Plan(#[from] PlanError),
    #[error(transparent)]
    Speed(#[from] SpeedError),
}

impl Planner {
    /// Plans a path from a standstill to a goal, around the known obstacles of the place and those in `around`.
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

    /// Begins a journey along a path. `onward` is the exit path of the spot at its end. The truck also requests the
    /// legs of the visit `ahead`. So the site knows which ground it needs next, and admits no truck that could not pass
    /// it.
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

    /// The paths from the head of a place's queue into a spot, and out of it to the head of the queue of the next
    /// place. The atlas returns the same paths each time, so the truck drives exactly the paths that the site knows.
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

    /// The exit path of a spot to a waiting pose of the next place; `None` if that place has none.
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

    /// A path between two poses of the map, around the obstacles of the map only. It is planned once for all trucks.
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

    /// Condition of the roads with the friction and the rolling resistance that the truck believes in.
    fn believed(&self) -> Conditions {
        Conditions { friction: self.friction, rolling_resistance: self.rolling_resistance, ..self.conditions }
    }

    /// Request for speeds with what holds for all of them. On a slippery road the truck drives so that it can stop within
    /// the distance that it needs on a dry one, and in fog, snow and dust within what it sees.
    fn speeds(&self) -> SpeedRequest {
        let slippery = (self.friction < SLIPPERY_FRICTION).then_some(SLIPPERY_STOP_DISTANCE);
        // The sensors look from the middle of the truck, and it stops with a gap before the obstacle.
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

    /// Takes the friction and the rolling resistance that the truck believes in. Returns true if one of them differs
    /// enough for new speeds.
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

    /// Takes the range of the surround sensors, m. Returns true if it differs enough for new speeds.
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

    /// Use of the retarder downhill: by the heat that its oil can still take, or by its continuous power if the
    /// temperature is not known.
    fn retarding(&self) -> Retarding {
        self.oil.map_or(Retarding::Continuous, |temperature| Retarding::Heat { temperature })
    }

    /// Returns speeds from where the truck is up to the end of the grant.
    ///
    /// # Errors
    ///
    /// Returns an error if there are none: the way left is too short for a profile, or the truck cannot climb a grade.
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
    /// The exit path of the spot at the end of the path, if it leads to this place.
    pub fn onward_to(&self, to: &PlaceId) -> Option<Arc<Path>> {
        self.onward.as_ref().filter(|onward| onward.to == *to).map(|onward| Arc::clone(&onward.path))
    }

    /// Takes a grant. Returns whether the granted path has grown.
    pub fn granted(&mut self, now: SimTime, id: Uuid, up_to: f64, behind: Option<TruckId>) -> bool {
        self.permission.take(now, id, up_to, behind)
    }

    /// Station of the leg up to which it is granted, m; infinite if all of it is.
    pub fn limit(&self) -> f64 {
        let limit = self.permission.limit();
        if limit >= self.path.length() - LEG_TOLERANCE { f64::INFINITY } else { limit.max(0.0) }
    }

    /// The truck for which this one waits, by the site's last answer.
    pub fn behind(&self) -> Option<TruckId> {
        self.permission.behind()
    }

    /// The request or progress message that is due for a truck at a station of the leg, with its speed (m/s).
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
            // The gap follows the planned speed, which does not fall as the truck comes near.
            (LEAST_GAP + GAP_TIME * self.planned.speed_at(contact.station)).min(GREATEST_GAP)
        };
        let leader = contact.speed_along;
        let run = if leader > LEADER_SPEED { leader * leader / (2.0 * LEADER_DECELERATION) } else { 0.0 };
        Some((contact, contact.station - before + run))
    }
}

/// Converts an obstacle for the planner.
fn planned(obstacle: &TrackedObstacle) -> Planned {
    match obstacle.shape {
        Shape::Disc(radius) => Planned::Circle { centre: obstacle.pose.position(), radius },
        Shape::Box(footprint) => Planned::Rect { footprint, pose: obstacle.pose },
    }
}
