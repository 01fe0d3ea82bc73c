//! Resolution of a place's specification to poses where a truck fits.

use super::place::{Place, PlaceKind, Spot};
use super::queue::waiting_poses;
use super::spec::{PlaceSpec, TruckShape};
use crate::map::MineMap;
use haul_core::units::from_compass;
use haul_core::{Fault, PlaceId, Point2, Pose2, angle};

/// Minimum distance of a truck on a spot from the edge of the drivable surface, m.
const SPOT_CLEARANCE: f64 = 0.6;
/// Maximum distance by which a spot is moved from its specified point to reach a wall, m.
const FARTHEST_MOVE: f64 = 90.0;
/// Number of directions in which a wall is searched if no heading is given.
const DIRECTIONS: usize = 72;
/// Step of the search for the wall, m.
const STEP: f64 = 0.25;
/// Free length that a truck needs ahead of a spot to line up for backing in, as a multiple of its turning radius.
const ROOM_AHEAD: f64 = 2.6;
/// Radius around a shovel's swing axis that trucks stay out of, m. It covers the crawlers and the swing of the
/// counterweight.
const SHOVEL_RADIUS: f64 = 4.8;
/// Gap between the tail of the truck and the circle of [`SHOVEL_RADIUS`] around the shovel, m.
const SHOVEL_GAP: f64 = 1.0;
/// Radius around a crusher's hopper that trucks stay out of, m.
const HOPPER_RADIUS: f64 = 3.0;
/// Distance between two spots side by side, in truck widths.
const SPOT_SPACING: f64 = 2.0;
/// Maximum number of spots of a place.
const MOST_SPOTS: u32 = 60;
/// Loose density of blasted rock, kg/m³. The buckets in seeds/shovels.toml use the same value.
const BLASTED_ROCK_DENSITY: f64 = 1_800.0;

/// Finds the poses of a place: the spots, the machine and the queue.
///
/// Without a given heading, the tail faces the nearest wall. The first spot is moved so that the truck is at least 0.6
/// m from the edge. At a dump or crusher, the tail is at the edge. At a loading face, the shovel is between the truck
/// and the face, so that the middle of the truck's body is within the shovel's reach.
///
/// # Errors
///
/// Returns a fault if the place lies off the drivable surface (with the nearest drivable point), if no truck fits
/// there, or if a coordinate, heading, queue pose or number of spots is invalid.
pub fn resolve_place(map: &MineMap, spec: &PlaceSpec, shape: &TruckShape) -> Result<Place, Fault> {
    let at = Point2::from(spec.at);
    if !(at.x.is_finite() && at.y.is_finite()) {
        return Err(Fault::new(format!(
            "place `{}`: expected finite coordinates in `at`, found ({}, {})",
            spec.id, at.x, at.y
        )));
    }
    if !map.drivable.contains(at) {
        let fault =
            Fault::new(format!("place `{}` at ({:.1}, {:.1}) is off the drivable surface", spec.id, at.x, at.y));
        return Err(match map.drivable.nearest_edge(at) {
            Some(p) => fault.help(format!("the nearest drivable point is ({:.1}, {:.1})", p.x, p.y)),
            None => fault,
        });
    }
    let wanted = spec.spots.unwrap_or(1);
    if !(1..=MOST_SPOTS).contains(&wanted) {
        return Err(Fault::new(format!(
            "place `{}`: expected `spots` from 1 to {MOST_SPOTS}, found {wanted}",
            spec.id
        )));
    }
    let headings: Vec<f64> = match spec.heading_deg {
        Some(degrees) if degrees.is_finite() => vec![from_compass(degrees)],
        Some(other) => {
            return Err(Fault::new(format!("place `{}`: expected a number for `heading_deg`, found {other}", spec.id)));
        }
        None => (0..DIRECTIONS).map(|k| angle::wrap(std::f64::consts::TAU * k as f64 / DIRECTIONS as f64)).collect(),
    };
    let candidate = headings
        .into_iter()
        .filter_map(|heading| spot_candidate(map, stance(spec), at, heading, shape))
        .min_by(|a, b| a.cost.total_cmp(&b.cost))
        .ok_or_else(|| {
            Fault::new(format!("place `{}` at ({:.1}, {:.1}): no truck fits there", spec.id, at.x, at.y)).help(
                format!(
                    "a truck needs {:.0} m ahead to line up and {SPOT_CLEARANCE} m around it; move the place or give another `heading_deg`",
                    ROOM_AHEAD * shape.turning_radius
                ),
            )
        })?;
    let mut place = Place {
        id: PlaceId(spec.id.clone()),
        kind: spec.kind,
        spots: Vec::new(),
        queue: Vec::new(),
        machine: None,
        obstacle_radius: 0.0,
        material_density: spec.material_density.unwrap_or(BLASTED_ROCK_DENSITY),
    };
    let poses = row(map, spec, &candidate, shape);
    if poses.len() < wanted as usize {
        let place = &spec.id;
        if spec.kind == PlaceKind::Load {
            tracing::warn!(%place, wanted, "a shovel loads one truck at a time: the place has one spot");
        } else {
            tracing::warn!(%place, wanted, found = poses.len(), "not all spots of the place fit on its surface");
        }
    }
    place.spots =
        poses.into_iter().enumerate().map(|(k, pose)| Spot { name: format!("{}/{}", spec.id, k + 1), pose }).collect();
    match spec.kind {
        PlaceKind::Load => {
            place.machine = Some(shovel_pose(candidate.pose, shape));
            place.obstacle_radius = SHOVEL_RADIUS;
        }
        PlaceKind::Crusher => {
            // The hopper lies beyond the edge, with its rim half a metre from the edge.
            let edge = shape.footprint.rear + map.drivable.footprint_clearance(&shape.footprint, candidate.pose);
            place.machine = Some(candidate.pose.advanced(-(edge + 0.5 + HOPPER_RADIUS)));
            place.obstacle_radius = HOPPER_RADIUS;
        }
        PlaceKind::Dump | PlaceKind::Park | PlaceKind::Fuel => {}
    }
    place.queue = match &spec.queue {
        Some(written) => written.iter().map(|[x, y, bearing]| Pose2::new(*x, *y, from_compass(*bearing))).collect(),
        None if spec.kind == PlaceKind::Park => Vec::new(),
        None => waiting_poses(map, &place, shape),
    };
    if let Some(pose) = place.queue.iter().find(|p| !(p.is_finite() && map.drivable.contains(p.position()))) {
        let what =
            format!("a queue pose of place `{}`, ({:.1}, {:.1}), is off the drivable surface", spec.id, pose.x, pose.y);
        return Err(Fault::new(what));
    }
    Ok(place)
}

/// Returns the kind of place by which the trucks are positioned. On a paddock dump, they stand as in a park.
fn stance(spec: &PlaceSpec) -> PlaceKind {
    if spec.kind == PlaceKind::Dump && spec.paddock == Some(true) { PlaceKind::Park } else { spec.kind }
}

/// Returns true if trucks stand at places of this kind without backing up to a wall.
fn is_stand(kind: PlaceKind) -> bool {
    matches!(kind, PlaceKind::Park | PlaceKind::Fuel)
}

/// A pose on which a truck fits, with its cost.
struct SpotCandidate {
    pose: Pose2,
    cost: f64,
}

/// Returns the pose of a shovel's swing axis behind the tail of a truck, with the shovel facing the truck.
fn shovel_pose(spot: Pose2, shape: &TruckShape) -> Pose2 {
    spot.advanced(-(shape.footprint.rear + SHOVEL_GAP + SHOVEL_RADIUS))
}

/// Backs a truck from `at` along a heading until its tail, or the shovel behind it, is at the wall.
///
/// Returns `None` if there is no wall within reach or no room to line up. The cost is lower for a wall that is near and
/// square to the truck.
fn spot_candidate(
    map: &MineMap,
    kind: PlaceKind,
    at: Point2,
    heading: f64,
    shape: &TruckShape,
) -> Option<SpotCandidate> {
    let drivable = &map.drivable;
    let start = Pose2::new(at.x, at.y, heading);
    // Clearance beyond what a pose needs, m. It changes by at most the distance that the truck moves.
    let slack = |pose: Pose2| {
        let truck = drivable.footprint_clearance(&shape.footprint, pose) - SPOT_CLEARANCE;
        let shovel = || drivable.clearance(shovel_pose(pose, shape).position()) - SHOVEL_RADIUS;
        let shovel = if kind == PlaceKind::Load { shovel() } else { f64::INFINITY };
        truck.min(shovel).min(room_beside_others(map, pose, shape))
    };
    let fits = |pose: Pose2| slack(pose) >= 0.0;
    let mut pose = start;
    let mut moved = 0.0;
    if !is_stand(kind) || !fits(start) {
        // Move forward away from the wall if the point is too near to it, otherwise back to the wall.
        let outward = !fits(start);
        let (steps, mut k, mut reached) = ((FARTHEST_MOVE / STEP) as usize, 1, None);
        while k <= steps {
            let distance = STEP * k as f64;
            let left = slack(start.advanced(if outward { distance } else { -distance }));
            if (left >= 0.0) == outward {
                reached = Some(distance);
                break;
            }
            // On the way back, the truck meets nothing within the remaining clearance.
            k += if outward { 1 } else { ((left / STEP) as usize).max(1) };
        }
        let reached = reached?;
        moved = if outward { reached } else { reached - STEP };
        pose = start.advanced(if outward { moved } else { -moved });
    }
    let room = ROOM_AHEAD * shape.turning_radius;
    let ahead = (1..=8).all(|k| {
        drivable.footprint_clearance(&shape.footprint, pose.advanced(room * f64::from(k) / 8.0)) >= SPOT_CLEARANCE
    });
    if !ahead {
        return None;
    }
    // If both tail corners are equally far from the edge, the truck is square to the wall.
    let [_, left, right, _] = shape.footprint.corners(pose);
    let wall = |p: Point2| drivable.clearance(p);
    let skew = if kind == PlaceKind::Load {
        let shovel = shovel_pose(pose, shape);
        (wall(shovel.place(0.0, 5.0)) - wall(shovel.place(0.0, -5.0))).abs()
    } else {
        (wall(left) - wall(right)).abs()
    };
    // Width on both sides ahead of the spot, where the truck turns.
    let swing = pose.advanced(room);
    let cramped = (2.0 * shape.turning_radius - drivable.clearance(swing.position())).max(0.0);
    Some(SpotCandidate { pose, cost: moved + 2.0 * skew + 1.5 * cramped })
}

/// Returns the clearance (m) from a truck at `pose` to the machines and spots of other places, beyond the required
/// distance.
fn room_beside_others(map: &MineMap, pose: Pose2, shape: &TruckShape) -> f64 {
    let reach = shape.footprint.reach() + shape.footprint.half_width;
    let beside = |place: &Place| {
        let machine = place
            .machine
            .map(|m| shape.footprint.distance(pose, m.position()) - place.obstacle_radius - SPOT_CLEARANCE);
        let spots = place.spots.iter().map(|spot| (spot.pose.position() - pose.position()).norm() - reach);
        spots.chain(machine).fold(f64::INFINITY, f64::min)
    };
    map.places.iter().map(beside).fold(f64::INFINITY, f64::min)
}

/// Returns the poses of the spots: the first spot, then others beside it on alternating sides, as far as trucks fit.
fn row(map: &MineMap, spec: &PlaceSpec, first: &SpotCandidate, shape: &TruckShape) -> Vec<Pose2> {
    let wanted = spec.spots.unwrap_or(1) as usize;
    // One shovel loads one truck at a time.
    let wanted = if spec.kind == PlaceKind::Load { 1 } else { wanted };
    let spacing = SPOT_SPACING * 2.0 * shape.footprint.half_width;
    let mut poses = vec![first.pose];
    for k in 1..=2 * wanted {
        if poses.len() >= wanted {
            break;
        }
        let side = if k % 2 == 1 { 1.0 } else { -1.0 };
        let beside = first.pose.place(0.0, side * spacing * k.div_ceil(2) as f64);
        let candidate = Pose2::new(beside.x, beside.y, first.pose.heading);
        let at_wall = match stance(spec) {
            kind if is_stand(kind) => {
                let clear = map.drivable.footprint_clearance(&shape.footprint, candidate) >= SPOT_CLEARANCE;
                clear.then_some(candidate)
            }
            // The wall may be curved, so start well ahead of it and back up to it.
            _ => spot_candidate(map, spec.kind, candidate.advanced(8.0).position(), first.pose.heading, shape)
                .map(|b| b.pose),
        };
        poses.extend(at_wall.filter(|p| room_beside_others(map, *p, shape) >= 0.0));
    }
    poses
}
