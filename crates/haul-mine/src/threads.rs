//! Parallel work on many items, with the same result on any number of threads.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Maximum number of threads.
const GREATEST_COUNT: usize = 8;

/// Returns the number of threads to use. The system is asked only once, because it reads files for its answer.
pub(crate) fn count() -> usize {
    static COUNT: OnceLock<usize> = OnceLock::new();
    *COUNT.get_or_init(|| std::thread::available_parallelism().map_or(1, usize::from).min(GREATEST_COUNT))
}

/// Returns the result of `f` for each item, in the order of the items.
pub(crate) fn each<T: Sync, R: Send>(items: &[T], f: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = count().min(items.len());
    if threads < 2 {
        return items.iter().map(f).collect();
    }
    let next = AtomicUsize::new(0);
    let work = || {
        let mut made = Vec::new();
        loop {
            let k = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(k) else { return made };
            made.push((k, f(item)));
        }
    };
    let mut all: Vec<(usize, R)> = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut all = work();
        others.into_iter().for_each(|thread| all.extend(joined(thread)));
        all
    });
    all.sort_by_key(|(k, _)| *k);
    all.into_iter().map(|(_, r)| r).collect()
}

/// Returns the result of `f` for each item, in the order of the items. Items with the largest estimated time start
/// first, so that no thread is left with a long item at the end.
pub(crate) fn each_by<T: Sync, R: Send>(
    items: &[T],
    estimate: impl Fn(&T) -> usize,
    f: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let mut order: Vec<(usize, &T)> = items.iter().enumerate().collect();
    order.sort_by_key(|(_, item)| std::cmp::Reverse(estimate(item)));
    let mut made: Vec<(usize, R)> = each(&order, |(k, item)| (*k, f(item)));
    made.sort_by_key(|(k, _)| *k);
    made.into_iter().map(|(_, r)| r).collect()
}

/// Returns the result of a thread. A panic in the thread continues in the caller.
pub(crate) fn joined<T>(thread: std::thread::ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_in_the_order_of_the_items() {
        let items: Vec<u64> = (0..1_000).collect();
        assert_eq!(each(&items, |k| k * k), items.iter().map(|k| k * k).collect::<Vec<_>>());
        assert_eq!(each(&[] as &[u64], |k| *k), Vec::<u64>::new());
        let longest_first = each_by(&items, |k| (k * 7 % 13) as usize, |k| k * k);
        assert_eq!(longest_first, each(&items, |k| k * k));
    }
}
