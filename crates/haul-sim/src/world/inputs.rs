//! Inputs from outside take effect between two steps.

use super::{Fixture, SimPost, World};
use haul_core::Point2;
use haul_fleet::SiteInput;
use haul_record::{EventKind, LoggedInput, SimInput};

/// How far an obstacle stands up, m: higher than the deck of any truck, so that a body meets it.
const OBSTACLE_HEIGHT: f64 = 3.0;
/// An obstacle within this of a point may be meant by it, m.
const MEANT: f64 = 10.0;

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
        match *input {
            SimInput::AllStop => self.ask_site(SiteInput::AllStop),
            SimInput::Resume => self.ask_site(SiteInput::Resume),
            SimInput::PlaceObstacle { at, radius } => {
                if at.x.is_finite() && at.y.is_finite() && radius.is_finite() && radius > 0.0 {
                    self.add_post(at, radius, OBSTACLE_HEIGHT, Fixture::Obstacle);
                }
            }
            SimInput::RemoveObstacle { at } => {
                let reach = |post: &SimPost| (post.at - at).norm() - post.radius;
                let meant = self.posts.iter().enumerate().filter(|(_, p)| p.is_obstacle() && reach(p) <= MEANT);
                let nearest = meant.min_by(|a, b| reach(a.1).total_cmp(&reach(b.1))).map(|(i, _)| i);
                if let Some(index) = nearest {
                    let post = self.posts.remove(index);
                    self.physics.remove_post(post.body);
                }
            }
            SimInput::SetFriction(friction) => self.ground.set_ceiling(friction),
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
