//! What looks wrong in coordinates though every number of them is one: single precision, swapped axes, other units.

use haul_core::Point3;

/// Share of the coordinates that single precision must explain.
const NEARLY_ALL: f64 = 0.995;
/// Coordinates are written to the millimetre: so near to a single precision number they may be one.
const ROUNDING: f64 = 6e-4;
/// Steps of single precision finer than this do no harm, m.
const HARMLESS: f64 = 0.01;
/// Fewer points than this prove nothing.
const FEWEST: usize = 20;
/// Northings of UTM are mostly beyond this, eastings never, m.
const MILLION: f64 = 1e6;
/// Eastings of UTM are beyond this, m.
const LEAST_EASTING: f64 = 1e5;
/// A mine is between so many metres across.
const EXTENT: (f64, f64) = (60.0, 60_000.0);
/// A two-way road for the largest trucks made, 400 t, is 35 m wide: a mine whose roads are wider than this at the median
/// is more likely one in feet, m.
const WIDEST_MEDIAN: f64 = 75.0;

/// Doubts about the points of one source, in its own units, east first.
pub(super) fn doubts(points: &[Point3]) -> Vec<String> {
    let mut notes = Vec::new();
    if points.len() < FEWEST {
        return notes;
    }
    for (name, axis) in [("eastings", 0), ("northings", 1)] {
        if let Some(step) = single_precision(points.iter().map(|p| p[axis])) {
            notes.push(format!(
                "{name} lie on steps of {step} : they were kept in single precision somewhere and have lost what is finer; \
                 export the survey in double precision, or about a site datum"
            ));
        }
    }
    let (x, y) = (middle(points, 0), middle(points, 1));
    if x > MILLION && y > LEAST_EASTING && y < MILLION {
        notes.push(format!(
            "eastings of about {x:.0} and northings of about {y:.0} look like swapped axes; give --axes ne if they are"
        ));
    }
    notes
}

fn middle(points: &[Point3], axis: usize) -> f64 {
    points.iter().map(|p| p[axis]).sum::<f64>() / points.len() as f64
}

/// The step of single precision at these values, where all of them lie on it and it matters.
fn single_precision(values: impl Iterator<Item = f64> + Clone) -> Option<f64> {
    let greatest = values.clone().fold(0.0_f64, |m, v| m.max(v.abs()));
    let step = f64::from((greatest as f32).next_up()) - f64::from(greatest as f32);
    if step < HARMLESS || !step.is_finite() {
        return None;
    }
    let (mut on, mut all, mut whole) = (0_usize, 0_usize, 0_usize);
    for v in values {
        all += 1;
        on += usize::from((f64::from(v as f32) - v).abs() < ROUNDING);
        whole += usize::from(v.fract() == 0.0);
    }
    // Surveys in whole metres are coarse, not broken.
    let is_whole = whole == all && step < 1.0;
    (on as f64 >= NEARLY_ALL * all as f64 && !is_whole).then_some(step)
}

/// Doubts about the whole mine by its extent, m.
pub(super) fn extent(width: f64, height: f64) -> Option<String> {
    let across = width.max(height);
    if across < EXTENT.0 {
        Some(format!("the mine is {across:.1} m across: if its unit is not the metre, give --unit (km, for one)"))
    } else if across > EXTENT.1 {
        Some(format!("the mine is {across:.0} m across: if its unit is not the metre, give --unit (mm or ft, for one)"))
    } else {
        None
    }
}

/// Doubts about the width of its roads, m.
pub(super) fn width(median: f64) -> Option<String> {
    (median > WIDEST_MEDIAN).then(|| {
        format!("its roads are {median:.0} m wide at the median: if the survey is in feet, give --unit ft or us-ft")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn northings_in_single_precision_are_told_and_eastings_in_double_are_not() {
        let points: Vec<Point3> = (0..200)
            .map(|k| {
                let a = f64::from(k) * 0.0314;
                let (x, y) = (512_340.0 + 300.0 * libm::cos(a), 4_412_345.0 + 300.0 * libm::sin(a));
                Point3::new((x * 1e3).round() / 1e3, f64::from(y as f32), 900.0)
            })
            .collect();
        let notes = doubts(&points);
        assert_eq!(notes.len(), 1, "{notes:?}");
        assert!(notes[0].contains("northings lie on steps of 0.5"), "{notes:?}");
    }

    #[test]
    fn axes_that_look_swapped_are_told() {
        let points: Vec<Point3> =
            (0..50).map(|k| Point3::new(4_412_345.123 + 0.777 * f64::from(k), 512_340.456, 900.0)).collect();
        assert!(doubts(&points).iter().any(|n| n.contains("--axes ne")));
    }
}
