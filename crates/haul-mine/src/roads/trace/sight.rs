//! How far an object on the road is seen from a truck, over the ground: round bends past walls and over crests.

use crate::roads::{Road, RoadGraph};
use crate::terrain::Terrain;
use crate::threads;
use haul_core::{Point3, RoadId, angle};

/// No sight is measured beyond this, m: twice the distance in which a loaded truck stops from its top speed.
pub const SIGHT_REACH: f64 = 150.0;
/// Height of the truck's eye above the road, m: its forward camera and the driver's eye (seeds/design.toml).
const EYE: f64 = 4.0;
/// Height of the object, m (Kaufman and Ault 1977, USBM IC 8758: 6 inches; seeds/design.toml).
const OBJECT: f64 = 0.15;
/// Spacing of the eyes and the objects along the road, m, and of the ground looked at between them.
const STEP: f64 = 10.0;
const GROUND_STEP: f64 = 3.0;
/// A road carries on over a junction where it turns by less than this, rad.
const STRAIGHT_ON: f64 = std::f64::consts::FRAC_PI_3;

/// Eyes that a thread looks from at a time, so that a long road keeps all of them busy.
const SHARE: usize = 16;

/// A road in one sense, and on beyond its end.
struct Way {
    points: Vec<Point3>,
    /// How many of the points are the road's own.
    own: usize,
}

/// Sight from points along every road in either sense, in the order of travel, m: of a road along from→to, then against it.
pub(super) fn look(graph: &RoadGraph, terrain: &Terrain) -> Vec<Vec<f64>> {
    let ways: Vec<Way> =
        graph.roads.iter().flat_map(|road| [true, false].map(|forward| way(graph, road, forward))).collect();
    let eyes: Vec<(usize, usize)> =
        ways.iter().enumerate().flat_map(|(k, way)| (0..way.own).step_by(SHARE).map(move |eye| (k, eye))).collect();
    let looked = threads::each(&eyes, |&(k, first)| -> Vec<f64> {
        (first..(first + SHARE).min(ways[k].own)).map(|eye| seen(&ways[k].points, eye, terrain)).collect()
    });
    let mut samples: Vec<Vec<f64>> = ways.iter().map(|_| Vec::new()).collect();
    for ((k, _), part) in eyes.iter().zip(looked) {
        samples[*k].extend(part);
    }
    samples
}

/// Sets the sight at every station of every road from what was seen along it.
pub(super) fn fill(graph: &mut RoadGraph, samples: &[Vec<f64>]) {
    for (road, samples) in graph.roads.iter_mut().zip(samples.chunks_exact(2)) {
        let ahead = at_stations(road, true, &samples[0]);
        let mut back = at_stations(road, false, &samples[1]);
        back.reverse();
        for (station, (ahead, back)) in road.stations.iter_mut().zip(ahead.into_iter().zip(back)) {
            (station.sight_ahead, station.sight_back) = (ahead, back);
        }
    }
}

fn way(graph: &RoadGraph, road: &Road, forward: bool) -> Way {
    let mut points = points(road, forward, road.line.length());
    let own = points.len();
    carry_on(graph, road.id, forward, &mut points);
    Way { points, own }
}

/// Sight at every point of a road in one sense, in the order of travel, from samples along it.
fn at_stations(road: &Road, forward: bool, samples: &[f64]) -> Vec<f64> {
    let (length, own) = (road.line.length(), samples.len());
    let step = if own > 1 { length / (own - 1) as f64 } else { STEP };
    let stations = road.line.stations();
    let at = |s: f64| {
        let u = (s / step).clamp(0.0, (own - 1) as f64);
        let k = (u as usize).min(own.saturating_sub(2));
        let next = samples[(k + 1).min(own - 1)];
        samples[k] + (next - samples[k]) * (u - k as f64).clamp(0.0, 1.0)
    };
    (0..stations.len())
        .map(|k| at(if forward { stations[k] } else { length - stations[stations.len() - 1 - k] }))
        .collect()
}

/// Points along a road about [`STEP`] apart as far as `reach`, in the sense of travel.
fn points(road: &Road, forward: bool, reach: f64) -> Vec<Point3> {
    let length = road.line.length();
    let count = (length / STEP).ceil().max(1.0);
    let used = ((reach / length * count).ceil().min(count)) as usize;
    let step = length / count;
    (0..=used).filter_map(|k| road.line.at(if forward { k as f64 * step } else { length - k as f64 * step })).collect()
}

/// Adds the road beyond its end: at each junction the one that turns least.
fn carry_on(graph: &RoadGraph, road: RoadId, forward: bool, way: &mut Vec<Point3>) {
    let (mut at, mut forward) = (road, forward);
    let mut rest = SIGHT_REACH + STEP;
    // A step is at least one point further, so that loops end.
    while rest > 0.0 {
        let Some(here) = graph.road(at) else { return };
        let Some([a, b]) = way.last_chunk::<2>().copied() else { return };
        let heading = libm::atan2(b.y - a.y, b.x - a.x);
        let node = if forward { here.to } else { here.from };
        let onward = graph.roads_at(node).iter().filter(|(id, along)| *id != at || *along == forward);
        let best = onward
            .filter_map(|&(id, along)| {
                let next = graph.road(id)?;
                let ends = next.line.points();
                let (p, q) = if along { (ends[0], ends[1]) } else { (ends[ends.len() - 1], ends[ends.len() - 2]) };
                let turn = angle::difference(libm::atan2(q.y - p.y, q.x - p.x), heading).abs();
                (turn < STRAIGHT_ON).then_some((turn, id, along))
            })
            .min_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        let Some((_, id, along)) = best else { return };
        let Some(next) = graph.road(id) else { return };
        let more = points(next, along, rest);
        rest -= next.line.length();
        way.extend(more.into_iter().skip(1));
        (at, forward) = (id, along);
    }
}

/// Distance along the way to the last object that is seen before the first that is not, m. Where the way ends, nothing
/// beyond it needs to be seen.
fn seen(way: &[Point3], from: usize, terrain: &Terrain) -> f64 {
    let ground = |p: Point3| terrain.height(p.x, p.y);
    let eye = Point3::new(way[from].x, way[from].y, ground(way[from]) + EYE);
    let mut along = 0.0;
    for k in from + 1..way.len() {
        let run = libm::hypot(way[k].x - way[k - 1].x, way[k].y - way[k - 1].y);
        let object = Point3::new(way[k].x, way[k].y, ground(way[k]) + OBJECT);
        if terrain.hides(eye, object, GROUND_STEP) {
            return along;
        }
        along += run;
        if along >= SIGHT_REACH {
            break;
        }
    }
    SIGHT_REACH
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roads::{RoadNode, RoadStation};
    use haul_core::{NodeId, Point2, Polyline};

    /// A straight road of 400 m to the east over a ground.
    fn road_over(ground: impl Fn(f64, f64) -> f64) -> (RoadGraph, Terrain) {
        let heights =
            (0..51 * 251).map(|k| ground((k % 251) as f64 * 2.0 - 50.0, (k / 251) as f64 * 2.0 - 50.0) as f32);
        let terrain = Terrain::new(Point2::new(-50.0, -50.0), 2.0, 251, heights.collect()).unwrap();
        let line = Polyline::new((0..=200).map(|k| {
            let x = f64::from(k) * 2.0;
            Point3::new(x, 0.0, terrain.height(x, 0.0))
        }));
        let node = |id, k: usize| RoadNode { id: NodeId(id), position: line.points()[k] };
        let nodes = vec![node(0, 0), node(1, 200)];
        let stations = vec![RoadStation::default(); 201];
        let road =
            Road { id: RoadId(0), from: NodeId(0), to: NodeId(1), line, stations, one_way: false, speed_limit: None };
        let mut graph = RoadGraph::new(nodes, vec![road]);
        let seen = look(&graph, &terrain);
        fill(&mut graph, &seen);
        (graph, terrain)
    }

    #[test]
    fn a_level_road_is_seen_to_the_reach_and_a_crest_hides_what_is_behind_it() {
        let (level, _) = road_over(|_, _| 3.0);
        assert!(level.roads[0].stations.iter().all(|s| s.sight_ahead == SIGHT_REACH && s.sight_back == SIGHT_REACH));
        // Up 10 % to a sharp crest at 200 m, and down again.
        let (crest, _) = road_over(|x, _| 20.0 - 0.1 * (x - 200.0).abs());
        let at = |s: f64| crest.roads[0].at(s);
        // From 60 m before the crest the eye is 2 m below it: nothing behind is seen.
        assert!((at(140.0).sight_ahead - 60.0).abs() <= STEP + 2.0, "{}", at(140.0).sight_ahead);
        assert_eq!(at(200.0).sight_ahead, SIGHT_REACH);
        assert!((at(260.0).sight_back - 60.0).abs() <= STEP + 2.0, "{}", at(260.0).sight_back);
    }
}
