//! Earth that is moved: a face dug forward, a tip head filled forward.

use super::{place_of, record, resurface, settle, widened};
use crate::map::MineMap;
use crate::places::{Place, PlaceKind, TruckShape};
use crate::region::Region;
use haul_core::{Fault, Point2, Vector2};

/// Width of the cut that a shovel works in, and of the front on which a dump is filled, in turning circles of the truck:
/// so wide that it can turn in it.
const FRONT: f64 = 4.5;
/// Slope of a dug face, rise/run (65°), and of tipped rock (37°).
const FACE: f64 = 2.14;
const REPOSE: f64 = 0.7536;
/// A front that would stand less than this high gives no material worth digging or room worth filling, m.
const LOWEST: f64 = 1.0;
/// Farthest that one change moves a front, m.
const FARTHEST: f64 = 400.0;
/// The new ground reaches so far back into the old, m, so that both become one.
const OVERLAP: f64 = 12.0;
/// Height of the windrow that is left along a new tip edge, and its width, m.
const WINDROW: (f64, f64) = (1.6, 4.5);

/// The front of a place: a point on it, and where it moves to.
struct Front {
    at: Point2,
    ahead: Vector2,
    half_width: f64,
    level: f64,
}

impl Front {
    /// The front behind the tail of a place's first truck.
    fn of(map: &MineMap, place: &Place, truck: &TruckShape) -> Front {
        let pose = place.spots[0].pose;
        let ahead = -Vector2::new(libm::cos(pose.heading), libm::sin(pose.heading));
        let level = map.terrain.height(pose.x, pose.y);
        // Backwards from the truck to the edge of the surface.
        let mut at = pose.position();
        let step = map.terrain.spacing().min(1.0);
        for _ in 0..(FARTHEST / step) as usize {
            if !map.drivable.contains(at) {
                break;
            }
            at += ahead * step;
        }
        Front { at, ahead, half_width: FRONT * truck.turning_radius / 2.0, level }
    }

    /// Distance ahead of the front and to its left.
    fn local(&self, p: Point2) -> (f64, f64) {
        let d = p - self.at;
        (d.dot(&self.ahead), self.ahead.x * d.y - self.ahead.y * d.x)
    }

    fn place(&self, along: f64, aside: f64) -> Point2 {
        self.at + self.ahead * along + Vector2::new(-self.ahead.y, self.ahead.x) * aside
    }

    fn region(&self, reach: f64) -> Region {
        let w = self.half_width;
        Region::ring(&[self.place(-OVERLAP, -w), self.place(reach, -w), self.place(reach, w), self.place(-OVERLAP, w)])
    }
}

/// Digs a face forward until a volume (m³, in the bank) is out of it. The floor of the cut is level with the face; the
/// shovel and the spots move with it.
///
/// Errors: no such face; no wall to dig at; more than the wall holds within 400 m.
pub fn dig_face(map: &mut MineMap, id: &str, volume: f64, truck: &TruckShape) -> Result<f64, Fault> {
    let place = place_of(map, id, &[PlaceKind::Load])?;
    let front = Front::of(map, &place, truck);
    let cut = |p: Point2, reach: f64| -> Option<f64> {
        let (along, aside) = front.local(p);
        let beyond = (along - reach).max(aside.abs() - front.half_width).max(0.0);
        (along >= -OVERLAP).then_some(front.level + FACE * beyond)
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

/// Tips over a dump's edge until a volume (m³, as tipped) lies there. The platform grows level with the dump, its slopes at
/// the angle of repose; the tip head moves with its edge, and a windrow is left along it.
///
/// Errors: no such dump; ground at the level of the dump already; more than finds room within 400 m.
pub fn tip_over(map: &mut MineMap, id: &str, volume: f64, truck: &TruckShape) -> Result<f64, Fault> {
    let place = place_of(map, id, &[PlaceKind::Dump])?;
    let front = Front::of(map, &place, truck);
    let heap = |p: Point2, reach: f64| -> Option<f64> {
        let (along, aside) = front.local(p);
        let beyond = (along - reach).max(aside.abs() - front.half_width).max(0.0);
        (along >= -OVERLAP).then_some(front.level - REPOSE * beyond)
    };
    let ground = |p: Point2| map.terrain.height(p.x, p.y);
    let given = |p: Point2, reach: f64| heap(p, reach).map_or(0.0, |to| (to - ground(p)).max(0.0));
    let reach = reach_for(map, &front, volume, id, &given)?;
    // The windrow stands on the platform's own rim, which is no drivable ground.
    let rim = reach + WINDROW.1;
    reshape(map, &front, rim, |h, p| {
        let (along, aside) = front.local(p);
        let beyond = (along - reach).max(aside.abs() - front.half_width);
        let bank = 1.0 - (2.0 * beyond / WINDROW.1 - 1.0).abs();
        let windrow = if along >= 0.0 { WINDROW.0 * bank.max(0.0) } else { 0.0 };
        let fill = heap(p, rim).map_or(h, |to| h.max(to));
        if beyond > 0.0 && beyond < WINDROW.1 && along >= 0.0 {
            fill.max(front.level.min(fill) + windrow)
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

/// How far a front moves for a volume: halving between nothing and the farthest.
fn reach_for(
    map: &MineMap,
    front: &Front,
    volume: f64,
    id: &str,
    depth: &dyn Fn(Point2, f64) -> f64,
) -> Result<f64, Fault> {
    if !(volume.is_finite() && volume > 0.0) {
        return Err(Fault::new(format!("{volume} m³ at `{id}` is no volume")).help("a positive number of cubic metres"));
    }
    let nodes = nodes_about(map, front, FARTHEST);
    let cell = map.terrain.spacing() * map.terrain.spacing();
    let moved = |reach: f64| nodes.iter().map(|p| depth(*p, reach)).sum::<f64>() * cell;
    let most = moved(FARTHEST);
    if most < volume.min(LOWEST * front.half_width * front.half_width) {
        return Err(Fault::new(format!("there is nothing to move at `{id}`: the ground before it is level with it")));
    }
    if most < volume {
        return Err(Fault::new(format!("{volume:.0} m³ are more than `{id}` has room for: {most:.0} m³")));
    }
    let (mut low, mut high) = (0.0, FARTHEST);
    for _ in 0..30 {
        let middle = 0.5 * (low + high);
        if moved(middle) < volume { low = middle } else { high = middle }
    }
    Ok(high)
}

/// Nodes of the ground before a front.
fn nodes_about(map: &MineMap, front: &Front, reach: f64) -> Vec<Point2> {
    let (origin, _) = map.terrain.bounds();
    let (columns, rows) = map.terrain.size();
    let spacing = map.terrain.spacing();
    // Slopes run out beside the front as far as their height asks for; the grid's rim ends them.
    let around = front.half_width + reach;
    let range = |centre: f64, o: f64, n: usize| {
        let first = ((centre - around - o) / spacing).max(0.0) as usize;
        first.min(n)..(((centre + around - o) / spacing).max(0.0) as usize + 1).min(n)
    };
    let columns = range(front.at.x, origin.x, columns);
    range(front.at.y, origin.y, rows)
        .flat_map(|j| columns.clone().map(move |i| (i, j)))
        .map(|(i, j)| Point2::new(origin.x + i as f64 * spacing, origin.y + j as f64 * spacing))
        .filter(|p| front.local(*p).0 >= -OVERLAP)
        .collect()
}

fn reshape(map: &mut MineMap, front: &Front, reach: f64, height: impl Fn(f64, Point2) -> f64) {
    let nodes = nodes_about(map, front, reach + FARTHEST);
    for p in nodes {
        map.terrain.set(p, |h| height(h, p));
    }
}
