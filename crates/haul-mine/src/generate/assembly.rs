//! The mine straight from its design: the design's own centrelines as the road graph.

use super::Plan;
use super::design::Element;
use super::layout;
use super::spec::PitSpec;
use crate::build::BuildInput;
use crate::drivable::Drivable;
use crate::error::MineError;
use crate::map::MineMap;
use crate::places::{Place, PlaceKind, Spot};
use crate::roads::{Road, RoadGraph, RoadNode, RoadStation};
use crate::terrain::Terrain;
use haul_core::{NodeId, PlaceId, Point3, Polyline, Pose2, RoadId, angle};

/// Ends of centrelines no farther apart than this meet, m.
const MEETING: f64 = 2.5;
/// Length that grades are taken over, m.
const GRADE_LENGTH: f64 = 20.0;

/// A mine from a design.
pub fn assemble(spec: &PitSpec, plan: &Plan, input: BuildInput) -> Result<MineMap, MineError> {
    let none = |what: &str| MineError::NoSurface(what.to_owned());
    let drivable = Drivable::new(plan.surface.clone()).ok_or_else(|| none("the outline is not a polygon"))?;
    let terrain = input.ground.ok_or_else(|| none("there is no ground"))?;
    let lines: Vec<Vec<Point3>> = plan
        .layout
        .design
        .elements
        .iter()
        .filter_map(|e| match e {
            Element::Road(road) => Some(road.line.points().to_vec()),
            Element::Pad(_) => None,
        })
        .collect();
    let roads = graph(&lines, &terrain, &drivable);
    let places = plan.layout.spots.iter().map(|s| place(spec, s)).collect();
    Ok(MineMap {
        name: input.name,
        datum: input.datum,
        traffic_side: input.options.traffic_side,
        road_class: input.options.road_class,
        terrain,
        drivable,
        roads,
        areas: Vec::new(),
        places,
        zones: Vec::new(),
        repairs: Vec::new(),
    })
}

fn graph(lines: &[Vec<Point3>], terrain: &Terrain, drivable: &Drivable) -> RoadGraph {
    let ends: Vec<Point3> = lines.iter().flat_map(|l| [l[0], l[l.len() - 1]]).collect();
    let mut nodes: Vec<Point3> = Vec::new();
    let mut node_at = |p: Point3| {
        let known = nodes.iter().position(|n| (n.xy() - p.xy()).norm() < MEETING);
        known.unwrap_or_else(|| {
            nodes.push(p);
            nodes.len() - 1
        })
    };
    let mut roads = Vec::new();
    for line in lines {
        let mut cuts = vec![0, line.len() - 1];
        for end in &ends {
            let nearest = (0..line.len())
                .min_by(|&a, &b| (line[a].xy() - end.xy()).norm().total_cmp(&(line[b].xy() - end.xy()).norm()));
            if let Some(k) = nearest
                && (line[k].xy() - end.xy()).norm() < MEETING
                && k > 5
                && k + 6 < line.len()
            {
                cuts.push(k);
            }
        }
        cuts.sort_unstable();
        cuts.dedup();
        for pair in cuts.windows(2) {
            let piece =
                Polyline::new(line[pair[0]..=pair[1]].iter().map(|p| Point3::new(p.x, p.y, terrain.height(p.x, p.y))));
            let (from, to) = (node_at(line[pair[0]]), node_at(line[pair[1]]));
            roads.push(Road {
                id: RoadId(0),
                from: NodeId(from as u32),
                to: NodeId(to as u32),
                stations: stations(&piece, drivable),
                line: piece,
                one_way: false,
                speed_limit: None,
            });
        }
    }
    let nodes = nodes
        .into_iter()
        .map(|p| RoadNode { id: NodeId(0), position: Point3::new(p.x, p.y, terrain.height(p.x, p.y)) })
        .collect();
    RoadGraph::new(nodes, roads)
}

fn stations(line: &Polyline, drivable: &Drivable) -> Vec<RoadStation> {
    let half = GRADE_LENGTH / 2.0;
    line.points()
        .iter()
        .zip(line.stations())
        .map(|(p, &s)| {
            let (a, b) = ((s - half).max(0.0), (s + half).min(line.length()));
            let z = |s: f64| line.at(s).map_or(p.z, |p| p.z);
            let turn = |s: f64| line.heading(s).unwrap_or(0.0);
            let span = (b - a).max(1e-6);
            let clearance = drivable.clearance(p.xy()).max(0.0);
            RoadStation {
                grade: (z(b) - z(a)) / span,
                width_left: clearance,
                width_right: clearance,
                curvature: angle::difference(turn(b), turn(a)) / span,
            }
        })
        .collect()
}

fn place(spec: &PitSpec, spot: &layout::Spot) -> Place {
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
