//! Planning of the paths that the haul cycle requests.

use super::ahead::VisitAhead;
use super::journey::VisitPaths;
use super::{Behaviour, NoJourney, Situation};
use crate::cycle::{CycleEvent, Goal, GrantedSpot, Outcome, PlanRequest};
use crate::perceive::TrackedObstacle;
use haul_core::{CycleState, PlaceId, Pose2, SimTime};
use haul_planner::{Path, Travel};
use std::sync::Arc;

/// Distance (m) within which a starting truck plans around trucks and rocks: two truck lengths.
const START_SURROUNDINGS: f64 = 22.0;
/// Distance (m) that the site keeps between trucks, in addition to the planner's own clearance.
const TRUCK_GAP: f64 = 1.9;
/// Index of the spot for which a truck requests its path before a spot is granted: the site grants the first free one.
const EXPECTED_SPOT: usize = 0;
/// Speed below which the truck counts as standing, m/s.
const STANDING_SPEED: f64 = 0.05;

impl Behaviour {
    /// Answers the present planning request once the truck stands.
    pub(super) fn carry_out_request(&mut self, now: SimTime, situation: &Situation) {
        if situation.estimate.speed.abs() > STANDING_SPEED {
            return;
        }
        let Some(request) = self.request.take() else { return };
        let planned = match &request.goal {
            Goal::WaitingPose { place } => self.plan_approach(now, situation, place, &request),
            Goal::Spot { spot, next } => self.plan_visit(now, situation, spot, next, &request),
        };
        let outcome = match planned {
            Ok(outcome) => {
                if request.around {
                    tracing::info!(truck = %self.planner.truck, at = %now, "drives around an obstacle");
                }
                outcome
            }
            Err(cause) if request.around => {
                tracing::info!(truck = %self.planner.truck, at = %now, %cause, "no way around the obstacle");
                Outcome::KeepsPath
            }
            Err(cause) => {
                self.journey = None;
                Outcome::NoPath { cause, alternatives: self.alternatives(&request.goal) }
            }
        };
        self.tell_cycle(CycleEvent::Planned { id: request.id, outcome }, now);
    }

    /// Returns the number of goals to try one after the other.
    fn alternatives(&self, goal: &Goal) -> u32 {
        match goal {
            Goal::WaitingPose { place } => self.place(place).map_or(1, |place| place.queue.len() as u32),
            Goal::Spot { .. } => 1,
        }
    }

    /// Plans a path to a waiting pose of a place: the head of the queue, and after each failed attempt the next queue
    /// position. A truck that leaves a spot takes the exit path that it requested before it came in, if that path still
    /// leads to the place.
    fn plan_approach(
        &mut self,
        now: SimTime,
        situation: &Situation,
        place: &PlaceId,
        request: &PlanRequest,
    ) -> Result<Outcome, String> {
        let from = situation.estimate.pose;
        let payload = situation.payload_kg.max(0.0);
        if let Some(out) = self.journey.as_ref().and_then(|journey| journey.onward_to(place))
            && self.cycle.leaving().is_some()
            && !request.around
        {
            match self.set_out_along(now, out, payload, place) {
                Ok(()) => return Ok(Outcome::Follows),
                Err(error) => {
                    tracing::warn!(truck = %self.planner.truck, %error, "the exit path cannot be driven as planned");
                }
            }
        }
        let Some(found) = self.place(place) else { return Err("it is not on the map".into()) };
        let sets_out = self.journey.is_none() && self.cycle.leaving().is_none() && !request.around;
        if sets_out && found.spots.iter().any(|spot| Self::is_at(from, spot.pose)) {
            return Ok(Outcome::InSpot);
        }
        if found.queue.is_empty() {
            return Ok(Outcome::NoWaitingPose);
        }
        let attempt = if request.around { 0 } else { request.attempt as usize };
        let goal = found.queue[attempt % found.queue.len()];
        if Self::is_at(from, goal) && !request.around {
            return Ok(Outcome::There);
        }
        let path = if request.around {
            self.planner.path(from, goal, None, payload, situation.obstacles)
        } else {
            // Plan around the trucks that stand nearby, as in a park; trucks further away will have gone. Keep the
            // distance that the site keeps between trucks; if no path does, keep a smaller one.
            let beside: Vec<TrackedObstacle> =
                situation.obstacles.iter().filter(|o| o.pose.distance(from) < START_SURROUNDINGS).copied().collect();
            let wide: Vec<TrackedObstacle> = beside.iter().map(|o| o.grown(TRUCK_GAP)).collect();
            self.planner
                .path(from, goal, None, payload, &wide)
                .or_else(|_| self.planner.path(from, goal, None, payload, &beside))
                .or_else(|_| self.planner.path(from, goal, None, payload, &[]))
        };
        let path = path.map_err(|e| e.to_string())?;
        self.set_out_along(now, Arc::new(path), payload, place).map_err(|e| e.to_string())?;
        Ok(Outcome::Follows)
    }

    /// Starts along a path to a waiting pose of a place, and also requests right of way for the next visit.
    fn set_out_along(
        &mut self,
        now: SimTime,
        path: Arc<Path>,
        payload_kg: f64,
        place: &PlaceId,
    ) -> Result<(), NoJourney> {
        let head = self.place(place).and_then(|p| p.queue.first().copied());
        let at_head = path.points.last().is_some_and(|end| head.is_some_and(|head| Self::is_at(end.pose, head)));
        let next = self.cycle.place_after(place).filter(|_| at_head).cloned();
        let ahead = next.and_then(|next| match self.planner.visit(place, EXPECTED_SPOT, &next) {
            Ok(visit) => Some(VisitAhead::new(place.clone(), EXPECTED_SPOT, visit, next, Arc::clone(&path))),
            Err(cause) => {
                tracing::debug!(truck = %self.planner.truck, %place, %cause, "requests only the path to the queue");
                None
            }
        });
        self.journey = Some(self.planner.journey(now, path, payload_kg, None, ahead)?);
        self.fresh = true;
        Ok(())
    }

    /// Plans a path into a spot and from there to the next place of the assignment. The truck requests both at once, so
    /// that it enters only if it can leave.
    fn plan_visit(
        &mut self,
        now: SimTime,
        situation: &Situation,
        spot: &GrantedSpot,
        next: &PlaceId,
        request: &PlanRequest,
    ) -> Result<Outcome, String> {
        let found = self.place(&spot.place).ok_or("the place is not on the map")?;
        let pose = found.spots.get(spot.index).ok_or("the spot is not on the map")?.pose;
        let head = found.queue.first().copied();
        let from = situation.estimate.pose;
        let payload = situation.payload_kg.max(0.0);
        if Self::is_at(from, pose) && situation.estimate.standing {
            return Ok(Outcome::There);
        }
        let at_head = head.is_some_and(|head| Self::is_at(from, head));
        let visit = if at_head && request.attempt == 0 && !request.around {
            // Take the path that the site already knows: it was planned from the exact waiting pose.
            self.planner.visit(&spot.place, spot.index, next)?
        } else {
            let into = self.planner.path(from, pose, Some(Travel::Reverse), payload, situation.obstacles);
            let into = match into {
                // Plan as if the trucks and rocks at the spot will be gone when the truck arrives.
                Err(_) if !request.around => self.planner.path(from, pose, Some(Travel::Reverse), payload, &[]),
                into => into,
            };
            let into = into.map_err(|e| format!("into spot {}: {e}", spot.index + 1))?;
            VisitPaths { into: Arc::new(into), out: self.exit_path(pose, next)? }
        };
        let onward = visit.out.map(|out| (out, next.clone()));
        let journey = self.planner.journey(now, visit.into, payload, onward, None).map_err(|e| e.to_string())?;
        (self.journey, self.fresh) = (Some(journey), true);
        Ok(Outcome::Follows)
    }

    /// Returns the exit path of a spot, for the payload that the truck carries on leaving.
    fn exit_path(&self, spot: Pose2, next: &PlaceId) -> Result<Option<Arc<Path>>, String> {
        let loads = self.cycle.stage() == CycleState::SpotAtLoad;
        let payload = if loads { self.planner.model.spec.rated_payload() } else { 0.0 };
        self.planner.exit_path(spot, next, payload)
    }
}
