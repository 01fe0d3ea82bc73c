//! Clusters of lidar returns, and the outline of each cluster.

use super::obstacle::Shape;
use super::tracks::Seen;
use haul_core::{Footprint, Point2, Point3, Pose2, Vector2};

/// Side length (m) of the cells that group the returns. Cells that touch, even at a corner, belong to one cluster. The
/// returns of a person at 60 m are less than one cell apart.
const CELL_SIDE: f64 = 0.6;
/// Minimum number of returns of an obstacle: fewer are dust or a bird.
const LEAST_RETURNS: usize = 3;
/// Length (m) below which a cluster becomes a disc.
const DISC_LENGTH: f64 = 1.2;

/// Finds clusters of returns. Buffers are kept between scans.
#[derive(Debug, Clone, Default)]
pub(super) struct Clusters {
    /// Cell of each return, with the return's index; sorted.
    cells: Vec<((i32, i32), u32)>,
    /// Cluster of each entry of `cells`.
    label: Vec<u32>,
    stack: Vec<usize>,
    members: Vec<Point2>,
}

const NO_LABEL: u32 = u32::MAX;

impl Clusters {
    /// Adds the clusters of the returns to `out`.
    pub fn find(&mut self, returns: &[Point3], out: &mut Vec<Seen>) {
        self.cells.clear();
        self.cells.extend(returns.iter().enumerate().map(|(i, p)| {
            let cell = ((p.x / CELL_SIDE).floor() as i32, (p.y / CELL_SIDE).floor() as i32);
            (cell, i as u32)
        }));
        self.cells.sort_unstable();
        self.label.clear();
        self.label.resize(self.cells.len(), NO_LABEL);
        let mut clusters = 0;
        for start in 0..self.cells.len() {
            if self.label[start] != NO_LABEL {
                continue;
            }
            self.flood(start, clusters, returns);
            if self.members.len() >= LEAST_RETURNS {
                out.push(outline(&self.members));
            }
            clusters += 1;
        }
    }

    /// Labels and collects all entries connected to the entry `start`.
    fn flood(&mut self, start: usize, label: u32, returns: &[Point3]) {
        self.members.clear();
        self.stack.clear();
        self.stack.push(start);
        self.label[start] = label;
        while let Some(at) = self.stack.pop() {
            let ((cx, cy), index) = self.cells[at];
            self.members.extend(returns.get(index as usize).map(|p| p.xy()));
            for dx in -1..=1 {
                // The three cells of a column are adjacent in the sorted list.
                let x = cx.saturating_add(dx);
                let from = self.cells.partition_point(|(c, _)| *c < (x, cy.saturating_sub(1)));
                for k in from..self.cells.len() {
                    let (cell, _) = self.cells[k];
                    if cell > (x, cy.saturating_add(1)) {
                        break;
                    }
                    if self.label[k] == NO_LABEL {
                        self.label[k] = label;
                        self.stack.push(k);
                    }
                }
            }
        }
    }
}

/// Returns the box along the principal axes of some points, or a disc if they are close together.
fn outline(points: &[Point2]) -> Seen {
    let n = points.len().max(1) as f64;
    let mean = Point2::from(points.iter().map(|p| p.coords).sum::<Vector2>() / n);
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for p in points {
        let d = p - mean;
        xx += d.x * d.x;
        xy += d.x * d.y;
        yy += d.y * d.y;
    }
    let heading = 0.5 * libm::atan2(2.0 * xy, xx - yy);
    let frame = Pose2::new(mean.x, mean.y, heading);
    let (mut low, mut high) = (Vector2::repeat(f64::INFINITY), Vector2::repeat(f64::NEG_INFINITY));
    for p in points {
        let local = frame.locate(*p);
        low = low.inf(&local);
        high = high.sup(&local);
    }
    let middle = frame.place((low.x + high.x) / 2.0, (low.y + high.y) / 2.0);
    let (half_length, half_width) = ((high.x - low.x) / 2.0, (high.y - low.y) / 2.0);
    let shape = if 2.0 * half_length < DISC_LENGTH {
        Shape::Disc(libm::hypot(half_length, half_width))
    } else {
        Shape::Box(Footprint { front: half_length, rear: half_length, half_width })
    };
    Seen { pose: Pose2::new(middle.x, middle.y, heading), shape, velocity: None, sure: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_objects_are_separate_and_the_side_of_a_truck_is_a_long_box() {
        let mut returns = Vec::new();
        for k in 0..40 {
            let along = 0.25 * f64::from(k);
            returns.push(Point3::new(20.0 + 0.8 * along, 5.0 + 0.6 * along, 1.0)); // 9.75 m long
            returns.push(Point3::new(-3.0 + 0.01 * along, 0.1, 1.0));
        }
        returns.push(Point3::new(50.0, 50.0, 1.0)); // alone
        let mut out = Vec::new();
        Clusters::default().find(&returns, &mut out);
        assert_eq!(out.len(), 2);
        let (small, long) = (out[0], out[1]);
        assert!(matches!(small.shape, Shape::Disc(r) if r < 0.2));
        let Shape::Box(f) = long.shape else { panic!("not a box: {long:?}") };
        assert!((f.length() - 9.75).abs() < 0.01 && f.half_width < 0.01);
        assert!((long.pose.heading - libm::atan2(0.6, 0.8)).abs() < 1e-6);
    }
}
