//! A small mine: a lower pad with a face, a ramp with a bend, and an upper pad with a tip head.

use haul_core::{NodeId, PlaceId, Point2, Point3, Polygon, Polyline, Pose2, RoadId};
use haul_mine::{Drivable, MineMap, Place, PlaceKind, Road, RoadGraph, RoadNode, RoadStation, Side, Spot, Terrain};
use std::f64::consts::PI;

const PAD: f64 = 48.0;
const HALF_WIDTH: f64 = 13.0;
const TOP: Point2 = Point2::new(420.0, 0.0);

/// Returns the height of the ground: flat to x = 70 m, a grade of 7 % to x = 350 m, flat beyond.
fn height(x: f64) -> f64 {
    0.07 * (x.clamp(70.0, 350.0) - 70.0)
}

/// Returns the centreline from pad to pad, with a gentle swing to the north.
fn centreline() -> Vec<Point2> {
    (0..=210).map(|k| 2.0 * f64::from(k)).map(|x| Point2::new(x, 25.0 * (1.0 - (x / 420.0 * 2.0 * PI).cos()))).collect()
}

fn arc(centre: Point2, from: f64, to: f64) -> impl Iterator<Item = Point2> {
    (0..=40).map(move |k| {
        let a = from + (to - from) * f64::from(k) / 40.0;
        Point2::new(centre.x + PAD * a.cos(), centre.y + PAD * a.sin())
    })
}

pub fn small_mine() -> MineMap {
    let line = centreline();
    let outside = |p: &&Point2| (*p - Point2::origin()).norm() > PAD + 2.0 && (*p - TOP).norm() > PAD + 2.0;
    let edge: Vec<(usize, Point2)> =
        line.iter().enumerate().filter(|(_, p)| outside(p)).map(|(i, p)| (i, *p)).collect();
    let side = |sign: f64| {
        let line = line.clone();
        let edge = edge.clone();
        edge.into_iter().map(move |(i, p)| {
            let d = (line[i + 1] - line[i - 1]).normalize();
            Point2::new(p.x - sign * HALF_WIDTH * d.y, p.y + sign * HALF_WIDTH * d.x)
        })
    };
    // Follow the lower pad clockwise from the left edge of the road, so that the whole ring runs anticlockwise.
    let open = (HALF_WIDTH / PAD).asin() + 0.08;
    let mut outer: Vec<Point2> = side(-1.0).collect();
    outer.extend(arc(TOP, -PI + open, PI - open));
    outer.extend(side(1.0).collect::<Vec<_>>().into_iter().rev());
    outer.extend(arc(Point2::origin(), open, 2.0 * PI - open));
    let polygon = Polygon { outer, holes: vec![] };

    let (lo, hi) = polygon.bounds().unwrap();
    let spacing = 2.0;
    let (columns, rows) = (((hi.x - lo.x) / spacing) as usize + 2, ((hi.y - lo.y) / spacing) as usize + 2);
    let heights = (0..rows * columns).map(|k| height(lo.x + (k % columns) as f64 * spacing) as f32).collect();
    let line = Polyline::new(line.iter().map(|p| Point3::new(p.x, p.y, height(p.x))));
    let stations = line
        .points()
        .iter()
        .map(|p| RoadStation {
            grade: (height(p.x + 2.0) - height(p.x - 2.0)) / 4.0,
            width_left: HALF_WIDTH,
            width_right: HALF_WIDTH,
            ..RoadStation::default()
        })
        .collect();
    let (first, last) = (line.points()[0], line.points()[line.points().len() - 1]);
    let road =
        Road { id: RoadId(0), from: NodeId(0), to: NodeId(1), line, stations, one_way: false, speed_limit: None };
    let nodes = vec![RoadNode { id: NodeId(0), position: first }, RoadNode { id: NodeId(1), position: last }];
    let place = |id: &str, kind, spot: Pose2, queue: Pose2| Place {
        id: PlaceId::from(id),
        kind,
        spots: vec![Spot { name: format!("{id}/1"), pose: spot }],
        queue: vec![queue],
        machine: None,
        obstacle_radius: 0.0,
        material_density: 1_700.0,
    };
    let terrain = Terrain::new(lo, spacing, columns, heights).unwrap();
    let roads = RoadGraph::new(nodes, vec![road]);
    MineMap {
        traffic_side: Side::Left,
        places: vec![
            place("face", PlaceKind::Load, Pose2::new(-38.0, 0.0, 0.3), Pose2::new(22.0, -14.0, PI)),
            place("tip", PlaceKind::Dump, Pose2::new(458.0, 0.0, PI), Pose2::new(398.0, 14.0, 0.0)),
        ],
        ..MineMap::new("bench", terrain, Drivable::new(polygon).unwrap(), roads)
    }
}

/// Returns the mine with another loading place, `face_2`, on the lower pad.
pub fn with_second_face(mut map: MineMap) -> MineMap {
    map.places.push(Place {
        id: PlaceId::from("face_2"),
        kind: PlaceKind::Load,
        spots: vec![Spot { name: "face_2/1".into(), pose: Pose2::new(-6.0, 36.0, -PI / 2.0) }],
        queue: vec![Pose2::new(4.0, -22.0, PI)],
        machine: None,
        obstacle_radius: 0.0,
        material_density: 1_700.0,
    });
    map
}
