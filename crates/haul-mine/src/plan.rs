//! The plan of a mine as a drawing.

use crate::map::MineMap;
use std::fmt::Write;

/// Ground shown around the drivable surface, m.
const MARGIN: f64 = 40.0;
/// Width of the drawing, pixels.
const WIDTH: f64 = 1_400.0;

impl MineMap {
    /// The plan as SVG: drivable surface and islands, centrelines coloured by grade, places, a scale bar, north up.
    pub fn plan_svg(&self) -> String {
        let Some((low, high)) = self.drivable.polygon().bounds() else {
            return "<svg xmlns=\"http://www.w3.org/2000/svg\"/>\n".into();
        };
        let (left, top) = (low.x - MARGIN, -(high.y + MARGIN));
        let (width, height) = (high.x - low.x + 2.0 * MARGIN, high.y - low.y + 2.0 * MARGIN);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{left:.1} {top:.1} {width:.1} {height:.1}\" \
             width=\"{WIDTH:.0}\" font-family=\"sans-serif\">\n\
             <rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" fill=\"#d8d2c4\"/>\n"
        );
        let mut outline = String::new();
        for ring in self.drivable.polygon().rings() {
            for (k, p) in ring.iter().enumerate() {
                let _ = write!(outline, "{}{:.1},{:.1}", if k == 0 { 'M' } else { 'L' }, p.x, -p.y);
            }
            outline.push('Z');
        }
        let _ = writeln!(
            svg,
            "<path d=\"{outline}\" fill=\"#f7f1e3\" stroke=\"#6b5a43\" stroke-width=\"1\" fill-rule=\"evenodd\"/>"
        );
        let unit = width / WIDTH;
        for road in &self.roads.roads {
            for (pair, station) in road.line.points().windows(2).zip(&road.stations) {
                let _ = writeln!(
                    svg,
                    "<line x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\" stroke=\"{}\" stroke-width=\"{:.2}\"/>",
                    pair[0].x,
                    -pair[0].y,
                    pair[1].x,
                    -pair[1].y,
                    grade_colour(station.grade),
                    2.5 * unit
                );
            }
        }
        for place in &self.places {
            for spot in &place.spots {
                let (nose, tail) = (spot.pose.place(6.0, 0.0), spot.pose.place(-3.0, 0.0));
                let _ = writeln!(
                    svg,
                    "<line x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\" stroke=\"#1d3f72\" stroke-width=\"5\"/>",
                    nose.x, -nose.y, tail.x, -tail.y
                );
            }
            if let (Some(machine), true) = (place.machine, place.obstacle_radius > 0.0) {
                let _ = writeln!(
                    svg,
                    "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"{:.1}\" fill=\"#d99a00\"/>",
                    machine.x, -machine.y, place.obstacle_radius
                );
            }
            if let Some(spot) = place.spots.first() {
                let _ = writeln!(
                    svg,
                    "<text x=\"{:.1}\" y=\"{:.1}\" font-size=\"{:.1}\" fill=\"#1d3f72\">{}</text>",
                    spot.pose.x + 8.0 * unit,
                    -spot.pose.y - 8.0 * unit,
                    15.0 * unit,
                    place.id.as_str().replace('&', "&amp;").replace('<', "&lt;")
                );
            }
        }
        legend(&mut svg, (left, top + height), unit);
        svg.push_str("</svg>\n");
        svg
    }
}

/// Colours of the grade: green to 4 %, yellow to 8 %, orange to 10 %, red above.
fn grade_colour(grade: f64) -> &'static str {
    match grade.abs() {
        g if g <= 0.04 => "#3c8d40",
        g if g <= 0.08 => "#c9a800",
        g if g <= 0.10 => "#e07b00",
        _ => "#c22222",
    }
}

fn legend(svg: &mut String, (left, bottom): (f64, f64), unit: f64) {
    let bar = if unit * WIDTH > 1_200.0 { 200.0 } else { 100.0 };
    let (x, y) = (left + 20.0 * unit, bottom - 20.0 * unit);
    let _ = writeln!(
        svg,
        "<path d=\"M{x:.1},{y:.1}h{bar}\" stroke=\"#222\" stroke-width=\"{:.1}\"/>\
         <text x=\"{x:.1}\" y=\"{:.1}\" font-size=\"{:.1}\">{bar:.0} m, north is up; grade \
         <tspan fill=\"#3c8d40\">to 4 %</tspan> <tspan fill=\"#c9a800\">to 8 %</tspan> \
         <tspan fill=\"#e07b00\">to 10 %</tspan> <tspan fill=\"#c22222\">above</tspan></text>",
        3.0 * unit,
        y - 8.0 * unit,
        14.0 * unit
    );
}
