//! Sight distances over the ground: around bends past walls, and over crests.

use crate::roads::{Road, RoadGraph};
use crate::terrain::Terrain;
use crate::threads;
use haul_core::{Point3, RoadId, angle};

/// Maximum measured sight distance, m: twice the stopping distance of a loaded truck from its top speed.
pub const SIGHT_REACH: f64 = 150.0;
/// Height of the eye above the road, m: that of the forward camera and of an operator (seeds/design.toml).
const EYE_HEIGHT: f64 = 4.0;
/// Height of the object on the road, m: 6 inches (Kaufman and Ault 1977, USBM IC 8758; seeds/design.toml).
const OBJECT_HEIGHT: f64 = 0.15;
/// Spacing of eyes and objects along the road, m.
const STEP: f64 = 10.0;
/// Spacing of the ground points checked between an eye and an object, m.
const GROUND_STEP: f64 = 3.0;
/// Maximum turn at a junction across which a road continues, rad.
const GREATEST_TURN: f64 = std::f64::consts::FRAC_PI_3;

/// Number of eyes per task, so that a long road keeps all threads busy.
const EYES_PER_TASK: usize = 16;

/// A road in one direction of travel, continued beyond its end.
struct TravelPath {
    points: Vec<Point3>,
    /// Number of points that belong to the road itself.
    own: usize,
}

/// Returns the sight distances along every road, m. Each road has two entries: one along its direction, then one
/// against it. Each entry is in the order of travel.
pub(super) fn look(graph: &RoadGraph, terrain: &Terrain) -> Vec<Vec<f64>> {
    let paths: Vec<TravelPath> =
        graph.roads.iter().flat_map(|road| [true, false].map(|forward| path(graph, road, forward))).collect();
    let eyes: Vec<(usize, usize)> = paths
        .iter()
        .enumerate()
        .flat_map(|(k, path)| (0..path.own).step_by(EYES_PER_TASK).map(move |eye| (k, eye)))
        .collect();
    let looked = threads::each(&eyes, |&(k, first)| -> Vec<f64> {
        (first..(first + EYES_PER_TASK).min(paths[k].own)).map(|eye| seen(&paths[k].points, eye, terrain)).collect()
    });
    let mut samples: Vec<Vec<f64>> = paths.iter().map(|_| Vec::new()).collect();
    for ((k, _), part) in eyes.iter().zip(looked) {
        samples[*k].extend(part);
    }
    samples
}

/// Sets the sight distances at every station of every road, from the samples of [`look`].
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

/// Returns a road in one direction, continued beyond its end.
fn path(graph: &RoadGraph, road: &Road, forward: bool) -> TravelPath {
    let mut points = points(road, forward, road.line.length());
    let own = points.len();
    carry_on(graph, road.id, forward, &mut points);
    TravelPath { points, own }
}

/// Returns the sight distance at every point of a road in one direction, in the order of travel.
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

/// Returns points about [`STEP`] apart along a road up to `reach` (m), in the order of travel.
fn points(road: &Road, forward: bool, reach: f64) -> Vec<Point3> {
    let length = road.line.length();
    let count = (length / STEP).ceil().max(1.0);
    let used = ((reach / length * count).ceil().min(count)) as usize;
    let step = length / count;
    (0..=used).filter_map(|k| road.line.at(if forward { k as f64 * step } else { length - k as f64 * step })).collect()
}

/// Continues a path beyond the end of its road. At each junction it takes the road with the smallest turn.
fn carry_on(graph: &RoadGraph, road: RoadId, forward: bool, path: &mut Vec<Point3>) {
    let (mut at, mut forward) = (road, forward);
    let mut rest = SIGHT_REACH + STEP;
    // Each round adds at least one step, so the search ends even on a closed loop of roads.
    while rest > 0.0 {
        let Some(here) = graph.road(at) else { return };
        let Some([a, b]) = path.last_chunk::<2>().copied() else { return };
        let heading = libm::atan2(b.y - a.y, b.x - a.x);
        let node = if forward { here.to } else { here.from };
        let onward = graph.roads_at(node).iter().filter(|(id, along)| *id != at || *along == forward);
        let best = onward
            .filter_map(|&(id, along)| {
                let next = graph.road(id)?;
                let ends = next.line.points();
                let (p, q) = if along { (ends[0], ends[1]) } else { (ends[ends.len() - 1], ends[ends.len() - 2]) };
                let turn = angle::difference(libm::atan2(q.y - p.y, q.x - p.x), heading).abs();
                (turn < GREATEST_TURN).then_some((turn, id, along))
            })
            .min_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        let Some((_, id, along)) = best else { return };
        let Some(next) = graph.road(id) else { return };
        let more = points(next, along, rest);
        rest -= next.line.length();
        path.extend(more.into_iter().skip(1));
        (at, forward) = (id, along);
    }
}

/// Returns the distance (m) to the last object that is visible before the first hidden one. Beyond the end of the path,
/// nothing needs to be visible.
fn seen(path: &[Point3], from: usize, terrain: &Terrain) -> f64 {
    let ground = |p: Point3| terrain.height(p.x, p.y);
    let eye = Point3::new(path[from].x, path[from].y, ground(path[from]) + EYE_HEIGHT);
    let mut along = 0.0;
    for k in from + 1..path.len() {
        let run = libm::hypot(path[k].x - path[k - 1].x, path[k].y - path[k - 1].y);
        let object = Point3::new(path[k].x, path[k].y, ground(path[k]) + OBJECT_HEIGHT);
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

    /// Returns a straight road of 400 m to the east over the given ground.
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
    fn level_road_has_full_sight_and_a_crest_limits_it() {
        let (level, _) = road_over(|_, _| 3.0);
        assert!(level.roads[0].stations.iter().all(|s| s.sight_ahead == SIGHT_REACH && s.sight_back == SIGHT_REACH));
        // Up at 10 % to a sharp crest at 200 m, and down again.
        let (crest, _) = road_over(|x, _| 20.0 - 0.1 * (x - 200.0).abs());
        let at = |s: f64| crest.roads[0].at(s);
        // From 60 m before the crest, the eye is 2 m below it, so that nothing behind it is visible.
        assert!((at(140.0).sight_ahead - 60.0).abs() <= STEP + 2.0, "{}", at(140.0).sight_ahead);
        assert_eq!(at(200.0).sight_ahead, SIGHT_REACH);
        assert!((at(260.0).sight_back - 60.0).abs() <= STEP + 2.0, "{}", at(260.0).sight_back);
    }
}
