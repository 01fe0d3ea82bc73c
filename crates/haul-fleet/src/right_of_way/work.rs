//! Count of the cells and pairs of trucks that are looked at, for tests.

/// Counts cells or pairs that are looked at. Does nothing outside tests.
#[inline]
pub(super) fn count(number: u64) {
    #[cfg(test)]
    COUNT.with(|count| count.set(count.get() + number));
    #[cfg(not(test))]
    let _ = number;
}

#[cfg(test)]
thread_local! {
    static COUNT: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// Returns the count since the last call.
#[cfg(test)]
pub(super) fn take() -> u64 {
    COUNT.with(|count| count.replace(0))
}
