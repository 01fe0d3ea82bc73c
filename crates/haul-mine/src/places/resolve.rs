//! From a place as written to a place where a truck fits.

use super::queue::waiting_poses;
use super::{Place, PlaceKind, PlaceSpec, Spot, TruckShape};
use crate::map::MineMap;
use haul_core::units::from_compass;
use haul_core::{Fault, PlaceId, Point2, Pose2, angle};

/// Least distance of a spotted truck from the edge of the drivable surface, m.
const SPOT_CLEARANCE: f64 = 0.6;
/// How far a spot may be moved from where it is written to reach its wall, m.
const FARTHEST_MOVE: f64 = 90.0;
/// Directions in which a wall is sought, when no heading is written.
const DIRECTIONS: usize = 72;
/// Step of the search for the wall, m.
const STEP: f64 = 0.25;
/// Room ahead of a spot that a truck needs to line up for backing in, in turning radii.
const ROOM_AHEAD: f64 = 2.6;
/// Radius about a shovel's swing axis that trucks keep out of, m: its crawlers and the counterweight's tail swing.
const SHOVEL_RADIUS: f64 = 4.8;
/// Between that circle and the tail of the spotted truck, m.
const SHOVEL_GAP: f64 = 1.0;
/// Radius about a crusher's hopper, m.
const HOPPER_RADIUS: f64 = 3.0;
/// Between two spots side by side, in widths of the truck.
const SPOT_SPACING: f64 = 2.0;
/// Most spots a place is given.
const MOST_SPOTS: u32 = 60;
/// Loose density of blasted rock, kg/m³ (seeds/shovels.toml gives the same for its buckets).
const BLASTED_ROCK: f64 = 1_800.0;

/// Finds the poses of a place: heading (tail to the nearest wall where none is written), the spot moved so that the
/// footprint is at least 0.5 m from the edge, the machine, the queue.
///
/// The tail of a truck at a dump or crusher stands at the edge. At a loading face the shovel stands between the truck
/// and the face, behind the tail, so that the middle of the body is within its reach.
///
/// Errors: the place lies off the drivable surface (the nearest drivable point is named), or no truck fits there.
pub fn resolve_place(map: &MineMap, spec: &PlaceSpec, shape: &TruckShape) -> Result<Place, Fault> {
    let at = Point2::from(spec.at);
    if !(at.x.is_finite() && at.y.is_finite()) {
        return Err(Fault::new(format!("place `{}` lies at no finite point", spec.id)));
    }
    if !map.drivable.contains(at) {
        let fault =
            Fault::new(format!("place `{}` at ({:.1}, {:.1}) is off the drivable surface", spec.id, at.x, at.y));
        return Err(match map.drivable.nearest_edge(at) {
            Some(p) => fault.help(format!("the nearest drivable point is ({:.1}, {:.1})", p.x, p.y)),
            None => fault,
        });
    }
    let headings: Vec<f64> = match spec.heading_deg {
        Some(degrees) if degrees.is_finite() => vec![from_compass(degrees)],
        Some(_) => return Err(Fault::new(format!("`heading_deg` of place `{}` is not a number", spec.id))),
        None => (0..DIRECTIONS).map(|k| angle::wrap(std::f64::consts::TAU * k as f64 / DIRECTIONS as f64)).collect(),
    };
    let bay = headings
        .into_iter()
        .filter_map(|heading| bay(map, stance(spec), at, heading, shape))
        .min_by(|a, b| a.cost.total_cmp(&b.cost))
        .ok_or_else(|| {
            Fault::new(format!("no truck can be spotted at place `{}` at ({:.1}, {:.1})", spec.id, at.x, at.y)).help(
                format!(
                    "it needs {:.0} m before it to line up and {SPOT_CLEARANCE} m around the truck; move it, or write another `heading_deg`",
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
        material_density: spec.material_density.unwrap_or(BLASTED_ROCK),
    };
    let poses = row(map, spec, &bay, shape);
    place.spots =
        poses.into_iter().enumerate().map(|(k, pose)| Spot { name: format!("{}/{}", spec.id, k + 1), pose }).collect();
    match spec.kind {
        PlaceKind::Load => {
            place.machine = Some(shovel_pose(bay.pose, shape));
            place.obstacle_radius = SHOVEL_RADIUS;
        }
        PlaceKind::Crusher => {
            // The hopper lies beyond the edge, its rim half a metre behind it.
            let edge = shape.footprint.rear + map.drivable.footprint_clearance(&shape.footprint, bay.pose);
            place.machine = Some(bay.pose.advanced(-(edge + 0.5 + HOPPER_RADIUS)));
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

/// How trucks stand at a place: at a paddock dump as in a park.
fn stance(spec: &PlaceSpec) -> PlaceKind {
    if spec.kind == PlaceKind::Dump && spec.paddock == Some(true) { PlaceKind::Park } else { spec.kind }
}

/// Whether trucks stand there without backing to a wall.
fn is_stand(kind: PlaceKind) -> bool {
    matches!(kind, PlaceKind::Park | PlaceKind::Fuel)
}

/// A pose that a truck can be spotted in.
struct Bay {
    pose: Pose2,
    cost: f64,
}

/// The shovel's swing axis behind the tail of a truck, facing it.
fn shovel_pose(spot: Pose2, shape: &TruckShape) -> Pose2 {
    spot.advanced(-(shape.footprint.rear + SHOVEL_GAP + SHOVEL_RADIUS))
}

/// Backs a truck from `at` with a heading until its tail (or the shovel behind it) is at the wall. `None` where there is
/// no wall within reach, or no room to line up. The cost is less for a wall that is near and square to the truck.
fn bay(map: &MineMap, kind: PlaceKind, at: Point2, heading: f64, shape: &TruckShape) -> Option<Bay> {
    let drivable = &map.drivable;
    let start = Pose2::new(at.x, at.y, heading);
    // What is left over what a pose needs; it grows or shrinks by no more than the truck moves.
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
        // Forward out of the wall where the written point is too near to it, else back to the wall.
        let outward = !fits(start);
        let (steps, mut k, mut reached) = ((FARTHEST_MOVE / STEP) as usize, 1, None);
        while k <= steps {
            let distance = STEP * k as f64;
            let left = slack(start.advanced(if outward { distance } else { -distance }));
            if (left >= 0.0) == outward {
                reached = Some(distance);
                break;
            }
            // On the way back nothing is met within what is left.
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
    // Tail corners as far from the edge as each other: the truck stands square to its wall.
    let [_, left, right, _] = shape.footprint.corners(pose);
    let wall = |p: Point2| drivable.clearance(p);
    let skew = if kind == PlaceKind::Load {
        let shovel = shovel_pose(pose, shape);
        (wall(shovel.place(0.0, 5.0)) - wall(shovel.place(0.0, -5.0))).abs()
    } else {
        (wall(left) - wall(right)).abs()
    };
    // Width on both sides ahead of the spot, where the truck swings round.
    let swing = pose.advanced(room);
    let cramped = (2.0 * shape.turning_radius - drivable.clearance(swing.position())).max(0.0);
    Some(Bay { pose, cost: moved + 2.0 * skew + 1.5 * cramped })
}

/// What a pose has left to the machines and spots of the mine's other places over what it needs, m.
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

/// The spots: the first bay, and others beside it on alternating sides as far as trucks fit there.
fn row(map: &MineMap, spec: &PlaceSpec, first: &Bay, shape: &TruckShape) -> Vec<Pose2> {
    let wanted = spec.spots.unwrap_or(1).clamp(1, MOST_SPOTS) as usize;
    // One shovel loads one side of one truck at a time.
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
            // The wall may not be straight: start well before it and back up to it.
            _ => bay(map, spec.kind, candidate.advanced(8.0).position(), first.pose.heading, shape).map(|b| b.pose),
        };
        poses.extend(at_wall.filter(|p| room_beside_others(map, *p, shape) >= 0.0));
    }
    poses
}
