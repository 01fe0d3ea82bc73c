//! What can be drawn, whatever it is drawn on.

use haul_core::Point2;

/// Width of a drawing, pixels.
pub(super) const WIDTH: f64 = 1_400.0;

/// Red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Paint(pub(super) u8, pub(super) u8, pub(super) u8);

/// The part of the site that is drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub(super) low: Point2,
    pub(super) high: Point2,
}

impl Frame {
    pub(super) fn width(&self) -> f64 {
        (self.high.x - self.low.x).max(1.0)
    }

    pub(super) fn height(&self) -> f64 {
        (self.high.y - self.low.y).max(1.0)
    }

    /// Metres a pixel.
    pub(super) fn unit(&self) -> f64 {
        self.width() / WIDTH
    }
}

/// Draws in metres of the site frame.
pub(super) trait Canvas {
    /// Rings by the even-odd rule, with an outline of a width (m).
    fn area(&mut self, rings: &[&[Point2]], fill: Paint, outline: Option<(Paint, f64)>);
    /// A line of a width (m).
    fn line(&mut self, points: &[Point2], paint: Paint, width: f64);
    /// A disc of a radius (m).
    fn disc(&mut self, centre: Point2, radius: f64, paint: Paint);
    /// Words of a height (m), from their lower left corner on.
    fn text(&mut self, at: Point2, words: &str, paint: Paint, height: f64);
}
