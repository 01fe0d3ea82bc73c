//! What stands or moves around the truck, and where the truck's way first meets it.
//!
//! Two sources feed one list of [`Obstacle`]s: the objects of the object-level detector, and the clusters that are left
//! of a lidar scan once the ground, the walls outside of the drivable surface and the truck's own body are taken out.
//! Both pass a tracker that gives them identity and velocity, and that drops what is seen once only.

mod cluster;
mod ground;
mod obstacle;
mod swept;
mod tracks;

pub use obstacle::{Obstacle, Shape, gap};
pub use swept::{Contact, Corridor, first_contact};

use crate::localise::Estimate;
use crate::sensor::{ObjectShape, SensorFrame};
use cluster::Clusters;
use haul_core::{Footprint, Point3, StateHasher};
use haul_mine::MineMap;
use tracks::{Seen, Tracks};

/// The perception of one truck.
#[derive(Debug, Clone)]
pub struct Perception {
    footprint: Footprint,
    tracks: Tracks,
    clusters: Clusters,
    returns: Vec<Point3>,
    seen: Vec<Seen>,
    obstacles: Vec<Obstacle>,
}

impl Perception {
    /// Perception for a truck that covers this footprint.
    pub fn new(footprint: Footprint) -> Self {
        Self {
            footprint,
            tracks: Tracks::default(),
            clusters: Clusters::default(),
            returns: Vec::new(),
            seen: Vec::new(),
            obstacles: Vec::new(),
        }
    }

    /// Takes a frame. Without a pose nothing can be placed on the map and the list stays as it was.
    pub fn update(&mut self, frame: &SensorFrame, estimate: &Estimate, map: &MineMap) -> &[Obstacle] {
        if !estimate.ready {
            return &self.obstacles;
        }
        self.seen.clear();
        for object in &frame.objects {
            let whole = object.pose.is_finite() && object.velocity.iter().all(|v| v.is_finite());
            if whole {
                let shape = obstacle::Shape::from(object.shape);
                self.seen.push(Seen { pose: object.pose, shape, velocity: Some(object.velocity), sure: true });
            }
        }
        if let Some(scan) = &frame.lidar {
            ground::above_ground(scan, estimate, map, &self.footprint, &mut self.returns);
            self.clusters.find(&self.returns, &mut self.seen);
        }
        let fresh = frame.lidar.is_some() || !frame.objects.is_empty();
        self.tracks.update(frame.time, &self.seen, fresh);
        self.obstacles.clear();
        self.obstacles.extend(self.tracks.confirmed());
        &self.obstacles
    }

    /// The obstacles now known, nearest in no order, by id.
    pub fn obstacles(&self) -> &[Obstacle] {
        &self.obstacles
    }

    /// Takes the tracks into a hash.
    #[allow(clippy::should_implement_trait, reason = "a state hash is not `std::hash`")]
    pub fn hash(&self, hasher: &mut StateHasher) {
        hasher.whole(self.obstacles.len() as u64);
        for o in &self.obstacles {
            hasher.whole(u64::from(o.id)).real(o.pose.x).real(o.pose.y).real(o.velocity.x).real(o.velocity.y);
        }
    }
}

impl From<ObjectShape> for obstacle::Shape {
    fn from(shape: ObjectShape) -> Self {
        match shape {
            ObjectShape::Disc(radius) => obstacle::Shape::Disc(radius),
            ObjectShape::Box(footprint) => obstacle::Shape::Box(footprint),
        }
    }
}
