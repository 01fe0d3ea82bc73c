//! Staging poses: poses where the truck changes direction before it backs into a goal.
//!
//! From a staging pose the truck backs into the goal without another change of direction: along an arc, then straight.
//! The clear staging poses are computed once for each goal. The search may reach a staging pose by a single forward
//! expansion. The costs of the staging poses enter the heuristic as the cost of the manoeuvre's end.

use super::analytic::SearchGoal;
use super::cost::MotionState;
use super::reeds_shepp::{RsPath, forward_words};
use super::segment_path::{Segment, SegmentPath};
use super::sweep::Sweep;
use super::tuning::TUNING;
use crate::path::Travel;
use haul_core::Pose2;

/// Lengths of the straight run into the goal, m.
const STRAIGHTS: [f64; 6] = [0.0, 3.0, 6.0, 10.0, 16.0, 24.0];
/// Curvatures of the arc before the straight, as shares of the maximum curvature.
const ARCS: [f64; 6] = [1.0, -1.0, 0.66, -0.66, 0.33, -0.33];
/// Heading difference between successive staging poses along an arc, rad.
const TURN_STEP: f64 = 0.2;
/// Number of staging poses along an arc.
const TURN_STEPS: usize = 8;

/// A pose at which the truck changes direction.
pub(crate) struct StagingPose {
    pub pose: Pose2,
    /// Cost of the change of direction and of the run into the goal, without the extra cost of a long reverse.
    pub cost: f64,
    /// Length that the truck reverses on the run into the goal, m.
    reversed: f64,
    arc: Option<Segment>,
    straight: Segment,
}

/// Returns the clear staging poses of a goal that must be reached in direction of travel `last`.
pub(crate) fn staging_poses(target: &SearchGoal, sweep: &Sweep, margin: f64, last: Travel) -> Vec<StagingPose> {
    let mut staging_poses = Vec::new();
    let curvature = target.cost.greatest_curvature;
    for length in STRAIGHTS {
        let entry = target.goal.advanced(-last.sign() * length);
        let straight = Segment::steady(last, 0.0, length);
        let Some(least) = sweep.segment(entry, &straight) else { break };
        let missing = super::analytic::missing_straight_cost(length);
        let rolling = MotionState { travel: Some(last), ..MotionState::standing(0.0) };
        let reversed = target.cost.reversed(&straight);
        let cost = TUNING.direction_change_cost
            + missing
            + target.cost.local(rolling, &straight)
            + target.cost.proximity(length, least - margin);
        if length >= TUNING.desired_straight || length == 0.0 {
            staging_poses.push(StagingPose { pose: entry, cost, reversed, arc: None, straight });
        }
        for share in ARCS {
            let step = Segment::steady(last, share * curvature, TURN_STEP / (share * curvature).abs());
            let back = Segment { travel: last.other(), ..step };
            let (mut pose, mut proximity) = (entry, 0.0);
            for count in 1..=TURN_STEPS {
                pose = back.driven(pose, step.length);
                let Some(least) = sweep.segment(pose, &step) else { break };
                proximity += target.cost.proximity(step.length, least - margin);
                let arc = Segment { length: step.length * count as f64, ..step };
                let before = MotionState { travel: Some(last), ..MotionState::standing(arc.from) };
                let whole = cost + proximity + target.cost.local(before, &arc);
                let reversed = reversed + target.cost.reversed(&arc);
                staging_poses.push(StagingPose { pose, cost: whole, reversed, arc: Some(arc), straight });
            }
        }
    }
    staging_poses
}

/// A forward expansion to a staging pose; its clearance is not checked yet.
pub(crate) struct StagingApproach {
    pub cost: f64,
    word: RsPath,
    staging_pose: usize,
}

/// Returns up to `most` expansions to staging poses that cost less than `below`, the cheapest first.
pub(crate) fn approaches(
    target: &SearchGoal,
    staging_poses: &[StagingPose],
    from: Pose2,
    before: MotionState,
    below: f64,
    most: usize,
) -> Vec<StagingApproach> {
    let mut found = Vec::new();
    for (index, staging_pose) in staging_poses.iter().enumerate() {
        // The goal itself is not a staging pose: a truck that drives forward into the goal has not backed in. The
        // straight distance is a lower bound of the cost of the path to a staging pose.
        let is_goal = staging_pose.arc.is_none() && staging_pose.straight.length == 0.0;
        if is_goal || staging_pose.cost + from.distance(staging_pose.pose) >= below {
            continue;
        }
        forward_words(from, staging_pose.pose, target.radius, |word| {
            let (mut cost, mut motion) = (staging_pose.cost, before);
            for s in word.segments() {
                let segment = Segment::steady(Travel::Forward, s.turn.sign() / word.radius(), s.length);
                cost += target.cost.segment(motion, &segment);
                motion = target.cost.after(motion, &segment);
            }
            cost += target.cost.far_reverse(motion.reversed, staging_pose.reversed);
            if cost < below {
                found.push(StagingApproach { cost, word, staging_pose: index });
            }
        });
    }
    found.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    found.truncate(most);
    found
}

impl StagingApproach {
    /// Returns the path to the staging pose, and the segments from there into the goal, which are known to be clear.
    pub fn path(&self, staging_poses: &[StagingPose]) -> (SegmentPath, Vec<Segment>) {
        let mut path = SegmentPath::new(self.word.start());
        path.push_word(&self.word);
        let staging_pose = &staging_poses[self.staging_pose];
        (path, staging_pose.arc.into_iter().chain([staging_pose.straight]).collect())
    }
}
