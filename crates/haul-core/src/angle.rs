//! Wrapping and differences of angles, in radians.

use std::f64::consts::{PI, TAU};

/// Returns the equivalent angle in (−π, π].
pub fn wrap(angle: f64) -> f64 {
    let turned = libm::remainder(angle, TAU);
    if turned <= -PI { turned + TAU } else { turned }
}

/// Returns the smaller turn from `from` to `to`, in (−π, π], positive anticlockwise.
pub fn difference(to: f64, from: f64) -> f64 {
    wrap(to - from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_half_turn_is_positive_from_either_side() {
        assert_eq!(wrap(PI), PI);
        assert_eq!(wrap(-PI), PI);
        assert_eq!(wrap(3.0 * PI), PI);
    }

    #[test]
    fn the_shorter_way_crosses_the_seam() {
        let turn = difference(-3.0, 3.0);
        assert!((turn - (TAU - 6.0)).abs() < 1e-12, "{turn}");
    }
}
