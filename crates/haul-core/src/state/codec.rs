//! Writer and reader of a state in the postcard format, to bytes or directly into a hash.

use super::{KeepState, SharedDigests, StateError};
use postcard::ser_flavors::Flavor;
use serde::Serialize;
use serde::de::DeserializeOwned;
use xxhash_rust::xxh3::Xxh3;

/// Number of bytes that are collected before they go into the hash.
const BLOCK: usize = 1 << 14;

/// Writes a state to bytes, or hashes the same bytes without keeping them.
pub struct StateWriter {
    bytes: Vec<u8>,
    hasher: Option<Box<Xxh3>>,
}

impl StateWriter {
    /// Makes a writer that keeps the bytes.
    pub fn to_bytes() -> Self {
        Self { bytes: Vec::new(), hasher: None }
    }

    /// Makes a writer that only hashes the bytes.
    pub fn to_hash() -> Self {
        Self { bytes: Vec::with_capacity(2 * BLOCK), hasher: Some(Box::new(Xxh3::new())) }
    }

    /// Writes a plain value.
    ///
    /// # Errors
    /// A value that cannot be written, such as a list of unknown length.
    pub fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), StateError> {
        postcard::serialize_with_flavor(value, Into(&mut self.bytes)).map_err(not_written)?;
        self.flush(BLOCK);
        Ok(())
    }

    /// Writes a part by its own [`KeepState`].
    ///
    /// # Errors
    /// As [`KeepState::save`].
    pub fn part<T: KeepState + ?Sized>(&mut self, part: &T) -> Result<(), StateError> {
        part.save(self)
    }

    /// Writes the number of bytes, then the bytes.
    ///
    /// # Errors
    /// As [`StateWriter::value`].
    pub fn bytes(&mut self, bytes: &[u8]) -> Result<(), StateError> {
        self.value(&(bytes.len() as u64))?;
        self.bytes.extend_from_slice(bytes);
        self.flush(BLOCK);
        Ok(())
    }

    fn flush(&mut self, from: usize) {
        if let Some(hasher) = &mut self.hasher
            && self.bytes.len() >= from
        {
            hasher.update(&self.bytes);
            self.bytes.clear();
        }
    }

    /// Returns the written bytes; none from a writer that only hashes.
    pub fn into_bytes(mut self) -> Vec<u8> {
        if self.hasher.is_some() {
            self.bytes.clear();
        }
        self.bytes
    }

    /// Returns the hash of all written bytes.
    pub fn hash(mut self) -> u64 {
        self.flush(0);
        match &self.hasher {
            Some(hasher) => hasher.digest(),
            None => hash_bytes(&self.bytes),
        }
    }
}

/// Returns the hash of bytes, the same as that of a hashing writer.
pub fn hash_bytes(bytes: &[u8]) -> u64 {
    xxhash_rust::xxh3::xxh3_64(bytes)
}

/// Returns the hash of one part, over the bytes of its snapshot.
///
/// # Errors
/// As [`KeepState::save`].
pub fn hash_part<T: KeepState + ?Sized>(part: &T) -> Result<u64, StateError> {
    let write = || {
        let mut writer = StateWriter::to_hash();
        writer.part(part)?;
        Ok(writer.hash())
    };
    SharedDigests::default().writing(false, write).0
}

/// Appends to a vector.
struct Into<'a>(&'a mut Vec<u8>);

impl Flavor for Into<'_> {
    type Output = ();

    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.0.push(byte);
        Ok(())
    }

    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
}

/// Reads a state in the order in which it was written.
pub struct StateReader<'a> {
    rest: &'a [u8],
}

impl<'a> StateReader<'a> {
    /// Makes a reader of bytes that a [`StateWriter`] wrote.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Reads a plain value.
    ///
    /// # Errors
    /// The bytes end early or do not hold such a value.
    pub fn value<T: DeserializeOwned>(&mut self) -> Result<T, StateError> {
        let (value, rest) = postcard::take_from_bytes(self.rest).map_err(not_read::<T>)?;
        self.rest = rest;
        Ok(value)
    }

    /// Restores a part in place.
    ///
    /// # Errors
    /// As [`KeepState::restore`].
    pub fn part<T: KeepState + ?Sized>(&mut self, part: &mut T) -> Result<(), StateError> {
        part.restore(self)
    }

    /// Reads the number of bytes, then the bytes.
    ///
    /// # Errors
    /// The bytes end early.
    pub fn bytes(&mut self) -> Result<&'a [u8], StateError> {
        let length = usize::try_from(self.value::<u64>()?).unwrap_or(usize::MAX);
        let Some((bytes, rest)) = self.rest.split_at_checked(length) else {
            return Err(StateError::NotRead(format!("{length} bytes announced, {} left", self.rest.len())));
        };
        self.rest = rest;
        Ok(bytes)
    }

    /// Returns the bytes not read yet.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// Bytes remain.
    pub fn end(self) -> Result<(), StateError> {
        if self.rest.is_empty() { Ok(()) } else { Err(StateError::LeftOver(self.rest.len())) }
    }
}

/// Writes one value to bytes.
///
/// # Errors
/// As [`StateWriter::value`].
pub fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, StateError> {
    let mut writer = StateWriter::to_bytes();
    writer.value(value)?;
    Ok(writer.into_bytes())
}

/// Reads one value that takes all of the bytes.
///
/// # Errors
/// The bytes end early, do not hold such a value, or remain.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, StateError> {
    let mut reader = StateReader::new(bytes);
    let value = reader.value()?;
    reader.end()?;
    Ok(value)
}

fn not_written(error: postcard::Error) -> StateError {
    StateError::NotWritten(error.to_string())
}

fn not_read<T>(error: postcard::Error) -> StateError {
    StateError::NotRead(format!("{}: {error}", std::any::type_name::<T>()))
}
