//! A path given by its steering: for each run, the length and the curvature at evenly spaced knots.

use crate::manoeuvre::segment_path::{Segment, SegmentPath};
use crate::path::Travel;
use haul_core::{Pose2, Vector2, angle};
use nalgebra::{Matrix3xX, Vector3};

/// Minimum number of segments in a run, so that the curvature can rise and fall again.
const MIN_SEGMENTS: usize = 2;

/// The part of a path between two changes of direction.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SteeringRun {
    pub travel: Travel,
    /// Length of the run, m.
    pub length: f64,
    /// Curvature set by the steering at the ends of equal segments, 1/m, + = left.
    pub curvatures: Vec<f64>,
}

impl SteeringRun {
    pub fn segments(&self) -> usize {
        self.curvatures.len() - 1
    }

    /// Returns the length of a segment, m.
    pub fn step(&self) -> f64 {
        self.length / self.segments() as f64
    }

    fn segment(&self, k: usize) -> Segment {
        Segment { travel: self.travel, from: self.curvatures[k], to: self.curvatures[k + 1], length: self.step() }
    }
}

/// Derivative of the pose after a segment (x, y, heading) with respect to the curvatures at the segment's start and end
/// (1/m) and to the length of its run (m).
pub(crate) struct PoseDerivative {
    pub before: Vector3<f64>,
    pub behind: Vector3<f64>,
    pub length: Vector3<f64>,
}

/// A path given by its steering.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Steered {
    pub start: Pose2,
    pub runs: Vec<SteeringRun>,
}

impl Steered {
    /// Converts a path, with knots at most `spacing` (m) apart. A jump of curvature is spread between two knots.
    pub fn of(path: &SegmentPath, spacing: f64) -> Steered {
        let runs = path.segments.chunk_by(|a, b| a.travel == b.travel).map(|segments| {
            let length: f64 = segments.iter().map(|p| p.length).sum();
            let count = ((length / spacing).ceil() as usize).max(MIN_SEGMENTS);
            let (mut index, mut before) = (0, 0.0);
            let curvature = |k: usize| {
                let s = length * k as f64 / count as f64;
                while index + 1 < segments.len() && s > before + segments[index].length {
                    before += segments[index].length;
                    index += 1;
                }
                let segment = &segments[index];
                segment.from + (segment.to - segment.from) * ((s - before) / segment.length).clamp(0.0, 1.0)
            };
            SteeringRun { travel: segments[0].travel, length, curvatures: (0..=count).map(curvature).collect() }
        });
        Steered { start: path.start, runs: runs.collect() }
    }

    pub fn path(&self) -> SegmentPath {
        let mut path = SegmentPath::new(self.start);
        for run in &self.runs {
            (0..run.segments()).for_each(|k| path.push(run.segment(k)));
        }
        path
    }

    /// Returns the pose at the start and after each segment.
    pub fn poses(&self) -> Vec<Pose2> {
        let mut poses = vec![self.start];
        let mut pose = self.start;
        for run in &self.runs {
            for k in 0..run.segments() {
                let segment = run.segment(k);
                pose = segment.driven(pose, segment.length);
                poses.push(pose);
            }
        }
        poses
    }

    /// Returns the first-order derivative of the pose after segment `k` of a run. A change of curvature at a knot
    /// rotates the rest of the path about the centroid of that change.
    pub fn effect(run: &SteeringRun, k: usize, from: Pose2, to: Pose2) -> PoseDerivative {
        let (step, sign) = (run.step(), run.travel.sign());
        let turn = sign * step / 2.0;
        let about = |centre| {
            let arm = perp(to.position() - centre);
            Vector3::new(arm.x, arm.y, 1.0) * turn
        };
        let before = about(from.place(sign * step / 3.0, 0.0));
        let behind = about(to.place(-sign * step / 3.0, 0.0));
        let gone = to.position() - from.position();
        let bent = run.curvatures[k] * before + run.curvatures[k + 1] * behind;
        let length = (Vector3::new(gone.x, gone.y, 0.0) + bent) / run.length;
        PoseDerivative { before, behind, length }
    }

    /// Returns the number of variables: all curvatures, run by run, then the lengths of the runs.
    pub fn variables(&self) -> usize {
        self.runs.iter().map(|r| r.curvatures.len() + 1).sum()
    }

    /// Returns the derivative of the last pose with respect to each variable.
    fn end_effects(&self, poses: &[Pose2]) -> Matrix3xX<f64> {
        let mut effects = Matrix3xX::zeros(self.variables());
        let end = poses[poses.len() - 1];
        let (mut knot, mut node) = (0, 0);
        let lengths = self.variables() - self.runs.len();
        for (r, run) in self.runs.iter().enumerate() {
            for k in 0..run.segments() {
                let to = poses[node + 1];
                let arm = perp(end.position() - to.position());
                let carried = |e: Vector3<f64>| Vector3::new(e.x + e.z * arm.x, e.y + e.z * arm.y, e.z);
                let effect = Self::effect(run, k, poses[node], to);
                for (variable, e) in [(knot, effect.before), (knot + 1, effect.behind), (lengths + r, effect.length)] {
                    let mut column = effects.column_mut(variable);
                    column += carried(e);
                }
                knot += 1;
                node += 1;
            }
            knot += 1;
        }
        effects
    }

    /// Moves the end to the goal by the smallest change of the variables, weighted by `scales` (0 fixes a variable).
    /// Keeps curvatures within `greatest` (1/m). Returns `None` if the iteration does not converge quickly.
    pub fn brought_to(&self, goal: Pose2, greatest: f64, scales: &[f64]) -> Option<Steered> {
        /// Tolerance of position (m) and heading (rad).
        const REACHED: f64 = 1e-9;
        const STEPS: usize = 12;
        let mut now = self.within(greatest);
        let mut before = f64::INFINITY;
        for _ in 0..STEPS {
            let poses = now.poses();
            let end = poses[poses.len() - 1];
            let off = Vector3::new(goal.x - end.x, goal.y - end.y, angle::difference(goal.heading, end.heading));
            if off.amax() < REACHED {
                return Some(now);
            }
            if off.norm() > 0.9 * before {
                return None;
            }
            before = off.norm();
            // A curvature at its limit stays there.
            let curvatures = now.runs.iter().flat_map(|r| &r.curvatures).map(|c| c.abs() < greatest);
            let is_free = curvatures.chain(now.runs.iter().map(|_| true));
            let scales: Vec<f64> = scales.iter().zip(is_free).map(|(s, free)| if free { *s } else { 0.0 }).collect();
            let mut effects = now.end_effects(&poses);
            for (mut column, scale) in effects.column_iter_mut().zip(&scales) {
                column *= *scale;
            }
            let weights = (&effects * effects.transpose()).lu().solve(&off)?;
            let change = effects.transpose() * weights;
            now = now.changed(change.iter().zip(&scales).map(|(c, s)| c * s)).within(greatest);
        }
        None
    }

    /// Returns this path with curvatures limited to ±`greatest` (1/m).
    fn within(&self, greatest: f64) -> Steered {
        let mut within = self.clone();
        within.runs.iter_mut().flat_map(|r| &mut r.curvatures).for_each(|c| *c = c.clamp(-greatest, greatest));
        within
    }

    /// Returns this path with each variable changed.
    pub fn changed(&self, mut change: impl Iterator<Item = f64>) -> Steered {
        let mut changed = self.clone();
        for run in &mut changed.runs {
            for curvature in &mut run.curvatures {
                *curvature += change.next().unwrap_or(0.0);
            }
        }
        for run in &mut changed.runs {
            run.length = (run.length + change.next().unwrap_or(0.0)).max(0.0);
        }
        changed
    }
}

/// Rotates a vector by a right angle to the left.
fn perp(v: Vector2) -> Vector2 {
    Vector2::new(-v.y, v.x)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to_and_fro() -> Steered {
        Steered {
            start: Pose2::new(3.0, -2.0, 0.7),
            runs: vec![
                SteeringRun {
                    travel: Travel::Forward,
                    length: 4.5,
                    curvatures: vec![0.02, 0.05, 0.09, 0.03, -0.02, -0.04],
                },
                SteeringRun { travel: Travel::Reverse, length: 3.0, curvatures: vec![0.08, 0.03, -0.05, -0.09] },
            ],
        }
    }

    #[test]
    fn the_end_moves_with_each_variable_as_computed() {
        let path = to_and_fro();
        let effects = path.end_effects(&path.poses());
        let end = |d: &Steered| *d.poses().last().unwrap();
        for variable in 0..path.variables() {
            let nudged = |by: f64| {
                let change = (0..path.variables()).map(|k| if k == variable { by } else { 0.0 });
                end(&path.changed(change))
            };
            let (a, b) = (nudged(-1e-5), nudged(1e-5));
            let measured = Vector3::new(b.x - a.x, b.y - a.y, angle::difference(b.heading, a.heading)) / 2e-5;
            let foreseen = effects.column(variable);
            assert!((measured - foreseen).norm() < 0.01 * measured.norm(), "{variable}: {measured} {foreseen}");
        }
    }

    #[test]
    fn the_end_is_moved_to_a_goal_nearby() {
        let path = to_and_fro();
        let end = *path.poses().last().unwrap();
        let goal = Pose2::new(end.x + 0.1, end.y - 0.1, end.heading + 0.02);
        let scales: Vec<f64> = (0..path.variables()).map(|k| if k < 10 { 0.05 } else { 1.0 }).collect();
        let brought = path.brought_to(goal, 0.1, &scales).unwrap();
        assert!(brought.poses().last().unwrap().distance(goal) < 1e-8);
        // Fixed variables must keep their values.
        let fixed: Vec<f64> = scales.iter().enumerate().map(|(k, s)| if k == 0 { 0.0 } else { *s }).collect();
        assert_eq!(path.brought_to(goal, 0.1, &fixed).unwrap().runs[0].curvatures[0], 0.02);
    }

    #[test]
    fn a_path_of_straights_and_clothoids_survives_the_conversion() {
        let segment = |from, to, length| Segment { travel: Travel::Forward, from, to, length };
        let path =
            SegmentPath { start: Pose2::default(), segments: vec![segment(0.0, 0.0, 4.0), segment(0.0, 0.08, 4.0)] };
        let steered = Steered::of(&path, 1.0);
        assert_eq!(steered.runs[0].curvatures, [0.0, 0.0, 0.0, 0.0, 0.0, 0.02, 0.04, 0.06, 0.08]);
        let (a, b) = (steered.path().end(), path.end());
        assert!(a.distance(b) < 1e-6 && (a.heading - b.heading).abs() < 1e-9);
    }
}
