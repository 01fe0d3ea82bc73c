//! Standing and moving obstacles around the truck, and the first obstacle on its path.
//!
//! Two sources feed one list of [`TrackedObstacle`]s: the objects of the object-level detector, and the clusters of a
//! lidar scan without the ground, the walls outside the drivable surface and the truck's own body. A tracker gives each
//! of them an identity and a velocity, and drops clusters that are seen only once.

mod cluster;
mod ground;
mod obstacle;
mod swept;
mod tracks;

pub use obstacle::{Shape, TrackedObstacle, gap};
pub use swept::{Contact, Corridor, first_contact};

use crate::localise::Estimate;
use crate::sensor::{DetectedObject, ObjectShape, SensorFrame};
use cluster::Clusters;
use ground::GroundFilter;
use haul_core::{Footprint, Pose2, SimTime};
use haul_mine::MineMap;
use tracks::{Seen, Tracks};

/// Radius (m) of an object without a valid outline: that of a haul truck.
const DEFAULT_RADIUS: f64 = 6.0;

/// Maximum distance (m) of a cluster's middle from an object's outline for the cluster to be part of the object.
const PART_DISTANCE: f64 = 1.0;

/// The perception of one truck.
#[derive(Debug, Clone)]
pub struct Perception {
    footprint: Footprint,
    tracks: Tracks,
    clusters: Clusters,
    ground: GroundFilter,
    seen: Vec<Seen>,
    clustered: Vec<Seen>,
    obstacles: Vec<TrackedObstacle>,
    /// Time stamp of the last frame.
    time: Option<SimTime>,
}

// Clusters, the ground filter and the lists of a frame are buffers that each frame refills.
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
    /// Creates the perception of a truck with this footprint.
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

    /// Processes a frame. Without a pose, nothing can be placed on the map, so the list stays unchanged. The list also
    /// stays unchanged for a frame that is not newer than the last one, so that no sighting counts twice.
    pub fn update(&mut self, frame: &SensorFrame, estimate: &Estimate, map: &MineMap) -> &[TrackedObstacle] {
        if !estimate.ready || self.time.is_some_and(|last| frame.time <= last) {
            return &self.obstacles;
        }
        self.time = Some(frame.time);
        self.seen.clear();
        self.seen.extend(frame.objects.iter().filter_map(seen_object));
        if let Some(scan) = &frame.lidar {
            let returns = self.ground.above_ground(scan, estimate, map, &self.footprint);
            self.clusters.find(returns, &mut self.clustered);
            // A cluster that belongs to a detected object is not a second obstacle.
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

    /// Returns the known obstacles, in the order in which they were first seen.
    pub fn obstacles(&self) -> &[TrackedObstacle] {
        &self.obstacles
    }
}

/// Returns true if a cluster is part of an object.
fn is_of(object: &Seen, cluster: &Seen) -> bool {
    let at = cluster.pose.position();
    match object.shape {
        Shape::Disc(radius) => (at - object.pose.position()).norm() < radius + PART_DISTANCE,
        Shape::Box(footprint) => footprint.distance(object.pose, at) < PART_DISTANCE,
    }
}

/// Converts an object of the detector. Values that are not numbers get safe defaults: the tracker estimates a missing
/// velocity, and a missing outline becomes a large one. Only an object without a position is dropped.
fn seen_object(object: &DetectedObject) -> Option<Seen> {
    let p = object.pose;
    if !(p.x.is_finite() && p.y.is_finite()) {
        tracing::warn!("a detected object has no position and is left out");
        return None;
    }
    let velocity = object.velocity.iter().all(|v| v.is_finite()).then_some(object.velocity);
    let shape = match obstacle::Shape::from(object.shape) {
        shape if !shape.is_whole() => obstacle::Shape::Disc(DEFAULT_RADIUS),
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
