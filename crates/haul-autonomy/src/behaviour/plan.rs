//! Paths for the haul cycle's planning requests.

use super::ahead::Ahead;
use super::journey::Visit;
use super::{Behaviour, NoJourney, Situation};
use crate::cycle::{Event, Goal, Outcome, PlanRequest, Spot};
use crate::perceive::Obstacle;
use haul_core::{CycleState, PlaceId, Pose2, SimTime};
use haul_planner::{Path, Travel};
use std::sync::Arc;

/// Trucks and rocks within this distance of a truck that sets out are driven around, m: two of its lengths.
const BESIDE_START: f64 = 22.0;
/// Room beyond the planner's own clearance that the site keeps between trucks, m.
const APART: f64 = 1.9;
/// The spot that a truck asks for the way into before it is granted one: the site gives out the first that is free.
const EXPECTED_SPOT: usize = 0;
/// Slower than this the truck stands, m/s.
const STANDS: f64 = 0.05;

impl Behaviour {
    /// Answers the planning request at hand, once the truck stands.
    pub(super) fn carry_out_request(&mut self, now: SimTime, situation: &Situation) {
        if situation.estimate.speed.abs() > STANDS {
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
        self.tell_cycle(Event::Planned { id: request.id, outcome }, now);
    }

    /// Number of goals that can be tried one after the other.
    fn alternatives(&self, goal: &Goal) -> u32 {
        match goal {
            Goal::WaitingPose { place } => self.place(place).map_or(1, |place| place.queue.len() as u32),
            Goal::Spot { .. } => 1,
        }
    }

    /// Plans a path to a waiting pose of a place: the head of its queue, and with each failed attempt the next one. A
    /// truck that leaves a spot takes the way out that it asked for before it came in, where it still leads there.
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
                    tracing::warn!(truck = %self.planner.truck, %error, "the way out cannot be driven as it was planned");
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
            // Around the trucks that stand beside it, as in a park; farther on they will have gone. As wide of them as
            // the site keeps trucks apart, or else closer.
            let beside: Vec<Obstacle> =
                situation.obstacles.iter().filter(|o| o.pose.distance(from) < BESIDE_START).copied().collect();
            let wide: Vec<Obstacle> = beside.iter().map(|o| o.grown(APART)).collect();
            self.planner
                .path(from, goal, None, payload, &wide)
                .or_else(|_| self.planner.path(from, goal, None, payload, &beside))
                .or_else(|_| self.planner.path(from, goal, None, payload, &[]))
        };
        let path = path.map_err(|e| e.to_string())?;
        self.set_out_along(now, Arc::new(path), payload, place).map_err(|e| e.to_string())?;
        Ok(Outcome::Follows)
    }

    /// Sets out along a path to a waiting pose of a place. The truck also asks for the visit that follows.
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
            Ok(visit) => Some(Ahead::new(place.clone(), EXPECTED_SPOT, visit, next, Arc::clone(&path))),
            Err(cause) => {
                tracing::debug!(truck = %self.planner.truck, %place, %cause, "asks for the way to the queue only");
                None
            }
        });
        self.journey = Some(self.planner.journey(now, path, payload_kg, None, ahead)?);
        self.fresh = true;
        Ok(())
    }

    /// Plans a path into a spot and out of it, to the next place of the work. The truck asks for both at once, so that it
    /// comes in only where it can leave.
    fn plan_visit(
        &mut self,
        now: SimTime,
        situation: &Situation,
        spot: &Spot,
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
            // What the site already knows of: planned from the very waiting pose.
            self.planner.visit(&spot.place, spot.index, next)?
        } else {
            let into = self.planner.path(from, pose, Some(Travel::Reverse), payload, situation.obstacles);
            let into = match into {
                // As if the trucks and rocks that stand there had gone when it comes to them.
                Err(_) if !request.around => self.planner.path(from, pose, Some(Travel::Reverse), payload, &[]),
                into => into,
            };
            let into = into.map_err(|e| format!("into spot {}: {e}", spot.index + 1))?;
            Visit { into: Arc::new(into), out: self.way_out(pose, next)? }
        };
        let onward = visit.out.map(|out| (out, next.clone()));
        let journey = self.planner.journey(now, visit.into, payload, onward, None).map_err(|e| e.to_string())?;
        (self.journey, self.fresh) = (Some(journey), true);
        Ok(Outcome::Follows)
    }

    /// The path out of a spot, with what the truck carries then.
    fn way_out(&self, spot: Pose2, next: &PlaceId) -> Result<Option<Arc<Path>>, String> {
        let loads = self.cycle.stage() == CycleState::SpotAtLoad;
        let payload = if loads { self.planner.model.spec.rated_payload() } else { 0.0 };
        self.planner.way_out(spot, next, payload)
    }
}
