//! Hybrid A*: a search over poses that are reached by driving, one kept for each cell of a lattice.
//!
//! After D. Dolgov, S. Thrun, M. Montemerlo and J. Diebel, *Path planning for autonomous vehicles in unknown
//! semi-structured environments*, International Journal of Robotics Research 29 (2010): the bound of the rest is the
//! greater of a free Reeds-Shepp drive and of a disc among the obstacles; poses are joined to the goal in one stroke
//! where that is clear. Unlike there, a stroke does not end the search: it goes on while something cheaper may be found
//! and the budget for that lasts.

use super::ManoeuvreError;
use super::analytic::{RADII, Target};
use super::cost::{COMFORT, CUSP, Cost, Motion, REVERSE};
use super::drive::{Drive, Piece};
use super::gates::{Gate, approaches, gates};
use super::holonomic::Holonomic;
use super::sweep::Sweep;
use crate::path::Travel;
use haul_core::{Point2, Pose2};
use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, HashMap};
use std::f64::consts::TAU;
use std::hash::{BuildHasherDefault, Hasher};

/// How finely poses are told apart.
struct Lattice {
    /// Length of a motion primitive, m: longer than a cell's diagonal, so that each leaves its cell.
    step: f64,
    /// Side of a cell, m.
    cell: f64,
    /// Headings: no wider than a primitive at half the greatest curvature turns.
    headings: f64,
    /// Whether primitives end only where they must; none is longer than `step`.
    to_the_wall: bool,
}

const COARSE: Lattice = Lattice { step: 2.4, cell: 1.4, headings: 32.0, to_the_wall: false };
/// For where a truck has to go to and fro by less than a coarse step.
const FINE: Lattice = Lattice { step: 0.8, cell: 0.45, headings: 90.0, to_the_wall: false };
/// For where it is hemmed in: it goes as far as it can each time, and little is won by that.
const WALLS: Lattice = Lattice { step: 6.0, cell: 0.2, headings: 180.0, to_the_wall: true };
/// The steerings there; what wins less than this length is no run, m.
const WALL_STEERINGS: [f64; 3] = [1.0, 0.0, -1.0];
const LEAST_RUN: f64 = 0.15;
/// The finer lattices reach this far around the start, m: about a truck's length.
const HEMMED: f64 = 11.0;
/// Steerings of the primitives as shares of the greatest curvature.
const STEERINGS: [f64; 5] = [0.0, 0.5, -0.5, 1.0, -1.0];
/// More of them for a start beside a wall: a sharp turn away from it swings the tail into it.
const FINE_STEERINGS: [f64; 9] = [0.0, 0.1, -0.1, 0.25, -0.25, 0.5, -0.5, 1.0, -1.0];
/// Strokes checked at the start, and at each other pose that tries.
const STROKES_AT_START: usize = 60;
const STROKES: usize = 3;
/// Strokes to gates checked at each of these.
const APPROACHES: usize = 8;
/// How many of the radii of strokes are tried on the way.
const RADII_ON_THE_WAY: usize = 2;
/// A stroke this much above the least conceivable cost is taken without further search.
const GOOD_ENOUGH: f64 = 1.1;
/// Poses expanded after a first way is found, to better it.
const BETTERING: usize = 250;
/// Weight of the bound of the rest in the order of expansion (I. Pohl, 1970): a first way comes sooner, bettering follows.
const EAGERNESS: f64 = 2.5;
/// A start that must be left in one travel is left by this length at least before the travel changes, m: about half of a
/// truck, or where that is not free half of it; out of a tight place by less.
pub(crate) const EXITS: [f64; 2] = [6.0, 3.0];
const TIGHT_EXITS: [f64; 4] = [6.0, 3.0, 1.6, 0.8];
/// Where no way out is clear for so long, m, a coarse step and a half, a truck is hemmed in.
const ROOM: f64 = 1.5 * COARSE.step;
/// The share of the budget that a search from wall to wall has, as its divisor.
const WALLS_SHARE: usize = 4;
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
        Self { expansions: 8_000, poses: 80_000 }
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

/// A pose waiting with the bound of its whole drive; the least rank first, of equal ones the latest.
#[derive(PartialEq)]
struct Waiting {
    rank: f64,
    bound: f64,
    index: u32,
}

impl Eq for Waiting {}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank.total_cmp(&other.rank).then(other.index.cmp(&self.index))
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
    /// The travel in which the start must be left, and by how much, the longest first, m.
    first: Option<Travel>,
    exits: &'static [f64],
    /// Where the lattice is another, and which.
    hemmed: Option<(Pose2, &'static Lattice)>,
    low: Point2,
    high: Point2,
    gates: Vec<Gate>,
    /// Distance from the goal, or where the goal is backed into, cost from the gates.
    disc: Option<Holonomic<'a>>,
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
        first: Option<Travel>,
    ) -> Self {
        let (a, b) = (start.position(), target.goal.position());
        let window = nalgebra::Vector2::new(WINDOW, WINDOW);
        let (low, high) = (a.inf(&b) - window, a.sup(&b) + window);
        Self {
            sweep,
            target,
            cost: target.cost,
            margin,
            budget,
            start_curvature,
            first,
            exits: &EXITS,
            hemmed: None,
            low,
            high,
            gates: Vec::new(),
            disc: None,
            nodes: Vec::new(),
            cells: HashMap::default(),
            open: BinaryHeap::new(),
            best: None,
        }
    }

    /// The same search with a fine lattice about its start, which may be left by less than else.
    pub fn out_of_a_tight_place(mut self, start: Pose2) -> Self {
        self.hemmed = Some((start, &FINE));
        self.exits = &TIGHT_EXITS;
        self
    }

    /// The same search from wall to wall about its start, with a share of the budget: it finds soon or not at all.
    pub fn wall_to_wall(self, start: Pose2) -> Self {
        let budget = Budget { expansions: self.budget.expansions / WALLS_SHARE, ..self.budget };
        Self { budget, hemmed: Some((start, &WALLS)), exits: &TIGHT_EXITS, ..self }
    }

    /// Whether no way out of a pose in one travel, or in either, is clear for [`ROOM`].
    pub fn is_hemmed_in(&self, pose: Pose2, travel: Option<Travel>) -> bool {
        let travels = travel.map_or(vec![Travel::Forward, Travel::Reverse], |t| vec![t]);
        let way = |(travel, share)| Piece::steady(travel, share * self.cost.greatest_curvature, ROOM);
        let mut pieces = travels.iter().flat_map(|&t| WALL_STEERINGS.map(|share| (t, share))).map(way);
        pieces.all(|piece| self.sweep.piece(pose, &piece).is_none())
    }

    /// The lattice at a pose.
    fn lattice(&self, pose: Pose2) -> &'static Lattice {
        self.hemmed.filter(|h| h.0.distance(pose) < HEMMED).map_or(&COARSE, |h| h.1)
    }

    /// A motion primitive from a pose.
    fn primitive(&self, pose: Pose2, travel: Travel, share: f64) -> Option<Piece> {
        let lattice = self.lattice(pose);
        let piece = Piece::steady(travel, share * self.cost.greatest_curvature, lattice.step);
        if !lattice.to_the_wall {
            return Some(piece);
        }
        let length = self.sweep.run(pose, &piece);
        (length >= LEAST_RUN).then(|| Piece::steady(travel, piece.from, length))
    }

    /// The cheapest drive found, or why there is none.
    pub fn run(mut self, start: Pose2) -> Result<Drive, ManoeuvreError> {
        let still = Motion { travel: None, curvature: self.start_curvature };
        self.nodes.push(Node { pose: start, motion: still, cost: 0.0, parent: None, piece: None, closed: false });
        self.leave(start);
        let least = self.stroke(0, RADII.len(), STROKES_AT_START);
        if self.best.as_ref().is_some_and(|b| b.0 <= GOOD_ENOUGH * least) {
            return self.finish(0);
        }
        self.look_around(start)?;
        match self.first {
            // The ways out of the start are there already.
            Some(_) => (1..self.nodes.len() as u32).for_each(|index| {
                let Node { pose, motion, cost, .. } = self.nodes[index as usize];
                let rest = self.rest(pose, motion);
                self.open.push(Reverse(Waiting { rank: cost + EAGERNESS * rest, bound: cost + rest, index }));
            }),
            None => self.open.push(Reverse(Waiting { rank: least, bound: least, index: 0 })),
        }
        let (mut explored, mut since_found, mut until_stroke) = (0, 0, 0_usize);
        let mut nearest = f64::INFINITY;
        while let Some(Reverse(Waiting { bound, index, .. })) = self.open.pop() {
            if since_found >= BETTERING {
                break;
            }
            if self.best.as_ref().is_some_and(|b| bound >= b.0) {
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
            if until_stroke == 0 {
                self.stroke(index, RADII_ON_THE_WAY, STROKES);
                self.approach(index);
                // Far from the goal a stroke seldom is clear: try less often.
                until_stroke = ((bound - self.nodes[index as usize].cost) / 8.0) as usize;
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

    /// Where the start must be left in one travel: the clear first pieces in it, by their steering. They keep that travel
    /// for a while, that "out backwards" does not become a nudge of the brake.
    fn leave(&mut self, start: Pose2) {
        let Some(travel) = self.first else { return };
        let motion = self.nodes[0].motion;
        for &length in self.exits {
            for share in FINE_STEERINGS {
                let piece = Piece::steady(travel, share * self.cost.greatest_curvature, length);
                let Some(least) = self.sweep.piece(start, &piece) else { continue };
                let nearness = self.cost.nearness(length, (least - self.margin).min(COMFORT));
                let (pose, after) = (piece.driven(start, length), Motion { travel: Some(travel), curvature: piece.to });
                let cost = self.cost.piece(motion, &piece) + nearness;
                self.nodes.push(Node { pose, motion: after, cost, parent: Some(0), piece: Some(piece), closed: false });
            }
            // Less will do where no more is free.
            if self.nodes.len() > 1 {
                break;
            }
        }
    }

    /// Whether a drive from a pose leaves the start as asked.
    fn leaves_well(&self, index: u32, drive: &Drive) -> bool {
        let Some(first) = self.first.filter(|_| index == 0) else { return true };
        let out = drive.pieces.iter().take_while(|p| p.travel == first).map(|p| p.length).sum::<f64>();
        out > 0.0 && out >= self.exits[0].min(drive.length())
    }

    /// Works out the gates and what lies between them and the start.
    fn look_around(&mut self, start: Pose2) -> Result<(), ManoeuvreError> {
        let goal = self.target.goal;
        let mut sources = vec![(goal.position(), 0.0)];
        if self.target.last == Some(Travel::Reverse) {
            self.gates = gates(self.target, self.sweep, self.margin, Travel::Reverse);
            sources = self.gates.iter().map(|g| (g.pose.position(), g.cost)).collect();
            self.approach(0);
        }
        let f = self.sweep.footprint;
        let radius = f.half_width.min(f.rear).min(f.front) + self.margin.min(self.sweep.start_clearance());
        let mut disc = Holonomic::new(self.sweep.space, (self.low, self.high), sources.into_iter(), radius);
        if self.best.is_none() && disc.distance(start.position()).is_infinite() {
            return Err(ManoeuvreError::CutOff { nearest: disc.nearest_to(start.position()) });
        }
        self.disc = Some(disc);
        Ok(())
    }

    /// A lower bound of the cost from a pose to the goal.
    fn rest(&mut self, pose: Pose2, motion: Motion) -> f64 {
        let around = self.disc.as_mut().map_or(0.0, |d| d.distance(pose.position()));
        let around = match (self.target.last, motion.travel) {
            (Some(Travel::Reverse), Some(Travel::Reverse)) => {
                // Backing on all the way, or forward again to a gate.
                (REVERSE * pose.distance(self.target.goal)).min(CUSP + around)
            }
            (Some(Travel::Forward), Some(Travel::Reverse)) => around + CUSP,
            _ => around,
        };
        around.max(self.target.free_cost(pose, motion))
    }

    /// Tries to reach a gate in one stroke.
    fn approach(&mut self, index: u32) {
        let node = &self.nodes[index as usize];
        if self.gates.is_empty() || node.motion.travel == Some(Travel::Reverse) {
            return;
        }
        let mut limit = self.best.as_ref().map_or(f64::INFINITY, |b| b.0) - node.cost;
        let found = approaches(self.target, &self.gates, node.pose, node.motion, limit, APPROACHES);
        for approach in found {
            let (mut drive, run_in) = approach.drive(&self.gates);
            if approach.cost < limit && self.leaves_well(index, &drive) && self.sweep.drive(&drive).is_some() {
                run_in.into_iter().for_each(|p| drive.push(p));
                limit = approach.cost;
                self.best = Some((node.cost + limit, index, drive));
            }
        }
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
        if self.first.is_some() && index == 0 {
            strokes.retain(|s| self.leaves_well(index, &s.drive()));
        }
        strokes.truncate(most);
        if let Some((cost, drive)) = self.target.best(self.sweep, self.margin, &strokes, below) {
            self.best = Some((node.cost + cost, index, drive));
        }
        strokes.first().map_or(f64::INFINITY, |s| s.cost)
    }

    /// The cell of a pose in a sense of travel, packed.
    fn cell(&self, pose: Pose2, travel: Travel) -> u64 {
        let lattice = self.lattice(pose);
        // Within the window these are small and not negative.
        let x = ((pose.x - self.low.x) / lattice.cell) as u64;
        let y = ((pose.y - self.low.y) / lattice.cell) as u64;
        let turn = libm::floor(pose.heading / TAU * lattice.headings + 0.5);
        let heading = (turn - lattice.headings * libm::floor(turn / lattice.headings)) as u64;
        let fine = u64::from(lattice.cell < COARSE.cell);
        (fine << 63) | (x << 40) | (y << 16) | (heading << 1) | u64::from(travel == Travel::Reverse)
    }

    fn expand(&mut self, index: u32) {
        let Node { pose, motion, cost, .. } = self.nodes[index as usize];
        let steerings: &[f64] = match self.sweep.is_cramped() {
            _ if self.lattice(pose).to_the_wall => &WALL_STEERINGS,
            true => &FINE_STEERINGS,
            false => &STEERINGS,
        };
        for travel in [Travel::Forward, Travel::Reverse] {
            for &share in steerings {
                let Some(piece) = self.primitive(pose, travel, share) else { continue };
                let next = piece.driven(pose, piece.length);
                if !(next.x > self.low.x && next.y > self.low.y && next.x < self.high.x && next.y < self.high.y) {
                    continue;
                }
                let driven = cost + self.cost.piece(motion, &piece);
                let known = self.cells.get(&self.cell(next, travel)).copied();
                if known.is_some_and(|k| self.nodes[k as usize].closed || self.nodes[k as usize].cost <= driven) {
                    continue;
                }
                let after = Motion { travel: Some(travel), curvature: piece.to };
                let rest = self.rest(next, after);
                let limit = self.best.as_ref().map_or(f64::INFINITY, |b| b.0);
                if driven + rest >= limit || rest.is_infinite() {
                    continue;
                }
                let Some(least) = self.sweep.piece(pose, &piece) else { continue };
                let in_hand = (least - self.margin).min(COMFORT);
                let driven = driven + self.cost.nearness(piece.length, in_hand);
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
                self.open.push(Reverse(Waiting { rank: driven + EAGERNESS * rest, bound: driven + rest, index: made }));
            }
        }
    }
}
