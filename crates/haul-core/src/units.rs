//! The units of the edges: files, messages, screens. Inside everything is SI.

/// Metres a second in one kilometre an hour.
pub const KMH: f64 = 1.0 / 3.6;
/// Kilograms in one tonne.
pub const TONNE: f64 = 1_000.0;
/// Kelvins at 0 °C.
pub const CELSIUS: f64 = 273.15;

/// m/s to km/h.
pub fn to_kmh(speed: f64) -> f64 {
    speed / KMH
}

/// km/h to m/s.
pub fn from_kmh(speed: f64) -> f64 {
    speed * KMH
}

/// kg to t.
pub fn to_tonnes(mass: f64) -> f64 {
    mass / TONNE
}

/// t to kg.
pub fn from_tonnes(mass: f64) -> f64 {
    mass * TONNE
}

/// K to °C.
pub fn to_celsius(temperature: f64) -> f64 {
    temperature - CELSIUS
}

/// °C to K.
pub fn from_celsius(temperature: f64) -> f64 {
    temperature + CELSIUS
}

/// A heading anticlockwise from east, radians, as a compass bearing in degrees, [0, 360).
pub fn to_compass(heading: f64) -> f64 {
    let degrees = 90.0 - heading.to_degrees();
    let wrapped = degrees.rem_euclid(360.0);
    // rem_euclid of a tiny negative number rounds up to the divisor itself.
    if wrapped >= 360.0 { 0.0 } else { wrapped }
}

/// A compass bearing in degrees as a heading anticlockwise from east, radians in (−π, π].
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
