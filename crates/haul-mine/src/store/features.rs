//! The GeoJSON layers of a mine. They follow RFC 7946, except that coordinates are metres in the site frame.

use crate::map::Repair;
use crate::places::Place;
use crate::roads::{Lane, Lanes, Road, RoadGraph, RoadNode, RoadStation, is_speed_limit};
use haul_core::fault::SourceText;
use haul_core::{Fault, NodeId, Point2, Point3, Polygon, Polyline, RoadId};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

fn collection(features: Vec<Value>) -> String {
    // With one feature per line, files are small and easy to compare.
    let lines: Vec<String> = features.iter().map(Value::to_string).collect();
    format!("{{\"type\":\"FeatureCollection\",\"features\":[\n{}\n]}}\n", lines.join(",\n"))
}

fn feature(geometry: Value, properties: Value) -> Value {
    json!({ "type": "Feature", "geometry": geometry, "properties": properties })
}

#[derive(Deserialize)]
struct GeoJsonCollection<G, P> {
    features: Vec<GeoJsonFeature<G, P>>,
    /// In the road layer: the lowest road id that was never used.
    #[serde(default)]
    next_road: u32,
}

#[derive(Deserialize)]
struct GeoJsonFeature<G, P> {
    geometry: G,
    properties: P,
}

#[derive(Deserialize)]
struct GeoJsonGeometry<C> {
    coordinates: C,
}

fn parse<T: DeserializeOwned>(source: &Arc<SourceText>) -> Result<T, Fault> {
    serde_json::from_str(&source.text).map_err(|e| {
        let start: usize = source.text.split_inclusive('\n').take(e.line().saturating_sub(1)).map(str::len).sum();
        let at = (start + e.column().saturating_sub(1)).min(source.text.len());
        Fault::new(e.to_string()).at(source, at..at)
    })
}

pub(super) fn drivable(polygon: &Polygon) -> String {
    let ring =
        |points: &[Point2]| -> Vec<[f64; 2]> { points.iter().chain(points.first()).map(|p| [p.x, p.y]).collect() };
    let rings: Vec<_> = polygon.rings().map(ring).collect();
    collection(vec![feature(json!({ "type": "Polygon", "coordinates": rings }), json!({ "kind": "drivable" }))])
}

pub(super) fn read_drivable(source: &Arc<SourceText>) -> Result<Polygon, Fault> {
    let read: GeoJsonCollection<GeoJsonGeometry<Vec<Vec<[f64; 2]>>>, Value> = parse(source)?;
    let first = read.features.into_iter().next();
    let mut rings = first.map(|f| f.geometry.coordinates).unwrap_or_default().into_iter().map(|mut ring| {
        // In GeoJSON, a ring ends with a repetition of its first point.
        if ring.len() > 1 && ring.first() == ring.last() {
            ring.pop();
        }
        ring.into_iter().map(Point2::from).collect::<Vec<_>>()
    });
    match rings.next() {
        Some(outer) => Ok(Polygon { outer, holes: rings.collect() }),
        None => Err(Fault::new("expected a polygon, found none").in_file(&source.path)),
    }
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum RoadProperties {
    Node {
        id: NodeId,
    },
    Road {
        id: RoadId,
        from: NodeId,
        to: NodeId,
        one_way: bool,
        speed_limit_mps: Option<f64>,
        /// Values at each point of the road: grade, width to the left and right, curvature, crossfall, sight distance
        /// ahead and back, number of lanes (0 for open ground). Maps from before version 0.1 have only the first four
        /// values.
        stations: Vec<Vec<f64>>,
    },
}

pub(super) fn roads(graph: &RoadGraph) -> String {
    let properties = |p: RoadProperties| serde_json::to_value(p).unwrap_or(Value::Null);
    let nodes = graph.nodes.iter().map(|n| {
        let p = n.position;
        feature(
            json!({ "type": "Point", "coordinates": [p.x, p.y, p.z] }),
            properties(RoadProperties::Node { id: n.id }),
        )
    });
    let roads = graph.roads.iter().map(|r| {
        let line: Vec<[f64; 3]> = r.line.points().iter().map(|p| [p.x, p.y, p.z]).collect();
        let stations = r.stations.iter().map(station_row).collect();
        let about = RoadProperties::Road {
            id: r.id,
            from: r.from,
            to: r.to,
            one_way: r.one_way,
            speed_limit_mps: r.speed_limit,
            stations,
        };
        feature(json!({ "type": "LineString", "coordinates": line }), properties(about))
    });
    // This foreign member (RFC 7946, section 6.1) prevents the ids of removed roads from being used again.
    let next = format!("{{\"next_road\":{},", graph.next_id());
    collection(nodes.chain(roads).collect()).replacen('{', &next, 1)
}

fn station_row(s: &RoadStation) -> Vec<f64> {
    let lanes = match s.lanes {
        Lanes::Open => 0.0,
        Lanes::One => 1.0,
        Lanes::Two => 2.0,
    };
    vec![s.grade, s.width_left, s.width_right, s.curvature, s.crossfall, s.sight_ahead, s.sight_back, lanes]
}

fn station(row: &[f64]) -> Option<RoadStation> {
    let (&[grade, width_left, width_right, curvature], rest) = row.split_first_chunk::<4>()?;
    let first = RoadStation { grade, width_left, width_right, curvature, ..RoadStation::default() };
    match *rest {
        [] => Some(first),
        [crossfall, sight_ahead, sight_back, lanes] => {
            let lanes = match lanes {
                0.0 => Lanes::Open,
                1.0 => Lanes::One,
                2.0 => Lanes::Two,
                _ => return None,
            };
            Some(RoadStation { crossfall, sight_ahead, sight_back, lanes, ..first })
        }
        _ => None,
    }
}

pub(super) fn read_roads(source: &Arc<SourceText>) -> Result<RoadGraph, Fault> {
    let read: GeoJsonCollection<GeoJsonGeometry<Value>, RoadProperties> = parse(source)?;
    let wrong = |what: String| Fault::new(what).in_file(&source.path);
    let (mut nodes, mut roads) = (Vec::new(), Vec::new());
    for feature in read.features {
        let coordinates = feature.geometry.coordinates;
        match feature.properties {
            RoadProperties::Node { id } => {
                let at: [f64; 3] = serde_json::from_value(coordinates)
                    .map_err(|e| wrong(format!("node {id}: expected a position: {e}")))?;
                nodes.push(RoadNode { id, position: Point3::from(at) });
            }
            RoadProperties::Road { id, from, to, one_way, speed_limit_mps, stations } => {
                let line: Vec<[f64; 3]> = serde_json::from_value(coordinates)
                    .map_err(|e| wrong(format!("road {id}: expected a line: {e}")))?;
                let line = Polyline::new(line.into_iter().map(Point3::from));
                if line.is_degenerate() || line.points().len() != stations.len() {
                    let (points, rows) = (line.points().len(), stations.len());
                    return Err(wrong(format!(
                        "road {id}: expected one station for each of two distinct points or more, found {rows} stations and {points} points"
                    )));
                }
                if let Some((k, row)) = stations.iter().enumerate().find(|(_, row)| station(row).is_none()) {
                    return Err(wrong(format!(
                        "road {id}, station {k}: expected four values, or eight with 0, 1 or 2 lanes at the end, found {row:?}"
                    )));
                }
                let stations: Vec<RoadStation> = stations.iter().filter_map(|row| station(row)).collect();
                if let Some(limit) = speed_limit_mps.filter(|&limit| !is_speed_limit(limit)) {
                    let fault =
                        wrong(format!("road {id}: expected a speed limit of 0.1 m/s or more, found {limit} m/s"));
                    return Err(fault.help("use null for no limit; a zone with closed = true keeps trucks out"));
                }
                roads.push(Road { id, from, to, line, stations, one_way, speed_limit: speed_limit_mps });
            }
        }
    }
    if !nodes.iter().enumerate().all(|(i, n)| n.id.index() == i) {
        return Err(wrong("expected node ids that count from 0 in the order of the file".into()));
    }
    let mut ids = BTreeSet::new();
    if let Some(twice) = roads.iter().find(|r| !ids.insert(r.id)) {
        let fault = wrong(format!("road id {} occurs twice", twice.id.0));
        return Err(fault.help("give each road its own number; other roads may keep theirs"));
    }
    if let Some(road) = roads.iter().find(|r| r.from.index() >= nodes.len() || r.to.index() >= nodes.len()) {
        let (id, from, to) = (road.id, road.from, road.to);
        return Err(wrong(format!("road {id}: expected two of the {} nodes, found {from} and {to}", nodes.len())));
    }
    Ok(RoadGraph::with_next(nodes, roads, read.next_road))
}

pub(super) fn lanes(lanes: &[Lane]) -> String {
    let features = lanes.iter().map(|lane| {
        let line: Vec<[f64; 3]> = lane.line.points().iter().map(|p| [p.x, p.y, p.z]).collect();
        feature(
            json!({ "type": "LineString", "coordinates": line }),
            json!({ "kind": "lane", "road": lane.road, "forward": lane.forward }),
        )
    });
    collection(features.collect())
}

pub(super) fn places(places: &[Place]) -> String {
    let features = places.iter().map(|place| {
        let at = place.spots.first().map_or([0.0; 2], |s| [s.pose.x, s.pose.y]);
        let about = serde_json::to_value(place).unwrap_or(Value::Null);
        feature(json!({ "type": "Point", "coordinates": at }), about)
    });
    collection(features.collect())
}

pub(super) fn read_places(source: &Arc<SourceText>) -> Result<Vec<Place>, Fault> {
    let read: GeoJsonCollection<Value, Place> = parse(source)?;
    Ok(read.features.into_iter().map(|f| f.properties).collect())
}

pub(super) fn repairs(repairs: &[Repair]) -> String {
    serde_json::to_string_pretty(repairs).unwrap_or_else(|_| "[]".into()) + "\n"
}

pub(super) fn read_repairs(source: &Arc<SourceText>) -> Result<Vec<Repair>, Fault> {
    parse(source)
}
