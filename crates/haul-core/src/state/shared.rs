//! Large values in an [`Arc`], such as paths: written once, under their digest, and shared again after restoring.
//!
//! While a state is written, a field `#[serde(with = "haul_core::state::shared")] path: Arc<Path>` writes only a digest
//! of 128 bits. The content goes into the [`SharedTable`] of the snapshot; a hash needs only the digest. Outside
//! [`SharedDigests::writing`] and [`SharedTable::reading`], such a field is written and read in full.

use super::{StateError, decode, encode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::any::{Any, TypeId};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::{Arc, Weak};
use xxhash_rust::xxh3::xxh3_128;

type AnyArc = Arc<dyn Any + Send + Sync>;

/// Digests of shared values written before. This is a cache that only saves work. It stays valid because a value in an
/// [`Arc`] does not change, and the weak pointer beside the digest keeps the value's address from being used again.
#[derive(Default)]
pub struct SharedDigests {
    known: BTreeMap<usize, (Weak<dyn Any + Send + Sync>, u128)>,
}

/// Contents of shared values by digest.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SharedTable {
    contents: BTreeMap<u128, Vec<u8>>,
}

/// Data of the current thread while it writes or reads a state.
#[derive(Default)]
enum Desk {
    #[default]
    Idle,
    Writing {
        digests: SharedDigests,
        /// Contents written so far; `None` if only digests are needed.
        table: Option<SharedTable>,
    },
    Reading {
        contents: BTreeMap<u128, Vec<u8>>,
        made: BTreeMap<(TypeId, u128), AnyArc>,
    },
}

thread_local! {
    static DESK: RefCell<Desk> = RefCell::default();
}

/// Restores the previous [`Desk`] of the thread when dropped, also after a panic.
struct Seat(Option<Desk>);

impl Seat {
    fn take(desk: Desk) -> Self {
        Self(Some(DESK.replace(desk)))
    }

    fn leave(mut self) -> Desk {
        DESK.replace(self.0.take().unwrap_or_default())
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        if let Some(before) = self.0.take() {
            DESK.set(before);
        }
    }
}

impl SharedDigests {
    /// Runs `write` so that shared values are written as digests. If `keep` is true, the returned table contains their
    /// contents; otherwise it is empty.
    pub fn writing<R>(&mut self, keep: bool, write: impl FnOnce() -> R) -> (R, SharedTable) {
        let table = keep.then(SharedTable::default);
        let seat = Seat::take(Desk::Writing { digests: std::mem::take(self), table });
        let result = write();
        let Desk::Writing { digests, table } = seat.leave() else { return (result, SharedTable::default()) };
        *self = digests;
        self.known.retain(|_, (value, _)| value.strong_count() > 0);
        (result, table.unwrap_or_default())
    }
}

impl SharedTable {
    /// Runs `read` so that shared values are found by their digests. Equal digests of one type give one shared value.
    pub fn reading<R>(self, read: impl FnOnce() -> R) -> R {
        let seat = Seat::take(Desk::Reading { contents: self.contents, made: BTreeMap::new() });
        let result = read();
        drop(seat);
        result
    }

    /// Returns the number of values in the table.
    pub fn len(&self) -> usize {
        self.contents.len()
    }

    /// Returns true if the table holds no value.
    pub fn is_empty(&self) -> bool {
        self.contents.is_empty()
    }
}

/// Returns the digest of a value while a state is being written, otherwise `None`.
fn digest<T: Serialize + Any + Send + Sync>(value: &Arc<T>) -> Result<Option<u128>, StateError> {
    let address = Arc::as_ptr(value).cast::<()>() as usize;
    let known = DESK.with_borrow(|desk| match desk {
        Desk::Writing { digests, table } => Some((digests.known.get(&address).map(|k| k.1), table.is_some())),
        _ => None,
    });
    let Some((known, keep)) = known else { return Ok(None) };
    if let (Some(digest), false) = (known, keep) {
        return Ok(Some(digest));
    }
    // The desk is not borrowed here, because the content may itself contain shared values.
    let content = encode(&**value)?;
    let digest = xxh3_128(&content);
    DESK.with_borrow_mut(|desk| {
        if let Desk::Writing { digests, table } = desk {
            let shared: AnyArc = Arc::clone(value) as AnyArc;
            digests.known.insert(address, (Arc::downgrade(&shared), digest));
            if let Some(table) = table {
                table.contents.entry(digest).or_insert(content);
            }
        }
    });
    Ok(Some(digest))
}

/// Returns the shared value with a digest.
fn find<T: DeserializeOwned + Any + Send + Sync>(digest: u128) -> Result<Arc<T>, StateError> {
    let key = (TypeId::of::<T>(), digest);
    let (made, content) = DESK.with_borrow(|desk| match desk {
        Desk::Reading { contents, made } => (made.get(&key).cloned(), contents.get(&digest).cloned()),
        _ => (None, None),
    });
    if let Some(value) = made.and_then(|value| value.downcast::<T>().ok()) {
        return Ok(value);
    }
    let content = content.ok_or_else(|| StateError::NotRead("a shared value is missing".into()))?;
    let value: Arc<T> = Arc::new(decode(&content)?);
    DESK.with_borrow_mut(|desk| {
        if let Desk::Reading { made, .. } = desk {
            made.insert(key, Arc::clone(&value) as AnyArc);
        }
    });
    Ok(value)
}

fn is_reading() -> bool {
    DESK.with_borrow(|desk| matches!(desk, Desk::Reading { .. }))
}

/// Writes a shared value, for `#[serde(with = "haul_core::state::shared")]`.
///
/// # Errors
/// Returns the errors of the serializer.
pub fn serialize<T, S>(value: &Arc<T>, serializer: S) -> Result<S::Ok, S::Error>
where
    T: Serialize + Any + Send + Sync,
    S: Serializer,
{
    match digest(value).map_err(serde::ser::Error::custom)? {
        Some(digest) => serializer.serialize_u128(digest),
        None => value.as_ref().serialize(serializer),
    }
}

/// Reads a shared value, for `#[serde(with = "haul_core::state::shared")]`.
///
/// # Errors
/// Returns the errors of the deserializer, or an error for a digest without content.
pub fn deserialize<'de, T, D>(deserializer: D) -> Result<Arc<T>, D::Error>
where
    T: DeserializeOwned + Any + Send + Sync,
    D: Deserializer<'de>,
{
    if !is_reading() {
        return T::deserialize(deserializer).map(Arc::new);
    }
    find(u128::deserialize(deserializer)?).map_err(serde::de::Error::custom)
}

/// Optional shared values, for `#[serde(with = "haul_core::state::shared::option")]`.
pub mod option {
    use super::*;

    struct Written<'a, T>(&'a Arc<T>);

    impl<T: Serialize + Any + Send + Sync> Serialize for Written<'_, T> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            super::serialize(self.0, serializer)
        }
    }

    #[derive(Deserialize)]
    #[serde(bound = "T: DeserializeOwned + Any + Send + Sync")]
    struct Read<T>(#[serde(with = "super")] Arc<T>);

    /// Writes an optional shared value.
    ///
    /// # Errors
    /// As for a shared value that is not optional.
    pub fn serialize<T, S>(value: &Option<Arc<T>>, serializer: S) -> Result<S::Ok, S::Error>
    where
        T: Serialize + Any + Send + Sync,
        S: Serializer,
    {
        value.as_ref().map(Written).serialize(serializer)
    }

    /// Reads an optional shared value.
    ///
    /// # Errors
    /// As for a shared value that is not optional.
    pub fn deserialize<'de, T, D>(deserializer: D) -> Result<Option<Arc<T>>, D::Error>
    where
        T: DeserializeOwned + Any + Send + Sync,
        D: Deserializer<'de>,
    {
        Option::<Read<T>>::deserialize(deserializer).map(|read| read.map(|Read(value)| value))
    }
}
