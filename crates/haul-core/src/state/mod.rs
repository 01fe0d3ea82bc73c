//! Changing state of a simulation: written to a snapshot or a hash, and restored in place.
//!
//! Plain values write themselves through serde. A type that also holds something fixed, such as a map or a truck's
//! figures, implements [`KeepState`] with [`keep_state!`](crate::keep_state): each field is named once with the way it
//! is kept, and a field that is forgotten does not compile. Restoring starts from a value that was built from the same
//! setup, so nothing fixed is ever written.
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

/// Reason why a state cannot be written or restored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// A value has a form that cannot be written.
    #[error("a part of the state cannot be written: {0}")]
    NotWritten(String),
    /// The bytes end early, or hold a value that its type does not have.
    #[error("a part of the state cannot be read: {0}")]
    NotRead(String),
    /// A list of parts is longer or shorter than the setup makes it.
    #[error("the state holds {found} of {what}, and the setup makes {expected}")]
    Number {
        /// Type of the parts.
        what: &'static str,
        /// Parts in the state.
        found: u64,
        /// Parts of the setup.
        expected: u64,
    },
    /// Bytes are left over after the last part.
    #[error("{0} bytes are left over after the last part of the state")]
    LeftOver(usize),
}

/// Part of a state that holds fixed data as well, and is therefore restored in place.
pub trait KeepState {
    /// Writes what changes.
    ///
    /// # Errors
    /// A value whose form cannot be written.
    fn save(&self, out: &mut StateWriter) -> Result<(), StateError>;

    /// Reads what changes; everything fixed stays. After an error the value is of no use.
    ///
    /// # Errors
    /// Bytes that do not hold this state.
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
/// - `part`: a [`KeepState`](crate::state::KeepState) of its own, or an option or list of a length that the setup fixes;
/// - `given`: fixed by the setup, not written;
/// - `scratch`: carries nothing from one step to the next, not written.
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
