//! Places as designed.

use super::layout;
use super::spec::PitSpec;
use crate::places::{Place, PlaceKind, Spot};
use haul_core::{PlaceId, Pose2};

/// A place with the poses of its design.
pub fn place(spec: &PitSpec, spot: &layout::Spot) -> Place {
    let pose = Pose2::new(spot.at.x, spot.at.y, spot.heading);
    let (machine, radius) = match spot.kind {
        PlaceKind::Load => (Some(-13.0), 7.0),
        PlaceKind::Crusher => (Some(-9.0), 0.0),
        PlaceKind::Dump | PlaceKind::Park => (None, 0.0),
    };
    let spacing = 2.0 * spec.truck.footprint.half_width + 5.0;
    let bays = (0..spot.bays).map(|k| {
        let p = pose.place(0.0, -f64::from(k) * spacing);
        Spot { name: format!("{}/{}", spot.id, k + 1), pose: Pose2::new(p.x, p.y, pose.heading) }
    });
    let waiting = pose.place(38.0, 0.0);
    Place {
        id: PlaceId(spot.id.to_owned()),
        kind: spot.kind,
        spots: bays.collect(),
        queue: vec![Pose2::new(waiting.x, waiting.y, pose.heading)],
        machine: machine.map(|back| pose.advanced(back)),
        obstacle_radius: radius,
        material_density: 1800.0,
    }
}
