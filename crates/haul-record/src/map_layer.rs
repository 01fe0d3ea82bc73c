//! The mine as data for pictures: ground on a grid, roads, places and zones, small enough for every recording.
//!
//! A map layer is a JSON header followed by the heights. All numbers are little-endian.
//!
//! | bytes | content |
//! | --- | --- |
//! | 8 | `HAULMAP1` |
//! | 4 | length of the header, bytes |
//! | … | the header, JSON in UTF-8, as [`Header`] has it |
//! | 2 × columns × rows | heights above `low` in units of `step`, row by row from the south, each row from the west. Each is the difference from its western neighbour, in the first column from its southern neighbour, modulo 65,536 |

use haul_core::{Point2, Polyline, Pose2};
use haul_mine::{MineMap, Place, PlaceKind, Road, Terrain, Zone};
use serde::{Deserialize, Serialize};

/// Magic bytes at the beginning of a map layer.
pub const MAGIC: &[u8; 8] = b"HAULMAP1";
/// Maximum number of grid nodes. A larger ground is sampled at a wider spacing.
const MOST_NODES: usize = 400_000;
/// Minimum distance between two points of a centreline, m.
const CENTRELINE_SPACING: f64 = 6.0;

/// Header of a map layer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// Name of the mine.
    pub name: String,
    /// True if the ground beside the roads was surveyed or designed; otherwise it is interpolated.
    pub surveyed: bool,
    /// Side of the road on which traffic drives, `left` or `right`.
    pub traffic_side: haul_mine::Side,
    /// Grid of the heights.
    pub grid: Grid,
    /// Rings of the drivable surface: first the outer ring, then the islands, as x, y, x, y …, m.
    pub drivable: Vec<Vec<f64>>,
    /// The haul roads.
    pub roads: Vec<RoadLayer>,
    /// The places.
    pub places: Vec<PlaceLayer>,
    /// The zones.
    pub zones: Vec<ZoneLayer>,
}

/// Grid of the heights.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Grid {
    /// x of the south-western node, m.
    pub x: f64,
    /// y of the south-western node, m.
    pub y: f64,
    /// Distance between nodes, m.
    pub spacing: f64,
    /// Number of nodes from west to east.
    pub columns: usize,
    /// Number of nodes from south to north.
    pub rows: usize,
    /// Minimum height, m.
    pub low: f64,
    /// Unit of the heights, m.
    pub step: f64,
}

/// A haul road.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RoadLayer {
    /// Id of the road.
    pub id: u32,
    /// True if traffic may drive only in the direction of the points.
    pub one_way: bool,
    /// Speed limit, km/h; absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit_kmh: Option<f64>,
    /// Points of the centreline: x, y, x, y …, m.
    pub line: Vec<f64>,
    /// Road width from edge to edge at each point, m.
    pub width: Vec<f64>,
}

/// A pose in plan.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PoseLayer {
    /// East coordinate, m.
    pub x: f64,
    /// North coordinate, m.
    pub y: f64,
    /// Heading, rad, anticlockwise from east.
    pub heading: f64,
}

/// A place where trucks load, dump, park or are refuelled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlaceLayer {
    /// Name of the place.
    pub id: String,
    /// Purpose of the place.
    pub kind: PlaceKind,
    /// Poses of trucks in the spots.
    pub spots: Vec<PoseLayer>,
    /// Poses of waiting trucks.
    pub queue: Vec<PoseLayer>,
    /// Pose of the shovel's swing axis or of the hopper; absent if the place has no machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub machine: Option<PoseLayer>,
}

/// A zone with its own rules.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ZoneLayer {
    /// Name of the zone.
    pub name: String,
    /// Outline of the zone: x, y, x, y …, m.
    pub ring: Vec<f64>,
    /// True if trucks must stay out.
    pub closed: bool,
}

/// Creates the map layer of a mine.
///
/// # Errors
/// None known: the header is written into memory.
pub fn map_layer(map: &MineMap) -> serde_json::Result<Vec<u8>> {
    let (grid, heights) = sampled(&map.terrain);
    let polygon = map.drivable.polygon();
    let header = Header {
        name: map.name.clone(),
        surveyed: map.terrain.is_surveyed(),
        traffic_side: map.traffic_side,
        grid,
        drivable: std::iter::once(&polygon.outer).chain(&polygon.holes).map(|ring| flat(ring)).collect(),
        roads: map.roads.roads.iter().map(road).collect(),
        places: map.places.iter().map(place).collect(),
        zones: map.zones.iter().map(zone).collect(),
    };
    let header = serde_json::to_vec(&header)?;
    let mut bytes = Vec::with_capacity(MAGIC.len() + 4 + header.len() + 2 * heights.len());
    bytes.extend(MAGIC);
    bytes.extend((header.len() as u32).to_le_bytes());
    bytes.extend(header);
    for (k, height) in heights.iter().enumerate() {
        let neighbour = if k % grid.columns > 0 { Some(k - 1) } else { k.checked_sub(grid.columns) };
        let before = neighbour.map_or(0, |k| heights[k]);
        bytes.extend(height.wrapping_sub(before).to_le_bytes());
    }
    Ok(bytes)
}

/// Samples the ground on a grid of at most [`MOST_NODES`] nodes. The heights are in units of the grid's `step`.
fn sampled(terrain: &Terrain) -> (Grid, Vec<u16>) {
    let (corner, _) = terrain.bounds();
    let (columns, rows) = terrain.size();
    let mut stride = 1;
    let nodes = |n: usize, stride: usize| (n - 1).div_ceil(stride) + 1;
    while nodes(columns, stride).saturating_mul(nodes(rows, stride)) > MOST_NODES {
        stride += 1;
    }
    let (wide, high) = (nodes(columns, stride), nodes(rows, stride));
    let height = |k: usize| terrain.node(k % wide * stride, k / wide * stride);
    let (low, top) =
        (0..wide * high).map(height).fold((f64::INFINITY, f64::NEG_INFINITY), |(low, top), h| (low.min(h), top.max(h)));
    // A centimetre is finer than any picture shows; a height range of more than 655 m needs larger units.
    let step = ((top - low) / f64::from(u16::MAX)).max(0.01);
    let grid = Grid {
        x: corner.x,
        y: corner.y,
        spacing: terrain.spacing() * stride as f64,
        columns: wide,
        rows: high,
        low,
        step,
    };
    (grid, (0..wide * high).map(|k| ((height(k) - low) / step).round() as u16).collect())
}

/// Rounds to a centimetre.
fn centimetre(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

fn flat(points: &[Point2]) -> Vec<f64> {
    points.iter().flat_map(|p| [centimetre(p.x), centimetre(p.y)]).collect()
}

fn road(road: &Road) -> RoadLayer {
    let kept = thinned(&road.line);
    let points = road.line.points();
    RoadLayer {
        id: road.id.0,
        one_way: road.one_way,
        limit_kmh: road.speed_limit.map(haul_core::units::to_kmh),
        line: kept.iter().flat_map(|&k| [centimetre(points[k].x), centimetre(points[k].y)]).collect(),
        width: kept.iter().map(|&k| road.stations.get(k).map_or(0.0, |s| centimetre(s.width()))).collect(),
    }
}

/// Returns the indices of the points to keep: both ends, and others at least [`CENTRELINE_SPACING`] apart.
fn thinned(line: &Polyline) -> Vec<usize> {
    let mut kept: Vec<usize> = Vec::new();
    let last = line.points().len().saturating_sub(1);
    for (k, station) in line.stations().iter().enumerate() {
        let is_far = kept.last().is_none_or(|&before| station - line.stations()[before] >= CENTRELINE_SPACING);
        if is_far || k == last {
            kept.push(k);
        }
    }
    kept
}

fn pose(pose: &Pose2) -> PoseLayer {
    PoseLayer { x: centimetre(pose.x), y: centimetre(pose.y), heading: (pose.heading * 1e4).round() / 1e4 }
}

fn place(place: &Place) -> PlaceLayer {
    PlaceLayer {
        id: place.id.to_string(),
        kind: place.kind,
        spots: place.spots.iter().map(|spot| pose(&spot.pose)).collect(),
        queue: place.queue.iter().map(pose).collect(),
        machine: place.machine.as_ref().map(pose),
    }
}

fn zone(zone: &Zone) -> ZoneLayer {
    ZoneLayer { name: zone.name.clone(), ring: flat(&zone.ring), closed: zone.closed }
}

#[cfg(test)]
mod tests {
    use super::*;
    use haul_core::{Point3, Polygon};
    use haul_mine::{Drivable, RoadGraph};

    fn mine(columns: usize, heights: Vec<f32>) -> MineMap {
        let terrain = Terrain::new(Point2::new(-20.0, 5.0), 2.0, columns, heights).unwrap();
        let corner = |x: f64, y: f64| Point2::new(x, y);
        let outer = vec![corner(-20.0, 5.0), corner(0.0, 5.0), corner(0.0, 25.0), corner(-20.0, 25.0)];
        let drivable = Drivable::new(Polygon { outer, holes: Vec::new() }).unwrap();
        MineMap::new("test", terrain, drivable, RoadGraph::new(Vec::new(), Vec::new()))
    }

    /// Reads the heights in the same way as the browser page.
    fn read(bytes: &[u8]) -> (Header, Vec<f64>) {
        assert_eq!(&bytes[..8], MAGIC);
        let length = u32::from_le_bytes(bytes[8..12].try_into().unwrap()) as usize;
        let header: Header = serde_json::from_slice(&bytes[12..12 + length]).unwrap();
        let mut units: Vec<u16> = Vec::new();
        for (k, pair) in bytes[12 + length..].chunks_exact(2).enumerate() {
            let columns = header.grid.columns;
            let before = if k % columns > 0 { units[k - 1] } else { k.checked_sub(columns).map_or(0, |k| units[k]) };
            units.push(before.wrapping_add(u16::from_le_bytes([pair[0], pair[1]])));
        }
        let heights = units.iter().map(|u| header.grid.low + f64::from(*u) * header.grid.step).collect();
        (header, heights)
    }

    #[test]
    fn heights_come_back_within_a_centimetre() {
        let heights: Vec<f32> = (0..110_i32).map(|k| (k * 37 % 101) as f32 * 1.3 - 40.0).collect();
        let (header, read) = read(&map_layer(&mine(11, heights.clone())).unwrap());
        assert_eq!((header.grid.columns, header.grid.rows, header.name.as_str()), (11, 10, "test"));
        assert_eq!(header.drivable[0].len(), 8);
        for (written, read) in heights.iter().zip(&read) {
            assert!((f64::from(*written) - read).abs() <= 0.006, "{written} {read}");
        }
    }

    #[test]
    fn large_ground_is_sampled_at_a_wider_spacing_and_keeps_its_extent() {
        let columns = 1_301;
        let heights = (0..columns * 1_301).map(|k| (k % columns) as f32 * 0.1).collect();
        let (header, read) = read(&map_layer(&mine(columns, heights)).unwrap());
        assert!(header.grid.columns * header.grid.rows <= MOST_NODES);
        assert_eq!(read.len(), header.grid.columns * header.grid.rows);
        let reach = header.grid.spacing * (header.grid.columns - 1) as f64;
        assert!(reach >= 2.0 * 1_300.0 && reach < 2.0 * 1_300.0 + header.grid.spacing, "{reach}");
        assert!((read[header.grid.columns - 1] - 130.0).abs() < 0.01);
    }

    #[test]
    fn centreline_keeps_both_ends() {
        let line = Polyline::new((0..10).map(|k| Point3::new(2.0 * f64::from(k), 0.0, 0.0)));
        assert_eq!(thinned(&line), [0, 3, 6, 9]);
        assert_eq!(thinned(&Polyline::new([])), [0_usize; 0]);
    }
}
