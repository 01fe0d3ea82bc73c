//! Earthmoving: a loading face that advances, and a tip head that advances.

use super::remap::{place_of, record, resurface, settle, widened};
use crate::map::MineMap;
use crate::places::{Place, PlaceKind, TruckShape};
use crate::region::Region;
use haul_core::{Fault, Point2, Vector2};

/// Width of a working front, as a multiple of the truck's turning radius, so that the truck can turn in the front. It
/// applies to the cut of a shovel and to the tip of a dump.
const FRONT_TURNING_RADII: f64 = 4.5;
/// Slope of a loading face, rise over run (65°).
const FACE_SLOPE: f64 = 2.14;
/// Slope of dumped rock, rise over run (37°).
const REPOSE_SLOPE: f64 = 0.7536;
/// Minimum mean height of a working front, m. A lower one has too little material or room.
const LEAST_FRONT_HEIGHT: f64 = 1.0;
/// Maximum advance of a front in one change, m.
const GREATEST_ADVANCE: f64 = 400.0;
/// Length by which the new ground reaches back into the old ground, m, so that both are connected.
const OVERLAP_LENGTH: f64 = 12.0;
/// Height and width of the safety berm along a new tip edge, m.
const SAFETY_BERM: (f64, f64) = (1.6, 4.5);

/// The working front of a place: a point on it, and its direction of advance.
struct Front {
    at: Point2,
    ahead: Vector2,
    half_width: f64,
    level: f64,
}

impl Front {
    /// Returns the front behind the tail of a place's first truck.
    fn of(map: &MineMap, place: &Place, truck: &TruckShape) -> Front {
        let pose = place.spots[0].pose;
        let ahead = -Vector2::new(libm::cos(pose.heading), libm::sin(pose.heading));
        let level = map.terrain.height(pose.x, pose.y);
        // Go backwards from the truck to the edge of the surface.
        let mut at = pose.position();
        let step = map.terrain.spacing().min(1.0);
        for _ in 0..(GREATEST_ADVANCE / step) as usize {
            if !map.drivable.contains(at) {
                break;
            }
            at += ahead * step;
        }
        Front { at, ahead, half_width: FRONT_TURNING_RADII * truck.turning_radius / 2.0, level }
    }

    /// Returns the distances of a point ahead of the front and to the left of the front's centre, m.
    fn local(&self, p: Point2) -> (f64, f64) {
        let d = p - self.at;
        (d.dot(&self.ahead), self.ahead.x * d.y - self.ahead.y * d.x)
    }

    /// Returns the point at given distances ahead of the front and to its left.
    fn place(&self, along: f64, aside: f64) -> Point2 {
        self.at + self.ahead * along + Vector2::new(-self.ahead.y, self.ahead.x) * aside
    }

    /// Returns the area that the front passes over when it advances by `reach` (m).
    fn region(&self, reach: f64) -> Region {
        let w = self.half_width;
        Region::ring(&[
            self.place(-OVERLAP_LENGTH, -w),
            self.place(reach, -w),
            self.place(reach, w),
            self.place(-OVERLAP_LENGTH, w),
        ])
    }
}

/// Advances a loading face until a volume (m³, in the bank) is excavated, and returns the advance, m.
///
/// The floor of the cut is level with the face. The shovel and the spots move with the face.
///
/// # Errors
///
/// Returns a fault if there is no such face, if there is no wall to dig at, or if the wall holds less volume within 400
/// m.
pub fn dig_face(map: &mut MineMap, id: &str, volume: f64, truck: &TruckShape) -> Result<f64, Fault> {
    let place = place_of(map, id, &[PlaceKind::Load])?;
    let front = Front::of(map, &place, truck);
    let cut = |p: Point2, reach: f64| -> Option<f64> {
        let (along, aside) = front.local(p);
        let beyond = (along - reach).max(aside.abs() - front.half_width).max(0.0);
        (along >= -OVERLAP_LENGTH).then_some(front.level + FACE_SLOPE * beyond)
    };
    let ground = |p: Point2| map.terrain.height(p.x, p.y);
    let taken = |p: Point2, reach: f64| cut(p, reach).map_or(0.0, |to| (ground(p) - to).max(0.0));
    let reach = reach_for(map, &front, volume, id, &taken)?;
    reshape(map, &front, reach, |h, p| cut(p, reach).map_or(h, |to| h.min(to)));
    let polygon = widened(map, &front.region(reach)).ok_or_else(|| Fault::new("the cut leaves no surface"))?;
    resurface(map, polygon, truck)?;
    let at = place.spots[0].pose.position() + front.ahead * reach;
    settle(map, &place, at, truck)?;
    record(map, format!("{id}: {volume:.0} m³ dug, the face advanced {reach:.1} m"));
    Ok(reach)
}

/// Advances a dump until a volume (m³, as dumped) is placed over its edge, and returns the advance, m.
///
/// The new platform is level with the dump, and its slopes are at the angle of repose. The tip head moves with the
/// edge, and a safety berm is left along it.
///
/// # Errors
///
/// Returns a fault if there is no such dump, if the ground is already at the dump's level, or if there is too little
/// room within 400 m.
pub fn tip_over(map: &mut MineMap, id: &str, volume: f64, truck: &TruckShape) -> Result<f64, Fault> {
    let place = place_of(map, id, &[PlaceKind::Dump])?;
    let front = Front::of(map, &place, truck);
    let heap = |p: Point2, reach: f64| -> Option<f64> {
        let (along, aside) = front.local(p);
        let beyond = (along - reach).max(aside.abs() - front.half_width).max(0.0);
        (along >= -OVERLAP_LENGTH).then_some(front.level - REPOSE_SLOPE * beyond)
    };
    let ground = |p: Point2| map.terrain.height(p.x, p.y);
    let given = |p: Point2, reach: f64| heap(p, reach).map_or(0.0, |to| (to - ground(p)).max(0.0));
    let reach = reach_for(map, &front, volume, id, &given)?;
    // The safety berm is on the rim of the platform, which is not drivable.
    let rim = reach + SAFETY_BERM.1;
    reshape(map, &front, rim, |h, p| {
        let (along, aside) = front.local(p);
        let beyond = (along - reach).max(aside.abs() - front.half_width);
        let bank = 1.0 - (2.0 * beyond / SAFETY_BERM.1 - 1.0).abs();
        let safety_berm = if along >= 0.0 { SAFETY_BERM.0 * bank.max(0.0) } else { 0.0 };
        let fill = heap(p, rim).map_or(h, |to| h.max(to));
        if beyond > 0.0 && beyond < SAFETY_BERM.1 && along >= 0.0 {
            fill.max(front.level.min(fill) + safety_berm)
        } else {
            fill
        }
    });
    let polygon = widened(map, &front.region(reach)).ok_or_else(|| Fault::new("the fill leaves no surface"))?;
    resurface(map, polygon, truck)?;
    let at = place.spots[0].pose.position() + front.ahead * reach;
    settle(map, &place, at, truck)?;
    record(map, format!("{id}: {volume:.0} m³ tipped, the tip head advanced {reach:.1} m"));
    Ok(reach)
}

/// Returns the advance (m) by which a front moves a volume, found by bisection.
fn reach_for(
    map: &MineMap,
    front: &Front,
    volume: f64,
    id: &str,
    depth: &dyn Fn(Point2, f64) -> f64,
) -> Result<f64, Fault> {
    if !(volume.is_finite() && volume > 0.0) {
        let what = format!("`{id}`: expected a positive number of cubic metres, found {volume}");
        return Err(Fault::new(what).help("give the volume to move, m³"));
    }
    let nodes = nodes_about(map, front, GREATEST_ADVANCE);
    let cell = map.terrain.spacing() * map.terrain.spacing();
    let moved = |reach: f64| nodes.iter().map(|p| depth(*p, reach)).sum::<f64>() * cell;
    let most = moved(GREATEST_ADVANCE);
    if most < volume.min(LEAST_FRONT_HEIGHT * front.half_width * front.half_width) {
        return Err(Fault::new(format!("there is nothing to move at `{id}`: the ground ahead is level with it"))
            .help("choose a place with a wall or a slope ahead"));
    }
    if most < volume {
        return Err(Fault::new(format!("`{id}`: expected at most {most:.0} m³, found {volume:.0} m³"))
            .help("move less in one step"));
    }
    let (mut low, mut high) = (0.0, GREATEST_ADVANCE);
    for _ in 0..30 {
        let middle = 0.5 * (low + high);
        if moved(middle) < volume { low = middle } else { high = middle }
    }
    Ok(high)
}

/// Returns the ground nodes ahead of a front.
fn nodes_about(map: &MineMap, front: &Front, reach: f64) -> Vec<Point2> {
    let (origin, _) = map.terrain.bounds();
    let (columns, rows) = map.terrain.size();
    let spacing = map.terrain.spacing();
    // Slopes extend beside the front as far as their height requires, and end at the edge of the grid.
    let around = front.half_width + reach;
    let range = |centre: f64, o: f64, n: usize| {
        let first = ((centre - around - o) / spacing).max(0.0) as usize;
        first.min(n)..(((centre + around - o) / spacing).max(0.0) as usize + 1).min(n)
    };
    let columns = range(front.at.x, origin.x, columns);
    range(front.at.y, origin.y, rows)
        .flat_map(|j| columns.clone().map(move |i| (i, j)))
        .map(|(i, j)| Point2::new(origin.x + i as f64 * spacing, origin.y + j as f64 * spacing))
        .filter(|p| front.local(*p).0 >= -OVERLAP_LENGTH)
        .collect()
}

/// Sets the heights of the nodes ahead of a front.
fn reshape(map: &mut MineMap, front: &Front, reach: f64, height: impl Fn(f64, Point2) -> f64) {
    let nodes = nodes_about(map, front, reach + GREATEST_ADVANCE);
    for p in nodes {
        map.terrain.set(p, |h| height(h, p));
    }
}
