//! Cells without data: the no-data value that a file declares, and fill values that it does not declare.

use crate::import::findings::Findings;

/// Relative tolerance for matching a no-data value: two steps of single precision. In single precision, −9999.9 becomes
/// −9999.900390625, also after conversion to double precision.
const TOLERANCE: f64 = 2.0 * f32::EPSILON as f64;
/// Values that programs write to cells without data: GDAL, ArcGIS, GRASS, Surfer, SRTM, MODIS, and the limits of the
/// integer types.
const FILL_VALUES: [f64; 19] = [
    0.0,
    -1.0,
    -99.0,
    -999.0,
    -9_999.0,
    -99_999.0,
    -999_999.0,
    -32_768.0,
    -32_767.0,
    -28_672.0,
    -2_147_483_648.0,
    32_767.0,
    65_535.0,
    2_147_483_647.0,
    4_294_967_295.0,
    999.0,
    9_999.0,
    99_999.0,
    999_999.0,
];
/// Relative tolerance for recognising one of these fill values, so that −9999.9 counts as −9999.
const FILL_TOLERANCE: f64 = 1e-4;
/// Minimum gap between a known fill value and all other heights, in the unit of the heights.
const LEAST_FILL_GAP: f64 = 100.0;
/// Minimum gap between an unknown fill value and all other heights, in the unit of the heights.
const LEAST_GAP: f64 = 1_000.0;
/// Minimum ratio of this gap to the range of all other heights, for an unknown fill value.
const LEAST_GAP_RATIO: f64 = 5.0;
/// Maximum number of different fill values in one raster.
const MOST_FILL_VALUES: usize = 8;

/// A declared no-data value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::import) struct NoData(f64);

impl NoData {
    /// Parses a no-data value. Accepts a decimal comma, and the spellings of "not a number" of all compilers.
    pub(in crate::import) fn of_text(text: &str) -> Option<NoData> {
        let text = text.trim_matches(['\0', ' ', '\t', '\r', '\n', '"']).replace(',', ".").to_ascii_lowercase();
        if text.trim_start_matches(['-', '+']).starts_with("1.#") || text.trim_start_matches(['-', '+']) == "nan" {
            return Some(NoData(f64::NAN));
        }
        text.parse().ok().map(NoData)
    }

    /// Returns true if a number of the raster equals the no-data value to within single precision.
    pub(in crate::import) fn matches(self, value: f64) -> bool {
        value == self.0 || (value - self.0).abs() <= TOLERANCE * self.0.abs()
    }
}

/// The minimum or the maximum of the heights, with its distance from all other heights.
struct End {
    value: f32,
    count: usize,
    /// Gap to the nearest other height.
    gap: f64,
    /// Range (maximum − minimum) of all other heights.
    rest: f64,
    /// Position relative to the other heights, for messages: "below" or "above".
    side: &'static str,
}

/// Returns the minimum and the maximum of the known heights, or `None` if fewer than two different heights are known.
fn ends(heights: &[f32]) -> Option<[End; 2]> {
    let known = || heights.iter().copied().filter(|h| h.is_finite());
    let (low, high) = known().fold((f32::INFINITY, f32::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
    if low >= high {
        return None;
    }
    let next_low = known().filter(|v| *v > low).fold(f32::INFINITY, f32::min);
    let next_high = known().filter(|v| *v < high).fold(f32::NEG_INFINITY, f32::max);
    let count = |value: f32| known().filter(|v| *v == value).count();
    let [l, nl, nh, h] = [low, next_low, next_high, high].map(f64::from);
    Some([
        End { value: low, count: count(low), gap: nl - l, rest: h - nl, side: "below" },
        End { value: high, count: count(high), gap: h - nh, rest: nh - l, side: "above" },
    ])
}

/// Removes fill values that the file does not declare: heights so far from all other heights that they hold no data.
/// Reports other heights that may be fill values. `raw` converts a height to the number in the file.
pub(in crate::import) fn undeclared_no_data(heights: &mut [f32], raw: &dyn Fn(f64) -> f64, findings: &mut Findings) {
    for _ in 0..MOST_FILL_VALUES {
        let Some(ends) = ends(heights) else { return };
        let is_known = |end: &End| {
            let number = raw(f64::from(end.value));
            FILL_VALUES.iter().any(|fill| (number - fill).abs() <= FILL_TOLERANCE * fill.abs())
        };
        let is_fill = |end: &&End| {
            let by_value = is_known(end) && end.gap > end.rest.max(LEAST_FILL_GAP);
            by_value || end.gap > (LEAST_GAP_RATIO * end.rest).max(LEAST_GAP)
        };
        let Some(end) = ends.iter().find(is_fill) else {
            for end in ends.iter().filter(|end| end.gap > (2.0 * end.rest).max(LEAST_FILL_GAP)) {
                findings.strange.push(format!(
                    "{} lie at {}, {:.0} {} all others; if they hold no data, declare it: gdal_translate -a_nodata {} IN OUT",
                    cells(end.count),
                    number(raw(f64::from(end.value))),
                    end.gap,
                    end.side,
                    number(raw(f64::from(end.value)))
                ));
            }
            return;
        };
        let fill = number(raw(f64::from(end.value)));
        findings.leave_out(
            end.count,
            format!("cells at {fill}"),
            format!(
                "they lie {:.0} {} all others and were taken as cells without data, which the file does not declare; to \
                 declare it: gdal_translate -a_nodata {fill} IN OUT",
                end.gap, end.side
            ),
        );
        let value = end.value;
        heights.iter_mut().filter(|h| **h == value).for_each(|h| *h = f32::NAN);
    }
}

/// Formats a number of cells.
fn cells(count: usize) -> String {
    if count == 1 { "1 cell".to_owned() } else { format!("{count} cells") }
}

/// Rounds a number of the raster to four decimals.
fn number(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left_out(mut heights: Vec<f32>) -> (usize, Findings) {
        let mut findings = Findings::default();
        undeclared_no_data(&mut heights, &|h| h, &mut findings);
        (heights.iter().filter(|h| !h.is_finite()).count(), findings)
    }

    fn ground() -> Vec<f32> {
        (0..450).map(|k| 300.0 + 0.1 * k as f32).collect()
    }

    #[test]
    fn no_data_is_compared_in_the_precision_of_the_raster() {
        let of = |text: &str| NoData::of_text(text).unwrap();
        assert!(of("-9999.9").matches(f64::from(-9_999.9_f32)));
        assert!(of("-3.4028234663852886e+38").matches(f64::from(f32::MIN)));
        assert!(of("-3.40282346638529e+38").matches(f64::from(f32::MIN)));
        assert!(of("-9999,0").matches(-9_999.0));
        assert!(!of("-9999").matches(-9_998.0) && !of("0").matches(1e-6));
        assert!(NoData::of_text("nan").is_some() && NoData::of_text("-1.#QNAN").is_some());
        assert_eq!(NoData::of_text("none"), None);
    }

    #[test]
    fn fill_values_far_off_the_ground_are_left_out() {
        for fill in [-9_999.0, -32_767.0, -9_999.9, 0.0, -5e4, 65_535.0, 1e9, -32_768.0, -12_345.6] {
            let mut heights = ground();
            heights.extend([fill; 30]);
            let (count, findings) = left_out(heights);
            assert_eq!(count, 30, "{fill}: {findings:?}");
            assert_eq!(findings.left_out[0].count, 30);
        }
        let mut two = ground();
        two.extend([-9_999.0, 0.0, 0.0]);
        assert_eq!(left_out(two).0, 3);
    }

    #[test]
    fn ground_is_kept() {
        assert_eq!(left_out(ground()), (0, Findings::default()));
        // A coast that falls to the sea without a gap is kept, and so is a wall of 90 m.
        assert_eq!(left_out((0..4_000).map(|k| 0.1 * k as f32).collect()), (0, Findings::default()));
        let mut wall = ground();
        wall.extend([210.0; 50]);
        assert_eq!(left_out(wall), (0, Findings::default()));
        assert_eq!(left_out(vec![-9_999.0; 9]), (0, Findings::default()));
    }

    #[test]
    fn doubtful_value_is_told_but_kept() {
        let mut heights = ground();
        heights.extend([77.7; 5]);
        let (count, findings) = left_out(heights);
        assert_eq!(count, 0);
        assert!(findings.strange[0].contains("5 cells lie at 77.7, 222 below"), "{findings:?}");
    }
}
