//! Posts: the outlines of shovels and crushers, and obstacles placed by inputs.

use crate::sensors::Target;
use crate::tier::{Pillar, Tier};
use haul_autonomy::ObjectShape;
use haul_core::{ObstacleId, PlaceId, Point2, Pose2, Vector2};
use haul_mine::{MineMap, PlaceKind};
use haul_record::Touched;
use serde::{Deserialize, Serialize};

/// Height of a crusher's wall, m.
const CRUSHER_HEIGHT: f64 = 4.0;
/// Height of a shovel's upper structure, m: that of hydraulic shovels of 200 to 300 t.
const SHOVEL_HEIGHT: f64 = 7.0;
/// Height of an obstacle, m: above the deck of any truck, so that a truck's body hits it.
const OBSTACLE_HEIGHT: f64 = 3.0;

/// The object that a post represents.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Fixture {
    /// The shovel or crusher of a place.
    Machine(PlaceId),
    /// An obstacle that an input placed.
    Obstacle(ObstacleId),
}

/// A fixed post: a machine's outline or an obstacle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SimPost {
    /// Number of the post; numbers are never used twice.
    pub number: u32,
    /// Centre of the post, m.
    pub at: Point2,
    /// Height of the ground at the post, m.
    pub ground: f64,
    /// Radius of the post, m.
    pub radius: f64,
    /// Height of the post above the ground, m.
    pub height: f64,
    what: Fixture,
}

impl SimPost {
    /// Returns the name of the obstacle that an input placed; `None` for a machine of the mine.
    pub fn obstacle(&self) -> Option<&ObstacleId> {
        match &self.what {
            Fixture::Obstacle(id) => Some(id),
            Fixture::Machine(_) => None,
        }
    }

    /// Returns the post as named by a truck that hits it.
    pub(crate) fn touched(&self) -> Touched {
        match &self.what {
            Fixture::Machine(place) => Touched::Machine(place.clone()),
            Fixture::Obstacle(id) => Touched::Obstacle(id.clone()),
        }
    }

    /// Returns the post as seen by a detector.
    pub(crate) fn target(&self) -> Target {
        Target {
            pose: Pose2::new(self.at.x, self.at.y, 0.0),
            ground: self.ground,
            shape: ObjectShape::Disc(self.radius),
            velocity: Vector2::zeros(),
            truck: None,
            fixed: Some(self.number),
            vehicle: None,
        }
    }
}

/// All posts of a world.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Posts {
    all: Vec<SimPost>,
    next: u32,
}

impl Posts {
    /// Creates the outlines of a mine's machines. A loading place without a shovel (by `has_shovel`) stays empty.
    pub fn of_machines(map: &MineMap, has_shovel: impl Fn(&PlaceId) -> bool, tier: &mut impl Tier) -> Self {
        let mut posts = Self::default();
        for place in &map.places {
            let (height, stands) = match place.kind {
                PlaceKind::Load => (SHOVEL_HEIGHT, has_shovel(&place.id)),
                PlaceKind::Crusher => (CRUSHER_HEIGHT, true),
                _ => continue,
            };
            if let (true, Some(machine)) = (stands && place.obstacle_radius > 0.0, place.machine) {
                let at = machine.position();
                let pillar =
                    Pillar { at, ground: map.terrain.height(at.x, at.y), radius: place.obstacle_radius, height };
                posts.add(pillar, Fixture::Machine(place.id.clone()), tier);
            }
        }
        posts
    }

    /// Returns all posts, in the order in which they were placed.
    pub fn all(&self) -> &[SimPost] {
        &self.all
    }

    /// Returns the post with a number, if the post still exists.
    pub fn get(&self, number: u32) -> Option<&SimPost> {
        self.all.iter().find(|post| post.number == number)
    }

    /// Places an obstacle, replacing any obstacle of the same name. An outline that is not finite changes nothing.
    pub fn place(&mut self, id: &ObstacleId, at: Point2, radius: f64, map: &MineMap, tier: &mut impl Tier) {
        if at.x.is_finite() && at.y.is_finite() && radius.is_finite() && radius > 0.0 {
            self.remove(id, tier);
            let pillar = Pillar { at, ground: map.terrain.height(at.x, at.y), radius, height: OBSTACLE_HEIGHT };
            self.add(pillar, Fixture::Obstacle(id.clone()), tier);
        }
    }

    /// Removes an obstacle. An unknown name changes nothing.
    pub fn remove(&mut self, id: &ObstacleId, tier: &mut impl Tier) {
        if let Some(index) = self.all.iter().position(|post| post.obstacle() == Some(id)) {
            tier.remove_post(self.all.remove(index).number);
        }
    }

    /// Skips the next number.
    #[cfg(test)]
    pub(crate) fn skip_number(&mut self) {
        self.next += 1;
    }

    fn add(&mut self, pillar: Pillar, what: Fixture, tier: &mut impl Tier) {
        let number = self.next;
        self.next += 1;
        tier.add_post(number, pillar);
        let Pillar { at, ground, radius, height } = pillar;
        self.all.push(SimPost { number, at, ground, radius, height, what });
    }
}
