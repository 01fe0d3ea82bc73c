//! Hybrid A*: a search over poses that are reached by driving, one kept for each cell of a lattice.
//!
//! After D. Dolgov, S. Thrun, M. Montemerlo and J. Diebel, *Path planning for autonomous vehicles in unknown
//! semi-structured environments*, International Journal of Robotics Research 29 (2010): the bound of the rest is the
//! greater of a free Reeds-Shepp drive and of a disc among the obstacles; poses are joined to the goal in one stroke
//! where that is clear. Unlike there, a stroke does not end the search: it goes on while something cheaper may be found
//! and the budget for that lasts.

use super::ManoeuvreError;
use super::analytic::{RADII, Target};
use super::cost::{COMFORT, CUSP, Cost, Motion};
use super::drive::{Drive, Piece};
use super::holonomic::Holonomic;
use super::sweep::Sweep;
use crate::path::Travel;
use haul_core::{Point2, Pose2};
use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, HashMap};
use std::f64::consts::TAU;
use std::hash::{BuildHasherDefault, Hasher};

/// Length of a motion primitive, m: longer than a cell's diagonal, so that each leaves its cell.
const STEP: f64 = 2.0;
/// Side of a lattice cell, m.
const CELL: f64 = 1.0;
/// Headings of the lattice: 7.5 degrees each, less than a primitive at half the greatest curvature turns.
const HEADINGS: f64 = 48.0;
/// Steerings of the primitives as shares of the greatest curvature.
const STEERINGS: [f64; 5] = [0.0, 0.5, -0.5, 1.0, -1.0];
/// Strokes checked at the start, and at each other pose that tries.
const STROKES_AT_START: usize = 60;
const STROKES: usize = 6;
/// How many of the radii of strokes are tried on the way.
const RADII_ON_THE_WAY: usize = 3;
/// A stroke this much above the least conceivable cost is taken without further search.
const GOOD_ENOUGH: f64 = 1.1;
/// Poses expanded after a first way is found, to better it.
const BETTERING: usize = 150;
/// How far beyond start and goal the search may go, m.
const WINDOW: f64 = 60.0;

/// What a search may use up. Counts, not seconds: the answer is the same on every machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Most poses expanded.
    pub expansions: usize,
    /// Most poses kept (about 150 bytes each).
    pub poses: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { expansions: 6_000, poses: 60_000 }
    }
}

struct Node {
    pose: Pose2,
    motion: Motion,
    cost: f64,
    parent: Option<u32>,
    piece: Option<Piece>,
    closed: bool,
}

/// A pose waiting with the bound of its whole drive; the least first, ties by the order of making.
#[derive(PartialEq)]
struct Waiting(f64, u32);

impl Eq for Waiting {}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0).then(other.1.cmp(&self.1))
    }
}

/// Mixes a packed cell; the map is only ever asked, never walked, so its order reaches nothing.
#[derive(Default)]
struct CellHasher(u64);

impl Hasher for CellHasher {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for &b in bytes {
            self.write_u64(u64::from(b));
        }
    }
    fn write_u64(&mut self, value: u64) {
        // The odd constant is 2^64 over the golden ratio (Knuth, TAOCP 3, 6.4).
        let mixed = (self.0 ^ value).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ (mixed >> 32);
    }
}

pub(crate) struct Search<'a> {
    sweep: &'a Sweep<'a>,
    target: &'a Target,
    cost: Cost,
    margin: f64,
    budget: Budget,
    start_curvature: f64,
    low: Point2,
    high: Point2,
    disc: Holonomic<'a>,
    nodes: Vec<Node>,
    cells: HashMap<u64, u32, BuildHasherDefault<CellHasher>>,
    open: BinaryHeap<Reverse<Waiting>>,
    /// Whole cost, the pose it leaves from and the last stroke.
    best: Option<(f64, u32, Drive)>,
}

impl<'a> Search<'a> {
    pub fn new(
        sweep: &'a Sweep<'a>,
        target: &'a Target,
        margin: f64,
        budget: Budget,
        start: Pose2,
        start_curvature: f64,
    ) -> Self {
        let (a, b) = (start.position(), target.goal.position());
        let window = nalgebra::Vector2::new(WINDOW, WINDOW);
        let (low, high) = (a.inf(&b) - window, a.sup(&b) + window);
        let f = sweep.footprint;
        let disc = Holonomic::new(sweep.space, (low, high), b, f.half_width.min(f.rear).min(f.front).max(0.0));
        Self {
            sweep,
            target,
            cost: target.cost,
            margin,
            budget,
            start_curvature,
            low,
            high,
            disc,
            nodes: Vec::new(),
            cells: HashMap::default(),
            open: BinaryHeap::new(),
            best: None,
        }
    }

    /// The cheapest drive found, or why there is none.
    pub fn run(mut self, start: Pose2) -> Result<Drive, ManoeuvreError> {
        let still = Motion { travel: None, curvature: self.start_curvature };
        self.nodes.push(Node { pose: start, motion: still, cost: 0.0, parent: None, piece: None, closed: false });
        let least = self.stroke(0, RADII.len(), STROKES_AT_START);
        if self.best.as_ref().is_some_and(|b| b.0 <= GOOD_ENOUGH * least) {
            return self.finish(0);
        }
        if self.best.is_none() && self.disc.distance(start.position()).is_infinite() {
            return Err(ManoeuvreError::CutOff { nearest: self.disc.nearest_to(start.position()) });
        }
        self.open.push(Reverse(Waiting(least, 0)));
        let (mut explored, mut since_found, mut until_stroke) = (0, 0, 0_usize);
        let mut nearest = f64::INFINITY;
        while let Some(Reverse(Waiting(bound, index))) = self.open.pop() {
            if self.best.as_ref().is_some_and(|b| bound >= b.0 || since_found >= BETTERING) {
                break;
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
            if until_stroke == 0 {
                self.stroke(index, RADII_ON_THE_WAY, STROKES);
                // Far from the goal a stroke seldom is clear: try less often.
                until_stroke = ((bound - self.nodes[index as usize].cost) / 15.0) as usize;
            } else {
                until_stroke -= 1;
            }
            self.expand(index);
        }
        if self.best.is_some() {
            return self.finish(explored);
        }
        Err(ManoeuvreError::NoWay { explored, nearest })
    }

    fn finish(self, explored: usize) -> Result<Drive, ManoeuvreError> {
        let Some((cost, from, last)) = self.best else {
            return Err(ManoeuvreError::NoWay { explored, nearest: f64::INFINITY });
        };
        let mut pieces = Vec::new();
        let mut at = Some(from);
        while let Some(index) = at {
            let node = &self.nodes[index as usize];
            pieces.extend(node.piece);
            at = node.parent;
        }
        let mut drive = Drive::new(self.nodes[0].pose);
        pieces.into_iter().rev().chain(last.pieces).for_each(|p| drive.push(p));
        tracing::debug!(explored, cost, pieces = drive.pieces.len(), "manoeuvre found");
        Ok(drive)
    }

    /// Tries to reach the goal from a pose in one stroke; gives the cost of the cheapest as if nothing stood in the way.
    fn stroke(&mut self, index: u32, radii: usize, most: usize) -> f64 {
        let node = &self.nodes[index as usize];
        let below = self.best.as_ref().map_or(f64::INFINITY, |b| b.0) - node.cost;
        let mut strokes = self.target.strokes(node.pose, node.motion, below, &RADII[..radii]);
        strokes.truncate(most);
        if let Some((cost, drive)) = self.target.best(self.sweep, self.margin, &strokes, below) {
            self.best = Some((node.cost + cost, index, drive));
        }
        strokes.first().map_or(f64::INFINITY, |s| s.cost)
    }

    /// The cell of a pose in a sense of travel, packed.
    fn cell(&self, pose: Pose2, travel: Travel) -> u64 {
        // Within the window these are small and not negative.
        let x = ((pose.x - self.low.x) / CELL) as u64;
        let y = ((pose.y - self.low.y) / CELL) as u64;
        let turn = libm::floor(pose.heading / TAU * HEADINGS + 0.5);
        let heading = (turn - HEADINGS * libm::floor(turn / HEADINGS)) as u64;
        (x << 40) | (y << 16) | (heading << 1) | u64::from(travel == Travel::Reverse)
    }

    fn expand(&mut self, index: u32) {
        let Node { pose, motion, cost, .. } = self.nodes[index as usize];
        for travel in [Travel::Forward, Travel::Reverse] {
            for share in STEERINGS {
                let piece = Piece::steady(travel, share * self.cost.greatest_curvature, STEP);
                let next = piece.driven(pose, STEP);
                if !(next.x > self.low.x && next.y > self.low.y && next.x < self.high.x && next.y < self.high.y) {
                    continue;
                }
                let driven = cost + self.cost.piece(motion, &piece);
                let known = self.cells.get(&self.cell(next, travel)).copied();
                if known.is_some_and(|k| self.nodes[k as usize].closed || self.nodes[k as usize].cost <= driven) {
                    continue;
                }
                let after = Motion { travel: Some(travel), curvature: piece.to };
                let mut rest = self.disc.distance(next.position());
                if self.target.last.is_some_and(|t| t != travel) {
                    rest += CUSP;
                }
                let rest = rest.max(self.target.free_cost(next, after));
                let limit = self.best.as_ref().map_or(f64::INFINITY, |b| b.0);
                if driven + rest >= limit || rest.is_infinite() {
                    continue;
                }
                let Some(least) = self.sweep.piece(pose, &piece) else { continue };
                let in_hand = (least - self.margin).min(COMFORT);
                let driven = driven + self.cost.nearness(STEP, in_hand);
                if known.is_some_and(|k| self.nodes[k as usize].cost <= driven) {
                    continue;
                }
                let Ok(made) = u32::try_from(self.nodes.len()) else { return };
                let cell = self.cell(next, travel);
                self.nodes.push(Node {
                    pose: next,
                    motion: after,
                    cost: driven,
                    parent: Some(index),
                    piece: Some(piece),
                    closed: false,
                });
                self.cells.insert(cell, made);
                self.open.push(Reverse(Waiting(driven + rest, made)));
            }
        }
    }
}
