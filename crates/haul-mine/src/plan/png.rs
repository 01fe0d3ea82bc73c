//! PNG output. Letters have 8 × 8 dots, so that no font file is needed.

use super::canvas::{Canvas, Colour, SHEET_WIDTH, Sheet};
use font8x8::UnicodeFonts;
use haul_core::Point2;
use tiny_skia::{Color, FillRule, LineCap, Paint as Ink, Path, PathBuilder, Pixmap, Rect, Stroke, Transform};

/// Longest side of a picture, pixels. A long narrow mine is drawn at a smaller scale.
const GREATEST_SIDE: f64 = 6_000.0;
/// Number of dots in the height and in the width of a letter.
const LETTER_DOTS: f64 = 8.0;

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
        // A whole number of pixels per dot keeps letters sharp.
        let dot = (height * self.scale / LETTER_DOTS * 0.8).round().max(1.0);
        let (x, y) = self.place(at);
        let (x, y) = (f64::from(x).round(), f64::from(y).round() - dot * LETTER_DOTS);
        for (n, letter) in words.chars().enumerate() {
            let rows = font8x8::BASIC_FONTS.get(letter).or(font8x8::BASIC_FONTS.get('?')).unwrap_or_default();
            for (j, row) in rows.iter().enumerate() {
                for i in (0..8).filter(|i| row >> i & 1 == 1) {
                    let left = x + (n as f64 * LETTER_DOTS + f64::from(i)) * dot;
                    let top = y + j as f64 * dot;
                    let rect = Rect::from_xywh(left as f32, top as f32, dot as f32, dot as f32);
                    if let Some(rect) = rect {
                        self.pixels.fill_rect(rect, &ink(paint), Transform::identity(), None);
                    }
                }
            }
        }
    }
}
