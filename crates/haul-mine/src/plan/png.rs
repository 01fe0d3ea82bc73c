//! PNG output, with the outlines of a free font that egui ships.

use super::canvas::{Canvas, Colour, SHEET_WIDTH, Sheet};
use ab_glyph::{Font, FontRef, OutlineCurve};
use haul_core::Point2;
use tiny_skia::{Color, FillRule, LineCap, LineJoin, Paint as Ink, Path, PathBuilder, Pixmap, Stroke, Transform};

/// Longest side of a picture, pixels. A long narrow mine is drawn at a smaller scale.
const GREATEST_SIDE: f64 = 6_000.0;
/// Width of the pale rim around letters, as a share of their height. It keeps names legible on dark ground.
const RIM_SHARE: f32 = 0.22;
/// Colour of the rim.
const RIM: Colour = Colour(0xf4, 0xee, 0xe2);

/// A picture while it is drawn.
pub(super) struct Picture {
    pixels: Pixmap,
    low_x: f64,
    high_y: f64,
    /// Number of pixels per metre.
    scale: f64,
}

impl Picture {
    /// Creates an empty picture. Returns `None` if the sheet cannot be drawn.
    pub(super) fn new(sheet: &Sheet) -> Option<Picture> {
        let scale = (SHEET_WIDTH / sheet.width()).min(GREATEST_SIDE / sheet.height());
        let (w, h) = (sheet.width() * scale, sheet.height() * scale);
        let pixels = Pixmap::new((w.ceil() as u32).max(1), (h.ceil() as u32).max(1))?;
        Some(Picture { pixels, low_x: sheet.low.x, high_y: sheet.high.y, scale })
    }

    /// Returns the bytes of the PNG file.
    pub(super) fn finish(self) -> Option<Vec<u8>> {
        self.pixels.encode_png().ok()
    }

    fn place(&self, p: Point2) -> (f32, f32) {
        (((p.x - self.low_x) * self.scale) as f32, ((self.high_y - p.y) * self.scale) as f32)
    }

    fn path(&self, rings: &[&[Point2]], close: bool) -> Option<Path> {
        let mut path = PathBuilder::new();
        for ring in rings {
            for (k, p) in ring.iter().enumerate() {
                let (x, y) = self.place(*p);
                if k == 0 { path.move_to(x, y) } else { path.line_to(x, y) }
            }
            if close {
                path.close();
            }
        }
        path.finish()
    }

    fn stroke(&mut self, path: &Path, paint: Colour, width: f64) {
        let stroke =
            Stroke { width: ((width * self.scale) as f32).max(1.0), line_cap: LineCap::Round, ..Stroke::default() };
        self.pixels.stroke_path(path, &ink(paint), &stroke, Transform::identity(), None);
    }
}

fn ink(paint: Colour) -> Ink<'static> {
    let mut ink = Ink::default();
    ink.set_color(Color::from_rgba8(paint.0, paint.1, paint.2, u8::MAX));
    ink.anti_alias = true;
    ink
}

impl Canvas for Picture {
    fn area(&mut self, rings: &[&[Point2]], fill: Colour, outline: Option<(Colour, f64)>) {
        let Some(path) = self.path(rings, true) else { return };
        self.pixels.fill_path(&path, &ink(fill), FillRule::EvenOdd, Transform::identity(), None);
        if let Some((paint, width)) = outline {
            self.stroke(&path, paint, width);
        }
    }

    fn line(&mut self, points: &[Point2], paint: Colour, width: f64) {
        if let Some(path) = self.path(&[points], false) {
            self.stroke(&path, paint, width);
        }
    }

    fn disc(&mut self, centre: Point2, radius: f64, paint: Colour) {
        let (x, y) = self.place(centre);
        if let Some(path) = PathBuilder::from_circle(x, y, (radius * self.scale) as f32) {
            self.pixels.fill_path(&path, &ink(paint), FillRule::EvenOdd, Transform::identity(), None);
        }
    }

    fn text(&mut self, at: Point2, words: &str, paint: Colour, height: f64) {
        let (x, y) = self.place(at);
        let height = (height * self.scale) as f32;
        let Some(path) = outline(words, x, y, height) else { return };
        let rim = Stroke { width: RIM_SHARE * height, line_join: LineJoin::Round, ..Stroke::default() };
        self.pixels.stroke_path(&path, &ink(RIM), &rim, Transform::identity(), None);
        self.pixels.fill_path(&path, &ink(paint), FillRule::Winding, Transform::identity(), None);
    }
}

/// Returns the outline of words whose lower left corner is at a pixel. `height` is the height of a line, pixels.
fn outline(words: &str, x: f32, y: f32, height: f32) -> Option<Path> {
    let font = FontRef::try_from_slice(epaint_default_fonts::UBUNTU_LIGHT).ok()?;
    let scale = height / font.height_unscaled();
    let mut path = PathBuilder::new();
    let (mut left, mut last) = (x, None);
    for letter in words.chars() {
        let mut glyph = font.glyph_id(letter);
        if glyph.0 == 0 {
            glyph = font.glyph_id('?');
        }
        if let Some(last) = last {
            left += scale * font.kern_unscaled(last, glyph);
        }
        let at = |p: ab_glyph::Point| (left + scale * p.x, y - scale * p.y);
        let mut pen = None;
        for curve in font.outline(glyph).map(|o| o.curves).unwrap_or_default() {
            let (from, to) = match &curve {
                OutlineCurve::Line(a, b) | OutlineCurve::Quad(a, _, b) | OutlineCurve::Cubic(a, _, _, b) => (*a, *b),
            };
            if pen != Some(from) {
                if pen.is_some() {
                    path.close();
                }
                let (x, y) = at(from);
                path.move_to(x, y);
            }
            let (x, y) = at(to);
            match curve {
                OutlineCurve::Line(..) => path.line_to(x, y),
                OutlineCurve::Quad(_, c, _) => path.quad_to(at(c).0, at(c).1, x, y),
                OutlineCurve::Cubic(_, c, d, _) => path.cubic_to(at(c).0, at(c).1, at(d).0, at(d).1, x, y),
            }
            pen = Some(to);
        }
        if pen.is_some() {
            path.close();
        }
        left += scale * font.h_advance_unscaled(glyph);
        last = Some(glyph);
    }
    path.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_have_their_own_widths_and_stand_on_the_line() {
        let bounds = |words: &str| outline(words, 10.0, 50.0, 20.0).unwrap().bounds();
        assert!(bounds("mmmm").width() > 2.0 * bounds("iiii").width());
        assert!((bounds("H").bottom() - 50.0).abs() < 0.5 && bounds("p").bottom() > 53.0);
        assert!(bounds("face_1 Ωй").width() > 60.0);
        assert!(outline("", 0.0, 0.0, 20.0).is_none());
    }

    #[test]
    fn unknown_letters_become_question_marks() {
        let width = |words: &str| outline(words, 0.0, 0.0, 20.0).unwrap().bounds().width();
        assert_eq!(width("\u{4e2d}"), width("?"));
    }
}
