//! Drawing operations that all output formats support.

use haul_core::Point2;

/// Width of a drawing, pixels.
pub(super) const SHEET_WIDTH: f64 = 1_400.0;

/// A colour as red, green and blue values from 0 to 255.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Colour(pub(super) u8, pub(super) u8, pub(super) u8);

/// The part of the site that is drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sheet {
    pub(super) low: Point2,
    pub(super) high: Point2,
}

impl Sheet {
    pub(super) fn width(&self) -> f64 {
        (self.high.x - self.low.x).max(1.0)
    }

    pub(super) fn height(&self) -> f64 {
        (self.high.y - self.low.y).max(1.0)
    }

    /// Returns the width of one pixel on the ground, m.
    pub(super) fn unit(&self) -> f64 {
        self.width() / SHEET_WIDTH
    }
}

/// A drawing with coordinates and widths in metres of the site frame.
pub(super) trait Canvas {
    /// Draws an area bounded by rings (even-odd rule), with an outline of a given width.
    fn area(&mut self, rings: &[&[Point2]], fill: Colour, outline: Option<(Colour, f64)>);
    /// Draws a line of a given width.
    fn line(&mut self, points: &[Point2], paint: Colour, width: f64);
    /// Draws a disc.
    fn disc(&mut self, centre: Point2, radius: f64, paint: Colour);
    /// Draws text of a given letter height, with its lower left corner at `at`.
    fn text(&mut self, at: Point2, words: &str, paint: Colour, height: f64);
}
