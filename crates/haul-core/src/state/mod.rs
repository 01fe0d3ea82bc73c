//! The changing state of a simulation: written to a snapshot or a hash, and restored in place.
//!
//! Plain values are written through serde. A type that also holds fixed data, such as a map or a truck's specification,
//! implements [`KeepState`] with [`keep_state!`](crate::keep_state). The macro names each field once, with the way it
//! is kept; a forgotten field does not compile. Restoring starts from a value built from the same setup, so fixed data
//! is never written.
//!
//! ```
//! use haul_core::keep_state;
//! use haul_core::state::{StateReader, StateWriter};
//!
//! #[derive(Debug, PartialEq)]
//! struct Tank {
//!     capacity: f64,
//!     litres: f64,
//! }
//! keep_state!(Tank { capacity: given, litres: value });
//!
//! let mut writer = StateWriter::to_bytes();
//! writer.part(&Tank { capacity: 900.0, litres: 640.0 })?;
//! let bytes = writer.into_bytes();
//! let mut tank = Tank { capacity: 900.0, litres: 900.0 };
//! let mut reader = StateReader::new(&bytes);
//! reader.part(&mut tank)?;
//! assert_eq!(tank.litres, 640.0);
//! # Ok::<(), haul_core::state::StateError>(())
//! ```

mod codec;
pub mod shared;

pub use codec::{StateReader, StateWriter, decode, encode, hash_bytes, hash_part};
pub use shared::{SharedDigests, SharedTable};

/// Error in writing or restoring a state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// A value cannot be written in this format.
    #[error("a part of the state cannot be written: {0}")]
    NotWritten(String),
    /// The bytes end early, or a value is not valid for its type.
    #[error("a part of the state cannot be read: {0}")]
    NotRead(String),
    /// A list of parts is longer or shorter than in the setup.
    #[error("the state holds {found} of {what}, and the setup makes {expected}")]
    Number {
        /// Type of the parts in the list.
        what: &'static str,
        /// Number of parts in the state.
        found: u64,
        /// Number of parts in the setup.
        expected: u64,
    },
    /// Bytes are left over after the last part.
    #[error("{0} bytes are left over after the last part of the state")]
    LeftOver(usize),
}

/// A part of a state that also holds fixed data, and is therefore restored in place.
pub trait KeepState {
    /// Writes the data that changes.
    ///
    /// # Errors
    /// Returns an error for a value that cannot be written.
    fn save(&self, out: &mut StateWriter) -> Result<(), StateError>;

    /// Reads the data that changes and leaves the fixed data. After an error, the value must not be used.
    ///
    /// # Errors
    /// Returns an error if the bytes do not contain this state.
    fn restore(&mut self, from: &mut StateReader<'_>) -> Result<(), StateError>;
}

impl<T: KeepState> KeepState for Option<T> {
    fn save(&self, out: &mut StateWriter) -> Result<(), StateError> {
        parts_save(self.as_slice(), out)
    }

    fn restore(&mut self, from: &mut StateReader<'_>) -> Result<(), StateError> {
        parts_restore(self.as_mut_slice(), from)
    }
}

impl<T: KeepState> KeepState for Vec<T> {
    fn save(&self, out: &mut StateWriter) -> Result<(), StateError> {
        parts_save(self, out)
    }

    fn restore(&mut self, from: &mut StateReader<'_>) -> Result<(), StateError> {
        parts_restore(self, from)
    }
}

fn parts_save<T: KeepState>(parts: &[T], out: &mut StateWriter) -> Result<(), StateError> {
    out.value(&(parts.len() as u64))?;
    parts.iter().try_for_each(|part| part.save(out))
}

fn parts_restore<T: KeepState>(parts: &mut [T], from: &mut StateReader<'_>) -> Result<(), StateError> {
    let (found, expected) = (from.value::<u64>()?, parts.len() as u64);
    if found != expected {
        return Err(StateError::Number { what: std::any::type_name::<T>(), found, expected });
    }
    parts.iter_mut().try_for_each(|part| part.restore(from))
}

/// Implements [`KeepState`](crate::state::KeepState) for a struct, field by field.
///
/// Each field is followed by the way it is kept:
/// - `value`: written and read through serde;
/// - `part`: written and read by its own [`KeepState`](crate::state::KeepState); an option or list has the length that
///   the setup gives;
/// - `given`: fixed by the setup, not written;
/// - `scratch`: without meaning between steps, not written.
///
/// All fields must be named.
#[macro_export]
macro_rules! keep_state {
    ($type:ty { $($field:ident : $how:ident),* $(,)? }) => {
        impl $crate::state::KeepState for $type {
            fn save(&self, out: &mut $crate::state::StateWriter) -> Result<(), $crate::state::StateError> {
                let Self { $($field),* } = self;
                $( $crate::keep_state!(@save $how, $field, out); )*
                Ok(())
            }

            fn restore(&mut self, from: &mut $crate::state::StateReader<'_>) -> Result<(), $crate::state::StateError> {
                let Self { $($field),* } = self;
                $( $crate::keep_state!(@restore $how, $field, from); )*
                Ok(())
            }
        }
    };
    (@save value, $field:ident, $out:ident) => { $out.value($field)? };
    (@save part, $field:ident, $out:ident) => { $out.part($field)? };
    (@save given, $field:ident, $out:ident) => { let _ = $field; };
    (@save scratch, $field:ident, $out:ident) => { let _ = $field; };
    (@restore value, $field:ident, $from:ident) => { *$field = $from.value()? };
    (@restore part, $field:ident, $from:ident) => { $from.part($field)? };
    (@restore given, $field:ident, $from:ident) => { let _ = $field; };
    (@restore scratch, $field:ident, $from:ident) => { let _ = $field; };
}

#[cfg(test)]
mod tests;
