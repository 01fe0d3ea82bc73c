//! The cells that a truck sweeps along a path.

use super::cells::{Cell, CellMap, each_cell};
use super::neighbours::{Tile, visits_by_tile};
use super::rules::Rules;
use haul_core::{Footprint, Point2, Pose2, angle};
use haul_messages::PathPose;
use std::collections::BTreeMap;

/// Maximum distance between two poses of a path, m: a third of a truck's length.
const GREATEST_STEP: f64 = 3.0;
/// Maximum length of a path, m. Longer paths are refused, so that a broken request cannot fill the memory.
const GREATEST_LENGTH: f64 = 100_000.0;
/// Maximum coordinate of a pose on a mine, m from the datum.
const GREATEST_COORDINATE: f64 = 1.0e6;
/// Number of samples within which a path may return to a cell for the cell to count as covered all the time.
const VISIT_GAP: u32 = 2;
/// Tolerance for equal directions of motion, rad.
const COURSE_TOLERANCE: f64 = 1.0e-4;

/// One sample of a path.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct PathSample {
    /// Distance driven from the start of the path, m.
    pub station: f64,
    /// Direction of the truck's motion, rad.
    pub course: f64,
    /// Rear-axle centre of the truck.
    pub at: Point2,
}

/// A cell of a path, with the first and the last sample at which the path covers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct CellVisit {
    /// The cell.
    pub cell: Cell,
    /// First sample at which the path covers the cell.
    pub first: u32,
    /// Last sample at which the path covers the cell.
    pub last: u32,
}

/// The swept area of a path: the cells that it covers, each with the samples between which the path covers it.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct SweptPath {
    samples: Vec<PathSample>,
    /// Visits in the order of their first samples.
    visits: Vec<CellVisit>,
    /// Indices of the visits on each tile. Valid for the present visits.
    by_tile: BTreeMap<Tile, Vec<u32>>,
}

impl SweptPath {
    /// Computes the swept area of a requested path.
    ///
    /// # Errors
    /// Returns a description of the fault: no pose, numbers that are not finite, poses off the mine, stations that
    /// fall, or poses too far apart.
    pub fn lay(path: &[PathPose], footprint: &Footprint, rules: &Rules) -> Result<Self, String> {
        if path.is_empty() {
            return Err("the path has no pose".into());
        }
        let mut last: Option<PathPose> = None;
        for (i, at) in path.iter().enumerate() {
            let numbers = [at.station, at.pose.x, at.pose.y, at.pose.heading];
            if numbers.iter().any(|n| !n.is_finite()) {
                return Err(format!("pose {i} is not finite"));
            }
            if at.pose.x.abs() > GREATEST_COORDINATE
                || at.pose.y.abs() > GREATEST_COORDINATE
                || at.station.abs() > GREATEST_LENGTH
            {
                return Err(format!(
                    "pose {i} at ({:.1}, {:.1}), station {:.1} m, is further from the datum than any mine reaches",
                    at.pose.x, at.pose.y, at.station
                ));
            }
            if let Some(before) = last {
                let (driven, moved) = (at.station - before.station, at.pose.distance(before.pose));
                if driven < 0.0 {
                    return Err(format!(
                        "pose {i}: expected a station of {:.2} m or more, found {:.2} m",
                        before.station, at.station
                    ));
                }
                if moved > GREATEST_STEP || driven > GREATEST_STEP {
                    return Err(format!(
                        "pose {i} is {:.1} m from the one before; at most {GREATEST_STEP:.1} m is accepted",
                        moved.max(driven)
                    ));
                }
            }
            last = Some(*at);
        }
        Ok(Self::sweep(path, footprint, rules.margin))
    }

    /// Returns the swept area of a truck that stands at a pose and has no path.
    pub fn standing(pose: Pose2, footprint: &Footprint, rules: &Rules) -> Self {
        Self::sweep(&[PathPose { station: 0.0, pose, reverse: false }], footprint, rules.margin)
    }

    fn sweep(path: &[PathPose], footprint: &Footprint, margin: f64) -> Self {
        let mut visits: Vec<CellVisit> = Vec::with_capacity(path.len() * 12 + 200);
        let mut newest: CellMap<u32> = CellMap::default();
        let mut samples = Vec::with_capacity(path.len());
        for (i, at) in path.iter().enumerate() {
            samples.push(PathSample { station: at.station, course: course(at), at: at.pose.position() });
            let i = i as u32;
            each_cell(footprint, at.pose, margin, |cell| {
                let number = visits.len() as u32;
                let known = newest.entry(cell).or_insert(number);
                match visits.get_mut(*known as usize) {
                    Some(visit) if i <= visit.last + VISIT_GAP => visit.last = i,
                    _ => {
                        *known = number;
                        visits.push(CellVisit { cell, first: i, last: i });
                    }
                }
            });
        }
        let by_tile = visits_by_tile(&visits);
        Self { samples, visits, by_tile }
    }

    /// Returns true if this swept area was computed for `path`, with poses equal to within `tolerance` (m).
    pub fn is_of(&self, path: &[PathPose], tolerance: f64) -> bool {
        self.samples.len() == path.len()
            && self.samples.iter().zip(path).all(|(sample, at)| {
                (sample.station - at.station).abs() <= tolerance
                    && (sample.at - at.pose.position()).norm() <= tolerance
                    && angle::difference(sample.course, course(at)).abs() <= COURSE_TOLERANCE
            })
    }

    /// Returns the index of the last sample.
    pub fn last(&self) -> u32 {
        (self.samples.len() - 1) as u32
    }

    /// Returns the station of a sample, m; beyond the end, the station of the last sample.
    pub fn station(&self, sample: u32) -> f64 {
        self.samples[(sample as usize).min(self.samples.len() - 1)].station
    }

    /// Returns the direction of motion at a sample, rad.
    pub fn course(&self, sample: u32) -> f64 {
        self.samples[(sample as usize).min(self.samples.len() - 1)].course
    }

    /// Returns the rear-axle centre at a sample.
    pub fn position(&self, sample: u32) -> Point2 {
        self.samples[(sample as usize).min(self.samples.len() - 1)].at
    }

    /// Returns the last sample at or before a station; 0 if there is none.
    pub fn sample_before(&self, station: f64) -> u32 {
        (self.samples.partition_point(|s| s.station <= station).max(1) - 1) as u32
    }

    /// Returns the first sample at or after a station; the last sample if there is none.
    pub fn sample_after(&self, station: f64) -> u32 {
        self.samples.partition_point(|s| s.station < station).min(self.samples.len() - 1) as u32
    }

    /// Returns the sample nearest to a station.
    pub fn sample_near(&self, station: f64) -> u32 {
        let (before, after) = (self.sample_before(station), self.sample_after(station));
        if station - self.station(before) < self.station(after) - station { before } else { after }
    }

    /// Returns the cells that the path covers, in the order in which it reaches them.
    pub fn visits(&self) -> &[CellVisit] {
        &self.visits
    }

    /// Returns the tiles that the path covers.
    pub(super) fn tiles(&self) -> impl Iterator<Item = Tile> {
        self.by_tile.keys().copied()
    }

    /// Returns the indices of the visits on a tile, in the order in which the path reaches the cells.
    pub(super) fn visits_on(&self, tile: Tile) -> &[u32] {
        self.by_tile.get(&tile).map_or(&[], Vec::as_slice)
    }

    /// Returns the visits that begin at a sample from `from` to `to`, both included.
    pub fn visits_beginning(&self, from: u32, to: u32) -> &[CellVisit] {
        let lo = self.visits.partition_point(|v| v.first < from);
        let hi = self.visits.partition_point(|v| v.first <= to);
        &self.visits[lo..hi.max(lo)]
    }

    /// Returns the cells that are covered at some sample from `from` to `to`, both included. A cell may occur twice.
    pub fn cells_between(&self, from: u32, to: u32) -> impl Iterator<Item = Cell> {
        let hi = self.visits.partition_point(|v| v.first <= to);
        self.visits[..hi].iter().filter(move |v| v.last >= from).map(|v| v.cell)
    }
}

/// Returns the direction of motion at a pose of a path, rad.
fn course(at: &PathPose) -> f64 {
    if at.reverse { angle::wrap(at.pose.heading + std::f64::consts::PI) } else { at.pose.heading }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    const TRUCK: Footprint = Footprint { front: 7.0, rear: 3.0, half_width: 3.0 };

    fn straight(length: u32) -> Vec<PathPose> {
        (0..=length)
            .map(|i| PathPose { station: f64::from(i), pose: Pose2::new(f64::from(i), 0.0, 0.0), reverse: false })
            .collect()
    }

    #[test]
    fn cells_between_two_samples_are_those_of_the_poses_between_them() {
        let rules = Rules::of(&TRUCK);
        let path = straight(60);
        let swept = SweptPath::lay(&path, &TRUCK, &rules).unwrap();
        let by_hand: BTreeSet<Cell> = {
            let mut cells = BTreeSet::new();
            for at in &path[20..=30] {
                each_cell(&TRUCK, at.pose, rules.margin, |cell| {
                    cells.insert(cell);
                });
            }
            cells
        };
        assert_eq!(swept.cells_between(20, 30).collect::<BTreeSet<_>>(), by_hand);
        assert_eq!((swept.sample_before(20.7), swept.sample_after(20.7)), (20, 21));
        assert_eq!((swept.sample_before(-5.0), swept.sample_after(500.0)), (0, 60));
    }

    #[test]
    fn a_path_that_comes_back_covers_its_cells_twice() {
        let out = straight(60);
        let back = straight(60).into_iter().rev().enumerate().skip(1).map(|(i, at)| PathPose {
            station: 60.0 + i as f64,
            reverse: true,
            ..at
        });
        let path: Vec<_> = out.iter().copied().chain(back).collect();
        let swept = SweptPath::lay(&path, &TRUCK, &Rules::of(&TRUCK)).unwrap();
        let start = Cell { column: 0, row: 0 };
        let visits: Vec<_> = swept.visits().iter().filter(|v| v.cell == start).collect();
        assert_eq!(visits.len(), 2, "{visits:?}");
        assert!(visits[0].last < 15 && visits[1].first > 105, "{visits:?}");
        assert!((swept.course(100) - std::f64::consts::PI).abs() < 1e-12, "in reverse it moves west");
    }

    #[test]
    fn a_broken_path_is_refused_with_the_pose_and_the_reason() {
        let rules = Rules::of(&TRUCK);
        let lay = |path: &[PathPose]| SweptPath::lay(path, &TRUCK, &rules).unwrap_err();
        assert_eq!(lay(&[]), "the path has no pose");
        let mut path = straight(10);
        path[4].pose.x = f64::NAN;
        assert_eq!(lay(&path), "pose 4 is not finite");
        path[4].pose.x = 40.0;
        assert_eq!(lay(&path), "pose 4 is 37.0 m from the one before; at most 3.0 m is accepted");
        path[4] = PathPose { station: 2.5, ..straight(10)[4] };
        assert_eq!(lay(&path), "pose 4: expected a station of 3.00 m or more, found 2.50 m");
    }
}
