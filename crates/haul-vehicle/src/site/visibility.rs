//! Visibility in rain, snow, fog and dust, and the range of optical sensors at that visibility.
//!
//! Meteorological visibility is the meteorological optical range V: the distance over which a beam loses 95 % of its
//! light. With the extinction coefficient σ it is V = ln 20 / σ (WMO-No. 8, 2018, Guide to Instruments, eq. 9.7). The
//! extinction coefficients of several causes add up.

/// Optical depth of the meteorological optical range: ln 20.
const LOSS: f64 = 2.995_732_273_553_991;
/// Number of bisections that find a sensor's range to less than a centimetre.
const HALVINGS: u32 = 16;
/// Visibility from which the air counts as clear for a sensor, m.
const CLEAR: f64 = 20_000.0;

/// Returns the extinction coefficient (1/m) of air with a visibility (m).
pub fn extinction(visibility: f64) -> f64 {
    LOSS / visibility.max(f64::MIN_POSITIVE)
}

/// Returns the visibility (m) of air with an extinction coefficient (1/m).
pub fn visibility(extinction: f64) -> f64 {
    LOSS / extinction.max(f64::MIN_POSITIVE)
}

/// Returns the extinction coefficient (1/m) of rain (m/s): β = 1.1 C^0.75 per km for C g/m³ of water (Stoelinga and
/// Warner 1999, J. Appl. Meteorology 38, after Kunkel 1984), with C = 0.072 R^0.88 for R mm/h (Marshall and Palmer
/// 1948).
pub fn rain_extinction(rain: f64) -> f64 {
    let content = 0.072 * libm::pow(3.6e6 * rain.max(0.0), 0.88);
    1.1e-3 * libm::pow(content, 0.75)
}

/// Returns the extinction coefficient (1/m) of snowfall (m/s of water): β = 10.4 C^0.78 per km for C g/m³ of snow
/// (Stoelinga and Warner 1999). Flakes fall at about 1 m/s (Locatelli and Hobbs 1974), so that C is the snowfall rate
/// divided by that speed.
pub fn snow_extinction(snow: f64) -> f64 {
    const FALL: f64 = 1.0;
    // Snowfall rate (m/s of water) divided by the fall speed (m/s), times the density of water, 1e6 g/m³.
    let content = 1e6 * snow.max(0.0) / FALL;
    10.4e-3 * libm::pow(content, 0.78)
}

/// Returns the range (m) of a sensor in air of a visibility (m), if the sensor sees to `clear_range` (m) in clear air.
///
/// The lidar equation gives the returned power of an extended target as exp(−2 σ R) / R². The range is the distance at
/// which that power equals the power from the clear range (Wojtanowski et al. 2014, Opto-Electronics Review 22, eq. 1).
pub fn sensor_range(clear_range: f64, visibility: f64) -> f64 {
    if visibility.is_nan() || visibility >= CLEAR {
        return clear_range;
    }
    let sigma = extinction(visibility);
    // Logarithm of the ratio of returned power to that at the clear range; it falls with distance.
    let power = |range: f64| -2.0 * sigma * range - 2.0 * libm::log(range / clear_range);
    let (mut low, mut high) = (0.0, clear_range);
    for _ in 0..HALVINGS {
        let middle = 0.5 * (low + high);
        if power(middle) >= 0.0 { low = middle } else { high = middle }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    const MM_H: f64 = 1e-3 / 3600.0;

    #[test]
    fn snow_has_the_visibility_by_which_its_intensity_is_named() {
        // Moderate snow has a visibility of 0.5 to 1 km and a rate of 1 to 2.5 mm/h (Rasmussen et al. 1999, J. Appl.
        // Meteorology 38, tables 1 and 2). Those figures are based on a contrast of 2 %.
        let contrast = |v: f64| v * 3.912 / LOSS;
        let at = |mm_h: f64| contrast(visibility(snow_extinction(mm_h * MM_H)));
        assert!((400.0..600.0).contains(&at(2.5)), "{}", at(2.5));
        assert!((850.0..1_200.0).contains(&at(1.0)), "{}", at(1.0));
    }

    #[test]
    fn rain_takes_less_sight_than_snow_of_the_same_water() {
        let (rain, snow) = (visibility(rain_extinction(10.0 * MM_H)), visibility(snow_extinction(10.0 * MM_H)));
        assert!(rain > 10.0 * snow, "{rain} {snow}");
        assert!((1_000.0..3_000.0).contains(&visibility(rain_extinction(50.0 * MM_H))), "a cloudburst");
    }

    #[test]
    fn a_lidar_sees_half_the_visibility_in_dense_fog_and_all_of_its_range_in_clear_air() {
        assert_eq!(sensor_range(100.0, 20_000.0), 100.0);
        assert_eq!(sensor_range(100.0, f64::NAN), 100.0);
        let dense = sensor_range(100.0, 50.0);
        // Automotive lidars with a range of 100 m in clear air see 20 to 30 m in fog with a visibility of 50 m.
        assert!((20.0..30.0).contains(&dense), "{dense}");
        let mut last = 0.0;
        for v in [1.0, 10.0, 50.0, 100.0, 200.0, 1_000.0, 10_000.0] {
            let range = sensor_range(100.0, v);
            assert!(range > last && range < 100.0, "{v}: {range}");
            last = range;
        }
    }
}
