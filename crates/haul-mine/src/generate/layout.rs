//! Where everything lies: the floor, the ramp, the working bench at a switchback, and on the surface the haul roads,
//! the park, the crusher's pad and the waste dump.

use super::alignment::{End, align, profile};
use super::design::{CHORD, Design, Road};
use super::outline::{Excavation, blob};
use super::ramp::{Ramp, RampPoint};
use super::relief::{Relief, direction};
use super::spec::{PitSpec, VERGE};
use crate::places::PlaceKind;
use crate::region::{Region, thinned_line};
use haul_core::random::{Draw, Stream};
use haul_core::{Point2, Point3, Polyline, Vector2};
use std::f64::consts::{FRAC_PI_2, TAU};

/// Radius of the fillets where roads and pads meet, m.
const FILLET: f64 = 20.0;
/// Radius of the bends of surface roads, m.
const BEND: f64 = 85.0;
/// Radius of the bends where room is short: the dump's head and the link, m.
const TIGHT_BEND: f64 = 55.0;
/// Grade up the dump.
const DUMP_GRADE: f64 = 0.08;
/// Where the climb onto the dump begins, along its road, and the level way from its end to the dump's head, m.
const DUMP_FOOT: f64 = 215.0;
const DUMP_LANDING: f64 = 35.0;
/// How far the crusher's pad stands above the ground, so that its hopper is fed from the pad's edge, m.
const CRUSHER_RAISE: f64 = 5.0;
/// The climb to the pad begins and ends so far before it, m.
const CLIMB_BEFORE: f64 = 170.0;
const LEVEL_BEFORE: f64 = 20.0;
/// From the switchback's end to the working bench, m: clear of the switchback's bend.
const BENCH_START: f64 = 42.0;
/// Length and depth of the working bench at the switchback, m.
const BENCH_LENGTH: f64 = 125.0;
const BENCH_DEPTH: f64 = 92.0;
/// Points of a road's line a metre (they are 2 m apart).
const POINTS_PER_METRE: f64 = 0.5;

/// Ground that is made and not driven on.
#[derive(Debug, Clone, Default)]
pub struct Earthworks {
    /// Fill: outlines with their heights, at the angle of repose around.
    pub fills: Vec<(Vec<Point2>, f64)>,
    /// The ground inside switchbacks.
    pub islands: Vec<Island>,
    /// A pit for the hopper: a ring and its floor height.
    pub wells: Vec<(Vec<Point2>, f64)>,
}

/// The ground between the legs of a switchback, which are as wide as their formation.
#[derive(Debug, Clone)]
pub struct Island {
    lower: Road,
    upper: Road,
}

/// Length of the island beyond the switchback, m: farther on the wall between the legs is benched.
const ISLAND_LENGTH: f64 = 110.0;
/// Length over which the island passes into the benched wall at its far end, m.
const ISLAND_END: f64 = 60.0;
/// Slope between the legs up to which the island is dug to a plain slope, and from which it is left as benches.
const ISLAND_SLOPES: (f64, f64) = (0.4, 0.65);

impl Island {
    /// The island's outline along the legs' centrelines.
    pub fn ring(&self) -> Vec<Point2> {
        self.lower.line.points().iter().chain(self.upper.line.points()).map(|p| p.xy()).collect()
    }

    /// The height the ground is dug to at a point between the legs, m; infinite where it is left.
    /// The pieces of the legs nearest to a point near it, where they are known, make it quicker, and become those of this one.
    pub fn height(&self, p: Point2, near: &mut [Option<usize>; 2]) -> f64 {
        let to = |leg: &Road, near: &mut Option<usize>| {
            let (distance, station, height) = leg.nearest(p, near)?;
            Some((height, (distance - leg.half_width).max(0.0), station))
        };
        let [lower, upper] = near;
        let (Some((low, from_low, along)), Some((high, from_high, _))) =
            (to(&self.lower, lower), to(&self.upper, upper))
        else {
            return f64::INFINITY;
        };
        let gap = (from_low + from_high).max(1e-3);
        let slope = (high - low) / gap;
        let (plain, left) = ISLAND_SLOPES;
        if slope >= left {
            return f64::INFINITY;
        }
        // Between the two slopes, and towards its end, the digging fades out.
        let fade = 4.0 * ((slope - plain) / (left - slope)).max(0.0) + 0.5 * (ISLAND_END - along).max(0.0);
        low + (high - low) * from_low / gap + fade
    }
}

/// A place by where a truck stands and what it backs to.
#[derive(Debug, Clone)]
pub struct Spot {
    /// Name of the place.
    pub id: String,
    /// Where the truck stands, m.
    pub at: Point2,
    /// Where its nose points, rad.
    pub heading: f64,
    /// What the place is for.
    pub kind: PlaceKind,
    /// Bays side by side.
    pub bays: u32,
}

/// The whole design.
#[derive(Debug, Clone, Default)]
pub struct Layout {
    /// The drivable surface.
    pub design: Design,
    /// The rest.
    pub earthworks: Earthworks,
    /// The places.
    pub spots: Vec<Spot>,
}

/// A frame in plan.
#[derive(Debug, Clone, Copy)]
struct Frame {
    origin: Point2,
    along: Vector2,
    out: Vector2,
}

impl Frame {
    fn at(&self, along: f64, out: f64) -> Point2 {
        self.origin + self.along * along + self.out * out
    }

    fn rectangle(&self, along: (f64, f64), out: (f64, f64), corner: f64) -> Vec<Point2> {
        let ring = [self.at(along.0, out.0), self.at(along.1, out.0), self.at(along.1, out.1), self.at(along.0, out.1)];
        let region = Region::ring(&ring).rounded(corner);
        region.polygons(0.0).into_iter().next().map_or(ring.to_vec(), |p| p.outer)
    }
}

fn heading(v: Vector2) -> f64 {
    libm::atan2(v.y, v.x)
}

fn index(metres: f64) -> usize {
    (metres * POINTS_PER_METRE) as usize
}

/// Lays everything out around a ramp.
pub fn lay_out(spec: &PitSpec, pit: &Excavation, ramp: &Ramp, relief: &Relief, rng: &mut Stream) -> Layout {
    let mut layout = Layout::default();
    let line = ramp.points.iter().map(|p| p.at).collect();
    let ramp_road = layout.design.road(line, spec.ramp_width / 2.0);
    lay_floor(spec, pit, ramp, ramp_road, &mut layout);
    lay_working_bench(spec, ramp, ramp_road, rng, &mut layout);
    for turn in &ramp.switchbacks {
        layout.earthworks.islands.push(switchback_island(spec, &ramp.points, turn));
    }
    lay_surface(spec, ramp, ramp_road, relief, rng, &mut layout);
    layout
}

fn lay_floor(spec: &PitSpec, pit: &Excavation, ramp: &Ramp, ramp_road: usize, layout: &mut Layout) {
    let climb: Vec<Point2> =
        ramp.points[(ramp.lead_in + 5).min(ramp.points.len() - 1)..].iter().map(|p| p.at.xy()).collect();
    // What comes after the last point near the floor takes nothing of it.
    let half = spec.formation() / 2.0 + VERGE;
    let start = (pit.floor[0], pit.floor[0]);
    let (low, high) = pit.floor.iter().fold(start, |(low, high), p| (low.inf(p), high.sup(p)));
    let is_near = |p: &Point2| (low - p).sup(&(p - high)).max() <= half;
    let climb = &climb[..climb.iter().rposition(is_near).map_or(0, |last| (last + 2).min(climb.len()))];
    let beside = Region::strip(&thinned_line(climb, CHORD / 2.0), half);
    let floor = Region::ring(&pit.floor).offset(-VERGE).minus(&beside);
    let Some(ring) = floor.polygons(0.0).into_iter().next().map(|p| p.outer) else { return };
    let pad = layout.design.pad(ring, pit.floor_height);
    layout.design.join(vec![(pad, 0..0), (ramp_road, 0..ramp.lead_in + 1)], FILLET);

    // Faces are at the ends of the floor farthest from the ramp's foot, well apart.
    let foot = ramp.points[ramp.lead_in].at.xy();
    let at_bench = u32::from(!ramp.switchbacks.is_empty() && spec.faces > 1);
    let mut ends = pit.floor.clone();
    ends.sort_by(|a, b| (b - foot).norm().total_cmp(&(a - foot).norm()));
    let mut chosen: Vec<Point2> = Vec::new();
    for end in ends {
        let clear = chosen.iter().all(|c| (c - end).norm() >= FACES_APART) && (end - foot).norm() >= FACES_APART;
        if chosen.len() < (spec.faces - at_bench) as usize && (clear || chosen.is_empty()) {
            chosen.push(end);
        }
    }
    for (k, far) in chosen.into_iter().enumerate() {
        let inward = -far.coords.normalize();
        let id = if k == 0 { "face_1".to_owned() } else { format!("face_{}", k + 1 + at_bench as usize) };
        if k > 0 {
            let at = far + inward * FACE_STANDOFF;
            layout.spots.push(Spot { kind: PlaceKind::Load, bays: 1, id, at, heading: heading(inward) });
            continue;
        }
        // The way over the floor to the face.
        let start = ramp.points[0];
        let to_middle = -start.at.coords.xy().normalize();
        let start = start.at.xy();
        let by = start - direction(ramp.points[0].heading) * 40.0 + to_middle * 30.0;
        let way = align(&[start, by, far + inward * (FACE_STANDOFF + 25.0)], TIGHT_BEND);
        let way = way.iter().map(|p| Point3::new(p.x, p.y, pit.floor_height)).collect();
        layout.design.road(way, 0.5 * spec.ramp_width);
        layout.spots.push(Spot {
            kind: PlaceKind::Load,
            bays: 1,
            id,
            at: far + inward * FACE_STANDOFF,
            heading: heading(inward),
        });
    }
}

/// From the toe of the face to the rear axle of a truck that a shovel between them loads, m.
const FACE_STANDOFF: f64 = 32.0;
/// Least distance between two faces of the floor, m.
const FACES_APART: f64 = 120.0;

/// The rim of a working bench about its middle.
fn face_outline(middle: Point2, along: Vector2, out: Vector2, rng: &mut Stream) -> Vec<Point2> {
    let waves = [(3.0, rng.between(0.0, TAU)), (4.0, rng.between(0.0, TAU)), (5.0, rng.between(0.0, TAU))];
    (0..96)
        .map(|k| {
            let phi = TAU * f64::from(k) / 96.0;
            let (sin, cos) = (libm::sin(phi), libm::cos(phi));
            let power = |v: f64| v.signum() * libm::pow(v.abs(), 0.55);
            let wave: f64 = waves.iter().map(|(n, phase)| 0.025 * libm::cos(n * phi + phase)).sum();
            middle
                + along * (power(cos) * BENCH_LENGTH / 2.0 * (1.0 + wave))
                + out * (power(sin) * BENCH_DEPTH / 2.0 * (1.0 + wave))
        })
        .collect()
}

fn lay_working_bench(spec: &PitSpec, ramp: &Ramp, ramp_road: usize, rng: &mut Stream, layout: &mut Layout) {
    let Some(turn) = ramp.switchbacks.last().filter(|_| spec.faces > 1) else { return };
    let top = ramp.points[turn.end.min(ramp.points.len() - 1)];
    // Straight on where a truck coming down would turn into the switchback.
    let along = -direction(top.heading);
    let out = direction(top.heading + FRAC_PI_2) * -ramp.pit_side;
    let frame = Frame { origin: top.at.xy(), along, out };
    let easing = 40.0;
    let level = top.at.z - 0.5 * spec.switchback_grade * easing;
    let approach: Vec<Point3> = (0..=45)
        .map(|k| {
            let t = 2.0 * f64::from(k);
            let eased = t.min(easing);
            let p = frame.at(t, 0.0);
            Point3::new(p.x, p.y, top.at.z - spec.switchback_grade * (eased - eased * eased / (2.0 * easing)))
        })
        .collect();
    let road = layout.design.road(approach, spec.ramp_width / 2.0);
    let inner = -spec.ramp_width / 2.0;
    // A superellipse with a wavy rim: as a shovel leaves a bench it works in several directions.
    let middle = frame.at(BENCH_START + BENCH_LENGTH / 2.0, inner + BENCH_DEPTH / 2.0);
    let ring = face_outline(middle, along, out, rng);
    let pad = layout.design.pad(ring, level);
    let upper_half = (turn.start + turn.end) / 2..(turn.end + index(40.0));
    layout.design.join(vec![(pad, 0..0), (road, 0..usize::MAX), (ramp_road, upper_half)], FILLET * 0.75);
    let at = frame.at(BENCH_START + BENCH_LENGTH * 0.55, inner + BENCH_DEPTH - FACE_STANDOFF + VERGE);
    layout.spots.push(Spot { kind: PlaceKind::Load, bays: 1, id: "face_2".to_owned(), at, heading: heading(-out) });
}

/// The ground between the two legs at a switchback, as far as the legs are closer than the wall between them would
/// be high: there it slopes plainly from leg to leg.
fn switchback_island(spec: &PitSpec, points: &[RampPoint], turn: &std::ops::Range<usize>) -> Island {
    let middle = (turn.start + turn.end) / 2;
    let mut reach = (turn.end - turn.start) / 2 + 10;
    let longest = reach + index(ISLAND_LENGTH);
    while let (Some(a), Some(b)) = (middle.checked_sub(reach), points.get(middle + reach)) {
        let a = points[a];
        let gap = (b.at.xy() - a.at.xy()).norm() - spec.formation();
        if reach > longest || (b.at.z - a.at.z).abs() > gap * spec.wall_slope() {
            break;
        }
        reach += 1;
    }
    let leg = |range: std::ops::Range<usize>| {
        Road::new(Polyline::new(points[range].iter().map(|p| p.at)), spec.formation() / 2.0)
    };
    Island {
        lower: leg(middle.saturating_sub(reach)..middle + 1),
        upper: leg(middle..(middle + reach).min(points.len())),
    }
}

fn lay_surface(spec: &PitSpec, ramp: &Ramp, ramp_road: usize, relief: &Relief, rng: &mut Stream, layout: &mut Layout) {
    let exit = ramp.points[ramp.points.len() - 1];
    let along = direction(exit.heading);
    let out = direction(exit.heading + FRAC_PI_2) * -ramp.pit_side;
    let frame = Frame { origin: exit.at.xy(), along, out };
    let ground = |p: Point2| relief.height(p);
    let half = spec.ramp_width / 2.0;
    let design = &mut layout.design;

    // The main road, on from the ramp to the crusher.
    let to = frame.at(rng.between(560.0, 640.0), rng.between(70.0, 170.0));
    let bend = frame.at(rng.between(270.0, 310.0), 0.0);
    let main = align(&[frame.origin, bend, to], BEND);
    let crusher_level = ground(to) + CRUSHER_RAISE;
    // Up to the pad over a length that leaves no sharp crest before it.
    let climbing = |p: Point2| {
        let share = (((p - to).norm() - LEVEL_BEFORE) / (CLIMB_BEFORE - LEVEL_BEFORE)).clamp(0.0, 1.0);
        crusher_level + (ground(p) - crusher_level) * (share * share * (3.0 - 2.0 * share))
    };
    let end = End { height: crusher_level, slope: 0.0 };
    let main = profile(&main, &climbing, End { height: exit.at.z, slope: 0.0 }, Some(end));
    let main_road = design.road(main.clone(), half);
    let last = main.len() - 1;
    design.join(vec![(ramp_road, ramp.points.len().saturating_sub(10)..usize::MAX), (main_road, 0..10)], 1.0);

    // The crusher's pad, beyond the road's end; trucks back to its far edge.
    let arrival = (main[last].xy() - main[last - 4].xy()).normalize();
    let side = if out.dot(&Vector2::new(-arrival.y, arrival.x)) > 0.0 { 1.0 } else { -1.0 };
    let pad_frame = Frame { origin: main[last].xy(), along: arrival, out: Vector2::new(-arrival.y, arrival.x) * side };
    let ring = pad_frame.rectangle((-12.0, 68.0), (-half - 6.0, 62.0), 8.0);
    let crusher = design.pad(ring, crusher_level);
    design.join(vec![(crusher, 0..0), (main_road, last.saturating_sub(index(70.0))..usize::MAX)], FILLET);
    layout.spots.push(Spot {
        kind: PlaceKind::Crusher,
        bays: 1,
        id: "crusher".to_owned(),
        at: pad_frame.at(40.0, 62.0 - 7.0),
        heading: heading(-pad_frame.out),
    });
    let well = pad_frame.rectangle((28.0, 52.0), (62.0 + 1.5, 62.0 + 32.0), 0.5);
    layout.earthworks.wells.push((well, crusher_level - CRUSHER_RAISE - 2.0));
    if spec.crushers > 1 {
        // At the pad's far end, on the side away from the first.
        layout.spots.push(Spot {
            kind: PlaceKind::Crusher,
            bays: 1,
            id: "crusher_2".to_owned(),
            at: pad_frame.at(68.0 - 7.0, 8.0),
            heading: heading(-pad_frame.along),
        });
        let well = pad_frame.rectangle((68.0 + 1.5, 68.0 + 32.0), (-4.0, 20.0), 0.5);
        layout.earthworks.wells.push((well, crusher_level - CRUSHER_RAISE - 2.0));
    }

    // The park, beside the road near the pit.
    let at = index(62.0).min(last);
    let access = straight(&main, at, frame.out, 85.0);
    let start = End { height: main[at].z, slope: 0.0 };
    let park_level = ground(frame.at(62.0, 80.0)).clamp(main[at].z - 0.8, main[at].z + 0.8);
    let access = profile(&access, &|_| park_level, start, Some(End { height: park_level, slope: 0.0 }));
    let access_road = design.road(access, half);
    let park = design.pad(frame.rectangle((16.0, 106.0), (55.0, 115.0), 8.0), park_level);
    design.join(vec![(main_road, index(2.0)..index(122.0)), (access_road, 0..usize::MAX), (park, 0..0)], FILLET * 0.75);
    layout.spots.push(Spot {
        kind: PlaceKind::Park,
        bays: 4,
        id: "park".to_owned(),
        at: frame.at(30.0, 105.0),
        heading: heading(-frame.out),
    });

    // The road to the dump.
    let at = index(rng.between(155.0, 170.0)).min(last);
    let lateral = if rng.unit() < 0.5 { 1.0 } else { -1.0 };
    let far = Frame { origin: main[at].xy(), along: out, out: along * lateral };
    // The climb is as long as its grade asks for between the ground at its foot and the dump's top.
    let foot_height = ground(far.at(DUMP_FOOT, 0.0));
    let mut head = DUMP_FOOT + 300.0;
    let mut dump_level = foot_height;
    for _ in 0..6 {
        dump_level = (ground(far.at(head, 60.0)) + spec.dump_height).max(foot_height + 0.6 * spec.dump_height);
        head = DUMP_FOOT + (dump_level - foot_height) / DUMP_GRADE + DUMP_LANDING;
    }
    let road = align(
        &[
            far.at(0.0, 0.0),
            far.at(150.0, 0.0),
            far.at(head, -30.0),
            far.at(head + 95.0, 60.0),
            far.at(head + 95.0, 150.0),
        ],
        TIGHT_BEND + 20.0,
    );
    let climbing = |p: Point2| {
        let s = (p - far.origin).dot(&far.along);
        if s < DUMP_FOOT { ground(p) } else { (foot_height + (s - DUMP_FOOT) * DUMP_GRADE).min(dump_level) }
    };
    let end = End { height: dump_level, slope: 0.0 };
    let road = profile(&road, &climbing, End { height: main[at].z, slope: 0.0 }, Some(end));
    let dump_road = design.road(road.clone(), half);
    design
        .join(vec![(main_road, at.saturating_sub(index(60.0))..at + index(60.0)), (dump_road, 0..index(70.0))], FILLET);
    let centre = far.at(head + 75.0, 150.0);
    let turn = heading(far.along);
    let rim = blob(centre, 88.0, 62.0, turn, 0.5, rng);
    let dump = design.pad(rim, dump_level);
    let end = road.len();
    design.join(vec![(dump, 0..0), (dump_road, end.saturating_sub(index(110.0))..usize::MAX)], FILLET);
    // Tip heads round the rim, from the far end on to both sides.
    let towards = [far.at(head + 75.0 + 40.0, 600.0), far.at(head + 600.0, 260.0), far.at(head - 500.0, 330.0)];
    for (k, towards) in towards.into_iter().enumerate().take(spec.dumps as usize) {
        if let Some((tip, inward)) = rim_point(design, dump, towards) {
            layout.spots.push(Spot {
                kind: PlaceKind::Dump,
                bays: if k == 0 { 3 } else { 2 },
                id: if k == 0 { "dump".to_owned() } else { format!("dump_{}", k + 1) },
                at: tip + inward * 6.0,
                heading: heading(inward),
            });
        }
    }
    // Lower lifts of the dump: what was tipped before.
    let lift = blob(far.at(head - 40.0, 78.0), 165.0, 85.0, turn - 0.06 * lateral, 0.8, rng);
    layout.earthworks.fills.push((lift, dump_level - 0.5 * spec.dump_height));
    let lift = blob(far.at(head - 100.0, 70.0), 160.0, 95.0, turn - 0.1 * lateral, 0.8, rng);
    layout.earthworks.fills.push((lift, dump_level - 0.72 * spec.dump_height));

    // A link between the dump's road and the crusher's, so that ore and waste do not cross the pit exit.
    let on_dump = index(rng.between(105.0, 135.0));
    let target = index(rng.between(390.0, 420.0)).min(last.saturating_sub(index(100.0)));
    let from = road[on_dump.min(road.len() - 1)];
    let to = main[target];
    let tangent = (main[target + 1].xy() - main[target - 1].xy()).normalize();
    let normal = Vector2::new(-tangent.y, tangent.x)
        * if Vector2::new(-tangent.y, tangent.x).dot(&out) > 0.0 { 1.0 } else { -1.0 };
    let lead = from.xy() + along * 110.0;
    let drop = ((lead - to.xy()).dot(&out)).max(70.0);
    let corner = to.xy() + normal * (drop / normal.dot(&out).max(0.5));
    let link = align(&[from.xy(), lead, corner, to.xy()], TIGHT_BEND);
    let link = profile(&link, &ground, End { height: from.z, slope: 0.0 }, Some(End { height: to.z, slope: 0.0 }));
    let points = link.len();
    let link_road = design.road(link, half);
    design.join(
        vec![(dump_road, on_dump.saturating_sub(index(60.0))..on_dump + index(60.0)), (link_road, 0..index(55.0))],
        FILLET,
    );
    design.join(
        vec![
            (main_road, target.saturating_sub(index(60.0))..target + index(60.0)),
            (link_road, points.saturating_sub(index(55.0))..usize::MAX),
        ],
        FILLET,
    );
}

/// Points of a straight line off a road's point.
fn straight(road: &[Point3], at: usize, out: Vector2, length: f64) -> Vec<Point2> {
    (0..=index(length)).map(|k| road[at].xy() + out * (k as f64 / POINTS_PER_METRE)).collect()
}

/// The point of a pad's rim nearest to `towards`, and the unit vector inward there.
fn rim_point(design: &Design, pad: usize, towards: Point2) -> Option<(Point2, Vector2)> {
    let super::design::Element::Pad(pad) = design.elements.get(pad)? else { return None };
    let n = pad.ring.len();
    let k = (0..n).min_by(|&a, &b| (pad.ring[a] - towards).norm().total_cmp(&(pad.ring[b] - towards).norm()))?;
    let t = (pad.ring[(k + 1) % n] - pad.ring[(k + n - 1) % n]).normalize();
    let inward = Vector2::new(-t.y, t.x);
    let probe = pad.ring[k] + inward * 5.0;
    let inward = if haul_core::polygon::ring_contains(&pad.ring, probe) { inward } else { -inward };
    Some((pad.ring[k], inward))
}
