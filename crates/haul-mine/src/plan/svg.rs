//! SVG output.

use super::canvas::{Canvas, Colour, SHEET_WIDTH, Sheet};
use haul_core::Point2;
use std::fmt::Write;

/// SVG text while it is written.
pub(super) struct Svg {
    text: String,
}

impl Svg {
    pub(super) fn new(sheet: &Sheet) -> Svg {
        let text = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{:.1} {:.1} {:.1} {:.1}\" width=\"{SHEET_WIDTH:.0}\" \
             font-family=\"sans-serif\">\n",
            sheet.low.x,
            -sheet.high.y,
            sheet.width(),
            sheet.height()
        );
        Svg { text }
    }

    pub(super) fn finish(mut self) -> String {
        self.text.push_str("</svg>\n");
        self.text
    }

    fn path(&mut self, points: &[Point2]) {
        for (k, p) in points.iter().enumerate() {
            let _ = write!(self.text, "{}{:.1},{:.1}", if k == 0 { 'M' } else { 'L' }, p.x, -p.y);
        }
    }
}

fn colour(p: Colour) -> String {
    format!("#{:02x}{:02x}{:02x}", p.0, p.1, p.2)
}

impl Canvas for Svg {
    fn area(&mut self, rings: &[&[Point2]], fill: Colour, outline: Option<(Colour, f64)>) {
        self.text.push_str("<path d=\"");
        for ring in rings {
            self.path(ring);
            self.text.push('Z');
        }
        let _ = write!(self.text, "\" fill=\"{}\" fill-rule=\"evenodd\"", colour(fill));
        if let Some((paint, width)) = outline {
            let _ = write!(self.text, " stroke=\"{}\" stroke-width=\"{width:.2}\"", colour(paint));
        }
        self.text.push_str("/>\n");
    }

    fn line(&mut self, points: &[Point2], paint: Colour, width: f64) {
        self.text.push_str("<path d=\"");
        self.path(points);
        let _ = writeln!(
            self.text,
            "\" fill=\"none\" stroke=\"{}\" stroke-width=\"{width:.2}\" stroke-linejoin=\"round\"/>",
            colour(paint)
        );
    }

    fn disc(&mut self, centre: Point2, radius: f64, paint: Colour) {
        let _ = writeln!(
            self.text,
            "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"{radius:.1}\" fill=\"{}\"/>",
            centre.x,
            -centre.y,
            colour(paint)
        );
    }

    fn text(&mut self, at: Point2, words: &str, paint: Colour, height: f64) {
        let words = words.replace('&', "&amp;").replace('<', "&lt;");
        let _ = writeln!(
            self.text,
            "<text x=\"{:.1}\" y=\"{:.1}\" font-size=\"{height:.1}\" fill=\"{}\">{words}</text>",
            at.x,
            -at.y,
            colour(paint)
        );
    }
}
