//! A manoeuvre as a list of pieces, each with a steering that is constant or changes evenly.

use super::reeds_shepp::RsPath;
use crate::path::{PathPoint, Travel};
use haul_core::{Pose2, angle};

/// A piece of a drive: the curvature goes evenly from one value to the other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Piece {
    pub travel: Travel,
    /// Curvature by the steering where the piece begins, 1/m, + = left.
    pub from: f64,
    /// Curvature where it ends, 1/m.
    pub to: f64,
    /// Distance driven, m, not negative.
    pub length: f64,
}

impl Piece {
    pub fn steady(travel: Travel, curvature: f64, length: f64) -> Piece {
        Piece { travel, from: curvature, to: curvature, length }
    }

    /// The pose after `distance` of the piece, driven from `pose`.
    pub fn driven(&self, pose: Pose2, distance: f64) -> Pose2 {
        let sign = self.travel.sign();
        let rate = if self.length > 0.0 { (self.to - self.from) / self.length } else { 0.0 };
        let turn = |s: f64| sign * (self.from * s + rate * s * s / 2.0);
        if rate == 0.0 {
            return super::reeds_shepp::driven(pose, self.from, sign * distance);
        }
        // Simpson's rule along the clothoid: with 0.25 m pieces its error is below 1e-9 m at any steering.
        let steps = (distance / 0.25).ceil().max(1.0);
        let h = distance / steps;
        let (mut x, mut y) = (0.0, 0.0);
        let (mut sine, mut cosine) = libm::sincos(pose.heading);
        for k in 0..steps as usize {
            let s = k as f64 * h;
            let (sm, cm) = libm::sincos(pose.heading + turn(s + h / 2.0));
            let (s1, c1) = libm::sincos(pose.heading + turn(s + h));
            x += cosine + 4.0 * cm + c1;
            y += sine + 4.0 * sm + s1;
            (sine, cosine) = (s1, c1);
        }
        let k = sign * h / 6.0;
        Pose2::new(pose.x + k * x, pose.y + k * y, angle::wrap(pose.heading + turn(distance)))
    }
}

/// Pieces driven one after the other.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Drive {
    pub start: Pose2,
    pub pieces: Vec<Piece>,
}

/// Pieces shorter than this are rounding, m.
const NO_PIECE: f64 = 1e-7;

impl Drive {
    pub fn new(start: Pose2) -> Drive {
        Drive { start, pieces: Vec::new() }
    }

    /// Adds a piece; joins it to the last one where both hold the same steering.
    pub fn push(&mut self, piece: Piece) {
        if piece.length < NO_PIECE {
            return;
        }
        if let Some(last) = self.pieces.last_mut() {
            let steady = last.from == last.to && piece.from == piece.to;
            if steady && last.travel == piece.travel && (last.from - piece.from).abs() < 1e-12 {
                last.length += piece.length;
                return;
            }
        }
        self.pieces.push(piece);
    }

    pub fn push_word(&mut self, word: &RsPath) {
        for s in word.segments() {
            let travel = if s.length < 0.0 { Travel::Reverse } else { Travel::Forward };
            self.push(Piece::steady(travel, s.turn.sign() / word.radius(), s.length.abs()));
        }
    }

    /// The same drive backwards in time, from `start` where this one ends.
    pub fn turned_round(&self, start: Pose2) -> Drive {
        let back = |p: &Piece| Piece { travel: p.travel.other(), from: p.to, to: p.from, length: p.length };
        Drive { start, pieces: self.pieces.iter().rev().map(back).collect() }
    }

    pub fn end(&self) -> Pose2 {
        self.pieces.iter().fold(self.start, |pose, p| p.driven(pose, p.length))
    }

    pub fn length(&self) -> f64 {
        self.pieces.iter().map(|p| p.length).sum()
    }

    /// Points no further apart than `spacing` (m); where the travel changes two points share station and pose. The last
    /// one stands at `goal`, which the drive reaches but for rounding.
    pub fn points(&self, spacing: f64, goal: Pose2) -> Vec<PathPoint> {
        let mut points: Vec<PathPoint> = Vec::new();
        let (mut pose, mut station) = (self.start, 0.0);
        for section in self.pieces.chunk_by(|a, b| a.travel == b.travel) {
            let length: f64 = section.iter().map(|p| p.length).sum();
            let count = (length / spacing).ceil().max(1.0) as usize;
            let (mut index, mut before, mut at) = (0, 0.0, pose);
            for k in 0..=count {
                let s = length * k as f64 / count as f64;
                while index + 1 < section.len() && s > before + section[index].length {
                    at = section[index].driven(at, section[index].length);
                    before += section[index].length;
                    index += 1;
                }
                let piece = &section[index];
                let into = (s - before).clamp(0.0, piece.length);
                let share = if piece.length > 0.0 { into / piece.length } else { 0.0 };
                let curvature = piece.from + (piece.to - piece.from) * share;
                points.push(PathPoint::at_pose(piece.driven(at, into), curvature, station + s, piece.travel));
            }
            (pose, station) = points.last().map_or((pose, station), |p| (p.pose, p.station));
        }
        match points.last_mut() {
            Some(last) => last.pose = goal,
            None => points.push(PathPoint::at_pose(goal, 0.0, 0.0, Travel::Forward)),
        }
        points
    }
}
