//! Plausibility checks of valid coordinates: single precision, swapped axes, wrong units.

use haul_core::Point3;

/// Least share of the coordinates that must be single-precision numbers.
const LEAST_SINGLE_SHARE: f64 = 0.995;
/// Tolerance for coordinates written in millimetres, when compared with single-precision numbers.
const MILLIMETRE_TOLERANCE: f64 = 6e-4;
/// Step of single precision below which it does no harm, m.
const HARMLESS_STEP: f64 = 0.01;
/// Least number of points for a check.
const LEAST_POINTS: usize = 20;
/// Value above all UTM eastings and below most UTM northings, m.
const GREATEST_EASTING: f64 = 1e6;
/// Lower bound of UTM eastings, m.
const LEAST_EASTING: f64 = 1e5;
/// Plausible range of a mine's extent, m.
const PLAUSIBLE_EXTENT: (f64, f64) = (60.0, 60_000.0);
/// Greatest plausible median width of roads, m. A two-way road for the largest trucks (400 t) is 35 m wide. If the
/// median is larger, the survey is more likely in feet.
const GREATEST_MEDIAN_WIDTH: f64 = 75.0;

/// Returns notes on implausible points of one source, in its own units, east first.
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

/// Returns the mean of a coordinate.
fn middle(points: &[Point3], axis: usize) -> f64 {
    points.iter().map(|p| p[axis]).sum::<f64>() / points.len() as f64
}

/// Returns the step of single precision at these values, if they are all single-precision numbers and the step matters.
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

/// Returns a note if the extent of the mine is implausible, m.
pub(super) fn extent(width: f64, height: f64) -> Option<String> {
    let across = width.max(height);
    if across < PLAUSIBLE_EXTENT.0 {
        Some(format!("the mine is {across:.1} m across; if its unit is not the metre, give --unit (for example km)"))
    } else if across > PLAUSIBLE_EXTENT.1 {
        Some(format!(
            "the mine is {across:.0} m across; if its unit is not the metre, give --unit (for example mm or ft)"
        ))
    } else {
        None
    }
}

/// Returns a note if the median width of the roads is implausible, m.
pub(super) fn width(median: f64) -> Option<String> {
    (median > GREATEST_MEDIAN_WIDTH).then(|| {
        format!("the median width of the roads is {median:.0} m; if the survey is in feet, give --unit ft or us-ft")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn swapped_axes_are_reported() {
        let points: Vec<Point3> =
            (0..50).map(|k| Point3::new(4_412_345.123 + 0.777 * f64::from(k), 512_340.456, 900.0)).collect();
        assert!(doubts(&points).iter().any(|n| n.contains("--axes ne")));
    }
}
