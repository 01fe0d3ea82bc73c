//! The way that a stage needs: where to, by whose leave, and around what.

use super::{Behaviour, Orders, Situation};
use haul_core::{Pose2, SimTime, angle};
use haul_messages::{Body, CycleState};
use haul_planner::Travel;
use std::time::Duration;

/// A plan that failed is tried again after so long, s.
const PLAN_AGAIN: f64 = 5.0;
/// A spot is asked for when no more than this is left to the queue, m: some twenty seconds ahead.
const ASK_FOR_SPOT: f64 = 150.0;
/// A truck this near to a goal is there, m and rad.
const THERE: f64 = 0.5;
const THERE_HEADING: f64 = 0.1;
/// A truck waits so long before it looks for a way around, s; so much longer by its number, in so many steps.
const PATIENCE: f64 = 8.0;
const PATIENCE_STEP: f64 = 6.0;
const PATIENCE_STEPS: u32 = 6;
/// Within so much of a spot or a waiting pose the ground is that of a place, m.
const PLACE_REACH: f64 = 70.0;
/// A truck in a queue on the way takes so much of it, m: its length and the gap to the next.
const QUEUE_ROOM: f64 = 20.0;
/// Slower than this the truck stands, m/s.
const STANDS: f64 = 0.05;
/// A stop this near ahead keeps a standing truck where it is, m.
const NO_WAY: f64 = 1.5;

impl Behaviour {
    /// Where this stage leads, and the travel in which it is to be reached.
    pub(super) fn goal(&self) -> Result<(Pose2, Option<Travel>), &'static str> {
        let spot = || {
            let (place, index) = self.spot.as_ref()?;
            Some((self.planner.map.place(place)?.spots.get(*index)?.pose, Some(Travel::Reverse)))
        };
        if matches!(self.stage, CycleState::SpotAtLoad | CycleState::SpotAtDump) {
            return spot().ok_or("the spot is not on the map");
        }
        let Some(place) = self.destination().and_then(|id| self.planner.map.place(id)) else {
            return Err("the place to go to is not on the map");
        };
        match place.queue.get(self.queue_pose).or(place.queue.last()) {
            Some(pose) => Ok((*pose, None)),
            None => spot().ok_or("waiting for a spot before it sets out"),
        }
    }

    /// Plans the way that the stage at hand needs, if it is not yet planned: to the destination's queue, to its spot
    /// where there is no queue, or from the queue into the spot.
    pub(super) fn set_out(&mut self, now: SimTime, situation: &Situation) {
        if self.journey.is_some() || now < self.plan_at {
            return;
        }
        if !situation.report.standing && situation.estimate.speed.abs() > STANDS {
            return;
        }
        let places = self.destination().and_then(|id| self.planner.map.place(id)).map_or(0, |p| p.queue.len());
        self.queue_pose = self.queue_index.unwrap_or(0).min(places.saturating_sub(1));
        let (goal, arrive) = match self.goal() {
            Ok(goal) => goal,
            Err(why) => return self.say(why),
        };
        let from = situation.estimate.pose;
        if from.distance(goal) < THERE && angle::difference(from.heading, goal.heading).abs() < THERE_HEADING {
            // Nothing to drive: the stage moves on as if the truck had just come.
            return self.skip_to_arrival(situation);
        }
        match self.planner.plan(from, goal, arrive, situation.payload_kg.max(0.0), &[]) {
            Ok(journey) => {
                self.journey = Some(journey);
                self.fresh = true;
                self.say("on its way");
            }
            Err(error) => {
                tracing::warn!(truck = %self.planner.truck, %error, "no plan");
                self.plan_at = now + Duration::from_secs_f64(PLAN_AGAIN);
                let text = format!("no plan: {error}");
                self.say(&text);
            }
        }
    }

    /// A truck that has stood before something for long on the open ground of a place looks for a way around it. Each
    /// truck waits for another time, so that two that stand in each other's way do not both give way.
    pub(super) fn go_around(&mut self, now: SimTime, situation: &Situation, blocked: bool) {
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
        let Ok((goal, arrive)) = self.goal() else { return };
        let (from, payload) = (situation.estimate.pose, situation.payload_kg.max(0.0));
        match self.planner.plan(from, goal, arrive, payload, situation.obstacles) {
            Ok(journey) => {
                tracing::info!(truck = %self.planner.truck, "goes around what stands in the way");
                self.journey = Some(journey);
                self.fresh = true;
            }
            Err(error) => tracing::debug!(truck = %self.planner.truck, %error, "no way around"),
        }
    }

    /// Whether a pose lies on the open ground of a place rather than out on a road.
    pub(super) fn is_at_a_place(&self, pose: Pose2) -> bool {
        let near = |p: &Pose2| p.distance(pose) < PLACE_REACH;
        self.planner
            .map
            .places
            .iter()
            .any(|place| place.spots.iter().any(|s| near(&s.pose)) || place.queue.iter().any(near))
    }

    /// Asks for a spot when it is near enough, until one is given.
    pub(super) fn ask_for_spot(&mut self, now: SimTime, situation: &Situation) {
        if self.spot.is_some() {
            return;
        }
        let Some(place) = self.destination().and_then(|id| self.planner.map.place(id)) else { return };
        let left = match (&self.journey, place.queue.first()) {
            (Some(journey), _) => journey.path.length() - situation.report.station,
            (None, Some(head)) if self.travels() => head.distance(situation.estimate.pose),
            (None, _) => 0.0,
        };
        if left > ASK_FOR_SPOT {
            return;
        }
        let id = place.id.clone();
        self.post.ask(now, || Body::SpotRequestV1 { place: id });
    }

    /// A truck that has yet to set out and is at its destination already, as trucks are when a shift begins, goes by the
    /// site's answer: into its spot, to its waiting pose, or not at all. True while it is not to set out for the queue.
    pub(super) fn starts_at_the_place(&mut self, situation: &Situation) -> bool {
        let Some(place) = self.destination().and_then(|id| self.planner.map.place(id)) else { return false };
        let Some(head) = place.queue.first() else { return false };
        if head.distance(situation.estimate.pose) > PLACE_REACH {
            return false;
        }
        match (&self.spot, self.queue_index) {
            (Some(_), _) => {
                let loading = self.stage == CycleState::TravelEmpty;
                self.enter(if loading { CycleState::SpotAtLoad } else { CycleState::SpotAtDump });
                true
            }
            (None, Some(index)) if index < place.queue.len() => false,
            (None, _) => {
                self.say("waiting for its turn at the place");
                true
            }
        }
    }

    pub(super) fn travels(&self) -> bool {
        matches!(self.stage, CycleState::TravelEmpty | CycleState::TravelLoaded)
    }

    /// The limits of this step: the grant's end, and what stands in the way.
    pub(super) fn drive(&mut self, now: SimTime, situation: &Situation, orders: &mut Orders) {
        let station = if self.fresh { 0.0 } else { situation.report.station };
        let Some(journey) = &mut self.journey else { return };
        let length = journey.path.length();
        if let Some(body) = journey.due(now, station) {
            self.post.say(body);
        }
        orders.stop_at = journey.permission.limit();
        let at_spot = matches!(self.stage, CycleState::SpotAtLoad | CycleState::SpotAtDump);
        let speed = situation.estimate.speed;
        let found = journey.obstacle(&self.planner.model, situation.obstacles, station, speed, at_spot);
        let answered = journey.permission.is_answered();
        if let Some((contact, stop)) = found {
            orders.obstacle_at = Some(contact.station);
            orders.stop_at = orders.stop_at.min(stop);
        }
        let mut queues = false;
        // Further back in the queue than it has waiting poses: wait on the way, a truck's room for each before.
        if let Some(index) = self.queue_index.filter(|_| self.spot.is_none()) {
            let poses = self.destination().and_then(|id| self.planner.map.place(id)).map_or(0, |p| p.queue.len());
            let behind = (index + 1).saturating_sub(poses.max(1)) as f64;
            if behind > 0.0 {
                orders.stop_at = orders.stop_at.min(length - behind * QUEUE_ROOM);
                queues = true;
            }
        }
        let waits = situation.report.standing && orders.stop_at - station < NO_WAY;
        self.go_around(now, situation, waits && found.is_some() && !queues);
        match found {
            Some(_) if waits => self.say("something stands in the way"),
            _ if waits && !answered => self.say("waiting for the right of way"),
            _ if waits => self.say("waiting for more of the road"),
            _ => self.say("on its way"),
        }
    }
}
