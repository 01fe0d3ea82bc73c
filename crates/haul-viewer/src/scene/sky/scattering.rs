//! Colours of the sky and of the sun from scattering in the air.
//!
//! Single scattering along a ray through an exponential atmosphere (Nishita, Sirai, Tadamura and Nakamae 1993), with
//! the coefficients of Hillaire 2020, table 1. Light that is scattered more than once is approximated by a share of the
//! single scattering that keeps its colour on the way.

use bevy::math::{DVec3, Vec3};

/// Radius of the earth and thickness of the atmosphere, m.
const EARTH: f64 = 6_360e3;
const ATMOSPHERE: f64 = 100e3;
/// Rayleigh scattering at the ground for red, green and blue, 1/m, and its scale height, m (Hillaire 2020).
const RAYLEIGH: DVec3 = DVec3::new(5.802e-6, 13.558e-6, 33.1e-6);
const RAYLEIGH_HEIGHT: f64 = 8_000.0;
/// Mie scattering and absorption at the ground in clear air, 1/m, and their scale height, m (Hillaire 2020).
const MIE: f64 = 3.996e-6;
const MIE_ABSORPTION: f64 = 4.40e-6;
const MIE_HEIGHT: f64 = 1_200.0;
/// Asymmetry of Mie scattering (Hillaire 2020).
const MIE_ASYMMETRY: f64 = 0.8;
/// Absorption by ozone at the middle of its layer, 1/m, the height of the middle and half of the thickness, m.
const OZONE: DVec3 = DVec3::new(0.650e-6, 1.881e-6, 0.085e-6);
const OZONE_MIDDLE: f64 = 25e3;
const OZONE_HALF: f64 = 15e3;
/// Share of the light that is scattered more than once, about as in the tables of Hillaire 2020 near noon.
const MULTIPLE: f64 = 0.35;
/// Numbers of samples along the ray and towards the sun.
const SAMPLES: (usize, usize) = (20, 8);

/// Air over a mine.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Air {
    /// Mie scattering as a multiple of that of clear air: haze and dust.
    pub turbidity: f64,
}

/// Returns the distance along a ray from a height (m) to the end of the atmosphere, and true if the earth is in the
/// way.
fn reach(height: f64, up: f64) -> (f64, bool) {
    let r = EARTH + height;
    let b = r * up;
    let shadow = b * b - (r * r - EARTH * EARTH);
    let outer = EARTH + ATMOSPHERE;
    let far = -b + (b * b - (r * r - outer * outer)).max(0.0).sqrt();
    (far, up < 0.0 && shadow > 0.0)
}

impl Air {
    /// Returns the scattering by molecules, the scattering by particles, and the extinction at a height.
    fn density(&self, height: f64) -> (DVec3, f64, DVec3) {
        let molecules = RAYLEIGH * (-height / RAYLEIGH_HEIGHT).exp();
        let particles = self.turbidity * (-height / MIE_HEIGHT).exp();
        let ozone = OZONE * (1.0 - (height - OZONE_MIDDLE).abs() / OZONE_HALF).max(0.0);
        let extinction = molecules + DVec3::splat((MIE + MIE_ABSORPTION) * particles) + ozone;
        (molecules, MIE * particles, extinction)
    }

    /// Returns the share of the sun's light that reaches a height, by colour; `up` is the sine of the sun's elevation
    /// there.
    pub fn transmittance(&self, height: f64, up: f64) -> DVec3 {
        let (far, is_blocked) = reach(height, up);
        if is_blocked {
            return DVec3::ZERO;
        }
        let step = far / SAMPLES.1 as f64;
        let mut depth = DVec3::ZERO;
        let r = EARTH + height;
        for k in 0..SAMPLES.1 {
            let t = (k as f64 + 0.5) * step;
            let h = (r * r + t * t + 2.0 * r * t * up).sqrt() - EARTH;
            depth += self.density(h).2 * step;
        }
        (-depth).exp()
    }

    /// Returns the light of the sky from a direction, for a sun of brightness 1. `direction` and `sun` are unit vectors
    /// with y up.
    pub fn radiance(&self, direction: DVec3, sun: DVec3) -> Vec3 {
        let height = 300.0;
        // Below the horizon, the sky continues as at the horizon; the ground hides it.
        let up = direction.y.max(0.005);
        let (far, _) = reach(height, up);
        let cos = direction.dot(sun);
        let rayleigh = 3.0 / (16.0 * std::f64::consts::PI) * (1.0 + cos * cos);
        let g = MIE_ASYMMETRY;
        // Cornette and Shanks 1992.
        let mie = 3.0 / (8.0 * std::f64::consts::PI) * ((1.0 - g * g) * (1.0 + cos * cos))
            / ((2.0 + g * g) * (1.0 + g * g - 2.0 * g * cos).powf(1.5));
        let (mut depth, mut light, mut again) = (DVec3::ZERO, DVec3::ZERO, DVec3::ZERO);
        let r = EARTH + height;
        let mut last = 0.0;
        for k in 0..SAMPLES.0 {
            // Samples are denser near the eye, because most of the air is there.
            let t = far * ((k as f64 + 1.0) / SAMPLES.0 as f64).powi(2);
            let (step, middle) = (t - last, 0.5 * (t + last));
            last = t;
            let radius = (r * r + middle * middle + 2.0 * r * middle * up).sqrt();
            let h = radius - EARTH;
            let (molecules, particles, extinction) = self.density(h);
            let through = (-(depth + extinction * (0.5 * step))).exp();
            depth += extinction * step;
            // The sun's elevation over the horizon of the sample.
            let sun_up = ((r * sun.y) + middle * cos) / radius;
            let lit = self.transmittance(h, sun_up);
            let scattered = molecules * rayleigh + DVec3::splat(particles * mie);
            light += through * lit * scattered * step;
            let white = DVec3::splat(lit.element_sum() / 3.0) * 0.5 + lit * 0.5;
            again += through * white * (molecules + particles) * step;
        }
        (light + again * (MULTIPLE / (4.0 * std::f64::consts::PI))).as_vec3()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLEAR: Air = Air { turbidity: 1.0 };

    fn sun(elevation_deg: f64) -> DVec3 {
        let e = elevation_deg.to_radians();
        DVec3::new(e.cos(), e.sin(), 0.0)
    }

    #[test]
    fn zenith_is_blue_at_noon_and_the_low_sun_is_red() {
        let zenith = CLEAR.radiance(DVec3::Y, sun(60.0));
        assert!(zenith.z > 1.8 * zenith.x && zenith.z > zenith.y, "{zenith}");
        let (high, low) = (CLEAR.transmittance(300.0, sun(60.0).y), CLEAR.transmittance(300.0, sun(3.0).y));
        assert!(high.x > 0.85 && high.z > 0.65, "the high sun is nearly white: {high}");
        assert!(low.x > 3.0 * low.z && low.x < 0.8 * high.x, "the low sun is red: {low}");
    }

    #[test]
    fn horizon_is_paler_than_the_zenith_and_night_is_dark() {
        let ratio = |v: Vec3| v.z / v.x;
        let horizon = CLEAR.radiance(DVec3::new(-0.99, 0.1, 0.0).normalize(), sun(45.0));
        assert!(ratio(horizon) < ratio(CLEAR.radiance(DVec3::Y, sun(45.0))));
        let night = CLEAR.radiance(DVec3::Y, sun(-20.0));
        assert!(night.max_element() < 1e-4 * horizon.max_element(), "{night}");
    }
}
