//! Whether the footprint stays clear along a piece of a drive.

use super::drive::{Drive, Piece};
use super::ground::Ground;
use haul_core::{Footprint, Pose2};

/// Samples are never closer than this, m: between them a clearance at the margin can fall short of it by no more than
/// about half of this.
const LEAST_STEP: f64 = 0.25;
/// A truck that starts nearer to something than the margin may come nearer by its tail's swing, as far as this share
/// of what it starts with.
const KEPT: f64 = 0.3;
/// Once it is its own reach away from the start it must regain the margin at this rate, m per m.
const RECOVERY: f64 = 0.05;
/// Rounding of a clearance, m.
const ROUNDING: f64 = 1e-6;

/// Checks drives of one truck from one start.
pub(crate) struct Sweep<'a> {
    pub space: &'a Ground<'a>,
    pub footprint: Footprint,
    reach: f64,
    margin: f64,
    /// Clearance beyond which nearness no longer matters, m.
    enough: f64,
    start: Pose2,
    start_clearance: f64,
}

impl<'a> Sweep<'a> {
    pub fn new(space: &'a Ground<'a>, footprint: Footprint, margin: f64, comfort: f64, start: Pose2) -> Self {
        let start_clearance = space.footprint_clearance(&footprint, start);
        let reach = footprint.reach();
        Self { space, footprint, reach, margin, enough: margin + comfort, start, start_clearance }
    }

    pub fn start_clearance(&self) -> f64 {
        self.start_clearance
    }

    /// Clearance asked for at a pose, m: the margin, but near a start that has less, less.
    pub fn required(&self, pose: Pose2) -> f64 {
        if self.start_clearance >= self.margin {
            return self.margin;
        }
        let kept = self.start_clearance.min(KEPT * self.start_clearance);
        self.margin.min(kept + RECOVERY * (pose.distance(self.start) - self.reach).max(0.0))
    }

    /// Whether the truck starts nearer to something than the margin.
    pub fn is_cramped(&self) -> bool {
        self.start_clearance < self.margin
    }

    /// The least clearance along a piece (m, never above what matters), or `None` where it is too small. No point of the
    /// footprint moves more than 1 + |curvature| × reach metres per metre, so a clearance in hand is a length that needs
    /// no sample.
    pub fn piece(&self, pose: Pose2, piece: &Piece) -> Option<f64> {
        let per_metre = 1.0 + piece.from.abs().max(piece.to.abs()) * self.reach + RECOVERY;
        let (mut s, mut least) = (0.0, self.enough);
        loop {
            let at = piece.driven(pose, s);
            let clearance = self.space.footprint_clearance_up_to(&self.footprint, at, self.enough);
            let slack = clearance - self.required(at);
            if slack < -ROUNDING {
                return None;
            }
            least = least.min(clearance);
            if s >= piece.length {
                return Some(least);
            }
            s = (s + (slack / per_metre).max(LEAST_STEP)).min(piece.length);
        }
    }

    /// How far a piece is clear, m.
    pub fn run(&self, pose: Pose2, piece: &Piece) -> f64 {
        let per_metre = 1.0 + piece.from.abs().max(piece.to.abs()) * self.reach + RECOVERY;
        let (mut s, mut clear) = (0.0, 0.0);
        loop {
            let at = piece.driven(pose, s);
            let slack = self.space.footprint_clearance_up_to(&self.footprint, at, self.enough) - self.required(at);
            if slack < -ROUNDING {
                return clear;
            }
            clear = s;
            if s >= piece.length {
                return s;
            }
            s = (s + (slack / per_metre).max(LEAST_STEP)).min(piece.length);
        }
    }

    /// As [`Sweep::piece`] over a whole drive.
    pub fn drive(&self, drive: &Drive) -> Option<f64> {
        let (mut pose, mut least) = (drive.start, self.enough);
        for piece in &drive.pieces {
            least = least.min(self.piece(pose, piece)?);
            pose = piece.driven(pose, piece.length);
        }
        Some(least)
    }
}
