//! What a drive costs, in metres of free forward driving.

use super::drive::Piece;
use crate::path::Travel;

/// A metre in reverse: driven at about two fifths of the pace of a manoeuvre forwards.
pub(crate) const REVERSE: f64 = 2.5;
/// A change of travel: stop, turn the wheels, start again; about 8 s at 2.5 m/s.
pub(crate) const CUSP: f64 = 20.0;
/// A change of steering over its whole range on one side.
const STEERING: f64 = 2.0;
/// A metre at the greatest curvature, besides the metre itself: tyres scrub and the truck goes slower.
pub(crate) const CURVE: f64 = 0.3;
/// A metre at the margin itself, besides the metre.
pub(crate) const NEARNESS: f64 = 0.5;
/// Clearance beyond the margin that is as good as any, m.
pub(crate) const COMFORT: f64 = 1.5;

/// Cost of a metre in a travel.
pub(crate) fn per_metre(travel: Travel) -> f64 {
    if travel == Travel::Reverse { REVERSE } else { 1.0 }
}

/// How the truck moved last, as far as it matters for what comes next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Motion {
    /// `None` at the start: the first travel is free.
    pub travel: Option<Travel>,
    /// Curvature by the steering, 1/m.
    pub curvature: f64,
}

/// Cost of steady pieces for a truck with this greatest curvature.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    pub greatest_curvature: f64,
}

impl Cost {
    /// Cost of a piece without regard to what stands near.
    pub fn piece(&self, before: Motion, piece: &Piece) -> f64 {
        let cusp = if before.travel.is_some_and(|t| t != piece.travel) { CUSP } else { 0.0 };
        let steered = (piece.from - before.curvature).abs() / self.greatest_curvature;
        let curve = piece.from.abs() / self.greatest_curvature;
        piece.length * (per_metre(piece.travel) + CURVE * curve) + cusp + STEERING * steered
    }

    /// Cost of passing near things for a length, with the least clearance in hand beyond the margin.
    pub fn nearness(&self, length: f64, in_hand: f64) -> f64 {
        length * NEARNESS * (1.0 - in_hand / COMFORT).clamp(0.0, 1.0)
    }
}
