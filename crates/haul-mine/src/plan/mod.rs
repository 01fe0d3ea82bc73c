//! Plan drawings of a mine as SVG or PNG, with north up: drivable surface and islands, centrelines coloured by grade,
//! places, zones and a scale bar. Another drawing shows the findings of the design check.

mod canvas;
mod png;
mod svg;

use crate::check::{DesignReport, Severity};
use crate::map::MineMap;
use crate::roads::Lanes;
use canvas::{Canvas, Colour, Sheet};
use haul_core::Point2;

/// Width of the margin drawn around the drivable surface, m.
const MARGIN: f64 = 40.0;
/// Colours of the drawings.
const GROUND: Colour = Colour(0xd8, 0xd2, 0xc4);
const SURFACE: Colour = Colour(0xf7, 0xf1, 0xe3);
const EDGE: Colour = Colour(0x6b, 0x5a, 0x43);
const SPOT: Colour = Colour(0x1d, 0x3f, 0x72);
const MACHINE: Colour = Colour(0xd9, 0x9a, 0x00);
const INK: Colour = Colour(0x22, 0x22, 0x22);
const QUIET: Colour = Colour(0xb9, 0xb2, 0xa2);
const GREEN: Colour = Colour(0x3c, 0x8d, 0x40);
const YELLOW: Colour = Colour(0xc9, 0xa8, 0x00);
const ORANGE: Colour = Colour(0xe0, 0x7b, 0x00);
const RED: Colour = Colour(0xc2, 0x22, 0x22);
const ZONE: Colour = Colour(0x7b, 0x4f, 0xa3);
/// Lengths of a truck's mark ahead of and behind its rear axle, m.
const TRUCK_MARK: (f64, f64) = (6.0, 3.0);
/// Number of findings that are marked with their number.
const NUMBERED_FINDINGS: usize = 40;

impl MineMap {
    /// Returns the plan as SVG.
    pub fn plan_svg(&self) -> String {
        let sheet = self.sheet();
        let mut canvas = svg::Svg::new(&sheet);
        self.draw_plan(&mut canvas, &sheet);
        canvas.finish()
    }

    /// Returns the plan as the bytes of a PNG file, or `None` if the mine is too narrow to draw.
    pub fn plan_png(&self) -> Option<Vec<u8>> {
        let sheet = self.sheet();
        let mut canvas = png::Picture::new(&sheet)?;
        self.draw_plan(&mut canvas, &sheet);
        canvas.finish()
    }

    /// Returns the plan with the findings of a design check as SVG. Broken `must` rules are red and broken `should`
    /// rules orange. The forty worst findings are marked with their numbers in the report.
    pub fn check_svg(&self, report: &DesignReport) -> String {
        let sheet = self.sheet();
        let mut canvas = svg::Svg::new(&sheet);
        self.draw_base(&mut canvas, &sheet);
        for road in &self.roads.roads {
            let line: Vec<Point2> = road.line.points().iter().map(|p| p.xy()).collect();
            canvas.line(&line, GREEN, 1.5 * sheet.unit());
        }
        for finding in report.findings.iter().rev() {
            let (paint, width) = match finding.severity {
                Severity::Must => (RED, 5.0),
                Severity::Should => (ORANGE, 3.0),
            };
            let line: Vec<Point2> = finding.line.iter().map(|p| p.xy()).collect();
            canvas.line(&line, paint, width * sheet.unit());
        }
        self.draw_places(&mut canvas, &sheet);
        for (k, finding) in report.findings.iter().enumerate().take(NUMBERED_FINDINGS) {
            let at = Point2::new(finding.at[0], finding.at[1]);
            let paint = if finding.severity == Severity::Must { RED } else { ORANGE };
            canvas.text(at, &(k + 1).to_string(), paint, 11.0 * sheet.unit());
        }
        let key = [
            ("rules kept", GREEN),
            ("should: advice", ORANGE),
            ("must: the check fails", RED),
            ("numbers: report's order", INK),
        ];
        legend(&mut canvas, &sheet, &key);
        canvas.finish()
    }

    fn sheet(&self) -> Sheet {
        let (low, high) = self.drivable.polygon().bounds().unwrap_or((Point2::origin(), Point2::origin()));
        let margin = nalgebra::Vector2::new(MARGIN, MARGIN);
        Sheet { low: low - margin, high: high + margin }
    }

    fn draw_plan(&self, canvas: &mut dyn Canvas, sheet: &Sheet) {
        self.draw_base(canvas, sheet);
        for road in &self.roads.roads {
            for (pair, stations) in road.line.points().windows(2).zip(road.stations.windows(2)) {
                let quiet = stations[0].lanes == Lanes::Open;
                let width = if stations[0].lanes == Lanes::One { 1.5 } else { 2.5 };
                let paint = if quiet { QUIET } else { grade_colour(stations[0].grade) };
                canvas.line(&[pair[0].xy(), pair[1].xy()], paint, width * sheet.unit());
            }
        }
        self.draw_places(canvas, sheet);
        let key = [
            ("grade to 4 %", GREEN),
            ("to 8 %", YELLOW),
            ("to 10 %", ORANGE),
            ("above", RED),
            ("open ground", QUIET),
            ("thin: single lane", INK),
        ];
        legend(canvas, sheet, &key);
    }

    fn draw_base(&self, canvas: &mut dyn Canvas, sheet: &Sheet) {
        let (low, high) = (sheet.low, sheet.high);
        let corners = [low, Point2::new(high.x, low.y), high, Point2::new(low.x, high.y)];
        canvas.area(&[&corners], GROUND, None);
        let rings: Vec<&[Point2]> = self.drivable.polygon().rings().collect();
        canvas.area(&rings, SURFACE, Some((EDGE, 1.0f64.max(0.7 * sheet.unit()))));
        for zone in &self.zones {
            let mut ring = zone.ring.clone();
            ring.extend(zone.ring.first().copied());
            canvas.line(&ring, ZONE, 1.5 * sheet.unit());
            if let Some(at) = zone.ring.first() {
                canvas.text(*at, &zone.name, ZONE, 12.0 * sheet.unit());
            }
        }
    }

    fn draw_places(&self, canvas: &mut dyn Canvas, sheet: &Sheet) {
        for place in &self.places {
            for spot in &place.spots {
                let (nose, tail) = (spot.pose.place(TRUCK_MARK.0, 0.0), spot.pose.place(-TRUCK_MARK.1, 0.0));
                canvas.line(&[nose, tail], SPOT, 5.0);
            }
            if let (Some(machine), true) = (place.machine, place.obstacle_radius > 0.0) {
                canvas.disc(machine.position(), place.obstacle_radius, MACHINE);
            }
            if let Some(spot) = place.spots.first() {
                let aside = nalgebra::Vector2::new(8.0, 8.0) * sheet.unit();
                canvas.text(spot.pose.position() + aside, place.id.as_str(), SPOT, 15.0 * sheet.unit());
            }
        }
    }
}

/// Returns the colour of a grade: green to 4 %, yellow to 8 %, orange to 10 %, red above.
fn grade_colour(grade: f64) -> Colour {
    match grade.abs() {
        g if g <= 0.04 => GREEN,
        g if g <= 0.08 => YELLOW,
        g if g <= 0.10 => ORANGE,
        _ => RED,
    }
}

/// Draws a scale bar of a round length, and the key of the colours.
fn legend(canvas: &mut dyn Canvas, sheet: &Sheet, key: &[(&str, Colour)]) {
    let unit = sheet.unit();
    let bar = [50.0, 100.0, 200.0, 500.0, 1_000.0].into_iter().find(|b| *b >= 120.0 * unit).unwrap_or(1_000.0);
    let at = sheet.low + nalgebra::Vector2::new(20.0, 16.0) * unit;
    canvas.line(&[at, at + nalgebra::Vector2::new(bar, 0.0)], INK, 3.0 * unit);
    let above = at + nalgebra::Vector2::new(0.0, 7.0) * unit;
    canvas.text(above, &format!("{bar:.0} m, north up"), INK, 14.0 * unit);
    let mut at = above + nalgebra::Vector2::new(170.0, 0.0) * unit;
    for (word, paint) in key {
        canvas.text(at, word, *paint, 14.0 * unit);
        at.x += (word.chars().count() as f64 * 8.0 + 18.0) * unit;
    }
}
