//! The path along a route: on the correct side of the roads, smooth enough for the truck's steering, with the whole
//! footprint on the drivable surface.

use super::edges::EdgePoints;
use super::elastic::{BandRequirements, BandWeights, Elastic, Emphasis, PointRow};
use super::error::PathError;
use super::fit::first_row;
use super::guide::Guide;
use super::lane::{DESIRED_CLEARANCE, REQUIRED_CLEARANCE};
use super::route_guide::route_guide;
use super::spline::Spline;
use super::steering::SteeringBounds;
use super::{Path, PathPoint, Travel};
use crate::TruckModel;
use crate::route::Route;
use crate::steering_reserve::LANE_RATE;
use haul_core::{Point2, Pose2};
use haul_mine::MineMap;
use std::ops::Range;

/// Spacing of the points of a path, m.
const SPACING: f64 = 0.5;
/// Extra clearance demanded of the band, m. The band sees the edges as points, and its bounds yield a little.
const BAND_MARGIN: f64 = 0.3;
/// Share of the maximum curvature demanded of the band, because its bounds yield a little.
const BAND_CURVATURE: f64 = 0.97;
/// Lateral acceleration assumed in bends for the bound on the rate of curvature, m/s²: about 0.15 g, the limit for load
/// and tyres in haul road design.
const BEND_LATERAL: f64 = 1.5;
/// Minimum speed assumed in bends, m/s.
const MIN_BEND_SPEED: f64 = 2.5;
/// Maximum number of rounds. Each gives clearance more weight where the round before came too near to an edge.
const ROUNDS: usize = 4;
/// Factor on the weight of clearance, applied once per round.
const EMPHASIS_FACTOR: f64 = 6.0;
/// Reach of the extra weight on either side of a point too near to an edge, in points of the guide.
const EMPHASIS_REACH: f64 = 12.0;
/// Length over which grades are measured, m: about a wheelbase.
pub(crate) const GRADE_BASE: f64 = 5.0;

/// Returns the path along a route for a truck, forward all the way.
///
/// Where the road has room for two trucks ([`two_way_width`](super::two_way_width)), the path keeps to its lane on the
/// map's traffic side, otherwise to the middle of the road. Its curvature is continuous and at most
/// [`TruckModel::max_curvature`]; the steering can follow the rate of curvature at the speed of each bend. The whole
/// footprint keeps [`DESIRED_CLEARANCE`] from the edges where it can, and [`REQUIRED_CLEARANCE`] wherever the road
/// allows it. The clearance is checked exactly every 0.25 m.
///
/// # Errors
///
/// A [`PathError`] if a road is unknown, a bend is too tight, or the road is too narrow for the truck. The error
/// contains the position, and the radii or the clearance there.
pub fn lane_path(map: &MineMap, truck: &TruckModel, route: &Route) -> Result<Path, PathError> {
    let LaneDraft { mut path, faults } = draft(map, truck, route)?;
    if let Some(fault) = faults.into_iter().next() {
        return Err(fault.error);
    }
    path.lay_limits(map, truck);
    Ok(path)
}

/// A path, with the parts of it that the truck cannot drive.
#[derive(Debug, Clone)]
pub(crate) struct LaneDraft {
    pub(crate) path: Path,
    pub(crate) faults: Vec<LaneFault>,
}

/// A part of a path that the truck cannot drive in one go.
#[derive(Debug, Clone)]
pub(crate) struct LaneFault {
    /// Stations of the part, m.
    pub(crate) stations: Range<f64>,
    /// Error at the worst point of the part.
    pub(crate) error: PathError,
}

/// Returns the path along a route with its faults, or an error for an unknown road or a route without length.
pub(crate) fn draft(map: &MineMap, truck: &TruckModel, route: &Route) -> Result<LaneDraft, PathError> {
    let guide = route_guide(map, truck, route)?;
    let first = first_row(&guide, 1.0);
    let path = settle(map, truck, &guide, first)?;
    let faults = faults(truck, &path);
    Ok(LaneDraft { path, faults })
}

/// Settles a row, with more weight on clearance where the row comes too near to an edge.
fn settle(map: &MineMap, truck: &TruckModel, guide: &Guide, first: PointRow) -> Result<Path, PathError> {
    let mut emphasis: Vec<Emphasis> = Vec::new();
    let mut row = first;
    let mut best: Option<(f64, Path)> = None;
    for round in 0..ROUNDS {
        let band = Elastic {
            guide,
            requirements: requirements(truck),
            weights: BandWeights::default(),
            emphasis: &emphasis,
            edges: |lo: Point2, hi: Point2| EdgePoints::of(map.drivable.segments_near((lo, hi)), lo, hi),
        };
        let (settled, steps) = band.settle(&row);
        row = settled;
        let (path, cursors) = drawn(map, truck, guide, &row);
        let least = path.points.iter().map(|p| p.clearance).fold(f64::INFINITY, f64::min);
        tracing::debug!(round, steps, points = row.points.len(), least, "lane settled");
        let near: Vec<f64> = path
            .points
            .iter()
            .zip(&cursors)
            .filter(|(p, _)| p.clearance < REQUIRED_CLEARANCE)
            .map(|(_, &c)| c)
            .collect();
        if best.as_ref().is_none_or(|(c, ..)| least > *c) {
            best = Some((least, path));
        }
        if near.is_empty() {
            break;
        }
        for c in near {
            let stretch = c - EMPHASIS_REACH..c + EMPHASIS_REACH;
            match emphasis.last_mut() {
                Some(last)
                    if last.factor == EMPHASIS_FACTOR.powi(round as i32 + 1) && stretch.start <= last.cursors.end =>
                {
                    last.cursors.end = last.cursors.end.max(stretch.end);
                }
                _ => emphasis.push(Emphasis { cursors: stretch, factor: EMPHASIS_FACTOR.powi(round as i32 + 1) }),
            }
        }
    }
    best.map(|(_, path)| path).ok_or(PathError::NoLength)
}

/// Returns the requirements on the elastic band for a truck.
fn requirements(truck: &TruckModel) -> BandRequirements {
    let steering = SteeringBounds {
        curvature: BAND_CURVATURE * truck.max_curvature(),
        per_second: LANE_RATE * truck.spec.steering.rate / truck.spec.geometry.wheelbase,
        lateral_acceleration: BEND_LATERAL,
        speeds: [MIN_BEND_SPEED, truck.limits.top_speed()],
    };
    BandRequirements {
        footprint: truck.footprint,
        steering,
        desired: DESIRED_CLEARANCE,
        required: REQUIRED_CLEARANCE + BAND_MARGIN,
    }
}

/// Returns the path of a row, with points every half metre, heights, grades and exact clearances. Also returns the
/// cursor of each path point on the guide.
fn drawn(map: &MineMap, truck: &TruckModel, guide: &Guide, row: &PointRow) -> (Path, Vec<f64>) {
    let spline = Spline::through(&row.points);
    let count = (spline.length() / SPACING).ceil().max(1.0) as usize;
    let mut points: Vec<PathPoint> = Vec::with_capacity(count + 1);
    let mut cursors = Vec::with_capacity(count + 1);
    let mut station = 0.0;
    for k in 0..=count {
        let s = spline.length() * k as f64 / count as f64;
        let (piece, share) = spline.share(s);
        let Some(place) = spline.at(piece, share) else { continue };
        let pose = Pose2::new(place.point.x, place.point.y, place.heading);
        if let Some(last) = points.last() {
            // Arc length: the chord plus the second-order term due to its sagitta.
            let chord = last.pose.distance(pose);
            let bend = (last.curvature + place.curvature) / 2.0;
            station += chord * (1.0 + (bend * chord).powi(2) / 24.0);
        }
        let a = row.cursors.get(piece).copied().unwrap_or(0.0);
        let b = row.cursors.get(piece + 1).copied().unwrap_or(a);
        let cursor = a + (b - a) * share;
        let mut point = PathPoint::at_pose(pose, place.curvature, station, Travel::Forward);
        point.road = guide.road(cursor);
        points.push(point);
        cursors.push(cursor);
    }
    let mut path = Path::new(points);
    path.lay_on(|x, y| map.terrain.height(x, y), GRADE_BASE);
    measure(map, truck, &mut path);
    (path, cursors)
}

/// Computes the exact clearance of each point: the minimum over its own pose and the poses halfway to its neighbours.
/// Thus the whole path is checked every 0.25 m.
pub(crate) fn measure(map: &MineMap, truck: &TruckModel, path: &mut Path) {
    let exact = |pose: Pose2| map.drivable.footprint_clearance(&truck.footprint, pose);
    let reach = truck.footprint.reach();
    let n = path.points.len();
    let poses = path.points.iter().map(|p| p.pose);
    let clearances: Vec<f64> = map.drivable.footprint_clearances(&truck.footprint, poses).collect();
    for (p, clearance) in path.points.iter_mut().zip(clearances) {
        p.clearance = clearance;
    }
    for i in 1..n {
        let (a, b) = (path.points[i - 1], path.points[i]);
        // Halfway between, the footprint has moved by at most this distance from the nearer of the two points.
        let step = (b.station - a.station) / 2.0;
        let moved = step * (1.0 + a.curvature.abs().max(b.curvature.abs()) * reach);
        if a.clearance.min(b.clearance) - moved > REQUIRED_CLEARANCE || step <= 0.0 {
            continue;
        }
        let between = exact(path.at((a.station + b.station) / 2.0).pose);
        path.points[i - 1].clearance = path.points[i - 1].clearance.min(between);
        path.points[i].clearance = path.points[i].clearance.min(between);
    }
}

/// Returns the parts of a settled path that the truck cannot drive.
fn faults(truck: &TruckModel, path: &Path) -> Vec<LaneFault> {
    let most = truck.max_curvature();
    let mut faults: Vec<LaneFault> = Vec::new();
    let mut worst = 0.0;
    for p in &path.points {
        let (tight, out) = (p.curvature.abs() / most - 1.0, -p.clearance);
        if tight <= 0.0 && out < 0.0 {
            continue;
        }
        let error = if out >= 0.0 {
            PathError::TooNarrow { at: p.pose.position(), station: p.station, road: p.road, clearance: p.clearance }
        } else {
            PathError::TooTight {
                at: p.pose.position(),
                station: p.station,
                road: p.road,
                needed_radius: 1.0 / most,
                available_radius: 1.0 / p.curvature.abs(),
            }
        };
        // Overlap with the edge counts as worse than a tight bend.
        let badness = if out >= 0.0 { 1.0 + out } else { tight.min(0.99) };
        match faults.last_mut() {
            Some(last) if p.station - last.stations.end < truck.footprint.length() => {
                last.stations.end = p.station;
                if badness > worst {
                    (worst, last.error) = (badness, error);
                }
            }
            _ => {
                worst = badness;
                faults.push(LaneFault { stations: p.station..p.station, error });
            }
        }
    }
    faults
}
