//! Fewer and wider turns: replaces parts of a path between changes of direction by an arc, a straight and another arc.

use super::cost::{ManoeuvreCost, MotionState};
use super::reeds_shepp::forward_words;
use super::segment_path::{Segment, SegmentPath};
use super::sweep::Sweep;
use crate::path::Travel;
use haul_core::Pose2;

/// Maximum distance between knots, the points where a replaced part may begin and end, m.
const KNOT_SPACING: f64 = 6.0;
/// Turning radii that are tried, as multiples of the minimum planned radius, the widest first.
const RADII: [f64; 6] = [12.0, 6.0, 3.0, 2.0, 1.4, 1.0];
/// Minimum reduction of the cost by a replacement, in metres of free forward driving.
const MIN_IMPROVEMENT: f64 = 0.1;
/// Number of passes. A long replacement often allows a shorter one afterwards.
const PASSES: usize = 2;
/// Maximum number of replacements whose clearance is checked.
const MAX_CHECKS: usize = 120;

/// Returns a path with the same changes of direction that costs no more.
pub(crate) fn shortened(
    path: &SegmentPath,
    cost: &ManoeuvreCost,
    margin: f64,
    sweep: &Sweep,
    before: MotionState,
) -> SegmentPath {
    let mut shorter = SegmentPath::new(path.start);
    let (mut pose, mut motion) = (path.start, before);
    let mut criteria = Criteria { cost, margin, sweep, checks: 0 };
    for section in path.segments.chunk_by(|a, b| a.travel == b.travel) {
        let mut knots = Knots::of(pose, section);
        pose = knots.poses[knots.poses.len() - 1];
        for _ in 0..PASSES {
            let mut from = 0;
            while from + 1 < knots.poses.len() {
                // Try long replacements first. Each replacement changes the knots.
                let better = (from + 1..knots.poses.len()).rev().find_map(|to| {
                    let segments = knots.replacement(from, to, motion, &mut criteria)?;
                    Some((to, segments))
                });
                if let Some((to, segments)) = better {
                    knots.replace(from, to, &segments);
                }
                from += 1;
            }
        }
        for segment in &knots.segments {
            motion = cost.after(motion, segment);
            shorter.push(*segment);
        }
    }
    shorter
}

/// Criteria for accepting a replacement, with the number of clearance checks so far.
struct Criteria<'a> {
    cost: &'a ManoeuvreCost,
    margin: f64,
    sweep: &'a Sweep<'a>,
    checks: usize,
}

impl Criteria<'_> {
    /// Returns the cost of obstacles near the segments, or `None` if the segments are not clear.
    fn proximity(&self, start: Pose2, segments: &[Segment]) -> Option<f64> {
        let (mut pose, mut sum) = (start, 0.0);
        for segment in &Knots::of(start, segments).segments {
            sum += self.cost.proximity(segment.length, self.sweep.segment(pose, segment)? - self.margin);
            pose = segment.driven(pose, segment.length);
        }
        Some(sum)
    }
}

/// A section cut into short segments: segment `i` leads from pose `i` to pose `i + 1`.
struct Knots {
    poses: Vec<Pose2>,
    segments: Vec<Segment>,
}

impl Knots {
    fn of(start: Pose2, section: &[Segment]) -> Knots {
        let mut knots = Knots { poses: vec![start], segments: Vec::new() };
        let mut pose = start;
        for segment in section {
            let count = (segment.length / KNOT_SPACING).ceil().max(1.0);
            let part = Segment { length: segment.length / count, ..*segment };
            for _ in 0..count as usize {
                pose = part.driven(pose, part.length);
                knots.poses.push(pose);
                knots.segments.push(part);
            }
        }
        knots
    }

    /// Returns the cost of segments that follow `motion` and end at knot `to`, including the next segment's steering
    /// change.
    fn cost(&self, segments: &[Segment], to: usize, cost: &ManoeuvreCost, motion: MotionState) -> f64 {
        let mut sum = 0.0;
        let mut now = motion;
        for segment in segments.iter().chain(self.segments.get(to)) {
            sum += cost.segment(now, segment);
            now = cost.after(now, segment);
        }
        sum
    }

    /// Returns cheaper segments between two knots, if there are any. `before` is the motion before the section.
    fn replacement(
        &self,
        from: usize,
        to: usize,
        before: MotionState,
        criteria: &mut Criteria,
    ) -> Option<Vec<Segment>> {
        let cost = criteria.cost;
        let old = &self.segments[from..to];
        let motion = self.segments[..from].iter().fold(before, |motion, segment| cost.after(motion, segment));
        let travel = old.first()?.travel;
        let cost_now = self.cost(old, to, cost, motion);
        let mut found: Vec<(f64, Vec<Segment>)> = Vec::new();
        for factor in RADII {
            between(self.poses[from], self.poses[to], travel, factor / cost.greatest_curvature, |segments| {
                let new = self.cost(&segments, to, cost, motion);
                if new < cost_now - MIN_IMPROVEMENT {
                    found.push((new, segments));
                }
            });
        }
        found.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut proximity_now = None;
        for (new, segments) in found {
            criteria.checks += 1;
            if criteria.checks > MAX_CHECKS {
                return None;
            }
            let Some(near) = criteria.proximity(self.poses[from], &segments) else { continue };
            // The old part was clear when the search found it.
            let proximity_now =
                *proximity_now.get_or_insert_with(|| criteria.proximity(self.poses[from], old).unwrap_or(0.0));
            if new + near < cost_now + proximity_now - MIN_IMPROVEMENT {
                return Some(segments);
            }
        }
        None
    }

    fn replace(&mut self, from: usize, to: usize, segments: &[Segment]) {
        let part = Knots::of(self.poses[from], segments);
        // Keep the last pose, so that rounding does not move it.
        let inner = part.poses[1..part.poses.len() - 1].iter().copied();
        self.poses.splice(from + 1..to, inner);
        self.segments.splice(from..to, part.segments);
    }
}

/// Calls `found` with the segments of each arc-straight-arc path in one direction of travel. A path in reverse is a
/// forward path from `to` to `from`, driven backwards.
fn between(from: Pose2, to: Pose2, travel: Travel, radius: f64, mut found: impl FnMut(Vec<Segment>)) {
    let (a, b) = if travel == Travel::Forward { (from, to) } else { (to, from) };
    forward_words(a, b, radius, |word| {
        let segment = |s: &super::reeds_shepp::RsSegment| {
            Segment::steady(travel, s.turn.sign() / word.radius(), s.length.max(0.0))
        };
        let mut segments: Vec<Segment> = word.segments().iter().map(segment).collect();
        if travel == Travel::Reverse {
            segments.reverse();
        }
        if !segments.is_empty() {
            found(segments);
        }
    });
}
