//! A bounded store that drops the least recently used entry.

/// A bounded store of values by key, in the order of their last use.
#[derive(Debug)]
pub(super) struct Shelf<K, V> {
    capacity: usize,
    kept: Vec<(K, V)>,
}

impl<K: PartialEq, V: Clone> Shelf<K, V> {
    /// Returns an empty shelf that keeps up to `capacity` values, at least one.
    pub(super) fn new(capacity: usize) -> Self {
        Self { capacity: capacity.max(1), kept: Vec::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.kept.len()
    }

    /// Returns the value kept for a key, and records its use.
    pub(super) fn get(&mut self, key: &K) -> Option<V> {
        let index = self.kept.iter().rposition(|(k, _)| k == key)?;
        // The last entry is the most recently used.
        self.kept[index..].rotate_left(1);
        self.kept.last().map(|(_, value)| value.clone())
    }

    /// Keeps a value for a key and returns it. If the key already has a value, keeps and returns that value instead.
    pub(super) fn put(&mut self, key: K, value: V) -> V {
        if let Some(known) = self.get(&key) {
            return known;
        }
        if self.kept.len() >= self.capacity {
            self.kept.remove(0);
        }
        self.kept.push((key, value.clone()));
        value
    }
}
