//! The path that a stage needs: to which goal, around which obstacles, and with which alternatives when none is found.

use super::journey::Visit;
use super::{Behaviour, NoJourney, Orders, Situation};
use crate::perceive::Obstacle;
use haul_core::{PlaceId, Pose2, SimTime, StandReason, angle};
use haul_messages::{Body, CycleState};
use haul_planner::{Path, Travel};
use std::sync::Arc;
use std::time::Duration;

/// Time after which planning that failed is tried again, s.
const PLAN_AGAIN: f64 = 2.0;
/// Time after which it is tried again once every alternative has failed, s.
const PLAN_AGAIN_LATER: f64 = 15.0;
/// Trucks and rocks within this distance of a truck that sets out are driven around, m: two of its lengths.
const BESIDE_START: f64 = 22.0;
/// Room beyond the planner's own clearance that the site keeps between trucks, m.
const APART: f64 = 1.9;
/// A truck this near to a goal is there, m and rad.
const THERE: f64 = 0.5;
const THERE_HEADING: f64 = 0.1;
/// Time that a truck waits before it looks for a way around an obstacle, s; longer by its number, in this many steps.
const PATIENCE: f64 = 8.0;
const PATIENCE_STEP: f64 = 6.0;
const PATIENCE_STEPS: u32 = 6;
/// Time after which a truck without the right of way into its spot asks for another spot, s: a truck leaves in less.
const OTHER_SPOT: f64 = 90.0;
/// Time after which a truck without the right of way out of where it stands plans another path, s.
const OTHER_PATH: f64 = 40.0;
/// The ground of a place reaches this far from its spots and waiting poses, m.
const PLACE_REACH: f64 = 70.0;
/// Slower than this the truck stands, m/s.
const STANDS: f64 = 0.05;
/// A stop this near ahead keeps a standing truck where it is, m.
const NO_WAY: f64 = 1.5;

impl Behaviour {
    fn is_at(from: Pose2, goal: Pose2) -> bool {
        from.distance(goal) < THERE && angle::difference(from.heading, goal.heading).abs() < THERE_HEADING
    }

    /// Plans the path that the stage at hand needs, if it is not yet planned: to the waiting pose of the destination, or
    /// from there into the spot and out of it.
    pub(super) fn set_out(&mut self, now: SimTime, situation: &Situation) {
        if self.journey.is_some() || now < self.plan_at {
            return;
        }
        self.reason = StandReason::Starting;
        if situation.estimate.speed.abs() > STANDS {
            return;
        }
        let Some(place) = self.destination().cloned() else {
            self.reason = StandReason::NoAssignment;
            return;
        };
        let planned = match self.stage {
            CycleState::SpotAtLoad | CycleState::SpotAtDump => self.plan_visit(now, situation, &place),
            _ => self.plan_approach(now, situation, &place),
        };
        match planned {
            Ok(()) => self.attempts = 0,
            Err(cause) => self.plan_failed(now, place, cause),
        }
    }

    /// A path to a waiting pose of the place: the head of its queue, and with each failed attempt the next one.
    fn plan_approach(&mut self, now: SimTime, situation: &Situation, place: &PlaceId) -> Result<(), String> {
        let Some(found) = self.planner.map.place(place) else { return Err("it is not on the map".into()) };
        let from = situation.estimate.pose;
        let goals = &found.queue;
        if goals.is_empty() {
            // Without a waiting pose the truck drives from where it is straight into a spot.
            return self.await_spot_here(now);
        }
        // A truck that stands on the way to the head of the queue is not sent back to it.
        let goal = goals[self.attempts as usize % goals.len()];
        if Self::is_at(from, goal) {
            self.skip_to_arrival();
            return Ok(());
        }
        let payload = situation.payload_kg.max(0.0);
        // Around the trucks that stand beside it, as in a park; farther on they will have gone. As wide of them as the
        // site keeps trucks apart, or else closer.
        let beside: Vec<Obstacle> =
            situation.obstacles.iter().filter(|o| o.pose.distance(from) < BESIDE_START).copied().collect();
        let wide: Vec<Obstacle> = beside.iter().map(|o| o.grown(APART)).collect();
        let path = self
            .planner
            .path(from, goal, None, payload, &wide)
            .or_else(|_| self.planner.path(from, goal, None, payload, &beside))
            .or_else(|_| self.planner.path(from, goal, None, payload, &[]))
            .map_err(|e| e.to_string())?;
        self.set_out_along(now, Arc::new(path), payload, place).map_err(|e| e.to_string())
    }

    /// Sets out along a path to a waiting pose of a place. The truck also asks for the visit that follows.
    pub(super) fn set_out_along(
        &mut self,
        now: SimTime,
        path: Arc<Path>,
        payload_kg: f64,
        place: &PlaceId,
    ) -> Result<(), NoJourney> {
        let head = self.planner.map.place(place).and_then(|p| p.queue.first().copied());
        let at_head = path.points.last().is_some_and(|end| head.is_some_and(|head| Self::is_at(end.pose, head)));
        let visit = match self.place_after(place) {
            Some(next) if at_head => self.planner.visit(place, 0, &next),
            _ => Err(String::new()),
        };
        let after: Vec<Arc<Path>> = match visit {
            Ok(visit) => std::iter::once(visit.into).chain(visit.out).collect(),
            Err(cause) => {
                tracing::debug!(truck = %self.planner.truck, %place, %cause, "asks for the way to the queue only");
                Vec::new()
            }
        };
        self.journey = Some(self.planner.journey(now, path, payload_kg, None, &after)?);
        self.fresh = true;
        Ok(())
    }

    /// The place of the work that comes after a place.
    fn place_after(&self, place: &PlaceId) -> Option<PlaceId> {
        let assignment = self.assignment.as_ref()?;
        Some(if *place == assignment.load { assignment.dump.clone() } else { assignment.load.clone() })
    }

    fn await_spot_here(&mut self, now: SimTime) -> Result<(), String> {
        self.state_left(now);
        self.skip_to_arrival();
        Ok(())
    }

    /// A path into the spot and out of it, to the next place of the work. The truck asks for both at once, so that it
    /// comes in only where it can leave.
    fn plan_visit(&mut self, now: SimTime, situation: &Situation, place: &PlaceId) -> Result<(), String> {
        let Some(spot) = self.spot.clone() else { return Err("no spot is granted".into()) };
        let pose = self.planner.map.place(place).and_then(|p| p.spots.get(spot.index)).map(|s| s.pose);
        let Some(pose) = pose else { return Err("the spot is not on the map".into()) };
        let from = situation.estimate.pose;
        if Self::is_at(from, pose) && situation.estimate.standing {
            self.skip_to_arrival();
            return Ok(());
        }
        let payload = situation.payload_kg.max(0.0);
        let Some(next) = self.place_after(place) else { return Err("no work is given".into()) };
        let head = self.planner.map.place(place).and_then(|p| p.queue.first().copied());
        let visit = match head {
            // What the site already knows of: planned from the very waiting pose.
            Some(head) if self.attempts == 0 && Self::is_at(from, head) => {
                self.planner.visit(place, spot.index, &next)?
            }
            _ => {
                let into = self.planner.path(from, pose, Some(Travel::Reverse), payload, situation.obstacles);
                // Around the trucks and rocks that stand there, or else as if they had gone when it comes to them.
                let into = into.or_else(|_| self.planner.path(from, pose, Some(Travel::Reverse), payload, &[]));
                let into = into.map_err(|e| format!("into spot {}: {e}", spot.index + 1))?;
                Visit { into: Arc::new(into), out: self.way_out(pose, &next)?.map(Arc::new) }
            }
        };
        self.take_visit(now, visit, payload, next).map_err(|e| e.to_string())
    }

    fn take_visit(&mut self, now: SimTime, visit: Visit, payload_kg: f64, next: PlaceId) -> Result<(), NoJourney> {
        let onward = visit.out.map(|out| (out, next));
        self.journey = Some(self.planner.journey(now, visit.into, payload_kg, onward, &[])?);
        self.fresh = true;
        Ok(())
    }

    /// The path out of a spot, with what the truck carries then.
    fn way_out(&self, spot: Pose2, next: &PlaceId) -> Result<Option<Path>, String> {
        let loads = self.stage == CycleState::SpotAtLoad;
        let payload = if loads { self.planner.model.spec.rated_payload() } else { 0.0 };
        self.planner.way_out(spot, next, payload)
    }

    /// No path was found. Each failure tries another alternative; when all have failed the site is told, which gives
    /// another spot or other work.
    fn plan_failed(&mut self, now: SimTime, place: PlaceId, cause: String) {
        self.attempts += 1;
        let spotting = matches!(self.stage, CycleState::SpotAtLoad | CycleState::SpotAtDump);
        let alternatives = match self.planner.map.place(&place) {
            Some(found) if !spotting => found.queue.len() as u32,
            _ => 1,
        };
        let all_tried = self.attempts.is_multiple_of(alternatives.max(1));
        if self.attempts == 1 {
            tracing::warn!(truck = %self.planner.truck, at = %now, %place, %cause, "no path");
        }
        if all_tried && self.attempts <= alternatives.max(1) {
            let (visit_id, spot_index) = match &self.spot {
                Some(spot) if spotting => (spot.visit, Some(spot.index)),
                _ => (self.visit_id(now), None),
            };
            let body = Body::NoPathV1 { visit_id, place: place.clone(), spot_index, cause: cause.clone() };
            self.post.state(now, body);
            if spotting {
                self.spot = None;
            }
        }
        let again = if all_tried { PLAN_AGAIN_LATER } else { PLAN_AGAIN };
        self.plan_at = now + Duration::from_secs_f64(again);
        self.reason = StandReason::NoPlan { place, cause };
    }

    /// A truck that has stood before an obstacle for long on the open ground of a place looks for a way around it. Each
    /// truck waits for another time, so that two that stand in each other's way do not both give way.
    fn go_around(&mut self, now: SimTime, situation: &Situation, blocked: bool) {
        if !blocked {
            self.blocked = None;
            return;
        }
        let since = *self.blocked.get_or_insert(now);
        let patience = PATIENCE + PATIENCE_STEP * f64::from(self.planner.truck.0 % PATIENCE_STEPS);
        if now.since(since) < patience || !self.is_at_a_place(situation.estimate.pose) {
            return;
        }
        self.blocked = Some(now);
        let (from, payload) = (situation.estimate.pose, situation.payload_kg.max(0.0));
        let Some(place) = self.destination().cloned() else { return };
        let taken = match &self.spot {
            Some(spot) if matches!(self.stage, CycleState::SpotAtLoad | CycleState::SpotAtDump) => {
                let pose = self.planner.map.place(&place).and_then(|p| p.spots.get(spot.index)).map(|s| s.pose);
                let (Some(pose), Some(next)) = (pose, self.place_after(&place)) else { return };
                let into = self.planner.path(from, pose, Some(Travel::Reverse), payload, situation.obstacles);
                let visit = into
                    .map_err(|e| e.to_string())
                    .and_then(|into| Ok(Visit { into: Arc::new(into), out: self.way_out(pose, &next)?.map(Arc::new) }));
                visit.and_then(|visit| self.take_visit(now, visit, payload, next).map_err(|e| e.to_string()))
            }
            _ => {
                let goal = self.planner.map.place(&place).and_then(|p| p.queue.first().copied());
                let Some(goal) = goal else { return };
                let path = self.planner.path(from, goal, None, payload, situation.obstacles);
                path.and_then(|path| self.set_out_along(now, Arc::new(path), payload, &place))
                    .map_err(|e| e.to_string())
            }
        };
        match taken {
            Ok(()) => tracing::info!(truck = %self.planner.truck, at = %now, "drives around an obstacle"),
            Err(cause) => {
                tracing::info!(truck = %self.planner.truck, at = %now, %cause, "no way around the obstacle");
            }
        }
    }

    /// A truck that has waited for long at the start of its path looks for another one. At a place with several spots it
    /// asks for another spot: the trucks that keep it from this one may themselves wait for its waiting pose.
    fn look_for_another_path(&mut self, now: SimTime, station: f64, waits: bool) {
        let spotting = matches!(self.stage, CycleState::SpotAtLoad | CycleState::SpotAtDump);
        if !(waits && station < THERE) {
            self.withheld = None;
            return;
        }
        let since = *self.withheld.get_or_insert(now);
        if now.since(since) < if spotting { OTHER_SPOT } else { OTHER_PATH } {
            return;
        }
        self.withheld = None;
        if !spotting {
            // Trucks that it sees now may stand in the path that it planned before it saw them.
            self.journey = None;
            self.plan_at = now;
            return;
        }
        let Some(spot) = self.spot.clone() else { return };
        if self.planner.map.place(&spot.place).is_some_and(|place| place.spots.len() > 1) {
            let cause = format!("no right of way for {OTHER_SPOT:.0} s");
            let (visit_id, spot_index) = (spot.visit, Some(spot.index));
            self.post.state(now, Body::NoPathV1 { visit_id, place: spot.place, spot_index, cause });
            self.spot = None;
        }
    }

    /// Tells whether a pose lies on the open ground of a place rather than out on a road.
    fn is_at_a_place(&self, pose: Pose2) -> bool {
        let near = |p: &Pose2| p.distance(pose) < PLACE_REACH;
        let mut places = self.planner.map.places.iter();
        places.any(|place| place.spots.iter().any(|s| near(&s.pose)) || place.queue.iter().any(near))
    }

    /// Tells whether the truck, in the queue of its destination, is not at that place at all.
    pub(super) fn is_away(&self, situation: &Situation) -> bool {
        let Some(place) = self.destination().and_then(|id| self.planner.map.place(id)) else { return false };
        let near = |p: &Pose2| p.distance(situation.estimate.pose) < PLACE_REACH;
        !place.queue.is_empty() && !place.queue.iter().any(near) && !place.spots.iter().any(|s| near(&s.pose))
    }

    /// Asks for a spot of the destination until one is given.
    pub(super) fn ask_for_spot(&mut self, now: SimTime) {
        let Some(place) = self.destination().cloned() else { return };
        let visit_id = self.visit_id(now);
        self.post.ask(now, || Body::SpotRequestV1 { visit_id, place });
    }

    /// A truck that stands in a spot of its destination before it has set out, as trucks do when a shift begins, asks
    /// for that spot. True while it waits for the answer.
    pub(super) fn starts_in_a_spot(&mut self, now: SimTime, situation: &Situation) -> bool {
        let Some(place) = self.destination().and_then(|id| self.planner.map.place(id)) else { return false };
        if !place.spots.iter().any(|spot| Self::is_at(situation.estimate.pose, spot.pose)) {
            return false;
        }
        if self.spot.is_some() {
            let loading = self.stage == CycleState::TravelEmpty;
            self.enter(if loading { CycleState::SpotAtLoad } else { CycleState::SpotAtDump });
            return true;
        }
        let id = place.id.clone();
        self.reason = StandReason::WaitingForSpot { place: id, ahead: self.queue_index.unwrap_or(0) };
        self.ask_for_spot(now);
        true
    }

    /// The limits of this step: the end of the grant, and obstacles in the path.
    pub(super) fn drive(&mut self, now: SimTime, situation: &Situation, orders: &mut Orders) {
        let station = if self.fresh { 0.0 } else { situation.report.station };
        let Some(journey) = &mut self.journey else { return };
        let speed = situation.estimate.speed;
        let works = matches!(self.stage, CycleState::Loading | CycleState::Dumping);
        if let Some(body) = journey.due(now, station, if works { 0.0 } else { speed }) {
            self.post.say(body);
        }
        if works {
            return;
        }
        orders.stop_at = journey.limit();
        let at_spot = matches!(self.stage, CycleState::SpotAtLoad | CycleState::SpotAtDump);
        let found = journey.obstacle(&self.planner.model, situation.obstacles, station, speed, at_spot);
        let behind = journey.behind();
        let granted = orders.stop_at;
        if let Some((contact, stop)) = &found {
            orders.obstacle_at = Some(contact.station);
            orders.stop_at = orders.stop_at.min(*stop);
        }
        let waits = situation.report.standing && orders.stop_at - station < NO_WAY;
        let withheld = granted - station < NO_WAY || behind.is_some();
        self.go_around(now, situation, waits && found.is_some() && !withheld);
        self.look_for_another_path(now, station, waits && withheld);
        if self.journey.is_none() {
            return;
        }
        self.reason = match found {
            _ if waits && withheld => StandReason::RightOfWay { behind },
            Some((contact, _)) if waits => {
                let at = situation.obstacles.iter().find(|o| o.id == contact.obstacle).map(|o| o.pose);
                at.map_or(StandReason::Starting, |at| StandReason::Obstacle { x: at.x, y: at.y })
            }
            _ => StandReason::Starting,
        };
    }
}
