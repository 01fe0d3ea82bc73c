//! Conversion of the layers of a map to bytes and back.

use super::codec::{Broken, ByteReader, Bytes, cases, coordinate, fields, put_count};
use super::columns::{put_grid, put_reals, take_grid, take_reals};
use crate::drivable::Drivable;
use crate::map::{Area, Datum, MineMap, Repair, RepairKind, Revision, Zone};
use crate::places::{Place, PlaceKind, Spot};
use crate::roads::{Lanes, Road, RoadGraph, RoadNode, RoadStation, Side, is_speed_limit};
use crate::terrain::{RoadCondition, Terrain};
use haul_core::{NodeId, PlaceId, Point2, Point3, Polygon, Polyline, Pose2, RoadId};
use std::collections::BTreeSet;

fields!(Datum { easting: f64, northing: f64, elevation: f64 });
fields!(Area { id: u32, centre: Point2, radius: f64, height: f64 });
fields!(Revision { number: u32, note: String });
fields!(Repair { kind: RepairKind, at: Point2, what: String });
fields!(Spot { name: String, pose: Pose2 });
fields!(Zone {
    name: String,
    ring: Vec<Point2>,
    speed_limit: Option<f64>,
    low_traction: Option<f64>,
    one_way_deg: Option<f64>,
    closed: bool,
});
fields!(Place {
    id: PlaceId,
    kind: PlaceKind,
    spots: Vec<Spot>,
    queue: Vec<Pose2>,
    machine: Option<Pose2>,
    obstacle_radius: f64,
    material_density: f64,
});
cases!(Side { Left = 0, Right = 1 });
cases!(Lanes { Open = 0, One = 1, Two = 2 });
cases!(PlaceKind { Load = 0, Crusher = 1, Dump = 2, Park = 3, Fuel = 4 });
cases!(RepairKind {
    Joined = 0,
    ClosedAcross = 1,
    DuplicateDropped = 2,
    PointsDropped = 3,
    Untangled = 4,
    SliverDropped = 5,
    PieceDropped = 6,
    StringDropped = 7,
    SlopeLimited = 8,
    HeightsSmoothed = 9,
    HeightsAveraged = 10,
});

impl Bytes for Terrain {
    const LEAST: usize = 33;

    fn put(&self, out: &mut Vec<u8>) {
        let (columns, rows) = self.size();
        self.bounds().0.put(out);
        self.spacing().put(out);
        put_count(columns, out);
        put_count(rows, out);
        self.is_surveyed().put(out);
        put_grid(columns, &self.heights(), out);
    }

    fn take(from: &mut ByteReader<'_>) -> Result<Self, Broken> {
        let (origin, spacing) = (Point2::take(from)?, f64::take(from)?);
        let (columns, rows) = (u32::take(from)? as usize, u32::take(from)? as usize);
        let surveyed = bool::take(from)?;
        let count = columns
            .checked_mul(rows)
            .ok_or_else(|| Broken::new(format!("grid of heights too large: {columns} × {rows}")))?;
        let heights = take_grid(columns, count, from)?;
        let terrain = Terrain::new(origin, spacing, columns, heights).ok_or_else(|| {
            Broken::new("expected a terrain grid of finite heights with two rows and columns or more")
        })?;
        Ok(if surveyed { terrain.surveyed() } else { terrain })
    }
}

impl Bytes for RoadCondition {
    const LEAST: usize = 1;

    fn put(&self, out: &mut Vec<u8>) {
        let (origin, cell, columns, wear) = self.grid();
        self.is_empty().put(out);
        if !self.is_empty() {
            origin.put(out);
            cell.put(out);
            put_count(columns, out);
            put_count(wear.len(), out);
            put_grid(columns, wear, out);
        }
    }

    fn take(from: &mut ByteReader<'_>) -> Result<Self, Broken> {
        if bool::take(from)? {
            return Ok(RoadCondition::default());
        }
        let (origin, cell) = (Point2::take(from)?, f64::take(from)?);
        let (columns, count) = (u32::take(from)? as usize, u32::take(from)? as usize);
        let wear = take_grid(columns, count, from)?;
        RoadCondition::of(origin, cell, columns, wear)
            .ok_or_else(|| Broken::new("expected wear on a grid, within its limits"))
    }
}

impl Bytes for Drivable {
    const LEAST: usize = 8;

    fn put(&self, out: &mut Vec<u8>) {
        let rings: Vec<&[Point2]> = self.polygon().rings().collect();
        put_count(rings.len(), out);
        rings.iter().for_each(|ring| put_count(ring.len(), out));
        put_reals(rings.iter().flat_map(|ring| ring.iter().map(|p| p.x)), out);
        put_reals(rings.iter().flat_map(|ring| ring.iter().map(|p| p.y)), out);
    }

    fn take(from: &mut ByteReader<'_>) -> Result<Self, Broken> {
        let counts = Vec::<u32>::take(from)?;
        let all = total(&counts)?;
        let (east, north) = (take_reals(all, from)?, take_reals(all, from)?);
        let points: Result<Vec<Point2>, Broken> =
            east.into_iter().zip(north).map(|(x, y)| Ok(Point2::new(coordinate(x)?, coordinate(y)?))).collect();
        let mut points = points?.into_iter();
        let mut rings = counts.iter().map(|n| points.by_ref().take(*n as usize).collect::<Vec<_>>());
        let outer = rings.next().ok_or_else(|| Broken::new("expected a drivable surface, found none"))?;
        let polygon = Polygon { outer, holes: rings.collect() };
        Drivable::new(polygon)
            .ok_or_else(|| Broken::new("expected rings of three finite points or more in the drivable surface"))
    }
}

/// Returns the sum of counts.
fn total(counts: &[u32]) -> Result<usize, Broken> {
    let sum = counts.iter().try_fold(0_usize, |sum, n| sum.checked_add(*n as usize));
    sum.ok_or_else(|| Broken::new("lists too long in sum"))
}

/// A road without its line and stations.
struct RoadHead {
    id: RoadId,
    from: NodeId,
    to: NodeId,
    one_way: bool,
    speed_limit: Option<f64>,
    points: u32,
}

fields!(RoadHead { id: RoadId, from: NodeId, to: NodeId, one_way: bool, speed_limit: Option<f64>, points: u32 });

/// Access to one value of a station: a getter and a setter.
type StationValue = (fn(&RoadStation) -> f64, fn(&mut RoadStation, f64));

/// The values of a station except its lanes.
const STATION_VALUES: [StationValue; 7] = [
    (|s| s.grade, |s, v| s.grade = v),
    (|s| s.width_left, |s, v| s.width_left = v),
    (|s| s.width_right, |s, v| s.width_right = v),
    (|s| s.curvature, |s, v| s.curvature = v),
    (|s| s.crossfall, |s, v| s.crossfall = v),
    (|s| s.sight_ahead, |s, v| s.sight_ahead = v),
    (|s| s.sight_back, |s, v| s.sight_back = v),
];

impl Bytes for RoadGraph {
    const LEAST: usize = 12;

    fn put(&self, out: &mut Vec<u8>) {
        self.next_id().put(out);
        self.nodes.iter().map(|n| n.position).collect::<Vec<_>>().put(out);
        put_count(self.roads.len(), out);
        for road in &self.roads {
            let points = u32::try_from(road.line.points().len()).unwrap_or(u32::MAX);
            let Road { id, from, to, one_way, speed_limit, .. } = *road;
            RoadHead { id, from, to, one_way, speed_limit, points }.put(out);
        }
        let points = || self.roads.iter().flat_map(|road| road.line.points());
        put_reals(points().map(|p| p.x), out);
        put_reals(points().map(|p| p.y), out);
        put_reals(points().map(|p| p.z), out);
        let stations = || self.roads.iter().flat_map(|road| &road.stations);
        STATION_VALUES.iter().for_each(|(get, _)| put_reals(stations().map(get), out));
        stations().for_each(|station| station.lanes.put(out));
    }

    fn take(from: &mut ByteReader<'_>) -> Result<Self, Broken> {
        let next = u32::take(from)?;
        let positions = Vec::<Point3>::take(from)?;
        let heads = Vec::<RoadHead>::take(from)?;
        check(&heads, positions.len(), next)?;
        let counts: Vec<u32> = heads.iter().map(|head| head.points).collect();
        let all = total(&counts)?;
        let [x, y, z] = [take_reals(all, from)?, take_reals(all, from)?, take_reals(all, from)?];
        let mut stations = vec![RoadStation::default(); all];
        for (_, set) in STATION_VALUES {
            let column = take_reals(all, from)?;
            stations.iter_mut().zip(column).for_each(|(station, value)| set(station, value));
        }
        for station in &mut stations {
            station.lanes = Lanes::take(from)?;
        }
        let mut points = Vec::with_capacity(all);
        for ((x, y), z) in x.into_iter().zip(y).zip(z) {
            points.push(Point3::new(coordinate(x)?, coordinate(y)?, coordinate(z)?));
        }
        let (mut points, mut stations) = (points.into_iter(), stations.into_iter());
        let mut roads = Vec::with_capacity(heads.len());
        for head in heads {
            let count = head.points as usize;
            let line = Polyline::new(points.by_ref().take(count));
            if line.points().len() != count {
                return Err(Broken::new(format!("road {}: expected {count} distinct points", head.id)));
            }
            let RoadHead { id, from, to, one_way, speed_limit, .. } = head;
            let stations = stations.by_ref().take(count).collect();
            roads.push(Road { id, from, to, line, stations, one_way, speed_limit });
        }
        let node = |(i, position): (usize, Point3)| RoadNode { id: NodeId(i as u32), position };
        Ok(RoadGraph::with_next(positions.into_iter().enumerate().map(node).collect(), roads, next))
    }
}

/// Checks the ids, nodes, lengths and speed limits of roads.
fn check(heads: &[RoadHead], nodes: usize, next: u32) -> Result<(), Broken> {
    let mut ids = BTreeSet::new();
    for head in heads {
        let what = if !ids.insert(head.id) {
            "has the same id as another road"
        } else if head.id.0 >= next && next != u32::MAX {
            "has an id above the next free id"
        } else if head.from.index() >= nodes || head.to.index() >= nodes {
            "ends at a missing node"
        } else if head.points < 2 {
            "has no length"
        } else if head.speed_limit.is_some_and(|limit| !is_speed_limit(limit)) {
            "has an invalid speed limit"
        } else {
            continue;
        };
        return Err(Broken::new(format!("road {} {what}", head.id)));
    }
    Ok(())
}

/// Implements the conversion of a map layer by layer, in the given order. The pattern and the struct name every field,
/// so that a new layer cannot be forgotten.
macro_rules! map_of_layers {
    ($($layer:ident),* $(,)?) => {
        impl Bytes for MineMap {
            const LEAST: usize = 64;

            fn put(&self, out: &mut Vec<u8>) {
                let MineMap { $($layer),* } = self;
                $($layer.put(out);)*
            }

            fn take(from: &mut ByteReader<'_>) -> Result<Self, Broken> {
                $(let $layer = Bytes::take(from)?;)*
                let map = MineMap { $($layer),* };
                match map.zones.iter().find_map(|z| Some((z, z.faults().into_iter().next()?))) {
                    Some((zone, (_, what))) => Err(Broken::new(format!("zone `{}`: {what}", zone.name))),
                    None => Ok(map),
                }
            }
        }
    };
}

map_of_layers!(
    name,
    datum,
    traffic_side,
    road_class,
    revision,
    areas,
    places,
    zones,
    repairs,
    drivable,
    roads,
    condition,
    terrain,
);
