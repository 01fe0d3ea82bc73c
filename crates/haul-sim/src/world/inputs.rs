//! Inputs from outside take effect between two steps.

use super::{Fixture, SimPost, World};
use crate::driver::Seat;
use haul_core::{ObstacleId, Point2, TruckId};
use haul_fleet::SiteInput;
use haul_record::{EventKind, LoggedInput, SimInput, TruckFault};

/// How far an obstacle stands up, m: higher than the deck of any truck, so that a body meets it.
const OBSTACLE_HEIGHT: f64 = 3.0;

impl World {
    /// Gives the world an input. It takes effect before the next step and is kept in [`World::inputs`].
    pub fn inject(&mut self, input: SimInput) {
        self.pending.push(input);
    }

    /// Lets what is due take effect: first what the setup scripted, then what was injected, each in its order.
    pub(super) fn take_inputs(&mut self) {
        let now = self.clock.now();
        let due = self.script.partition_point(|s| s.at <= now);
        let scripted: Vec<SimInput> = self.script.drain(..due).map(|s| s.input).collect();
        let injected = std::mem::take(&mut self.pending);
        for (input, is_injected) in
            scripted.into_iter().map(|i| (i, false)).chain(injected.into_iter().map(|i| (i, true)))
        {
            if is_injected {
                self.log.push(LoggedInput { step: self.clock.taken(), input: input.clone() });
            }
            self.apply(&input);
            self.tell(EventKind::Input(input));
        }
    }

    fn apply(&mut self, input: &SimInput) {
        match input {
            SimInput::AllStop => self.ask_site(SiteInput::AllStop),
            SimInput::Resume => self.ask_site(SiteInput::Resume),
            SimInput::PlaceObstacle { id, at, radius } => {
                if at.x.is_finite() && at.y.is_finite() && radius.is_finite() && *radius > 0.0 {
                    self.remove_obstacle(id);
                    self.add_post(*at, *radius, OBSTACLE_HEIGHT, Fixture::Obstacle(id.clone()));
                }
            }
            SimInput::RemoveObstacle { id } => self.remove_obstacle(id),
            SimInput::SetFriction(friction) => self.ground.set_ceiling(*friction),
            SimInput::Drive { truck, controls } => self.seat(*truck, Seat::by_hand(*controls)),
            SimInput::HandBack { truck } => self.seat(*truck, Seat::Stack),
            SimInput::Fail { truck, fault } => self.set_fault(*truck, *fault, true),
            SimInput::Repair { truck, fault } => self.set_fault(*truck, *fault, false),
        }
    }

    /// Puts a driver at the wheel of a truck. An input for a truck that is not there changes nothing.
    fn seat(&mut self, truck: TruckId, seat: Seat) {
        if let Some(index) = self.index_of(truck) {
            self.trucks[index].seat = seat;
        }
    }

    fn set_fault(&mut self, truck: TruckId, fault: TruckFault, fails: bool) {
        let Some(index) = self.index_of(truck) else { return };
        let own = &mut self.trucks[index];
        if fails {
            own.faults.fail(fault);
        } else {
            own.faults.repair(fault);
        }
        own.machine.set_breakdown(own.faults.breakdown());
        if fault == TruckFault::LineSilent {
            self.line.silence(truck, fails);
        }
    }

    fn remove_obstacle(&mut self, id: &ObstacleId) {
        if let Some(index) = self.posts.iter().position(|p| p.obstacle() == Some(id)) {
            let post = self.posts.remove(index);
            self.physics.remove_post(post.body);
        }
    }

    pub(super) fn add_post(&mut self, at: Point2, radius: f64, height: f64, what: Fixture) {
        let number = self.next_post;
        self.next_post += 1;
        let ground = self.map.terrain.height(at.x, at.y);
        let body = self.physics.add_post(number, at, ground, radius, height);
        self.posts.push(SimPost { number, at, ground, radius, height, what, body });
    }
}
