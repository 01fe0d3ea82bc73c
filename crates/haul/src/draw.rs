//! Plans as SVG: the drivable surface, the path coloured by speed, the truck's outline along manoeuvres.

use haul_core::units::to_kmh;
use haul_core::{Footprint, Point2, Pose2};
use haul_mine::MineMap;
use haul_planner::speed::SpeedProfile;
use haul_planner::{Path, Travel, TruckModel};
use std::fmt::Write;

/// Width of the ground shown around the path, m.
const MARGIN: f64 = 30.0;
/// Height of names, and minimum line width of a path, as shares of the width of the drawing.
const NAME: f64 = 0.013;
const LEAST_LINE: f64 = 0.0018;
/// Minimum line width of a path on the ground, m. The larger of the two minimums applies.
const LINE: f64 = 1.1;
/// Distance between outlines of the truck along a manoeuvre and along a road, m.
const OUTLINE_EVERY: (f64, f64) = (3.0, 60.0);

/// Draws paths on their mine. A speed profile belongs to the first path.
pub fn plan(map: &MineMap, truck: &TruckModel, paths: &[&Path], profile: Option<&SpeedProfile>) -> String {
    let positions = || paths.iter().flat_map(|path| &path.points).map(|p| p.pose.position());
    let first = positions().next().unwrap_or_else(Point2::origin);
    let (low, high) = positions().fold((first, first), |(l, h), p| (l.inf(&p), h.sup(&p)));
    let (x, y) = (low.x - MARGIN, high.y + MARGIN);
    let (width, height) = (high.x - low.x + 2.0 * MARGIN, high.y - low.y + 2.0 * MARGIN);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{x:.2} {:.2} {width:.2} {height:.2}\" width=\"1200\">\n\
         <rect x=\"{x:.2}\" y=\"{:.2}\" width=\"{width:.2}\" height=\"{height:.2}\" fill=\"#8a7a66\"/>\n",
        -y, -y
    );
    let mut outline = String::new();
    for ring in map.drivable.polygon().rings() {
        for (k, p) in ring.iter().enumerate() {
            let _ = write!(outline, "{}{:.2},{:.2} ", if k == 0 { 'M' } else { 'L' }, p.x, -p.y);
        }
        outline.push('Z');
    }
    let _ = writeln!(
        svg,
        "<path d=\"{outline}\" fill=\"#e8ddc8\" stroke=\"#5b4a36\" stroke-width=\"0.5\" fill-rule=\"evenodd\"/>"
    );
    for place in &map.places {
        if let (Some(machine), true) = (place.machine, place.obstacle_radius > 0.0) {
            let (x, y, r) = (machine.x, -machine.y, place.obstacle_radius);
            let _ =
                writeln!(svg, "<circle cx=\"{x:.2}\" cy=\"{y:.2}\" r=\"{r:.2}\" fill=\"#c9a227\" opacity=\"0.7\"/>");
        }
    }
    for path in paths {
        follow(&mut svg, truck, path, profile, LINE.max(LEAST_LINE * width));
    }
    for place in &map.places {
        if let Some(spot) = place.spots.first() {
            let (x, y) = (spot.pose.x, -spot.pose.y);
            let _ = writeln!(
                svg,
                "<text x=\"{x:.2}\" y=\"{y:.2}\" font-size=\"{:.2}\" font-family=\"sans-serif\" stroke=\"#e8ddc8\" \
                 stroke-width=\"{:.2}\" paint-order=\"stroke\">{}</text>",
                NAME * width,
                0.2 * NAME * width,
                place.id
            );
        }
    }
    svg.push_str("</svg>\n");
    svg
}

/// Returns the line of a path, coloured by direction and speed, with outlines of the truck.
fn follow(svg: &mut String, truck: &TruckModel, path: &Path, profile: Option<&SpeedProfile>, line: f64) {
    let mut next = 0.0;
    for pair in path.points.windows(2) {
        let (a, b) = (&pair[0], &pair[1]);
        if a.station >= next {
            let _ = writeln!(svg, "{}", rectangle(&truck.footprint, a.pose));
            let winding = a.travel == Travel::Reverse || a.road.is_none();
            next = a.station + if winding { OUTLINE_EVERY.0 } else { OUTLINE_EVERY.1 };
        }
        let colour = if a.travel == Travel::Reverse {
            "#a020c0".to_owned()
        } else {
            profile.map_or("#1660b0".into(), |p| speed_colour(to_kmh(p.speed_at(a.station))))
        };
        let _ = writeln!(
            svg,
            "<line x1=\"{:.2}\" y1=\"{:.2}\" x2=\"{:.2}\" y2=\"{:.2}\" stroke=\"{colour}\" stroke-width=\"{line:.2}\"/>",
            a.pose.x, -a.pose.y, b.pose.x, -b.pose.y
        );
    }
}

fn rectangle(footprint: &Footprint, pose: Pose2) -> String {
    let corners: Vec<String> = footprint.corners(pose).iter().map(|p| format!("{:.2},{:.2}", p.x, -p.y)).collect();
    format!(
        "<polygon points=\"{}\" fill=\"none\" stroke=\"#333\" stroke-width=\"0.25\" opacity=\"0.6\"/>",
        corners.join(" ")
    )
}

/// Returns the colour of a speed: red at rest, green at 40 km/h.
fn speed_colour(kmh: f64) -> String {
    format!("hsl({:.0},85%,42%)", (kmh / 40.0).clamp(0.0, 1.0) * 125.0)
}
