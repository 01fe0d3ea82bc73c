//! The state hash: one number that two runs share only if they agree bit for bit.

use crate::{Isometry3, Vector3};
use xxhash_rust::xxh3::Xxh3;

/// Collects state in a fixed order and gives a 64-bit hash (XXH3).
#[derive(Clone)]
pub struct StateHasher(Xxh3);

impl Default for StateHasher {
    fn default() -> Self {
        Self(Xxh3::new())
    }
}

impl StateHasher {
    /// An empty hasher.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a number bit for bit; every NaN counts as the same, −0 differs from 0.
    pub fn real(&mut self, value: f64) -> &mut Self {
        let bits = if value.is_nan() { f64::NAN.to_bits() } else { value.to_bits() };
        self.0.update(&bits.to_le_bytes());
        self
    }

    /// Takes a whole number.
    pub fn whole(&mut self, value: u64) -> &mut Self {
        self.0.update(&value.to_le_bytes());
        self
    }

    /// Takes text with its length.
    pub fn text(&mut self, value: &str) -> &mut Self {
        self.whole(value.len() as u64);
        self.0.update(value.as_bytes());
        self
    }

    /// Takes a vector.
    pub fn vector(&mut self, v: &Vector3) -> &mut Self {
        self.real(v.x).real(v.y).real(v.z)
    }

    /// Takes a pose in space.
    pub fn pose(&mut self, pose: &Isometry3) -> &mut Self {
        self.vector(&pose.translation.vector);
        for c in pose.rotation.coords.iter() {
            self.real(*c);
        }
        self
    }

    /// The hash so far.
    pub fn value(&self) -> u64 {
        self.0.digest()
    }

    /// The hash so far as 16 hexadecimal digits.
    pub fn hex(&self) -> String {
        format!("{:016x}", self.value())
    }
}
