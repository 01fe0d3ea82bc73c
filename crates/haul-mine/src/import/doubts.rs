//! Plausibility checks of valid coordinates: single precision, swapped axes, wrong units.

use super::report::SourceReport;
use super::units::Unit;
use crate::build::ElevationGrid;
use crate::map::{MineMap, Summary, quantile};
use haul_core::{Point3, Vector2};

/// Minimum share of coordinates that must be single-precision numbers before a note is given.
const LEAST_SINGLE_SHARE: f64 = 0.995;
/// Tolerance (m) when coordinates are compared with single-precision numbers, because files round to millimetres.
const MILLIMETRE_TOLERANCE: f64 = 6e-4;
/// Spacing of single-precision numbers (m) below which the rounding does no harm.
const HARMLESS_STEP: f64 = 0.01;
/// Minimum number of points for a plausibility check.
const LEAST_POINTS: usize = 20;
/// Coordinate (m) above all UTM eastings and below most UTM northings.
const GREATEST_EASTING: f64 = 1e6;
/// Lower bound of UTM eastings (m).
const LEAST_EASTING: f64 = 1e5;
/// Plausible range for the extent of a mine (m).
const PLAUSIBLE_EXTENT: (f64, f64) = (60.0, 60_000.0);
/// Largest plausible median width of roads (m). A two-way road for the largest trucks (400 t) is 35 m wide. A survey
/// with a larger median width is more likely in feet.
const GREATEST_MEDIAN_WIDTH: f64 = 75.0;
/// Largest 5th percentile of road width (m) with which wide roads count as open ground. If even the narrowest roads are
/// wider, the unit is in doubt.
const GREATEST_LEAST_WIDTH: f64 = 40.0;
/// Minimum ratio of total road length to median width. With a smaller ratio, the surface is open ground, which may have
/// any width.
const LEAST_ELONGATION: f64 = 10.0;
/// Maximum ratio of drivable area to road length times median width. With a larger ratio, the rest is open ground.
const GREATEST_FILL: f64 = 3.0;
/// Largest width that the road tracing measures (m); see `roads::trace::measure`.
const GREATEST_MEASURED_WIDTH: f64 = 160.0;
/// Largest plausible median grade of roads, rise over run. Haul roads have at most 10 % over long distances.
const GREATEST_MEDIAN_GRADE: f64 = 0.12;
/// Largest plausible 95th percentile of the road grade, rise over run. No truck climbs a steeper grade.
const GREATEST_GRADE_P95: f64 = 0.40;
/// Largest cell size (m) of a raster in which roads can be seen.
const GREATEST_CELL: f64 = 25.0;
/// Smallest median height difference (m) between the edges and the ground beneath them that indicates a wrong datum or
/// unit.
const LEAST_HEIGHT_STEP: f64 = 10.0;
/// Relative tolerance when a ratio of heights is compared with the ratio of feet to metres.
const RATIO_TOLERANCE: f64 = 0.02;
/// Smallest plausible median slope of the ground, rise over run.
const LEAST_GENTLE_SLOPE: f64 = 0.01;
/// Units that a survey is likely to use, the most likely first.
const LIKELY_UNITS: [Unit; 6] =
    [Unit::Metre, Unit::Foot, Unit::Millimetre, Unit::Centimetre, Unit::Kilometre, Unit::Inch];

/// Returns notes on implausible points of one survey file. The points are in the file's unit, with east first.
pub(super) fn doubts(points: &[Point3]) -> Vec<String> {
    let mut notes = Vec::new();
    if points.len() < LEAST_POINTS {
        return notes;
    }
    for (name, axis) in [("eastings", 0), ("northings", 1)] {
        if let Some(step) = single_precision(points.iter().map(|p| p[axis])) {
            notes.push(format!(
                "{name} are multiples of {step}: they were stored in single precision and have lost finer digits; export the \
                 survey in double precision, or relative to a site datum"
            ));
        }
    }
    let (x, y) = (middle(points, 0), middle(points, 1));
    if x > GREATEST_EASTING && y > LEAST_EASTING && y < GREATEST_EASTING {
        notes.push(format!(
            "eastings near {x:.0} and northings near {y:.0} look like swapped axes; if they are, give --axes ne"
        ));
    }
    notes
}

/// Returns the mean of one coordinate over all points.
fn middle(points: &[Point3], axis: usize) -> f64 {
    points.iter().map(|p| p[axis]).sum::<f64>() / points.len() as f64
}

/// Returns the spacing of single-precision numbers at the largest value, if nearly all values are such numbers and the
/// spacing is harmful.
fn single_precision(values: impl Iterator<Item = f64> + Clone) -> Option<f64> {
    let greatest = values.clone().fold(0.0_f64, |m, v| m.max(v.abs()));
    let step = f64::from((greatest as f32).next_up()) - f64::from(greatest as f32);
    if step < HARMLESS_STEP || !step.is_finite() {
        return None;
    }
    let (mut on, mut all, mut whole) = (0_usize, 0_usize, 0_usize);
    for v in values {
        all += 1;
        on += usize::from((f64::from(v as f32) - v).abs() < MILLIMETRE_TOLERANCE);
        whole += usize::from(v.fract() == 0.0);
    }
    // A survey in whole metres is coarse, not damaged.
    let is_whole = whole == all && step < 1.0;
    (on as f64 >= LEAST_SINGLE_SHARE * all as f64 && !is_whole).then_some(step)
}

/// Returns a question about the unit if the extent of the mine (m) is implausible.
pub(super) fn extent(width: f64, height: f64, sources: &[SourceReport]) -> Option<String> {
    let across = width.max(height);
    let plausible = PLAUSIBLE_EXTENT.0..=PLAUSIBLE_EXTENT.1;
    if plausible.contains(&across) {
        return None;
    }
    let remedy = remedy(
        "unit",
        sources,
        |source| source.unit,
        |factor| plausible.contains(&(across * factor)),
        |factor| format!("{} across", length(across * factor)),
    );
    Some(format!("the mine is {} across, {}; {remedy}", length(across), read_as(sources, |s| (s.unit, &s.unit_from))))
}

/// Returns a question about the unit if the median width of the roads (m) is implausible. Open ground may have any
/// width.
pub(super) fn width(summary: &Summary, sources: &[SourceReport]) -> Option<String> {
    let median = summary.width_median_m;
    let is_open_ground = summary.width_p05_m <= GREATEST_LEAST_WIDTH
        || summary.road_length_m < LEAST_ELONGATION * median
        || summary.drivable_area_m2 > GREATEST_FILL * summary.road_length_m * median;
    if median <= GREATEST_MEDIAN_WIDTH || is_open_ground {
        return None;
    }
    let at_least = if median >= GREATEST_MEASURED_WIDTH { "at least " } else { "" };
    let remedy = remedy(
        "unit",
        sources,
        |source| source.unit,
        |factor| (6.0..=GREATEST_MEDIAN_WIDTH).contains(&(median * factor)),
        |factor| format!("{at_least}{:.0} m wide", median * factor),
    );
    Some(format!(
        "the median width of the roads is {at_least}{median:.0} m, {}; roads for the largest trucks are 35 m wide; {remedy}",
        read_as(sources, |s| (s.unit, &s.unit_from))
    ))
}

/// Returns a question about the unit of heights if the grades of the roads are implausible.
pub(super) fn grade(summary: &Summary, sources: &[SourceReport]) -> Option<String> {
    let (median, steep) = (summary.grade_median, summary.grade_p95);
    if median <= GREATEST_MEDIAN_GRADE && steep <= GREATEST_GRADE_P95 {
        return None;
    }
    let remedy = remedy(
        "height-unit",
        sources,
        |source| source.height_unit,
        |factor| (0.005..=0.1).contains(&(median * factor)),
        |factor| format!("{:.1} %", 100.0 * median * factor),
    );
    Some(format!(
        "the median grade of the roads is {:.0} % and the 95th percentile {:.0} %, with heights {}; haul roads have 10 % at most; \
         {remedy}",
        100.0 * median,
        100.0 * steep,
        read_as(sources, |s| (s.height_unit, &s.height_unit_from))
    ))
}

/// Returns a note if the cells of a raster are too coarse to show roads. `step` is the cell size east and north (m).
pub(super) fn cell(step: (f64, f64)) -> Option<String> {
    let step = step.0.max(step.1);
    (step > GREATEST_CELL).then(|| {
        format!(
            "the cells of the raster are {} wide, and haul roads are 10 to 40 m wide; use finer cells",
            length(step)
        )
    })
}

/// Returns a note if the edges lie far above or below the ground. `pairs` holds the height of the edge and of the
/// ground beneath it (m).
pub(super) fn apart(pairs: &[(f64, f64)]) -> Option<String> {
    let median = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied()
    };
    let step = median(pairs.iter().map(|(edge, ground)| edge - ground).collect())?;
    if step.abs() < LEAST_HEIGHT_STEP {
        return None;
    }
    let ratio = median(pairs.iter().filter(|(edge, _)| *edge != 0.0).map(|(edge, ground)| ground / edge).collect())?;
    let feet = 1.0 / Unit::Foot.metres();
    let cause = [(feet, "the ground"), (1.0 / feet, "the edges")]
        .into_iter()
        .find(|(expected, _)| (ratio / expected - 1.0).abs() < RATIO_TOLERANCE)
        .map_or_else(
            || "bring both to one height datum".to_owned(),
            |(_, which)| {
                format!("the heights of {which} seem to be in feet; convert them, or give each file with its unit")
            },
        );
    let side = if step > 0.0 { "above" } else { "below" };
    Some(format!("the edges lie {:.1} m {side} the ground of the other files (median); {cause}", step.abs()))
}

/// Returns the reason why a mine has nothing to drive on, or `None` if a truck of width `truck_width` (m) has room.
pub(super) fn nothing_to_drive_on(map: &MineMap, truck_width: f64) -> Option<String> {
    let widest = map.roads.roads.iter().flat_map(|r| &r.stations).map(|s| s.width()).reduce(f64::max);
    match widest {
        None if holds_a_truck(map, truck_width) => None,
        None => Some("the surface has no road: no part of it is long and wide enough for a truck".to_owned()),
        Some(widest) if widest < truck_width => {
            Some(format!("the widest road is {widest:.1} m wide, and a truck is {truck_width:.1} m wide"))
        }
        Some(_) => None,
    }
}

/// Returns a note if a mine has open ground but no road.
pub(super) fn no_road(map: &MineMap) -> Option<String> {
    let none = map.roads.roads.is_empty();
    none.then(|| "the surface has no road, only open ground: check that all edges were given".to_owned())
}

/// Number of intervals along each side of a mine, for the grid of points at which room for a truck is tested.
const PROBES: u32 = 200;

/// Returns true if a truck of width `truck_width` (m) has room somewhere on the drivable surface.
fn holds_a_truck(map: &MineMap, truck_width: f64) -> bool {
    let (low, high) = map.terrain.bounds();
    let step = (high - low) / f64::from(PROBES);
    let at = |i: u32, j: u32| low + Vector2::new(f64::from(i) * step.x, f64::from(j) * step.y);
    let mut places = (0..=PROBES).flat_map(|i| (0..=PROBES).map(move |j| at(i, j)));
    places.any(|place| map.drivable.clearance(place) >= truck_width)
}

/// Returns the message for a survey in which no ground is gentle enough to drive on. The message ends with a remedy.
/// `limit` is the maximum slope, rise over run.
pub(super) fn no_gentle_ground(grid: &ElevationGrid, limit: f64, sources: &[SourceReport]) -> String {
    let ((columns, rows), step) = (grid.size(), grid.step());
    let mut slopes: Vec<f64> = (0..columns * rows)
        .filter_map(|k| {
            let (i, j) = (k % columns, k / columns);
            let here = grid.cell(i, j)?;
            let (east, north) = (grid.cell(i + 1, j)? - here, grid.cell(i, j + 1)? - here);
            Some(libm::hypot(east / step.0, north / step.1))
        })
        .collect();
    slopes.sort_by(f64::total_cmp);
    let median = quantile(&slopes, 0.5);
    let of_gentle = |factor: f64| (LEAST_GENTLE_SLOPE..=limit).contains(&(median * factor));
    let remedy = remedy(
        "height-unit",
        sources,
        |source| source.height_unit,
        of_gentle,
        |factor| format!("a median slope of {:.1} %", 100.0 * median * factor),
    );
    format!(
        "the survey has no edges, and no ground for a truck with a slope of at most {:.0} %; the median slope is {:.0} %, with \
         heights {}; {remedy}, or give the edges of the drivable surface or a mask",
        100.0 * limit,
        100.0 * median,
        read_as(sources, |s| (s.height_unit, &s.height_unit_from))
    )
}

/// Describes the units in which the sources were read and the origin of each unit, for messages.
fn read_as<'a>(sources: &'a [SourceReport], of: impl Fn(&'a SourceReport) -> (&'static str, &'a String)) -> String {
    let mut stories: Vec<String> = Vec::new();
    for source in sources {
        let (unit, from) = of(source);
        let plural = Unit::of_name(unit).map_or(unit, Unit::plural);
        let story = format!("read in {plural} ({from})");
        if !stories.contains(&story) {
            stories.push(story);
        }
    }
    if stories.is_empty() { "read in metres".to_owned() } else { stories.join(" and ") }
}

/// Returns the advice for a message: the command-line option to give, with the likely units that make the quantity
/// plausible.
fn remedy(
    option: &str,
    sources: &[SourceReport],
    of: impl Fn(&SourceReport) -> &'static str,
    is_plausible: impl Fn(f64) -> bool,
    shown: impl Fn(f64) -> String,
) -> String {
    let current = sources.first().and_then(|s| Unit::of_name(of(s))).unwrap_or_default();
    let likely: Vec<String> = LIKELY_UNITS
        .iter()
        .filter(|unit| **unit != current)
        .map(|unit| (unit, unit.metres() / current.metres()))
        .filter(|(_, factor)| is_plausible(*factor))
        .take(2)
        .map(|(unit, factor)| format!("{} if the numbers are {} ({})", unit.name(), unit.plural(), shown(factor)))
        .collect();
    if likely.is_empty() {
        format!("check the unit, and give --{option} if it is another one")
    } else {
        format!("give --{option} {}", likely.join(", or "))
    }
}

/// Formats a length in m or km.
fn length(metres: f64) -> String {
    if metres >= 10_000.0 {
        format!("{:.0} km", metres / 1e3)
    } else if metres >= 100.0 {
        format!("{metres:.0} m")
    } else {
        format!("{metres:.1} m")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::findings::Findings;
    use crate::import::format::Format;

    #[test]
    fn only_single_precision_northings_are_reported() {
        let points: Vec<Point3> = (0..200)
            .map(|k| {
                let a = f64::from(k) * 0.0314;
                let (x, y) = (512_340.0 + 300.0 * libm::cos(a), 4_412_345.0 + 300.0 * libm::sin(a));
                Point3::new((x * 1e3).round() / 1e3, f64::from(y as f32), 900.0)
            })
            .collect();
        let notes = doubts(&points);
        assert_eq!(notes.len(), 1, "{notes:?}");
        assert!(notes[0].contains("northings are multiples of 0.5"), "{notes:?}");
    }

    fn source(unit: Unit, from: &str) -> SourceReport {
        SourceReport {
            file: "e.dxf".to_owned(),
            format: Format::Dxf,
            unit: unit.name(),
            unit_from: from.to_owned(),
            height_unit: unit.name(),
            height_unit_from: from.to_owned(),
            axes: "",
            axes_from: "",
            strings: 1,
            points: 9,
            faces: 0,
            cells: 0,
            findings: Findings::default(),
        }
    }

    #[test]
    fn tiny_mine_asks_for_its_unit() {
        let inches = [source(Unit::Inch, "stated by the file: $INSUNITS 1")];
        let text = extent(13.2, 9.4, &inches).unwrap();
        assert_eq!(
            text,
            "the mine is 13.2 m across, read in inches (stated by the file: $INSUNITS 1); give --unit m if the numbers are \
             metres (520 m across), or ft if the numbers are feet (158 m across)"
        );
        assert!(extent(100_000.0, 1.0, &[source(Unit::Metre, "assumed")]).unwrap().contains("--unit ft"), "{text}");
        assert_eq!(extent(520.0, 370.0, &inches), None);
        assert_eq!(extent(59_000.0, 370.0, &inches), None);
    }

    #[test]
    fn steep_roads_ask_for_the_unit_of_heights() {
        let metres = [source(Unit::Metre, "assumed")];
        let summary = |grade_median, grade_p95| Summary { grade_median, grade_p95, ..Summary::default() };
        assert_eq!(grade(&summary(0.045, 0.2), &metres), None);
        let text = grade(&summary(0.14, 0.3), &metres).unwrap();
        assert!(text.contains("--height-unit ft if the numbers are feet (4.3 %)"), "{text}");
        let text = grade(&summary(4.0, 9.0), &metres).unwrap();
        assert!(text.contains("--height-unit cm"), "{text}");
    }

    #[test]
    fn wide_roads_ask_for_the_unit_and_open_ground_does_not() {
        let metres = [source(Unit::Metre, "assumed")];
        let summary = |road_length_m, width_median_m, width_p05_m| Summary {
            road_length_m,
            width_median_m,
            width_p05_m,
            ..Summary::default()
        };
        let text = width(&summary(9_000.0, 160.0, 90.0), &metres).unwrap();
        assert!(text.contains("at least 160 m") && text.contains("--unit ft"), "{text}");
        assert_eq!(width(&summary(400.0, 250.0, 90.0), &metres), None);
        assert_eq!(width(&summary(9_000.0, 130.0, 25.0), &metres), None);
        let plain = Summary { drivable_area_m2: 4e6, ..summary(3_000.0, 160.0, 120.0) };
        assert_eq!(width(&plain, &metres), None);
        assert_eq!(width(&summary(9_000.0, 40.0, 40.0), &metres), None);
    }

    #[test]
    fn edges_off_the_ground_are_told_with_the_cause() {
        let pairs =
            |by: f64, plus: f64| (0..50).map(|k| (300.0 + f64::from(k), (300.0 + f64::from(k)) * by + plus)).collect();
        let told = |pairs: Vec<(f64, f64)>| apart(&pairs);
        assert_eq!(told(pairs(1.0, 2.0)), None);
        assert!(told(pairs(3.2808, 0.0)).unwrap().contains("the ground seem to be in feet"));
        assert!(told(pairs(1.0, 30.0)).unwrap().contains("30.0 m below"));
        assert_eq!(told(Vec::new()), None);
    }

    #[test]
    fn swapped_axes_are_reported() {
        let points: Vec<Point3> =
            (0..50).map(|k| Point3::new(4_412_345.123 + 0.777 * f64::from(k), 512_340.456, 900.0)).collect();
        assert!(doubts(&points).iter().any(|n| n.contains("--axes ne")));
    }
}
