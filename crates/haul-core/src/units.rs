//! Units in files, in messages and on screens. Internally, everything is in SI units.

/// One kilometre per hour, in metres per second.
pub const KMH: f64 = 1.0 / 3.6;
/// One tonne, in kilograms.
pub const TONNE: f64 = 1_000.0;
/// 0 °C, in kelvins.
pub const CELSIUS: f64 = 273.15;

/// Converts a speed from m/s to km/h.
pub fn to_kmh(speed: f64) -> f64 {
    speed / KMH
}

/// Converts a speed from km/h to m/s.
pub fn from_kmh(speed: f64) -> f64 {
    speed * KMH
}

/// Converts a mass from kg to t.
pub fn to_tonnes(mass: f64) -> f64 {
    mass / TONNE
}

/// Converts a mass from t to kg.
pub fn from_tonnes(mass: f64) -> f64 {
    mass * TONNE
}

/// Converts a temperature from K to °C.
pub fn to_celsius(temperature: f64) -> f64 {
    temperature - CELSIUS
}

/// Converts a temperature from °C to K.
pub fn from_celsius(temperature: f64) -> f64 {
    temperature + CELSIUS
}

/// Converts a heading (rad, anticlockwise from east) to a compass bearing in [0, 360) degrees.
pub fn to_compass(heading: f64) -> f64 {
    let degrees = 90.0 - heading.to_degrees();
    let wrapped = degrees.rem_euclid(360.0);
    // rem_euclid of a tiny negative number rounds up to the divisor itself.
    if wrapped >= 360.0 { 0.0 } else { wrapped }
}

/// Converts a compass bearing (degrees) to a heading in (−π, π] rad, anticlockwise from east.
pub fn from_compass(bearing: f64) -> f64 {
    crate::angle::wrap((90.0 - bearing).to_radians())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn north_is_zero_on_a_compass_and_a_quarter_turn_here() {
        assert!((from_compass(0.0) - std::f64::consts::FRAC_PI_2).abs() < 1e-15);
        assert!((to_compass(0.0) - 90.0).abs() < 1e-12);
        assert!((to_compass(from_compass(271.5)) - 271.5).abs() < 1e-9);
    }
}
