//! Speed limits along the present path: the end of the right of way, and obstacles.

use super::{Behaviour, GOAL_DISTANCE, Orders, Situation};
use crate::cycle::CycleEvent;
use haul_core::{CycleState, SimTime, StandReason};

/// Distance to a stop (m) below which a standing truck does not start.
const LEAST_START_DISTANCE: f64 = 1.5;

impl Behaviour {
    /// Sets the speed limits of this step, asks for more right of way, and tells the cycle why the truck is held up.
    pub(super) fn drive(&mut self, now: SimTime, situation: &Situation, orders: &mut Orders) {
        let station = if self.fresh { 0.0 } else { situation.report.station };
        let Some(journey) = &mut self.journey else { return };
        let stage = self.cycle.stage();
        let works = matches!(stage, CycleState::Loading | CycleState::Dumping);
        let speed = situation.estimate.speed;
        if let Some(body) = journey.due(now, station, if works { 0.0 } else { speed }) {
            self.post.say(body);
        }
        if works {
            return;
        }
        orders.stop_at = journey.limit();
        let spotting = matches!(stage, CycleState::SpotAtLoad | CycleState::SpotAtDump);
        let at_spot = spotting && !journey.is_before_waiting_pose(station);
        let found = journey.obstacle(&self.planner.model, situation.obstacles, station, speed, at_spot);
        let behind = journey.behind();
        let granted = orders.stop_at;
        if let Some((contact, stop)) = &found {
            orders.obstacle_at = Some(contact.station);
            orders.stop_at = orders.stop_at.min(*stop);
        }
        let waits = situation.report.standing && orders.stop_at - station < LEAST_START_DISTANCE;
        let withheld = granted - station < LEAST_START_DISTANCE || behind.is_some();
        let event = match (waits, withheld) {
            (true, true) if station < GOAL_DISTANCE || spotting && journey.is_at_waiting_pose(station) => {
                let spot = self.cycle.spot().and_then(|spot| self.place(&spot.place));
                CycleEvent::Withheld { other_spots: spot.is_some_and(|place| place.spots.len() > 1) }
            }
            (true, false) if found.is_some() => {
                CycleEvent::Blocked { at_a_place: self.is_at_a_place(situation.estimate.pose) }
            }
            _ => CycleEvent::Free,
        };
        self.tell_cycle(event, now);
        if self.request.is_some() || self.journey.is_none() {
            return;
        }
        self.reason = match found {
            _ if waits && withheld => StandReason::RightOfWay { behind },
            Some((contact, _)) if waits => {
                let at = situation.obstacles.iter().find(|o| o.id == contact.obstacle).map(|o| (o.pose.x, o.pose.y));
                match (at, situation.traffic.name_of(contact.obstacle).cloned()) {
                    (Some((x, y)), Some(vehicle)) => StandReason::Vehicle { vehicle, x, y },
                    (Some((x, y)), None) => StandReason::Obstacle { x, y },
                    (None, _) => StandReason::Starting,
                }
            }
            _ => StandReason::Starting,
        };
    }
}
