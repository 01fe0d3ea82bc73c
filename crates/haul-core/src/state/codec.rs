//! Writer and reader of a state in the postcard format. The writer keeps the bytes or feeds them directly into a hash.

use super::{KeepState, SharedDigests, StateError};
use postcard::ser_flavors::Flavor;
use serde::Serialize;
use serde::de::DeserializeOwned;
use xxhash_rust::xxh3::Xxh3;

/// Number of bytes that are collected before they are hashed.
const BLOCK: usize = 1 << 14;

/// Writes a state to bytes, or hashes these bytes without keeping them.
pub struct StateWriter {
    bytes: Vec<u8>,
    hasher: Option<Box<Xxh3>>,
}

impl StateWriter {
    /// Creates a writer that keeps the bytes.
    pub fn to_bytes() -> Self {
        Self { bytes: Vec::new(), hasher: None }
    }

    /// Creates a writer that only hashes the bytes.
    pub fn to_hash() -> Self {
        Self { bytes: Vec::with_capacity(2 * BLOCK), hasher: Some(Box::new(Xxh3::new())) }
    }

    /// Writes a plain value.
    ///
    /// # Errors
    /// Returns an error for a value that cannot be written, such as a list of unknown length.
    pub fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), StateError> {
        postcard::serialize_with_flavor(value, Into(&mut self.bytes)).map_err(not_written)?;
        self.flush(BLOCK);
        Ok(())
    }

    /// Writes a part by its implementation of [`KeepState`].
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

    /// Returns the bytes written; empty for a writer that only hashes.
    pub fn into_bytes(mut self) -> Vec<u8> {
        if self.hasher.is_some() {
            self.bytes.clear();
        }
        self.bytes
    }

    /// Returns the hash of all bytes written.
    pub fn hash(mut self) -> u64 {
        self.flush(0);
        match &self.hasher {
            Some(hasher) => hasher.digest(),
            None => hash_bytes(&self.bytes),
        }
    }
}

/// Returns the hash of bytes. It equals that of a writer that hashes these bytes.
pub fn hash_bytes(bytes: &[u8]) -> u64 {
    xxhash_rust::xxh3::xxh3_64(bytes)
}

/// Returns the hash of one part, over the bytes that its snapshot would have.
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

/// Appends bytes to a vector.
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
    /// Creates a reader for bytes that a [`StateWriter`] wrote.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Reads a plain value.
    ///
    /// # Errors
    /// Returns an error if the bytes end early or do not contain such a value.
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

    /// Reads a number of bytes, then the bytes.
    ///
    /// # Errors
    /// Returns an error if the bytes end early.
    pub fn bytes(&mut self) -> Result<&'a [u8], StateError> {
        let length = usize::try_from(self.value::<u64>()?).unwrap_or(usize::MAX);
        let Some((bytes, rest)) = self.rest.split_at_checked(length) else {
            return Err(StateError::NotRead(format!("{length} bytes announced, {} left", self.rest.len())));
        };
        self.rest = rest;
        Ok(bytes)
    }

    /// Returns the bytes that are not read yet.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Ends the reading and checks that no bytes remain.
    ///
    /// # Errors
    /// Returns an error if bytes remain.
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

/// Reads one value that must use all bytes.
///
/// # Errors
/// Returns an error if the bytes end early, do not contain such a value, or are not all used.
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
