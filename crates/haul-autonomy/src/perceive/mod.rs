//! Things that stand or move around the truck, and the first one that its path meets.
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
use crate::sensor::{DetectedObject, ObjectShape, SensorFrame};
use cluster::Clusters;
use ground::GroundFilter;
use haul_core::{Footprint, Pose2, SimTime};
use haul_mine::MineMap;
use tracks::{Seen, Tracks};

/// Radius of a thing whose outline the detector does not tell, m: that of a haul truck.
const UNKNOWN_RADIUS: f64 = 6.0;

/// A cluster whose middle is no further than this from an object's outline is a part of it, m.
const SAME_THING: f64 = 1.0;

/// The perception of one truck.
#[derive(Debug, Clone)]
pub struct Perception {
    footprint: Footprint,
    tracks: Tracks,
    clusters: Clusters,
    ground: GroundFilter,
    seen: Vec<Seen>,
    clustered: Vec<Seen>,
    obstacles: Vec<Obstacle>,
    /// Stamp of the last frame taken.
    time: Option<SimTime>,
}

// Clusters, ground filter and the lists of a frame are buffers: each frame fills them afresh.
haul_core::keep_state!(Perception {
    footprint: given,
    tracks: value,
    clusters: scratch,
    ground: scratch,
    seen: scratch,
    clustered: scratch,
    obstacles: value,
    time: value,
});

impl Perception {
    /// Perception for a truck that covers this footprint.
    pub fn new(footprint: Footprint) -> Self {
        Self {
            footprint,
            tracks: Tracks::default(),
            clusters: Clusters::default(),
            ground: GroundFilter::default(),
            seen: Vec::new(),
            clustered: Vec::new(),
            obstacles: Vec::new(),
            time: None,
        }
    }

    /// Takes a frame. Without a pose nothing can be placed on the map and the list stays as it was; so it does with a frame
    /// that is not newer than the last one, or one sight would count as two.
    pub fn update(&mut self, frame: &SensorFrame, estimate: &Estimate, map: &MineMap) -> &[Obstacle] {
        if !estimate.ready || self.time.is_some_and(|last| frame.time <= last) {
            return &self.obstacles;
        }
        self.time = Some(frame.time);
        self.seen.clear();
        self.seen.extend(frame.objects.iter().filter_map(seen_object));
        if let Some(scan) = &frame.lidar {
            let returns = self.ground.above_ground(scan, estimate, map, &self.footprint);
            self.clusters.find(returns, &mut self.clustered);
            // What the detector has told already is one thing and not two.
            let known = &self.seen;
            let is_new = |c: &Seen| !known.iter().any(|k| is_of(k, c));
            self.clustered.retain(is_new);
            self.seen.append(&mut self.clustered);
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
}

/// Tells whether a cluster is a part of an object.
fn is_of(object: &Seen, cluster: &Seen) -> bool {
    let at = cluster.pose.position();
    match object.shape {
        Shape::Disc(radius) => (at - object.pose.position()).norm() < radius + SAME_THING,
        Shape::Box(footprint) => footprint.distance(object.pose, at) < SAME_THING,
    }
}

/// An object of the detector. What is not a number in it is replaced by what is safe: no velocity is one that tracking
/// has to find, no outline is a large one. Only what has no place cannot be used.
fn seen_object(object: &DetectedObject) -> Option<Seen> {
    let p = object.pose;
    if !(p.x.is_finite() && p.y.is_finite()) {
        tracing::warn!("a detected object has no place and is left out");
        return None;
    }
    let velocity = object.velocity.iter().all(|v| v.is_finite()).then_some(object.velocity);
    let shape = match obstacle::Shape::from(object.shape) {
        shape if !shape.is_whole() => obstacle::Shape::Disc(UNKNOWN_RADIUS),
        shape if !p.heading.is_finite() => obstacle::Shape::Disc(shape.reach()),
        shape => shape,
    };
    let heading = if p.heading.is_finite() { p.heading } else { 0.0 };
    Some(Seen { pose: Pose2::new(p.x, p.y, heading), shape, velocity, sure: true })
}

impl From<ObjectShape> for obstacle::Shape {
    fn from(shape: ObjectShape) -> Self {
        match shape {
            ObjectShape::Disc(radius) => obstacle::Shape::Disc(radius),
            ObjectShape::Box(footprint) => obstacle::Shape::Box(footprint),
        }
    }
}
