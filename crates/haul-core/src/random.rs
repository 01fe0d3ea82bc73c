//! Seeded random streams, one for each entity and purpose, so that a new truck does not change the noise of the others.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Random generator of every stream.
pub type Stream = ChaCha8Rng;

/// Returns the stream for one `purpose` (such as `"gnss"`) of one `entity` (such as `"T1"`), given the seed of a run.
pub fn stream(seed: u64, entity: &str, purpose: &str) -> Stream {
    let mut key = [0_u8; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    key[8..16].copy_from_slice(&xxh3_64_with_seed(entity.as_bytes(), 0).to_le_bytes());
    key[16..24].copy_from_slice(&xxh3_64_with_seed(purpose.as_bytes(), 1).to_le_bytes());
    Stream::from_seed(key)
}

/// Random draws for sensors and shovels, the same on every machine.
pub trait Draw {
    /// Draws a number from the uniform distribution over [0, 1).
    fn unit(&mut self) -> f64;
    /// Draws a number from the normal distribution of mean 0 and standard deviation 1 (Box and Muller 1958, cosine
    /// branch).
    fn normal(&mut self) -> f64 {
        let u = 1.0 - self.unit(); // (0, 1]
        let v = self.unit();
        libm::sqrt(-2.0 * libm::log(u)) * libm::cos(std::f64::consts::TAU * v)
    }
    /// Draws a number from the uniform distribution over [low, high).
    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }
}

impl Draw for Stream {
    fn unit(&mut self) -> f64 {
        use rand_chacha::rand_core::Rng;
        (self.next_u64() >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_differ_by_entity_and_purpose_and_repeat_by_seed() {
        let first = |seed, entity, purpose| stream(seed, entity, purpose).unit();
        assert_eq!(first(1, "T1", "gnss"), first(1, "T1", "gnss"));
        assert_ne!(first(1, "T1", "gnss"), first(2, "T1", "gnss"));
        assert_ne!(first(1, "T1", "gnss"), first(1, "T2", "gnss"));
        assert_ne!(first(1, "T1", "gnss"), first(1, "T1", "imu"));
    }

    #[test]
    fn normal_draws_have_mean_zero_and_deviation_one() {
        let mut s = stream(7, "T1", "test");
        let draws: Vec<f64> = (0..20_000).map(|_| s.normal()).collect();
        let mean = draws.iter().sum::<f64>() / draws.len() as f64;
        let variance = draws.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / draws.len() as f64;
        assert!(mean.abs() < 0.03, "{mean}");
        assert!((variance - 1.0).abs() < 0.04, "{variance}");
    }
}
