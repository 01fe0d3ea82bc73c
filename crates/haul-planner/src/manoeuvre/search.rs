//! Hybrid A*: a search over poses that the truck can reach by driving. Each cell of a lattice keeps one pose.
//!
//! After D. Dolgov, S. Thrun, M. Montemerlo and J. Diebel, *Path planning for autonomous vehicles in unknown
//! semi-structured environments*, International Journal of Robotics Research 29 (2010). The heuristic is the maximum of
//! the cost of an obstacle-free Reeds-Shepp path and the obstacle heuristic. Analytic expansions join poses to the goal
//! where the way is clear. Unlike in the paper, an expansion does not end the search: the search continues while a
//! cheaper path may exist and the budget for improvement lasts.

use super::ManoeuvreError;
use super::analytic::{RADII, SearchGoal};
use super::cost::{ManoeuvreCost, MotionState};
use super::obstacle_heuristic::ObstacleHeuristic;
use super::segment_path::{Segment, SegmentPath};
use super::staging::{StagingPose, approaches, staging_poses};
use super::sweep::Sweep;
use super::tuning::TUNING;
use crate::path::Travel;
use haul_core::{Point2, Pose2};
use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, HashMap};
use std::f64::consts::TAU;
use std::hash::{BuildHasherDefault, Hasher};

/// Resolution of the search in position and heading.
struct PoseLattice {
    /// Length of a motion primitive, m: longer than a cell's diagonal, so that each primitive leaves its cell.
    step: f64,
    /// Side length of a cell, m.
    cell: f64,
    /// Number of heading intervals: none is wider than the turn of a primitive at half the maximum curvature.
    headings: f64,
    /// True if primitives run until they are blocked; `step` is then their maximum length.
    runs_until_blocked: bool,
}

const COARSE: PoseLattice = PoseLattice { step: 2.4, cell: 1.4, headings: 32.0, runs_until_blocked: false };
/// Lattice for tight places, where the truck moves to and fro by less than a coarse step.
const FINE: PoseLattice = PoseLattice { step: 0.8, cell: 0.45, headings: 90.0, runs_until_blocked: false };
/// Lattice for a confined truck: each primitive runs as far as it can, which is not far.
const UNTIL_BLOCKED: PoseLattice = PoseLattice { step: 6.0, cell: 0.2, headings: 180.0, runs_until_blocked: true };
/// Curvatures of primitives that run until they are blocked, as shares of the maximum curvature.
const MAIN_STEERINGS: [f64; 3] = [1.0, 0.0, -1.0];
/// Curvatures of the motion primitives, as shares of the maximum curvature.
const STEERINGS: [f64; 5] = [0.0, 0.5, -0.5, 1.0, -1.0];
/// Finer curvatures for a start beside a wall, where a sharp turn away would swing the tail into the wall.
const FINE_STEERINGS: [f64; 9] = [0.0, 0.1, -0.1, 0.25, -0.25, 0.5, -0.5, 1.0, -1.0];

/// Limits of a search. They are counts, not seconds, so that the result is the same on every machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Maximum number of poses expanded.
    pub expansions: usize,
    /// Maximum number of poses kept (about 150 bytes each).
    pub poses: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { expansions: 8_000, poses: 80_000 }
    }
}

struct SearchNode {
    pose: Pose2,
    motion: MotionState,
    cost: f64,
    parent: Option<u32>,
    segment: Option<Segment>,
    closed: bool,
}

/// An open-list entry, ordered by the weighted f-value; ties favour the newest.
#[derive(PartialEq)]
struct OpenEntry {
    priority: f64,
    f_value: f64,
    index: u32,
}

impl Eq for OpenEntry {}

impl PartialOrd for OpenEntry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for OpenEntry {
    fn cmp(&self, other: &Self) -> Ordering {
        self.priority.total_cmp(&other.priority).then(other.index.cmp(&self.index))
    }
}

/// Hashes the packed index of a cell. The map is never iterated, so its order cannot affect results.
#[derive(Default)]
struct PoseHasher(u64);

impl Hasher for PoseHasher {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for &b in bytes {
            self.write_u64(u64::from(b));
        }
    }
    fn write_u64(&mut self, value: u64) {
        // The odd constant is 2^64 divided by the golden ratio (Knuth, TAOCP 3, 6.4).
        let mixed = (self.0 ^ value).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ (mixed >> 32);
    }
}

pub(crate) struct Search<'a> {
    sweep: &'a Sweep<'a>,
    target: &'a SearchGoal,
    cost: ManoeuvreCost,
    margin: f64,
    budget: Budget,
    start_curvature: f64,
    /// Required direction of travel at the start. `exits` holds the minimum distances to keep it (m), tried in order.
    first: Option<Travel>,
    exits: &'static [f64],
    /// Centre of the region in which another lattice applies, and that lattice.
    fine_lattice: Option<(Pose2, &'static PoseLattice)>,
    low: Point2,
    high: Point2,
    staging_poses: Vec<StagingPose>,
    /// Lower bound of the distance to the goal, or of the cost via a staging pose if the goal is backed into.
    obstacle_heuristic: Option<ObstacleHeuristic<'a>>,
    nodes: Vec<SearchNode>,
    cells: HashMap<u64, u32, BuildHasherDefault<PoseHasher>>,
    open: BinaryHeap<Reverse<OpenEntry>>,
    /// Cheapest path found: its total cost, the node where it leaves the tree, and the expansion from that node to the
    /// goal.
    best: Option<(f64, u32, SegmentPath)>,
}

impl<'a> Search<'a> {
    pub fn new(
        sweep: &'a Sweep<'a>,
        target: &'a SearchGoal,
        margin: f64,
        budget: Budget,
        start: Pose2,
        start_curvature: f64,
        first: Option<Travel>,
    ) -> Self {
        let (a, b) = (start.position(), target.goal.position());
        let window = nalgebra::Vector2::new(TUNING.window, TUNING.window);
        let (low, high) = (a.inf(&b) - window, a.sup(&b) + window);
        Self {
            sweep,
            target,
            cost: target.cost,
            margin,
            budget,
            start_curvature,
            first,
            exits: TUNING.exit_lengths,
            fine_lattice: None,
            low,
            high,
            staging_poses: Vec::new(),
            obstacle_heuristic: None,
            nodes: Vec::new(),
            cells: HashMap::default(),
            open: BinaryHeap::new(),
            best: None,
        }
    }

    /// Returns this search with a fine lattice around its start, which the truck may leave by a shorter distance.
    pub fn with_fine_lattice(mut self, start: Pose2) -> Self {
        self.fine_lattice = Some((start, &FINE));
        self.exits = TUNING.tight_exit_lengths;
        self
    }

    /// Returns this search with primitives that run until they are blocked around its start. Its budget is smaller,
    /// because such a search succeeds soon or not at all.
    pub fn until_blocked(self, start: Pose2) -> Self {
        let expansions = self.budget.expansions / TUNING.until_blocked_budget_divisor;
        let budget = Budget { expansions, ..self.budget };
        Self { budget, fine_lattice: Some((start, &UNTIL_BLOCKED)), exits: TUNING.tight_exit_lengths, ..self }
    }

    /// Returns true if every way out of a pose is blocked within a step and a half. `travel` limits the ways to one
    /// direction.
    pub fn is_confined(&self, pose: Pose2, travel: Option<Travel>) -> bool {
        let travels = travel.map_or(vec![Travel::Forward, Travel::Reverse], |t| vec![t]);
        let length = TUNING.confined_steps * COARSE.step;
        let way = |(travel, share)| Segment::steady(travel, share * self.cost.greatest_curvature, length);
        let mut segments = travels.iter().flat_map(|&t| MAIN_STEERINGS.map(|share| (t, share))).map(way);
        segments.all(|segment| self.sweep.segment(pose, &segment).is_none())
    }

    /// Returns the lattice that applies at a pose.
    fn lattice(&self, pose: Pose2) -> &'static PoseLattice {
        let is_near = |start: Pose2| start.distance(pose) < TUNING.fine_lattice_radius;
        self.fine_lattice.filter(|f| is_near(f.0)).map_or(&COARSE, |f| f.1)
    }

    /// Returns a motion primitive from a pose, or `None` if it is blocked at once.
    fn primitive(&self, pose: Pose2, travel: Travel, share: f64) -> Option<Segment> {
        let lattice = self.lattice(pose);
        let segment = Segment::steady(travel, share * self.cost.greatest_curvature, lattice.step);
        if !lattice.runs_until_blocked {
            return Some(segment);
        }
        let length = self.sweep.clear_length(pose, &segment);
        (length >= TUNING.min_blocked_run).then(|| Segment::steady(travel, segment.from, length))
    }

    /// Returns the cheapest path found, or the reason why there is none.
    pub fn run(mut self, start: Pose2) -> Result<SegmentPath, ManoeuvreError> {
        let still = MotionState::standing(self.start_curvature);
        self.nodes.push(SearchNode {
            pose: start,
            motion: still,
            cost: 0.0,
            parent: None,
            segment: None,
            closed: false,
        });
        self.add_exits(start);
        let least = self.try_expansions(0, RADII.len(), TUNING.expansions_at_start);
        if self.best.as_ref().is_some_and(|b| b.0 <= TUNING.accepted_ratio * least) {
            return self.finish(0);
        }
        self.prepare_heuristic(start)?;
        match self.first {
            // The tree already holds the exits of the start.
            Some(_) => (1..self.nodes.len() as u32).for_each(|index| {
                let SearchNode { pose, motion, cost, .. } = self.nodes[index as usize];
                let heuristic = self.heuristic(pose, motion);
                self.push(cost, heuristic, index);
            }),
            None => self.open.push(Reverse(OpenEntry { priority: least, f_value: least, index: 0 })),
        }
        let (mut explored, mut since_found, mut until_expansion) = (0, 0, 0_usize);
        let mut nearest = f64::INFINITY;
        while let Some(Reverse(OpenEntry { f_value, index, .. })) = self.open.pop() {
            if since_found >= TUNING.improvement_poses {
                break;
            }
            if self.best.as_ref().is_some_and(|b| f_value >= b.0) {
                continue;
            }
            let node = &mut self.nodes[index as usize];
            if node.closed {
                continue;
            }
            node.closed = true;
            nearest = nearest.min(node.pose.distance(self.target.goal));
            if explored >= self.budget.expansions || self.nodes.len() >= self.budget.poses {
                return if self.best.is_some() {
                    self.finish(explored)
                } else {
                    Err(ManoeuvreError::BudgetSpent { explored, nearest })
                };
            }
            explored += 1;
            since_found += usize::from(self.best.is_some());
            if until_expansion == 0 {
                self.try_expansions(index, TUNING.radii_at_poses, TUNING.expansions_at_poses);
                self.approach(index);
                // Far from the goal, an expansion is seldom clear and is therefore tried less often.
                until_expansion = ((f_value - self.nodes[index as usize].cost) / 8.0) as usize;
            } else {
                until_expansion -= 1;
            }
            self.expand(index);
        }
        if self.best.is_some() {
            return self.finish(explored);
        }
        Err(ManoeuvreError::NoWay { explored, nearest })
    }

    /// Adds the clear first segments, one for each curvature, of a start that must be left in one direction of travel.
    ///
    /// Each of them keeps that direction for a distance, so that "out in reverse" does not become a nudge.
    fn add_exits(&mut self, start: Pose2) {
        let Some(travel) = self.first else { return };
        let motion = self.nodes[0].motion;
        for &length in self.exits {
            for share in FINE_STEERINGS {
                let segment = Segment::steady(travel, share * self.cost.greatest_curvature, length);
                let Some(least) = self.sweep.segment(start, &segment) else { continue };
                let proximity = self.cost.proximity(length, (least - self.margin).min(TUNING.comfort_clearance));
                let (pose, after) = (segment.driven(start, length), self.cost.after(motion, &segment));
                let cost = self.cost.segment(motion, &segment) + proximity;
                self.nodes.push(SearchNode {
                    pose,
                    motion: after,
                    cost,
                    parent: Some(0),
                    segment: Some(segment),
                    closed: false,
                });
            }
            // Shorter exits are tried only where no longer exit is clear.
            if self.nodes.len() > 1 {
                break;
            }
        }
    }

    /// Returns true if a path from a node leaves the start in the requested direction for long enough.
    fn leaves_as_asked(&self, index: u32, path: &SegmentPath) -> bool {
        let Some(first) = self.first.filter(|_| index == 0) else { return true };
        let out = path.segments.iter().take_while(|p| p.travel == first).map(|p| p.length).sum::<f64>();
        out > 0.0 && out >= self.exits[0].min(path.length())
    }

    /// Computes the staging poses, and the obstacle heuristic from them or from the goal.
    fn prepare_heuristic(&mut self, start: Pose2) -> Result<(), ManoeuvreError> {
        let goal = self.target.goal;
        let mut sources = vec![(goal.position(), 0.0)];
        if self.target.last == Some(Travel::Reverse) {
            self.staging_poses = staging_poses(self.target, self.sweep, self.margin, Travel::Reverse);
            sources = self.staging_poses.iter().map(|g| (g.pose.position(), g.cost)).collect();
            self.approach(0);
        }
        let f = self.sweep.footprint;
        let radius = f.half_width.min(f.rear).min(f.front) + self.margin.min(self.sweep.start_clearance());
        let corners = (self.low, self.high);
        let mut heuristic = ObstacleHeuristic::new(self.sweep.space, corners, sources.into_iter(), radius);
        if self.best.is_none() && heuristic.distance(start.position()).is_infinite() {
            return Err(ManoeuvreError::CutOff { nearest: heuristic.nearest_to(start.position()) });
        }
        self.obstacle_heuristic = Some(heuristic);
        Ok(())
    }

    /// Returns a lower bound of the cost from a pose to the goal.
    fn heuristic(&mut self, pose: Pose2, motion: MotionState) -> f64 {
        let around = self.obstacle_heuristic.as_mut().map_or(0.0, |h| h.distance(pose.position()));
        let around = match (self.target.last, motion.travel) {
            (Some(Travel::Reverse), Some(Travel::Reverse)) => {
                // The truck reverses all the way, or drives forward again to a staging pose.
                let direct = TUNING.reverse_cost * pose.distance(self.target.goal);
                direct.min(TUNING.direction_change_cost + around)
            }
            (Some(Travel::Forward), Some(Travel::Reverse)) => around + TUNING.direction_change_cost,
            _ => around,
        };
        around.max(self.target.obstacle_free_cost(pose, motion))
    }

    /// Tries to reach a staging pose by a single expansion.
    fn approach(&mut self, index: u32) {
        let node = &self.nodes[index as usize];
        if self.staging_poses.is_empty() || node.motion.travel == Some(Travel::Reverse) {
            return;
        }
        let mut limit = self.best.as_ref().map_or(f64::INFINITY, |b| b.0) - node.cost;
        let found = approaches(self.target, &self.staging_poses, node.pose, node.motion, limit, TUNING.approaches);
        for approach in found {
            let (mut path, run_in) = approach.path(&self.staging_poses);
            if approach.cost < limit && self.leaves_as_asked(index, &path) && self.sweep.path(&path).is_some() {
                run_in.into_iter().for_each(|p| path.push(p));
                limit = approach.cost;
                self.best = Some((node.cost + limit, index, path));
            }
        }
    }

    fn finish(self, explored: usize) -> Result<SegmentPath, ManoeuvreError> {
        let Some((cost, from, last)) = self.best else {
            return Err(ManoeuvreError::NoWay { explored, nearest: f64::INFINITY });
        };
        let mut segments = Vec::new();
        let mut at = Some(from);
        while let Some(index) = at {
            let node = &self.nodes[index as usize];
            segments.extend(node.segment);
            at = node.parent;
        }
        let mut path = SegmentPath::new(self.nodes[0].pose);
        segments.into_iter().rev().chain(last.segments).for_each(|p| path.push(p));
        tracing::debug!(explored, cost, segments = path.segments.len(), "manoeuvre found");
        Ok(path)
    }

    /// Tries to reach the goal from a node by a single expansion. Returns the cost of the cheapest one without
    /// obstacles.
    fn try_expansions(&mut self, index: u32, radii: usize, most: usize) -> f64 {
        let node = &self.nodes[index as usize];
        let below = self.best.as_ref().map_or(f64::INFINITY, |b| b.0) - node.cost;
        let mut expansions = self.target.expansions(node.pose, node.motion, below, &RADII[..radii]);
        if self.first.is_some() && index == 0 {
            expansions.retain(|s| self.leaves_as_asked(index, &s.path()));
        }
        expansions.truncate(most);
        if let Some((cost, path)) = self.target.best(self.sweep, self.margin, &expansions, below) {
            self.best = Some((node.cost + cost, index, path));
        }
        expansions.first().map_or(f64::INFINITY, |s| s.cost)
    }

    /// Returns the packed cell of a pose and a direction of travel.
    fn cell(&self, pose: Pose2, travel: Travel) -> u64 {
        let lattice = self.lattice(pose);
        // Within the window, these indices are small and not negative.
        let x = ((pose.x - self.low.x) / lattice.cell) as u64;
        let y = ((pose.y - self.low.y) / lattice.cell) as u64;
        let turn = libm::floor(pose.heading / TAU * lattice.headings + 0.5);
        let heading = (turn - lattice.headings * libm::floor(turn / lattice.headings)) as u64;
        let fine = u64::from(lattice.cell < COARSE.cell);
        (fine << 63) | (x << 40) | (y << 16) | (heading << 1) | u64::from(travel == Travel::Reverse)
    }

    fn expand(&mut self, index: u32) {
        let SearchNode { pose, motion, cost, .. } = self.nodes[index as usize];
        let steerings: &[f64] = match self.sweep.is_cramped() {
            _ if self.lattice(pose).runs_until_blocked => &MAIN_STEERINGS,
            true => &FINE_STEERINGS,
            false => &STEERINGS,
        };
        for travel in [Travel::Forward, Travel::Reverse] {
            for &share in steerings {
                let Some(segment) = self.primitive(pose, travel, share) else { continue };
                let next = segment.driven(pose, segment.length);
                if !(next.x > self.low.x && next.y > self.low.y && next.x < self.high.x && next.y < self.high.y) {
                    continue;
                }
                let driven = cost + self.cost.segment(motion, &segment);
                if driven.is_infinite() {
                    continue;
                }
                let known = self.cells.get(&self.cell(next, travel)).copied();
                if known.is_some_and(|k| self.nodes[k as usize].closed || self.nodes[k as usize].cost <= driven) {
                    continue;
                }
                let after = self.cost.after(motion, &segment);
                let heuristic = self.heuristic(next, after);
                let limit = self.best.as_ref().map_or(f64::INFINITY, |b| b.0);
                if driven + heuristic >= limit || heuristic.is_infinite() {
                    continue;
                }
                let Some(least) = self.sweep.segment(pose, &segment) else { continue };
                let excess = (least - self.margin).min(TUNING.comfort_clearance);
                let driven = driven + self.cost.proximity(segment.length, excess);
                if known.is_some_and(|k| self.nodes[k as usize].cost <= driven) {
                    continue;
                }
                let Ok(made) = u32::try_from(self.nodes.len()) else { return };
                let cell = self.cell(next, travel);
                self.nodes.push(SearchNode {
                    pose: next,
                    motion: after,
                    cost: driven,
                    parent: Some(index),
                    segment: Some(segment),
                    closed: false,
                });
                self.cells.insert(cell, made);
                self.push(driven, heuristic, made);
            }
        }
    }

    /// Adds a node to the open list.
    fn push(&mut self, cost: f64, heuristic: f64, index: u32) {
        let priority = cost + TUNING.heuristic_weight * heuristic;
        self.open.push(Reverse(OpenEntry { priority, f_value: cost + heuristic, index }));
    }
}
