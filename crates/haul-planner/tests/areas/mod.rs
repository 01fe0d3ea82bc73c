//! Random loading and dumping areas, with spots that have a path by construction: a motion away from the spot, which
//! leads into it when reversed in time.

// Each test and bench that includes this module uses only a part of it.
#![allow(dead_code)]

use haul_core::random::{Draw, Stream};
use haul_core::{Footprint, Point2, Polygon, Pose2, Vector2};
use haul_mine::Drivable;
use haul_planner::manoeuvre::reeds_shepp::driven;
use haul_planner::manoeuvre::{FreeSpace, Obstacle};
use haul_planner::{Path, TruckModel};
use std::f64::consts::{PI, TAU};

/// Clearance that plans must keep, m.
pub const MARGIN: f64 = 0.5;
/// Clearance of the constructed path, m. A planner may need a little less.
const WAY_MARGIN: f64 = 0.65;
/// Step of the constructed motion, m.
const STEP: f64 = 0.2;
/// Minimum distance between start and spot, m.
const MIN_DISTANCE: f64 = 15.0;
/// Number of attempts to find one spot in an area.
const TRIES: usize = 400;

/// An area: the edge of its surface and the obstacles on it.
pub struct Area {
    pub drivable: Drivable,
    pub obstacles: Vec<Obstacle>,
}

impl Area {
    pub fn space(&self) -> FreeSpace<'_> {
        FreeSpace { drivable: &self.drivable, obstacles: self.obstacles.clone() }
    }
}

/// A spot to back into, to which a path exists.
pub struct Case {
    pub start: Pose2,
    pub goal: Pose2,
    /// Length of the constructed path, m.
    pub length: f64,
    /// Number of changes of direction of the constructed path.
    pub cusps: usize,
}

/// Generates a ragged bench or pad at the end of a road from the west, with parked trucks, a machine and spillage on
/// it.
pub fn area(stream: &mut Stream, truck: &TruckModel) -> Area {
    let (long, wide) = if stream.unit() < 0.6 {
        let radius = stream.between(24.0, 42.0);
        (radius, radius * stream.between(0.85, 1.15))
    } else {
        // A dumping pad, with a long edge and little depth.
        (stream.between(32.0, 55.0), stream.between(20.0, 28.0))
    };
    let half_road = stream.between(8.0, 13.0);
    let open = libm::asin((half_road / wide).min(0.9));
    let count = ((long + wide) * 3.0 / 7.0) as usize;
    let mut outer = Vec::new();
    for k in 0..=count {
        let angle = -PI + open + (TAU - 2.0 * open) * k as f64 / count as f64;
        let ragged = if k == 0 || k == count { 1.0 } else { 1.0 + stream.between(-0.07, 0.07) };
        outer.push(Point2::new(long * ragged * libm::cos(angle), wide * ragged * libm::sin(angle)));
    }
    let end = -long - 60.0;
    outer.push(Point2::new(end, half_road));
    outer.push(Point2::new(end, -half_road));
    let drivable = Drivable::new(Polygon { outer, holes: Vec::new() }).expect("the ring is sound");
    let mut obstacles = Vec::new();
    let inside = |s: &mut Stream| Point2::new(s.between(-0.9, 0.9) * long, s.between(-0.9, 0.9) * wide);
    for _ in 0..(stream.unit() * 3.0) as usize {
        let at = inside(stream);
        let pose = Pose2::new(at.x, at.y, stream.between(-PI, PI));
        obstacles.push(Obstacle::Rect { footprint: truck.footprint, pose });
    }
    if stream.unit() < 0.7 {
        // A shovel with its swing, near the face.
        let angle = stream.between(-2.0, 2.0);
        let centre = Point2::new(0.85 * long * libm::cos(angle), 0.85 * wide * libm::sin(angle));
        obstacles.push(Obstacle::Circle { centre, radius: stream.between(5.0, 8.0) });
    }
    for _ in 0..(stream.unit() * 5.0) as usize {
        obstacles.push(Obstacle::Circle { centre: inside(stream), radius: stream.between(0.4, 1.5) });
    }
    Area { drivable, obstacles }
}

/// Generates a spot where the truck stands tail to the edge, with a path into it; `None` if it finds none soon.
pub fn case(stream: &mut Stream, area: &Area, truck: &TruckModel) -> Option<Case> {
    let space = area.space();
    let clear = |pose: Pose2| space.footprint_clearance_up_to(&truck.footprint, pose, WAY_MARGIN) >= WAY_MARGIN;
    let ring = &area.drivable.polygon().outer;
    for _ in 0..TRIES {
        let i = (stream.unit() * ring.len() as f64) as usize % ring.len();
        let (a, b) = (ring[i], ring[(i + 1) % ring.len()]);
        let along = (b - a).normalize();
        let inwards = Vector2::new(-along.y, along.x);
        let at = a + (b - a) * stream.unit() + inwards * (truck.footprint.rear + stream.between(0.8, 3.0));
        let goal = Pose2::new(at.x, at.y, libm::atan2(inwards.y, inwards.x) + stream.between(-0.35, 0.35));
        if !clear(goal) {
            continue;
        }
        // Drive away from the spot: first forward, then to and fro.
        let sections = 2 + usize::from(stream.unit() < 0.3) + usize::from(stream.unit() < 0.1);
        let (mut pose, mut length, mut cusps) = (goal, 0.0, 0);
        for number in 0..sections {
            let sign = if number % 2 == 0 { 1.0 } else { -1.0 };
            let wanted = if number == 0 { stream.between(10.0, 28.0) } else { stream.between(10.0, 60.0) };
            let (mut driven_now, mut curvature, mut piece) = (0.0, 0.0, 0.0);
            while driven_now < wanted {
                if piece <= 0.0 {
                    // The first metres out of a spot are straight.
                    let first = number == 0 && driven_now == 0.0;
                    piece = if first { stream.between(2.0, 8.0) } else { stream.between(4.0, 20.0) };
                    curvature = if first { 0.0 } else { truck.max_curvature() * 0.93 * stream.between(-1.0, 1.0) };
                }
                let next = driven(pose, curvature, sign * STEP);
                if !clear(next) {
                    break;
                }
                (pose, driven_now, piece) = (next, driven_now + STEP, piece - STEP);
            }
            if driven_now < 6.0 {
                break;
            }
            length += driven_now;
            cusps = number;
        }
        // The path into the spot must begin forward, well away from the spot.
        if cusps >= 1 && pose.distance(goal) > MIN_DISTANCE {
            return Some(Case { start: pose, goal, length, cusps });
        }
    }
    None
}

/// An independent check of clearance, by brute force: every edge of the surface and every obstacle against the
/// rectangle.
pub struct Oracle {
    edges: Vec<(Point2, Point2)>,
    obstacles: Vec<Obstacle>,
}

impl Oracle {
    pub fn new(area: &Area) -> Self {
        Self { edges: area.drivable.polygon().segments().collect(), obstacles: area.obstacles.clone() }
    }

    /// Returns the minimum distance of the rectangle from anything, m; 0 if it touches or overlaps.
    pub fn clearance(&self, body: &Footprint, pose: Pose2) -> f64 {
        let corners = body.corners(pose);
        let sides: Vec<(Point2, Point2)> = (0..4).map(|k| (corners[k], corners[(k + 1) % 4])).collect();
        let mut least = f64::INFINITY;
        let near = body.reach() + 4.0;
        for &edge in &self.edges {
            if point_segment(pose.position(), edge) < near {
                least = least.min(rectangle_segment(body, pose, &sides, edge));
            }
        }
        for obstacle in &self.obstacles {
            let d = match obstacle {
                Obstacle::Outline { ring } => {
                    let along = |k: usize| (ring[k], ring[(k + 1) % ring.len()]);
                    let edge = |k| rectangle_segment(body, pose, &sides, along(k));
                    let apart = (0..ring.len()).map(edge).fold(f64::INFINITY, f64::min);
                    // Detects a rectangle inside the outline: the angle by which the corners of the outline turn around
                    // the truck.
                    let turned: f64 = (0..ring.len())
                        .map(|k| {
                            let (a, b) = (along(k).0 - pose.position(), along(k).1 - pose.position());
                            libm::atan2(cross(a, b), a.dot(&b))
                        })
                        .sum();
                    if turned.abs() > PI { 0.0 } else { apart }
                }
                &Obstacle::Circle { centre, radius } => {
                    let inside = inside(body, pose, centre);
                    let d = sides.iter().map(|s| point_segment(centre, *s)).fold(f64::INFINITY, f64::min);
                    if inside { 0.0 } else { (d - radius).max(0.0) }
                }
                &Obstacle::Rect { footprint, pose: other } => {
                    let c = footprint.corners(other);
                    (0..4)
                        .map(|k| rectangle_segment(body, pose, &sides, (c[k], c[(k + 1) % 4])))
                        .fold(f64::INFINITY, f64::min)
                }
            };
            least = least.min(d);
        }
        least
    }

    /// Returns the minimum clearance along a path, sampled every centimetre, m.
    pub fn along(&self, body: &Footprint, path: &Path) -> f64 {
        let count = (path.length() / 0.01).ceil() as usize;
        (0..=count).map(|k| self.clearance(body, path.at(k as f64 * 0.01).pose)).fold(f64::INFINITY, f64::min)
    }
}

fn inside(body: &Footprint, pose: Pose2, p: Point2) -> bool {
    let (s, c) = (libm::sin(pose.heading), libm::cos(pose.heading));
    let (dx, dy) = (p.x - pose.x, p.y - pose.y);
    let (x, y) = (dx * c + dy * s, dy * c - dx * s);
    x <= body.front && x >= -body.rear && y.abs() <= body.half_width
}

fn point_segment(p: Point2, (a, b): (Point2, Point2)) -> f64 {
    let along = b - a;
    let t = ((p - a).dot(&along) / along.norm_squared().max(1e-18)).clamp(0.0, 1.0);
    (p - (a + along * t)).norm()
}

fn cross(a: Vector2, b: Vector2) -> f64 {
    a.x * b.y - a.y * b.x
}

fn cut(p: (Point2, Point2), q: (Point2, Point2)) -> bool {
    let side = |s: (Point2, Point2), x: Point2| cross(s.1 - s.0, x - s.0);
    side(p, q.0) * side(p, q.1) < 0.0 && side(q, p.0) * side(q, p.1) < 0.0
}

fn rectangle_segment(body: &Footprint, pose: Pose2, sides: &[(Point2, Point2)], edge: (Point2, Point2)) -> f64 {
    if inside(body, pose, edge.0) || inside(body, pose, edge.1) || sides.iter().any(|s| cut(*s, edge)) {
        return 0.0;
    }
    let corners = sides.iter().map(|s| point_segment(s.0, edge));
    let ends = sides.iter().map(|s| point_segment(edge.0, *s).min(point_segment(edge.1, *s)));
    corners.chain(ends).fold(f64::INFINITY, f64::min)
}
